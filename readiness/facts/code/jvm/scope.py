"""The names of a file of Java or Kotlin: its classes, their methods, imports, and what names are set to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.jvm.names import (
    CALLS,
    NAMES,
    Annotation,
    annotations_of,
    bare,
    below,
    children,
    dotted,
    literal,
)
from readiness.records import Struct, field
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.syntax import Node

_CLASSES = (
    "class_declaration",
    "interface_declaration",
    "record_declaration",
    "object_declaration",
    "enum_declaration",
)
_METHODS = ("method_declaration", "function_declaration", "constructor_declaration")
_VALUES = (
    "variable_declarator",
    "property_declaration",
    "assignment_expression",
    "assignment",
    "enhanced_for_statement",
)
_TYPED = (
    "field_declaration",
    "local_variable_declaration",
    "formal_parameter",
    "class_parameter",
    "parameter",
    "variable_declaration",
)
_KINDS = (*_CLASSES, *_METHODS, *_VALUES, *_TYPED, *CALLS, "import_declaration", "import_header")
_FOLD = 8
_MANY = 5000


class Method(Struct, frozen=True):
    """A method or function; ``owner`` is the class it is in, empty for none."""

    name: str
    owner: str
    node: Node
    annotations: tuple[Annotation, ...]


class Class(Struct, frozen=True):
    """A class, interface or object. ``supers`` are the simple names of what it extends and implements."""

    name: str
    node: Node
    annotations: tuple[Annotation, ...]
    supers: tuple[str, ...]
    interface: bool = False
    methods: list[Method] = field(default_factory=list)

    def annotation(self, *names: str) -> Annotation | None:
        """The first annotation with one of ``names``."""
        return next((item for item in self.annotations if item.name in names), None)


class Scope(Struct, frozen=True):
    """One parsed file.

    ``imports`` are the whole names that are imported; ``values`` maps a name to every expression it
    is set to, ``types`` a name to the simple name of its type. ``functions`` are in no class.
    """

    root: Node
    language: str
    kinds: dict[str, list[Node]] = field(default_factory=dict)
    imports: list[str] = field(default_factory=list)
    values: dict[str, list[Node]] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    classes: list[Class] = field(default_factory=list)
    functions: list[Method] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)

    def called(self, call: Node) -> str:
        """The dotted name of what a call is of; ``call`` is one of those that ``calls`` gives."""
        key = id(call)  # these nodes live as long as the scope
        if key not in self.names:
            self.names[key] = dotted(call).replace("()", "")
        return self.names[key]

    def of(self, *kinds: str) -> list[Node]:
        """The nodes of ``kinds``, kind after kind."""
        return [node for kind in kinds for node in self.kinds.get(kind, ())]

    def calls(self) -> list[Node]:
        """Every call and every object that is built."""
        return self.of(*CALLS)

    def _whole(self, name: str) -> str:
        """``Urls.API`` of a name that is imported from its class."""
        imported = next(
            (item for item in self.imports if "." not in name and item.endswith(f".{name}")), name
        )
        return ".".join(imported.split(".")[-3:])

    def below(self, node: Node, kinds: Iterable[str]) -> list[Node]:
        """The nodes of ``kinds`` below ``node``, in the order of the source."""
        return below(node, self.language, kinds)

    def uses(self, *prefixes: str) -> bool:
        """Whether something below one of ``prefixes`` is imported."""
        return any(name.startswith(prefixes) for name in self.imports)

    def value(self, name: str) -> Node | None:
        """The one expression that ``name`` is ever set to."""
        values = self.values.get(name, ())
        return bare(values[0]) if len(values) == 1 else None

    def settled(self, node: Node | None) -> Node | None:
        """``node`` itself, or what the name that it is was set to."""
        node = bare(node)
        for _ in range(3):
            if node is None:
                return None
            name = dotted(node).removeprefix("this.")
            found = self.value(name) if node.kind() in NAMES or node.kind() == "field_access" else None
            if found is None:
                return node
            node = found
        return node

    def fold(self, node: Node | None, depth: int = 0) -> str | None:
        """The text that ``node`` surely is, ``{Name.PART}`` for what another file, or nobody, says.

        None if it is no text at all.
        """
        node = bare(node)
        if node is None or depth > _FOLD:
            return None
        text = literal(node)
        if text is not None:
            return text
        if node.kind() in ("binary_expression", "additive_expression"):
            sides = children(node)
            parts = [self.fold(side, depth + 1) for side in sides]
            return (
                None if all(part is None for part in parts) else "".join(part or "{value}" for part in parts)
            )
        name = dotted(node)
        if node.kind() in NAMES or "." in name:
            found = self.value(name.rpartition(".")[2]) if name.count(".") < 2 else None
            inner = self.fold(found, depth + 1) if found is not None else None
            return (
                inner
                if inner is not None
                else ("{" + self._whole(name) + "}" if name and "()" not in name else None)
            )
        return None


def scope_of(root: Node, language: str) -> Scope:
    """The scope of the file of ``language`` (``java`` or ``kotlin``) whose tree is ``root``."""
    scope = Scope(root, language)
    every = below(root, language, _KINDS)
    for node in every:
        kept = scope.kinds.setdefault(node.kind(), [])
        if len(kept) < _MANY:
            kept.append(node)
    for node in scope.of("import_declaration", "import_header"):
        text = node.text().removeprefix("import").strip().removeprefix("static").strip()
        scope.imports.append(text.partition(" as ")[0].rstrip("; \t\r\n"))
    _declared(every, scope)
    for node in scope.of(*_VALUES):
        _set(node, scope)
    for node in scope.of(*_TYPED):
        _typed(node, scope)
    return scope


def _declared(every: list[Node], scope: Scope) -> None:
    """The classes and methods of the file, each method in the innermost class around it."""
    around: list[tuple[int, Class]] = []
    for node in every:
        span = node.range()
        while around and around[-1][0] <= span.start.index:
            around.pop()
        if node.kind() in _CLASSES:
            made = _class(node)
            scope.classes.append(made)
            around.append((span.end.index, made))
        elif node.kind() in _METHODS:
            owner = around[-1][1] if around else None
            method = Method(
                _name(node), owner.name if owner is not None else "", node, tuple(annotations_of(node))
            )
            (owner.methods if owner is not None else scope.functions).append(method)


def _name(node: Node) -> str:
    """The name of a declaration: the first name among its parts."""
    named = node.field("name")
    if named is not None:
        return named.text()
    return next((child.text() for child in node.named_children() if child.kind() in NAMES), "")


def _class(node: Node) -> Class:
    supers: list[str] = []
    for child in node.named_children():
        if child.kind() in ("superclass", "super_interfaces", "extends_interfaces"):
            supers += [item.text() for item in nodes_of(child, ("type_identifier",))[:20]]
        elif child.kind() == "delegation_specifier":
            supers += [item.text() for item in nodes_of(child, ("type_identifier",))[:2]]
    interface = node.kind() == "interface_declaration" or node.text()[:400].lstrip().startswith("interface ")
    return Class(_name(node), node, tuple(annotations_of(node)), tuple(supers), interface)


def _set(node: Node, scope: Scope) -> None:
    """``String x = …``, ``val x = …``, ``this.x = …``."""
    kind = node.kind()
    if kind == "variable_declarator":
        name, value = node.field("name"), node.field("value")
        key = name.text() if name is not None else ""
    elif kind == "property_declaration":
        parts = children(node)
        declared = next((child for child in parts if child.kind() == "variable_declaration"), None)
        key = _name(declared) if declared is not None else ""
        value = (
            parts[-1]
            if parts and parts[-1].kind() not in ("variable_declaration", "getter", "modifiers")
            else None
        )
    else:
        parts = children(node)
        key = dotted(parts[0]).removeprefix("this.") if len(parts) == 2 else ""
        value = parts[1] if len(parts) == 2 else None
        if kind == "assignment" and not key and parts:
            key = parts[0].text().removeprefix("this.")[:100]
    # What stands in a parameter of the same name is no news.
    if key and value is not None and dotted(value) != key:
        scope.values.setdefault(key, []).append(value)


def _typed(node: Node, scope: Scope) -> None:
    kind = node.field("type")
    if kind is None:
        types = [child for child in node.named_children() if child.kind() in ("user_type", "nullable_type")]
        kind = types[0] if types else None
    name = dotted(kind).rpartition(".")[2]
    if not name:
        return
    if node.kind() in ("field_declaration", "local_variable_declaration"):
        for child in node.named_children():
            inner = child.field("name") if child.kind() == "variable_declarator" else None
            if inner is not None:
                scope.types.setdefault(inner.text(), name)
    else:
        scope.types.setdefault(_name(node), name)


def declared_line(node: Node) -> int:
    """The line of a declaration's name, below its annotations."""
    named = node.field("name")
    if named is None:
        named = next((child for child in node.named_children() if child.kind() in NAMES), None)
    return line_of(named if named is not None else node)
