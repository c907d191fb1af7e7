"""Questions asked of facts: an answer that is true, false, unknown, or has nothing to inspect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from readiness.records import Struct
from readiness.rulebook.conditions import all_true, any_true, tester
from readiness.rulebook.model import AllOf, AnyOf, Every, No, Some
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.facts.model import Collected, Facts, Grade, Opening, Row
    from readiness.rulebook.conditions import Truth
    from readiness.rulebook.model import Condition, Question

_CLOSEST = 3


class Seen(Struct, frozen=True):
    """A row that an answer rests on, and what kind of evidence it is."""

    path: str
    line: int
    text: str
    grade: Grade


class Answer(Struct, frozen=True):
    """What a question comes to.

    ``truth`` is None where it cannot be known from what could be read; ``empty`` where
    there was no row to inspect (then ``truth`` says nothing). ``evidence`` are the rows
    that make it true, or the offenders that make it false; ``nearest`` the rows that
    come closest where nothing was found; ``counts`` how many of how many; ``open_because``
    what could not be read.
    """

    question: Question
    truth: Truth
    empty: bool = False
    evidence: tuple[Seen, ...] = ()
    offenders: tuple[Seen, ...] = ()
    nearest: tuple[Seen, ...] = ()
    counts: tuple[int, int] | None = None
    looked: tuple[str, ...] = ()
    open_because: tuple[str, ...] = ()
    parts: tuple[Answer, ...] = ()
    grade: Grade = "structure"


class View(Struct, frozen=True):
    """The facts as one question sees them: all of them, or those of one environment.

    With an ``environment``, rows bound to it and rows bound to none are seen.
    """

    facts: Facts
    environment: str = ""

    def sees(self, environment: str) -> bool:
        """Whether something bound to ``environment`` is seen."""
        return not self.environment or environment in ("", self.environment)


def ask(question: Question, view: View) -> Answer:
    """The answer of the facts to ``question``."""
    match question:
        case AllOf(parts) | AnyOf(parts):
            return _join(question, tuple(ask(part, view) for part in parts))
        case Some():
            return _some(question, view)
        case No():
            return _no(question, view)
        case Every():
            return _every(question, view)


def _join(question: AllOf | AnyOf, parts: tuple[Answer, ...]) -> Answer:
    asked = [part for part in parts if not part.empty]
    combine = all_true if isinstance(question, AllOf) else any_true
    truth = combine(part.truth for part in asked)
    deciding = [part for part in asked if part.truth is truth]
    return Answer(
        question,
        truth,
        empty=not asked,
        evidence=tuple(seen for part in deciding for seen in part.evidence),
        offenders=tuple(seen for part in deciding for seen in part.offenders),
        nearest=tuple(seen for part in deciding for seen in part.nearest),
        looked=tuple(sorted({path for part in parts for path in part.looked})),
        open_because=tuple(dict.fromkeys(why for part in asked for why in part.open_because)),
        parts=parts,
        grade="pattern" if any(part.grade == "pattern" for part in deciding) else "structure",
    )


def _rows(question: Some | No | Every, view: View) -> tuple[Collected[Any], list[Row], list[Opening]]:
    """The collected noun, the rows in sight, and the openings in sight."""
    collected = view.facts.collected(question.noun, question.scope)
    names_role = any(condition.field == "role" for condition in question.where)
    rows = [
        row
        for row in collected.rows
        if view.sees(row.environment) and (names_role or row.role is Role.PRODUCT)
    ]
    return collected, rows, [gap for gap in collected.openings if view.sees(gap.environment)]


def _seen(rows: Sequence[Row], grade: Grade) -> tuple[Seen, ...]:
    return tuple(dict.fromkeys(Seen(row.path, row.line, row.text, grade) for row in rows))


def _reasons(openings: Sequence[Opening]) -> tuple[str, ...]:
    return tuple(f"{gap.path}:{gap.line}: {gap.reason}" for gap in openings)


def _closest(rows: Sequence[Row], where: tuple[Condition, ...], grade: Grade) -> tuple[Seen, ...]:
    """The near misses: the best of the rows for which the first condition holds, which says what is meant."""
    first = tester(where[:1])
    about = [row for row in rows if where and first(row) is True]
    tests = [tester((condition,)) for condition in where]
    scored = [(sum(test(row) is True for test in tests), row) for row in about]
    best = max((score for score, _ in scored), default=0)
    return _seen([row for score, row in scored if score == best], grade)[:_CLOSEST]


def _some(question: Some, view: View) -> Answer:
    collected, rows, openings = _rows(question, view)
    test = tester(question.where)
    truths = [(row, test(row)) for row in rows]
    sure = [row for row, truth in truths if truth is True]
    maybe = [row for row, truth in truths if truth is not False]
    truth: Truth = False
    if _count(sure, question.distinct) >= question.at_least:
        truth = True
    elif openings or _count(maybe, question.distinct) >= question.at_least:
        truth = None
    grade = question.noun.grade
    return Answer(
        question,
        truth,
        evidence=_seen(sure, grade) if truth is True else (),
        nearest=() if truth is True else _closest(rows, question.where, grade),
        counts=(len(sure), len(rows)),
        looked=collected.looked,
        open_because=() if truth is not None else (_reasons(openings) or _unknown(maybe)),
        grade=grade,
    )


def _unknown(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(f"{row.path}:{row.line}: not to be known from the files: {row.text}" for row in rows)


def _count(rows: Sequence[Row], distinct: str) -> int:
    return len({getattr(row, distinct) for row in rows}) if distinct else len(rows)


def _no(question: No, view: View) -> Answer:
    collected, rows, openings = _rows(question, view)
    test = tester(question.where)
    truths = [(row, test(row)) for row in rows]
    sure = [row for row, truth in truths if truth is True]
    maybe = [row for row, truth in truths if truth is not False]
    truth: Truth = True
    if len(sure) > question.at_most:
        truth = False
    elif openings or len(maybe) > question.at_most:
        truth = None
    grade = question.noun.grade
    return Answer(
        question,
        truth,
        empty=not rows and not openings,
        offenders=_seen(sure, grade) if truth is False else (),
        counts=(len(sure), len(rows)),
        looked=collected.looked,
        open_because=() if truth is not None else (_reasons(openings) or _unknown(maybe)),
        grade=grade,
    )


def _every(question: Every, view: View) -> Answer:
    collected, rows, openings = _rows(question, view)
    good: list[Row] = []
    bad: list[Row] = []
    open_: list[Row] = []
    test, holds = tester(question.where), tester(question.holds)
    for row in rows:
        inside = test(row)
        if inside is False:
            continue
        holding = holds(row)
        if holding is True:
            good.append(row)
        elif holding is False and inside is True:
            bad.append(row)
        else:
            open_.append(row)
    total = len(good) + len(bad) + len(open_)
    truth: Truth = False
    if len(good) * 1000 >= question.share * total and not openings:
        truth = True
    elif (len(good) + len(open_)) * 1000 >= question.share * total or (openings and question.share < 1000):
        truth = None
    grade = question.noun.grade
    return Answer(
        question,
        truth,
        empty=total == 0 and not openings,
        evidence=_seen(good, grade),
        offenders=_seen(bad, grade),
        counts=(len(good), total),
        looked=collected.looked,
        open_because=() if truth is not None else (_reasons(openings) or _unknown(open_)),
        grade=grade,
    )
