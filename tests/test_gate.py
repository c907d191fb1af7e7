"""Thresholds against an assessment."""

from __future__ import annotations

import pytest
from documents import area, assessment, full, problem

from readiness.gate import Thresholds, decide, partial


@pytest.mark.parametrize(
    ("bound", "exit_code", "sentence"),
    [
        (60_000, 0, "gate: score 60 >= 60: passes"),
        (60_001, 1, "gate: score 60 < 60.001: fails"),
        (59_999, 0, "gate: score 60 >= 59.999: passes"),
    ],
)
def test_a_bound_is_inclusive(bound: int, exit_code: int, sentence: str) -> None:
    decision = decide(assessment(), Thresholds(score=bound))
    assert (exit_code, (sentence,)) == (decision.exit_code, decision.sentences)


def test_the_lower_bound_of_an_interval_counts_and_is_said() -> None:
    decision = decide(assessment(low=50_000, high=90_000), Thresholds(score=60_000))
    assert (decision.exit_code, decision.sentences) == (1, ("gate: score 50 (the lower bound) < 60: fails",))


def test_without_thresholds_everything_passes() -> None:
    assert (
        decide(assessment(), Thresholds()).exit_code,
        decide(assessment(), Thresholds()).sentences,
    ) == (0, ())


def test_nothing_assessed_is_three_whatever_is_asked() -> None:
    decision = decide(assessment(low=None), Thresholds(score=10, no_blockers=True, strict=True))
    assert (decision.exit_code, decision.sentences) == (3, ("gate: nothing was assessed",))


def test_areas_have_thresholds_of_their_own() -> None:
    made = assessment(areas=(area("cicd", 60_000), area("security", 20_000)))
    decision = decide(made, Thresholds(areas={"security": 30_000, "cicd": 60_000}))
    assert (
        decision.exit_code,
        decision.sentences,
    ) == (1, ("gate: cicd 60 >= 60: passes", "gate: security 20 < 30: fails"))


@pytest.mark.parametrize("areas", [(), (area("cicd", None),)])
def test_a_threshold_on_an_area_not_assessed_is_skipped_and_said(areas: tuple[()]) -> None:
    decision = decide(assessment(areas=areas), Thresholds(areas={"cicd": 10_000}))
    assert (
        decision.exit_code,
        decision.sentences,
    ) == (0, ("gate: cicd is not assessed: its threshold 10 skipped",))


def test_under_strict_a_threshold_on_an_area_not_assessed_fails() -> None:
    decision = decide(assessment(areas=()), Thresholds(areas={"cicd": 10_000}, strict=True))
    assert (
        decision.exit_code,
        decision.sentences,
    ) == (1, ("gate: cicd is not assessed: its threshold 10 fails",))


@pytest.mark.parametrize(
    ("blockers", "exit_code", "sentence"),
    [
        ((), 0, "gate: open blockers: none: passes"),
        (("a/b", "c/d"), 1, "gate: open blockers: a/b, c/d: fails"),
    ],
)
def test_an_open_blocker_fails_where_none_may_be(
    blockers: tuple[str, ...], exit_code: int, sentence: str
) -> None:
    decision = decide(assessment(blockers=blockers), Thresholds(no_blockers=True))
    assert (exit_code, (sentence,)) == (decision.exit_code, decision.sentences)


def test_strict_fails_on_a_partial_assessment_after_the_thresholds() -> None:
    made = assessment(full())
    assert decide(made, Thresholds(strict=True)).exit_code == 4
    assert decide(made, Thresholds(score=90_000, strict=True)).exit_code == 1
    assert decide(made, Thresholds()).exit_code == 0
    assert decide(assessment(), Thresholds(strict=True)).exit_code == 0


def test_a_partial_assessment_says_why() -> None:
    assert partial(assessment(full())) == "1 rules could not be answered from what could be read"
    assert partial(assessment(problems=(problem(),))) == "1 files could not be read"
    assert partial(assessment(full(scored=False))) == ""
