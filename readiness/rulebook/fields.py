"""What a noun's fields are: names, types, choices and meanings, read off the row's annotations."""

from __future__ import annotations

import sys
import types
import typing
from collections.abc import Mapping
from enum import StrEnum
from inspect import get_annotations
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin

from readiness.facts.model import Glob
from readiness.records import Struct, names_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.model import Row

Kind = Literal["text", "glob", "number", "boolean", "set"]


class Field(Struct, frozen=True):
    """One field of a row. ``choices`` are the only values it can have, empty for free text."""

    name: str
    kind: Kind
    meaning: str
    optional: bool = False
    choices: tuple[str, ...] = ()


_FIELDS: dict[type[Row], Mapping[str, Field]] = {}


def fields_of(row: type[Row]) -> Mapping[str, Field]:
    """The fields of a row type by name, in the order they are declared, the row's own first.

    A field is worked out when it is asked for: a rulebook asks for a third of them. Then raises
    ``TypeError`` for one without a meaning or of a type that no condition knows.
    """
    if row not in _FIELDS:
        _FIELDS[row] = _Fields(row)
    return _FIELDS[row]


class _Fields(Mapping[str, Field]):
    def __init__(self, row: type[Row]) -> None:
        names, common = names_of(row), ("path", "line", "role", "environment", "text")
        ordered = [name for name in names if name not in common] + [name for name in common if name in names]
        self._row = row
        self._known: dict[str, Field | None] = dict.fromkeys(ordered)

    def __getitem__(self, name: str) -> Field:
        known = self._known[name]
        if known is None:
            known = self._known[name] = _field(self._row, name, _hint(self._row, name))
        return known

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def _hint(row: type[Row], name: str) -> Any:
    """The annotation of a field, as ``typing.get_type_hints`` would evaluate it, and no other."""
    owner = next(kind for kind in row.__mro__ if name in get_annotations(kind))
    written = get_annotations(owner)[name]
    if not isinstance(written, str):
        return written
    return eval(written, vars(sys.modules[owner.__module__]))  # noqa: S307 - our own source


def _field(row: type[Row], name: str, hint: Any) -> Field:
    if get_origin(hint) is not Annotated:
        raise TypeError(f"{row.__name__}.{name} has no meaning: annotate it")
    inner, meaning = get_args(hint)[:2]
    optional = False
    if get_origin(inner) in (types.UnionType, typing.Union):
        parts = [part for part in get_args(inner) if part is not type(None)]
        optional, inner = True, parts[0]
    kind, choices = _kind(inner)
    if kind is None:
        raise TypeError(f"{row.__name__}.{name}: no condition knows the type {inner}")
    return Field(name, kind, meaning, optional, choices)


def _kind(hint: Any) -> tuple[Kind | None, tuple[str, ...]]:
    if hint is Glob:
        return "glob", ()
    if hint is bool:
        return "boolean", ()
    if hint is int:
        return "number", ()
    if hint is str:
        return "text", ()
    if get_origin(hint) is Literal:
        return "text", get_args(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return "text", tuple(hint)
    if get_origin(hint) is frozenset:
        return "set", _kind(get_args(hint)[0])[1]
    return None, ()
