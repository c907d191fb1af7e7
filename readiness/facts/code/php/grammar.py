"""How PHP writes what the readers look for. Source: tree-sitter-php's node types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.grammar import Argument, Grammar, Link, child, children

if TYPE_CHECKING:
    from readiness.syntax import Node

_WRAPPERS = frozenset(("parenthesized_expression", "argument", "cast_expression", "clone_expression"))
_MEMBERS = frozenset(("member_call_expression", "nullsafe_member_call_expression"))


def bare(node: Node) -> Node:
    """``node`` without parentheses and casts around it."""
    for _ in range(8):
        if node.kind() not in _WRAPPERS:
            return node
        inner = children(node)
        if not inner:
            return node
        node = inner[-1]
    return node


def link(node: Node) -> Link:
    """The last link of ``$a->b($c)``, ``A::b()``, ``new A()``, ``A::class``."""
    match node.kind():
        case kind if kind in _MEMBERS:
            return Link(node.field("object"), _leaf(node.field("name")), True)
        case "scoped_call_expression":
            return Link(node.field("scope"), _leaf(node.field("name")), True)
        case "function_call_expression":
            function = node.field("function")
            found = link(function) if function is not None else Link(None, "", False)
            return Link(found.owner, found.name, True)
        case "object_creation_expression":
            made = child(node, "name", "qualified_name")
            found = link(made) if made is not None else Link(None, "", False)
            return Link(found.owner, found.name, True)
        case "member_access_expression" | "nullsafe_member_access_expression":
            return Link(node.field("object"), _leaf(node.field("name")), False)
        case "scoped_property_access_expression":
            return Link(node.field("scope"), _leaf(node.field("name")), False)
        case "class_constant_access_expression":
            parts = children(node)
            return Link(parts[0], _leaf(parts[-1]), False) if len(parts) > 1 else Link(None, "", False)
        case "qualified_name":
            parts = children(node)
            whole = node.text()[:300].strip("\\").replace("\\", ".")
            head, _, last = whole.rpartition(".")
            return Link(parts[0] if head and len(parts) > 1 else None, last, False)
        case "namespace_name":
            return Link(None, node.text()[:300].strip("\\").replace("\\", "."), False)
        case _:
            return Link(None, _leaf(node), False)


def _leaf(node: Node | None) -> str:
    if node is None:
        return ""
    if node.kind() == "variable_name":
        return node.text().lstrip("$")
    return node.text() if node.kind() in ("name", "relative_scope") else ""


def arguments(call: Node) -> list[Argument]:
    """What a call, a construction or an attribute is given."""
    given = call.field("arguments") or child(call, "arguments")
    found = []
    for item in children(given, "argument"):
        parts = children(item)
        name = item.field("name")
        if parts:
            found.append(Argument(name.text() if name is not None else "", parts[-1]))
    return found


def fold(node: Node) -> str | None:
    """The text of a string, ``{name}`` for what is put in or added."""
    match node.kind():
        case "string":
            return "".join(item.text() for item in children(node))
        case "encapsed_string":
            parts = []
            for item in children(node):
                literal = item.kind() in ("string_content", "escape_sequence")
                parts.append(item.text() if literal else "{" + (link(item).name or "value") + "}")
            return "".join(parts)
        case "binary_expression":
            left, right = node.field("left"), node.field("right")
            operator = node.field("operator")
            if left is None or right is None or operator is None or operator.text() != ".":
                return None
            one, two = fold(bare(left)), fold(bare(right))
            if one is None and two is None:
                return None
            return (one if one is not None else "{value}") + (two if two is not None else "{value}")
        case _:
            return None


def entries(node: Node | None) -> list[tuple[str, Node]]:
    """The keys and values of an array; the key is empty where there is none."""
    if node is None or node.kind() != "array_creation_expression":
        return []
    found = []
    for item in children(node, "array_element_initializer"):
        parts = children(item)
        if len(parts) > 1:
            found.append((fold(parts[0]) or link(parts[0]).name, parts[-1]))
        elif parts:
            found.append(("", parts[0]))
    return found


def value_of(node: Node | None, *keys: str) -> Node | None:
    """What stands below ``keys`` in nested arrays."""
    for key in keys:
        node = next((value for name, value in entries(node) if name == key), None)
    return node


def listed(node: Node | None) -> list[str]:
    """The texts, or the names of classes, in an array or alone."""
    if node is None:
        return []
    items = [value for _, value in entries(node)] if node.kind() == "array_creation_expression" else [node]
    return [text for item in items if (text := fold(item) or class_name(item))]


def class_name(node: Node) -> str:
    r"""``A\B::class`` as ``B``."""
    if node.kind() != "class_constant_access_expression":
        return ""
    owner = link(node).owner
    return link(owner).name if owner is not None else ""


PHP = Grammar(
    language="php",
    title="PHP",
    calls=(
        "member_call_expression",
        "nullsafe_member_call_expression",
        "scoped_call_expression",
        "function_call_expression",
        "object_creation_expression",
    ),
    functions=("method_declaration", "function_definition"),
    decides=frozenset(
        (
            "if_statement",
            "conditional_expression",
            "match_expression",
            "switch_statement",
            "try_statement",
            "throw_expression",
            "foreach_statement",
            "while_statement",
        )
    ),
    catches=("catch_clause",),
    throws=("throw_expression",),
    numbers=("integer",),
    words=("name",),
    bare=bare,
    link=link,
    arguments=arguments,
    fold=fold,
    answers=frozenset(
        (
            "response",
            "json",
            "JsonResponse",
            "Response",
            "make",
            "view",
            "render",
            "now",
            "toIso8601String",
            "toISOString",
            "format",
            "date",
            "time",
            "config",
            "app",
            "version",
            "noContent",
            "withHeader",
            "withStatus",
            "withJson",
            "getBody",
            "write",
            "json_encode",
            "DateTime",
            "DateTimeImmutable",
            "DateTimeInterface",
            "env",
            "getenv",
            "microtime",
            "memory_get_usage",
            "phpversion",
            "round",
            "info",
            "error",
            "warning",
            "setData",
            "header",
            "status",
            "setStatusCode",
            "getName",
            "environment",
            "plain",
        )
    ),
    statuses=frozenset(
        (
            "json",
            "JsonResponse",
            "Response",
            "response",
            "withStatus",
            "setStatusCode",
            "abort",
            "abort_if",
            "abort_unless",
            "make",
            "status",
            "http_response_code",
            "statusCode",
            "code",
            "withJson",
        )
    ),
    errors=frozenset(
        (
            "HTTP_SERVICE_UNAVAILABLE",
            "HTTP_INTERNAL_SERVER_ERROR",
            "HTTP_BAD_GATEWAY",
            "HTTP_GATEWAY_TIMEOUT",
            "ServiceUnavailableHttpException",
        )
    ),
    raises=frozenset(("abort", "report_and_abort")),
    asks=frozenset(
        (
            "getPdo",
            "getReadPdo",
            "select",
            "selectOne",
            "ping",
            "executeQuery",
            "executeStatement",
            "fetchOne",
            "query",
            "isConnected",
            "statement",
            "connect",
            "getDatabaseName",
            "exec",
            "runCommand",
        )
    ),
    kinds=(
        "class_declaration",
        "namespace_use_clause",
        "assignment_expression",
        "subscript_expression",
        "array_element_initializer",
        "const_element",
        "return_statement",
    ),
)
