"""The nouns about pipelines: rows of every CI system that is read."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from readiness.facts.ci import github, names
from readiness.facts.ci.dangers import STRANGERS_START
from readiness.facts.ci.handover import Handover, handovers
from readiness.facts.ci.readers import read_all
from readiness.facts.ci.references import parts, retired
from readiness.facts.ci.rows import DangerRow, FileRow, JobRow, PipelineRow, StepRow, UseRow
from readiness.facts.ci.standing import PLUMBING, Standing, Working
from readiness.facts.ci.stopped import starting
from readiness.facts.ci.tasks import TaskReader
from readiness.facts.ci.unread import unread
from readiness.facts.elsewhere.links import shown
from readiness.facts.elsewhere.platforms import platforms
from readiness.facts.model import Collected, Glob, Noun, Opening
from readiness.records import Struct, replace
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from readiness.facts.ci.model import Pipeline, Read
    from readiness.facts.ci.task import Task
    from readiness.facts.model import Facts

_ALIKE = 0.8
_ALIKE_FROM = 3
_COMPARED = 200


class _Analysis(Struct, frozen=True):
    """What all nouns about pipelines are made of, computed once for a subject."""

    read: Read
    standing: Standing
    roles: dict[str, Role]

    def working(self) -> Iterator[Working]:
        for jobs in self.standing.jobs.values():
            yield from jobs.values()


_KEPT: WeakKeyDictionary[Facts, _Analysis] = WeakKeyDictionary()


def _analysis(facts: Facts) -> _Analysis:
    kept = _KEPT.get(facts)
    if kept is None:
        kept = _KEPT[facts] = _analyse(facts)
    return kept


def _reader(facts: Facts) -> TaskReader:
    from readiness.facts.commands.follow import Follower  # noqa: PLC0415 - only where there is a pipeline
    from readiness.facts.commands.tools import is_placeholder, toolbox  # noqa: PLC0415

    return TaskReader(facts, Follower(facts), toolbox(), is_placeholder, github.own_slug(facts))


def _analyse(facts: Facts) -> _Analysis:
    read = read_all(facts)
    others = unread(facts)
    if not read.pipelines and not others:
        others = tuple(Opening(one.path, one.line, one.text) for one in shown(facts) if one.of == "ci")
    read = replace(
        read,
        openings=read.openings + others,
        looked=tuple(sorted({*read.looked, *(gap.path for gap in others)})),
    )
    jobs: dict[str, dict[str, Working]] = {}
    if read.pipelines:
        reader = _reader(facts)
        for flow in read.pipelines:
            told = [reader.told(job) for job in flow.jobs]
            working = {job.key: Working(flow, job, reader.tasks(job)) for job in told}
            jobs[flow.path] = starting(working, facts.as_of)
    roles = {}
    for path in {*read.looked, *(ref.path for flow in read.pipelines for ref in flow.references)}:
        entry = facts.entry(path)
        roles[path] = entry.role if entry is not None else Role.PRODUCT
    return _Analysis(read, Standing.of({flow.path: flow for flow in read.pipelines}, jobs), roles)


def collect_files(facts: Facts, _scope: tuple[str, ...]) -> Collected[FileRow]:
    """One row for each file that was looked at, the broken ones at the line of their mistake."""
    done = _analysis(facts)
    valid = {flow.path for flow in done.read.pipelines}
    broken = {one.path: one for one in done.read.problems if one.path not in valid}
    unread = {gap.path for gap in done.read.openings} - valid
    rows = tuple(
        FileRow(
            path=Glob(path),
            line=broken[path].line if path in broken else 1,
            role=done.roles.get(path, Role.PRODUCT),
            text=broken[path].message if path in broken else path,
            valid=None if path in unread else path not in broken,
        )
        for path in sorted({*done.read.looked, *broken})
    )
    return Collected(rows, done.read.problems, (), done.read.looked)


def collect_pipelines(facts: Facts, _scope: tuple[str, ...]) -> Collected[PipelineRow]:
    """One row for each pipeline; the files that cannot be read are its problems."""
    done = _analysis(facts)
    twins = _twins(done)
    rows = tuple(_pipeline_row(done, flow, twins.get(flow.path, "")) for flow in done.read.pipelines)
    return Collected(rows, done.read.problems, done.read.openings, done.read.looked)


def collect_jobs(facts: Facts, _scope: tuple[str, ...]) -> Collected[JobRow]:
    """One row for each job; what a pipeline of another repository does is open.

    Where a platform deploys, or another repository, it is open which job does, and nothing else.
    """
    done = _analysis(facts)
    slug = github.own_slug(facts)
    rows = tuple(_job_row(done, working, slug) for working in done.working())
    away = [
        Opening(one.path, 1, f"{one.name} deploys it by itself", "", "deploys") for one in platforms(facts)
    ]
    away += [
        Opening(one.path, one.line, one.text, "", "deploys") for one in shown(facts) if one.of == "deployment"
    ]
    return Collected(rows, (), (*done.read.openings, *_remote(done), *away), done.read.looked)


def handed_over(facts: Facts) -> Iterator[tuple[str, str, Handover]]:
    """Where jobs leave a deployment to others: the path, the environment, the line and how."""
    done = _analysis(facts)
    slug = github.own_slug(facts)
    for working in done.working():
        for one in handovers(working, slug):
            yield working.pipeline.path, done.standing.environment(working), one


def collect_steps(facts: Facts, _scope: tuple[str, ...]) -> Collected[StepRow]:
    """One row for each command that is run in the end, and for each action."""
    done = _analysis(facts)
    rows: list[StepRow] = []
    openings = [*done.read.openings, *_remote(done)]
    for working in done.working():
        environment = done.standing.environment(working)
        for task in working.tasks:
            rows.append(_step_row(done, working, task, environment))
            if task.unknown and task.step.enabled is not False and working.job.enabled is not False:
                openings.append(Opening(working.pipeline.path, task.line, task.unknown, environment))
    rows.sort(key=lambda row: (row.path, row.line))
    return Collected(tuple(rows), (), tuple(openings), done.read.looked)


def collect_uses(facts: Facts, _scope: tuple[str, ...]) -> Collected[UseRow]:
    """One row for each reference to a building block, wherever it is written."""
    done = _analysis(facts)
    absent = {
        task.missing for working in done.working() for task in working.tasks if task.action and task.missing
    }
    owner = github.own_slug(facts).partition("/")[0]
    found: dict[tuple[str, int, str], UseRow] = {}
    for flow in done.read.pipelines:
        missing = absent | {f"./{job.missing}" for job in flow.jobs if job.missing}
        for reference in flow.references:
            key = (reference.path, reference.line, reference.text)
            named = parts(reference.text)
            found[key] = UseRow(
                path=Glob(reference.path),
                line=reference.line,
                role=done.roles[reference.path],
                text=f"uses: {reference.text}"[:200],
                system=flow.system,
                action=Glob(named.action),
                version=named.version,
                owner=named.owner,
                pinned="version" if reference.fixed else named.pinned,
                first_party=reference.forges
                or named.pinned == "local"
                or named.owner.lower() in {"actions", "github", owner} - {""},
                retired=retired(reference.text, facts.as_of),
                missing=reference.text in missing,
            )
    return Collected(tuple(found[key] for key in sorted(found)), (), done.read.openings, done.read.looked)


def collect_dangers(facts: Facts, _scope: tuple[str, ...]) -> Collected[DangerRow]:
    """One row for each place where a stranger's code or text runs with the repository's rights."""
    done = _analysis(facts)
    rows = tuple(
        DangerRow(
            path=Glob(flow.path),
            line=danger.line,
            role=done.roles[flow.path],
            text=danger.text,
            system=flow.system,
            pipeline=flow.name,
            kind=danger.kind,
        )
        for flow in done.read.pipelines
        for danger in flow.dangers
    )
    return Collected(rows, (), done.read.openings, done.read.looked)


FILE: Noun[FileRow] = Noun("ci.file", FileRow, "a file that a CI system looks for", collect_files)
PIPELINE: Noun[PipelineRow] = Noun(
    "ci.pipeline", PipelineRow, "a file that a CI system runs", collect_pipelines
)
JOB: Noun[JobRow] = Noun("ci.job", JobRow, "a job of a pipeline", collect_jobs)
STEP: Noun[StepRow] = Noun(
    "ci.step", StepRow, "a command that a pipeline runs in the end, or an action it uses", collect_steps
)
USE: Noun[UseRow] = Noun("ci.use", UseRow, "a building block that a pipeline names", collect_uses)
DANGER: Noun[DangerRow] = Noun(
    "ci.danger",
    DangerRow,
    "a stranger's code or text that runs with the repository's rights",
    collect_dangers,
)
NOUNS: tuple[Noun[Any], ...] = (FILE, PIPELINE, JOB, STEP, USE, DANGER)


def _remote(done: _Analysis) -> Iterator[Opening]:
    for working in done.working():
        job = working.job
        if job.remote and job.enabled is not False:
            reason = f"what {job.remote} does is written in another repository"
            environment = done.standing.environment(working)
            yield Opening(working.pipeline.path, job.line, reason, environment)


def _pipeline_row(done: _Analysis, flow: Pipeline, twin: str) -> PipelineRow:
    working = list(done.standing.jobs[flow.path].values())
    enabled = [one for one in working if one.job.enabled is not False]
    answers = [done.standing.checks_out(one) for one in working]
    starts = flow.untold or bool(flow.trigger - {"call"})
    danger = flow.dangers[0] if flow.dangers else None
    return PipelineRow(
        path=Glob(flow.path),
        line=flow.line,
        role=done.roles[flow.path],
        text=flow.name,
        system=flow.system,
        name=flow.name,
        trigger=None if flow.untold else flow.trigger,
        events=flow.events,
        live=starts and any(_works(done.standing, one) for one in enabled),
        permissions=flow.permissions,
        concurrency=flow.concurrency,
        jobs=len(flow.jobs),
        purposes=_purposes(done.standing, enabled),
        detached=all(answer is False for answer in answers),
        filtered=flow.filtered,
        twin=Glob(twin),
        dangerous=danger is not None or _elsewhere_for_strangers(flow, enabled),
        danger_line=f"{flow.path}:{danger.line}: {danger.text}" if danger is not None else "",
    )


def _elsewhere_for_strangers(flow: Pipeline, enabled: Sequence[Working]) -> bool | None:
    """None where what a stranger may start with the repository's rights is another repository's."""
    return (
        None
        if (flow.events or frozenset()) & STRANGERS_START and any(one.job.remote for one in enabled)
        else False
    )


def _purposes(standing: Standing, jobs: Sequence[Working]) -> frozenset[str] | None:
    """What ``jobs`` are for; unknown where nothing but preparation is known of them and more is done."""
    known = frozenset(purpose for one in jobs for purpose in standing.purposes(one))
    return None if known <= PLUMBING and any(_elsewhere(standing, one) for one in jobs) else known


def _elsewhere(standing: Standing, working: Working) -> bool:
    """Whether a part of what a job does is not to be known."""
    below = standing.below(working)
    return any(one.job.remote for one in (working, *below)) or any(
        task.unknown for one in below for task in one.real
    )


def _works(standing: Standing, working: Working) -> bool:
    """Whether a job does more than fetch, prepare and print; what lives elsewhere is taken to."""
    if working.job.remote:
        return True
    return any(
        not task.purposes or not task.purposes <= PLUMBING
        for one in standing.below(working)
        for task in one.real
    )


def _perhaps_deploys(working: Working, slug: str) -> bool:
    """Whether a job may deploy in a way that its commands do not tell: by others, or to its own machine.

    The machines of Jenkins are somebody's own and stay: what a job that speaks of deploying starts there may
    be the deployment, or a trial.
    """
    if handovers(working, slug):
        return True
    job = working.job
    if working.pipeline.system != "jenkins" or "deploy" not in names.claims(job.key, job.name):
        return False
    from readiness.facts.commands.tools import toolbox  # noqa: PLC0415 - read by now, where there is a pipeline

    return any("deploy" in toolbox().of_host(task.text).purposes for task in working.real if task.words)


def _job_row(done: _Analysis, working: Working, slug: str) -> JobRow:
    flow, job, standing = working.pipeline, working.job, done.standing
    return JobRow(
        path=Glob(flow.path),
        line=job.line,
        role=done.roles[flow.path],
        environment=standing.environment(working),
        text=f"{job.key}: {job.name}" if job.name and job.name != job.key else job.key,
        system=flow.system,
        pipeline=flow.name,
        name=job.key,
        trigger=None if job.untold else job.trigger,
        enabled=job.enabled,
        blocking=not job.masked,
        permissions=job.permissions,
        timeout=job.timeout,
        concurrency=job.concurrency,
        checks_out=standing.checks_out(working),
        placeholder=standing.placeholder(working),
        purposes=_purposes(standing, (working,)),
        claims=names.claims(job.key, job.name),
        needs=frozenset(job.needs),
        gated=standing.gated(working),
        environment_declared=job.environment_declared,
        deploys=standing.deploys(working)
        or (None if _elsewhere(standing, working) or _perhaps_deploys(working, slug) else False),
        verified=standing.verified(working),
        rolls_back=standing.rolls_back(working),
        notifies=standing.notifies(working),
        matrix=job.matrix,
        remote=Glob(job.remote),
        calls=Glob(job.calls),
        stopped=job.stopped,
        missing=job.missing,
    )


def _step_row(done: _Analysis, working: Working, task: Task, environment: str) -> StepRow:
    flow, job, step = working.pipeline, working.job, task.step
    text = _shown(task.text)
    masked = task.masked or job.masked
    return StepRow(
        path=Glob(flow.path),
        line=task.line,
        role=done.roles[flow.path],
        environment=environment,
        text=f"uses: {text}" if task.action else text,
        system=flow.system,
        pipeline=flow.name,
        job=job.key,
        name=step.name,
        command="" if task.action else text,
        action=task.action,
        tool=task.tool,
        purposes=task.purposes,
        claims=names.claims(step.name),
        trigger=None if step.untold else step.trigger,
        enabled=step.enabled if job.enabled is not False else False,
        blocking=not masked,
        masked=masked,
        placeholder=task.placeholder,
        checked_out=task.checked_out,
        writes_own_input=task.writes_own_input,
        via=" > ".join(str(span) for span in task.via),
        missing=task.missing,
    )


def _shown(text: str) -> str:
    from readiness.facts.secrets.values import redacted  # noqa: PLC0415 - compiles its patterns on first use

    return redacted(text)


def _twins(done: _Analysis) -> dict[str, str]:
    """For each pipeline another one that runs nearly the same commands on an occasion of its own."""
    known = {
        path: frozenset(
            task.text for one in jobs.values() for task in one.real if not task.purposes & PLUMBING
        )
        for path, jobs in islice(done.standing.jobs.items(), _COMPARED)
    }
    out: dict[str, str] = {}
    for path, commands in known.items():
        for other, others in known.items():
            if path == other or path in out or min(len(commands), len(others)) < _ALIKE_FROM:
                continue
            both = done.standing.pipelines[path].trigger & done.standing.pipelines[other].trigger
            shared = len(commands & others)
            if both - {"manual", "call"} and shared >= _ALIKE * (len(commands) + len(others) - shared):
                out[path] = other
    return out
