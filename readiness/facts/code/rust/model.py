"""What a file of Rust holds beside what every module does: where its routers are put."""

from __future__ import annotations

from readiness.facts.code.model import Module
from readiness.records import Struct


class Site(Struct, frozen=True):
    """Where a router, or a handler that knows its own path, is put: below ``prefix``, behind ``guards``.

    ``name`` is the dotted path of the function. ``inside`` is the function around it, ``sure`` is
    false where more may stand before it than is seen.
    """

    name: str
    prefix: str = ""
    guards: tuple[str, ...] = ()
    inside: str = ""
    sure: bool = True


class Place(Struct, frozen=True):
    """Of the route with the same number: the function around it, and whether all that guards it is seen.

    ``attribute`` is the handler's name where its own attribute holds the path.
    """

    inside: str = ""
    sure: bool = True
    attribute: str = ""


class RustModule(Module, frozen=True):
    """One file. ``places`` goes with ``routes``; ``doubtful`` are handlers with an argument that may ask."""

    places: tuple[Place, ...] = ()
    sites: tuple[Site, ...] = ()
    doubtful: tuple[str, ...] = ()
