"""Elixir: Phoenix and Plug, read by their syntax; nothing is compiled, no macro expanded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.elixir.grammar import ELIXIR
from readiness.facts.code.elixir.model import ElixirModule
from readiness.facts.code.grammar import child, children, scope_of
from readiness.facts.model import Parser

if TYPE_CHECKING:
    from readiness.facts.code.grammar import Scope
    from readiness.syntax import Node

_ALIASES = 500


def parse(data: bytes) -> ElixirModule:
    """The literal facts of a file of Elixir. Raises ``Unparsable``, which opens questions."""
    from readiness.facts.code.elixir import modules, setup, telemetry  # noqa: PLC0415 - where Elixir is

    scope = scope_of(data, ELIXIR)
    if scope is None:
        return ElixirModule()
    _name(scope)
    found = modules.read(scope)
    origins, unset = setup.cors_of(scope)
    return ElixirModule(
        routes=found.routes,
        places=found.places,
        mounts=found.mounts,
        units=found.units,
        functions=found.functions,
        soft=found.soft,
        cors=origins,
        unset=unset,
        telemetry=telemetry.telemetry_of(scope),
        variables=setup.variables_of(scope),
        servers=telemetry.servers_of(scope),
        outgoing=setup.outgoing_of(scope),
        gaps=(*found.gaps, *setup.gaps_of(scope)),
    )


def _name(scope: Scope) -> None:
    """The aliases of the file, and what its attributes and variables are set to."""
    for call in scope.of("call"):
        target = child(call)
        if target is not None and target.text() == "alias" and len(scope.aliases) < _ALIASES:
            _alias(call, scope)
    for node in scope.of("unary_operator"):
        inner = child(node, "call") if node.text()[:1] == "@" else None
        given = children(child(inner, "arguments")) if inner is not None else []
        if inner is not None and len(given) == 1:
            scope.values.setdefault("@" + scope.last(inner), []).append(given[0])
    for node in scope.of("binary_operator"):
        parts = children(node)
        if len(parts) == 2 and parts[0].kind() == "identifier" and _operator(node) == "=":
            scope.values.setdefault(parts[0].text(), []).append(parts[1])


def _operator(node: Node) -> str:
    return next((item.text() for item in node.children() if not item.is_named()), "")


def _alias(call: Node, scope: Scope) -> None:
    """``alias A.B``, ``alias A.B, as: C`` and ``alias A.{B, C}``."""
    given = children(child(call, "arguments"))
    if not given:
        return
    if given[0].kind() == "dot":
        parts = children(given[0])
        if len(parts) == 2 and parts[1].kind() == "tuple":
            for item in children(parts[1], "alias"):
                whole = f"{parts[0].text()}.{item.text()}"
                scope.aliases[whole.rpartition(".")[2]] = whole
    elif given[0].kind() == "alias":
        renamed = scope.option(call, "as")
        whole = given[0].text()[:300]
        scope.aliases[renamed.text() if renamed is not None else whole.rpartition(".")[2]] = whole


PARSER = Parser("elixir", 1, parse, ElixirModule)
