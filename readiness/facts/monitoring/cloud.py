"""Monitoring that infrastructure code sets up: alarms, channels, dashboards, objectives, checks, agents.

Known by the type of a resource. Sources: the documentation of each provider in the Terraform Registry, and
the AWS CloudFormation and Azure resource references, read 2026-08.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.monitoring.alertmanager import is_stand_in
from readiness.facts.monitoring.model import About, AlertSystem, Channel, ScrapeKind  # noqa: TC001 - read at run time
from readiness.facts.monitoring.promql import about
from readiness.facts.words import name_words, word_set
from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

ALERTS: Mapping[str, tuple[AlertSystem, tuple[str, ...]]] = {
    "aws_cloudwatch_metric_alarm": ("cloudwatch", ("alarm_actions",)),
    "aws_cloudwatch_composite_alarm": ("cloudwatch", ("alarm_actions",)),
    "AWS::CloudWatch::Alarm": ("cloudwatch", ("AlarmActions",)),
    "AWS::CloudWatch::CompositeAlarm": ("cloudwatch", ("AlarmActions",)),
    "azurerm_monitor_metric_alert": ("azure", ("action",)),
    "azurerm_monitor_activity_log_alert": ("azure", ("action",)),
    "azurerm_monitor_scheduled_query_rules_alert": ("azure", ("action",)),
    "azurerm_monitor_scheduled_query_rules_alert_v2": ("azure", ("action",)),
    "azurerm_monitor_smart_detector_alert_rule": ("azure", ("action_group",)),
    "Microsoft.AlertsManagement/prometheusRuleGroups": ("prometheus", ("properties/rules/actions",)),
    "azurerm_monitor_alert_prometheus_rule_group": ("prometheus", ("rule/action",)),
    "Microsoft.Insights/metricAlerts": ("azure", ("properties/actions",)),
    "Microsoft.Insights/activityLogAlerts": ("azure", ("properties/actions",)),
    "Microsoft.Insights/scheduledQueryRules": ("azure", ("properties/actions",)),
    "google_monitoring_alert_policy": ("google", ("notification_channels",)),
    "datadog_monitor": ("datadog", ()),
    "datadog_monitor_json": ("datadog", ()),
    "grafana_rule_group": ("grafana", ()),
    "newrelic_alert_condition": ("newrelic", ()),
    "newrelic_infra_alert_condition": ("newrelic", ()),
    "newrelic_nrql_alert_condition": ("newrelic", ()),
    "sentry_issue_alert": ("sentry", ("actions", "actions_v2")),
    "sentry_metric_alert": ("sentry", ()),
    "alicloud_cms_alarm": ("other", ()),
    "digitalocean_monitor_alert": ("other", ("alerts",)),
    "dynatrace_metric_events": ("other", ()),
    "honeycombio_trigger": ("other", ("recipient",)),
    "oci_monitoring_alarm": ("other", ("destinations",)),
    "signalfx_detector": ("other", ()),
}
"""The system of an alert's resource, and the attributes of which one names somebody to tell."""

_ROUTES: Mapping[str, Channel] = {
    "aws_chatbot_slack_channel_configuration": "slack",
    "awscc_chatbot_slack_channel_configuration": "slack",
    "AWS::Chatbot::SlackChannelConfiguration": "slack",
    "datadog_integration_pagerduty_service_object": "pagerduty",
    "datadog_integration_slack_channel": "slack",
    "datadog_webhook": "webhook",
    "newrelic_notification_channel": "other",
    "newrelic_workflow": "other",
    "opsgenie_api_integration": "opsgenie",
    "opsgenie_integration": "opsgenie",
    "pagerduty_service": "pagerduty",
    "pagerduty_service_integration": "pagerduty",
}
_TYPED = word_set("google_monitoring_notification_channel grafana_contact_point")
_GROUPS = ("azurerm_monitor_action_group", "Microsoft.Insights/actionGroups")
_SUBSCRIPTIONS = ("aws_sns_topic_subscription", "AWS::SNS::Subscription", "AWS::SNS::Topic")
_PROTOCOLS: Mapping[str, Channel] = {
    "email": "email",
    "email-json": "email",
    "sms": "sms",
    "https": "webhook",
    "http": "webhook",
    "application": "push",
}
_KINDS: Mapping[str, Channel] = {
    "email": "email",
    "slack": "slack",
    "teams": "teams",
    "pagerduty": "pagerduty",
    "opsgenie": "opsgenie",
    "webhook": "webhook",
    "sms": "sms",
    "voice": "sms",
    "discord": "chat",
    "telegram": "chat",
    "googlechat": "chat",
    "oncall": "pager",
    "pushover": "push",
    "push": "push",
    "victorops": "pager",
}
DASHBOARDS = word_set(
    """
    aws_cloudwatch_dashboard azurerm_portal_dashboard azurerm_dashboard_grafana datadog_dashboard
    datadog_dashboard_json google_monitoring_dashboard grafana_dashboard newrelic_one_dashboard
    newrelic_one_dashboard_json newrelic_one_dashboard_raw signalfx_dashboard AWS::CloudWatch::Dashboard
    Microsoft.Portal/dashboards
    """
)
OBJECTIVES: Mapping[str, tuple[str, ...]] = {
    "google_monitoring_slo": ("goal",),
    "datadog_service_level_objective": ("thresholds/target",),
    "newrelic_service_level": ("objective/target",),
    "grafana_slo": ("objectives/value",),
    "nobl9_slo": ("objective/target",),
    "dynatrace_slo": ("target",),
    "dynatrace_slo_v2": ("target_success",),
    "honeycombio_slo": ("target_percentage",),
    "signalfx_slo": ("target/slo",),
    "AWS::ApplicationSignals::ServiceLevelObjective": ("Goal/AttainmentGoal",),
}
"""An objective's resource, and the attribute of its target."""

CHECKS = word_set(
    """
    aws_route53_health_check aws_synthetics_canary azurerm_application_insights_standard_web_test
    azurerm_application_insights_web_test betteruptime_monitor checkly_check checkly_tcp_check
    datadog_synthetics_test google_monitoring_uptime_check_config newrelic_synthetics_monitor
    newrelic_synthetics_script_monitor grafana_synthetic_monitoring_check pingdom_check
    statuscake_uptime_check statuscake_test uptimerobot_monitor AWS::Route53::HealthCheck
    AWS::Synthetics::Canary Microsoft.Insights/webtests
    """
)
_AGENTS: Mapping[str, tuple[str, ScrapeKind]] = {
    "aws_prometheus_scraper": ("prometheus", "stack"),
    "aws_prometheus_workspace": ("prometheus", "stack"),
    "AWS::APS::Workspace": ("prometheus", "stack"),
    "azurerm_application_insights": ("azure", "agent"),
    "azurerm_monitor_workspace": ("prometheus", "stack"),
    "Microsoft.Insights/components": ("azure", "agent"),
    "Microsoft.Monitor/accounts": ("prometheus", "stack"),
    "datadog_integration_aws": ("datadog", "agent"),
    "datadog_integration_aws_account": ("datadog", "agent"),
    "datadog_integration_azure": ("datadog", "agent"),
    "datadog_integration_gcp_sts": ("datadog", "agent"),
    "newrelic_cloud_aws_link_account": ("newrelic", "agent"),
}
CHARTS: Mapping[str, tuple[str, ScrapeKind]] = {
    "datadog": ("datadog", "agent"),
    "k8s-monitoring": ("prometheus", "stack"),
    "kube-prometheus-stack": ("prometheus", "stack"),
    "kube-prometheus": ("prometheus", "stack"),
    "newrelic-infrastructure": ("newrelic", "agent"),
    "nri-bundle": ("newrelic", "agent"),
    "prometheus": ("prometheus", "stack"),
    "prometheus-operator": ("prometheus", "stack"),
    "victoria-metrics-k8s-stack": ("prometheus", "stack"),
    "victoria-metrics-agent": ("prometheus", "stack"),
    "dynatrace-operator": ("dynatrace", "agent"),
    "netdata": ("netdata", "agent"),
}
"""Charts that bring a monitoring system or an agent."""

IMAGES: Mapping[str, str] = {
    "datadog/agent": "datadog",
    "public.ecr.aws/datadog/agent": "datadog",
    "gcr.io/datadoghq/agent": "datadog",
    "newrelic/infrastructure": "newrelic",
    "newrelic/infrastructure-bundle": "newrelic",
    "netdata/netdata": "netdata",
    "dynatrace/oneagent": "dynatrace",
    "amazon/cloudwatch-agent": "cloudwatch",
    "public.ecr.aws/cloudwatch-agent/cloudwatch-agent": "cloudwatch",
    "telegraf": "telegraf",
}
"""Images of agents that watch the machine and what runs on it."""


def spelled(type_: str) -> str:
    """A type of Azure as its reference spells it: case does not count there."""
    return _SPELLED.get(type_.lower(), type_) if "/" in type_ else type_


_SPELLED = {
    each.lower(): each
    for each in (*ALERTS, *_GROUPS, *DASHBOARDS, *CHECKS, *_AGENTS)
    if each.startswith("Microsoft.")
}


class Resource(Struct, frozen=True):
    """A resource of any tool, as far as monitoring asks: ``values`` are "path=value" as written."""

    type: str
    name: str
    attributes: frozenset[str]
    values: frozenset[str]
    computed: frozenset[str]

    def value(self, *paths: str) -> str | None:
        """The first of some attributes: empty if none is there, None if an expression gives it."""
        for path in paths:
            found = sorted(each for each in self.values if each.startswith(f"{path}="))
            if found:
                return found[0].partition("=")[2]
            if path in self.computed:
                return None
        return ""

    def has(self, *paths: str) -> bool:
        """Whether one of some attributes is set, or something below it."""
        return any(each == path or each.startswith(f"{path}/") for path in paths for each in self.attributes)

    @property
    def provider(self) -> str:
        """Whose resource it is, in one word."""
        return "aws" if self.type.startswith("AWS::") else name_words(self.type)[0]


class Alarm(Struct, frozen=True):
    """What an alert's resource says."""

    system: AlertSystem
    name: str
    severity: str | None
    runbook: bool | None
    annotated: bool | None
    about: frozenset[About]
    notifies: bool | None


def alarm(resource: Resource) -> Alarm | None:
    """The alarm that a resource is, if it is one."""
    known = ALERTS.get(resource.type)
    if known is None or (
        known[0] == "prometheus" and not resource.has("rule/alert", "properties/rules/alert")
    ):
        return None
    system, actions = known
    metric = resource.value("metric_name", "MetricName", "criteria/metric_name") or ""
    name = resource.value("alarm_name", "AlarmName", "name", "display_name") or resource.name
    words = f"{name} {resource.name} {_spaced(metric)} {_spaced(resource.value('query') or '')}"
    message = resource.value(
        "message", "documentation/content", "alarm_description", "AlarmDescription", "description"
    )
    return Alarm(
        system=system,
        name=name[:200],
        severity=resource.value("severity", "priority", "properties/severity"),
        runbook=None if message is None else "runbook" in message.lower() or "playbook" in message.lower(),
        annotated=None if message is None else bool(message.strip()),
        about=about(words, "", frozenset()),
        notifies=_notifies(resource, actions, message),
    )


def _spaced(text: str) -> str:
    """``HTTPCode_Target_5XX_Count`` as words that can be known."""
    return text.replace("5XX", " 5xx ").replace("5xx", " 5xx ")[:400]


def _notifies(resource: Resource, actions: tuple[str, ...], message: str | None) -> bool | None:
    if resource.value("actions_enabled", "ActionsEnabled") == "false":
        return False
    if resource.type == "datadog_monitor":
        return None if message is None else "@" in message
    return resource.has(*actions) if actions else None


class Recipient(Struct, frozen=True):
    """What a channel's resource says."""

    kinds: frozenset[Channel]
    empty: bool
    placeholder: bool | None


def recipient(resource: Resource) -> Recipient | None:
    """Whom a resource tells of alerts, if it is a channel; a queue or a function that subscribes is none."""
    type_ = resource.type
    if type_ in _ROUTES:
        return Recipient(frozenset((_ROUTES[type_],)), empty=False, placeholder=False)
    if type_ in _SUBSCRIPTIONS:
        return _subscription(resource)
    if type_ in _TYPED:
        kinds = (
            {_KINDS.get(resource.value("type") or "", "other")}
            if resource.has("type")
            else {kind for name, kind in _KINDS.items() if resource.has(name)}
        )
        addresses = [each.partition("=")[2] for each in resource.values if _is_address(each)]
        return Recipient(
            frozenset(kinds or {"other"}),
            empty=False,
            placeholder=bool(addresses) and all(map(is_stand_in, addresses)),
        )
    if type_ in _GROUPS:
        receivers = {
            part.lower()
            for path in resource.attributes
            for part in path.split("/")
            if "receiver" in part.lower()
        }
        known = {kind for name, kind in _KINDS.items() if any(each.startswith(name) for each in receivers)}
        addresses = [each.partition("=")[2] for each in resource.values if _is_address(each)]
        return Recipient(
            frozenset(known or ({"other"} if receivers else ())),
            empty=not receivers,
            placeholder=bool(addresses) and all(map(is_stand_in, addresses)),
        )
    return None


def _is_address(value: str) -> bool:
    last = value.partition("=")[0].rpartition("/")[2].lower()
    return last in (
        "email_address",
        "emailaddress",
        "addresses",
        "url",
        "service_uri",
        "serviceuri",
        "number",
        "endpoint",
    )


def _subscription(resource: Resource) -> Recipient | None:
    if resource.type == "AWS::SNS::Topic" and not resource.has("Subscription"):
        return None
    protocol = resource.value("protocol", "Protocol", "Subscription/Protocol")
    endpoint = resource.value("endpoint", "Endpoint", "Subscription/Endpoint")
    if protocol is None:
        return Recipient(frozenset(("other",)), empty=False, placeholder=None)
    words = set(name_words(f"{resource.name} {resource.value('topic_arn', 'TopicArn') or ''}"))
    if protocol == "lambda" and words & {"alert", "alerts", "alarm", "alarms", "slack", "notify", "notifier"}:
        return Recipient(frozenset(("other",)), empty=False, placeholder=False)
    kind = _PROTOCOLS.get(protocol)
    if kind is None:
        return None
    return Recipient(
        frozenset((kind,)), empty=False, placeholder=bool(endpoint) and is_stand_in(endpoint or "")
    )


def agent(resource: Resource) -> tuple[str, ScrapeKind] | None:
    """The system that a resource lets collect numbers, and how."""
    if resource.type == "helm_release":
        chart = resource.value("chart") or ""
        return CHARTS.get(chart.rpartition("/")[2])
    if resource.type == "aws_ecs_cluster" and resource.value("setting/name") == "containerInsights":
        return ("cloudwatch", "agent") if resource.value("setting/value") in ("enabled", "enhanced") else None
    return _AGENTS.get(resource.type)
