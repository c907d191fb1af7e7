"""On which builds a step of Buildkite runs: its ``branches`` and its ``if``.

The language of ``if`` is read as the Groovy that it looks like; what is not known there is unknown.
Sources: Buildkite documentation, "Using conditionals", "Branch configuration" (patterns).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.branches import pushes, regular, wildcard
from readiness.facts.ci.jenkins.groovy import parse
from readiness.facts.ci.jenkins.tree import Call, Compare, Logic, Name, Text, parts_of
from readiness.facts.ci.occasions import all_of, any_of
from readiness.records import Struct
from readiness.spans import Unparsable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from readiness.facts.ci.jenkins.tree import Value
    from readiness.facts.ci.model import Trigger

_TAG = "v1.0.0"
_NULL = "null"


class Build(Struct, frozen=True):
    """An occasion: a build of a branch, of a proposal, of a tag, or by the clock."""

    triggers: tuple[Trigger, ...]
    branch: str
    proposal: bool = False
    tag: str = ""
    source: str = "webhook"


class Condition(Struct, frozen=True):
    """What a step asks for, as it is written."""

    branches: str = ""
    text: str = ""


def builds(conditions: Iterable[Condition], default: str) -> tuple[Build, ...]:
    """The occasions that ``conditions`` can tell apart; ``default`` is the main branch if known."""
    asked = tuple(conditions)
    values = [value for one in asked for value in _all(_parsed(one.text))]
    named = [text.text for value in values if isinstance(value, Compare) for text in _texts(value)]
    named += [word.lstrip("!") for one in asked for word in one.branches.split()]
    plain = [
        name.replace("*", "x")
        for name in named
        if name and all(char.isalnum() or char in "-_./*" for char in name)
    ]
    found = [Build(push.triggers, push.branch) for push in pushes(default, plain)]
    found.append(Build(("change",), "some-topic", proposal=True))
    names = {value.text for value in values if isinstance(value, Name)}
    if "build.tag" in names:
        found.append(Build(("tag",), _TAG, tag=_TAG))
    sources = {
        text.text for value in values if isinstance(value, Compare) for text in _texts(value, "build.source")
    }
    main = default or "main"
    if "schedule" in sources:
        found.append(Build(("schedule",), main, source="schedule"))
    if sources & {"ui", "api"}:
        found += [Build(("manual",), main, source=source) for source in sorted(sources & {"ui", "api"})]
    return tuple(found)


def _texts(value: Compare, name: str = "build.branch") -> Iterator[Text]:
    sides = (value.left, value.right)
    if any(isinstance(side, Name) and side.text == name for side in sides) and value.sign in {"==", "!="}:
        yield from (side for side in sides if isinstance(side, Text))


def _parsed(text: str) -> Value | None:
    """The value of ``text``; None where it is not one."""
    if not text:
        return None
    try:
        statements = parse(" ".join(text.split()).replace(" !~ ", " != "))
    except Unparsable:
        return None
    only = statements[0] if len(statements) == 1 else None
    return only if isinstance(only, Logic | Compare | Name | Call | Text) else None


def _all(value: Value | None) -> Iterator[Value]:
    left = [] if value is None else [value]
    while left:
        one = left.pop()
        yield one
        left += parts_of(one)


def passes(condition: Condition, build: Build, default: str) -> bool | None:
    """Whether a step with ``condition`` runs in ``build``; None where the file does not tell."""
    answers: list[bool | None] = []
    if condition.branches:
        answers.append(_covered(condition.branches, build.branch))
    if condition.text:
        value = None if "!~" in condition.text else _parsed(condition.text)
        answers.append(None if value is None else _truth(value, build, default))
    return all_of(answers)


def _covered(patterns: str, branch: str) -> bool:
    words = patterns.split()
    denied = [word[1:] for word in words if word.startswith("!")]
    wanted = [word for word in words if not word.startswith("!")]
    return not any(wildcard(word, branch) for word in denied) and (
        not wanted or any(wildcard(word, branch) for word in wanted)
    )


def _truth(value: Value, build: Build, default: str) -> bool | None:
    match value:
        case Logic(word="not", parts=(one, *_)):
            answer = _truth(one, build, default)
            return None if answer is None else not answer
        case Logic(word="and"):
            return all_of(_truth(one, build, default) for one in value.parts)
        case Logic():
            return any_of(_truth(one, build, default) for one in value.parts)
        case Name(text="true"):
            return True
        case Name(text="false"):
            return False
        case Compare():
            return _compared(value, build, default)
        case _:
            return None


def _compared(value: Compare, build: Build, default: str) -> bool | None:
    left, right = _said(value.left, build, default), _said(value.right, build, default)
    if value.sign == "=~" and left is not None and isinstance(value.right, Text):
        return regular(value.right.text, left, whole=False)
    if left is None or right is None:
        return None
    match value.sign:
        case "==":
            return left == right
        case "!=":
            return left != right
        case _:
            return None


def _said(value: Value, build: Build, default: str) -> str | None:
    """The text that a value has in ``build``; null is a text of its own."""
    if isinstance(value, Text):
        return value.text
    if not isinstance(value, Name):
        return None
    match value.text:
        case "null":
            return _NULL
        case "build.branch":
            return build.branch
        case "pipeline.default_branch":
            return default or "main"
        case "build.tag":
            return build.tag or _NULL
        case "build.pull_request.id":
            return "1" if build.proposal else _NULL
        case "build.source":
            return build.source
        case _:
            return None
