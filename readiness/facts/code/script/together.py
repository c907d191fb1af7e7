"""The routes of scripts, put together from several files: prefixes, handlers, and places.

A router is followed to where it is mounted, a handler to its own file, and for a check of
health also what that calls.
"""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING

from readiness.facts.code.health import answers_health, depth_of, guarded
from readiness.facts.code.language import Found
from readiness.facts.code.model import Handler, Route
from readiness.facts.code.script import Script, parser_of
from readiness.facts.code.script.paths import VERBS, file_route, joined
from readiness.facts.code.script.resolve import local, named, resolved
from readiness.records import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.facts.code.script.routers import Mount
    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

_HOPS = 4
_CALLS = 12  # calls of a handler that are followed to other files


def script(facts: Facts, path: str) -> Script | None:
    """What the file ``path`` holds, or None where it cannot be read."""
    parser = parser_of(path)
    return facts.parsed(parser, path).value if parser is not None else None


def routes(facts: Facts, files: Sequence[tuple[Entry, Script]]) -> tuple[Found, ...]:
    """The routes of ``files``, with the prefixes that others of them put before."""
    mounts = _mounts(facts, files)
    loaded = tuple(dirname(entry.path) for entry, held in files if _loads_folders(held))
    found: list[Found] = []
    for entry, held in files:
        prefix, guards = _prefix(entry.path, mounts)
        before = _program_prefix(entry.path, files)
        prefix = prefix or _folder_prefix(entry.path, loaded)
        for route in held.module.routes:
            whole = joined(before if route.framework == "nest" else prefix, route.path)
            placed = replace(route, path=whole, guards=(*guards, *route.guards))
            found.append(_found(facts, entry, placed))
        found += _placed(facts, entry, held)
    return tuple(found)


def _mounts(facts: Facts, files: Sequence[tuple[Entry, Script]]) -> dict[str, tuple[str, Mount]]:
    """By the file that is mounted: the file that mounts it first, and how."""
    mounts: dict[str, tuple[str, Mount]] = {}
    holding = {entry.path for entry, held in files if held.module.routes or held.mounts}
    for entry, held in files:
        for mount in held.mounts:
            target = resolved(facts, entry.path, mount.module)
            if target is not None and target.path in holding and target.path != entry.path:
                mounts.setdefault(target.path, (entry.path, mount))
    return mounts


def _prefix(path: str, mounts: dict[str, tuple[str, Mount]]) -> tuple[str, tuple[str, ...]]:
    """The path and the guards that stand before the routes of the file ``path``."""
    prefix = ""
    guards: tuple[str, ...] = ()
    seen = {path}
    for _ in range(_HOPS):
        if path not in mounts:
            break
        path, mount = mounts[path]
        if path in seen:
            break
        seen.add(path)
        prefix = joined(mount.prefix, prefix)
        guards = (*mount.guards, *guards)
    return prefix, guards


def _loads_folders(held: Script) -> bool:
    return any(item.module in ("@fastify/autoload", "fastify-autoload") for item in held.module.imports)


def _folder_prefix(path: str, loaded: Sequence[str]) -> str:
    """What @fastify/autoload puts before the routes of a file: its folders below ``routes``."""
    folders = path.split("/")[:-1]
    if "routes" not in folders or not any(not top or path.startswith(top + "/") for top in loaded):
        return ""
    return "/".join(folders[folders.index("routes") + 1 :])


def _program_prefix(path: str, files: Sequence[tuple[Entry, Script]]) -> str:
    """What the program that the file belongs to puts before every controller: the nearest above."""
    best, prefix = -1, ""
    for entry, held in files:
        folder = dirname(entry.path)
        if held.prefix and (not folder or path.startswith(folder + "/")) and len(folder) > best:
            best, prefix = len(folder), held.prefix
    return prefix


def _found(facts: Facts, entry: Entry, route: Route, *, doubtful: bool = False) -> Found:
    handler, place = route.handler, entry.path
    if handler is None and route.origin:
        handler, place = _elsewhere(facts, entry.path, route.origin)
    known = handler is not None
    if handler is not None and answers_health(route.path):
        handler, known = _followed(facts, place, handler)
    return Found(entry, route, handler, known, doubtful)


def _elsewhere(facts: Facts, path: str, origin: str) -> tuple[Handler | None, str]:
    """The handler that ``origin`` names in the file it was imported from, and that file."""
    target = named(facts, path, origin)
    if target is None:
        return None, path
    entry, name = target
    held = script(facts, entry.path)
    functions = held.module.functions if held is not None else ()
    return next((item for item in functions if item.name == name), None), entry.path


def _followed(facts: Facts, path: str, handler: Handler) -> tuple[Handler, bool]:
    """``handler`` with what it calls in other files in place of the calls; and whether all could be read.

    Two files deep; beyond, and where a file does not tell, a call is judged by its name.
    """
    calls: list[str] = []
    met = [handler]
    layer = [(path, handler)]
    known = True
    for hop in range(_HOPS - 1):
        below: list[tuple[str, Handler]] = []
        for place, caller in layer:
            for index, call in enumerate(caller.calls):
                followed = local(call) and index < _CALLS and hop < _HOPS - 2
                inner, where = _elsewhere(facts, place, call) if followed else (None, place)
                if inner is not None:
                    below.append((where, inner))
                else:
                    calls.append(call)
                    known = known and not (local(call) and not _says_nothing(call))
        met += [inner for _, inner in below]
        layer = below[:_CALLS]
    whole = replace(
        handler,
        calls=tuple(dict.fromkeys(calls)),
        constant=all(item.constant for item in met),
        catches=any(item.catches for item in met),
        fails=any(item.fails for item in met),
    )
    return whole, known or depth_of(whole) == "deep"


def _says_nothing(call: str) -> bool:
    """Whether a call is about logs, settings or the answer, going by its name."""
    lower = call.lower()
    return any(
        word in lower for word in ("log", "config", "response", "respond", "constant", "version", "env")
    )


def _placed(facts: Facts, entry: Entry, held: Script) -> list[Found]:
    """The routes that the file is by its place."""
    place = file_route(entry.path)
    if place is None:
        return []
    found = []
    for handler in held.module.functions:
        if handler.name not in (VERBS if place.verbs else ("default",)):
            continue
        methods = (handler.name,) if place.verbs else ((place.method,) if place.method else ())
        route = Route(
            line=handler.line,
            methods=methods,
            path=place.path,
            framework=place.framework,
            origin=handler.name,
            handler=handler,
            guards=handler.guards,
            text=f"{handler.name if place.verbs else 'default'} of {place.path}",
        )
        doubtful = handler.name in held.doubtful and not guarded(handler.guards)
        found.append(_found(facts, entry, route, doubtful=doubtful))
    return found
