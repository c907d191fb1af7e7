"""What a document mentions: the targets of its links, code within its lines, blocks of shell commands.

Sources: CommonMark 0.31 (inline links, reference definitions, code spans, fences); the docutils
reStructuredText specification (hyperlink targets, directives).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.documents.fences import topics
from readiness.facts.documents.prose import decoded
from readiness.facts.model import Parser
from readiness.matching import Pattern
from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST = 2_000


class Mention(Struct, frozen=True):
    """A text that may name something: its line, and the document's line around it."""

    line: int
    text: str
    around: str = ""


class Block(Struct, frozen=True):
    """A block of code: the line of its first line of content, what it is, the line of prose before it."""

    line: int
    language: str
    text: str
    before: str
    shell: bool


class Mentions(Struct, frozen=True):
    """All that a document mentions, in its order; ``text`` is the whole document."""

    links: tuple[Mention, ...] = ()
    codes: tuple[Mention, ...] = ()
    blocks: tuple[Block, ...] = ()
    lines: tuple[str, ...] = ()


_INLINE = Pattern(r"\]\(\s*<?[^()\s<>]+(?:\([^()\s]*\)[^()\s<>]*)*>?(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)")
_HTML = Pattern(r"(?i)<(?:img|a|source|video)\b[^>]*?\s(?:src|href)\s*=\s*[\"'][^\"'\s]+[\"']")
_DEFINITION = Pattern(r"^ {0,3}\[[^\]^][^\]]*\]:\s*<?[^\s<>]+")
_RST_LINK = Pattern(r"`[^`<]*<[^>\s]+>`_")
_RST_DIRECTIVE = Pattern(r"^\s*\.\. (?:\|[^|]+\| )?(?:image|figure|literalinclude|include)::\s+\S+\s*$")


def parse_markdown(data: bytes) -> Mentions:
    """What a Markdown document mentions. Raises ``Unparsable`` for binary content."""
    lines = decoded(data).split("\n")
    links: list[Mention] = []
    codes: list[Mention] = []
    blocks: list[Block] = []
    mark, start, before, language = "", 0, "", ""
    body: list[str] = []
    commented = False
    for number, line in enumerate(lines, 1):
        text = line.strip().lstrip("> ")
        if mark:
            if text.startswith(mark) and not text.strip(mark[0]):
                blocks.append(_block(start + 1, language, body, before))
                mark = ""
            else:
                body.append(line)
            continue
        commented, text = _uncommented(commented, text)
        opened = _fence(text)
        if opened is not None:
            mark, language = opened
            start, body = number, []
            continue
        if text:
            before = text
        if line.startswith(("    ", "\t")) and not text.startswith(("-", "*", "+", "|")):
            continue
        bare = _spans(text, number, codes)
        links += (Mention(number, target, text) for target in _targets(bare))
    return Mentions(tuple(links[:_MOST]), tuple(codes[:_MOST]), tuple(blocks), tuple(lines))


def _block(line: int, language: str, body: list[str], before: str) -> Block:
    text = "\n".join(body)
    return Block(line, language, text, before, "shell" in topics(language, text[:20_000]))


def _fence(text: str) -> tuple[str, str] | None:
    """The mark and the language of a fence that ``text`` opens, in a list item too; None if it opens none."""
    text = text.lstrip("-*+0123456789. \t") if text[:1] in "-*+0123456789" else text
    mark = text[:1]
    if mark not in ("`", "~") or not mark:
        return None
    rest = text.lstrip(mark)
    if len(text) - len(rest) < 3 or (mark == "`" and "`" in rest):
        return None
    words = rest.strip().lstrip("{.").split()
    return mark * (len(text) - len(rest)), words[0].rstrip("},").lower() if words else ""


def _uncommented(commented: bool, text: str) -> tuple[bool, str]:
    """Whether a comment goes on after ``text``, and what of it stands outside."""
    out: list[str] = []
    while text:
        head, found, text = text.partition("-->" if commented else "<!--")
        if not commented:
            out.append(head)
        if not found:
            break
        commented = not commented
    return commented, "".join(out).strip()


def _spans(text: str, number: int, codes: list[Mention]) -> str:
    """``text`` without its code spans, which are added to ``codes``."""
    parts = text.split("`")
    if len(parts) < 3 or "``" in text:
        return text if "``" not in text else ""
    codes += (Mention(number, part.strip(), text) for part in parts[1::2] if part.strip())
    return "`".join(part if index % 2 == 0 else "" for index, part in enumerate(parts))


def _targets(text: str) -> Iterator[str]:
    if "](" in text:
        for _, found in _INLINE.each(text):
            yield _cleaned(found[2:-1].split()[0])
    if "<" in text:
        for _, found in _HTML.each(text):
            yield _cleaned(found.rpartition("=")[2] if found.count("=") == 1 else _attribute(found))
    if "]:" in text[:200]:
        for _, found in _DEFINITION.each(text):
            yield _cleaned(found.partition("]:")[2])


def _attribute(tag: str) -> str:
    return tag[:-1].replace('"', "'").rpartition("'")[2]


def _cleaned(target: str) -> str:
    return _decoded(target.strip().strip("<>\"'"))


def _decoded(text: str) -> str:
    """A target without its percent signs (RFC 3986, 2.1); what is no code stays as it is."""
    head, *rest = text.split("%")
    out = [head.encode()]
    for part in rest:
        code = part[:2]
        known = len(code) == 2 and all(char in "0123456789abcdefABCDEF" for char in code)
        out.append(bytes([int(code, 16)]) + part[2:].encode() if known else b"%" + part.encode())
    return b"".join(out).decode("utf-8", "replace")


def parse_rst(data: bytes) -> Mentions:
    """What a reStructuredText document mentions. Raises ``Unparsable`` for binary content."""
    lines = decoded(data).split("\n")
    links: list[Mention] = []
    codes: list[Mention] = []
    for number, line in enumerate(lines, 1):
        text = line.strip()
        for _, found in _RST_LINK.each(text) if ">`_" in text else ():
            links.append(Mention(number, _cleaned(found.rpartition("<")[2].partition(">")[0]), text))
        for _, found in _RST_DIRECTIVE.each(text) if text.startswith("..") else ():
            links.append(Mention(number, _cleaned(found.rpartition("::")[2]), text))
        parts = text.split("``")
        codes += (Mention(number, part.strip(), text) for part in parts[1::2] if part.strip())
    return Mentions(tuple(links[:_MOST]), tuple(codes[:_MOST]), _rst_blocks(lines), tuple(lines))


def _rst_blocks(lines: list[str]) -> tuple[Block, ...]:
    """The blocks of ``.. code-block::`` and of a paragraph that ends in ``::``."""
    blocks: list[Block] = []
    at = 0
    while at < len(lines):
        text = lines[at].strip()
        directive = text.startswith((".. code-block::", ".. code::", ".. prompt::"))
        if not directive and (not text.endswith("::") or text.startswith("..")):
            at += 1
            continue
        indent = len(lines[at]) - len(lines[at].lstrip())
        start = at + 1
        at = start
        while at < len(lines) and (
            not lines[at].strip() or len(lines[at]) - len(lines[at].lstrip()) > indent
        ):
            at += 1
        body = lines[start:at]
        language = text.partition("::")[2].strip().split(" ")[0] if directive else ""
        before = (
            text
            if not directive
            else next((line for line in reversed(lines[: start - 1][-4:]) if line.strip()), "")
        )
        kept = ["" if line.strip().startswith(":") else line.strip() for line in body]
        blocks.append(_block(start + 1, language, kept, before))
    return tuple(blocks)


def _parse_lines(data: bytes) -> tuple[str, ...]:
    return tuple(data.decode("utf-8-sig", "replace").splitlines())


MARKDOWN = Parser("mentions-markdown", 1, parse_markdown, bulky=True)
RST = Parser("mentions-rst", 1, parse_rst, bulky=True)
LINES = Parser("reference-lines", 1, _parse_lines, bulky=True)
