"""JavaScript and TypeScript, read by their syntax: nothing is imported and nothing is run.

A file names its own things only; what needs the place of the file, or another file (the prefix
a router is mounted below, a handler's own file), is put together in ``together``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.model import Handler, Module
from readiness.facts.code.script.cors import cors_of
from readiness.facts.code.script.handlers import Handlers, handlers_of, stands_before
from readiness.facts.code.script.names import arguments, dotted
from readiness.facts.code.script.nest import declared_of, guards_everywhere, prefix_everywhere
from readiness.facts.code.script.outgoing import outgoing_of
from readiness.facts.code.script.practices import practices_of
from readiness.facts.code.script.routers import Mount, routers_of
from readiness.facts.code.script.routes import routes_of
from readiness.facts.code.script.scope import Scope, scope_of
from readiness.facts.code.script.setup import imports_of, servers_of
from readiness.facts.code.script.telemetry import telemetry_of
from readiness.facts.code.script.variables import variables_of
from readiness.facts.code.trees import by_machine
from readiness.facts.model import Parser
from readiness.records import Struct, replace
from readiness.spans import Unparsable
from readiness.syntax import damage_of, line_of, nodes_of, root_of

if TYPE_CHECKING:
    from readiness.syntax import Node

_FUNCTIONS = 200  # functions kept per file for routes that are registered elsewhere
_BROKEN = 0.3  # the share of a file that is unreadable before the whole counts as such
# What a handler calls to know who asks. Sources: NextAuth, Clerk, Auth0, Lucia, Supabase.
_SESSIONS = frozenset(
    (
        "auth",
        "getServerSession",
        "currentUser",
        "requireAuth",
        "checkAuth",
        "verifyToken",
        "verifySession",
        "requireUser",
        "getAuth",
        "authenticate",
        "requireSession",
        "isAuthenticated",
        "requireAdmin",
        "verifyAuth",
        "validateSession",
        "ensureAuthenticated",
        "requireApiKey",
        "checkApiKey",
        "verifyJwt",
    )
)
_GATES = ("clerkMiddleware", "authMiddleware", "withAuth", "withMiddlewareAuthRequired")
_LOCAL = (".", "@/", "~/", "#", "$lib")


class Script(Struct, frozen=True):
    """One file. ``mounts`` are the routers of other files that it puts below a path.

    ``prefix`` is what it puts before every controller of its program. ``doubtful`` are the
    exported functions that hand the request to code of another file, which may turn it away.
    ``client`` where it says that it runs in a browser.
    """

    module: Module
    mounts: tuple[Mount, ...] = ()
    prefix: str = ""
    doubtful: frozenset[str] = frozenset()
    client: bool = False


def _read(data: bytes, language: str) -> Node:
    """The tree; where the grammar of ``language`` fails, that of the other kind of TypeScript is tried."""
    text = data.decode("utf-8-sig", "replace")
    root = root_of(text, language)
    if damage_of(root) <= _BROKEN:
        return root
    other = root_of(text, "typescript" if language == "tsx" else "tsx")
    if damage_of(other) <= _BROKEN:
        return other
    raise Unparsable(line_of(nodes_of(root, ("ERROR",))[0]), "not readable as TypeScript", opens=True)


def parse(data: bytes, language: str) -> Script:
    """The literal facts of a file of ``language``: ``typescript`` or ``tsx``.

    Raises ``Unparsable``, which opens questions: it may be a dialect that we do not know.
    What is written by a machine gives nothing: it is huge, or has a few long lines.
    """
    if by_machine(data):
        return Script(Module())
    scope = scope_of(_read(data, language))
    handlers, routers = handlers_of(scope), routers_of(scope)
    everywhere = _told((*routers.everywhere(), *guards_everywhere(scope), *_gates(scope)), handlers)
    registered = routes_of(scope, handlers, routers)
    module = Module(
        imports=imports_of(scope.root),
        routes=(
            *(replace(route, guards=_told(route.guards, handlers)) for route in registered),
            *declared_of(scope, handlers),
        ),
        functions=_functions(scope, handlers),
        guards=tuple(dict.fromkeys(everywhere)),
        cors=cors_of(scope),
        telemetry=telemetry_of(scope),
        variables=variables_of(scope),
        servers=servers_of(scope, routers),
        outgoing=outgoing_of(scope),
        practices=practices_of(scope, data),
        main=data.startswith(b"#!"),
    )
    return Script(
        module,
        tuple(replace(mount, guards=_told(mount.guards, handlers)) for mount in routers.mounts),
        prefix_everywhere(scope),
        frozenset(name for name, node in scope.exported.items() if _hands_on(node, scope)),
        _says_client(scope.root),
    )


def _told(names: tuple[str, ...], handlers: Handlers) -> tuple[str, ...]:
    """``names`` of middleware, and of those that this file makes how, or that they turn strangers away."""
    found = list(names)
    for name in names:
        value = handlers.scope.value(name)
        if value is not None and value.kind() == "call_expression":
            found.append(dotted(value.field("function")))
        function = handlers.scope.functions.get(name)
        if function is not None and stands_before(function) and handlers.of(function).refuses:
            found.append(f"auth:{name}")
    return tuple(dict.fromkeys(name for name in found if name))


def _parse_imports(data: bytes, language: str) -> Module:
    return Module() if by_machine(data) else Module(imports=imports_of(_read(data, language)))


# What is no TypeScript but JavaScript is read by the grammar of tsx, which knows all of it.
_LANGUAGES = dict.fromkeys(("js", "mjs", "cjs", "jsx", "tsx"), "tsx") | dict.fromkeys(
    ("ts", "mts", "cts"), "typescript"
)
_PARSERS = {
    "typescript": Parser("typescript", 4, lambda data: parse(data, "typescript"), Script),
    "tsx": Parser("tsx", 4, lambda data: parse(data, "tsx"), Script),
}
_IMPORTS = {
    "typescript": Parser("typescript imports", 1, lambda data: _parse_imports(data, "typescript")),
    "tsx": Parser("tsx imports", 1, lambda data: _parse_imports(data, "tsx")),
}


def parser_of(path: str) -> Parser[Script] | None:
    """The parser of the file ``path``; None where it is no script, or only types or made by a machine."""
    language = _language(path)
    return _PARSERS[language] if language else None


def imports_parser_of(path: str) -> Parser[Module] | None:
    """As ``parser_of``, for what the file imports alone."""
    language = _language(path)
    return _IMPORTS[language] if language else None


def _language(path: str) -> str:
    name = path.rpartition("/")[2]
    stem, _, ending = name.rpartition(".")
    if stem.endswith((".d", ".min", "-min", ".bundle")):
        return ""
    return _LANGUAGES.get(ending, "")


def _functions(scope: Scope, handlers: Handlers) -> tuple[Handler, ...]:
    """What another file can name: exports, methods of classes, functions."""
    found: dict[str, Handler] = {}
    for name, node in scope.exported.items():
        function = scope.function(node)
        if function is not None:
            found.setdefault(name, handlers.of(function, name, _sessions(node, function)))
    for name, node in scope.functions.items():
        if len(found) >= _FUNCTIONS:
            break
        found.setdefault(name, handlers.of(node, name))
    return tuple(found.values())


def _sessions(node: Node, function: Node) -> tuple[str, ...]:
    """What an exported function asks about the caller, and what is wrapped around it."""
    names = [dotted(node)] if node.kind() == "call_expression" else []
    names = [name.removesuffix("()") for name in names]
    for call in nodes_of(function, ("call_expression",))[:500]:
        last = dotted(call.field("function")).rpartition(".")[2]
        if last in _SESSIONS:
            names.append(f"auth:{last}")
    return tuple(dict.fromkeys(name for name in names if name))


def _hands_on(node: Node, scope: Scope) -> bool:
    """Whether an exported function gives its request to a function of another file."""
    function = scope.function(node)
    if function is None:
        return False
    given = function.field("parameters") or function.field("parameter")
    names = [item.text() for item in nodes_of(given, ("identifier",))[:1]] if given is not None else []
    for call in nodes_of(function, ("call_expression",))[:500] if names else []:
        origin = scope.origins.get(dotted(call.field("function")).partition(".")[0])
        local = origin is not None and origin.module.startswith(_LOCAL)
        if local and any(item.text() == names[0] for item in arguments(call)):
            return True
    return False


def _gates(scope: Scope) -> tuple[str, ...]:
    """What a ``middleware.ts`` of Next.js puts before its routes: the call of a library, or its export."""
    names = [
        f"auth:{name}"
        for call in scope.of("call_expression")
        if (name := dotted(call.field("function"))) in _GATES and name in scope.origins
    ]
    for node in scope.of("export_statement"):
        source = node.field("source")
        if source is not None and source.text()[1:-1] in ("next-auth/middleware", "@auth0/nextjs-auth0/edge"):
            names.append("withAuth")
    return tuple(names)


def _says_client(root: Node) -> bool:
    """Whether the file starts with ``"use client"``."""
    for child in root.named_children()[:5]:
        if child.kind() == "expression_statement" and child.text().strip(";\"'") == "use client":
            return True
    return False
