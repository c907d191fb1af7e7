"""The full report as one HTML page: complete without its script, and nothing is ever loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.render.html.page import page, weight
from readiness.render.html.policy import embedded, policy
from readiness.render.templates import html, source
from readiness.render.view import report

if TYPE_CHECKING:
    from readiness.assessment import Assessment
    from readiness.render.html.page import Page


LINES = (4, 3, 2, 1)
"""How many lines of the subject of a kind stand at each rule: the first number with which the page fits."""

MOST = 490_000
"""What a page takes at most, in bytes, while lines can be left out for it. Those left out are counted."""


def render(assessment: Assessment) -> str:
    """The report, ending in a line end. Text of the subject is escaped; only our style and script are let."""
    view = report(assessment)
    most, *fewer = LINES
    full = page(assessment, view, most)
    text = _text(full)
    excess = len(text.encode("utf-8", "replace")) - MOST
    if excess <= 0:
        return text
    made = full
    for lines in fewer:
        made = page(assessment, view, lines)
        if weight(full) - weight(made) >= excess:
            break
    return _text(made)


def _text(made: Page) -> str:
    style, script = (embedded(source(f"parts/html/page.{end}")) for end in ("css", "js"))
    return html("assessment.html.j2", page=made, style=style, script=script, policy=policy(style, script))
