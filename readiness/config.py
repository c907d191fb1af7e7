"""The subject's own configuration: what it chooses and narrows. It can run and widen nothing.

`readiness.toml`, or the table `[tool.readiness]` of `pyproject.toml`, in the root of the subject; both
at once are an error. Of a revision, the configuration of that revision counts.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from readiness.choices import LOGO, PLANNED_ENVIRONMENTS, SIZES, Branding, Planning, is_logo
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
_KEYS = ("tier", "profile", "exclude", "disable", "gate", "plan", "report")
_GATE_KEYS = ("min", "min-area", "no-blockers")
_PLAN_KEYS = ("engineers", "focus", "size", "currency", "rate", "prices", "environments")
_REPORT_KEYS = ("assessor", "version", "brand", "logo", "footer")
_LONGEST = 400  # characters of a text that the report presents itself with


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
    planning: Planning = Planning()
    branding: Branding = Branding()


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
        planning=_planning(reader) if reader.has("plan") else Planning(),
        branding=_branding(reader) if reader.has("report") else Branding(),
    )


def _planning(outer: Reader) -> Planning:
    reader = Reader(outer.file, outer.node("plan"), "'plan'", _PLAN_KEYS)
    default = Planning()
    currency = reader.text("currency", default.currency)
    if not (len(currency) == 3 and currency.isascii() and currency.isupper() and currency.isalpha()):
        raise reader.wrong(reader.node("currency"), "'currency' is three capitals, such as EUR")
    if currency != default.currency and not reader.has("rate"):
        raise reader.wrong(
            reader.node("currency"), "a 'currency' other than USD takes a 'rate': what a US dollar is in it"
        )
    environments = reader.texts("environments")
    for name in environments:
        if name not in PLANNED_ENVIRONMENTS:
            hint = nearest(name, PLANNED_ENVIRONMENTS) or f"; one of: {', '.join(PLANNED_ENVIRONMENTS)}"
            raise reader.wrong(reader.node("environments"), f"environments is never '{name}'{hint}")
    prices: dict[str, int] = {}
    if reader.has("prices"):
        given = Reader(outer.file, reader.node("prices"), "'prices'")
        prices = {key.text: _thousandths(given, key.text) for key, _ in given.table}
    return Planning(
        engineers=_within(reader, "engineers", default.engineers, 1000),
        focus=_within(reader, "focus", default.focus, 100),
        size=reader.choice("size", {size: size for size in SIZES}, default.size),
        currency=currency,
        rate=_thousandths(reader, "rate") if reader.has("rate") else default.rate,
        prices=prices,
        environments=environments,
    )


def _within(reader: Reader, key: str, default: int, most: int) -> int:
    value = reader.number(key, default, least=1)
    if value > most:
        raise reader.wrong(reader.node(key), f"'{key}' is at most {most}")
    return value


def _thousandths(reader: Reader, key: str) -> int:
    """A number above 0 and below a million, three decimals counting, in thousandths."""
    node = reader.node(key)
    text = node.text if isinstance(node, Scalar) else ""
    whole, dot, decimals = text.partition(".")
    digits = whole + decimals
    right = digits.isascii() and digits.isdigit() and len(whole) in range(1, 7) and len(decimals) <= 3
    value = int(whole) * 1000 + int((decimals + "000")[:3]) if right and bool(dot) == bool(decimals) else 0
    if not value:
        raise reader.wrong(node, f"'{key}' must be a number above 0, with at most three decimals")
    return value


def _branding(outer: Reader) -> Branding:
    reader = Reader(outer.file, outer.node("report"), "'report'", _REPORT_KEYS)
    texts = {key: reader.text(key, "") for key in _REPORT_KEYS if key != "logo"}
    for key, text in texts.items():
        if len(text) > _LONGEST:
            raise reader.wrong(reader.node(key), f"'{key}' has more than {_LONGEST} characters")
    logo = reader.raw("logo")
    if logo and not is_logo(logo):
        raise reader.wrong(
            reader.node("logo"),
            f"'logo' is a data URI of an image, data:image/png;base64,…, of at most {LOGO} characters;"
            " a file is given by --logo",
        )
    return Branding(logo=logo, **texts)


def read_config_file(path: str) -> Config:
    """The configuration in the user's own file ``path``, written as ``readiness.toml`` is."""
    from readiness.structured.toml import parse  # noqa: PLC0415 - only where there is a file

    try:
        node = parse(Path(path).read_bytes())
    except OSError as error:
        raise ReadinessError(f"cannot read '{path}': {error.strerror or error}") from None
    except Unparsable as error:
        raise RuleError(path, error.line, error.reason) from None
    return _config(path, node)


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
