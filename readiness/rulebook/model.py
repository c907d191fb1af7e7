"""A rule as data: what it asks, what each rung means, what it says, and its proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from readiness.records import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.facts.model import Noun
    from readiness.levels import Level
    from readiness.matching import Pattern
    from readiness.requirement import Requirement
    from readiness.spans import Span

Severity = Literal["critical", "high", "medium", "low"]
Stand = Literal["backed", "unbacked", "contradicted", "open", "none"]
"""How a claim stands: the level is implemented or better, partial, below, open; or there is none."""

Tier = Literal["A", "B", "C"]


class Equals(Struct, frozen=True):
    """The value is one of ``values``; for a set, it contains one of them."""

    values: tuple[Any, ...]


class Covered(Struct, frozen=True):
    """One of the globs covers the path or key."""

    globs: tuple[str, ...]


class Matches(Struct, frozen=True):
    """The pattern occurs in the text, or in one member of the set."""

    pattern: Pattern


class AtLeast(Struct, frozen=True):
    """The number is ``bound`` or more; of a set, its size."""

    bound: int


class AtMost(Struct, frozen=True):
    """The number is ``bound`` or less; of a set, its size."""

    bound: int


class Known(Struct, frozen=True):
    """Whether the value is known at all. Never answers unknown."""

    known: bool


class Not(Struct, frozen=True):
    """The opposite of a comparison; unknown stays unknown."""

    inner: Comparison


Comparison = Equals | Covered | Matches | AtLeast | AtMost | Known | Not


class Condition(Struct, frozen=True):
    """What one field of a row must be."""

    field: str
    comparison: Comparison
    words: str  # as written, for explanations


class Some(Struct, frozen=True):
    """At least ``at_least`` rows (with different values of ``distinct``) satisfy ``where``."""

    noun: Noun[Any]
    where: tuple[Condition, ...] = ()
    at_least: int = 1
    distinct: str = ""
    scope: tuple[str, ...] = ()


class No(Struct, frozen=True):
    """At most ``at_most`` of the rows satisfy ``where``; without any row there is nothing to inspect."""

    noun: Noun[Any]
    where: tuple[Condition, ...] = ()
    at_most: int = 0
    scope: tuple[str, ...] = ()


class Every(Struct, frozen=True):
    """Of the rows that satisfy ``where``, at least ``share`` (in thousandths) satisfy ``holds``."""

    noun: Noun[Any]
    where: tuple[Condition, ...] = ()
    holds: tuple[Condition, ...] = ()
    share: int = 1000
    scope: tuple[str, ...] = ()


class AllOf(Struct, frozen=True):
    """All parts hold."""

    parts: tuple[Question, ...]


class AnyOf(Struct, frozen=True):
    """At least one part holds."""

    parts: tuple[Question, ...]


Question = Some | No | Every | AllOf | AnyOf


class Rung(Struct, frozen=True):
    """One step of the ladder: the level, and the question that must hold for it."""

    level: Level
    question: Question


class Fix(Struct, frozen=True):
    """What to do: orders that can be carried out, the effort (S, M, L), and a snippet."""

    steps: tuple[str, ...]
    effort: Literal["S", "M", "L"]
    snippet: str = ""


class Past(Struct, frozen=True):
    """What came before a case's tree.

    ``commits`` are people, each with how many days before the as-of date it was; ``requests`` are the
    days of those that came by a pull request; ``tags`` come newest first; ``removed`` are files that a
    commit took out, by path, and what was in them.
    """

    commits: tuple[tuple[str, int], ...] = ()
    tags: tuple[str, ...] = ()
    removed: Mapping[str, str] = field(default_factory=dict)
    requests: tuple[str, ...] = ()


class Case(Struct, frozen=True):
    """A small tree, and the verdict it must get. Without a ``past`` it is not in git."""

    name: str
    files: Mapping[str, str]
    untracked: tuple[str, ...] = ()
    remote: str = ""
    past: Past | None = None
    level: Level | None = None
    ceiling: Level | None = None
    applies: bool = True
    sees: tuple[str, ...] = ()
    claim: Stand | None = None
    line: int = 1


class Rule(Struct, frozen=True):
    """One practice, asked of a repository. ``place`` is the file it is written in."""

    id: str
    area: str
    title: str
    severity: Severity
    weight: int
    tier: Tier
    why: str
    rungs: tuple[Rung, ...]
    strength: str
    gap: str
    fix: Fix
    place: Span
    planned: Question | None = None
    applies: Question | None = None
    otherwise: str = ""  # the reason printed where the rule does not apply
    requires: Requirement | None = None
    claimed: Question | None = None  # what a document would have to say for the practice to be claimed
    environments: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    limits: str = ""
    standards: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    phase: str = ""
    component: str = ""
    theme: str = ""
    absence: str = "high"
    matrix: tuple[str, ...] = ()
    compliance: tuple[str, ...] = ()
    lifecycle: Literal["stable", "shadow"] = "stable"
    formerly: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()

    @property
    def top(self) -> Level:
        """The highest rung: full credit."""
        return self.rungs[-1].level

    @property
    def asks_presence(self) -> bool:
        """Whether a rung asks for something to be there; the absence of bad is no readiness."""
        return any(asks_for_presence(rung.question) for rung in self.rungs)


def asks_for_presence(question: Question) -> bool:
    """Whether a ``some`` stands anywhere in ``question``."""
    if isinstance(question, AllOf | AnyOf):
        return any(asks_for_presence(part) for part in question.parts)
    return isinstance(question, Some)


def nouns_of(question: Question | None) -> tuple[Noun[Any], ...]:
    """The nouns that ``question`` asks about, in order, with repetitions."""
    if question is None:
        return ()
    if isinstance(question, AllOf | AnyOf):
        return tuple(noun for part in question.parts for noun in nouns_of(part))
    return (question.noun,)
