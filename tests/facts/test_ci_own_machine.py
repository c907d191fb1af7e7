"""Services that a job leaves running on a machine of one's own."""

from __future__ import annotations

from textwrap import indent

import pytest

from readiness.facts.ci.collect import JOB
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree


def deploys(steps: str, runner: str = "[self-hosted, production]", on: str = "release") -> bool | None:
    head = f"on: {on}\njobs:\n  t:\n    runs-on: {runner}\n    steps:\n"
    text = head + indent(steps, "      ")
    (row,) = Store(MemoryTree({".github/workflows/ci.yml": text.encode()})).collected(JOB).rows
    return row.deploys


@pytest.mark.parametrize(
    "steps",
    [
        "- run: docker compose -f a.yml --project-name ${{ secrets.NAME }} up -d\n",
        "- run: docker-compose up --build --detach\n",
        "- run: docker compose down\n- run: docker compose up -d\n",
        "- run: docker compose up -d\n- run: docker compose down\n  if: failure()\n",
    ],
)
def test_what_stays_on_a_machine_of_ones_own_is_deployed(steps: str) -> None:
    assert deploys(steps) is True
    assert deploys(steps, "{group: vms, labels: [self-hosted]}") is True


@pytest.mark.parametrize("end", ["down -v", "stop", "rm -sf"])
def test_what_is_ended_again_is_not(end: str) -> None:
    assert deploys(f"- run: docker compose up -d\n- run: docker compose {end}\n") is False


def test_what_runs_in_front_or_is_only_built_is_not() -> None:
    assert deploys("- run: docker compose up\n- run: docker compose build\n") is False


def test_what_starts_on_a_machine_of_the_forge_or_for_a_proposal_is_not() -> None:
    assert deploys("- run: docker compose up -d\n", "ubuntu-latest") is False
    assert deploys("- run: docker compose up -d\n", on="pull_request") is False
