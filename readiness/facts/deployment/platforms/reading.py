"""What the readers of descriptors share: from a value of a file to a field of a row."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from readiness.facts.containers.variables import UNKNOWN
from readiness.facts.deployment.images import Held, held, templated
from readiness.facts.deployment.objects import is_open, number_of, truth_of
from readiness.facts.deployment.platforms.row import Platform, PlatformService
from readiness.facts.deployment.secrets import literal
from readiness.facts.model import Glob
from readiness.facts.repository.environments import environment_of
from readiness.facts.secrets.values import redacted
from readiness.facts.words import word_set
from readiness.records import Struct
from readiness.structured.nodes import Items, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from readiness.structured import Family
    from readiness.structured.nodes import Node
    from readiness.tree.model import Entry

MAX_VARIABLES = 500
"""How many variables of one service are looked at."""

_SECONDS = {"ms": 0, "s": 1, "m": 60, "h": 3600}
_SHOWN = 120
# What is deployed by a command of their own or of their cloud, never by a push alone.
_BY_COMMAND = word_set("""
    app-engine azure-container-apps azure-developer-cli copilot ecs elastic-beanstalk fly kamal lambda nomad
    pm2 serverless systemd
    """)


class Reader(Struct, frozen=True):
    """Reads one kind of descriptor: the files, how they are written, and what they say.

    ``told`` is called with the roots of a file; it yields nothing for a file that only has the name.
    """

    globs: tuple[str, ...]
    family: Family
    told: Callable[[Entry, tuple[Node, ...]], Iterator[PlatformService]]


class Variables(Struct, frozen=True):
    """The variables of a service, as fields of its row."""

    names: frozenset[str]
    real: frozenset[str]
    standing: frozenset[str]


def row(
    entry: Entry,
    line: int,
    platform: Platform,
    name: str = "",
    *,
    given: Variables | None = None,
    **fields: Any,
) -> PlatformService:
    """A row about a service in ``entry``, which is given the variables ``given``."""
    if given is not None:
        fields |= {
            "env_names": given.names,
            "secrets_literal": given.real,
            "placeholder_secrets": given.standing,
        }
    use = fields.get("use", "other")
    fields.setdefault("deploys_itself", False if platform in _BY_COMMAND else None)
    said = " ".join(part for part in (platform, "service" if use == "other" else use, name) if part)
    return PlatformService(
        path=Glob(entry.path),
        line=line,
        role=entry.role,
        environment=fields.pop("environment", "") or environment_of(entry.path),
        text=redacted(said[:_SHOWN]),
        platform=platform,
        name=name,
        **fields,
    )


def open_(node: Node | None) -> bool:
    """Whether a value is there and only the platform knows it: ``${…}``, ``!Ref``, an expression."""
    return is_open(node) or (node is not None and bool(node.tag))


def known_text(node: Node | None) -> str | None:
    """A text; empty where there is none, None where only the platform knows it."""
    if isinstance(node, Items):
        words = [each.text for each in node if isinstance(each, Scalar)]
        return None if any(open_(each) for each in node) else " ".join(words)
    if not isinstance(node, Scalar) or node.null:
        return None if open_(node) else ""
    return None if open_(node) else node.text


def number(node: Node | None) -> int | None:
    """A whole number, also one in quotes; None for all else."""
    return number_of(node)


def seconds(node: Node | None) -> int | None:
    """A time: a number of seconds, or ``30s``, ``5m``; None for all else."""
    found = number_of(node)
    if found is not None or not isinstance(node, Scalar):
        return found
    digits = node.text.rstrip("smh")
    unit = node.text[len(digits) :]
    factor = _SECONDS.get(unit)
    return int(digits) * factor if factor is not None and digits.isdecimal() and len(digits) < 8 else None


def is_there(node: Node | None) -> bool | None:
    """Whether something is written; None where only the platform knows."""
    if open_(node):
        return None
    if isinstance(node, (Items, Table)):
        return bool(node.items if isinstance(node, Items) else node.pairs)
    return node is not None and bool(node.text) and not node.null


def switch(node: Node | None) -> bool | None:
    """A switch: also ``yes``, ``no``, ``on``, ``off``; None for all else."""
    known = truth_of(node)
    if known is None and isinstance(node, Scalar):
        return {"yes": True, "on": True, "no": False, "off": False}.get(node.text.lower())
    return known


def image(node: Node | None) -> tuple[Glob | None, Held | None]:
    """An image that is written, and how far it is held."""
    text = templated(node.text) if isinstance(node, Scalar) and not node.null and not node.tag else ""
    if not text:
        return (None if open_(node) else Glob("")), None
    return (None if UNKNOWN in text else Glob(text)), held(text)


def variables(pairs: Iterable[tuple[str, str]]) -> Variables:
    """Names and values of variables; an empty value is one that is given elsewhere."""
    found = tuple(islice(pairs, MAX_VARIABLES))
    real, standing = literal(found)
    return Variables(frozenset(name for name, _ in found if name), real, standing)


def pairs_of(node: Node | None) -> Iterator[tuple[str, str]]:
    """Variables written as a mapping."""
    for key, value in node if isinstance(node, Table) else ():
        yield key.text, value.text if isinstance(value, Scalar) and not value.null else ""


def listed(node: Node | None, name: str = "name", value: str = "value") -> Iterator[tuple[str, str]]:
    """Variables written as a list of names and values."""
    for each in tables(node):
        if each.text(name):
            yield each.text(name), each.text(value)


def tables(node: Node | None) -> Iterator[Table]:
    """The mappings in a list."""
    for each in node if isinstance(node, Items) else ():
        if isinstance(each, Table):
            yield each


def named(node: Node | None) -> Iterator[tuple[Scalar, Table]]:
    """The mappings in a mapping, with their names."""
    for key, value in node if isinstance(node, Table) else ():
        if isinstance(value, Table):
            yield key, value


def below(node: Node | None, *keys: str) -> Table:
    """The mapping below nested keys; an empty one where there is none."""
    for key in keys:
        node = node.get(key) if isinstance(node, Table) else None
    return node if isinstance(node, Table) else Table(1)


def first(roots: tuple[Node, ...]) -> Table:
    """The root of a file that is one mapping; an empty one for all others."""
    return roots[0] if roots and isinstance(roots[0], Table) else Table(1)


def texts(node: Node | None) -> frozenset[str]:
    """The texts of a list, or the one text that stands instead of it."""
    each = node.items if isinstance(node, Items) else (node,)
    return frozenset(item.text for item in each if isinstance(item, Scalar) and item.text and not open_(item))
