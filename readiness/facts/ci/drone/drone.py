"""Drone read into the pipeline model: all pipelines of ``.drone.yml``, each step a job.

What a template or another language makes is left open.
Sources: Drone documentation, "Pipelines", "Triggers", "Cloning", "Multiple pipelines", "Promotions".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.drone.constraints import occasions
from readiness.facts.ci.drone.documents import documents, readable
from readiness.facts.ci.drone.jobs import Part, jobs_of, plugins_of
from readiness.facts.ci.drone.steps import steps
from readiness.facts.ci.files import rejected
from readiness.facts.ci.model import Pipeline, Read
from readiness.facts.model import Opening
from readiness.spans import Unparsable
from readiness.structured.nodes import Scalar, Table

if TYPE_CHECKING:
    from readiness.facts.ci.files import File
    from readiness.facts.model import Facts

PATHS = (".drone.yml", ".drone.yaml")


def read(facts: Facts) -> Read:
    """The subject's Drone pipelines; nothing if it has none."""
    path = next((path for path in PATHS if facts.entry(path) is not None), "")
    if not path:
        return Read()
    try:
        files = documents(facts, path)
        return _read(path, files, facts.tree.subject.default_branch) if files else Read(looked=(path,))
    except Unparsable as trouble:
        return rejected(path, "Drone", trouble)


def _read(path: str, files: tuple[File, ...], default: str) -> Read:
    parts: list[Part] = []
    openings: list[Opening] = []
    several = sum(_kind(file.root) == "pipeline" for file in files if file.root) > 1
    for file in files:
        root = file.root
        if root is None:
            continue
        if _kind(root) == "template":
            openings.append(Opening(path, root.line, "a pipeline that a template makes"))
        if _kind(root) == "pipeline":
            parts.append(_part(file, root, several=several))
    if not parts and not openings:
        raise Unparsable(1, "it has no pipeline")
    conditions = [part.condition for part in parts] + [
        step.condition for part in parts for step in part.steps
    ]
    times = occasions(conditions, default)
    jobs = jobs_of(parts, times)
    pipeline = Pipeline(
        system="drone",
        path=path,
        line=min((job.line for job in jobs), default=1),
        name=path,
        trigger=frozenset(trigger for job in jobs if job.enabled for trigger in job.trigger),
        events=readable(parts, times),
        jobs=jobs,
        references=plugins_of(jobs, path),
        concurrency=bool(parts) and all(part.concurrency for part in parts),
    )
    return Read((pipeline,) if jobs else (), (), tuple(openings), (path,))


def _kind(root: Table) -> str:
    """What a document is; before version 1 it said only ``pipeline:``."""
    return root.text("kind") or ("pipeline" if root.get("pipeline", "steps") is not None else "")


def _part(file: File, root: Table, *, several: bool) -> Part:
    node = root.get("steps", "pipeline")
    if node is None:
        raise Unparsable(root.line, "a pipeline has no steps")
    name = root.text("name") or "default"
    clone = root.table("clone") or Table(1)
    disabled = clone.get("disable")
    limit = (root.table("concurrency") or Table(1)).text("limit")
    return Part(
        name=name,
        steps=steps(file, node),
        condition=root.get("trigger") or _branches(root),
        provided=not (isinstance(disabled, Scalar) and disabled.truth is True),
        waits=tuple(item.text for item in root.items("depends_on") if isinstance(item, Scalar)),
        prefix=f"{name}/" if several else "",
        concurrency=limit == "1",
        matrix=root.get("matrix") is not None,
    )


def _branches(root: Table) -> Table | None:
    """``branches`` of the versions before 1, as a trigger."""
    found = root.get("branches")
    return None if found is None else Table(root.line, ((Scalar(root.line, "branch"), found),))
