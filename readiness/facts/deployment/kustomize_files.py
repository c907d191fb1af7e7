"""Kustomizations: which there are, and the parts of one.

Source: Kustomize, "The Kustomization File", read 2025-08.
"""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING

from readiness.facts.deployment.objects import KUSTOMIZE
from readiness.facts.settings import nodes
from readiness.records import Struct
from readiness.structured.nodes import Items, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.model import Facts
    from readiness.structured.nodes import Node
    from readiness.tree.model import Entry

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_GLOBS = tuple(f"**/{name}" for name in NAMES)
# What changes objects in ways that are not followed here.
_FOREIGN = ("generators", "transformers", "helmCharts", "helmChartInflationGenerator")


class Kustomization(Struct, frozen=True, eq=False):
    """A kustomization: its file and what is in it."""

    entry: Entry
    node: Table

    @property
    def folder(self) -> str:
        """Its folder, by which others name it."""
        return dirname(self.entry.path)

    def names(self, *keys: str) -> Iterator[tuple[str, int]]:
        """The paths under ``keys``, each with its line; text that is an object itself is left out."""
        for key in keys:
            for item in self.node.items(key):
                if isinstance(item, Scalar) and item.text and "\n" not in item.text.strip():
                    yield item.text.strip(), item.line

    def resources(self) -> Iterator[tuple[str, int]]:
        """What it takes in: files, folders and addresses."""
        return self.names("resources", "bases")

    def components(self) -> Iterator[tuple[str, int]]:
        """The components that it is put together with."""
        return self.names("components")

    def tables(self, key: str) -> Iterator[Table]:
        """The mappings in the list ``key``."""
        for item in self.node.items(key):
            if isinstance(item, Table):
                yield item

    def foreign(self) -> Iterator[tuple[str, int]]:
        """What it does that we cannot follow, with the line: plugins, and charts from elsewhere."""
        for key in _FOREIGN:
            value, word = self.node.get(key), self.node.key(key)
            if word is not None and not (isinstance(value, Items) and not value.items):
                yield key, word.line

    def generated_files(self) -> Iterator[tuple[str, int]]:
        """The files that its generated config maps and secrets are made of."""
        for generator in self.generators():
            for key in ("files", "envs", "env"):
                for item in generator.items(key):
                    if isinstance(item, Scalar) and item.text:
                        yield item.text.partition("=")[2] or item.text, item.line

    def generators(self) -> Iterator[Table]:
        """Its generators of config maps and secrets."""
        for key in ("configMapGenerator", "secretGenerator"):
            yield from self.tables(key)

    def literals(self) -> Iterator[tuple[str, str]]:
        """Names and values that are written out for its generators."""
        for generator in self.generators():
            for item in generator.items("literals"):
                if isinstance(item, Scalar):
                    name, _, value = item.text.partition("=")
                    yield name, value.strip("\"'")


def kustomizations(facts: Facts) -> dict[str, Kustomization]:
    """The kustomizations of a subject by their folder; in a folder, the first by name that can be read."""
    found: dict[str, Kustomization] = {}
    for entry in facts.paths(*_GLOBS):
        parsed = nodes(facts, entry.path, "yaml")
        root: Node | None = parsed.value[0] if parsed.value else None
        if isinstance(root, Table) and _is_kustomization(root):
            found.setdefault(dirname(entry.path), Kustomization(entry, root))
    return found


def _is_kustomization(root: Table) -> bool:
    """Flux has a Kustomization of its own, which is an object of the cluster."""
    api = root.text("apiVersion")
    return not api or api.startswith(KUSTOMIZE)
