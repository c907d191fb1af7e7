"""What a filter of branches is asked, and what it answers."""

from __future__ import annotations

import pytest

from readiness.facts.ci.branches import TOPIC, example, folder, pushes, regular, wildcard


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("^release-\\d+\\.\\d+$", "release-1.1"),
        ("release/.*", "release/x"),
        ("(hot|bug)fix-[0-9]{2,3}", "hotfix-00"),
        ("v(?:[a-z]+|x)?", "va"),
        ("[^/]+", "x"),
        ("[\\w-]+", "a"),
        ("feature\\/a|b", "feature/a"),
        ("a(b(c|d)|e)f", "abcf"),
    ],
)
def test_a_name_that_fits_a_pattern_is_found(pattern: str, name: str) -> None:
    assert example(pattern) == name or regular(pattern, example(pattern), whole=False)
    assert example(pattern) != pattern


@pytest.mark.parametrize("pattern", ["(?!main).*", "a{3}b{2}$", "x" * 500, "[", "(" * 50, "", "a\\"])
def test_where_none_is_found_the_pattern_stands_for_its_branches(pattern: str) -> None:
    assert example(pattern) in {pattern, "ab", "aaabb"}


def test_pushes_are_to_the_main_branch_to_a_topic_and_to_those_that_are_named() -> None:
    found = pushes("", ["develop", "main", "", "develop"])
    assert [push.branch for push in found] == ["main", "master", "trunk", TOPIC, "develop"]
    assert [push.branch for push in pushes("dev", ["main"])] == ["dev", TOPIC, "main"]


@pytest.mark.parametrize(
    ("pattern", "name", "across", "fits"),
    [
        ("main", "main", True, True),
        ("main", "maine", True, False),
        ("feature/*", "feature/a/b", True, True),
        ("feature/*", "feature/a/b", False, False),
        ("feature/**", "feature/a/b", False, True),
        ("v?.x+", "v1.x+", True, True),
        ("v?.x+", "v1.xx", True, False),
    ],
)
def test_a_wildcard_fits_the_whole_name(pattern: str, name: str, across: bool, fits: bool) -> None:
    assert wildcard(pattern, name, across=across) is fits


def test_a_pattern_that_is_none_tells_nothing() -> None:
    assert regular("(", "main", whole=True) is None
    assert regular("ma", "main", whole=True) is False
    assert regular("ma", "main", whole=False) is True


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("", ""),
        ("./api/", "api"),
        ("~/project/api", "api"),
        ("~/project", ""),
        ("~/other", "?"),
        ("/abs", "?"),
        ("../up", "?"),
        ("$X/api", "?"),
        ("a\\\\b", "a/b"),
    ],
)
def test_a_folder_is_seen_from_the_root(written: str, seen: str) -> None:
    assert folder(written, ("~/project",)) == seen
