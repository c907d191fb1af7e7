"""Every manifest of the subject, each read in the way of its ecosystem."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.dependencies.dotnet import MANIFESTS as DOTNET_MANIFESTS
from readiness.facts.dependencies.dotnet import Dotnet
from readiness.facts.dependencies.elixir import MIX
from readiness.facts.dependencies.gradle import MANIFESTS as GRADLE_MANIFESTS
from readiness.facts.dependencies.gradle import Gradle
from readiness.facts.dependencies.maven import Maven
from readiness.facts.dependencies.model import Declared, Ecosystem, development
from readiness.facts.dependencies.others import GO_MOD, PACKAGE_JSON
from readiness.facts.dependencies.php import COMPOSER
from readiness.facts.dependencies.python import (
    DEVELOPMENT_REQUIREMENTS,
    PIPFILE,
    PYPROJECT,
    REQUIREMENTS,
    SETUP_CFG,
    SETUP_PY,
)
from readiness.facts.dependencies.ruby import GEMFILE, GEMSPEC
from readiness.facts.dependencies.rust import CARGO
from readiness.records import Struct, replace

if TYPE_CHECKING:
    from readiness.facts.model import Facts, Parsed, Parser
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
    ("Cargo.toml", "cargo", CARGO),
    ("composer.json", "composer", COMPOSER),
    ("mix.exs", "hex", MIX),
)


class File(Struct, frozen=True):
    """A manifest. ``missing`` are the parts of the project that it names and that are not there."""

    entry: Entry
    ecosystem: Ecosystem
    parsed: Parsed[Declared]
    missing: frozenset[str] = frozenset()


def manifests(facts: Facts) -> tuple[File, ...]:
    """Every manifest, in the order of paths."""
    found: dict[str, File] = {}
    for entry in facts.paths(*_REQUIREMENTS):
        name = entry.path.rpartition("/")[2]
        compiled = entry.path.removesuffix(".in") + ".txt"
        if name.endswith(".in") and facts.entry(compiled) is not None:
            continue
        stem = name.rpartition(".")[0]
        parser = DEVELOPMENT_REQUIREMENTS if development(stem) else REQUIREMENTS
        found[entry.path] = File(entry, "pypi", facts.parsed(parser, entry.path))
    for name, ecosystem, parser in _PARSED:
        for entry in facts.paths("**/" + name):
            found[entry.path] = File(entry, ecosystem, facts.parsed(parser, entry.path))
    for file in (*_resolved(facts), *_gems(facts)):
        found[file.entry.path] = file
    return tuple(found[path] for path in sorted(found))


def _resolved(facts: Facts) -> list[File]:
    """The manifests that take a part of what they declare from other files."""
    maven, gradle, dotnet = Maven(facts), Gradle(facts), Dotnet(facts)
    found = [
        File(entry, "maven", maven.declared(entry.path), maven.missing(entry.path))
        for entry in facts.paths("**/pom.xml")
    ]
    found += (File(entry, "maven", gradle.declared(entry.path)) for entry in facts.paths(*GRADLE_MANIFESTS))
    found += (File(entry, "nuget", dotnet.declared(entry.path)) for entry in facts.paths(*DOTNET_MANIFESTS))
    return found


def _gems(facts: Facts) -> list[File]:
    """The manifests of Ruby; gems that the repository itself makes are no dependencies."""
    gemspecs = facts.paths("**/*.gemspec")
    own = frozenset(entry.path.rpartition("/")[2].removesuffix(".gemspec") for entry in gemspecs)
    read = [(entry, GEMSPEC) for entry in gemspecs]
    read += [(entry, GEMFILE) for entry in facts.paths("**/Gemfile", "**/gems.rb")]
    found = []
    for entry, parser in read:
        parsed = facts.parsed(parser, entry.path)
        if parsed.value is not None:
            others = tuple(item for item in parsed.value.requirements if item.name not in own)
            parsed = replace(parsed, value=replace(parsed.value, requirements=others))
        found.append(File(entry, "gem", parsed))
    return found
