"""The summary for a terminal: 80 columns, at most 30 lines, worst first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.records import Struct
from readiness.render.text import columns, inert, place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from readiness.assessment import Area, Assessment, Evidence, Rule

WIDTH = 80
HEIGHT = 30
_BAR = 10
_WIDEST_ID = 40
_WORDS = {
    "ready": "READY",
    "conditional": "READY WITH CONDITIONS",
    "not-ready": "NOT READY",
    "not-assessed": "NOT ASSESSED",
}
_COLOURS = {"ready": "32", "conditional": "33", "not-ready": "31", "not-assessed": "2"}
_BANDS = {"Good": "32", "Acceptable": "33", "Needs Work": "31"}


class Paper(Struct, frozen=True):
    """What the terminal can show: ``colour`` and ``unicode``."""

    colour: bool = False
    unicode: bool = True

    def paint(self, text: str, code: str) -> str:
        """``text`` in the colour ``code`` of ECMA-48, where there is colour."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code else text

    def plain(self, text: str) -> str:
        """``text`` in ASCII where the terminal has no more."""
        if self.unicode:
            return text
        for fancy, simple in (("…", "~"), ("·", "-"), ("–", "-"), ("→", ">"), ("█", "#"), ("▌", "+")):
            text = text.replace(fancy, simple)
        return text.encode("ascii", "replace").decode()


def render(assessment: Assessment, paper: Paper | None = None, *, gate: Sequence[str] = ()) -> str:
    """The summary; ``gate`` are the lines that say what a gate decided, shown last."""
    paper = paper or Paper()
    lines = [_head(assessment), "", _verdict(assessment, paper)]
    lines += [f"  {inert(reason, WIDTH - 2)}" for reason in assessment.reasons[:2]]
    lines += [*_extent(assessment), "", *(_area(area, paper) for area in assessment.areas), ""]
    tail = [*_left_out(assessment), *(inert(line, WIDTH) for line in gate)]
    worst = _worst(assessment, paper, HEIGHT - len(lines) - len(tail) - 1)
    lines += [*worst, ""] if worst else []
    return "\n".join(paper.plain(line) for line in lines + tail) + "\n"


def headline(assessment: Assessment, paper: Paper | None = None, *, gate: Sequence[str] = ()) -> str:
    """One line: what the gate said last, else score and verdict."""
    paper = paper or Paper()
    text = inert(gate[-1], WIDTH) if gate else _verdict(assessment, paper).strip()
    return paper.plain(text) + "\n"


def _head(assessment: Assessment) -> str:
    subject = assessment.subject
    commit = f" @ {subject.commit[:8]}" if subject.commit else ""
    dirty = "+" if subject.dirty else ""
    as_of = f"  as of {subject.as_of}" if subject.as_of else ""
    left = f"readiness {assessment.tool.version}  {subject.name}{commit}{dirty}"
    right = f"  tier {assessment.tier}  {subject.files} files{as_of}"
    return inert(left, WIDTH - len(right)) + right


def points(value: int) -> str:
    """Millipoints in tenths, rounded down."""
    sign = "-" if value < 0 else ""
    tenths = abs(value) // 100
    return f"{sign}{tenths // 10}.{tenths % 10}"


def _range(low: int, high: int) -> str:
    return points(low) if points(low) == points(high) else f"{points(low)}–{points(high)}"


def _verdict(assessment: Assessment, paper: Paper) -> str:
    word = paper.paint(_WORDS[assessment.verdict], _COLOURS[assessment.verdict])
    if assessment.score is None:
        return f"  {word}: {_nothing(assessment)}"
    score = _range(assessment.score.low, assessment.score.high)
    paperwork = f"   on paper {points(assessment.score.on_paper)}"
    band = paper.paint(assessment.band or "", _BANDS.get(assessment.band or "", ""))
    count = len(assessment.blockers)
    blockers = f": {count} blocker{'s' if count != 1 else ''}" if count else ""
    return f"  {score} / 100  {band}   {word}{blockers}{paperwork}"


def _extent(assessment: Assessment) -> list[str]:
    """How much the score speaks of, where that is not everything."""
    count, whole = sum(area.score is not None for area in assessment.areas), len(assessment.areas)
    return (
        [f"  The score speaks of {count} of {whole} areas; the others are not assessed."]
        if 0 < count < whole
        else []
    )


def _nothing(assessment: Assessment) -> str:
    if not assessment.subject.files:
        return "there are no files"
    return "in no area enough rules apply to what is here"


def _area(area: Area, paper: Paper) -> str:
    title = f"  {area.title:<27}"
    if area.score is None:
        return inert(f"{title}     –  {'':<{_BAR}}  not assessed", WIDTH)
    half = area.score.low // 5000
    bar = ("█" * (half // 2) + "▌" * (half % 2)).ljust(_BAR)
    band = paper.paint(area.band or "", _BANDS.get(area.band or "", ""))
    span = f"  up to {points(area.score.high)}" if area.score.high != area.score.low else ""
    return f"{title} {points(area.score.low):>5}  {bar}  {band}{span}"


def _place(rule: Rule) -> str:
    """The line that decides: an offender, what there is so far, or what leaves the question open."""
    shown: Iterable[Evidence] = (*rule.offenders, *rule.evidence)
    open_at = (reason.partition(": ")[0] for reason in rule.unknown_because)
    found = next((place(row.path, row.line) for row in shown), "")
    return found or next(open_at, "nothing found")


def _worst(assessment: Assessment, paper: Paper, room: int) -> list[str]:
    """The blockers, then what loses most points; the last line says how many are left out."""
    losing = [rule for rule in assessment.rules if rule.scored and rule.points.possible > rule.points.earned]
    losing.sort(key=lambda rule: (rule.id not in assessment.blockers, _lost(rule), rule.id))
    rows = len(losing) if len(losing) <= room else max(room - 1, 0)
    column = min(max((len(rule.id) for rule in losing[:rows]), default=0), _WIDEST_ID)
    lines = [_row(rule, assessment, paper, column) for rule in losing[:rows]]
    if rows < len(losing):
        lines.append(f"  and {len(losing) - rows} more: readiness scan --format markdown")
    return lines


def _lost(rule: Rule) -> int:
    return rule.points.earned - rule.points.possible


def _row(rule: Rule, assessment: Assessment, paper: Paper, column: int) -> str:
    blocks = rule.id in assessment.blockers
    mark = paper.paint("BLOCKER", "31") if blocks else f"  +{points(-_lost(rule))}".ljust(7)
    status = f"blocked by {rule.blocked_by}" if rule.status == "blocked" else rule.status
    room = WIDTH - column - 13
    name = f"{inert(rule.id, column):<{column}}"
    if rule.status == "blocked":
        return f"  {mark}  {name}  {inert(status, room)}"
    return f"  {mark}  {name}  {status:<8}{_end(_place(rule), room - 8)}"


def _end(place: str, width: int) -> str:
    """``place`` in ``width`` columns: of a long path the end is kept, where the file and line are."""
    shown = inert(place)
    if columns(shown) <= width:
        return shown
    return "…" + inert(shown[::-1], width)[-2::-1]


def _left_out(assessment: Assessment) -> list[str]:
    count = dict.fromkeys(("unknown", "not-applicable", "waived"), 0)
    for rule in assessment.rules:
        if rule.status in count:
            count[rule.status] += 1
    parts = [f"{status} {number}" for status, number in count.items() if number]
    parts += [f"problems {len(assessment.problems)}"] if assessment.problems else []
    lines = ["  " + " · ".join(parts)] if parts else []
    chosen = assessment.selection
    for word, names in (
        ("excluded", chosen.excluded),
        ("disabled", chosen.disabled),
        ("areas", chosen.areas),
    ):
        lines += [f"  {word} ({len(names)}): {', '.join(names)}"] if names else []
    return [inert(line, WIDTH) for line in lines]
