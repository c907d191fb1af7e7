"""Dashboards as files hold them, and Grafana's own alert rules.

A dashboard is known by two keys at once, for many a file of a product has "panels". An export without a
panel shows nothing.
Sources: Grafana, "Dashboard JSON model", "Dashboard JSON schema v2" and "Provision alerting resources";
Perses, "Dashboard"; Datadog, "Dashboards API"; Amazon CloudWatch, "Dashboard body structure"; read 2026-08.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.monitoring.model import Alert, Dashboard
from readiness.facts.monitoring.prometheus import is_logql
from readiness.facts.monitoring.promql import about, series
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.monitoring.parts import Part

_MARKS = ("schemaVersion", "templating", "annotations", "editable", "timezone", "refresh", "graphTooltip")
_QUERIES = frozenset(
    (
        "expr",
        "query",
        "rawSql",
        "rawQuery",
        "target",
        "metricName",
        "expression",
        "q",
        "queries",
        "promql",
        "queryText",
    )
)
_MOST = 5_000


def dashboards(part: Part) -> Iterator[Dashboard]:
    """The dashboard that a mapping is, if it is one."""
    node = part.node
    kind = node.text("kind")
    if kind == "PersesDashboard" or (kind == "Dashboard" and isinstance(node.get("spec"), Table)):
        yield from _of_object(part)
    elif isinstance(node.get("panels"), Items) or isinstance(node.get("rows"), Items):
        if sum(node.get(key) is not None for key in _MARKS) >= 1 and node.get("type") is None:
            panels = _panels(node)
            yield Dashboard(
                part.line(), "grafana", node.text("title")[:200], len(panels), sum(map(_asks, panels))
            )
    elif isinstance(node.get("widgets"), Items):
        yield from _of_widgets(part)


def _panels(node: Table) -> list[Table]:
    """The panels of a dashboard, those in rows among them; rows are none."""
    found: list[Table] = []
    waiting: list[Node] = [*node.items("rows"), *node.items("panels")]
    while waiting and len(found) < _MOST:
        each = waiting.pop()
        if not isinstance(each, Table):
            continue
        inner = each.items("panels")
        waiting += inner
        shows = each.get("type") is not None or each.get("targets") is not None
        if (shows and each.text("type") != "row") or (not inner and each.get("libraryPanel") is not None):
            found.append(each)
    return found


def _asks(panel: Table) -> bool:
    """Whether a panel has a query with words in it; a panel of the library has one elsewhere."""
    if panel.get("libraryPanel") is not None:
        return True
    return any(
        key.text in _QUERIES and (not isinstance(value, Scalar) or bool(value.text.strip()))
        for target in (*panel.items("targets"), *panel.items("requests"))
        if isinstance(target, Table)
        for key, value in target
    )


def _of_object(part: Part) -> Iterator[Dashboard]:
    """Perses, and version 2 of Grafana's own format: panels or elements by name."""
    node, spec = part.node, part.node.table("spec")
    group = node.text("apiVersion")
    metadata = node.table("metadata") or Table(1)
    if spec is None or not (
        node.text("kind") == "PersesDashboard" or "grafana" in group or spec.get("panels")
    ):
        return
    inner = spec.table("config") or spec
    elements = inner.table("panels") or inner.table("elements")
    if elements is not None:
        system = "grafana" if "grafana" in group else "perses"
        name = inner.text("title") or metadata.text("name")
        yield Dashboard(part.line(), system, name[:200], len(elements.pairs), len(elements.pairs))


def _of_widgets(part: Part) -> Iterator[Dashboard]:
    """Datadog's export, and the body of a dashboard of CloudWatch."""
    node = part.node
    widgets = [each for each in node.items("widgets") if isinstance(each, Table)]
    if node.get("layout_type") is not None:
        asking = sum(each.table("definition") is not None for each in widgets)
        yield Dashboard(part.line(), "datadog", node.text("title")[:200], len(widgets), asking)
    elif widgets and all(
        each.get("type") is not None and each.table("properties") is not None for each in widgets
    ):
        asking = sum(
            (each.table("properties") or Table(1)).get("metrics", "query") is not None for each in widgets
        )
        yield Dashboard(part.line(), "cloudwatch", "", len(widgets), asking)


def alerts(part: Part) -> Iterator[Alert]:
    """Grafana's alert rules: groups of rules with a title and what they ask."""
    for group in part.node.items("groups"):
        for rule in group.items("rules") if isinstance(group, Table) else ():
            if isinstance(rule, Table) and rule.text("title") and rule.get("alert") is None:
                yield _alert(part, rule)


def _alert(part: Part, rule: Table) -> Alert:
    name = rule.text("title")[:200]
    annotations, labels = rule.table("annotations"), rule.table("labels")
    expressions = [
        model.text("expr")
        for each in rule.items("data")
        if isinstance(each, Table) and (model := each.table("model")) is not None and model.text("expr")
    ]
    names: frozenset[str] = frozenset()
    whole = bool(expressions)
    for text in expressions:
        more, readable = (frozenset[str](), False) if is_logql(text) else series(text)
        names, whole = names | more, whole and readable
    settings = rule.table("notification_settings")
    return Alert(
        line=part.line(rule),
        system="grafana",
        name=name,
        severity=labels.text("severity")[:60] if labels is not None else "",
        duration=rule.text("for")[:40],
        runbook=any(
            key.text.lower() in ("runbook", "runbook_url", "__runbookurl__", "runbookurl")
            and bool(value.text.strip())
            for key, value in annotations or ()
            if isinstance(value, Scalar)
        ),
        annotated=any(
            isinstance(value, Scalar) and bool(value.text.strip())
            for _, value in (annotations or labels or ())
        ),
        series=names,
        readable=whole,
        about=about(name, " ".join(expressions), names),
        notifies=True if settings is not None and settings.text("receiver") else None,
        loaded=part.node.get("apiVersion") is not None,
    )
