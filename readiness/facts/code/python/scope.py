"""The names of a Python file: what they were imported as, and what they are set to."""

from __future__ import annotations

import ast
from functools import cache

from readiness.records import Struct, field

_FOLD = 8
_CHAIN = 32
_TEXT = 500
_SHORT = 120

Function = ast.FunctionDef | ast.AsyncFunctionDef
Block = ast.With | ast.AsyncWith | ast.For | ast.AsyncFor


class Scope(Struct, frozen=True):
    """One parsed file. ``nodes`` are its nodes in the order of the source; ``calls`` are the calls
    among them with their qualified names, ``defined`` the functions, ``assigned`` the assignments, and so on.

    ``aliases`` maps a local name to what it was imported as; a relative import keeps its
    dots. ``values`` maps a name, an attribute's last name or a class field to every
    expression it is set to. ``functions`` and ``classes`` are by name, the first of each.
    ``texts`` are its short literal texts, ``heads`` the first parts of what it imports,
    ``mentions`` every name and attribute in it. ``judged`` keeps answers about names, so
    that none is worked out twice.
    """

    nodes: tuple[ast.AST, ...] = ()
    calls: list[tuple[ast.Call, str]] = field(default_factory=list)
    defined: list[Function] = field(default_factory=list)
    assigned: list[ast.Assign] = field(default_factory=list)
    imported: list[ast.Import | ast.ImportFrom] = field(default_factory=list)
    subscripts: list[ast.Subscript] = field(default_factory=list)
    branches: list[ast.Try | ast.If] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    values: dict[str, list[ast.expr]] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)
    heads: set[str] = field(default_factory=set)
    mentions: set[str] = field(default_factory=set)
    judged: dict[str, bool] = field(default_factory=dict)

    def qualified(self, node: ast.AST) -> str:
        """The dotted name of ``node`` with its alias resolved; empty if it has none."""
        name = dotted(node)
        if not name:
            return ""
        head, dot, rest = name.partition(".")
        bare = head.removesuffix("()")
        return self.aliases.get(bare, bare) + head[len(bare) :] + dot + rest

    def fold(self, node: ast.AST | None, depth: int = 0) -> str | None:
        """The text that ``node`` surely is, ``{name}`` for a part that is not literal.

        None if nothing of it is literal text.
        """
        if depth > _FOLD:
            return None
        match node:
            case ast.Constant(value=str(text)):
                return text[:_TEXT]
            case ast.Name(id=name):
                return self._constant(name, depth)
            case ast.JoinedStr(values=parts):
                return "".join(self._part(part, depth) for part in parts)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._sum(left, right, depth)
            case _:
                return None

    def _constant(self, name: str, depth: int) -> str | None:
        values = self.values.get(name, ())
        return self.fold(values[0], depth + 1) if len(values) == 1 else None

    def _part(self, part: ast.AST, depth: int) -> str:
        inner = part.value if isinstance(part, ast.FormattedValue) else part
        text = self.fold(inner, depth + 1)
        return "{" + (dotted(inner).rpartition(".")[2] or "value") + "}" if text is None else text

    def _sum(self, left: ast.expr, right: ast.expr, depth: int) -> str | None:
        texts = self.fold(left, depth + 1), self.fold(right, depth + 1)
        if texts == (None, None):
            return None
        return "".join(
            "{" + (dotted(side).rpartition(".")[2] or "value") + "}" if text is None else text
            for side, text in zip((left, right), texts, strict=True)
        )


def scope_of(tree: ast.Module) -> Scope:
    """The names of ``tree``, in one pass."""
    scope = Scope(nodes=tuple(below(tree)))
    calls: list[ast.Call] = []
    for node in scope.nodes:
        kind = node.__class__
        if kind is ast.Name:
            scope.mentions.add(node.id)  # type: ignore[attr-defined]
        elif kind is ast.Attribute:
            scope.mentions.add(node.attr)  # type: ignore[attr-defined]
        elif kind is ast.Constant:
            text = node.value  # type: ignore[attr-defined]
            if text.__class__ is str and len(text) <= _SHORT:
                scope.texts.add(text)
        elif kind is ast.Call:
            calls.append(node)  # type: ignore[arg-type]
        else:
            _named(scope, node)
    scope.calls.extend((call, scope.qualified(call.func)) for call in calls)
    return scope


def _named(scope: Scope, node: ast.AST) -> None:
    match node:
        case ast.Import() | ast.ImportFrom():
            scope.imported.append(node)
            _alias(scope, node)
        case ast.Subscript():
            scope.subscripts.append(node)
        case ast.Try() | ast.If():
            scope.branches.append(node)
        case ast.With() | ast.AsyncWith() | ast.For() | ast.AsyncFor():
            scope.blocks.append(node)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            scope.functions.setdefault(node.name, node)
            scope.defined.append(node)
        case ast.ClassDef():
            scope.classes.setdefault(node.name, node)
        case ast.Assign(targets=targets, value=value):
            scope.assigned.append(node)
            for target in targets:
                _set(scope, target, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            _set(scope, target, value)
        case _:
            pass


def _alias(scope: Scope, node: ast.Import | ast.ImportFrom) -> None:
    if isinstance(node, ast.Import):
        names = {item.asname or item.name.partition(".")[0]: item for item in node.names}
        origins = {
            local: item.name if item.asname else item.name.partition(".")[0] for local, item in names.items()
        }
    else:
        start = "." * node.level + (node.module + "." if node.module else "")
        origins = {item.asname or item.name: start + item.name for item in node.names}
    for local, origin in origins.items():
        scope.aliases.setdefault(local, origin)
        scope.heads.add(origin.partition(".")[0])
        scope.mentions.add(origin.rpartition(".")[2])


def _set(scope: Scope, target: ast.expr, value: ast.expr) -> None:
    name = dotted(target).rpartition(".")[2]
    if name:
        scope.values.setdefault(name, []).append(value)


@cache
def _children(fields: tuple[str, ...]) -> tuple[str, ...]:
    """Those of a node's fields that hold nodes: not its operators and contexts, not its names."""
    return tuple(name for name in fields if name not in _WITHOUT_NODES)


_WITHOUT_NODES = frozenset(
    (
        *("ctx", "op", "ops", "id", "attr", "arg", "asname", "module", "level", "kind", "type_comment"),
        *("simple", "conversion", "is_async", "type_ignores"),
    )
)


def below(node: ast.AST) -> list[ast.AST]:
    """``node`` and everything below it but operators, in the order of the source; no recursion."""
    found, stack = [], [node]
    while stack:
        current = stack.pop()
        found.append(current)
        kind = current.__class__
        if kind is ast.Name or kind is ast.Constant:
            continue
        inner: list[ast.AST] = []
        for name in _children(current._fields):
            value = getattr(current, name, None)
            if value.__class__ is list:
                inner += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST):
                inner.append(value)
        stack += inner[::-1]
    return found


def dotted(node: ast.AST) -> str:
    """``a.b.c`` of a name or attribute, ``a().b`` through a call; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    parts: list[str] = []
    calls = ""
    for _ in range(_CHAIN):
        if isinstance(node, ast.Attribute):
            parts.append(node.attr + calls)
            node, calls = node.value, ""
        elif isinstance(node, ast.Call):
            node, calls = node.func, "()"
        elif isinstance(node, ast.Name):
            parts.append(node.id + calls)
            return ".".join(reversed(parts))
        else:
            return ""
    return ""


def keyword(call: ast.Call, *names: str) -> ast.expr | None:
    """The value of the first of ``names`` among the keywords of ``call``."""
    by_name = {item.arg: item.value for item in call.keywords}
    return next((by_name[name] for name in names if name in by_name), None)


def spread(call: ast.Call) -> bool:
    """Whether ``call`` passes on keywords that are not written here (``**options``)."""
    return any(item.arg is None for item in call.keywords)


def argument(call: ast.Call, index: int, *names: str) -> ast.expr | None:
    """The positional argument ``index`` of ``call``, else the first of the keywords ``names``."""
    if index < len(call.args) and not isinstance(call.args[index], ast.Starred):
        return call.args[index]
    return keyword(call, *names)


def truth(node: ast.AST | None) -> bool | None:
    """The boolean that ``node`` literally is, else None."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, bool) else None


def line_of(node: ast.AST) -> int:
    """The line on which ``node`` starts."""
    return int(getattr(node, "lineno", 1))
