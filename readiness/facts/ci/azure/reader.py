"""Azure Pipelines: the pipelines of the repository, each with its stages and jobs.

Which file is a pipeline is set up in Azure DevOps: taken for one is what has the usual name or place, unless
another uses it as a template. A job gets the repository's files unless it says otherwise, a deployment job
only if it says so.
Sources: Azure Pipelines YAML schema (``stages``, ``jobs``, ``deployment``, ``strategy``), "Deployment jobs",
"Specify conditions" (a skipped dependency skips what waits for it), "Define approvals and checks"
(``lockBehavior``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.azure.parts import Part, Parts, Place, declared, mapped
from readiness.facts.ci.azure.starts import Start, runs, triggers
from readiness.facts.ci.azure.steps import Met, StepReader, met_by
from readiness.facts.ci.files import load, rejected
from readiness.facts.ci.locations import AZURE
from readiness.facts.ci.model import Job, Pipeline, Read
from readiness.records import Struct, field, replace
from readiness.spans import Unparsable
from readiness.structured.nodes import Items, Scalar, Table
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from readiness.facts.ci.files import File
    from readiness.facts.ci.model import Step
    from readiness.facts.model import Facts

_FILES = 100
_JOBS = 500
_NONE = Table(1)
_BODIES = ("stages", "jobs", "steps", "extends")
_STARTS = ("trigger", "pr", "schedules", "resources", "extends", "pool", "name", "stages")
_HOOKS = ("preDeploy", "deploy", "routeTraffic", "postRouteTraffic")


def read(facts: Facts) -> Read:
    """All pipelines of the subject, in the order of their paths."""
    files: dict[str, File] = {}
    found: list[Read] = []
    paths = [entry.path for entry in facts.paths(*AZURE) if entry.role is Role.PRODUCT and entry.size > 0]
    for path in paths[:_FILES]:
        try:
            file = load(facts, path)
        except Unparsable as trouble:
            if path.rpartition("/")[2].startswith("azure-pipeline"):
                found.append(rejected(path, "Azure Pipelines", trouble))
            continue
        if file.root is not None and any(file.root.get(name) is not None for name in _BODIES):
            files[path] = file
    used: set[str] = set()
    done: dict[str, Read] = {}
    for path in sorted(files, key=lambda path: (not _starts(files[path]), path)):
        if path in used or not _pipeline(path, files[path]):
            continue
        done[path], templates = _read(facts, path, files[path])
        used |= templates
    found += [done[path] for path in files if path in done and path not in used]
    looked = {path for one in found for path in one.looked} | (used & set(paths))
    return Read(
        tuple(flow for one in found for flow in one.pipelines),
        tuple(problem for one in found for problem in one.problems),
        tuple(gap for one in found for gap in one.openings),
        tuple(sorted(looked)),
    )


def _starts(file: File) -> bool:
    return file.root is not None and any(file.root.get(name) is not None for name in _STARTS)


def _pipeline(path: str, file: File) -> bool:
    """Whether a file that no other uses is taken for a pipeline rather than for a template."""
    folders = path.lower().split("/")[:-1]
    if path.rpartition("/")[2].startswith("azure-pipeline") and "templates" not in folders:
        return True
    root = file.root or _NONE
    return _starts(file) and ("templates" not in folders or root.get("trigger") is not None)


def _read(facts: Facts, path: str, file: File) -> tuple[Read, set[str]]:
    """What a pipeline is, and the templates that it uses."""
    parts = Parts(facts)
    try:
        reader = _Reader(parts, path, file, file.root or _NONE, StepReader(parts, []))
        flow = reader.pipeline(facts.tree.subject.default_branch)
    except Unparsable as trouble:
        return rejected(path, "Azure Pipelines", trouble), parts.used
    return Read((flow,), (), (), (path, *parts.used)), parts.used


class _Stage(Struct, frozen=True):
    """A stage: its name, the stages it waits for, when it runs, and its jobs as they are written."""

    name: str
    needs: tuple[str, ...]
    met: Met
    place: Place
    table: Table
    remote: str = ""


class _Reader(Struct):
    parts: Parts
    path: str
    file: File
    root: Table
    steps: StepReader
    taken: dict[str, _Taken] = field(default_factory=dict)
    stages: dict[str, dict[str, str]] = field(default_factory=dict)

    def pipeline(self, default_branch: str) -> Pipeline:
        """The pipeline. Raises ``Unparsable`` for what Azure Pipelines does not take."""
        started = runs(self.root, default_branch)
        place = Place(self.path, self.file, started.starts, declared(self.root.get("parameters")))
        place = replace(place, variables=self.parts.variables(self.root.get("variables"), place))
        root = self.root
        extends = mapped(root.table("extends") or _NONE, place)
        if extends.get("template") is not None:
            root, place = self.extended(extends, place)
        for stage in self.staged(root, place):
            self.stage(stage)
        jobs = self.resolved()
        if not jobs:
            raise Unparsable(1, "it has no jobs")
        concurrency = self.root.get("lockBehavior") is not None or started.batch
        return Pipeline(
            system="azure",
            path=self.path,
            line=min(job.line for job in jobs.values()),
            name=self.root.text("name")
            if "$" not in self.root.text("name", "$")
            else self.path.rpartition("/")[2],
            trigger=triggers(started.starts),
            # There a policy of the branch starts builds of proposals, and `pr` says nothing.
            events=None if _on_azure_repos(self.parts.facts.tree.subject.remote) else started.events,
            jobs=tuple(jobs.values()),
            concurrency=concurrency,
            filtered=started.filtered,
            references=tuple(dict.fromkeys(self.steps.references)),
        )

    def extended(self, extends: Table, place: Place) -> tuple[Table, Place]:
        """The root of the template that the pipeline extends, and its place."""
        path, sign, repository = place.text(extends.text("template")).partition("@")
        if "$" in path or (sign and repository != "self"):
            reference = place.text(extends.text("template"))
            stage = Table(
                extends.line, ((Scalar(extends.line, "template"), Scalar(extends.line, reference)),)
            )
            return Table(
                extends.line, ((Scalar(extends.line, "stages"), Items(extends.line, (stage,))),)
            ), place
        found, file = self.parts.file(path, extends, place)
        root = file.root or _NONE
        inner = self.parts.within(root, extends.get("parameters"), found, file, place)
        inner = replace(inner, line=place.at(extends))
        more = self.parts.variables(root.get("variables"), inner)
        return root, replace(inner, variables={**place.variables, **more})

    def staged(self, root: Table, place: Place) -> Iterator[_Stage]:
        """The stages of the pipeline; the jobs or steps of one without stages are in a single stage."""
        if root.get("stages") is None:
            yield _Stage("", (), Met(place.starts), place, root)
            return
        before: tuple[str, ...] = ()
        for count, part in enumerate(self.parts.listed(root.get("stages"), "stages", place), 1):
            if part.remote:
                yield _Stage(
                    part.remote, before, Met(part.place.starts), part.place, _table(part), part.remote
                )
                before = (part.remote,)
                continue
            table = mapped(_table(part), part.place)
            name = part.place.text(table.text("stage")) or f"stage {count}"
            variables = self.parts.variables(table.get("variables"), part.place)
            inner = replace(part.place, variables={**part.place.variables, **variables})
            needs = _depends(table, inner, before)
            yield _Stage(name, needs, met_by(table.text("condition"), inner), inner, table)
            before = (name,)

    def stage(self, stage: _Stage) -> None:
        """Take up the jobs of ``stage``."""
        table = stage.table
        self.stages.setdefault(stage.name, {})
        if stage.remote:
            self.remote(stage.remote, stage.place.at(table), stage)
        elif table.get("jobs") is None:
            if table.get("steps") is not None:
                self.job(Part(table, stage.place), stage, "Job")
        else:
            for count, part in enumerate(self.parts.listed(table.get("jobs"), "jobs", stage.place), 1):
                if part.remote:
                    self.remote(part.remote, part.place.at(part.node), stage)
                else:
                    self.job(part, stage, f"Job {count}")

    def remote(self, reference: str, line: int, stage: _Stage) -> None:
        """Take up what a template of another repository brings, as one job."""
        job = Job(key=self.key(reference, stage.name), line=line, remote=reference)
        self.take(_Taken(job, stage, (), stage.met), reference)

    def take(self, one: _Taken, name: str) -> None:
        """Add a job under the ``name`` that others of its stage know it by."""
        if len(self.taken) >= _JOBS:
            raise Unparsable(one.job.line, f"more than {_JOBS} jobs", opens=True)
        self.taken[one.job.key] = one
        self.stages[one.stage.name][name] = one.job.key

    def job(self, part: Part, stage: _Stage, otherwise: str) -> None:
        """Take up a job that is written in the repository."""
        table = mapped(_table(part), part.place)
        own = self.parts.variables(table.get("variables"), part.place)
        place = replace(part.place, variables={**part.place.variables, **own})
        deploying = table.get("deployment") is not None
        name = place.text(table.text("deployment" if deploying else "job")) or otherwise
        met = met_by(table.text("condition"), place)
        met = replace(met, starts=tuple(start for start in met.starts if start in stage.met.starts))
        environment = place.text(_environment(table)).partition(".")[0] if deploying else ""
        inner = replace(place, starts=met.starts or place.starts)
        found, checks_out = self.body(table, inner, deploying=deploying)
        strategy = table.table("strategy")
        job = Job(
            key=self.key(name, stage.name),
            line=place.at(table),
            name=place.text(table.text("displayName")),
            steps=found,
            masked="continueOnError" if place.text(table.text("continueOnError")).lower() == "true" else "",
            timeout=table.text("timeoutInMinutes", "0") != "0",
            concurrency=self.concurrency(stage, environment_declared=bool(environment)),
            matrix=strategy is not None and strategy.get("matrix") is not None,
            environment=environment[:200],
            environment_declared=bool(environment),
            provided=not deploying if checks_out is None else False,
            enabled=place.enabled if met.starts else False,
        )
        self.take(_Taken(job, stage, _depends(table, place, ()), met), name)

    def concurrency(self, stage: _Stage, *, environment_declared: bool) -> bool | None:
        """Whether runs are kept apart; an environment may have a lock, which its settings show."""
        locks = (stage.table.get("lockBehavior"), self.root.get("lockBehavior"))
        if any(isinstance(lock, Scalar) for lock in locks):
            return True
        return None if environment_declared else False

    def body(self, table: Table, place: Place, *, deploying: bool) -> tuple[tuple[Step, ...], bool | None]:
        """The steps of a job, those of all hooks of a deployment's strategy one after the other."""
        if not deploying:
            done = self.steps.read(table.get("steps"), place)
            return done.steps, done.checks_out
        out: list[Step] = []
        answers = []
        strategy = table.table("strategy") or _NONE
        for _, plan in strategy:
            hooks = mapped(plan, place) if isinstance(plan, Table) else _NONE
            late = hooks.table("on") or _NONE
            places = [*((hook, hooks.table(hook)) for hook in _HOOKS)]
            places += [("success", late.table("success")), ("failure", late.table("failure"))]
            for hook, body in places:
                if body is None:
                    continue
                done = self.steps.read(body.get("steps"), place)
                answers.append(done.checks_out)
                failed = hook == "failure"
                out += [
                    replace(step, on_failure=True, after_failure=True) if failed else step
                    for step in done.steps
                ]
        return tuple(out), True if True in answers else None

    def key(self, name: str, stage: str) -> str:
        """A name for a job that no other has: with its stage, and with a number, where it is taken."""
        key = name if name not in self.taken else f"{stage}/{name}"
        count = 2
        while key in self.taken:
            key = f"{stage}/{name} {count}"
            count += 1
        return key

    def resolved(self) -> dict[str, Job]:
        """The jobs with what they wait for, and the starts that all of that leaves them."""
        kept: dict[str, tuple[Start, ...]] = {}
        out: dict[str, Job] = {}
        waits = {key: self.waits(one) for key, one in self.taken.items()}
        for key in _in_order(
            {key: (*within, *outside) for key, (within, outside) in waits.items()}, self.taken
        ):
            one = self.taken[key]
            within, outside = waits[key]
            demands = [] if one.met.after_failure else list(within)
            demands += [] if one.stage.met.after_failure else outside
            starts = set(one.met.starts if one.job.enabled is not False else ())
            for need in demands:
                starts.intersection_update(kept[need])
            kept[key] = tuple(start for start in one.met.starts if start in starts)
            out[key] = _standing(one, kept[key], (*within, *outside), demands)
        return {key: out[key] for key in self.taken}

    def waits(self, one: _Taken) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The jobs of its stage that a job waits for, and those of the stages that this one waits for."""
        own = self.stages[one.stage.name]
        for name in one.waits:
            if name not in own and "$" not in name:
                raise Unparsable(one.job.line, f"job '{one.job.key}' depends on '{name}', which is no job")
        for name in one.stage.needs:
            if name not in self.stages and "$" not in name:
                raise Unparsable(
                    one.job.line, f"stage '{one.stage.name}' depends on '{name}', which is no stage"
                )
        within = tuple(own[name] for name in one.waits if name in own)
        outside = tuple(key for name in one.stage.needs for key in self.stages.get(name, {}).values())
        return tuple(dict.fromkeys(within)), tuple(dict.fromkeys(outside))


class _Taken(Struct, frozen=True):
    """A job before what it waits for is looked up."""

    job: Job
    stage: _Stage
    waits: tuple[str, ...]
    met: Met


def _in_order(waits: Mapping[str, Sequence[str]], taken: Mapping[str, _Taken]) -> list[str]:
    """The jobs, each behind those that it waits for. Raises ``Unparsable`` if one waits for itself."""
    left = {key: len(needs) for key, needs in waits.items()}
    after: dict[str, list[str]] = {}
    for key, needs in waits.items():
        for need in needs:
            after.setdefault(need, []).append(key)
    out = [key for key, count in left.items() if not count]
    for key in out:
        for other in after.get(key, ()):
            left[other] -= 1
            if not left[other]:
                out.append(other)
    if len(out) < len(left):
        key = next(key for key in left if key not in set(out))
        raise Unparsable(taken[key].job.line, f"job '{key}' waits for itself")
    return out


def _standing(one: _Taken, starts: tuple[Start, ...], needs: Sequence[str], demands: Sequence[str]) -> Job:
    shown = triggers(starts or one.met.starts or one.stage.place.starts)
    steps = tuple(replace(step, trigger=step.trigger & shown or step.trigger) for step in one.job.steps)
    return replace(
        one.job,
        trigger=shown,
        enabled=one.job.enabled if starts else False,
        steps=steps,
        needs=tuple(dict.fromkeys(needs)),
        demands=tuple(dict.fromkeys(demands)),
    )


def _table(part: Part) -> Table:
    return part.node if isinstance(part.node, Table) else Table(part.node.line)


def _on_azure_repos(remote: str) -> bool:
    """Whether the repository lies in Azure Repos rather than on GitHub or Bitbucket."""
    return "dev.azure.com" in remote or "visualstudio.com" in remote


def _environment(table: Table) -> str:
    node = table.get("environment")
    return node.text("name") if isinstance(node, Table) else node.text if isinstance(node, Scalar) else ""


def _depends(table: Table, place: Place, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    """What ``dependsOn`` names; ``otherwise`` where it is left out."""
    if table.get("dependsOn") is None:
        return otherwise
    return tuple(place.text(item.text) for item in table.items("dependsOn") if isinstance(item, Scalar))
