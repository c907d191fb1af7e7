"""The noun of what demonstrably lives elsewhere.

Whether it works there is never to be known from here: ``works`` is unknown, and a rule that asks for it
answers so instead of saying that there is nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from readiness.facts.ci.collect import PIPELINE, handed_over
from readiness.facts.elsewhere.links import shown
from readiness.facts.elsewhere.platforms import platforms
from readiness.facts.model import Collected, Glob, Noun, Row

if TYPE_CHECKING:
    from readiness.facts.model import Facts


class Elsewhere(Row, frozen=True, kw_only=True):
    """Something that is done in another repository or by a platform, with the line that shows it."""

    of: Annotated[Literal["deployment", "infrastructure", "ci"], "what is elsewhere"]
    by: Annotated[Literal["pipeline", "platform", "link"], "what shows it"]
    works: Annotated[bool | None, "whether it works there: never to be known from here"] = None


def collect(facts: Facts, _scope: tuple[str, ...]) -> Collected[Elsewhere]:
    """One row for each place that shows something to be elsewhere."""
    rows = [
        Elsewhere(
            path=Glob(path),
            line=one.line,
            environment=environment,
            text=one.text,
            of="deployment",
            by="pipeline",
        )
        for path, environment, one in handed_over(facts)
    ]
    rows += [
        Elsewhere(path=Glob(one.path), text=f"{one.name} deploys it", of="deployment", by="platform")
        for one in platforms(facts)
    ]
    here = bool(facts.collected(PIPELINE).rows)
    rows += [
        Elsewhere(path=Glob(one.path), line=one.line, text=one.text, of=one.of, by="link")
        for one in shown(facts)
        if one.of != "ci" or not here
    ]
    return Collected(tuple(rows), looked=tuple(row.path for row in rows))


ELSEWHERE: Noun[Elsewhere] = Noun(
    "elsewhere",
    Elsewhere,
    "something that is demonstrably done in another repository or by a platform",
    collect,
)
