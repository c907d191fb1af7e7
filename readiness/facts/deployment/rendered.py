"""All objects that a subject's manifests describe, as they reach a cluster.

What a kustomization takes in appears once for each kustomization that nobody else takes in, with that
one's environment; what a chart brings once for each of the values that it is deployed with; all other
manifests appear as they are.
"""

from __future__ import annotations

from posixpath import basename
from typing import TYPE_CHECKING

from readiness.facts.deployment.helm.charts import charts
from readiness.facts.deployment.kustomize import kustomized
from readiness.facts.deployment.objects import HINTS, MANIFEST, TEMPLATED, Object, objects
from readiness.facts.deployment.pods import containers, is_workload, pod_of
from readiness.facts.model import Opening
from readiness.facts.repository.environments import environment_of
from readiness.facts.words import name_words
from readiness.records import Struct
from readiness.tree.model import Limits, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.deployment.helm.releases import Gap, Release
    from readiness.facts.deployment.kustomize import Rendering
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
    """Objects that reach a cluster together: of a kustomization, a chart, or the plain manifests.

    ``overlay`` is the kustomization, the file of values or the ``Chart.yaml`` that makes them, empty for
    none; ``told`` says so in a few words; ``owner`` is whose that is; ``doubtful`` are the kinds of which
    there may be more, None for all; ``chart`` is whether a chart makes them.
    """

    objects: tuple[Object, ...]
    environment: str
    overlay: str = ""
    told: str = ""
    owner: Role = Role.PRODUCT
    doubtful: frozenset[str] | None = frozenset()
    chart: bool = False

    def role(self, each: Object) -> Role:
        """Whose object it is: the kustomization's or chart's, where that is no product, else its own."""
        return each.entry.role if self.owner is Role.PRODUCT else self.owner


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
    gaps: tuple[Gap, ...]
    looked: tuple[str, ...]


def rendered(facts: Facts) -> Rendered:
    """The objects of a subject, put together."""
    done = kustomized(facts)
    problems, openings, looked = list(done.problems), list(done.openings), list(done.looked)
    groups = [_kustomized(each) for each in done.renderings]
    known = charts(facts)
    gaps: tuple[Gap, ...] = ()
    if known.by_home:
        from readiness.facts.deployment.helm.releases import releases  # noqa: PLC0415 - only where there are charts

        released = releases(facts)
        groups += (_released(each) for each in released.found)
        problems += released.problems
        looked += released.looked
        gaps = tuple(released.gaps)
    joined = {hit.entry.path for hit in facts.hits(HINTS) if hit.name == "joined"}
    plain: list[Plain] = []
    for entry in _candidates(facts):
        looked.append(entry.path)
        if entry.path not in done.used and not known.covers(entry.path):
            plain.append(Plain(entry, environment_of(entry.path), entry.path in joined))
    for entry in facts.paths(*_TEMPLATES):
        if entry.role is Role.PRODUCT and _is_place(entry.path) and not known.covers(entry.path):
            openings.append(_opening(entry.path, 1, "a template of a manifest"))
            looked.append(entry.path)
    sources = tuple(
        Source(each, each.folder in done.taken, frozenset(done.missing.get(each.entry.path, ())))
        for each in done.known
    )
    return Rendered(
        sources, tuple(groups), tuple(plain), tuple(problems), tuple(openings), gaps, tuple(looked)
    )


def _kustomized(each: Rendering) -> Group:
    source = each.source
    told = f"in {source.folder or '.'}"
    return Group(each.objects, each.environment, source.entry.path, told, source.entry.role)


def _released(each: Release) -> Group:
    values = "" if each.overlay == each.chart.entry.path else f", {basename(each.overlay)}"
    told = f"chart {each.chart.name}{values}"
    owner = each.chart.entry.role
    return Group(
        each.objects, each.environment, each.overlay, told, owner, doubtful=_doubtful(each), chart=True
    )


def _doubtful(each: Release) -> frozenset[str] | None:
    kinds = [gap.kinds for gap in each.gaps]
    return None if None in kinds else frozenset(kind for some in kinds for kind in some or ())


def plain_objects(facts: Facts, entry: Entry) -> tuple[Object, ...]:
    """The objects of a manifest as it lies, without what is only a part of one."""
    value = facts.parsed(MANIFEST, entry.path).value
    return tuple(each for each in objects(entry, value or ()) if not _is_patch(each))


def unread(facts: Facts, entry: Entry) -> tuple[tuple[Problem, ...], tuple[Opening, ...]]:
    """The problem of a manifest that is none, and what it leaves open."""
    parsed = facts.parsed(MANIFEST, entry.path)
    if parsed.problem is None or not (parsed.opens or _is_place(entry.path)):
        return (), ()
    if parsed.opens and charts(facts).holds(entry.path) and parsed.problem.message == TEMPLATED:
        return (), ()  # Helm carries out what lies in templates, and nothing else of a chart
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
