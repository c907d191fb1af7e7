"""What came before a commit: the commits behind it, the tags on them, the files that went.

Asked of git when somebody wants to know, and kept. Git walks commits and folders here; it
reads no file, so that no filter, converter or external diff has anything to do.
Source: git-log(1), git-for-each-ref(1) and git-cat-file(1) of git 2.39 to 2.47.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from readiness.records import Struct, field
from readiness.tree.git import GitError
from readiness.tree.model import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from readiness.tree.git import Git

MOST_COMMITS = 5_000
"""How many commits are looked at, the newest first."""

MOST_TAGS = 10_000
"""How many tags are looked at, the first by name."""

_MOST_WORDS = 1_000_000
_MOST_BYTES = 64 << 20
"""How much is taken of what git says of commits, and of files that went: words and bytes."""

_MOST_CONTENTS = 200
"""How many contents are read of files that went, and up to how many bytes each."""
_CONTENT_BYTES = 1 << 18

_COMMIT_FIELDS = ("%H", "%P", "%ct", "%ae", "%an", "%s")
_TAG_FIELDS = ("%(refname)", "%(objecttype)", "%(creatordate:unix)")

# What a configuration may say of how a log looks, taken back: the same commit, the same answer.
_PLAIN = ("-z", "--encoding=UTF-8", "--no-color", "--no-decorate", "--no-notes", "--no-follow")
_FILES = (
    *("--raw", "--no-abbrev", "--no-renames", "--no-relative", "--no-diff-merges", "--diff-filter=D"),
    f"-O{os.devnull}",
)


class Commit(Struct, frozen=True):
    """A commit. ``seconds`` is when it was committed, since 1970 in UTC; 0 where it does not say.

    ``first`` is the id of the first of its parents, empty where it has none.
    """

    id: str
    parents: int
    seconds: int
    mail: str
    name: str
    subject: str
    first: str = ""


class Tag(Struct, frozen=True):
    """A tag on the subject's commit or one behind it; ``seconds`` is when it was made, if it says, else
    when its commit was.
    """

    name: str
    annotated: bool
    seconds: int


class Gone(Struct, frozen=True):
    """A file that a commit took out; ``blob`` is git's id of what it held last."""

    path: str
    blob: str
    commit: str
    seconds: int


class History(Protocol):
    """What is behind a subject's commit. Every part raises ``Unreadable`` where git cannot tell it."""

    @property
    def shallow(self) -> bool:
        """Whether it is cut off: what is behind the cut is not in this clone."""

    @property
    def commits(self) -> Sequence[Commit]:
        """The newest ``MOST_COMMITS`` commits that touched the subject, newest first."""

    @property
    def tags(self) -> Sequence[Tag]:
        """The tags on the commit or behind it, by name."""

    def gone(self, wanted: Callable[[str], bool]) -> Sequence[Gone]:
        """The files taken out by the newest ``MOST_COMMITS`` commits whose path, relative to the
        subject, is ``wanted``; each path once, by path, with the commit that took it out last.
        """

    def contents(self, blobs: Iterable[str]) -> Mapping[str, bytes]:
        """What was in those ``blobs`` that are small and in this clone, of the first some hundred by id."""


class Recorded(Struct, frozen=True):
    """A history that is written down: the small subjects of tests and rule cases."""

    commits: tuple[Commit, ...] = ()
    tags: tuple[Tag, ...] = ()
    removed: tuple[Gone, ...] = ()
    held: Mapping[str, bytes] = field(default_factory=dict)
    shallow: bool = False

    def gone(self, wanted: Callable[[str], bool]) -> tuple[Gone, ...]:
        """The ``removed`` whose path is ``wanted``."""
        return tuple(one for one in self.removed if wanted(one.path))

    def contents(self, blobs: Iterable[str]) -> Mapping[str, bytes]:
        """What is ``held`` of ``blobs``."""
        return {blob: self.held[blob] for blob in blobs if blob in self.held}


class GitHistory:
    """The history behind ``commit`` (empty before the first) of a repository.

    ``folder`` is the subject's folder relative to the repository's root, empty for the root:
    then only commits that touched it count. Tags are of the whole repository.
    """

    def __init__(self, git: Git, commit: str, folder: bytes) -> None:
        self._git, self._commit, self._folder = git, commit, folder

    @cached_property
    def shallow(self) -> bool:
        """Whether it is cut off. Raises ``Unreadable``."""
        try:
            return self._git.run("rev-parse", "--is-shallow-repository").strip() == b"true"
        except GitError:
            raise Unreadable("git cannot read this repository's history", opens=True) from None

    @cached_property
    def commits(self) -> tuple[Commit, ...]:
        """The newest commits that touched the subject, newest first. Raises ``Unreadable``."""
        where = (b"--", self._folder) if self._folder else ()
        words = self._log(_COMMIT_FIELDS, *where)
        step = len(_COMMIT_FIELDS)
        return tuple(_commit(words[at : at + step]) for at in range(0, len(words) - step + 1, step))

    @cached_property
    def tags(self) -> tuple[Tag, ...]:
        """The tags on the commit or behind it, by name. Raises ``Unreadable``."""
        if not self._commit:
            return ()
        form = "".join(f"{name}%00" for name in _TAG_FIELDS)
        try:
            words, _ = self._git.records(
                "for-each-ref",
                f"--format={form}",
                "--sort=refname",
                f"--merged={self._commit}",
                "refs/tags",
                most=len(_TAG_FIELDS) * MOST_TAGS,
            )
        except GitError:
            raise Unreadable("git cannot list this repository's tags", opens=True) from None
        step = len(_TAG_FIELDS)
        return tuple(_tag(words[at : at + step]) for at in range(0, len(words) - step + 1, step))

    def gone(self, wanted: Callable[[str], bool]) -> tuple[Gone, ...]:
        """The files taken out whose path is ``wanted``, by path. Raises ``Unreadable``."""
        ids = self._ids()
        if not ids:
            return ()
        form = "--format=%x01%H %ct"
        where = (b"--", self._folder) if self._folder else ()
        try:
            words = self._words(*_FILES, form, "--no-walk=unsorted", "--stdin", *where, stdin=ids)
        except GitError:
            raise Unreadable("git cannot read the folders of this repository's history", opens=True) from None
        skip = len(self._folder) + 1 if self._folder else 0
        found: dict[str, Gone] = {}
        for one in _removals(words):
            path = _shown(one[0][skip:])
            if path and wanted(path):
                found.setdefault(path, Gone(path, *one[1:]))
        return tuple(found[path] for path in sorted(found))

    def contents(self, blobs: Iterable[str]) -> Mapping[str, bytes]:
        """What was in those of ``blobs`` that are small and in this clone."""
        asked = sorted(set(blobs))[:_MOST_CONTENTS]
        if not asked:
            return {}
        try:
            form = "--batch-check=%(objectname) %(objecttype) %(objectsize)"
            sizes = self._git.run("cat-file", form, stdin=_lines(asked)).decode("ascii", "replace")
            small = [words[0] for line in sizes.splitlines() if _is_small(words := line.split())]
            return dict(_batch(self._git.run("cat-file", "--batch", stdin=_lines(small)))) if small else {}
        except GitError:
            return {}

    def _ids(self) -> bytes:
        """The newest commits, whatever they touched: a path would hide those of merged side branches."""
        if self._folder:
            return b"".join(word + b"\n" for word in self._log(("%H",)))
        return _lines(commit.id for commit in self.commits)

    def _log(self, fields: Sequence[str], *where: bytes) -> list[bytes]:
        """These fields of the newest commits, one after the other. Raises ``Unreadable``."""
        if not self._commit:
            return []
        form = "--format=" + "%x00".join(fields)
        limit = f"--max-count={MOST_COMMITS}"
        try:
            return self._words(limit, form, self._commit, *where)
        except GitError:
            raise Unreadable("git cannot read this repository's history", opens=True) from None

    def _words(self, *arguments: str | bytes, stdin: bytes = b"") -> list[bytes]:
        """The words of a log. Raises ``GitError``, and ``Unreadable`` where there are too many."""
        words, whole = self._git.records(
            "log", *_PLAIN, *arguments, most=_MOST_WORDS, most_bytes=_MOST_BYTES, stdin=stdin
        )
        if not whole:
            raise Unreadable("this repository's history is larger than what is looked at", opens=True)
        return words


def _commit(words: Sequence[bytes]) -> Commit:
    name, parents, seconds, mail, person, subject = words
    all_ = parents.decode("ascii", "replace").split()
    return Commit(
        name.decode("ascii", "replace"),
        len(all_),
        _number(seconds),
        _shown(mail),
        _shown(person),
        _shown(subject),
        all_[0] if all_ else "",
    )


def _tag(words: Sequence[bytes]) -> Tag:
    name, kind, seconds = words
    shown = _shown(name.lstrip(b"\n").removeprefix(b"refs/tags/"))
    return Tag(shown, kind == b"tag", _number(seconds))


def _removals(words: Sequence[bytes]) -> Iterator[tuple[bytes, str, str, int]]:
    """Path, blob, commit and moment of each file that a log with ``--raw -z`` says was taken out.

    A file is two words: modes, ids and letter after a colon, then the path.
    """
    commit, seconds = "", 0
    rest = iter(words)
    for word in rest:
        if word.startswith(b"\x01"):
            name, _, moment = word[1:].partition(b" ")
            commit, seconds = name.decode("ascii", "replace"), _number(moment)
            continue
        about = word.lstrip(b"\n").split()
        if len(about) == 5 and about[0].startswith(b":"):
            path = next(rest, b"")
            if about[0] != b":160000":
                yield path, about[2].decode("ascii", "replace"), commit, seconds


def _is_small(words: Sequence[str]) -> bool:
    return len(words) == 3 and words[1] == "blob" and int(words[2]) <= _CONTENT_BYTES


def _lines(names: Iterable[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode()


def _batch(answer: bytes) -> Iterator[tuple[str, bytes]]:
    """The contents that ``cat-file --batch`` gave: a line with id, kind and size, then that many bytes."""
    at = 0
    while (end := answer.find(b"\n", at)) >= 0:
        words = answer[at:end].split()
        if len(words) != 3:
            return
        size = int(words[2])
        yield words[0].decode("ascii", "replace"), answer[end + 1 : end + 1 + size]
        at = end + size + 2


def _number(word: bytes) -> int:
    """A count of seconds; 0 for what is none."""
    text = word.strip()
    return int(text) if text.isdigit() and len(text) < 12 else 0


def _shown(word: bytes) -> str:
    """The word as text on one line, without control and format characters, which no name needs."""
    text = word.decode("utf-8", "replace")
    return text if text.isprintable() else "".join(char for char in text if char.isprintable())
