"""The comparisons: what a condition answers of one row. True, False, or None for unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from readiness.matching import glob
from readiness.rulebook.model import AtLeast, AtMost, Covered, Equals, Known, Matches, Not

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.facts.model import Row
    from readiness.rulebook.model import Comparison, Condition

Truth = bool | None


def all_true(truths: Iterable[Truth]) -> Truth:
    """Kleene's and: False if any is, else unknown if any is, else True."""
    answer: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            answer = None
    return answer


def any_true(truths: Iterable[Truth]) -> Truth:
    """Kleene's or: True if any is, else unknown if any is, else False."""
    answer: Truth = False
    for truth in truths:
        if truth is True:
            return True
        if truth is None:
            answer = None
    return answer


def satisfies(row: Row, conditions: Iterable[Condition]) -> Truth:
    """Whether ``row`` satisfies all of ``conditions``."""
    return all_true(holds(condition.comparison, getattr(row, condition.field)) for condition in conditions)


def holds(comparison: Comparison, value: Any) -> Truth:
    """What ``comparison`` answers of a field's value; an unknown value answers unknown, save to ``known``."""
    if isinstance(comparison, Known):
        return (value is not None) is comparison.known
    if value is None:
        return None
    match comparison:
        case Not(inner):
            inner_truth = holds(inner, value)
            return None if inner_truth is None else not inner_truth
        case Equals(values):
            return any(item in values for item in value) if isinstance(value, frozenset) else value in values
        case Covered(globs):
            return any(glob(pattern).covers(value) for pattern in globs)
        case Matches(pattern):
            texts = value if isinstance(value, frozenset) else (value,)
            return any(pattern.found(text) for text in texts)
        case AtLeast(bound):
            return _size(value) >= bound
        case AtMost(bound):
            return _size(value) <= bound


def _size(value: Any) -> int:
    return len(value) if isinstance(value, frozenset) else int(value)
