"""Turns judged rules into the score: points that add up, a verdict, and what they rest on.

Everything here is exact and depends on nothing but its arguments. The score is the sum of
its ledger; nothing else is ever called the score.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from readiness.records import Struct, replace
from readiness.requirement import Requirement
from readiness.scoring.model import (
    WHOLE,
    AreaScore,
    Blockers,
    Confidence,
    Grade,
    Judged,
    LedgerRow,
    Priority,
    RulePoints,
    Scored,
)
from readiness.scoring.points import allot, share, shown, tenths
from readiness.scoring.requires import Standing, stand
from readiness.scoring.settings import Area, Scoring, load_scoring
from readiness.scoring.verdict import decide, shortfalls

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "WHOLE",
    "AreaScore",
    "Confidence",
    "Judged",
    "LedgerRow",
    "Requirement",
    "RulePoints",
    "Scored",
    "Scoring",
    "load_scoring",
    "score",
    "shown",
]

_RAISED: dict[Priority, Priority] = {"Low": "Medium", "Medium": "High", "High": "High"}


def score(judged: Sequence[Judged], scoring: Scoring) -> Scored:
    """The score of ``judged`` under ``scoring``, whatever their order.

    Raises ``ValueError`` for what the rulebook has to refuse before: rules that require one another in a
    circle, an id that occurs twice, an area that ``scoring`` does not know.
    """
    standings = stand(judged, scoring)
    why_not = _why_not(standings, scoring)
    rules = _rule_points(standings, why_not, scoring)
    found = shortfalls(standings)
    areas = tuple(
        _area_score(
            area,
            tuple(one for one in rules if one.area == area.id),
            why_not[area.id],
            any(standings[name].judged.area == area.id for name in found.blockers.open),
            scoring,
        )
        for area in scoring.areas
    )
    totals = _totals(rules, areas, found.blockers, scoring)
    verdict, reasons = decide(totals.low, found, scoring)
    return Scored(
        rules=rules,
        areas=areas,
        low=totals.low,
        high=totals.high,
        on_paper=totals.on_paper,
        raw_low=_raw_low(judged, totals.low, scoring),
        band="" if totals.low is None else scoring.band(totals.low).title,
        cap=tuple(row for row in totals.ledger if row.kind == "cap"),
        ledger=totals.ledger,
        verdict=verdict,
        reasons=reasons,
        confidence=_confidence(rules, standings),
        blockers_open=found.blockers.open,
        blockers_unknown=found.blockers.unknown,
        blockers_waived=found.blockers.waived,
    )


def _raw_low(judged: Sequence[Judged], low: int | None, scoring: Scoring) -> int | None:
    """The low score if nothing were waived."""
    if not any(one.waived for one in judged):
        return low
    return score([replace(one, waived=False) for one in judged], scoring).low


def _why_not(standings: Mapping[str, Standing], scoring: Scoring) -> dict[str, str]:
    """By area id, why the area is not assessed; empty if it is. Absence of bad alone is no readiness.

    Rules that are waived leave the score, so an area cannot rest on them.
    """
    counting: dict[str, list[Judged]] = {area.id: [] for area in scoring.areas}
    for name, one in standings.items():
        if one.judged.area not in counting:
            raise ValueError(f"{name}: no area '{one.judged.area}'")
        if one.counts:
            counting[one.judged.area].append(one.judged)
    reasons = {}
    for area, rules in counting.items():
        weight = sum(one.weight for one in rules)
        reasons[area] = ""
        if not rules:
            reasons[area] = "no rule of it applies"
        elif len(rules) < scoring.assessed_rules or weight < scoring.assessed_weight:
            reasons[area] = (
                f"{len(rules)} {'rule applies' if len(rules) == 1 else 'rules apply'}, of weight {weight}; "
                f"it takes {scoring.assessed_rules} of weight {scoring.assessed_weight} together"
            )
        elif not any(one.asks_presence for one in rules):
            reasons[area] = "none of its rules that apply asks for something to be present"
    return reasons


def _rule_points(
    standings: Mapping[str, Standing], why_not: Mapping[str, str], scoring: Scoring
) -> tuple[RulePoints, ...]:
    scored = [one.judged for one in standings.values() if one.counts and not why_not[one.judged.area]]
    possible = allot(scored, {area.id: area.weight for area in scoring.areas}) if scored else {}
    return tuple(_points(standings[name], possible.get(name), scoring) for name in sorted(standings))


def _points(one: Standing, possible: int | None, scoring: Scoring) -> RulePoints:
    """The points of a rule; ``possible`` is None if it is not scored."""
    judged = one.judged
    why = one.why
    if one.counts and possible is None:
        why = "its area is not assessed"
    elif not judged.counted and one.applies and not one.waived:
        why = "it is shown only, and does not count"
    most = possible or 0
    return RulePoints(
        rule=judged.rule,
        area=judged.area,
        status=one.status,
        scored=possible is not None,
        possible=most,
        earned=int(most * scoring.credit(one.level, judged.top)),
        earned_high=int(most * scoring.credit(one.ceiling, judged.top)),
        on_paper=int(most * one.paper),
        level=one.level,
        ceiling=one.ceiling,
        blocked_by=one.causes[0] if one.status == "blocked" else "",
        through=one.through,
        why=why,
    )


def _area_score(
    area: Area, rules: Sequence[RulePoints], why_not: str, blocked: bool, scoring: Scoring
) -> AreaScore:
    """The score of an area by its rules; ``blocked`` says that one of its blockers is open."""
    possible = sum(one.possible for one in rules)
    earned = sum(one.earned for one in rules)
    earned_high = sum(one.earned_high for one in rules)
    on_paper = sum(one.on_paper for one in rules)
    low = None if why_not else _of_hundred(earned, possible)
    return AreaScore(
        area=area.id,
        weight=area.weight,
        assessed=not why_not,
        why_not=why_not,
        possible=possible,
        earned=earned,
        earned_high=earned_high,
        on_paper=on_paper,
        low=low,
        high=None if why_not else _of_hundred(earned_high, possible),
        on_paper_score=None if why_not else _of_hundred(on_paper, possible),
        band="" if low is None else scoring.band(low).title,
        priority=_priority(low, area.weight, blocked, scoring),
    )


def _of_hundred(points: int, possible: int) -> int:
    """``points`` as millipoints of a hundred, rounded down; 0 where rounding left an area nothing to earn."""
    return points * WHOLE // max(possible, 1)


def _priority(low: int | None, weight: int, blocked: bool, scoring: Scoring) -> Priority | None:
    if blocked:
        return "High"
    if low is None:
        return None
    priority = scoring.band(low).priority
    raised = weight >= scoring.raised_from_weight and low < scoring.raised_below
    return _RAISED[priority] if raised else priority


class _Totals(Struct, frozen=True):
    low: int | None
    high: int | None
    on_paper: int | None
    ledger: tuple[LedgerRow, ...]


def _totals(
    rules: Sequence[RulePoints], areas: Sequence[AreaScore], blockers: Blockers, scoring: Scoring
) -> _Totals:
    """The sums of the rows, and the cap: on low if a blocker is or may be open, on high if one surely is."""
    if not any(area.assessed for area in areas):
        return _Totals(None, None, None, ())
    ledger = [
        LedgerRow("rule", one.rule, one.earned, f"{one.status}, of {tenths(one.possible)}")
        for one in rules
        if one.scored
    ]
    low = sum(row.points for row in ledger)
    high = sum(area.earned_high for area in areas)
    if low > scoring.cap and (blockers.open or blockers.unknown):
        ledger.append(_cap_row(scoring.cap - low, blockers, scoring))
    ledger += _shared_rows(areas)
    if blockers.open:
        high = min(high, scoring.cap)
    on_paper = sum(area.on_paper for area in areas)
    return _Totals(sum(row.points for row in ledger), high, on_paper, tuple(ledger))


def _cap_row(points: int, blockers: Blockers, scoring: Scoring) -> LedgerRow:
    verb, names = ("is", blockers.open) if blockers.open else ("may be", blockers.unknown)
    text = f"at most {tenths(scoring.cap)} while a blocker {verb} open: {', '.join(names)}"
    return LedgerRow("cap", "open-blocker", points, text)


def _shared_rows(areas: Sequence[AreaScore]) -> list[LedgerRow]:
    """One row for each area that is not assessed: where its part of the whole went. They carry no points."""
    taking = [area for area in areas if area.assessed]
    whole = sum(area.weight for area in areas)
    rows = []
    for area in areas:
        if area.assessed:
            continue
        parts = share(Fraction(WHOLE * area.weight, whole), [other.weight for other in taking])
        total = sum(parts)
        went = (
            f"{other.area} {tenth // 10}.{tenth % 10}"
            for other, tenth in zip(taking, shown(parts, total), strict=True)
        )
        text = f"not assessed ({area.why_not}): its {tenths(total)} points are shared out, {', '.join(went)}"
        rows.append(LedgerRow("shared", area.area, 0, text))
    return rows


def _confidence(rules: Sequence[RulePoints], standings: Mapping[str, Standing]) -> Confidence:
    earned: dict[Grade, int] = {"structure": 0, "pattern": 0, "attested": 0}
    for one in rules:
        earned[standings[one.rule].judged.grade] += one.earned
    unknown = sum(one.earned_high - one.earned for one in rules)
    return Confidence(earned["structure"], earned["pattern"], earned["attested"], unknown)
