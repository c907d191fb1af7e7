"""Who owns what, as CODEOWNERS files say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.facts.documents.owners import OWNER, Owner, is_real, parse_owners
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree


def owners(files: dict[str, str]) -> tuple[Owner, ...]:
    return Store(MemoryTree(files), tables=()).collected(OWNER).rows


def test_a_line_gives_paths_to_owners() -> None:
    (row,) = owners({"CODEOWNERS": "# who\n\n*.py @anna @acme/core # both\n"})
    assert (row.pattern, row.line) == ("*.py", 3)
    assert row.owners == {"@anna", "@acme/core"}
    assert row.text == "*.py @anna @acme/core"


def test_an_owner_may_be_an_address() -> None:
    (row,) = owners({".github/CODEOWNERS": "* anna@acme.io\n"})
    assert row.owners == {"anna@acme.io"}
    assert row.real


def test_a_section_of_gitlab_names_default_owners() -> None:
    (row,) = owners({".gitlab/CODEOWNERS": "^[Data base][2] @acme/data\n"})
    assert row.pattern == "^[Data base][2]"
    assert row.owners == {"@acme/data"}


def test_a_blank_in_a_path_is_escaped() -> None:
    (row,) = owners({"docs/CODEOWNERS": "my\\ docs/ @anna\n"})
    assert row.pattern == "my\\ docs/"


def test_a_line_without_an_owner_takes_owners_away() -> None:
    (row,) = owners({"CODEOWNERS": "/vendor/\n"})
    assert (frozenset(), False) == (row.owners, row.real)


def test_a_file_where_no_forge_looks_says_nothing() -> None:
    assert owners({"src/CODEOWNERS": "* @anna\n"}) == ()


@pytest.mark.parametrize(
    "name", ["@your-org/team", "@username", "@org/team", "@{team}", "@<name>", "x@example.com", "@"]
)
def test_a_stand_in_is_no_owner(name: str) -> None:
    assert not is_real(name)


@pytest.mark.parametrize("name", ["@anna", "@acme/team", "@my-org-2/team", "anna@acme.io"])
def test_a_name_is_an_owner(name: str) -> None:
    assert is_real(name)


@given(st.binary(max_size=200))
def test_any_bytes_end_in_lines(data: bytes) -> None:
    assert all(line.number >= 1 and line.pattern for line in parse_owners(data))
