"""How a Python program is watched and limited: the calls that set it up.

An import alone sets nothing up. Sources: the first pages of each library's documentation
(Prometheus client, OpenTelemetry, Sentry, structlog, loguru, python-json-logger, slowapi …).
"""

from __future__ import annotations

import ast

from readiness.facts.code.model import Telemetry, TelemetryKind
from readiness.facts.code.python.scope import Function, Scope, below, dotted, keyword, line_of, truth

# The dotted name of a call, or its beginning when it ends in "*", and what it sets up.
_CALLS: tuple[tuple[str, TelemetryKind, bool], ...] = (
    ("prometheus_client.Counter", "metrics", False),
    ("prometheus_client.Histogram", "metrics", False),
    ("prometheus_client.Gauge", "metrics", False),
    ("prometheus_client.Summary", "metrics", False),
    ("prometheus_client.start_http_server", "metrics", True),
    ("prometheus_client.start_wsgi_server", "metrics", True),
    ("prometheus_client.make_asgi_app", "metrics", True),
    ("prometheus_client.make_wsgi_app", "metrics", True),
    ("prometheus_client.generate_latest", "metrics", True),
    ("prometheus_client.push_to_gateway", "metrics", True),
    ("prometheus_fastapi_instrumentator.*", "metrics", True),
    ("prometheus_flask_exporter.*", "metrics", True),
    ("starlette_exporter.*", "metrics", True),
    ("starlette_prometheus.*", "metrics", True),
    ("aioprometheus.*", "metrics", True),
    ("statsd.StatsClient", "metrics", True),
    ("statsd.TCPStatsClient", "metrics", True),
    ("datadog.initialize", "metrics", True),
    ("opentelemetry.sdk.metrics.MeterProvider", "metrics", True),
    ("opentelemetry.metrics.set_meter_provider", "metrics", True),
    ("opentelemetry.sdk.trace.TracerProvider", "tracing", True),
    ("opentelemetry.trace.set_tracer_provider", "tracing", True),
    ("opentelemetry.instrumentation.*", "tracing", True),
    ("azure.monitor.opentelemetry.*", "tracing", True),
    ("ddtrace.patch*", "tracing", True),
    ("elasticapm.*", "tracing", True),
    ("aws_xray_sdk.*", "tracing", True),
    ("logfire.configure", "tracing", True),
    ("logfire.instrument*", "tracing", True),
    ("newrelic.agent.initialize", "tracing", True),
    ("jaeger_client.Config", "tracing", True),
    ("sentry_sdk.init", "error-tracking", True),
    ("rollbar.init", "error-tracking", True),
    ("bugsnag.configure", "error-tracking", True),
    ("honeybadger.honeybadger.configure", "error-tracking", True),
    ("raven.Client", "error-tracking", True),
    ("raven.contrib.*", "error-tracking", True),
    ("pythonjsonlogger.*", "structured-logging", True),
    ("python_json_logger.*", "structured-logging", True),
    ("json_log_formatter.*", "structured-logging", True),
    ("ecs_logging.*", "structured-logging", True),
    ("google.cloud.logging.Client", "structured-logging", True),
    ("aws_lambda_powertools.Logger", "structured-logging", True),
    ("slowapi.Limiter", "rate-limit", True),
    ("flask_limiter.Limiter", "rate-limit", True),
    ("fastapi_limiter.FastAPILimiter.init", "rate-limit", True),
    ("fastapi_limiter.depends.RateLimiter", "rate-limit", True),
    ("django_ratelimit.decorators.ratelimit", "rate-limit", True),
    ("ratelimit.decorators.ratelimit", "rate-limit", True),
    ("atexit.register", "signal-handler", True),
)
_EXACT = {name: (kind, exposes) for name, kind, exposes in _CALLS if not name.endswith("*")}
_PREFIXES = {name[:-1]: (kind, exposes) for name, kind, exposes in _CALLS if name.endswith("*")}
_HEADS = frozenset(name.partition(".")[0] for name, _, _ in _CALLS)
_FILES = ("FileHandler", "RotatingFileHandler", "TimedRotatingFileHandler", "WatchedFileHandler")
_RENDERS = ("JSONRenderer", "LogfmtRenderer", "KeyValueRenderer")
_APPLICATIONS = ("FastAPI", "Starlette", "Litestar", "Quart")
_MANY = 200  # set-ups looked at in one file
_MIDDLEWARE = {
    "django_prometheus.middleware.": ("metrics", "django_prometheus"),
    "elasticapm.contrib.django": ("tracing", "elasticapm"),
}


def telemetry_of(scope: Scope) -> tuple[Telemetry, ...]:
    """Every set-up in the file, in the order of the source."""
    json_classes = _json_formatters(scope)
    found: list[Telemetry] = []
    for call, name in scope.calls:
        if len(found) >= _MANY:
            break
        found += _call(call, name, scope, json_classes)
    for function in scope.defined:
        found += _decorators(function, scope)
    for node in scope.assigned:
        found += _settings(node, scope)
    return tuple(sorted(found, key=lambda item: item.line)[:_MANY])


def _json_formatters(scope: Scope) -> frozenset[str]:
    """The formatter classes of the file that write JSON themselves."""
    return frozenset(
        name
        for name, node in scope.classes.items()
        if any(dotted(base).endswith("Formatter") for base in node.bases)
        and any(
            isinstance(item, ast.Call)
            and scope.qualified(item.func) in ("json.dumps", "orjson.dumps", "ujson.dumps")
            for item in below(node)
        )
    )


def _call(call: ast.Call, name: str, scope: Scope, json_classes: frozenset[str]) -> list[Telemetry]:
    last = name.rpartition(".")[2]
    line = line_of(call)
    known = _EXACT.get(name) or _known(name)
    if known is not None:
        return [Telemetry(line, known[0], _library(name), f"{name}(…)", exposes=known[1])]
    if name in json_classes:
        return [Telemetry(line, "structured-logging", "logging", f"{name}(…)", exposes=True)]
    if name.startswith(("logging.", "structlog.", "loguru.")):
        return _logging(call, name, scope)
    if name == "signal.signal" or last == "add_signal_handler":
        return _signal(call, name, scope)
    if last in _APPLICATIONS:
        return _lifecycle(call, name, scope)
    return []


def _known(name: str) -> tuple[TelemetryKind, bool] | None:
    """By the longest beginning: ``opentelemetry.instrumentation.flask.FlaskInstrumentor().instrument``."""
    parts = name.split(".")
    if parts[0] not in _HEADS:
        return None
    for size in range(len(parts) - 1, 0, -1):
        start = ".".join(parts[:size]) + "."
        if start in _PREFIXES:
            return _PREFIXES[start]
    for start in ("ddtrace.patch", "logfire.instrument"):
        if name.startswith(start):
            return _PREFIXES[start]
    # A registry or submodule in between: prometheus_client.core.Counter, statsd.client.udp.StatsClient …
    if parts[0] in ("prometheus_client", "statsd"):
        return _EXACT.get(f"{parts[0]}.{parts[-1]}")
    return None


def _library(name: str) -> str:
    parts = name.split(".")
    if parts[0] in ("google", "azure"):
        return ".".join(parts[:3])
    return parts[0]


def _logging(call: ast.Call, name: str, scope: Scope) -> list[Telemetry]:
    line, last = line_of(call), name.rpartition(".")[2]
    if name.startswith("loguru.") and last in ("add", "configure"):
        kind: TelemetryKind = "structured-logging" if truth(keyword(call, "serialize")) else "logging"
        sink = call.args[0] if call.args else keyword(call, "sink")
        return [Telemetry(line, kind, "loguru", f"{name}(…)", True, scope.fold(sink) is not None)]
    if name == "structlog.configure":
        rendered = any(name in scope.mentions for name in _RENDERS)
        return [
            Telemetry(line, "structured-logging" if rendered else "logging", "structlog", f"{name}(…)", True)
        ]
    if name.startswith("logging.") and last in _FILES:
        return [Telemetry(line, "logging", "logging", f"{name}(…)", True, file=True)]
    if name in ("logging.basicConfig", "logging.config.fileConfig"):
        to_file = keyword(call, "filename") is not None and last == "basicConfig"
        return [Telemetry(line, "logging", "logging", f"{name}(…)", True, file=to_file)]
    if name == "logging.config.dictConfig":
        return [_dictionary(call, scope)]
    return []


def _dictionary(call: ast.Call, scope: Scope) -> Telemetry:
    """``dictConfig`` of a literal dictionary, or of one that the file names once."""
    text = "logging.config.dictConfig(…)"
    given = call.args[0] if call.args else keyword(call, "config")
    if not isinstance(given, ast.Name):
        return _described(_words(given), line_of(call), text)
    values = scope.values.get(given.id, [])
    if len(values) != 1:
        return _described([], line_of(call), text)
    keys = (f"{given.id} formats", f"{given.id} files")
    if keys[0] not in scope.judged:
        words = _words(values[0])
        scope.judged.update(zip(keys, (_formats(words), _to_file(words)), strict=True))
    formats, files = (scope.judged[key] for key in keys)
    return Telemetry(
        line_of(call), "structured-logging" if formats else "logging", "logging", text, True, files
    )


def _words(given: ast.AST | None) -> list[str]:
    """Every text and name in ``given``."""
    nodes = [] if given is None else below(given)
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return texts + [dotted(node) for node in nodes if isinstance(node, ast.Name | ast.Attribute)]


def _described(words: list[str], line: int, text: str) -> Telemetry:
    kind: TelemetryKind = "structured-logging" if _formats(words) else "logging"
    return Telemetry(line, kind, "logging", text, True, _to_file(words))


def _formats(words: list[str]) -> bool:
    return any("jsonlogger" in word or "json_log" in word.lower() or _is_json_class(word) for word in words)


def _to_file(words: list[str]) -> bool:
    return any(word.rpartition(".")[2] in _FILES for word in words)


def _is_json_class(text: str) -> bool:
    last = text.rpartition(".")[2]
    return last.lower() in ("jsonformatter", "stdlibformatter", "jsonrenderer", "structuredformatter")


def _signal(call: ast.Call, name: str, scope: Scope) -> list[Telemetry]:
    """A handler for termination; ignoring a signal or resetting it handles nothing."""
    if len(call.args) < 2 or scope.qualified(call.args[1]) in ("signal.SIG_IGN", "signal.SIG_DFL"):
        return []
    signal = dotted(call.args[0]).rpartition(".")[2]
    # In a loop over signals the name is a variable; the file then says which ones it means.
    terminates = signal == "SIGTERM" if signal.startswith("SIG") else "SIGTERM" in scope.mentions
    if not terminates:
        return []
    return [
        Telemetry(line_of(call), "signal-handler", "signal", f"{name.rpartition('.')[2]}(SIGTERM, …)", True)
    ]


def _lifecycle(call: ast.Call, name: str, scope: Scope) -> list[Telemetry]:
    hooks = [item for item in ("lifespan", "on_shutdown", "after_serving") if keyword(call, item) is not None]
    if not hooks or (
        hooks[0] == "lifespan" and not _cleans_up(dotted(keyword(call, "lifespan") or call), scope)
    ):
        return []
    return [Telemetry(line_of(call), "signal-handler", _library(name), f"{name}({hooks[0]}=…)", True)]


def _cleans_up(name: str, scope: Scope) -> bool:
    """Whether a lifespan does more than log once it is resumed; one from another file is believed."""
    function = scope.functions.get(name)
    if function is None:
        return True
    if name not in scope.judged:
        scope.judged[name] = _ends_with_work(function)
    return scope.judged[name]


def _ends_with_work(function: Function) -> bool:
    nodes = below(function)
    resumed = [node.lineno for node in nodes if isinstance(node, ast.Yield)]
    managed = any(isinstance(node, ast.With | ast.AsyncWith) for node in nodes)
    after = [
        dotted(node.func)
        for node in nodes
        if isinstance(node, ast.Call) and resumed and node.lineno > min(resumed)
    ]
    return managed or any(not call.startswith(("log", "print", "_log")) for call in after)


def _decorators(function: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> list[Telemetry]:
    """``@app.on_event("shutdown")``."""
    return [
        Telemetry(line_of(item), "signal-handler", "fastapi", '@on_event("shutdown")', True)
        for item in function.decorator_list
        if isinstance(item, ast.Call)
        and dotted(item.func).endswith(".on_event")
        and item.args
        and scope.fold(item.args[0]) == "shutdown"
    ]


def _settings(node: ast.Assign, scope: Scope) -> list[Telemetry]:
    """Django: ``LOGGING``, ``MIDDLEWARE`` and REST framework's throttles."""
    name = dotted(node.targets[0])
    line = line_of(node)
    if name == "LOGGING" and isinstance(node.value, ast.Dict) and "version" in scope.texts:
        return [_described(_words(node.value), line, "LOGGING = …")]
    if name == "REST_FRAMEWORK" and isinstance(node.value, ast.Dict):
        keys = [scope.fold(key) for key in node.value.keys]
        throttled = "DEFAULT_THROTTLE_CLASSES" in keys
        return (
            [Telemetry(line, "rate-limit", "rest_framework", "DEFAULT_THROTTLE_CLASSES", True)]
            if throttled
            else []
        )
    if name == "MIDDLEWARE":
        texts = [scope.fold(item) or "" for item in getattr(node.value, "elts", ())]
        return [
            Telemetry(
                line, "metrics" if kind == "metrics" else "tracing", library, f"MIDDLEWARE: {library}", True
            )
            for start, (kind, library) in _MIDDLEWARE.items()
            if any(text.startswith(start) for text in texts)
        ]
    return []
