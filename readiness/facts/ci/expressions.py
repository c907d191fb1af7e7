"""Conditions of GitHub Actions, answered for one situation: yes, no, or not to be known.

Only what decides whether something runs is known here: the event, the branch or tag, and
how the work before it ended. Everything else (inputs, variables, outputs) is unknown,
and an answer that hangs on it is None.
Source: GitHub Actions documentation, "Evaluate expressions in workflows and actions".
"""

from __future__ import annotations

from typing import Final, TypeAlias

from readiness.records import Struct, field

_LIMIT = 4_000
_DEPTH = 40


class Partial(Struct, frozen=True):
    """A text of which only the beginning is known, and some texts that it is not."""

    prefix: str
    excluded: frozenset[str] = frozenset()


class _Unknown:
    """A value that the file does not give."""


UNKNOWN: Final = _Unknown()
Value: TypeAlias = str | bool | Partial | _Unknown | None


class Situation(Struct, frozen=True):
    """What a condition may ask: known contexts by their lower-case name, and how the work before ended.

    ``failed`` is True if something before has failed. ``results`` overrides the outcome
    of single jobs. Names that are not in ``known`` are unknown.
    """

    known: tuple[tuple[str, Value], ...] = ()
    failed: bool = False
    results: tuple[tuple[str, str], ...] = ()


def truth(condition: str, situation: Situation) -> bool | None:
    """Whether ``condition`` (with or without ``${{ }}``) holds; None if that is not to be known.

    A condition without a status function also asks that nothing before has failed.
    An empty condition is just that. Never raises: what cannot be read is unknown.
    """
    text = bare(condition)
    if not text:
        return not situation.failed
    if len(text) > _LIMIT or "${{" in text:
        return None
    tokens = _tokens(text)
    if tokens is None:
        return None
    asks = any(
        token.lower() in _STATUS and after == "("
        for token, after in zip(tokens, [*tokens[1:], ""], strict=True)
    )
    if situation.failed and not asks:
        return False
    reader = _Reader(tokens, situation)
    try:
        value = reader.either(0)
    except _SyntaxError:
        return None
    return _truth(value) if reader.done else None


def possible(condition: str, known: tuple[tuple[str, Value], ...]) -> bool:
    """Whether something with this condition may start, whatever came before it."""
    return any(truth(condition, Situation(known, failed=failed)) is not False for failed in (False, True))


def bare(condition: str) -> str:
    """The expression without the ``${{ }}`` around it."""
    text = condition.strip()
    if text.startswith("${{") and text.endswith("}}") and text.count("${{") == 1:
        text = text[3:-2].strip()
    return text


_STATUS = frozenset({"success", "failure", "always", "cancelled"})
_PAIRS = ("&&", "||", "==", "!=", "<=", ">=")
_SINGLES = "!()[],<>"


def _tokens(text: str) -> list[str] | None:
    """The tokens, a string with its opening quote in front; None if there is a character of no token."""
    out: list[str] = []
    index = 0
    while index < len(text):
        char = text[index]
        if char.isspace():
            index += 1
        elif char == "'":
            end = _closing(text, index)
            if end < 0:
                return None
            out.append("'" + text[index + 1 : end].replace("''", "'"))
            index = end + 1
        elif text[index : index + 2] in _PAIRS:
            out.append(text[index : index + 2])
            index += 2
        elif char in _SINGLES:
            out.append(char)
            index += 1
        else:
            end = index
            while end < len(text) and (text[end].isalnum() or text[end] in "_-.*+"):
                end += 1
            if end == index:
                return None
            out.append(text[index:end])
            index = end
    return out


def _closing(text: str, start: int) -> int:
    """Where the string that starts at ``start`` ends; a doubled quote is a quote. -1 if nowhere."""
    index = start + 1
    while index < len(text):
        if text[index] == "'":
            if text[index + 1 : index + 2] != "'":
                return index
            index += 1
        index += 1
    return -1


class _SyntaxError(Exception):
    """The condition is not written as the language asks."""


class _Reader(Struct):
    """Reads and answers at once, one method for each level of precedence."""

    tokens: list[str]
    situation: Situation
    at: int = field(default=0)

    @property
    def done(self) -> bool:
        return self.at >= len(self.tokens)

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, expected: str = "") -> str:
        token = self.peek()
        if not token or (expected and token != expected):
            raise _SyntaxError
        self.at += 1
        return token

    def either(self, depth: int) -> Value:
        value = self.both(depth)
        while self.peek() == "||":
            self.take()
            value = _either(value, self.both(depth))
        return value

    def both(self, depth: int) -> Value:
        value = self.compared(depth)
        while self.peek() == "&&":
            self.take()
            value = _both(value, self.compared(depth))
        return value

    def compared(self, depth: int) -> Value:
        value = self.single(depth)
        while self.peek() in {"==", "!=", "<", ">", "<=", ">="}:
            operator = self.take()
            value = _compared(operator, value, self.single(depth))
        return value

    def single(self, depth: int) -> Value:
        if depth > _DEPTH:
            raise _SyntaxError
        negations = 0
        while self.peek() == "!":
            self.take()
            negations += 1
        value = self.term(depth + 1)
        if not negations:
            return value
        known = _truth(value)
        return UNKNOWN if known is None else known is (negations % 2 == 0)

    def term(self, depth: int) -> Value:
        token = self.take()
        if token == "(":  # noqa: S105 - a bracket
            value = self.either(depth)
            self.take(")")
            return value
        if token.startswith("'"):
            return token[1:]
        if not (token[0].isalnum() or token[0] in "_-+."):
            raise _SyntaxError
        if self.peek() == "(":
            return self.call(token.lower(), depth)
        value = self.named(token)
        while self.peek() == "[":
            self.take()
            self.either(depth)
            self.take("]")
            if self.peek().startswith("."):
                self.take()
            value = UNKNOWN
        return value

    def call(self, name: str, depth: int) -> Value:
        self.take("(")
        arguments: list[Value] = []
        while self.peek() != ")":
            arguments.append(self.either(depth))
            if self.peek() != ")":
                self.take(",")
        self.take(")")
        if name in _STATUS:
            return self.status(name)
        return _called(name, arguments)

    def status(self, name: str) -> Value:
        match name:
            case "always":
                return True
            case "success":
                return not self.situation.failed
            case "failure":
                return UNKNOWN if self.situation.failed else False
            case _:
                return False

    def named(self, token: str) -> Value:
        lowered = token.lower()
        if lowered in {"true", "false", "null"}:
            return {"true": True, "false": False}.get(lowered)
        if lowered[0].isdigit() or lowered[0] in "+-":
            return lowered not in {"0", "-0", "+0", "0.0"} and lowered
        for name, value in self.situation.known:
            if name == lowered:
                return value
        parts = lowered.split(".")
        if len(parts) == 3 and parts[0] == "needs" and parts[2] in {"result", "outcome"}:
            for job, result in self.situation.results:
                if job.lower() == parts[1]:
                    return result
        return UNKNOWN


def _truth(value: Value) -> bool | None:
    match value:
        case bool():
            return value
        case None:
            return False
        case str():
            return bool(value)
        case Partial():
            return True if value.prefix else None
        case _:
            return None


def _both(left: Value, right: Value) -> Value:
    known = _truth(left)
    if known is None:
        return False if _truth(right) is False else UNKNOWN
    return right if known else left


def _either(left: Value, right: Value) -> Value:
    known = _truth(left)
    if known is None:
        return True if _truth(right) else UNKNOWN
    return left if known else right


def _compared(operator: str, left: Value, right: Value) -> Value:
    same = _same(left, right) if operator in {"==", "!="} else None
    if same is None:
        return UNKNOWN
    return same is (operator == "==")


def _same(left: Value, right: Value) -> bool | None:
    """Texts are compared without case; of two kinds of value only texts and texts, or equals, are decided."""
    if isinstance(left, Partial) and isinstance(right, str):
        return _is_partly(left, right)
    if isinstance(right, Partial) and isinstance(left, str):
        return _is_partly(right, left)
    if isinstance(left, str) and isinstance(right, str):
        return left.lower() == right.lower()
    if isinstance(left, bool) and isinstance(right, bool):
        return left is right
    return None


def _is_partly(part: Partial, text: str) -> bool | None:
    lowered = text.lower()
    if lowered in {item.lower() for item in part.excluded} or not lowered.startswith(part.prefix.lower()):
        return False
    return None


def _called(name: str, arguments: list[Value]) -> Value:
    if len(arguments) != 2:
        return UNKNOWN
    whole, piece = arguments
    if not isinstance(piece, str):
        return UNKNOWN
    wanted = piece.lower()
    if isinstance(whole, Partial):
        return _part_called(name, whole.prefix.lower(), wanted)
    if not isinstance(whole, str):
        return UNKNOWN
    text = whole.lower()
    match name:
        case "contains":
            return wanted in text
        case "startswith":
            return text.startswith(wanted)
        case "endswith":
            return text.endswith(wanted)
        case _:
            return UNKNOWN


def _part_called(name: str, prefix: str, wanted: str) -> Value:
    if name == "contains" and wanted in prefix:
        return True
    if name == "startswith":
        if prefix.startswith(wanted):
            return True
        if not wanted.startswith(prefix):
            return False
    return UNKNOWN
