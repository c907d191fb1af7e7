"""The words of a Go template: the text between its actions, and the tokens within them.

Source: Go, package ``text/template``, "Text and spaces", "Arguments"; read 2026-10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from readiness.records import Struct
from readiness.spans import Unparsable

if TYPE_CHECKING:
    from collections.abc import Iterator

TokenKind = Literal["field", "variable", "word", "text", "number", "sign"]
_SIGNS = "()|,=."
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'", "a": "\a", "0": "\0"}


class Token(Struct, frozen=True):
    """A token: ``glued`` where no blank stands before it, as in ``(x).Name``."""

    kind: TokenKind
    text: str
    glued: bool


class Action(Struct, frozen=True):
    """What stands in one pair of braces; a comment has no tokens."""

    line: int
    tokens: tuple[Token, ...]


class Plain(Struct, frozen=True):
    """The text between two actions, after the trimming that they ask for."""

    line: int
    text: str


def split(text: str) -> Iterator[Plain | Action]:
    """The texts and actions of a template, in order. Raises ``Unparsable``."""
    at, line, trim = 0, 1, False
    while True:
        start = text.find("{{", at)
        piece = text[at:] if start < 0 else text[at:start]
        left = start >= 0 and text.startswith("-", start + 2) and text[start + 3 : start + 4].isspace()
        shown = piece.lstrip() if trim else piece
        skipped = piece[: len(piece) - len(shown)].count("\n")
        if left:
            shown = shown.rstrip()
        if shown:
            yield Plain(line + skipped, shown)
        if start < 0:
            return
        line += piece.count("\n")
        begin = start + (3 if left else 2)
        tokens, at, trim = _action(text, begin, line)
        yield Action(line, tokens)
        line += text.count("\n", start, at)


def _action(text: str, at: int, line: int) -> tuple[tuple[Token, ...], int, bool]:
    """The tokens up to the closing braces, where the text goes on, and whether that is trimmed."""
    bare = at
    while text[bare : bare + 1].isspace():
        bare += 1
    if text.startswith("/*", bare):
        end = text.find("*/", bare)
        if end < 0:
            raise Unparsable(line, "a comment of a template is not closed", opens=True)
        at = end + 2
    tokens: list[Token] = []
    glued = False
    while True:
        char = text[at : at + 1]
        if not char:
            raise Unparsable(line, "an action of a template is not closed", opens=True)
        if text.startswith("}}", at):
            return tuple(tokens), at + 2, False
        if char.isspace():
            at, glued = at + 1, False
            if text.startswith("-}}", at):
                return tuple(tokens), at + 3, True
            continue
        token, at = _token(text, at, line, glued=glued)
        tokens.append(token)
        glued = True


def _token(text: str, at: int, line: int, *, glued: bool) -> tuple[Token, int]:
    char = text[at]
    if char in "\"'":
        value, end = _quoted(text, at, line)
        if char == "'":
            return Token("number", str(ord(value[:1] or " ")), glued), end
        return Token("text", value, glued), end
    if char == "`":
        end = text.find("`", at + 1)
        if end < 0:
            raise Unparsable(line, "a text in a template is not closed", opens=True)
        return Token("text", text[at + 1 : end], glued), end + 1
    if text.startswith(":=", at):
        return Token("sign", ":=", glued), at + 2
    following = text[at + 1 : at + 2]
    if char.isdecimal() or (char in "+-." and following.isdecimal()):
        end = at + 1
        while _in_word(text[end : end + 1]) or text[end : end + 1] == ".":
            end += 1
        return Token("number", text[at:end], glued), end
    if char == "." and _in_word(following):
        end = _word_end(text, at + 1)
        return Token("field", text[at + 1 : end], glued), end
    if char == "$":
        end = _word_end(text, at + 1)
        return Token("variable", text[at:end], glued), end
    if _in_word(char):
        end = _word_end(text, at)
        return Token("word", text[at:end], glued), end
    if char in _SIGNS:
        return Token("sign", char, glued), at + 1
    raise Unparsable(line, f"'{char}' in an action of a template", opens=True)


def _in_word(char: str) -> bool:
    return char == "_" or char.isalnum()


def _word_end(text: str, at: int) -> int:
    while _in_word(text[at : at + 1]):
        at += 1
    return at


def _quoted(text: str, at: int, line: int) -> tuple[str, int]:
    """The text in quotes that begins at ``at``, and where it ends."""
    quote, parts = text[at], list[str]()
    at += 1
    while True:
        char = text[at : at + 1]
        if not char or char == "\n":
            raise Unparsable(line, "a text in a template is not closed", opens=True)
        if char == quote:
            return "".join(parts), at + 1
        if char == "\\":
            following = text[at + 1 : at + 2]
            digits = {"x": 2, "u": 4, "U": 8}.get(following, 0)
            code = text[at + 2 : at + 2 + digits]
            if digits and len(code) == digits and all(each in "0123456789abcdefABCDEF" for each in code):
                number = int(code, 16)
                parts.append(chr(number) if number < 0xD800 or 0xDFFF < number < 0x110000 else "?")
                at += 2 + digits
                continue
            parts.append(_ESCAPES.get(following, "\\" + following))
            at += 2
            continue
        parts.append(char)
        at += 1
