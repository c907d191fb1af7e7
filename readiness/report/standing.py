"""How a rule of the document stands, in the few words that all sections share: one fact, one verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.levels import Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.assessment import Assessment, Rule

SEVERITIES = ("critical", "high", "medium", "low")
OUT = frozenset(("not-applicable", "waived"))
NAMED = 3


def applies(rule: Rule) -> bool:
    """Whether the rule has a say here: it applies and is not waived."""
    return rule.status not in OUT


def counts(rule: Rule) -> bool:
    """Whether tier, profile and lifecycle let the rule count, be its area assessed or not."""
    return applies(rule) and (rule.scored if rule.own is None else rule.own.counted)


def falls_short(rule: Rule) -> bool:
    """Whether there is something to do for ``rule``, or to verify. It need not count."""
    return rule.status in ("gap", "partial", "blocked", "unknown")


def is_open(rule: Rule) -> bool:
    """Whether the rule counts and is surely below partial."""
    return counts(rule) and rule.status in ("gap", "blocked") and Level.named(rule.ceiling) < Level.PARTIAL


def may_be_open(rule: Rule) -> bool:
    """Whether the rule counts and is below partial, or not, by what is not known."""
    return counts(rule) and rule.status == "unknown" and Level.named(rule.level) < Level.PARTIAL


def by_severity(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """``rules``, the most severe first, the rules that wait for others last, then by weight and id."""
    return tuple(
        sorted(
            rules,
            key=lambda rule: (
                SEVERITIES.index(rule.severity) if rule.severity in SEVERITIES else len(SEVERITIES),
                rule.status == "blocked",
                -rule.weight,
                rule.id,
            ),
        )
    )


def shortfall(rule: Rule) -> str:
    """What is not so: the gap where nothing works; of what works in part or is not known, what should be.

    A gap says what is so where nothing is there, which would be false of a rule that is met in part.
    """
    return rule.gap if rule.gap and rule.status == "gap" else rule.title


def first_step(rule: Rule) -> str:
    """What to begin with: the first step of the fix, else what is true when all is well."""
    return rule.fix.steps[0] if rule.fix.steps else f"See to it that this is true: {rule.title}."


def listed(texts: Iterable[str], most: int = 0) -> str:
    """``"a, b and c"``; with ``most``, the first of them and how many more there are."""
    every = list(dict.fromkeys(texts))
    if most and len(every) > most:
        return f"{', '.join(every[:most])} and {len(every) - most} more"
    return " and ".join((", ".join(every[:-1]), every[-1])) if len(every) > 1 else "".join(every)


def counted(number: int, one: str, many: str = "") -> str:
    """``"1 rule"``, ``"2 rules"``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def points(value: int) -> str:
    """Millipoints in tenths, rounded down."""
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 1000}.{abs(value) % 1000 // 100}"


def between(low: str, high: str) -> str:
    """``"a–b"``, or one of them where they look the same."""
    return low if low == high else f"{low}–{high}"


def rules_by_id(assessment: Assessment) -> dict[str, Rule]:
    """The rules of the document by their ids."""
    return {rule.id: rule for rule in assessment.rules}
