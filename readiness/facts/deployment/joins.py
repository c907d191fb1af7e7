"""What other objects of the same group say of a workload: disruption, scaling, network, service accounts.

Source: Kubernetes API reference, "LabelSelector", "PodDisruptionBudget", "HorizontalPodAutoscaler" and
"NetworkPolicy"; KEDA, "ScaledObject"; Cilium, "CiliumNetworkPolicy".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.deployment.objects import at, labels_of, number_of, table_at, truth_of
from readiness.records import Struct
from readiness.structured.nodes import Items, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.facts.deployment.objects import Object
    from readiness.structured.nodes import Node


class Scaling(Struct, frozen=True):
    """An autoscaler of a workload; ``least`` is the number that it never goes below, None if unknown."""

    least: int | None


class Joins:
    """The objects that say something of workloads, each found by what it names.

    There may be more of the ``doubtful`` kinds, None for all: what none of those here says is unknown then.
    """

    def __init__(self, objects: Iterable[Object], doubtful: frozenset[str] | None = frozenset()) -> None:
        self._doubtful = doubtful
        self._budgets, self._policies = _Selectors(), _Selectors()
        self._scalings: dict[tuple[str, str], Scaling] = {}
        self._silent: set[tuple[str, str]] = set()
        self._quotas: set[str] = set()
        for each in objects:
            match each.kind:
                case "PodDisruptionBudget":
                    self._budgets.add(at(each.node, "spec", "selector"), each.namespace)
                case "NetworkPolicy":
                    self._policies.add(at(each.node, "spec", "podSelector"), each.namespace)
                case "CiliumNetworkPolicy":
                    self._policies.add(at(each.node, "spec", "endpointSelector"), each.namespace)
                case "HorizontalPodAutoscaler" | "ScaledObject":
                    self._scale(each)
                case "ResourceQuota":
                    self._quotas.add(each.namespace)
                case "ServiceAccount":
                    if truth_of(each.node.get("automountServiceAccountToken")) is False:
                        self._silent.add((each.raw, each.namespace))

    def _scale(self, each: Object) -> None:
        target = table_at(each.node, "spec", "scaleTargetRef")
        keda = each.kind == "ScaledObject"
        kind = target.text("kind", "Deployment" if keda else "")
        written = at(each.node, "spec", "minReplicaCount" if keda else "minReplicas")
        least = number_of(written) if written is not None else (0 if keda else 1)
        self._scalings.setdefault((kind, target.text("name")), Scaling(least))

    def has_budget(self, labels: dict[str, str], namespace: str) -> bool | None:
        """Whether a disruption budget covers pods with these labels."""
        return self._budgets.covers(labels, namespace) or self._unless("PodDisruptionBudget")

    def has_policy(self, labels: dict[str, str], namespace: str) -> bool | None:
        """Whether a network policy covers pods with these labels."""
        return self._policies.covers(labels, namespace) or self._unless(
            "NetworkPolicy", "CiliumNetworkPolicy"
        )

    def has_quota(self, namespace: str) -> bool | None:
        """Whether a quota holds in a namespace; one that names none goes where its group goes."""
        held = bool(self._quotas) and (not namespace or namespace in self._quotas or "" in self._quotas)
        return held or self._unless("ResourceQuota")

    def scaling(self, workload: Object) -> Scaling | None:
        """The autoscaler of a workload."""
        kinds = (workload.kind, workload.raw), (workload.kind, workload.name)
        return self._scalings.get(kinds[0]) or self._scalings.get(kinds[1])

    def has_scaling(self, workload: Object) -> bool | None:
        """Whether an autoscaler scales the workload."""
        return self.scaling(workload) is not None or self._unless("HorizontalPodAutoscaler", "ScaledObject")

    def keeps_token(self, account: str, namespace: str) -> bool | None:
        """Whether a service account of the group says that its token is not mounted."""
        silent = (account, namespace) in self._silent or (account, "") in self._silent
        return silent or self._unless("ServiceAccount")

    def _unless(self, *kinds: str) -> bool | None:
        """False, or None where an object of one of ``kinds`` may be there that is not known."""
        return None if self._doubtful is None or not self._doubtful.isdisjoint(kinds) else False


class _Selectors:
    """Label selectors, kept by one of the labels that they ask for."""

    def __init__(self) -> None:
        self._by_label: dict[tuple[str, str], list[tuple[Table, str]]] = {}
        self._others: list[tuple[Table, str]] = []

    def add(self, selector: Node | None, namespace: str) -> None:
        """Take in a selector; one that is not there selects nothing, an empty one everything."""
        if not isinstance(selector, Table):
            return
        labels = labels_of(selector.get("matchLabels"))
        first = next(iter(labels.items()), None)
        chosen = self._others if first is None else self._by_label.setdefault(first, [])
        if len(chosen) < 200:  # more of them for one label say nothing new
            chosen.append((selector, namespace))

    def covers(self, labels: dict[str, str], namespace: str) -> bool:
        """Whether one of them selects ``labels`` in ``namespace``."""
        candidates = [*self._others]
        for pair in labels.items():
            candidates += self._by_label.get(pair, ())
        return any(
            (not wanted or not namespace or wanted == namespace) and _selects(selector, labels)
            for selector, wanted in candidates
        )


def _selects(selector: Table, labels: dict[str, str]) -> bool:
    wanted = labels_of(selector.get("matchLabels"))
    if any(labels.get(key.removeprefix("k8s:")) != value for key, value in wanted.items()):
        return False
    expressions = selector.get("matchExpressions")
    return all(
        _holds(each, labels)
        for each in (expressions if isinstance(expressions, Items) else ())
        if isinstance(each, Table)
    )


def _holds(expression: Table, labels: dict[str, str]) -> bool:
    key, operator = expression.text("key"), expression.text("operator")
    values = {item.text for item in expression.items("values") if isinstance(item, Scalar)}
    if operator == "In":
        return labels.get(key) in values
    if operator == "NotIn":
        return labels.get(key) not in values
    return (key in labels) == (operator == "Exists")
