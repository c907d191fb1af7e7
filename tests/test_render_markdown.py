"""The Markdown report: every section, numbers that add up, hostile text that stays text."""

from __future__ import annotations

from typing import Any

import pytest
from documents import P, area, assessment, full, gap, points, problem, rule
from hypothesis import given
from hypothesis import strategies as st

from readiness.assessment import (
    Assessment,
    Claimed,
    Evidence,
    Fix,
    InEnvironment,
    Interval,
    LedgerRow,
    Selection,
)
from readiness.records import Struct, names_of, replace
from readiness.render.entries import Piece, prose
from readiness.render.figures import apportion, exact, of_tenths, span
from readiness.render.markdown import render
from readiness.render.templates import code_span, escape_markdown, fenced
from readiness.render.view import report

HOSTILE = "<img src=x onerror=alert(1)> [a](javascript:alert(1)) `` ` | **b** # _c_\r\n# \u202e\x1b[2J ~~d~~"


def hostile(value: Any, name: str = "") -> Any:
    """``value`` with hostile text in every field that may hold any text."""
    if isinstance(value, Struct):
        return replace(
            value,
            **{one: hostile(getattr(value, one), one) for one in names_of(value)},
        )
    if isinstance(value, tuple):
        return tuple(hostile(item, name) for item in value)
    if isinstance(value, dict):
        return {f"{HOSTILE}{n}": hostile(item, name) for n, item in enumerate(value.values())}
    kept = (
        "verdict",
        "status",
        "level",
        "ceiling",
        "top",
        "grade",
        "effort",
        "area",
        "id",
        "rule",
        "blockers",
        "snippet",
    )
    return HOSTILE if isinstance(value, str) and name not in kept else value


def ledger_of(made: Assessment) -> Assessment:
    """``made`` with the rows of its rules as ledger, and the score that they sum to."""
    rows = tuple(LedgerRow(one.points.earned, "x", rule=one.id) for one in made.rules if one.scored)
    low = P(sum(row.points for row in rows))
    return replace(made, ledger=rows, score=Interval(low, low, P(90_000)))


def every_status() -> Assessment:
    return assessment(
        rule("cicd/met"),
        gap("cicd/gap", 3_000, offenders=(Evidence("bad.txt", 7, "bad", "structure"),), offenders_total=9),
        gap("cicd/planned", 2_000, level="planned", ceiling="planned", evidence=rule().evidence),
        rule(
            "cicd/partial", status="partial", level="partial", ceiling="partial", points=points(9_000, 4_000)
        ),
        gap("cicd/waits", 1_000, status="blocked", blocked_by="cicd/gap"),
        full("cicd/open"),
        rule("cicd/none", status="not-applicable", scored=False, reason="nothing to inspect"),
        rule("cicd/excused", status="waived", scored=False, reason="until June"),
        rule(
            "cicd/later",
            status="gap",
            scored=False,
            why="tier A",
            level="absent",
            ceiling="absent",
        ),
        blockers=("cicd/gap",),
        problems=(problem(),),
    )


def test_the_sections_come_in_the_order_of_an_audit_report() -> None:
    headings = [line for line in render(every_status()).splitlines() if line.startswith(("# ", "## "))]
    assert headings == [
        "# shop: production readiness",
        "## Executive summary",
        "## Assessment overview",
        "## Detailed assessment",
        "## Infrastructure readiness matrix",
        "## Critical blockers",
        "## Improvement roadmap",
        "## Resource requirements",
        "## Compliance and best practices",
        "## Conclusion",
        "## Ledger",
        "## Claims against reality",
        "## Looked for and not found",
        "## What was not assessed",
        "## Framework coverage",
        "## Problems",
        "## Method and provenance",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "- ✅ **There is a one** `cicd/met` (met; high; 60.0 of 60.0 points)",
        "- ❌ **There is no one** `cicd/gap` (gap; high; absent of implemented; 0.0 of 3.0 points)",
        (
            "- ⚠️ **In part: There is a one** `cicd/partial` "
            "(partial; high; partial of implemented; 4.0 of 9.0 points)"
        ),
        (
            "- ⛔ There is a one `cicd/waits` (blocked; high; absent of implemented; 0.0 of 1.0 points; "
            "+1.000, effort small). Write a one."
        ),
        "- ➖ Nothing to inspect: `cicd/none`",
        "- ✋ **There is a one** `cicd/excused` (waived)",
        "  - Reason: until June",
        "Tier A:",
        "- ❌ There is no one `cicd/later` (gap; absent)",
        "- `broken.yml:1`: `not readable as YAML`",
    ],
)
def test_every_result_appears_with_its_reason(line: str) -> None:
    assert line in render(every_status()).splitlines()


def test_an_open_question_says_what_leaves_it_open_and_how_far_it_may_go() -> None:
    both = tuple(InEnvironment(name, "partial", "implemented") for name in ("production", "staging"))
    text = render(assessment(full("cicd/open", environments=both)))
    assert "(unknown; high; partial, at most implemented, of implemented; 4.1 to 8.0 of 10.0 points)" in text
    assert "  - Left open by: `t.yml:1: a template`\n" in text
    assert "  - By environment: production partial to implemented, staging partial to implemented\n" in text
    assert "By environment" not in render(assessment(full("cicd/open", environments=both[:1])))
    assert "- `cicd/open`: Only the name is looked at.\n" in text


def test_a_range_to_the_top_ends_with_what_the_rule_is_worth() -> None:
    assert "4.1 to 10.0 of 10.0 points" in render(assessment(full(points=points(10_000, 4_125, 10_000))))


def test_a_rule_that_found_nothing_says_where_it_looked() -> None:
    text = render(assessment(gap("cicd/a", 5, looked=("a",), looked_total=7, missing="some `thing`")))
    assert "  - Asked for next (nothing in 7 files): `` some `thing` ``\n" in text
    alone = render(assessment(gap("cicd/a", 5, looked=("a",), looked_total=1)))
    assert "  - Looked for: nothing in 1 file\n" in alone


def test_what_is_not_shown_is_counted() -> None:
    rows = tuple(Evidence("a", n, f"x{n}", "structure") for n in (1, 1, 2, 3, 4, 5, 6, 7))
    lines = render(assessment(gap("cicd/a", 5, evidence=rows, evidence_total=30))).splitlines()
    start = lines.index("  - There is:")
    assert lines[start + 1 : start + 7] == [
        *(f"    - `a:{n}` `x{n}`" for n in range(1, 6)),
        "    - and 24 more",
    ]
    met = render(assessment(rule(evidence=rows, evidence_total=30))).splitlines()
    assert "  - Rests on: `a:1` `x1`; `a:2` `x2`; `a:3` `x3` and 26 more" in met


def test_a_text_that_all_lines_share_is_said_once() -> None:
    rows = tuple(Evidence("a", number, "x", "structure") for number in (1, 2))
    assert "  - Rests on (`x`): `a:1`; `a:2`\n" in render(assessment(rule(evidence=rows, evidence_total=2)))


def test_a_text_that_only_repeats_the_place_is_left_out() -> None:
    rows = (Evidence("a.py", 1, "a.py", "structure"), Evidence("b.py", 2, "b.py:2 main()", "structure"))
    text = render(assessment(rule(evidence=rows, evidence_total=2)))
    assert "  - Rests on: `a.py:1`; `b.py:2` `main()`\n" in text


def test_a_strength_without_a_row_says_why_it_is_one() -> None:
    assert "  - Rests on: nothing here speaks against it\n" in render(assessment(rule(evidence=())))


def test_the_reasons_of_the_verdict_say_what_is_so() -> None:
    made = assessment(
        gap("cicd/a", 5), reasons=("cicd/a is critical and below partial.", "The score of 4.0 is below 60.0.")
    )
    text = render(made)
    assert "- `cicd/a` is critical and below partial: There is no one.\n" in text
    assert "- The score of 4.0 is below 60.0.\n" in text


def test_limits_are_told_once_for_all_rules_of_an_area_that_share_them() -> None:
    made = assessment(rule("cicd/a", limits="By name."), rule("cicd/b", limits="By name."))
    assert render(made).count("By name.") == 1
    assert "- `cicd/a`, `cicd/b`: By name.\n" in render(made)


def test_what_the_next_step_asks_is_in_words_where_the_document_has_them() -> None:
    text = render(assessment(gap("cicd/a", 5, missing="some thing", wanted="a thing (kind: `x`)")))
    assert "  - Asked for next: a thing (kind: `x`)\n" in text
    assert "some thing" not in text


def test_open_reasons_that_are_not_shown_are_counted() -> None:
    text = render(assessment(full(unknown_because=tuple("abcdefg"))))
    assert "  - Left open by: `a`, `b` and 5 more\n" in text


def test_a_file_without_a_line_and_a_line_without_text_are_shown_as_such() -> None:
    assert "  - Rests on: `one.txt`" in render(
        assessment(rule(evidence=(Evidence("one.txt", 0, "", "structure"),)))
    )


def test_what_to_do_next_is_most_points_for_the_work() -> None:
    def costs(name: str, lost: int, effort: str) -> Any:
        return gap(name, lost, fix=Fix(("Do it.",), effort, ""))  # type: ignore[arg-type]

    made = assessment(
        costs("cicd/small", 1_000, "S"),
        costs("cicd/medium", 2_900, "M"),
        costs("cicd/large", 16_000, "L"),
        costs("cicd/tiny", 1, "S"),
        costs("cicd/tiny2", 1, "S"),
        costs("cicd/tiny3", 1, "S"),
        gap("cicd/waits", 90_000, status="blocked", blocked_by="cicd/large"),
    )
    first = report(made).next
    assert [one.id.partition("/")[2] for one in first] == ["large", "small", "medium", "tiny", "tiny2"]
    assert (first[0].gain, first[0].opens) == ("+16.000", "opens 1 blocked rule, worth up to 90.0")
    assert "1. **There is a one** `cicd/large` (+16.000, effort large; opens 1 blocked rule" in render(made)
    assert "0.0 of 90.0 points; +90.000, effort small). Write a one.\n" in render(made)


def test_several_rules_that_wait_are_counted_together() -> None:
    waiting = [gap(f"cicd/{n}", 1_500, status="blocked", blocked_by="cicd/x") for n in "ab"]
    made = report(assessment(gap("cicd/x", 10), *waiting))
    assert [one.opens for one in made.next] == ["opens 2 blocked rules, worth up to 3.0"]


def test_a_snippet_is_a_block_of_code() -> None:
    made = assessment(gap("cicd/a", 10, fix=Fix(("Do.",), "S", "a: |\n  ```\n  b")))
    assert "   ````\n   a: |\n     ```\n     b\n   ````\n" in render(made)


def test_a_report_without_shortfall_says_so() -> None:
    text = render(assessment(reasons=()))
    assert "No rule that counts falls short: there is nothing to plan." in text
    assert "None is surely open." in text
    assert "Everything was." in text
    assert "Every file that was to be read could be read." in text
    assert "decided" not in text


def test_nothing_assessed_says_why() -> None:
    made = assessment(low=None, areas=(area(low=None, priority=None),))
    text = render(made)
    assert "**❓ Not assessed**." in text
    assert "in no area enough rules apply" in text
    assert "| Cicd | – | – | ❓ Not assessed | – | – |" in text
    assert "- Area Cicd: too few rules\n" in text
    assert "There is none: nothing was assessed." in text
    empty = replace(made, subject=replace(made.subject, files=0))
    assert "Nothing was assessed: there are no files." in render(empty)


def test_the_summary_says_what_is_strong_and_what_is_weak() -> None:
    areas = (area(low=40_000), area("container", 70_000), area("security", None))
    text = render(assessment(rule(), gap("cicd/gap", 1_000), areas=areas))
    assert "Strongest is Container (70.0 of 100). 1 of 2 rules that count are fully met; among them: " in text
    assert "Weakest is Cicd (40.0 of 100). Most urgent: there is no one.\n" in text


def test_the_summary_counts_blockers_and_begins_with_one() -> None:
    open_ = [gap(f"cicd/{n}", 1_000, severity="critical", theme="testing") for n in "ab"]
    made = assessment(*open_, gap("cicd/c", 9_000), blockers=("cicd/a", "cicd/b"), verdict="not-ready")
    text = render(made)
    assert "2 open blockers stand against it, in automated testing.\n" in text
    assert "Begin with `cicd/a` (+1.0 points): Write a one.\n" in text


def test_a_fix_without_steps_is_begun_by_its_aim() -> None:
    text = render(assessment(gap("cicd/a", 1_000, fix=Fix((), "S", ""))))
    assert "Begin with `cicd/a` (+1.0 points): See to it that this is true: There is a one.\n" in text


def test_the_method_names_packs_choices_and_what_points_rest_on() -> None:
    made = assessment(selection=Selection(("cicd",), ("gen/**",), ("cicd/x",)), raw_low=P(50_000))
    text = render(
        replace(made, subject=replace(made.subject, shallow=True, dirty=True, ref="v1", languages=()))
    )
    assert f"- Rule pack: `rules`: 1 rules, digest {'d' * 64}\n" in text
    assert "- Files left out: `gen/**`\n- Rules switched off: `cicd/x`\n- Areas asked: `cicd`\n" in text
    assert "- Score without waivers: 50.0\n" in text
    assert (
        "- Points rest: 60.0 on parsed structure, 0.0 on a pattern, 0.0 on a person's word; 0.0 are" in text
    )
    assert "- Commit: `0123456789abcdef`, with changes that are not committed\n- Reference: `v1`\n" in text
    assert "a shallow clone" in text
    assert "- Languages: none found\n" in text


def test_without_date_and_commit_the_head_says_so() -> None:
    made = assessment()
    bare = replace(made, subject=replace(made.subject, as_of="", commit="", remote=""))
    text = render(bare)
    assert "- Assessment date: no date is known\n- Subject: `shop`\n- Bar: tier B" in text


def test_a_cap_has_its_row_and_the_sum_is_the_score() -> None:
    made = assessment(
        rule("cicd/a", points=points(50_000, 40_625)),
        rule("cicd/b", points=points(50_000, 40_631)),
        low=79_000,
        ledger=(
            LedgerRow(P(40_625), "", rule="cicd/a"),
            LedgerRow(P(40_631), "", rule="cicd/b"),
            LedgerRow(P(-2_256), "at most 79.0", cap="open-blocker"),
            LedgerRow(P(0), "its 10.0 points are shared out", shared="container"),
            LedgerRow(P(0), "gone", rule="cicd/gone"),
        ),
    )
    shown = report(made).ledger
    assert [line.points for line in shown.lines] == ["40.6", "40.6", "-2.2", "0.0", "0.0"]
    assert (shown.points, shown.possible) == ("79.0", "100.0")
    assert "| -2.2 | | | cap: open-blocker | at most 79.0 |" in render(made).replace("|  |  |", "| | |")
    assert "| cap: open-blocker | | | | | -2.2 |" in render(made)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("cicd", "container", "security")),
            st.integers(0, 9_999),
            st.sampled_from((0, 1, 4, 8, 10)),
            st.sampled_from((0, 5, 10)),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_the_rows_sum_to_what_the_report_prints_in_every_column(
    rows: list[tuple[str, int, int, int]],
) -> None:
    rules = [
        rule(f"{where}/{n}", points=points(most, most * got // 10, paper=max(most * got, most * paper) // 10))
        for n, (where, most, got, paper) in enumerate(rows)
    ]
    areas = tuple(area(name) for name in ("cicd", "container", "security"))
    made = ledger_of(assessment(*rules, areas=areas))
    shown = report(made)
    for column in ("points", "possible", "on_paper"):
        tenths = [round(float(getattr(line, column)) * 10) for line in shown.ledger.lines]
        assert round(float(getattr(shown.ledger, column)) * 10) == sum(tenths)
    assert shown.ledger.points == of_tenths(sum(one.points.earned for one in rules) // 100)
    by_area = sum(round(float(one.earned) * 10) for one in shown.areas)
    assert by_area == round(float(shown.ledger.points) * 10)
    for line, one in zip(shown.ledger.lines, rules, strict=True):
        if one.points.earned == one.points.possible:
            assert line.points == line.possible


def test_points_are_apportioned_by_largest_remainder() -> None:
    assert apportion((1_210, 1_290, 450), 29) == (12, 13, 4)
    assert apportion((1_250, 1_250), 25) == (13, 12)
    assert apportion((-2_256,), -22) == (-22,)


def test_a_total_that_cannot_be_reached_leaves_the_rows_rounded_down() -> None:
    assert apportion((1_250,), 99) == (12,)
    assert apportion((1_250,), 1) == (12,)


def test_numbers_are_written_with_their_decimals() -> None:
    assert (exact(1_002), of_tenths(-22), span(1_000, 1_050), span(1_000, 1_100)) == (
        "1.002", "-2.2", "1.0", "1.0–1.1",
    )  # fmt: skip


def test_text_between_backticks_is_code_and_an_odd_backtick_is_itself() -> None:
    assert prose("use `a`, not b") == (Piece("use "), Piece("a", code=True), Piece(", not b"))
    assert prose("a ` b") == (Piece("a ` b"),)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a*b_c", "a\\*b\\_c"),
        ("<script>", "\\<script\\>"),
        ("[x](y)|z", "\\[x\\](y)\\|z"),
        ("1. one", "1\\. one"),
        ("1)", "1\\)"),
        ("35.3", "35.3"),
        ("- a", "\\- a"),
        ("---", "\\---"),
        ("===", "\\==="),
        ("+1.8", "+1.8"),
        ("# a", "\\# a"),
        ("a\n# b", "a \\# b"),
        ("     code", " code"),
        ("a   ", "a "),
        ("\x1b[2J\u202e", "?\\[2J?"),
        ("", ""),
    ],
)
def test_markup_is_escaped(text: str, escaped: str) -> None:
    assert escape_markdown(text) == escaped


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("a", "`a`"),
        ("a`b", "``a`b``"),
        ("``", "``` `` ```"),
        (" a", "`  a `"),
        ("a\nb", "`a b`"),
        ("", "`(empty)`"),
        ("\\", "`\\`"),
    ],
)
def test_a_code_span_is_longer_than_any_backticks_in_it(text: str, quoted: str) -> None:
    assert code_span(text) == quoted


def test_a_fence_is_longer_than_any_backticks_in_it() -> None:
    assert fenced(("a", "````")) == "`````\na\n````\n`````"


@given(st.text(max_size=40))
def test_escaped_text_is_one_line_without_bare_markup(text: str) -> None:
    shown = escape_markdown(text)
    assert len(shown.splitlines()) <= 1
    bare = shown.replace("\\\\", "")
    for char in "`*_[]<>#|":
        assert bare.count(char) == bare.count(f"\\{char}")


def bare(line: str) -> str:
    """``line`` without its code spans and without what is escaped, by the rules of CommonMark."""
    left, at = "", 0
    while at < len(line):
        if line[at] == "\\":
            at += 2
        elif line[at] == "`":
            ticks = len(line[at:]) - len(line[at:].lstrip("`"))
            end = at + ticks
            while (end := line.find("`" * ticks, end)) >= 0:
                run = len(line[end:]) - len(line[end:].lstrip("`"))
                if run == ticks:
                    break
                end += run
            assert end >= 0, f"a code span without an end: {line}"
            at = end + ticks
        else:
            left, at = left + line[at], at + 1
    return left


def test_hostile_text_is_only_ever_quoted_or_escaped() -> None:
    text = render(hostile(every_status()))
    assert "alert" in text
    assert [char for char in "\x1b\u202e\r" if char in text] == []
    lines = text.splitlines()
    opened = [line.removeprefix("<summary>").removesuffix("</summary>") for line in lines]
    boxed = [bare(line.removeprefix("- [ ] ")) for line in opened if line not in ("<details>", "</details>")]
    assert [line for line in boxed if any(char in line for char in "<>[]`_~")] == []
    tame = render(every_status()).splitlines()
    headings = [line for line in lines if line.startswith("#")]
    assert 25 < len(headings) <= len([line for line in tame if line.startswith("#")])
    columns = {bare(line).count("|") for line in lines if line.startswith("|")}
    assert columns <= {bare(line).count("|") for line in tame if line.startswith("|")}


def test_the_same_assessment_gives_the_same_report() -> None:
    assert render(every_status()) == render(every_status())


def test_a_report_ends_in_one_line_end_and_holds_no_two_blank_lines() -> None:
    text = render(every_status())
    assert text.endswith("\n")
    assert "\n\n\n" not in text.rstrip()


def test_lines_that_are_there_and_hold_it_back_are_said_once() -> None:
    row = (Evidence("ci.yml", 3, "uses: a@v1", "structure"),)
    made = full(evidence=row, evidence_total=1, offenders=row, offenders_total=1, nearest=())
    text = render(assessment(made))
    assert "  - Held back by: `ci.yml:3` `uses: a@v1`\n" in text
    assert "There is:" not in text


def test_what_is_nearest_and_there_already_is_said_once() -> None:
    row = (Evidence("ci.yml", 3, "uses: a@v1", "structure"),)
    text = render(assessment(full(evidence=row, evidence_total=1, offenders=(), nearest=row)))
    assert "Nearest to it" not in text
    other = (Evidence("ci.yml", 4, "uses: b@v1", "structure"),)
    assert "Nearest to it" in render(
        assessment(full(evidence=row, evidence_total=1, offenders=(), offenders_total=0, nearest=other))
    )


def test_a_claim_of_a_document_stands_beside_what_is_so() -> None:
    row = (Evidence("README.md", 4, "Fully tested", "pattern"),)
    told = gap("cicd/a", 1_000, claim=Claimed("contradicted", row))
    text = render(assessment(told, rule("cicd/b", claim=Claimed("backed", row))))
    start = "### What documents claim\n\n- Contradicted: **There is a one** `cicd/a`. "
    assert f"{start}In force: absent. There is no one.\n  - `README.md:4` `Fully tested`\n" in text
    assert "### Claimed, and backed by the files\n\n- There is a one `cicd/b`\n" in text
