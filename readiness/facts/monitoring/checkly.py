"""Checkly's checks: programs that only its own tool runs, so they are counted by what they construct.

Source: Checkly, "Checkly CLI" and "Project structure", read 2026-08.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.model import Glob, Parser
from readiness.facts.monitoring.rows import SyntheticCheck
from readiness.matching import Pattern
from readiness.structured.source import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.model import Facts

_CONFIGURATION = "**/checkly.config.{js,ts,mjs,cjs,mts}"
_CHECKS = "**/{*.check,__checks__/**}.{js,ts,mjs}"
_MADE = Pattern(
    r"(?m)^[^/\n]*\bnew[ \t]+(?:checkly\.)?(?:(?:Api|Browser|MultiStep|Tcp|Heartbeat)Check|\w*Monitor)\("
)
_CONFIGURED = Pattern(r"(?m)^[^/\n]*\b(?:defineConfig|checkMatch|testMatch)\b")


def _count(data: bytes) -> int:
    return sum(1 for _ in _MADE.each(decode(data)))


def _configures(data: bytes) -> int:
    return int(_CONFIGURED.found(decode(data)))


CHECKS: Parser[int] = Parser("checkly-checks", 1, _count)
CONFIGURATION: Parser[int] = Parser("checkly-configuration", 1, _configures)


def checks(facts: Facts) -> Iterator[SyntheticCheck]:
    """One row for each file of checks; for a configuration that names its checks by a pattern, one too."""
    configured = facts.paths(_CONFIGURATION)
    if not configured:
        return
    for entry in configured:
        if facts.parsed(CONFIGURATION, entry.path).value:
            yield SyntheticCheck(
                path=Glob(entry.path), role=entry.role, text="Checkly", system="checkly", targets=None
            )
    for entry in facts.paths(_CHECKS):
        count = facts.parsed(CHECKS, entry.path).value
        if count:
            yield SyntheticCheck(
                path=Glob(entry.path),
                role=entry.role,
                text=f"{count} checks of Checkly",
                system="checkly",
                targets=count,
            )
