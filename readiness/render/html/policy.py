"""What a page may do, said to the browser: its own style and its own script, nothing from anywhere else."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from readiness.errors import ReadinessError


def embedded(text: str) -> str:
    """The text of a style or a script, as it stands in a page.

    Line ends are those that a browser makes of them before it hashes. Raises ``ReadinessError`` for a text
    that would end its element.
    """
    if "</" in text or "<!--" in text:
        raise ReadinessError("a style or a script of a report holds '</' or '<!--', which would end it")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return f"\n{lines}\n"


def policy(style: str, script: str) -> str:
    """A Content Security Policy under which that style and that script work, and no other, and no request.

    Source: Content Security Policy Level 3, "hash-source".
    """
    rules = (
        "default-src 'none'",
        f"style-src {_digest(style)}",
        f"script-src {_digest(script)}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(rules)


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def data(value: Any) -> str:
    """``value`` as JSON for a data block of a page, in which no character is one of HTML's."""
    text = json.dumps(value, separators=(",", ":"))
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text
