"""JSON and its relaxed kinds, with the line of every key and value.

Comments and trailing commas are accepted everywhere, as ``tsconfig.json`` and
``devcontainer.json`` have them. No recursion, one pass.
Source: RFC 8259; the JSONC specification; JSON5 1.0.0 for files of that name.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from readiness.records import Struct, field
from readiness.spans import Unparsable
from readiness.structured.nodes import Items, Node, Scalar, Table
from readiness.structured.source import MAX_DEPTH, MAX_VALUES, decode, sound, too_deep, too_many

if TYPE_CHECKING:
    from collections.abc import Callable

_DIGITS = frozenset("0123456789")
_HEXADECIMAL = frozenset("0123456789abcdefABCDEF")
_ENDS = frozenset(" \t\r\n,:[]{}\"'/")
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0"}


def parse(data: bytes, *, json5: bool = False) -> Node:
    """The value of a JSON file. With ``json5`` also bare keys, single quotes and JSON5's numbers.

    Texts are not ``plain``; numbers, booleans and null are, as written.
    Raises ``Unparsable`` with the line of the mistake, and (``opens``) over a limit: a
    mebibyte, 200 levels, 200,000 values.
    """
    reader = _Reader(decode(data), json5)
    stack: list[_Open] = []
    count = 0
    while True:
        node = _next(reader, stack)
        count += 1
        if count > MAX_VALUES:
            raise too_many(reader.line)
        while node is not None:
            if not stack:
                if reader.peek():
                    raise reader.wrong("nothing more was expected")
                return node
            stack[-1].add(node)
            node = _after(reader, stack)


class _Open(Struct):
    """An object or array under construction; ``key`` is the one whose value comes next."""

    line: int
    closer: str
    key: Scalar | None = None
    nodes: list[Node] = field(default_factory=list)
    pairs: list[tuple[Scalar, Node]] = field(default_factory=list)

    def add(self, node: Node) -> None:
        if self.key is None:
            self.nodes.append(node)
        else:
            self.pairs.append((self.key, node))

    def close(self) -> Node:
        if self.closer == "]":
            return Items(self.line, tuple(self.nodes))
        return Table(self.line, tuple(self.pairs))


def _next(reader: _Reader, stack: list[_Open]) -> Node | None:
    """The next whole value; None after the start of a collection, which is put on the stack."""
    char = reader.peek()
    if stack and char == stack[-1].closer:
        reader.at += 1
        return stack.pop().close()
    if stack and stack[-1].closer == "}":
        stack[-1].key = reader.key()
        if reader.peek() != ":":
            raise reader.wrong("':' was expected after a key")
        reader.at += 1
        char = reader.peek()
    if char in ("{", "["):
        if len(stack) >= MAX_DEPTH:
            raise too_deep(reader.line)
        stack.append(_Open(reader.line, "}" if char == "{" else "]"))
        reader.at += 1
        return None
    return reader.scalar()


def _after(reader: _Reader, stack: list[_Open]) -> Node | None:
    """What follows a value in a collection: the collection itself where it ends here, None after a comma."""
    char = reader.peek()
    if char == ",":
        reader.at += 1
        return None
    if char == stack[-1].closer:
        reader.at += 1
        return stack.pop().close()
    raise reader.wrong(f"',' or '{stack[-1].closer}' was expected")


class _Reader:
    """A text, how far it has been read, and the line there."""

    def __init__(self, text: str, json5: bool) -> None:
        self.text, self.json5 = text, json5
        self.at, self.line = 0, 1

    def wrong(self, reason: str) -> Unparsable:
        """The mistake at the place reached."""
        return Unparsable(self.line, f"not readable as JSON: {reason}")

    def peek(self) -> str:
        """The next character that is neither space nor comment, not yet consumed; empty at the end."""
        text = self.text
        while self.at < len(text):
            char = text[self.at]
            if char == "\n":
                self.line += 1
                self.at += 1
            elif char in " \t\r" or (self.json5 and char.isspace()):
                self.at += 1
            elif char == "/":
                self._comment()
            else:
                return char
        return ""

    def _comment(self) -> None:
        if self.text.startswith("//", self.at):
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end
            return
        end = self.text.find("*/", self.at + 2) if self.text.startswith("/*", self.at) else -1
        if end < 0:
            raise self.wrong("'/' begins no comment")
        self.line += self.text.count("\n", self.at, end)
        self.at = end + 2

    def key(self) -> Scalar:
        """A key: a text, in JSON5 also a bare word."""
        char = self.peek()
        line = self.line
        if char == '"' or (self.json5 and char == "'"):
            return Scalar(line, self._string(char), plain=False, body=line)
        word = self._word()
        if not (self.json5 and word):
            raise self.wrong("a key in quotes was expected")
        return Scalar(line, word, plain=False, body=line)

    def scalar(self) -> Scalar:
        """A text, number, boolean or null."""
        line, char = self.line, self.text[self.at : self.at + 1]
        if char == '"' or (self.json5 and char == "'"):
            return Scalar(line, self._string(char), plain=False, body=line)
        word = self._word()
        if not word:
            raise self.wrong("a value was expected")
        if word in ("true", "false", "null") or _number(word) or (self.json5 and _number5(word)):
            return Scalar(line, word, body=line)
        raise self.wrong(f"'{word[:40]}' is no value")

    def _word(self) -> str:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in _ENDS:
            self.at += 1
        return self.text[start : self.at]

    def _string(self, quote: str) -> str:
        """The text that starts at the quote reached."""
        start = self.at + 1
        end = self._closing(quote, start)
        written = self.text[start:end]
        decode_text: Callable[[str], str | None] = _decoded5 if self.json5 else _decoded
        decoded = written if "\\" not in written and written.isprintable() else decode_text(written)
        if decoded is None:
            raise self.wrong("a text holds a line end, a control character or an escape that is none")
        self.line += written.count("\n")
        self.at = end + 1
        return decoded

    def _closing(self, quote: str, at: int) -> int:
        """Where the closing quote is: the first one with an even number of backslashes before it."""
        while True:
            end = self.text.find(quote, at)
            if end < 0:
                raise self.wrong("a text is not closed")
            before = end
            while before > at and self.text[before - 1] == "\\":
                before -= 1
            if (end - before) % 2 == 0:
                return end
            at = end + 1


def _decoded(written: str) -> str | None:
    """The text of JSON's escapes; None where RFC 8259 forbids what is written."""
    try:
        return sound(str(json.loads(f'"{written}"')))
    except ValueError:
        return None


def _decoded5(written: str) -> str | None:
    """The text of JSON5's escapes, which may also continue a text on the next line."""
    out, at = list[str](), 0
    while True:
        end = written.find("\\", at)
        piece = written[at:] if end < 0 else written[at:end]
        if "\n" in piece or "\r" in piece:
            return None
        out.append(piece)
        if end < 0:
            # Two escaped halves make one character.
            return "".join(out).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        escape = written[end + 1]  # there is one: a closing quote is never escaped
        at = end + 2
        if escape in "xu":
            code = written[at : at + (2 if escape == "x" else 4)]
            if len(code) < (2 if escape == "x" else 4) or not _HEXADECIMAL.issuperset(code):
                return None
            out.append(chr(int(code, 16)))
            at += len(code)
        elif escape in "\r\n":
            at += written.startswith("\r\n", end + 1)
        else:
            out.append(_ESCAPES.get(escape, escape))


def _number(word: str) -> bool:
    """Whether ``word`` is a number of JSON."""
    mantissa, mark, exponent = word.replace("E", "e", 1).partition("e")
    if mark and not _digits(exponent[1:] if exponent[:1] in ("+", "-") else exponent):
        return False
    whole, point, fraction = mantissa.removeprefix("-").partition(".")
    if point and not _digits(fraction):
        return False
    return _digits(whole) and (whole == "0" or whole[0] != "0")


def _number5(word: str) -> bool:
    """Whether ``word`` is one of the numbers that JSON5 adds."""
    bare = word.removeprefix("+") if word[:1] == "+" else word.removeprefix("-")
    if bare in ("Infinity", "NaN"):
        return True
    if bare[:2] in ("0x", "0X"):
        return bool(bare[2:]) and _HEXADECIMAL.issuperset(bare[2:])
    mantissa, mark, exponent = bare.replace("E", "e", 1).partition("e")
    whole, point, fraction = mantissa.partition(".")
    if not whole and not fraction:
        return False
    return _number((whole or "0") + (point + fraction if fraction else "") + mark + exponent)


def _digits(text: str) -> bool:
    return bool(text) and _DIGITS.issuperset(text)
