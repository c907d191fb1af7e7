"""Go: net/http, chi, gorilla/mux, Gin, Echo, Fiber, httprouter and gRPC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.golang.file import GO_FILE
from readiness.facts.code.language import Language
from readiness.facts.model import PatternTable

if TYPE_CHECKING:
    from readiness.facts.code.language import Found, Held
    from readiness.facts.model import Facts

_UNREAD = "|".join(
    (
        r'"github\.com/(?:astaxie|beego)/beego|"github\.com/(?:revel/revel|kataras/iris|gobuffalo/buffalo)',
        r'"github\.com/(?:zeromicro/go-zero/rest|go-kratos/kratos|cloudwego/hertz|emicklei/go-restful)',
        r'"github\.com/(?:valyala/fasthttp|fasthttp/router|gogf/gf|danielgtaylor/huma|go-martini/martini)',
        r'"github\.com/(?:uptrace/bunrouter|go-fuego/fuego|twitchtv/twirp|grpc-ecosystem/grpc-gateway)',
        r'"github\.com/(?:swaggest/rest|savsgio/atreugo|dimfeld/httptreemux|pocketbase/pocketbase)',
        r'"github\.com/(?:oapi-codegen/runtime|deepmap/oapi-codegen|go-openapi/(?:runtime/middleware|loads))',
        r'"goa\.design/goa|"connectrpc\.com/connect|"encore\.dev',
    )
)
_ROUTE = "|".join(
    (
        r'"github\.com/(?:gin-gonic/gin|labstack/echo|gofiber/fiber|go-chi/chi|gorilla/mux|julienschmidt/httprouter)',
        r"\bhttp\.(?:Handle|HandleFunc|NewServeMux|ServeMux|ResponseWriter|Handler)\b",
        _UNREAD,
    )
)
_TELEMETRY = "|".join(
    (
        r'"log/slog"|"go\.uber\.org/(?:zap|fx)|"github\.com/(?:rs/zerolog|sirupsen/logrus|go-kit/|hashicorp/go-hclog)',
        r'"github\.com/(?:charmbracelet/log|go-chi/httplog)|\blog\.(?:SetFlags|SetOutput|New)\(',
        r"\bgin\.Logger|\bmiddleware\.(?:Logger|RequestLogger|RateLimiter)|fiber/v\d/middleware/(?:logger|limiter)",
        r"(?i:prometheus)|statsd|ginmetrics|VictoriaMetrics/metrics",
        r'"go\.opentelemetry\.io/|jaeger-client|zipkin-go|dd-trace-go|newrelic/go-agent|go\.elastic\.co/apm',
        r"sentry-go|raven-go|rollbar-go|bugsnag-go|honeybadger-go|gobrake",
        r"httprate|tollbooth|ulule/limiter|gin-rate-limit|redis_rate|go-limiter|throttled",
        r"StatusTooManyRequests|, 429\b|func (?:\([^)\n]*\) )?\w*(?i:rate_?limit|throttl)\w*\(|kit/ratelimit",
        r'"os/signal"|oklog/run|ory/graceful|fvbock/endless|SetupSignalHandler|' + _UNREAD,
    )
)
_VARIABLE = "|".join(
    (
        r"\bos\.(?:Getenv|LookupEnv|Environ)\b|[eE]nv\w*\(\"[A-Z]|`[^`\n]*\b(?:env|envconfig):\"",
        r"\b(?:BindEnv|MustBindEnv|AutomaticEnv)\(|\bEnvVars\b|koanf/providers/env|split_words:",
    )
)


def _routes(facts: Facts, held: Held) -> tuple[Found, ...]:
    from readiness.facts.code.golang.together import routes  # noqa: PLC0415 - loaded where there is Go only

    return routes(facts, held) if held else ()


GO = Language(
    name="go",
    hints=PatternTable(
        "code-go",
        "language",
        (
            ("route", _ROUTE),
            (
                "cors",
                r"/cors\b|\bCORS|(?i:access-control-allow-origin)|HeaderAccessControlAllowOrigin|" + _UNREAD,
            ),
            ("variable", _VARIABLE),
            ("telemetry", _TELEMETRY),
            (
                "outgoing",
                (
                    r"\bhttp\.(?:Client\b|DefaultClient|Get\(|Post\(|PostForm\(|Head\()|\bresty\b|go-retryablehttp"
                    r"|\bsmtp\.SendMail|\bgrpc\.(?:Dial|DialContext|NewClient)\(|\bfasthttp\."
                ),
            ),
            (
                "server",
                (
                    r"\.ListenAndServe(?:TLS)?\(|\bhttp\.(?:Serve\(|Server\{)|\bgin\.(?:Default|New|SetMode)\("
                    r"|\becho\.New\(|\bfiber\.New\(|\bgrpc\.NewServer\("
                ),
            ),
            ("alive", r"\.Ping(?:Context)?\("),
        ),
        endings=(".go",),
    ),
    parser=GO_FILE,
    answers=frozenset(("route", "cors", "variable", "telemetry", "outgoing")),
    starts=(".go",),
    routes=_routes,
)
