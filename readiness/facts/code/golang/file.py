"""One file of Go as it is kept, and the parser of it, which is loaded when it is first asked."""

from __future__ import annotations

from readiness.facts.code.golang.routers import Named, Pass, Placed  # noqa: TC001 - read back from the cache
from readiness.facts.code.model import Module
from readiness.facts.model import Parser


class GoFile(Module, frozen=True):
    """One file. ``placed`` are its routes, ``passes`` the routers that its functions hand on.

    ``named`` are its functions, each with what it does to a request.
    """

    placed: tuple[Placed, ...] = ()
    passes: tuple[Pass, ...] = ()
    named: tuple[Named, ...] = ()


def _parse(data: bytes) -> GoFile:
    from readiness.facts.code.golang.read import parse  # noqa: PLC0415 - loaded where there is Go only

    return parse(data)


GO_FILE: Parser[GoFile] = Parser("go", 1, _parse, GoFile)
