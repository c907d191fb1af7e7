"""Bandit as it is, in this process, to hold ours against."""

from __future__ import annotations

import logging
import warnings
from functools import cache
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any

from readiness.facts.code.weaknesses.engine import load
from readiness.facts.code.weaknesses.nouns import examine
from readiness.facts.code.weaknesses.plan import Planner
from readiness.facts.code.weaknesses.visitor import _without_addresses
from readiness.spans import Unparsable

if TYPE_CHECKING:
    from readiness.facts.code.weaknesses.model import Finding

Seen = tuple[int, str, int, int, int, str, str, str, int]
"""Line, id, column, first and last line, severity, confidence, text, CWE."""


def stock(module: str) -> Any:
    """A module of bandit, imported in the ordinary way."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it imports warns of the age of its calls
        return import_module(f"bandit.{module}")


@cache
def manager() -> Any:
    logging.getLogger("bandit").setLevel(logging.CRITICAL + 1)
    config = stock("core.config").BanditConfig()
    return stock("core.manager").BanditManager(config, "file")


def bandit_says(source: str | bytes) -> list[Seen] | None:
    """What bandit reports above LOW; None where it skips the file."""
    bandit = manager()
    bandit.results, bandit.skipped, bandit.scores = [], [], []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape warns
        bandit._parse_file("./module.py", BytesIO(_bytes(source)), ["./module.py"])
    if bandit.skipped:
        return None
    return sorted(
        (
            issue.lineno,
            issue.test_id,
            issue.col_offset,
            issue.linerange[0],
            issue.linerange[-1],
            issue.severity,
            issue.confidence,
            _without_addresses(issue.text),
            issue.cwe.id,
        )
        for issue in bandit.results
        if issue.severity in ("MEDIUM", "HIGH")
    )


@cache
def planner_of(*, gated: bool) -> Planner:
    return Planner(load(), gated=gated)


def we_say(source: str | bytes, *, gated: bool = True) -> list[Seen] | None:
    """The same of ours."""
    try:
        examined = examine(_bytes(source), planner_of(gated=gated))
    except Unparsable:
        return None
    return sorted(_seen(finding) for finding in examined.findings)


def _seen(finding: Finding) -> Seen:
    return (
        finding.line,
        finding.id,
        finding.column,
        finding.first,
        finding.last,
        finding.severity,
        finding.confidence,
        finding.message,
        finding.cwe,
    )


def _bytes(source: str | bytes) -> bytes:
    return source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass")
