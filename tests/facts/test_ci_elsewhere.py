from __future__ import annotations

from readiness.facts.ci.collect import JOB, PIPELINE
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

REMOTE = """
on: pull_request
jobs: { t: { uses: acme/workflows/.github/workflows/test.yml@v1 } }
"""
MIXED = """
on: pull_request
jobs:
  t: { uses: acme/workflows/.github/workflows/test.yml@v1 }
  u: { runs-on: ubuntu-latest, steps: [{ uses: actions/checkout@v4 }, { run: pytest }] }
"""
MATRIX = """
on: pull_request
jobs: { t: { runs-on: x, steps: [{ uses: actions/checkout@v4 }, { run: '${{ matrix.command }}' }] } }
"""


def facts(workflow: str) -> Store:
    return Store(MemoryTree({".github/workflows/ci.yml": workflow}))


def test_the_purposes_of_a_pipeline_that_another_repository_writes_are_unknown() -> None:
    (row,) = facts(REMOTE).collected(PIPELINE).rows
    assert row.purposes is None


def test_what_a_job_of_another_repository_deploys_is_unknown() -> None:
    (row,) = facts(REMOTE).collected(JOB).rows
    assert (row.purposes, row.deploys) == (None, None)


def test_a_command_that_an_expression_gives_leaves_its_job_unknown() -> None:
    (row,) = facts(MATRIX).collected(JOB).rows
    assert (row.purposes, row.deploys) == (None, None)


def test_what_is_known_of_a_pipeline_counts_beside_what_is_not() -> None:
    (row,) = facts(MIXED).collected(PIPELINE).rows
    assert row.purposes is not None
    assert "test" in row.purposes


def scripted(script: str) -> frozenset[str] | None:
    workflow = MATRIX.replace("'${{ matrix.command }}'", "./install.sh")
    store = Store(MemoryTree({".github/workflows/ci.yml": workflow, "install.sh": f"#!/bin/sh\n{script}\n"}))
    return store.collected(JOB).rows[0].purposes


def test_a_program_that_a_script_puts_together_leaves_its_job_unknown() -> None:
    assert scripted("$compose build web") is None
    assert scripted("${compose} build web") is None


def test_what_stands_before_a_command_leaves_nothing_unknown() -> None:
    for script in ("$SUDO pytest\npytest", "$compose\npytest", "compose=docker\n$compose build .\npytest"):
        assert "test" in (scripted(script) or ()), script
