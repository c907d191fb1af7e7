"""Environment files, and the secrets in them."""

from __future__ import annotations

import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.facts.secrets.envfiles import FILE, VARIABLE, Assignment, EnvFile, parse
from readiness.facts.store import Store
from readiness.spans import Unparsable
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Limits

REAL = "Zq8xLw3vTn5rBy7k"


def env(text: str, path: str = ".env", *, untracked: bool = False) -> EnvFile:
    tree = MemoryTree({path: text}, untracked=[path] if untracked else [])
    (row,) = Store(tree, tables=()).collected(FILE).rows
    return row


def test_assignments_are_read_in_every_form() -> None:
    text = "# c\nA=1\nexport B = two # why\n\nC='x # y'\nD=\"q\"tail\nE=\nnot one\n1F=x\nG=a#b\nH='open\n"
    assert [(each.name, each.value, each.line) for each in parse(text.encode())] == [
        ("A", "1", 2),
        ("B", "two", 3),
        ("C", "x # y", 5),
        ("D", "q", 6),
        ("E", "", 7),
        ("G", "a#b", 10),
        ("H", "open", 11),
    ]


def test_a_value_in_quotes_goes_on_over_lines() -> None:
    assert parse(b'KEY="one\ntwo=2\nthree"\nB=1\n') == (
        Assignment("KEY", "one\ntwo=2\nthree", 1),
        Assignment("B", "1", 4),
    )


def test_a_quote_that_is_not_closed_ends_before_the_next_assignment() -> None:
    assert [each.name for each in parse(b'A="one\nB=2\nC="x"\n')] == ["A", "B", "C"]
    assert [each.name for each in parse(b'A="one\ntwo\n')] == ["A"]


def test_windows_line_ends_are_no_part_of_a_value() -> None:
    assert parse(b"\xef\xbb\xbfA=1\r\nB='2'\r\n") == (Assignment("A", "1", 1), Assignment("B", "2", 2))


def test_what_git_crypt_encrypted_sets_nothing_that_can_be_read() -> None:
    assert parse(b"\0GITCRYPT\0\1\2") == ()


def test_binary_content_is_no_environment_file() -> None:
    with pytest.raises(Unparsable):
        parse(b"A=\0")


@given(st.binary(max_size=200))
def test_any_bytes_end_in_assignments_or_a_reason(content: bytes) -> None:
    if b"\0" not in content:
        assert len(parse(content)) <= content.count(b"=")


def test_real_and_placeholder_secrets_are_told_apart() -> None:
    row = env(
        f"PORT=80\nAPI_KEY={REAL}\nGITHUB_TOKEN=your_github_token_here\nSECRET_KEY=\nDB_PASSWORD=ENC[x9d8f7a6b5]\n"
    )
    assert row.values == 5
    assert row.secret_keys == {"API_KEY"}
    assert row.placeholder_secrets == {"GITHUB_TOKEN", "SECRET_KEY"}
    assert (row.line, row.text) == (2, "API_KEY=***")


def test_a_file_of_placeholders_shows_the_first_of_them() -> None:
    row = env("A=1\nGEMINI_API_KEY=test_key_for_local_testing\n", ".env.local")
    assert (row.line, row.text) == (2, "GEMINI_API_KEY=*** (a placeholder)")
    assert (row.secret_keys, row.tracked, row.template) == (frozenset(), True, False)


def test_an_empty_file_has_a_row() -> None:
    assert (env("").values, env("").line, env("").text) == (0, 1, "no variable")


def test_a_password_within_an_address_is_a_secret() -> None:
    row = env(f"DATABASE_URL=postgres://app:{REAL}@db.acme.io/x\nREDIS_URL=redis://u:{REAL}@localhost/0\n")
    assert row.secret_keys == {"DATABASE_URL"}
    assert REAL not in repr(row)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (".env", False),
        (".env.production", False),
        (".env.example", True),
        ("sample.env", True),
        ("env.template", True),
        ("config/.env.local.dist", True),
        ("deploy/prod.env", False),
    ],
)
def test_a_template_is_known_by_its_name(path: str, expected: bool) -> None:
    assert env("A=1", path).template is expected


def test_tracked_is_told_by_the_tree() -> None:
    assert env("A=1", untracked=True).tracked is False


def test_variables_that_look_secret_are_never_shown() -> None:
    text = f"API_KEY={REAL}\nDB_PASSWORD=hunter2\nEMPTY_TOKEN=\nHOST=example\nURL=https://a:{REAL}@x.io/\n"
    rows = Store(MemoryTree({".env": text}), tables=()).collected(VARIABLE).rows
    assert [(row.name, row.value, row.secret, row.placeholder) for row in rows] == [
        ("API_KEY", "***", True, False),
        ("DB_PASSWORD", "***", True, True),
        ("EMPTY_TOKEN", "", True, True),
        ("HOST", "example", False, False),
        ("URL", "***", True, False),
    ]
    assert REAL not in repr(rows)
    assert "hunter2" not in repr(rows)


def test_code_and_ciphertext_are_no_environment_files() -> None:
    files = {
        ".env.ts": "",
        "env.py": "",
        ".env.gpg": "",
        ".env.md": "",
        "env.rb": "",
        "a/env.local": "A=1",
        "env.b.c": "",
    }
    assert Store(MemoryTree(files), tables=()).collected(FILE).looked == ("a/env.local",)


def test_a_binary_file_is_a_problem_and_a_large_one_opens_the_question() -> None:
    found = Store(MemoryTree({".env": b"\0\1", "x/.env": b"A=1" * 9}, limits=Limits(file_bytes=8)), tables=())
    assert [problem.path for problem in found.collected(FILE).problems] == [".env", "x/.env"]
    assert [gap.path for gap in found.collected(VARIABLE).openings] == ["x/.env"]


@pytest.mark.parametrize("path", ["patches/.env.patch", ".env.diff"])
def test_a_change_of_an_environment_file_is_none(path: str) -> None:
    assert Store(MemoryTree({path: "+A=b\n A=c\n"})).collected(FILE).rows == ()


@pytest.mark.parametrize("noun", [FILE, VARIABLE])
def test_every_field_says_what_it_means(noun: typing.Any) -> None:
    hints = typing.get_type_hints(noun.row, include_extras=True)
    assert all(typing.get_origin(hint) is typing.Annotated for hint in hints.values())
