"""Questions asked of facts: an answer that is true, false, unknown, or has nothing to inspect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from readiness.records import Struct, field
from readiness.rulebook.columns import Columns
from readiness.rulebook.conditions import all_true, any_true, comparer
from readiness.rulebook.model import AllOf, AnyOf, Every, No, Some

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from readiness.facts.model import Collected, Facts, Grade, Opening, Row
    from readiness.rulebook.conditions import Truth
    from readiness.rulebook.model import Condition, Question

_CLOSEST = 3
_STANDING = frozenset(("empty", "enabled", "live", "role", "scope", "tracked"))


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

    With an ``environment``, rows bound to it and rows bound to none are seen. ``columns`` keeps
    what conditions answered, by noun and scope, for all questions that share it.
    """

    facts: Facts
    environment: str = ""
    columns: dict[tuple[str, tuple[str, ...]], Columns] = field(default_factory=dict)

    def of(self, environment: str) -> View:
        """The same facts as they are seen in ``environment``."""
        return View(self.facts, environment, self.columns)

    def let_go(self, name: str, scope: tuple[str, ...]) -> None:
        """Forget what was answered of rows that nobody asks about any more."""
        self.columns.pop((name, scope), None)

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


class _Sight(Struct, frozen=True):
    """What one question inspects: the noun's rows by their fields, those in sight, the openings in sight."""

    collected: Collected[Any]
    columns: Columns
    among: list[int]
    openings: list[Opening]

    def rows(self, positions: Iterable[int]) -> list[Row]:
        """The rows at ``positions``."""
        return [self.columns.rows[at] for at in positions]


def _sight(question: Some | No | Every, view: View) -> _Sight:
    collected = view.facts.collected(question.noun, question.scope)
    key = (question.noun.name, question.scope)
    columns = view.columns.get(key)
    if columns is None or columns.rows is not collected.rows:
        columns = view.columns[key] = Columns(collected.rows)
    every_role = any(condition.field == "role" for condition in question.where)
    among = columns.seen(view.environment, every_role=every_role)
    asked = {condition.field for condition in question.where}
    asked |= {condition.field for condition in question.holds} if isinstance(question, Every) else set()
    openings = [
        gap
        for gap in collected.openings
        if view.sees(gap.environment) and (not gap.field or gap.field in asked)
    ]
    return _Sight(collected, columns, among, openings)


def _seen(rows: Iterable[Row], grade: Grade) -> tuple[Seen, ...]:
    return tuple(dict.fromkeys(Seen(row.path, row.line, row.text, grade) for row in rows))


def _reasons(openings: Sequence[Opening]) -> tuple[str, ...]:
    return tuple(f"{gap.path}:{gap.line}: {gap.reason}" for gap in openings)


def _closest(sight: _Sight, where: tuple[Condition, ...], grade: Grade) -> tuple[Seen, ...]:
    """The near misses: the best of the rows for which the first condition holds, which says what is meant.

    That is the first one that is no mere standing: every step that is enabled is near to nothing.
    """
    if not where:
        return ()
    meant = next((one for one in where if one.field not in _STANDING), where[0])
    about, _ = sight.columns.asked((meant,), sight.among)
    scores = dict.fromkeys(about, 0)
    for condition in (one for one in where if one is not meant):
        for at in sight.columns.asked((condition,), about)[0]:
            scores[at] += 1
    best = max(scores.values(), default=0)
    shown: dict[Seen, None] = {}
    for at, score in scores.items():
        if score == best and len(shown) < _CLOSEST:
            shown.update(dict.fromkeys(_seen(sight.rows((at,)), grade)))
    return tuple(shown)


def _some(question: Some, view: View) -> Answer:
    sight = _sight(question, view)
    sure_at, maybe_at = sight.columns.asked(question.where, sight.among)
    sure, maybe = sight.rows(sure_at), sight.rows(maybe_at)
    truth: Truth = False
    if _count(sure, question.distinct) >= question.at_least:
        truth = True
    elif sight.openings or _count(maybe, question.distinct) >= question.at_least:
        truth = None
    grade = question.noun.grade
    return Answer(
        question,
        truth,
        evidence=_seen(sure, grade) if truth is True else (),
        nearest=() if truth is True else _closest(sight, question.where, grade),
        counts=(len(sure), len(sight.among)),
        looked=sight.collected.looked,
        open_because=()
        if truth is not None
        else (_reasons(sight.openings) or _unknown(maybe, question.where)),
        grade=grade,
    )


def _unknown(rows: Sequence[Row], conditions: Sequence[Condition]) -> tuple[str, ...]:
    """Of each row, which of the fields that are asked the files do not tell."""
    return tuple(
        f"{row.path}:{row.line}: {row.text} (not told by the files: {_untold(row, conditions)})"
        for row in rows
    )


def _untold(row: Row, conditions: Sequence[Condition]) -> str:
    fields = (one.field for one in conditions if comparer(one.comparison)(getattr(row, one.field)) is None)
    return ", ".join(dict.fromkeys(field.replace("_", " ") for field in fields))


def _count(rows: Sequence[Row], distinct: str) -> int:
    return len({getattr(row, distinct) for row in rows}) if distinct else len(rows)


def _no(question: No, view: View) -> Answer:
    sight = _sight(question, view)
    sure_at, maybe_at = sight.columns.asked(question.where, sight.among)
    sure, maybe = sight.rows(sure_at), sight.rows(maybe_at)
    truth: Truth = True
    if len(sure) > question.at_most:
        truth = False
    elif sight.openings or len(maybe) > question.at_most:
        truth = None
    grade = question.noun.grade
    return Answer(
        question,
        truth,
        empty=not sight.among and not sight.openings,
        offenders=_seen(sure, grade) if truth is False else (),
        counts=(len(sure), len(sight.among)),
        looked=sight.collected.looked,
        open_because=()
        if truth is not None
        else (_reasons(sight.openings) or _unknown(maybe, question.where)),
        grade=grade,
    )


def _every(question: Every, view: View) -> Answer:
    sight = _sight(question, view)
    inside, maybe_inside = sight.columns.asked(question.where, sight.among)
    holding, maybe_holding = sight.columns.asked(question.holds, maybe_inside)
    surely, holds, may_hold = set(inside), set(holding), set(maybe_holding)
    good = sight.rows(holding)
    bad = sight.rows(at for at in maybe_inside if at not in may_hold and at in surely)
    open_ = sight.rows(
        at for at in maybe_inside if at not in holds and not (at not in may_hold and at in surely)
    )
    total = len(maybe_inside)
    openings = sight.openings
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
        looked=sight.collected.looked,
        open_because=()
        if truth is not None
        else (_reasons(openings) or _unknown(open_, (*question.where, *question.holds))),
        grade=grade,
    )
