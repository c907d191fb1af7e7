"""Settings: every value of a structured file, under its whole key, secrets hidden at the source.

Also the one place where facts get at the nodes of a structured file (``nodes``), so that
each is read once.
"""

from __future__ import annotations

from functools import cache, partial
from itertools import islice
from typing import TYPE_CHECKING, Annotated, get_args

from readiness.facts.model import Collected, Derived, Glob, Noun, Opening, Parsed, Parser, Row
from readiness.globs import covered, glob
from readiness.matching import Lines
from readiness.records import Struct
from readiness.structured import Family, family, read_as
from readiness.structured.leaves import MAX_VALUE, Kind, Leaf, leaves
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from readiness.facts.model import Facts
    from readiness.structured.nodes import Node

MAX_SETTINGS = 20_000
HIDDEN = "***"

_SHOWN = 160
_REFERENCES = (("${", "}"), ("{{", "}}"), ("$(", ")"), ("%(", ")s"), ("<%", "%>"))


class Setting(Row, frozen=True, kw_only=True):
    """A value in a structured file: YAML, JSON, TOML, INI or Java properties."""

    key: Annotated[
        Glob,
        'the whole key, its parts joined with "/": positions in a list as numbers, "/" in a part as "~1"',
    ]
    value: Annotated[
        str, 'the value as written, "***" where it is a secret; empty for an empty list or mapping'
    ] = ""
    kind: Annotated[Kind, "what the value is; a quoted number is a text"] = "text"


class Flattened(Struct, frozen=True):
    """A file's settings, without path and role; ``complete`` is False if there are more of them."""

    settings: tuple[Setting, ...]
    complete: bool


NODES: dict[Family, Parser[tuple[Node, ...]]] = {
    each: Parser(f"nodes-{each}", 1, partial(read_as, each), bulky=True) for each in get_args(Family)
}
"""The parsers behind ``nodes``, by the way a file is written."""


def nodes(facts: Facts, path: str, kind: Family | None = None) -> Parsed[tuple[Node, ...]]:
    """The roots of the structured file ``path``: one for each YAML document, one for all other formats.

    ``kind`` says how the file is written where its name does not. ``KeyError`` if there is no
    such file; ``ValueError`` if neither says how it is written.
    """
    chosen = kind or family(path)
    if chosen is None:
        raise ValueError(f"{path} is no structured file by its name")
    return facts.parsed(NODES[chosen], path)


def flatten(roots: tuple[Node, ...]) -> Flattened:
    """The settings below the roots of a structured file."""
    found = tuple(islice(leaves(roots), MAX_SETTINGS + 1))
    names = {
        leaf.key.rpartition("/")[0]: leaf.value
        for leaf in found
        if leaf.key.rpartition("/")[2] in ("name", "key", "Name", "Key")
    }
    clean = cache(_clean)  # an alias may show one long text very often
    settings = tuple(_setting(leaf, names, clean) for leaf in found[:MAX_SETTINGS])
    return Flattened(settings, complete=len(found) <= MAX_SETTINGS)


SETTINGS: dict[Family, Derived[tuple[Node, ...], Flattened]] = {
    each: Derived(f"settings-{each}", 1, NODES[each], flatten, Flattened, bulky=True)
    for each in get_args(Family)
}


def _setting(leaf: Leaf, names: dict[str, str], clean: Callable[[str], str]) -> Setting:
    value = _shown(leaf, names, clean)
    text = f"{leaf.key}: {value}"[: _SHOWN * 4]
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    text = " ".join(text.split())
    return Setting(
        line=leaf.line,
        key=Glob(leaf.key),
        value=value,
        kind=leaf.kind,
        text=text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…",
    )


def _shown(leaf: Leaf, names: dict[str, str], clean: Callable[[str], str]) -> str:
    """The value of a leaf, hidden where its name, or the name beside a ``value``, speaks of a secret."""
    from readiness.facts.secrets.values import looks_secret  # noqa: PLC0415 - loads RE2

    value = leaf.value
    if leaf.kind != "text" or not value or _is_reference(value):
        return value
    *parents, name = [part for part in leaf.key.split("/") if not part.isdecimal()] or [""]
    beside = names.get(leaf.key.rpartition("/")[0], "") if name.lower() in ("value", "default") else ""
    owner = parents[-1] if parents and name.lower() in ("value", "default") else ""
    if looks_secret(name) or looks_secret(beside) or looks_secret(owner):
        return HIDDEN
    return clean(value)


def _clean(value: str) -> str:
    """``value`` as written if there is no secret in it, else on one line without it."""
    from readiness.facts.secrets.values import redacted  # noqa: PLC0415 - loads RE2

    cleaned = redacted(value, MAX_VALUE)
    return value if cleaned == " ".join(value.split()) else cleaned


def _is_reference(value: str) -> bool:
    """Whether a value only names where the value comes from: ``${X}``, ``$X``, ``{{ x }}``, ``%(x)s``."""
    text = value.strip()
    if text.startswith("$") and text[1:].replace("_", "a").isalnum():
        return True
    return any(
        text.startswith(start) and text.endswith(end) and text.count(start) == 1 for start, end in _REFERENCES
    )


def collect_settings(facts: Facts, scope: tuple[str, ...]) -> Collected[Setting]:
    """The settings of the structured files that ``scope`` names.

    A file that nobody can read is a problem; one that only we cannot, a problem and an opening:
    over a limit, or a template of a Helm chart.
    """
    found = [
        facts.collected(_OF_ONE_FILE, (entry.path,))
        for entry in (facts.paths(*scope) if scope else ())
        if family(entry.path) is not None and entry.role is not Role.VENDORED
    ]
    return Collected(
        tuple(row for each in found for row in each.rows),
        tuple(problem for each in found for problem in each.problems),
        tuple(gap for each in found for gap in each.openings),
        tuple(path for each in found for path in each.looked),
    )


def _collect_one(facts: Facts, scope: tuple[str, ...]) -> Collected[Setting]:
    """The settings of the one file whose path ``scope`` is: made once, however many questions name it."""
    entry, kind = facts.entry(scope[0]), family(scope[0])
    if entry is None or kind is None:
        return Collected()
    parsed = facts.parsed(SETTINGS[kind], entry.path)
    problems, openings = [], []
    if parsed.problem is not None:
        problems.append(parsed.problem)
        if parsed.opens or _is_chart_template(facts, entry.path):
            openings.append(Opening(entry.path, parsed.problem.line, parsed.problem.message))
    held = parsed.value or Flattened((), complete=True)
    if not held.complete:
        reason = f"only the first {MAX_SETTINGS:,} of its settings were looked at"
        openings.append(Opening(entry.path, held.settings[-1].line, reason))
    path, role = Glob(entry.path), entry.role
    wanted = _wanted(facts, entry.path, held.settings)
    rows = tuple(
        Setting(
            path=path, line=row.line, role=role, text=row.text, key=row.key, value=row.value, kind=row.kind
        )
        for row in wanted
    )
    return Collected(rows, tuple(problems), tuple(openings), (entry.path,))


def _wanted(facts: Facts, path: str, settings: tuple[Setting, ...]) -> Iterable[Setting]:
    """Those of a file's settings that anybody asks about: of a thousand manifests few values matter."""
    interest = facts.interest
    if interest is None or not settings or any(glob(each).covers(path) for each in interest.whole):
        return settings
    found = covered(interest.keys, Lines([row.key for row in settings]))
    return (settings[at] for at in sorted(found))


def _is_chart_template(facts: Facts, path: str) -> bool:
    """Whether the file lies in ``templates`` beside a ``Chart.yaml``. Source: Helm, "Charts"."""
    parts = path.split("/")
    homes = (parts[:index] for index, part in enumerate(parts[:-1]) if part == "templates")
    return any(facts.entry("/".join([*home, "Chart.yaml"])) is not None for home in homes)


SETTING = Noun(
    "setting",
    Setting,
    "a value in a structured file (YAML, JSON, TOML, INI, properties), under its whole key",
    collect_settings,
    grade="structure",
    scoped=True,
)
_OF_ONE_FILE = Noun("setting of a file", Setting, "the settings of one file", _collect_one, scoped=True)
