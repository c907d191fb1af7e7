"""The names of a file of JavaScript or TypeScript: what they were imported as, and what they are set to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.script.names import (
    NAMES,
    Called,
    Chain,
    arguments,
    bare,
    chain_of,
    dotted,
    hole,
    loads,
    operator,
    option,
    pattern_names,
    quoted,
)
from readiness.records import Struct, field
from readiness.syntax import nodes_of

if TYPE_CHECKING:
    from readiness.syntax import Node

FUNCTIONS = frozenset(
    (
        "arrow_function",
        "function_expression",
        "function_declaration",
        "method_definition",
        "generator_function",
        "generator_function_declaration",
    )
)
_KINDS = (
    "import_statement",
    "export_statement",
    "export_specifier",
    "variable_declarator",
    "assignment_expression",
    "function_declaration",
    "method_definition",
    "class_declaration",
    "public_field_definition",
    "required_parameter",
    "pair",
    "call_expression",
    "new_expression",
    "member_expression",
    "subscript_expression",
    "binary_expression",
    "switch_case",
)
_CLAUSES = ("import_clause", "import_specifier", "namespace_import", "import_require_clause")
_FOLD = 8
_TEXT = 500
_MANY = 5000  # nodes of one kind looked at in one file


class Origin(Struct, frozen=True):
    """What a local name was imported as: a module as written, and the name in it.

    ``name`` is empty for the whole module or what it gives by default.
    """

    module: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.module}.{self.name}" if self.name else self.module


class Scope(Struct, frozen=True):
    """One parsed file.

    ``kinds`` are its nodes of the kinds that matter, in the order of the source. ``values``
    maps a name, or the last part of one, to every expression it is set to; ``functions`` and
    ``classes`` are by name, the first of each. ``types`` maps what a constructor is given to
    the name of its type. ``exported`` are the names that other files can see.
    ``chains`` keeps where chains of calls start.
    """

    root: Node
    kinds: dict[str, list[Node]] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    values: dict[str, list[Node]] = field(default_factory=dict)
    functions: dict[str, Node] = field(default_factory=dict)
    classes: dict[str, Node] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    exported: dict[str, Node] = field(default_factory=dict)
    chains: dict[int, Chain] = field(default_factory=dict)

    def of(self, *kinds: str) -> list[Node]:
        """The nodes of ``kinds``, kind after kind."""
        return [node for kind in kinds for node in self.kinds.get(kind, ())]

    def modules(self) -> frozenset[str]:
        """Every module that a name was imported from."""
        return frozenset(origin.module for origin in self.origins.values())

    def qualified(self, node: Node | None) -> str:
        """The dotted name of ``node``, its import resolved: ``@sentry/node.init``. Empty if it has none."""
        name = dotted(node)
        if name.startswith("this."):
            head = name.split(".")[1]
            kind = self.types.get(head)
            if kind:
                name = kind + name.removeprefix("this." + head)
        head, dot, rest = name.partition(".")
        bare = head.removesuffix("()")
        origin = self.origins.get(bare)
        return (str(origin) if origin else bare) + head[len(bare) :] + dot + rest

    def imported(self, node: Node | None) -> str:
        """As ``qualified``, of what comes from another module; empty for everything else."""
        head = dotted(node).partition(".")[0].removesuffix("()")
        if head in self.origins or required(node) is not None:
            return self.qualified(node).replace("()", "").replace(".default", "")
        return ""

    def chain(self, node: Node | None) -> Chain:
        """Where the chain of calls that ends with ``node`` starts."""
        return chain_of(node, self.chains)

    def value(self, name: str) -> Node | None:
        """The one expression that ``name`` is ever set to."""
        values = self.values.get(name, ())
        return bare(values[0]) if len(values) == 1 else None

    def settled(self, node: Node | None) -> Node | None:
        """``node`` itself, or what the name that it is was set to."""
        node = bare(node)
        for _ in range(3):
            if node is None or node.kind() not in NAMES:
                return node
            node = self.value(node.text()) or None
        return node

    def fold(self, node: Node | None, depth: int = 0) -> str | None:
        """The text that ``node`` surely is, ``{name}`` for a part that is not literal.

        None if nothing of it is literal text.
        """
        node = bare(node)
        if node is None or depth > _FOLD:
            return None
        match node.kind():
            case "string":
                return node.text()[1:-1][:_TEXT]
            case "template_string":
                return self._template(node, depth)
            case "identifier" | "shorthand_property_identifier":
                return self.fold(self.value(node.text()), depth + 1)
            case "binary_expression" if operator(node) == "+":
                return self._sum(node, depth)
            case "member_expression":
                return self._member(node, depth)
            case _:
                return None

    def _template(self, node: Node, depth: int) -> str:
        parts = []
        for child in node.named_children()[:50]:
            if child.kind() == "template_substitution":
                inner = next(iter(child.named_children()), None)
                text = self.fold(inner, depth + 1)
                parts.append(hole(inner) if text is None else text)
            else:
                parts.append(child.text())
        return "".join(parts)[:_TEXT]

    def _sum(self, node: Node, depth: int) -> str | None:
        sides = node.field("left"), node.field("right")
        texts = [self.fold(side, depth + 1) for side in sides]
        if texts == [None, None]:
            return None
        return "".join(hole(side) if text is None else text for side, text in zip(sides, texts, strict=True))[
            :_TEXT
        ]

    def _member(self, node: Node, depth: int) -> str | None:
        """``ROUTES.health`` of an object that this file spells out."""
        owner = node.field("object")
        if owner is None or owner.kind() != "identifier":
            return None
        found = option(self.value(owner.text()), dotted(node.field("property")))
        return self.fold(found, depth + 1)

    def function(self, node: Node | None, depth: int = 0) -> Node | None:
        """The function of this file that ``node`` is, names, wraps or binds."""
        node = bare(node)
        if node is None or depth > 3:
            return None
        kind = node.kind()
        if kind in FUNCTIONS:
            return node
        if kind == "call_expression":
            owner = node.field("function")
            if owner is not None and dotted(owner).endswith(".bind"):
                return self.function(owner.field("object"), depth + 1)
            given = [self.function(item, depth + 1) for item in arguments(node)]
            return next((item for item in reversed(given) if item is not None), None)
        name = dotted(node)
        head, _, last = name.rpartition(".")
        root = (head or last).partition(".")[0]
        if not name or root.removesuffix("()") in self.origins or head.startswith("this.") or "()" in name:
            return None
        return self.functions.get(last) or self.function(self.value(last), depth + 1)


def called(scope: Scope) -> list[Called]:
    """Every call in the file, then every construction."""
    found = []
    for node in scope.of("call_expression", "new_expression"):
        function = node.field("function") or node.field("constructor")
        found.append(Called(node, function, dotted(function), scope.imported(function)))
    return found


def scope_of(root: Node) -> Scope:
    """The names of ``root``, in one pass."""
    scope = Scope(root)
    for node in nodes_of(root, _KINDS):
        nodes = scope.kinds.setdefault(node.kind(), [])
        if len(nodes) < _MANY:
            nodes.append(node)
    for node in scope.of("import_statement"):
        _imported(scope, node)
    for node in scope.of("variable_declarator"):
        _declared(scope, node)
    for node in scope.of("assignment_expression", "public_field_definition"):
        _assigned(scope, node)
    for node in scope.of("function_declaration", "method_definition", "class_declaration", "pair"):
        _defined(scope, node)
    for node in scope.of("required_parameter"):
        _typed(scope, node)
    for node in scope.of("export_statement", "export_specifier"):
        _exported(scope, node)
    return scope


def _imported(scope: Scope, node: Node) -> None:
    module = quoted(node.field("source"))
    for item in nodes_of(node, ("import_require_clause",)):
        module = quoted(item.field("source"))
    for item in nodes_of(node, _CLAUSES):
        if item.kind() == "import_specifier":
            name, alias = dotted(item.field("name")), dotted(item.field("alias"))
            scope.origins.setdefault(alias or name, Origin(module, "" if name == "default" else name))
        else:
            for child in item.named_children():
                if child.kind() == "identifier":
                    scope.origins.setdefault(child.text(), Origin(module))


def _declared(scope: Scope, node: Node) -> None:
    target, value = node.field("name"), bare(node.field("value"))
    if target is None or value is None:
        return
    origin = required(value)
    if target.kind() == "object_pattern":
        for local, name, _ in pattern_names(target):
            if origin is not None:
                inner = f"{origin.name}.{name}" if origin.name else name
                scope.origins.setdefault(local, Origin(origin.module, inner))
    elif origin is not None:
        scope.origins.setdefault(target.text(), origin)
    else:
        _set(scope, target.text(), value)


def required(node: Node | None) -> Origin | None:
    """What ``require("m")``, ``require("m").name`` or ``await import("m")`` gives."""
    names: list[str] = []
    node = bare(node)
    while node is not None and node.kind() == "member_expression" and len(names) < 4:
        names.insert(0, dotted(node.field("property")))
        node = bare(node.field("object"))
    if node is None or node.kind() != "call_expression":
        return None
    if not loads(node.field("function")):
        return None
    first = next(iter(arguments(node)), None)
    module = quoted(first)
    if not module:
        return None
    return Origin(module, ".".join(name for name in names if name != "default"))


def _set(scope: Scope, name: str, value: Node) -> None:
    if value.kind() in FUNCTIONS:
        scope.functions.setdefault(name, value)
    scope.values.setdefault(name, []).append(value)


def _assigned(scope: Scope, node: Node) -> None:
    target = node.field("left") or node.field("name") or node.field("property")
    value = bare(node.field("right") or node.field("value"))
    name = dotted(target)
    if not name or value is None:
        return
    _set(scope, name.rpartition(".")[2], value)
    if name == "module.exports":
        scope.exported.setdefault("default", value)
        _members(scope, value)
    elif name.startswith(("exports.", "module.exports.")):
        scope.exported.setdefault(name.rpartition(".")[2], value)


def _defined(scope: Scope, node: Node) -> None:
    name = dotted(node.field("name") or node.field("key"))
    if not name:
        return
    if node.kind() == "class_declaration":
        scope.classes.setdefault(name, node)
    elif node.kind() == "pair":
        value = bare(node.field("value"))
        if value is not None and value.kind() in FUNCTIONS:
            scope.functions.setdefault(name, value)
    else:
        scope.functions.setdefault(name, node)


def _typed(scope: Scope, node: Node) -> None:
    """What a constructor is given, with its type: ``constructor(private db: Database)``."""
    kind = node.field("type")
    name = next((child for child in node.named_children() if child.kind() == "identifier"), None)
    if kind is not None and name is not None:
        inner = [child for child in kind.named_children() if child.kind() == "type_identifier"]
        for child in inner:
            scope.types.setdefault(name.text(), child.text())


def _members(scope: Scope, value: Node) -> None:
    """What an exported object spells out: ``module.exports = { check, … }``."""
    if value.kind() == "object":
        for item in value.named_children():
            key = item.field("key") or item.field("name")
            if item.kind() == "shorthand_property_identifier":
                scope.exported.setdefault(item.text(), item)
            elif key is not None:
                scope.exported.setdefault(key.text().strip("\"'"), item.field("value") or item)


def _exported(scope: Scope, node: Node) -> None:
    """A name that ``export`` gives away, and what it stands for."""
    if node.kind() == "export_specifier":
        name, alias = dotted(node.field("name")), dotted(node.field("alias"))
        scope.exported.setdefault(alias or name, node.field("name") or node)
        return
    declared = node.field("declaration")
    if any(child.kind() == "default" for child in node.children()):
        value = node.field("value") or declared
        if value is not None:
            scope.exported.setdefault("default", value)
            _members(scope, value)
    elif declared is not None and declared.kind() == "lexical_declaration":
        for item in nodes_of(declared, ("variable_declarator",)):
            value = item.field("value")
            if value is not None:
                scope.exported.setdefault(dotted(item.field("name")), value)
    elif declared is not None:
        scope.exported.setdefault(dotted(declared.field("name")), declared)
