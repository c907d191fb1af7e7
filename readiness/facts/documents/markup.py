"""reStructuredText, AsciiDoc and plain text, as simply as questions about documents need.

Sources: docutils' reStructuredText specification (sections, lists, literal blocks) and
the AsciiDoc language documentation (titles, delimited blocks, checklists).
"""

from __future__ import annotations

from readiness.facts.documents.prose import Builder, Document, decoded
from readiness.facts.model import Parser
from readiness.records import Struct, field

_ADORNMENTS = frozenset("=-~^\"'#*+.:_`<>")
_CODE_DIRECTIVES = ("code", "code-block", "sourcecode", "prompt")


def list_item(line: str) -> tuple[str, bool] | None:
    """The text of a list item and whether its list is ordered; None for another line."""
    text = line.strip()
    if text[:2] in ("- ", "* ", "+ ", ". ", "• "):
        return text[2:], text[0] == "."
    stars = text.lstrip("*.-")
    if stars != text and stars.startswith(" "):
        return stars[1:], text[0] == "."
    number, dot, rest = text.partition(". ")
    if dot and (number == "#" or (number.isascii() and number.isdigit() and len(number) < 10)):
        return rest, True
    return None


def _line(builder: Builder, line: str, number: int) -> None:
    item = list_item(line)
    if item is None:
        builder.prose(line, number)
    else:
        builder.item(item[0].lstrip(), number, ordered=item[1])


def parse_plain(content: bytes) -> Document:
    """A plain text: its first line is its title. Raises ``Unparsable`` for binary content."""
    text = decoded(content)
    builder = Builder()
    for number, line in enumerate(text.split("\n"), 1):
        if not builder.title and line.strip():
            builder.title, builder.title_line = line.strip()[:400], number
        _line(builder, line, number)
    return builder.finish(text)


def parse_restructured(content: bytes) -> Document:
    """A reStructuredText document. Raises ``Unparsable`` for binary content."""
    text = decoded(content)
    lines = text.split("\n")
    builder, levels = Builder(), dict[str, int]()
    at = 0
    while at < len(lines):
        line = lines[at]
        overlined = _is_adornment(line) and at + 2 < len(lines) and _underlines(lines[at + 2], lines[at + 1])
        title = at + 1 if overlined else at
        if overlined or (at + 1 < len(lines) and _underlines(lines[at + 1], line)):
            kind = lines[title + 1].strip()[0] + ("o" if overlined else "")
            level = levels.setdefault(kind, len(levels) + 1)
            builder.heading(lines[title], level, title + 1)
            at = title + 2
        elif line.lstrip().startswith(".. "):
            at = _directive(builder, lines, at)
        elif line.rstrip().endswith("::") and _indented_follows(lines, at):
            _line(builder, line, at + 1)
            at = _block(builder, "", lines, at)
        else:
            _line(builder, line, at + 1)
            at += 1
    return builder.finish(text)


def _is_adornment(line: str) -> bool:
    text = line.rstrip()
    return len(text) > 1 and text[0] in _ADORNMENTS and not text.strip(text[0])


def _underlines(rule: str, title: str) -> bool:
    text = title.strip()
    return bool(text) and _is_adornment(rule) and len(rule.rstrip()) >= len(text) and not _is_adornment(title)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _indented_follows(lines: list[str], at: int) -> bool:
    for line in lines[at + 1 : at + 4]:
        if line.strip():
            return _indent(line) > _indent(lines[at])
    return False


def _block(builder: Builder | None, language: str, lines: list[str], at: int) -> int:
    """The indented lines below ``at`` as a block of code; where the text goes on."""
    own, end = _indent(lines[at]), at + 1
    while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) > own):
        end += 1
    if builder is not None:
        body = [line for line in lines[at + 1 : end] if not line.lstrip().startswith(":")]
        builder.fence(language, body, at + 1)
    return end


def _directive(builder: Builder, lines: list[str], at: int) -> int:
    name, colons, argument = lines[at].strip()[3:].partition("::")
    if not colons or not name.strip().replace("-", "").isalnum():
        return _block(None, "", lines, at)  # a comment, a target, a substitution
    if name.strip() in _CODE_DIRECTIVES:
        return _block(builder, argument.strip().lower(), lines, at)
    return at + 1  # a note, a warning: its content is prose


class _Block(Struct):
    delimiter: str = ""
    language: str = ""
    start: int = 0
    body: list[str] = field(default_factory=list)


def parse_asciidoc(content: bytes) -> Document:
    """An AsciiDoc document. Raises ``Unparsable`` for binary content."""
    text = decoded(content)
    builder, block, language = Builder(), _Block(), ""
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.rstrip()
        if block.delimiter:
            if bare == block.delimiter:
                _end_block(builder, block)
            else:
                block.body.append(line)
        elif bare[:4] in ("----", "....", "////", "```") and not bare.strip(bare[0]):
            block.delimiter, block.language, block.start = bare, language, number
            language = ""
        elif (level := _asciidoc_level(bare)) > 0:
            builder.heading(bare[level:], level, number)
        elif bare.startswith("[") and bare.endswith("]"):
            parts = [part.strip() for part in bare[1:-1].split(",")]
            language = parts[1].lower() if parts[0] in ("source", "") and len(parts) > 1 else ""
        elif not bare.startswith(("//", ":")):
            _line(builder, line, number)
    if block.delimiter:
        _end_block(builder, block)
    return builder.finish(text)


def _asciidoc_level(line: str) -> int:
    """The level of a title line, 0 for any other."""
    text = line.lstrip("=") if line.startswith("=") else line.lstrip("#")
    level = len(line) - len(text)
    return level if 0 < level <= 6 and text[:1] == " " and text.strip() else 0


def _end_block(builder: Builder, block: _Block) -> None:
    if not block.delimiter.startswith("//"):
        builder.fence(block.language, block.body, block.start)
    block.delimiter, block.body = "", []


PLAIN = Parser("plain-text", 2, parse_plain, Document, bulky=True)
RESTRUCTURED = Parser("restructured-text", 2, parse_restructured, Document, bulky=True)
ASCIIDOC = Parser("asciidoc", 2, parse_asciidoc, Document, bulky=True)
