"""Groovy text cut into tokens, in one pass: as much of the language as pipelines use.

Sources: Groovy documentation, "Syntax" (comments, the six kinds of strings, interpolation).
"""

from __future__ import annotations

from typing import Literal

from readiness.records import Struct
from readiness.spans import Unparsable

Kind = Literal["name", "text", "number", "sign", "line", "end"]

HOLE, CLOSED = "\ue000", "\ue001"
"""Around an expression that is filled into a text when it runs; private characters, never the file's own."""

_SIGNS = (
    *("==~", "...", "..<", "<=>", "**=", ">>>", "<<=", ">>=", "?.", "*.", ".&", "::", "->", "==", "!=", "=~"),
    *("<=", ">=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "<<", ">>", "**", "..", "?:", "?="),
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "s": " "}
_WORD_BEFORE_VALUE = frozenset(("return", "in", "case", "throw", "assert", "else"))
_LOOKED = 4_000  # characters in which an expression within a text must end
_LOST = 200
_SLASHY = 2_000


class Token(Struct, frozen=True, gc=False):
    """A piece of a file.

    Of a text, ``text`` is its content with the expressions in it between ``HOLE`` and ``CLOSED``, and
    ``lines`` the file's line of each of its lines. ``spaced`` says that a blank is before it.
    """

    kind: Kind
    text: str
    line: int
    spaced: bool = False
    lines: tuple[int, ...] = ()


def tokens(text: str) -> list[Token]:
    """The tokens of ``text``, the last of kind ``end``.

    Raises ``Unparsable`` for a text or comment that does not end, which Groovy does not read either.
    """
    reader = _Reader(text.replace("\r\n", "\n").replace(HOLE, " ").replace(CLOSED, " "))
    reader.read()
    return reader.found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.found: list[Token] = []
        self.lost = 0  # expressions in texts whose end was looked for in vain

    def read(self) -> None:
        text, size = self.text, len(self.text)
        if text.startswith("#!"):
            self.at = _until(text, "\n", 0)
        before = 0  # where the last token ended
        while self.at < size:
            at, char = self.at, text[self.at]
            if char == "\n":
                self.add("line", "\n", spaced=True)
                self.line += 1
                self.at += 1
            elif char in " \t\f\r\ufeff" or text.startswith("\\\n", at):
                self.line += char == "\\"
                self.at += 2 if char == "\\" else 1
                continue
            elif text.startswith("//", at):
                self.at = _until(text, "\n", at)
                continue
            elif text.startswith("/*", at):
                self.comment()
                continue
            else:
                self.token(char, spaced=at > before)
            before = self.at
        self.add("end", "", spaced=True)

    def add(self, kind: Kind, text: str, *, spaced: bool) -> None:
        self.found.append(Token(kind, text, self.line, spaced))

    def token(self, char: str, *, spaced: bool) -> None:
        text, at = self.text, self.at
        if text.startswith("$/", at) and self.value_may_start():
            self.quoted("$/", "/$", spaced=spaced, fills=True)
        elif char.isalpha() or char in "_$":
            end = at + 1
            while end < len(text) and (text[end].isalnum() or text[end] in "_$"):
                end += 1
            self.add("name", text[at:end], spaced=spaced)
            self.at = end
        elif char.isdigit():
            end = at + 1
            while end < len(text) and (text[end].isalnum() or text[end] in "_."):
                if text.startswith("..", end) or (text[end] == "." and not text[end + 1 : end + 2].isdigit()):
                    break
                end += 1
            self.add("number", text[at:end], spaced=spaced)
            self.at = end
        elif char in "'\"":
            mark = char * 3 if text.startswith(char * 3, at) else char
            self.quoted(mark, mark, spaced=spaced, fills=char == '"')
        elif char == "/" and self.slashy():
            self.quoted("/", "/", spaced=spaced, fills=True)
        else:
            sign = next((one for one in _SIGNS if text.startswith(one, at)), char)
            self.add("sign", sign, spaced=spaced)
            self.at += len(sign)

    def comment(self) -> None:
        end = self.text.find("*/", self.at + 2)
        if end < 0:
            raise Unparsable(self.line, "a comment does not end")
        self.line += self.text.count("\n", self.at, end)
        self.at = end + 2

    def value_may_start(self) -> bool:
        """Whether a value, not an operator, may stand here."""
        last = self.found[-1] if self.found else None
        if last is None or last.kind == "line":
            return True
        if last.kind == "name":
            return last.text in _WORD_BEFORE_VALUE
        return last.kind == "sign" and last.text not in {")", "]", "}", "++", "--"}

    def slashy(self) -> bool:
        """Whether a slash begins a text that ends on its line."""
        if not self.value_may_start():
            return False
        end = self.text.find("\n", self.at, self.at + _SLASHY)
        return self.text.find("/", self.at + 1, end if end >= 0 else self.at + _SLASHY) > 0

    def quoted(self, mark: str, ends: str, *, spaced: bool, fills: bool) -> None:
        """Read a text; ``fills`` where expressions in it are filled in."""
        text, start = self.text, self.line
        at = self.at + len(mark)
        out: list[str] = []
        lines = [start]
        slashes = mark in {"/", "$/"}
        stops = ("\\", "\n", ends[0], *("$" if fills else ()))
        while True:
            begin = at
            while at < len(text) and text[at] not in stops:
                at += 1
            out.append(text[begin:at])
            if at >= len(text) or (text[at] == "\n" and len(mark) == 1):
                raise Unparsable(start, "a text does not end")
            if text.startswith(ends, at):
                # Of four quotes at the end, the first belongs to the text.
                while len(ends) == 3 and text.startswith(ends, at + 1):
                    out.append(text[at])
                    at += 1
                break
            char = text[at]
            if char == "\n":
                self.line += 1
                out.append(char)
                lines.append(self.line)
                at += 1
            elif char == "\\" and not slashes:
                at = self.escape(at, out, lines)
            elif char == "\\":
                out.append(text[at + 1] if text[at + 1 : at + 2] == "/" else text[at])
                at += 2 if text[at + 1 : at + 2] == "/" else 1
            elif char == "$" and fills:
                at = self.hole(at, out)
            else:
                out.append(char)
                at += 1
        self.at = at + len(ends)
        self.found.append(Token("text", "".join(out), start, spaced, tuple(lines)))

    def escape(self, at: int, out: list[str], lines: list[int]) -> int:
        """Take what a backslash brings in; a line end behind it is no part of the text."""
        after = self.text[at + 1 : at + 2]
        if after == "\n":
            self.line += 1
            return at + 2
        if after == "u":
            code = self.text[at + 2 : at + 6]
            if len(code) == 4 and all(char in "0123456789abcdefABCDEF" for char in code):
                value = int(code, 16)
                out.append("?" if 0xD800 <= value <= 0xF8FF else chr(value))
                return at + 6
        char = _ESCAPES.get(after, after)
        out.append(char)
        if char == "\n":
            lines.append(self.line)
        return at + 1 + len(after)

    def hole(self, at: int, out: list[str]) -> int:
        """Take ``${…}`` or ``$name.name``; a dollar alone is text."""
        text = self.text
        if text.startswith("{", at + 1):
            end = _closing(text, at + 2) if self.lost < _LOST else -1
            self.lost += end < 0
            if end > 0:
                inner = text[at + 2 : end]
                self.line += inner.count("\n")
                out.append(f"{HOLE}{' '.join(inner.split())}{CLOSED}")
                return end + 1
        end = at + 1
        while end < len(text) and (text[end].isalnum() or text[end] == "_"):
            end += 1
            if text.startswith(".", end) and (
                text[end + 1 : end + 2].isalpha() or text[end + 1 : end + 2] == "_"
            ):
                end += 1
        if end == at + 1 or text[at + 1].isdigit():
            out.append("$")
            return at + 1
        out.append(f"{HOLE}{text[at + 1 : end]}{CLOSED}")
        return end


def _closing(text: str, at: int) -> int:
    """Where the brace that closes an expression within a text is; -1 if not within reach."""
    depth, quote = 1, ""
    for index in range(at, min(len(text), at + _LOOKED)):
        char = text[index]
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                return index
    return -1


def _until(text: str, sign: str, at: int) -> int:
    end = text.find(sign, at)
    return len(text) if end < 0 else end
