"""Kustomizations put together: the objects that each one that nobody else uses yields.

A kustomization that another of the same repository takes in is rendered there, and not by itself.
"""

from __future__ import annotations

from posixpath import normpath
from typing import TYPE_CHECKING

from readiness.facts.deployment.kustomize_files import Kustomization, kustomizations
from readiness.facts.deployment.objects import MANIFEST, objects
from readiness.facts.deployment.patches import Patch, with_images, with_names, with_replicas
from readiness.facts.deployment.places import places, resolved
from readiness.facts.model import Opening
from readiness.facts.repository.environments import environment_of
from readiness.records import Struct, field
from readiness.spans import Problem, Unparsable
from readiness.structured.nodes import Scalar
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.facts.deployment.objects import Object
    from readiness.facts.model import Facts
    from readiness.structured.nodes import Node
    from readiness.tree.model import Entry

_DEPTH = 12
MAX_OBJECTS = 20_000
"""How many objects all kustomizations together may yield; what is beyond is not looked at."""

_MAX_WORK = 200_000  # resources visited, and objects looked at by patches


class Rendering(Struct, frozen=True):
    """What a kustomization yields when nobody else takes it in."""

    source: Kustomization
    objects: tuple[Object, ...]
    environment: str


class Kustomized(Struct):
    """The renderings of a subject, the files that they are made of, and what could not be read.

    ``missing`` are, by the path of a kustomization, what it names and what is not there, as written;
    ``taken`` are the folders of those that another takes in.
    """

    known: tuple[Kustomization, ...] = ()
    taken: set[str] = field(default_factory=set)
    renderings: list[Rendering] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    missing: dict[str, set[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)


def kustomized(facts: Facts) -> Kustomized:
    """Every kustomization that no other of its kind takes in, put together."""
    renderer = _Renderer(facts)
    for folder in sorted(renderer.known):
        if folder not in renderer.done.taken:
            renderer.render(folder)
    return renderer.done


def source_environment(entry: Entry) -> str:
    """The environment of a kustomization, by the tokens of its path."""
    path = entry.path
    return environment_of(path if path.endswith((".yaml", ".yml")) else f"{path}.yaml")


class _Renderer:
    """Renders kustomizations; each folder's own part once for each of those that take it in."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._places = places(facts)
        self.known = kustomizations(facts)
        self.done = Kustomized(
            known=tuple(self.known.values()),
            taken=self._taken(),
            looked=[each.entry.path for each in self.known.values()],
        )
        self._left, self._work = MAX_OBJECTS, _MAX_WORK
        self._environment = ""
        self._rendered: dict[str, tuple[Object, ...]] = {}

    def _taken(self) -> set[str]:
        """The folders that another kustomization takes in; what a test takes in stands by itself too."""
        taken = set()
        for user in self.known.values():
            for text, _ in (*user.resources(), *user.components()):
                folder = resolved(user.folder, text)
                used = self.known.get(folder) if folder is not None else None
                if used is None or used is user:
                    continue
                if user.entry.role is Role.PRODUCT or user.entry.role is used.entry.role:
                    taken.add(used.folder)
        return taken

    def render(self, folder: str) -> None:
        """Put one together and take note of it."""
        source = self.known[folder]
        if source.node.text("kind") == "Component":
            return  # a part that nobody uses yields nothing
        self._environment = source_environment(source.entry)
        self._rendered = {}
        found = self._objects(source, (folder,))
        self.done.renderings.append(Rendering(source, found, self._environment))

    def _objects(self, source: Kustomization, above: tuple[str, ...]) -> tuple[Object, ...]:
        found: tuple[Object, ...] = ()
        for text, line in source.resources():
            found += self._resource(source, text, line, above)
        for text, line in source.components():
            found = self._with_component(source, text, line, above, found)
        return self._changed(source, found)

    def _with_component(
        self, source: Kustomization, text: str, line: int, above: tuple[str, ...], found: tuple[Object, ...]
    ) -> tuple[Object, ...]:
        folder = resolved(source.folder, text)
        component = self.known.get(folder) if folder is not None else None
        if component is None or folder is None:
            self._not_here(source, text, line, folder)
            return found
        if folder in above or len(above) >= _DEPTH:
            return found
        for inner, at in component.resources():
            found += self._resource(component, inner, at, (*above, folder))
        return self._changed(component, found)

    def _resource(
        self, source: Kustomization, text: str, line: int, above: tuple[str, ...]
    ) -> tuple[Object, ...]:
        path = resolved(source.folder, text)
        if path is None or _is_address(text):
            self._open(source, line, f"'{text}' lies elsewhere")
            return ()
        if not self._may(source, 1):
            return ()
        if path in self.known:
            if path in above or len(above) >= _DEPTH:
                self._problem(source, line, f"'{text}' leads back to a kustomization that takes it in")
                return ()
            return self._below(source, path, (*above, path))
        entry = self._facts.entry(path)
        if entry is None:
            self._not_here(source, text, line, path)
            return ()
        return self._manifest(source, entry)

    def _below(self, source: Kustomization, folder: str, above: tuple[str, ...]) -> tuple[Object, ...]:
        """What the kustomization in ``folder`` yields; put together once for each that nobody takes in."""
        if folder not in self._rendered:
            self._rendered[folder] = self._objects(self.known[folder], above)
            return self._rendered[folder]
        return self._within_limit(source, self._rendered[folder])

    def _within_limit(self, source: Kustomization, found: tuple[Object, ...]) -> tuple[Object, ...]:
        if len(found) > self._left:
            self._open(source, 1, f"more than {MAX_OBJECTS:,} objects come out of the kustomizations")
            found = found[: self._left]
        self._left -= len(found)
        return found

    def _manifest(self, source: Kustomization, entry: Entry) -> tuple[Object, ...]:
        if source.entry.role is Role.PRODUCT or source.entry.role is entry.role:
            self.done.used.add(entry.path)
        parsed = self._facts.parsed(MANIFEST, entry.path)
        if parsed.problem is not None:
            self.done.problems.append(parsed.problem)
            if parsed.opens:
                self._open(source, 1, parsed.problem.message, entry.path, parsed.problem.line)
        return self._within_limit(source, tuple(objects(entry, parsed.value or ())))

    def _may(self, source: Kustomization, work: int) -> bool:
        """Whether there is room for so much more work; where there is none, that is said."""
        self._work -= work
        if self._work < 0:
            self._open(source, 1, "the kustomizations are too many to put together")
        return self._work >= 0

    def _not_here(self, source: Kustomization, text: str, line: int, path: str | None) -> None:
        """What is named and is not in the subject: elsewhere, ignored by git, or missing."""
        if path is None or _is_address(text):
            self._open(source, line, f"'{text}' lies elsewhere")
        elif self._places.is_missing(path):
            self._lacks(source, text, line, f"'{text}' is not there")
        elif self._places.is_folder(path):
            self._lacks(source, text, line, f"there is no kustomization in '{text}'")
        else:
            self._open(source, line, f"'{text}' is kept out of the repository")

    def _changed(self, source: Kustomization, found: tuple[Object, ...]) -> tuple[Object, ...]:
        """``found`` after the kustomization's own patches, names, numbers and images."""
        for text, line in source.generated_files():
            path = resolved(source.folder, text)
            if path is not None and self._places.is_missing(path):
                self._lacks(source, text, line, f"'{text}' is not there")
        for key, line in source.foreign():
            self._open(source, line, f"what '{key}' makes is not followed")
        for patch in self._patches(source):
            if self._may(source, len(found) * patch.weight()):
                found = patch.applied(found)
        found = with_names(found, source.node)
        found = with_replicas(found, source.tables("replicas"))
        return with_images(found, source.tables("images"))

    def _patches(self, source: Kustomization) -> list[Patch]:
        found = [
            Patch(self._patch_file(source, text, line))
            for text, line in source.names("patchesStrategicMerge")
        ]
        found += (
            Patch(self._patch_text(source, item))
            for item in source.node.items("patchesStrategicMerge")
            if isinstance(item, Scalar) and "\n" in item.text.strip()
        )
        for each in (*source.tables("patches"), *source.tables("patchesJson6902")):
            path, inline, target = each.text("path"), each.get("patch"), each.table("target")
            if path:
                found.append(Patch(self._patch_file(source, path, each.line), target))
            elif isinstance(inline, Scalar):
                found.append(Patch(self._patch_text(source, inline), target))
        return found

    def _patch_file(self, source: Kustomization, text: str, line: int) -> tuple[Node, ...]:
        path = resolved(source.folder, text)
        entry = self._facts.entry(normpath(path)) if path else None
        if entry is None:
            self._not_here(source, text, line, path)
            return ()
        self.done.used.add(entry.path)
        parsed = self._facts.parsed(MANIFEST, entry.path)
        if parsed.problem is not None:
            self.done.problems.append(parsed.problem)
        return parsed.value or ()

    def _patch_text(self, source: Kustomization, text: Scalar) -> tuple[Node, ...]:
        from readiness.structured.yaml import parse  # noqa: PLC0415 - heavy

        try:
            return parse(text.text.encode("utf-8", "replace"))
        except Unparsable as error:
            self._problem(source, text.body + error.line - 1, error.reason)
            return ()

    def _lacks(self, source: Kustomization, text: str, line: int, message: str) -> None:
        self.done.missing.setdefault(source.entry.path, set()).add(text)
        self._problem(source, line, message)

    def _problem(self, source: Kustomization, line: int, message: str) -> None:
        self.done.problems.append(Problem(source.entry.path, line, message))

    def _open(self, source: Kustomization, line: int, reason: str, path: str = "", at: int = 0) -> None:
        if source.entry.role is Role.PRODUCT:
            self.done.openings.append(
                Opening(path or source.entry.path, at or line, reason, self._environment)
            )


def _is_address(text: str) -> bool:
    """Whether a resource is fetched: ``https://…``, ``github.com/owner/name?ref=v1``, ``git@…``."""
    if "://" in text or text.startswith(("git@", "git::")) or "?" in text:
        return True
    host = text.partition("/")[0]
    return "." in host.strip(".") and "/" in text and host.rpartition(".")[2] in ("com", "org", "io", "net")
