"""The routes of Go, put together from several files: the routers that functions are handed, and handlers.

A package is a folder; a path of an import names it by its end. What a function is handed is
followed to whoever calls it, a handler to its own file, and for a check of health also what that calls.
"""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING

from readiness.facts.code.golang.file import GO_FILE, GoFile
from readiness.facts.code.golang.scope import plain_path
from readiness.facts.code.health import answers_health, depth_of, guarded
from readiness.facts.code.language import Found
from readiness.facts.code.script.paths import joined
from readiness.records import Struct, field, replace
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.facts.code.golang.routers import Base, Named, Pass, Placed
    from readiness.facts.code.language import Held
    from readiness.facts.code.model import Handler, Route
    from readiness.facts.model import Facts, PatternTable
    from readiness.tree.model import Entry

_HOPS = 4
_WAYS = 6  # routers that one function is handed, each of which makes its routes anew
_FOLLOWED = 40  # functions that the answer of one check of health is looked for in
_FILES = 60  # files of one folder
_GUARDING_PACKAGES = ("auth", "jwt", "keyauth", "basicauth", "casbin", "oauth", "session")


class Index(Struct):
    """The functions of the files that are read: by folder and name, and methods by their last name."""

    folders: dict[str, dict[str, Named]] = field(default_factory=dict)
    plain: dict[str, str] = field(default_factory=dict)
    known: dict[str, str | None] = field(default_factory=dict)
    methods: dict[str, list[tuple[str, Named]]] = field(default_factory=dict)
    paths: set[str] = field(default_factory=set)

    def add(self, entry: Entry, held: GoFile) -> None:
        """Takes in the functions of one file."""
        if entry.path in self.paths:
            return
        self.paths.add(entry.path)
        folder = dirname(entry.path)
        if folder not in self.folders:
            self.plain[folder] = _plain(folder)
            self.known.clear()
        names = self.folders.setdefault(folder, {})
        for item in held.named:
            names.setdefault(item.handler.name, item)
            owner, dot, last = item.handler.name.partition(".")
            if dot and "mock" not in (owner + folder).lower():
                self.methods.setdefault(last, []).append((folder, item))

    def folder_of(self, path: str) -> str | None:
        """The folder that the path of an import names: the longest at its end."""
        if path not in self.known:
            self.known[path] = self._folder_of(path)
        return self.known[path]

    def _folder_of(self, path: str) -> str | None:
        best = None
        for folder, plain in self.plain.items():
            ends = path == plain or path.endswith("/" + plain) or not folder
            if ends and (best is None or len(folder) > len(best)):
                best = folder
        return best if best or (best == "" and "/" in path and "." in path.partition("/")[0]) else None

    def named(self, folder: str, name: str) -> tuple[str, Named] | None:
        """The function that a dotted ``name`` means in a file of ``folder``, and its own folder."""
        path, slash, tail = name.rpartition("/")
        if slash:
            package, _, rest = tail.partition(".")
            place = self.folder_of(f"{path}/{package}")
            found = self.folders.get(place, {}).get(rest) if place is not None else None
            if found is not None and place is not None:
                return place, found
            last = rest
        else:
            found = self.folders.get(folder, {}).get(name)
            if found is not None:
                return folder, found
            last = name
        return self._method(last.rpartition(".")[2]) if "." in last else None

    def _method(self, last: str) -> tuple[str, Named] | None:
        """The one method of that name, or one of several that do the same."""
        found = self.methods.get(last, [])
        alike = {
            (item.handler.asks, item.handler.fails, item.handler.constant, item.local) for _, item in found
        }
        return found[0] if len(alike) == 1 else None


def _plain(folder: str) -> str:
    """A folder as an import names it: without a major version."""
    return plain_path(f"./{folder}")[2:] if folder else ""


def routes(facts: Facts, held: Held) -> tuple[Found, ...]:
    """The routes of ``held``, below the prefixes and behind the guards of whoever hands routers on."""
    files = [(entry, module) for entry, module in held if isinstance(module, GoFile)]
    index = Index()
    for entry, module in files:
        index.add(entry, module)
    handed = _handed(files)
    found: list[Found] = []
    for entry, module in files:
        folder = dirname(entry.path)
        for placed in module.placed:
            found += [_found(facts, entry, way, index) for way in _ways(folder, placed, handed)]
    return tuple(found)


def _handed(files: Iterable[tuple[Entry, GoFile]]) -> dict[str, list[tuple[str, Pass]]]:
    """By the last part of a function's name: the folder in which it is handed a router, and how."""
    handed: dict[str, list[tuple[str, Pass]]] = {}
    for entry, module in files:
        for item in module.passes:
            handed.setdefault(item.callee.rpartition(".")[2], []).append((dirname(entry.path), item))
    return handed


class _Way(Struct, frozen=True):
    """A route as it is served: below every prefix, behind every guard."""

    route: Route
    sure: bool


def _ways(folder: str, placed: Placed, handed: dict[str, list[tuple[str, Pass]]]) -> list[_Way]:
    """``placed`` by every way on which its router comes to its function; at least one."""
    ways = _from(folder, placed.base, handed, 0, ())
    if ways is None:
        return [_Way(placed.route, placed.sure and placed.base.place < 0)]
    found = []
    for prefix, guards, sure in ways:
        route = placed.route
        moved = replace(route, path=joined(prefix, route.path), guards=(*guards, *route.guards))
        found.append(_Way(moved, placed.sure and sure))
    return found


def _from(
    folder: str,
    base: Base,
    handed: dict[str, list[tuple[str, Pass]]],
    hops: int,
    seen: tuple[tuple[str, str], ...],
) -> list[tuple[str, tuple[str, ...], bool]] | None:
    """Prefix, guards and certainty of every way to ``base``; None where nobody hands it anything."""
    if not base.function or hops >= _HOPS or (folder, base.function) in seen:
        return None
    found: list[tuple[str, tuple[str, ...], bool]] = []
    for place, item in handed.get(base.function.rpartition(".")[2], ()):
        if item.place != base.place or not _means(item.callee, place, base.function, folder):
            continue
        if item.base.function == base.function and place == folder:
            continue  # a function that calls itself
        above = _from(place, item.base, handed, hops + 1, (*seen, (folder, base.function)))
        if above is None:
            found.append((item.prefix, item.guards, item.sure and item.base.place < 0))
        else:
            found += [
                (joined(prefix, item.prefix), (*guards, *item.guards), item.sure and sure)
                for prefix, guards, sure in above
            ]
    return list(dict.fromkeys(found))[:_WAYS] or None


def _means(callee: str, place: str, function: str, folder: str) -> bool:
    """Whether ``callee``, as named in a file of ``place``, is ``function`` of ``folder``."""
    path, slash, tail = callee.rpartition("/")
    package, _, rest = tail.partition(".") if slash else ("", "", callee)
    if slash:
        whole = f"{path}/{package}"
        plain = _plain(folder)
        if not (whole == plain or whole.endswith("/" + plain) or not folder):
            return "." in rest and "." in function and rest.rpartition(".")[2] == function.rpartition(".")[2]
        return rest == function or ("." in function and rest == function.rpartition(".")[2])
    if rest.startswith("?."):
        return "." in function and rest[2:] == function.rpartition(".")[2]
    return place == folder and rest == function


def _found(facts: Facts, entry: Entry, way: _Way, index: Index) -> Found:
    route, folder = way.route, dirname(entry.path)
    handler, denies = route.handler, False
    named = None
    if handler is None and route.origin:
        got = index.named(folder, route.origin)
        if got is not None:
            folder, named = got
            handler, denies = named.handler, named.denies
    known = whole = handler is not None
    if handler is not None and answers_health(route.path):
        handler, whole = _followed(facts, folder, handler, named, index)
        known = whole or depth_of(handler) == "deep"
    guards = tuple(name for guard in route.guards for name in _guard(dirname(entry.path), guard, index))
    doubtful = not way.sure or denies
    return Found(
        entry, replace(route, guards=guards), handler, known, doubtful and not guarded(guards), whole
    )


def _guard(folder: str, name: str, index: Index) -> list[str]:
    """What a guard is judged by: its last name, a telling package, and whether its code turns askers away."""
    package, _, last = name.rpartition("/")[2].rpartition(".")
    got = index.named(folder, name)
    if got is not None:
        return [last, "auth:denies"] if got[1].denies else [last]
    telling = any(part.startswith(_GUARDING_PACKAGES) for part in package.lower().split("."))
    return [f"{package}.{last}" if telling else last]


def _followed(
    facts: Facts, folder: str, handler: Handler, named: Named | None, index: Index
) -> tuple[Handler, bool]:
    """``handler`` with what it calls in other functions; and whether all of them could be read."""
    local = named.local if named is not None else tuple(handler.calls)
    layer = [(folder, name) for name in local]
    met: list[Named] = []
    unread: list[str] = []
    seen: set[tuple[str, str]] = set()
    widened: set[str] = set()
    for _ in range(_HOPS):
        below: list[tuple[str, str]] = []
        for place, name in layer:
            if (place, name) in seen or len(seen) >= _FOLLOWED:
                continue
            seen.add((place, name))
            got = index.named(place, name)
            if got is None and place not in widened:
                _widen(facts, index, place, everywhere=not widened)
                widened.add(place)
                got = index.named(place, name)
            path = name.rpartition(".")[0] if "/" in name else ""
            if got is None and path and path not in widened:
                _widen_package(facts, index, path)
                widened.add(path)
                got = index.named(place, name)
            if got is None:
                unread.append(name)
                continue
            met.append(got[1])
            below += [(got[0], inner) for inner in got[1].local]
        layer = below
    known = not (unread or layer)
    asks = handler.asks or any(item.handler.asks for item in met)
    fails = handler.fails or any(item.handler.fails for item in met)
    # What is read nowhere is judged by its name, like ``registry.CheckAll``.
    whole = replace(
        handler,
        calls=tuple(unread),
        asks=asks,
        fails=fails,
        constant=handler.constant and not local,
        catches=asks and not fails,
    )
    return whole, known


def _widen_package(facts: Facts, index: Index, path: str) -> None:
    """Takes in the files of the package that is imported as ``path``, where it is one of this repository."""
    above, _, tail = path.rpartition("/")
    last = tail.partition(".")[0]
    whole = f"{above}/{last}"
    for entry in facts.paths(f"**/{last}/*.go")[:_FILES]:
        folder = dirname(entry.path)
        if entry.role is Role.PRODUCT and whole.endswith("/" + _plain(folder)):
            value = facts.parsed(GO_FILE, entry.path).value
            if value is not None:
                index.add(entry, value)


def _widen(facts: Facts, index: Index, folder: str, *, everywhere: bool) -> None:
    """Takes in the files of one folder, and ``everywhere`` those that ask something whether it is alive."""
    from readiness.facts.code.golang import GO  # noqa: PLC0415 - the language names this function

    table: PatternTable = GO.hints
    wanted = {entry.path: entry for entry in facts.paths(f"{folder}/*.go" if folder else "*.go")[:_FILES]}
    if everywhere:
        wanted |= {hit.entry.path: hit.entry for hit in facts.hits(table) if hit.name == "alive"}
    for path, entry in sorted(wanted.items()):
        value = facts.parsed(GO_FILE, path).value if entry.role is Role.PRODUCT else None
        if value is not None:
            index.add(entry, value)
