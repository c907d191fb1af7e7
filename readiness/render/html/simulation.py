"""What the page's script takes to say the new score where rules are assumed to be fixed.

The script goes the steps of ``readiness.report.model.Arithmetic``, in whole millipoints, and decides the
verdict as ``readiness.scoring.verdict`` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.assessment import Assessment, Rule
    from readiness.report.model import Arithmetic, Gain, Term

_BLOCKS, _WEIGHS = 1, 2


def simulation(
    assessment: Assessment, given: Arithmetic | None, gains: Mapping[str, Gain], places: Mapping[str, str]
) -> dict[str, Any] | None:
    """The data of the page's script; None where the document does not hold what the score is made from.

    ``terms`` are lists of rule, place in the page, number of its area, possible points, level, ceiling, top,
    what it decides (1: a blocker while below partial, 2: a gap that forbids "ready") and its needs: groups of
    pairs of rule and level. ``waits`` names the rules that the gain of a rule does not count for sure.
    """
    if given is None:
        return None
    rules = {rule.id: rule for rule in assessment.rules}
    areas = [area.id for area in assessment.areas]
    return {
        "terms": [_term(term, rules[term.rule], areas.index(term.area), places) for term in given.terms],
        "credits": given.credits,
        "cap": given.cap,
        "bands": given.bands,
        "waits": {rule: gain.dependants for rule, gain in gains.items() if gain.dependants},
        "waived": any(_waived_blocker(rule) for rule in assessment.rules),
    }


def _term(term: Term, rule: Rule, area: int, places: Mapping[str, str]) -> list[Any]:
    weighs = rule.own is not None and rule.own.counted and rule.severity == "high"
    decides = _BLOCKS if term.blocks else _WEIGHS if weighs else 0
    needs = [[(need.rule, need.at_least) for need in group] for group in term.needs]
    levels = (term.level, term.ceiling, term.top)
    return [term.rule, places[term.rule], area, term.possible, *map(int, levels), decides, needs]


def _waived_blocker(rule: Rule) -> bool:
    counted = rule.own is not None and rule.own.counted
    below = rule.level in ("absent", "planned")
    return rule.status == "waived" and rule.severity == "critical" and counted and below
