"""What stands behind the verdicts: claims against reality, controls of frameworks, what was not found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.report.model import Claim, Control, Framework, NotFound, Said
from readiness.report.standing import applies, by_severity, counts
from readiness.rulebook.standards import load_standards

if TYPE_CHECKING:
    from readiness.assessment import Assessment, Rule

_EVIDENCE = 3


_STANDS = ("contradicted", "unbacked", "open", "backed")


def claims(assessment: Assessment) -> tuple[Claim, ...]:
    """The rules that count whose points on paper are more than those in force, the widest gap first."""
    wide = [
        Claim(rule.id, rule.title, rule.level, _reality(rule), apart, rule.evidence[:_EVIDENCE])
        for rule in assessment.rules
        if rule.scored
        and applies(rule)
        and rule.evidence
        and (apart := rule.points.on_paper - rule.points.earned) > 0
    ]
    return tuple(sorted(wide, key=lambda one: (-one.points, one.rule)))


def said(assessment: Assessment) -> tuple[Said, ...]:
    """What documents claim of rules that count: contradicted first, then unbacked, open and backed."""
    found = [
        Said(
            rule.id,
            rule.claim.stand,
            rule.title,
            rule.level,
            _reality(rule),
            rule.claim.evidence[:_EVIDENCE],
        )
        for rule in assessment.rules
        if counts(rule) and rule.claim is not None
    ]
    return tuple(sorted(found, key=lambda one: (_STANDS.index(one.stand), one.rule)))


def _reality(rule: Rule) -> str:
    if rule.status == "partial":
        return "It works in part"
    return (rule.strength if rule.status == "met" else rule.gap) or rule.title


def frameworks(assessment: Assessment) -> tuple[Framework, ...]:
    """Each standard that a rule speaks of, with its controls and how the rules behind them stand."""
    standards = load_standards()
    controls: dict[str, dict[str, list[Rule]]] = {}
    for rule in assessment.rules:
        if applies(rule):
            for name, ids in rule.standards.items():
                for one in ids:
                    controls.setdefault(name, {}).setdefault(one, []).append(rule)
    found = []
    for name, by_id in controls.items():
        known = standards.get(name)
        titles = known.controls if known else {}
        made = tuple(_control(one, titles.get(one, ""), rules) for one, rules in sorted(by_id.items()))
        found.append(
            Framework(
                id=name,
                title=known.name if known else name,
                controls=made,
                listed=len(titles) if known and known.complete else 0,
                met=sum(_standing(one) == "met" for one in made),
                partial=sum(_standing(one) == "partial" for one in made),
                open=sum(_standing(one) == "open" for one in made),
                unknown=sum(_standing(one) == "unknown" for one in made),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.title.lower(), one.id)))


def _control(name: str, title: str, rules: list[Rule]) -> Control:
    by_status: dict[str, list[str]] = {}
    for rule in rules:
        status = {"gap": "open", "blocked": "open"}.get(rule.status, rule.status)
        by_status.setdefault(status, []).append(rule.id)
    return Control(
        name, title, *(tuple(by_status.get(key, ())) for key in ("met", "partial", "open", "unknown"))
    )


def _standing(control: Control) -> str:
    """A control is met where all of its rules are, open where all are, unknown where nothing is known."""
    if control.unknown and not (control.partial or control.open):
        return "unknown"
    if not (control.partial or control.open):
        return "met"
    return "partial" if control.met or control.partial or control.unknown else "open"


def not_found(assessment: Assessment) -> tuple[NotFound, ...]:
    """What was looked for, counts, and is surely not there."""
    absent = (
        rule
        for rule in assessment.rules
        if counts(rule)
        and rule.status == "gap"
        and rule.level == rule.ceiling == "absent"
        and not rule.offenders
    )
    return tuple(
        NotFound(rule.id, rule.title, rule.missing, rule.looked, rule.looked_total, rule.absence)
        for rule in by_severity(absent)
    )
