"""INI files and Java properties, which have no common grammar, read as their readers do.

Source: Python's ``configparser`` for INI (continuation by deeper indentation, comments on lines
of their own); ``java.util.Properties.load`` for properties.
"""

from __future__ import annotations

from readiness.records import Struct, field
from readiness.structured.nodes import Node, Scalar, Table
from readiness.structured.source import MAX_VALUES, decode, too_many


def parse(data: bytes) -> Table:
    """The sections of an INI file, each a table; keys before the first one are in a section named "".

    Duplicates are kept. Values are as written: quotes and what looks like a comment behind
    a value belong to it. An empty value is an empty text, a key without ``=`` or ``:`` is null.
    In a value of several lines, blank and comment lines are empty ones.
    Raises ``Unparsable`` for a binary file and (``opens``) over a limit.
    """
    sections = [_Section(1, "")]
    indent = -1  # how deep the last key is indented; -1 right after a header
    for number, line in enumerate(_lines(data), 1):
        content = line.strip()
        section = sections[-1]
        if not content or content[0] in "#;":
            section.continue_with("")
            continue
        deep = len(line) - len(line.lstrip())
        if section.pairs and deep > indent >= 0:
            section.continue_with(content)
        elif content[0] == "[" and content.rfind("]") > 1:
            sections.append(_Section(number, content[1 : content.rindex("]")]))
            indent = -1
        else:
            section.pairs.append(_pair(number, content))
            indent = deep
    tables = [(Scalar(each.line, each.name, plain=False, body=each.line), each.table()) for each in sections]
    return Table(1, tuple((name, table) for name, table in tables if name.text or table.pairs))


def parse_properties(data: bytes) -> Table:
    """The keys of a Java properties file, in one flat table; dots in keys are left alone.

    A backslash at the end of a line continues it. Raises as ``parse`` does.
    """
    pairs: list[tuple[Scalar, Node]] = []
    pending: list[str] = []
    start = 1
    for number, line in enumerate([*_lines(data), ""], 1):
        content = line.strip()
        if not pending and (not content or content[0] in "#!"):
            continue
        if not pending:
            start = number
        slashes = len(content) - len(content.rstrip("\\"))
        pending.append(content[:-1] if slashes % 2 else content)
        if slashes % 2 == 0:
            draft = _pair(start, "".join(pending), spaces=True)
            pairs.append((draft.key, draft.value()))
            pending = []
    return Table(1, tuple(pairs))


def _lines(data: bytes) -> list[str]:
    lines = decode(data).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > MAX_VALUES:
        raise too_many(MAX_VALUES)
    return lines


class _Pair(Struct):
    """A key and the lines of its value so far."""

    key: Scalar
    lines: list[str]
    given: bool

    def value(self) -> Scalar:
        text = "\n".join(self.lines).rstrip()
        return Scalar(self.key.line, text, plain=bool(text) or not self.given, body=self.key.line)


class _Section(Struct):
    line: int
    name: str
    pairs: list[_Pair] = field(default_factory=list)

    def continue_with(self, content: str) -> None:
        if self.pairs:
            self.pairs[-1].lines.append(content)

    def table(self) -> Table:
        return Table(self.line, tuple((pair.key, pair.value()) for pair in self.pairs))


def _pair(line: int, content: str, *, spaces: bool = False) -> _Pair:
    """A key and a value around the first ``=`` or ``:``; with ``spaces`` also around the first blank."""
    ends = [content.find(mark) for mark in ("=", ":")]
    at = min((end for end in ends if end >= 0), default=len(content))
    key, value = content[:at].rstrip(), content[at + 1 :].strip()
    if spaces and len(words := key.split(None, 1)) == 2:
        key, value = words[0], content[len(words[0]) :].strip()
        return _Pair(Scalar(line, key, plain=False, body=line), [value], given=True)
    return _Pair(Scalar(line, key, plain=False, body=line), [value], given=at < len(content))
