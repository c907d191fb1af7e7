"""What a file of C# holds beside what every module does: checks of health, groups, base classes."""

from __future__ import annotations

from readiness.facts.code.model import Module
from readiness.records import Struct


class Check(Struct, frozen=True):
    """A check that is added to those of health: ``deep`` where it asks a dependency, None if unknown.

    ``type`` is the class that does it, if it is one of the repository's own.
    """

    deep: bool | None
    tags: tuple[str, ...] = ()
    type: str = ""


class Group(Struct, frozen=True):
    """A call of an extension that registers routes: its name, what stands before them, and inside of what."""

    name: str
    prefix: str = ""
    guards: tuple[str, ...] = ()
    inside: str = ""


class Place(Struct, frozen=True):
    """What a route of the file with the same number hangs on beside itself.

    ``inside`` is the extension method whose parameter it is registered with, ``parent`` the base
    class of its controller. ``opens`` where it lets everybody in. ``kind`` says how it is
    registered. ``tag`` is that of the checks a health endpoint is limited to, ``-`` for none of them.
    """

    kind: str = "minimal"
    inside: str = ""
    parent: str = ""
    opens: bool = False
    tag: str = ""


class SharpModule(Module, frozen=True):
    """One file. ``places`` goes with ``routes``, one for each.

    ``controllers`` are the guards that stand before every controller, ``fallback`` those before
    every route; ``doubtful`` where something else may stand there, ``programs`` where it
    starts a program; ``conventional`` where controllers without a route of their own are served.
    ``bases`` are classes with their own guards and their parents.
    """

    places: tuple[Place, ...] = ()
    checks: tuple[Check, ...] = ()
    groups: tuple[Group, ...] = ()
    controllers: tuple[str, ...] = ()
    fallback: tuple[str, ...] = ()
    doubtful: bool = False
    programs: bool = False
    conventional: bool = False
    bases: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
