"""What a tool other than Terraform declares, without path and role: the shape that each reader returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from readiness.records import Struct
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_PATHS = 1_000
"""How many attributes of one resource are looked at."""

MAX_RESOURCES = 2_000
"""How many resources one file gives."""

_WIDTH = 200

Tool = Literal[
    "cloudformation",
    "sam",
    "arm",
    "bicep",
    "ansible",
    "pulumi",
    "cdk",
    "cdktf",
    "crossplane",
    "ack",
    "config-connector",
    "azure-service-operator",
]
Kind = Literal["resource", "module", "play", "role", "test", "program"]
Permissions = Literal["", "named", "service", "all", "elsewhere"]


class Written(Struct, frozen=True):
    """A resource, a module, a play or a program.

    ``attributes`` are the paths of what it sets, parts joined by "/", positions left out; ``values`` are
    "path=value" for what is written out, secrets hidden; ``computed`` the paths that an expression gives.
    ``permissions`` is how far the statements of a policy go, empty where it is none.
    """

    line: int
    tool: Tool
    kind: Kind
    type: str = ""
    name: str = ""
    attributes: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    computed: frozenset[str] = frozenset()
    source: str = ""
    permissions: Permissions = ""

    def value(self, *paths: str) -> str | None:
        """The first of some attributes that is written: empty for none, None where an expression gives it."""
        for path in paths:
            start = f"{path}="
            found = min((each for each in self.values if each.startswith(start)), default="")
            if found:
                return found[len(start) :]
            if path in self.computed:
                return None
        return ""

    def has(self, path: str) -> bool:
        """Whether an attribute, or something below it, is set."""
        below = f"{path}/"
        return path in self.attributes or any(each.startswith(below) for each in self.attributes)


class Declared(Struct, frozen=True):
    """All that a file declares; ``unread`` are lines and reasons of what only its own tool can tell."""

    items: tuple[Written, ...] = ()
    unread: tuple[tuple[int, str], ...] = ()


class Attributes(Struct, frozen=True):
    """The paths of a resource's attributes, what is written out, and what an expression gives."""

    paths: frozenset[str]
    values: frozenset[str]
    computed: frozenset[str]


def attributes(node: Node | None, is_expression: Callable[[Node], bool]) -> Attributes:
    """The attributes below ``node``; what ``is_expression`` is not looked into."""
    paths: set[str] = set()
    values: set[str] = set()
    computed: set[str] = set()
    waiting: list[tuple[str, Node]] = [] if node is None else [("", node)]
    while waiting and len(paths) < MAX_PATHS:
        path, each = waiting.pop()
        if path:
            paths.add(path)
        if is_expression(each):
            computed.add(path)
        elif isinstance(each, Items):
            waiting += [(path, item) for item in each]
        elif isinstance(each, Table):
            waiting += [(joined(path, key.text), below) for key, below in each]
        elif not each.null:
            values.add(f"{path}={shown(path, each)}")
    return Attributes(frozenset(paths), frozenset(values), frozenset(computed))


def joined(path: str, part: str) -> str:
    """``part`` below ``path``."""
    part = part[:_WIDTH]
    return (f"{path}/{part}" if path else part)[: 2 * _WIDTH]


def shown(path: str, node: Scalar) -> str:
    """A value on one line; hidden where its attribute names a secret."""
    from readiness.facts.secrets.values import looks_secret, redacted  # noqa: PLC0415 - loads RE2

    if node.text.isdecimal() or node.text.lower() in ("true", "false"):
        return node.text.lower()
    if node.text and looks_secret(path.rpartition("/")[2]):
        return "***"
    return redacted(node.text, _WIDTH)
