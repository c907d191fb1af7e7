"""The nouns of history: commits, tags, the history as a whole, and files that went.

Nobody is named: an author is a number. Rows of commits and tags have no path; their line is
their place in the order, from 1.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

from readiness.facts.history.days import day_of, days_before
from readiness.facts.history.gone import Kind, held_in, kind_of
from readiness.facts.history.people import bot, numbered
from readiness.facts.history.subjects import is_conventional, is_revert, names_request, version
from readiness.facts.model import Collected, Glob, Noun, Opening, Row
from readiness.facts.secrets.values import redacted
from readiness.tree.history import MOST_COMMITS, MOST_TAGS
from readiness.tree.model import Unreadable
from readiness.tree.roles import role

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    from readiness.facts.model import Facts
    from readiness.tree.history import Commit, Gone, History, Tag

    R = TypeVar("R", bound=Row)

COMMITS_SHOWN = 1_000
"""How many commits are rows, the newest first."""

NO_HISTORY = "this is not in git: there is no history"
CUT_OFF = "the history is cut off here: fetch it with `git fetch --unshallow`"
BROKEN_OFF = "the history of a folder leaves out what led from one commit to the next"
MORE_TAGS = f"there are more than {MOST_TAGS} tags; the rest was not looked at"

_NAMELESS = Glob("")
_WIDTH = 100
_SHORT = 12
_NAMED = 5
_YEAR = 365


class CommitRow(Row, frozen=True, kw_only=True):
    """One of the newest commits behind the subject, merges among them."""

    hash: Annotated[str, "the first twelve digits of its id"] = ""
    author: Annotated[int, "who wrote it: a number from 1 by first appearance, 0 for a bot"] = 0
    bot: Annotated[str, "the bot that wrote it (dependabot, renovate, … or other), empty for a person"] = ""
    days: Annotated[int | None, "days before the as-of date on which it was committed"] = None
    merge: Annotated[bool, "it joins two lines of work"] = False
    request: Annotated[bool, "its first line names the pull or merge request that it came by"] = False
    conventional: Annotated[bool, "its first line follows Conventional Commits"] = False
    revert: Annotated[bool, "it takes another commit back"] = False


class ChangeRow(Row, frozen=True, kw_only=True):
    """A step of the main line: one of the newest commits that follow each other by their first parents.

    What a merge brought in is no row; the merge is.
    """

    hash: Annotated[str, "the first twelve digits of its commit's id"] = ""
    bot: Annotated[str, "the bot that wrote it, empty for a person"] = ""
    days: Annotated[int | None, "days before the as-of date on which it was committed"] = None
    request: Annotated[bool, "its first line names the pull or merge request that it came by"] = False


class TagRow(Row, frozen=True, kw_only=True):
    """A tag on the subject's commit or on one behind it."""

    name: Annotated[Glob, "its name"] = _NAMELESS
    version: Annotated[
        bool, "it looks like a version: at least two numbers, a part's name may come first"
    ] = False
    prerelease: Annotated[bool, "that version is an alpha, a release candidate or the like"] = False
    annotated: Annotated[bool, "it is an object of its own, with author and message"] = False
    days: Annotated[int | None, "days before the as-of date on which it was made, else its commit"] = None


class HistoryRow(Row, frozen=True, kw_only=True):
    """The history as a whole; at most one."""

    commits: Annotated[int | None, f"commits behind the subject, counted up to {MOST_COMMITS}"] = None
    complete: Annotated[bool, "every commit behind the subject was counted"] = False
    shallow: Annotated[bool, "the clone's history is cut off"] = False
    authors: Annotated[int | None, "people who wrote those commits; bots do not count"] = None
    active: Annotated[int | None, "people who wrote one in the last 365 days"] = None
    regulars: Annotated[int | None, "people who wrote a tenth or more of those of the last 365 days"] = None
    days_since_last: Annotated[int | None, "days from the last commit to the as-of date"] = None
    versions: Annotated[int | None, "tags that look like versions, pre-releases not counted"] = None
    days_since_release: Annotated[int | None, "days since the newest of them; unknown without one"] = None
    days_between_releases: Annotated[
        int | None, "the median of the days between them; unknown with fewer than two days of release"
    ] = None


class GoneRow(Row, frozen=True, kw_only=True):
    """A file that looks like holding secrets and went, but stays in the history."""

    kind: Annotated[Kind, "what it may have held, by its name"] = "env"
    held: Annotated[bool | None, "a real secret was in it, in plain text, when it went"] = None
    days: Annotated[int | None, "days before the as-of date on which it went"] = None


class SearchRow(Row, frozen=True, kw_only=True):
    """The history, searched for files of the product that held secrets and went; at most one."""

    files: Annotated[int, "files that went and look by their name like holding secrets"] = 0
    held: Annotated[int, "those in which a real secret was"] = 0
    unsure: Annotated[int, "those of which it cannot be told"] = 0


def _told(facts: Facts, rows: Callable[[Facts, History], Collected[R]]) -> Collected[R]:
    """The rows that a whole history gives; an opening where there is none, or only a part."""
    history = facts.tree.history
    if history is None:
        return Collected(openings=(Opening(".", 1, NO_HISTORY),))
    try:
        if history.shallow:
            return Collected(openings=(Opening(".", 1, CUT_OFF),))
        return rows(facts, history)
    except Unreadable as error:
        return Collected(openings=(Opening(".", 1, error.reason),))


def collect_commits(facts: Facts, scope: tuple[str, ...]) -> Collected[CommitRow]:  # noqa: ARG001
    """The newest commits behind the subject, newest first."""
    return _told(facts, _commits)


def _commits(facts: Facts, history: History) -> Collected[CommitRow]:
    shown = history.commits[:COMMITS_SHOWN]
    as_of = facts.as_of
    authors = numbered(shown)
    return Collected(
        tuple(
            CommitRow(
                line=line,
                text=_text(commit),
                hash=commit.id[:_SHORT],
                author=author,
                bot="" if author else bot(commit.name, commit.mail),
                days=days_before(as_of, commit.seconds),
                merge=commit.parents > 1,
                request=names_request(commit.subject),
                conventional=is_conventional(commit.subject),
                revert=is_revert(commit.subject),
            )
            for line, (commit, author) in enumerate(zip(shown, authors, strict=True), 1)
        )
    )


def collect_changes(facts: Facts, scope: tuple[str, ...]) -> Collected[ChangeRow]:  # noqa: ARG001
    """The newest steps of the main line, newest first."""
    return _told(facts, _changes)


def _changes(facts: Facts, history: History) -> Collected[ChangeRow]:
    line_of = _mainline(history.commits)
    if line_of is None:
        return Collected(openings=(Opening(".", 1, BROKEN_OFF),))
    shown = [commit for commit in history.commits[:COMMITS_SHOWN] if commit.id in line_of]
    as_of = facts.as_of
    return Collected(
        tuple(
            ChangeRow(
                line=line,
                text=_text(commit),
                hash=commit.id[:_SHORT],
                bot="" if author else bot(commit.name, commit.mail),
                days=days_before(as_of, commit.seconds),
                request=names_request(commit.subject),
            )
            for line, (commit, author) in enumerate(zip(shown, numbered(shown), strict=True), 1)
        )
    )


def _mainline(commits: Sequence[Commit]) -> frozenset[str] | None:
    """The commits that come one after the other by their first parents, from the newest.

    None where that line breaks off before it should: the history of a folder leaves commits out.
    """
    by_id = {commit.id: commit for commit in commits}
    found: set[str] = set()
    at = commits[0] if commits else None
    while at is not None:
        found.add(at.id)
        after = by_id.get(at.first)
        if after is None and at.parents and len(commits) < MOST_COMMITS:
            return None
        at = after if after is None or after.id not in found else None
    return frozenset(found)


def _text(commit: Commit) -> str:
    return redacted(f"commit {commit.id[:_SHORT]}: {commit.subject}", _WIDTH)


def collect_tags(facts: Facts, scope: tuple[str, ...]) -> Collected[TagRow]:  # noqa: ARG001
    """The tags on the subject's commit or behind it, newest first."""
    return _told(facts, _tags)


def _tags(facts: Facts, history: History) -> Collected[TagRow]:
    openings = (Opening(".", 1, MORE_TAGS),) if len(history.tags) >= MOST_TAGS else ()
    newest = sorted(history.tags, key=lambda tag: (-tag.seconds, tag.name))
    rows = tuple(_tag(facts, line, tag) for line, tag in enumerate(newest, 1))
    return Collected(rows, openings=openings)


def _tag(facts: Facts, line: int, tag: Tag) -> TagRow:
    form = version(tag.name)
    day = day_of(tag.seconds)
    return TagRow(
        line=line,
        text=redacted(f"tag {tag.name}" + (f" of {day}" if day else ""), _WIDTH),
        name=Glob(tag.name),
        version=bool(form),
        prerelease=form == "early",
        annotated=tag.annotated,
        days=days_before(facts.as_of, tag.seconds),
    )


def collect_history(facts: Facts, scope: tuple[str, ...]) -> Collected[HistoryRow]:  # noqa: ARG001
    """The history as a whole: one row, none without git or where git cannot tell."""
    found = _told(facts, _whole)
    if [gap.reason for gap in found.openings] != [CUT_OFF]:
        return found
    row = HistoryRow(shallow=True, text="a shallow clone: its history is cut off")
    return Collected((row,), openings=found.openings)


def _whole(facts: Facts, history: History) -> Collected[HistoryRow]:
    commits, as_of = history.commits, facts.as_of
    people = numbered(commits)
    year = [
        person
        for person, commit in zip(people, commits, strict=True)
        if person and (days := days_before(as_of, commit.seconds)) is not None and days <= _YEAR
    ]
    dated = bool(as_of)
    ages = [days for commit in commits if (days := days_before(as_of, commit.seconds)) is not None]
    authors, releases = len(set(people) - {0}), _releases(history)
    row = HistoryRow(
        text=f"{len(commits)} commits by {authors} people, {len(releases)} versions",
        commits=len(commits),
        complete=len(commits) < MOST_COMMITS,
        authors=authors,
        active=len(set(year)) if dated else None,
        regulars=_regulars(year) if dated else None,
        days_since_last=min(ages, default=None),
        versions=len(releases),
        days_since_release=min(
            (age for tag in releases if (age := days_before(as_of, tag.seconds)) is not None), default=None
        ),
        days_between_releases=_between(releases),
    )
    return Collected((row,))


def _releases(history: History) -> list[Tag]:
    return [tag for tag in history.tags if version(tag.name) == "final"]


def _regulars(people: Sequence[int]) -> int:
    """How many wrote a tenth or more of what was written."""
    return sum(10 * people.count(person) >= len(people) for person in set(people))


def _between(releases: Sequence[Tag]) -> int | None:
    days = sorted({day for tag in releases if (day := day_of(tag.seconds)) is not None})
    gaps = sorted((after - before).days for before, after in pairwise(days))
    return gaps[(len(gaps) - 1) // 2] if gaps else None


def collect_gone(facts: Facts, scope: tuple[str, ...]) -> Collected[GoneRow]:  # noqa: ARG001
    """Files that went in one of the newest commits and look like holding secrets, by path.

    One whose content is still somewhere in the subject has only moved, and is no row.
    """
    return _told(facts, _gone)


def _gone(facts: Facts, history: History) -> Collected[GoneRow]:
    there = {entry.blob for entry in facts.tree.entries if entry.blob}
    files = [
        (file, kind)
        for file in history.gone(lambda path: kind_of(path) is not None)
        if facts.entry(file.path) is None and file.blob not in there and (kind := kind_of(file.path))
    ]
    contents = history.contents(file.blob for file, _ in files)
    held = held_in({file.path: (kind, contents[file.blob]) for file, kind in files if file.blob in contents})
    return Collected(tuple(_gone_row(facts, file, kind, held.get(file.path)) for file, kind in files))


def _gone_row(facts: Facts, file: Gone, kind: Kind, held: bool | None) -> GoneRow:
    said = {True: "with a secret in it", False: "with no secret in it that shows", None: "of unknown content"}
    return GoneRow(
        path=Glob(file.path),
        role=role(file.path)[0],
        text=f"{said[held]}, taken out by commit {file.commit[:_SHORT]}, still in the history",
        kind=kind,
        held=held,
        days=days_before(facts.as_of, file.seconds),
    )


def collect_search(facts: Facts, scope: tuple[str, ...]) -> Collected[SearchRow]:  # noqa: ARG001
    """What the search found in files of the product: one row where there is a whole history."""
    found = facts.collected(GONE)
    if found.openings:
        return Collected(openings=found.openings)
    rows = [row for row in found.rows if row.role == "product"]
    held = [row.path for row in rows if row.held is True]
    named = ", ".join(held[:_NAMED])
    row = SearchRow(
        text=_found(len(rows), len(held)) + (f": {named}" if named else ""),
        files=len(rows),
        held=len(held),
        unsure=sum(row.held is None for row in rows),
    )
    return Collected((row,))


def _found(files: int, held: int) -> str:
    if not files:
        return "no file that may have held a secret was taken out"
    what = (
        "1 file that may have held a secret was"
        if files == 1
        else f"{files} files that may have held a secret were"
    )
    return f"{what} taken out, {held} with one in plain text"


COMMIT: Noun[CommitRow] = Noun("commit", CommitRow, "one of the newest commits", collect_commits)
CHANGE: Noun[ChangeRow] = Noun(
    "history.change",
    ChangeRow,
    "a step of the main line: a commit, or a merge with all it brought in",
    collect_changes,
)
TAG: Noun[TagRow] = Noun("tag", TagRow, "a tag on the subject's commit or behind it", collect_tags)
HISTORY: Noun[HistoryRow] = Noun("history", HistoryRow, "the history as a whole", collect_history)
GONE: Noun[GoneRow] = Noun(
    "history.file", GoneRow, "a file that may have held secrets and went", collect_gone, grade="pattern"
)
SEARCH: Noun[SearchRow] = Noun(
    "history.search", SearchRow, "the history, searched for such files", collect_search, grade="pattern"
)
