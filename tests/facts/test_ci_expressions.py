from __future__ import annotations

import pytest

from readiness.facts.ci.expressions import UNKNOWN, Partial, Situation, possible, truth

MAIN = (
    ("github.event_name", "push"),
    ("github.ref", "refs/heads/main"),
    ("github.ref_name", "main"),
    ("github.ref_type", "branch"),
)
TAG = (("github.event_name", "push"), ("github.ref", Partial("refs/tags/")), ("github.ref_type", "tag"))


@pytest.mark.parametrize(
    ("expected", "condition"),
    [
        (True, ""),
        (True, "true"),
        (False, "false"),
        (False, "${{ false }}"),
        (True, "${{ !false }}"),
        (False, "!!false"),
        (False, "0"),
        (True, "1"),
        (False, "''"),
        (False, "null"),
        (True, "github.event_name == 'push'"),
        (True, "github.event_name == 'PUSH'"),
        (False, "github.event_name != 'push'"),
        (True, "github.ref == 'refs/heads/main' && github.event_name == 'push'"),
        (False, "github.event_name == 'schedule' || github.event_name == 'release'"),
        (True, "startsWith(github.ref, 'refs/heads/')"),
        (False, "startsWith(github.ref, 'refs/tags/')"),
        (True, "contains(github.ref, 'main')"),
        (True, "endsWith(github.ref, '/main')"),
        (True, "(github.ref_name == 'main') && !cancelled()"),
        (True, "true == true"),
        (True, "'it''s' == 'IT''S'"),
        (None, "inputs.force"),
        (None, "!env.ACT"),
        (False, "false && inputs.force"),
        (False, "inputs.force && false"),
        (True, "inputs.force || true"),
        (None, "inputs.force || false"),
        (None, "matrix.a == 'x'"),
        (None, "matrix['a'] == 'x'"),
        (None, "github.event.labels[0].name == 'x'"),
        (None, "1 < 2"),
        (None, "hashFiles('a') != ''"),
        (None, "contains(inputs.x, 'a')"),
        (None, "contains('a', inputs.x)"),
        (None, "frob('a', 'b')"),
        (None, "true == 'true'"),
    ],
)
def test_a_condition_on_main_is_answered(expected: bool | None, condition: str) -> None:
    assert truth(condition, Situation(MAIN)) is expected


@pytest.mark.parametrize(
    "condition", ["(", "&&", "a b", "'open", "a ? b", "x(", "!", ")", "a[", "x('a' 'b')", "&"]
)
def test_what_is_no_condition_is_unknown(condition: str) -> None:
    assert truth(condition, Situation(MAIN)) is None


def test_a_condition_nested_beyond_measure_is_unknown() -> None:
    assert truth("(" * 1500 + "true" + ")" * 1500, Situation(MAIN)) is None


def test_a_condition_of_immense_length_is_unknown() -> None:
    assert truth("true && " * 1000 + "true", Situation(MAIN)) is None


def test_many_negations_are_counted_not_nested() -> None:
    assert truth("!" * 3000 + "true", Situation(MAIN)) is True


def test_text_around_an_expression_is_unknown() -> None:
    assert truth("${{ false }} x ${{ true }}", Situation(MAIN)) is None


@pytest.mark.parametrize(
    ("expected", "condition"),
    [
        (True, "startsWith(github.ref, 'refs/tags/')"),
        (None, "startsWith(github.ref, 'refs/tags/v')"),
        (False, "startsWith(github.ref, 'refs/heads/')"),
        (True, "contains(github.ref, 'tags')"),
        (None, "contains(github.ref, 'v1')"),
        (None, "endsWith(github.ref, '0')"),
        (False, "github.ref == 'refs/heads/main'"),
        (False, "'refs/heads/main' == github.ref"),
        (None, "github.ref == 'refs/tags/v1'"),
        (True, "github.ref"),
    ],
)
def test_of_a_tag_only_the_beginning_is_known(expected: bool | None, condition: str) -> None:
    assert truth(condition, Situation(TAG)) is expected


def test_an_empty_beginning_tells_nothing() -> None:
    assert truth("x", Situation((("x", Partial("")),))) is None


def test_an_unknown_value_stays_unknown() -> None:
    assert truth("x == 'a'", Situation((("x", UNKNOWN),))) is None


@pytest.mark.parametrize(
    ("expected", "condition"),
    [
        (False, ""),
        (False, "true"),
        (False, "github.event_name == 'push'"),
        (True, "always()"),
        (None, "failure()"),
        (True, "!cancelled()"),
        (None, "success() || inputs.force"),
        (False, "success() && inputs.force"),
        (False, "always() && needs.test.result == 'success'"),
        (None, "always() && needs.other.result == 'success'"),
    ],
)
def test_after_a_failure(expected: bool | None, condition: str) -> None:
    situation = Situation(MAIN, failed=True, results=(("test", "failure"),))
    assert truth(condition, situation) is expected


def test_what_runs_only_after_a_failure_is_possible() -> None:
    assert possible("failure()", MAIN) is True


def test_what_is_switched_off_is_not_possible() -> None:
    assert possible("false", MAIN) is False
