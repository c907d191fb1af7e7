"""The nouns about code, open where a server runs in a language that is not read yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from readiness.facts.code import nouns as code
from readiness.facts.model import Row
from readiness.facts.repository.noun import unread_servers
from readiness.records import replace

if TYPE_CHECKING:
    from readiness.facts.model import Collected, Facts, Noun

R = TypeVar("R", bound=Row)


def _open(noun: Noun[R]) -> Noun[R]:
    """``noun``, whose rows of unread servers nobody knows."""

    def collect(facts: Facts, scope: tuple[str, ...]) -> Collected[R]:
        found = noun.collect(facts, scope)
        return replace(found, openings=found.openings + unread_servers(facts))

    return replace(noun, collect=collect)


ROUTE = _open(code.ROUTE)
CORS = _open(code.CORS)
VARIABLE = _open(code.VARIABLE)
TELEMETRY = _open(code.TELEMETRY)
OUTGOING = _open(code.OUTGOING)
