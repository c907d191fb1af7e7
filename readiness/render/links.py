"""Links to a line of the subject on the forge that keeps it, at the commit that was read."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from readiness.records import Struct

if TYPE_CHECKING:
    from readiness.assessment import Subject

_PLAIN = frozenset(string.ascii_letters + string.digits + "-._~/")
_SEGMENT = frozenset(string.ascii_letters + string.digits + "-._")
_HOST = frozenset(string.ascii_lowercase + string.digits + "-.")
_RENDERED = (".md", ".markdown", ".mdown", ".rst", ".adoc", ".asciidoc", ".org", ".textile", ".svg", ".ipynb")
"""Files that forges show rendered, without lines, unless they are asked for the source."""


class _Forge(Struct, frozen=True):
    """How a forge addresses a file of a commit and a line in it.

    ``segments`` is how many names an address of a repository has at least and at most; ``tree`` stands
    between repository and commit; ``source`` asks for lines instead of a rendered document.
    """

    segments: tuple[int, int]
    tree: str
    line: str = "#L"
    source: str = ""


_GITHUB = _Forge((2, 2), "/blob/", source="?plain=1")
_GITLAB = _Forge((2, 20), "/-/blob/", source="?plain=1")
_BITBUCKET = _Forge((2, 2), "/src/", line="#lines-")
_GITEA = _Forge((2, 2), "/src/commit/", source="?display=source")
_AZURE = _Forge((4, 4), "?version=GC")

_HOSTS = {
    "github.com": _GITHUB,
    "gitlab.com": _GITLAB,
    "bitbucket.org": _BITBUCKET,
    "codeberg.org": _GITEA,
    "gitea.com": _GITEA,
    "dev.azure.com": _AZURE,
}
_NAMED = {"gitlab": _GITLAB, "gitea": _GITEA, "forgejo": _GITEA}
"""Forges that a host says it is by its first name: ``gitlab.example.org``."""


def base(subject: Subject) -> str:
    """What the link to any file of ``subject`` begins with; empty where no link would surely be right.

    There is one for a known commit without changes beside it, whose remote is on a forge that is known by its
    host: by an https address, or by that of ssh where the host serves both. A subject that is a folder of its
    repository has the folder in its name, after the repository's.

    Source: the permanent links that GitHub, GitLab, Bitbucket Cloud, Gitea and Azure DevOps give for a line.
    """
    host, parts = _address(subject.remote)
    forge = _forge(host)
    if forge is None or subject.dirty is not False or not _is_commit(subject.commit):
        return ""
    least, most = forge.segments
    if not least <= len(parts) <= most or not all(
        part.strip(".") and set(part) <= _SEGMENT for part in parts
    ):
        return ""
    folder = subject.name.partition("/")[2]
    start = f"https://{host}/{'/'.join(parts)}{forge.tree}{subject.commit}"
    if forge is not _AZURE:
        return f"{start}/{encoded(folder) + '/' if folder else ''}"
    return f"{start}&path=/{encoded(folder) + '/' if folder else ''}" if parts[2] == "_git" else ""


def to_line(start: str, path: str, line: int) -> str:
    """The link to a line (from 1; 0 is the whole file), or the empty text where there is no ``start``."""
    if not start or not path:
        return ""
    forge = _forge(start.removeprefix("https://").partition("/")[0]) or _GITHUB
    link = f"{start}{encoded(path)}"
    if line <= 0:
        return link
    if forge is _AZURE:
        return f"{link}&line={line}&lineEnd={line + 1}&lineStartColumn=1&lineEndColumn=1&lineStyle=plain"
    return f"{link}{forge.source if path.lower().endswith(_RENDERED) else ''}{forge.line}{line}"


def _address(remote: str) -> tuple[str, list[str]]:
    """Host and names of a remote; no names where it is not one that a browser reaches by https."""
    scheme, mark, rest = remote.partition("://")
    if not mark:  # the form of scp, host:path
        host, _, path = remote.partition(":")
        return (host, _names(path)) if host in _HOSTS and host != "dev.azure.com" else ("", [])
    host, _, path = rest.partition("/")
    if scheme == "https" or (scheme == "ssh" and host in _HOSTS):
        return host, _names(path)
    return "", []


def _names(path: str) -> list[str]:
    return path.rstrip("/").removesuffix(".git").split("/")


def _forge(host: str) -> _Forge | None:
    if not set(host) <= _HOST:
        return None
    first, dot, rest = host.partition(".")
    return _HOSTS.get(host) or (_NAMED.get(first) if dot and rest.strip(".") else None)


def encoded(path: str) -> str:
    """``path`` percent-encoded as UTF-8, slashes kept. Source: RFC 3986, section 2."""
    raw = path.encode("utf-8", "surrogateescape" if _escaped(path) else "replace")
    return "".join(chr(byte) if chr(byte) in _PLAIN else f"%{byte:02X}" for byte in raw)


def _escaped(path: str) -> bool:
    """Whether every surrogate stands for a byte that is no UTF-8, as Python reads file names."""
    return all(not "\ud800" <= char <= "\udfff" or "\udc80" <= char <= "\udcff" for char in path)


def _is_commit(text: str) -> bool:
    return len(text) in (40, 64) and set(text) <= frozenset("0123456789abcdef")
