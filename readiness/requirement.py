"""What a rule needs of other rules before it can count."""

from __future__ import annotations

from readiness.levels import Level
from readiness.records import Struct


class Requirement(Struct, frozen=True):
    """What a rule needs of others: the conjunction of the parts that are given.

    ``rule`` has to be at least ``at_least``; every one of ``all_of`` has to hold, and one of ``any_of``.
    """

    rule: str = ""
    at_least: Level = Level.PARTIAL
    all_of: tuple[Requirement, ...] = ()
    any_of: tuple[Requirement, ...] = ()

    def rules(self) -> tuple[str, ...]:
        """The ids of all rules that it names, in the order written, repetitions kept."""
        own = (self.rule,) if self.rule else ()
        return own + tuple(name for part in (*self.all_of, *self.any_of) for name in part.rules())
