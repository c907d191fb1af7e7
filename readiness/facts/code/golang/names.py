"""The nodes of a syntax tree of Go, and the names and texts in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from readiness.syntax import Node

NAMES = frozenset(("identifier", "field_identifier", "package_identifier", "type_identifier"))
STRINGS = ("interpreted_string_literal", "raw_string_literal")
_THROUGH = ("parenthesized_expression", "expression_list", "literal_element", "unary_expression")
_CHAIN = 16
_TEXT = 500


def bare(node: Node | None) -> Node | None:
    """``node`` without parentheses, ``&``, ``*`` and lists of one around it."""
    for _ in range(_CHAIN):
        if node is None or node.kind() not in _THROUGH:
            return node
        inner = [child for child in node.named_children() if child.kind() != "comment"]
        if len(inner) != 1:
            return node
        node = inner[0]
    return node


def dotted(node: Node | None) -> str:
    """``a.b.c`` of a name or selector, ``a().b`` through a call, ``a.T`` of a type; else empty."""
    parts: list[str] = []
    calls = ""
    for _ in range(_CHAIN):
        node = bare(node)
        if node is None:
            return ""
        match node.kind():
            case "selector_expression":
                parts.append(_leaf(node.field("field")) + calls)
                node, calls = node.field("operand"), ""
            case "call_expression":
                node, calls = node.field("function"), "()" + calls
            case "composite_literal":
                node = node.field("type")
            case "pointer_type" | "generic_type" | "type_assertion_expression":
                node = next(iter(node.named_children()), None)
            case "qualified_type":
                parts.append(_leaf(node.field("name")) + calls)
                node, calls = node.field("package"), ""
            case _:
                leaf = _leaf(node)
                parts.append(leaf + calls)
                return ".".join(reversed(parts)) if leaf else ""
    return ""


def _leaf(node: Node | None) -> str:
    return node.text() if node is not None and node.kind() in NAMES else ""


def arguments(call: Node) -> list[Node]:
    """What ``call`` is given, comments left out."""
    given = call.field("arguments")
    return [] if given is None else [item for item in given.named_children() if item.kind() != "comment"]


def last_name(call: Node) -> str:
    """The last part of the name of what is called."""
    function = bare(call.field("function"))
    if function is None:
        return ""
    return _leaf(function.field("field") if function.kind() == "selector_expression" else function)


def owner_of(call: Node) -> Node | None:
    """What a method is called on."""
    function = bare(call.field("function"))
    return (
        function.field("operand")
        if function is not None and function.kind() == "selector_expression"
        else None
    )


def quoted(node: Node | None) -> str | None:
    """The text of a literal string, None for anything else."""
    node = bare(node)
    if node is None or node.kind() not in STRINGS:
        return None
    return node.text()[1:-1][:_TEXT]


def keyed(literal: Node | None) -> dict[str, Node]:
    """The fields that a composite literal sets, by name."""
    literal = bare(literal)
    body = literal.field("body") if literal is not None and literal.kind() == "composite_literal" else None
    found: dict[str, Node] = {}
    for element in body.named_children() if body is not None else ():
        inner = element.named_children()
        if element.kind() == "keyed_element" and len(inner) == 2:
            found.setdefault(inner[0].text(), inner[1])
    return found


def elements(literal: Node | None) -> list[Node]:
    """What a literal of a slice lists."""
    literal = bare(literal)
    body = literal.field("body") if literal is not None and literal.kind() == "composite_literal" else None
    return [] if body is None else [item for item in body.named_children() if item.kind() != "comment"]


def names_in(node: Node | None) -> list[str]:
    """The names that stand in a list of expressions or parameters, in order; no selectors."""
    if node is None:
        return []
    return [child.text() for child in node.named_children() if child.kind() == "identifier"]


def type_name(node: Node | None) -> str:
    """``http.Client`` of ``*http.Client``, also in a parameter that takes any number of them."""
    return dotted(node)
