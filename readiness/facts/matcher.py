"""Matches the tables of one class of files, all in one pass, and keeps between scans what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.cache import digest
from readiness.matching import PatternSet
from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.facts.cache import Cache
    from readiness.facts.model import PatternTable


class Hit(Struct, frozen=True):
    """One occurrence: the table and the name of the pattern, the line, the text matched."""

    table: str
    name: str
    line: int
    text: str


class _Kept(Struct, frozen=True):
    """What one file holds: the hits that may be kept, and whether there were others."""

    hits: tuple[Hit, ...]
    secrets: bool


class Matcher:
    """The patterns of ``tables`` as one set for each kind of name that a file has.

    Of tables that may find secrets only that they did is kept.
    """

    def __init__(self, tables: Sequence[PatternTable], cache: Cache | None = None) -> None:
        self._tables = tables
        self._cache = cache
        self._endings = tuple(sorted({ending for table in tables for ending in table.endings}))
        self._for_files: dict[str, _Set] = {}
        self._sets: dict[tuple[str, ...], _Set] = {}

    def hits(self, path: str, data: bytes) -> tuple[Hit, ...]:
        """Every occurrence in the bytes of the file ``path``, by line."""
        ending = next((ending for ending in self._endings if path.endswith(ending)), "")
        if ending not in self._for_files:
            asked = [table for table in self._tables if not table.endings or ending in table.endings]
            names = tuple(table.name for table in asked)
            self._for_files[ending] = self._sets.get(names) or self._sets.setdefault(names, _Set(asked))
        patterns = self._for_files[ending]
        if self._cache is None:
            return patterns.found(data, secret_only=False)
        key = digest(data)
        known = self._cache.get(patterns.kind, key, _Kept)
        if isinstance(known, _Kept):
            return known.hits + (patterns.found(data, secret_only=True) if known.secrets else ())
        found = patterns.found(data, secret_only=False)
        kept = tuple(hit for hit in found if hit.table not in patterns.secret)
        self._cache.put(patterns.kind, key, _Kept(kept, len(kept) < len(found)))
        return found


class _Set:
    """Some tables as one set, and the name under which its results are kept."""

    def __init__(self, tables: Sequence[PatternTable]) -> None:
        self._tables = tables
        self.secret = frozenset(table.name for table in tables if table.secret)
        patterns = sorted("\0".join((table.name, *pair)) for table in tables for pair in table.patterns)
        self.kind = "hits/" + digest("\0\0".join(patterns).encode()).hex()
        self._sets: dict[bool, PatternSet] = {}

    def found(self, data: bytes, *, secret_only: bool) -> tuple[Hit, ...]:
        """Every occurrence in ``data``, of all tables or of the secret ones."""
        if secret_only not in self._sets:
            self._sets[secret_only] = PatternSet(
                {
                    f"{table.name}\0{name}": source
                    for table in self._tables
                    for name, source in table.patterns
                    if table.secret or not secret_only
                }
            )
        found: list[Hit] = []
        for hit in self._sets[secret_only].hits(data.decode("utf-8", "replace")):
            table, _, name = hit.name.partition("\0")
            found.append(Hit(table, name, hit.line, hit.text))
        return tuple(found)
