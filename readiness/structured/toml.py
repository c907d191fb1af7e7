"""TOML, with the line of every key and value.

``tomllib`` says whether a file is TOML; since it keeps no lines, and can be made to recurse
or to take quadratic time, a reader of our own goes first: it checks the limits and
builds the nodes.
Source: TOML 1.0.0.
"""

from __future__ import annotations

import tomllib
from typing import TypeAlias

from readiness.records import Struct, field
from readiness.spans import Unparsable
from readiness.structured.nodes import Items, Node, Scalar, Table
from readiness.structured.source import MAX_VALUES, decode, sound, too_many

MAX_DEPTH = 64
MAX_PARTS = 32

_BARE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
_ENDS = frozenset("\n#,]}")


def parse(data: bytes) -> Table:
    """The root table of a TOML file.

    Texts and keys are not ``plain``; numbers, booleans and dates are, as written. A table's
    line is that of its header, of its first dotted key, or of its ``{``.
    Raises ``Unparsable`` with the line of the mistake, and (``opens``) over a limit: a
    mebibyte, ``MAX_PARTS`` parts in a key, ``MAX_DEPTH`` levels, 200,000 values.
    """
    text = decode(data).replace("\r\n", "\n")
    root = _read(text)
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _complaint(str(error), text) from None
    except ValueError:  # from int()
        raise _unreadable(1, "a number has thousands of digits") from None
    return root.table()


def _complaint(message: str, text: str) -> Unparsable:
    """``tomllib``'s sentence, with the line that stands at its end."""
    reason, _, place = message.rpartition(" (at ")
    digits = place.removeprefix("line ").partition(",")[0]
    line = int(digits) if digits.isdecimal() else text.rstrip().count("\n") + 1
    return _unreadable(line if reason else 1, reason or message)


def _unreadable(line: int, reason: str) -> Unparsable:
    return Unparsable(line, "not readable as TOML: " + reason[:1].lower() + reason[1:])


class _Draft(Struct):
    """A table under construction: by key, the key and its value; a list is an array of tables."""

    line: int
    entries: dict[str, tuple[Scalar, _Value]] = field(default_factory=dict)

    def within(self, keys: list[Scalar]) -> _Draft:
        """The table that ``keys`` lead to, made where it is not there yet."""
        draft = self
        for key in keys:
            value = draft.entries.setdefault(key.text, (key, _Draft(key.line)))[1]
            if isinstance(value, list):
                value = value[-1]
            if not isinstance(value, _Draft):
                raise _unreadable(key.line, f"'{key.text[:40]}' is no table")
            draft = value
        return draft

    def append(self, key: Scalar) -> _Draft:
        """A new table at the end of the array of tables ``key``."""
        value = self.entries.setdefault(key.text, (key, []))[1]
        if not isinstance(value, list):
            raise _unreadable(key.line, f"'{key.text[:40]}' is no array of tables")
        value.append(_Draft(key.line))
        return value[-1]

    def put(self, key: Scalar, value: Node) -> None:
        if key.text in self.entries:
            raise _unreadable(key.line, f"'{key.text[:40]}' is given twice")
        self.entries[key.text] = (key, value)

    def table(self) -> Table:
        """The finished table. The limits on keys and depth bound the recursion."""
        return Table(self.line, tuple((key, _finished(value)) for key, value in self.entries.values()))


_Value: TypeAlias = Node | _Draft | list[_Draft]


def _finished(value: _Value) -> Node:
    if isinstance(value, list):
        return Items(value[0].line, tuple(draft.table() for draft in value))
    return value.table() if isinstance(value, _Draft) else value


def _read(text: str) -> _Draft:
    """All of a file, its limits checked, its grammar only as far as is needed to go on."""
    reader, root = _Reader(text), _Draft(1)
    current, depth = root, 0
    while char := reader.skip():
        if char == "[":
            current, depth = reader.header(root)
        else:
            reader.pair(current, depth)
        if reader.skip(lines=False) not in ("\n", ""):
            raise reader.wrong("expected newline or end of document after a statement")
    return root


class _Reader:
    """A text, how far it has been read, the line there, and how many values there were."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at, self.line, self.count = 0, 1, 0

    def wrong(self, reason: str) -> Unparsable:
        """The mistake at the place reached."""
        return _unreadable(self.line, reason)

    def skip(self, *, lines: bool = True) -> str:
        """The next character that is neither space nor comment (nor line end); empty at the end."""
        text = self.text
        while self.at < len(text):
            char = text[self.at]
            if char == "#":
                end = text.find("\n", self.at)
                self.at = len(text) if end < 0 else end
            elif char == "\n" and lines:
                self.line += 1
                self.at += 1
            elif char in " \t":
                self.at += 1
            else:
                return char
        return ""

    def take(self, expected: str) -> None:
        """Consume ``expected``, spaces before it allowed."""
        self.skip(lines=False)
        if not self.text.startswith(expected, self.at):
            raise self.wrong(f"expected '{expected}'")
        self.at += len(expected)

    def header(self, root: _Draft) -> tuple[_Draft, int]:
        """A ``[table]`` or ``[[array of tables]]``: the table it opens, and how deep that lies."""
        array = self.text.startswith("[[", self.at)
        self.at += 2 if array else 1
        keys = self.keys()
        self.take("]]" if array else "]")
        parent = root.within(keys[:-1])
        if array:
            return parent.append(keys[-1]), len(keys)
        opened = parent.within(keys[-1:])
        opened.line = keys[-1].line
        return opened, len(keys)

    def pair(self, draft: _Draft, depth: int) -> None:
        """``key = value``, put into ``draft``, which lies ``depth`` deep."""
        keys = self.keys()
        self.take("=")
        value = self.value(depth + len(keys))
        draft.within(keys[:-1]).put(keys[-1], value)

    def keys(self) -> list[Scalar]:
        """The parts of a key."""
        parts: list[Scalar] = []
        while True:
            if len(parts) == MAX_PARTS:
                raise Unparsable(self.line, f"a key of more than {MAX_PARTS} parts", opens=True)
            char = self.skip(lines=False)
            if char and char in "\"'":
                part = self.string(char)
            else:
                start = self.at
                while self.at < len(self.text) and self.text[self.at] in _BARE:
                    self.at += 1
                part = self.text[start : self.at]
                if not part:
                    raise self.wrong("expected a key")
            parts.append(Scalar(self.line, part, plain=False, body=self.line))
            if self.skip(lines=False) != ".":
                return parts
            self.at += 1

    def value(self, depth: int) -> Node:
        """A value; ``depth`` is limited, and with it the recursion."""
        self.count += 1
        if self.count > MAX_VALUES:
            raise too_many(self.line)
        if depth > MAX_DEPTH:
            raise Unparsable(self.line, f"nested more than {MAX_DEPTH} deep", opens=True)
        char, line = self.skip(lines=False), self.line
        if char == "[":
            return self.array(depth)
        if char == "{":
            return self.inline(depth)
        if char and char in "\"'":
            for quotes in ('"""', "'''"):
                if self.text.startswith(quotes, self.at):
                    content, body = self.long_string(quotes)
                    return Scalar(line, content, plain=False, body=body)
            return Scalar(line, self.string(char), plain=False, body=line)
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in _ENDS:
            self.at += 1
        word = self.text[start : self.at].rstrip(" \t")
        if not word:
            raise self.wrong("expected a value")
        return Scalar(line, word, body=line)

    def array(self, depth: int) -> Items:
        """An array; it may go over several lines and end in a comma."""
        line, values = self.line, list[Node]()
        self.at += 1
        while self.skip() != "]":
            values.append(self.value(depth + 1))
            if not self.separated("]"):
                break
        self.at += 1
        return Items(line, tuple(values))

    def inline(self, depth: int) -> Table:
        """An inline table. TOML 1.1's line ends and last comma are left to ``tomllib`` to judge."""
        draft = _Draft(self.line)
        self.at += 1
        while self.skip() != "}":
            self.pair(draft, depth)
            if not self.separated("}"):
                break
        self.at += 1
        return draft.table()

    def separated(self, closer: str) -> bool:
        """Whether a comma follows, which is consumed; else ``closer`` must be next."""
        char = self.skip()
        if char == ",":
            self.at += 1
        elif char != closer:
            raise self.wrong(f"expected ',' or '{closer}'")
        return char == ","

    def string(self, quote: str) -> str:
        """A text on one line, at whose opening quote the reader stands."""
        end = self.closing(quote, self.at + 1)
        written = self.text[self.at : end + 1]
        if "\n" in written:
            raise self.wrong("expected the closing quote on the same line")
        self.at = end + 1
        return self.decoded(written, quote)

    def long_string(self, quotes: str) -> tuple[str, int]:
        """A text between three quotes, and the line of its first character.

        A line end right behind the opening quotes is no part of it.
        """
        start = self.at + 3
        end = self.closing(quotes, start)
        extra = 0  # up to two more quotes belong to the text
        while extra < 2 and self.text.startswith(quotes[0], end + 3):
            end, extra = end + 1, extra + 1
        written = self.text[self.at : end + 3]
        body = self.line + self.text.startswith("\n", start)
        decoded = self.decoded(written, quotes)
        self.line += written.count("\n")
        self.at = end + 3
        return decoded, body

    def closing(self, quotes: str, at: int) -> int:
        """Where the closing quotes are; in the double kind a backslash takes one away."""
        while True:
            end = self.text.find(quotes, at)
            if end < 0:
                raise self.wrong("a text is not closed")
            before = end
            while quotes[0] == '"' and before > at and self.text[before - 1] == "\\":
                before -= 1
            if (end - before) % 2 == 0:
                return end
            at = end + 1

    def decoded(self, written: str, quotes: str) -> str:
        """The text of a literal with its quotes; ``tomllib`` knows the escapes."""
        if len(quotes) == 1 and "\\" not in written:
            return written[1:-1]
        try:
            return sound(str(tomllib.loads(f"v = {written}")["v"]))
        except ValueError as error:
            reason = str(error).rpartition(" (at ")[0]
            raise self.wrong(reason or "not a text") from None
