"""The full report as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.render.templates import markdown
from readiness.render.view import report

if TYPE_CHECKING:
    from readiness.assessment import Assessment


def render(assessment: Assessment) -> str:
    """The report, ending in a line end. Text of the subject is quoted or escaped, so that it stays text."""
    return markdown("assessment.md.j2", report=report(assessment))
