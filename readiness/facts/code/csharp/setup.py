"""What a file of C# sets up: servers, signals, origins, variables, and calls to other services.

Sources: Microsoft Learn, "Logging in .NET", "Enable Cross-Origin Requests in ASP.NET Core",
"Configuration in ASP.NET Core" (``__`` in the environment for ``:``), "Rate limiting middleware",
"HttpClient.Timeout" (100 s by default), "Build resilient HTTP apps", ".NET Generic Host"; the READMEs of
Serilog and its sinks, NLog, OpenTelemetry .NET, prometheus-net, Sentry, Polly, RestSharp.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.csharp.routes import local
from readiness.facts.code.grammar import Scope, above, children
from readiness.facts.code.model import Cors, Outgoing, Server, Telemetry, TelemetryKind, Variable
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.syntax import Node

_CALLS: dict[str, tuple[tuple[TelemetryKind, str, bool], ...]] = {
    "AddJsonConsole": (("structured-logging", "Microsoft.Extensions.Logging", True),),
    "AddConsole": (("logging", "Microsoft.Extensions.Logging", True),),
    "AddSimpleConsole": (("logging", "Microsoft.Extensions.Logging", True),),
    "AddNLog": (("logging", "NLog", True),),
    "UseNLog": (("logging", "NLog", True),),
    "AddLog4Net": (("logging", "log4net", True),),
    "CompactJsonFormatter": (("structured-logging", "Serilog", True),),
    "RenderedCompactJsonFormatter": (("structured-logging", "Serilog", True),),
    "JsonFormatter": (("structured-logging", "Serilog", True),),
    "EcsTextFormatter": (("structured-logging", "Serilog", True),),
    "ElasticsearchJsonFormatter": (("structured-logging", "Serilog", True),),
    "ExpressionTemplate": (("logging", "Serilog", True),),
    "AddApplicationInsightsTelemetry": (
        ("tracing", "ApplicationInsights", True),
        ("metrics", "ApplicationInsights", True),
        ("error-tracking", "ApplicationInsights", True),
    ),
    "AddApplicationInsightsTelemetryWorkerService": (
        ("tracing", "ApplicationInsights", True),
        ("metrics", "ApplicationInsights", True),
        ("error-tracking", "ApplicationInsights", True),
    ),
    "UseAzureMonitor": (
        ("tracing", "Azure.Monitor.OpenTelemetry", True),
        ("metrics", "Azure.Monitor.OpenTelemetry", True),
        ("error-tracking", "Azure.Monitor.OpenTelemetry", True),
    ),
    "UseSentry": (("error-tracking", "Sentry", True),),
    "AddSentry": (("error-tracking", "Sentry", True),),
    "AddRaygun": (("error-tracking", "Raygun", True),),
    "AddBugsnag": (("error-tracking", "Bugsnag", True),),
    "AddElmahIo": (("error-tracking", "Elmah.Io", True),),
    "AddElmah": (("error-tracking", "Elmah", True),),
    "UseElasticApm": (("tracing", "Elastic.Apm", True),),
    "UseAllElasticApm": (("tracing", "Elastic.Apm", True),),
    "AddAllElasticApm": (("tracing", "Elastic.Apm", True),),
    "MapMetrics": (("metrics", "prometheus-net", True),),
    "UseMetricServer": (("metrics", "prometheus-net", True),),
    "MetricServer": (("metrics", "prometheus-net", True),),
    "KestrelMetricServer": (("metrics", "prometheus-net", True),),
    "UseHttpMetrics": (("metrics", "prometheus-net", False),),
    "MapPrometheusScrapingEndpoint": (("metrics", "OpenTelemetry", True),),
    "UseOpenTelemetryPrometheusScrapingEndpoint": (("metrics", "OpenTelemetry", True),),
    "UseRateLimiter": (("rate-limit", "Microsoft.AspNetCore.RateLimiting", True),),
    "UseIpRateLimiting": (("rate-limit", "AspNetCoreRateLimit", True),),
    "UseClientRateLimiting": (("rate-limit", "AspNetCoreRateLimit", True),),
    "UseShutdownTimeout": (("signal-handler", "Microsoft.Extensions.Hosting", True),),
}
_WHOLE: dict[str, tuple[TelemetryKind, str, bool]] = {
    "SentrySdk.Init": ("error-tracking", "Sentry", True),
    "PosixSignalRegistration.Create": ("signal-handler", "System.Runtime", True),
    "Metrics.CreateCounter": ("metrics", "prometheus-net", False),
    "Metrics.CreateGauge": ("metrics", "prometheus-net", False),
    "Metrics.CreateHistogram": ("metrics", "prometheus-net", False),
    "WriteTo.Console": ("logging", "Serilog", True),
    "WriteTo.File": ("logging", "Serilog", True),
    "WriteTo.Seq": ("structured-logging", "Serilog", True),
    "WriteTo.Elasticsearch": ("structured-logging", "Serilog", True),
    "WriteTo.GrafanaLoki": ("structured-logging", "Serilog", True),
    "WriteTo.OpenTelemetry": ("structured-logging", "Serilog", True),
    "WriteTo.DatadogLogs": ("structured-logging", "Serilog", True),
    "WriteTo.ApplicationInsights": ("structured-logging", "Serilog", True),
    "ReadFrom.Configuration": ("logging", "Serilog", True),
}
_EXPORTERS = (
    "AddOtlpExporter",
    "UseOtlpExporter",
    "AddPrometheusExporter",
    "AddZipkinExporter",
    "AddJaegerExporter",
)
_STOPS = ("ApplicationStopping.Register", "ApplicationStopped.Register")
_BUILDERS = {
    "WebApplication.CreateBuilder": "aspnetcore",
    "WebApplication.CreateSlimBuilder": "aspnetcore",
    "WebApplication.Create": "aspnetcore",
    "WebHost.CreateDefaultBuilder": "aspnetcore",
    "Host.CreateDefaultBuilder": "dotnet-host",
    "Host.CreateApplicationBuilder": "dotnet-host",
}
_WEB = ("ConfigureWebHostDefaults", "ConfigureWebHost")
_POLICIES = (
    "AddStandardResilienceHandler",
    "AddResilienceHandler",
    "AddPolicyHandler",
    "AddTransientHttpErrorPolicy",
    "AddStandardHedgingHandler",
    "AddPolicyHandlerFromRegistry",
)
_CLIENTS = ("AddHttpClient", "AddRefitClient")
_HEADER = "access-control-allow-origin"
_MANY = 300


def _kinds(call: Node, scope: Scope) -> str:
    return scope.called(call).replace("()", "")


def telemetry_of(scope: Scope) -> tuple[Telemetry, ...]:
    """Every set-up in the file, in the order of the source."""
    found: list[Telemetry] = []
    exported = {scope.last(call) for call in scope.of("invocation_expression")} & set(_EXPORTERS)
    cleared = "ClearProviders" in scope.root.text()
    for call in scope.of(*scope.grammar.calls):
        if len(found) >= _MANY:
            break
        name, last, line = _kinds(call, scope), scope.last(call), line_of(call)
        if local(call):
            continue
        if last in _CALLS:
            found += [
                Telemetry(line, kind, library, f"{last}(…)", out) for kind, library, out in _CALLS[last]
            ]
            continue
        two = ".".join(name.split(".")[-2:])
        if two in _WHOLE:
            kind, library, out = _WHOLE[two]
            found.append(Telemetry(line, kind, library, f"{two}(…)", out, two == "WriteTo.File"))
        elif last in ("WithTracing", "AddOpenTelemetryTracing"):
            found.append(Telemetry(line, "tracing", "OpenTelemetry", f"{last}(…)", bool(exported)))
        elif last in ("WithMetrics", "AddOpenTelemetryMetrics"):
            found.append(Telemetry(line, "metrics", "OpenTelemetry", f"{last}(…)", bool(exported)))
        elif two in _STOPS:
            found.append(
                Telemetry(line, "signal-handler", "Microsoft.Extensions.Hosting", f"{two}(…)", exposes=True)
            )
        elif name in _BUILDERS and not cleared:
            text = f"{name} logs to the console"
            found.append(Telemetry(line, "logging", "Microsoft.Extensions.Logging", text, exposes=True))
    found += [row for node in scope.of("assignment_expression") if (row := _assigned(node)) is not None]
    return tuple(sorted(found[:_MANY], key=lambda row: row.line))


def _assigned(node: Node) -> Telemetry | None:
    """``options.FormatterName = ConsoleFormatterNames.Json``, ``options.ShutdownTimeout = …``."""
    left, right = node.field("left"), node.field("right")
    if left is None or right is None:
        return None
    name, line = left.text()[-60:].rpartition(".")[2], line_of(node)
    if name == "FormatterName" and "json" in right.text()[:200].lower():
        return Telemetry(
            line, "structured-logging", "Microsoft.Extensions.Logging", "FormatterName", exposes=True
        )
    if name == "ShutdownTimeout":
        return Telemetry(
            line, "signal-handler", "Microsoft.Extensions.Hosting", "ShutdownTimeout", exposes=True
        )
    if name in ("ProcessExit", "CancelKeyPress") and "+=" in node.text()[:300]:
        return Telemetry(line, "signal-handler", "System", name, exposes=True)
    return None


def servers_of(scope: Scope) -> tuple[Server, ...]:
    """Where a host is built, and the page for developers where everybody may see it."""
    found = []
    for call in scope.of("invocation_expression"):
        name, line = _kinds(call, scope), line_of(call)
        if name in _BUILDERS:
            found.append(Server(line, _BUILDERS[name], "construct", f"{name}(…)"))
        elif scope.last(call) in _WEB:  # what makes a host one that serves
            found.append(Server(line, "aspnetcore", "construct", f"{scope.last(call)}(…)"))
        elif scope.last(call) == "UseDeveloperExceptionPage" and not local(call):
            unsure = any(item.kind() == "if_statement" for item in above(call, 20))
            debug = None if unsure else True
            found.append(Server(line, "aspnetcore", "construct", "UseDeveloperExceptionPage()", debug))
    return tuple(found[:100])


def cors_of(scope: Scope) -> tuple[Cors, ...]:
    """Every policy of origins, and the header where it is written by hand."""
    found: list[Cors] = []
    seen: dict[int, bool] = {}
    for call in scope.of("invocation_expression"):
        last = scope.last(call)
        if len(found) >= 100:
            break
        if last in ("AllowAnyOrigin", "WithOrigins", "SetIsOriginAllowed") and not local(call):
            allowed = _credentials(call, scope, seen)
            found.append(Cors(line_of(call), "aspnetcore", _wildcard(call, last, scope), allowed))
        elif last in ("Add", "Append", "TryAdd") and len(scope.arguments(call)) == 2:
            key, value = (item.value for item in scope.arguments(call))
            if (scope.text(key) or "").lower() == _HEADER:
                found.append(_header(line_of(call), value, scope))
    for node in scope.of("assignment_expression"):
        left, right = node.field("left"), node.field("right")
        text = left.text()[:200] if left is not None and len(found) < 100 else ""
        if right is not None and (_HEADER in text.lower() or text.endswith("AccessControlAllowOrigin")):
            found.append(_header(line_of(node), right, scope))
    return tuple(sorted(found, key=lambda row: row.line))


def _credentials(call: Node, scope: Scope, seen: dict[int, bool]) -> bool:
    """Whether the policy around ``call`` allows credentials; ``seen`` keeps the answers by its place."""
    around = next((item for item in above(call, 30) if item.kind() == "lambda_expression"), None)
    if around is None:
        chain = (item for item in above(call, 20) if item.kind() == "invocation_expression")
        return any(scope.last(item) == "AllowCredentials" for item in (*scope.links(call), *chain))
    place = around.range().start.index
    if place not in seen:
        inner = nodes_of(around, ("invocation_expression",))
        seen[place] = any(scope.last(item) == "AllowCredentials" for item in inner)
    return seen[place]


def _header(line: int, value: Node, scope: Scope) -> Cors:
    text = scope.text(value)
    wild = None if text is None or "{" in text else text.strip() == "*"
    return Cors(line, "header", wild, "access-control-allow-credentials" in scope.root.text().lower())


def _wildcard(call: Node, name: str, scope: Scope) -> bool | None:
    if name == "AllowAnyOrigin":
        return True
    given = [item.value for item in scope.arguments(call)]
    if name == "SetIsOriginAllowed":
        return True if given and given[0].text().replace(" ", "").endswith("=>true") else None
    texts: list[str | None] = []
    for item in given:
        settled = scope.settled(item)
        parts = nodes_of(settled, ("string_literal",)) if settled is not None else []
        literal = settled is not None and settled.kind() in (
            "string_literal",
            "implicit_array_creation_expression",
            "array_creation_expression",
            "collection_expression",
        )
        texts += [scope.text(part) for part in parts] if literal else [None]
    if "*" in texts:
        return True
    return None if None in texts or not texts else False


def variables_of(scope: Scope) -> tuple[Variable, ...]:
    """Every variable that is read; a key of the configuration counts as the variable that sets it.

    A host of .NET reads the level of its logs from the environment by itself.
    """
    found: list[Variable] = []
    for call in scope.of("invocation_expression"):
        name, last = _kinds(call, scope), scope.last(call)
        text = scope.text(scope.first(call)) if scope.arguments(call) else None
        if not text or "{" in text:
            continue
        if name.endswith("Environment.GetEnvironmentVariable"):
            found.append(Variable(line_of(call), text, not _demanded(call)))
        elif last == "GetConnectionString":
            found.append(Variable(line_of(call), f"ConnectionStrings__{text}", default=True))
        elif last == "GetValue" and "onfig" in name:
            found.append(Variable(line_of(call), text.replace(":", "__"), default=True))
    found += [
        Variable(line_of(call), "Logging__LogLevel__Default", default=True)
        for call in scope.of("invocation_expression")
        if _kinds(call, scope) in _BUILDERS
    ]
    for node in scope.of("element_access_expression"):
        inner = children(node)
        owner = scope.name(inner[0]) if inner else ""
        keys = nodes_of(inner[-1], ("string_literal",)) if len(inner) > 1 else []
        text = scope.text(keys[0]) if len(keys) == 1 else None
        if text and owner.lower().endswith(("configuration", "config", "_config")):
            found.append(Variable(line_of(node), text.replace(":", "__"), default=True))
    kept = {(item.line, item.name): item for item in found}
    return tuple(sorted(kept.values(), key=lambda item: (item.line, item.name)))[:500]


def _demanded(call: Node) -> bool:
    """``?? throw new …``: whether the program ends without it."""
    parent = call.parent()
    right = parent.field("right") if parent is not None and parent.kind() == "binary_expression" else None
    return right is not None and right.kind() == "throw_expression"


def outgoing_of(scope: Scope) -> tuple[Outgoing, ...]:
    """Every client of other services, in the order of the source."""
    found: list[Outgoing] = []
    names = {scope.last(call) for call in scope.of("invocation_expression")}
    text = scope.root.text()
    polly = "Policy.Handle" in text or "ResiliencePipelineBuilder" in text
    shared = "ConfigureHttpClientDefaults" in names and bool(names & set(_POLICIES))
    for call in scope.of(*scope.grammar.calls):
        last = scope.last(call)
        if len(found) >= _MANY:
            break
        if last in _CLIENTS and call.kind() == "invocation_expression":
            retried = shared or bool(set(_chained(call)) & set(_POLICIES))
            found.append(Outgoing(line_of(call), "HttpClient", f"{last}(…)", not _endless(call), retried))
        elif last in ("HttpClient", "RestClient") and call.kind() != "invocation_expression":
            found.append(Outgoing(line_of(call), last, f"new {last}(…)", not _endless(call), polly))
        elif last == "ConfigureHttpClientDefaults" and shared:
            found.append(Outgoing(line_of(call), "HttpClient", f"{last}(…)", True, True))
    return tuple(sorted(found, key=lambda row: row.line))


def _endless(call: Node) -> bool:
    return "InfiniteTimeSpan" in call.text()[:5000] or "Timeout.Infinite" in call.text()[:5000]


def _chained(call: Node) -> list[str]:
    """The names of what is asked of ``call`` afterwards."""
    names = []
    node = call.parent()
    for _ in range(40):
        if node is None or node.kind() not in ("member_access_expression", "invocation_expression"):
            break
        if node.kind() == "member_access_expression":
            name = node.field("name")
            names.append(name.text().partition("<")[0] if name is not None else "")
        node = node.parent()
    return names
