"""The sections of a Bitbucket pipeline, what starts each, and the order of their steps.

Source: Bitbucket documentation, "Pipeline start conditions", "Parallel step options", "Stage options",
"Use glob patterns on the Pipelines yaml file".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.branches import pushes, wildcard
from readiness.records import Struct
from readiness.spans import Unparsable
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from readiness.facts.ci.model import Trigger

_ALTERNATIVES = 50


class Section(Struct, frozen=True):
    """One list of steps, and what starts it; ``name`` says which it is (``branches/main``)."""

    name: str
    event: str
    triggers: frozenset[Trigger]
    body: Node


class Unit(Struct, frozen=True):
    """A step as it stands in a list: its body, the stage around it, the places of those it waits for."""

    at: Scalar
    body: Table
    around: Table
    needs: tuple[int, ...]

    def setting(self, name: str) -> str:
        """A text that the step has, or its stage."""
        return self.body.text(name) or self.around.text(name)

    def table(self, name: str) -> Table | None:
        """A mapping that the step has, or its stage."""
        return self.body.table(name) or self.around.table(name)


def sections(pipelines: Table, default_branch: str) -> Iterator[Section]:
    """The sections of a file, with what starts each."""
    branches = pipelines.table("branches")
    patterns = [one for key, _ in branches or () for one in _alternatives(key.text)]
    found = pushes(default_branch, patterns)
    default = pipelines.get("default")
    if default is not None:
        left = (push for push in found if not _any(patterns, push.branch))
        triggers = frozenset(trigger for push in left for trigger in push.triggers)
        yield Section("default", "push", triggers, default)
    for key, body in branches or ():
        reached = {trigger for push in found if _any([key.text], push.branch) for trigger in push.triggers}
        yield Section(f"branches/{key.text}", "push", frozenset(reached or {"branch"}), body)
    for name, event, trigger in _OTHERS:
        for key, body in pipelines.table(name) or ():
            yield Section(f"{name}/{key.text}", event, frozenset((trigger,)), body)


_OTHERS: tuple[tuple[str, str, Trigger], ...] = (
    ("pull-requests", "pull_request", "change"),
    ("tags", "tag", "tag"),
    ("bookmarks", "push", "branch"),
    ("custom", "custom", "manual"),
)


def _any(patterns: Sequence[str], branch: str) -> bool:
    return any(wildcard(one, branch, across=False) for pattern in patterns for one in _alternatives(pattern))


def _alternatives(pattern: str) -> tuple[str, ...]:
    """``{a,b}`` written out, a part at a time; at most fifty."""
    out = [pattern]
    for at, one in enumerate(out):
        start = one.find("{")
        end = one.find("}", start)
        if 0 <= start < end and len(out) < _ALTERNATIVES:
            parts = one[start + 1 : end].split(",")[:_ALTERNATIVES]
            out += [one[:start] + part.strip() + one[end + 1 :] for part in parts]
            out[at] = ""
    return tuple(one for one in out if one)


def units(body: Node) -> list[Unit]:
    """The steps of a section in their order. Raises ``Unparsable`` for what Bitbucket does not take."""
    if isinstance(body, Scalar) and body.null:
        return []
    if not isinstance(body, Items):
        raise Unparsable(body.line, "a pipeline is no list of steps")
    out: list[Unit] = []
    before: tuple[int, ...] = ()
    for item in body:
        if not isinstance(item, Table):
            raise Unparsable(item.line, "an entry of a pipeline is no mapping")
        first = len(out)
        for key, value in item:
            if key.text == "step":
                out.append(_unit(key, value, Table(key.line), before))
            elif key.text == "parallel":
                for at, step in _inner(value):
                    out.append(_unit(at, step, Table(at.line), before))
            elif key.text == "stage" and isinstance(value, Table):
                last = before
                for at, step in _inner(value):
                    out.append(_unit(at, step, value, last))
                    last = (len(out) - 1,)
                before = last if last != before else before
        if len(out) > first and "stage" not in {key.text for key, _ in item}:
            before = tuple(range(first, len(out)))
    return out


def _unit(key: Scalar, value: Node, around: Table, needs: tuple[int, ...]) -> Unit:
    if not isinstance(value, Table):
        raise Unparsable(key.line, "a step is no mapping")
    return Unit(key, value, around, needs)


def _inner(value: Node) -> Iterator[tuple[Scalar, Node]]:
    """The steps in what stands under ``parallel`` or ``stage``."""
    listed = value.get("steps") if isinstance(value, Table) else value
    for item in listed.items if isinstance(listed, Items) else ():
        for key, step in item if isinstance(item, Table) else ():
            if key.text == "step":
                yield key, step
