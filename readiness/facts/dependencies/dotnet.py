"""The manifests of .NET: project files, with the versions that files above them manage.

Source: NuGet, "PackageReference in project files", "Central Package Management", "Package
versioning", "packages.config".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.dependencies.model import Declared, Requirement, Scope
from readiness.facts.dependencies.places import above, within
from readiness.facts.model import Parsed, Parser
from readiness.records import Struct

if TYPE_CHECKING:
    from readiness.facts.model import Facts
    from readiness.structured.xml import Element

MANIFESTS = (
    "**/*.csproj",
    "**/*.fsproj",
    "**/*.vbproj",
    "**/packages.config",
    "**/Directory.Build.props",
    "**/Directory.Build.targets",
)

_MAX_STEPS = 8
_TEST_SDK = "microsoft.net.test.sdk"


class Reference(Struct, frozen=True):
    """A package as it is written; ``tool`` if only the build needs it."""

    line: int
    name: str
    version: str
    tool: bool = False


class Project(Struct, frozen=True):
    """One file of MSBuild. ``managed`` are the versions it gives to others, by the name in lower case."""

    references: tuple[Reference, ...]
    managed: tuple[tuple[str, str], ...]
    properties: tuple[tuple[str, str, int], ...]


def parse_project(data: bytes) -> Project:
    """A project file, a ``.props`` file or a ``packages.config``. Raises ``spans.Unparsable``."""
    from readiness.structured.xml import parse  # noqa: PLC0415 - few repositories have one

    root = parse(data)
    if root.name == "packages":
        listed = (
            Reference(each.line, each.attribute("id"), each.attribute("version"), _is_tool(each))
            for each in root.each("package")
        )
        return Project(tuple(each for each in listed if each.name), (), ())
    references, managed = [], []
    for each in root.each("ItemGroup", "PackageReference"):
        version = each.attribute("VersionOverride") or each.attribute("Version") or each.value("Version")
        if each.attribute("Include"):
            references.append(Reference(each.line, each.attribute("Include"), version, _is_tool(each)))
    for each in root.each("ItemGroup", "PackageVersion"):
        version = each.attribute("Version") or each.value("Version")
        managed.append((each.attribute("Include").lower(), version))
    properties = tuple((each.name, each.text, each.line) for each in _unconditional(root, "PropertyGroup"))
    return Project(tuple(references), tuple(managed), properties)


def _unconditional(root: Element, name: str) -> tuple[Element, ...]:
    groups = (group for group in root.each(name) if not group.attribute("Condition"))
    return tuple(child for group in groups for child in group if not child.attribute("Condition"))


def _is_tool(element: Element) -> bool:
    private = element.attribute("PrivateAssets") or element.value("PrivateAssets")
    return private.lower() == "all" or element.attribute("developmentDependency").lower() == "true"


PROJECT: Parser[Project] = Parser("dotnet-project", 1, parse_project)


class Dotnet:
    """The project files of the subject, each with the files above that hold for it."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def declared(self, path: str) -> Parsed[Declared]:
        """What the file at ``path`` declares."""
        parsed = self._facts.parsed(PROJECT, path)
        project = parsed.value
        if project is None:
            return Parsed(parsed.entry, problem=parsed.problem, opens=parsed.opens)
        central = self._above(path, "Directory.Packages.props")
        shared = self._above(path, "Directory.Build.props")
        managed = dict(central.managed) if central is not None else {}
        properties: dict[str, str] = {}
        for file in (shared, central, project):
            properties.update(
                (name, value) for name, value, _ in (file.properties if file is not None else ())
            )
        tests = _is_test(project, properties)
        found = []
        for each in project.references:
            version = _put(each.version or managed.get(each.name.lower(), ""), properties)
            scope: Scope = "development" if each.tool or tests else "runtime"
            found.append(Requirement(each.line, each.name, version, _exact(version), scope))
        return Parsed(parsed.entry, value=Declared(tuple(found)))

    def _above(self, path: str, name: str) -> Project | None:
        """The nearest file ``name``: only that one is taken."""
        for folder in above(path):
            place = within(folder, name)
            if self._facts.entry(place) is not None and place != path:
                return self._facts.parsed(PROJECT, place).value
        return None


def _is_test(project: Project, properties: dict[str, str]) -> bool:
    said = properties.get("IsTestProject", "").lower() == "true"
    return said or any(each.name.lower() == _TEST_SDK for each in project.references)


def _put(text: str, properties: dict[str, str]) -> str:
    for _ in range(_MAX_STEPS):
        before, start, rest = text.partition("$(")
        name, end, after = rest.partition(")")
        if not start or not end or name not in properties:
            break
        text = (before + properties[name] + after)[:1000]
    return text


def _exact(version: str) -> bool | None:
    """Whether exactly one version fits; None if it is given elsewhere.

    NuGet takes the lowest that fits, so ``1.2.3`` is one although it means "at least".
    """
    if not version or "$(" in version:
        return None
    if version.startswith(("[", "(")):
        return version.startswith("[") and version.endswith("]") and "," not in version
    return "*" not in version
