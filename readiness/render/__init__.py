"""The assessment for each medium. Reads the document, and nothing else."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from readiness.assessment import Assessment

DOCUMENTS = ("json", "markdown", "html", "step-summary", "comment", "email", "executive")
"""The formats that are the same wherever they go; each is a module of its name here, with ``_`` for ``-``."""


def document(form: str, assessment: Assessment) -> str:
    """``assessment`` in the format ``form``, one of ``DOCUMENTS``; what it needs is imported now."""
    text: str = import_module(f"readiness.render.{form.replace('-', '_')}").render(assessment)
    return text
