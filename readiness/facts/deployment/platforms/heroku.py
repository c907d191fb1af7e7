"""Heroku and what took over its Procfile: Dokku, Buildpacks, Foreman.

Sources: Heroku, "The Procfile", "app.json Schema", "Building Docker Images with heroku.yml"; read 2026-10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.deployment.platforms.reading import (
    Reader,
    below,
    first,
    is_there,
    known_text,
    number,
    row,
    variables,
)
from readiness.facts.model import Parser
from readiness.records import Struct, replace
from readiness.structured.nodes import Scalar, Table
from readiness.structured.source import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from readiness.facts.deployment.platforms.row import PlatformService, ServiceUse
    from readiness.structured.nodes import Node
    from readiness.tree.model import Entry

_MOST = 200


class Process(Struct, frozen=True):
    """A line of a Procfile."""

    line: int
    name: str
    command: str


def parse_procfile(data: bytes) -> tuple[Process, ...]:
    """The processes of a Procfile; what is no process is passed over."""
    found = []
    for number_, text in enumerate(decode(data).splitlines(), 1):
        name, colon, command = text.partition(":")
        bare = name.strip()
        if colon and command.strip() and bare and all(char.isalnum() or char in "_-" for char in bare):
            found.append(Process(number_, bare, command.strip()))
    return tuple(found[:_MOST])


PROCFILE: Parser[tuple[Process, ...]] = Parser("procfile", 1, parse_procfile, kept=tuple[Process, ...])


def use_of(process: str) -> ServiceUse:
    """What a process is for, by its name."""
    if process == "web":
        return "web"
    return "job" if process in ("release", "postdeploy") else "worker"


def processes(entry: Entry, found: tuple[Process, ...]) -> Iterator[PlatformService]:
    """One row for each process, save the one that runs before a release."""
    release = next((each.command for each in found if each.name == "release"), "")
    for each in found:
        if each.name != "release":
            yield row(
                entry,
                each.line,
                "procfile",
                each.name,
                use=use_of(each.name),
                command=each.command,
                release_command=release,
                env_names=None,
                secret_refs=None,
            )


def manifest(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """``heroku.yml``: what is built from a Dockerfile, and what runs."""
    root = first(roots)
    docker, run = below(root, "build", "docker"), below(root, "run")
    release = root.get("release")
    command = known_text(release.get("command")) if isinstance(release, Table) else ""
    names = {key.text: key for key, _ in (*docker, *run)}
    for name, key in names.items():
        given = run.get(name)
        yield row(
            entry,
            key.line,
            "heroku",
            name,
            use=use_of(name),
            built="dockerfile" if docker.pairs else None,
            command=known_text(given.get("command")) if isinstance(given, Table) else known_text(given),
            release_command=command,
            restarts=True,
            limits_memory=True,
            limits_cpu=True,
            env_names=None,
            secret_refs=None,
        )


def app_json(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """``app.json`` with a formation: how many of each process run."""
    root = first(roots)
    given = variables(_env(below(root, "env")))
    for key, each in below(root, "formation"):
        if isinstance(each, Table):
            yield row(
                entry,
                key.line,
                "heroku",
                key.text,
                use=use_of(key.text),
                built="buildpack" if is_there(root.get("buildpacks")) else None,
                release_command=None,  # a Procfile says it; ``postdeploy`` runs once, for a new app
                restarts=True,
                instances=number(each.get("quantity")),
                limits_memory=True,
                limits_cpu=True,
                given=given,
            )


def joined(rows: Iterable[PlatformService]) -> Iterator[PlatformService]:
    """``rows``; a process of a Procfile is one with what the formation of the ``app.json`` beside it says."""
    every = tuple(rows)
    told = {_place(each, "app.json"): each for each in every}
    processes = {_place(each, "Procfile") for each in every}
    for each in every:
        place = _place(each, "Procfile")
        if place in told and place != _NOWHERE:
            yield replace(
                told[place],
                path=each.path,
                line=each.line,
                command=each.command,
                release_command=each.release_command,
            )
        elif _place(each, "app.json") not in processes - {_NOWHERE}:
            yield each


_NOWHERE = ("", "")


def _place(row: PlatformService, file: str) -> tuple[str, str]:
    """The folder and the name of a service that ``file`` tells of."""
    folder, _, name = f"./{row.path}".rpartition("/")
    return (folder, row.name) if name == file else _NOWHERE


def _env(table: Table) -> Iterator[tuple[str, str]]:
    for key, value in table:
        if isinstance(value, Table):
            yield key.text, value.text("value")
        elif isinstance(value, Scalar):
            yield key.text, value.text


READERS = (
    Reader(("**/heroku.y*ml",), "yaml", manifest),
    Reader(("**/app.json",), "json", app_json),
)
