"""What a template puts out, read as YAML, each value with its line in the template.

What is unknown is written as ``{{ }}``, as it is in every other template of a manifest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.deployment.helm.output import shaped
from readiness.facts.deployment.helm.values import MARK
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from readiness.facts.deployment.helm.output import Output

_SHOWN = "{{ }}"
_APIS = {
    **dict.fromkeys(("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"), "apps/v1"),
    **dict.fromkeys(("Job", "CronJob"), "batch/v1"),
    "HorizontalPodAutoscaler": "autoscaling/v2",
    "PodDisruptionBudget": "policy/v1",
    **dict.fromkeys(("NetworkPolicy", "Ingress", "IngressClass"), "networking.k8s.io/v1"),
    **dict.fromkeys(
        ("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"), "rbac.authorization.k8s.io/v1"
    ),
}


def documents(out: Output) -> tuple[Node, ...]:
    """The documents of an output. Raises ``Unparsable`` with the line of the template."""
    from readiness.spans import Unparsable  # noqa: PLC0415
    from readiness.structured.yaml import parse  # noqa: PLC0415 - heavy

    lines = out.lines()
    try:
        roots = parse(shaped(out.text).encode("utf-8", "replace"))
    except Unparsable as error:
        raise Unparsable(_line(error.line, lines), error.reason, opens=True) from None
    done: dict[int, Node] = {}
    return tuple(_known(_placed(root, lines, done)) for root in roots)


def _line(line: int, lines: list[int]) -> int:
    return lines[min(line, len(lines)) - 1]


def _placed(node: Node, lines: list[int], done: dict[int, Node]) -> Node:
    """The node with the lines of the template. YAML is at most 200 levels deep."""
    known = done.get(id(node))
    if known is not None:
        return known
    line = _line(node.line, lines)
    found: Node
    if isinstance(node, Scalar):
        found = Scalar(line, node.text.replace(MARK, _SHOWN), node.plain, node.tag, line)
    elif isinstance(node, Items):
        found = Items(line, tuple(_placed(each, lines, done) for each in node), node.tag)
    else:
        pairs = (
            (
                Scalar(_line(key.line, lines), key.text.replace(MARK, _SHOWN), key.plain, key.tag),
                _placed(value, lines, done),
            )
            for key, value in node
        )
        found = Table(line, tuple(pairs), node.tag)
    done[id(node)] = found
    return found


def _known(node: Node) -> Node:
    """A document whose ``apiVersion`` is unknown, with the one that serves its kind today."""
    if not isinstance(node, Table):
        return node
    api = _APIS.get(node.text("kind"), "v1")
    if _SHOWN not in node.text("apiVersion") or node.text("kind") not in _APIS:
        return node
    return Table(
        node.line,
        tuple((key, Scalar(value.line, api) if key.text == "apiVersion" else value) for key, value in node),
        node.tag,
    )
