"""The functions of templates that make and take apart lists and mappings.

Source: Sprig, "Lists and List Functions", "Dictionaries and Dict Functions"; read 2026-10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.deployment.helm.values import (
    UNKNOWN,
    Budget,
    Fault,
    Value,
    copied,
    is_unknown,
    same,
    text_of,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MAX_ITEMS = 5_000


def collection_functions() -> Mapping[str, Callable[[tuple[Value, ...], Budget], Value]]:
    """Those functions, by their names."""
    return {
        "index": _indexed,
        "slice": _sliced,
        "toStrings": lambda given, budget: [text_of(each, budget) for each in _list_of(given[0])],
        "sortAlpha": lambda given, budget: sorted(text_of(each, budget) for each in _list_of(given[0])),
        "until": _until,
        "untilStep": _until,
        "list": lambda given, _: list(given),
        "tuple": lambda given, _: list(given),
        "first": _end_of(0),
        "last": _end_of(-1),
        "rest": lambda given, _: _list_of(given[0])[1:],
        "initial": lambda given, _: _list_of(given[0])[:-1],
        "append": _appended,
        "push": _appended,
        "prepend": _prepended,
        "concat": _concatenated,
        "reverse": lambda given, _: _list_of(given[0])[::-1],
        "uniq": _unique,
        "compact": lambda given, _: [each for each in _list_of(given[0]) if truth(each) is not False],
        "without": lambda given, _: [
            each for each in _list_of(given[0]) if not any(same(each, other) for other in given[1:])
        ],
        "has": _contains,
        "dict": _made,
        "get": _got,
        "set": _put,
        "unset": _unset,
        "hasKey": _has_key,
        "keys": _keys,
        "values": _values,
        "pick": _picked,
        "omit": _omitted,
        "merge": _merge,
        "mergeOverwrite": _merge_over,
        "pluck": _plucked,
        "deepCopy": lambda given, budget: copied(given[0], budget),
        "dig": _dug,
    }


def _indexed(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    value, *keys = arguments
    for key in keys:
        if is_unknown(value) or is_unknown(key) or value is None:
            return UNKNOWN
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(key, int) and 0 <= key < len(value):
            value = value[key]
        else:
            raise Fault("out of range")
    return value


def _made(arguments: tuple[Value, ...], budget: Budget) -> Value:
    found: dict[str, Value] = {}
    for index in range(0, len(arguments), 2):
        key = arguments[index]
        if is_unknown(key):
            return UNKNOWN
        found[text_of(key, budget)] = arguments[index + 1] if index + 1 < len(arguments) else ""
    return found


def _has_key(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    table, key = arguments
    return UNKNOWN if is_unknown(table) or is_unknown(key) else key in _table_of(table)


def _table_of(value: Value) -> dict[str, Value]:
    if not isinstance(value, dict):
        raise Fault("no mapping")
    return value


def _list_of(value: Value) -> list[Value]:
    if not isinstance(value, list):
        raise Fault("no list")
    return value


def _got(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    table, key = arguments
    return UNKNOWN if is_unknown(table) or is_unknown(key) else _table_of(table).get(key, "")


def _put(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    """``set`` changes the mapping itself, as it does in Sprig."""
    table, key, value = arguments
    if table is UNKNOWN:
        return UNKNOWN
    if is_unknown(key):
        for each in table:
            table[each] = UNKNOWN
    else:
        _table_of(table)[key] = value
    return table


def _unset(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    table, key = arguments
    if table is not UNKNOWN:
        _table_of(table).pop(key, None)
    return table


def _keys(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    if any(each is UNKNOWN for each in arguments):
        return UNKNOWN
    return [key for each in arguments for key in sorted(_table_of(each))]


def _values(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    if any(each is UNKNOWN for each in arguments):
        return UNKNOWN
    return [each[key] for each in arguments for key in sorted(_table_of(each))]


def _picked(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    table, *names = arguments
    if any(is_unknown(each) for each in arguments):
        return UNKNOWN
    return {key: value for key, value in _table_of(table).items() if key in names}


def _omitted(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    table, *names = arguments
    if any(is_unknown(each) for each in arguments):
        return UNKNOWN
    return {key: value for key, value in _table_of(table).items() if key not in names}


def _plucked(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    name, *tables = arguments
    if any(is_unknown(each) for each in arguments):
        return UNKNOWN
    return [each[name] for each in tables if name in _table_of(each)]


def _merge(arguments: tuple[Value, ...], budget: Budget) -> Value:
    """``merge``: the first has precedence, and is changed."""
    if any(each is UNKNOWN for each in arguments):
        return UNKNOWN
    first, *others = arguments
    for each in others:
        _fill(_table_of(first), _table_of(each), budget, over=False)
    return first


def _merge_over(arguments: tuple[Value, ...], budget: Budget) -> Value:
    if any(each is UNKNOWN for each in arguments):
        return UNKNOWN
    first, *others = arguments
    for each in others:
        _fill(_table_of(first), _table_of(each), budget, over=True)
    return first


def _fill(
    base: dict[str, Value], more: dict[str, Value], budget: Budget, *, over: bool, depth: int = 0
) -> None:
    if depth > 60:
        raise Fault("too deep")
    for key, value in tuple(more.items()):
        budget.take()
        known = base.get(key)
        if isinstance(known, dict) and isinstance(value, dict) and known is not value:
            _fill(known, value, budget, over=over, depth=depth + 1)
        elif over or key not in base or (known is not UNKNOWN and truth(known) is False):
            base[key] = copied(value, budget)


def _dug(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    *keys, otherwise, value = arguments
    for key in keys:
        if is_unknown(value):
            return UNKNOWN
        if key not in _table_of(value):
            return otherwise
        value = value[key]
    return value


def _contains(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    item, items = arguments
    if items is UNKNOWN or is_unknown(item):
        return UNKNOWN
    if any(
        not isinstance(each, (list, dict)) and not is_unknown(each) and same(each, item) for each in items
    ):
        return True
    return UNKNOWN if any(is_unknown(each) for each in items) else False


def _until(arguments: tuple[Value, ...], budget: Budget) -> Value:
    start, stop, step = {1: (0, arguments[0], 1), 2: (*arguments[:2], 1)}.get(len(arguments), arguments[:3])
    found = range(start, stop, step)
    if len(found) > _MAX_ITEMS:
        raise Fault("too many")
    budget.take(len(found))
    return list(found)


def _sliced(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    items, *bounds = arguments
    start = bounds[0] if bounds else 0
    return items[start : bounds[1]] if len(bounds) > 1 else items[start:]


def _unique(arguments: tuple[Value, ...], budget: Budget) -> Value:
    found: dict[str, Value] = {}
    for each in _list_of(arguments[0]):
        found.setdefault(text_of(each, budget), each)
    return list(found.values())


def _concatenated(arguments: tuple[Value, ...], budget: Budget) -> Value:
    if any(each is UNKNOWN for each in arguments):
        return UNKNOWN
    found = [item for each in arguments for item in _list_of(each)]
    budget.take(len(found))
    return found


def _appended(arguments: tuple[Value, ...], budget: Budget) -> Value:
    items, item = arguments
    if items is UNKNOWN:
        return UNKNOWN
    budget.take(len(items))
    return [*_list_of(items), item]


def _prepended(arguments: tuple[Value, ...], budget: Budget) -> Value:
    items, item = arguments
    if items is UNKNOWN:
        return UNKNOWN
    budget.take(len(items))
    return [item, *_list_of(items)]


def _end_of(index: int) -> Callable[[tuple[Value, ...], Budget], Value]:
    def end(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
        items = arguments[0]
        return UNKNOWN if items is UNKNOWN else items[index] if items else None

    return end
