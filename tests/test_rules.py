"""Every case of every rule, and the proof that every condition of every rule matters to one of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from readiness.errors import RuleError
from readiness.facts.catalogue import NOUNS
from readiness.levels import Level
from readiness.proof import failures, reaches, unproved
from readiness.resources import shipped
from readiness.rulebook.load import load_rulebook, read_rule

if TYPE_CHECKING:
    from readiness.rulebook.model import Rule

FOLDER = shipped("rules")
FILES = tuple(sorted(f"rules/{file.relative_to(FOLDER).as_posix()}" for file in FOLDER.glob("*/*.yaml")))


@cache
def rule_of(file: str) -> Rule:
    return read_rule(file, (FOLDER.parent / file).read_bytes(), NOUNS)


def cases() -> list[tuple[str, str]]:
    """File and name of each case; a file that cannot be read has none, and fails the test of its own."""
    found = []
    for file in FILES:
        try:
            found += [(file, case.name) for case in rule_of(file).cases]
        except RuleError:
            continue
    return found


CASES = cases()


@pytest.mark.parametrize("file", FILES)
def test_a_rule_file_is_written_as_the_format_asks(file: str) -> None:
    area, _, name = file.removeprefix("rules/").removesuffix(".yaml").partition("/")
    assert rule_of(file).id == f"{area}/{name}"


@pytest.mark.parametrize(("file", "name"), CASES, ids=[f"{file}::{name}" for file, name in CASES])
def test_a_case_gets_the_verdict_it_must_get(file: str, name: str) -> None:
    rule = rule_of(file)
    case = next(case for case in rule.cases if case.name == name)
    assert failures(rule, case) == ()


@pytest.mark.parametrize("file", FILES)
def test_nothing_can_be_taken_out_of_a_rule_without_a_case_noticing(file: str) -> None:
    assert unproved(rule_of(file)) == ()


@pytest.mark.parametrize("file", FILES)
def test_every_rung_of_a_rule_is_reached_by_a_case(file: str) -> None:
    rule = rule_of(file)
    rungs = {rung.level for rung in rule.rungs} | ({Level.PLANNED} if rule.planned else set())
    assert sorted(rungs - reaches(rule)) == []


@pytest.mark.parametrize("file", FILES)
def test_every_rule_has_a_case_that_falls_short(file: str) -> None:
    rule = rule_of(file)
    assert [case.name for case in rule.cases if case.level is not None and case.level < rule.top]


def test_the_shipped_rules_load_together() -> None:
    book = load_rulebook([FOLDER], NOUNS)
    assert len(book.rules) == len(FILES)
