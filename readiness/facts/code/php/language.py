"""The entry of PHP among the languages that are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.language import Language
from readiness.facts.code.php import PARSER
from readiness.facts.model import PatternTable

if TYPE_CHECKING:
    from readiness.facts.code.language import Found, Held
    from readiness.facts.code.model import Question
    from readiness.facts.model import Facts

HINTS = PatternTable(
    "code-php",
    "language",
    (
        (
            "route",
            (
                r"\bRoute::|#\[Route\b|@Route\(|withRouting|DiagnosingHealth"
                r"|->(?:get|post|put|patch|delete|any|map|options|group)\(\s*['\"\[]"
            ),
        ),
        ("cors", r"(?i:access-control-allow-origin)|allowed_origins"),
        ("variable", r"\b(?:env|getenv)\(|\$_ENV\b"),
        (
            "telemetry",
            (
                r"JsonFormatter|LogstashFormatter|GelfHandler|StreamHandler|RotatingFileHandler|ErrorLogHandler|'channels'"
                r"|Sentry|Rollbar|Bugsnag|RenderTextFormat|CollectorRegistry|Prometheus::|OpenTelemetry|TracerProvider"
                r"|throttle|Throttle|SIGTERM|imiter"
            ),
        ),
        ("server", r"Application::configure|new (?:\\?[\w\\]+\\)?Application\b|AppFactory::create|'debug'"),
        ("outgoing", r"GuzzleHttp|curl_init|HttpClient::create|\bHttp::"),
    ),
    endings=(".php",),
)


def reads(path: str) -> bool:
    """Whether a file is code; a template of Blade is no PHP until it is compiled."""
    return not path.endswith(".blade.php")


def _routes(facts: Facts, held: Held) -> tuple[Found, ...]:
    from readiness.facts.code.php.together import routes  # noqa: PLC0415 - loaded where there is PHP only

    return routes(facts, held) if held else ()


def _beside(facts: Facts, question: Question) -> Held:
    if not facts.paths("**/composer.json"):
        return ()
    from readiness.facts.code.php.together import beside  # noqa: PLC0415 - loaded where there is PHP only

    return beside(facts, question)


LANGUAGE = Language(
    name="php",
    hints=HINTS,
    parser=PARSER,
    answers=frozenset(("route", "cors", "variable", "telemetry", "outgoing", "server")),
    starts=(".php", "composer.json"),
    reads=reads,
    routes=_routes,
    beside=_beside,
)
