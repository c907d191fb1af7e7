"""When a stage or a step runs: conditions asked of the occasions on which a pipeline is built.

Only a multibranch project knows of branches, proposals and tags; a file that asks for them is
meant for one. Sources: Jenkins documentation, "Pipeline Syntax" (``when``), "Using a Jenkinsfile",
"Branches and Pull Requests".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.jenkins.tree import (
    Call,
    Closure,
    Compare,
    Logic,
    Name,
    Other,
    Text,
    Value,
    parts_of,
)
from readiness.globs import glob
from readiness.matching import Pattern, PatternError
from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from readiness.facts.ci.model import Trigger

WHEN = "when."
"""Before the name of a condition of ``when``, which is no step."""

SIGNS = (
    "BRANCH_NAME",
    "CHANGE_ID",
    "CHANGE_TARGET",
    "CHANGE_BRANCH",
    "TAG_NAME",
    "BRANCH_IS_PRIMARY",
    "GIT_BRANCH",
)
_MULTIBRANCH = frozenset(("branch", "changeRequest", "buildingTag", "tag"))
_DEFAULTS = ("main", "master")
_TOPIC, _PROPOSAL, _RELEASE = "some-topic", "PR-1", "v1.0.0"
_LITERALS = 20


class Occasion(Struct, frozen=True):
    """One way in which a pipeline is built; ``branch`` is None where the file does not say."""

    trigger: Trigger | None
    branch: str | None = None
    proposal: bool = False
    tag: str = ""
    timer: bool = False


Gate = tuple[Value, bool]
"""A condition, and the answer of it that lets the step run."""


def of_when(closure: Closure) -> Value:
    """What all conditions of a ``when`` demand, as one condition."""
    return Logic(closure.line, "and", tuple(_conditions(closure)))


def _conditions(closure: Closure) -> Iterable[Value]:
    for one in closure.statements:
        if not isinstance(one, Call):
            continue
        inner = one.closure
        match one.name:
            case "allOf" if inner is not None:
                yield Logic(one.line, "and", tuple(_conditions(inner)))
            case "anyOf" if inner is not None:
                yield Logic(one.line, "or", tuple(_conditions(inner)))
            case "not" if inner is not None:
                yield Logic(one.line, "not", (Logic(one.line, "and", tuple(_conditions(inner))),))
            case "expression" if inner is not None:
                yield _last(inner)
            case "beforeAgent" | "beforeInput" | "beforeOptions":
                continue
            case _:
                yield Call(one.line, WHEN + one.name, one.arguments)


def _last(closure: Closure) -> Value:
    """What a closure of one statement gives; what a longer one gives is not worked out."""
    from readiness.facts.ci.jenkins.tree import Jump  # noqa: PLC0415

    if len(closure.statements) != 1:
        return Other(closure.line)
    only = closure.statements[0]
    if isinstance(only, Jump) and only.word == "return" and only.value is not None:
        return only.value
    return only if isinstance(only, Text | Name | Call | Logic | Compare | Other) else Other(closure.line)


def asks_for_branches(conditions: Iterable[Value]) -> bool:
    """Whether one of ``conditions`` is of a kind that only a multibranch project answers."""
    return any(
        isinstance(one, Call) and one.name.removeprefix(WHEN) in _MULTIBRANCH and one.name.startswith(WHEN)
        for condition in conditions
        for one in within(condition)
    )


def asks_for_tags(conditions: Iterable[Value]) -> bool:
    """Whether one of ``conditions`` asks for a tag."""
    return any(
        (isinstance(one, Call) and one.name in {f"{WHEN}tag", f"{WHEN}buildingTag"})
        or (isinstance(one, Name) and one.text in {"env.TAG_NAME", "TAG_NAME"})
        for condition in conditions
        for one in within(condition)
    )


def branches_named(conditions: Iterable[Value]) -> tuple[str, ...]:
    """The branches that conditions name, a sample for each pattern; at most 20."""
    found: dict[str, None] = {}
    for condition in conditions:
        for one in within(condition):
            text: Value | None = None
            if isinstance(one, Call) and one.name == f"{WHEN}branch" and not one.given("comparator"):
                text = one.first or one.given("pattern")
            elif isinstance(one, Compare) and one.sign in {"==", "!="} and _variable(one.left) == "branch":
                text = one.right
            elif isinstance(one, Call) and one.name.endswith(".startsWith") and _asks_branch(one.name):
                text = one.first
                text = Text(one.line, f"{text.text}x") if isinstance(text, Text) else None
            if isinstance(text, Text) and len(found) < _LITERALS:
                plain = text.text.removeprefix("origin/").replace("**", "x").replace("*", "x")
                if plain and all(char.isalnum() or char in "-_./" for char in plain):
                    found[plain] = None
    return tuple(found)


def within(value: Value) -> Iterable[Value]:
    """``value`` and all values that it is made of."""
    left = [value]
    while left:
        one = left.pop()
        yield one
        left += parts_of(one)


def occasions(conditions: Iterable[Value], default: str, *, timer: bool) -> tuple[Occasion, ...]:
    """The occasions on which a multibranch project builds; ``default`` is its main branch if known."""
    asked = tuple(conditions)
    mains = (default,) if default else _DEFAULTS
    found = [Occasion("change", _PROPOSAL, proposal=True), Occasion("change", _TOPIC)]
    found += [Occasion("main", main) for main in mains]
    found += [Occasion("branch", name) for name in branches_named(asked) if name not in mains]
    if asks_for_tags(asked):
        found.append(Occasion("tag", _RELEASE, tag=_RELEASE))
    if timer:
        found += [Occasion("schedule", main, timer=True) for main in mains]
    return tuple(found)


def passes(gates: Iterable[Gate], occasion: Occasion, variables: Mapping[str, Value]) -> bool | None:
    """Whether what is behind ``gates`` runs on ``occasion``; None where the file does not tell."""
    answers = [_turned(truth(condition, occasion, variables), wanted) for condition, wanted in gates]
    return False if False in answers else None if None in answers else True


def _turned(answer: bool | None, wanted: bool) -> bool | None:
    return None if answer is None else answer is wanted


def truth(value: Value, at: Occasion, variables: Mapping[str, Value]) -> bool | None:
    """The answer of a condition on an occasion; None where it is not to be known."""
    match value:
        case Logic(word="not", parts=(one, *_)):
            return _turned(truth(one, at, variables), wanted=False)
        case Logic(word="and"):
            answers = [truth(one, at, variables) for one in value.parts]
            return False if False in answers else None if None in answers else True
        case Logic(word="or"):
            answers = [truth(one, at, variables) for one in value.parts]
            return True if True in answers else None if None in answers else False
        case Compare():
            return _compared(value, at, variables)
        case Call() if value.name.startswith(WHEN):
            return _asked(value, at)
        case Call():
            return _method(value, at)
        case Name(text="true"):
            return True
        case Name(text="false"):
            return False
        case Name():
            return _is_set(value, at, variables)
        case _:
            return None


_VARIABLES = {
    **dict.fromkeys(
        ("env.BRANCH_NAME", "BRANCH_NAME", "env.GIT_BRANCH", "GIT_BRANCH", "env.GIT_LOCAL_BRANCH"), "branch"
    ),
    **dict.fromkeys(
        ("env.CHANGE_ID", "CHANGE_ID", "env.CHANGE_BRANCH", "env.CHANGE_TARGET", "CHANGE_TARGET"), "proposal"
    ),
    **dict.fromkeys(("env.TAG_NAME", "TAG_NAME"), "tag"),
}


def _variable(value: Value) -> str:
    return _VARIABLES.get(value.text, "") if isinstance(value, Name) else ""


def _asks_branch(name: str) -> bool:
    return _VARIABLES.get(name.rpartition(".")[0]) == "branch"


def _is_set(name: Name, at: Occasion, variables: Mapping[str, Value]) -> bool | None:
    known = variables.get(name.text)
    if isinstance(known, Name) and known.text in {"true", "false"}:
        return known.text == "true"
    if known is not None and known is not name and isinstance(known, Compare | Logic):
        return truth(known, at, {})
    if at.branch is None:
        return None
    match _VARIABLES.get(name.text):
        case "proposal":
            return at.proposal
        case "tag":
            return bool(at.tag)
        case "branch":
            return True
        case _:
            return None


def _compared(value: Compare, at: Occasion, variables: Mapping[str, Value]) -> bool | None:
    left, right = value.left, value.right
    if isinstance(left, Text) and isinstance(right, Name):
        left, right = right, left
    known = variables.get(left.text) if isinstance(left, Name) else None
    if isinstance(known, Name) and _variable(known):
        left = known
    kind = _variable(left)
    if isinstance(right, Name) and right.text == "null" and isinstance(left, Name):
        there = _is_set(left, at, {})
        return None if there is None else there is (value.sign == "!=")
    if kind != "branch" or at.branch is None or not isinstance(right, Text) or "\ue000" in right.text:
        return None
    branches = (
        (at.branch, f"origin/{at.branch}") if isinstance(left, Name) and "GIT_" in left.text else (at.branch,)
    )
    match value.sign:
        case "==":
            return right.text in branches
        case "!=":
            return right.text not in branches
        case "=~":
            return _search(right.text, branches, whole=False)
        case "==~":
            return _search(right.text, branches, whole=True)
        case _:
            return None


def _search(pattern: str, texts: Iterable[str], *, whole: bool) -> bool | None:
    try:
        compiled = Pattern(pattern)
    except PatternError:
        return None
    return any(compiled.covers(text) if whole else compiled.found(text) for text in texts)


def _method(call: Call, at: Occasion) -> bool | None:
    """``env.BRANCH_NAME.startsWith('release/')`` and its like."""
    if not _asks_branch(call.name) or at.branch is None or not isinstance(call.first, Text):
        return None
    text = call.first.text
    match call.name.rpartition(".")[2]:
        case "startsWith":
            return at.branch.startswith(text)
        case "endsWith":
            return at.branch.endswith(text)
        case "contains":
            return text in at.branch
        case "equals":
            return text == at.branch
        case _:
            return None


def _asked(call: Call, at: Occasion) -> bool | None:
    """A condition of ``when``."""
    kind = call.name.removeprefix(WHEN)
    if kind == "triggeredBy":
        first = call.first
        return (
            at.timer
            if isinstance(first, Text) and first.text == "TimerTrigger" and at.branch is not None
            else None
        )
    if at.branch is None:
        return None
    match kind:
        case "branch":
            return _branch(call, at.branch)
        case "changeRequest":
            return at.proposal if not call.arguments else (None if at.proposal else False)
        case "buildingTag":
            return bool(at.tag)
        case "tag":
            return None if at.tag else False
        case _:
            return None


def _branch(call: Call, branch: str) -> bool | None:
    pattern = call.first or call.given("pattern")
    comparator = call.given("comparator")
    if not isinstance(pattern, Text) or "\ue000" in pattern.text:
        return None
    if isinstance(comparator, Text) and comparator.text == "REGEXP":
        return _search(pattern.text, (branch,), whole=True)
    if isinstance(comparator, Text) and comparator.text == "EQUALS":
        return pattern.text == branch
    try:
        return glob(pattern.text).covers(branch)
    except PatternError:
        return None
