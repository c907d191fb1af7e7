"""The names of a Python file: what they were imported as, and what they are set to."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

_FOLD = 8
_CHAIN = 32
_TEXT = 500
_SHORT = 120

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Scope:
    """One parsed file. ``nodes`` are all its nodes in the order of the source.

    ``aliases`` maps a local name to what it was imported as; a relative import keeps its
    dots. ``values`` maps a name, an attribute's last name or a class field to every
    expression it is set to. ``functions`` and ``classes`` are by name, the first of each.
    ``texts`` are its short literal texts, ``heads`` the first parts of what it imports,
    ``mentions`` every name and attribute in it. ``judged`` keeps answers about names, so
    that none is worked out twice.
    """

    nodes: tuple[ast.AST, ...] = ()
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
    for node in scope.nodes:
        match node:
            case ast.Import() | ast.ImportFrom():
                _alias(scope, node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                scope.functions.setdefault(node.name, node)
            case ast.ClassDef():
                scope.classes.setdefault(node.name, node)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    _set(scope, target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                _set(scope, target, value)
            case ast.Constant(value=str(text)) if len(text) <= _SHORT:
                scope.texts.add(text)
            case ast.Name(id=name) | ast.Attribute(attr=name):
                scope.mentions.add(name)
            case _:
                pass
    return scope


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


def below(node: ast.AST) -> list[ast.AST]:
    """``node`` and everything below it, in the order of the source; no recursion."""
    found, stack = [], [node]
    while stack:
        current = stack.pop()
        found.append(current)
        stack.extend(reversed(list(ast.iter_child_nodes(current))))
    return found


def dotted(node: ast.AST) -> str:
    """``a.b.c`` of a name or attribute, ``a().b`` through a call; empty for anything else."""
    parts: list[str] = []
    calls = ""
    for _ in range(_CHAIN):
        match node:
            case ast.Attribute(value=value, attr=attr):
                parts.append(attr + calls)
                node, calls = value, ""
            case ast.Call(func=func):
                node, calls = func, "()"
            case ast.Name(id=name):
                parts.append(name + calls)
                return ".".join(reversed(parts))
            case _:
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
