"""Rows by their fields, so that a condition is asked once of each value and not once of each row."""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from readiness.globs import covered
from readiness.matching import Lines
from readiness.records import Struct
from readiness.rulebook.conditions import comparer
from readiness.rulebook.model import Covered, Matches, Not
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from readiness.facts.model import Row
    from readiness.rulebook.conditions import Truth
    from readiness.rulebook.model import Comparison, Condition

_MANY = 16  # from so many texts on they are searched together


class Columns:
    """The rows of a noun, and what conditions answered of the values in their fields."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self._values: dict[str, tuple[Any, ...]] = {}
        self._distinct: dict[str, tuple[Any, ...]] = {}
        self._answers: dict[tuple[str, Comparison], _Answers] = {}
        self._seen: dict[tuple[str, bool], list[int]] = {}

    def seen(self, environment: str, *, every_role: bool) -> list[int]:
        """The positions of the rows of an environment (empty for all) and of none; the product's or all."""
        key = (environment, every_role)
        if key not in self._seen:
            self._seen[key] = [
                at
                for at, row in enumerate(self.rows)
                if (every_role or row.role is Role.PRODUCT)
                and (not environment or row.environment in ("", environment))
            ]
        return self._seen[key]

    def asked(self, conditions: Iterable[Condition], among: list[int]) -> tuple[list[int], list[int]]:
        """Of the rows ``among``: those that surely satisfy all ``conditions``, and those that may (or do)."""
        unsure: set[int] = set()
        for condition in conditions:
            if not among:
                break
            values = self._column(condition.field)
            answers = self._answered(condition, values)
            if answers.unknown:
                unsure.update(at for at in among if values[at] in answers.unknown)
                among = [at for at in among if values[at] in answers.true or values[at] in answers.unknown]
            else:
                among = [at for at in among if values[at] in answers.true]
        return [at for at in among if at not in unsure], among

    def _column(self, field: str) -> tuple[Any, ...]:
        if field not in self._values:
            self._values[field] = tuple(map(attrgetter(field), self.rows))
        return self._values[field]

    def _answered(self, condition: Condition, values: tuple[Any, ...]) -> _Answers:
        key = (condition.field, condition.comparison)
        if key not in self._answers:
            if condition.field not in self._distinct:
                self._distinct[condition.field] = tuple(dict.fromkeys(values))
            truths = _answers(condition.comparison, self._distinct[condition.field])
            self._answers[key] = _Answers(
                frozenset(value for value, truth in truths.items() if truth is True),
                frozenset(value for value, truth in truths.items() if truth is None),
            )
        return self._answers[key]


class _Answers(Struct, frozen=True):
    """The values for which a condition holds, and those for which nobody knows. Of all others it does not."""

    true: frozenset[Any]
    unknown: frozenset[Any]


@lru_cache(maxsize=8)
def _lines(texts: tuple[str, ...]) -> Lines:
    return Lines(texts)


def _answers(comparison: Comparison, values: Sequence[Any]) -> dict[Any, Truth]:
    if isinstance(comparison, Not):
        inner = _answers(comparison.inner, values)
        return {value: None if truth is None else not truth for value, truth in inner.items()}
    if isinstance(comparison, Matches | Covered) and len(values) >= _MANY:
        texts = [value for value in values if isinstance(value, str)]
        if len(texts) == len(values):
            lines = _lines(tuple(texts))
            if isinstance(comparison, Matches):
                found = lines.holding(comparison.pattern)
            else:
                found = covered(comparison.globs, lines)
            return {text: at in found for at, text in enumerate(texts)}
    test = comparer(comparison)
    return {value: test(value) for value in values}
