"""What a known library is for, by the table in ``rules/libraries.yaml``."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal, get_args

from readiness.errors import RuleError, nearest
from readiness.facts.dependencies.model import Ecosystem
from readiness.facts.tables import table_of, texts_of
from readiness.structured.nodes import Node, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

Purpose = Literal[
    "database",
    "relational",
    "document-store",
    "embedded-database",
    "full-stack",
    "cache",
    "queue",
    "error-tracking",
    "metrics",
    "tracing",
    "tracing-export",
    "agent",
    "structured-logging",
    "logging",
    "rate-limit",
    "authentication",
    "authorization",
    "migration",
    "secrets-store",
    "feature-flags",
    "http-client",
    "retry",
    "validation",
    "health",
    "web-framework",
    "test",
]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
ECOSYSTEMS: tuple[Ecosystem, ...] = get_args(Ecosystem)
_IMPLIED: Mapping[str, Purpose] = {"relational": "database", "document-store": "database"}
_NONE: frozenset[Purpose] = frozenset()


class Libraries:
    """The table, ready to be asked for the purposes of a package."""

    def __init__(self, purposes: Mapping[tuple[str, str], frozenset[Purpose]]) -> None:
        self._exact: dict[tuple[str, str], frozenset[Purpose]] = {}
        self._families: dict[str, list[tuple[str, frozenset[Purpose]]]] = {}
        for (ecosystem, name), found in purposes.items():
            if name.endswith("*"):
                self._families.setdefault(ecosystem, []).append((name[:-1], found))
            else:
                self._exact[ecosystem, name] = found

    def purposes(self, ecosystem: Ecosystem, name: str) -> frozenset[Purpose]:
        """What the package ``name`` is for, empty for one that the table does not know."""
        known = _known(ecosystem, name)
        found = self._exact.get((ecosystem, known), _NONE)
        for start, more in self._families.get(ecosystem, ()):
            if known.startswith(start):
                found |= more
        return found

    def names(self, ecosystem: Ecosystem) -> tuple[str, ...]:
        """Every name that the table has of an ecosystem, sorted; a family with its star."""
        exact = [name for place, name in self._exact if place == ecosystem]
        return tuple(sorted([*exact, *(start + "*" for start, _ in self._families.get(ecosystem, ()))]))


def _known(ecosystem: Ecosystem, name: str) -> str:
    """``name`` as the table has it: case means nothing to NuGet, ``/v2`` is a Go module's later version."""
    if ecosystem == "nuget":
        return name.lower()
    if ecosystem == "go":
        base, _, last = name.rpartition("/")
        return base if last[:1] == "v" and last[1:].isdigit() else name
    return name


def load(path: str, data: bytes) -> Libraries:
    """The table in ``data``. Raises ``RuleError`` with ``path`` and the line of the mistake."""
    found: dict[tuple[str, str], frozenset[Purpose]] = {}
    for ecosystem, body in table_of(path, data, "a mapping of ecosystems"):
        if ecosystem.text not in ECOSYSTEMS:
            raise _no(path, ecosystem.line, f"'{ecosystem.text}' is no ecosystem", ecosystem.text, ECOSYSTEMS)
        if not isinstance(body, Table):
            raise RuleError(path, body.line, "expected a mapping of purposes")
        for purpose, names in body:
            if purpose.text not in PURPOSES:
                raise _no(path, purpose.line, f"'{purpose.text}' is no purpose", purpose.text, PURPOSES)
            implied = _IMPLIED.get(purpose.text)
            together: frozenset[Purpose] = frozenset((purpose.text, implied) if implied else (purpose.text,))
            for name in _names(path, names):
                key = ecosystem.text, name
                found[key] = found.get(key, _NONE) | together
    return Libraries(found)


def _no(path: str, line: int, message: str, word: str, known: tuple[str, ...]) -> RuleError:
    return RuleError(path, line, message + nearest(word, known))


def _names(path: str, node: Node) -> tuple[str, ...]:
    names = tuple(texts_of(path, node))
    for name in names:
        if not name.strip("*") or "*" in name[:-1]:
            raise RuleError(path, node.line, f"'{name}': a star stands at the end of a name, for its family")
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twice:
        raise RuleError(path, node.line, f"'{twice[0]}' stands here twice")
    return names


@lru_cache(maxsize=1)
def libraries() -> Libraries:
    """The table that ships with the program. Raises ``RuleError`` if it is not as its head says."""
    from readiness.resources import shipped  # noqa: PLC0415 - reads a file of the rules, once, when asked

    path = shipped("rules") / "libraries.yaml"
    return load("rules/libraries.yaml", path.read_bytes())
