"""What a fix brings: the same as the score stage says, to the millipoint, for any rules whatever."""

from __future__ import annotations

import pytest
from documents import P, assessment, gap
from hypothesis import given
from hypothesis import strategies as st
from reports import SCORING, document, judged
from test_score_properties import many, rule_sets, strong

from readiness.assessment import Interval
from readiness.levels import Level
from readiness.records import replace
from readiness.report.arithmetic import arithmetic, gains, total
from readiness.report.model import Arithmetic, Gain
from readiness.report.rescore import rescored
from readiness.requirement import Requirement
from readiness.score import Judged, score
from readiness.scoring.needs import Needed, needs


def known(made: Arithmetic | None) -> Arithmetic:
    assert made is not None
    return made


def fixed(rules: tuple[Judged, ...], names: frozenset[str]) -> list[Judged]:
    return [replace(one, level=one.top, ceiling=one.top) if one.rule in names else one for one in rules]


@many
@given(rule_sets(), st.data(), st.booleans())
def test_for_any_set_of_fixes_the_sum_is_the_score_stages(
    rules: tuple[Judged, ...], data: st.DataObject, heavy: bool
) -> None:
    rules = strong(rules) if heavy else rules
    made = document(rules)
    if made.score is None:
        assert arithmetic(made) is None
        return
    names = frozenset(data.draw(st.sets(st.sampled_from([one.rule for one in rules]))))
    found = total(known(arithmetic(made)), names)
    asked = score(fixed(rules, names), SCORING)
    again = rescored(made, names)
    assert (found.low, found.high) == (asked.low, asked.high) == (again.low, again.high)
    assert asked.verdict == again.verdict


@many
@given(rule_sets())
def test_a_gain_is_the_score_after_less_the_score_before(rules: tuple[Judged, ...]) -> None:
    made = document(strong(rules))
    for name, gain in gains(made, arithmetic(made)).items():
        after = score(fixed(strong(rules), frozenset((name,))), SCORING).low
        assert after is not None
        assert made.score is not None
        assert gain.points == after - made.score.low
        assert gain.points >= 0


IMAGE = judged("container/image", "absent", weight=20)
SCAN = judged("container/scan", "implemented", requires=Requirement("container/image"))
USER = judged("container/user", "absent", requires=Requirement("container/image"))
RUN = judged("container/run", "partial", requires=Requirement("container/scan"))


def test_what_waits_counts_as_it_is_judged_today_and_makes_the_gain_a_least() -> None:
    made = document([IMAGE, SCAN, USER, RUN])
    found = gains(made, arithmetic(made))
    assert found["container/image"] == Gain(
        70_000, True, ("container/run", "container/scan", "container/user"), (), 70_000, False
    )


def test_what_waits_brings_nothing_alone_and_says_what_comes_first() -> None:
    made = document([IMAGE, SCAN, USER, RUN])
    found = gains(made, arithmetic(made))["container/run"]
    assert (found.points, found.first, found.after) == (0, ("container/image", "container/scan"), 10_000)


def test_a_dependant_that_is_not_scored_leaves_the_gain_exact() -> None:
    made = document([IMAGE, judged("container/x", weight=40), replace(SCAN, counted=False), USER])
    assert gains(made, arithmetic(made))["container/image"].dependants == ("container/user",)


def test_a_cap_takes_a_part_of_the_gain_and_that_is_said() -> None:
    rules = [
        judged("cicd/a", "implemented", weight=90),
        judged("cicd/b", "absent", severity="critical", weight=5),
        judged("cicd/c", "absent", weight=5),
    ]
    made = document(rules)
    found = gains(made, arithmetic(made))
    assert made.score is not None
    assert made.score.low == 79_000
    assert (found["cicd/c"].points, found["cicd/c"].capped) == (0, True)
    assert (found["cicd/b"].points, found["cicd/b"].capped) == (16_000, False)


def test_what_does_not_count_brings_nothing() -> None:
    made = document([IMAGE, judged("container/x", weight=40), USER, judged("container/y", counted=False)])
    assert gains(made, arithmetic(made))["container/y"].points == 0


def test_a_document_of_the_first_version_gives_the_rules_own_points() -> None:
    made = assessment(gap("cicd/a", 1_500), gap("cicd/b", 2_000, status="not-applicable"))
    assert arithmetic(made) is None
    assert gains(made, None) == {"cicd/a": Gain(1_500, False, (), (), 0, False)}


@pytest.mark.parametrize(
    "change",
    [
        {"score": Interval(P(1), P(2), P(3))},
        {"scoring": None},
        {"areas": ()},
        {"score": None},
    ],
)
def test_a_document_that_does_not_come_to_its_score_has_no_arithmetic(change: dict[str, object]) -> None:
    assert arithmetic(replace(document([IMAGE, SCAN, USER]), **change)) is None


def test_a_document_with_a_circle_or_a_rule_twice_has_no_arithmetic() -> None:
    made = document([IMAGE, SCAN, USER])
    image, scan, user = made.rules
    circle = replace(image, needs=((replace(scan.needs[0][0], rule=scan.id),),))
    assert arithmetic(replace(made, rules=(circle, scan, user))) is None
    assert arithmetic(replace(made, rules=(image, image, scan, user))) is None


def test_a_document_without_how_a_rule_was_judged_alone_cannot_be_scored_again() -> None:
    made = document([IMAGE, SCAN, USER])
    bare = replace(made, rules=tuple(replace(one, own=None) for one in made.rules))
    assert arithmetic(bare) is None
    with pytest.raises(ValueError, match="judged on its own"):
        rescored(bare)
    with pytest.raises(ValueError, match="settings of its score"):
        rescored(replace(made, scoring=None))


A, B, C = (Requirement(name) for name in "abc")


@pytest.mark.parametrize(
    ("requirement", "groups"),
    [
        (None, []),
        (A, ["a"]),
        (Requirement("gone"), []),
        (Requirement("out"), []),
        (Requirement(all_of=(A, B)), ["a", "b"]),
        (Requirement(any_of=(A, B)), ["ab"]),
        (Requirement(any_of=(A, Requirement("gone"))), ["a"]),
        (Requirement(any_of=(A, Requirement("out"))), ["a"]),
        (Requirement(any_of=(Requirement("gone"), Requirement("out"))), []),
        (Requirement(all_of=(A, Requirement("gone"))), ["a"]),
        (Requirement(any_of=(A, Requirement(all_of=(B, C)))), ["ab", "ac"]),
        (Requirement(all_of=(A, Requirement(any_of=(A, B)))), ["a"]),
        (Requirement(any_of=(A, Requirement(all_of=(A, B)))), ["a"]),
    ],
)
def test_a_requirement_comes_to_groups(requirement: Requirement | None, groups: list[str]) -> None:
    found = needs(requirement, {"a", "b", "c", "out"}, {"out"})
    assert found == tuple(tuple(Needed(name, Level.PARTIAL) for name in group) for group in groups)


def test_a_requirement_that_cannot_be_listed_is_refused() -> None:
    pairs = tuple(Requirement(all_of=(Requirement(f"{n}x"), Requirement(f"{n}y"))) for n in range(12))
    with pytest.raises(ValueError, match="more than 1000 groups"):
        needs(Requirement(any_of=pairs), {f"{n}{x}" for n in range(12) for x in "xy"}, ())
