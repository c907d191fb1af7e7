"""A folder on the disk: by git's index where there is git, by a plain walk where there is none."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from readiness.errors import SubjectError
from readiness.records import Struct, field, replace
from readiness.spans import Problem
from readiness.tree import index
from readiness.tree.disk import GONE, Disk, walk
from readiness.tree.git import Git, GitError, NoGit
from readiness.tree.history import GitHistory
from readiness.tree.listing import Excluded, Names, finished, told
from readiness.tree.model import Entry, Limits, Subject
from readiness.tree.places import existing_folder
from readiness.tree.repository import commit_id, subject_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from readiness.tree.index import Tracked

_NO_INDEX = "git's index is empty; what is tracked was taken from the last commit"
_GIT_FAILED = "git cannot list this repository; the files were taken as they lie, ignored ones too"
_NO_GIT = "git is not installed; the files were taken as they lie, ignored ones too"
_NOT_OUT = "tracked by git, but not checked out"


class WorkTree:
    """The files of a folder: in a repository those that git tracks or does not ignore, else all.

    A folder within a repository is a subject of its own: nothing outside it is seen.
    Links are not followed, special files not opened, submodules not entered; ``problems``
    names them. ``exclude`` takes globs over paths.

    Raises ``SubjectError`` if there is no such folder, ``PatternError`` for a bad glob.
    """

    def __init__(
        self, path: str | Path, *, exclude: Sequence[str] = (), limits: Limits | None = None
    ) -> None:
        self._root = existing_folder(path)
        self._limits = limits or Limits()
        self._disk = Disk(os.fsencode(self._root))
        self._listing = _list(self._root, 2 * self._limits.files)
        excluded = Excluded(exclude)
        looked = self._look()
        self._names = Names(looked)
        entries: list[Entry] = []
        problems: list[Problem] = []
        for raw, found in looked.items():
            text = self._names.text(raw)
            if text in excluded:
                continue
            if isinstance(found, str):
                problems.append(Problem(text, 1, found))
            else:
                entries.append(self._entry(raw, text, found))
        self.entries: tuple[Entry, ...]
        self.entries, left_out = finished(entries, self._limits, self._read)
        self.problems: tuple[Problem, ...] = (*self._listing.problems, *left_out, *told(problems))
        self._paths = {entry.path for entry in self.entries}
        if self._listing.commit:
            self._listing = replace(self._listing, tracked=self._doubtful(looked))

    @cached_property
    def subject(self) -> Subject:
        """The folder, the commit it stands at, and whether it differs from that commit."""
        listing = self._listing
        if listing.git is None:
            return Subject(name=self._root.name or "subject")
        folder = listing.folder.decode("utf-8", "replace")
        return subject_of(listing.git, folder, commit=listing.commit, ref="", dirty=self._dirty())

    @cached_property
    def history(self) -> GitHistory | None:
        """What came before the commit that the folder stands at; None without git."""
        listing = self._listing
        return None if listing.git is None else GitHistory(listing.git, listing.commit, listing.folder)

    def read(self, path: str) -> bytes:
        """The bytes of the entry ``path``. Raises ``Unreadable``, ``KeyError`` if there is no such entry."""
        if path not in self._paths:
            raise KeyError(path)
        return self._read(path)

    def _read(self, path: str) -> bytes:
        return self._disk.read(self._names.raw(path), self._limits)

    def _look(self) -> dict[bytes, os.stat_result | str]:
        """Each path that is listed: its state on the disk, or why it is passed over."""
        listing = self._listing
        found: dict[bytes, os.stat_result | str] = dict(listing.passed)
        for raw, tracked in listing.tracked.items():
            state = self._disk.look(raw)
            if tracked.mode == index.SUBMODULE:
                found[raw] = "submodule, not looked at"
            elif state == GONE and tracked.left_out:
                found[raw] = _NOT_OUT
            else:
                found[raw] = f"tracked by git, but {GONE}" if state == GONE else state
        for raw in listing.others:
            if raw.endswith(b"/"):
                found[raw.rstrip(b"/")] = "another git repository, not looked at"
            else:
                found[raw] = self._disk.look(raw)
        return found

    def _entry(self, raw: bytes, text: str, state: os.stat_result) -> Entry:
        listing = self._listing
        tracked = listing.tracked.get(raw)
        unchanged = (
            tracked is not None
            and not tracked.unmerged
            and index.looks_unchanged(tracked, state, listing.written)
        )
        return Entry(
            text,
            state.st_size,
            blob=tracked.blob if tracked is not None and unchanged else "",
            tracked=tracked is not None if listing.complete else None,
            executable=bool(state.st_mode & 0o100),
        )

    def _doubtful(self, looked: Mapping[bytes, os.stat_result | str]) -> Mapping[bytes, Tracked]:
        """The tracked files that may differ from what git has; the others need not be remembered."""
        listing = self._listing
        return {
            raw: tracked
            for raw, tracked in listing.tracked.items()
            if tracked.unmerged
            or isinstance(state := looked[raw], str)
            or not index.looks_unchanged(tracked, state, listing.written)
        }

    def _dirty(self) -> bool | None:
        listing = self._listing
        if listing.git is None or not listing.complete:
            return None
        entries = tuple(listing.tracked.values())
        if listing.others or not listing.commit or any(entry.unmerged for entry in entries):
            return bool(listing.others or entries)
        if listing.indexed and index.staged(listing.git, listing.commit, listing.folder):
            return True
        return index.differs(self._disk, entries, listing.written)


class _Listing(Struct, frozen=True):
    """What is to be looked at below a folder.

    ``folder`` is relative to the repository's root. ``others`` are files that git does not
    track (without git: all). ``complete`` tells that git answered, ``indexed`` that what is
    tracked comes from the index, which was ``written`` then, in nanoseconds.
    """

    git: Git | None = None
    folder: bytes = b""
    commit: str = ""
    tracked: Mapping[bytes, Tracked] = field(default_factory=dict)
    others: tuple[bytes, ...] = ()
    passed: Mapping[bytes, str] = field(default_factory=dict)
    complete: bool = False
    indexed: bool = False
    written: int = 0
    problems: tuple[Problem, ...] = ()


def _list(root: Path, most: int) -> _Listing:
    git = Git.find(root)
    if git is None:
        return _walked(root)
    if git.work_tree is None:
        raise SubjectError("this is a bare repository, without files; name a revision with --ref")
    folder = os.fsencode(root.relative_to(git.work_tree).as_posix())
    folder = b"" if folder == b"." else folder
    try:
        listing = _asked(git, folder, most)
    except NoGit:
        return _walked(root, problems=(Problem(".", 1, _NO_GIT),))
    except GitError:
        commit = commit_id(git, "HEAD")
        return _walked(root, git=git, folder=folder, commit=commit, problems=(Problem(".", 1, _GIT_FAILED),))
    if folder and not listing.tracked and not listing.others:
        # A folder that the repository around it ignores is none of its business.
        return _walked(root)
    return listing


def _walked(
    root: Path,
    *,
    git: Git | None = None,
    folder: bytes = b"",
    commit: str = "",
    problems: tuple[Problem, ...] = (),
) -> _Listing:
    files, passed = walk(os.fsencode(root))
    return _Listing(git, folder, commit, others=tuple(files), passed=passed, problems=problems)


def _asked(git: Git, folder: bytes, most: int) -> _Listing:
    """The listing by git. Raises ``GitError``."""
    where = (b"--", folder) if folder else ()
    entries = index.in_index(git, folder)
    commit = commit_id(git, "HEAD")
    problems: tuple[Problem, ...] = ()
    indexed = bool(entries) or bool(folder and index.in_index(git, b""))
    if not indexed and commit:
        entries, _ = index.in_commit(git, os.fsencode(commit) + b":" + folder, most)
        problems = (Problem(".", 1, _NO_INDEX),) if entries else ()
    tracked = {entry.path: entry for entry in entries}
    found = git.run("ls-files", "-o", "-z", "--exclude-standard", *where).split(b"\0")
    skip = len(folder) + 1 if folder else 0
    others = tuple(sorted({path[skip:] for path in found if path[skip:]} - tracked.keys()))
    written = index.index_moment(git) if indexed else 0
    return _Listing(
        git,
        folder,
        commit,
        tracked,
        others,
        complete=True,
        indexed=indexed,
        written=written,
        problems=problems,
    )
