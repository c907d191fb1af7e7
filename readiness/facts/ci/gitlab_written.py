"""A GitLab pipeline's file as it is written, and how mappings are laid over one another.

Source: GitLab CI/CD YAML reference (``spec``, YAML anchors), "Merge method for include".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.model import Parser
from readiness.records import Struct
from readiness.spans import Unparsable
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PREFIX = "GitLab cannot read this pipeline: "
_NESTED = 20
_WIDE = 2_000


class Written(Struct, frozen=True):
    """A file as it is written: its mapping, None if it is empty; the lines that open a folded text (``>``).

    ``asks`` says that it has inputs, which are filled in by who includes it.
    """

    root: Table | None
    folding: frozenset[int]
    asks: bool


def parse_file(data: bytes) -> Written:
    """The pipeline file in ``data``. Raises ``Unparsable`` if it is no YAML, or no mapping."""
    from readiness.structured import yaml  # noqa: PLC0415 - libyaml is loaded only where there is YAML

    try:
        documents = yaml.parse(data)
    except Unparsable as trouble:
        raise Unparsable(trouble.line, f"{PREFIX}{trouble.reason}", opens=trouble.opens) from None
    if len(documents) > 1 and isinstance(documents[0], Table) and documents[0].get("spec") is not None:
        documents = documents[1:]
    if not documents or (isinstance(documents[0], Scalar) and documents[0].null):
        return Written(None, frozenset(), asks=False)
    if not isinstance(documents[0], Table):
        raise Unparsable(documents[0].line, f"{PREFIX}it is no mapping")
    text = data.decode("utf-8", "replace")
    folding = frozenset(
        number for number, line in enumerate(text.split("\n"), 1) if ">" in line and _opens_folded(line)
    )
    return Written(documents[0], folding, asks="$[[" in text)


FILE: Parser[Written] = Parser("ci.gitlab.file", 1, parse_file)


def _opens_folded(line: str) -> bool:
    head = line.partition(" #")[0].rstrip()
    return head.rstrip("+-0123456789").endswith(">")


def pairs(table: Table) -> dict[str, tuple[Scalar, Node]]:
    """The pairs of ``table`` by key, the merged (``<<``) behind its own."""
    names: dict[str, None] = {}
    left, seen = [table], set[int]()
    while left:
        one = left.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        for key, value in one.pairs:
            if key.text == "<<" and key.plain:
                found = value.items if isinstance(value, Items) else (value,)
                left += [node for node in found if isinstance(node, Table)]
            else:
                names[key.text] = None
    out = {}
    for name in names:
        key_, value_ = table.key(name), table.get(name)
        if key_ is not None and value_ is not None:
            out[name] = (key_, value_)
    return out


def merged(
    below: Mapping[str, tuple[Scalar, Node]], above: Mapping[str, tuple[Scalar, Node]], depth: int = 0
) -> dict[str, tuple[Scalar, Node]]:
    """``above`` laid over ``below``; mappings are merged, everything else is replaced."""
    out = dict(below)
    for name, (key, node) in above.items():
        under = out.get(name)
        if under is None or not isinstance(node, Table) or not isinstance(under[1], Table):
            out[name] = (key, node)
        elif depth < _NESTED and len(under[1].pairs) <= _WIDE:
            both = merged(pairs(under[1]), pairs(node), depth + 1)
            out[name] = (key, Table(node.line, tuple(both.values())))
        else:
            out[name] = (key, node)
    return out


def nodes(root: Node) -> Iterator[Node]:
    """Every node below ``root``, keys among them, each once."""
    left: list[Node] = [root]
    seen: set[int] = set()
    while left:
        node = left.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        children: Iterable[Node] = ()
        if isinstance(node, Items):
            children = node.items
        elif isinstance(node, Table):
            children = (part for pair in node.pairs for part in pair)
        left += children
