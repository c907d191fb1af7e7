"""Finding files by glob: the short cuts answer as the engine does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from readiness.facts.paths import PathIndex
from readiness.globs import glob
from readiness.matching import Pattern, PatternError
from readiness.tree.memory import MemoryTree

NAMES = st.sampled_from(["a", "b", "a.yml", "b.yaml", "x.yml", "a.yml.bak", ".env", "Dockerfile"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
PIECES = st.sampled_from(
    ["a", "b", ".yml", "**/", "*", "?", "/", "{a,b}", "{yml,yaml}", ".", "[ab]", "/**", "*.yml", "Dockerfile"]
)
GLOBS = st.lists(PIECES, min_size=1, max_size=5).map("".join)


@given(GLOBS, PATHS)
def test_a_plain_glob_covers_what_its_pattern_matches(pattern: str, path: str) -> None:
    try:
        found = glob(pattern)
    except PatternError:
        return
    assert Pattern(found.source).covers(path) is found.covers(path)


@given(st.lists(GLOBS, min_size=1, max_size=3), st.sets(PATHS, max_size=6))
def test_the_index_finds_every_file_that_a_glob_covers(patterns: list[str], paths: set[str]) -> None:
    entries = MemoryTree(dict.fromkeys(paths, "") | {"k/a.yml": "", "a.yml": ""}).entries
    try:
        globs = [glob(pattern) for pattern in patterns]
    except PatternError:
        return
    expected = tuple(entry for entry in entries if any(each.covers(entry.path) for each in globs))
    assert expected == PathIndex(entries).covered(patterns)
