"""Clusters that a job starts for itself, and pipelines elsewhere that are known."""

from __future__ import annotations

from textwrap import indent

import pytest

from readiness.facts.ci.collect import JOB, STEP
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

PATH = ".github/workflows/ci.yml"


def facts(steps: str) -> Store:
    head = "on: push\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n"
    return Store(MemoryTree({PATH: head + indent(steps, "      ")}))


def deploys(steps: str) -> bool | None:
    (row,) = facts(steps).collected(JOB).rows
    return row.deploys


@pytest.mark.parametrize(
    "start",
    [
        "- uses: helm/kind-action@v1\n",
        "- uses: medyagh/setup-minikube@v0.0.20\n",
        "- run: kind create cluster\n",
        "- run: minikube start --cpus 2\n",
        "- run: k3d cluster create test\n",
        "- run: curl -sfL https://get.k3s.io | sh -\n",
    ],
)
def test_what_goes_into_a_cluster_of_the_jobs_own_deploys_nowhere(start: str) -> None:
    assert (
        deploys(start + "- run: kubectl apply -f k8s\n- run: PORT=80 helm upgrade --install app chart\n")
        is False
    )


@pytest.mark.parametrize(
    "login",
    [
        "- run: aws eks update-kubeconfig --name prod\n",
        "- run: kubectl config use-context prod\n",
        "- uses: azure/aks-set-context@v4\n",
    ],
)
def test_a_login_to_another_cluster_ends_the_rehearsal(login: str) -> None:
    assert deploys("- run: kind create cluster\n" + login + "- run: kubectl apply -f k8s\n") is True


def test_what_was_deployed_before_the_cluster_was_started_counts() -> None:
    assert deploys("- run: kubectl apply -f k8s\n- run: kind create cluster\n") is True


def test_a_rehearsal_does_not_cover_another_kind_of_deployment() -> None:
    assert deploys("- run: kind create cluster\n- run: flyctl deploy\n") is True


def test_a_known_pipeline_elsewhere_is_a_step_and_leaves_nothing_open() -> None:
    known = "slsa-framework/slsa-github-generator/.github/workflows/generator_generic_slsa3.yml@v2"
    found = Store(MemoryTree({PATH: f"on: push\njobs: {{ t: {{ uses: {known} }} }}\n"})).collected(STEP)
    assert [(sorted(row.purposes), row.enabled) for row in found.rows] == [(["sign"], True)]
    assert found.openings == ()


@pytest.mark.parametrize("name", ["acme/flows/.github/workflows/test.yml", "acme/setup-x"])
def test_an_unknown_pipeline_elsewhere_stays_open(name: str) -> None:
    found = Store(MemoryTree({PATH: f"on: push\njobs: {{ t: {{ uses: {name}@v1 }} }}\n"})).collected(STEP)
    assert len(found.openings) == 1


def environment(steps: str) -> str:
    (row,) = facts(steps).collected(JOB).rows
    return row.environment


@pytest.mark.parametrize(
    "end",
    [
        "- run: azd down --force --purge\n  if: always()\n",
        "- run: terraform -chdir=infra destroy -auto-approve\n",
        "- run: kubectl delete namespace pr-1\n",
    ],
)
def test_what_its_job_takes_down_again_was_a_test(end: str) -> None:
    assert environment("- run: azd up --no-prompt\n" + end) == "test"


@pytest.mark.parametrize(
    "steps",
    [
        "- run: azd up --no-prompt\n",
        "- run: azd up --no-prompt\n- run: azd down --force\n  if: failure()\n",
        "- run: azd down --force\n- run: azd up --no-prompt\n",
        "- run: azd up --no-prompt\n- run: azd down --force\n  if: false\n",
        "- run: azd down --force\n",
    ],
)
def test_what_stays_up_was_no_test(steps: str) -> None:
    assert environment(steps) == ""


def test_a_job_is_for_what_the_workflow_it_calls_is_for() -> None:
    called = (
        "on: workflow_call\njobs:\n  t:\n    runs-on: x\n    steps:\n"
        "      - run: azd up\n      - run: azd down\n"
    )
    calling = "on: push\njobs:\n  c:\n    uses: ./.github/workflows/t.yml\n"
    rows = Store(MemoryTree({".github/workflows/t.yml": called, PATH: calling})).collected(JOB).rows
    assert {("c", "test"), ("t", "test")} == {(row.name, row.environment) for row in rows}
