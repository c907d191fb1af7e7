"""The account as reports print it: every rule's points in tenths, which sum to the score that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.records import Struct
from readiness.render.entries import anchor
from readiness.render.figures import TENTH, apportion, of_tenths
from readiness.render.terminal import points

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from readiness.assessment import Assessment, Rule


class Share(Struct, frozen=True):
    """What a rule earned, could earn, and has on paper, in tenths of a point."""

    earned: int
    possible: int
    on_paper: int


class LedgerLine(Struct, frozen=True):
    """A line of the account. ``anchor`` is empty for what is no rule."""

    points: str
    possible: str
    on_paper: str
    what: str
    anchor: str
    text: str


class Ledger(Struct, frozen=True):
    """The lines and their sums; no lines where nothing is assessed."""

    lines: tuple[LedgerLine, ...]
    caps: tuple[LedgerLine, ...]
    points: str
    possible: str
    on_paper: str


def shares(assessment: Assessment) -> dict[str, Share]:
    """By rule, the tenths of all rules that are scored.

    What is earned, what is lost and what more there is on paper are each apportioned among the areas, then
    among an area's rules; the sums are rounded down. So what is earned fully is shown as such, and every
    column adds up to what the report prints as its sum.
    """
    rules = [rule for rule in assessment.rules if rule.scored]
    areas = sorted({rule.area for rule in rules})
    sums = [_sums([rule for rule in rules if rule.area == area]) for area in areas]
    earned = apportion([one.earned for one in sums], sum(one.earned for one in sums) // TENTH)
    lost = _lost(sums, earned)
    paper = _rest([one.on_paper for one in sums], [one.earned for one in sums], earned)
    found = {}
    for area, mine, rest, more in zip(areas, earned, lost, paper, strict=True):
        own = [rule for rule in rules if rule.area == area]
        low = apportion([rule.points.earned for rule in own], mine)
        out = apportion([rule.points.possible - rule.points.earned for rule in own], rest)
        plan = apportion([rule.points.on_paper - rule.points.earned for rule in own], more)
        for rule, *tenths in zip(own, low, out, plan, strict=True):
            found[rule.id] = Share(tenths[0], tenths[0] + tenths[1], tenths[0] + tenths[2])
    return found


def _sums(rules: Sequence[Rule]) -> Share:
    """The sums of ``rules``, in millipoints."""
    return Share(
        sum(rule.points.earned for rule in rules),
        sum(rule.points.possible for rule in rules),
        sum(rule.points.on_paper for rule in rules),
    )


def _lost(sums: Sequence[Share], earned: Sequence[int]) -> tuple[int, ...]:
    """The tenths that each area lost; what it could earn is shown at its nearest tenth where it can be."""
    whole = [one.possible for one in sums]
    nearest = apportion(whole, sum(whole) // TENTH)
    wanted = tuple(total - part for total, part in zip(nearest, earned, strict=True))
    lost = [one.possible - one.earned for one in sums]
    fits = all(
        value // TENTH <= tenths <= -(-value // TENTH) for value, tenths in zip(lost, wanted, strict=True)
    )
    return wanted if fits else _rest(whole, [one.earned for one in sums], earned)


def _rest(whole: Sequence[int], part: Sequence[int], shown: Sequence[int]) -> tuple[int, ...]:
    """What ``whole`` has more than ``part``, in tenths that with ``shown`` sum to the whole's tenths."""
    more = [total - some for total, some in zip(whole, part, strict=True)]
    return apportion(more, sum(whole) // TENTH - sum(shown))


def ledger(assessment: Assessment, share: Mapping[str, Share]) -> Ledger:
    """The account of ``assessment``; a cap's row takes what the rules' rows and the score leave to it."""
    if assessment.score is None:
        return Ledger((), (), "", "", "")
    rules = {rule.id: rule for rule in assessment.rules}
    low = assessment.score.low // TENTH
    caps = [row.points for row in assessment.ledger if row.cap]
    capped = iter(apportion(caps, low - sum(one.earned for one in share.values())))
    lines = []
    caps_shown = []
    for row in assessment.ledger:
        if row.rule is not None and row.rule in share:
            lines.append(_rule_line(rules[row.rule], share[row.rule]))
        elif row.cap:
            caps_shown.append(LedgerLine(of_tenths(next(capped)), "", "", f"cap: {row.cap}", "", row.text))
            lines.append(caps_shown[-1])
        else:
            name = f"shared out: {row.shared}" if row.shared else row.rule or ""
            lines.append(LedgerLine(points(row.points), "", "", name, "", row.text))
    return Ledger(
        tuple(lines),
        tuple(caps_shown),
        of_tenths(low),
        of_tenths(sum(one.possible for one in share.values())),
        of_tenths(sum(one.on_paper for one in share.values())),
    )


def _rule_line(rule: Rule, share: Share) -> LedgerLine:
    return LedgerLine(
        of_tenths(share.earned),
        of_tenths(share.possible),
        of_tenths(share.on_paper),
        rule.id,
        anchor(rule.id),
        f"{rule.status.replace('-', ' ')}: {rule.level} of {rule.top}",
    )
