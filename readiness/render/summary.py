"""The executive summary: a few sentences, each derived from the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.render.entries import Mark, Piece, quoted
from readiness.render.figures import span
from readiness.render.terminal import points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.assessment import Assessment
    from readiness.render.entries import Action, Prose

_NAMED = 5
_BANDS = {"Good": ("✅", "good"), "Acceptable": ("⚠️", "fair"), "Needs Work": ("❌", "poor")}
_VERDICTS = {
    "ready": Mark("✅", "Ready", "good"),
    "conditional": Mark("⚠️", "Ready with conditions", "fair"),
    "not-ready": Mark("❌", "Not ready", "poor"),
    "not-assessed": Mark("❓", "Not assessed", "unknown"),
}


def title_of(assessment: Assessment) -> str:
    """What the report is called."""
    return f"{assessment.subject.name}: production readiness"


def band_mark(band: str | None) -> Mark:
    """The icon and the word of a band."""
    icon, kind = _BANDS.get(band or "", ("•", "unknown"))
    return Mark(icon, band or "no band", kind)


def verdict_mark(verdict: str) -> Mark:
    """The icon and the word of a verdict."""
    return _VERDICTS[verdict]


def summary(assessment: Assessment, first: Sequence[Action]) -> tuple[Prose, ...]:
    """Score in force and on paper, strongest and weakest area, blockers, and what to begin with."""
    if assessment.score is None:
        return ((Piece(_nothing(assessment)),),)
    score = assessment.score
    verdict = verdict_mark(assessment.verdict).word.lower()
    in_force = span(score.low, score.high)
    sentences: list[Prose] = [
        (
            Piece(
                f"The repository reaches {in_force} of 100 points by what is in force, and "
                f"{points(score.on_paper)} on paper, where plans and disconnected switches count too: "
                f"{verdict}."
            ),
        ),
        (Piece(_extremes(assessment)),),
        _blockers(assessment.blockers),
    ]
    if first:
        begin = first[0]
        step = begin.steps[0] if begin.steps else begin.title
        sentences.append(
            (
                Piece("Most points for the work: "),
                *quoted((begin.id,)),
                Piece(f" ({begin.gain}). "),
                *step,
            )
        )
    return tuple(sentence for sentence in sentences if any(piece.text for piece in sentence))


def _nothing(assessment: Assessment) -> str:
    if not assessment.subject.files:
        return "Nothing was assessed: there are no files."
    return "Nothing was assessed: in no area enough rules apply to what is here."


def _extremes(assessment: Assessment) -> str:
    assessed = [(area.score, area.title) for area in assessment.areas if area.score is not None]
    if not assessed:
        return ""
    best = max(assessed, key=lambda one: one[0].low)
    worst = min(assessed, key=lambda one: one[0].low)
    if best[0].low == worst[0].low:
        where = "The one area that is" if len(assessed) == 1 else "All areas that are"
        return f"{where} assessed reached {points(best[0].low)} of 100."
    return (
        f"The strongest area is {best[1]} ({points(best[0].low)} of 100), "
        f"the weakest is {worst[1]} ({points(worst[0].low)})."
    )


def _blockers(blockers: Sequence[str]) -> Prose:
    if not blockers:
        return (Piece("No blocker is surely open."),)
    count = "1 blocker is open: " if len(blockers) == 1 else f"{len(blockers)} blockers are open: "
    more = f" and {len(blockers) - _NAMED} more" if len(blockers) > _NAMED else ""
    return (Piece(count), *quoted(blockers[:_NAMED]), Piece(f"{more}."))
