"""The plan: phases with their rules, days, weeks and exact points. Weeks of phases add up to the plan's."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, isqrt
from typing import TYPE_CHECKING

from readiness.records import Struct
from readiness.report.arithmetic import total
from readiness.report.blockers import theme_of
from readiness.report.model import Gain, Phase, PlanItem, Roadmap
from readiness.report.rescore import rescored
from readiness.report.standing import (
    between,
    by_severity,
    counted,
    counts,
    falls_short,
    is_open,
    points,
    rules_by_id,
)
from readiness.report.tables import PHASES, effort_table, roadmap_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from readiness.assessment import Assessment, Rule
    from readiness.choices import Planning
    from readiness.report.model import Arithmetic
    from readiness.report.tables import EffortTable

_NO_GAIN = Gain(0, False, (), (), 0, False)
_URGENT = ("critical", "high")


class _Work(Struct, frozen=True):
    """Days of one rule, or of many: midway from optimistic to likely, likely, and the spread's square."""

    low: Fraction
    likely: Fraction
    square: Fraction


def roadmap(assessment: Assessment, gains: Mapping[str, Gain], given: Arithmetic | None) -> Roadmap:
    """The plan for ``assessment``; without ``given`` it says no scores."""
    rules = rules_by_id(assessment)
    wanted = _wanted(assessment, gains, rules) if assessment.score is not None else ()
    phase_of = _phases(wanted, gains)
    proper = _proper(wanted, phase_of, gains)
    phases: list[Phase] = []
    done: list[str] = []
    titles = roadmap_table().phases
    for name in PHASES:
        own = [rule for rule in wanted if rule.id in proper and phase_of[rule.id] == name]
        if own:
            done += [rule.id for rule in own]
            previous = phases[-1].score if phases else _low(assessment)
            about = (len(phases) + 1, name, titles[name])
            phases.append(_phase(about, own, gains, assessment, given, (done, previous)))
    rest = [rule for rule in wanted if rule.id not in proper]
    backlog = None
    if rest:
        previous = phases[-1].score if phases else _low(assessment)
        about = (0, "backlog", "Backlog")
        whole = ([*done, *(rule.id for rule in rest)], previous)
        backlog = _phase(about, rest, gains, assessment, given, whole)
    low, high = sum(one.weeks_low for one in phases), sum(one.weeks_high for one in phases)
    ready_low, ready_high, timeline = _timeline(assessment, phases, backlog)
    return Roadmap(
        phases=tuple(phases),
        backlog=backlog,
        weeks_low=low,
        weeks_high=high,
        weeks=_weeks(low, high) if phases else "",
        to_ready_low=ready_low,
        to_ready_high=ready_high,
        timeline=timeline,
        assumptions=tuple(_assumptions(assessment.planning)) if phases or backlog else (),
    )


def _low(assessment: Assessment) -> int | None:
    return None if assessment.score is None else assessment.score.low


def _wanted(assessment: Assessment, gains: Mapping[str, Gain], rules: Mapping[str, Rule]) -> tuple[Rule, ...]:
    """The rules to plan: those that count and fall short, and what they wait for; most severe first."""
    names: set[str] = set()
    for rule in assessment.rules:
        if counts(rule) and falls_short(rule):
            first = gains[rule.id].first if rule.id in gains else ()
            names.update((rule.id, *(name for name in first if name in rules)))
    return by_severity(rules[name] for name in names)


def _phases(wanted: Sequence[Rule], gains: Mapping[str, Gain]) -> dict[str, str]:
    """The phase of each rule: its own; critical ones and what they wait for early; never before a need."""
    may_wait = roadmap_table().may_wait
    found = {rule.id: PHASES.index(rule.phase) if rule.phase in PHASES else 2 for rule in wanted}
    for rule in wanted:
        if rule.severity == "critical":
            latest = min(found[rule.id], 1 if rule.theme in may_wait else 0)
            for name in (rule.id, *_needed(rule.id, gains, found)):
                found[name] = min(found[name], latest)
    for _ in wanted:  # a chain of needs is at most as long as the plan
        before = dict(found)
        for rule in wanted:
            found[rule.id] = max(found[rule.id], *(found[name] for name in _needed(rule.id, gains, found)), 0)
        if found == before:
            break
    return {name: PHASES[number] for name, number in found.items()}


def _needed(rule: str, gains: Mapping[str, Gain], known: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(name for name in gains.get(rule, _NO_GAIN).first if name in known)


def _proper(wanted: Sequence[Rule], phase_of: Mapping[str, str], gains: Mapping[str, Gain]) -> frozenset[str]:
    """The rules of the plan itself: urgent ones, medium ones of their themes, and what they need."""
    urgent = [rule for rule in wanted if rule.severity in _URGENT]
    themes = {theme_of(rule) for rule in urgent}
    found = {rule.id for rule in urgent}
    found.update(rule.id for rule in wanted if rule.severity == "medium" and theme_of(rule) in themes)
    found.update(rule.id for rule in wanted if phase_of[rule.id] == "optimization")
    for name in tuple(found):
        found.update(_needed(name, gains, phase_of))
    return frozenset(found)


def _phase(  # noqa: PLR0913, PLR0917 - what a phase is made of
    about: tuple[int, str, str],
    rules: Sequence[Rule],
    gains: Mapping[str, Gain],
    assessment: Assessment,
    given: Arithmetic | None,
    standing: tuple[Sequence[str], int | None],
) -> Phase:
    number, name, title = about
    done, previous = standing
    table, planning = effort_table(), assessment.planning
    work = _shared(rules, table)
    # What is printed is what is reckoned with: tenths of a day, so that the sums can be checked by hand.
    least, likely = _tenths(work.low), _tenths(work.likely)
    spread = _tenths(Fraction(isqrt(int(work.square * 10_000)), 100))
    high = likely + spread
    capacity = Fraction(max(1, planning.engineers * table.days_per_week * planning.focus), 100)
    weeks_low = max(1, ceil(least / capacity))
    weeks_high = max(weeks_low, ceil(high / capacity))
    score = None if given is None else total(given, frozenset(done)).low
    verdict = "" if given is None else rescored(assessment, frozenset(done)).verdict
    return Phase(
        number=number,
        id=name,
        title=title,
        items=tuple(_item(rule, gains.get(rule.id, _NO_GAIN), table) for rule in rules),
        low=_hundredths(least),
        high=_hundredths(high),
        weeks_low=weeks_low,
        weeks_high=weeks_high,
        weeks=_weeks(weeks_low, weeks_high),
        gain=0 if score is None or previous is None else score - previous,
        score=score,
        verdict=verdict,
        arithmetic=(
            f"{_days(least)} to {_days(high)} days (likely {_days(likely)}, spread {_days(spread)}) at "
            f"{float(capacity):g} days a week: {counted(planning.engineers, 'engineer')} × "
            f"{table.days_per_week} days × {planning.focus} %"
        ),
    )


def _item(rule: Rule, gain: Gain, table: EffortTable) -> PlanItem:
    work = _work(rule, table)
    return PlanItem(
        rule=rule.id,
        title=rule.title,
        severity=rule.severity,
        status=rule.status,
        effort="S" if rule.status == "unknown" else rule.fix.effort,
        low=_hundredths(work.low),
        high=_hundredths(work.likely),
        gain=gain,
        verify=rule.status == "unknown",
    )


def _work(rule: Rule, table: EffortTable) -> _Work:
    """The days of ``rule``: what is there already takes a part of them; what is not known is looked at."""
    days = table.days["S" if rule.status == "unknown" else rule.fix.effort]
    part = 100
    if rule.status == "partial":
        part = table.partial
    elif rule.status == "gap" and rule.level == "planned":
        part = table.planned
    unit = Fraction(part, 10_000)
    spread = (days.pessimistic - days.likely) * unit
    return _Work(Fraction(days.optimistic + days.likely, 2) * unit, days.likely * unit, spread * spread)


def _shared(rules: Sequence[Rule], table: EffortTable) -> _Work:
    """The days of all ``rules``; within a theme with many of them the set-up is shared."""
    themes: dict[str, list[_Work]] = {}
    for rule in rules:
        themes.setdefault(theme_of(rule), []).append(_work(rule, table))
    low = likely = square = Fraction(0)
    for work in themes.values():
        factor = Fraction(table.shared_factor, 100) if len(work) >= table.shared_from else Fraction(1)
        low += factor * sum((one.low for one in work), Fraction(0))
        likely += factor * sum((one.likely for one in work), Fraction(0))
        square += factor * factor * sum((one.square for one in work), Fraction(0))
    return _Work(low, likely, square)


def _hundredths(days: Fraction) -> int:
    return round(days * 100)


def _tenths(days: Fraction) -> Fraction:
    """Days rounded to a tenth."""
    return Fraction(round(days * 10), 10)


def _days(days: Fraction) -> str:
    """Tenths of days as they are printed."""
    return f"{int(days * 10) // 10}.{int(days * 10) % 10}"


def _weeks(low: int, high: int) -> str:
    return f"about {counted(low, 'week')}" if low == high else f"{low}–{high} weeks"


def _timeline(assessment: Assessment, phases: Sequence[Phase], backlog: Phase | None) -> tuple[int, int, str]:
    """The weeks to a verdict of "ready", and the sentence about it."""
    if assessment.score is None:
        return 0, 0, "Nothing was assessed, so there is nothing to plan."
    if assessment.verdict == "ready":
        return 0, 0, "It is ready for production by this assessment; what the plan holds is improvement."
    if not phases and backlog is None:
        return 0, 0, "No rule that counts falls short: there is nothing to plan."
    steps = [*phases, *([backlog] if backlog else [])]
    low = high = 0
    for number, step in enumerate(steps, 1):
        low, high = low + step.weeks_low, high + step.weeks_high
        if step.verdict == "ready":
            return low, high, _ready_after(number, len(phases), step, _weeks(low, high))
    whole = _weeks(low, high)
    if any(not step.verdict for step in steps):
        return 0, 0, f"The plan takes {whole}; what the verdict is then, this document cannot tell."
    return 0, 0, f"After {whole} the verdict is still short of ready: a waived rule stands against it."


def _ready_after(number: int, phases: int, step: Phase, weeks: str) -> str:
    score, begin = points(step.score or 0), weeks[0].upper() + weeks[1:]
    if number > phases:
        return f"{begin}: all phases and the backlog lead to {score} of 100 and the verdict ready."
    which = "phase 1 leads" if number == 1 else f"phases 1 {'and' if number == 2 else 'to'} {number} lead"
    return f"{begin}: {which} to {score} of 100 and the verdict ready."


def _assumptions(planning: Planning) -> Iterable[str]:
    table = effort_table()
    sizes = (
        f"{size} {between(*(_short(value) for value in (days.optimistic, days.pessimistic)))}"
        for size, days in table.days.items()
    )
    yield (
        f"Planning estimates of {table.date}, no measurement: days of one engineer who knows the stack "
        f"({', '.join(sizes)}), {counted(planning.engineers, 'engineer')} with {planning.focus} % of "
        "their week."
    )
    yield (
        f"What works in part takes {table.partial} % of the days, what is designed {table.planned} %; from "
        f"{table.shared_from} rules of one theme in a phase on, {table.shared_factor} %. The low end of a "
        "phase is "
        "midway from the optimistic to the likely days, the high end the likely days and the spread of "
        "all items."
    )
    yield (
        "Phases follow one another and are rounded up to whole weeks. Points are exact for the levels "
        "judged today: "
        "each rule at its top; an item's are those of that item alone, a phase's those of all its items "
        "together. Set `engineers` and `focus` under `[plan]` for your own."
    )


def _short(hundredths: int) -> str:
    return f"{hundredths / 100:g}"


def open_rules(assessment: Assessment, severity: str) -> tuple[Rule, ...]:
    """The rules of ``severity`` that are surely below partial and are not only waiting for another."""
    return by_severity(
        rule
        for rule in assessment.rules
        if rule.severity == severity and is_open(rule) and rule.status != "blocked"
    )
