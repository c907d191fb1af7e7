"""What files of given bytes hold, kept between scans: the one door to SQLite and to the cache folder.

Nothing of the subject's choosing gets in but what parsers made of bytes: the key is the
parser and a hash of the very bytes that it was given, never a name, a time or an id that
git claims. What could hold a secret is not stored (who parses says so by giving no shape).
The folder is the user's own; a cache that cannot be opened, read or written is no cache.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import readiness
from readiness.records import Struct, packed, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILE = "facts.sqlite"
_LARGEST = 512 << 20  # bytes; a file that has grown beyond is begun anew
_BATCH = 200  # results kept in memory before they are written
_PATIENCE = 1.0  # seconds that another process may hold the file
_VALUE, _REFUSED = b"v", b"r"

_SCHEMA = """
    create table if not exists fact (kind text, digest blob, value blob, primary key (kind, digest))
    without rowid
"""


class Refused(Struct, frozen=True):
    """A file that a parser refused, as ``spans.Unparsable`` has it."""

    line: int
    reason: str
    opens: bool


class Cache:
    """Results by parser and bytes. Every failure of the file below it only means that nothing is known."""

    def __init__(self, folder: Path) -> None:
        """A cache in ``folder``, which is made if it is missing; the file is opened on first use."""
        self._folder = folder
        self._file: sqlite3.Connection | None = None
        self._broken = False
        self._new: list[tuple[str, bytes, bytes]] = []
        self._edition = edition()

    def get(self, kind: str, digest: bytes, shape: Any) -> Any | Refused | None:
        """What was kept of ``kind`` for bytes with ``digest``, of the type ``shape``; None if nothing was."""
        try:
            file = self._opened()
            if file is None:
                return None
            query = "select value from fact where kind = ? and digest = ?"
            row = file.execute(query, (self._kind(kind), digest)).fetchone()
            if row is None:
                return None
            mark, body = row[0][:1], row[0][1:]
            return unpacked(body, Refused if mark == _REFUSED else shape)
        except (sqlite3.Error, ValueError):
            return None

    def put(self, kind: str, digest: bytes, value: Any) -> None:
        """Keep ``value`` of ``kind`` for bytes with ``digest``."""
        mark = _REFUSED if isinstance(value, Refused) else _VALUE
        self._new.append((self._kind(kind), digest, mark + packed(value)))
        if len(self._new) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what is new."""
        try:
            file = self._opened() if self._new else None
            if file is not None:
                with file:
                    file.executemany("insert or replace into fact values (?, ?, ?)", self._new)
        except sqlite3.Error:
            self._broken = True
        self._new.clear()

    def close(self) -> None:
        """Write what is new and let go of the file."""
        self.flush()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _kind(self, kind: str) -> str:
        return f"{kind}/{self._edition}"

    def _opened(self) -> sqlite3.Connection | None:
        if self._file is None and not self._broken:
            try:
                self._file = _open(self._folder)
            except (OSError, sqlite3.Error):
                self._broken = True
        return self._file


def _open(folder: Path) -> sqlite3.Connection:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = folder / _FILE
    if place.exists() and place.stat().st_size > _LARGEST:
        place.unlink()
    file = sqlite3.connect(place, timeout=_PATIENCE)
    try:
        file.execute("pragma journal_mode = wal")
        file.execute("pragma synchronous = normal")
        file.execute(_SCHEMA)
    except sqlite3.DatabaseError as error:
        file.close()
        if isinstance(error, sqlite3.OperationalError):
            raise
        place.unlink()  # no database of ours: begin anew, once
        file = sqlite3.connect(place, timeout=_PATIENCE)
        file.execute(_SCHEMA)
    return file


def digest(data: bytes) -> bytes:
    """The hash that stands for ``data``."""
    return hashlib.blake2b(data, digest_size=20).digest()


@cache
def edition() -> str:
    """Which readiness made a result: its version and the state of its own source files.

    A changed parser is another edition even where nobody has raised its version.
    """
    found = hashlib.blake2b(readiness.__version__.encode(), digest_size=8)
    for path, state in sorted(_sources(Path(readiness.__file__).parent)):
        found.update(f"{path}\0{state.st_mtime_ns}\0{state.st_size}\0".encode())
    return found.hexdigest()


def _sources(package: Path) -> Iterator[tuple[str, os.stat_result]]:
    waiting = [package]
    while waiting:
        folder = waiting.pop()
        if not folder.is_dir():  # read out of an archive: the version alone must do
            continue
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir():
                    waiting.append(folder / entry.name)
                elif entry.name.endswith(".py"):
                    yield entry.path, entry.stat()


def cache_folder() -> Path:
    """The user's folder for caches of ours; ``READINESS_CACHE_DIR`` overrides it."""
    given = os.environ.get("READINESS_CACHE_DIR")
    if given:
        return Path(given)
    from platformdirs import user_cache_path  # noqa: PLC0415 - only where nothing is given

    return user_cache_path("readiness", appauthor=False)
