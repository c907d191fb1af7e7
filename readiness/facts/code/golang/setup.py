"""The servers that a file of Go builds and binds, and the frameworks in it whose ways are not read.

Sources: net/http "ListenAndServe" and "Server", the first pages of Gin, Echo, Fiber and gRPC-Go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.golang.names import (
    STRINGS,
    arguments,
    dotted,
    keyed,
    last_name,
    owner_of,
    quoted,
    type_name,
)
from readiness.facts.code.golang.routers import BUILDERS, TYPES
from readiness.facts.code.golang.scope import plain_path
from readiness.facts.code.model import Gap, Question, Server
from readiness.syntax import line_of

if TYPE_CHECKING:
    from readiness.facts.code.golang.scope import Scope
    from readiness.syntax import Node

_CONSTRUCTS = {
    name: framework for name, framework in BUILDERS.items() if framework in ("gin", "echo", "fiber")
} | {"google.golang.org/grpc.NewServer": "grpc"}
_SERVES = {
    "net/http.ListenAndServe": "net/http",
    "net/http.ListenAndServeTLS": "net/http",
    "net/http.Serve": "net/http",
}
_RUNS = {
    "Run": "gin",
    "RunTLS": "gin",
    "Start": "echo",
    "StartTLS": "echo",
    "Listen": "fiber",
    "ListenTLS": "fiber",
}
_DEBUG = "github.com/gin-gonic/gin.DebugMode"
# Frameworks that register routes, guard them or allow origins in ways of their own.
UNREAD = (
    "github.com/astaxie/beego",
    "github.com/beego/beego/server/web",
    "github.com/revel/revel",
    "github.com/kataras/iris",
    "github.com/cloudwego/hertz/pkg/app/server",
    "github.com/gobuffalo/buffalo",
    "github.com/emicklei/go-restful",
    "github.com/fasthttp/router",
    "github.com/danielgtaylor/huma",
    "github.com/go-martini/martini",
    "github.com/uptrace/bunrouter",
    "github.com/go-fuego/fuego",
    "goa.design/goa",
    "connectrpc.com/connect",
    "github.com/twitchtv/twirp",
    "github.com/grpc-ecosystem/grpc-gateway",
    "github.com/swaggest/rest",
    "github.com/savsgio/atreugo",
    "github.com/dimfeld/httptreemux",
    "github.com/pocketbase/pocketbase",
    "github.com/oapi-codegen/runtime",
    "github.com/go-openapi/runtime/middleware",
    "github.com/go-openapi/loads",
    "github.com/deepmap/oapi-codegen",
)
# Frameworks that also log, count and trace by settings of their own.
_WHOLE = (
    "github.com/zeromicro/go-zero/rest",
    "github.com/go-kratos/kratos/transport/http",
    "github.com/gogf/gf/net/ghttp",
    "encore.dev",
)
# Settings that come from the environment under names which the code does not write.
_SETTINGS = (
    ("github.com/spf13/viper.AutomaticEnv", "viper takes every setting from the environment too"),
    ("github.com/knadh/koanf/providers/env.Provider", "koanf takes every setting from the environment too"),
    (
        "github.com/knadh/koanf/providers/env.ProviderWithValue",
        "koanf takes every setting from the environment too",
    ),
)
_ABOUT_ROUTES: tuple[Question, ...] = ("route", "cors")
_MANY = 100


def servers_of(scope: Scope) -> tuple[Server, ...]:
    """Every place where a server is built or bound, in the order of the source."""
    debug = any(
        dotted_of(item, scope) == _DEBUG
        for call in scope.of("call_expression")
        if scope.called(call) == "github.com/gin-gonic/gin.SetMode"
        for item in arguments(call)
    )
    found: list[Server] = []
    for call in scope.of("call_expression"):
        if len(found) >= _MANY:
            break
        found += _call(call, scope, debug=debug)
    for literal in scope.of("composite_literal"):
        if scope.expanded(type_name(literal.field("type"))) == "net/http.Server":
            host = _host(scope.fold(keyed(literal).get("Addr")) or "")
            found.append(Server(line_of(literal), "net/http", "serve", "http.Server{…}", host=host))
    return tuple(sorted(found, key=lambda row: row.line))


def dotted_of(node: Node, scope: Scope) -> str:
    """The qualified name of a value, such as a constant of a package."""
    return scope.qualified(node)


def _call(call: Node, scope: Scope, *, debug: bool) -> list[Server]:
    name = scope.called(call)
    shown = f"{dotted(call.field('function'))}(…)"
    framework = _CONSTRUCTS.get(name)
    if framework is not None:
        return [Server(line_of(call), framework, "construct", shown, debug=debug and framework == "gin")]
    given = arguments(call)
    if name in _SERVES:
        host = _host(scope.fold(given[0]) or "") if given else ""
        return [Server(line_of(call), _SERVES[name], "serve", shown, host=host)]
    runs = _RUNS.get(last_name(call), "")
    owner = owner_of(call)
    if not runs or owner is None or not given or _kept(owner, scope) != runs:
        return []
    return [Server(line_of(call), runs, "serve", shown, host=_host(scope.fold(given[0]) or ""))]


def _kept(owner: Node, scope: Scope) -> str:
    """The framework of the server that a name keeps."""
    name = dotted(owner)
    value = scope.value(name)
    if value is not None:
        return BUILDERS.get(scope.qualified(value).replace("()", ""), "")
    return TYPES.get(scope.expanded(scope.types.get(name.rpartition(".")[2], "")), "")


def _host(address: str) -> str:
    host = address.rpartition(":")[0]
    return "" if "{" in host else host


def gaps_of(scope: Scope) -> tuple[Gap, ...]:
    """What the file does in ways that are not read."""
    found = []
    for node in scope.of("import_spec"):
        literal = next((child for child in node.named_children() if child.kind() in STRINGS), None)
        path = plain_path(quoted(literal) or "")
        whole = any(path == known or path.startswith(known + "/") for known in _WHOLE)
        if whole or any(path == known or path.startswith(known + "/") for known in UNREAD):
            questions: tuple[Question, ...] = (*_ABOUT_ROUTES, *(("telemetry",) if whole else ()))
            found.append(Gap(line_of(node), questions, f"what {path} serves is not read yet"))
    for name in ("github.com/valyala/fasthttp.ListenAndServe", "github.com/valyala/fasthttp.Server"):
        found += [
            Gap(line_of(node), _ABOUT_ROUTES, "what fasthttp serves is not read yet")
            for node in scope.of("call_expression", "composite_literal")
            if scope.qualified(node).removesuffix("()") == name
        ]
    for call in scope.of("call_expression"):
        name = scope.called(call)
        reason = next((reason for known, reason in _SETTINGS if name == known), "")
        if not reason and last_name(call) == "AutomaticEnv":
            reason = _SETTINGS[0][1]
        if name == "os.Environ" and _goes_through(call):
            reason = "the program goes through every variable of the environment"
        if reason:
            found.append(Gap(line_of(call), ("variable",), reason))
    return tuple(found[:_MANY])


def _goes_through(call: Node) -> bool:
    """Whether the whole environment is gone through, or given to a parser, and not only handed on."""
    parent = call.parent()
    if parent is None or parent.kind() != "argument_list":
        return parent is not None and parent.kind() == "range_clause"
    outer = parent.parent()
    return outer is not None and outer.kind() == "call_expression" and last_name(outer) != "append"
