"""Ruby: Rails, Sinatra and Grape, read by their syntax; nothing is loaded and nothing is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.answering import handler_of
from readiness.facts.code.grammar import scope_of
from readiness.facts.code.ruby.grammar import RUBY, statements
from readiness.facts.code.ruby.model import RubyModule
from readiness.facts.model import Parser

if TYPE_CHECKING:
    from readiness.facts.code.grammar import Scope
    from readiness.facts.code.model import Handler

_ACTIONS = 300  # methods kept of one file


def parse(data: bytes) -> RubyModule:
    """The literal facts of a file of Ruby. Raises ``Unparsable``, which opens questions."""
    from readiness.facts.code.ruby import classes, rails, setup, small, telemetry  # noqa: PLC0415 - where Ruby is

    scope = scope_of(data, RUBY)
    if scope is None:
        return RubyModule()
    for node in scope.of("assignment"):
        left, right = node.field("left"), node.field("right")
        if left is not None and right is not None and left.kind() in ("identifier", "constant"):
            scope.values.setdefault(left.text(), []).append(right)
    drawn, gaps = rails.routes_of(scope)
    classic = b"sinatra" in data and any(
        scope.last(call) == "require" and scope.text(scope.first(call)) == "sinatra"
        for call in scope.of("call")
    )
    blocks, mounts = small.blocks_of(scope, classic=classic)
    return RubyModule(
        routes=(*drawn, *blocks),
        functions=_actions(scope),
        cors=setup.cors_of(scope),
        telemetry=telemetry.telemetry_of(scope),
        variables=setup.variables_of(scope),
        servers=(*telemetry.servers_of(scope), *telemetry.debug_of(scope)),
        outgoing=setup.outgoing_of(scope),
        gaps=gaps,
        classes=classes.classes_of(scope),
        mounts=(*mounts, *small.rack_of(scope)),
    )


def parse_drawn(data: bytes) -> RubyModule:
    """A part of the routes of Rails, which ``draw`` puts into the whole."""
    from readiness.facts.code.ruby import rails  # noqa: PLC0415 - where Ruby is

    scope = scope_of(data, RUBY)
    if scope is None:
        return RubyModule()
    routes, gaps = rails.routes_of(scope, whole=True)
    return RubyModule(routes=routes, gaps=gaps)


def _actions(scope: Scope) -> tuple[Handler, ...]:
    """The methods of the classes, each as ``Whole.Name#method``."""
    from readiness.facts.code.ruby.classes import whole_name  # noqa: PLC0415 - where Ruby is

    found: list[Handler] = []
    for node in scope.of("class", "module"):
        whole = whole_name(node, scope)
        for method in statements(node):
            name = method.field("name")
            if method.kind() == "method" and name is not None and len(found) < _ACTIONS:
                found.append(handler_of(scope, method, f"{whole}#{name.text()}"))
    return tuple(found)


PARSER = Parser("ruby", 1, parse, RubyModule)
DRAWN = Parser("ruby routes", 1, parse_drawn, RubyModule)
