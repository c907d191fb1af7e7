"""Lists of good practice: each item by the weighted credit of the rules it rests on."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from readiness.levels import Level
from readiness.report.model import Check, Checklist
from readiness.report.standing import applies, counts, listed, rules_by_id, shortfall
from readiness.report.tables import compliance_table
from readiness.score import load_scoring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.assessment import Assessment, Rule
    from readiness.report.tables import ComplianceTable


def compliance(assessment: Assessment) -> tuple[Checklist, ...]:
    """The checklists, without items whose rules do not apply, and without lists that nothing is left of."""
    table = compliance_table()
    rules = rules_by_id(assessment)
    lists = []
    for one in table.lists:
        checks = []
        for item in one.items:
            own = [rules[name] for name in item.rules if name in rules and applies(rules[name])]
            if own:
                checks.append(_check(item.title, own, table))
        if checks:
            lists.append(Checklist(one.id, one.title, tuple(checks)))
    return tuple(lists)


def _check(title: str, rules: Sequence[Rule], table: ComplianceTable) -> Check:
    low, high = _share(rules, ceiling=False), _share(rules, ceiling=True)
    critical = any(rule.severity == "critical" and Level.named(rule.level) < Level.PARTIAL for rule in rules)
    lacking = [rule for rule in rules if rule.status not in ("met", "unknown")]
    beyond = "" if any(counts(rule) for rule in rules) else " (beyond the bar of this assessment)"
    names = tuple(rule.id for rule in rules)
    gaps = listed((shortfall(rule) for rule in lacking if rule.status != "blocked"), 1)
    asked = listed((rule.title for rule in lacking if rule.status != "blocked"), 1)
    waits = listed((f"`{rule.blocked_by}`" for rule in lacking if rule.status == "blocked"), 1)
    if low >= table.in_place and not critical:
        return Check(title, "good", f"in place{f'; still asked: {asked}' if asked else ''}{beyond}", names)
    if low < table.in_place and not lacking:
        return Check(title, "unknown", f"not known from the files, verify by hand{beyond}", names)
    if high < table.missing:
        if not gaps:
            return Check(title, "poor", f"not yet: waits for {waits}{beyond}", names)
        planned = all(rule.level == "planned" for rule in rules)
        return Check(title, "poor", f"{'announced only' if planned else 'missing'}: {gaps}{beyond}", names)
    if gaps and low < table.missing:
        return Check(title, "unknown", f"not known in full: {gaps}{beyond}", names)
    why = f"still asked: {asked}" if asked else f"waits for {waits}" if waits else ""
    return Check(title, "fair", f"in part{f'; {why}' if why else ''}{beyond}", names)


def _share(rules: Sequence[Rule], *, ceiling: bool) -> Fraction:
    scoring = load_scoring()
    whole = sum(rule.weight for rule in rules)
    earned = sum(
        rule.weight
        * scoring.credit(Level.named(rule.ceiling if ceiling else rule.level), Level.named(rule.top))
        for rule in rules
    )
    return Fraction(earned) / whole
