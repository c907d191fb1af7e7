"""Documents: what they are about, how much they say, what they show and what they promise."""

from __future__ import annotations

from posixpath import basename
from typing import TYPE_CHECKING, Annotated
from weakref import WeakKeyDictionary

from readiness.facts.documents.contacts import CONTACTS, Contact
from readiness.facts.documents.fences import FenceTopic  # noqa: TC001 - annotations of rows are read at run time
from readiness.facts.documents.kinds import Kind, is_report_name, kinds_of_path, kinds_of_title
from readiness.facts.documents.markdown import MARKDOWN
from readiness.facts.documents.markup import ASCIIDOC, PLAIN, RESTRUCTURED
from readiness.facts.documents.prose import NoteKind  # noqa: TC001 - annotations of rows are read at run time
from readiness.facts.model import Collected, Glob, Noun, Opening, Row
from readiness.facts.secrets.values import redacted
from readiness.facts.words import name_words, word_set
from readiness.records import Struct
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.facts.documents.prose import Document as Parsed
    from readiness.facts.documents.prose import Section as ParsedSection
    from readiness.facts.model import Facts, Parser
    from readiness.spans import Problem
    from readiness.tree.model import Entry


_BY_ENDING: dict[str, Parser[Parsed]] = {
    "md": MARKDOWN,
    "markdown": MARKDOWN,
    "mdx": MARKDOWN,
    "rst": RESTRUCTURED,
    "adoc": ASCIIDOC,
    "asciidoc": ASCIIDOC,
}
_BARE_NAMES = word_set(
    """
    authors changelog changes code_of_conduct contributing copying history install license licence news notes
    notice readme releasing roadmap runbook security support todo unlicense upgrading
    """
)
_FOLDERS = word_set("doc docs documentation handbook runbook runbooks wiki")
_TEMPLATE_WORDS = frozenset(("template", "templates"))
# Documents whose praise of the product is no report about it.
_NEVER_REPORTS: frozenset[Kind] = frozenset(
    ("changelog", "code-of-conduct", "contributing", "license", "readme")
)
# What others wrote, copies, and samples (among them prompts for agents) say nothing of the product.
_NOT_READ = frozenset((Role.VENDORED, Role.GENERATED, Role.BACKUP, Role.SAMPLE))
_ABOUT_DATA = word_set("transaction transactions database sql orm session savepoint cursor connection query")


class Document(Row, frozen=True, kw_only=True):
    """A document: Markdown, reStructuredText, AsciiDoc or plain text."""

    title: Annotated[str, "its first heading"] = ""
    kind: Annotated[frozenset[Kind], "what it is, by its name, folder and title"] = frozenset()
    words: Annotated[int, "words of prose; code, comments and headings do not count"] = 0
    substance: Annotated[
        bool, "it says something: 80 words, or 30 with steps or commands, and is no stub"
    ] = False
    steps: Annotated[int, "numbered items and tasks"] = 0
    commands: Annotated[int, "blocks of shell commands"] = 0
    sections: Annotated[int, "headings"] = 0
    self_report: Annotated[bool, "it reads like a report that praises the product (100/100, COMPLETE)"] = (
        False
    )
    contact: Annotated[
        frozenset[Contact], "of a security policy: how to reach somebody in private; empty for all others"
    ] = frozenset()


class DocumentSection(Row, frozen=True, kw_only=True):
    """A section of a document: a heading and what stands below it, up to the next heading."""

    heading: Annotated[str, "the heading"] = ""
    level: Annotated[int, "its level, from 1"] = 1
    words: Annotated[int, "words of prose up to the next heading"] = 0
    steps: Annotated[int, "numbered items and tasks"] = 0
    commands: Annotated[int, "blocks of shell commands"] = 0
    figures: Annotated[int, "words of prose with a digit in them"] = 0
    topic: Annotated[frozenset[Kind], "what the heading announces"] = frozenset()
    document_kind: Annotated[frozenset[Kind], "what the document is"] = frozenset()
    self_report: Annotated[bool, "the document reads like a report that praises the product"] = False


class DocumentFence(Row, frozen=True, kw_only=True):
    """A block of code in a document: evidence of a design, never of practice."""

    language: Annotated[str, "the language as written, empty if none is"] = ""
    topic: Annotated[frozenset[FenceTopic], "what it is, by its content and its language"] = frozenset()
    caption: Annotated[str, "the heading above it"] = ""
    document_kind: Annotated[frozenset[Kind], "what the document is"] = frozenset()
    self_report: Annotated[bool, "the document reads like a report that praises the product"] = False


class DocumentNote(Row, frozen=True, kw_only=True):
    """A task, a to-do or an item of a roadmap in a document."""

    kind: Annotated[NoteKind, "open or done task, to-do line, item of a roadmap"] = "todo"
    document_kind: Annotated[frozenset[Kind], "what the document is"] = frozenset()


class _Read(Struct, frozen=True):
    """A document that could be read, with what it is."""

    entry: Entry
    parsed: Parsed
    kind: frozenset[Kind]
    self_report: bool


def _parser(path: str) -> Parser[Parsed] | None:
    """How a document is read; None for a file that is no document.

    A text file (``requirements.txt``) is one only by its name or in a folder of documents.
    """
    name = basename(path).lower()
    stem, dot, ending = name.rpartition(".")
    if not dot or name.startswith("."):
        return MARKDOWN if name in _BARE_NAMES or name.startswith("license-") else None
    if ending == "txt":
        folders = set(path.lower().split("/")[:-1])
        return PLAIN if stem in _BARE_NAMES or folders & _FOLDERS else None
    return _BY_ENDING.get(ending)


class _All(Struct, frozen=True):
    """The rows of all four nouns; the documents themselves are not held."""

    documents: Collected[Document]
    sections: Collected[DocumentSection]
    fences: Collected[DocumentFence]
    notes: Collected[DocumentNote]


_KEPT: WeakKeyDictionary[Facts, _All] = WeakKeyDictionary()


def _all(facts: Facts) -> _All:
    kept = _KEPT.get(facts)
    if kept is None:
        kept = _KEPT[facts] = _collected(facts)
    return kept


def _collected(facts: Facts) -> _All:
    """Everything that documents hold, from one after the other."""
    documents: list[Document] = []
    sections: list[DocumentSection] = []
    fences: list[DocumentFence] = []
    notes: list[DocumentNote] = []
    problems: list[Problem] = []
    openings: list[Opening] = []
    looked: list[str] = []
    for entry in facts.tree.entries:
        parser = _parser(entry.path)
        if parser is None or entry.role in _NOT_READ:
            continue
        looked.append(entry.path)
        parsed = facts.parsed(parser, entry.path)
        if parsed.value is not None:
            read = _read(entry, parsed.value)
            documents.append(_document(read, _contact(facts, read)))
            sections += (_section(read, each) for each in read.parsed.sections)
            fences += _fences(read)
            notes += _notes(read)
        if parsed.problem is not None:
            problems.append(parsed.problem)
            if parsed.opens and entry.role is Role.PRODUCT and kinds_of_path(entry.path):
                openings.append(Opening(entry.path, parsed.problem.line, parsed.problem.message))
    frame = (tuple(problems), tuple(openings), tuple(looked))
    return _All(
        Collected(tuple(documents), *frame),
        Collected(tuple(sections), *frame),
        Collected(tuple(fences), *frame),
        Collected(tuple(notes), *frame),
    )


def _read(entry: Entry, parsed: Parsed) -> _Read:
    by_path = kinds_of_path(entry.path)
    # The title of a README is the project's name, and a project may be called anything.
    kind = by_path if "readme" in by_path else by_path | kinds_of_title(parsed.title)
    boasts = parsed.boasts >= (1 if is_report_name(entry.path) else 2)
    return _Read(entry, parsed, kind, boasts and not kind & _NEVER_REPORTS)


def collect_documents(facts: Facts, scope: tuple[str, ...]) -> Collected[Document]:  # noqa: ARG001
    """One row for each document; its place is its title."""
    return _all(facts).documents


def _contact(facts: Facts, read: _Read) -> frozenset[Contact]:
    """The ways that a security policy names; other documents are not asked."""
    if "security-policy" not in read.kind:
        return frozenset()
    return facts.parsed(CONTACTS, read.entry.path).value or frozenset()


def _document(read: _Read, contact: frozenset[Contact]) -> Document:
    parsed = read.parsed
    title = redacted(parsed.title)
    return Document(
        path=Glob(read.entry.path),
        line=parsed.line,
        role=read.entry.role,
        text=title or basename(read.entry.path),
        title=title,
        kind=read.kind,
        words=parsed.words,
        substance=_has_substance(parsed),
        steps=parsed.steps,
        commands=parsed.commands,
        sections=len(parsed.sections),
        self_report=read.self_report,
        contact=contact,
    )


def _has_substance(parsed: Parsed) -> bool:
    if parsed.words >= 80:
        return True
    return parsed.words >= 30 and bool(parsed.commands or parsed.steps) and not parsed.unwritten


def collect_sections(facts: Facts, scope: tuple[str, ...]) -> Collected[DocumentSection]:  # noqa: ARG001
    """One row for each heading of each document."""
    return _all(facts).sections


def _section(read: _Read, section: ParsedSection) -> DocumentSection:
    heading = redacted(section.heading)
    return DocumentSection(
        path=Glob(read.entry.path),
        line=section.line,
        role=read.entry.role,
        text=heading,
        heading=heading,
        level=section.level,
        words=section.words,
        steps=section.steps,
        commands=section.commands,
        figures=section.figures,
        topic=_topic(read, section),
        document_kind=read.kind,
        self_report=read.self_report,
    )


def _topic(read: _Read, section: ParsedSection) -> frozenset[Kind]:
    """What a heading announces; a rollback in the reference of an API is that of a transaction."""
    topic = kinds_of_title(section.heading)
    if "rollback" not in topic:
        return topic
    around = name_words(" ".join((read.entry.path, read.parsed.title, *section.above)))
    return topic - {"rollback"} if "api" in read.kind or not _ABOUT_DATA.isdisjoint(around) else topic


def collect_fences(facts: Facts, scope: tuple[str, ...]) -> Collected[DocumentFence]:  # noqa: ARG001
    """One row for each block of code of each document; its text is the first line of code."""
    return _all(facts).fences


def _fences(read: _Read) -> Iterable[DocumentFence]:
    for each in read.parsed.fences:
        yield DocumentFence(
            path=Glob(read.entry.path),
            line=each.line,
            role=read.entry.role,
            text=redacted(f"{each.caption}: {each.first}" if each.caption else each.first),
            language=each.language[:40],
            topic=each.topics,
            caption=redacted(each.caption),
            document_kind=read.kind,
            self_report=read.self_report,
        )


def collect_notes(facts: Facts, scope: tuple[str, ...]) -> Collected[DocumentNote]:  # noqa: ARG001
    """One row for each task, to-do line and roadmap item of each document."""
    return _all(facts).notes


def _notes(read: _Read) -> Iterable[DocumentNote]:
    if not _TEMPLATE_WORDS.isdisjoint(name_words(read.entry.path)):
        return  # the boxes of an issue's or a pull request's form are no tasks of the product
    for each in read.parsed.notes:
        yield DocumentNote(
            path=Glob(read.entry.path),
            line=each.line,
            role=read.entry.role,
            text=redacted(each.text),
            kind=each.kind,
            document_kind=read.kind,
        )


DOCUMENT: Noun[Document] = Noun("document", Document, "a document", collect_documents)
SECTION: Noun[DocumentSection] = Noun(
    "document.section", DocumentSection, "a section of a document", collect_sections
)
FENCE: Noun[DocumentFence] = Noun(
    "document.fence", DocumentFence, "a block of code in a document", collect_fences
)
NOTE: Noun[DocumentNote] = Noun("document.note", DocumentNote, "a task or to-do in a document", collect_notes)
