"""Jobs of Nomad in HCL. Source: HashiCorp, "Job specification"; read 2026-10."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.deployment.objects import is_open, truth_of
from readiness.facts.deployment.platforms.reading import (
    image,
    known_text,
    number,
    pairs_of,
    row,
    seconds,
    texts,
    variables,
)
from readiness.facts.model import Parser
from readiness.structured.hcl import Block
from readiness.structured.nodes import Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.deployment.platforms.row import PlatformService, ServiceUse
    from readiness.structured.nodes import Node
    from readiness.tree.model import Entry

GLOBS = ("**/*.nomad", "**/*.nomad.hcl", "**/nomad/**.hcl")
_USES: dict[str, ServiceUse] = {"batch": "job", "sysbatch": "job"}


def parse(data: bytes) -> Block:
    """The file as one block."""
    from readiness.structured.hcl import parse as parse_hcl  # noqa: PLC0415 - reads one kind of file only

    return parse_hcl(data)


JOB: Parser[Block] = Parser("nomad-job", 1, parse)


def jobs(entry: Entry, root: Block) -> Iterator[PlatformService]:
    """One row for each task of each group; tasks that run before or after the others are jobs."""
    for job in root.inside("job"):
        for group in job.inside("group"):
            for task in group.inside("task"):
                yield _task(entry, job, group, task)


def _task(entry: Entry, job: Block, group: Block, task: Block) -> PlatformService:
    config, resources = _one(task, "config"), _one(task, "resources")
    beside = [block for block in task.inside("lifecycle") if block.text("hook")]
    sidecar = any(truth_of(block.get("sidecar")) is True for block in beside)
    use: ServiceUse = "job" if beside and not sidecar else _USES.get(job.text("type") or "service", "other")
    services = list(task.inside("service"))
    if not beside:
        services += group.inside("service")
    if use == "other":
        use = "worker" if sidecar else "web" if services else "other"
    checked = any(True for service in services for _ in service.inside("check"))
    checked = checked or (isinstance(config, Block) and any(True for _ in config.inside("healthcheck")))
    written, pinned = image(_value(config, "image"))
    given = variables(_env(task))
    updates = [*group.inside("update"), *job.inside("update")]
    scaled = any(True for _ in group.inside("scaling"))
    attempts = [
        number(block.get("attempts")) for block in (*group.inside("restart"), *task.inside("restart"))
    ]
    label = task.labels[0] if task.labels else ""
    return row(
        entry,
        task.line,
        "nomad",
        label,
        use=use,
        built="image" if written != "" else "none",
        image=written,
        image_pinned=pinned,
        command=known_text(_value(config, "command")),
        healthcheck=checked,
        restarts=use != "job" and 0 not in attempts,
        instances=_count(group.get("count")),
        autoscaled=scaled,
        limits_memory=True,  # Nomad assumes 300 MB where nothing is said
        limits_cpu=_value(resources, "cores") is not None,
        grace=seconds(task.get("kill_timeout")),
        rolls_back=any(truth_of(block.get("auto_revert")) is True for block in updates),
        privileged=truth_of(_value(config, "privileged")) is True,
        regions=texts(job.get("datacenters")),
        env_names=None if _reads_files(task) else given.names,
        secrets_literal=given.real,
        placeholder_secrets=given.standing,
        secret_refs=any(True for _ in task.inside("vault")) or any(True for _ in job.inside("vault")),
    )


def _reads_files(task: Block) -> bool:
    """Whether a template gives it variables whose names are in the template alone."""
    return any(truth_of(block.get("env")) is True for block in task.inside("template"))


def _count(node: Node | None) -> int | None:
    return 1 if node is None else None if is_open(node) else number(node)


def _one(block: Block, kind: str) -> Block | Table:
    """The block of this kind, or the object that is written instead."""
    for inner in block.inside(kind):
        return inner
    written = block.get(kind)
    return written if isinstance(written, Table) else Table(1)


def _value(block: Block | Table, key: str) -> Node | None:
    return block.get(key)


def _env(task: Block) -> Iterator[tuple[str, str]]:
    for block in task.inside("env"):
        for key, value in block.attributes:
            yield key.text, value.text if isinstance(value, Scalar) else ""
    yield from pairs_of(task.get("env"))
