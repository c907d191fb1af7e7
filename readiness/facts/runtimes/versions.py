"""Versions of runtimes: which line of releases a constraint means, and when that line ends.

Sources: PEP 440; npm "semver"; Composer "Versions and constraints"; RubyGems "Patterns"; the table
``rules/endoflife.yaml``.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Literal, get_args

from readiness.errors import RuleError
from readiness.records import Struct
from readiness.resources import shipped
from readiness.spans import Unparsable
from readiness.structured.nodes import Scalar, Table

Language = Literal["python", "node", "go", "java", "ruby", "php", "dotnet"]
System = Literal["alpine", "amazonlinux", "centos", "debian", "fedora", "ubuntu"]

_TABLE = "rules/endoflife.yaml"
_ONE_PART = ("node", "java")
_OPERATORS = (">=", "<=", "==", "!=", "~>", "~=", "^", "~", ">", "<", "=")
_LTS = {"fermium": "14", "gallium": "16", "hydrogen": "18", "iron": "20", "jod": "22", "krypton": "24"}


class Line(Struct, frozen=True):
    """A line of releases. ``cycle`` is the lowest that fits, empty if none is named (``latest``).

    ``open`` says that others fit as well.
    """

    cycle: str
    open: bool


def line_of(language: Language, version: str) -> Line:
    """The line of releases that a version or a constraint of ``language`` means."""
    text = version.strip().lower().removeprefix("lts/")
    text = _LTS.get(text, text) if language == "node" else text
    found = [_single(language, each) for each in text[:200].replace("||", "|").split("|")]
    named = [each for each in found if each.cycle]
    if not named:
        return Line("", open=True)
    lowest = min(named, key=lambda each: _numbers(each.cycle))
    return Line(lowest.cycle, open=lowest.open or any(each.cycle != lowest.cycle for each in found))


def _single(language: Language, text: str) -> Line:
    """One alternative: words that all must hold."""
    for operator in _OPERATORS:
        text = text.replace(f"{operator} ", operator)
    lower: tuple[str, tuple[int, ...]] | None = None
    upper: tuple[int, ...] = ()
    for word in text.replace(",", " ").split()[:8]:
        operator = next((each for each in _OPERATORS if word.startswith(each)), "")
        numbers = _numbers(word.removeprefix(operator).removeprefix("v"))
        if operator == "<":
            upper = numbers
        elif operator not in ("!=", "<=") and numbers and lower is None:
            lower = (operator, numbers)
    if lower is None:
        return Line("", open=True)
    operator, numbers = lower
    if language == "java" and numbers[0] == 1 and len(numbers) > 1:
        numbers = numbers[1:]  # Java 8 was 1.8
    parts = 1 if language in _ONE_PART or (language == "dotnet" and numbers[0] >= 5) else 2
    cycle = numbers[:parts]
    fixed = _fixed(operator, len(numbers)) >= parts
    closed = len(cycle) == parts and (*cycle[:-1], cycle[-1] + 1) == upper[:parts] and not any(upper[parts:])
    return Line(".".join(map(str, cycle)), open=not (fixed or closed))


def _fixed(operator: str, given: int) -> int:
    """How many parts of the version that an operator stands before cannot change."""
    if operator in (">=", ">"):
        return 0
    if operator == "^":
        return 1
    if operator in ("~>", "~="):
        return given - 1
    return min(given, 2) if operator == "~" else given


def _numbers(text: str) -> tuple[int, ...]:
    """The numbers at the start of a version: ``3.11.x`` gives 3 and 11."""
    found = []
    for part in text.split(".")[:4]:
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits or len(digits) > 6:
            break
        found.append(int(digits))
        if digits != part:
            break
    return tuple(found)


def days_since(end: str | None, as_of: str) -> int | None:
    """How many days before ``as_of`` a day was, 0 if it is still to come; None without one of them."""
    left = _days_between(as_of, end)
    return None if left is None else max(-left, 0)


def days_until(end: str | None, as_of: str) -> int | None:
    """How many days after ``as_of`` a day comes, 0 if it is over; None without one of them."""
    left = _days_between(as_of, end)
    return None if left is None else max(left, 0)


def _days_between(first: str, last: str | None) -> int | None:
    try:
        return (date.fromisoformat(last or "") - date.fromisoformat(first)).days
    except ValueError:
        return None


@cache
def ends() -> dict[tuple[str, str], str]:
    """The day on which each line ends, ``YYYY-MM-DD``, by language or distribution and cycle.

    Raises ``RuleError``.
    """
    return load((shipped("rules") / "endoflife.yaml").read_bytes())


def load(data: bytes) -> dict[tuple[str, str], str]:
    """The table of ends. Raises ``RuleError`` with the line of the mistake."""
    from readiness.structured.yaml import parse  # noqa: PLC0415 - loads PyYAML

    try:
        roots = parse(data)
    except Unparsable as error:
        raise RuleError(_TABLE, error.line, error.reason) from None
    found = {}
    for language, cycles in roots[0] if roots and isinstance(roots[0], Table) else ():
        known = (*get_args(Language), *get_args(System))
        if language.text not in known or not isinstance(cycles, Table):
            raise RuleError(
                _TABLE,
                language.line,
                f"'{language.text}' is no language and no distribution with a mapping of ends",
            )
        for cycle, day in cycles:
            if not isinstance(day, Scalar) or len(day.text) != 10:
                raise RuleError(_TABLE, cycle.line, "an end is a day, YYYY-MM-DD")
            found[(language.text, cycle.text)] = day.text
    return found
