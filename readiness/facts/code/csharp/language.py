"""The entry of C# among the languages that are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.csharp import PARSER
from readiness.facts.code.language import Language
from readiness.facts.model import PatternTable

if TYPE_CHECKING:
    from readiness.facts.code.language import Found, Held
    from readiness.facts.code.model import Question
    from readiness.facts.model import Facts

HINTS = PatternTable(
    "code-csharp",
    "language",
    (
        (
            "route",
            (
                r"\.(?:Map(?:Get|Post|Put|Delete|Patch|Methods|Group|Hub|[A-Z]\w*)?|Use(?:HealthChecks|FastEndpoints|Ocelot"
                r"|ServiceStack|Middleware|When))[(<]|\[(?:Http(?:Get|Post|Put|Delete|Patch)|Route|ApiController)\b"
                r"|Controller\b|AddHealthChecks|IHealthChecksBuilder|FallbackPolicy|AuthorizeFilter"
            ),
        ),
        (
            "cors",
            r"AllowAnyOrigin|WithOrigins|SetIsOriginAllowed|(?i:access-control-allow-origin)|AccessControlAllow",
        ),
        (
            "variable",
            r"Create\w*Builder\(|GetEnvironmentVariable|GetConnectionString|onfig(?:uration)?\s*\[|GetValue<",
        ),
        (
            "telemetry",
            (
                r"JsonConsole|AddConsole|SimpleConsole|NLog|Log4Net|JsonFormatter|EcsTextFormatter|ApplicationInsights"
                r"|AzureMonitor|Sentry|Raygun|Bugsnag|Elmah|ElasticApm|MapMetrics|MetricServer|UseHttpMetrics|Metrics\.Create"
                r"|Prometheus|RateLimit|WriteTo|ReadFrom\.Configuration|WithTracing|WithMetrics|AddOpenTelemetry"
                r"|ApplicationStopp|PosixSignal|ProcessExit|CancelKeyPress|ShutdownTimeout|FormatterName|Create\w*Builder\("
            ),
        ),
        ("server", r"(?:WebApplication|Host)\.Create\w*\(|UseDeveloperExceptionPage"),
        (
            "outgoing",
            r"\bHttpClient\b|AddHttpClient|AddRefitClient|\bRestClient\b|ConfigureHttpClientDefaults",
        ),
    ),
    endings=(".cs",),
)


def _routes(facts: Facts, held: Held) -> tuple[Found, ...]:
    from readiness.facts.code.csharp.together import routes  # noqa: PLC0415 - loaded where there is C# only

    return routes(facts, held) if held else ()


def _beside(facts: Facts, question: Question) -> Held:
    if not facts.paths("**/*.csproj"):
        return ()
    from readiness.facts.code.csharp.together import beside  # noqa: PLC0415 - loaded where there is C# only

    return beside(facts, question)


LANGUAGE = Language(
    name="csharp",
    hints=HINTS,
    parser=PARSER,
    answers=frozenset(("route", "cors", "variable", "telemetry", "outgoing", "server")),
    starts=(".cs", ".csproj"),
    routes=_routes,
    beside=_beside,
)
