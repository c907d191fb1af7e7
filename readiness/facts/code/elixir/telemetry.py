"""How a program in Elixir is watched and limited, and where its servers are built.

Sources: the READMEs of logger_json, logger_file_backend, prom_ex, telemetry_metrics_prometheus,
prometheus_plugs, opentelemetry_exporter, spandex_datadog, sentry, honeybadger, rollbax, bugsnag, appsignal,
hammer, plug_attack; ``Phoenix.Endpoint`` ("drainer"), Bandit ("shutdown_timeout"), Erlang "init" (``stop``
on SIGTERM, since OTP 20).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.elixir.grammar import fold, module_name
from readiness.facts.code.elixir.modules import for_developers
from readiness.facts.code.grammar import above, child, children
from readiness.facts.code.model import Server, Telemetry, TelemetryKind
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.facts.code.grammar import Scope
    from readiness.syntax import Node

_MANY = 200
# The name of a module that is put to use, what it sets up, its library, and whether the signal leaves here.
_MODULES: dict[str, tuple[TelemetryKind, str, bool]] = {
    "LoggerJSON": ("structured-logging", "logger_json", True),
    "LogstashJson": ("structured-logging", "logstash_json", True),
    "Ink": ("structured-logging", "ink", True),
    "LoggerFileBackend": ("logging", "logger_file_backend", True),
    "PromEx.Plug": ("metrics", "prom_ex", True),
    "PromEx": ("metrics", "prom_ex", False),
    "TelemetryMetricsPrometheus": ("metrics", "telemetry_metrics_prometheus", True),
    "TelemetryMetricsPrometheus.Core": ("metrics", "telemetry_metrics_prometheus_core", False),
    "TelemetryMetricsStatsd": ("metrics", "telemetry_metrics_statsd", True),
    "Prometheus.PlugExporter": ("metrics", "prometheus_plugs", True),
    "Prometheus.PhoenixInstrumenter": ("metrics", "prometheus_phoenix", False),
    "Telemetry.Metrics": ("metrics", "telemetry_metrics", False),
    "Statix": ("metrics", "statix", True),
    "Peep": ("metrics", "peep", True),
    "Peep.Plug": ("metrics", "peep", True),
    "SpandexDatadog.ApiServer": ("tracing", "spandex_datadog", True),
    "NewRelic.Transaction": ("tracing", "new_relic_agent", True),
    "Appsignal.Phoenix": ("error-tracking", "appsignal", True),
    "Sentry.PlugCapture": ("error-tracking", "sentry", True),
    "Sentry.PlugContext": ("error-tracking", "sentry", True),
    "Sentry.Plug": ("error-tracking", "sentry", True),
    "Sentry.Phoenix.Endpoint": ("error-tracking", "sentry", True),
    "Sentry.LoggerHandler": ("error-tracking", "sentry", True),
    "Sentry.LoggerBackend": ("error-tracking", "sentry", True),
    "Honeybadger.Plug": ("error-tracking", "honeybadger", True),
    "Rollbax.Logger": ("error-tracking", "rollbax", True),
    "Hammer.Plug": ("rate-limit", "hammer_plug", True),
    "Hammer": ("rate-limit", "hammer", True),
    # They let requests finish when the run time ends what it supervises.
    "Bandit": ("signal-handler", "bandit", True),
    "Plug.Cowboy.Drainer": ("signal-handler", "plug_cowboy", True),
    "PlugAttack": ("rate-limit", "plug_attack", True),
}
_CALLS: dict[str, tuple[TelemetryKind, str, bool]] = {
    "OpentelemetryPhoenix.setup": ("tracing", "opentelemetry_phoenix", False),
    "OpentelemetryEcto.setup": ("tracing", "opentelemetry_ecto", False),
    "OpentelemetryBandit.setup": ("tracing", "opentelemetry_bandit", False),
    "OpentelemetryCowboy.setup": ("tracing", "opentelemetry_cowboy", False),
    "Hammer.check_rate": ("rate-limit", "hammer", True),
    "ExRated.check_rate": ("rate-limit", "ex_rated", True),
}
# The settings of a library, by the name of its application.
_SETTINGS: dict[str, tuple[TelemetryKind, str, str]] = {
    "sentry": ("error-tracking", "sentry", "dsn"),
    "honeybadger": ("error-tracking", "honeybadger", ""),
    "rollbax": ("error-tracking", "rollbax", ""),
    "bugsnag": ("error-tracking", "bugsnag", ""),
    "appsignal": ("error-tracking", "appsignal", ""),
    "error_tracker": ("error-tracking", "error_tracker", ""),
    "opentelemetry_exporter": ("tracing", "opentelemetry_exporter", ""),
    "new_relic_agent": ("tracing", "new_relic_agent", ""),
}
_JSON = ("json", "logstash", "ecs", "gelf")
_ASIDE = ("alias", "require", "defmodule", "import", "defimpl")
_LIMITERS = ("ratelimit", "rate_limit", "throttle")


def telemetry_of(scope: Scope) -> tuple[Telemetry, ...]:
    """Every set-up in the file, in the order of the source."""
    found: list[Telemetry] = []
    for node in scope.of("alias"):
        found += _module(node, scope)
    for call in scope.of("call"):
        found += _call(call, scope)
    kept = {(row.line, row.kind, row.library): row for row in found}
    return tuple(sorted(kept.values(), key=lambda row: (row.line, row.kind)))[:_MANY]


def _module(node: Node, scope: Scope) -> list[Telemetry]:
    """A module of a library where it is put to use: a plug, a supervisor's child, a setting, ``use``."""
    name = module_name(node, scope)
    known = _MODULES.get(name) or (_MODULES["LoggerJSON"] if name.startswith("LoggerJSON.") else None)
    if known is None:
        return []
    parent = node.parent()
    word = _word_around(node)
    metrics = name == "Telemetry.Metrics" and word == "import"
    if parent is None or (word in _ASIDE and not metrics) or _developers(node, scope):
        return []
    if _not_supervised(known, parent):
        return []
    if parent.kind() in ("struct", "dot") and not name.startswith("LoggerJSON."):
        return []  # a value of it, or a call, which are told apart by their names
    kind, library, exposes = known
    file = name == "LoggerFileBackend"
    return [Telemetry(line_of(node), kind, library, f"{word} {name}".strip(), exposes, file)]


def _not_supervised(known: tuple[TelemetryKind, str, bool], parent: Node) -> bool:
    """Whether a server is named elsewhere than among the children of a supervisor."""
    return known[0] == "signal-handler" and parent.kind() not in ("tuple", "list")


def _word_around(node: Node) -> str:
    """The name of the call that ``node`` is given to, directly or in a list, a tuple or a pair."""
    for item in above(node, 6):
        if item.kind() == "call":
            target = child(item)
            return target.text() if target is not None and target.kind() == "identifier" else ""
        if item.kind() == "do_block":
            return ""
    return ""


def _developers(node: Node, scope: Scope) -> bool:
    otherwise = False
    for item in above(node, 12):
        otherwise = otherwise or item.kind() == "else_block"
        if item.kind() == "call" and scope.last(item) in ("if", "unless"):
            if not otherwise and for_developers(item, scope):
                return True
            otherwise = False
    return False


def _call(call: Node, scope: Scope) -> list[Telemetry]:
    name, line = scope.called(call), line_of(call)
    if name in _CALLS:
        kind, library, exposes = _CALLS[name]
        return [Telemetry(line, kind, library, f"{name}(…)", exposes)]
    first = scope.first(call)
    if name == "use" and module_name(first, scope) == "Phoenix.Endpoint":
        # The run time ends what it supervises on SIGTERM, and an endpoint lets its requests finish.
        return [Telemetry(line, "signal-handler", "phoenix", "use Phoenix.Endpoint", exposes=True)]
    if name == "plug" and first is not None:
        target = module_name(first, scope).rpartition(".")[2] or (fold(first) or "")
        if any(word in target.lower() for word in _LIMITERS):
            return [Telemetry(line, "rate-limit", "", f"plug {target}", exposes=True)]
    if name == "config":
        return _setting(call, line, scope)
    return []


def _setting(call: Node, line: int, scope: Scope) -> list[Telemetry]:
    """``config :sentry, dsn: …``, ``config :logger, …``, ``config :opentelemetry, …``."""
    app = scope.text(scope.first(call)) or ""
    given = scope.arguments(call)
    if _developers(call, scope):
        return []
    if app == "logger":
        form = next((item.value for item in given if item.name in ("format", "formatter")), None)
        named = nodes_of(form, ("alias",)) if form is not None else []
        json = any(word in item.text().lower() for item in named for word in _JSON)
        kind: TelemetryKind = "structured-logging" if json else "logging"
        return [Telemetry(line, kind, "logger", "config :logger", exposes=True)]
    if app == "opentelemetry":
        exporter = scope.option(call, "traces_exporter")
        processor = scope.option(call, "processors", "span_processor")
        on = (exporter is not None and exporter.text() not in (":none", ":undefined")) or (
            exporter is None and processor is not None
        )
        return (
            [Telemetry(line, "tracing", "opentelemetry", "config :opentelemetry", exposes=True)] if on else []
        )
    if app in _SETTINGS:
        kind, library, needs = _SETTINGS[app]
        if needs and scope.option(call, needs) is None:
            return []
        return [Telemetry(line, kind, library, f"config :{app}", exposes=True)]
    return []


def servers_of(scope: Scope) -> tuple[Server, ...]:
    """Where a server or a worker is built, and a page for developers that production shows."""
    found: list[Server] = []
    for call in scope.of("call"):
        name, first = scope.called(call), module_name(scope.first(call), scope)
        if name == "use" and first in ("Phoenix.Endpoint", "Oban.Worker", "Broadway"):
            framework = first.partition(".")[0].lower()
            found.append(Server(line_of(call), framework, "construct", f"use {first}"))
        elif name in (
            "Plug.Cowboy.http",
            "Plug.Cowboy.https",
            "Plug.Cowboy.child_spec",
            "Bandit.start_link",
        ) or name.startswith("Plug.Adapters.Cowboy."):
            found.append(Server(line_of(call), "plug", "serve", f"{name}(…)"))
        elif name == "config" and not _developers(call, scope):
            given = scope.option(call, "debug_errors")
            if given is not None and given.text() == "true":
                found.append(Server(line_of(call), "phoenix", "construct", "debug_errors: true", debug=True))
    for node in scope.of("tuple"):
        parts = children(node)
        name = module_name(parts[0], scope) if len(parts) > 1 else ""
        if name in ("Plug.Cowboy", "Bandit"):
            found.append(Server(line_of(node), "plug", "serve", f"{{{name}, …}}"))
    return tuple(sorted(found[:100], key=lambda row: row.line))
