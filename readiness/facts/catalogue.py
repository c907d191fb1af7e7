"""Every noun, by the name it has in rules, and every table of patterns. To add a noun, add a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from readiness.facts import dependencies, files
from readiness.facts.ci import collect as ci
from readiness.facts.code import hints, unread
from readiness.facts.code import nouns as code
from readiness.facts.containers import images
from readiness.facts.documents import nouns as documents
from readiness.facts.repository.claimed import ENVIRONMENT
from readiness.facts.repository.noun import REPOSITORY
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
    ci.PIPELINE,
    ci.JOB,
    ci.STEP,
    ci.USE,
    ci.DANGER,
    images.IMAGE,
    images.STAGE,
    images.INSTRUCTION,
    unread.ROUTE,
    unread.CORS,
    unread.VARIABLE,
    unread.TELEMETRY,
    code.IMPORT,
    code.SERVER,
    dependencies.MANIFEST,
    dependencies.DEPENDENCY,
    documents.DOCUMENT,
    documents.SECTION,
    documents.FENCE,
    documents.NOTE,
    envfiles.FILE,
    envfiles.VARIABLE,
    secrets.SEARCH,
    secrets.CANDIDATE,
)

NOUNS: Mapping[str, Noun[Any]] = {noun.name: noun for noun in _ALL}

TABLES: tuple[PatternTable, ...] = (hints.HINTS, hints.SIGNS, *secrets.TABLES)
