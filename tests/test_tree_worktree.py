from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree_repos import Repo, folder, messages, paths

from readiness.errors import SubjectError
from readiness.matching import PatternError
from readiness.tree import open_tree
from readiness.tree.disk import Disk, is_inside, kind
from readiness.tree.index import Tracked, looks_unchanged
from readiness.tree.listing import blob_id
from readiness.tree.model import Limits, Role, Unreadable
from readiness.tree.worktree import WorkTree


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "subject")


def test_tracked_files_and_new_ones_are_listed_and_ignored_ones_are_not(repo: Repo) -> None:
    repo.commit({"a.txt": "a", ".gitignore": "*.log\nout/\n"})
    repo.write({"new.txt": "n", "x.log": "", "out/y": ""})
    tree = WorkTree(repo.path)
    assert {entry.path: entry.tracked for entry in tree.entries} == {
        ".gitignore": True,
        "a.txt": True,
        "new.txt": False,
    }


def test_a_tracked_file_is_listed_though_it_is_ignored(repo: Repo) -> None:
    repo.write({".gitignore": "*.env\n", "a.env": ""})
    repo.git("add", "-f", "a.env")
    assert paths(WorkTree(repo.path)) == [".gitignore", "a.env"]


def test_a_file_as_it_lies_is_read_not_as_it_was_committed(repo: Repo) -> None:
    repo.commit({"a.txt": "old"})
    repo.write({"a.txt": "new\r\n"})
    assert WorkTree(repo.path).read("a.txt") == b"new\r\n"


def test_gits_id_is_given_only_where_the_file_is_surely_unchanged(repo: Repo) -> None:
    repo.commit({"a.txt": "a", "b.txt": "b"})
    repo.settle()
    repo.write({"b.txt": "c", "new.txt": "n"})
    blobs = {entry.path: entry.blob for entry in WorkTree(repo.path).entries}
    assert blobs == {"a.txt": blob_id(b"a"), "b.txt": "", "new.txt": ""}


def test_a_file_changed_when_the_index_was_written_may_look_unchanged_and_is_not_trusted(
    tmp_path: Path,
) -> None:
    folder(tmp_path, {"a": "12345"})
    os.utime(tmp_path / "a", (100, 100))
    state = (tmp_path / "a").stat()
    entry = Tracked(b"a", "100644", "x", seconds=100, nanoseconds=0, size=5)
    assert looks_unchanged(entry, state, 101_000_000_000)
    assert not looks_unchanged(entry, state, 100_900_000_000)
    assert not looks_unchanged(entry, state, 0)


def test_the_executable_bit_is_told(repo: Repo) -> None:
    repo.commit({"run.sh": "#!/bin/sh\n", "a": ""})
    (repo.path / "run.sh").chmod(0o755)
    assert [entry.executable for entry in WorkTree(repo.path).entries] == [False, True]


def test_roles_are_given(repo: Repo) -> None:
    repo.commit({"tests/a.py": "", "lib/j.js": "", ".gitattributes": "lib/** linguist-vendored\n"})
    roles = {entry.path: entry.role for entry in WorkTree(repo.path).entries}
    assert roles == {".gitattributes": Role.PRODUCT, "lib/j.js": Role.VENDORED, "tests/a.py": Role.TEST}


def test_a_subfolder_is_a_subject_of_its_own(repo: Repo) -> None:
    repo.commit({"big/sub/a.txt": "a", "big/b.txt": "b", "big/subway/c.txt": "c", ".gitignore": "*.log\n"})
    repo.write({"big/sub/new.txt": "", "big/sub/x.log": "", "big/new.txt": ""})
    tree = WorkTree(repo.path / "big/sub")
    assert {entry.path: entry.tracked for entry in tree.entries} == {"a.txt": True, "new.txt": False}
    assert tree.read("a.txt") == b"a"


def test_a_folder_whose_name_is_a_pattern_is_taken_as_it_is(repo: Repo) -> None:
    repo.commit({"[ab]/x": "", "a/a-long-name": "", ":(top)/z": ""})
    assert paths(WorkTree(repo.path / "[ab]")) == ["x"]
    assert paths(WorkTree(repo.path / ":(top)")) == ["z"]


def test_a_folder_that_the_repository_ignores_is_a_subject_without_git(repo: Repo) -> None:
    repo.commit({".gitignore": "work/\n"})
    repo.write({"work/app/a.txt": ""})
    tree = WorkTree(repo.path / "work/app")
    assert [(entry.path, entry.tracked) for entry in tree.entries] == [("a.txt", None)]
    assert tree.subject.commit == ""


def test_a_tracked_file_that_is_gone_is_a_problem(repo: Repo) -> None:
    repo.commit({"a.txt": "", "sub/b.txt": ""})
    (repo.path / "sub/b.txt").unlink()
    (repo.path / "sub").rmdir()
    tree = WorkTree(repo.path)
    assert paths(tree) == ["a.txt"]
    assert messages(tree) == {"sub/b.txt": "tracked by git, but missing on disk"}


def test_a_folder_replaced_by_a_file_leaves_its_files_missing(repo: Repo) -> None:
    repo.commit({"sub/b.txt": ""})
    (repo.path / "sub/b.txt").unlink()
    (repo.path / "sub").rmdir()
    repo.write({"sub": "file"})
    tree = WorkTree(repo.path)
    assert paths(tree) == ["sub"]
    assert messages(tree) == {"sub/b.txt": "tracked by git, but missing on disk"}


def test_a_file_left_out_by_a_sparse_checkout_is_told_as_such(repo: Repo) -> None:
    repo.commit({"a.txt": "", "b.txt": ""})
    repo.git("update-index", "--skip-worktree", "b.txt")
    (repo.path / "b.txt").unlink()
    tree = WorkTree(repo.path)
    assert messages(tree) == {"b.txt": "tracked by git, but not checked out"}
    assert tree.subject.dirty is False


def test_with_an_empty_index_the_last_commit_tells_what_is_tracked(repo: Repo) -> None:
    repo.commit({"a.txt": "a", "sub/b.txt": "b", ".gitignore": "sub/\n"})
    repo.git("add", "-f", "sub/b.txt")
    repo.git("commit", "-q", "-m", "more")
    repo.write({"new.txt": ""})
    (repo.path / ".git/index").unlink()
    tree = WorkTree(repo.path)
    assert {entry.path: entry.tracked for entry in tree.entries} == {
        ".gitignore": True,
        "a.txt": True,
        "new.txt": False,
        "sub/b.txt": True,
    }
    assert messages(tree) == {".": "git's index is empty; what is tracked was taken from the last commit"}


def test_an_empty_index_is_noticed_in_a_subfolder_too(repo: Repo) -> None:
    repo.commit({"a.txt": "a", "sub/b.txt": "b"})
    (repo.path / ".git/index").unlink()
    tree = WorkTree(repo.path / "sub")
    assert [(entry.path, entry.tracked) for entry in tree.entries] == [("b.txt", True)]
    assert len(tree.problems) == 1


def test_before_the_first_commit_there_are_files_but_no_commit(repo: Repo) -> None:
    repo.write({"a.txt": ""})
    tree = WorkTree(repo.path)
    assert [(entry.path, entry.tracked) for entry in tree.entries] == [("a.txt", False)]
    assert tree.problems == ()


def test_an_unmerged_file_is_listed_once(repo: Repo) -> None:
    repo.commit({"a.txt": "base\n"})
    repo.git("checkout", "-q", "-b", "other")
    repo.commit({"a.txt": "other\n"})
    repo.git("checkout", "-q", "main")
    repo.commit({"a.txt": "main\n"})
    repo.git("merge", "other", check=False)
    tree = WorkTree(repo.path)
    assert [(entry.path, entry.blob) for entry in tree.entries] == [("a.txt", "")]
    assert tree.subject.dirty is True


def test_links_are_named_and_not_followed(repo: Repo) -> None:
    repo.commit({"a.txt": ""})
    (repo.path / "tracked").symlink_to("a.txt")
    repo.git("add", "-A")
    (repo.path / "new").symlink_to("/etc")
    tree = WorkTree(repo.path)
    assert paths(tree) == ["a.txt"]
    assert messages(tree) == {"new": "symbolic link, not followed", "tracked": "symbolic link, not followed"}


def test_submodules_and_repositories_within_are_named_and_not_entered(repo: Repo, tmp_path: Path) -> None:
    other = Repo(tmp_path / "other")
    other.commit({"x.txt": ""})
    repo.commit({"a.txt": ""})
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.path), "module")
    Repo(repo.path / "nested").commit({"y.txt": ""})
    tree = WorkTree(repo.path)
    assert paths(tree) == [".gitmodules", "a.txt"]
    assert messages(tree) == {
        "module": "submodule, not looked at",
        "nested": "another git repository, not looked at",
    }


def test_a_submodule_can_be_a_subject(repo: Repo, tmp_path: Path) -> None:
    other = Repo(tmp_path / "other")
    other.commit({"x.txt": ""})
    repo.commit({"a.txt": ""})
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.path), "module")
    assert paths(WorkTree(repo.path / "module")) == ["x.txt"]


def test_a_linked_work_tree_is_a_repository(repo: Repo, tmp_path: Path) -> None:
    commit = repo.commit({"a.txt": ""})
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    tree = WorkTree(tmp_path / "linked")
    assert [(entry.path, entry.tracked) for entry in tree.entries] == [("a.txt", True)]
    assert tree.subject.commit == commit


@pytest.mark.parametrize("content", ["gitdir: /nowhere\n", "nonsense", ""])
def test_a_git_file_that_leads_nowhere_is_no_repository(content: str, tmp_path: Path) -> None:
    folder(tmp_path, {".git": content, "a.txt": ""})
    assert [(entry.path, entry.tracked) for entry in WorkTree(tmp_path).entries] == [("a.txt", None)]


def test_names_that_are_no_utf_8_are_listed_and_read(repo: Repo) -> None:
    repo.commit({"a.txt": ""})
    with open(os.path.join(os.fsencode(repo.path), b"caf\xe9"), "wb") as stream:  # noqa: PTH118, PTH123
        stream.write(b"x")
    tree = WorkTree(repo.path)
    assert paths(tree) == ["a.txt", r"caf\xe9"]
    assert tree.read(r"caf\xe9") == b"x"


@pytest.mark.parametrize("name", ["new\nline", "tab\there", "quote\"'", "-rf", "é", " ", "$(x)"])
def test_strange_names_are_listed_as_they_are(name: str, repo: Repo) -> None:
    repo.commit({name: "x"})
    repo.settle()
    assert [(entry.path, entry.tracked) for entry in WorkTree(repo.path).entries] == [(name, True)]
    assert WorkTree(repo.path).read(name) == b"x"


def test_a_file_over_the_limit_is_never_read(tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as stream:
        stream.truncate(200 << 20)
    tree = WorkTree(tmp_path)
    assert [entry.size for entry in tree.entries] == [200 << 20]
    with pytest.raises(Unreadable, match="larger than 1 MiB") as caught:
        tree.read("huge")
    assert caught.value.opens


def test_a_file_that_grows_over_the_limit_is_not_read(tmp_path: Path) -> None:
    folder(tmp_path, {"a": "1"})
    tree = WorkTree(tmp_path, limits=Limits(file_bytes=4))
    assert tree.read("a") == b"1"
    folder(tmp_path, {"a": "12345"})
    with pytest.raises(Unreadable, match="larger than 4 bytes"):
        tree.read("a")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc here")
def test_a_file_that_claims_to_be_empty_is_read_up_to_the_limit() -> None:
    with pytest.raises(Unreadable, match="larger than 16 bytes"):
        Disk(b"/proc/self").read(b"status", Limits(file_bytes=16))


def test_a_file_that_vanishes_is_unreadable_and_leaves_nothing_open(tmp_path: Path) -> None:
    folder(tmp_path, {"a": ""})
    tree = WorkTree(tmp_path)
    (tmp_path / "a").unlink()
    with pytest.raises(Unreadable, match="vanished") as caught:
        tree.read("a")
    assert not caught.value.opens


def test_a_file_without_permission_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder(tmp_path, {"a": ""})
    tree = WorkTree(tmp_path)

    def refuse(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(Unreadable, match="no permission"):
        tree.read("a")


def test_a_path_that_is_no_entry_is_a_key_error(tmp_path: Path) -> None:
    folder(tmp_path, {"a": ""})
    with pytest.raises(KeyError):
        WorkTree(tmp_path).read("../a")


def test_without_git_all_files_are_listed_but_installed_packages_and_caches(tmp_path: Path) -> None:
    folder(
        tmp_path,
        {
            "a.txt": "",
            "sub/b.txt": "",
            ".gitignore": "",
            "node_modules/x/i.js": "",
            "venv/pyvenv.cfg": "",
            "sub/venv/code.py": "",
            "__pycache__/a.pyc": "",
            ".terraform/x": "",
            "sub/.git/config": "",
        },
    )
    tree = WorkTree(tmp_path)
    assert paths(tree) == [".gitignore", "a.txt", "sub/b.txt", "sub/venv/code.py"]
    assert messages(tree) == {
        ".terraform": "a tool's cache, not looked at",
        "__pycache__": "a tool's cache, not looked at",
        "node_modules": "installed packages, not looked at",
        "venv": "installed packages, not looked at",
    }
    assert {entry.tracked for entry in tree.entries} == {None}


def test_without_git_special_files_are_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("nowhere")
    assert messages(WorkTree(tmp_path)) == {
        "link": "symbolic link, not followed",
        "pipe": "named pipe, not opened",
    }


def test_where_git_is_not_installed_the_files_are_walked(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit({"a.txt": "", ".gitignore": "b.txt\n"})
    repo.write({"b.txt": ""})
    monkeypatch.setenv("PATH", "/nonexistent")
    tree = WorkTree(repo.path)
    assert paths(tree) == [".gitignore", "a.txt", "b.txt"]
    assert messages(tree)["."].startswith("git is not installed")
    assert tree.subject.commit == ""


def test_a_folder_that_cannot_be_looked_into_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder(tmp_path, {"a.txt": "", "sub/b.txt": ""})
    real = os.scandir

    def refuse(path: bytes) -> object:
        if path.endswith(b"/sub"):
            raise PermissionError
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    tree = WorkTree(tmp_path)
    assert paths(tree) == ["a.txt"]
    assert messages(tree) == {"sub": "a folder that cannot be looked into"}


def test_a_very_deep_folder_ends_the_listing_with_a_problem_at_worst(tmp_path: Path) -> None:
    start = Path.cwd()
    try:
        os.chdir(tmp_path)
        for _ in range(300):
            Path("d").mkdir()
            os.chdir("d")
        Path("leaf").write_text("")
    finally:
        os.chdir(start)
    tree = WorkTree(tmp_path)
    assert len(tree.entries) + len(tree.problems) == 1


def test_excluded_paths_are_neither_entries_nor_problems(repo: Repo) -> None:
    repo.commit({"a.txt": "", "legacy/b.txt": "", "x/c.log": ""})
    (repo.path / "legacy/link").symlink_to("b.txt")
    tree = WorkTree(repo.path, exclude=["legacy", "**/*.log"])
    assert paths(tree) == ["a.txt"]
    assert tree.problems == ()


def test_a_bad_glob_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PatternError):
        WorkTree(tmp_path, exclude=["[a"])


def test_only_so_many_files_are_kept_and_the_rest_is_counted(tmp_path: Path) -> None:
    folder(tmp_path, {"c": "", "a": "", "b": ""})
    tree = WorkTree(tmp_path, limits=Limits(files=1))
    assert paths(tree) == ["a"]
    assert messages(tree) == {"a": "2 files after this one were not looked at: more than 1 files"}
    with pytest.raises(KeyError):
        tree.read("b")


def test_many_problems_are_summed_up(tmp_path: Path) -> None:
    for number in range(120):
        (tmp_path / f"link{number:03}").symlink_to("nowhere")
    problems = WorkTree(tmp_path).problems
    assert len(problems) == 101
    assert problems[-1].message == "20 more paths were passed over like these"


def test_the_order_in_which_the_disk_lists_does_not_matter(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plain = folder(tmp_path / "plain", {"b": "", "a/x": "", "a-b": "", "c/y/z": ""})
    before = WorkTree(plain)
    real = os.scandir

    class Backwards:
        def __init__(self, path: bytes) -> None:
            with real(path) as found:
                self._found = sorted(found, key=lambda entry: entry.name, reverse=True)

        def __enter__(self) -> list[os.DirEntry[bytes]]:
            return self._found

        def __exit__(self, *_: object) -> None:
            return None

    monkeypatch.setattr(os, "scandir", Backwards)
    after = WorkTree(plain)
    assert before.entries == after.entries
    assert paths(after) == ["a-b", "a/x", "b", "c/y/z"]


def test_a_folder_that_does_not_exist_names_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    with pytest.raises(SubjectError, match=r"no such folder: .*projet'; did you mean 'project'\?"):
        open_tree(tmp_path / "projet")


def test_a_folder_in_a_folder_that_does_not_exist_has_no_neighbour(tmp_path: Path) -> None:
    with pytest.raises(SubjectError, match="no such folder"):
        open_tree(tmp_path / "x/y/z")


def test_a_file_is_no_subject(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(SubjectError, match="is a file; a subject is a folder"):
        open_tree(tmp_path / "a")


def test_a_path_with_a_nul_is_no_folder() -> None:
    with pytest.raises(SubjectError, match="no such folder"):
        open_tree("a\0b")


def test_a_bare_repository_needs_a_revision(tmp_path: Path) -> None:
    Repo(tmp_path / "x.git", "--bare")
    with pytest.raises(SubjectError, match="a bare repository, without files; name a revision with --ref"):
        open_tree(tmp_path / "x.git")


@pytest.mark.parametrize(
    "path", [b"../a", b"a/../b", b"/etc/passwd", b"a//b", b".git/config", b"x/.GIT/y", b""]
)
def test_a_path_out_of_the_root_or_into_git_is_not_inside(path: bytes) -> None:
    assert not is_inside(path)
    assert Disk(b"/").look(path) == "not a usable path below the root"


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (0o120000, "symbolic link, not followed"),
        (0o040000, "a folder, where a file was expected"),
        (0o020000, "device, not opened"),
        (0o060000, "device, not opened"),
    ],
)
def test_what_is_no_regular_file_is_named(mode: int, words: str) -> None:
    assert kind(mode) == words


def test_a_name_too_long_for_the_disk_cannot_be_looked_at(tmp_path: Path) -> None:
    disk = Disk(os.fsencode(tmp_path))
    assert disk.look(b"a" * 300) == "cannot be looked at"
    assert disk.look(b"a" * 300 + b"/b") == "cannot be looked at"
    assert disk.look(b"a/" * 300 + b"b") == "too deep"


@given(st.dictionaries(st.sampled_from(["a", "b/c", "b/d", "e.py"]), st.binary(max_size=20), max_size=4))
def test_what_is_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    top = folder(tmp_path_factory.mktemp("written"), files)
    tree = WorkTree(top)
    assert {entry.path: tree.read(entry.path) for entry in tree.entries} == files
