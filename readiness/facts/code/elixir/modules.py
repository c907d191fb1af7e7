"""The modules of a file of Elixir: their plugs and pipelines, their functions, and the routes they register.

Sources: the documentation of ``Phoenix.Endpoint``, ``Phoenix.Controller``, ``Plug.Builder``, ``Plug.Router``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from readiness.facts.code.answering import body_of as acts
from readiness.facts.code.answering import handler_of
from readiness.facts.code.elixir.grammar import (
    DECIDES,
    body_of,
    fold,
    listed,
    module_name,
    statements,
)
from readiness.facts.code.elixir.model import Mount, Place, Plug, Unit
from readiness.facts.code.grammar import above, child, children
from readiness.facts.code.model import Gap, Handler, Route
from readiness.records import Struct, field, replace
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.facts.code.answering import Body
    from readiness.facts.code.grammar import Scope
    from readiness.syntax import Node

_STATUS = ("integer", "atom")
_MODULES = 50
_FUNCTIONS = 300
_DEEP = 6
MOST_PLUGS = 200  # kept of one module
_FOLLOWED = 3  # a function, what it calls, and what that calls
_HELPERS = 40
_CALLS = 200
_DEFINES = ("def", "defp")
# What a file says where it counts requests rather than asks who makes them.
_LIMITS = ("429", ":too_many_requests", "Hammer.", "ExRated.")
# They give an error back as a value, which the caller may overlook.
_SOFT = frozenset(("query", "command", "pipeline", "ping", "get", "post", "request", "head"))
_ELSEWHERE = ("Trot.Router", "Maru.Router", "AshJsonApi.Router", "Raxx.Router")


Bodies: TypeAlias = "dict[int, tuple[Body, bool]]"
"""What bodies do by themselves, and whether they may overlook an error, by where they start."""


class Held(NamedTuple):
    """What the modules of one file hold."""

    units: tuple[Unit, ...]
    routes: tuple[Route, ...]
    places: tuple[Place, ...]
    mounts: tuple[Mount, ...]
    functions: tuple[Handler, ...]
    soft: tuple[str, ...]
    gaps: tuple[Gap, ...]


class Found(Struct):
    """What is found, while a file is read."""

    routes: list[tuple[Route, Place]] = field(default_factory=list)
    mounts: list[Mount] = field(default_factory=list)
    pipelines: list[tuple[str, tuple[Plug, ...]]] = field(default_factory=list)
    plugs: list[Plug] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)


def read(scope: Scope) -> Held:
    """Everything that the modules of the file say, in the order of the source."""
    from readiness.facts.code.elixir import routing  # noqa: PLC0415 - it takes plugs from here

    units, functions, soft, gaps = [], [], [], []
    routes: list[tuple[Route, Place]] = []
    mounts: list[Mount] = []
    modules = [call for call in scope.of("call") if _word(call) == "defmodule"][:_MODULES]
    for module in modules:
        name = _whole(module)
        body = statements(body_of(module))
        clauses = _clauses(body)
        scope.functions.clear()
        scope.functions.update({key: nodes[0] for key, nodes in clauses.items()})
        framework = _framework(body, scope)
        found = Found()
        halts: list[str] = []
        read_before: Bodies = {}
        for key, nodes in list(clauses.items())[:_FUNCTIONS]:
            handler, unsure = _handler(nodes, f"{name}#{key}", scope, clauses, read_before)
            functions.append(handler)
            if unsure:
                soft.append(handler.name)
            if any(call.rpartition(".")[2] == "halt" for call in handler.calls):
                halts.append(key)
            if key == "call":
                routes += _answered(nodes, name, handler)
        if framework in ("phoenix", "plug"):
            routing.walk(body, routing.Around(unit=name, framework=framework), scope, found)
        else:
            _plugs(body, scope, found)
        if framework == "endpoint":
            mounts += _mounted(found.plugs, name)
            routes += routing.checks(found.plugs, name, line_of(module))
        if any(_uses(item, scope) in _ELSEWHERE for item in body):
            gaps.append(Gap(line_of(module), ("route",), "routes of a framework that is not read"))
        routes += found.routes
        mounts += found.mounts
        gaps += found.gaps
        text = module.text()
        units.append(
            Unit(
                name,
                framework,
                tuple(found.plugs),
                tuple(found.pipelines),
                tuple(halts),
                limits=any(word in text for word in _LIMITS),
                denies=any(item.text() in ("401", ":unauthorized") for item in nodes_of(module, _STATUS)),
            )
        )
    scope.functions.clear()
    routes.sort(key=lambda item: item[0].line)
    return Held(
        tuple(units),
        tuple(route for route, _ in routes),
        tuple(place for _, place in routes),
        tuple(mounts),
        tuple(functions),
        tuple(soft),
        tuple(gaps[:20]),
    )


def _word(call: Node) -> str:
    target = child(call)
    return target.text() if target is not None and target.kind() == "identifier" else ""


def _whole(module: Node) -> str:
    """The name of a module with those of the modules around it."""
    around = [item for item in (module, *above(module, 40)) if _word(item) == "defmodule"]
    names = [
        child(child_of, "alias") for item in around if (child_of := child(item, "arguments")) is not None
    ]
    return ".".join(reversed([name.text()[:300] for name in names if name is not None]))


def _uses(item: Node, scope: Scope) -> str:
    """The module that ``use X`` names."""
    return module_name(scope.first(item), scope) if _word(item) == "use" else ""


def _framework(body: list[Node], scope: Scope) -> str:
    for item in body:
        used = _uses(item, scope)
        given = scope.arguments(item) if used else []
        if used == "Phoenix.Endpoint":
            return "endpoint"
        if used in ("Phoenix.Router", "Plug.Router"):
            return used.partition(".")[0].lower()
        kind = fold(given[1].value) if len(given) > 1 else ""
        if kind in ("router", "endpoint"):
            return "phoenix" if kind == "router" else "endpoint"
    return ""


def _clauses(body: list[Node]) -> dict[str, list[Node]]:
    """The functions by name, each with all of its clauses."""
    found: dict[str, list[Node]] = {}
    for item in body:
        name = _function(item) if _word(item) in _DEFINES else ""
        if name and body_of(item) is not None:
            found.setdefault(name, []).append(item)
    return found


def _head(define: Node) -> Node | None:
    """What stands between ``def`` and ``do``, without its guard."""
    head = child(child(define, "arguments"))
    if head is not None and head.kind() == "binary_operator":
        return child(head)
    return head


def _function(define: Node) -> str:
    head = _head(define)
    if head is None:
        return ""
    return _word(head) if head.kind() == "call" else head.text() if head.kind() == "identifier" else ""


def _handler(
    nodes: list[Node], name: str, scope: Scope, clauses: dict[str, list[Node]], read_before: Bodies
) -> tuple[Handler, bool]:
    """What the clauses ``nodes`` do, their helpers followed, and whether they may overlook an error."""
    starts = {each[0].range().start.index: each for each in clauses.values()}
    layer, seen = [body for node in nodes if (body := body_of(node)) is not None], set()
    met, unsure = [], False
    for _ in range(_FOLLOWED):
        after: list[Node] = []
        for node in layer[:_HELPERS]:
            key = node.range().start.index
            if key not in read_before:
                read_before[key] = (acts(node, scope), _overlooks(node, scope))
            met.append(read_before[key][0])
            unsure = unsure or read_before[key][1]
            for helper in met[-1].helpers:
                start = helper.range().start.index
                if start not in seen:
                    seen.add(start)
                    after += [body for each in starts[start] if (body := body_of(each)) is not None]
        layer = after
    calls = [call for body in met for call in body.calls if call not in DECIDES]
    fails = any(body.fails for body in met)
    whole = Handler(
        name=name,
        line=line_of(nodes[0]),
        calls=tuple(dict.fromkeys(calls))[:_CALLS],
        constant=not fails and len(nodes) == 1 and all(body.plain for body in met),
        catches=any(body.catches for body in met),
        fails=fails,
        asks=any(body.asks for body in met) or any(_of_repo(call) for call in calls),
        refuses=any(body.refuses for body in met),
    )
    return whole, unsure and not fails


def handler_at(node: Node, name: str, scope: Scope) -> Handler:
    """What the code ``node`` does that stands where its route is registered."""
    handler = handler_of(scope, node, name)
    calls = tuple(call for call in handler.calls if call not in DECIDES)
    return replace(handler, calls=calls, asks=handler.asks or any(_of_repo(call) for call in calls))


def _of_repo(call: str) -> bool:
    """Whether a call asks a repository of Ecto, which asks its database."""
    owner, _, last = call.rpartition(".")
    return owner.endswith("Repo") and last.rstrip("!") in (
        "all",
        "one",
        "get",
        "exists?",
        "query",
        "aggregate",
    )


def _overlooks(node: Node, scope: Scope) -> bool:
    """Whether something is asked whose error is a value that is not matched away: ``{:ok, _} = …``."""
    for call in nodes_of(node, ("call",)):
        owner = scope.owner(call)
        if owner is None or scope.last(call) not in _SOFT:
            continue
        parent = call.parent()
        sure = (
            parent is not None
            and parent.kind() == "binary_operator"
            and parent.text().replace(" ", "").startswith("{:ok,")
        )
        if not sure:
            return True
    return False


def _answered(nodes: list[Node], name: str, handler: Handler) -> list[tuple[Route, Place]]:
    """The paths that a plug answers itself: ``def call(%{request_path: "/health"} = conn, _)``."""
    found = []
    for node in nodes:
        head, body = _head(node), body_of(node)
        text = body.text() if body is not None else ""
        if head is None or not any(word in text for word in ("send_resp", "halt", "json(")):
            continue
        path = _matched(head)
        if path:
            route = Route(line_of(node), (), path, "plug", f"{name}#call", handler, (), f"{name} at {path}")
            found.append((route, Place("")))
    return found


def _matched(head: Node) -> str:
    """The path that a clause is for; empty if it is for any."""
    for pair in nodes_of(head, ("pair",)):
        parts = children(pair)
        key = parts[0].text().strip().rstrip(":") if len(parts) == 2 else ""
        if key == "request_path":
            return fold(parts[1]) or ""
        if key == "path_info" and parts[1].kind() == "list":
            texts = listed(parts[1])
            return "/" + "/".join(texts) if texts and len(texts) == len(children(parts[1])) else ""
    return ""


def plug_of(call: Node, scope: Scope) -> Plug | None:
    """What ``plug X, opts when action in [:a]`` puts before the actions."""
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    sure = True
    name = ""
    for index, item in enumerate(scope.arguments(call)):
        node = item.value
        if not item.name and node.kind() == "binary_operator" and " when " in node.text():
            parts = children(node)
            only, without, sure = _actions(parts[1]) if len(parts) == 2 else ((), (), False)
            node = parts[0]
        if index == 0:
            name = module_name(node, scope) or (node.text() if node.kind() == "atom" else "")
    return Plug(name, only, without, sure) if name else None


def _actions(condition: Node) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    text = " ".join(condition.text()[:500].split())
    parts = children(condition)
    names = tuple(listed(parts[1])) if len(parts) == 2 else ()
    if names and text.startswith("action in "):
        return names, (), True
    if names and text.startswith("action not in "):
        return (), names, True
    if names and text.startswith("action == "):
        return names, (), True
    return (), (), False


def _plugs(body: list[Node], scope: Scope, found: Found, depth: int = 0) -> None:
    """The plugs of an endpoint, a controller or a pipeline; those for developers alone do not count."""
    for item in body:
        word = _word(item)
        if word == "plug":
            plug = plug_of(item, scope)
            found.plugs += [plug] if plug is not None and len(found.plugs) < MOST_PLUGS else []
        elif word in ("if", "unless") and depth < _DEEP:
            before = len(found.plugs)
            _plugs(branches(item, scope), scope, found, depth + 1)
            found.plugs[before:] = [replace(plug, sure=False) for plug in found.plugs[before:]]


def branches(call: Node, scope: Scope) -> list[Node]:
    """The statements of ``if … do … else … end`` that may be run in production."""
    block = body_of(call)
    here = [] if for_developers(call, scope) else statements(block)
    return here + statements(child(block, "else_block") if block is not None else None)


def for_developers(call: Node, scope: Scope) -> bool:
    """Whether ``if …`` holds what a developer's machine alone has."""
    condition = scope.first(call)
    text = condition.text()[:300].replace(" ", "") if condition is not None else ""
    if any(word in text for word in ("code_reloading?", "dev_routes", ":dev_", "Tidewave")):
        return True
    develops = any(f"=={name}" in text or f"in[{name}" in text for name in (":dev", ":test"))
    return (
        (develops and _word(call) == "if")
        or ("==:prod" in text and _word(call) == "unless")
        or ("!=:prod" in text and _word(call) == "if")
    )


def _mounted(plugs: list[Plug], name: str) -> list[Mount]:
    """The modules that an endpoint puts one after the other; a router is one of them."""
    return [
        Mount(plug.name, "", name, before=tuple(plugs[:index]), sure=plug.sure)
        for index, plug in enumerate(plugs)
        if not plug.name.startswith(":")
    ]
