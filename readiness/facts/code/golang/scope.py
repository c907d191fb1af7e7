"""The names of a file of Go: what they were imported as, of which type they are, what they are set to.

Sources: The Go Programming Language Specification, "Import declarations", "Method declarations";
Go Modules Reference, "Major version suffixes".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.golang.names import STRINGS, arguments, bare, dotted, names_in, quoted
from readiness.records import Struct, field
from readiness.syntax import nodes_of

if TYPE_CHECKING:
    from readiness.syntax import Node

_KINDS = (
    "import_spec",
    "function_declaration",
    "method_declaration",
    "type_spec",
    "const_spec",
    "var_spec",
    "short_var_declaration",
    "assignment_statement",
    "parameter_declaration",
    "field_declaration",
    "call_expression",
    "composite_literal",
)
_FOLD = 8
_MANY = 5000  # nodes of one kind looked at in one file


class Function(Struct, frozen=True):
    """A declared function: ``owner`` is the type that it is a method of, ``self`` how it calls that."""

    name: str
    node: Node
    owner: str = ""
    self: str = ""

    @property
    def full(self) -> str:
        """``Type.Name`` of a method, the name alone of a function."""
        return f"{self.owner}.{self.name}" if self.owner else self.name


class Scope(Struct, frozen=True):
    """One parsed file.

    ``imports`` maps the name that a package has here to its path without a major version.
    ``values`` maps a name, or a selector, to every expression it is set to; ``types`` a name of a
    parameter, a variable or a field to its type as written. ``functions`` are in the order of the source.
    """

    root: Node
    kinds: dict[str, list[Node]] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    values: dict[str, list[Node]] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    functions: list[Function] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)

    def called(self, call: Node) -> str:
        """The qualified name of what a call is of; ``call`` is one of those that ``of`` gives."""
        key = id(call)  # these nodes live as long as the scope
        if key not in self.names:
            self.names[key] = self.qualified(call.field("function"))
        return self.names[key]

    def of(self, *kinds: str) -> list[Node]:
        """The nodes of ``kinds``, kind after kind."""
        return [node for kind in kinds for node in self.kinds.get(kind, ())]

    def paths(self) -> frozenset[str]:
        """The paths of every package that is imported."""
        return frozenset(self.imports.values())

    def qualified(self, node: Node | None) -> str:
        """The dotted name of ``node``, its package by its path: ``net/http.Get``. Empty if it has none."""
        return self.expanded(dotted(node))

    def expanded(self, name: str) -> str:
        """A dotted name as written, with the path of its package."""
        head, dot, rest = name.partition(".")
        plain = head.removesuffix("()")
        path = self.imports.get(plain) if dot else None
        return (path or plain) + head[len(plain) :] + dot + rest

    def value(self, name: str) -> Node | None:
        """The one expression that ``name`` is ever set to."""
        values = self.values.get(name, ())
        return bare(values[0]) if len(values) == 1 else None

    def settled(self, node: Node | None) -> Node | None:
        """``node`` itself, or what the name that it is was set to."""
        node = bare(node)
        for _ in range(3):
            if node is None or node.kind() != "identifier":
                return node
            found = self.value(node.text())
            if found is None:
                return node
            node = found
        return node

    def fold(self, node: Node | None, depth: int = 0) -> str | None:
        """The text that ``node`` surely is, ``{name}`` for a part that is not literal.

        None if nothing of it is literal text.
        """
        node = bare(node)
        if node is None or depth > _FOLD:
            return None
        match node.kind():
            case "interpreted_string_literal" | "raw_string_literal":
                return quoted(node)
            case "identifier":
                return self.fold(self.value(node.text()), depth + 1)
            case "binary_expression":
                left, right = node.field("left"), node.field("right")
                parts = [self.fold(left, depth + 1), self.fold(right, depth + 1)]
                if parts == [None, None]:
                    return None
                return "".join(
                    hole(side) if text is None else text
                    for side, text in zip((left, right), parts, strict=True)
                )
            case "call_expression" if self.qualified(node.field("function")) == "fmt.Sprintf":
                given = arguments(node)
                return _formatted(self.fold(given[0], depth + 1)) if given else None
            case _:
                return None


def _formatted(text: str | None) -> str | None:
    """``/a/%s`` as ``/a/{value}``. Source: fmt "Printing"."""
    if text is None:
        return None
    head, *rest = text.split("%")
    return head + "".join("{value}" + part[1:] for part in rest)


def hole(node: Node | None) -> str:
    """What stands for the part ``node`` that is not literal."""
    return "{" + (dotted(node).replace("()", "").rpartition(".")[2] or "value") + "}"


def scope_of(root: Node) -> Scope:
    """The scope of the file whose tree is ``root``."""
    scope = Scope(root)
    for node in nodes_of(root, _KINDS):
        kept = scope.kinds.setdefault(node.kind(), [])
        if len(kept) < _MANY:
            kept.append(node)
    for node in scope.of("import_spec"):
        _import(node, scope)
    for node in scope.of("function_declaration", "method_declaration"):
        _function(node, scope)
    for node in scope.of("parameter_declaration", "field_declaration"):
        kind = dotted(node.field("type"))
        for child in node.named_children() if kind else ():
            if child.kind() in ("identifier", "field_identifier"):
                scope.types.setdefault(child.text(), kind)
    for node in scope.of("const_spec", "var_spec", "short_var_declaration", "assignment_statement"):
        _assigned(node, scope)
    for node in scope.of("composite_literal"):
        _fields(node, scope)
    return scope


def _import(node: Node, scope: Scope) -> None:
    literal = next((child for child in node.named_children() if child.kind() in STRINGS), None)
    path = plain_path(quoted(literal) or "")
    alias = next(
        (child.text() for child in node.named_children() if child.kind() == "package_identifier"), ""
    )
    if path:
        scope.imports[alias or package_name(path)] = path


def plain_path(path: str) -> str:
    """A path without its major version: ``…/echo`` of ``…/echo/v4`` and of ``…/echo.v4``."""
    head, _, last = path.rpartition("/")
    if head and _versions(last):
        return head
    stem, dot, version = path.rpartition(".v")
    parts = stem if dot and version.isdigit() else path
    versioned = [part for part in parts.split("/") if not _versions(part)]
    return "/".join(versioned) if "." in parts.partition("/")[0] else parts


def _versions(part: str) -> bool:
    """Whether a part of a path is a major version: from 2 on, before that none is written."""
    return part[:1] == "v" and part[1:].isdigit() and part not in ("v0", "v1")


def package_name(path: str) -> str:
    """What a package is called where the import does not say: the last part of its path, ``go-`` left out."""
    last = path.rpartition("/")[2]
    return last.removeprefix("go-").removesuffix("-go").removesuffix(".go").replace("-", "_")


def _function(node: Node, scope: Scope) -> None:
    name = node.field("name")
    if name is None:
        return
    owner = this = ""
    receiver = node.field("receiver")
    for parameter in receiver.named_children() if receiver is not None else ():
        this = next(iter(names_in(parameter)), "")
        owner = dotted(parameter.field("type"))
    scope.functions.append(Function(name.text(), node, owner, this))


def _assigned(node: Node, scope: Scope) -> None:
    left = node.field("left")
    right = node.field("right") or node.field("value")
    if left is None:  # var x T = value; const x = value
        names = [child for child in node.named_children() if child.kind() == "identifier"]
        kind = dotted(node.field("type"))
        for name in names if kind else ():
            scope.types.setdefault(name.text(), kind)
    else:
        names = [child for child in left.named_children() if child.kind() != "comment"]
    if right is None:
        return
    values = right.named_children() if right.kind() == "expression_list" else [right]
    if len(values) == len(names):
        pairs = list(zip(names, values, strict=True))
    else:  # value, err := f()
        pairs = [(names[0], values[0])] if names and len(values) == 1 else []
    for name, value in pairs:
        key = dotted(name)
        if key and key != "_":
            scope.values.setdefault(key, []).append(value)


def _fields(node: Node, scope: Scope) -> None:
    """``Server{router: chi.NewRouter()}`` sets the field ``.router`` of whatever it is kept in."""
    body = node.field("body")
    for element in body.named_children()[:200] if body is not None else ():
        inner = element.named_children()
        if element.kind() == "keyed_element" and len(inner) == 2:
            key = bare(inner[0])
            if key is not None and key.kind() == "identifier":
                scope.values.setdefault("." + key.text(), []).append(inner[1])
