"""Which compose files there are, and what their services are once everything is merged.

A file that needs another of its folder (``docker-compose.prod.yml`` whose service has neither image
nor build) is laid over that one; a file that can stand alone stands alone.
Source: Compose Specification, "Compose file", "Include", "Extend" and "Merge", read 2025-08.
"""

from __future__ import annotations

from itertools import islice
from posixpath import basename, dirname
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from readiness.facts.deployment.merging import flat, over_service
from readiness.facts.deployment.places import resolved
from readiness.facts.model import Opening
from readiness.facts.repository.environments import environment_of
from readiness.facts.secrets.envfiles import ENV_FILE_PARSER
from readiness.facts.settings import nodes
from readiness.records import Struct
from readiness.structured.nodes import Scalar, Table
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from readiness.facts.model import Facts
    from readiness.spans import Problem
    from readiness.structured.nodes import Node
    from readiness.tree.model import Entry

_GLOBS = (
    "**/{docker-,podman-,}compose.{yml,yaml}",
    "**/{docker-,podman-,}compose[._-]*.{yml,yaml}",
    "**/*.{docker-,}compose.{yml,yaml}",
    "**/*[_-]compose.{yml,yaml}",
    "**/{docker-,podman-,}compose/*.{yml,yaml}",  # one for each way to start it
)
_TEMPLATES = ("**/{docker-,}compose*.{yml,yaml}.{j2,jinja,jinja2,tmpl,tpl,erb,gotmpl}",)
_MAIN = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_DEPTH = 6
MAX_SERVICES = 2_000
"""How many services of a file are looked at."""


class Service(Struct, frozen=True):
    """A service of a file, merged with what it extends and what it is laid over.

    ``missing`` names the compose files that it should be read with and that are not there.
    """

    name: str
    entry: Entry
    line: int
    node: Table
    over: str = ""
    missing: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """The folder of the file."""
        return dirname(self.entry.path)

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders from which its paths may be meant: the file's, and that of the file below it."""
        return tuple(dict.fromkeys((self.folder, dirname(self.over or self.entry.path))))


class Found(Struct):
    """The services of a subject, and what could not be read."""

    services: list[Service]
    problems: list[Problem]
    openings: list[Opening]
    looked: list[str]


class ComposeFiles:
    """The compose files of a subject; ``found`` is what is in them."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._tables: dict[str, Table | None] = {}
        self._variables: dict[str, Mapping[str, str]] = {}
        self._by_folder: dict[str, list[str]] = {}
        self._services_of: dict[str, dict[str, tuple[str, Table]]] = {}
        self.found = self._read()

    def _read(self) -> Found:
        """Every service of every compose file, in the order of files."""
        found = Found([], [], [], [])
        for entry in self._facts.paths(*_TEMPLATES):
            found.looked.append(entry.path)
            if entry.role is Role.PRODUCT:
                found.openings.append(_opening(entry.path, 1, "a template of a compose file"))
        waiting = [entry.path for entry in self._facts.paths(*_GLOBS)]
        for path in waiting:
            self._by_folder.setdefault(dirname(path), []).append(path)
        seen = set(waiting)
        while waiting:
            named = self._facts.entry(waiting.pop(0))
            root = self._root(named, found) if named is not None else None
            if named is None or root is None:
                continue
            for path in self._included(named.path, root):
                if path not in seen:
                    seen.add(path)
                    waiting.append(path)
            found.services += self._services(named, root)
            count = len((root.table("services") or Table(1)).pairs)
            if count > MAX_SERVICES and named.role is Role.PRODUCT:
                reason = f"only the first {MAX_SERVICES:,} of its services were looked at"
                found.openings.append(_opening(named.path, 1, reason))
        return found

    def variables(self, folder: str) -> Mapping[str, str]:
        """What the ``.env`` beside a compose file sets: Compose puts it into the file's values."""
        if folder not in self._variables:
            path = f"{folder}/.env" if folder else ".env"
            parsed = self._facts.parsed(ENV_FILE_PARSER, path) if self._facts.entry(path) else None
            values = parsed.value if parsed is not None else None
            self._variables[folder] = {each.name: each.value for each in values or ()}
        return self._variables[folder]

    def _root(self, entry: Entry, found: Found) -> Table | None:
        """The file's mapping if it is a compose file; what is wrong with it goes into ``found``."""
        found.looked.append(entry.path)
        parsed = nodes(self._facts, entry.path)
        if parsed.problem is not None:
            found.problems.append(parsed.problem)
            if parsed.opens and entry.role is Role.PRODUCT:
                found.openings.append(_opening(entry.path, parsed.problem.line, parsed.problem.message))
        return self._table(entry.path)

    def _table(self, path: str) -> Table | None:
        if path not in self._tables:
            parsed = nodes(self._facts, path) if self._facts.entry(path) else None
            roots = parsed.value if parsed is not None else None
            root = roots[0] if roots else None
            is_compose = isinstance(root, Table) and (root.table("services") or root.get("include"))
            self._tables[path] = root if isinstance(root, Table) and is_compose else None
        return self._tables[path]

    def _included(self, path: str, root: Table) -> Iterator[str]:
        """The files of the subject that a file takes in."""
        for item in root.items("include"):
            named = (
                item.items("path") if isinstance(item, Table) else (item,) if isinstance(item, Scalar) else ()
            )
            for each in named:
                target = resolved(dirname(path), each.text) if isinstance(each, Scalar) else None
                if target and target.endswith((".yml", ".yaml")):
                    yield target

    def _services(self, entry: Entry, root: Table) -> Iterator[Service]:
        table = root.table("services") or Table(root.line)
        own = {name: value for name, (_, value) in flat(table).items() if isinstance(value, Table)}
        base = self._base(entry.path, own)
        for key, value in islice(flat(table).values(), MAX_SERVICES):
            if not isinstance(value, Table):
                continue
            node, missing = self._extended(entry.path, key.text, value)
            over = base.get(key.text)
            if over is not None:
                merged = over_service(over[1], node)
                node = merged if isinstance(merged, Table) else node
            if node.get("image", "build") is None and not missing:
                continue  # a part of a service whose other part is not in the subject
            yield Service(key.text, entry, key.line, node, over[0] if over else "", missing)

    def _base(self, path: str, own: Mapping[str, Table]) -> Mapping[str, tuple[str, Table]]:
        """The services below those of ``path``, each with its file; none if the file stands alone."""
        name = basename(path)
        if name in _MAIN:
            return {}
        lacking = {service for service, node in own.items() if node.get("image", "build", "extends") is None}
        for main in self._mains(dirname(path)):
            known = self._known(main)
            if lacking & set(known) or ("override" in name and set(own) & set(known)):
                return known
        return self._beside(path, lacking) if lacking else {}

    def _mains(self, folder: str) -> Iterator[str]:
        """The main compose file of a folder, then those of the folders above it."""
        for _ in range(_DEPTH):
            paths = (f"{folder}/{name}" if folder else name for name in _MAIN)
            yield from islice((path for path in paths if self._table(path)), 1)
            if not folder:
                return
            folder = dirname(folder)

    def _beside(self, path: str, lacking: set[str]) -> Mapping[str, tuple[str, Table]]:
        """The services of the one other file of the folder that can start what ``path`` cannot."""
        folder = dirname(path)
        others = []
        for each in self._by_folder.get(folder, ()):
            known = self._known(each) if each != path else {}
            if any(known[name][1].get("image", "build") is not None for name in sorted(lacking & set(known))):
                others.append(known)
        return others[0] if len(others) == 1 else {}

    def _known(self, path: str) -> dict[str, tuple[str, Table]]:
        """The services of a file and of those that it takes in."""
        if path in self._services_of:
            return self._services_of[path]
        known = self._services_of[path] = dict[str, tuple[str, Table]]()
        waiting, seen = [path], set[str]()
        while waiting:
            current = waiting.pop()
            root = self._table(current)
            if current in seen or root is None:
                continue
            seen.add(current)
            for name, (_, value) in flat(root.table("services") or Table(1)).items():
                if isinstance(value, Table) and name not in known:
                    known[name] = (current, self._extended(current, name, value)[0])
            waiting += self._included(current, root)
        return known

    def _extended(self, path: str, name: str, node: Table) -> tuple[Table, tuple[str, ...]]:
        """A service with what it extends below it, and the files named for that which are not there."""
        seen = {(path, name)}
        for _ in range(_DEPTH):
            extends = node.get("extends")
            if isinstance(extends, Scalar) and not extends.null:
                source, service = path, extends.text
            elif isinstance(extends, Table):
                written = extends.text("file")
                target = resolved(dirname(path), written) if written else path
                if target is None:
                    return node, ()
                source, service = target, extends.text("service")
                if self._facts.entry(source) is None:
                    return node, (written,)
            else:
                return node, ()
            root = self._table(source)
            below = (root.table("services") or Table(1)).table(service) if root else None
            if below is None or (source, service) in seen:
                return node, ()
            seen.add((source, service))
            node, path = _laid_over(below, node), source
        return node, ()


def _laid_over(below: Table, node: Table) -> Table:
    """``node`` over the service that it extends; ``extends`` is then what the extended service says."""
    pairs = flat(node)
    pairs.pop("extends", None)
    merged: Node = over_service(below, Table(node.line, tuple(pairs.values())))
    return merged if isinstance(merged, Table) else node


_KEPT: WeakKeyDictionary[Facts, ComposeFiles] = WeakKeyDictionary()


def compose_files(facts: Facts) -> ComposeFiles:
    """The compose files of a subject, read once."""
    kept = _KEPT.get(facts)
    if kept is None:
        kept = _KEPT[facts] = ComposeFiles(facts)
    return kept


def _opening(path: str, line: int, reason: str) -> Opening:
    return Opening(path, line, reason, environment_of(path))
