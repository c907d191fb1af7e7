"""The routes that Sinatra and Grape declare by blocks, and what a ``config.ru`` puts below which path.

Sources: Sinatra README (routes, filters, modular applications), sinatra-contrib "namespace", Grape
README (prefix, version, namespaces, mounting), Rack "Builder".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from readiness.facts.code.answering import handler_of
from readiness.facts.code.grammar import Scope, above, children, joined
from readiness.facts.code.model import Route
from readiness.facts.code.ruby.classes import whole_name
from readiness.facts.code.ruby.grammar import block_of, fold, statements
from readiness.facts.code.ruby.model import Mount
from readiness.facts.code.ruby.rails import braced
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.syntax import Node

_VERBS = {name: (name.upper(),) for name in ("get", "post", "put", "patch", "delete", "head", "options")}
_SINATRA = ("Sinatra.Base", "Sinatra.Application")
_GRAPE = ("Grape.API", "Grape.API.Instance")
_BELOW = ("namespace", "resource", "resources", "group", "segment", "route_param")
_DEEP = 20
_MANY = 1000


class _Place(NamedTuple):
    """``owner`` is the class that declares the routes, empty for a program of one file."""

    owner: str
    framework: str
    prefix: str
    guards: tuple[str, ...]


def blocks_of(scope: Scope, *, classic: bool) -> tuple[tuple[Route, ...], tuple[Mount, ...]]:
    """The routes of Sinatra and Grape, and what one class of Grape mounts of others.

    ``classic`` where the file requires Sinatra itself, so that its routes stand outside of a class.
    ``origin`` of a route is its class, by whose name it is found where it is mounted.
    """
    found: list[Route] = []
    mounts: list[Mount] = []
    for node in scope.of("class"):
        body = statements(node)
        parents = children(node.field("superclass"))
        parent = scope.name(parents[0]).replace("()", "") if parents else ""
        framework = "sinatra" if parent in _SINATRA else "grape" if parent in _GRAPE else ""
        if not framework and parent and _looks_like_sinatra(body, scope):
            framework = "sinatra"
        if framework:
            _walk(body, _Place(whole_name(node, scope), framework, "", ()), scope, (found, mounts), 0)
    if classic:
        _walk(children(scope.root), _Place("", "sinatra", "", ()), scope, (found, mounts), 0)
    return tuple(found[:_MANY]), tuple(mounts)


def _looks_like_sinatra(body: list[Node], scope: Scope) -> bool:
    """Whether a class whose parent is the repository's own declares routes: ``get "/path" do``."""
    for item in body:
        if item.kind() == "call" and scope.last(item) in _VERBS and block_of(item) is not None:
            return (scope.text(scope.first(item)) or "").startswith("/")
    return False


def _walk(
    body: list[Node],
    place: _Place,
    scope: Scope,
    into: tuple[list[Route], list[Mount]],
    depth: int,
) -> None:
    found, mounts = into
    for item in body:
        if item.kind() != "call" or item.field("receiver") is not None or depth > _DEEP:
            continue
        name, block = scope.last(item), block_of(item)
        if name == "before" and block is not None and scope.first(item) is None:
            place = place._replace(guards=(*place.guards, *_asked(block, scope)))
        elif name in ("prefix", "version") and place.framework == "grape":
            place = place._replace(prefix=_prefixed(item, name, place.prefix, scope))
        elif name == "mount" and place.framework == "grape":
            mounts += _mounted(item, place, scope)
        elif name in _VERBS and block is not None:
            found.append(_route(item, name, block, place, scope))
        elif name in _BELOW and block is not None:
            text = scope.text(scope.first(item)) or "{value}"
            part = "{" + text + "}" if name == "route_param" else text
            _walk(
                statements(block), place._replace(prefix=joined(place.prefix, part)), scope, into, depth + 1
            )
        elif name in ("configure", "helpers", "register"):
            continue
        elif block is not None and place.framework == "grape" and name in ("with_options", "scope"):
            _walk(statements(block), place, scope, into, depth + 1)


def _prefixed(call: Node, name: str, prefix: str, scope: Scope) -> str:
    """``prefix :api`` and ``version "v1"``, which Grape puts into the path unless told otherwise."""
    text = scope.text(scope.first(call)) or "{value}"
    using = scope.option(call, "using")
    if name == "version" and using is not None and fold(using) != "path":
        return prefix
    return joined(text, prefix) if name == "prefix" else joined(prefix, text)


def _mounted(call: Node, place: _Place, scope: Scope) -> list[Mount]:
    target = scope.first(call)
    at = ""
    if target is not None and target.kind() == "pair":
        key, value = target.field("key"), target.field("value")
        target, at = key, scope.text(value) or ""
    name = scope.name(target)
    return [Mount(name, joined(place.prefix, at) if place.prefix or at else "", place.owner)] if name else []


def _asked(block: Node, scope: Scope) -> tuple[str, ...]:
    calls = [scope.called(item) for item in nodes_of(block, ("call",))[:20]]
    names = [item.text() for item in nodes_of(block, ("identifier",))[:20]]
    return tuple(dict.fromkeys(name for name in (*calls, *names) if name))


def _route(call: Node, verb: str, block: Node, place: _Place, scope: Scope) -> Route:
    first = scope.first(call)
    path = scope.text(first) if first is not None else ""
    whole = braced(joined(place.prefix, path if path is not None else "{value}"))
    handler = handler_of(scope, block, verb)
    guards = (*place.guards, *(f"auth:{name}" for name in _asked(block, scope) if _protects(name)))
    text = f'{verb} "{path or "/"}"'
    return Route(line_of(call), _VERBS[verb], whole, place.framework, place.owner, handler, guards, text)


def _protects(name: str) -> bool:
    last = name.rpartition(".")[2]
    return last in ("protected!", "authenticate!", "authorize!", "require_login", "login_required")


def rack_of(scope: Scope) -> tuple[Mount, ...]:
    """``run X`` and ``map("/path") { run X }`` of a ``config.ru``, and its ``use X``."""
    found: list[Mount] = []
    for call in scope.of("call"):
        name = scope.last(call)
        if name not in ("run", "use") or call.field("receiver") is not None:
            continue
        target = scope.name(scope.first(call)).replace("()", "").removesuffix(".new")
        paths = [
            scope.text(scope.first(around)) or ""
            for around in above(call, 12)
            if around.kind() == "call" and scope.last(around) == "map"
        ]
        if target:
            prefix = ""
            for path in paths:
                prefix = joined(path, prefix)
            found.append(Mount(target, prefix.rstrip("/")))
    return tuple(found[:100])
