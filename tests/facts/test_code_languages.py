"""A language that is plugged in: what it answers, and what stays open."""

from __future__ import annotations

import pytest

from readiness.facts.code import languages, unread
from readiness.facts.code.language import Language
from readiness.facts.code.model import Gap, Module, Route, Variable
from readiness.facts.model import Parser, PatternTable
from readiness.facts.store import Store
from readiness.spans import Unparsable
from readiness.tree.memory import MemoryTree

CARGO = '[package]\nname = "a"\n[dependencies]\naxum = "0.8"\n'
MAIN = "async fn main() { axum::serve(listener, app) }\n"


def _parse(data: bytes) -> Module:
    text = data.decode()
    if "broken" in text:
        raise Unparsable(2, "not readable", opens="template" in text)
    route = Route(1, ("GET",), "/a", "axum", "a", None, (), "a")
    gaps = (Gap(4, ("route",), "a macro makes routes"),) if "macro" in text else ()
    return Module(
        routes=(route,) if "ROUTE" in text else (), variables=(Variable(3, "PORT", default=True),), gaps=gaps
    )


RUST = Language(
    name="rust",
    hints=PatternTable(
        "code-made-up",
        "language",
        (("route", "ROUTE|macro|broken"), ("variable", "VARIABLE")),
        endings=(".rs",),
    ),
    parser=Parser("made up", 1, _parse, Module),
    answers=frozenset(("route",)),
    starts=("Cargo.toml",),
    knows=lambda name: name == "axum",
)


@pytest.fixture(autouse=True)
def plugged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "LANGUAGES", (RUST,))


def store(**files: str) -> Store:
    return Store(MemoryTree({"Cargo.toml": CARGO, "src/main.rs": MAIN} | files))


def test_the_routes_of_a_language_that_answers_them_are_read_and_nothing_is_open() -> None:
    found = store(**{"src/web.rs": "ROUTE"}).collected(unread.ROUTE)
    assert [(row.path, row.method, row.route) for row in found.rows] == [("src/web.rs", "GET", "/a")]
    assert found.openings == ()


def test_a_question_that_the_language_does_not_answer_stays_open_beside_what_is_seen() -> None:
    found = store(**{"src/web.rs": "VARIABLE"}).collected(unread.VARIABLE)
    assert [row.name for row in found.rows] == ["PORT"]
    assert [(gap.path, gap.reason) for gap in found.openings] == [
        ("Cargo.toml", "the code of this service (axum) is not read yet")
    ]


def test_a_service_without_a_single_route_registers_them_in_a_way_that_is_not_known() -> None:
    found = store().collected(unread.ROUTE)
    assert [gap.reason for gap in found.openings] == ["the routes of this service (axum) are not found"]


def test_a_framework_that_the_language_does_not_know_stays_open() -> None:
    files = {"Cargo.toml": CARGO.replace("axum", "rocket"), "src/main.rs": "fn main() { rocket::build() }\n"}
    found = store(**files, **{"src/web.rs": "ROUTE"}).collected(unread.ROUTE)
    assert [gap.reason for gap in found.openings] == ["the code of this service (rocket) is not read yet"]


def test_a_gap_in_a_file_opens_the_questions_that_it_names_alone() -> None:
    facts = store(**{"src/web.rs": "ROUTE macro VARIABLE"})
    assert [(gap.path, gap.line, gap.reason) for gap in facts.collected(unread.ROUTE).openings] == [
        ("src/web.rs", 4, "a macro makes routes")
    ]
    assert all(gap.path == "Cargo.toml" for gap in facts.collected(unread.VARIABLE).openings)


def test_a_file_that_its_own_compiler_cannot_read_is_a_problem_and_opens_nothing() -> None:
    found = store(**{"src/bad.rs": "broken", "src/web.rs": "ROUTE"}).collected(unread.ROUTE)
    assert [(problem.path, problem.line) for problem in found.problems] == [("src/bad.rs", 2)]
    assert found.openings == ()


def test_a_file_that_only_we_cannot_read_opens_the_question() -> None:
    found = store(**{"src/bad.rs": "broken template", "src/web.rs": "ROUTE"}).collected(unread.ROUTE)
    assert [(gap.path, gap.line) for gap in found.openings] == [("src/bad.rs", 2)]


def test_a_test_file_serves_nothing() -> None:
    found = store(**{"tests/web.rs": "ROUTE"}).collected(unread.ROUTE)
    assert found.rows == ()
