"""The executive summary: a few sentences, each derived from the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.render.entries import Mark

if TYPE_CHECKING:
    from readiness.assessment import Assessment
    from readiness.report.model import Derived

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


def summary(assessment: Assessment, derived: Derived) -> tuple[str, ...]:
    """The sentences that are derived, or why there is nothing to say."""
    return (nothing(assessment),) if assessment.score is None else derived.executive


def nothing(assessment: Assessment) -> str:
    """Why nothing was assessed."""
    if not assessment.subject.files:
        return "Nothing was assessed: there are no files."
    return "Nothing was assessed: in no area enough rules apply to what is here."
