"""What the files of task runners say, and what a call of a runner comes to."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from readiness.facts.commands.shell.values import normal
from readiness.matching import Pattern
from readiness.records import Struct, field
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.facts.model import Facts, Parser

T = TypeVar("T")
_PLAIN = Pattern(r"[\w.+@-]+", proven=True)


class Piece(Struct, frozen=True):
    """A text that a runner hands to a shell, at ``line`` of its file.

    ``soft`` says why its failure does not fail the runner. ``folder`` is the working directory,
    from the runner's. ``folded`` means that all of it stands on one line of the file.
    """

    text: str
    line: int
    soft: str = ""
    folder: str = ""
    errexit: bool = False
    pipefail: bool = False
    folded: bool = False


class Target(Struct, frozen=True):
    """One task: its line, what it runs, and the tasks it needs before."""

    line: int
    commands: tuple[Piece, ...] = ()
    prerequisites: tuple[str, ...] = ()


class Tasks(Struct, frozen=True):
    """The tasks of one file.

    ``default`` are those that run when none is named. ``includes`` are other files of the
    repository with more of them, relative to this one: pairs of a prefix to the names and a
    path. ``opened`` says why there may be tasks that we cannot see, empty if there are none;
    ``patterns`` are the names (``*`` for any text) of tasks that are made as they are asked for.
    """

    targets: Mapping[str, Target] = field(default_factory=dict)
    default: tuple[str, ...] = ()
    includes: tuple[tuple[str, str], ...] = ()
    opened: str = ""
    patterns: tuple[str, ...] = ()


class Step(Struct, frozen=True):
    """What a call leads to: a piece of the file ``path``, as the task ``name`` there.

    ``directory`` is where it runs, from the root. ``arguments`` and ``script`` (the folder it
    lies in) are those of a shell script.
    """

    path: str
    name: str
    piece: Piece
    directory: str
    arguments: tuple[str, ...] | None = None
    script: str = "?"


class Led(Struct, frozen=True):
    """What a call of a runner comes to.

    ``missing`` is what it names and is not there, ``file`` the path (from the root) where it
    should be; ``unknown`` says why it cannot be told although the runner could; ``words``
    is another command that it is in truth.
    """

    steps: tuple[Step, ...] = ()
    missing: str = ""
    file: str = ""
    unknown: str = ""
    words: tuple[str, ...] = ()


class Call(Struct, frozen=True):
    """A command that may be a runner, in a working directory (``?`` if it is not to be known).

    ``contained``: it runs in a container, whose files need not be the repository's.
    """

    words: tuple[str, ...]
    directory: str
    facts: Facts
    contained: bool = False

    def exists(self, path: str) -> bool:
        """Whether the repository has the file ``path``."""
        return self.facts.entry(path) is not None

    def first(self, folder: str, *names: str) -> str:
        """The first of ``names`` that is a file in ``folder``, as a path from the root; else empty."""
        paths = (inside(folder, name) for name in names)
        return next((path for path in paths if self.exists(path)), "")

    def has_folder(self, path: str) -> bool:
        """Whether there are files of the repository below the folder ``path``."""
        entries = self.facts.tree.entries
        at = bisect_left(entries, f"{path}/", key=lambda entry: entry.path)
        return at < len(entries) and entries[at].path.startswith(f"{path}/")

    def named(self, name: str) -> tuple[str, ...]:
        """The paths of the product's files called ``name``; none for a name with signs of a glob."""
        if not _PLAIN.covers(name):
            return ()
        return tuple(entry.path for entry in self.facts.paths(f"**/{name}") if entry.role is Role.PRODUCT)

    def read(self, parser: Parser[T], path: str) -> T | None:
        """What ``parser`` makes of ``path``; None if it is not there or not readable."""
        return self.facts.parsed(parser, path).value if self.exists(path) else None

    def absent(self, what: str, file: str, steps: tuple[Step, ...] = ()) -> Led:
        """``what`` is missing from ``file``; in a container or an unknown folder, that cannot be said."""
        if self.contained or self.directory == "?" or "?" in file:
            return Led(steps, unknown=f"{what}: the folder it is run in is not to be known")
        return Led(steps, missing=what, file=file)


Runner = Callable[[Call], Led | None]
"""What a call comes to, or None if it is none of this runner's."""


def inside(folder: str, name: str) -> str:
    """``name`` in ``folder``, as a path from the root; ``?`` if it leaves the repository."""
    return normal(folder, name)
