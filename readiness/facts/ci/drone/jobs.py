"""Steps as the jobs of the pipeline model: each in a container of its own, all on the same files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.drone.constraints import passes
from readiness.facts.ci.model import Action, Job, Reference, Step
from readiness.facts.ci.occasions import Runs, demanded
from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.facts.ci.drone.constraints import Occasion
    from readiness.facts.ci.drone.steps import Written
    from readiness.facts.ci.model import Trigger
    from readiness.structured.nodes import Node


class Part(Struct, frozen=True):
    """Steps that run under one condition: a document of Drone, a file of Woodpecker.

    ``waits`` are the names of the parts before it; ``prefix`` stands before the names of its steps.
    """

    name: str
    steps: tuple[Written, ...]
    condition: Node | None
    provided: bool = True
    waits: tuple[str, ...] = ()
    prefix: str = ""
    concurrency: bool = False
    matrix: bool = False
    after_failure: bool = False
    environment: str = ""


def jobs_of(parts: Sequence[Part], times: Sequence[Occasion]) -> tuple[Job, ...]:
    """The jobs of all parts of one file."""
    needs: dict[str, tuple[str, ...]] = {}
    runs: dict[str, Runs] = {}
    ends: dict[str, tuple[str, ...]] = {}
    keyed: list[tuple[str, Part, Written]] = []
    for part in parts:
        before: tuple[str, ...] = ()
        keys = {step.name: _key(part, step, needs) for step in part.steps}
        free = any(step.needs is not None for step in part.steps)
        for step in part.steps:
            key = keys[step.name]
            if key in needs:
                continue
            own = tuple(keys[name] for name in step.needs or () if name in keys)
            needs[key] = own if free else before
            runs[key] = Runs.of(passes(at, part.condition, step.condition) for at in times)
            keyed.append((key, part, step))
            before = (key,)
        ends[part.name] = tuple(key for key, owner, _ in keyed if owner is part) if free else before
    for key, part, _ in keyed:
        if not needs[key]:
            needs[key] = tuple(end for name in part.waits for end in ends.get(name, ()) if end != key)
    known = _Known(needs, runs, tuple(times))
    return tuple(_job(key, part, step, known) for key, part, step in keyed)


def plugins_of(jobs: Sequence[Job], path: str) -> tuple[Reference, ...]:
    """The images of plugins that the jobs of a file name, each where it is written."""
    works = (step.work for job in jobs for step in job.steps)
    return tuple(Reference(work.reference, work.line, path) for work in works if isinstance(work, Action))


class _Known(Struct, frozen=True):
    """What is known of all jobs by key: what each waits for, on which of the occasions it runs."""

    needs: dict[str, tuple[str, ...]]
    runs: dict[str, Runs]
    times: tuple[Occasion, ...]


def _key(part: Part, step: Written, taken: dict[str, tuple[str, ...]]) -> str:
    key = f"{part.prefix}{step.name}"
    count = 2
    while key in taken:
        key = f"{part.prefix}{step.name} ({count})"
        count += 1
    return key


def _job(key: str, part: Part, step: Written, known: _Known) -> Job:
    needs, runs, times = known.needs, known.runs, known.times
    shown = runs[key].may or frozenset(range(len(times)))
    triggers: frozenset[Trigger] = frozenset(trigger for at in shown for trigger in times[at].triggers)
    targets = {times[at].target for at in runs[key].may}
    only = targets.pop() if len(targets) == 1 else ""
    after = step.after_failure or part.after_failure
    work = (
        (
            Step(
                step.line,
                step.work,
                trigger=triggers,
                enabled=bool(runs[key].may),
                after_failure=after,
                on_failure=step.on_failure,
            ),
        )
        if step.work is not None
        else ()
    )
    return Job(
        key=key,
        line=step.line,
        steps=work,
        trigger=triggers,
        enabled=bool(runs[key].may),
        masked=step.masked,
        needs=needs[key],
        demands=() if after else demanded(key, needs, runs),
        timeout=None,
        concurrency=part.concurrency,
        matrix=part.matrix,
        environment=only,
        environment_declared=False,
        provided=part.provided,
    )
