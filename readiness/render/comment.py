"""A comment for a pull request. Its first line marks it, so that a bot finds and replaces the one it wrote.

Text of the subject stands in code spans alone: a name in it mentions nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.render.brief import brief
from readiness.render.templates import markdown

if TYPE_CHECKING:
    from readiness.assessment import Assessment

MARKER = "<!-- readiness: assessment -->"


def render(assessment: Assessment) -> str:
    """The comment, far below the 65,536 characters that GitHub takes, ending in a line end."""
    return f"{MARKER}\n{markdown('comment.md.j2', brief=brief(assessment))}"
