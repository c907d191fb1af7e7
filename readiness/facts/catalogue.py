"""Every noun, by the name it has in rules, and every table of patterns. To add a noun, add a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from readiness.facts import dependencies, files
from readiness.facts.ci import collect as ci
from readiness.facts.code import grpc_health, hints, unread
from readiness.facts.code import nouns as code
from readiness.facts.code.languages import LANGUAGES
from readiness.facts.code.weaknesses import nouns as weaknesses
from readiness.facts.containers import builders, images
from readiness.facts.delivery import noun as delivery
from readiness.facts.deployment import compose, kubernetes
from readiness.facts.deployment.platforms import noun as platforms
from readiness.facts.documents import claims, owners
from readiness.facts.documents import nouns as documents
from readiness.facts.elsewhere.noun import ELSEWHERE
from readiness.facts.history import changelog
from readiness.facts.history import nouns as history
from readiness.facts.infrastructure import resources as infrastructure
from readiness.facts.infrastructure import terraform
from readiness.facts.listeners import noun as listeners
from readiness.facts.migrations import noun as migrations
from readiness.facts.monitoring import nouns as monitoring
from readiness.facts.monitoring import sources as monitoring_sources
from readiness.facts.references import noun as references
from readiness.facts.references import routes as named_routes
from readiness.facts.references import unread as unread_settings
from readiness.facts.repository.claimed import ENVIRONMENT
from readiness.facts.repository.claimed import SIGNS as ENVIRONMENT_SIGNS
from readiness.facts.repository.noun import REPOSITORY
from readiness.facts.runtimes import nouns as runtimes
from readiness.facts.scripts import copies
from readiness.facts.scripts import nouns as scripts
from readiness.facts.secrets import envfiles
from readiness.facts.secrets import nouns as secrets
from readiness.facts.settings import SETTING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.facts.model import Noun, PatternTable

_ALL: tuple[Noun[Any], ...] = (
    REPOSITORY,
    ENVIRONMENT,
    files.FILE,
    files.CODE_FILE,
    SETTING,
    copies.SETTINGS_FILE,
    unread_settings.UNREAD,
    references.REFERENCE,
    named_routes.NAMED,
    ci.FILE,
    ci.PIPELINE,
    ci.JOB,
    ci.STEP,
    ci.USE,
    ci.DANGER,
    ELSEWHERE,
    delivery.DELIVERY,
    images.IMAGE,
    images.STAGE,
    images.INSTRUCTION,
    builders.BUILDER,
    compose.SERVICE,
    kubernetes.OBJECT,
    kubernetes.WORKLOAD,
    kubernetes.CONTAINER,
    platforms.SERVICE,
    unread.ROUTE,
    unread.CORS,
    unread.VARIABLE,
    unread.TELEMETRY,
    unread.OUTGOING,
    unread.PRACTICE,
    code.IMPORT,
    code.SERVER,
    weaknesses.WEAKNESS,
    weaknesses.SEARCH,
    terraform.BLOCK,
    terraform.ROOT,
    infrastructure.NOUN,
    listeners.LISTENER,
    migrations.NOUN,
    monitoring.ALERT,
    monitoring.ROUTE,
    monitoring.SCRAPE,
    monitoring.DASHBOARD,
    monitoring.OBJECTIVE,
    monitoring.PIPELINE,
    monitoring.CHECK,
    dependencies.MANIFEST,
    dependencies.DEPENDENCY,
    runtimes.RUNTIME,
    history.HISTORY,
    history.COMMIT,
    history.CHANGE,
    history.TAG,
    history.GONE,
    history.SEARCH,
    changelog.CHANGELOG,
    scripts.ACT,
    documents.DOCUMENT,
    documents.SECTION,
    documents.FENCE,
    documents.NOTE,
    claims.CLAIM,
    owners.OWNER,
    envfiles.FILE,
    envfiles.VARIABLE,
    secrets.SEARCH,
    secrets.CANDIDATE,
)

NOUNS: Mapping[str, Noun[Any]] = {noun.name: noun for noun in _ALL}

TABLES: tuple[PatternTable, ...] = (
    *hints.TABLES,
    *grpc_health.TABLES,
    *(language.hints for language in LANGUAGES),
    claims.CLAIMS,
    *secrets.TABLES,
    *kubernetes.TABLES,
    ENVIRONMENT_SIGNS,
    monitoring_sources.SIGNS,
    infrastructure.SIGNS,
    *delivery.TABLES,
    *listeners.TABLES,
)
