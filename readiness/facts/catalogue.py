"""Every noun, by the name it has in rules, and every table of patterns. To add a noun, add a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from readiness.facts import (
    code,
    code_hints,
    containers,
    dependencies,
    documents,
    envfiles,
    files,
    secrets,
    unread_code,
)
from readiness.facts.ci import collect as ci
from readiness.facts.claimed import ENVIRONMENT
from readiness.facts.repository import REPOSITORY
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
    containers.IMAGE,
    containers.STAGE,
    containers.INSTRUCTION,
    unread_code.ROUTE,
    unread_code.CORS,
    unread_code.VARIABLE,
    unread_code.TELEMETRY,
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

TABLES: tuple[PatternTable, ...] = (code_hints.HINTS, code_hints.SIGNS, *secrets.TABLES)
