"""Globs over paths and keys: ``*`` and ``?`` within a part, ``**`` across parts, choices and classes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from readiness.matching import Lines, Pattern, PatternError, escaped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MOST_ALTERNATIVES = 64
# What the signs of a glob match: any character, or any but a line end.
_ANY = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]", "!": "^/"}
_IN_LINE = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/\\n]*", "?": "[^/\\n]", "!": "^/\\n"}


class Glob(Pattern):
    """A path or key pattern, to ``covers`` whole paths; see ``glob``.

    ``alternatives`` are the same without choices where there is no class. The plain forms, which
    nearly all are, are answered by comparing text.
    """

    def __init__(self, pattern: str, source: str, alternatives: tuple[str, ...]) -> None:
        super().__init__(source, proven="[" not in pattern)
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


@lru_cache(maxsize=4096)
def glob(pattern: str) -> Glob:
    """A path or key pattern, to ``covers`` whole paths.

    ``*`` and ``?`` stay within one part, ``**`` crosses parts (``**/x`` also matches
    ``x``), ``{a,b}`` is a choice, ``[ab]`` a class. Everything else is itself.
    Raises ``PatternError`` for an unclosed class or choice.
    """
    return Glob(pattern, "(?s)" + _translated(pattern, _ANY), _alternatives(pattern))


def _translated(pattern: str, signs: Mapping[str, str]) -> str:
    out: list[str] = []
    start = index = depth = 0  # what lies between start and index is literal
    while index < len(pattern):
        char = pattern[index]
        if char not in _SIGNS or ((char in "},") and not depth):
            index += 1
            continue
        out.append(escaped(pattern[start:index]) if start < index else "")
        if char in "*?":
            whole = not index or pattern[index - 1] in "/{,"  # else what follows ** is a part of its own
            signs_here = ("**/", "**", "*", "?") if whole else ("**", "*", "?")
            sign = next(sign for sign in signs_here if pattern.startswith(sign, index))
            out.append(signs[sign])
            index += len(sign)
        elif char == "[":
            end = pattern.find("]", index + 2)
            if end < 0:
                raise PatternError(f"the class that starts in '{pattern[index:]}' is not closed")
            body = pattern[index + 1 : end].replace("\\", "\\\\")
            out.append(f"[{signs['!'] + body[1:] if body[0] == '!' else body}]")
            index = end + 1
        else:
            depth += {"{": 1, "}": -1, ",": 0}[char]
            out.append({"{": "(?:", "}": ")", ",": "|"}[char])
            index += 1
        start = index
    if depth:
        raise PatternError(f"the choice in '{pattern}' is not closed")
    return "".join([*out, escaped(pattern[start:])])


_SIGNS = frozenset("*?[{},")


def covered(globs: tuple[str, ...], lines: Lines) -> set[int]:
    """The positions of the texts in ``lines`` that one of ``globs`` covers, found in one pass."""
    return lines.covered(_in_line(globs), lambda text: any(glob(each).covers(text) for each in globs))


@lru_cache(maxsize=4096)
def _in_line(globs: tuple[str, ...]) -> str:
    return "|".join(_translated(each, _IN_LINE) for each in globs)
