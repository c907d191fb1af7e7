"""Changelogs: the releases they name, and whether the tags of the history have left them behind.

Without git nothing is newer; in a shallow clone nobody knows.
Sources: Keep a Changelog 1.1.0; Semantic Versioning 2.0.0.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from readiness.facts.documents.nouns import SECTION
from readiness.facts.history.subjects import version
from readiness.facts.model import Collected, Noun, Row
from readiness.matching import Pattern
from readiness.tree.model import Unreadable

if TYPE_CHECKING:
    from readiness.facts.documents.nouns import DocumentSection
    from readiness.facts.model import Facts

_BEHIND = 2
"""How many releases must be newer: the notes of the last one may come with the next commit."""

_YEARS = 1900
"""From here on a first number is that of a calendar."""


class Changelog(Row, frozen=True, kw_only=True):
    """A changelog of the product; its line is that of the first release it names, else 1."""

    releases: Annotated[int, "headings that name a version or a date"] = 0
    newest: Annotated[str, "the highest version it names, such as 1.12; empty if it names none"] = ""
    behind: Annotated[
        bool | None,
        "two version tags or more are newer than any version a changelog names; unknown in a shallow clone",
    ] = False


def collect(facts: Facts, scope: tuple[str, ...]) -> Collected[Changelog]:  # noqa: ARG001
    """Every document that is a changelog and has a heading, by path."""
    found = facts.collected(SECTION)
    by_path: dict[str, list[DocumentSection]] = {}
    for row in found.rows:
        if "changelog" in row.document_kind:
            by_path.setdefault(row.path, []).append(row)
    named = {
        path: [numbers for row in rows if (numbers := _numbers(row.heading))]
        for path, rows in by_path.items()
    }
    highest = max((numbers for path in named for numbers in named[path]), default=())
    behind = _behind(facts, highest) if highest else False
    rows = tuple(_row(by_path[path], max(named[path], default=()), behind=behind) for path in by_path)
    return Collected(rows, looked=tuple(by_path))


def _row(sections: list[DocumentSection], newest: tuple[int, ...], *, behind: bool | None) -> Changelog:
    releases = [row for row in sections if _numbers(row.heading) or _pattern(_DATE).found(row.heading)]
    first = releases[0] if releases else None
    shown = ".".join(map(str, newest))
    said = ", which later tags have left behind" if behind and shown else ""
    counted = "1 release" if len(releases) == 1 else f"{len(releases)} releases"
    return Changelog(
        path=sections[0].path,
        line=first.line if first else 1,
        role=sections[0].role,
        text=counted + (f", the newest {shown}{said}" if shown else ""),
        releases=len(releases),
        newest=shown,
        behind=behind if shown else False,
    )


_DATE = r"\b[12][0-9]{3}-[01][0-9]\b"
_NUMBERS = r"(?:^|[^0-9.])([0-9]{1,8}(?:\.[0-9]{1,8}){1,3})(?:[^0-9]|$)"
_WHOLE = r"(?i)^(?:v|release[-_/]?|rel[-_/]?)?[0-9]"


@lru_cache(maxsize=4)
def _pattern(source: str) -> Pattern:
    return Pattern(source)


def _numbers(text: str) -> tuple[int, ...]:
    """The first version in ``text`` as numbers, zeros at its end left out; empty for none."""
    groups = _pattern(_NUMBERS).groups(text[:200])
    return _cut([int(part) for part in groups[1].split(".")]) if groups else ()


def _cut(numbers: list[int]) -> tuple[int, ...]:
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _behind(facts: Facts, highest: tuple[int, ...]) -> bool | None:
    """Whether enough tags of the whole product name a higher version; None where git cannot tell."""
    history = facts.tree.history
    try:
        if history is not None and history.shallow:
            return None
        tags = () if history is None else history.tags
    except Unreadable:
        return None
    whole = _pattern(_WHOLE)
    names = [tag.name for tag in tags if version(tag.name) == "final" and whole.found(tag.name)]
    tagged = {numbers for name in names if (numbers := _numbers(name))}
    return sum(tag > highest and _alike(tag, highest) for tag in tagged) >= _BEHIND


def _alike(tag: tuple[int, ...], named: tuple[int, ...]) -> bool:
    """Whether both count releases, or both go by the calendar."""
    return (tag[0] >= _YEARS) is (named[0] >= _YEARS)


CHANGELOG: Noun[Changelog] = Noun("changelog", Changelog, "a changelog of the product", collect)
