"""The levels that cases must get against those that they got."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.repository.claimed import claimed
from readiness.judge import judge
from readiness.levels import Level
from readiness.proof import store_of
from readiness.rulebook.questions import View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.rulebook.model import Case, Rule

_NONE = "n/a"
_NAMES = (*(str(level) for level in Level), _NONE)


class Confusion:
    """A table of counts, a row for what is expected and a column for what came."""

    def __init__(self) -> None:
        """An empty table."""
        self._counts: dict[tuple[str, str], int] = {}
        self.cases = 0

    def count(self, rule: Rule, case: Case) -> None:
        """Judge ``case`` and count it."""
        facts = store_of(case)
        verdict = judge(rule, View(facts), claimed(facts))
        asked = verdict.applicable and not verdict.empty
        pair = (str(case.level) if case.applies else _NONE, str(verdict.level) if asked else _NONE)
        self._counts[pair] = self._counts.get(pair, 0) + 1
        self.cases += 1

    def lines(self) -> Iterator[str]:
        """The table, nothing where no case was counted."""
        if not self.cases:
            return
        wide = max(map(len, _NAMES))
        yield f"{'must be':<{wide}}  " + "  ".join(f"{name:>{wide}}" for name in _NAMES)
        for expected in _NAMES:
            row = (self._counts.get((expected, got), 0) for got in _NAMES)
            yield f"{expected:<{wide}}  " + "  ".join(f"{count or '·':>{wide}}" for count in row)
