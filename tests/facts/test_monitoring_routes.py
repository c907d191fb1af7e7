from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.facts.monitoring.alertmanager import is_stand_in
from readiness.facts.monitoring.nouns import ROUTE
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from readiness.facts.monitoring.rows import AlertRoute


def routes(files: dict[str, str]) -> dict[str, AlertRoute]:
    return {row.receiver: row for row in Store(MemoryTree(files)).collected(ROUTE).rows}


def test_receivers_have_channels_and_routes() -> None:
    text = """route:
  receiver: chat
  routes:
    - { receiver: duty, routes: [{ receiver: lost }] }
receivers:
  - name: chat
    slack_configs: [{ channel: '#ops' }]
  - name: duty
    pagerduty_configs: [{ routing_key_file: /run/secrets/pd }]
    email_configs: [{ to: ops@acme.io }]
  - name: quiet
  - name: unused
    webhook_configs: [{ url: 'http://bot:8080/' }]
"""
    found = routes({"whatever.yml": text})
    assert found["chat"].kind == {"slack"}
    assert (found["chat"].catch_all, found["chat"].routed, found["chat"].empty) == (True, True, False)
    assert found["duty"].kind == {"pagerduty", "email"}
    assert (found["duty"].catch_all, found["duty"].routed, found["duty"].line) == (False, True, 8)
    assert (found["quiet"].empty, found["quiet"].placeholder) == (True, False)
    assert (found["unused"].routed, found["unused"].empty) == (False, False)
    assert (found["lost"].defined, found["lost"].empty, found["lost"].line) == (False, True, 4)
    assert found["lost"].text == "receiver lost: not defined"


def test_a_channel_without_an_address_takes_the_one_that_holds_for_all() -> None:
    text = "route: { receiver: a }\nreceivers: [{ name: a, webhook_configs: [{ send_resolved: true }] }]\n"
    assert routes({"a.yml": text})["a"].placeholder is True
    assert routes({"a.yml": "global: { slack_api_url: x }\n" + text})["a"].placeholder is False


def test_the_objects_of_an_operator_are_read() -> None:
    text = """apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata: { name: a }
spec:
  route: { receiver: chat }
  receivers:
    - name: chat
      slackConfigs: [{ apiURL: { name: slack, key: url }, channel: '#x' }]
"""
    row = routes({"a.yaml": text})["chat"]
    assert (row.kind, row.placeholder, row.routed) == (frozenset(("slack",)), False, True)


def test_the_configuration_within_a_secret_is_read() -> None:
    text = """apiVersion: v1
kind: Secret
metadata: { name: a }
stringData:
  alertmanager.yaml: |
    route: { receiver: mail }
    receivers:
      - name: mail
        email_configs: [{ to: ops@acme.io }]
"""
    assert routes({"a.yaml": text})["mail"].line == 8


@pytest.mark.parametrize(
    "text",
    [
        "receivers: { otlp: {} }\nexporters: {}\nservice: { pipelines: {} }\n",
        "receivers: [a, b]\n",
        "receivers: [{ name: a, colour: red }]\nroute: { receiver: a }\n",
        "receivers: [{ name: a }]\n",
    ],
)
def test_other_receivers_are_none(text: str) -> None:
    assert routes({"a.yml": text}) == {}


def test_contact_points_of_grafana() -> None:
    text = """apiVersion: 1
contactPoints:
  - name: chat
    receivers: [{ type: slack, settings: { url: 'https://hooks.acme.io/x' } }]
  - name: none
    receivers: []
policies:
  - receiver: chat
"""
    found = routes({"a.yaml": text})
    assert (found["chat"].system, found["chat"].kind, found["chat"].catch_all) == (
        "grafana",
        frozenset(("slack",)),
        True,
    )
    assert (found["none"].empty, found["none"].routed) == (True, False)


def test_policies_alone_give_no_row() -> None:
    assert (
        routes({"a.yaml": "apiVersion: 1\npolicies: [{ receiver: chat }]\n", "b.yaml": "policies: [a]\n"})
        == {}
    )


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", True),
        ("ops@example.com", True),
        ("https://hooks.slack.com/services/T00000000/B0/x", True),
        ("<your key>", True),
        ("YOUR_KEY", True),
        ("todo", True),
        ("http://localhost:5001/", True),
        ("ops@acme.io", False),
        ("${SLACK_URL}", False),
        ("/run/secrets/slack", False),
        ("#todos", False),
    ],
)
def test_an_address_stands_in_for_one_or_not(address: str, expected: bool) -> None:
    assert is_stand_in(address) is expected


@pytest.mark.parametrize(
    ("block", "kinds", "placeholder"),
    [
        (
            '"aws_sns_topic_subscription" "a" {\n protocol = "email"\n endpoint = "ops@acme.io"\n}',
            {"email"},
            False,
        ),
        (
            '"aws_sns_topic_subscription" "a" {\n protocol = "email"\n endpoint = "a@example.com"\n}',
            {"email"},
            True,
        ),
        ('"aws_sns_topic_subscription" "a" { protocol = var.p }', {"other"}, None),
        ('"aws_sns_topic_subscription" "to_slack" { protocol = "lambda" }', {"other"}, False),
        ('"google_monitoring_notification_channel" "a" { type = "pagerduty" }', {"pagerduty"}, False),
        ('"grafana_contact_point" "a" { email { addresses = ["a@example.org"] } }', {"email"}, True),
        ('"azurerm_monitor_action_group" "a" { sms_receiver { phone_number = "1" } }', {"sms"}, False),
        ('"pagerduty_service" "a" { name = "x" }', {"pagerduty"}, False),
    ],
)
def test_channels_of_infrastructure_code(block: str, kinds: set[str], placeholder: bool | None) -> None:
    (row,) = routes({"a.tf": f"resource {block}"}).values()
    assert (row.kind, row.placeholder, row.empty) == (frozenset(kinds), placeholder, False)


def test_an_action_group_without_a_receiver_is_empty() -> None:
    assert routes({"a.tf": 'resource "azurerm_monitor_action_group" "a" { name = "x" }'})["a"].empty is True


@pytest.mark.parametrize(
    "text",
    [
        'resource "aws_sns_topic_subscription" "jobs" { protocol = "sqs" }',
        'resource "aws_sns_topic_subscription" "jobs" { protocol = "lambda" }',
        'resource "aws_sns_topic" "jobs" { name = "x" }',
    ],
)
def test_queues_and_functions_are_nobody(text: str) -> None:
    assert routes({"a.tf": text}) == {}


def test_a_topic_of_a_template_with_an_address() -> None:
    text = """Resources:
  Ops:
    Type: AWS::SNS::Topic
    Properties: { Subscription: [{ Protocol: email, Endpoint: !Ref Mail }] }
  Jobs:
    Type: AWS::SNS::Topic
"""
    found = routes({"a.yaml": text})
    assert list(found) == ["Ops"]
    assert (found["Ops"].kind, found["Ops"].placeholder) == (frozenset(("email",)), False)


def test_a_template_of_alertmanager_leaves_the_question_open() -> None:
    found = Store(MemoryTree({"ops/alertmanager.yml.tmpl": "x"})).collected(ROUTE)
    assert [gap.path for gap in found.openings] == ["ops/alertmanager.yml.tmpl"]
