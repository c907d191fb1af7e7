"""A commit, read from git's objects: no checkout, nothing on the disk is touched."""

from __future__ import annotations

import os
import threading
import weakref
from functools import cached_property
from typing import IO, TYPE_CHECKING

from readiness.errors import SubjectError, nearest
from readiness.records import Struct
from readiness.spans import Problem
from readiness.tree import index
from readiness.tree.disk import LINK, is_inside
from readiness.tree.git import Git, GitError, NoGit
from readiness.tree.history import GitHistory
from readiness.tree.listing import Excluded, Names, finished, told, too_large
from readiness.tree.model import Entry, Limits, Subject, Unreadable
from readiness.tree.places import existing_folder
from readiness.tree.repository import commit_id, subject_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from readiness.tree.git import Process

_ENDLESS = Problem(".", 1, "there are far more files in this revision than are looked at")

_REFS = 5_000
"""Among how many branches and tags a similar name is looked for."""


class RevisionTree:
    """The files of the commit that ``ref`` names, in a repository with or without a work tree.

    A folder within the repository is a subject of its own. ``exclude`` takes globs over
    paths. Closes its git process when it is no longer used, at the latest by ``close`` or
    at the end of a ``with``.

    Raises ``SubjectError`` if there is no such folder, repository or commit, ``PatternError``
    for a bad glob.
    """

    def __init__(
        self, path: str | Path, ref: str, *, exclude: Sequence[str] = (), limits: Limits | None = None
    ) -> None:
        root = existing_folder(path)
        self._limits = limits or Limits()
        self._git, self._folder = _repository(root)
        self._ref = ref
        self._commit = _commit(self._git, ref)
        tracked, whole = _files(self._git, self._commit, self._folder, ref, 2 * self._limits.files)
        self._names = Names(item.path for item in tracked)
        self._blobs = {self._names.text(item.path): item.blob for item in tracked}
        self._objects = _Objects(self._git)
        excluded = Excluded(exclude)
        kept = [item for item in tracked if self._names.text(item.path) not in excluded]
        entries, problems = self._sorted_out(kept)
        self.entries: tuple[Entry, ...]
        self.entries, left_out = finished(entries, self._limits, self._read)
        self.problems: tuple[Problem, ...] = (*left_out, *(() if whole else (_ENDLESS,)), *told(problems))
        self._sizes = {entry.path: entry.size for entry in self.entries}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the git process behind ``read``; a later ``read`` starts it anew."""
        self._objects.close()

    @cached_property
    def subject(self) -> Subject:
        """The commit. It is as it is: never dirty."""
        folder = self._folder.decode("utf-8", "replace")
        return subject_of(self._git, folder, commit=self._commit, ref=self._ref, dirty=False)

    @cached_property
    def history(self) -> GitHistory:
        """What came before the commit."""
        return GitHistory(self._git, self._commit, self._folder)

    def read(self, path: str) -> bytes:
        """The bytes of the entry ``path``. Raises ``Unreadable``, ``KeyError`` if there is no such entry."""
        if path not in self._sizes:
            raise KeyError(path)
        return self._read(path)

    def _read(self, path: str) -> bytes:
        return self._objects.content(self._blobs[path], self._limits)

    def _sorted_out(self, tracked: Iterable[index.Tracked]) -> tuple[list[Entry], list[Problem]]:
        entries, problems = [], []
        files = []
        for item in tracked:
            text = self._names.text(item.path)
            passed = _passed_over(item)
            if passed:
                problems.append(Problem(text, 1, passed))
            else:
                files.append((text, item))
        sizes = _sizes(self._git, {item.blob for _, item in files})
        for text, item in files:
            size = sizes.get(item.blob)
            if size is None:
                problems.append(Problem(text, 1, "its content is not in this repository"))
                continue
            executable = item.mode == index.EXECUTABLE
            entries.append(Entry(text, size, blob=item.blob, tracked=True, executable=executable))
        return entries, problems


def _passed_over(item: index.Tracked) -> str:
    """Why a file of a commit is none to read; empty if it is one."""
    if item.mode == index.SYMLINK:
        return LINK
    if item.mode == index.SUBMODULE:
        return "submodule, not looked at"
    return "" if is_inside(item.path) else "not a usable path below the root"


def _repository(root: Path) -> tuple[Git, bytes]:
    git = Git.find(root)
    if git is None:
        raise SubjectError("--ref needs a git repository, and this folder lies in none")
    if git.work_tree is None:
        return git, b""
    folder = os.fsencode(root.relative_to(git.work_tree).as_posix())
    return git, b"" if folder == b"." else folder


def _commit(git: Git, ref: str) -> str:
    """The full id of the commit. Raises ``SubjectError`` with the nearest name that exists."""
    if not ref or ref.startswith("-") or "\0" in ref:
        raise SubjectError(f"{ref!r} is not the name of a revision")
    try:
        git.run("rev-parse", "--git-dir")
    except NoGit:
        raise SubjectError("--ref needs git, which is not installed") from None
    except GitError:
        raise SubjectError("--ref needs a git repository, and git cannot read this one") from None
    commit = commit_id(git, ref)
    if not commit:
        raise SubjectError(f"no commit '{ref}' in this repository{_hint(git, ref)}")
    return commit


def _hint(git: Git, ref: str) -> str:
    names = _refs(git, "refs/tags", "refs/heads", "refs/remotes")
    close = nearest(ref, names)
    if close:
        return close
    newest = _refs(git, "--sort=-creatordate", "refs/tags")
    return f"; the newest tag is '{newest[0]}'" if newest else ""


def _refs(git: Git, *arguments: str) -> list[str]:
    try:
        out = git.run("for-each-ref", f"--count={_REFS}", "--format=%(refname:lstrip=2)", *arguments)
    except GitError:
        return []
    return out.decode("utf-8", "replace").splitlines()


def _files(
    git: Git, commit: str, folder: bytes, ref: str, most: int
) -> tuple[tuple[index.Tracked, ...], bool]:
    try:
        return index.in_commit(git, os.fsencode(commit) + b":" + folder, most)
    except GitError:
        if folder:
            shown = folder.decode("utf-8", "backslashreplace")
            raise SubjectError(f"no folder '{shown}' in '{ref}', or it is not in this clone") from None
        raise SubjectError(f"the files of '{ref}' are not in this clone") from None


def _sizes(git: Git, blobs: Iterable[str]) -> dict[str, int]:
    """The size in bytes of each blob that the repository has."""
    asked = "".join(f"{blob}\n" for blob in sorted(blobs)).encode()
    if not asked:
        return {}
    form = "--batch-check=%(objectname) %(objecttype) %(objectsize)"
    try:
        lines = git.run("cat-file", "--buffer", form, stdin=asked).decode("ascii", "replace").splitlines()
    except GitError:
        return {}
    words = (line.split() for line in lines)
    return {word[0]: int(word[2]) for word in words if len(word) == 3 and word[1] == "blob"}


class _Running(Struct):
    """A running ``cat-file --batch``, in the process that started it."""

    process: Process
    owner: int


class _Objects:
    """Contents of blobs, from one ``cat-file --batch`` that runs while it is needed.

    May be used from several threads. A process forked off starts a git of its own.
    """

    def __init__(self, git: Git) -> None:
        self._git = git
        self._lock = threading.Lock()
        self._running: list[_Running] = []
        weakref.finalize(self, _end, self._running)

    def close(self) -> None:
        """End the git process, if one runs."""
        with self._lock:
            _end(self._running)

    def content(self, blob: str, limits: Limits) -> bytes:
        """The bytes of a blob. Raises ``Unreadable``."""
        with self._lock:
            try:
                return self._ask(blob, limits)
            except (GitError, OSError, ValueError):
                _end(self._running)
                raise Unreadable("git cannot read its content") from None
            except Unreadable:
                _end(self._running)
                raise

    def _ask(self, blob: str, limits: Limits) -> bytes:
        given, taken = self._pipes()
        given.write(blob.encode() + b"\n")
        given.flush()
        words = taken.readline(4096).split()
        if len(words) != 3 or words[1] != b"blob":
            raise ValueError(blob)
        size = int(words[2])
        if size > limits.file_bytes:
            raise too_large(size, limits)
        content = taken.read(size + 1)
        if len(content) != size + 1:
            raise ValueError(blob)
        return content[:-1]

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._running and self._running[0].owner != os.getpid():
            self._running.clear()
        if not self._running:
            self._running.append(_Running(self._git.start("cat-file", "--batch"), os.getpid()))
        process = self._running[0].process
        if process.stdin is None or process.stdout is None:  # pragma: no cover - both are pipes
            raise ValueError("no pipes")
        return process.stdin, process.stdout


def _end(running: list[_Running]) -> None:
    """End a git process and wait for it; one that another process started is left to that."""
    while running:
        item = running.pop()
        if item.owner != os.getpid():
            continue
        item.process.kill()
        for pipe in (item.process.stdin, item.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue
        item.process.wait()
