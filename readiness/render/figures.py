"""Numbers as reports print them: in tenths that add up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.render.terminal import points

if TYPE_CHECKING:
    from collections.abc import Sequence

TENTH = 100  # millipoints


def apportion(values: Sequence[int], total: int) -> tuple[int, ...]:
    """``values`` (millipoints) in tenths of a point, each rounded to a neighbour, that sum to ``total``.

    Up go those of largest remainder, ties by position. Where ``total`` (tenths) cannot be reached so, all are
    rounded down.
    """
    floors = [value // TENTH for value in values]
    missing = total - sum(floors)
    if not 0 <= missing <= len(values):
        return tuple(floors)
    order = sorted(range(len(values)), key=lambda i: (-(values[i] % TENTH), i))
    raised = frozenset(order[:missing])
    return tuple(floor + (i in raised) for i, floor in enumerate(floors))


def of_tenths(value: int) -> str:
    """A number of tenths with its decimal: 353 is ``35.3``."""
    return points(value * TENTH)


def exact(value: int) -> str:
    """Millipoints, which are not negative, with all their decimals: ``1.812``."""
    return f"{value // 1000}.{value % 1000:03}"


def span(low: int, high: int) -> str:
    """Millipoints from ``low`` to ``high``, or one number where they look the same."""
    return points(low) if points(low) == points(high) else f"{points(low)}–{points(high)}"
