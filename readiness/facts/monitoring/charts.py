"""Charts that bring a monitoring system: a chart's dependencies, Argo CD's applications, Flux's releases.

Sources: Helm, "Charts"; Argo CD, "Helm"; Flux, "HelmReleases"; helmfile, "Configuration".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.deployment.objects import MANIFEST
from readiness.facts.model import Derived, Glob
from readiness.facts.monitoring.cloud import CHARTS
from readiness.facts.monitoring.parts import Part, parts
from readiness.facts.monitoring.rows import ScrapeTarget
from readiness.facts.repository.environments import environment_of
from readiness.records import Struct
from readiness.structured.nodes import Node, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.model import Facts

_FILES = (
    "**/{Chart,requirements,helmfile}.y{a,}ml",
    "**/helmfile.d/*.y{a,}ml",
    "**/*{helmrelease,helm-release,release,application,app,prometheus,monitoring,datadog}*.y{a,}ml",
)


class Brought(Struct, frozen=True):
    """A chart that is brought in, and the line."""

    line: int
    chart: str


class Stacks(Struct, frozen=True):
    """The rows, and the files that were looked at."""

    rows: tuple[ScrapeTarget, ...]
    looked: tuple[str, ...]


def brought(roots: tuple[Node, ...]) -> tuple[Brought, ...]:
    """The charts among ``CHARTS`` that a file brings in."""
    return tuple(each for part in parts(roots) if isinstance(part, Part) for each in _charts(part))


def _charts(part: Part) -> Iterator[Brought]:
    node = part.node
    kind = node.text("kind")
    for each in node.items("dependencies"):
        if isinstance(each, Table) and each.text("repository") and each.text("name") in CHARTS:
            yield Brought(part.line(each), each.text("name"))
    for each in node.items("releases"):
        if isinstance(each, Table) and each.text("installed") != "false":
            chart = each.text("chart").rpartition("/")[2]
            if chart in CHARTS:
                yield Brought(part.line(each), chart)
    if kind == "HelmRelease":
        inner = ((node.table("spec") or Table(1)).table("chart") or Table(1)).table("spec") or Table(1)
        if inner.text("chart") in CHARTS:
            yield Brought(part.line(), inner.text("chart"))
    if kind in ("Application", "ApplicationSet") and node.text("apiVersion").startswith("argoproj.io/"):
        yield from _sources(part, node.table("spec") or Table(1), 0)


def _sources(part: Part, spec: Table, depth: int) -> Iterator[Brought]:
    given = [*spec.items("source"), *spec.items("sources")]
    for each in given:
        if isinstance(each, Table) and each.text("chart") in CHARTS:
            yield Brought(part.line(each), each.text("chart"))
    inner = (spec.table("template") or Table(1)).table("spec")
    if inner is not None and depth == 0:
        yield from _sources(part, inner, 1)


BROUGHT: Derived[tuple[Node, ...], tuple[Brought, ...]] = Derived(
    "monitoring-charts", 1, MANIFEST, brought, kept=tuple[Brought, ...]
)


def stacks(facts: Facts) -> Stacks:
    """Every chart of a monitoring system that the subject brings in."""
    rows: list[ScrapeTarget] = []
    looked: list[str] = []
    for entry in facts.paths(*_FILES):
        if "/templates/" in f"/{entry.path}":
            continue
        looked.append(entry.path)
        for each in facts.parsed(BROUGHT, entry.path).value or ():
            system, kind = CHARTS[each.chart]
            rows.append(
                ScrapeTarget(
                    path=Glob(entry.path),
                    line=each.line,
                    role=entry.role,
                    environment=environment_of(entry.path),
                    text=f"chart {each.chart}",
                    system=system,
                    job=each.chart,
                    kind=kind,
                )
            )
    return Stacks(tuple(rows), tuple(looked))
