"""Jenkins pipelines read into the pipeline model.

A server decides which of its projects use a file, and what starts them. A file that asks for
branches, proposals or tags is meant for a multibranch project, which builds each of them; of any
other it is not to be known what starts it. What a shared library does is left open.
Sources: Jenkins documentation, "Using a Jenkinsfile", "Branches and Pull Requests", "Extending with
Shared Libraries".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.jenkins.conditions import (
    SIGNS,
    Occasion,
    asks_for_branches,
    occasions,
    passes,
)
from readiness.facts.ci.jenkins.declarative import check
from readiness.facts.ci.jenkins.flow import Flow
from readiness.facts.ci.jenkins.groovy import parse
from readiness.facts.ci.jenkins.tree import Call, Statement
from readiness.facts.ci.locations import JENKINS
from readiness.facts.ci.model import Job, Pipeline, Read, Step
from readiness.facts.model import Opening, Parser
from readiness.records import Struct
from readiness.spans import Problem, Unparsable
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from readiness.facts.ci.jenkins.conditions import Gate
    from readiness.facts.ci.jenkins.flow import Done, Stage
    from readiness.facts.ci.jenkins.tree import Value
    from readiness.facts.ci.model import Trigger
    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

PREFIX = "Jenkins cannot read this pipeline: "
_NOT = (".md", ".txt", ".j2", ".tmpl", ".erb", ".template", ".bak", ".old", ".orig", ".adoc", ".rst", ".html")
_LARGEST = 1 << 18


class File(Struct, frozen=True):
    """A file of Groovy: what it says, and whether it asks for branches or proposals anywhere."""

    statements: tuple[Statement, ...]
    branches: bool
    proposals: bool

    @property
    def runs(self) -> bool:
        """Whether it is a pipeline, and no library of functions or settings."""
        return any(
            isinstance(one, Call) and one.name in {"pipeline", "node", "stage"} for one in self.statements
        )


def parse_file(data: bytes) -> File:
    """The Groovy in ``data``. Raises ``Unparsable``."""
    if len(data) > _LARGEST:
        raise Unparsable(1, "it is larger than is read", opens=True)
    text = data.decode("utf-8", "replace")
    try:
        statements = parse(text)
        check(statements)
    except Unparsable as trouble:
        # A pattern between slashes may be taken for a division, and the other way round.
        unsure = trouble.opens or any(sign in text for sign in ("=~ ", "==~", "$/", "~/", "(/", "{{", "<%"))
        raise Unparsable(trouble.line, f"{PREFIX}{trouble.reason}", opens=unsure) from None
    return File(
        statements,
        any(sign in text for sign in SIGNS),
        "CHANGE_" in text or "changeRequest" in text,
    )


GROOVY: Parser[File] = Parser("ci.jenkins", 1, parse_file)


def read(facts: Facts) -> Read:
    """All Jenkins pipelines of the product, in the order of their paths."""
    pipelines: list[Pipeline] = []
    problems: list[Problem] = []
    openings: list[Opening] = []
    looked: list[str] = []
    for entry in facts.paths(*JENKINS):
        if entry.role is not Role.PRODUCT or entry.path.lower().endswith(_NOT) or not entry.size:
            continue
        parsed = facts.parsed(GROOVY, entry.path)
        named = "jenkinsfile" in entry.path.rpartition("/")[2].lower()
        if parsed.value is None:
            if parsed.problem is not None and named:
                looked.append(entry.path)
                problems.append(parsed.problem)
                if parsed.opens:
                    openings.append(Opening(entry.path, parsed.problem.line, parsed.problem.message))
            continue
        if not parsed.value.statements or not (named or parsed.value.runs):
            continue
        looked.append(entry.path)
        flow, gap = _pipeline(facts, entry, parsed.value)
        if flow.jobs:
            pipelines.append(flow)
        openings += gap
    return Read(tuple(pipelines), tuple(problems), tuple(openings), tuple(looked))


def _pipeline(facts: Facts, entry: Entry, file: File) -> tuple[Pipeline, list[Opening]]:
    def load(path: str) -> Sequence[Statement] | None:
        path = path.removeprefix("./")
        if not path or facts.entry(path) is None:
            return None
        found = facts.parsed(GROOVY, path).value
        return None if found is None else found.statements

    flow = Flow(file.statements, load, lambda url: _own(facts, url))
    flow.run()
    many = file.branches or asks_for_branches(flow.conditions)
    times = (
        occasions(flow.conditions, facts.tree.subject.default_branch, timer=flow.timer)
        if many
        else (Occasion(None),)
    )
    jobs = _Jobs(flow, times).jobs()
    trigger = frozenset(one.trigger for one in times if one.trigger is not None)
    pipeline = Pipeline(
        system="jenkins",
        path=entry.path,
        line=min((job.line for job in jobs), default=1),
        name=entry.path if "/" in entry.path else entry.path.rpartition("/")[2],
        trigger=trigger,
        events=frozenset(("push", "pull_request")) if many and file.proposals else None,
        jobs=jobs,
        concurrency=flow.concurrency,
        untold=not many,
    )
    more = "what its functions do is more than is read"
    return pipeline, [Opening(entry.path, 1, more)] if flow.full else []


def _own(facts: Facts, url: str) -> bool:
    """Whether an address is this repository's, or a fork's of it; one that is not known is taken to be."""
    slug = facts.tree.subject.remote.rstrip("/").removesuffix(".git")
    name = slug.replace(":", "/").rpartition("/")[2].lower()
    other = url.rstrip("/").removesuffix(".git").replace(":", "/").rpartition("/")[2].lower()
    return "$" in url or not name or not other or name == other


class _Jobs:
    """Jobs as the model has them, every condition answered for each occasion."""

    def __init__(self, flow: Flow, times: Sequence[Occasion]) -> None:
        self.flow, self.times = flow, times
        self.known = {stage.key: stage for stage in flow.stages}

    def jobs(self) -> tuple[Job, ...]:
        return tuple(self.job(stage) for stage in self.flow.stages)

    def job(self, stage: Stage) -> Job:
        steps = tuple(self.step(one) for one in stage.steps)
        gates, variables = stage.around.gates, stage.around.variables
        enabled = self.kept(gates, variables)
        running = [one for one in steps if one.enabled] if enabled else []
        own = self.triggers(enabled or self.times, stage.inputs, variables)
        found = [None if one.untold else one.trigger for one in running] or [own]
        known = [one for one in found if one is not None]
        return Job(
            key=stage.key,
            line=stage.line,
            steps=steps,
            trigger=frozenset(each for one in known for each in one)
            if len(known) == len(found)
            else frozenset(),
            untold=len(known) < len(found),
            enabled=bool(enabled) and (bool(running) or not steps),
            needs=tuple(dict.fromkeys(key for key in stage.needs if key in self.known)),
            demands=self.demands(stage),
            timeout=stage.timeout or self.flow.timeout,
            concurrency=stage.concurrency or self.flow.concurrency,
            matrix=stage.around.matrix,
            provided=stage.provided,
        )

    def step(self, one: Done) -> Step:
        around = one.around
        kept = self.kept(around.gates, around.variables)
        trigger = self.triggers(kept or self.times, one.inputs, around.variables)
        return Step(
            line=one.line,
            work=one.work,
            trigger=trigger or frozenset(),
            untold=trigger is None,
            enabled=bool(kept),
            masked=one.masked or around.masked,
            after_failure=around.after_failure,
            on_failure=around.on_failure,
            via=around.via,
        )

    def kept(self, gates: Sequence[Gate], variables: dict[str, Value]) -> tuple[Occasion, ...]:
        return tuple(at for at in self.times if passes(gates, at, variables) is not False)

    def triggers(
        self, kept: Iterable[Occasion], inputs: Sequence[Sequence[Gate]], variables: dict[str, Value]
    ) -> frozenset[Trigger] | None:
        found: set[Trigger] = set()
        for at in kept:
            waits = any(passes(gates, at, variables) is True for gates in inputs)
            trigger: Trigger | None = "manual" if waits else at.trigger
            if trigger is None:
                return None
            found.add(trigger)
        return frozenset(found)

    def demands(self, stage: Stage) -> tuple[str, ...]:
        """The jobs without whose success it does not start: those that surely run whenever it does."""
        out: dict[str, None] = {}
        left, seen = list(stage.demands), set[str]()
        mine = set(stage.around.gates)
        times = self.kept(stage.around.gates, stage.around.variables)
        while left:
            key = left.pop()
            other = self.known.get(key)
            if key in seen or other is None:
                continue
            seen.add(key)
            rest = [gate for gate in other.around.gates if gate not in mine]
            if all(passes(rest, at, other.around.variables) is True for at in times):
                out[key] = None
            else:
                left += other.demands
        return tuple(out)
