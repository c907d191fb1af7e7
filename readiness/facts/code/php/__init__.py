"""PHP: Laravel, Lumen, Symfony and Slim, read by their syntax; nothing is loaded and nothing is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.answering import handler_of
from readiness.facts.code.grammar import child, children, scope_of
from readiness.facts.code.php.grammar import PHP
from readiness.facts.code.php.model import PhpModule
from readiness.facts.model import Parser

if TYPE_CHECKING:
    from readiness.facts.code.grammar import Scope
    from readiness.facts.code.model import Handler
    from readiness.syntax import Node

_FUNCTIONS = 200  # methods kept of one file


def parse(data: bytes) -> PhpModule:
    """The literal facts of a file of PHP. Raises ``Unparsable``, which opens questions."""
    from readiness.facts.code.php import routes, setup  # noqa: PLC0415 - where PHP is

    scope = scope_of(data, PHP)
    if scope is None:
        return PhpModule()
    _name(scope)
    return PhpModule(
        routes=routes.routes_of(scope),
        functions=_functions(scope),
        cors=setup.cors_of(scope),
        telemetry=setup.telemetry_of(scope),
        variables=setup.variables_of(scope),
        servers=setup.servers_of(scope),
        outgoing=setup.outgoing_of(scope),
        loaded=routes.loaded_of(scope),
        gates=routes.gates_of(scope),
        parents=routes.parents_of(scope),
        told=b"DiagnosingHealth" in data,
    )


def _name(scope: Scope) -> None:
    """What is imported, under the names it has here, and the variables that are set."""
    for node in scope.of("namespace_use_clause"):
        parts = children(node)
        group = node.parent()
        prefix = ""
        if group is not None and group.kind() == "namespace_use_group":
            outer = group.parent()
            prefix = _dotted(child(outer, "namespace_name")) + "."
        if parts:
            whole = prefix + _dotted(parts[0])
            alias = parts[-1].text() if len(parts) > 1 else whole.rpartition(".")[2]
            scope.aliases.setdefault(alias, whole)
    for node in scope.of("assignment_expression"):
        left, right = node.field("left"), node.field("right")
        if left is not None and right is not None and left.kind() == "variable_name":
            scope.values.setdefault(left.text().lstrip("$"), []).append(right)


def _dotted(node: Node | None) -> str:
    return node.text()[:300].strip("\\").replace("\\", ".") if node is not None else ""


def _functions(scope: Scope) -> tuple[Handler, ...]:
    """The methods of the classes, each as ``Class.method``."""
    found: list[Handler] = []
    for node in scope.of("class_declaration"):
        title = node.field("name")
        for method in children(child(node, "declaration_list"), "method_declaration"):
            name = method.field("name")
            if title is not None and name is not None and len(found) < _FUNCTIONS:
                found.append(handler_of(scope, method, f"{title.text()}.{name.text()}"))
    return tuple(found)


PARSER = Parser("php", 1, parse, PhpModule)
