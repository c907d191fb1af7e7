"""The one door to RE2: patterns, sets of patterns, globs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.globs import glob
from readiness.matching import Hit, Lines, Pattern, PatternError, PatternSet


def test_a_pattern_is_found_anywhere_and_covers_only_the_whole() -> None:
    pattern = Pattern("b+")
    assert (pattern.found("abbc"), pattern.covers("abbc"), pattern.covers("bbb")) == (True, False, True)


def test_case_counts_unless_it_is_switched_off() -> None:
    assert (Pattern("a").found("A"), Pattern("(?i)a").found("A")) == (False, True)


def test_groups_are_texts_and_an_unmatched_one_is_empty() -> None:
    assert Pattern("(a)b(c)?").groups("xabx") == ("ab", "a", "")
    assert Pattern("q").groups("x") is None


def test_every_occurrence_has_its_offset() -> None:
    assert list(Pattern("a+").each("a aa")) == [(0, "a"), (2, "aa")]


def test_offsets_count_characters_not_bytes() -> None:
    assert list(Pattern("x").each("äöx")) == [(2, "x")]


@pytest.mark.parametrize("source", ["(", "a(?=b)", r"(a)\1", "[", "*", "a{1001}"])
def test_what_is_no_re2_syntax_is_refused(source: str) -> None:
    with pytest.raises(PatternError):
        Pattern(source)
    with pytest.raises(PatternError):
        PatternSet({"bad": source})


def test_a_set_gives_the_names_of_what_occurs_in_their_order() -> None:
    patterns = PatternSet({"z": "b", "a": "a", "no": "q"})
    assert patterns.names("ab") == ("z", "a")
    assert patterns.names(b"ab") == ("z", "a")


def test_hits_come_by_place_with_their_lines() -> None:
    patterns = PatternSet({"late": "c", "early": "a|b"})
    assert (Hit("early", 1, "a"), Hit("late", 2, "c"), Hit("early", 4, "b")) == patterns.hits("a\nc\n\nb")


def test_hits_at_one_place_come_in_the_order_of_the_patterns() -> None:
    patterns = PatternSet({"second": "ab", "first": "a"})
    assert [hit.name for hit in patterns.hits("ab")] == ["second", "first"]


def test_no_hits_are_nothing() -> None:
    assert PatternSet({"a": "a"}).hits("b") == ()


def test_a_set_without_patterns_finds_nothing() -> None:
    assert PatternSet({}).names("a") == ()


def test_a_pattern_that_would_hang_a_backtracking_engine_answers_at_once() -> None:
    assert not Pattern("^(a+)+$").covers("a" * 50_000 + "!")


@pytest.mark.parametrize(
    ("pattern", "covered", "not_covered"),
    [
        ("a.txt", "a.txt", "axtxt"),
        ("*.txt", "a.txt", "b/a.txt"),
        ("?.txt", "a.txt", "/.txt"),
        ("**/a", "a", "xa"),
        ("**/a", "x/y/a", "a/x"),
        ("a**/b", "ax/y/b", "ab"),
        ("a/**", "a/b/c", "a"),
        ("**", "a/b\nc", ""),
        ("a/**/b", "a/b", "ab"),
        ("{a,b}.yml", "b.yml", "c.yml"),
        ("x{,y}", "x", "xz"),
        ("[ab]c", "bc", "cc"),
        ("[!a]c", "bc", "ac"),
        ("[a-c]", "b", "d"),
        ("[]]", "]", "a"),
        ("a+(b)", "a+(b)", "aab"),
        ("a,b}", "a,b}", "a"),
        (r"[\d]", "d", "1"),
        ("ä*", "äö", "a"),
    ],
)
def test_a_glob_covers_whole_paths(pattern: str, covered: str, not_covered: str) -> None:
    made = glob(pattern)
    assert made.covers(covered)
    if not_covered:
        assert not made.covers(not_covered)


@pytest.mark.parametrize("pattern", ["[ab", "{a,b", "[", "a[]"])
def test_an_unclosed_glob_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError, match="is not closed"):
        glob(pattern)


def test_a_class_that_runs_backwards_is_refused() -> None:
    with pytest.raises(PatternError, match="invalid character class range"):
        glob("[z-a]")


WORDS = st.lists(st.sampled_from(["back", "up", "roll", "a", " ", "(", ":", "\n", "é", "x"]), max_size=6)
SOURCES = st.sampled_from(
    [
        r"(?i)\bBACK",
        r"up$",
        r"^roll",
        r"[^x]*up",
        r"\s+up",
        r"a\z",
        r"\Aroll",
        r"back(?:up)?",
        r"é",
        r"x?",
        r".",
    ]
)


@given(st.lists(WORDS.map("".join), max_size=12), SOURCES)
def test_lines_asked_together_answer_as_each_by_itself(texts: list[str], source: str) -> None:
    pattern = Pattern(source)
    expected = {at for at, text in enumerate(texts) if pattern.found(text)}
    assert Lines(texts).holding(pattern) == expected
