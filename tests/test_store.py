"""Facts computed on first use and kept."""

from __future__ import annotations

import pytest
from toys import Thing, noun, thing

from readiness.facts.model import Collected, Facts, Noun, Opening, Parser, PatternTable
from readiness.facts.store import Store
from readiness.spans import Problem, Unparsable
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Limits

WORDS = PatternTable("words", "language", (("todo", "TODO"), ("fixme", "FIXME")))
OTHER = PatternTable("other", "language", (("x", "x"),))


def store(files: dict[str, str | bytes], *tables: PatternTable, limits: Limits | None = None) -> Store:
    return Store(MemoryTree(files, limits=limits), tables=tables)


def test_a_noun_is_collected_once_and_its_rows_are_sorted() -> None:
    calls = []

    def collect(facts: Facts, scope: tuple[str, ...]) -> Collected[Thing]:
        calls.append(scope)
        gap, trouble = Opening("b", 1, "why"), Problem("a", 1, "what")
        rows = (thing(path="b"), thing(path="a", line=2), thing(path="a", text="z"), thing(path="a"))
        return Collected(rows, (trouble, trouble), (gap, gap), ("b", "a", "b"))

    kind = Noun("thing", Thing, "a thing", collect)
    facts = store({})
    first = facts.collected(kind)
    assert [(row.path, row.line, row.text) for row in first.rows] == [
        ("a", 1, ""),
        ("a", 1, "z"),
        ("a", 2, ""),
        ("b", 1, ""),
    ]
    assert (len(first.problems), len(first.openings), first.looked) == (1, 1, ("a", "b"))
    assert facts.collected(kind) is first
    facts.collected(kind, ("*.yml",))
    assert calls == [(), ("*.yml",)]


def test_paths_are_those_that_a_glob_covers() -> None:
    facts = store({"b/x.py": "", "a.py": "", "c.md": ""})
    assert [entry.path for entry in facts.paths("*.py", "b/*")] == ["a.py", "b/x.py"]
    assert facts.paths("*.py", "b/*") is facts.paths("*.py", "b/*")


def test_an_entry_is_found_by_its_path() -> None:
    entry = store({"a.py": "x"}).entry("a.py")
    assert entry is not None
    assert entry.size == 1
    assert store({}).entry("a.py") is None


def refuse(data: bytes) -> str:
    raise Unparsable(7, "not so", opens=data == b"open")


def test_a_file_is_parsed_once() -> None:
    calls = []

    def upper(data: bytes) -> bytes:
        calls.append(data)
        return data.upper()

    parser = Parser("upper", 1, upper)
    facts = store({"a": "x"})
    assert facts.parsed(parser, "a").value == b"X"
    assert facts.parsed(parser, "a") is facts.parsed(parser, "a")
    assert calls == [b"x"]


@pytest.mark.parametrize(("content", "opens"), [("shut", False), ("open", True)])
def test_what_does_not_parse_is_a_problem_at_its_line(content: str, opens: bool) -> None:
    facts = store({"a": content})
    parsed = facts.parsed(Parser("refuse", 1, refuse), "a")
    assert (None, Problem("a", 7, "not so"), opens) == (parsed.value, parsed.problem, parsed.opens)
    assert (Problem("a", 7, "not so"),) == facts.problems()


def test_a_file_over_the_limit_leaves_its_questions_open() -> None:
    parsed = store({"a": "12345"}, limits=Limits(file_bytes=4)).parsed(Parser("any", 1, bytes), "a")
    assert (parsed.value, parsed.opens) == (None, True)


def test_a_file_that_is_not_there_cannot_be_parsed() -> None:
    with pytest.raises(KeyError):
        store({}).parsed(Parser("any", 1, bytes), "a")


def test_patterns_are_found_in_the_files_of_their_class() -> None:
    facts = store({"b.py": "x\n# FIXME TODO\n", "a.py": "TODO", "a.md": "TODO"}, WORDS, OTHER)
    assert [(hit.name, hit.entry.path, hit.line, hit.text) for hit in facts.hits(WORDS)] == [
        ("todo", "a.py", 1, "TODO"),
        ("fixme", "b.py", 2, "FIXME"),
        ("todo", "b.py", 2, "TODO"),
    ]
    assert [hit.entry.path for hit in facts.hits(OTHER)] == ["b.py"]


def test_a_table_that_no_catalogue_lists_is_matched_when_asked() -> None:
    facts = store({"a.py": "TODO x"}, WORDS)
    assert len(facts.hits(WORDS)) == 1
    assert len(facts.hits(OTHER)) == 1
    assert len(store({"a.py": "x"}, WORDS).hits(OTHER)) == 1


def test_vendored_files_are_not_searched() -> None:
    facts = store({"node_modules/x/a.js": "TODO", "b.js": "TODO"}, WORDS)
    assert [hit.entry.path for hit in facts.hits(WORDS)] == ["b.js"]


def test_binary_and_oversized_files_are_listed_as_not_looked_at() -> None:
    facts = store({"a.py": b"x\0", "b.py": "123456789"}, WORDS, limits=Limits(file_bytes=8))
    assert tuple(facts.hits(WORDS)) == ()
    assert [problem.path for problem in facts.unread] == ["a.py", "b.py"]
    assert facts.unread[0].message == "binary, not looked at"
    assert {"a.py", "b.py"} <= {problem.path for problem in facts.problems()}


def test_the_problems_of_nouns_are_the_stores() -> None:
    facts = store({})
    facts.collected(
        Noun("thing", Thing, "a thing", lambda facts, scope: Collected(problems=(Problem("p", 2, "bad"),)))
    )
    facts.collected(noun(name="other"))
    assert (Problem("p", 2, "bad"),) == facts.problems()
    assert str(facts.problems()[0]) == "p:2: bad"
    assert facts.tree.entries == ()


def test_a_store_knows_the_tables_of_the_catalogue() -> None:
    from readiness.facts.catalogue import TABLES  # noqa: PLC0415

    facts = Store(MemoryTree({"a.py": "x = 1"}))
    assert tuple(hit for table in TABLES for hit in facts.hits(table) if hit.entry.path != "a.py") == ()


def test_rows_that_are_let_go_of_leave_their_problems_and_are_collected_anew() -> None:
    calls = []

    def collect(facts: Facts, scope: tuple[str, ...]) -> Collected[Thing]:
        calls.append(scope)
        return Collected((thing(path="a"), thing(path="b")), (Problem("a", 1, "what"),))

    kind = Noun("thing", Thing, "a thing", collect)
    facts = store({})
    assert not facts.let_go(kind)
    facts.collected(kind)
    assert not facts.let_go(kind, above=2)
    assert facts.let_go(kind, above=1)
    assert facts.problems() == (Problem("a", 1, "what"),)
    assert len(facts.collected(kind).rows) == 2
    assert calls == [(), ()]
