"""The nouns about code, open where a server runs whose code is not read, or not for that question."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from readiness.facts.code import grpc_health
from readiness.facts.code import nouns as code
from readiness.facts.code.languages import language_at
from readiness.facts.code.practices import PRACTICES
from readiness.facts.model import Opening, Row
from readiness.facts.repository.noun import code_elsewhere, other_servers
from readiness.records import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.facts.code.language import Language
    from readiness.facts.code.model import Question
    from readiness.facts.model import Collected, Facts, Noun

R = TypeVar("R", bound=Row)


def _open(noun: Noun[R], question: Question) -> Noun[R]:
    """``noun``, whose rows of servers that are not read nobody knows."""

    def collect(facts: Facts, scope: tuple[str, ...]) -> Collected[R]:
        found = noun.collect(facts, scope)
        return replace(found, openings=found.openings + _openings(facts, question, found.rows))

    return replace(noun, collect=collect)


def _openings(facts: Facts, question: Question, rows: Sequence[Row]) -> tuple[Opening, ...]:
    """Where a service or a worker starts of which ``question`` is not answered."""
    servers = other_servers(facts)
    if not servers:
        return code_elsewhere(facts)
    found = []
    for kind, path, line, text in servers:
        language = language_at(path)
        if language is None or question not in language.answers or not language.knows(text):
            found.append(Opening(path, line, f"the code of this {kind} ({text}) is not read yet"))
        elif question == "route" and not any(_serves(row, language) for row in rows):
            # A service without a single route registers them in a way that nobody here knows.
            found.append(Opening(path, line, f"the routes of this {kind} ({text}) are not found"))
    return tuple(found)


def _serves(row: Row, language: Language) -> bool:
    """Whether ``row`` is a route of HTTP in a file of ``language``."""
    return row.path.endswith(language.hints.endings) and getattr(row, "method", "") != grpc_health.METHOD


ROUTE = _open(code.ROUTE, "route")
CORS = _open(code.CORS, "cors")
VARIABLE = _open(code.VARIABLE, "variable")
TELEMETRY = _open(code.TELEMETRY, "telemetry")
OUTGOING = _open(code.OUTGOING, "outgoing")
PRACTICE = _open(PRACTICES, "practice")
