"""The full report as one HTML file that needs nothing else: no script, no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.render.templates import html
from readiness.render.view import report

if TYPE_CHECKING:
    from readiness.assessment import Assessment


def render(assessment: Assessment) -> str:
    """The report, ending in a line end. Text of the subject is escaped."""
    return html("assessment.html.j2", report=report(assessment))
