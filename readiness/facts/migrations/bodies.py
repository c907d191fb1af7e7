"""How a function begins in a text of JavaScript, TypeScript, PHP or C#, and its lines in Ruby and Elixir.

Only as much of each language is known as that takes: texts in quotes, comments, brackets, and for Ruby and
Elixir the indentation of ``end``.
"""

from __future__ import annotations

from functools import cache

from readiness.matching import Pattern

_OPEN = {"(": ")", "{": "}", "[": "]"}
_QUOTES = frozenset("\"'`")
_IDLE = ("throw", "return;", "return null;", "return undefined;")
_SHOWN = 40
_MOST = 1 << 20


@cache
def _pattern(source: str) -> Pattern:
    return Pattern(source)


def mentions(text: str, name: str) -> bool:
    """Whether the pattern ``name`` occurs in ``text``."""
    return _pattern(name).found(text[:_MOST])


def begins(text: str, name: str) -> str | None:
    """How the function that the pattern ``name`` finds begins: its first statement, or a part of it.

    Empty for a function that does nothing; None if there is none. ``name`` ends where the parameters begin.
    An arrow's expression is a statement.
    """
    found = next(iter(_pattern(name).each(text[:_MOST])), None)
    if found is None:
        return None
    at = found[0] + len(found[1])
    while at < len(text):
        char = text[at]
        if char == "(":
            at = _closed(text, at)
        elif text.startswith("=>", at):
            at = _past_blanks(text, at + 2)
            if not text.startswith("{", at):
                return text[at : at + _SHOWN]
        elif char == "{":
            at = _past_blanks(text, at + 1)
            return "" if text.startswith("}", at) else text[at : at + _SHOWN]
        elif char == ";":
            return ""
        else:
            at += 1
    return ""


def _past_blanks(text: str, at: int) -> int:
    """Behind the blanks and comments at ``at``."""
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif text.startswith("//", at) or text.startswith("/*", at):
            at = _past_words(text, at)
        elif text[at] == "#":
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        else:
            break
    return at


def _closed(text: str, at: int) -> int:
    """The place behind the bracket that closes the one at ``at``; the end if none does."""
    depth = 0
    while at < len(text):
        past = _past_words(text, at)
        if past != at:
            at = past
            continue
        char = text[at]
        depth += (char in _OPEN) - (char in _OPEN.values())
        at += 1
        if depth == 0:
            return at
    return at + 1


def _past_words(text: str, at: int) -> int:
    """Behind the comment or the text in quotes at ``at``; ``at`` if there is neither."""
    if text.startswith("//", at):
        end = text.find("\n", at)
        return len(text) if end < 0 else end
    if text.startswith("/*", at):
        end = text.find("*/", at + 2)
        return len(text) if end < 0 else end + 2
    quote = text[at]
    if quote not in _QUOTES:
        return at
    at += 1
    while at < len(text) and text[at] != quote:
        at += 2 if text[at] == "\\" else 1
    return at + 1


def does_something(beginning: str) -> bool:
    """Whether a function that begins so does more than to refuse or to return nothing."""
    return bool(beginning) and not beginning.startswith(_IDLE)


def indented(text: str, head: str) -> str | None:
    """The lines between one that begins with ``head`` and the ``end`` at its indentation; None for none."""
    kept: list[str] | None = None
    indent = ""
    for line in text.split("\n"):
        bare = line.strip()
        if kept is None:
            if bare.startswith(head) and not bare[len(head) : len(head) + 1].isalnum():
                kept, indent = [], line[: len(line) - len(line.lstrip())]
        elif bare == "end" and line.startswith(indent) and not line[len(indent) :].startswith((" ", "\t")):
            break
        elif bare and not bare.startswith("#"):
            kept.append(bare)
    return None if kept is None else "\n".join(kept)
