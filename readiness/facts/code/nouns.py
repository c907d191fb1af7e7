"""What product code serves, reads and sets up: routes, origins, variables, telemetry, imports, servers.

Python, JavaScript and TypeScript are read here; every other language is an entry in ``languages``.
A file is parsed only if a literal in it, or its place, says that it may matter.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

from readiness.facts.code import grpc_health
from readiness.facts.code.health import answers_health, depth_of, guarded
from readiness.facts.code.inputs import Checking, input_of
from readiness.facts.code.language import Found
from readiness.facts.code.languages import read
from readiness.facts.code.model import Module
from readiness.facts.code.modules import (
    GATES,
    SCRIPTS,
    for_tools,
    hinted,
    in_browser,
    parsed,
    parser_for,
    python_module,
    routing,
)
from readiness.facts.code.practices import checks_types, has_schemas
from readiness.facts.code.python import PYTHON
from readiness.facts.code.rows import (
    CodeImport,
    CodeServer,
    CodeTelemetry,
    CodeVariable,
    CorsSetup,
    HttpRoute,
    OutgoingCall,
)
from readiness.facts.code.script import imports_parser_of, together
from readiness.facts.code.script.resolve import is_standard, package_name
from readiness.facts.code.script.resolve import local as is_local
from readiness.facts.code.script.settings import variables as tabled
from readiness.facts.model import Collected, Facts, Glob, Noun, Row
from readiness.records import replace
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.facts.code.model import Handler, Import
    from readiness.tree.model import Entry

R = TypeVar("R", bound=Row)
# The methods that ask how something is; others change something.
_ASKING = ("", "GET", "HEAD")


def collect_routes(facts: Facts, scope: tuple[str, ...]) -> Collected[HttpRoute]:  # noqa: ARG001
    """Every route, one row for each of its methods.

    A handler in another file is followed where the import names a file of the repository.
    """
    files = routing(facts)
    before = hinted(facts, "guard", "route")
    guards = _guarded(before.python)
    served = together.routes(facts, files.scripts)
    # Only where there is a route is it asked, of many files, whether its body could be checked.
    schemas = bool(served or any(module.routes for _, module in files.python)) and has_schemas(facts)
    own = _local_names(facts) if schemas else frozenset()
    checking = Checking(
        deeper=(lambda call: call.partition(".")[0] in own or call[:1] == ".") if schemas else None
    )
    rows: list[HttpRoute] = []
    for entry, module in files.python:
        for route in module.routes:
            handler = _with_types(facts, entry.path, route.handler) or _elsewhere(
                facts, entry.path, route.origin
            )
            found = Found(entry, route, handler, known=True, doubtful=False)
            rows += _route_rows(found, guards, checking)
    gates = _guarded((*((entry, held.module) for entry, held in before.scripts), *_gates(facts)))
    typed = any(found.route.framework == "nest" for found in served) and checks_types(facts)
    checking = Checking(typed, _own_script if schemas else None)
    for found in served:
        rows += _route_rows(found, gates, checking)
    others = read(facts, "route")
    for language, held in others.by_language:
        for found in language.routes(facts, held):
            rows += _route_rows(found, before=False, checking=None)
    rows += grpc_health.rows(facts)
    return _collected(files.frame, others.frame, rows)


def _guarded(modules: Iterable[tuple[Entry, Module]]) -> bool:
    """Whether one of ``modules`` puts something before every route that asks who calls."""
    return any(guarded(module.guards) for entry, module in modules if entry.role == "product")


def _gates(facts: Facts) -> tuple[tuple[Entry, Module], ...]:
    """The files that Next.js runs before every route, as modules with what they ask for a guard."""
    files = parsed(facts, facts.paths(*GATES), parser_for)
    return tuple(
        (entry, Module(guards=(*held.module.guards, *_asked(held.module)))) for entry, held in files.scripts
    )


def _asked(module: Module) -> tuple[str, ...]:
    named = (item for item in module.functions if item.name in ("middleware", "proxy", "default"))
    return tuple(name for item in named for name in item.guards)


def _lets_in(path: str) -> bool:
    """Whether a route is where strangers say who they are: they are asked for a password, and may ask."""
    return path.rstrip("/").rpartition("/")[2].lower() in ("login", "log-in", "signin", "sign-in", "register")


def _own_script(call: str) -> bool:
    return is_local(call) or call.startswith("this.")


def _route_rows(found: Found, before: bool, checking: Checking | None) -> list[HttpRoute]:
    """``checking`` is None for a language in which what is taken is not read."""
    entry, route, handler = found.entry, found.route, found.handler
    names = (*route.guards, *(handler.guards if handler else ()))
    refuses = handler is not None and handler.refuses and not _lets_in(route.path)
    unsure = before or handler is None or refuses or found.doubtful
    authenticated = True if guarded(names) else None if unsure else False
    depth = depth_of(handler) if handler and found.known else None
    fails = None if handler is None else handler.fails or (depth == "deep" and not handler.catches)
    if not found.whole and handler is not None:
        fails = handler.fails or None
    if not found.known and not fails:
        fails = None
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
            health=method in _ASKING and (route.health or answers_health(route.path)),
            depth=depth,
            fails=fails,
            catches=None if handler is None else handler.catches,
            authenticated=authenticated,
            input=None if checking is None else input_of(route, handler, checking),
        )
        for method in route.methods or ("",)
    ]


def _elsewhere(facts: Facts, path: str, origin: str) -> Handler | None:
    """The handler that ``origin`` names in the file it was imported from."""
    module, _, name = origin.rpartition(".")
    entry = python_module(facts, path, module)
    value = facts.parsed(PYTHON, entry.path).value if entry is not None else None
    if entry is None or value is None:
        return None
    found = next((handler for handler in value.functions if handler.name == name), None)
    return _with_types(facts, entry.path, found)


def _with_types(facts: Facts, path: str, handler: Handler | None) -> Handler | None:
    """``handler`` with the dependencies that the types of its parameters bring from other files."""
    brought: list[str] = []
    for named in handler.types if handler is not None else ():
        module, _, name = named.rpartition(".")
        entry = python_module(facts, path, module)
        value = facts.parsed(PYTHON, entry.path).value if entry is not None else None
        brought += dict(value.injecting).get(name, ()) if value else ()
    return (
        replace(handler, guards=(*handler.guards, *brought)) if handler is not None and brought else handler
    )


def collect_cors(facts: Facts, scope: tuple[str, ...]) -> Collected[CorsSetup]:  # noqa: ARG001
    """Every set-up of cross-origin requests."""
    files, others = hinted(facts, "cors"), read(facts, "cors")
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
        for entry, module in (*files.modules, *others.modules)
        for item in module.cors
        if not for_tools(entry.path)
    ]
    return _collected(files.frame, others.frame, rows)


def _cors_text(wildcard: bool | None, credentials: bool | None, note: str) -> str:
    words = {True: "every origin", False: "named origins", None: "origins from elsewhere"}[wildcard]
    tail = {True: " with credentials", False: "", None: ", credentials from elsewhere"}[credentials]
    return f"cross-origin requests: {words}{f' ({note})' if note else ''}{tail}"


def collect_variables(facts: Facts, scope: tuple[str, ...]) -> Collected[CodeVariable]:  # noqa: ARG001
    """Every environment variable that is read under a literal name."""
    files, others = hinted(facts, "variable"), read(facts, "variable")
    rows = [
        CodeVariable(
            path=Glob(entry.path),
            line=item.line,
            role=entry.role,
            name=item.name,
            default=item.default,
            text=f"reads {item.name}{', has a default' if item.default else ''}",
        )
        for entry, module in (*files.modules, *others.modules, *tabled(facts))
        if not for_tools(entry.path)
        for item in module.variables
    ]
    return _collected(files.frame, others.frame, rows)


def collect_telemetry(facts: Facts, scope: tuple[str, ...]) -> Collected[CodeTelemetry]:  # noqa: ARG001
    """Every call that sets up logs, metrics, traces, error reports, limits or a graceful end."""
    files, others = hinted(facts, "telemetry"), read(facts, "telemetry")
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
        for entry, module in (*files.modules, *others.modules)
        for item in module.telemetry
    ]
    return _collected(files.frame, others.frame, rows)


def collect_servers(facts: Facts, scope: tuple[str, ...]) -> Collected[CodeServer]:  # noqa: ARG001
    """Every place where a server or a worker is built or bound."""
    files, others = hinted(facts, "server"), read(facts, "server")
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
        for entry, module in (*files.modules, *others.modules)
        for item in module.servers
    ]
    return _collected(files.frame, others.frame, rows)


def collect_outgoing(facts: Facts, scope: tuple[str, ...]) -> Collected[OutgoingCall]:  # noqa: ARG001
    """Every call to another service, and every client that such calls share."""
    files, others = hinted(facts, "outgoing", serving=True), read(facts, "outgoing")
    scripts = [
        (entry, held.module) for entry, held in files.scripts if not in_browser(facts, entry.path, held)
    ]
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
        for entry, module in (*files.python, *scripts, *others.modules)
        for item in module.outgoing
    ]
    return _collected(files.frame, others.frame, rows)


def collect_imports(facts: Facts, scope: tuple[str, ...]) -> Collected[CodeImport]:  # noqa: ARG001
    """Every import, from every file that is read: one row per file, line and first name."""
    local = _local_names(facts)
    python = parsed(facts, facts.paths("**/*.py"), parser_for)
    wanted = (entry for entry in facts.paths(SCRIPTS) if entry.role not in (Role.VENDORED, Role.GENERATED))
    scripts = parsed(facts, wanted, imports_parser_of)
    rows: list[CodeImport] = []
    for entry, module in python.python:
        for item in module.imports:
            rows += _import_rows(entry, item, local)
    for entry, module in scripts.python:
        rows += [_script_row(entry, item) for item in module.imports]
    return _collected(python.frame, scripts.frame, rows)


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


def _script_row(entry: Entry, item: Import) -> CodeImport:
    return CodeImport(
        path=Glob(entry.path),
        line=item.line,
        role=entry.role,
        module=package_name(item.module),
        standard=is_standard(item.module),
        local=is_local(item.module),
        optional=item.optional,
        text=f"import {item.module}",
    )


def _local_names(facts: Facts) -> frozenset[str]:
    """First names that a file or folder with Python in it gives anywhere in the repository."""
    names: set[str] = set()
    for entry in facts.paths("**/*.py"):
        parts = entry.path.removesuffix(".py").split("/")
        names.update(parts)
    return frozenset(names)


def _collected(one: Collected[Row], two: Collected[Row], rows: list[R]) -> Collected[R]:
    """``rows`` in the order of their places, with what two frames say of problems, openings and files."""
    rows.sort(key=lambda row: (row.path, row.line))
    return Collected(
        tuple(rows), one.problems + two.problems, one.openings + two.openings, one.looked + two.looked
    )


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
