"""What is read from a script: the pieces that it is made of, and the way it takes through them."""

from __future__ import annotations

from typing import Literal, get_args

from readiness.records import Struct

Purpose = Literal["deploy", "backup", "restore", "rollback", "verify", "validate", "migrate", "notify"]
"""What an operational script is there for."""

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
Kind = Literal["call", "work", "look"]
"""What a step is: the call of a function of the same file; what changes or asks something outside
the process; what only reads."""


Failure = Literal["raises", "exits", "returns", "ignored"]
"""What a failure comes to where it happens: it is raised, as all that nobody catches; looked at, and then
the script ends, or the function returns; or nobody looks.
"""


class Step(Struct, frozen=True):
    """One thing that a function does, in its order.

    ``name`` is the function called, or the first words of what is done; ``words`` the command that
    is run, as far as it is literal. ``source`` is what a copy reads, if the file says it.
    """

    kind: Kind
    name: str
    line: int
    words: tuple[str, ...] = ()
    failure: Failure = "raises"
    source: str = ""


class Function(Struct, frozen=True):
    """A function of a script. ``idle``: it only says, waits or passes; ``fails``: it can raise by itself."""

    name: str
    line: int
    steps: tuple[Step, ...] = ()
    idle: bool = False
    fails: bool = False


class Sheet(Struct, frozen=True):
    """A script as it is written. ``entry`` is what happens when it is started; empty for a module."""

    functions: tuple[Function, ...] = ()
    entry: tuple[Step, ...] = ()
    idle: bool = False


class Event(Struct, frozen=True):
    """Something that is done when the script runs. ``purposes`` are the command's own."""

    name: str
    line: int
    text: str = ""
    purposes: frozenset[str] = frozenset()
    idle: bool = False
    looks: bool = False
    stops: bool = True
    missing: str = ""


class Passage(Struct, frozen=True):
    """A function, and from which event to which one (not included) it lasts when it is first called."""

    name: str
    line: int
    first: int = 0
    last: int = 0
    called: bool = False
    idle: bool = False
    works: bool = False
    stops: bool = True


class Course(Struct, frozen=True):
    """What a script does from its start to its end.

    ``idle``: it only says, waits or passes. ``started`` is False for a module of functions.
    """

    events: tuple[Event, ...] = ()
    passages: tuple[Passage, ...] = ()
    idle: bool = False
    started: bool = True
