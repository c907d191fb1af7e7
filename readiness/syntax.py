"""Syntax trees of languages that Python has no parser for, from the grammars that ast-grep carries.

A grammar recovers from what it cannot read: such a part is a node of the kind ``ERROR``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias

    from ast_grep_py import SgNode

    Node: TypeAlias = SgNode


def root_of(text: str, language: str) -> Node:
    """The tree of ``text``; ``language`` as ast-grep names it (``javascript``, ``tsx``, ``go`` …)."""
    from ast_grep_py import SgRoot  # noqa: PLC0415 - loaded where code is read only

    return SgRoot(text, language).root()


def nodes_of(node: Node, kinds: Iterable[str]) -> list[Node]:
    """``node`` and what is below it, of one of ``kinds``, in the order of the source."""
    return node.find_all({"rule": {"any": [{"kind": kind} for kind in kinds]}})


def line_of(node: Node) -> int:
    """The line on which ``node`` starts, from 1."""
    return int(node.range().start.line) + 1


def damage_of(node: Node) -> float:
    """The share of the text that the grammar could not read, from 0 to 1."""
    size = node.range().end.index - node.range().start.index
    broken, reached = 0, 0
    for error in nodes_of(node, ("ERROR",)):
        span = error.range()
        start = max(reached, span.start.index)
        broken += max(0, span.end.index - start)
        reached = max(reached, span.end.index)
    return broken / size if size else 0.0
