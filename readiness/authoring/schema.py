"""The JSON Schema of a rule's file, for editors; the loader checks more than it can say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from readiness.levels import Level
from readiness.rulebook import clauses, load
from readiness.rulebook.fields import fields_of
from readiness.rulebook.model import Stand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.facts.model import Noun

_TEXT = {"type": "string", "minLength": 1}
_TEXTS = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_REQUIRED = ("title", "severity", "tier", "why", "evidence", "strength", "gap", "fix")


def rule_schema(nouns: Mapping[str, Noun[Any]]) -> dict[str, Any]:
    """The schema (draft 2020-12) of a file that may ask about ``nouns``."""
    levels = [str(level) for level in Level]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "readiness rule",
        "type": "object",
        "additionalProperties": False,
        "required": list(_REQUIRED),
        "properties": _properties(levels),
        "$defs": {
            "question": _question(nouns),
            "condition": _condition(),
            "requirement": _requirement(levels),
            "case": _case(levels),
            **{f"of {name}": _conditions(noun) for name, noun in nouns.items()},
        },
    }


def _properties(levels: list[str]) -> dict[str, Any]:
    question = {"$ref": "#/$defs/question"}
    known: dict[str, Any] = {
        "severity": {"enum": list(load.SEVERITIES)},
        "weight": {"type": "integer", "minimum": 1},
        "tier": {"enum": list(load.TIERS)},
        "applies": question,
        "claimed": question,
        "requires": {"$ref": "#/$defs/requirement"},
        "evidence": {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "properties": {
                level: {"anyOf": [question, _narrowing()]} if level != "planned" else question
                for level in levels
                if level != "absent"
            },
        },
        "fix": {
            "type": "object",
            "additionalProperties": False,
            "required": ["steps", "effort"],
            "properties": {
                "steps": _TEXTS,
                "effort": {"enum": ["S", "M", "L"]},
                "snippet": {"type": "string"},
            },
        },
        "standards": {"type": "object", "additionalProperties": _TEXTS},
        "phase": {"enum": list(load.PHASES)},
        "absence": {"enum": list(load.ABSENCE)},
        "lifecycle": {"enum": ["stable", "shadow"]},
        "environments": _TEXTS,
        "profiles": _TEXTS,
        "matrix": _TEXTS,
        "compliance": _TEXTS,
        "formerly": _TEXTS,
        "cases": {"type": "array", "items": {"$ref": "#/$defs/case"}},
    }
    return {key: known.get(key, _TEXT) for key in load.KEYS}


def _narrowing() -> dict[str, Any]:
    """A rung that asks the same row for more."""
    return {"type": "object", "not": {"anyOf": [{"required": [kind]} for kind in clauses.KINDS]}}


def _question(nouns: Mapping[str, Noun[Any]]) -> dict[str, Any]:
    inner = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/question"}}
    kinds: list[dict[str, Any]] = [
        {
            "type": "object",
            "required": [kind],
            "additionalProperties": False,
            "properties": {kind: inner},
        }
        for kind in ("all_of", "any_of")
    ]
    for name in nouns:
        where = {"$ref": f"#/$defs/of {name}"}
        count = {"type": "integer", "minimum": 0}
        extras: dict[str, dict[str, Any]] = {
            "some": {"where": where, "at_least": count, "distinct": _TEXT},
            "no": {"where": where, "at_most": count},
            "every": {"where": where, "holds": where, "share": {"type": "number"}},
        }
        kinds += [
            {
                "type": "object",
                "required": [kind],
                "additionalProperties": False,
                "properties": {kind: {"const": name}, **more},
            }
            for kind, more in extras.items()
        ]
    return {"anyOf": kinds}


def _conditions(noun: Noun[Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            field.name: {"description": field.meaning, "$ref": "#/$defs/condition"}
            for field in fields_of(noun.row).values()
        },
    }


def _condition() -> dict[str, Any]:
    scalar = {"type": ["string", "number", "boolean"]}
    return {
        "anyOf": [
            scalar,
            {"type": "array", "items": scalar},
            {"type": "object", "propertyNames": {"enum": list(clauses.COMPARISONS)}, "minProperties": 1},
        ]
    }


def _requirement(levels: list[str]) -> dict[str, Any]:
    inner = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/requirement"}}
    return {
        "anyOf": [
            _TEXT,
            {
                "type": "object",
                "additionalProperties": False,
                "properties": {"rule": _TEXT, "at_least": {"enum": levels}, "all_of": inner, "any_of": inner},
            },
        ]
    }


def _case(levels: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["name", "files"],
        "properties": {
            "name": _TEXT,
            "files": {
                "type": "object",
                "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
            },
            "level": {"enum": levels},
            "ceiling": {"enum": levels},
            "applies": {"type": "boolean"},
            "sees": _TEXTS,
            "claim": {"enum": list(get_args(Stand))},
        },
    }
