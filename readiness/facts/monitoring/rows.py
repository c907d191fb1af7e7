"""The rows about monitoring."""

from __future__ import annotations

from typing import Annotated

from readiness.facts.model import Row
from readiness.facts.monitoring.model import (  # noqa: TC001 - rows are read at run time
    About,
    AlertSystem,
    Channel,
    ScrapeKind,
    Signal,
)


class AlertRule(Row, frozen=True, kw_only=True):
    """A rule by which a monitoring system raises an alert; a recording rule is none."""

    system: Annotated[AlertSystem, "whose rule it is"] = "prometheus"
    name: Annotated[str, "its name"] = ""
    severity: Annotated[str | None, "its severity as written, empty if none is"] = ""
    duration: Annotated[str | None, "how long it must hold (`for`), empty if that is not said"] = ""
    has_runbook: Annotated[bool | None, "it names a runbook"] = False
    annotated: Annotated[bool | None, "it has a summary, a description, a severity or an owner"] = False
    series: Annotated[
        frozenset[str] | None, "the metrics in its expression; unknown where it is not read"
    ] = None
    about: Annotated[
        frozenset[About], "what it watches, by its name and expression; empty for something else"
    ] = frozenset()
    exported: Annotated[
        bool | None,
        "code here names one of its metrics, or a well-known exporter, library or platform brings it; false "
        "where all are known and product code names none",
    ] = None
    mounted: Annotated[
        bool | None,
        "a configuration of Prometheus or an operator loads it; false where one beside it loads others only",
    ] = None
    notifies: Annotated[
        bool | None, "of an alarm of a cloud: it has somebody to tell; unknown where routes decide that"
    ] = None
    idle: Annotated[bool, "as it stands it reaches nobody: not mounted, not exported, or nobody to tell"] = (
        False
    )


class AlertRoute(Row, frozen=True, kw_only=True):
    """A receiver of alerts, or the name of one that a route sends to and that is not there."""

    system: Annotated[str, "alertmanager, grafana, or the provider whose resource it is"] = ""
    receiver: Annotated[str, "its name"] = ""
    kind: Annotated[frozenset[Channel], "by what it is reached"] = frozenset()
    empty: Annotated[bool, "it has no channel: what it gets is dropped"] = False
    placeholder: Annotated[bool | None, "the address of each of its channels only stands in for one"] = False
    routed: Annotated[bool, "a route sends to it, or the routes are elsewhere"] = True
    catch_all: Annotated[bool, "it gets what no other route takes"] = False
    defined: Annotated[bool, "it is there, not only named by a route"] = True


class ScrapeTarget(Row, frozen=True, kw_only=True):
    """Something that a monitoring system takes numbers from, or an agent that does so by itself."""

    system: Annotated[
        str, "prometheus, annotation (an object asks to be scraped), datadog, newrelic, the name of a cloud …"
    ] = ""
    job: Annotated[str, "the job, the monitor, the chart or the service"] = ""
    kind: Annotated[
        ScrapeKind,
        "app: a program; discovery: what is found in a cluster or cloud; exporter: another product, "
        "or the platform; probe: a prober; self: the monitoring system itself; agent: a program that "
        "watches a whole machine; "
        "stack: a monitoring system as a whole",
    ] = "app"
    hosts: Annotated[frozenset[str], "the addresses that are written"] = frozenset()
    product: Annotated[bool | None, "it is a service that is built here; unknown where names do not tell"] = (
        None
    )


class DashboardFile(Row, frozen=True, kw_only=True):
    """A dashboard that is kept in the repository."""

    system: Annotated[str, "grafana, perses, datadog, cloudwatch, or the provider whose resource it is"] = ""
    title: Annotated[str, "its title"] = ""
    panels: Annotated[int | None, "how many panels it has; unknown where it is not read"] = None
    queries: Annotated[int | None, "how many of them ask for something; unknown where it is not read"] = None
    empty: Annotated[bool, "it has no panel: an export of nothing"] = False


class ServiceObjective(Row, frozen=True, kw_only=True):
    """A service level objective that a tool reads; those in prose are documents."""

    system: Annotated[str, "openslo, sloth, pyrra, nobl9, or the provider whose resource it is"] = ""
    name: Annotated[str, "its name"] = ""
    objective: Annotated[str | None, "the target as written, empty if there is none"] = ""
    window: Annotated[str | None, "the window as written, empty if there is none"] = ""


class CollectorPipeline(Row, frozen=True, kw_only=True):
    """A way that logs, metrics or traces take through a collector or a shipper."""

    system: Annotated[
        str,
        "opentelemetry, promtail, alloy, fluent-bit, fluentd, vector, filebeat, logstash, telegraf …",
    ] = ""
    signals: Annotated[frozenset[Signal], "what it takes"] = frozenset()
    exporters: Annotated[frozenset[str], "the kinds of its outputs"] = frozenset()
    delivers: Annotated[
        bool | None, "an output of it goes somewhere: not only to a console, a file or nowhere"
    ] = None


class SyntheticCheck(Row, frozen=True, kw_only=True):
    """A check that asks a service's address as its users do."""

    system: Annotated[str, "blackbox, probe, gatus, upptime, checkly, uptime-kuma, or the provider"] = ""
    targets: Annotated[int | None, "how many addresses it names; unknown where these are elsewhere"] = None
    address: Annotated[str, "the first of them"] = ""
    complete: Annotated[
        bool, "it names what it asks, or finds it by itself; a prober's modules alone do not"
    ] = True
