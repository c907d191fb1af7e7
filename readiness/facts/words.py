"""Words: tables of them, and the ones that a name is made of."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=1024)
def word_set(text: str) -> frozenset[str]:
    """The words of a table, which are parted by blanks and line ends."""
    return frozenset(text.split())


class _Parting(dict[int, str]):
    """For ``str.translate``: letters and digits stay, all else becomes a blank."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = kept = char if char.isalnum() else " "
        return kept


class _Deleting(dict[int, str]):
    """For ``str.translate``: letters, digits and blanks stay, all else goes."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = kept = char if char.isalnum() or char.isspace() else ""
        return kept


_PARTED = _Parting()
_DELETED = _Deleting()


@lru_cache(maxsize=4096)
def name_words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case.

    Cut at whatever is neither letter nor digit, and before a capital that follows a small
    letter or a digit: ``DB_PASSWORD``, ``dbPassword`` and ``db-password`` are the same.
    """
    words: list[str] = []
    for part in name.translate(_PARTED).split():
        if part.islower() or part[1:].islower() or (part.isalpha() and part.isupper()):
            words.append(part.lower())
        else:
            words += _humps(part)
    return tuple(words)


def _humps(part: str) -> list[str]:
    """``dbPassword`` is ``db`` and ``password``."""
    out: list[str] = []
    before = ""
    for char in part:
        if char.isupper() and (before.islower() or before.isdigit()):
            out.append(" ")
        out.append(char.lower())
        before = char
    return "".join(out).split()


def word_count(text: str) -> int:
    """How many of the parts between blanks hold a letter or a digit."""
    return len(text.translate(_DELETED).split())
