"""XML, as elements that know their lines.

Names are taken without their prefix; no document type is read, so that there are no entities to
write out. Source: XML 1.0, Namespaces in XML 1.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.records import Struct, field
from readiness.spans import Unparsable
from readiness.structured.source import MAX_BYTES, MAX_DEPTH, MAX_VALUES, sound, too_deep, too_many

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.parsers.expat import XMLParserType


class Element(Struct, frozen=True, eq=False):
    """An element: its own text without the blanks around it, its attributes, and what is inside."""

    line: int
    name: str
    text: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[Element, ...] = ()

    def __iter__(self) -> Iterator[Element]:
        return iter(self.children)

    def get(self, *names: str) -> Element | None:
        """The first element at the end of the path ``names``, or None."""
        found: Element | None = self
        for name in names:
            found = next((child for child in found or () if child.name == name), None)
        return found

    def value(self, *names: str) -> str:
        """The text at the end of the path ``names``, empty if it is not there."""
        found = self.get(*names)
        return found.text if found is not None else ""

    def each(self, *names: str) -> tuple[Element, ...]:
        """Every element at the end of the path ``names``."""
        found: tuple[Element, ...] = (self,)
        for name in names:
            found = tuple(child for element in found for child in element if child.name == name)
        return found

    def attribute(self, name: str) -> str:
        """The attribute ``name``, empty if there is none; the case of the name does not matter."""
        wanted = name.lower()
        return next((value for key, value in self.attributes if key.lower() == wanted), "")


def parse(data: bytes) -> Element:
    """The root element. Raises ``Unparsable``; with ``opens`` over a limit and for a document type."""
    from xml.parsers import expat  # noqa: PLC0415 - few repositories have a file of it

    if len(data) > MAX_BYTES:
        raise Unparsable(1, f"larger than {MAX_BYTES:,} bytes", opens=True)
    parser = expat.ParserCreate()
    reader = _Reader(parser)
    parser.buffer_text = True
    parser.ordered_attributes = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code) or "not well-formed"
        raise Unparsable(max(error.lineno, 1), f"not readable as XML: {reason}") from None
    except (LookupError, ValueError):
        raise Unparsable(
            1, "not readable as XML: it is in an encoding that nobody knows", opens=True
        ) from None
    return reader.done[0]


class _Open(Struct):
    line: int
    name: str
    attributes: tuple[tuple[str, str], ...]
    texts: list[str] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)


class _Reader:
    def __init__(self, parser: XMLParserType) -> None:
        self.done: list[Element] = []
        self._parser = parser
        self._stack: list[_Open] = []
        self._count = 0

    def start(self, name: str, attributes: list[str]) -> None:
        line = self._parser.CurrentLineNumber
        self._count += 1 + len(attributes) // 2
        if self._count > MAX_VALUES:
            raise too_many(line)
        if len(self._stack) >= MAX_DEPTH:
            raise too_deep(line)
        pairs = zip(attributes[::2], attributes[1::2], strict=True)
        named = tuple((_local(key), sound(value)) for key, value in pairs)
        self._stack.append(_Open(line, _local(name), named))

    def end(self, _name: str) -> None:
        opened = self._stack.pop()
        text = sound("".join(opened.texts).strip())
        element = Element(opened.line, opened.name, text, opened.attributes, tuple(opened.children))
        (self._stack[-1].children if self._stack else self.done).append(element)

    def characters(self, text: str) -> None:
        self._stack[-1].texts.append(text)

    def doctype(self, *_: object) -> None:
        raise Unparsable(self._parser.CurrentLineNumber, "its document type is not read", opens=True)


def _local(name: str) -> str:
    return name.rpartition(":")[2]
