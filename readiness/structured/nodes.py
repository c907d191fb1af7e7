"""The values of a structured file, each with its line: what all formats are read into.

No format's implicit typing is applied: a scalar is the text as written, so that
``on`` stays ``on`` and ``1.10`` stays ``1.10``. Aliases stay references to one node
and merge keys are looked up when asked for, so that no file can blow up in memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.records import Struct, keep

if TYPE_CHECKING:
    from collections.abc import Iterator

_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULLS = ("", "~", "null", "Null", "NULL")


class Scalar(Struct, frozen=True, eq=False, gc=False):
    """A leaf. ``plain`` is False for a quoted or block text, which is never a boolean, number or null.

    ``tag`` is the explicit tag as written (``!reference``, ``!vault``), else empty; what a
    tagged text stands for is known to its own system alone, so it is never a boolean.
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
        return _TRUTHS.get(self.text) if self.plain and not self.tag else None

    @property
    def null(self) -> bool:
        """Whether it is YAML's or JSON's null."""
        return self.plain and self.text in _NULLS


class Items(Struct, frozen=True, eq=False):
    """A sequence."""

    line: int
    items: tuple[Node, ...] = ()
    tag: str = ""

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)


class Table(Struct, frozen=True, eq=False):
    """A mapping: its pairs as written, duplicates kept. A key that is no scalar has an empty text."""

    line: int
    pairs: tuple[tuple[Scalar, Node], ...] = ()
    tag: str = ""

    _index: _Index | None = None

    def __reduce__(self) -> tuple[type[Table], tuple[object, ...]]:
        """Copied and stored without the index, which is made again when asked for."""
        return Table, (self.line, self.pairs, self.tag)

    def get(self, *keys: str) -> Node | None:
        """The value of the first of ``keys`` that is there.

        Of duplicates the last; merged keys (``<<``) only where the mapping has none of its own.
        """
        index = self._index or self._indexed()
        for key in keys:
            found = index.own.get(key) if not index.merged else self._find(key)
            if found is not None:
                return found[1]
        return None

    def key(self, key: str) -> Scalar | None:
        """The key itself, for its line."""
        found = self._find(key)
        return None if found is None else found[0]

    def _find(self, key: str) -> tuple[Scalar, Node] | None:
        """The pair of ``key``: its own, else the first merged one, each merged mapping looked at once."""
        index = self._index or self._indexed()
        if key in index.own or not index.merged:  # nearly always
            return index.own.get(key)
        waiting, seen = [self], set[int]()
        while waiting:
            table = waiting.pop()
            if id(table) in seen:
                continue
            seen.add(id(table))
            index = table._index or table._indexed()  # noqa: SLF001
            if key in index.own:
                return index.own[key]
            waiting += reversed(index.merged)
        return None

    def _indexed(self) -> _Index:
        own: dict[str, tuple[Scalar, Node]] = {}
        merged: list[Table] = []
        for name, value in self.pairs:
            own[name.text] = (name, value)
            if name.text == "<<" and name.plain:
                values = value.items if isinstance(value, Items) else (value,)
                merged += [node for node in values if isinstance(node, Table)]
        index = _Index(own, tuple(merged))
        keep(self, "_index", index)  # kept, not changed: the pairs are what they were
        return index

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


class _Index(Struct, frozen=True, eq=False):
    """A mapping's pairs by key, and the mappings to merge in the order of their precedence."""

    own: dict[str, tuple[Scalar, Node]]
    merged: tuple[Table, ...]


Node = Scalar | Items | Table
