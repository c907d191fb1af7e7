"""The calls of a program in Java or Kotlin that leave it for another service, and what ends them.

Sources: Spring "REST Clients" (RestTemplate, RestClient and WebClient have no limit unasked),
Spring Cloud OpenFeign (60 s unasked), OkHttp (10 s unasked), java.net.http "HttpRequest.timeout" (none
unasked), Apache HttpClient "RequestConfig", Micronaut and Quarkus REST Client (10 s and 30 s unasked),
Ktor "Timeout" and its engines (CIO 15 s unasked).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.jvm.names import arguments, dotted, lambda_of, name_of
from readiness.facts.code.model import Outgoing
from readiness.syntax import line_of

if TYPE_CHECKING:
    from readiness.facts.code.jvm.scope import Scope
    from readiness.syntax import Node

_LIMITS = frozenset(
    (
        "setReadTimeout",
        "readTimeout",
        "responseTimeout",
        "setResponseTimeout",
        "setSocketTimeout",
        "ReadTimeoutHandler",
        "timeout",
        "callTimeout",
        "setConnectionRequestTimeout",
        "blockOptional",
        "withTimeout",
        "withTimeoutOrNull",
    )
)
_POLICIES = (
    "io.github.resilience4j",
    "org.springframework.retry",
    "dev.failsafe",
    "net.jodah.failsafe",
    "org.eclipse.microprofile.faulttolerance",
    "io.micronaut.retry",
    "reactor.util.retry",
    "com.netflix.hystrix",
    "org.springframework.core.retry",
    "org.springframework.resilience",
)
_CLIENTS = {
    "FeignClient": "feign",
    "ReactiveFeignClient": "feign",
    "RegisterRestClient": "quarkus-rest-client",
}
_ENGINES = {"CIO": True, "OkHttp": True}
_MANY = 200


def outgoing_of(scope: Scope) -> tuple[Outgoing, ...]:
    """Every client that is made, and every call of one that is not, in the order of the source."""
    limited = any(name_of(call) in _LIMITS for call in scope.calls()) or _assigned(scope)
    retried = scope.uses(*_POLICIES)
    found: list[Outgoing] = []
    for declared in scope.classes:
        for annotation in declared.annotations:
            library = _CLIENTS.get(annotation.name, "")
            if annotation.name == "Client" and scope.uses("io.micronaut.http.client.annotation"):
                library = "micronaut-http-client"
            if library:
                found.append(Outgoing(annotation.line, library, f"@{annotation.name}", True, retried))
    for call in scope.calls():
        made = _made(call, scope, limited=limited)
        if made is not None and len(found) < _MANY:
            library, ends = made
            shown = f"{dotted(call).replace('()', '')}(…)"
            found.append(Outgoing(line_of(call), library, shown, ends, retried))
    return tuple(sorted(found, key=lambda row: row.line))


def _assigned(scope: Scope) -> bool:
    """``requestTimeoutMillis = 5000`` and the like, of Kotlin and of fields."""
    return any(
        name.rpartition(".")[2]
        in ("requestTimeoutMillis", "socketTimeoutMillis", "readTimeout", "requestTimeout")
        for name in scope.values
    )


def _made(call: Node, scope: Scope, *, limited: bool) -> tuple[str, bool | None] | None:
    """The library of a client that ``call`` makes, and whether its calls end by themselves."""
    name = scope.called(call)
    given = [item for item in arguments(call) if item.kind() not in ("lambda_literal", "lambda_expression")]
    match name:
        case "RestTemplate":
            return "resttemplate", True if limited else None if given else False
        case "RestClient.create" | "WebClient.create":
            return name.partition(".")[0].lower(), limited
        case "RestClient.builder" | "WebClient.builder":
            told = limited or any(
                name_of(other) in ("requestFactory", "clientConnector") for other in scope.calls()
            )
            return name.partition(".")[0].lower(), True if limited else None if told else False
        case "HttpClient.newHttpClient" | "HttpClient.newBuilder":
            return "java.net.http", limited
        case "OkHttpClient" | "OkHttpClient.Builder":
            return "okhttp", True
        case (
            "HttpClients.createDefault"
            | "HttpClientBuilder.create"
            | "HttpClients.custom"
            | "HttpClients.createSystem"
        ):
            return "apache-httpclient", limited
        case "HttpClient" if scope.uses("io.ktor.client"):
            engine = dotted(given[0]).rpartition(".")[2] if given else ""
            block = lambda_of(call)
            told = limited or (block is not None and "HttpTimeout" in block.text())
            return "ktor-client", True if told else _ENGINES.get(engine)
        case _:
            pass
    last = name_of(call)
    if (
        last == "build"
        and name.startswith(("restTemplateBuilder.", "builder."))
        and scope.uses("org.springframework.boot.web.client")
    ):
        return "resttemplate", limited
    if last == "openConnection":
        return "java.net", limited
    return None
