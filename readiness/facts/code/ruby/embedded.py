"""The variables that Ruby reads inside of other files: ``<%= ENV["X"] %>`` in the settings of Rails.

Source: Rails Guides "Configuring Rails Applications": files in ``config/`` are run through ERB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.grammar import scope_of
from readiness.facts.code.model import Module, Variable
from readiness.facts.code.ruby.grammar import RUBY
from readiness.facts.code.ruby.setup import variables_of
from readiness.facts.model import Parser
from readiness.spans import Unparsable
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.facts.code.language import Held
    from readiness.facts.model import Facts

_PLACES = ("config/*.{yml,yaml}{,.erb}", "**/config/*.{yml,yaml}{,.erb}")
_LARGEST = 256 << 10


def parse(data: bytes) -> tuple[Variable, ...]:
    """The variables that the parts between ``<%`` and ``%>`` read, each on its own line."""
    if b"ENV" not in data or b"<%" not in data or len(data) > _LARGEST:
        return ()
    lines = []
    inside = False
    for line in data.decode("utf-8", "replace").split("\n"):
        code, inside = _code(line, inside=inside)
        lines.append(code)
    try:
        scope = scope_of("\n".join(lines).encode(), RUBY)
    except Unparsable:
        return ()
    return variables_of(scope) if scope is not None else ()


def _code(line: str, *, inside: bool) -> tuple[str, bool]:
    """The Ruby of one line, and whether it goes on in the next; a comment of YAML or of ERB has none."""
    if not inside and line.lstrip().startswith("#"):
        return "", False
    parts: list[str] = []
    rest = line
    while rest:
        if not inside:
            _, opened, rest = rest.partition("<%")
            if not opened:
                break
            inside = True
        code, closed, rest = rest.partition("%>")
        parts.append(code.lstrip("=-").rstrip("-") if not code.startswith("#") else "")
        inside = not closed
    return "; ".join(part for part in parts if part.strip()), inside


PARSER: Parser[tuple[Variable, ...]] = Parser("ruby embedded", 1, parse, tuple[Variable, ...])


def variables(facts: Facts) -> Held:
    """The settings of Rails that read variables."""
    found = []
    for entry in facts.paths(*_PLACES):
        held = facts.parsed(PARSER, entry.path).value if entry.role is Role.PRODUCT else None
        if held:
            found.append((entry, Module(variables=held)))
    return tuple(found)
