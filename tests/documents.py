"""Assessments made by hand, for the tests of what reads the document alone."""

from __future__ import annotations

from typing import Any

from readiness.assessment import (
    Area,
    Assessment,
    Confidence,
    Evidence,
    Fix,
    InEnvironment,
    Interval,
    LedgerRow,
    Pack,
    Points,
    Problem,
    Rule,
    RulePoints,
    Rung,
    Selection,
    Sentence,
    Subject,
    Tool,
)
from readiness.records import replace

P = Points


def points(
    possible: int = 0, earned: int = 0, high: int | None = None, paper: int | None = None
) -> RulePoints:
    high = earned if high is None else high
    return RulePoints(P(possible), P(earned), P(high), P(high if paper is None else paper))


_RULE = Rule(
    id="cicd/one",
    area="cicd",
    title="There is a one",
    severity="high",
    weight=6,
    tier="B",
    scored=True,
    why="",
    status="met",
    level="implemented",
    ceiling="implemented",
    top="implemented",
    points=points(60_000, 60_000),
    evidence=(Evidence("one.txt", 3, "one", "structure"),),
    evidence_total=1,
    offenders=(),
    offenders_total=0,
    nearest=(),
    looked=(),
    looked_total=0,
    missing="",
    unknown_because=(),
    blocked_by="",
    requires=(),
    environments=(),
    ladder=(),
    reason="",
    strength="There is a one",
    gap="There is no one",
    limits="",
    absence="high",
    phase="",
    fix=Fix(("Write a one.",), "S", ""),
    standards={"ZZ": ("a", "b")},
)


def rule(name: str = "cicd/one", **changes: Any) -> Rule:
    return replace(_RULE, id=name, area=name.partition("/")[0], **changes)


def gap(name: str, lost: int, **changes: Any) -> Rule:
    """A rule that loses ``lost`` millipoints."""
    given = {"status": "gap", "level": "absent", "ceiling": "absent", "points": points(lost), "evidence": ()}
    return rule(name, **(given | changes))


def full(name: str = "cicd/all", **changes: Any) -> Rule:
    """A rule in which no field is empty."""
    row = Evidence("b.txt", 1, "b", "pattern")
    given: dict[str, Any] = {
        "status": "unknown",
        "level": "partial",
        "ceiling": "implemented",
        "points": points(10_000, 4_125, 8_000, 10_000),
        "evidence_total": 9,
        "offenders": (row,),
        "offenders_total": 1,
        "nearest": (row,),
        "looked": ("a.txt", "b.txt"),
        "looked_total": 2,
        "missing": "some thing",
        "unknown_because": ("t.yml:1: a template",),
        "requires": ("cicd/one",),
        "environments": (InEnvironment("production", "partial", "implemented"),),
        "ladder": (
            Rung("partial", "some thing", True, 1, 2),
            Rung("implemented", "some thing whose on is true", None, None, None),
        ),
        "limits": "Only the name is looked at.",
    }
    return rule(name, **(given | changes))


def area(name: str = "cicd", low: int | None = 60_000, high: int | None = None, **changes: Any) -> Area:
    """An area with a score of ``low``; None: not assessed."""
    interval = None if low is None else Interval(P(low), P(low if high is None else high), P(100_000))
    made = Area(
        id=name,
        title=name.title(),
        weight=25,
        score=interval,
        possible=P(100_000),
        earned=P(low or 0),
        band=None if low is None else "Acceptable",
        priority="High",
        why_not_assessed="too few rules" if low is None else "",
        strengths=(Sentence("cicd/one", "There is a one"),),
        gaps=(),
    )
    return replace(made, **changes)


def assessment(*rules: Rule, low: int | None = 60_000, high: int | None = None, **changes: Any) -> Assessment:
    """An assessment of ``low`` to ``high`` millipoints; None: nothing was assessed."""
    interval = None if low is None else Interval(P(low), P(low if high is None else high), P(90_000))
    made = Assessment(
        schema_version="1.0",
        tool=Tool("readiness", "0.1.0"),
        subject=Subject(
            "shop", "0123456789abcdef", "", False, "https://example.org/shop", "2026-01-01", False, 3,
            ("service",), ("python",), ("production",),
        ),
        profile="service",
        tier="B",
        packs=(Pack("rules", "d" * 64, 1),),
        selection=Selection((), (), ()),
        score=interval,
        raw_low=None if low is None else P(low),
        band=None if low is None else "Acceptable",
        verdict="not-assessed" if low is None else "conditional",
        reasons=("The score of 60.0 is below 80.0.",),
        blockers=(),
        confidence=Confidence(P(60_000), P(0), P(0), P(0)),
        ledger=(
            LedgerRow(P(60_125), "There is a one", rule="cicd/one"),
            LedgerRow(P(-125), "capped", cap="blocker"),
            LedgerRow(P(0), "shared out", shared="container"),
        ),
        areas=(area(),),
        rules=rules or (rule(),),
        problems=(),
    )  # fmt: skip
    return replace(made, **changes)


def problem(path: str = "broken.yml") -> Problem:
    return Problem(path, 1, "not readable as YAML")
