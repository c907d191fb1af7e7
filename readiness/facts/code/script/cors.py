"""How a program answers cross-origin requests.

Sources: "cors" of Express (every origin by default, ``origin: true`` reflects the asker's),
@koa/cors, @fastify/cors and hono/cors (the same defaults), NestJS "CORS", Next.js "headers",
Socket.IO "Handling CORS".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.model import Cors
from readiness.facts.code.script.names import arguments, bare, dotted, operator, option, spread, truth
from readiness.records import replace
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.facts.code.script.scope import Scope
    from readiness.syntax import Node

_LIBRARIES = {
    "cors": "express",
    "@koa/cors": "koa",
    "koa2-cors": "koa",
    "@fastify/cors": "fastify",
    "fastify-cors": "fastify",
    "hono/cors.cors": "hono",
    "@elysiajs/cors.cors": "elysia",
    "@elysiajs/cors": "elysia",
}
_HEADER = "access-control-allow-origin"
_SETTERS = ("setHeader", "header", "set", "append", "writeHeader")
_DEPTH = 6
_MANY = 100
_CLIENTS = ("fetch", "axios", "got", "request", "get", "post", "create")


def cors_of(scope: Scope) -> tuple[Cors, ...]:
    """Every set-up of cross-origin requests, in the order of the source."""
    found: list[Cors] = []
    for call in scope.of("call_expression", "new_expression"):
        if len(found) >= _MANY:
            break
        found += [row for row in (_library(call, scope), _framework(call, scope), _set(call, scope)) if row]
    found += [row for pair in scope.of("pair")[:2000] if (row := _pair(pair, scope))]
    allowed = any(row.framework == "header" for row in found) and _allows(scope)
    rows = (replace(row, credentials=allowed) if row.framework == "header" else row for row in found[:_MANY])
    return tuple(sorted(rows, key=lambda row: row.line))


def wildcard(node: Node | None, scope: Scope, depth: int = 0) -> tuple[bool | None, bool]:
    """Whether the origins ``node`` contain everything, and whether that is only a default."""
    node = bare(node)
    if node is None or depth > _DEPTH:
        return None, False
    match node.kind():
        case "true" | "false":
            return node.kind() == "true", False
        case "string" | "template_string":
            text = scope.fold(node) or ""
            return None if "{" in text else any(part.strip() == "*" for part in text.split(",")), False
        case "array":
            parts = [wildcard(item, scope, depth + 3)[0] for item in node.named_children()[:100]]
            return True if True in parts else None if None in parts else False, False
        case "regex":
            return node.text() in ("/.*/", "/^.*$/", "/.+/"), False
        case "identifier":
            return wildcard(scope.value(node.text()), scope, depth + 1)
        case "binary_expression" if operator(node) in ("||", "??"):
            right, _ = wildcard(node.field("right"), scope, depth + 1)
            return (True, True) if right else (None, False)
        case "ternary_expression":
            sides = [
                wildcard(node.field(side), scope, depth + 1)[0] for side in ("consequence", "alternative")
            ]
            return (sides[0] if sides[0] == sides[1] else None), False
        case "call_expression":
            return _split(node, scope, depth)
        case "arrow_function" | "function_expression":
            return _decided(node), False
        case _:
            return None, False


def _split(node: Node, scope: Scope, depth: int) -> tuple[bool | None, bool]:
    """``(process.env.ORIGINS || "*").split(",")``."""
    function = node.field("function")
    if function is not None and dotted(function.field("property")) in ("split", "trim", "map", "filter"):
        return wildcard(function.field("object"), scope, depth + 1)
    return None, False


def _decided(function: Node) -> bool | None:
    """A function that allows whoever asks decides nothing; any other may."""
    calls = nodes_of(function, ("call_expression", "if_statement", "ternary_expression", "binary_expression"))
    if len(calls) != 1 or calls[0].kind() != "call_expression":
        return None
    given = arguments(calls[0])
    return True if len(given) == 2 and truth(given[1]) else None


def _library(call: Node, scope: Scope) -> Cors | None:
    """``cors(options)``, ``register(cors, options)``, ``app.use(cors, …)``."""
    given = arguments(call)
    name = scope.imported(call.field("function"))
    if dotted(call.field("function")).endswith(".register") and given:
        name, given = scope.imported(given[0]), given[1:]
    framework = _LIBRARIES.get(name)
    if framework is None:
        return None
    return _options(line_of(call), framework, given[0] if given else None, scope)


def _options(line: int, framework: str, node: Node | None, scope: Scope) -> Cors:
    """The default of every library is every origin."""
    if node is None or truth(node) is True:
        return Cors(line, framework, True, False, "the default")
    settled = scope.settled(node)
    if settled is None or settled.kind() != "object":
        return Cors(line, framework, None, None)
    origin, credentials = option(settled, "origin"), option(settled, "credentials")
    hidden = spread(settled)
    if origin is None:
        verdict, default = (None, False) if hidden else (True, True)
    elif origin.kind() == "method_definition":
        verdict, default = _decided(origin), False
    else:
        verdict, default = wildcard(origin, scope)
    allowed = (None if hidden else False) if credentials is None else truth(scope.settled(credentials))
    return Cors(line, framework, verdict, allowed, "the default" if default else "")


def _framework(call: Node, scope: Scope) -> Cors | None:
    """``app.enableCors(options)``, and the option ``cors`` of what builds a server."""
    name = scope.qualified(call.field("function") or call.field("constructor"))
    given = arguments(call)
    if name.endswith(".enableCors"):
        return _options(line_of(call), "nest", given[0] if given else None, scope)
    frameworks = {
        "@nestjs/core.NestFactory.create": "nest",
        "socket.io.Server": "socket.io",
        "socket.io": "socket.io",
    }
    if name not in frameworks:
        return None
    for item in given:
        cors = option(scope.settled(item), "cors")
        if cors is not None and truth(cors) is not False:
            return _options(line_of(cors), frameworks[name], cors, scope)
    return None


def _allows(scope: Scope) -> bool:
    return "access-control-allow-credentials" in scope.root.text().lower()


def _set(call: Node, scope: Scope) -> Cors | None:
    """``res.setHeader("Access-Control-Allow-Origin", …)``."""
    function, given = call.field("function"), arguments(call)
    if function is None or len(given) != 2 or dotted(function.field("property")) not in _SETTERS:
        return None
    if (scope.fold(given[0]) or "").lower() != _HEADER:
        return None
    verdict, default = wildcard(given[1], scope)
    return Cors(line_of(call), "header", verdict, None, "the default" if default else "")


def _pair(pair: Node, scope: Scope) -> Cors | None:
    """The header in an object: as a key, or as ``{key, value}`` of a Next.js configuration."""
    key, value = pair.field("key"), pair.field("value")
    if key is None or value is None:
        return None
    name = key.text().strip("\"'`").lower()
    if name == "key" and (scope.fold(value) or "").lower() == _HEADER:
        value = option(pair.parent(), "value")
    elif name != _HEADER:
        return None
    if any(
        dotted(item.field("function")).rpartition(".")[2] in _CLIENTS
        for item in pair.ancestors()[:8]
        if item.kind() == "call_expression"
    ):
        return None  # a request cannot allow itself anything
    verdict, default = wildcard(value, scope)
    return Cors(line_of(pair), "header", verdict, None, "the default" if default else "")
