"""Text matching in linear time: the one door to RE2.

No pattern of a rule and no text of a subject can hang a scan: RE2 has no backtracking,
and refuses look-around and back-references. Python's ``re`` is not used on the
subject's text anywhere (a test looks at the imports).
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import re2

from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.never_nl = False
# An automaton that outgrows this is begun anew: slower, and the same answers.
_OPTIONS.max_mem = 8 << 20


class PatternError(ValueError):
    """A pattern that is not RE2 syntax."""


def _compiled(source: str) -> Any:
    try:
        return re2.compile(source, _OPTIONS)
    except re2.error as error:
        reason = error.args[0] if error.args else "not a pattern"
        raise PatternError(reason.decode() if isinstance(reason, bytes) else str(reason)) from None


class Hit(Struct, frozen=True):
    """Where a pattern was found: the name it goes by, its 1-based line, the matched text."""

    name: str
    line: int
    text: str


class Pattern:
    """One pattern, case as written; ``(?i)`` in front ignores it. Raises ``PatternError`` for a bad one.

    A ``proven`` pattern is compiled only when it is first asked.
    """

    def __init__(self, source: str, *, proven: bool = False) -> None:
        self.source = source
        self._made: Any = None if proven else _compiled(source)

    @property
    def _compiled(self) -> Any:
        if self._made is None:
            self._made = _compiled(self.source)
        return self._made

    def found(self, text: str) -> bool:
        """Whether the pattern occurs anywhere in ``text``."""
        return self._compiled.search(text) is not None

    def covers(self, text: str) -> bool:
        """Whether the pattern matches the whole of ``text``."""
        return self._compiled.fullmatch(text) is not None

    def groups(self, text: str) -> tuple[str, ...] | None:
        """The first occurrence's whole text and groups (an unmatched group is empty), or None."""
        match = self._compiled.search(text)
        return None if match is None else tuple(part or "" for part in (match.group(0), *match.groups()))

    def spans(self, text: bytes) -> Iterator[tuple[int, int]]:
        """Every occurrence in encoded text: the offsets of its first byte and of the byte behind it."""
        for match in self._compiled.finditer(text):
            yield match.span()

    def each(self, text: str) -> Iterator[tuple[int, str]]:
        """Every occurrence: the offset at which it starts, and its text."""
        for match in self._compiled.finditer(text):
            yield match.start(), match.group(0)


class Lines:
    """Many texts of one line each, asked in one pass which of them a pattern occurs in."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        encoded = [text.encode("utf-8", "replace") for text in texts]
        self._whole = b"\n".join(encoded)
        self._starts = array("L")
        at = 0
        for text in encoded:
            self._starts.append(at)
            at += len(text) + 1
        self._single = self._whole.count(b"\n") == len(texts) - 1

    def holding(self, pattern: Pattern) -> set[int]:
        """The positions of the texts in which ``pattern`` occurs."""
        source = pattern.source
        if not self._single or any(sign in source for sign in (r"\A", r"\z", "(?-")):
            return {at for at, text in enumerate(self._texts) if pattern.found(text)}
        found: set[int] = set()
        last = -1
        # An occurrence may go over the end of a line: whatever it touches is asked by itself.
        for start, end in _over_lines("(?m)" + source).spans(self._whole):
            first = max(bisect_right(self._starts, start) - 1, last + 1)
            last = max(bisect_right(self._starts, end) - 1, last)
            found.update(at for at in range(first, last + 1) if pattern.found(self._texts[at]))
        return found

    def covered(self, source: str, each: Callable[[str], bool]) -> set[int]:
        """The positions of the texts that ``source``, which matches no line end, covers.

        ``each`` says the same of one text.
        """
        if not self._single:
            return {at for at, text in enumerate(self._texts) if each(text)}
        spans = _over_lines(f"(?m)^(?:{source})$").spans(self._whole)
        return {bisect_right(self._starts, start) - 1 for start, _ in spans}


@lru_cache(maxsize=4096)
def _over_lines(source: str) -> Pattern:
    return Pattern(source)


def escaped(text: str) -> str:
    """A pattern that matches ``text`` and nothing else."""
    return str(re2.escape(text))


class PatternSet:
    """Many named patterns asked of a text in one pass."""

    def __init__(self, patterns: Mapping[str, str]) -> None:
        """Compile ``patterns`` (name → RE2 source). Raises ``PatternError`` for a bad one."""
        self._names = tuple(patterns)
        self._sources = dict(patterns)
        self._single: dict[str, Pattern] = {}  # compiled where one of them is to be located
        self._set: Any = re2.Set.SearchSet(_OPTIONS)
        for source in patterns.values():
            try:
                self._set.Add(source)
            except re2.error:
                Pattern(source)  # says what is wrong with it
                raise
        self._set.Compile()

    def _located(self, name: str) -> Pattern:
        if name not in self._single:
            self._single[name] = Pattern(self._sources[name])
        return self._single[name]

    def names(self, text: str | bytes) -> tuple[str, ...]:
        """The names of the patterns that occur in ``text``, in the order they were given."""
        return tuple(self._names[index] for index in sorted(self._set.Match(text) or ()))

    def hits(self, text: str) -> tuple[Hit, ...]:
        """Every occurrence of every pattern in ``text``, by line, then by the order of the patterns."""
        found = [
            (offset, name, matched)
            for name in self.names(text)
            for offset, matched in self._located(name).each(text)
        ]
        if not found:
            return ()
        rank = {name: index for index, name in enumerate(self._names)}
        found.sort(key=lambda item: (item[0], rank[item[1]]))
        hits, line, position = [], 1, 0
        for offset, name, matched in found:
            line += text.count("\n", position, offset)
            position = offset
            hits.append(Hit(name, line, matched))
        return tuple(hits)
