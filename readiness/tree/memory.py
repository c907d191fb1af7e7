"""A tree in memory: the small subjects of tests and rule cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.tree.listing import blob_id, finished, too_large
from readiness.tree.model import Entry, Limits, Subject

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from readiness.spans import Problem
    from readiness.tree.history import History


class MemoryTree:
    """The files of a mapping from path to content, as a ``Tree``; the mapping's order does not matter.

    Text is UTF-8. Every file counts as tracked by git, save those in ``untracked``; those in
    ``executable`` have git's executable bit. ``history`` is what came before, such as a
    ``Recorded``; without it there is none.

    Raises ``ValueError`` for a path that is not relative and POSIX, and for a name in
    ``untracked`` or ``executable`` that is not in ``files``.
    """

    def __init__(  # noqa: PLR0913 - each part of a subject has a name
        self,
        files: Mapping[str, str | bytes],
        *,
        untracked: Collection[str] = (),
        executable: Collection[str] = (),
        subject: Subject | None = None,
        history: History | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._content = {
            path: content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
            for path, content in files.items()
        }
        for path in files:
            _check(path)
        for path in sorted({*untracked, *executable}):
            if path not in self._content:
                raise ValueError(f"'{path}' is not one of the files")
        self.subject: Subject = subject or Subject(name="subject")
        self.history = history
        entries = (
            Entry(
                path,
                len(content),
                blob="" if path in untracked else blob_id(content),
                tracked=path not in untracked,
                executable=path in executable,
            )
            for path, content in self._content.items()
        )
        self.entries: tuple[Entry, ...]
        self.problems: tuple[Problem, ...]
        self.entries, self.problems = finished(entries, self._limits, self._read)
        self._paths = {entry.path for entry in self.entries}

    def read(self, path: str) -> bytes:
        """The bytes of the entry ``path``. Raises ``Unreadable`` over the limit, ``KeyError`` if unknown."""
        if path not in self._paths:
            raise KeyError(path)
        return self._read(path)

    def _read(self, path: str) -> bytes:
        content = self._content[path]
        if len(content) > self._limits.file_bytes:
            raise too_large(len(content), self._limits)
        return content


def _check(path: str) -> None:
    if not path or "\0" in path or any(part in {"", ".", ".."} for part in path.split("/")):
        raise ValueError(f"'{path}' is not a relative POSIX path")
