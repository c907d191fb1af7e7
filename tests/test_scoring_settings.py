"""The settings of the score: what is read, and what is refused and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.errors import RuleError
from readiness.score import load_scoring

if TYPE_CHECKING:
    from pathlib import Path

SCORING = load_scoring()
AREAS = ("cicd", "container", "monitoring", "operations", "security")


def test_the_settings_are_those_of_the_ladder() -> None:
    assert [one.weight for one in SCORING.areas] == [25, 10, 20, 20, 25]
    assert tuple(one.id for one in SCORING.areas) == AREAS
    assert SCORING.areas[0].title == "CI/CD"
    assert dict(SCORING.severity_weights) == {"critical": 10, "high": 6, "medium": 3, "low": 1}
    assert (SCORING.cap, SCORING.assessed_rules, SCORING.assessed_weight) == (79_000, 3, 20)


SHIPPED = """areas:
  cicd: {title: CI/CD, weight: 25}
  container: {title: Containerization, weight: 10}
  monitoring: {title: Monitoring, weight: 20}
  operations: {title: Operations, weight: 20}
  security: {title: Security, weight: 25}
severities: {critical: 10, high: 6, medium: 3, low: 1}
credits:
  in_force: {absent: 0, planned: 0.1, partial: 0.4, implemented: 0.8, enforced: 1}
  on_paper: {absent: 0, planned: 0.5, partial: 1, implemented: 1.0, enforced: 1}
bands:
  - {title: Good, mark: G, from: 80, priority: Low}
  - {title: Acceptable, mark: A, from: 60, priority: Medium}
  - {title: Needs Work, mark: N, from: 0, priority: High}
priority: {raised_from_weight: 25, not_from: 90}
cap: 79
assessed: {rules: 3, weight: 20}
"""


def test_settings_of_ones_own_are_read(tmp_path: Path) -> None:
    file = tmp_path / "scoring.yaml"
    file.write_text(SHIPPED.replace("cap: 79", "cap: 69").replace("weight: 10", "weight: 15"))
    own = load_scoring(file)
    assert (own.cap, own.areas[1].weight) == (69_000, 15)
    assert own.in_force == SCORING.in_force


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("cap: 79", "capp: 79", 16, "the file has no 'capp'; did you mean 'cap'?"),
        ("cap: 79\n", "", 1, "the file lacks 'cap'"),
        ("cap: 79\n", "cap: 79\ncap: 80\n", 17, "'cap' is given twice"),
        ("cap: 79", "cap: high", 16, "cap is an integer from 0 to 100"),
        ("cap: 79", "cap: '79'", 16, "cap is an integer from 0 to 100"),
        ("cap: 79", "cap: [79]", 16, "cap is an integer from 0 to 100"),
        ("cap: 79", "cap: 101", 16, "cap is an integer from 0 to 100"),
        ("cap: 79", "cap: ²", 16, "cap is an integer from 0 to 100"),
        ("cap: 79", "cap: " + "9" * 5000, 16, "cap is an integer from 0 to 100"),
        ("cicd: {title: CI/CD, weight: 25}", "cicd: 25", 2, "cicd is a mapping of title, weight"),
        ("title: CI/CD", "title: []", 2, "title is a text"),
        ("title: CI/CD", "title: ' '", 2, "title is a text"),
        ("weight: 10", "weight: 0", 3, "weight is an integer from 1 to 1000"),
        ("  cicd:", "  ci:", 2, "areas has no 'ci'; did you mean 'cicd'?"),
        ("planned: 0.1", "planned: 1e9", 9, "planned is a number from 0 to 1"),
        ("planned: 0.1", "planned: 1.5", 9, "planned is a number from 0 to 1"),
        ("planned: 0.1", "planned: {}", 9, "planned is a number from 0 to 1"),
        ("planned: 0.1", "planned: .1", 9, "planned is a number from 0 to 1"),
        ("planned: 0.1", "planned: 0.5", 9, "in_force rises from 0 for absent to more than 0 for partial"),
        ("absent: 0, planned: 0.1", "absent: 0.1, planned: 0.1", 9, "in_force rises from 0"),
        ("planned: 0.1, partial: 0.4", "planned: 0, partial: 0", 9, "in_force rises from 0"),
        ("  - {title: Good, mark: G, from: 80, priority: Low}\n", "", 12, "bands is a list of 3 bands"),
        ("from: 80", "from: 50", 12, "bands come best first, the last from 0"),
        ("from: 0", "from: 1", 12, "bands come best first, the last from 0"),
        ("priority: Low", "priority: Lowest", 12, "priority is one of High, Medium, Low"),
        ("cap: 79", "---\ncap: 79", 1, "2 documents, expected one"),
    ],
)
def test_settings_not_written_as_asked_are_refused_with_their_line(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    file = tmp_path / "scoring.yaml"
    assert old in SHIPPED
    file.write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleError) as refused:
        load_scoring(file)
    assert (refused.value.path, refused.value.line) == (file.as_posix(), line)
    assert message in refused.value.message


def test_settings_that_are_no_yaml_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "scoring.yaml"
    file.write_text("cap: [")
    with pytest.raises(RuleError, match="not readable as YAML"):
        load_scoring(file)


def test_settings_that_are_no_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="cannot be read: No such file"):
        load_scoring(tmp_path / "none.yaml")
