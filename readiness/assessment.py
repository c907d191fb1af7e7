"""The assessment: one frozen, versioned document from which every report is made.

``to_json`` and ``from_json`` carry it to the shape that ``schema()`` describes and back. Inside,
points are whole millipoints; in JSON they are numbers with at most three decimals.
"""

from __future__ import annotations

import types
from functools import lru_cache
from typing import Annotated, Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

from readiness.choices import Branding, Planning
from readiness.records import Struct, defaults_of

SCHEMA_VERSION = "1.1"

Points = NewType("Points", int)
"""Millipoints; a number with at most three decimals in JSON."""

Verdict = Literal["ready", "conditional", "not-ready", "not-assessed"]
Status = Literal["met", "partial", "gap", "unknown", "blocked", "not-applicable", "waived"]
LevelName = Literal["absent", "planned", "partial", "implemented", "enforced"]


class Tool(Struct, frozen=True):
    """What made the assessment."""

    name: str
    version: str


class Subject(Struct, frozen=True):
    """What is assessed, and as of when (``YYYY-MM-DD``, empty if no date is known)."""

    name: str
    commit: str
    ref: str
    dirty: bool | None
    remote: str
    as_of: str
    shallow: bool | None
    files: int
    kinds: tuple[str, ...]
    languages: tuple[str, ...]
    environments: tuple[str, ...]


class Pack(Struct, frozen=True):
    """A folder of rules, with a digest of its bytes, and what it changes of the packs before it."""

    name: str
    digest: str
    rules: int
    version: str = ""
    changes: tuple[str, ...] = ()


class Selection(Struct, frozen=True):
    """What the user left out or chose, printed in every report."""

    areas: tuple[str, ...]
    excluded: tuple[str, ...]
    disabled: tuple[str, ...]


class Interval(Struct, frozen=True):
    """A score from 0 to 100: surely reached, at most, and on paper."""

    low: Points
    high: Points
    on_paper: Points


class Confidence(Struct, frozen=True):
    """On what the points rest, before a cap; ``unknown`` is what is not known either way."""

    structure: Points
    pattern: Points
    attested: Points
    unknown: Points


class LedgerRow(Struct, frozen=True):
    """One line of the account; exactly one of ``rule``, ``cap`` and ``shared`` is there."""

    points: Points
    text: str
    rule: str | None = None
    cap: str | None = None
    shared: str | None = None


class Sentence(Struct, frozen=True):
    """A sentence of the report and the rule that it comes from."""

    rule: str
    text: str


class Area(Struct, frozen=True):
    """An area: its nominal weight, its own score, band and priority; null if not assessed."""

    id: str
    title: str
    weight: int
    score: Interval | None
    possible: Points
    earned: Points
    band: str | None
    priority: str | None
    why_not_assessed: str
    strengths: tuple[Sentence, ...]
    gaps: tuple[Sentence, ...]


class Evidence(Struct, frozen=True):
    """A line that a verdict rests on."""

    path: str
    line: int
    text: str
    grade: Literal["structure", "pattern", "attested"]


class RulePoints(Struct, frozen=True):
    """What a rule can bring, brings surely, brings at most, and would bring on paper."""

    possible: Points
    earned: Points
    earned_high: Points
    on_paper: Points


class Fix(Struct, frozen=True):
    """What to do, and how much work it is (S, M, L)."""

    steps: tuple[str, ...]
    effort: Literal["S", "M", "L"]
    snippet: str


class InEnvironment(Struct, frozen=True):
    """The level of a rule in one environment."""

    name: str
    level: LevelName
    ceiling: LevelName


class Rung(Struct, frozen=True):
    """One step of the ladder: what was asked, and the answer (null for unknown)."""

    level: LevelName
    asked: str
    answer: bool | None
    found: int | None
    of: int | None


class Needed(Struct, frozen=True):
    """A rule that another needs, and the level that it has to reach."""

    rule: str
    at_least: LevelName


class Own(Struct, frozen=True):
    """A rule as it is judged on its own, before what it needs of others is looked at.

    A rule that has had nothing to inspect so far, because what it hangs on is not there, is open: from absent
    to its top. ``counted`` is false where tier, profile or lifecycle keep it out of the score.
    ``asks_presence``: one of its questions asks for something to be present.
    """

    level: LevelName
    ceiling: LevelName
    counted: bool
    asks_presence: bool


class Claimed(Struct, frozen=True):
    """What documents claim of a practice: the level is implemented or better, partial, below, or open."""

    stand: Literal["backed", "unbacked", "contradicted", "open"]
    evidence: tuple[Evidence, ...]


class Rule(Struct, frozen=True):
    """A rule with its verdict, its points and its words.

    ``needs`` are groups: of each at least one has to hold, or the rule is blocked. Rules that do not apply
    are left out of them. ``own`` and what follows are there from schema 1.1 on. ``missing`` is what the
    next step of the ladder asks, exactly; ``wanted`` the same for a reader, code between backticks.
    """

    id: str
    area: str
    title: str
    severity: str
    weight: int
    tier: str
    scored: bool
    why: str
    status: Status
    level: LevelName
    ceiling: LevelName
    top: LevelName
    points: RulePoints
    evidence: tuple[Evidence, ...]
    evidence_total: int
    offenders: tuple[Evidence, ...]
    offenders_total: int
    nearest: tuple[Evidence, ...]
    looked: tuple[str, ...]
    looked_total: int
    missing: str
    unknown_because: tuple[str, ...]
    blocked_by: str
    requires: tuple[str, ...]
    environments: tuple[InEnvironment, ...]
    ladder: tuple[Rung, ...]
    reason: str
    strength: str
    gap: str
    limits: str
    absence: str
    phase: str
    fix: Fix
    standards: dict[str, tuple[str, ...]]
    own: Own | None = None
    needs: tuple[tuple[Needed, ...], ...] = ()
    rationale: str = ""
    theme: str = ""
    component: str = ""
    matrix: tuple[str, ...] = ()
    compliance: tuple[str, ...] = ()
    claim: Claimed | None = None
    wanted: str = ""


class Credits(Struct, frozen=True):
    """What each level earns, in thousandths of the whole, before it is divided by that of the rule's top."""

    absent: Points
    planned: Points
    partial: Points
    implemented: Points
    enforced: Points


class Band(Struct, frozen=True):
    """A range of scores from ``start`` up to the next band, and the priority of an area in it."""

    title: str
    mark: str
    start: Points
    priority: str


class Scoring(Struct, frozen=True):
    """The settings by which the score was made, so that who reads the document can do the arithmetic again.

    A rule earns floor(possible * in_force[level] / in_force[top]) millipoints. While a critical rule is below
    partial the score is at most ``cap``. ``bands`` are best first.
    """

    in_force: Credits
    on_paper: Credits
    bands: tuple[Band, ...]
    cap: Points
    raised_from_weight: int
    raised_below: Points
    assessed_rules: int
    assessed_weight: int


class Inspected(Struct, frozen=True):
    """Something of the subject that was looked at in detail. ``name`` is its own text, ``words`` are ours.

    ``tone`` says how good it is: good, fair, poor or none.
    """

    path: str
    line: int
    name: str
    words: tuple[str, ...]
    tone: str


class Analysis(Struct, frozen=True):
    """What was looked at in detail in an area, such as its workflows; ``total`` counts all of it."""

    area: str
    title: str
    items: tuple[Inspected, ...]
    total: int


class Problem(Struct, frozen=True):
    """Something that could not be read."""

    path: str
    line: int
    message: str


class Assessment(Struct, frozen=True):
    """The whole document."""

    schema_version: str
    tool: Tool
    subject: Subject
    profile: str
    tier: str
    packs: tuple[Pack, ...]
    selection: Selection
    score: Interval | None
    raw_low: Points | None
    band: str | None
    verdict: Verdict
    reasons: tuple[str, ...]
    blockers: tuple[str, ...]
    confidence: Confidence
    ledger: tuple[LedgerRow, ...]
    areas: tuple[Area, ...]
    rules: tuple[Rule, ...]
    problems: tuple[Problem, ...]
    scoring: Scoring | None = None
    analyses: tuple[Analysis, ...] = ()
    profile_because: str = ""
    planning: Planning = Planning()
    branding: Branding = Branding()

    def rule(self, name: str) -> Rule:
        """The rule ``name``. ``KeyError`` if it is not in the assessment."""
        return next((rule for rule in self.rules if rule.id == name), None) or _no_rule(name)


def _no_rule(name: str) -> Rule:
    raise KeyError(name)


_OMITTED_IF_NONE = frozenset({"rule", "cap", "shared"})


def _optional(kind: type[Struct]) -> dict[str, Any]:
    """The fields that a document may lack, and what they then are: those of a later minor version."""
    if kind is LedgerRow:
        return dict.fromkeys(_OMITTED_IF_NONE)
    return defaults_of(kind)


def to_json(value: Any, hint: Any = None) -> Any:
    """The document, or a part of it, as JSON's own types."""
    if isinstance(value, Struct):
        hints = _hints(type(value))
        pairs = ((name, getattr(value, name), part) for name, part in hints.items())
        return {
            name: to_json(item, part)
            for name, item, part in pairs
            if item is not None or not (isinstance(value, LedgerRow) and name in _OMITTED_IF_NONE)
        }
    if value is None:
        return None
    hint = _plain(hint)
    if hint is Points:
        return value // 1000 if value % 1000 == 0 else value / 1000
    if isinstance(value, tuple):
        return [to_json(item, _item(hint)) for item in value]
    if isinstance(value, dict):
        return {key: to_json(value[key], get_args(hint)[1]) for key in sorted(value)}
    return value


def from_json(data: Any, hint: Any = Assessment) -> Any:
    """The document that ``to_json`` made ``data`` of. Keys that it does not know are passed over.

    Raises ``ValueError`` where ``data`` is not of that shape.
    """
    hint = _plain(hint) if data is not None else hint
    if isinstance(hint, type) and issubclass(hint, Struct):
        if not isinstance(data, dict):
            raise ValueError(f"{hint.__name__}: a mapping is expected")  # noqa: TRY004 - as promised
        hints = _hints(hint)
        optional = _optional(hint)
        lacks = [name for name in hints if name not in data and name not in optional]
        if lacks:
            raise ValueError(f"{hint.__name__} lacks '{lacks[0]}'")
        return hint(
            **{
                name: from_json(data[name], part) if name in data else optional[name]
                for name, part in hints.items()
            }
        )
    if hint is Points:
        return Points(round(data * 1000))
    if get_origin(hint) is tuple:
        return tuple(from_json(item, _item(hint)) for item in data)
    if get_origin(hint) is dict:
        return {key: from_json(item, get_args(hint)[1]) for key, item in data.items()}
    return data


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _plain(hint: Any) -> Any:
    """A type without ``None`` and annotations."""
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    if get_origin(hint) in (types.UnionType, Union):
        return next(part for part in get_args(hint) if part is not type(None))
    return hint


def _item(hint: Any) -> Any:
    return get_args(hint)[0]


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the document, made from its types."""
    definitions: dict[str, Any] = {}
    root = _schema(Assessment, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "readiness assessment",
        "description": "Additive within a major schema_version.",
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


_PRIMITIVE = {str: "string", int: "integer", bool: "boolean"}


def _schema(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if get_origin(hint) in (types.UnionType, Union):
        return {"anyOf": [_schema(_plain(hint), definitions), {"type": "null"}]}
    if hint is Points:
        return {"type": "number"}  # no multipleOf: in binary, 9.524 is no multiple of 0.001
    if get_origin(hint) is Literal:
        return {"enum": list(get_args(hint))}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _schema(_item(hint), definitions)}
    if get_origin(hint) is dict:
        return {"type": "object", "additionalProperties": _schema(get_args(hint)[1], definitions)}
    if not (isinstance(hint, type) and issubclass(hint, Struct)):
        return {"type": _PRIMITIVE[hint]}
    assert isinstance(hint, type)  # noqa: S101 - for the type checker
    if hint.__name__ not in definitions:
        definitions[hint.__name__] = {}
        hints = _hints(hint)
        optional = _optional(hint)
        definitions[hint.__name__] = {
            "type": "object",
            "description": " ".join((hint.__doc__ or "").split()),
            "properties": {name: _schema(part, definitions) for name, part in hints.items()},
            "required": [name for name in hints if name not in optional],
        }
    return {"$ref": f"#/$defs/{hint.__name__}"}
