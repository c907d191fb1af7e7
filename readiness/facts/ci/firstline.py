"""What the first line of a script says of the program that runs it."""

from __future__ import annotations

_SHELLS = frozenset(("sh", "bash", "dash", "ash", "ksh", "zsh"))


def shebang(text: str) -> tuple[bool, bool]:
    """Whether a script is shell, and whether it stops at a failure: one with ``#!`` only if it asks to."""
    if not text.startswith("#!"):
        return True, True
    words = text.partition("\n")[0][2:].split()
    programs = (word.rpartition("/")[2] for word in words if not word.endswith("/env") and word[:1] != "-")
    asks = any(word.startswith("-") and "e" in word for word in words[1:])
    return next(programs, "") in _SHELLS, asks
