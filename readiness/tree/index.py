"""What git's index knows of each file, and whether the work tree still agrees with it.

Git itself would run the repository's filters to answer that (``diff-files`` does, where
times are too close to trust); here the bytes are hashed as they lie.
"""

from __future__ import annotations

import os
from hashlib import new as new_hash
from sys import intern
from typing import TYPE_CHECKING

from readiness.records import Struct
from readiness.tree.git import GitError
from readiness.tree.listing import blob_id
from readiness.tree.model import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from readiness.tree.disk import Disk
    from readiness.tree.git import Git

EXECUTABLE, SYMLINK, SUBMODULE = "100755", "120000", "160000"

_SKIP_WORKTREE = 1 << 30
_WHOLE = 16 << 20
"""Bytes up to which a file is also tried with its line ends turned to git's own."""


class Tracked(Struct, frozen=True, gc=False):
    """A file as the index, or a commit's tree, has it.

    ``path`` is as git has it, relative to the subject. ``seconds``, ``nanoseconds`` and
    ``size`` are of the file when git last looked, -1 where unknown.
    """

    path: bytes
    mode: str
    blob: str
    unmerged: bool = False
    left_out: bool = False
    seconds: int = -1
    nanoseconds: int = -1
    size: int = -1


def in_index(git: Git, folder: bytes) -> tuple[Tracked, ...]:
    """The index's files below ``folder`` (empty for all), each path once, sorted. Raises ``GitError``."""
    where = (b"--", folder) if folder else ()
    found: dict[bytes, Tracked] = {}
    chunks = _chunks(git.run("ls-files", "-s", "-z", "--debug", *where))
    # Each chunk but the first is what is known of the path before it, in five lines, and the next path.
    header = next(chunks)
    for known in chunks:
        entry = _entry(header, known, folder)
        if entry is not None:
            found.setdefault(entry.path, entry)
        header = _rest(known)
    return tuple(found[path] for path in sorted(found))


def _chunks(out: bytes) -> Iterator[bytes]:
    """The parts between NUL bytes, one at a time: of a large repository they are many."""
    start = 0
    while (end := out.find(b"\0", start)) >= 0:
        yield out[start:end]
        start = end + 1
    yield out[start:]


def _rest(chunk: bytes) -> bytes:
    parts = chunk.split(b"\n", 5)
    return parts[5] if len(parts) == 6 else b""


def _entry(header: bytes, following: bytes, folder: bytes) -> Tracked | None:
    about, tab, path = header.partition(b"\t")
    words = about.decode("ascii", "replace").split()
    if not tab or len(words) != 3:
        return None
    known = _debug(following)
    return Tracked(
        path[len(folder) + 1 :] if folder else path,
        intern(words[0]),
        words[1],
        unmerged=words[2] != "0",
        left_out=bool(known.get("flags", 0) & _SKIP_WORKTREE),
        seconds=known.get("seconds", -1),
        nanoseconds=known.get("nanoseconds", -1),
        size=known.get("size", -1),
    )


def _debug(chunk: bytes) -> dict[str, int]:
    """The numbers of ``ls-files --debug``; what is not written as known is left out."""
    words = chunk.decode("ascii", "replace").replace(":", " ").split()
    known: dict[str, int] = {}
    try:
        moment = words.index("mtime")
        known["seconds"], known["nanoseconds"] = int(words[moment + 1]), int(words[moment + 2])
        known["size"] = int(words[words.index("size") + 1])
        known["flags"] = int(words[words.index("flags") + 1], 16)
    except (ValueError, IndexError):
        return {}
    return known


def in_commit(git: Git, treeish: bytes, most: int) -> tuple[tuple[Tracked, ...], bool]:
    """The files of ``COMMIT:FOLDER``, the folder empty for all; each once, sorted; and whether those are all.

    At most ``most``, the first by path. Raises ``GitError``.
    """
    found: dict[bytes, Tracked] = {}
    lines, whole = git.records("ls-tree", "-r", "-z", "--full-tree", treeish, most=most)
    for line in lines:
        about, _, path = line.partition(b"\t")
        words = about.decode("ascii", "replace").split()
        if len(words) == 3:
            found.setdefault(path, Tracked(path, words[0], words[2]))
    return tuple(found[path] for path in sorted(found)), whole


def staged(git: Git, commit: str, folder: bytes) -> bool:
    """Whether the index differs from ``commit`` below ``folder``. No file of the work tree is touched."""
    where = (b"--", folder) if folder else ()
    try:
        return bool(git.run("diff-index", "--cached", "--raw", "-z", commit, *where))
    except GitError:
        return True


def index_moment(git: Git) -> int:
    """When the index was written, in nanoseconds; 0 if unknown. What changed since may look unchanged."""
    try:
        return (git.git_dir / "index").stat().st_mtime_ns
    except OSError:
        return 0


def looks_unchanged(entry: Tracked, state: os.stat_result, written: int) -> bool:
    """Whether a file has the size and time that the index remembers, from safely before it was written."""
    seconds, nanoseconds = divmod(state.st_mtime_ns, 1_000_000_000)
    return (
        entry.seconds == seconds & 0xFFFFFFFF
        and entry.nanoseconds in {0, nanoseconds}
        and entry.size == state.st_size & 0xFFFFFFFF
        and (state.st_mtime_ns < written if nanoseconds else seconds < written // 1_000_000_000)
    )


def differs(disk: Disk, entries: Iterable[Tracked], written: int) -> bool:
    """Whether a tracked file is gone, of another kind, or of other bytes than git has of it.

    ``written`` is ``index_moment``, 0 to compare all bytes.
    """
    return any(_differs(disk, entry, written) for entry in entries)


def _differs(disk: Disk, entry: Tracked, written: int) -> bool:
    algorithm = "sha256" if len(entry.blob) == 64 else "sha1"
    if entry.mode == SUBMODULE or entry.left_out:
        return False
    state = disk.look(entry.path)
    if entry.mode == SYMLINK:
        return _link(disk, entry.path, algorithm) != entry.blob
    if isinstance(state, str):
        return True
    if looks_unchanged(entry, state, written):
        return False
    return entry.blob not in _ids(disk, entry.path, state.st_size, algorithm)


def _link(disk: Disk, path: bytes, algorithm: str) -> str:
    try:
        return blob_id(os.readlink(disk.full(path)), algorithm)  # noqa: PTH115 - a path in bytes
    except OSError:
        return ""


def _ids(disk: Disk, path: bytes, size: int, algorithm: str) -> tuple[str, ...]:
    """The ids that git may have given to a file: of its bytes, and of them with line ends of its own."""
    digest = new_hash(algorithm, b"blob %d\0" % size, usedforsecurity=False)
    whole: list[bytes] = []
    try:
        with disk.open(path) as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
                if size <= _WHOLE:
                    whole.append(block)
    except (OSError, Unreadable):
        return ()
    content = b"".join(whole)
    if b"\r\n" in content and b"\0" not in content:
        return digest.hexdigest(), blob_id(content.replace(b"\r\n", b"\n"), algorithm)
    return (digest.hexdigest(),)
