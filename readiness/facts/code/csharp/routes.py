"""The routes that ASP.NET Core registers by calls and by attributes.

Sources: Microsoft Learn, "Minimal APIs quick reference", "Routing to controller actions", "Simple
authorization", "Health checks in ASP.NET Core"; AspNetCore.Diagnostics.HealthChecks README.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from readiness.facts.code.answering import handler_of
from readiness.facts.code.csharp.grammar import arguments, type_arguments
from readiness.facts.code.csharp.model import Check, Group, Place
from readiness.facts.code.grammar import Scope, above, child, children, inside, joined
from readiness.facts.code.model import Gap, Handler, Route
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.syntax import Node

_VERBS: dict[str, tuple[str, ...]] = {
    "MapGet": ("GET",),
    "MapPost": ("POST",),
    "MapPut": ("PUT",),
    "MapDelete": ("DELETE",),
    "MapPatch": ("PATCH",),
    "Map": (),
    "MapMethods": (),
}
_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "HttpGet": ("GET",),
    "HttpPost": ("POST",),
    "HttpPut": ("PUT",),
    "HttpDelete": ("DELETE",),
    "HttpPatch": ("PATCH",),
    "HttpHead": ("HEAD",),
    "HttpOptions": ("OPTIONS",),
}
_HEALTH = ("MapHealthChecks", "UseHealthChecks")
# Endpoints of libraries, and where they answer unless told otherwise.
_LIBRARIES = {
    "MapMetrics": "/metrics",
    "MapPrometheusScrapingEndpoint": "/metrics",
    "MapGraphQL": "/graphql",
    "MapHub": "",
}
# What registers routes that stand in no code of this kind.
_UNREAD = {
    "UseFastEndpoints": "the endpoints of FastEndpoints",
    "MapRazorPages": "Razor pages",
    "MapRazorComponents": "Razor components",
    "MapReverseProxy": "the routes of a reverse proxy in the settings",
    "UseServiceStack": "the services of ServiceStack",
    "UseOcelot": "the routes of Ocelot in the settings",
    "MapODataRoute": "the routes of OData",
}
_CONVENTION = (
    "MapControllerRoute",
    "MapDefaultControllerRoute",
    "UseMvcWithDefaultRoute",
    "MapAreaControllerRoute",
)
_NOT_GROUPS = (
    "MapGroup",
    "MapControllers",
    "MapOpenApi",
    "MapScalarApiReference",
    "MapFallback",
    "MapFallbackToFile",
)
_BASES = ("Controller", "ControllerBase", "ODataController")
_RESULTS = (
    "IActionResult",
    "ActionResult",
    "ViewResult",
    "JsonResult",
    "IResult",
    "ContentResult",
    "FileResult",
)
_DEEP = 6
_MANY = 1500


class Routes(NamedTuple):
    """The routes with their places, and what else of the file concerns them."""

    routes: tuple[Route, ...]
    places: tuple[Place, ...]
    groups: tuple[Group, ...]
    gaps: tuple[Gap, ...]


class _At(NamedTuple):
    """What stands before a route: prefix, guards, and the method whose parameter it is registered with."""

    prefix: str
    guards: tuple[str, ...]
    inside: str


def routes_of(scope: Scope) -> Routes:
    """Every route that is registered in the file; those of a developer's machine alone are left out."""
    rows: list[tuple[Route, Place]] = []
    groups: list[Group] = []
    gaps: list[Gap] = []
    for call in scope.of("invocation_expression"):
        name = scope.last(call)
        if not name.startswith(("Map", "Use")) or scope.owner(call) is None or len(rows) >= _MANY:
            continue
        if name in _UNREAD:
            gaps.append(Gap(line_of(call), ("route",), f"{_UNREAD[name]} are not read"))
        elif (name.startswith("Use") and name != "UseHealthChecks") or local(call):
            continue
        elif name in _VERBS:
            rows += _minimal(call, name, scope)
        elif name in _HEALTH or name in _LIBRARIES:
            rows += _endpoint(call, name, scope)
        elif name not in _NOT_GROUPS and name not in _CONVENTION:
            at = _before(scope.owner(call), scope)
            groups.append(Group(name, at.prefix, (*at.guards, *_after(call)), at.inside))
    for node in scope.of("class_declaration"):
        rows += _controller(node, scope)
    rows.sort(key=lambda row: row[0].line)
    return Routes(
        tuple(row for row, _ in rows), tuple(place for _, place in rows), tuple(groups), tuple(gaps[:20])
    )


def local(node: Node) -> bool:
    """Whether ``node`` is reached in development alone: ``if (app.Environment.IsDevelopment())``."""
    for around in above(node, 40):
        if around.kind() != "if_statement":
            continue
        condition, then = around.field("condition"), around.field("consequence")
        if condition is None or then is None:
            continue
        text = condition.text()[:500].strip()
        if "IsDevelopment()" in text and "||" not in text:
            negated = text.startswith("!")
            if inside(node, then) is not negated and not inside(node, condition):
                return True
    return False


def _before(owner: Node | None, scope: Scope, depth: int = 0) -> _At:
    """What ``owner``, on which a route is registered, puts before it."""
    if owner is None or depth > _DEEP:
        return _At("", (), "")
    prefix, guards = "", []
    links = scope.links(owner)
    for call in links:
        name = scope.last(call)
        if name == "MapGroup":
            text = scope.text(scope.first(call))
            prefix = joined(prefix, text if text is not None else "{value}")
        elif name == "RequireAuthorization":
            guards.append(name)
        elif name == "AllowAnonymous":
            guards.clear()
    root = scope.owner(links[0]) if links else owner
    if root is None:
        return _At(prefix, tuple(guards), "")
    name = scope.name(root)
    values = scope.values.get(name, ())
    if len(values) == 1 and not inside(owner, values[0]):
        above = _before(values[0], scope, depth + 1)
        return _At(_under(above.prefix, prefix), (*above.guards, *guards), above.inside)
    return _At(prefix, tuple(guards), _extension(root, name))


def _under(prefix: str, path: str) -> str:
    return joined(prefix, path) if prefix and path else prefix or path


def _extension(node: Node, name: str) -> str:
    """The method around ``node`` of which ``name`` is a parameter."""
    for around in above(node, 200):
        if around.kind() in ("method_declaration", "local_function_statement"):
            given = [
                parameter.field("name") for parameter in children(around.field("parameters"), "parameter")
            ]
            if any(item is not None and item.text() == name for item in given):
                method = around.field("name")
                return method.text() if method is not None else ""
            return ""
    return ""


def _after(call: Node) -> tuple[str, ...]:
    """The names of what is asked of ``call`` afterwards: ``.RequireAuthorization()``."""
    names = []
    node: Node | None = call.parent()
    for _ in range(60):
        if node is None or node.kind() not in ("member_access_expression", "invocation_expression"):
            break
        if node.kind() == "member_access_expression":
            name = node.field("name")
            names.append(name.text().partition("<")[0] if name is not None else "")
        node = node.parent()
    return tuple(name for name in names if name in ("RequireAuthorization", "AllowAnonymous"))


def _minimal(call: Node, name: str, scope: Scope) -> list[tuple[Route, Place]]:
    given = [item.value for item in scope.arguments(call)]
    if len(given) < 2:
        return []
    path = scope.text(given[0])
    # ``Map`` is also what turns one object into another.
    if path is None and (name == "Map" or given[0].kind() not in ("identifier", "member_access_expression")):
        return []
    methods = _VERBS[name]
    if name == "MapMethods":
        texts = [scope.text(item) for item in nodes_of(given[1], ("string_literal",))]
        methods = tuple(text.upper() for text in texts if text)
    at = _before(scope.owner(call), scope)
    after = _after(call)
    guards = () if "AllowAnonymous" in after else (*at.guards, *after)
    handler, origin = _handler(given[-1], scope)
    shown = path if path is not None else "{" + (scope.name(given[0]).rpartition(".")[2] or "value") + "}"
    whole = template(_under(at.prefix, shown) or "/")
    text = f'{name}("{shown}")'
    route = Route(line_of(call), methods, whole, "aspnetcore", origin, handler, guards, text)
    return [(route, Place("minimal", at.inside, opens="AllowAnonymous" in after))]


def _handler(node: Node, scope: Scope) -> tuple[Handler | None, str]:
    node = scope.grammar.bare(node)
    if node.kind() in ("lambda_expression", "anonymous_method_expression"):
        attributes = tuple(item for item, _ in attributes_of(node, scope))
        return handler_of(scope, node, "", attributes), ""
    name = scope.name(node)
    function = scope.functions.get(name.rpartition(".")[2])
    if function is None:
        return None, name
    attributes = tuple(item for item, _ in attributes_of(function, scope))
    return handler_of(scope, function, name, attributes), name


def _endpoint(call: Node, name: str, scope: Scope) -> list[tuple[Route, Place]]:
    """An endpoint of a library: the checks of health, metrics, GraphQL, a hub."""
    path = scope.text(scope.first(call))
    at = _before(scope.owner(call), scope)
    after = _after(call)
    guards = () if "AllowAnonymous" in after else (*at.guards, *after)
    default = _LIBRARIES.get(name, "")
    shown = path if path is not None else default or "{value}"
    whole = template(_under(at.prefix, shown) or "/")
    health = name in _HEALTH
    handler = Handler(name, line_of(call)) if not health else None
    text = f'{name}("{shown}")'
    framework = "aspnetcore-health" if health else "aspnetcore"
    route = Route(line_of(call), ("GET",), whole, framework, name, handler, guards, text, health=health)
    tag = _tag(call, scope) if health else ""
    return [
        (route, Place("health" if health else "minimal", at.inside, opens="AllowAnonymous" in after, tag=tag))
    ]


def _tag(call: Node, scope: Scope) -> str:
    """The tag that ``Predicate`` asks for; ``-`` where no check passes, ``?`` where it cannot be told."""
    for node in nodes_of(call, ("assignment_expression",))[:20]:
        left, right = node.field("left"), node.field("right")
        if left is None or right is None or left.text() != "Predicate":
            continue
        if right.text().replace(" ", "").endswith("=>false"):
            return "-"
        if right.text().replace(" ", "").endswith("=>true"):
            return ""
        texts = [scope.text(item) for item in nodes_of(right, ("string_literal",))]
        return next((text for text in texts if text), "?")
    return ""


def template(path: str) -> str:
    """``/a/{id:int?}`` as ``/a/{id}``."""
    whole = "/".join(_bare_part(part) for part in path.split("/"))
    return whole if whole.startswith("/") else "/" + whole


def _bare_part(part: str) -> str:
    if not (part.startswith("{") and part.endswith("}")):
        return part
    return "{" + part[1:-1].lstrip("*").partition(":")[0].partition("=")[0].rstrip("?") + "}"


def attributes_of(node: Node, scope: Scope) -> list[tuple[str, Node]]:
    """The attributes that stand before ``node``, by name."""
    return [
        (name, item)
        for each in children(node, "attribute_list")
        for item in children(each, "attribute")
        if (
            name := scope.name(item.field("name") or child(item)).rpartition(".")[2].removesuffix("Attribute")
        )
    ]


def _first(attribute: Node, scope: Scope) -> str | None:
    """The template that an attribute is given, if any."""
    value = next((item.value for item in arguments(attribute) if not item.name), None)
    return None if value is None else scope.text(value) or "{value}"


def parents_of(node: Node, scope: Scope) -> list[str]:
    """The names of a class's parent and interfaces."""
    return [name for item in children(child(node, "base_list")) if (name := scope.grammar.link(item).name)]


def _controller(node: Node, scope: Scope) -> list[tuple[Route, Place]]:
    """The actions of a class that is a controller by its parent, its name or its attribute."""
    name = node.field("name")
    title = name.text() if name is not None else ""
    attributes = attributes_of(node, scope)
    names = [item for item, _ in attributes]
    parents = parents_of(node, scope)
    known = "ApiController" in names or title.endswith("Controller") or (parents[:1] and parents[0] in _BASES)
    if (
        not known
        or "NonController" in names
        or "abstract" in [item.text() for item in children(node, "modifier")]
    ):
        return []
    prefixes = [_first(item, scope) or "" for label, item in attributes if label == "Route"]
    guards = tuple(label for label in names if label not in _ATTRIBUTES)
    parent = next(iter(parents), "")
    rows = []
    for method in children(node.field("body") or child(node, "declaration_list"), "method_declaration"):
        rows += _action(method, _Class(title, prefixes, guards, parent), scope)
    return rows


class _Class(NamedTuple):
    title: str
    prefixes: list[str]
    guards: tuple[str, ...]
    parent: str


def _action(method: Node, owner: _Class, scope: Scope) -> list[tuple[Route, Place]]:
    attributes = attributes_of(method, scope)
    names = [item for item, _ in attributes]
    if "NonAction" in names or "public" not in [item.text() for item in children(method, "modifier")]:
        return []
    label = method.field("name")
    title = label.text() if label is not None else ""
    own = [_first(item, scope) for kind, item in attributes if kind == "Route"]
    verbs = [(kind, item) for kind, item in attributes if kind in _ATTRIBUTES]
    place = Place("controller", parent=owner.parent, opens="AllowAnonymous" in names)
    guards = ("",) if place.opens else (*owner.guards, *names)
    if not place.opens and "AllowAnonymous" in owner.guards and "Authorize" not in names:
        place, guards = Place("controller", parent=owner.parent, opens=True), ()
    handler = handler_of(scope, method, f"{owner.title}.{title}")
    if not owner.prefixes and not own and all(_first(item, scope) is None for _, item in verbs):
        if not _answers(method):
            return []
        methods = tuple(verb for kind, _ in verbs for verb in _ATTRIBUTES[kind])
        place = Place("conventional", parent=owner.parent, opens=place.opens)
        path = f"/{owner.title.removesuffix('Controller')}/{title}"
        text = f"{owner.title}.{title}"
        return [(Route(line_of(method), methods, path, "aspnetcore", text, handler, guards, text), place)]
    found = []
    routes = [(_ATTRIBUTES[kind], _first(item, scope)) for kind, item in verbs] or [((), None)]
    if not verbs and not own and not _answers(method):
        return []
    for methods, tail in routes:
        for prefix in owner.prefixes or [""]:
            for extra in own if own and tail is None else [tail]:
                path = _placed(prefix, extra or "", owner.title, title)
                text = f"{owner.title}.{title}"
                line = line_of(label if label is not None else method)
                route = Route(line, methods, path, "aspnetcore", text, handler, guards, text)
                found.append((route, place))
    return found


def _answers(method: Node) -> bool:
    """Whether a public method without an attribute is an action, going by what it returns."""
    returns = method.field("returns") or method.field("type")
    if returns is None:
        return False
    names = {item.text() for item in nodes_of(returns, ("identifier",))}
    return bool(names & set(_RESULTS))


def _placed(prefix: str, tail: str, controller: str, action: str) -> str:
    whole = tail.removeprefix("~")
    path = whole if whole.startswith("/") else joined(prefix, whole)
    path = path.replace("[controller]", controller.removesuffix("Controller")).replace("[action]", action)
    return template(path.replace("[area]", "{area}"))


def bases_of(scope: Scope) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Each class with its parent and the names of its attributes."""
    found = []
    for node in scope.of("class_declaration")[:100]:
        name = node.field("name")
        if name is not None:
            guards = tuple(label for label, _ in attributes_of(node, scope))
            found.append((name.text(), next(iter(parents_of(node, scope)), ""), guards))
    return tuple(found)


def conventional(scope: Scope) -> bool:
    """Whether controllers are served by their names: ``MapControllerRoute``."""
    return any(scope.last(call) in _CONVENTION for call in scope.of("invocation_expression"))


def everywhere(scope: Scope) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """The guards before every controller, those before every route, and whether others may stand there."""
    controllers: list[str] = []
    fallback: list[str] = []
    doubtful = False
    for call in scope.of(*scope.grammar.calls):
        name = scope.last(call)
        if name in ("MapControllers", "MapControllerRoute", "MapDefaultControllerRoute"):
            controllers += [item for item in _after(call) if item == "RequireAuthorization"]
        elif name == "AuthorizeFilter":
            controllers.append("AuthorizeFilter")
        elif name == "SetFallbackPolicy":
            fallback.append("FallbackPolicy:authorize")
        elif name in ("UseMiddleware", "UseWhen"):
            doubtful = doubtful or name == "UseWhen" or any(_asks(kind) for kind in type_arguments(call))
    for node in scope.of("assignment_expression"):
        left, right = node.field("left"), node.field("right")
        named = left is not None and left.text().endswith("FallbackPolicy")
        if named and right is not None and right.kind() != "null_literal":
            fallback.append("FallbackPolicy:authorize")
    return tuple(controllers), tuple(fallback), doubtful


def _asks(name: str) -> bool:
    lower = name.lower()
    return any(word in lower for word in ("auth", "apikey", "token", "jwt", "session"))


def checks_of(scope: Scope) -> tuple[Check, ...]:
    """The checks that are added to those of health."""
    found = []
    for call in scope.of("invocation_expression"):
        name = scope.last(call)
        if not name.startswith("Add") or not _on_checks(call, scope):
            continue
        literal = [item.text() for item in nodes_of(call, ("string_literal_content",))]
        given = call.field("arguments")
        tags = (
            [item.text() for item in nodes_of(given, ("string_literal_content",))]
            if given is not None
            else []
        )
        kinds = type_arguments(call)
        own = kinds[0] if kinds and name in ("AddCheck", "AddTypeActivatedCheck") else ""
        deep: bool | None = True
        if name in ("AddCheck", "AddAsyncCheck", "AddTypeActivatedCheck"):
            deep = None if own or len(literal) == 0 else _delegate(call, scope)
        elif name == "AddHealthChecks":
            continue
        found.append(Check(deep, tuple(dict.fromkeys(tags)), own))
    return tuple(found[:100])


def _on_checks(call: Node, scope: Scope) -> bool:
    """Whether ``call`` is made on what ``AddHealthChecks()`` gives."""
    links = scope.links(call)[:-1]
    if any(scope.last(item) == "AddHealthChecks" for item in links):
        return True
    root = scope.owner(links[0] if links else call)
    if root is None or root.kind() != "identifier":
        return False
    values = scope.values.get(root.text(), ())
    if any("AddHealthChecks" in value.text()[:2000] for value in values):
        return True
    for around in above(root, 200):
        if around.kind() in ("method_declaration", "local_function_statement"):
            return "IHealthChecksBuilder " + root.text() in around.text()[:1000]
    return False


def _delegate(call: Node, scope: Scope) -> bool | None:
    """Whether a check that is written in place asks a dependency."""
    for item in scope.arguments(call):
        if item.value.kind() == "lambda_expression":
            handler = handler_of(scope, item.value)
            plain = all(name.rpartition(".")[2] in scope.grammar.answers for name in handler.calls)
            return True if handler.asks else False if plain else None
    return None
