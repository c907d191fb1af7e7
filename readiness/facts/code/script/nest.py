"""Controllers that are declared with decorators. Source: NestJS "Controllers", "Guards"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.model import Route
from readiness.facts.code.script.names import arguments, dotted, option
from readiness.facts.code.script.paths import VERBS, braced, joined
from readiness.records import replace
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.facts.code.model import Handler
    from readiness.facts.code.script.handlers import Handlers
    from readiness.facts.code.script.scope import Scope
    from readiness.syntax import Node

_METHODS = {verb.capitalize(): (verb,) for verb in VERBS} | {"All": ()}
_GUARDS = ("UseGuards", "UseBefore", "Authorized", "Auth")
_BODIES = ("Body", "BodyParam", "BodyParams", "UploadedFile", "UploadedFiles")
_SHAPELESS = ("Record", "Partial", "Object", "Promise", "Array")
_PUBLIC = ("Public", "SkipAuth", "AllowAnonymous", "IsPublic", "NoAuth", "Unprotected")
_FRAMEWORK = {"@nestjs/common": "nest", "routing-controllers": "routing-controllers", "@tsed/common": "tsed"}


def declared_of(scope: Scope, handlers: Handlers) -> tuple[Route, ...]:
    """The routes of the controllers in the file."""
    found: list[Route] = []
    for node in scope.of("class_declaration"):
        parent = node.parent()
        before = parent.children() if parent is not None and parent.kind() == "export_statement" else []
        decorators = _decorators([*before, *node.children()])
        body = node.field("body")
        controller = next((item for name, item in decorators if name.endswith("Controller")), None)
        origin = scope.origins.get("Controller") or scope.origins.get("JsonController")
        if controller is not None and body is not None and origin is not None:
            framework = _FRAMEWORK.get(origin.module, origin.module)
            found += _class(body, _path(controller, scope), framework, _guards(decorators), (scope, handlers))
    return tuple(found)


def _decorators(nodes: list[Node]) -> list[tuple[str, Node]]:
    """Of the decorators among ``nodes``: the name, and the call or name itself."""
    found = []
    for node in nodes:
        if node.kind() == "decorator":
            inner = next(iter(node.named_children()), None)
            if inner is not None:
                found.append((dotted(inner).removesuffix("()"), inner))
    return found


def _guards(decorators: list[tuple[str, Node]]) -> tuple[str, ...]:
    names: list[str] = []
    for name, node in decorators:
        if name in _GUARDS:
            names += [dotted(item).removesuffix("()") for item in arguments(node)] or [name]
    return tuple(name for name in names if name)


def _path(node: Node, scope: Scope) -> str:
    first = next(iter(arguments(node)), None)
    if first is not None and first.kind() == "array":
        first = next(iter(first.named_children()), None)
    if first is not None and first.kind() == "object":
        first = option(first, "path")
    return scope.fold(first) or ""


def _class(
    body: Node, prefix: str, framework: str, guards: tuple[str, ...], file: tuple[Scope, Handlers]
) -> list[Route]:
    scope, handlers = file
    found: list[Route] = []
    gathered: list[Node] = []
    for child in body.named_children():
        if child.kind() == "decorator":
            gathered.append(child)
            continue
        decorators = _decorators([*gathered, *child.children()])
        if child.kind() != "comment":
            gathered = []
        if child.kind() != "method_definition":
            continue
        public = any(name in _PUBLIC for name, _ in decorators)
        before = () if public else (*guards, *_guards(decorators))
        for name, node in decorators:
            if name in _METHODS and node.kind() == "call_expression":
                path = _path(node, scope)
                found.append(
                    Route(
                        line=line_of(node),
                        methods=_METHODS[name],
                        path=braced(joined(prefix, path)),
                        framework=framework,
                        origin=dotted(child.field("name")),
                        handler=_handler(child, handlers),
                        guards=before,
                        text=f'@{name}("{path}")',
                    )
                )
    return found


def _handler(method: Node, handlers: Handlers) -> Handler:
    """The facts of ``method``, with how it takes a body: ``@Body() order: CreateOrder`` is one of a type."""
    found = handlers.of(method)
    taken: set[str] = set()
    for parameter in nodes_of(method, ("required_parameter", "optional_parameter")):
        names = [name for name, _ in _decorators(parameter.children())]
        kind = parameter.field("type")
        types = nodes_of(kind, ("type_identifier",)) if kind is not None else []
        if not any(name in _BODIES for name in names):
            continue
        shaped = any(item.text() not in _SHAPELESS for item in types)
        taken.add("typed" if shaped else "raw")
    return replace(found, takes=found.takes - {"passed"} | taken) if taken else found


def guards_everywhere(scope: Scope) -> tuple[str, ...]:
    """Guards put before every route: ``useGlobalGuards``, ``APP_GUARD``."""
    names: list[str] = []
    for call in scope.of("call_expression"):
        if dotted(call.field("function")).endswith(".useGlobalGuards"):
            names += [dotted(item).removesuffix("()") for item in arguments(call)]
    for pair in scope.of("pair"):
        key, value = pair.field("key"), pair.field("value")
        if key is not None and key.text() == "provide" and dotted(value) == "APP_GUARD":
            parent = pair.parent()
            names.append(dotted(option(parent, "useClass", "useExisting")))
    return tuple(name for name in names if name)


def prefix_everywhere(scope: Scope) -> str:
    """The path that ``setGlobalPrefix`` puts before every controller's."""
    for call in scope.of("call_expression"):
        if dotted(call.field("function")).endswith(".setGlobalPrefix"):
            return scope.fold(next(iter(arguments(call)), None)) or ""
    return ""
