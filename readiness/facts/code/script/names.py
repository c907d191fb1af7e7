"""The nodes of a syntax tree of JavaScript or TypeScript, and the names in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from readiness.syntax import Node

_WRAPPERS = frozenset(
    (
        "await_expression",
        "parenthesized_expression",
        "non_null_expression",
        "as_expression",
        "satisfies_expression",
        "expression_statement",
    )
)
NAMES = frozenset(
    (
        "identifier",
        "property_identifier",
        "this",
        "private_property_identifier",
        "type_identifier",
        "shorthand_property_identifier",
        "shorthand_property_identifier_pattern",
    )
)
_CHAIN = 16


def bare(node: Node | None) -> Node | None:
    """``node`` without parentheses, ``await``, ``!`` and type assertions around it."""
    for _ in range(_CHAIN):
        if node is None or node.kind() not in _WRAPPERS:
            return node
        node = next(iter(node.named_children()), None)
    return node


def dotted(node: Node | None) -> str:
    """``a.b.c`` of a name or member, ``a().b`` through a call; empty for anything else.

    ``require("m")`` is the module's name.
    """
    parts: list[str] = []
    calls = ""
    for _ in range(_CHAIN):
        node = bare(node)
        if node is None:
            return ""
        match node.kind():
            case "member_expression":
                parts.append(_leaf(node.field("property")) + calls)
                node, calls = node.field("object"), ""
            case "subscript_expression":
                name = quoted(node.field("index"))
                if not name:
                    return ""
                parts.append(name + calls)
                node, calls = node.field("object"), ""
            case "call_expression":
                function = node.field("function")
                if loads(function):
                    parts.append(quoted(next(iter(arguments(node)), None)) + calls)
                    return ".".join(reversed(parts))
                node, calls = function, "()"
            case "new_expression":
                node, calls = node.field("constructor"), "()"
            case _:
                leaf = _leaf(node)
                parts.append(leaf + calls)
                return ".".join(reversed(parts)) if leaf else ""
    return ""


def _leaf(node: Node | None) -> str:
    """The text of a single name, else empty."""
    return node.text() if node is not None and node.kind() in NAMES else ""


def loads(function: Node | None) -> bool:
    """Whether a call of ``function`` loads a module: ``require`` or ``import``."""
    short = function is not None and function.kind() in ("identifier", "import")
    return short and function is not None and function.text() in ("require", "import")


class Called(NamedTuple):
    """A call or construction: what it is of, the dotted name of that, and the name if it is imported."""

    node: Node
    function: Node | None
    name: str
    imported: str


class Chain(NamedTuple):
    """Of ``a.b().c()``: whom it is made on (``a``), and its first call (``a.b()``), if there is one."""

    owner: Node | None
    first: Node | None


def chain_of(node: Node | None, known: dict[int, Chain]) -> Chain:
    """Where the chain of calls that ends with ``node`` starts.

    ``known`` keeps the answers by the place of the start, which all links of a chain share.
    """
    node = bare(node)
    if node is None or node.kind() != "call_expression":
        made = node is not None and node.kind() == "new_expression"
        return Chain(node, node if made else None)
    place = node.range().start.index
    if place not in known:
        known[place] = _chain(node)
    return known[place]


def _chain(node: Node | None) -> Chain:
    first = None
    while node is not None and node.kind() in ("call_expression", "new_expression"):
        function = bare(node.field("function"))
        if first is not None and loads(function):
            break
        first = node
        if function is None or function.kind() != "member_expression":
            break
        node = bare(function.field("object"))
    return Chain(node, first)


def arguments(call: Node) -> list[Node]:
    """What ``call`` is given, comments left out."""
    given = call.field("arguments")
    if given is None or given.kind() != "arguments":
        return []
    return [item for item in given.named_children() if item.kind() != "comment"]


def option(node: Node | None, *names: str) -> Node | None:
    """The value of the first of ``names`` in the object ``node``; a method counts as its function."""
    node = bare(node)
    if node is None or node.kind() != "object":
        return None
    by_name: dict[str, Node] = {}
    for item in node.named_children():
        if item.kind() == "shorthand_property_identifier":
            by_name[item.text()] = item
        elif item.kind() in ("pair", "method_definition"):
            key, value = item.field("key") or item.field("name"), item.field("value")
            if key is not None:
                by_name[key.text().strip("\"'")] = item if value is None else value
    return next((by_name[name] for name in names if name in by_name), None)


def pairs(node: Node | None) -> list[tuple[str, Node]]:
    """The keys and values that the object ``node`` spells out."""
    node = bare(node)
    if node is None or node.kind() != "object":
        return []
    found = []
    for item in node.named_children():
        key, value = item.field("key"), item.field("value")
        if item.kind() == "pair" and key is not None and value is not None:
            found.append((key.text().strip("\"'"), value))
    return found


def spread(node: Node | None) -> bool:
    """Whether the object ``node`` takes over what another holds."""
    return node is not None and any(child.kind() == "spread_element" for child in node.named_children())


def truth(node: Node | None) -> bool | None:
    """The boolean that ``node`` literally is, else None."""
    node = bare(node)
    return {"true": True, "false": False}.get(node.kind()) if node is not None else None


def operator(node: Node) -> str:
    """The sign between the two sides of ``node``."""
    sign = node.field("operator")
    return sign.text() if sign is not None else ""


def hole(node: Node | None) -> str:
    """What stands for the part ``node`` that is not literal."""
    return "{" + (dotted(node).rpartition(".")[2].removesuffix("()") or "value") + "}"


def pattern_names(pattern: Node) -> list[tuple[str, str, bool]]:
    """Of ``{a, b: c, d = 1}``: the local name, the name taken, and whether it has a default."""
    found = []
    for item in pattern.named_children():
        kind = item.kind()
        if kind == "shorthand_property_identifier_pattern":
            found.append((item.text(), item.text(), False))
        elif kind == "object_assignment_pattern":
            name = dotted(item.field("left"))
            found.append((name, name, True))
        elif kind == "pair_pattern":
            value = item.field("value")
            default = value is not None and value.kind() == "assignment_pattern"
            inner = value.field("left") if value is not None and default else value
            key = item.field("key")
            found.append((dotted(inner), key.text().strip("\"'") if key else "", default))
    return found


def quoted(node: Node | None) -> str:
    """The text of a literal string, else empty."""
    return node.text()[1:-1] if node is not None and node.kind() in ("string", "template_string") else ""
