"""The score: how judged rules become points, areas and a verdict."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from readiness.levels import Level
from readiness.records import replace
from readiness.score import Judged, Requirement, Scored, load_scoring, score, shown
from readiness.scoring.points import allot, tenths

if TYPE_CHECKING:
    from readiness.scoring.model import AreaScore, RulePoints

SCORING = load_scoring()
ABSENT, PLANNED, PARTIAL, IMPLEMENTED, ENFORCED = Level
AREAS = ("cicd", "container", "monitoring", "operations", "security")


def rule(name: str, level: Level = ENFORCED, **changes: Any) -> Judged:
    """A low rule of weight 10 at ``level``; its area is the first part of its id."""
    given: dict[str, Any] = {
        "rule": name,
        "area": name.partition("/")[0],
        "severity": "low",
        "weight": 10,
        "counted": True,
        "asks_presence": True,
        "applicable": True,
        "waived": False,
        "level": level,
        "ceiling": max(level, changes.get("ceiling", level)),
        "top": ENFORCED,
    }
    return Judged(**(given | changes))


def area(name: str, met: int, weight: int) -> list[Judged]:
    """Three rules of an area, together of ``weight``, of which ``met`` is enforced and the rest absent."""
    return [
        rule(f"{name}/a", weight=met - 1),
        rule(f"{name}/b", weight=1),
        rule(f"{name}/c", ABSENT, weight=weight - met),
    ]


def filler(name: str = "cicd", level: Level = ENFORCED, weight: int = 10) -> list[Judged]:
    return [rule(f"{name}/z{number}", level, weight=weight) for number in range(3)]


def needs(name: str, at_least: Level = PARTIAL) -> Requirement:
    return Requirement(name, at_least)


def scored(*judged: Judged) -> Scored:
    return score(judged, SCORING)


def points(result: Scored, name: str) -> RulePoints:
    return next(one for one in result.rules if one.rule == name)


def area_of(result: Scored, name: str) -> AreaScore:
    return next(one for one in result.areas if one.area == name)


MODEL = (
    area("cicd", 17, 20)
    + area("container", 9, 20)
    + area("monitoring", 15, 20)
    + area("operations", 16, 20)
    + area("security", 13, 20)
)


def test_the_models_areas_give_its_73() -> None:
    result = scored(*MODEL)
    assert [one.low for one in result.areas] == [85_000, 45_000, 75_000, 80_000, 65_000]
    assert result.low == 73_000


def test_the_models_areas_give_its_priorities_and_bands() -> None:
    result = scored(*MODEL)
    assert [one.priority for one in result.areas] == ["Medium", "High", "Medium", "Low", "High"]
    assert [one.band for one in result.areas] == ["Good", "Needs Work", "Acceptable", "Good", "Acceptable"]
    assert result.band == "Acceptable"


# Levels and credits


@pytest.mark.parametrize(
    ("level", "top", "in_force", "on_paper"),
    [
        (ABSENT, ENFORCED, "0", "0"),
        (PLANNED, ENFORCED, "1/10", "1/2"),
        (PARTIAL, ENFORCED, "2/5", "1"),
        (IMPLEMENTED, ENFORCED, "4/5", "1"),
        (ENFORCED, ENFORCED, "1", "1"),
        (PLANNED, IMPLEMENTED, "1/8", "1/2"),
        (PARTIAL, IMPLEMENTED, "1/2", "1"),
        (IMPLEMENTED, IMPLEMENTED, "1", "1"),
        (PLANNED, PARTIAL, "1/4", "1/2"),
        (PARTIAL, PARTIAL, "1", "1"),
        (ENFORCED, PARTIAL, "1", "1"),
    ],
)
def test_credit_is_relative_to_the_top_rung(level: Level, top: Level, in_force: str, on_paper: str) -> None:
    assert Fraction(in_force) == SCORING.credit(level, top)
    assert Fraction(on_paper) == SCORING.paper_credit(level, top)


@pytest.mark.parametrize(
    ("level", "top", "status"),
    [
        (ABSENT, ENFORCED, "gap"),
        (PLANNED, ENFORCED, "gap"),
        (PARTIAL, ENFORCED, "partial"),
        (IMPLEMENTED, ENFORCED, "partial"),
        (ENFORCED, ENFORCED, "met"),
        (PARTIAL, PARTIAL, "met"),
        (ENFORCED, IMPLEMENTED, "met"),
    ],
)
def test_the_status_is_that_of_the_level(level: Level, top: Level, status: str) -> None:
    assert status == points(scored(rule("cicd/a", level, top=top)), "cicd/a").status


def test_a_ceiling_above_the_level_is_unknown_and_earns_an_interval() -> None:
    found = points(scored(rule("cicd/a", PARTIAL, ceiling=IMPLEMENTED), *filler()), "cicd/a")
    assert found.status == "unknown"
    assert (
        found.possible,
        found.earned,
        found.earned_high,
        found.on_paper,
    ) == (25_000, 10_000, 20_000, 25_000)


def test_a_ceiling_above_the_top_rung_leaves_nothing_unknown() -> None:
    assert points(scored(rule("cicd/a", PARTIAL, ceiling=ENFORCED, top=PARTIAL)), "cicd/a").status == "met"


def test_earned_points_are_rounded_down() -> None:
    rules = [rule(f"cicd/{name}", PARTIAL, top=IMPLEMENTED) for name in "abc"]
    result = scored(*rules)
    assert [one.possible for one in result.rules] == [33_334, 33_333, 33_333]
    assert [one.earned for one in result.rules] == [16_667, 16_666, 16_666]
    assert result.low == 49_999


def test_on_paper_stands_beside_the_score() -> None:
    result = scored(*filler(level=PLANNED))
    assert (result.low, result.on_paper) == (9_999, 49_999)


# Shares


def test_remainders_are_given_out_by_rule_id() -> None:
    judged = [rule(f"cicd/{name}", weight=1) for name in "dacb"][:3]
    assert allot(judged, {"cicd": 25}) == {"cicd/a": 33_334, "cicd/c": 33_333, "cicd/d": 33_333}


def test_nothing_can_be_shared_out_to_no_rule() -> None:
    with pytest.raises(ValueError, match="no rule"):
        allot([], {})


def test_rules_that_are_not_scored_take_no_points() -> None:
    others = [
        rule("cicd/n", applicable=False),
        rule("cicd/t", counted=False),
        rule("cicd/w", waived=True),
    ]
    result = scored(*filler(), *others)
    assert sum(one.possible for one in result.rules if one.scored) == 100_000
    for one in others:
        found = points(result, one.rule)
        assert (
            found.scored,
            found.possible,
            found.earned,
            found.earned_high,
            found.on_paper,
        ) == (False, 0, 0, 0, 0)


def test_shown_tenths_add_up_to_the_floored_total() -> None:
    assert shown([333, 333, 334], 1000) == (3, 3, 4)
    assert shown([50, 50, 50], 150) == (1, 0, 0)


def test_shown_tenths_add_up_with_a_negative_row() -> None:
    assert shown([45_050, 44_770, -10_820], 79_000) == (450, 448, -108)


def test_rows_that_do_not_sum_to_the_total_cannot_be_shown() -> None:
    with pytest.raises(ValueError, match="sum to 3"):
        shown([1, 2], 4)


def test_points_are_read_rounded_down_to_tenths() -> None:
    assert tenths(79_999) == "79.9"


# Assessed or not


def test_two_rules_are_no_area() -> None:
    result = scored(rule("cicd/a", weight=30), rule("cicd/b", weight=30), *filler("security"))
    found = area_of(result, "cicd")
    assert not found.assessed
    assert found.why_not == "2 rules apply, of weight 60; it takes 3 of weight 20 together"
    assert (
        found.low,
        found.high,
        found.on_paper_score,
        found.band,
        found.priority,
    ) == (None, None, None, "", None)


def test_one_rule_is_no_area() -> None:
    result = scored(rule("cicd/a", weight=30))
    assert area_of(result, "cicd").why_not == "1 rule applies, of weight 30; it takes 3 of weight 20 together"


def test_light_rules_are_no_area() -> None:
    assert not area_of(scored(*filler(weight=6)), "cicd").assessed
    assert area_of(scored(*filler(weight=6), rule("cicd/a", weight=2)), "cicd").assessed


def test_absence_of_bad_is_no_readiness() -> None:
    rules = [replace(one, asks_presence=False) for one in filler()]
    found = area_of(scored(*rules), "cicd")
    assert found.why_not == "none of its rules that apply asks for something to be present"
    assert area_of(scored(rules[0], rules[1], filler()[2]), "cicd").assessed


@pytest.mark.parametrize("change", [{"applicable": False}, {"counted": False}, {"waived": True}])
def test_an_area_cannot_rest_on_rules_that_are_not_scored(change: dict[str, Any]) -> None:
    assert not area_of(scored(*filler()[:2], rule("cicd/a", **change)), "cicd").assessed


def test_an_area_nobody_asked_about_is_not_assessed() -> None:
    assert area_of(scored(*filler()), "security").why_not == "no rule of it applies"


def test_rules_of_an_area_that_is_not_assessed_keep_their_status_without_points() -> None:
    found = points(scored(rule("container/a", PARTIAL), *filler()), "container/a")
    assert (found.scored, found.status, found.possible) == (False, "partial", 0)
    assert found.why == "its area is not assessed"


def test_the_weight_of_an_area_that_is_not_assessed_is_shared_out_and_said() -> None:
    result = scored(*(one for one in MODEL if one.area != "container"))
    rows = [row for row in result.ledger if row.kind == "shared"]
    assert [(row.name, row.points) for row in rows] == [("container", 0)]
    assert rows[0].text == (
        "not assessed (no rule of it applies): its 10.0 points are shared out, "
        "cicd 2.8, monitoring 2.2, operations 2.2, security 2.8"
    )
    assert sum(row.points for row in result.ledger) == result.low


def test_nothing_assessed_gives_no_score() -> None:
    result = scored(rule("cicd/a", ABSENT, severity="critical"))
    assert (result.low, result.high, result.on_paper, result.raw_low) == (None, None, None, None)
    assert (result.verdict, result.band, result.ledger, result.cap) == ("not-assessed", "", (), ())
    assert result.reasons == ("No area is assessed.",)
    assert result.blockers_open == ("cicd/a",)


def test_no_rules_give_no_score() -> None:
    assert scored().verdict == "not-assessed"


# Requires


def test_a_rule_is_blocked_by_a_parent_surely_below() -> None:
    child = rule("cicd/b", ENFORCED, requires=needs("cicd/a"))
    found = points(scored(rule("cicd/a", PLANNED), child, *filler()), "cicd/b")
    assert (found.status, found.blocked_by, found.level) == ("blocked", "cicd/a", ABSENT)
    assert found.why == "requires cicd/a, which is not far enough"
    assert (found.possible, found.earned, found.earned_high) == (20_000, 0, 0)


def test_a_blocked_rule_has_its_parents_credit_on_paper() -> None:
    child = rule("cicd/b", ENFORCED, requires=needs("cicd/a"))
    result = scored(rule("cicd/a", PLANNED), child, *filler())
    assert points(result, "cicd/b").on_paper == 10_000


def test_a_parent_has_to_be_as_far_as_asked() -> None:
    parent = rule("cicd/a", PARTIAL)
    enough = rule("cicd/b", requires=needs("cicd/a"))
    more = rule("cicd/c", requires=needs("cicd/a", IMPLEMENTED))
    result = scored(parent, enough, more)
    assert (points(result, "cicd/b").status, points(result, "cicd/c").status) == ("met", "blocked")


def test_blocking_goes_on_to_grandchildren_and_names_the_nearest() -> None:
    result = scored(
        rule("cicd/c", PLANNED),
        rule("cicd/b", requires=needs("cicd/c")),
        rule("cicd/a", requires=needs("cicd/b", PLANNED)),
    )
    assert (points(result, "cicd/a").status, points(result, "cicd/a").blocked_by) == ("blocked", "cicd/b")
    assert points(result, "cicd/a").on_paper == points(result, "cicd/a").possible // 2


def test_an_open_parent_leaves_the_rule_from_nothing_to_its_own_ceiling() -> None:
    child = rule("cicd/b", PARTIAL, ceiling=IMPLEMENTED, requires=needs("cicd/a"))
    found = points(scored(rule("cicd/a", PLANNED, ceiling=PARTIAL), child, *filler()), "cicd/b")
    assert (found.status, found.level, found.ceiling, found.blocked_by) == (
        "unknown",
        ABSENT,
        IMPLEMENTED,
        "",
    )
    assert (found.earned, found.earned_high) == (0, 16_000)
    assert found.why == "requires cicd/a, which is unknown"


def test_on_paper_an_open_parent_leaves_the_lesser_of_both_credits() -> None:
    parent = rule("cicd/a", PLANNED, ceiling=PARTIAL)
    far, nothing = rule("cicd/b", requires=needs("cicd/a")), rule("cicd/c", ABSENT, requires=needs("cicd/a"))
    result = scored(parent, far, nothing, *filler()[:2])
    assert (points(result, "cicd/b").on_paper, points(result, "cicd/c").on_paper) == (10_000, 0)


def test_a_rule_that_has_nothing_is_a_gap_whatever_its_open_parent_is() -> None:
    child = rule("cicd/b", ABSENT, requires=needs("cicd/a"))
    assert points(scored(rule("cicd/a", ABSENT, ceiling=ENFORCED), child), "cicd/b").status == "gap"


def test_a_rule_is_not_applicable_with_its_parent() -> None:
    result = scored(
        rule("cicd/a", applicable=False),
        rule("cicd/b", requires=needs("cicd/a")),
        rule("cicd/c", requires=needs("cicd/b")),
    )
    found = points(result, "cicd/c")
    assert (found.status, found.through) == ("not-applicable", "cicd/a")
    assert found.why == "requires cicd/b, which is not applicable"


def test_a_rule_is_waived_with_its_parent() -> None:
    result = scored(
        rule("cicd/a", ABSENT, waived=True),
        rule("cicd/b", requires=needs("cicd/a")),
        rule("cicd/c", requires=needs("cicd/b")),
    )
    found = points(result, "cicd/c")
    assert (found.status, found.through, found.why) == (
        "waived",
        "cicd/a",
        "requires cicd/b, which is waived",
    )


def test_a_rule_with_its_own_waiver_has_it_from_nobody() -> None:
    result = scored(rule("cicd/a", waived=True), rule("cicd/b", waived=True, requires=needs("cicd/a")))
    assert (points(result, "cicd/b").status, points(result, "cicd/b").through) == ("waived", "")


def test_a_rule_that_does_not_apply_needs_no_parents_waiver() -> None:
    child = rule("cicd/b", applicable=False, requires=needs("cicd/a"))
    assert points(scored(rule("cicd/a", waived=True), child), "cicd/b").status == "not-applicable"


def test_a_parent_that_neither_applies_nor_counts_for_its_waiver_is_not_applicable() -> None:
    child = rule("cicd/b", requires=needs("cicd/a"))
    result = scored(rule("cicd/a", waived=True, applicable=False), child)
    assert (points(result, "cicd/a").status, points(result, "cicd/b").status) == ("waived", "not-applicable")


def test_a_parent_outside_the_pack_is_ignored() -> None:
    assert points(scored(rule("cicd/b", requires=needs("cicd/gone"))), "cicd/b").status == "met"


def test_a_parent_that_is_not_counted_still_blocks() -> None:
    child = rule("cicd/b", requires=needs("cicd/a"))
    result = scored(rule("cicd/a", ABSENT, counted=False), child, *filler())
    assert points(result, "cicd/b").status == "blocked"
    assert points(result, "cicd/a").status == "gap"
    assert points(result, "cicd/a").why == "it is shown only, and does not count"


def status_under(requires: Requirement, *parents: Judged) -> tuple[str, str]:
    found = points(scored(*parents, rule("cicd/child", requires=requires)), "cicd/child")
    return found.status, found.blocked_by


PARENTS = {
    "below": rule("cicd/below", ABSENT),
    "less": rule("cicd/less", PLANNED),
    "open": rule("cicd/open", ABSENT, ceiling=ENFORCED),
    "holds": rule("cicd/holds"),
    "na": rule("cicd/na", applicable=False),
    "waived": rule("cicd/waived", waived=True),
}


@pytest.mark.parametrize(
    ("names", "status", "blocked_by"),
    [
        ("holds holds", "met", ""),
        ("holds gone", "met", ""),
        ("gone", "met", ""),
        ("holds open", "unknown", ""),
        ("open below holds", "blocked", "cicd/below"),
        ("less below", "blocked", "cicd/less"),
        ("below waived", "waived", ""),
        ("waived na", "not-applicable", ""),
    ],
)
def test_all_of_is_as_good_as_its_worst(names: str, status: str, blocked_by: str) -> None:
    requires = Requirement(all_of=tuple(needs(f"cicd/{name}") for name in names.split()))
    assert (status, blocked_by) == status_under(requires, *PARENTS.values())


@pytest.mark.parametrize(
    ("names", "status", "blocked_by"),
    [
        ("below holds", "met", ""),
        ("open holds", "met", ""),
        ("gone", "met", ""),
        ("below open", "unknown", ""),
        ("below less", "blocked", "cicd/below"),
        ("gone less", "blocked", "cicd/less"),
        ("na below", "blocked", "cicd/below"),
        ("waived below", "blocked", "cicd/below"),
        ("waived holds", "met", ""),
        ("na na", "not-applicable", ""),
        ("na waived", "waived", ""),
    ],
)
def test_any_of_is_as_good_as_its_best(names: str, status: str, blocked_by: str) -> None:
    requires = Requirement(any_of=tuple(needs(f"cicd/{name}") for name in names.split()))
    assert (status, blocked_by) == status_under(requires, *PARENTS.values())


def test_requirements_nest_and_all_their_parts_have_to_hold() -> None:
    either = Requirement(any_of=(needs("cicd/holds"), needs("cicd/below")))
    neither = Requirement(any_of=(needs("cicd/less"), needs("cicd/below")))
    parents = PARENTS.values()
    assert status_under(Requirement("cicd/holds", all_of=(either,)), *parents) == ("met", "")
    assert status_under(Requirement("cicd/holds", any_of=(neither,)), *parents) == ("blocked", "cicd/less")
    assert status_under(Requirement("cicd/below", all_of=(either,)), *parents) == ("blocked", "cicd/below")
    assert status_under(Requirement(), *parents) == ("met", "")


def test_on_paper_all_of_gives_the_least_credit_and_any_of_the_greatest() -> None:
    both = (needs("cicd/less"), needs("cicd/below"))
    result = scored(
        PARENTS["less"],
        PARENTS["below"],
        rule("cicd/all", requires=Requirement(all_of=both)),
        rule("cicd/any", requires=Requirement(any_of=both)),
    )
    assert (points(result, "cicd/all").on_paper, points(result, "cicd/any").on_paper) == (0, 12_500)


def test_on_paper_a_blocked_rule_has_what_is_sure_of_all_that_may_be_below() -> None:
    both = Requirement(all_of=(needs("cicd/less"), needs("cicd/open")))
    result = scored(PARENTS["less"], PARENTS["open"], rule("cicd/child", requires=both), *filler())
    assert (points(result, "cicd/child").status, points(result, "cicd/child").on_paper) == ("blocked", 0)


def test_on_paper_an_open_choice_has_the_greatest_credit_of_all_choices() -> None:
    either = Requirement(any_of=(needs("cicd/open"), needs("cicd/less")))
    result = scored(PARENTS["less"], PARENTS["open"], rule("cicd/child", requires=either), rule("cicd/x"))
    assert points(result, "cicd/child").on_paper == 12_500


def test_rules_that_require_one_another_are_refused() -> None:
    first, second = rule("cicd/a", requires=needs("cicd/b")), rule("cicd/b", requires=needs("cicd/a"))
    with pytest.raises(ValueError, match=r"circle: cicd/. -> cicd/. -> cicd/."):
        scored(first, second)


def test_a_rule_that_requires_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="circle"):
        scored(rule("cicd/a", requires=Requirement(any_of=(needs("cicd/a"),))))


# Input that the rulebook has to refuse


def test_a_rule_judged_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        scored(rule("cicd/a"), rule("cicd/a"))


def test_a_rule_of_an_unknown_area_is_refused() -> None:
    with pytest.raises(ValueError, match="no area 'kitchen'"):
        scored(rule("kitchen/a"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weight": 0}, "not positive"),
        ({"level": PARTIAL, "ceiling": ABSENT}, "above ceiling"),
        ({"top": PLANNED}, "below partial"),
    ],
)
def test_an_impossible_judgement_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rule("cicd/a", **changes)


# Blockers, cap, verdict


def critical(name: str, level: Level = ABSENT, **changes: Any) -> Judged:
    return rule(name, level, severity="critical", **({"weight": 1} | changes))


GOOD = [one for name in AREAS for one in filler(name)]


def test_all_met_is_ready() -> None:
    result = scored(*GOOD)
    assert (result.low, result.high, result.verdict, result.reasons) == (100_000, 100_000, "ready", ())
    assert result.cap == ()


def test_an_open_blocker_is_not_ready_and_caps_both_bounds_with_a_row_of_its_own() -> None:
    result = scored(*GOOD, critical("cicd/a"))
    assert (result.low, result.high, result.verdict) == (79_000, 79_000, "not-ready")
    assert [(row.name, row.points) for row in result.cap] == [("open-blocker", 79_000 - (100_000 - 806))]
    assert result.cap[0].text == "at most 79.0 while a blocker is open: cicd/a"
    assert sum(row.points for row in result.ledger) == 79_000
    assert result.reasons == ("cicd/a is critical and below partial.",)


def test_on_paper_is_never_capped() -> None:
    assert scored(*GOOD, critical("cicd/a")).on_paper == 100_000 - 806


def test_a_planned_critical_rule_is_still_open_and_a_partial_one_is_not() -> None:
    assert scored(*GOOD, critical("cicd/a", PLANNED)).blockers_open == ("cicd/a",)
    assert scored(*GOOD, critical("cicd/a", PARTIAL)).blockers_open == ()


def test_a_blocker_that_may_be_open_caps_low_alone() -> None:
    result = scored(*GOOD, critical("cicd/a", ABSENT, ceiling=ENFORCED))
    assert (result.low, result.high, result.verdict) == (79_000, 100_000, "conditional")
    assert result.blockers_unknown == ("cicd/a",)
    assert result.cap[0].text == "at most 79.0 while a blocker may be open: cicd/a"
    assert result.reasons == (
        "cicd/a is critical and may be below partial.",
        "The score of 79.0 is below 80.0.",
    )


def test_no_cap_where_the_score_is_not_above_it() -> None:
    result = scored(*filler(level=ABSENT), critical("cicd/a"))
    assert (result.cap, result.low) == ((), 0)


def test_a_waived_blocker_is_conditional_and_the_raw_score_stands_beside() -> None:
    result = scored(*GOOD, critical("cicd/a", waived=True))
    assert (result.low, result.raw_low, result.verdict) == (100_000, 79_000, "conditional")
    assert result.blockers_waived == ("cicd/a",)
    assert result.reasons == ("cicd/a is critical, below partial and waived.",)


@pytest.mark.parametrize(
    "change", [{"level": PARTIAL, "ceiling": PARTIAL}, {"applicable": False}, {"counted": False}]
)
def test_a_waiver_that_hides_no_blocker_leaves_the_verdict(change: dict[str, Any]) -> None:
    result = scored(*GOOD, critical("cicd/a", **({"waived": True} | change)))
    assert (result.verdict, result.blockers_waived) == ("ready", ())


def test_a_waived_blocker_counts_as_low_as_it_would_unwaived() -> None:
    child = critical("cicd/b", ENFORCED, waived=True, requires=needs("cicd/a"))
    assert scored(*GOOD, rule("cicd/a", ABSENT, weight=1), child).blockers_waived == ("cicd/b",)


def test_without_waivers_the_raw_score_is_the_score() -> None:
    result = scored(*MODEL)
    assert result.raw_low == result.low


def test_the_raw_score_stands_where_everything_is_waived() -> None:
    result = scored(*(replace(one, waived=True) for one in filler()))
    assert (result.low, result.raw_low, result.verdict) == (None, 100_000, "not-assessed")


@pytest.mark.parametrize("change", [{"applicable": False}, {"counted": False}])
def test_a_critical_rule_that_does_not_count_is_no_blocker(change: dict[str, Any]) -> None:
    result = scored(*GOOD, critical("cicd/a", **change))
    assert (result.verdict, result.blockers_open, result.low) == ("ready", (), 100_000)


def test_a_blocker_in_an_area_that_is_not_assessed_is_open_all_the_same() -> None:
    rules = [one for one in GOOD if one.area != "container"]
    result = scored(*rules, critical("container/a"))
    assert (result.blockers_open, result.verdict, result.low) == (("container/a",), "not-ready", 79_000)
    assert area_of(result, "container").priority == "High"


def test_a_rule_blocked_by_a_blocker_is_not_a_second_one() -> None:
    chain = [
        critical("cicd/a"),
        rule("cicd/b", requires=needs("cicd/a")),
        critical("cicd/c", requires=needs("cicd/b")),
        rule("cicd/d", severity="high", requires=needs("cicd/a")),
    ]
    result = scored(*GOOD, *chain)
    assert (result.blockers_open, result.verdict) == (("cicd/a",), "not-ready")
    assert result.reasons == ("cicd/a is critical and below partial.",)


def test_a_critical_rule_blocked_by_a_lesser_one_is_the_first_blocker() -> None:
    parent = rule("cicd/a", ABSENT, weight=1)
    blocked = critical("cicd/b", requires=needs("cicd/a"))
    before = scored(*GOOD, parent, blocked)
    after = scored(*GOOD, replace(parent, level=ENFORCED, ceiling=ENFORCED), blocked)
    assert (before.blockers_open, after.blockers_open) == (("cicd/b",), ("cicd/b",))
    assert (before.low, after.low) == (79_000, 79_000)


def test_a_critical_rule_blocked_by_one_that_is_no_blocker_is_the_first() -> None:
    parent = critical("cicd/a", PARTIAL)
    child = critical("cicd/b", ENFORCED, requires=needs("cicd/a", IMPLEMENTED))
    assert scored(*GOOD, parent, child).blockers_open == ("cicd/b",)


def test_a_critical_rule_blocked_by_one_that_may_be_a_blocker_is_the_first() -> None:
    parent = critical("cicd/a", ABSENT, ceiling=PARTIAL)
    child = critical("cicd/b", ENFORCED, requires=needs("cicd/a", IMPLEMENTED))
    result = scored(*GOOD, parent, child)
    assert (result.blockers_open, result.blockers_unknown) == (("cicd/b",), ("cicd/a",))


def test_a_rule_unknown_through_a_blocker_that_may_be_open_is_not_a_second_one() -> None:
    parent = critical("cicd/a", ABSENT, ceiling=ENFORCED)
    through = critical("cicd/b", ENFORCED, requires=needs("cicd/a"))
    itself = critical("cicd/c", ABSENT, ceiling=ENFORCED, requires=needs("cicd/a"))
    lesser = critical("cicd/e", ENFORCED, requires=needs("cicd/d"))
    result = scored(*GOOD, parent, through, itself, rule("cicd/d", ABSENT, ceiling=ENFORCED), lesser)
    assert result.blockers_unknown == ("cicd/a", "cicd/c", "cicd/e")


def test_a_gap_of_high_severity_is_conditional() -> None:
    result = scored(*GOOD, rule("cicd/a", PLANNED, severity="high", weight=1))
    assert (result.verdict, result.low) == ("conditional", 99_274)
    assert result.reasons == ("cicd/a is of high severity and below partial.",)


def test_a_high_rule_blocked_by_a_lesser_one_is_conditional_before_and_after_the_parent_is_mended() -> None:
    parent = rule("cicd/a", ABSENT, weight=1)
    child = rule("cicd/b", ABSENT, severity="high", weight=1, requires=needs("cicd/a"))
    assert scored(*GOOD, parent, child).verdict == "conditional"
    assert scored(*GOOD, rule("cicd/a", weight=1), child).verdict == "conditional"


@pytest.mark.parametrize(
    "change",
    [{"level": PARTIAL}, {"ceiling": PARTIAL}, {"waived": True}, {"counted": False}, {"severity": "medium"}],
)
def test_other_shortfalls_leave_the_verdict(change: dict[str, Any]) -> None:
    given: dict[str, Any] = {"level": ABSENT, "severity": "high", "weight": 1} | change
    given["ceiling"] = max(given["level"], change.get("ceiling", ABSENT))
    assert scored(*GOOD, rule("cicd/a", **given)).verdict == "ready"


@pytest.mark.parametrize(
    ("met", "verdict"), [(59, "not-ready"), (60, "conditional"), (79, "conditional"), (80, "ready")]
)
def test_the_verdict_follows_the_low_score(met: int, verdict: str) -> None:
    assert verdict == scored(*area("cicd", met, 100)).verdict


def test_a_low_score_is_a_reason_beside_an_open_blocker() -> None:
    result = scored(*filler(level=PARTIAL), critical("cicd/a"))
    assert result.reasons == (
        "cicd/a is critical and below partial.",
        "The score of 38.7 is below 60.0.",
    )


# Priority


@pytest.mark.parametrize(
    ("name", "met", "priority"),
    [
        ("operations", 59, "High"),
        ("operations", 60, "Medium"),
        ("operations", 79, "Medium"),
        ("operations", 80, "Low"),
        ("security", 60, "High"),
        ("security", 80, "Medium"),
        ("security", 89, "Medium"),
        ("security", 90, "Low"),
        ("security", 59, "High"),
    ],
)
def test_priority_follows_the_areas_score_and_weight(name: str, met: int, priority: str) -> None:
    assert priority == area_of(scored(*area(name, met, 100)), name).priority


def test_priority_follows_the_low_score() -> None:
    rules = [rule(f"operations/{name}", ABSENT, ceiling=ENFORCED) for name in "abc"]
    found = area_of(scored(*rules), "operations")
    assert (found.priority, found.low, found.high) == ("High", 0, 100_000)


def test_priority_is_high_where_a_blocker_is_surely_open() -> None:
    opened = scored(*GOOD, critical("operations/a"))
    maybe = scored(*GOOD, critical("operations/a", ABSENT, ceiling=ENFORCED))
    assert area_of(opened, "operations").priority == "High"
    assert area_of(opened, "monitoring").priority == "Low"
    assert area_of(maybe, "operations").priority == "Low"


# Confidence and ledger


def test_confidence_tells_on_what_the_points_rest() -> None:
    result = scored(
        rule("cicd/a", IMPLEMENTED, grade="structure"),
        rule("cicd/b", grade="pattern"),
        rule("cicd/c", IMPLEMENTED, grade="attested"),
        rule("cicd/d", ABSENT, ceiling=PARTIAL),
    )
    found = result.confidence
    assert (found.structure, found.pattern, found.attested, found.unknown) == (20_000, 25_000, 20_000, 10_000)


def test_the_cap_takes_nothing_from_confidence() -> None:
    result = scored(*GOOD, critical("cicd/a"))
    assert result.confidence.structure + result.cap[0].points == result.low


def test_the_ledger_has_a_row_for_every_scored_rule() -> None:
    result = scored(rule("cicd/a", ABSENT), rule("cicd/t", counted=False), *filler())
    rows = [(row.name, row.points, row.text) for row in result.ledger if row.kind == "rule"]
    assert rows[0] == ("cicd/a", 0, "gap, of 25.0")
    assert [name for name, _, _ in rows] == ["cicd/a", "cicd/z0", "cicd/z1", "cicd/z2"]


def test_an_area_that_rounding_left_nothing_has_no_score_to_speak_of() -> None:
    areas = tuple(replace(one, weight=1 if one.id == "cicd" else 10**9) for one in SCORING.areas)
    result = score(filler("cicd") + filler("security"), replace(SCORING, areas=areas))
    assert area_of(result, "cicd").low == 0
    assert result.low == 100_000


@pytest.mark.parametrize(
    ("parent", "status", "level", "ceiling"),
    [
        (rule("cicd/p", PARTIAL), "not-applicable", ABSENT, ABSENT),
        (rule("cicd/p", PLANNED), "blocked", ABSENT, ABSENT),
        (rule("cicd/p", ABSENT, ceiling=ENFORCED), "unknown", ABSENT, ENFORCED),
    ],
)
def test_a_rule_without_a_row_to_inspect_does_not_apply_unless_its_parent_decides_first(
    parent: Judged, status: str, level: Level, ceiling: Level
) -> None:
    child = rule("cicd/x", ABSENT, requires=needs("cicd/p"), empty=True)
    (found,) = [one for one in scored(parent, child, *filler()).rules if one.rule == "cicd/x"]
    assert (found.status, found.level, found.ceiling) == (status, level, ceiling)


def test_a_rule_without_a_row_to_inspect_and_without_a_parent_does_not_apply() -> None:
    (found,) = [
        one for one in scored(rule("cicd/x", ABSENT, empty=True), *filler()).rules if one.rule == "cicd/x"
    ]
    assert (found.status, found.possible) == ("not-applicable", 0)
