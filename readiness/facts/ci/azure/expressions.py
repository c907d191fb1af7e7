"""Expressions of Azure Pipelines, answered for one situation: a value, or not to be known.

Source: Azure Pipelines documentation, "Expressions" (functions, job status checks) and "Specify conditions".
Texts are compared without regard to case, a boolean by its word.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from readiness.facts.ci.expressions import UNKNOWN, Partial, Value
from readiness.records import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LIMIT = 4_000
_DEPTH = 40
_TIMES = 20


def truth(text: str, lookup: Callable[[str], Value], *, failed: bool = False) -> bool | None:
    """Whether ``text`` holds, after a failure if ``failed``; None if that is not to be known."""
    return _bool(evaluate(text, lookup, failed=failed))


def evaluate(text: str, lookup: Callable[[str], Value], *, failed: bool = False) -> Value:
    """The value of ``text``; ``lookup`` gives that of a name in lower case (``variables.build.reason``).

    Never raises: what is not understood is not known.
    """
    found = tokens(text.strip())
    if not found:
        return UNKNOWN
    reader = _Reader(found, lookup, failed)
    try:
        value = reader.value(0)
    except _SyntaxError:
        return UNKNOWN
    return value if reader.at == len(found) else UNKNOWN


class _SyntaxError(Exception):
    """The expression is not one that is understood."""


@lru_cache(maxsize=2048)
def tokens(text: str) -> tuple[str, ...] | None:
    """Texts (with their quotes), names (with their indices as further parts), signs; None if too long."""
    if len(text) > _LIMIT:
        return None
    out: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char.isspace():
            at += 1
        elif char in "(),":
            out.append(char)
            at += 1
        elif char == "'":
            end = _end_of_text(text, at)
            out.append(text[at:end])
            at = end
        else:
            name, at = _name(text, at)
            if not name:
                return None
            out.append(name)
    return tuple(out)


def _end_of_text(text: str, at: int) -> int:
    end = at + 1
    while end < len(text):
        if text[end] == "'":
            if text[end + 1 : end + 2] != "'":
                return end + 1
            end += 1
        end += 1
    return len(text)


def _name(text: str, at: int) -> tuple[str, int]:
    """A name from ``at``, ``['x']`` behind it written as ``.x``; and where it ends."""
    out = ""
    while at < len(text):
        char = text[at]
        if char == "[":
            end = text.find("]", at)
            inner = text[at + 1 : end].strip() if end > 0 else ""
            if not (inner[:1] == "'" and inner[-1:] == "'" and len(inner) > 1):
                return "", len(text)
            out += f".{inner[1:-1]}"
            at = end + 1
        elif char.isalnum() or char in "._-":
            out += char
            at += 1
        else:
            break
    return out, at


class _Reader(Struct):
    tokens: Sequence[str]
    lookup: Callable[[str], Value]
    failed: bool
    at: int = field(default=0)

    def take(self) -> str:
        if self.at >= len(self.tokens):
            raise _SyntaxError
        self.at += 1
        return self.tokens[self.at - 1]

    def value(self, depth: int) -> Value:
        if depth > _DEPTH:
            raise _SyntaxError
        token = self.take()
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token in ("(", ")", ","):
            raise _SyntaxError
        if self.at < len(self.tokens) and self.tokens[self.at] == "(":
            self.at += 1
            return self.call(token.lower(), depth)
        if token.lower() in {"true", "false"}:
            return token.lower() == "true"
        if token[0].isdigit() or token[0] == "-":
            return token
        return self.lookup(token.lower())

    def call(self, name: str, depth: int) -> Value:
        given: list[Value] = []
        while self.at < len(self.tokens) and self.tokens[self.at] != ")":
            given.append(self.value(depth + 1))
            if self.at < len(self.tokens) and self.tokens[self.at] == ",":
                self.at += 1
        if self.take() != ")":
            raise _SyntaxError
        return self.status(name, given) if name in _STATUS else _called(name, given)

    def status(self, name: str, given: Sequence[Value]) -> Value:
        if name in {"always", "succeededorfailed"}:
            return True
        if name == "canceled":
            return False
        if given and self.failed:
            return UNKNOWN
        return self.failed if name == "failed" else not self.failed


_STATUS = frozenset(("always", "succeeded", "failed", "succeededorfailed", "canceled"))


def _called(name: str, given: Sequence[Value]) -> Value:
    answer: bool | None
    match name, len(given):
        case "and", _:
            answers = [_bool(value) for value in given]
            answer = False if False in answers else None if None in answers else True
        case "or", _:
            answers = [_bool(value) for value in given]
            answer = True if True in answers else None if None in answers else False
        case "not", 1:
            answer = _not(_bool(given[0]))
        case "eq", 2:
            answer = _same(*given)
        case "ne", 2:
            answer = _not(_same(*given))
        case (("in" | "notin"), count) if count:
            answers = [_same(given[0], other) for other in given[1:]]
            answer = True if True in answers else None if None in answers else False
            answer = _not(answer) if name == "notin" else answer
        case (("startswith" | "endswith" | "contains"), 2):
            answer = _part(name, *given)
        case "coalesce", count if count:
            return next((value for value in given if value not in {None, ""}), None)
        case (("lower" | "upper"), 1):
            return given[0]
        case "replace", 3:
            return _replaced(*given)
        case "format", count if count:
            return _formatted(given[0], given[1:])
        case _:
            return UNKNOWN
    return UNKNOWN if answer is None else answer


def _replaced(text: Value, old: Value, new: Value) -> Value:
    if isinstance(text, str) and isinstance(old, str) and isinstance(new, str) and old:
        return text.replace(old, new) if text.count(old) * len(new) < _LIMIT else UNKNOWN
    return UNKNOWN


def _formatted(text: Value, given: Sequence[Value]) -> Value:
    """``text`` with ``{0}`` and its like put in, ``{{`` as a brace."""
    known = [value for value in given if isinstance(value, str) and len(value) < _LIMIT]
    if not isinstance(text, str) or len(known) != len(given) or len(text) > _LIMIT:
        return UNKNOWN
    plain = text.replace("{{", "\0").replace("}}", "\1")
    for at, value in enumerate(known[:10]):
        plain = plain.replace(f"{{{at}}}", value, _TIMES)
    return plain.replace("\0", "{").replace("\1", "}")


def _bool(value: Value) -> bool | None:
    if value is UNKNOWN or isinstance(value, Partial):
        return None
    if isinstance(value, str):
        return bool(value) and value.lower() != "false" and value != "0"
    return bool(value)


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _text(value: Value) -> str | None:
    if value is UNKNOWN or isinstance(value, Partial):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).lower() if value is not None else ""


def _same(one: Value, other: Value) -> bool | None:
    if isinstance(other, Partial):
        one, other = other, one
    if isinstance(one, Partial):
        text = _text(other)
        return False if text is not None and not text.startswith(one.prefix.lower()) else None
    left, right = _text(one), _text(other)
    return None if left is None or right is None else left == right


def _part(name: str, whole: Value, part: Value) -> bool | None:
    wanted = _text(part)
    if wanted is None:
        return None
    if isinstance(whole, Partial):
        prefix = whole.prefix.lower()
        if name == "startswith":
            return True if prefix.startswith(wanted) else None if wanted.startswith(prefix) else False
        return True if name == "contains" and wanted in prefix else None
    text = _text(whole)
    if text is None:
        return None
    if name == "startswith":
        return text.startswith(wanted)
    return text.endswith(wanted) if name == "endswith" else wanted in text
