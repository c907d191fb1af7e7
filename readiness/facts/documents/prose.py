"""What a document is made of, in whatever markup: headings, prose, steps, fences and notes."""

from __future__ import annotations

from functools import cache
from typing import Literal

from readiness.facts.documents.fences import FenceTopic, topics
from readiness.facts.words import name_words, word_count
from readiness.matching import Pattern
from readiness.records import Struct, field
from readiness.spans import Unparsable

NoteKind = Literal["open", "done", "todo", "roadmap"]


class Section(Struct, frozen=True):
    """A heading, the headings above it (outermost first), and what stands below it up to the next one."""

    heading: str
    level: int
    line: int
    above: tuple[str, ...] = ()
    words: int = 0
    steps: int = 0
    commands: int = 0
    figures: int = 0


class Fence(Struct, frozen=True):
    """A block of code: its language as written, what it is by its content, the heading above it."""

    language: str
    topics: frozenset[FenceTopic]
    caption: str
    first: str
    line: int


class Note(Struct, frozen=True):
    """A task item, a to-do line, or an item of a roadmap."""

    kind: NoteKind
    text: str
    line: int


class Document(Struct, frozen=True):
    """What a document holds. ``boasts`` is how many phrases of self-written reports it uses."""

    title: str
    line: int
    sections: tuple[Section, ...]
    fences: tuple[Fence, ...]
    notes: tuple[Note, ...]
    words: int
    steps: int
    commands: int
    boasts: int
    unwritten: bool


_ROADMAPS = (
    *("roadmap", "next steps", "planned features", "planned improvements", "upcoming features"),
    *("future work", "future enhancements", "future improvements", "future features", "future plans"),
)
_WHOLE_ROADMAPS = ("backlog", "coming soon", "future", "planned", "to do", "todo", "todos", "upcoming")
_BOASTS = (
    r"PRODUCTION[ _-]READY|READY FOR PRODUCTION|(?i:production readiness: *\**100|ready for production)",
    r"\b(?:9[0-9]|100)(?:\.[0-9])? ?/ ?100\b|\b100% (?:COMPLETE|complete|PASS|pass|success|SUCCESS)",
    r"✅ ?\**(?:COMPLETE|PASS|SUCCESS|VALIDATED|VERIFIED|APPROVED|EXCELLENT|READY)",
    r"(?i)\b(?:all tests pass(?:ed|ing)?|mission accomplished|fully operational|implementation complete)\b",
    r"(?i)\b(?:overall (?:status|score|grade|result)|final verdict)\b",
)
_UNWRITTEN = (
    r"(?i)\b(?:TODO|TBD|FIXME|coming soon|to be (?:written|done|documented|added)|work in progress)\b"
)
# As the forges' own starting point for a security policy has it.
_INSTRUCTION = "Use this section to "
_CONTENT_LIMIT = 20_000


@cache
def _pattern(source: str) -> Pattern:
    return Pattern(source)


class Builder(Struct):
    """Gathers a document, whatever markup it is written in. Lines count from 1."""

    title: str = ""
    title_line: int = 1
    sections: list[Section] = field(default_factory=list)
    fences: list[Fence] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    words: int = 0
    steps: int = 0
    commands: int = 0
    figures: int = 0
    # Of the open section: heading, level, line, and the totals when it began.
    _open: tuple[str, int, int, int, int, int, int] | None = None
    _above: list[tuple[int, str]] = field(default_factory=list)
    _roadmap: int = 0
    _instructs: bool = False

    def heading(self, text: str, level: int, line: int) -> None:
        """A heading; the first of level 1, else the first of all, is the title."""
        text = _plain(text)
        self._instructs = False
        self._close()
        while self._above and self._above[-1][0] >= level:
            self._above.pop()
        if not self.title:
            self.title, self.title_line = text, line
        if self._roadmap and level <= self._roadmap:
            self._roadmap = 0
        if not self._roadmap and _names_roadmap(text):
            self._roadmap = level
        self._open = (text, level, line, self.words, self.steps, self.commands, self.figures)

    def _close(self) -> None:
        if self._open is None:
            return
        text, level, line, words, steps, commands, figures = self._open
        above = tuple(heading for _, heading in self._above)
        counts = (
            self.words - words,
            self.steps - steps,
            self.commands - commands,
            self.figures - figures,
        )
        self.sections.append(Section(text, level, line, above, *counts))
        if len(self._above) < 8:
            self._above.append((level, text))
        self._open = None

    def prose(self, text: str, line: int) -> None:
        """A line of text. A line that begins with TODO or FIXME is a note.

        A section that says what is to be written in it has no words.
        """
        start = text.lstrip(" \t>*_-`|")
        self._instructs = self._instructs or start.startswith(_INSTRUCTION)
        if not self._instructs:
            self.words += count_words(text)
            self.figures += count_figures(text)
        if (
            start.startswith(("TODO", "FIXME"))
            and not start.removeprefix("TODO").removeprefix("FIXME")[:1].isalnum()
        ):
            self.notes.append(Note("todo", _plain(start), line))

    def item(self, text: str, line: int, *, ordered: bool) -> None:
        """A list item without its marker; ordered items and tasks are steps, those of a roadmap notes."""
        box = text[:3].lower()
        task = box in ("[ ]", "[x]") and text[3:4] in ("", " ", "\t")
        self.steps += ordered or task
        notes = len(self.notes)
        self.prose(text[3:] if task else text, line)
        if len(self.notes) > notes:
            return
        if task:
            self.notes.append(Note("done" if box == "[x]" else "open", _plain(text[3:]), line))
        elif self._roadmap and text.strip():
            self.notes.append(Note("roadmap", _plain(text), line))

    def fence(self, language: str, body: list[str], line: int) -> None:
        """A block of code whose first line of content is ``line`` + 1."""
        content = "\n".join(body)[:_CONTENT_LIMIT]
        found = topics(language, content)
        self.commands += "shell" in found
        caption = self._open[0] if self._open else ""
        first = next((text.strip() for text in body if text.strip()), "")
        self.fences.append(Fence(language, found, caption, first[:400], line))

    def finish(self, text: str) -> Document:
        """The document; ``text`` is the whole of it."""
        self._close()
        boasts = sum(_pattern(source).found(text) for source in _BOASTS)
        return Document(
            self.title,
            self.title_line,
            tuple(self.sections),
            tuple(self.fences),
            tuple(self.notes),
            self.words,
            self.steps,
            self.commands,
            boasts,
            _pattern(_UNWRITTEN).found(text),
        )


def _names_roadmap(heading: str) -> bool:
    words = " ".join(name_words(heading))
    return words in _WHOLE_ROADMAPS or any(f" {phrase} " in f" {words} " for phrase in _ROADMAPS)


def _plain(text: str) -> str:
    """A line without emphasis and the targets of links, at most 400 characters of it."""
    text = " ".join(text[:2000].split())
    if "](" in text:
        text = _without(text, "](", ")").replace("![", "").replace("[", "")
    return text.replace("**", "").replace("__", "").strip("* ")[:400]


def _without(text: str, start: str, end: str) -> str:
    out, at = [], 0
    while (begin := text.find(start, at)) >= 0 and (stop := text.find(end, begin)) >= 0:
        out.append(text[at:begin])
        at = stop + len(end)
    return "".join([*out, text[at:]])


def count_words(text: str) -> int:
    """Words of prose: tags, targets of links and what has no letter or digit do not count."""
    if "](" in text:
        text = _without(text, "](", ")")
    if "<" in text:
        text = _without(text, "<", ">")
    return word_count(text)


def count_figures(text: str) -> int:
    """Words with a digit in them: ``200``, ``50 ms``, ``99.9 %``; targets of links do not count."""
    if "](" in text:
        text = _without(text, "](", ")")
    return sum(not word.isalpha() and any(map(str.isdigit, word)) for word in text.split())


def decoded(content: bytes) -> str:
    """The text of a document. Raises ``Unparsable`` for binary content."""
    if b"\0" in content:
        raise Unparsable(1, "not a text")
    return content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
