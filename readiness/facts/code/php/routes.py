"""The routes that Laravel, Lumen and Slim register by calls, and Symfony by attributes and annotations.

Sources: Laravel "Routing", "Middleware", "Controllers" and "Deployment: The Health Route" (12.x); Lumen
"Routing"; Slim 4 "Routing"; Symfony "Routing" (attributes, annotations) and "Security".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from readiness.facts.code.answering import handler_of
from readiness.facts.code.grammar import Scope, child, children, joined
from readiness.facts.code.model import Handler, Route
from readiness.facts.code.php.grammar import class_name, entries, fold, listed, value_of
from readiness.facts.code.php.model import Gate, Loaded
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.syntax import Node

_VERBS: dict[str, tuple[str, ...]] = {
    name: (name.upper(),) for name in ("get", "post", "put", "patch", "delete", "options")
} | {"any": (), "match": (), "map": (), "view": ("GET",)}
_RESOURCES = ("resource", "apiResource", "singleton", "apiSingleton")
_SEVEN: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("index", ("GET",), ""),
    ("create", ("GET",), "/create"),
    ("store", ("POST",), ""),
    ("show", ("GET",), "/{id}"),
    ("edit", ("GET",), "/{id}/edit"),
    ("update", ("PUT", "PATCH"), "/{id}"),
    ("destroy", ("DELETE",), "/{id}"),
)
_OBJECTS = ("app", "router", "group", "r", "api", "this.app", "this.router", "route", "proxy")
_CLOSURES = ("anonymous_function", "anonymous_function_creation_expression", "arrow_function")
# Controllers of libraries that answer a check of health.
_HEALTH = ("HealthCheckResultsController", "HealthCheckJsonResultsController", "SimpleHealthCheckController")
_CLIMB = 60
_MANY = 1500


class _At(NamedTuple):
    """What stands before a route."""

    prefix: str
    guards: tuple[str, ...]
    controller: str
    lifted: tuple[str, ...]


def routes_of(scope: Scope) -> tuple[Route, ...]:
    """Every route that the file registers, in the order of the source."""
    found: list[Route] = []
    for call in scope.calls:
        if len(found) >= _MANY:
            break
        name = scope.last(call)
        if name in _VERBS or name in _RESOURCES or name in ("apiResources", "resources", "withRouting"):
            found += _call(call, name, scope)
    for node in scope.of("class_declaration"):
        found += _class(node, scope)
    return tuple(sorted(found, key=lambda route: route.line))


def _framework(call: Node, scope: Scope) -> str:
    """The framework on whose router ``call`` is made; empty where that is none."""
    links = scope.links(call)
    root = scope.owner(links[0]) if links else None
    name = scope.name(root)
    if name.rpartition(".")[2] == "Route":
        return "laravel"
    return "slim" if name in _OBJECTS else ""


def _call(call: Node, name: str, scope: Scope) -> list[Route]:
    if name == "withRouting":
        return _own_check(call, scope)
    framework = _framework(call, scope)
    given = [item.value for item in scope.arguments(call)]
    if not framework or not given:
        return []
    if name in _RESOURCES:
        return _resource(call, name, given, scope)
    if name in ("apiResources", "resources"):
        found = []
        for key, value in entries(given[0]):
            found += _seven(call, name, key, class_name(value), scope)
        return found
    methods = _VERBS[name]
    if name in ("match", "map"):
        methods = tuple(text.upper() for text in listed(given[0]))
        given = given[1:]
    if len(given) < 2:
        return []
    path = scope.text(given[0])
    if path is None or (framework == "slim" and not _handles(given[1], scope)):
        return []
    at = _before(call, scope)
    handler, origin = (None, "") if name == "view" else _handler(given[1], at.controller, scope)
    handler = Handler("view", line_of(call)) if name == "view" else handler
    whole = braced(joined(at.prefix, path))
    text = f'{name}("{path}")'
    health = origin.rpartition(".")[0].rpartition(".")[2] in _HEALTH
    return [Route(line_of(call), methods, whole, framework, origin, handler, at.guards, text, health=health)]


def _handles(node: Node, scope: Scope) -> bool:
    """Whether ``node`` may answer a request: a closure, a class, ``[A::class, 'b']``, ``'A:b'``."""
    if node.kind() in _CLOSURES or class_name(node):
        return True
    if node.kind() == "array_creation_expression":
        items = entries(node)
        return (
            len(items) == 2
            and not items[0][0]
            and bool(class_name(items[0][1]) or items[0][1].kind() == "variable_name")
        ) or bool(value_of(node, "uses"))
    text = scope.text(node) or ""
    return "@" in text or ":" in text


def _own_check(call: Node, scope: Scope) -> list[Route]:
    """``withRouting(health: '/up')``: it answers once the application has started."""
    node = scope.option(call, "health")
    path = scope.text(node)
    if path is None:
        return []
    handler = Handler("health", line_of(call), constant=True)
    text = f'health: "{path}"'
    line = line_of(node) if node is not None else line_of(call)
    return [
        Route(line, ("GET",), joined("", path), "laravel", "laravel.health", handler, (), text, health=True)
    ]


def _handler(node: Node, controller: str, scope: Scope) -> tuple[Handler | None, str]:
    if node.kind() in _CLOSURES:
        return handler_of(scope, node), ""
    if node.kind() == "array_creation_expression":
        uses = value_of(node, "uses")
        if uses is not None:
            return _handler(uses, controller, scope)
        items = [value for _, value in entries(node)]
        if len(items) == 2:
            owner = scope.name(items[0]).removesuffix(".class")
            return None, f"{owner}.{scope.text(items[1]) or ''}"
        return None, ""
    owner = scope.name(node).removesuffix(".class") if class_name(node) else ""
    if owner:
        return None, f"{owner}.__invoke"
    text = scope.text(node) or ""
    for sign in ("@", "::", ":"):
        if sign in text:
            head, _, tail = text.partition(sign)
            return None, f"{head.strip(chr(92)).replace(chr(92), '.')}.{tail}"
    owner = scope.name(node)
    concatenated = node.kind() == "binary_expression"
    if concatenated:
        left, right = node.field("left"), node.field("right")
        tail = (fold(right) or "").lstrip(":@") if right is not None else ""
        return None, f"{scope.name(left).removesuffix('.class')}.{tail}"
    return None, f"{controller}.{text}" if controller and text else owner


def _resource(call: Node, name: str, given: list[Node], scope: Scope) -> list[Route]:
    path = scope.text(given[0])
    controller = scope.name(given[1]).removesuffix(".class") if len(given) > 1 else ""
    if controller == "" and len(given) > 1:
        controller = (scope.text(given[1]) or "").replace("\\", ".")
    return _seven(call, name, path or "{value}", controller, scope)


def _seven(call: Node, name: str, path: str, controller: str, scope: Scope) -> list[Route]:
    """The seven actions of a resource, five of them for an API."""
    at = _before(call, scope)
    after = {scope.last(item): item for item in _after(call)}
    only = listed(scope.first(after["only"])) if "only" in after else None
    without = listed(scope.first(after["except"])) if "except" in after else []
    given = [item.value for item in scope.arguments(call)]
    if len(given) > 2:
        only = listed(value_of(given[2], "only")) or only
        without = listed(value_of(given[2], "except")) or without
    base = braced(joined(at.prefix, path.replace(".", "/{parent}/")))
    found = []
    for action, methods, tail in _SEVEN:
        left_out = action in ("create", "edit") and name.startswith("api")
        if left_out or (only is not None and action not in only) or action in without:
            continue
        text = f'{name}("{path}")'
        origin = f"{controller}.{action}"
        found.append(Route(line_of(call), methods, base + tail, "laravel", origin, None, at.guards, text))
    return found


def _after(call: Node) -> list[Node]:
    """The calls that are made on ``call`` in turn."""
    found = []
    node = call.parent()
    for _ in range(_CLIMB):
        if node is None or node.kind() not in ("member_call_expression", "nullsafe_member_call_expression"):
            break
        found.append(node)
        node = node.parent()
    return found


def _before(call: Node, scope: Scope) -> _At:
    """What the chain of ``call`` and the groups around it put before a route."""
    at = _chain([*scope.links(call)[:-1], *_after(call)], scope)
    node = call.parent()
    previous = call
    for _ in range(400):
        if node is None:
            break
        if node.kind() == "arguments" and previous.kind() == "argument":
            group = node.parent()
            if group is not None and scope.last(group) == "group":
                outer = _group(group, scope)
                at = _At(
                    joined(outer.prefix, at.prefix) if outer.prefix else at.prefix,
                    tuple(name for name in outer.guards if name not in at.lifted) + at.guards,
                    at.controller or outer.controller,
                    (*at.lifted, *outer.lifted),
                )
        previous, node = node, node.parent()
    return at


def _group(group: Node, scope: Scope) -> _At:
    """What ``prefix('a')->group(…)`` and ``group(['prefix' => 'a'], …)`` put before their routes."""
    at = _chain([*scope.links(group)[:-1], *_after(group)], scope)
    first = scope.first(group)
    if first is None:
        return at
    text = scope.text(first) if first.kind() not in ("array_creation_expression", *_CLOSURES) else None
    prefix = text or (scope.text(value_of(first, "prefix")) or "")
    guards = tuple(_named(name) for name in listed(value_of(first, "middleware")))
    controller = value_of(first, "controller")
    owner = scope.name(controller).removesuffix(".class") if controller is not None else ""
    whole = joined(at.prefix, prefix) if at.prefix and prefix else at.prefix or prefix
    return _At(whole, (*at.guards, *guards), at.controller or owner, at.lifted)


def _chain(links: list[Node], scope: Scope) -> _At:
    prefix, controller = "", ""
    guards: list[str] = []
    lifted: list[str] = []
    for call in links:
        name = scope.last(call)
        first = scope.first(call)
        if first is None:
            continue
        if name == "prefix":
            prefix = (
                joined(prefix, scope.text(first) or "{value}") if prefix else scope.text(first) or "{value}"
            )
        elif name in ("middleware", "add"):
            for item in scope.arguments(call):
                made = scope.last(item.value) if item.value.kind() in scope.grammar.calls else ""
                guards += [_named(text) for text in listed(item.value)] or ([made] if made else [])
        elif name == "withoutMiddleware":
            lifted += [_named(text) for text in listed(first)]
        elif name == "controller":
            controller = scope.name(first).removesuffix(".class")
        elif name in ("can", "authorize"):
            guards.append("authorize")
    return _At(prefix, tuple(name for name in guards if name not in lifted), controller, tuple(lifted))


def _named(middleware: str) -> str:
    """``can:edit`` and ``role:admin`` as what they are: both know who asks."""
    head = middleware.partition(":")[0]
    return (
        f"auth:{middleware}"
        if head in ("can", "role", "ability", "abilities", "scopes", "scope")
        else middleware
    )


def braced(path: str) -> str:
    """``/a/{id?}``, ``/a/{id:[0-9]+}`` and ``/a[/{b}]`` with ``{name}`` alone."""
    whole = path.replace("[", "").replace("]", "") if "[/" in path else path
    return "/".join(_part(part) for part in whole.split("/"))


def _part(part: str) -> str:
    if not part.startswith("{") or "}" not in part:
        return part
    name = part[1:].partition("}")[0].partition(":")[0].partition("<")[0]
    return "{" + name.rstrip("?") + "}"


def loaded_of(scope: Scope) -> tuple[Loaded, ...]:
    """The files of routes that are loaded: ``group(base_path('routes/a.php'))``, ``withRouting(api: …)``."""
    found: list[Loaded] = []
    for call in scope.calls:
        name = scope.last(call)
        if name == "group":
            first = scope.first(call)
            inner = (
                scope.first(first)
                if first is not None and first.kind() == "function_call_expression"
                else None
            )
            path = scope.text(inner if inner is not None else first) or ""
            if path.endswith(".php") and "routes" in path:
                at = _chain(scope.links(call)[:-1], scope)
                found.append(Loaded(path[path.index("routes") :], at.prefix, at.guards))
        elif name == "withRouting":
            prefix = scope.text(scope.option(call, "apiPrefix")) if scope.option(call, "apiPrefix") else "api"
            for item in scope.arguments(call):
                for node in [value for _, value in entries(item.value)] or [item.value]:
                    path = scope.text(node) or ""
                    if item.name in ("web", "api") and "routes/" in path:
                        before = prefix or "" if item.name == "api" else ""
                        found.append(Loaded(path[path.index("routes/") :], before))
    return tuple(found[:100])


def gates_of(scope: Scope) -> tuple[Gate, ...]:
    """The middleware that controllers ask for: in the constructor, or as a list."""
    found: list[Gate] = []
    for node in scope.of("class_declaration"):
        label = node.field("name")
        owner = label.text() if label is not None else ""
        for method in children(child(node, "declaration_list"), "method_declaration"):
            name = method.field("name")
            shown = name.text() if name is not None else ""
            if shown in ("__construct", "middleware"):
                calls = nodes_of(method, scope.grammar.calls)[:500]
                found += [gate for call in calls for gate in _gates(call, owner, shown, scope)]
    return tuple(found[:200])


def _gates(call: Node, owner: str, method: str, scope: Scope) -> list[Gate]:
    """``$this->middleware('a')->except('b')`` and ``new Middleware('a', except: ['b'])``."""
    last = scope.last(call)
    if last == "middleware" and scope.name(scope.owner(call)) == "this":
        after = {scope.last(item): item for item in _after(call)}
        given = [item.value for item in scope.arguments(call)]
        options = given[1] if len(given) > 1 else None
        only = scope.first(after["only"]) if "only" in after else value_of(options, "only")
        without = scope.first(after["except"]) if "except" in after else value_of(options, "except")
    elif last == "Middleware" and method == "middleware":
        only, without = scope.option(call, "only"), scope.option(call, "except")
    else:
        return []
    names = [_named(item) for item in listed(scope.first(call))]
    return [Gate(owner, name, tuple(listed(only)), tuple(listed(without))) for name in names]


def parents_of(scope: Scope) -> tuple[tuple[str, str], ...]:
    """Each class and what it extends."""
    found = []
    for node in scope.of("class_declaration"):
        label = node.field("name")
        base = child(child(node, "base_clause"))
        if label is not None:
            found.append((label.text(), scope.name(base) if base is not None else ""))
    return tuple(found)


def _attributes(node: Node) -> list[Node]:
    return [
        attribute
        for each in children(node, "attribute_list")
        for group in children(each, "attribute_group")
        for attribute in children(group, "attribute")
    ]


def _class(node: Node, scope: Scope) -> list[Route]:
    """The routes that a controller of Symfony has by its attributes, or by annotations before it."""
    attributes = _attributes(node)
    label = node.field("name")
    title = label.text() if label is not None else ""
    own = [item for item in attributes if _called(item, scope) == "Route"]
    noted = _noted(node)
    prefix = next((_path(item, scope) for item in own), noted[0][0] if noted else "")
    guards = tuple(_called(item, scope) for item in attributes if _called(item, scope) != "Route")
    found: list[Route] = []
    invoked = False
    for method in children(child(node, "declaration_list"), "method_declaration"):
        name = method.field("name")
        shown = name.text() if name is not None else ""
        inner = _attributes(method)
        mine = tuple(_called(item, scope) for item in inner if _called(item, scope) != "Route")
        declared = [
            (_path(item, scope), _methods(item, scope)) for item in inner if _called(item, scope) == "Route"
        ]
        declared += _noted(method)
        if shown == "__invoke" and not declared and (own or noted):
            declared, prefix, invoked = [(prefix, _methods(own[0], scope) if own else noted[0][1])], "", True
        for path, methods in declared:
            whole = braced(joined(prefix, path))
            handler = handler_of(scope, method, f"{title}.{shown}")
            text = f'Route("{path}")'
            found.append(
                Route(
                    line_of(name or method),
                    methods,
                    whole,
                    "symfony",
                    f"{title}.{shown}",
                    handler,
                    (*guards, *mine),
                    text,
                )
            )
    return found if found or not invoked else []


def _called(attribute: Node, scope: Scope) -> str:
    """The name of an attribute; what Symfony asks for a role knows who asks."""
    name = scope.name(child(attribute)).rpartition(".")[2]
    return f"auth:{name}" if name in ("IsGranted", "Security") else name


def _path(attribute: Node, scope: Scope) -> str:
    value = scope.option(attribute, "path") or scope.first(attribute)
    return (scope.text(value) if value is not None else "") or ""


def _methods(attribute: Node, scope: Scope) -> tuple[str, ...]:
    return tuple(text.upper() for text in listed(scope.option(attribute, "methods")))


def _noted(node: Node) -> list[tuple[str, tuple[str, ...]]]:
    """``@Route("/a", methods={"GET"})`` in the comment before ``node``."""
    before = node.prev()
    if before is None or before.kind() != "comment" or "@Route(" not in before.text()[:5000]:
        return []
    found = []
    for part in before.text()[:5000].split("@Route(")[1:6]:
        inner = part.partition(")")[0]
        path = inner.partition('"')[2].partition('"')[0]
        _, named, rest = inner.partition("methods=")
        methods = tuple(
            item.strip(' "') for item in rest.partition("}")[0].strip("{ ").split(",") if item.strip(' "')
        )
        if path.startswith("/") or not path:
            found.append((path, methods if named else ()))
    return found
