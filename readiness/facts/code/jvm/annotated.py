"""The routes that annotations declare: Spring, JAX-RS, Micronaut, servlets.

Sources: Spring Framework "Mapping Requests", Jakarta RESTful Web Services "Resources", Quarkus REST,
Micronaut "Routing", Jakarta Servlet "@WebServlet", Spring Security "Method Security".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from readiness.facts.code.jvm.functional import denies
from readiness.facts.code.jvm.handlers import body_of, handler_of
from readiness.facts.code.jvm.names import dotted, listed
from readiness.facts.code.jvm.scope import declared_line
from readiness.facts.code.jvm.shapes import Heir, Placed
from readiness.facts.code.model import Route
from readiness.facts.code.script.paths import joined

if TYPE_CHECKING:
    from readiness.facts.code.jvm.names import Annotation
    from readiness.facts.code.jvm.scope import Class, Method, Scope

Family = Literal["spring", "jaxrs", "micronaut"]

_SPRING = {
    "GetMapping": ("GET",),
    "PostMapping": ("POST",),
    "PutMapping": ("PUT",),
    "DeleteMapping": ("DELETE",),
    "PatchMapping": ("PATCH",),
    "RequestMapping": (),
}
_VERBS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
_MICRONAUT = {verb.capitalize(): (verb,) for verb in _VERBS}
# They declare what another service serves.
_CLIENTS = (
    "FeignClient",
    "HttpExchange",
    "RegisterRestClient",
    "Client",
    "RetrofitClient",
    "ReactiveFeignClient",
)
# Their paths are below those of the actuator.
_OTHER_PATHS = ("RestControllerEndpoint", "ControllerEndpoint", "WebEndpoint")
_GUARDS = (
    "PreAuthorize",
    "Secured",
    "RolesAllowed",
    "Authenticated",
    "RequiresAuthentication",
    "SaCheckLogin",
    "PostAuthorize",
    "RequiresPermissions",
    "PermissionsAllowed",
    "SaCheckPermission",
    "RequiresRoles",
)
_OPEN = ("PermitAll", "SaIgnore", "Anonymous")
_CONTROLLERS = ("RestController", "Controller", "BasePathAwareController", "RepositoryRestController")
_MANY = 1000


def annotated_of(scope: Scope) -> list[Placed]:
    """Every route of the file's classes, in the order of the source."""
    found: list[Placed] = []
    for declared in scope.classes:
        if declared.annotation(*_CLIENTS, *_OTHER_PATHS) is not None:
            continue
        found += _servlet(declared, scope)
        family = _family(declared, scope)
        if family is None:
            continue
        for method in declared.methods:
            if len(found) < _MANY:
                found += _routes(method, declared, family, scope)
    return found


def _family(declared: Class, scope: Scope) -> Family | None:
    if scope.uses("io.micronaut.http.annotation") and declared.annotation("Controller") is not None:
        return "micronaut"
    if scope.uses("javax.ws.rs", "jakarta.ws.rs"):
        return "jaxrs"
    if scope.uses(
        "org.springframework.web.bind.annotation",
        "org.springframework.stereotype",
        "org.springframework.web.bind",
    ):
        return "spring"
    return "spring" if declared.annotation("RestController", "RequestMapping") is not None else None


def _paths(annotation: Annotation | None, scope: Scope) -> list[str]:
    """The paths of an annotation, one empty where it names none."""
    if annotation is None:
        return [""]
    value = annotation.values.get("value") or annotation.values.get("path") or annotation.values.get("uri")
    value = value or annotation.values.get("uris") or annotation.values.get("urlPatterns")
    found = [scope.fold(item) or "{value}" for item in listed(value)]
    return found or [""]


def _routes(method: Method, declared: Class, family: Family, scope: Scope) -> list[Placed]:
    given = _mapped(method, family, scope)
    if given is None:
        return []
    methods, paths = given
    base = declared.annotation(
        "RequestMapping" if family == "spring" else "Path" if family == "jaxrs" else "Controller"
    )
    if family == "jaxrs" and base is None and not declared.interface and paths == [""]:
        return []
    every = (*declared.annotations, *method.annotations)
    opened = any(item.name in _OPEN or _says_open(item, scope) for item in method.annotations)
    guards = (
        ()
        if opened
        else tuple(
            f"auth:{item.name}" for item in every if item.name in _GUARDS and not _says_open(item, scope)
        )
    )
    opened = opened or (
        not guards and any(item.name in _OPEN or _says_open(item, scope) for item in declared.annotations)
    )
    handler = None
    if not declared.interface:
        handler = handler_of(f"{declared.name}.{method.name}", method.node, body_of(method.node, scope))
    framework = {"spring": "spring", "jaxrs": "jax-rs", "micronaut": "micronaut"}[family]
    line = _line(method)
    return [
        Placed(
            Route(
                line=line,
                methods=methods,
                path=joined(start, path),
                framework=framework,
                origin=f"{declared.name}.{method.name}",
                handler=handler,
                guards=guards,
                text=_shown(method),
            ),
            family,
            opened=opened,
            sure=not denies(method.node),
            above=declared.name if _abstract(declared) else "",
        )
        for start in _paths(base, scope)
        for path in paths
    ]


def _mapped(method: Method, family: Family, scope: Scope) -> tuple[tuple[str, ...], list[str]] | None:
    """The methods and paths that a method answers; None where it answers none."""
    for item in method.annotations:
        if family == "spring" and item.name in _SPRING:
            verbs = tuple(dotted(each).rpartition(".")[2] for each in listed(item.values.get("method")))
            return _SPRING[item.name] or tuple(verb for verb in verbs if verb in _VERBS), _paths(item, scope)
        if family == "micronaut" and item.name in _MICRONAUT:
            return _MICRONAUT[item.name], _paths(item, scope)
    if family == "jaxrs":
        verbs = tuple(item.name for item in method.annotations if item.name in _VERBS)
        path = next((item for item in method.annotations if item.name == "Path"), None)
        return (verbs, _paths(path, scope)) if verbs else None
    return None


def _says_open(annotation: Annotation, scope: Scope) -> bool:
    """``@PreAuthorize("permitAll()")``, ``@Secured(SecurityRule.IS_ANONYMOUS)``."""
    if annotation.name not in ("PreAuthorize", "Secured"):
        return False
    value = annotation.values.get("value")
    text = (scope.fold(value) or dotted(value)) if value is not None else ""
    return "permitAll" in text or "IS_ANONYMOUS" in text or "isAnonymous" in text


def _line(method: Method) -> int:
    for item in method.annotations:
        if item.name in _SPRING or item.name in _MICRONAUT or item.name in _VERBS:
            return item.line
    return declared_line(method.node)


def _shown(method: Method) -> str:
    names = [
        item.name
        for item in method.annotations
        if item.name in _SPRING or item.name in _VERBS or item.name in _MICRONAUT or item.name == "Path"
    ]
    return f"@{' @'.join(names)} {method.name}"


def _servlet(declared: Class, scope: Scope) -> list[Placed]:
    annotation = declared.annotation("WebServlet")
    if annotation is None:
        return []
    methods = {f"do{verb.capitalize()}": verb for verb in _VERBS}
    return [
        Placed(
            Route(
                line=annotation.line,
                methods=(methods[method.name],),
                path=joined(path),
                framework="servlet",
                origin=f"{declared.name}.{method.name}",
                handler=handler_of(
                    f"{declared.name}.{method.name}", method.node, body_of(method.node, scope)
                ),
                guards=(),
                text=f"@WebServlet {declared.name}",
            ),
            "other",
        )
        for path in _paths(annotation, scope)
        for method in declared.methods
        if method.name in methods
    ]


def heirs_of(scope: Scope) -> tuple[Heir, ...]:
    """The controllers of the file that extend or implement something which may declare routes for them."""
    found = []
    for declared in scope.classes:
        if not declared.supers or _abstract(declared) or declared.annotation(*_CONTROLLERS, "Path") is None:
            continue
        base = declared.annotation("RequestMapping", "Path")
        named = base if base is not None else declared.annotation("Controller") if _micronaut(scope) else None
        guards = tuple(f"auth:{item.name}" for item in declared.annotations if item.name in _GUARDS)
        found.append(Heir(declared.name, tuple(_paths(named, scope)), declared.supers, guards))
    return tuple(found)


def _micronaut(scope: Scope) -> bool:
    return scope.uses("io.micronaut.http.annotation")


def _abstract(declared: Class) -> bool:
    """Whether a class is there for others to extend: its routes are those of its heirs."""
    modifiers = next((child for child in declared.node.named_children() if child.kind() == "modifiers"), None)
    return declared.interface or (modifiers is not None and "abstract" in modifiers.text().split())
