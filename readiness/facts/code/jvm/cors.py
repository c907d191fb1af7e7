"""How a program in Java or Kotlin answers cross-origin requests.

Sources: Spring Framework "CORS" (an annotation or a mapping without origins allows every one), Ktor
"CORS", Javalin "CORS", Quarkus "CORS filter".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.jvm.names import (
    Annotation,
    arguments,
    bare,
    children,
    dotted,
    lambda_of,
    links,
    listed,
    literal,
    name_of,
    next_link,
)
from readiness.facts.code.model import Cors
from readiness.records import replace
from readiness.syntax import line_of

if TYPE_CHECKING:
    from readiness.facts.code.jvm.scope import Scope
    from readiness.syntax import Node

_ORIGINS = frozenset(
    ("setAllowedOrigins", "addAllowedOrigin", "setAllowedOriginPatterns", "addAllowedOriginPattern")
)
_HEADER = "access-control-allow-origin"
_SETTERS = frozenset(
    ("setHeader", "addHeader", "header", "set", "add", "append", "putHeader", "appendIfAbsent")
)
_CALLS = ("method_invocation", "call_expression")
_MANY = 100


def cors_of(scope: Scope) -> tuple[Cors, ...]:
    """Every set-up of cross-origin requests, in the order of the source."""
    found: list[Cors] = []
    for declared in scope.classes:
        every = (*declared.annotations, *(each for method in declared.methods for each in method.annotations))
        found += [_annotation(item, scope) for item in every if item.name == "CrossOrigin"]
    configured = False  # what a file configures is told of all its configurations together
    for call in scope.calls():
        name = name_of(call)
        if name == "addMapping":
            found.append(_mapping(call, scope))
        elif name == "install" and [dotted(item) for item in arguments(call)[:1]] == ["CORS"]:
            found.append(_ktor(call, scope))
        elif name in ("enableCors", "anyHost") and scope.uses("io.javalin"):
            found += [Cors(line_of(call), "javalin", True, False)] if name == "anyHost" else []
        elif name == "CorsConfiguration" and not configured:
            configured = True
            found.append(_configuration(call, scope))
        elif name in _SETTERS:
            found += _header(call, scope)
    if any(row.framework == "header" for row in found):
        allowed = "access-control-allow-credentials" in scope.root.text().lower()
        found = [replace(row, credentials=allowed) if row.framework == "header" else row for row in found]
    return tuple(sorted(found[:_MANY], key=lambda row: row.line))


def wildcard(nodes: list[Node], scope: Scope) -> bool | None:
    """Whether the origins ``nodes`` hold everything; None where they come from elsewhere."""
    texts: list[str | None] = []
    for node in nodes:
        settled = scope.settled(node)
        texts += [scope.fold(item) for item in listed(settled)]
    if any(text in ("*", "http://*", "https://*", "CorsConfiguration.ALL") for text in texts):
        return True
    if not texts or any(text is None or "{" in text or "$" in text for text in texts):
        return None
    return False


def _truth(node: Node | None) -> bool | None:
    node = bare(node)
    if node is None:
        return None
    text = literal(node)
    return {"true": True, "false": False}.get(text if text is not None else node.text())


def _annotation(item: Annotation, scope: Scope) -> Cors:
    """``@CrossOrigin``: every origin unless it names some."""
    origins = [
        each
        for key in ("value", "origins", "originPatterns")
        if key in item.values
        for each in listed(item.values[key])
    ]
    allowed = _truth(item.values.get("allowCredentials")) if "allowCredentials" in item.values else False
    if not origins:
        return Cors(item.line, "spring", True, allowed, "the default")
    return Cors(item.line, "spring", wildcard(origins, scope), allowed)


def _mapping(call: Node, scope: Scope) -> Cors:
    """``registry.addMapping("/**").allowedOrigins(…)``."""
    origins: list[Node] = []
    named, allowed = False, False
    after = next_link(call)
    for _ in range(12):
        if after is None:
            break
        name = name_of(after)
        if name in ("allowedOrigins", "allowedOriginPatterns"):
            named = True
            origins += arguments(after)
        elif name == "allowCredentials":
            allowed = next((_truth(item) for item in arguments(after)), True) is not False
        after = next_link(after)
    if not named:
        return Cors(line_of(call), "spring", True, allowed, "the default")
    return Cors(line_of(call), "spring", wildcard(origins, scope), allowed)


def _configuration(call: Node, scope: Scope) -> Cors:
    """``new CorsConfiguration()``, which allows nothing before it is told."""
    origins: list[Node] = []
    every, allowed = False, False
    for other in scope.calls():
        name = name_of(other)
        if name in _ORIGINS:
            origins += arguments(other)
        elif name == "applyPermitDefaultValues":
            every = True
        elif name == "setAllowCredentials":
            allowed = next((_truth(item) for item in arguments(other)), None) is not False
    for node in scope.of("assignment"):  # of Kotlin: allowedOrigins = listOf("*")
        parts = children(node)
        name = dotted(parts[0]).rpartition(".")[2] if len(parts) == 2 else ""
        if name in ("allowedOrigins", "allowedOriginPatterns"):
            origins.append(parts[1])
        elif name == "allowCredentials":
            allowed = _truth(parts[1]) is not False
    if every and not origins:
        return Cors(line_of(call), "spring", True, allowed, "the default")
    return Cors(line_of(call), "spring", wildcard(origins, scope), allowed)


def _ktor(call: Node, scope: Scope) -> Cors:
    block = lambda_of(call)
    names = [name_of(item) for item in scope.below(block, ("call_expression",))] if block is not None else []
    text = block.text() if block is not None else ""
    allowed = "allowCredentials = true" in text
    if "anyHost" in names:
        return Cors(line_of(call), "ktor", True, allowed)
    named = any(name in ("allowHost", "host", "allowOrigins") for name in names)
    return Cors(line_of(call), "ktor", False if named else None, allowed)


def _header(call: Node, scope: Scope) -> list[Cors]:
    """``response.setHeader("Access-Control-Allow-Origin", …)``."""
    given = arguments(call)
    if len(given) != 2:
        return []
    name = (scope.fold(given[0]) or "").lower()
    constant = dotted(given[0]).rpartition(".")[2]
    if name != _HEADER and constant not in ("ACCESS_CONTROL_ALLOW_ORIGIN", "AccessControlAllowOrigin"):
        return []
    if any(name_of(item) in ("newBuilder", "Builder") for item in links(call)):
        return []  # a request cannot allow itself anything
    text = scope.fold(given[1])
    return [Cors(line_of(call), "header", None if text is None or "{" in text else text.strip() == "*", None)]
