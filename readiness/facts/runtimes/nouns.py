"""Which version of a language's runtime the subject asks for, setting by setting.

Sources: pyenv, nvm, asdf, rbenv (version files); PEP 621; npm "engines"; Go "go.mod file reference";
Maven "maven-compiler-plugin"; Gradle "Toolchains"; .NET "global.json" and "Target frameworks"; Bundler
"Gemfile"; Composer "Platform packages".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from readiness.facts.dependencies.dotnet import PROJECT
from readiness.facts.dependencies.maven import Maven
from readiness.facts.model import Collected, Glob, Noun, Parser, Row
from readiness.facts.runtimes.versions import Language, days_since, days_until, ends, line_of
from readiness.facts.settings import nodes
from readiness.matching import Pattern
from readiness.records import Struct
from readiness.structured.nodes import Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

_VERSION_FILES: dict[str, Language] = {
    ".python-version": "python",
    ".nvmrc": "node",
    ".node-version": "node",
    ".ruby-version": "ruby",
    ".java-version": "java",
    ".go-version": "go",
    ".php-version": "php",
}
_ASDF: dict[str, Language] = {
    "python": "python",
    "nodejs": "node",
    "node": "node",
    "golang": "go",
    "go": "go",
    "java": "java",
    "ruby": "ruby",
    "php": "php",
    "dotnet": "dotnet",
    "dotnet-core": "dotnet",
}
_OTHER_MAKES = ("jruby", "truffleruby", "pypy", "graalpy", "miniconda", "anaconda", "mambaforge")
_MAVEN = ("maven.compiler.release", "maven.compiler.target", "java.version")
_TOOLCHAIN = r"JavaLanguageVersion\.of\(\s*[\"']?([0-9]+)"
_KOTLIN = r"^\s*(?:kotlin\s*\{\s*)?jvmToolchain\(\s*([0-9]+)\s*\)"
_COMPATIBILITY = r"(?:source|target)Compatibility\s*=\s*(?:JavaVersion\.VERSION_|[\"'])?([0-9][0-9_.]*)"
_GEMFILE = r"^\s*ruby[ (]+[\"']([^\"']+)[\"']"


class Runtime(Row, frozen=True, kw_only=True):
    """A version of a language's runtime that a setting asks for."""

    language: Annotated[Language, "whose runtime"]
    version: Annotated[str, "the version or constraint as written"] = ""
    cycle: Annotated[str, "the line of releases, of a range the lowest: 3.11, 18, 1.22; empty if none"] = ""
    minimum: Annotated[bool, "newer lines fit as well, so that which one runs is said elsewhere"] = False
    source: Annotated[str, "the setting that says so: .nvmrc, engines.node, requires-python …"] = ""
    ends: Annotated[
        str | None,
        "the day on which security updates of the line end; unknown for a range and an unlisted line",
    ] = None
    ended_days: Annotated[
        int | None, "how many days ago that was, 0 if it is still to come; unknown without a date"
    ] = None
    left_days: Annotated[
        int | None, "how many days are left until then, 0 if it is over; unknown without a date"
    ] = None


class _Asked(Struct, frozen=True):
    line: int
    language: Language
    version: str
    source: str
    minimum: bool = False


def collect_runtimes(facts: Facts, scope: tuple[str, ...]) -> Collected[Runtime]:  # noqa: ARG001
    """Every setting that asks for a version of a runtime."""
    rows, looked = [], []
    for globs, read in _READERS:
        for entry in facts.paths(*globs):
            looked.append(entry.path)
            rows += [_row(facts, entry, asked) for asked in read(facts, entry) if asked.version]
    for entry, asked in _maven(facts):
        looked.append(entry.path)
        rows.append(_row(facts, entry, asked))
    return Collected(tuple(rows), looked=tuple(looked))


def _row(facts: Facts, entry: Entry, asked: _Asked) -> Runtime:
    version = " ".join(asked.version.split())[:200]
    line = line_of(asked.language, version)
    minimum = line.open or asked.minimum
    end = None if minimum else ends().get((asked.language, line.cycle))
    return Runtime(
        path=Glob(entry.path),
        line=asked.line,
        role=entry.role,
        text=f"{asked.source}: {asked.language} {version}",
        language=asked.language,
        version=version,
        cycle=line.cycle,
        minimum=minimum,
        source=asked.source,
        ends=end,
        ended_days=days_since(end, facts.as_of),
        left_days=days_until(end, facts.as_of),
    )


def _lines(data: bytes) -> tuple[str, ...]:
    return tuple(data[:65_536].decode("utf-8-sig", "replace").split("\n"))


def _script(data: bytes) -> tuple[tuple[int, str, str], ...]:
    """Line, setting and version of what a Gradle script or a Gemfile says of its runtime."""
    settings = (
        ("java toolchain", Pattern(_TOOLCHAIN)),
        ("java toolchain", Pattern(_KOTLIN)),
        ("sourceCompatibility", Pattern(_COMPATIBILITY)),
        ("ruby", Pattern(_GEMFILE)),
    )
    return tuple(
        (number, name, groups[1].replace("_", "."))
        for number, line in enumerate(data.decode("utf-8-sig", "replace").split("\n"), 1)
        if any(word in line for word in ("Language", "Compat", "Toolchain", "ruby"))
        for name, pattern in settings
        if (groups := pattern.groups(line[:400])) is not None
    )


LINES: Parser[tuple[str, ...]] = Parser("runtime-lines", 1, _lines)
SCRIPT: Parser[tuple[tuple[int, str, str], ...]] = Parser("runtime-script", 1, _script)


def _version_file(facts: Facts, entry: Entry) -> Iterator[_Asked]:
    name = entry.path.rpartition("/")[2]
    for number, line in enumerate(facts.parsed(LINES, entry.path).value or (), 1):
        version = line.partition("#")[0].strip()
        if version.startswith(_OTHER_MAKES):
            return
        if version:
            bare = version.removeprefix("ruby-") if name != ".java-version" else version.rpartition("-")[2]
            yield _Asked(number, _VERSION_FILES[name], bare, name)
            return


def _tool_versions(facts: Facts, entry: Entry) -> Iterator[_Asked]:
    for number, line in enumerate(facts.parsed(LINES, entry.path).value or (), 1):
        words = line.partition("#")[0].split()
        if len(words) > 1 and words[0] in _ASDF:
            version = words[1].rpartition("-")[2] if words[0] == "java" else words[1]
            yield _Asked(number, _ASDF[words[0]], version, ".tool-versions")


def _runtime_txt(facts: Facts, entry: Entry) -> Iterator[_Asked]:
    for number, line in enumerate(facts.parsed(LINES, entry.path).value or (), 1):
        if line.startswith("python-"):
            yield _Asked(number, "python", line.removeprefix("python-").strip(), "runtime.txt")


def _go_mod(facts: Facts, entry: Entry) -> Iterator[_Asked]:
    for number, line in enumerate(facts.parsed(LINES, entry.path).value or (), 1):
        words = line.partition("//")[0].split()
        if len(words) == 2 and words[0] == "go":
            yield _Asked(number, "go", words[1], "go", minimum=True)
        elif len(words) == 2 and words[0] == "toolchain":
            yield _Asked(number, "go", words[1].removeprefix("go"), "toolchain")


def _structured(
    language: Language, *keys: tuple[str, ...], minimum: bool = False
) -> Callable[[Facts, Entry], Iterator[_Asked]]:
    """A reader of the values under ``keys``, each the parts of a key."""

    def read(facts: Facts, entry: Entry) -> Iterator[_Asked]:
        roots = nodes(facts, entry.path).value or ()
        for key in keys:
            table = roots[0] if roots else None
            for part in key[:-1]:
                table = table.table(part) if isinstance(table, Table) else None
            value = table.get(key[-1]) if isinstance(table, Table) else None
            if isinstance(value, Scalar):
                yield _Asked(value.line, language, value.text, ".".join(key[-2:]), minimum=minimum)

    return read


def _global_json(facts: Facts, entry: Entry) -> Iterator[_Asked]:
    roots = nodes(facts, entry.path).value or ()
    sdk = roots[0].table("sdk") if roots and isinstance(roots[0], Table) else None
    value = sdk.get("version") if sdk is not None else None
    if sdk is not None and isinstance(value, Scalar):
        rolls = sdk.text("rollForward").lower() in ("major", "latestmajor")
        yield _Asked(value.line, "dotnet", value.text, "sdk.version", minimum=rolls)


def _project(facts: Facts, entry: Entry) -> Iterator[_Asked]:
    project = facts.parsed(PROJECT, entry.path).value
    for name, value, line in project.properties if project is not None else ():
        if name not in ("TargetFramework", "TargetFrameworks"):
            continue
        for target in value.split(";"):
            bare = target.strip().lower().removeprefix("netcoreapp").removeprefix("net").partition("-")[0]
            if "." in bare and bare.replace(".", "").isdigit():
                yield _Asked(line, "dotnet", bare, name)


def _scripts(language: Language) -> Callable[[Facts, Entry], Iterator[_Asked]]:
    def read(facts: Facts, entry: Entry) -> Iterator[_Asked]:
        for number, name, version in facts.parsed(SCRIPT, entry.path).value or ():
            if (name == "ruby") is (language == "ruby"):
                yield _Asked(number, language, version, name, minimum=name == "sourceCompatibility")

    return read


def _maven(facts: Facts) -> Iterator[tuple[Entry, _Asked]]:
    """What each project compiles for, by the first property that says so; any newer Java runs it."""
    maven = Maven(facts)
    for entry in facts.paths("**/pom.xml"):
        own = maven.own_properties(entry.path)
        name = next((name for name in _MAVEN if own.get(name)), "")
        if name:
            value, line = own[name]
            yield entry, _Asked(line, "java", maven.put(entry.path, value), name, minimum=True)


_READERS: tuple[tuple[tuple[str, ...], Callable[[Facts, Entry], Iterator[_Asked]]], ...] = (
    (tuple(f"**/{name}" for name in _VERSION_FILES), _version_file),
    (("**/.tool-versions",), _tool_versions),
    (("**/runtime.txt",), _runtime_txt),
    (("**/go.mod",), _go_mod),
    (
        ("**/pyproject.toml",),
        _structured("python", ("project", "requires-python"), ("tool", "poetry", "dependencies", "python")),
    ),
    (("**/package.json",), _structured("node", ("engines", "node"), ("volta", "node"))),
    (("**/composer.json",), _structured("php", ("require", "php"), ("config", "platform", "php"))),
    (("**/global.json",), _global_json),
    (("**/*.csproj", "**/*.fsproj", "**/*.vbproj", "**/Directory.Build.props"), _project),
    (("**/build.gradle", "**/build.gradle.kts"), _scripts("java")),
    (("**/Gemfile",), _scripts("ruby")),
)

RUNTIME: Noun[Runtime] = Noun(
    "runtime", Runtime, "a version of a language's runtime that a setting asks for", collect_runtimes
)
