"""A score as a picture: in force and on paper on one scale, with its words for who does not see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.records import Struct
from readiness.render.figures import span
from readiness.render.terminal import points

if TYPE_CHECKING:
    from readiness.assessment import Interval


class Gauge(Struct, frozen=True):
    """A score in tenths of a hundred, as a picture takes it: 597 is 59.7.

    ``open`` is the stretch that is not known, from ``low`` on; ``paper`` is what is on paper. ``kind`` is the
    band's style, ``shown`` the range, ``least`` its low end, ``label`` all of it in words.
    """

    low: int
    open: int
    paper: int
    kind: str
    shown: str
    least: str
    label: str


def gauge(title: str, score: Interval, kind: str) -> Gauge:
    """The picture of ``score``."""
    shown = span(score.low, score.high)
    return Gauge(
        low=score.low // 100,
        open=score.high // 100 - score.low // 100,
        paper=score.on_paper // 100,
        kind=kind,
        shown=shown,
        least=points(score.low),
        label=f"{title}: {shown} of 100 in force, {points(score.on_paper)} on paper",
    )
