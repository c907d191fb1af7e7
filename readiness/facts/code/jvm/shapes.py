"""What a file of Java or Kotlin says of routes and of who may ask for them, before files are put together."""

from __future__ import annotations

from typing import Literal

from readiness.facts.code.model import Handler, Module, Route
from readiness.records import Struct


class Placed(Struct, frozen=True):
    """A route as one file writes it.

    ``family`` is whose rules guard it. ``function`` is the extension function of Ktor that it is
    registered in. ``opened`` where an annotation lets everybody in. ``above`` is the abstract class
    that declares it for those below. ``sure`` is false where code may turn the asker away.
    """

    route: Route
    family: Literal["spring", "jaxrs", "micronaut", "ktor", "other"]
    function: str = ""
    opened: bool = False
    above: str = ""
    sure: bool = True


class Heir(Struct, frozen=True):
    """A controller: the paths before its routes, what it extends, and what guards all of it."""

    name: str
    paths: tuple[str, ...]
    supers: tuple[str, ...]
    guards: tuple[str, ...]


class Pass(Struct, frozen=True):
    """A function of routes that another one calls below ``prefix``, in ``function``."""

    callee: str
    prefix: str
    guards: tuple[str, ...]
    function: str = ""
    sure: bool = True


class Decision(Struct, frozen=True):
    """One line of a chain of Spring Security: who may ask for ``paths``. A path ``?`` may be any."""

    paths: tuple[str, ...]
    lets: Literal["everybody", "known", "unclear"]


class Chain(Struct, frozen=True):
    """A chain of Spring Security; ``paths`` are those that it is for, empty for all."""

    line: int
    paths: tuple[str, ...]
    decisions: tuple[Decision, ...]


class Named(Struct, frozen=True):
    """A method: ``owner.name``, what its class extends, and calls whose code may be in this repository."""

    handler: Handler
    supers: tuple[str, ...] = ()
    local: tuple[str, ...] = ()


class JvmFile(Module, frozen=True):
    """One file. ``constants`` are texts that others may put into paths, by ``Class.NAME``.

    ``ignored`` are paths that no chain is for. ``filters`` are its classes that see every request
    and may turn it away; ``checks`` those that a framework's own health endpoint asks. ``heirs`` are
    its controllers that extend something.
    """

    placed: tuple[Placed, ...] = ()
    heirs: tuple[Heir, ...] = ()
    passes: tuple[Pass, ...] = ()
    chains: tuple[Chain, ...] = ()
    ignored: tuple[str, ...] = ()
    named: tuple[Named, ...] = ()
    constants: tuple[tuple[str, str], ...] = ()
    filters: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
