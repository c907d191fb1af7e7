"""Places in the subject, and what is wrong there."""

from __future__ import annotations

from readiness.records import Struct


class Span(Struct, frozen=True, order=True):
    """A line of a file: a POSIX path relative to the subject's root, and a line from 1."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Problem(Struct, frozen=True, order=True):
    """Something in the subject that could not be read, in one sentence.

    A problem never stops a scan. ``line`` is 1 where the whole file is meant.
    """

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class Unparsable(Exception):  # noqa: N818 - a state of the subject, not an error of ours
    """A text that its own system could not read either: a problem, and no row.

    With ``opens``, it is we who cannot read it (over a limit, syntax we do not know): the
    questions that hang on it stay open. ``line`` counts from 1.
    """

    def __init__(self, line: int, reason: str, *, opens: bool = False) -> None:
        super().__init__(reason)
        self.line, self.reason, self.opens = line, reason, opens
