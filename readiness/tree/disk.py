"""Files on the disk, touched as little as possible: no link is followed, nothing special is opened."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, BinaryIO

from readiness.tree.listing import LONGEST, too_large
from readiness.tree.model import Unreadable

if TYPE_CHECKING:
    from readiness.tree.model import Limits

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)

LINK = "symbolic link, not followed"
GONE = "missing on disk"

_NOT_ENTERED = {
    b"node_modules": "installed packages, not looked at",
    b"__pycache__": "a tool's cache, not looked at",
    b".tox": "a tool's cache, not looked at",
    b".nox": "a tool's cache, not looked at",
    b".mypy_cache": "a tool's cache, not looked at",
    b".terraform": "a tool's cache, not looked at",
}


class Disk:
    """The files below ``root``, an absolute path. Paths are bytes, relative to it, parted by ``/``."""

    def __init__(self, root: bytes) -> None:
        self._root = root
        self._folders: dict[bytes, str] = {b"": ""}

    def full(self, path: bytes) -> bytes:
        """The absolute path."""
        return _joined(self._root, path)

    def look(self, path: bytes) -> os.stat_result | str:
        """The state of a regular file; for anything else, in words, what is there instead."""
        if not is_inside(path):
            return "not a usable path below the root"
        blocked = self._blocked(path.rpartition(b"/")[0])
        if blocked:
            return blocked
        try:
            state = os.lstat(self.full(path))
        except FileNotFoundError:
            return GONE
        except (OSError, ValueError):
            return "cannot be looked at"
        return state if stat.S_ISREG(state.st_mode) else kind(state.st_mode)

    def _blocked(self, folder: bytes) -> str:
        """Why what lies below ``folder`` is out of reach; empty if it is not. Remembered by folder."""
        known = self._folders.get(folder)
        if known is None:
            known = self._blocked(folder.rpartition(b"/")[0]) if folder.count(b"/") < 200 else "too deep"
            known = known or self._step(folder)
            self._folders[folder] = known
        return known

    def _step(self, folder: bytes) -> str:
        try:
            mode = os.lstat(self.full(folder)).st_mode
        except FileNotFoundError:
            return GONE
        except (OSError, ValueError):
            return "cannot be looked at"
        if stat.S_ISLNK(mode):
            return "below a symbolic link, not followed"
        return "" if stat.S_ISDIR(mode) else GONE

    def read(self, path: bytes, limits: Limits) -> bytes:
        """The bytes of a regular file. Raises ``Unreadable``."""
        try:
            with self.open(path) as stream:
                size = os.fstat(stream.fileno()).st_size
                if size > limits.file_bytes:
                    raise too_large(size, limits)
                content = stream.read(limits.file_bytes + 1)
        except OSError as error:
            raise Unreadable(_why(error)) from None
        if len(content) > limits.file_bytes:
            raise too_large(len(content), limits)
        return content

    def open(self, path: bytes) -> BinaryIO:
        """A regular file, open for reading. Raises ``Unreadable`` if it is none, ``OSError``."""
        blocked = self._blocked(path.rpartition(b"/")[0])
        if blocked:
            raise Unreadable(blocked)
        handle = os.open(self.full(path), _FLAGS)
        mode = os.fstat(handle).st_mode
        if not stat.S_ISREG(mode):
            os.close(handle)
            raise Unreadable(kind(mode))
        return os.fdopen(handle, "rb")


def is_inside(path: bytes) -> bool:
    """Whether a relative path stays below its root and out of a git folder, and can be opened at all."""
    if len(path) > LONGEST:
        return False
    parts = path.split(b"/")
    if os.sep == "\\" and (b"\\" in path or b":" in path):  # pragma: no cover - Windows
        return False
    return not any(part in {b"", b".", b".."} or part.lower() == b".git" for part in parts)


def _joined(root: bytes, path: bytes) -> bytes:
    return root.rstrip(b"/") + b"/" + path if path else root


def kind(mode: int) -> str:
    """What a file that is not regular is, and that it was left alone."""
    if stat.S_ISLNK(mode):
        return LINK
    if stat.S_ISDIR(mode):
        return "a folder, where a file was expected"
    if stat.S_ISFIFO(mode):
        return "named pipe, not opened"
    if stat.S_ISSOCK(mode):
        return "socket, not opened"
    return "device, not opened"


def _why(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "no permission to read it"
    return "vanished or changed while it was read"


def walk(root: bytes) -> tuple[list[bytes], dict[bytes, str]]:
    """Every regular file below ``root`` where there is no git to ask; and what was passed over, and why.

    ``.git`` is left out without a word; installed packages and caches are told.
    """
    files: list[bytes] = []
    passed: dict[bytes, str] = {}
    folders = [b""]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(_joined(root, folder)) as found:
                names = sorted(entry.name for entry in found)
        except OSError:
            passed[folder or b"."] = "a folder that cannot be looked into"
            continue
        prefix = folder + b"/" if folder else b""
        for name in names:
            path = prefix + name
            what = _what(root, path)
            if what == "file":
                files.append(path)
            elif what == "folder":
                folders.append(path)
            elif what:
                passed[path] = what
    return files, passed


def _what(root: bytes, path: bytes) -> str:
    """``file``, ``folder`` to go into, empty for git's own folder, or why it is passed over."""
    full, name = _joined(root, path), path.rpartition(b"/")[2]
    try:
        mode = os.lstat(full).st_mode
    except OSError:
        return "cannot be looked at"
    if name.lower() == b".git":
        return ""
    if stat.S_ISREG(mode):
        return "file"
    if not stat.S_ISDIR(mode):
        return kind(mode)
    if name in {b"venv", b".venv", b"env"} and os.path.lexists(_joined(full, b"pyvenv.cfg")):
        return "installed packages, not looked at"
    return _NOT_ENTERED.get(name, "folder")
