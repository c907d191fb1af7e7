"""How Rust writes what the readers look for. Source: tree-sitter-rust's node types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.grammar import Argument, Grammar, Link, child, children

if TYPE_CHECKING:
    from readiness.syntax import Node

_WRAPPERS = frozenset(
    (
        "await_expression",
        "parenthesized_expression",
        "try_expression",
        "reference_expression",
        "unary_expression",
    )
)
_LEAVES = frozenset(
    ("identifier", "field_identifier", "type_identifier", "self", "crate", "super", "primitive_type")
)


def bare(node: Node) -> Node:
    """``node`` without parentheses, ``.await``, ``?``, ``&`` and ``*`` around it."""
    for _ in range(8):
        if node.kind() not in _WRAPPERS:
            return node
        inner = [item for item in children(node) if item.kind() != "mutable_specifier"]
        if not inner:
            return node
        node = inner[-1]
    return node


def link(node: Node) -> Link:
    """The last link of ``a.b(c)``, ``A::b``, ``name!(…)``."""
    match node.kind():
        case "call_expression":
            function = node.field("function")
            found = link(function) if function is not None else Link(None, "", False)
            return Link(found.owner, found.name, True)
        case "macro_invocation":
            name = node.field("macro")
            found = link(name) if name is not None else Link(None, "", False)
            return Link(found.owner, found.name, True)
        case "field_expression":
            return Link(node.field("value"), _leaf(node.field("field")), False)
        case "scoped_identifier" | "scoped_type_identifier":
            return Link(node.field("path"), _leaf(node.field("name")), False)
        case "generic_function":
            function = node.field("function")
            return link(function) if function is not None else Link(None, "", False)
        case "generic_type":
            kind = node.field("type")
            return link(kind) if kind is not None else Link(None, "", False)
        case _:
            return Link(None, _leaf(node), False)


def _leaf(node: Node | None) -> str:
    return node.text() if node is not None and node.kind() in _LEAVES else ""


def arguments(call: Node) -> list[Argument]:
    """What a call is given."""
    return [
        Argument("", item)
        for item in children(call.field("arguments"))
        if item.kind() not in ("line_comment", "block_comment", "attribute_item")
    ]


def fold(node: Node) -> str | None:
    """The text of a string, ``{value}`` for what ``format!`` puts in."""
    match node.kind():
        case "string_literal":
            return "".join(item.text() for item in children(node))
        case "raw_string_literal":
            return "".join(item.text() for item in children(node, "string_content"))
        case "macro_invocation" if link(node).name in ("format", "concat"):
            tree = child(node, "token_tree")
            text = child(tree, "string_literal")
            return fold(text).replace("{}", "{value}") if text is not None else None  # type: ignore[union-attr]
        case _:
            return None


RUST = Grammar(
    language="rust",
    title="Rust",
    calls=("call_expression",),
    functions=("function_item",),
    decides=frozenset(
        (
            "if_expression",
            "match_expression",
            "try_expression",
            "for_expression",
            "while_expression",
            "loop_expression",
            "await_expression",
        )
    ),
    catches=(),
    throws=(),
    numbers=("integer_literal",),
    words=("identifier", "field_identifier"),
    bare=bare,
    link=link,
    arguments=arguments,
    fold=fold,
    answers=frozenset(
        (
            "Ok",
            "Err",
            "Some",
            "Json",
            "Html",
            "into_response",
            "json",
            "finish",
            "body",
            "to_string",
            "into",
            "from",
            "new",
            "now",
            "to_rfc3339",
            "elapsed",
            "as_secs",
            "status",
            "content_type",
            "insert_header",
            "default",
            "builder",
            "clone",
            "String",
            "as_str",
            "to_owned",
            "timestamp",
            "duration_since",
            "unwrap",
            "unwrap_or_default",
            "header",
            "Accepted",
            "NoContent",
        )
    ),
    statuses=frozenset(("from_u16", "status", "Status", "StatusCode")),
    errors=frozenset(
        (
            "SERVICE_UNAVAILABLE",
            "INTERNAL_SERVER_ERROR",
            "BAD_GATEWAY",
            "GATEWAY_TIMEOUT",
            "ServiceUnavailable",
            "InternalServerError",
            "BadGateway",
            "ErrorServiceUnavailable",
            "ErrorInternalServerError",
        )
    ),
    raises=frozenset(),
    asks=frozenset(
        (
            "execute",
            "fetch_one",
            "fetch_optional",
            "fetch_all",
            "ping",
            "query_row",
            "query_one",
            "query_async",
            "simple_query",
            "acquire",
            "get_conn",
            "get_connection",
            "get_multiplexed_async_connection",
            "run_command",
            "list_database_names",
            "send",
            "check_connection",
            "query_scalar",
            "batch_execute",
            "load",
            "first",
            "get_result",
        )
    ),
    kinds=(
        "use_declaration",
        "let_declaration",
        "const_item",
        "static_item",
        "attribute_item",
        "macro_invocation",
        "mod_item",
        "field_declaration",
    ),
    loose=("identifier",),
)
