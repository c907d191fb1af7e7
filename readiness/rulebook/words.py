"""Questions in words: what was asked, for reports and explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.rulebook.model import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Covered,
    Equals,
    Every,
    Known,
    Matches,
    No,
    Not,
    Some,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from readiness.rulebook.model import Comparison, Condition, Question

_VALUES, _PARTS, _WIDE = 3, 3, 48


def in_words(question: Question) -> str:
    """One line for a question, such as ``some ci.step whose purposes is test and trigger is change``."""
    match question:
        case Some(noun, where, at_least, distinct, scope):
            many = "some" if at_least == 1 else f"at least {at_least}"
            by = f" with different {distinct}" if distinct else ""
            return f"{many} {noun.name}{by}{_in(scope)}{_whose(where)}"
        case No(noun, where, at_most, scope):
            few = "no" if at_most == 0 else f"at most {at_most}"
            return f"{few} {noun.name}{_in(scope)}{_whose(where)}"
        case Every(noun, where, holds, share, scope):
            part = "every" if share == 1000 else f"{share / 10:g} % of every"
            return f"{part} {noun.name}{_in(scope)}{_whose(where)} has {_conditions(holds)}"
        case AllOf(parts):
            return "all of: " + "; ".join(_bracketed(part) for part in parts)
        case AnyOf(parts):
            return "any of: " + "; ".join(_bracketed(part) for part in parts)


def _bracketed(question: Question) -> str:
    text = in_words(question)
    return f"({text})" if isinstance(question, AllOf | AnyOf) else text


def _in(scope: Sequence[str]) -> str:
    return f" in {' or '.join(scope)}" if scope else ""


def _whose(where: Sequence[Condition]) -> str:
    return f" whose {_conditions(where)}" if where else ""


def _conditions(conditions: Sequence[Condition]) -> str:
    return " and ".join(f"{condition.field} {condition.words}" for condition in conditions)


def in_brief(question: Question) -> str:
    """One line for a reader who has no rule at hand: the noun in words, conditions as criteria.

    Patterns are only said to be there and long lists are cut; ``in_words`` is exact. What is code stands
    between backticks: ``a command that a pipeline runs in the end (purposes: `test`; blocking)``.
    """
    match question:
        case Some(noun, where, at_least, distinct, scope):
            many = "" if at_least == 1 else f"at least {at_least} times"
            by = f" with another {_named(distinct)} each" if distinct else ""
            return f"{many}{by}{': ' if many else ''}{_cut(noun.meaning)}{_criteria(where, scope)}"
        case No(noun, where, at_most, scope):
            few = "no" if at_most == 0 else f"at most {at_most} times: a"
            return f"{few} {_bare(noun.meaning)}{_criteria(where, scope)}"
        case Every(noun, where, holds, share, scope):
            part = "every" if share == 1000 else f"{share / 10:g} % of each"
            wanted = "; ".join(map(_criterion, holds))
            return f"{part} {_bare(noun.meaning)}{_criteria(where, scope)} is: {wanted}"
        case AllOf(parts):
            return _joined(parts, "and")
        case AnyOf(parts):
            return _joined(parts, "or")


def _joined(parts: Sequence[Question], word: str) -> str:
    """The parts in brief; of many alternatives the first, since one of them is enough."""
    most = len(parts) if word == "and" else _PARTS
    said = [
        f"{'both' if isinstance(one, AllOf) else 'either'} {in_brief(one)}"
        if isinstance(one, AllOf | AnyOf)
        else in_brief(one)
        for one in parts
    ]
    more = [_others(len(said) - most, "in {} other way")] if len(said) > most else []
    return f", {word} ".join([*said[:most], *more])


def _cut(meaning: str) -> str:
    """A noun's meaning up to its first remark."""
    return meaning.partition(",")[0].partition(" (")[0]


def _bare(meaning: str) -> str:
    """A noun's meaning without its article."""
    cut = _cut(meaning)
    first, _, rest = cut.partition(" ")
    return rest if first in ("a", "an", "one", "the") else cut


def _criteria(where: Sequence[Condition], scope: Sequence[str]) -> str:
    said = [*([f"in {_some(scope)}"] if scope else []), *map(_criterion, where)]
    return f" ({'; '.join(said)})" if said else ""


def _criterion(condition: Condition) -> str:
    return _compared(_named(condition.field), condition.comparison)


def _compared(name: str, comparison: Comparison) -> str:
    match comparison:
        case Equals((True,)):
            return name
        case Equals((False,)):
            return f"not {name}"
        case Equals(("",)) | Covered(("",)):
            return f"no {name}"
        case Equals(values):
            return f"{name}: {_some(str(value) or 'none' for value in values)}"
        case Covered(globs):
            return f"{name}: {_some(globs)}"
        case Matches():
            return f"{name}: of a known form"
        case AtLeast(bound):
            return f"{name}: {bound} or more"
        case AtMost(bound):
            return f"{name}: {bound} or less" if bound else f"{name}: none"
        case Known(known):
            return f"{name} {'' if known else 'not '}known"
        case Not(Equals(("",)) | Covered(("",))):
            return f"{name} given"
        case Not(inner):
            return f"{name} other than {_compared('', inner).removeprefix(': ')}"


def _named(field: str) -> str:
    return field.replace("_", " ")


def _some(values: Iterable[str]) -> str:
    """Values as code, the first of many."""
    every = [f"`{value if len(value) <= _WIDE else value[: _WIDE - 1] + '…'}`" for value in values]
    more = [_others(len(every) - _VALUES, "{} other")] if len(every) > _VALUES else []
    shown = [*every[:_VALUES], *more]
    return " or ".join((", ".join(shown[:-1]), shown[-1])) if len(shown) > 1 else "".join(shown)


def _others(number: int, words: str) -> str:
    return words.format(number) + ("" if number == 1 else "s")
