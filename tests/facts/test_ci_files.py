from __future__ import annotations

from readiness.facts.ci.collect import FILE
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

GOOD = "on: push\njobs: { t: { runs-on: ubuntu-latest, steps: [{ run: make }] } }\n"


def found(files: dict[str, str]) -> list[tuple[str, int, bool | None]]:
    rows = Store(MemoryTree(files)).collected(FILE).rows
    return [(str(row.path), row.line, row.valid) for row in rows]


def test_a_file_that_its_system_can_read_is_valid() -> None:
    assert found({".github/workflows/ci.yml": GOOD}) == [(".github/workflows/ci.yml", 1, True)]


def test_a_broken_file_is_a_row_at_the_line_of_its_mistake() -> None:
    files = {".github/workflows/a.yml": GOOD, ".github/workflows/b.yml": "on: push\njobs: [\n"}
    rows = Store(MemoryTree(files)).collected(FILE).rows
    assert [(str(row.path), row.valid) for row in rows] == [
        (".github/workflows/a.yml", True),
        (".github/workflows/b.yml", False),
    ]
    assert rows[1].line > 1
    assert rows[1].text.startswith("GitHub cannot read this workflow")


def test_a_broken_pipeline_of_gitlab_is_a_row_too() -> None:
    assert found({".gitlab-ci.yml": "test: [\n"}) == [(".gitlab-ci.yml", 1, False)]


def test_a_file_that_gitlab_includes_is_valid_with_the_one_that_includes_it() -> None:
    files = {".gitlab-ci.yml": "include: ci/test.yml\n", "ci/test.yml": "test: { script: [make] }\n"}
    assert found(files) == [(".gitlab-ci.yml", 1, True), ("ci/test.yml", 1, True)]


def test_of_a_system_that_is_not_read_nobody_knows() -> None:
    assert found({".appveyor.yml": "x: 1"}) == [(".appveyor.yml", 1, None)]
