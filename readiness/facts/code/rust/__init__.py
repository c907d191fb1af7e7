"""Rust: axum, actix-web and Rocket, read by their syntax; nothing is compiled, no macro expanded."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from readiness.facts.code.grammar import child, children, scope_of
from readiness.facts.code.rust.grammar import RUST
from readiness.facts.code.rust.model import RustModule
from readiness.facts.model import Parser

if TYPE_CHECKING:
    from readiness.facts.code.grammar import Scope
    from readiness.syntax import Node

_FUNCTIONS = 200  # functions kept of one file
_DEEP = 12


def parse(data: bytes) -> RustModule:
    """The literal facts of a file of Rust without its tests. Raises ``Unparsable``, which opens questions."""
    from readiness.facts.code.rust import routes, setup  # noqa: PLC0415 - where Rust is

    scope = scope_of(data, RUST)
    if scope is None:
        return RustModule()
    _without_tests(scope)
    _name(scope)
    found = routes.routes_of(scope)
    functions = list(scope.functions.items())[:_FUNCTIONS]
    return RustModule(
        routes=found.routes,
        places=found.places,
        sites=found.sites,
        gaps=(*found.gaps, *setup.gaps_of(scope)),
        functions=tuple(routes.function_of(scope, node, name) for name, node in functions),
        doubtful=tuple(name for name, node in functions if not routes.extractors(node)[1]),
        cors=setup.cors_of(scope),
        telemetry=setup.telemetry_of(scope),
        variables=setup.variables_of(scope),
        servers=setup.servers_of(scope),
        outgoing=setup.outgoing_of(scope),
    )


def _without_tests(scope: Scope) -> None:
    """Take out of ``scope`` what is compiled for tests alone."""
    spans: list[tuple[int, int]] = []
    for node in scope.of("attribute_item"):
        text = node.text()[:200].replace(" ", "")
        if text.startswith(("#[cfg(test)", "#[test", "#[tokio::test", "#[actix_web::test", "#[cfg(all(test")):
            after = node.next()
            while after is not None and after.kind() == "attribute_item":
                after = after.next()
            if after is not None and not (spans and after.range().start.index < spans[-1][1]):
                spans.append((after.range().start.index, after.range().end.index))
    if not spans:
        return
    for kind, nodes in scope.kinds.items():
        scope.kinds[kind] = [node for node in nodes if not _within(node, spans)]
    for name in [name for name, node in scope.functions.items() if _within(node, spans)]:
        del scope.functions[name]


def _within(node: Node, spans: list[tuple[int, int]]) -> bool:
    """Whether ``node`` starts in one of ``spans``, which are in order and do not overlap."""
    start = node.range().start.index
    place = bisect_right(spans, start, key=lambda span: span[0])
    return place > 0 and start < spans[place - 1][1]


def _name(scope: Scope) -> None:
    """What is imported, under the names it has here, and the variables that are set."""
    for node in scope.of("use_declaration"):
        argument = node.field("argument")
        if argument is not None:
            _used(argument, "", scope, 0)
    for node in scope.of("let_declaration"):
        pattern, value = node.field("pattern"), node.field("value")
        if pattern is not None and value is not None and pattern.kind() == "identifier":
            scope.values.setdefault(pattern.text(), []).append(value)
    for node in scope.of("const_item", "static_item"):
        name, value = node.field("name"), node.field("value")
        if name is not None and value is not None:
            scope.values.setdefault(name.text(), []).append(value)


def _used(node: Node, prefix: str, scope: Scope, depth: int) -> None:
    """``use a::{b, c as d}`` as ``b`` and ``d`` of ``a``."""
    if depth > _DEEP:
        return
    kind = node.kind()
    if kind in ("identifier", "scoped_identifier", "crate", "self"):
        whole = _path(prefix, node)
        name = whole.rpartition(".")[2]
        if name == "self":
            whole = whole.rpartition(".")[0]
            name = whole.rpartition(".")[2]
        if "." in whole:
            scope.aliases.setdefault(name, whole)
    elif kind == "use_as_clause":
        path, alias = node.field("path"), node.field("alias")
        if path is not None and alias is not None:
            scope.aliases.setdefault(alias.text(), _path(prefix, path))
    elif kind == "scoped_use_list":
        path = node.field("path")
        inner = child(node, "use_list")
        below = _path(prefix, path) if path is not None else prefix
        for item in children(inner)[:200]:
            _used(item, below, scope, depth + 1)
    elif kind == "use_list":
        for item in children(node)[:200]:
            _used(item, prefix, scope, depth + 1)


def _path(prefix: str, node: Node) -> str:
    text = node.text()[:300].replace("::", ".")
    return f"{prefix}.{text}" if prefix else text


PARSER = Parser("rust", 1, parse, RustModule)
