"""What a request's handler does: whom it calls, and whether it can say no."""

from __future__ import annotations

import ast

from readiness.facts.code.model import Handler
from readiness.facts.code.python.scope import Function, Scope, below, dotted, keyword
from readiness.records import Struct

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
_STATUS = ("status_code", "status", "code", "http_status", "statusCode")
_BROAD = ("", "Exception", "BaseException")
_INJECTS = ("Depends", "Security", "FromDishka", "Inject")


class _Body(Struct, frozen=True):
    calls: tuple[str, ...]
    helpers: tuple[Function, ...]
    plain: bool
    catches: bool
    awaits: bool
    fails: bool


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
            guards=bases + fields + tuple(name for method in methods for name in method.guards),
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
            guards=guards_of(function, self.scope),
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
    injected += [
        item.annotation
        for item in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        if item.annotation is not None
    ]
    for decorator in function.decorator_list:
        injected += [item.value for item in getattr(decorator, "keywords", ()) if item.arg == "dependencies"]
        if scope.qualified(decorator).endswith("permission_classes()"):
            injected.append(decorator)
            names += [dotted(item).rpartition(".")[2] for item in below(decorator)]
    for node in injected:
        names += injected_in(node)
    names += [name for statement in function.body if (name := _turns_away(statement))]
    return tuple(dict.fromkeys(name for name in names if name))[:_GUARDS]


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
    )


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
        case ast.Call():
            last = dotted(node.func).rpartition(".")[2]
            first = node.args[:1] if last in ("HTTPException", "abort", "HttpError", "set_status") else []
            value = keyword(node, *_STATUS)
            return any(_error_number(item) for item in (*first, *([value] if value else [])))
        case ast.Return(value=ast.Tuple(elts=[_, status, *_])):
            return _error_number(status)
        case ast.Assign(targets=[target, *_], value=value):
            last = dotted(target).rpartition(".")[2]
            return (last in _STATUS or last.endswith(("_status", "_code"))) and _error_number(value)
        case _:
            return False


def _error_number(node: ast.AST) -> bool:
    return any(
        isinstance(item, ast.Constant) and type(item.value) is int and 500 <= item.value <= 599
        for item in below(node)
    )


def _distinct(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))[:_CALLS]
