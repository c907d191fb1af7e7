"""How a program is watched and limited: the calls that set it up.

An import alone sets nothing up, save of a library that starts on being imported. Sources: the
first pages of each library's documentation (pino, winston, prom-client, OpenTelemetry JS,
Sentry, express-rate-limit, terminus …).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.model import Telemetry, TelemetryKind
from readiness.facts.code.script.names import arguments, dotted, loads, option
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.facts.code.script.scope import Scope
    from readiness.syntax import Node

# The qualified name of a call, or its beginning when it ends in "*", what it sets up, and
# whether the signal leaves the process there.
_CALLS: tuple[tuple[str, TelemetryKind, bool], ...] = (
    ("pino", "structured-logging", True),
    ("pino.pino", "structured-logging", True),
    ("pino-http", "structured-logging", True),
    ("pino-http.pinoHttp", "structured-logging", True),
    ("express-pino-logger", "structured-logging", True),
    ("nestjs-pino.LoggerModule.forRoot", "structured-logging", True),
    ("nestjs-pino.LoggerModule.forRootAsync", "structured-logging", True),
    ("bunyan.createLogger", "structured-logging", True),
    ("@elastic/ecs-pino-format*", "structured-logging", True),
    ("@elastic/ecs-winston-format*", "structured-logging", True),
    ("@aws-lambda-powertools/logger.Logger", "structured-logging", True),
    ("@google-cloud/logging.Logging", "structured-logging", True),
    ("morgan", "logging", True),
    ("koa-logger", "logging", True),
    ("hono/logger.logger", "logging", True),
    ("log4js.configure", "logging", True),
    ("loglevel.setLevel", "logging", True),
    ("tslog.Logger", "logging", True),
    ("signale.Signale", "logging", True),
    ("prom-client.Counter", "metrics", False),
    ("prom-client.Gauge", "metrics", False),
    ("prom-client.Histogram", "metrics", False),
    ("prom-client.Summary", "metrics", False),
    ("prom-client.collectDefaultMetrics", "metrics", False),
    ("prom-client.Pushgateway", "metrics", True),
    ("express-prom-bundle", "metrics", True),
    ("express-prometheus-middleware", "metrics", True),
    ("fastify-metrics", "metrics", True),
    ("@willsoto/nestjs-prometheus.PrometheusModule.register", "metrics", True),
    ("@willsoto/nestjs-prometheus.PrometheusModule.registerAsync", "metrics", True),
    ("@opentelemetry/exporter-prometheus.PrometheusExporter", "metrics", True),
    ("@opentelemetry/exporter-metrics-otlp-*", "metrics", True),
    ("@opentelemetry/sdk-metrics.MeterProvider", "metrics", False),
    ("hot-shots", "metrics", True),
    ("hot-shots.StatsD", "metrics", True),
    ("node-statsd", "metrics", True),
    ("@opentelemetry/sdk-node.NodeSDK", "tracing", True),
    ("@opentelemetry/sdk-trace-node.NodeTracerProvider", "tracing", True),
    ("@opentelemetry/exporter-trace-otlp-*", "tracing", True),
    ("@vercel/otel.registerOTel", "tracing", True),
    ("@azure/monitor-opentelemetry.useAzureMonitor", "tracing", True),
    ("applicationinsights.setup", "tracing", True),
    ("dd-trace.init", "tracing", True),
    ("dd-trace.tracer.init", "tracing", True),
    ("elastic-apm-node.start", "tracing", True),
    ("aws-xray-sdk.*", "tracing", True),
    ("aws-xray-sdk-core.*", "tracing", True),
    ("jaeger-client.initTracer", "tracing", True),
    ("rollbar", "error-tracking", True),
    ("@bugsnag/js.start", "error-tracking", True),
    ("bugsnag", "error-tracking", True),
    ("@honeybadger-io/js.configure", "error-tracking", True),
    ("raygun.Client", "error-tracking", True),
    ("express-rate-limit", "rate-limit", True),
    ("express-rate-limit.rateLimit", "rate-limit", True),
    ("express-slow-down", "rate-limit", True),
    ("rate-limiter-flexible.*", "rate-limit", True),
    ("@nestjs/throttler.ThrottlerModule.forRoot", "rate-limit", True),
    ("@nestjs/throttler.ThrottlerModule.forRootAsync", "rate-limit", True),
    ("koa-ratelimit", "rate-limit", True),
    ("koa2-ratelimit.*", "rate-limit", True),
    ("hono-rate-limiter.rateLimiter", "rate-limit", True),
    ("@upstash/ratelimit.Ratelimit", "rate-limit", True),
    ("limiter.RateLimiter", "rate-limit", True),
    ("@godaddy/terminus.createTerminus", "signal-handler", True),
    ("http-terminator.createHttpTerminator", "signal-handler", True),
    ("http-graceful-shutdown", "signal-handler", True),
    ("stoppable", "signal-handler", True),
    ("lightship.createLightship", "signal-handler", True),
    ("close-with-grace", "signal-handler", True),
    ("node-graceful-shutdown.*", "signal-handler", True),
    ("@fastify/graceful-shutdown", "signal-handler", True),
    ("fastify-graceful-shutdown", "signal-handler", True),
)
_EXACT = {name: (kind, exposes) for name, kind, exposes in _CALLS if not name.endswith("*")}
_PREFIXES = tuple((name[:-1], kind, exposes) for name, kind, exposes in _CALLS if name.endswith("*"))
# Libraries that are handed to a framework: ``fastify.register(plugin)``.
_PLUGINS: dict[str, TelemetryKind] = {
    "@fastify/rate-limit": "rate-limit",
    "fastify-rate-limit": "rate-limit",
    "fastify-metrics": "metrics",
    "@fastify/otel": "tracing",
    "fastify-graceful-shutdown": "signal-handler",
}
# Libraries that start on being imported.
_ON_IMPORT: dict[str, TelemetryKind] = {
    "newrelic": "tracing",
    "dd-trace/init": "tracing",
    "dd-trace/initialize.mjs": "tracing",
    "elastic-apm-node/start": "tracing",
    "elastic-apm-node/start.js": "tracing",
    "@opentelemetry/auto-instrumentations-node/register": "tracing",
}
# What tells from a browser how pages do. Such a library has many entry points; who imports one uses it.
_BROWSER = (
    *(
        "@datadog/browser-rum",
        "@datadog/browser-rum-react",
        "@datadog/browser-logs",
        "@newrelic/browser-agent",
    ),
    *(
        "web-vitals",
        "@grafana/faro-",
        "logrocket",
        "@opentelemetry/instrumentation-document-load",
        "aws-rum-web",
    ),
    *("@vercel/speed-insights", "@highlight-run/", "highlight.run", "@elastic/apm-rum", "@splunk/otel-web"),
    *("@microsoft/applicationinsights-web", "@microsoft/applicationinsights-react-js"),
    *("@microsoft/applicationinsights-angularplugin-js", "@honeycombio/opentelemetry-web"),
    *("@openobserve/browser-rum", "@appsignal/javascript"),
)
_FILES = ("File", "DailyRotateFile")
_SIGNALS = ("SIGTERM",)
_MANY = 200


def telemetry_of(scope: Scope) -> tuple[Telemetry, ...]:
    """Every set-up in the file, in the order of the source."""
    found: list[Telemetry] = []
    named = next((name for name in _SIGNALS if name in scope.root.text()), "")
    for call in scope.of("call_expression", "new_expression"):
        if len(found) >= _MANY:
            break
        found += _call(call, scope, named)
    found += _imports(scope)
    return tuple(sorted(found, key=lambda row: row.line))


def _call(call: Node, scope: Scope, named: str) -> list[Telemetry]:
    callee = call.field("function") or call.field("constructor")
    name = scope.qualified(callee).replace("()", "")
    plain = scope.imported(callee)
    line = line_of(call)
    known = _EXACT.get(plain) or _known(plain)
    if known is not None:
        kind, exposes = known
        return [Telemetry(line, kind, _library(plain), f"{plain}(…)", exposes, _to_file(call))]
    if plain.startswith(("@sentry/", "winston")):
        return _sentry(line, plain) or _winston(call, plain, line, scope)
    head, _, last = name.rpartition(".")
    if last in ("on", "once", "addListener") and head == "process":
        return _signal(call, line, scope, named)
    if last == "enableShutdownHooks":
        return [Telemetry(line, "signal-handler", "@nestjs/core", "app.enableShutdownHooks()", exposes=True)]
    if last == "metrics" and ("regist" in head.lower() or head.startswith("prom-client")):
        return [Telemetry(line, "metrics", "prom-client", f"{name}()", exposes=True)]
    if last in ("register", "use") and arguments(call):
        return _plugin(call, line, scope)
    return _own_logger(call, plain, line, scope)


def _known(name: str) -> tuple[TelemetryKind, bool] | None:
    return next(((kind, exposes) for start, kind, exposes in _PREFIXES if name.startswith(start)), None)


def _library(name: str) -> str:
    parts = name.split("/")
    if name.startswith("@"):
        return "/".join((parts[0], parts[1].partition(".")[0]))
    return parts[0].partition(".")[0]


def _sentry(line: int, name: str) -> list[Telemetry]:
    if name.startswith("@sentry/") and name.endswith(".init"):
        return [Telemetry(line, "error-tracking", _library(name), f"{name}(…)", exposes=True)]
    return []


def _winston(call: Node, name: str, line: int, scope: Scope) -> list[Telemetry]:
    """JSON is written where a format of that name is combined; winston's own default is JSON too."""
    if name not in (
        "winston.createLogger",
        "winston.configure",
        "winston.Logger",
        "winston.default.createLogger",
    ):
        return []
    given = next(iter(arguments(call)), None)
    settled = scope.settled(given)
    form = option(settled, "format")
    inner = nodes_of(call, ("member_expression", "call_expression"))
    names = {dotted(item).replace("()", "").rpartition(".")[2] for item in inner}
    if form is not None:
        value = scope.settled(form)
        names |= {
            dotted(item).replace("()", "").rpartition(".")[2]
            for item in nodes_of(value or form, ("member_expression", "call_expression"))
        }
    structured = bool(names & {"json", "logstash", "ecsFormat"}) or (
        settled is not None and settled.kind() == "object" and form is None
    )
    kind: TelemetryKind = "structured-logging" if structured else "logging"
    return [Telemetry(line, kind, "winston", f"{name}(…)", True, _to_file(call))]


def _to_file(call: Node) -> bool:
    return any(
        dotted(item.field("constructor")).rpartition(".")[2] in _FILES
        for item in nodes_of(call, ("new_expression",))
    )


def _signal(call: Node, line: int, scope: Scope, named: str) -> list[Telemetry]:
    """A handler for termination. In a loop over signals the file says which ones it means."""
    given = arguments(call)
    if len(given) != 2:
        return []
    signal = scope.fold(given[0]) or named
    if signal not in _SIGNALS:
        return []
    return [Telemetry(line, "signal-handler", "process", f'process.on("{signal}")', exposes=True)]


def _plugin(call: Node, line: int, scope: Scope) -> list[Telemetry]:
    name = scope.imported(arguments(call)[0])
    kind = _PLUGINS.get(name)
    return [Telemetry(line, kind, name, f"register({name})", exposes=True)] if kind else []


def _own_logger(call: Node, name: str, line: int, scope: Scope) -> list[Telemetry]:
    """Fastify's logger, which is pino, and that of NestJS."""
    given = next(iter(arguments(call)), None)
    if name in ("fastify", "fastify.fastify", "fastify.Fastify"):
        logger = option(scope.settled(given), "logger")
        if logger is not None and logger.kind() != "false":
            return [Telemetry(line, "structured-logging", "pino", "fastify({logger})", exposes=True)]
    if name == "@nestjs/common.Logger":
        return [Telemetry(line, "logging", "@nestjs/common", "Logger(…)", exposes=True)]
    if name == "@nestjs/common.ConsoleLogger":
        json = option(scope.settled(given), "json")
        kind: TelemetryKind = (
            "structured-logging" if json is not None and json.kind() == "true" else "logging"
        )
        return [Telemetry(line, kind, "@nestjs/common", "ConsoleLogger(…)", exposes=True)]
    return []


def _imports(scope: Scope) -> list[Telemetry]:
    found = []
    for node in scope.of("import_statement"):
        source = node.field("source")
        module = source.text()[1:-1] if source is not None else ""
        found += _imported(module, line_of(node), f"import {module}")
    for call in scope.of("call_expression"):
        if loads(call.field("function")):
            module = scope.fold(next(iter(arguments(call)), None)) or ""
            found += _imported(module, line_of(call), f"require({module})")
    return found


def _imported(module: str, line: int, text: str) -> list[Telemetry]:
    browser: TelemetryKind | None = "browser-reporting" if module.startswith(_BROWSER) else None
    kind = _ON_IMPORT.get(module, browser)
    return [Telemetry(line, kind, _library(module), text, exposes=True)] if kind is not None else []
