"""What a report says beyond the verdicts: plan, matrix, costs, lists. From the document alone.

Points are millipoints, days are hundredths of a day of one engineer, money is whole units of the currency.
Texts are sentences of ours or of the rules, in which what stands between backticks is code; text of the
subject is in ``document.Evidence`` alone. Every medium makes both harmless.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from readiness.records import Struct

if TYPE_CHECKING:
    from readiness.assessment import Evidence

Tone = Literal["good", "fair", "poor", "unknown", "none"]
"""How good something is: what an icon and a colour show beside the word, never instead of it."""


class Need(Struct, frozen=True):
    """A rule that a term needs, and the level that it has to reach: 0 absent … 4 enforced."""

    rule: str
    at_least: int


class Term(Struct, frozen=True):
    """A rule that applies, as the arithmetic of the score sees it. Levels are 0 absent … 4 enforced.

    ``level`` and ``ceiling`` are its own, before ``needs``: groups, of each of which one need has to hold.
    ``blocks`` says that it is critical and counts. ``possible`` is 0 where it is not scored.
    """

    rule: str
    area: str
    possible: int
    level: int
    ceiling: int
    top: int
    blocks: bool
    needs: tuple[tuple[Need, ...], ...]


class Arithmetic(Struct, frozen=True):
    """All that the score is made from, so that who changes a level can say the new score exactly.

    ``terms`` come parents first. Going through them once gives each its standing:

    1. A need *holds* if the standing level of its rule is at least ``at_least``; it is *open* if only the
       standing ceiling is; else it is *below*. Of a group the best counts, of all groups the worst (below,
       open, holds).
    2. Needs below: standing level and ceiling are 0. Open: level 0, ceiling its own. Hold: both its own.
    3. A rule that is assumed fixed has the level and the ceiling ``top`` before its needs are looked at.
    4. Earned: floor(``possible`` * ``credits[level]`` / ``credits[top]``), the high end with the ceiling.
    5. ``low`` is the sum of what is earned; if it is above ``cap`` while a term that ``blocks`` has a
       standing level below 2, it is ``cap``. ``high`` likewise, while one has a standing ceiling below 2.
    6. An area's own score is floor(100000 * earned / possible) over its terms.
    7. ``bands`` are best first, each from its millipoints on.
    """

    terms: tuple[Term, ...]
    credits: tuple[int, ...]
    cap: int
    bands: tuple[tuple[str, int], ...]


class Gain(Struct, frozen=True):
    """What the whole score gains, at its low end, if this rule alone is brought to its top.

    ``dependants`` are blocked or open rules that wait for it: they count as they are judged today, or as
    absent, so with any of them the gain is "at least". ``first`` are the rules that have to be done before;
    ``after`` is what it then brings. ``capped`` says that a cap on the score takes a part or all of it.
    """

    points: int
    at_least: bool
    dependants: tuple[str, ...]
    first: tuple[str, ...]
    after: int
    capped: bool


class Cell(Struct, frozen=True):
    """How far a component is in one environment. ``rules`` decided it, ``next`` are missing for more."""

    environment: str
    state: str
    tone: Tone
    note: str
    rules: tuple[str, ...]
    next: tuple[str, ...]


class MatrixRow(Struct, frozen=True):
    """A component across the environments, and what production lacks. ``critical``: a blocker is open."""

    id: str
    title: str
    cells: tuple[Cell, ...]
    gap: str
    critical: bool


class Matrix(Struct, frozen=True):
    """The readiness matrix; ``environments`` are the columns. ``note`` says how to read it."""

    environments: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    note: str


class Todo(Struct, frozen=True):
    """One thing to do: the rule, what to do (its first step), and the rules that come before."""

    rule: str
    severity: str
    text: str
    first: tuple[str, ...]


class Theme(Struct, frozen=True):
    """Open rules that belong to one improvement."""

    id: str
    title: str
    todos: tuple[Todo, ...]


class Blockers(Struct, frozen=True):
    """Themes with an open blocker (must be fixed before production), and others with open urgent rules.

    ``unknown`` are critical rules that may be open: to be verified by hand.
    """

    must: tuple[Theme, ...]
    should: tuple[Theme, ...]
    unknown: tuple[Todo, ...]


class PlanItem(Struct, frozen=True):
    """A rule to be brought to its top. ``effort`` is S, M or L; ``days`` are likely to optimistic bounds.

    ``low`` and ``high`` are hundredths of a day: midway from optimistic to likely, and likely. ``verify``:
    nothing is known to be missing, it has to be looked at.
    """

    rule: str
    title: str
    severity: str
    status: str
    effort: str
    low: int
    high: int
    gain: Gain
    verify: bool


class Phase(Struct, frozen=True):
    """A stretch of the plan. ``gain`` is exact: the score after this phase less the score before it.

    ``score`` and ``verdict`` are what the score stage says once this phase and all before it are done; None
    where the document does not hold what that takes. ``arithmetic`` prints how the weeks came about.
    """

    number: int
    id: str
    title: str
    items: tuple[PlanItem, ...]
    low: int
    high: int
    weeks_low: int
    weeks_high: int
    weeks: str
    gain: int
    score: int | None
    verdict: str
    arithmetic: str


class Roadmap(Struct, frozen=True):
    """The plan. ``backlog`` is what comes after it: of medium and low severity, outside the plan's themes.

    ``weeks`` is the sum of the phases. ``to_ready_low`` and ``to_ready_high`` are the weeks up to and with
    the first phase after which the verdict is ready, 0 where none is; ``timeline`` says it in a sentence.
    """

    phases: tuple[Phase, ...]
    backlog: Phase | None
    weeks_low: int
    weeks_high: int
    weeks: str
    to_ready_low: int
    to_ready_high: int
    timeline: str
    assumptions: tuple[str, ...]


class Component(Struct, frozen=True):
    """Infrastructure: ``products`` are interchangeable examples, ``rules`` those that ask for it."""

    title: str
    products: str
    rules: tuple[str, ...]


class CostLine(Struct, frozen=True):
    """A line of an estimate: quantity and price, and what they come to in cents, from low to high."""

    title: str
    arithmetic: str
    low: int
    high: int


class Cost(Struct, frozen=True):
    """The monthly cost of an environment, rounded outward. ``arithmetic`` is the sum before rounding."""

    id: str
    title: str
    low: int
    high: int
    lines: tuple[CostLine, ...]
    arithmetic: str


class Resources(Struct, frozen=True):
    """What production takes: what is needed, what is there, monthly costs as a planning estimate.

    No ``costs``: ``why_none`` says why. ``warning`` is there where the prices are old.
    """

    needed: tuple[Component, ...]
    available: tuple[Component, ...]
    costs: tuple[Cost, ...]
    total_low: int
    total_high: int
    currency: str
    why_none: str
    warning: str
    assumptions: tuple[str, ...]
    sources: tuple[str, ...]


class Check(Struct, frozen=True):
    """An item of a list: how it stands in words, and the rules it rests on."""

    title: str
    tone: Tone
    words: str
    rules: tuple[str, ...]


class Checklist(Struct, frozen=True):
    """One list of good practice."""

    id: str
    title: str
    checks: tuple[Check, ...]


class Claim(Struct, frozen=True):
    """Where paper and practice differ: what is announced, what works, and the points between them."""

    rule: str
    title: str
    level: str
    reality: str
    points: int
    evidence: tuple[Evidence, ...]


class Said(Struct, frozen=True):
    """What documents claim of a practice, and what is so.

    ``stand`` is contradicted, unbacked, open or backed; ``evidence`` are the lines that claim it.
    """

    rule: str
    stand: str
    title: str
    level: str
    reality: str
    evidence: tuple[Evidence, ...]


class Control(Struct, frozen=True):
    """A control of a framework, and the rules that speak of it by how they stand. ``title`` may be empty."""

    id: str
    title: str
    met: tuple[str, ...]
    partial: tuple[str, ...]
    open: tuple[str, ...]
    unknown: tuple[str, ...]


class Framework(Struct, frozen=True):
    """A standard: how many of the controls that the rules touch are met, partly met, open or unknown.

    ``listed`` is how many controls it has in all; 0 where that is not known.
    """

    id: str
    title: str
    controls: tuple[Control, ...]
    listed: int
    met: int
    partial: int
    open: int
    unknown: int


class NotFound(Struct, frozen=True):
    """What was looked for and not found: where, and how sure its absence is."""

    rule: str
    title: str
    asked: str
    looked: tuple[str, ...]
    looked_total: int
    absence: str


class Recommendation(Struct, frozen=True):
    """What to do in one stretch of time, and the rules behind it."""

    when: str
    text: str
    rules: tuple[str, ...]


class Risk(Struct, frozen=True):
    """How risky it is to deploy today, by the open rules and never by the score, and what drives it."""

    level: str
    because: str


class Conclusion(Struct, frozen=True):
    """The end of the report."""

    sentences: tuple[str, ...]
    recommendations: tuple[Recommendation, ...]
    timeline: str
    risk: Risk


class AreaWords(Struct, frozen=True):
    """What an area comes to: its state in a sentence, designs that are not built, what its gaps lead to."""

    area: str
    sentence: str
    designed: tuple[str, ...]
    impact: tuple[str, ...]


class Derived(Struct, frozen=True):
    """Everything that is derived from an assessment for its report.

    For a document that does not hold what the score is made from (schema 1.0), ``arithmetic`` is None and
    ``gains`` are the rules' own points.
    """

    executive: tuple[str, ...]
    areas: tuple[AreaWords, ...]
    gains: dict[str, Gain]
    arithmetic: Arithmetic | None
    matrix: Matrix
    blockers: Blockers
    roadmap: Roadmap
    resources: Resources
    compliance: tuple[Checklist, ...]
    conclusion: Conclusion
    said: tuple[Said, ...]
    claims: tuple[Claim, ...]
    frameworks: tuple[Framework, ...]
    not_found: tuple[NotFound, ...]
