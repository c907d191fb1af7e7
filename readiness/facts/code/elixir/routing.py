"""What a router of Phoenix or Plug registers, with what stands around each of its lines.

Sources: the documentation of ``Phoenix.Router`` (scopes, pipelines, resources, forward), ``Plug.Router``,
``Phoenix.LiveView.Router``, and the READMEs of plug_checkup, plug_heartbeat and heartcheck.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.elixir.grammar import body_of, fold, listed, module_name, statements
from readiness.facts.code.elixir.model import Mount, Place, Plug
from readiness.facts.code.elixir.modules import MOST_PLUGS, branches, handler_at, plug_of
from readiness.facts.code.grammar import child, children, joined
from readiness.facts.code.model import Gap, Handler, Route
from readiness.records import Struct, replace
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.facts.code.elixir.modules import Found
    from readiness.facts.code.grammar import Scope
    from readiness.syntax import Node

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "trace", "connect")
_ACTIONS: dict[str, tuple[tuple[str, ...], str]] = {
    "index": (("GET",), ""),
    "new": (("GET",), "/new"),
    "create": (("POST",), ""),
    "show": (("GET",), "/{id}"),
    "edit": (("GET",), "/{id}/edit"),
    "update": (("PATCH", "PUT"), "/{id}"),
    "delete": (("DELETE",), "/{id}"),
}
_QUIET = frozenset(
    """
    use import alias require plug pipeline pipe_through def defp defmacro defmacrop socket channel defdelegate
    defguard defstruct on_mount defmodule redirect
    """.split()  # noqa: SIM905 - one word a line would fill a screen
)
# Modules of libraries that answer a check of health: the path of their own, and whether they ask anything.
CHECKS = {
    "PlugCheckup": ("", True),
    "Heartcheck.Plug": ("/monitoring", True),
    "HeartCheck.Plug": ("/monitoring", True),
    "PlugHeartbeat": ("/heartbeat", False),
}
# What libraries show about a running program, at the path that they are given.
_PAGES = ("live_dashboard", "oban_dashboard", "ash_admin", "error_tracker_dashboard", "orion_dashboard")
_DEEP = 12
_MANY = 1000


class Around(Struct, frozen=True):
    """What stands around a line of a router."""

    unit: str
    framework: str
    prefix: str = ""
    alias: str = ""
    pipes: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    sure: bool = True
    depth: int = 0


def walk(body: list[Node], around: Around, scope: Scope, found: Found) -> None:
    """Read the statements ``body`` of a router into ``found``."""
    for item in body:
        target = child(item) if item.kind() == "call" else None
        word = target.text() if target is not None and target.kind() == "identifier" else ""
        if not word or len(found.routes) >= _MANY or around.depth > _DEEP:
            continue
        if word == "pipe_through":
            around = replace(around, pipes=(*around.pipes, *_pipes(scope.first(item))))
        elif word in ("plug", "pipeline"):
            _plugged(item, word, scope, found)
        else:
            _line(item, word, around, scope, found)


def _plugged(item: Node, word: str, scope: Scope, found: Found) -> None:
    if word == "plug":
        plug = plug_of(item, scope)
        found.plugs += [plug] if plug is not None and len(found.plugs) < MOST_PLUGS else []
        return
    name = fold_of(scope.first(item))
    inner = [
        plug
        for call in statements(body_of(item))
        if call.kind() == "call" and scope.last(call) == "plug" and (plug := plug_of(call, scope)) is not None
    ]
    found.pipelines.append((name, tuple(inner[:MOST_PLUGS])))


def fold_of(node: Node | None) -> str:
    """The text of ``node``, empty if it has none."""
    return (fold(node) if node is not None else None) or ""


def _pipes(node: Node | None) -> list[str]:
    """The names of pipelines and plugs that a scope is piped through; a variable's is unknown."""
    names = listed(node)
    if node is not None and node.kind() == "alias":
        return [node.text()[:300]]
    return names or ["?"]


def _line(item: Node, word: str, around: Around, scope: Scope, found: Found) -> None:
    inside = replace(around, depth=around.depth + 1)
    if word == "scope":
        walk(statements(body_of(item)), _scoped(item, inside, scope), scope, found)
    elif word == "live_session":
        guards = _mounted(scope.option(item, "on_mount"))
        walk(
            statements(body_of(item)),
            replace(inside, guards=(*around.guards, *guards)),
            scope,
            found,
        )
    elif word in ("if", "unless"):
        walk(branches(item, scope), replace(inside, sure=False), scope, found)
    elif word in _VERBS or word == "match":
        _route(item, word, around, scope, found)
    elif word in ("resources", "resource"):
        _resources(item, inside, scope, found)
    elif word == "live" or word in _PAGES:
        _live(item, word, around, scope, found)
    elif word == "forward":
        _forward(item, around, scope, found)
    elif word not in _QUIET and scope.arguments(item):
        found.gaps.append(Gap(line_of(item), ("route",), f"routes that {word} registers are not read"))


def _scoped(item: Node, around: Around, scope: Scope) -> Around:
    """``scope "/a", B, as: :c do`` and ``scope path: "/a", alias: B do``."""
    path, alias = fold_of(scope.option(item, "path")), around.alias
    for given in scope.arguments(item):
        if given.name == "alias" or not given.name:
            name = module_name(given.value, scope) if given.name else given.value.text()[:300]
            if given.value.kind() == "alias":
                alias = f"{around.alias}.{name}" if around.alias else module_name(given.value, scope)
            elif given.value.kind() == "boolean":
                alias = ""
            elif not given.name:
                path = path_of(given.value, scope)
    return replace(around, prefix=joined(around.prefix, path) if path else around.prefix, alias=alias)


def path_of(node: Node | None, scope: Scope) -> str:
    """The path that ``node`` is: ``:id`` and ``*rest`` as ``{id}`` and ``{rest}``, ``{value}`` for a name."""
    text = scope.text(node)
    if text is None:
        return "{value}"
    parts = [
        "{" + part[1:] + "}" if part[:1] in (":", "*") and len(part) > 1 else part for part in text.split("/")
    ]
    return "/".join(parts)


def _whole(node: Node | None, around: Around, scope: Scope) -> str:
    """The whole name of a module as a router means it: below the alias of its scope."""
    name = module_name(node, scope)
    return f"{around.alias}.{name}" if name and around.alias else name


def _place(around: Around, *, sure: bool = True) -> Place:
    return Place(around.unit, around.pipes, around.sure and sure)


def _add(  # noqa: PLR0913, PLR0917 - the parts of a route
    item: Node,
    methods: tuple[str, ...],
    path: str,
    origin: str,
    around: Around,
    found: Found,
    handler: Handler | None = None,
    *,
    sure: bool = True,
) -> None:
    shown = "/" + "/".join(part for part in f"{around.prefix}/{path}".split("/") if part)
    health = CHECKS.get(origin.partition("#")[0])
    if health is not None:
        handler = Handler(origin, line_of(item), asks=health[1], constant=not health[1])
    route = Route(
        line_of(item),
        methods,
        shown,
        around.framework,
        origin,
        handler,
        around.guards,
        f"{'/'.join(methods) or 'any method'} {shown}",
        health=health is not None,
    )
    found.routes.append((route, _place(around, sure=sure)))


def _route(item: Node, word: str, around: Around, scope: Scope, found: Found) -> None:
    """``get "/a", C, :b``; ``get "/a", to: C``; ``get "/a" do … end``; ``match :*, "/a", C, :b``."""
    given = [each.value for each in scope.arguments(item) if not each.name]
    methods: tuple[str, ...] = (word.upper(),)
    if word == "match":
        methods = tuple(name.upper() for name in listed(scope.option(item, "via")))
        if given and given[0].kind() in ("atom", "list"):
            methods = tuple(name.upper() for name in listed(given[0]) if name != "*")
            given = given[1:]
    if not given or given[0].text() == "_":
        return
    path = path_of(given[0], scope)
    to = scope.option(item, "to")
    block = child(item, "do_block") or scope.option(item, "do")
    if to is not None:
        target = _whole(to, replace(around, alias=""), scope)
        if word == "match" and "{" in path:
            prefix = joined(around.prefix, path.partition("{")[0])
            found.mounts.append(Mount(target, "", around.unit, around.pipes, sure=around.sure))
            found.routes += [] if target else [_unknown(item, prefix, around)]
            return
        _add(item, methods, path, f"{target}#call", around, found)
    elif len(given) > 1:
        action = fold_of(given[2]) if len(given) > 2 and given[2].kind() == "atom" else "call"
        _add(item, methods, path, f"{_whole(given[1], around, scope)}#{action}", around, found)
    elif block is not None:
        _add(item, methods, path, "", around, found, handler_at(block, path, scope))


def _unknown(item: Node, path: str, around: Around) -> tuple[Route, Place]:
    route = Route(line_of(item), (), path, around.framework, "", None, around.guards, f"match {path}")
    return route, _place(around, sure=False)


def _live(item: Node, word: str, around: Around, scope: Scope, found: Found) -> None:
    """A page of LiveView: what it asks when it is mounted is not followed, so who may ask is not known."""
    given = [each.value for each in scope.arguments(item) if not each.name]
    if not given:
        return
    target = _whole(given[1], around, scope) if len(given) > 1 else ""
    guards = _mounted(scope.option(item, "on_mount")) if word != "live" else []
    inside = replace(around, guards=(*around.guards, *guards))
    _add(item, ("GET",), path_of(given[0], scope), f"{target or word}#mount", inside, found, sure=False)


def _mounted(node: Node | None) -> list[str]:
    """What ``on_mount: [{A.UserAuth, :ensure_authenticated}]`` asks before a page is shown."""
    if node is None:
        return []
    tuples = nodes_of(node, ("tuple",))
    names = [fold_of(children(item)[1]) for item in tuples if len(children(item)) == 2]
    return [name for name in names if name.startswith(("ensure_", "require_", "live_user_required"))]


def _resources(item: Node, around: Around, scope: Scope, found: Found) -> None:
    """``resources "/a", C, only: [:index] do … end``."""
    given = [each.value for each in scope.arguments(item) if not each.name]
    if len(given) < 2:
        return
    path, target = path_of(given[0], scope).rstrip("/"), _whole(given[1], around, scope)
    only, without = scope.option(item, "only"), listed(scope.option(item, "except"))
    option = scope.option(item, "singleton")
    single = option is not None and option.text() == "true"
    key = fold_of(scope.option(item, "param")) or "id"
    wanted = listed(only) if only is not None else list(_ACTIONS)
    for action, (methods, tail) in _ACTIONS.items():
        if action in wanted and action not in without and not (single and action == "index"):
            shown = path + tail.replace("/{id}", "" if single else "/{" + key + "}")
            _add(item, methods, shown, f"{target}#{action}", around, found)
            route, place = found.routes[-1]
            found.routes[-1] = (replace(route, text=f"resources {route.path}: {action}"), place)
    name = _singular(target)
    below = path if single else f"{path}/{{{name}_{key}}}"
    walk(
        statements(child(item, "do_block")),
        replace(around, prefix=joined(around.prefix, below)),
        scope,
        found,
    )


def _singular(target: str) -> str:
    """``A.BlogPostController`` as ``blog_post``. Source: ``Phoenix.Naming.resource_name``."""
    last = target.rpartition(".")[2].removesuffix("Controller")
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in last).lstrip("_")


def _forward(item: Node, around: Around, scope: Scope, found: Found) -> None:
    """``forward "/a", Plug`` and ``forward "/a", to: Plug``: a router below a path, or what answers."""
    given = [each.value for each in scope.arguments(item) if not each.name]
    if not given:
        return
    path = path_of(given[0], scope)
    to = scope.option(item, "to")
    target = module_name(to, scope) if to is not None else ""
    if not target and len(given) > 1:
        target = _whole(given[1], around, scope)
    prefix = joined(around.prefix, path)
    found.mounts.append(Mount(target, prefix, around.unit, around.pipes, sure=around.sure))
    _add(item, (), path, f"{target}#call", around, found)
    route, place = found.routes[-1]
    found.routes[-1] = (replace(route, text=f"forward {route.path}"), place)


def checks(plugs: list[Plug], unit: str, line: int) -> list[tuple[Route, Place]]:
    """The checks of health that an endpoint's own plugs answer."""
    found = []
    for plug in plugs:
        path, asks = CHECKS.get(plug.name, ("", False))
        if path and plug.sure:
            handler = Handler(plug.name, line, asks=asks, constant=not asks)
            route = Route(
                line, ("GET",), path, "plug", plug.name, handler, (), f"plug {plug.name}", health=True
            )
            found.append((route, Place(unit)))
    return found
