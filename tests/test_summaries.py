"""Summaries for other media: a workflow step, a pull request, a mail, one page. Small, inert, and honest."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from documents import area, assessment, gap, problem, rule
from test_render_markdown import HOSTILE, bare, every_status, hostile

from readiness.assessment import Analysis, Assessment, Evidence, Inspected, Subject, from_json, to_json
from readiness.choices import Branding
from readiness.records import replace
from readiness.render import comment, document, email, executive, markdown, step_summary
from readiness.report import derive

FORMS = ("markdown", "step-summary", "comment", "email", "executive")
TRICKS = (
    "<script>alert(1)</script>.yml",
    "a](javascript:alert(1))![x](http://evil.example)",
    "::error file=x::boom",
    "\x1b[31mred\x1b[0m",
    "{{ 7 * 7 }}{% raw %}",
    "abc\u202egnp.exe\u2066",
    "--><img src=x onerror=alert(1)>",
    "</details></summary><h1>x</h1>",
    "line\r\nbreak",
    "@everyone #1 | col",
)


class Page(HTMLParser):
    """The tags and attributes of a page, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)


def many(number: int) -> Assessment:
    rules = [gap(f"cicd/g{n:03}", 10 + n, severity="critical") for n in range(number)]
    return assessment(
        *rules, blockers=tuple(one.id for one in rules[:8]), problems=(problem(),), verdict="not-ready"
    )


@pytest.mark.parametrize("form", ["comment", "email", "executive"])
def test_a_summary_says_how_much_it_leaves_out_and_what_shows_it(form: str) -> None:
    text = document(form, many(30))
    assert "20 more results and 1 problem are " in text
    assert "readiness scan --format markdown" in text
    assert "and 3 more" in text


@pytest.mark.parametrize("form", ["comment", "email", "executive"])
def test_a_summary_without_anything_to_leave_out_says_nothing_of_it(form: str) -> None:
    text = document(form, assessment(rule()))
    assert "more result" not in text
    assert "more" not in text.partition("Recommendations")[2]


@pytest.mark.parametrize("form", FORMS)
def test_nothing_assessed_is_said_in_every_form(form: str) -> None:
    made = assessment(low=None, areas=(area(low=None, priority=None),), ledger=())
    assert "Not assessed" in document(form, made)


def test_a_comment_is_known_by_its_first_line_and_small() -> None:
    text = comment.render(many(200))
    assert text.startswith("<!-- readiness: assessment -->\n")
    assert len(text) < 8_000
    assert text == comment.render(many(200))


def test_a_comment_puts_text_of_the_subject_in_code_alone() -> None:
    made = replace(
        many(3), subject=Subject("@team", "f" * 40, "@ref", False, "@remote", "", False, 1, (), (), ())
    )
    text = comment.render(replace(made, branding=Branding("@a", "@b", "@c", "", "@d")))
    assert "@" not in text


def test_a_step_summary_folds_the_long_parts() -> None:
    text = step_summary.render(every_status())
    assert text.index("## Critical blockers") < text.index("<summary>Detailed assessment</summary>")
    assert text.count("<details>") == text.count("</details>") == 19
    assert text.endswith("shows it again.\n")
    assert "cicd/later" in text


def test_a_step_summary_keeps_to_its_limit_and_names_what_it_leaves_out() -> None:
    made = replace(many(60), problems=tuple(problem(f"f{n}.yml") for n in range(40_000)))
    text = step_summary.render(made)
    assert len(text.encode()) <= step_summary.LIMIT
    assert "Left out, for want of room: Problems." in text
    small = step_summary.render(made, limit=20_000)
    assert len(small.encode()) <= 20_000
    assert "Left out, for want of room: " in small
    assert "Detailed assessment" in small
    assert "readiness scan --format markdown" in small


def test_a_mail_has_inline_styles_and_nothing_to_load() -> None:
    page = Page(email.render(many(3)))
    kinds = {tag for tag, _ in page.tags}
    assert kinds & {"style", "script", "link", "img", "iframe", "form", "svg"} == set()
    assert [given for _, given in page.tags if set(given) & {"src", "href", "class", "id"}] == []
    assert all("style" in given for tag, given in page.tags if tag == "td" and "role" not in given)


def test_the_executive_page_lets_its_own_style_alone() -> None:
    text = executive.render(
        replace(many(3), branding=Branding("Ann", "2.1", "ACME", "data:image/png;base64,AA==", "F"))
    )
    page = Page(text)
    policy = next(given["content"] for tag, given in page.tags if given.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert [given["src"] for tag, given in page.tags if tag == "img"] == ["data:image/png;base64,AA=="]
    assert "Assessed by Ann. Version 2.1." in page.text
    assert "ACME" in page.text
    assert [tag for tag, _ in page.tags].count("h1") == 1


def test_the_executive_page_is_short_whatever_there_is() -> None:
    text = Page(executive.render(many(200))).text
    assert len(text) < 6_000


def tricky() -> Assessment:
    """An assessment with every trick as the name of a file, a workflow, a problem and the subject."""
    rows = tuple(Evidence(trick, 1, trick, "structure") for trick in TRICKS)
    rules = [
        gap(f"cicd/t{n}", 100, offenders=(row,), offenders_total=1, looked=(row.path,), looked_total=1)
        for n, row in enumerate(rows)
    ]
    seen = tuple(Inspected(trick, 3, trick, ("1 job",), "good") for trick in TRICKS)
    named = Subject(
        TRICKS[0], "f" * 40, TRICKS[1], False, TRICKS[2], "2026-01-01", False, 3, ("service",), (), ()
    )
    return assessment(
        rule(evidence=rows, evidence_total=len(rows)),
        *rules,
        subject=named,
        problems=tuple(replace(problem(trick), message=trick) for trick in TRICKS),
        analyses=(Analysis("cicd", "Workflow analysis", seen, len(seen)),),
        branding=Branding(TRICKS[4], TRICKS[6], TRICKS[0], "", TRICKS[7]),
    )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("made", [tricky(), hostile(every_status())], ids=["tricky", "hostile"])
def test_hostile_text_arrives_inert(form: str, made: Assessment) -> None:
    text = document(form, made)
    assert [char for char in "\x1b\u202e\u2066\r" if char in text] == []
    assert [line for line in text.splitlines() if line.lstrip().startswith("::")] == []


@pytest.mark.parametrize("form", ["email", "executive"])
def test_no_tag_of_the_subject_is_one_of_the_page(form: str) -> None:
    mine = {tag for tag, _ in Page(document(form, tricky())).tags}
    tame = {tag for tag, _ in Page(document(form, every_status())).tags} | {"p"}
    assert mine <= tame
    assert "script" not in mine


@pytest.mark.parametrize("form", ["markdown", "step-summary", "comment"])
def test_no_markup_of_the_subject_is_one_of_the_document(form: str) -> None:
    ours = ("<details>", "</details>", "<!-- readiness: assessment -->")
    for line in document(form, tricky()).splitlines():
        if line in ours or line.startswith("<summary>"):
            continue
        left = bare(line.removeprefix("- [ ] "))
        assert not any(char in left for char in "<>[]"), line


def test_every_trick_is_still_to_be_read_in_the_markdown() -> None:
    text = markdown.render(tricky())
    assert "<script>alert(1)</script>.yml" in text
    assert "`::error file=x::boom:1`" in text
    assert "{{ 7 * 7 }}" in text
    assert HOSTILE not in text


def test_every_result_that_is_not_met_is_in_the_markdown_and_the_step_summary() -> None:
    made = every_status()
    names = [one.id for one in made.rules if one.status != "met"]
    for form in ("markdown", "step-summary"):
        text = document(form, made)
        assert [name for name in names if f"`{name}`" not in text] == []


def test_a_document_of_the_first_version_is_read_and_rendered() -> None:
    data: Any = to_json(every_status())
    for name in ("scoring", "analyses", "planning", "branding"):
        del data[name]
    for one in data["rules"]:
        for name in ("own", "needs", "rationale", "theme", "component", "matrix", "compliance"):
            del one[name]
    data["schema_version"] = "1.0"
    old = from_json(json.loads(json.dumps(data)))
    assert old.planning.engineers == 2
    assert derive(old).arithmetic is None
    for form in (*FORMS, "html", "json"):
        assert document(form, old)
    assert "| 1. Critical foundation | about 1 week | " in markdown.render(
        replace(old, rules=tuple(replace(one, phase="foundation") for one in old.rules))
    )
