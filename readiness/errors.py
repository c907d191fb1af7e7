"""One tree of errors for the user's mistakes, each with an exit code and a way out.

Three kinds of trouble, three places: the user's mistake is one of these errors; the
subject's damage is a ``Problem`` row and the scan goes on; our own bug is raised as
it is, with its traceback, and ends with ``EXIT_BUG``.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

EXIT_OK = 0
EXIT_GATE = 1
EXIT_USAGE = 2
EXIT_NOTHING = 3
EXIT_PARTIAL = 4
EXIT_BUG = 70
EXIT_INTERRUPTED = 130


class ReadinessError(Exception):
    """A mistake that the user can mend; the text says where, what, and what to do."""

    exit_code = EXIT_USAGE


class SubjectError(ReadinessError):
    """The subject cannot be found: no such path, no such revision, no git."""


class RuleError(ReadinessError):
    """A rule, or a file beside the rules, is not written as the format asks."""

    def __init__(self, path: str, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path, self.line, self.message = path, line, message


class OutputError(ReadinessError):
    """A report cannot be written where the user asked for it."""


def nearest(word: str, known: Iterable[str]) -> str:
    """``"; did you mean 'x'?"`` for the known word closest to ``word``, else the empty text."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else ""
