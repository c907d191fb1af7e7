"""What the score is made from, and what it is.

Points are integer millipoints: 100,000 are the whole score. An area's own score is
counted in millipoints of a hundred, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from readiness.levels import Level
from readiness.records import Struct

if TYPE_CHECKING:
    from readiness.requirement import Requirement

WHOLE = 100_000

Severity = Literal["critical", "high", "medium", "low"]
Grade = Literal["structure", "pattern", "attested"]
Status = Literal["met", "partial", "gap", "unknown", "blocked", "not-applicable", "waived"]
Verdict = Literal["ready", "conditional", "not-ready", "not-assessed"]
Priority = Literal["High", "Medium", "Low"]


class Judged(Struct, frozen=True, kw_only=True):
    """A rule and what was found of it, judged on its own: ``requires`` is not yet looked at.

    ``weight`` is positive, ``level`` at most ``ceiling`` and ``top`` at least partial; ``ValueError``
    otherwise.
    """

    rule: str  # its id, such as "cicd/tests-run"
    area: str
    severity: Severity
    weight: int
    counted: bool  # False: shown but never scored (tier above the bar, shadow lifecycle, other profile)
    asks_presence: bool  # one of its questions asks for something to be present
    applicable: bool
    waived: bool
    level: Level  # surely reached
    ceiling: Level  # not surely missed
    top: Level  # its highest rung
    requires: Requirement | None = None
    grade: Grade = "structure"
    empty: bool = False  # there was no row to inspect: not applicable, unless what it requires decides first

    def __post_init__(self) -> None:
        if self.weight <= 0:
            raise ValueError(f"{self.rule}: weight {self.weight} is not positive")
        if self.level > self.ceiling:
            raise ValueError(f"{self.rule}: level {self.level} is above ceiling {self.ceiling}")
        if self.top < Level.PARTIAL:
            raise ValueError(f"{self.rule}: top rung {self.top} is below partial")


class RulePoints(Struct, frozen=True, kw_only=True):
    """A rule's status and its part of the score; all points are 0 if it is not ``scored``.

    ``level`` and ``ceiling`` are those after ``requires``. ``blocked_by`` is the nearest rule that blocks
    it, else empty. ``through`` is the rule whose reason for being not applicable, or whose waiver, has
    passed to it, else empty. ``why`` is one clause: why it is not scored, or on what it hangs; empty where
    there is nothing to say.
    """

    rule: str
    area: str
    status: Status
    scored: bool
    possible: int
    earned: int
    earned_high: int
    on_paper: int
    level: Level
    ceiling: Level
    blocked_by: str
    through: str
    why: str


class AreaScore(Struct, frozen=True, kw_only=True):
    """An area: its millipoints of the whole, and its own score in millipoints of a hundred.

    ``weight`` is the nominal one. In an area that is not assessed the scores are None, the points 0,
    ``band`` is empty and ``why_not`` says why; its ``priority`` is None unless a blocker is open there.
    """

    area: str
    weight: int
    assessed: bool
    why_not: str
    possible: int
    earned: int
    earned_high: int
    on_paper: int
    low: int | None
    high: int | None
    on_paper_score: int | None
    band: str
    priority: Priority | None


class LedgerRow(Struct, frozen=True):
    """A row of the account: what ``name``, a rule or an area's id or the cap's, adds to the score."""

    kind: Literal["rule", "cap", "shared"]
    name: str
    points: int
    text: str


class Confidence(Struct, frozen=True):
    """On what the points rest, in millipoints.

    The first three add up to the low score before the cap; ``unknown`` is the high score less the low one,
    both before the cap. The cap lowers none of them: it says what a score may be, not what the evidence is
    worth.
    """

    structure: int = 0
    pattern: int = 0
    attested: int = 0
    unknown: int = 0


class Blockers(Struct, frozen=True):
    """The critical rules that are, may be, or would be but for a waiver, below partial: ids, sorted.

    A rule that is blocked by one of ``open`` is not listed again.
    """

    open: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    waived: tuple[str, ...] = ()


class Scored(Struct, frozen=True, kw_only=True):
    """The score with everything that explains it. ``rules`` are sorted by id, ``areas`` as in the settings.

    ``low``, ``high``, ``on_paper`` and ``raw_low`` (the low score if nothing were waived) are None where no
    area is assessed. The points of ``ledger`` sum to ``low``; ``cap`` repeats its row of that kind, if
    there is one.
    """

    rules: tuple[RulePoints, ...]
    areas: tuple[AreaScore, ...]
    low: int | None
    high: int | None
    on_paper: int | None
    raw_low: int | None
    band: str
    cap: tuple[LedgerRow, ...]
    ledger: tuple[LedgerRow, ...]
    verdict: Verdict
    reasons: tuple[str, ...]
    confidence: Confidence
    blockers_open: tuple[str, ...]
    blockers_unknown: tuple[str, ...]
    blockers_waived: tuple[str, ...]
