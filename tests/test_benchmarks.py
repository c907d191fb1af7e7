"""The benchmarks' own scripts: the generator makes the same again, and the commands answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "benchmarks"


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A script of the benchmarks in a process of its own."""
    command = [sys.executable, str(FOLDER / script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def listed(folder: Path) -> list[str]:
    """The files that git knows."""
    command = ["git", "-C", str(folder), "ls-files"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def test_the_same_seed_makes_the_same_tree(tmp_path: Path) -> None:
    one = run("trees.py", str(tmp_path / "one"), "--files", "150")
    other = run("trees.py", str(tmp_path / "other"), "--files", "150")
    assert one.returncode == 0, one.stderr
    assert one.stdout == other.stdout
    assert len(one.stdout.strip()) == 40


def test_another_seed_makes_another_tree(tmp_path: Path) -> None:
    one = run("trees.py", str(tmp_path / "one"), "--files", "20", "--seed", "1")
    other = run("trees.py", str(tmp_path / "other"), "--files", "20", "--seed", "2")
    assert one.stdout != other.stdout


def test_a_tree_has_as_many_files_as_were_asked_for_and_no_two_alike(tmp_path: Path) -> None:
    run("trees.py", str(tmp_path / "tree"), "--files", "400")
    paths = listed(tmp_path / "tree")
    assert len(paths) == 400
    contents = {
        (tmp_path / "tree" / path).read_bytes() for path in paths if not path.endswith("tsconfig.json")
    }
    assert len(contents) == len([path for path in paths if not path.endswith("tsconfig.json")])
    endings = {path.rpartition(".")[2] for path in paths}
    assert {"py", "ts", "yaml", "md", "json", "yml"} <= endings


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = run("trees.py", str(tmp_path), "--files", "5")
    assert done.returncode == 2
    assert "is not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_pair_is_measured_and_printed_as_a_row(tmp_path: Path) -> None:
    command = f"{sys.executable} -c pass"
    done = run("pairs.py", str(tmp_path), command, command, "--times", "2")
    assert done.returncode == 0, done.stderr
    *head, row = done.stdout.splitlines()
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert len(head) == 2
    assert cells[:3] == [command, command, "2"]
    assert all(float(cell) > 0 for cell in cells[3:9])
    assert cells[-1] == "0, 0"


def test_a_program_that_is_not_there_is_told_by_its_exit_code(tmp_path: Path) -> None:
    done = run("pairs.py", str(tmp_path), f"{sys.executable} -c pass", "no-such-program", "--times", "1")
    assert done.stdout.splitlines()[-1].endswith("| 0, 127 |")


@pytest.mark.parametrize("script", ["trees.py", "pairs.py", "bandit_part.py"])
def test_a_script_tells_how_it_is_used(script: str) -> None:
    done = run(script, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"usage: {script}")


def test_facts_are_counted_beside_what_a_reader_wrote_down(tmp_path: Path) -> None:
    sys.path.insert(0, str(FOLDER))
    try:
        import facts  # noqa: PLC0415 - a script of the benchmarks
    finally:
        sys.path.pop(0)
    from readiness.facts.store import Store  # noqa: PLC0415
    from readiness.tree.memory import MemoryTree  # noqa: PLC0415

    workflow = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n"
    store = Store(
        MemoryTree(
            {
                ".github/workflows/ci.yml": workflow
                + "      - run: pytest\n      - run: go test ./... || true\n",
                "Dockerfile": "FROM scratch\n",
                "app.py": "import os\nos.environ['TOKEN_NAME']\n",
            }
        )
    )
    file = tmp_path / "a.yaml"
    file.write_text(
        "repository: a/b\ncommit: '0'\nfacts:\n"
        "  test-steps: ['.github/workflows/ci.yml:6', '.github/workflows/ci.yml:30']\n"
        "  test-steps-masked: []\n  images: ['Dockerfile:1']\n  env: [TOKEN_NAME, OTHER]\n  cors: unknown\n"
    )
    counts, lines = facts.counted(store, facts.labelled(file))
    assert counts["test-steps"] == {"hit": 1, "missed": 1, "extra": 0, "open": 0}
    assert counts["test-steps-masked"] == {"hit": 0, "missed": 0, "extra": 1, "open": 0}
    assert counts["images"] == {"hit": 1, "missed": 0, "extra": 0, "open": 0}
    assert counts["env"]["missed"] == 1
    assert counts["cors"] == {"open": 1}
    assert "  missed: test-steps: .github/workflows/ci.yml:30" in lines
