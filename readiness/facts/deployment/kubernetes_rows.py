"""The rows about Kubernetes: objects, workloads, containers."""

from __future__ import annotations

from typing import Annotated

from readiness.facts.deployment.images import Held, ServiceKind  # noqa: TC001 - read at run time
from readiness.facts.deployment.pods import WorkloadKind  # noqa: TC001 - read at run time
from readiness.facts.model import Glob, Row

_NOWHERE = Glob("")


class ClusterObject(Row, frozen=True, kw_only=True):
    """An object of Kubernetes as it reaches a cluster, or a kustomization."""

    kind: Annotated[str, "its kind: Deployment, Ingress …; Kustomization for one of kustomize's"] = ""
    api: Annotated[str, "its apiVersion as written"] = ""
    name: Annotated[str, "its name in the end; of a kustomization its folder"] = ""
    namespace: Annotated[str, "its namespace, empty if none is set"] = ""
    overlay: Annotated[
        Glob,
        "the kustomization that takes it in; of a chart its file of values, else Chart.yaml; empty for none",
    ] = _NOWHERE
    deprecated: Annotated[
        str, "the version of Kubernetes that no longer serves this apiVersion; empty while it is served"
    ] = ""
    applied: Annotated[
        bool | None, "a kustomization or a chart takes it in; unknown for a manifest by itself"
    ] = None
    secrets_literal: Annotated[
        frozenset[str],
        "the keys of a Secret or ConfigMap, or of a generator of one, with a secret written out",
    ] = frozenset()
    missing: Annotated[
        frozenset[str], "of a kustomization: what it names and what is nowhere in the subject, as written"
    ] = frozenset()


class Workload(Row, frozen=True, kw_only=True):
    """What runs containers in a cluster, after the kustomization or the chart that takes it in.

    Of a chart, what its values leave open is unknown.
    """

    kind: Annotated[WorkloadKind, "its kind; Service is Knative's"] = "Deployment"
    name: Annotated[str, "its name"] = ""
    namespace: Annotated[str, "its namespace, empty if none is set"] = ""
    overlay: Annotated[
        Glob,
        "the kustomization that takes it in; of a chart its file of values, else Chart.yaml; empty for none",
    ] = _NOWHERE
    service: Annotated[bool, "it runs all the time, which Job and CronJob do not"] = True
    replicas: Annotated[
        int | None,
        "how many run at least: as written, an autoscaler's minimum, 1 where nothing is said; unknown for "
        "a template, a DaemonSet and Knative",
    ] = None
    replicas_set: Annotated[bool | None, "the number is written, or an autoscaler sets it"] = False
    strategy: Annotated[
        str | None,
        "how it is replaced: RollingUpdate, Recreate, OnDelete, canary, blueGreen; empty if not said",
    ] = ""
    grace: Annotated[int | None, "the seconds it has to end: as written, else 30; unknown for a template"] = (
        30
    )
    grace_set: Annotated[bool | None, "that time is written"] = False
    pre_stop: Annotated[bool | None, "a container of it does something before it ends"] = False
    run_as_non_root: Annotated[
        bool | None, "the cluster keeps every container of it from starting as root; unknown for a template"
    ] = None
    host_namespaces: Annotated[bool | None, "it shares the network, the processes or the IPC of its node"] = (
        False
    )
    host_paths: Annotated[bool | None, "it mounts a path of its node"] = False
    service_account: Annotated[str, "its service account, empty for the default one"] = ""
    automounts_token: Annotated[bool | None, "the token of its service account is mounted into it"] = True
    spread: Annotated[bool | None, "its pods are kept apart: spread constraints, or anti-affinity"] = False
    has_pdb: Annotated[bool | None, "a disruption budget covers it"] = False
    has_hpa: Annotated[bool | None, "an autoscaler scales it"] = False
    has_network_policy: Annotated[bool | None, "a network policy covers it"] = False
    has_quota: Annotated[bool | None, "a quota holds in its namespace"] = False
    schedule: Annotated[str, "when a CronJob runs, as written"] = ""
    suspended: Annotated[bool | None, "it is switched off: suspended, or scaled to zero"] = False


class ClusterContainer(Row, frozen=True, kw_only=True):
    """A container of a workload, after the kustomization or the chart that takes it in."""

    workload: Annotated[str, "the workload's name"] = ""
    workload_kind: Annotated[WorkloadKind, "the workload's kind"] = "Deployment"
    service: Annotated[bool, "the workload runs all the time, which Job and CronJob do not"] = True
    name: Annotated[str, "its name"] = ""
    overlay: Annotated[
        Glob,
        "the kustomization that takes it in; of a chart its file of values, else Chart.yaml; empty for none",
    ] = _NOWHERE
    init: Annotated[bool, "it ends before the others start"] = False
    command: Annotated[
        str | None,
        "what it runs, with its arguments; empty if that is left to the image; unknown if set later",
    ] = ""
    image: Annotated[Glob | None, "its image; unknown where only a deployment knows it"] = None
    image_pinned: Annotated[
        Held | None,
        "digest; version (at least major.minor); floating (latest, 3); none (no tag); unknown if set later",
    ] = None
    kind: Annotated[ServiceKind, "what it is, by its image; app if the product itself"] = "other"
    product: Annotated[bool, "its image is known as the product's own"] = False
    liveness: Annotated[bool | None, "it has a liveness probe"] = False
    readiness: Annotated[bool | None, "it has a readiness probe"] = False
    startup: Annotated[bool | None, "it has a startup probe"] = False
    requests: Annotated[bool | None, "it asks for processor time and memory; a limit asks too"] = False
    limits: Annotated[bool | None, "its memory is limited"] = False
    limits_memory: Annotated[bool | None, "its memory is limited"] = False
    limits_cpu: Annotated[bool | None, "its processor time is limited"] = False
    privileged: Annotated[bool | None, "it has all rights on its node"] = False
    allow_escalation: Annotated[bool | None, "its processes may gain rights; so where nothing is said"] = True
    read_only_root: Annotated[bool | None, "its root file system is read-only"] = False
    capabilities_dropped: Annotated[bool | None, "it drops all capabilities"] = False
    capabilities_added: Annotated[frozenset[str] | None, "the capabilities that it adds"] = frozenset()
    seccomp: Annotated[bool | None, "a seccomp profile holds for it, that is not Unconfined"] = False
    run_as_non_root: Annotated[
        bool | None, "the cluster keeps it from starting as root; unknown for a template"
    ] = None
    runs_as_root: Annotated[
        bool | None, "its process starts as root, by the security context, else by the image"
    ] = None
    secrets_literal: Annotated[frozenset[str], "variables with a secret written out"] = frozenset()
    placeholder_secrets: Annotated[
        frozenset[str], "variables that look secret with a value that only stands in for one, or is trivial"
    ] = frozenset()
    secret_refs: Annotated[bool | None, "secrets reach it from the cluster"] = False
    env_names: Annotated[frozenset[str] | None, "the variables that it is given by name"] = frozenset()
