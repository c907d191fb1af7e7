"""A whole assessment, pinned: `pytest tests/test_golden.py --renew` writes it anew, to be read in the diff.

`tests/samples/wishful` was written for this test. It promises more than it does: tests that cannot
fail, a workflow that tests what it has just written, one that does not parse, a deployment
that prints, a status route that only a client knows, images in a document.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import readiness
from readiness.assess import Options, assess
from readiness.assessment import schema, to_json
from readiness.cli.options import book
from readiness.facts.catalogue import NOUNS
from readiness.render import terminal
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Subject

if TYPE_CHECKING:
    from readiness.assess import Assessed
    from readiness.assessment import Rule

TESTS = Path(__file__).parent
GOLDEN = TESTS / "golden"
SCHEMA = TESTS.parent / "docs" / "assessment.schema.json"


@lru_cache(maxsize=1)
def wishful() -> Assessed:
    root = TESTS / "samples" / "wishful"
    files = {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }
    subject = Subject("wishful", commit="0" * 40, committed="2026-01-02", default_branch="main", dirty=False)
    return assess(MemoryTree(files, subject=subject), book(), Options(tier="C"))


def rule(name: str) -> Rule:
    return wishful().assessment.rule(name)


def same(path: Path, text: str, *, renew: bool) -> bool:
    """Whether the pinned file is ``text``; a new rule changes it, and ``pytest --renew`` writes it anew."""
    if renew:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return path.read_text(encoding="utf-8") == text


def test_the_whole_document_is_as_pinned(renew: bool) -> None:
    document = to_json(wishful().assessment)
    document["tool"]["version"] = "VERSION"
    for pack in document["packs"]:
        pack["digest"] = "DIGEST"
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    assert same(GOLDEN / "wishful.json", text, renew=renew)


def test_the_summary_is_as_pinned(renew: bool) -> None:
    text = terminal.render(wishful().assessment).replace(readiness.__version__, "VERSION")
    assert same(GOLDEN / "wishful.txt", text, renew=renew)


def test_the_published_schema_is_the_one_that_the_document_has(renew: bool) -> None:
    assert same(SCHEMA, json.dumps(schema(), indent=2) + "\n", renew=renew)


def test_a_workflow_that_does_not_parse_is_a_problem_at_its_line_and_leaves_nothing_open() -> None:
    problems = [one for one in wishful().assessment.problems if one.path == ".github/workflows/working.yml"]
    assert [one.line for one in problems] == [10]
    open_ = [reason for one in wishful().assessment.rules for reason in one.unknown_because]
    assert {reason.partition(": ")[2] for reason in open_} == {"this is not in git: there is no history"}


def test_four_workflows_are_seen_and_the_copy_is_none() -> None:
    pipelines = wishful().facts.collected(NOUNS["ci.pipeline"])
    assert [row.path for row in pipelines.rows] == [
        ".github/workflows/ci.yml",
        ".github/workflows/release.yml",
        ".github/workflows/simple.yml",
    ]
    assert len(pipelines.looked) == 4


def test_masked_tests_are_partial_and_named() -> None:
    assert rule("cicd/tests-run").level == "partial"
    assert {(row.path, row.line) for row in rule("cicd/tests-run").evidence} == {
        (".github/workflows/ci.yml", 11),
        (".github/workflows/ci.yml", 16),
    }


def test_a_deployment_that_prints_is_planned() -> None:
    assert rule("cicd/deploy-production").level == "planned"
    assert (".github/workflows/release.yml", 11) in {
        (row.path, row.line) for row in rule("cicd/deploy-production").evidence
    }


def test_the_tracked_environment_file_and_the_open_cors_are_offenders() -> None:
    assert [(row.path, row.line) for row in rule("security/env-files-ignored").offenders] == [
        (".env.local", 2)
    ]
    assert [(row.path, row.line) for row in rule("security/cors").offenders] == [("server.py", 11)]


def test_a_route_that_only_a_client_names_is_none() -> None:
    routes = wishful().facts.collected(NOUNS["code.route"]).rows
    assert [row.route for row in routes] == ["/health", "/lanterns"]


def test_an_image_in_a_document_is_planned_and_blocks_what_hangs_on_it() -> None:
    assert rule("container/image-defined").level == "planned"
    assert rule("container/image-defined").evidence[0].path == "docs/DESIGN_DEPLOYMENT.md"
    assert rule("container/non-root").status == "blocked"
    assert rule("container/non-root").blocked_by == "container/image-defined"


def test_a_report_that_praises_itself_is_no_evidence() -> None:
    named = {row.path for one in wishful().assessment.rules for row in one.evidence}
    assert "PRODUCTION_READINESS_REPORT.md" not in named
