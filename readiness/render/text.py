"""Text of the subject made safe for a terminal: no control characters, no escape sequences, one line."""

from __future__ import annotations

import unicodedata

_KEPT = frozenset("\u200d")


def inert(text: str, width: int = 0) -> str:
    """``text`` on one line, control and format characters made inert, cut to ``width`` (0: whole)."""
    if text.isascii() and text.isprintable():
        shown = text
    else:
        shown = "".join(char if _harmless(char) else " " if char in "\t\r\n" else "?" for char in text)
    if not width or columns(shown) <= width:
        return shown
    room, kept = width - 1, 0
    for char in shown:
        room -= columns(char)
        if room < 0:
            break
        kept += 1
    return shown[:kept] + "…"


def columns(text: str) -> int:
    """How many columns of a terminal ``text`` takes: wide characters two, combining ones none.

    Source: Unicode Standard Annex 11, "East Asian Width".
    """
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.category(char) in ("Mn", "Me") else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def _harmless(char: str) -> bool:
    return char in _KEPT or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def place(path: str, line: int) -> str:
    """Where a row is, as it is shown; what is in the history of a repository is in no file."""
    if not path:
        return "history"
    return f"{path}:{line}" if line > 0 else path
