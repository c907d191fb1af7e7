"""Words of a Dockerfile, and the variables in them.

Source: Dockerfile reference, "Environment replacement".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Variables = dict[str, str | None]
"""Names and values; None where only a build knows the value."""

UNKNOWN = "\x00"
"""Stands in a word for what only a build knows."""

_LONGEST_VALUE = 4096
_DEPTH = 8
_SPECIAL = frozenset("$'\"")
_NAME_START = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_NAME = _NAME_START | frozenset("0123456789")


def raw_words(text: str, escape: str = "\\") -> list[str]:
    """``text`` cut at blanks outside quotes; quotes and escapes stay."""
    if escape not in text and '"' not in text and "'" not in text:
        return text.split()
    words: list[str] = []
    start, quote, at = -1, "", 0
    while at < len(text):
        char = text[at]
        if quote:
            if char == escape and quote == '"':
                at += 1
            elif char == quote:
                quote = ""
        elif char.isspace():
            if start >= 0:
                words.append(text[start:at])
                start = -1
        else:
            start = at if start < 0 else start
            if char == escape:
                at += 1
            elif char in "\"'":
                quote = char
        at += 1
    if start >= 0:
        words.append(text[start:])
    return words


def expand(word: str, variables: Mapping[str, str | None], escape: str = "\\") -> str:
    """``word`` without its quotes, its variables replaced.

    ``${X:-y}``, ``${X-y}``, ``${X:+y}`` and ``${X+y}`` are followed. What is not set, a
    form that we do not know, and what grows beyond 4096 characters is ``UNKNOWN``.
    """
    if escape not in word and _SPECIAL.isdisjoint(word):
        return word
    return _expand(word, variables, escape, _DEPTH)


def _expand(word: str, variables: Mapping[str, str | None], escape: str, depth: int) -> str:
    out: list[str] = []
    quote, at, room = "", 0, _LONGEST_VALUE
    while at < len(word):
        char = word[at]
        if char == "'" and quote != '"':
            quote = "" if quote else "'"
        elif quote == "'":
            out.append(char)
        elif char == '"':
            quote = "" if quote else '"'
        elif char == escape and at + 1 < len(word):
            at += 1
            out.append(word[at])
        elif char == "$":
            value, at = _variable(word, at, variables, escape, depth)
            value = UNKNOWN if len(value) > room else value
            room -= len(value)
            out.append(value)
            continue
        else:
            out.append(char)
        at += 1
    return "".join(out)


def _variable(
    word: str, at: int, variables: Mapping[str, str | None], escape: str, depth: int
) -> tuple[str, int]:
    """The value of the variable that begins at ``at``, and where the text goes on."""
    if word.startswith("${", at):
        end = _closing(word, at + 2)
        if end < 0:
            return UNKNOWN, len(word)
        return _braced(word[at + 2 : end], variables, escape, depth), end + 1
    end = at + 1
    while end < len(word) and word[end] in (_NAME if end > at + 1 else _NAME_START):
        end += 1
    if end == at + 1:
        return "$", end
    return _value(word[at + 1 : end], variables), end


def _closing(word: str, at: int) -> int:
    open_braces = 1
    while at < len(word):
        if word.startswith("${", at):
            open_braces += 1
            at += 1
        elif word[at] == "}":
            open_braces -= 1
            if not open_braces:
                return at
        at += 1
    return -1


def _braced(body: str, variables: Mapping[str, str | None], escape: str, depth: int) -> str:
    end = 0
    while end < len(body) and body[end] in _NAME:
        end += 1
    name, rest = body[:end], body[end:]
    if not rest:
        return _value(name, variables)
    colon = rest.startswith(":")
    operator, word = rest[colon : colon + 1], rest[colon + 1 :]
    if operator not in ("-", "+") or not name or not depth:
        return UNKNOWN
    value = variables.get(name)
    if name in variables and value is None:
        # An ARG without default: a build may give it, and the word is what holds if it does not.
        return _expand(word, variables, escape, depth - 1) if operator == "-" else ""
    given = bool(value) if colon else name in variables
    if operator == "+":
        return _expand(word, variables, escape, depth - 1) if given else ""
    return value or "" if given else _expand(word, variables, escape, depth - 1)


def _value(name: str, variables: Mapping[str, str | None]) -> str:
    value = variables.get(name)
    if value is None or len(value) > _LONGEST_VALUE:
        return UNKNOWN
    return value
