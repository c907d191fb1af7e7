"""What is wrong with rules that load: too heavy, too thin, unproved, unknown, or words out of style."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.errors import nearest
from readiness.proof import reaches, unproved
from readiness.records import Struct
from readiness.rulebook.standards import load_standards
from readiness.scoring.settings import load_scoring

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from readiness.rulebook.model import Rule

MOST_POINTS = 8_000
"""The most that one rule may be worth where all rules of its tier apply, in thousandths of 100 points."""

_TIERS = ("C", "B", "A")
_WORDS = (
    *("simply", "easily", "obviously", "please", "very", "leverage", "utilize", "utilise", "robust"),
    *("seamless", "seamlessly", "best-in-class", "world-class", "cutting-edge", "blazing", "powerful"),
    *("todo", "fixme", "tbd"),
)
_TITLE, _SENTENCE = 90, 200


class Finding(Struct, frozen=True):
    """What is wrong, and where: a file with its line, or an area."""

    place: str
    message: str


def lint(rules: Sequence[Rule], within: Sequence[Rule] | None = None) -> Iterator[Finding]:
    """Everything that is wrong with ``rules``, which are asked together with all of ``within``."""
    everything = rules if within is None else within
    yield from _weights(rules, everything)
    yield from _areas(everything)
    for rule in rules:
        for message in (*_words(rule), *_standards(rule), *_cases(rule)):
            yield Finding(f"{rule.place.path}:{rule.place.line}", message)


def _weights(rules: Sequence[Rule], everything: Sequence[Rule]) -> Iterator[Finding]:
    scoring = load_scoring()
    for rule in rules:
        if rule.lifecycle == "shadow":
            continue
        tier = max(rule.tier, key=_TIERS.index)
        counted = [one for one in everything if one.lifecycle == "stable" and _counts(one, tier)]
        shares = {area.id: area.weight for area in scoring.areas}
        own = sum(one.weight for one in counted if one.area == rule.area)
        points = shares[rule.area] * 1000 * rule.weight // own
        if points > MOST_POINTS:
            yield Finding(
                f"{rule.place.path}:{rule.place.line}",
                f"at tier {tier} it alone is worth {points / 1000:.1f} of 100 points; "
                f"more than {MOST_POINTS // 1000} is too much for one rule: lower its weight or add others",
            )


def _counts(rule: Rule, tier: str) -> bool:
    return _TIERS.index(rule.tier) <= _TIERS.index(tier)


def _areas(rules: Sequence[Rule]) -> Iterator[Finding]:
    scoring = load_scoring()
    for area in scoring.areas:
        for tier in _TIERS:
            own = [
                rule
                for rule in rules
                if rule.area == area.id and rule.lifecycle == "stable" and _counts(rule, tier)
            ]
            weight = sum(rule.weight for rule in own)
            if own and (len(own) < scoring.assessed_rules or weight < scoring.assessed_weight):
                yield Finding(
                    area.id,
                    f"the area is thin at tier {tier}: {len(own)} rules of together {weight} weight; "
                    f"{scoring.assessed_rules} rules of {scoring.assessed_weight} are the least",
                )
                break


def _words(rule: Rule) -> Iterator[str]:
    for key, text in (("title", rule.title), ("strength", rule.strength), ("gap", rule.gap)):
        if text.endswith("."):
            yield f"'{key}' is a headline: no full stop at its end"
        if text[:1].islower():
            yield f"'{key}' begins with a capital letter"
        most = _TITLE if key == "title" else _SENTENCE
        if len(text) > most:
            yield f"'{key}' is {len(text)} characters long; {most} are the most"
    for key, text in (
        ("why", rule.why),
        ("limits", rule.limits),
        *(("fix.steps", s) for s in rule.fix.steps),
    ):
        if text and not text.endswith((".", "!", "?", ":", "`", ")")):
            yield f"'{key}' ends with a full stop: '…{text[-30:]}'"
    told = (rule.title, rule.strength, rule.gap, rule.why, rule.limits, *rule.fix.steps)
    for word in sorted({word for text in told for word in _split(text)} & set(_WORDS)):
        yield f"the word '{word}' says nothing here"


def _split(text: str) -> Iterator[str]:
    for word in text.lower().replace("/", " ").split():
        yield word.strip(".,;:!?()'\"`")


def _standards(rule: Rule) -> Iterator[str]:
    frameworks = load_standards()
    for key, ids in rule.standards.items():
        if key not in frameworks:
            yield f"there is no framework '{key}'{nearest(key, frameworks)}; rules/standards.yaml lists them"
            continue
        controls = frameworks[key].controls
        for one in ids:
            if one not in controls:
                yield f"{frameworks[key].title} has no control '{one}'{nearest(one, controls)}"


def _cases(rule: Rule) -> Iterator[str]:
    if not rule.cases:
        yield "it has no cases, and so no proof"
        return
    missed = sorted({rung.level for rung in rule.rungs} - reaches(rule))
    if missed:
        yield f"no case reaches {', '.join(map(str, missed))}"
    for what in unproved(rule):
        yield f"no case notices when this is taken out: {what}"
