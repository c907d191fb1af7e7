"""The routes of Elixir put together: modules found by name, plugs followed, routers put where they belong.

Sources: the documentation of Guardian, Pow, ``mix phx.gen.auth`` and ``Plug.BasicAuth``: which plug turns an
asker away, and which only finds out who asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from readiness.facts.code.answering import is_known, merged
from readiness.facts.code.elixir import PARSER
from readiness.facts.code.elixir.grammar import ELIXIR
from readiness.facts.code.elixir.model import ElixirModule, Mount, Place, Plug, Unit
from readiness.facts.code.grammar import joined
from readiness.facts.code.health import answers_health, guarded
from readiness.facts.code.language import Found
from readiness.facts.code.model import Cors
from readiness.records import Struct, replace
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.facts.code.language import Held
    from readiness.facts.code.model import Handler, Route
    from readiness.facts.model import Facts, PatternTable
    from readiness.tree.model import Entry

_TRIED = 8  # files looked into for one name
_HOPS = 5
_CALLS = 12
_GATES = frozenset(
    (
        "Guardian.Plug.EnsureAuthenticated",
        "Guardian.Plug.EnsurePermissions",
        "Pow.Plug.RequireAuthenticated",
        "BasicAuth",
        "Plug.BasicAuth",
        "ExOauth2Provider.Plug.EnsureAuthenticated",
        "Joken.Plug",
    )
)
# They find out who asks, or have nothing to do with it. They turn nobody away.
_HARMLESS = (
    "Plug.",
    "Phoenix.",
    "Guardian.Plug.",
    "CORSPlug",
    "Corsica",
    "PromEx.",
    "Sentry.",
    "Honeybadger.",
    "Hammer.",
    "PlugAttack",
    "RemoteIp",
    "ProperCase.",
    "OpenApiSpex.",
    "PlugHeartbeat",
    "PlugCheckup",
    "Logger",
    "Prometheus.",
    "Pow.Plug.Session",
    "Tidewave",
    "Cldr.",
    "SetLocale",
    "Absinthe.",
    "Inertia.Plug",
    "NewRelic.",
    "Appsignal.",
    "Timber.",
    "Ueberauth",
)
_SURE = frozenset((":match", ":dispatch", ":accepts", ":protect_from_forgery"))
_LOADS = tuple(
    "fetch_ put_ load_ set_ assign maybe_ redirect_if_ track log_ store_ protect_ cors no_cache cache".split()  # noqa: SIM905
)
_OPEN = ("Maybe", "Optional", "RedirectIf", "Redirect", "Csrf", "CSRF")
_ASKS = ("require_auth", "require_login", "require_user", "require_admin", "ensure_auth", "basic_auth")


class _Home(Struct, frozen=True):
    """A module and the file it is in."""

    entry: Entry
    module: ElixirModule
    unit: Unit


def routes(facts: Facts, held: Held) -> tuple[Found, ...]:
    """The routes of ``held`` below the paths and behind the plugs that other files put before them."""
    files = [(entry, cast("ElixirModule", module)) for entry, module in held]
    program = _Program(facts, files)
    found: list[Found] = []
    for entry, module in files:
        for route, place in zip(module.routes, module.places, strict=True):
            found += program.found(entry, module, route, place)
    return tuple(found)


class _Program:
    """What the files of the repository say about one another."""

    def __init__(self, facts: Facts, files: list[tuple[Entry, ElixirModule]]) -> None:
        self._facts = facts
        self._mounts: dict[str, list[tuple[Entry, Mount]]] = {}
        for entry, module in files:
            for mount in module.mounts:
                self._mounts.setdefault(mount.target, []).append((entry, mount))
        self._names: dict[str, list[Entry]] | None = None
        self._homes: dict[str, _Home | None] = {}
        self._asked: dict[tuple[str, str], bool | None] = {}

    def found(self, entry: Entry, module: ElixirModule, route: Route, place: Place) -> list[Found]:
        """The route as it is served, once for each place that its router is put at."""
        unit = next((unit for unit in module.units if unit.name == place.unit), None)
        target, _, action = route.origin.partition("#")
        home = self._home(target, entry.path) if target else None
        if home is not None and home.unit.framework and route.text.startswith(("forward ", "match ")):
            return []  # a router of the repository's own, whose routes are read
        handler, known, whole = route.handler, route.handler is not None, True
        plugs: list[Plug] = []
        sure = place.sure
        if home is not None and handler is None:
            names = (f"{target}#{action}", f"{target}#call")
            handler = next(
                (item for name in names for item in home.module.functions if item.name == name), None
            )
            if handler is None and route.text.startswith("resources "):
                return []  # a line for seven actions, of which the controller has fewer
            known = handler is not None
            plugs = [plug for plug in home.unit.plugs if plug.covers(action)]
            whole = handler is None or handler.name not in home.module.soft
        elif home is None and handler is None:
            sure = False
        if handler is not None and not route.health and (answers_health(route.path)):
            handler, soft = self._followed(handler, entry.path)
            whole = whole and not soft
            known = is_known(handler, ELIXIR.answers)
        if not known and handler is not None and whole:
            whole = False
        own = self._answer(plugs, home.unit if home is not None else None, entry.path)
        piped = self._answer(self._piped(place.pipes, unit), unit, entry.path)
        inside = (
            self._answer(list(unit.plugs), unit, entry.path)
            if unit is not None and unit.framework != "endpoint"
            else False
        )
        rows = []
        for prefix, before in self._around(place.unit):
            answers = [own, piped, inside, before]
            gates = ("authenticate",) if True in answers else ()
            doubtful = None in answers or not sure
            path = joined(prefix, route.path) if prefix else route.path
            placed = replace(route, path=path, guards=(*gates, *route.guards))
            rows.append(Found(entry, placed, handler, known=known, doubtful=doubtful, whole=whole))
        return rows

    def _around(self, name: str, hops: int = _HOPS) -> list[tuple[str, bool | None]]:
        """The prefixes of the module ``name``, each with whether something before it asks who calls."""
        mounts = self._mounts.get(name, []) if name else []
        if not mounts or not hops:
            return [("", False)]
        found: list[tuple[str, bool | None]] = []
        for entry, mount in mounts[:4]:
            home = self._home(mount.inside, entry.path)
            unit = home.unit if home is not None else None
            plugs = [*mount.before, *self._piped(mount.pipes, unit)]
            if unit is not None and unit.framework == "plug":
                plugs += unit.plugs
            asked = self._answer(plugs, unit, entry.path)
            for prefix, before in self._around(mount.inside, hops - 1):
                found.append((joined(prefix, mount.prefix), _or(asked, before)))
        return found

    def _piped(self, pipes: tuple[str, ...], unit: Unit | None) -> list[Plug]:
        """The plugs of the pipelines ``pipes``; what is no pipeline is a plug by itself."""
        known = dict(unit.pipelines) if unit is not None else {}
        found: list[Plug] = []
        for name in pipes:
            if name in known:
                found += self._nested(known[name], known)
            else:
                found.append(Plug(name if name[:1].isupper() else f":{name}"))
        return found

    def _nested(self, plugs: tuple[Plug, ...], known: dict[str, tuple[Plug, ...]]) -> list[Plug]:
        """``plugs``, with those of pipelines that are named among them."""
        found: list[Plug] = []
        for plug in plugs:
            found += known.get(plug.name.lstrip(":"), (plug,)) if plug.name.startswith(":") else (plug,)
        return found

    def _answer(self, plugs: list[Plug], unit: Unit | None, path: str) -> bool | None:
        """Whether one of ``plugs`` asks who calls; None where that is not known."""
        answers = [self._asks(plug.name, unit, path) if plug.sure else None for plug in plugs]
        # Under a condition a plug may ask; one that never asks does not, whatever the condition.
        answers = [
            False if not plug.sure and self._asks(plug.name, unit, path) is False else answer
            for plug, answer in zip(plugs, answers, strict=True)
        ]
        return True if True in answers else None if None in answers else False

    def _asks(self, name: str, unit: Unit | None, path: str) -> bool | None:
        key = (name, unit.name if unit is not None and name.startswith(":") else "")
        if key not in self._asked:
            self._asked[key] = None  # a plug that contains itself is not known
            plain = name.startswith(":")
            self._asked[key] = self._function(name[1:]) if plain else self._module(name, path)
        return self._asked[key]

    @staticmethod
    def _function(name: str) -> bool | None:
        if f":{name}" in _SURE or (name.startswith(_LOADS) and not name.startswith("load_and")):
            return False
        if name.startswith(_ASKS) or guarded((name,)):
            return True
        return None

    def _module(self, name: str, path: str) -> bool | None:
        if name in _GATES:
            return True
        if name.startswith(_HARMLESS):
            return False
        home = self._home(name, path)
        if home is None:
            return None
        inner = self._answer(list(home.unit.plugs), home.unit, home.entry.path)
        if inner is True:
            return True
        if not home.unit.halts:
            return inner
        last = name.rpartition(".")[2]
        if home.unit.denies or (guarded((last,)) and not last.startswith(_OPEN)):
            return True
        return inner if home.unit.limits else None

    def _home(self, name: str, path: str) -> _Home | None:
        """The module ``name`` in a file that is called after it, the nearest to ``path`` first."""
        if name not in self._homes:
            self._homes[name] = self._looked_up(name, path)
        return self._homes[name]

    def _looked_up(self, name: str, path: str) -> _Home | None:
        if self._names is None:
            self._names = {}
            for entry in self._facts.paths("**/*.ex"):
                if entry.role is Role.PRODUCT:
                    base = entry.path.rpartition("/")[2].removesuffix(".ex").replace("_", "")
                    self._names.setdefault(base, []).append(entry)
        parts = name.split(".")
        wanted = [parts[-1].lower(), *(part.lower() for part in reversed(parts[:-1]))]
        tried = [entry for base in wanted[:2] for entry in self._names.get(base, ())]
        tried.sort(key=lambda entry: (-_shared(entry.path, path), entry.path))
        loose: _Home | None = None
        for entry in tried[:_TRIED]:
            value = self._facts.parsed(PARSER, entry.path).value
            for unit in value.units if value is not None else ():
                if value is not None and unit.name == name:
                    return _Home(entry, value, unit)
                if value is not None and loose is None and name.endswith("." + unit.name):
                    loose = _Home(entry, value, unit)
        return loose

    def _followed(self, handler: Handler, path: str) -> tuple[Handler, bool]:
        """``handler`` with what functions of other modules do; whether one may overlook an error."""
        calls: list[str] = []
        others: list[Handler] = []
        soft = False
        for call in handler.calls[:_CALLS]:
            module, _, name = call.replace("()", "").rpartition(".")
            home = self._home(module, path) if module[:1].isupper() else None
            inner = [
                item for item in (home.module.functions if home is not None else ())
                if home is not None and item.name == f"{home.unit.name}#{name}"
            ]  # fmt: skip
            if inner and home is not None:
                others += inner
                calls += [each for item in inner for each in item.calls]
                soft = soft or (inner[0].name in home.module.soft and not handler.fails)
            else:
                calls.append(call)
        return merged(handler, others, calls), soft


def _or(one: bool | None, two: bool | None) -> bool | None:
    return True if True in (one, two) else None if None in (one, two) else False


def _shared(one: str, two: str) -> int:
    """How many folders two paths have in common from the start."""
    pairs = zip(one.split("/"), two.split("/"), strict=False)
    return next((count for count, (left, right) in enumerate(pairs) if left != right), 0)


def left_to_settings(facts: Facts, hints: PatternTable) -> Held:
    """The lines that leave origins to settings which no file makes: every origin, with credentials."""
    files = {
        hit.entry.path: hit.entry
        for hit in facts.hits(hints)
        if hit.name == "cors" and hit.entry.role is Role.PRODUCT
    }
    held = [(entry, facts.parsed(PARSER, path).value) for path, entry in sorted(files.items())]
    modules = [(entry, value) for entry, value in held if value is not None]
    set_up = any(
        row.framework == "cors_plug"
        for entry, value in modules
        for row in value.cors
        if entry.path.endswith(".exs")
    )
    if set_up:
        return ()
    return tuple(
        (entry, ElixirModule(cors=tuple(Cors(line, "cors_plug", True, True) for line in value.unset)))
        for entry, value in modules
        if value.unset
    )
