"""The routes that axum, actix-web and Rocket register.

Sources: docs.rs of axum (``Router``: a layer stands before what was added before it), actix-web
(``Scope``, ``Resource``, route attributes, ``configure``), Rocket guide "Requests".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from readiness.facts.code.answering import handler_of
from readiness.facts.code.grammar import Scope, above, child, children, joined
from readiness.facts.code.model import Gap, Handler, Route
from readiness.facts.code.rust.model import Place, Site
from readiness.records import replace
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.syntax import Node

_METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
_VERBS: dict[str, tuple[str, ...]] = {name: (name.upper(),) for name in _METHODS} | {
    "any": (),
    "route": (),
    "to": (),
}
_VERBS |= {f"{name}_with": (name.upper(),) for name in _METHODS}
_ROUTES = ("route", "api_route", "route_service")
_BELOW = ("nest", "nest_service", "scope", "nest_api_service")
_BESIDE = ("merge", "fallback_service", "service", "configure", "mount", "app_data", "register")
_LAYERS = ("layer", "route_layer", "wrap", "wrap_fn", "attach")
_UNREAD = {
    "routes": "the routes that a macro of utoipa lists",
    "typed_get": "typed paths",
    "leptos_routes": "the routes of Leptos",
    "serve_dioxus_application": "the routes of Dioxus",
}
# What a handler may be given that asks nobody anything. Sources: axum and actix-web "Extractors", Rocket
# "FromRequest".
_EXTRACTORS = frozenset(
    """
    State Path Query Json Form Extension HeaderMap Request Multipart ConnectInfo Host OriginalUri
    RawQuery Bytes String Method Uri Data HttpRequest Payload ReqData Header Next Response Parts
    WebSocketUpgrade MatchedPath Arc Vec Option Result str bool char u8 u16 u32 u64 usize i8 i16 i32 i64
    isize f32 f64 Uuid PathBuf Connection Pool PgPool SqlitePool MySqlPool Version Either NestedPath
    RawPathParams TypedHeader Lang DateTime Utc Box Cow DatabaseConnection Client ContentType Config
    Stream CookieJar Cookies Self AppState
    """.split()  # noqa: SIM905 - one word a line would fill three screens
)
_ASKING = ("Claims", "Identity", "BearerAuth", "BasicAuth", "AuthSession")
_CLIMB = 300
_MANY = 1000
_SITES = 500


class Routes(NamedTuple):
    """The routes with their places, where routers are put, and what could not be followed."""

    routes: tuple[Route, ...]
    places: tuple[Place, ...]
    sites: tuple[Site, ...]
    gaps: tuple[Gap, ...]


class _Above(NamedTuple):
    """What stands around a call: prefix, guards, the function it is in; ``sure`` if all was seen."""

    prefix: str
    guards: tuple[str, ...]
    inside: str
    sure: bool


def routes_of(scope: Scope) -> Routes:
    """Every route of the file, in the order of the source."""
    rows: list[tuple[Route, Place]] = []
    sites: list[Site] = []
    gaps: list[Gap] = []
    for call in scope.of("call_expression"):
        name = scope.last(call)
        if scope.owner(call) is None or len(rows) >= _MANY:
            continue
        if name in _ROUTES or name == "to":
            rows += _route(call, scope)
        elif (name in _BELOW or name in _BESIDE) and len(sites) < _SITES:
            sites += _sites(call, name, scope)
        elif name in _UNREAD and (name != "routes" or "routes!" in call.text()[-2000:]):
            gaps.append(Gap(line_of(call), ("route",), f"{_UNREAD[name]} are not read"))
    for node in scope.of("function_item"):
        rows += _attributes(node, scope)
    rows.sort(key=lambda row: row[0].line)
    return Routes(
        tuple(row for row, _ in rows), tuple(place for _, place in rows), tuple(sites), tuple(gaps[:20])
    )


def _route(call: Node, scope: Scope) -> list[tuple[Route, Place]]:
    """``.route("/a", get(h).post(i))``, ``.route("/a", web::get().to(h))``, ``web::resource("/a").to(h)``."""
    given = [item.value for item in scope.arguments(call)]
    if scope.last(call) == "to" or len(given) == 1:
        return _resource(call, given, scope)
    if len(given) != 2:
        return []
    path = scope.text(given[0])
    answers = _answers(given[1], scope)
    if not answers or (
        path is None and given[0].kind() not in ("identifier", "scoped_identifier", "macro_invocation")
    ):
        return []
    shown = path if path is not None else "{" + (scope.name(given[0]).rpartition(".")[2] or "value") + "}"
    around = _above(call, scope, in_chain=True)
    framework = "actix-web" if scope.links(given[1])[:1] and _is_actix(given[1], scope) else "axum"
    return [
        _row(call, methods, _under(around.prefix, shown), handler, (framework, shown), around, scope)
        for methods, handler in answers
    ]


def _is_actix(node: Node, scope: Scope) -> bool:
    return scope.name(node).replace("()", "").startswith(("web.", "actix_web."))


def _under(prefix: str, path: str) -> str:
    return joined(prefix, path) if prefix else path if path.startswith("/") else "/" + path


def _answers(node: Node, scope: Scope) -> list[tuple[tuple[str, ...], Node]]:
    """The methods and handlers in ``get(h).post(i)`` or ``web::get().to(h)``."""
    links = scope.links(node)
    found: list[tuple[tuple[str, ...], Node]] = []
    methods: tuple[str, ...] | None = None
    for call in links:
        name = scope.last(call)
        first = scope.first(call)
        if name == "to" and first is not None:
            found.append((methods or (), first))
        elif name in _VERBS and name != "route":
            methods = _VERBS[name]
            if first is not None:
                found.append((methods, first))
        elif name in ("on", "method") and first is not None:
            methods = (scope.name(first).rpartition(".")[2],)
            rest = scope.arguments(call)[1:]
            if rest:
                found.append((methods, rest[0].value))
    return found


def _resource(call: Node, given: list[Node], scope: Scope) -> list[tuple[Route, Place]]:
    """A route on ``web::resource("/a")``, whose path stands at the start of the chain."""
    links = scope.links(call)
    root = links[0] if links else None
    if root is None or scope.last(root) != "resource" or not given:
        return []
    path = scope.text(scope.first(root))
    shown = path if path is not None else "{value}"
    around = _above(call, scope, in_chain=False)
    answers = [((), given[0])] if scope.last(call) == "to" else _answers(given[0], scope)
    return [
        _row(call, methods, _under(around.prefix, shown), handler, ("actix-web", shown), around, scope)
        for methods, handler in answers
    ]


def _row(  # noqa: PLR0913, PLR0917 - what a route is made of
    call: Node,
    methods: tuple[str, ...],
    path: str,
    handler: Node,
    shown: tuple[str, str],
    around: _Above,
    scope: Scope,
) -> tuple[Route, Place]:
    framework, text = shown
    found, origin, sure = answering(handler, scope)
    function = call.field("function")
    line = line_of(function.field("field") or call) if function is not None else line_of(call)
    route = Route(line, methods, braced(path), framework, origin, found, around.guards, f'route("{text}")')
    return route, Place(around.inside, around.sure and sure)


def answering(node: Node, scope: Scope) -> tuple[Handler | None, str, bool]:
    """The handler that ``node`` is or names, its dotted name, and whether its arguments ask nobody."""
    node = scope.grammar.bare(node)
    if node.kind() == "closure_expression":
        return _own(scope, node, ""), "", True
    name = scope.name(node)
    function = scope.functions.get(name) if "." not in name else None
    if function is None:
        return None, name, True
    guards, sure = extractors(function)
    return _own(scope, function, name, guards), name, sure


def _own(scope: Scope, node: Node, name: str, guards: tuple[str, ...] = ()) -> Handler:
    """The facts of a handler; one that asks, and neither names an error nor passes it on, succeeds."""
    handler = handler_of(scope, node, name, guards)
    passes = any(
        item.kind() == "try_expression" or scope.last(item) in ("unwrap", "expect", "map_err", "ok_or")
        for item in nodes_of(node, ("try_expression", "call_expression"))
    )
    if handler.asks and not handler.fails and not passes:
        return replace(handler, catches=True)
    return handler


def function_of(scope: Scope, node: Node, name: str) -> Handler:
    """The facts of a function that another file may name."""
    guards, _ = extractors(node)
    return _own(scope, node, name, guards)


def extractors(function: Node) -> tuple[tuple[str, ...], bool]:
    """The types that a handler is given which ask who calls, and whether all others are known not to."""
    guards: list[str] = []
    sure = True
    for parameter in children(function.field("parameters"), "parameter"):
        kind = parameter.field("type")
        names = [item.text() for item in nodes_of(kind, ("type_identifier",))] if kind is not None else []
        if not names or names[0] in ("Option", "Result"):
            continue
        if names[0] in _EXTRACTORS and names[0] != "Extension":
            if names[0] == "TypedHeader" and "Authorization" in names:
                sure = False
            continue
        asking = [name for name in names if name in _ASKING]
        guards += [f"auth:{name}" for name in asking]
        guards += [name for name in names if name not in asking and name not in _EXTRACTORS]
        sure = sure and (bool(asking) or names[0] in _EXTRACTORS)
    return tuple(guards), sure


def _above(call: Node, scope: Scope, *, in_chain: bool, hops: int = 0) -> _Above:
    """What stands around ``call``. ``in_chain`` where the start of its own chain counts too."""
    prefix, guards, sure = "", [], True
    if in_chain:
        prefix, own = _start(call, scope)
        guards += own
    node = call
    for _ in range(_CLIMB):
        parent = node.parent()
        if parent is None:
            return _Above(prefix, tuple(guards), "", sure)
        kind = parent.kind()
        if kind == "call_expression":
            name = scope.last(parent)
            if node.kind() == "arguments":
                prefix, more = _outside(parent, name, prefix, scope)
                guards += more
            elif name in _LAYERS:
                guards += _names(parent)
        elif kind == "let_declaration" and hops < 4:
            return _mounted(parent, _Above(prefix, tuple(guards), "", sure), scope, hops)
        elif kind == "function_item":
            name_node = parent.field("name")
            return _Above(prefix, tuple(guards), name_node.text() if name_node is not None else "", sure)
        node = parent
    return _Above(prefix, tuple(guards), "", sure=False)


def _start(call: Node, scope: Scope) -> tuple[str, list[str]]:
    """The path of ``web::scope("/a")`` at the start of the chain, and what wraps all of it."""
    links = scope.links(call, _CLIMB)
    if not links or scope.last(links[0]) not in ("scope", "resource"):
        return "", []
    path = scope.text(scope.first(links[0]))
    guards = [name for item in links if scope.last(item) in _LAYERS for name in _names(item)]
    return (path if path is not None else "{value}"), guards


def _outside(call: Node, name: str, prefix: str, scope: Scope) -> tuple[str, list[str]]:
    """What ``call`` puts before what it is given."""
    if name in _BELOW and len(scope.arguments(call)) == 2:
        path = scope.text(scope.first(call))
        return joined(path if path is not None else "{value}", prefix), []
    if name in ("service", "configure"):
        start, guards = _start(call, scope)
        return (joined(start, prefix) if start else prefix), guards
    return prefix, []


def _names(call: Node) -> list[str]:
    """The names in what a layer is given."""
    given = call.field("arguments")
    if given is None:
        return []
    names = [
        item.text() for item in nodes_of(given, ("identifier", "type_identifier", "field_identifier"))[:40]
    ]
    return [name for name in names if name != "authority"]


def _mounted(declared: Node, own: _Above, scope: Scope, hops: int) -> _Above:
    """What stands around the place in the same function where a variable that holds a router is put."""
    pattern = declared.field("pattern")
    name = pattern.text().removeprefix("mut ").strip() if pattern is not None else ""
    around = next((item for item in above(declared, 200) if item.kind() == "function_item"), None)
    inside = around.field("name") if around is not None else None
    plain = _Above(own.prefix, own.guards, inside.text() if inside is not None else "", own.sure)
    if not name or around is None:
        return plain
    item = scope.used_after(around, name, declared.range().end.index)
    if item is None:
        return plain
    outer = _above(item, scope, in_chain=False, hops=hops + 1)
    prefix = joined(outer.prefix, own.prefix) if outer.prefix and own.prefix else outer.prefix or own.prefix
    guards = (*own.guards, *outer.guards)
    return _Above(prefix, guards, outer.inside or plain.inside, own.sure and outer.sure)


def _sites(call: Node, name: str, scope: Scope) -> list[Site]:
    """The functions that ``call`` puts somewhere: routers, configurations, handlers with attributes."""
    given = [item.value for item in scope.arguments(call)]
    names: list[str] = []
    prefix = ""
    if name == "mount" and len(given) == 2:
        prefix = scope.text(given[0]) or "{value}"
        names = _listed(given[1], scope)
    elif given:
        target = scope.grammar.bare(given[-1])
        for link in scope.links(target)[:1]:
            target = link
        found = scope.name(target).replace("()", "")
        names = [found] if found and not found.startswith(("Router.", "web.")) else []
        names += _listed(given[-1], scope) if given[-1].kind() == "macro_invocation" else []
    if not names:
        return []
    inner = given[-1]
    around = _above(inner, scope, in_chain=False)
    whole = joined(around.prefix, prefix) if prefix and around.prefix else prefix or around.prefix
    return [Site(item, whole, around.guards, around.inside, around.sure) for item in names[:100]]


def _listed(macro: Node, scope: Scope) -> list[str]:
    """The paths in ``routes![a, b::c]``."""
    if macro.kind() != "macro_invocation" or scope.last(macro) not in (
        "routes",
        "services",
        "openapi_get_routes",
    ):
        return []
    tree = child(macro, "token_tree")
    text = tree.text()[1:-1][:5000] if tree is not None else ""
    return [_resolved(part.strip().replace("::", "."), scope) for part in text.split(",") if part.strip()]


def _resolved(name: str, scope: Scope) -> str:
    head, dot, rest = name.partition(".")
    return scope.aliases.get(head, head) + dot + rest


def _attributes(function: Node, scope: Scope) -> list[tuple[Route, Place]]:
    """``#[get("/a")]`` before a function, of actix-web and Rocket."""
    found: list[tuple[Route, Place]] = []
    label = function.field("name")
    before = function.prev()
    name = label.text() if label is not None else ""
    for _ in range(20):
        if before is None or before.kind() not in ("attribute_item", "line_comment", "block_comment"):
            break
        attribute = child(before, "attribute")
        if attribute is not None:
            verb = scope.name(child(attribute)).rpartition(".")[2]
            tree = child(attribute, "token_tree")
            text = scope.text(child(tree, "string_literal")) if tree is not None else None
            if verb in _METHODS and text is not None and text.startswith("/"):
                guards, sure = extractors(function)
                handler = _own(scope, function, name, guards)
                methods = (verb.upper(),)
                row = Route(
                    line_of(before),
                    methods,
                    braced(text),
                    "attribute",
                    name,
                    handler,
                    (),
                    f'#[{verb}("{text}")]',
                )
                found.append((row, Place("", sure, name)))
        before = before.prev()
    return found


def braced(path: str) -> str:
    """``/a/:id``, ``/a/{id:.*}`` and ``/a/<id..>`` as ``/a/{id}``."""
    return "/".join(_part(part) for part in path.partition("?")[0].split("/"))


def _part(part: str) -> str:
    if part.startswith((":", "*")) and len(part) > 1:
        return "{" + part[1:] + "}"
    if part.startswith("{") and part.endswith("}"):
        return "{" + part[1:-1].lstrip("*").partition(":")[0] + "}"
    if part.startswith("<") and part.endswith(">"):
        return "{" + part[1:-1].removesuffix("..") + "}"
    return part
