"""``printf`` and the comparison of versions, as far as charts use them.

Sources: Go, package ``fmt``; Masterminds/semver, "Checking Version Constraints"; read 2026-10.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from readiness.facts.deployment.helm.values import MARK, Budget, Fault, Value, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence


def formatted(pattern: str, arguments: Sequence[Value], budget: Budget) -> str:
    """``pattern`` with the arguments put in; what a verb would do beyond plain printing is not known."""
    parts, at, used = list[str](), 0, 0
    while True:
        found = pattern.find("%", at)
        if found < 0:
            return "".join((*parts, pattern[at:]))
        parts.append(pattern[at:found])
        end = found + 1
        while end < len(pattern) and pattern[end] in "0123456789+-# .":
            end += 1
        verb, flags = pattern[end : end + 1], pattern[found + 1 : end]
        at = end + 1
        if verb == "%":
            parts.append("%")
            continue
        if used >= len(arguments):
            raise Fault("too few arguments")
        parts.append(_verb(verb, flags, arguments[used], budget))
        used += 1


def _verb(verb: str, flags: str, value: Value, budget: Budget) -> str:
    shown = text_of(value, budget)
    if MARK in shown or verb not in ("s", "v", "d", "q", "t") or (verb == "d" and not isinstance(value, int)):
        return MARK if verb != "q" else f'"{MARK}"'
    if verb == "q":
        return json.dumps(shown, ensure_ascii=False)
    if not flags:
        return shown
    width = flags.lstrip("0-")
    if not width.isdecimal() or len(width) > 3:
        return MARK
    if flags.startswith("-"):
        return shown.ljust(int(width))
    return shown.rjust(int(width), "0" if flags.startswith("0") else " ")


def semver_holds(constraint: str, version: str) -> Value:
    """Whether a version satisfies ``>=1.19-0``, ``^1.2``, ``>1.2 <2`` or alternatives of them (``||``)."""
    known = _version(version)
    if known is None:
        raise Fault("no version")
    return any(
        all(_holds(one, known) for one in _constraints(part))
        for part in constraint.split("||")
        if part.strip()
    )


def _constraints(text: str) -> list[str]:
    """The single constraints of a text; a blank may stand behind the sign."""
    for sign in (">=", "<=", "!=", ">", "<", "=", "~", "^"):
        text = text.replace(f"{sign} ", sign)
    return text.replace(",", " ").split()


def _holds(constraint: str, version: tuple[int, int, int]) -> bool:
    sign = next(
        (each for each in (">=", "<=", "!=", ">", "<", "=", "~", "^") if constraint.startswith(each)), ""
    )
    written = constraint[len(sign) :]
    wanted = _version(written)
    if wanted is None:
        raise Fault("no version")
    places = len([part for part in written.removeprefix("v").split("-")[0].split(".") if part not in "xX*"])
    match sign:
        case ">=":
            return version >= wanted
        case "<=":
            return version[:places] <= wanted[:places]
        case ">":
            return version[:places] > wanted[:places]
        case "<":
            return version < wanted
        case "!=":
            return version[:places] != wanted[:places]
        case "^":
            return version >= wanted and version[0] == wanted[0]
        case "~":
            return version >= wanted and version[: min(places, 2)] == wanted[: min(places, 2)]
        case _:
            return version[:places] == wanted[:places]


def _version(text: str) -> tuple[int, int, int] | None:
    parts = text.strip().removeprefix("v").split("+")[0].split("-")[0].split(".")
    numbers = [0 if part in ("x", "X", "*") else int(part) if part.isdecimal() else -1 for part in parts[:3]]
    if not parts[0] or -1 in numbers or max(map(len, parts)) > 9:
        return None
    return (*numbers, 0, 0, 0)[0], (*numbers, 0, 0, 0)[1], (*numbers, 0, 0, 0)[2]
