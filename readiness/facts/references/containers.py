"""What container files name: the sources of ``COPY``, and the files of a Compose file.

Sources: Dockerfile reference ("COPY"); the Compose specification (``build``, ``env_file``, ``extends``,
``include``, ``volumes``: a folder that is not there is made, a file is not).
"""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING

from readiness.facts.containers.images import IMAGE, INSTRUCTION
from readiness.facts.model import Collected
from readiness.facts.references.named import is_path
from readiness.facts.references.noun import made
from readiness.facts.references.places import Places, inside, places_of
from readiness.facts.settings import nodes
from readiness.structured.nodes import Items, Scalar, Table
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.model import Facts
    from readiness.facts.references.noun import Kind, Reference
    from readiness.tree.model import Entry

COMPOSE = ("**/{docker-,podman-,}compose{.*,-*,}.{yml,yaml}",)
_MOST = 500
_NAMED_FILE = (
    ".conf",
    ".cfg",
    ".ini",
    ".json",
    ".yml",
    ".yaml",
    ".toml",
    ".sql",
    ".sh",
    ".py",
    ".xml",
    ".js",
    ".cnf",
)


def collect(facts: Facts) -> Collected[Reference]:
    """What container files name."""
    places = places_of(facts)
    rows: list[Reference] = []
    looked: list[str] = []
    for image in facts.collected(IMAGE).rows:
        entry = facts.entry(image.path)
        if entry is None or image.role is not Role.PRODUCT:
            continue
        looked.append(entry.path)
        for source in sorted(image.copies_missing):
            path = source.strip("/").removeprefix("./")
            exists = None if places.may_be_made(path) else False
            rows.append(made(entry, image.line, "path", path, exists, "container"))
    for step in facts.collected(INSTRUCTION).rows:
        entry = facts.entry(step.path)
        if entry is not None and step.role is Role.PRODUCT and step.keyword in ("COPY", "ADD"):
            rows += (
                made(entry, step.line, "path", path, True, "container")
                for path in _copied(step.arguments, entry, places)
            )
    for entry in facts.paths(*COMPOSE):
        if entry.role is not Role.PRODUCT:
            continue
        looked.append(entry.path)
        for root in nodes(facts, entry.path).value or ():
            if isinstance(root, Table):
                rows += list(_compose(root, entry, places))[:_MOST]
    return Collected(tuple(rows), looked=tuple(looked))


def _copied(arguments: str, entry: Entry, places: Places) -> Iterator[str]:
    """The sources of a ``COPY`` that are there, from the root or from the Dockerfile's folder."""
    words = arguments.split()
    if any(word.startswith(("--from", "[", "<<")) for word in words):
        return
    for word in [word for word in words if not word.startswith("--")][:-1]:
        path = word.strip("/").removeprefix("./")
        found = [
            each for each in (path, inside(dirname(entry.path), path)) if is_path(path) and places.has(each)
        ]
        yield from found[:1]


def _compose(root: Table, entry: Entry, places: Places) -> Iterator[Reference]:
    folder = dirname(entry.path)
    for name, service in root.table("services") or ():
        if isinstance(service, Table) and not name.text.startswith("x-"):
            yield from _service(service, entry, folder, places)
    for each in root.items("include"):
        for path in each.items("path") if isinstance(each, Table) else (each,):
            yield from _file(path, "compose-file", entry, folder, places)
    for key in ("configs", "secrets"):
        for _, body in root.table(key) or ():
            if isinstance(body, Table) and (given := body.get("file")) is not None:
                yield from _file(given, "path", entry, folder, places)


def _service(service: Table, entry: Entry, folder: str, places: Places) -> Iterator[Reference]:
    build = service.get("build")
    if build is not None:
        yield from _build(build, entry, folder, places)
    for each in service.items("env_file"):
        given = each.get("path") if isinstance(each, Table) else each
        optional = isinstance(each, Table) and each.text("required") == "false"
        if given is not None and not optional:
            yield from _file(given, "path", entry, folder, places)
    extends = service.table("extends")
    if extends is not None and (given := extends.get("file")) is not None:
        yield from _file(given, "compose-file", entry, folder, places)
    for each in service.items("volumes"):
        text = (
            each.text("source") if isinstance(each, Table) else each.text if isinstance(each, Scalar) else ""
        )
        source = text.partition(":")[0]
        if source.startswith(("./", "../")) and source.lower().endswith(_NAMED_FILE):
            yield from _file(Scalar(each.line, source), "path", entry, folder, places)


def _build(build: Table | Scalar | Items, entry: Entry, folder: str, places: Places) -> Iterator[Reference]:
    """The Dockerfile of a build: ``dockerfile`` is relative to the ``context``."""
    context = (
        build.text("context", ".")
        if isinstance(build, Table)
        else build.text
        if isinstance(build, Scalar)
        else ""
    )
    file = build.text("dockerfile", "Dockerfile") if isinstance(build, Table) else "Dockerfile"
    inline = isinstance(build, Table) and build.get("dockerfile_inline") is not None
    if not context or inline or not _plain(context) or not _plain(file):
        return
    path = inside(inside(folder, context), file)
    yield made(entry, build.line, "image-file", path, places.answer(path), "container")


def _file(node: object, kind: Kind, entry: Entry, folder: str, places: Places) -> Iterator[Reference]:
    if isinstance(node, Scalar) and _plain(node.text):
        path = inside(folder, node.text)
        yield made(entry, node.line, kind, path, places.answer(path), "container")


def _plain(text: str) -> bool:
    """Whether a path of a Compose file is one of the subject: no variable, no address, not absolute."""
    return bool(text) and not text.startswith(("/", "~")) and not any(sign in text for sign in "$:{*\\")
