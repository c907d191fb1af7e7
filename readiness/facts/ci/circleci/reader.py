"""A CircleCI configuration: its jobs as the workflows run them.

All workflows of the file are one pipeline. A job that an orb brings is another repository's. What
a setup workflow hands on to is computed when it runs, and stays open.
Sources: CircleCI documentation, "Configuration reference" (versions 2 and 2.1), "Dynamic configuration",
"Orb concepts" (a version named in full never changes), "Concurrency" (``serial-group``), "Workspaces".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.circleci.parameters import Scope, pipeline_scope
from readiness.facts.ci.circleci.steps import Orb, Place, Source, StepReader
from readiness.facts.ci.circleci.workflows import entries, named, running
from readiness.facts.ci.files import inputs, load, rejected
from readiness.facts.ci.model import Action, Job, Pipeline, Read, Reference
from readiness.facts.model import Opening
from readiness.records import Struct, replace
from readiness.spans import Unparsable
from readiness.structured.nodes import Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from readiness.facts.ci.circleci.workflows import Entry, Runs
    from readiness.facts.ci.model import Step
    from readiness.facts.model import Facts

PATH = ".circleci/config.yml"
_ROOT = "~/project"
_EVERYTHING = frozenset((".", "./", "*", "./*", "project", "~/project", "repo", "~/repo"))
_NONE = Table(1)


def read(facts: Facts) -> Read:
    """The subject's CircleCI pipeline; nothing if it has none."""
    if facts.entry(PATH) is None:
        return Read()
    try:
        file = load(facts, PATH)
        if file.root is None:
            return Read(looked=(PATH,))
        orbs = {key.text: _orb(node) for key, node in file.root.table("orbs") or ()}
        source = Source(file.root.table("commands"), file.root.table("executors"), orbs)
        scope = pipeline_scope(file.root.table("parameters"))
        reader = _Reader(file.root, scope, source, StepReader(file))
        return reader.read(facts.tree.subject.default_branch)
    except Unparsable as trouble:
        return rejected(PATH, "CircleCI", trouble)


class _Reader(Struct, frozen=True):
    root: Table
    scope: Scope
    source: Source
    reader: StepReader

    def read(self, default_branch: str) -> Read:
        """The pipeline. Raises ``Unparsable`` for what CircleCI does not take."""
        openings: list[Opening] = []
        setup = self.root.key("setup")
        if setup is not None and self.root.text("setup") == "true":
            openings.append(Opening(PATH, setup.line, "what its setup workflow goes on with is computed"))
        found = entries(self.root, self.scope, default_branch)
        if not found and not openings:
            raise Unparsable(1, "it has no jobs")
        jobs = self.jobs(found)
        triggers = frozenset(trigger for job in jobs if job.enabled for trigger in job.trigger)
        events = {"push"} if triggers & {"change", "main", "branch", "tag"} else set()
        # A proposal shows the builds of the pushes to its branch: CircleCI knows no other.
        events |= ({"pull_request"} if "change" in triggers else set()) | (triggers & {"schedule"})
        pipeline = Pipeline(
            system="circleci",
            path=PATH,
            line=min((entry.line for entry in found), default=1),
            name="config.yml",
            trigger=triggers,
            events=frozenset(events | ({"api"} if "manual" in triggers else set())),
            jobs=jobs,
            references=tuple(self.references()),
        )
        return Read((pipeline,) if jobs else (), (), tuple(openings), (PATH,))

    def references(self) -> Iterator[Reference]:
        for key, _ in self.root.table("orbs") or ():
            orb = self.source.orbs[key.text]
            if orb.inline is None:
                text = f"{orb.name}@{orb.version}" if orb.version else orb.name
                yield Reference(text, key.line, PATH, _full(orb.version), orb.name.startswith("circleci/"))

    def jobs(self, found: Sequence[Entry]) -> tuple[Job, ...]:
        out: list[Job] = []
        taken: set[str] = set()
        for workflow in dict.fromkeys(entry.workflow for entry in found):
            within = [entry for entry in found if entry.workflow == workflow]
            # The same name in two workflows is two jobs.
            names = {
                entry.key: entry.key if entry.key not in taken else f"{workflow}/{entry.key}"
                for entry in within
            }
            taken |= set(names.values())
            runs = running(within)
            for entry in within:
                job = self.job(entry, runs[entry.key])
                waits = [(key, sure) for need, sure in entry.requires if (key := named(need, within))]
                needs = tuple(names[key] for key, _ in waits)
                demands = tuple(names[key] for key, sure in waits if sure)
                out.append(replace(job, key=names[entry.key], needs=needs, demands=demands))
        return _sharing(out)

    def job(self, entry: Entry, runs: Runs) -> Job:
        """The job of ``entry``, what it waits for left out."""
        base = Job(
            key=entry.key,
            line=entry.line,
            name=entry.name,
            trigger=runs.triggers,
            enabled=bool(runs.starts),
            timeout=None,
            concurrency=entry.given.get("serial-group") is not None,
            matrix=entry.given.get("matrix") is not None,
        )
        if entry.approval:
            return base
        source, body = self.definition(entry.name)
        if isinstance(body, str):
            given = inputs(entry.given, self.scope.text)
            return replace(base, remote=body, inputs=given, provided=True)
        if body is None:
            raise Unparsable(entry.line, f"there is no job '{entry.name}'")
        if body.text("type") == "approval":
            return base
        return replace(
            base,
            steps=tuple(self.steps(entry.given, body, source, runs)),
            concurrency=base.concurrency or body.get("serial-group") is not None,
        )

    def definition(self, name: str) -> tuple[Source, Table | str | None]:
        """Where the job ``name`` looks its commands up, and its body; a reference if an orb has it."""
        body = (self.root.table("jobs") or _NONE).get(name)
        if isinstance(body, Table):
            return self.source, body
        if "<<" in name:
            return self.source, "a job that a parameter names"
        alias, _, part = name.partition("/")
        orb = self.source.orbs.get(alias) if part else None
        if orb is None:
            return self.source, None
        if orb.inline is None:
            return self.source, orb.reference(part)
        source = Source(orb.inline.table("commands"), orb.inline.table("executors"), self.source.orbs)
        return source, (orb.inline.table("jobs") or _NONE).table(part)

    def steps(self, given: Table, body: Table, source: Source, runs: Runs) -> Iterator[Step]:
        matrix = given.table("matrix")
        varied = matrix.table("parameters") if matrix is not None else None
        scope = self.scope.within(body.table("parameters"), given, varied)
        place = Place(source, scope, runs.starts or runs.would, *self.shell(body, source, scope))
        around = replace(place, source=self.source, scope=self.scope)
        yield from self.reader.steps(given.get("pre-steps"), around)
        yield from self.reader.steps(body.get("steps"), place)
        yield from self.reader.steps(given.get("post-steps"), around)

    def shell(self, body: Table, source: Source, scope: Scope) -> tuple[str, str]:
        """The shell of a job's commands, and the folder that its checkout goes to."""
        executor = body.get("executor")
        named = scope.node(executor) if executor is not None else None
        name = scope.text(_name(named))
        found = source.executors.table(name) if source.executors is not None else None
        place = found if found is not None else body
        shell = body.text("shell") or place.text("shell")
        root = body.text("working_directory") or place.text("working_directory") or _ROOT
        machine = place.table("machine")
        image = machine.text("image") if machine is not None else ""
        windows = "windows" in scope.text(f"{image} {place.text('resource_class')}")
        if not shell and (windows or name.startswith(("win/", "windows/"))):
            shell = "powershell.exe"
        return scope.text(shell), scope.text(root)


def _name(node: Node | None) -> str:
    return node.text("name") if isinstance(node, Table) else node.text if isinstance(node, Scalar) else ""


def _orb(node: Node) -> Orb:
    if isinstance(node, Table):
        return Orb("", "", node)
    name, _, version = node.text.partition("@") if isinstance(node, Scalar) else ("", "", "")
    return Orb(name, version)


def _full(version: str) -> bool:
    """Whether a version of an orb is named in full, and no development version."""
    numbers = version.split(".")
    return len(numbers) == 3 and all(number.isdigit() for number in numbers)


def _sharing(jobs: Sequence[Job]) -> tuple[Job, ...]:
    """``jobs``, those told which take the repository's files from the workspace of one before them."""
    known = {job.key: job for job in jobs}
    out = []
    for job in jobs:
        used = {step.work.reference for step in job.steps if isinstance(step.work, Action)}
        if "attach_workspace" not in used or "checkout" in used:
            out.append(job)
            continue
        left, seen = list(job.needs), set[str]()
        shared: bool | None = None
        while left:
            key = left.pop()
            if key in known and key not in seen:
                seen.add(key)
                left += known[key].needs
                shared = shared or _hands_on(known[key]) or None
        out.append(replace(job, provided=shared))
    return tuple(out)


def _hands_on(job: Job) -> bool:
    works = [step.work for step in job.steps if isinstance(step.work, Action)]
    if not any(work.reference == "checkout" for work in works):
        return False
    return any(
        work.reference == "persist_to_workspace" and (name, value in _EVERYTHING) == ("paths", True)
        for work in works
        for name, value in work.inputs
    )
