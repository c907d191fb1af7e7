"""The line that says how far a long scan is: on a terminal, after a while, and gone at the end."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from cli_support import GOOD, Line, small_rules
from toys import noun

from readiness.assess import assess
from readiness.cli import progress as module
from readiness.cli.progress import Line as Shown
from readiness.cli.progress import progress, silent
from readiness.facts.model import Parser, PatternTable
from readiness.facts.store import Store
from readiness.rulebook.load import Rulebook
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from pathlib import Path


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    """A terminal that keeps all that was written."""

    def isatty(self) -> bool:
        return True

    def screen(self) -> str:
        """What is to be seen: what follows a return overwrites."""
        line = ""
        for part in self.getvalue().split("\r"):
            line = part + line[len(part) :]
        return line.rstrip()


class Gone(Terminal):
    """A terminal that was closed."""

    def write(self, text: str) -> int:
        raise OSError("gone")


class Calls(list[tuple[str, int, int]]):
    """What was told of a scan."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        self.append((stage, done, total))


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


@pytest.fixture
def line(clock: Clock, terminal: Terminal) -> Shown:
    return Shown(terminal, clock, columns=80)


def test_a_short_scan_shows_nothing(line: Shown, clock: Clock, terminal: Terminal) -> None:
    line("reading code", 1, 5)
    clock.now += 0.9
    line("reading code", 2, 5)
    line.erase()
    assert terminal.getvalue() == ""


def test_a_long_scan_shows_stage_and_counts(line: Shown, clock: Clock, terminal: Terminal) -> None:
    clock.now += 1
    line("reading code", 1_240, 5_000)
    assert terminal.screen() == "reading code 1,240/5,000"


@pytest.mark.parametrize(
    ("shown", "counts"), [("parsing", (0, 0)), ("parsing 12", (12, 0)), ("parsing 0/3", (0, 3))]
)
def test_what_has_no_number_is_shown_without(
    shown: str, counts: tuple[int, int], line: Shown, clock: Clock, terminal: Terminal
) -> None:
    clock.now += 1
    line("parsing", *counts)
    assert terminal.screen() == shown


def test_the_line_is_rewritten_in_place(line: Shown, clock: Clock, terminal: Terminal) -> None:
    clock.now += 1
    line("reading documents", 10, 10)
    clock.now += 1
    line("judging", 1, 2)
    assert terminal.screen() == "judging 1/2"
    assert "\n" not in terminal.getvalue()


def test_the_line_changes_ten_times_a_second_at_most(line: Shown, clock: Clock, terminal: Terminal) -> None:
    clock.now += 1
    for done in range(10_000):
        line("reading code", done, 10_000)
    assert terminal.getvalue() == "\rreading code 0/10,000"
    clock.now += 0.11
    line("reading code", 9_999, 10_000)
    assert terminal.screen() == "reading code 9,999/10,000"


def test_the_line_fits_the_terminal(clock: Clock, terminal: Terminal) -> None:
    line = Shown(terminal, clock, columns=10)
    clock.now += 1
    line("reading code", 1, 5)
    assert terminal.screen() == "reading c"


def test_the_width_is_the_terminals(
    clock: Clock, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "8")
    line = Shown(terminal, clock)
    clock.now += 1
    line("reading code", 1, 5)
    assert terminal.screen() == "reading"


def test_the_line_is_erased_at_the_end(line: Shown, clock: Clock, terminal: Terminal) -> None:
    clock.now += 1
    line("reading code", 1, 5)
    line.erase()
    assert terminal.screen() == ""
    assert terminal.getvalue().endswith("\r")
    before = terminal.getvalue()
    line.erase()
    assert terminal.getvalue() == before


def test_a_terminal_that_has_gone_ends_no_scan(clock: Clock) -> None:
    line = Shown(Gone(), clock, columns=80)
    clock.now += 1
    line("reading code", 1, 5)
    clock.now += 1
    line("reading code", 2, 5)
    line.erase()


def test_on_a_terminal_there_is_a_line_and_it_is_erased_even_where_a_scan_breaks(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    with pytest.raises(KeyboardInterrupt):
        broken_scan(terminal)
    assert "reading code 1/5" in terminal.getvalue()
    assert terminal.screen() == ""


def broken_scan(terminal: Terminal) -> None:
    with progress(stream=terminal) as told:
        told("reading code", 1, 5)
        raise KeyboardInterrupt


def test_what_is_no_terminal_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    with progress(stream=stream) as told:
        assert told is silent
        told("reading code", 1, 5)
    assert stream.getvalue() == ""
    monkeypatch.setattr("sys.stderr", None)
    with progress() as told:
        assert told is silent


class Shut(io.StringIO):
    """A stream that does not even say whether it is a terminal."""

    def isatty(self) -> bool:
        raise ValueError("closed")


def test_a_closed_stream_is_no_terminal() -> None:
    with progress(stream=Shut()) as told:
        assert told is silent


@pytest.mark.parametrize(("name", "value"), [("CI", "true"), ("TERM", "dumb")])
def test_a_log_is_kept_free_of_it(
    name: str, value: str, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with progress(stream=terminal) as told:
        assert told is silent


def test_quiet_is_quiet(terminal: Terminal) -> None:
    with progress(quiet=True, stream=terminal) as told:
        assert told is silent


def test_the_store_tells_what_it_reads_and_looks_for() -> None:
    told = Calls()
    table = PatternTable("words", "language", (("x", "x"),))
    facts = Store(MemoryTree({"a.py": "x", "b.py": "y", "c.md": "x"}), [table], progress=told)
    facts.hits(table)
    facts.hits(table)
    facts.collected(noun())
    facts.collected(noun())
    facts.parsed(Parser("any", 1, bytes), "a.py")
    facts.parsed(Parser("any", 1, bytes), "b.py")
    assert told == [
        ("reading code", 1, 2),
        ("reading code", 2, 2),
        ("looking for thing", 0, 0),
        ("parsing files", 0, 0),
        ("parsing files", 1, 0),
    ]


def test_an_assessment_hands_on_whom_to_tell() -> None:
    told = Calls()
    assess(MemoryTree({"a.py": "x"}), Rulebook((), ()), progress=told)
    assert "looking for repository" in {stage for stage, _, _ in told}


@pytest.mark.parametrize("command", ["scan", "gate"])
def test_a_scan_shows_it_on_standard_error_and_prints_the_same(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    small_rules(tmp_path, monkeypatch)
    run = Line(tmp_path, capsys)
    subject = run.subject(GOOD)
    without = run(command, subject)
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    shown = run(command, subject)
    assert "looking for" in terminal.getvalue()
    assert terminal.screen() == ""
    assert shown.out == without.out
    terminal.seek(0)
    terminal.truncate()
    run(command, subject, "--quiet")
    assert terminal.getvalue() == ""
