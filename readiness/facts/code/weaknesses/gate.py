"""Which tests can report on a file, going by its text alone.

Sound: a test that is left out would report nothing. An identifier cannot be written with escapes, so its
letters are in the text (after NFKC, which Python applies to identifiers); a string can, and
``spelling`` knows how.
"""

from __future__ import annotations

import tokenize
from io import BytesIO
from itertools import product
from typing import TYPE_CHECKING
from unicodedata import normalize

from readiness.facts.code.weaknesses.spelling import GAP, JOIN, spelt, word
from readiness.facts.code.weaknesses.triggers import (
    CALLS,
    DYNAMIC,
    EVERYWHERE,
    OLD_TLS,
    STATEMENTS,
    TEMPORARY,
    Trigger,
)
from readiness.matching import PatternSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

_BIDIRECTIONAL = r"[\x{202a}-\x{202e}\x{2066}-\x{2069}\x{200f}]"
_PLAIN = ("utf-8", "utf-8-sig", "iso-8859-1", "ascii", "us-ascii")
_AFTER_NAME = r"(?:\s|\\|#[^\n]*\n|\))*"  # what may stand behind it, as in `(name)(…)`
_CALLED = rf"{_AFTER_NAME}(?:\(|as\b)"  # or imported under another name
_QUALIFIES = rf"{_AFTER_NAME}(?:[.(]|import\b|as\b)"  # or is called itself
_LITERAL_START = r"""["'}:]"""
_AFTER_WORD = r"""(?:[\s\\"'{}\x0b\x1c-\x1f]|[^\x00-\x7f])"""

Condition = frozenset[str]
"""Patterns that all occur in a file on which a test reports."""


class Gate:
    """Conditions of all tests, asked of a text in one pass."""

    def __init__(self, blacklist: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
        self._conditions = tuple((test, frozenset(needed)) for test, needed in _conditions(blacklist))
        patterns = sorted({pattern for _, needed in self._conditions for pattern in needed})
        self._set = PatternSet({pattern: pattern for pattern in patterns})
        self._everything = frozenset(test for test, _ in self._conditions)

    def possible(self, data: bytes) -> frozenset[str]:
        """The ids of the tests that can report on the file with these bytes."""
        text = source_text(data)
        if text is None:
            return self._everything
        found = frozenset(self._set.names(text))
        return frozenset(test for test, needed in self._conditions if needed <= found)


def source_text(data: bytes) -> str | None:
    """The text as Python reads it, in its own and in normal form; None if we do not know how it reads it."""
    if not _is_plain(data):
        encoding = _declared(data)
        if encoding not in _PLAIN:
            return None
    else:
        encoding = "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() else f"{text}\n{normalize('NFKC', text)}"


def _head(data: bytes) -> bytes:
    """The first two lines, in which an encoding may be declared."""
    return b"\n".join(data.split(b"\n", 2)[:2])


def _is_plain(data: bytes) -> bool:
    return b"coding" not in _head(data)


def _declared(data: bytes) -> str:
    """The encoding that the first lines declare; empty where tools would read them in different ways."""
    if b"\r" in _head(data).replace(b"\r\n", b"\n").removesuffix(b"\r"):
        return ""
    try:
        return tokenize.detect_encoding(BytesIO(data).readline)[0]
    except SyntaxError:
        return ""


def _conditions(blacklist: Mapping[str, Iterable[Mapping[str, Any]]]) -> Iterator[tuple[str, Condition]]:
    for test, triggers in CALLS.items():
        for trigger in triggers:
            yield test, frozenset(_of_trigger(trigger))
    for node, entries in blacklist.items():
        for entry in entries:
            if entry["level"] != "LOW":
                for name in entry["qualnames"]:
                    yield "B001", _of_name(name, called=node == "Call")
    yield "B001", frozenset({rf"\b(?:{'|'.join(DYNAMIC)})\b"})
    yield "B104", frozenset({spelt(EVERYWHERE)})
    for folder in TEMPORARY:
        yield "B108", frozenset({f"{_LITERAL_START}{JOIN}{spelt(folder)}"})
    yield "B503", frozenset({OLD_TLS})
    for first, second in STATEMENTS:
        for splits in product((False, True), repeat=2):
            words = zip((first, second), splits, strict=True)
            needed = [pattern for text, split in words for pattern in word(text, _AFTER_WORD, split=split)]
            yield "B608", frozenset(needed)
    yield "B613", frozenset({_BIDIRECTIONAL})


def _of_trigger(trigger: Trigger) -> Iterator[str]:
    if trigger.last:
        yield _called(trigger.last)
    if trigger.inside:
        yield trigger.inside
    if trigger.within:
        yield rf"\b(?:{'|'.join(trigger.within)}){_QUALIFIES}"
    if trigger.keyword:
        yield rf"\b(?:{'|'.join(trigger.keyword)}){GAP}="
    yield from trigger.file


def _of_name(name: str, *, called: bool) -> Condition:
    """The parts of a qualified name: of a call; of an import, which needs only begin with it."""
    *parts, last = name.split(".")
    return frozenset({*(rf"\b{part}\b" for part in parts), _called((last,)) if called else rf"\b{last}"})


def _called(names: Iterable[str]) -> str:
    return rf"\b(?:{'|'.join(names)}){_CALLED}"
