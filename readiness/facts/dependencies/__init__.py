"""What the repository depends on, and whether a build tomorrow gets the same versions as today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from readiness.facts.dependencies.libraries import Purpose, libraries
from readiness.facts.dependencies.locks import lock_of, locked
from readiness.facts.dependencies.manifests import File, manifests
from readiness.facts.dependencies.model import Ecosystem, Scope, shown
from readiness.facts.model import Collected, Facts, Glob, Noun, Opening, Row
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.spans import Problem


_OFTEN_COMPUTED = ("gem", "maven")  # their manifests are programs


class Dependency(Row, frozen=True, kw_only=True):
    """A package that a manifest asks for by name."""

    ecosystem: Annotated[Ecosystem, "where the package comes from"]
    name: Annotated[str, "the package's name, normalised as its registry does"]
    version: Annotated[str, "the version as written, empty if none is"] = ""
    pinned: Annotated[bool | None, "exactly one version fits; unknown if the version is given elsewhere"] = (
        False
    )
    scope: Annotated[Scope, "whether the running program needs it or only its development"] = "runtime"
    purposes: Annotated[frozenset[Purpose], "what it is for, empty if the table of libraries has it not"] = (
        frozenset()
    )


class Manifest(Row, frozen=True, kw_only=True):
    """A file that declares dependencies."""

    ecosystem: Annotated[Ecosystem, "where its packages come from"]
    locked: Annotated[
        bool | None,
        "a lock, or its own exact list, fixes every version; Maven, Gradle and NuGet take the versions "
        "written, so there it is enough that none of them floats",
    ] = None
    exact: Annotated[bool | None, "every dependency of the running program has an exact version"] = None
    count: Annotated[int | None, "how many dependencies the running program has"] = None
    scope: Annotated[Scope, "development for a file of development tools alone"] = "runtime"
    lock: Annotated[Glob, "the file that fixes the versions, empty if there is none"]
    missing: Annotated[frozenset[str], "modules that it names and that are not there (Maven)"] = frozenset()


def _troubles(files: tuple[File, ...]) -> tuple[tuple[Problem, ...], tuple[Opening, ...]]:
    parsed = [file.parsed for file in files]
    problems = tuple(item.problem for item in parsed if item.problem is not None)
    openings = tuple(
        Opening(item.problem.path, item.problem.line, item.problem.message)
        for item in parsed
        if item.opens and item.problem is not None
    )
    return problems, openings


def collect_dependencies(facts: Facts, scope: tuple[str, ...]) -> Collected[Dependency]:  # noqa: ARG001
    """Every dependency that a manifest names directly."""
    files, known = manifests(facts), libraries()
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
            purposes=known.purposes(file.ecosystem, item.name),
            text=shown(f"{item.name} {item.version}"),
        )
        for file in files
        if file.parsed.value is not None
        for item in file.parsed.value.requirements
    ]
    problems, openings = _troubles(files)
    computed = tuple(
        Opening(file.entry.path, 1, "a part of its dependencies is computed, or named elsewhere")
        for file in files
        if file.ecosystem in _OFTEN_COMPUTED and file.entry.role is Role.PRODUCT and not _is_known(file)
    )
    return Collected(tuple(rows), problems, openings + computed, tuple(file.entry.path for file in files))


def _is_known(file: File) -> bool:
    return file.parsed.value is None or file.parsed.value.known


def collect_manifests(facts: Facts, scope: tuple[str, ...]) -> Collected[Manifest]:  # noqa: ARG001
    """Every manifest with at least one dependency, with a list that is computed, or with a missing module."""
    files = manifests(facts)
    rows = [row for file in files if (row := _manifest(facts, file)) is not None]
    problems, openings = _troubles(files)
    return Collected(tuple(rows), problems, openings, tuple(file.entry.path for file in files))


def _manifest(facts: Facts, file: File) -> Manifest | None:
    declared = file.parsed.value
    if declared is None or not declared.manifest:
        return None
    if declared.known and not declared.requirements and not file.missing:
        return None
    needed = [item for item in declared.requirements if item.scope == "runtime"]
    lock = lock_of(facts, file)
    fixed = locked(file, lock)
    count = len(needed) if declared.known else None
    return Manifest(
        path=Glob(file.entry.path),
        role=file.entry.role,
        ecosystem=file.ecosystem,
        locked=fixed,
        exact=None if count is None else _all_exact([item.pinned for item in needed]),
        count=count,
        scope="development" if declared.known and not needed else "runtime",
        lock=Glob(lock),
        missing=file.missing,
        text=_words(count, lock, fixed=fixed),
    )


def _all_exact(pins: list[bool | None]) -> bool | None:
    return False if False in pins else None if None in pins else True


def _words(count: int | None, lock: str, *, fixed: bool | None) -> str:
    many = f"{count} runtime {'dependency' if count == 1 else 'dependencies'}"
    number = "dependencies not counted" if count is None else many
    without = {True: "every version written out", None: "no lock, not every version known"}
    return f"{number}, versions fixed by {lock}" if lock else f"{number}, {without.get(fixed, 'no lock')}"


DEPENDENCY: Noun[Dependency] = Noun(
    "dependency", Dependency, "a package that a manifest asks for", collect_dependencies
)
MANIFEST: Noun[Manifest] = Noun(
    "dependency.manifest", Manifest, "a file that declares dependencies", collect_manifests
)
