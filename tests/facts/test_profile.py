"""What a repository is assessed as: chosen from its kinds, or given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.assess import Options, assess
from readiness.cli.options import book
from readiness.facts.repository.noun import REPOSITORY, Repository
from readiness.facts.repository.profile import PROFILES, kinds_as, profile_of
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from readiness.facts.repository.servers import Kind

SERVICE = {"app.py": "from fastapi import FastAPI\nimport uvicorn\napp = FastAPI()\nuvicorn.run(app)\n"}
LIBRARY = {
    "pyproject.toml": "[build-system]\nrequires = ['hatchling']\n[project]\nname = 'a'\nversion = '1'\n",
    "a/__init__.py": "",
}


def repository(files: dict[str, str], profile: str = "") -> Repository:
    (row,) = Store(MemoryTree(files), profile=profile).collected(REPOSITORY).rows
    return row


@pytest.mark.parametrize(
    ("kinds", "profile"),
    [
        ({"service", "library"}, "service"),
        ({"worker"}, "service"),
        ({"web-frontend", "library"}, "frontend"),
        ({"infrastructure"}, "infrastructure"),
        ({"cli", "library"}, "cli"),
        ({"library"}, "library"),
        ({"documentation"}, "documentation"),
        (set(), "service"),
    ],
)
def test_the_profile_is_that_of_the_most_that_it_is(kinds: set[Kind], profile: str) -> None:
    assert profile == profile_of(frozenset(kinds))


def test_the_profile_that_would_be_chosen_changes_nothing() -> None:
    assert repository(SERVICE) == repository(SERVICE, "service")
    assert repository(LIBRARY) == repository(LIBRARY, "library")


def test_a_service_as_a_library_is_deployed_nowhere() -> None:
    row = repository(SERVICE, "library")
    assert (row.kind, row.deployable, row.http, row.database) == (frozenset({"library"}), False, False, False)


def test_a_library_as_a_service_is_deployed() -> None:
    row = repository(LIBRARY, "service")
    assert (row.kind, row.deployable, row.http) == (frozenset({"service"}), True, False)
    assert repository(LIBRARY, "frontend").http


@pytest.mark.parametrize("profile", PROFILES)
def test_of_several_kinds_those_of_the_profile_are_left(profile: str) -> None:
    every: frozenset[Kind] = frozenset(
        ("service", "worker", "web-frontend", "library", "cli", "infrastructure")
    )
    left = kinds_as(profile, every)  # type: ignore[arg-type]
    assert left <= every | {"documentation"}
    assert left


def test_the_document_says_why_a_profile_was_chosen() -> None:
    chosen = assess(MemoryTree(SERVICE), book()).assessment
    assert (chosen.profile, chosen.profile_because) == ("service", "app.py:3 FastAPI(…)")
    given = assess(MemoryTree(SERVICE), book(), Options(profile="library")).assessment
    assert (given.profile, given.profile_because) == ("library", "as asked")
