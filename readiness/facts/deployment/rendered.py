"""All objects that a subject's manifests describe, as they reach a cluster.

What a kustomization takes in appears once for each kustomization that nobody else takes in, with that
one's environment; all other manifests appear as they are. Helm's templates are not read: each
chart leaves its questions open.
"""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING

from readiness.facts.deployment.kustomize import Rendering, kustomized
from readiness.facts.deployment.objects import HINTS, MANIFEST, Object, objects
from readiness.facts.deployment.pods import containers, is_workload, pod_of
from readiness.facts.model import Opening
from readiness.facts.repository.environments import environment_of
from readiness.facts.settings import nodes
from readiness.facts.words import name_words
from readiness.records import Struct
from readiness.structured.nodes import Table
from readiness.tree.model import Limits, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.deployment.kustomize_files import Kustomization
    from readiness.facts.model import Facts
    from readiness.spans import Problem
    from readiness.tree.model import Entry

_TEMPLATES = tuple(
    f"**/{name}.{{j2,jinja,jinja2,tmpl,tpl,gotmpl,erb,template}}" for name in ("*.yaml", "*.yml", "*.yaml.*")
)
_PLACES = frozenset(
    ("k8s", "kubernetes", "kube", "manifests", "deploy", "deployment", "deployments", "kustomize", "overlays")
)


class Group(Struct, frozen=True, eq=False):
    """Objects that reach a cluster together: of a kustomization, or an environment's plain manifests."""

    objects: tuple[Object, ...]
    environment: str
    source: Rendering | None = None

    def role(self, each: Object) -> Role:
        """Whose object it is: the kustomization's, where that is no product, else its own."""
        if self.source is not None and self.source.source.entry.role is not Role.PRODUCT:
            return self.source.source.entry.role
        return each.entry.role


class Source(Struct, frozen=True):
    """A kustomization, whether another takes it in, and what it names that is not there."""

    file: Kustomization
    taken: bool
    missing: frozenset[str]


class Plain(Struct, frozen=True):
    """A manifest that no kustomization takes in. ``joined`` where an object in it may speak of others."""

    entry: Entry
    environment: str
    joined: bool


class Rendered(Struct, frozen=True):
    """The kustomizations of a subject with their objects, its other manifests, and what could not be read."""

    sources: tuple[Source, ...]
    groups: tuple[Group, ...]
    plain: tuple[Plain, ...]
    problems: tuple[Problem, ...]
    openings: tuple[Opening, ...]
    looked: tuple[str, ...]


def rendered(facts: Facts) -> Rendered:
    """The objects of a subject, put together."""
    done = kustomized(facts)
    problems, openings, looked = list(done.problems), list(done.openings), list(done.looked)
    charts = _Charts(facts)
    openings += charts.openings
    looked += charts.looked
    groups = [Group(each.objects, each.environment, each) for each in done.renderings]
    joined = {hit.entry.path for hit in facts.hits(HINTS) if hit.name == "joined"}
    plain: list[Plain] = []
    for entry in _candidates(facts):
        looked.append(entry.path)
        if entry.path not in done.used and not charts.covers(entry.path):
            plain.append(Plain(entry, environment_of(entry.path), entry.path in joined))
    for entry in facts.paths(*_TEMPLATES):
        if entry.role is Role.PRODUCT and _is_place(entry.path) and not charts.covers(entry.path):
            openings.append(_opening(entry.path, 1, "a template of a manifest"))
            looked.append(entry.path)
    sources = tuple(
        Source(each, each.folder in done.taken, frozenset(done.missing.get(each.entry.path, ())))
        for each in done.known
    )
    return Rendered(sources, tuple(groups), tuple(plain), tuple(problems), tuple(openings), tuple(looked))


def plain_objects(facts: Facts, entry: Entry) -> tuple[Object, ...]:
    """The objects of a manifest as it lies, without what is only a part of one."""
    value = facts.parsed(MANIFEST, entry.path).value
    return tuple(each for each in objects(entry, value or ()) if not _is_patch(each))


def unread(facts: Facts, entry: Entry) -> tuple[tuple[Problem, ...], tuple[Opening, ...]]:
    """The problem of a manifest that is none, and what it leaves open."""
    parsed = facts.parsed(MANIFEST, entry.path)
    if parsed.problem is None or not (parsed.opens or _is_place(entry.path)):
        return (), ()
    opens = parsed.opens and entry.role is Role.PRODUCT
    gap = _opening(entry.path, parsed.problem.line, parsed.problem.message)
    return (parsed.problem,), (gap,) if opens else ()


def _candidates(facts: Facts) -> Iterator[Entry]:
    """The files in which an object stands at the outermost level, by their text; no tool's dot-files.

    Where manifests lie, what is too large to be searched is taken too: its parser says so.
    """
    limit = Limits().file_bytes
    for entry in facts.tree.entries:
        if entry.size > limit and entry.path.endswith((".yaml", ".yml")) and _is_place(entry.path):
            yield entry
    before = ""
    for hit in facts.hits(HINTS):
        if hit.name != "object":
            continue
        path = hit.entry.path
        hidden = path.rpartition("/")[2].startswith(".")
        if path != before and not hidden and path.endswith((".yaml", ".yml", ".json")):
            yield hit.entry
        before = path


def _is_patch(each: Object) -> bool:
    """Whether an object that nobody takes in is only a part: a patch by its name, or lacking an image."""
    *folders, name = each.entry.path.split("/")
    if "patch" in name_words(name) or "patches" in (*name_words(name), *folders):
        return True
    if not is_workload(each.api, each.kind):
        return False
    return any(one.node.get("image") is None for one in containers(pod_of(each)))


def _is_place(path: str) -> bool:
    """Whether a file lies where manifests do, by the names of its folders."""
    return not _PLACES.isdisjoint(part.lower() for part in path.split("/")[:-1])


def _opening(path: str, line: int, reason: str) -> Opening:
    return Opening(path, line, reason, environment_of(path))


class _Charts:
    """The Helm charts of a subject. Source: Helm, "Charts"."""

    def __init__(self, facts: Facts) -> None:
        self._homes: set[str] = set()
        self.openings: list[Opening] = []
        self.looked: list[str] = []
        entries = facts.paths("**/Chart.yaml")
        self._homes = {dirname(entry.path) for entry in entries}
        for entry in entries:
            self.looked.append(entry.path)
            home = dirname(entry.path)
            if entry.role is Role.PRODUCT and not self._is_part(home) and _deploys(facts, entry.path, home):
                self.openings.append(_opening(entry.path, 1, "a chart that is not read yet"))

    def covers(self, path: str) -> bool:
        """Whether a file is a template or the values of a chart."""
        parts = path.split("/")
        return any(
            "/".join(parts[:index]) in self._homes and (parts[index] in ("templates", "charts", "ci"))
            for index in range(len(parts) - 1)
        )

    def _is_part(self, home: str) -> bool:
        """Whether a chart lies among the parts of another, which says all that is to be said."""
        return dirname(home).rpartition("/")[2] == "charts" and dirname(dirname(home)) in self._homes


def _deploys(facts: Facts, path: str, home: str) -> bool:
    """Whether a chart brings objects: it is no library, and has templates or depends on charts that have."""
    parsed = nodes(facts, path)
    root = parsed.value[0] if parsed.value else None
    if isinstance(root, Table) and root.text("type") == "library":
        return False
    below = f"{home}/" if home else ""
    depends = isinstance(root, Table) and bool(root.items("dependencies"))
    return depends or any(
        entry.path.startswith(f"{below}templates/") for entry in facts.paths("**/templates/**")
    )
