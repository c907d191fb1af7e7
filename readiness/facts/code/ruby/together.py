"""The routes of Ruby put together: controllers found by their names, gates inherited, mounts followed.

Sources: Rails Guides "Autoloading" (a class's name is its file's), "Action Controller Overview"; the
READMEs of okcomputer and health_check, which serve a check without a line in the routes.
"""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING, cast

from readiness.facts.code.grammar import joined
from readiness.facts.code.health import answers_health, depth_of, guarded
from readiness.facts.code.language import Found
from readiness.facts.code.model import Handler, Module, Route, Server, Telemetry
from readiness.facts.code.ruby import DRAWN, PARSER
from readiness.facts.code.ruby.model import Class, Gate, Mount, RubyModule
from readiness.facts.dependencies import DEPENDENCY
from readiness.records import Struct, replace
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.facts.code.language import Held
    from readiness.facts.code.model import Question, TelemetryKind
    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

_ROOTS = ("ActionController.Base", "ActionController.API", "ActionController.Metal", "Rails.HealthController")
_VIEWS = ("html.erb", "json.jbuilder", "html.haml", "html.slim", "json.erb", "turbo_stream.erb", "js.erb")
_HOPS = 8
_CALLS = 12
# Gems that serve a check by themselves where no line of the routes mounts them, and at which path.
_SERVING = {"okcomputer": "/okcomputer", "health_check": "/health_check"}
# Files that alone switch a library on.
_SETTINGS: dict[str, tuple[TelemetryKind, str]] = {
    "config/honeybadger.yml": ("error-tracking", "honeybadger"),
    "config/appsignal.yml": ("error-tracking", "appsignal"),
    "config/newrelic.yml": ("tracing", "newrelic_rpm"),
    "config/skylight.yml": ("tracing", "skylight"),
    "config/scout_apm.yml": ("tracing", "scout_apm"),
    "config/elastic_apm.yml": ("tracing", "elastic-apm"),
}


class _Home(Struct, frozen=True):
    """A class and the file it is in."""

    entry: Entry
    module: RubyModule
    item: Class


def routes(facts: Facts, held: Held) -> tuple[Found, ...]:
    """The routes of ``held`` with the prefixes, the handlers and the gates that other files give them."""
    files = [(entry, cast("RubyModule", module)) for entry, module in held]
    files += _drawn(facts, files)
    mounts = _mounts(facts, files)
    explicit = {route.framework for _, module in files for route in module.routes if route.health}
    found: list[Found] = []
    for entry, module in files:
        for route in module.routes:
            if route.framework in ("sinatra", "grape"):
                found += _below(entry, module, route, mounts)
            elif route.framework == "rails" and "#" in route.origin and route.handler is None:
                found += _action(facts, entry, route)
            elif not (
                entry.path.endswith("Gemfile")
                and route.framework in explicit - {""}
                and _repeated(route, files)
            ):
                known = route.handler is not None
                found.append(Found(entry, route, route.handler, known=known, doubtful=not known))
    return tuple(found)


def _repeated(route: Route, files: list[tuple[Entry, RubyModule]]) -> bool:
    """Whether a check that a gem serves by itself is mounted by a line of the routes."""
    return any(
        other.framework == route.framework
        for entry, module in files
        if not entry.path.endswith("Gemfile")
        for other in module.routes
    )


def _drawn(facts: Facts, files: list[tuple[Entry, RubyModule]]) -> list[tuple[Entry, RubyModule]]:
    """The parts of the routes in ``config/routes/`` that hold no block of their own."""
    roots = [entry.path for entry, _ in files if entry.path.endswith("config/routes.rb")]
    known = {entry.path for entry, _ in files}
    found = []
    for path in roots:
        for entry in facts.paths(f"{path.removesuffix('.rb')}/**/*.rb"):
            value = facts.parsed(DRAWN, entry.path).value if entry.path not in known else None
            if value is not None and entry.role is Role.PRODUCT:
                found.append((entry, value))
    return found


def _mounts(facts: Facts, files: list[tuple[Entry, RubyModule]]) -> tuple[Mount, ...]:
    mounts = [mount for _, module in files for mount in module.mounts]
    known = {entry.path for entry, _ in files}
    for entry in facts.paths("**/config.ru"):
        value = facts.parsed(PARSER, entry.path).value if entry.path not in known else None
        mounts += value.mounts if value is not None and entry.role is Role.PRODUCT else ()
    for _, module in files:
        mounts += [Mount(route.origin, route.path) for route in module.routes if route.framework == "rack"]
    return tuple(mounts)


def _below(entry: Entry, module: RubyModule, route: Route, mounts: tuple[Mount, ...]) -> list[Found]:
    """A route of Sinatra or Grape below the path that its class is put at."""
    prefix, name, seen = "", route.origin, set()
    for _ in range(_HOPS):
        mount = next((item for item in mounts if name and _same(item.name, name)), None)
        if mount is None or name in seen:
            break
        seen.add(name)
        prefix = joined(mount.prefix, prefix) if mount.prefix.strip("/") else prefix
        name = mount.inside
    path = joined(prefix, route.path) if prefix else route.path
    asked = tuple(mount.name for mount in mounts if guarded((mount.name,)))
    parents = {item.name: item.parent for item in module.classes}
    own = parents.get(route.origin, "").startswith(("Sinatra.", "Grape.", "")) and not _inherits(
        route, parents
    )
    placed = replace(route, path=path, guards=(*asked, *route.guards))
    return [Found(entry, placed, route.handler, known=True, doubtful=not own)]


def _inherits(route: Route, parents: dict[str, str]) -> bool:
    """Whether the class of a route has a parent of the repository's own, which may ask who calls."""
    parent = parents.get(route.origin, "")
    return bool(parent) and not parent.startswith(("Sinatra.", "Grape."))


def _same(one: str, two: str) -> bool:
    """Whether two names may be of one class: one of them may leave out the modules around it."""
    return one == two or one.endswith("." + two) or two.endswith("." + one)


def _action(facts: Facts, entry: Entry, route: Route) -> list[Found]:
    """A route of Rails with the action that answers it, and the gates before that."""
    controller, _, action = route.origin.partition("#")
    root = _root(entry.path)
    home = _home(facts, root, _class_name(controller))
    if home is None:
        return [Found(entry, route, None, known=False, doubtful=True)]
    line = _line(facts, root, home)
    handler = next((item for each in line.homes if (item := _method(each, action)) is not None), None)
    if handler is None and line.whole and route.text.startswith("resource"):
        view = f"{root}app/views/{controller}/{action}."
        if all(facts.entry(view + ending) is None for ending in _VIEWS):
            return []  # a line for seven actions, of which the controller has fewer
    if handler is None and line.whole:
        handler = Handler(action, home.item.line, constant=True)
    names, sure = _gates(line, action)
    known = handler is not None
    if handler is not None and answers_health(route.path):
        handler, known = _followed(facts, home, handler)
    placed = replace(route, guards=(*route.guards, *names))
    return [Found(entry, placed, handler, known=known, doubtful=not (line.whole and sure))]


def _root(path: str) -> str:
    """The folder of the application whose routes are in ``path``, with a slash at its end."""
    return path.partition("config/routes")[0]


class _Line(Struct, frozen=True):
    """A class, its parents and what they include, the class itself first. ``whole`` where all are known."""

    homes: tuple[_Home, ...]
    whole: bool


def _line(facts: Facts, root: str, home: _Home) -> _Line:
    homes, whole = [home], True
    current = home
    for _ in range(_HOPS):
        for name in current.item.includes:
            part = _home(facts, root, name, concern=True)
            if part is not None:
                homes.append(part)
        parent = current.item.parent
        if not parent or parent in _ROOTS:
            break
        above = _parent(facts, root, current, parent)
        if above is None or above.item.name == current.item.name:
            whole = False
            break
        homes.append(above)
        current = above
    return _Line(tuple(homes), whole)


def _parent(facts: Facts, root: str, home: _Home, parent: str) -> _Home | None:
    around = home.item.name.split(".")[:-1]
    for size in range(len(around), -1, -1):
        found = _home(facts, root, ".".join((*around[:size], parent)))
        if found is not None:
            return found
    return None


def _home(facts: Facts, root: str, name: str, *, concern: bool = False) -> _Home | None:
    """The class ``name`` in the file that its name says."""
    tail = "/".join(_underscored(part) for part in name.split(".")) + ".rb"
    folders = ("app/controllers/concerns/", "app/lib/", "lib/") if concern else ("app/controllers/",)
    for folder in folders:
        entry = facts.entry(f"{root}{folder}{tail}")
        value = facts.parsed(PARSER, entry.path).value if entry is not None else None
        if entry is not None and value is not None:
            item = next((item for item in value.classes if item.name == name), None)
            if item is not None:
                return _Home(entry, value, item)
    return None


def _underscored(name: str) -> str:
    """``HTTPServer2`` as ``http_server2``. Source: ActiveSupport ``String#underscore``."""
    out = []
    for index, sign in enumerate(name):
        before, after = name[index - 1 : index], name[index + 1 : index + 2]
        if (
            sign.isupper()
            and before
            and (before.islower() or before.isdigit() or (before.isupper() and after.islower()))
        ):
            out.append("_")
        out.append(sign.lower())
    return "".join(out)


def _class_name(controller: str) -> str:
    """``api/v1/blog_posts`` as ``Api.V1.BlogPostsController``."""
    parts = [
        "".join(word[:1].upper() + word[1:] for word in part.split("_")) for part in controller.split("/")
    ]
    return ".".join(part for part in parts if part) + "Controller"


def _method(home: _Home, name: str) -> Handler | None:
    wanted = f"{home.item.name}#{name}"
    return next((item for item in home.module.functions if item.name == wanted), None)


def _gates(line: _Line, action: str) -> tuple[tuple[str, ...], bool]:
    """The gates that stand before ``action``, and whether that is sure."""
    active: dict[str, Gate] = {}
    for home in reversed(line.homes):
        for gate in home.item.gates:
            if not gate.covers(action):
                continue
            if not gate.lifts:
                active[gate.name] = gate
            elif gate.name:
                active.pop(gate.name, None)
            else:
                active = {name: other for name, other in active.items() if not guarded((name,))}
    sure = all(gate.sure for gate in active.values())
    return tuple(name for name, gate in active.items() if gate.sure), sure


def _followed(facts: Facts, home: _Home, handler: Handler) -> tuple[Handler, bool]:
    """A check of health with what the repository's own classes do that it calls; and whether all is seen."""
    files = {
        entry.path.rpartition("/")[2]: entry
        for entry in facts.paths("**/app/**/*.rb", "**/lib/**/*.rb", "app/**/*.rb", "lib/**/*.rb")
    }
    calls, met, known = [], [handler], True
    for call in handler.calls[:_CALLS]:
        parts = call.replace("()", "").split(".")
        head = [part for part in parts[:-1] if part[:1].isupper()]
        entry = files.get(_underscored(head[-1]) + ".rb") if head else None
        value = (
            facts.parsed(PARSER, entry.path).value
            if entry is not None and entry.path != home.entry.path
            else None
        )
        if value is None:
            calls.append(call)
            continue
        inner = [item for item in value.functions if item.name.endswith("#" + parts[-1])]
        known = known and bool(inner)
        met += inner
        calls += [name for item in inner for name in item.calls] or [call]
    whole = replace(
        handler,
        calls=tuple(dict.fromkeys(calls)),
        constant=all(item.constant for item in met),
        catches=any(item.catches for item in met),
        fails=any(item.fails for item in met),
        asks=any(item.asks for item in met),
    )
    return whole, known or depth_of(whole) == "deep"


def beside(facts: Facts, question: Question) -> Held:
    """What a ``Gemfile`` and the settings of libraries say."""
    roots = [entry for entry in facts.paths("**/Gemfile") if entry.role is Role.PRODUCT]
    if not roots or question not in ("route", "telemetry", "server"):
        return ()
    found: list[tuple[Entry, Module]] = []
    for entry in roots:
        folder = dirname(entry.path)
        base = folder + "/" if folder else ""
        if question == "route":
            found += _served_by_gems(facts, entry)
        elif question == "telemetry":
            found += [
                (place, RubyModule(telemetry=(Telemetry(1, kind, library, name, exposes=True),)))
                for name, (kind, library) in _SETTINGS.items()
                if (place := facts.entry(base + name)) is not None
            ]
        else:
            for name, framework in (("config/puma.rb", "puma"), ("config/sidekiq.yml", "sidekiq")):
                place = facts.entry(base + name)
                if place is not None:
                    found.append((place, RubyModule(servers=(Server(1, framework, "serve", name),))))
    return tuple(found)


def _served_by_gems(facts: Facts, entry: Entry) -> list[tuple[Entry, Module]]:
    rows = [
        row
        for row in facts.collected(DEPENDENCY).rows
        if row.path == entry.path
        and row.ecosystem == "gem"
        and row.scope == "runtime"
        and row.name in _SERVING
    ]
    return [
        (
            entry,
            RubyModule(
                routes=(
                    Route(
                        row.line,
                        ("GET",),
                        _SERVING[row.name],
                        row.name,
                        row.name,
                        Handler(row.name, row.line, asks=True),
                        (),
                        f"{row.name} at {_SERVING[row.name]}",
                        health=True,
                    ),
                )
            ),
        )
        for row in rows
    ]
