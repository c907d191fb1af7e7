"""The routes that calls register: Ktor, Javalin, Spring's functional endpoints.

Sources: Ktor "Routing" and "Authentication", Javalin "Handlers" and "Handler groups", Spring
Framework "Functional Endpoints", Spring "Router DSL" of Kotlin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.health import guarded
from readiness.facts.code.jvm.handlers import body_of, handler_of
from readiness.facts.code.jvm.names import (
    LAMBDAS,
    arguments,
    bare,
    children,
    dotted,
    lambda_of,
    name_of,
    owner_of,
)
from readiness.facts.code.jvm.shapes import Pass, Placed
from readiness.facts.code.model import Gap, Route
from readiness.facts.code.script.paths import braced, joined
from readiness.facts.words import word_set
from readiness.records import Struct, field
from readiness.syntax import line_of

if TYPE_CHECKING:
    from readiness.facts.code.jvm.scope import Method, Scope
    from readiness.syntax import Node

_VERBS = ("get", "post", "put", "delete", "patch", "head", "options")
_SPRING_VERBS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
_KTOR = ("io.ktor.server.routing", "io.ktor.routing", "io.ktor.server.application", "io.ktor.application")
_KINDS = ("call_expression", "method_invocation")
_DEPTH = 10
_AROUND = 16
_MANY = 500


class Registered(Struct):
    """What a file registers by calls."""

    placed: list[Placed] = field(default_factory=list)
    passes: list[Pass] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)


class _At(Struct, frozen=True):
    prefix: str
    guards: tuple[str, ...]
    function: str
    sure: bool = True


def registered_of(scope: Scope) -> Registered:
    """Every route that calls of the file register."""
    found = Registered()
    if scope.language == "kotlin" and scope.uses(*_KTOR):
        for method in (*scope.functions, *(item for each in scope.classes for item in each.methods)):
            _ktor(method, found, scope)
    if scope.uses("io.javalin"):
        _javalin(found, scope)
    if scope.uses(
        "org.springframework.web.servlet.function", "org.springframework.web.reactive.function.server"
    ):
        _router_functions(found, scope)
    return found


def _ktor(method: Method, found: Registered, scope: Scope) -> None:
    body = next((child for child in children(method.node) if child.kind() == "function_body"), None)
    if body is not None:
        _block(body, _At("", (), method.name), found, scope, 0)


def _block(node: Node, at: _At, found: Registered, scope: Scope, depth: int) -> None:
    """Goes through the calls below ``node``; a block that narrows the path, or guards it, is gone into."""
    done = 0
    for call in scope.below(node, ("call_expression",)):
        span = call.range()
        if span.start.index < done or len(found.placed) > _MANY or owner_of(call) is not None:
            continue
        name, given, block = name_of(call), arguments(call), lambda_of(call)
        if name in _VERBS and block is not None:
            _answered(call, at, found, scope)
            done = span.end.index
        elif block is not None and depth < _DEPTH:
            if name not in _NO_ROUTES:
                _block(block, _narrowed(name, given, at, scope), found, scope, depth + 1)
            done = span.end.index
        elif name[:1].islower() and (depth or not given or name.endswith(_ROUTING)):
            found.passes.append(Pass(name, at.prefix, at.guards, at.function, at.sure))


# What is given a block and registers nothing in it.
_NO_ROUTES = frozenset(
    ("install", "launch", "intercept", "createApplicationPlugin", "module", "json", "modules")
)
_ROUTING = ("Routes", "Routing", "Route", "Router", "Api", "Endpoints", "Controller")
# They change neither the path nor who may ask.
_NEUTRAL = word_set(
    """
    routing apply run with let also rateLimit accept contentType host port header param optionalParam method
    resource withContext forEach staticResources embeddedServer
    """
)


def _narrowed(name: str, given: list[Node], at: _At, scope: Scope) -> _At:
    if name == "route":
        path = scope.fold(given[0]) if given and given[0].kind() not in LAMBDAS else ""
        prefix = joined(at.prefix, braced(path if path is not None else "{value}"))
        return _At(prefix, at.guards, at.function, at.sure)
    if name == "authenticate":
        # ``authenticate("jwt", optional = true)`` lets everybody through.
        optional = any(item.text() == "true" for item in given)
        return at if optional else _At(at.prefix, (*at.guards, "auth:authenticate"), at.function, at.sure)
    if name in _NEUTRAL:
        return at
    # A function of the program's own around routes: its name tells, or nothing does.
    return _At(at.prefix, (*at.guards, name), at.function, at.sure and guarded((name,)))


def _answered(call: Node, at: _At, found: Registered, scope: Scope) -> None:
    """``get("/a") { … }``."""
    verb, given, block = name_of(call), arguments(call), lambda_of(call)
    first = given[0] if given and given[0].kind() not in LAMBDAS else None
    path = scope.fold(first) if first is not None else ""
    if path is None or path.lower() == "{path}":
        if first is not None and "::" not in first.text():
            found.gaps.append(Gap(line_of(call), ("route",), "a path that is not literal is registered"))
        return
    route = Route(
        line=line_of(call),
        methods=(verb.upper(),),
        path=joined(at.prefix, braced(path)),
        framework="ktor",
        origin="",
        handler=handler_of("", block, body_of(block, scope)) if block is not None else None,
        guards=at.guards,
        text=f'{verb}("{path}")',
    )
    found.placed.append(Placed(route, "ktor", at.function, sure=at.sure and not denies(block)))


def around(node: Node) -> list[Node]:
    """What stands around ``node``, the nearest first, as far as people nest code."""
    found: list[Node] = []
    parent = node.parent()
    while parent is not None and len(found) < _AROUND:
        found.append(parent)
        parent = parent.parent()
    return found


def denies(block: Node | None) -> bool:
    """Whether code can answer that it does not know who asks, or that they may not."""
    text = block.text() if block is not None else ""
    return any(word in text for word in ("nauthorized", "UNAUTHORIZED", "orbidden", "FORBIDDEN"))


def _javalin(found: Registered, scope: Scope) -> None:
    """``app.get("/a", ctx -> …)`` and ``path("a", () -> get(…))``."""
    for call in scope.below(scope.root, _KINDS):
        name, given = name_of(call), arguments(call)
        if name not in _VERBS or not given or len(found.placed) > _MANY:
            continue
        owner = dotted(owner_of(call)).replace("()", "")
        alone = owner in ("", "ApiBuilder")
        last = owner.rpartition(".")[2]
        if (
            not alone
            and last not in ("app", "javalin", "routes", "server")
            and "Javalin" not in owner
            and last not in _VERBS
        ):
            continue
        path = scope.fold(given[0])
        literal = path is not None and not (path.startswith("{") and len(given) == 1)
        if not alone and (not literal or len(given) < 2):
            continue
        handler = given[-1]
        inner = handler_of("", handler, body_of(handler, scope)) if handler.kind() in LAMBDAS else None
        origin = dotted(bare(handler)) if inner is None else ""
        prefix = _paths_around(call, scope)
        route = Route(
            line_of(call),
            (name.upper(),),
            braced(joined(prefix, path if literal and path is not None else "")),
            "javalin",
            origin,
            inner,
            ("auth:roles",) if len(given) > 2 else (),
            f'{name}("{path or ""}")',
        )
        found.placed.append(Placed(route, "other"))


def _paths_around(call: Node, scope: Scope) -> str:
    """What ``path("a", …)`` around a call puts before its path."""
    parts = [
        scope.fold(arguments(outer)[0]) or "{value}"
        for outer in around(call)
        if outer.kind() in _KINDS and name_of(outer) == "path" and _within(call, outer)
    ]
    return joined(*reversed(parts)) if parts else ""


def _nested_below(call: Node) -> Node:
    """The path of ``path("/v1", …)`` and of ``"/v1".nest { … }``."""
    owner = owner_of(call)
    return owner if name_of(call) == "nest" and owner is not None else arguments(call)[0]


def _within(call: Node, outer: Node) -> bool:
    """Whether ``call`` stands in the function that ``outer`` is given, not before it in its chain."""
    block = lambda_of(outer)
    if block is None:
        return False
    span, place = block.range(), call.range()
    return span.start.index <= place.start.index and place.end.index <= span.end.index


def _router_functions(found: Registered, scope: Scope) -> None:
    """``route().GET("/a", handler::list)`` and ``router { GET("/a") { … } }``."""
    for call in scope.below(scope.root, _KINDS):
        name, given = name_of(call), arguments(call)
        if name not in _SPRING_VERBS or not given or len(found.placed) > _MANY:
            continue
        path = scope.fold(given[0])
        if path is None:
            continue
        outers = [
            _nested_below(outer)
            for outer in reversed(around(call))
            if outer.kind() in _KINDS and name_of(outer) in ("path", "nest") and _within(call, outer)
        ]
        prefix = "".join(
            joined(scope.fold(item) or "{value}") for item in outers if item.kind() not in LAMBDAS
        )
        last = given[-1]
        inner = handler_of("", last, body_of(last, scope)) if last.kind() in LAMBDAS else None
        route = Route(
            line_of(call),
            (name,),
            braced(joined(prefix, path)),
            "spring",
            dotted(bare(last)) if inner is None and len(given) > 1 else "",
            inner,
            (),
            f'{name}("{path}")',
        )
        found.placed.append(Placed(route, "spring"))
