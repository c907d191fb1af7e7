"""The HTML report: one file that needs nothing, well formed, in which hostile text is text."""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from documents import area, assessment, full, gap, rule
from test_render_markdown import HOSTILE, every_status, hostile

from readiness.assessment import Assessment, Evidence, Fix, Subject
from readiness.records import replace
from readiness.render.html import render
from readiness.render.text import inert

COMMIT = "0123456789abcdef0123456789abcdef01234567"
_VOID = ("meta", "br")


class Page(HTMLParser):
    """The elements of a page with their attributes, its text, and whether they are nested well."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.wrong: list[str] = []
        self.text = ""
        self._open: list[str] = []
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

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

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


def test_nothing_is_loaded_and_nothing_runs() -> None:
    found = page()
    tags = {tag for tag, _ in found.elements}
    assert sorted(tags & {"script", "link", "img", "iframe", "object", "form", "base", "svg"}) == []
    policies = [one["content"] for one in found.all("meta") if one.get("http-equiv")]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]
    assert "url(" not in render(every_status())
    assert "@import" not in render(every_status())


def test_the_page_has_one_main_heading_landmarks_and_a_way_past_the_head() -> None:
    found = page()
    counts = [len(found.all(tag)) for tag in ("h1", "header", "nav", "main")]
    assert counts == [1, 1, 1, 1]
    assert found.all("a")[0] == {"class": "skip", "href": "#content"}
    assert found.all("main") == [{"id": "content"}]


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
    assert [one.id for one in made.rules if f"rule-{one.id}" not in names] == []


@pytest.mark.parametrize("word", ["met", "partial", "gap", "blocked", "unknown", "not applicable", "waived"])
def test_a_status_is_a_word_beside_its_icon(word: str) -> None:
    assert f"</span> {word}</span>" in render(every_status())


def test_hostile_text_makes_no_element_and_no_attribute() -> None:
    plain, bad = page(), page(hostile(every_status()))
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
    assert "rule-cicd/---script-" in found.values("id")
    assert "rule-cicd/b-c" in found.values("id")


def test_a_line_of_evidence_leads_to_the_forge_at_the_commit() -> None:
    row = Evidence("a dir/ü#?.txt", 3, "x", "structure")
    made = on_github()
    text = render(replace(made, rules=(rule(evidence=(row,)),)))
    assert f'href="https://github.com/acme/shop/blob/{COMMIT}/a%20dir/%C3%BC%23%3F.txt#L3"' in text


def test_a_snippet_keeps_its_lines() -> None:
    made = assessment(gap("cicd/a", 10, fix=Fix(("Do.",), "S", "a: <b>\n  c\n")))
    assert "<pre><code>a: &lt;b&gt;\n  c\n</code></pre>" in render(made)


def test_how_it_was_decided_is_folded() -> None:
    text = render(assessment(full()))
    assert "<summary>How it was decided</summary>" in text
    assert "<li>implemented: not known. <code>some thing whose on is true</code></li>" in text
    assert '<span class="soft">Standards:</span> ZZ a, b</p>' in text


def test_looked_at_files_that_are_not_listed_are_counted() -> None:
    assert "<code>a</code> and 6 more</p>" in render(
        assessment(gap("cicd/a", 5, looked=("a",), looked_total=7))
    )


def test_nothing_assessed_is_a_page_too() -> None:
    found = page(assessment(low=None, areas=(area(low=None),)))
    assert found.wrong == []
    assert "Nothing was assessed: in no area enough rules apply to what is here." in found.text


def test_a_subject_without_anything_is_a_page_too() -> None:
    nothing = Subject("", "", "", None, "", "", None, 0, (), (), ())
    assert page(assessment(low=None, areas=(), subject=nothing)).wrong == []


def test_the_page_follows_dark_mode_print_and_narrow_screens() -> None:
    text = render(every_status())
    for query in ("(prefers-color-scheme: dark)", "@media print", "(max-width: 30rem)"):
        assert query in text
