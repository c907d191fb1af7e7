"""What compose files and manifests tell about the subject: that it is run somewhere, whatever it is made of.

The code behind it may lie elsewhere, or be in a language that is not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.deployment.compose import SERVICE
from readiness.facts.deployment.kubernetes import CONTAINER, OBJECT
from readiness.facts.repository.servers import central
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.facts.deployment.compose_row import ComposeService
    from readiness.facts.model import Facts, Row
    from readiness.facts.repository.servers import Evidence

_NOT_RUN = frozenset(("development", "test"))


def deployments(facts: Facts, found: Evidence, *, code: bool) -> None:
    """Take note of what runs the subject.

    ``code`` says whether the product has any. Beside code, and beside what is published for
    others, foreign services alone make no product: a database for its tests, a dashboard.
    """
    bare = not code and not found.kinds
    services = [row for row in facts.collected(SERVICE).rows if _counts(row) and row.purpose == "deploy"]
    running = [row for row in services if row.restart or row.ports_published]
    own = [row for row in services if row.product and row.kind in ("app", "other") and _lasts(row)]
    if own or (bare and running):
        _runs(found, (own or running)[0], alone=not code or _mostly_foreign(services))
    pods = [row for row in facts.collected(CONTAINER).rows if _counts(row) and row.service and not row.init]
    told = [row for row in pods if row.kind in ("app", "other", "proxy")] or (pods if bare else [])
    if told:
        _runs(found, told[0], alone=not code)
    objects = [row for row in facts.collected(OBJECT).rows if row.role is Role.PRODUCT] if bare else []
    if objects and not found.kinds:
        found.add("infrastructure", objects[0].path, objects[0].line, objects[0].text)


def _runs(found: Evidence, row: Row, *, alone: bool) -> None:
    """Take note of one that is run; ``alone`` where the subject has hardly any code of its own."""
    found.deployable = True
    if alone and not found.kinds:
        found.add("infrastructure", row.path, row.line, row.text)
    else:
        found.places.append((row.path, row.line, row.text))


def _lasts(row: ComposeService) -> bool:
    """Whether a service is set up to stay: it starts again, is watched, reached, or keeps data."""
    return bool(row.restart or row.ports_published or row.healthcheck or row.volumes)


def _counts(row: Row) -> bool:
    return row.role is Role.PRODUCT and central(row.path) and row.environment not in _NOT_RUN


def _mostly_foreign(services: list[ComposeService]) -> bool:
    """Whether at least as many services come as images from elsewhere as are built here."""
    return 2 * sum(row.builds for row in services) <= len(services)
