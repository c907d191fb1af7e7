"""Bitbucket Pipelines: every section of the file, its steps one after the other.

All sections are one pipeline, each step a job that waits for those before it. What stands behind a step
that a person starts is started by a person. A pipeline that is imported is another repository's.
Sources: Bitbucket documentation, "bitbucket-pipelines.yml reference" (start conditions, parallel steps,
stages, step options), "Set up and monitor deployments" (one deployment to an environment at a time).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.bitbucket.sections import Section, Unit, sections, units
from readiness.facts.ci.bitbucket.steps import script_steps
from readiness.facts.ci.files import load, rejected
from readiness.facts.ci.model import Action, Job, Pipeline, Read, Reference, Step
from readiness.facts.model import Opening
from readiness.records import Struct, field, replace
from readiness.spans import Unparsable
from readiness.structured.nodes import Scalar, Table

if TYPE_CHECKING:
    from readiness.facts.ci.files import File
    from readiness.facts.ci.model import Trigger
    from readiness.facts.model import Facts

PATH = "bitbucket-pipelines.yml"
_JOBS = 500
_NONE = Table(1)


def read(facts: Facts) -> Read:
    """The subject's Bitbucket pipeline; nothing if it has none."""
    if facts.entry(PATH) is None:
        return Read()
    try:
        file = load(facts, PATH)
        if file.root is None:
            return Read(looked=(PATH,))
        return _Reader(file, file.root).read(facts.tree.subject.default_branch)
    except Unparsable as trouble:
        return rejected(PATH, "Bitbucket", trouble)


class _Reader(Struct):
    file: File
    root: Table
    jobs: dict[str, Job] = field(default_factory=dict)
    filtered: set[str] = field(default_factory=set)
    openings: list[Opening] = field(default_factory=list)

    def read(self, default_branch: str) -> Read:
        """The pipeline. Raises ``Unparsable`` for what Bitbucket does not take."""
        pipelines = self.root.table("pipelines")
        if pipelines is None:
            raise Unparsable(1, "it has no `pipelines`")
        started = self.root.key("triggers")
        if started is not None:
            reason = "which events start its pipelines (`triggers`) is not read"
            self.openings.append(Opening(PATH, started.line, reason))
        events: set[str] = set()
        for section in sections(pipelines, default_branch):
            imported = section.body.text("import") if isinstance(section.body, Table) else ""
            if imported:
                reason = f"the pipeline '{imported}' is written elsewhere"
                self.openings.append(Opening(PATH, section.body.line, reason))
                continue
            events |= {section.event} if section.triggers else set()
            self.section(section)
        if not self.jobs and not self.openings:
            raise Unparsable(1, "it has no steps")
        changes = {key for key, job in self.jobs.items() if "change" in job.trigger}
        pipeline = Pipeline(
            system="bitbucket",
            path=PATH,
            line=min((job.line for job in self.jobs.values()), default=1),
            name=PATH,
            trigger=frozenset(
                trigger for job in self.jobs.values() if job.enabled for trigger in job.trigger
            ),
            events=frozenset(events),
            jobs=tuple(self.jobs.values()),
            filtered=bool(changes) and changes <= self.filtered,
            references=tuple(self.references()),
        )
        return Read((pipeline,) if self.jobs else (), (), tuple(self.openings), (PATH,))

    def references(self) -> list[Reference]:
        found = {
            (step.work.reference, step.work.line)
            for job in self.jobs.values()
            for step in job.steps
            if isinstance(step.work, Action)
        }
        return [
            Reference(text, line, PATH, forges=text.startswith("atlassian/")) for text, line in sorted(found)
        ]

    def section(self, section: Section) -> None:
        """Take up the jobs of ``section``."""
        found = units(section.body)
        keys: list[str] = []
        manual = False
        for unit in found:
            if len(self.jobs) >= _JOBS:
                raise Unparsable(unit.at.line, f"more than {_JOBS} steps", opens=True)
            manual = manual or unit.setting("trigger") == "manual"
            triggers: frozenset[Trigger] = frozenset(("manual",)) if manual else section.triggers
            key = self.key(section, unit)
            keys.append(key)
            needs = tuple(keys[at] for at in unit.needs)
            self.jobs[key] = self.job(key, unit, triggers or section.triggers, needs, bool(section.triggers))
            if unit.table("condition") is not None:
                self.filtered.add(key)

    def key(self, section: Section, unit: Unit) -> str:
        """The name of a step, with that of its section and a number where others have the same."""
        name = unit.body.text("name") or "step"
        if name in self.jobs:
            name = f"{section.name}/{name}"
        count = 2
        key = name
        while key in self.jobs:
            key = f"{name} {count}"
            count += 1
        return key[:200]

    def job(
        self, key: str, unit: Unit, triggers: frozenset[Trigger], needs: tuple[str, ...], enabled: bool
    ) -> Job:
        body = unit.body
        if body.get("script") is None:
            raise Unparsable(unit.at.line, "a step has no `script`")
        environment = unit.setting("deployment") or body.text("environment")
        strategy = (body.table("on-fail") or _NONE).text("strategy")
        options = self.root.table("options") or _NONE
        clone = (body.table("clone") or _NONE).text("enabled") or (self.root.table("clone") or _NONE).text(
            "enabled"
        )
        limits = (body.get("max-time"), options.get("max-time"))
        return Job(
            key=key,
            line=unit.at.line,
            steps=tuple(replace(step, trigger=triggers) for step in self.steps(body)),
            trigger=triggers,
            enabled=enabled,
            masked="on-fail: ignore" if strategy == "ignore" else "",
            needs=needs,
            demands=needs,
            timeout=any(isinstance(limit, Scalar) for limit in limits),
            concurrency=bool(environment) or body.get("concurrency-group") is not None,
            environment=environment[:200],
            environment_declared=bool(environment),
            provided=clone != "false",
        )

    def steps(self, body: Table) -> list[Step]:
        main = script_steps(self.file, body.items("script"))
        after = script_steps(self.file, body.items("after-script"))
        return main + [replace(step, masked="after-script", after_failure=True) for step in after]
