"""The arithmetic of the score, from the document alone: what becomes of it where rules are mended.

The same steps as the score stage takes, for a set of rules and points that no level can change; the report in
the browser takes them too. ``Arithmetic`` says what they are.
"""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from readiness.levels import Level
from readiness.records import Struct, names_of
from readiness.report.model import Arithmetic, Gain, Need, Term
from readiness.report.rescore import rescored
from readiness.report.standing import OUT, falls_short

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from readiness.assessment import Assessment, Rule

NOBODY: frozenset[str] = frozenset()


class Sum(Struct, frozen=True):
    """What the terms come to: the score from low to high, before a cap, and each rule's standing levels."""

    low: int
    high: int
    raw: int
    standing: dict[str, tuple[int, int]]


def arithmetic(assessment: Assessment) -> Arithmetic | None:
    """What the score of ``assessment`` is made from.

    None where there is no score, or the document does not hold what it is made from, or it was changed so
    that the arithmetic does not come to its score.
    """
    scoring, score = assessment.scoring, assessment.score
    if scoring is None or score is None:
        return None
    rules = {rule.id: rule for rule in assessment.rules if rule.status not in OUT}
    if any(rule.own is None for rule in rules.values()):
        return None
    try:
        order = _parents_first(rules)
        stage = rescored(assessment)
    except (ValueError, ArithmeticError):  # a circle is a ValueError, too
        return None
    made = Arithmetic(
        terms=tuple(_term(rules[name]) for name in order),
        credits=tuple(getattr(scoring.in_force, name) for name in names_of(scoring.in_force)),
        cap=scoring.cap,
        bands=tuple((band.title, band.start) for band in scoring.bands),
    )
    found = total(made)
    sums = {(found.low, found.high), (stage.low, stage.high), (score.low, score.high)}
    return made if len(sums) == 1 else None


def _parents_first(rules: Mapping[str, Rule]) -> Iterable[str]:
    graph = {
        name: sorted({need.rule for group in rule.needs for need in group} & rules.keys())
        for name, rule in sorted(rules.items())
    }
    return tuple(TopologicalSorter(graph).static_order())


def _term(rule: Rule) -> Term:
    own = rule.own
    assert own is not None  # noqa: S101 - looked at before
    return Term(
        rule=rule.id,
        area=rule.area,
        possible=rule.points.possible,
        level=Level.named(own.level),
        ceiling=Level.named(own.ceiling),
        top=Level.named(rule.top),
        blocks=own.counted and rule.severity == "critical",
        needs=tuple(
            tuple(Need(need.rule, Level.named(need.at_least)) for need in group) for group in rule.needs
        ),
    )


def total(given: Arithmetic, fixed: Collection[str] = NOBODY) -> Sum:
    """The score where the rules ``fixed`` are at their top, and every other as it was judged."""
    standing: dict[str, tuple[int, int]] = {}
    raw = most = 0
    may_block = surely_blocks = False
    for term in given.terms:
        low, high = (term.top, term.top) if term.rule in fixed else (term.level, term.ceiling)
        holds = _holds(term.needs, standing)
        low = low if holds == _HOLDS else 0
        high = 0 if holds == _BELOW else high
        standing[term.rule] = (low, high)
        raw += _earned(term, low, given.credits)
        most += _earned(term, high, given.credits)
        may_block |= term.blocks and low < Level.PARTIAL
        surely_blocks |= term.blocks and high < Level.PARTIAL
    return Sum(
        low=min(raw, given.cap) if may_block else raw,
        high=min(most, given.cap) if surely_blocks else most,
        raw=raw,
        standing=standing,
    )


_BELOW, _OPEN, _HOLDS = range(3)


def _holds(groups: Sequence[Sequence[Need]], standing: Mapping[str, tuple[int, int]]) -> int:
    """The worst of all groups; of a group the best. A rule that is not there asks nothing."""
    worst = _HOLDS
    for group in groups:
        best = _BELOW
        for need in group:
            low, high = standing.get(need.rule, (Level.ENFORCED, Level.ENFORCED))
            one = _HOLDS if low >= need.at_least else _OPEN if high >= need.at_least else _BELOW
            best = max(best, one)
        worst = min(worst, best)
    return worst


def _earned(term: Term, level: int, credits_: Sequence[int]) -> int:
    return term.possible * credits_[min(level, term.top)] // credits_[term.top]


def gains(assessment: Assessment, given: Arithmetic | None) -> dict[str, Gain]:
    """What each rule that falls short can bring, by its id. Without ``given`` it is the rule's own points."""
    short = [rule for rule in assessment.rules if falls_short(rule)]
    if given is None:
        return {
            rule.id: Gain(max(rule.points.possible - rule.points.earned, 0), False, (), (), 0, False)
            for rule in short
        }
    terms = {term.rule: term for term in given.terms}
    waiting = _waiting(given)
    today = total(given)
    found = {}
    for rule in short:
        if rule.id not in terms:
            continue
        alone = total(given, (rule.id,))
        first = _first(rule.id, terms, today.standing)
        before = total(given, first) if first else today
        with_them = total(given, (*first, rule.id)) if first else alone
        dependants = tuple(sorted(name for name in waiting.get(rule.id, ()) if terms[name].possible))
        found[rule.id] = Gain(
            points=alone.low - today.low,
            at_least=bool(dependants),
            dependants=dependants,
            first=first,
            after=with_them.low - before.low,
            capped=alone.raw - today.raw > alone.low - today.low,
        )
    return found


def _waiting(given: Arithmetic) -> dict[str, set[str]]:
    """The rules that wait for each rule, directly or through others, and are held down by it today."""
    today = total(given).standing
    found: dict[str, set[str]] = {}
    for term in reversed(given.terms):
        for group in term.needs:
            if _holds((group,), today) == _HOLDS:
                continue
            for need in group:
                found.setdefault(need.rule, set()).update({term.rule}, found.get(term.rule, ()))
    return found


def _first(rule: str, terms: Mapping[str, Term], standing: Mapping[str, tuple[int, int]]) -> tuple[str, ...]:
    """The rules that must be mended before ``rule`` counts, nearest last; of a choice the first."""
    found: dict[str, None] = {}
    for group in terms[rule].needs:
        if _holds((group,), standing) == _HOLDS or not group:
            continue
        nearest = max(group, key=lambda need: standing.get(need.rule, (0, 0)))
        for one in (*_first(nearest.rule, terms, standing), nearest.rule):
            found[one] = None
    return tuple(found)
