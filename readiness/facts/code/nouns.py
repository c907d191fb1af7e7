"""What product code serves, reads and sets up: routes, origins, variables, telemetry, imports, servers.

Only Python so far; another language adds a parser into ``code.model``'s shapes.
A file is parsed only if a literal in it says that it may matter.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

from readiness.facts.code.health import answers_health, depth_of, guarded
from readiness.facts.code.hints import HINTS
from readiness.facts.code.model import TelemetryKind  # noqa: TC001 - rows are read at run time
from readiness.facts.code.python import PYTHON
from readiness.facts.model import Collected, Facts, Glob, Noun, Opening, Row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.facts.code.model import Handler, Import, Module, Route
    from readiness.tree.model import Entry

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRoute(Row):
    """A path that product code serves."""

    method: Annotated[str, "GET, POST … or WEBSOCKET; empty where any method is answered"] = ""
    route: Annotated[Glob, "the URL path; a part that is not literal is {name}"]
    framework: Annotated[str, "the framework it is registered with, empty if the file does not say"] = ""
    handler: Annotated[str, "the dotted name of what answers"] = ""
    health: Annotated[bool, "the path is that of a health, readiness or liveness check"] = False
    depth: Annotated[
        Literal["constant", "shallow", "deep"] | None,
        "whether the answer depends on nothing, on the process alone, or on a dependency that is asked",
    ] = None
    fails: Annotated[bool | None, "it can answer a status of 500 or above"] = None
    catches: Annotated[bool | None, "a broad except clause in it still answers success"] = None
    authenticated: Annotated[bool | None, "something that asks who calls stands before it"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorsSetup(Row):
    """A set-up of cross-origin requests."""

    wildcard: Annotated[bool | None, "every origin is allowed, if only by default"] = None
    credentials: Annotated[bool | None, "credentials are allowed"] = None
    framework: Annotated[str, "fastapi, flask, django … or header where it is written by hand"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeVariable(Row):
    """An environment variable that code reads."""

    name: Annotated[str, "the variable's name"]
    default: Annotated[bool, "the program runs without it"] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTelemetry(Row):
    """A call that sets up how the program is watched or limited."""

    kind: Annotated[TelemetryKind, "what is set up"]
    library: Annotated[str, "the library that is called"] = ""
    exposes: Annotated[bool, "the signal leaves the process here; a mere definition does not"] = False
    file: Annotated[bool, "it writes to a file"] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeImport(Row):
    """A module that code imports."""

    module: Annotated[str, "the module's first name"]
    standard: Annotated[bool, "it comes with the language"] = False
    local: Annotated[bool, "it is a file or folder of this repository"] = False
    optional: Annotated[bool, "its absence is caught, or only the type checker reads it"] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeServer(Row):
    """A place where a server or worker is built or bound."""

    framework: Annotated[str, "fastapi, flask, django, asgi, wsgi, grpc, celery …"]
    act: Annotated[Literal["construct", "serve"], "whether it is built or bound here"] = "construct"
    debug: Annotated[bool | None, "it runs in debug or reload mode"] = False
    host: Annotated[str, "the host it binds, empty where it is not literal"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingCall(Row):
    """A call that leaves the process for another service, or the client that such calls share."""

    library: Annotated[str, "the library that makes it"]
    timeout: Annotated[bool | None, "it ends by itself if nobody answers"] = None
    retried: Annotated[bool, "a policy of attempts stands around it"] = False


@dataclass(frozen=True, slots=True)
class _Files:
    """The parsed files that hold a hint, and the frame of a ``Collected``."""

    modules: tuple[tuple[Entry, Module], ...]
    frame: Collected[Row]


def _modules(facts: Facts, *names: str) -> _Files:
    paths = {
        found.entry.path: found.entry
        for found in facts.hits(HINTS)
        if found.name in names and found.entry.path.endswith(".py")
    }
    return _parsed(facts, [paths[path] for path in sorted(paths)])


def _parsed(facts: Facts, entries: Iterable[Entry]) -> _Files:
    modules, problems, openings, looked = [], [], [], []
    for entry in entries:
        parsed = facts.parsed(PYTHON, entry.path)
        looked.append(entry.path)
        if parsed.value is not None:
            modules.append((entry, parsed.value))
        if parsed.problem is not None:
            problems.append(parsed.problem)
            if parsed.opens:
                openings.append(Opening(entry.path, parsed.problem.line, parsed.problem.message))
    frame: Collected[Row] = Collected((), tuple(problems), tuple(openings), tuple(looked))
    return _Files(tuple(modules), frame)


def collect_routes(facts: Facts, scope: tuple[str, ...]) -> Collected[HttpRoute]:  # noqa: ARG001
    """Every route, one row for each of its methods.

    A handler in another file is followed where the import names a file of the repository.
    """
    files = _modules(facts, "route")
    before = _modules(facts, "guard")
    guards = any(guarded(module.guards) for entry, module in before.modules if entry.role == "product")
    rows: list[HttpRoute] = []
    for entry, module in files.modules:
        for route in module.routes:
            handler = route.handler or _elsewhere(facts, entry.path, route.origin)
            rows += _route_rows(entry, route, handler, guards)
    return _collected(files, rows)


def _route_rows(entry: Entry, route: Route, handler: Handler | None, before: bool) -> list[HttpRoute]:
    names = (*route.guards, *(handler.guards if handler else ()))
    authenticated = True if guarded(names) else None if before or handler is None else False
    depth = depth_of(handler) if handler else None
    fails = None if handler is None else handler.fails or (depth == "deep" and not handler.catches)
    return [
        HttpRoute(
            path=Glob(entry.path),
            line=route.line,
            role=entry.role,
            text=route.text,
            method=method,
            route=Glob(route.path),
            framework=route.framework,
            handler=route.origin,
            health=answers_health(route.path),
            depth=depth,
            fails=fails,
            catches=None if handler is None else handler.catches,
            authenticated=authenticated,
        )
        for method in route.methods or ("",)
    ]


def _elsewhere(facts: Facts, path: str, origin: str) -> Handler | None:
    """The handler that ``origin`` names in the file it was imported from."""
    module, _, name = origin.rpartition(".")
    if not module.strip("."):
        return None
    dots = len(module) - len(module.lstrip("."))
    folder = path.split("/")[:-dots] if dots else []
    tail = "/".join((*folder, *module.lstrip(".").split("."))) + ".py"
    entry = facts.entry(tail)
    if entry is None and not dots:
        beside = "/".join((*path.split("/")[:-1], tail))
        entry = facts.entry(beside) or facts.entry("src/" + tail)
    if entry is None:
        return None
    value = facts.parsed(PYTHON, entry.path).value
    found = value.functions if value else ()
    return next((handler for handler in found if handler.name == name), None)


def collect_cors(facts: Facts, scope: tuple[str, ...]) -> Collected[CorsSetup]:  # noqa: ARG001
    """Every set-up of cross-origin requests."""
    files = _modules(facts, "cors")
    rows = [
        CorsSetup(
            path=Glob(entry.path),
            line=item.line,
            role=entry.role,
            wildcard=item.wildcard,
            credentials=item.credentials,
            framework=item.framework,
            text=_cors_text(item.wildcard, item.credentials, item.note),
        )
        for entry, module in files.modules
        for item in module.cors
    ]
    return _collected(files, rows)


def _cors_text(wildcard: bool | None, credentials: bool | None, note: str) -> str:
    words = {True: "every origin", False: "named origins", None: "origins from elsewhere"}[wildcard]
    tail = {True: " with credentials", False: "", None: ", credentials from elsewhere"}[credentials]
    return f"cross-origin requests: {words}{f' ({note})' if note else ''}{tail}"


def collect_variables(facts: Facts, scope: tuple[str, ...]) -> Collected[CodeVariable]:  # noqa: ARG001
    """Every environment variable that is read under a literal name."""
    files = _modules(facts, "variable")
    rows = [
        CodeVariable(
            path=Glob(entry.path),
            line=item.line,
            role=entry.role,
            name=item.name,
            default=item.default,
            text=f"reads {item.name}{', has a default' if item.default else ''}",
        )
        for entry, module in files.modules
        for item in module.variables
    ]
    return _collected(files, rows)


def collect_telemetry(facts: Facts, scope: tuple[str, ...]) -> Collected[CodeTelemetry]:  # noqa: ARG001
    """Every call that sets up logs, metrics, traces, error reports, limits or a graceful end."""
    files = _modules(facts, "telemetry")
    rows = [
        CodeTelemetry(
            path=Glob(entry.path),
            line=item.line,
            role=entry.role,
            kind=item.kind,
            library=item.library,
            exposes=item.exposes,
            file=item.file,
            text=item.text,
        )
        for entry, module in files.modules
        for item in module.telemetry
    ]
    return _collected(files, rows)


def collect_servers(facts: Facts, scope: tuple[str, ...]) -> Collected[CodeServer]:  # noqa: ARG001
    """Every place where a server or a worker is built or bound."""
    files = _modules(facts, "server")
    rows = [
        CodeServer(
            path=Glob(entry.path),
            line=item.line,
            role=entry.role,
            framework=item.framework,
            act=item.act,
            debug=item.debug,
            host=item.host,
            text=item.text,
        )
        for entry, module in files.modules
        for item in module.servers
    ]
    return _collected(files, rows)


def collect_outgoing(facts: Facts, scope: tuple[str, ...]) -> Collected[OutgoingCall]:  # noqa: ARG001
    """Every call to another service, and every client that such calls share."""
    files = _modules(facts, "outgoing")
    rows = [
        OutgoingCall(
            path=Glob(entry.path),
            line=item.line,
            role=entry.role,
            library=item.library,
            timeout=item.timeout,
            retried=item.retried,
            text=item.text,
        )
        for entry, module in files.modules
        for item in module.outgoing
    ]
    return _collected(files, rows)


def collect_imports(facts: Facts, scope: tuple[str, ...]) -> Collected[CodeImport]:  # noqa: ARG001
    """Every import, from every Python file: one row per file, line and first name."""
    entries = facts.paths("**/*.py")
    local = _local_names(facts)
    files = _parsed(facts, entries)
    rows: list[CodeImport] = []
    for entry, module in files.modules:
        for item in module.imports:
            rows += _import_rows(entry, item, local)
    return _collected(files, rows)


def _import_rows(entry: Entry, item: Import, local: frozenset[str]) -> list[CodeImport]:
    names = [item.module.partition(".")[0]] if item.module else list(item.names)
    return [
        CodeImport(
            path=Glob(entry.path),
            line=item.line,
            role=entry.role,
            module=name,
            standard=not item.dots and name in sys.stdlib_module_names,
            local=item.dots > 0 or name in local,
            optional=item.optional,
            text=f"import {'.' * item.dots}{item.module or name}",
        )
        for name in names
    ]


def _local_names(facts: Facts) -> frozenset[str]:
    """First names that a file or folder with Python in it gives anywhere in the repository."""
    names: set[str] = set()
    for entry in facts.paths("**/*.py"):
        parts = entry.path.removesuffix(".py").split("/")
        names.update(parts)
    return frozenset(names)


def _collected(files: _Files, rows: list[R]) -> Collected[R]:
    frame = files.frame
    rows.sort(key=lambda row: (row.path, row.line))
    return Collected(tuple(rows), frame.problems, frame.openings, frame.looked)


ROUTE: Noun[HttpRoute] = Noun("code.route", HttpRoute, "an HTTP route that code serves", collect_routes)
CORS: Noun[CorsSetup] = Noun("code.cors", CorsSetup, "a set-up of cross-origin requests", collect_cors)
VARIABLE: Noun[CodeVariable] = Noun(
    "code.variable", CodeVariable, "an environment variable that code reads", collect_variables
)
TELEMETRY: Noun[CodeTelemetry] = Noun(
    "code.telemetry",
    CodeTelemetry,
    "a call that sets up how the program is watched or limited",
    collect_telemetry,
)
OUTGOING: Noun[OutgoingCall] = Noun(
    "code.outgoing",
    OutgoingCall,
    "a call that leaves the process for another service, or the client that such calls share",
    collect_outgoing,
)
IMPORT: Noun[CodeImport] = Noun("code.import", CodeImport, "a module that code imports", collect_imports)
SERVER: Noun[CodeServer] = Noun(
    "code.server", CodeServer, "a place where a server or a worker is built or bound", collect_servers
)
