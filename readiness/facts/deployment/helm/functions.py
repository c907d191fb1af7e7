"""The functions that templates call: those of Go, of Sprig and of Helm that have no side effect.

Each takes its arguments in the order of the template. What is not listed here gives an unknown value, and
so does what looks at a cluster, a clock or chance.
Sources: Go, package ``text/template``, "Functions"; Sprig, "Function Documentation"; Helm, "Template Function
List"; read 2026-10.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from functools import cache
from typing import TYPE_CHECKING

from readiness.facts.deployment.helm.formats import formatted, semver_holds
from readiness.facts.deployment.helm.values import (
    MARK,
    UNKNOWN,
    Budget,
    Fault,
    Value,
    is_unknown,
    parsed_yaml,
    text_of,
    truth,
    yaml_of,
)
from readiness.facts.words import word_set
from readiness.matching import Pattern, PatternError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_TEXT = 1 << 20
"""How long a text may become, in characters."""

_MAX_ITEMS = 5_000
_FAULTS = (TypeError, ValueError, AttributeError, IndexError, KeyError, OverflowError, ZeroDivisionError)


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


_OPEN = word_set("""
    append cat coalesce concat deepCopy default dict dig empty eq fail first get has hasKey indent index int
    int64 join keys kindIs last len list lookup merge mergeOverwrite ne nindent not omit pick pluck prepend
    print printf println quote required set squote ternary toJson toPrettyJson toRawJson toString toYaml
    toYamlPretty trim trimAll trimPrefix trimSuffix trunc tuple unset values
    """)
"""Those that can do something with what is not known in full."""


def _text(value: Value, budget: Budget) -> str:
    return "" if value is None else text_of(value, budget)


def _printed(arguments: tuple[Value, ...], budget: Budget) -> str:
    """Go's ``Sprint``: a blank between two operands where neither is a text."""
    parts = list[str]()
    for index, each in enumerate(arguments):
        before = arguments[index - 1] if index else ""
        if index and not isinstance(each, str) and not isinstance(before, str):
            parts.append(" ")
        parts.append(text_of(each, budget))
    return _limited("".join(parts), budget)


def _limited(text: str, budget: Budget) -> str:
    budget.take(len(text) // 64)
    if len(text) > MAX_TEXT:
        raise Fault("too long")
    return text


def _quoted(arguments: tuple[Value, ...], budget: Budget) -> str:
    shown = (json.dumps(text_of(each, budget), ensure_ascii=False) for each in arguments)
    return _limited(" ".join(shown), budget)


def _squoted(arguments: tuple[Value, ...], budget: Budget) -> str:
    return _limited(" ".join(f"'{text_of(each, budget)}'" for each in arguments), budget)


def _indented(arguments: tuple[Value, ...], budget: Budget) -> str:
    width, text = arguments
    shown = _text(text, budget)
    pad = " " * min(max(int(width), 0), 200)
    budget.take(len(shown) // 8 + shown.count("\n"))
    if len(shown) + len(pad) * (shown.count("\n") + 1) > MAX_TEXT:
        raise Fault("too long")
    return pad + shown.replace("\n", "\n" + pad)


def _nindented(arguments: tuple[Value, ...], budget: Budget) -> str:
    return "\n" + _indented(arguments, budget)


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
        elif not unknown and _same(first, each):
            return True
    return UNKNOWN if unknown else False


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, (list, dict)) or isinstance(other, (list, dict)):
        raise Fault("not comparable")
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


def _different(arguments: tuple[Value, ...], budget: Budget) -> Value:
    found = _equal(arguments, budget)
    return found if found is UNKNOWN else not found


def _length(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    value = arguments[0]
    if is_unknown(value):
        return UNKNOWN
    return len(value.encode()) if isinstance(value, str) else len(value)


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


def _trimmed(how: Callable[[str, str], str]) -> Callable[[tuple[Value, ...], Budget], Value]:
    def trim(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
        part, text = arguments
        return UNKNOWN if part is UNKNOWN or text is UNKNOWN else how(text, part)

    return trim


def _truncated(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    width, text = arguments
    if text is UNKNOWN or not isinstance(text, str):
        return UNKNOWN
    return text[:width] if width >= 0 else text[width:]


def _made(arguments: tuple[Value, ...], budget: Budget) -> Value:
    found: dict[str, Value] = {}
    for index in range(0, len(arguments), 2):
        key = arguments[index]
        if is_unknown(key):
            return UNKNOWN
        found[_text(key, budget)] = arguments[index + 1] if index + 1 < len(arguments) else ""
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


def copied(value: Value, budget: Budget, depth: int = 0) -> Value:
    """A copy of a value that can be changed by itself."""
    budget.take()
    if depth > 60:
        raise Fault("too deep")
    if isinstance(value, dict):
        return {key: copied(each, budget, depth + 1) for key, each in value.items()}
    if isinstance(value, list):
        return [copied(each, budget, depth + 1) for each in value]
    return value


def _dug(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    *keys, otherwise, value = arguments
    for key in keys:
        if is_unknown(value):
            return UNKNOWN
        if key not in _table_of(value):
            return otherwise
        value = value[key]
    return value


def _joined(arguments: tuple[Value, ...], budget: Budget) -> Value:
    glue, items = arguments
    if items is UNKNOWN or glue is UNKNOWN:
        return UNKNOWN
    each = items if isinstance(items, list) else [items]
    return _limited(glue.join(_text(one, budget) for one in each), budget)


def _contains(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    item, items = arguments
    if items is UNKNOWN or is_unknown(item):
        return UNKNOWN
    if any(
        not isinstance(each, (list, dict)) and not is_unknown(each) and _same(each, item) for each in items
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


def _regex(arguments: tuple[Value, ...], budget: Budget) -> Value:
    source, text = arguments
    budget.take(20 + len(source) + len(text))
    if len(source) > 500:
        raise Fault("too long")
    try:
        return Pattern(source).found(text)
    except PatternError:
        raise Fault("no pattern") from None


def _decoded(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    return b64decode(arguments[0], validate=True).decode("utf-8", "replace")


def _from_json(arguments: tuple[Value, ...], budget: Budget) -> Value:
    return parsed_yaml(arguments[0], budget)  # JSON is YAML


def _to_yaml(arguments: tuple[Value, ...], budget: Budget) -> Value:
    return yaml_of(arguments[0], budget)


def _to_json(arguments: tuple[Value, ...], budget: Budget) -> Value:
    shown = copied(arguments[0], budget)
    return json.dumps(
        shown, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=lambda _: MARK
    )


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


def _strings(arguments: tuple[Value, ...]) -> list[str]:
    return [each for each in arguments if isinstance(each, str)]


def _replaced(arguments: tuple[Value, ...], budget: Budget) -> Value:
    old, new, text = arguments
    budget.take(len(text))
    if len(text) + text.count(old) * len(new) > MAX_TEXT:
        raise Fault("too long")
    return text.replace(old, new)


def _repeated(arguments: tuple[Value, ...], budget: Budget) -> Value:
    count, text = arguments
    if count * len(text) > MAX_TEXT:
        raise Fault("too long")
    return _limited(text * max(count, 0), budget)


def _part(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    start, end, text = arguments
    return text[max(start, 0) :] if end < 0 else text[max(start, 0) : end]


def _sliced(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    items, *bounds = arguments
    start = bounds[0] if bounds else 0
    return items[start : bounds[1]] if len(bounds) > 1 else items[start:]


def _split(arguments: tuple[Value, ...], budget: Budget) -> Value:
    glue, text = arguments
    budget.take(len(text))
    return text.split(glue) if glue else list(text[:_MAX_ITEMS])


def _split_named(arguments: tuple[Value, ...], budget: Budget) -> Value:
    return {f"_{index}": part for index, part in enumerate(_split(arguments, budget))}


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


def _not(arguments: tuple[Value, ...], budget: Budget) -> Value:
    return _empty(arguments, budget)


def _shown(arguments: tuple[Value, ...], budget: Budget) -> Value:
    return _text(arguments[0], budget)


def _formatted(arguments: tuple[Value, ...], budget: Budget) -> Value:
    pattern, *others = arguments
    return UNKNOWN if pattern is UNKNOWN else _limited(formatted(pattern, others, budget), budget)


def _compared(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    return semver_holds(arguments[0], arguments[1])


@cache
def _table() -> Mapping[str, Callable[[tuple[Value, ...], Budget], Value]]:
    strip = "\t\n\v\f\r "
    return {
        "print": _printed,
        "println": lambda given, budget: " ".join(text_of(each, budget) for each in given) + "\n",
        "printf": _formatted,
        "quote": _quoted,
        "squote": _squoted,
        "indent": _indented,
        "nindent": _nindented,
        "cat": lambda given, budget: " ".join(_text(each, budget) for each in given if each is not None),
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
        "index": _indexed,
        "slice": _sliced,
        "trim": lambda given, _: UNKNOWN if given[0] is UNKNOWN else given[0].strip(strip),
        "trimAll": _trimmed(lambda text, part: text.strip(part)),
        "trimSuffix": _trimmed(lambda text, part: text.removesuffix(part)),
        "trimPrefix": _trimmed(lambda text, part: text.removeprefix(part)),
        "upper": lambda given, _: given[0].upper(),
        "lower": lambda given, _: given[0].lower(),
        "title": lambda given, _: given[0].title(),
        "untitle": lambda given, _: given[0][:1].lower() + given[0][1:],
        "kebabcase": lambda given, _: _kebab(given[0], "-"),
        "snakecase": lambda given, _: _kebab(given[0], "_"),
        "nospace": lambda given, _: "".join(given[0].split()),
        "trunc": _truncated,
        "substr": _part,
        "repeat": _repeated,
        "replace": _replaced,
        "contains": lambda given, _: given[0] in given[1],
        "hasPrefix": lambda given, _: given[1].startswith(given[0]),
        "hasSuffix": lambda given, _: given[1].endswith(given[0]),
        "toString": _shown,
        "toStrings": lambda given, budget: [text_of(each, budget) for each in _list_of(given[0])],
        "splitList": _split,
        "split": _split_named,
        "join": _joined,
        "sortAlpha": lambda given, budget: sorted(text_of(each, budget) for each in _list_of(given[0])),
        "b64enc": lambda given, _: b64encode(given[0].encode()).decode(),
        "b64dec": _decoded,
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
            each for each in _list_of(given[0]) if not any(_same(each, other) for other in given[1:])
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
        "pluck": _plucked,
        "merge": _merge,
        "mergeOverwrite": _merge_over,
        "deepCopy": lambda given, budget: copied(given[0], budget),
        "dig": _dug,
        "kindOf": lambda given, _: _kind(given[0]),
        "kindIs": _kind_is,
        "toYaml": _to_yaml,
        "toYamlPretty": _to_yaml,
        "fromYaml": lambda given, budget: parsed_yaml(given[0], budget) or {},
        "fromYamlArray": lambda given, budget: parsed_yaml(given[0], budget) or [],
        "toJson": _to_json,
        "toRawJson": _to_json,
        "toPrettyJson": _to_json,
        "fromJson": _from_json,
        "lookup": lambda _given, _budget: {},
        "regexMatch": _regex,
        "semverCompare": _compared,
        "base": lambda given, _: given[0].rpartition("/")[2],
    }


def _kebab(text: str, glue: str) -> str:
    parts = list[str]()
    for index, char in enumerate(text):
        if char.isupper() and index and not text[index - 1].isupper():
            parts.append(glue)
        parts.append(glue if char in "-_ " else char.lower())
    return "".join(parts)
