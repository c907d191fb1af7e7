"""The routes that a file registers by calls.

Sources: Express "Routing", Fastify "Routes", Koa Router, Hono "Routing", Hapi "Routing",
Node.js "http".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.model import Handler, Route
from readiness.facts.code.script.names import arguments, bare, dotted, operator, option
from readiness.facts.code.script.paths import VERBS, braced, joined
from readiness.facts.code.script.routers import BUILDERS, Routers, guards_in
from readiness.facts.code.script.scope import FUNCTIONS
from readiness.records import Struct
from readiness.syntax import line_of

if TYPE_CHECKING:
    from readiness.facts.code.script.handlers import Handlers
    from readiness.facts.code.script.scope import Scope
    from readiness.syntax import Node

_VERBS = {verb.lower(): (verb,) for verb in VERBS} | {"all": (), "any": (), "del": ("DELETE",)}
_MANY = 1000  # routes kept of one file
_URLS = ("req.url", "request.url", "pathname", "path", "url.pathname")
_LISTENERS = ("createServer", "serve", "createSecureServer")
_SERVERS = ("http", "https", "http2", "node:http", "node:https", "node:http2", "Bun", "Deno")


class _File(Struct, frozen=True):
    scope: Scope
    handlers: Handlers
    routers: Routers


def routes_of(scope: Scope, handlers: Handlers, routers: Routers) -> tuple[Route, ...]:
    """Every route that is registered in the file, in the order of the source."""
    file = _File(scope, handlers, routers)
    found: list[Route] = []
    for call in scope.of("call_expression"):
        function = call.field("function")
        if function is None or function.kind() != "member_expression" or len(found) >= _MANY:
            continue
        verb = dotted(function.field("property"))
        if verb in _VERBS:
            found += _verb(call, function, verb, file)
        elif verb == "route":
            found += _objects(call, function, file)
    found += _by_hand(file)
    return tuple(sorted(found, key=lambda route: route.line))


def origin_of(node: Node | None, scope: Scope) -> str:
    """The dotted name of what answers, what it is an instance of in front."""
    node = bare(node)
    if node is None or node.kind() in FUNCTIONS:
        return dotted(node.field("name")) if node is not None else ""
    if node.kind() == "call_expression":
        given = [item for item in arguments(node) if item.kind() in ("identifier", "member_expression")]
        function = node.field("function")
        if function is not None and dotted(function).endswith(".bind"):
            return origin_of(function.field("object"), scope)
        return origin_of(given[-1], scope) if given else scope.qualified(node)
    head, dot, rest = dotted(node).partition(".")
    made = scope.value(head)
    if made is not None and made.kind() == "new_expression" and head not in scope.origins:
        return scope.qualified(made).removesuffix("()") + dot + rest
    return scope.qualified(node)


def _receiver(owner: Node | None, file: _File) -> tuple[str, str | None]:
    """Who registers, by the last part of its name, and the path of a ``.route(path)`` in between.

    Empty where it is no server.
    """
    owner = bare(owner)
    path: str | None = None
    if owner is not None and owner.kind() == "call_expression":
        path = _middle(owner, file.scope)
    chain = file.scope.chain(owner)
    name = dotted(chain.owner).rpartition(".")[2]
    if file.routers.accepts(name):
        return name, path
    if chain.first is not None:
        built = file.scope.imported(chain.first.field("function") or chain.first.field("constructor"))
        return (BUILDERS[built][0], path) if built in BUILDERS else ("", None)
    return "", None


def _middle(call: Node, scope: Scope) -> str | None:
    """The path of the nearest ``.route(path)`` before the end of a chain, at most ten links away."""
    node: Node | None = call
    for _ in range(10):
        if node is None or node.kind() != "call_expression":
            return None
        function = bare(node.field("function"))
        if function is None or function.kind() != "member_expression":
            return None
        if dotted(function.field("property")) == "route":
            return scope.fold(next(iter(arguments(node)), None))
        node = bare(function.field("object"))
    return None


def _verb(call: Node, function: Node, verb: str, file: _File) -> list[Route]:
    receiver, path = _receiver(function.field("object"), file)
    given = arguments(call)
    if not receiver or not given:
        return []
    if path is not None:
        return [_route(call, (receiver, verb, path), given, file)]
    paths, rest = _paths(given, file.scope)
    if not rest or rest[-1].kind() in ("string", "number", "template_string", "true", "false"):
        return []
    if rest[-1].kind() == "object" and option(rest[-1], "handler") is None:
        return []
    return [_route(call, (receiver, verb, path), rest, file) for path in paths]


def _paths(given: list[Node], scope: Scope) -> tuple[list[str], list[Node]]:
    """The paths that come first (after a name, in Koa), and what follows them."""
    first = given[0]
    items = first.named_children() if first.kind() == "array" else [first]
    paths = [text for item in items if (text := scope.fold(item)) is not None]
    if len(given) > 2 and paths and not paths[0].startswith(("/", "*", "{")):
        second = scope.fold(given[1])
        if second is not None and second.startswith("/"):
            return [second], given[2:]
    return [path for path in paths if path.startswith(("/", "*", "{", "(")) or not path], given[1:]


def _route(call: Node, at: tuple[str, str, str], given: list[Node], file: _File) -> Route:
    receiver, verb, path = at
    whole = braced(joined(file.routers.prefix_of(receiver), path))
    last = given[-1]
    if last.kind() == "object":
        last = option(last, "handler") or last
    function = call.field("function")
    shown = function.field("property") if function is not None else None
    line = line_of(shown or call)
    guards = (*guards_in(given[:-1]), *guards_in([given[-1]] if given[-1].kind() == "object" else []))
    wrapper = dotted(last).removesuffix("()") if last.kind() == "call_expression" else ""
    return Route(
        line=line,
        methods=_VERBS[verb],
        path=whole,
        framework=file.routers.framework(receiver),
        origin=origin_of(last, file.scope),
        handler=file.handlers.named(last),
        guards=(
            *file.routers.guards_before(receiver, line, whole),
            *guards,
            *((wrapper,) if wrapper else ()),
        ),
        text=f'{receiver}.{verb}("{path}")',
    )


def _objects(call: Node, function: Node, file: _File) -> list[Route]:
    """``server.route({method, url or path, handler})``, or an array of such."""
    receiver, _ = _receiver(function.field("object"), file)
    given = file.scope.settled(next(iter(arguments(call)), None))
    if not receiver or given is None:
        return []
    items = given.named_children() if given.kind() == "array" else [given]
    found = []
    for item in items:
        settled = file.scope.settled(item)
        path = file.scope.fold(option(settled, "url", "path"))
        if settled is None or path is None:
            continue
        method = file.scope.settled(option(settled, "method"))
        names = method.named_children() if method is not None and method.kind() == "array" else [method]
        methods = [text.upper() for name in names if (text := file.scope.fold(name))]
        handler = option(settled, "handler") or option(option(settled, "options", "config"), "handler")
        whole = braced(joined(file.routers.prefix_of(receiver), path))
        line = line_of(settled)
        found.append(
            Route(
                line=line,
                methods=tuple(text for text in methods if text != "*"),
                path=whole,
                framework=file.routers.framework(receiver),
                origin=origin_of(handler, file.scope),
                handler=file.handlers.named(handler),
                guards=(
                    *file.routers.guards_before(receiver, line, whole),
                    *guards_in([settled]),
                    *guards_in(
                        [item for item in (option(settled, "options", "config"),) if item is not None]
                    ),
                ),
                text=f'{receiver}.route("{path}")',
            )
        )
    return found


def _by_hand(file: _File) -> list[Route]:
    """``if (req.url === "/health")`` and ``switch (req.url)`` of a bare HTTP server."""
    scope = file.scope
    listens = any(_listens(call, scope) for call in scope.of("call_expression"))
    if not listens:
        return []
    found: list[Route] = []
    for node in scope.of("binary_expression"):
        if operator(node) in ("===", "==") and dotted(node.field("left")).endswith(_URLS):
            path = scope.fold(node.field("right"))
            if path is not None and path.startswith("/"):
                found.append(_compared(node, path, _branch(node), file.handlers))
    for node in scope.of("switch_case"):
        path = scope.fold(node.field("value"))
        if path is not None and path.startswith("/"):
            found.append(_compared(node, path, node, file.handlers))
    return found[:_MANY]


def _listens(call: Node, scope: Scope) -> bool:
    head, _, last = scope.qualified(call.field("function")).rpartition(".")
    return last in _LISTENERS and head in _SERVERS


def _branch(node: Node) -> Node | None:
    """What is done where the comparison ``node`` holds."""
    parent = node.parent()
    for _ in range(4):
        if parent is None:
            return None
        if parent.kind() == "if_statement":
            return parent.field("consequence")
        parent = parent.parent()
    return None


def _compared(node: Node, path: str, branch: Node | None, handlers: Handlers) -> Route:
    handler: Handler | None = handlers.of(branch) if branch is not None else None
    return Route(line_of(node), (), path, "http", "", handler, (), f'req.url === "{path}"')
