"""One file of Go, read by its syntax: nothing is compiled and nothing is run."""

from __future__ import annotations

from readiness.facts.code.golang.cors import cors_of
from readiness.facts.code.golang.file import GoFile
from readiness.facts.code.golang.handlers import body_of, handler_of
from readiness.facts.code.golang.outgoing import outgoing_of
from readiness.facts.code.golang.routers import Named
from readiness.facts.code.golang.routes import routes_of
from readiness.facts.code.golang.scope import Scope, scope_of
from readiness.facts.code.golang.setup import gaps_of, servers_of
from readiness.facts.code.golang.telemetry import telemetry_of
from readiness.facts.code.golang.variables import variables_of
from readiness.facts.code.model import Gap
from readiness.facts.code.trees import tree_of

_FUNCTIONS = 300  # functions kept per file


def parse(data: bytes) -> GoFile:
    """The literal facts of a file of Go. Raises ``Unparsable`` as ``trees.tree_of`` does."""
    root = tree_of(data, "go", "Go")
    if root is None or b"\n// Code generated " in b"\n" + data[:2000]:
        return GoFile()
    scope = scope_of(root)
    routes = routes_of(scope)
    return GoFile(
        cors=cors_of(scope),
        telemetry=telemetry_of(scope),
        variables=variables_of(scope),
        servers=servers_of(scope),
        outgoing=outgoing_of(scope),
        gaps=(
            *gaps_of(scope),
            *(Gap(line, ("route",), "a path that is not literal is registered") for line in routes.unknown),
        ),
        placed=tuple(routes.placed),
        passes=tuple(routes.passes),
        named=_named(scope),
    )


def _named(scope: Scope) -> tuple[Named, ...]:
    found = []
    for function in scope.functions[:_FUNCTIONS]:
        body = body_of(function.node, scope, function)
        handler = handler_of(function.full, function.node, body, scope)
        found.append(Named(handler, body.local, body.denies))
    return tuple(found)
