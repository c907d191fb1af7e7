"""The executive view: one page of HTML that prints on one sheet of A4."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from readiness.render.brief import brief
from readiness.render.templates import html, style

if TYPE_CHECKING:
    from readiness.assessment import Assessment

_STYLE = "parts/executive.css"


def render(assessment: Assessment) -> str:
    """The page, ending in a line end. It loads nothing, and its policy lets its own style alone."""
    sheet = style(_STYLE)
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    return html("executive.html.j2", brief=brief(assessment), style=sheet, digest=digest)
