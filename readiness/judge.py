"""A rule asked of the facts: a verdict with the level surely reached, and the ceiling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.levels import Level
from readiness.records import Struct
from readiness.rulebook.questions import View, ask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.facts.model import Grade
    from readiness.rulebook.model import Rule, Stand
    from readiness.rulebook.questions import Answer, Seen


class Climbed(Struct, frozen=True):
    """One ladder climbed: each rung's answer, the level surely reached, and the highest it may be.

    ``empty`` where a rung had nothing to inspect. ``environment`` is empty for a rule
    that is not asked by environment.
    """

    level: Level
    ceiling: Level
    rungs: tuple[tuple[Level, Answer], ...]
    empty: bool = False
    environment: str = ""


class Claimed(Struct, frozen=True):
    """What documents claim of a practice, and how it stands against the verdict."""

    stand: Stand
    evidence: tuple[Seen, ...]


class Verdict(Struct, frozen=True):
    """What one rule comes to, before requirements and waivers.

    ``applicable`` is False where the rule has no subject here, with the ``reason``.
    ``empty``: it has a subject, and there is no row to inspect; unless what it requires
    decides first, it does not apply. ``deciding`` is the ladder that counts; ``elsewhere``
    those of the other environments.
    """

    rule: Rule
    applicable: bool
    reason: str
    level: Level
    ceiling: Level
    applies: Answer | None
    deciding: Climbed
    elsewhere: tuple[Climbed, ...] = ()
    empty: bool = False
    claim: Claimed | None = None

    @property
    def evidence(self) -> tuple[Seen, ...]:
        """The rows that the level rests on: those of the highest rung reached, where it was reached."""
        if self.level is Level.ABSENT:
            return ()
        for climbed in (self.deciding, *self.elsewhere):
            if climbed.level >= self.level:
                reached = [answer for level, answer in climbed.rungs if level <= self.level and answer.truth]
                return reached[-1].evidence if reached else ()
        return ()

    @property
    def stopped_by(self) -> Answer | None:
        """The answer at which the climb ended, or None at the top."""
        above = [answer for level, answer in self.deciding.rungs if level > max(self.level, Level.PLANNED)]
        return above[0] if above else None

    @property
    def grade(self) -> Grade:
        """What the level rests on, at its weakest."""
        reached = [
            answer.grade for level, answer in self.deciding.rungs if Level.ABSENT < level <= self.level
        ]
        return "pattern" if "pattern" in reached else "structure"


def judge(rule: Rule, view: View, environments: Sequence[str] = ()) -> Verdict:
    """Ask ``rule`` of what ``view`` sees; ``environments`` are those the repository claims to have."""
    applies = None if rule.applies is None else ask(rule.applies, view)
    if applies is not None and (applies.truth is False or applies.empty):
        ladder = Climbed(Level.ABSENT, Level.ABSENT, ())
        return Verdict(rule, False, rule.otherwise, Level.ABSENT, Level.ABSENT, applies, ladder)
    deciding, elsewhere = _by_environment(rule, view, environments)
    if deciding.empty:
        reason = "there is nothing to inspect"
        return Verdict(rule, True, reason, Level.ABSENT, Level.ABSENT, applies, deciding, empty=True)
    level, ceiling = deciding.level, deciding.ceiling
    for other in elsewhere:  # evidence in another environment only: at most partial
        level = max(level, min(other.level, Level.PARTIAL))
        ceiling = max(ceiling, level, min(other.ceiling, Level.PARTIAL))
    if applies is not None and applies.truth is None:
        level, ceiling = Level.ABSENT, rule.top
    claim = _claim(rule, view, level, ceiling)
    return Verdict(rule, True, "", level, ceiling, applies, deciding, elsewhere, claim=claim)


def _claim(rule: Rule, view: View, level: Level, ceiling: Level) -> Claimed | None:
    """What documents claim of it, held against the level; None where they surely claim nothing."""
    said = None if rule.claimed is None else ask(rule.claimed, view)
    if said is None or not said.truth or not said.evidence:
        return None
    backed = min(rule.top, Level.IMPLEMENTED)
    stand: Stand = "open"
    if level >= backed:
        stand = "backed"
    elif level is ceiling:
        stand = "unbacked" if level is Level.PARTIAL else "contradicted"
    return Claimed(stand, said.evidence)


def _by_environment(
    rule: Rule, view: View, environments: Sequence[str]
) -> tuple[Climbed, tuple[Climbed, ...]]:
    if not rule.environments:
        return climb(rule, view), ()
    decides = "production" if "all" in rule.environments else rule.environments[0]
    others = [name for name in environments if name != decides]
    return climb(rule, view.of(decides)), tuple(climb(rule, view.of(name)) for name in others)


def climb(rule: Rule, view: View) -> Climbed:
    """The highest rung that surely holds with all below it, and the highest that may hold.

    ``planned`` is asked only where nothing else surely holds.
    """
    asked = [(rung.level, ask(rung.question, view)) for rung in rule.rungs]
    if any(answer.empty for _, answer in asked):
        return Climbed(Level.ABSENT, Level.ABSENT, tuple(asked), True, view.environment)
    level = ceiling = Level.ABSENT
    for rung, answer in asked:
        if answer.truth is not True:
            break
        level = rung
    for rung, answer in asked:
        if answer.truth is False:
            break
        ceiling = rung
    if level is Level.ABSENT and rule.planned is not None:
        planned = ask(rule.planned, view)
        asked.insert(0, (Level.PLANNED, planned))
        if planned.truth is True and not planned.empty:
            level = Level.PLANNED
        if planned.truth is not False and not planned.empty:
            ceiling = max(ceiling, Level.PLANNED)
    return Climbed(level, max(level, ceiling), tuple(asked), False, view.environment)
