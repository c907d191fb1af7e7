"""The verdict and what decides it: blockers first, then the score, then gaps of high severity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.levels import Level
from readiness.records import Struct, field
from readiness.scoring.model import Blockers
from readiness.scoring.points import tenths

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from readiness.scoring.model import Severity, Verdict
    from readiness.scoring.requires import Standing
    from readiness.scoring.settings import Scoring

_RANKS: dict[Severity, int] = {"critical": 2, "high": 1, "medium": 0, "low": 0}


class Shortfalls(Struct, frozen=True):
    """What decides the verdict beside the score: blockers, and high-severity rules surely below partial."""

    blockers: Blockers
    high_gaps: tuple[str, ...]


class _Ranks(Struct):
    """The greatest severity rank among a rule and its causes: that are surely, or may be, below partial."""

    sure: dict[str, int] = field(default_factory=dict)
    maybe: dict[str, int] = field(default_factory=dict)


def shortfalls(standings: Mapping[str, Standing]) -> Shortfalls:
    """What falls short among ``standings``, which come parents first. Areas need not be assessed.

    A rule is open while it is below partial whatever is unknown; a blocked rule is. But what is below only
    through a rule that is itself listed, with the same or greater severity, is not listed again. Where the
    rule that blocks is of lesser severity, the blocked one is listed: else mending the former would bring
    up a new blocker.
    """
    opened: list[str] = []
    unknown: list[str] = []
    waived: list[str] = []
    gaps: list[str] = []
    ranks = _Ranks()
    for name, one in standings.items():
        own = _RANKS[one.judged.severity]
        short, surely = one.level < Level.PARTIAL, one.ceiling < Level.PARTIAL
        if one.waived and one.applies and one.judged.counted and own == 2 and short:
            waived.append(name)
        mine = own if one.counts else 0
        above_sure, above_maybe = _rank(one.causes, ranks.sure), _rank(one.causes, ranks.maybe)
        ranks.sure[name] = max(mine if surely else 0, above_sure if one.blocked else 0)
        ranks.maybe[name] = max(mine if short else 0, above_maybe)
        if not (mine and short):
            continue
        if surely and not (one.blocked and above_sure >= mine):
            (opened if mine == 2 else gaps).append(name)
        elif not surely and mine == 2 and not (one.judged.level >= Level.PARTIAL and above_maybe == 2):
            unknown.append(name)
    blockers = Blockers(tuple(sorted(opened)), tuple(sorted(unknown)), tuple(sorted(waived)))
    return Shortfalls(blockers, tuple(sorted(gaps)))


def _rank(names: Iterable[str], ranks: Mapping[str, int]) -> int:
    return max((ranks[name] for name in names), default=0)


def decide(low: int | None, found: Shortfalls, scoring: Scoring) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict on the capped low score, and the sentences that decided it; none if it is "ready"."""
    if low is None:
        return "not-assessed", ("No area is assessed.",)
    best, middle, _ = scoring.bands
    fatal = [f"{rule} is critical and below partial." for rule in found.blockers.open]
    if low < middle.start:
        fatal.append(f"The score of {tenths(low)} is below {tenths(middle.start)}.")
    if fatal:
        return "not-ready", tuple(fatal)
    doubts = [f"{rule} is critical and may be below partial." for rule in found.blockers.unknown]
    doubts += [f"{rule} is critical, below partial and waived." for rule in found.blockers.waived]
    if low < best.start:
        doubts.append(f"The score of {tenths(low)} is below {tenths(best.start)}.")
    doubts += [f"{rule} is of high severity and below partial." for rule in found.high_gaps]
    return ("conditional", tuple(doubts)) if doubts else ("ready", ())
