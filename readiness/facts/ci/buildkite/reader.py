"""Buildkite read into the pipeline model: the file that the agent looks for, and those that it adds.

Every push and proposal starts the pipeline, as its settings are by default; of a file that only the
server's settings name it is not to be known. Steps that a program makes are left open.
Sources: Buildkite documentation, "Defining your pipeline steps" (the names it looks for), "Dependencies"
(``wait``, ``block``, ``depends_on``), "Dynamic pipelines".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.buildkite.conditions import Build, builds, passes
from readiness.facts.ci.buildkite.steps import PREFIX, Steps
from readiness.facts.ci.files import rejected
from readiness.facts.ci.locations import BUILDKITE
from readiness.facts.ci.model import Action, Job, Pipeline, Read, Step
from readiness.facts.ci.occasions import Runs, demanded
from readiness.facts.model import Parser
from readiness.records import Struct
from readiness.spans import Problem, Unparsable
from readiness.structured.nodes import Items, Scalar, Table
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.facts.ci.buildkite.steps import Written
    from readiness.facts.ci.files import File
    from readiness.facts.ci.model import Trigger
    from readiness.facts.model import Facts, Opening

DEFAULTS = (
    "buildkite.yml",
    "buildkite.yaml",
    "buildkite.json",
    ".buildkite/pipeline.yml",
    ".buildkite/pipeline.yaml",
    ".buildkite/pipeline.json",
    "buildkite/pipeline.yml",
    "buildkite/pipeline.yaml",
    "buildkite/pipeline.json",
)
_UNTOLD = Build((), "")


class Loaded(Struct, frozen=True):
    """A file's steps, and whether all of the pipeline tells people."""

    file: File
    steps: Items
    notifies: int = 0


def parse(data: bytes) -> Loaded:
    """The steps in ``data``: a list, or ``steps`` of a mapping. Raises ``Unparsable``."""
    from readiness.facts.ci.files import File, folding  # noqa: PLC0415
    from readiness.structured import yaml  # noqa: PLC0415 - libyaml is loaded only where there is YAML

    documents = yaml.parse(data)
    root = documents[0] if documents else None
    if root is None or (isinstance(root, Scalar) and root.null):
        return Loaded(File(None), Items(1))
    steps = root.get("steps") if isinstance(root, Table) else root
    if not isinstance(steps, Items):
        raise Unparsable(root.line, "it has no `steps`")
    notify = root.key("notify") if isinstance(root, Table) else None
    return Loaded(
        File(root if isinstance(root, Table) else None, folding(data)), steps, notify.line if notify else 0
    )


PIPELINE: Parser[Loaded] = Parser("ci.buildkite", 1, parse)


def read(facts: Facts) -> Read:
    """The subject's Buildkite pipelines; nothing if it has none."""
    family = _Family(facts)
    start = next((path for path in DEFAULTS if facts.entry(path) is not None), "")
    if start:
        family.take(start)
    for entry in facts.paths(*BUILDKITE):
        if entry.role is Role.PRODUCT and entry.path not in DEFAULTS and entry.path not in family.taken:
            family.take(entry.path, untold=True)
    return family.read()


class _Family:
    """The files that are read, and which of them adds the steps of which."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.default = facts.tree.subject.default_branch
        self.taken: dict[str, Steps] = {}
        self.notifies: dict[str, int] = {}
        self.callers: dict[str, list[tuple[str, Written]]] = {}
        self.untold: set[str] = set()
        self.problems: list[Problem] = []
        self.openings: list[Opening] = []
        self.looked: set[str] = set()

    def take(self, path: str, *, untold: bool = False) -> None:
        """Read a file and those that it adds."""
        left = [path]
        while left:
            one = left.pop()
            if one in self.looked:
                self.untold.discard(one)
                continue
            self.looked.add(one)
            parsed = self.facts.parsed(PIPELINE, one)
            if parsed.value is None:
                if parsed.problem is not None:
                    trouble = Unparsable(parsed.problem.line, parsed.problem.message, opens=parsed.opens)
                    found = rejected(one, "Buildkite", trouble)
                    self.problems += found.problems
                    self.openings += found.openings
                continue
            steps = Steps(parsed.value.file, one)
            steps.take(parsed.value.steps)
            self.taken[one] = steps
            self.notifies[one] = parsed.value.notifies
            if untold and one == path:
                self.untold.add(one)
            for step in steps.found:
                for name in step.uploads:
                    target = self.target(name)
                    if target and target != one:
                        self.callers.setdefault(target, []).append((one, step))
                        left.append(target)

    def target(self, name: str) -> str:
        if not name:
            return next((path for path in DEFAULTS if self.facts.entry(path) is not None), "")
        return name if self.facts.entry(name) is not None else ""

    def read(self) -> Read:
        conditions = [step.condition for steps in self.taken.values() for step in steps.found]
        times = builds(conditions, self.default)
        pipelines = [self.pipeline(path, steps, times) for path, steps in self.taken.items()]
        return Read(
            tuple(flow for flow in pipelines if flow.jobs),
            tuple(self.problems),
            tuple(self.openings),
            tuple(sorted(self.looked)),
        )

    def starts(self, path: str, times: Sequence[Build], seen: frozenset[str] = frozenset()) -> frozenset[int]:
        """The occasions on which a file's steps are there: all, or those of the steps that add them."""
        callers = self.callers.get(path, ())
        if not callers or path in seen:
            return frozenset(range(len(times)))
        out: set[int] = set()
        for caller, step in callers:
            own = self.starts(caller, times, seen | {path})
            out |= {at for at in own if passes(step.condition, times[at], self.default) is not False}
        return frozenset(out)

    def pipeline(self, path: str, steps: Steps, times: Sequence[Build]) -> Pipeline:
        added = path in self.callers
        untold = path in self.untold and not added
        jobs = _Jobs(self, path, steps, times).jobs()
        events = (
            frozenset(("parent_pipeline",))
            if added
            else None
            if untold
            else frozenset(("push", "pull_request"))
        )
        return Pipeline(
            system="buildkite",
            path=path,
            line=min((job.line for job in jobs), default=1),
            name=path,
            trigger=frozenset()
            if untold
            else frozenset(each for job in jobs if job.enabled for each in job.trigger),
            events=events,
            jobs=jobs,
            references=tuple(steps.references),
            untold=untold,
        )


class _Jobs:
    """The steps of one file as jobs."""

    def __init__(self, family: _Family, path: str, steps: Steps, times: Sequence[Build]) -> None:
        self.family, self.path, self.steps, self.times = family, path, steps, times
        self.starts = family.starts(path, times)
        self.names: dict[str, str] = {}
        self.needs: dict[str, tuple[str, ...]] = {}
        self.runs: dict[str, Runs] = {}
        self.held: dict[str, frozenset[int]] = {}
        self.free: set[str] = set()
        self.shown: dict[str, Written] = {}

    def jobs(self) -> tuple[Job, ...]:
        """All jobs, in the order of their steps."""
        self.place()
        jobs = [self.job(key, step) for key, step in self.shown.items()]
        line = self.family.notifies[self.path]
        if line and jobs:
            work = Step(line, Action(f"{PREFIX}notify", line), after_failure=True, trigger=jobs[-1].trigger)
            last = tuple(dict.fromkeys(job.key for job in jobs))
            jobs.append(
                Job("notify", line, steps=(work,), trigger=jobs[-1].trigger, needs=last, timeout=None)
            )
        return tuple(jobs)

    def place(self) -> None:
        """Which job waits for which, and which for a person."""
        before: tuple[str, ...] = ()
        since: list[str] = []
        asked: frozenset[int] = frozenset()
        goes_on = False
        by_key: dict[str, tuple[str, ...]] = {}
        blocks: dict[str, frozenset[int]] = {}
        for step in self.steps.found:
            runs = self.runs_of(step)
            if step.kind in {"wait", "block"}:
                before, since = tuple(since) or before, []
                goes_on = step.goes_on
                if step.kind == "block":
                    blocks[step.key] = runs.sure
                    asked |= runs.sure
                continue
            name = self.name(step)
            self.shown[name] = step
            by_key[step.key] = (name,)
            self.runs[name] = runs
            since.append(name)
            if step.needs is None:
                self.needs[name], self.held[name] = before, asked
                if goes_on:
                    self.free.add(name)
            else:
                groups = self.steps.groups
                keys = [key for need in step.needs for key in groups.get(need, [need])]
                self.needs[name] = tuple(each for key in keys for each in by_key.get(key, ()))
                held = [blocks[key] for key in keys if key in blocks]
                held += [self.held.get(each, frozenset()) for each in self.needs[name]]
                self.held[name] = frozenset(at for one in held for at in one)
            if step.goes_on:
                self.free.add(name)

    def name(self, step: Written) -> str:
        name, count = step.name, 2
        while name in self.shown:
            name = f"{step.name} ({count})"
            count += 1
        return name

    def runs_of(self, step: Written) -> Runs:
        default = self.family.default
        found = Runs.of(passes(step.condition, build, default) for build in self.times)
        return Runs(found.may & self.starts, found.sure & self.starts)

    def job(self, name: str, step: Written) -> Job:
        may = self.runs[name].may
        shown = may or self.starts or frozenset(range(len(self.times)))
        untold = self.path in self.family.untold and self.path not in self.family.callers
        manual = self.held[name]
        triggers: frozenset[Trigger] = frozenset(
            each for at in shown for each in (("manual",) if at in manual else self.times[at].triggers)
        )
        asked = bool(shown) and shown <= manual
        untold = untold and not asked
        works = [
            Step(
                work.line, work, trigger=frozenset() if untold else triggers, untold=untold, enabled=bool(may)
            )
            for work in step.works
        ]
        if step.notifies:
            told = Action(f"{PREFIX}notify", step.notifies)
            works.append(Step(step.notifies, told, trigger=triggers, enabled=bool(may), after_failure=True))
        targets = [self.family.target(upload) for upload in step.uploads]
        lost = [upload for upload, target in zip(step.uploads, targets, strict=True) if not target and upload]
        return Job(
            key=name,
            line=step.line,
            steps=tuple(works),
            trigger=frozenset() if untold else triggers,
            untold=untold,
            enabled=bool(may),
            masked=step.masked,
            needs=self.needs[name],
            demands=() if name in self.free else demanded(name, self.needs, self.runs),
            timeout=step.timeout,
            concurrency=step.concurrency,
            matrix=step.matrix,
            calls=next((target for target in targets if target and target != self.path), ""),
            missing=lost[0] if lost else "",
            provided=step.provided,
        )
