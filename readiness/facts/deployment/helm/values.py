"""The values of templates: what YAML makes of them, how Go prints them, and what is not known.

What cannot be worked out is ``UNKNOWN``; in a text it is ``MARK``, so that a text may be known in part.
Sources: Go, package ``fmt`` (``%v``), ``text/template`` (truth); sigs.k8s.io/yaml (YAML 1.1 through JSON).
"""

from __future__ import annotations

import json
from typing import Any, Final

from readiness.matching import Pattern
from readiness.records import Struct
from readiness.spans import Unparsable
from readiness.structured.nodes import Items, Node, Scalar, Table

Value = Any
"""None, a bool, an int, a float, a str, a list, a dict with texts as keys, ``UNKNOWN`` or a ``Method``."""

MARK: Final = "\ue000"
"""What stands for the unknown in a text: a character for private use, which YAML lets pass."""

_DEPTH = 60
_TRUTHS = {
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), False),
}
_BARE = Pattern(r"^[A-Za-z0-9/_.](?:[A-Za-z0-9/_.@%+-]|:[A-Za-z0-9/_.@%+-])*(?: [A-Za-z0-9/_.@%+-]+)*$")


class Unknown(Struct, frozen=True):
    """A value that only a deployment knows, or that we cannot work out."""


UNKNOWN: Final = Unknown()


class Method(Struct, frozen=True):
    """What can be called on an object of Helm's: ``.Capabilities.APIVersions.Has``, ``.Files.Get``."""

    name: str


class Fault(Exception):  # noqa: N818 - a state of the subject, not an error of ours
    """A template, or a function in it, that cannot be carried out with the values at hand."""


class Spent(Exception):  # noqa: N818 - a state of the subject, not an error of ours
    """More work than is put into the charts of one subject."""


class Budget:
    """How much work is left: values and characters that are looked at."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def take(self, steps: int = 1) -> None:
        """Use up so much. Raises ``Spent`` where that is more than there is."""
        self.left -= steps
        if self.left < 0:
            raise Spent


def is_unknown(value: Value) -> bool:
    """Whether a value is not known, or a text not known in full."""
    return value is UNKNOWN or (isinstance(value, str) and MARK in value)


def value_of(node: Node, budget: Budget, depth: int = 0) -> Value:
    """What a node of a YAML file is to a template."""
    budget.take()
    if depth > _DEPTH:
        return UNKNOWN
    if isinstance(node, Items):
        return [value_of(item, budget, depth + 1) for item in node]
    if isinstance(node, Table):
        found: dict[str, Value] = {}
        merged = node.get("<<")
        for each in merged if isinstance(merged, Items) else (merged,):
            if isinstance(each, Table):
                found = {**value_of(each, budget, depth + 1), **found}
        for key, value in node:
            if key.text != "<<" or not key.plain:
                found[key.text] = value_of(value, budget, depth + 1)
        return found
    return _scalar(node)


def _scalar(node: Scalar) -> Value:
    if node.tag:
        return UNKNOWN
    if not node.plain:
        return node.text
    if node.null:
        return None
    return number_of(node.text)


def number_of(text: str) -> Value:
    """A bare text as YAML 1.1 takes it: a boolean, a number, or the text."""
    known = _TRUTHS.get(text)
    return _number(text) if known is None else known


def _number(text: str) -> Value:
    """A number as YAML 1.1 writes it; other texts as they are."""
    bare = text.removeprefix("-").removeprefix("+")
    if len(text) > 40 or not bare or not (bare[0].isdecimal() or bare[0] == "."):
        return text
    try:
        if bare.isdecimal() and bare.isascii():
            octal = len(bare) > 1 and bare[0] == "0" and set(bare) <= set("01234567")
            return int(text, 8) if octal else int(text)
        if bare[:2].lower() in ("0x", "0o", "0b"):
            return int(text, 0)
        return float(text) if set(bare) <= set("0123456789.eE+-") else text
    except ValueError:
        return text


def truth(value: Value) -> bool | None:
    """Whether a template takes a value for true; None if that is not known."""
    if value is UNKNOWN or value == MARK:
        return None
    if isinstance(value, str) and MARK in value:
        return True if value.replace(MARK, "").strip() else None
    if isinstance(value, Method):
        return None
    return bool(value)


def text_of(value: Value, budget: Budget, depth: int = 0) -> str:
    """How a value is printed. One that nobody gives is unknown: who deploys the chart will give it."""
    budget.take()
    if value is None or value is UNKNOWN or isinstance(value, Method) or depth > _DEPTH:
        return MARK
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _shortest(value)
    if isinstance(value, dict):
        pairs = (f"{key}:{text_of(value[key], budget, depth + 1)}" for key in sorted(value))
        return f"map[{' '.join(pairs)}]"
    if isinstance(value, list):
        return f"[{' '.join(text_of(each, budget, depth + 1) for each in value)}]"
    return str(value)


def _shortest(value: float) -> str:
    if value == int(value) if abs(value) < 1e15 else False:
        return str(int(value))
    return repr(value)


def yaml_of(value: Value, budget: Budget) -> str:
    """A value as YAML, in block style, keys sorted. Source: Helm, ``toYaml``."""
    if value is UNKNOWN:
        return MARK
    lines = list[str]()
    _write(value, "", lines, budget, 0)
    return "\n".join(lines)


def _write(value: Value, indent: str, lines: list[str], budget: Budget, depth: int) -> None:
    if depth > _DEPTH:
        raise Fault("too deep")
    if isinstance(value, dict) and value:
        for key in sorted(value):
            _pair(f"{indent}{_leaf(key, budget)}:", value[key], indent, lines, budget, depth=depth)
    elif isinstance(value, list) and value:
        for each in value:
            inner = list[str]()
            _write(each, indent + "  ", inner, budget, depth + 1)
            inner[0] = f"{indent}- {inner[0][len(indent) + 2 :]}"
            lines += inner
    else:
        lines.append(indent + _leaf(value, budget))


def _pair(  # noqa: PLR0913 - the state of the one who writes
    head: str, value: Value, indent: str, lines: list[str], budget: Budget, *, depth: int
) -> None:
    if isinstance(value, dict) and value:
        lines.append(head)
        _write(value, indent + "  ", lines, budget, depth + 1)
    elif isinstance(value, list) and value:
        lines.append(head)
        _write(value, indent, lines, budget, depth + 1)
    else:
        lines.append(f"{head} {_leaf(value, budget)}")


def _leaf(value: Value, budget: Budget) -> str:
    budget.take(1 + (len(value) // 16 if isinstance(value, str) else 0))
    if value is UNKNOWN or isinstance(value, Method):
        return MARK
    if isinstance(value, str):
        typed = value in _TRUTHS or value in ("null", "Null", "NULL", "y", "n", "Y", "N")
        plain = not typed and _BARE.found(value) and isinstance(_number(value), str) and value[0] != "."
        return value if plain else json.dumps(value, ensure_ascii=False)
    if value is None:
        return "null"
    if isinstance(value, float):
        return _shortest(value)
    return json.dumps(value)


def parsed_yaml(text: str, budget: Budget) -> Value:
    """What a YAML text says. Raises ``Fault``."""
    from readiness.structured.yaml import parse  # noqa: PLC0415 - heavy

    budget.take(len(text))
    try:
        roots = parse(text.encode("utf-8", "replace"))
    except Unparsable as error:
        raise Fault(error.reason) from None
    return value_of(roots[0], budget) if roots else None


def merged(base: Value, over: Value, budget: Budget, depth: int = 0) -> Value:
    """``base`` with the values of ``over`` in it; null takes a value away. Source: Helm, "Values Files"."""
    budget.take()
    if not isinstance(base, dict) or not isinstance(over, dict) or depth > _DEPTH:
        return over
    found = dict(base)
    for key, value in over.items():
        if value is None:
            found.pop(key, None)
        else:
            known = found.get(key)
            found[key] = merged(known, value, budget, depth + 1)
    return found


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


def same(one: Value, other: Value) -> bool:
    """Whether two values are equal; a list or a mapping is not comparable. Raises ``Fault``."""
    if isinstance(one, (list, dict)) or isinstance(other, (list, dict)):
        raise Fault("not comparable")
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)
