from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.cli import options, run
from readiness.config import Config, millipoints, read_config
from readiness.errors import ReadinessError
from readiness.facts.repository.profile import PROFILES
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = """
tier = "C"
profile = "library"
exclude = ["docs/**"]
disable = ["cicd/tests-run"]
[gate]
min = 70.5
no-blockers = true
[gate.min-area]
container = 60
"""
READ = Config(
    "readiness.toml",
    "C",
    "library",
    ("docs/**",),
    ("cicd/tests-run",),
    70_500,
    {"container": 60_000},
    no_blockers=True,
)


def config(files: dict[str, str]) -> Config:
    return read_config(MemoryTree(files))


def test_every_key_is_read() -> None:
    assert config({"readiness.toml": WHOLE}) == READ


def test_a_table_of_pyproject_says_the_same() -> None:
    found = config({"pyproject.toml": "[tool.readiness]\ntier = 'A'\n"})
    assert found == Config("pyproject.toml", "A")


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"pyproject.toml": "[project]\nname = 'a'\n"},
        {"pyproject.toml": "[tool.x]\na = 1\n"},
        {"pyproject.toml": "["},
    ],
)
def test_without_a_configuration_nothing_is_said(files: dict[str, str]) -> None:
    assert config(files) == Config()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("teir = 'C'", "readiness.toml:1: the configuration has no key 'teir'; did you mean 'tier'?"),
        ("tier = 'D'", "readiness.toml:1: tier is never 'D'; one of: C, B, A"),
        ("\n[gate]\nmim = 1", "readiness.toml:3: 'gate' has no key 'mim'; did you mean 'min'?"),
        ("[gate]\nmin = 101", "readiness.toml:2: 'min' must be a number from 0 to 100"),
        ("[gate]\nmin = ['a']", "readiness.toml:2: 'min' must be a number from 0 to 100"),
        ("[gate.min-area]\ncontainers = 1", "'min-area' has no key 'containers'; did you mean 'container'?"),
        ("exclude = [[1]]", "readiness.toml:1: 'exclude' must be a text or a list of texts"),
        ("tier = ", "readiness.toml:1: "),
    ],
)
def test_a_mistake_is_named_with_its_line_and_the_nearest_word(text: str, message: str) -> None:
    with pytest.raises(ReadinessError) as refused:
        config({"readiness.toml": text})
    assert message in str(refused.value)


def test_two_configurations_are_an_error() -> None:
    with pytest.raises(ReadinessError, match="there are two configurations"):
        config({"readiness.toml": "", "pyproject.toml": "[tool.readiness]\n"})


def test_a_configuration_over_the_limit_is_an_error() -> None:
    with pytest.raises(ReadinessError, match=r"readiness\.toml: larger than"):
        config({"readiness.toml": "#" * (2 << 20)})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("70", 70_000),
        ("70.5", 70_500),
        ("100", 100_000),
        ("0", 0),
        ("100.001", None),
        ("7.", None),
        ("-1", None),
        ("", None),
    ],
)
def test_a_score_is_read_in_thousandths(text: str, value: int | None) -> None:
    assert millipoints(text) == value


PIPELINE = """
on: [push, pull_request]
jobs: { t: { runs-on: ubuntu-latest, steps: [{ uses: actions/checkout@v4 }, { run: pytest }] } }
"""


@pytest.fixture
def subject(tmp_path: Path) -> Path:
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/ci.yml").write_text(PIPELINE)
    (tmp_path / "app.py").write_text("x = 1\n")
    return tmp_path


def test_the_gate_takes_its_thresholds_from_the_configuration_and_an_option_goes_before_it(
    subject: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (subject / "readiness.toml").write_text("[gate]\nmin = 100\n")
    assert run(["gate", str(subject)]) == 1
    assert run(["gate", str(subject), "--min", "10"]) == 0
    assert run(["gate", str(subject), "--no-config"]) == 0
    capsys.readouterr()


def test_what_the_configuration_leaves_out_is_printed(
    subject: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (subject / "readiness.toml").write_text("tier = 'C'\nexclude = ['docs']\ndisable = ['cicd/tests-run']\n")
    assert run(["scan", str(subject)]) == 0
    printed = capsys.readouterr().out
    assert "tier C" in printed
    assert "docs" in printed
    assert "disabled" in printed


def test_a_rule_that_does_not_exist_cannot_be_disabled(
    subject: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (subject / "readiness.toml").write_text("disable = ['cicd/test-run']\n")
    assert run(["scan", str(subject)]) == 2
    assert "did you mean 'cicd/tests-run'?" in capsys.readouterr().err


def test_the_command_line_and_the_configuration_know_the_same_profiles() -> None:
    assert options.PROFILES == PROFILES
