"""The frameworks beside the rules: every control that a rule names is in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.cli.options import book
from readiness.errors import RuleError
from readiness.rulebook.standards import load_standards

if TYPE_CHECKING:
    from pathlib import Path


def test_a_framework_is_cited_with_its_version() -> None:
    frameworks = load_standards()
    assert frameworks["SLSA"].name == "SLSA, build and source tracks (1.2)"
    assert frameworks["12F"].name == "The Twelve Factors"


def test_the_complete_ones_have_more_than_the_rules_name() -> None:
    named = {(key, one) for rule in book().rules for key, ids in rule.standards.items() for one in ids}
    for key in ("OSPS", "SSDF", "CISK", "SLSA"):
        framework = load_standards()[key]
        assert framework.complete
        assert {one for owner, one in named if owner == key} < set(framework.controls)


@pytest.mark.parametrize("rule", book().rules, ids=lambda rule: rule.id)
def test_a_rule_names_controls_that_exist(rule) -> None:  # type: ignore[no-untyped-def]
    frameworks = load_standards()
    unknown = [
        f"{key} {one}"
        for key, ids in rule.standards.items()
        for one in ids
        if key not in frameworks or one not in frameworks[key].controls
    ]
    assert unknown == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("X: {titel: a}\n", "standards.yaml:1: the framework 'X' has no key 'titel'; did you mean 'title'?"),
        ("X: [\n", "standards.yaml:1: not readable as YAML: "),
        ("a: b\n---\nc: d\n", "standards.yaml:1: one document of frameworks is expected"),
    ],
)
def test_a_mistake_in_the_list_is_named_with_its_line(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "standards.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load_standards(file)
    assert str(caught.value).startswith(f"rules/{sentence}")
