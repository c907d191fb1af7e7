"""Gradle's manifests, with versions from catalogs, properties and the scripts above put in.

Source: Gradle, "Declaring Dependencies", "Version Catalogs", "Rich Version Declaration".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.dependencies.gradle_script import SCRIPT, Named, Script
from readiness.facts.dependencies.model import Declared, Requirement, Scope
from readiness.facts.dependencies.places import above, joined, within
from readiness.facts.model import Parsed, Parser
from readiness.facts.settings import nodes
from readiness.records import Struct
from readiness.structured.nodes import Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.facts.model import Facts

MANIFESTS = ("**/build.gradle", "**/build.gradle.kts")

_MAX_STEPS = 8
_SPRING_BOM = "BOM_COORDINATES"
_BOOT = "org.springframework.boot"
_MANAGEMENT = "io.spring.dependency-management"


class Library(Struct, frozen=True):
    """An entry of a version catalog."""

    group: str
    name: str
    version: str


class Catalog(Struct, frozen=True):
    """A ``libs.versions.toml``: libraries by alias, its ``-`` and ``_`` as dots; bundles of aliases."""

    libraries: Mapping[str, Library]
    bundles: Mapping[str, tuple[str, ...]]


def parse_catalog(data: bytes) -> Catalog:
    """A version catalog. Raises ``spans.Unparsable``."""
    from readiness.structured.toml import parse  # noqa: PLC0415 - a heavy import, used here only

    root = parse(data)
    versions = {key.text: _version(value) for key, value in root.table("versions") or ()}
    libraries = {}
    for key, value in root.table("libraries") or ():
        if isinstance(value, Scalar):
            group, name, version = (*value.text.split(":"), "", "")[:3]
        elif isinstance(value, Table):
            group, _, name = value.text("module").partition(":")
            group, name = value.text("group") or group, value.text("name") or name
            given = value.get("version")
            reference = value.text("version.ref") or (given.text("ref") if isinstance(given, Table) else "")
            version = versions.get(reference, "") if reference else _version(given)
        else:
            continue
        libraries[_dotted(key.text)] = Library(group, name, version)
    bundles = {
        _dotted(key.text): tuple(_dotted(item.text) for item in value if isinstance(item, Scalar))
        for key, value in root.table("bundles") or ()
        if not isinstance(value, Scalar | Table)
    }
    return Catalog(libraries, bundles)


def _version(node: object) -> str:
    if isinstance(node, Table):  # a rich version
        return node.text("strictly") or node.text("require") or node.text("prefer")
    return node.text if isinstance(node, Scalar) else ""


def _dotted(alias: str) -> str:
    return alias.replace("-", ".").replace("_", ".")


CATALOG: Parser[Catalog] = Parser("gradle-catalog", 1, parse_catalog)


class Gradle:
    """Every build script of the subject."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._files = {entry.path: facts.parsed(SCRIPT, entry.path) for entry in facts.paths(*MANIFESTS)}
        self._given: dict[str, dict[str, str | None]] = {}
        self._held: dict[str, _Held] = {}

    def declared(self, path: str) -> Parsed[Declared]:
        """What the script at ``path`` declares."""
        parsed = self._files[path]
        script = parsed.value
        if script is None:
            return Parsed(parsed.entry, problem=parsed.problem, opens=parsed.opens)
        known, found = script.known, list[Requirement]()
        for named in script.named:
            packages = self._packages(path, named)
            known = known and (packages is not None or not named.runtime)
            found += [self._requirement(path, named, package) for package in packages or ()]
        taken = [self._applied(path, each) for each in script.applies]
        declares = (each for script in taken if script is not None for each in script.named)
        known = known and not any(each.configuration != "classpath" for each in declares)
        return Parsed(parsed.entry, value=Declared(tuple(found), known=known))

    def _requirement(self, path: str, named: Named, package: Library) -> Requirement:
        group, name = self._put(path, package.group), self._put(path, package.name)
        version = self._put(path, package.version)
        if not version:
            version = self._put(path, self._versions(path).managed.get((group, name), ""))
        pinned = _exact(version) if version else (True if self._versions(path).listed else None)
        scope: Scope = "runtime" if named.runtime else "development"
        return Requirement(named.line, f"{group}:{name}", version, pinned, scope)

    def _packages(self, path: str, named: Named) -> tuple[Library, ...] | None:
        """The packages that a statement names; None if it refers to what we cannot see."""
        if not named.reference:
            return (Library(named.group, named.name, named.version),)
        catalog = self._catalog(path)
        head, _, alias = named.reference.removesuffix(".get").partition(".")
        if head == "libs" and catalog is not None:
            aliases: tuple[str, ...] = (alias,)
            if alias.startswith("bundles."):
                aliases = catalog.bundles.get(alias.removeprefix("bundles."), (alias,))
            found = [catalog.libraries[each] for each in aliases if each in catalog.libraries]
            return tuple(found) if len(found) == len(aliases) else None
        if named.reference.endswith(_SPRING_BOM):
            return (Library("org.springframework.boot", "spring-boot-dependencies", f"${{{_BOOT}}}"),)
        value = self._variable(path, named.reference)
        parts = (*value.split(":"), "", "") if value else ()
        return (Library(parts[0], parts[1], parts[2]),) if len(parts) >= 4 else None

    def _catalog(self, path: str) -> Catalog | None:
        for folder in above(path):
            place = within(folder, "gradle/libs.versions.toml")
            if self._facts.entry(place) is not None:
                return self._facts.parsed(CATALOG, place).value
        return None

    def _scripts(self, path: str) -> tuple[Script, ...]:
        """The script at ``path``, those it takes in, and the same of every folder above."""
        own = self._files[path].value
        others = [
            self._files[place].value
            for folder in above(path)
            for name in ("build.gradle", "build.gradle.kts")
            if (place := within(folder, name)) in self._files and place != path
        ]
        found = []
        for script in (own, *others):
            if script is not None:
                found.append(script)
                found += [each for name in script.applies if (each := self._applied(path, name)) is not None]
        return tuple(found)

    def _applied(self, path: str, written: str) -> Script | None:
        """A script of the repository that another takes in."""
        name = written
        for root in ("$rootDir/", "${rootDir}/", "$rootProject.projectDir/", "${rootProject.projectDir}/"):
            name = name.replace(root, "/")
        rooted = name.startswith("/")
        for folder in above(path):
            place = joined(within(folder, "build.gradle"), name.lstrip("/"))
            if place and place.endswith((".gradle", ".kts")) and self._facts.entry(place) is not None:
                return self._facts.parsed(SCRIPT, place).value
            if not rooted:
                break
        return None

    def _variable(self, path: str, name: str) -> str | None:
        """The text given to a name here or above; None if there is none, or if there are two."""
        if path not in self._given:
            given: dict[str, str | None] = {}
            for script in self._scripts(path):
                for key, value in script.variables:
                    given[key] = value if given.get(key, value) == value else None
            for folder in above(path):
                for key, value in self._properties(within(folder, "gradle.properties")):
                    given.setdefault(key, value)
            self._given[path] = given
        given = self._given[path]
        return given[name] if name in given else given.get(name.rpartition(".")[2])

    def _properties(self, path: str) -> list[tuple[str, str]]:
        if self._facts.entry(path) is None:
            return []
        roots = nodes(self._facts, path).value or ()
        return [
            (key.text, value.text)
            for root in roots
            if isinstance(root, Table)
            for key, value in root
            if isinstance(value, Scalar)
        ]

    def _put(self, path: str, text: str) -> str:
        """``text`` with the variables put in, as far as they are known."""
        for _ in range(_MAX_STEPS):
            before, sign, rest = text.partition("$")
            if not sign:
                break
            if rest.startswith("{"):
                name, _, after = rest[1:].partition("}")
            else:
                end = next(
                    (at for at, char in enumerate(rest) if not (char.isalnum() or char in "_.")), len(rest)
                )
                name, after = rest[:end], rest[end:]
            for quote in "\"'":
                name = name.split(quote)[1] if name.count(quote) == 2 else name
            value = self._variable(path, name.strip())
            if value is None:
                break
            text = (before + value + after)[:1000]
        return text

    def _versions(self, path: str) -> _Held:
        if path not in self._held:
            scripts = self._scripts(path)
            managed: dict[tuple[str, str], str] = {}
            for script in scripts:
                for each in script.managed:
                    managed.setdefault((each.group, each.name), each.version)
            self._held[path] = _Held(managed, self._has_bom(path, scripts))
        return self._held[path]

    def _has_bom(self, path: str, scripts: tuple[Script, ...]) -> bool:
        """Whether a list of versions, itself of an exact version, applies here.

        Spring's plugin of dependency management takes Spring Boot's own list.
        """
        if self._variable(path, _MANAGEMENT) is not None and _exact(self._variable(path, _BOOT) or "$"):
            return True
        boms = [each for script in scripts for each in script.named if each.bom]
        found = [package for each in boms for package in self._packages(path, each) or ()]
        return bool(found) and all(_exact(self._put(path, each.version)) for each in found)


class _Held(Struct, frozen=True):
    """The versions given to what names none: package by package, and whether a whole list is taken in."""

    managed: Mapping[tuple[str, str], str]
    listed: bool


def _exact(version: str) -> bool | None:
    """Whether exactly one version fits; None where a variable of it is given elsewhere."""
    if "$" in version:
        return None
    floats = "+" in version or version.startswith(("[", "(", "]", "latest.")) or version.endswith("-SNAPSHOT")
    return bool(version) and not floats
