"""One file's words about monitoring: every mapping and text of it, offered to each reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.deployment.objects import MANIFEST
from readiness.facts.model import Derived, Parser
from readiness.facts.monitoring import (
    alertmanager,
    collectors,
    dashboards,
    objectives,
    probes,
    prometheus,
)
from readiness.facts.monitoring.model import (
    Alert,
    Check,
    Dashboard,
    Objective,
    Pipeline,
    Route,
    Scrape,
    Server,
    Watched,
)
from readiness.facts.monitoring.parts import Part, Text, parts
from readiness.structured.source import decode

if TYPE_CHECKING:
    from readiness.structured.nodes import Node

MAX_ROWS = 5_000
"""How many rows of one kind one file gives."""


def watched(roots: tuple[Node, ...]) -> Watched:
    """All that a structured file says about monitoring."""
    alerts: list[Alert] = []
    recorded: set[str] = set()
    routes: list[Route] = []
    scrapes: list[Scrape] = []
    servers: list[Server] = []
    boards: list[Dashboard] = []
    goals: list[Objective] = []
    pipelines: list[Pipeline] = []
    checks: list[Check] = []
    for part in parts(roots):
        if isinstance(part, Text):
            pipelines += collectors.of_text(part.text, part.line) if _holds_configuration(part.key) else ()
            continue
        alerts += [*prometheus.alerts(part), *dashboards.alerts(part)]
        recorded.update(prometheus.recorded(part))
        routes += [*alertmanager.routes(part), *alertmanager.contact_points(part)]
        scrapes += prometheus.scrapes(part)
        servers += prometheus.servers(part)
        boards += dashboards.dashboards(part)
        goals += objectives.objectives(part)
        pipelines += collectors.pipelines(part)
        checks += probes.checks(part)
    return Watched(
        alerts=tuple(alerts[:MAX_ROWS]),
        recorded=frozenset(recorded),
        routes=tuple(routes[:MAX_ROWS]),
        scrapes=tuple(scrapes[:MAX_ROWS]),
        servers=tuple(servers[:MAX_ROWS]),
        dashboards=tuple(boards[:MAX_ROWS]),
        objectives=tuple(goals[:MAX_ROWS]),
        pipelines=tuple(pipelines[:MAX_ROWS]),
        checks=tuple(checks[:MAX_ROWS]),
    )


def _holds_configuration(key: str) -> bool:
    """Whether a text within a file is that of another, by its key: a ConfigMap's ``fluent-bit.conf``."""
    return key.endswith((".conf", ".alloy", ".river", "config", "content", "outputs"))


def _plain(data: bytes) -> Watched:
    return Watched(pipelines=collectors.of_text(decode(data), 1))


def _toml(data: bytes) -> Watched:
    """The configuration of Vector or Telegraf."""
    from readiness.structured.toml import parse  # noqa: PLC0415 - few repositories have one

    root = parse(data)
    outputs = root.table("outputs")
    if outputs is None or root.get("inputs") is None:
        return watched((root,))
    return Watched(pipelines=(collectors.telegraf(Part(root), outputs),))


STRUCTURED: Derived[tuple[Node, ...], Watched] = Derived("monitoring", 1, MANIFEST, watched)
PLAIN: Parser[Watched] = Parser("monitoring-plain", 1, _plain)
TOML: Parser[Watched] = Parser("monitoring-toml", 1, _toml)
