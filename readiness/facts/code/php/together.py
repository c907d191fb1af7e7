"""The routes of PHP put together: files of routes below their prefix, controllers found by their names.

Sources: PSR-4 (a class's name is its file's), Laravel "Routing" (``routes/api.php`` answers below ``/api``),
"Controller Middleware"; Symfony "Routing".
"""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING, cast

from readiness.facts.code.answering import is_known, merged
from readiness.facts.code.grammar import joined
from readiness.facts.code.health import answers_health
from readiness.facts.code.language import Found
from readiness.facts.code.model import Module, Telemetry
from readiness.facts.code.php import PARSER
from readiness.facts.code.php.grammar import PHP
from readiness.facts.code.php.symfony import SETTINGS, Settings
from readiness.records import replace
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.facts.code.language import Held
    from readiness.facts.code.model import Handler, Question, Route, TelemetryKind
    from readiness.facts.code.php.model import Loaded, PhpModule
    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

_HOPS = 4
_CALLS = 12
_NO_HTTP = ("routes/console.php", "routes/channels.php")
_ROOTS = ("", "Controller", "AbstractController", "BaseController")
# Files of settings that alone switch a library on.
_SETTINGS: dict[str, tuple[TelemetryKind, str]] = {
    "config/sentry.php": ("error-tracking", "sentry-laravel"),
    "config/bugsnag.php": ("error-tracking", "bugsnag-laravel"),
    "config/honeybadger.php": ("error-tracking", "honeybadger-laravel"),
    "config/prometheus.php": ("metrics", "laravel-prometheus"),
    "config/opentelemetry.php": ("tracing", "opentelemetry-laravel"),
}


def routes(facts: Facts, held: Held) -> tuple[Found, ...]:
    """The routes of ``held`` with the prefixes, handlers and middleware that other files give them."""
    files = [(entry, cast("PhpModule", module)) for entry, module in held]
    program = _Program(facts, files)
    return tuple(
        found
        for entry, module in files
        if not entry.path.endswith(_NO_HTTP)
        for route in module.routes
        if (found := program.found(entry, module, route)) is not None
    )


class _Program:
    """What the files of the repository say about one another's routes."""

    def __init__(self, facts: Facts, files: list[tuple[Entry, PhpModule]]) -> None:
        self._facts = facts
        self._loaded = [(entry, item) for entry, module in files for item in module.loaded]
        self._told = any(module.told for _, module in files)
        self._ruled = (
            any(isinstance(module, Settings) and module.rules for _, module in files) or self._rules()
        )
        self._named: dict[str, list[Entry]] | None = None

    def _rules(self) -> bool:
        """Whether settings of Symfony say by path who may come in."""
        for entry in self._facts.paths("**/config/packages/security.yaml"):
            value = self._facts.parsed(SETTINGS, entry.path).value if entry.role is Role.PRODUCT else None
            if value is not None and value.rules:
                return True
        return False

    def found(self, entry: Entry, module: PhpModule, route: Route) -> Found | None:
        """The route as it is served; None where nothing answers it."""
        prefix, guards = self._prefix(entry.path, route)
        path = joined(prefix, route.path) if prefix else route.path
        handler, where, sure = route.handler, entry.path, True
        names: tuple[str, ...] = ()
        if handler is None and route.origin and not route.health:
            handler, where, names, sure = self._elsewhere(entry.path, route.origin)
            if handler is None and sure and "esource" in route.text:
                return None  # a line for seven actions, of which the controller has fewer
        elif handler is not None and "." in route.origin:
            names = self._gates(module, route.origin.rpartition(".")[0], route.origin.rpartition(".")[2])
        if route.origin == "laravel.health" and self._told:
            handler = None
        known = handler is not None
        if handler is not None and (route.health or answers_health(path)):
            handler = self._followed(where, handler)
            known = is_known(handler, PHP.answers)
        placed = replace(route, path=path, guards=(*guards, *names, *route.guards))
        doubtful = not sure or handler is None or (route.framework == "symfony" and self._ruled)
        return Found(entry, placed, handler, known=known, doubtful=doubtful)

    def _prefix(self, path: str, route: Route) -> tuple[str, tuple[str, ...]]:
        """What the program puts before all routes of a file."""
        for entry, item in self._loaded:
            if _loads(entry.path, item, path, route):
                return item.prefix, item.guards
        laravel = route.framework == "laravel" and path.endswith("routes/api.php")
        return ("api" if laravel else ""), ()

    def _elsewhere(self, path: str, origin: str) -> tuple[Handler | None, str, tuple[str, ...], bool]:
        """The handler that ``origin`` names, its file, what its class asks for, and whether that is sure."""
        owner, _, method = origin.rpartition(".")
        title = owner.rpartition(".")[2]
        for entry in self._candidates(path, owner):
            value = self._facts.parsed(PARSER, entry.path).value
            parents = dict(value.parents) if value is not None else {}
            if value is None or title not in parents:
                continue
            handler = next((item for item in value.functions if item.name == f"{title}.{method}"), None)
            gates = self._gates(value, title, method)
            known = self._whole(entry.path, parents[title])
            return handler, entry.path, gates, known
        return None, path, (), False

    def _whole(self, path: str, parent: str) -> bool:
        """Whether a parent of a controller asks for nothing that is not seen."""
        title = parent.rpartition(".")[2]
        if title in ("", "AbstractController"):
            return True
        for entry in self._candidates(path, parent):
            value = self._facts.parsed(PARSER, entry.path).value
            if value is not None and title in dict(value.parents):
                return not value.gates
        return title in _ROOTS

    def _gates(self, module: PhpModule, title: str, method: str) -> tuple[str, ...]:
        return tuple(
            gate.name
            for gate in module.gates
            if gate.owner == title and (method in gate.only if gate.only else method not in gate.without)
        )

    def _candidates(self, path: str, owner: str) -> list[Entry]:
        """The files that may hold the class ``owner``, those first whose folders are its namespace."""
        if self._named is None:
            self._named = {}
            for entry in self._facts.paths("**/*.php"):
                if entry.role is Role.PRODUCT:
                    self._named.setdefault(entry.path.rpartition("/")[2], []).append(entry)
        parts = owner.split(".")
        found = list(self._named.get(parts[-1] + ".php", ()))
        folders = "/".join(parts[1:-1])
        found.sort(
            key=lambda entry: (
                not dirname(entry.path).endswith(folders),
                -_shared(entry.path, path),
                entry.path,
            )
        )
        return found[:4]

    def _followed(self, path: str, handler: Handler) -> Handler:
        """``handler`` with what classes of the repository do that it makes or is given."""
        calls: list[str] = []
        others: list[Handler] = []
        for call in handler.calls[:_CALLS]:
            parts = call.replace("()", "").split(".")
            owner = parts[-2] if len(parts) > 1 and parts[-1] not in PHP.asks else ""
            name = owner[:1].upper() + owner[1:]
            inner = self._elsewhere(path, f"{name}.{parts[-1]}")[0] if name not in ("", "This") else None
            if inner is not None:
                others.append(inner)
                calls += inner.calls
            else:
                calls.append(call)
        return merged(handler, others, calls)


def _loads(by: str, item: Loaded, path: str, route: Route) -> bool:
    """Whether the file ``by`` puts something before the routes of the file ``path``."""
    if by.endswith((".yaml", ".yml")):
        root = by.partition("config/")[0]
        if route.framework != "symfony" or not path.startswith(root):
            return False
        below = path.removeprefix(root)
        return below.startswith(item.path + "/") or below == f"config/{item.path}"
    return path.endswith("/" + item.path) or path == item.path


def _shared(one: str, two: str) -> int:
    """How many folders two paths have in common from the start."""
    pairs = zip(one.split("/"), two.split("/"), strict=False)
    return next((count for count, (left, right) in enumerate(pairs) if left != right), 0)


def beside(facts: Facts, question: Question) -> Held:
    """What the settings of Symfony and of libraries for Laravel say."""
    found: list[tuple[Entry, Module]] = []
    if question == "telemetry":
        for entry in facts.paths(*("**/" + path for path in _SETTINGS)):
            path = "/".join(entry.path.split("/")[-2:])
            if entry.role is Role.PRODUCT:
                kind, library = _SETTINGS[path]
                row = Telemetry(1, kind, library, path, exposes=True)
                found.append((entry, Module(telemetry=(row,))))
    if question in ("outgoing", "server"):
        return tuple(found)
    for bundles in facts.paths("**/config/bundles.php"):
        root = bundles.path.removesuffix("bundles.php")
        for entry in facts.paths(f"{root}*.{{yaml,yml}}", f"{root}{{routes,packages}}/**/*.{{yaml,yml}}"):
            parts = entry.path.removeprefix(root).split("/")
            value = facts.parsed(SETTINGS, entry.path).value if entry.role is Role.PRODUCT else None
            if value is not None and "dev" not in parts and "test" not in parts:
                found.append((entry, value))
    return tuple(found)
