"""The summary of a step of GitHub Actions: the report with its long parts folded, within the size it takes.

GitHub refuses a summary of more than 1 MiB. What has no room is left out by whole parts, and named.
Source: GitHub Docs, "Workflow commands", job summaries: step isolation and limits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.render.templates import markdown
from readiness.render.view import report

if TYPE_CHECKING:
    from readiness.assessment import Assessment

LIMIT = 1024 * 1024
_ROOM = 4_096  # bytes for the last lines
_OPEN = ("head", "summary", "overview", "blockers")
_FOLDED = (
    ("areas", "Detailed assessment"),
    ("matrix", "Infrastructure readiness matrix"),
    ("roadmap", "Improvement roadmap"),
    ("resources", "Resource requirements"),
    ("compliance", "Compliance and best practices"),
    ("conclusion", "Conclusion"),
    ("ledger", "Ledger"),
    ("claims", "Claims against reality"),
    ("not-found", "Looked for and not found"),
    ("left-out", "What was not assessed"),
    ("frameworks", "Framework coverage"),
    ("problems", "Problems"),
    ("method", "Method and provenance"),
)


def render(assessment: Assessment, limit: int = LIMIT) -> str:
    """The summary, at most ``limit`` bytes of UTF-8, ending in a line end."""
    view = report(assessment)
    room = limit - _ROOM
    text, left_out = "", []
    for part, title in (*((name, "") for name in _OPEN), *_FOLDED):
        made = markdown("step-summary.md.j2", report=view, part=part, title=title)
        size = len(made.encode())
        if size > room:
            left_out.append(title or part.capitalize())
            continue
        text += made
        room -= size
    return text + markdown("step-summary-end.md.j2", left_out=left_out)
