"""The literals that make a file of code worth parsing, or that say by themselves what it is."""

from __future__ import annotations

from readiness.facts.model import PatternTable

_ROUTE = "|".join(
    (
        r"(?m)^[ \t]*@[\w.]+\.(?:get|post|put|delete|patch|head|options|websocket(?:_route)?)\(",
        r"^[ \t]*@[\w.]+\.(?:api_)?route\(",
        r"\burlpatterns\b",
        r"\badd_(?:api_(?:websocket_)?route|resource|url_rule|route|get|post|put|delete|patch)\(",
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
_OUTGOING = (
    r"(?m)^[ \t]*(?:import|from)[ \t]+(?:[\w.]+[ \t]*,[ \t]*)*"
    r"(?:requests|httpx|aiohttp|urllib3?|http\.client|httplib2|grpc|boto3|smtplib|pycurl|openai|anthropic)\b"
)

_PRACTICE = "|".join(
    (
        r"(?i:passw(?:or)?d)|\bbcrypt\b|argon2|passlib|pwdlib|PasswordHasher",
        r"exception_handler|errorhandler|error_handler|EXCEPTION_HANDLER|handler500|process_exception|call_next",
        r"pydantic|marshmallow|serializers\.|wtforms|jsonschema|voluptuous|cerberus|webargs|django\.forms|\bforms\.",
        r"(?i:strict-transport-security|content-security-policy|x-content-type-options|x-frame-options)",
        r"\bMIDDLEWARE\b|talisman|(?:import|from) secure\b|\bSecure\(",
        r"SECURE_|SESSION_COOKIE|set_cookie\(|SessionMiddleware",
        (
            r"(?:check|has|verify|ensure|assert|restrict|permit|allow(?:ed)?|needs?|enforce|must|is|with|can)\w*_roles?\b"
            r"|\broles?\w*\(|\.roles?\b"
        ),
        r"permission|require_|user_passes_test|casbin|\boso\b|scopes=|request\.user|current_user",
        r"BaseSettings|(?:import|from) environs?\b|\benviron\[|dynaconf|decouple",
        r"(?i:correlation_?id|request_?id|trace_id)|contextvars|LoggingInstrumentor",
        r"(?i:audit)|HistoricalRecords|pghistory|reversion|(?i:redact|scrub|sensitive|sanitiz|before_send)",
        r"(?i:mask(?:ing)?_?\w*(?:filter|formatter|processor|secret|password|token|pii|data))",
        (
            r"(?i:log(?:ger)?)\.(?:info|warn(?:ing)?|error|exception|critical)\([^\n]*"
            r"(?i:token|secret|api_?key|login|logged in|authenticat)"
        ),
        r"ldclient|openfeature|[uU]nleash|flagsmith|growthbook|waffle|configcat|splitio|feature_enabled",
    )
)

# What scripts import or call. The quotes keep a word of prose from counting.
_JS_ROUTE = "|".join(
    (
        r"""["'](?:express|fastify|polka|restify|elysia|h3|hono|itty-router|find-my-way|hyper-express)["'/]""",
        r"""["'](?:express-promise-router|koa-router|koa|@koa/router|@hapi/hapi|hapi|json-server)["']""",
        r"""["'](?:@nestjs/common|@nestjs/core|routing-controllers|@tsed/common|fastify-plugin)["']""",
        r"""["'](?:@feathersjs/express|@hono/[a-z-]+|@fastify/autoload)["']""",
        r"""\b(?:app|router|server|fastify|application)\.(?:get|post|put|delete|patch|all|route)\(\s*["'`{]""",
        r"""["'](?:node:)?https?["']|\b(?:Bun|Deno)\.serve\(""",
    )
)
_JS_TELEMETRY = "|".join(
    (
        r"""["'](?:pino|winston|bunyan|morgan|log4js|koa-logger|tslog|loglevel|signale|nestjs-pino)["'/-]""",
        r"""["'](?:pino-http|express-pino-logger|hono/logger|@google-cloud/logging|@elastic/ecs-)""",
        r"""prom-client|prom-bundle|prometheus|hot-shots|node-statsd|fastify-metrics""",
        r"""["'](?:@opentelemetry/|@vercel/otel|@azure/monitor|applicationinsights|dd-trace|aws-xray-sdk)""",
        r"""["'](?:elastic-apm-node|newrelic|jaeger-client|@sentry/|rollbar|@bugsnag/|bugsnag|raygun)""",
        r"""["'](?:@honeybadger-io|@aws-lambda-powertools|@fastify/otel)|rate-?limit|slow-down|throttler""",
        r"""\bSIGTERM\b|terminus|http-terminator|graceful-shutdown|stoppable|enableShutdownHooks""",
        r"""lightship|close-with-grace|\bfastify\(\{|@nestjs/common""",
        r"""["'](?:@datadog/browser-|@newrelic/browser-|web-vitals|@grafana/faro-|logrocket|@vercel/speed-insights)""",
        r"""["'](?:@highlight-run/|highlight\.run|@elastic/apm-rum|@microsoft/applicationinsights-|@splunk/otel-web)""",
        r"""["'](?:@honeycombio/opentelemetry-web|aws-rum-web|@openobserve/browser-|@appsignal/javascript)""",
    )
)
_JS_VARIABLE = (
    r"(?m)^\s*[A-Z][A-Z0-9_]+:\s*(?:Joi|joi|z|zod)\.[a-z]|"
    r"\bprocess\.env\b|\bimport\.meta\.env\b|\bDeno\.env\b|\bBun\.env\b|"
    r"""["'](?:envalid|env-var|@t3-oss/env|@nestjs/config)"""
)
_JS_SERVER = "|".join(
    (
        r"\.listen\(|\bcreateServer\(|\bcreateSecureServer\(|\bNestFactory\.create|\b(?:Bun|Deno)\.serve\(",
        r"""["'](?:express|fastify|koa|hono|polka|restify|elysia|@hapi/hapi|hapi|@hono/node-server)["']""",
        r"""["'](?:@apollo/server|apollo-server|graphql-yoga|bullmq|@temporalio/worker|@grpc/grpc-js|ws)["'/]""",
    )
)
_JS_OUTGOING = (
    r"\bfetch\(|"
    r"""["'](?:axios|got|ky|node-fetch|cross-fetch|isomorphic-fetch|undici|superagent|needle|@nestjs/axios)["']"""
)

_JS_PRACTICE = "|".join(
    (
        r"(?i:passw(?:or)?d)|bcrypt|argon2",
        r"(?i:error_?handler)|\berr(?:or)?\b *(?:: *\w+)?, *_?req|setErrorHandler|ExceptionFilter|@Catch\(",
        r"\.onError\(",
        r"uncaughtException|[\"']error[\"'], *(?:async *)?\(",
        r"""["'](?:zod|joi|yup|ajv|valibot|superstruct|typebox|arktype|io-ts|runtypes|@hapi/joi|@vinejs/vine)["'/]""",
        r"""["'](?:class-validator|express-validator|celebrate|@sinclair/typebox|express-openapi-validator|effect)["'/]""",
        r"ValidationPipe|zValidator|\bschema: *\{",
        r"(?i:strict-transport-security|content-security-policy|x-content-type-options|x-frame-options)",
        r"helmet|secureHeaders|(?:cookie|koa|express|fastify|iron|secure)-session|\.cookie\(|[cC]ookies?(?:\(\)|Store)?\.set",
        r"setCookie\(|@fastify/session|\bRoles?\b|(?:require|check|has|verify|restrict|allow)\w*(?:Role|Permission|Owner)",
        r"\brestrictTo\b|\bauthorize\(|\bpermit\(|(?:is|require)Admin|\bcan[A-Z]\w+\(|casbin|@casl/|accesscontrol|openfga",
        r"\.user\.(?:_?id|role|sub)\b|auth\.userId",
        r"envalid|@t3-oss/env|env-schema|['\"]convict['\"]|validationSchema|\(process\.env\)|!process\.env",
        r"(?i:audit_?(?:log|event|trail|service))|\bredact\b|beforeSend|format\.combine",
        r"(?i:console|log(?:ger)?)\.\w+\([^\n]*(?i:token|secret|api_?key|login|logged in|req\.body)",
        r"launchdarkly|@openfeature/|unleash-client|flagsmith|growthbook|configcat|splitio|@vercel/flags|fflip",
        r"(?i:x-request-id|x-correlation-id|correlation_?id|request_?id)|rtracer|pino-http|nestjs-pino|nestjs-cls|fastify\(",
    )
)

_JS_CORS = (
    r"""["'](?:@koa/cors|koa2-cors|@fastify/cors|fastify-cors|hono/cors|@elysiajs/cors|cors)["']|"""
    r"enableCors|\bcors:|(?i:access-control-allow-origin)"
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
        ("outgoing", _OUTGOING),
        ("practice", _PRACTICE),
    ),
    endings=(".py",),
)

SCRIPT_HINTS = PatternTable(
    "code-scripts",
    "language",
    (
        ("js-route", _JS_ROUTE),
        ("js-cors", _JS_CORS),
        ("js-variable", _JS_VARIABLE),
        ("js-telemetry", _JS_TELEMETRY),
        ("js-server", _JS_SERVER),
        ("js-outgoing", _JS_OUTGOING),
        ("js-practice", _JS_PRACTICE),
        (
            "js-own",
            (
                r"""["'/](?:bcrypt(?:js)?|argon2)["']|(?i:strict-transport-security|content-security-policy"""
                r"""|x-content-type-options|x-frame-options)|\bcookies\("""
            ),
        ),
    ),
    endings=(".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts"),
)

# What a language says about itself that is not parsed for it. A line comment in front is no use.
SIGNS = PatternTable(
    "code-signs",
    "language",
    (
        ("main-guard", r"""(?m)^if __name__ == ["']__main__["']"""),
        ("database", r"(?m)^\s*(?:import|from)\s+(?:sqlite3|aiosqlite)\b|^DATABASES\b"),
    ),
)
GO_SIGNS = PatternTable(
    "code-signs-go",
    "language",
    (
        ("go-main", r"(?m)^package main\b"),
        (
            "go-server",
            (
                r"(?m)^[^/\n\"]*(?:\.ListenAndServe(?:TLS)?\(|\bhttp\.Serve\(|\bgin\.(?:Default|New)\("
                r"|\becho\.New\(|\bfiber\.New\(|\bgrpc\.NewServer\()"
            ),
        ),
    ),
    endings=(".go",),
)
JVM_SIGNS = PatternTable(
    "code-signs-jvm",
    "language",
    (
        (
            "java-server",
            r"(?m)^[^/*\n]*(?:\bSpringApplication\.run\b|@SpringBootApplication|\bMicronaut\.run\b)",
        ),
        ("kotlin-server", r"(?m)^[^/*\n]*(?:\bembeddedServer\(|\brunApplication<)"),
    ),
    endings=(".java", ".kt", ".kts", ".groovy", ".scala"),
)
RUST_SIGNS = PatternTable(
    "code-signs-rust",
    "language",
    (
        (
            "rust-server",
            (
                r"(?m)^[^/\n]*(?:\baxum::(?:serve|Server)\b|\bHttpServer::new\b|\brocket::build\b|#\[launch\]"
                r"|\bServer::builder\()"
            ),
        ),
    ),
    endings=(".rs",),
)
ELIXIR_SIGNS = PatternTable(
    "code-signs-elixir",
    "language",
    (
        ("phoenix", r"(?m)^\s*use Phoenix\.Endpoint"),
        (
            "plug",
            (
                r"(?m)^[^#\"\n]*(?:\{\s*(?:Plug\.Cowboy|Bandit)\s*,"
                r"|\bPlug\.(?:Adapters\.)?Cowboy\.(?:https?|child_spec)\()"
            ),
        ),
    ),
    endings=(".ex", ".exs"),
)

TABLES = (HINTS, SCRIPT_HINTS, SIGNS, GO_SIGNS, JVM_SIGNS, RUST_SIGNS, ELIXIR_SIGNS)
