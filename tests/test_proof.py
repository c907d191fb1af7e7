"""The cases of a rule: what they find wrong, and what none of them would miss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toys import PACK_RULE, read

from readiness.facts.catalogue import NOUNS
from readiness.facts.history.nouns import CHANGE, GONE, HISTORY, NO_HISTORY
from readiness.levels import Level
from readiness.proof import failures, reaches, removals, store_of, unproved
from readiness.rulebook.load import read_rule
from readiness.rulebook.model import Case, Past

if TYPE_CHECKING:
    from readiness.rulebook.model import Rule

TEXT = PACK_RULE.format(name="one", severity="low", more="")


def rule(text: str = TEXT) -> Rule:
    return read_rule("rules/cicd/one.yaml", text.encode(), NOUNS)


def all_failures(made: Rule) -> list[str]:
    return [failure for case in made.cases for failure in failures(made, case)]


def test_a_rule_with_a_case_for_each_condition_is_proved() -> None:
    assert all_failures(rule()) == []
    assert unproved(rule()) == ()


def test_a_case_with_another_verdict_is_told_the_difference() -> None:
    wrong = rule(TEXT.replace("{ name: there, level: implemented", "{ name: there, level: partial"))
    assert all_failures(wrong) == [
        "level is implemented, not partial",
        "ceiling is implemented, not partial",
    ]


def test_a_case_that_should_not_apply_and_does_is_told() -> None:
    wrong = rule(TEXT.replace("{ name: there, level: implemented", "{ name: there, applies: false"))
    assert all_failures(wrong) == ["the rule applies, at implemented"]


APPLIES = TEXT.replace(
    "evidence:", "applies: { some: file, where: { path: '*.txt' } }\notherwise: there is no text\nevidence:"
)


def test_a_case_that_should_apply_and_does_not_is_told() -> None:
    assert all_failures(rule(APPLIES)) == ["the rule does not apply (there is no text)"]


def test_a_case_that_rightly_does_not_apply_is_content() -> None:
    text = APPLIES.replace("name: planned, level: planned", "name: planned, applies: false")
    assert all_failures(rule(text)) == []


def test_a_case_is_told_what_the_verdict_does_not_see() -> None:
    text = TEXT.replace("{ name: there,", "{ name: there, sees: ['one.txt:1', 'two.txt:1'],")
    assert all_failures(rule(text)) == ["does not see two.txt:1; it sees one.txt:1"]


def test_a_verdict_that_sees_nothing_says_so() -> None:
    text = TEXT.replace("{ name: nothing,", "{ name: nothing, sees: 'one.txt:1',")
    assert all_failures(rule(text)) == ["does not see one.txt:1; it sees nothing"]


def test_a_condition_that_no_case_needs_is_named() -> None:
    text = TEXT.replace("where: { path: one.txt }", "where: { path: one.txt, line: 1 }")
    assert unproved(rule(text)) == ("partial: file where line is 1",)


def test_a_rung_that_no_case_misses_is_named() -> None:
    text = TEXT.replace("  - { name: planned, level: planned, files: { one.planned: '' } }\n", "")
    assert "planned" in unproved(rule(text))


def test_everything_in_a_rule_is_taken_out_once() -> None:
    made = read(
        """\
title: t
severity: low
tier: B
why: w
applies: { some: thing, where: { on: true } }
otherwise: o
environments: all
evidence:
  planned: { any_of: [{ some: thing }, { no: thing, at_most: 2 }] }
  partial: { every: thing, where: { kind: lamp }, holds: { on: true, count: 1 }, share: 0.5 }
  implemented: { some: thing, at_least: 2, distinct: key }
  enforced: { all_of: [{ some: thing, where: { name: a } }] }
strength: s
gap: g
fix: { effort: S, steps: s }
"""
    )
    assert [removal.what for removal in removals(made)] == [
        "applies",
        "applies: thing where on is true",
        "planned",
        "planned: part 1",
        "planned: part 2",
        "planned: part 2: thing at_most 2",
        "environments",
        "the rung partial",
        "partial: thing where kind is lamp",
        "partial: thing share 500",
        "partial: thing holds on is true",
        "partial: thing holds count is 1",
        "the rung implemented",
        "implemented: thing at_least 2",
        "implemented: thing distinct key",
        "the rung enforced",
        "enforced: part 1: thing where name is a",
    ]


def test_what_narrows_the_rung_below_is_proved_there() -> None:
    assert [removal.what for removal in removals(rule())] == [
        "planned",
        "planned: file where path is like one.planned",
        "the rung partial",
        "partial: file where path is like one.txt",
        "the rung implemented",
        "implemented: file where empty is false",
    ]


def test_the_levels_that_cases_reach_are_known() -> None:
    assert frozenset({Level.ABSENT, Level.PLANNED, Level.PARTIAL, Level.IMPLEMENTED}) == reaches(rule())


def test_a_case_says_which_commits_came_by_a_request() -> None:
    past = Past((("Ann", 40), ("Bob", 10)), requests=("40",))
    found = store_of(Case("a", {"a.py": ""}, past=past)).collected(CHANGE).rows
    assert [(row.days, row.request) for row in found] == [(10, False), (40, True)]


def test_a_case_with_a_past_has_the_history_that_it_states() -> None:
    past = Past((("Ann", 40), ("Bob", 10)), ("v1.1.0", "v1.0.0"), {".env": "DB_PASSWORD=hT7kPq2VxM9w\n"})
    facts = store_of(Case("a", {"a.py": ""}, past=past))
    (row,) = facts.collected(HISTORY).rows
    assert (row.commits, row.authors, row.days_since_last, row.days_since_release) == (2, 2, 10, 10)
    assert [each.path for each in facts.collected(GONE).rows] == [".env"]
    assert [each.held for each in facts.collected(GONE).rows] == [True]


def test_a_case_without_a_past_is_not_in_git() -> None:
    found = store_of(Case("a", {"a.py": ""})).collected(HISTORY)
    assert ([gap.reason for gap in found.openings], found.rows) == ([NO_HISTORY], ())
