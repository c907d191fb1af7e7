"""The entry of Elixir among the languages that are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.elixir import PARSER
from readiness.facts.code.language import Language
from readiness.facts.model import PatternTable

if TYPE_CHECKING:
    from readiness.facts.code.language import Found, Held
    from readiness.facts.code.model import Question
    from readiness.facts.model import Facts

HINTS = PatternTable(
    "code-elixir",
    "language",
    (
        (
            "route",
            (
                r"(?m)^\s*use\s*\(?\s*[\w.]+,\s*:(?:router|endpoint)\b|\b(?:Phoenix|Plug)\.Router\b|\bPhoenix\.Endpoint\b"
                r"|\b(?:Trot|Maru|AshJsonApi|Raxx)\.Router\b|\brequest_path:\s*\"|\bpath_info:\s*\["
            ),
        ),
        ("cors", r"\bCORSPlug\b|\bcors_plug\b|\bCorsica\b|(?i:access-control-allow-origin)"),
        ("variable", r"\b(?:get_env|fetch_env!?)\b|\benv!\(|\{:system,|\bVapor\b"),
        (
            "telemetry",
            (
                r"(?i:logger_?json|jsonformatter|json_formatter)|:logger\b|\bLoggerFileBackend\b|\bInk\b|Logstash"
                r"|\bPromEx\b|TelemetryMetrics|Telemetry\.Metrics|\bPrometheus\b|\bStatix\b|\bPeep\b"
                r"|[Oo]pen[Tt]elemetry|\bopentelemetry|\bSpandex|\bNewRelic\b|\bAppsignal\b|:appsignal\b"
                r"|\bSentry\b|:sentry\b|\bHoneybadger\b|:honeybadger\b|\bRollbax\b|:rollbax\b|\bBugsnag\b|:bugsnag\b"
                r"|\bErrorTracker\b|\bTower\b|\bHammer\b|\bPlugAttack\b|\bExRated\b|(?i:rate_?limit|throttle)"
                r"|\bPhoenix\.Endpoint\b|\bPlug\.Cowboy\b|\bBandit\b"
            ),
        ),
        (
            "server",
            r"\bPhoenix\.Endpoint\b|\bPlug\.Cowboy\b|\bBandit\b|\bOban\b|\bBroadway\b|\bdebug_errors\b",
        ),
        ("outgoing", r"\b(?:HTTPoison|Req|Finch|Tesla|Mojito|HTTPotion)\b|:hackney\b|:httpc\b"),
    ),
    endings=(".ex", ".exs"),
)


def reads(path: str) -> bool:
    """Whether a file is more than the settings of a developer's machine, of the tests or of the build."""
    name = path.rpartition("/")[2]
    aside = path.endswith(("config/dev.exs", "config/test.exs")) or ".secret.exs" in name
    return not aside and name not in ("mix.exs", ".formatter.exs", ".credo.exs")


def _routes(facts: Facts, held: Held) -> tuple[Found, ...]:
    from readiness.facts.code.elixir.together import routes  # noqa: PLC0415 - where there is Elixir only

    return routes(facts, held) if held else ()


def _beside(facts: Facts, question: Question) -> Held:
    if question != "cors" or not facts.paths("**/mix.exs"):
        return ()
    from readiness.facts.code.elixir.together import left_to_settings  # noqa: PLC0415 - as above

    return left_to_settings(facts, HINTS)


LANGUAGE = Language(
    name="elixir",
    hints=HINTS,
    parser=PARSER,
    answers=frozenset(("route", "cors", "variable", "telemetry", "outgoing", "server")),
    starts=("mix.exs",),
    reads=reads,
    routes=_routes,
    beside=_beside,
)
