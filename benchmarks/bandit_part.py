"""What bandit's findings cost: bandit itself against ours, on the same folder, with the same findings.

    python benchmarks/bandit_part.py FOLDER [--times 5]

Runs the two in turn, in processes of their own, and prints the median of the ratios of their CPU time
(user and system, of the whole process with its imports), the least and the greatest. *Our part* is what is
left when the time of listing the folder's files is taken off, which a scan does anyway. Findings are
compared on the product's files, in file, line, column, lines, id, severity, confidence, text and CWE.
Exits 1 if they differ.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

BANDIT = [sys.executable, "-m", "bandit", "-r", "-ll", "-q", "-f", "json", "."]
OURS = [sys.executable, "-m", "readiness", "facts", "code.weakness", ".", "--format", "json"]
SEARCHED = [*OURS[:4], "code.weakness.search", *OURS[5:]]
LISTED = [*OURS[:4], "file", *OURS[5:]]

Finding = tuple[Any, ...]


def main() -> int:
    """Measure, compare, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="the root of a repository")
    parser.add_argument("--times", type=int, default=5, help="pairs of runs (default 5)")
    options = parser.parse_args()
    runs = []
    for _ in range(options.times):
        bandit, theirs = timed(BANDIT, options.folder)
        ours, rows = timed(OURS, options.folder)
        listing, _ = timed(LISTED, options.folder)
        runs.append((bandit, ours, listing))
    report(runs)
    return compared(theirs, rows, timed(SEARCHED, options.folder)[1])


def timed(command: list[str], folder: Path) -> tuple[float, Any]:
    """The CPU seconds of a command, and the JSON it prints."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603 - our own commands
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return seconds, json.loads(done.stdout)


def report(runs: list[tuple[float, float, float]]) -> None:
    """Print the times and their ratios."""
    for name, seconds in zip(("bandit", "ours", "listing"), zip(*runs, strict=True), strict=True):
        line(f"{name:8}", seconds, "s CPU")
    line("bandit / ours", [bandit / ours for bandit, ours, _ in runs], "")
    line(
        "bandit / our part",
        [bandit / max(ours - listing, 0.001) for bandit, ours, listing in runs],
        "",
    )


def line(name: str, values: Any, unit: str) -> None:
    """Print a median with its least and greatest value."""
    median = statistics.median(values)
    print(f"{name}: {median:.2f} {unit} (from {min(values):.2f} to {max(values):.2f})")  # noqa: T201


def compared(theirs: Any, ours: Any, searched: Any) -> int:
    """Print how many findings there are, and those that only one side has."""
    product = {row["path"] for row in searched}
    expected = sorted(
        stock(each) for each in theirs["results"] if each["filename"].removeprefix("./") in product
    )
    found = sorted(own(row) for row in ours)
    elsewhere = len(theirs["results"]) - len(expected)
    print(f"files: {len(product)}; findings: {len(expected)}, ours {len(found)}; not product: {elsewhere}")  # noqa: T201
    for sign, one, other in (("only bandit", expected, found), ("only ours", found, expected)):
        for finding in one:
            if finding not in other:
                print(f"{sign}: {finding}")  # noqa: T201
    return int(expected != found)


def stock(each: dict[str, Any]) -> Finding:
    """A finding of bandit's report."""
    return (
        each["filename"].removeprefix("./"),
        each["line_number"],
        each["test_id"],
        each["col_offset"],
        each["line_range"][0],
        each["line_range"][-1],
        each["issue_severity"],
        each["issue_confidence"],
        each["issue_cwe"].get("id", 0),
        without_addresses(each["issue_text"])[:1000],
    )


def own(row: dict[str, Any]) -> Finding:
    """A row of ours."""
    names = ("path", "line", "id", "column", "first", "last", "severity", "confidence", "cwe", "message")
    return tuple(row[name] for name in names)


def without_addresses(text: str) -> str:
    """A message without the places in memory that it shows."""
    first, *rest = text.split(" object at 0x")
    return first + "".join(part.lstrip("0123456789abcdef") for part in rest)


if __name__ == "__main__":
    sys.exit(main())
