"""Documents made from judged rules by the score stage itself, for the tests of what is derived from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from documents import P, assessment, rule

from readiness.assess import scoring_of
from readiness.assessment import Area, Assessment, Fix, Interval, Needed, Own, RulePoints, Subject
from readiness.levels import Level
from readiness.records import replace
from readiness.score import Judged, load_scoring, score
from readiness.scoring.needs import needs

if TYPE_CHECKING:
    from collections.abc import Sequence

SCORING = load_scoring()
_SERVICE = Subject("shop", "", "", None, "", "2026-01-01", None, 3, ("service",), (), ("production",))


def judged(name: str, level: str = "absent", top: str = "implemented", **changes: Any) -> Judged:
    """A rule of high severity and weight 10, at ``level``."""
    given: dict[str, Any] = {
        "rule": name,
        "area": name.partition("/")[0],
        "severity": "high",
        "weight": 10,
        "counted": True,
        "asks_presence": True,
        "applicable": True,
        "waived": False,
        "level": Level.named(level),
        "ceiling": Level.named(level),
        "top": Level.named(top),
    }
    return Judged(**(given | changes))


def document(rules: Sequence[Judged], words: dict[str, dict[str, Any]] | None = None) -> Assessment:
    """The document on ``rules``, scored; ``words`` are further fields of a rule, by its id."""
    scored = score(rules, SCORING)
    points = {row.rule: row for row in scored.rules}
    out = {row.rule for row in scored.rules if row.status in ("not-applicable", "waived")}
    made = []
    for one in sorted(rules, key=lambda one: one.rule):
        row = points[one.rule]
        groups = () if one.rule in out else needs(one.requires, points, out)
        fields: dict[str, Any] = {
            "severity": one.severity,
            "weight": one.weight,
            "title": f"{one.rule} is there",
            "gap": f"{one.rule} is not there",
            "strength": f"{one.rule} works",
            "rationale": f"Without {one.rule} it fails.",
            "scored": row.scored,
            "status": row.status,
            "level": str(row.level),
            "ceiling": str(row.ceiling),
            "top": str(one.top),
            "points": RulePoints(P(row.possible), P(row.earned), P(row.earned_high), P(row.on_paper)),
            "blocked_by": row.blocked_by,
            "phase": "foundation",
            "fix": Fix((f"Make {one.rule}.",), "S", ""),
            "own": Own(
                str(min(one.level, one.top)),  # type: ignore[arg-type]
                str(min(one.ceiling, one.top)),  # type: ignore[arg-type]
                one.counted,
                one.asks_presence,
            ),
            "needs": tuple(
                tuple(Needed(need.rule, str(need.at_least)) for need in group)  # type: ignore[arg-type]
                for group in groups
            ),
        }
        made.append(rule(one.rule, **(fields | (words or {}).get(one.rule, {}))))
    interval = None
    if scored.low is not None and scored.high is not None and scored.on_paper is not None:
        interval = Interval(P(scored.low), P(scored.high), P(scored.on_paper))
    return replace(
        assessment(*made),
        schema_version="1.1",
        subject=_SERVICE,
        score=interval,
        band=scored.band or None,
        verdict=scored.verdict,
        reasons=scored.reasons,
        blockers=scored.blockers_open,
        areas=tuple(_area(one) for one in scored.areas),
        ledger=(),
        scoring=scoring_of(SCORING),
    )


def _area(one: Any) -> Area:
    interval = None if one.low is None else Interval(P(one.low), P(one.high), P(one.on_paper_score))
    title = next(area.title for area in SCORING.areas if area.id == one.area)
    return Area(
        id=one.area,
        title=title,
        weight=one.weight,
        score=interval,
        possible=P(one.possible),
        earned=P(one.earned),
        band=one.band or None,
        priority=one.priority,
        why_not_assessed=one.why_not,
        strengths=(),
        gaps=(),
    )
