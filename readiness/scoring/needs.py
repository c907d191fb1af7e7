"""What a rule needs of others, reduced to groups: of each group at least one rule has to be far enough.

Which rules apply does not hang on levels, so this form stays true whatever is mended, and who changes a level
can tell without the rulebook what else becomes of the score.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from readiness.levels import Level
    from readiness.requirement import Requirement

_MOST = 1_000  # groups; written by hand there are one or two

Groups = tuple[tuple["Needed", ...], ...]


class Needed(Struct, frozen=True, order=True):
    """A rule and the level that it has to reach."""

    rule: str
    at_least: Level


class _Ignored(Struct, frozen=True):
    """No rule of a requirement is there."""


class _Out(Struct, frozen=True):
    """A requirement on what does not apply, or is waived."""


_Reduced = Groups | _Ignored | _Out


def needs(requirement: Requirement | None, known: Container[str], out: Container[str]) -> Groups:
    """The groups that ``requirement`` comes to; none where it asks for nothing that is there.

    ``known`` are the rules that were asked, ``out`` those of them that do not apply or are waived. Raises
    ``ValueError`` for a requirement so nested that its groups cannot be listed.
    """
    found = None if requirement is None else _reduced(requirement, known, out)
    return found if isinstance(found, tuple) else ()


def _reduced(requirement: Requirement, known: Container[str], out: Container[str]) -> _Reduced:
    parts = [_reduced(part, known, out) for part in requirement.all_of]
    if requirement.rule:
        parts.append(_single(requirement, known, out))
    if requirement.any_of:
        parts.append(_one_of([_reduced(part, known, out) for part in requirement.any_of]))
    if any(isinstance(part, _Out) for part in parts):
        return _Out()
    groups = [group for part in parts if isinstance(part, tuple) for group in part]
    return _plain(groups) if groups else _Ignored()


def _single(requirement: Requirement, known: Container[str], out: Container[str]) -> _Reduced:
    if requirement.rule not in known:
        return _Ignored()
    if requirement.rule in out:
        return _Out()
    return ((Needed(requirement.rule, requirement.at_least),),)


def _one_of(parts: Sequence[_Reduced]) -> _Reduced:
    """What is ignored, not applicable or waived is no choice while there is another."""
    choices = [part for part in parts if isinstance(part, tuple)]
    if not choices:
        return next((part for part in parts if isinstance(part, _Out)), _Ignored())
    groups: Groups = ((),)
    for choice in choices:
        if len(groups) * len(choice) > _MOST:
            raise ValueError(f"a requirement comes to more than {_MOST} groups of rules")
        groups = _plain([(*one, *other) for one in groups for other in choice])
    return groups


def _plain(groups: Sequence[tuple[Needed, ...]]) -> Groups:
    """``groups`` sorted, without repetitions and without those that a smaller one implies."""
    sets = sorted({tuple(sorted(set(group))) for group in groups}, key=lambda group: (len(group), group))
    kept: list[tuple[Needed, ...]] = []
    for group in sets:
        if not any(set(other) <= set(group) for other in kept):
            kept.append(group)
    return tuple(sorted(kept))
