"""Kustomizations put together."""

from __future__ import annotations

import pytest

from readiness.facts.deployment import kustomize
from readiness.facts.deployment.kubernetes import CONTAINER, OBJECT, WORKLOAD
from readiness.facts.deployment.merging import edited, patched
from readiness.facts.store import Store
from readiness.structured.nodes import Node, Table
from readiness.structured.yaml import parse
from readiness.tree.memory import MemoryTree

WEB = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: main, image: "x/web:1.2", env: [{name: A, value: b}]}
        - {name: side, image: "x/side"}
"""
PROBE = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  template:
    spec:
      containers:
        - name: main
          resources: {limits: {memory: 1Gi}}
          readinessProbe: {exec: {}}
"""


def store(files: dict[str, str]) -> Store:
    return Store(MemoryTree(files), tables=())


def overlaid(overlay: str, **others: str) -> Store:
    """A base with a Deployment, and an overlay for production over it."""
    files = {
        "base/kustomization.yaml": "resources: [web.yaml]\n",
        "base/web.yaml": WEB,
        "overlays/production/kustomization.yaml": f"resources: [../../base]\n{overlay}",
    }
    files |= {f"overlays/production/{name}.yaml": text for name, text in others.items()}
    return store(files)


def test_a_base_is_told_for_each_overlay_and_not_by_itself() -> None:
    files = {
        "k/base/kustomization.yaml": "resources:\n- web.yaml\n",
        "k/base/web.yaml": WEB,
        "k/overlays/staging/kustomization.yaml": "resources:\n- ../../base\n",
        "k/overlays/production/kustomization.yml": "bases:\n- ../../base\n",
    }
    rows = store(files).collected(WORKLOAD).rows
    assert sorted((row.path, row.line, row.environment, row.overlay) for row in rows) == [
        ("k/base/web.yaml", 1, "production", "k/overlays/production/kustomization.yml"),
        ("k/base/web.yaml", 1, "staging", "k/overlays/staging/kustomization.yaml"),
    ]
    assert {row.text for row in rows} == {
        "Deployment web (in k/overlays/staging)",
        "Deployment web (in k/overlays/production)",
    }


def test_a_base_that_nobody_uses_counts_as_itself() -> None:
    files = {"kustomization.yaml": "resources: [web.yaml]\n", "web.yaml": WEB}
    (row,) = store(files).collected(WORKLOAD).rows
    assert (row.environment, row.overlay, row.text) == ("", "kustomization.yaml", "Deployment web (in .)")


def test_a_kustomization_is_an_object_and_what_it_takes_in_is_applied() -> None:
    files = {
        "a/kustomization.yaml": "namespace: shop\nresources: [web.yaml]\n",
        "a/web.yaml": WEB,
        "b/web.yaml": WEB,
    }
    rows = store(files).collected(OBJECT).rows
    assert [(row.path, row.kind, row.applied, row.namespace) for row in rows] == [
        ("a/kustomization.yaml", "Kustomization", None, "shop"),
        ("a/web.yaml", "Deployment", True, "shop"),
        ("b/web.yaml", "Deployment", None, ""),
    ]


def test_what_only_a_test_takes_in_stands_by_itself_too() -> None:
    files = {
        "base/kustomization.yaml": "resources: [web.yaml]\n",
        "base/web.yaml": WEB,
        "tests/kustomization.yaml": "resources: [../base]\n",
    }
    rows = store(files).collected(WORKLOAD).rows
    assert sorted((row.overlay, row.role) for row in rows) == [
        ("base/kustomization.yaml", "product"),
        ("tests/kustomization.yaml", "test"),
    ]


@pytest.mark.parametrize(
    ("overlay", "others"),
    [
        ("patches: [{path: patch.yaml}]\n", {"patch": PROBE}),
        ("patchesStrategicMerge: [patch.yaml]\n", {"patch": PROBE}),
        ("patches:\n- patch: |-\n" + "".join(f"    {line}\n" for line in PROBE.splitlines()), {}),
        ("patchesStrategicMerge:\n- |-\n" + "".join(f"  {line}\n" for line in PROBE.splitlines()), {}),
        (
            "patches: [{path: patch.yaml, target: {kind: Deployment}}]\n",
            {"patch": PROBE.replace("name: web", "name: any")},
        ),
    ],
)
def test_a_merge_patch_changes_what_it_names(overlay: str, others: dict[str, str]) -> None:
    facts = overlaid(overlay, **others)
    (row,) = facts.collected(WORKLOAD).rows
    assert (row.replicas, row.path) == (3, "base/web.yaml")
    main, side = facts.collected(CONTAINER).rows
    assert (main.readiness, main.limits, main.image, set(main.env_names or ())) == (
        True,
        True,
        "x/web:1.2",
        {"A"},
    )
    assert (side.readiness, side.limits) == (False, False)
    assert facts.collected(OBJECT).problems == ()


@pytest.mark.parametrize(
    "target",
    [
        "{kind: Service}",
        "{name: we}",
        "{name: '('}",
        "{group: batch}",
        "{version: v2}",
        "{labelSelector: app=web}",
        "{namespace: other}",
    ],
)
def test_a_patch_for_something_else_changes_nothing(target: str) -> None:
    overlay = f"patches: [{{path: patch.yaml, target: {target}}}]\n"
    (row,) = overlaid(overlay, patch=PROBE).collected(WORKLOAD).rows
    assert row.replicas == 1


def test_a_target_chooses_by_pattern_and_label() -> None:
    files = {
        "kustomization.yaml": "resources: [a.yaml]\npatches:\n- {path: p.yaml, target: {name: w.*, "
        "kind: Deployment, group: apps, version: v1, labelSelector: 'tier=front,x!=y'}}\n",
        "a.yaml": WEB.replace("{name: web}", "{name: web, labels: {tier: front}}"),
        "p.yaml": PROBE,
    }
    (row,) = store(files).collected(WORKLOAD).rows
    assert row.replicas == 3


def test_a_json_patch_adds_replaces_and_removes() -> None:
    operations = (
        "[{op: replace, path: /spec/replicas, value: 4}, "
        "{op: add, path: /spec/template/spec/containers/0/livenessProbe, value: {exec: {}}}, "
        "{op: remove, path: /spec/template/spec/containers/1}]"
    )
    overlay = (
        f"patchesJson6902:\n- target: {{kind: Deployment, name: web}}\n  patch: |-\n    {operations}\n"
        "patches:\n- patch: |-\n    [{op: replace, path: /spec/replicas, value: 9}]\n"
    )
    facts = overlaid(overlay)
    (row,) = facts.collected(WORKLOAD).rows
    assert row.replicas == 4
    assert [(one.name, one.liveness) for one in facts.collected(CONTAINER).rows] == [("main", True)]


def test_a_patch_may_take_an_object_away() -> None:
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n$patch: delete\n"
    assert overlaid("patches: [{path: p.yaml}]\n", p=patch).collected(WORKLOAD).rows == ()


def test_images_are_renamed_and_tagged() -> None:
    images = (
        "images:\n- {name: x/web, newTag: '2.0.1'}\n- {name: x/side, newName: y/side, digest: 'sha256:ab'}\n"
    )
    rows = overlaid(images).collected(CONTAINER).rows
    assert [(row.image, row.image_pinned) for row in rows] == [
        ("x/web:2.0.1", "version"),
        ("y/side@sha256:ab", "digest"),
    ]


def test_an_image_whose_tag_a_deployment_puts_in_is_unknown() -> None:
    first, _ = overlaid("images: [{name: x/web, newTag: '${TAG}'}]\n").collected(CONTAINER).rows
    assert (first.image, first.image_pinned) == (None, None)


def test_replicas_namespace_and_names_are_set() -> None:
    overlay = "namespace: shop\nnamePrefix: p-\nnameSuffix: -s\nreplicas: [{name: web, count: 5}]\n"
    (row,) = overlaid(overlay).collected(WORKLOAD).rows
    assert (row.replicas, row.namespace, row.name) == (5, "shop", "p-web-s")


def test_an_autoscaler_still_finds_a_workload_with_a_prefix() -> None:
    scaler = (
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n"
        "spec: {scaleTargetRef: {kind: Deployment, name: web}, minReplicas: 2}\n"
    )
    facts = overlaid("namePrefix: p-\nresources: [../../base, hpa.yaml]\n", hpa=scaler)
    (row,) = facts.collected(WORKLOAD).rows
    assert (row.has_hpa, row.replicas) == (True, 2)


def test_a_component_changes_what_was_taken_in_before() -> None:
    files = {
        "kustomization.yaml": "resources: [web.yaml]\ncomponents: [parts/probe, parts/no, parts/self]\n",
        "web.yaml": WEB,
        "parts/probe/kustomization.yaml": "kind: Component\nresources: [s.yaml]\npatches: [{path: p.yaml}]\n",
        "parts/probe/p.yaml": PROBE,
        "parts/probe/s.yaml": "apiVersion: v1\nkind: Service\n",
        "parts/unused/kustomization.yaml": "kind: Component\nresources: [../../web.yaml]\n",
        "parts/self/kustomization.yaml": "kind: Component\ncomponents: [../self]\n",
    }
    facts = store(files)
    (row,) = facts.collected(WORKLOAD).rows
    assert row.replicas == 3
    assert [(problem.line, problem.message) for problem in facts.collected(OBJECT).problems] == [
        (2, "'parts/no' is not there")
    ]


def test_what_is_named_and_not_there_is_a_problem_and_missing() -> None:
    files = {
        "a/kustomization.yaml": "resources:\n- no.yaml\n- ../b\npatches:\n- path: gone.yaml\n"
        "configMapGenerator:\n- {name: c, files: [x=file.txt], envs: [.env]}\n",
        "b/readme.md": "x",
        ".gitignore": ".env\n",
    }
    found = store(files).collected(OBJECT)
    row = found.rows[0]
    assert set(row.missing) == {"no.yaml", "../b", "gone.yaml", "file.txt"}
    assert [problem.line for problem in found.problems] == [2, 3, 5, 7]
    assert found.openings == ()


def test_what_git_ignores_leaves_the_question_open() -> None:
    files = {"a/kustomization.yaml": "resources: [secret.yaml]\n", ".gitignore": "secret.yaml\n"}
    found = store(files).collected(OBJECT)
    assert [gap.reason for gap in found.openings] == ["'secret.yaml' is kept out of the repository"]
    assert found.problems == ()


@pytest.mark.parametrize(
    "resource",
    [
        "https://example.org/x.yaml",
        "github.com/owner/name//base?ref=v1",
        "github.com/owner/name",
        "git@github.com:a/b",
        "../../elsewhere",
    ],
)
def test_what_lies_elsewhere_leaves_the_question_of_its_environment_open(resource: str) -> None:
    files = {"overlays/prod/kustomization.yaml": f"resources: ['{resource}']\n"}
    if resource.startswith(".."):
        files = {"prod/kustomization.yaml": f"resources: ['{resource}']\n"}
    (gap,) = store(files).collected(WORKLOAD).openings
    assert (gap.environment, gap.line) == ("production", 1)


@pytest.mark.parametrize("key", ["helmCharts", "generators", "transformers"])
def test_what_a_plugin_makes_leaves_the_question_open(key: str) -> None:
    (gap,) = store({"kustomization.yaml": f"resources: []\n{key}: [x]\n"}).collected(WORKLOAD).openings
    assert (gap.reason, gap.line) == (f"what '{key}' makes is not followed", 2)
    assert store({"kustomization.yaml": f"{key}: []\n"}).collected(WORKLOAD).openings == ()


def test_secrets_that_are_written_for_a_generator_are_named() -> None:
    text = "secretGenerator:\n- {name: s, literals: [password=devdb@123, user=x], envs: [no.env]}\n"
    (row,) = store({"kustomization.yaml": text, ".gitignore": "*.env"}).collected(OBJECT).rows
    assert set(row.secrets_literal) == {"password"}


def test_a_kustomization_below_another_is_told_with_its_own_faults() -> None:
    files = {
        "base/kustomization.yaml": "resources: [no.yaml]\nsecretGenerator: [{literals: [token=devdb@123]}]\n",
        "prod/kustomization.yaml": "resources: [../base]\n",
    }
    base, prod = store(files).collected(OBJECT).rows
    assert (set(base.missing), set(base.secrets_literal), base.applied) == ({"no.yaml"}, {"token"}, True)
    assert (set(prod.missing), set(prod.secrets_literal), prod.environment) == (set(), set(), "production")


def test_flux_has_a_kustomization_of_its_own() -> None:
    text = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\n"
    rows = store({"clusters/kustomization.yaml": text}).collected(OBJECT).rows
    assert [(row.kind, row.api, row.name) for row in rows] == [
        ("Kustomization", "kustomize.toolkit.fluxcd.io/v1", "a")
    ]


def test_a_kustomization_without_an_ending_is_read() -> None:
    files = {"deploy/production/Kustomization": "resources: [web.yaml]\n", "deploy/production/web.yaml": WEB}
    (row,) = store(files).collected(WORKLOAD).rows
    assert row.environment == "production"


def test_kustomizations_that_take_each_other_in_end() -> None:
    files = {
        "a/kustomization.yaml": "resources: [../b]\n",
        "b/kustomization.yaml": "resources: [../a, web.yaml]\n",
        "b/web.yaml": WEB,
        "c/kustomization.yaml": "resources: [../a, .]\n",
    }
    found = store(files).collected(WORKLOAD)
    assert len(found.rows) == 1
    assert "'../a' leads back to a kustomization that takes it in" in [
        problem.message for problem in found.problems
    ]


def test_a_patch_that_is_no_yaml_is_a_problem_at_its_line() -> None:
    found = overlaid("patches:\n- patch: |-\n    a: b\n    [\n- path: p.yaml\n", p="a: [").collected(WORKLOAD)
    assert [(problem.path, problem.line) for problem in found.problems] == [
        ("overlays/production/kustomization.yaml", 5),
        ("overlays/production/p.yaml", 1),
    ]


def test_a_resource_that_is_a_template_leaves_the_question_open() -> None:
    files = {
        "prod/kustomization.yaml": "resources: [a.yaml, b.yaml]\n",
        "prod/a.yaml": "apiVersion: v1\nkind: {{ x\n",
        "prod/b.yaml": "apiVersion: v1\nkind: [\n",
    }
    found = store(files).collected(WORKLOAD)
    assert [(gap.path, gap.environment) for gap in found.openings] == [("prod/a.yaml", "production")]
    assert len(found.problems) == 2


def test_kustomizations_beyond_the_limit_are_said_to_be_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kustomize, "MAX_OBJECTS", 1)
    found = store({"kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": f"{WEB}---\n{WEB}"}).collected(
        WORKLOAD
    )
    assert len(found.rows) == 1
    assert [gap.reason for gap in found.openings] == ["more than 1 objects come out of the kustomizations"]


def test_kustomizations_that_multiply_end() -> None:
    files = {
        f"k{depth}/kustomization.yaml": "resources: [" + f"../k{depth + 1}, " * 200 + "]\n"
        for depth in range(8)
    }
    many = {**files, "k8/kustomization.yaml": "resources: [a.yaml]\n", "k8/a.yaml": WEB}
    found = store(many).collected(OBJECT)
    assert {gap.reason for gap in found.openings} == {
        "more than 20,000 objects come out of the kustomizations"
    }
    assert len(found.rows) == 20_009


def test_patches_that_are_too_many_to_apply_are_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kustomize, "_MAX_WORK", 3)
    found = overlaid("patches: [{path: p.yaml}, {path: p.yaml}, {path: p.yaml}]\n", p=PROBE).collected(
        WORKLOAD
    )
    assert [gap.reason for gap in found.openings] == ["the kustomizations are too many to put together"]


def node(text: str) -> Node:
    return parse(text.encode())[0]


def plain(value: Node | None) -> object:
    """A node as Python's own values."""
    if isinstance(value, Table):
        return {key.text: plain(each) for key, each in value}
    if value is None or hasattr(value, "text"):
        return getattr(value, "text", None)
    return [plain(each) for each in value]


@pytest.mark.parametrize(
    ("base", "patch", "strategic", "expected"),
    [
        ("{a: 1, b: 2}", "{a: null, c: 3, d: null}", True, {"b": "2", "c": "3"}),
        (
            "{env: [{name: a, value: 1}]}",
            "{env: [{name: b}]}",
            True,
            {"env": [{"name": "a", "value": "1"}, {"name": "b"}]},
        ),
        ("{env: [{name: a}]}", "{env: [{name: b}]}", False, {"env": [{"name": "b"}]}),
        ("{args: [a]}", "{args: [b]}", True, {"args": ["b"]}),
        (
            "{env: [{name: a}, {name: b}]}",
            "{env: [{name: a, $patch: delete}, {name: c, $patch: delete}]}",
            True,
            {"env": [{"name": "b"}]},
        ),
        ("{env: [{name: a}, x]}", "{env: [{name: b}, {$patch: replace}]}", True, {"env": [{"name": "b"}]}),
        ("{a: {b: 1}}", "{a: {c: 2, $patch: replace}}", True, {"a": {"c": "2"}}),
        ("{a: {b: 1}}", "{a: {$patch: delete}}", True, {}),
        ("{env: [x]}", "{env: [y]}", True, {"env": ["x", "y"]}),
        ("{a: [1]}", "{a: {b: 1}, $setElementOrder/x: [1]}", True, {"a": {"b": "1"}}),
    ],
)
def test_a_merge_patch_follows_the_rules_of_its_kind(
    base: str, patch: str, strategic: bool, expected: object
) -> None:
    assert plain(patched(node(base), node(patch), strategic=strategic)) == expected


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("{op: add, path: /l/-, value: 3}", {"l": ["1", "2", "3"], "t": {"k": "v"}}),
        ("{op: add, path: /l/0, value: 0}", {"l": ["0", "1", "2"], "t": {"k": "v"}}),
        ("{op: replace, path: /l/1, value: 9}", {"l": ["1", "9"], "t": {"k": "v"}}),
        ("{op: remove, path: /l/0}", {"l": ["2"], "t": {"k": "v"}}),
        ("{op: remove, path: /t/k}", {"l": ["1", "2"], "t": {}}),
        ("{op: add, path: /t/a~1b, value: 1}", {"l": ["1", "2"], "t": {"k": "v", "a/b": "1"}}),
        ("{op: remove, path: /l/7}", None),
        ("{op: replace, path: /l/x, value: 1}", None),
        ("{op: remove, path: /no/k}", None),
        ("{op: remove, path: /t/k/deeper}", None),
        ("{op: add, path: /t/x}", None),
        ("{op: move, path: /t/k, from: /l}", None),
        ("{op: remove, path: t}", None),
    ],
)
def test_a_json_patch_does_what_applies_and_nothing_else(operation: str, expected: object) -> None:
    root, change = node("{l: [1, 2], t: {k: v}}"), node(operation)
    assert isinstance(change, Table)
    assert plain(edited(root, change)) == (expected or {"l": ["1", "2"], "t": {"k": "v"}})
