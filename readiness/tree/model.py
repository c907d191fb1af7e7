"""What the rest of the program sees of a subject: its files, their bytes, their roles."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.spans import Problem
    from readiness.tree.history import History


class Role(StrEnum):
    """Whose file it is. Only the product's own files praise or blame the product."""

    PRODUCT = "product"
    TEST = "test"
    SAMPLE = "sample"
    VENDORED = "vendored"
    GENERATED = "generated"
    BACKUP = "backup"


class Entry(Struct, frozen=True, gc=False):
    """One file of the subject.

    ``path`` is POSIX and relative to the subject's root. ``size`` is in bytes. ``blob`` is
    git's id of the content where git knows it, else empty. ``tracked`` is None
    where there is no git to say. ``reason`` says in a few words why the file has its role.
    """

    path: str
    size: int
    blob: str = ""
    tracked: bool | None = None
    executable: bool = False
    role: Role = Role.PRODUCT
    reason: str = "no sign of another role"


class Limits(Struct, frozen=True):
    """How much of a subject is read. Counts, never seconds: the same subject, the same answer."""

    file_bytes: int = 1 << 20
    files: int = 250_000


class Subject(Struct, frozen=True):
    """What is assessed, and as of when.

    ``commit`` is the full id, empty without git or before the first commit; ``ref`` the
    revision as the user named it, empty for a work tree; ``dirty`` whether the work tree
    differs from ``commit`` (None without git); ``remote`` the URL of the remote
    ``origin`` (else the first by name), without userinfo; ``committed`` the commit's
    date as ``YYYY-MM-DD`` in UTC, empty where there is none; ``default_branch`` the
    branch that the remote, else the clone, calls its own, empty if unknown; ``shallow``
    whether the history is cut off (None without git).
    """

    name: str
    commit: str = ""
    ref: str = ""
    dirty: bool | None = None
    remote: str = ""
    committed: str = ""
    default_branch: str = ""
    shallow: bool | None = None


class Unreadable(Exception):  # noqa: N818 - a state of the subject, not an error of ours
    """A file of the tree whose bytes cannot be had; the text says why.

    ``opens`` is True where the file's own system could read it (it is over our size
    limit), so that the questions that hang on it stay open.
    """

    def __init__(self, reason: str, *, opens: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.opens = reason, opens


class Tree(Protocol):
    """A subject's files. Work tree, git revision and in-memory tree are all of this shape."""

    @property
    def subject(self) -> Subject:
        """What this tree is a tree of."""

    @property
    def entries(self) -> Sequence[Entry]:
        """Every regular file within the limits, sorted by path; each path once."""

    @property
    def problems(self) -> Sequence[Problem]:
        """What was passed over while listing: links, special files, what is missing on disk."""

    @property
    def history(self) -> History | None:
        """What came before the subject's commit; None where no git says."""

    def read(self, path: str) -> bytes:
        """The bytes of the entry ``path``. Raises ``Unreadable``; ``KeyError`` if there is no such entry."""
