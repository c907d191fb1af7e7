"""Reads a YAML mapping key by key, and says where, what was expected and the nearest right word."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from readiness.errors import RuleError, nearest
from readiness.structured.nodes import Items, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from readiness.structured.nodes import Node

V = TypeVar("V")

_DIGITS = 18


class Reader:
    """A mapping of a rule file. Every method raises ``RuleError`` with the line of what is wrong."""

    def __init__(self, file: str, node: Node, what: str, keys: Iterable[str] = ()) -> None:
        """Check that ``node`` is a mapping with no key twice and, if ``keys`` are given, none beside them."""
        self.file, self.what = file, what
        if not isinstance(node, Table):
            raise RuleError(file, node.line, f"{what} must be a mapping of keys to values")
        self.table = node
        self.line = node.line
        known = tuple(keys)
        seen: set[str] = set()
        for key, _ in node:
            if known and key.text not in known:
                raise self.wrong(
                    key, f"{what} has no key '{key.text}'{nearest(key.text, known) or _one_of(known)}"
                )
            if key.text in seen:
                raise self.wrong(key, f"'{key.text}' is given twice")
            seen.add(key.text)

    def wrong(self, node: Node, message: str) -> RuleError:
        """The error ``message`` at the line of ``node``."""
        return RuleError(self.file, node.line, message)

    def has(self, key: str) -> bool:
        """Whether ``key`` is there."""
        return self.table.get(key) is not None

    def node(self, key: str) -> Node:
        """The value of a key that must be there."""
        value = self.table.get(key)
        if value is None:
            raise RuleError(self.file, self.line, f"{self.what} lacks '{key}'")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """A text, with line ends and runs of spaces made one space; required without ``default``."""
        if default is not None and not self.has(key):
            return default
        value = self.node(key)
        if not isinstance(value, Scalar) or not value.text.strip():
            raise self.wrong(value, f"'{key}' must be a text")
        return " ".join(value.text.split())

    def raw(self, key: str, default: str = "") -> str:
        """A text as written, line ends kept."""
        value = self.table.get(key)
        if value is None:
            return default
        if not isinstance(value, Scalar):
            raise self.wrong(value, f"'{key}' must be a text")
        return value.text

    def number(self, key: str, default: int | None = None, *, least: int = 0) -> int:
        """A whole number of at least ``least``."""
        if default is not None and not self.has(key):
            return default
        return whole(self.file, self.node(key), f"'{key}'", least)

    def choice(self, key: str, words: Mapping[str, V], default: V | None = None) -> V:
        """The value that the key's word stands for in ``words``."""
        if default is not None and not self.has(key):
            return default
        value = self.node(key)
        word = value.text if isinstance(value, Scalar) else ""
        if word not in words:
            raise self.wrong(value, f"{key} is never '{word}'{nearest(word, words) or _one_of(words)}")
        return words[word]

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, or one text; empty if the key is not there."""
        value = self.table.get(key)
        return () if value is None else words_of(self.file, value, f"'{key}'")


def whole(file: str, node: Node, what: str, least: int = 0) -> int:
    """The whole number that ``node`` is. Raises ``RuleError`` if it is none, or below ``least``."""
    text = node.text if isinstance(node, Scalar) and node.plain else ""
    if not text.isascii() or not text.isdigit() or len(text) > _DIGITS or int(text) < least:
        raise RuleError(file, node.line, f"{what} must be a whole number, {least} or more")
    return int(text)


def words_of(file: str, node: Node, what: str) -> tuple[str, ...]:
    """The texts of a list, or the one text that ``node`` is."""
    items: Sequence[Node] = node.items if isinstance(node, Items) else (node,)
    for item in items:
        if not isinstance(item, Scalar):
            raise RuleError(file, item.line, f"{what} must be a text or a list of texts")
    return tuple(item.text for item in items if isinstance(item, Scalar))


def _one_of(words: Iterable[str]) -> str:
    return "; one of: " + ", ".join(words)
