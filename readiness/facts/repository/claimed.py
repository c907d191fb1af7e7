"""The environments that a repository claims to have: by files, scripts, pipelines and settings.

Sources: Laravel, "Environment Configuration" (``APP_ENV``); Rails, Spring, ASP.NET Core and others, the
variable that names where a program runs; Kubernetes, "Recommended Labels" and "Namespaces"; Azure App
Service, "Set up staging environments" (slots); Serverless Framework, "Stages".
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from readiness.facts.ci.collect import JOB, STEP
from readiness.facts.deployment.kubernetes import OBJECT
from readiness.facts.deployment.platforms.noun import SERVICE
from readiness.facts.model import Collected, Noun, PatternTable
from readiness.facts.repository.environments import (
    Environment,
    collect_environments,
    exactly,
    from_names,
    strictly,
)
from readiness.facts.scripts.nouns import ACT
from readiness.facts.secrets.envfiles import VARIABLE
from readiness.spans import Span
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.model import Facts

_ANY = r"[\"']?([A-Za-z]+)[\"']?[ \t]*(?:#.*)?$"
SIGNS = PatternTable(
    "environment-signs",
    "configuration",
    (
        (
            "label",
            (
                r"(?m)^[ \t]+[\"']?(?:(?:app\.kubernetes\.io/)?environment|tags\.datadoghq\.com/env)"
                r"[\"']?:[ \t]*" + _ANY
            ),
        ),
        ("slot", r"(?m)^[ \t]*[\"']?(?i:slotName|slot-name)[\"']?:[ \t]*" + _ANY),
    ),
)
# Variables that say where a program runs. ``NODE_ENV`` is none: it says how code is built.
_VARIABLES = frozenset(
    (
        "APP_ENV",
        "APP_ENVIRONMENT",
        "RAILS_ENV",
        "RACK_ENV",
        "SPRING_PROFILES_ACTIVE",
        "ASPNETCORE_ENVIRONMENT",
        "DOTNET_ENVIRONMENT",
        "DEPLOY_ENV",
        "SLS_STAGE",
        "DEPLOYMENT_ENVIRONMENT",
    )
)
_OPTIONS = ("--stage", "--environment", "--env", "--target-env", "--slot")


def collect_claimed(facts: Facts, scope: tuple[str, ...]) -> Collected[Environment]:
    """The environments named by configuration files, by scripts that deploy, by pipelines and by settings."""
    files = collect_environments(facts, scope)
    jobs = facts.collected(JOB)
    named = from_names(
        ((job.environment, Span(job.path, job.line)) for job in jobs.rows if job.environment), "workflow"
    )
    steps = from_names(_steps(facts), "workflow")
    acts = facts.collected(ACT)
    places = {act.path: act for act in acts.rows if act.environment and "deploy" in act.purposes}
    scripts = from_names(((act.environment, Span(act.path, 1)) for act in places.values()), "script")
    settings = from_names(_settings(facts), "settings")
    rows = dict.fromkeys(files.rows + named + steps + scripts + settings)
    return Collected(tuple(rows), looked=files.looked + jobs.looked + acts.looked)


def _steps(facts: Facts) -> Iterator[tuple[str, Span]]:
    """Where steps that deploy are told the place: ``--stage prod``, ``slotName: production``."""
    rows = facts.collected(STEP).rows
    for step in rows:
        if "deploy" in step.purposes:
            words = step.command.replace("=", " ").split()
            for option, value in pairwise(words):
                if option in _OPTIONS and exactly(value.strip("\"'")):
                    yield exactly(value.strip("\"'")), Span(step.path, step.line)
    pipelines = {step.path for step in rows}
    for hit in facts.hits(SIGNS):
        if hit.name == "slot" and hit.entry.path in pipelines:
            yield _value(hit.text), Span(hit.entry.path, hit.line)


def _settings(facts: Facts) -> Iterator[tuple[str, Span]]:
    """What environment files, manifests of Kubernetes and descriptors of platforms name."""
    for row in facts.collected(VARIABLE).rows:
        if row.name in _VARIABLES and row.role is not Role.TEST:
            yield exactly(row.value), Span(row.path, row.line)
    objects = [row for row in facts.collected(OBJECT).rows if row.role is Role.PRODUCT]
    seen: set[tuple[str, str]] = set()
    for item in objects:
        name = strictly(item.name if item.kind == "Namespace" else item.namespace)
        if (item.path, name) not in seen:
            seen.add((item.path, name))
            yield name, Span(item.path, item.line)
    manifests = {item.path for item in objects}
    for hit in facts.hits(SIGNS):
        if hit.name == "label" and hit.entry.path in manifests:
            yield _value(hit.text), Span(hit.entry.path, hit.line)
    for service in facts.collected(SERVICE).rows:
        if service.role is Role.PRODUCT:
            yield service.environment, Span(service.path, service.line)


def _value(text: str) -> str:
    return exactly(text.partition("#")[0].rpartition(":")[2].strip().strip("\"'"))


ENVIRONMENT: Noun[Environment] = Noun(
    "environment", Environment, "an environment that the repository claims to have", collect_claimed
)


def claimed(facts: Facts) -> tuple[str, ...]:
    """The names of the environments that are claimed, sorted."""
    return tuple(sorted({row.name for row in facts.collected(ENVIRONMENT).rows}))
