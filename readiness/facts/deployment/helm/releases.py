"""Charts as they reach a cluster: with their own values, and for each environment with a file of values.

A chart that has values for production is not told with its own values alone, which nobody then deploys;
one that another chart brings is told there. What a template may give and cannot be worked out is a gap.
Source: Helm, "Charts", "Chart Hooks", "Built-in Objects"; read 2026-10.
"""

from __future__ import annotations

from posixpath import basename
from typing import TYPE_CHECKING

from readiness.facts.deployment.helm.charts import Chart, charts, text_of_key
from readiness.facts.deployment.helm.documents import documents
from readiness.facts.deployment.helm.evaluate import Engine, capabilities
from readiness.facts.deployment.helm.given import given, put
from readiness.facts.deployment.helm.syntax import TEMPLATE
from readiness.facts.deployment.helm.values import (
    MARK,
    UNKNOWN,
    Budget,
    Fault,
    Method,
    Spent,
    Value,
    copied,
    merged,
    value_of,
)
from readiness.facts.deployment.objects import Object, is_open, objects, table_at
from readiness.facts.repository.environments import environment_of
from readiness.facts.settings import nodes
from readiness.records import Struct, field
from readiness.spans import Problem, Unparsable
from readiness.structured.nodes import Node, Scalar, Table
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from readiness.facts.deployment.helm.syntax import Node as TemplateNode
    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

MAX_STEPS = 8_000_000
"""How much work all charts of a subject together may take: values and characters that are looked at."""

MAX_RELEASE = 600_000
"""How much of that one chart with one file of values may take."""

MAX_OVERLAYS = 12
"""How many files of values one chart is told with."""

_DEPTH = 6
_HOOK = "helm.sh/hook"


class Gap(Struct, frozen=True):
    """What a template gives, or may give, and we do not know; ``kinds`` of it where those are known."""

    path: str
    line: int
    reason: str
    environment: str
    kinds: frozenset[str] | None = None


class Release(Struct, frozen=True, eq=False):
    """A chart with its values: what it brings. ``overlay`` is the file of values, else its ``Chart.yaml``."""

    chart: Chart
    overlay: str
    environment: str
    objects: tuple[Object, ...]
    gaps: tuple[Gap, ...]


class Releases(Struct):
    """The releases of a subject, and what could not be read."""

    found: list[Release] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)


def releases(facts: Facts) -> Releases:
    """Every chart that no other brings, with each of the values that it is deployed with."""
    return _Maker(facts).done


class _Part(Struct, frozen=True, eq=False):
    """A chart of a release, with its values there."""

    chart: Chart
    values: Value


class _Maker:
    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._charts = charts(facts)
        self._left = MAX_STEPS
        self._given = given(facts) if self._charts.by_home else ()
        self.done = Releases()
        for home in sorted(self._charts.by_home):
            chart = self._charts.by_home[home]
            self.done.looked.append(chart.entry.path)
            if home not in self._charts.parts and not chart.library:
                self._release(chart)

    def _release(self, chart: Chart) -> None:
        own = [each for each in self._given if each.is_for(chart, alone=len(self._charts.by_home) == 1)]
        overlays = {each.path: (each, environment_of(each.path)) for each in chart.overlays}
        for command in own:
            for path in command.files:
                entry = self._file(chart, path)
                if entry is not None and entry.path not in overlays and entry is not chart.values:
                    overlays[entry.path] = (entry, environment_of(entry.path) or command.environment)
        by_environment = [overlays[path] for path in sorted(overlays)][:MAX_OVERLAYS]
        chosen: list[tuple[Entry | None, str]] = [*by_environment]
        if all(name != "production" for _, name in by_environment):
            chosen.insert(0, (None, ""))
        for overlay, environment in chosen:
            budget = Budget(min(MAX_RELEASE, self._left))
            before = budget.left
            handed = [
                pair
                for command in own
                if not environment or command.environment in ("", environment)
                for pair in command.values
            ]
            made = _Made(
                self._facts, self._charts.by_home, chart, overlay, environment, budget=budget, handed=handed
            )
            self._left -= before - max(budget.left, 0)
            self.done.problems += made.problems
            self.done.looked += made.looked
            gaps = tuple(made.gaps)
            if chart.entry.role is Role.PRODUCT:
                self.done.gaps += gaps
            path = overlay.path if overlay is not None else chart.entry.path
            self.done.found.append(Release(chart, path, environment, tuple(made.objects), gaps))

    def _file(self, chart: Chart, path: str) -> Entry | None:
        """The file that a command names, from the root or from the folder of the chart."""
        return self._facts.entry(path) or self._facts.entry(f"{chart.home}/{path}")


class _Made:
    """One chart put together with one file of values."""

    def __init__(  # noqa: PLR0913 - what a release is made of
        self,
        facts: Facts,
        known: Mapping[str, Chart],
        chart: Chart,
        overlay: Entry | None,
        environment: str,
        *,
        budget: Budget,
        handed: list[tuple[str, str | None]],
    ) -> None:
        self._facts, self._known, self._budget = facts, known, budget
        self._chart, self._environment, self._handed = chart, environment, handed
        self.objects: list[Object] = []
        self.gaps: list[Gap] = []
        self.problems: list[Problem] = []
        self.looked: list[str] = []
        try:
            self._put_together(overlay)
        except Spent:
            self._gap(chart.entry.path, 1, "more work than is put into one chart")

    def _gap(self, path: str, line: int, reason: str, kinds: frozenset[str] | None = None) -> None:
        self.gaps.append(Gap(path, line, reason, self._environment, kinds))

    def _put_together(self, overlay: Entry | None) -> None:
        values = self._read(self._chart.values)
        if overlay is not None:
            self.looked.append(overlay.path)
            values = merged(values, self._read(overlay), self._budget)
        values = values if isinstance(values, dict) else {}
        seen: dict[str, str | None] = {}
        for path, text in self._handed:
            # Commands that differ say that it depends.
            seen[path] = text if seen.setdefault(path, text) == text else None
        for path, text in seen.items():
            put(values, path, text)
        parts = list(self._parts(self._chart, values, 0))
        for each in self._chart.missing():
            if not any(_renders(entry) for part in parts for entry in part.chart.templates):
                self._gap(self._chart.entry.path, each.line, f"the chart '{each.name}' lies elsewhere")
        engine = Engine(self._defined(parts), self._budget)
        for part in parts:
            for entry in part.chart.templates if not part.chart.library else ():
                if _renders(entry):
                    self._file(engine, part, entry)

    def _read(self, entry: Entry | None) -> Value:
        """The values in a file; a broken one leaves all open."""
        if entry is None:
            return {}
        parsed = nodes(self._facts, entry.path)
        if parsed.problem is not None:
            self.problems.append(parsed.problem)
            self._gap(entry.path, parsed.problem.line, "the values of a chart that cannot be read")
            return {}
        return value_of(parsed.value[0], self._budget) if parsed.value else {}

    def _parts(self, chart: Chart, values: dict[str, Value], depth: int) -> Iterator[_Part]:
        """The chart and those that it brings from within the subject, each with its values."""
        below: list[_Part] = []
        for dependency, home in chart.parts if depth < _DEPTH else ():
            part = self._known.get(home)
            if part is None:
                continue
            enabled = _enabled(dependency.condition, values)
            if enabled is None:
                self._gap(
                    chart.entry.path,
                    dependency.line,
                    f"whether '{dependency.name}' is part of it is not known",
                )
            if enabled is not True:
                continue
            given = values.get(dependency.key)
            inner = merged(self._read(part.values), given if isinstance(given, dict) else {}, self._budget)
            inner = inner if isinstance(inner, dict) else {}
            shared = values.get("global")
            if isinstance(shared, dict):
                inner["global"] = merged(inner.get("global", {}), copied(shared, self._budget), self._budget)
            values[dependency.key] = inner
            below += self._parts(part, inner, depth + 1)
        yield _Part(chart, values)
        yield from below

    def _defined(self, parts: list[_Part]) -> dict[str, tuple[TemplateNode, ...]]:
        found: dict[str, tuple[TemplateNode, ...]] = {}
        for part in reversed(parts):
            for entry in part.chart.templates:
                self.looked.append(entry.path)
                parsed = self._facts.parsed(TEMPLATE, entry.path)
                if parsed.problem is not None:
                    self.problems.append(parsed.problem)
                if parsed.value is not None:
                    found.update(parsed.value.defined)
        return found

    def _file(self, engine: Engine, part: _Part, entry: Entry) -> None:
        parsed = self._facts.parsed(TEMPLATE, entry.path)
        if parsed.value is None:
            line = parsed.problem.line if parsed.problem is not None else 1
            self._gap(entry.path, line, "a template that is not understood")
            return
        try:
            out = engine.rendered(parsed.value.body, self._root(part, entry))
        except Fault as fault:
            self._gap(entry.path, 1, f"a template with {fault}")
            return
        text = out.text
        if not text.strip():
            return
        self._budget.take(len(text) // 8)  # to be read as YAML
        kinds = frozenset(engine.doubtful)
        try:
            roots = documents(out)
        except Unparsable as error:
            self._gap(entry.path, error.line, "what the template gives cannot be read")
            return
        for root in roots:
            self._document(entry, root, kinds)

    def _document(self, entry: Entry, root: Node, kinds: frozenset[str]) -> None:
        if isinstance(root, Scalar) and root.null:
            return
        kind = root.text("kind") if isinstance(root, Table) else ""
        if (
            not isinstance(root, Table)
            or is_open(Scalar(1, kind))
            or is_open(Scalar(1, root.text("apiVersion")))
        ):
            if isinstance(root, Table) or is_open(root):
                known = frozenset((kind,)) if kind and not is_open(Scalar(1, kind)) else kinds or None
                self._gap(entry.path, root.line, "whether and what the template gives is not known", known)
            return
        if not kind and any(is_open(key) for key, _ in root):
            self._gap(
                entry.path, root.line, "whether and what the template gives is not known", kinds or None
            )
            return
        for each in objects(entry, (root,)):
            if "test" not in table_at(each.node, "metadata", "annotations").text(_HOOK):
                self.objects.append(each)

    def _root(self, part: _Part, entry: Entry) -> Value:
        """What the dot of a template is."""
        chart = part.chart
        node = chart.node
        return {
            "Values": part.values,
            "Chart": {
                "Name": text_of_key(node, "name"),
                "Version": text_of_key(node, "version"),
                "AppVersion": text_of_key(node, "appVersion"),
                "Description": text_of_key(node, "description"),
                "Type": text_of_key(node, "type") or "application",
                "APIVersion": text_of_key(node, "apiVersion"),
                "IsRoot": chart is self._chart,
                "Annotations": value_of(node.table("annotations") or Table(1), self._budget),
            },
            "Release": {
                "Name": self._chart.name,
                "Namespace": "",
                "Service": "Helm",
                "IsInstall": True,
                "IsUpgrade": False,
                "Revision": 1,
            },
            "Capabilities": capabilities(),
            "Template": {"Name": f"{chart.name}/{entry.path}", "BasePath": f"{chart.name}/templates"},
            "Files": dict.fromkeys(
                ("Get", "GetBytes", "Glob", "Lines", "AsConfig", "AsSecrets"), Method("file")
            ),
            "Subcharts": UNKNOWN,
        }


def _renders(entry: Entry) -> bool:
    """Whether what a template puts out goes to the cluster. Source: Helm, "Chart Development Tips"."""
    name = basename(entry.path)
    return not name.startswith("_") and not name.endswith(".txt")


def _enabled(condition: str, values: dict[str, Value]) -> bool | None:
    """Whether a part is switched on: by the first of its conditions that the values have; None if unknown."""
    for path in condition.split(","):
        value: Value = values
        for name in path.strip().split(".") if path.strip() else ():
            value = value.get(name) if isinstance(value, dict) else None
        if value is UNKNOWN or (isinstance(value, str) and MARK in value):
            return None
        if isinstance(value, bool):
            return value
    return True
