"""What becomes of a call that fails, in Python: whether its result is looked at, and what then happens."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from readiness.facts.code.python.scope import below, dotted
from readiness.facts.words import word_set

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from readiness.facts.scripts.model import Failure

EXITS = word_set("sys.exit exit quit os._exit os.abort")
"""Calls that end the program."""


def failures_in(nodes: Sequence[ast.AST]) -> dict[int, Failure]:
    """For the calls among ``nodes``, by ``id``, what their failure comes to; those left out raise."""
    found: dict[int, Failure] = {}
    for node in nodes:
        if (
            isinstance(node, ast.Try)
            and node.handlers
            and not any(_ends(each.body) for each in node.handlers)
        ):
            found.update((id(call), "ignored") for call in _bare(node.body))
    named: dict[str, Failure] = {}
    for node in nodes:
        asked, failure = _asked(node)
        for value in asked:
            for each in below(value):
                if isinstance(each, ast.Call):
                    found[id(each)] = failure
                elif isinstance(each, ast.Name) and named.get(each.id) != "exits":
                    named[each.id] = failure
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call) if name in named:
                found[id(call)] = named[name]
            case _:
                pass
    return found


def _asked(node: ast.AST) -> tuple[Sequence[ast.expr], Failure]:
    """The expressions that ``node`` looks at to decide, and what happens if they say no."""
    match node:
        case ast.If(test=test, body=body, orelse=other):
            return (test,), _ends(body) or _ends(other) or "ignored"
        case ast.Assert(test=test):
            return (test,), "exits"
        case ast.Return(value=ast.expr() as value):
            return (value,), "returns"
        case ast.BoolOp(op=ast.Or(), values=[*asked, ast.Call() as last]) if _exits(last):
            return asked, "exits"
        case ast.Call(func=func, args=args) if dotted(func) in EXITS:
            return args, "exits"
        case _:
            return (), "ignored"


def _bare(body: list[ast.stmt]) -> Iterable[ast.Call]:
    return (node.value for node in body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call))


def _ends(body: list[ast.stmt]) -> Failure | None:
    """How ``body`` leaves the function, or the script, by itself; None if it goes on."""
    for node in body:
        if isinstance(node, ast.Raise) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _exits(node.value)
        ):
            return "exits"
        if isinstance(node, ast.Return):
            return "returns"
    return None


def _exits(call: ast.Call) -> bool:
    return dotted(call.func) in EXITS
