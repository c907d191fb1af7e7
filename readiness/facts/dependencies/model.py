"""What one manifest of dependencies declares, whatever its ecosystem."""

from __future__ import annotations

from typing import Literal

from readiness.records import Struct

Ecosystem = Literal["pypi", "npm", "go", "maven", "gem", "nuget", "cargo", "composer", "hex"]
Scope = Literal["runtime", "development"]

_DEVELOPMENT = frozenset(
    (
        "dev",
        "devel",
        "develop",
        "development",
        "test",
        "tests",
        "testing",
        "lint",
        "linting",
        "linters",
        "style",
        "format",
        "doc",
        "docs",
        "documentation",
        "ci",
        "typing",
        "types",
        "mypy",
        "build",
        "release",
        "benchmark",
        "benchmarks",
        "bench",
        "coverage",
        "debug",
        "local",
        "pre",
        "tox",
        "nox",
        "pytest",
        "qa",
        "tools",
        "quality",
        "sphinx",
        "mkdocs",
        "profiling",
        "contrib",
    )
)


class Requirement(Struct, frozen=True):
    """One dependency: its normalised name, its version as written, and whether that is exact.

    ``pinned`` is None where the version is given elsewhere.
    """

    line: int
    name: str
    version: str
    pinned: bool | None
    scope: Scope


class Declared(Struct, frozen=True):
    """What a manifest declares. ``known`` is False where part of the list is computed elsewhere.

    ``compiled`` where it is itself the output of a resolver, or every line carries a hash.
    ``constraints`` are the files that narrow it, relative to its folder. ``manifest`` is
    False for a file of that name that declares nothing (a ``pyproject.toml`` of tools only).
    """

    requirements: tuple[Requirement, ...] = ()
    known: bool = True
    compiled: bool = False
    constraints: tuple[str, ...] = ()
    manifest: bool = True


def development(name: str) -> bool:
    """Whether a group, an extra or a file of this name holds what only development needs."""
    tokens = "".join(char if char.isalnum() else " " for char in name.lower()).split()
    return any(token in _DEVELOPMENT for token in tokens)


def scope_named(name: str) -> Scope:
    """The scope that a group, an extra or a file of this name has."""
    return "development" if development(name) else "runtime"


def shown(version: str) -> str:
    """A version or URL as it may be shown: on one line, without the user and password of a URL."""
    line = " ".join(version.split())
    scheme, found, rest = line.partition("://")
    if not found:
        return line
    authority, slash, path = rest.partition("/")
    return scheme + found + authority.rpartition("@")[2] + slash + path
