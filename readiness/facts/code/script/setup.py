"""What a file imports, and the servers it builds and binds.

Sources: Node.js "Modules", TypeScript "Modules", and the first pages of each framework.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.model import Import, Server
from readiness.facts.code.script.names import arguments, dotted, loads, option, quoted
from readiness.facts.code.script.routers import BUILDERS, Routers
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.facts.code.script.scope import Scope
    from readiness.syntax import Node

_CONSTRUCTS = {
    "koa": "koa",
    "koa.Koa": "koa",
    "@nestjs/core.NestFactory.create": "nest",
    "@nestjs/core.NestFactory.createMicroservice": "nest-microservice",
    "@apollo/server.ApolloServer": "apollo",
    "apollo-server.ApolloServer": "apollo",
    "graphql-yoga.createYoga": "graphql-yoga",
    "next": "next",
    "bullmq.Worker": "bullmq",
    "@temporalio/worker.Worker.create": "temporal",
    "@grpc/grpc-js.Server": "grpc",
    "grpc.Server": "grpc",
    "ws.WebSocketServer": "ws",
    "ws.Server": "ws",
} | {name: framework for name, (framework, application) in BUILDERS.items() if application}
_BARE = frozenset(
    f"{prefix}{module}.{name}"
    for prefix in ("", "node:")
    for module in ("http", "https", "http2")
    for name in ("createServer", "createSecureServer", "Server")
)
_SERVES = {
    "Bun.serve": "bun",
    "Deno.serve": "deno",
    "@hono/node-server.serve": "hono",
    "@nestjs/core.NestFactory.listen": "nest",
    "@apollo/server/standalone.startStandaloneServer": "apollo",
}
WORKERS = ("bullmq", "temporal", "nest-microservice")
_MANY = 100


def servers_of(scope: Scope, routers: Routers) -> tuple[Server, ...]:
    """Every place where a server or a worker is built or bound, in the order of the source."""
    built: dict[str, str] = {}
    for name, values in scope.values.items():
        framework = _framework(values[0], scope)
        if framework:
            built[name] = framework
    found: list[Server] = []
    for call in scope.of("call_expression", "new_expression"):
        found += _served(call, scope, routers, built)
    return tuple(sorted(found[:_MANY], key=lambda row: row.line))


def _name(call: Node, scope: Scope) -> str:
    callee = call.field("function") or call.field("constructor")
    name = scope.qualified(callee)
    return name if name in _SERVES else scope.imported(callee)


def _framework(call: Node, scope: Scope) -> str:
    name = _name(call, scope)
    return _CONSTRUCTS.get(name, "http" if name in _BARE else "")


def _served(call: Node, scope: Scope, routers: Routers, built: dict[str, str]) -> list[Server]:
    name, line = _name(call, scope), line_of(call)
    framework = _framework(call, scope)
    if framework:
        shown = dotted(call.field("function") or call.field("constructor"))
        return [Server(line, framework, "construct", f"{shown}(…)")]
    if name in _SERVES:
        return [Server(line, _SERVES[name], "serve", f"{name}(…)", host=_host(call, scope))]
    function = call.field("function")
    if function is None or dotted(function.field("property")) not in ("listen", "start"):
        return []
    chain = scope.chain(function.field("object"))
    receiver = dotted(chain.owner).rpartition(".")[2]
    framework = built.get(receiver, "") or (_framework(chain.first, scope) if chain.first else "")
    if dotted(function.field("property")) == "start" and framework != "hapi":
        return []
    if framework or routers.accepts(receiver) or (receiver == "httpServer" and receiver not in scope.values):
        kind = framework or routers.framework(receiver)
        return [Server(line, kind, "serve", f"{dotted(function)}(…)", host=_host(call, scope))]
    return []


def _host(call: Node, scope: Scope) -> str:
    given = arguments(call)
    for item in given[:1]:
        host = option(scope.settled(item), "host", "hostname")
        if host is not None:
            return scope.fold(host) or ""
    return (
        (scope.fold(given[1]) or "") if len(given) > 1 and given[1].kind() in ("string", "identifier") else ""
    )


def imports_of(root: Node) -> tuple[Import, ...]:
    """Every import, in the order of the source.

    ``optional`` where only the type checker reads it, or where its absence is caught.
    """
    caught: set[int] = set()
    for block in nodes_of(root, ("try_statement",))[:1000]:
        body = block.field("body")
        if body is not None:
            caught.update(node.range().start.index for node in nodes_of(body, ("call_expression",))[:200])
    found: list[Import] = []
    for node in nodes_of(
        root, ("import_statement", "export_statement", "call_expression", "import_require_clause")
    ):
        if node.kind() == "call_expression":
            if not loads(node.field("function")):
                continue
            module = quoted(next(iter(arguments(node)), None))
        else:
            module = quoted(node.field("source"))
        if module:
            typed = any(child.kind() == "type" for child in node.children()[:2])
            optional = typed or node.range().start.index in caught
            found.append(Import(line_of(node), module, int(module.startswith(".")), (), optional))
    return tuple(found)
