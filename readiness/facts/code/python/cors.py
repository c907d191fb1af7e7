"""How a Python program answers cross-origin requests.

Sources: Starlette "CORSMiddleware" (no origin allowed by default), Flask-CORS
"Configuration" (every origin allowed by default), django-cors-headers "Configuration".
"""

from __future__ import annotations

import ast

from readiness.facts.code.model import Cors
from readiness.facts.code.python.scope import Scope, dotted, keyword, line_of, spread, truth

_HEADER = "access-control-allow-origin"
_DEPTH = 6
_MANY = 100  # set-ups looked at in one file
_ANY = ("*", ".*", "^.*$", ".+", r"https?://.*")
_ALL = ("CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL")
_SOME = ("CORS_ALLOWED_ORIGINS", "CORS_ORIGIN_WHITELIST", "CORS_ALLOWED_ORIGIN_REGEXES")
_FRAMEWORK = {"fastapi": "fastapi", "starlette": "starlette", "quart_cors": "quart"}


def cors_of(scope: Scope) -> tuple[Cors, ...]:
    """Every set-up of cross-origin requests, in the order of the source."""
    found: list[Cors] = []
    for call, name in scope.calls:
        if len(found) >= _MANY:
            break
        found += [row for row in (_middleware(call, name, scope), _extension(call, name, scope)) if row]
    found += [row for row in (_header(node, scope) for node in scope.assigned) if row]
    found.sort(key=lambda row: row.line)
    return (*found[:_MANY], *_django(scope))


def wildcard(node: ast.AST | None, scope: Scope, depth: int = 0) -> tuple[bool | None, bool]:
    """Whether the origins ``node`` contain everything, and whether that is only a default.

    A default counts: a deployment that sets nothing gets it. None where it is not literal.
    """
    match node:
        case _ if depth > _DEPTH:
            return None, False
        case ast.Constant(value=str(text)):
            return any(part.strip() in _ANY for part in text.split(",")), False
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return _any([wildcard(item, scope, depth + 3) for item in items[:100]])
        case ast.Call(func=func):
            return _called(node, scope.qualified(func), scope, depth)
        case ast.Name() | ast.Attribute():
            values = scope.values.get(dotted(node).rpartition(".")[2], [])
            return _either([wildcard(item, scope, depth + 1) for item in values[:4]])
        case ast.IfExp(body=body, orelse=other):
            return _either([wildcard(item, scope, depth + 1) for item in (body, other)])
        case ast.BoolOp(values=values):
            verdict, _ = _either([wildcard(item, scope, depth + 1) for item in values[:4]])
            return verdict, verdict is True
        case ast.ListComp(generators=[ast.comprehension(iter=inner), *_]):
            return wildcard(inner, scope, depth + 1)
        case _:
            return None, False


def _called(call: ast.Call, name: str, scope: Scope, depth: int) -> tuple[bool | None, bool]:
    last = name.rpartition(".")[2]
    if last in ("split", "strip", "copy") and isinstance(call.func, ast.Attribute):
        return wildcard(call.func.value, scope, depth + 1)
    if last in ("getenv", "get", "config", "env", "str", "list", "Field") and (call.args or call.keywords):
        default = keyword(call, "default") or (call.args[1] if len(call.args) > 1 else None)
        if last == "Field" and default is None and call.args:
            default = call.args[0]
        if last == "list" and default is None and call.args:
            return wildcard(call.args[0], scope, depth + 1)
        verdict, _ = wildcard(default, scope, depth + 1)
        return (True, True) if verdict else (None, False)
    return None, False


def _any(parts: list[tuple[bool | None, bool]]) -> tuple[bool | None, bool]:
    """A list: one wildcard in it suffices."""
    certain = [default for verdict, default in parts if verdict]
    if certain:
        return True, all(certain)
    return (None if any(verdict is None for verdict, _ in parts) else False), False


def _either(parts: list[tuple[bool | None, bool]]) -> tuple[bool | None, bool]:
    """One of several values: all must agree, save that a default wildcard is one."""
    if any(default for verdict, default in parts if verdict):
        return True, True
    verdicts = {verdict for verdict, _ in parts}
    return (verdicts.pop(), False) if len(verdicts) == 1 else (None, False)


def _middleware(call: ast.Call, name: str, scope: Scope) -> Cors | None:
    """Starlette's middleware: added, listed, or wrapped around the application."""
    if name.rpartition(".")[2] in ("add_middleware", "Middleware") and call.args:
        name = scope.qualified(call.args[0])
    if name.rpartition(".")[2] != "CORSMiddleware":
        return None
    origins = [item for item in (keyword(call, "allow_origins"), keyword(call, "allow_origin_regex")) if item]
    verdict, default = _any([wildcard(item, scope) for item in origins])
    credentials = keyword(call, "allow_credentials")
    if spread(call):
        verdict = verdict or None
    return Cors(
        line=line_of(call),
        framework=_FRAMEWORK.get(name.partition(".")[0], "asgi"),
        wildcard=verdict,
        credentials=_flag(credentials, spread(call), scope),
        note="the default" if default else "",
    )


def _flag(node: ast.expr | None, hidden: bool, scope: Scope) -> bool | None:
    if node is None:
        return None if hidden else False
    if isinstance(node, ast.Name):
        values = scope.values.get(node.id, [])
        return truth(values[0]) if len(values) == 1 else None
    return truth(node)


def _extension(call: ast.Call, name: str, scope: Scope) -> Cors | None:
    """Flask-CORS: the extension and its decorator."""
    if name not in ("flask_cors.CORS", "flask_cors.cross_origin", "quart_cors.cors"):
        return None
    origins = keyword(call, "origins", "allow_origin")
    resources = keyword(call, "resources")
    verdict: bool | None
    if origins is not None:
        verdict, default = wildcard(origins, scope)
    elif isinstance(resources, ast.Dict):
        verdict, default = _any([_resource(item, scope) for item in resources.values])
    elif resources is not None or spread(call) or _configured(scope):
        verdict, default = None, False
    else:
        verdict, default = True, True
    return Cors(
        line=line_of(call),
        framework="quart" if name.startswith("quart") else "flask",
        wildcard=verdict,
        credentials=_flag(keyword(call, "supports_credentials", "allow_credentials"), spread(call), scope),
        note="the default" if default else "",
    )


def _configured(scope: Scope) -> bool:
    return "CORS_ORIGINS" in scope.values or "CORS_ORIGINS" in scope.texts


def _resource(node: ast.expr, scope: Scope) -> tuple[bool | None, bool]:
    if not isinstance(node, ast.Dict):
        return None, False
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and key.value == "origins":
            return wildcard(value, scope)
    return True, True


def _header(node: ast.Assign, scope: Scope) -> Cors | None:
    """``response.headers["Access-Control-Allow-Origin"] = …``."""
    match node.targets[0]:
        case ast.Subscript(slice=ast.Constant(value=str(name))) if name.lower() == _HEADER:
            verdict, default = wildcard(node.value, scope)
            allows = "Access-Control-Allow-Credentials" in scope.texts
            return Cors(line_of(node), "header", verdict, allows, "the default" if default else "")
        case _:
            return None


def _django(scope: Scope) -> tuple[Cors, ...]:
    """django-cors-headers, from a settings file."""
    settings = [name for name in (*_ALL, *_SOME) if name in scope.values]
    if not settings:
        return ()
    lines = [line_of(scope.values[name][-1]) for name in settings]
    every = [_last_truth(scope, name) for name in _ALL if name in scope.values]
    verdict: bool | None = False
    if True in every:
        verdict = True
    elif None in every:
        verdict = None
    elif any(name in scope.values for name in _SOME):
        verdict, _ = _any([wildcard(scope.values[name][-1], scope) for name in _SOME if name in scope.values])
    credentials = (
        _last_truth(scope, "CORS_ALLOW_CREDENTIALS") if "CORS_ALLOW_CREDENTIALS" in scope.values else False
    )
    return (Cors(min(lines), "django", verdict, credentials),)


def _last_truth(scope: Scope, name: str) -> bool | None:
    return truth(scope.values[name][-1])
