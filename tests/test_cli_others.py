"""``gate``, ``explain``, ``facts``, ``rules``, ``schema``."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest
from cli_support import GOOD, POOR, Line, small_rules

from readiness.cli import cli
from readiness.cli.gate import bound
from readiness.errors import ReadinessError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Line:
    small_rules(tmp_path, monkeypatch)
    return Line(tmp_path, capsys)


def test_a_gate_that_passes_ends_with_0_and_says_so(line: Line) -> None:
    ran = line("gate", line.subject(GOOD), "--min", "100", "--no-blockers", "--min-area", "cicd=99.5")
    assert ran.code == 0
    assert ran.out.endswith(
        "gate: score 100 >= 100: passes\ngate: cicd 100 >= 99.5: passes\ngate: open blockers: none: passes\n"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--min", "90"), "< 90: fails"),
        (("--min-area", "cicd=1"), "gate: cicd 0 < 1: fails"),
        (("--no-blockers",), "gate: open blockers: cicd/one: fails"),
    ],
)
def test_a_gate_that_fails_ends_with_1_under_every_format(
    line: Line, arguments: tuple[str, ...], sentence: str
) -> None:
    path = line.subject(POOR)
    shown, data = line("gate", path, *arguments), line("gate", path, *arguments, "--format", "json")
    assert (shown.code, data.code) == (1, 1)
    assert sentence in shown.out
    assert sentence in data.err
    assert json.loads(data.out)["verdict"] == "not-ready"


def test_an_area_not_assessed_is_skipped_and_under_strict_fails(line: Line) -> None:
    path = line.subject(GOOD)
    ran = line("gate", path, "--min-area", "monitoring=50")
    assert ran.code == 0
    assert "monitoring is not assessed: its threshold 50 skipped" in ran.out
    assert line("gate", path, "--min-area", "monitoring=50", "--strict").code == 1


def test_a_gate_over_nothing_ends_with_3(line: Line) -> None:
    for file in (line.top / "rules" / "cicd").glob("*.yaml"):
        file.write_text(file.read_text().replace("weight: 10", "weight: 1"))
    for file in (line.top / "rules" / "container").glob("*.yaml"):
        file.unlink()
    ran = line("gate", line.subject(GOOD), "--min", "1")
    assert ran.code == 3
    assert "gate: nothing was assessed" in ran.out


def test_a_gate_is_as_of_today(line: Line) -> None:
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    data = json.loads(line("gate", line.subject(GOOD), "--format", "json").out)
    assert today <= data["subject"]["as_of"]


def test_quiet_shows_the_gates_last_word(line: Line) -> None:
    assert line("gate", line.subject(GOOD), "--min", "60", "--quiet").out == "gate: score 100 >= 60: passes\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--min", "101"), "--min: '101' is no score; it is a number from 0 to 100"),
        (("--min-area", "cicd"), "--min-area: 'cicd' is not AREA=SCORE, such as container=60"),
        (("--min-area", "cidc=1"), "--min-area: there is no area 'cidc'; did you mean 'cicd'?"),
        (("--min-area", "zzz=1"), "one of: cicd, container, monitoring, operations, security"),
    ],
)
def test_a_threshold_that_is_none_ends_with_2(line: Line, arguments: tuple[str, ...], message: str) -> None:
    ran = line("gate", line.subject(GOOD), *arguments)
    assert ran.code == 2
    assert message in ran.err


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("60", 60_000), ("60.5", 60_500), ("99.9999", 99_999)])
def test_a_bound_is_read_in_millipoints(text: str, value: int) -> None:
    assert value == bound(text, "--min")


@pytest.mark.parametrize("text", ["", "-1", "100.001", "1e2", "٣", "1.x", "nan", "9" * 5000])
def test_what_is_no_bound_is_refused(text: str) -> None:
    with pytest.raises(ReadinessError):
        bound(text, "--min")


def test_a_rule_is_explained(line: Line) -> None:
    ran = line("explain", "cicd/one", line.subject(POOR))
    assert ran.code == 0
    assert ran.out.startswith("cicd/one: There is a one\n")
    assert "partial      no        some file whose path is like one.txt" in ran.out
    assert "points: 0.0 of" in ran.out


def test_a_rule_with_a_typo_and_one_that_was_not_asked_are_answered(line: Line) -> None:
    path = line.subject(POOR)
    typo, disabled = (
        line("explain", "cicd/oen", path),
        line("explain", "cicd/one", path, "--disable", "cicd/one"),
    )
    assert (typo.code, disabled.code) == (2, 2)
    assert "there is no rule 'cicd/oen'; did you mean 'cicd/one'?" in typo.err
    assert "'cicd/one' was not asked: --area or --disable leaves it out" in disabled.err


def test_the_nouns_are_listed_with_their_fields(line: Line) -> None:
    ran = line("facts")
    assert ran.code == 0
    assert "\nfile: " in ran.out
    assert "    role: " in ran.out
    assert "(product, test, sample, vendored, generated, backup)" in ran.out


def test_the_rows_of_a_noun_are_printed(line: Line) -> None:
    path = line.subject({"a\x1b.py": "x = 1\n", "b.md": ""})
    ran = line("facts", "file", path)
    assert ran.code == 0
    assert ran.out.startswith("a?.py:1")
    assert "empty=true" in ran.out
    rows = json.loads(line("facts", "file", path, "--format", "json").out)
    assert [(row["path"], row["line"]) for row in rows] == [("a\x1b.py", 1), ("b.md", 1)]
    assert list(rows[0])[:2] == ["path", "line"]


def test_the_nouns_are_listed_in_json_too(line: Line) -> None:
    # The first argument is a noun, so the list has no path.
    listed = json.loads(line("facts", "--format", "json").out)
    assert {"meaning", "fields"} == set(listed["file"])


def test_a_noun_with_a_typo_is_answered(line: Line) -> None:
    ran = line("facts", "fiel", line.subject(GOOD))
    assert (ran.code, ran.err) == (2, "readiness: there is no noun 'fiel'; did you mean 'file'?\n")


def test_a_scoped_noun_looks_at_the_files_named(line: Line) -> None:
    path = line.subject({"a.yml": "x: 1\n", "b.yml": "y: [\n", "c.yml": "z: 3\n"})
    rows = json.loads(line("facts", "setting", path, "--file", "a.yml", "--format", "json").out)
    assert {"a.yml"} == {row["path"] for row in rows}
    assert "problem: b.yml:" in line("facts", "setting", path).err


def test_the_rules_are_listed_shown_and_tested(line: Line) -> None:
    listed = line("rules", "list")
    assert (listed.code, listed.out.count("\n")) == (0, 6)
    assert listed.out.startswith("cicd/one                           critical 10 C  There is a one\n")
    shown = line("rules", "show", "cicd/three")
    assert shown.code == 0
    for text in (
        "requires     cicd/one",
        "planned      some file",
        "implemented  some file",
        "  - Write a three.",
    ):
        assert text in shown.out
    tested = line("rules", "test")
    assert tested.code == 0
    assert tested.out.endswith("6 rules, 24 cases, 0 failures, and they prove every condition\n")


def test_a_shown_rule_says_where_it_applies(line: Line) -> None:
    file = line.top / "rules" / "cicd" / "one.yaml"
    file.write_text(file.read_text() + "applies: { some: file }\notherwise: there is nothing\n")
    assert "applies      some file\n" in line("rules", "show", "cicd/one").out


def test_a_rule_whose_case_is_wrong_fails_its_test(line: Line) -> None:
    file = line.top / "rules" / "cicd" / "one.yaml"
    file.write_text(
        file.read_text()
        .replace("path: one.txt", "path: one.txt, line: 1")
        .replace("{ name: nothing, level: absent", "{ name: nothing, level: partial, ceiling: absent")
    )
    ran = line("rules", "test", "cicd/one")
    assert ran.code == 1
    assert "rules/cicd/one.yaml:18: 'nothing': level is absent, not partial" in ran.out
    assert "no case notices when this is taken out: partial: file where line is 1" in ran.out
    assert ran.out.endswith("1 rule, 4 cases, 3 failures\n")


def test_the_command_is_a_module_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "readiness", "--version"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "readiness, version 0.1.0\n")


def test_a_reader_that_goes_away_is_no_failure() -> None:
    for arguments in (["facts"], ["schema"]):
        with subprocess.Popen(
            [sys.executable, "-m", "readiness", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            assert (process.stderr.read(), process.wait(60)) == (b"", 0)


def test_what_a_noun_leaves_open_and_does_not_know_is_printed(line: Line) -> None:
    name = ".github/workflows/ci.yml"
    ran = line("facts", "ci.job", line.subject({name: b"on: push\n" + b"#" * (1 << 20)}))
    assert ran.code == 0
    assert f"open: {name}:1: " in ran.err


def test_the_module_runs_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    from readiness.__main__ import main  # noqa: PLC0415

    monkeypatch.setattr("sys.argv", ["readiness", "--version"])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 0


def test_a_glob_that_is_none_is_refused(line: Line) -> None:
    ran = line("facts", "setting", line.subject(GOOD), "--file", "[a")
    assert ran.code == 2
    assert ran.err.startswith("readiness: --file: the class that starts in '[a' is not closed")


def test_the_commands_are_known_without_being_loaded() -> None:
    context = click.Context(cli)
    assert cli.list_commands(context) == ["scan", "gate", "explain", "report", "facts", "rules", "schema"]
    assert cli.get_command(context, "scna") is None
    assert cli.get_command(context, "schema") is not None
