"""``readiness scan``: what it prints, where it writes, how it ends."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import jsonschema
import pytest
from cli_support import GOOD, POOR, Line, small_rules
from toys import PACK_RULE
from tree_repos import Repo

from readiness.assessment import from_json, to_json

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Line:
    small_rules(tmp_path, monkeypatch)
    return Line(tmp_path, capsys)


def test_a_scan_prints_the_summary_and_ends_with_0_whatever_the_verdict(line: Line) -> None:
    good, poor = line("scan", line.subject(GOOD)), line("scan", line.subject(POOR, "poor"))
    assert (good.code, poor.code, good.err, poor.err) == (0, 0, "", "")
    assert "100.0 / 100" in good.out
    assert "NOT READY: 1 blocker" in poor.out


def test_a_scan_without_a_path_is_of_the_current_folder(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(line.subject(GOOD))
    assert line("scan").out.startswith("readiness 0.1.0  shop ")


def test_formats_and_outputs_go_in_pairs(line: Line) -> None:
    target = line.top / "out.json"
    ran = line(
        "scan",
        line.subject(GOOD),
        "--format",
        "json",
        "--output",
        str(target),
        "--format",
        "terminal",
        "--output",
        "-",
    )
    assert (ran.code, json.loads(target.read_text())["score"]["low"]) == (0, 100)
    assert "100.0 / 100" in ran.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("--format", "json", "--format", "terminal", "--output", "-"),
            "--format stands 2 times and --output 1 times",
        ),
        (("--output", "a"), "as in '--format markdown --output FILE'"),
        (
            ("--format", "json", "--output", "-", "--format", "terminal", "--output", "-"),
            "only one format can go to standard output",
        ),
        (("--format", "jsn"), "'jsn' is not one of"),
        (("--tier", "D"), "'D' is not one of"),
        (("--area", "cicdd"), "'cicdd' is not one of"),
        (
            ("--disable", "cicd/oen"),
            "readiness: --disable: there is no rule 'cicd/oen'; did you mean 'cicd/one'?\n",
        ),
        (("--as-of", "2026-02-30"), "--as-of: '2026-02-30' is no date; write it as YYYY-MM-DD"),
        (("--rules", "nowhere"), "no folder of rules at 'nowhere'"),
        (("--exclude", "[a"), "is not closed"),
        (("--excluded", "a"), "No such option"),
        (("--ref", "main"), "git"),
    ],
)
def test_a_usage_error_says_what_is_wrong_and_ends_with_2(
    line: Line, arguments: tuple[str, ...], message: str
) -> None:
    ran = line("scan", line.subject(GOOD), *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("target", ["none/out.json", "."])
def test_an_output_that_cannot_be_written_ends_with_2(line: Line, target: str) -> None:
    ran = line("scan", line.subject(GOOD), "--format", "json", "--output", str(line.top / target))
    assert ran.code == 2
    assert "readiness: cannot write" in ran.err


def test_a_path_that_is_not_there_ends_with_2(line: Line) -> None:
    ran = line("scan", str(line.top / "nowhere"))
    assert (ran.code, ran.out) == (2, "")
    assert "nowhere" in ran.err


@pytest.mark.parametrize(
    "files", [{}, {"README.md": "# A story\n\nOnce upon a time."}], ids=["empty", "prose"]
)
def test_where_too_few_rules_apply_nothing_is_assessed_and_the_end_is_3(
    line: Line, files: dict[str, str]
) -> None:
    rule = PACK_RULE.format(
        name="one",
        severity="low",
        more="applies: { some: file, where: { path: '*.py' } }\notherwise: there is no code\n",
    )
    for file in (line.top / "rules").glob("*/*.yaml"):
        file.write_text(rule)
    ran = line("scan", line.subject(files))
    assert ran.code == 3
    assert "NOT ASSESSED" in ran.out
    data = json.loads(line("scan", str(line.top / "shop"), "--format", "json").out)
    assert (data["score"], data["verdict"]) == (None, "not-assessed")


def test_strict_ends_with_4_where_a_file_could_not_be_read(line: Line) -> None:
    path = line.subject(GOOD)
    assert line("scan", path, "--strict").code == 0
    (line.top / "shop" / "link").symlink_to("/nowhere")
    assert (line("scan", path).code, line("scan", path, "--strict").code) == (0, 4)


def test_a_bug_keeps_its_traceback_and_ends_with_70(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("readiness.assess.assess", fail)
    ran = line("scan", line.subject(GOOD))
    assert ran.code == 70
    assert "Traceback" in ran.err
    assert "ZeroDivisionError: ours" in ran.err
    assert ran.err.endswith("please report it with the lines above\n")


def test_an_interrupt_ends_with_130(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("readiness.assess.assess", stop)
    ran = line("scan", line.subject(GOOD))
    assert ran.code == 130
    assert "readiness: interrupted" in ran.err


@pytest.mark.parametrize("error", [BrokenPipeError(), BrokenPipeError(errno.EPIPE, "Broken pipe")])
def test_a_reader_that_has_read_enough_is_no_failure(
    line: Line, monkeypatch: pytest.MonkeyPatch, error: BrokenPipeError
) -> None:
    def closed(*_: object) -> None:
        raise error

    monkeypatch.setattr("readiness.output.write", closed)
    monkeypatch.setattr("sys.stdout", sys.stdout)  # click exchanges it
    monkeypatch.setattr("sys.stderr", sys.stderr)
    assert line("scan", line.subject(GOOD)).code == 0


def test_a_gate_keeps_its_exit_code_where_its_reader_goes_away(line: Line) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "readiness", "gate", line.subject({}), "--no-blockers", "--min", "100"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(60) == 3


def test_quiet_prints_one_line(line: Line) -> None:
    ran = line("scan", line.subject(POOR), "--quiet")
    assert ran.out.count("\n") == 1
    assert "NOT READY" in ran.out


@pytest.mark.parametrize(
    ("arguments", "environ", "coloured"),
    [
        ((), {}, False),
        ((), {"FORCE_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
        (("--color", "never"), {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour_follows_the_option_then_the_environment(
    line: Line,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    environ: dict[str, str],
    coloured: bool,
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    ran = line("scan", line.subject(GOOD), *arguments)
    assert coloured is ("\x1b[" in ran.out)


def test_a_file_is_never_coloured(line: Line) -> None:
    target = line.top / "out.txt"
    line("scan", line.subject(GOOD), "--color", "always", "--format", "terminal", "--output", str(target))
    assert "\x1b" not in target.read_text(encoding="utf-8")


def test_the_date_is_that_asked_for_else_that_of_the_environment(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = line.subject(GOOD)

    def as_of(*arguments: str) -> str:
        found: str = json.loads(line("scan", path, "--format", "json", *arguments).out)["subject"]["as_of"]
        return found

    assert as_of() == ""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert as_of() == "1970-01-02"
    assert as_of("--as-of", "2026-03-01") == "2026-03-01"


@pytest.mark.parametrize("epoch", ["soon", "9" * 30, "-" + "9" * 20])
def test_a_source_date_epoch_that_is_none_is_refused(
    line: Line, monkeypatch: pytest.MonkeyPatch, epoch: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    ran = line("scan", line.subject(GOOD))
    assert (2, f"readiness: SOURCE_DATE_EPOCH: '{epoch}' is no count of seconds\n") == (ran.code, ran.err)


def test_the_json_is_as_the_schema_says_and_comes_back(line: Line) -> None:
    data = json.loads(line("scan", line.subject(POOR), "--format", "json").out)
    jsonschema.validate(data, json.loads(line("schema").out), jsonschema.Draft202012Validator)
    assert data == to_json(from_json(data))


def test_what_is_left_out_is_printed(line: Line) -> None:
    ran = line(
        "scan",
        line.subject(GOOD),
        "--exclude",
        "*.md",
        "--disable",
        "container/six",
        "--area",
        "container",
        "--area",
        "cicd",
    )
    assert "  excluded (1): *.md\n  disabled (1): container/six\n  areas (2): cicd, container" in ran.out


def test_one_area_can_be_asked_alone(line: Line) -> None:
    data = json.loads(line("scan", line.subject(GOOD), "--area", "container", "--format", "json").out)
    assert {"container"} == {rule["area"] for rule in data["rules"]}


def test_a_folder_of_rules_is_added(line: Line) -> None:
    own = line.top / "own" / "security"
    own.mkdir(parents=True)
    (own / "extra.yaml").write_text(PACK_RULE.format(name="extra", severity="low", more=""))
    data = json.loads(line("scan", line.subject(GOOD), "--rules", str(own.parent), "--format", "json").out)
    assert "security/extra" in {rule["id"] for rule in data["rules"]}
    assert [pack["name"] for pack in data["packs"]] == ["readiness", "own"]


def test_what_a_pack_changes_is_in_every_report(line: Line) -> None:
    own = line.top / "own"
    own.mkdir()
    (own / "pack.yaml").write_text(
        'name: acme\nversion: "3"\ndisable: [container/six]\noverride:\n  cicd/one: {tier: B}\n'
    )
    scan = ("scan", line.subject(GOOD), "--rules", str(own), "--format")
    pack = json.loads(line(*scan, "json").out)["packs"][1]
    assert (pack["name"], pack["version"]) == ("acme", "3")
    assert pack["changes"] == ["container/six: disabled", "cicd/one: tier B"]
    written = line(*scan, "markdown").out
    assert "acme 3" in written
    assert "container/six: disabled" in written
    assert "cicd/one: tier B" in written


def test_a_broken_rule_is_refused_with_its_line(line: Line) -> None:
    file = line.top / "rules" / "cicd" / "one.yaml"
    file.write_text(file.read_text().replace("severity: critical", "severity: critcal"))
    ran = line("scan", line.subject(GOOD))
    assert (
        ran.code,
        ran.err,
    ) == (
        2,
        "readiness: rules/cicd/one.yaml:2: severity is never 'critcal'; did you mean 'critical'?\n",
    )


def test_a_revision_is_scanned_without_a_checkout(line: Line) -> None:
    repo = Repo(line.top / "repo")
    first = repo.commit(GOOD)
    (repo.path / "one.txt").unlink()
    repo.commit()
    data = json.loads(line("scan", str(repo.path), "--ref", first, "--format", "json").out)
    assert (first, 100) == (data["subject"]["commit"], data["score"]["low"])
    assert (
        data["score"]["low"]
        > json.loads(line("scan", str(repo.path), "--format", "json").out)["score"]["low"]
    )
    ran = line("scan", str(repo.path), "--ref", "v9")
    assert ran.code == 2
    assert "v9" in ran.err


def test_hostile_names_are_inert_in_the_terminal_and_in_json(line: Line) -> None:
    files = {"\x1b[2J\u202e漢" + "x" * 90 + ".txt": "x", **GOOD}
    ran = line("scan", line.subject(files, "s\x1b[31m\u2066h"))
    assert [char for char in ran.out if char in "\x1b\u202e\u2066"] == []
    assert max(map(len, ran.out.splitlines())) <= 80
    assert line("scan", str(line.top / "s\x1b[31m\u2066h"), "--format", "json").out.isascii()


def test_help_and_version_end_with_0(line: Line) -> None:
    assert line("--version")[:2] == (0, "readiness, version 0.1.0\n")
    ran = line("--help")
    assert ran.code == 0
    for command in ("scan", "gate", "explain", "facts", "rules", "schema"):
        assert f"  {command} " in ran.out
    assert line("scan", "--help").code == 0


def test_a_command_that_there_is_not_is_answered_with_the_nearest(line: Line) -> None:
    ran = line("scna")
    assert ran.code == 2
    assert "there is no command 'scna'; did you mean 'scan'?" in ran.err
