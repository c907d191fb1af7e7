"""What holds of the score for any rules whatever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.levels import Level
from readiness.records import replace
from readiness.score import WHOLE, Judged, Requirement, Scored, load_scoring, score, shown

if TYPE_CHECKING:
    from random import Random

SCORING = load_scoring()
AREAS = ("cicd", "container", "monitoring", "operations", "security")
VERDICTS = ("not-ready", "conditional", "ready")

many = settings(max_examples=60, deadline=None, derandomize=True)
levels = st.sampled_from(Level)
often = st.sampled_from((True, True, True, True, False))
seldom = often.map(lambda yes: not yes)


def requirements(names: list[str]) -> st.SearchStrategy[Requirement | None]:
    """None, or a tree over ``names`` and one rule that is not there."""
    leaves = st.builds(Requirement, st.sampled_from([*names, "gone"]), st.sampled_from(list(Level)[1:]))
    some = st.lists(leaves, min_size=1, max_size=3).map(tuple)
    inner = st.one_of(leaves, st.builds(Requirement, all_of=some), st.builds(Requirement, any_of=some))
    parts = st.lists(inner, min_size=1, max_size=2).map(tuple)
    nested = st.one_of(st.builds(Requirement, all_of=parts), st.builds(Requirement, any_of=parts))
    return st.one_of(st.none(), leaves, inner, nested)


@st.composite
def rule_sets(draw: st.DrawFn) -> tuple[Judged, ...]:
    """Rules in a few areas, each requiring only rules before it; their ids tell nothing of that order."""
    areas = draw(st.lists(st.sampled_from(AREAS), min_size=1, max_size=2, unique=True))
    numbers = draw(st.permutations(range(draw(st.integers(1, 9)))))
    tops = st.sampled_from((Level.PARTIAL, Level.IMPLEMENTED, Level.ENFORCED, Level.ENFORCED))
    rules: list[Judged] = []
    for number in numbers:
        area, top = draw(st.sampled_from(areas)), draw(tops)
        low, high = sorted((min(draw(levels), top), min(draw(levels), top)))
        rules.append(
            Judged(
                rule=f"{area}/{number}",
                area=area,
                severity=draw(st.sampled_from(("critical", "high", "medium", "low"))),
                weight=draw(st.integers(1, 40)),
                counted=draw(often),
                asks_presence=draw(often),
                applicable=draw(often),
                waived=draw(seldom),
                level=low,
                ceiling=draw(st.sampled_from((low, high))),
                top=top,
                requires=draw(requirements([one.rule for one in rules])),
                grade=draw(st.sampled_from(("structure", "pattern", "attested"))),
            )
        )
    return tuple(rules)


@st.composite
def changed_sets(draw: st.DrawFn) -> tuple[tuple[Judged, ...], int, Level]:
    """Rules, the position of one of them, and a level."""
    rules = draw(rule_sets())
    return rules, draw(st.integers(0, len(rules) - 1)), draw(levels)


@st.composite
def known_sets(draw: st.DrawFn) -> tuple[tuple[Judged, ...], tuple[Judged, ...]]:
    """Rules, and the same once all that was unknown of them is known."""
    rules = draw(rule_sets())
    known = []
    for one in rules:
        level = draw(st.sampled_from([level for level in Level if one.level <= level <= one.ceiling]))
        known.append(replace(one, level=level, ceiling=level))
    return rules, tuple(known)


def put(rules: tuple[Judged, ...], position: int, changed: Judged) -> tuple[Judged, ...]:
    return (*rules[:position], changed, *rules[position + 1 :])


def strong(rules: tuple[Judged, ...]) -> tuple[Judged, ...]:
    """The same among many heavy rules that are met, so that cap and bands come into play."""
    fillers = (
        Judged(
            rule=f"{area}/filler{number}",
            area=area,
            severity="low",
            weight=60,
            counted=True,
            asks_presence=True,
            applicable=True,
            waived=False,
            level=Level.ENFORCED,
            ceiling=Level.ENFORCED,
            top=Level.ENFORCED,
        )
        for area in AREAS
        for number in range(3)
    )
    return (*rules, *fillers)


def numbers(result: Scored) -> tuple[int, int, int]:
    """Low, high and on paper; zeros where there is no score."""
    return result.low or 0, result.high or 0, result.on_paper or 0


@many
@given(rule_sets())
def test_the_ledger_sums_to_the_score(rules: tuple[Judged, ...]) -> None:
    for judged in (rules, strong(rules)):
        result = score(judged, SCORING)
        assert (result.low or 0) == sum(row.points for row in result.ledger)


@many
@given(rule_sets())
def test_points_and_scores_stay_within_their_bounds(rules: tuple[Judged, ...]) -> None:
    for judged in (rules, strong(rules)):
        result = score(judged, SCORING)
        low, high, on_paper = numbers(result)
        assert 0 <= low <= high <= WHOLE
        assert low <= on_paper <= WHOLE
        held = [(one.earned, one.earned_high, one.on_paper, one.possible) for one in result.rules]
        held += [(one.earned, one.earned_high, one.on_paper, one.possible) for one in result.areas]
        for earned, earned_high, paper, possible in held:
            assert 0 <= earned <= earned_high <= possible
            assert earned <= paper <= possible


@many
@given(rule_sets())
def test_what_is_possible_is_the_whole_or_nothing(rules: tuple[Judged, ...]) -> None:
    result = score(rules, SCORING)
    assessed = any(area.assessed for area in result.areas)
    whole = WHOLE if assessed else 0
    assert whole == sum(one.possible for one in result.rules) == sum(one.possible for one in result.areas)
    assert assessed == (result.low is not None) == (result.verdict != "not-assessed")


@many
@given(rule_sets(), st.randoms(use_true_random=False))
def test_the_order_of_the_rules_changes_nothing(rules: tuple[Judged, ...], random: Random) -> None:
    shuffled = list(rules)
    random.shuffle(shuffled)
    assert score(rules, SCORING) == score(shuffled, SCORING)


@many
@given(changed_sets())
def test_raising_a_level_lowers_nothing(drawn: tuple[tuple[Judged, ...], int, Level]) -> None:
    rules, position, level = drawn
    old = rules[position]
    raised = max(old.level, level)
    better = put(rules, position, replace(old, level=raised, ceiling=max(old.ceiling, raised)))
    for before, after in ((rules, better), (strong(rules), strong(better))):
        was, now = score(before, SCORING), score(after, SCORING)
        assert numbers(was)[0] <= numbers(now)[0]
        assert numbers(was)[1] <= numbers(now)[1]
        for one, other in zip(was.rules, now.rules, strict=True):
            assert (one.rule, one.possible) == (other.rule, other.possible)
            assert one.earned <= other.earned
            assert one.earned_high <= other.earned_high
        if was.verdict != "not-assessed":
            assert VERDICTS.index(was.verdict) <= VERDICTS.index(now.verdict)


@many
@given(changed_sets())
def test_raising_a_ceiling_lowers_no_upper_bound(drawn: tuple[tuple[Judged, ...], int, Level]) -> None:
    rules, position, level = drawn
    old = rules[position]
    wider = put(rules, position, replace(old, ceiling=max(old.ceiling, level)))
    for before, after in ((rules, wider), (strong(rules), strong(wider))):
        was, now = score(before, SCORING), score(after, SCORING)
        assert numbers(was)[1] <= numbers(now)[1]
        for one, other in zip(was.rules, now.rules, strict=True):
            assert one.earned_high <= other.earned_high


@many
@given(known_sets())
def test_whatever_the_unknown_turns_out_to_be_lies_within_the_interval(
    drawn: tuple[tuple[Judged, ...], tuple[Judged, ...]],
) -> None:
    rules, known = drawn
    for before, after in ((rules, known), (strong(rules), strong(known))):
        was, now = score(before, SCORING), score(after, SCORING)
        assert numbers(was)[0] <= numbers(now)[0] == numbers(now)[1] <= numbers(was)[1]
        assert numbers(was)[2] <= numbers(now)[2]
        for one, other in zip(was.rules, now.rules, strict=True):
            assert one.earned <= other.earned == other.earned_high <= one.earned_high
            assert other.status != "unknown" or not other.scored


@many
@given(rule_sets())
def test_confidence_adds_up_before_the_cap(rules: tuple[Judged, ...]) -> None:
    for judged in (rules, strong(rules)):
        result = score(judged, SCORING)
        found = result.confidence
        earned = sum(one.earned for one in result.areas)
        assert earned == found.structure + found.pattern + found.attested
        assert found.unknown == sum(one.earned_high for one in result.areas) - earned
        assert (result.low or 0) == earned + sum(row.points for row in result.cap)


@many
@given(rule_sets())
def test_blockers_cap_the_score_and_make_the_verdict(rules: tuple[Judged, ...]) -> None:
    result = score(strong(rules), SCORING)
    low, high, _ = numbers(result)
    if result.blockers_open:
        assert result.verdict == "not-ready"
        assert high <= SCORING.cap
    if result.blockers_unknown:
        assert result.verdict != "ready"
        assert low <= SCORING.cap
    if result.blockers_waived:
        assert result.verdict != "ready"
    assert bool(result.reasons) == (result.verdict != "ready")


@many
@given(rule_sets())
def test_a_critical_rule_surely_below_partial_always_has_a_blocker_open(rules: tuple[Judged, ...]) -> None:
    result = score(rules, SCORING)
    judged = {one.rule: one for one in rules}
    short = [
        one
        for one in result.rules
        if judged[one.rule].severity == "critical"
        and judged[one.rule].counted
        and one.status not in {"waived", "not-applicable"}
        and one.ceiling < Level.PARTIAL
    ]
    assert bool(short) == bool(result.blockers_open)


@many
@given(st.lists(st.integers(-WHOLE, WHOLE), max_size=30))
def test_shown_rows_add_up_and_are_neighbours_of_the_truth(points: list[int]) -> None:
    rows = shown(points, sum(points))
    assert sum(points) // 100 == sum(rows)
    for row, exact in zip(rows, points, strict=True):
        assert abs(row * 100 - exact) < 100
