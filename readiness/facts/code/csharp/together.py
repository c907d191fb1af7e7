"""The routes of C# put together: groups and their callers, guards of a program, checks of health.

Sources: Microsoft Learn, "Route groups", "Authorize with a fallback policy", "Health checks": an endpoint
answers 503 where one of its checks is unhealthy, and 200 where there is none.
"""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING, cast

from readiness.facts.code.answering import is_known, merged
from readiness.facts.code.csharp import PARSER
from readiness.facts.code.csharp.grammar import CSHARP
from readiness.facts.code.grammar import joined
from readiness.facts.code.health import answers_health
from readiness.facts.code.language import Found
from readiness.facts.code.model import Handler, Module, Telemetry
from readiness.facts.model import Parser
from readiness.records import replace
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.facts.code.csharp.model import Check, Group, Place, SharpModule
    from readiness.facts.code.language import Held
    from readiness.facts.code.model import Question, Route
    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

_HOPS = 5
_CALLS = 12
_CONTROLLERS = ("controller", "conventional")
_OWN_BASES = ("", "Controller", "ControllerBase", "ODataController", "IActionFilter")


def routes(facts: Facts, held: Held) -> tuple[Found, ...]:
    """The routes of ``held`` with the groups, the guards and the checks that other files give them."""
    files = [(entry, cast("SharpModule", module)) for entry, module in held]
    program = _Program(facts, files)
    return tuple(
        found
        for entry, module in files
        for route, place in zip(module.routes, module.places, strict=True)
        if (found := program.found(entry, route, place)) is not None
    )


class _Program:
    """What the files of the repository say about one another's routes."""

    def __init__(self, facts: Facts, files: list[tuple[Entry, SharpModule]]) -> None:
        self._facts = facts
        modules = [module for _, module in files]
        self._groups: dict[str, Group] = {}
        for module in modules:
            for group in module.groups:
                self._groups.setdefault(group.name, group)
        self._bases = {name: (parent, guards) for module in modules for name, parent, guards in module.bases}
        self._functions = {item.name: item for module in modules for item in module.functions}
        self._checks = [check for module in modules for check in module.checks]
        self._projects = sorted(
            {dirname(entry.path) for entry in facts.paths("**/*.csproj")}, key=lambda folder: -len(folder)
        )
        self._files = files
        self._serving = {self._project(entry.path) for entry, module in files if module.programs}
        self._conventional = any(module.conventional for module in modules)
        self._paths: dict[str, Entry] | None = None

    def found(self, entry: Entry, route: Route, place: Place) -> Found | None:
        """The route as it is served; None where nothing serves it."""
        if place.kind == "conventional" and not self._conventional:
            return None
        around = self._around(entry.path)
        prefix, guards = self._prefix(place.inside)
        whole, sure = self._parents(place.parent)
        everywhere = tuple(
            name
            for module in around
            for name in (*module.fallback, *(module.controllers if place.kind in _CONTROLLERS else ()))
        )
        names = () if place.opens else (*everywhere, *guards, *route.guards, *whole)
        path = joined(prefix, route.path) if prefix else route.path
        handler = self._handler(route, place)
        known = handler is not None
        if handler is not None and place.kind != "health" and answers_health(path):
            handler = self._followed(handler)
            known = is_known(handler, CSHARP.answers)
        doubtful = (any(module.doubtful for module in around) and not place.opens) or not sure
        if handler is None and route.handler is None and place.kind == "minimal":
            doubtful = True
        placed = replace(route, path=path, guards=tuple(name for name in names if name))
        if handler is None and not doubtful and place.kind == "health":
            # Whom a check of health asks is unknown; who may ask it is not.
            handler, known = Handler(route.origin, route.line), False
        return Found(entry, placed, handler, known=known, doubtful=doubtful)

    def _project(self, path: str) -> str:
        """The folder of the project that a file belongs to."""
        return next((item for item in self._projects if not item or path.startswith(item + "/")), "")

    def _around(self, path: str) -> list[SharpModule]:
        """The files of the program that a file is part of; all of them where it is part of a library."""
        project = self._project(path)
        if project not in self._serving:
            return [module for _, module in self._files]
        return [module for entry, module in self._files if self._project(entry.path) == project]

    def _prefix(self, inside: str) -> tuple[str, tuple[str, ...]]:
        prefix, seen = "", set()
        guards: tuple[str, ...] = ()
        for _ in range(_HOPS):
            group = self._groups.get(inside)
            if group is None or inside in seen:
                break
            seen.add(inside)
            prefix = joined(group.prefix, prefix) if group.prefix else prefix
            guards = () if "AllowAnonymous" in group.guards else (*group.guards, *guards)
            inside = group.inside
        return prefix, guards

    def _parents(self, parent: str) -> tuple[tuple[str, ...], bool]:
        """The guards of a controller's parents, and whether all of them are known."""
        guards: tuple[str, ...] = ()
        for _ in range(_HOPS):
            if parent in _OWN_BASES:
                return guards, True
            if parent not in self._bases:
                return guards, parent.startswith("I") and parent[1:2].isupper()
            parent, own = self._bases[parent]
            guards = (*guards, *own)
        return guards, False

    def _handler(self, route: Route, place: Place) -> Handler | None:
        if place.kind == "health":
            return self._health(route, place.tag)
        if route.handler is not None or not route.origin:
            return route.handler
        return self._functions.get(".".join(route.origin.split(".")[-2:]))

    def _health(self, route: Route, tag: str) -> Handler | None:
        """What an endpoint of health asks: the checks that are added, or those of its tag."""
        checks = [] if tag == "-" else [check for check in self._checks if not tag or tag in check.tags]
        if tag == "?":
            return None
        deep = [self._deep(check) for check in checks]
        if True in deep:
            return Handler(route.origin, route.line, asks=True, fails=True)
        return None if None in deep else Handler(route.origin, route.line)

    def _deep(self, check: Check) -> bool | None:
        if not check.type:
            return check.deep
        name = f"{check.type}.CheckHealthAsync"
        handler = self._functions.get(name) or self._method(check.type, "CheckHealthAsync")
        if handler is None:
            return None
        whole = self._followed(handler)
        if whole.asks:
            return True
        return False if is_known(whole, CSHARP.answers) else None

    def _followed(self, handler: Handler) -> Handler:
        """``handler`` with what classes of the repository do that it makes or is given."""
        calls: list[str] = []
        others: list[Handler] = []
        for call in handler.calls[:_CALLS]:
            parts = call.replace("()", "").split(".")
            owner = parts[-2].lstrip("_") if len(parts) > 1 else ""
            name = owner[:1].upper() + owner[1:]
            inner = self._method(name, parts[-1]) if name and parts[-1] not in CSHARP.asks else None
            if inner is not None:
                others.append(inner)
                calls += inner.calls
            else:
                calls.append(call)
        return merged(handler, others, calls)

    def _method(self, owner: str, name: str) -> Handler | None:
        """A method of the class ``owner`` in the file of that name."""
        if self._paths is None:
            product = (entry for entry in self._facts.paths("**/*.cs") if entry.role is Role.PRODUCT)
            self._paths = {entry.path.rpartition("/")[2]: entry for entry in product}
        entry = self._paths.get(f"{owner}.cs")
        value = self._facts.parsed(PARSER, entry.path).value if entry is not None else None
        functions = value.functions if value is not None else ()
        return next((item for item in functions if item.name == f"{owner}.{name}"), None)


def _is_json(data: bytes) -> bool:
    return b"jsonlayout" in data.lower()


_NLOG: Parser[bool] = Parser("nlog layout", 1, _is_json)


def beside(facts: Facts, question: Question) -> Held:
    """What the settings of NLog say of its form. Source: NLog wiki, "JsonLayout"."""
    if question != "telemetry":
        return ()
    found: list[tuple[Entry, Module]] = []
    for entry in facts.paths("**/{nlog,NLog}{,.*}.config"):
        if entry.role is Role.PRODUCT and facts.parsed(_NLOG, entry.path).value:
            row = Telemetry(1, "structured-logging", "NLog", "JsonLayout", exposes=True)
            found.append((entry, Module(telemetry=(row,))))
    return tuple(found)
