"""Helm charts: which there are, what each is made of, and the values that it is deployed with.

Source: Helm, "Charts", "Values Files", "Subcharts and Globals"; read 2026-10.
"""

from __future__ import annotations

from posixpath import basename, dirname
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from readiness.facts.deployment.places import resolved
from readiness.facts.repository.environments import environment_of
from readiness.facts.settings import nodes
from readiness.facts.words import word_set
from readiness.records import Struct
from readiness.structured.nodes import Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

_RENDERED = (".yaml", ".yml", ".json", ".tpl", ".txt")
_VALUES = ("values.yaml", "values.yml")
# What is installed with others' charts by name, and is never the product itself.
_FOREIGN = word_set("""
    argo-cd cert-manager cloudnative-pg common elastic-operator external-dns external-secrets fluent-bit
    fluentd gateway-helm grafana ingress-nginx istio-base istiod jaeger keda kube-prometheus-stack
    kube-state-metrics kubernetes-ingress library loki loki-stack mariadb-galera metallb metrics-server minio
    mongodb-sharded nfs-subdir-external-provisioner nginx-ingress oauth2-proxy opensearch-dashboards
    opentelemetry-collector opentelemetry-operator postgresql-ha prometheus-adapter prometheus-operator
    promtail rabbitmq-cluster-operator redis-cluster redis-ha sealed-secrets strimzi-kafka-operator tempo
    traefik vault velero
    """)


class Dependency(Struct, frozen=True):
    """A chart that another brings with it: under ``alias`` where it has one."""

    line: int
    name: str
    alias: str
    repository: str
    condition: str

    @property
    def key(self) -> str:
        """The key of its values in those of the chart that brings it."""
        return self.alias or self.name


class Chart(Struct, frozen=True, eq=False):
    """A chart: its folder, its ``Chart.yaml``, its templates and the files of values that lie with it."""

    entry: Entry
    node: Table
    templates: tuple[Entry, ...]
    values: Entry | None
    overlays: tuple[Entry, ...]
    dependencies: tuple[Dependency, ...]
    parts: tuple[tuple[Dependency, str], ...]

    @property
    def home(self) -> str:
        """Its folder."""
        return dirname(self.entry.path)

    @property
    def name(self) -> str:
        """Its name, by which others ask for it."""
        return self.node.text("name") or basename(self.home)

    @property
    def library(self) -> bool:
        """Whether it brings nothing but named templates."""
        return self.node.text("type") == "library"

    def missing(self) -> Iterator[Dependency]:
        """The charts it brings that are not in the subject, and that may be the product itself."""
        here = {dependency.key for dependency, _ in self.parts}
        for each in self.dependencies:
            if each.key not in here and not is_foreign(each.name):
                yield each


class Charts(Struct, frozen=True, eq=False):
    """The charts of a subject by their folders; ``parts`` are the folders of those that others bring."""

    by_home: Mapping[str, Chart]
    parts: frozenset[str]
    homes: frozenset[str]

    def covers(self, path: str) -> bool:
        """Whether a file is a template or the values of a chart."""
        parts = path.split("/")
        return any(
            parts[index] in ("templates", "charts", "ci") and "/".join(parts[:index]) in self.homes
            for index in range(len(parts) - 1)
        )

    def holds(self, path: str) -> bool:
        """Whether a file lies in the folder of a chart."""
        parts = path.split("/")
        return any("/".join(parts[:index]) in self.homes for index in range(len(parts)))


def is_foreign(name: str) -> bool:
    """Whether a chart of this name is known as a data store, a proxy or another tool, not the product."""
    from readiness.facts.deployment.images import kind_of  # noqa: PLC0415 - itself made of facts

    return name in _FOREIGN or kind_of(name) != "other"


_KEPT: WeakKeyDictionary[Facts, Charts] = WeakKeyDictionary()


def charts(facts: Facts) -> Charts:
    """The charts of a subject, found once."""
    kept = _KEPT.get(facts)
    if kept is None:
        kept = _KEPT[facts] = _found(facts)
    return kept


def _found(facts: Facts) -> Charts:
    entries = {dirname(entry.path): entry for entry in facts.paths("**/Chart.yaml")}
    if not entries:
        return Charts({}, frozenset(), frozenset())
    homes = frozenset(entries)
    templates = _templates(facts, homes)
    values = _values(facts, homes)
    found: dict[str, Chart] = {}
    for home, entry in entries.items():
        parsed = nodes(facts, entry.path).value
        node = parsed[0] if parsed else None
        if not isinstance(node, Table):
            continue
        dependencies = (*_dependencies(node), *_dependencies(_requirements(facts, home)))
        found[home] = Chart(
            entry=entry,
            node=node,
            templates=tuple(templates.get(home, ())),
            values=next(
                (e for e in values.get(home, ()) if basename(e.path) in _VALUES and dirname(e.path) == home),
                None,
            ),
            overlays=tuple(
                each
                for each in values.get(home, ())
                if not (basename(each.path) in _VALUES and dirname(each.path) == home)
                and environment_of(each.path)
            ),
            dependencies=dependencies,
            parts=tuple(_parts(home, homes, dependencies)),
        )
    parts = frozenset(part for chart in found.values() for _, part in chart.parts if part != chart.home)
    return Charts(found, parts, homes)


def _home_of(path: str, homes: frozenset[str], folder: str) -> str | None:
    """The chart in whose ``folder`` a file lies, the nearest first."""
    parts = path.split("/")
    for index in range(len(parts) - 2, -1, -1):
        if parts[index] == folder and "/".join(parts[:index]) in homes:
            return "/".join(parts[:index])
    return None


def _templates(facts: Facts, homes: frozenset[str]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in facts.paths("**/templates/**"):
        home = _home_of(entry.path, homes, "templates")
        if home is not None and entry.path.endswith(_RENDERED):
            found.setdefault(home, []).append(entry)
    return found


def _values(facts: Facts, homes: frozenset[str]) -> dict[str, list[Entry]]:
    """The files of values of each chart: in its folder, in one below it, or beside the folder."""
    found: dict[str, list[Entry]] = {}
    below: dict[str, list[str]] = {}
    for home in homes:
        below.setdefault(dirname(home), []).append(home)
    for entry in facts.paths(
        "**/*values*.y*ml",
        "**/values/*.y*ml",
        "**/{env,envs,environments}/*.y*ml",
        "**/{env,envs,environments}/*/*.y*ml",
    ):
        folder = dirname(entry.path)
        parts = folder.split("/") if folder else []
        if "ci" in parts[-1:] or "templates" in parts:
            continue
        owner = next((each for each in _above(parts) if each in homes), None)
        if owner is None and len(below.get(folder, ())) == 1 and "values" in basename(entry.path):
            owner = below[folder][0]
        if owner is not None:
            found.setdefault(owner, []).append(entry)
    return found


def _above(parts: list[str]) -> Iterator[str]:
    """A folder and those above it, the nearest first, up to three levels."""
    for index in range(len(parts), max(len(parts) - 4, -1), -1):
        yield "/".join(parts[:index])


def _requirements(facts: Facts, home: str) -> Table:
    """The dependencies of a chart of Helm 2, in a file of their own."""
    path = f"{home}/requirements.yaml" if home else "requirements.yaml"
    parsed = nodes(facts, path).value if facts.entry(path) is not None else None
    node = parsed[0] if parsed else None
    return node if isinstance(node, Table) else Table(1)


def _dependencies(node: Table) -> Iterator[Dependency]:
    for each in node.items("dependencies"):
        if isinstance(each, Table):
            yield Dependency(
                each.line,
                each.text("name"),
                each.text("alias"),
                each.text("repository"),
                each.text("condition"),
            )


def _parts(
    home: str, homes: frozenset[str], dependencies: tuple[Dependency, ...]
) -> Iterator[tuple[Dependency, str]]:
    """The charts that a chart brings from within the subject: in ``charts``, or by a path."""
    seen = set[str]()
    for each in dependencies:
        inside = f"{home}/charts/{each.name}".lstrip("/")
        path = each.repository.removeprefix("file://")
        beside = resolved(home, path) if path != each.repository else None
        for folder in (inside, beside):
            if folder is not None and folder in homes and folder != home:
                seen.add(folder)
                yield each, folder
                break
    prefix = f"{home}/charts/".lstrip("/")
    for folder in sorted(homes):
        name = folder.removeprefix(prefix)
        if folder.startswith(prefix) and name and "/" not in name and folder not in seen:
            yield Dependency(1, name, "", "", ""), folder


def text_of_key(node: Table, key: str) -> str:
    """A text of ``Chart.yaml``; a number stays as written."""
    value = node.get(key)
    return value.text if isinstance(value, Scalar) and not value.null else ""
