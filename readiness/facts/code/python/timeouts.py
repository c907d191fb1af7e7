"""Whether an argument limits how long a call waits.

Sources: requests ("Timeouts": one number, or a pair for connecting and reading), HTTPX
(``httpx.Timeout``), aiohttp (``ClientTimeout``: no field has a limit unless it is given),
urllib3 (``Timeout``).
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal

from readiness.facts.code.python.scope import argument, dotted, keyword, spread

if TYPE_CHECKING:
    from readiness.facts.code.python.scope import Function, Scope

Limit = Literal["given", "none", "absent", "unknown"]
"""A limit is given; is switched off; nothing is said; or it comes from elsewhere."""

_DEPTH = 5


def limit_of(
    call: ast.Call, scope: Scope, functions: tuple[Function, ...], keywords: tuple[str, ...], position: int
) -> Limit:
    """What ``call`` says of its limit, as one of ``keywords`` or at ``position``.

    ``functions`` are those around it: a limit that is their parameter is what the parameter defaults to.
    """
    value = argument(call, position, *keywords)
    if value is not None:
        return _value(value, scope, functions, 0)
    if any(isinstance(item, ast.Starred) for item in call.args):
        return "unknown"
    return _passed_on(call, functions) if spread(call) else "absent"


def _passed_on(call: ast.Call, functions: tuple[Function, ...]) -> Limit:
    """``f(**options)``: given where the function around puts a timeout into ``options`` itself."""
    names = {dotted(item.value) for item in call.keywords if item.arg is None}
    for node in ast.walk(functions[-1]) if functions else ():
        match node:
            case ast.Call(
                func=ast.Attribute(attr="setdefault", value=owner), args=[ast.Constant(value="timeout"), *_]
            ):
                if dotted(owner) in names:
                    return "given"
            case ast.Assign(targets=[ast.Subscript(value=owner, slice=ast.Constant(value="timeout")), *_]):
                if dotted(owner) in names:
                    return "given"
            case _:
                pass
    return "unknown"


def _value(value: ast.expr, scope: Scope, functions: tuple[Function, ...], depth: int) -> Limit:
    if depth > _DEPTH:
        return "unknown"
    match value:
        case ast.Constant(value=constant):
            return "none" if constant is None else "given"
        case ast.Tuple(elts=parts):
            return _worst([_value(part, scope, functions, depth + 1) for part in parts])
        case ast.BoolOp(op=ast.Or(), values=parts):
            found = [_value(part, scope, functions, depth + 1) for part in parts]
            return "given" if "given" in found else found[-1]
        case ast.IfExp(body=body, orelse=orelse):
            return _worst([_value(part, scope, functions, depth + 1) for part in (body, orelse)])
        case ast.Name(id=name):
            return _name(name, scope, functions, depth)
        case ast.Call():
            return _made(value, scope, functions, depth)
        case _:
            return "given"


def _worst(found: list[Limit]) -> Limit:
    return "none" if "none" in found else "unknown" if "unknown" in found else "given"


def _name(name: str, scope: Scope, functions: tuple[Function, ...], depth: int) -> Limit:
    for function in reversed(functions):
        if name in _parameters(function):
            default = _parameters(function)[name]
            if default is None or (isinstance(default, ast.Constant) and default.value is None):
                return "given" if name in scope.values else "unknown"
            return _value(default, scope, functions, depth + 1)
    values = scope.values.get(name, [])
    found: list[Limit] = [_value(each, scope, functions, depth + 1) for each in values[:4]]
    if "none" in found and len(set(found)) > 1:
        return "unknown"
    return _worst(found)


def _parameters(function: Function) -> dict[str, ast.expr | None]:
    given = function.args
    places = [*given.posonlyargs, *given.args]
    defaults = [*[None] * (len(places) - len(given.defaults)), *given.defaults]
    found: dict[str, ast.expr | None] = {
        item.arg: default for item, default in zip(places, defaults, strict=True)
    }
    found.update(
        {item.arg: default for item, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)}
    )
    return found


def _made(call: ast.Call, scope: Scope, functions: tuple[Function, ...], depth: int) -> Limit:
    """A timeout object: whether the reading is limited."""
    name = scope.qualified(call.func)
    if spread(call):
        return "unknown"
    first = call.args[0] if call.args else None
    if name == "httpx.Timeout":
        read = keyword(call, "read") or first or keyword(call, "timeout")
    elif name in ("aiohttp.ClientTimeout", "urllib3.Timeout", "urllib3.util.Timeout"):
        read = keyword(call, "total", "sock_read", "read") or first
    else:
        return "given"
    if read is None:
        return "none"
    found = _value(read, scope, functions, depth + 1)
    zero = isinstance(read, ast.Constant) and read.value == 0 and name == "aiohttp.ClientTimeout"
    return "none" if zero else found
