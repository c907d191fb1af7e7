"""How C# writes what the readers look for. Source: tree-sitter-c-sharp's node types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.grammar import Argument, Grammar, Link, above, child, children

if TYPE_CHECKING:
    from readiness.syntax import Node

_WRAPPERS = frozenset(
    (
        "await_expression",
        "parenthesized_expression",
        "postfix_unary_expression",
        "cast_expression",
        "argument",
    )
)
_LEAVES = frozenset(("identifier", "this", "base", "predefined_type"))


def bare(node: Node) -> Node:
    """``node`` without parentheses, ``await``, ``!`` and casts around it."""
    for _ in range(8):
        if node.kind() not in _WRAPPERS:
            return node
        inner = children(node)
        if not inner:
            return node
        node = inner[-1]
    return node


def link(node: Node) -> Link:
    """The last link of ``a.B(c)``, ``a?.B``, ``new A()``."""
    match node.kind():
        case "invocation_expression":
            function = node.field("function")
            found = link(function) if function is not None else Link(None, "", False)
            return Link(found.owner, found.name, True)
        case "member_access_expression":
            return Link(node.field("expression"), _name(node.field("name")), False)
        case "conditional_access_expression":
            parts = children(node)
            inner = parts[-1] if len(parts) > 1 else None
            if inner is not None and inner.kind() == "member_binding_expression":
                return Link(parts[0], _name(inner.field("name") or child(inner)), False)
            return Link(parts[0] if parts else None, link(inner).name if inner is not None else "", False)
        case "object_creation_expression":
            return Link(None, _name(node.field("type")), True)
        case "implicit_object_creation_expression":
            return Link(None, _declared(node), True)
        case "qualified_name":
            return Link(node.field("qualifier"), _name(node.field("name")), False)
        case "element_access_expression":
            return Link(node.field("expression") or child(node), "[]", False)
        case _:
            return Link(None, _name(node), False)


def _name(node: Node | None) -> str:
    """The text of a single name, its type arguments left out."""
    if node is None:
        return ""
    if node.kind() == "generic_name":
        return _name(child(node, "identifier"))
    if node.kind() in ("qualified_name", "alias_qualified_name"):
        return _name(node.field("name"))
    return node.text() if node.kind() in _LEAVES else ""


def _declared(node: Node) -> str:
    """The type that ``A x = new()`` makes."""
    for around in above(node, 3):
        if around.kind() in ("variable_declaration", "property_declaration", "assignment_expression"):
            return _name(around.field("type"))
    return ""


def type_arguments(call: Node) -> list[str]:
    """The names in ``Add<A, B>()``."""
    function = call.field("function")
    holder = (
        function.field("name")
        if function is not None and function.kind() == "member_access_expression"
        else function
    )
    if holder is None or holder.kind() != "generic_name":
        return []
    return [_name(item) for item in children(child(holder, "type_argument_list"))]


def arguments(call: Node) -> list[Argument]:
    """What a call, a construction or an attribute is given."""
    given = call.field("arguments") or child(call, "argument_list", "attribute_argument_list")
    found = []
    for item in children(given, "argument", "attribute_argument"):
        parts = children(item)
        if not parts:
            continue
        name = item.field("name")
        named = name is not None or (item.kind() == "attribute_argument" and len(parts) > 1)
        key = (name.text() if name is not None else parts[0].text()) if named else ""
        found.append(Argument(key.strip(": ="), parts[-1]))
    return found


def fold(node: Node) -> str | None:
    """The text of a string, ``{name}`` for what is put in."""
    match node.kind():
        case "string_literal" | "raw_string_literal":
            return "".join(part.text() for part in children(node))
        case "verbatim_string_literal":
            return node.text()[2:-1]
        case "interpolated_string_expression":
            parts = []
            for part in children(node):
                if part.kind() == "interpolation":
                    inner = [item for item in children(part) if item.kind() != "interpolation_brace"]
                    name = link(bare(inner[0])).name if inner else ""
                    parts.append("{" + (name or "value") + "}")
                elif part.kind() != "interpolation_start":
                    parts.append(part.text())
            return "".join(parts)
        case "binary_expression":
            left, right = node.field("left"), node.field("right")
            if left is None or right is None or "+" not in node.text()[:300]:
                return None
            one, two = fold(left), fold(right)
            if one is None and two is None:
                return None
            return (one if one is not None else "{value}") + (two if two is not None else "{value}")
        case _:
            return None


CSHARP = Grammar(
    language="csharp",
    title="C#",
    calls=("invocation_expression", "object_creation_expression", "implicit_object_creation_expression"),
    functions=("method_declaration", "local_function_statement"),
    decides=frozenset(
        (
            "if_statement",
            "conditional_expression",
            "switch_statement",
            "switch_expression",
            "try_statement",
            "throw_statement",
            "throw_expression",
            "foreach_statement",
            "for_statement",
            "while_statement",
            "await_expression",
        )
    ),
    catches=("catch_clause",),
    throws=("throw_statement", "throw_expression"),
    numbers=("integer_literal",),
    words=("identifier",),
    bare=bare,
    link=link,
    arguments=arguments,
    fold=fold,
    answers=frozenset(
        (
            "Ok",
            "Content",
            "Json",
            "Text",
            "NoContent",
            "StatusCode",
            "Problem",
            "Results",
            "OkObjectResult",
            "ObjectResult",
            "JsonResult",
            "ContentResult",
            "WriteAsync",
            "WriteAsJsonAsync",
            "FromResult",
            "ToString",
            "LogInformation",
            "LogDebug",
            "LogError",
            "LogWarning",
            "GetName",
            "GetEntryAssembly",
            "GetExecutingAssembly",
            "GetEnvironmentVariable",
            "Now",
            "Redirect",
            "Healthy",
            "Ping",
            "Dictionary",
            "AddMinutes",
            "GetCurrentProcess",
        )
    ),
    statuses=frozenset(
        ("StatusCode", "statusCode", "Status", "status", "Problem", "Json", "SetStatus", "code")
    ),
    errors=frozenset(
        (
            "Status500InternalServerError",
            "Status503ServiceUnavailable",
            "Status502BadGateway",
            "Status504GatewayTimeout",
            "ServiceUnavailable",
            "InternalServerError",
            "Unhealthy",
        )
    ),
    raises=frozenset(("Problem", "Unhealthy", "InternalServerError")),
    asks=frozenset(
        (
            "CanConnectAsync",
            "CanConnect",
            "OpenAsync",
            "Open",
            "OpenConnectionAsync",
            "OpenConnection",
            "ExecuteScalarAsync",
            "ExecuteScalar",
            "ExecuteSqlRawAsync",
            "ExecuteSqlRaw",
            "ExecuteSqlAsync",
            "ExecuteSqlInterpolatedAsync",
            "ExecuteReaderAsync",
            "ExecuteNonQueryAsync",
            "PingAsync",
            "RunCommandAsync",
            "ListDatabaseNamesAsync",
            "CheckHealthAsync",
            "GetAsync",
            "SendAsync",
            "QueryAsync",
            "QuerySingleAsync",
            "QueryFirstAsync",
            "AnyAsync",
            "CountAsync",
            "FirstOrDefaultAsync",
        )
    ),
    kinds=(
        "class_declaration",
        "variable_declarator",
        "element_access_expression",
        "assignment_expression",
        "using_directive",
        "method_declaration",
    ),
)
