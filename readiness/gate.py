"""Thresholds against an assessment: passed or failed, and the sentences that say why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.errors import EXIT_GATE, EXIT_NOTHING, EXIT_OK, EXIT_PARTIAL
from readiness.records import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.assessment import Assessment


class Thresholds(Struct, frozen=True):
    """What an assessment must reach. Bounds are millipoints of a hundred and inclusive; None asks nothing."""

    score: int | None = None
    areas: Mapping[str, int] = field(default_factory=dict)
    no_blockers: bool = False
    strict: bool = False


class Decision(Struct, frozen=True):
    """What the gate decided: the exit code, and one sentence for each threshold."""

    exit_code: int
    sentences: tuple[str, ...]


def decide(assessment: Assessment, thresholds: Thresholds) -> Decision:
    """The gate's decision, by the lower bound of every interval.

    A threshold on an area that is not assessed is skipped and said; under ``strict`` it fails.
    Without anything assessed the answer is 3, whatever is asked.
    """
    sentences: list[str] = []
    failed = False
    if assessment.score is None:
        return Decision(EXIT_NOTHING, ("gate: nothing was assessed",))
    if thresholds.score is not None:
        failed |= not _holds(
            "score", assessment.score.low, assessment.score.high, thresholds.score, sentences
        )
    scores = {area.id: area.score for area in assessment.areas}
    for area, bound in sorted(thresholds.areas.items()):
        score = scores.get(area)
        if score is None:
            failed |= thresholds.strict
            word = "fails" if thresholds.strict else "skipped"
            sentences.append(f"gate: {area} is not assessed: its threshold {_plain(bound)} {word}")
        else:
            failed |= not _holds(area, score.low, score.high, bound, sentences)
    if thresholds.no_blockers:
        failed |= bool(assessment.blockers)
        named = ", ".join(assessment.blockers) or "none"
        sentences.append(f"gate: open blockers: {named}: {'fails' if assessment.blockers else 'passes'}")
    if failed:
        return Decision(EXIT_GATE, tuple(sentences))
    if thresholds.strict and (incomplete := partial(assessment)):
        return Decision(EXIT_PARTIAL, (*sentences, f"gate: --strict: {incomplete}"))
    return Decision(EXIT_OK, tuple(sentences))


def partial(assessment: Assessment) -> str:
    """Why the assessment is only a partial one, or the empty text."""
    unknown = sum(rule.scored and rule.status == "unknown" for rule in assessment.rules)
    if unknown:
        return f"{unknown} rules could not be answered from what could be read"
    if assessment.problems:
        return f"{len(assessment.problems)} files could not be read"
    return ""


def _holds(what: str, low: int, high: int, bound: int, sentences: list[str]) -> bool:
    passed = low >= bound
    lower = " (the lower bound)" if low != high else ""
    sign, word = (">=", "passes") if passed else ("<", "fails")
    sentences.append(f"gate: {what} {_plain(low)}{lower} {sign} {_plain(bound)}: {word}")
    return passed


def _plain(value: int) -> str:
    return f"{value / 1000:g}"
