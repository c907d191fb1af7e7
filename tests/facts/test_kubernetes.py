"""Objects, workloads and containers of plain manifests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.facts.deployment.kubernetes import CONTAINER, OBJECT, WORKLOAD
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Limits, Subject

if TYPE_CHECKING:
    from readiness.facts.deployment.kubernetes_rows import ClusterContainer, ClusterObject, Workload

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: shop}}
spec:
  {spec}
  template:
    metadata: {{labels: {{app: web, tier: front}}}}
    spec:
      {pod}
      containers:
        - name: main
          image: {image}
          {container}
"""


def store(files: dict[str, str], remote: str = "") -> Store:
    return Store(MemoryTree(files, subject=Subject(name="subject", remote=remote)), tables=())


def deployment(spec: str = "", pod: str = "", image: str = "x/web:1.2.3", container: str = "") -> str:
    return DEPLOYMENT.format(spec=spec, pod=pod, image=image, container=container)


def workload(spec: str = "", pod: str = "", container: str = "", **others: str) -> Workload:
    """The workload of ``k8s/web.yaml``; ``others`` are further documents."""
    files = {"k8s/web.yaml": deployment(spec, pod, container=container)}
    files |= {f"k8s/{name}.yaml": text for name, text in others.items()}
    return next(row for row in store(files).collected(WORKLOAD).rows if row.path == "k8s/web.yaml")


def container(text: str = "", pod: str = "", image: str = "x/web:1.2.3") -> ClusterContainer:
    (row,) = (
        store({"k8s/web.yaml": deployment(pod=pod, image=image, container=text)}).collected(CONTAINER).rows
    )
    return row


def objects(files: dict[str, str]) -> tuple[ClusterObject, ...]:
    return store(files).collected(OBJECT).rows


def test_every_object_of_every_document_is_told() -> None:
    text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\nkind: Service\napiVersion: v1\n"
    rows = objects({"any/where.yaml": text})
    assert [(row.line, row.kind, row.api, row.name) for row in rows] == [
        (1, "Namespace", "v1", "a"),
        (5, "Service", "v1", ""),
    ]
    assert [(row.applied, row.deprecated, row.overlay) for row in rows] == [(None, "", "")] * 2


def test_lists_and_templates_of_openshift_are_taken_apart() -> None:
    item = "{apiVersion: v1, kind: Secret, metadata: {name: s}}"
    text = (
        f"apiVersion: v1\nkind: List\nitems: [{item}, x]\n---\n"
        f"apiVersion: template.openshift.io/v1\nkind: Template\nobjects: [{item}]\n---\n"
        "apiVersion: v1\nkind: PodList\n"
    )
    assert [row.kind for row in objects({"a.yaml": text})] == ["Secret", "Secret", "PodList"]


def test_json_manifests_are_read() -> None:
    text = '{\n  "apiVersion": "v1",\n  "kind": "Service",\n  "metadata": {"name": "a"}\n}\n'
    assert [(row.kind, row.name, row.line) for row in objects({"a.json": text})] == [("Service", "a", 1)]


def test_json_that_is_broken_is_a_problem_and_json_in_a_template_opens() -> None:
    broken = store({"k8s/a.json": '{"apiVersion": "v1",'}).collected(OBJECT)
    assert (len(broken.problems), broken.openings) == (1, ())
    template = store({"k8s/a.json": '{"apiVersion": "v1", "x": {{ y }}, z z: [}'}).collected(OBJECT)
    assert [gap.path for gap in template.openings] == ["k8s/a.json"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.yaml", "apiVersion: v1\nname: x\n"),
        ("a.yaml", "apiVersion: v2\nkind: ''\n"),
        ("skaffold.yaml", "apiVersion: skaffold/v4beta6\nkind: Config\n"),
        ("kubeconfig.yaml", "apiVersion: v1\nkind: Config\n"),
        ("kind.yaml", "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\n"),
        (".tool.yml", "apiVersion: a/v1\nkind: B\n"),
        ("a.yaml", "apiVersion: $x y\nkind: Service\n"),
        ("a.toml", "apiVersion = 'v1'\nkind = 'Service'\n"),
        ("a.yaml", "x:\n  apiVersion: v1\n  kind: Service\n"),
        ("a.yaml", "- apiVersion\n- kind\n"),
    ],
)
def test_what_no_cluster_takes_is_no_object(path: str, text: str) -> None:
    assert objects({path: text}) == ()


@pytest.mark.parametrize(
    ("api", "kind", "removed"),
    [
        ("extensions/v1beta1", "Deployment", "1.16"),
        ("extensions/v1beta1", "Ingress", "1.22"),
        ("networking.k8s.io/v1", "Ingress", ""),
        ("policy/v1beta1", "PodDisruptionBudget", "1.25"),
        ("autoscaling/v2beta2", "HorizontalPodAutoscaler", "1.26"),
        ("networking.k8s.io/v1beta1", "ServiceCIDR", ""),
    ],
)
def test_an_api_that_kubernetes_has_removed_is_named_with_its_version(
    api: str, kind: str, removed: str
) -> None:
    (row,) = objects({"a.yaml": f"apiVersion: {api}\nkind: {kind}\n"})
    assert row.deprecated == removed


def test_the_body_of_a_resource_definition_is_not_read() -> None:
    text = (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: a.b.c\n"
        "spec:\n  x: [\n---\napiVersion: v1\nkind: Service\n"
    )
    rows = objects({"crds.yaml": text})
    assert [(row.kind, row.name, row.line) for row in rows] == [
        ("CustomResourceDefinition", "a.b.c", 1),
        ("Service", "", 8),
    ]


def test_secrets_that_are_written_out_are_named() -> None:
    text = (
        "apiVersion: v1\nkind: Secret\nstringData:\n  password: devdb@123\n  user: x\n---\n"
        "apiVersion: v1\nkind: Secret\ndata:\n  token: ZGV2ZGJAMTIz\n---\n"
        "apiVersion: v1\nkind: ConfigMap\ndata: {password: mongodb@123, url: x}\n---\n"
        "apiVersion: v1\nkind: Service\n"
    )
    rows = objects({"a.yaml": text})
    assert [set(row.secrets_literal) for row in rows] == [{"password"}, {"token"}, {"password"}, set()]
    assert "devdb@123" not in repr(rows)


def test_a_template_of_an_unknown_kind_leaves_all_questions_open_once() -> None:
    files = {
        "chart/Chart.yaml": "apiVersion: v2\nname: a\n",
        "chart/templates/a.yaml": "apiVersion: v1\nkind: {{ .Kind }}\n",
        "chart/templates/b.yaml": "apiVersion: v1\nkind: Service\n",
        "chart/charts/part/Chart.yaml": "apiVersion: v2\nname: b\n",
        "chart/charts/part/templates/c.yaml": "apiVersion: v1\nkind: Service\n",
    }
    facts = store(files)
    for found in (facts.collected(OBJECT), facts.collected(WORKLOAD), facts.collected(CONTAINER)):
        assert [(gap.path, gap.line) for gap in found.openings] == [("chart/templates/a.yaml", 1)]
        assert found.problems == ()
    assert [row.path for row in facts.collected(OBJECT).rows] == [
        "chart/charts/part/templates/c.yaml",
        "chart/templates/b.yaml",
    ]


@pytest.mark.parametrize(
    "files",
    [
        {"Chart.yaml": "apiVersion: v2\ntype: library\n", "templates/a.yaml": "x"},
        {"Chart.yaml": "apiVersion: v2\n"},
        {"tests/chart/Chart.yaml": "apiVersion: v2\n", "tests/chart/templates/a.yaml": "x"},
    ],
)
def test_a_chart_that_brings_nothing_or_is_a_test_opens_nothing(files: dict[str, str]) -> None:
    assert store(files).collected(WORKLOAD).openings == ()


def test_a_chart_of_other_charts_opens_its_questions() -> None:
    files = {"Chart.yaml": "apiVersion: v2\ndependencies: [{name: a}]\n"}
    assert len(store(files).collected(WORKLOAD).openings) == 1


def test_a_template_of_a_manifest_leaves_the_question_open() -> None:
    files = {
        "k8s/web.yaml.j2": "x",
        "k8s/prod.yaml": "apiVersion: v1\nkind: Service\n{% if x %}\na: [\n",
        "docs/other.yaml.j2": "x",
    }
    found = store(files).collected(WORKLOAD)
    assert [(gap.path, gap.environment) for gap in found.openings] == [
        ("k8s/prod.yaml", "production"),
        ("k8s/web.yaml.j2", ""),
    ]


def test_a_manifest_that_nobody_can_read_is_a_problem_where_manifests_lie() -> None:
    text = "apiVersion: v1\nkind: Service\na: [\n"
    found = store({"k8s/a.yaml": text, "data/b.yaml": text}).collected(OBJECT)
    assert [problem.path for problem in found.problems] == ["k8s/a.yaml"]
    assert found.openings == ()


def test_a_manifest_that_is_too_large_leaves_the_question_open() -> None:
    big = "# " + "x" * (1 << 20) + "\n"
    tree = MemoryTree({"k8s/a.yaml": big, "data/b.yaml": big}, limits=Limits())
    (gap,) = Store(tree, tables=()).collected(OBJECT).openings
    assert gap.path == "k8s/a.yaml"


@pytest.mark.parametrize(
    ("api", "kind", "service"),
    [
        ("apps/v1", "StatefulSet", True),
        ("apps/v1", "DaemonSet", True),
        ("apps/v1", "ReplicaSet", True),
        ("batch/v1", "Job", False),
        ("argoproj.io/v1alpha1", "Rollout", True),
        ("serving.knative.dev/v1", "Service", True),
        ("v1", "ReplicationController", True),
    ],
)
def test_what_has_a_template_of_pods_is_a_workload(api: str, kind: str, service: bool) -> None:
    pods = "{template: {spec: {containers: [{image: 'a:1.2'}]}}}"
    text = f"apiVersion: {api}\nkind: {kind}\nspec: {pods}\n"
    (row,) = store({"a.yaml": text}).collected(WORKLOAD).rows
    assert (row.kind, row.service) == (kind, service)
    (inner,) = store({"a.yaml": text}).collected(CONTAINER).rows
    assert (inner.image, inner.workload_kind, inner.service) == ("a:1.2", kind, service)


def test_a_pod_is_a_workload_by_itself() -> None:
    text = "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: a}]}\n"
    assert [row.image for row in store({"a.yaml": text}).collected(CONTAINER).rows] == ["a"]


@pytest.mark.parametrize("path", ["k8s/web_patch.yaml", "k8s/patches/web.yaml", "k8s/webPatch.yaml"])
def test_a_patch_that_nobody_takes_in_is_no_workload(path: str) -> None:
    assert store({path: deployment()}).collected(OBJECT).rows == ()


def test_a_workload_without_an_image_is_a_part_of_one() -> None:
    text = deployment().replace("image: x/web:1.2.3", "tty: true")
    assert store({"k8s/web.yaml": text}).collected(WORKLOAD).rows == ()


def test_a_cron_job_has_a_schedule_and_may_be_suspended() -> None:
    text = (
        "apiVersion: batch/v1\nkind: CronJob\nspec:\n  schedule: '0 3 * * *'\n"
        "  suspend: true\n  jobTemplate:\n"
        "    spec: {template: {spec: {containers: [{image: a}]}}}\n"
    )
    (row,) = store({"a.yaml": text}).collected(WORKLOAD).rows
    assert (row.schedule, row.suspended, row.service) == ("0 3 * * *", True, False)
    assert len(store({"a.yaml": text}).collected(CONTAINER).rows) == 1


@pytest.mark.parametrize(
    ("api", "kind"), [("v1", "Service"), ("v1", "ConfigMap"), ("example.org/v1", "Deployment")]
)
def test_other_kinds_run_nothing(api: str, kind: str) -> None:
    assert store({"a.yaml": f"apiVersion: {api}\nkind: {kind}\n"}).collected(WORKLOAD).rows == ()


def test_a_workload_is_told_with_its_place() -> None:
    row = workload("replicas: 3")
    assert (row.path, row.line, row.name, row.namespace) == ("k8s/web.yaml", 1, "web", "shop")
    assert (row.text, row.environment, row.overlay) == ("Deployment web", "", "")


@pytest.mark.parametrize(
    ("spec", "replicas", "is_set"),
    [
        ("replicas: 3", 3, True),
        ("", 1, False),
        ("replicas: '{{ n }}'", None, True),
        ("replicas: ${N}", None, True),
        ("replicas: [1]", None, True),
    ],
)
def test_the_number_of_replicas_is_one_where_nothing_is_said(
    spec: str, replicas: int | None, is_set: bool
) -> None:
    row = workload(spec)
    assert (row.replicas, row.replicas_set, row.suspended) == (replicas, is_set, False)


def test_a_workload_without_replicas_is_switched_off() -> None:
    assert workload("replicas: 0").suspended


def test_a_daemon_set_has_no_number() -> None:
    text = deployment().replace("Deployment", "DaemonSet")
    (row,) = store({"a.yaml": text}).collected(WORKLOAD).rows
    assert row.replicas is None


SCALER = (
    "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n"
    "spec: {scaleTargetRef: {kind: Deployment, name: NAME}, minReplicas: 2}\n"
)
KEDA = "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nspec: {scaleTargetRef: {name: web}}\n"


@pytest.mark.parametrize(
    ("other", "replicas", "scaled"),
    [
        (SCALER.replace("NAME", "web"), 2, True),
        (SCALER.replace("NAME", "other"), 1, False),
        (SCALER.replace("NAME", "web").replace("minReplicas: 2", "x: 1"), 1, True),
        (KEDA, 0, True),
        (KEDA.replace("spec: {", "spec: {minReplicaCount: 3, "), 3, True),
    ],
)
def test_an_autoscaler_says_how_many_run_at_least(other: str, replicas: int, scaled: bool) -> None:
    row = workload(other=other)
    assert (row.replicas, row.has_hpa) == (replicas, scaled)


@pytest.mark.parametrize(
    ("selector", "covered"),
    [
        ("{matchLabels: {app: web}}", True),
        ("{matchLabels: {app: web, tier: back}}", False),
        ("{matchLabels: {app: other}}", False),
        ("{}", True),
        ("x", False),
        ("{matchExpressions: [{key: app, operator: In, values: [web, x]}]}", True),
        ("{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}", False),
        ("{matchExpressions: [{key: app, operator: Exists}]}", True),
        ("{matchExpressions: [{key: app, operator: DoesNotExist}]}", False),
    ],
)
def test_a_budget_and_a_policy_cover_what_their_selector_selects(selector: str, covered: bool) -> None:
    budget = f"apiVersion: policy/v1\nkind: PodDisruptionBudget\nspec: {{selector: {selector}}}\n"
    policy = f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec: {{podSelector: {selector}}}\n"
    row = workload(budget=budget, policy=policy)
    assert (row.has_pdb, row.has_network_policy) == (covered, covered)


def test_a_policy_of_cilium_covers_too() -> None:
    policy = (
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"
        "spec: {endpointSelector: {matchLabels: {app: web}}}\n"
    )
    assert workload(policy=policy).has_network_policy


@pytest.mark.parametrize(("namespace", "covered"), [("shop", True), ("other", False), ("''", True)])
def test_a_budget_of_another_namespace_covers_nothing_here(namespace: str, covered: bool) -> None:
    budget = (
        f"apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{namespace: {namespace}}}\n"
        "spec: {selector: {matchLabels: {app: web}}}\n"
    )
    assert workload(budget=budget).has_pdb is covered


@pytest.mark.parametrize(("namespace", "held"), [("shop", True), ("other", False), ("''", True)])
def test_a_quota_holds_in_its_namespace(namespace: str, held: bool) -> None:
    quota = f"apiVersion: v1\nkind: ResourceQuota\nmetadata: {{namespace: {namespace}}}\n"
    assert workload(budget=quota).has_quota is held
    assert workload().has_quota is False


def test_what_is_for_no_environment_holds_in_each_and_not_the_other_way_round() -> None:
    budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nspec: {selector: {}}\n"
    for path, other, covered in (
        ("k8s/web.staging.yaml", "k8s/pdb.yaml", True),
        ("k8s/web.yaml", "k8s/pdb.staging.yaml", False),
    ):
        (row,) = store({path: deployment(), other: budget}).collected(WORKLOAD).rows
        assert row.has_pdb is covered


@pytest.mark.parametrize(
    ("spec", "strategy"),
    [
        ("strategy: {type: Recreate}", "Recreate"),
        ("updateStrategy: {type: OnDelete}", "OnDelete"),
        ("strategy: {canary: {steps: []}}", "canary"),
        ("strategy: {}", ""),
    ],
)
def test_the_strategy_is_told_as_written(spec: str, strategy: str) -> None:
    assert workload(spec).strategy == strategy


@pytest.mark.parametrize(
    ("pod", "grace", "is_set"),
    [
        ("terminationGracePeriodSeconds: 60", 60, True),
        ("", 30, False),
        ("terminationGracePeriodSeconds: ${G}", None, True),
    ],
)
def test_the_time_to_end_is_thirty_seconds_where_nothing_is_said(
    pod: str, grace: int | None, is_set: bool
) -> None:
    row = workload(pod=pod)
    assert (row.grace, row.grace_set) == (grace, is_set)


def test_a_container_that_does_something_before_it_ends_is_seen() -> None:
    assert workload(container="lifecycle: {preStop: {sleep: {seconds: 5}}}").pre_stop
    assert not workload(container="lifecycle: {postStart: {}}").pre_stop


@pytest.mark.parametrize(
    ("pod", "text", "expected"),
    [
        ("securityContext: {runAsNonRoot: true}", "", True),
        ("securityContext: {runAsNonRoot: true}", "securityContext: {runAsNonRoot: false}", False),
        ("", "securityContext: {runAsUser: 1000}", True),
        ("securityContext: {runAsUser: 0}", "", False),
        ("", "", False),
        ("securityContext: {runAsNonRoot: '{{ x }}'}", "", None),
    ],
)
def test_the_security_context_of_pod_and_container_together_keep_from_root(
    pod: str, text: str, expected: bool | None
) -> None:
    assert workload(pod=pod, container=text).run_as_non_root is expected
    assert container(text, pod).run_as_non_root is expected


def test_a_workload_whose_template_lies_elsewhere_has_no_containers() -> None:
    text = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nspec: {workloadRef: {name: x}}\n"
    (row,) = store({"a.yaml": text}).collected(WORKLOAD).rows
    assert row.run_as_non_root is None


@pytest.mark.parametrize(
    ("pod", "host", "paths"),
    [
        ("hostNetwork: true", True, False),
        ("hostPID: false", False, False),
        ("volumes: [{name: v, hostPath: {path: /x}}]", False, True),
    ],
)
def test_what_is_shared_with_the_node_is_seen(pod: str, host: bool, paths: bool) -> None:
    row = workload(pod=pod)
    assert (row.host_namespaces, row.host_paths) == (host, paths)


@pytest.mark.parametrize(
    ("pod", "account", "automounts"),
    [
        ("", "", True),
        ("serviceAccountName: a", "a", False),
        ("serviceAccount: b", "b", True),
        ("automountServiceAccountToken: false", "", False),
        ("{serviceAccountName: a, automountServiceAccountToken: true}", "a", True),
    ],
)
def test_the_token_is_mounted_unless_pod_or_account_forbid_it(
    pod: str, account: str, automounts: bool
) -> None:
    silent = (
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\nautomountServiceAccountToken: false\n"
    )
    text = pod.strip("{}").replace(", ", "\n      ")
    row = workload(pod=text, sa=silent)
    assert (row.service_account, row.automounts_token) == (account, automounts)


@pytest.mark.parametrize(
    ("pod", "spread"),
    [
        ("topologySpreadConstraints: [{maxSkew: 1}]", True),
        ("affinity: {podAntiAffinity: {}}", True),
        ("affinity: {nodeAffinity: {}}", False),
    ],
)
def test_pods_are_kept_apart_by_constraints_or_anti_affinity(pod: str, spread: bool) -> None:
    assert workload(pod=pod).spread is spread


def test_a_container_is_told_with_its_place() -> None:
    row = container()
    assert (row.line, row.workload, row.name, row.image) == (11, "web", "main", "x/web:1.2.3")
    assert row.text == "Deployment web, container main, image x/web:1.2.3"


@pytest.mark.parametrize(
    ("image", "known", "pinned"),
    [
        ("x/web:1.2.3", "x/web:1.2.3", "version"),
        ("x/web", "x/web", "none"),
        ("x/web:latest", "x/web:latest", "floating"),
        ("x@sha256:ab", "x@sha256:ab", "digest"),
        ("x/web:${TAG}", None, None),
        ("'{{ image }}'", None, None),
        ("{{IMAGE}}", None, None),
        ("x/web:IMAGE_TAG", None, None),
        ("''", "", None),
    ],
)
def test_the_image_of_a_container_is_held_as_far_as_its_name_says(
    image: str, known: str | None, pinned: str | None
) -> None:
    row = container(image=image)
    assert (row.image, row.image_pinned) == (known, pinned)


def test_an_image_that_skaffold_builds_is_the_product_and_gets_its_tag_later() -> None:
    files = {
        "k8s/web.yaml": deployment(image="reg/x/web"),
        "skaffold.yaml": "kind: Config\nbuild: {artifacts: [{image: reg/x/web}, y]}\n",
    }
    (row,) = store(files).collected(CONTAINER).rows
    assert (row.product, row.kind, row.image_pinned) == (True, "app", None)


def test_an_image_that_a_compose_file_builds_is_the_product() -> None:
    files = {
        "k8s/web.yaml": deployment(image="x/front:1.2"),
        "compose.yaml": "services: {a: {build: ., image: x/front}}\n",
    }
    (row,) = store(files).collected(CONTAINER).rows
    assert (row.product, row.image_pinned) == (True, "version")


def test_a_data_store_is_known_by_its_image() -> None:
    assert (container(image="postgres:16").kind, container(image="postgres:16").product) == (
        "database",
        False,
    )


def test_init_containers_are_told_and_those_that_go_on_are_none() -> None:
    pod = "initContainers: [{name: a, image: b}, {name: c, image: d, restartPolicy: Always}, x]"
    rows = store({"k8s/a.yaml": deployment(pod=pod)}).collected(CONTAINER).rows
    assert {row.name: row.init for row in rows} == {"a": True, "c": False, "main": False}


def test_probes_are_told_one_by_one() -> None:
    row = container("livenessProbe: {exec: {}}\n          readinessProbe: {httpGet: {path: /}}")
    assert (row.liveness, row.readiness, row.startup) == (True, True, False)


@pytest.mark.parametrize(
    ("text", "requests", "memory", "processor"),
    [
        ("resources: {requests: {cpu: 1, memory: 1Gi}}", True, False, False),
        ("resources: {requests: {cpu: 1}}", False, False, False),
        ("resources: {requests: {cpu: 1}, limits: {memory: 1Gi}}", True, True, False),
        ("resources: {limits: {cpu: 1, memory: 1Gi}}", True, True, True),
        ("", False, False, False),
    ],
)
def test_a_limit_asks_for_what_it_limits(text: str, requests: bool, memory: bool, processor: bool) -> None:
    row = container(text)
    assert (row.requests, row.limits, row.limits_memory, row.limits_cpu) == (
        requests,
        memory,
        memory,
        processor,
    )


def test_a_security_context_is_told_switch_by_switch() -> None:
    row = container(
        "securityContext: {privileged: true, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, "
        "capabilities: {drop: [all], add: [CAP_NET_ADMIN]}, seccompProfile: {type: RuntimeDefault}}"
    )
    assert (row.privileged, row.allow_escalation, row.read_only_root) == (True, False, True)
    assert (row.capabilities_dropped, row.seccomp) == (True, True)
    assert row.capabilities_added == frozenset(("NET_ADMIN",))


def test_without_a_security_context_kubernetes_assumes_the_worse() -> None:
    row = container()
    assert (row.privileged, row.allow_escalation, row.read_only_root) == (False, True, False)
    assert (row.capabilities_dropped, row.seccomp) == (False, False)


def test_a_switch_that_a_template_sets_is_unknown() -> None:
    row = container("securityContext: {privileged: '${P}', allowPrivilegeEscalation: '{{ x }}'}")
    assert (row.privileged, row.allow_escalation) == (None, None)


@pytest.mark.parametrize(
    ("text", "image", "expected"),
    [
        ("securityContext: {runAsUser: 0}", "x", True),
        ("securityContext: {runAsUser: 5}", "python:3.12", False),
        ("", "python:3.12", True),
        ("", "x/y", None),
        ("securityContext: {runAsUser: '${U}'}", "python:3.12", None),
    ],
)
def test_the_image_decides_about_root_where_the_context_does_not(
    text: str, image: str, expected: bool | None
) -> None:
    assert container(text, image=image).runs_as_root is expected


def test_variables_are_named_and_their_secrets_found() -> None:
    row = container("env: [{name: DB_PASSWORD, value: devdb123}, {name: API_TOKEN, value: changeme}, x]")
    assert row.env_names == frozenset(("DB_PASSWORD", "API_TOKEN"))
    assert (set(row.secrets_literal), set(row.placeholder_secrets)) == ({"DB_PASSWORD"}, {"API_TOKEN"})
    assert (row.secret_refs, "devdb123" in repr(row)) == (False, False)


@pytest.mark.parametrize(
    ("text", "pod", "expected"),
    [
        ("env: [{name: A, valueFrom: {secretKeyRef: {name: s}}}]", "", True),
        ("envFrom: [{secretRef: {name: s}}]", "", True),
        ("envFrom: [{configMapRef: {name: s}}]", "", False),
        ("volumeMounts: [{name: v}]", "volumes: [{name: v, secret: {secretName: s}}]", True),
        ("volumeMounts: [{name: w}]", "volumes: [{name: v, secret: {secretName: s}}]", False),
        ("volumeMounts: [{name: v}]", "volumes: [{name: v, csi: {driver: secrets-store.csi.k8s.io}}]", True),
        ("volumeMounts: [{name: v}]", "volumes: [{name: v, projected: {sources: [{secret: {}}]}}]", True),
        ("volumeMounts: [{name: v}]", "volumes: [{name: v, emptyDir: {}}]", False),
    ],
)
def test_secrets_reach_a_container_by_variables_and_by_volumes(text: str, pod: str, expected: bool) -> None:
    assert container(text, pod).secret_refs is expected


def test_the_environment_comes_from_the_path() -> None:
    rows = store({"k8s/web.staging.yaml": deployment(), "deploy/prod/web.yaml": deployment()})
    assert [row.environment for row in rows.collected(WORKLOAD).rows] == ["production", "staging"]


def test_whose_manifest_it_is_stays_with_the_row() -> None:
    (row,) = store({"tests/k8s/web.yaml": deployment()}).collected(WORKLOAD).rows
    assert row.role == "test"


def test_many_selectors_for_one_label_end_soon() -> None:
    selector = "{matchLabels: {app: web, x: y}}"
    one = f"---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nspec: {{selector: {selector}}}\n"
    assert not workload(budgets=one * 300).has_pdb


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("", ""),
        ("command: [a, b]", "a b"),
        ("args: [c]", "c"),
        ("args: [c]\n          command: [a, {x: y}]", "a c"),
        ("command: ['{{ x }}']", None),
        ("command: '{{ x }}'", None),
    ],
)
def test_a_container_runs_its_command_with_its_arguments(text: str, command: str | None) -> None:
    assert container(text).command == command
