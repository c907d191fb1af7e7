"""The routes that a file of Rails declares. Source: Rails Guides, "Rails Routing from the Outside In" (8.0).

The file's blocks are walked from the outside in, each with what stands before its routes: a path, a
module of controllers, a controller. Routes of development and test alone are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from readiness.facts.code.grammar import Argument, Scope, children, joined
from readiness.facts.code.model import Gap, Handler, Route
from readiness.facts.code.ruby.grammar import block_of, fold, listed, statements
from readiness.syntax import line_of

if TYPE_CHECKING:
    from readiness.syntax import Node

_VERBS = {"get": ("GET",), "post": ("POST",), "put": ("PUT",), "patch": ("PATCH",), "delete": ("DELETE",)}
_SEVEN: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("index", ("GET",), ""),
    ("create", ("POST",), ""),
    ("new", ("GET",), "/new"),
    ("edit", ("GET",), "/{id}/edit"),
    ("show", ("GET",), "/{id}"),
    ("update", ("PATCH", "PUT"), "/{id}"),
    ("destroy", ("DELETE",), "/{id}"),
)
# Gems whose engine, or whose line in the routes, is a health check; what theirs asks by default.
# Sources: the READMEs of okcomputer, health_check, health-monitor-rails, easymon, rails-healthcheck and
# health_bit. All ask the database unless told otherwise, save easymon and health_bit.
_ENGINES = {
    "OkComputer.Engine": "okcomputer",
    "HealthMonitor.Engine": "health-monitor-rails",
    "HealthCheck.Engine": "health_check",
    "Easymon.Engine": "easymon",
    "HealthBit.rack": "health_bit",
}
_UNKNOWN = ("easymon", "health_bit")
_ELSEWHERE = ("development?", "test?")
_DEEP = 30
_MANY = 3000
_FRAMEWORK = "rails"


class _Place(NamedTuple):
    """Where in the file a route is declared. ``member`` is the path of one thing of a resource."""

    prefix: str = ""
    module: str = ""
    controller: str = ""
    member: str = ""
    guards: tuple[str, ...] = ()


def declares(scope: Scope) -> bool:
    """Whether the file draws the routes of an application, or is a part that is drawn into them."""
    return any(scope.last(call) == "draw" and block_of(call) is not None for call in scope.of("call"))


def routes_of(scope: Scope, *, whole: bool = False) -> tuple[tuple[Route, ...], tuple[Gap, ...]]:
    """The routes, and what could not be followed. ``whole`` takes the file itself for a block of routes."""
    found: list[Route] = []
    gaps: list[Gap] = []
    drawn = [
        block
        for call in scope.of("call")
        if scope.last(call) == "draw"
        and (block := block_of(call)) is not None
        and (scope.called(call).endswith("routes.draw") or scope.called(call).endswith("Engine.routes.draw"))
    ]
    if not drawn and whole:
        drawn = [scope.root]
    for block in drawn:
        _walk(statements(block), _Place(), _Reader(scope, found, gaps), 0)
    return tuple(found[:_MANY]), tuple(gaps[:20])


class _Reader(NamedTuple):
    scope: Scope
    found: list[Route]
    gaps: list[Gap]


def _walk(nodes: list[Node], place: _Place, reader: _Reader, depth: int) -> None:
    for node in nodes:
        if depth > _DEEP or len(reader.found) > _MANY:
            reader.gaps.append(Gap(line_of(node), ("route",), "more routes than are read"))
            return
        kind = node.kind()
        if kind == "call":
            _call(node, place, reader, depth)
        elif kind in ("if", "unless", "elsif", "if_modifier", "unless_modifier", "else", "begin", "case"):
            _branch(node, place, reader, depth)
        elif kind == "identifier":
            _line(node, node.text(), place, reader)


def _branch(node: Node, place: _Place, reader: _Reader, depth: int) -> None:
    """A condition: what is for developers alone is left out."""
    condition = node.field("condition")
    asked = condition.text() if condition is not None else ""
    local = asked.endswith(_ELSEWHERE) and not asked.startswith("!")
    kind = node.kind()
    for part in children(node):
        if condition is not None and part.range().start.index == condition.range().start.index:
            continue
        if part.kind() in ("then", "body_statement"):
            if not (local and kind in ("if", "elsif")):
                _walk(children(part), place, reader, depth + 1)
        elif part.kind() == "else":
            if not (local and kind == "unless"):
                _walk(children(part), place, reader, depth + 1)
        elif not (local and kind == "if_modifier"):
            _walk([part], place, reader, depth + 1)


def _call(node: Node, place: _Place, reader: _Reader, depth: int) -> None:
    scope = reader.scope
    name = scope.last(node)
    block = block_of(node)
    given = scope.arguments(node)
    if node.field("receiver") is not None:
        _made_on(node, name, place, reader, depth)
    elif name in _VERBS or name == "match":
        _verb(node, name, given, place, reader)
    elif name == "root":
        reader.found.append(
            _route(node, ("GET",), joined(place.prefix, ""), _target(given, place, ""), place)
        )
    elif name in ("resources", "resource"):
        _resources(node, given, place, reader, depth)
    elif name == "mount":
        _mount(node, given, place, reader)
    elif name == "devise_for":
        pass  # the routes of signing in and out
    elif block is not None:
        _walk(statements(block), _inside(name, given, place), reader, depth + 1)
    else:
        _line(node, name, place, reader)


def _made_on(node: Node, name: str, place: _Place, reader: _Reader, depth: int) -> None:
    """``%w[a b].each do |x|`` repeats its block; ``constraints(…).mount`` and others are looked into."""
    block = block_of(node)
    called = reader.scope.called(node)
    if block is not None:
        _walk(statements(block), place, reader, depth + 1)
    elif called == "Healthcheck.routes":
        reader.found.append(_health(node, "/healthcheck", "healthcheck"))
    elif name in ("instance_eval", "class_eval", "module_eval"):
        reader.gaps.append(Gap(line_of(node), ("route",), "routes from another file"))


def _line(node: Node, name: str, place: _Place, reader: _Reader) -> None:
    if name == "health_check_routes":
        reader.found.append(_health(node, joined(place.prefix, "/health_check"), "health_check"))
    elif name in ("eval", "instance_eval", "load"):
        reader.gaps.append(Gap(line_of(node), ("route",), "routes from another file"))


def _inside(name: str, given: list[Argument], place: _Place) -> _Place:
    """What stands before the routes in the block of ``name``."""
    options = {item.name: item.value for item in given if item.name}
    first = next((item.value for item in given if not item.name), None)
    text = (fold(first) or "") if first is not None else ""
    path, module, controller = "", place.module, place.controller
    match name:
        case "namespace":
            path = _text(options.get("path"), text)
            module = f"{module}/{_text(options.get('module'), text)}".strip("/")
        case "scope":
            path = _text(options.get("path"), text)
            extra = _text(options.get("module"), "")
            module = f"{module}/{extra}".strip("/")
            controller = _text(options.get("controller"), controller)
        case "controller":
            controller = text
        case "member":
            return place._replace(prefix=place.member or place.prefix, member="")
        case "authenticate" | "authenticated":
            return place._replace(guards=(*place.guards, f"authenticate:{text}"))
        case _:
            pass
    guards = place.guards
    if "constraints" in options and "auth" in options["constraints"].text()[:500].lower():
        guards = (*guards, "authenticated")
    return place._replace(
        prefix=_below(place.prefix, path), module=module, controller=controller, guards=guards
    )


def _text(node: Node | None, otherwise: str) -> str:
    return otherwise if node is None else (fold(node) or "").strip("/")


def _below(prefix: str, path: str) -> str:
    return joined(prefix, path) if path.strip("/") else prefix


def braced(path: str) -> str:
    """``/a/:id(.:format)`` as ``/a/{id}``."""
    parts = []
    for part in path.replace("(.:format)", "").replace("(", "").replace(")", "").split("/"):
        sign = part[:1]
        parts.append("{" + part[1:].partition(".")[0] + "}" if sign in (":", "*") and len(part) > 1 else part)
    return "/".join(parts)


def _verb(node: Node, name: str, given: list[Argument], place: _Place, reader: _Reader) -> None:
    methods: tuple[str, ...] = _VERBS.get(name, ())
    options = {item.name: item.value for item in given if item.name}
    if name == "match" and "via" in options:
        verbs = [verb.upper() for verb in listed(options["via"])]
        methods = () if "ALL" in verbs else tuple(verb for verb in verbs if verb)
    on = _text(options.get("on"), "")
    prefix = place.member if on == "member" and place.member else place.prefix
    for item in given:
        if item.name:
            continue
        key = item.value.field("key") if item.value.kind() == "pair" else item.value
        value = item.value.field("value") if item.value.kind() == "pair" else None
        path = fold(key) if key is not None else None
        if path is None:
            path = "{" + (reader.scope.name(key) or "value") + "}"
        target = (fold(value) or "") if value is not None else ""
        if value is not None and not target:
            target = reader.scope.name(value)
        whole = braced(joined(prefix, path))
        reader.found.append(_route(node, methods, whole, target or _target(given, place, path), place))


def _target(given: list[Argument], place: _Place, path: str) -> str:
    """``controller#action`` from the options, or from the path itself."""
    options = {item.name: item.value for item in given if item.name}
    to = _text(options.get("to"), "")
    if "to" in options:
        if "#" in to:
            return to
        if not to:
            return ""  # a redirect, a lambda, an application of its own
        return f"{place.controller}#{to}" if place.controller else to
    if not path:
        first = next((item.value for item in given if not item.name), None)
        text = fold(first) if first is not None else None
        if text and "#" in text:
            return text
    controller = _text(options.get("controller"), place.controller)
    action = _text(options.get("action"), "")
    parts = [part for part in path.strip("/").split("/") if part]
    if controller:
        return f"{controller}#{action or (parts[-1] if parts else 'index')}"
    if len(parts) >= 2:
        return f"{'/'.join(parts[:-1])}#{action or parts[-1]}"
    return ""


def _route(node: Node, methods: tuple[str, ...], path: str, target: str, place: _Place) -> Route:
    controller, hash_sign, action = target.partition("#")
    inside = controller and place.module and not controller.startswith("/")
    whole = f"{place.module}/{controller}" if inside else controller.lstrip("/")
    origin = f"{whole}#{action}" if hash_sign else target
    handler = None
    if target.lstrip("/") == "rails/health#show":
        # It answers once the application has started, whatever else is down.
        origin, handler = "rails/health#show", Handler("show", line_of(node), constant=True)
    method = node.field("method")
    shown = f'{method.text() if method is not None else "route"} "{path}"'
    return Route(line_of(node), methods, path, _FRAMEWORK, origin, handler, place.guards, shown)


def _health(node: Node, path: str, framework: str, guards: tuple[str, ...] = ()) -> Route:
    """The route of a library of health checks; what it asks is its own default, where that is known."""
    handler = None if framework in _UNKNOWN else Handler(framework, line_of(node), asks=True)
    text = f"{framework} at {path}"
    return Route(line_of(node), ("GET",), path, framework, framework, handler, guards, text, health=True)


def _resources(node: Node, given: list[Argument], place: _Place, reader: _Reader, depth: int) -> None:
    """The seven actions of a resource, and what its block adds."""
    name = reader.scope.last(node)
    options = {item.name: item.value for item in given if item.name}
    only, without = listed(options.get("only")), listed(options.get("except"))
    block = block_of(node)
    for item in given:
        thing = fold(item.value) if not item.name else None
        if not thing:
            continue
        below = _text(options.get("path"), thing) if "path" in options else thing
        prefix = joined(place.prefix, below)
        controller = _text(options.get("controller"), "") or (
            thing if name == "resources" else _plural(thing)
        )
        module = _text(options.get("module"), "")
        here = place._replace(module=f"{place.module}/{module}".strip("/")) if module else place
        for action, methods, tail in _SEVEN:
            if (
                ("only" in options and action not in only)
                or action in without
                or (name == "resource" and action == "index")
            ):
                continue
            path = prefix + (tail if name == "resources" else tail.replace("/{id}", ""))
            reader.found.append(_route(node, methods, braced(path), f"{controller}#{action}", here))
        if block is not None:
            parameter = _text(options.get("param"), "id")
            single = _singular(thing)
            member = f"{prefix}/{{{parameter}}}" if name == "resources" else prefix
            nested = f"{prefix}/{{{single}_{parameter}}}" if name == "resources" else prefix
            inner = here._replace(prefix=nested, controller=controller, member=member)
            for part in statements(block):
                called = reader.scope.last(part) if part.kind() == "call" else ""
                collection = called == "collection" or (
                    called in _VERBS and "on: :collection" in part.text()[:500]
                )
                at = inner._replace(prefix=prefix) if collection else inner
                if called in _VERBS and "on: :collection" not in part.text()[:500]:
                    at = inner._replace(prefix=nested)
                _walk([part], at, reader, depth + 1)


def _plural(name: str) -> str:
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return name[:-1] + "ies"
    return name + ("es" if name.endswith(("s", "x", "ch", "sh")) else "s")


def _singular(name: str) -> str:
    if name.endswith("ies"):
        return name[:-3] + "y"
    return name.removesuffix("s")


def _mount(node: Node, given: list[Argument], place: _Place, reader: _Reader) -> None:
    """An application below a path: that of a health check is known, any other is one route of its own."""
    scope = reader.scope
    target = next((item.value for item in given if not item.name), None)
    at = next((item.value for item in given if item.name == "at"), None)
    if target is not None and target.kind() == "pair":
        at = target.field("value")
        target = target.field("key")
    name = scope.name(target).replace("()", "")
    path = fold(at) if at is not None else None
    if path is None:
        path = "{" + (scope.name(at) or "value") + "}" if at else "/"
    whole = braced(joined(place.prefix, path))
    known = _ENGINES.get(name.removesuffix(".new"))
    if known is not None:
        reader.found.append(_health(node, whole, known, place.guards))
        return
    reader.found.append(
        Route(line_of(node), (), whole, "rack", name, None, place.guards, f"mount {name} at {whole}")
    )
