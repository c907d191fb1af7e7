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
    """The patterns of ``tables`` as one set. Of tables that may find secrets only that they did is kept."""

    def __init__(self, tables: Sequence[PatternTable], cache: Cache | None = None) -> None:
        self._tables = tables
        self._cache = cache
        self._secret = frozenset(table.name for table in tables if table.secret)
        patterns = sorted(
            f"{table.name}\0{name}\0{text}" for table in tables for name, text in table.patterns
        )
        self._kind = "hits/" + digest("\0\0".join(patterns).encode()).hex()
        self._sets: dict[bool, PatternSet] = {}

    def hits(self, data: bytes) -> tuple[Hit, ...]:
        """Every occurrence in a file's bytes, by line."""
        if self._cache is None:
            return self._found(data, secret_only=False)
        key = digest(data)
        known = self._cache.get(self._kind, key, _Kept)
        if isinstance(known, _Kept):
            return known.hits + (self._found(data, secret_only=True) if known.secrets else ())
        found = self._found(data, secret_only=False)
        kept = tuple(hit for hit in found if hit.table not in self._secret)
        self._cache.put(self._kind, key, _Kept(kept, len(kept) < len(found)))
        return found

    def _found(self, data: bytes, *, secret_only: bool) -> tuple[Hit, ...]:
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
