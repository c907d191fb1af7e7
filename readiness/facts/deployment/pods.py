"""Pods: where a workload keeps its template, and what holds for each of its containers.

Source: Kubernetes API reference, "PodSpec", "Container" and "SecurityContext", read 2025-08.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from readiness.facts.containers.bases import reference, starts_as_root
from readiness.facts.deployment.objects import (
    at,
    either,
    has,
    is_open,
    items_at,
    number_of,
    table_at,
    truth_of,
)
from readiness.records import Struct
from readiness.structured.nodes import Items, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.deployment.objects import Object
    from readiness.structured.nodes import Node

WorkloadKind = Literal[
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "Job",
    "CronJob",
    "Pod",
    "ReplicaSet",
    "ReplicationController",
    "Rollout",
    "DeploymentConfig",
    "Service",
]
"""The kinds that run containers; ``Service`` is Knative's."""

_GROUPS: dict[str, tuple[str, ...]] = {
    "Deployment": ("apps", "extensions"),
    "StatefulSet": ("apps",),
    "DaemonSet": ("apps", "extensions"),
    "ReplicaSet": ("apps", "extensions"),
    "ReplicationController": ("",),
    "Job": ("batch",),
    "CronJob": ("batch",),
    "Pod": ("",),
    "Rollout": ("argoproj.io",),
    "DeploymentConfig": ("apps.openshift.io", ""),
    "Service": ("serving.knative.dev",),
}


def is_workload(api: str, kind: str) -> bool:
    """Whether an object of this kind runs containers."""
    return api.rpartition("/")[0] in _GROUPS.get(kind, ())


def runs_containers(kind: str) -> bool:
    """Whether objects of this kind run containers, whatever their group; a ``Service`` hardly ever does."""
    return kind in _GROUPS and kind != "Service"


def pod_path(api: str, kind: str) -> tuple[str, ...]:
    """The keys that lead to the pod's specification."""
    if not is_workload(api, kind) or kind == "Pod":
        return ("spec",)
    inner = ("spec", "template", "spec")
    return ("spec", "jobTemplate", *inner) if kind == "CronJob" else inner


class Container(Struct, frozen=True, eq=False):
    """A container with its pod; ``init`` for one that ends before the others start.

    ``secret_volumes`` are the names of the pod's volumes that bring secrets.
    """

    node: Table
    pod: Table
    init: bool
    secret_volumes: frozenset[str]


def pod_of(workload: Object) -> Table:
    """The pod's specification of a workload; empty where its template lies elsewhere."""
    return table_at(workload.node, *pod_path(workload.api, workload.kind))


def labels_node(workload: Object) -> Node | None:
    """The labels that the workload's pods have."""
    path = pod_path(workload.api, workload.kind)[:-1]
    return at(workload.node, *path, "metadata", "labels")


def containers(pod: Table) -> Iterator[Container]:
    """The containers of a pod; an init container that restarts always runs beside the others."""
    volumes = pod.get("volumes")
    secret = frozenset(
        volume.text("name")
        for volume in (volumes if isinstance(volumes, Items) else ())
        if isinstance(volume, Table) and _is_secret(volume)
    )
    for key, init in (("initContainers", True), ("containers", False)):
        items = pod.get(key)
        for item in items if isinstance(items, Items) else ():
            if isinstance(item, Table):
                yield Container(item, pod, init and item.text("restartPolicy") != "Always", secret)


def _security(container: Container, key: str) -> Node | None:
    """What holds for a container: its own word, else the pod's."""
    own = at(container.node, "securityContext", key)
    return own if own is not None else at(container.pod, "securityContext", key)


def runs_as_non_root(container: Container) -> bool | None:
    """Whether the cluster keeps the container from starting as root; None where a template decides."""
    switch, user = _security(container, "runAsNonRoot"), _security(container, "runAsUser")
    if is_open(switch) or is_open(user):
        return None
    if truth_of(switch) is True:
        return True
    number = number_of(user)
    return number is not None and number > 0


def runs_as_root(container: Container, image: str | None) -> bool | None:
    """Whether its process starts as root: by the security context, else by the image."""
    if runs_as_non_root(container) is not False:
        return None if runs_as_non_root(container) is None else False
    if number_of(_security(container, "runAsUser")) == 0:
        return True
    return starts_as_root(reference(image)) if image else None


def switch(container: Container, key: str) -> bool | None:
    """A switch of the security context; False where it is not set, None where a template decides."""
    value = at(container.node, "securityContext", key)
    return None if is_open(value) else truth_of(value) is True


def allows_escalation(container: Container) -> bool | None:
    """Whether a process may gain rights: what Kubernetes assumes where nothing is said."""
    value = at(container.node, "securityContext", "allowPrivilegeEscalation")
    return None if is_open(value) else truth_of(value) is not False


def capabilities(container: Container, verb: str) -> frozenset[str] | None:
    """The capabilities that are dropped or added, in capitals, without ``CAP_``; None if unknown."""
    items, more = items_at(container.node, "securityContext", "capabilities", verb)
    if more:
        return None
    return frozenset(item.text.upper().removeprefix("CAP_") for item in items if isinstance(item, Scalar))


def resource(container: Container, name: str, *keys: str) -> bool | None:
    """Whether the resource ``name`` is set under one of ``keys``: ``requests``, ``limits``."""
    return either(has(container.node, "resources", key, name) for key in keys)


def variables(container: Container) -> Iterator[tuple[str, str, Table]]:
    """The variables of a container: name, the value that is written out (empty if none), and the item."""
    items = container.node.get("env")
    for item in items if isinstance(items, Items) else ():
        if isinstance(item, Table):
            yield item.text("name"), item.text("value"), item


def has_more_variables(container: Container) -> bool:
    """Whether it may have variables whose names only a deployment knows."""
    return items_at(container.node, "env")[1]


def takes_secrets(container: Container) -> bool | None:
    """Whether a secret reaches it from the cluster: by a variable, all of a secret's, or a mounted volume."""
    variables_, more = items_at(container.node, "env")
    sources, more_sources = items_at(container.node, "envFrom")
    mounted, more_mounted = items_at(container.node, "volumeMounts")
    _, more_volumes = items_at(container.pod, "volumes")
    found = (
        *(has(item, "valueFrom", "secretKeyRef") for item in variables_ if isinstance(item, Table)),
        *(has(item, "secretRef") for item in sources if isinstance(item, Table)),
        *(
            item.text("name") in container.secret_volumes or (None if more_volumes else False)
            for item in mounted
            if isinstance(item, Table)
        ),
    )
    return either((*found, None if more or more_sources or more_mounted else False))


def _is_secret(volume: Table) -> bool:
    if volume.get("secret") is not None:
        return True
    if "secrets-store" in table_at(volume, "csi").text("driver"):
        return True
    sources = at(volume, "projected", "sources")
    return any(at(item, "secret") is not None for item in (sources if isinstance(sources, Items) else ()))
