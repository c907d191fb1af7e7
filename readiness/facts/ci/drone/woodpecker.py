"""Woodpecker read into the pipeline model: each file a workflow, each step a job.

Source: Woodpecker documentation, "Workflow syntax", "Workflows" (``depends_on`` names files), "Matrix
workflows".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.drone.constraints import by_path, occasions
from readiness.facts.ci.drone.documents import documents, readable
from readiness.facts.ci.drone.jobs import Part, jobs_of, plugins_of
from readiness.facts.ci.drone.steps import steps
from readiness.facts.ci.files import rejected
from readiness.facts.ci.model import Pipeline, Read
from readiness.spans import Problem, Unparsable
from readiness.structured.nodes import Scalar, Table

if TYPE_CHECKING:
    from readiness.facts.ci.drone.constraints import Occasion
    from readiness.facts.ci.files import File
    from readiness.facts.model import Facts, Opening

SINGLE = (".woodpecker.yaml", ".woodpecker.yml")
FOLDER = (".woodpecker/**.y*ml",)


def read(facts: Facts) -> Read:
    """The subject's workflows; where there is a folder of them, the single file is not read."""
    paths = [entry.path for entry in facts.paths(*FOLDER)]
    if not paths:
        paths = [path for path in SINGLE if facts.entry(path) is not None][:1]
    parts: dict[str, Part] = {}
    problems: list[Problem] = []
    openings: list[Opening] = []
    for path in paths:
        try:
            files = documents(facts, path)
            if files and files[0].root is not None:
                parts[path] = _part(path, files[0], files[0].root)
        except Unparsable as trouble:
            found = rejected(path, "Woodpecker", trouble)
            problems += found.problems
            openings += found.openings
    default = facts.tree.subject.default_branch
    conditions = [part.condition for part in parts.values()]
    conditions += [step.condition for part in parts.values() for step in part.steps]
    times = occasions(conditions, default)
    pipelines = [_pipeline(path, part, times, parts) for path, part in parts.items()]
    return Read(
        tuple(flow for flow in pipelines if flow.jobs), tuple(problems), tuple(openings), tuple(sorted(paths))
    )


def _part(path: str, file: File, root: Table) -> Part:
    node = root.get("steps", "pipeline")
    if node is None:
        raise Unparsable(root.line, "it has no steps")
    clone, skip = root.get("clone"), root.get("skip_clone")
    none = (isinstance(clone, Scalar) and clone.text in {"none", "false"}) or (
        isinstance(skip, Scalar) and skip.truth is True
    )
    runs_on = {item.text for item in root.items("runs_on") if isinstance(item, Scalar)}
    return Part(
        name=_name(path),
        steps=steps(file, node),
        condition=root.get("when") or _branches(root),
        provided=not none,
        waits=tuple(item.text for item in root.items("depends_on") if isinstance(item, Scalar)),
        matrix=root.get("matrix") is not None,
        after_failure="failure" in runs_on,
    )


def _name(path: str) -> str:
    """The name of a workflow: that of its file, without the ending."""
    return path.rpartition("/")[2].removesuffix(".yml").removesuffix(".yaml").lstrip(".")


def _branches(root: Table) -> Table | None:
    found = root.get("branches")
    return None if found is None else Table(root.line, ((Scalar(root.line, "branch"), found),))


def _pipeline(path: str, part: Part, times: tuple[Occasion, ...], parts: dict[str, Part]) -> Pipeline:
    jobs = jobs_of((part,), times)
    changes = [job for job in jobs if job.enabled and "change" in job.trigger]
    conditions = [step.condition for step in part.steps if step.condition is not None]
    return Pipeline(
        system="woodpecker",
        path=path,
        line=min((job.line for job in jobs), default=1),
        name=part.name,
        trigger=frozenset(trigger for job in jobs if job.enabled for trigger in job.trigger),
        events=readable((part,), times),
        jobs=jobs,
        references=plugins_of(jobs, path),
        filtered=bool(changes)
        and (
            by_path(part.condition) or (len(conditions) == len(part.steps) and all(map(by_path, conditions)))
        ),
        waits=tuple(
            other for other, one in parts.items() if one.name in part.waits and _as_often(part, one, times)
        ),
    )


def _as_often(part: Part, other: Part, times: tuple[Occasion, ...]) -> bool:
    """Whether ``other`` surely runs whenever ``part`` may."""
    from readiness.facts.ci.drone.constraints import passes  # noqa: PLC0415

    return not part.after_failure and all(
        passes(at, other.condition) is True for at in times if passes(at, part.condition) is not False
    )
