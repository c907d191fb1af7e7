from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.spans import Problem
from readiness.tree.listing import Excluded, Names, blob_id, told
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Limits, Role, Subject, Unreadable


def test_entries_are_sorted_whatever_the_order_of_the_mapping() -> None:
    one = MemoryTree({"b": "", "a/c": "", "a-b": ""})
    two = MemoryTree({"a-b": "", "a/c": "", "b": ""})
    assert [entry.path for entry in one.entries] == ["a-b", "a/c", "b"]
    assert one.entries == two.entries


def test_text_is_read_as_utf_8_and_bytes_as_they_are() -> None:
    tree = MemoryTree({"a": "é", "b": b"\xff"})
    assert tree.read("a") == b"\xc3\xa9"
    assert tree.read("b") == b"\xff"


def test_a_file_is_tracked_with_gits_id_unless_named_untracked() -> None:
    tree = MemoryTree({"a": "hello\n", "b": ""}, untracked=["b"], executable=["a"])
    a, b = tree.entries
    assert (
        a.tracked,
        a.blob,
        a.executable,
        a.size,
    ) == (True, "ce013625030ba8dba906f756967f9e9ca394464a", True, 6)
    assert (b.tracked, b.blob, b.executable) == (False, "", False)


def test_an_untracked_name_that_is_no_file_is_an_error() -> None:
    with pytest.raises(ValueError, match="'b' is not one of the files"):
        MemoryTree({"a": ""}, untracked=["b"])


@pytest.mark.parametrize("path", ["", "/a", "a/../b", "a//b", "./a", "a\0"])
def test_a_path_that_is_not_relative_and_posix_is_an_error(path: str) -> None:
    with pytest.raises(ValueError, match="is not a relative POSIX path"):
        MemoryTree({path: ""})


def test_a_file_over_the_limit_is_listed_and_not_read() -> None:
    tree = MemoryTree({"a": "12345"}, limits=Limits(file_bytes=4))
    assert [entry.path for entry in tree.entries] == ["a"]
    with pytest.raises(Unreadable, match=r"larger than 4 bytes \(5 bytes\)") as caught:
        tree.read("a")
    assert caught.value.opens


def test_the_first_files_by_path_are_kept_and_the_others_counted() -> None:
    tree = MemoryTree({"c": "", "a": "", "b": ""}, limits=Limits(files=2))
    assert [entry.path for entry in tree.entries] == ["a", "b"]
    assert (Problem("b", 1, "1 files after this one were not looked at: more than 2 files"),) == tree.problems
    with pytest.raises(KeyError):
        tree.read("c")


def test_roles_are_given_by_path_and_by_gitattributes() -> None:
    tree = MemoryTree({"tests/a.py": "", "own.py": "", ".gitattributes": "own.py linguist-generated\n"})
    given_roles = {entry.path: entry.role for entry in tree.entries}
    assert given_roles == {".gitattributes": Role.PRODUCT, "own.py": Role.GENERATED, "tests/a.py": Role.TEST}


def test_gitattributes_over_the_limit_say_nothing() -> None:
    files = {"own.py": "", ".gitattributes": "own.py linguist-generated\n"}
    tree = MemoryTree(files, limits=Limits(file_bytes=4))
    assert {Role.PRODUCT} == {entry.role for entry in tree.entries}


def test_the_subject_is_the_one_given() -> None:
    assert Subject(name="subject") == MemoryTree({}).subject
    assert MemoryTree({}, subject=Subject(name="x")).subject.name == "x"


def test_no_files_at_all_are_a_tree_too() -> None:
    tree = MemoryTree({"a": ""}, limits=Limits(files=0))
    assert tree.entries == ()
    assert tree.problems[0].path == "."


@pytest.mark.parametrize(
    ("glob", "left"),
    [
        ("legacy", ["a.py", "src/legacy.py"]),
        ("legacy/", ["a.py", "src/legacy.py"]),
        ("./src", ["a.py", "legacy/b.py"]),
        ("src/*", ["a.py", "legacy/b.py"]),
        ("*.py", []),
        ("src/**", ["a.py", "legacy/b.py"]),
        ("", ["a.py", "legacy/b.py", "src/legacy.py"]),
    ],
)
def test_a_glob_or_a_bare_name_excludes(glob: str, left: list[str]) -> None:
    excluded = Excluded([glob])
    assert left == [path for path in ("a.py", "legacy/b.py", "src/legacy.py") if path not in excluded]


def test_beyond_a_hundred_problems_the_rest_is_a_number() -> None:
    shown = told(Problem(f"{number:03}", 1, "x") for number in range(103))
    assert len(shown) == 101
    assert Problem(".", 1, "3 more paths were passed over like these") == shown[-1]


def test_ids_of_a_sha256_repository_are_known() -> None:
    assert len(blob_id(b"", "sha256")) == 64


def test_names_that_are_no_utf_8_are_written_with_backslashes() -> None:
    names = Names([b"caf\xe9", b"a"])
    assert names.text(b"caf\xe9") == r"caf\xe9"
    assert names.raw(r"caf\xe9") == b"caf\xe9"


def test_two_paths_never_share_a_name() -> None:
    names = Names([b"caf\xe9", b"caf\\xe9"])
    assert names.text(b"caf\\xe9") == r"caf\xe9"
    assert names.text(b"caf\xe9") == "caf\\xe9\\"


@given(st.sets(st.binary(min_size=1, max_size=4)))
def test_every_path_has_a_text_of_its_own_in_valid_utf_8(paths: set[bytes]) -> None:
    names = Names(paths)
    texts = [names.text(path) for path in paths]
    assert len(paths) == len(set(texts))
    assert paths == {names.raw(text) for text in texts if text.encode("utf-8")}
