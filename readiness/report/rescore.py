"""The score stage asked again, from the document alone, as if some rules were at their top."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from readiness.levels import Level
from readiness.records import names_of
from readiness.requirement import Requirement
from readiness.score import Judged, score
from readiness.scoring.settings import Area, Band, Scoring

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from fractions import Fraction

    from readiness import assessment as document
    from readiness.assessment import Assessment, Needed, Rule
    from readiness.scoring.model import Priority, Scored, Severity


def rescored(assessment: Assessment, fixed: Collection[str] = ()) -> Scored:
    """What the score stage says of ``assessment`` where the rules ``fixed`` are at their top.

    Raises ``ValueError`` where the document does not hold what that takes.
    """
    if assessment.scoring is None:
        raise ValueError("the document does not hold the settings of its score")
    judged = [_judged(rule, rule.id in fixed) for rule in assessment.rules]
    return score(judged, _scoring(assessment, assessment.scoring))


def _judged(rule: Rule, fixed: bool) -> Judged:
    own = rule.own
    if own is None:
        raise ValueError(f"the document does not hold how {rule.id} was judged on its own")
    top = Level.named(rule.top)
    return Judged(
        rule=rule.id,
        area=rule.area,
        severity=cast("Severity", rule.severity),
        weight=rule.weight,
        counted=own.counted,
        asks_presence=own.asks_presence,
        applicable=rule.status != "not-applicable",
        waived=rule.status == "waived",
        level=top if fixed else Level.named(own.level),
        ceiling=top if fixed else Level.named(own.ceiling),
        top=top,
        requires=_requirement(rule.needs),
    )


def _requirement(groups: Sequence[Sequence[Needed]]) -> Requirement | None:
    parts = tuple(
        Requirement(
            any_of=tuple(Requirement(rule=one.rule, at_least=Level.named(one.at_least)) for one in group)
        )
        for group in groups
    )
    return Requirement(all_of=parts) if parts else None


def _scoring(assessment: Assessment, given: document.Scoring) -> Scoring:
    best, middle, last = (
        Band(band.title, band.mark, band.start, cast("Priority", band.priority)) for band in given.bands
    )
    return Scoring(
        areas=tuple(Area(area.id, area.title, area.weight) for area in assessment.areas),
        severity_weights=(),
        in_force=_shares(given.in_force),
        on_paper=_shares(given.on_paper),
        bands=(best, middle, last),
        raised_from_weight=given.raised_from_weight,
        raised_below=given.raised_below,
        cap=given.cap,
        assessed_rules=given.assessed_rules,
        assessed_weight=given.assessed_weight,
    )


def _shares(credits_: document.Credits) -> tuple[Fraction, ...]:
    from fractions import Fraction  # noqa: PLC0415 - only where the score is asked again

    return tuple(Fraction(getattr(credits_, name), 1000) for name in names_of(credits_))
