"""How Ruby writes what the readers look for. Source: tree-sitter-ruby's node types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.grammar import Argument, Grammar, Link, child, children

if TYPE_CHECKING:
    from readiness.syntax import Node

_LEAVES = frozenset(
    ("identifier", "constant", "instance_variable", "class_variable", "global_variable", "self")
)
_TEXTS = ("string", "simple_symbol", "hash_key_symbol", "delimited_symbol")


def bare(node: Node) -> Node:
    """``node`` without parentheses around it."""
    for _ in range(8):
        inner = child(node) if node.kind() in ("parenthesized_statements", "block_argument") else None
        if inner is None:
            return node
        node = inner
    return node


def link(node: Node) -> Link:
    """The last link of ``a.b(c)``, ``A::B`` or ``a["b"]``."""
    match node.kind():
        case "call":
            method = node.field("method")
            called = node.field("arguments") is not None or node.field("block") is not None
            return Link(node.field("receiver"), method.text() if method is not None else "call", called)
        case "scope_resolution":
            name = node.field("name")
            return Link(node.field("scope"), name.text() if name is not None else "", False)
        case "element_reference":
            inside = node.named_children()
            text = fold(inside[1]) if len(inside) > 1 else None
            return Link(node.field("object"), text or "[]", False)
        case kind if kind in _LEAVES:
            return Link(None, node.text(), False)
        case _:
            return Link(None, "", False)


def arguments(call: Node) -> list[Argument]:
    """What a call is given; a hash in braces counts as keywords, a pair with a text for a key as it is."""
    given = call.field("arguments")
    found: list[Argument] = []
    for item in children(given):
        if item.kind() == "comment":
            continue
        pairs = children(item, "pair") if item.kind() == "hash" else [item]
        found += [_argument(pair) for pair in pairs]
    return found


def _argument(node: Node) -> Argument:
    key, value = node.field("key"), node.field("value")
    if (
        node.kind() != "pair"
        or key is None
        or value is None
        or key.kind() not in ("hash_key_symbol", "simple_symbol")
    ):
        return Argument("", node)
    return Argument(key.text().strip(":\"'"), value)


def fold(node: Node) -> str | None:
    """The text of a string or a symbol, ``{name}`` for what is put in."""
    if node.kind() not in _TEXTS:
        return None
    if node.kind() in ("simple_symbol", "hash_key_symbol"):
        return node.text().strip(":")
    parts = []
    for item in children(node):
        if item.kind() == "interpolation":
            inner = child(item)
            parts.append("{" + ((link(inner).name if inner is not None else "") or "value") + "}")
        else:
            parts.append(item.text())
    return "".join(parts)


def block_of(call: Node) -> Node | None:
    """The block that ``call`` is given."""
    return call.field("block")


def statements(block: Node | None) -> list[Node]:
    """The statements of a block, a body or a branch."""
    if block is None:
        return []
    body = block.field("body") or child(block, "body_statement", "block_body")
    return children(body if body is not None else block)


def listed(node: Node | None) -> list[str]:
    """The texts of ``[:a, :b]``, ``%i[a b]`` or one text alone."""
    if node is None:
        return []
    if node.kind() in ("array", "string_array", "symbol_array"):
        return [
            item.text() if item.kind().startswith("bare") else fold(item) or "" for item in children(node)
        ]
    text = fold(node)
    return [text] if text is not None else []


RUBY = Grammar(
    language="ruby",
    title="Ruby",
    calls=("call",),
    functions=("method", "singleton_method"),
    decides=frozenset(
        (
            "if",
            "unless",
            "if_modifier",
            "unless_modifier",
            "conditional",
            "case",
            "rescue",
            "rescue_modifier",
            "while",
        )
    ),
    catches=("rescue", "rescue_modifier"),
    throws=(),
    numbers=("integer",),
    words=("simple_symbol", "identifier"),
    bare=bare,
    link=link,
    arguments=arguments,
    fold=fold,
    answers=frozenset(
        (
            "render",
            "head",
            "status",
            "json",
            "to_json",
            "content_type",
            "body",
            "now",
            "current",
            "iso8601",
            "to_s",
            "to_i",
            "new",
            "generate",
            "dump",
            "env",
            "fetch",
            "name",
            "info",
            "debug",
            "headers",
            "response",
            "present",
            "utc",
            "zone",
            "plain",
            "merge",
            "freeze",
            "respond_to",
            "html",
            "format",
            "puts",
            "logger",
            "skip_authorization",
            "halt",
            "application",
            "version",
            "error!",
            "text",
        )
    ),
    statuses=frozenset(("status", "head", "halt", "error", "error!", "json", "render", "code")),
    errors=frozenset(
        ("internal_server_error", "not_implemented", "bad_gateway", "service_unavailable", "gateway_timeout")
    ),
    raises=frozenset(("raise", "abort", "exit", "fail")),
    asks=frozenset(
        (
            "active?",
            "verify!",
            "execute",
            "exec_query",
            "select_value",
            "select_one",
            "select_all",
            "with_connection",
            "check_pending!",
            "check_all_pending!",
            "check_all_pending",
            "ping",
            "redis_info",
            "check_health",
        )
    ),
    kinds=("class", "module", "assignment", "operator_assignment", "element_reference", "superclass"),
    loose=("identifier",),
)
