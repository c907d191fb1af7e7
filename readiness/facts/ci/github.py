"""GitHub Actions read into the pipeline model: conditions answered, local files followed.

Only files directly in ``.github/workflows`` run. A workflow that others call runs when
they do; the steps of a composite action of the repository are steps of the job that uses it.
What lives in another repository is left open by whoever makes the rows.
Sources: GitHub Actions documentation, "Workflow syntax", "Reuse workflows", "Metadata syntax".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.dangers import dangers
from readiness.facts.ci.events import UNCALLED, Start, filtered, starts
from readiness.facts.ci.expressions import Situation, possible, truth
from readiness.facts.ci.model import Danger, Job, Pipeline, Read, Reference
from readiness.facts.ci.steps_of_github import Followed, follow_steps
from readiness.facts.ci.workflow import WORKFLOW, WrittenJob
from readiness.facts.model import Opening
from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from readiness.facts.ci.workflow import Workflow
    from readiness.facts.model import Facts
    from readiness.spans import Problem

GLOBS = (".github/workflows/*.yml", ".github/workflows/*.yaml")
_ROUNDS = 12


def read(facts: Facts) -> Read:
    """All workflows of the subject, in the order of their paths."""
    workflows: dict[str, Workflow] = {}
    problems: list[Problem] = []
    openings: list[Opening] = []
    looked: list[str] = []
    for entry in facts.paths(*GLOBS):
        looked.append(entry.path)
        parsed = facts.parsed(WORKFLOW, entry.path)
        if parsed.value is not None:
            workflows[entry.path] = parsed.value
        elif parsed.problem is not None:
            problems.append(parsed.problem)
            if parsed.opens:
                openings.append(Opening(entry.path, parsed.problem.line, parsed.problem.message))
    resolved = _resolve(facts, workflows)
    files = _Files(facts, workflows)
    pipelines = [_pipeline(files, path, resolved[path]) for path in workflows]
    return Read(tuple(pipelines), tuple(problems), tuple(openings), tuple(looked))


class _Files(Struct, frozen=True):
    """The subject, and those of its workflows that GitHub can read, by path."""

    facts: Facts
    workflows: Mapping[str, Workflow]


class _Resolved(Struct, frozen=True):
    """The starts of a workflow, and those of each of its jobs that its condition lets through."""

    starts: tuple[Start, ...]
    jobs: Mapping[str, tuple[Start, ...]]


def local_call(facts: Facts, reference: str) -> str:
    """The path of the workflow that ``uses: reference`` calls, if it is of this repository, else empty."""
    if reference.startswith("./"):
        return reference[2:]
    slug = own_slug(facts)
    target = reference.partition("@")[0]
    if slug and target.lower().startswith(f"{slug}/.github/workflows/"):
        path = target[len(slug) + 1 :]
        return path if facts.entry(path) is not None else ""
    return ""


def own_slug(facts: Facts) -> str:
    """The repository's ``owner/name`` in lower case, as its remote names it; empty if unknown."""
    remote = facts.tree.subject.remote.rstrip("/").removesuffix(".git").replace(":", "/")
    pieces = [piece for piece in remote.split("/") if piece]
    return "/".join(pieces[-2:]).lower() if len(pieces) >= 3 else ""


def _resolve(facts: Facts, workflows: Mapping[str, Workflow]) -> dict[str, _Resolved]:
    """Starts handed from callers to the workflows they call, until nothing new is handed on."""
    default = facts.tree.subject.default_branch
    own = {path: starts(workflow.events, default) for path, workflow in workflows.items()}
    callable_ = {
        path
        for path, flow in workflows.items()
        if any(event.name == "workflow_call" for event in flow.events)
    }
    for _ in range(_ROUNDS):
        handed = {path: dict.fromkeys(found) for path, found in own.items()}
        for path, workflow in workflows.items():
            kept = _job_starts(workflow, own[path])
            for job in workflow.jobs:
                target = local_call(facts, job.uses) if job.uses else ""
                if target in callable_:
                    handed[target].update(dict.fromkeys(kept[job.key]))
        after = {path: tuple(found) for path, found in handed.items()}
        if after == own:
            break
        own = after
    out = {}
    for path, workflow in workflows.items():
        found = own[path] or (UNCALLED,)
        out[path] = _Resolved(found, _job_starts(workflow, found))
    return out


def _job_starts(workflow: Workflow, found: Sequence[Start]) -> dict[str, tuple[Start, ...]]:
    """For each job the starts in which it may run: by its condition, and by those it demands."""
    kept: dict[str, tuple[Start, ...]] = {}
    for job in _in_order(workflow.jobs):
        own = [start for start in found if possible(job.condition, start.known)]
        for name in _demands(job, own):
            before = set(kept.get(name, ()))
            own = [start for start in own if start in before]
        kept[job.key] = tuple(own)
    return kept


def _in_order(jobs: Sequence[WrittenJob]) -> list[WrittenJob]:
    """The jobs, each after those that it needs. The file has been checked: there is no circle."""
    left, done, out = list(jobs), set[str](), list[WrittenJob]()
    while left:
        now = [job for job in left if done.issuperset(job.needs)]
        if not now:
            return out + left
        out += now
        done.update(job.key for job in now)
        left = [job for job in left if job.key not in done]
    return out


def _demands(job: WrittenJob, found: Sequence[Start]) -> tuple[str, ...]:
    """Those of its needs without whose success the job surely does not start."""
    if "needs" not in job.condition.lower():
        # Then one need is like another, and the answer is the same for all.
        return job.needs if _stopped(job, found, ()) else ()
    out = []
    for name in job.needs:
        results = tuple((other, "failure" if other == name else "success") for other in job.needs)
        if _stopped(job, found, results):
            out.append(name)
    return tuple(out)


def _stopped(job: WrittenJob, found: Sequence[Start], results: tuple[tuple[str, str], ...]) -> bool:
    """Whether the job surely does not start after a failure among those before it."""
    known = [start.known for start in found] or [()]
    return all(truth(job.condition, Situation(one, failed=True, results=results)) is False for one in known)


def _demands_pipeline(job: WrittenJob, found: Sequence[Start]) -> bool:
    followed = [start for start in found if start.event == "workflow_run"]
    failed = ("github.event.workflow_run.conclusion", "failure")
    return bool(followed) and all(
        truth(job.condition, Situation((*start.known, failed))) is False for start in followed
    )


def _pipeline(files: _Files, path: str, resolved: _Resolved) -> Pipeline:
    workflow = files.workflows[path]
    events = frozenset(event.name for event in workflow.events)
    started = events | {start.event for start in resolved.starts}
    jobs: list[Job] = []
    found: list[Danger] = []
    references: list[Reference] = []
    for written in workflow.jobs:
        job, followed = _job(files, path, written, resolved)
        jobs.append(job)
        references += followed.references
        if job.enabled:
            found += [danger for step in written.steps for danger in dangers(step, started)]
    return Pipeline(
        system="github",
        path=path,
        line=workflow.line,
        name=workflow.name or path.rpartition("/")[2],
        trigger=frozenset(start.trigger for start in resolved.starts),
        events=events,
        jobs=tuple(jobs),
        permissions=workflow.permissions,
        concurrency=workflow.concurrency,
        filtered=filtered(workflow.events),
        follows=tuple(name for event in workflow.events for name in event.workflows),
        dangers=tuple(found),
        references=tuple(references),
    )


def _job(files: _Files, path: str, written: WrittenJob, resolved: _Resolved) -> tuple[Job, Followed]:
    facts, workflows = files.facts, files.workflows
    workflow = workflows[path]
    kept = resolved.jobs[written.key]
    shown = kept or resolved.starts
    calls = local_call(facts, written.uses) if written.uses else ""
    followed = (
        Followed((), (Reference(written.uses, written.uses_line, path),))
        if written.uses
        else follow_steps(facts, path, written, shown)
    )
    unset = written.permissions == "unset"
    job = Job(
        key=written.key,
        line=written.line,
        name=written.name,
        steps=followed.steps,
        trigger=frozenset(start.trigger for start in shown),
        enabled=bool(kept),
        masked="continue-on-error" if continues(written.continues) else "",
        needs=written.needs,
        demands=_demands(written, kept),
        demands_pipeline=_demands_pipeline(written, kept),
        permissions=workflow.permissions if unset else written.permissions,
        timeout=written.timeout,
        concurrency=written.concurrency or workflow.concurrency,
        matrix=written.matrix,
        environment=written.environment,
        environment_declared=written.environment_declared,
        calls=calls if calls in workflows else "",
        inputs=written.inputs if written.uses else (),
        remote=written.uses if written.uses and not calls else "",
        missing=_missing(facts, calls, workflows),
        own_machine="self-hosted" in written.runner.lower().split(),
    )
    return job, followed


def _missing(facts: Facts, calls: str, workflows: Mapping[str, Workflow]) -> str:
    if not calls or calls in workflows:
        return ""
    return calls if facts.entry(calls) is None else f"{calls} (GitHub cannot read it)"


def continues(written: str) -> bool:
    """Whether ``continue-on-error`` is surely on; a value that a matrix gives is not."""
    return bool(written) and truth(written, Situation()) is True
