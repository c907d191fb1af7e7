"""What all trees do alike once they know their files: roles, order, limits, exclusion."""

from __future__ import annotations

from hashlib import new as new_hash
from sys import intern
from typing import TYPE_CHECKING

from readiness.globs import glob
from readiness.records import replace
from readiness.spans import Problem
from readiness.tree.model import Unreadable
from readiness.tree.roles import Roles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from readiness.tree.model import Entry, Limits

LONGEST = 4096
"""Bytes of the longest path that a system opens; a longer one is looked at by nobody."""

PROBLEMS_SHOWN = 100
"""How many problems of a listing are told one by one; the rest is a number."""


def blob_id(content: bytes, algorithm: str = "sha1") -> str:
    """Git's id of a blob with these bytes. ``algorithm`` is the repository's: sha1 or sha256."""
    digest = new_hash(algorithm, b"blob %d\0" % len(content), usedforsecurity=False)
    digest.update(content)
    return digest.hexdigest()


def finished(
    entries: Iterable[Entry], limits: Limits, read: Callable[[str], bytes]
) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """The entries sorted, cut at ``limits.files`` and given their roles; and what was left out.

    ``read`` gives the bytes of a ``.gitattributes``; one that cannot be read says nothing.
    """
    ordered = sorted(entries, key=lambda entry: entry.path)
    left_out = len(ordered) - limits.files
    problems: tuple[Problem, ...] = ()
    if left_out > 0:
        message = f"{left_out} files after this one were not looked at: more than {limits.files} files"
        ordered = ordered[: limits.files]
        problems = (Problem(ordered[-1].path if ordered else ".", 1, message),)
    roles = Roles(_attributes(ordered, read))
    given = []
    for entry in ordered:
        role, reason = roles.of(entry.path)
        given.append(replace(entry, role=role, reason=intern(reason)))
    return tuple(given), problems


def _attributes(entries: Iterable[Entry], read: Callable[[str], bytes]) -> dict[str, str]:
    texts = {}
    for entry in entries:
        folder, _, name = entry.path.rpartition("/")
        if name == ".gitattributes":
            try:
                texts[folder] = read(entry.path).decode("utf-8", "replace")
            except Unreadable:
                continue
    return texts


def too_large(size: int, limits: Limits) -> Unreadable:
    """The reason why a file of ``size`` bytes is not read. Its own system could read it."""
    shown = f"{limits.file_bytes >> 20} MiB" if limits.file_bytes >= 1 << 20 else f"{limits.file_bytes} bytes"
    return Unreadable(f"larger than {shown} ({size} bytes)", opens=True)


def told(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems by path, each once; beyond ``PROBLEMS_SHOWN`` one more says how many there are."""
    ordered = sorted(set(problems))
    rest = len(ordered) - PROBLEMS_SHOWN
    if rest <= 0:
        return tuple(ordered)
    more = Problem(".", 1, f"{rest} more paths were passed over like these")
    return (*ordered[:PROBLEMS_SHOWN], more)


class Excluded:
    """The paths that the user asked to leave out.

    A glob covers a whole path, or a folder above it; a bare name (``legacy``) is a folder
    or file of that name anywhere. Raises ``PatternError`` for a bad glob.
    """

    def __init__(self, globs: Sequence[str]) -> None:
        cleaned = [text.removeprefix("./").rstrip("/") for text in globs]
        self._patterns = [glob(text if "/" in text else f"**/{text}") for text in cleaned if text]

    def __contains__(self, path: str) -> bool:
        if not self._patterns or len(path) > LONGEST:
            return False
        parts = path.split("/")
        above = ["/".join(parts[: count + 1]) for count in range(len(parts))]
        return any(pattern.covers(part) for pattern in self._patterns for part in above)


class Names:
    r"""Paths as bytes, as git and the disk have them, and as text, as everyone else sees them.

    Text is always valid UTF-8, and each path has its own: bytes that are no UTF-8 are
    written as ``\xe9``, with a backslash behind the path if another path is called so.
    """

    def __init__(self, paths: Iterable[bytes]) -> None:
        self._raw: dict[str, bytes] = {}  # of the odd ones alone: all others are their own UTF-8
        self._text: dict[bytes, str] = {}
        taken: set[str] = set()
        odd = []
        for path in paths:
            try:
                text = path.decode("utf-8")
            except UnicodeDecodeError:
                odd.append(path)
            else:
                if "\\" in text:  # nothing else can be what an odd path is written as
                    taken.add(text)
        for path in sorted(odd):
            text = path.decode("utf-8", "backslashreplace")
            while text in taken:
                text += "\\"
            taken.add(text)
            self._raw[text], self._text[path] = path, text

    def text(self, path: bytes) -> str:
        """The path to show."""
        return self._text[path] if path in self._text else path.decode("utf-8")

    def raw(self, text: str) -> bytes:
        """The path to open."""
        return self._raw[text] if text in self._raw else text.encode("utf-8")
