"""Variables in a compose file's values.

Source: Compose Specification, "Interpolation": ``$VAR``, ``${VAR}``, ``${VAR:-default}``,
``${VAR-default}``, ``${VAR:?error}``, ``${VAR:+replacement}``, ``$$``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.containers.variables import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

_DEPTH = 8
_LONGEST = 4096


def interpolated(text: str, variables: Mapping[str, str], depth: int = 0) -> str:
    """``text`` with its variables put in, ``UNKNOWN`` for what only the machine that runs it knows."""
    if "$" not in text:
        return text
    out: list[str] = []
    at, text = 0, text[:_LONGEST]
    while (dollar := text.find("$", at)) >= 0:
        out.append(text[at:dollar])
        after = text[dollar + 1 : dollar + 2]
        if after == "$":
            out.append("$")
            at = dollar + 2
        elif after == "{":
            end = _closing(text, dollar + 2)
            out.append(_braced(text[dollar + 2 : end], variables, depth))
            at = end + 1
        else:
            name = _name(text[dollar + 1 :])
            out.append(variables.get(name) or UNKNOWN if name else "$")
            at = dollar + 1 + len(name)
    return "".join([*out, text[at:]])


def _name(text: str) -> str:
    end = 0
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return text[:end]


def _closing(text: str, start: int) -> int:
    """Where the brace that is open before ``start`` closes; the end of the text if it does not."""
    depth = 1
    for index in range(start, len(text)):
        if text[index] == "{":
            depth += 1
        elif text[index] == "}":
            depth -= 1
            if not depth:
                return index
    return len(text)


def _braced(inner: str, variables: Mapping[str, str], depth: int) -> str:
    name = _name(inner)
    rest = inner[len(name) :]
    value = variables.get(name)
    sign = rest.lstrip(":")[:1]
    word = rest.lstrip(":")[1:]
    if sign == "+":
        return UNKNOWN if depth >= _DEPTH or value is None else interpolated(word, variables, depth + 1)
    if value:
        return value
    if sign == "-" and depth < _DEPTH:
        return interpolated(word, variables, depth + 1)
    return UNKNOWN
