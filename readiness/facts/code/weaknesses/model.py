"""What a look at one file of Python gives."""

from __future__ import annotations

from readiness.records import Struct


class Finding(Struct, frozen=True, order=True):
    """What one of bandit's tests reports.

    ``line`` counts from 1, ``column`` from 0; ``first`` and ``last`` are the lines of the code it
    is about. ``name`` is what a ``# nosec`` comment may call the test. ``cwe`` is the number in
    the Common Weakness Enumeration, 0 for none.
    """

    line: int
    id: str
    column: int
    first: int
    last: int
    name: str
    severity: str
    confidence: str
    message: str
    cwe: int


class Reported(Struct, frozen=True):
    """A finding before the comments of its file are read.

    ``line`` is the one that the test itself names, None if it leaves that to the node; ``first``
    and ``last`` are the lines of the node: where a comment may stand.
    """

    finding: Finding
    line: int | None
    first: int
    last: int


class Examined(Struct, frozen=True):
    """The findings of a file, by line, and how many more a comment in it silences."""

    findings: tuple[Finding, ...] = ()
    silenced: int = 0
