from __future__ import annotations

import gc
import os
import threading
from typing import TYPE_CHECKING

import pytest
from tree_repos import Repo, folder, messages, paths

from readiness.errors import SubjectError
from readiness.tree import open_tree
from readiness.tree.git import Git
from readiness.tree.listing import blob_id
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Limits, Role, Unreadable
from readiness.tree.revision import RevisionTree, _Objects

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "subject")


def test_a_revision_is_read_as_it_was_committed(repo: Repo) -> None:
    repo.commit({"a.txt": "old", "gone.txt": "g"})
    repo.git("tag", "v1")
    (repo.path / "gone.txt").unlink()
    repo.commit({"a.txt": "new"})
    repo.write({"untracked.txt": ""})
    tree = open_tree(repo.path, "v1")
    assert paths(tree) == ["a.txt", "gone.txt"]
    assert tree.read("a.txt") == b"old"


def test_entries_carry_size_id_and_executable_bit(repo: Repo) -> None:
    repo.write({"run.sh": "#!/bin/sh\n"})
    (repo.path / "run.sh").chmod(0o755)
    repo.commit({"a.txt": "hello"})
    with RevisionTree(repo.path, "HEAD") as tree:
        assert [
            (entry.path, entry.size, entry.blob, entry.executable, entry.tracked) for entry in tree.entries
        ] == [
            ("a.txt", 5, blob_id(b"hello"), False, True),
            ("run.sh", 10, blob_id(b"#!/bin/sh\n"), True, True),
        ]


def test_a_revision_has_the_entries_of_the_same_tree_in_memory(repo: Repo) -> None:
    files = {"src/a.py": "x", "tests/test_a.py": "y", ".gitattributes": "src/** linguist-generated\n"}
    repo.commit(files)
    with RevisionTree(repo.path, "HEAD") as tree:
        assert tree.entries == MemoryTree(files).entries
        assert [entry.role for entry in tree.entries] == [Role.PRODUCT, Role.GENERATED, Role.TEST]


def test_line_ends_are_not_changed(repo: Repo) -> None:
    repo.write({"a.bat": "x\r\n", ".gitattributes": "*.bat -text\n"})
    repo.commit()
    with RevisionTree(repo.path, "HEAD") as tree:
        assert tree.read("a.bat") == b"x\r\n"


def test_a_subfolder_of_a_revision_is_a_subject_of_its_own(repo: Repo) -> None:
    repo.commit({"big/sub/a.txt": "a", "big/subway/b.txt": ""})
    with RevisionTree(repo.path / "big/sub", "main") as tree:
        assert paths(tree) == ["a.txt"]
        assert tree.read("a.txt") == b"a"
        assert tree.subject.name == "subject/big/sub"


def test_a_folder_that_the_revision_lacks_is_an_error(repo: Repo) -> None:
    repo.commit({"a.txt": ""})
    (repo.path / "new").mkdir()
    with pytest.raises(SubjectError, match="no folder 'new' in 'HEAD'"):
        RevisionTree(repo.path / "new", "HEAD")


def test_a_bare_repository_can_be_read(repo: Repo, tmp_path: Path) -> None:
    commit = repo.commit({"a.txt": "a"})
    repo.git("clone", "-q", "--bare", str(repo.path), str(tmp_path / "copy.git"))
    with RevisionTree(tmp_path / "copy.git", "main") as tree:
        assert tree.read("a.txt") == b"a"
        assert tree.subject.name == "copy"
        assert tree.subject.commit == commit


def test_links_and_submodules_are_named_and_not_followed(repo: Repo, tmp_path: Path) -> None:
    other = Repo(tmp_path / "other")
    other.commit({"x": ""})
    repo.write({"a.txt": ""})
    (repo.path / "link").symlink_to("a.txt")
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.path), "module")
    repo.commit()
    with RevisionTree(repo.path, "HEAD") as tree:
        assert paths(tree) == [".gitmodules", "a.txt"]
        assert messages(tree) == {"link": "symbolic link, not followed", "module": "submodule, not looked at"}


def test_a_missing_object_is_a_problem_and_no_entry(repo: Repo) -> None:
    repo.commit({"a.txt": "a", "b.txt": "b"})
    blob = blob_id(b"b")
    (repo.path / ".git/objects" / blob[:2] / blob[2:]).unlink()
    with RevisionTree(repo.path, "HEAD") as tree:
        assert paths(tree) == ["a.txt"]
        assert messages(tree) == {"b.txt": "its content is not in this repository"}


def test_an_object_that_breaks_later_is_unreadable_and_others_are_still_read(repo: Repo) -> None:
    repo.commit({"a.txt": "a", "b.txt": "b"})
    with RevisionTree(repo.path, "HEAD") as tree:
        blob = blob_id(b"b")
        (repo.path / ".git/objects" / blob[:2] / blob[2:]).unlink()
        with pytest.raises(Unreadable, match="git cannot read its content"):
            tree.read("b.txt")
        assert tree.read("a.txt") == b"a"


def test_a_truncated_object_is_unreadable(repo: Repo) -> None:
    repo.commit({"a.txt": "a" * 5000, "b.txt": "b"})
    path = repo.path / ".git/objects" / blob_id(b"a" * 5000)[:2] / blob_id(b"a" * 5000)[2:]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:20])
    with RevisionTree(repo.path, "HEAD") as tree:
        assert tree.read("b.txt") == b"b"
        if "a.txt" in paths(tree):
            with pytest.raises(Unreadable):
                tree.read("a.txt")
        assert tree.read("b.txt") == b"b"


def test_a_file_over_the_limit_is_not_read(repo: Repo) -> None:
    repo.commit({"a.txt": "12345", "b.txt": "1"})
    with RevisionTree(repo.path, "HEAD", limits=Limits(file_bytes=4)) as tree:
        with pytest.raises(Unreadable, match="larger than 4 bytes") as caught:
            tree.read("a.txt")
        assert caught.value.opens
        assert tree.read("b.txt") == b"1"


def test_an_object_that_is_no_blob_is_unreadable(repo: Repo) -> None:
    commit = repo.commit({"a.txt": ""})
    git = Git.find(repo.path)
    assert git is not None
    objects = _Objects(git)
    with pytest.raises(Unreadable):
        objects.content(commit, Limits())
    objects.close()


def test_names_that_are_no_utf_8_are_listed_and_read(repo: Repo) -> None:
    with open(os.path.join(os.fsencode(repo.path), b"caf\xe9"), "wb") as stream:  # noqa: PTH118, PTH123
        stream.write(b"x")
    repo.commit({r"caf\xe9": "y"})
    with RevisionTree(repo.path, "HEAD") as tree:
        assert paths(tree) == [r"caf\xe9", "caf\\xe9\\"]
        assert tree.read(r"caf\xe9") == b"y"
        assert tree.read("caf\\xe9\\") == b"x"


def test_excluded_paths_are_left_out(repo: Repo) -> None:
    repo.commit({"a.txt": "", "legacy/b.txt": ""})
    with RevisionTree(repo.path, "HEAD", exclude=["legacy"]) as tree:
        assert paths(tree) == ["a.txt"]


def test_only_so_many_files_are_kept(repo: Repo) -> None:
    repo.commit({"a": "", "b": "", "c": ""})
    with RevisionTree(repo.path, "HEAD", limits=Limits(files=2)) as tree:
        assert paths(tree) == ["a", "b"]
        assert len(tree.problems) == 1
        with pytest.raises(KeyError):
            tree.read("c")


def test_an_empty_commit_is_a_tree_without_files(repo: Repo) -> None:
    repo.commit()
    with RevisionTree(repo.path, "HEAD") as tree:
        assert tree.entries == ()


def test_without_a_repository_a_revision_is_an_error(tmp_path: Path) -> None:
    folder(tmp_path, {"a": ""})
    with pytest.raises(SubjectError, match="--ref needs a git repository"):
        open_tree(tmp_path, "v1")


def test_without_git_a_revision_is_an_error(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit({"a": ""})
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(SubjectError, match="--ref needs git, which is not installed"):
        open_tree(repo.path, "HEAD")


def test_a_repository_that_git_cannot_read_is_an_error(repo: Repo) -> None:
    repo.commit({"a": ""})
    (repo.path / ".git/config").write_text("[core\n")
    with pytest.raises(SubjectError, match="git cannot read this one"):
        open_tree(repo.path, "HEAD")


def test_an_unknown_revision_names_the_nearest_one(repo: Repo) -> None:
    repo.commit({"a": ""})
    repo.git("tag", "v9.0")
    with pytest.raises(SubjectError, match=r"no commit 'v9.1' in this repository; did you mean 'v9.0'\?"):
        open_tree(repo.path, "v9.1")


def test_an_unknown_revision_like_no_other_names_the_newest_tag(repo: Repo) -> None:
    repo.commit({"a": ""})
    repo.git("tag", "-a", "-m", "x", "v9.0")
    with pytest.raises(SubjectError, match=r"no commit 'production-2020' .*; the newest tag is 'v9.0'"):
        open_tree(repo.path, "production-2020")


def test_an_unknown_revision_without_any_name_is_just_unknown(repo: Repo) -> None:
    with pytest.raises(SubjectError, match=r"no commit 'HEAD' in this repository$"):
        open_tree(repo.path, "HEAD")


def test_a_revision_that_is_no_commit_is_unknown(repo: Repo) -> None:
    repo.commit({"a": ""})
    with pytest.raises(SubjectError, match="no commit 'HEAD:a'"):
        open_tree(repo.path, "HEAD:a")


def test_a_commit_whose_files_are_not_here_is_an_error(repo: Repo) -> None:
    repo.commit({"a": ""})
    tree_id = repo.git("rev-parse", "HEAD^{tree}")
    (repo.path / ".git/objects" / tree_id[:2] / tree_id[2:]).unlink()
    with pytest.raises(SubjectError, match="the files of 'HEAD' are not in this clone"):
        open_tree(repo.path, "HEAD")


def test_a_closed_tree_can_be_read_again(repo: Repo) -> None:
    repo.commit({"a": "x"})
    tree = RevisionTree(repo.path, "HEAD")
    assert tree.read("a") == b"x"
    tree.close()
    assert tree.read("a") == b"x"
    tree.close()


def test_a_tree_that_is_forgotten_leaves_no_process_behind(repo: Repo) -> None:
    repo.commit({"a": "x"})
    tree = RevisionTree(repo.path, "HEAD")
    tree.read("a")
    process = tree._objects._running[0].process
    del tree
    gc.collect()
    assert process.returncode is not None


def test_a_git_that_dies_is_started_anew(repo: Repo) -> None:
    repo.commit({"a": "x"})
    with RevisionTree(repo.path, "HEAD") as tree:
        tree.read("a")
        tree._objects._running[0].process.kill()
        tree._objects._running[0].process.wait()
        with pytest.raises(Unreadable):
            tree.read("a")
        assert tree.read("a") == b"x"


def test_several_threads_can_read_at_once(repo: Repo) -> None:
    files = {f"f{number}": str(number) * 100 for number in range(50)}
    repo.commit(files)
    wrong: list[str] = []
    with RevisionTree(repo.path, "HEAD") as tree:

        def read_all() -> None:
            wrong.extend(name for name, text in files.items() if tree.read(name) != text.encode())

        threads = [threading.Thread(target=read_all) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_a_process_forked_off_uses_a_git_of_its_own(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit({"a": "x"})
    tree = RevisionTree(repo.path, "HEAD")
    tree.read("a")
    first = tree._objects._running[0]
    real = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: real + 1)
    assert tree.read("a") == b"x"
    assert tree._objects._running[0].process.pid != first.process.pid
    monkeypatch.setattr(os, "getpid", lambda: real)
    # What another process started is not ended here.
    running = list(tree._objects._running)
    tree.close()
    assert running[0].process.poll() is None
    for item in (first, running[0]):
        item.process.communicate()


def test_a_sha256_repository_can_be_read(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "subject", "--object-format=sha256")
    repo.commit({"a": "x"})
    with RevisionTree(repo.path, "HEAD") as tree:
        assert tree.read("a") == b"x"
        assert len(tree.entries[0].blob) == 64
