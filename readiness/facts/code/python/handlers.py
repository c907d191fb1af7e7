"""What a request's handler does: whom it calls, and whether it can say no."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from readiness.facts.code.model import Handler
from readiness.facts.code.python.scope import Function, Scope, below, dotted, keyword
from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

_CALLS = 200  # distinct names kept per handler
_HELPERS = 20  # helpers of the same file followed per handler
_GUARDS = 50  # distinct names kept before a handler
_DENIALS = ("401", "403", "denied", "forbidden", "login", "redirect", "unauthori")
_FOLLOW = 2  # how deep helpers are followed

# Calls that say nothing about the state of anything: clocks, literals, answers, log lines.
_TRIVIAL = frozenset(
    [
        "now",
        "utcnow",
        "today",
        "isoformat",
        "timestamp",
        "strftime",
        "time",
        "monotonic",
        "perf_counter",
        "total_seconds",
        "dict",
        "str",
        "int",
        "float",
        "bool",
        "list",
        "round",
        "len",
        "jsonify",
        "make_response",
        "uuid4",
        "uuid1",
        "getenv",
        "environ",
        "get_logger",
        "getLogger",
        "debug",
        "info",
        "warning",
        "error",
        "exception",
        "critical",
        "format",
        "upper",
        "lower",
        "version",
        "dumps",
        "gethostname",
        "getpid",
        "time_ns",
    ]
)
_ERROR_NAMES = (
    "HTTP_50",
    "HTTP_51",
    "SERVICE_UNAVAILABLE",
    "INTERNAL_SERVER_ERROR",
    "BAD_GATEWAY",
    "GATEWAY_TIMEOUT",
    "HTTPServiceUnavailable",
    "HTTPInternalServerError",
    "HttpResponseServerError",
)
_REFUSALS = ("HTTP_401", "HTTP_403", "HTTPUnauthorized", "HTTPForbidden", "HttpResponseForbidden")
_STATUS = ("status_code", "status", "code", "http_status", "statusCode")
_BROAD = ("", "Exception", "BaseException")
_REQUESTS = ("request", "req", "flask_request")
_BODIES = frozenset(
    ("json", "get_json", "form", "data", "POST", "body", "values", "payload", "get_data", "stream", "post")
)
_SHAPELESS = ("dict", "Dict", "Any", "list", "List")
# They are given the request to answer it, or to know who asks.
_ANSWERING = frozenset(
    (
        *(
            "render",
            "redirect",
            "success",
            "error",
            "info",
            "warning",
            "debug",
            "add_message",
            "login",
            "logout",
        ),
        *(
            "TemplateResponse",
            "get_current_site",
            "isinstance",
            "getattr",
            "hasattr",
            "str",
            "print",
            "get_token",
        ),
    )
)
# Types of parameters that are no body: the request itself, and what a framework hands over.
_NO_BODY = frozenset(
    (
        *("Request", "Response", "HttpRequest", "WebSocket", "HTTPConnection", "BackgroundTasks", "State"),
        *("SecurityScopes", "Session", "AsyncSession", "UploadFile", "Depends", "FromDishka"),
    )
)
_WRAPPING = frozenset(
    (
        *("Annotated", "Optional", "Union", "List", "Dict", "Set", "Any", "Literal", "Sequence", "Tuple"),
        *("UUID", "UUID4", "Decimal", "EmailStr", "PositiveInt", "Path"),
    )
)
# What is handed over under the name of an alias: ``SessionDep``, ``CurrentUser``.
_HANDED = ("Dep", "Deps", "Dependency", "Session", "Service", "Client", "Repository", "User", "Db", "DB")
_SENT = ("Create", "Update", "New", "Add", "Edit", "Patch", "Put", "Register", "Delete", "Set")
_INJECTS = ("Depends", "Security", "FromDishka", "Inject")


class _Body(Struct, frozen=True):
    calls: tuple[str, ...]
    helpers: tuple[Function, ...]
    plain: bool
    catches: bool
    awaits: bool
    fails: bool
    takes: frozenset[str]
    refuses: bool


class Handlers(Struct, frozen=True):
    """The handlers of one file; each function is looked at once."""

    scope: Scope
    bodies: dict[int, _Body]
    known: dict[int, Handler]

    def of(self, function: Function) -> Handler:
        """The facts of ``function``, its helpers in the same file followed."""
        found = self.known.get(id(function))
        if found is None:
            found = self.known[id(function)] = self._followed(function)
        return found

    def named(self, node: ast.AST | None) -> Handler | None:
        """The facts of the function or class that ``node`` names, if it is in this file."""
        name = "" if node is None else dotted(node)
        if name.endswith(".as_view()"):
            name = name.removesuffix(".as_view()")
        last = name.rpartition(".")[2].removesuffix("()")
        if last in self.scope.functions:
            return self.of(self.scope.functions[last])
        view = self.scope.classes.get(last)
        if view is None:
            return None
        if id(view) not in self.known:
            self.known[id(view)] = self._view(view)
        return self.known[id(view)]

    def _view(self, view: ast.ClassDef) -> Handler:
        verbs = ("get", "post", "put", "patch", "delete", "head", "dispatch", "list", "retrieve")
        methods = [
            self.of(item)
            for item in view.body
            if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef) and item.name in verbs
        ]
        bases = tuple(dotted(base).rpartition(".")[2] for base in view.bases)
        fields = tuple(name for item in view.body for name in _declared_guards(item))
        return Handler(
            name=view.name,
            line=view.lineno,
            calls=_distinct([name for method in methods for name in method.calls]),
            constant=bool(methods) and all(method.constant for method in methods),
            catches=any(method.catches for method in methods),
            awaits=any(method.awaits for method in methods),
            fails=any(method.fails for method in methods),
            refuses=any(method.refuses for method in methods),
            guards=bases + fields + tuple(name for method in methods for name in method.guards),
            takes=frozenset(word for method in methods for word in method.takes),
        )

    def _followed(self, function: Function) -> Handler:
        first = self._body(function)
        bodies, seen = [first], {id(function)}
        layer = [first]
        for _ in range(_FOLLOW):
            helpers = [helper for body in layer for helper in body.helpers]
            layer = []
            for helper in helpers:
                if id(helper) not in seen and len(seen) <= _HELPERS:
                    seen.add(id(helper))
                    layer.append(self._body(helper))
            bodies += layer
        fails = any(body.fails for body in bodies)
        return Handler(
            name=function.name,
            line=function.lineno,
            calls=_distinct([name for body in bodies for name in body.calls]),
            constant=not fails and all(body.plain for body in bodies),
            catches=any(body.catches for body in bodies),
            awaits=any(body.awaits for body in bodies),
            fails=fails,
            refuses=any(body.refuses for body in bodies),
            guards=guards_of(function, self.scope),
            types=_types_of(function, self.scope),
            takes=_declared_input(function, self.scope).union(*(body.takes for body in bodies)),
        )

    def _body(self, function: Function) -> _Body:
        found = self.bodies.get(id(function))
        if found is None:
            found = self.bodies[id(function)] = _body_of(function, self.scope)
        return found


def handlers_of(scope: Scope) -> Handlers:
    """A fresh set of handlers over ``scope``."""
    return Handlers(scope, {}, {})


def guards_of(function: Function, scope: Scope) -> tuple[str, ...]:
    """The names that stand before ``function``: its decorators and injected dependencies."""
    names = [scope.qualified(item) for item in function.decorator_list]
    arguments = function.args
    injected: list[ast.AST] = [*arguments.defaults, *(item for item in arguments.kw_defaults if item)]
    injected += _annotations(function)
    for item in _annotations(function):
        injected += scope.values.get(dotted(item), ())
    for decorator in function.decorator_list:
        injected += [item.value for item in getattr(decorator, "keywords", ()) if item.arg == "dependencies"]
        if scope.qualified(decorator).endswith("permission_classes()"):
            injected.append(decorator)
            names += [dotted(item).rpartition(".")[2] for item in below(decorator)]
    for node in injected:
        names += injected_in(node)
    names += _stopping(names, scope)
    names += [name for statement in function.body if (name := _turns_away(statement))]
    return tuple(dict.fromkeys(name for name in names if name))[:_GUARDS]


def _annotations(function: Function) -> list[ast.expr]:
    given = function.args
    return [
        item.annotation
        for item in (*given.posonlyargs, *given.args, *given.kwonlyargs)
        if item.annotation is not None
    ]


def _types_of(function: Function, scope: Scope) -> tuple[str, ...]:
    """What its parameters are declared with and another module of the program may hold."""
    names = (scope.qualified(item) for item in _annotations(function))
    return _distinct([name for name in names if "." in name.strip(".")])[:_GUARDS]


def injecting_of(scope: Scope) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Types as ``CurrentUser = Annotated[User, Depends(get_current_user)]``, with what they bring along."""
    found = []
    for name, values in scope.values.items():
        if len(values) == 1 and isinstance(values[0], ast.Subscript):
            names = injected_in(values[0])
            if names:
                found.append((name, (*names, *_stopping(names, scope))))
    return tuple(found)


def _stopping(names: Iterable[str], scope: Scope) -> list[str]:
    """Those of ``names`` that turn strangers away in this file, marked as asking who calls."""
    return [f"auth:{name}" for name in names if _stops(scope.functions.get(name.removesuffix("()")))]


def _stops(function: Function | None) -> bool:
    """Whether a dependency or decorator of this file can answer that it does not know who asks."""
    return function is not None and any(
        _refuses(node) for statement in function.body for node in below(statement)
    )


def _turns_away(statement: ast.stmt) -> str:
    """What a handler asks first, where the answer sends strangers away.

    ``if not request.user.is_authenticated: return HttpResponseForbidden()``
    """
    if not isinstance(statement, ast.If):
        return ""
    test = statement.test
    denied = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    asked = dotted(test.operand) if isinstance(test, ast.UnaryOp) else dotted(test)
    if asked.rpartition(".")[2].removesuffix("()") not in (
        ("is_authenticated",) if denied else ("is_anonymous",)
    ):
        return ""
    last = statement.body[-1]
    if isinstance(last, ast.Raise):
        return asked
    if not isinstance(last, ast.Return | ast.Expr) or last.value is None:
        return ""
    said = [str(node.value) for node in below(last.value) if isinstance(node, ast.Constant)]
    said += [dotted(node).lower() for node in below(last.value) if isinstance(node, ast.Name | ast.Attribute)]
    return asked if any(word in text for text in said for word in _DENIALS) else ""


def injected_in(node: ast.AST) -> tuple[str, ...]:
    """The names given to ``Depends`` and ``Security`` anywhere in ``node``."""
    found = []
    for item in below(node):
        if isinstance(item, ast.Call) and dotted(item.func).rpartition(".")[2] in _INJECTS:
            kind = dotted(item.func).rpartition(".")[2]
            found += [dotted(argument) or kind for argument in item.args[:1]]
            found += ["Security"] if kind == "Security" else []
    return tuple(found)


def _declared_guards(item: ast.stmt) -> tuple[str, ...]:
    if isinstance(item, ast.Assign) and any(
        dotted(target) in ("permission_classes", "authentication_classes", "decorators")
        for target in item.targets
    ):
        return tuple(name for node in below(item.value) if (name := dotted(node).rpartition(".")[2]))
    return ()


def _body_of(function: Function, scope: Scope) -> _Body:
    nodes = [node for statement in function.body for node in below(statement)]
    calls: list[str] = []
    helpers: list[Function] = []
    plain = True
    for node in nodes:
        if isinstance(node, ast.If | ast.IfExp | ast.Try | ast.Raise | ast.Await | ast.For | ast.While):
            plain = False
        if not isinstance(node, ast.Call):
            continue
        name = scope.qualified(node.func)
        helper = _helper(node.func, scope)
        if helper is not None and helper is not function:
            helpers.append(helper)
        else:
            calls.append(name or _of_an_item(node.func, scope))
            plain = plain and _trivial(name, scope)
    return _Body(
        calls=_distinct(calls),
        helpers=tuple(helpers[: _HELPERS + 1]),
        plain=plain,
        catches=any(_swallows(node) for node in nodes if isinstance(node, ast.ExceptHandler)),
        awaits=any(isinstance(node, ast.Await) for node in nodes),
        fails=any(_errs(node) for node in nodes),
        takes=frozenset(word for node in nodes if (word := _takes(node))),
        refuses=any(_refuses(node) for node in nodes),
    )


def _takes(node: ast.AST) -> str:
    """``raw`` of what is the body of a request as it came, ``passed`` where the request is handed on.

    ``request.json``, ``self.request.POST``; ``save(request)``.
    """
    if isinstance(node, ast.Call):
        handed = any(isinstance(item, ast.Name) and item.id in _REQUESTS for item in node.args)
        return "passed" if handed and _last_of(node) not in _ANSWERING else ""
    if not isinstance(node, ast.Attribute) or node.attr not in _BODIES:
        return ""
    owner = dotted(node.value)
    found = owner.rpartition(".")[2] in _REQUESTS or (owner == "api" and node.attr == "payload")
    return "raw" if found else ""


def _declared_input(function: Function, scope: Scope) -> frozenset[str]:
    """Whether a parameter stands for a body, by its declared type; one that is injected does not."""
    arguments = function.args
    given = (*arguments.posonlyargs, *arguments.args)
    late = given[len(given) - len(arguments.defaults) :]
    defaults = {item.arg: value for item, value in zip(late, arguments.defaults, strict=True)}
    named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    defaults |= {item.arg: value for item, value in named if value is not None}
    found: set[str] = set()
    for item in (*given, *arguments.kwonlyargs):
        default = defaults.get(item.arg)
        found |= _declares(item.annotation, default, scope)
    return frozenset(found)


def _declares(annotation: ast.expr | None, default: ast.expr | None, scope: Scope) -> set[str]:
    given = _last_of(default) if isinstance(default, ast.Call) else ""
    inner = below(annotation) if annotation is not None else []
    called = {_last_of(node) for node in inner if isinstance(node, ast.Call)} | {given}
    if called & {*_INJECTS, "Query", "Path", "Header", "Cookie", "File"}:
        return set()
    names = [scope.qualified(node) for node in inner if isinstance(node, ast.Name | ast.Attribute)]
    lasts = [name.rpartition(".")[2] for name in names]
    if any(name in _NO_BODY for name in lasts):
        return set()
    if called & {"Body", "Form"}:
        return {"raw"} if any(name in _SHAPELESS for name in lasts) or not lasts else {"typed"}
    for name, last in zip(names, lasts, strict=True):
        if last[:1].isupper() and last not in _WRAPPING and not _is_handed(last):
            return {"typed"} if "." in name or last in scope.classes else set()
    return {"raw"} if any(name in ("dict", "Dict", "Any") for name in lasts[:1]) else set()


def _is_handed(name: str) -> bool:
    return name.endswith(_HANDED) and not name.startswith(_SENT)


def _last_of(node: ast.AST | None) -> str:
    return "" if node is None else dotted(node).removesuffix("()").rpartition(".")[2]


def _helper(func: ast.expr, scope: Scope) -> Function | None:
    """The function of this file that a bare name or ``self.name`` calls."""
    match func:
        case ast.Name(id=name) if name not in scope.aliases:
            return scope.functions.get(name)
        case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
            return scope.functions.get(name)
        case _:
            return None


def _of_an_item(node: ast.AST, scope: Scope) -> str:
    """``connections.cursor`` of ``connections["default"].cursor``; empty for anything else."""
    match node:
        case ast.Attribute(attr=name, value=ast.Subscript(value=owner)) if owned := scope.qualified(owner):
            return f"{owned}.{name}"
    return ""


def _trivial(name: str, scope: Scope) -> bool:
    last = name.rpartition(".")[2]
    answers = last[:1].isupper() and last.endswith(("Response", "Schema", "Model", "Status", "Out", "Health"))
    return last in _TRIVIAL or answers or last in scope.classes or name.startswith("logging.")


def _swallows(handler: ast.ExceptHandler) -> bool:
    if handler.type is not None and dotted(handler.type).rpartition(".")[2] not in _BROAD:
        return False
    straight = [item for item in handler.body if not isinstance(item, ast.If | ast.Try | ast.For | ast.While)]
    return not any(
        isinstance(item, ast.Raise) or any(_errs(node) for node in below(item)) for item in straight
    )


def _errs(node: ast.AST) -> bool:
    """Whether ``node`` itself sets a status of 500 or above."""
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name.startswith(_ERROR_NAMES)
        case _:
            return any(_error_number(item) for item in _statuses(node))


def _statuses(node: ast.AST) -> tuple[ast.expr, ...]:
    """What ``node`` itself sets as the status of an answer."""
    match node:
        case ast.Call():
            last = dotted(node.func).rpartition(".")[2]
            first = node.args[:1] if last in ("HTTPException", "abort", "HttpError", "set_status") else []
            value = keyword(node, *_STATUS)
            return (*first, *([value] if value else []))
        case ast.Return(value=ast.Tuple(elts=[_, status, *_])):
            return (status,)
        case ast.Assign(targets=[target, *_], value=value):
            last = dotted(target).rpartition(".")[2]
            return (value,) if last in _STATUS or last.endswith(("_status", "_code")) else ()
        case _:
            return ()


def _refuses(node: ast.AST) -> bool:
    """Whether ``node`` itself says that it is not known who asks, or that they may not: 401 or 403."""
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name.startswith(_REFUSALS)
        case _:
            return any(_number(item, 401, 401) or _number(item, 403, 403) for item in _statuses(node))


def _error_number(node: ast.AST) -> bool:
    return _number(node, 500, 599)


def _number(node: ast.AST, low: int, high: int) -> bool:
    return any(
        isinstance(item, ast.Constant) and type(item.value) is int and low <= item.value <= high
        for item in below(node)
    )


def _distinct(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))[:_CALLS]
