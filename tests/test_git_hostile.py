"""No setting of a hostile repository makes a scan run a program, wait for ever or look elsewhere."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest
from tree_repos import Repo, messages, paths

from readiness.records import Struct
from readiness.tree import git as git_module
from readiness.tree import open_tree
from readiness.tree.git import Git, GitError
from readiness.tree.model import Limits, Unreadable
from readiness.tree.repository import committed
from readiness.tree.revision import RevisionTree
from readiness.tree.worktree import WorkTree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from readiness.tree.model import Tree


class Trap(Struct, frozen=True):
    """A setting that names a program; ``ordinary`` is a git command that runs it (empty: not shown)."""

    name: str
    lay: Callable[[Repo, str], None]
    ordinary: tuple[str, ...] = ()


def _set(*pairs: tuple[str, str]) -> Callable[[Repo, str], None]:
    """Set configuration; ``EVIL`` in a value is the program."""

    def lay(repo: Repo, evil: str) -> None:
        for key, value in pairs:
            repo.git("config", key, value.replace("EVIL", evil))

    return lay


def _hook(repo: Repo, evil: str) -> None:
    hooks = repo.path / "own-hooks"
    hooks.mkdir()
    for name in ("post-index-change", "fsmonitor-watchman", "reference-transaction", "post-checkout"):
        (hooks / name).symlink_to(evil)
        (repo.path / ".git/hooks").mkdir(exist_ok=True)
        (repo.path / ".git/hooks" / name).symlink_to(evil)
    repo.git("config", "core.hooksPath", str(hooks))


def _filter(kind: str) -> Callable[[Repo, str], None]:
    def lay(repo: Repo, evil: str) -> None:
        repo.commit({".gitattributes": "*.txt filter=x diff=x\n", "a.txt": "one\n"})
        repo.git("config", f"filter.x.{kind}", evil)
        # The same size and a time too close to trust: git compares the content.
        repo.write({"a.txt": "two\n"})
        moment = (repo.path / ".git/index").stat().st_mtime_ns
        os.utime(repo.path / "a.txt", ns=(moment, moment))

    return lay


def _attributes(*pairs: tuple[str, str]) -> Callable[[Repo, str], None]:
    def lay(repo: Repo, evil: str) -> None:
        repo.commit({".gitattributes": "*.txt diff=x\n", "a.txt": "two\n"})
        _set(*pairs)(repo, evil)
        repo.write({"a.txt": "three\n"})

    return lay


def _signature(repo: Repo, evil: str) -> None:
    raw = repo.git("cat-file", "commit", "HEAD")
    header, _, message = raw.partition("\n\n")
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n aaaa\n -----END PGP SIGNATURE-----"
    signed = f"{header}\n{signature}\n\n{message}\n".encode()
    commit = repo.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=signed)
    repo.git("update-ref", "HEAD", commit)
    _set(("gpg.program", "EVIL"), ("log.showSignature", "true"))(repo, evil)


def _promisor(*pairs: tuple[str, str]) -> Callable[[Repo, str], None]:
    """A partial clone that lacks a blob, and would fetch it through a program."""

    def lay(repo: Repo, evil: str) -> None:
        repo.git("config", "core.repositoryformatversion", "1")
        repo.git("config", "extensions.partialClone", "origin")
        repo.git("config", "remote.origin.promisor", "true")
        _set(*pairs)(repo, evil)
        blob = repo.git("rev-parse", "HEAD:a.txt")
        (repo.path / ".git/objects" / blob[:2] / blob[2:]).unlink()

    return lay


def _alternates(repo: Repo, evil: str) -> None:
    other = Repo(repo.path.parent / "other")
    other.commit({"b.txt": "b"})
    info = repo.path / ".git/objects/info"
    info.mkdir(exist_ok=True)
    (info / "alternates").write_text(f"{other.path}/.git/objects\n")
    _set(("core.alternateRefsCommand", "EVIL"))(repo, evil)


def _include(repo: Repo, evil: str) -> None:
    (repo.path / ".git/more").write_text(f"[core]\n\tfsmonitor = {evil}\n")
    repo.git("config", "include.path", "more")


_MISSING = ("cat-file", "-p", "HEAD:a.txt")

TRAPS = (
    Trap("core.fsmonitor", _set(("core.fsmonitor", "EVIL")), ("status",)),
    Trap("core.hooksPath and hooks", _hook, ("add", "-A")),
    Trap("filter.clean", _filter("clean"), ("status",)),
    Trap("filter.smudge", _filter("smudge"), ("checkout", "-f", "--", "a.txt")),
    Trap("filter.process", _filter("process"), ("status",)),
    Trap("diff.external", _attributes(("diff.external", "EVIL")), ("diff",)),
    Trap("diff.x.command", _attributes(("diff.x.command", "EVIL")), ("diff",)),
    Trap("diff.x.textconv", _attributes(("diff.x.textconv", "EVIL")), ("diff",)),
    Trap("gpg.program", _signature, ("log", "-1")),
    Trap("core.pager", _set(("core.pager", "EVIL"), ("pager.ls-files", "EVIL"), ("pager.log", "EVIL"))),
    Trap("core.editor", _set(("core.editor", "EVIL"), ("sequence.editor", "EVIL"))),
    Trap(
        "core.sshCommand",
        _promisor(("remote.origin.url", "ssh://localhost/x"), ("core.sshCommand", "EVIL")),
        _MISSING,
    ),
    Trap(
        "remote ext::",
        _promisor(("remote.origin.url", "ext::EVIL"), ("protocol.ext.allow", "always")),
        _MISSING,
    ),
    Trap(
        "remote.uploadpack",
        _promisor(("remote.origin.url", "."), ("remote.origin.uploadpack", "EVIL")),
        _MISSING,
    ),
    Trap(
        "core.gitProxy",
        _promisor(("remote.origin.url", "git://localhost:1/x"), ("core.gitProxy", "EVIL")),
        _MISSING,
    ),
    Trap(
        "credential.helper",
        _promisor(
            ("remote.origin.url", "http://u@127.0.0.1:1/x"),
            ("credential.helper", "!EVIL"),
            ("core.askPass", "EVIL"),
        ),
    ),
    Trap("core.alternateRefsCommand", _alternates),
    Trap("include.path", _include, ("status",)),
    Trap(
        "alias", _set(("alias.ls-files", "!EVIL"), ("alias.cat-file", "!EVIL"), ("alias.rev-parse", "!EVIL"))
    ),
    Trap("uploadpack.packObjectsHook", _set(("uploadpack.packObjectsHook", "EVIL"))),
    Trap("trace2 and others", _set(("trace2.eventTarget", "EVIL"), ("interactive.diffFilter", "EVIL"))),
)


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    return tmp_path / "marker"


@pytest.fixture
def evil(tmp_path: Path, marker: Path) -> str:
    program = tmp_path / "evil.sh"
    program.write_text(f"#!/bin/sh\necho ran >> {marker}\nexit 1\n")
    program.chmod(0o755)
    return str(program)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "subject")
    made.commit({"a.txt": "one\n", "sub/b.txt": "two\n"})
    return made


def _use(tree: Tree) -> None:
    """Ask a tree for all it can tell."""
    for entry in tree.entries:
        try:
            tree.read(entry.path)
        except Unreadable:
            continue
    assert tree.subject.name


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.name)
def test_a_hostile_setting_runs_nothing(trap: Trap, repo: Repo, evil: str, marker: Path) -> None:
    trap.lay(repo, evil)
    marker.unlink(missing_ok=True)
    _use(WorkTree(repo.path))
    _use(WorkTree(repo.path / "sub"))
    with RevisionTree(repo.path, "HEAD") as tree:
        _use(tree)
    with RevisionTree(repo.path / ".git", "HEAD") as bare:
        _use(bare)
    assert not marker.exists()


@pytest.mark.parametrize("trap", [trap for trap in TRAPS if trap.ordinary], ids=lambda trap: trap.name)
def test_ordinary_git_would_run_it(trap: Trap, repo: Repo, evil: str, marker: Path) -> None:
    trap.lay(repo, evil)
    marker.unlink(missing_ok=True)
    repo.git(*trap.ordinary, check=False)
    assert marker.exists()


@pytest.mark.parametrize("kind", ["clean", "process"])
def test_not_even_git_diff_files_is_asked_because_it_runs_filters(
    kind: str, repo: Repo, evil: str, marker: Path
) -> None:
    _filter(kind)(repo, evil)
    marker.unlink(missing_ok=True)
    assert WorkTree(repo.path).subject.dirty is True
    assert not marker.exists()
    repo.git("diff-files", check=False)
    repo.git("diff-index", "HEAD", check=False)


def test_history_is_shown_without_checking_signatures(repo: Repo, evil: str, marker: Path) -> None:
    _signature(repo, evil)
    git = Git.find(repo.path)
    assert git is not None
    assert git.run("log", "--format=%ct", "-1", "HEAD").strip() == b"1709353800"
    assert not marker.exists()


def test_a_work_tree_elsewhere_is_not_looked_at(repo: Repo, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret.txt").write_text("secret")
    repo.git("config", "core.worktree", str(elsewhere))
    tree = WorkTree(repo.path)
    assert paths(tree) == ["a.txt", "sub/b.txt"]
    assert tree.subject.dirty is False


def test_a_repository_that_says_it_is_bare_is_read_all_the_same(repo: Repo) -> None:
    repo.git("config", "core.bare", "true")
    assert paths(WorkTree(repo.path)) == ["a.txt", "sub/b.txt"]


def test_the_callers_git_variables_play_no_part(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Repo(tmp_path / "other")
    other.commit({"other.txt": ""})
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.path))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.path / ".git/index"))
    assert paths(WorkTree(repo.path)) == ["a.txt", "sub/b.txt"]


def test_the_users_own_ignore_file_plays_no_part(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "git").mkdir()
    (tmp_path / "git/ignore").write_text("*.new\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    repo.write({"x.new": ""})
    assert paths(WorkTree(repo.path)) == ["a.txt", "sub/b.txt", "x.new"]


def test_a_replaced_object_is_not_believed(repo: Repo) -> None:
    blob = repo.git("rev-parse", "HEAD:a.txt")
    other = repo.git("hash-object", "-w", "--stdin", stdin=b"other\n")
    repo.git("replace", blob, other)
    with RevisionTree(repo.path, "HEAD") as tree:
        assert tree.read("a.txt") == b"one\n"


def test_nothing_is_written_into_the_repository(repo: Repo) -> None:
    repo.write({"new.txt": ""})
    before = {path: path.lstat().st_mtime_ns for path in sorted(repo.path.rglob("*"))}
    _use(WorkTree(repo.path))
    with RevisionTree(repo.path, "HEAD") as tree:
        _use(tree)
    assert before == {path: path.lstat().st_mtime_ns for path in sorted(repo.path.rglob("*"))}


def _pipe(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)


@pytest.mark.parametrize("where", ["sub/.gitignore", ".git/info/exclude", ".git/refs/heads/main", "included"])
def test_git_that_waits_for_a_named_pipe_is_given_up(
    where: str, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_module, "_LONG", 0.3)
    _pipe(repo.path / where)
    if where == "included":
        repo.git("config", "core.x", "y")
        config = repo.path / ".git/config"
        config.write_text(config.read_text() + "[include]\n\tpath = ../included\n")
    tree = WorkTree(repo.path)
    assert {"a.txt", "sub/b.txt"} <= set(paths(tree))


def test_a_slow_git_is_waited_for_where_nothing_blocks_it(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_module, "_LONG", 0.0)
    assert paths(WorkTree(repo.path)) == ["a.txt", "sub/b.txt"]


def test_an_excludes_file_that_is_a_pipe_is_not_opened(repo: Repo, tmp_path: Path) -> None:
    _pipe(tmp_path / "pipe")
    repo.git("config", "core.excludesFile", str(tmp_path / "pipe"))
    repo.git("config", "core.attributesFile", str(tmp_path / "pipe"))
    assert paths(WorkTree(repo.path)) == ["a.txt", "sub/b.txt"]


def test_special_files_in_place_of_tracked_ones_are_not_opened(repo: Repo) -> None:
    _pipe(repo.path / "a.txt")
    (repo.path / "sub/b.txt").unlink()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(repo.path / "sub/b.txt"))
        tree = WorkTree(repo.path)
    assert paths(tree) == []
    assert messages(tree) == {"a.txt": "named pipe, not opened", "sub/b.txt": "socket, not opened"}


def test_a_tracked_folder_replaced_by_a_link_is_not_followed(repo: Repo, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "b.txt").write_text("secret")
    (repo.path / "sub/b.txt").unlink()
    (repo.path / "sub").rmdir()
    (repo.path / "sub").symlink_to(outside)
    tree = WorkTree(repo.path)
    assert paths(tree) == ["a.txt"]
    assert messages(tree)["sub/b.txt"] == "below a symbolic link, not followed"


def test_a_file_replaced_by_a_link_after_listing_is_not_followed(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    tree = WorkTree(repo.path)
    (repo.path / "a.txt").unlink()
    (repo.path / "a.txt").symlink_to(tmp_path / "secret")
    with pytest.raises(Unreadable):
        tree.read("a.txt")


def test_a_file_replaced_by_a_pipe_after_listing_is_not_waited_for(repo: Repo) -> None:
    tree = WorkTree(repo.path)
    _pipe(repo.path / "a.txt")
    with pytest.raises(Unreadable, match="named pipe"):
        tree.read("a.txt")


def test_an_index_that_names_paths_outside_is_not_believed(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    index = repo.path / ".git/index"
    # Same length, so that the index stays well-formed; git does not check its sum here.
    index.write_bytes(index.read_bytes().replace(b"sub/b.txt", b"../secret"))
    tree = WorkTree(repo.path)
    assert "../secret" not in paths(tree)


def test_a_commit_that_names_paths_outside_is_not_believed(repo: Repo) -> None:
    blob = repo.git("rev-parse", "HEAD:a.txt")
    raw = b"".join(b"100644 %s\0%s" % (name, bytes.fromhex(blob)) for name in (b"..", b".git", b"ok"))
    tree_id = repo.git("hash-object", "--literally", "-t", "tree", "-w", "--stdin", stdin=raw)
    commit = repo.git("commit-tree", tree_id, "-m", "x")
    with RevisionTree(repo.path, commit) as tree:
        assert paths(tree) == ["ok"]
        assert messages(tree) == {
            ".git": "not a usable path below the root",
            "..": "not a usable path below the root",
        }


@pytest.mark.parametrize("command", ["status", "config", "diff", "fetch", "-c", "gc"])
def test_only_commands_that_read_are_run(command: str, repo: Repo) -> None:
    git = Git.find(repo.path)
    assert git is not None
    with pytest.raises(ValueError, match="not one of the commands that only read"):
        git.run(command)


@pytest.mark.parametrize("ref", ["--output=x", "-h", "", "a\0b"])
def test_a_revision_that_looks_like_an_option_is_refused(ref: str, repo: Repo) -> None:
    with pytest.raises(Exception, match="is not the name of a revision"):
        RevisionTree(repo.path, ref)


def test_a_broken_index_leaves_the_files_as_they_lie(repo: Repo) -> None:
    (repo.path / ".git/index").write_bytes(b"DIRC" + bytes(40))
    tree = WorkTree(repo.path)
    assert paths(tree) == ["a.txt", "sub/b.txt"]
    assert [entry.tracked for entry in tree.entries] == [None, None]
    assert messages(tree)["."].startswith("git cannot list this repository")
    assert tree.subject.dirty is None
    assert tree.subject.commit != ""


def test_a_failing_git_says_so_without_naming_a_place(repo: Repo) -> None:
    git = Git.find(repo.path)
    assert git is not None
    with pytest.raises(GitError, match=r"^git cat-file failed with status \d+$"):
        git.run("cat-file", "commit", "0" * 40)


def test_a_link_that_leads_in_circles_ends_the_listing(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/loop").symlink_to(tmp_path)
    (tmp_path / "a/x").write_text("")
    tree = open_tree(tmp_path)
    assert paths(tree) == ["a/x"]
    assert messages(tree) == {"a/loop": "symbolic link, not followed"}


def _nested(repo: Repo, depth: int) -> str:
    """A commit whose few objects stand for 10 to the power of ``depth`` files."""
    inner = repo.git("hash-object", "-w", "--stdin", stdin=b"x")
    mode = "100644 blob"
    for _ in range(depth):
        lines = "".join(f"{mode} {inner}\td{number}\n" for number in range(10))
        inner, mode = repo.git("mktree", stdin=lines.encode()), "040000 tree"
    return repo.git("commit-tree", inner, "-m", "x")


def test_a_commit_of_ten_thousand_million_files_ends(repo: Repo) -> None:
    commit = _nested(repo, 10)
    with RevisionTree(repo.path, commit, limits=Limits(files=100)) as tree:
        assert paths(tree)[0] == "d0/d0/d0/d0/d0/d0/d0/d0/d0/d0"
        assert len(tree.entries) == 100
        assert "there are far more files in this revision than are looked at" in messages(tree)["."]


def test_with_an_empty_index_such_a_commit_ends_too(repo: Repo) -> None:
    repo.git("update-ref", "HEAD", _nested(repo, 10))
    (repo.path / ".git/index").unlink()
    tree = WorkTree(repo.path, limits=Limits(files=100))
    assert paths(tree) == ["a.txt", "sub/b.txt"]


def test_a_name_of_endless_length_is_passed_over(repo: Repo) -> None:
    blob = repo.git("rev-parse", "HEAD:a.txt")
    name = b"d/" * 50_000 + b"x"
    raw = b"100644 %s\0%s100644 ok\0%s" % (name, bytes.fromhex(blob), bytes.fromhex(blob))
    tree_id = repo.git("hash-object", "--literally", "-t", "tree", "-w", "--stdin", stdin=raw)
    commit = repo.git("commit-tree", tree_id, "-m", "x")
    with RevisionTree(repo.path, commit, exclude=["legacy"]) as tree:
        assert paths(tree) == ["ok"]


def test_a_listing_of_too_many_bytes_is_cut(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_module, "MOST_BYTES", 1)
    git = Git.find(repo.path)
    assert git is not None
    assert git.records("ls-tree", "-r", "-z", "HEAD", most=10)[1] is False


def test_a_commit_of_endless_text_has_no_date(repo: Repo) -> None:
    commit = repo.git("commit-tree", "HEAD^{tree}", "-F", "-", stdin=b"x" * (2 << 20))
    git = Git.find(repo.path)
    assert git is not None
    assert committed(git, commit) == ""


@pytest.mark.parametrize("blocked", [True, False])
def test_a_listing_that_waits_for_a_pipe_is_ended(
    blocked: bool, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_module, "_LONG", 0.3)
    tree_id = repo.git("rev-parse", "HEAD^{tree}")
    git = Git.find(repo.path)
    assert git is not None
    if blocked:
        _pipe(repo.path / ".git/objects" / tree_id[:2] / tree_id[2:])
        with pytest.raises(GitError):
            git.records("ls-tree", "-r", "-z", tree_id, most=10)
    else:
        assert len(git.records("ls-tree", "-r", "-z", tree_id, most=10)[0]) == 2
