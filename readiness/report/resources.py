"""What infrastructure a production set-up takes, and its monthly cost as a planning estimate that adds up."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from readiness.levels import Level
from readiness.report.model import Component, Cost, CostLine, Resources
from readiness.report.standing import applies, by_severity, counted, counts, rules_by_id
from readiness.report.tables import cost_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.assessment import Assessment, Rule
    from readiness.choices import Planning
    from readiness.report.tables import CostEntry, CostTable

_RUNS = frozenset(("service", "worker", "web-frontend"))
_LABEL = "Planning estimate, not a quote"


def resources(assessment: Assessment) -> Resources:
    """Components that open rules call for, those that are there, and costs of environments and tools."""
    table = cost_table()
    planning = assessment.planning
    needed, available = _components(assessment, table)
    why_none = _why_none(assessment)
    costs = () if why_none else tuple(_costs(assessment, table))
    return Resources(
        needed=needed,
        available=available,
        costs=costs,
        total_low=sum(one.low for one in costs),
        total_high=sum(one.high for one in costs),
        currency=planning.currency,
        why_none=why_none,
        warning=_warning(assessment.subject.as_of, table) if costs else "",
        assumptions=() if why_none else tuple(_assumptions(planning, table)),
        sources=() if why_none else tuple(_sources(costs, table)),
    )


def _components(
    assessment: Assessment, table: CostTable
) -> tuple[tuple[Component, ...], tuple[Component, ...]]:
    """The components by what the most severe rule of each says: dashboards alone are no monitoring stack."""
    groups: dict[str, list[Rule]] = {}
    for rule in by_severity(rule for rule in assessment.rules if rule.component and counts(rule)):
        groups.setdefault(rule.component, []).append(rule)
    needed, available = [], []
    for title, rules in groups.items():
        short = tuple(rule.id for rule in rules if Level.named(rule.ceiling) < Level.IMPLEMENTED)
        there = tuple(rule.id for rule in rules if Level.named(rule.level) >= Level.IMPLEMENTED)
        if rules[0].id in there:
            available.append(Component(title, "", there))
        elif rules[0].id in short:
            needed.append(Component(title, table.products.get(title, ""), short))
    return tuple(needed), tuple(available)


def _why_none(assessment: Assessment) -> str:
    if assessment.score is None:
        return "nothing was assessed"
    kinds = frozenset(assessment.subject.kinds)
    if not kinds & _RUNS:
        return "the repository holds no service, worker or front end that runs in an environment of its own"
    if kinds & _RUNS == {"web-frontend"}:
        return "a front end alone is served as files: hosting them has a price list of its own"
    return ""


def _costs(assessment: Assessment, table: CostTable) -> Iterable[Cost]:
    rules = rules_by_id(assessment)
    wanted = assessment.planning.environments or tuple(table.environments)
    for name, (title, entries) in table.environments.items():
        if name not in wanted and name != "tools":
            continue
        lines = tuple(
            _line(entry, assessment.planning, table)
            for entry in entries
            if not entry.needs or any(one in rules and applies(rules[one]) for one in entry.needs)
        )
        low, high = sum(line.low for line in lines), sum(line.high for line in lines)
        unit = table.round_to * 100
        yield Cost(
            id=name,
            title=title,
            low=low // unit * table.round_to,
            high=-(-high // unit) * table.round_to,
            lines=lines,
            arithmetic=f"{_money(low)} to {_money(high)}, rounded outward to the next {table.round_to}",
        )


def _line(entry: CostEntry, planning: Planning, table: CostTable) -> CostLine:
    item = table.items[entry.item]
    own = planning.prices.get(entry.item)
    price = item.price * planning.rate // 1000 if own is None else own
    times = table.sizes.get(planning.size, 1)
    low, high = entry.low * times, entry.high * times
    quantity = str(low) if low == high else f"{low} to {high}"
    cents = (low * price // 10, -(-high * price // 10))
    return CostLine(item.title, f"{quantity} × {_price(price)} per {item.unit}", *cents)


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def _price(thousandths: int) -> str:
    return f"{thousandths // 1000}.{thousandths % 1000:03}".rstrip("0").rstrip(".")


def _assumptions(planning: Planning, table: CostTable) -> Iterable[str]:
    yield (
        f"{_LABEL}. List prices on demand in one region as of {table.date}, before tax, discounts, free "
        "tiers and support; without people; never derived from the score."
    )
    yield f"Size {planning.size}: the quantities in the table times {table.sizes.get(planning.size, 1)}."
    if planning.rate != 1000:
        yield f"Prices in {table.currency} times {_price(planning.rate)} give {planning.currency}."
    if planning.prices:
        yield f"Of the configuration: {counted(len(planning.prices), 'price')}."
    yield (
        "Set `size`, `environments`, `currency` with `rate`, and `prices` under `[plan]` for your own. "
        "Seats of "
        "people on call are not in it."
    )


def _sources(costs: Iterable[Cost], table: CostTable) -> Iterable[str]:
    titles = {line.title for cost in costs for line in cost.lines}
    for item in table.items.values():
        if item.title in titles:
            yield f"{item.title}: {item.source}"


def _warning(as_of: str, table: CostTable) -> str:
    try:
        days = (datetime.date.fromisoformat(as_of) - datetime.date.fromisoformat(table.date)).days
    except ValueError:
        return ""
    return f"The prices are {days} days old." if days > table.old_after_days else ""
