"""The values of a structured file, each with its line: what all formats are read into.

No format's implicit typing is applied: a scalar is the text as written, so that
``on`` stays ``on`` and ``1.10`` stays ``1.10``. Aliases stay references to one node
and merge keys are looked up when asked for, so that no file can blow up in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_MERGE_DEPTH = 8


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """A leaf. ``plain`` is False for a quoted or block text, which is never a boolean, number or null.

    ``tag`` is the explicit tag as written (``!reference``, ``!vault``), else empty.
    ``line`` is the line on which the value starts; for a block text (``|``, ``>``) ``body``
    is the line of its first line of content, for all others it equals ``line``.
    """

    line: int
    text: str
    plain: bool = True
    tag: str = ""
    body: int = 0

    @property
    def truth(self) -> bool | None:
        """The boolean it is in YAML 1.2 (``true``, ``false``), JSON and TOML; None if it is none."""
        return {"true": True, "false": False}.get(self.text.lower()) if self.plain else None

    @property
    def null(self) -> bool:
        """Whether it is YAML's or JSON's null."""
        return self.plain and self.text.lower() in ("", "~", "null")


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """A sequence."""

    line: int
    items: tuple[Node, ...] = ()
    tag: str = ""

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A mapping: its pairs as written, duplicates kept. A key that is no scalar has an empty text."""

    line: int
    pairs: tuple[tuple[Scalar, Node], ...] = ()
    tag: str = ""

    def get(self, *keys: str) -> Node | None:
        """The value of the first of ``keys`` that is there; the last of duplicates; merged keys (``<<``) last."""
        for key in keys:
            found = self._find(key, 0)
            if found is not None:
                return found[1]
        return None

    def key(self, key: str) -> Scalar | None:
        """The key itself, for its line."""
        found = self._find(key, 0)
        return None if found is None else found[0]

    def _find(self, key: str, depth: int) -> tuple[Scalar, Node] | None:
        own = None
        merged: list[Node] = []
        for name, value in self.pairs:
            if name.text == key:
                own = (name, value)
            elif name.text == "<<" and name.plain:
                merged += value.items if isinstance(value, Items) else (value,)
        if own is not None or depth >= _MERGE_DEPTH:
            return own
        for node in merged:
            found = node._find(key, depth + 1) if isinstance(node, Table) else None  # noqa: SLF001
            if found is not None:
                return found
        return None

    def table(self, key: str) -> Table | None:
        """The value of ``key`` if it is a mapping."""
        value = self.get(key)
        return value if isinstance(value, Table) else None

    def text(self, key: str, default: str = "") -> str:
        """The text of ``key`` if it is a scalar that is not null, else ``default``."""
        value = self.get(key)
        return value.text if isinstance(value, Scalar) and not value.null else default

    def items(self, key: str) -> tuple[Node, ...]:
        """The values of ``key`` as a list: its items, or the one scalar or mapping it is, or nothing."""
        value = self.get(key)
        if value is None or (isinstance(value, Scalar) and value.null):
            return ()
        return value.items if isinstance(value, Items) else (value,)

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        return iter(self.pairs)


Node = Scalar | Items | Table
