"""How Elixir writes what the readers look for. Source: tree-sitter-elixir's node types.

Nearly everything is a call: ``def``, ``if``, ``case`` and ``plug`` too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.grammar import Argument, Grammar, Link, child, children

if TYPE_CHECKING:
    from readiness.facts.code.grammar import Scope
    from readiness.syntax import Node

# What the language itself decides by; each of them is a call to the grammar.
DECIDES = frozenset(("if", "unless", "case", "cond", "with", "for", "try", "receive", "raise", "fn"))
_NAMES = frozenset(("identifier", "alias", "atom", "special_identifier"))


def bare(node: Node) -> Node:
    """``node`` without parentheses around it."""
    for _ in range(8):
        inner = children(node) if node.kind() == "block" else []
        if len(inner) != 1:
            return node
        node = inner[0]
    return node


def link(node: Node) -> Link:
    """The last link of ``A.b(c)``, ``a.b``, ``A.B``, ``:a`` or ``@a``."""
    kind = node.kind()
    if kind == "call":
        target = child(node)
        called = child(node, "arguments", "do_block") is not None
        if target is None or target.kind() not in ("dot", *_NAMES):
            return Link(None, "", False)
        if target.kind() != "dot":
            return Link(None, target.text(), called)
        parts = children(target)
        if len(parts) != 2:
            return Link(None, "", False)
        return Link(parts[0], parts[1].text(), called)
    if kind == "unary_operator" and node.text()[:1] == "@":
        return Link(None, node.text()[:100], False)
    return Link(None, node.text() if kind in _NAMES else "", False)


def arguments(call: Node) -> list[Argument]:
    """What a call is given; the pairs of a list in brackets count as keywords too."""
    found: list[Argument] = []
    for item in children(child(call, "arguments")):
        inner = children(item) if item.kind() == "list" else []
        plain = item if item.kind() == "keywords" else inner[0] if len(inner) == 1 else item
        if plain.kind() == "keywords":
            found += pairs(plain)
        elif item.kind() != "comment":
            found.append(Argument("", item))
    return found


def pairs(node: Node) -> list[Argument]:
    """The pairs of ``a: 1, b: 2``."""
    found = []
    for pair in children(node, "pair"):
        parts = children(pair)
        if len(parts) == 2:
            found.append(Argument(parts[0].text().strip().rstrip(":").strip('"'), parts[1]))
    return found


def fold(node: Node) -> str | None:
    """The text of a string, a sigil or an atom, ``{name}`` for what is put in."""
    kind = node.kind()
    if kind == "atom":
        return node.text().lstrip(":")
    name = child(node, "sigil_name") if kind == "sigil" else None
    if kind not in ("string", "charlist") and (name is None or name.text() not in ("s", "S")):
        return None
    parts = []
    for item in children(node):
        if item.kind() == "interpolation":
            inner = child(item)
            parts.append("{" + ((link(inner).name.lstrip("@") if inner is not None else "") or "value") + "}")
        elif item.kind() in ("quoted_content", "escape_sequence"):
            parts.append(item.text())
    return "".join(parts)


def listed(node: Node | None) -> list[str]:
    """The texts of ``[:a, :b]``, ``~w(a b)a`` or one text alone."""
    if node is None:
        return []
    if node.kind() == "list":
        return [text for item in children(node) if (text := fold(item)) is not None]
    name = child(node, "sigil_name") if node.kind() == "sigil" else None
    if name is not None and name.text() in ("w", "W"):
        content = child(node, "quoted_content")
        return content.text().split() if content is not None else []
    text = fold(node)
    return [text] if text is not None else []


def statements(block: Node | None) -> list[Node]:
    """The statements of a ``do … end``."""
    return [] if block is None else [item for item in children(block) if not item.kind().endswith("_block")]


def body_of(call: Node) -> Node | None:
    """What ``call`` does: its ``do … end``, or what stands after ``do:``."""
    block = child(call, "do_block")
    if block is not None:
        return block
    return next((item.value for item in arguments(call) if item.name == "do"), None)


def module_name(node: Node | None, scope: Scope) -> str:
    """The whole name of the module that ``node`` names, its alias resolved; empty for anything else."""
    if node is None or node.kind() != "alias":
        return ""
    head, dot, rest = node.text()[:300].partition(".")
    return scope.aliases.get(head, head) + dot + rest


ELIXIR = Grammar(
    language="elixir",
    title="Elixir",
    calls=("call",),
    functions=(),
    decides=frozenset(("stab_clause",)),
    catches=("rescue_block", "catch_block"),
    throws=(),
    numbers=("integer",),
    words=("atom",),
    bare=bare,
    link=link,
    arguments=arguments,
    fold=fold,
    answers=frozenset(
        """
        render json text html send_resp resp put_status put_resp_content_type put_resp_header halt
        put_resp_cookie encode encode! encode_to_iodata! utc_now to_iso8601 system_time monotonic_time now
        to_string inspect vsn spec put_layout put_root_layout put_view get_env info debug send_file
        conn assigns no_content self statistics elem
        """.split()  # noqa: SIM905 - one word a line would fill a screen
    ),
    statuses=frozenset(("put_status", "send_resp", "resp", "status", "send_json", "send_error")),
    errors=frozenset(
        ("internal_server_error", "not_implemented", "bad_gateway", "service_unavailable", "gateway_timeout")
    ),
    raises=frozenset(("raise", "reraise", "exit", "throw")),
    asks=frozenset(("query", "query!", "command", "command!", "pipeline", "ping", "aggregate", "exists?")),
    kinds=("binary_operator", "unary_operator", "alias", "tuple", "pair"),
    loose=("identifier",),
)
