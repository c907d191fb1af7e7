"""A rule asked of the facts: how far up the ladder, and how far at most."""

from __future__ import annotations

import pytest
from toys import RULE, Thing, judged, noun, read, store, thing

from readiness.facts.model import Opening
from readiness.judge import climb, judge
from readiness.levels import Level
from readiness.rulebook.questions import View

ABSENT, PLANNED, PARTIAL, IMPLEMENTED, ENFORCED = Level

LADDER = RULE.replace(
    "  partial: { some: thing }\n  implemented: { where: { on: true } }\n",
    """\
  planned: { some: thing, where: { name: plan } }
  partial: { some: thing, where: { name: a, on: true } }
  implemented: { some: thing, where: { name: b, on: true } }
  enforced: { some: thing, where: { name: c, on: true } }
""",
)
T, F, U = True, False, None


def rows(*truths: bool | None, plan: bool = False) -> list[Thing]:
    """A row for each rung, which makes it true, false or unknown."""
    made = [thing(path=name, name=name, on=truth) for name, truth in zip("abc", truths, strict=True)]
    return made + ([thing(path="plan", name="plan")] if plan else [])


@pytest.mark.parametrize(
    ("truths", "level", "ceiling"),
    [
        ((T, T, T), ENFORCED, ENFORCED),
        ((T, T, F), IMPLEMENTED, IMPLEMENTED),
        ((T, F, F), PARTIAL, PARTIAL),
        ((F, F, F), ABSENT, ABSENT),
        ((F, T, T), ABSENT, ABSENT),
        ((T, F, T), PARTIAL, PARTIAL),
        ((T, U, T), PARTIAL, ENFORCED),
        ((T, U, F), PARTIAL, IMPLEMENTED),
        ((U, U, U), ABSENT, ENFORCED),
        ((U, F, U), ABSENT, PARTIAL),
        ((F, U, U), ABSENT, ABSENT),
    ],
)
def test_the_level_is_the_highest_rung_that_surely_holds_with_all_below(
    truths: tuple[bool | None, ...], level: Level, ceiling: Level
) -> None:
    verdict = judged(LADDER, *rows(*truths))
    assert (level, ceiling) == (verdict.level, verdict.ceiling)


@pytest.mark.parametrize(
    ("truths", "level", "ceiling"),
    [
        ((F, F, F), PLANNED, PLANNED),
        ((U, F, F), PLANNED, PARTIAL),
        ((T, F, F), PARTIAL, PARTIAL),
    ],
)
def test_planned_counts_only_where_nothing_else_surely_holds(
    truths: tuple[bool | None, ...], level: Level, ceiling: Level
) -> None:
    verdict = judged(LADDER, *rows(*truths, plan=True))
    assert (level, ceiling) == (verdict.level, verdict.ceiling)


def test_a_plan_that_may_be_there_raises_the_ceiling_alone() -> None:
    text = LADDER.replace("name: plan }", "on: true }").replace("name: a,", "name: a, count: 9,")
    verdict = judged(text, thing(name="x", on=None))
    assert (verdict.level, verdict.ceiling) == (ABSENT, PLANNED)


def test_a_plan_with_nothing_to_inspect_is_no_plan() -> None:
    text = LADDER.replace("{ some: thing, where: { name: plan } }", "{ no: thing }")
    assert ABSENT is judged(text).ceiling


def test_a_rung_with_nothing_to_inspect_makes_the_rule_not_applicable() -> None:
    text = RULE.replace("{ some: thing }", "{ no: thing }")
    verdict = judged(text)
    assert (verdict.empty, verdict.reason) == (True, "there is nothing to inspect")


APPLIES = RULE.replace(
    "tier: B", "tier: B\napplies: { some: thing, where: { on: true } }\notherwise: all is off"
)


def test_a_rule_that_does_not_apply_says_why() -> None:
    verdict = judged(APPLIES, thing(on=False))
    assert (verdict.applicable, verdict.reason) == (False, "all is off")
    assert verdict.evidence == ()
    assert verdict.stopped_by is None


def test_applies_with_nothing_to_inspect_does_not_apply() -> None:
    verdict = judged(APPLIES.replace("applies: { some: thing", "applies: { no: thing"))
    assert (verdict.applicable, verdict.reason) == (False, "all is off")


def test_a_rule_that_may_apply_counts_from_absent_to_top() -> None:
    verdict = judged(APPLIES, thing(on=None))
    assert (verdict.applicable, verdict.level, verdict.ceiling) == (True, ABSENT, IMPLEMENTED)


def test_the_evidence_is_that_of_the_highest_rung_reached() -> None:
    verdict = judged(LADDER, *rows(True, True, False))
    assert [row.path for row in verdict.evidence] == ["b"]
    assert verdict.stopped_by is not None
    assert verdict.stopped_by.counts == (0, 3)


def test_at_the_top_nothing_stopped_the_climb() -> None:
    assert judged(LADDER, *rows(True, True, True)).stopped_by is None


def test_an_absent_verdict_has_no_evidence() -> None:
    assert judged(LADDER, *rows(False, False, False)).evidence == ()


def test_a_planned_verdict_shows_the_plan() -> None:
    assert [row.path for row in judged(LADDER, *rows(False, False, False, plan=True)).evidence] == ["plan"]


def test_a_verdict_is_graded_by_its_weakest_rung() -> None:
    loose = read(RULE, noun(thing(on=True), grade="pattern"))
    assert judge(loose, View(store())).grade == "pattern"
    assert judged(RULE, thing(on=True)).grade == "structure"


IN_PRODUCTION = RULE.replace("tier: B", "tier: B\nenvironments: [production]")
IN_ALL = RULE.replace("tier: B", "tier: B\nenvironments: [all]")


@pytest.mark.parametrize("text", [IN_PRODUCTION, IN_ALL])
@pytest.mark.parametrize(
    ("environment", "level"),
    [("production", IMPLEMENTED), ("", IMPLEMENTED), ("staging", PARTIAL), ("development", PARTIAL)],
)
def test_production_decides_and_evidence_elsewhere_is_at_most_partial(
    text: str, environment: str, level: Level
) -> None:
    verdict = judged(
        text, thing(environment=environment, on=True), environments=("development", "production", "staging")
    )
    assert (level, level) == (verdict.level, verdict.ceiling)


def test_an_environment_that_is_not_claimed_is_not_asked() -> None:
    verdict = judged(IN_PRODUCTION, thing(environment="staging", on=True), environments=("production",))
    assert (verdict.level, verdict.elsewhere) == (ABSENT, ())


def test_every_environment_has_a_ladder_of_its_own() -> None:
    verdict = judged(
        IN_ALL,
        thing(environment="staging", on=True),
        thing(environment="production"),
        environments=("production", "staging"),
    )
    assert (verdict.deciding.environment, verdict.deciding.level) == ("production", PARTIAL)
    assert [(one.environment, one.level) for one in verdict.elsewhere] == [("staging", IMPLEMENTED)]


def test_what_may_hold_elsewhere_raises_the_ceiling_to_partial_at_most() -> None:
    verdict = judged(
        IN_PRODUCTION,
        environments=("production", "staging"),
        openings=[Opening("t.yml", 1, "a template", environment="staging")],
    )
    assert (verdict.level, verdict.ceiling) == (ABSENT, PARTIAL)


def test_a_ladder_is_climbed_in_view_of_one_environment() -> None:
    rule = read(RULE, noun(thing(environment="staging", on=True)))
    assert ABSENT is climb(rule, View(store(), "production")).level
    assert IMPLEMENTED is climb(rule, View(store())).level


def test_levels_are_named_by_their_words() -> None:
    assert list(Level) == [Level.named(str(level)) for level in Level]
    with pytest.raises(KeyError):
        Level.named("much")


def test_what_is_found_in_another_environment_only_is_shown() -> None:
    found = judged(IN_PRODUCTION, thing(on=True, environment="staging", path="s"), environments=("staging",))
    assert (found.level, [row.path for row in found.evidence]) == (PARTIAL, ["s"])


CLAIMED = RULE.replace("evidence:", "claimed: { some: thing, where: { kind: motor } }\nevidence:")


@pytest.mark.parametrize(
    ("rows", "stand"),
    [
        ((thing(kind="motor", on=True),), "backed"),
        ((thing(kind="motor", on=False),), "unbacked"),
        ((thing(kind="motor", on=None),), "open"),
        ((thing(on=True),), None),
    ],
)
def test_a_claim_is_held_against_the_level(rows: tuple[Thing, ...], stand: str | None) -> None:
    claim = judged(CLAIMED, *rows).claim
    assert stand == (None if claim is None else claim.stand)


def test_a_claim_without_anything_behind_it_is_contradicted() -> None:
    text = CLAIMED.replace("partial: { some: thing }", "partial: { some: thing, where: { kind: lamp } }")
    claim = judged(text, thing(kind="motor", on=True)).claim
    assert claim is not None
    assert claim.stand == "contradicted"
    assert len(claim.evidence) == 1
