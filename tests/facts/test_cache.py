"""What is kept between scans: by parser and bytes, in a folder that may be of any state."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from readiness.facts.cache import Cache, Refused, cache_folder, digest
from readiness.records import Struct

if TYPE_CHECKING:
    import pytest


class Word(Struct, frozen=True):
    text: str
    marks: frozenset[str] = frozenset()
    lines: tuple[int, ...] = ()


WORD = Word("a", frozenset(("x", "y")), (1, 2))


def test_what_is_kept_comes_back_in_another_scan(tmp_path: Path) -> None:
    first = Cache(tmp_path)
    first.put("words", digest(b"a"), WORD)
    first.close()
    assert Cache(tmp_path).get("words", digest(b"a"), Word) == WORD


def test_a_refusal_is_kept_too(tmp_path: Path) -> None:
    first = Cache(tmp_path)
    first.put("words", digest(b"a"), Refused(3, "no words", opens=True))
    first.close()
    assert Refused(3, "no words", opens=True) == Cache(tmp_path).get("words", digest(b"a"), Word)


def test_other_bytes_and_another_parser_are_not_known(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    kept.put("words", digest(b"a"), WORD)
    kept.flush()
    assert kept.get("words", digest(b"b"), Word) is None
    assert kept.get("lines", digest(b"a"), Word) is None


def test_many_results_are_written_on_the_way(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    for number in range(2_001):
        kept.put("words", digest(b"%d" % number), WORD)
    assert Cache(tmp_path).get("words", digest(b"7"), Word) == WORD


def test_another_shape_is_no_answer(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    kept.put("words", digest(b"a"), WORD)
    kept.flush()
    assert kept.get("words", digest(b"a"), tuple[int, ...]) is None


def test_a_file_that_is_no_cache_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "facts.sqlite").write_bytes(b"not a database, and longer than a header" * 100)
    kept = Cache(tmp_path)
    kept.put("words", digest(b"a"), WORD)
    kept.close()
    assert Cache(tmp_path).get("words", digest(b"a"), Word) == WORD


def test_a_file_that_has_grown_too_large_is_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Cache(tmp_path)
    kept.put("words", digest(b"a"), WORD)
    kept.close()
    monkeypatch.setattr("readiness.facts.cache._LARGEST", 10)
    assert Cache(tmp_path).get("words", digest(b"a"), Word) is None


def test_a_folder_that_cannot_be_made_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = Cache(tmp_path / "file" / "below")
    kept.put("words", digest(b"a"), WORD)
    kept.close()
    assert kept.get("words", digest(b"a"), Word) is None


def test_a_table_of_other_columns_is_no_cache(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "facts.sqlite") as file:
        file.execute("create table fact (other text)")
    file.close()
    kept = Cache(tmp_path)
    kept.put("words", digest(b"a"), WORD)
    kept.close()
    assert kept.get("words", digest(b"a"), Word) is None


def test_the_folder_is_the_users_or_the_one_that_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READINESS_CACHE_DIR", "/somewhere")
    assert Path("/somewhere") == cache_folder()
    monkeypatch.delenv("READINESS_CACHE_DIR")
    assert cache_folder().name == "readiness"
