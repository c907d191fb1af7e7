"""One file of Java or Kotlin, read by its syntax: nothing is compiled and nothing is run."""

from __future__ import annotations

from readiness.facts.code.jvm.annotated import annotated_of, heirs_of
from readiness.facts.code.jvm.cors import cors_of
from readiness.facts.code.jvm.functional import registered_of
from readiness.facts.code.jvm.handlers import body_of, handler_of
from readiness.facts.code.jvm.outgoing import outgoing_of
from readiness.facts.code.jvm.scope import Scope, scope_of
from readiness.facts.code.jvm.security import chains_of, ignored_of
from readiness.facts.code.jvm.setup import checks_of, constants_of, filters_of, gaps_of, servers_of
from readiness.facts.code.jvm.shapes import JvmFile, Named
from readiness.facts.code.jvm.telemetry import telemetry_of
from readiness.facts.code.jvm.variables import variables_of
from readiness.facts.code.trees import tree_of

_METHODS = 300  # methods kept per file
_NAMES = {"java": "Java", "kotlin": "Kotlin"}


def parse(data: bytes, language: str) -> JvmFile:
    """The literal facts of a file of ``language``. Raises ``Unparsable`` as ``trees.tree_of`` does."""
    root = tree_of(data, language, _NAMES[language])
    if root is None:
        return JvmFile()
    scope = scope_of(root, language)
    registered = registered_of(scope)
    return JvmFile(
        cors=cors_of(scope),
        telemetry=telemetry_of(scope),
        variables=variables_of(scope),
        servers=servers_of(scope),
        outgoing=outgoing_of(scope),
        gaps=(*gaps_of(scope), *registered.gaps),
        placed=(*annotated_of(scope), *registered.placed),
        heirs=heirs_of(scope),
        passes=tuple(registered.passes),
        chains=chains_of(scope),
        ignored=ignored_of(scope),
        named=_named(scope),
        constants=constants_of(scope),
        filters=filters_of(scope),
        checks=checks_of(scope),
    )


def _named(scope: Scope) -> tuple[Named, ...]:
    found: list[Named] = []
    for declared in scope.classes:
        for method in declared.methods:
            if len(found) >= _METHODS:
                return tuple(found)
            body = body_of(method.node, scope)
            handler = handler_of(f"{declared.name}.{method.name}", method.node, body)
            found.append(Named(handler, declared.supers, body.local))
    return tuple(found)
