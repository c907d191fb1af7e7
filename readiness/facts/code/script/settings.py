"""The variables that the package ``config`` takes from the environment by a table beside its settings.

Source: node-config, "Environment Variables" (``custom-environment-variables``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.model import Module, Variable
from readiness.facts.settings import nodes
from readiness.structured.leaves import leaves
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

_FILES = ("**/config/custom-environment-variables.{json,yml,yaml}",)
_MANY = 500


def variables(facts: Facts) -> tuple[tuple[Entry, Module], ...]:
    """Each such table with the variables that it names; without one the program keeps its other settings."""
    found = []
    for entry in facts.paths(*_FILES):
        if entry.role is not Role.PRODUCT:
            continue
        named = [
            Variable(leaf.line, leaf.value, default=True)
            for leaf in leaves(nodes(facts, entry.path).value or ())
            if leaf.kind == "text" and not leaf.key.endswith("/__format") and _is_name(leaf.value)
        ]
        found.append((entry, Module(variables=tuple(named[:_MANY]))))
    return tuple(found)


def _is_name(text: str) -> bool:
    return bool(text) and text.isascii() and text.replace("_", "a").isalnum() and not text[0].isdigit()
