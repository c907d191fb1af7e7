"""Documents as they are written: Markdown, reStructuredText, AsciiDoc, plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.facts.documents.fences import topics
from readiness.facts.documents.markdown import parse
from readiness.facts.documents.markup import parse_asciidoc, parse_plain, parse_restructured
from readiness.facts.documents.prose import count_words
from readiness.spans import Unparsable

if TYPE_CHECKING:
    from collections.abc import Callable

    from readiness.facts.documents.prose import Document


def read(text: str) -> Document:
    return parse(text.encode())


def headings(document: Document) -> list[tuple[str, int, int]]:
    return [(each.heading, each.level, each.line) for each in document.sections]


def test_both_kinds_of_headings_are_read() -> None:
    text = "# One #\n\nTwo\ngoes on\n===\n\nThree\n---\n\n###### Six\n#hash\n####### seven\n##\n"
    assert headings(read(text)) == [
        ("One", 1, 1),
        ("Two goes on", 1, 3),
        ("Three", 2, 7),
        ("Six", 6, 10),
        ("", 2, 13),
    ]


def test_a_rule_and_a_table_are_no_headings() -> None:
    assert headings(read("a\n\n---\n\n| a | b |\n|---|---|\n| c | d |\n\n* * *\n- item\n---\n")) == []


def test_a_heading_keeps_its_sharp_and_loses_emphasis_and_links() -> None:
    assert read("# **C#** and [F#](http://x)").title == "C# and F#"


def test_words_of_prose_are_counted_and_code_comments_and_front_matter_are_not() -> None:
    text = (
        "---\ntitle: not counted\n---\n# Title not counted\n\ntwo words\n"
        "<!-- not\ncounted -->three <b>more</b> here\n\n"
        "    indented code\n\n```\nfenced code\n```\n"
        "| a cell | one |\n|---|---|\n[link](http://not/counted) ![](x)\n"
    )
    document = read(text)
    assert (document.title, document.words) == ("Title not counted", 2 + 3 + 3 + 1)


def test_front_matter_that_does_not_end_is_text() -> None:
    assert read("---\nhello there\n").words == 2
    assert read("+++\na = 1\n+++\nhello\n").words == 1


def test_a_section_holds_what_stands_up_to_the_next_heading() -> None:
    document = read("pre\n# A\none two\n## B\n1. first\n2. second\n```sh\nmake\n```\n## C\nx\n# D\n")
    assert [(s.heading, s.above, s.words, s.steps, s.commands) for s in document.sections] == [
        ("A", (), 2, 0, 0),
        ("B", ("A",), 2, 2, 1),
        ("C", ("A",), 1, 0, 0),
        ("D", (), 0, 0, 0),
    ]
    assert (document.words, document.steps, document.commands) == (6, 2, 1)


def test_fences_keep_their_language_line_and_caption() -> None:
    text = (
        "# Top\n~~~~ Bash {.x}\n~~~\n# no heading\n~~~~\n"
        "- item\n  ```{.python}\n  import x\n  ```\n> ```\n> quoted\n> ```\n"
    )
    found = [(f.language, f.line, f.caption, f.first) for f in read(text).fences]
    assert found == [
        ("bash", 2, "Top", "~~~"),
        ("python", 7, "Top", "import x"),
        ("", 10, "Top", "> quoted"),
    ]


def test_a_fence_may_begin_with_a_list_item_and_end_with_the_document() -> None:
    document = read("1. ```sh\n   make\n   ```\n- ```\nopen\n")
    assert [each.line for each in document.fences] == [1, 4]


def test_backticks_within_a_line_open_no_fence() -> None:
    assert read("``` a ``` b\n``two``\n").fences == ()


def test_text_below_a_list_item_is_no_code() -> None:
    assert read("- item\n\n    more words here\n").words == 4
    assert read("text\n\n    code here\n    and here\n\n    still\nend\n").words == 2


def test_task_items_are_steps_and_notes() -> None:
    document = read("- [ ] open task\n* [x] done task\n- [link](x) item\n- [X]\n")
    assert document.steps == 3
    assert [(each.kind, each.text) for each in document.notes] == [
        ("open", "open task"),
        ("done", "done task"),
        ("done", ""),
    ]


def test_to_do_lines_are_notes_and_the_word_within_a_line_is_not() -> None:
    document = read("TODO: write\n\n- FIXME later\n**TODO** x\nnot a TODO\nTODOS are fun\n")
    assert [(each.kind, each.line) for each in document.notes] == [("todo", 1), ("todo", 3), ("todo", 4)]


def test_items_of_a_roadmap_are_notes_until_the_next_heading_of_its_level() -> None:
    document = read(
        "## Roadmap\n- one\n### Soon\n1) two\n- [ ] three\n-\n## Other\n- four\n## Future work\n- five\n"
    )
    assert [(each.kind, each.text) for each in document.notes] == [
        ("roadmap", "one"),
        ("roadmap", "two"),
        ("open", "three"),
        ("roadmap", "five"),
    ]


@pytest.mark.parametrize("heading", ["Future Enhancements", "🚀 Future improvements", "Planned improvements"])
def test_what_is_to_come_is_a_roadmap(heading: str) -> None:
    assert [note.kind for note in read(f"# {heading}\n- one\n").notes] == ["roadmap"]


def test_a_heading_that_only_mentions_the_future_is_no_roadmap() -> None:
    assert read("# Planned downtime\n- one\n").notes == ()


def test_phrases_of_self_written_reports_are_counted() -> None:
    assert read("Overall score: 100/100\n✅ COMPLETE\n").boasts == 3
    assert read("A production-ready framework.\n").boasts == 0


def test_a_document_that_is_still_to_be_written_says_so() -> None:
    assert read("# Runbook\nComing soon.\n").unwritten
    assert not read("# Runbook\nCall the operator.\n").unwritten


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b", 2),
        ("- — *", 0),
        ("[a b](http://x y)", 2),
        ("<p class='x'>a</p>", 1),
        ("a < b", 2),
        ("[a](b", 1),
    ],
)
def test_words_have_a_letter_or_a_digit(text: str, expected: int) -> None:
    assert count_words(text) == expected


def test_restructured_text_has_sections_by_adornment() -> None:
    text = (
        "=====\nTitle\n=====\n\nPart one\n========\none two\n\n.. a comment\n   goes on\n\n"
        ".. code-block:: bash\n"
        "   :linenos:\n\n   make x\n\n.. note:: words\n\nSub\n---\n"
        "Run it::\n\n    $ make\n\nend\n#. step\n1. step\n"
        "- item\n\nPart two\n========\nLiteral without block::\nnext\n.. _target:\n"
    )
    document = parse_restructured(text.encode())
    assert headings(document) == [("Title", 1, 2), ("Part one", 2, 5), ("Sub", 3, 19), ("Part two", 2, 30)]
    assert [(f.language, f.caption, f.first, "shell" in f.topics) for f in document.fences] == [
        ("bash", "Part one", "make x", True),
        ("", "Sub", "$ make", True),
    ]
    assert (document.steps, document.commands) == (2, 2)


def test_a_short_underline_in_restructured_text_is_none() -> None:
    assert parse_restructured(b"A long title\n---\n\n::\n").sections == ()


def test_asciidoc_has_titles_blocks_and_checklists() -> None:
    text = (
        "= Title\n:toc:\n// comment\n\n== Steps\none two\n[source,bash]\n----\nmake\n----\n"
        "////\nhidden words\n////\n"
        "[NOTE]\n. first\n.. second\n* [ ] open\n* [x] done\n....\nraw\n"
    )
    document = parse_asciidoc(text.encode())
    assert headings(document) == [("Title", 1, 1), ("Steps", 2, 5)]
    assert [(f.language, f.first) for f in document.fences] == [("bash", "make"), ("", "raw")]
    assert [each.kind for each in document.notes] == ["open", "done"]
    assert (document.steps, document.commands) == (4, 1)


def test_an_asciidoc_comment_that_does_not_end_is_no_block() -> None:
    assert parse_asciidoc(b"////\nx\n").fences == ()


def test_plain_text_takes_its_first_line_as_title() -> None:
    document = parse_plain(b"\nMIT License\n\nSome words.\n1. step\n")
    assert (document.title, document.line, document.words, document.steps) == ("MIT License", 2, 5, 1)


@pytest.mark.parametrize("parser", [parse, parse_plain, parse_restructured, parse_asciidoc])
def test_binary_content_is_no_document(parser: Callable[[bytes], Document]) -> None:
    with pytest.raises(Unparsable):
        parser(b"# a\0")


@given(st.text(alphabet="#-=`~>*1. []xX\n\t<!-:ab|+/", max_size=200))
def test_any_text_is_a_document_whose_lines_exist(text: str) -> None:
    for parser in (parse, parse_plain, parse_restructured, parse_asciidoc):
        document = parser(text.encode())
        last = text.count("\n") + 1
        lines = [each.line for each in document.sections]
        lines += [each.line for each in document.fences]
        lines += [each.line for each in document.notes]
        assert all(1 <= line <= last for line in lines)


@given(st.binary(max_size=100).filter(lambda content: b"\0" not in content))
def test_any_bytes_without_a_nul_are_a_document(content: bytes) -> None:
    assert parse(content).words >= 0


@pytest.mark.parametrize(
    "text",
    [
        ">" * 75000,
        "<!--" * 20000,
        "# a\n" * 20000,
        "a\n===\n" * 12500,
        "```\n" * 20000,
        "[](" * 25000,
        "- " * 37500,
        "a\n" * 37500,
        "<" * 75000,
        "a::\n\n b\n" * 7500,
        "=\n" * 37500,
        ".. a::\n" * 10000,
    ],
)
def test_hostile_text_ends_soon(text: str) -> None:
    for parser in (parse, parse_plain, parse_restructured, parse_asciidoc):
        assert parser(text.encode()).words >= 0


@pytest.mark.parametrize(
    ("language", "content", "expected"),
    [
        ("", "FROM python:3.12\nRUN make\n", {"dockerfile"}),
        ("dockerfile", "FROM a", {"dockerfile"}),
        ("sql", "SELECT 1\nFROM a\n", {"sql"}),
        ("", "SELECT a\nFROM b\n", {"sql"}),
        ("yaml", "services:\n  web:\n    image: x\n", {"yaml", "compose"}),
        ("yaml", "apiVersion: v1\nkind: Pod\n", {"yaml", "kubernetes"}),
        ("yaml", "on: push\njobs:\n  a:\n    runs-on: x\n", {"yaml", "github-workflow"}),
        ("yaml", "stages:\n  - test\nt:\n  script: make\n", {"yaml", "gitlab-ci"}),
        ("yaml", "scrape_configs:\n  - job_name: x\n", {"yaml", "prometheus"}),
        ("yaml", "groups:\n- name: x\n  rules:\n  - alert: Down\n", {"yaml", "prometheus"}),
        ("yaml", "route:\n  receiver: x\nreceivers:\n- name: x\n", {"yaml", "alertmanager"}),
        ("yaml", "replicas: {{ .Values.n }}\n", {"yaml", "helm"}),
        ("hcl", 'resource "aws_vpc" "main" {\n}\n', {"terraform"}),
        ("", 'module "x" {\n}\n', {"terraform"}),
        ("", "server {\n  location / {\n  proxy_pass http://x;\n  }\n}\n", {"nginx"}),
        ("ini", "[Unit]\nDescription=x\n", {"systemd"}),
        ("", "$ make install\n", {"shell"}),
        ("", "#!/usr/bin/env bash\nx\n", {"shell"}),
        ("text", "kubectl apply -f x\n", {"shell"}),
        ("bash", "helm upgrade x y\n", {"shell", "helm"}),
        ("python", "from opentelemetry import trace\n", {"python", "otel"}),
        ("", "from os import path\n", {"python"}),
        ("python", 'x = """\nFROM a\nRUN b\n"""\n', {"python"}),
        ("ts", "const a = 1\n", {"javascript"}),
        ("", "const app = express()\n", {"javascript"}),
        ("json", '{"panels": [], "schemaVersion": 1}', {"json", "grafana"}),
        ("yaml", "exporters:\n  otlp:\n    endpoint: x\n", {"yaml", "otel"}),
        ("", "some words from a person\n", set()),
        ("mermaid", "graph TD\n", set()),
    ],
)
def test_a_block_is_known_by_its_content(language: str, content: str, expected: set[str]) -> None:
    assert topics(language, content) == expected
