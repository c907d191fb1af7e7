"""What a language must say of itself so that its code is read: one ``Language``, listed in ``languages``.

A language is a folder beside this file. It has a table of literals that make a file worth parsing,
a parser into the shapes of ``model``, and, where a route takes more than one file to be known, a
function that puts routes together. What it does not answer stays open wherever a server of it runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from readiness.facts.code.model import Handler, Module, Question, Route
    from readiness.facts.model import Facts, Parser, PatternTable
    from readiness.tree.model import Entry

Held: TypeAlias = "Sequence[tuple[Entry, Module]]"
"""Files with what they hold, in the order of their paths."""


class Found(Struct, frozen=True):
    """A route with its file and its handler.

    ``known`` is false where the handler may do more than is seen, ``doubtful`` where code of
    another file may turn the asker away. ``whole`` is false where something that it calls, which
    is not read, may decide on its answer, though what it asks is known.
    """

    entry: Entry
    route: Route
    handler: Handler | None
    known: bool
    doubtful: bool
    whole: bool = True


def as_written(facts: Facts, held: Held) -> tuple[Found, ...]:  # noqa: ARG001 - of one file each
    """The routes of ``held``, none of which needs another file to be known."""
    return tuple(
        Found(entry, route, route.handler, known=route.handler is not None, doubtful=False)
        for entry, module in held
        for route in module.routes
    )


def nothing_beside(facts: Facts, question: Question) -> Held:  # noqa: ARG001 - nothing, whatever is asked
    """For a language whose frameworks are set up by its code alone."""
    return ()


def every_server(name: str) -> bool:  # noqa: ARG001 - whatever it is called
    """For a language where the file that starts a server says by what it is built."""
    return True


def every_path(path: str) -> bool:  # noqa: ARG001 - whatever its place
    """For a language where no place tells that a file is for developers alone."""
    return True


class Language(Struct, frozen=True):
    """One language.

    ``hints`` has a pattern for each question that the parser answers, named after it.
    ``parser`` makes a ``Module`` of a file, or a kind of it that knows more for ``routes``.
    ``answers`` are the questions whose rows are complete, but for the gaps that a module names.
    ``starts`` are the ends of the paths at which ``repository.servers`` sees a server of the
    language: its own files, or its manifest. ``knows`` whether the framework that it names there
    is one whose routes are read. ``others`` are parsers for files of another ending; ``reads`` is
    false of a path whose file says nothing of production. ``routes`` puts routes together;
    ``beside`` gives what files that are no code (settings, manifests) say in the same shapes.
    """

    name: str
    hints: PatternTable
    parser: Parser[Any]
    answers: frozenset[Question]
    starts: tuple[str, ...]
    knows: Callable[[str], bool] = every_server
    others: tuple[tuple[str, Parser[Any]], ...] = ()
    reads: Callable[[str], bool] = every_path
    routes: Callable[[Facts, Held], tuple[Found, ...]] = as_written
    beside: Callable[[Facts, Question], Held] = nothing_beside

    def parser_of(self, path: str) -> Parser[Any]:
        """The parser of the file ``path``."""
        return next((parser for ending, parser in self.others if path.endswith(ending)), self.parser)
