"""Links to a line of the subject on the forge that keeps it."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from readiness.assessment import Subject

_FORGES = ("https://github.com/", "https://gitlab.com/")
_PLAIN = frozenset(string.ascii_letters + string.digits + "-._~/")
_SEGMENT = frozenset(string.ascii_letters + string.digits + "-._")


def base(subject: Subject) -> str:
    """What the link to any file of ``subject`` begins with; empty where no link would surely be right.

    There is one for a known commit without changes beside it, whose remote is an https address of GitHub or
    GitLab. A subject that is a folder of its repository has the folder in its name, after the repository's.
    """
    forge = next((forge for forge in _FORGES if subject.remote.startswith(forge)), "")
    parts = subject.remote.removeprefix(forge).rstrip("/").removesuffix(".git").split("/")
    usable = len(parts) >= 2 and all(part.strip(".") and set(part) <= _SEGMENT for part in parts)
    if not forge or not usable or subject.dirty is not False or not _is_commit(subject.commit):
        return ""
    folder = subject.name.partition("/")[2]
    return f"{forge}{'/'.join(parts)}/blob/{subject.commit}/{encoded(folder) + '/' if folder else ''}"


def to_line(start: str, path: str, line: int) -> str:
    """The link to a line (from 1; 0 is the whole file), or the empty text where there is no ``start``."""
    if not start or not path:
        return ""
    return f"{start}{encoded(path)}{f'#L{line}' if line > 0 else ''}"


def encoded(path: str) -> str:
    """``path`` percent-encoded as UTF-8, slashes kept. Source: RFC 3986, section 2."""
    raw = path.encode("utf-8", "surrogateescape" if _escaped(path) else "replace")
    return "".join(chr(byte) if chr(byte) in _PLAIN else f"%{byte:02X}" for byte in raw)


def _escaped(path: str) -> bool:
    """Whether every surrogate stands for a byte that is no UTF-8, as Python reads file names."""
    return all(not "\ud800" <= char <= "\udfff" or "\udc80" <= char <= "\udcff" for char in path)


def _is_commit(text: str) -> bool:
    return len(text) in (40, 64) and set(text) <= frozenset("0123456789abcdef")
