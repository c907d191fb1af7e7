"""One file of Terraform or OpenTofu: its blocks, each with what it sets.

Sources: Terraform language, "Blocks", "Module Sources", "Version Constraints", "JSON
Configuration Syntax"; the same pages of OpenTofu.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.infrastructure.firewalls import opened
from readiness.facts.model import Parser
from readiness.facts.words import word_set
from readiness.records import Struct
from readiness.spans import Unparsable
from readiness.structured.hcl import Block, parse
from readiness.structured.hcl_texts import EXPRESSION
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_PATHS = 1_000
"""How many attributes of one block are looked at."""

_LABELS = {"resource": 2, "data": 2, "ephemeral": 2} | dict.fromkeys(
    ("provider", "variable", "output", "module", "check"), 1
)
_NO_LABELS = word_set("terraform locals moved import removed")
_NESTED = ("backend", "cloud", "required_providers")
_REMOTE = ("git::", "git@", "github.com", "tfr://", "s3::", "https://", "?ref=")
_WIDTH = 200


class Declared(Struct, frozen=True):
    """A block of a file. ``type`` and ``name`` are its labels; ``provider`` the short name of whose it is.

    ``attributes`` are the paths of what it sets, nested blocks and keys of objects joined by
    "/", positions in lists left out. ``values`` are "path=value" for what is written out, secrets
    hidden; ``computed`` the paths whose value is an expression. ``source`` and ``version`` are
    None where an expression gives them. ``opened`` are the doors that a firewall opens to everyone.
    """

    line: int
    kind: str
    type: str = ""
    name: str = ""
    provider: str = ""
    attributes: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    computed: frozenset[str] = frozenset()
    source: str | None = ""
    version: str | None = ""
    opened: frozenset[str] | None = frozenset()


def parse_hcl(data: bytes) -> tuple[Declared, ...]:
    """The blocks of a ``.tf`` or ``.tofu`` file. Raises ``spans.Unparsable``."""
    return tuple(each for block in parse(data).blocks for each in _declared(block))


def parse_json(data: bytes) -> tuple[Declared, ...]:
    """The blocks of a ``.tf.json`` file. Raises ``spans.Unparsable``."""
    from readiness.structured.json import parse as parse_text  # noqa: PLC0415 - few repositories have one

    root = parse_text(data)
    if not isinstance(root, Table):
        raise Unparsable(root.line, "a Terraform file in JSON must hold an object")
    blocks = (
        block
        for key, value in root
        if key.text in _LABELS or key.text in _NO_LABELS
        for block in _of_json(key.text, value, _LABELS.get(key.text, 0))
    )
    return tuple(each for block in blocks for each in _declared(block))


def _of_json(kind: str, value: Node, labels: int) -> Iterator[Block]:
    """The blocks that a key of the JSON syntax stands for, one for each combination of labels."""
    waiting: list[tuple[int, tuple[str, ...], Node]] = [(value.line, (), value)]
    while waiting:
        line, names, node = waiting.pop()
        if isinstance(node, Items):
            waiting += [(item.line, names, item) for item in node]
        elif isinstance(node, Table) and len(names) < labels:
            waiting += [(key.line, (*names, key.text), below) for key, below in node]
        elif isinstance(node, Table):
            inner = tuple(_inner(node)) if kind == "terraform" else ()
            nested = _NESTED if inner else ()
            own = tuple((key, _marked(below)) for key, below in node if key.text not in nested)
            yield Block(line, kind, names, own, inner)


def _inner(node: Table) -> Iterator[Block]:
    """What the block ``terraform`` has inside."""
    for key, value in node:
        if key.text in _NESTED:
            yield from _of_json(key.text, value, int(key.text == "backend"))


def _marked(node: Node) -> Node:
    """A text of the JSON syntax with ``${…}`` inside is an expression."""
    if isinstance(node, Scalar) and not node.plain and "${" in node.text:
        return Scalar(node.line, node.text, plain=False, tag=EXPRESSION)
    return node


def _declared(block: Block) -> Iterator[Declared]:
    """A block, and what the block ``terraform`` says within of backend and providers."""
    first, second = (*block.labels, "", "")[:2]
    if block.kind in ("resource", "data", "ephemeral"):
        yield _one(block, type_=first, name=second, provider=first.partition("_")[0])
    elif block.kind == "provider":
        yield _one(block, name=first, provider=first)
    elif block.kind == "terraform":
        yield _one(block)
        for inner in block.blocks:
            if inner.kind in ("backend", "cloud"):
                yield _one(inner, type_="".join(inner.labels[:1]))
            elif inner.kind == "required_providers":
                yield from (_required(key, value) for key, value in inner.attributes)
    else:
        yield _one(block, name=first)


def _required(key: Scalar, value: Node) -> Declared:
    """An entry of ``required_providers``: an object, or in the old form the version alone."""
    source: str | None = ""
    version: str | None = ""
    if isinstance(value, Table):
        source, version = _written(value.get("source")), _written(value.get("version"))
    else:
        version = _written(value)
    return Declared(
        key.line, "required_provider", name=key.text, provider=key.text, source=source, version=version
    )


def _written(node: Node | None) -> str | None:
    if node is None or (isinstance(node, Scalar) and node.null):
        return ""
    return node.text if isinstance(node, Scalar) and not node.tag else None


def _one(block: Block, *, type_: str = "", name: str = "", provider: str = "") -> Declared:
    attributes: set[str] = set()
    values: set[str] = set()
    computed: set[str] = set()
    for count, (path, node) in enumerate(_paths(block)):
        if count >= MAX_PATHS:
            break
        attributes.add(path)
        if isinstance(node, Scalar) and node.tag:
            computed.add(path)
        elif isinstance(node, Scalar) and not node.null:
            values.add(f"{path}={_shown(path, node, name)}")
    named = block.kind in ("module", "provider", "terraform")
    return Declared(
        block.line,
        block.kind,
        type_,
        name,
        provider,
        frozenset(attributes),
        frozenset(values),
        frozenset(computed),
        block.text("source") if block.kind == "module" else "",
        block.text("required_version" if block.kind == "terraform" else "version") if named else "",
        opened(block, type_) if block.kind == "resource" else frozenset(),
    )


def _paths(block: Block) -> Iterator[tuple[str, Node | None]]:
    """Every attribute and nested block under its path; a ``dynamic`` block stands for those it makes."""
    waiting: list[tuple[str, Block | Node]] = [("", block)]
    while waiting:
        path, node = waiting.pop()
        below: Iterable[tuple[str, Block | Node]] = ()
        if isinstance(node, Block):
            if path:
                yield path, None
            below = [*((key.text, value) for key, value in node.attributes), *map(_inside, node.blocks)]
        else:
            yield path, node
            if isinstance(node, Items):
                waiting += [(path, item) for item in node if not isinstance(item, Scalar) or not item.null]
            elif isinstance(node, Table):
                below = [(key.text, value) for key, value in node if not key.tag]
        waiting += [(_joined(path, part), value) for part, value in below]


def _joined(path: str, part: str) -> str:
    return (f"{path}/{part[:_WIDTH]}" if path else part[:_WIDTH])[: 2 * _WIDTH]


def _inside(block: Block) -> tuple[str, Block]:
    content = next(block.inside("content"), None) if block.kind == "dynamic" else None
    return (block.labels[0], content) if content is not None and block.labels else (block.kind, block)


def _shown(path: str, node: Scalar, name: str) -> str:
    """A value on one line; hidden where its attribute, or the variable it is a default of, names a secret."""
    from readiness.facts.secrets.values import looks_secret, redacted  # noqa: PLC0415 - loads RE2

    if node.plain:
        return node.text
    last = path.rpartition("/")[2]
    if node.text and (looks_secret(last) or (last in ("default", "value") and looks_secret(name))):
        return "***"
    bare = "".join(node.text.split("-")) if len(node.text) < 20 else ""  # too short for any key's format
    return node.text if bare.isalnum() else redacted(node.text, _WIDTH)


def parse_terragrunt(data: bytes) -> tuple[int, ...]:
    """The lines on which a ``terragrunt.hcl`` takes a module from another repository or a registry."""
    return tuple(
        value.line
        for block in parse(data).inside("terraform")
        if isinstance(value := block.get("source"), Scalar) and any(sign in value.text for sign in _REMOTE)
    )


HCL: Parser[tuple[Declared, ...]] = Parser("terraform", 2, parse_hcl)
JSON: Parser[tuple[Declared, ...]] = Parser("terraform-json", 2, parse_json)
TERRAGRUNT: Parser[tuple[int, ...]] = Parser("terragrunt", 1, parse_terragrunt)
