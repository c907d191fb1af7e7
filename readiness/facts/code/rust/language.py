"""The entry of Rust among the languages that are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.language import Language
from readiness.facts.code.rust import PARSER
from readiness.facts.model import PatternTable

if TYPE_CHECKING:
    from readiness.facts.code.language import Found, Held
    from readiness.facts.model import Facts

HINTS = PatternTable(
    "code-rust",
    "language",
    (
        (
            "route",
            (
                r"\.(?:route|api_route|nest|nest_service|merge|configure|mount|service)\(|web::(?:scope|resource)\b"
                r"|#\[(?:get|post|put|patch|delete|head|options)\(|\.routes\(|typed_get|leptos_routes"
            ),
        ),
        ("cors", r"\bCors\b|\bCorsLayer\b|AllowedOrigins|(?i:access.control.allow.origin)"),
        (
            "variable",
            r"\benv::var|EnvFilter|env_logger|\bEnv::default|\bdotenv(?:y)?::var|#\[(?:arg|clap|structopt|envconfig)\(|\benvy::|Environment::|\bEnv::(?:prefixed|raw)",
        ),
        (
            "telemetry",
            (
                r"tracing_subscriber|env_logger|simple_logger|SimpleLogger|log4rs|\bfern::|Bunyan|tracing_appender|tracing_logfmt"
                r"|tracing_stackdriver|slog_json|json_subscriber|[Pp]rometheus|Statsd|opentelemetry|OpenTelemetry|sentry::init"
                r"|[Gg]overnor|RateLimit|actix_limitation|SignalKind|SIGTERM|register_\w+!|\bInt(?:Counter|Gauge)|\b(?:Counter|Histogram)(?:Vec)?::new|\bmetrics::"
            ),
        ),
        (
            "server",
            r"axum::(?:serve|Server)|axum_server|HttpServer::new|rocket::(?:build|custom)|Server::builder",
        ),
        ("outgoing", r"\breqwest\b|\bureq\b|\bawc\b"),
    ),
    endings=(".rs",),
)


def knows(server: str) -> bool:
    """Whether the routes of a framework are read."""
    return server in ("axum", "actix-web", "rocket")


def reads(path: str) -> bool:
    """Whether a file is part of the program; a build script runs before there is one."""
    return path.rpartition("/")[2] != "build.rs"


def _routes(facts: Facts, held: Held) -> tuple[Found, ...]:
    from readiness.facts.code.rust.together import routes  # noqa: PLC0415 - loaded where there is Rust only

    return routes(facts, held) if held else ()


LANGUAGE = Language(
    name="rust",
    hints=HINTS,
    parser=PARSER,
    answers=frozenset(("route", "cors", "variable", "telemetry", "outgoing", "server")),
    starts=(".rs", "Cargo.toml"),
    knows=knows,
    reads=reads,
    routes=_routes,
)
