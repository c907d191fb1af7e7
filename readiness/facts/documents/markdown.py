"""Markdown documents, read in one pass over their lines.

CommonMark as far as it decides what a document holds: ATX and setext headings, fences of
backticks and tildes in lists and quotes, indented code, comments, front matter. Nothing
is rendered. Source: CommonMark 0.31, GitHub Flavored Markdown (task lists).
"""

from __future__ import annotations

from readiness.facts.documents.prose import Builder, Document, decoded
from readiness.facts.model import Parser
from readiness.records import Struct, field


class _Reader(Struct):
    builder: Builder
    paragraph: list[tuple[str, int]] = field(default_factory=list)
    in_list: bool = False
    in_comment: bool = False
    after_blank: bool = True
    in_code: bool = False
    mark: str = ""
    language: str = ""
    body: list[str] = field(default_factory=list)
    start: int = 0


def parse(content: bytes) -> Document:
    """A Markdown document. Raises ``Unparsable`` for binary content."""
    text = decoded(content)
    lines = text.split("\n")
    reader = _Reader(Builder())
    for at in range(_front_matter(lines), len(lines)):
        if reader.mark:
            _in_fence(reader, lines[at])
        else:
            _line(reader, lines[at], at + 1)
    if reader.mark:
        _end_fence(reader)
    _flush(reader)
    return reader.builder.finish(text)


def _front_matter(lines: list[str]) -> int:
    mark = lines[0].rstrip()
    if mark in ("---", "+++"):
        for at, line in enumerate(lines[1:], 1):
            if line.rstrip() in (mark, "..." if mark == "---" else mark):
                return at + 1
    return 0


def _in_fence(reader: _Reader, line: str) -> None:
    text = line.strip().lstrip("> ")
    if text.startswith(reader.mark) and not text.strip(reader.mark[0]):
        _end_fence(reader)
    else:
        reader.body.append(line)


def _end_fence(reader: _Reader) -> None:
    reader.builder.fence(reader.language, reader.body, reader.start)
    reader.mark, reader.body = "", []


def _line(reader: _Reader, line: str, number: int) -> None:
    if reader.in_comment or "<!--" in line:
        line = _uncommented(reader, line)
    if line[:1].isalpha():  # most lines: a paragraph begins or goes on, whatever it says
        reader.in_code = False
        reader.in_list = reader.in_list and not reader.after_blank
        reader.paragraph.append((line, number))
        reader.after_blank = False
        return
    text = line.lstrip(" \t")
    indent = len(line[: len(line) - len(text)].expandtabs(4))
    if text.startswith(">"):
        text = text.lstrip("> \t")
    if not text.strip():
        _flush(reader)
        reader.after_blank = True
        return
    if indent >= 4 and not reader.in_list and (reader.after_blank or reader.in_code):
        reader.in_code = True
        return
    reader.in_code = False
    if _opens_fence(reader, text, number) or _is_heading(reader, text, indent, number):
        reader.after_blank = False
        return
    marker, ordered = _marker(text)
    if marker:
        _flush(reader)
        rest = text[marker:].lstrip(" \t")
        reader.in_list = True
        if not _opens_fence(reader, rest, number):
            reader.builder.item(rest, number, ordered=ordered)
    else:
        reader.in_list = reader.in_list and (indent > 0 or not reader.after_blank)
        reader.paragraph.append((text, number))
    reader.after_blank = False


def _uncommented(reader: _Reader, line: str) -> str:
    out, at = [], 0
    while at < len(line):
        if reader.in_comment:
            end = line.find("-->", at)
            if end < 0:
                break
            at, reader.in_comment = end + 3, False
        else:
            begin = line.find("<!--", at)
            out.append(line[at:] if begin < 0 else line[at:begin])
            if begin < 0:
                break
            at, reader.in_comment = begin + 4, True
    return "".join(out)


def _opens_fence(reader: _Reader, text: str, number: int) -> bool:
    mark = text[:1]
    if mark not in ("`", "~"):
        return False
    rest = text.lstrip(mark)
    length = len(text) - len(rest)
    if length < 3 or (mark == "`" and "`" in rest):
        return False
    _flush(reader)
    info = rest.strip().lstrip("{.").split()
    reader.language = info[0].rstrip("},").lower() if info else ""
    reader.mark, reader.start = mark * length, number
    return True


def _is_heading(reader: _Reader, text: str, indent: int, number: int) -> bool:
    if text.startswith("#"):
        title = text.lstrip("#")
        level = len(text) - len(title)
        if level <= 6 and (not title.strip() or title[0] in " \t"):
            _flush(reader)
            reader.in_list = False
            bare = title.strip()
            closed = bare.rstrip("#")
            reader.builder.heading(
                closed.rstrip() if closed.endswith((" ", "\t")) or not closed else bare, level, number
            )
            return True
    rule = text.rstrip()
    if rule[0] in "=-" and not rule.strip(rule[0]) and indent < 4 and reader.paragraph and not reader.in_list:
        title = " ".join(part.strip() for part, _ in reader.paragraph)
        line = reader.paragraph[0][1]
        reader.paragraph.clear()
        reader.builder.heading(title, 1 if rule[0] == "=" else 2, line)
        return True
    return bool(
        rule[0] in "-*_" and len(rule.replace(" ", "")) > 2 and not rule.replace(" ", "").strip(rule[0])
    )


def _marker(text: str) -> tuple[int, bool]:
    """The length of a list item's marker, 0 if there is none, and whether the list is ordered."""
    if text[0] in "-*+" and text[1:2] in (" ", "\t", ""):
        return 1, False
    digits = 0
    while digits < min(len(text), 10) and text[digits].isascii() and text[digits].isdigit():
        digits += 1
    if (
        0 < digits < 10
        and text[digits : digits + 1] in (".", ")")
        and text[digits + 1 : digits + 2] in (" ", "\t")
    ):
        return digits + 1, True
    return 0, False


def _flush(reader: _Reader) -> None:
    for text, line in reader.paragraph:
        reader.builder.prose(text, line)
    reader.paragraph.clear()


MARKDOWN = Parser("markdown", 3, parse, Document, bulky=True)
