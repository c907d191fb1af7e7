"""Workloads, containers and all other objects that manifests and kustomizations describe."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, cast, get_args
from weakref import WeakKeyDictionary

from readiness.facts.containers.variables import UNKNOWN
from readiness.facts.deployment import pods
from readiness.facts.deployment.apis import removed_in
from readiness.facts.deployment.images import held, kind_of, own_images, templated
from readiness.facts.deployment.joins import Joins
from readiness.facts.deployment.kubernetes_rows import ClusterContainer, ClusterObject, Workload
from readiness.facts.deployment.kustomize import source_environment
from readiness.facts.deployment.objects import (
    HINTS,
    at,
    either,
    has,
    has_rest,
    is_open,
    items_at,
    labels_of,
    number_of,
    table_at,
    truth_of,
)
from readiness.facts.deployment.rendered import (
    Group,
    Plain,
    Rendered,
    Source,
    plain_objects,
    rendered,
    unread,
)
from readiness.facts.deployment.secrets import literal
from readiness.facts.model import Collected, Glob, Noun, Opening, PatternTable
from readiness.facts.repository.environments import environment_of
from readiness.facts.secrets.manifests import SECRETS
from readiness.facts.secrets.values import redacted
from readiness.records import Struct
from readiness.structured.nodes import Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from readiness.facts.deployment.helm.releases import Gap
    from readiness.facts.deployment.images import Own
    from readiness.facts.deployment.objects import Object
    from readiness.facts.deployment.pods import Container, WorkloadKind
    from readiness.facts.model import Facts
    from readiness.structured.nodes import Node
    from readiness.tree.model import Entry

TABLES: tuple[PatternTable, ...] = (HINTS,)
_GRACE = 30
_LONGEST = 1_000  # characters of a command
_NO_COUNT = frozenset(("DaemonSet", "Service"))


class _All(Struct, frozen=True):
    """The rows of all three nouns: the objects themselves, many times as large, are not held."""

    objects: Collected[ClusterObject]
    workloads: Collected[Workload]
    containers: Collected[ClusterContainer]


_KEPT: WeakKeyDictionary[Facts, _All] = WeakKeyDictionary()


def _all(facts: Facts) -> _All:
    kept = _KEPT.get(facts)
    if kept is None:
        kept = _KEPT[facts] = _collected(facts)
    return kept


def _collected(facts: Facts) -> _All:
    """The rows of everything that is rendered, then of one plain manifest after the other."""
    done = rendered(facts)
    problems, openings = list(done.problems), list(done.openings)
    own = own_images(facts) if done.groups or done.plain else None
    objects: list[ClusterObject] = []
    workloads: list[Workload] = []
    containers: list[ClusterContainer] = []
    joins = _joins(facts, done.plain)
    for group, around, entry in _groups(facts, done, joins):
        more, gaps = unread(facts, entry) if entry is not None else ((), ())
        problems += more
        openings += gaps
        objects += _objects(facts, group)
        for each in group.objects:
            if pods.is_workload(each.api, each.kind):
                workloads.append(_workload(group, each, around))
                found = pods.containers(pods.pod_of(each)) if own is not None else ()
                containers += (_container(group, each, one, own) for one in found if own is not None)
    objects += (_kustomization(source) for source in done.sources)
    told, run = tuple(problems), (*openings, *_openings(done.gaps, running=True))
    return _All(
        Collected(tuple(objects), told, (*openings, *_openings(done.gaps)), done.looked),
        Collected(tuple(workloads), told, run, done.looked),
        Collected(tuple(containers), told, run, done.looked),
    )


def _openings(gaps: Iterable[Gap], *, running: bool = False) -> Iterator[Opening]:
    """What charts leave open: of everything, or only of what may be ``running``."""
    for gap in gaps:
        runs = gap.kinds is None or any(pods.runs_containers(kind) for kind in gap.kinds)
        if runs or not running:
            yield Opening(gap.path, gap.line, gap.reason, gap.environment or environment_of(gap.path))


def _joins(facts: Facts, plain: Iterable[Plain]) -> dict[str, Joins]:
    """What objects of plain manifests say of others, by environment; those of none hold in each."""
    found: dict[str, list[Object]] = {}
    for one in plain:
        known = found.setdefault(one.environment, [])
        if one.joined:
            known += plain_objects(facts, one.entry)
    shared = found.get("", [])
    return {name: Joins((*own, *(shared if name else ()))) for name, own in found.items()}


def _groups(
    facts: Facts, done: Rendered, joins: Mapping[str, Joins]
) -> Iterator[tuple[Group, Joins, Entry | None]]:
    for group in done.groups:
        yield group, Joins(group.objects, group.doubtful), None
    for one in done.plain:
        group = Group(plain_objects(facts, one.entry), one.environment)
        yield group, joins[one.environment], one.entry


def _overlay(group: Group) -> Glob:
    return Glob(group.overlay)


def _environment(group: Group, each: Object) -> str:
    return group.environment or environment_of(each.entry.path)


def _told(group: Group, text: str) -> str:
    """``text`` as it is shown, with the kustomization or the chart that has a say in it."""
    return redacted(text + (f" ({group.told})" if group.told else ""))


def collect_objects(facts: Facts, scope: tuple[str, ...]) -> Collected[ClusterObject]:  # noqa: ARG001
    """Every object as it reaches a cluster, and every kustomization."""
    return _all(facts).objects


def _objects(facts: Facts, group: Group) -> Iterator[ClusterObject]:
    for each in group.objects:
        yield ClusterObject(
            path=Glob(each.entry.path),
            line=each.line,
            role=group.role(each),
            environment=_environment(group, each),
            text=_told(group, f"{each.kind} {each.name}"),
            kind=each.kind,
            api=each.api,
            name=each.name,
            namespace=each.namespace,
            overlay=_overlay(group),
            deprecated=removed_in(each.api, each.kind),
            applied=True if group.overlay else None,
            secrets_literal=_written(facts, group, each),
        )


def _kustomization(source: Source) -> ClusterObject:
    file = source.file
    return ClusterObject(
        path=Glob(file.entry.path),
        line=file.node.line,
        role=file.entry.role,
        environment=source_environment(file.entry),
        text=f"Kustomization {file.folder or '.'}",
        kind="Kustomization",
        api=file.node.text("apiVersion"),
        name=file.folder,
        namespace=file.node.text("namespace"),
        applied=True if source.taken else None,
        secrets_literal=literal(file.literals())[0],
        missing=source.missing,
    )


def _written(facts: Facts, group: Group, each: Object) -> frozenset[str]:
    """The keys of a Secret or ConfigMap that hold a secret which is written out."""
    if each.api != "v1" or each.kind not in ("Secret", "ConfigMap"):
        return frozenset()
    if each.kind == "ConfigMap":
        return literal(labels_of(each.node.get("data")).items())[0]
    if group.chart:
        return literal((*labels_of(each.node.get("stringData")).items(), *_decoded(each.node.get("data"))))[0]
    lines = {found.line for found in facts.parsed(SECRETS, each.entry.path).value or ()}
    return frozenset(
        key.text
        for name in ("data", "stringData")
        for key, _ in each.node.table(name) or ()
        if key.line in lines
    )


def _decoded(node: Node | None) -> Iterator[tuple[str, str]]:
    """The data of a Secret as text; what is no base64 is left out."""
    for name, value in labels_of(node).items():
        try:
            yield name, b64decode("".join(value.split()), validate=True).decode()
        except ValueError:
            continue


def collect_workloads(facts: Facts, scope: tuple[str, ...]) -> Collected[Workload]:  # noqa: ARG001
    """Every workload, with what the other objects of its group say of it."""
    return _all(facts).workloads


def _workload(group: Group, each: Object, joins: Joins) -> Workload:
    pod, spec = pods.pod_of(each), table_at(each.node, "spec")
    found = tuple(pods.containers(pod))
    more = items_at(pod, "containers")[1]
    labels = labels_of(pods.labels_node(each))
    scaling = joins.scaling(each)
    grace = at(pod, "terminationGracePeriodSeconds")
    account = pod.text("serviceAccountName") or pod.text("serviceAccount")
    written = at(spec, "replicas")
    count = _count(each, written, scaling.least if scaling else None, scaled=scaling is not None)
    token = at(pod, "automountServiceAccountToken")
    own = truth_of(token)
    kept = joins.keeps_token(account or "default", each.namespace)
    return Workload(
        path=Glob(each.entry.path),
        line=each.line,
        role=group.role(each),
        environment=_environment(group, each),
        text=_told(group, f"{each.kind} {each.name}"),
        kind=_kind(each),
        name=each.name,
        namespace=each.namespace,
        overlay=_overlay(group),
        service=each.kind not in ("Job", "CronJob"),
        replicas=count,
        replicas_set=scaling is not None or _is_set(spec, "replicas"),
        strategy=_strategy(spec),
        grace=None if is_open(grace) else _GRACE if grace is None else number_of(grace),
        grace_set=_is_set(pod, "terminationGracePeriodSeconds"),
        pre_stop=either((*(has(one.node, "lifecycle", "preStop") for one in found), None if more else False)),
        run_as_non_root=_every((*(pods.runs_as_non_root(one) for one in found), *((None,) if more else ()))),
        host_namespaces=either(_is_on(pod, key) for key in ("hostNetwork", "hostPID", "hostIPC")),
        host_paths=_has_host_path(pod),
        service_account=account,
        automounts_token=None
        if is_open(token)
        else own
        if own is not None
        else None
        if kept is None
        else not kept,
        spread=either(
            (_has_items(pod, "topologySpreadConstraints"), has(pod, "affinity", "podAntiAffinity"))
        ),
        has_pdb=joins.has_budget(labels, each.namespace),
        has_hpa=joins.has_scaling(each),
        has_network_policy=joins.has_policy(labels, each.namespace),
        has_quota=joins.has_quota(each.namespace),
        schedule=spec.text("schedule") if each.kind == "CronJob" else "",
        suspended=number_of(written) == 0 or _is_on(spec, "suspend"),
    )


def _kind(each: Object) -> WorkloadKind:
    assert each.kind in get_args(pods.WorkloadKind)  # noqa: S101 - only workloads come here
    return cast("WorkloadKind", each.kind)


def _count(each: Object, written: object, least: int | None, *, scaled: bool) -> int | None:
    if each.kind in _NO_COUNT:
        return None
    if scaled:
        return least
    if written is None:
        return 1
    return number_of(written) if isinstance(written, Scalar) else None


def _strategy(spec: Table) -> str | None:
    """``strategy`` or ``updateStrategy``: its type, or the one key that a Rollout writes instead."""
    if is_open(spec.get("strategy", "updateStrategy")) or (
        has_rest(spec) and spec.get("strategy", "updateStrategy") is None
    ):
        return None
    found = spec.table("strategy") or spec.table("updateStrategy") or Table(1)
    named = found.text("type")
    if "{{" in named or (not named and has_rest(found)):
        return None
    return named or next((key for key in ("canary", "blueGreen") if found.get(key) is not None), "")


def _every(answers: Iterable[bool | None]) -> bool | None:
    """Whether all are true; None if one is unknown and none is false, or if there are none."""
    seen = list(answers)
    if not seen:
        return None
    return False if False in seen else None if None in seen else True


def _is_set(node: Table, key: str) -> bool | None:
    """Whether something is written under ``key``, whatever it is."""
    return True if node.get(key) is not None else None if has_rest(node) else False


def _is_on(node: Table, key: str) -> bool | None:
    value = at(node, key)
    return None if is_open(value) else truth_of(value) is True


def _has_items(node: Table, key: str) -> bool | None:
    items, more = items_at(node, key)
    return True if any(not is_open(each) for each in items) else None if more else bool(items)


def _has_host_path(pod: Table) -> bool | None:
    volumes, more = items_at(pod, "volumes")
    found = (has(each, "hostPath") for each in volumes if isinstance(each, Table))
    return either((*found, None if more else False))


def collect_containers(facts: Facts, scope: tuple[str, ...]) -> Collected[ClusterContainer]:  # noqa: ARG001
    """Every container of every workload."""
    return _all(facts).containers


def _container(group: Group, each: Object, one: Container, own: Own) -> ClusterContainer:
    written = at(one.node, "image")
    image = templated(written.text) if isinstance(written, Scalar) else UNKNOWN if is_open(written) else ""
    if group.chart and image.endswith((":", "@")):
        image += UNKNOWN  # who deploys the chart says which
    known = None if UNKNOWN in image else image
    real, standing = literal((name, value) for name, value, _ in pods.variables(one))
    memory, processor = (pods.resource(one, name, "limits") for name in ("memory", "cpu"))
    product = own.publishes(image.partition(UNKNOWN)[0].rstrip(":@"))
    kind = kind_of(image)
    dropped, added = pods.capabilities(one, "drop"), pods.capabilities(one, "add")
    return ClusterContainer(
        path=Glob(each.entry.path),
        line=one.node.line,
        role=group.role(each),
        environment=_environment(group, each),
        text=_told(
            group,
            f"{each.kind} {each.name}, container {one.node.text('name')}, "
            f"image {one.node.text('image') or 'unknown'}",
        ),
        workload=each.name,
        workload_kind=_kind(each),
        service=each.kind not in ("Job", "CronJob"),
        name=one.node.text("name"),
        overlay=_overlay(group),
        init=one.init,
        command=_command(one),
        image=None if known is None else Glob(known),
        image_pinned=None if own.retagged(image) else held(image),
        kind="app" if product and kind == "other" else kind,
        product=product,
        liveness=_has_table(one.node, "livenessProbe"),
        readiness=_has_table(one.node, "readinessProbe"),
        startup=_has_table(one.node, "startupProbe"),
        requests=_every(pods.resource(one, name, "requests", "limits") for name in ("memory", "cpu")),
        limits=memory,
        limits_memory=memory,
        limits_cpu=processor,
        privileged=pods.switch(one, "privileged"),
        allow_escalation=pods.allows_escalation(one),
        read_only_root=pods.switch(one, "readOnlyRootFilesystem"),
        capabilities_dropped=None if dropped is None else "ALL" in dropped,
        capabilities_added=added,
        seccomp=_has_seccomp(one),
        run_as_non_root=pods.runs_as_non_root(one),
        runs_as_root=pods.runs_as_root(one, known),
        secrets_literal=real,
        placeholder_secrets=standing,
        secret_refs=pods.takes_secrets(one),
        env_names=None
        if pods.has_more_variables(one)
        else frozenset(name for name, _, _ in pods.variables(one) if name),
    )


def _command(one: Container) -> str | None:
    """The words of ``command`` and ``args``."""
    words = list[str]()
    for key in ("command", "args"):
        items, more = items_at(one.node, key)
        if more:
            return None
        words += (each.text for each in items if isinstance(each, Scalar))
    return redacted(" ".join(words)[:_LONGEST])


def _has_table(node: Table, key: str) -> bool | None:
    """Whether a mapping with something in it stands under ``key``."""
    found = at(node, key)
    return None if is_open(found) else isinstance(found, Table)


def _has_seccomp(one: Container) -> bool | None:
    profile = at(one.node, "securityContext", "seccompProfile")
    if profile is None:
        profile = at(one.pod, "securityContext", "seccompProfile")
    if is_open(profile) or is_open(at(profile, "type")):
        return None
    return isinstance(profile, Table) and profile.text("type", "Unconfined") != "Unconfined"


OBJECT: Noun[ClusterObject] = Noun(
    "k8s.object", ClusterObject, "an object of Kubernetes, or a kustomization", collect_objects
)
WORKLOAD: Noun[Workload] = Noun(
    "k8s.workload", Workload, "a workload that runs containers in a cluster", collect_workloads
)
CONTAINER: Noun[ClusterContainer] = Noun(
    "k8s.container", ClusterContainer, "a container of a workload in a cluster", collect_containers
)
