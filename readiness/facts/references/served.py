"""The routes that the product's code serves, and whether one answers a path.

A path is called not served only where all routes of the product are read. Sources: FastAPI, "Metadata and
Docs URLs"; Django, "URL dispatcher"; Django REST framework, "Routers" (extra actions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code import unread
from readiness.facts.code.grpc_health import METHOD
from readiness.facts.code.hints import HINTS, SCRIPT_HINTS
from readiness.facts.code.languages import LANGUAGES
from readiness.facts.references.mentions import LINES
from readiness.facts.references.names import is_code
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.facts.model import Facts

_BESIDE: tuple[str, ...] = (
    "/admin",
    "/static",
    "/media",
    "/assets",
    "/metrics",
    "/actuator",
    "/graphql",
    "/favicon",
    "/docs",
)
_BESIDE += ("/redoc", "/openapi", "/swagger", "/api-docs", "/ws", "/socket.io", "/v2/", "/api/v3", "/_")
_PAGES = ("StaticFiles", "index.html", "send_from_directory", "TemplateView", "sendFile(", "express.static")


class Served:
    """The routes of the product."""

    def __init__(self, facts: Facts) -> None:
        found = facts.collected(unread.ROUTE)
        rows = [row for row in found.rows if row.role is Role.PRODUCT and row.method != METHOD]
        self.routes = sorted({str(row.route) for row in rows})
        self.files = {str(row.path) for row in rows}
        # A view set of Django REST framework serves more paths below its own.
        self.below = {
            _parts(str(row.route))[-1] for row in rows if row.framework == "django" and _parts(row.route)
        }
        self.complete = bool(rows) and not found.openings
        # A file may register routes in a way that is not read: its text is looked at instead.
        tables = (HINTS, SCRIPT_HINTS, *(language.hints for language in LANGUAGES))
        hinted = {
            hit.entry.path
            for table in tables
            for hit in facts.hits(table)
            if hit.name.endswith("route") and is_code(hit.entry)
        }
        self._texts = [
            "\n".join(facts.parsed(LINES, path).value or ())
            for path in sorted(self.files | hinted if self.complete else ())
        ]
        # A front end's own paths are answered with its one page.
        self.pages = any(word in text for text in self._texts for word in _PAGES)

    def answer(self, path: str) -> bool | None:
        """Whether a route answers ``path``; None where one may, under a prefix or by other means."""
        parts = _parts(path)
        found = [_match(parts, _parts(route)) for route in self.routes]
        if True in found:
            return True
        if not self.complete or None in found or path.lower().startswith(_BESIDE):
            return None
        page = self.pages and parts[0].lower() != "api"
        if page or self.below.intersection(parts[:-1]) or any(":path}" in text for text in self._texts):
            return None
        last = f"/{parts[-1]}" if parts else "/"
        return None if any(f'{last}"' in text or f"{last}'" in text for text in self._texts) else False


def _parts(path: str) -> list[str]:
    return [part for part in path.strip("/").split("/") if part]


def _match(path: list[str], route: list[str]) -> bool | None:
    """True where the route is the path, None where it is the end of it or the other way round."""
    if len(path) == len(route) and all(map(_same, path, route)):
        return True
    if len(path) == len(route):
        return False
    short, long = sorted((path, route), key=len)
    tail = long[len(long) - len(short) :]
    telling = any(left == right and not _is_open(left) for left, right in zip(short, tail, strict=True))
    return None if telling and all(map(_same, short, tail)) else False


def _same(left: str, right: str) -> bool:
    return left == right or _is_open(left) or _is_open(right)


def _is_open(part: str) -> bool:
    """Whether a part stands for any text: ``{id}``, ``<id>``, ``:id``, ``$ID``, a number."""
    return part[0] in "{<:$*" or "{" in part or part.isdigit()
