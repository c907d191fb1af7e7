"""A node as bandit's tests see it, in linear time."""

from __future__ import annotations

import ast
from typing import Any


class Imports(set[str]):
    """The names a file has imported so far.

    Bandit asks at every call whether one of them contains a word: here each name is looked at once
    for each word.
    """

    def __init__(self) -> None:
        super().__init__()
        self._in_order: list[str] = []
        self._searched: dict[str, int] = {}
        self._found: set[str] = set()

    def note(self, name: str) -> None:
        """Add the dotted ``name``."""
        if name not in self:
            self.add(name)
            self._in_order.append(name)

    def any_like(self, word: str) -> bool:
        """Whether ``word`` is a part of one of the names."""
        if word not in self._found:
            start = self._searched.get(word, 0)
            self._searched[word] = len(self._in_order)
            if any(word in name for name in self._in_order[start:]):
                self._found.add(word)
        return word in self._found


def context_class(base: type[Any]) -> type[Any]:
    """Bandit's ``Context``, with what takes it quadratic time said in another way."""

    class Context(base):  # type: ignore[misc] # the base is known at run time only
        """What a test may ask about a node."""

        def is_module_imported_like(self, module: str) -> bool:
            """Whether an imported name contains ``module``."""
            imports = self._context.get("imports")
            return imports.any_like(module) if isinstance(imports, Imports) else False

        def _get_literal_value(self, literal: ast.AST) -> Any:
            if isinstance(literal, ast.Tuple):
                return tuple([self._get_literal_value(each) for each in literal.elts])
            return super()._get_literal_value(literal)

    return Context
