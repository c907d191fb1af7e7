"""The routes of Java and Kotlin, put together: constants of other files, guards, what checks ask.

A module is what lies beside one ``src``; its chains of Spring Security, and its filters, stand before
its routes alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.health import answers_health, depth_of
from readiness.facts.code.jvm.file import JAVA, KOTLIN
from readiness.facts.code.jvm.security import decided
from readiness.facts.code.jvm.settings import values
from readiness.facts.code.jvm.shapes import Chain, Decision, JvmFile
from readiness.facts.code.language import Found
from readiness.facts.code.script.paths import joined
from readiness.facts.dependencies import DEPENDENCY
from readiness.records import Struct, field, replace
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.facts.code.jvm.shapes import Heir, Named, Pass, Placed
    from readiness.facts.code.language import Held
    from readiness.facts.code.model import Handler, Route
    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

_HOPS = 4
_WAYS = 6
_TEXT = 500
_CLASSES = 40  # files that are read for the constants in them
_FOLLOWED = 40
_FILTERS_THAT_GUARD = ("auth", "jwt", "token", "security", "login", "apikey", "permission", "session")


class _Project(Struct):
    """What the files of the repository say together."""

    constants: dict[str, str] = field(default_factory=dict)
    methods: dict[str, list[Named]] = field(default_factory=dict)
    passes: dict[str, list[Pass]] = field(default_factory=dict)
    chains: dict[str, list[Chain]] = field(default_factory=dict)
    ignored: dict[str, list[str]] = field(default_factory=dict)
    filters: dict[str, list[str]] = field(default_factory=dict)
    checks: list[str] = field(default_factory=list)
    heirs: dict[str, list[Heir]] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    secured: set[str] = field(default_factory=set)


def routes(facts: Facts, held: Held) -> tuple[Found, ...]:
    """The routes of ``held``, with whole paths and with what stands before them."""
    files = [(entry, module) for entry, module in held if isinstance(module, JvmFile)]
    project = _project(facts, files)
    _widen(facts, files, project)
    found: list[Found] = []
    for entry, module in held:
        if isinstance(module, JvmFile):
            for placed in module.placed:
                found += [_found(entry, way, project) for way in _ways(placed, project)]
        else:
            found += [_library(entry, route, project) for route in module.routes]
    return tuple(found)


def module_of(path: str) -> str:
    """The folder of the module that a file of code, or a manifest, lies in."""
    head, mark, _ = f"/{path}".partition("/src/")
    return head.strip("/") if mark else path.rpartition("/")[0]


def _project(facts: Facts, files: Sequence[tuple[Entry, JvmFile]]) -> _Project:
    project = _Project()
    for entry, held in files:
        module = module_of(entry.path)
        project.constants.update(held.constants)
        for heir in held.heirs:
            for name in heir.supers:
                project.heirs.setdefault(name, []).append(heir)
        for item in held.named:
            project.methods.setdefault(item.handler.name.rpartition(".")[2], []).append(item)
        for passed in held.passes:
            project.passes.setdefault(passed.callee, []).append(passed)
        if held.chains:
            project.chains.setdefault(module, []).extend(held.chains)
        project.ignored.setdefault(module, []).extend(held.ignored)
        project.filters.setdefault(module, []).extend(held.filters)
        project.checks += [entry.path for _ in held.checks]
    for row in facts.collected(DEPENDENCY).rows:
        name = row.name.rpartition(":")[2]
        if row.role is Role.PRODUCT and row.scope == "runtime" and name in _SECURITY:
            project.secured.add(row.path.rpartition("/")[0])
    return project


_SECURITY = frozenset(
    (
        "spring-boot-starter-security",
        "spring-boot-starter-oauth2-resource-server",
        "micronaut-security",
        "micronaut-security-jwt",
    )
)


def _widen(facts: Facts, files: Sequence[tuple[Entry, JvmFile]], project: _Project) -> None:
    """Takes in the constants that paths name and that stand in files which register nothing."""
    texts = [placed.route.path for _, held in files for placed in held.placed]
    texts += [path for heirs in project.heirs.values() for heir in heirs for path in heir.paths]
    chains = [chain for kept in project.chains.values() for chain in kept]
    texts += [path for chain in chains for item in chain.decisions for path in item.paths]
    if any("${" in text for text in texts):
        project.settings.update(
            {item.key: item.value for item in values(facts) if not item.profile and len(item.value) < _TEXT}
        )
    names: set[str] = set()
    for text in texts:
        for part in text.split("{")[1:]:
            parts = part.partition("}")[0].split(".")
            if len(parts) > 1 and ".".join(parts[-2:]) not in project.constants:
                names.update(name for name in parts[-3:-1] if name.isidentifier() and name[0].isupper())
    for name in sorted(names)[:_CLASSES]:
        for entry in facts.paths(f"**/{name}.java", f"**/{name}.kt")[:3]:
            parser = KOTLIN if entry.path.endswith(".kt") else JAVA
            value = facts.parsed(parser, entry.path).value if entry.role is Role.PRODUCT else None
            if value is not None:
                project.constants.update(value.constants)


def _spelled(path: str, project: _Project) -> str:
    """``path`` with the constants of other files, and with settings, in it: ``{Urls.API}/${api.users}``."""
    path = _set(path, project)
    for _ in range(8):
        start = path.find("{")
        while start >= 0:
            end = path.find("}", start)
            name = path[start + 1 : end] if end > 0 else ""
            tail = ".".join(name.split(".")[-2:])
            if tail in project.constants:
                path = path[:start] + project.constants[tail] + path[end + 1 :]
                break
            start = path.find("{", start + 1)
        else:
            break
    return joined(*path.split("/")) if "/" in path else joined(path)


def _set(path: str, project: _Project) -> str:
    """``path`` with what settings say, or else the default, in place of ``${key:default}``."""
    for _ in range(4):
        start = path.find("${")
        end = path.find("}", start)
        if start < 0 or end < 0:
            break
        key, colon, default = path[start + 2 : end].partition(":")
        value = project.settings.get(key.lower().replace("-", ""), default if colon else None)
        told = "{" + key.rpartition(".")[2] + "}" if value is None or "${" in value else value
        path = path[:start] + told + path[end + 1 :]
    return path


def _short(path: str) -> str:
    """What is still not known by its last name: ``{Urls.API}`` is ``{API}``; a pattern behind a name goes."""
    parts = []
    for part in path.split("/"):
        if part.startswith("{") and part.endswith("}"):
            name = part[1:-1].partition(":")[0].rpartition(".")[2]
            parts.append("{" + name + "}")
        else:
            parts.append(part)
    return "/".join(parts)


class _Way(Struct, frozen=True):
    """A route as it is served; ``sure`` unless its function may be called from where nobody looked."""

    placed: Placed
    path: str
    guards: tuple[str, ...]
    sure: bool


def _ways(placed: Placed, project: _Project) -> list[_Way]:
    route = placed.route
    if placed.above:
        return _inherited(placed, project)
    ways = _from(placed.function, project, 0, ()) if placed.function else None
    if ways is None:
        root = placed.family != "ktor" or placed.function in _ROOTS
        return [_Way(placed, _spelled(route.path, project), route.guards, root and placed.sure)]
    return [
        _Way(
            placed,
            _spelled(joined(prefix, route.path), project),
            (*guards, *route.guards),
            placed.sure and sure,
        )
        for prefix, guards, sure in ways
    ]


def _inherited(placed: Placed, project: _Project) -> list[_Way]:
    """A route that an abstract class or an interface declares, once for each controller below it."""
    if placed.family == "jaxrs" and placed.above not in project.heirs:
        return [_Way(placed, _spelled(placed.route.path, project), placed.route.guards, False)]
    return [
        _Way(
            placed,
            _spelled(joined(path, placed.route.path), project),
            (*heir.guards, *placed.route.guards),
            True,
        )
        for heir in project.heirs.get(placed.above, ())[:50]
        for path in heir.paths
    ]


# Where Ktor itself starts.
_ROOTS = ("module", "main", "configureRouting", "configureRoutes", "routing")


def _from(
    function: str, project: _Project, hops: int, seen: tuple[str, ...]
) -> list[tuple[str, tuple[str, ...], bool]] | None:
    """Prefix, guards and certainty of every call of ``function``; None where nobody calls it."""
    if hops >= _HOPS or function in seen:
        return None
    found: list[tuple[str, tuple[str, ...], bool]] = []
    for item in project.passes.get(function, ()):
        if item.function == function:
            continue
        above = _from(item.function, project, hops + 1, (*seen, function))
        for prefix, guards, sure in above if above is not None else [("", (), True)]:
            found.append((joined(prefix, item.prefix), (*guards, *item.guards), sure and item.sure))
    return list(dict.fromkeys(found))[:_WAYS] or None


def _found(entry: Entry, way: _Way, project: _Project) -> Found:
    route, guards, sure = way.placed.route, way.guards, way.sure
    module = module_of(entry.path)
    if not guards and not way.placed.opened:
        more, doubt = _before(way, module, project)
        guards, sure = more, sure and not doubt
    handler = route.handler
    if handler is None and route.origin:
        handler = _named(route.origin, project)
    known = whole = handler is not None
    if handler is not None and answers_health(way.path):
        handler, whole = _followed(handler, project)
        known = whole or depth_of(handler) == "deep"
    if route.framework == "ktor" and not guards and handler is not None:
        sure = sure and not _asks_who(handler)
    placed = replace(route, path=_short(way.path), guards=guards)
    return Found(entry, placed, handler, known, not sure, whole)


def _asks_who(handler: Handler) -> bool:
    """Whether a handler of Ktor looks for who asks by itself."""
    return any(
        word in call.lower() for call in handler.calls for word in ("principal", "auth", "token", "session")
    )


def _before(way: _Way, module: str, project: _Project) -> tuple[tuple[str, ...], bool]:
    """The guards of a route's module, and whether they are in doubt."""
    filters = [name for name in project.filters.get(module, ()) if _guards_by_name(name)]
    if way.placed.family == "spring":
        chains = [_resolved(chain, project) for chain in _of(module, project)]
        ignored = [_spelled(path, project) for path in project.ignored.get(module, ())]
        lets = decided(way.path, chains, ignored)
        if lets == "known":
            return ("auth:chain",), False
        if lets == "everybody":
            return (), False
        if lets == "unclear":
            return (), True
        if any(
            module == folder or module.startswith(folder + "/") or not folder for folder in project.secured
        ):
            return ("auth:default",), False  # with the library alone every route asks for a login
    if way.placed.family in ("micronaut", "jaxrs") and project.secured:
        return (), True
    return (), bool(filters)


def _of(module: str, project: _Project) -> list[Chain]:
    """The chains of a module; those of a module that others share, where it has none and there is but one."""
    own = project.chains.get(module, [])
    if own or len(project.chains) != 1:
        return own
    (shared,) = project.chains.values()
    return [Chain(chain.line, chain.paths, (Decision(("/**",), "unclear"),)) for chain in shared]


def _resolved(chain: Chain, project: _Project) -> Chain:
    return replace(
        chain,
        paths=tuple(_text(path, project) for path in chain.paths),
        decisions=tuple(
            replace(item, paths=tuple(_text(path, project) for path in item.paths))
            for item in chain.decisions
        ),
    )


def _text(path: str, project: _Project) -> str:
    if path == "?":
        return path
    spelled = _spelled(path, project)
    return "?" if "{" in spelled and "." in spelled.partition("{")[2].partition("}")[0] else spelled


def _guards_by_name(name: str) -> bool:
    lower = name.lower()
    return any(word in lower for word in _FILTERS_THAT_GUARD)


def _named(origin: str, project: _Project) -> Handler | None:
    """The method that ``handler::list`` or ``UserController::get`` means."""
    found = project.methods.get(origin.rpartition(".")[2], [])
    owner = origin.rpartition(".")[0].rpartition(".")[2].lower()
    fitting = [item for item in found if item.handler.name.lower().startswith(f"{owner}.")]
    chosen = fitting or found
    return chosen[0].handler if len(chosen) == 1 else None


def _followed(handler: Handler, project: _Project) -> tuple[Handler, bool]:
    """``handler`` with what it calls in other methods; and whether all of them could be read."""
    layer = list(handler.calls)
    owner = handler.name.partition(".")[0]
    met: list[Named] = []
    unread: list[str] = []
    seen: set[str] = set()
    for _ in range(_HOPS):
        below: list[str] = []
        for name in layer:
            if name in seen or len(seen) >= _FOLLOWED:
                continue
            seen.add(name)
            got = _method(name, owner, project)
            if got is None:
                unread.append(name)
            else:
                met.append(got)
                below += got.local
        layer = below
    asks = handler.asks or any(item.handler.asks for item in met)
    fails = handler.fails or any(item.handler.fails for item in met)
    catches = handler.catches or (any(item.handler.catches for item in met) and not fails)
    whole = replace(
        handler,
        calls=tuple(unread),
        asks=asks,
        fails=fails,
        catches=catches and not fails,
        constant=handler.constant and not met and not unread,
    )
    return whole, not (unread or layer)


def _method(name: str, owner: str, project: _Project) -> Named | None:
    """The method that ``Type.name`` means: of that type, or of the one class that has that type above it."""
    kind, _, last = name.rpartition(".")
    found = project.methods.get(last, [])
    kind = kind.rpartition(".")[2] or owner
    same = [item for item in found if item.handler.name == f"{kind}.{last}"]
    below = [item for item in found if kind in item.supers]
    real = [item for item in (below or same) if item.local or item.handler.calls or not below]
    return real[0] if len(real) == 1 else None


def _library(entry: Entry, route: Route, project: _Project) -> Found:
    """A route that a library serves; a check of the product's own is asked by it too."""
    folder = module_of(entry.path)
    own = any(not folder or path.startswith(folder + "/") for path in project.checks)
    handler = route.handler
    if handler is not None and own and not route.path.endswith(("/liveness", "/live")):
        handler = replace(handler, asks=True)
    return Found(entry, route, handler, known=handler is not None, doubtful=True)
