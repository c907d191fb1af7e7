"""Questions asked of rows: what is true, what is false, and what cannot be known."""

from __future__ import annotations

import pytest
from toys import Thing, asked, noun, question, store, thing

from readiness.facts.dependencies import DEPENDENCY
from readiness.facts.model import Opening
from readiness.facts.store import Store
from readiness.records import replace
from readiness.rulebook.conditions import all_true, any_true, comparer
from readiness.rulebook.model import (
    AtLeast,
    AtMost,
    Condition,
    Equals,
    Known,
    Not,
    Some,
    asks_for_presence,
    nouns_of,
)
from readiness.rulebook.questions import View, ask
from readiness.rulebook.words import in_brief, in_words
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Role

ON, OFF, UNKNOWN = thing(path="on", on=True), thing(path="off", on=False), thing(path="maybe", on=None)
SHUT = Opening("t.yml", 3, "a template")

T, F, U = True, False, None


@pytest.mark.parametrize(
    ("truths", "conjunction", "disjunction"),
    [
        ((), T, F),
        ((T, T), T, T),
        ((T, F), F, T),
        ((F, F), F, F),
        ((T, U), U, T),
        ((U, T), U, T),
        ((F, U), F, U),
        ((U, F), F, U),
        ((U, U), U, U),
    ],
)
def test_unknown_counts_only_where_it_decides(
    truths: tuple[bool | None, ...], conjunction: bool | None, disjunction: bool | None
) -> None:
    assert (conjunction, disjunction) == (all_true(truths), any_true(truths))


@pytest.mark.parametrize(
    ("text", "rows", "truth"),
    [
        ("{some: thing}", (), F),
        ("{some: thing}", (OFF,), T),
        ("{some: thing, where: {on: true}}", (OFF, ON), T),
        ("{some: thing, where: {on: true}}", (OFF, UNKNOWN), U),
        ("{some: thing, where: {on: true}}", (OFF,), F),
        ("{some: thing, where: {on: true}, at_least: 2}", (ON, OFF), F),
        ("{some: thing, where: {on: true}, at_least: 2}", (ON, UNKNOWN), U),
        ("{some: thing, where: {on: true}, at_least: 2}", (ON, ON), T),
        ("{some: thing, where: {on: true}, at_least: 2, distinct: path}", (ON, ON), F),
        ("{some: thing, where: {on: true}, at_least: 2, distinct: path}", (ON, UNKNOWN), U),
        ("{some: thing, at_least: 2, distinct: path}", (ON, OFF), T),
        ("{no: thing, where: {on: true}}", (OFF,), T),
        ("{no: thing, where: {on: true}}", (ON, UNKNOWN), F),
        ("{no: thing, where: {on: true}}", (OFF, UNKNOWN), U),
        ("{no: thing, where: {on: true}, at_most: 1}", (ON, OFF), T),
        ("{no: thing, where: {on: true}, at_most: 1}", (ON, ON), F),
        ("{no: thing, where: {on: true}, at_most: 1}", (ON, UNKNOWN), U),
        ("{every: thing, holds: {on: true}}", (ON, ON), T),
        ("{every: thing, holds: {on: true}}", (ON, OFF), F),
        ("{every: thing, holds: {on: true}}", (ON, UNKNOWN), U),
        ("{every: thing, holds: {on: true}}", (OFF, UNKNOWN), F),
        ("{every: thing, holds: {on: true}, share: 0.5}", (ON, OFF), T),
        ("{every: thing, holds: {on: true}, share: 0.5}", (UNKNOWN, OFF), U),
        ("{every: thing, holds: {on: true}, share: 0.6}", (ON, OFF), F),
        ("{every: thing, where: {path: 'on'}, holds: {on: true}}", (ON, OFF), T),
    ],
)
def test_a_question_answers_true_false_or_unknown(
    text: str, rows: tuple[Thing, ...], truth: bool | None
) -> None:
    assert asked(text, *rows).truth is truth


@pytest.mark.parametrize("text", ["{no: thing}", "{every: thing, holds: {on: true}}"])
def test_without_a_row_there_is_nothing_to_inspect(text: str) -> None:
    assert asked(text).empty


def test_no_row_inside_where_leaves_every_with_nothing_to_inspect() -> None:
    assert asked("{every: thing, where: {kind: motor}, holds: {on: true}}", ON).empty


def test_some_is_never_empty_it_is_false() -> None:
    assert not asked("{some: thing}").empty


def test_a_row_that_may_be_inside_where_and_does_not_hold_leaves_every_unknown() -> None:
    maybe = thing(path="maybe", on=None, count=0)
    sure = thing(path="sure", on=True, count=5)
    assert asked("{every: thing, where: {on: true}, holds: {count: 5}}", maybe, sure).truth is None


@pytest.mark.parametrize(
    ("text", "rows", "truth"),
    [
        ("{some: thing}", (), U),
        ("{some: thing}", (ON,), T),
        ("{no: thing}", (), U),
        ("{no: thing, where: {on: true}}", (ON,), F),
        ("{every: thing, holds: {on: true}}", (), U),
        ("{every: thing, holds: {on: true}}", (ON,), U),
        ("{every: thing, holds: {on: true}}", (OFF,), F),
        ("{every: thing, holds: {on: true}, share: 0.5}", (OFF,), U),
    ],
)
def test_what_we_cannot_read_opens_what_it_could_change(
    text: str, rows: tuple[Thing, ...], truth: bool | None
) -> None:
    answer = asked(text, *rows, openings=[SHUT])
    assert (truth, False) == (answer.truth, answer.empty)
    assert (("t.yml:3: a template",) if truth is None else ()) == answer.open_because


def test_an_opening_of_another_environment_leaves_the_question_closed() -> None:
    shut = Opening("t.yml", 3, "a template", environment="staging")
    assert asked("{some: thing}", environment="production", openings=[shut]).truth is False


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("{some: thing, where: {on: true}}", U),
        ("{some: thing, where: {path: x}}", F),
        ("{every: thing, where: {path: '*'}, holds: {on: true}}", F),
        ("{no: thing, where: {path: x}}", T),
    ],
)
def test_an_opening_of_one_field_leaves_the_questions_about_others_closed(
    text: str, truth: bool | None
) -> None:
    shut = Opening("t.yml", 3, "a template", field="on")
    assert asked(text, OFF, openings=[shut]).truth is truth


def test_a_question_about_an_environment_sees_its_rows_and_those_of_none() -> None:
    rows = [thing(path=name or "none", environment=name) for name in ("production", "staging", "")]
    answer = asked("{some: thing}", *rows, environment="production")
    assert [row.path for row in answer.evidence] == ["none", "production"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PRODUCT])
def test_only_the_products_own_files_are_seen(role: Role) -> None:
    assert asked("{some: thing}", thing(role=role)).truth is False


def test_a_question_that_names_a_role_sees_it() -> None:
    assert asked("{some: thing, where: {role: test}}", thing(role=Role.TEST)).truth is True


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("{all_of: [{some: thing}, {some: thing, where: {on: true}}]}", F),
        ("{any_of: [{some: thing}, {some: thing, where: {on: true}}]}", T),
        ("{any_of: [{some: thing, where: {on: true}}, {some: thing, where: {count: 4}}]}", F),
    ],
)
def test_parts_are_joined(text: str, truth: bool) -> None:
    assert asked(text, OFF).truth is truth


def test_a_part_with_nothing_to_inspect_drops_out() -> None:
    answer = asked(
        "{all_of: [{no: thing, where: {on: true}}, {every: thing, where: {count: 9}, holds: {on: true}}]}",
        OFF,
    )
    assert (answer.truth, answer.empty) == (True, False)


def test_parts_that_all_have_nothing_to_inspect_leave_the_whole_empty() -> None:
    assert asked("{any_of: [{no: thing}, {every: thing, holds: {on: true}}]}").empty


def test_a_true_answer_shows_the_rows_it_rests_on_and_a_false_no_its_offenders() -> None:
    assert [row.path for row in asked("{some: thing, where: {on: true}}", ON, OFF).evidence] == ["on"]
    assert [row.path for row in asked("{no: thing, where: {on: true}}", ON, OFF).offenders] == ["on"]


def test_the_rows_that_come_closest_are_shown_where_nothing_is_found() -> None:
    near, far = thing(path="near", on=True, count=1), thing(path="far", count=7)
    answer = asked("{some: thing, where: {on: true, count: 2, kind: lamp}}", far, near)
    assert [row.path for row in answer.nearest] == ["near"]


def test_a_row_that_satisfies_nothing_is_not_close() -> None:
    assert asked("{some: thing, where: {on: true}}", OFF).nearest == ()


def test_an_unknown_answer_names_the_rows_that_could_not_be_known() -> None:
    row = thing(path="a", line=4, on=None, text="on: ${ON}")
    answer = asked("{some: thing, where: {on: true}}", row)
    assert answer.open_because == ("a:4: on: ${ON} (not told by the files: on)",)


def test_what_rests_on_a_pattern_says_so_through_joins() -> None:
    loose = noun(ON, grade="pattern")
    answer = ask(question("{all_of: [{some: thing}]}", loose), View(store()))
    assert (answer.grade, answer.evidence[0].grade) == ("pattern", "pattern")


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        ("name: a", T),
        ("name: [b, a]", T),
        ("name: ''", F),
        ("name: {not: a}", F),
        ("name: {matches: '^a$'}", T),
        ("name: {not: {matches: b}}", T),
        ("key: 'x/*'", T),
        ("key: '*'", F),
        ("key: {matches: y}", T),
        ("key: {not: [q, 'x/**']}", F),
        ("count: 3", T),
        ("count: {at_least: 3}", T),
        ("count: {at_least: 4}", F),
        ("count: {at_most: 3}", T),
        ("count: {at_most: 2}", F),
        ("tags: red", T),
        ("tags: green", F),
        ("tags: {matches: '^r'}", T),
        ("tags: {at_least: 2}", F),
        ("tags: {at_most: 1}", T),
        ("kind: motor", F),
        ("on: {known: false}", T),
        ("on: {known: true}", F),
        ("on: true", U),
        ("on: {not: true}", U),
    ],
)
def test_a_condition_compares_a_field(condition: str, truth: bool | None) -> None:
    row = thing(name="a", key="x/y", count=3, on=None, tags=frozenset({"red"}))
    assert asked(f"{{some: thing, where: {{{condition}}}}}", row).truth is truth


def test_the_opposite_of_unknown_is_unknown_and_known_is_always_answered() -> None:
    assert comparer(Not(Not(Equals((True,)))))(None) is None
    assert comparer(Not(Known(known=False)))(True) is True
    assert comparer(Not(AtLeast(2)))(1) is True
    assert comparer(Not(AtMost(2)))(1) is False


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{some: thing}", "some thing"),
        ("{some: thing, at_least: 2, distinct: key}", "at least 2 thing with different key"),
        ("{no: thing, where: {on: true}}", "no thing whose on is true"),
        ("{no: thing, at_most: 2}", "at most 2 thing"),
        ("{every: thing, holds: {on: {not: true}}}", "every thing has on not: is true"),
        (
            "{every: thing, where: {key: [a, b]}, holds: {name: ['', x]}, share: 0.85}",
            "85 % of every thing whose key is like a or b has name is empty or x",
        ),
        (
            "{some: thing, where: {name: {matches: 'a+'}, count: {at_least: 2}, tags: {at_most: 1}}}",
            "some thing whose name matches /a+/ and count is at least 2 and tags is at most 1",
        ),
        ("{some: thing, where: {on: {known: true}}}", "some thing whose on is known"),
        ("{some: thing, where: {on: {known: false}}}", "some thing whose on is not known"),
        (
            "{all_of: [{some: thing}, {any_of: [{no: thing}]}]}",
            "all of: some thing; (any of: no thing)",
        ),
    ],
)
def test_a_question_can_be_said_in_words(text: str, words: str) -> None:
    assert words == in_words(question(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{some: thing}", "a thing of a test"),
        (
            "{some: thing, at_least: 2, distinct: key}",
            "at least 2 times with another key each: a thing of a test",
        ),
        ("{no: thing, where: {on: true}}", "no thing of a test (on)"),
        ("{no: thing, at_most: 2}", "at most 2 times: a thing of a test"),
        ("{every: thing, holds: {on: false}}", "every thing of a test is: not on"),
        (
            "{every: thing, where: {key: [a, b, c, d, e]}, holds: {name: ['', x]}, share: 0.85}",
            "85 % of each thing of a test (key: `a`, `b`, `c` or 2 others) is: name: `none` or `x`",
        ),
        (
            "{some: thing, where: {name: {matches: 'a+'}, count: {at_least: 2}, tags: {at_most: 1}}}",
            "a thing of a test (name: of a known form; count: 2 or more; tags: 1 or less)",
        ),
        ("{some: thing, where: {count: {at_most: 0}, name: ''}}", "a thing of a test (count: none; no name)"),
        ("{some: thing, where: {on: {known: true}}}", "a thing of a test (on known)"),
        ("{some: thing, where: {on: {known: false}}}", "a thing of a test (on not known)"),
        (
            "{some: thing, where: {name: {not: ''}, key: {not: [a, b]}}}",
            "a thing of a test (name given; key other than `a` or `b`)",
        ),
        (
            "{all_of: [{some: thing}, {any_of: [{some: thing}, {no: thing}]}]}",
            "a thing of a test, and either a thing of a test, or no thing of a test",
        ),
        (
            "{any_of: [{all_of: [{some: thing}, {no: thing}]}, {no: thing}, {no: thing}, {no: thing}]}",
            (
                "both a thing of a test, and no thing of a test, or no thing of a test, "
                "or no thing of a test, or in 1 other way"
            ),
        ),
    ],
)
def test_a_question_can_be_said_in_brief(text: str, words: str) -> None:
    named = replace(noun(), meaning="a thing of a test (or not), by its name")
    assert in_brief(question(text, named)) == words


def test_long_values_are_cut_in_brief() -> None:
    assert in_brief(question("{some: thing, where: {name: '" + 60 * "x" + "'}}")).endswith(
        f"(name: `{47 * 'x'}…`)"
    )


def test_a_scoped_noun_takes_its_files_in_brief_too() -> None:
    made = question("{some: thing, where: {path: ['*.yml', b], on: true}}", noun(ON, scoped=True))
    assert in_brief(made).endswith("(in `*.yml` or `b`; on)")


def test_a_scoped_noun_takes_its_files_from_the_path_condition() -> None:
    scoped = noun(ON, scoped=True)
    made = question("{some: thing, where: {path: ['*.yml', b], on: true}}", scoped)
    assert in_words(made) == "some thing in *.yml or b whose on is true"


def test_presence_is_asked_for_by_some_alone() -> None:
    assert asks_for_presence(question("{all_of: [{no: thing}, {any_of: [{some: thing}]}]}"))
    assert not asks_for_presence(question("{any_of: [{no: thing}]}"))


def test_the_nouns_of_a_question_are_those_of_its_parts() -> None:
    assert [one.name for one in nouns_of(question("{all_of: [{no: thing}, {some: thing}]}"))] == [
        "thing",
        "thing",
    ]
    assert nouns_of(None) == ()


def test_a_near_miss_is_what_is_looked_for_and_falls_short_of_the_rest() -> None:
    facts = Store(MemoryTree({"requirements.txt": "fastapi\n", "requirements-dev.txt": "sentry-sdk\n"}))
    runtime = Condition("scope", Equals(("runtime",)), "")
    sentry = Condition("name", Equals(("sentry-sdk",)), "")
    rollbar = Condition("name", Equals(("rollbar",)), "")
    near = ask(Some(DEPENDENCY, (sentry, runtime)), View(facts)).nearest
    assert [(seen.path, seen.line) for seen in near] == [("requirements-dev.txt", 1)]
    assert ask(Some(DEPENDENCY, (rollbar, runtime)), View(facts)).nearest == ()
    assert ask(Some(DEPENDENCY, (runtime, rollbar)), View(facts)).nearest == ()  # each is at run time
    assert ask(Some(DEPENDENCY, (runtime, sentry)), View(facts)).nearest == near
