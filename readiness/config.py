"""The subject's own configuration: what it chooses and narrows. It can run and widen nothing.

`readiness.toml`, or the table `[tool.readiness]` of `pyproject.toml`, in the root of the subject; both
at once are an error. Of a revision, the configuration of that revision counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.errors import ReadinessError, RuleError, nearest
from readiness.facts.repository.profile import PROFILES
from readiness.records import Struct, field
from readiness.rulebook.load import AREAS
from readiness.rulebook.reader import Reader
from readiness.spans import Unparsable
from readiness.structured.nodes import Scalar, Table
from readiness.tree.model import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.structured.nodes import Node
    from readiness.tree.model import Tree

TIERS = ("C", "B", "A")
FILE = "readiness.toml"
_KEYS = ("tier", "profile", "exclude", "disable", "gate")
_GATE_KEYS = ("min", "min-area", "no-blockers")


class Config(Struct, frozen=True):
    """What a configuration says; empty or None where it says nothing.

    ``least`` and the values of ``areas`` are millipoints of a hundred. ``source`` is the file.
    """

    source: str = ""
    tier: str = ""
    profile: str = ""
    exclude: tuple[str, ...] = ()
    disable: tuple[str, ...] = ()
    least: int | None = None
    areas: Mapping[str, int] = field(default_factory=dict)
    no_blockers: bool = False


def read_config(tree: Tree) -> Config:
    """The configuration of ``tree``, empty if it has none.

    Raises ``ReadinessError`` with file and line for an unknown key or value, and for two configurations.
    """
    own = _table(tree, FILE)
    shared = _table(tree, "pyproject.toml")
    tool = shared.table("tool") if shared is not None else None
    inner = tool.get("readiness") if tool is not None else None
    if own is not None and inner is not None:
        raise ReadinessError(
            f"there are two configurations, {FILE} and [tool.readiness] in pyproject.toml; keep one"
        )
    if own is not None:
        return _config(FILE, own)
    return Config() if inner is None else _config("pyproject.toml", inner)


def _table(tree: Tree, path: str) -> Table | None:
    from readiness.structured.toml import parse  # noqa: PLC0415 - only where there is a file

    if not any(entry.path == path for entry in tree.entries):
        return None
    try:
        return parse(tree.read(path))
    except Unreadable as error:
        raise ReadinessError(f"{path}: {error.reason}") from None
    except Unparsable as error:
        if path != FILE:
            return None  # the subject's damage, which the scan reports
        raise RuleError(path, error.line, error.reason) from None


def _config(file: str, node: Node) -> Config:
    reader = Reader(file, node, "the configuration", _KEYS)
    least: int | None = None
    areas: dict[str, int] = {}
    no_blockers = False
    if reader.has("gate"):
        gate = Reader(file, reader.node("gate"), "'gate'", _GATE_KEYS)
        least = _bound(gate, gate.node("min"), "min") if gate.has("min") else None
        no_blockers = gate.choice("no-blockers", {"true": True, "false": False}, False)
        if gate.has("min-area"):
            bounds = Reader(file, gate.node("min-area"), "'min-area'", AREAS)
            areas = {key.text: _bound(bounds, value, key.text) for key, value in bounds.table}
    return Config(
        source=file,
        tier=reader.choice("tier", {tier: tier for tier in TIERS}, ""),
        profile=reader.choice("profile", {profile: profile for profile in PROFILES}, ""),
        exclude=reader.texts("exclude"),
        disable=reader.texts("disable"),
        least=least,
        areas=areas,
        no_blockers=no_blockers,
    )


def _bound(reader: Reader, node: Node, what: str) -> int:
    found = millipoints(node.text) if isinstance(node, Scalar) else None
    if found is None:
        raise reader.wrong(node, f"'{what}' must be a number from 0 to 100")
    return found


def millipoints(text: str) -> int | None:
    """A score from 0 to 100 in thousandths (three decimals count); None for what is none."""
    whole, dot, decimals = text.partition(".")
    digits = whole + decimals
    if not (
        whole and len(whole) <= 3 and digits.isascii() and digits.isdigit() and bool(dot) == bool(decimals)
    ):
        return None
    value = int(whole) * 1000 + int((decimals + "000")[:3])
    return value if value <= 100_000 else None


def known_rules(config: Config, ids: tuple[str, ...]) -> None:
    """Raise ``ReadinessError`` where the configuration disables a rule that does not exist."""
    for name in config.disable:
        if name not in ids:
            raise ReadinessError(f"{config.source}: 'disable' names no rule '{name}'{nearest(name, ids)}")
