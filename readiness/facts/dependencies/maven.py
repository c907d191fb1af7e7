"""Maven's manifests, each with what its parents within the repository give it.

Source: Maven, "POM Reference", "Introduction to the Dependency Mechanism", "Version Range
Specification".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.dependencies.model import Declared, Requirement, Scope
from readiness.facts.dependencies.places import joined, within
from readiness.facts.model import Parsed, Parser
from readiness.records import Struct
from readiness.spans import Unparsable

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from readiness.facts.model import Facts
    from readiness.structured.xml import Element

_MAX_PARENTS = 16
_MAX_PROPERTIES = 16
_FLOATING = ("LATEST", "RELEASE")
_DEVELOPMENT = ("test", "provided")


class Item(Struct, frozen=True):
    """A dependency as it is written; every text may hold ``${…}``."""

    line: int
    group: str
    artifact: str
    version: str = ""
    scope: str = ""
    kind: str = ""


class Pom(Struct, frozen=True):
    """One ``pom.xml`` as it is written; without a parent, ``parent`` is None and ``parent_path`` empty.

    ``properties`` are name, value and line; ``modules`` line and path.
    """

    group: str
    artifact: str
    version: str
    parent: Item | None
    parent_path: str
    properties: tuple[tuple[str, str, int], ...]
    dependencies: tuple[Item, ...]
    managed: tuple[Item, ...]
    modules: tuple[tuple[int, str], ...]


def parse_pom(data: bytes) -> Pom:
    """A ``pom.xml``. Raises ``spans.Unparsable``."""
    from readiness.structured.xml import parse  # noqa: PLC0415 - few repositories have one

    root = parse(data)
    if root.name != "project":
        raise Unparsable(root.line, "not a Maven project: its root is no <project>")
    parent = root.get("parent")
    profiles = root.each("profiles", "profile")
    return Pom(
        root.value("groupId"),
        root.value("artifactId"),
        root.value("version"),
        _item(parent) if parent is not None else None,
        _parent_path(parent),
        tuple((each.name, each.text, each.line) for each in root.get("properties") or ()),
        tuple(_items((root, *profiles), "dependencies", "dependency")),
        tuple(_items((root, *profiles), "dependencyManagement", "dependencies", "dependency")),
        tuple(
            (each.line, each.text) for part in (root, *profiles) for each in part.each("modules", "module")
        ),
    )


def _parent_path(parent: Element | None) -> str:
    if parent is None:
        return ""
    written = parent.get("relativePath")
    return "../pom.xml" if written is None else written.text


def _items(parts: Iterable[Element], *names: str) -> Iterable[Item]:
    return (_item(each) for part in parts for each in part.each(*names))


def _item(element: Element) -> Item:
    return Item(
        element.line,
        element.value("groupId"),
        element.value("artifactId"),
        element.value("version"),
        element.value("scope"),
        element.value("type"),
    )


POM: Parser[Pom] = Parser("pom", 1, parse_pom)


class Maven:
    """Every ``pom.xml`` of the subject, which may give each other properties and versions."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._parsed = {entry.path: facts.parsed(POM, entry.path) for entry in facts.paths("**/pom.xml")}
        self._poms = {path: each.value for path, each in self._parsed.items() if each.value is not None}
        places = sorted(self._poms.items(), reverse=True)
        self._places = {_coordinates(pom): path for path, pom in places}

    def declared(self, path: str) -> Parsed[Declared]:
        """What the ``pom.xml`` at ``path`` declares, versions put in as far as the repository has them."""
        parsed = self._parsed[path]
        if parsed.value is None:
            return Parsed(parsed.entry, problem=parsed.problem, opens=parsed.opens)
        return Parsed(parsed.entry, value=_Effective(self.chain(path)).declared(self._places))

    def own_properties(self, path: str) -> Mapping[str, tuple[str, int]]:
        """The properties that the project at ``path`` sets itself, each with its value and line."""
        pom = self._poms.get(path)
        return {name: (value, line) for name, value, line in pom.properties} if pom is not None else {}

    def put(self, path: str, text: str) -> str:
        """``text`` with the properties that hold for the project at ``path`` put in."""
        return _Effective(self.chain(path)).put(text)

    def chain(self, path: str) -> tuple[Pom, ...]:
        """The project at ``path``, its parent, its parent's parent …, as far as the repository has them."""
        found = [path]
        while len(found) < _MAX_PARENTS:
            above = self._parent(found[-1])
            if not above or above in found:
                break
            found.append(above)
        return tuple(self._poms[each] for each in found)

    def _parent(self, path: str) -> str:
        pom = self._poms[path]
        if pom.parent is None:
            return ""
        near = joined(path, pom.parent_path) if pom.parent_path else None
        for place in () if near is None else (near, within(near, "pom.xml")):
            if place in self._poms and self._poms[place].artifact == pom.parent.artifact:
                return place
        return self._places.get((pom.parent.group, pom.parent.artifact), "")

    def missing(self, path: str) -> frozenset[str]:
        """The modules that the project names and that are not there."""
        pom = self._poms.get(path)
        modules = [module for _, module in pom.modules] if pom is not None else []
        return frozenset(module for module in modules if module and self._is_missing(path, module))

    def _is_missing(self, path: str, module: str) -> bool:
        place = joined(path, module)
        if place is None or "${" in module:
            return False
        return self._facts.entry(place) is None and self._facts.entry(within(place, "pom.xml")) is None


def _coordinates(pom: Pom) -> tuple[str, str]:
    return pom.group or (pom.parent.group if pom.parent is not None else ""), pom.artifact


class _Effective:
    """A project with what its parents give it: the nearest says."""

    def __init__(self, chain: tuple[Pom, ...]) -> None:
        self._own = chain[0]
        self._chain = chain
        self._properties = _properties(chain)
        top = chain[-1].parent  # it lies outside the repository
        self._managed: dict[tuple[str, str], Item] = {}
        self._boms: list[Item] = [top] if top is not None else []
        for pom in chain:
            for item in pom.managed:
                if item.scope == "import":
                    self._boms.append(item)
                key = (self.put(item.group), self.put(item.artifact))
                self._managed.setdefault(key, item)
        self._boms_exact = bool(self._boms) and all(_exact(self.put(each.version)) for each in self._boms)

    def put(self, text: str) -> str:
        """``text`` with the properties put in, as far as they are known."""
        for _ in range(_MAX_PROPERTIES):
            before, start, rest = text.partition("${")
            name, end, after = rest.partition("}")
            if not start or not end or name not in self._properties:
                break
            text = (before + self._properties[name] + after)[:1000]
        return text

    def declared(self, siblings: Container[tuple[str, str]]) -> Declared:
        """Its own dependencies, save those on projects of the same repository."""
        return Declared(
            tuple(
                self._requirement(item)
                for item in self._own.dependencies
                if (self.put(item.group), self.put(item.artifact)) not in siblings
            )
        )

    def _requirement(self, item: Item) -> Requirement:
        group, artifact = self.put(item.group), self.put(item.artifact)
        managed = self._managed.get((group, artifact))
        version = self.put(item.version or (managed.version if managed else ""))
        scope = self.put(item.scope or (managed.scope if managed else ""))
        pinned = _exact(version) if version else (True if self._boms_exact else None)
        needed: Scope = "development" if scope in _DEVELOPMENT else "runtime"
        return Requirement(item.line, f"{group}:{artifact}", version, pinned, needed)


def _properties(chain: tuple[Pom, ...]) -> Mapping[str, str]:
    own = chain[0]
    inherited = next((pom.parent for pom in chain if pom.parent is not None), None)
    version = own.version or (inherited.version if inherited else "")
    group = own.group or (inherited.group if inherited else "")
    found = {"project.version": version, "project.groupId": group, "project.artifactId": own.artifact}
    if own.parent is not None:
        found["project.parent.version"] = own.parent.version
        found["project.parent.groupId"] = own.parent.group
    for pom in chain:
        for name, value, _ in pom.properties:
            found.setdefault(name, value)
    return found


def _exact(version: str) -> bool | None:
    """Whether exactly one version fits; None where a property of it is given elsewhere."""
    if "${" in version:
        return None
    if version.startswith(("[", "(")):
        return version.startswith("[") and version.endswith("]") and "," not in version
    return bool(version) and version not in _FLOATING and not version.endswith("-SNAPSHOT")
