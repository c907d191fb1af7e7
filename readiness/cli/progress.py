"""One line on the terminal that says how far a long scan is. It is gone when the scan is done.

The clock decides only whether the line is shown; nothing of a result depends on it.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from readiness.facts.model import Progress

PATIENCE = 1.0
"""Seconds that a scan has run before the line is shown."""

_PAUSE = 0.1
"""Seconds between two states of the line."""


class Line:
    """The line itself, written over and over in its place on ``stream``. Its calls are a ``Progress``."""

    def __init__(
        self, stream: TextIO, clock: Callable[[], float] = time.monotonic, columns: int | None = None
    ) -> None:
        self._stream, self._clock = stream, clock
        self._columns = columns
        self._next = clock() + PATIENCE
        self._shown = 0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show ``stage``, and how many are ``done`` of how many in ``total`` (0 for what has no number)."""
        now = self._clock()
        if now < self._next:
            return
        self._next = now + _PAUSE
        if self._columns is None:
            self._columns = shutil.get_terminal_size().columns
        text = _told(stage, done, total)[: max(self._columns - 1, 0)]
        self._write(f"\r{text.ljust(self._shown)}")
        self._shown = len(text)

    def erase(self) -> None:
        """Leave the terminal as it was."""
        if self._shown:
            self._write(f"\r{' ' * self._shown}\r")
            self._shown = 0

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # a terminal that has gone is no reason to end a scan
            self._next = float("inf")


def _told(stage: str, done: int, total: int) -> str:
    if total:
        return f"{stage} {done:,}/{total:,}"
    return f"{stage} {done:,}" if done else stage


def silent(stage: str, done: int, total: int) -> None:
    """No progress is shown."""


@contextmanager
def progress(*, quiet: bool = False, stream: TextIO | None = None) -> Iterator[Progress]:
    """What to call with the state of a scan: a ``Line`` on a terminal, else ``silent``.

    ``stream`` is standard error if not said. Nothing is shown under ``quiet``, to what is no
    terminal, on one that cannot go back in a line (``TERM=dumb``), and where ``CI`` is set.
    """
    target = sys.stderr if stream is None else stream
    if quiet or os.environ.get("CI") or os.environ.get("TERM") == "dumb" or not _is_terminal(target):
        yield silent
        return
    line = Line(target)
    try:
        yield line
    finally:
        line.erase()


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False
