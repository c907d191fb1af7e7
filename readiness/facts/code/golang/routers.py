"""The routers of a file of Go, what is put before their routes, and to whom they are handed.

Sources: net/http "ServeMux" (patterns of Go 1.22), chi, gorilla/mux, Gin "Grouping routes", Echo
"Routing" and "Groups", Fiber "Routing" and "Grouping", httprouter.
"""

from __future__ import annotations

from readiness.facts.code.model import Handler, Route  # noqa: TC001 - read back from the cache
from readiness.records import Struct, field

# What builds a router, and its framework.
BUILDERS = {
    "github.com/gin-gonic/gin.Default": "gin",
    "github.com/gin-gonic/gin.New": "gin",
    "github.com/labstack/echo.New": "echo",
    "github.com/gofiber/fiber.New": "fiber",
    "github.com/go-chi/chi.NewRouter": "chi",
    "github.com/go-chi/chi.NewMux": "chi",
    "github.com/gorilla/mux.NewRouter": "gorilla",
    "net/http.NewServeMux": "net/http",
    "github.com/julienschmidt/httprouter.New": "httprouter",
}
# The types of routers, as ``path.Type``.
TYPES = {
    "github.com/gin-gonic/gin.Engine": "gin",
    "github.com/gin-gonic/gin.RouterGroup": "gin",
    "github.com/gin-gonic/gin.IRouter": "gin",
    "github.com/gin-gonic/gin.IRoutes": "gin",
    "github.com/labstack/echo.Echo": "echo",
    "github.com/labstack/echo.Group": "echo",
    "github.com/gofiber/fiber.App": "fiber",
    "github.com/gofiber/fiber.Router": "fiber",
    "github.com/gofiber/fiber.Group": "fiber",
    "github.com/go-chi/chi.Router": "chi",
    "github.com/go-chi/chi.Mux": "chi",
    "github.com/gorilla/mux.Router": "gorilla",
    "net/http.ServeMux": "net/http",
    "github.com/julienschmidt/httprouter.Router": "httprouter",
}
# They look for what stands before a route when it is called, not when it is registered.
LATE = frozenset(("echo", "gorilla", "chi", "net/http"))
# Names of fields and variables that keep a router which another file builds.
USUAL = frozenset(
    ("router", "mux", "engine", "app", "echo", "e", "r", "g", "api", "group", "fiber", "rg", "routes", "v1")
)


class Base(Struct, frozen=True):
    """Where a router comes from: a parameter of a function, by its place, or what a function gives back (-1).

    ``function`` is ``Type.Name`` or the name alone; empty for a router that is no function's.
    """

    function: str = ""
    place: int = -1


class Placed(Struct, frozen=True):
    """A route as one function registers it; ``sure`` unless its router is kept where others can change it."""

    route: Route
    base: Base
    sure: bool = True


class Pass(Struct, frozen=True):
    """A router that is handed to a function, or taken from one: ``callee`` registers below ``prefix``.

    ``callee`` is dotted, with the path of its package or the type that it is a method of, where
    the file says it. ``place`` is that of the argument, -1 for what the function gives back.
    """

    callee: str
    place: int
    prefix: str
    guards: tuple[str, ...]
    base: Base
    sure: bool = True


class Router(Struct):
    """A router while its function is gone through. A group knows its parent."""

    framework: str
    base: Base
    prefix: str = ""
    parent: Router | None = None
    guards: list[str] = field(default_factory=list)
    below: list[tuple[str, str]] = field(default_factory=list)
    sure: bool = True

    def before(self, path: str) -> tuple[str, ...]:
        """What stands before a route ``path`` that is registered now."""
        inner = [name for start, name in self.below if path.startswith(start)]
        # A group of Gin has what its parent had when it was made, and no more.
        asked = self.parent is not None and self.framework != "gin"
        outer = self.parent.before(path) if self.parent is not None and asked else ()
        return tuple(dict.fromkeys((*outer, *self.guards, *inner)))

    def surely(self) -> bool:
        """Whether nothing that the file does not show can stand before its routes."""
        return self.sure and (self.parent is None or self.parent.surely())


class Named(Struct, frozen=True):
    """A function that may answer requests, stand before them, or be asked by one that does.

    ``local`` are the calls whose code may be in this repository; ``denies`` where it can turn
    the asker away.
    """

    handler: Handler
    local: tuple[str, ...] = ()
    denies: bool = False
