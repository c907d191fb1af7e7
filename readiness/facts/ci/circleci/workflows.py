"""The workflows of a CircleCI configuration: which jobs they name, and on which occasions those run.

A job runs where its own filters let it, and all that it requires run too. What waits for an approval
is started by a person.
Sources: CircleCI documentation, "Configuration reference" (``workflows``), "Workflow orchestration".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.branches import example
from readiness.facts.ci.circleci.conditions import Start, asked, begun, passes, starts, texts
from readiness.records import Struct, replace
from readiness.spans import Unparsable
from readiness.structured.nodes import Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from readiness.facts.ci.circleci.parameters import Scope
    from readiness.facts.ci.model import Trigger

_JOBS = 256


class Entry(Struct, frozen=True):
    """A job as a workflow names it: the ``name`` of its definition, its own ``key``, what it is given."""

    workflow: str
    key: str
    name: str
    line: int
    given: Table
    starts: tuple[Start, ...]

    @property
    def approval(self) -> bool:
        """Whether it is no job, but waits for a person."""
        return self.given.text("type") == "approval"

    @property
    def requires(self) -> tuple[tuple[str, bool], ...]:
        """The jobs it waits for, each with whether that must have succeeded."""
        out = []
        for item in self.given.items("requires"):
            if isinstance(item, Scalar):
                out.append((item.text, True))
            elif isinstance(item, Table) and item.pairs:
                key = item.pairs[0][0].text
                ends = {end.text for end in item.items(key) if isinstance(end, Scalar)}
                out.append((key, ends == {"success"}))
        return tuple(dict.fromkeys(out))


class Runs(Struct, frozen=True):
    """The starts in which a job runs, what is said to start it, and the starts it is never let through."""

    starts: tuple[Start, ...]
    triggers: frozenset[Trigger]
    would: tuple[Start, ...]


def entries(root: Table, scope: Scope, default_branch: str) -> tuple[Entry, ...]:
    """The jobs that all workflows name; without workflows the one that is called ``build``."""
    workflows = root.table("workflows")
    flows = [
        (key, flow) for key, flow in workflows or () if key.text != "version" and isinstance(flow, Table)
    ]
    found = starts(default_branch, _named(flows))
    if workflows is None:
        body = (root.table("jobs") or Table(1)).get("build")
        pushed = tuple(start for start in found if start.source == "webhook" and not start.tag)
        return (Entry("", "build", "build", body.line, Table(1), pushed),) if body is not None else ()
    out: list[Entry] = []
    for key, flow in flows:
        out += _of_workflow(key.text, flow, found, scope)
        if len(out) > _JOBS:
            raise Unparsable(key.line, f"more than {_JOBS} jobs", opens=True)
    return tuple(out)


def _named(flows: Sequence[tuple[Scalar, Table]]) -> Iterator[str]:
    """The branches that filters and conditions name."""
    for _, flow in flows:
        for item in flow.items("jobs"):
            yield from map(_name_of, asked(_written(item)[2].table("filters")))
        for node in (flow.get("when"), flow.get("unless")):
            if node is not None:
                yield from (text for text in texts(node) if text.replace("-", "").isalnum())


def _name_of(pattern: str) -> str:
    """A branch that a filter is about: its name, or one that fits its regular expression."""
    if len(pattern) > 1 and pattern.startswith("/") and pattern.endswith("/"):
        found = example(pattern[1:-1])
        return found if found != pattern[1:-1] else pattern
    return pattern


def _of_workflow(workflow: str, flow: Table, found: Sequence[Start], scope: Scope) -> Iterator[Entry]:
    begin = begun(found, flow.get("when"), flow.get("unless"), scope)
    if flow.get("triggers") is not None:
        begin = tuple(start for start in found if start.source == "scheduled_pipeline")
    waits: list[Entry] = []
    for item in flow.items("jobs"):
        name, line, given = _written(item)
        if name:
            entry = Entry(workflow, scope.text(given.text("name")) or name, name, line, given, begin)
            waits.append(entry)
            yield entry
    for entry in waits:
        for need, _ in entry.requires:
            if not named(need, waits) and "<<" not in need:
                raise Unparsable(entry.line, f"job '{entry.key}' requires '{need}', which is no job")


def named(need: str, within: Sequence[Entry]) -> str:
    """The key of the job that is required as ``need``: its own, or that of a variant or of an alias."""
    if any(entry.key == need for entry in within):
        return need
    for entry in within:
        matrix = entry.given.table("matrix")
        if matrix is None:
            continue
        start = entry.key.partition("${{")[0] if "${{" in entry.key else f"{entry.key}-"
        if matrix.text("alias") == need or need.startswith(start):
            return entry.key
    return ""


def _written(item: Node) -> tuple[str, int, Table]:
    """The name of an entry of ``jobs``, its line, and what is given to the job."""
    if isinstance(item, Scalar):
        return item.text, item.line, Table(item.line)
    if isinstance(item, Table) and item.pairs:
        key, value = item.pairs[0]
        return key.text, key.line, value if isinstance(value, Table) else Table(key.line)
    return "", item.line, Table(item.line)


def running(within: Sequence[Entry]) -> dict[str, Runs]:
    """For each job of a workflow when it runs. Raises ``Unparsable`` if one waits for itself."""
    left = {entry.key: entry for entry in within}
    waits = {
        entry.key: [key for need, _ in entry.requires if (key := named(need, within))] for entry in within
    }
    out: dict[str, Runs] = {}
    while left:
        now = [entry for entry in left.values() if all(need in out for need in waits[entry.key])]
        if not now:
            entry = next(iter(left.values()))
            raise Unparsable(entry.line, f"job '{entry.key}' waits for itself")
        for entry in now:
            del left[entry.key]
            out[entry.key] = _runs(entry, [out[need] for need in waits[entry.key]])
    return out


def _runs(entry: Entry, before: Sequence[Runs]) -> Runs:
    filters = entry.given.table("filters")
    kept = [start for start in entry.starts if passes(filters, start)]
    for one in before:
        sources = {(start.branch, start.tag, start.source) for start in one.starts}
        kept = [start for start in kept if (start.branch, start.tag, start.source) in sources]
    manual = entry.approval or any(one.triggers == {"manual"} for one in before)
    shown: frozenset[Trigger] = frozenset(trigger for start in kept for trigger in start.triggers)
    if manual and kept:
        kept = [replace(start, triggers=("manual",)) for start in kept]
        shown = frozenset(("manual",))
    return Runs(tuple(kept), shown, entry.starts)
