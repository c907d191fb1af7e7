"""When a pipeline or a step of Drone or Woodpecker runs.

Sources: Drone documentation, "Conditions", "Triggers"; Woodpecker documentation, "Workflow syntax"
(``when``: several of them are alternatives).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.branches import MAINS, pushes
from readiness.facts.ci.occasions import all_of, any_of
from readiness.globs import glob
from readiness.matching import PatternError
from readiness.records import Struct
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from readiness.facts.ci.model import Trigger

_ASKED = {
    "promote": "manual",
    "rollback": "manual",
    "deployment": "manual",
    "manual": "manual",
    "custom": "manual",
    "cron": "schedule",
    "release": "tag",
}
"""Events that a pipeline must ask for by name, and how they are called here."""

_KNOWN = frozenset(("event", "branch", "ref", "target", "environment", "cron", "status", "local"))


class Occasion(Struct, frozen=True):
    """An event, the branch and reference that it brings, the target that a person names."""

    event: str
    triggers: tuple[Trigger, ...]
    branch: str = ""
    ref: str = ""
    target: str = ""


def occasions(conditions: Iterable[Node | None], default: str) -> tuple[Occasion, ...]:
    """All occasions that ``conditions`` can tell apart; ``default`` is the main branch if known."""
    tables = [one for condition in conditions for one in alternatives(condition)]
    named = [text for table in tables for text in _texts(table.get("branch")) if "*" not in text]
    for table in tables:
        named += [text.removeprefix("refs/heads/") for text in _texts(table.get("ref")) if "*" not in text]
        named += [
            text.replace("**", "x").replace("*", "x") for text in _texts(table.get("branch")) if "*" in text
        ]
    named = [name for name in named if not name.startswith("refs/") and "$" not in name]
    mains = (default,) if default else MAINS
    found = [
        Occasion("push", push.triggers, push.branch, f"refs/heads/{push.branch}")
        for push in pushes(default, named)
    ]
    found += [Occasion("pull_request", ("change",), main, "refs/pull/1/head") for main in mains]
    found.append(Occasion("tag", ("tag",), mains[0], "refs/tags/v1.0.0"))
    asked = {text for table in tables for text in _texts(table.get("event"))}
    if any(table.get("cron") is not None for table in tables):
        asked.add("cron")
    targets = [text for table in tables for text in _texts(table.get("target", "environment"))]
    if targets:
        asked |= {"promote"} if "deployment" not in asked else set()
    for event in sorted(asked & set(_ASKED)):
        trigger: Trigger = _as_trigger(_ASKED[event])
        for target in dict.fromkeys(targets[:20]) if event in {"promote", "rollback", "deployment"} else ():
            found.append(Occasion(event, (trigger,), mains[0], f"refs/heads/{mains[0]}", target))
        found.append(Occasion(event, (trigger,), mains[0], f"refs/heads/{mains[0]}"))
    return tuple(found)


def _as_trigger(text: str) -> Trigger:
    return "schedule" if text == "schedule" else "tag" if text == "tag" else "manual"


def alternatives(condition: Node | None) -> tuple[Table, ...]:
    """The conditions of which one must hold."""
    if isinstance(condition, Table):
        return (condition,)
    if isinstance(condition, Items):
        return tuple(item for item in condition.items if isinstance(item, Table))
    return ()


def passes(at: Occasion, *conditions: Node | None) -> bool | None:
    """Whether ``conditions``, of a pipeline and of a step in it, let an occasion through.

    None lets all through but the events to be asked for, which one of them must name.
    """
    if at.event in _ASKED and not any(_asks(condition, at.event) for condition in conditions):
        return False
    return all_of(
        any_of(_one(table, at) for table in alternatives(condition)) for condition in conditions if condition
    )


def _asks(condition: Node | None, event: str) -> bool:
    for table in alternatives(condition):
        said = table.get("event")
        if event in _texts(said.get("include") if isinstance(said, Table) else said):
            return True
        if said is None and table.get("cron" if event == "cron" else "target") is not None:
            return True
    return False


def _one(table: Table, at: Occasion) -> bool | None:
    answers: list[bool | None] = []
    for key, value in table:
        match key.text:
            case "event":
                answers.append(_matches(value, at.event))
            case "branch":  # of a tag, which branch it is on is not told
                answers.append(None if at.event in {"tag", "release"} else _matches(value, at.branch))
            case "ref":
                answers.append(_matches(value, at.ref))
            case "target" | "environment" if at.event in {"promote", "rollback", "deployment"}:
                answers.append(_matches(value, at.target))
            case "target" | "environment":
                answers.append(False)
            case "local":
                answers.append(not (isinstance(value, Scalar) and value.truth is True))
            case "cron":
                answers.append(None if at.event == "cron" else False)
            case _ if key.text not in _KNOWN:
                answers.append(None)
            case _:
                continue
    return all_of(answers)


def _matches(value: Node, text: str) -> bool:
    """Whether a text is among those of a constraint: one, a list, or what to include and exclude."""
    if isinstance(value, Table):
        included, excluded = _texts(value.get("include")), _texts(value.get("exclude"))
        return not _covers(excluded, text) and (not included or _covers(included, text))
    found = _texts(value)
    plain = [one for one in found if not one.startswith("!")]
    denied = [one[1:] for one in found if one.startswith("!")]
    return not _covers(denied, text) and (not plain or _covers(plain, text))


def _covers(patterns: Iterable[str], text: str) -> bool:
    for pattern in patterns:
        if pattern == text:
            return True
        try:
            if "*" in pattern and glob(pattern).covers(text):
                return True
        except PatternError:
            continue
    return False


def _texts(node: Node | None) -> list[str]:
    return list(_each(node))


def _each(node: Node | None) -> Iterator[str]:
    match node:
        case Scalar() if not node.null:
            for part in node.text.split(","):
                yield part.strip()
        case Items():
            yield from (item.text for item in node.items if isinstance(item, Scalar))
        case Table():
            for key in ("include", "exclude"):
                inner = node.get(key)
                if not isinstance(inner, Table):
                    yield from _each(inner)
        case _:
            return


def status(condition: Node | None) -> tuple[bool, bool]:
    """Whether it starts after a failure, and whether only then."""
    found = [
        set(_texts(table.get("status")))
        for table in alternatives(condition)
        if table.get("status") is not None
    ]
    if not found:
        return False, False
    after = any("failure" in one for one in found)
    return after, after and all("success" not in one for one in found) and len(found) == len(
        alternatives(condition)
    )


def by_path(condition: Node | None) -> bool:
    """Whether changes of some paths alone let it run."""
    found = alternatives(condition)
    return bool(found) and all(
        table.get("path") is not None or table.get("paths") is not None for table in found
    )
