"""One rule in full: what was asked of which facts, what they answered, and what it is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.render.terminal import points
from readiness.render.text import inert, place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.assessment import Evidence, Rule, Rung

_ANSWERS = {True: "yes", False: "no", None: "not known"}


def render(rule: Rule, why: str) -> str:
    """The way from facts to points. ``why`` is the rule's own reason for being asked."""
    lines = [
        f"{rule.id}: {rule.title}",
        f"  {rule.severity}, weight {rule.weight}, tier {rule.tier}",
        f"  {why}",
        "",
        f"status: {rule.status}{_because(rule)}",
    ]
    if rule.ladder:
        lines += ["", "ladder"]
        lines += [_rung(rung) for rung in rule.ladder]
    lines += _rows("rests on", rule.evidence, rule.evidence_total)
    lines += _rows("stopped by", rule.offenders, rule.offenders_total)
    lines += _rows("nearest", rule.nearest, len(rule.nearest))
    lines += [f"not known: {inert(text)}" for text in rule.unknown_because]
    if rule.looked:
        lines += ["", f"looked at {rule.looked_total} files: {inert(', '.join(rule.looked[:10]))}"]
    if rule.environments:
        levels = ", ".join(f"{one.name} {one.level}" for one in rule.environments)
        lines.append(f"by environment: {levels}")
    lines += ["", *_worth(rule)]
    if rule.status not in ("met", "not-applicable", "waived"):
        lines += ["", f"to do ({rule.fix.effort})"]
        lines += [f"  - {step}" for step in rule.fix.steps]
    if rule.limits:
        lines += ["", f"limits: {rule.limits}"]
    return "\n".join(lines) + "\n"


def _because(rule: Rule) -> str:
    if rule.blocked_by:
        return f" by {rule.blocked_by}"
    reason = rule.reason or rule.why
    return f" ({reason})" if reason else ""


def _rung(rung: Rung) -> str:
    counts = "" if rung.found is None else f"  ({rung.found} of {rung.of})"
    return f"  {rung.level:<12} {_ANSWERS[rung.answer]:<9} {inert(rung.asked)}{counts}"


def _rows(title: str, rows: Iterable[Evidence], total: int) -> list[str]:
    shown = list(rows)
    if not shown:
        return []
    more = f" ({len(shown)} of {total})" if total > len(shown) else ""
    return [
        "",
        title + more,
        *(f"  {inert(f'{place(row.path, row.line)}  {row.text}')}  [{row.grade}]" for row in shown),
    ]


def _worth(rule: Rule) -> list[str]:
    level = rule.level if rule.level == rule.ceiling else f"{rule.level}, at most {rule.ceiling}"
    if not rule.scored:
        return [f"level: {level} of {rule.top}; not scored"]
    high = f" to {points(rule.points.earned_high)}" if rule.points.earned_high != rule.points.earned else ""
    earned = f"{points(rule.points.earned)}{high} of {points(rule.points.possible)}"
    return [
        f"level: {level} of {rule.top}",
        f"points: {earned}, on paper {points(rule.points.on_paper)}",
    ]
