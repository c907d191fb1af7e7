"""The same repository gives the same bytes, and none of them tells whose machine it was."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tree_repos import Repo

from readiness.matching import Pattern

FILES = {
    ".github/workflows/ci.yml": (
        "on: {push: {branches: [main]}, pull_request: {}}\n"
        "jobs:\n"
        "  test:\n"
        "    runs-on: ubuntu-latest\n"
        "    steps:\n"
        "      - uses: actions/checkout@v4\n"
        "      - run: pytest\n"
    ),
    "Dockerfile": 'FROM python:3.12\nUSER app\nCMD ["python", "app.py"]\n',
    "app.py": (
        "from fastapi import FastAPI\n\napp = FastAPI()\n@app.get('/health')\ndef health():\n    return {}\n"
    ),
    "requirements.txt": "fastapi==0.110.0\n",
    "README.md": "# Shop\n\n## Deployment\n\nRun it.\n",
    "broken.yml": "a: [\n",
    "größe.toml": "a = 1\n",
}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    made = Repo(tmp_path / "shop")
    made.commit(FILES)
    made.git("remote", "add", "origin", "https://ada:zxcvbn@example.org/shop.git")
    made.settle()
    return made.path


def scan(path: Path, form: str = "json", *options: str, cwd: Path | None = None, **environ: str) -> bytes:
    done = subprocess.run(
        [sys.executable, "-m", "readiness", "scan", str(path), "--format", form, *options],
        capture_output=True,
        cwd=cwd,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environ},
        check=False,
        timeout=120,
    )
    assert (done.stderr, done.returncode in {0, 3}) == (b"", True)
    return done.stdout


@pytest.mark.parametrize("form", ["json", "terminal"])
def test_seed_zone_and_locale_change_no_byte(repo: Path, form: str) -> None:
    first = scan(repo, form, PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C.UTF-8")
    other = scan(repo, form, PYTHONHASHSEED="4242", TZ="Pacific/Kiritimati", LC_ALL="C", PYTHONUTF8="0")
    assert first == other


def test_a_clone_elsewhere_made_in_another_order_gives_the_same_bytes(repo: Path, tmp_path: Path) -> None:
    other = Repo(tmp_path / "elsewhere" / "shop")
    for name in sorted(FILES, reverse=True):
        other.write({name: FILES[name]})
    other.commit()
    other.git("remote", "add", "origin", "https://bob:other@example.org/shop.git")
    other.settle()
    assert scan(repo) == scan(other.path)


def test_a_cold_a_warm_and_no_cache_give_the_same_bytes(repo: Path, tmp_path: Path) -> None:
    folder = str(tmp_path / "cache")
    without = scan(repo, "json", "--no-cache", READINESS_CACHE_DIR=folder)
    assert not Path(folder).exists()
    cold = scan(repo, READINESS_CACHE_DIR=folder)
    assert (Path(folder) / "facts.sqlite").stat().st_size > 0
    assert without == cold == scan(repo, READINESS_CACHE_DIR=folder)


def test_no_cache_is_made_in_the_subject(repo: Path) -> None:
    scan(repo, READINESS_CACHE_DIR=str(repo / "cache"))
    assert not (repo / "cache").exists()


def test_the_working_folder_changes_nothing(repo: Path, tmp_path: Path) -> None:
    assert scan(repo) == scan(repo, cwd=tmp_path)


def test_the_commit_gives_what_its_checkout_gives(repo: Path) -> None:
    tree, commit = json.loads(scan(repo)), json.loads(scan(repo, "json", "--ref", "HEAD"))
    assert tree["subject"] | {"ref": "HEAD"} == commit["subject"] | {"ref": "HEAD"}
    assert tree["rules"] == commit["rules"]
    assert tree["score"] == commit["score"]


def test_no_output_tells_the_machine_the_user_or_a_password(repo: Path) -> None:
    for form in ("json", "terminal"):
        text = scan(repo, form).decode()
        for word in (
            str(repo),
            str(repo.parent),
            str(Path.home()) + "/",
            "zxcvbn",
            "ada:",
        ):
            assert word not in text
        host = "".join(f"\\x{{{ord(char):x}}}" for char in socket.gethostname())
        assert not Pattern(rf"\b{host}\b").found(text)


def test_the_commits_date_is_the_one_judged_by(repo: Path) -> None:
    assert json.loads(scan(repo))["subject"]["as_of"] == "2024-03-02"


def test_nothing_is_written_into_the_subject(repo: Path) -> None:
    def state() -> list[tuple[str, int]]:
        return sorted((str(file), file.stat().st_mtime_ns) for file in repo.rglob("*"))

    before = state()
    scan(repo)
    assert before == state()
