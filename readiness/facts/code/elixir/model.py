"""What a file of Elixir holds beside what every module does: its modules, their plugs, what they mount."""

from __future__ import annotations

from readiness.facts.code.model import Module
from readiness.records import Struct


class Plug(Struct, frozen=True):
    """A plug: the whole name of a module, or ``:name`` of a function, and the actions it is for.

    ``only`` and ``without`` are empty where it is for all of them; ``sure`` is false under any other
    condition.
    """

    name: str
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    sure: bool = True

    def covers(self, action: str) -> bool:
        """Whether it is for ``action``."""
        return action in self.only if self.only else action not in self.without


class Unit(Struct, frozen=True):
    """A ``defmodule``: its whole name, its plugs in order, its pipelines, and the functions that ``halt``.

    ``framework`` is ``phoenix`` or ``plug`` of a router, and ``endpoint`` of an endpoint; empty of
    anything else. ``limits`` where it counts requests, ``denies`` where it names the status 401.
    """

    name: str
    framework: str = ""
    plugs: tuple[Plug, ...] = ()
    pipelines: tuple[tuple[str, tuple[Plug, ...]], ...] = ()
    halts: tuple[str, ...] = ()
    limits: bool = False
    denies: bool = False


class Place(Struct, frozen=True):
    """Where a route stands: its module, what it is piped through, and whether all around it was seen."""

    unit: str
    pipes: tuple[str, ...] = ()
    sure: bool = True


class Mount(Struct, frozen=True):
    """A module that is put below ``prefix`` by the module ``inside``, behind the plugs ``before``."""

    target: str
    prefix: str
    inside: str
    pipes: tuple[str, ...] = ()
    before: tuple[Plug, ...] = ()
    sure: bool = True


class ElixirModule(Module, frozen=True):
    """One file; ``places`` go with ``routes``, one each.

    ``soft`` are the functions that take an error for a value and may answer success in spite of it;
    ``unset`` the lines at which origins are left to the settings.
    """

    units: tuple[Unit, ...] = ()
    places: tuple[Place, ...] = ()
    mounts: tuple[Mount, ...] = ()
    soft: tuple[str, ...] = ()
    unset: tuple[int, ...] = ()
