"""The environments that a repository claims to have: by file names, and by what its pipelines say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.collect import JOB
from readiness.facts.model import Collected, Noun
from readiness.facts.repository.environments import Environment, collect_environments, from_names
from readiness.spans import Span

if TYPE_CHECKING:
    from readiness.facts.model import Facts


def collect_claimed(facts: Facts, scope: tuple[str, ...]) -> Collected[Environment]:
    """The environments named by configuration files and by the jobs of pipelines."""
    files = collect_environments(facts, scope)
    jobs = facts.collected(JOB)
    named = from_names(
        ((job.environment, Span(job.path, job.line)) for job in jobs.rows if job.environment), "workflow"
    )
    return Collected(files.rows + named, looked=files.looked + jobs.looked)


ENVIRONMENT: Noun[Environment] = Noun(
    "environment", Environment, "an environment that the repository claims to have", collect_claimed
)


def claimed(facts: Facts) -> tuple[str, ...]:
    """The names of the environments that are claimed, sorted."""
    return tuple(sorted({row.name for row in facts.collected(ENVIRONMENT).rows}))
