"""The leaves of a structured file: every value that has none below it, under its whole key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from readiness.records import Struct
from readiness.structured.nodes import Items, Node, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["text", "boolean", "number", "null", "empty"]
"""What a value is in YAML 1.2's core schema, JSON and TOML; ``empty`` is a list or mapping without any."""

MAX_KEY = 1_000
MAX_VALUE = 4_000

_DECIMAL = frozenset("0123456789")
_OCTAL = frozenset("01234567")
_HEXADECIMAL = frozenset("0123456789abcdefABCDEF")


class Leaf(Struct, frozen=True):
    """A value with its key.

    ``key`` is the parts joined with "/": positions in a sequence as numbers from 0, a "/"
    inside a part as "~1", merged mappings under ``<<``. ``line`` is the key's, in a sequence the
    item's. ``value`` is the text as written, empty for a ``kind`` of ``empty``. A key of more than
    ``MAX_KEY`` or a value of more than ``MAX_VALUE`` characters is cut.
    """

    key: str
    line: int
    value: str
    kind: Kind


def leaves(roots: tuple[Node, ...]) -> Iterator[Leaf]:
    """Every leaf of a file's documents, in the order of the file.

    What an alias names is shown under each of its keys; the reader of YAML has limited
    how much that can be.
    """
    waiting: list[tuple[str, int, Node]] = [("", root.line, root) for root in reversed(roots)]
    while waiting:
        key, line, node = waiting.pop()
        if isinstance(node, Scalar):
            yield Leaf(key, line, node.text[:MAX_VALUE], kind(node))
            continue
        if isinstance(node, Items):
            below = [(str(index), item.line, item) for index, item in enumerate(node)]
        else:
            below = [(name.text, name.line, value) for name, value in node]
        if not below:
            yield Leaf(key, line, "", "empty")
        waiting += ((_joined(key, part), at, value) for part, at, value in reversed(below))


def _joined(key: str, part: str) -> str:
    part = part[:MAX_KEY].replace("/", "~1")
    return (f"{key}/{part}" if key else part)[:MAX_KEY]


def kind(scalar: Scalar) -> Kind:
    """What a scalar is. Text with a tag of its own is text; ``1_000`` is TOML's number."""
    if not scalar.plain or scalar.tag:
        return "text"
    if scalar.null:
        return "null"
    if scalar.truth is not None:
        return "boolean"
    return "number" if _number(scalar.text) else "text"


def _number(word: str) -> bool:
    """Whether ``word`` is a number. Source: YAML 1.2.2, 10.3.2; TOML 1.0.0, "Integer" and "Float"."""
    if word[0] not in "+-.0123456789":
        return False
    unsigned = word[1:] if word[0] in "+-" else word
    if unsigned.lower() in (".inf", ".nan") or (unsigned != word and unsigned in ("inf", "nan")):
        return True
    for prefix, digits in (("0x", _HEXADECIMAL), ("0o", _OCTAL), ("0b", frozenset("01"))):
        if unsigned.startswith(prefix):
            return _made_of(unsigned[2:], digits)
    mantissa, mark, exponent = unsigned.replace("E", "e", 1).partition("e")
    if mark and not _made_of(exponent[1:] if exponent[:1] in ("+", "-") else exponent, _DECIMAL):
        return False
    whole, point, fraction = mantissa.partition(".")
    if not whole:
        return bool(point) and _made_of(fraction, _DECIMAL)
    return _made_of(whole, _DECIMAL) and (not fraction or _made_of(fraction, _DECIMAL))


def _made_of(text: str, digits: frozenset[str]) -> bool:
    """Whether ``text`` is digits, with single underscores between them allowed."""
    if text[:1] == "_" or text[-1:] == "_" or "__" in text:
        return False
    bare = text.replace("_", "")
    return bool(bare) and digits.issuperset(bare)
