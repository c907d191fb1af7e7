"""The project keeps its own gate."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.assess import assess
from readiness.cli.options import book
from readiness.gate import Thresholds, decide
from readiness.tree import open_tree

ROOT = Path(__file__).parent.parent


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="the project's own repository is not here")
def test_the_project_passes_the_gate_that_it_asks_of_itself() -> None:
    found = assess(open_tree(ROOT), book()).assessment
    decision = decide(found, Thresholds(score=80_000, areas={"cicd": 90_000}, no_blockers=True))
    assert decision.exit_code == 0, decision.sentences


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="the project's own repository is not here")
def test_its_samples_and_rules_are_not_taken_for_the_product() -> None:
    found = assess(open_tree(ROOT), book()).assessment
    assert found.subject.kinds == ("cli", "library")
    named = {row.path for rule in found.rules for row in (*rule.evidence, *rule.offenders)}
    assert [path for path in sorted(named) if path.startswith("tests/samples/")] == []
