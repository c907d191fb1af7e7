"""Monitoring as code: the nouns, from files of monitoring, from infrastructure code, from what runs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from readiness.facts.containers.bases import reference
from readiness.facts.deployment.compose import SERVICE
from readiness.facts.deployment.kubernetes import CONTAINER
from readiness.facts.infrastructure.resources import NOUN as INFRASTRUCTURE
from readiness.facts.infrastructure.terraform import BLOCK
from readiness.facts.model import Collected, Glob, Noun, Opening
from readiness.facts.monitoring import cloud
from readiness.facts.monitoring.charts import stacks
from readiness.facts.monitoring.checkly import checks as checkly_checks
from readiness.facts.monitoring.joins import Exporting, Loading
from readiness.facts.monitoring.rows import (
    AlertRoute,
    AlertRule,
    CollectorPipeline,
    DashboardFile,
    ScrapeTarget,
    ServiceObjective,
    SyntheticCheck,
)
from readiness.facts.monitoring.sources import File, source
from readiness.facts.secrets.values import redacted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.infrastructure.terraform import TerraformBlock
    from readiness.facts.model import Facts, Row
    from readiness.facts.monitoring.model import Alert, Check, Dashboard, Objective, Pipeline, Route, Scrape

_RESOURCES: WeakKeyDictionary[Facts, tuple[tuple[Row, cloud.Resource], ...]] = WeakKeyDictionary()


def _resources(facts: Facts) -> tuple[tuple[Row, cloud.Resource], ...]:
    """Every resource of infrastructure code, with the row that says where it is."""
    kept = _RESOURCES.get(facts)
    if kept is None:
        kept = _RESOURCES[facts] = tuple(_all_resources(facts))
    return kept


def _all_resources(facts: Facts) -> Iterator[tuple[Row, cloud.Resource]]:
    for row in facts.collected(BLOCK).rows:
        if row.kind == "resource":
            yield row, cloud.Resource(row.type, row.name, row.attributes, row.values, row.computed)
        elif row.kind == "module" and "metric-alarm" in (row.source or ""):
            yield row, _alarm_module(row)
    for item in facts.collected(INFRASTRUCTURE).rows:
        if item.kind == "resource":
            type_ = cloud.spelled(item.type)
            yield item, cloud.Resource(type_, item.name, item.attributes, item.values, item.computed)


def _alarm_module(row: TerraformBlock) -> cloud.Resource:
    """A well-known module that makes one alarm, with the same names."""
    return cloud.Resource("aws_cloudwatch_metric_alarm", row.name, row.attributes, row.values, row.computed)


def _openings(facts: Facts, noun: str) -> tuple[Opening, ...]:
    return (*source(facts).opened(noun), *facts.collected(BLOCK).openings)


def _looked(facts: Facts) -> tuple[str, ...]:
    code = (*facts.collected(BLOCK).looked, *facts.collected(INFRASTRUCTURE).looked)
    return (*source(facts).looked, *code)


def collect_alerts(facts: Facts, scope: tuple[str, ...]) -> Collected[AlertRule]:  # noqa: ARG001
    """Every alert rule of every file, and every alarm of infrastructure code."""
    found = source(facts)
    loading, exporting = Loading(found), Exporting(facts, found)
    rows = [_alert(file, each, loading, exporting) for file in found.files for each in file.watched.alerts]
    for row, resource in _resources(facts):
        alarm = cloud.alarm(resource)
        if alarm is not None:
            rows.append(_alarm(row, alarm))
    return Collected(tuple(rows), found.problems, _openings(facts, "alert.rule"), _looked(facts))


def _alert(file: File, alert: Alert, loading: Loading, exporting: Exporting) -> AlertRule:
    mounted = (
        True if alert.loaded else loading.mounted(file, alert.file) if alert.system == "prometheus" else None
    )
    exported = exporting.exported(alert)
    return AlertRule(
        path=Glob(file.entry.path),
        line=alert.line,
        role=file.entry.role,
        environment=file.environment,
        text=redacted(f"alert {alert.name}" + (f", {alert.severity}" if alert.severity else "")),
        system=alert.system,
        name=redacted(alert.name),
        severity=redacted(alert.severity),
        duration=alert.duration,
        has_runbook=alert.runbook,
        annotated=alert.annotated,
        series=alert.series if alert.readable else None,
        about=alert.about,
        exported=exported,
        mounted=mounted,
        notifies=alert.notifies,
        idle=mounted is False or exported is False,
    )


def _alarm(row: Row, alarm: cloud.Alarm) -> AlertRule:
    return AlertRule(
        path=row.path,
        line=row.line,
        role=row.role,
        environment=row.environment,
        text=row.text,
        system=alarm.system,
        name=redacted(alarm.name),
        severity=alarm.severity,
        duration="",
        has_runbook=alarm.runbook,
        annotated=alarm.annotated,
        about=alarm.about,
        exported=True,
        mounted=True,
        notifies=alarm.notifies,
        idle=alarm.notifies is False,
    )


def collect_routes(facts: Facts, scope: tuple[str, ...]) -> Collected[AlertRoute]:  # noqa: ARG001
    """Every receiver of alerts."""
    found = source(facts)
    rows = [_route(file, each) for file in found.files for each in file.watched.routes]
    for row, resource in _resources(facts):
        told = cloud.recipient(resource)
        if told is not None:
            rows.append(
                AlertRoute(
                    path=row.path,
                    line=row.line,
                    role=row.role,
                    environment=row.environment,
                    text=row.text,
                    system=resource.provider,
                    receiver=resource.name,
                    kind=told.kinds,
                    empty=told.empty,
                    placeholder=told.placeholder,
                )
            )
    return Collected(tuple(rows), found.problems, _openings(facts, "alert.route"), _looked(facts))


def _route(file: File, route: Route) -> AlertRoute:
    kinds = ", ".join(sorted(route.kinds)) or ("no channel" if route.defined else "not defined")
    return AlertRoute(
        path=Glob(file.entry.path),
        line=route.line,
        role=file.entry.role,
        environment=file.environment,
        text=redacted(f"receiver {route.receiver}: {kinds}"),
        system=route.system,
        receiver=redacted(route.receiver),
        kind=route.kinds,
        empty=route.empty,
        placeholder=route.placeholder,
        routed=route.routed,
        catch_all=route.catch_all,
        defined=route.defined,
    )


def collect_scrapes(facts: Facts, scope: tuple[str, ...]) -> Collected[ScrapeTarget]:  # noqa: ARG001
    """Every job, monitor, agent and monitoring system as a whole."""
    found = source(facts)
    jobs = [(file, each) for file in found.files for each in file.watched.scrapes]
    services = facts.collected(SERVICE).rows
    own = {row.name: row.product for row in services} if jobs else {}
    rows = [_scrape(file, each, own) for file, each in jobs]
    rows += _agents(facts)
    charts = stacks(facts)
    rows += charts.rows
    for row, resource in _resources(facts):
        known = cloud.agent(resource)
        if known is not None:
            rows.append(_watcher(row, known[0], resource.name, known[1] == "stack"))
    openings = _openings(facts, "scrape.target")
    return Collected(tuple(rows), found.problems, openings, (*_looked(facts), *charts.looked))


def _watcher(row: Row, system: str, name: str, stack: bool) -> ScrapeTarget:
    return ScrapeTarget(
        path=row.path,
        line=row.line,
        role=row.role,
        environment=row.environment,
        text=row.text,
        system=system,
        job=name,
        kind="stack" if stack else "agent",
    )


def _scrape(file: File, scrape: Scrape, own: dict[str, bool]) -> ScrapeTarget:
    names = {host.partition(":")[0] for host in scrape.hosts}
    known = [own[name] for name in sorted(names) if name in own]
    return ScrapeTarget(
        path=Glob(file.entry.path),
        line=scrape.line,
        role=file.entry.role,
        environment=file.environment,
        text=redacted(f"{scrape.job}: {', '.join(sorted(scrape.hosts))}" if scrape.hosts else scrape.job),
        system=scrape.system,
        job=redacted(scrape.job),
        kind="app" if True in known else scrape.kind,
        hosts=frozenset(redacted(host) for host in scrape.hosts),
        product=True if True in known else False if known and len(known) == len(names) else None,
    )


def _agents(facts: Facts) -> Iterator[ScrapeTarget]:
    """Agents that run beside the product."""
    for service in facts.collected(SERVICE).rows:
        system = _agent_of(service.image)
        if system:
            yield _watcher(service, system, service.name, stack=False)
    for container in facts.collected(CONTAINER).rows:
        system = _agent_of(container.image)
        if system:
            yield _watcher(container, system, container.workload, stack=False)


def _agent_of(image: str | None) -> str:
    name = reference(image).image if image else None
    return cloud.IMAGES.get((name or "").removeprefix("docker.io/").removeprefix("library/"), "")


def collect_dashboards(facts: Facts, scope: tuple[str, ...]) -> Collected[DashboardFile]:  # noqa: ARG001
    """Every dashboard."""
    found = source(facts)
    rows = [_dashboard(file, each) for file in found.files for each in file.watched.dashboards]
    rows += [
        DashboardFile(
            path=row.path,
            line=row.line,
            role=row.role,
            environment=row.environment,
            text=row.text,
            system=resource.provider,
            title=redacted(
                resource.value("title", "dashboard_name", "DashboardName", "name") or resource.name
            ),
        )
        for row, resource in _resources(facts)
        if resource.type in cloud.DASHBOARDS
    ]
    return Collected(tuple(rows), found.problems, _openings(facts, "dashboard"), _looked(facts))


def _dashboard(file: File, board: Dashboard) -> DashboardFile:
    title = redacted(board.title)
    return DashboardFile(
        path=Glob(file.entry.path),
        line=board.line,
        role=file.entry.role,
        environment=file.environment,
        text=f"{title or 'dashboard'}: {board.panels} panels",
        system=board.system,
        title=title,
        panels=board.panels,
        queries=board.queries,
        empty=board.panels == 0,
    )


def collect_objectives(facts: Facts, scope: tuple[str, ...]) -> Collected[ServiceObjective]:  # noqa: ARG001
    """Every service level objective that a tool reads."""
    found = source(facts)
    rows = [_objective(file, each) for file in found.files for each in file.watched.objectives]
    rows += [
        ServiceObjective(
            path=row.path,
            line=row.line,
            role=row.role,
            environment=row.environment,
            text=row.text,
            system=resource.provider,
            name=resource.name,
            objective=resource.value(*cloud.OBJECTIVES[resource.type]),
            window=None,
        )
        for row, resource in _resources(facts)
        if resource.type in cloud.OBJECTIVES
    ]
    return Collected(tuple(rows), found.problems, _openings(facts, "slo"), _looked(facts))


def _objective(file: File, goal: Objective) -> ServiceObjective:
    return ServiceObjective(
        path=Glob(file.entry.path),
        line=goal.line,
        role=file.entry.role,
        environment=file.environment,
        text=redacted(f"objective {goal.name}: {goal.objective or 'no target'}"),
        system=goal.system,
        name=redacted(goal.name),
        objective=goal.objective,
        window=goal.window,
    )


def collect_pipelines(facts: Facts, scope: tuple[str, ...]) -> Collected[CollectorPipeline]:  # noqa: ARG001
    """Every way of logs, metrics and traces through a collector."""
    found = source(facts)
    rows = tuple(_pipeline(file, each) for file in found.files for each in file.watched.pipelines)
    return Collected(rows, found.problems, found.opened("collector.pipeline"), found.looked)


def _pipeline(file: File, pipeline: Pipeline) -> CollectorPipeline:
    to = ", ".join(sorted(pipeline.exporters)) or "nowhere"
    return CollectorPipeline(
        path=Glob(file.entry.path),
        line=pipeline.line,
        role=file.entry.role,
        environment=file.environment,
        text=redacted(f"{pipeline.system}: {', '.join(sorted(pipeline.signals))} to {to}"),
        system=pipeline.system,
        signals=pipeline.signals,
        exporters=pipeline.exporters,
        delivers=pipeline.delivers,
    )


_PROBERS = {"louislam/uptime-kuma": "uptime-kuma", "statping/statping": "statping"}


def collect_checks(facts: Facts, scope: tuple[str, ...]) -> Collected[SyntheticCheck]:  # noqa: ARG001
    """Every check from outside."""
    found = source(facts)
    rows = [_check(file, each) for file in found.files for each in file.watched.checks]
    rows += checkly_checks(facts)
    running: list[tuple[Row, str | None]] = [(row, row.image) for row in facts.collected(SERVICE).rows]
    running += ((row, row.image) for row in facts.collected(CONTAINER).rows)
    for row, image in running:
        name = reference(image).image if image else None
        system = _PROBERS.get((name or "").removeprefix("docker.io/"), "")
        if system:
            rows.append(_asked(row, system))
    rows += [
        _asked(row, resource.provider) for row, resource in _resources(facts) if resource.type in cloud.CHECKS
    ]
    return Collected(tuple(rows), found.problems, _openings(facts, "synthetic.check"), _looked(facts))


def _asked(row: Row, system: str) -> SyntheticCheck:
    return SyntheticCheck(
        path=row.path,
        line=row.line,
        role=row.role,
        environment=row.environment,
        text=row.text,
        system=system,
        targets=None,
    )


def _check(file: File, check: Check) -> SyntheticCheck:
    return SyntheticCheck(
        path=Glob(file.entry.path),
        line=check.line,
        role=file.entry.role,
        environment=file.environment,
        text=f"{check.system}: {check.address or 'no address'}",
        system=check.system,
        targets=check.targets,
        address=check.address,
        complete=check.targets != 0,
    )


ALERT: Noun[AlertRule] = Noun(
    "alert.rule", AlertRule, "a rule by which a monitoring system raises an alert", collect_alerts
)
ROUTE: Noun[AlertRoute] = Noun("alert.route", AlertRoute, "a receiver of alerts", collect_routes)
SCRAPE: Noun[ScrapeTarget] = Noun(
    "scrape.target", ScrapeTarget, "something that a monitoring system takes numbers from", collect_scrapes
)
DASHBOARD: Noun[DashboardFile] = Noun(
    "dashboard", DashboardFile, "a dashboard that is kept in the repository", collect_dashboards
)
OBJECTIVE: Noun[ServiceObjective] = Noun(
    "slo", ServiceObjective, "a service level objective that a tool reads", collect_objectives
)
PIPELINE: Noun[CollectorPipeline] = Noun(
    "collector.pipeline", CollectorPipeline, "a way of signals through a collector", collect_pipelines
)
CHECK: Noun[SyntheticCheck] = Noun(
    "synthetic.check", SyntheticCheck, "a check that asks a service's address from outside", collect_checks
)
