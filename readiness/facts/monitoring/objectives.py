"""Service level objectives that a tool reads: OpenSLO, Sloth, Pyrra, Nobl9.

Sources: OpenSLO specification v1; Sloth, "Prometheus Service Level" v1; Pyrra, "ServiceLevelObjective";
Nobl9, "YAML guide"; read 2026-08.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.monitoring.model import Objective
from readiness.structured.nodes import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.monitoring.parts import Part


def objectives(part: Part) -> Iterator[Objective]:
    """The objectives of a mapping."""
    node = part.node
    api, kind = node.text("apiVersion"), node.text("kind")
    spec = node.table("spec")
    if node.text("version") == "prometheus/v1" and node.get("slos") is not None:
        yield from _sloth(part, node)
    elif spec is None or not api:
        return
    elif kind == "PrometheusServiceLevel":
        yield from _sloth(part, spec)
    elif kind == "ServiceLevelObjective" and api.startswith("pyrra.dev/"):
        yield Objective(part.line(), "pyrra", _name(node), spec.text("target")[:40], spec.text("window")[:40])
    elif kind == "SLO" and api.startswith(("openslo/", "openslo.com/", "n9/")):
        system = "nobl9" if api.startswith("n9/") else "openslo"
        given = [each for each in spec.items("objectives") if isinstance(each, Table)]
        targets = [each.text("target") or each.text("targetPercent") for each in given]
        yield Objective(
            part.line(), system, _name(node), ", ".join(filter(None, targets))[:40], _window(spec)
        )


def _sloth(part: Part, node: Table) -> Iterator[Objective]:
    for each in node.items("slos"):
        if isinstance(each, Table) and each.text("name"):
            yield Objective(
                part.line(each), "sloth", each.text("name")[:200], each.text("objective")[:40], "30d"
            )


def _name(node: Table) -> str:
    return (node.table("metadata") or Table(1)).text("name")[:200]


def _window(spec: Table) -> str:
    for each in spec.items("timeWindow") or spec.items("timeWindows"):
        if isinstance(each, Table):
            count, unit = each.text("count"), each.text("unit")
            return (each.text("duration") or " ".join(filter(None, (count, unit))))[:40]
    return ""
