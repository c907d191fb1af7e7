"""What the repository depends on, and whether a build tomorrow gets the same versions as today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from readiness.facts.dependencies.model import (
    Declared,
    Ecosystem,
    Scope,
    development,
    shown,
)
from readiness.facts.dependencies.others import GO_MOD, PACKAGE_JSON
from readiness.facts.dependencies.python import (
    DEVELOPMENT_REQUIREMENTS,
    PIPFILE,
    PYPROJECT,
    REQUIREMENTS,
    SETUP_CFG,
    SETUP_PY,
)
from readiness.facts.model import Collected, Facts, Glob, Noun, Opening, Parsed, Parser, Row

if TYPE_CHECKING:
    from readiness.spans import Problem
    from readiness.tree.model import Entry

_REQUIREMENTS = (
    "**/requirements*.txt",
    "**/*requirements.txt",
    "**/requirements/*.txt",
    "**/requirements*.in",
    "**/requirements/*.in",
)
_PARSED: tuple[tuple[str, Ecosystem, Parser[Declared]], ...] = (
    ("pyproject.toml", "pypi", PYPROJECT),
    ("setup.cfg", "pypi", SETUP_CFG),
    ("setup.py", "pypi", SETUP_PY),
    ("Pipfile", "pypi", PIPFILE),
    ("package.json", "npm", PACKAGE_JSON),
    ("go.mod", "go", GO_MOD),
)
_NAMED: dict[str, Ecosystem] = {
    "Cargo.toml": "cargo",
    "Gemfile": "gem",
    "composer.json": "composer",
    "pom.xml": "maven",
    "build.gradle": "maven",
    "build.gradle.kts": "maven",
    "Directory.Packages.props": "nuget",
}
_LOCKS: dict[Ecosystem, tuple[str, ...]] = {
    "pypi": ("poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "pylock.toml", "requirements.lock"),
    "npm": (
        "package-lock.json",
        "npm-shrinkwrap.json",
        "pnpm-lock.yaml",
        "yarn.lock",
        "bun.lockb",
        "bun.lock",
        "deno.lock",
    ),
    "go": ("go.sum", "go.work.sum"),
    "cargo": ("Cargo.lock",),
    "gem": ("Gemfile.lock", "gems.locked"),
    "composer": ("composer.lock",),
    "maven": ("gradle.lockfile", "buildscript-gradle.lockfile"),
    "nuget": ("packages.lock.json",),
}
# Maven, Gradle and NuGet take the versions written; whether one of them floats, we do not read.
_WITHOUT_LOCK = ("maven", "nuget")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency(Row):
    """A package that a manifest asks for by name."""

    ecosystem: Annotated[Ecosystem, "where the package comes from"]
    name: Annotated[str, "the package's name, normalised as its registry does"]
    version: Annotated[str, "the version as written, empty if none is"] = ""
    pinned: Annotated[bool, "exactly one version fits"] = False
    scope: Annotated[Scope, "whether the running program needs it or only its development"] = "runtime"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest(Row):
    """A file that declares dependencies."""

    ecosystem: Annotated[Ecosystem, "where its packages come from"]
    locked: Annotated[bool | None, "a lock or its own exact list fixes every version"] = None
    exact: Annotated[bool | None, "every dependency of the running program has an exact version"] = None
    count: Annotated[int | None, "how many dependencies the running program has"] = None
    scope: Annotated[Scope, "development for a file of development tools alone"] = "runtime"
    lock: Annotated[Glob, "the file that fixes the versions, empty if there is none"]


@dataclass(frozen=True, slots=True)
class _File:
    entry: Entry
    ecosystem: Ecosystem
    parsed: Parsed[Declared] | None


def _files(facts: Facts) -> tuple[_File, ...]:
    """Every manifest, in the order of paths."""
    found: dict[str, _File] = {}
    for entry in facts.paths(*_REQUIREMENTS):
        name = entry.path.rpartition("/")[2]
        compiled = entry.path.removesuffix(".in") + ".txt"
        if name.endswith(".in") and facts.entry(compiled) is not None:
            continue
        stem = name.rpartition(".")[0]
        parser = DEVELOPMENT_REQUIREMENTS if development(stem) else REQUIREMENTS
        found[entry.path] = _File(entry, "pypi", facts.parsed(parser, entry.path))
    for name, ecosystem, parser in _PARSED:
        for entry in facts.paths("**/" + name):
            found[entry.path] = _File(entry, ecosystem, facts.parsed(parser, entry.path))
    for entry in facts.paths(*("**/" + name for name in _NAMED), "**/*.csproj"):
        ecosystem = _NAMED.get(entry.path.rpartition("/")[2], "nuget")
        found[entry.path] = _File(entry, ecosystem, None)
    return tuple(found[path] for path in sorted(found))


def _troubles(files: tuple[_File, ...]) -> tuple[tuple[Problem, ...], tuple[Opening, ...]]:
    parsed = [file.parsed for file in files if file.parsed is not None]
    problems = tuple(item.problem for item in parsed if item.problem is not None)
    openings = tuple(
        Opening(item.problem.path, item.problem.line, item.problem.message)
        for item in parsed
        if item.opens and item.problem is not None
    )
    return problems, openings


def collect_dependencies(facts: Facts, scope: tuple[str, ...]) -> Collected[Dependency]:  # noqa: ARG001
    """Every dependency that a manifest names directly."""
    files = _files(facts)
    rows = [
        Dependency(
            path=Glob(file.entry.path),
            line=item.line,
            role=file.entry.role,
            ecosystem=file.ecosystem,
            name=item.name,
            version=shown(item.version),
            pinned=item.pinned,
            scope=item.scope,
            text=shown(f"{item.name} {item.version}"),
        )
        for file in files
        if file.parsed and file.parsed.value
        for item in file.parsed.value.requirements
    ]
    problems, openings = _troubles(files)
    unread = tuple(
        Opening(file.entry.path, 1, f"the dependencies of this manifest ({file.ecosystem}) are not read yet")
        for file in files
        if file.parsed is None and file.entry.role == "product"
    )
    return Collected(tuple(rows), problems, openings + unread, tuple(file.entry.path for file in files))


def collect_manifests(facts: Facts, scope: tuple[str, ...]) -> Collected[Manifest]:  # noqa: ARG001
    """Every manifest with at least one dependency, or with a list that we do not read."""
    files = _files(facts)
    rows = [row for file in files if (row := _manifest(facts, file)) is not None]
    problems, openings = _troubles(files)
    return Collected(tuple(rows), problems, openings, tuple(file.entry.path for file in files))


def _manifest(facts: Facts, file: _File) -> Manifest | None:
    declared = file.parsed.value if file.parsed else None
    if file.parsed is not None and (declared is None or not declared.manifest):
        return None
    if declared is not None and declared.known and not declared.requirements:
        return None
    needed = [item for item in declared.requirements if item.scope == "runtime"] if declared else []
    lock = _lock(facts, file, declared)
    locked = True if lock else None if file.ecosystem in _WITHOUT_LOCK else False
    count = len(needed) if declared and declared.known else None
    only_tools = declared is not None and declared.known and not needed
    return Manifest(
        path=Glob(file.entry.path),
        role=file.entry.role,
        ecosystem=file.ecosystem,
        locked=locked,
        exact=None if count is None else all(item.pinned for item in needed),
        count=count,
        scope="development" if only_tools else "runtime",
        lock=Glob(lock),
        text=_words(count, lock),
    )


def _words(count: int | None, lock: str) -> str:
    number = "dependencies not counted" if count is None else f"{count} runtime dependencies"
    return f"{number}, versions fixed by {lock}" if lock else f"{number}, no lock"


def _lock(facts: Facts, file: _File, declared: Declared | None) -> str:
    """The path of what fixes the versions: a lock beside or above, or the file itself; empty if none."""
    path = file.entry.path
    if declared is not None and path.endswith((".txt", ".in")):
        return _own_lock(facts, path, declared)
    folder = path.rpartition("/")[0]
    if file.ecosystem == "pypi":
        compiled = _compiled_beside(facts, folder)
        if compiled:
            return compiled
    while True:
        for name in _LOCKS[file.ecosystem]:
            candidate = f"{folder}/{name}" if folder else name
            if facts.entry(candidate) is not None:
                return candidate
        if not folder:
            return ""
        folder = folder.rpartition("/")[0]


def _own_lock(facts: Facts, path: str, declared: Declared) -> str:
    if declared.compiled or (declared.requirements and all(item.pinned for item in declared.requirements)):
        return path
    folder = path.rpartition("/")[0]
    for name in declared.constraints:
        candidate = f"{folder}/{name}" if folder else name
        if facts.entry(candidate) is None:
            continue
        narrowed = facts.parsed(REQUIREMENTS, candidate).value
        pinned = {item.name for item in narrowed.requirements if item.pinned} if narrowed else set()
        if all(item.pinned or item.name in pinned for item in declared.requirements):
            return candidate
    return ""


def _compiled_beside(facts: Facts, folder: str) -> str:
    """A ``requirements.txt`` that a resolver made from the manifest beside it."""
    path = f"{folder}/requirements.txt" if folder else "requirements.txt"
    if facts.entry(path) is None:
        return ""
    declared = facts.parsed(REQUIREMENTS, path).value
    return path if declared is not None and declared.compiled else ""


DEPENDENCY: Noun[Dependency] = Noun(
    "dependency", Dependency, "a package that a manifest asks for", collect_dependencies
)
MANIFEST: Noun[Manifest] = Noun(
    "dependency.manifest", Manifest, "a file that declares dependencies", collect_manifests
)
