"""Changelogs, what they name, and whether later tags have left them behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.facts.history.changelog import CHANGELOG, Changelog
from readiness.facts.store import Store
from readiness.tree.history import Recorded, Tag
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from readiness.tree.history import Gone


def changelogs(text: str, *tags: str, shallow: bool = False) -> tuple[Changelog, ...]:
    history = Recorded(tags=tuple(Tag(name, annotated=True, seconds=0) for name in tags), shallow=shallow)
    found = Store(MemoryTree({"CHANGELOG.md": text}, history=history)).collected(CHANGELOG)
    assert found.openings == ()
    return found.rows


def test_a_changelog_counts_headings_with_a_version_or_a_date() -> None:
    (row,) = changelogs(
        "# Changelog\n## Unreleased\na\n## v1.12.0 - 2024-05-01\nb\n## 1.9\nc\n## 2023-01-02\nd\n"
    )
    assert (row.releases, row.newest, row.line, row.behind) == (3, "1.12", 4, False)
    assert row.text == "3 releases, the newest 1.12"


def test_a_changelog_without_a_release_names_none() -> None:
    (row,) = changelogs("# Changelog\n## Unreleased\nFaster.\n", "v1.0.0", "v2.0.0")
    assert (row.releases, row.newest, row.line, row.behind, row.text) == (0, "", 1, False, "0 releases")


def test_another_document_is_no_changelog() -> None:
    found = Store(MemoryTree({"docs/use.md": "# Use\n## 1.2.0\n"})).collected(CHANGELOG)
    assert found.rows == ()


@pytest.mark.parametrize(
    ("behind", "tags"),
    [
        (True, ("v1.3.0", "v1.4.0")),
        (True, ("release-1.2.1", "1.10.0", "v1.2.0")),
        (False, ("v1.3.0", "v1.2.0")),
        (False, ("v1.2.0", "v1.2", "v1.1.9")),
        (False, ("v1.3.0-rc1", "v1.4.0-beta.2")),
        (False, ("web-1.3.0", "@acme/web@1.4.0")),
        (False, ("v2024.1", "v2024.2")),
        (False, ("stable", "v2", "v3")),
    ],
)
def test_two_newer_tags_leave_a_changelog_behind(behind: bool, tags: tuple[str, ...]) -> None:
    (row,) = changelogs("# Changelog\n## 1.2.0\nFaster.\n", *tags)
    assert behind == row.behind


def test_the_text_says_that_a_changelog_was_left_behind() -> None:
    (row,) = changelogs("# Changelog\n## 1.2.0\nFaster.\n", "v1.3.0", "v1.4.0")
    assert row.text == "1 release, the newest 1.2, which later tags have left behind"


def test_without_git_nothing_leaves_a_changelog_behind() -> None:
    (row,) = Store(MemoryTree({"CHANGELOG.md": "# Changelog\n## 1.2.0\n"})).collected(CHANGELOG).rows
    assert row.behind is False


def test_in_a_shallow_clone_nobody_knows() -> None:
    (row,) = changelogs("# Changelog\n## 1.2.0\nFaster.\n", "v1.3.0", "v1.4.0", shallow=True)
    assert row.behind is None


class Broken:
    """A history that git cannot tell."""

    shallow = False
    commits = ()

    @property
    def tags(self) -> Sequence[Tag]:
        raise Unreadable("git cannot list this repository's tags", opens=True)

    def gone(self, wanted: Callable[[str], bool]) -> Sequence[Gone]:
        raise NotImplementedError

    def contents(self, blobs: Iterable[str]) -> Mapping[str, bytes]:
        raise NotImplementedError


def test_of_a_history_that_cannot_be_read_nobody_knows() -> None:
    tree = MemoryTree({"CHANGELOG.md": "# Changelog\n## 1.2.0\n"}, history=Broken())
    (row,) = Store(tree).collected(CHANGELOG).rows
    assert row.behind is None
