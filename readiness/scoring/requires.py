"""How a rule stands once the rules that it requires are taken into account.

``requires`` is the only place where one rule acts on another. Applicability and waivers
pass from parent to child whatever the levels are, so that no level can move a rule into
or out of the score.
"""

from __future__ import annotations

from enum import Enum, auto
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from readiness.levels import Level
from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from readiness.requirement import Requirement
    from readiness.scoring.model import Judged, Status
    from readiness.scoring.settings import Scoring


class Standing(Struct, frozen=True):
    """A rule after ``requires``. Levels are at most the rule's top rung.

    ``causes`` are the nearest rules that hold it down (``blocked``) or may do so (open: from absent to its
    own ceiling). ``paper`` is its credit on paper. ``through`` is the rule whose inapplicability or waiver
    has passed to it. ``why`` tells what it has from another rule.
    """

    judged: Judged
    applies: bool
    waived: bool
    blocked: bool
    level: Level
    ceiling: Level
    paper: Fraction
    causes: tuple[str, ...] = ()
    through: str = ""
    why: str = ""

    @property
    def counts(self) -> bool:
        """Whether it has a say in the score and the verdict, if its area is assessed."""
        return self.judged.counted and self.applies and not self.waived

    @property
    def status(self) -> Status:
        """Its status, by the first of these that fits."""
        if self.waived:
            return "waived"
        if not self.applies:
            return "not-applicable"
        if self.blocked:
            return "blocked"
        if self.ceiling > self.level:
            return "unknown"
        if self.level >= self.judged.top:
            return "met"
        return "partial" if self.level >= Level.PARTIAL else "gap"


def stand(judged: Sequence[Judged], scoring: Scoring) -> dict[str, Standing]:
    """The standing of every rule by its id, parents before children.

    Rules that are required and not in ``judged`` are ignored. Raises ``ValueError`` if rules require one
    another in a circle, or if an id occurs twice.
    """
    rules = {one.rule: one for one in judged}
    if len(rules) != len(judged):
        raise ValueError("a rule is judged twice")
    standings: dict[str, Standing] = {}
    for name in _parents_first(rules):
        standings[name] = _standing(rules[name], standings, scoring)
    return standings


def _parents_first(rules: Mapping[str, Judged]) -> tuple[str, ...]:
    graph = {
        name: sorted({parent for parent in one.requires.rules() if parent in rules} if one.requires else ())
        for name, one in sorted(rules.items())
    }
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError as cycle:
        circle = " -> ".join(reversed(cycle.args[1]))
        raise ValueError(f"rules require one another in a circle: {circle}") from None


class _Kind(Enum):
    """What a requirement comes to."""

    IGNORED = auto()  # no rule of it is in the pack
    INAPPLICABLE = auto()
    WAIVED = auto()
    BELOW = auto()  # surely
    OPEN = auto()
    HOLDS = auto()


class _Need(Struct, frozen=True):
    """A requirement, weighed. ``paper`` is the credit on paper of what is, or may be, below."""

    kind: _Kind
    causes: tuple[str, ...] = ()
    paper: Fraction = Fraction(0)


def _standing(judged: Judged, standings: Mapping[str, Standing], scoring: Scoring) -> Standing:
    level = min(judged.level, judged.top)
    ceiling = min(judged.ceiling, judged.top)
    paper = scoring.paper_credit(level, judged.top)
    need = _weigh(judged.requires, standings) if judged.applicable and judged.requires else _Need(_Kind.HOLDS)
    applies, waived = judged.applicable, judged.waived
    nearest = need.causes[0] if need.causes else ""
    through = why = ""
    if need.kind is _Kind.INAPPLICABLE:
        applies = False
        through = standings[nearest].through or nearest
        why = f"requires {nearest}, which is not applicable"
    elif need.kind is _Kind.WAIVED:
        waived = True
        through = standings[nearest].through or nearest
        why = f"requires {nearest}, which is waived"
    elif need.kind is _Kind.BELOW:
        level = ceiling = Level.ABSENT
        paper = need.paper
        why = f"requires {nearest}, which is not far enough"
    elif need.kind is _Kind.OPEN:
        # Either it turns out blocked, or it has its own level: the lesser of the two is sure.
        level, paper = Level.ABSENT, min(need.paper, paper)
        why = f"requires {nearest}, which is unknown"
    if judged.empty and need.kind in (_Kind.HOLDS, _Kind.IGNORED):
        applies = False
    elif judged.empty and need.kind is _Kind.OPEN:
        ceiling = judged.top
    if judged.waived:
        through = ""  # its own waiver says why
    blocked = need.kind is _Kind.BELOW
    return Standing(judged, applies, waived, blocked, level, ceiling, paper, need.causes, through, why)


def _weigh(requirement: Requirement, standings: Mapping[str, Standing]) -> _Need:
    parts = [_weigh(part, standings) for part in requirement.all_of]
    if requirement.rule:
        parts.insert(0, _parent(standings.get(requirement.rule), requirement.at_least))
    if requirement.any_of:
        parts.append(_one_of([_weigh(part, standings) for part in requirement.any_of]))
    return _every(parts)


def _parent(parent: Standing | None, at_least: Level) -> _Need:
    if parent is None:
        return _Need(_Kind.IGNORED)
    causes = (parent.judged.rule,)
    if not parent.applies:
        return _Need(_Kind.INAPPLICABLE, causes)
    if parent.waived:
        return _Need(_Kind.WAIVED, causes)
    if parent.level >= at_least:
        return _Need(_Kind.HOLDS)
    kind = _Kind.OPEN if parent.ceiling >= at_least else _Kind.BELOW
    return _Need(kind, causes, parent.paper)


def _every(parts: Sequence[_Need]) -> _Need:
    """The worst of them; on paper the least of what is, or may be, below: that much is sure."""
    paper = min((part.paper for part in parts if part.kind in (_Kind.BELOW, _Kind.OPEN)), default=Fraction(0))
    for kind in (_Kind.INAPPLICABLE, _Kind.WAIVED, _Kind.BELOW, _Kind.OPEN):
        worst = [part for part in parts if part.kind is kind]
        if worst:
            return _Need(kind, _causes(worst), paper)
    holds = any(part.kind is _Kind.HOLDS for part in parts)
    return _Need(_Kind.HOLDS if holds else _Kind.IGNORED)


def _one_of(parts: Sequence[_Need]) -> _Need:
    """The best of them. What is ignored, not applicable or waived is no choice while there is another."""
    for kind in (_Kind.IGNORED, _Kind.INAPPLICABLE, _Kind.WAIVED):
        others = [part for part in parts if part.kind is not kind]
        if not others:
            return _Need(kind, _causes(parts))
        parts = others
    for kind in (_Kind.HOLDS, _Kind.OPEN):
        best = [part for part in parts if part.kind is kind]
        if best:
            return _Need(kind, _causes(best), max(part.paper for part in parts))
    return _Need(_Kind.BELOW, _causes(parts), max(part.paper for part in parts))


def _causes(parts: Sequence[_Need]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cause for part in parts for cause in part.causes))
