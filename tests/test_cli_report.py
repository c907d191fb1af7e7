"""``readiness report``: a stored assessment becomes a report, and what is none is refused with a reason."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from documents import P, area, assessment, full, rule

from readiness.assessment import LedgerRow
from readiness.cli.report import command, read
from readiness.errors import OutputError, ReadinessError
from readiness.render import html, markdown, terminal
from readiness.render.json import render

if TYPE_CHECKING:
    from pathlib import Path

MADE = assessment(rule(), full(), ledger=(LedgerRow(P(60_000), "x", rule="cicd/one"),))


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    path = tmp_path / "assessment.json"
    path.write_text(render(MADE), encoding="utf-8")
    return path


def refused(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReadinessError) as caught:
        read(str(path))
    return str(caught.value).replace(f"{path}: ", "")


def changed(*place: Any, to: Any) -> str:
    data: Any = json.loads(render(MADE))
    inner = data
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = to
    return json.dumps(data)


def test_what_was_stored_is_read_back(stored: Path) -> None:
    assert read(str(stored)) == MADE


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("markdown", markdown.render(MADE)),
        ("html", html.render(MADE)),
        ("json", render(MADE)),
        ("terminal", terminal.render(MADE)),
    ],
)
def test_a_stored_assessment_is_rendered_as_it_was(
    stored: Path, tmp_path: Path, form: str, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "out"
    code = command.main([str(stored), "--format", form, "--output", str(target)], standalone_mode=False)
    assert (code, target.read_text(encoding="utf-8")) == (0, expected)
    assert command.main([str(stored), "--format", form], standalone_mode=False) == 0
    assert capsys.readouterr().out == expected


def test_markdown_is_the_format_where_none_is_given(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command.main([str(stored)], standalone_mode=False)
    assert capsys.readouterr().out == markdown.render(MADE)


def test_a_target_that_cannot_be_written_is_said(stored: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="it is a folder"):
        command.main([str(stored), "--output", str(tmp_path)], standalone_mode=False)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ReadinessError, match=r"cannot read '.*none\.json': No such file or directory"):
        read(str(tmp_path / "none.json"))


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"a": NaN}', "\x00"])
def test_what_is_no_json_is_said(stored: Path, text: str) -> None:
    assert refused(stored, text).startswith("not readable as JSON: ")


@pytest.mark.parametrize("text", ["[]", "{}", "3", '{"schema_version": 1}'])
def test_json_that_is_no_assessment_is_said(stored: Path, text: str) -> None:
    assert refused(stored, text) == "no assessment: it has no 'schema_version' such as \"1.1\""


def test_a_newer_major_version_asks_for_its_release(stored: Path) -> None:
    assert refused(stored, changed("schema_version", to="2.0")) == (
        "its schema_version is '2.0', this release reads 1.x; use the release of readiness that wrote it"
    )


@pytest.mark.parametrize("version", ["0.9", "x", "9" * 5000, "\x1b[2J"])
def test_another_version_asks_for_a_new_scan(stored: Path, version: str) -> None:
    text = refused(stored, changed("schema_version", to=version))
    assert text.endswith("scan anew")
    assert "\x1b" not in text


def test_a_newer_minor_version_and_keys_that_are_not_known_are_read(stored: Path) -> None:
    stored.write_text(changed("schema_version", to="1.7"), encoding="utf-8")
    assert read(str(stored)).schema_version == "1.7"
    stored.write_text(changed("rules", 0, "novelty", to=3), encoding="utf-8")
    assert read(str(stored)) == MADE


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        (("tool",), [], "assessment.tool: a mapping is expected"),
        (("rules",), {}, "assessment.rules: a list is expected"),
        (("rules", 0, "title"), None, "assessment.rules[0].title: a text is expected"),
        (("rules", 0, "scored"), 1, "assessment.rules[0].scored: true or false is expected"),
        (("rules", 0, "weight"), True, "assessment.rules[0].weight: a whole number is expected"),
        (("rules", 0, "points", "earned"), "1", "assessment.rules[0].points.earned: a number is expected"),
        (("score",), {}, "assessment.score: 'low' is missing"),
        (("score",), 3, "assessment.score: a mapping is expected"),
        (("verdict",), "fine", "assessment.verdict: one of these is expected: ready, conditional"),
        (("rules", 0, "standards", "ZZ"), "a", "assessment.rules[0].standards.ZZ: a list is expected"),
        (("rules", 0, "standards"), {"\x1b": 1}, "assessment.rules[0].standards.?: a list is expected"),
    ],
)
def test_another_shape_is_said_with_its_place(
    stored: Path, place: tuple[Any, ...], value: Any, says: str
) -> None:
    assert refused(stored, changed(*place, to=value)).startswith(says)


def test_what_may_be_null_may_be_null(stored: Path) -> None:
    stored.write_text(changed("subject", "dirty", to=None), encoding="utf-8")
    assert read(str(stored)).subject.dirty is None


def test_a_number_beyond_all_numbers_is_said(stored: Path) -> None:
    text = render(MADE).replace('"raw_low": 60', '"raw_low": 1e999')
    assert "cannot convert float infinity" in refused(stored, text)


def test_a_ledger_that_does_not_sum_to_the_score_is_refused(stored: Path) -> None:
    assert "do not sum to score.low" in refused(stored, changed("score", "low", to=61))


def test_a_rule_of_an_area_that_is_not_listed_is_refused(stored: Path) -> None:
    assert refused(stored, changed("rules", 0, "area", to="\x1b")) == (
        "the rule 'cicd/one' is of the area '?', which is not listed"
    )


def test_nothing_assessed_is_read_too(stored: Path) -> None:
    made = assessment(low=None, ledger=(), areas=(area(low=None),))
    stored.write_text(render(made), encoding="utf-8")
    assert read(str(stored)) == made
