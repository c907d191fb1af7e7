"""The syntax tree of a file of code, unless nobody wrote it by hand or the grammar cannot read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.spans import Unparsable
from readiness.syntax import damage_of, line_of, nodes_of, root_of

if TYPE_CHECKING:
    from readiness.syntax import Node

_BROKEN = 0.3  # the share of a file that is unreadable before the whole counts as such
_LARGEST = 256 << 10  # bytes of a file that people write at most; beyond is what tools make
_LINE = 1500  # characters per line on average, from which on a file is no source that people write


def by_machine(data: bytes) -> bool:
    """Whether nobody writes such a file by hand: it is huge, or its lines are."""
    if len(data) > _LARGEST:
        return True
    return len(data) > 5 * _LINE and len(data) > _LINE * (data.count(b"\n") + 1)


def tree_of(data: bytes, language: str, name: str) -> Node | None:
    """The tree of a file of ``language``, as ast-grep calls it; None where a machine wrote it.

    Raises ``Unparsable``, which opens questions: it may be newer than the grammar. ``name`` is
    what people call the language.
    """
    if by_machine(data):
        return None
    root = root_of(data.decode("utf-8-sig", "replace"), language)
    if damage_of(root) > _BROKEN:
        raise Unparsable(line_of(nodes_of(root, ("ERROR",))[0]), f"not readable as {name}", opens=True)
    return root
