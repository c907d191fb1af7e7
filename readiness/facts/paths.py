"""Finds the files that globs cover without asking every file: by name, by ending, by folder."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from readiness.matching import glob

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from readiness.tree.model import Entry

_SIGNS = "*?[{"


class PathIndex:
    """The entries of a tree, in the order of their paths, by what globs usually say about them."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._paths = [entry.path for entry in entries]
        self._names: dict[str, list[int]] = {}
        self._endings: dict[str, list[int]] = {}
        for at, path in enumerate(self._paths):
            name = path.rpartition("/")[2]
            self._names.setdefault(name, []).append(at)
            self._endings.setdefault(name.rpartition(".")[2], []).append(at)

    def covered(self, globs: Iterable[str]) -> tuple[Entry, ...]:
        """The entries whose path one of ``globs`` covers, in the order of paths."""
        found: set[int] = set()
        for text in globs:
            pattern = glob(text)
            for each in pattern.alternatives or (text,):
                found.update(at for at in self._candidates(each) if pattern.covers(self._paths[at]))
        return tuple(self._entries[at] for at in sorted(found))

    def _candidates(self, pattern: str) -> Iterable[int]:
        name = pattern.rpartition("/")[2]
        if "[" not in pattern and "{" not in pattern and name:
            if not any(sign in name for sign in _SIGNS):
                return self._names.get(name, ())
            ending = name.rpartition(".")[2]
            if "." in name and not any(sign in ending for sign in _SIGNS):
                return self._endings.get(ending, ())
        folder = pattern[: min((pattern.find(sign) for sign in _SIGNS if sign in pattern), default=0)]
        folder = folder[: folder.rfind("/") + 1]
        if folder:
            return range(bisect_left(self._paths, folder), bisect_left(self._paths, folder[:-1] + "0"))
        return range(len(self._paths))
