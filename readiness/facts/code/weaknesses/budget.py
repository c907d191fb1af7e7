"""How much work bandit's tests may make of one file."""

from __future__ import annotations

from readiness.records import Struct

STEPS = 2_000_000
"""Nodes that the tests may look at, again and again, in one file. Real files need some thousands."""


class Exhausted(Exception):  # noqa: N818 - a state of the subject, not an error of ours
    """A file makes the tests work without end; bandit itself would hang."""


class Budget(Struct):
    """The steps that are left for the file at hand. Counts, never seconds."""

    left: int = STEPS

    def refill(self) -> None:
        """Begin a new file."""
        self.left = STEPS

    def spend(self, steps: int) -> None:
        """Take ``steps`` off. Raises ``Exhausted`` when none are left."""
        self.left -= steps
        if self.left < 0:
            raise Exhausted
