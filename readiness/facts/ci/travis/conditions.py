"""When Travis CI builds, and whether a condition (``if``) holds then.

A build over the interface or by a cron job is set up elsewhere: it counts only where a file speaks of it.
Sources: Travis CI documentation, "Conditions v1", "Customizing the build" (building specific branches).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.branches import MAINS, pushes, regular
from readiness.facts.ci.expressions import UNKNOWN, Value
from readiness.records import Struct, field
from readiness.structured.nodes import Scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from readiness.facts.ci.model import Trigger
    from readiness.structured.nodes import Table

_LIMIT = 2_000
_DEPTH = 20
_TAGS = ("v1.2.3", "1.2.3", "v1.2", "1.2")
_SIGNS = ("!=", "=~", "!~", "=", "(", ")", ",")


class Start(Struct, frozen=True):
    """One way in which a build starts. For a proposal ``branch`` is the one it is to be merged into."""

    triggers: tuple[Trigger, ...]
    kind: str
    branch: str
    tag: str = ""

    def value(self, name: str) -> Value:
        """The attribute ``name`` of a condition."""
        match name:
            case "type":
                return "push" if self.tag else self.kind
            case "branch":
                return self.tag or self.branch  # of a tag it is the name
            case "tag":
                return self.tag or None
            case "head_branch":
                return UNKNOWN if self.kind == "pull_request" else None
        return UNKNOWN


def starts(default_branch: str, conditions: Sequence[str], branches: Iterable[str]) -> tuple[Start, ...]:
    """The situations that ``conditions`` and the names ``branches`` can tell apart."""
    said = [word for text in conditions for word in tokens(text) or ()]
    names = [*branches, *(word.strip("\"'") for word in said if word.replace("-", "").isalnum())]
    named = [name for name in names if name.lower() not in _WORDS]
    main = default_branch or MAINS[0]
    out = [Start(push.triggers, "push", push.branch) for push in pushes(default_branch, named)]
    out += [
        Start(("change",), "pull_request", name) for name in ((default_branch,) if default_branch else MAINS)
    ]
    out.append(Start(("tag",), "push", "", _TAGS[0]))
    if "cron" in said:
        out.append(Start(("schedule",), "cron", main))
    if "api" in said:
        out.append(Start(("manual",), "api", main))
    return tuple(out)


_WORDS = frozenset(
    (
        *(
            "and",
            "or",
            "not",
            "in",
            "is",
            "present",
            "blank",
            "true",
            "false",
            "type",
            "branch",
            "tag",
            "repo",
        ),
        *("push", "pull_request", "cron", "api", "fork", "env", "sender", "os", "dist", "concat"),
    )
)


def passes(filters: Table | None, start: Start) -> bool:
    """Whether ``branches: {only: …, except: …}`` lets a build through; for a tag its name is asked."""
    if filters is None:
        return True
    only = [item.text for item in filters.items("only") if isinstance(item, Scalar)]
    never = [item.text for item in filters.items("except") if isinstance(item, Scalar)]
    names = _TAGS if start.tag else (start.branch,)
    if only:
        return any(_fits(pattern, name) for pattern in only for name in names)
    return not any(all(_fits(pattern, name) for name in names) for pattern in never)


def _fits(pattern: str, name: str) -> bool:
    if pattern == name:
        return True
    if pattern.startswith("/"):
        body, _, flags = pattern[1:].rpartition("/")
        prefix = "(?i)" if "i" in flags else ""
        return bool(regular(f"{prefix}{body}", name, whole=False))
    return pattern == name


def holds(condition: str, start: Start) -> bool | None:
    """Whether ``condition`` is met; None if that is not to be known. An empty one is. Never raises."""
    if not condition.strip():
        return True
    found = tokens(condition)
    if not found:
        return None
    reader = _Reader(found, start)
    try:
        answer = reader.either(0)
    except _SyntaxError:
        return None
    return answer if reader.at == len(found) else None


class _SyntaxError(Exception):
    """The condition is not one that is understood."""


def tokens(condition: str) -> tuple[str, ...] | None:
    """The words and signs of ``condition``, a regular expression as one; None if it is too long."""
    if len(condition) > _LIMIT:
        return None
    out: list[str] = []
    at = 0
    while at < len(condition):
        char = condition[at]
        sign = next((sign for sign in _SIGNS if condition.startswith(sign, at)), "")
        if char.isspace():
            at += 1
            continue
        end = at + len(sign)
        if not sign and char in "\"'/":
            end = condition.find(char, at + 1) + 1 or len(condition)
        elif not sign:
            end = at + 1
            while end < len(condition) and not condition[end].isspace() and condition[end] not in "(),=":
                end += 1
        if out and out[-1] in {"=~", "!~"} and not sign:
            while end < len(condition) and not condition[end].isspace():
                end += 1
        out.append(condition[at:end])
        at = end
    return tuple(out)


class _Reader(Struct):
    """Reads from the left: ``NOT`` binds closest, then ``AND``, then ``OR``."""

    tokens: Sequence[str]
    start: Start
    at: int = field(default=0)

    def peek(self) -> str:
        return self.tokens[self.at].lower() if self.at < len(self.tokens) else ""

    def take(self) -> str:
        if self.at >= len(self.tokens):
            raise _SyntaxError
        self.at += 1
        return self.tokens[self.at - 1]

    def either(self, depth: int) -> bool | None:
        answers = [self.both(depth)]
        while self.peek() in {"or", "||"}:
            self.at += 1
            answers.append(self.both(depth))
        return True if True in answers else None if None in answers else False

    def both(self, depth: int) -> bool | None:
        answers = [self.term(depth)]
        while self.peek() in {"and", "&&"}:
            self.at += 1
            answers.append(self.term(depth))
        return False if False in answers else None if None in answers else True

    def term(self, depth: int) -> bool | None:
        if depth > _DEPTH:
            raise _SyntaxError
        if self.peek() in {"not", "!"}:
            self.at += 1
            return _not(self.term(depth + 1))
        if self.peek() == "(":
            self.at += 1
            answer = self.either(depth + 1)
            if self.take() != ")":
                raise _SyntaxError
            return answer
        return self.comparison()

    def comparison(self) -> bool | None:
        name = self.take()
        if self.peek() == "(":
            raise _SyntaxError
        value = (
            self.start.value(name.lower())
            if name.lower() not in {"true", "false"}
            else name.lower() == "true"
        )
        sign = self.peek()
        negative = sign == "not"
        if negative:
            self.at += 1
            sign = self.peek()
        if sign in {"=", "==", "!="}:
            self.at += 1
            if self.peek() == "=":
                self.at += 1
            same = _same(value, self.take())
            return _not(same) if sign == "!=" else same
        if sign in {"=~", "!~"}:
            self.at += 1
            return self.matches(value, negative=sign == "!~")
        if sign == "in":
            self.at += 1
            answer = self.one_of(value)
            return _not(answer) if negative else answer
        if sign == "is":
            self.at += 1
            return self.state(value)
        return value if isinstance(value, bool) else None

    def matches(self, value: Value, *, negative: bool) -> bool | None:
        pattern = self.take().strip("/")
        found = regular(pattern, value, whole=False) if isinstance(value, str) else None
        if value is None:
            found = False
        return _not(found) if negative else found

    def one_of(self, value: Value) -> bool | None:
        if self.take() != "(":
            raise _SyntaxError
        answers = []
        while self.peek() != ")":
            word = self.take()
            if word != ",":
                answers.append(_same(value, word))
        self.at += 1
        return True if True in answers else None if None in answers else False

    def state(self, value: Value) -> bool | None:
        negative = self.peek() == "not"
        self.at += negative
        word = self.take().lower()
        if value is UNKNOWN or word not in {"present", "blank"}:
            return None
        return bool(value) is ((word == "present") is not negative)


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _same(value: Value, word: str) -> bool | None:
    if value is UNKNOWN:
        return None
    return value == word.strip("\"'")
