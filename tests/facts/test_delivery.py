from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.facts.delivery.noun import DELIVERY
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.facts.delivery.row import Delivery

APP = """
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: api-production}
spec:
  destination: {namespace: api}
  source: {repoURL: https://github.com/own/repo.git, path: k8s/api, targetRevision: main}
"""
AUTOMATED = APP + "  syncPolicy: {automated: {prune: true, selfHeal: true}}\n"
SYNC = """
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system}
spec: {url: 'ssh://git@github.com/own/repo'}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: flux-system}
spec: {path: ./clusters/production, sourceRef: {kind: GitRepository, name: flux-system}}
"""
PLACE = {"k8s/api/deployment.yaml": "a: 1\n", "clusters/production/x.yaml": "a: 1\n"}


def rows(files: Mapping[str, str], remote: str = "https://github.com/own/repo") -> tuple[Delivery, ...]:
    return Store(MemoryTree(files, subject=Subject(name="s", remote=remote))).collected(DELIVERY).rows


def one(text: str, path: str = "argocd/app.yaml", remote: str = "https://github.com/own/repo") -> Delivery:
    (row,) = rows({path: text, **PLACE}, remote)
    return row


def test_an_application_says_what_is_delivered_from_where() -> None:
    row = one(AUTOMATED)
    assert (row.tool, row.kind, row.name, row.line) == ("argocd", "Application", "api-production", 2)
    assert (row.source, row.source_path) == ("https://github.com/own/repo.git", "k8s/api")
    assert (row.automated, row.heals, row.here, row.live) == (True, True, True, None)
    assert row.environment == "production"


@pytest.mark.parametrize(
    ("policy", "automated"),
    [
        ("", False),
        ("  syncPolicy: {syncOptions: [x]}\n", False),
        ("  syncPolicy: {automated: {}}\n", True),
        ("  syncPolicy: {automated: {enabled: false}}\n", False),
    ],
)
def test_an_application_is_automated_only_if_it_says_so(policy: str, automated: bool) -> None:
    assert one(APP + policy).automated is automated


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("https://github.com/own/repo", True),
        ("git@github.com:own/repo.git", True),
        ("https://github.com/own/other", False),
        ("https://github.com/fork/repo", None),
        ("'{{ url }}'", None),
        ("https://charts.acme.io", False),
    ],
)
def test_whether_it_is_taken_from_here_is_told_by_the_address(address: str, here: bool | None) -> None:
    assert one(AUTOMATED.replace("https://github.com/own/repo.git", address)).here is here


def test_a_folder_that_is_not_there_is_not_here() -> None:
    row = one(AUTOMATED.replace("k8s/api", "k8s/lost"))
    assert (row.here, row.live) == (False, False)


def test_without_an_address_of_its_own_it_is_unknown_whether_it_is_here() -> None:
    row = one(SYNC, "flux/gotk-sync.yaml", remote="")
    assert (row.here, row.live) == (None, None)


def test_each_source_of_an_application_is_a_row() -> None:
    text = APP.replace("  source: {", "  sources:\n  - {")
    text = text + "  - {repoURL: https://charts.acme.io, chart: redis}\n"
    assert [row.source for row in rows({"argocd/a.yaml": text})] == [
        "https://charts.acme.io",
        "https://github.com/own/repo.git",
    ]


def test_an_application_set_is_read_by_its_template() -> None:
    text = (
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: all}\nspec:\n"
        "  generators: [{git: {}}]\n  template:\n    spec:\n"
        "      source: {repoURL: https://github.com/own/repo, path: '{{path}}'}\n"
        "      syncPolicy: {automated: {}}\n"
    )
    row = one(text)
    assert (row.kind, row.automated, row.here) == ("ApplicationSet", True, True)


def test_what_flux_was_set_up_with_is_live() -> None:
    row = one(SYNC, "clusters/production/flux-system/gotk-sync.yaml")
    assert (row.tool, row.source, row.here, row.live) == ("flux", "ssh://github.com/own/repo", True, True)
    assert (row.automated, row.heals, row.environment) == (True, True, "production")


def test_what_is_suspended_is_not_automated() -> None:
    text = SYNC.replace("spec: {path", "spec: {suspend: true, path")
    row = one(text, "clusters/production/flux-system/gotk-sync.yaml")
    assert (row.automated, row.live) == (False, False)


def test_a_source_that_is_nowhere_is_unknown() -> None:
    (row,) = rows({"flux/k.yaml": SYNC.partition("---")[2]})
    assert (row.source, row.here) == ("", None)


@pytest.mark.parametrize(
    ("upgrade", "undone"),
    [
        ("", False),
        ("  upgrade: {remediation: {retries: 3}}\n", True),
        ("  upgrade: {remediation: {remediateLastFailure: true}}\n", True),
        ("  upgrade: {remediation: {retries: 3, strategy: uninstall}}\n", False),
        ("  upgrade: {remediation: {retries: 0}}\n", False),
    ],
)
def test_a_release_may_be_taken_back(upgrade: str, undone: bool) -> None:
    text = (
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: app}\nspec:\n"
        "  chart: {spec: {chart: app, sourceRef: {kind: HelmRepository, name: acme}}}\n"
    )
    row = one(text + upgrade, "flux/release.yaml")
    assert (row.kind, row.rolls_back, row.source_path) == ("HelmRelease", undone, "app")


def test_a_password_in_an_address_is_cut() -> None:
    row = one(AUTOMATED.replace("https://github.com", "https://user:word@github.com"))
    assert row.source == "https://github.com/own/repo.git"
    assert "word" not in row.text


def test_other_objects_are_no_deliveries() -> None:
    assert rows({"a.yaml": "apiVersion: app.k8s.io/v1beta1\nkind: Application\nmetadata: {name: x}\n"}) == ()


def test_a_template_leaves_the_question_open() -> None:
    text = AUTOMATED.replace(
        "metadata: {name: api-production}", ("metadata:\n  {{- if .x }}\n  name: a\n  {{- end }}")
    )
    facts = Store(MemoryTree({"argocd/app.yaml": text}))
    assert len(facts.collected(DELIVERY).openings) == 1
