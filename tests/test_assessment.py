"""The document: to JSON and back, and the schema that describes it."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from documents import area, assessment, full, gap, problem, rule

from readiness.assessment import Assessment, Points, from_json, schema, to_json
from readiness.render import json as rendered

EVERYTHING = assessment(
    rule(), full(), gap("container/x", 100), areas=(area(), area("container", None)), problems=(problem(),)
)
NOTHING = assessment(low=None, areas=())


@pytest.mark.parametrize("made", [EVERYTHING, NOTHING], ids=["everything", "nothing"])
def test_the_document_comes_back_from_json_as_it_was(made: Assessment) -> None:
    assert made == from_json(json.loads(rendered.render(made)))


@pytest.mark.parametrize("made", [EVERYTHING, NOTHING], ids=["everything", "nothing"])
def test_the_document_is_as_its_schema_says(made: Assessment) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(to_json(made), schema(), jsonschema.Draft202012Validator)


def test_the_schema_refuses_what_is_missing_and_what_is_wrong() -> None:
    data = to_json(EVERYTHING)
    changes: tuple[dict[str, Any], ...] = ({"verdict": "fine"}, {"score": "60"}, {"rules": [{}]})
    for change in changes:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(data | change, schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({key: data[key] for key in data if key != "tool"}, schema())


def test_every_definition_of_the_schema_says_what_it_is() -> None:
    definitions = schema()["$defs"]
    assert [name for name, one in definitions.items() if not one["description"]] == []
    assert {"Rule", "Area", "LedgerRow"} <= set(definitions)


@pytest.mark.parametrize(
    ("value", "number"), [(0, "0"), (1, "0.001"), (-125, "-0.125"), (60_000, "60"), (99_999, "99.999")]
)
def test_points_are_numbers_with_at_most_three_decimals(value: int, number: str) -> None:
    assert number == json.dumps(to_json(Points(value), Points))
    assert value == from_json(json.loads(number), Points)


def test_every_millipoint_comes_back() -> None:
    values = range(0, 100_001, 7)
    assert list(values) == [from_json(to_json(Points(value), Points), Points) for value in values]


def test_a_ledger_row_names_one_thing_alone() -> None:
    assert [sorted(row) for row in to_json(EVERYTHING)["ledger"]] == [
        ["points", "rule", "text"],
        ["cap", "points", "text"],
        ["points", "shared", "text"],
    ]


def test_keys_that_are_not_known_are_passed_over() -> None:
    data = to_json(EVERYTHING) | {"later": 1}
    assert from_json(data) == EVERYTHING


@pytest.mark.parametrize(
    ("data", "message"),
    [({}, "Assessment lacks 'schema_version'"), ([], "Assessment: a mapping is expected")],
)
def test_what_is_no_document_is_refused(data: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_json(data)


def test_the_json_is_ascii_and_ends_in_a_line_end() -> None:
    text = rendered.render(assessment(rule(title="Größe \u202e")))
    assert text.isascii()
    assert text.endswith("}\n")


def test_a_rule_is_found_by_its_id() -> None:
    assert EVERYTHING.rule("container/x").id == "container/x"
    with pytest.raises(KeyError):
        EVERYTHING.rule("container/y")
