"""The command line run in this process, by a small pack of rules instead of the shipped one."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, NamedTuple

from toys import pack
from tree_repos import folder

import readiness.assess  # noqa: F401 - before the rules are exchanged: the score keeps its own numbers
from readiness import resources
from readiness.cli import run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pytest

GOOD = {f"{name}.txt": "x" for name in ("one", "two", "three", "four", "five", "six")}
POOR = {"four.txt": "x", "five.txt": "x", "six.txt": "x", "README.md": "# Shop"}


class Ran(NamedTuple):
    """What a command ended with."""

    code: int
    out: str
    err: str


class Line:
    """Runs commands. ``subject`` makes a folder of files and gives its path."""

    def __init__(self, top: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.top, self._capsys = top, capsys

    def __call__(self, *arguments: str) -> Ran:
        self._capsys.readouterr()
        code = run(arguments)
        out, err = self._capsys.readouterr()
        return Ran(code, out, err)

    def subject(self, files: Mapping[str, str | bytes], name: str = "shop") -> str:
        top = self.top / name
        top.mkdir(exist_ok=True)
        return str(folder(top, files))


def small_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the small pack the shipped one; the tables beside the rules stay."""
    rules, real = pack(tmp_path / "rules"), resources.shipped
    for table in real("rules").glob("*.yaml"):
        shutil.copy(table, rules)
    monkeypatch.setattr(resources, "shipped", lambda name: rules if name == "rules" else real(name))
    for name in ("SOURCE_DATE_EPOCH", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
