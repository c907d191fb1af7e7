"""The applications and routers of a file, and what is put before their routes.

Sources: Express "Using middleware", Fastify "Hooks" and "Plugins", Koa Router, Hono "Routing",
Hapi "Routing", restify "Server API".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.script.handlers import lets_some_through
from readiness.facts.code.script.names import arguments, bare, dotted, option, pairs
from readiness.facts.code.script.paths import braced, joined
from readiness.facts.code.script.scope import FUNCTIONS, Scope
from readiness.records import Struct, field, replace
from readiness.syntax import line_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.syntax import Node

# What builds an application (True) or a router (False), and its framework.
BUILDERS: dict[str, tuple[str, bool]] = {
    "express": ("express", True),
    "express.Router": ("express", False),
    "express-promise-router": ("express", False),
    "@feathersjs/express": ("express", True),
    "json-server.create": ("express", True),
    "fastify": ("fastify", True),
    "fastify.fastify": ("fastify", True),
    "fastify.Fastify": ("fastify", True),
    "koa": ("koa", True),
    "@koa/router": ("koa", False),
    "koa-router": ("koa", False),
    "@koa/router.Router": ("koa", False),
    "hono.Hono": ("hono", True),
    "hono/quick.Hono": ("hono", True),
    "hono/tiny.Hono": ("hono", True),
    "@hono/zod-openapi.OpenAPIHono": ("hono", True),
    "elysia.Elysia": ("elysia", True),
    "elysia": ("elysia", True),
    "restify.createServer": ("restify", True),
    "polka": ("polka", True),
    "@hapi/hapi.server": ("hapi", True),
    "@hapi/hapi.Server": ("hapi", True),
    "hapi.server": ("hapi", True),
    "hapi.Server": ("hapi", True),
    "itty-router.Router": ("itty-router", True),
    "itty-router.AutoRouter": ("itty-router", True),
    "h3.createRouter": ("h3", False),
    "h3.createApp": ("h3", True),
    "find-my-way": ("find-my-way", False),
    "hyper-express.Server": ("hyper-express", True),
    "hyper-express.Router": ("hyper-express", False),
}
FRAMEWORKS = frozenset(name for name, _ in BUILDERS.values())
# Names that a function is given an application or a router under.
_GIVEN = frozenset(("app", "router", "server", "fastify", "application", "instance", "expressApp", "route"))
# They answer in place of a server, or ask one: what looks like a route in such a file is none.
_PRETENDERS = frozenset(
    ("msw", "miragejs", "nock", "supertest", "fetch-mock", "axios-mock-adapter", "pollyjs")
)
_HOOKS = ("onRequest", "preHandler", "preValidation", "preParsing")
_OPTIONS = ("preHandler", "onRequest", "preValidation", "beforeHandle", "auth", "pre", "preHandlers")
# By these options a framework checks what it is sent before the handler is called: Fastify, hapi, Elysia.
_SCHEMAS = ("schema", "validate", "body", "validator")
# They make out who asks, and let everybody through.
_HARMLESS = ("initialize", "session")


class Mount(Struct, frozen=True):
    """A router of another file, put below ``prefix`` of ``receiver``. ``module`` is as written here."""

    line: int
    module: str
    prefix: str
    guards: tuple[str, ...] = ()
    receiver: str = ""


class Router(Struct, frozen=True):
    """An application or router: its framework, the prefix of its routes, and what it is mounted on."""

    framework: str
    application: bool
    prefix: str = ""
    parent: str = ""


class Before(Struct, frozen=True):
    """Guards put before what ``receiver`` registers after ``line``, below ``prefix``."""

    receiver: str
    line: int
    prefix: str
    guards: tuple[str, ...]


class Routers(Struct):
    """What a file knows of routers, by the last part of the name they are kept under."""

    scope: Scope
    known: dict[str, Router] = field(default_factory=dict)
    mounts: list[Mount] = field(default_factory=list)
    before: list[Before] = field(default_factory=list)

    def prefix_of(self, receiver: str) -> str:
        """The path that stands before what ``receiver`` registers, as far as this file says."""
        prefix, seen = "", set()
        while receiver in self.known and receiver not in seen:
            seen.add(receiver)
            prefix = joined(self.known[receiver].prefix, prefix)
            receiver = self.known[receiver].parent
        return prefix

    def guards_before(self, receiver: str, line: int, path: str) -> tuple[str, ...]:
        """What stands before the route ``path`` of ``receiver`` that is registered on ``line``."""
        return tuple(
            name
            for item in self.before
            if item.receiver == receiver and item.line < line and path.startswith(item.prefix)
            for name in item.guards
        )

    def everywhere(self) -> tuple[str, ...]:
        """What an application of this file, or the one it is given, puts before every route."""
        names = (
            name
            for item in self.before
            if (
                self.known[item.receiver].application
                if item.receiver in self.known
                else item.receiver != "router"
            )
            for name in item.guards
        )
        return tuple(dict.fromkeys(names))

    def framework(self, receiver: str) -> str:
        """The framework of ``receiver``, else the only one that the file imports, else empty."""
        if receiver in self.known:
            return self.known[receiver].framework
        found = {FRAMEWORK_OF[module] for module in self.scope.modules() if module in FRAMEWORK_OF}
        return found.pop() if len(found) == 1 else receiver if receiver in FRAMEWORKS else ""

    def accepts(self, receiver: str) -> bool:
        """Whether ``receiver`` is surely, or going by what it is called, no client but a server."""
        if receiver in self.known:
            return True
        if receiver not in _GIVEN or any(_package(module) in _PRETENDERS for module in self.scope.modules()):
            return False
        origin = self.scope.origins.get(receiver)
        if origin is not None:
            # A scope alone is no name of a package: it is an alias for a folder.
            alias = origin.module.startswith("@") and "/" not in origin.module
            return alias or origin.module.startswith((".", "@/", "~/", "#"))
        value = self.scope.value(receiver)
        return value is None or not self.scope.qualified(value).startswith(_CLIENTS)


FRAMEWORK_OF = {
    module: framework
    for name, (framework, _) in BUILDERS.items()
    for module in (name.rpartition(".")[0] or name, name)
} | {"fastify-plugin": "fastify", "@fastify/autoload": "fastify"}
_CLIENTS = (
    "axios",
    "got",
    "ky",
    "superagent",
    "supertest",
    "chai",
    "node-fetch",
    "undici",
    "@angular",
    "vue-router",
)


def _package(module: str) -> str:
    parts = module.split("/")
    return "/".join(parts[: 2 if module.startswith("@") else 1])


def routers_of(scope: Scope) -> Routers:
    """The routers of ``scope``, where they are mounted, and what is put before their routes."""
    routers = Routers(scope)
    kept: dict[int, str] = {}
    for name, values in scope.values.items():
        router = _built(values[0], scope)
        if router is not None:
            routers.known[name] = router
            kept[values[0].range().start.index] = name
    for call in scope.of("call_expression"):
        function = call.field("function")
        if function is None or function.kind() != "member_expression":
            continue
        verb = dotted(function.field("property"))
        if verb not in ("use", "register", "route", "prefix", "addHook"):
            continue
        chain = scope.chain(function.field("object"))
        receiver = dotted(chain.owner).rpartition(".")[2]
        if routers.accepts(receiver):
            _put(call, verb, receiver, routers)
        elif chain.first is not None and _built(chain.first, scope) is not None:
            _put(call, verb, kept.get(chain.first.range().start.index, ""), routers)
    _listed(routers)
    routers.mounts = [
        replace(mount, prefix=braced(joined(routers.prefix_of(mount.receiver), mount.prefix)))
        for mount in routers.mounts
    ]
    return routers


def _listed(routers: Routers) -> None:
    """Routers in a list that is gone through: ``{ path: "/users", route: users }``."""
    for pair in routers.scope.of("pair"):
        key, value = pair.field("key"), pair.field("value")
        if key is None or value is None or key.text() not in ("route", "router"):
            continue
        path = routers.scope.fold(option(pair.parent(), "path", "prefix"))
        if path is not None and path.startswith("/"):
            receiver = next((name for name, known in routers.known.items() if not known.parent), "")
            _mount(value, Mount(line_of(pair), "", path, (), receiver), routers)


def _built(node: Node, scope: Scope) -> Router | None:
    start = scope.chain(node).first
    if start is None:
        return None
    name = scope.imported(start.field("function") or start.field("constructor"))
    framework, application = BUILDERS.get(name, ("", False))
    if not framework:
        return None
    first = next(iter(arguments(start)), None)
    prefix = scope.fold(option(first, "prefix")) or ""
    outer = bare(node)
    function = outer.field("function") if outer is not None else None
    if outer is not None and function is not None and dotted(function).endswith(".basePath"):
        prefix = scope.fold(next(iter(arguments(outer)), None)) or ""
    return Router(framework, application, prefix)


def _put(call: Node, verb: str, receiver: str, routers: Routers) -> None:
    """``app.use("/p", guard, router)``, ``fastify.register(plugin, {prefix})`` and the like."""
    scope, given = routers.scope, _flat(arguments(call))
    if not given:
        return
    path = scope.fold(given[0])
    line = line_of(call)
    if verb == "prefix" and path is not None and receiver in routers.known:
        known = routers.known[receiver]
        routers.known[receiver] = replace(known, prefix=path)
        return
    if verb == "addHook":
        if path in _HOOKS:
            _guard(routers, receiver, line, "", guards_in(given[1:]))
        return
    rest = given[1:] if path is not None else given
    prefix = path or ""
    if verb == "register":
        prefix = scope.fold(option(scope.settled(rest[-1]) if rest else None, "prefix")) or ""
    if verb == "route" and path is None:
        return
    mounted = []
    for item in rest:
        guards = guards_in([other for other in rest if other is not item])
        if _mount(item, Mount(line, "", prefix, guards, receiver), routers):
            mounted.append(item)
    if not mounted and verb == "use":
        _guard(routers, receiver, line, braced(prefix).rstrip("*/"), guards_in(rest))


def _guard(routers: Routers, receiver: str, line: int, prefix: str, names: tuple[str, ...]) -> None:
    if names:
        routers.before.append(Before(receiver, line, prefix, names))


def _mount(item: Node, at: Mount, routers: Routers) -> bool:
    """Take note of ``item`` if it is a router of this file or seems one of another. ``at`` says where."""
    scope = routers.scope
    name = dotted(item)
    last = name.removesuffix("()").removesuffix(".routes").removesuffix(".middleware").rpartition(".")[2]
    if last in routers.known:
        known = routers.known[last]
        routers.known[last] = replace(known, prefix=joined(at.prefix, known.prefix), parent=at.receiver)
        _guard(routers, last, 0, "", at.guards)
        return True
    qualified = scope.qualified(item)
    origin = scope.origins.get(name.partition(".")[0].removesuffix("()"))
    module = origin.module if origin is not None else qualified.removesuffix("()")
    if not module.startswith((".", "@/", "~/", "#")):
        return False
    routers.mounts.append(replace(at, module=module))
    # A guard may come from another file too; it is told apart by what the other file holds.
    lower = last.lower()
    named = lower.endswith(("controller", "routes", "router", "route", "api"))
    return named or (item.kind() != "call_expression" and "auth" not in lower.replace("author", ""))


def _flat(nodes: Iterable[Node]) -> list[Node]:
    """``nodes`` with arrays replaced by what is in them."""
    found: list[Node] = []
    for node in nodes:
        found += node.named_children() if node.kind() == "array" else [node]
    return found


def guards_in(nodes: Iterable[Node]) -> tuple[str, ...]:
    """The names of middleware among ``nodes``, and of those that options name."""
    found: list[str] = []
    for node in _flat(nodes):
        if node.kind() == "object":
            for name, value in pairs(node):
                if name in _SCHEMAS:
                    found.append(f"schema:{name}")
                if name in _OPTIONS:
                    inner = guards_in([value])
                    found += inner or (
                        [f"auth:{value.text()}"] if name == "auth" and value.kind() == "string" else []
                    )
        elif node.kind() in FUNCTIONS:
            found += ["auth:401"] if lets_some_through(node) else []
        else:
            name = dotted(node).removesuffix("()")
            if name and name.rpartition(".")[2] not in _HARMLESS:
                found.append(name)
    return tuple(dict.fromkeys(found))
