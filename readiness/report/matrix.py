"""The readiness matrix: component by environment, by the levels of the rules that feed a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from readiness.levels import Level
from readiness.report.model import Cell, Matrix, MatrixRow
from readiness.report.standing import applies, is_open, listed, rules_by_id, shortfall
from readiness.report.tables import ENVIRONMENTS, matrix_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from readiness.assessment import Assessment, Rule
    from readiness.report.model import Tone
    from readiness.report.tables import Group, MatrixComponent, Step

NOTE = (
    "A cell is as far as all of its steps surely hold, by the rules of `rules/matrix.yaml`. A practice "
    "that only "
    "a document or a switched-off setting announces counts as missing. What belongs to no environment, "
    "such as "
    "the code, counts in each."
)
_OPEN = "not all is known from the files"


def matrix(assessment: Assessment) -> Matrix:
    """The matrix of ``assessment``, with a row for each component that a rule speaks of."""
    table = matrix_table()
    rules = rules_by_id(assessment)
    claimed = {"development", "production", *assessment.subject.environments}
    rows: list[MatrixRow] = []
    without: list[str] = []
    for component in table.components:
        cells = tuple(
            _cell(component, environment, rules, claimed, table.tones) for environment in ENVIRONMENTS
        )
        if any(cell.tone != "none" for cell in cells):
            rows.append(_row(component, cells, rules))
        elif any(cell.state == "Not applicable" for cell in cells):
            without.append(component.title)
    note = f"{NOTE} No rule on these applies here: {listed(without)}." if without else NOTE
    return Matrix(ENVIRONMENTS, tuple(rows), note)


def _cell(
    component: MatrixComponent,
    environment: str,
    rules: Mapping[str, Rule],
    claimed: set[str],
    tones: Mapping[str, str],
) -> Cell:
    steps = component.steps.get(environment, ())
    named = {name for step in steps for group in step.groups for name, _ in group}
    if not named & rules.keys():
        return Cell(environment, "Not asked", "none", "", (), ())
    if not any(name in rules and applies(rules[name]) for name in named):
        return Cell(environment, "Not applicable", "none", "", (), ())
    if environment not in claimed:
        return Cell(environment, "None named", "none", "", (), ())
    state, open_ = "missing", False
    decided: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    for step in steps:
        kept = _kept(step, rules)
        if not kept:
            continue
        held = next((group for group in kept if _sure(group, rules, environment)), None)
        if held is None:
            nearest = min(kept, key=lambda group: len(_lacking(group, rules, environment)))
            missing = _lacking(nearest, rules, environment)
            open_ = any(_perhaps(group, rules, environment) for group in kept)
            break
        state, decided = step.state, tuple(dict.fromkeys((*decided, *(name for name, _ in held))))
    designed = state == "missing" and any(_designed(rules[name]) for name in named if name in rules)
    note = _OPEN if open_ else "designed, not built" if designed else ""
    tone = "unknown" if open_ and state == "missing" else tones[state]
    return Cell(
        environment,
        "Unknown" if tone == "unknown" else state.capitalize(),
        cast("Tone", tone),
        note,
        decided or tuple(sorted(missing)),
        missing,
    )


def _kept(step: Step, rules: Mapping[str, Rule]) -> tuple[Group, ...]:
    """The groups of ``step`` without rules that do not apply; a group of which nothing is left is none."""
    groups = (
        tuple((name, level) for name, level in group if name in rules and applies(rules[name]))
        for group in step.groups
    )
    return tuple(group for group in groups if group)


def _levels(rule: Rule, environment: str) -> tuple[Level, Level]:
    """The level and ceiling of ``rule`` in ``environment``; one that is blocked has none in any."""
    if rule.status == "blocked":
        return Level.ABSENT, Level.ABSENT
    own = next((one for one in rule.environments if one.name == environment), None)
    if own is not None:
        return Level.named(own.level), Level.named(own.ceiling)
    if rule.environments and environment not in {one.name for one in rule.environments}:
        return Level.ABSENT, Level.ABSENT
    return Level.named(rule.level), Level.named(rule.ceiling)


def _sure(group: Group, rules: Mapping[str, Rule], environment: str) -> bool:
    return all(_levels(rules[name], environment)[0] >= _within(level, rules[name]) for name, level in group)


def _perhaps(group: Group, rules: Mapping[str, Rule], environment: str) -> bool:
    return all(_levels(rules[name], environment)[1] >= _within(level, rules[name]) for name, level in group)


def _lacking(group: Group, rules: Mapping[str, Rule], environment: str) -> tuple[str, ...]:
    return tuple(
        name for name, level in group if _levels(rules[name], environment)[0] < _within(level, rules[name])
    )


def _within(level: Level, rule: Rule) -> Level:
    """What is asked is never more than the rule's top."""
    return min(level, Level.named(rule.top))


def _designed(rule: Rule) -> bool:
    return applies(rule) and (rule.level == "planned" or any(e.level == "planned" for e in rule.environments))


def _row(component: MatrixComponent, cells: Sequence[Cell], rules: Mapping[str, Rule]) -> MatrixRow:
    production, staging = cells[ENVIRONMENTS.index("production")], cells[ENVIRONMENTS.index("staging")]
    asked = [
        name for steps in component.steps.values() for step in steps for g in step.groups for name, _ in g
    ]
    known = [rules[name] for name in dict.fromkeys(asked) if name in rules]
    blocking = [rule for rule in known if rule.severity == "critical" and is_open(rule)]
    if production.tone == "none":
        gap = "–"
    elif production.state == "Complete":
        gap = "None"
    elif production.state == "Unknown":
        gap = f"To be verified by hand: {_first(production.next, rules)}"
    elif blocking:
        gap = f"Critical blocker: {listed(shortfall(rule) for rule in blocking[:1])}"
    elif production.state == "Missing":
        gap = f"Production set-up needed: {_titles(production.next, rules)}"
    elif production.tone == "fair":
        gap = f"Production needs more: {_titles(production.next, rules)}"
    else:
        gap = f"Minor: {_titles(production.next, rules)}" if production.next else "None"
    # Production may be asked for more of the same: it is behind where it has nothing, or less of a practice.
    behind = production.state == "Missing" or any(
        _levels(rule, "staging")[0] > _levels(rule, "production")[0] for rule in known
    )
    if behind and staging.tone == "good" and production.tone in ("poor", "fair"):
        gap += "; staging is ahead, extend its practice to production"
    return MatrixRow(component.id, component.title, tuple(cells), gap, bool(blocking))


def _first(names: Sequence[str], rules: Mapping[str, Rule]) -> str:
    return listed((rules[name].title for name in names), 1)


def _titles(names: Sequence[str], rules: Mapping[str, Rule]) -> str:
    return listed((_wanted(rules[name]) for name in names), 1)


def _wanted(rule: Rule) -> str:
    return f"{rule.title} (to be verified)" if rule.status == "unknown" else rule.title
