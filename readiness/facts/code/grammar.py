r"""What the readers of several languages ask of a syntax tree, whatever the grammar's own names for it.

A ``Grammar`` says how calls, names, texts and decisions look in one language; a ``Scope`` is one
parsed file seen through it. Dotted names have dots whatever the language writes (``::``, ``->``,
``\``), and ``()`` after a part that is called: ``Net::HTTP.new(a).get`` is ``Net.HTTP.new().get``.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from readiness.facts.code.trees import tree_of
from readiness.records import Struct, field
from readiness.spans import Unparsable
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from readiness.syntax import Node

_CHAIN = 24  # links of a chain of calls that are followed
_NESTED = 600  # calls inside of calls, or in one chain, from which on a file is not read
_MANY = 5000  # nodes of one kind looked at in one file
_FOLD = 6


class Link(NamedTuple):
    """One link of a chain: what it is asked of, the name that is asked for, and whether it is called."""

    owner: Node | None
    name: str
    called: bool


class Argument(NamedTuple):
    """What a call is given: the keyword, empty where there is none, and the value."""

    name: str
    value: Node


class Grammar(Struct, frozen=True):
    """How one language writes what the readers look for; ``title`` is its name for people.

    ``calls``, ``functions``, ``decides``, ``catches``, ``throws``, ``numbers`` and ``words`` are kinds of
    nodes: calls and constructions; what has a body; what makes an answer depend on something; what
    takes an error; what passes one on; numbers; and the leaves that may name a status. ``bare`` takes
    off what stands around an expression, ``link`` splits one into the links of its chain,
    ``arguments`` lists what a call is given, ``fold`` gives the literal text of a string with
    ``{name}`` for what is not literal. ``answers`` are the last names of calls that are about the answer
    alone, ``statuses`` what a status is given to,
    ``errors`` names of statuses of 500 and above, ``raises`` calls that pass an error on,
    ``asks`` calls that ask a dependency how it is.
    ``kinds`` are those that the readers of the language ask for beside all these, ``loose`` names that
    call a function of the file without any sign of a call.
    """

    language: str
    title: str
    calls: tuple[str, ...]
    functions: tuple[str, ...]
    decides: frozenset[str]
    catches: tuple[str, ...]
    throws: tuple[str, ...]
    numbers: tuple[str, ...]
    words: tuple[str, ...]
    bare: Callable[[Node], Node]
    link: Callable[[Node], Link]
    arguments: Callable[[Node], list[Argument]]
    fold: Callable[[Node], str | None]
    answers: frozenset[str]
    statuses: frozenset[str]
    errors: frozenset[str]
    raises: frozenset[str]
    asks: frozenset[str] = frozenset()
    kinds: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()


class Scope(Struct, frozen=True):
    """One parsed file: its nodes by kind in the order of the source, its functions and constants by name.

    ``aliases`` maps a local name to what it was imported as; ``values`` a name to all it is set to.
    ``named`` and ``uses`` keep what was asked before.
    """

    grammar: Grammar
    root: Node
    kinds: dict[str, list[Node]]
    functions: dict[str, Node] = field(default_factory=dict)
    values: dict[str, list[Node]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    named: dict[int, str] = field(default_factory=dict)
    uses: dict[int, dict[str, list[Node]]] = field(default_factory=dict)

    def of(self, *kinds: str) -> list[Node]:
        """The nodes of ``kinds``, kind after kind."""
        return [node for kind in kinds for node in self.kinds.get(kind, ())]

    @property
    def calls(self) -> list[Node]:
        """Every call and construction, in the order of the source; the last of a chain before its links."""
        if "" not in self.kinds:
            self.kinds[""] = sorted(self.of(*self.grammar.calls), key=_place)
        return self.kinds[""]

    def name(self, node: Node | None) -> str:
        """The dotted name of ``node``, its import resolved; empty if it has none.

        Of a chain too long to follow the end alone.
        """
        parts: list[str] = []
        for _ in range(_CHAIN):
            if node is None:
                break
            link = self.grammar.link(self.grammar.bare(node))
            if not link.name:
                return "" if not parts else ".".join(("", *reversed(parts)))
            parts.append(link.name + ("()" if link.called else ""))
            node = link.owner
        parts.reverse()
        head = parts[0].removesuffix("()") if parts else ""
        if node is None and head in self.aliases:
            parts[0] = self.aliases[head] + parts[0][len(head) :]
        return ".".join(parts)

    def called(self, call: Node) -> str:
        """As ``name`` of what ``call`` calls, without the ``()`` of this call."""
        key = call.range().start.index << 24 | (call.range().end.index & 0xFFFFFF)
        if key not in self.named:
            self.named[key] = self.name(call).removesuffix("()")
        return self.named[key]

    def last(self, call: Node) -> str:
        """The last part of the name of ``call``."""
        return self.grammar.link(self.grammar.bare(call)).name

    def owner(self, call: Node) -> Node | None:
        """What ``call`` is made on."""
        return self.grammar.link(self.grammar.bare(call)).owner

    def links(self, call: Node, most: int = 200) -> list[Node]:
        """The calls of the chain that ends with ``call``, from the first one to it."""
        found: list[Node] = []
        node: Node | None = call
        for _ in range(most):
            if node is None:
                break
            node = self.grammar.bare(node)
            link = self.grammar.link(node)
            if not link.name:
                break
            if link.called:
                found.append(node)
            node = link.owner
        found.reverse()
        return found

    def arguments(self, call: Node) -> list[Argument]:
        """What ``call`` is given."""
        return self.grammar.arguments(call)

    def first(self, call: Node) -> Node | None:
        """The first that ``call`` is given without a keyword."""
        return next((item.value for item in self.arguments(call) if not item.name), None)

    def option(self, call: Node, *names: str) -> Node | None:
        """What ``call`` is given under one of the keywords ``names``."""
        return next((item.value for item in self.arguments(call) if item.name in names), None)

    def used_after(self, around: Node, name: str, place: int) -> Node | None:
        """The first identifier ``name`` within ``around`` that starts at ``place`` or later."""
        start = around.range().start.index
        if start not in self.uses:
            found = self.uses[start] = {}
            for item in nodes_of(around, ("identifier",)):
                found.setdefault(item.text(), []).append(item)
        items = self.uses[start].get(name, [])
        index = bisect_left(items, place, key=lambda item: item.range().start.index)
        return items[index] if index < len(items) else None

    def settled(self, node: Node | None) -> Node | None:
        """``node``, or the one thing that the name it is was set to."""
        for _ in range(3):
            if node is None:
                return None
            node = self.grammar.bare(node)
            link = self.grammar.link(node)
            if link.called or not link.name or len(self.values.get(link.name, ())) != 1:
                return node
            node = self.values[link.name][0]
        return node

    def text(self, node: Node | None, depth: int = 0) -> str | None:
        """The text that ``node`` surely is, ``{name}`` for a part that is not literal; None for no text."""
        if node is None or depth > _FOLD:
            return None
        node = self.grammar.bare(node)
        literal = self.grammar.fold(node)
        if literal is not None:
            return literal[:500]
        link = self.grammar.link(node)
        if link.called or not link.name or len(self.values.get(link.name, ())) != 1:
            return None
        return self.text(self.values[link.name][0], depth + 1)


def _place(node: Node) -> tuple[int, int]:
    span = node.range()
    return span.start.index, -span.end.index


def scope_of(data: bytes, grammar: Grammar) -> Scope | None:
    """The file ``data`` in the language of ``grammar``; None where a machine wrote it.

    Raises ``Unparsable``, which opens questions, where the grammar cannot read the greater part, or where
    calls stand in one another in such number that to look around each of them takes too long.
    """
    root = tree_of(data, grammar.language, grammar.title)
    if root is None:
        return None
    wanted = dict.fromkeys((*grammar.calls, *grammar.functions, *grammar.catches, *grammar.kinds))
    kinds: dict[str, list[Node]] = {}
    for node in nodes_of(root, wanted):
        found = kinds.setdefault(node.kind(), [])
        if len(found) < _MANY:
            found.append(node)
    scope = Scope(grammar, root, kinds)
    deep = _nested(scope.calls, _NESTED)
    if deep is not None:
        raise Unparsable(line_of(deep), "calls inside of calls, more than are read", opens=True)
    for node in scope.of(*grammar.functions):
        name = node.field("name")
        if name is not None:
            scope.functions.setdefault(name.text(), node)
    return scope


def _nested(calls: list[Node], most: int) -> Node | None:
    """The first of ``calls``, in the order of the source, inside of which more than ``most`` others stand."""
    ends: list[int] = []
    for call in calls:
        span = call.range()
        while ends and ends[-1] <= span.start.index:
            ends.pop()
        ends.append(span.end.index)
        if len(ends) > most:
            return call
    return None


def above(node: Node, most: int) -> Iterator[Node]:
    """What stands around ``node``, the nearest first, ``most`` steps at the most."""
    parent = node.parent()
    for _ in range(most):
        if parent is None:
            return
        yield parent
        parent = parent.parent()


def children(node: Node | None, *kinds: str) -> list[Node]:
    """The named children of ``node`` of one of ``kinds``; all of them if none is given."""
    if node is None:
        return []
    return [child for child in node.named_children() if not kinds or child.kind() in kinds]


def child(node: Node | None, *kinds: str) -> Node | None:
    """The first of ``children``."""
    return next(iter(children(node, *kinds)), None)


def joined(prefix: str, path: str) -> str:
    """``path`` below ``prefix``, each with one slash in front."""
    parts = [part.strip("/") for part in (prefix, path)]
    return "/" + "/".join(part for part in parts if part)


def names_in(nodes: Iterable[Node], scope: Scope) -> tuple[str, ...]:
    """The dotted names of ``nodes`` that have one."""
    return tuple(dict.fromkeys(name for node in nodes if (name := scope.name(node))))


def inside(node: Node, around: Node) -> bool:
    """Whether ``node`` lies within ``around``."""
    one, two = node.range(), around.range()
    return two.start.index <= one.start.index and one.end.index <= two.end.index
