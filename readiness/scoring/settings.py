"""The numbers of the score, read from ``rules/scoring.yaml``."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, NoReturn, get_args

from readiness.errors import RuleError, nearest
from readiness.levels import Level
from readiness.records import Struct
from readiness.resources import shipped
from readiness.scoring.model import Priority, Severity
from readiness.spans import Unparsable
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

AREAS = ("cicd", "container", "monitoring", "operations", "security")
_SEVERITIES: tuple[Severity, ...] = get_args(Severity)
_PRIORITIES: tuple[Priority, ...] = get_args(Priority)
_LEVELS = tuple(str(level) for level in Level)
_MAX_WEIGHT = 1_000
_BANDS = 3


class Area(Struct, frozen=True):
    """An area of the assessment and its nominal weight among all."""

    id: str
    title: str
    weight: int


class Band(Struct, frozen=True):
    """A range of scores, from ``start`` (millipoints of a hundred) up to the next band."""

    title: str
    mark: str
    start: int
    priority: Priority


class Scoring(Struct, frozen=True):
    """The settings of the score.

    Credits are indexed by level, rise from 0, and are counted relative to the rule's top rung. ``bands``
    are the best, the middle and the last, which starts at 0. ``cap`` and ``raised_below`` are millipoints
    of a hundred.
    """

    areas: tuple[Area, ...]
    severity_weights: tuple[tuple[Severity, int], ...]
    in_force: tuple[Fraction, ...]
    on_paper: tuple[Fraction, ...]
    bands: tuple[Band, Band, Band]
    raised_from_weight: int  # nominal weight from which an area's priority goes one step up ...
    raised_below: int  # ... while its score is below this
    cap: int
    assessed_rules: int
    assessed_weight: int

    def credit(self, level: Level, top: Level) -> Fraction:
        """The part of its points that a rule has in force at ``level`` if its highest rung is ``top``."""
        return self.in_force[min(level, top)] / self.in_force[top]

    def paper_credit(self, level: Level, top: Level) -> Fraction:
        """The same on paper."""
        return self.on_paper[min(level, top)] / self.on_paper[top]

    def band(self, points: int) -> Band:
        """The band of a score in millipoints of a hundred."""
        return next(band for band in self.bands if points >= band.start)


def load_scoring(path: Path | None = None) -> Scoring:
    """The settings in the file ``path``, by default the one shipped with the rules.

    Raises ``RuleError`` with its line if the file is not readable or not written as the shipped one is:
    unknown, missing or repeated keys, wrong types, numbers out of their range.
    """
    from readiness.structured.yaml import parse  # noqa: PLC0415 - heavy

    name = "rules/scoring.yaml" if path is None else path.as_posix()
    reader = _Reader(name)
    try:
        documents = parse((path or shipped("rules") / "scoring.yaml").read_bytes())
    except Unparsable as broken:
        reader.refuse(broken.line, f"not readable as YAML: {broken.reason}")
    except OSError as broken:
        reader.refuse(1, f"cannot be read: {broken.strerror}")
    if len(documents) != 1:
        reader.refuse(1, f"{len(documents)} documents, expected one")
    return _scoring(reader, documents[0])


class _Entry(NamedTuple):
    """A value, and what it is called in a message."""

    name: str
    node: Node


class _Reader(Struct, frozen=True):
    """Reads typed values out of nodes, and refuses all others with file and line."""

    path: str

    def refuse(self, line: int, message: str) -> NoReturn:
        raise RuleError(self.path, line, message) from None

    def table(self, entry: _Entry, known: Iterable[str]) -> dict[str, _Entry]:
        """The values of a mapping that has exactly the keys ``known``."""
        known = tuple(known)
        if not isinstance(entry.node, Table):
            self.refuse(entry.node.line, f"{entry.name} is a mapping of {', '.join(known)}")
        found: dict[str, _Entry] = {}
        for key, value in entry.node:
            if key.text not in known:
                self.refuse(key.line, f"{entry.name} has no '{key.text}'{nearest(key.text, known)}")
            if key.text in found:
                self.refuse(key.line, f"'{key.text}' is given twice")
            found[key.text] = _Entry(key.text, value)
        for key_name in known:
            if key_name not in found:
                self.refuse(entry.node.line, f"{entry.name} lacks '{key_name}'")
        return found

    def text(self, entry: _Entry) -> str:
        if not isinstance(entry.node, Scalar) or not entry.node.text.strip():
            self.refuse(entry.node.line, f"{entry.name} is a text")
        return entry.node.text

    def number(self, entry: _Entry, low: int, high: int) -> int:
        """An integer from ``low`` to ``high``."""
        node = entry.node
        text = node.text if isinstance(node, Scalar) and node.plain else ""
        value = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
        if not low <= value <= high:
            self.refuse(node.line, f"{entry.name} is an integer from {low} to {high}")
        return value

    def share(self, entry: _Entry) -> Fraction:
        """A decimal fraction from 0 to 1, exactly as written."""
        node = entry.node
        text = node.text if isinstance(node, Scalar) and node.plain else ""
        whole, _, rest = text.partition(".")
        digits = whole + rest
        readable = whole and len(digits) < 10 and digits.isascii() and digits.isdigit()
        value = Fraction(int(digits), 10 ** len(rest)) if readable else None
        if value is None or value > 1:
            self.refuse(node.line, f"{entry.name} is a number from 0 to 1")
        return value

    def credits(self, entry: _Entry) -> tuple[Fraction, ...]:
        """The credits of all levels: 0 for absent, never falling, something for partial."""
        given = self.table(entry, _LEVELS)
        values = tuple(self.share(given[level]) for level in _LEVELS)
        if values[Level.ABSENT] != 0 or values[Level.PARTIAL] == 0 or list(values) != sorted(values):
            self.refuse(entry.node.line, f"{entry.name} rises from 0 for absent to more than 0 for partial")
        return values

    def bands(self, entry: _Entry) -> tuple[Band, Band, Band]:
        """Three bands, best first, the last from 0."""
        if not isinstance(entry.node, Items) or len(entry.node.items) != _BANDS:
            self.refuse(entry.node.line, f"{entry.name} is a list of {_BANDS} bands")
        best, middle, last = (self._band(_Entry("a band", node)) for node in entry.node)
        if not best.start > middle.start > last.start == 0:
            self.refuse(entry.node.line, f"{entry.name} come best first, the last from 0")
        return best, middle, last

    def _band(self, entry: _Entry) -> Band:
        given = self.table(entry, ("title", "mark", "from", "priority"))
        priority = next((known for known in _PRIORITIES if known == self.text(given["priority"])), None)
        if priority is None:
            self.refuse(given["priority"].node.line, f"priority is one of {', '.join(_PRIORITIES)}")
        start = self.number(given["from"], 0, 100) * 1000
        return Band(self.text(given["title"]), self.text(given["mark"]), start, priority)


def _scoring(reader: _Reader, document: Node) -> Scoring:
    keys = ("areas", "severities", "credits", "bands", "priority", "cap", "assessed")
    top = reader.table(_Entry("the file", document), keys)
    severities = reader.table(top["severities"], _SEVERITIES)
    credits_ = reader.table(top["credits"], ("in_force", "on_paper"))
    priority = reader.table(top["priority"], ("raised_from_weight", "not_from"))
    assessed = reader.table(top["assessed"], ("rules", "weight"))
    return Scoring(
        areas=_areas(reader, top["areas"]),
        severity_weights=tuple(
            (name, reader.number(severities[name], 1, _MAX_WEIGHT)) for name in _SEVERITIES
        ),
        in_force=reader.credits(credits_["in_force"]),
        on_paper=reader.credits(credits_["on_paper"]),
        bands=reader.bands(top["bands"]),
        raised_from_weight=reader.number(priority["raised_from_weight"], 1, _MAX_WEIGHT),
        raised_below=reader.number(priority["not_from"], 0, 100) * 1000,
        cap=reader.number(top["cap"], 0, 100) * 1000,
        assessed_rules=reader.number(assessed["rules"], 1, _MAX_WEIGHT),
        assessed_weight=reader.number(assessed["weight"], 1, _MAX_WEIGHT),
    )


def _areas(reader: _Reader, entry: _Entry) -> tuple[Area, ...]:
    """The areas in the order of ``AREAS``, whatever the order in the file."""
    given = reader.table(entry, AREAS)
    areas = []
    for area in AREAS:
        values = reader.table(given[area], ("title", "weight"))
        areas.append(
            Area(area, reader.text(values["title"]), reader.number(values["weight"], 1, _MAX_WEIGHT))
        )
    return tuple(areas)
