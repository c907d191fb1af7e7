"""HCL, the language of Terraform and OpenTofu: blocks and attributes, with their lines.

The structure is read, expressions are not: an attribute's value is a node where it is
written out (a text, a number, a boolean, a list, an object), else the expression as written,
tagged ``EXPRESSION``. Nothing is evaluated.

A reader of our own, for three reasons: a parser that mends what it cannot read would hide a
file that Terraform refuses; asking a syntax tree for each node's line takes quadratic time on one
long line; and most of a file is expressions, of which the nodes are not needed.
Source: HCL native syntax specification; Terraform language, "Syntax".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.records import Struct, field
from readiness.spans import Unparsable
from readiness.structured.hcl_texts import EXPRESSION, document, is_number, quoted, unescaped
from readiness.structured.nodes import Items, Node, Scalar, Table
from readiness.structured.source import MAX_VALUES, decode, sound, too_many

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 64

_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_PLAIN = frozenset(("true", "false", "null"))
_ENDS = frozenset("\n,)]}#")
_BLANKS = frozenset(" \t\r\ufeff")
_SPACES = frozenset(" \t\r\n")
_COMMENTS = frozenset("#/")
_MARKS = frozenset('"([{)]}</#\n')


class Block(Struct, frozen=True, eq=False):
    """A block: ``kind "label" "label" { … }``; of the file as a whole, ``kind`` is empty.

    ``attributes`` are its own, in the order of the file; ``blocks`` those directly inside.
    """

    line: int
    kind: str
    labels: tuple[str, ...] = ()
    attributes: tuple[tuple[Scalar, Node], ...] = ()
    blocks: tuple[Block, ...] = ()

    def get(self, name: str) -> Node | None:
        """The value of the attribute ``name``, or None."""
        return next((value for key, value in self.attributes if key.text == name), None)

    def text(self, name: str) -> str | None:
        """The attribute ``name`` if it is written out: empty if it is not there, None if an expression is."""
        value = self.get(name)
        if value is None or (isinstance(value, Scalar) and value.null):
            return ""
        return value.text if isinstance(value, Scalar) and not value.tag else None

    def inside(self, kind: str) -> Iterator[Block]:
        """The blocks of ``kind`` directly inside."""
        return (block for block in self.blocks if block.kind == kind)


def parse(data: bytes) -> Block:
    """The file as one block. Raises ``Unparsable`` with the line of the mistake.

    With ``opens`` over a limit: a mebibyte, ``MAX_DEPTH`` levels, 200,000 values.
    """
    return _Reader(decode(data).replace("\r\n", "\n")).file()


class _Draft(Struct):
    line: int
    kind: str
    labels: tuple[str, ...] = ()
    attributes: list[tuple[Scalar, Node]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def block(self) -> Block:
        return Block(self.line, self.kind, self.labels, tuple(self.attributes), tuple(self.blocks))


class _Reader(Struct):
    """Reads from ``at`` on. ``line`` is the line of ``at``."""

    text: str
    at: int = 0
    line: int = 1
    values: int = 0

    def wrong(self, reason: str) -> Unparsable:
        return Unparsable(self.line, f"not readable as HCL: {reason}")

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def move(self, to: int) -> None:
        """Go on to ``to``, counting the lines on the way."""
        self.line += self.text.count("\n", self.at, to)
        self.at = to

    def blank(self, *, lines: bool) -> str:
        """Pass over blanks and comments, and line ends if ``lines``; the character behind them."""
        text, at = self.text, self.at
        while True:
            char = text[at : at + 1]
            if char == "\n" and lines:
                self.line += 1
                at += 1
            elif char in _BLANKS:
                at += 1
            else:
                self.at = at
                if char not in _COMMENTS or not self.comment():
                    return char
                at = self.at

    def comment(self) -> bool:
        """Whether a comment stood here, which is passed over (not the line end behind it)."""
        if self.peek() == "#" or self.text.startswith("//", self.at):
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end
            return True
        if self.text.startswith("/*", self.at):
            end = self.text.find("*/", self.at + 2)
            if end < 0:
                raise self.wrong("a comment is not closed")
            self.move(end + 2)
            return True
        return False

    # blocks

    def file(self) -> Block:
        stack = [_Draft(1, "")]
        while True:
            char = self.blank(lines=True)
            if not char:
                break
            if char == "}":
                if len(stack) == 1:
                    raise self.wrong("a '}' closes nothing")
                self.at += 1
                done = stack.pop()
                stack[-1].blocks.append(done.block())
                continue
            self.item(stack)
        if len(stack) > 1:
            raise Unparsable(
                stack[-1].line, f"not readable as HCL: the block '{stack[-1].kind}' is not closed"
            )
        return stack[0].block()

    def item(self, stack: list[_Draft]) -> None:
        """An attribute, which goes into the innermost block; or the head of a block, which is opened."""
        line = self.line
        self.count()
        name = self.name()
        char = self.blank(lines=False)
        if char == "=" and not self.text.startswith("==", self.at):
            self.at += 1
            self.blank(lines=False)
            stack[-1].attributes.append((Scalar(line, name, plain=False, body=line), self.value(1)))
            if self.blank(lines=False) not in ("", "\n", "}"):
                raise self.wrong("expected the end of the line behind an attribute")
            return
        labels = []
        while char != "{":
            self.count()
            if char == '"':
                end = self.string_end()
                labels.append(unescaped(self.text[self.at + 1 : end]))
                self.at = end + 1
            else:
                labels.append(self.name())
            char = self.blank(lines=False)
        self.at += 1
        if len(stack) >= MAX_DEPTH:
            raise Unparsable(line, f"nested more than {MAX_DEPTH} deep", opens=True)
        stack.append(_Draft(line, name, tuple(labels)))

    def count(self) -> None:
        self.values += 1
        if self.values > MAX_VALUES:
            raise too_many(self.line)

    def name(self) -> str:
        text, start, at = self.text, self.at, self.at
        while at < len(text) and (text[at].isalnum() or text[at] in "_-"):
            at += 1
        self.at = at
        word = text[start : self.at]
        if not word or not (word[0].isalpha() or word[0] == "_"):
            raise self.wrong("expected a name")
        return word

    # values

    def value(self, depth: int) -> Node:
        """A value as far as the line, the comma or the bracket that ends it."""
        start, line = self.at, self.line
        self.count()
        if depth > MAX_DEPTH:
            raise Unparsable(line, f"nested more than {MAX_DEPTH} deep", opens=True)
        char = self.peek()
        if char in ("[", "{") and char and not self.is_for():
            node: Node | None = self.items(depth) if char == "[" else self.table(depth)
        else:
            node = self.literal()
        char = self.blank(lines=False)
        if node is not None and (not char or char in _ENDS):
            return node
        self.skip()
        if self.at == start:
            raise self.wrong("expected a value")
        written = self.text[start : self.at].strip()
        word = written in _PLAIN or is_number(written)
        return Scalar(line, sound(written), plain=word, tag="" if word else EXPRESSION, body=line)

    def is_for(self) -> bool:
        """Whether the bracket here opens a comprehension."""
        at = self.at + 1
        while self.text[at : at + 1] in _SPACES:
            at += 1
        return self.text.startswith("for", at) and self.text[at + 3 : at + 4] in _SPACES

    def literal(self) -> Scalar | None:
        """The quoted text or here-document that stands here, else None."""
        line = self.line
        if self.peek() == '"':
            end = self.string_end()
            written = self.text[self.at + 1 : end]
            self.move(end + 1)
            return quoted(line, written)
        if self.text.startswith("<<", self.at):
            return document(line, self.heredoc())
        return None

    def items(self, depth: int) -> Items:
        line, values = self.line, list[Node]()
        self.at += 1
        while self.blank(lines=True) != "]":
            values.append(self.value(depth + 1))
            char = self.blank(lines=True)
            if char == ",":
                self.at += 1
            elif char != "]":
                raise self.wrong("expected ',' or ']'")
        self.at += 1
        return Items(line, tuple(values))

    def table(self, depth: int) -> Table:
        line, pairs = self.line, list[tuple[Scalar, Node]]()
        self.at += 1
        while self.blank(lines=True) != "}":
            key = self.key()
            self.at += 1
            self.blank(lines=True)
            pairs.append((key, self.value(depth + 1)))
            if self.blank(lines=True) == ",":
                self.at += 1
        self.at += 1
        return Table(line, tuple(pairs))

    def key(self) -> Scalar:
        """The key of an object's element; the reader stands at the ``=`` or ``:`` behind it."""
        start, line = self.at, self.line
        self.count()
        self.skip("=:")
        if self.peek() not in ("=", ":"):
            raise self.wrong("expected '=' in an object")
        written = self.text[start : self.at].strip()
        if not written:
            raise self.wrong("expected a name in an object")
        if written[0] == '"' == written[-1]:
            return quoted(line, written[1:-1])
        computed = written[0] == "("
        return Scalar(line, sound(written), plain=False, tag=EXPRESSION if computed else "", body=line)

    # what is not read but passed over

    def skip(self, stops: str = "") -> None:
        """Pass over an expression: up to the line end, comma, bracket or one of ``stops`` that ends it."""
        text, open_, size = self.text, list[str](), len(self.text)
        ends = _ENDS.union(stops)
        marks = _MARKS | ends
        while True:
            at = self.at
            while at < size and text[at] not in marks:
                at += 1
            self.at = at
            char = text[at : at + 1]
            if not char or (not open_ and (char in ends or text.startswith("//", at))):
                break
            if char in _CLOSERS:
                open_.append(_CLOSERS[char])
                self.at += 1
            elif char in ")]}":
                if open_.pop() != char:
                    raise self.wrong(f"a '{char}' closes nothing")
                self.at += 1
            elif not self.inert(char):
                self.line += char == "\n"
                self.at += 1
        if open_:
            raise self.wrong(f"a '{open_[-1]}' is missing")

    def inert(self, char: str) -> bool:
        """Whether a text, a here-document or a comment stood here, which is passed over."""
        if char == '"':
            self.move(self.string_end() + 1)
            return True
        if char == "<" and self.text.startswith("<<", self.at):
            self.heredoc()
            return True
        return char in _COMMENTS and self.comment()

    def string_end(self) -> int:
        """Where the closing quote is of the text whose opening quote stands here; the reader stays."""
        text, at, size = self.text, self.at + 1, len(self.text)
        modes = ['"']  # a text may hold an expression, which may hold a text
        while at < size:
            char = text[at]
            if char == "\n" and modes[-1] == '"':
                break
            if modes[-1] == '"':
                if char == "\\":
                    at += 2
                    continue
                if char in "$%" and text.startswith("{", at + 1):
                    if text[at - 1] != char:
                        modes.append("}")
                    at += 2
                    continue
                if char == '"':
                    modes.pop()
                    if not modes:
                        return at
            elif char == '"':
                modes.append('"')
            elif char == "{":
                modes.append("}")
            elif char == "}":
                modes.pop()
            at += 1
        raise self.wrong("a text is not closed")

    def heredoc(self) -> tuple[bool, str]:
        """Pass over a here-document up to the end of its last line: whether it is indented, and its text."""
        text = self.text
        indented = text.startswith("-", self.at + 2)
        end = text.find("\n", self.at)
        marker = text[self.at + 2 + indented : end].strip() if end >= 0 else ""
        if not marker or not marker.replace("_", "a").replace("-", "a").isalnum():
            raise self.wrong("expected a word behind '<<'")
        start = at = end + 1
        while True:
            stop = text.find("\n", at)
            stop = len(text) if stop < 0 else stop
            if text[at:stop].strip() == marker:
                self.move(stop)
                return indented, text[start:at]
            if stop == len(text):
                raise self.wrong(f"the text up to '{marker}' is not closed")
            at = stop + 1
