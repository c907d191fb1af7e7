"""What a repository says about its own files in ``.gitattributes``.

Source: gitattributes(5) and gitignore(5) for the patterns; the linguist documentation,
"Overrides", for the meaning of the ``linguist-*`` attributes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.globs import glob
from readiness.matching import PatternError, PatternSet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VENDORED = "linguist-vendored"
GENERATED = "linguist-generated"
DOCUMENTATION = "linguist-documentation"

_LINES = 1_000
"""How many lines of all files together are heeded; more is no list that people wrote."""

_LENGTH = 200
"""How long a pattern may be, in characters."""

_DEPTH = 64
"""How many folders of a path are asked for their file."""

_FALSE = frozenset({"false", "0", "no"})


class Attributes:
    """The ``linguist-*`` attributes of paths, from the ``.gitattributes`` of several folders.

    ``texts`` maps a folder (the empty text for the root) to the text of its file. A later
    line and a deeper folder win. Lines that are not understood say nothing.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._files: dict[str, _File] = {}
        left = _LINES
        for folder in sorted(texts):
            lines = _lines(texts[folder], left) if "linguist-" in texts[folder] else []
            if lines:
                self._files[folder] = _File(lines)
                left -= len(lines)

    def of(self, path: str) -> Mapping[str, bool]:
        """What is said of ``path``: attribute to True or False; nothing said, no key."""
        said: dict[str, bool] = {}
        if not self._files:
            return said
        parts = path.split("/")
        for depth in range(min(len(parts), _DEPTH)):
            file = self._files.get("/".join(parts[:depth]))
            if file is not None:
                file.apply("/".join(parts[depth:]), said)
        return said


class _File:
    """The lines of one file that speak of ``linguist-*`` attributes."""

    def __init__(self, lines: Sequence[_Line]) -> None:
        self._said = [said for _, said in lines]
        self._set = PatternSet({str(number): pattern for number, (pattern, _) in enumerate(lines)})

    def apply(self, path: str, said: dict[str, bool]) -> None:
        """Write what the lines say of ``path`` (relative to the file's folder) over ``said``."""
        for index in self._set.names(path):
            for attribute, value in self._said[int(index)].items():
                if value is None:
                    said.pop(attribute, None)
                else:
                    said[attribute] = value


_Line = tuple[str, dict[str, bool | None]]
"""The pattern of a line as RE2, and what it sets: attribute to value, None for unspecified."""


def _lines(text: str, most: int) -> list[_Line]:
    lines: list[_Line] = []
    for line in text.splitlines():
        parsed = _line(line) if len(lines) < most else None
        if parsed is not None:
            lines.append(parsed)
    return lines


def _line(line: str) -> _Line | None:
    """What a line says, or None where it says nothing to us."""
    words = line.split()
    if len(words) < 2 or words[0].startswith(("#", "[attr]", "!", '"')):
        return None
    values = dict(setting for setting in map(_setting, words[1:]) if setting is not None)
    pattern = _pattern(words[0]) if values else None
    return None if pattern is None else (pattern, values)


def _setting(word: str) -> tuple[str, bool | None] | None:
    name, _, value = word.partition("=")
    bare = name.lstrip("-!")
    if bare not in {VENDORED, GENERATED, DOCUMENTATION}:
        return None
    if name.startswith("!"):
        return bare, None
    return bare, not name.startswith("-") and value.lower() not in _FALSE


def _pattern(text: str) -> str | None:
    # A pattern with a closing slash never matches a file: gitattributes(5).
    if text.endswith("/") or len(text) > _LENGTH:
        return None
    anchored = "/" in text
    # Braces are themselves to git.
    plain = text.removeprefix("/").replace("{", "[{]").replace("}", "[}]")
    try:
        source = glob(plain if anchored else f"**/{plain}").source
    except PatternError:
        return None
    return rf"\A(?:{source})\z"
