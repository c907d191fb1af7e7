"""The HTML report: one file that needs nothing, well formed, in which hostile text is text."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from documents import area, assessment, full, gap, rule
from reports import document, judged
from test_render_markdown import HOSTILE, every_status, hostile

from readiness.assessment import Assessment, Claimed, Evidence, Fix, Subject
from readiness.choices import Branding
from readiness.errors import ReadinessError
from readiness.levels import Level
from readiness.records import replace
from readiness.render.html import render
from readiness.render.html.page import anchors
from readiness.render.html.policy import data, embedded
from readiness.render.text import inert
from readiness.requirement import Requirement

COMMIT = "0123456789abcdef0123456789abcdef01234567"
_VOID = ("meta", "br", "input")


class Page(HTMLParser):
    """The elements of a page with their attributes, its text, and whether they are nested well."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.wrong: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self._texts: list[tuple[tuple[str, ...], str]] = []
        self.feed(text)
        self.close()
        self.wrong += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.wrong.append(f"{self.getpos()}: {tag}")

    def handle_data(self, data: str) -> None:
        self.text += data
        self._texts.append((tuple(self._open), data))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def within(self, tag: str) -> str:
        """All text within the elements of that name."""
        return "".join(text for open_, text in self._texts if tag in open_)

    def values(self, attribute: str) -> list[str]:
        return [found[attribute] for _, found in self.elements if attribute in found]


def page(made: Assessment | None = None) -> Page:
    return Page(render(made or every_status()))


def on_github(**changes: Any) -> Assessment:
    made = every_status()
    given: dict[str, Any] = {"remote": "https://github.com/acme/shop.git", "commit": COMMIT, "dirty": False}
    return replace(made, subject=replace(made.subject, **(given | changes)))


def test_the_page_is_well_formed() -> None:
    assert page().wrong == []
    assert render(every_status()).startswith('<!doctype html>\n<html lang="en">\n')


def test_nothing_is_loaded() -> None:
    text = render(on_github())
    found = Page(text)
    tags = {tag for tag, _ in found.elements}
    assert sorted(tags & {"link", "img", "iframe", "object", "form", "base", "embed", "video"}) == []
    assert [
        one for name in ("src", "srcset", "action", "style", "onclick") for one in found.values(name)
    ] == []
    assert "url(" not in text
    assert "@import" not in text


def test_only_the_style_and_the_script_of_the_page_are_let() -> None:
    text = render(every_status())
    (policy,) = [one["content"] for one in Page(text).all("meta") if one.get("http-equiv")]
    style = text.partition("<style>")[2].partition("</style>")[0]
    script = text.partition("<script>")[2].partition("</script>")[0]
    digests = [b64encode(sha256(part.encode()).digest()).decode() for part in (style, script)]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digests[0]}'; script-src 'sha256-{digests[1]}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


@pytest.mark.parametrize("text", ["a </script> b", "<!-- <script> -->"])
def test_a_script_that_would_end_its_element_is_refused(text: str) -> None:
    with pytest.raises(ReadinessError, match="would end it"):
        embedded(text)


def test_a_script_has_the_line_ends_that_a_browser_hashes() -> None:
    assert embedded("a\r\nb\rc\n\n") == "\na\nb\nc\n"


def test_data_of_the_script_cannot_leave_its_block() -> None:
    made = data({"</script><!--": "&\u2028"})
    assert made == '{"\\u003c/script\\u003e\\u003c!--":"\\u0026\\u2028"}'
    assert json.loads(made) == {"</script><!--": "&\u2028"}


def test_the_page_has_one_main_heading_landmarks_and_a_way_past_the_head() -> None:
    found = page()
    counts = [len(found.all(tag)) for tag in ("h1", "header", "nav", "main")]
    assert counts == [1, 1, 1, 1]
    assert found.all("a")[0] == {"class": "skip", "href": "#content"}
    assert [one["id"] for one in found.all("main")] == ["content"]


def test_headings_leave_no_level_out() -> None:
    levels = [
        int(tag[1]) for tag, _ in page().elements if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit()
    ]
    assert [(a, b) for a, b in pairwise(levels) if b > a + 1] == []


def test_every_header_of_a_table_has_a_scope() -> None:
    scopes = {one.get("scope") for one in page().all("th")}
    assert scopes == {"col", "row"}


def test_every_name_is_there_once_and_every_link_within_the_page_has_its_target() -> None:
    found = page()
    names = found.values("id")
    assert len(names) == len(set(names))
    targets = {link[1:] for link in found.values("href") if link.startswith("#")}
    assert sorted((targets | set(found.values("aria-labelledby"))) - set(names)) == []


def test_every_rule_has_its_place() -> None:
    made = every_status()
    names = page(made).values("id")
    assert [one.id for one in made.rules if f"rule-{one.id.replace('/', '-')}" not in names] == []


def test_rules_whose_places_would_be_the_same_have_each_its_own() -> None:
    assert anchors(["cicd/a/b", "cicd/a-b", "cicd/a b"]) == {
        "cicd/a/b": "rule-cicd-a-b",
        "cicd/a-b": "rule-cicd-a-b-2",
        "cicd/a b": "rule-cicd-a-b-3",
    }


def test_every_result_is_in_the_page_with_its_sentence_and_its_lines() -> None:
    made = every_status()
    text = page(made).text
    assert [one.id for one in made.rules if one.id not in text] == []
    for shown in ("There is no one", "one.txt:3", "bad.txt:7", "nothing to inspect", "until June", "tier A"):
        assert shown in text


@pytest.mark.parametrize("word", ["met", "partial", "gap", "blocked", "unknown", "not applicable", "waived"])
def test_a_status_is_a_word_beside_its_icon(word: str) -> None:
    name = word.replace(" ", "-")
    assert f'<span class="meta"><b>{word}</b>' in render(every_status())
    assert f'<li class="rule" data-s="{name}"' in render(every_status())


def test_hostile_text_makes_no_element_and_no_attribute() -> None:
    branded = replace(every_status(), branding=Branding("a", "b", "c", "", "e"))
    plain, bad = page(branded), page(hostile(every_status()))
    assert bad.wrong == []
    assert [tag for tag, _ in bad.elements if tag not in {tag for tag, _ in plain.elements}] == []
    attributes = {name for _, found in bad.elements for name in found}
    assert sorted(attributes - {name for _, found in plain.elements for name in found}) == []
    assert inert(HOSTILE) in bad.text
    assert "\u202e" not in bad.text
    assert "\x1b" not in bad.text


def test_a_link_never_leads_to_anything_but_the_page_or_a_forge() -> None:
    bad = hostile(on_github())
    for made in (bad, replace(bad, subject=replace(bad.subject, remote="javascript:alert(1)//x/y"))):
        links_found = page(made).values("href")
        assert [link for link in links_found if not link.startswith("#")] == []


def test_a_hostile_rule_name_is_a_harmless_place() -> None:
    found = page(assessment(rule('cicd/"><script>'), gap("cicd/b c", 5)))
    assert "rule-cicd----script-" in found.values("id")
    assert "rule-cicd-b-c" in found.values("id")


def test_a_line_of_evidence_leads_to_the_forge_at_the_commit() -> None:
    row = Evidence("a dir/ü#?.txt", 3, "x", "structure")
    made = on_github()
    text = render(replace(made, rules=(rule(evidence=(row,)),)))
    assert f'href="https://github.com/acme/shop/blob/{COMMIT}/a%20dir/%C3%BC%23%3F.txt#L3"' in text


def test_a_snippet_keeps_its_lines() -> None:
    made = assessment(gap("cicd/a", 10, fix=Fix(("Do.",), "S", "a: <b>\n  c\n")))
    assert '<pre tabindex="0"><code>a: &lt;b&gt;\n  c\n</code></pre>' in render(made)


def test_how_it_was_decided_says_what_each_rung_asked_and_which_was_missed() -> None:
    text = render(assessment(full(missing="some thing whose on is true")))
    assert '<p class="ladder">partial: yes · <b>implemented: not known</b></p>' in text
    assert '<p class="asked">Asked for next: <code>some thing whose on is true</code></p>' in text
    assert "<code>some thing</code>" not in text
    assert "Standards: ZZ a, b</p>" in text
    assert "Asked for next:</b>" not in text


def test_what_is_asked_for_next_is_said_where_no_rung_shows_it() -> None:
    assert "<p><b>Asked for next:</b> <code>some thing else</code></p>" in render(
        assessment(full(missing="some thing else"))
    )


def test_looked_at_files_that_are_not_listed_are_counted() -> None:
    made = gap("cicd/a", 5, looked=tuple("abcdefg"), looked_total=9)
    assert "<code>b</code>, <code>c</code> and 6 more<br>" in render(assessment(made))


def many(count: int) -> Assessment:
    """An assessment of ``count`` rules, each with many lines and much to say."""
    rows = tuple(
        Evidence(f"a/long/way/to/a/file/{n}.yaml", n, f"text {n} " * 9, "structure") for n in range(1, 9)
    )
    rules = tuple(
        full(
            f"cicd/a-rule-with-a-long-name-{n}",
            status="met" if n % 3 == 0 else "partial",
            ceiling="partial",
            unknown_because=(),
            evidence=rows,
            evidence_total=40,
            offenders=rows[:5] if n % 3 == 1 else (),
            offenders_total=20 if n % 3 == 1 else 0,
            missing="some thing whose on is true",
            fix=Fix(("A step that takes a whole sentence to be told.",) * 2, "M", ""),
            standards={"ZZ": tuple("abcdef"), "YY": tuple("abcdef")},
        )
        for n in range(count)
    )
    return replace(on_github(), rules=rules, ledger=())


def test_a_page_on_175_rules_stays_below_500_kilobytes_and_counts_the_lines_it_leaves_out() -> None:
    text = render(many(175))
    assert len(text.encode()) < 500_000
    assert "and 39 more" in text or "and 38 more" in text
    assert "and 36 more" in render(many(5))


def test_no_more_lines_are_left_out_than_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    made = many(20)
    whole = len(render(made).encode())
    monkeypatch.setattr("readiness.render.html.MOST", whole - 100)
    text = render(made)
    assert len(text.encode()) <= whole - 100
    assert "and 37 more" in text


@pytest.mark.parametrize(
    ("stand", "heading"),
    [
        ("contradicted", "What documents claim"),
        ("unbacked", "What documents claim"),
        ("open", "What documents claim"),
        ("backed", "Claimed, and backed by the files"),
    ],
)
def test_what_documents_claim_is_set_against_what_is_so(stand: Any, heading: str) -> None:
    claim = Claimed(stand, (Evidence("README.md", 4, "Fully tested", "pattern"),))
    made = document(
        [judged("cicd/a", "partial"), judged("cicd/b"), judged("cicd/c")], {"cicd/a": {"claim": claim}}
    )
    text = page(made).text
    word = "not known" if stand == "open" else stand
    assert f"Claimed by documents: {word}" in text
    section = text.rpartition("Claims against reality")[2].partition("Looked for and not found")[0]
    assert "cicd/a" in section.partition(heading)[2]
    assert ("README.md:4 Fully tested" in section) == (stand != "backed")


def needing(rule: str, level: Level = Level.PARTIAL) -> Requirement:
    return Requirement(rule, level)


def test_the_script_has_what_the_score_is_made_from() -> None:
    made = document(
        [
            judged("cicd/a", "planned", severity="critical"),
            judged("cicd/b", "partial", "enforced", requires=needing("cicd/a", Level.IMPLEMENTED)),
            judged("cicd/c", "implemented", severity="medium"),
            judged("cicd/d", waived=True, severity="critical"),
        ]
    )
    text = render(made)
    found = json.loads(
        text.partition('<script type="application/json" id="simulation">')[2].partition("</script>")[0]
    )
    assert found["terms"] == [
        ["cicd/a", "rule-cicd-a", 0, 33_334, 1, 1, 3, 1, []],
        ["cicd/c", "rule-cicd-c", 0, 33_333, 3, 3, 3, 0, []],
        ["cicd/b", "rule-cicd-b", 0, 33_333, 2, 2, 4, 2, [[["cicd/a", 3]]]],
    ]
    assert found["waits"] == {"cicd/a": ["cicd/b"]}
    assert found["waived"] is True
    assert found["cap"] == 79_000
    assert page(made).values("data-fix").count("cicd/a") == 2


def test_a_hostile_rule_name_stays_in_the_data_of_the_script() -> None:
    name = 'cicd/</script><script>alert("1")</script>'
    made = document([judged(name), judged("cicd/b", "implemented"), judged("cicd/c", "implemented")])
    found = page(made)
    assert found.wrong == []
    assert len(found.all("script")) == 2
    assert name in found.values("data-fix")


def test_a_document_without_what_the_score_is_made_from_has_no_what_if() -> None:
    found = page(every_status())
    assert "simulation" not in found.values("id")
    assert found.values("data-fix") == []


def test_what_a_fix_brings_says_after_what_and_that_it_is_the_least() -> None:
    made = document(
        [
            judged("cicd/a", severity="medium"),
            judged("cicd/b", "partial", requires=needing("cicd/a")),
            judged("cicd/c", "implemented"),
        ]
    )
    text = page(made).text
    assert "at least +50.000" in text
    assert "+16.667 once cicd/a is done" in text


def test_standards_that_are_not_named_are_counted() -> None:
    made = full(standards=dict.fromkeys("ABCDEFGHIJ", ("1",)))
    assert "Standards: A 1; B 1; C 1; D 1; E 1; F 1; G 1; H 1 and 2 more" in page(assessment(made)).text
    assert "Standards: A 1; B 1</p>" in render(assessment(full(standards={"A": ("1",), "B": ("1",)})))


def test_a_logo_is_a_picture_in_the_page_and_nothing_else() -> None:
    made = every_status()
    picture = "data:image/png;base64,AAAA"
    shown = page(replace(made, branding=Branding(logo=picture, brand="Acme & Co", footer="<i>ours</i>")))
    assert [one["src"] for one in shown.all("img")] == [picture]
    assert "Acme & Co" in shown.text
    assert "<i>ours</i>" in shown.text
    for other in ("https://example.org/a.png", "data:text/html,<script>", "javascript:alert(1)"):
        assert page(replace(made, branding=Branding(logo=other))).all("img") == []


def test_the_sections_of_an_audit_report_come_in_its_order() -> None:
    names = [
        "summary", "overview", "blockers", "areas", "matrix", "roadmap", "resources", "compliance",
        "conclusion", "rules", "ledger", "claims", "not-found", "left-out", "frameworks", "problems",
        "method",
    ]  # fmt: skip
    found = page()
    headings = [attributes["id"] for tag, attributes in found.elements if tag == "h2"]
    assert headings == names
    assert [link for link in found.values("href") if link.startswith("#") and link[1:] in names] == [
        f"#{name}" for name in names
    ]


def test_nothing_assessed_is_a_page_too() -> None:
    found = page(assessment(low=None, areas=(area(low=None),)))
    assert found.wrong == []
    assert "Nothing was assessed: in no area enough rules apply to what is here." in found.text


def test_a_subject_without_anything_is_a_page_too() -> None:
    nothing = Subject("", "", "", None, "", "", None, 0, (), (), ())
    assert page(assessment(low=None, areas=(), subject=nothing)).wrong == []


def test_the_page_follows_dark_mode_print_and_narrow_screens() -> None:
    text = render(every_status())
    for query in ("(prefers-color-scheme: dark)", "@media print", "(max-width: 40rem)"):
        assert query in text
