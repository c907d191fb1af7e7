"""C#: ASP.NET Core with minimal APIs and controllers, read by its syntax; nothing is compiled or run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.answering import handler_of
from readiness.facts.code.csharp.grammar import CSHARP
from readiness.facts.code.csharp.model import SharpModule
from readiness.facts.code.grammar import child, children, scope_of
from readiness.facts.model import Parser

if TYPE_CHECKING:
    from readiness.facts.code.grammar import Scope
    from readiness.facts.code.model import Handler

_FUNCTIONS = 200  # methods kept of one file


def parse(data: bytes) -> SharpModule:
    """The literal facts of a file of C#. Raises ``Unparsable``, which opens questions."""
    from readiness.facts.code.csharp import routes, setup  # noqa: PLC0415 - where C# is

    scope = scope_of(data, CSHARP)
    if scope is None:
        return SharpModule()
    for node in scope.of("variable_declarator"):
        name = node.field("name") or child(node, "identifier")
        value = children(node)
        if name is not None and len(value) > 1:
            scope.values.setdefault(name.text(), []).append(value[-1])
    found = routes.routes_of(scope)
    controllers, fallback, doubtful = routes.everywhere(scope)
    servers = setup.servers_of(scope)
    return SharpModule(
        routes=found.routes,
        places=found.places,
        groups=found.groups,
        gaps=found.gaps,
        functions=_functions(scope),
        cors=setup.cors_of(scope),
        telemetry=setup.telemetry_of(scope),
        variables=setup.variables_of(scope),
        servers=servers,
        outgoing=setup.outgoing_of(scope),
        checks=routes.checks_of(scope),
        controllers=controllers,
        fallback=fallback,
        doubtful=doubtful,
        programs=bool(servers),
        conventional=routes.conventional(scope),
        bases=routes.bases_of(scope),
    )


def _functions(scope: Scope) -> tuple[Handler, ...]:
    """The methods of the classes, each as ``Class.Method``."""
    found: list[Handler] = []
    for node in scope.of("class_declaration"):
        title = node.field("name")
        for method in children(child(node, "declaration_list"), "method_declaration"):
            name = method.field("name")
            if title is not None and name is not None and len(found) < _FUNCTIONS:
                found.append(handler_of(scope, method, f"{title.text()}.{name.text()}"))
    return tuple(found)


PARSER = Parser("csharp", 1, parse, SharpModule)
