"""The summary for a mail: tables and inline styles, no style sheet, no script, no image, no link to load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.render.brief import brief
from readiness.render.templates import html

if TYPE_CHECKING:
    from readiness.assessment import Assessment


def render(assessment: Assessment) -> str:
    """The HTML body of the mail, ending in a line end. Text of the subject is escaped."""
    return html("email.html.j2", brief=brief(assessment))
