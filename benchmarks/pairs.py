"""Measures one command against others on the same folder, in turn, and prints a row of Markdown for each.

    python benchmarks/pairs.py FOLDER readiness bandit ruff --times 5 --tools VENV/bin
    python benchmarks/pairs.py FOLDER 'git grep -c TODO' 'grep -rc TODO .'

A and B run alternately, A B A B …, so that a machine that gets slower slows both. Wall is what the clock
says, CPU is user and system time of all the command's processes, peak is the memory of its largest single
process, all as the operating system accounts for a process that has ended. Figures are medians; the ratio A
/ B is taken pair by pair: its median, its least and its greatest value. Below 1, A takes less. One run of
each goes before and does not count; it also brings the files into the operating system's memory.

A name that ``NAMED`` knows stands for its command; anything else is a command of its own, without a shell.
"""

from __future__ import annotations

import argparse
import os
import shlex
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import resource

_SCAN = f"{sys.executable} -m readiness scan . --no-config --format json --output {os.devnull}"
_SEMGREP_RULE = (
    "rules: [{id: eval, pattern: eval(...), languages: [python], message: eval, severity: WARNING}]\n"
)

NAMED = {
    "readiness": f"{_SCAN} --no-cache",
    "readiness-first": _SCAN,
    "readiness-again": _SCAN,
    "bandit": "bandit -r -q -f json .",
    "ruff": "ruff check --no-cache --isolated --select S --output-format json .",
    "detect-secrets": "detect-secrets scan",
    "yamllint": "yamllint -d relaxed -f parsable .",
    "checkov": "checkov -d . --compact --quiet --skip-download -o json",
    "semgrep": "semgrep scan --config {rule} --metrics off --disable-version-check --quiet --json .",
}
"""What each name runs. ``readiness-first`` begins with an empty cache of results and fills it, every time;
``readiness-again`` finds it filled; ``readiness`` has none."""


class Cost(NamedTuple):
    """What one run took: seconds of the clock, seconds of CPU, peak memory in MB, and its exit code."""

    wall: float
    cpu: float
    peak: float
    code: int


class Command(NamedTuple):
    """A name, the words to run, and whether each run begins with an empty cache."""

    name: str
    words: tuple[str, ...]
    emptied: bool


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    options = _parser().parse_args(arguments)
    if options.times < 1:
        _parser().error("--times is at least 1")
    if options.tools is not None:
        os.environ["PATH"] = f"{options.tools.absolute()}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    with tempfile.TemporaryDirectory() as scratch:
        top = Path(scratch)
        (top / "rule.yaml").write_text(_SEMGREP_RULE, encoding="utf-8")
        first, *others = (command(text, top) for text in (options.a, *options.b))
        print(HEAD, flush=True)  # noqa: T201 - it is what the script answers
        for other in others:
            runs = measured(first, other, options.folder, options.times, top)
            print(row(first.name, other.name, runs), flush=True)  # noqa: T201 - it is what the script answers
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0], epilog=f"Names: {', '.join(NAMED)}."
    )
    parser.add_argument("folder", type=Path, help="where the commands run")
    parser.add_argument("a", metavar="A", help="a name or a command")
    parser.add_argument("b", metavar="B", nargs="+", help="what A is compared with, one after another")
    parser.add_argument("--times", type=int, default=5, help="pairs that count (default 5)")
    parser.add_argument(
        "--tools", type=Path, help="a folder with the other tools' programs, such as VENV/bin"
    )
    return parser


def command(text: str, scratch: Path) -> Command:
    """What a name or a command line runs."""
    words = [
        word.replace("{rule}", str(scratch / "rule.yaml")) for word in shlex.split(NAMED.get(text, text))
    ]
    return Command(text, tuple(words), text == "readiness-first")


def measured(a: Command, b: Command, folder: Path, times: int, scratch: Path) -> list[tuple[Cost, Cost]]:
    """The pairs of runs that count, after one of each that does not."""
    pairs = [(run(a, folder, scratch), run(b, folder, scratch)) for _ in range(times + 1)]
    return pairs[1:]


def run(what: Command, folder: Path, scratch: Path) -> Cost:
    """Run once; what it prints goes nowhere. Exit code 127 where there is no such program."""
    cache = scratch / what.name.partition(" ")[0].replace("/", "-")
    if what.emptied and (cache / "facts.sqlite").exists():
        for file in cache.iterdir():
            file.unlink()
    cache.mkdir(exist_ok=True)
    before = time.perf_counter()
    child = os.fork()
    if child == 0:  # pragma: no cover - the other process
        _become(what, folder, cache)
    _, status, used = os.wait4(child, 0)
    wall = time.perf_counter() - before
    return Cost(wall, used.ru_utime + used.ru_stime, _megabytes(used), os.waitstatus_to_exitcode(status))


def _become(what: Command, folder: Path, cache: Path) -> None:  # pragma: no cover - the other process
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        os.chdir(folder)
        environment = {**os.environ, "READINESS_CACHE_DIR": str(cache)}
        os.execvpe(what.words[0], what.words, environment)  # noqa: S606 - no shell is meant
    finally:
        os._exit(127)


def _megabytes(used: resource.struct_rusage) -> float:
    # Bytes on macOS, KiB elsewhere: getrusage(2).
    return used.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


HEAD = (
    "| A | B | n | wall A, s | wall B, s | CPU A, s | CPU B, s | peak A, MB | peak B, MB |"
    " CPU A/B | wall A/B | exit |\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
)


def row(a: str, b: str, pairs: list[tuple[Cost, Cost]]) -> str:
    """One row of the table that ``HEAD`` begins."""
    ones, others = [one for one, _ in pairs], [other for _, other in pairs]
    middle = statistics.median
    cells = [
        *(f"{middle([cost.wall for cost in costs]):.2f}" for costs in (ones, others)),
        *(f"{middle([cost.cpu for cost in costs]):.2f}" for costs in (ones, others)),
        *(f"{middle([cost.peak for cost in costs]):.0f}" for costs in (ones, others)),
        ratio([one.cpu / max(other.cpu, 0.001) for one, other in pairs]),
        ratio([one.wall / max(other.wall, 0.001) for one, other in pairs]),
        ", ".join(" ".join(map(str, sorted({cost.code for cost in costs}))) for costs in (ones, others)),
    ]
    return f"| {a} | {b} | {len(pairs)} | {' | '.join(cells)} |"


def ratio(values: list[float]) -> str:
    """A median with the least and the greatest value."""
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


if __name__ == "__main__":
    sys.exit(main())
