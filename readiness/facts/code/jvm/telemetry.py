"""How a program in Java or Kotlin is watched and limited, as its code sets it up.

What settings and manifests say of it is in ``beside``. Sources: Micrometer "Meters", Prometheus
client_java, OpenTelemetry Java, Sentry, Bucket4j, Resilience4j "RateLimiter", java.lang.Runtime,
Ktor "Micrometer metrics" and "Rate limiting".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.jvm.names import arguments, dotted, name_of
from readiness.facts.code.model import Telemetry, TelemetryKind
from readiness.syntax import line_of

if TYPE_CHECKING:
    from readiness.facts.code.jvm.scope import Scope
    from readiness.syntax import Node

# The dotted name of a call, what must be imported for it to be meant, what it sets up, whether it exposes.
_CALLS: tuple[tuple[str, str, TelemetryKind, bool], ...] = (
    ("Counter.builder", "io.micrometer", "metrics", False),
    ("Timer.builder", "io.micrometer", "metrics", False),
    ("Gauge.builder", "io.micrometer", "metrics", False),
    ("DistributionSummary.builder", "io.micrometer", "metrics", False),
    ("Metrics.counter", "io.micrometer", "metrics", False),
    ("Metrics.timer", "io.micrometer", "metrics", False),
    ("PrometheusMeterRegistry", "io.micrometer", "metrics", False),
    ("Counter.build", "io.prometheus", "metrics", False),
    ("HTTPServer.builder", "io.prometheus", "metrics", True),
    ("HTTPServer", "io.prometheus", "metrics", True),
    ("MetricsServlet", "io.prometheus", "metrics", True),
    ("NonBlockingStatsDClientBuilder", "com.timgroup", "metrics", True),
    ("OtlpGrpcSpanExporter.builder", "io.opentelemetry", "tracing", True),
    ("OtlpHttpSpanExporter.builder", "io.opentelemetry", "tracing", True),
    ("JaegerGrpcSpanExporter.builder", "io.opentelemetry", "tracing", True),
    ("ZipkinSpanExporter.builder", "io.opentelemetry", "tracing", True),
    ("AutoConfiguredOpenTelemetrySdk.initialize", "io.opentelemetry", "tracing", True),
    ("AutoConfiguredOpenTelemetrySdk.builder", "io.opentelemetry", "tracing", True),
    ("ElasticApmAttacher.attach", "co.elastic.apm", "tracing", True),
    ("Sentry.init", "io.sentry", "error-tracking", True),
    ("Rollbar.init", "com.rollbar", "error-tracking", True),
    ("Bugsnag", "com.bugsnag", "error-tracking", True),
    ("Bucket.builder", "io.github.bucket4j", "rate-limit", True),
    ("Bucket4j.builder", "io.github.bucket4j", "rate-limit", True),
    ("RateLimiterRegistry.of", "io.github.resilience4j", "rate-limit", True),
    ("RateLimiter.of", "io.github.resilience4j", "rate-limit", True),
    ("ApplicationStopping.subscribe", "io.ktor", "signal-handler", True),
    ("Signal.handle", "sun.misc", "signal-handler", True),
)
_KNOWN = {name: (needs, kind, exposes) for name, needs, kind, exposes in _CALLS}
_ANNOTATIONS: dict[str, tuple[str, TelemetryKind]] = {
    "Timed": ("io.micrometer", "metrics"),
    "Counted": ("io.micrometer", "metrics"),
    "RateLimiter": ("io.github.resilience4j", "rate-limit"),
    "RateLimit": ("io.quarkus", "rate-limit"),
}
_INSTALLED: dict[str, tuple[TelemetryKind, bool]] = {
    "RateLimit": ("rate-limit", True),
    "MicrometerMetrics": ("metrics", False),
    "CallLogging": ("logging", True),
    "KtorServerTracing": ("tracing", True),
    "KtorServerTelemetry": ("tracing", True),
}
# Registries that send nothing anywhere by themselves.
_KEPT_INSIDE = ("SimpleMeterRegistry", "CompositeMeterRegistry", "PrometheusMeterRegistry", "MeterRegistry")
_MANY = 200


def telemetry_of(scope: Scope) -> tuple[Telemetry, ...]:
    """Every set-up in the file, in the order of the source."""
    found: list[Telemetry] = []
    for call in scope.calls():
        if len(found) >= _MANY:
            break
        found += _call(call, scope)
    for declared in scope.classes:
        for item in (
            *declared.annotations,
            *(each for method in declared.methods for each in method.annotations),
        ):
            needs, kind = _ANNOTATIONS.get(item.name, ("", "metrics"))
            if needs and scope.uses(needs):
                found.append(Telemetry(item.line, kind, needs, f"@{item.name}", exposes=kind == "rate-limit"))
    for declared in scope.classes:
        # A limiter of the program's own: a class named after it that answers 429.
        if "ratelimit" in declared.name.lower() and _says_too_many(declared.node):
            line = line_of(declared.node)
            found.append(Telemetry(line, "rate-limit", "own", f"class {declared.name}", exposes=True))
    return tuple(sorted(found, key=lambda row: row.line))


def _says_too_many(node: Node) -> bool:
    text = node.text()
    return any(word in text for word in ("TOO_MANY_REQUESTS", "TooManyRequests", "429"))


def _call(call: Node, scope: Scope) -> list[Telemetry]:
    name = scope.called(call)
    line = line_of(call)
    needs, kind, exposes = _KNOWN.get(name, ("", "metrics", False))
    if needs and scope.uses(needs):
        return [Telemetry(line, kind, needs, f"{name}(…)", exposes)]
    last = name_of(call)
    if last == "addShutdownHook" and (".getRuntime." in f".{name}" or scope.uses("io.ktor")):
        return [Telemetry(line, "signal-handler", "java.lang", "addShutdownHook(…)", exposes=True)]
    if last == "install" and scope.uses("io.ktor") and arguments(call):
        plugin = dotted(arguments(call)[0])
        if plugin in _INSTALLED:
            kind, exposes = _INSTALLED[plugin]
            return [Telemetry(line, kind, "io.ktor", f"install({plugin})", exposes)]
    if name.endswith("MeterRegistry") and name not in _KEPT_INSIDE and scope.uses("io.micrometer"):
        return [Telemetry(line, "metrics", "io.micrometer", f"{name}(…)", exposes=True)]
    owner = name.rpartition(".")[0]
    kept = scope.types.get(owner.rpartition(".")[2], "")
    if last in ("counter", "timer", "gauge", "summary") and kept.endswith("MeterRegistry"):
        return [Telemetry(line, "metrics", "io.micrometer", f"{name}(…)", exposes=False)]
    if last == "scrape" and kept == "PrometheusMeterRegistry":
        return [Telemetry(line, "metrics", "io.micrometer", f"{name}(…)", exposes=True)]
    if last == "scrape" and scope.uses("io.micrometer.prometheus", "io.micrometer.prometheusmetrics"):
        return [Telemetry(line, "metrics", "io.micrometer", f"{name}(…)", exposes=True)]
    return []
