"""The report in the order and the pieces of the page. Templates loop over it and calculate nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from readiness.assessment import Verdict
from readiness.records import Struct, replace
from readiness.render import links
from readiness.render.entries import Mark, Piece, Rows, action, anchor, and_more, entry, line, lost
from readiness.render.figures import of_tenths
from readiness.render.html.gauges import Gauge, gauge
from readiness.render.html.policy import data
from readiness.render.html.simulation import simulation
from readiness.render.ledger import shares
from readiness.render.summary import verdict_mark
from readiness.render.terminal import points
from readiness.render.text import inert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from readiness.assessment import Assessment, Rule
    from readiness.render.entries import Action, Entry, Note, Step
    from readiness.render.ledger import Share
    from readiness.render.view import AreaView, Report
    from readiness.report.model import Gain, Phase

LOOKED = 3
"""How many of the files that a rule looked at are named."""

ASKED = 50
"""How many columns of a question are shown for each line; ``readiness explain`` prints all of it."""

STANDARDS = 2
"""How many standards are named at a rule for each line."""

FIRST = 5
"""How many recommendations an area begins with."""

_FAILING = ("gap", "partial", "blocked")
_OUT = ("waived", "not-applicable")
_STATUSES = (*_FAILING, "unknown", "met", *_OUT)
_SEVERITIES = ("critical", "high", "medium", "low")
_GROUPS = (
    ("gaps", "Gaps", _FAILING),
    ("unknown", "Not known", ("unknown",)),
    ("strengths", "Strengths", ("met",)),
    ("waived", "Waived", ("waived",)),
    ("not-applicable", "Not applicable", ("not-applicable",)),
)
_STANDS = {
    "contradicted": Mark("", "contradicted", "poor"),
    "unbacked": Mark("", "unbacked", "fair"),
    "open": Mark("", "not known", "unknown"),
    "backed": Mark("", "backed", "good"),
}
_PICTURES = tuple(f"data:image/{kind};base64," for kind in ("png", "jpeg", "gif", "webp", "svg+xml"))


class Card(Struct, frozen=True):
    """A rule on the page, folded to one line.

    ``standing`` is its level, its severity and why it does not count, ``worth`` its points, empty if it does
    not. ``next`` is the place of the rung in its ladder that was missed, from 0; -1 if there is none. ``fix``
    names the rule where assuming that it is fixed can change the score, else it is empty; ``gain`` is what
    that brings, in words.
    """

    entry: Entry
    anchor: str
    area: str
    severity: str
    standing: str
    worth: str
    action: Action | None
    next: int
    fix: str
    gain: str


class Group(Struct, frozen=True):
    """Rules of an area that stand alike. ``shown`` are those that are shown only: they do not count."""

    id: str
    title: str
    scored: tuple[Card, ...]
    shown: tuple[Card, ...]


class AreaPage(Struct, frozen=True):
    """An area with its gauge, what to begin with, and all its rules."""

    view: AreaView
    gauge: Gauge | None
    first: tuple[Card, ...]
    groups: tuple[Group, ...]


class Choice(Struct, frozen=True):
    """A value by which rules can be filtered: its word, and how many there are."""

    value: str
    word: str
    count: int


class Stretch(Struct, frozen=True):
    """A phase of the plan on a scale of all its weeks, in thousandths: its latest start, its length."""

    start: int
    least: int
    most: int


class Page(Struct, frozen=True):
    """Everything that the page shows. ``cards`` are all rules by id.

    ``verdicts`` are the marks of all verdicts, ``stands`` those of claims.
    ``logo`` is the data of a picture, ``simulation`` those of the script; both may be empty.
    """

    report: Report
    verdicts: dict[str, Mark]
    stands: dict[str, Mark]
    logo: str
    gauge: Gauge | None
    areas: tuple[AreaPage, ...]
    cards: dict[str, Card]
    not_applicable: tuple[Card, ...]
    waived: tuple[Card, ...]
    statuses: tuple[Choice, ...]
    severities: tuple[Choice, ...]
    stretches: tuple[Stretch, ...]
    simulation: str


def page(assessment: Assessment, view: Report, lines: int) -> Page:
    """What the page on ``assessment`` shows, with at most ``lines`` of the subject of a kind at each rule."""
    places = anchors([rule.id for rule in assessment.rules])
    cards = _cards(assessment, view, places, lines)
    score, logo = assessment.score, assessment.branding.logo
    simulated = simulation(assessment, view.derived.arithmetic, view.derived.gains, places)
    return Page(
        report=view,
        verdicts={name: verdict_mark(name) for name in get_args(Verdict)},
        stands=_STANDS,
        logo=logo if logo.startswith(_PICTURES) else "",
        gauge=None if score is None else gauge("Overall", score, view.band.kind),
        areas=tuple(_areas(assessment, view, cards)),
        cards=cards,
        not_applicable=tuple(cards[rule.id] for rule in assessment.rules if rule.status == "not-applicable"),
        waived=tuple(cards[rule.id] for rule in assessment.rules if rule.status == "waived"),
        statuses=_choices([rule.status for rule in assessment.rules], _STATUSES),
        severities=_choices([rule.severity for rule in assessment.rules], _SEVERITIES),
        stretches=tuple(_stretches(view.derived.roadmap.phases)),
        simulation="" if simulated is None else data(simulated),
    )


def _stretches(phases: Sequence[Phase]) -> Iterable[Stretch]:
    whole = max(sum(phase.weeks_high for phase in phases), 1)
    start = 0
    for phase in phases:
        yield Stretch(
            start * 1000 // whole, phase.weeks_low * 1000 // whole, phase.weeks_high * 1000 // whole
        )
        start += phase.weeks_high


def weight(made: Page) -> int:
    """How many bytes that take less where there are fewer lines, at least: lines, questions and notes."""
    return sum(
        len(text.encode("utf-8", "replace")) for card in made.cards.values() for text in _texts(card.entry)
    )


def _texts(made: Entry) -> Iterable[str]:
    for rows in made.rows:
        for one in rows.lines:
            yield from (one.href, one.place, one.text)
    yield from (step.asked for step in made.ladder)
    yield from (piece.text for note in (*made.notes, *made.folded) for piece in note.text)


def anchors(rules: Sequence[str]) -> dict[str, str]:
    """The name of each rule's place in the page, each its own: ``rule-cicd-tests-run``."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for rule in rules:
        name = plain = anchor(rule).replace("/", "-")
        number = 1
        while name in taken:
            number += 1
            name = f"{plain}-{number}"
        taken.add(name)
        found[rule] = name
    return found


def _cards(assessment: Assessment, view: Report, places: Mapping[str, str], lines: int) -> dict[str, Card]:
    share = shares(assessment)
    start = links.base(assessment.subject)
    blocked: dict[str, list[Rule]] = {}
    for rule in assessment.rules:
        if rule.blocked_by:
            blocked.setdefault(rule.blocked_by, []).append(rule)
    derived = view.derived
    found = {}
    for rule in assessment.rules:
        gain = derived.gains.get(rule.id)
        missed = next((n for n, rung in enumerate(rule.ladder) if rung.asked == rule.missing), -1)
        found[rule.id] = Card(
            entry=_entry(rule, missed, start, lines),
            anchor=places[rule.id],
            area=rule.area,
            severity=rule.severity,
            standing=_standing(rule),
            worth=_worth(rule, share.get(rule.id)),
            action=action(rule, blocked, gain) if rule.status in (*_FAILING, "unknown") else None,
            next=missed,
            fix=rule.id if derived.arithmetic is not None and _matters(rule, gain) else "",
            gain=_gain(view.gains.get(rule.id, ""), gain, scored=rule.scored),
        )
    return found


def _entry(rule: Rule, missed: int, start: str, lines: int) -> Entry:
    """The rule as all reports print it, but shorter: the page holds all rules, and is to stay small."""
    seen = {(row.path, row.line) for row in rule.evidence}
    nearest = tuple(row for row in rule.nearest if (row.path, row.line) not in seen)
    looked = () if rule.evidence or rule.offenders else rule.looked[: min(LOOKED, lines)]
    named = dict(sorted(rule.standards.items())[: STANDARDS * lines])
    made = entry(replace(rule, looked=looked, nearest=nearest, standards=named), "", start, lines)
    asked = ASKED + ASKED * min(lines, 3)
    shown = rule.scored and missed >= 0
    return replace(
        made,
        rows=(*made.rows, *_claimed(rule, start, lines)),
        notes=tuple(
            _shorter(note, asked) for note in made.notes if not shown or note.label != "Asked for next"
        ),
        folded=tuple(_counted(note, len(rule.standards) - len(named)) for note in made.folded),
        ladder=_asked(made.ladder, missed, asked) if rule.scored else (),
    )


def _claimed(rule: Rule, start: str, most: int) -> Iterable[Rows]:
    """Where documents claim the practice, under how the claim stands."""
    if rule.claim is not None:
        shown = tuple(line(row, start) for row in rule.claim.evidence[:most])
        more = and_more(len(shown), len(rule.claim.evidence))
        yield Rows(f"Claimed by documents: {_STANDS[rule.claim.stand].word}", shown, more)


def _shorter(note: Note, width: int) -> Note:
    pieces = (replace(piece, text=inert(piece.text, width)) if piece.code else piece for piece in note.text)
    return replace(note, text=tuple(pieces))


def _counted(note: Note, left_out: int) -> Note:
    """The note on standards with how many of them it does not name."""
    if note.label != "Standards" or not left_out:
        return note
    return replace(note, text=(*note.text, Piece(f" and {left_out} more")))


def _asked(ladder: Sequence[Step], missed: int, width: int) -> tuple[Step, ...]:
    """``ladder`` with the question of the rung that was missed, or of the last if none was."""
    told = missed if missed >= 0 else len(ladder) - 1
    return tuple(
        replace(step, asked=inert(step.asked, width) if n == told else "") for n, step in enumerate(ladder)
    )


def _standing(rule: Rule) -> str:
    if rule.status in ("not-applicable", "waived"):
        return ""
    level = rule.level if rule.level == rule.ceiling else f"{rule.level} to {rule.ceiling}"
    words = [f"{level} of {rule.top}" if rule.status != "met" else level, rule.severity]
    if not rule.scored:
        words.append(f"not counted{': ' if rule.why else ''}{rule.why}")
    return " · ".join(words)


def _worth(rule: Rule, share: Share | None) -> str:
    if share is None:
        return ""
    high = rule.points.earned_high
    if high <= rule.points.earned:
        return f"{of_tenths(share.earned)} of {of_tenths(share.possible)}"
    most = of_tenths(share.possible) if high == rule.points.possible else points(high)
    return f"{of_tenths(share.earned)}–{most} of {of_tenths(share.possible)}"


def _matters(rule: Rule, gain: Gain | None) -> bool:
    """Whether the score may change where ``rule`` is mended."""
    return gain is not None and (rule.scored or bool(gain.dependants))


def _gain(words: str, gain: Gain | None, *, scored: bool) -> str:
    """What mending a rule brings, and after what; empty where there is nothing to say."""
    return f"{words} once {' and '.join(gain.first)} is done" if scored and gain and gain.first else words


def _areas(assessment: Assessment, view: Report, cards: Mapping[str, Card]) -> Iterable[AreaPage]:
    for area, found in zip(view.areas, assessment.areas, strict=True):
        rules = [rule for rule in assessment.rules if rule.area == found.id]
        yield AreaPage(
            view=area,
            gauge=None if found.score is None else gauge(area.title, found.score, area.mark.kind),
            first=_first(rules, cards),
            groups=tuple(_groups(rules, cards)),
        )


def _first(rules: Iterable[Rule], cards: Mapping[str, Card]) -> tuple[Card, ...]:
    """The rules that bring most and can be begun at once."""
    ready = [rule for rule in rules if rule.scored and rule.status in ("gap", "partial") and lost(rule) > 0]
    ready.sort(key=lambda rule: (-lost(rule), rule.id))
    return tuple(cards[rule.id] for rule in ready[:FIRST])


def _groups(rules: Sequence[Rule], cards: Mapping[str, Card]) -> Iterable[Group]:
    for name, title, statuses in _GROUPS:
        mine = [rule for rule in rules if rule.status in statuses]
        mine.sort(key=lambda rule: (rule.status == "blocked", -lost(rule), rule.id))
        if mine:
            yield Group(
                name,
                title,
                tuple(cards[rule.id] for rule in mine if rule.scored or rule.status in _OUT),
                tuple(cards[rule.id] for rule in mine if not rule.scored and rule.status not in _OUT),
            )


def _choices(values: Iterable[str], order: Sequence[str]) -> tuple[Choice, ...]:
    """The values that occur, in their order; any other comes last."""
    counts = dict.fromkeys(order, 0)
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return tuple(Choice(value, value.replace("-", " "), count) for value, count in counts.items() if count)
