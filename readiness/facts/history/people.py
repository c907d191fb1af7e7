"""Who wrote commits: people as numbers, and the bots among them. No name and no mail leaves this module."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from readiness.facts.words import name_words, word_set

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.tree.history import Commit

UPDATERS = ("dependabot", "renovate", "pyup", "snyk", "greenkeeper", "depfu", "scala-steward")
"""Bots that bring new versions of dependencies."""

_BOT_WORDS = word_set("bot robot bots")
_SERVICES = frozenset(
    (
        *("allcontributors", "circleci", "copybara", "crowdin", "github actions", "github-actions"),
        *("gitlab ci", "gitlab-ci", "imgbot", "jenkins", "mergify", "pre-commit-ci", "prettier"),
        *("semantic-release", "transifex", "travis ci", "weblate", "hosted weblate"),
    )
)


@lru_cache(maxsize=4096)
def bot(name: str, mail: str) -> str:
    """Which bot an author is: one of ``UPDATERS``, else ``other``; empty for a person.

    By the name and by the part of the mail before the ``@``: forges write ``[bot]`` into
    both; a bot of one's own mostly calls itself one.
    """
    local = mail.partition("@")[0].rpartition("+")[2]
    words = {*name_words(name[:200]), *name_words(local[:200])}
    lowered = name.strip().lower()
    for updater in UPDATERS:
        if lowered.startswith(updater) or ("bot" in words and updater in words):
            return updater
    return "other" if _BOT_WORDS & words or lowered in _SERVICES else ""


def numbered(commits: Iterable[Commit]) -> tuple[int, ...]:
    """The author of each commit as a number from 1, by first appearance; 0 for a bot.

    Two authors with the same mail, or with the same name, are one person.
    """
    known: dict[str, int] = {}
    same: list[int] = []
    keys = [_keys(commit) for commit in commits]
    for each in keys:
        groups = {_first(same, known[key]) for key in each if key in known}
        group = min(groups, default=len(same))
        if group == len(same):
            same.append(group)
        for other in groups:
            same[other] = group
        known.update(dict.fromkeys(each, group))
    numbers: dict[int, int] = {}
    return tuple(
        numbers.setdefault(_first(same, known[each[0]]), len(numbers) + 1) if each else 0 for each in keys
    )


def _keys(commit: Commit) -> tuple[str, ...]:
    if bot(commit.name, commit.mail):
        return ()
    # Nobody is told apart by an empty name.
    name, mail = commit.name.strip().lower(), commit.mail.strip().lower()
    keys = tuple(key for key in (f"mail:{mail}", f"name:{name}") if not key.endswith(":"))
    return keys or ("nobody",)


def _first(same: list[int], group: int) -> int:
    """The group that ``group`` was found to be the same as. Shortens the way there for the next who asks."""
    while same[group] != group:
        same[group] = same[same[group]]
        group = same[group]
    return group
