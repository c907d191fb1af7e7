"""Elixir's manifest, line by line: a ``mix.exs`` is a program. Source: Mix, "mix deps"."""

from __future__ import annotations

from readiness.facts.dependencies.model import Declared, Requirement, Scope
from readiness.facts.model import Parser
from readiness.matching import Pattern
from readiness.structured.source import decode

_MIX = r"""\{\s*:([a-z0-9_]+)\s*,\s*(?:"([^"\n]*)")?([^}\n]*)\}"""


def parse_mix(data: bytes) -> Declared:
    """A ``mix.exs``: the tuples of its ``deps``; applications of the same repository are no dependencies."""
    pattern = Pattern(_MIX)
    found: list[Requirement] = []
    inside = False
    for line, text in enumerate(decode(data).split("\n"), 1):
        bare = text.strip()
        if bare.startswith(("def ", "defp ")):
            inside = bare.split()[1].partition("(")[0].partition(",")[0] == "deps"
        groups = pattern.groups(bare) if inside and "{" in bare and not bare.startswith("#") else None
        if groups is None or "path:" in groups[3] or "in_umbrella:" in groups[3]:
            continue
        only = groups[3].partition("only:")[2]
        scope: Scope = "development" if only and ":prod" not in only else "runtime"
        version = groups[2]
        found.append(Requirement(line, groups[1], version, _exact(version), scope))
    return Declared(tuple(found))


def _exact(version: str) -> bool:
    bare = version.removeprefix("==").strip()
    return bare[:1].isdigit() and " " not in bare


MIX: Parser[Declared] = Parser("mix-exs", 1, parse_mix)
