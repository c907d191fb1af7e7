"""What came before: read from git, whatever the repository is set to; and what is made of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from test_git_hostile import TRAPS, Trap
from tree_repos import Repo, folder

from readiness.assess import Options, assess
from readiness.facts.history.days import day_of, days_before
from readiness.facts.history.gone import kind_of
from readiness.facts.history.nouns import (
    BROKEN_OFF,
    CHANGE,
    COMMIT,
    CUT_OFF,
    GONE,
    HISTORY,
    MORE_TAGS,
    NO_HISTORY,
    SEARCH,
    TAG,
)
from readiness.facts.history.people import bot, numbered
from readiness.facts.history.subjects import is_conventional, is_revert, names_request, version
from readiness.facts.store import Store
from readiness.records import replace
from readiness.rulebook.load import Rulebook
from readiness.tree import history as of_git
from readiness.tree import open_tree
from readiness.tree.git import Git
from readiness.tree.history import Commit, GitHistory, Gone, Recorded, Tag
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Subject, Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from readiness.facts.model import Noun
    from readiness.tree.model import Tree

DAY = 86_400
NOON = 1_709_294_400
"""2024-03-01 at noon, UTC."""

KEY = "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEA7bq0Zr1mYx2KfV9tQ8sWcJ4nL6hD3gT5" + "\n"
TOKEN = "API_TOKEN=9fK2mQ7xLp4Rt8Wz3Vb6Nc1Hd5Jg0Sy\n"


def commit(**fields: Any) -> Commit:
    base = Commit("a" * 40, 1, NOON, "ada@example.org", "Ada", "change")
    return replace(base, **fields)


def facts_of(
    *commits: Commit,
    files: Mapping[str, str | bytes] | None = None,
    as_of: str = "2024-03-11",
    **recorded: Any,
) -> Store:
    history = Recorded(commits=commits, **recorded)
    return Store(MemoryTree(files or {}, history=history), tables=(), as_of=as_of)


def rows(facts: Store, noun: Noun[Any]) -> tuple[Any, ...]:
    return facts.collected(noun).rows


def reasons(facts: Store, noun: Noun[Any]) -> list[str]:
    return [gap.reason for gap in facts.collected(noun).openings]


ALL = (COMMIT, TAG, HISTORY, GONE, SEARCH)


# Ages


@pytest.mark.parametrize(
    ("days", "as_of", "seconds"),
    [
        (10, "2024-03-11", NOON),
        (0, "2024-03-01", NOON),
        (0, "2024-02-01", NOON),
        (1, "2024-03-02", NOON + 43_199),
        (None, "", NOON),
        (None, "soon", NOON),
        (None, "2024-03-11", 0),
        (None, "2024-03-11", 99_999_999_999_999),
    ],
)
def test_an_age_is_in_whole_days_before_the_date_and_never_below_zero(
    days: int | None, as_of: str, seconds: int
) -> None:
    assert days == days_before(as_of, seconds)


def test_a_moment_before_1970_is_none() -> None:
    assert day_of(-1) is None


def test_ages_count_to_the_date_asked_for_else_to_the_commits() -> None:
    subject = Subject("shop", committed="2024-03-05")
    tree = MemoryTree({}, subject=subject, history=Recorded(commits=(commit(),)))
    assert [row.days for row in rows(Store(tree, tables=()), COMMIT)] == [4]
    assert [row.days for row in rows(Store(tree, tables=(), as_of="2024-03-31"), COMMIT)] == [30]


def test_an_assessment_hands_its_date_to_the_facts() -> None:
    tree = MemoryTree({}, history=Recorded(commits=(commit(),)))
    facts = assess(tree, Rulebook((), ()), Options(as_of="2024-03-04")).facts
    assert [row.days for row in rows(facts, COMMIT)] == [3]


# Commits


def test_a_commit_is_told_without_name_and_mail() -> None:
    facts = facts_of(commit(id="0123456789abcdef" * 2, parents=2, subject="feat: pay (#12)"))
    (row,) = rows(facts, COMMIT)
    assert (row.line, row.path, row.hash, row.author) == (1, "", "0123456789ab", 1)
    assert (row.days, row.merge, row.conventional, row.request, row.revert) == (10, True, True, True, False)
    assert row.text == "commit 0123456789ab: feat: pay (#12)"
    assert "Ada" not in str(row)
    assert "ada" not in str(row)


def test_a_first_line_is_shown_short_and_without_secrets() -> None:
    line = "use ghp_" + "a1B2" * 9 + " " + "long " * 40
    (row,) = rows(facts_of(commit(subject=line)), COMMIT)
    assert len(row.text) == 100
    assert "a1B2a1B2" not in row.text


def test_commits_keep_their_order_and_are_cut_at_a_thousand() -> None:
    many = [commit(id=f"{number:040}", subject=f"{9999 - number}") for number in range(1_001)]
    found = rows(facts_of(*many), COMMIT)
    assert (len(found), found[0].hash) == (1_000, "000000000000")
    assert [row.line for row in found] == list(range(1, 1_001))


def test_authors_are_numbers_by_first_appearance() -> None:
    commits = [
        commit(mail="ada@home", name="Ada"),
        commit(mail="bob@home", name="Bob"),
        commit(mail="ADA@home", name="Ada L."),
        commit(mail="ada@work", name="ada"),
        commit(mail="49699333+dependabot[bot]@users.noreply.github.com", name="dependabot[bot]"),
        commit(mail="", name=""),
        commit(mail="", name=" "),
    ]
    assert numbered(commits) == (1, 2, 1, 1, 0, 3, 3)


def test_two_authors_whom_a_third_joins_are_one() -> None:
    apart = [commit(mail="a@x", name="A"), commit(mail="b@x", name="B"), commit(mail="c@x", name="C")]
    joined = [*apart, commit(mail="b@x", name="A"), commit(mail="c@x", name="B")]
    assert numbered(apart) == (1, 2, 3)
    assert numbered(joined) == (1, 1, 1, 1, 1)


def test_ten_thousand_authors_are_told_apart_in_no_time() -> None:
    chain = [commit(mail=f"m{number}", name=f"n{number + 1}") for number in range(5_000)]
    back = [commit(mail=f"m{number}", name=f"n{number}") for number in reversed(range(5_000))]
    assert {1} == set(numbered(chain + back))


@pytest.mark.parametrize(
    ("which", "name", "mail"),
    [
        ("dependabot", "dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
        ("dependabot", "dependabot-preview[bot]", "x@y"),
        ("renovate", "Renovate Bot", "bot@renovateapp.com"),
        ("renovate", "Mend", "29139614+renovate[bot]@users.noreply.github.com"),
        ("snyk", "snyk-bot", "snyk-bot@snyk.io"),
        ("other", "github-actions[bot]", "x@y"),
        ("other", "k8s-ci-robot", "x@y"),
        ("other", "pre-commit-ci", "x@y"),
        ("", "Ada Talbot", "ada@example.org"),
        ("", "Ada", "ada@robotics.example"),
        ("", "", ""),
    ],
)
def test_bots_are_told_from_people(which: str, name: str, mail: str) -> None:
    assert which == bot(name, mail)
    assert which == rows(facts_of(commit(name=name, mail=mail)), COMMIT)[0].bot


@pytest.mark.parametrize(
    ("holds", "subject"),
    [
        (True, "feat: pay by card"),
        (True, "fix(api)!: refuse what is too long"),
        (True, "Chore(deps): bump x from 1 to 2"),
        (False, "feat:pay"),
        (False, "feat pay"),
        (False, "note: this is prose"),
        (False, "Merge pull request #1 from a/feat: b"),
        (False, ""),
    ],
)
def test_a_conventional_first_line(holds: bool, subject: str) -> None:
    assert holds is is_conventional(subject)


@pytest.mark.parametrize(
    ("holds", "subject"),
    [
        (True, 'Revert "Pay by card"'),
        (True, "revert: pay by card"),
        (True, "Revert(api): pay"),
        (True, "Revert #123"),
        (True, "revert 0a1b2c3d"),
        (True, "Back out pay by card"),
        (False, "Revert button is blue"),
        (False, "fix: revert button"),
        (False, "Reverting is possible now"),
        (False, ""),
    ],
)
def test_a_commit_that_takes_another_back(holds: bool, subject: str) -> None:
    assert holds is is_revert(subject)


@pytest.mark.parametrize(
    ("holds", "subject"),
    [
        (True, "Pay by card (#12)"),
        (True, "Pay by card (!12)"),
        (True, "Merge pull request #12 from ada/pay"),
        (True, "Merged in pay (pull request #7)"),
        (True, "Merged PR 77: Pay by card"),
        (True, "Merge branch 'pay' into 'main'"),
        (False, "Merge branch 'pay' into main"),
        (False, "Merge branch 'main' of github.com:a/b"),
        (False, "Pay by card, see (#12) there"),
        (False, "Fix #12"),
    ],
)
def test_a_first_line_that_names_its_request(holds: bool, subject: str) -> None:
    assert holds is names_request(subject)


def test_what_a_merge_brought_in_is_no_step_of_the_main_line() -> None:
    found = rows(
        facts_of(
            commit(id="d" * 40, parents=2, first="b" * 40, subject="Merge pull request #7 from a/b"),
            commit(id="c" * 40, first="a" * 40),
            commit(id="b" * 40, first="a" * 40, name="dependabot[bot]", mail="x@users.noreply.github.com"),
            commit(id="a" * 40, parents=0),
        ),
        CHANGE,
    )
    assert [(row.line, row.hash[0], row.request, row.bot) for row in found] == [
        (1, "d", True, ""),
        (2, "b", False, "dependabot"),
        (3, "a", False, ""),
    ]


def test_a_line_that_breaks_off_leaves_it_open() -> None:
    facts = facts_of(commit(first="b" * 40), commit(id="c" * 40, parents=0))
    assert [each.reason for each in facts.collected(CHANGE).openings] == [BROKEN_OFF]
    assert rows(facts_of(), CHANGE) == ()


def test_a_line_that_comes_back_to_itself_ends() -> None:
    assert len(rows(facts_of(commit(first="a" * 40)), CHANGE)) == 1


# Tags


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("final", "v1.2.3"),
        ("final", "1.2"),
        ("final", "2024.03.1"),
        ("final", "release-1.2.3"),
        ("final", "v1.2.3+build.5"),
        ("final", "1.2.3.Final"),
        ("final", "1.2.3.post1"),
        ("final", "@scope/part@1.2.3"),
        ("final", "part/v1.2.3"),
        ("early", "v1.2.3-rc.1"),
        ("early", "1.2.0b3"),
        ("early", "v1.2.3-alpha+1"),
        ("early", "v0.2.0-golden-master"),
        ("early", "part-1.2.0-beta.2"),
        ("", "v4"),
        ("", "latest"),
        ("", "stable-2.10-branchpoint"),
        ("", "deploy-20240301"),
        ("", "1.2.3 oops"),
        ("", ""),
        ("", "1." * 500),
    ],
)
def test_which_tags_are_versions(form: str, name: str) -> None:
    assert form == version(name)


def test_a_tag_is_a_row_the_newest_first() -> None:
    tags = (Tag("nightly", annotated=False, seconds=0), Tag("v1.2.0", annotated=True, seconds=NOON))
    second, first = rows(facts_of(tags=tags), TAG)
    assert (first.name, first.version, first.annotated, first.days) == ("nightly", False, False, None)
    assert (second.name, second.version, second.prerelease) == ("v1.2.0", True, False)
    assert (second.annotated, second.days, second.text) == (True, 10, "tag v1.2.0 of 2024-03-01")
    assert first.text == "tag nightly"


def test_more_tags_than_are_looked_at_leave_questions_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("readiness.facts.history.nouns.MOST_TAGS", 1)
    assert reasons(facts_of(tags=(Tag("v1.0", annotated=False, seconds=0),)), TAG) == [MORE_TAGS]


# The whole


def test_a_history_is_summed_up() -> None:
    old = commit(seconds=NOON - 400 * DAY, mail="b@x", name="B")
    many = [commit(seconds=NOON + DAY)] * 10 + [commit(mail="c@x", name="C")]
    machine = commit(name="dependabot[bot]", mail="x")
    tags = (
        Tag("v1.0", annotated=False, seconds=NOON - 100 * DAY),
        Tag("v1.1", annotated=False, seconds=NOON - 90 * DAY),
        Tag("v1.2", annotated=False, seconds=NOON - 60 * DAY),
        Tag("v1.2-docs", annotated=False, seconds=NOON),
        Tag("v2.0", annotated=False, seconds=NOON - 10 * DAY),
        Tag("other", annotated=False, seconds=NOON),
    )
    (row,) = rows(facts_of(*many, machine, old, tags=tags), HISTORY)
    assert (row.commits, row.complete, row.shallow, row.authors) == (13, True, False, 3)
    assert (row.active, row.regulars, row.days_since_last) == (2, 1, 9)
    assert (row.versions, row.days_since_release, row.days_between_releases) == (4, 20, 30)
    assert row.text == "13 commits by 3 people, 4 versions"


def test_without_a_date_ages_are_unknown() -> None:
    tags = (Tag("v1.0", annotated=False, seconds=NOON),)
    (row,) = rows(facts_of(commit(), as_of="", tags=tags), HISTORY)
    assert (row.active, row.regulars, row.days_since_last, row.days_since_release) == (None, None, None, None)
    assert (row.versions, row.days_between_releases) == (1, None)


def test_an_empty_history_is_one_of_nothing() -> None:
    (row,) = rows(facts_of(), HISTORY)
    assert (
        row.commits,
        row.complete,
        row.authors,
        row.versions,
        row.days_since_last,
    ) == (0, True, 0, 0, None)


def test_a_long_history_is_not_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("readiness.facts.history.nouns.MOST_COMMITS", 2)
    (row,) = rows(facts_of(commit(), commit()), HISTORY)
    assert (row.commits, row.complete) == (2, False)


@pytest.mark.parametrize("noun", ALL, ids=lambda noun: noun.name)
def test_without_git_there_is_no_row_and_the_question_stays_open(noun: Noun[Any], tmp_path: Path) -> None:
    for tree in (MemoryTree({"a": "b"}), open_tree(folder(tmp_path, {"a": "b"}))):
        facts = Store(tree, tables=())
        assert reasons(facts, noun) == [NO_HISTORY]
        assert rows(facts, noun) == ()


@pytest.mark.parametrize("noun", ALL, ids=lambda noun: noun.name)
def test_a_shallow_history_is_unknown_and_says_how_to_fetch_it(noun: Noun[Any]) -> None:
    facts = facts_of(commit(), shallow=True, tags=(Tag("v1.0", annotated=False, seconds=NOON),))
    assert reasons(facts, noun) == [CUT_OFF]
    assert "git fetch --unshallow" in CUT_OFF
    if noun is not HISTORY:
        assert rows(facts, noun) == ()


def test_of_a_shallow_history_only_that_is_known() -> None:
    (row,) = rows(facts_of(commit(), shallow=True), HISTORY)
    assert (
        row.shallow,
        row.complete,
        row.commits,
        row.authors,
        row.versions,
    ) == (True, False, None, None, None)


class Broken(Recorded, frozen=True):
    """A history that git cannot tell."""

    def gone(self, wanted: Any) -> tuple[Gone, ...]:
        raise Unreadable("the folders are not here", opens=True)


def test_what_git_cannot_tell_leaves_its_question_open() -> None:
    facts = Store(MemoryTree({}, history=Broken(commits=(commit(),))), tables=())
    assert reasons(facts, GONE) == ["the folders are not here"]
    assert reasons(facts, SEARCH) == ["the folders are not here"]
    assert reasons(facts, COMMIT) == []


# Files that went


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("env", ".env"),
        ("env", "api/.env.production"),
        ("env", "prod.env"),
        ("private-key", "deploy/id_rsa"),
        ("private-key", "tls/server.pem"),
        ("private-key", "tls/server.key"),
        ("keystore", "app/release.jks"),
        ("keystore", "cert.p12"),
        ("credentials", "credentials.json"),
        ("credentials", "gcp/my-service-account-prod.json"),
        ("credentials", "client_secret_123.apps.googleusercontent.com.json"),
        ("credentials", "config/secrets.yml"),
        ("credentials", "config/master.key"),
        ("credentials", ".npmrc"),
        ("credentials", "home/.docker/config.json"),
        ("credentials", "home/.aws/credentials"),
        ("state", "infra/terraform.tfstate"),
        ("state", "infra/prod.tfvars"),
        (None, ".env.example"),
        (None, "sample.env"),
        (None, "env"),
        (None, ".env.d.ts"),
        (None, "public.pem"),
        (None, "ca.pem"),
        (None, "debug.keystore"),
        (None, "truststore.jks"),
        (None, "k8s/serviceaccount.yaml"),
        (None, "src/credentials.py"),
        (None, "middleware/testing/key.pem"),
        (None, "docs/config.json"),
        (None, "README.md"),
        (None, ""),
    ],
)
def test_which_names_speak_of_secrets(kind: str | None, path: str) -> None:
    assert kind == kind_of(path)


def went(path: str, blob: str = "b1") -> Gone:
    return Gone(path, blob, "c" * 40, NOON)


@pytest.mark.parametrize(
    ("held", "path", "content"),
    [
        (True, ".env", TOKEN.encode()),
        (False, ".env", b"API_TOKEN=changeme\nDEBUG=1\n"),
        (True, "server.key", KEY.encode()),
        (False, "server.key", b"-----BEGIN CERTIFICATE-----\nMIIB\n"),
        (True, "server.ppk", b"PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n"),
        (True, "kubeconfig", b"users:\n- user:\n    client-key-data: LS0tLS1CRUdJTg==\n"),
        (False, ".env", b"\0GITCRYPT\0abc"),
        (None, "release.jks", b"\xfe\xed\0\0"),
        (None, ".env", None),
    ],
)
def test_whether_a_file_that_went_held_a_secret(held: bool | None, path: str, content: bytes | None) -> None:
    contents = {} if content is None else {"b1": content}
    (row,) = rows(facts_of(removed=(went(path),), held=contents), GONE)
    assert (held, path, 10) == (row.held, row.path, row.days)


def test_a_file_that_went_names_the_commit_and_shows_nothing_of_the_secret() -> None:
    (row,) = rows(facts_of(removed=(went(".env"),), held={"b1": TOKEN.encode()}), GONE)
    assert row.text == "with a secret in it, taken out by commit cccccccccccc, still in the history"


def test_a_file_that_is_there_again_has_not_gone() -> None:
    assert rows(facts_of(files={".env": "A=1"}, removed=(went(".env"),)), GONE) == ()


def test_a_file_whose_content_is_elsewhere_has_only_moved() -> None:
    files = {".env.example": "A=1"}
    blob = MemoryTree(files).entries[0].blob
    assert rows(facts_of(files=files, removed=(went(".env", blob),)), GONE) == ()


def test_a_file_of_the_tests_that_went_is_theirs() -> None:
    facts = facts_of(removed=(went("tests/fixtures/server.key"),), held={"b1": KEY.encode()})
    assert [row.role for row in rows(facts, GONE)] == ["test"]
    assert [(row.files, row.held) for row in rows(facts, SEARCH)] == [(0, 0)]


def test_the_search_of_the_history_is_summed_up() -> None:
    removed = (went(".env"), went("a.key", "b2"), went("b.p12", "b3"))
    (row,) = rows(facts_of(removed=removed, held={"b1": TOKEN.encode(), "b2": b"none"}), SEARCH)
    assert (row.files, row.held, row.unsure) == (3, 1, 1)
    assert row.text == "3 files that may have held a secret were taken out, 1 with one in plain text: .env"


def test_a_history_without_such_files_was_searched() -> None:
    (row,) = rows(facts_of(commit()), SEARCH)
    assert (row.files, row.held, row.unsure) == (0, 0, 0)


# Read from git


def stream(*commits: str) -> bytes:
    """What `git fast-import` reads."""
    return "".join(commits).encode()


def change(
    subject: str,
    *changes: str,
    mark: int = 0,
    parents: tuple[int, ...] = (),
    seconds: int = NOON,
    branch: str = "main",
    author: str = "Ada <ada@example.org>",
) -> str:
    """A commit in the words of `git fast-import`; a change is ``-PATH`` or ``PATH=TEXT``."""
    lines = [f"commit refs/heads/{branch}"]
    lines += [f"mark :{mark}"] if mark else []
    lines += [f"author {author} {seconds} +0000", f"committer {author} {seconds} +0000"]
    lines += [f"data {len(subject.encode())}", subject]
    for number, parent in enumerate(parents):
        lines.append(f"{'merge' if number else 'from'} :{parent}")
    for each in changes:
        path, sign, text = each.partition("=")
        lines += [f"M 644 inline {path}", f"data {len(text.encode())}", text] if sign else [f"D {each[1:]}"]
    return "\n".join(lines) + "\n\n"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "shop")


def grown(repo: Repo, *commits: str) -> Repo:
    repo.git("fast-import", "--quiet", stdin=stream(*commits))
    repo.git("reset", "-q", "--hard", "main")
    return repo


STORY = (
    change("feat: begin", "a.txt=one", ".env=" + TOKEN, "sub/b.txt=two", "sub/c.key=" + KEY, mark=1),
    change("on the side", "side.txt=x", "sub/old.pem=" + KEY, mark=2, parents=(1,), branch="side"),
    change("no longer", "-sub/old.pem", mark=3, parents=(2,), branch="side", seconds=NOON + DAY),
    change("take it out", "-.env", mark=4, parents=(1,), seconds=NOON + 2 * DAY, author="Bob <bob@x>"),
    change("Merge pull request #1 from a/side", "side.txt=x", mark=5, parents=(4, 3), seconds=NOON + 3 * DAY),
    change("sub: more", "sub/b.txt=three", "-sub/c.key", mark=6, parents=(5,), seconds=NOON + 4 * DAY),
)


def told(tree: Tree) -> dict[str, Any]:
    """All that the nouns say of a tree."""
    facts = Store(tree)
    return {noun.name: facts.collected(noun) for noun in ALL}


def test_commits_are_read_from_git(repo: Repo) -> None:
    facts = Store(open_tree(grown(repo, *STORY).path))
    found = rows(facts, COMMIT)
    assert [(4 - row.days, row.author) for row in found] == [(4, 1), (3, 1), (2, 2), (1, 1), (0, 1), (0, 1)]
    assert [row.merge for row in found] == [False, True, False, False, False, False]
    assert repo.git("rev-parse", "--short=12", "HEAD") == found[0].hash


def test_a_revision_has_the_history_behind_it_alone(repo: Repo) -> None:
    grown(repo, *STORY)
    assert len(rows(Store(open_tree(repo.path, "side")), COMMIT)) == 3
    assert len(rows(Store(open_tree(repo.path, "main~2")), COMMIT)) == 2


def test_other_branches_and_what_is_not_committed_change_nothing(repo: Repo) -> None:
    grown(repo, *STORY)
    before = told(open_tree(repo.path))
    repo.git("branch", "-D", "side")
    repo.git("branch", "new", "main~1")
    repo.write({"x.txt": "new"})
    assert before == told(open_tree(repo.path))
    assert before == told(open_tree(repo.path, "main"))
    assert before == told(open_tree(repo.path / ".git", "main"))


def test_tags_count_where_they_are_behind_the_commit(repo: Repo) -> None:
    grown(repo, *STORY)
    repo.git("tag", "v1.0", "main~2")
    repo.git("tag", "-a", "v1.1", "-m", "one", "main")
    repo.git("tag", "blob", "main:a.txt")
    repo.git("checkout", "-q", "--orphan", "else")
    repo.commit({"z": "z"})
    repo.git("tag", "v9.0")
    found = rows(Store(open_tree(repo.path, "main")), TAG)
    assert [(row.name, row.annotated) for row in found] == [("v1.0", False), ("v1.1", True)]
    assert [row.name for row in rows(Store(open_tree(repo.path, "main~1")), TAG)] == ["v1.0"]


def test_files_that_went_are_found_on_merged_side_branches_too(repo: Repo) -> None:
    found = rows(Store(open_tree(grown(repo, *STORY).path)), GONE)
    assert [(row.path, row.held, row.days) for row in found] == [
        (".env", True, 2),
        ("sub/c.key", True, 0),
        ("sub/old.pem", True, 3),
    ]


def test_a_folder_has_a_history_of_its_own(repo: Repo) -> None:
    grown(repo, *STORY)
    for tree in (open_tree(repo.path / "sub"), open_tree(repo.path / "sub", "main")):
        facts = Store(tree)
        assert [row.text[21:] for row in rows(facts, COMMIT)] == ["sub: more", "feat: begin"]
        assert [row.path for row in rows(facts, GONE)] == ["c.key", "old.pem"]
        assert [row.commits for row in rows(facts, HISTORY)] == [2]


def test_a_folder_named_like_a_pattern_is_itself(repo: Repo) -> None:
    grown(repo, change("one", "a*/x=1", mark=1), change("two", "ab/x=1", parents=(1,)))
    assert [row.text[21:] for row in rows(Store(open_tree(repo.path / "a*")), COMMIT)] == ["one"]


def test_before_the_first_commit_the_history_is_empty(repo: Repo) -> None:
    found = told(open_tree(repo.path))
    assert [row.commits for row in found["history"].rows] == [0]
    assert [row.files for row in found["history.search"].rows] == [0]
    assert (found["commit"].rows, found["tag"].rows) == ((), ())


def test_a_clone_without_depth_is_told_as_cut_off(repo: Repo, tmp_path: Path) -> None:
    grown(repo, *STORY)
    repo.git("clone", "-q", "--depth", "2", f"file://{repo.path}", str(tmp_path / "flat"))
    facts = Store(open_tree(tmp_path / "flat"))
    assert [reasons(facts, noun) for noun in ALL] == [[CUT_OFF]] * 5


def test_a_file_that_became_a_submodule_and_went_is_none(repo: Repo) -> None:
    grown(repo, change("one", "a=1", mark=1))
    head = repo.git("rev-parse", "HEAD")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{head},dot.env")
    repo.git("commit", "-q", "-m", "add")
    repo.git("rm", "-q", "--cached", "dot.env")
    repo.git("commit", "-q", "-m", "remove")
    assert rows(Store(open_tree(repo.path)), GONE) == ()


def test_large_and_missing_contents_are_not_read(repo: Repo) -> None:
    grown(repo, change("one", "a=" + "x" * 300_000, "b=small", mark=1))
    history = open_tree(repo.path).history
    assert history is not None
    large, small = repo.git("rev-parse", "HEAD:a"), repo.git("rev-parse", "HEAD:b")
    tree = repo.git("rev-parse", "HEAD^{tree}")
    assert {small: b"small"} == history.contents([large, small, tree, "0" * 40])
    assert history.contents([large]) == {}
    assert history.contents([]) == {}


def test_a_moment_that_no_calendar_has_is_unknown(repo: Repo) -> None:
    grown(repo, change("one", "a=1", mark=1))
    raw = repo.git("cat-file", "commit", "HEAD").replace(str(NOON), "99999999999999")
    repo.git(
        "update-ref", "HEAD", repo.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=raw.encode())
    )
    assert [row.days for row in rows(Store(open_tree(repo.path)), COMMIT)] == [None]


def test_odd_bytes_in_names_and_first_lines_keep_the_fields_apart(repo: Repo) -> None:
    grown(repo, change("one", "a=1", mark=1))
    tree = repo.git("rev-parse", "HEAD^{tree}")
    odd = f"tree {tree}\nauthor A\0B <x@y\0z> {NOON} +0000\ncommitter A <x> {NOON} +0000\n\n"
    odd += "sub\x1b[31m\x01ject\0x\n"
    made = repo.git("hash-object", "--literally", "-t", "commit", "-w", "--stdin", stdin=odd.encode())
    repo.git("update-ref", "HEAD", repo.git("commit-tree", tree, "-p", made, "-m", "last"))
    found = rows(Store(open_tree(repo.path)), COMMIT)
    assert [row.text[21:] for row in found] == ["last", "sub[31mject"]


def test_a_commit_that_is_missing_leaves_its_questions_open(repo: Repo) -> None:
    grown(repo, *STORY)
    tree = open_tree(repo.path)
    repo.git("repack", "-q", "-a", "-d")
    for pack in sorted((repo.path / ".git/objects/pack").iterdir()):
        pack.unlink()
    facts = Store(tree, tables=(), as_of="2024-03-11")
    assert reasons(facts, COMMIT) == ["git cannot read this repository's history"]
    assert 1 == len(reasons(facts, TAG)) == len(reasons(facts, HISTORY)) == len(reasons(facts, GONE))


def test_folders_that_are_missing_leave_the_files_that_went_open(repo: Repo) -> None:
    grown(repo, change("one", "a=1", "d/.env=1", mark=1), change("two", "-d/.env", parents=(1,)))
    git = Git.find(repo.path)
    assert git is not None
    history = GitHistory(git, repo.git("rev-parse", "HEAD"), b"")
    assert len(history.gone(lambda path: True)) == 1
    loosened(repo)
    lost = repo.git("rev-parse", "HEAD~1:d")
    (repo.path / ".git/objects" / lost[:2] / lost[2:]).unlink()
    with pytest.raises(Unreadable, match="cannot read the folders"):
        history.gone(lambda path: True)
    assert len(history.commits) == 2


def loosened(repo: Repo) -> None:
    """Every object in a file of its own."""
    packs = sorted((repo.path / ".git/objects/pack").glob("*.pack"))
    content = [pack.read_bytes() for pack in packs]
    for pack in packs:
        pack.unlink()
        pack.with_suffix(".idx").unlink()
    for each in content:
        repo.git("unpack-objects", "-q", stdin=each)


def test_a_repository_that_git_does_not_read_leaves_all_open(repo: Repo) -> None:
    grown(repo, *STORY)
    facts = Store(open_tree(repo.path), tables=(), as_of="2024-03-11")
    (repo.path / ".git/config").write_text("[core\n")
    assert reasons(facts, COMMIT) == ["git cannot read this repository's history"]


def test_contents_are_unknown_where_git_does_not_answer(repo: Repo) -> None:
    blob = grown(repo, *STORY).git("rev-parse", "HEAD:a.txt")
    history = open_tree(repo.path).history
    (repo.path / ".git/config").write_text("[core\n")
    assert history is not None
    assert history.contents([blob]) == {}


def test_a_tag_of_what_is_missing_is_none(repo: Repo) -> None:
    grown(repo, *STORY).git("tag", "v1.1")
    (repo.path / ".git/refs/tags/v1.0").write_text("1" * 40 + "\n")
    assert [row.name for row in rows(Store(open_tree(repo.path)), TAG)] == ["v1.1"]


def test_a_history_that_is_too_large_is_not_read(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    grown(repo, *STORY)
    monkeypatch.setattr(of_git, "_MOST_WORDS", 10)
    facts = Store(open_tree(repo.path))
    assert reasons(facts, COMMIT) == ["this repository's history is larger than what is looked at"]


def test_no_more_commits_than_the_limit_are_looked_at(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    grown(repo, *STORY)
    monkeypatch.setattr(of_git, "MOST_COMMITS", 2)
    history = open_tree(repo.path).history
    assert history is not None
    assert len(history.commits) == 2
    assert [one.path for one in history.gone(lambda path: True)] == ["sub/c.key"]
    assert [one.path for one in GitHistory(of(repo), head(repo), b"sub").gone(lambda path: True)] == ["c.key"]


def of(repo: Repo) -> Git:
    git = Git.find(repo.path)
    assert git is not None
    return git


def head(repo: Repo) -> str:
    return repo.git("rev-parse", "HEAD")


# Hostile repositories


SETTINGS = (
    ("color.ui", "always"),
    ("core.abbrev", "7"),
    ("diff.ignoreSubmodules", "none"),
    ("diff.mnemonicPrefix", "true"),
    ("diff.noprefix", "true"),
    ("diff.relative", "true"),
    ("diff.renames", "copies"),
    ("diff.submodule", "log"),
    ("format.pretty", "fuller"),
    ("i18n.logOutputEncoding", "UTF-16"),
    ("log.date", "relative"),
    ("log.decorate", "full"),
    ("log.diffMerges", "first-parent"),
    ("log.follow", "true"),
    ("log.mailmap", "true"),
    ("log.showRoot", "true"),
    ("mailmap.blob", "HEAD:a.txt"),
    ("notes.displayRef", "refs/notes/*"),
    ("tag.sort", "-refname"),
    ("core.commitGraph", "true"),
)


@pytest.mark.parametrize("place", ["", "sub"])
def test_no_setting_changes_what_is_told(place: str, repo: Repo) -> None:
    grown(repo, *STORY)
    repo.git("tag", "v1.0")
    repo.git("tag", "v1.1", "main~1")
    before = told(open_tree(repo.path / place))
    for name, value in SETTINGS:
        repo.git("config", name, value)
    repo.git("notes", "add", "-m", "a note")
    assert before == told(open_tree(repo.path / place))


def test_a_file_that_was_renamed_and_changed_went(repo: Repo) -> None:
    lines = "".join(f"NAME_{number}=value\n" for number in range(40))
    grown(
        repo,
        change("one", ".env=" + lines + TOKEN, mark=1),
        change("two", "-.env", "settings=" + lines, parents=(1,)),
    )
    repo.git("config", "diff.renames", "copies")
    assert [row.path for row in rows(Store(open_tree(repo.path)), GONE)] == [".env"]


def test_grafts_and_replaced_commits_are_not_followed(repo: Repo) -> None:
    grown(repo, *STORY)
    before = told(open_tree(repo.path))
    repo.git("replace", "main~1", "main~3")
    (repo.path / ".git/info/grafts").write_text(head(repo) + "\n")
    assert before == told(open_tree(repo.path))


def test_a_commit_graph_that_lies_is_not_believed(repo: Repo) -> None:
    grown(repo, *STORY)
    before = told(open_tree(repo.path))
    repo.git("commit-graph", "write", "--reachable")
    graph = repo.path / ".git/objects/info/commit-graph"
    content = graph.read_bytes()
    graph.chmod(0o644)
    graph.write_bytes(content.replace((NOON + 2 * DAY).to_bytes(4, "big"), b"\0\0\0\x09"))
    assert content != graph.read_bytes()
    assert before == told(open_tree(repo.path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_an_order_of_files_is_not_read_from_a_pipe(repo: Repo, tmp_path: Path) -> None:
    grown(repo, *STORY)
    before = told(open_tree(repo.path))
    os.mkfifo(tmp_path / "pipe")
    repo.git("config", "diff.orderFile", str(tmp_path / "pipe"))
    repo.git("config", "mailmap.file", str(tmp_path / "pipe"))
    assert before == told(open_tree(repo.path))


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.name)
def test_no_hostile_setting_makes_history_run_a_program(trap: Trap, repo: Repo, tmp_path: Path) -> None:
    repo.commit({"a.txt": "one\n", "sub/b.txt": "two\n", "sub/.env": TOKEN, "e.txt": "e\n"})
    repo.git("rm", "-q", "e.txt", "sub/.env")
    repo.commit(message="remove")
    marker, evil = tmp_path / "marker", tmp_path / "evil.sh"
    evil.write_text(f"#!/bin/sh\necho ran >> {marker}\nexit 1\n")
    evil.chmod(0o755)
    trap.lay(repo, str(evil))
    marker.unlink(missing_ok=True)
    for tree in (open_tree(repo.path), open_tree(repo.path / "sub"), open_tree(repo.path / ".git", "HEAD")):
        assert len(told(tree)) == 5
    assert not marker.exists()


def test_attributes_that_name_programs_have_nothing_to_do(repo: Repo, tmp_path: Path) -> None:
    """The ordinary log with patches runs the converter; ours asks for no content."""
    marker, evil = tmp_path / "marker", tmp_path / "evil.sh"
    evil.write_text(f"#!/bin/sh\necho ran >> {marker}\ncat\n")
    evil.chmod(0o755)
    repo.commit({".gitattributes": "* diff=x filter=x\n", "s.key": KEY})
    repo.git("rm", "-q", "s.key")
    repo.commit(message="remove")
    for key in ("diff.x.textconv", "diff.x.command", "diff.external", "filter.x.smudge", "filter.x.process"):
        repo.git("config", key, str(evil))
    assert [row.held for row in rows(Store(open_tree(repo.path)), GONE)] == [True]
    assert not marker.exists()
    repo.git("log", "-p", "--textconv", check=False)
    assert marker.exists()


def test_a_worktree_without_git_has_no_history(tmp_path: Path) -> None:
    assert open_tree(folder(tmp_path, {"a": "b"})).history is None
