"""GitLab CI read into the pipeline model: ``.gitlab-ci.yml``, and the child pipelines it starts.

The runner brings the repository's files to every job. What is included from elsewhere is
left open. A job of an included file stands at the line that includes it.
Sources: GitLab CI/CD YAML reference, "Downstream pipelines".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci import gitlab_jobs
from readiness.facts.ci.gitlab_file import Config, Rejected, load
from readiness.facts.ci.gitlab_rules import Answers, Outcome, Policy, Start, outcomes, starts
from readiness.facts.ci.gitlab_written import PREFIX
from readiness.facts.ci.model import Job, Pipeline, Read
from readiness.facts.model import Opening
from readiness.records import Struct, replace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from readiness.facts.ci.gitlab_jobs import Child, WrittenJob
    from readiness.facts.ci.model import Trigger
    from readiness.facts.model import Facts

PATH = ".gitlab-ci.yml"
_FAMILY_JOBS = 1_000

_Runs = tuple[tuple[Start, tuple[Outcome, ...]], ...]


class _Flow(Struct, frozen=True):
    """A pipeline put together. ``runs`` of a start says which jobs may run in it, and how."""

    config: Config
    jobs: tuple[WrittenJob, ...]
    workflow: Policy | None
    variables: Mapping[str, str]

    def runs(self, found: Sequence[Start]) -> dict[str, _Runs]:
        """For each job the starts in which it may run, with what may become of it."""
        everywhere = self.workflow is not None
        out: dict[str, list[tuple[Start, tuple[Outcome, ...]]]] = {job.key: [] for job in self.jobs}
        for start in found:
            answers = Answers(start, self.variables)
            begins = (
                outcomes(self.workflow, answers, everywhere=True)
                if self.workflow is not None
                else (Outcome("always"),)
            )
            if not begins:
                continue
            by_path = all(one.filtered for one in begins)
            for job in self.jobs:
                results = outcomes(job.policy, answers, everywhere=everywhere)
                if results:
                    marked = tuple(replace(one, filtered=one.filtered or by_path) for one in results)
                    out[job.key].append((start, marked))
        return {key: tuple(pairs) for key, pairs in out.items()}


def read(facts: Facts) -> Read:
    """The subject's pipeline and its child pipelines; nothing if it has none."""
    entry = facts.entry(PATH)
    if entry is None:
        return Read()
    try:
        flow = _flow(facts, PATH)
    except Rejected as trouble:
        gap = Opening(PATH, trouble.problem.line, trouble.problem.message)
        return Read((), (trouble.problem,), (gap,) if trouble.opens else (), (PATH,))
    if flow is None:
        return Read(looked=(PATH,))
    family = _Family(facts, {}, {}, {}, {})
    family.take(PATH, flow, _own_starts(flow, facts.tree.subject.default_branch))
    return family.read()


class _Family(Struct):
    """The pipeline and its children: what each starts in, and what of them cannot be read."""

    facts: Facts
    flows: dict[str, _Flow]
    starts: dict[str, tuple[Start, ...]]
    broken: dict[str, Rejected]
    unread: dict[str, None]

    def take(self, path: str, flow: _Flow, found: tuple[Start, ...]) -> None:
        """Add a pipeline, and hand its starts on to those that it starts, until nothing new is handed on."""
        self.flows[path], self.starts[path] = flow, found
        left = [path]
        while left:
            one = left.pop(0)
            parent = self.flows[one]
            runs = parent.runs(self.starts[one])
            for job in parent.jobs:
                target = self.child(job.child) if job.child is not None else ""
                if not target:
                    continue
                known = self.starts.get(target, ())
                handed = dict.fromkeys((*known, *_handed(runs[job.key])))
                if target not in self.starts or len(handed) > len(known):
                    self.starts[target] = tuple(handed)
                    left.append(target)

    def child(self, child: Child) -> str:
        """The path that stands for a child pipeline, which is read if it was not; empty if it cannot be."""
        path = child.paths[0] if child.paths else ""
        if not path or path in self.flows:
            return path
        if path in self.broken or path in self.unread:
            return ""
        if any(self.facts.entry(one) is None for one in child.paths):
            return ""
        try:
            flow = _flow(self.facts, *child.paths)
        except Rejected as trouble:
            self.broken[path] = trouble
            return ""
        if flow is None:
            return ""
        if sum(len(one.jobs) for one in self.flows.values()) + len(flow.jobs) > _FAMILY_JOBS:
            self.unread[path] = None
            return ""
        self.flows[path] = flow
        return path

    def read(self) -> Read:
        pipelines = []
        openings: list[Opening] = []
        looked: set[str] = set()
        for path, flow in self.flows.items():
            if flow.jobs:
                pipelines.append(_pipeline(self, path))
            openings += flow.config.openings
            looked.update((path, *flow.config.included))
        for trouble in self.broken.values():
            if trouble.opens:
                openings.append(Opening(PATH, 1, trouble.problem.message))
        if self.unread:
            openings.append(Opening(PATH, 1, "it starts more pipelines than are read"))
        problems = tuple(trouble.problem for trouble in self.broken.values())
        return Read(tuple(pipelines), problems, tuple(openings), tuple(sorted(looked)))


def _flow(facts: Facts, *paths: str) -> _Flow | None:
    """The pipeline of ``paths``; None if they are empty. Raises ``Rejected``."""
    config = load(facts, *paths)
    if config is None:
        return None
    jobs = gitlab_jobs.jobs(facts, config)
    if not jobs and not config.elsewhere:
        raise Rejected(paths[0], 1, f"{PREFIX}it has no jobs")
    workflow = gitlab_jobs.policy_of_workflow(facts, config)
    _in_order(config, jobs)
    return _Flow(config, jobs, workflow, gitlab_jobs.variables(config.table("variables")))


def _in_order(config: Config, jobs: Sequence[WrittenJob]) -> None:
    """Raise ``Rejected`` if a job waits for itself by way of others."""
    keys = {job.key for job in jobs}
    waits = {job.key: {name for name, _ in job.needs or () if name in keys} for job in jobs}
    ready: set[str] = set()
    left = list(waits)
    while left:
        now = [name for name in left if waits[name] <= ready]
        if not now:
            raise config.reject(config.keys[left[0]][0], f"job '{left[0]}' waits for itself")
        ready.update(now)
        left = [name for name in left if name not in ready]


def _own_starts(flow: _Flow, default: str) -> tuple[Start, ...]:
    policies = [job.policy for job in flow.jobs]
    if flow.workflow is not None:
        policies.append(flow.workflow)
    conditions = [rule.condition for policy in policies for rule in policy.rules or ()]
    sides = [side for policy in policies for side in (policy.only, policy.unless) if side is not None]
    conditions += [text for side in sides for text in side.variables]
    return starts(conditions, [ref for side in sides for ref in side.refs or ()], default)


def _handed(runs: _Runs) -> list[Start]:
    """The starts of a child pipeline: those in which the job that starts it runs."""
    out = []
    for start, results in runs:
        for outcome in results:
            trigger: Trigger = "manual" if outcome.manual else start.trigger
            out.append(replace(start, trigger=trigger, source="parent_pipeline"))
    return out


def _pipeline(family: _Family, path: str) -> Pipeline:
    flow = family.flows[path]
    runs = flow.runs(family.starts[path])
    started = [pair for pairs in runs.values() for pair in pairs]
    changes = [one for start, results in started if start.trigger == "change" for one in results]
    stopping = _stopping(runs)
    workflow = flow.config.table("workflow")
    cancel = workflow.table("auto_cancel") if workflow is not None else None
    return Pipeline(
        system="gitlab",
        path=path,
        line=min(job.line for job in flow.jobs),
        name=(workflow.text("name") if workflow is not None else "") or path.rpartition("/")[2],
        trigger=frozenset(start.trigger for start, _ in started),
        events=frozenset(start.event for start, _ in started),
        jobs=tuple(_job(family, flow, job, runs[job.key], stopping) for job in flow.jobs),
        concurrency=cancel is not None and cancel.text("on_new_commit") == "interruptible",
        filtered=bool(changes) and all(one.filtered for one in changes),
        references=tuple(flow.config.references),
    )


def _job(
    family: _Family, flow: _Flow, job: WrittenJob, own: _Runs, stopping: Mapping[str, frozenset[Start]]
) -> Job:
    trigger, masked = _shown(own)
    child = job.child or _NO_CHILD
    target = family.child(child) if child.paths else ""
    if not masked and job.child is not None and not child.waits:
        masked = "trigger without strategy: depend"
    needs = _needs(flow, job)
    return Job(
        key=job.key,
        line=job.line,
        steps=tuple(replace(step, trigger=trigger) for step in job.steps),
        trigger=trigger,
        enabled=bool(own),
        masked=masked,
        needs=needs,
        demands=_demands(own, needs, stopping),
        timeout=job.timeout,
        concurrency=job.concurrency,
        matrix=job.matrix,
        environment=job.environment,
        environment_declared=job.environment_declared,
        calls=target,
        remote=job.partial or child.remote,
        missing=_missing(family, child, target),
        provided=job.provided,
    )


_NO_CHILD = gitlab_jobs.Child()


def _missing(family: _Family, child: Child, target: str) -> str:
    if not child.paths or target or child.paths[0] in family.unread:
        return ""
    lost = [path for path in child.paths if family.facts.entry(path) is None]
    return lost[0] if lost else f"{child.paths[0]} (GitLab cannot read it)"


def _needs(flow: _Flow, job: WrittenJob) -> tuple[str, ...]:
    """The jobs it waits for: those it names, else all of the stages before its own."""
    if job.needs is not None:
        known = {other.key for other in flow.jobs}
        return tuple(name for name, _ in job.needs if name in known)
    if job.stage is None:
        return ()
    return tuple(other.key for other in flow.jobs if other.stage is not None and other.stage < job.stage)


def _stopping(runs: Mapping[str, _Runs]) -> dict[str, frozenset[Start]]:
    """For each job the situations in which it may run, and those after it wait for it."""
    return {
        key: frozenset(start for start, results in own if not all(one.optional for one in results))
        for key, own in runs.items()
    }


def _demands(own: _Runs, needs: Sequence[str], stopping: Mapping[str, frozenset[Start]]) -> tuple[str, ...]:
    """Those of ``needs`` whose failure surely stops it, in every situation in which it may run."""
    if not own or any(one.when in {"always", "on_failure"} for _, results in own for one in results):
        return ()
    wanted = {start for start, _ in own}
    return tuple(name for name in needs if wanted <= stopping[name])


def _shown(own: _Runs) -> tuple[frozenset[Trigger], str]:
    """What starts a job, and why its failure does not count.

    Where its failure counts only on some occasions, it is shown as a job of those alone.
    """
    hard: set[Trigger] = set()
    soft: set[Trigger] = set()
    reason = ""
    for start, results in own:
        for one in results:
            (soft if one.allowed else hard).add("manual" if one.manual else start.trigger)
            reason = reason or one.allowed
    if hard:
        return frozenset(hard | (soft & {"manual"})), ""
    return frozenset(soft), reason
