"""How a program in Go answers cross-origin requests.

Sources: rs/cors and go-chi/cors (every origin where none is named), gin-contrib/cors, Echo "CORS"
and Fiber "CORS" (every origin by default), gorilla/handlers "CORS" (the same).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.golang.names import arguments, bare, dotted, elements, keyed, last_name, quoted
from readiness.facts.code.model import Cors
from readiness.records import replace
from readiness.syntax import line_of

if TYPE_CHECKING:
    from readiness.facts.code.golang.scope import Scope
    from readiness.syntax import Node

# What sets it up, the framework, and what it allows where it is told nothing.
_LIBRARIES = {
    "github.com/rs/cors.New": "net/http",
    "github.com/rs/cors.Default": "net/http",
    "github.com/rs/cors.AllowAll": "net/http",
    "github.com/rs/cors/wrapper/gin.New": "gin",
    "github.com/rs/cors/wrapper/gin.Default": "gin",
    "github.com/rs/cors/wrapper/gin.AllowAll": "gin",
    "github.com/go-chi/cors.Handler": "chi",
    "github.com/go-chi/cors.New": "chi",
    "github.com/go-chi/cors.AllowAll": "chi",
    "github.com/gin-contrib/cors.New": "gin",
    "github.com/gin-contrib/cors.Default": "gin",
    "github.com/labstack/echo/middleware.CORS": "echo",
    "github.com/labstack/echo/middleware.CORSWithConfig": "echo",
    "github.com/gofiber/fiber/middleware/cors.New": "fiber",
}
_HANDLERS = "github.com/gorilla/handlers."
_ORIGINS = ("AllowedOrigins", "AllowOrigins")
_EVERY = ("AllowAllOrigins",)
_FUNCTIONS = (
    "AllowOriginFunc",
    "AllowOriginFuncWithContext",
    "AllowOriginRequestFunc",
    "AllowOriginsFunc",
    "AllowOriginVaryRequestFunc",
)
_HEADER = "access-control-allow-origin"
_MANY = 100


def cors_of(scope: Scope) -> tuple[Cors, ...]:
    """Every set-up of cross-origin requests, in the order of the source."""
    found: list[Cors] = []
    for call in scope.of("call_expression"):
        if len(found) >= _MANY:
            break
        found += [row for row in (_library(call, scope), _gorilla(call, scope), _set(call, scope)) if row]
    if any(row.framework == "header" for row in found):
        allowed = "access-control-allow-credentials" in scope.root.text().lower()
        found = [replace(row, credentials=allowed) if row.framework == "header" else row for row in found]
    return tuple(sorted(found, key=lambda row: row.line))


def _library(call: Node, scope: Scope) -> Cors | None:
    name = scope.called(call)
    framework = _LIBRARIES.get(name)
    if framework is None:
        return None
    given = arguments(call)
    line = line_of(call)
    if not given:
        return Cors(line, framework, True, False, "the default")
    settled = scope.settled(given[0])
    if settled is None or settled.kind() != "composite_literal":
        return _changed(line, framework, given[0], settled, scope)
    return _told(line, framework, keyed(settled), scope)


def _changed(line: int, framework: str, named: Node, settled: Node | None, scope: Scope) -> Cors:
    """``config := cors.DefaultConfig()``, whose fields are set afterwards."""
    if settled is None or not dotted(settled).endswith("DefaultConfig()"):
        return Cors(line, framework, None, None)
    name = dotted(named)
    fields = {
        field: values[-1]
        for field in (*_ORIGINS, *_EVERY, *_FUNCTIONS, "AllowCredentials")
        if (values := scope.values.get(f"{name}.{field}"))
    }
    return _told(line, framework, fields, scope, default=framework != "gin")


def _told(line: int, framework: str, fields: dict[str, Node], scope: Scope, *, default: bool = True) -> Cors:
    credentials = _truth(fields.get("AllowCredentials"), scope, default=False)
    if any(_truth(fields.get(name), scope, default=False) is not False for name in _EVERY if name in fields):
        every = _truth(fields[_EVERY[0]], scope, default=False)
        return Cors(line, framework, every, credentials)
    origins = next((fields[name] for name in _ORIGINS if name in fields), None)
    if origins is not None:
        return Cors(line, framework, _wildcard(origins, scope), credentials)
    if any(name in fields for name in _FUNCTIONS):
        return Cors(line, framework, _decided(fields), credentials)
    if framework == "gin" or not default:  # gin-contrib/cors refuses to start without any
        return Cors(line, framework, None, credentials)
    return Cors(line, framework, True, credentials, "the default")


def _decided(fields: dict[str, Node]) -> bool | None:
    """A function that says yes to everybody decides nothing; any other may."""
    for name in _FUNCTIONS:
        function = bare(fields.get(name))
        body = function.field("body") if function is not None else None
        if body is not None and body.text().strip("{} \t\r\n;") == "return true":
            return True
    return None


def _truth(node: Node | None, scope: Scope, *, default: bool) -> bool | None:
    if node is None:
        return default
    settled = scope.settled(node)
    return {"true": True, "false": False}.get(settled.text()) if settled is not None else None


def _wildcard(node: Node, scope: Scope) -> bool | None:
    """Whether the origins ``node`` hold everything; None where they come from elsewhere."""
    settled = scope.settled(node)
    if settled is None:
        return None
    text = scope.fold(settled)
    if text is not None:
        return None if "{" in text else "*" in [part.strip() for part in text.split(",")]
    if settled.kind() != "composite_literal":
        return None
    parts = [scope.fold(item) for item in elements(settled)]
    wild = ("*", "http://*", "https://*")
    if any(part in wild for part in parts):
        return True
    return None if None in parts else False


def _gorilla(call: Node, scope: Scope) -> Cors | None:
    if scope.called(call) != _HANDLERS + "CORS":
        return None
    wildcard: bool | None = True
    credentials, note = False, "the default"
    for option in arguments(call):
        settled = scope.settled(option)
        name = scope.qualified(settled).replace("()", "")
        if name == _HANDLERS + "AllowedOrigins" and settled is not None:
            given = arguments(settled)
            wildcard, note = (_wildcard(given[0], scope) if given else None), ""
        elif name == _HANDLERS + "AllowedOriginValidator":
            wildcard, note = None, ""
        elif name == _HANDLERS + "AllowCredentials":
            credentials = True
    return Cors(line_of(call), "net/http", wildcard, credentials, note)


def _set(call: Node, scope: Scope) -> Cors | None:
    """``w.Header().Set("Access-Control-Allow-Origin", …)``."""
    given = arguments(call)
    if len(given) != 2 or last_name(call) not in ("Set", "Add", "Header"):
        return None
    if (quoted(given[0]) or scope.fold(given[0]) or "").lower() != _HEADER and not dotted(given[0]).endswith(
        "HeaderAccessControlAllowOrigin"
    ):
        return None
    if ".Request" in dotted(call.field("function")) or dotted(call.field("function")).startswith("req."):
        return None  # a request cannot allow itself anything
    return Cors(line_of(call), "header", _wildcard(given[1], scope), None)
