"""The tables beside the rules that reports are derived by, each read once and checked key by key."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from readiness.errors import RuleError
from readiness.levels import Level
from readiness.records import Struct
from readiness.resources import shipped
from readiness.rulebook.reader import Reader
from readiness.structured.nodes import Items, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from readiness.structured.nodes import Node

ENVIRONMENTS = ("development", "staging", "production")
PHASES = ("foundation", "security", "operations", "optimization")
_TONES = ("good", "fair", "poor")
_LEVELS = {str(level): level for level in Level}

Group = tuple[tuple[str, Level], ...]
"""Rules and the levels that they have to reach, all of them."""


class Step(Struct, frozen=True):
    """A state of a matrix cell, and the groups of which one has to hold."""

    state: str
    groups: tuple[Group, ...]


class MatrixComponent(Struct, frozen=True):
    """A row of the matrix: its title, what it is called in a sentence, and the steps by environment."""

    id: str
    title: str
    area: str
    gap: str
    steps: dict[str, tuple[Step, ...]]


class MatrixTable(Struct, frozen=True):
    """``rules/matrix.yaml``."""

    tones: dict[str, str]
    components: tuple[MatrixComponent, ...]


class ListItem(Struct, frozen=True):
    """An item of a checklist and the rules it rests on."""

    title: str
    rules: tuple[str, ...]


class ListTable(Struct, frozen=True):
    """A checklist."""

    id: str
    title: str
    items: tuple[ListItem, ...]


class ComplianceTable(Struct, frozen=True):
    """``rules/compliance.yaml``."""

    in_place: Fraction
    missing: Fraction
    lists: tuple[ListTable, ...]


class Days(Struct, frozen=True):
    """Three points of an estimate, in hundredths of a day."""

    optimistic: int
    likely: int
    pessimistic: int


class EffortTable(Struct, frozen=True):
    """``rules/effort.yaml``; factors are hundredths."""

    date: str
    days: dict[str, Days]
    partial: int
    planned: int
    shared_from: int
    shared_factor: int
    days_per_week: int


class RoadmapTable(Struct, frozen=True):
    """``rules/roadmap.yaml``."""

    phases: dict[str, str]
    may_wait: tuple[str, ...]
    themes: dict[str, str]
    stop_ship: tuple[str, ...]


class Item(Struct, frozen=True):
    """A unit price, in thousandths of the currency, with its source."""

    title: str
    price: int
    unit: str
    source: str


class CostEntry(Struct, frozen=True):
    """A quantity of an item from low to high; it counts where one of ``needs`` applies, or there are none."""

    item: str
    low: int
    high: int
    needs: tuple[str, ...]


class CostTable(Struct, frozen=True):
    """``rules/costs.yaml``."""

    date: str
    currency: str
    round_to: int
    old_after_days: int
    items: dict[str, Item]
    environments: dict[str, tuple[str, tuple[CostEntry, ...]]]
    sizes: dict[str, int]
    products: dict[str, str]


def _file(name: str) -> tuple[str, Node]:
    from readiness.structured.yaml import parse  # noqa: PLC0415 - heavy

    return f"rules/{name}", parse((shipped("rules") / name).read_bytes())[0]


def _decimal(reader: Reader, key: str, scale: int) -> int:
    """A decimal number times ``scale``, exactly; ``RuleError`` where it has more decimals than that."""
    node = reader.node(key)
    text = node.text if isinstance(node, Scalar) else ""
    whole, _, rest = text.partition(".")
    digits = whole + rest
    if not (whole and digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise reader.wrong(node, f"'{key}' must be a number, 0 or more")
    value = Fraction(int(digits), 10 ** len(rest)) * scale
    if value.denominator != 1:
        raise reader.wrong(node, f"'{key}' has too many decimals")
    return int(value)


def _inner(reader: Reader, key: str, keys: Iterable[str] = ()) -> Reader:
    return Reader(reader.file, reader.node(key), f"'{key}'", keys)


def _each(reader: Reader) -> Iterable[tuple[str, Node]]:
    return ((key.text, value) for key, value in reader.table)


def _items(reader: Reader, key: str, keys: Iterable[str]) -> Iterable[Reader]:
    node = reader.node(key)
    if not isinstance(node, Items):
        raise reader.wrong(node, f"'{key}' must be a list")
    return (Reader(reader.file, one, f"an item of '{key}'", keys) for one in node)


def _words(reader: Reader) -> dict[str, str]:
    return {key: reader.text(key) for key, _ in _each(reader)}


@cache
def matrix_table() -> MatrixTable:
    """The table of the readiness matrix."""
    file, node = _file("matrix.yaml")
    top = Reader(file, node, "the file", ("states", "components"))
    states = _inner(top, "states")
    tones = {key: states.choice(key, {tone: tone for tone in _TONES}) for key, _ in _each(states)}
    components = []
    for name, one in _each(_inner(top, "components")):
        reader = Reader(file, one, name, ("title", "area", "gap", *ENVIRONMENTS))
        steps = {
            environment: _steps(_inner(reader, environment, tuple(tones)))
            for environment in ENVIRONMENTS
            if reader.has(environment)
        }
        title, area, gap = (reader.text(key) for key in ("title", "area", "gap"))
        components.append(MatrixComponent(name, title, area, gap, steps))
    return MatrixTable(tones, tuple(components))


def _steps(reader: Reader) -> tuple[Step, ...]:
    return tuple(
        Step(state, tuple(_group(reader.file, one) for one in (node if isinstance(node, Items) else (node,))))
        for state, node in _each(reader)
    )


def _group(file: str, node: Node) -> Group:
    reader = Reader(file, node, "a group")
    return tuple((key, reader.choice(key, _LEVELS)) for key, _ in _each(reader))


@cache
def compliance_table() -> ComplianceTable:
    """The table of the checklists."""
    file, node = _file("compliance.yaml")
    top = Reader(file, node, "the file", ("in_place", "missing", "lists"))
    lists = []
    for name, one in _each(_inner(top, "lists")):
        reader = Reader(file, one, name, ("title", "items"))
        items = tuple(
            ListItem(item.text("title"), item.texts("rules"))
            for item in _items(reader, "items", ("title", "rules"))
        )
        lists.append(ListTable(name, reader.text("title"), items))
    in_place, missing = (Fraction(_decimal(top, key, 100), 100) for key in ("in_place", "missing"))
    return ComplianceTable(in_place, missing, tuple(lists))


@cache
def effort_table() -> EffortTable:
    """The table of efforts."""
    file, node = _file("effort.yaml")
    keys = ("date", "days", "partial", "planned", "shared", "days_per_week")
    top = Reader(file, node, "the file", keys)
    days = _inner(top, "days", ("S", "M", "L"))
    shared = _inner(top, "shared", ("from", "factor"))
    points = ("optimistic", "likely", "pessimistic")
    return EffortTable(
        date=top.text("date"),
        days={
            size: Days(*(_decimal(_inner(days, size, points), point, 100) for point in points))
            for size in ("S", "M", "L")
        },
        partial=_decimal(top, "partial", 100),
        planned=_decimal(top, "planned", 100),
        shared_from=shared.number("from"),
        shared_factor=_decimal(shared, "factor", 100),
        days_per_week=top.number("days_per_week", least=1),
    )


@cache
def roadmap_table() -> RoadmapTable:
    """The table of phases, themes and risks."""
    file, node = _file("roadmap.yaml")
    top = Reader(file, node, "the file", ("phases", "may_wait", "themes", "stop_ship"))
    phases = _inner(top, "phases", PHASES)
    return RoadmapTable(
        phases={name: phases.text(name) for name in PHASES},
        may_wait=top.texts("may_wait"),
        themes=_words(_inner(top, "themes")),
        stop_ship=top.texts("stop_ship"),
    )


@cache
def cost_table() -> CostTable:
    """The table of costs."""
    file, node = _file("costs.yaml")
    keys = (
        "date",
        "currency",
        "round_to",
        "old_after_days",
        "items",
        "environments",
        "sizes",
        "products",
    )
    top = Reader(file, node, "the file", keys)
    items = {}
    for name, one in _each(_inner(top, "items")):
        reader = Reader(file, one, name, ("title", "price", "unit", "source"))
        words = [reader.text(key) for key in ("title", "unit", "source")]
        items[name] = Item(words[0], _decimal(reader, "price", 1000), words[1], words[2])
    environments = {}
    for name, one in _each(_inner(top, "environments")):
        reader = Reader(file, one, name, ("title", "lines"))
        environments[name] = (reader.text("title"), tuple(_lines(reader, items)))
    sizes = _inner(top, "sizes")
    return CostTable(
        date=top.text("date"),
        currency=top.text("currency"),
        round_to=top.number("round_to", least=1),
        old_after_days=top.number("old_after_days", least=1),
        items=items,
        environments=environments,
        sizes={key: sizes.number(key, least=1) for key, _ in _each(sizes)},
        products=_words(_inner(top, "products")),
    )


def _lines(reader: Reader, items: Mapping[str, Item]) -> Iterable[CostEntry]:
    for one in _items(reader, "lines", ("item", "from", "to", "needs")):
        item = one.text("item")
        if item not in items:
            raise RuleError(reader.file, one.line, f"there is no item '{item}'")
        yield CostEntry(item, one.number("from"), one.number("to"), one.texts("needs"))
