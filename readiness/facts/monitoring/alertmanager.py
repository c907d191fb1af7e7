"""Where alerts are sent: Alertmanager's receivers and routes, and Grafana's contact points.

A receiver without a channel drops what it gets. An address is a stand-in where every channel's is one;
an address that a file or a secret holds is none.
Sources: Prometheus, "Alerting configuration"; Prometheus Operator, "AlertmanagerConfig"; Grafana, "Provision
alerting resources"; read 2026-08.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.monitoring.model import Channel, Route
from readiness.facts.words import word_set
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.monitoring.parts import Part

MAX_ROUTES = 2_000

_CHANNELS: dict[str, Channel] = {
    "discord": "chat",
    "email": "email",
    "incidentio": "pager",
    "jira": "other",
    "mattermost": "chat",
    "msteams": "teams",
    "msteamsv2": "teams",
    "opsgenie": "opsgenie",
    "pagerduty": "pagerduty",
    "pushover": "push",
    "rocketchat": "chat",
    "slack": "slack",
    "sns": "sns",
    "telegram": "chat",
    "victorops": "pager",
    "webex": "chat",
    "webhook": "webhook",
    "wechat": "chat",
}
_GRAFANA: dict[str, Channel] = _CHANNELS | {
    "dingding": "chat",
    "googlechat": "chat",
    "kafka": "other",
    "line": "chat",
    "oncall": "pager",
    "prometheus-alertmanager": "other",
    "sensugo": "other",
    "teams": "teams",
    "threema": "chat",
    "wecom": "chat",
}
_ADDRESSES = word_set(
    """
    api_url api_url_file apiurl bot_token bot_token_file bottoken channel chat_id chatid url url_file
    urlsecret routing_key routing_key_file routingkey service_key service_key_file servicekey to
    topic_arn topicarn user_key user_key_file userkey token webhook_url webhook_url_file webhookurl
    api_key api_key_file apikey addresses integrationkey integration_key uid recipient apitoken
    singleemail room_id roomid phone_number
    """
)
_BY_DEFAULT = frozenset(
    ("smtp_smarthost", "slack_api_url", "slack_api_url_file", "opsgenie_api_key", "pagerduty_url")
)


def routes(part: Part) -> Iterator[Route]:
    """The receivers of a mapping, and of its routes those that lead nowhere."""
    node = part.node
    listed = node.get("receivers")
    if not isinstance(listed, Items) or not all(isinstance(each, Table) for each in listed):
        return
    named = [each for each in listed if isinstance(each, Table) and _is_receiver(each)]
    tree = node.table("route")
    if not named or (tree is None and not any(_channels(each) for each in named)):
        return
    sent = _sent(tree) if tree is not None else {}
    top = tree.text("receiver") if tree is not None else ""
    missing = dict(sent)
    general = node.table("global") or Table(1)
    for each in named[:MAX_ROUTES]:
        yield _receiver(part, each, general, None if tree is None else frozenset(sent), top)
        missing.pop(each.text("name"), None)
    for name, line in sorted(missing.items()):
        yield Route(
            line + part.offset,
            "alertmanager",
            name[:200],
            empty=True,
            routed=True,
            catch_all=name == top,
            defined=False,
        )


def _is_receiver(node: Table) -> bool:
    """Whether an item of a list is a receiver: a name, and beside it nothing but channels."""
    return bool(node.text("name")) and all(
        key.text == "name" or key.text.endswith(("_configs", "Configs")) for key, _ in node
    )


def _channels(node: Table) -> list[tuple[str, Table]]:
    found = []
    for key, value in node:
        if key.text.endswith(("_configs", "Configs")):
            kind = key.text.removesuffix("_configs").removesuffix("Configs").lower().replace("_", "")
            found += [
                (kind, each)
                for each in (value.items if isinstance(value, Items) else ())
                if isinstance(each, Table)
            ]
    return found


def _receiver(part: Part, node: Table, general: Table, sent: frozenset[str] | None, top: str) -> Route:
    """A receiver; ``sent`` are those that a route names, None where the routes are not in the file."""
    name = node.text("name")
    channels = _channels(node)
    stands = [_stands_in(kind, each, general) for kind, each in channels]
    return Route(
        line=part.line(node),
        system="alertmanager",
        receiver=name[:200],
        kinds=frozenset(_CHANNELS.get(kind, "other") for kind, _ in channels),
        empty=not channels,
        placeholder=bool(stands) and all(stands),
        routed=sent is None or name in sent,
        catch_all=bool(top) and name == top,
    )


def _sent(tree: Table) -> dict[str, int]:
    """The receivers that a tree of routes names, each with the line of the first."""
    found: dict[str, int] = {}
    waiting: list[Node] = [tree]
    count = 0
    while waiting and count < MAX_ROUTES:
        node = waiting.pop()
        count += 1
        if not isinstance(node, Table):
            continue
        key = node.key("receiver")
        if key is not None and node.text("receiver"):
            found.setdefault(node.text("receiver"), key.line)
        waiting += reversed(node.items("routes"))
    return found


def _stands_in(kind: str, node: Table, general: Table) -> bool:
    """Whether a channel's address only stands in for one, or is not there at all."""
    given = [(key.text.lower(), value) for key, value in node if key.text.lower() in _ADDRESSES]
    if not given:
        # A channel of Slack or a pager may take its address from what holds for all.
        return not any(general.get(name) is not None for name in _BY_DEFAULT) and kind not in (
            "slack",
            "opsgenie",
            "jira",
        )
    return any(is_stand_in(value.text) for _, value in given if isinstance(value, Scalar))


_SIGNS = (
    "example.com",
    "example.org",
    "example.net",
    "@example",
    "placeholder",
    "changeme",
    "change-me",
    "change_me",
    "your-",
    "your_",
    "your.",
    "yourcompany",
    "yourdomain",
    "xxx",
    "localhost",
    "127.0.0.1",
    "t00000000",
    "replace",
    "dummy",
    "/your/",
    "webhook.site",
)


def is_stand_in(text: str) -> bool:
    """Whether an address is an example, an instruction, or the machine itself; a variable is none."""
    lower = text.strip().lower()
    if not lower:
        return True
    if "<" in lower and ">" in lower:
        return True
    words = "".join(char if char.isalnum() else " " for char in lower[:400]).split()
    return (
        any(sign in lower for sign in _SIGNS) or "todo" in words or "tbd" in words or lower.startswith("my-")
    )


def contact_points(part: Part) -> Iterator[Route]:
    """Grafana's contact points, and the policies of a file that send to one that is not among them."""
    node = part.node
    points = [each for each in node.items("contactPoints") if isinstance(each, Table)]
    policies = [each for each in node.items("policies") if isinstance(each, Table) and each.text("receiver")]
    if not points and not (policies and node.get("apiVersion") is not None):
        return
    sent: dict[str, int] = {}
    for policy in policies:
        for name, line in _sent(policy).items():
            sent.setdefault(name, line)
    top = {policy.text("receiver") for policy in policies}
    for point in points[:MAX_ROUTES]:
        name = point.text("name")
        channels = [
            (each.text("type"), each.table("settings") or Table(1))
            for each in point.items("receivers")
            if isinstance(each, Table)
        ]
        stands = [_stands_in(kind, settings, Table(1)) for kind, settings in channels]
        yield Route(
            line=part.line(point),
            system="grafana",
            receiver=name[:200],
            kinds=frozenset(_GRAFANA.get(kind.lower(), "other") for kind, _ in channels),
            empty=not channels,
            placeholder=bool(stands) and all(stands),
            routed=name in sent if policies else True,
            catch_all=name in top,
        )
