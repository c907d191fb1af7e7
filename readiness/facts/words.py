"""Words: tables of them, and the ones that a name is made of."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=1024)
def word_set(text: str) -> frozenset[str]:
    """The words of a table, which are parted by blanks and line ends."""
    return frozenset(text.split())


@lru_cache(maxsize=16384)
def name_words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case.

    Cut at whatever is neither letter nor digit, and before a capital that follows a small
    letter or a digit: ``DB_PASSWORD``, ``dbPassword`` and ``db-password`` are the same.
    """
    out: list[str] = []
    before = ""
    for char in name:
        if char.isupper() and (before.islower() or before.isdigit()):
            out.append(" ")
        out.append(char.lower() if char.isalnum() else " ")
        before = char
    return tuple("".join(out).split())
