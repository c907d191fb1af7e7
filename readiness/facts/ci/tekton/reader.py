"""Tekton read into the pipeline model: each file with a run or a pipeline, each task a job.

Pipelines as Code says by annotations which events run something; where triggers of the cluster do, that
is known to the cluster; what neither names is started in some other way.
Sources: Tekton documentation, "Pipelines" (``runAfter``, ``finally``, ``when``, ``onError``), "PipelineRuns",
"Triggers"; Pipelines as Code documentation, "Matching events to a PipelineRun".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.branches import MAINS, wildcard
from readiness.facts.ci.locations import TEKTON
from readiness.facts.ci.model import Job, Pipeline, Read
from readiness.facts.ci.occasions import Runs, demanded
from readiness.facts.ci.tekton.tasks import annotations_of, work_of
from readiness.facts.deployment.objects import MANIFEST, Object, objects, table_at
from readiness.facts.model import Opening
from readiness.records import Struct, replace
from readiness.spans import Problem
from readiness.structured.nodes import Items, Scalar, Table
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.ci.model import Trigger
    from readiness.facts.ci.tekton.tasks import Work
    from readiness.facts.model import Facts

_GROUP = "tekton.dev"
_CODE = "pipelinesascode.tekton.dev/"
_MOST = 200


class Started(Struct, frozen=True):
    """What starts a run; ``untold`` where only the cluster knows."""

    triggers: frozenset[Trigger]
    events: frozenset[str] | None
    untold: bool = False


class _Place(Struct, frozen=True):
    """Where a task stands in its pipeline; ``provided`` if the files are there before it."""

    key: str
    needs: tuple[str, ...]
    demands: tuple[str, ...]
    provided: bool


def read(facts: Facts) -> Read:
    """The subject's runs and pipelines of Tekton, in the order of their files."""
    found: list[Object] = []
    problems: list[Problem] = []
    openings: list[Opening] = []
    looked: list[str] = []
    for entry in facts.paths(*TEKTON):
        if entry.role is not Role.PRODUCT or not entry.size:
            continue
        parsed = facts.parsed(MANIFEST, entry.path)
        if parsed.value is None and entry.path.startswith(".tekton/") and parsed.problem is not None:
            looked.append(entry.path)
            message = f"Tekton cannot read this pipeline: {parsed.problem.message}"
            problems.append(Problem(entry.path, parsed.problem.line, message))
            if parsed.opens:
                openings.append(Opening(entry.path, parsed.problem.line, parsed.problem.message))
        own = [one for one in objects(entry, parsed.value or ()) if one.group.endswith(_GROUP)]
        looked += [entry.path] if own else []
        found += own
    reader = _Reader(found, facts.tree.subject.default_branch)
    return Read(tuple(reader.pipelines()), tuple(problems), (*openings, *reader.openings), tuple(looked))


class _Reader:
    def __init__(self, found: list[Object], default: str) -> None:
        self.found, self.default = found, default
        self.tasks = {one.name: one for one in found if one.kind == "Task"}
        self.flows = {one.name: one for one in found if one.kind == "Pipeline"}
        self.triggered = any(one.kind in {"TriggerTemplate", "EventListener"} for one in found)
        self.openings: list[Opening] = []
        self.used: set[str] = set()

    def pipelines(self) -> Iterator[Pipeline]:
        """One for each file with a run, and for each with a pipeline that no run takes."""
        runs = [one for one in self.found if one.kind == "PipelineRun"]
        by_file: dict[str, list[tuple[Object, Table, Started]]] = {}
        for run in runs:
            spec = self.spec(run)
            if spec is not None:
                by_file.setdefault(run.entry.path, []).append((run, spec, self.started(run)))
        for flow in self.flows.values():
            if flow.name not in self.used:
                untold = self.triggered
                trigger: frozenset[Trigger] = frozenset() if untold else frozenset(("other",))
                started = Started(trigger, None if untold else frozenset(), untold)
                by_file.setdefault(flow.entry.path, []).append((flow, table_at(flow.node, "spec"), started))
        for path in sorted(by_file):
            yield self.pipeline(path, by_file[path])

    def spec(self, run: Object) -> Table | None:
        """What a run runs; None where that is written elsewhere."""
        spec = table_at(run.node, "spec")
        own = spec.table("pipelineSpec")
        if own is not None:
            return own
        reference = spec.table("pipelineRef") or Table(run.line)
        name = reference.text("name")
        flow = self.flows.get(name) if not reference.text("resolver") else None
        if flow is None:
            reason = f"the pipeline {name or 'that it runs'} is written elsewhere"
            self.openings.append(Opening(run.entry.path, run.line, reason))
            return None
        self.used.add(name)
        return table_at(flow.node, "spec")

    def started(self, run: Object) -> Started:
        """What starts a run, by the annotations of Pipelines as Code."""
        said = annotations_of(run.node)
        events = _listed(said.get(f"{_CODE}on-event", ""))
        expression = said.get(f"{_CODE}on-cel-expression", "")
        if expression:
            return Started(frozenset(), None, untold=True)
        if not events:
            comment = f"{_CODE}on-comment" in said
            return Started(frozenset(("manual",) if comment else ("other",)), frozenset())
        branches = _listed(said.get(f"{_CODE}on-target-branch", "")) or ["*"]
        found: set[Trigger] = set()
        for event in events:
            if event in {"pull_request", "merge_request"}:
                found.add("change")
            elif event == "push":
                found |= {trigger for branch in branches for trigger in self.pushed(branch)}
            else:
                found.add("other")
        return Started(frozenset(found), frozenset(events))

    def pushed(self, branch: str) -> tuple[Trigger, ...]:
        plain = branch.removeprefix("refs/heads/")
        if plain.startswith("refs/tags/"):
            return ("tag",)
        mains = (self.default,) if self.default else MAINS
        if plain == "*":
            return ("main", "change", "branch")
        return ("main",) if any(wildcard(plain, main) for main in mains) else ("branch",)

    def pipeline(self, path: str, parts: list[tuple[Object, Table, Started]]) -> Pipeline:
        jobs: list[Job] = []
        for one, spec, started in parts:
            prefix = f"{one.name}/" if len(parts) > 1 else ""
            jobs += self.jobs(path, spec, started, prefix)
        events: frozenset[str] | None = frozenset(
            event for _, _, started in parts for event in started.events or ()
        )
        untold = all(started.untold for _, _, started in parts)
        return Pipeline(
            system="tekton",
            path=path,
            line=min((one.line for one, _, _ in parts), default=1),
            name=parts[0][0].name or path.rpartition("/")[2],
            trigger=frozenset(trigger for _, _, started in parts for trigger in started.triggers),
            events=None if untold else events,
            jobs=tuple(jobs),
            untold=untold,
        )

    def jobs(self, path: str, spec: Table, started: Started, prefix: str) -> Iterator[Job]:
        """The tasks of one pipeline as jobs; those of ``finally`` come after all."""
        tasks = [node for node in spec.items("tasks")[:_MOST] if isinstance(node, Table)]
        last = [node for node in spec.items("finally")[:_MOST] if isinstance(node, Table)]
        needs = {prefix + _name(task): tuple(prefix + name for name in _after(task)) for task in tasks}
        runs = {
            prefix + _name(task): Runs.of((None if task.get("when") is not None else True,)) for task in tasks
        }
        works = {prefix + _name(task): work_of(task, self.tasks, path) for task in tasks}
        for task in tasks:
            key = prefix + _name(task)
            brings = any(works[before].checks_out for before in _chain(key, needs) if before in works)
            place = _Place(key, needs[key], demanded(key, needs, runs), brings)
            yield self.job(task, works[key], started, place)
        brings = any(one.checks_out for one in works.values())
        for task in last:
            work = work_of(task, self.tasks, path)
            freed = replace(work, steps=tuple(replace(step, after_failure=True) for step in work.steps))
            yield self.job(task, freed, started, _Place(prefix + _name(task), tuple(needs), (), brings))

    def job(self, task: Table, work: Work, started: Started, place: _Place) -> Job:
        return Job(
            key=place.key[:200],
            line=task.line,
            steps=tuple(
                replace(step, trigger=started.triggers, untold=started.untold) for step in work.steps
            ),
            trigger=started.triggers,
            untold=started.untold,
            enabled=True,
            masked="onError: continue" if task.text("onError") == "continue" else "",
            needs=place.needs,
            demands=place.demands,
            timeout=task.get("timeout") is not None,
            concurrency=None,
            matrix=task.get("matrix") is not None,
            provided=place.provided,
        )


def _name(task: Table) -> str:
    return task.text("name") or "task"


def _after(task: Table) -> list[str]:
    """The tasks that a task waits for: those it names, and those whose results it takes."""
    names = [item.text for item in task.items("runAfter") if isinstance(item, Scalar)]
    left = [task.get("params"), task.get("when")]
    while left:
        node = left.pop()
        if isinstance(node, Scalar):
            names += [piece.partition(".")[0] for piece in node.text.split("$(tasks.")[1:]]
        elif isinstance(node, Items):
            left += node.items
        elif isinstance(node, Table):
            left += [value for _, value in node]
    return list(dict.fromkeys(names))


def _chain(key: str, needs: dict[str, tuple[str, ...]]) -> Iterator[str]:
    left, seen = list(needs.get(key, ())), set[str]()
    while left:
        one = left.pop()
        if one not in seen:
            seen.add(one)
            yield one
            left += needs.get(one, ())


def _listed(text: str) -> list[str]:
    """The words of ``[a, b]``."""
    return [word.strip() for word in text.strip().strip("[]").split(",") if word.strip()]
