"""What a report says beyond the verdicts, derived from the document alone: plan, matrix, costs, words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.report.arithmetic import arithmetic, gains
from readiness.report.blockers import blockers
from readiness.report.compliance import compliance
from readiness.report.conclusion import area_words, conclusion, executive
from readiness.report.matrix import matrix
from readiness.report.model import Derived
from readiness.report.resources import resources
from readiness.report.roadmap import roadmap
from readiness.report.traces import claims, frameworks, not_found, said

if TYPE_CHECKING:
    from readiness.assessment import Assessment


def derive(assessment: Assessment) -> Derived:
    """Everything that a report on ``assessment`` derives. The same document gives the same."""
    given = arithmetic(assessment)
    brings = gains(assessment, given)
    stops = blockers(assessment, brings)
    plan = roadmap(assessment, brings, given)
    return Derived(
        executive=executive(assessment, stops, brings, plan),
        areas=area_words(assessment),
        gains=brings,
        arithmetic=given,
        matrix=matrix(assessment),
        blockers=stops,
        roadmap=plan,
        resources=resources(assessment),
        compliance=compliance(assessment),
        conclusion=conclusion(assessment, stops, plan),
        said=said(assessment),
        claims=claims(assessment),
        frameworks=frameworks(assessment),
        not_found=not_found(assessment),
    )
