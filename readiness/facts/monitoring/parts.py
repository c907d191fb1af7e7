"""The mappings of a structured file, those within texts among them: a ConfigMap's files, a chart's values.

Monitoring is configured in files that tools read, and as often in texts inside other files. What a mapping
is shows in its keys, so every one is offered to the readers, wherever it stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.records import Struct, replace
from readiness.spans import Unparsable
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_PARTS = 60_000
_SIGNS = (
    "groups:",
    "scrape_configs:",
    "receivers:",
    "exporters:",
    "modules:",
    '"panels"',
    "slos:",
    "clients:",
    "[OUTPUT]",
    "<match",
    "outputs:",
    "sinks:",
    "endpoints:",
)
_LEAST = 12


class Part(Struct, frozen=True, eq=False):
    """A mapping, the key it stands under, the kind of the Kubernetes object around it, and lines to add.

    ``embedded`` where it stands in a text of the file, ``file`` the key of that text.
    """

    node: Table
    key: str = ""
    owner: str = ""
    offset: int = 0
    embedded: bool = False
    file: str = ""

    def line(self, node: Node | None = None) -> int:
        """The line of ``node``, by default of the mapping, in the file."""
        return (self.node if node is None else node).line + self.offset


class Text(Struct, frozen=True):
    """A text of several lines, the key it stands under, and the line of its first line of content."""

    text: str
    key: str
    owner: str
    line: int


def parts(roots: tuple[Node, ...]) -> Iterator[Part | Text]:
    """Every mapping and every longer text of a file, in the order of the file, up to ``MAX_PARTS``."""
    waiting = [(root, Part(_NONE)) for root in reversed(roots)]
    count = 0
    while waiting and count < MAX_PARTS:
        node, around = waiting.pop()
        count += 1
        if isinstance(node, Table):
            known = node.text("kind") if node.get("apiVersion") is not None else ""
            part = Part(node, around.key, known or around.owner, around.offset, around.embedded, around.file)
            yield part
            waiting += [
                (value, replace(part, key=name.text))
                for name, value in reversed(node.pairs)
                if not isinstance(value, Scalar) or _is_long(value)
            ]
        elif isinstance(node, Items):
            waiting += [
                (item, around)
                for item in reversed(node.items)
                if not isinstance(item, Scalar) or _is_long(item)
            ]
        elif not around.embedded:
            start = node.body + around.offset if node.body else node.line
            yield Text(node.text, around.key, around.owner, start)
            within = replace(around, offset=_offset(node), embedded=True, file=around.key)
            waiting += [(inner, within) for inner in reversed(_embedded(node.text))]


_NONE = Table(1)


def _offset(node: Scalar) -> int:
    """What to add to a line within a text; all of a text in quotes stands on its first line, nearly."""
    return node.body - 1 if node.body > node.line else node.line - 1


def _is_long(node: Scalar) -> bool:
    return len(node.text) >= _LEAST and ("\n" in node.text or node.text.startswith("{"))


def _embedded(text: str) -> tuple[Node, ...]:
    """The roots of a text that is itself YAML or JSON about monitoring; nothing for any other."""
    if not any(sign in text for sign in _SIGNS):
        return ()
    data = text.encode("utf-8", "replace")
    try:
        if text.lstrip()[:1] == "{":
            from readiness.structured.json import parse as parse_json  # noqa: PLC0415 - one kind of text only

            return (parse_json(data),)
        from readiness.structured.yaml import parse as parse_yaml  # noqa: PLC0415 - one kind of text only

        return parse_yaml(data)
    except Unparsable:
        return ()
