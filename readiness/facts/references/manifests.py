"""What manifests name: entry points of packages, files that scripts run, local modules and charts.

Sources: PyPA, "Entry points specification" and "pyproject.toml specification"; npm, "package.json"
(``main``, ``types``, ``bin``); Terraform, "Module sources" (local paths); Helm, "Chart dependencies";
Kustomize, "resources".
"""

from __future__ import annotations

from posixpath import basename, dirname
from typing import TYPE_CHECKING

from readiness.facts.commands.runners import npm
from readiness.facts.commands.shell import split
from readiness.facts.commands.unwrap import layers
from readiness.facts.model import Collected
from readiness.facts.references.mentions import LINES
from readiness.facts.references.named import is_file, is_path, named_by
from readiness.facts.references.noun import made
from readiness.facts.references.places import Places, inside, places_of
from readiness.facts.settings import nodes
from readiness.matching import Pattern
from readiness.structured.nodes import Node, Scalar, Table
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from readiness.facts.model import Facts
    from readiness.facts.references.noun import Reference
    from readiness.tree.model import Entry

_SOURCE = Pattern(r"^\s*source\s*=\s*\"(\.{1,2}/[^\"$]*)\"")
_BUILDING = ("build", "prepare", "prepack", "prepublishOnly", "compile", "postinstall", "bundle")


def collect(facts: Facts) -> Collected[Reference]:
    """What manifests name."""
    places = places_of(facts)
    readers: tuple[tuple[str, Callable[[Facts, Entry, Places], Iterator[Reference]]], ...] = (
        ("**/pyproject.toml", _pyproject),
        ("**/package.json", _package),
        ("**/*.{tf,tofu}", _terraform),
        ("**/Chart.yaml", _chart),
        ("**/kustomization.{yaml,yml}", _kustomization),
    )
    rows: list[Reference] = []
    looked: list[str] = []
    for pattern, read in readers:
        for entry in facts.paths(pattern):
            if entry.role is Role.PRODUCT:
                looked.append(entry.path)
                rows += read(facts, entry, places)
    return Collected(tuple(rows), looked=tuple(looked))


def _root(facts: Facts, entry: Entry) -> Table | None:
    value = nodes(facts, entry.path).value
    return value[0] if value and isinstance(value[0], Table) else None


def _pyproject(facts: Facts, entry: Entry, places: Places) -> Iterator[Reference]:
    root = _root(facts, entry)
    project = root.table("project") if root else None
    poetry = _below(root, "tool", "poetry")
    tables = [each.table(key) for each in (project, poetry) if each for key in ("scripts", "gui-scripts")]
    points = project.table("entry-points") if project else None
    tables += [body for _, body in points or () if isinstance(body, Table)]
    for table in tables:
        for _, value in table or ():
            text = value.text if isinstance(value, Scalar) else ""
            module = text.partition("[")[0].partition(":")[0].strip()
            if module:
                exists = _module(module, places)
                yield made(entry, value.line, "package-entry", module, exists, "manifest")
    readme = project.get("readme") if project else None
    if isinstance(readme, Scalar) and is_path(readme.text):
        path = inside(dirname(entry.path), readme.text)
        yield made(entry, readme.line, "path", path, places.answer(path), "manifest")


def _below(table: Table | None, *keys: str) -> Table | None:
    for key in keys:
        table = table.table(key) if table is not None else None
    return table


def _module(module: str, places: Places) -> bool | None:
    """Whether a module is there; unknown where its package is none of the subject, or is compiled."""
    path = module.replace(".", "/")
    if any(places.ends(path + tail) for tail in (".py", "/__init__.py", ".pyx", ".pyi")):
        return True
    head = path.partition("/")[0]
    return (
        False
        if "/" in path and places.ends(f"{head}/__init__.py") and not places.ends(dirname(path) + ".py")
        else None
    )


def _package(facts: Facts, entry: Entry, places: Places) -> Iterator[Reference]:
    root = _root(facts, entry)
    if root is None:
        return
    folder = dirname(entry.path)
    scripts = root.table("scripts") or Table(1)
    built = any(scripts.get(name) is not None for name in _BUILDING)
    for value in _entries(root):
        text = value.text.removeprefix("./")
        if not is_path(text):
            continue
        path = inside(folder, text)
        there = any(places.has(path + tail) for tail in ("", ".js", ".json", ".node", "/index.js"))
        exists = True if there else None if built else places.answer(path)
        yield made(entry, value.line, "package-entry", path, exists, "manifest")
    package = facts.parsed(npm.PARSER, entry.path).value
    for target in package.scripts.values() if package else ():
        for piece in target.commands:
            yield from _script(piece.text, target.line, entry, places, built=built)


def _entries(root: Table) -> Iterator[Scalar]:
    found: list[Node | None] = [root.get("main"), root.get("types"), root.get("typings"), root.get("module")]
    binaries = root.get("bin")
    found += [value for _, value in binaries] if isinstance(binaries, Table) else [binaries]
    yield from (each for each in found if isinstance(each, Scalar) and each.text)


def _script(text: str, line: int, entry: Entry, places: Places, *, built: bool) -> Iterator[Reference]:
    """The files that an npm script runs; one beside the package may be what its build makes."""
    folder = dirname(entry.path)
    for command in split(text, errexit=False):
        inner = layers(command.words)[-1]
        if not inner.words or inner.contained or command.directory or basename(inner.words[0]) == "cp":
            continue
        for named in named_by(inner.words):
            path = inside(folder, named.text)
            if named.kind == "module":
                continue
            if places.has(path):
                yield made(entry, line, named.kind, path, True, "manifest")
            elif is_file(path) and not places.may_be_made(named.text) and not places.lies_elsewhere(path):
                exists = None if places.ends(named.text) or (built and "/" not in named.text) else False
                yield made(entry, line, named.kind, path, exists, "manifest")


def _terraform(facts: Facts, entry: Entry, places: Places) -> Iterator[Reference]:
    for number, line in enumerate(facts.parsed(LINES, entry.path).value or (), 1):
        found = _SOURCE.groups(line) if "source" in line[:200] else None
        if found is not None:
            path = inside(dirname(entry.path), found[1])
            exists = None if places.lies_elsewhere(path) else places.has_folder(path)
            yield made(entry, number, "terraform-module", path or ".", exists, "manifest")


def _chart(facts: Facts, entry: Entry, places: Places) -> Iterator[Reference]:
    root = _root(facts, entry)
    for each in root.items("dependencies") if root else ():
        source = each.text("repository") if isinstance(each, Table) else ""
        if source.startswith("file://"):
            path = inside(dirname(entry.path), source.removeprefix("file://"))
            yield made(entry, each.line, "chart", path, places.answer(path), "manifest")


def _kustomization(facts: Facts, entry: Entry, places: Places) -> Iterator[Reference]:
    root = _root(facts, entry)
    keys = ("resources", "bases", "components", "patchesStrategicMerge", "crds")
    for each in [item for key in keys for item in root.items(key)] if root else ():
        if isinstance(each, Scalar) and is_path(each.text.removeprefix("./")):
            path = inside(dirname(entry.path), each.text)
            hosted = each.text.startswith(("github.com", "git")) and not places.has(path)
            if not hosted:
                yield made(entry, each.line, "path", path, places.answer(path), "manifest")
