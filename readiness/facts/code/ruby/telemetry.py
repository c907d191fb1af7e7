"""How a program in Ruby is watched and limited: the calls and settings that set it up.

Sources: Rails Guides "Configuring" and "Debugging", the READMEs of lograge, semantic_logger, ougai,
logstash-logger, sentry-ruby, rollbar, honeybadger, bugsnag, airbrake, appsignal, prometheus_exporter,
prometheus-client, yabeda, statsd-instrument, opentelemetry-ruby, ddtrace, rack-attack, and
``ActionController::RateLimiting``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.grammar import above
from readiness.facts.code.model import Server, Telemetry, TelemetryKind
from readiness.facts.code.ruby.grammar import block_of
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.facts.code.grammar import Scope
    from readiness.syntax import Node

# The name of a call, what it sets up, its library, and whether the signal leaves the process there.
_CALLS: dict[str, tuple[TelemetryKind, str, bool]] = {
    "SemanticLogger.add_appender": ("logging", "semantic_logger", True),
    "Ougai.Logger.new": ("structured-logging", "ougai", True),
    "LogStashLogger.new": ("structured-logging", "logstash-logger", True),
    "Sentry.init": ("error-tracking", "sentry-ruby", True),
    "Raven.configure": ("error-tracking", "sentry-raven", True),
    "Rollbar.configure": ("error-tracking", "rollbar", True),
    "Honeybadger.configure": ("error-tracking", "honeybadger", True),
    "Bugsnag.configure": ("error-tracking", "bugsnag", True),
    "Airbrake.configure": ("error-tracking", "airbrake", True),
    "Appsignal.configure": ("error-tracking", "appsignal", True),
    "Appsignal.start": ("error-tracking", "appsignal", True),
    "Raygun.setup": ("error-tracking", "raygun4ruby", True),
    "ExceptionNotification.configure": ("error-tracking", "exception_notification", True),
    "Yabeda.configure": ("metrics", "yabeda", False),
    "Yabeda.Prometheus.Exporter.start_metrics_server!": ("metrics", "yabeda-prometheus", True),
    "PrometheusExporter.Client.default": ("metrics", "prometheus_exporter", True),
    "PrometheusExporter.Instrumentation.Process.start": ("metrics", "prometheus_exporter", True),
    "PrometheusExporter.Server.WebServer.new": ("metrics", "prometheus_exporter", True),
    "Prometheus.Client.registry": ("metrics", "prometheus-client", False),
    "Prometheus.Client.Counter.new": ("metrics", "prometheus-client", False),
    "Prometheus.Client.Gauge.new": ("metrics", "prometheus-client", False),
    "Prometheus.Client.Histogram.new": ("metrics", "prometheus-client", False),
    "StatsD.increment": ("metrics", "statsd-instrument", True),
    "StatsD.measure": ("metrics", "statsd-instrument", True),
    "Datadog.Statsd.new": ("metrics", "dogstatsd-ruby", True),
    "Statsd.new": ("metrics", "statsd-ruby", True),
    "OpenTelemetry.SDK.configure": ("tracing", "opentelemetry-sdk", True),
    "Datadog.configure": ("tracing", "datadog", True),
    "ElasticAPM.start": ("tracing", "elastic-apm", True),
    "ElasticAPM.Rails.start": ("tracing", "elastic-apm", True),
    "NewRelic.Agent.manual_start": ("tracing", "newrelic_rpm", True),
    "Rack.Attack.throttle": ("rate-limit", "rack-attack", True),
}
# What is put among the middleware: ``use X``, ``config.middleware.use X``.
_MIDDLEWARE: dict[str, tuple[TelemetryKind, str, bool]] = {
    "PrometheusExporter.Middleware": ("metrics", "prometheus_exporter", True),
    "Prometheus.Middleware.Exporter": ("metrics", "prometheus-client", True),
    "Prometheus.Middleware.Collector": ("metrics", "prometheus-client", False),
    "Yabeda.Prometheus.Exporter": ("metrics", "yabeda-prometheus", True),
    "Rack.Throttle.Interval": ("rate-limit", "rack-throttle", True),
    "Rack.Throttle.Hourly": ("rate-limit", "rack-throttle", True),
    "Rack.Throttle.Minute": ("rate-limit", "rack-throttle", True),
    "Rack.CommonLogger": ("logging", "rack", True),
    "ExceptionNotification.Rack": ("error-tracking", "exception_notification", True),
}
_USES = ("use", "unshift", "insert_before", "insert_after", "insert")
_PLUGINS: dict[str, tuple[TelemetryKind, str]] = {
    "yabeda_prometheus": ("metrics", "yabeda-prometheus"),
    "yabeda": ("metrics", "yabeda-puma-plugin"),
}
_JSON = ("json", "logstash", "ougai", "gelf", "ecs")
_STREAMS = ("STDOUT", "$stdout", "STDERR", "$stderr")
_MANY = 200


def telemetry_of(scope: Scope) -> tuple[Telemetry, ...]:
    """Every set-up in the file, in the order of the source."""
    found: list[Telemetry] = []
    for call in scope.of("call"):
        found += _call(call, scope)
    for node in scope.of("assignment"):
        found += _setting(node, scope)
    return tuple(sorted(found[:_MANY], key=lambda row: row.line))


def _call(call: Node, scope: Scope) -> list[Telemetry]:
    name = scope.called(call).replace("()", "")
    line, last = line_of(call), scope.last(call)
    if name in _CALLS:
        kind, library, exposes = _CALLS[name]
        if name == "SemanticLogger.add_appender":
            return [_appender(call, scope)]
        if name == "Datadog.configure" and "tracing" not in _block_text(call):
            return []
        return [Telemetry(line, kind, library, f"{name}(…)", exposes)]
    if last in _USES or (last == "run" and call.field("receiver") is None):
        for given in scope.arguments(call):
            used = scope.name(given.value).replace("()", "")
            if used in _MIDDLEWARE:
                kind, library, exposes = _MIDDLEWARE[used]
                return [Telemetry(line, kind, library, f"{last} {used}", exposes)]
    if call.field("receiver") is None:
        return _bare(call, last, line, scope)
    if last == "trap" and name in ("Signal.trap", "Process.trap"):
        return _trap(call, line, scope)
    return _logger(call, name, line, scope)


def _bare(call: Node, name: str, line: int, scope: Scope) -> list[Telemetry]:
    """A line of a class or a settings file, made on nothing."""
    if name == "trap":
        return _trap(call, line, scope)
    if name == "plugin" and (scope.text(scope.first(call)) or "") in _PLUGINS:
        kind, library = _PLUGINS[scope.text(scope.first(call)) or ""]
        return [
            Telemetry(
                line,
                kind,
                library,
                f"plugin {library}",
                kind == "metrics" and library != "yabeda-puma-plugin",
            )
        ]
    if name == "throttle" and any(
        "Rack::Attack" in item.text()[:200] for item in above(call, 6) if item.kind() in ("class", "call")
    ):
        return [Telemetry(line, "rate-limit", "rack-attack", "throttle(…)", exposes=True)]
    if name == "rate_limit" and scope.option(call, "to") is not None:
        return [Telemetry(line, "rate-limit", "actionpack", "rate_limit", exposes=True)]
    if name in ("worker_shutdown_timeout", "force_shutdown_after"):
        return [Telemetry(line, "signal-handler", "puma", name, exposes=True)]
    return []


def _trap(call: Node, line: int, scope: Scope) -> list[Telemetry]:
    signal = (scope.text(scope.first(call)) or "").removeprefix("SIG")
    if signal != "TERM" or block_of(call) is None:
        return []
    return [Telemetry(line, "signal-handler", "ruby", f'trap("{signal}")', exposes=True)]


def _block_text(call: Node) -> str:
    block = block_of(call)
    return block.text()[:5000] if block is not None else ""


def _appender(call: Node, scope: Scope) -> Telemetry:
    """Where semantic_logger writes, and in which form."""
    form = scope.option(call, "formatter")
    file = scope.option(call, "file_name") is not None
    structured = form is not None and _is_json(form.text())
    kind: TelemetryKind = "structured-logging" if structured else "logging"
    return Telemetry(line_of(call), kind, "semantic_logger", "SemanticLogger.add_appender(…)", True, file)


def _is_json(text: str) -> bool:
    lower = text[:500].lower()
    return any(word in lower for word in _JSON)


def _logger(call: Node, name: str, line: int, scope: Scope) -> list[Telemetry]:
    """``Logger.new(STDOUT)``, and the same of Active Support."""
    if name not in ("Logger.new", "ActiveSupport.Logger.new", "ActiveSupport.TaggedLogging.logger"):
        return []
    target = scope.first(call)
    if target is None:
        return []
    stream = target.text() in _STREAMS or target.kind() == "identifier"
    named = scope.text(target)
    file = not stream and (named is not None or ".log" in target.text()[:300])
    if not stream and not file:
        return []
    form = scope.option(call, "formatter")
    kind: TelemetryKind = "structured-logging" if form is not None and _is_json(form.text()) else "logging"
    return [Telemetry(line, kind, "logger", f"{name}(…)", True, bool(file) and named != "/dev/stdout")]


def _setting(node: Node, scope: Scope) -> list[Telemetry]:
    """``config.lograge.enabled = true`` and other settings of Rails."""
    left, right = node.field("left"), node.field("right")
    if left is None or right is None:
        return []
    name, line = scope.name(left).replace("()", ""), line_of(node)
    if name.endswith("lograge.enabled") and right.kind() != "false":
        return [Telemetry(line, "logging", "lograge", "config.lograge.enabled", exposes=True)]
    if name.endswith("lograge.formatter") and _is_json(right.text()):
        return [Telemetry(line, "structured-logging", "lograge", "config.lograge.formatter", exposes=True)]
    if name.endswith("rails_semantic_logger.format") and _is_json(right.text()):
        return [
            Telemetry(line, "structured-logging", "rails_semantic_logger", "format = :json", exposes=True)
        ]
    if name.endswith((".log_formatter", "logger.formatter")) and _is_json(_meant(right, scope)):
        return [Telemetry(line, "structured-logging", "logger", f"{name} = …", exposes=True)]
    return []


def _meant(node: Node, scope: Scope) -> str:
    """The text of a formatter: the name of its class, or the block that writes each line."""
    if node.kind() in ("lambda", "call"):
        inner = [scope.called(item) for item in nodes_of(node, ("call",))[:20]]
        return " ".join((*inner, scope.name(node)))
    return node.text()


def servers_of(scope: Scope) -> tuple[Server, ...]:
    """Where a server or a worker is built or bound, and a debug mode that is on.

    Sources: Rails Guides "Configuring" (``consider_all_requests_local``), Sidekiq "Advanced Options".
    """
    found: list[Server] = []
    for node in scope.of("class"):
        parents = node.field("superclass")
        name = scope.name(parents.named_children()[0]).replace("()", "") if parents is not None else ""
        framework = {
            "Sinatra.Base": "sinatra",
            "Sinatra.Application": "sinatra",
            "Grape.API": "grape",
            "Rails.Application": "rails",
            "Roda": "roda",
            "Hanami.App": "hanami",
        }.get(name, "")
        if framework:
            found.append(Server(line_of(node), framework, "construct", f"class < {name.replace('.', '::')}"))
    for call in scope.of("call"):
        name = scope.called(call).replace("()", "")
        if name == "Sidekiq.configure_server":
            found.append(Server(line_of(call), "sidekiq", "construct", "Sidekiq.configure_server"))
        elif scope.last(call) == "run!" or name in ("Rack.Handler.Puma.run", "Rack.Server.start"):
            found.append(Server(line_of(call), "rack", "serve", f"{name}"))
    return tuple(sorted(found[:100], key=lambda row: row.line))


def debug_of(scope: Scope) -> tuple[Server, ...]:
    """What the settings of production show to everybody: ``config.consider_all_requests_local = true``."""
    found = []
    for node in scope.of("assignment"):
        left, right = node.field("left"), node.field("right")
        name = scope.name(left)
        if name.endswith("consider_all_requests_local") and right is not None and right.kind() == "true":
            found.append(
                Server(line_of(node), "rails", "construct", "consider_all_requests_local", debug=True)
            )
    return tuple(found)
