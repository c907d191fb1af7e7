"""Shares out points so that what is shown adds up."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from readiness.scoring.model import WHOLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from readiness.scoring.model import Judged

TENTH = 100  # millipoints


def allot(rules: Sequence[Judged], weights: Mapping[str, int]) -> dict[str, int]:
    """The possible millipoints of every rule by id; together 100,000.

    A rule's exact share is its area's part in the ``weights`` (nominal, by area) of the areas that have
    rules here, times its own part in its area's weight. Shares are rounded by largest remainder, ties by
    rule id. Raises ``ValueError`` if there is no rule.
    """
    if not rules:
        raise ValueError("no rule to share the points out to")
    rules = sorted(rules, key=lambda one: one.rule)
    within: dict[str, int] = {}
    for one in rules:
        within[one.area] = within.get(one.area, 0) + one.weight
    among = sum(weights[area] for area in within)
    exact = [Fraction(WHOLE * weights[one.area] * one.weight, among * within[one.area]) for one in rules]
    return dict(zip((one.rule for one in rules), _rounded(exact, WHOLE), strict=True))


def share(amount: Fraction, weights: Sequence[int]) -> tuple[int, ...]:
    """``amount`` of millipoints, its rest dropped, split in proportion to ``weights``; ties by position."""
    total = int(amount)
    return _rounded([Fraction(total * weight, sum(weights)) for weight in weights], total)


def shown(points: Sequence[int], total: int) -> tuple[int, ...]:
    """``points`` in tenths of a point, so that they sum to ``total`` floored to tenths.

    ``points`` are millipoints, negative ones (the cap's row) included, and sum to ``total``; ``ValueError``
    if they do not. Each is rounded down or up to a neighbouring tenth: up are those of largest remainder,
    ties by position.
    """
    if sum(points) != total:
        raise ValueError(f"the rows sum to {sum(points)}, the total is {total}")
    return _rounded([Fraction(one, TENTH) for one in points], total // TENTH)


def tenths(points: int) -> str:
    """Millipoints as people read them, rounded down: ``"79.0"``. ``points`` are not negative."""
    return f"{points // 1000}.{points % 1000 // TENTH}"


def _rounded(exact: Sequence[Fraction], total: int) -> tuple[int, ...]:
    """Integers that sum to ``total``, by largest remainder; ``exact`` sum to it and less than one more."""
    floors = [part.numerator // part.denominator for part in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (floors[i] - exact[i], i))
    raised = frozenset(by_remainder[: total - sum(floors)])
    return tuple(floor + (i in raised) for i, floor in enumerate(floors))
