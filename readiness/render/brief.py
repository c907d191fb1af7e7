"""The assessment in brief, for media with little room: what counts most, and how much is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.records import Struct
from readiness.render.view import Report, report
from readiness.report.standing import counted

if TYPE_CHECKING:
    from readiness.assessment import Assessment
    from readiness.render.entries import Action
    from readiness.render.view import AreaView, Blocker

NAMED = 5


class Brief(Struct, frozen=True):
    """What a summary shows of a ``report``. ``left_out`` says in a clause what it does not show."""

    report: Report
    commit: str
    areas: tuple[AreaView, ...]
    blockers: tuple[Blocker, ...]
    more_blockers: str
    next: tuple[Action, ...]
    left_out: str
    command: str


def brief(assessment: Assessment) -> Brief:
    """``assessment`` in brief."""
    whole = report(assessment)
    shown = {one.entry.id for one in whole.blockers[:NAMED]} | {one.id for one in whole.next}
    rest = [
        rule
        for rule in assessment.rules
        if rule.status in ("gap", "partial", "blocked", "unknown") and rule.id not in shown
    ]
    hidden = len(whole.blockers) - NAMED
    parts = [
        *([counted(len(rest), "more result")] if rest else []),
        *([counted(len(assessment.problems), "problem")] if assessment.problems else []),
    ]
    return Brief(
        report=whole,
        commit=assessment.subject.commit[:12],
        areas=whole.areas,
        blockers=whole.blockers[:NAMED],
        more_blockers=f"and {hidden} more" if hidden > 0 else "",
        next=whole.next[:NAMED],
        left_out=" and ".join(parts),
        command="readiness scan --format markdown",
    )
