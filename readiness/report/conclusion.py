"""The words of the report: executive summary, conclusion, risk. Every sentence is derived from verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.levels import Level
from readiness.report.blockers import titles_of
from readiness.report.model import AreaWords, Conclusion, Recommendation, Risk
from readiness.report.roadmap import open_rules
from readiness.report.standing import (
    NAMED,
    applies,
    between,
    by_severity,
    counted,
    counts,
    first_step,
    listed,
    points,
    rules_by_id,
    shortfall,
)
from readiness.report.tables import roadmap_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from readiness.assessment import Area, Assessment, Rule
    from readiness.report.model import Blockers, Gain, Phase, Roadmap

_VERDICTS = {
    "ready": "It is ready for production by this assessment.",
    "conditional": "It is ready with conditions.",
    "not-ready": "It is not ready for production.",
    "not-assessed": "Nothing was assessed, so nothing can be said of its readiness.",
}
_STRONG = 70_000
_MANY_HIGH = 5
_MANY_CRITICAL = 4


def executive(
    assessment: Assessment, blockers: Blockers, gains: Mapping[str, Gain], plan: Roadmap
) -> tuple[str, ...]:
    """What is strong, what stands against production, what is only on paper, and what to do first."""
    if assessment.score is None:
        return (_VERDICTS["not-assessed"],)
    return tuple(
        sentence
        for sentence in (
            _verdict(assessment, blockers),
            _strong(assessment),
            _weak(assessment, blockers),
            _paper(assessment),
            _first(assessment, gains),
            plan.timeline if assessment.verdict != "ready" else "",
        )
        if sentence
    )


def _verdict(assessment: Assessment, blockers: Blockers) -> str:
    score = assessment.score
    if score is None:
        return _VERDICTS["not-assessed"]
    reached = between(points(score.low), points(score.high))
    open_ = len(assessment.blockers)
    sentence = (
        f"The repository reaches {reached} of 100 points by what is in force. {_VERDICTS[assessment.verdict]}"
    )
    if open_:
        themes = listed((theme.title.lower() for theme in blockers.must), NAMED)
        verb = "stands" if open_ == 1 else "stand"
        sentence += f" {counted(open_, 'open blocker')} {verb} against it, in {themes}."
    elif assessment.reasons:
        sentence += " What decides it is listed below."
    return sentence


def _strong(assessment: Assessment) -> str:
    """The best area, if it is any good, and what is fully in place with most weight."""
    met = [rule for rule in assessment.rules if rule.status == "met" and rule.scored and rule.strength]
    met.sort(key=lambda rule: (-rule.points.possible, rule.id))
    if not met:
        return "No practice that counts is fully in place yet."
    assessed = _assessed(assessment)
    if not assessed:
        return ""
    best = max(assessed, key=lambda area: area.score.low if area.score else 0)
    names = "; ".join(_lower(rule.strength) for rule in met[:NAMED])
    low = best.score.low if best.score else 0
    start = f"Strongest is {best.title} ({points(low)} of 100). " if low >= _STRONG else ""
    of = sum(rule.scored for rule in assessment.rules)
    return f"{start}{len(met)} of {of} rules that count are fully met; among them: {names}."


def _weak(assessment: Assessment, blockers: Blockers) -> str:
    areas = _assessed(assessment)
    if not areas:
        return ""
    worst = min(areas, key=lambda area: area.score.low if area.score else 0)
    low = worst.score.low if worst.score else 0
    if low >= _STRONG and not blockers.must:
        return ""
    gaps = open_rules(assessment, "critical") or open_rules(assessment, "high")
    urgent = "; ".join(_lower(shortfall(rule)) for rule in gaps[:NAMED])
    return f"Weakest is {worst.title} ({points(low)} of 100).{f' Most urgent: {urgent}.' if urgent else ''}"


def _paper(assessment: Assessment) -> str:
    """What is announced and does not work, where that is more than a point."""
    score = assessment.score
    apart = 0 if score is None else score.on_paper // 100 - score.low // 100
    if score is None or apart < 10:
        return ""
    rules = [rule for rule in assessment.rules if rule.scored and rule.points.on_paper > rule.points.earned]
    rules.sort(key=lambda rule: (rule.points.earned - rule.points.on_paper, rule.id))
    names = listed(f"`{rule.id}`" for rule in rules[:NAMED])
    most = ", most of all" if len(rules) > NAMED else ","
    return (
        f"On paper it has {points(score.on_paper)}: {points(apart * 100)} points are designed, switched off, "
        f"or work in part only{most} in {names}."
    )


def _first(assessment: Assessment, gains: Mapping[str, Gain]) -> str:
    """The fix to begin with: an open blocker that brings most, else what brings most."""
    rules = rules_by_id(assessment)
    known = [name for name in gains if name in rules and rules[name].scored and not gains[name].first]
    of = [name for name in known if name in assessment.blockers] or known
    if not of:
        return ""
    best = min(of, key=lambda name: (-gains[name].points, name))
    gain = gains[best]
    least = "at least " if gain.at_least else ""
    worth = f" ({least}+{points(gain.points)} points)" if gain.points else ""
    return f"Begin with `{best}`{worth}: {first_step(rules[best])}"


def _assessed(assessment: Assessment) -> tuple[Area, ...]:
    return tuple(area for area in assessment.areas if area.score is not None)


def _lower(sentence: str) -> str:
    """``sentence`` to go on after a colon: its first letter small, unless its word is one of capitals."""
    word = sentence.partition(" ")[0]
    return (
        sentence if word[1:] != word[1:].lower() or word[:1] == "`" else sentence[:1].lower() + sentence[1:]
    )


def area_words(assessment: Assessment) -> tuple[AreaWords, ...]:
    """A sentence on each area, what is designed there and not built, and what its gaps lead to."""
    return tuple(_area(area, assessment) for area in assessment.areas)


def _area(area: Area, assessment: Assessment) -> AreaWords:
    rules = [rule for rule in assessment.rules if rule.area == area.id]
    asked = [rule for rule in rules if counts(rule)]
    short = by_severity(rule for rule in asked if rule.status in ("gap", "partial"))
    designed = [rule for rule in rules if applies(rule) and rule.status == "gap" and rule.level == "planned"]
    return AreaWords(
        area=area.id,
        sentence=_state(area, asked),
        designed=tuple(rule.id for rule in designed),
        impact=tuple(dict.fromkeys(rule.rationale for rule in short if rule.rationale and not _works(rule)))[
            :NAMED
        ],
    )


def _works(rule: Rule) -> bool:
    """Whether what is short of the top does what the rule is there for."""
    return Level.named(rule.level) >= Level.IMPLEMENTED


def _state(area: Area, rules: Sequence[Rule]) -> str:
    if area.score is None:
        return f"Not assessed: {area.why_not_assessed or 'no rule of it was asked'}."
    count = {status: sum(rule.status == status for rule in rules) for status in ("met", "partial", "unknown")}
    open_ = sum(rule.status in ("gap", "blocked") for rule in rules)
    if not rules:
        return "No rule of it counts."
    if count["met"] == len(rules):
        return f"All {len(rules)} rules that count are met."
    parts = [
        (count["met"], "met"),
        (count["partial"], "met in part"),
        (open_, "open"),
        (count["unknown"], "not known from the files"),
    ]
    words = listed(f"{number} {'is' if number == 1 else 'are'} {word}" for number, word in parts if number)
    if not count["met"] and len(rules) > 1:
        return f"None of {len(rules)} rules that count is fully met: {words}."
    return f"Of {counted(len(rules), 'rule')} that count, {words}."


def risk(assessment: Assessment) -> Risk:
    """The risk of deploying today, by open rules and never by the score.

    High: something that stops a shipment by itself, or more than four blockers. Medium-high: two to four, or
    one and five high gaps. Medium: one, or five high gaps, or an area below 60. Low-medium: two high gaps.
    """
    if assessment.score is None:
        return Risk("Unknown", "nothing was assessed")
    critical = [rule for rule in assessment.rules if rule.id in assessment.blockers]
    high = open_rules(assessment, "high")
    stops = [rule for rule in critical if rule.id in roadmap_table().stop_ship]
    poor = [area.title for area in _assessed(assessment) if area.score and area.score.low < 60_000]
    drives = titles_of(by_severity((*critical, *high)))
    if stops or len(critical) > _MANY_CRITICAL:
        level = "High"
    elif len(critical) >= 2 or (critical and len(high) >= _MANY_HIGH):
        level = "Medium-high"
    elif critical or len(high) >= _MANY_HIGH or poor:
        level = "Medium"
    else:
        level = "Low-medium" if len(high) >= 2 else "Low"
    if not drives:
        why = f"no critical or high rule is open{f'; weak: {listed(poor)}' if poor else ''}"
        return Risk(level, why)
    parts = [
        *([counted(len(critical), "critical rule")] if critical else []),
        *([f"{counted(len(high), 'rule')} of high severity"] if high else []),
    ]
    blocking = listed(parts)
    verb = "is" if len(critical) + len(high) == 1 else "are"
    return Risk(
        level, f"{blocking} {verb} open; what drives it: {listed((one.lower() for one in drives), NAMED)}"
    )


def conclusion(assessment: Assessment, blockers: Blockers, plan: Roadmap) -> Conclusion:
    """Where it stands, what to do when, how long to production, and the risk until then."""
    return Conclusion(
        sentences=tuple(_end(assessment, blockers)),
        recommendations=tuple(_recommendations(assessment, blockers, plan)),
        timeline=plan.timeline,
        risk=risk(assessment),
    )


def _end(assessment: Assessment, blockers: Blockers) -> Iterable[str]:
    score = assessment.score
    if score is None:
        yield _VERDICTS["not-assessed"]
        return
    good = [area.title for area in _assessed(assessment) if area.score and area.score.low >= 80_000]
    poor = [area.title for area in _assessed(assessment) if area.score and area.score.low < 60_000]
    if good:
        yield f"{listed(good)} {'is' if len(good) == 1 else 'are'} in good order."
    if poor:
        yield f"{listed(poor)} {'needs' if len(poor) == 1 else 'need'} work."
    yield _VERDICTS[assessment.verdict]
    if blockers.must:
        yield f"Before production: {listed(theme.title.lower() for theme in blockers.must)}."
    elif blockers.should and assessment.verdict != "ready":
        yield f"To be mended soon: {listed(theme.title.lower() for theme in blockers.should)}."
    if blockers.unknown:
        names = listed(f"`{one.rule}`" for one in blockers.unknown)
        yield f"To be verified by hand, since the files do not tell: {names}."


def _recommendations(assessment: Assessment, blockers: Blockers, plan: Roadmap) -> Iterable[Recommendation]:
    rules = rules_by_id(assessment)
    must = [todo.rule for theme in blockers.must for todo in theme.todos if todo.severity == "critical"]
    if must:
        yield Recommendation("Immediate", " ".join(first_step(rules[name]) for name in must), tuple(must))
    stretches: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("Short term", ("foundation", "security")),
        ("Medium term", ("operations",)),
        ("Long term", ("optimization",)),
    )
    for when, names in stretches:
        phases = [phase for phase in plan.phases if phase.id in names]
        items = [item.rule for phase in phases for item in phase.items if item.rule not in must]
        if items:
            yield Recommendation(when, _phase_words(phases, [rules[name] for name in items]), tuple(items))


def _phase_words(phases: Sequence[Phase], rules: Sequence[Rule]) -> str:
    themes = _first_up(listed((one.lower() for one in titles_of(by_severity(rules))), NAMED + 1))
    numbers = listed(str(phase.number) for phase in phases)
    return f"{themes} ({counted(len(rules), 'rule')}, phase{'s' if len(phases) > 1 else ''} {numbers})."


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]
