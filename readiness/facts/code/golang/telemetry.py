"""How a program in Go is watched and limited: the calls that set it up.

Sources: log/slog, zap, zerolog, logrus, Prometheus client_golang, OpenTelemetry Go, sentry-go,
os/signal, httprate, tollbooth, ulule/limiter, Echo and Fiber "Middleware".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.golang.handlers import body_of
from readiness.facts.code.golang.names import arguments, bare, dotted, keyed, last_name, type_name
from readiness.facts.code.model import Telemetry, TelemetryKind
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.facts.code.golang.scope import Function, Scope
    from readiness.syntax import Node

# The qualified name of a call, or its beginning when it ends in "*", what it sets up, and
# whether the signal leaves the process there.
_CALLS: tuple[tuple[str, TelemetryKind, bool], ...] = (
    ("log/slog.NewJSONHandler", "structured-logging", True),
    ("log/slog.NewTextHandler", "logging", True),
    ("go.uber.org/zap.NewProduction", "structured-logging", True),
    ("go.uber.org/zap.NewProductionConfig", "structured-logging", True),
    ("go.uber.org/zap/zapcore.NewJSONEncoder", "structured-logging", True),
    ("go.uber.org/zap.NewDevelopment", "logging", True),
    ("go.uber.org/zap.NewDevelopmentConfig", "logging", True),
    ("go.uber.org/zap/zapcore.NewConsoleEncoder", "logging", True),
    ("github.com/rs/zerolog.New", "structured-logging", True),
    ("github.com/rs/zerolog/hlog.NewHandler", "structured-logging", True),
    ("github.com/go-kit/log.NewJSONLogger", "structured-logging", True),
    ("github.com/go-kit/kit/log.NewJSONLogger", "structured-logging", True),
    ("github.com/go-kit/log.NewLogfmtLogger", "logging", True),
    ("github.com/sirupsen/logrus.New", "logging", True),
    ("github.com/sirupsen/logrus.SetLevel", "logging", True),
    ("github.com/sirupsen/logrus.SetOutput", "logging", True),
    ("github.com/charmbracelet/log.New*", "logging", True),
    ("github.com/hashicorp/go-hclog.New", "logging", True),
    ("go.opentelemetry.io/otel/exporters/otlp/otlplog/*", "structured-logging", True),
    ("log.SetFlags", "logging", True),
    ("log.SetOutput", "logging", True),
    ("log.New", "logging", True),
    ("github.com/gin-gonic/gin.Logger", "logging", True),
    ("github.com/gin-gonic/gin.LoggerWith*", "logging", True),
    ("github.com/labstack/echo/middleware.Logger", "logging", True),
    ("github.com/labstack/echo/middleware.LoggerWithConfig", "logging", True),
    ("github.com/labstack/echo/middleware.RequestLogger*", "logging", True),
    ("github.com/gofiber/fiber/middleware/logger.New", "logging", True),
    ("github.com/go-chi/httplog.NewLogger", "structured-logging", True),
    ("github.com/prometheus/client_golang/prometheus/promauto.New*", "metrics", False),
    ("github.com/prometheus/client_golang/prometheus.NewCounter*", "metrics", False),
    ("github.com/prometheus/client_golang/prometheus.NewGauge*", "metrics", False),
    ("github.com/prometheus/client_golang/prometheus.NewHistogram*", "metrics", False),
    ("github.com/prometheus/client_golang/prometheus.NewSummary*", "metrics", False),
    ("github.com/prometheus/client_golang/prometheus/promhttp.Handler*", "metrics", True),
    ("github.com/prometheus/client_golang/prometheus/promhttp.InstrumentMetricHandler", "metrics", True),
    ("github.com/prometheus/client_golang/prometheus/push.New", "metrics", True),
    ("github.com/labstack/echo-contrib/echoprometheus.NewHandler*", "metrics", True),
    ("github.com/labstack/echo-contrib/echoprometheus.NewMiddleware*", "metrics", False),
    ("github.com/labstack/echo-contrib/prometheus.NewPrometheus", "metrics", True),
    ("github.com/zsais/go-gin-prometheus.NewPrometheus", "metrics", True),
    ("github.com/zsais/go-gin-prometheus.NewWithConfig", "metrics", True),
    ("github.com/penglongli/gin-metrics/ginmetrics.GetMonitor", "metrics", True),
    ("github.com/ansrivas/fiberprometheus.New*", "metrics", True),
    ("github.com/VictoriaMetrics/metrics.WritePrometheus", "metrics", True),
    ("github.com/DataDog/datadog-go/statsd.New", "metrics", True),
    ("github.com/cactus/go-statsd-client/statsd.NewClient*", "metrics", True),
    ("gopkg.in/alexcesaro/statsd.New", "metrics", True),
    ("go.opentelemetry.io/otel/exporters/prometheus.New", "metrics", True),
    ("go.opentelemetry.io/otel/exporters/otlp/otlpmetric/*", "metrics", True),
    ("go.opentelemetry.io/otel/exporters/otlp/otlptrace/*", "tracing", True),
    ("go.opentelemetry.io/otel/exporters/otlp/otlptrace.New*", "tracing", True),
    ("go.opentelemetry.io/otel/exporters/jaeger.New*", "tracing", True),
    ("go.opentelemetry.io/otel/exporters/zipkin.New*", "tracing", True),
    ("go.opentelemetry.io/contrib/exporters/autoexport.NewSpanExporter", "tracing", True),
    ("go.opentelemetry.io/otel/sdk/trace.NewTracerProvider", "tracing", True),
    ("github.com/uber/jaeger-client-go/config.FromEnv", "tracing", True),
    ("github.com/uber/jaeger-client-go.NewTracer", "tracing", True),
    ("github.com/openzipkin/zipkin-go.NewTracer", "tracing", True),
    ("gopkg.in/DataDog/dd-trace-go/ddtrace/tracer.Start", "tracing", True),
    ("gopkg.in/DataDog/dd-trace-go.v1/ddtrace/tracer.Start", "tracing", True),
    ("github.com/DataDog/dd-trace-go/ddtrace/tracer.Start", "tracing", True),
    ("github.com/newrelic/go-agent/newrelic.NewApplication", "tracing", True),
    ("github.com/newrelic/go-agent/v3/newrelic.NewApplication", "tracing", True),
    ("go.elastic.co/apm/module/*", "tracing", True),
    ("github.com/getsentry/sentry-go.Init", "error-tracking", True),
    ("github.com/getsentry/raven-go.SetDSN", "error-tracking", True),
    ("github.com/rollbar/rollbar-go.SetToken", "error-tracking", True),
    ("github.com/rollbar/rollbar-go.New*", "error-tracking", True),
    ("github.com/bugsnag/bugsnag-go.Configure", "error-tracking", True),
    ("github.com/bugsnag/bugsnag-go/v2.Configure", "error-tracking", True),
    ("github.com/honeybadger-io/honeybadger-go.Configure", "error-tracking", True),
    ("github.com/airbrake/gobrake.NewNotifier*", "error-tracking", True),
    ("github.com/go-chi/httprate.Limit*", "rate-limit", True),
    ("github.com/go-chi/httprate.NewRateLimiter", "rate-limit", True),
    ("github.com/didip/tollbooth.*", "rate-limit", True),
    ("github.com/ulule/limiter.New*", "rate-limit", True),
    ("github.com/ulule/limiter/drivers/middleware/*", "rate-limit", True),
    ("github.com/labstack/echo/middleware.RateLimiter*", "rate-limit", True),
    ("github.com/gofiber/fiber/middleware/limiter.New", "rate-limit", True),
    ("github.com/JGLTechnologies/gin-rate-limit.RateLimiter", "rate-limit", True),
    ("github.com/go-redis/redis_rate.NewLimiter", "rate-limit", True),
    ("github.com/sethvargo/go-limiter/httplimit.NewMiddleware", "rate-limit", True),
    ("github.com/go-kit/kit/ratelimit.New*", "rate-limit", True),
    ("github.com/throttled/throttled.NewGCRARateLimiter*", "rate-limit", True),
    ("github.com/throttled/throttled/throttled.NewGCRARateLimiter*", "rate-limit", True),
    ("go.uber.org/fx.New", "signal-handler", True),
    ("github.com/oklog/run.SignalHandler", "signal-handler", True),
    ("github.com/ory/graceful.Graceful", "signal-handler", True),
    ("github.com/fvbock/endless.ListenAndServe", "signal-handler", True),
    ("sigs.k8s.io/controller-runtime.SetupSignalHandler", "signal-handler", True),
)
_EXACT = {name: (kind, exposes) for name, kind, exposes in _CALLS if not name.endswith("*")}
_PREFIXES = tuple((name[:-1], kind, exposes) for name, kind, exposes in _CALLS if name.endswith("*"))
_TYPES: dict[str, TelemetryKind] = {
    "github.com/sirupsen/logrus.JSONFormatter": "structured-logging",
    "github.com/sirupsen/logrus.TextFormatter": "logging",
    "github.com/rs/zerolog.ConsoleWriter": "logging",
}
_FILES = (
    "os.OpenFile",
    "os.Create",
    "gopkg.in/natefinch/lumberjack.Logger",
    "github.com/natefinch/lumberjack.Logger",
)
_TERMINATING = ("SIGTERM",)
_LIMIT_NAMES = ("limit", "throttl")
_ZEROLOG = "github.com/rs/zerolog/log"
_MANY = 200


def telemetry_of(scope: Scope) -> tuple[Telemetry, ...]:
    """Every set-up in the file, in the order of the source."""
    found: list[Telemetry] = []
    for call in scope.of("call_expression"):
        if len(found) >= _MANY:
            break
        found += _call(call, scope)
    for literal in scope.of("composite_literal"):
        kind = _TYPES.get(scope.expanded(type_name(literal.field("type"))))
        if kind is not None:
            library = scope.expanded(type_name(literal.field("type"))).rpartition(".")[0]
            found.append(
                Telemetry(line_of(literal), kind, library, f"{type_name(literal)}{{…}}", exposes=True)
            )
        found += _zap(literal, scope)
    found += _written(scope)
    found += _limits(scope)
    return tuple(sorted(found, key=lambda row: row.line))


def _call(call: Node, scope: Scope) -> list[Telemetry]:
    name = scope.called(call)
    if "()" in name:
        return []
    line, shown = line_of(call), f"{dotted(call.field('function'))}(…)"
    library = name.rpartition(".")[0]
    if name in ("os/signal.Notify", "os/signal.NotifyContext"):
        return _signal(call, name, shown, scope)
    if name in ("golang.org/x/time/rate.NewLimiter", "golang.org/x/time/rate.Every"):
        return []  # one of what leaves as often as of what comes in: see _limits
    known = _EXACT.get(name) or _known(name)
    if known is None:
        return []
    kind, exposes = known
    if kind in ("logging", "structured-logging") and _for_people(call, scope):
        kind = "logging"
    file = kind in ("logging", "structured-logging") and _to_file(call, scope)
    return [Telemetry(line, kind, library, shown, exposes, file)]


def _known(name: str) -> tuple[TelemetryKind, bool] | None:
    for start, kind, exposes in _PREFIXES:
        # Of a package of an exporter only what makes one counts, not its options.
        made = (
            not start.endswith("/") or "exporters" not in start or name.rpartition(".")[2].startswith("New")
        )
        if made and name.startswith(start):
            return kind, exposes
    return None


def _for_people(call: Node, scope: Scope) -> bool:
    """``zerolog.New(zerolog.ConsoleWriter{…})``, ``hclog.New`` without JSON."""
    for item in arguments(call)[:2]:
        settled = scope.settled(item)
        if settled is not None and "ConsoleWriter" in scope.qualified(settled):
            return True
    return False


def _to_file(call: Node, scope: Scope) -> bool:
    """Whether what the log is written to is a file; one of several does not count."""
    for item in arguments(call)[:2]:
        settled = scope.settled(item)
        if settled is not None and scope.qualified(settled).replace("()", "") in _FILES:
            return True
    return False


def _signal(call: Node, name: str, shown: str, scope: Scope) -> list[Telemetry]:
    """A handler for the end of the process. Without names it is told of every signal."""
    signals = arguments(call)[1:]
    named = [dotted(item).rpartition(".")[2] for item in signals]
    spread = signals[0].named_children() if len(signals) == 1 else []
    variadic = bool(spread) and signals[0].kind() == "variadic_argument"
    listed = bare(spread[0] if variadic else signals[0]) if len(signals) == 1 else None
    if listed is not None and named[0] not in ("SIGTERM", "Interrupt", "SIGINT"):
        settled = scope.settled(listed)
        inner = nodes_of(settled, ("field_identifier",))[:20] if settled is not None else []
        named += [item.text() for item in inner]
    if signals and not any(item in _TERMINATING for item in named):
        return []
    return [Telemetry(line_of(call), "signal-handler", name.rpartition(".")[0], shown, exposes=True)]


def _zap(literal: Node, scope: Scope) -> list[Telemetry]:
    """``zap.Config{Encoding: "json"}`` and ``hclog.LoggerOptions{JSONFormat: true}``."""
    name = scope.expanded(type_name(literal.field("type")))
    fields = keyed(literal)
    if name == "go.uber.org/zap.Config":
        text = scope.fold(fields.get("Encoding")) if "Encoding" in fields else None
        kind: TelemetryKind = "structured-logging" if text == "json" else "logging"
        return [Telemetry(line_of(literal), kind, "go.uber.org/zap", "zap.Config{…}", exposes=True)]
    json = fields.get("JSONFormat")
    if name == "github.com/hashicorp/go-hclog.LoggerOptions" and json is not None and json.text() == "true":
        shown = "hclog.LoggerOptions{…}"
        return [Telemetry(line_of(literal), "structured-logging", "hclog", shown, exposes=True)]
    return []


def _written(scope: Scope) -> list[Telemetry]:
    """Zerolog's own logger, which writes JSON to the error output unless it is told otherwise."""
    if _ZEROLOG not in scope.paths():
        return []
    if any(_always(item) for item in scope.of("composite_literal") if _console(item)):
        return []
    for call in scope.of("call_expression"):
        name = scope.called(call)
        if name.startswith(_ZEROLOG + ".") and last_name(call) in (
            "Info",
            "Error",
            "Warn",
            "Debug",
            "Fatal",
            "With",
        ):
            return [
                Telemetry(
                    line_of(call),
                    "structured-logging",
                    _ZEROLOG,
                    f"{dotted(call.field('function'))}(…)",
                    exposes=True,
                )
            ]
    return []


def _console(literal: Node) -> bool:
    return type_name(literal.field("type")).endswith("ConsoleWriter")


def _always(node: Node) -> bool:
    """Whether nothing decides on ``node``: no condition, and no function that says by its name what for."""
    for item in node.ancestors()[:30]:
        if item.kind() in ("if_statement", "expression_case", "default_case"):
            return False
        if item.kind() in ("function_declaration", "method_declaration"):
            name = item.field("name")
            lower = name.text().lower() if name is not None else ""
            return not any(word in lower for word in ("pretty", "console", "human", "dev"))
    return True


def _limits(scope: Scope) -> list[Telemetry]:
    """A limiter of the program's own: a function named after it that answers 429, or gives middleware."""
    found = []
    for function in scope.functions:
        named = any(word in function.full.lower() for word in _LIMIT_NAMES)
        if named and (_gives_middleware(function) or body_of(function.node, scope, function).limits):
            found.append(
                Telemetry(line_of(function.node), "rate-limit", "own", f"func {function.full}", exposes=True)
            )
    return found


def _gives_middleware(function: Function) -> bool:
    """Whether what a function gives back stands before handlers, and its name speaks of a rate."""
    result = function.node.field("result")
    kinds = result.text()[:200] if result is not None else ""
    spoken = any(word in function.name.lower().replace("_", "") for word in ("ratelimit", "throttl"))
    return spoken and any(word in kinds for word in ("Middleware", "Handler"))
