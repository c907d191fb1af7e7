"""The routes a Python file registers.

Sources: FastAPI "Bigger Applications", Starlette "Routing", Flask "URL Route Registrations"
and "Blueprints", Django "URL dispatcher", aiohttp "Web Server Quickstart", Django REST
framework "Routers".
"""

from __future__ import annotations

import ast

from readiness.facts.code.model import Handler, Route
from readiness.facts.code.python.handlers import Handlers, injected_in
from readiness.facts.code.python.scope import Function, Scope, argument, dotted, keyword, line_of
from readiness.records import Struct, replace

_VERBS = ("get", "post", "put", "delete", "patch", "head", "options")
_DECORATORS = (*_VERBS, "websocket", "websocket_route", "api_route", "route")
_FRAMEWORKS = (
    "fastapi",
    "flask",
    "quart",
    "sanic",
    "starlette",
    "bottle",
    "litestar",
    "aiohttp",
    "robyn",
    "blacksheep",
    "flask_restx",
    "flask_restful",
    "apiflask",
    "ninja",
)
_BUILDERS = (
    "FastAPI",
    "APIRouter",
    "Flask",
    "Blueprint",
    "Quart",
    "Sanic",
    "Starlette",
    "Router",
    "Bottle",
    "RouteTableDef",
    "APIFlask",
    "APIBlueprint",
    "NinjaAPI",
    "Robyn",
)
_RECEIVERS = ("app", "api", "router", "bp", "blueprint", "application", "routes", "server")
_DJANGO = ("django.urls.path", "django.urls.re_path", "django.conf.urls.url", "django.conf.urls.re_path")
_AIOHTTP = tuple(f"add_{verb}" for verb in _VERBS)
_RESOURCES = ("flask_restful", "flask_restx")
_MANY = 500
_HEALTH_APPS = ("health_check.urls", "watchman.urls")


class _Mount(Struct, frozen=True):
    """A router or application built or included in the file."""

    framework: str
    prefix: str
    guards: tuple[str, ...]


class _At(Struct, frozen=True):
    """Where in a call the path and the handler stand, and the handler's keyword."""

    path: int
    handler: int
    keyword: str


_ADDERS = {
    "add_api_route": _At(0, 1, "endpoint"),
    "add_api_websocket_route": _At(0, 1, "endpoint"),
    "add_url_rule": _At(0, 2, "view_func"),
    "add_route": _At(0, 1, "handler"),
}


class _File(Struct, frozen=True):
    """One file's names, handlers, routers, and the frameworks it imports."""

    scope: Scope
    handlers: Handlers
    mounts: dict[str, _Mount]
    frameworks: tuple[str, ...]


def routes_of(scope: Scope, handlers: Handlers) -> tuple[Route, ...]:
    """Every route that is registered in the file, in the order of the source."""
    file = _File(scope, handlers, _mounts(scope), _imported(scope))
    found: list[Route] = []
    for function in scope.defined:
        for decorator in function.decorator_list:
            found += _decorated(function, decorator, file)
    for call, origin in scope.calls:
        found += _called(call, origin, file)
    return tuple(sorted(found, key=lambda route: route.line))


def _imported(scope: Scope) -> tuple[str, ...]:
    return tuple(name for name in _FRAMEWORKS if name in scope.heads)


def _mounts(scope: Scope) -> dict[str, _Mount]:
    """The routers of the file by the last part of the name they are kept under."""
    mounts: dict[str, _Mount] = {}
    for name, values in scope.values.items():
        call = values[0]
        if not isinstance(call, ast.Call):
            continue
        origin = scope.qualified(call.func)
        if origin.rpartition(".")[2] in _BUILDERS:
            prefix = scope.fold(keyword(call, "prefix", "url_prefix")) or ""
            framework = origin.partition(".")[0] if "." in origin and not origin.startswith(".") else ""
            mounts[name] = _Mount(framework, prefix, _given(call))
    for node, origin in scope.calls:
        if origin.rpartition(".")[2] in ("include_router", "register_blueprint", "blueprint"):
            name = _last(node.args[0]) if node.args else ""
            if name in mounts:
                mounts[name] = _included(node, mounts[name], scope)
    return mounts


def _included(call: ast.Call, mount: _Mount, scope: Scope) -> _Mount:
    prefix = scope.fold(keyword(call, "prefix", "url_prefix")) or ""
    # A blueprint's own prefix is replaced, a router's is extended.
    replaced = prefix and _last(call.func) == "register_blueprint"
    return _Mount(mount.framework, prefix if replaced else prefix + mount.prefix, mount.guards + _given(call))


def _given(call: ast.Call) -> tuple[str, ...]:
    dependencies = keyword(call, "dependencies", "auth")
    if dependencies is None:
        return ()
    return injected_in(dependencies) or tuple(filter(None, (dotted(dependencies),)))


def _last(node: ast.AST) -> str:
    return dotted(node).rpartition(".")[2]


def _decorated(function: Function, decorator: ast.expr, file: _File) -> list[Route]:
    if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
        return []
    verb, receiver = decorator.func.attr, dotted(decorator.func.value)
    path = file.scope.fold(argument(decorator, 0, "path", "rule", "uri"))
    if verb not in _DECORATORS or path is None or not path.isprintable() or not receiver:
        return []
    mount = _receiver(receiver, path, file)
    if mount is None:
        return []
    handler = file.handlers.of(function)
    guards = (*mount.guards, *_given(decorator), *handler.guards)
    return [
        Route(
            line=line_of(decorator),
            methods=_methods(verb, keyword(decorator, "methods", "method")),
            path=_joined(mount.prefix, path),
            framework=mount.framework,
            origin=function.name,
            handler=handler,
            guards=_without_verbs(guards),
            text=f'@{receiver}.{verb}("{path}")',
        )
    ]


def _without_verbs(guards: tuple[str, ...]) -> tuple[str, ...]:
    """The decorator that registers a route does not guard it."""
    kept = (name for name in guards if name.removesuffix("()").rpartition(".")[2] not in _DECORATORS)
    return tuple(dict.fromkeys(kept))


def _receiver(receiver: str, path: str, file: _File) -> _Mount | None:
    """What a decorator's receiver is, or None if it is no application and no router.

    A mock of HTTP answers (``@respx.get``) looks the same, so a receiver that was not built
    here must not be a module, and the file must import a framework or the name must say it.
    """
    name = receiver.rpartition(".")[2]
    framework = file.frameworks[0] if file.frameworks else ""
    if name in file.mounts:
        mount = file.mounts[name]
        return mount if mount.framework else _Mount(framework, mount.prefix, mount.guards)
    origin = file.scope.aliases.get(receiver.partition(".")[0], "")
    module = origin != "" and "." not in origin
    if name in file.scope.values or module or not path.startswith(("/", "{")):
        return None
    if framework not in ("", "aiohttp"):
        return _Mount(framework, "", ())
    says = name in _RECEIVERS or name.endswith(("_app", "_api", "_router", "_bp"))
    return _Mount("", "", ()) if says and origin else None


def _methods(verb: str, given: ast.AST | None) -> tuple[str, ...]:
    if verb in _VERBS:
        return (verb.upper(),)
    if verb.startswith("websocket"):
        return ("WEBSOCKET",)
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        return (given.value.upper(),)
    if isinstance(given, ast.List | ast.Tuple | ast.Set):
        names = [item.value for item in given.elts if isinstance(item, ast.Constant)]
        return tuple(name.upper() for name in names if isinstance(name, str))
    return () if given is not None else ("GET",)


def _joined(prefix: str, path: str) -> str:
    whole = prefix.rstrip("/") + ("/" + path.lstrip("/") if path else "")
    return whole if whole.startswith("/") else "/" + whole


def _called(call: ast.Call, origin: str, file: _File) -> list[Route]:
    last = origin.rpartition(".")[2]
    if origin in _DJANGO:
        return _django(call, origin, file)
    if last in ("Route", "WebSocketRoute") and origin.startswith(("starlette.", "fastapi.")):
        verb = "websocket" if last == "WebSocketRoute" else "route"
        return _with(
            _route(call, _At(0, 1, "endpoint"), "starlette", file), _methods(verb, keyword(call, "methods"))
        )
    if origin.startswith("aiohttp.web.") and last in _VERBS:
        return _with(_route(call, _At(0, 1, "handler"), "aiohttp", file), (last.upper(),))
    if last == "add_resource" and any(name in file.scope.heads for name in _RESOURCES):
        return _resources(call, file)
    if last == "register" and "rest_framework" in file.scope.heads:
        return _with(_route(call, _At(0, 1, "viewset"), "django", file), ())
    return _added(call, last, file)


def _resources(call: ast.Call, file: _File) -> list[Route]:
    """``api.add_resource(View, "/a", "/b")`` of Flask-RESTful, also in a loop over a literal list."""
    pairs = [(call.args[0], path) for path in call.args[1:]] if call.args else []
    if len(pairs) == 1 and file.scope.fold(pairs[0][1]) is None:
        pairs = _looped(call, file.scope)
    found = []
    for view, node in pairs[:_MANY]:
        path = file.scope.fold(node)
        if path is None or not path.isprintable():
            continue
        handler = file.handlers.named(view)
        found.append(
            Route(
                line=line_of(view) if len(pairs) > 1 else line_of(call),
                methods=_verbs_of(view, file.scope),
                path=_joined("", path),
                framework=next(name for name in _RESOURCES if name in file.scope.heads),
                origin=file.scope.qualified(view),
                handler=handler,
                guards=_without_verbs(handler.guards if handler else ()),
                text=f'add_resource("{path}")',
            )
        )
    return found


def _verbs_of(view: ast.expr, scope: Scope) -> tuple[str, ...]:
    """The methods that a resource of this file answers; empty where its class is elsewhere."""
    held = scope.classes.get(_last(view))
    names = [item.name for item in held.body if isinstance(item, Function)] if held is not None else []
    return tuple(name.upper() for name in names if name in _VERBS)


def _looped(call: ast.Call, scope: Scope) -> list[tuple[ast.expr, ast.expr]]:
    """The pairs of ``for view, path in ((A, "/a"), (B, "/b")): api.add_resource(view, path)``."""
    names = [item.id for item in call.args if isinstance(item, ast.Name)]
    for loop in scope.blocks:
        if not isinstance(loop, ast.For) or not isinstance(loop.target, ast.Tuple):
            continue
        targets = [item.id for item in loop.target.elts if isinstance(item, ast.Name)]
        listed: ast.expr = loop.iter
        if isinstance(listed, ast.Name) and len(scope.values.get(listed.id, ())) == 1:
            listed = scope.values[listed.id][0]
        inside = loop.lineno <= call.lineno <= (loop.end_lineno or 0)
        if not (inside and isinstance(listed, ast.Tuple | ast.List) and set(names) <= set(targets)):
            continue
        places = [targets.index(name) for name in names]
        rows = [item.elts for item in listed.elts if isinstance(item, ast.Tuple | ast.List)]
        return [
            (row[places[0]], row[places[1]])
            for row in rows
            if len(places) == 2 and len(row) == len(targets) == len(loop.target.elts)
        ]
    return []


def _added(call: ast.Call, last: str, file: _File) -> list[Route]:
    """Routes of the ``app.add_…`` family."""
    receiver = dotted(call.func).split(".")[:-1]
    if last in _AIOHTTP and "router" in receiver:
        return _with(_route(call, _At(0, 1, "handler"), "aiohttp", file), (last[4:].upper(),))
    mount = next(
        (file.mounts[name] for name in reversed(receiver) if name in file.mounts), _Mount("", "", ())
    )
    framework = mount.framework or (file.frameworks[0] if file.frameworks else "")
    at = _ADDERS.get(last)
    if at is None or not framework:
        return []
    if last == "add_route" and framework == "aiohttp":
        verb = (file.scope.fold(call.args[0]) if call.args else None) or ""
        return _with(_route(call, _At(1, 2, "handler"), "aiohttp", file), _methods(verb.lower(), None))
    verb = "websocket" if "websocket" in last else "route"
    routes = _route(call, at, framework, file)
    return [
        replace(item, methods=_methods(verb, keyword(call, "methods")), path=_joined(mount.prefix, item.path))
        for item in routes
    ]


def _django(call: ast.Call, origin: str, file: _File) -> list[Route]:
    routes = _route(call, _At(0, 1, "view"), "django", file)
    view = argument(call, 1, "view")
    if isinstance(view, ast.Call) and _last(view.func) == "include":
        included = file.scope.fold(view.args[0]) if view.args else None
        if included not in _HEALTH_APPS:
            return []
        handler = Handler(included, line_of(call), calls=(included,), fails=True)
        return [replace(item, methods=("GET",), handler=handler) for item in routes]
    if view is not None and dotted(view).endswith(".urls"):
        return []  # another table of routes: admin.site.urls
    if origin.endswith(".path"):
        return routes
    return [replace(item, path=item.path.replace("^", "").rstrip("$")) for item in routes]


def _route(call: ast.Call, at: _At, framework: str, file: _File) -> list[Route]:
    """The route that ``call`` registers, without methods; nothing if its path is not literal."""
    path = file.scope.fold(argument(call, at.path, "path", "rule", "route", "prefix"))
    if path is None or not path.isprintable():
        return []
    target = argument(call, at.handler, at.keyword, "handler", "route")
    guards: list[str] = []
    while isinstance(target, ast.Call) and target.args and not dotted(target).endswith(".as_view()"):
        guards.append(dotted(target.func))  # login_required(view)
        target = target.args[0]
    handler = file.handlers.named(target)
    guards += (*_given(call), *(handler.guards if handler else ()))
    return [
        Route(
            line=line_of(call),
            methods=(),
            path=_joined("", path),
            framework=framework,
            origin="" if target is None else file.scope.qualified(target).removesuffix(".as_view()"),
            handler=handler,
            guards=_without_verbs(tuple(guards)),
            text=f'{dotted(call.func)}("{path}")',
        )
    ]


def _with(routes: list[Route], methods: tuple[str, ...]) -> list[Route]:
    return [replace(route, methods=methods) for route in routes]
