"""Questions in words: what was asked, for reports and explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.rulebook.model import AllOf, AnyOf, Every, No, Some

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.rulebook.model import Condition, Question


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
