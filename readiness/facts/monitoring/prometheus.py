"""Prometheus and those that read its formats: alert rules, scrape jobs, the operator's objects.

Sources: Prometheus, "Configuration" and "Alerting rules"; Prometheus Operator, "API Reference"; Grafana
Loki, "Alerting"; VictoriaMetrics, "vmalert" and "VictoriaMetrics operator"; Google Cloud, "Managed
Service for Prometheus"; read 2026-08.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.monitoring.model import Alert, Scrape, Server
from readiness.facts.monitoring.promql import about, series
from readiness.facts.words import name_words, word_set
from readiness.structured.nodes import Items, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.monitoring.model import AlertSystem, ScrapeKind
    from readiness.facts.monitoring.parts import Part

RULE_KINDS = frozenset(("PrometheusRule", "VMRule", "GlobalRules", "ClusterRules", "Rules", "AlertingRule"))
"""Objects that an operator loads by itself."""

_MONITORS: dict[str, ScrapeKind] = {
    "ServiceMonitor": "app",
    "PodMonitor": "app",
    "VMServiceScrape": "app",
    "VMPodScrape": "app",
    "PodMonitoring": "app",
    "ClusterPodMonitoring": "app",
    "Probe": "probe",
    "VMProbe": "probe",
}
# A file, or a value of a chart, that is the list of jobs alone.
_LISTS = frozenset(("", "additionalScrapeConfigs", "extraScrapeConfigs"))
_RUNBOOKS = frozenset(("runbook", "runbook_url", "runbookurl", "playbook", "playbook_url", "__runbook_url__"))
_NO_HELP = frozenset(("", "none", "n/a", "tbd", "todo", "-", "#"))
_OWNERS = frozenset(("severity", "team", "owner", "priority", "tier"))


def alerts(part: Part) -> Iterator[Alert]:
    """The alert rules of a mapping with groups of rules."""
    for group in part.node.items("groups"):
        if not isinstance(group, Table):
            continue
        for rule in group.items("rules"):
            if isinstance(rule, Table) and isinstance(rule.get("alert"), Scalar) and rule.text("alert"):
                yield _alert(part, rule)


def recorded(part: Part) -> Iterator[str]:
    """The names that recording rules give."""
    for group in part.node.items("groups"):
        for rule in group.items("rules") if isinstance(group, Table) else ():
            if isinstance(rule, Table) and rule.text("record"):
                yield rule.text("record")[:200]


def _alert(part: Part, rule: Table) -> Alert:
    name, expression = rule.text("alert")[:200], rule.text("expr")
    annotations, labels = rule.table("annotations"), rule.table("labels")
    system: AlertSystem = "loki" if is_logql(expression) else "prometheus"
    names, whole = (frozenset[str](), False) if system == "loki" else series(expression)
    return Alert(
        line=part.line(rule),
        system=system,
        name=name,
        severity=(labels.text("severity") or labels.text("priority"))[:60] if labels is not None else "",
        duration=rule.text("for")[:40],
        runbook=_has_runbook(annotations),
        annotated=_says_something(annotations) or _says_whose(labels),
        series=names,
        readable=whole and bool(names),
        about=about(name, expression, names),
        loaded=part.owner in RULE_KINDS or part.key == "alerting_rules.yml",
        file=part.file[:200],
    )


def is_logql(expression: str) -> bool:
    """Whether an expression asks for log lines, in the language of Loki."""
    return any(sign in expression for sign in ("|=", "|~", "| json", "| logfmt", "|json")) or (
        "({" in expression.replace(" ", "")[:60] and "__name__" not in expression
    )


def _has_runbook(annotations: Table | None) -> bool:
    for key, value in annotations or ():
        if key.text.lower() in _RUNBOOKS and isinstance(value, Scalar) and not value.null:
            return value.text.strip().lower() not in _NO_HELP
    return False


def _says_something(annotations: Table | None) -> bool:
    return any(isinstance(value, Scalar) and value.text.strip() for _, value in annotations or ())


def _says_whose(labels: Table | None) -> bool:
    return any(key.text.lower() in _OWNERS for key, _ in labels or ())


def servers(part: Part) -> Iterator[Server]:
    """A configuration of Prometheus: what has jobs or names rule files at its outermost level."""
    node = part.node
    if not isinstance(node.get("scrape_configs"), Items) and not isinstance(node.get("rule_files"), Items):
        return
    if _ships_logs(node):
        return
    files = tuple(item.text[:400] for item in node.items("rule_files") if isinstance(item, Scalar))
    yield Server(part.line(), tuple(text for text in files if text.strip()))


def _ships_logs(node: Table) -> bool:
    """Whether a list of jobs is that of Promtail or an agent's part for logs, whose words are the same."""
    return node.get("clients") is not None or node.get("positions") is not None


def scrapes(part: Part) -> Iterator[Scrape]:
    """The jobs of a configuration, and what an object of the operator asks for."""
    node = part.node
    if not _ships_logs(node):
        for job in node.items("scrape_configs"):
            if isinstance(job, Table) and job.text("job_name") and job.get("pipeline_stages") is None:
                yield _job(part, job)
    if (
        part.key in _LISTS
        and node.text("job_name")
        and node.get("static_configs", "metrics_path") is not None
    ):
        yield _job(part, node)
    kind = node.text("kind")
    if kind in _MONITORS and node.get("apiVersion") is not None and isinstance(node.get("spec"), Table):
        metadata = node.table("metadata") or Table(1)
        name = metadata.text("name")
        known = _kind(name, frozenset(), "") if _MONITORS[kind] == "app" else _MONITORS[kind]
        yield Scrape(part.line(), "prometheus", name[:200], known)
    annotations = node.table("annotations") if part.key in ("metadata", "template") else None
    if annotations is not None and annotations.text("prometheus.io/scrape").lower() == "true":
        line = part.line(annotations.key("prometheus.io/scrape"))
        yield Scrape(line, "annotation", (node.text("name") or part.owner)[:200], "app")


def _job(part: Part, job: Table) -> Scrape:
    name = job.text("job_name")[:200]
    hosts = frozenset(_targets(job))
    discovered = [key.text for key, _ in job if key.text.endswith("_sd_configs")]
    dynamic = [key for key in discovered if key not in ("static_sd_configs", "dns_sd_configs")]
    kind: ScrapeKind
    if job.text("metrics_path").endswith("/probe"):
        kind = "probe"
    elif dynamic and not hosts:
        kind = "exporter" if _is_platform(name, job) else "discovery"
    else:
        kind = _kind(name, hosts, job.text("metrics_path"))
    return Scrape(part.line(job), "prometheus", name, kind, hosts)


def _targets(job: Table) -> Iterator[str]:
    """Host and port of each target, without a scheme; the names that DNS is asked for too."""
    for static in job.items("static_configs"):
        for target in static.items("targets") if isinstance(static, Table) else ():
            if isinstance(target, Scalar) and not target.null:
                yield target.text.rpartition("://")[2].partition("/")[0][:200]
    for found in job.items("dns_sd_configs"):
        for name in found.items("names") if isinstance(found, Table) else ():
            if isinstance(name, Scalar):
                yield name.text.removeprefix("tasks.")[:200]


_PLATFORM = word_set("apiserver apiservers node nodes cadvisor kubelet scheduler etcd dns kubernetes-nodes")
_OTHERS = word_set(
    """
    alertmanager cadvisor grafana loki promtail tempo jaeger node nodeexporter nodes exporter traefik
    nginx caddy haproxy envoy minio etcd consul vault rabbitmq redis postgres postgresql mysql mariadb
    mongodb kafka elasticsearch zookeeper nats docker dockerd netdata statsd fluentbit apiserver kubelet
    coredns keycloak jenkins gitlab harbor argocd watchtower unifi pihole vm vmagent windows
    """
)
# Words beside the name of another product that make it no program of one's own.
_NOISE = word_set(
    """
    agent application cluster controller db main manager metrics monitor monitoring primary prod repo server
    service sm stack svc
    """
)
_HERE = frozenset(("localhost", "127.0.0.1", "host.docker.internal"))
_ITSELF = frozenset(("localhost", "127.0.0.1", "prometheus"))
_PORTS = word_set(
    "9100 9104 9113 9117 9121 9150 9187 9216 9308 9182 9115 9323 9419 15692 8888 2019 9113 9253 9633 9835"
)


def _kind(name: str, hosts: frozenset[str], path: str) -> ScrapeKind:
    """What a job asks: Prometheus itself, an exporter or another product, or else a program of one's own."""
    bare = {host.partition(":")[0].lower() for host in hosts}
    ports = {host.rpartition(":")[2] for host in hosts if ":" in host}
    itself = bare <= _ITSELF and ports <= {"9090", ""}
    if itself and (ports or name == "prometheus"):
        return "self"
    words = {word for each in (name, *bare) for word in name_words(each)}
    if path.startswith("/actuator/") or words & {"pushgateway"}:
        return "app"
    if words & {"exporter", "blackbox"} or (ports and ports <= _PORTS):
        return "exporter"
    named = [set(name_words(each)) for each in (bare - _HERE or {name.lower()})]
    return "exporter" if all(each & _OTHERS and each <= _OTHERS | _NOISE for each in named) else "app"


def _is_platform(name: str, job: Table) -> bool:
    """Whether what is found in a cluster or a cloud is the platform itself, not the programs on it."""
    words = set(name_words(name))
    if words & _PLATFORM or "exporter" in words:
        return True
    roles = {
        each.text("role")
        for key, value in job
        if key.text == "kubernetes_sd_configs"
        for each in (value.items if isinstance(value, Items) else ())
        if isinstance(each, Table)
    }
    return roles == {"node"}
