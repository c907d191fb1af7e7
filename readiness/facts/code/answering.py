"""What a request's handler does, in any language with a ``Grammar``: whom it calls, and if it can say no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.health import guarded, snake
from readiness.facts.code.model import Handler
from readiness.records import Struct, replace
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.facts.code.grammar import Scope
    from readiness.syntax import Node

_CALLS = 200  # distinct names kept per handler
_HELPERS = 20  # helpers of the same file followed per handler
_FOLLOW = 2  # how deep helpers are followed
_CLIMB = 6  # how far above a number its use is looked for
# What stands before the name of a function of the same object.
# How a function is called that ends the answer for whom it does not know.
_CHECKS = ("require", "ensure", "verify", "validate", "check", "assert", "enforce", "must")
_NO_GATES = ("password", "credential", "login", "signup", "email", "cors", "csrf", "authenticity", "author_")
_DENIALS = ("unauthorized", "forbidden", "forbid", "http_unauthorized", "http_forbidden")
_SELF = ("self", "this", "Self", "$this", "static")


class Body(Struct, frozen=True):
    """What a piece of code does by itself, as in ``Handler``; ``helpers`` are functions that it calls."""

    calls: tuple[str, ...]
    helpers: tuple[Node, ...]
    plain: bool
    catches: bool
    fails: bool
    asks: bool
    refuses: bool


def handler_of(scope: Scope, node: Node, name: str = "", guards: tuple[str, ...] = ()) -> Handler:
    """The facts of the code below ``node``, its helpers in the same file followed."""
    bodies, seen, layer = [], {node.range().start.index}, [node]
    for _ in range(_FOLLOW + 1):
        read = [body_of(item, scope) for item in layer]
        bodies += read
        layer = []
        for helper in (helper for body in read for helper in body.helpers):
            start = helper.range().start.index
            if start not in seen and len(seen) <= _HELPERS:
                seen.add(start)
                layer.append(helper)
    fails = any(body.fails for body in bodies)
    return Handler(
        name=name,
        line=line_of(node),
        calls=tuple(dict.fromkeys(call for body in bodies for call in body.calls))[:_CALLS],
        constant=not fails and all(body.plain for body in bodies),
        catches=any(body.catches for body in bodies),
        fails=fails,
        asks=any(body.asks for body in bodies),
        refuses=any(body.refuses for body in bodies),
        guards=guards,
    )


def body_of(node: Node, scope: Scope) -> Body:
    """What the code below ``node`` does by itself."""
    grammar = scope.grammar
    calls: list[str] = []
    helpers: list[Node] = []
    plain, catches, fails, asks, refuses = True, False, False, False, False
    kinds = (
        *grammar.calls,
        *grammar.decides,
        *grammar.catches,
        *grammar.numbers,
        *grammar.words,
        *grammar.loose,
    )
    for item in nodes_of(node, dict.fromkeys(kinds)):
        kind = item.kind()
        if kind in grammar.loose and item.text() in scope.functions:
            helpers.append(scope.functions[item.text()])
        if kind in grammar.calls:
            name = scope.called(item)
            refuses = refuses or _turns_away(name)
            helper = _helper(name, scope)
            if helper is not None:
                helpers.append(helper)
            elif name:
                calls.append(name)
                asks = asks or ("." in name and name.rpartition(".")[2] in grammar.asks)
                plain = plain and name.rpartition(".")[2] in grammar.answers
        elif kind in grammar.catches:
            catches = catches or not _tells(item, scope)
        if kind in grammar.decides:
            plain = False
        fails = fails or errs(item, scope)
        refuses = refuses or _denies(item, scope)
    return Body(tuple(calls), tuple(helpers[: _HELPERS + 1]), plain, catches, fails, asks, refuses)


def _helper(name: str, scope: Scope) -> Node | None:
    """The function of this file that a bare name, or one of the object itself, calls."""
    head, dot, rest = name.partition(".")
    if dot and head in _SELF:
        head, dot = rest, ""
    return None if dot or "." in head else scope.functions.get(head)


def _tells(clause: Node, scope: Scope) -> bool:
    """Whether an error that ``clause`` takes is passed on, or answered as one."""
    grammar = scope.grammar
    kinds = (*grammar.throws, *grammar.calls, *grammar.numbers, *grammar.words)
    for item in nodes_of(clause, dict.fromkeys(kinds)):
        kind = item.kind()
        if kind in grammar.throws or errs(item, scope):
            return True
        if kind in grammar.calls and scope.last(item) in grammar.raises:
            return True
    return False


def _turns_away(name: str) -> bool:
    """Whether a call checks who asks, going by its name: ``validate_api_key``, ``RequireAdmin``."""
    last = snake(name.rpartition(".")[2]).rstrip("!?")
    verb, _, rest = last.partition("_")
    if any(word in last for word in _NO_GATES):
        return False
    return last.startswith(("authenticat", "authoriz", "authoris")) or (verb in _CHECKS and guarded((rest,)))


def _denies(node: Node, scope: Scope) -> bool:
    """Whether ``node`` names the answer that somebody is unknown, or may not."""
    grammar = scope.grammar
    kind = node.kind()
    if (
        kind in grammar.words
        and node.text().lstrip(":").lower().removeprefix("status").lstrip("_4013") in _DENIALS
    ):
        return True
    return kind in grammar.numbers and node.text() in ("401", "403") and _is_status(node, scope)


def errs(node: Node, scope: Scope) -> bool:
    """Whether ``node`` itself names a status of 500 or above."""
    grammar = scope.grammar
    kind = node.kind()
    if kind in grammar.words and node.text().lstrip(":") in grammar.errors:
        return True
    if kind not in grammar.numbers:
        return False
    text = node.text()
    return len(text) == 3 and text.isdigit() and "500" <= text <= "599" and _is_status(node, scope)


def _is_status(number: Node, scope: Scope) -> bool:
    """Whether a number is given as a status: to a call, a keyword or a name of that kind."""
    node = number.parent()
    statuses = scope.grammar.statuses
    for _ in range(_CLIMB):
        if node is None:
            return False
        if node.kind() in scope.grammar.calls:
            return scope.last(node) in statuses
        for part in ("key", "left", "name"):
            key = node.field(part)
            if key is not None and key.text().strip("\"':$@").rpartition(".")[2] in statuses:
                return True
        node = node.parent()
    return False


def is_known(handler: Handler, scope_answers: frozenset[str]) -> bool:
    """Whether all that a handler calls is understood: it asks a dependency, or is about the answer alone.

    What calls code that nobody has looked into may ask a dependency there.
    """
    if handler.asks or handler.constant:
        return True
    return all(call.rpartition(".")[2] in scope_answers for call in handler.calls)


def merged(handler: Handler, others: list[Handler], calls: list[str]) -> Handler:
    """``handler`` with ``others`` that it calls: ``calls`` are those that remain."""
    met = [handler, *others]
    return replace(
        handler,
        calls=tuple(dict.fromkeys(calls))[:_CALLS],
        constant=all(item.constant for item in met),
        catches=any(item.catches for item in met),
        fails=any(item.fails for item in met),
        asks=any(item.asks for item in met),
        refuses=any(item.refuses for item in met),
    )
