from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from readiness.facts.ci.collect import JOB, PIPELINE, STEP
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from readiness.facts.model import Noun


@pytest.mark.parametrize(
    ("path", "system"),
    [
        (".forgejo/workflows/ci.yaml", "Forgejo Actions"),
    ],
)
def test_a_pipeline_of_a_system_that_is_not_read_leaves_the_questions_open(path: str, system: str) -> None:
    facts = Store(MemoryTree({path: "anything"}))
    nouns: tuple[Noun[Any], ...] = (PIPELINE, JOB, STEP)
    for noun in nouns:
        found = facts.collected(noun)
        assert [(gap.path, gap.reason) for gap in found.openings] == [
            (path, f"a pipeline of {system}, which is not read yet")
        ]
        assert found.looked == (path,)


@pytest.mark.parametrize(
    "files", [{"appveyor.yml": ""}, {"examples/appveyor.yml": "x: 1"}, {"docs/cloudbuild.yaml": "x: 1"}]
)
def test_an_empty_file_and_one_that_no_system_looks_for_open_nothing(files: dict[str, str]) -> None:
    assert Store(MemoryTree(files)).collected(STEP).openings == ()
