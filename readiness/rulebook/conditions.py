"""The comparisons: what a condition answers of one value. True, False, or None for unknown."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from readiness.globs import glob
from readiness.rulebook.model import AtLeast, AtMost, Covered, Equals, Known, Matches, Not

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.rulebook.model import Comparison

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


Test = Callable[[Any], Truth]


@lru_cache(maxsize=4096)
def comparer(comparison: Comparison) -> Test:
    """What ``comparison`` answers of a field's value; an unknown value answers unknown, save to ``known``."""
    if isinstance(comparison, Known):
        return lambda value: (value is not None) is comparison.known
    if isinstance(comparison, Not):
        inner = comparer(comparison.inner)
        return lambda value: None if (truth := inner(value)) is None else not truth
    known = _of_known(comparison)
    return lambda value: None if value is None else known(value)


def _of_known(comparison: Equals | Covered | Matches | AtLeast | AtMost) -> Callable[[Any], bool]:
    match comparison:
        case Equals(values):
            return lambda value: (
                any(item in values for item in value) if isinstance(value, frozenset) else value in values
            )
        case Covered(globs):
            tests = tuple(glob(pattern).covers for pattern in globs)
            return tests[0] if len(tests) == 1 else lambda value: any(test(value) for test in tests)
        case Matches(pattern):
            found = pattern.found
            return lambda value: (
                any(found(text) for text in value) if isinstance(value, frozenset) else found(value)
            )
        case AtLeast(bound):
            return lambda value: _size(value) >= bound
        case AtMost(bound):
            return lambda value: _size(value) <= bound


def _size(value: Any) -> int:
    return len(value) if isinstance(value, frozenset) else int(value)
