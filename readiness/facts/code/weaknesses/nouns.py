"""Weaknesses of the product's Python code, as bandit finds them, and which files were searched.

What ``bandit -r -ll`` reports with its default profile: severity MEDIUM and above, silenced by
``# nosec`` alone. A configuration of the subject (``.bandit``, ``[tool.bandit]``) is not read: by itself
bandit would skip the tests that it names, and nobody would see that they were switched off.

A file on which no test can report is not parsed: whether it is Python at all, other nouns say.
"""

from __future__ import annotations

import gc
import warnings
from ast import parse as parse_python
from io import BytesIO
from tokenize import detect_encoding
from typing import TYPE_CHECKING, Annotated, Literal, cast

from readiness.facts.code.python import syntax
from readiness.facts.code.weaknesses.budget import Exhausted
from readiness.facts.code.weaknesses.engine import edition
from readiness.facts.code.weaknesses.model import Examined
from readiness.facts.code.weaknesses.nosec import nosec_of
from readiness.facts.code.weaknesses.plan import planner
from readiness.facts.code.weaknesses.visitor import TooDeep, Visitor
from readiness.facts.model import Collected, Glob, Noun, Opening, Parser, Row
from readiness.spans import Unparsable
from readiness.tree.model import Role

if TYPE_CHECKING:
    from ast import Module
    from collections.abc import Mapping, Sequence

    from readiness.facts.code.weaknesses.model import Finding, Reported
    from readiness.facts.code.weaknesses.plan import Planner
    from readiness.facts.model import Facts, Parsed
    from readiness.tree.model import Entry

_SHOWN = 200  # characters of a message in the evidence
_MESSAGE = 1000  # characters of a message; it may quote a string of the file


class Weakness(Row, frozen=True, kw_only=True):
    """A weakness of Python code that bandit reports."""

    id: Annotated[str, "the id of bandit's test, as B602"] = ""
    name: Annotated[str, "the name of the test, as subprocess_popen_with_shell_equals_true"] = ""
    severity: Annotated[Literal["MEDIUM", "HIGH"], "how bad it is if it is one"] = "MEDIUM"
    confidence: Annotated[
        Literal["UNDEFINED", "LOW", "MEDIUM", "HIGH"], "how sure bandit is that it is one"
    ] = "UNDEFINED"
    message: Annotated[str, "what bandit says of it"] = ""
    cwe: Annotated[int, "its number in the Common Weakness Enumeration, 0 for none"] = 0
    column: Annotated[int, "the column, from 0"] = 0
    first: Annotated[int, "the first line of the code it is about"] = 1
    last: Annotated[int, "the last line of the code it is about"] = 1


class WeaknessSearch(Row, frozen=True, kw_only=True):
    """A file of Python that was searched for weaknesses."""

    findings: Annotated[int, "weaknesses found"] = 0
    high: Annotated[int, "those of severity HIGH"] = 0
    medium: Annotated[int, "those of severity MEDIUM"] = 0
    silenced: Annotated[int, "weaknesses that a # nosec comment silences; not counted as found"] = 0


def parse(data: bytes) -> Examined:
    """What bandit reports on a file of Python.

    Raises ``Unparsable`` as ``code.python.parse`` does, and, opening questions, for code that nests too
    deep or keeps the tests at work without end.
    """
    return examine(data, planner())


def examine(data: bytes, plans: Planner) -> Examined:
    """What the tests of ``plans`` report on a file of Python. Raises ``Unparsable``."""
    plan = plans.plan(data)
    if plan is None:
        return Examined()
    tree = _tree(data)
    try:
        reported = Visitor(plans.engine, plan, data).visit(tree)
        return _heard(reported, data, plans.engine.ids)
    except (TooDeep, RecursionError):
        raise Unparsable(1, "the code nests deeper than we follow", opens=True) from None
    except Exhausted:
        raise Unparsable(1, "bandit's tests would not come to an end", opens=True) from None


def _heard(reported: Sequence[Reported], data: bytes, known: Mapping[str, str]) -> Examined:
    """What is left when the comments of the file have silenced what they name."""
    if not reported or not _may_silence(data):
        return Examined(tuple(each.finding for each in reported))
    try:
        nosec = nosec_of(data, known)
    except (SyntaxError, UnicodeDecodeError) as error:
        raise Unparsable(1, f"not readable as Python: {error}") from None
    heard = tuple(
        each.finding
        for each in reported
        if not nosec.silences(each.finding.id, each.line, each.first, each.last)
    )
    return Examined(heard, len(reported) - len(heard))


def _tree(data: bytes) -> Module:
    try:
        if not data.isascii():
            data.decode(detect_encoding(BytesIO(data).readline)[0])  # the parser lets comments be anything
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape warns; it is the subject's matter
            return parse_python(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        syntax(data)  # says it as the other nouns do
        raise Unparsable(1, f"not readable as Python: {error}") from None


def _may_silence(data: bytes) -> bool:
    """Whether a comment may say nosec; an encoding of its own may spell that in any way."""
    return b"nosec" in data or b"coding" in b"\n".join(data.split(b"\n", 2)[:2])


WEAKNESSES: Parser[Examined] = Parser("bandit", 1, parse, Examined, edition)


def _searched(facts: Facts) -> tuple[Parsed[Examined], ...]:
    collecting = gc.isenabled()
    gc.disable()  # a syntax tree holds no cycle, and looking for one costs a sixth of the time
    try:
        return tuple(
            facts.parsed(WEAKNESSES, entry.path)
            for entry in facts.tree.entries
            if entry.role is Role.PRODUCT and entry.path.endswith(".py")
        )
    finally:
        if collecting:
            gc.enable()


def _frame(files: tuple[Parsed[Examined], ...]) -> Collected[Row]:
    """A ``Collected`` without rows: what could not be read, and where was looked."""
    problems = tuple(file.problem for file in files if file.problem is not None)
    openings = tuple(
        Opening(file.entry.path, file.problem.line, file.problem.message)
        for file in files
        if file.problem is not None and file.opens
    )
    return Collected((), problems, openings, tuple(file.entry.path for file in files))


def collect_weaknesses(facts: Facts, scope: tuple[str, ...]) -> Collected[Weakness]:  # noqa: ARG001
    """Every weakness that bandit reports on the product's files of Python."""
    files = _searched(facts)
    rows = tuple(
        _weakness(file.entry, finding)
        for file in files
        for finding in (file.value.findings if file.value is not None else ())
    )
    frame = _frame(files)
    return Collected(rows, frame.problems, frame.openings, frame.looked)


def _weakness(entry: Entry, finding: Finding) -> Weakness:
    return Weakness(
        path=Glob(entry.path),
        line=max(1, finding.line),
        role=entry.role,
        text=" ".join(f"{finding.id} {finding.message}".split())[:_SHOWN],
        id=finding.id,
        name=finding.name,
        severity="HIGH" if finding.severity == "HIGH" else "MEDIUM",
        confidence=cast("Literal['UNDEFINED', 'LOW', 'MEDIUM', 'HIGH']", finding.confidence),
        message=finding.message[:_MESSAGE],
        cwe=finding.cwe,
        column=finding.column,
        first=finding.first,
        last=finding.last,
    )


def collect_searches(facts: Facts, scope: tuple[str, ...]) -> Collected[WeaknessSearch]:  # noqa: ARG001
    """One row for each file of Python in the product: what was found in it, with the place of the first."""
    files = _searched(facts)
    rows = tuple(_search(file.entry, file.value) for file in files if file.value is not None)
    frame = _frame(files)
    return Collected(rows, frame.problems, frame.openings, frame.looked)


def _search(entry: Entry, examined: Examined) -> WeaknessSearch:
    found = examined.findings
    high = sum(1 for finding in found if finding.severity == "HIGH")
    worst = next((finding for finding in found if finding.severity == "HIGH"), found[0] if found else None)
    return WeaknessSearch(
        path=Glob(entry.path),
        line=max(1, worst.line) if worst else 1,
        role=entry.role,
        text=" ".join(f"{worst.id} {worst.message}".split())[:_SHOWN] if worst else "no weakness found",
        findings=len(found),
        high=high,
        medium=len(found) - high,
        silenced=examined.silenced,
    )


WEAKNESS: Noun[Weakness] = Noun(
    "code.weakness", Weakness, "a weakness of Python code that bandit reports", collect_weaknesses
)
SEARCH: Noun[WeaknessSearch] = Noun(
    "code.weakness.search", WeaknessSearch, "a file of Python searched for weaknesses", collect_searches
)
