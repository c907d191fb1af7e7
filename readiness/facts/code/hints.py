"""The literals that make a file of code worth parsing, or that say by themselves what it is."""

from __future__ import annotations

from readiness.facts.model import PatternTable

_ROUTE = "|".join(
    (
        r"(?m)^[ \t]*@[\w.]+\.(?:get|post|put|delete|patch|head|options|websocket(?:_route)?)\(",
        r"^[ \t]*@[\w.]+\.(?:api_)?route\(",
        r"\burlpatterns\b",
        r"\badd_(?:api_(?:websocket_)?route|url_rule|route|get|post|put|delete|patch)\(",
        r"\b(?:WebSocket)?Route\(",
        r"\bweb\.(?:get|post|put|delete|patch)\(",
        r"rest_framework",
    )
)
_TELEMETRY = "|".join(
    (
        r"basicConfig|dictConfig|fileConfig|FileHandler\(|logging\.Formatter|\bLOGGING\b",
        r"structlog|loguru|json_?logger|json_log_formatter|ecs_logging|cloud\.logging|aws_lambda_powertools",
        r"prometheus|starlette_exporter|\bstatsd\b|\bdatadog\b",
        r"opentelemetry|ddtrace|elasticapm|aws_xray_sdk|logfire|newrelic|jaeger_client",
        r"sentry_sdk|rollbar|bugsnag|honeybadger|\braven\b",
        r"slowapi|flask_limiter|fastapi_limiter|ratelimit|THROTTLE_CLASSES",
        r"\batexit\b|\bsignal\.signal\b|add_signal_handler|lifespan|on_shutdown|after_serving|on_event",
    )
)
_SERVER = "|".join(
    (
        r"\b(?:FastAPI|Flask|APIFlask|Quart|Sanic|Starlette|Litestar|Bottle|FastMCP|Celery|Worker)[()]",
        r"\bfalcon\b|tornado\.web|web\.(?:Application|run_app)|get_[aw]sgi_application|[AW]SGI_APPLICATION",
        r"\bgrpc\b|\bdramatiq\b|\bfaust\b|uvicorn|hypercorn|granian|waitress|gevent|cheroot",
        r"HTTPServer|make_server",
    )
)

HINTS = PatternTable(
    "code",
    "language",
    (
        ("route", _ROUTE),
        (
            "cors",
            r"CORSMiddleware|flask_cors|quart_cors|CORS_(?:ALLOW|ORIGIN)|(?i:access-control-allow-origin)",
        ),
        ("variable", r"\bgetenv\b|\benviron\b|\benvirons\b|BaseSettings|\bdecouple\b|starlette\.config"),
        ("telemetry", _TELEMETRY),
        ("server", _SERVER),
        (
            "guard",
            r"add_middleware|before_(?:app_)?request|before_serving|\.middleware\(|\bMIDDLEWARE\b|dependencies=",
        ),
    ),
)

# What a language without a parser of ours says about itself. A line comment in front is no use.
SIGNS = PatternTable(
    "code-signs",
    "language",
    (
        ("main-guard", r"""(?m)^if __name__ == ["']__main__["']"""),
        ("database", r"(?m)^\s*(?:import|from)\s+(?:sqlite3|aiosqlite)\b|^DATABASES\b"),
        ("go-main", r"(?m)^package main\b"),
        (
            "go-server",
            (
                r"(?m)^[^/\n\"]*(?:\.ListenAndServe(?:TLS)?\(|\bhttp\.Serve\(|\bgin\.(?:Default|New)\("
                r"|\becho\.New\(|\bfiber\.New\(|\bgrpc\.NewServer\()"
            ),
        ),
        (
            "java-server",
            r"(?m)^[^/*\n]*(?:\bSpringApplication\.run\b|@SpringBootApplication|\bMicronaut\.run\b)",
        ),
        ("kotlin-server", r"(?m)^[^/*\n]*(?:\bembeddedServer\(|\brunApplication<)"),
        (
            "rust-server",
            (
                r"(?m)^[^/\n]*(?:\baxum::(?:serve|Server)\b|\bHttpServer::new\b|\brocket::build\b|#\[launch\]"
                r"|\bServer::builder\()"
            ),
        ),
        (
            "node-server",
            r"(?m)^[^/*\n]*(?:\.listen\(|\bNestFactory\.create|\bcreateServer\()",
        ),
        ("phoenix", r"(?m)^\s*use Phoenix\.Endpoint"),
    ),
)
