"""The routes that a file of Go registers, function by function, in the order of the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.golang.handlers import body_of, handler_of
from readiness.facts.code.golang.names import (
    arguments,
    bare,
    dotted,
    elements,
    last_name,
    names_in,
    owner_of,
    quoted,
)
from readiness.facts.code.golang.routers import BUILDERS, LATE, TYPES, USUAL, Base, Pass, Placed, Router
from readiness.facts.code.golang.scope import hole
from readiness.facts.code.model import Route
from readiness.facts.code.script.paths import braced, joined
from readiness.records import Struct, field
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.facts.code.golang.scope import Function, Scope
    from readiness.facts.code.model import Handler
    from readiness.syntax import Node

_VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE")
_SHORT = {verb.capitalize(): (verb,) for verb in _VERBS} | {verb: (verb,) for verb in _VERBS}
_EVERY = frozenset(("Any", "All", "Handle", "HandleFunc", "Handler", "HandlerFunc"))
_BY_NAME = frozenset(("Method", "MethodFunc", "Add", "Match"))
_STATEMENTS = (
    "short_var_declaration",
    "var_spec",
    "assignment_statement",
    "call_expression",
    "return_statement",
)
_GROUPS = frozenset(("Group", "Route", "With", "PathPrefix", "Use"))
# Of gorilla/mux: what a route is narrowed by, and what gives the same router again.
_SAME = frozenset(
    (
        "Subrouter",
        "Host",
        "Schemes",
        "NewRoute",
        "Methods",
        "Path",
        "Name",
        "Queries",
        "Headers",
        "MatcherFunc",
    )
)
_ADAPTERS = frozenset(
    (
        "net/http.HandlerFunc",
        "http.HandlerFunc",
        "github.com/labstack/echo.WrapHandler",
        "github.com/gin-gonic/gin.WrapH",
        "github.com/gin-gonic/gin.WrapF",
        "github.com/gofiber/adaptor.HTTPHandler",
        "github.com/gofiber/fiber/middleware/adaptor.HTTPHandler",
        "github.com/gofiber/fiber/middleware/adaptor.HTTPHandlerFunc",
    )
)
# They build a handler of what it needs, and put nothing before it.
_CONSTRUCTORS = ("new", "make", "init", "create", "build", "provide")
_STRIPS = "net/http.StripPrefix"
_GUARDS = 50  # names kept of what stands before the routes of one router
_DEPTH = 8
_MANY = 1000
# Names of variables that a list of routes is gone through with.
_ANY_PATH = frozenset(("{path}", "{pattern}", "{route}", "{url}", "{uri}", "{endpoint}", "{p}", "{value}"))


class Routes(Struct):
    """What a file registers and hands on; ``unknown`` are lines whose paths nothing here says."""

    unknown: list[int] = field(default_factory=list)

    placed: list[Placed] = field(default_factory=list)
    passes: list[Pass] = field(default_factory=list)


class _Pending(Struct):
    """A route whose guards are taken when its function is at an end."""

    router: Router
    path: str
    own: tuple[str, ...]
    route: Route
    sure: bool


class _Walk(Struct):
    """One function being gone through: ``known`` are the routers by the names they have in it."""

    scope: Scope
    function: Function
    kept: dict[str, Router]
    known: dict[str, Router] = field(default_factory=dict)
    pending: list[_Pending] = field(default_factory=list)
    handing: list[tuple[Router, Pass]] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    loops: list[frozenset[str]] = field(default_factory=list)


def routes_of(scope: Scope) -> Routes:
    """Every route that is registered in the file, and every router that a function of it hands on."""
    kept = _globals(scope)
    walks = []
    for function in scope.functions:
        body = function.node.field("body")
        if body is None:
            continue
        walk = _Walk(scope, function, kept)
        _parameters(function.node, Base(function.full), walk)
        _block(body, walk, 0)
        walks.append(walk)
    found = Routes()
    for walk in walks:
        found.placed += [_placed(item) for item in walk.pending[:_MANY]]
        found.unknown += walk.unknown
        found.passes += [_handed(router, item) for router, item in walk.handing[:_MANY]]
    return found


def _globals(scope: Scope) -> dict[str, Router]:
    """The routers that are variables of the whole file, by ``var`` and their name."""
    found: dict[str, Router] = {}
    for node in scope.of("var_spec"):
        parent = node.parent()
        above = parent.parent() if parent is not None else None
        if above is None or above.kind() not in ("source_file", "var_declaration"):
            continue
        framework = _type(dotted(node.field("type")), scope)
        if not framework:
            values = scope.values.get(next(iter(names_in(node)), ""), ())
            framework = BUILDERS.get(scope.qualified(values[0]).replace("()", ""), "") if values else ""
        for name in names_in(node) if framework else ():
            found["var " + name] = Router(framework, Base(), sure=framework in LATE)
    return found


def _placed(item: _Pending) -> Placed:
    late = item.router.before(item.path) if item.router.framework in LATE else ()
    guards = tuple(dict.fromkeys((*late, *item.route.guards, *item.own)))
    root = _root(item.router)
    return Placed(_with(item.route, guards), root.base, item.sure and item.router.surely())


def _with(route: Route, guards: tuple[str, ...]) -> Route:
    return Route(
        route.line,
        route.methods,
        route.path,
        route.framework,
        route.origin,
        route.handler,
        guards,
        route.text,
    )


def _handed(router: Router, item: Pass) -> Pass:
    late = router.before(item.prefix) if router.framework in LATE else ()
    guards = tuple(dict.fromkeys((*late, *item.guards)))
    return Pass(item.callee, item.place, item.prefix, guards, _root(router).base, router.surely())


def _root(router: Router) -> Router:
    for _ in range(20):
        if router.parent is None:
            return router
        router = router.parent
    return router


def _parameters(node: Node, base: Base, walk: _Walk) -> None:
    """The routers among the parameters of a declared function."""
    place = 0
    given = node.field("parameters")
    for parameter in given.named_children() if given is not None else ():
        names = names_in(parameter)
        framework = _type(dotted(parameter.field("type")), walk.scope)
        for name in names:
            if framework:
                walk.known[name] = Router(framework, Base(base.function, place))
            place += 1
        if not names and parameter.kind() == "parameter_declaration":
            place += 1


def _type(name: str, scope: Scope) -> str:
    return TYPES.get(scope.expanded(name), "") if name else ""


def _block(body: Node, walk: _Walk, depth: int) -> None:
    """Goes through the statements below ``body``; a function that is given a router is gone into."""
    done = 0
    for node in nodes_of(body, _STATEMENTS):
        span = node.range()
        if span.start.index < done:
            continue
        match node.kind():
            case "call_expression":
                done = max(done, _call(node, walk, depth))
            case _:
                _assigned(node, walk)


def _assigned(node: Node, walk: _Walk) -> None:
    left = node.field("left")
    right = node.field("right") or node.field("value")
    names = [dotted(child) for child in left.named_children()] if left is not None else names_in(node)[:1]
    values = right.named_children() if right is not None else []
    for name, value in zip(names, values, strict=False):
        if not name or name == "_":
            continue
        router = _router(value, walk)
        if router is not None:
            _keep(name, router, walk)
        elif _wrapped(value, walk):
            walk.known[name] = _wrapped_router(value, walk)


def _keep(name: str, router: Router, walk: _Walk) -> None:
    walk.known[name] = router
    if "." in name:
        walk.kept.setdefault(name.rpartition(".")[2], router)


def _wrapped(value: Node, walk: _Walk) -> bool:
    """``handler := logging(mux)``: what is given back answers with the routes of the router."""
    value = bare(value) or value
    if value.kind() != "call_expression":
        return False
    return any(_known(item, walk) is not None for item in arguments(value))


def _wrapped_router(value: Node, walk: _Walk) -> Router:
    value = bare(value) or value
    router = next(found for item in arguments(value) if (found := _known(item, walk)) is not None)
    _guard(router, [value], walk)
    return router


def _guard(router: Router, given: list[Node], walk: _Walk) -> None:
    """Puts what ``given`` names before the routes of ``router``; what cannot be named may be anything."""
    for item in given:
        names, sure = _guards(item, walk)
        if len(router.guards) < _GUARDS:
            router.guards += [name for name in names if name not in router.guards]
        router.sure = router.sure and sure


def _guards(node: Node, walk: _Walk) -> tuple[list[str], bool]:
    """The names of what stands before a route, and whether that is all of it.

    A function in place counts as ``auth:inline`` where it turns askers away.
    """
    node = bare(node) or node
    if node.kind() == "func_literal":
        return ["auth:inline"] if body_of(node, walk.scope, walk.function).denies else [], True
    if node.text().endswith("..."):
        return [], False
    if node.kind() == "identifier":
        name = node.text()
        value = walk.scope.value(name)
        if value is not None and value.kind() in ("call_expression", "func_literal", "selector_expression"):
            return _guards(value, walk)
        declared = any(function.name == name for function in walk.scope.functions)
        # A function of another file of the package, or a variable that may hold anything.
        local = name in walk.scope.values or name in walk.scope.types or name in _ranged(walk)
        return ([name], True) if declared or not local else ([name], False)
    if node.kind() == "call_expression":
        callee = _callee(node, walk)
        return [callee or dotted(node).replace("()", "")], True
    origin, _ = _handler(node, walk)
    # Of a method whose type is not seen the name of what keeps it may tell.
    told = origin if origin and not origin.startswith("?") else dotted(node).replace("()", "")
    return [told], True


def _ranged(walk: _Walk) -> frozenset[str]:
    """The names that loops of the function go through things under."""
    if not walk.loops:
        found: set[str] = set()
        for clause in nodes_of(walk.function.node, ("range_clause",))[:50]:
            found.update(names_in(clause.field("left")))
        walk.loops.append(frozenset(found))
    return walk.loops[0]


def _known(node: Node | None, walk: _Walk) -> Router | None:
    """The router that a name, or a selector, keeps."""
    name = dotted(node)
    if not name or "()" in name:
        return None
    if name in walk.known:
        return walk.known[name]
    last = name.rpartition(".")[2]
    if walk.scope.expanded(name) == "net/http.DefaultServeMux":
        return _default(walk)
    if "." not in name:
        return walk.kept.get("var " + name)
    if name.partition(".")[0] not in walk.scope.imports:
        if last in walk.kept:
            return walk.kept[last]
        return _field(last, walk)
    return None


def _default(walk: _Walk) -> Router:
    """The router that net/http itself keeps."""
    return walk.kept.setdefault("http.DefaultServeMux", Router("net/http", Base()))


def _field(name: str, walk: _Walk) -> Router | None:
    """A router that a field keeps: by the field's type, or what the field is set to in this file."""
    scope = walk.scope
    framework = _type(scope.types.get(name, ""), scope)
    if not framework:
        values = scope.values.get("." + name, ())
        framework = BUILDERS.get(scope.qualified(values[0]).replace("()", ""), "") if values else ""
    if not framework:
        return None
    router = walk.kept[name] = Router(framework, Base(), sure=False)
    return router


def _router(node: Node | None, walk: _Walk, depth: int = 0) -> Router | None:
    """The router that an expression is: a name, what builds one, or a group of another."""
    node = bare(node)
    if node is None or depth > _DEPTH:
        return None
    if node.kind() != "call_expression":
        return _known(node, walk)
    scope = walk.scope
    framework = BUILDERS.get(scope.qualified(node).replace("()", ""), "")
    owner = owner_of(node)
    if framework and (owner is None or "()" not in dotted(owner)):
        return Router(framework, Base(walk.function.full))
    name = last_name(node)
    if owner is None or (name not in _GROUPS and name not in _SAME):
        return None
    parent = _router(owner, walk, depth + 1)
    return None if parent is None else _grouped(node, name, parent, walk)


def _grouped(node: Node, name: str, parent: Router, walk: _Walk) -> Router | None:
    given = arguments(node)
    if name == "Use":
        _guard(parent, given, walk)
        return parent
    if name in _SAME:
        return parent
    if name == "With":
        router = Router(parent.framework, parent.base, parent=parent, prefix=parent.prefix)
        _guard(router, given, walk)
        return router
    path = walk.scope.fold(given[0]) if given else ""
    if path is None:
        path = hole(given[0])
    router = Router(parent.framework, parent.base, parent=parent, prefix=joined(parent.prefix, braced(path)))
    if parent.framework == "gin":
        router.guards += parent.before(router.prefix)
    _guard(router, [item for item in given[1:] if item.kind() != "func_literal" or len(given) > 2], walk)
    return router


def _call(node: Node, walk: _Walk, depth: int) -> int:
    """Takes note of what a call registers; gives where the code that was gone into with it ends."""
    name = last_name(node)
    owner = owner_of(node)
    given = arguments(node)
    if owner is not None and (name in _SHORT or name in _EVERY or name in _BY_NAME):
        router = _serving(owner, name, given, walk)
        if router is not None:
            _register(node, name, router, given, walk)
            return 0
    if owner is not None and name in ("Use", "Group", "Route", "Mount"):
        router = _router(owner, walk)
        if router is not None:
            return _put(node, router, walk, depth)
    _hand(node, given, walk)
    return 0


def _serving(owner: Node, name: str, given: list[Node], walk: _Walk) -> Router | None:
    """The router that registers a route, where what looks like one is not the call of a client."""
    if name in ("Handle", "HandleFunc") and walk.scope.imports.get(dotted(owner)) == "net/http":
        return _default(walk)
    router = _router(owner, walk)
    if router is not None or len(given) < 2 or name in ("Handler", "HandlerFunc"):
        return router
    written = dotted(owner)
    usual = written.rpartition(".")[2].lower() in USUAL and written not in walk.scope.imports
    path = walk.scope.fold(given[0])
    if usual and "()" not in written and path is not None and path.startswith("/") and _only(walk.scope):
        last = written.rpartition(".")[2]
        return walk.kept.setdefault(last, Router(_only(walk.scope), Base(), sure=False))
    return None


def _only(scope: Scope) -> str:
    """The one framework that the file imports; empty where there is none."""
    found = {
        framework
        for framework, name in {framework: name for name, framework in TYPES.items()}.items()
        if name.rpartition(".")[0] in scope.paths() and framework != "net/http"
    }
    return min(found) if found else "net/http" if "net/http" in scope.paths() else ""


def _put(node: Node, router: Router, walk: _Walk, depth: int) -> int:
    """``r.Use(…)``, ``r.Route(path, func(r) {…})``, ``r.Mount(path, other)``."""
    name, given = last_name(node), arguments(node)
    match name:
        case "Use":
            path = walk.scope.fold(given[0]) if given and quoted(given[0]) is not None else None
            if path is None:
                _guard(router, given, walk)
            else:
                start = joined(router.prefix, braced(path))
                router.below[_GUARDS:] = []
                router.below += [(start, name) for item in given[1:] for name in _guards(item, walk)[0]]
            return 0
        case "Mount" if given:
            _mount(given[-1], joined(router.prefix, braced(walk.scope.fold(given[0]) or "")), router, walk)
            return 0
        case _:
            literal = next((item for item in given if item.kind() == "func_literal"), None)
            if literal is None or router.framework not in ("chi", "fiber"):
                return 0
            inner = _grouped(node, "Group" if name == "Route" else name, router, walk)
            if name == "Group" and router.framework == "chi" and inner is not None:
                inner.prefix = router.prefix
            return _into(literal, inner, walk, depth)


def _into(literal: Node, router: Router | None, walk: _Walk, depth: int) -> int:
    body = literal.field("body")
    parameters = literal.field("parameters")
    if body is None or router is None or depth >= _DEPTH:
        return 0
    name = next(
        (item for child in (parameters.named_children() if parameters else ()) for item in names_in(child)),
        "",
    )
    before = walk.known.get(name)
    walk.known[name] = router
    _block(body, walk, depth + 1)
    if before is None:
        del walk.known[name]
    else:
        walk.known[name] = before
    return int(literal.range().end.index)


def _mount(node: Node, prefix: str, router: Router, walk: _Walk) -> None:
    """Another router, or what a function gives back, below ``prefix``."""
    inner = _known(node, walk)
    if inner is not None and inner.parent is None and inner is not router:
        inner.parent, inner.base = router, router.base
        inner.prefix = joined(prefix, inner.prefix)
        for item in walk.pending:
            if item.router is inner:
                item.route = _moved(item.route, prefix)
        return
    callee = _callee(bare(node), walk)
    if callee:
        guards = () if router.framework in LATE else router.before(prefix)
        walk.handing.append((router, Pass(callee, -1, prefix, guards, Base())))


def _moved(route: Route, prefix: str) -> Route:
    return Route(
        route.line,
        route.methods,
        joined(prefix, route.path),
        route.framework,
        route.origin,
        route.handler,
        route.guards,
        route.text,
    )


def _callee(node: Node | None, walk: _Walk) -> str:
    """The name of a called function: ``path.F``, ``Type.Method`` where the type is seen, else as written."""
    if node is None or node.kind() != "call_expression":
        return ""
    scope = walk.scope
    name = dotted(node.field("function"))
    head, dot, rest = name.partition(".")
    if not dot:
        return name
    if head == walk.function.self:
        inner, more, last = rest.partition(".")
        if not more:
            return f"{walk.function.owner}.{rest}"
        kind = scope.types.get(inner, "")
        return f"{scope.expanded(kind)}.{last}" if kind else f"?.{rest.rpartition('.')[2]}"
    if head in scope.imports or "()" in head:
        return scope.expanded(name)
    kind = scope.types.get(head, "") or _made(scope.value(head))
    return f"{scope.expanded(kind)}.{rest}" if kind else f"?.{rest.rpartition('.')[2]}"


def _made(value: Node | None) -> str:
    """The type that ``NewUsers(…)`` gives, going by its name; that of a literal surely."""
    if value is None:
        return ""
    if value.kind() == "composite_literal":
        return dotted(value)
    head, _, name = dotted(value).removesuffix("()").rpartition(".")
    made = name.removeprefix("New") if name.startswith("New") else ""
    return (f"{head}.{made}" if head else made) if made else ""


def _hand(node: Node, given: list[Node], walk: _Walk) -> None:
    """A router among what a call is given: it registers routes on it, or it stands before them."""
    for place, item in enumerate(given):
        router = _router(item, walk)
        if router is None:
            continue
        callee = _callee(node, walk)
        parent = node.parent()
        if (
            callee
            and parent is not None
            and parent.kind() in ("expression_statement", "defer_statement", "go_statement")
        ):
            guards = () if router.framework in LATE else router.before(router.prefix)
            walk.handing.append((router, Pass(callee, place, router.prefix, guards, Base())))
        elif callee and parent is not None:
            if parent.kind() in ("argument_list", "literal_element", "return_statement", "expression_list"):
                _guard(router, [node], walk)
            guards = () if router.framework in LATE else router.before(router.prefix)
            walk.handing.append((router, Pass(callee, place, router.prefix, guards, Base())))


def _register(node: Node, name: str, router: Router, given: list[Node], walk: _Walk) -> None:
    methods, paths, rest = _told(node, name, router, given, walk)
    if not rest:
        return
    after = router.framework == "echo"  # the handler first, what stands before it behind
    last = rest[0] if after else rest[-1]
    others = rest[1:] if after else rest[:-1]
    inner, around = _unwrapped(last, walk)
    served = _known(inner, walk)
    if served is not None or _STRIPS in around:
        # A router below another: net/http leaves the path as it is, unless it is told to cut it.
        stripped = _STRIPS in around
        if served is not None:
            served.guards += around
        for path in paths:
            start = joined(router.prefix, braced(path)) if stripped else router.prefix
            _mount(inner, start, router, walk)
        return
    origin, handler = _handler(inner, walk)
    own = tuple(name for other in others for name in _guards(other, walk)[0]) + tuple(around)
    sure = all(_guards(other, walk)[1] for other in others)
    shown = dotted(node.field("function"))
    for path in paths:
        if path.lower() in _ANY_PATH:
            walk.unknown.append(line_of(node))
            continue
        whole = joined(router.prefix, braced(path))
        now = () if router.framework in LATE else router.before(whole)
        route = Route(
            line_of(given[0] if given else node),
            methods,
            whole,
            router.framework,
            origin,
            handler,
            now,
            f'{shown}("{path}")',
        )
        walk.pending.append(_Pending(router, whole, own, route, sure))


def _told(
    node: Node, name: str, router: Router, given: list[Node], walk: _Walk
) -> tuple[tuple[str, ...], list[str], list[Node]]:
    """The methods, the paths and what is given beside them; nothing left where it is no route."""
    scope = walk.scope
    if name in _SHORT:
        path = _path(given, 0, walk)
        return _SHORT[name], [path] if path is not None else [], given[1:] if path is not None else []
    if name in _BY_NAME or (
        name in ("Handle", "Handler", "HandlerFunc") and router.framework in ("gin", "httprouter")
    ):
        if len(given) < 3:
            return (), [], []
        listed = elements(given[0]) or [given[0]]
        methods = tuple(text for item in listed if (text := _method(item, scope)))
        path = _path(given, 1, walk)
        return methods, [path] if path is not None else [], given[2:] if path is not None else []
    if name in ("Handler", "HandlerFunc"):  # gorilla: .Path("/x").Methods("GET").Handler(h)
        path = _chained_path(node, scope)
        return _chained(node, scope), [path] if path else [], given if path else []
    path = _path(given, 0, walk)
    if path is None:
        return (), [], []
    verb, space, tail = path.partition(" ")
    if router.framework == "net/http" and space and verb in _VERBS:
        return (verb,), [_served(tail.strip())], given[1:]
    if router.framework == "net/http":
        path = _served(path)
    return _chained(node, scope), [path], given[1:]


def _served(path: str) -> str:
    """A pattern of net/http without its host, ``{$}`` and ``...``."""
    return path[max(path.find("/"), 0) :].replace("{$}", "").replace("...}", "}")


def _path(given: list[Node], place: int, walk: _Walk) -> str | None:
    if len(given) <= place + 1:
        return None
    text = walk.scope.fold(given[place])
    if text is not None:
        return text
    node = bare(given[place])
    named = node is not None and node.kind() in ("identifier", "selector_expression", "call_expression")
    return hole(node) if named else None


def _method(node: Node, scope: Scope) -> str:
    """``"GET"``, or ``http.MethodGet``."""
    text = scope.fold(node)
    if text is not None:
        return text.upper()
    name = dotted(node).rpartition(".")[2]
    return name.removeprefix("Method").upper() if name.startswith("Method") else ""


def _chained(node: Node, scope: Scope) -> tuple[str, ...]:
    """The methods that ``.Methods(…)`` names, before or behind a call of gorilla/mux."""
    calls = _links(node)
    for call in calls:
        if last_name(call) == "Methods":
            return tuple(text for item in arguments(call) if (text := _method(item, scope)))
    return ()


def _chained_path(node: Node, scope: Scope) -> str:
    for call in _links(node):
        if last_name(call) == "Path" and arguments(call):
            return scope.fold(arguments(call)[0]) or ""
    return ""


def _links(node: Node) -> list[Node]:
    """The calls of the chain that ``node`` is in, at most ten on either side."""
    found: list[Node] = []
    owner = owner_of(node)
    for _ in range(10):
        owner = bare(owner)
        if owner is None or owner.kind() != "call_expression":
            break
        found.append(owner)
        owner = owner_of(owner)
    parent = node.parent()
    for _ in range(10):
        call = parent.parent() if parent is not None and parent.kind() == "selector_expression" else None
        if call is None or call.kind() != "call_expression":
            break
        found.append(call)
        parent = call.parent()
    return found


def _unwrapped(node: Node, walk: _Walk) -> tuple[Node, list[str]]:
    """The handler inside of what is wrapped around it, and the names of that."""
    around: list[str] = []
    inner = bare(node) or node
    for _ in range(6):
        if inner.kind() != "call_expression":
            break
        name = dotted(inner.field("function")).replace("()", "")
        chained = last_name(inner) in ("Then", "ThenFunc")
        given = [item for item in arguments(inner) if chained or _handles(item, walk)]
        if not given or name.rpartition(".")[2].lower().startswith(_CONSTRUCTORS):
            break
        if walk.scope.expanded(name) not in _ADAPTERS:
            around += _guards(inner, walk)[0]
        around += _chain(inner, walk)
        inner = bare(given[-1]) or given[-1]
    return inner, around


def _chain(call: Node, walk: _Walk) -> list[str]:
    """What ``alice.New(a, b).Then(h)`` puts before ``h``."""
    if last_name(call) not in ("Then", "ThenFunc"):
        return []
    made = walk.scope.settled(owner_of(call))
    if made is None or made.kind() != "call_expression":
        return []
    return [name for item in arguments(made) for name in _guards(item, walk)[0]]


def _handles(node: Node, walk: _Walk) -> bool:
    """Whether an argument may be a handler: a function, a name of one, or a call that gives one."""
    node = bare(node) or node
    if node.kind() == "identifier":
        name = node.text()
        declared = any(function.name == name for function in walk.scope.functions)
        return declared or _known(node, walk) is not None or "handle" in name.lower()
    return node.kind() in (
        "func_literal",
        "selector_expression",
        "call_expression",
        "type_conversion_expression",
    )


def _handler(node: Node, walk: _Walk) -> tuple[str, Handler | None]:
    """The dotted name of what answers, and its facts where it is a function in place."""
    scope = walk.scope
    if node.kind() == "func_literal":
        return "", handler_of("", node, body_of(node, scope, walk.function), scope)
    if node.kind() == "call_expression":
        return _callee(node, walk), None
    name = dotted(node)
    head, dot, rest = name.partition(".")
    if not dot or head in scope.imports:
        return scope.expanded(name), None
    if head == walk.function.self:
        inner, more, last = rest.partition(".")
        if not more:
            return f"{walk.function.owner}.{rest}", None
        kind = scope.types.get(inner, "")
        return (f"{scope.expanded(kind)}.{last}" if kind else f"?.{last}"), None
    kind = scope.types.get(head, "") or _made(scope.value(head))
    return (f"{scope.expanded(kind)}.{rest}" if kind else f"?.{rest}"), None
