"""The environment variables that a file of Java or Kotlin reads.

Sources: java.lang.System "getenv", Spring "@Value", MicroProfile Config "@ConfigProperty".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.jvm.names import annotations_of, arguments, name_of
from readiness.facts.code.model import Variable
from readiness.syntax import line_of

if TYPE_CHECKING:
    from readiness.facts.code.jvm.scope import Scope
    from readiness.syntax import Node

_HOLDERS = ("field_declaration", "formal_parameter", "class_parameter", "property_declaration", "parameter")
_READS = ("System.getenv", "getenv", "System.getenv.get", "System.getenv.getOrDefault", "Env.get")
_MANY = 500


def variables_of(scope: Scope) -> tuple[Variable, ...]:
    """Every environment variable that is read under a literal name, in the order of the source."""
    found: list[Variable] = []
    for call in scope.calls():
        found += _called(call, scope)
    for node in scope.of("subscript_expression", "indexing_expression", *_HOLDERS):
        for annotation in annotations_of(node):
            value = annotation.values.get("value") or annotation.values.get("name")
            text = scope.fold(value) if value is not None else None
            if annotation.name == "Value" and text is not None:
                found += [Variable(annotation.line, name, default) for name, default in placeholders(text)]
            elif annotation.name == "ConfigProperty" and text is not None and is_variable(text):
                found.append(Variable(annotation.line, text, "defaultValue" in annotation.values))
    kept = {(item.line, item.name): item for item in found}
    return tuple(sorted(kept.values(), key=lambda item: (item.line, item.name)))[:_MANY]


def is_variable(name: str) -> bool:
    """Whether ``name`` is written as environment variables are: ``DB_HOST``."""
    plain = name.replace("_", "A")
    return (
        bool(plain) and plain.isalnum() and plain.isascii() and name == name.upper() and not name[0].isdigit()
    )


def placeholders(text: str) -> list[tuple[str, bool]]:
    """The variables in ``${DB_HOST:localhost}``, and whether each has a default."""
    found: list[tuple[str, bool]] = []
    rest = text
    for _ in range(50):
        _, opened, rest = rest.partition("${")
        if not opened:
            break
        name = ""
        for sign in rest:
            if not (sign.isalnum() or sign in "_.-?"):
                break
            name += sign
        optional = name.startswith("?")
        name = name.lstrip("?")
        after = rest[len(name) + optional : len(name) + optional + 1]
        if is_variable(name) and after in (":", "}"):
            found.append((name, after == ":" or optional))
    return found


def _called(call: Node, scope: Scope) -> list[Variable]:
    name = scope.called(call).removeprefix("java.lang.")
    given = arguments(call)
    if not given or name_of(call) not in ("getenv", "get", "getOrDefault"):
        return []
    if name in _READS:
        text = scope.fold(given[0])
        if text and "{" not in text:
            return [Variable(line_of(call), text, len(given) > 1 or _default(call))]
    return []


def _default(call: Node) -> bool:
    """Whether something stands by where it is not set: ``?:``, a comparison with null, ``Optional``."""
    node = call.parent()
    inner = call
    for _ in range(4):
        if node is None:
            return False
        if node.kind() == "elvis_expression":
            return "throw" not in node.text()[len(inner.text()) :][:60] and "error(" not in node.text()
        if node.kind() in ("binary_expression", "equality_expression"):
            return "null" in node.text()
        if (
            node.kind() == "method_invocation"
            and "orElse" in node.text()[-200:]
            and "orElseThrow" not in node.text()
        ):
            return True
        if "argument" not in node.kind() and node.kind() not in (
            "navigation_expression",
            "method_invocation",
            "call_expression",
            "call_suffix",
            "parenthesized_expression",
        ):
            return False
        inner, node = node, node.parent()
    return False
