"""The routes of Rust put together: routers followed to where they are put, handlers to their files.

A function is found by its name and the module before it: ``users::routes`` is ``routes`` in ``users.rs``,
``users/mod.rs`` or a file below ``users/`` that re-exports it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from readiness.facts.code.answering import is_known, merged
from readiness.facts.code.grammar import joined
from readiness.facts.code.health import answers_health
from readiness.facts.code.language import Found
from readiness.facts.code.rust import PARSER
from readiness.facts.code.rust.grammar import RUST
from readiness.records import replace
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.facts.code.language import Held
    from readiness.facts.code.model import Handler, Route
    from readiness.facts.code.rust.model import Place, RustModule, Site
    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

_HOPS = 6
_CALLS = 12
_TRIED = 8  # files looked into for one name
_PARTS = ("mod", "lib", "main")
_ANYWHERE = ("", "super", "self", "crate")


def routes(facts: Facts, held: Held) -> tuple[Found, ...]:
    """The routes of ``held`` with the prefixes, the layers and the handlers that other files give them."""
    files = [(entry, cast("RustModule", module)) for entry, module in held]
    program = _Program(facts, files)
    return tuple(
        program.found(entry, route, place)
        for entry, module in files
        for route, place in zip(module.routes, module.places, strict=True)
    )


def _module(path: str) -> str:
    """The module that a file is: its name, or its folder's."""
    parts = path.removesuffix(".rs").split("/")
    return parts[-2] if parts[-1] in _PARTS and len(parts) > 1 else parts[-1]


def _shared(one: str, two: str) -> int:
    """How many folders two paths have in common from the start."""
    pairs = zip(one.split("/"), two.split("/"), strict=False)
    return next((count for count, (left, right) in enumerate(pairs) if left != right), 0)


class _Program:
    """What the files of the repository say about one another's routes."""

    def __init__(self, facts: Facts, files: list[tuple[Entry, RustModule]]) -> None:
        self._facts = facts
        self._sites: dict[str, list[tuple[Entry, Site]]] = {}
        for entry, module in files:
            for site in module.sites:
                self._sites.setdefault(site.name.rpartition(".")[2], []).append((entry, site))
        self._actix = any(server.framework == "actix-web" for _, module in files for server in module.servers)
        self._modules: dict[str, list[Entry]] | None = None

    def found(self, entry: Entry, route: Route, place: Place) -> Found:
        """The route as it is served."""
        name = place.attribute or place.inside
        prefix, guards, sure = self._around(entry.path, name, must=bool(place.attribute))
        path = joined(prefix, route.path) if prefix else route.path
        framework = route.framework
        if framework == "attribute":
            framework = "rocket" if "<" in route.text and "{" not in route.text else "actix-web"
        handler, where = route.handler, entry.path
        doubt = False
        if handler is None and route.origin:
            handler, where, doubt = self._elsewhere(entry.path, route.origin)
        known = handler is not None
        if handler is not None and answers_health(path):
            handler = self._followed(where, handler)
            known = is_known(handler, RUST.answers)
        placed = replace(route, path=path, framework=framework, guards=(*guards, *route.guards))
        doubtful = doubt or not (sure and place.sure)
        return Found(entry, placed, handler, known=known, doubtful=doubtful)

    def _around(self, path: str, name: str, *, must: bool) -> tuple[str, tuple[str, ...], bool]:
        """What the callers of the function ``name`` put before its routes."""
        prefix, sure = "", True
        seen: set[str] = set()
        guards: tuple[str, ...] = ()
        for _ in range(_HOPS):
            found = self._site(path, name)
            if found is None or name in seen or not name:
                return prefix, guards, sure and not (must and not seen)
            seen.add(name)
            entry, site = found
            prefix = joined(site.prefix, prefix) if site.prefix else prefix
            guards = (*site.guards, *guards)
            sure = sure and site.sure
            path, name = entry.path, site.inside
        return prefix, guards, sure

    def _site(self, path: str, name: str) -> tuple[Entry, Site] | None:
        """Where the function ``name`` of the file ``path`` is put."""
        module = _module(path)
        folders = path.split("/")[:-1]
        sites = self._sites.get(name, ())
        for entry, site in sites:
            before = site.name.split(".")[-2:-1]
            if before and before[0] not in _ANYWHERE and before[0] not in (module, *folders[-1:]):
                continue
            if not before and entry.path != path:
                continue
            return entry, site
        return None

    def _elsewhere(self, path: str, origin: str) -> tuple[Handler | None, str, bool]:
        """The handler that ``origin`` names, its file, and whether its arguments may ask who calls."""
        parts = origin.replace("()", "").split(".")
        name, module = parts[-1], parts[-2] if len(parts) > 1 else ""
        for entry in self._candidates(path, module):
            value = self._facts.parsed(PARSER, entry.path).value
            for item in value.functions if value is not None else ():
                if item.name == name:
                    return item, entry.path, value is not None and name in value.doubtful
        return None, path, True

    def _candidates(self, path: str, module: str) -> list[Entry]:
        """The files that may be ``module`` as seen from ``path``, the nearest first."""
        if self._modules is None:
            self._modules = {}
            for entry in self._facts.paths("**/*.rs"):
                if entry.role is Role.PRODUCT:
                    names = {_module(entry.path), *entry.path.split("/")[-2:-1]}
                    for name in names:
                        self._modules.setdefault(name, []).append(entry)
        found = [entry for entry in self._modules.get(module, ()) if module not in _ANYWHERE]
        found.sort(
            key=lambda entry: (
                _module(entry.path) != module,
                -_shared(entry.path, path),
                entry.path,
            )
        )
        return found[:_TRIED]

    def _followed(self, path: str, handler: Handler) -> Handler:
        """``handler`` with what functions of other modules do that it calls."""
        calls: list[str] = []
        others: list[Handler] = []
        for call in handler.calls[:_CALLS]:
            known = call.rpartition(".")[2] in RUST.asks or call.rpartition(".")[2] in RUST.answers
            inner = None if known or "." not in call else self._elsewhere(path, call)[0]
            if inner is not None:
                others.append(inner)
                calls += inner.calls
            else:
                calls.append(call)
        return merged(handler, others, calls)
