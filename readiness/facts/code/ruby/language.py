"""The entry of Ruby among the languages that are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.language import Language
from readiness.facts.code.ruby import PARSER
from readiness.facts.model import PatternTable

if TYPE_CHECKING:
    from readiness.facts.code.language import Found, Held
    from readiness.facts.code.model import Question
    from readiness.facts.model import Facts

HINTS = PatternTable(
    "code-ruby",
    "language",
    (
        (
            "route",
            r"(?m)\broutes\.draw\b|Sinatra::|[\"']sinatra[\"']|Grape::API|^\s*(?:get|post)\s+[\"']/[^\"']*[\"']\s+do\b",
        ),
        ("cors", r"Rack::Cors|(?i:access-control-allow-origin)"),
        ("variable", r"\bENV\b"),
        (
            "telemetry",
            (
                r"lograge|SemanticLogger|semantic_logger|Ougai|LogStashLogger|log_formatter|\bLogger\.new\b|TaggedLogging"
                r"|Sentry\.init|Raven\.|Rollbar|Honeybadger|Bugsnag|Airbrake|Appsignal|Raygun|ExceptionNotification"
                r"|Prometheus|Yabeda|yabeda|StatsD|Statsd|OpenTelemetry::SDK|Datadog\.configure|ElasticAPM|NewRelic::Agent"
                r"|Rack::Attack|\brate_limit\b|Rack::Throttle|\btrap\b|_shutdown|Rack::CommonLogger"
            ),
        ),
        (
            "server",
            (
                r"Sinatra::(?:Base|Application)|Grape::API|Rails::Application|<\s*Roda\b|Hanami::App"
                r"|Sidekiq\.configure_server|\brun!|Rack::Handler|Rack::Server|consider_all_requests_local"
            ),
        ),
        (
            "outgoing",
            r"\b(?:Faraday|HTTParty|RestClient|Excon|Typhoeus|HTTPX)\b|Net::HTTP|\bHTTP\.",
        ),
    ),
    endings=(".rb", ".ru"),
)


def knows(server: str) -> bool:
    """Whether the routes of a framework are read."""
    return server in ("rails", "sinatra", "grape", "sidekiq", "resque")


def reads(path: str) -> bool:
    """Whether a file is more than the settings of a developer's machine or of the tests."""
    return not path.endswith(("config/environments/development.rb", "config/environments/test.rb"))


def _routes(facts: Facts, held: Held) -> tuple[Found, ...]:
    from readiness.facts.code.ruby.together import routes  # noqa: PLC0415 - loaded where there is Ruby only

    return routes(facts, held) if held else ()


def _beside(facts: Facts, question: Question) -> Held:
    if not facts.paths("**/Gemfile"):
        return ()
    if question == "variable":
        from readiness.facts.code.ruby.embedded import variables  # noqa: PLC0415 - where there is Ruby only

        return variables(facts)
    from readiness.facts.code.ruby.together import beside  # noqa: PLC0415 - loaded where there is Ruby only

    return beside(facts, question)


LANGUAGE = Language(
    name="ruby",
    hints=HINTS,
    parser=PARSER,
    answers=frozenset(("route", "cors", "variable", "telemetry", "outgoing", "server")),
    starts=(".rb", ".ru", "Gemfile"),
    knows=knows,
    reads=reads,
    routes=_routes,
    beside=_beside,
)
