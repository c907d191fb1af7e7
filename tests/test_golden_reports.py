"""Whole Markdown reports, pinned: `pytest --renew` writes them anew, to be read in the diff."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import readiness
from readiness.assess import Options, assess
from readiness.cli.options import book
from readiness.records import replace
from readiness.render import markdown
from readiness.report import derive
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Subject

if TYPE_CHECKING:
    from readiness.assessment import Assessment

GOLDEN = Path(__file__).parent / "golden"

LIBRARY = {
    "go.mod": "module example.org/sums\n\ngo 1.24\n",
    "sums.go": "// Package sums adds.\npackage sums\n\nfunc Add(a, b int) int { return a + b }\n",
    "sums_test.go": 'package sums\n\nimport "testing"\n\nfunc TestAdd(t *testing.T) {}\n',
    "README.md": "# sums\n\nAdds numbers.\n",
    ".github/workflows/ci.yml": (
        "on: [push, pull_request]\n"
        "permissions: { contents: read }\n"
        "jobs:\n"
        "  test:\n"
        "    runs-on: ubuntu-latest\n"
        "    steps:\n"
        "      - uses: actions/checkout@v4\n"
        "      - run: go test ./...\n"
    ),
}
SERVICE = {
    "app.py": (
        "from flask import Flask\n\napp = Flask(__name__)\n\n\n"
        "@app.get('/health')\ndef health():\n    return {'ok': True}\n"
    ),
    "requirements.txt": "flask==3.0.3\n",
    "Dockerfile": 'FROM python:3.12\nCOPY . .\nRUN pip install -r requirements.txt\nCMD ["flask", "run"]\n',
    "docs/DEPLOYMENT.md": "# Deployment\n\n```yaml\napiVersion: apps/v1\nkind: Deployment\n```\n",
    "deploy.sh": "#!/bin/sh\nset -e\ndocker compose up -d\n",
}


def made(files: dict[str, str], *areas: str) -> Assessment:
    subject = Subject("sample", commit="0" * 40, committed="2026-01-02", default_branch="main", dirty=False)
    tree = MemoryTree({path: text.encode() for path, text in files.items()}, subject=subject)
    found = assess(tree, book(), Options(tier="C", areas=areas)).assessment
    packs = tuple(replace(pack, digest="DIGEST") for pack in found.packs)
    return replace(found, packs=packs, tool=replace(found.tool, version="VERSION"))


@pytest.mark.parametrize(
    ("name", "files", "areas"),
    [("empty", {}, ()), ("library", LIBRARY, ()), ("service", SERVICE, ("container", "monitoring"))],
)
def test_the_report_is_as_pinned(
    name: str, files: dict[str, str], areas: tuple[str, ...], renew: bool
) -> None:
    path = GOLDEN / f"{name}.md"
    text = markdown.render(made(files, *areas))
    assert readiness.__version__ not in text
    if renew:
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def rescanned(files: dict[str, str], changes: dict[str, str], *areas: str) -> int:
    """The millipoints by which the score rises where ``files`` are changed and scanned anew."""
    before, after = made(files, *areas).score, made(files | changes, *areas).score
    assert before is not None
    assert after is not None
    return after.low - before.low


NON_ROOT = {"Dockerfile": SERVICE["Dockerfile"].replace("CMD", "RUN useradd app\nUSER app\nCMD")}
CHECKED = {
    "Dockerfile": SERVICE["Dockerfile"].replace("CMD", "HEALTHCHECK CMD curl -f localhost/health\nCMD")
}


@pytest.mark.parametrize(
    ("rule", "changes"), [("container/non-root", NON_ROOT), ("container/healthcheck", CHECKED)]
)
def test_what_a_fix_is_said_to_bring_is_what_a_scan_of_the_fixed_files_brings(
    rule: str, changes: dict[str, str]
) -> None:
    gain = derive(made(SERVICE, "container", "monitoring")).gains[rule]
    assert not gain.at_least
    assert rescanned(SERVICE, changes, "container", "monitoring") == gain.points > 0


def test_what_others_wait_for_brings_at_least_what_is_said() -> None:
    without = {path: text for path, text in SERVICE.items() if path != "Dockerfile"}
    gain = derive(made(without, "container", "monitoring")).gains["container/image-defined"]
    assert gain.at_least
    assert "container/non-root" in gain.dependants
    brings = rescanned(without, {"Dockerfile": SERVICE["Dockerfile"]}, "container", "monitoring")
    assert brings >= gain.points > 0
