"""The servers that a file of Java or Kotlin starts, the filters it has, and what is not read of it.

Sources: Spring Boot "SpringApplication", Ktor "Creating a server", Javalin, Micronaut, Quarkus,
Spring "Interceptors" and "Filters", Jakarta REST "Filters", Spring Boot "Writing Custom HealthIndicators",
SmallRye Health.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.jvm.handlers import body_of
from readiness.facts.code.jvm.names import dotted, named_argument
from readiness.facts.code.model import Gap, Question, Server
from readiness.syntax import line_of

if TYPE_CHECKING:
    from readiness.facts.code.jvm.scope import Scope

_BUILT = {
    "SpringApplication.run": "spring",
    "runApplication": "spring",
    "SpringApplicationBuilder": "spring",
    "embeddedServer": "ktor",
    "Javalin.create": "javalin",
    "Micronaut.run": "micronaut",
    "Micronaut.build": "micronaut",
    "Quarkus.run": "quarkus",
    "ServerBuilder.forPort": "grpc",
    "HttpServer.create": "http",
}
# Frameworks that register routes, or guard them, in ways of their own.
UNREAD = (
    "io.vertx.ext.web",
    "play.api.mvc",
    "play.mvc",
    "io.helidon.webserver",
    "org.http4k",
    "ratpack.",
    "spark.Spark",
    "spark.Route",
    "io.jooby",
    "io.dropwizard",
    "org.apache.struts2",
    "com.linecorp.armeria",
    "org.springframework.cloud.gateway.route",
    "org.springframework.data.rest.core.annotation",
    "io.undertow.server",
    "org.restlet",
    "com.sun.net.httpserver",
    "org.noear.solon",
)
_FILTERS = frozenset(
    (
        "OncePerRequestFilter",
        "HandlerInterceptor",
        "HandlerInterceptorAdapter",
        "Filter",
        "GenericFilterBean",
        "WebFilter",
        "ContainerRequestFilter",
        "HttpServerFilter",
        "AsyncHandlerInterceptor",
    )
)
_DENIALS = ("UNAUTHORIZED", "FORBIDDEN", "SC_UNAUTHORIZED", "SC_FORBIDDEN", "401", "403")
_HEALTH = frozenset(
    (
        "HealthIndicator",
        "AbstractHealthIndicator",
        "ReactiveHealthIndicator",
        "HealthCheck",
        "AsyncHealthCheck",
    )
)
_ABOUT_ROUTES: tuple[Question, ...] = ("route", "cors")
_MANY = 100


def servers_of(scope: Scope) -> tuple[Server, ...]:
    """Every place where a server is built, in the order of the source."""
    found: list[Server] = []
    for call in scope.calls():
        name = scope.called(call)
        framework = _BUILT.get(name, "")
        if framework and len(found) < _MANY:
            host = scope.fold(named_argument(call, "host")) or ""
            found.append(Server(line_of(call), framework, "construct", f"{name}(…)", host=host))
    return tuple(sorted(found, key=lambda row: row.line))


def gaps_of(scope: Scope) -> tuple[Gap, ...]:
    """What the file does in ways that are not read."""
    found = []
    for node in scope.of("import_declaration", "import_header"):
        text = node.text()
        found += [
            Gap(line_of(node), _ABOUT_ROUTES, f"what {name.rstrip('.')} serves is not read yet")
            for name in UNREAD
            if f" {name}" in text
        ]
    return tuple(found[:_MANY])


def filters_of(scope: Scope) -> tuple[str, ...]:
    """The classes that see every request and may turn it away: by their names, or by what they answer."""
    found = []
    for declared in scope.classes:
        if not _FILTERS & set(declared.supers):
            continue
        text = declared.node.text()
        if any(word in text for word in _DENIALS):
            found.append(declared.name)
    return tuple(found)


def checks_of(scope: Scope) -> tuple[str, ...]:
    """The classes that a framework's health endpoint asks, and that ask a dependency themselves."""
    return tuple(
        declared.name
        for declared in scope.classes
        if _HEALTH & set(declared.supers) and body_of(declared.node, scope).asks
    )


def constants_of(scope: Scope) -> tuple[tuple[str, str], ...]:
    """The texts of the file that paths elsewhere may be made of, by ``Class.NAME``."""
    found: dict[str, str] = {}
    for declared in scope.classes:
        for node in scope.below(declared.node, ("variable_declarator", "property_declaration"))[:500]:
            named = node.field("name")
            name = (
                named.text()
                if named is not None
                else dotted(next(iter(scope.below(node, ("simple_identifier",))), None))
            )
            value = scope.value(name)
            text = scope.fold(value) if value is not None else None
            if text is not None and ("/" in text or not text):
                found.setdefault(f"{declared.name}.{name}", text)
    return tuple(sorted(found.items()))[:500]
