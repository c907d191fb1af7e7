"""What a Python program answers where nothing else catches an error, and whether it is logged."""

from __future__ import annotations

import ast

from readiness.facts.code.model import Practice
from readiness.facts.code.python.scope import Function, Scope, argument, below, dotted, keyword, line_of
from readiness.records import Struct, replace

_MANY = 50
_REGISTERS = ("exception_handler", "errorhandler", "app_errorhandler")
_ADDS = ("add_exception_handler", "register_error_handler", "add_error_handler")
_BROAD = ("Exception", "BaseException", "InternalServerError", "HTTP_500_INTERNAL_SERVER_ERROR", "500")
_LOGS = frozenset(
    (
        *("exception", "error", "critical", "warning", "warn", "log", "capture_exception", "log_exception"),
        *("print_exc", "opt", "fatal", "aexception", "aerror"),
    )
)
_TELLING = ("traceback.format_exc", "traceback.format_exception", "traceback.format_tb", "sys.exc_info")
_MODES = ("debug", "env", "environment", "settings", "testing", "development", "production")


class _File(Struct, frozen=True):
    """One file, and its handlers; each function is looked at once."""

    scope: Scope
    known: dict[int, Practice]


def errors_of(scope: Scope) -> list[Practice]:
    """Every handler of whatever goes wrong, in no particular order."""
    file = _File(scope, {})
    found: list[Practice] = []
    for function in scope.defined:
        for item in function.decorator_list[:_MANY] if len(found) < _MANY else ():
            name = dotted(item).removesuffix("()").rpartition(".")[2]
            given = argument(item, 0, "exc_class_or_status_code") if isinstance(item, ast.Call) else None
            if name in _REGISTERS and (_broad(given) or (given is None and name == "errorhandler")):
                found.append(_row(function, f"@{name}({_shown(given)})", line_of(item), file))
            elif name in ("middleware", "exception_middleware"):
                found += _around(function, scope)
    for call, name in scope.calls:
        if len(found) >= _MANY:
            break
        last = name.rpartition(".")[2]
        if last in _ADDS and _broad(argument(call, 0, "exc_class_or_status_code")):
            handler = argument(call, 1, "handler", "f")
            text = f"{last}({_shown(call.args[0] if call.args else None)})"
            found.append(_given(handler, text, line_of(call), file))
        elif last in ("FastAPI", "Starlette", "Litestar"):
            found += _listed(keyword(call, "exception_handlers"), file)
    for view in scope.classes.values():
        methods = {item.name: item for item in view.body if isinstance(item, Function)}
        if "process_exception" in methods:
            function = methods["process_exception"]
            found.append(_row(function, "process_exception", line_of(function), file))
        elif "dispatch" in methods and any("Middleware" in dotted(base) for base in view.bases):
            found += _around(methods["dispatch"], scope)
    return [*found[:_MANY], *_django(scope), *_defined(file)]


def _defined(file: _File) -> list[Practice]:
    """Functions that another file may register: ``def handle(request, exc: Exception)``."""
    found = []
    for function in file.scope.functions.values():
        given = function.args.args
        typed = [item for item in given if item.annotation is not None and _broad(item.annotation)]
        if typed or (len(given) == 2 and given[1].arg in ("exc", "error", "e", "err", "exception")):
            row = _row(function, function.name, line_of(function), file)
            found.append(replace(row, name=function.name))
    return found[:_MANY]


def _broad(node: ast.AST | None) -> bool:
    if isinstance(node, ast.Constant):
        return node.value == 500
    return node is not None and dotted(node).rpartition(".")[2] in _BROAD


def _shown(node: ast.AST | None) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    return dotted(node).rpartition(".")[2] if node is not None else ""


def _given(node: ast.AST | None, text: str, line: int, file: _File) -> Practice:
    """The handler that ``node`` names; one of another file may log, and may tell."""
    name = dotted(node) if node is not None else ""
    function = file.scope.functions.get(name)
    if function is None:
        return Practice(line, "error-handler", "", text, None, origin=file.scope.aliases.get(name, ""))
    return _row(function, text, line, file)


def _listed(node: ast.expr | None, file: _File) -> list[Practice]:
    """``exception_handlers={Exception: handle}``."""
    if not isinstance(node, ast.Dict):
        return []
    return [
        _given(value, f"exception_handlers: {_shown(key)}", line_of(value), file)
        for key, value in [*zip(node.keys, node.values, strict=True)][:_MANY]
        if _broad(key)
    ]


def _around(function: Function, scope: Scope) -> list[Practice]:
    """A middleware that catches whatever the rest of the program raises, and answers."""
    for node in below(function):
        if isinstance(node, ast.ExceptHandler) and (node.type is None or _broad(node.type)):
            answers = any(isinstance(item, ast.Return) for item in below(node))
            if answers:
                return [_described(node, node.name or "", f"{function.name}: except", line_of(node), scope)]
    return []


def _django(scope: Scope) -> list[Practice]:
    # Django logs the error before it asks for the page.
    found = [
        Practice(line_of(value), "error-handler", "django", "handler500", covers=frozenset(("log",)))
        for value in scope.values.get("handler500", ())[:1]
    ]
    for node in scope.assigned:
        if dotted(node.targets[0]) == "REST_FRAMEWORK" and isinstance(node.value, ast.Dict):
            keys = [scope.fold(key) for key in node.value.keys]
            if "EXCEPTION_HANDLER" in keys:
                found.append(
                    Practice(line_of(node), "error-handler", "rest_framework", "EXCEPTION_HANDLER", None)
                )
    return found


def _row(function: Function, text: str, line: int, file: _File) -> Practice:
    if id(function) not in file.known:
        given = [*function.args.posonlyargs, *function.args.args]
        names = [item.arg for item in given if item.arg not in ("self", "cls", "request", "req", "app", "_")]
        file.known[id(function)] = _described(function, names[0] if names else "", text, line, file.scope)
    return replace(file.known[id(function)], text=text, line=line)


def _described(node: ast.AST, error: str, text: str, line: int, scope: Scope) -> Practice:
    """``error`` is the name of what was raised."""
    nodes = below(node)
    logged: set[int] = set()
    logs = False
    for item in nodes:
        if isinstance(item, ast.Call) and _is_log(item):
            logs = True
            logged.update(id(inner) for inner in below(item))
    kept = _kept_for_logs(nodes, logged)
    tells = any(
        id(item) not in logged and id(item) not in kept and _tells(item, error, scope) for item in nodes
    )
    depends = any(isinstance(item, ast.If | ast.IfExp) and _asks_mode(item.test) for item in nodes)
    weak = None if tells and depends else tells
    return Practice(line, "error-handler", "", text, weak, frozenset(("log",)) if logs else frozenset())


def _kept_for_logs(nodes: list[ast.AST], logged: set[int]) -> set[int]:
    """What is given a name that only log lines use: ``trace = traceback.format_exc()``."""
    used = {
        node.id for node in nodes if isinstance(node, ast.Name) and id(node) not in logged and _is_read(node)
    }
    return {
        id(inner)
        for node in nodes
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id not in used
        for inner in below(node.value)
    }


def _is_read(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)


def _is_log(call: ast.Call) -> bool:
    name = dotted(call.func)
    head, _, last = name.rpartition(".")
    if last in ("capture_exception", "log_exception", "print_exc"):
        return True
    return last in _LOGS and ("log" in head.lower() or not head)


def _asks_mode(test: ast.expr) -> bool:
    names = (node.id if isinstance(node, ast.Name) else getattr(node, "attr", "") for node in below(test))
    return any(word in str(name).lower() for name in names for word in _MODES)


def _tells(node: ast.AST, error: str, scope: Scope) -> bool:
    """Whether ``node`` puts what was raised, or where, into text."""
    match node:
        case ast.Call(func=func, args=[ast.Name(id=name), *_]) if name == error and error:
            return dotted(func) in ("str", "repr")
        case ast.FormattedValue(value=ast.Name(id=name)):
            return bool(error) and name == error
        case ast.Call(func=func):
            return scope.qualified(func) in _TELLING
        case _:
            return False
