"""The environments that a repository claims to have: by its files and scripts, and by its pipelines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.collect import JOB
from readiness.facts.model import Collected, Noun
from readiness.facts.repository.environments import Environment, collect_environments, from_names
from readiness.facts.scripts.nouns import ACT
from readiness.spans import Span

if TYPE_CHECKING:
    from readiness.facts.model import Facts


def collect_claimed(facts: Facts, scope: tuple[str, ...]) -> Collected[Environment]:
    """The environments named by configuration files, by scripts that deploy, and by the jobs of pipelines."""
    files = collect_environments(facts, scope)
    jobs = facts.collected(JOB)
    named = from_names(
        ((job.environment, Span(job.path, job.line)) for job in jobs.rows if job.environment), "workflow"
    )
    acts = facts.collected(ACT)
    places = {act.path: act for act in acts.rows if act.environment and "deploy" in act.purposes}
    scripts = from_names(((act.environment, Span(act.path, 1)) for act in places.values()), "script")
    return Collected(files.rows + named + scripts, looked=files.looked + jobs.looked + acts.looked)


ENVIRONMENT: Noun[Environment] = Noun(
    "environment", Environment, "an environment that the repository claims to have", collect_claimed
)


def claimed(facts: Facts) -> tuple[str, ...]:
    """The names of the environments that are claimed, sorted."""
    return tuple(sorted({row.name for row in facts.collected(ENVIRONMENT).rows}))
