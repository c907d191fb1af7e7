"""What a Python file imports, reads from its environment, and serves."""

from __future__ import annotations

import ast

from readiness.facts.code.model import Import, Server, Variable
from readiness.facts.code.python.scope import Scope, argument, dotted, keyword, line_of, truth

_ABSENT = ("ImportError", "ModuleNotFoundError", "Exception", "BaseException", "")
_GETTERS = ("os.getenv", "os.environ.get")
_ENVIRONMENTS = ("environ.Env", "environs.Env", "environ.FileAwareEnv", "starlette.config.Config")
_ENV_CASTS = ("str", "bool", "int", "float", "list", "json", "db", "url", "path", "dict", "log_level")

# The call that builds or binds a server, and the framework it belongs to.
_CONSTRUCTS = {
    "fastapi.FastAPI": "fastapi",
    "fastapi.applications.FastAPI": "fastapi",
    "flask.Flask": "flask",
    "apiflask.APIFlask": "flask",
    "quart.Quart": "quart",
    "sanic.Sanic": "sanic",
    "starlette.applications.Starlette": "starlette",
    "litestar.Litestar": "litestar",
    "falcon.App": "falcon",
    "falcon.API": "falcon",
    "falcon.asgi.App": "falcon",
    "bottle.Bottle": "bottle",
    "tornado.web.Application": "tornado",
    "aiohttp.web.Application": "aiohttp",
    "django.core.wsgi.get_wsgi_application": "django",
    "django.core.asgi.get_asgi_application": "django",
    "grpc.server": "grpc",
    "grpc.aio.server": "grpc",
    "mcp.server.fastmcp.FastMCP": "mcp",
    "fastmcp.FastMCP": "mcp",
    "celery.Celery": "celery",
    "arq.worker.Worker": "arq",
    "rq.Worker": "rq",
    "dramatiq.set_broker": "dramatiq",
    "faust.App": "faust",
}
_SERVES = {
    "uvicorn.run": "asgi",
    "uvicorn.Server": "asgi",
    "hypercorn.asyncio.serve": "asgi",
    "granian.Granian": "asgi",
    "waitress.serve": "wsgi",
    "gevent.pywsgi.WSGIServer": "wsgi",
    "cheroot.wsgi.Server": "wsgi",
    "aiohttp.web.run_app": "aiohttp",
    "bottle.run": "bottle",
    "http.server.HTTPServer": "http.server",
    "http.server.ThreadingHTTPServer": "http.server",
    "wsgiref.simple_server.make_server": "wsgi",
}
WORKERS = ("celery", "arq", "rq", "dramatiq", "faust")


def imports_of(scope: Scope) -> tuple[Import, ...]:
    """Every import, in the order of the source."""
    ranges = _optional(scope) if scope.imported else ()
    found: list[Import] = []
    for node in scope.imported:
        optional = any(first <= node.lineno <= last for first, last in ranges)
        if isinstance(node, ast.Import):
            found += [Import(node.lineno, item.name, 0, (), optional) for item in node.names]
        else:
            names = tuple(item.name for item in node.names)
            found.append(Import(node.lineno, node.module or "", node.level, names, optional))
    return tuple(found)


def _optional(scope: Scope) -> tuple[tuple[int, int], ...]:
    """The lines, first and last, where the absence of an import is caught or only the type checker looks."""
    found: list[tuple[int, int]] = []
    for node in scope.branches:
        blocks: list[list[ast.stmt]] = []
        if isinstance(node, ast.Try) and any(_catches_absence(item) for item in node.handlers):
            blocks = [node.body, *(handler.body for handler in node.handlers)]
        elif isinstance(node, ast.If) and dotted(node.test).rpartition(".")[2] == "TYPE_CHECKING":
            blocks = [node.body]
        found += [(block[0].lineno, block[-1].end_lineno or block[-1].lineno) for block in blocks if block]
    return tuple(found)


def _catches_absence(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any((dotted(kind).rpartition(".")[2] if kind else "") in _ABSENT for kind in kinds)


def variables_of(scope: Scope) -> tuple[Variable, ...]:
    """Every environment variable that is read under a literal name."""
    readers = frozenset(
        name
        for name, values in scope.values.items()
        if isinstance(values[0], ast.Call) and scope.qualified(values[0].func) in _ENVIRONMENTS
    )
    found: list[Variable] = []
    for call, name in scope.calls:
        found += _read(call, name, scope, readers)
    for node in scope.subscripts:
        key = scope.fold(node.slice) if isinstance(node.ctx, ast.Load) else None
        if key and key.isprintable() and scope.qualified(node.value) == "os.environ":
            found.append(Variable(node.lineno, key, False))
    for view in scope.classes.values():
        found += _fields(view, scope)
    return tuple(sorted(found, key=lambda item: item.line))


def _read(call: ast.Call, name: str, scope: Scope, readers: frozenset[str]) -> list[Variable]:
    head, _, last = name.rpartition(".")
    getter = name in _GETTERS
    reader = name == "decouple.config" or name in readers or (head in readers and last in _ENV_CASTS)
    if not getter and not reader:
        return []
    variable = scope.fold(call.args[0]) if call.args else None
    if not variable or "{" in variable or not variable.isprintable():
        return []
    # environ's second positional argument is a cast, not a default, for all but os.getenv.
    default = keyword(call, "default") is not None or (getter and len(call.args) > 1)
    return [
        Variable(
            line_of(call), variable, default or (head in readers and last == "str" and len(call.args) > 1)
        )
    ]


def _fields(node: ast.ClassDef, scope: Scope) -> list[Variable]:
    """The fields of a pydantic ``BaseSettings``; a prefix that is not literal hides their names."""
    if not any(dotted(base).rpartition(".")[2] == "BaseSettings" for base in node.bases):
        return []
    prefix: str | None = ""
    for item in (inner for outer in node.body for inner in (outer, *getattr(outer, "body", ()))):
        if isinstance(item, ast.Assign) and isinstance(item.value, ast.Call):
            given = keyword(item.value, "env_prefix")
            prefix = prefix if given is None else scope.fold(given)
        elif isinstance(item, ast.Assign) and dotted(item.targets[0]) == "env_prefix":
            prefix = scope.fold(item.value)
    if prefix is None:
        return []
    return [
        Variable(item.lineno, _field_name(item, prefix, scope), _has_default(item))
        for item in node.body
        if isinstance(item, ast.AnnAssign)
        and isinstance(item.target, ast.Name)
        and item.target.id != "model_config"
    ]


def _field_name(item: ast.AnnAssign, prefix: str, scope: Scope) -> str:
    call = item.value if isinstance(item.value, ast.Call) else None
    alias = scope.fold(keyword(call, "env", "validation_alias", "alias")) if call else None
    return alias or (prefix + dotted(item.target)).upper()


def _has_default(item: ast.AnnAssign) -> bool:
    if isinstance(item.value, ast.Call) and dotted(item.value.func).rpartition(".")[2] == "Field":
        first = item.value.args[0] if item.value.args else keyword(item.value, "default", "default_factory")
        return first is not None and not (isinstance(first, ast.Constant) and first.value is ...)
    return item.value is not None


def servers_of(scope: Scope) -> tuple[Server, ...]:
    """Every place where a server or a worker is built or bound."""
    frameworks = {
        name: _CONSTRUCTS[scope.qualified(values[0].func)]
        for name, values in scope.values.items()
        if isinstance(values[0], ast.Call) and scope.qualified(values[0].func) in _CONSTRUCTS
    }
    found: list[Server] = []
    kinds = _server_classes(scope)
    for call, name in scope.calls:
        found += _served(call, name, scope, frameworks)
        if name and (written := dotted(call.func)) in kinds:
            found.append(Server(line_of(call), kinds[written], "construct", f"{written}(…)"))
    for node in scope.assigned:
        target = dotted(node.targets[0])
        if target in ("WSGI_APPLICATION", "ASGI_APPLICATION") and scope.fold(node.value):
            found.append(Server(node.lineno, "django", "construct", f"{target} = …"))
    return tuple(sorted(found, key=lambda item: item.line))


def _server_classes(scope: Scope) -> dict[str, str]:
    """The classes of the file that are servers by what they inherit from, with their framework."""
    return {
        node.name: _CONSTRUCTS[base]
        for node in scope.classes.values()
        for base in map(scope.qualified, node.bases)
        if base in _CONSTRUCTS
    }


def _served(call: ast.Call, name: str, scope: Scope, frameworks: dict[str, str]) -> list[Server]:
    if name in _CONSTRUCTS:
        debug = _switch(keyword(call, "debug"))
        return [Server(line_of(call), _CONSTRUCTS[name], "construct", f"{dotted(call.func)}(…)", debug)]
    if name in _SERVES:
        return [_bound(call, _SERVES[name], scope)]
    if not frameworks:
        return []
    receiver, _, last = dotted(call.func).rpartition(".")
    framework = frameworks.get(receiver.rpartition(".")[2], "")
    if last in ("run", "run_server", "listen") and framework and framework not in WORKERS:
        return [_bound(call, framework, scope)]
    return []


def _bound(call: ast.Call, framework: str, scope: Scope) -> Server:
    debug = _switch(keyword(call, "debug", "reload"))
    host = scope.fold(keyword(call, "host") or (argument(call, 0) if framework == "flask" else None))
    return Server(line_of(call), framework, "serve", f"{dotted(call.func)}(…)", debug, host or "")


def _switch(node: ast.expr | None) -> bool | None:
    return False if node is None else truth(node)
