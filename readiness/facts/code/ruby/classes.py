"""The classes of a file of Ruby: their parents, what they include, and what stands before their actions.

Sources: Rails Guides "Action Controller Overview" (filters), Devise, "Rails authentication generator"
(``allow_unauthenticated_access``), ActionController::HttpAuthentication.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.grammar import Scope, above, children, names_in
from readiness.facts.code.ruby.grammar import block_of, fold, link, listed, statements
from readiness.facts.code.ruby.model import Class, Gate
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.syntax import Node

_BEFORE = ("before_action", "before_filter", "prepend_before_action", "append_before_action", "around_action")
_SKIP = ("skip_before_action", "skip_before_filter", "skip_action_callback")
# A line of the class that asks who calls, whatever it is given.
_ASKS = {
    "http_basic_authenticate_with": "http_basic_authenticate",
    "authenticate_or_request_with_http_basic": "http_basic_authenticate",
    "doorkeeper_for": "doorkeeper_authorize",
    "require_unauthenticated_access": "",
}
_OPENS = ("allow_unauthenticated_access", "allow_browser_without_login")
# They say who asks, or guard against forged forms; they turn nobody away.
_NO_GATES = ("set_", "load_", "find_", "fetch_", "assign_", "track_", "store_", "configure_", "current_")
_HARMLESS = ("devise_controller?", "json_request?", "api_request?")
_MANY = 200


def classes_of(scope: Scope) -> tuple[Class, ...]:
    """The classes and modules, in the order of the source, each with its whole name."""
    found = []
    for node in scope.of("class", "module")[:_MANY]:
        name = whole_name(node, scope)
        parent = node.field("superclass")
        above = children(parent)
        body = statements(node)
        gates: list[Gate] = []
        includes: list[str] = []
        _read(body, scope, gates, includes)
        found.append(
            Class(
                name=name,
                line=line_of(node),
                parent=scope.name(above[0]).replace("()", "") if above else "",
                includes=tuple(includes),
                gates=tuple(gates),
            )
        )
    return tuple(found)


def whole_name(node: Node, scope: Scope) -> str:
    """The name of a class with those of the classes and modules around it."""
    around = [item for item in (node, *above(node, 200)) if item.kind() in ("class", "module")]
    names = [scope.name(item.field("name")) for item in around]
    return ".".join(reversed([name for name in names if name]))


def _read(body: list[Node], scope: Scope, gates: list[Gate], includes: list[str]) -> None:
    for item in body:
        call = item
        if item.kind() in ("if_modifier", "unless_modifier"):
            call = next(iter(children(item, "call")), item)
        if call.kind() != "call" or call.field("receiver") is not None:
            continue
        name = scope.last(call)
        if name in ("include", "extend", "prepend"):
            includes += names_in((given.value for given in scope.arguments(call)), scope)
        elif name == "included":
            _read(statements(block_of(call)), scope, gates, includes)
        elif name in _BEFORE or name in _SKIP:
            gates += _gates(call, name, scope)
        elif name in _OPENS:
            gates.append(_gate(call, "", scope, lifts=True))
        elif _ASKS.get(name):
            gates.append(_gate(call, _ASKS[name], scope))


def _gates(call: Node, kind: str, scope: Scope) -> list[Gate]:
    lifts = kind in _SKIP
    names = [
        text for given in scope.arguments(call) if not given.name and (text := fold(given.value)) is not None
    ]
    if not lifts:
        inner = [given.value for given in scope.arguments(call) if given.value.kind() == "lambda"]
        block = block_of(call)
        for part in (*inner, *((block,) if block is not None else ())):
            names += [scope.called(item) for item in nodes_of(part, ("call",))[:10]]
            names += [item.text() for item in nodes_of(part, ("identifier",))[:10]]
        names = [name for name in names if _turns_away(name)]
    return [_gate(call, name, scope, lifts=lifts) for name in dict.fromkeys(names)]


def _turns_away(name: str) -> bool:
    return bool(name) and not name.startswith(_NO_GATES) and "authenticity" not in name


def _gate(call: Node, name: str, scope: Scope, *, lifts: bool = False) -> Gate:
    condition = scope.option(call, "if", "unless")
    sure = condition is None or (fold(condition) or link(condition).name) in _HARMLESS
    return Gate(
        name=name,
        only=tuple(listed(scope.option(call, "only"))),
        without=tuple(listed(scope.option(call, "except"))),
        lifts=lifts,
        sure=sure,
    )
