"""Documents: what they are about, and how much of it they say."""

from __future__ import annotations

import typing

import pytest

from readiness.facts.documents.kinds import kinds_of_path, kinds_of_title
from readiness.facts.documents.nouns import DOCUMENT, FENCE, NOTE, SECTION, Document
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Limits

WORDS = "word " * 80


def store(files: dict[str, str | bytes]) -> Store:
    return Store(MemoryTree(files), tables=())


def document(path: str, text: str) -> Document:
    (row,) = store({path: text}).collected(DOCUMENT).rows
    return row


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("README.md", {"readme"}),
        ("README.zh-CN.md", {"readme"}),
        ("docs/runbooks/db.md", {"runbook"}),
        ("docs/playbooks/db.md", {"runbook"}),
        ("ansible/playbooks/db.md", set()),
        ("docs/incident-response.md", {"incident"}),
        ("docs/on_call.md", {"on-call"}),
        ("postmortems/2024-01-01.md", {"postmortem"}),
        ("docs/DISASTER_RECOVERY.md", {"disaster-recovery"}),
        ("docs/backup.md", {"backup"}),
        ("docs/backup-and-rollback.md", {"backup", "rollback"}),
        ("docs/DESIGN_PRODUCTION_DEPLOYMENT.md", {"design", "deployment"}),
        ("docs/deployment/aws.md", {"deployment"}),
        ("deployment/aws.md", set()),
        ("docs/ARCHITECTURE.md", {"architecture"}),
        ("docs/adr/0001-use-x.md", {"decision"}),
        ("docs/ADR-001.md", {"decision"}),
        ("docs/slo.md", {"slo"}),
        ("CHANGELOG.md", {"changelog"}),
        ("CHANGES.rst", {"changelog"}),
        ("HISTORY.md", {"changelog"}),
        ("docs/release-notes.md", {"changelog"}),
        ("docs/release-process.md", {"release"}),
        ("RELEASING.md", {"release"}),
        ("SECURITY.md", {"security-policy"}),
        (".github/SECURITY.md", {"security-policy"}),
        ("src/app/security.md", set()),
        ("CONTRIBUTING.md", {"contributing"}),
        ("CODE_OF_CONDUCT.md", {"code-of-conduct"}),
        ("LICENSE", {"license"}),
        ("LICENSE-MIT", {"license"}),
        ("COPYING", {"license"}),
        ("docs/roadmap.md", {"roadmap"}),
        ("docs/API.md", {"api"}),
        ("docs/api/users.md", {"api"}),
        ("src/api/notes.md", set()),
        ("SUPPORT.md", {"support"}),
        ("docs/browser-support.md", set()),
        ("docs/design-patterns.md", set()),
    ],
)
def test_a_path_says_what_a_document_is(path: str, expected: set[str]) -> None:
    assert kinds_of_path(path) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Rollback", {"rollback"}),
        ("How to roll back a release", {"rollback"}),
        ("Transaction rollback", set()),
        ("`rollback`", set()),
        ("session.rollback()", set()),
        ("The rollback(savepoint) call", set()),
        ("Deploying to production", {"deployment"}),
        ("🐳 Installing with Docker", {"deployment"}),
        ("Deployment notes", set()),
        ("On-call rotation", {"on-call"}),
        ("Incident response", {"incident"}),
        ("Angle of incidents", set()),
        ("🚀 Disaster Recovery", {"disaster-recovery"}),
        ("Reporting a vulnerability", {"security-policy"}),
        ("Security", set()),
        ("Pod security policy", set()),
        ("Service Level Objectives", {"slo"}),
        ("API", {"api"}),
        ("API keys", set()),
        ("Getting help", {"support"}),
        ("Browser support", set()),
        ("Releases", set()),
        ("History", set()),
        ("License", {"license"}),
        ("Contributing", {"contributing"}),
        ("Next steps", {"roadmap"}),
        ("", set()),
    ],
)
def test_a_heading_announces_what_follows_unless_words_take_it_back(title: str, expected: set[str]) -> None:
    assert kinds_of_title(title) == expected


def test_a_document_row_counts_what_it_holds() -> None:
    row = document("docs/ops.md", f"\n# Operations Guide\n{WORDS}\n1. a\n```sh\nmake\n```\n## Two\n")
    assert (row.line, row.title, row.words) == (2, "Operations Guide", 81)
    assert row.kind == {"runbook"}
    assert (row.steps, row.commands, row.sections, row.substance) == (1, 1, 2, True)
    assert row.text == "Operations Guide"


def test_the_title_of_a_readme_says_nothing_about_its_kind() -> None:
    assert document("README.md", "# Deploy\n").kind == {"readme"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("word " * 80, True),
        ("word " * 79, False),
        ("word " * 30 + "\n```sh\nmake\n```\n", True),
        ("word " * 30 + "\n\n1. step\n", True),
        ("word " * 20 + "\n```sh\nmake\n```\n", False),
        ("TODO " + "word " * 40 + "\n\n1. step\n", False),
        ("", False),
    ],
)
def test_substance_is_eighty_words_or_thirty_with_something_to_do(text: str, expected: bool) -> None:
    assert document("docs/x.md", text).substance is expected


def test_a_section_that_says_what_to_write_in_it_has_no_words() -> None:
    starter = (
        "# Security Policy\n\n## Reporting a Vulnerability\n\n"
        "Use this section to tell people how to report.\n\n"
        "Tell them where to go.\n"
    )
    assert document("SECURITY.md", starter).words == 0
    assert document("SECURITY.md", starter + "\n## Address\n\nWrite to us.\n").words == 3


def test_an_untitled_document_is_shown_by_its_name() -> None:
    assert document("docs/x.md", "words").text == "x.md"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("docs/state.md", "Overall score: 98/100. PRODUCTION READY.", True),
        ("docs/state.md", "PRODUCTION READY", False),
        ("docs/validation.md", "PRODUCTION READY", True),
        ("docs/validation.md", "Twelve tests ran.", False),
        ("README.md", "Overall score: 98/100. PRODUCTION READY. ✅ COMPLETE", False),
        ("docs/x.md", "A production-ready framework for teams.", False),
    ],
)
def test_a_report_that_praises_the_product_is_known(path: str, text: str, expected: bool) -> None:
    assert document(path, text).self_report is expected


def test_a_section_row_has_its_topic_and_its_documents_kind() -> None:
    (row,) = store({"README.md": "\n## Rollback\nRun it.\n\n1. a\n"}).collected(SECTION).rows
    assert (row.line, row.heading, row.level, row.words, row.steps) == (2, "Rollback", 2, 3, 1)
    assert row.topic == {"rollback"}
    assert row.document_kind == {"readme"}
    assert row.text == "Rollback"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docs/api.md", "# Rollback\n"),
        ("docs/guide.md", "# Transactions\n## Rollback\n"),
        ("docs/orm/guide.md", "# Rollback\n"),
    ],
)
def test_a_rollback_of_data_is_no_rollback_of_a_release(path: str, text: str) -> None:
    rows = store({path: text}).collected(SECTION).rows
    assert all("rollback" not in row.topic for row in rows)


def test_a_fence_row_has_its_topic_and_first_line() -> None:
    text = "# Images\n\n```\n\nFROM a\nRUN b\n```\n"
    (row,) = store({"docs/design.md": text}).collected(FENCE).rows
    assert (row.line, row.language, row.caption, row.text) == (3, "", "Images", "Images: FROM a")
    assert row.topic == {"dockerfile"}
    assert row.document_kind == {"design"}


def test_a_note_row_has_its_kind_and_text() -> None:
    rows = store({"TODO.md": "- [ ] **first** thing\n- [x] second\n"}).collected(NOTE).rows
    assert [(row.line, row.kind, row.text) for row in rows] == [
        (1, "open", "first thing"),
        (2, "done", "second"),
    ]


def test_the_boxes_of_a_form_are_no_notes() -> None:
    files: dict[str, str | bytes] = {
        ".github/PULL_REQUEST_TEMPLATE.md": "- [ ] tests\n",
        ".github/ISSUE_TEMPLATE/bug.md": "- [ ] x\n",
    }
    assert store(files).collected(NOTE).rows == ()


def test_no_secret_is_shown_from_a_document() -> None:
    text = "# Use API_KEY=Zq8xLw3vTn5rBy7k\n- [ ] token=Zq8xLw3vTn5rBy7k\n```\nTOKEN=Zq8xLw3vTn5rBy7k\n```\n"
    facts = store({"docs/x.md": text})
    rows = (
        facts.collected(DOCUMENT).rows,
        facts.collected(SECTION).rows,
        facts.collected(FENCE).rows,
        facts.collected(NOTE).rows,
    )
    assert all(rows)
    assert "Zq8xLw3v" not in repr(rows)


def test_only_documents_are_looked_at() -> None:
    files: dict[str, str | bytes] = {
        "README": "a",
        "docs/guide.txt": "a",
        "x.adoc": "= a",
        "x.rst": "a\n=",
        "requirements.txt": "a",
        "CHANGES.txt": "a",
        "main.py": "a",
        ".hidden": "a",
        "LICENSE-APACHE": "a",
        "Makefile": "a",
    }
    looked = store(files).collected(DOCUMENT).looked
    assert looked == ("CHANGES.txt", "LICENSE-APACHE", "README", "docs/guide.txt", "x.adoc", "x.rst")


def test_a_binary_document_is_a_problem_and_opens_nothing() -> None:
    found = store({"docs/runbook.md": b"\0\1"}).collected(DOCUMENT)
    assert [str(problem) for problem in found.problems] == ["docs/runbook.md:1: not a text"]
    assert (found.rows, found.openings) == ((), ())


def test_a_document_over_the_limit_opens_the_question_if_its_name_says_what_it_is() -> None:
    files = {"docs/runbook.md": "long text", "docs/story.md": "long text"}
    found = Store(MemoryTree(files, limits=Limits(file_bytes=4)), tables=()).collected(DOCUMENT)
    assert [gap.path for gap in found.openings] == ["docs/runbook.md"]


@pytest.mark.parametrize("noun", [DOCUMENT, SECTION, FENCE, NOTE])
def test_every_field_says_what_it_means(noun: typing.Any) -> None:
    hints = typing.get_type_hints(noun.row, include_extras=True)
    assert all(typing.get_origin(hint) is typing.Annotated for hint in hints.values())


def test_a_section_on_running_in_production_is_about_deployment() -> None:
    facts = Store(MemoryTree({"README.md": "# App\n## Running in Production\nUse gunicorn.\n"}))
    topics = [row.topic for row in facts.collected(SECTION).rows if row.heading == "Running in Production"]
    assert topics == [frozenset({"deployment"})]


@pytest.mark.parametrize(
    ("code", "restores"),
    [
        ("pg_restore -d app app.dump", True),
        ("psql app < backup.sql", True),
        ("mysql -u root app < /var/copies/dump-1.sql", True),
        ("restic -r repo restore latest --target /", True),
        ("aws rds restore-db-instance-from-db-snapshot --x y", True),
        ("psql -c 'select 1'", False),
        ("dotnet restore", False),
        ("mysqldump app > dump.sql", False),
    ],
)
def test_a_block_brings_data_back_or_not(code: str, restores: bool) -> None:
    files = {"docs/a.md": f"# A\n```sh\n{code}\n```\n"}
    (row,) = Store(MemoryTree(files)).collected(FENCE).rows
    assert ("restore" in row.topic) is restores


def test_words_with_a_digit_are_figures_of_their_section() -> None:
    text = "# Load\n\n200 req/s at 50ms, [page 2](https://a.io/9).\n\n## Next\n\nMore.\n"
    sections = Store(MemoryTree({"docs/load.md": text})).collected(SECTION).rows
    assert [(each.heading, each.figures) for each in sections] == [("Load", 3), ("Next", 0)]
