"""Helm charts: the objects, workloads and containers that they bring, with their values."""

from __future__ import annotations

import pytest

from readiness.facts.deployment.helm import releases as releases_module
from readiness.facts.deployment.helm.given import put
from readiness.facts.deployment.helm.values import UNKNOWN
from readiness.facts.deployment.kubernetes import CONTAINER, OBJECT, WORKLOAD
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

CHART = "apiVersion: v2\nname: web\nversion: 0.1.0\nappVersion: '1.16.0'\n"
HELPERS = """{{- define "web.fullname" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- define "web.labels" -}}
app: {{ include "web.fullname" . }}
{{- end }}
"""
DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "web.fullname" . }}
spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicaCount }}
  {{- end }}
  template:
    metadata:
      labels:
        {{- include "web.labels" . | nindent 8 }}
    spec:
      securityContext:
        {{- toYaml .Values.podSecurityContext | nindent 8 }}
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          {{- with .Values.livenessProbe }}
          livenessProbe:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
"""
HPA = """{{- if .Values.autoscaling.enabled }}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ include "web.fullname" . }}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: {{ include "web.fullname" . }}}
  minReplicas: {{ .Values.autoscaling.minReplicas }}
{{- end }}
"""
VALUES = """replicaCount: 1
image: {repository: acme/web, tag: ""}
nameOverride: ""
resources: {}
podSecurityContext: {}
livenessProbe: {httpGet: {path: /, port: http}}
autoscaling: {enabled: false, minReplicas: 2}
"""
FILES = {
    "chart/Chart.yaml": CHART,
    "chart/values.yaml": VALUES,
    "chart/templates/_helpers.tpl": HELPERS,
    "chart/templates/deployment.yaml": DEPLOYMENT,
    "chart/templates/hpa.yaml": HPA,
    "chart/templates/NOTES.txt": "Visit {{ .Values.image.repository }}\n",
}


def store(files: dict[str, str]) -> Store:
    return Store(MemoryTree(files), tables=())


def one(files: dict[str, str]) -> Store:
    return store({"chart/Chart.yaml": CHART, **{f"chart/{name}": text for name, text in files.items()}})


def pod(container: str, pod_: str = "") -> str:
    """A Deployment with one container that has these further lines."""
    lines = "".join(f"          {line}\n" for line in container.splitlines())
    above = "".join(f"      {line}\n" for line in pod_.splitlines())
    return (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n"
        f"    metadata: {{labels: {{app: a}}}}\n    spec:\n{above}"
        f"      containers:\n        - name: a\n{lines}"
    )


def test_an_ordinary_chart_gives_what_its_values_say() -> None:
    facts = store(FILES)
    assert [(row.kind, row.name, row.path, row.line) for row in facts.collected(OBJECT).rows] == [
        ("Deployment", "web", "chart/templates/deployment.yaml", 1)
    ]
    (work,) = facts.collected(WORKLOAD).rows
    assert (work.replicas, work.has_hpa, work.has_pdb, work.overlay) == (1, False, False, "chart/Chart.yaml")
    (container,) = facts.collected(CONTAINER).rows
    assert (container.image, container.image_pinned, container.line) == ("acme/web:1.16.0", "version", 17)
    assert (container.liveness, container.readiness, container.limits) == (True, False, False)
    assert (container.requests, container.run_as_non_root, container.seccomp) == (False, False, False)
    assert container.text == "Deployment web, container web, image acme/web:1.16.0 (chart web)"
    assert facts.collected(CONTAINER).openings == ()
    assert facts.collected(CONTAINER).problems == ()


def test_values_for_production_take_the_place_of_those_of_the_chart() -> None:
    more = "autoscaling: {enabled: true}\nresources: {limits: {memory: 1Gi}}\nlivenessProbe: null\n"
    facts = store({**FILES, "chart/values-production.yaml": more})
    (work,) = facts.collected(WORKLOAD).rows
    assert (work.environment, work.overlay) == ("production", "chart/values-production.yaml")
    assert (work.replicas, work.has_hpa) == (2, True)
    (container,) = facts.collected(CONTAINER).rows
    assert (container.limits, container.liveness) == (True, False)
    assert container.text.endswith("(chart web, values-production.yaml)")


@pytest.mark.parametrize(
    "path",
    [
        "chart/values-staging.yaml",
        "chart/values/staging.yaml",
        "values.staging.yaml",
        "chart/env/staging.yaml",
    ],
)
def test_values_for_staging_alone_are_told_beside_those_of_the_chart(path: str) -> None:
    facts = store({**FILES, path: "replicaCount: 2\n"})
    rows = facts.collected(WORKLOAD).rows
    assert sorted((row.environment, row.replicas) for row in rows) == [("", 1), ("staging", 2)]


def test_values_of_no_environment_and_for_the_chart_s_own_tests_are_not_told() -> None:
    facts = store({**FILES, "chart/values-large.yaml": "a: 1\n", "chart/ci/prod-values.yaml": "a: 1\n"})
    assert [row.environment for row in facts.collected(WORKLOAD).rows] == [""]


def test_a_value_that_only_a_deployment_gives_is_unknown() -> None:
    text = pod(
        'image: "acme/web:{{ .Values.tag }}"\n'
        "livenessProbe: {{ .Values.a.b }}\n"
        "resources: {{ .Values.a.b }}\n"
        "securityContext: {{ .Values.a.b }}\n"
        "env: {{ .Values.a.b }}\n"
        "lifecycle: {{ .Values.a.b }}",
        "terminationGracePeriodSeconds: {{ .Values.a.b }}\nhostNetwork: {{ .Values.a.b }}\n"
        "volumes: {{ .Values.a.b }}\naffinity: {{ .Values.a.b }}",
    )
    facts = one({"templates/a.yaml": text})
    (row,) = facts.collected(CONTAINER).rows
    assert (row.image, row.image_pinned) == (None, None)
    assert (row.liveness, row.readiness, row.limits, row.requests) == (None, False, None, None)
    assert (row.privileged, row.allow_escalation, row.read_only_root, row.seccomp) == (None, None, None, None)
    assert (row.run_as_non_root, row.runs_as_root, row.capabilities_dropped) == (None, None, None)
    assert (row.capabilities_added, row.secret_refs, row.env_names) == (None, None, None)
    (work,) = facts.collected(WORKLOAD).rows
    assert (work.grace, work.grace_set, work.pre_stop, work.host_namespaces) == (None, True, None, None)
    assert (work.host_paths, work.spread, work.run_as_non_root) == (None, None, None)


def test_an_empty_tag_is_one_that_the_deployment_gives() -> None:
    facts = one({"values.yaml": "tag: ''\n", "templates/a.yaml": pod('image: "acme/web:{{ .Values.tag }}"')})
    (row,) = facts.collected(CONTAINER).rows
    assert (row.image, row.image_pinned) == (None, None)


def test_what_hangs_on_what_is_unknown_is_unknown_and_all_else_is_known() -> None:
    text = pod(
        "image: a/b:1.2\n{{- if .Values.a.b }}\nreadinessProbe: {exec: {}}\n{{- end }}\n"
        "livenessProbe: {exec: {}}\nsecurityContext: {privileged: false}"
    )
    (row,) = one({"templates/a.yaml": text}).collected(CONTAINER).rows
    assert (row.liveness, row.readiness, row.startup, row.limits, row.privileged) == (
        True,
        None,
        None,
        None,
        False,
    )


def test_a_list_that_may_have_more_items_leaves_open_what_they_would_say() -> None:
    text = pod(
        "image: a/b:1.2\nenv:\n  - {name: A, value: b}\n"
        "  {{- range .Values.a.b }}\n  - {name: x}\n  {{- end }}"
    )
    (row,) = one({"templates/a.yaml": text}).collected(CONTAINER).rows
    assert (row.env_names, row.secret_refs) == (None, None)


def test_containers_that_are_unknown_leave_open_what_holds_for_every_one() -> None:
    text = pod("image: a/b:1.2\nsecurityContext: {runAsNonRoot: true}") + "        {{ .Values.a.b }}\n"
    (work,) = one({"templates/a.yaml": text}).collected(WORKLOAD).rows
    assert (work.run_as_non_root, work.pre_stop) == (None, None)


def test_an_object_that_may_be_there_leaves_open_only_what_it_is_about() -> None:
    monitor = (
        '{{- if .Capabilities.APIVersions.Has "monitoring.coreos.com/v1" }}\n'
        "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\n{{- end }}\n"
    )
    facts = one({"templates/a.yaml": pod("image: a/b:1.2"), "templates/m.yaml": monitor})
    assert [(gap.path, gap.line) for gap in facts.collected(OBJECT).openings] == [
        ("chart/templates/m.yaml", 1)
    ]
    assert facts.collected(WORKLOAD).openings == facts.collected(CONTAINER).openings == ()
    (work,) = facts.collected(WORKLOAD).rows
    assert work.has_pdb is False


@pytest.mark.parametrize(
    ("kind", "answer"),
    [("PodDisruptionBudget", (None, False, False)), ("HorizontalPodAutoscaler", (False, None, False)),
     ("NetworkPolicy", (False, False, None))],
)  # fmt: skip
def test_an_object_that_may_be_there_leaves_open_what_it_says_of_workloads(
    kind: str, answer: tuple[bool | None, ...]
) -> None:
    maybe = f"{{{{ if .Values.a.b }}}}\nkind: {kind}\n{{{{ end }}}}\n"
    facts = one({"templates/a.yaml": pod("image: a/b:1.2"), "templates/m.yaml": maybe})
    (work,) = facts.collected(WORKLOAD).rows
    assert (work.has_pdb, work.has_hpa, work.has_network_policy) == answer


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ if }}", "a template that is not understood"),
        ('{{ include "elsewhere.all" . }}', "whether and what the template gives is not known"),
        ("{{ range until 2000 }}x{{ end }}", "a template with a loop of more than 1,000 rounds"),
        ("a: [", "what the template gives cannot be read"),
        ("apiVersion: {{ .Values.a.b }}\nkind: Widget\n", "whether and what the template gives is not known"),
    ],
)
def test_a_template_that_cannot_be_followed_leaves_its_path_open(text: str, reason: str) -> None:
    facts = one({"templates/a.yaml": text, "templates/b.yaml": pod("image: a/b:1.2")})
    assert [(gap.path, gap.reason) for gap in facts.collected(OBJECT).openings] == [
        ("chart/templates/a.yaml", reason)
    ]
    assert [row.name for row in facts.collected(WORKLOAD).rows] == ["a"]


def test_an_api_version_that_a_helper_gives_is_the_one_that_is_served() -> None:
    text = pod("image: a/b:1.2").replace("apps/v1", '{{ include "elsewhere.api" . }}')
    (row,) = one({"templates/a.yaml": text}).collected(OBJECT).rows
    assert (row.kind, row.api, row.deprecated) == ("Deployment", "apps/v1", "")


def test_a_test_of_the_chart_is_not_deployed() -> None:
    test = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: t\n  annotations: {"helm.sh/hook": test}\n'
    facts = one({"templates/check.yaml": test})
    assert facts.collected(OBJECT).rows == ()
    assert facts.collected(WORKLOAD).rows == ()


def test_a_job_that_runs_before_an_upgrade_is_deployed() -> None:
    job = (
        "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migrate\n"
        '  annotations: {"helm.sh/hook": "pre-upgrade,pre-install"}\n'
        "spec: {template: {spec: {containers: [{name: m, image: 'a/b:1.2'}]}}}\n"
    )
    (row,) = one({"templates/job.yaml": job}).collected(CONTAINER).rows
    assert (row.workload, row.service) == ("migrate", False)


def test_a_chart_in_charts_is_told_as_a_part_with_the_values_of_the_whole() -> None:
    part = pod('image: "{{ .Values.image }}:{{ .Values.global.tag }}"')
    facts = one(
        {
            "values.yaml": "api: {image: acme/api}\nglobal: {tag: 1.2.3}\n",
            "charts/api/Chart.yaml": "apiVersion: v2\nname: api\nversion: 1.0.0\n",
            "charts/api/values.yaml": "image: other\nglobal: {tag: none}\n",
            "charts/api/templates/a.yaml": part,
        }
    )
    (row,) = facts.collected(CONTAINER).rows
    assert (row.image, row.path, row.overlay) == (
        "acme/api:1.2.3", "chart/charts/api/templates/a.yaml", "chart/Chart.yaml",
    )  # fmt: skip


@pytest.mark.parametrize(("enabled", "count"), [("true", 1), ("false", 0)])
def test_a_part_that_is_switched_off_brings_nothing(enabled: str, count: int) -> None:
    chart = CHART + "dependencies: [{name: api, version: 1.0.0, condition: 'api.enabled, x.y'}]\n"
    facts = store(
        {
            "chart/Chart.yaml": chart,
            "chart/values.yaml": f"api: {{enabled: {enabled}}}\n",
            "chart/charts/api/Chart.yaml": "apiVersion: v2\nname: api\n",
            "chart/charts/api/templates/a.yaml": pod("image: a/b:1.2"),
        }
    )
    assert len(facts.collected(WORKLOAD).rows) == count
    assert facts.collected(WORKLOAD).openings == ()


def test_a_part_of_which_nobody_knows_whether_it_is_on_leaves_all_open() -> None:
    chart = CHART + "dependencies: [{name: api, condition: api.enabled}]\n"
    facts = store(
        {
            "chart/Chart.yaml": chart,
            "chart/values.yaml": "api: {enabled: !vault x}\n",
            "chart/charts/api/Chart.yaml": "apiVersion: v2\nname: api\n",
        }
    )
    assert [gap.line for gap in facts.collected(WORKLOAD).openings] == [5]


def test_a_chart_beside_it_is_a_part_by_its_path_and_not_told_by_itself() -> None:
    chart = CHART + "dependencies: [{name: api, alias: core, repository: 'file://../api'}]\n"
    facts = store(
        {
            "charts/web/Chart.yaml": chart,
            "charts/web/values.yaml": "core: {replicas: 4}\n",
            "charts/api/Chart.yaml": "apiVersion: v2\nname: api\n",
            "charts/api/values.yaml": "replicas: 1\n",
            "charts/api/templates/a.yaml": pod("image: a/b:1.2").replace(
                "spec:\n  template", "spec:\n  replicas: {{ .Values.replicas }}\n  template", 1
            ),
        }
    )
    assert [row.replicas for row in facts.collected(WORKLOAD).rows] == [4]


def test_named_templates_of_a_library_in_the_subject_are_known() -> None:
    facts = one(
        {
            "templates/a.yaml": '{{ include "lib.all" . }}',
            "charts/lib/Chart.yaml": "apiVersion: v2\nname: lib\ntype: library\n",
            "charts/lib/templates/_all.tpl": '{{ define "lib.all" }}' + pod("image: a/b:1.2") + "{{ end }}",
        }
    )
    (row,) = facts.collected(WORKLOAD).rows
    assert (row.path, row.line) == ("chart/templates/a.yaml", 1)


@pytest.mark.parametrize(
    ("dependency", "opens"),
    [("postgresql", False), ("redis", False), ("ingress-nginx", False), ("acme-service", True)],
)
def test_a_chart_from_elsewhere_opens_its_questions_where_it_may_be_the_product(
    dependency: str, opens: bool
) -> None:
    more = f"dependencies: [{{name: {dependency}, version: 1.0.0, repository: 'https://example.org'}}]\n"
    facts = store({"chart/Chart.yaml": CHART + more})
    assert [gap.line for gap in facts.collected(WORKLOAD).openings] == ([5] if opens else [])


def test_a_chart_from_elsewhere_beside_templates_opens_nothing() -> None:
    files = {
        "requirements.yaml": "dependencies: [{name: acme-x}]\n",
        "templates/a.yaml": pod("image: a/b:1.2"),
    }
    assert one(files).collected(WORKLOAD).openings == ()


def test_values_that_cannot_be_read_leave_all_open_and_are_a_problem() -> None:
    facts = one({"values.yaml": "a: [", "templates/a.yaml": pod("image: a/b:1.2")})
    found = facts.collected(WORKLOAD)
    assert [gap.path for gap in found.openings] == ["chart/values.yaml"]
    assert [problem.path for problem in found.problems] == ["chart/values.yaml"]


def test_helpers_that_are_not_understood_are_a_problem_and_unknown() -> None:
    facts = one({"templates/_h.tpl": "{{ if }}", "templates/a.yaml": pod('image: "{{ include "h" . }}"')})
    assert [problem.path for problem in facts.collected(CONTAINER).problems] == ["chart/templates/_h.tpl"]
    (row,) = facts.collected(CONTAINER).rows
    assert row.image is None


def test_a_secret_with_a_password_from_the_values_is_written_out() -> None:
    secret = (
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
        "data:\n  DB_PASSWORD: {{ .Values.password | b64enc }}\n  OTHER_PASSWORD: {{ .Values.open.x }}\n"
        "stringData: {API_TOKEN: {{ .Values.token }}}\n"
    )
    values = "password: vK3pQ9xZr7LmT2\ntoken: ''\n"
    (row,) = one({"values.yaml": values, "templates/s.yaml": secret}).collected(OBJECT).rows
    assert row.secrets_literal == {"DB_PASSWORD"}


def test_a_template_beside_the_templates_of_a_chart_is_nobody_s() -> None:
    facts = one({"templates_disabled/a.yaml": "apiVersion: v1\nkind: {{ .Values.kind }}\n{{- if .x }}\n"})
    assert facts.collected(OBJECT).openings == ()


def test_a_chart_among_tests_is_the_test_s_and_opens_nothing() -> None:
    facts = store({"tests/chart/Chart.yaml": CHART, "tests/chart/templates/a.yaml": "{{ if }}"})
    assert facts.collected(WORKLOAD).openings == ()


def test_a_chart_is_told_with_a_limited_amount_of_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releases_module, "MAX_RELEASE", 50)
    facts = one({"templates/a.yaml": "{{ range until 40 }}a{{ end }}"})
    assert [gap.reason for gap in facts.collected(WORKLOAD).openings] == [
        "more work than is put into one chart"
    ]


def test_charts_without_a_readable_head_and_documents_without_content_give_nothing() -> None:
    facts = store(
        {
            "a/Chart.yaml": "- x\n",
            "a/templates/a.yaml": "kind: Pod\napiVersion: v1\n",
            "b/Chart.yaml": "apiVersion: v2\n",
            "b/values.yaml": "",
            "b/templates/a.yaml": "---\n---\n# nothing\n",
            "b/templates/b.yaml": "{{ .Values.x }}",
        }
    )
    assert facts.collected(OBJECT).rows == ()
    assert [gap.path for gap in facts.collected(OBJECT).openings] == ["b/templates/b.yaml"]


def deployed(command: str, *, where: str = "", **more: str) -> Store:
    """A chart with an image whose tag is ``latest``, and a pipeline that deploys it."""
    workflow = (
        f"on: push\njobs:\n  d:\n    {where}\n    runs-on: ubuntu-latest\n    steps:\n"
        f"      - uses: actions/checkout@v4\n      - run: {command}\n"
    )
    files = {
        ".github/workflows/d.yml": workflow,
        "deploy/chart/Chart.yaml": CHART,
        "deploy/chart/values.yaml": "image: {tag: latest}\n",
        "deploy/chart/templates/a.yaml": pod('image: "acme/web:{{ .Values.image.tag }}"'),
    }
    return store(files | {name.replace("__", "/").replace("_", "."): text for name, text in more.items()})


@pytest.mark.parametrize(
    ("command", "image"),
    [
        ("helm upgrade --install web ./deploy/chart --set image.tag=$GITHUB_SHA", None),
        ("helm upgrade web deploy/chart --set=image.tag=1.2.3", "acme/web:1.2.3"),
        ("helm upgrade web deploy/chart --set a=b,image.tag=1.2.3", "acme/web:1.2.3"),
        ("helm upgrade web . --set-string 'image.tag=1.2.3'", "acme/web:1.2.3"),
        ("helm upgrade web deploy/chart --set-file image.tag=VERSION", None),
        ("helm upgrade web deploy/chart --set image=x", None),
        ("helm upgrade other repo/other --set image.tag=1.2.3", "acme/web:latest"),
        ("helm lint deploy/chart --set image.tag=1.2.3", "acme/web:latest"),
        ("helm upgrade web deploy/chart --set", "acme/web:latest"),
        ("echo deploy/chart --set image.tag=1.2.3", "acme/web:latest"),
    ],
)
def test_a_value_that_a_pipeline_hands_over_takes_the_place_of_the_chart_s(
    command: str, image: str | None
) -> None:
    (row,) = deployed(command).collected(CONTAINER).rows
    assert row.image == image


def test_commands_that_hand_over_different_values_leave_the_value_unknown() -> None:
    one_ = "helm upgrade web deploy/chart --set image.tag=1.2.3"
    facts = deployed(f"'{one_}'\n      - run: helm upgrade web deploy/chart --set image.tag=1.2.4")
    assert [row.image for row in facts.collected(CONTAINER).rows] == [None]


def test_a_file_that_a_pipeline_hands_over_is_told_for_its_environment() -> None:
    facts = deployed(
        "helm upgrade web deploy/chart -f ops/live.yaml -f $MORE",
        where="environment: production",
        ops__live_yaml="image: {tag: 1.2.3}\n",
    )
    rows = facts.collected(CONTAINER).rows
    assert [(row.environment, row.image, row.overlay) for row in rows] == [
        ("production", "acme/web:1.2.3", "ops/live.yaml")
    ]


def test_what_is_handed_over_for_another_environment_does_not_count() -> None:
    facts = deployed(
        "helm upgrade web deploy/chart --set image.tag=1.2.3",
        where="environment: staging",
        **{"deploy__chart__values-prod_yaml": "a: 1\n"},
    )
    assert [row.image for row in facts.collected(CONTAINER).rows] == ["acme/web:latest"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.b", {"a": {"b": 5}, "l": [1], "s": "x"}),
        ("l[0].x", {"l": UNKNOWN, "s": "x"}),
        ("l[0]", {"l": UNKNOWN, "s": "x"}),
        ("s.y", {"l": [1], "s": {"y": 5}}),
        ("n\\.o.p", {"l": [1], "s": "x", "n\\": UNKNOWN}),
    ],
)
def test_a_path_leads_to_a_value(path: str, expected: dict[str, object]) -> None:
    values: dict[str, object] = {"l": [1], "s": "x"}
    put(values, path, "5")
    assert values == expected
