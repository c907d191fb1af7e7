"""The documents of a file with several of them, and the events that start what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.drone.constraints import passes
from readiness.facts.ci.files import File, folding
from readiness.facts.model import Parser
from readiness.spans import Unparsable
from readiness.structured.nodes import Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.facts.ci.drone.constraints import Occasion
    from readiness.facts.ci.drone.jobs import Part
    from readiness.facts.model import Facts


def parse(data: bytes) -> tuple[File, ...]:
    """Every document that is a mapping. Raises ``Unparsable`` if it is no YAML, or another is in it."""
    from readiness.structured import yaml  # noqa: PLC0415 - libyaml is loaded only where there is YAML

    folds = folding(data)
    out = []
    for document in yaml.parse(data):
        if isinstance(document, Scalar) and document.null:
            continue
        if not isinstance(document, Table):
            raise Unparsable(document.line, "it is no mapping")
        out.append(File(document, folds))
    return tuple(out)


DOCUMENTS: Parser[tuple[File, ...]] = Parser("ci.pipeline.documents", 1, parse)


def documents(facts: Facts, path: str) -> tuple[File, ...]:
    """The documents of the file ``path``. Raises ``Unparsable``."""
    parsed = facts.parsed(DOCUMENTS, path)
    if parsed.value is None:
        line, message = (
            (1, "it cannot be read")
            if parsed.problem is None
            else (parsed.problem.line, parsed.problem.message)
        )
        raise Unparsable(line, message, opens=parsed.opens)
    return parsed.value


def readable(parts: Sequence[Part], times: Sequence[Occasion]) -> frozenset[str]:
    """The events that may start one of ``parts``."""
    return frozenset(
        at.event
        for at in times
        for part in parts
        if any(passes(at, part.condition, step.condition) is not False for step in part.steps)
    )
