"""YAML to questions and conditions, every noun, field, value and pattern resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from readiness.errors import nearest
from readiness.globs import glob
from readiness.matching import Pattern, PatternError
from readiness.records import replace
from readiness.rulebook.fields import fields_of
from readiness.rulebook.model import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Condition,
    Covered,
    Equals,
    Every,
    Known,
    Matches,
    No,
    Not,
    Some,
)
from readiness.rulebook.reader import Reader, whole
from readiness.structured.nodes import Items, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.facts.model import Noun
    from readiness.rulebook.fields import Field
    from readiness.rulebook.model import Comparison, Question
    from readiness.structured.nodes import Node

KINDS = ("some", "no", "every", "all_of", "any_of")
_OPTIONS = {
    "some": ("some", "where", "at_least", "distinct"),
    "no": ("no", "where", "at_most"),
    "every": ("every", "where", "holds", "share"),
    "all_of": ("all_of",),
    "any_of": ("any_of",),
}
COMPARISONS = ("matches", "at_least", "at_most", "known", "not")


class Clauses:
    """Reads the questions of one rule file. ``nouns`` are those there are, by name."""

    def __init__(self, file: str, nouns: Mapping[str, Noun[Any]], *, proven: bool = False) -> None:
        self._file, self._nouns, self._proven = file, nouns, proven

    def question(self, node: Node, what: str = "a question") -> Question:
        """The question that ``node`` asks. Raises ``RuleError``."""
        outer = Reader(self._file, node, what)
        kinds = [kind for kind in KINDS if outer.has(kind)]
        if len(kinds) != 1:
            words = ", ".join(key.text for key, _ in outer.table)
            near = nearest(words, KINDS)
            raise outer.wrong(node, f"{what} has exactly one of {', '.join(KINDS)}, not '{words}'{near}")
        kind = kinds[0]
        reader = Reader(self._file, node, f"a question with '{kind}'", _OPTIONS[kind])
        if kind in ("all_of", "any_of"):
            parts = reader.node(kind)
            if not isinstance(parts, Items) or not parts.items:
                raise reader.wrong(parts, f"'{kind}' must be a list of questions")
            asked = tuple(self.question(part) for part in parts)
            return AllOf(asked) if kind == "all_of" else AnyOf(asked)
        return self._about_noun(kind, reader)

    def narrowed(self, below: Question, node: Node) -> Question:
        """The question ``below`` with the further conditions and options of a rung that only narrows it."""
        if isinstance(below, AllOf | AnyOf):
            raise Reader(self._file, node, "a rung").wrong(
                node, "a rung that narrows needs a 'some', 'no' or 'every' below it, not 'all_of' or 'any_of'"
            )
        allowed = {Some: "some", No: "no", Every: "every"}[type(below)]
        keys = tuple(key for key in _OPTIONS[allowed] if key != allowed)
        reader = Reader(self._file, node, f"a rung that narrows '{allowed}: {below.noun.name}'", keys)
        where = below.where + self._conditions(reader, "where", below.noun)
        match below:
            case Some():
                least = reader.number("at_least", below.at_least, least=1)
                distinct = self._distinct(reader, below.noun) or below.distinct
                return replace(below, where=where, at_least=least, distinct=distinct)
            case No():
                return replace(below, where=where, at_most=reader.number("at_most", below.at_most))
            case Every():
                holds = below.holds + self._conditions(reader, "holds", below.noun)
                return replace(below, where=where, holds=holds, share=self._share(reader, below.share))

    def _about_noun(self, kind: str, reader: Reader) -> Question:
        name = reader.text(kind)
        if name not in self._nouns:
            raise reader.wrong(reader.node(kind), f"unknown noun '{name}'{nearest(name, self._nouns)}")
        noun = self._nouns[name]
        where = self._conditions(reader, "where", noun)
        scope = self._scope(reader, noun, where)
        if noun.scoped:
            where = tuple(condition for condition in where if condition.field != "path")
        if kind == "some":
            least = reader.number("at_least", 1, least=1)
            return Some(noun, where, least, self._distinct(reader, noun), scope)
        if kind == "no":
            return No(noun, where, reader.number("at_most", 0), scope)
        holds = self._conditions(reader, "holds", noun)
        if not holds:
            raise reader.wrong(reader.table, f"'every: {name}' lacks 'holds'")
        return Every(noun, where, holds, self._share(reader, 1000), scope)

    def _scope(self, reader: Reader, noun: Noun[Any], where: tuple[Condition, ...]) -> tuple[str, ...]:
        if not noun.scoped:
            return ()
        for condition in where:
            if condition.field == "path" and isinstance(condition.comparison, Covered):
                return condition.comparison.globs
        raise reader.wrong(reader.table, f"{noun.name} needs a 'path' condition that names the files")

    def _distinct(self, reader: Reader, noun: Noun[Any]) -> str:
        if not reader.has("distinct"):
            return ""
        return self._field(reader, reader.node("distinct"), reader.text("distinct"), noun).name

    def _share(self, reader: Reader, default: int) -> int:
        if not reader.has("share"):
            return default
        node = reader.node("share")
        text = node.text if isinstance(node, Scalar) else ""
        whole_part, _, decimals = text.partition(".")
        if whole_part == "0" and decimals.isascii() and decimals.isdigit() and len(decimals) <= 3:
            share = int(decimals.ljust(3, "0"))
            if share:
                return share
        raise reader.wrong(node, "'share' must be a number such as 0.8, above 0 and below 1")

    def _field(self, reader: Reader, node: Node, name: str, noun: Noun[Any]) -> Field:
        fields = fields_of(noun.row)
        if name not in fields:
            raise reader.wrong(node, f"{noun.name} has no field '{name}'{nearest(name, fields)}")
        return fields[name]

    def _conditions(self, reader: Reader, key: str, noun: Noun[Any]) -> tuple[Condition, ...]:
        node = reader.table.get(key)
        if node is None:
            return ()
        if not isinstance(node, Table) or not node.pairs:
            raise reader.wrong(node, f"'{key}' must be a mapping of fields to what they must be")
        Reader(self._file, node, f"'{key}'")
        return tuple(
            Condition(
                field.name, comparison := self._comparison(reader, field, value, noun), words(comparison)
            )
            for name, value in node
            for field in (self._field(reader, name, name.text, noun),)
        )

    def _comparison(self, reader: Reader, field: Field, node: Node, noun: Noun[Any]) -> Comparison:
        if not isinstance(node, Table):
            return self._bare(reader, field, node, noun)
        if len(node.pairs) != 1:
            raise reader.wrong(node, f"a comparison is exactly one of: {', '.join(COMPARISONS)}")
        (name, value), where = node.pairs[0], f"{noun.name}.{field.name}"
        match name.text:
            case "not":
                return Not(self._comparison(reader, field, value, noun))
            case "matches" if field.kind in ("text", "glob", "set"):
                return Matches(self._pattern(reader, value))
            case "at_least" if field.kind in ("number", "set"):
                return AtLeast(whole(self._file, value, "'at_least'"))
            case "at_most" if field.kind in ("number", "set"):
                return AtMost(whole(self._file, value, "'at_most'"))
            case "known" if field.optional:
                return Known(self._boolean(reader, value, where))
            case "matches" | "at_least" | "at_most" | "known" as known:
                kind = "always known" if known == "known" else f"a {field.kind}"
                raise reader.wrong(name, f"'{known}' cannot be asked of {where}, which is {kind}")
            case other:
                raise reader.wrong(name, f"unknown comparison '{other}'{nearest(other, COMPARISONS)}")

    def _bare(self, reader: Reader, field: Field, node: Node, noun: Noun[Any]) -> Comparison:
        items = node.items if isinstance(node, Items) else (node,)
        if not items:
            raise reader.wrong(node, f"the list for '{field.name}' is empty")
        values = tuple(self._value(reader, field, item, noun) for item in items)
        if field.kind == "glob":
            return Covered(tuple(str(value) for value in values))
        return Equals(values)

    def _value(self, reader: Reader, field: Field, node: Node, noun: Noun[Any]) -> str | int | bool:
        where = f"{noun.name}.{field.name}"
        if not isinstance(node, Scalar):
            raise reader.wrong(node, f"a value for {where} must be a word, a number or a list of them")
        if field.kind == "boolean":
            return self._boolean(reader, node, where)
        if field.kind == "number":
            return whole(self._file, node, where)
        if field.choices and node.text not in field.choices:
            hint = nearest(node.text, field.choices) or "; one of: " + ", ".join(field.choices)
            raise reader.wrong(node, f"{field.name} is never '{node.text}'{hint}")
        if field.kind == "glob":
            try:
                glob(node.text)
            except PatternError as error:
                raise reader.wrong(node, f"not a glob: {error}") from None
        return node.text

    def _boolean(self, reader: Reader, node: Node, where: str) -> bool:
        truth = node.truth if isinstance(node, Scalar) else None
        if truth is None:
            raise reader.wrong(node, f"{where} is true or false")
        return truth

    def _pattern(self, reader: Reader, node: Node) -> Pattern:
        try:
            return Pattern(node.text if isinstance(node, Scalar) else "(", proven=self._proven)
        except PatternError as error:
            raise reader.wrong(node, f"not a pattern (RE2 syntax): {error}") from None


def words(comparison: Comparison) -> str:
    """A comparison as a person reads it: ``is change``, ``is not true``, ``is at least 3``."""
    match comparison:
        case Equals(values):
            return "is " + " or ".join(_word(value) for value in values)
        case Covered(globs):
            return "is like " + " or ".join(globs)
        case Matches(pattern):
            return f"matches /{pattern.source}/"
        case AtLeast(bound):
            return f"is at least {bound}"
        case AtMost(bound):
            return f"is at most {bound}"
        case Known(known):
            return "is known" if known else "is not known"
        case Not(inner):
            return "not: " + words(inner)


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) or "empty"
