from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree_repos import Repo, folder

from readiness.tree import index
from readiness.tree.config import Setting, settings, small_text
from readiness.tree.git import Git
from readiness.tree.index import in_index
from readiness.tree.repository import committed, public_url, remote_url
from readiness.tree.revision import RevisionTree
from readiness.tree.worktree import WorkTree

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "subject")


def _dirty(repo: Repo, below: str = "") -> bool | None:
    return WorkTree(repo.path / below).subject.dirty


def test_the_subject_of_a_clean_work_tree(repo: Repo) -> None:
    commit = repo.commit({"a.txt": "a"})
    repo.git("remote", "add", "origin", "https://ada:token@example.org/team/shop.git?x=1")
    subject = WorkTree(repo.path).subject
    assert subject.name == "shop"
    assert subject.commit == commit
    assert subject.ref == ""
    assert subject.dirty is False
    assert subject.remote == "https://example.org/team/shop.git"
    assert subject.committed == "2024-03-02"
    assert subject.default_branch == "main"
    assert subject.shallow is False


def test_a_revision_is_never_dirty_and_keeps_the_users_name_for_it(repo: Repo) -> None:
    commit = repo.commit({"a.txt": "a"})
    repo.git("tag", "v1")
    repo.write({"a.txt": "b"})
    with RevisionTree(repo.path, "v1") as tree:
        assert (tree.subject.commit, tree.subject.ref, tree.subject.dirty) == (commit, "v1", False)


def test_without_git_only_the_name_is_known(tmp_path: Path) -> None:
    subject = WorkTree(folder(tmp_path / "shop", {"a": ""})).subject
    assert (subject.name, subject.commit, subject.dirty, subject.shallow) == ("shop", "", None, None)


def test_before_the_first_commit_there_is_no_commit_and_no_date(repo: Repo) -> None:
    subject = WorkTree(repo.path).subject
    assert (subject.commit, subject.committed, subject.dirty, subject.default_branch) == (
        "",
        "",
        False,
        "main",
    )
    repo.write({"a": ""})
    assert _dirty(repo) is True


def test_a_subfolder_is_named_after_both(repo: Repo) -> None:
    repo.commit({"big/sub/a": ""})
    assert WorkTree(repo.path / "big/sub").subject.name == "subject/big/sub"


@pytest.mark.parametrize("change", ["edited", "staged", "deleted", "staged away", "new", "link"])
def test_every_change_makes_the_work_tree_dirty(change: str, repo: Repo) -> None:
    (repo.path / "link").symlink_to("a.txt")
    repo.commit({"a.txt": "one", "b.txt": ""})
    repo.settle()
    assert _dirty(repo) is False
    if change == "edited":
        repo.write({"a.txt": "two"})
    elif change == "staged":
        repo.write({"a.txt": "two"})
        repo.git("add", "-A")
    elif change == "deleted":
        (repo.path / "a.txt").unlink()
    elif change == "staged away":
        repo.git("rm", "-q", "--cached", "a.txt")
    elif change == "new":
        repo.write({"new": ""})
    else:
        (repo.path / "link").unlink()
        (repo.path / "link").symlink_to("b.txt")
    assert _dirty(repo) is True


def test_a_link_that_became_a_file_is_a_change(repo: Repo) -> None:
    (repo.path / "link").symlink_to("a.txt")
    repo.commit({"a.txt": "one"})
    (repo.path / "link").unlink()
    repo.write({"link": "a.txt"})
    assert _dirty(repo) is True


def test_a_change_is_seen_where_size_and_time_tell_nothing(repo: Repo) -> None:
    repo.commit({"a.txt": "one"})
    moment = (repo.path / ".git/index").stat().st_mtime_ns
    repo.write({"a.txt": "two"})
    os.utime(repo.path / "a.txt", ns=(moment, moment))
    assert _dirty(repo) is True


def test_a_file_touched_but_not_changed_is_no_change(repo: Repo) -> None:
    repo.commit({"a.txt": "one", "big.bin": b"x\0" * 1000})
    os.utime(repo.path / "a.txt", (1_000_000_000, 1_000_000_000))
    os.utime(repo.path / "big.bin", (1_000_000_000, 1_000_000_000))
    assert _dirty(repo) is False


def test_line_ends_of_another_system_are_no_change(repo: Repo) -> None:
    repo.git("config", "core.autocrlf", "true")
    repo.commit({"a.txt": "one\r\ntwo\r\n"})
    os.utime(repo.path / "a.txt", (1_000_000_000, 1_000_000_000))
    assert _dirty(repo) is False


def test_a_file_too_large_to_try_other_line_ends_is_still_compared(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "_WHOLE", 2)
    repo.commit({"a.txt": "one"})
    os.utime(repo.path / "a.txt", (1_000_000_000, 1_000_000_000))
    assert _dirty(repo) is False


def test_a_file_that_cannot_be_opened_counts_as_changed(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit({"a.txt": "one"})
    os.utime(repo.path / "a.txt", (1_000_000_000, 1_000_000_000))
    tree = WorkTree(repo.path)

    def refuse(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr(tree._disk, "open", refuse)
    assert tree.subject.dirty is True


def test_ignored_files_and_submodules_are_no_change(repo: Repo, tmp_path: Path) -> None:
    other = Repo(tmp_path / "other")
    other.commit({"x": ""})
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.path), "module")
    repo.commit({".gitignore": "*.log\n"})
    repo.write({"a.log": "", "module/x": "changed"})
    assert _dirty(repo) is False


def test_a_change_outside_the_subfolder_does_not_matter(repo: Repo) -> None:
    repo.commit({"sub/a.txt": "a", "b.txt": "b"})
    repo.write({"b.txt": "c", "new": ""})
    repo.git("add", "b.txt")
    assert _dirty(repo, "sub") is False
    repo.write({"sub/a.txt": "c"})
    assert _dirty(repo, "sub") is True


def test_with_an_empty_index_the_files_are_compared_with_the_commit(repo: Repo) -> None:
    repo.commit({"a.txt": "a"})
    (repo.path / ".git/index").unlink()
    assert _dirty(repo) is False
    repo.write({"a.txt": "b"})
    assert _dirty(repo) is True


def test_a_sha256_work_tree_is_compared_too(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "subject", "--object-format=sha256")
    repo.commit({"a": "x"})
    os.utime(repo.path / "a", (1_000_000_000, 1_000_000_000))
    assert _dirty(repo) is False


def test_a_file_meant_to_be_added_is_a_change(repo: Repo) -> None:
    repo.commit({"a": "x"})
    repo.write({"b": "y"})
    repo.git("add", "-N", "b")
    assert _dirty(repo) is True


def test_where_the_index_cannot_be_compared_it_counts_as_changed(repo: Repo) -> None:
    repo.commit({"a": "x"})
    git = Git.find(repo.path)
    assert git is not None
    assert index.staged(git, "0" * 40, b"") is True


def test_an_index_told_without_times_is_not_trusted(repo: Repo) -> None:
    assert index._debug(b"  mtime: x\n") == {}
    assert index._debug(b"  mtime: 5:6\n") == {}
    assert index._entry(b"nonsense", b"", b"") is None


def test_the_index_remembers_what_git_saw(repo: Repo) -> None:
    repo.commit({"a": "xyz"})
    repo.settle()
    git = Git.find(repo.path)
    assert git is not None
    (entry,) = in_index(git, b"")
    assert (entry.path, entry.mode, entry.seconds, entry.size) == (b"a", "100644", 1_600_000_000, 3)


def test_the_default_branch_is_the_remotes_where_it_says_one(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"a": ""})
    repo.git("clone", "-q", str(repo.path), str(tmp_path / "copy"))
    copy = WorkTree(tmp_path / "copy")
    Repo(tmp_path / "copy").git("checkout", "-q", "-b", "feature")
    assert copy.subject.default_branch == "main"


def test_a_detached_head_has_no_default_branch(repo: Repo) -> None:
    repo.commit({"a": ""})
    repo.git("checkout", "-q", "--detach")
    assert WorkTree(repo.path).subject.default_branch == ""


def test_a_shallow_clone_says_so(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"a": ""})
    repo.commit({"a": "b"})
    repo.git("clone", "-q", "--depth=1", f"file://{repo.path}", str(tmp_path / "copy"))
    assert WorkTree(tmp_path / "copy").subject.shallow is True


def test_nothing_of_this_machine_is_told(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"a": ""})
    repo.git("clone", "-q", str(repo.path), str(tmp_path / "copy"))
    subject = WorkTree(tmp_path / "copy").subject
    assert str(tmp_path) not in repr(subject)
    assert subject.remote == ""
    assert subject.name == "copy"


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://github.com/o/r.git", "https://github.com/o/r.git"),
        ("https://user:pa@ss@github.com/o/r.git?token=x#y", "https://github.com/o/r.git"),
        ("HTTPS://x@h/r", "https://h/r"),
        ("ssh://git@h:22/o/r", "ssh://h:22/o/r"),
        ("git@github.com:o/r.git", "github.com:o/r.git"),
        ("user:pass@host:o/r", "host:o/r"),
        ("/home/ada/r", ""),
        ("../r", ""),
        ("~/r", ""),
        ("C:/Users/ada/r", ""),
        ("C:\\Users\\ada", ""),
        ("\\\\host\\share:x", ""),
        ("file:///home/ada/r", ""),
        ("ext::sh -c x", ""),
        ("ext::x", ""),
        ("https://", ""),
        ("https://h/a\x1b[31m", ""),
        ("", ""),
    ],
)
def test_a_remote_is_shown_without_user_query_and_place(url: str, public: str) -> None:
    assert public_url(url) == public


def test_origin_comes_first_and_then_the_first_by_name() -> None:
    config = '[remote "b"]\nurl = https://h/b\n[remote "a"]\nurl = https://h/a\n'
    assert remote_url(config) == "https://h/a"
    assert remote_url(config + '[remote "origin"]\n\turl = https://h/o\n') == "https://h/o"
    assert remote_url(config + '[remote "origin"]\n\turl = /home/x\n') == "https://h/a"


def test_a_configuration_is_read_as_git_reads_it() -> None:
    text = '[Core] bare = false\n[remote "o\\"x"]\n  URL = "a b" ; no\n'
    text += " pushurl = x # y\n fetch = a\\\n  b\n[x]\nflag\n"
    assert list(settings(text)) == [
        Setting("core", "", "bare", "false"),
        Setting("remote", 'o"x', "url", "a b"),
        Setting("remote", 'o"x', "pushurl", "x"),
        Setting("remote", 'o"x', "fetch", "a  b"),
    ]


def test_an_escaped_character_in_a_value_is_itself() -> None:
    assert [setting.value for setting in settings('[a]\nb = c\\"d\n')] == ['c"d']


@given(st.text(alphabet='[]"=\\#; \nremoteurlx:/@'))
def test_any_text_of_a_configuration_ends_in_settings(text: str) -> None:
    assert all(setting.section for setting in settings(text))
    assert "@" not in remote_url(text).partition("/")[0]


def test_a_file_of_gits_that_is_large_or_none_is_empty(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("abc")
    assert small_text(tmp_path / "a") == "abc"
    assert small_text(tmp_path / "a", limit=2) == ""
    assert small_text(tmp_path) == ""
    assert small_text(tmp_path / "a\0") == ""


@pytest.mark.parametrize(
    "line", ["committer A <a> x +0", "committer A <a>", "committer A <a> 9999999999999999 +0"]
)
def test_a_commit_without_a_date_that_can_be_read_has_none(line: str, repo: Repo) -> None:
    repo.commit({"a": ""})
    tree_id = repo.git("rev-parse", "HEAD^{tree}")
    raw = f"tree {tree_id}\nauthor A <a> 0 +0000\n{line}\n\nx\n".encode()
    commit = repo.git("hash-object", "-t", "commit", "--literally", "-w", "--stdin", stdin=raw)
    git = Git.find(repo.path)
    assert git is not None
    assert committed(git, commit) == ""


def test_a_commit_without_a_committer_or_a_commit_that_is_none_has_no_date(repo: Repo) -> None:
    repo.commit({"a": ""})
    tree_id = repo.git("rev-parse", "HEAD^{tree}")
    raw = f"tree {tree_id}\n\nx\n".encode()
    commit = repo.git("hash-object", "-t", "commit", "--literally", "-w", "--stdin", stdin=raw)
    git = Git.find(repo.path)
    assert git is not None
    assert committed(git, commit) == ""
    assert committed(git, "0" * 40) == ""
