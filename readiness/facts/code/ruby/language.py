"""The entry of Ruby among the languages that are read."""

from __future__ import annotations

from readiness.facts.code.language import Language
from readiness.facts.code.ruby import PARSER
from readiness.facts.code.ruby.together import beside, routes
from readiness.facts.model import PatternTable

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


LANGUAGE = Language(
    name="ruby",
    hints=HINTS,
    parser=PARSER,
    answers=frozenset(("route", "cors", "variable", "telemetry", "outgoing", "server")),
    starts=(".rb", ".ru", "Gemfile"),
    knows=knows,
    reads=reads,
    routes=routes,
    beside=beside,
)
