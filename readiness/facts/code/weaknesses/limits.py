"""What keeps bandit's tests from running for hours on hostile code, with the answers they give.

Bandit looks for SQL with a pattern that takes quadratic time, and follows the assignments of a variable
that is marked safe in exponential time. Both are bounded here, in our own copy of its modules.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from readiness.matching import Pattern

if TYPE_CHECKING:
    from collections.abc import Callable

    from readiness.facts.code.weaknesses.budget import Budget

_BLANK = r"\s\x0b\x1c-\x1f\x{85}\p{Z}"  # what Python's \s is in text
_LETTER_I = "[iİı]"  # its (?i) takes more letters for an i than RE2's
_CHARACTERS = 16  # that RE2 reads in about the time of one step


def linear(source: str) -> str:
    """A pattern of bandit's, case ignored and ``.`` for any character, in the syntax of RE2."""
    written, in_class, index = ["(?is)"], False, 0
    while index < len(source):
        char = source[index]
        if source.startswith(r"\s", index):
            written.append(_BLANK if in_class else f"[{_BLANK}]")
            index += 2
            continue
        in_class = char == "[" or (in_class and char != "]")
        written.append(_LETTER_I if char == "i" and not in_class else char)
        index += 1
    return "".join(written)


class Statements:
    """Bandit's pattern of an SQL statement, for RE2."""

    def __init__(self, source: str, budget: Budget) -> None:
        self._pattern = Pattern(linear(source))
        self._budget = budget

    def search(self, text: str) -> bool | None:
        """True where ``text`` holds a statement, else None, as a pattern's ``search`` does."""
        self._budget.spend(len(text) // _CHARACTERS)
        if not text.isascii():
            text = text.encode("utf-8", "replace").decode()  # a lone surrogate
        return True if self._pattern.found(text) else None


def bind(names: dict[str, Any], budget: Budget) -> None:
    """Bound the tests of the module whose global ``names`` these are."""
    if "SIMPLE_SQL_RE" in names:
        names["SIMPLE_SQL_RE"] = Statements(names["SIMPLE_SQL_RE"].pattern, budget)
    if "evaluate_var" in names:
        names["evaluate_var"] = _counted(names["evaluate_var"], budget)


def _counted(evaluate: Callable[..., Any], budget: Budget) -> Callable[..., Any]:
    """``evaluate_var``, which walks the scope around a variable once for each of its assignments."""

    def counted(variable: ast.AST, parent: ast.AST, until: int, ignore_nodes: Any = None) -> Any:
        budget.spend(_size(parent))
        return evaluate(variable, parent, until, ignore_nodes)

    return counted


def _size(node: ast.AST) -> int:
    """The number of nodes in a scope, counted once."""
    size: int | None = getattr(node, "_readiness_size", None)
    if size is None:
        size = sum(1 for _ in ast.walk(node))
        node.__dict__["_readiness_size"] = size
    return size
