"""What a file of Ruby holds beside what every module does: its classes, and what it mounts."""

from __future__ import annotations

from readiness.facts.code.model import Module
from readiness.records import Struct


class Gate(Struct, frozen=True):
    """A ``before_action``, or the lifting of one: ``name``, and the actions it is for.

    ``only`` and ``without`` are empty where it is for all of them. ``lifts`` where it takes a
    gate of that name away, of any name if ``name`` is empty. ``sure`` is false under a condition.
    """

    name: str
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    lifts: bool = False
    sure: bool = True

    def covers(self, action: str) -> bool:
        """Whether it is for ``action``."""
        return action in self.only if self.only else action not in self.without


class Class(Struct, frozen=True):
    """A class or a module: its whole name, its parent as written, its includes, its gates in order."""

    name: str
    line: int
    parent: str = ""
    includes: tuple[str, ...] = ()
    gates: tuple[Gate, ...] = ()


class Mount(Struct, frozen=True):
    """A class that is put below a path: ``mount X => "/path"``, ``map("/path") { run X }``."""

    name: str
    prefix: str
    inside: str = ""


class RubyModule(Module, frozen=True):
    """One file."""

    classes: tuple[Class, ...] = ()
    mounts: tuple[Mount, ...] = ()
