from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.facts.monitoring.nouns import ALERT
from readiness.facts.monitoring.promql import about, series
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from readiness.facts.monitoring.rows import AlertRule

DOWN = "groups:\n  - name: app\n    rules:\n      - alert: Down\n        expr: up == 0\n"


def store(files: dict[str, str]) -> Store:
    return Store(MemoryTree(files))


def alerts(files: dict[str, str]) -> tuple[AlertRule, ...]:
    return store(files).collected(ALERT).rows


def alert(files: dict[str, str]) -> AlertRule:
    (row,) = alerts(files)
    return row


def rule(expression: str, name: str = "A") -> str:
    return f"groups:\n  - name: app\n    rules:\n      - alert: {name}\n        expr: '{expression}'\n"


# --- Prometheus


def test_an_alert_has_a_name_a_severity_a_duration_and_a_runbook() -> None:
    row = alert(
        {
            "whatever.yml": """groups:
  - name: app
    rules:
      - record: a:b
        expr: up
      - alert: Slow
        expr: histogram_quantile(0.99, rate(app_latency_seconds_bucket{path!="/x{y}"}[5m])) > 1
        for: 10m
        labels: { severity: page }
        annotations: { runbook_url: "https://wiki.acme.io/slow" }
"""
        }
    )
    assert (row.line, row.system, row.name, row.severity, row.duration) == (
        6,
        "prometheus",
        "Slow",
        "page",
        "10m",
    )
    assert (row.has_runbook, row.annotated, row.text) == (True, True, "alert Slow, page")
    assert row.series == frozenset(("app_latency_seconds_bucket",))
    assert row.about == {"latency"}


@pytest.mark.parametrize("value", ["", "TODO", "n/a", "'#'"])
def test_a_runbook_that_is_a_word_for_none_is_none(value: str) -> None:
    text = DOWN + f"        annotations: {{ runbook_url: {value} }}\n"
    assert alert({"a.yml": text}).has_runbook is False


def test_rules_of_something_else_are_no_alerts() -> None:
    assert (
        alerts({"a.yml": "groups:\n  - name: x\n    rules:\n      - id: 1\n", "b.yml": "groups: [a]\n"}) == ()
    )


def test_the_rules_of_an_operator_are_loaded() -> None:
    text = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: { name: a }\nspec:\n  " + (
        DOWN.replace("\n", "\n  ")
    )
    row = alert({"k8s/a.yaml": text})
    assert (row.mounted, row.idle, row.line) == (True, False, 8)


def test_a_rule_file_in_a_config_map_is_read_with_its_lines() -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n  alerts.yml: |\n    " + (
        DOWN.replace("\n", "\n    ")
    )
    row = alert({"k8s/a.yaml": text})
    assert (row.name, row.line) == ("Down", 9)


@pytest.mark.parametrize(
    ("pattern", "mounted"), [("/etc/x/*.yml", True), ("alerts.yml", True), ("b.yml", False)]
)
def test_rules_in_a_config_map_are_mounted_by_the_name_of_their_file(pattern: str, mounted: bool) -> None:
    rules = DOWN.replace("\n", "\n    ")
    text = f"apiVersion: v1\nkind: ConfigMap\ndata:\n  alerts.yml: |\n    {rules}\n"
    text += f"  prometheus.yml: |\n    rule_files: ['{pattern}']\n    scrape_configs: []\n"
    assert alert({"k8s/a.yaml": text}).mounted is mounted


def test_rule_groups_of_azure_are_alerts_where_they_raise_one() -> None:
    text = "resource {0} 'Microsoft.AlertsManagement/prometheusRuleGroups@2023-03-01' = {{\n"
    text += "  properties: {{ rules: [{{ {1}: 'x' }}] }}\n}}\n"
    files = {"a.bicep": text.format("down", "alert"), "b.bicep": text.format("sums", "record")}
    (row,) = alerts(files)
    assert (row.name, row.system, row.notifies) == ("down", "prometheus", False)


def test_rules_in_the_values_of_a_chart_are_read() -> None:
    text = "prometheus:\n  additionalPrometheusRulesMap:\n    own:\n      " + DOWN.replace("\n", "\n      ")
    assert alert({"ops/values.yaml": text}).name == "Down"


def test_a_rule_on_logs_is_one_of_loki() -> None:
    row = alert({"a.yml": rule('sum(rate({app="x"} |= "error" [5m])) > 1')})
    assert (row.system, row.series, row.exported, row.mounted) == ("loki", None, None, None)


def test_a_template_of_a_chart_leaves_the_question_open() -> None:
    chart = {
        "chart/Chart.yaml": "name: a\n",
        "chart/templates/rules.yaml": "{{- if .Values.on }}\n" + DOWN + "{{- end }}\n",
    }
    found = store(chart).collected(ALERT)
    assert found.rows == ()
    assert [(gap.path, gap.reason) for gap in found.openings] == [
        ("chart/templates/rules.yaml", "a template of a manifest")
    ]


@pytest.mark.parametrize(
    "path", ["ops/prometheus/alerts.yml.j2", "ops/alerts.jsonnet", "monitoring/mixin.libsonnet"]
)
def test_templates_and_jsonnet_leave_the_question_open(path: str) -> None:
    found = store({path: "x"}).collected(ALERT)
    assert [gap.path for gap in found.openings] == [path]


def test_what_is_no_template_of_alerts_leaves_nothing_open() -> None:
    assert store({"roles/web/templates/nginx.conf.j2": "x"}).collected(ALERT).openings == ()


# --- mounted


@pytest.mark.parametrize(
    ("path", "pattern", "mounted"),
    [
        ("ops/alerts.yml", "alerts.yml", True),
        ("ops/alerts.yml", "/etc/prometheus/alerts.yml", True),
        ("ops/alerts.yml", "/etc/prometheus/*.yml", True),
        ("ops/rules/alerts.yml", "rules/*.yml", True),
        ("ops/rules/alerts.yml", "/etc/prometheus/rules/*.yml", True),
        ("ops/alerts.yml", "other.yml", False),
        ("ops/alerts.yml", "rules/*.yml", False),
        ("ops/alerts.yml", "[", False),
        ("ops/alerts.yml", "*" * 9 + ".yml", False),
        ("ops/rules/alerts.yml", "/data/other/*.yml", False),
        ("far/away/alerts.yml", "other.yml", None),
    ],
)
def test_a_rule_file_is_mounted_where_the_configuration_beside_it_names_it(
    path: str, pattern: str, mounted: bool | None
) -> None:
    row = alert({path: DOWN, "ops/prometheus.yml": f"rule_files: ['{pattern}']\nscrape_configs: []\n"})
    assert (row.mounted, row.idle) == (mounted, mounted is False)


def test_without_a_configuration_nothing_is_known_of_its_loading() -> None:
    assert alert({"ops/alerts.yml": DOWN}).mounted is None


def test_a_configuration_that_is_a_template_may_load_it() -> None:
    files = {
        "ops/alerts.yml": DOWN,
        "ops/prometheus.yml": "rule_files: []\nscrape_configs: []\n",
        "ops/prometheus.yml.j2": "x",
    }
    assert alert(files).mounted is None


def test_a_configuration_of_promtail_loads_no_rules() -> None:
    files = {"ops/alerts.yml": DOWN, "ops/promtail.yml": "clients: []\nscrape_configs: []\n"}
    assert alert(files).mounted is None


def test_a_configuration_at_the_root_speaks_for_the_folders_beside_it() -> None:
    config = {"prometheus.yml": "rule_files: []\nscrape_configs: []\n"}
    assert alert({**config, "rules/alerts.yml": DOWN}).mounted is False
    assert alert({**config, "deploy/prod/alerts.yml": DOWN}).mounted is None


# --- exported


def test_a_metric_that_code_names_is_exported() -> None:
    files = {"a.yml": rule("rate(order_failures_total[5m]) > 0"), "app.py": "Counter('order_failures', '')\n"}
    assert alert(files).exported is True


def test_code_may_set_a_prefix_apart_and_write_dots() -> None:
    expression = rule("rate(shop_order_failures_total[5m]) > 0")
    for code in ("Counter('order_failures', '', namespace='shop')", 'metrics.counter("order.failures")'):
        assert alert({"a.yml": expression, "app.py": code}).exported is True


def test_a_metric_that_nothing_names_is_not_exported() -> None:
    files = {"a.yml": rule("rate(order_failures_total[5m]) > 0"), "app.py": "x = 1\n"}
    row = alert(files)
    assert (row.exported, row.idle) == (False, True)


def test_a_test_that_names_a_metric_exports_nothing() -> None:
    files = {
        "a.yml": rule("rate(order_failures_total[5m]) > 0"),
        "app.py": "x = 1\n",
        "tests/test_a.py": "assert 'order_failures'\n",
    }
    assert alert(files).exported is False


@pytest.mark.parametrize(
    "expression",
    ["node_load1 > 1", "job:x > 1", "up == 0", "own_recorded_name > 1", "up and order_failures > 1"],
)
def test_what_is_well_known_or_recorded_is_exported(expression: str) -> None:
    recorded = "groups:\n  - name: r\n    rules:\n      - record: own_recorded_name\n        expr: up\n"
    files = {"a.yml": rule(expression), "r.yml": recorded, "app.py": "x = 1\n"}
    assert alert(files).exported is True


@pytest.mark.parametrize(
    "expression", ['{__name__=~"a.*"} > 1', "vector(1)", "{{ x }}_total > 1", "short > 1"]
)
def test_what_does_not_say_which_metric_is_unknown(expression: str) -> None:
    files = {"a.yml": rule(expression), "app.py": "x = 1\n"}
    assert alert(files).exported is None


def test_without_code_nothing_is_known_of_its_metrics() -> None:
    assert alert({"a.yml": rule("order_failures > 0")}).exported is None


def test_a_configuration_may_name_the_metric() -> None:
    files = {
        "a.yml": rule("order_failures > 0"),
        "app.py": "x = 1\n",
        "statsd/mapping.yml": "mappings: [{ match: a, name: order_failures }]\n",
    }
    assert alert(files).exported is True


# --- PromQL


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("sum by (job) (rate(a_total{x='b_c'}[5m])) / on(instance) group_left(d) e", {"a_total", "e"}),
        ("count by (x) (f) > 1e3", {"f"}),
        ("a offset 5m unless b or vector(0)", {"a", "b"}),
        ("label_replace(a, 'x', '$1', 'y', '(.*)') # comment b", {"a"}),
        ('a{b="}"} + c', {"a", "c"}),
        ("a{b='\\'}'} + c", {"a", "c"}),
        ("job:a:rate5m > bool .5", {"job:a:rate5m"}),
        ("a # b\nand c", {"a", "c"}),
        ("sum by (x", set()),
        ("a{b", {"a"}),
        ("'", set()),
    ],
)
def test_the_metrics_of_an_expression(expression: str, names: set[str]) -> None:
    assert series(expression) == (frozenset(names), True)


def test_a_long_expression_is_not_read_to_its_end() -> None:
    assert series("a + " * 20_000)[1] is False


@pytest.mark.parametrize(
    ("name", "expression", "expected"),
    [
        ("InstanceDown", "up == 0", {"availability"}),
        ("A", "absent(x)", {"availability"}),
        ("A", 'rate(requests_total{status=~"5.."}[5m])', {"errors"}),
        ("A", "histogram_quantile(0.9, x)", {"latency"}),
        ("HighResponseTime", "x", {"latency"}),
        ("HighMemoryUsage", "x", {"saturation"}),
        ("A", "node_memory_MemAvailable_bytes", {"saturation"}),
        ("NoTraffic", "x", {"traffic"}),
        ("Birthday", "x", set()),
    ],
)
def test_what_an_alert_is_about(name: str, expression: str, expected: set[str]) -> None:
    assert about(name, expression, series(expression)[0]) == expected


# --- Grafana


def test_a_rule_of_grafana_has_a_title() -> None:
    text = """apiVersion: 1
groups:
  - name: app
    rules:
      - title: Errors
        for: 5m
        labels: { severity: critical }
        annotations: { summary: x, runbook_url: "https://wiki.acme.io" }
        notification_settings: { receiver: duty }
        data:
          - model: { expr: "rate(http_errors_total[5m])" }
          - model: { type: threshold }
"""
    row = alert({"provisioning/a.yaml": text})
    assert (row.line, row.system, row.name, row.severity, row.duration) == (
        5,
        "grafana",
        "Errors",
        "critical",
        "5m",
    )
    assert (row.has_runbook, row.annotated, row.mounted, row.notifies) == (True, True, True, True)
    assert row.series == frozenset(("http_errors_total",))
    assert row.about == {"errors"}


def test_a_rule_of_grafana_on_logs_has_no_metrics() -> None:
    text = """groups:
  - rules:
      - title: A
        data: [{ model: { expr: 'sum(count_over_time({a="b"} | json [5m]))' } }]
"""
    row = alert({"a.yaml": text})
    assert (row.series, row.exported, row.notifies, row.annotated) == (None, None, None, False)


# --- clouds


@pytest.mark.parametrize(
    ("block", "notifies"),
    [
        ('resource "aws_cloudwatch_metric_alarm" "a" { alarm_actions = [x] }', True),
        ('resource "aws_cloudwatch_metric_alarm" "a" { threshold = 1 }', False),
        (
            'resource "aws_cloudwatch_metric_alarm" "a" {\n actions_enabled = false\n alarm_actions = [x]\n}',
            False,
        ),
        ('resource "datadog_monitor" "a" { message = "x @pagerduty" }', True),
        ('resource "datadog_monitor" "a" { message = "x" }', False),
        ('resource "datadog_monitor" "a" { message = var.m }', None),
        ('resource "google_monitoring_alert_policy" "a" { notification_channels = [x] }', True),
        ('resource "azurerm_monitor_metric_alert" "a" { action { action_group_id = x } }', True),
        ('resource "newrelic_nrql_alert_condition" "a" { name = "x" }', None),
        (
            'module "a" {\n source = "x/cloudwatch/aws//modules/metric-alarm"\n alarm_actions = [x]\n}',
            True,
        ),
    ],
)
def test_an_alarm_of_a_cloud_tells_somebody_or_nobody(block: str, notifies: bool | None) -> None:
    row = alert({"a.tf": block})
    assert (row.notifies, row.idle) == (notifies, notifies is False)


def test_an_alarm_of_a_cloud_is_about_its_metric() -> None:
    row = alert(
        {"a.tf": 'resource "aws_cloudwatch_metric_alarm" "lb" { metric_name = "HTTPCode_Target_5XX_Count" }'}
    )
    assert (row.about, row.name) == (frozenset(("errors",)), "lb")


def test_an_alarm_says_whether_it_has_a_runbook() -> None:
    text = 'resource "datadog_monitor" "a" { message = "See the runbook @x" }'
    assert (alert({"a.tf": text}).has_runbook, alert({"a.tf": text}).annotated) == (True, True)
    text = 'resource "datadog_monitor" "a" { message = var.m }'
    assert (alert({"a.tf": text}).has_runbook, alert({"a.tf": text}).annotated) == (None, None)


def test_alarms_of_templates_count_too() -> None:
    stack = "Resources:\n  Down: { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmActions: [!Ref T] } }\n"
    bicep = "resource a 'microsoft.insights/metricalerts@2018-03-01' = {\n  properties: { actions: [] }\n}\n"
    rows = alerts({"a.yaml": stack, "b.bicep": bicep})
    assert [(row.system, row.notifies) for row in rows] == [("cloudwatch", True), ("azure", True)]


def test_other_resources_are_no_alarms() -> None:
    assert alerts({"a.tf": 'resource "aws_s3_bucket" "a" { bucket = "x" }'}) == ()
