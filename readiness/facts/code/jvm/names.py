"""The nodes of syntax trees of Java and Kotlin, and the names and texts in them.

The two grammars name their nodes differently; what is built here is the same for both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.records import Struct, field
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.syntax import Node

CALLS = ("method_invocation", "object_creation_expression", "call_expression")
STRINGS = frozenset(("string_literal", "line_string_literal", "multi_line_string_literal"))
NAMES = frozenset(
    (
        "identifier",
        "simple_identifier",
        "type_identifier",
        "this",
        "this_expression",
        "interpolated_identifier",
    )
)
LAMBDAS = ("lambda_expression", "lambda_literal")
# A grammar refuses to look for kinds of nodes that it does not have.
_KOTLIN_ONLY = frozenset(
    (
        "additive_expression",
        "assignment",
        "call_expression",
        "catch_block",
        "class_parameter",
        "comparison_expression",
        "elvis_expression",
        "equality_expression",
        "function_declaration",
        "if_expression",
        "import_header",
        "integer_literal",
        "jump_expression",
        "lambda_literal",
        "navigation_expression",
        "object_declaration",
        "parameter",
        "property_declaration",
        "simple_identifier",
        "try_expression",
        "variable_declaration",
        "when_expression",
    )
)
_JAVA_ONLY = frozenset(
    (
        "assignment_expression",
        "binary_expression",
        "catch_clause",
        "constructor_declaration",
        "decimal_integer_literal",
        "enhanced_for_statement",
        "enum_declaration",
        "field_access",
        "field_declaration",
        "formal_parameter",
        "identifier",
        "if_statement",
        "import_declaration",
        "interface_declaration",
        "lambda_expression",
        "local_variable_declaration",
        "method_declaration",
        "method_invocation",
        "object_creation_expression",
        "record_declaration",
        "return_statement",
        "switch_expression",
        "ternary_expression",
        "throw_statement",
        "try_statement",
        "variable_declarator",
    )
)
COMMENTS = frozenset(("line_comment", "block_comment", "comment", "multiline_comment"))
_THROUGH = frozenset(
    (
        "parenthesized_expression",
        "value_argument",
        "cast_expression",
        "postfix_expression",
        "spread_expression",
        "annotated_lambda",
        "expression_statement",
        "directly_assignable_expression",
    )
)
_TYPES = frozenset(
    ("user_type", "generic_type", "scoped_type_identifier", "nullable_type", "array_type", "class_literal")
)
_MEMBERS = frozenset(
    (
        "field_access",
        "navigation_expression",
        "scoped_identifier",
        "method_reference",
        "scoped_type_identifier",
    )
)
_CHAIN = 60
_NAMED = 24  # parts of a dotted name from its end
_TEXT = 500


class Annotation(Struct, frozen=True):
    """``@Name(key = value)``; a single value is under ``value``."""

    name: str
    line: int
    values: dict[str, Node] = field(default_factory=dict)


def children(node: Node) -> list[Node]:
    """The named parts of ``node``, comments left out."""
    return [child for child in node.named_children() if child.kind() not in COMMENTS]


def bare(node: Node | None) -> Node | None:
    """``node`` without parentheses, casts, ``!!`` and the frame of an argument."""
    for _ in range(_CHAIN):
        if node is None or node.kind() not in _THROUGH:
            return node
        inner = children(node)
        if not inner:
            return node
        node = (
            inner[-1]
            if node.kind() in ("value_argument", "cast_expression", "annotated_lambda")
            else inner[0]
        )
    return node


def name_of(call: Node) -> str:
    """The last part of the name of what is called; of ``new T()`` the type."""
    kind = call.kind()
    if kind == "method_invocation":
        name = call.field("name")
        return name.text() if name is not None else ""
    if kind == "object_creation_expression":
        return dotted(call.field("type")).rpartition(".")[2]
    function = bare(next(iter(children(call)), None))
    if function is None:
        return ""
    if function.kind() == "navigation_expression":
        suffix = children(function)[-1]
        inner = children(suffix)
        return inner[-1].text() if inner else ""
    return function.text() if function.kind() in NAMES else ""


def owner_of(call: Node) -> Node | None:
    """What a method is called on, None for a function alone."""
    kind = call.kind()
    if kind == "method_invocation":
        return call.field("object")
    if kind == "call_expression":
        function = bare(next(iter(children(call)), None))
        if function is not None and function.kind() == "navigation_expression":
            return children(function)[0]
    return None


def arguments(call: Node) -> list[Node]:
    """What ``call`` is given; in Kotlin a lambda behind the parentheses comes last."""
    if call.kind() != "call_expression":
        given = call.field("arguments")
        return children(given) if given is not None else []
    found: list[Node] = []
    for suffix in children(call)[1:]:
        for part in children(suffix):
            if part.kind() == "value_arguments":
                found += [bare(item) or item for item in children(part)]
            elif part.kind() == "annotated_lambda":
                found.append(bare(part) or part)
    return found


def named_argument(call: Node, name: str) -> Node | None:
    """The value of ``f(name = value)`` of Kotlin."""
    for suffix in children(call)[1:] if call.kind() == "call_expression" else ():
        for part in children(suffix):
            for item in children(part) if part.kind() == "value_arguments" else ():
                inner = children(item)
                if len(inner) == 2 and inner[0].text() == name:
                    return inner[1]
    return None


def lambda_of(call: Node) -> Node | None:
    """The function in place that ``call`` is given last."""
    return next((item for item in reversed(arguments(call)) if item.kind() in LAMBDAS), None)


def dotted(node: Node | None) -> str:
    """``a.b.c`` of a name or member, ``a().b`` through a call, ``T()`` of what is built; else empty."""
    parts: list[str] = []
    for _ in range(_NAMED):
        node = bare(node)
        if node is None:
            break
        kind = node.kind()
        if kind in NAMES:
            parts.append(node.text())
            return ".".join(reversed(parts))
        if kind in CALLS:
            name = name_of(node)
            if not name:
                return ""
            parts.append(name + "()")
            node = owner_of(node)
        elif kind in _MEMBERS:
            inner = children(node)
            # The last name stands in a suffix of its own in Kotlin.
            last = children(inner[-1])[-1:] if kind == "navigation_expression" else inner[-1:]
            parts += [item.text() for item in last]
            node = inner[0] if len(inner) > 1 else None
        elif kind == "user_type":
            # ``a.b.C<D>`` of Kotlin: its names side by side.
            names = [child.text() for child in children(node) if child.kind() == "type_identifier"]
            return ".".join((*names, *reversed(parts)))
        elif kind in _TYPES or kind == "constructor_invocation":
            node = next(iter(children(node)), None)
        else:
            return ""
    return ".".join(reversed(parts))


def annotations_of(node: Node) -> list[Annotation]:
    """The annotations of a declaration, in the order of the source."""
    found: list[Annotation] = []
    for holder in node.named_children():
        if holder.kind() in ("modifiers", "parameter_modifiers"):
            found += [_annotation(item) for item in holder.named_children() if "annotation" in item.kind()]
        elif holder.kind() in ("annotation", "marker_annotation"):
            found.append(_annotation(holder))
    return [item for item in found if item.name]


def _annotation(node: Node) -> Annotation:
    values: dict[str, Node] = {}
    name = ""
    for child in children(node):
        kind = child.kind()
        if kind == "annotation_argument_list":
            _java_values(child, values)
        elif kind == "constructor_invocation":
            inner = children(child)
            name = dotted(inner[0]) if inner else ""
            for part in inner[1:]:
                _kotlin_values(part, values)
        elif not name:
            name = dotted(child)
    return Annotation(name.rpartition(".")[2], line_of(node), values)


def _java_values(given: Node, values: dict[str, Node]) -> None:
    for item in children(given):
        if item.kind() == "element_value_pair":
            key, value = item.field("key"), item.field("value")
            if key is not None and value is not None:
                values[key.text()] = value
        else:
            values["value"] = item


def _kotlin_values(given: Node, values: dict[str, Node]) -> None:
    for item in children(given):
        inner = children(item)
        if len(inner) == 2 and inner[0].kind() == "simple_identifier":
            values[inner[0].text()] = inner[1]
        elif inner:
            values.setdefault("value", inner[0])


def listed(node: Node | None) -> list[Node]:
    """What a literal list names: ``{a, b}``, ``[a, b]``, ``List.of(a, b)``; else the node alone."""
    node = bare(node)
    if node is None:
        return []
    if node.kind() in ("element_value_array_initializer", "array_initializer", "collection_literal"):
        return children(node)
    if node.kind() == "array_creation_expression":
        value = node.field("value")
        return listed(value) if value is not None else []
    if node.kind() in CALLS and name_of(node) in (
        "of",
        "asList",
        "listOf",
        "arrayOf",
        "setOf",
        "singletonList",
        "toList",
    ):
        inner = [item for given in arguments(node) for item in listed(given)]
        return inner or (listed(owner_of(node)) if name_of(node) == "toList" else [])
    return [node]


def literal(node: Node | None) -> str | None:
    """The text of a literal string, ``{name}`` for what is put into it; None for anything else."""
    node = bare(node)
    if node is None or node.kind() not in STRINGS:
        return None
    found: list[str] = []
    for child in node.named_children():
        kind = child.kind()
        if kind.startswith("interpolated"):
            name = dotted(child if kind == "interpolated_identifier" else next(iter(children(child)), None))
            found.append("{" + (name or "value") + "}")
        elif not kind.startswith("interpolation"):
            found.append(child.text())
    return "".join(found).replace("\\$", "$").replace('\\"', '"')[:_TEXT]


def links(call: Node) -> list[Node]:
    """The calls of the chain that ends with ``call``, the first of it first."""
    found: list[Node] = []
    node: Node | None = call
    for _ in range(_CHAIN):
        node = bare(node)
        if node is None or node.kind() not in CALLS:
            break
        found.append(node)
        node = owner_of(node)
    return found[::-1]


def next_link(call: Node) -> Node | None:
    """The call that is made on what ``call`` gives."""
    parent = call.parent()
    if parent is None:
        return None
    if parent.kind() == "method_invocation":
        owner = parent.field("object")
        return parent if owner is not None and owner.range().end.index == call.range().end.index else None
    if parent.kind() == "navigation_expression":
        outer = parent.parent()
        return outer if outer is not None and outer.kind() == "call_expression" else None
    return None


def below(node: Node, language: str, kinds: Iterable[str]) -> list[Node]:
    """The nodes of ``kinds`` below ``node`` that ``language`` has, in the order of the source."""
    others = _KOTLIN_ONLY if language == "java" else _JAVA_ONLY
    return nodes_of(node, [kind for kind in kinds if kind not in others])
