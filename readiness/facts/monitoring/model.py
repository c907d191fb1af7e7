"""What a file says about monitoring, without its path and role."""

from __future__ import annotations

from typing import Literal

from readiness.records import Struct

About = Literal["availability", "errors", "latency", "saturation", "traffic"]
"""What an alert watches, after the golden signals; an alert about none of them has no word."""

AlertSystem = Literal[
    "prometheus", "loki", "grafana", "datadog", "cloudwatch", "google", "azure", "newrelic", "sentry", "other"
]

Channel = Literal[
    "email",
    "slack",
    "teams",
    "chat",
    "pagerduty",
    "opsgenie",
    "pager",
    "webhook",
    "push",
    "sns",
    "sms",
    "other",
]
"""By what a receiver is reached; ``pager`` is any other service for people on call."""

ScrapeKind = Literal["app", "discovery", "exporter", "probe", "self", "agent", "stack"]

Signal = Literal["logs", "metrics", "traces"]


class Alert(Struct, frozen=True):
    """An alert rule. ``series`` are the metrics of its expression; not ``readable`` where it holds others."""

    line: int
    system: AlertSystem
    name: str
    severity: str = ""
    duration: str = ""
    runbook: bool = False
    annotated: bool = False
    series: frozenset[str] = frozenset()
    readable: bool = True
    about: frozenset[About] = frozenset()
    notifies: bool | None = None
    loaded: bool = False
    file: str = ""
    """The name of the file that it stands in, where that is a text within another."""


class Route(Struct, frozen=True):
    """A receiver of alerts, or the name of one that a route sends to and that is not there."""

    line: int
    system: str
    receiver: str
    kinds: frozenset[Channel] = frozenset()
    empty: bool = False
    placeholder: bool | None = False
    routed: bool = True
    catch_all: bool = False
    defined: bool = True


class Scrape(Struct, frozen=True):
    """Something that a monitoring system asks for numbers: a job, a monitor, an annotation."""

    line: int
    system: str
    job: str
    kind: ScrapeKind
    hosts: frozenset[str] = frozenset()


class Server(Struct, frozen=True):
    """A configuration of Prometheus: the rule files that it loads, as written."""

    line: int
    rule_files: tuple[str, ...] = ()


class Dashboard(Struct, frozen=True):
    """A dashboard: how many panels it has, and how many of them ask for something."""

    line: int
    system: str
    title: str
    panels: int
    queries: int


class Objective(Struct, frozen=True):
    """A service level objective that a tool reads."""

    line: int
    system: str
    name: str
    objective: str = ""
    window: str = ""


class Pipeline(Struct, frozen=True):
    """A way that signals take through a collector; ``exporters`` in the order of their names."""

    line: int
    system: str
    signals: frozenset[Signal]
    exporters: frozenset[str] = frozenset()
    delivers: bool | None = None


class Check(Struct, frozen=True):
    """A check from outside; ``targets`` is how many addresses it names, None where that is not written."""

    line: int
    system: str
    targets: int | None
    address: str = ""


class Watched(Struct, frozen=True):
    """All that one file says about monitoring."""

    alerts: tuple[Alert, ...] = ()
    recorded: frozenset[str] = frozenset()
    routes: tuple[Route, ...] = ()
    scrapes: tuple[Scrape, ...] = ()
    servers: tuple[Server, ...] = ()
    dashboards: tuple[Dashboard, ...] = ()
    objectives: tuple[Objective, ...] = ()
    pipelines: tuple[Pipeline, ...] = ()
    checks: tuple[Check, ...] = ()
