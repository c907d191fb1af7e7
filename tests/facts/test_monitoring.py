"""Scrapes, dashboards, objectives, collectors and checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.facts.monitoring.nouns import CHECK, DASHBOARD, OBJECTIVE, PIPELINE, SCRAPE
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from readiness.facts.monitoring.rows import (
        CollectorPipeline,
        DashboardFile,
        ScrapeTarget,
        ServiceObjective,
        SyntheticCheck,
    )


def store(files: dict[str, str]) -> Store:
    return Store(MemoryTree(files))


# --- scrapes


def scrapes(files: dict[str, str]) -> dict[str, ScrapeTarget]:
    return {row.job: row for row in store(files).collected(SCRAPE).rows}


def job(name: str, targets: str, more: str = "") -> str:
    return f"scrape_configs:\n  - job_name: {name}\n    static_configs: [{{ targets: [{targets}] }}]\n{more}"


@pytest.mark.parametrize(
    ("name", "targets", "kind"),
    [
        ("prometheus", "'localhost:9090'", "self"),
        ("self", "'prometheus:9090'", "self"),
        ("prometheus", "", "self"),
        ("app", "'localhost:8000'", "app"),
        ("node", "'node-exporter:9100'", "exporter"),
        ("machines", "'10.0.0.1:9100'", "exporter"),
        ("grafana", "'grafana:3000'", "exporter"),
        ("docker", "'host.docker.internal:9323'", "exporter"),
        ("shop", "'host.docker.internal:8080'", "app"),
        ("shop", "'https://shop.acme.io/metrics'", "app"),
        ("pushgateway", "'pushgateway:9091'", "app"),
        ("node-shop-api", "'node-shop-api:80'", "app"),
        ("mongodb-service-monitor", "", "exporter"),
        ("node-app", "'node-app:80'", "app"),
    ],
)
def test_a_job_asks_a_program_an_exporter_or_itself(name: str, targets: str, kind: str) -> None:
    assert scrapes({"prom.yml": job(name, targets)})[name].kind == kind


@pytest.mark.parametrize(
    ("name", "found", "kind"),
    [
        ("pods", "kubernetes_sd_configs: [{ role: pod }]", "discovery"),
        ("all", "kubernetes_sd_configs: [{ role: node }]", "exporter"),
        ("kubernetes-apiservers", "kubernetes_sd_configs: [{ role: endpoints }]", "exporter"),
        ("vms", "ec2_sd_configs: [{ region: eu-west-1 }]", "discovery"),
        ("app", "dns_sd_configs: [{ names: [tasks.app] }]", "app"),
    ],
)
def test_a_job_finds_what_it_asks(name: str, found: str, kind: str) -> None:
    text = f"scrape_configs:\n  - job_name: {name}\n    {found}\n"
    assert scrapes({"prom.yml": text})[name].kind == kind


def test_a_target_that_compose_builds_is_the_product() -> None:
    compose = "services:\n  grafana: { build: . }\n  db: { image: 'postgres:16' }\n"
    files = {"compose.yaml": compose, "Dockerfile": "FROM scratch\n", "p.yml": job("grafana", "'grafana:80'")}
    row = scrapes(files)["grafana"]
    assert (row.kind, row.product, row.hosts) == ("app", True, frozenset(("grafana:80",)))
    assert scrapes({**files, "p.yml": job("db", "'db:80'")})["db"].product is False
    assert scrapes({**files, "p.yml": job("x", "'db:80', 'x:80'")})["x"].product is None


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("ServiceMonitor", "shop", "app"),
        ("PodMonitoring", "shop", "app"),
        ("ServiceMonitor", "redis-exporter", "exporter"),
        ("Probe", "outside", "probe"),
    ],
)
def test_monitors_of_an_operator(kind: str, name: str, expected: str) -> None:
    text = f"apiVersion: x/v1\nkind: {kind}\nmetadata: {{ name: {name} }}\nspec: {{ a: b }}\n"
    assert scrapes({"a.yaml": text})[name].kind == expected


def test_an_object_may_ask_to_be_scraped() -> None:
    text = "kind: Service\nmetadata:\n  name: a\n  annotations:\n    x: y\n    prometheus.io/scrape: 'true'\n"
    row = scrapes({"a.yaml": text})["a"]
    assert (row.system, row.kind, row.line) == ("annotation", "app", 6)
    assert scrapes({"a.yaml": text.replace("true", "false")}) == {}


def test_the_pods_of_a_deployment_may_ask_to_be_scraped() -> None:
    text = """apiVersion: apps/v1
kind: Deployment
spec: { template: { metadata: { annotations: { prometheus.io/scrape: 'true' } } } }
"""
    assert list(scrapes({"a.yaml": text})) == ["Deployment"]


@pytest.mark.parametrize(
    "text",
    [
        "clients: [{ url: x }]\nscrape_configs: [{ job_name: a, static_configs: [] }]\n",
        "scrape_configs: [{ job_name: a, pipeline_stages: [] }]\n",
        "kind: ServiceMonitor\n",
        "# scrape_configs\nname: x\n",
    ],
)
def test_what_only_looks_like_a_scrape_is_none(text: str) -> None:
    assert scrapes({"monitor.yml": text}) == {}


def test_a_file_may_be_the_list_of_jobs_alone() -> None:
    text = "- job_name: a\n  static_configs: [{ targets: ['a:80'] }]\n- job_name: b\n"
    assert list(scrapes({"a.yml": text})) == ["a"]


def test_charts_bring_a_whole_stack() -> None:
    files = {
        "ops/Chart.yaml": "dependencies: [{ name: kube-prometheus-stack, repository: x }, { name: b }]\n",
        "ops/helmfile.yaml": "releases: [{ chart: x/datadog }, { chart: x/netdata, installed: false }]\n",
        "ops/app.yaml": (
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: { source: { chart: nri-bundle } }\n"
        ),
        "ops/set-app.yaml": (
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\n"
            "spec: { template: { spec: { sources: [{ chart: prometheus }] } } }\n"
        ),
        "ops/release.yaml": (
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
            "spec: { chart: { spec: { chart: victoria-metrics-k8s-stack } } }\n"
        ),
        "chart/templates/app.yaml": "kind: Application\n",
        "ops/broken-app.yaml": "a: [\n",
    }
    assert {name: (row.system, row.kind) for name, row in scrapes(files).items()} == {
        "datadog": ("datadog", "agent"),
        "kube-prometheus-stack": ("prometheus", "stack"),
        "nri-bundle": ("newrelic", "agent"),
        "prometheus": ("prometheus", "stack"),
        "victoria-metrics-k8s-stack": ("prometheus", "stack"),
    }


def test_agents_run_beside_the_product() -> None:
    insights = 'resource "aws_ecs_cluster" "{}" {{\n setting {{\n  name = "containerInsights"\n'
    insights += '  value = "{}"\n }}\n}}\n'
    files = {
        "compose.yaml": "services:\n  dd: { image: 'datadog/agent:7' }\n  web: { image: nginx }\n",
        "k8s/a.yaml": (
            "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: { name: nr }\n"
            "spec: { template: { spec: { containers: [{ image: 'newrelic/infrastructure:1' }] } } }\n"
        ),
        "a.tf": (
            'resource "azurerm_application_insights" "ai" { name = "x" }\n'
            'resource "helm_release" "stack" { chart = "kube-prometheus-stack" }\n'
            'resource "helm_release" "other" { chart = "nginx" }\n'
            + insights.format("c", "enabled")
            + insights.format("d", "disabled")
        ),
    }
    assert {name: (row.system, row.kind) for name, row in scrapes(files).items()} == {
        "dd": ("datadog", "agent"),
        "nr": ("newrelic", "agent"),
        "ai": ("azure", "agent"),
        "stack": ("prometheus", "stack"),
        "c": ("cloudwatch", "agent"),
    }


# --- dashboards


def dashboards(files: dict[str, str]) -> list[DashboardFile]:
    return list(store(files).collected(DASHBOARD).rows)


def test_a_dashboard_of_grafana_counts_its_panels_and_queries() -> None:
    text = """{"title": "Shop", "schemaVersion": 39, "panels": [
      {"type": "row", "panels": [{"type": "graph", "targets": [{"expr": "up"}]}]},
      {"type": "stat", "targets": [{"expr": " "}]},
      {"libraryPanel": {"uid": "a"}},
      {"type": "text"}, "x"]}"""
    (row,) = dashboards({"a.json": text})
    assert (row.system, row.title, row.panels, row.queries, row.empty) == ("grafana", "Shop", 4, 2, False)


def test_an_old_dashboard_has_its_panels_in_rows() -> None:
    text = '{"schemaVersion": 14, "rows": [{"panels": [{"type": "graph", "targets": [{"target": "a.b"}]}]}]}'
    (row,) = dashboards({"a.json": text})
    assert (row.panels, row.queries) == (1, 1)


def test_an_export_without_a_panel_is_empty() -> None:
    (row,) = dashboards({"a.json": '{"schemaVersion": 39, "panels": []}'})
    assert (row.empty, row.text) == (True, "dashboard: 0 panels")


@pytest.mark.parametrize(
    "text",
    [
        '{"panels": [{"type": "left"}]}',
        '{"panels": [], "type": "layout", "refresh": 1}',
        '{"widgets": [{"a": 1}]}',
        '{"schemaVersion": 1}',
        '{"panels": ',
    ],
)
def test_other_files_with_panels_are_no_dashboards(text: str) -> None:
    assert dashboards({"a.json": text}) == []


def test_dashboards_of_other_systems() -> None:
    files = {
        "a.json": '{"title": "D", "layout_type": "ordered", "widgets": [{"definition": {}}]}',
        "b.json": (
            '{"widgets": [{"type": "metric", "properties": {"metrics": []}}, '
            '{"type": "text", "properties": {}}]}'
        ),
        "c.yaml": "kind: PersesDashboard\nmetadata: { name: p }\nspec: { config: { panels: { a: {} } } }\n",
        "d.yaml": (
            "apiVersion: dashboard.grafana.app/v2beta1\nkind: Dashboard\nmetadata: { name: g }\n"
            "spec: { title: T, elements: { a: {}, b: {} } }\n"
        ),
        "e.yaml": "# PersesDashboard\nkind: Dashboard\nspec: { a: 1 }\n",
        "f.yaml": "kind: PersesDashboard\nspec: { a: 1 }\n",
        "g.tf": 'resource "datadog_dashboard" "x" { title = "Terraformed" }\n',
    }
    found = [(row.system, row.title, row.panels, row.queries) for row in dashboards(files)]
    assert found == [
        ("datadog", "D", 1, 1),
        ("cloudwatch", "", 2, 1),
        ("perses", "p", 1, 1),
        ("grafana", "T", 2, 2),
        ("datadog", "Terraformed", None, None),
    ]


def test_a_dashboard_within_a_manifest_is_found() -> None:
    text = (
        'apiVersion: v1\nkind: ConfigMap\ndata:\n  a.json: |\n    {"schemaVersion": 1,\n     "panels": []}\n'
    )
    (row,) = dashboards({"a.yaml": text})
    assert (row.line, row.empty) == (5, True)


def test_a_text_that_is_no_yaml_is_passed_over() -> None:
    text = 'data:\n  a.json: |\n    {"panels": [\n    x\n  b.yml: |\n    groups: [\n    y\n"panels": 1\n'
    assert dashboards({"a.yaml": text}) == []


# --- objectives


def objectives(files: dict[str, str]) -> list[ServiceObjective]:
    return list(store(files).collected(OBJECTIVE).rows)


def test_objectives_of_each_tool() -> None:
    sloth = "slos: [{ name: s, objective: 99.9 }, { objective: 1 }]\n"
    files = {
        "a.yaml": "version: prometheus/v1\n" + sloth,
        "b.yaml": "apiVersion: sloth.slok.dev/v1\nkind: PrometheusServiceLevel\nspec: { "
        + sloth.strip()
        + " }\n",
        "c.yaml": (
            "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: { name: p }\n"
            "spec: { target: '99', window: 4w }\n"
        ),
        "d.yaml": (
            "apiVersion: openslo/v1\nkind: SLO\nmetadata: { name: o }\n"
            "spec: { objectives: [{ target: 0.98 }], timeWindow: [{ duration: 28d }] }\n"
        ),
        "e.yaml": (
            "apiVersion: n9/v1alpha\nkind: SLO\nmetadata: { name: n }\n"
            "spec: { objectives: [{ target: 0.9 }], timeWindows: [{ unit: Day, count: 7 }] }\n"
        ),
        "f.yaml": "apiVersion: openslo/v1\nkind: Service\nspec: {}\n",
        "g.tf": 'resource "google_monitoring_slo" "g" { goal = 0.9 }\n',
        "h.yaml": "apiVersion: openslo/v1\nkind: SLO\nspec: { a: b }\n",
    }
    assert [(row.system, row.name, row.objective, row.window) for row in objectives(files)] == [
        ("sloth", "s", "99.9", "30d"),
        ("sloth", "s", "99.9", "30d"),
        ("pyrra", "p", "99", "4w"),
        ("openslo", "o", "0.98", "28d"),
        ("nobl9", "n", "0.9", "7 Day"),
        ("google", "g", "0.9", None),
        ("openslo", "", "", ""),
    ]


# --- collectors


def pipelines(files: dict[str, str]) -> list[CollectorPipeline]:
    return list(store(files).collected(PIPELINE).rows)


def pipeline(path: str, text: str) -> tuple[str, set[str], set[str], bool | None]:
    (row,) = pipelines({path: text})
    return row.system, set(row.signals), set(row.exporters), row.delivers


def test_a_collector_of_opentelemetry_has_pipelines() -> None:
    text = """receivers: { otlp: {} }
exporters:
  debug: {}
  otlp/tempo: { endpoint: 'tempo:4317' }
connectors: { spanmetrics: {} }
service:
  pipelines:
    traces: { receivers: [otlp], exporters: [debug, otlp/tempo, gone] }
    traces/more: { receivers: [otlp], exporters: [spanmetrics] }
    logs: { receivers: [otlp], exporters: [debug] }
    metrics/own: { receivers: [spanmetrics], exporters: [gone] }
    profiles: { exporters: [debug] }
"""
    found = [
        (row.line, set(row.signals), set(row.exporters), row.delivers) for row in pipelines({"a.yaml": text})
    ]
    assert found == [
        (8, {"traces"}, {"debug", "otlp"}, True),
        (9, {"traces"}, set(), None),
        (10, {"logs"}, {"debug"}, False),
        (11, {"metrics"}, set(), False),
    ]


def test_the_collector_of_an_operator_holds_its_configuration_as_text() -> None:
    text = """apiVersion: opentelemetry.io/v1alpha1
kind: OpenTelemetryCollector
spec:
  config: |
    exporters: { otlp: {} }
    service: { pipelines: { logs: { exporters: [otlp] } } }
"""
    (row,) = pipelines({"a.yaml": text})
    assert (row.line, row.delivers) == (6, True)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "p.yml",
            "clients: [{ url: 'http://loki' }]\nscrape_configs: []\n",
            ("promtail", {"logs"}, {"loki"}, True),
        ),
        ("p.yml", "clients: []\nscrape_configs: []\n", ("promtail", {"logs"}, set(), False)),
        (
            "p.yml",
            "global: {}\nremote_write: [{ url: 'https://mimir' }]\n",
            ("prometheus", {"metrics"}, {"remote_write"}, True),
        ),
        (
            "vector.yaml",
            "sources: { a: { type: file } }\nsinks: { b: { type: console } }\n",
            ("vector", {"logs"}, {"console"}, False),
        ),
        (
            "vector.toml",
            "[sources.a]\ntype = 'host_metrics'\n[sinks.b]\ntype = 'prometheus_remote_write'\n",
            ("vector", {"metrics"}, {"prometheus_remote_write"}, True),
        ),
        (
            "vector.toml",
            "[sources.a]\ntype = 'host_metrics'\n[sources.c]\ntype = 'file'\n[sinks.b]\ntype = 'loki'\n",
            ("vector", {"metrics", "logs"}, {"loki"}, True),
        ),
        (
            "telegraf/telegraf.conf",
            "[[inputs.cpu]]\n[[outputs.influxdb]]\nurls = ['x']\n",
            ("telegraf", {"metrics"}, {"influxdb"}, True),
        ),
        (
            "fluent-bit.yaml",
            "pipeline:\n  inputs: [{ name: tail }]\n  outputs: [{ name: ES }]\n",
            ("fluent-bit", {"logs"}, {"es"}, True),
        ),
        (
            "conf/fluent-bit.conf",
            "[INPUT]\n  Name tail\n[OUTPUT]\n  # Name loki\n  Name stdout\n  Match *\n",
            ("fluent-bit", {"logs"}, {"stdout"}, False),
        ),
        (
            "fluentd/fluent.conf",
            "<match **>\n  @type copy\n  <store>\n    @type elasticsearch\n  </store>\n</match>\n",
            ("fluentd", {"logs"}, {"elasticsearch"}, True),
        ),
        ("fluentd/fluent.conf", "<match **>\n  @type null\n</match>\n<match b>\n", None),
        (
            "logstash/pipeline.conf",
            "input { beats { port => 1 } }\noutput {\n  if [a] {\n    elasticsearch { hosts => x }\n  }\n}\n",
            ("logstash", {"logs"}, {"elasticsearch"}, True),
        ),
        ("logstash/pipeline.conf", "input {\n stdin {}\n}\n# output\noutput {\n  stdout {}\n", None),
        (
            "filebeat.yml",
            "filebeat.inputs: []\noutput.logstash: { hosts: [x] }\n",
            ("filebeat", {"logs"}, {"logstash"}, True),
        ),
        (
            "filebeat.yml",
            "filebeat: { inputs: [] }\noutput: { console: {} }\n",
            ("filebeat", {"logs"}, {"console"}, False),
        ),
        (
            "metricbeat.yml",
            "metricbeat.modules: []\ncloud.id: x\n",
            ("metricbeat", {"metrics"}, {"elasticsearch"}, True),
        ),
        ("a.alloy", 'loki.write "x" {\n}\n', ("alloy", {"logs"}, {"loki"}, True)),
        ("a.alloy", 'prometheus.remote_write "x" {\n}\n', ("alloy", {"metrics"}, {"remote_write"}, True)),
        (
            "a.alloy",
            'otelcol.exporter.debug "x" {\n}\n',
            ("alloy", {"logs", "metrics", "traces"}, {"debug"}, False),
        ),
    ],
)
def test_shippers_go_somewhere_or_nowhere(
    path: str, text: str, expected: tuple[str, set[str], set[str], bool] | None
) -> None:
    if expected is None:
        (row,) = pipelines({path: text})
        assert row.delivers is False
    else:
        assert pipeline(path, text) == expected


def test_a_shipper_within_a_manifest_is_read() -> None:
    text = (
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  fluent-bit.conf: |\n"
        "    [SERVICE]\n      Flush 1\n    [OUTPUT]\n      Name loki\n"
    )
    (row,) = pipelines({"a.yaml": text})
    assert (row.line, row.exporters, row.delivers) == (5, frozenset(("loki",)), True)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("logstash/a.conf", "output { x }\n"),
        ("logstash/a.conf", "input {\n}\noutput_dir = {x}\n"),
        ("fluentd/a.conf", "<match a>\n"),
        ("a.yaml", "pipeline: { steps: [] }\n"),
        ("values.yaml", "filebeat:\n  enabled: true\n"),
        ("a.yaml", "exporters: [a]\nservice: x\n"),
        ("vector.toml", "a = 1\n"),
    ],
)
def test_what_only_looks_like_a_shipper_is_none(path: str, text: str) -> None:
    assert pipelines({path: text}) == []


def test_a_broken_configuration_of_a_shipper_is_a_problem() -> None:
    found = store({"vector.toml": "a = [\n"}).collected(PIPELINE)
    assert [(problem.path, problem.line) for problem in found.problems] == [("vector.toml", 2)]
    assert found.openings == ()


def test_a_configuration_over_the_limit_leaves_the_question_open() -> None:
    found = store({"conf/fluent-bit.conf": "#" * (1 << 20) + "\n"}).collected(PIPELINE)
    assert [gap.path for gap in found.openings] == ["conf/fluent-bit.conf"]


# --- checks


def checks(files: dict[str, str]) -> list[SyntheticCheck]:
    return list(store(files).collected(CHECK).rows)


def check(files: dict[str, str]) -> tuple[str, int | None, str, bool]:
    (row,) = checks(files)
    return row.system, row.targets, row.address, row.complete


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"b.yml": "modules: { http_2xx: { prober: http } }\n"}, ("blackbox", 0, "", False)),
        (
            {"p.yml": job("x", "'https://acme.io', 'https://b'", "    metrics_path: /probe\n")},
            ("blackbox", 2, "https://acme.io", True),
        ),
        (
            {"p.yml": "scrape_configs: [{ job_name: x, metrics_path: /probe, file_sd_configs: [] }]\n"},
            ("blackbox", None, "", True),
        ),
        ({"p.yml": "scrape_configs: [{ job_name: x, metrics_path: /probe }]\n"}, ("blackbox", 0, "", False)),
        (
            {
                "p.yml": (
                    "apiVersion: monitoring.coreos.com/v1\nkind: Probe\n"
                    "spec: { targets: { staticConfig: { static: ['https://a'] } } }\n"
                )
            },
            ("probe", 1, "https://a", True),
        ),
        (
            {"p.yml": ("apiVersion: x/v1\nkind: Probe\nspec: { targets: { ingress: { a: b } } }\n")},
            ("probe", None, "", True),
        ),
        (
            {"g.yaml": "endpoints:\n  - { url: 'https://a', conditions: ['x'] }\n  - { url: b }\n"},
            ("gatus", 1, "https://a", True),
        ),
        (
            {".upptimerc.yml": "owner: a\nrepo: b\nsites:\n  - { name: x, url: 'https://u:secretword@a' }\n"},
            ("upptime", 1, "https://***@a", True),
        ),
        (
            {"compose.yaml": "services:\n  up: { image: 'louislam/uptime-kuma:1' }\n  a: { image: b }\n"},
            ("uptime-kuma", None, "", True),
        ),
        ({"a.tf": 'resource "checkly_check" "a" { name = "x" }'}, ("checkly", None, "", True)),
        (
            {"checkly.config.ts": "export default defineConfig({ checks: {} })\n", "__checks__/a.ts": "x\n"},
            ("checkly", None, "", True),
        ),
    ],
)
def test_checks_from_outside(files: dict[str, str], expected: tuple[str, int | None, str, bool]) -> None:
    assert check(files) == expected


def test_checks_of_checkly_are_counted() -> None:
    files = {
        "checkly.config.js": "module.exports = {}\n",
        "__checks__/a.check.ts": "new ApiCheck('a', {})\n  // new ApiCheck('b')\nnew UrlMonitor('c', {})\n",
    }
    assert check(files) == ("checkly", 2, "", True)


@pytest.mark.parametrize(
    "files",
    [
        {"__checks__/a.check.ts": "new ApiCheck('a', {})\n"},
        {"a.yml": "modules: { a: b }\nprober: x\n"},
        {"a.yml": "sites: [{ url: x }]\n"},
        {"a.yml": "endpoints: [{ url: x }]\n"},
        {"k8s/a.yml": "kind: Probe\n"},
    ],
)
def test_what_only_looks_like_a_check_is_none(files: dict[str, str]) -> None:
    assert checks(files) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("fluentd/a.conf", "[OUTPUT]\n" * 100_000),
        ("logstash/a.conf", "input {\n" + "output " * 140_000),
        ("logstash/a.conf", "input {\n" + "output {" * 120_000),
        ("fluentd/a.conf", "<match a>" * 110_000),
        ("a.yaml", "groups: " + "[" * 190 + "]" * 190),
        ("a.yaml", "groups:\n" + "- rules: [{ alert: a }]\n" * 20_000),
        ("a.json", '{"schemaVersion": 1, "panels": [' + '{"panels": [' * 90 + "]}" * 90 + "]}"),
        ("a.alloy", 'loki.write "' * 80_000),
    ],
)
def test_hostile_files_are_read_in_time(path: str, text: str) -> None:
    kept = store({path: text})
    assert len(kept.collected(PIPELINE).rows) <= 1
    assert len(kept.collected(DASHBOARD).rows) <= 91
