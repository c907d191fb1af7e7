"""What a rulebook asks about settings, so that facts need not hold the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.model import Interest
from readiness.facts.settings import SETTING
from readiness.rulebook.model import AllOf, AnyOf, Covered, Some

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any, TypeAlias

    from readiness.facts.model import Noun
    from readiness.rulebook.model import Every, No, Question, Rule

    Scoped: TypeAlias = tuple[Noun[Any], tuple[str, ...]]


def interest_of(rules: Iterable[Rule]) -> Interest:
    """The keys that questions of ``rules`` name, and the files whose settings they ask without a key.

    Whether something is *not* there, or holds of every row, is asked of all rows.
    """
    keys: set[str] = set()
    whole: set[str] = set()
    for rule in rules:
        for question in (rule.applies, rule.planned, rule.claimed, *(rung.question for rung in rule.rungs)):
            for leaf in _leaves(question):
                if leaf.noun.name == SETTING.name:
                    named = _keys(leaf)
                    keys.update(named)
                    whole.update(() if named else leaf.scope)
    return Interest(tuple(sorted(keys)), tuple(sorted(whole)))


def last_uses(rules: Sequence[Rule]) -> tuple[tuple[Scoped, ...], ...]:
    """For each of ``rules``, in this order: the nouns, with their scopes, that none after it asks about."""
    after: set[tuple[str, tuple[str, ...]]] = set()
    found: list[tuple[Scoped, ...]] = []
    for rule in reversed(rules):
        questions = (rule.applies, rule.planned, rule.claimed, *(rung.question for rung in rule.rungs))
        asked = {(leaf.noun.name, leaf.scope): leaf.noun for each in questions for leaf in _leaves(each)}
        found.append(
            tuple((noun, scope) for (name, scope), noun in asked.items() if (name, scope) not in after)
        )
        after |= asked.keys()
    return tuple(reversed(found))


def _keys(leaf: Some | No | Every) -> tuple[str, ...]:
    if not isinstance(leaf, Some):
        return ()
    named = (each.comparison for each in leaf.where if each.field == "key")
    return next((each.globs for each in named if isinstance(each, Covered)), ())


def _leaves(question: Question | None) -> Iterator[Some | No | Every]:
    if isinstance(question, AllOf | AnyOf):
        for part in question.parts:
            yield from _leaves(part)
    elif question is not None:
        yield question
