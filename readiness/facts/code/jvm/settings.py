"""The settings that frameworks of Java and Kotlin read beside the code: ``application.yml`` and its like.

A relaxed key is the same however it is written: ``server.shutdown`` in YAML and in properties.
Sources: Spring Boot "External Application Properties" and "Externalized Configuration", Quarkus
"Configuration Reference", Micronaut "Application Configuration", Ktor "Configuration in a file".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.jvm.variables import placeholders
from readiness.facts.code.model import Variable
from readiness.facts.model import Parser
from readiness.facts.settings import nodes
from readiness.records import Struct
from readiness.structured import family
from readiness.structured.leaves import leaves
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

_FILES = (
    "**/src/main/resources/**/{application,bootstrap}{,-*}.{yml,yaml,properties,conf}",
    "**/{config,conf}/{application,bootstrap}{,-*}.{yml,yaml,properties}",
    "**/{application,bootstrap}{,-*}.{yml,yaml,properties}",
)
# Settings that a program imports, or a server of settings hands out, take variables in the same way.
_FURTHER = ("**/src/main/resources/{,config/**/,*-config/**/}*.{yml,yaml,properties}",)
_LEAVES = 5000


class Value(Struct, frozen=True):
    """One setting: where it stands, and what it is set to. ``profile`` is empty for what always holds."""

    entry: Entry
    line: int
    key: str
    value: str
    profile: str = ""


def values(facts: Facts) -> tuple[Value, ...]:
    """The settings of every such file of the product, under their keys with dots."""
    found: list[Value] = []
    for entry in facts.paths(*_FILES):
        if entry.role is not Role.PRODUCT or entry.path.endswith(".conf") or family(entry.path) is None:
            continue
        name = entry.path.rpartition("/")[2].rpartition(".")[0]
        profile = name.partition("-")[2]
        for index, leaf in enumerate(leaves(nodes(facts, entry.path).value or ())):
            if index >= _LEAVES:
                break
            key = leaf.key.replace("/", ".").replace("~1", "/")
            found.append(Value(entry, leaf.line, _plain(key), leaf.value, profile))
    return tuple(found)


def _plain(key: str) -> str:
    """A key in one spelling: small letters, no dashes, no position in a list."""
    parts = [part for part in key.lower().replace("-", "").split(".") if not part.isdigit()]
    return ".".join(parts)


def of_module(folder: str, every: tuple[Value, ...]) -> tuple[Value, ...]:
    """Those of ``every`` that belong to the module whose manifest lies in ``folder``."""
    below = folder + "/" if folder else ""
    return tuple(item for item in every if item.entry.path.startswith(below))


def parse_lines(data: bytes) -> tuple[Variable, ...]:
    """The variables that a file of settings names: ``${DB_HOST:localhost}``; comments do not count."""
    found: list[Variable] = []
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        bare = line.strip()
        if bare.startswith(("#", "//", "!")) or "${" not in bare:
            continue
        text = bare.partition(" #")[0]
        found += [Variable(number, name, default) for name, default in placeholders(text)]
    return tuple(found[:500])


VARIABLES: Parser[tuple[Variable, ...]] = Parser(
    "jvm-settings-variables", 1, parse_lines, tuple[Variable, ...]
)


def variables(facts: Facts) -> tuple[tuple[Entry, tuple[Variable, ...]], ...]:
    """By file: the environment variables that settings of the product take in."""
    return tuple(
        (entry, facts.parsed(VARIABLES, entry.path).value or ())
        for entry in facts.paths(*_FILES, *_FURTHER)
        if entry.role is Role.PRODUCT
    )
