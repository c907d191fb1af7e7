"""Text matching in linear time: the one door to RE2.

No pattern of a rule and no text of a subject can hang a scan: RE2 has no backtracking,
and refuses look-around and back-references. Python's ``re`` is not used on the
subject's text anywhere (a test looks at the imports).
"""

from __future__ import annotations

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
_OPTIONS.max_mem = 64 << 20


class PatternError(ValueError):
    """A pattern that is not RE2 syntax."""


class Hit(Struct, frozen=True):
    """Where a pattern was found: the name it goes by, its 1-based line, the matched text."""

    name: str
    line: int
    text: str


class Pattern:
    """One compiled pattern, case as written; ``(?i)`` in front ignores it."""

    def __init__(self, source: str) -> None:
        try:
            self._compiled: Any = re2.compile(source, _OPTIONS)
        except re2.error as error:
            reason = error.args[0] if error.args else "not a pattern"
            raise PatternError(reason.decode() if isinstance(reason, bytes) else str(reason)) from None
        self.source = source

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

    def each(self, text: str) -> Iterator[tuple[int, str]]:
        """Every occurrence: the offset at which it starts, and its text."""
        for match in self._compiled.finditer(text):
            yield match.start(), match.group(0)


class Lines:
    """Many texts of one line each, asked in one pass which of them a pattern occurs in."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._whole = "\n".join(texts)
        self._starts: list[int] = []
        at = 0
        for text in texts:
            self._starts.append(at)
            at += len(text) + 1
        self._single = self._whole.count("\n") == len(texts) - 1

    def holding(self, pattern: Pattern) -> set[int]:
        """The positions of the texts in which ``pattern`` occurs."""
        source = pattern.source
        if not self._single or any(sign in source for sign in (r"\A", r"\z", "(?-")):
            return {at for at, text in enumerate(self._texts) if pattern.found(text)}
        found: set[int] = set()
        last = -1
        # An occurrence may go over the end of a line: whatever it touches is asked by itself.
        for start, text in _over_lines(source).each(self._whole):
            first = max(bisect_right(self._starts, start) - 1, last + 1)
            last = max(bisect_right(self._starts, start + len(text)) - 1, last)
            found.update(at for at in range(first, last + 1) if pattern.found(self._texts[at]))
        return found


@lru_cache(maxsize=4096)
def _over_lines(source: str) -> Pattern:
    return Pattern("(?m)" + source)


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


class Glob(Pattern):
    """A path or key pattern, to ``covers`` whole paths; see ``glob``.

    ``alternatives`` are the same without choices where there is no class. The plain forms, which
    nearly all are, are answered by comparing text.
    """

    def __init__(self, pattern: str, source: str, alternatives: tuple[str, ...]) -> None:
        super().__init__(source)
        self.pattern = pattern
        self.alternatives = alternatives
        plain = [_plainly(each) for each in alternatives]
        if plain and all(plain):
            tests = [each for each in plain if each is not None]
            self._covers = tests[0] if len(tests) == 1 else _any_of(tests)
        else:
            self._needed = tuple(_longest_literal(each) for each in alternatives) or ("",)
            self._covers = self._engine_covers

    def _engine_covers(self, text: str) -> bool:
        needed = any(literal in text for literal in self._needed)
        return needed and self._compiled.fullmatch(text) is not None

    def covers(self, text: str) -> bool:
        """Whether the pattern covers the whole of ``text``."""
        return self._covers(text)


def _any_of(tests: list[Callable[[str], bool]]) -> Callable[[str], bool]:
    return lambda text: any(test(text) for test in tests)


def _plainly(pattern: str) -> Callable[[str], bool] | None:
    """The pattern as a comparison of text, or None for one that needs the engine."""
    if _is_literal(pattern):
        return pattern.__eq__
    if pattern.endswith("/**") and _is_literal(head := pattern[:-2]):
        return lambda text: text.startswith(head)
    tail = pattern.removeprefix("**/")
    if tail == pattern:
        if pattern[:1] == "*" and "/" not in pattern and _is_literal(ending := pattern[1:]):
            return lambda text: text.endswith(ending) and "/" not in text
        return None
    if _is_literal(tail):
        below = "/" + tail
        return lambda text: text == tail or text.endswith(below)
    if tail[0] == "*" and "/" not in tail and _is_literal(ending := tail[1:]):
        return lambda text: text.endswith(ending)
    return None


def _is_literal(pattern: str) -> bool:
    return not any(sign in pattern for sign in "*?[{")


def _longest_literal(pattern: str) -> str:
    """A text that whatever the pattern covers must hold; "**/" may cover nothing, its slash is none."""
    for sign in ("**/", "**", "*", "?"):
        pattern = pattern.replace(sign, "\0")
    return max(pattern.split("\0"), key=len)


def _alternatives(pattern: str) -> tuple[str, ...]:
    """``a.{yml,yaml}`` as ``a.yml`` and ``a.yaml``; none where that is not simple."""
    if "[" in pattern:
        return ()
    done: list[str] = []
    todo = [pattern]
    while todo:
        text = todo.pop()
        end = text.find("}")
        start = text.rfind("{", 0, max(end, 0))
        if start < 0 or end < 0:
            done.append(text)
        else:
            todo += [text[:start] + choice + text[end + 1 :] for choice in text[start + 1 : end].split(",")]
        if len(todo) + len(done) > _MOST_ALTERNATIVES:
            return ()
    return tuple(sorted(done))


_MOST_ALTERNATIVES = 64


@lru_cache(maxsize=4096)
def glob(pattern: str) -> Glob:
    """A path or key pattern, to ``covers`` whole paths.

    ``*`` and ``?`` stay within one part, ``**`` crosses parts (``**/x`` also matches
    ``x``), ``{a,b}`` is a choice, ``[ab]`` a class. Everything else is itself.
    Raises ``PatternError`` for an unclosed class or choice.
    """
    out, index, depth = [], 0, 0
    while index < len(pattern):
        char = pattern[index]
        if pattern.startswith("**/", index):
            out.append("(?:.*/)?")
            index += 3
            continue
        if pattern.startswith("**", index):
            out.append(".*")
            index += 2
            continue
        if char == "*":
            out.append("[^/]*")
        elif char == "?":
            out.append("[^/]")
        elif char == "[":
            end = pattern.find("]", index + 2)
            if end < 0:
                raise PatternError(f"the class that starts in '{pattern[index:]}' is not closed")
            body = pattern[index + 1 : end]
            body = "^/" + body[1:] if body[0] == "!" else body
            out.append("[" + body.replace("\\", "\\\\") + "]")
            index = end
        elif char == "{":
            depth += 1
            out.append("(?:")
        elif char == "}" and depth:
            depth -= 1
            out.append(")")
        elif char == "," and depth:
            out.append("|")
        else:
            out.append(re2.escape(char))
        index += 1
    if depth:
        raise PatternError(f"the choice in '{pattern}' is not closed")
    return Glob(pattern, "(?s)" + "".join(out), _alternatives(pattern))
