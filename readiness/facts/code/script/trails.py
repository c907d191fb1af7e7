"""What a script of a server writes of who did what, what it keeps out of its logs, and flags that it asks.

Sources: pino "Redaction", Sentry "Scrubbing Sensitive Data"; LaunchDarkly, OpenFeature, Unleash, Flagsmith,
GrowthBook, ConfigCat, Split, PostHog.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.model import Practice, PracticeKind
from readiness.facts.code.script.names import Called, arguments, dotted, option
from readiness.facts.code.trails import hides, is_secret, is_trail, tells_login
from readiness.syntax import line_of

if TYPE_CHECKING:
    from readiness.facts.code.script.scope import Scope
    from readiness.syntax import Node

_MANY = 30
_LOGS = frozenset(("info", "warn", "error", "log", "fatal", "warning"))
_PINO = (
    "pino",
    "pino.pino",
    "pino-http",
    "pino-http.pinoHttp",
    "fastify",
    "fastify.fastify",
    "fastify.Fastify",
)
_FLAGS = (
    "@launchdarkly/",
    "launchdarkly-node-server-sdk",
    "@openfeature/server-sdk",
    "unleash-client",
    "flagsmith-nodejs",
    "@growthbook/growthbook",
    "configcat-node",
    "@splitsoftware/splitio",
    "@vercel/flags",
    "flags/next",
    "fflip",
)


def trails_of(scope: Scope, calls: list[Called]) -> list[Practice]:
    """Every one, in no particular order."""
    found: list[Practice] = []
    for call, _, name, imported in calls:
        if len(found) >= _MANY:
            break
        head, _, last = name.rpartition(".")
        first = next(iter(arguments(call)), None)
        if imported.startswith(_FLAGS):
            found.append(_row(call, "feature-flag", f"{imported}(…)"))
        elif imported in _PINO:
            given = scope.settled(first)
            if option(given, "redact") is not None or option(option(given, "logger"), "redact") is not None:
                found.append(_row(call, "log-redaction", f"{imported}({{redact}})"))
        elif imported.startswith("@sentry/") and last == "init":
            if option(scope.settled(first), "beforeSend") is not None:
                found.append(_row(call, "log-redaction", "init({beforeSend})"))
        elif name.endswith("format.combine"):
            names = [dotted(item).removesuffix("()") for item in arguments(call)]
            found += [_row(call, "log-redaction", f"format: {item}") for item in names if hides(item)]
        elif is_trail(name):
            found.append(_row(call, "audit-log", f"{name.replace('()', '')}(…)"))
        elif last in _LOGS and ("log" in head.lower() or head == "console"):
            found += _logged(call, name, scope)
    return found


def _row(node: Node, kind: PracticeKind, text: str, *, weak: bool = False) -> Practice:
    return Practice(line_of(node), kind, "", text, weak)


def _logged(call: Node, name: str, scope: Scope) -> list[Practice]:
    """A log line that says how a login went, or that carries a secret or the body of a request."""
    found = []
    given = arguments(call)
    if given and tells_login(scope.fold(given[0]) or ""):
        found.append(_row(call, "audit-log", "a log line on logins", weak=True))
    shown = list(given)
    for item in given:
        if item.kind() == "template_string":
            shown += [
                inner
                for part in item.named_children()
                if part.kind() == "template_substitution"
                for inner in part.named_children()
            ]
    for item in shown:
        written = dotted(item)
        if is_secret(written.rpartition(".")[2]) or written in ("req.body", "request.body", "req.headers"):
            return [*found, _row(call, "logged-secret", f"{name}({written})", weak=True)]
    return found
