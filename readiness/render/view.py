"""The assessment in the words and strings of a report, the same for every medium.

Templates loop over it and calculate nothing. Texts are as in the document: each medium makes them harmless.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.records import Struct
from readiness.render import links
from readiness.render.entries import (
    Line,
    Mark,
    Piece,
    action,
    anchor,
    and_more,
    brings,
    entry,
    line,
    lost,
    mark,
    prose,
    quoted,
    sentence_on,
)
from readiness.render.figures import apportion, of_tenths, span
from readiness.render.ledger import Ledger, ledger, shares
from readiness.render.summary import band_mark, summary, title_of, verdict_mark
from readiness.render.terminal import points
from readiness.render.text import inert, place
from readiness.report import derive
from readiness.report.standing import by_severity, counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from readiness.assessment import Analysis, Assessment, Rule
    from readiness.assessment import Area as AreaOfDocument
    from readiness.choices import Branding
    from readiness.render.entries import Action, Entry, Prose
    from readiness.render.ledger import Share
    from readiness.report.model import AreaWords, Claim, Derived, Gain, Said

NEXT = 5
_WIDTH = 160  # columns of a name
_FAILING = ("gap", "partial", "blocked")
_DAYS = {"S": 1, "M": 3, "L": 8}
_COMMON = 24  # a multiple of them all


class Fact(Struct, frozen=True):
    """Something about the assessment, under a label."""

    label: str
    text: Prose


class Seen(Struct, frozen=True):
    """Something that was looked at in detail: where, its own name (empty if none), and our words on it."""

    line: Line
    words: str
    tone: str


class AnalysisView(Struct, frozen=True):
    """What was looked at in detail in an area; ``more`` says how much is not listed."""

    area: str
    title: str
    items: tuple[Seen, ...]
    more: str


class Waiting(Struct, frozen=True):
    """Rules that are asked only once another is met."""

    first: str
    entries: tuple[Entry, ...]
    actions: tuple[Action, ...]


class Design(Struct, frozen=True):
    """A rule that is only announced, and the first line that does so."""

    id: str
    anchor: str
    title: Prose
    lines: tuple[Line, ...]


class Limit(Struct, frozen=True):
    """What files cannot show, and the rules that it limits."""

    text: Prose
    rules: tuple[str, ...]


class Brief(Struct, frozen=True):
    """A rule on one line."""

    id: str
    anchor: str
    mark: Mark
    sentence: Prose
    level: str


class Beyond(Struct, frozen=True):
    """Rules that do not count or do not apply, under the reason."""

    why: str
    rules: tuple[Brief, ...]


class AreaView(Struct, frozen=True):
    """An area with all its rules. ``score`` and ``on_paper`` are empty if it is not assessed.

    ``gaps`` and ``actions`` are all that fall short; ``open``, ``waiting`` and ``to_do`` those of them that
    count: to be mended now, only once another is met, and what to do, ``later`` for
    medium and low severity. ``designed`` are only announced.
    ``urgent`` says that a blocker is open here.
    """

    id: str
    number: int
    title: str
    mark: Mark
    score: str
    on_paper: str
    priority: str
    earned: str
    possible: str
    why_not: str
    strengths: tuple[Entry, ...]
    gaps: tuple[Entry, ...]
    actions: tuple[Action, ...]
    unknown: tuple[Entry, ...]
    words: AreaWords
    designed: tuple[Design, ...]
    open: tuple[Entry, ...]
    waiting: tuple[Waiting, ...]
    to_do: tuple[Action, ...]
    later: tuple[Action, ...]
    urgent: bool
    limits: tuple[Limit, ...]
    analyses: tuple[AnalysisView, ...]


class Blocker(Struct, frozen=True):
    """A critical rule that is open, and the first thing to do about it (empty: nothing is known)."""

    entry: Entry
    first: Prose


class ClaimView(Struct, frozen=True):
    """What is said and what is so: the rule's title, what works in fact, points between, and the lines."""

    id: str
    anchor: str
    title: Prose
    reality: Prose
    level: str
    points: str
    lines: tuple[Line, ...]


class SaidView(Struct, frozen=True):
    """What documents claim: how the claim stands, the rule's title, what works in fact, and the lines."""

    id: str
    anchor: str
    stand: str
    title: Prose
    reality: Prose
    level: str
    lines: tuple[Line, ...]


class Report(Struct, frozen=True):
    """Everything that a full report prints, in its order. ``beyond`` are the rules that fall
    short and do not count here, ``by_reason`` those that do not apply.

    ``because`` are the reasons in words. ``derived`` holds the sections that are derived: the filter
    ``prose`` splits its texts into pieces, ``points`` shows its millipoints, ``days`` its hundredths of days.
    """

    title: str
    as_of: str
    head: tuple[Fact, ...]
    score: str
    on_paper: str
    band: Mark
    verdict: Mark
    reasons: tuple[str, ...]
    because: tuple[Prose, ...]
    summary: tuple[Prose, ...]
    areas: tuple[AreaView, ...]
    blockers: tuple[Blocker, ...]
    next: tuple[Action, ...]
    ledger: Ledger
    not_assessed: tuple[AreaView, ...]
    not_applicable: tuple[Entry, ...]
    by_reason: tuple[Beyond, ...]
    waived: tuple[Entry, ...]
    problems: tuple[Line, ...]
    method: tuple[Fact, ...]
    derived: Derived
    analyses: tuple[AnalysisView, ...]
    said: tuple[SaidView, ...]
    claims: tuple[ClaimView, ...]
    beyond: tuple[Beyond, ...]
    gains: dict[str, str]
    branding: Branding


def report(assessment: Assessment) -> Report:
    """What a report on ``assessment`` prints."""
    start = links.base(assessment.subject)
    share = shares(assessment)
    entries = {rule.id: entry(rule, _figures(rule, share), start) for rule in assessment.rules}
    blocked = _blocked(assessment.rules)
    derived = derive(assessment)
    areas = tuple(_areas(assessment, entries, blocked, derived, _Shown(share, start)))
    account = ledger(assessment, share)
    first = _next(assessment.rules, blocked, derived.gains)
    score = assessment.score
    return Report(
        title=title_of(assessment),
        as_of=assessment.subject.as_of,
        head=_head(assessment),
        score="" if score is None else span(score.low, score.high),
        on_paper="" if score is None else points(score.on_paper),
        band=band_mark(assessment.band),
        verdict=verdict_mark(assessment.verdict),
        reasons=assessment.reasons,
        because=tuple(_because(assessment)),
        summary=tuple(prose(sentence) for sentence in summary(assessment, derived)),
        areas=areas,
        blockers=tuple(
            Blocker(entries[rule.id], _first_step(rule))
            for rule in assessment.rules
            if rule.id in assessment.blockers
        ),
        next=first,
        ledger=account,
        not_assessed=tuple(area for area in areas if not area.score),
        not_applicable=_of(assessment.rules, entries, "not-applicable"),
        by_reason=_grouped(
            (rule.reason or "it does not apply", rule)
            for rule in assessment.rules
            if rule.status == "not-applicable"
        ),
        waived=_of(assessment.rules, entries, "waived"),
        problems=tuple(
            Line(f"{one.path}:{one.line}", one.message, links.to_line(start, one.path, one.line))
            for one in assessment.problems
        ),
        method=_method(assessment),
        derived=derived,
        analyses=tuple(_analysis(one, start) for one in assessment.analyses),
        said=tuple(_said(one, start) for one in derived.said),
        claims=tuple(_claim(one, start) for one in derived.claims),
        beyond=_grouped(
            (rule.why or "not scored", rule)
            for rule in assessment.rules
            if rule.status in _FAILING and not counts(rule)
        ),
        gains={
            rule.id: brings(rule, derived.gains[rule.id])
            for rule in assessment.rules
            if rule.id in derived.gains
        },
        branding=assessment.branding,
    )


def _because(assessment: Assessment) -> Iterable[Prose]:
    """The reasons of the verdict; one that begins with a rule's id says in words what is so there."""
    rules = {rule.id: rule for rule in assessment.rules}
    for reason in assessment.reasons:
        name, _, rest = reason.partition(" ")
        if name in rules:
            said = prose(sentence_on(rules[name]))
            yield (*quoted((name,)), Piece(f" {rest.removesuffix('.')}: "), *said, Piece("."))
        else:
            yield prose(reason)


def _grouped(pairs: Iterable[tuple[str, Rule]]) -> tuple[Beyond, ...]:
    """Rules under their reasons, sorted by these."""
    groups: dict[str, list[Brief]] = {}
    for why, rule in pairs:
        brief = Brief(rule.id, anchor(rule.id), mark(rule.status), prose(sentence_on(rule)), rule.level)
        groups.setdefault(why, []).append(brief)
    return tuple(Beyond(why, tuple(rules)) for why, rules in sorted(groups.items()))


def _analysis(analysis: Analysis, link_base: str) -> AnalysisView:
    seen = tuple(
        Seen(
            Line(
                place(one.path, one.line),
                inert(one.name, _WIDTH).strip(),
                links.to_line(link_base, one.path, one.line),
            ),
            "; ".join(one.words),
            one.tone,
        )
        for one in analysis.items
    )
    return AnalysisView(analysis.area, analysis.title, seen, and_more(len(seen), analysis.total))


def _claim(claim: Claim, link_base: str) -> ClaimView:
    return ClaimView(
        id=claim.rule,
        anchor=anchor(claim.rule),
        title=prose(claim.title),
        reality=prose(claim.reality),
        level=claim.level,
        points=points(claim.points),
        lines=tuple(line(one, link_base) for one in claim.evidence),
    )


def _said(claim: Said, link_base: str) -> SaidView:
    return SaidView(
        id=claim.rule,
        anchor=anchor(claim.rule),
        stand=claim.stand,
        title=prose(claim.title),
        reality=prose(claim.reality),
        level=claim.level,
        lines=tuple(line(one, link_base) for one in claim.evidence),
    )


def _of(rules: Iterable[Rule], entries: Mapping[str, Entry], *statuses: str) -> tuple[Entry, ...]:
    return tuple(entries[rule.id] for rule in rules if rule.status in statuses)


def _figures(rule: Rule, share: Mapping[str, Share]) -> str:
    if rule.id not in share:
        return ""
    mine = share[rule.id]
    earned, possible = of_tenths(mine.earned), of_tenths(mine.possible)
    if rule.points.earned_high > rule.points.earned:
        full = rule.points.earned_high == rule.points.possible
        high = possible if full else points(rule.points.earned_high)
        earned += f" to {high}" if high != earned else ""
    return f"{earned} of {possible} points"


def _first_step(rule: Rule) -> Prose:
    steps = action(rule, {}).steps
    return steps[0] if steps else ()


def _blocked(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """The rules that wait for another, by that other."""
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        if rule.blocked_by:
            found.setdefault(rule.blocked_by, []).append(rule)
    return found


def _next(
    rules: Iterable[Rule], blocked: Mapping[str, Sequence[Rule]], gains: Mapping[str, Gain]
) -> tuple[Action, ...]:
    """The rules that bring most points for the work, those that can be begun at once alone."""
    ready = [rule for rule in rules if rule.scored and rule.status in ("gap", "partial") and lost(rule) > 0]

    def worth(rule: Rule) -> tuple[int, int, str]:
        per_day = _COMMON // _DAYS[rule.fix.effort]
        gain = gains[rule.id].points if rule.id in gains else 0
        return (-gain * per_day, -lost(rule) * per_day, rule.id)

    ready.sort(key=worth)
    return tuple(action(rule, blocked, gains.get(rule.id)) for rule in ready[:NEXT])


class _Shown(Struct, frozen=True):
    """What is shown of rules: their tenths, and where their lines are linked to."""

    share: Mapping[str, Share]
    link_base: str


def _areas(
    assessment: Assessment,
    entries: Mapping[str, Entry],
    blocked: Mapping[str, Sequence[Rule]],
    derived: Derived,
    shown: _Shown,
) -> Iterable[AreaView]:
    words = {one.area: one for one in derived.areas}
    share, gains = shown.share, derived.gains
    for number, area in enumerate(assessment.areas, 1):
        rules = [rule for rule in assessment.rules if rule.area == area.id]
        failing = [rule for rule in rules if rule.status in _FAILING]
        failing.sort(key=lambda rule: (rule.status == "blocked", not rule.scored, -lost(rule), rule.id))
        mine = [share[rule.id] for rule in rules if rule.id in share]
        now = [rule for rule in by_severity(failing) if counts(rule) and rule.status != "blocked"]
        urgent = [rule for rule in now if rule.severity in ("critical", "high")]
        yield AreaView(
            id=area.id,
            number=number,
            title=area.title,
            mark=_area_mark(area),
            score="" if area.score is None else span(area.score.low, area.score.high),
            on_paper="" if area.score is None else points(area.score.on_paper),
            priority=area.priority or "–",
            earned=of_tenths(sum(one.earned for one in mine)),
            possible=of_tenths(sum(one.possible for one in mine)),
            why_not=area.why_not_assessed,
            strengths=_of(rules, entries, "met"),
            gaps=_of(failing, entries, *_FAILING),
            actions=tuple(action(rule, blocked, gains.get(rule.id)) for rule in failing),
            unknown=_of(rules, entries, "unknown"),
            words=words[area.id],
            designed=tuple(
                Design(
                    rule.id,
                    anchor(rule.id),
                    prose(rule.title),
                    tuple(line(one, shown.link_base) for one in rule.evidence[:1]),
                )
                for rule in rules
                if rule.id in words[area.id].designed
            ),
            open=_of([rule for rule in failing if counts(rule)], entries, "gap", "partial"),
            waiting=tuple(
                Waiting(
                    first,
                    tuple(entries[rule.id] for rule in held),
                    tuple(action(rule, blocked, gains.get(rule.id)) for rule in held),
                )
                for first, held in _blocked(rule for rule in failing if counts(rule)).items()
            ),
            to_do=tuple(action(rule, blocked, gains.get(rule.id)) for rule in urgent),
            later=tuple(action(rule, blocked, gains.get(rule.id)) for rule in now if rule not in urgent),
            urgent=any(rule.id in assessment.blockers for rule in rules),
            limits=tuple(_limits(rules)),
            analyses=tuple(
                _analysis(one, shown.link_base) for one in assessment.analyses if one.area == area.id
            ),
        )


def _limits(rules: Iterable[Rule]) -> Iterable[Limit]:
    """What limits the verdicts of ``rules`` that are told in full; what limits several is said once."""
    by_text: dict[str, list[str]] = {}
    for rule in rules:
        if rule.limits and counts(rule) and rule.status in ("met", "gap", "partial", "unknown"):
            by_text.setdefault(rule.limits, []).append(rule.id)
    return (Limit(prose(text), tuple(names)) for text, names in by_text.items())


def _area_mark(area: AreaOfDocument) -> Mark:
    return band_mark(area.band) if area.score is not None else verdict_mark("not-assessed")


def _plain(label: str, text: str) -> Fact:
    return Fact(label, (Piece(text),))


def _head(assessment: Assessment) -> tuple[Fact, ...]:
    subject = assessment.subject
    facts = [_plain("Assessment date", subject.as_of or "no date is known")]
    for label, text in (("Assessor", assessment.branding.assessor), ("Version", assessment.branding.version)):
        facts += [_plain(label, text)] if text else []
    facts.append(Fact("Subject", quoted((subject.name,))))
    if subject.commit:
        changed = (Piece(", with changes that are not committed"),) if subject.dirty else ()
        facts.append(Fact("Commit", (*quoted((subject.commit,)), *changed)))
    for label, text in (("Reference", subject.ref), ("Remote", subject.remote)):
        facts += [Fact(label, quoted((text,)))] if text else []
    facts += [
        _plain("Bar", f"tier {assessment.tier}, profile {assessment.profile}"),
        _plain("Made by", f"{assessment.tool.name} {assessment.tool.version}"),
    ]
    return tuple(facts)


def _method(assessment: Assessment) -> tuple[Fact, ...]:
    subject, chosen = assessment.subject, assessment.selection
    facts = [_plain("Files", str(subject.files))]
    for label, names in (
        ("Kinds", subject.kinds),
        ("Languages", subject.languages),
        ("Environments it claims to have", subject.environments),
    ):
        facts.append(_plain(label, ", ".join(names) or "none found"))
    if assessment.profile_because:
        facts.append(Fact("Profile chosen by", quoted((assessment.profile_because,))))
    if subject.shallow:
        facts.append(_plain("History", "a shallow clone: what needs older commits is not known"))
    for pack in assessment.packs:
        version = f" {pack.version}" if pack.version else ""
        about = f": {pack.rules} rules, digest {pack.digest}"
        facts.append(Fact("Rule pack", (*quoted((f"{pack.name}{version}",)), Piece(about))))
        if pack.changes:
            facts.append(Fact("Changed by the pack", quoted(pack.changes)))
    for label, texts, default in (
        ("Files left out", chosen.excluded, "none"),
        ("Rules switched off", chosen.disabled, "none"),
        ("Areas asked", chosen.areas, "all"),
    ):
        facts.append(Fact(label, quoted(texts) or (Piece(default),)))
    facts += _rests_on(assessment)
    facts.append(_plain("Format of the assessment", assessment.schema_version))
    return tuple(facts)


def _rests_on(assessment: Assessment) -> list[Fact]:
    """What the points rest on, before a cap, so that the parts add up; the raw score beside waivers."""
    if assessment.score is None:
        return []
    rests = assessment.confidence
    parts = (rests.structure, rests.pattern, rests.attested)
    shown = apportion(parts, sum(parts) // 100)
    words = ("parsed structure", "a pattern", "a person's word")
    text = ", ".join(f"{of_tenths(tenths)} on {word}" for tenths, word in zip(shown, words, strict=True))
    facts = [_plain("Points rest", f"{text}; {points(rests.unknown)} are not known either way")]
    if assessment.raw_low is not None and assessment.raw_low != assessment.score.low:
        facts.append(_plain("Score without waivers", points(assessment.raw_low)))
    return facts
