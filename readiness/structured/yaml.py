"""YAML, from libyaml's events into nodes.

No implicit typing, no construction of objects: a tag is a word on a node. An alias is the
very node that it names, so a file takes the memory that it takes to write it; what it would
take written out is limited too, so that nobody who walks over the nodes can be made
to walk for ever.
Source: YAML 1.2.2, chapters 3, 6.9 and 8.1; libyaml through PyYAML's ``parse``.
"""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING, Any

from readiness.records import Struct, field
from readiness.spans import Unparsable
from readiness.structured.nodes import Items, Node, Scalar, Table
from readiness.structured.source import MAX_DEPTH, decode, sound, too_deep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SHORT = 32  # of the short texts most are keys, the same in file after file
MAX_EVENTS = 200_000
MAX_EXPANDED = 1_000_000

_CORE = "tag:yaml.org,2002:"
_TOO_DEEP = "exceeded maximum nesting depth"  # libyaml's own limit, met when it reads ahead
_TYPED = (_CORE + "bool", _CORE + "int", _CORE + "float", _CORE + "null")
# YAML 1.1, and so libyaml, ends a line at these; YAML 1.2, and everybody who counts lines, does not.
_NO_BREAKS = str.maketrans({"\x85": " ", "\u2028": " ", "\u2029": " "})


def parse(data: bytes) -> tuple[Node, ...]:
    """The documents of a YAML file, one root each; none for a file without content.

    Raises ``Unparsable`` with the line of the mistake, and (``opens``) over a limit: a
    mebibyte, ``MAX_EVENTS``, 200 levels, ``MAX_EXPANDED`` values with every alias written out.
    """
    import yaml  # noqa: PLC0415 - heavy

    text = decode(data).translate(_NO_BREAKS)
    documents = _Documents(text)
    handlers: dict[type, Callable[[Any], None]] = {
        yaml.ScalarEvent: documents.scalar,
        yaml.AliasEvent: documents.alias,
        yaml.SequenceStartEvent: documents.start_items,
        yaml.MappingStartEvent: documents.start_table,
        yaml.SequenceEndEvent: documents.end,
        yaml.MappingEndEvent: documents.end,
        yaml.DocumentStartEvent: documents.start_document,
    }
    for count, event in enumerate(_events(text)):
        if count >= MAX_EVENTS:
            raise Unparsable(event.start_mark.line + 1, f"more than {MAX_EVENTS:,} YAML events", opens=True)
        handler = handlers.get(type(event))
        if handler is not None:
            handler(event)
    return tuple(documents.roots)


def _events(text: str) -> Iterator[Any]:
    """PyYAML's events; its complaints as ``Unparsable``."""
    import yaml  # noqa: PLC0415 - heavy

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        yield from yaml.parse(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        last = text.rstrip().count("\n") + 1  # libyaml may notice behind it what was missing
        line = 1 if mark is None else min(mark.line + 1, last)
        if error.problem == _TOO_DEEP:
            raise too_deep(line) from None
        raise _unreadable(line, error.problem or error.context or "not YAML") from None
    except yaml.reader.ReaderError as error:
        # The C reader counts bytes of UTF-8, the Python reader characters.
        python = loader is yaml.SafeLoader
        before = text[: error.position].encode() if python else text.encode()[: error.position]
        raise _unreadable(before.count(b"\n") + 1, error.reason) from None
    except (ValueError, OverflowError):  # the Python reader's, for "\UFFFFFFFF" and the like
        raise _unreadable(1, "found invalid Unicode character escape code") from None


def _unreadable(line: int, reason: str) -> Unparsable:
    return Unparsable(line, "not readable as YAML: " + " ".join(reason.split()))


def _too_large(line: int) -> Unparsable:
    reason = f"more than {MAX_EXPANDED:,} values once its aliases are written out"
    return Unparsable(line, reason, opens=True)


class _Open(Struct):
    """A collection under construction. ``height`` and ``size`` count its values with aliases written out."""

    line: int
    tag: str
    anchor: str | None
    mapping: bool
    nodes: list[Node] = field(default_factory=list)
    height: int = 1
    size: int = 1

    def close(self) -> Node:
        if not self.mapping:
            return Items(self.line, tuple(self.nodes), self.tag)
        keys = (
            node if isinstance(node, Scalar) else Scalar(node.line, "", plain=False)
            for node in self.nodes[::2]
        )
        return Table(self.line, tuple(zip(keys, self.nodes[1::2], strict=True)), self.tag)


class _Anchored(Struct, frozen=True):
    """A finished node that aliases may name."""

    node: Node
    height: int
    size: int


class _Documents:
    """Builds roots from events, with a stack of its own."""

    def __init__(self, text: str) -> None:
        self.roots: list[Node] = []
        self._text = text
        self._stack: list[_Open] = []
        self._anchors: dict[str, _Anchored | _Open] = {}
        self._total = 0

    def start_document(self, _event: Any) -> None:
        self._anchors = {}

    def scalar(self, event: Any) -> None:
        line = event.start_mark.line + 1
        text = event.value
        if not text.isascii():
            text = sound(text)
        elif len(text) <= _SHORT:
            text = intern(text)
        style = event.style
        if event.tag or style in ("|", ">"):
            body = self._header(event) + 1 if style in ("|", ">") else line
            node = Scalar(line, text, _plain(event), _tag(event), body)
        else:
            node = Scalar(line, text, not style, "", line)
        if event.anchor or not self._stack:
            self._add(_Anchored(node, 1, 1), event.anchor)
            return
        parent = self._stack[-1]
        parent.nodes.append(node)
        parent.size += 1
        if parent.height == 1:
            parent.height = 2
        if self._total + parent.size > MAX_EXPANDED:
            raise _too_large(line)

    def alias(self, event: Any) -> None:
        line = event.start_mark.line + 1
        target = self._anchors.get(event.anchor)
        if target is None:
            raise _unreadable(line, f"found undefined alias '{event.anchor}'")
        if isinstance(target, _Open):
            raise _unreadable(line, f"the alias '{event.anchor}' stands inside what it names")
        if len(self._stack) + target.height > MAX_DEPTH:
            raise too_deep(line)
        self._add(target, None, line)

    def start_items(self, event: Any) -> None:
        self._start(event, mapping=False)

    def start_table(self, event: Any) -> None:
        self._start(event, mapping=True)

    def _start(self, event: Any, *, mapping: bool) -> None:
        line = event.start_mark.line + 1
        if len(self._stack) >= MAX_DEPTH:
            raise too_deep(line)
        opened = _Open(line, _tag(event), event.anchor, mapping)
        if event.anchor:
            self._anchors[event.anchor] = opened
        self._stack.append(opened)

    def end(self, _event: Any) -> None:
        opened = self._stack.pop()
        finished = _Anchored(opened.close(), opened.height, opened.size)
        # The name may have been given anew inside; then the later one holds.
        mine = opened.anchor is not None and self._anchors.get(opened.anchor) is opened
        self._add(finished, opened.anchor if mine else None)

    def _add(self, done: _Anchored, anchor: str | None, line: int = 0) -> None:
        """Put a finished node where it belongs: into the open collection, or among the roots."""
        if anchor:
            self._anchors[anchor] = done
        if not self._stack:
            self.roots.append(done.node)
            self._total += done.size
        else:
            parent = self._stack[-1]
            parent.nodes.append(done.node)
            parent.height = max(parent.height, done.height + 1)
            parent.size += done.size
        if self._total + (self._stack[-1].size if self._stack else 0) > MAX_EXPANDED:
            raise _too_large(line or done.node.line)

    def _header(self, event: Any) -> int:
        """The line of a block text's ``|`` or ``>``, which may follow its tag and anchor on a later line."""
        line: int = event.start_mark.line + 1
        if not event.tag and not event.anchor:
            return line
        rows = self._text[event.start_mark.index : event.end_mark.index].split("\n")
        for number, row in enumerate(rows):
            for word in row.split():
                if word[0] in "|>":
                    return line + number
                if word[0] == "#":
                    break
        return line


def _tag(event: Any) -> str:
    """The tag as written, empty for none, for YAML's own (``!!str``), and for the bare ``!``."""
    tag = event.tag or ""
    return "" if tag == "!" or tag.startswith(_CORE) else tag


def _plain(event: Any) -> bool:
    """Whether a scalar may be a boolean, number or null: not if quoted, nor if its tag makes it a text."""
    if event.tag in _TYPED:
        return True
    if event.tag and (event.tag == "!" or event.tag.startswith(_CORE)):
        return False
    return not event.style
