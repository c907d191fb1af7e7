"""The functions that templates call: those of Go, of Sprig and of Helm that have no side effect.

Each takes its arguments in the order of the template. What is not listed gives an unknown value, and so
does what looks at a cluster, a clock or chance.
Sources: Go, package ``text/template``, "Functions"; Sprig, "Function Documentation"; Helm, "Template Function
List"; read 2026-10.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from readiness.facts.deployment.helm.collections import collection_functions
from readiness.facts.deployment.helm.texts import MAX_TEXT, text_functions
from readiness.facts.deployment.helm.values import UNKNOWN, Budget, Fault, Value, is_unknown, same, truth
from readiness.facts.words import word_set

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FAULTS = (TypeError, ValueError, AttributeError, IndexError, KeyError, OverflowError, ZeroDivisionError)
_OPEN = word_set("""
    append cat coalesce concat deepCopy default dict dig empty eq fail first get has hasKey indent index int
    int64 join keys kindIs last len list lookup merge mergeOverwrite ne nindent not omit pick pluck prepend
    print printf println quote required set squote ternary toJson toPrettyJson toRawJson toString toYaml
    toYamlPretty trim trimAll trimPrefix trimSuffix trunc tuple unset values
    """)
"""Those that can do something with what is not known in full."""


def called(name: str, arguments: tuple[Value, ...], budget: Budget) -> Value:
    """The value of a function; ``UNKNOWN`` for one that is not known, or cannot take what it is given."""
    bare = name[4:5].lower() + name[5:] if name.startswith("must") else name
    function = _table().get(bare)
    budget.take(1 + sum(len(each) // 64 for each in arguments if isinstance(each, (str, list, dict))))
    if function is None:
        return UNKNOWN
    if bare not in _OPEN and any(is_unknown(each) for each in arguments):
        return UNKNOWN
    try:
        value = function(arguments, budget)
    except (*_FAULTS, Fault):
        return UNKNOWN
    if isinstance(value, str) and len(value) > MAX_TEXT:
        return UNKNOWN
    return value


@cache
def _table() -> Mapping[str, Callable[[tuple[Value, ...], Budget], Value]]:
    return {
        **text_functions(),
        **collection_functions(),
        "default": _default,
        "empty": _empty,
        "coalesce": _coalesced,
        "ternary": _ternary,
        "required": _required,
        "fail": lambda _given, _budget: "",
        "not": _not,
        "eq": _equal,
        "ne": _different,
        "lt": _ordered(lambda one, other: one < other),
        "le": _ordered(lambda one, other: one <= other),
        "gt": _ordered(lambda one, other: one > other),
        "ge": _ordered(lambda one, other: one >= other),
        "len": _length,
        "int": _int,
        "int64": _int,
        "float64": _float,
        "atoi": _int,
        "add": lambda given, _: _number(given, lambda one, other: one + other),
        "add1": lambda given, _: _whole(given[0]) + 1,
        "sub": lambda given, _: _number(given, lambda one, other: one - other),
        "mul": lambda given, _: _number(given, lambda one, other: one * other),
        "div": lambda given, _: _number(given, lambda one, other: int(one / other)),
        "mod": lambda given, _: _number(given, lambda one, other: one % other),
        "max": lambda given, _: max(_whole(each) for each in given),
        "min": lambda given, _: min(_whole(each) for each in given),
        "kindOf": lambda given, _: _kind(given[0]),
        "kindIs": _kind_is,
        "lookup": lambda _given, _budget: {},
    }


def _default(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001 - one shape for all
    given = arguments[1] if len(arguments) > 1 else None
    known = truth(given)
    return UNKNOWN if known is None else given if known else arguments[0]


def _empty(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    known = truth(arguments[0])
    return UNKNOWN if known is None else not known


def _coalesced(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    for each in arguments:
        known = truth(each)
        if known is not False:
            return each if known else UNKNOWN
    return None


def _ternary(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    yes, no, chosen = arguments
    known = truth(chosen)
    return UNKNOWN if known is None else yes if known else no


def _required(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    """What must be given, and is not, will be given by who deploys the chart."""
    value = arguments[1]
    return UNKNOWN if value is None or value == "" else value


def _equal(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    first, *others = arguments
    unknown = is_unknown(first)
    for each in others:
        if is_unknown(each):
            unknown = True
        elif not unknown and same(first, each):
            return True
    return UNKNOWN if unknown else False


def _different(arguments: tuple[Value, ...], budget: Budget) -> Value:
    found = _equal(arguments, budget)
    return found if found is UNKNOWN else not found


def _length(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    value = arguments[0]
    if is_unknown(value):
        return UNKNOWN
    return len(value.encode()) if isinstance(value, str) else len(value)


def _whole(value: Value) -> int:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (int, float)):
        return int(value)
    if value is None:
        return 0
    try:
        return int(value, 0) if len(value) < 30 else 0
    except ValueError:
        return 0


def _int(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    return UNKNOWN if is_unknown(arguments[0]) else _whole(arguments[0])


def _float(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    return float(arguments[0] or 0)


def _kind(value: Value) -> str:
    if value is None:
        return "invalid"
    names = (
        (bool, "bool"),
        (int, "int64"),
        (float, "float64"),
        (str, "string"),
        (list, "slice"),
        (dict, "map"),
    )
    return next(name for type_, name in names if isinstance(value, type_))


def _kind_is(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    wanted, value = arguments
    if value is UNKNOWN or is_unknown(wanted):
        return UNKNOWN
    kind = _kind(value)
    numbers = ("int", "int64", "float64")
    return UNKNOWN if wanted in numbers and kind in numbers else kind == wanted


def _number(arguments: tuple[Value, ...], how: Callable[[Value, Value], Value]) -> Value:
    numbers = [_whole(each) for each in arguments]
    found = numbers[0]
    for each in numbers[1:]:
        found = how(found, each)
        if abs(found) > 1 << 63:
            raise Fault("too large")
    return found


def _ordered(how: Callable[[Value, Value], bool]) -> Callable[[tuple[Value, ...], Budget], Value]:
    return lambda arguments, _: bool(how(arguments[0], arguments[1]))


def _not(arguments: tuple[Value, ...], budget: Budget) -> Value:
    return _empty(arguments, budget)
