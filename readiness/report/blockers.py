"""What has to be fixed before production, and what soon, by the improvement it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.report.model import Blockers, Theme, Todo
from readiness.report.standing import by_severity, first_step, is_open, may_be_open
from readiness.report.tables import roadmap_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from readiness.assessment import Assessment, Rule
    from readiness.report.model import Gain


def blockers(assessment: Assessment, gains: Mapping[str, Gain]) -> Blockers:
    """Themes with an open blocker, other themes with open critical or high rules, and what may be open.

    A critical rule that only waits for another critical one is no blocker of its own.
    """
    groups: dict[str, list[Rule]] = {}
    for rule in by_severity(rule for rule in assessment.rules if is_open(rule)):
        if rule.severity in ("critical", "high"):
            groups.setdefault(theme_of(rule), []).append(rule)
    must: list[Theme] = []
    should: list[Theme] = []
    for name, rules in groups.items():
        theme = Theme(name, title_of(name), tuple(todo(rule, gains) for rule in rules))
        (must if any(rule.id in assessment.blockers for rule in rules) else should).append(theme)
    unknown = by_severity(
        rule for rule in assessment.rules if rule.severity == "critical" and may_be_open(rule)
    )
    verify = tuple(Todo(rule.id, rule.severity, f"Verify by hand: {rule.title}", ()) for rule in unknown)
    return Blockers(tuple(must), tuple(should), verify)


def todo(rule: Rule, gains: Mapping[str, Gain]) -> Todo:
    """What to do for ``rule``, after what."""
    gain = gains.get(rule.id)
    return Todo(rule.id, rule.severity, first_step(rule), gain.first if gain else ())


def theme_of(rule: Rule) -> str:
    """The improvement that a rule belongs to; a rule without one is one of its own."""
    return rule.theme or rule.id


def title_of(theme: str) -> str:
    """What a theme is called; one that the table does not know by its own name."""
    known = roadmap_table().themes.get(theme)
    return known or theme.rpartition("/")[2].replace("-", " ").capitalize()


def titles_of(rules: Sequence[Rule]) -> tuple[str, ...]:
    """The titles of the themes of ``rules``, in order, each once."""
    return tuple(dict.fromkeys(title_of(theme_of(rule)) for rule in rules))
