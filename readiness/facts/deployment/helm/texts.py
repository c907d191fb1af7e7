"""The functions of templates that make texts, take them apart, and turn values into texts and back.

Sources: Go, package ``text/template``, "Functions"; Sprig, "String Functions", "Encoding Functions"; Helm,
"Template Function List"; read 2026-10.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from readiness.facts.deployment.helm.formats import formatted, semver_holds
from readiness.facts.deployment.helm.values import (
    MARK,
    UNKNOWN,
    Budget,
    Fault,
    Value,
    copied,
    parsed_yaml,
    text_of,
    yaml_of,
)
from readiness.matching import Pattern, PatternError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_TEXT = 1 << 20
"""How long a text may become, in characters."""

_MAX_ITEMS = 5_000


def text_functions() -> Mapping[str, Callable[[tuple[Value, ...], Budget], Value]]:
    """Those functions, by their names."""
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
        "splitList": _split,
        "split": _split_named,
        "join": _joined,
        "b64enc": lambda given, _: b64encode(given[0].encode()).decode(),
        "b64dec": _decoded,
        "toYaml": _to_yaml,
        "toYamlPretty": _to_yaml,
        "fromYaml": lambda given, budget: parsed_yaml(given[0], budget) or {},
        "fromYamlArray": lambda given, budget: parsed_yaml(given[0], budget) or [],
        "toJson": _to_json,
        "toRawJson": _to_json,
        "toPrettyJson": _to_json,
        "fromJson": _from_json,
        "regexMatch": _regex,
        "semverCompare": _compared,
        "base": lambda given, _: given[0].rpartition("/")[2],
    }


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


def _split(arguments: tuple[Value, ...], budget: Budget) -> Value:
    glue, text = arguments
    budget.take(len(text))
    return text.split(glue) if glue else list(text[:_MAX_ITEMS])


def _split_named(arguments: tuple[Value, ...], budget: Budget) -> Value:
    return {f"_{index}": part for index, part in enumerate(_split(arguments, budget))}


def _shown(arguments: tuple[Value, ...], budget: Budget) -> Value:
    return _text(arguments[0], budget)


def _formatted(arguments: tuple[Value, ...], budget: Budget) -> Value:
    pattern, *others = arguments
    return UNKNOWN if pattern is UNKNOWN else _limited(formatted(pattern, others, budget), budget)


def _kebab(text: str, glue: str) -> str:
    parts = list[str]()
    for index, char in enumerate(text):
        if char.isupper() and index and not text[index - 1].isupper():
            parts.append(glue)
        parts.append(glue if char in "-_ " else char.lower())
    return "".join(parts)


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


def _joined(arguments: tuple[Value, ...], budget: Budget) -> Value:
    glue, items = arguments
    if items is UNKNOWN or glue is UNKNOWN:
        return UNKNOWN
    each = items if isinstance(items, list) else [items]
    return _limited(glue.join(_text(one, budget) for one in each), budget)


def _compared(arguments: tuple[Value, ...], budget: Budget) -> Value:  # noqa: ARG001
    return semver_holds(arguments[0], arguments[1])
