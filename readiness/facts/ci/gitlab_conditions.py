"""Conditions of GitLab pipelines (``rules:if``, ``only:variables``), answered for one situation.

Source: GitLab CI/CD documentation, "CI/CD variable expressions" (``==``, ``!=``, ``=~``, ``!~``, ``&&``,
``||``, parentheses, ``null``; regular expressions are RE2).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from readiness.facts.ci.expressions import UNKNOWN, Partial, Value
from readiness.matching import Pattern, PatternError
from readiness.records import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LIMIT = 4_000
_DEPTH = 40
_SIGNS = ("&&", "||", "==", "!=", "=~", "!~", "(", ")")
_FLAGS = frozenset("ims")


def holds(condition: str, value_of: Callable[[str], Value]) -> bool | None:
    """Whether ``condition`` is met; None if that is not to be known. Never raises.

    ``value_of`` gives a variable's value by its name: a text, part of one, None for a
    variable that is not set, or ``UNKNOWN``.
    """
    tokens = tokenize(condition)
    if not tokens:
        return None
    reader = _Reader(tokens, value_of)
    try:
        answer = reader.either(0)
    except _SyntaxError:
        return None
    return answer if reader.at == len(tokens) else None


def texts(condition: str) -> tuple[str, ...]:
    """The quoted texts of ``condition``: names of branches and sources that it distinguishes."""
    return tuple(token[1:-1] for token in tokenize(condition) or () if token[0] in "\"'")


def fits(pattern: str, name: Value) -> bool | None:
    """Whether ``/pattern/flags`` occurs in ``name``; None where one of the two is not to be known."""
    if name is None:
        return False
    body, _, flags = pattern[1:].rpartition("/")
    if not isinstance(name, str) or not _FLAGS.issuperset(flags):
        return None
    try:
        source = body.replace("\\/", "/")
        return _pattern(f"(?{flags}){source}" if flags else source).found(name)
    except PatternError:
        return None


_pattern = lru_cache(maxsize=1024)(Pattern)


class _SyntaxError(Exception):
    """The condition is not one that is understood."""


@lru_cache(maxsize=4096)
def tokenize(condition: str) -> tuple[str, ...] | None:
    """The parts of ``condition``; None if one of them is not understood, or there are too many."""
    if len(condition) > _LIMIT:
        return None
    out: list[str] = []
    at = 0
    while at < len(condition):
        char = condition[at]
        if char.isspace():
            at += 1
            continue
        end = _end(condition, at)
        if end <= at:
            return None
        out.append(condition[at:end])
        at = end
    return tuple(out)


def _end(text: str, at: int) -> int:
    """Where the part that starts at ``at`` ends; -1 if none starts there."""
    char = text[at]
    if char in "\"'":
        return text.find(char, at + 1) + 1
    if text[at : at + 2] in _SIGNS:
        return at + 2
    if char in "()":
        return at + 1
    if char == "/":
        return _end_of_pattern(text, at + 1)
    end = at + 1
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    word = text[at:end]
    return end if word == "null" or (char == "$" and len(word) > 1) else -1


def _end_of_pattern(text: str, at: int) -> int:
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == "/":
            at += 1
            while at < len(text) and text[at].isalpha():
                at += 1
            return at
        at += 1
    return -1


class _Reader(Struct):
    """Reads from the left: comparisons bind closest, then ``&&``, then ``||``."""

    tokens: Sequence[str]
    value_of: Callable[[str], Value]
    at: int = field(default=0)

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        if not token:
            raise _SyntaxError
        self.at += 1
        return token

    def either(self, depth: int) -> bool | None:
        answers = [self.both(depth)]
        while self.peek() == "||":
            self.at += 1
            answers.append(self.both(depth))
        return True if True in answers else None if None in answers else False

    def both(self, depth: int) -> bool | None:
        answers = [self.comparison(depth)]
        while self.peek() == "&&":
            self.at += 1
            answers.append(self.comparison(depth))
        return all_of(answers)

    def comparison(self, depth: int) -> bool | None:
        if self.peek() == "(":
            if depth >= _DEPTH:
                raise _SyntaxError
            self.at += 1
            answer = self.either(depth + 1)
            if self.take() != ")":
                raise _SyntaxError
            return answer
        left = self.value()
        sign = self.peek()
        if sign in {"==", "!="}:
            self.at += 1
            same = _same(left, self.value())
            return same if sign == "==" else _not(same)
        if sign in {"=~", "!~"}:
            self.at += 1
            found = self.matches(left)
            return found if sign == "=~" else _not(found)
        return _set(left)

    def matches(self, left: Value) -> bool | None:
        pattern: Value = self.take() if self.peek().startswith("/") else self.value()
        if not isinstance(pattern, str) or not pattern.startswith("/") or pattern.count("/") < 2:
            return None
        return fits(pattern, left)

    def value(self) -> Value:
        token = self.take()
        if token.startswith("$"):
            return self.value_of(token[1:])
        if token[0] in "\"'":
            return UNKNOWN if "$" in token else token[1:-1]
        if token == "null":  # noqa: S105 - a word of the language
            return None
        raise _SyntaxError


def all_of(answers: Sequence[bool | None]) -> bool | None:
    """Whether all ``answers`` are yes; None if that hangs on one that is not known."""
    return False if False in answers else None if None in answers else True


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _set(value: Value) -> bool | None:
    """Whether a variable is set and not empty; of a text only partly known it is."""
    if value is None or isinstance(value, str | bool):
        return bool(value)
    return True if isinstance(value, Partial) else None


def _same(one: Value, other: Value) -> bool | None:
    if isinstance(other, Partial):
        one, other = other, one
    if isinstance(one, Partial):
        if other is None or (isinstance(other, str) and (not other or other in one.excluded)):
            return False
        return None
    if one is UNKNOWN or other is UNKNOWN:
        return None
    return one == other
