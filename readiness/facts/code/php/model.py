"""What a file of PHP holds beside what every module does: files of routes it loads, gates of controllers."""

from __future__ import annotations

from readiness.facts.code.model import Module
from readiness.records import Struct


class Loaded(Struct, frozen=True):
    """A file of routes, by the end of its path, and what is put before all that it declares."""

    path: str
    prefix: str
    guards: tuple[str, ...] = ()


class Gate(Struct, frozen=True):
    """A middleware that a controller asks for: of which class, and for which of its methods."""

    owner: str
    name: str
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


class PhpModule(Module, frozen=True):
    """One file. ``parents`` are its classes with what they extend; ``told`` where it listens to checks."""

    loaded: tuple[Loaded, ...] = ()
    gates: tuple[Gate, ...] = ()
    parents: tuple[tuple[str, str], ...] = ()
    told: bool = False
