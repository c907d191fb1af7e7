"""The assessment as JSON: the document itself, keys in the order of the schema."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from readiness.assessment import to_json

if TYPE_CHECKING:
    from readiness.assessment import Assessment


def render(assessment: Assessment) -> str:
    """The whole document, ending in a line end. ASCII only, so that no encoding can spoil it."""
    return json.dumps(to_json(assessment), indent=2, allow_nan=False) + "\n"
