"""Fly.io: ``fly.toml``. Source: Fly.io, "App configuration (fly.toml)"; read 2026-10."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from readiness.facts.deployment.platforms.reading import (
    Reader,
    below,
    first,
    image,
    is_there,
    known_text,
    number,
    pairs_of,
    row,
    seconds,
    switch,
    tables,
    texts,
    variables,
)
from readiness.structured.nodes import Items, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.deployment.platforms.row import PlatformService
    from readiness.structured.nodes import Node
    from readiness.tree.model import Entry

_MOST = 50  # doors and checks
_KEYS = ("app", "build", "http_service", "services", "processes", "primary_region", "deploy", "vm")


def told(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """One row for each group of processes, or the one that there is."""
    root = first(roots)
    if all(root.get(key) is None for key in _KEYS):
        return
    build, deploy = below(root, "build"), below(root, "deploy")
    written, pinned = image(build.get("image"))
    given = variables(pairs_of(root.get("env")))
    groups: list[tuple[str, int, Node | None]] = [
        (key.text, key.line, value) for key, value in below(root, "processes")
    ]
    doors_, checks_ = list(islice(_doors(root), _MOST)), list(islice(_own_checks(root), _MOST))
    for name, line, command in groups or [("app", root.line, None)]:
        doors = [each for each in doors_ if _serves(each, name)]
        checks = [_checks(each) for each in doors]
        checks += [_serves(each, name) for each in checks_]
        starts = [switch(each.get("auto_start_machines")) for each in doors]
        counts = [number(each.get("min_machines_running")) for each in doors]
        yield row(
            entry,
            line,
            "fly",
            name if groups else root.text("app"),
            use="web" if doors else "worker" if groups else "other",
            built=_built(build),
            image=written,
            image_pinned=pinned,
            command=known_text(command),
            release_command=known_text(deploy.get("release_command")),
            healthcheck=any(checks),
            restarts=True,
            instances=next((count for count in counts if count is not None), None),
            autoscaled=True if True in starts else None if None in starts else False,
            limits_memory=True,
            limits_cpu=True,
            grace=seconds(root.get("kill_timeout")),
            regions=texts(root.get("primary_region")),
            given=given,
            secret_refs=None,
        )


def _doors(root: Table) -> Iterator[Table]:
    service = root.get("http_service")
    if isinstance(service, Table):
        yield service
    yield from tables(root.get("services"))


def _own_checks(root: Table) -> Iterator[Table]:
    for _, value in below(root, "checks"):
        if isinstance(value, Table):
            yield value


def _serves(door: Table, name: str) -> bool:
    """Whether a door or a check is for a group of processes; for all where it names none."""
    wanted = door.get("processes")
    return not isinstance(wanted, Items) or not wanted.items or name in texts(wanted)


def _checks(door: Table) -> bool:
    return any(is_there(door.get(key)) for key in ("checks", "http_checks", "tcp_checks"))


def _built(build: Table) -> str | None:
    if build.text("image"):
        return "image"
    if build.text("builder") or build.get("buildpacks") is not None:
        return "buildpack"
    return "dockerfile" if build.text("dockerfile") else None


READERS = (Reader(("**/fly.toml", "**/fly.*.toml"), "toml", told),)
