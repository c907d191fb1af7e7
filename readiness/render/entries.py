"""A rule of the assessment as reports print it: sentence, standing, the lines it rests on, what to do."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from readiness.records import Struct, replace
from readiness.render import links
from readiness.render.figures import exact
from readiness.render.terminal import points
from readiness.render.text import inert, place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from readiness.assessment import Evidence, Rule
    from readiness.report.model import Gain

SHOWN = 5
_REASONS = 2  # one opening often leaves many rules open
_FEW = 3  # what is met needs fewer lines than what is not
_WIDTH = 160  # columns of a line of evidence
_ICONS = {
    "met": "✅",
    "partial": "⚠️",
    "gap": "❌",
    "unknown": "❓",
    "blocked": "⛔",
    "not-applicable": "➖",
    "waived": "✋",
}
_EFFORTS = {"S": "small", "M": "medium", "L": "large"}
_IN_ANCHOR = frozenset(string.ascii_letters + string.digits + "-._/")


class Piece(Struct, frozen=True):
    """A part of a sentence; ``code`` is text that is quoted as it is."""

    text: str
    code: bool = False


Prose = tuple[Piece, ...]


class Mark(Struct, frozen=True):
    """A standing as icon and word, never colour alone; ``kind`` names its style."""

    icon: str
    word: str
    kind: str


class Line(Struct, frozen=True):
    """A line of the subject: ``path:line``, its text, its link (empty if none)."""

    place: str
    text: str
    href: str


class Rows(Struct, frozen=True):
    """Lines under a label, and how many more there are in words; ``shared`` is a text that all have."""

    label: str
    lines: tuple[Line, ...]
    more: str
    shared: str = ""


class Note(Struct, frozen=True):
    """A remark on a rule."""

    label: str
    text: Prose


class Step(Struct, frozen=True):
    """One step of a rule's ladder: level, answer, what was asked."""

    level: str
    answer: str
    asked: str


class Entry(Struct, frozen=True):
    """A rule in a report. ``standing`` gives level and points in words."""

    id: str
    anchor: str
    sentence: Prose
    mark: Mark
    standing: str
    rows: tuple[Rows, ...]
    notes: tuple[Note, ...]
    ladder: tuple[Step, ...]
    folded: tuple[Note, ...]


class Action(Struct, frozen=True):
    """What to do for a rule, what it brings, and how much work it is."""

    id: str
    anchor: str
    title: Prose
    steps: tuple[Prose, ...]
    effort: str
    gain: str
    opens: str
    after: str
    snippet: tuple[str, ...]


def prose(text: str) -> Prose:
    """``text`` in pieces: what stands between two backticks is code; an odd backtick is just one."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return (Piece(text),)
    return tuple(Piece(part, code=i % 2 == 1) for i, part in enumerate(parts) if part)


def quoted(texts: Iterable[str]) -> Prose:
    """``texts`` quoted, with commas between them."""
    pieces: list[Piece] = []
    for text in texts:
        pieces += [*([Piece(", ")] if pieces else []), Piece(inert(text, _WIDTH * 2), code=True)]
    return tuple(pieces)


def anchor(rule: str) -> str:
    """The name of a rule's place in a document: ``rule-cicd/tests-run``."""
    return "rule-" + "".join(char if char in _IN_ANCHOR else "-" for char in rule)


def mark(status: str) -> Mark:
    """The icon and the word of a rule's status."""
    return Mark(_ICONS.get(status, "•"), status.replace("-", " "), status)


def and_more(shown: int, total: int) -> str:
    """``"and 3 more"``, or the empty text where all are shown."""
    return f"and {total - shown} more" if total > shown else ""


def entry(rule: Rule, figures: str, link_base: str, most: int = SHOWN) -> Entry:
    """``rule`` for a report, with at most ``most`` lines of a kind.

    ``figures`` are its points in words, empty if it is not scored.
    """
    rows = _rows(rule, link_base, _FEW if rule.status == "met" else most)
    return Entry(
        id=rule.id,
        anchor=anchor(rule.id),
        sentence=prose(sentence_on(rule)),
        mark=mark(rule.status),
        standing=_standing(rule, figures),
        rows=rows,
        notes=tuple(_notes(rule, nothing=not rows)),
        ladder=tuple(_step(rung.level, rung.answer, rung.asked) for rung in rule.ladder),
        folded=tuple(_folded(rule)),
    )


def sentence_on(rule: Rule) -> str:
    """What is so: the strength, what is so in part, or the gap; of the rest, what would have to be true."""
    if rule.status == "partial":
        return f"In part: {rule.title}"
    return {"met": rule.strength, "gap": rule.gap}.get(rule.status, "") or rule.title


def _standing(rule: Rule, figures: str) -> str:
    if rule.status in ("not-applicable", "waived"):
        return ""
    level = rule.level if rule.level == rule.ceiling else f"{rule.level}, at most {rule.ceiling},"
    why = rule.why.partition(";")[0]  # the bar itself stands in the head
    worth = figures or f"not counted{': ' if why else ''}{why}"
    return "; ".join((rule.severity, *([] if rule.status == "met" else [f"{level} of {rule.top}"]), worth))


def _rows(rule: Rule, link_base: str, most: int) -> tuple[Rows, ...]:
    label = "Rests on" if rule.status == "met" else "Only planned" if rule.level == "planned" else "There is"
    kinds: list[tuple[str, Sequence[Evidence], int]] = [
        (label, rule.evidence, rule.evidence_total),
        ("Held back by", rule.offenders, rule.offenders_total),
    ]
    if rule.offenders == rule.evidence and rule.offenders_total == rule.evidence_total:
        kinds = kinds[1:]  # all that there is holds it back: said once
    nearest = [row for row in rule.nearest if row not in rule.evidence]
    if nearest and not rule.offenders and rule.status != "met":
        kinds.append(("Nearest to it", nearest, len(nearest)))
    few = min(most, _FEW) if rule.offenders else most  # what holds it back says more than what there is
    return tuple(
        _under(label, rows, total, link_base, most if label.startswith("Held") else few)
        for label, rows, total in kinds
        if rows
    )


def _under(label: str, rows: Sequence[Evidence], total: int, link_base: str, most: int) -> Rows:
    """The first ``most`` different lines of ``rows``; a line that several rows give is shown once."""
    shown: list[Line] = []
    passed = 0
    for row in rows:
        made = line(row, link_base)
        if made not in shown:
            if len(shown) == most:
                break
            shown.append(made)
        passed += 1
    texts = {one.text for one in shown}
    if len(shown) > 1 and len(texts) == 1 and "" not in texts:
        alike = tuple(replace(one, text="") for one in shown)
        return Rows(label, alike, and_more(passed, total), shown[0].text)
    return Rows(label, tuple(shown), and_more(passed, total))


def line(row: Evidence, link_base: str) -> Line:
    """A line of evidence, cut to a length that can be read; what only repeats the place has no text."""
    at = place(row.path, row.line)
    text = "" if row.text == row.path else row.text.removeprefix(f"{at} ")
    return Line(
        at,
        inert(text, _WIDTH).strip(),
        links.to_line(link_base, row.path, row.line),
    )


def _notes(rule: Rule, *, nothing: bool) -> Iterable[Note]:
    if rule.reason:
        yield Note("Reason", prose(rule.reason))
    if rule.blocked_by:
        yield Note("Blocked by", quoted((rule.blocked_by,)))
    if rule.unknown_because:
        more = and_more(_REASONS, len(rule.unknown_because))
        shown = quoted(rule.unknown_because[:_REASONS])
        yield Note("Left open by", (*shown, Piece(f" {more}")) if more else shown)
    if rule.status in ("not-applicable", "waived"):
        return
    if nothing and rule.status == "met":
        yield Note("Rests on", (Piece("nothing here speaks against it"),))
    looked = ""
    if nothing and rule.looked_total and not rule.blocked_by:
        looked = "nothing in " + ("1 file" if rule.looked_total == 1 else f"{rule.looked_total} files")
    if rule.missing and not rule.blocked_by:
        label = f"Asked for next ({looked})" if looked else "Asked for next"
        yield Note(label, prose(rule.wanted) if rule.wanted else quoted((rule.missing,)))
    elif looked:
        yield Note("Looked for", (Piece(looked),))
    if len(rule.environments) > 1:  # of one alone the standing tells
        levels = ", ".join(f"{one.name} {_reach(one.level, one.ceiling)}" for one in rule.environments)
        yield Note("By environment", (Piece(levels),))
    if rule.limits:
        yield Note("Limits", prose(rule.limits))


def _reach(level: str, ceiling: str) -> str:
    return level if level == ceiling else f"{level} to {ceiling}"


def _step(level: str, answer: bool | None, asked: str) -> Step:
    return Step(level, {True: "yes", False: "no", None: "not known"}[answer], asked)


def _folded(rule: Rule) -> Iterable[Note]:
    if rule.requires:
        yield Note("Requires", quoted(rule.requires))
    if rule.looked:
        more = and_more(len(rule.looked), rule.looked_total)
        yield Note("Looked at", (*quoted(rule.looked), *([Piece(f" {more}")] if more else [])))
    if rule.standards:
        named = (f"{name} {', '.join(ids)}" for name, ids in sorted(rule.standards.items()))
        yield Note("Standards", (Piece("; ".join(named)),))


def lost(rule: Rule) -> int:
    """The millipoints that ``rule`` surely can still bring."""
    return rule.points.possible - rule.points.earned


def brings(rule: Rule, gain: Gain | None) -> str:
    """What the whole score gains by a rule: alone, or once what it waits for is done."""
    if not rule.scored:
        return "not counted"
    if gain is None:
        return f"+{exact(max(lost(rule), 0))}"
    least = "at least " if gain.at_least else ""
    held = " while a cap holds the score" if gain.capped else ""
    return f"{least}+{exact(max(gain.after if gain.first else gain.points, 0))}{held}"


def action(rule: Rule, blocked: Mapping[str, Sequence[Rule]], gain: Gain | None = None) -> Action:
    """What to do for ``rule``; ``blocked`` are the rules that wait, by the rule they wait for."""
    waiting = [one for one in blocked.get(rule.id, ()) if one.scored]
    opens = ""
    if waiting:
        many = "1 blocked rule" if len(waiting) == 1 else f"{len(waiting)} blocked rules"
        opens = f"opens {many}, worth up to {points(sum(map(lost, waiting)))}"
    return Action(
        id=rule.id,
        anchor=anchor(rule.id),
        title=prose(rule.title),
        steps=tuple(prose(step) for step in rule.fix.steps),
        effort=_EFFORTS.get(rule.fix.effort, rule.fix.effort),
        gain=brings(rule, gain),
        opens=opens,
        after=rule.blocked_by,
        snippet=tuple(rule.fix.snippet.splitlines()),
    )
