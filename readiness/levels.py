"""The ladder: how far along a practice is."""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    """How far along a practice is. The order is the ladder's."""

    ABSENT = 0
    PLANNED = 1  # designed, announced, switched off
    PARTIAL = 2  # something works
    IMPLEMENTED = 3  # it works
    ENFORCED = 4  # and it cannot be forgotten

    def __str__(self) -> str:
        return self.name.lower()

    @classmethod
    def named(cls, name: str) -> Level:
        """The level written ``absent`` … ``enforced``; ``KeyError`` for any other word."""
        return cls[name.upper()]
