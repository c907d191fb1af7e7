"""A walk over one file of Python that shows bandit's tests the nodes they may report on.

In the order of bandit's own visitor, since a name means what the imports before it say. A test that
fails reports nothing, as there. The parents of a node are linked only while a test looks at it: bandit
links the whole tree, which leaves every one of them to the garbage collector.

Source: bandit 1.9.4, ``core/node_visitor.py`` and ``core/tester.py``.
"""

from __future__ import annotations

import ast
from io import BytesIO
from typing import TYPE_CHECKING, Any

from readiness.facts.code.weaknesses.budget import Exhausted
from readiness.facts.code.weaknesses.context import Imports
from readiness.facts.code.weaknesses.model import Finding, Reported

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.facts.code.weaknesses.engine import Engine, Test
    from readiness.facts.code.weaknesses.plan import Plan, Tests

DEEPEST = 400
"""Levels of nesting that are followed. Bandit gives a file up at about twice as many."""

_REPORTED = ("MEDIUM", "HIGH")
_PLAIN: frozenset[type] = frozenset({str, int, bool, type(None), bytes, float, complex, type(...)})
_BARE: frozenset[type] = frozenset(
    {ast.Name, ast.Pass, ast.Break, ast.Continue, ast.Global, ast.Nonlocal}
    | {
        kind
        for base in (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)
        for kind in base.__subclasses__()
    }
)


class TooDeep(Exception):  # noqa: N818 - a state of the subject, not an error of ours
    """A tree that nests deeper than is followed."""


class Visitor:
    """The state of one walk. ``visit`` is called once."""

    def __init__(self, engine: Engine, plan: Plan, data: bytes) -> None:
        self._engine, self._plan = engine, plan
        self._bytes = BytesIO(data)
        self._imports = Imports()
        self._aliases: dict[str, str] = {}
        self._path: list[ast.AST] = []
        self._linked: list[ast.AST] = []
        self._lines: dict[int, range] = {}
        self._sizes: dict[int, int] = {}
        self._reported: list[Reported] = []

    def visit(self, tree: ast.Module) -> tuple[Reported, ...]:
        """What the tests of the plan report on ``tree``. Raises ``TooDeep`` and ``Exhausted``."""
        self._engine.budget.refill()
        try:
            self._walk(tree)
            whole = {"file_data": self._bytes, "filename": "", "linerange": range(2)}
            self._run(self._plan.for_file(), {**whole, "lineno": 0, "col_offset": 0})
        finally:
            for node in self._linked:
                del node.__dict__["_bandit_parent"]
        return tuple(sorted(self._reported, key=lambda each: each.finding))

    def _walk(self, tree: ast.Module) -> None:
        passed_over = _PLAIN if self._plan.everything else _PLAIN | _BARE
        path, constant = self._path, ast.Constant
        stack: list[tuple[ast.AST, int]] = [(tree, 0)]
        while stack:
            node, depth = stack.pop()
            if depth > DEEPEST:
                raise TooDeep
            del path[depth:]
            path.append(node)
            self._look_at(node)
            depth += 1
            for child in reversed(_children(node, passed_over)):
                if child.__class__ is constant:
                    self._look_at_constant(child, node)
                else:
                    stack.append((child, depth))

    def _look_at(self, node: ast.AST) -> None:
        kind = node.__class__
        if kind is ast.Call:
            self._look_at_call(node)
        elif kind is ast.Import or kind is ast.ImportFrom:
            self._look_at_import(node)
        elif kind is not ast.Module:
            tests = self._plan.for_other(node)
            if tests:
                self._run(tests, self._context(node))

    def _look_at_call(self, node: Any) -> None:
        tests = self._plan.for_call(node, self._aliases)
        if tests:
            name = self._engine.call_name(node, self._aliases)
            last = name.rpartition(".")[2]
            self._run(tests, {**self._context(node), "call": node, "qualname": name, "name": last})

    def _look_at_import(self, node: Any) -> None:
        """Note the names; ``from . import x`` counts as ``import x``."""
        module = getattr(node, "module", None)
        for alias in node.names:
            name = alias.name if module is None else f"{module}.{alias.name}"
            if alias.asname or module is not None:
                self._aliases[alias.asname or alias.name] = name
            self._imports.note(name)
        tests = self._plan.for_import(node)
        if tests:
            last = node.names[-1].name
            names = {"module": last} if module is None else {"module": module, "name": last}
            self._run(tests, {**self._context(node), **names})

    def _look_at_constant(self, node: Any, parent: ast.AST) -> None:
        kind = node.value.__class__
        if (kind is not str and kind is not bytes) or parent.__class__ is ast.Expr:
            return
        tests = self._plan.for_string(node, parent)
        if tests:
            key = "str" if kind is str else "bytes"
            lines = self._lines_of(parent)
            self._spend(parent)
            self._run(tests, {**self._context(node), key: node.value, "linerange": lines})

    def _spend(self, parent: Any) -> None:
        """Pay for what B608 does: it gathers all strings of an operation or f-string, for each of them."""
        if parent.__class__ is ast.JoinedStr:
            self._engine.budget.spend(len(parent.values))
        if parent.__class__ is ast.BinOp:
            top = parent
            for above in reversed(self._path):
                if above.__class__ is not ast.BinOp:
                    break
                top = above
            if id(top) not in self._sizes:
                self._sizes[id(top)] = sum(1 for _ in ast.walk(top))
            self._engine.budget.spend(self._sizes[id(top)])

    def _context(self, node: Any) -> dict[str, Any]:
        self._link(node)
        context = {
            "imports": self._imports,
            "import_aliases": self._aliases,
            "node": node,
            "linerange": self._lines_of(node),
            "filename": "",
            "file_data": self._bytes,
        }
        for name in ("lineno", "col_offset", "end_col_offset"):
            if hasattr(node, name):
                context[name] = getattr(node, name)
        if node.__class__ is ast.FunctionDef:
            context.update(function=node, qualname=f".{node.name}", name=node.name)
        return context

    def _link(self, node: ast.AST) -> None:
        """Give a node and those above it the parent that bandit's tests ask for."""
        for above in reversed(self._path):
            if above is not node:
                if getattr(node, "_bandit_parent", None) is above:
                    break
                node.__dict__["_bandit_parent"] = above
                self._linked.append(node)
                node = above

    def _lines_of(self, node: Any) -> range:
        """The lines of a node; of one that has none itself, those of what is in it."""
        if hasattr(node, "lineno"):
            return range(node.lineno, (node.end_lineno or node.lineno) + 1)
        if id(node) not in self._lines:
            lines = self._engine.lines(node)
            self._lines[id(node)] = range(lines[0], lines[-1] + 1)
        return self._lines[id(node)]

    def _run(self, tests: Tests, context: dict[str, Any]) -> None:
        for test in tests:
            try:
                issue = test.run(self._engine.context(dict(context)))
                if issue is not None and issue.severity in _REPORTED:
                    self._reported.append(_reported(issue, test, self._engine.names, context))
            except Exhausted:
                raise
            except Exception:  # noqa: BLE001, S112 - as in bandit, a test that fails says nothing
                continue


def _children(node: ast.AST, passed_over: frozenset[type]) -> list[Any]:
    children: list[Any] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if value.__class__ is list:
            children += [each for each in value if each.__class__ not in passed_over]
        elif value.__class__ not in passed_over:
            children.append(value)
    return children


def _reported(issue: Any, test: Test, names: Mapping[str, str], context: dict[str, Any]) -> Reported:
    """An issue with what it leaves to the node it is about."""
    node = context["linerange"]
    lines = issue.linerange or node
    key = issue.test_id or test.id
    finding = Finding(
        line=context["lineno"] if issue.lineno is None else issue.lineno,
        id=key,
        column=context["col_offset"] if issue.col_offset == -1 else issue.col_offset,
        first=lines[0],
        last=lines[-1],
        name=names.get(key, test.id),
        severity=issue.severity,
        confidence=issue.confidence,
        message=_without_addresses(issue.text),
        cwe=issue.cwe.id,
    )
    return Reported(finding, issue.lineno, node[0], node[-1])


def _without_addresses(text: str) -> str:
    """``text`` without the place in memory of a node that it shows, which is another every time."""
    first, *rest = text.split(" object at 0x")
    return first + "".join(part.lstrip("0123456789abcdef") for part in rest)
