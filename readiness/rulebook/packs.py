"""``pack.yaml``: what a folder of rules is called, what it stands on, and what it changes there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from readiness.errors import RuleError, nearest
from readiness.records import Struct, replace
from readiness.rulebook.reader import Reader
from readiness.spans import Unparsable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from readiness.rulebook.model import Rule

FILE = "pack.yaml"
SHIPPED = "readiness"
_KEYS = ("name", "version", "extends", "disable", "override")
_WORDS: Mapping[str, tuple[str, ...]] = {
    "severity": ("critical", "high", "medium", "low"),
    "tier": ("A", "B", "C"),
    "lifecycle": ("stable", "shadow"),
}
CHANGEABLE = ("severity", "weight", "tier", "profiles", "lifecycle")


class Override(Struct, frozen=True):
    """What a pack changes of another's rule: keys of ``CHANGEABLE`` and their new values."""

    rule: str
    values: Mapping[str, Any]
    line: int

    @property
    def words(self) -> str:
        """The change as a report names it."""
        changes = (
            f"{key} {', '.join(value) if isinstance(value, tuple) else value}"
            for key, value in self.values.items()
        )
        return f"{self.rule}: {'; '.join(changes)}"


class Manifest(Struct, frozen=True):
    """What a pack says of itself. Without ``extends`` it stands alone: the shipped rules are not asked."""

    name: str
    version: str = ""
    extends: bool = True
    disable: tuple[tuple[str, int], ...] = ()
    override: tuple[Override, ...] = ()
    data: bytes = b""
    file: str = ""

    @property
    def adjusts(self) -> bool:
        """Whether it changes what other packs ask."""
        return bool(self.disable or self.override)

    @property
    def changes(self) -> tuple[str, ...]:
        """What it changes of them, one sentence a rule: what it disables, then what it overrides."""
        disabled = tuple(f"{rule}: disabled" for rule, _ in self.disable)
        return disabled + tuple(change.words for change in self.override)


def read_manifest(folder: Path, label: str) -> Manifest:
    """The manifest of ``folder``; where it has none, its name and nothing else.

    Raises ``RuleError`` with file and line.
    """
    from readiness.structured.yaml import parse  # noqa: PLC0415 - heavy

    path, file = folder / FILE, f"{label}/{FILE}"
    if not path.is_file():
        return Manifest(folder.name)
    data = path.read_bytes()
    try:
        documents = parse(data)
    except Unparsable as error:
        raise RuleError(file, error.line, error.reason) from None
    if len(documents) != 1:
        raise RuleError(file, 1, "a pack's file holds exactly one document")
    reader = Reader(file, documents[0], "a pack", _KEYS)
    return Manifest(
        name=reader.text("name"),
        version=reader.text("version", ""),
        extends=_extends(reader),
        disable=_disable(reader),
        override=_overrides(reader),
        data=data,
        file=file,
    )


def _extends(reader: Reader) -> bool:
    names = reader.texts("extends") if reader.has("extends") else (SHIPPED,)
    for name in names:
        if name != SHIPPED:
            hint = nearest(name, (SHIPPED,)) or f"; a pack extends '{SHIPPED}', or [] to stand alone"
            raise reader.wrong(reader.node("extends"), f"there is no pack '{name}'{hint}")
    return bool(names)


def _disable(reader: Reader) -> tuple[tuple[str, int], ...]:
    if not reader.has("disable"):
        return ()
    line = reader.node("disable").line
    return tuple((name, line) for name in reader.texts("disable"))


def _overrides(reader: Reader) -> tuple[Override, ...]:
    if not reader.has("override"):
        return ()
    table = Reader(reader.file, reader.node("override"), "'override'")
    return tuple(
        Override(
            key.text, _values(Reader(reader.file, node, f"the override of {key.text}", CHANGEABLE)), key.line
        )
        for key, node in table.table
    )


def _values(reader: Reader) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for key, _ in reader.table:
        name = key.text
        if name == "weight":
            found[name] = reader.number(name, least=1)
        elif name == "profiles":
            found[name] = reader.texts(name)
        else:
            found[name] = reader.choice(name, {word: word for word in _WORDS[name]})
    if not found:
        raise reader.wrong(
            reader.table, f"{reader.what} changes nothing; it can change {', '.join(CHANGEABLE)}"
        )
    return found


def adjusted(rules: Mapping[str, Rule], manifest: Manifest) -> dict[str, Rule]:
    """``rules`` by id, as ``manifest`` leaves them. Raises ``RuleError`` for a rule that it does not know."""
    left = dict(rules)
    for change in manifest.override:
        left[change.rule] = replace(_known(left, change.rule, manifest, change.line), **change.values)
    for name, line in manifest.disable:
        _known(left, name, manifest, line)
        del left[name]
    return left


def _known(rules: Mapping[str, Rule], name: str, manifest: Manifest, line: int) -> Rule:
    if name not in rules:
        raise RuleError(manifest.file, line, f"there is no rule '{name}'{nearest(name, rules)}")
    return rules[name]
