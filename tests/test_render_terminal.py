"""The summary: eighty columns, thirty lines, nothing that a hostile name could do to a terminal."""

from __future__ import annotations

import pytest
from documents import area, assessment, full, gap, points, problem, rule

from readiness.assessment import Assessment, Evidence, Points, Selection
from readiness.records import names_of, replace
from readiness.render.terminal import Paper, headline, render
from readiness.render.terminal import points as shown
from readiness.render.text import columns, inert

HOSTILE = "漢\x1b[2J\x07\u202e\u2066\u200b\x9b31m\r\n\ud800\ue000" + "x" * 200


def lines(made: Assessment, paper: Paper | None = None, *gate: str) -> list[str]:
    return render(made, paper, gate=gate).splitlines()


def test_a_summary_says_what_matters() -> None:
    made = assessment(rule(), gap("container/x", 40_000), areas=(area(), area("container", None)))
    assert lines(made) == [
        "readiness 0.1.0  shop @ 01234567  tier B  3 files  as of 2026-01-01",
        "",
        "  60.0 / 100  Acceptable   READY WITH CONDITIONS   on paper 90.0",
        "  The score of 60.0 is below 80.0.",
        "  The score speaks of 1 of 2 areas; the others are not assessed.",
        "",
        "  Cicd                         60.0  ██████      Acceptable",
        "  Container                       –              not assessed",
        "",
        "    +40.0  container/x  gap     nothing found",
        "",
    ]


def test_an_interval_is_shown_from_low_to_high() -> None:
    made = assessment(low=50_000, high=70_050, areas=(area(low=45_000, high=70_000),))
    text = render(made)
    assert "  50.0–70.0 / 100" in text
    assert " 45.0  ████▌       Acceptable  up to 70.0" in text


def test_an_interval_that_looks_like_one_number_is_one() -> None:
    assert "  50.0 / 100" in render(assessment(low=50_000, high=50_001))


def test_nothing_assessed_says_why() -> None:
    made = assessment(low=None, areas=(area(low=None),))
    assert "NOT ASSESSED: in no area enough rules apply to what is here" in render(made)


def test_no_files_says_so() -> None:
    made = assessment(low=None)
    empty = Assessment(**{name: getattr(made, name) for name in names_of(made)})
    subject = type(made.subject)("shop", "", "", None, "", "", None, 0, (), (), ())
    empty = replace(empty, subject=subject)
    assert "NOT ASSESSED: there are no files" in render(empty)
    assert lines(empty)[0] == "readiness 0.1.0  shop  tier B  0 files"


def test_blockers_come_first_and_are_counted() -> None:
    made = assessment(gap("a/big", 50_000), gap("a/blocks", 100), blockers=("a/blocks",))
    text = render(made)
    assert "READY WITH CONDITIONS: 1 blocker " in text
    assert text.index("a/blocks") < text.index("a/big")
    assert "  BLOCKER  a/blocks" in text
    assert ": 2 blockers" in render(assessment(blockers=("a/x", "a/y")))


def test_a_blocked_rule_names_what_blocks_it() -> None:
    made = assessment(gap("a/b", 100, status="blocked", blocked_by="a/a"))
    assert "blocked by a/a" in render(made)


def test_a_rule_that_loses_points_shows_where() -> None:
    made = assessment(full(), gap("a/b", 5, offenders=(Evidence("bad.txt", 7, "", "structure"),)))
    assert "unknown b.txt:1" in render(made)
    assert "gap     bad.txt:7" in render(made)


def test_an_open_question_shows_what_leaves_it_open() -> None:
    made = assessment(full(offenders=(), evidence=(), unknown_because=("t.yml:4: a template",)))
    assert "unknown t.yml:4" in render(made)


def test_what_is_left_out_is_counted_and_the_command_is_named() -> None:
    made = assessment(*(gap(f"a/r{number:02}", 100 + number) for number in range(60)))
    text = lines(made)
    assert len(text) == 30
    assert any("more: readiness scan --format markdown" in line for line in text)
    assert "a/r59" in text[7]


def test_what_does_not_count_is_counted_below() -> None:
    made = assessment(
        full(),
        rule("a/n", status="not-applicable", points=points()),
        rule("a/w", status="waived", points=points()),
        problems=(problem(),),
        selection=Selection(("cicd",), ("*.md",), ("a/x",)),
    )
    assert lines(made)[-4:] == [
        "  unknown 1 · not-applicable 1 · waived 1 · problems 1",
        "  excluded (1): *.md",
        "  disabled (1): a/x",
        "  areas (1): cicd",
    ]


def test_the_gate_speaks_last() -> None:
    assert lines(assessment(), None, "gate: score 60 < 70: fails")[-1] == "gate: score 60 < 70: fails"


@pytest.mark.parametrize("letter", ["x", "漢"])
def test_of_a_long_path_the_end_is_kept(letter: str) -> None:
    row = Evidence(f"{letter * 90}/app.py", 7, "", "structure")
    made = assessment(gap(f"a/{'n' * 70}", 100, offenders=(row,)))
    (shown,) = [text for text in lines(made) if "app.py" in text]
    assert shown.endswith(f"{letter}/app.py:7")
    assert "n…  gap     …" in shown
    assert 79 <= columns(shown) <= 80


def hostile() -> Assessment:
    row = Evidence(HOSTILE, 1, HOSTILE, "structure")
    rules = [gap(f"a/{'n' * 50}{number}", 100, offenders=(row,), status="blocked" if number % 2 else "gap",
                 blocked_by=HOSTILE) for number in range(40)]  # fmt: skip
    made = assessment(
        *rules,
        reasons=(HOSTILE,) * 9,
        areas=tuple(area(name) for name in ("a", "b", "c", "d", "e")),
        selection=Selection((), (HOSTILE,), (HOSTILE,)),
    )
    subject = type(made.subject)(
        HOSTILE, HOSTILE, "", True, "", "2026-01-01", None, 10**9, (), (), (),
    )  # fmt: skip
    return replace(made, subject=subject)


@pytest.mark.parametrize("paper", [Paper(), Paper(unicode=False)], ids=["unicode", "ascii"])
def test_every_line_fits_and_no_hostile_name_reaches_the_terminal(paper: Paper) -> None:
    text = render(hostile(), paper, gate=(HOSTILE,))
    assert [line for line in text.split("\n") if columns(line) > 80] == []
    assert len(text.splitlines()) <= 30
    assert [char for char in text if char in "\x1b\x07\u202e\u2066\u200b\x9b\r\ud800\ue000"] == []


def test_without_unicode_everything_is_ascii() -> None:
    text = render(assessment(low=50_000, high=70_000), Paper(unicode=False))
    assert text.isascii()
    assert "50.0-70.0" in text
    assert "######" in text


def test_colour_is_there_where_it_is_asked_for_alone() -> None:
    assert "\x1b[33mREADY WITH CONDITIONS\x1b[0m" in render(assessment(), Paper(colour=True))
    assert "\x1b" not in render(assessment(), Paper())


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0.0"), (99, "0.0"), (100, "0.1"), (99_999, "99.9"), (-21_050, "-21.0")]
)
def test_points_are_shown_in_tenths_rounded_down(value: int, text: str) -> None:
    assert text == shown(Points(value))


@pytest.mark.parametrize(
    ("text", "width", "result"),
    [
        ("plain", 0, "plain"),
        ("a\tb\nc\r", 0, "a b c "),
        ("\x1b[31m", 0, "?[31m"),
        ("a\u202eb\u2028c", 0, "a?b?c"),
        ("abcdef", 4, "abc…"),
        ("abcd", 4, "abcd"),
        ("漢字漢字", 5, "漢字…"),
        ("漢字漢", 6, "漢字漢"),
        ("e\u0301" * 3, 3, "e\u0301" * 3),
        ("Größe 👩\u200d💻", 0, "Größe 👩\u200d💻"),
    ],
)
def test_text_is_made_inert_and_cut(text: str, width: int, result: str) -> None:
    assert result == inert(text, width)


def test_one_line_is_the_gates_last_word_else_the_verdict() -> None:
    assert headline(assessment()) == "60.0 / 100  Acceptable   READY WITH CONDITIONS   on paper 90.0\n"
    assert headline(assessment(), Paper(unicode=False), gate=("a", "b")) == "b\n"
