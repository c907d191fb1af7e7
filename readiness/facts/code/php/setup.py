"""What a file of PHP sets up: telemetry, servers, origins, variables, and calls to other services.

Sources: Laravel "Logging", "Rate Limiting", "HTTP Client" (30 s by default), ``config/cors.php``; Monolog's
handlers and formatters; Sentry, Bugsnag and Rollbar for PHP; promphp/prometheus_client_php;
OpenTelemetry PHP; Guzzle "Request Options" (``timeout`` is 0, no limit); cURL ``CURLOPT_TIMEOUT`` (none);
Symfony "HTTP Client" (``default_socket_timeout``, 60 s); Slim.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.grammar import Scope, above, children
from readiness.facts.code.model import Cors, Outgoing, Server, Telemetry, TelemetryKind, Variable
from readiness.facts.code.php.grammar import entries, fold, listed, value_of
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.syntax import Node

_CALLS: dict[str, tuple[TelemetryKind, str, bool]] = {
    "JsonFormatter": ("structured-logging", "monolog", True),
    "LogstashFormatter": ("structured-logging", "monolog", True),
    "GelfHandler": ("structured-logging", "monolog", True),
    "Sentry.init": ("error-tracking", "sentry", True),
    "Integration.handles": ("error-tracking", "sentry-laravel", True),
    "Rollbar.init": ("error-tracking", "rollbar", True),
    "Bugsnag.Client.make": ("error-tracking", "bugsnag", True),
    "RenderTextFormat": ("metrics", "prometheus_client_php", True),
    "CollectorRegistry": ("metrics", "prometheus_client_php", False),
    "CollectorRegistry.getDefault": ("metrics", "prometheus_client_php", False),
    "Prometheus.addGauge": ("metrics", "laravel-prometheus", True),
    "Prometheus.addCounter": ("metrics", "laravel-prometheus", True),
    "Sdk.builder": ("tracing", "opentelemetry", True),
    "TracerProvider": ("tracing", "opentelemetry", True),
    "TracerProviderFactory": ("tracing", "opentelemetry", True),
    "TracerProvider.builder": ("tracing", "opentelemetry", True),
}
_FILES = ("single", "daily")
_STREAMS = ("php://stderr", "php://stdout", "php://output")
_SETTERS = ("header", "set", "withHeader", "withAddedHeader", "setHeader")
_APPLICATIONS = ("Illuminate.Foundation.Application", "Laravel.Lumen.Application")
_HEADER = "access-control-allow-origin"
_MANY = 200
_TEXT = 100_000


def _plain(call: Node, scope: Scope) -> str:
    return scope.called(call).replace("()", "")


def telemetry_of(scope: Scope) -> tuple[Telemetry, ...]:
    """Every set-up in the file, in the order of the source."""
    found: list[Telemetry] = []
    for call in scope.calls:
        name, line = _plain(call, scope), line_of(call)
        last = scope.last(call)
        parts = name.split(".")
        known = _CALLS.get(".".join(parts[-2:])) or (
            _CALLS.get(last) if call.kind().startswith("object") else None
        )
        if known is not None:
            kind, library, exposes = known
            found.append(Telemetry(line, kind, library, f"{last}(…)", exposes))
        elif last in ("StreamHandler", "RotatingFileHandler", "ErrorLogHandler"):
            found += _handler(call, last, scope)
        elif last == "pcntl_signal" and "SIGTERM" in call.text()[:300]:
            found.append(Telemetry(line, "signal-handler", "pcntl", "pcntl_signal(SIGTERM)", exposes=True))
        elif last == "consume" and "imiter" in name:
            found.append(Telemetry(line, "rate-limit", "symfony/rate-limiter", f"{last}(…)", exposes=True))
        elif last == "throttleApi":
            found.append(Telemetry(line, "rate-limit", "laravel", "throttleApi()", exposes=True))
        elif last in ("middleware", "group"):
            found += _throttled(call, line)
    found += _channels(scope)
    found += [
        Telemetry(line_of(item), "rate-limit", "laravel", "ThrottleRequests", exposes=True)
        for item in scope.of("array_element_initializer")
        if _limits(item)
    ]
    return tuple(sorted(dict.fromkeys(found[:_MANY]), key=lambda row: row.line))


def _limits(item: Node) -> bool:
    """``'throttle:api'`` or ``ThrottleRequests::class . ':api'`` in a list of middleware, without a key."""
    parts = children(item)
    if len(parts) != 1:
        return False
    text = parts[0].text()[:200]
    return text.strip("\"'").startswith("throttle:") or "ThrottleRequests::class" in text


def _throttled(call: Node, line: int) -> list[Telemetry]:
    given = call.field("arguments")
    items = nodes_of(given, ("string",))[:20] if given is not None else []
    around = [item for item in items if (fold(item) or "").partition(":")[0] == "throttle"]
    inside = [
        item for item in around if not any(part.kind() == "compound_statement" for part in above(item, 6))
    ]
    return [Telemetry(line, "rate-limit", "laravel", "throttle", exposes=True)] if inside else []


def _handler(call: Node, name: str, scope: Scope) -> list[Telemetry]:
    text = scope.text(scope.first(call)) or ""
    file = name == "RotatingFileHandler" or (name == "StreamHandler" and text not in _STREAMS)
    if name == "StreamHandler" and not text:
        return []
    return [Telemetry(line_of(call), "logging", "monolog", f"{name}(…)", True, file)]


def _channels(scope: Scope) -> list[Telemetry]:
    """The channels of Laravel's ``config/logging.php``: the default one, and that of the standard error."""
    whole = _returned(scope)
    channels = value_of(whole, "channels")
    if channels is None:
        return []
    found = []
    default = _fallback(value_of(whole, "default"), scope)
    names = listed(value_of(channels, default, "channels")) if default else []
    stacked = value_of(channels, default, "channels") if default else None
    if not names and stacked is not None:
        names = (_fallback(stacked, scope) or "").split(",")
    drivers = [scope.text(value_of(channels, name, "driver")) or name for name in names or [default or ""]]
    if default:
        file = any(driver in _FILES for driver in drivers)
        line = line_of(value_of(whole, "default") or channels)
        found.append(Telemetry(line, "logging", "monolog", f"default channel {default}", True, file))
    for name, value in entries(channels):
        text = value.text()[:2000]
        if "JsonFormatter" in text or "LogstashFormatter" in text:
            found.append(
                Telemetry(line_of(value), "structured-logging", "monolog", f"channel {name}", exposes=True)
            )
        elif any(stream in text for stream in _STREAMS) and name != default:
            found.append(Telemetry(line_of(value), "logging", "monolog", f"channel {name}", exposes=True))
    return found


def _returned(scope: Scope) -> Node | None:
    """The array that a file of settings returns."""
    returns = scope.of("return_statement")[-1:]
    inner = children(returns[0], "array_creation_expression") if returns else []
    return inner[0] if inner else None


def _fallback(node: Node | None, scope: Scope) -> str | None:
    """The text of ``node``, or what ``env('A', 'b')`` falls back to."""
    for _ in range(4):
        if node is None:
            return None
        node = scope.grammar.bare(node)
        text = scope.text(node)
        if text is not None:
            return text
        given = [item.value for item in scope.arguments(node)] if node.kind() in scope.grammar.calls else []
        name = scope.last(node) if given else ""
        if name not in ("env", "explode") or len(given) < 2:
            return None
        node = given[1]
    return None


def servers_of(scope: Scope) -> tuple[Server, ...]:
    """Where an application is built, and a debug mode that the settings switch on."""
    found: list[Server] = []
    for call in scope.calls:
        name, line = _plain(call, scope), line_of(call)
        two = ".".join(name.split(".")[-2:])
        if two == "Application.configure" or name in _APPLICATIONS:
            found.append(Server(line, "laravel", "construct", f"{two}(…)"))
        elif two == "AppFactory.create":
            found.append(Server(line, "slim", "construct", "AppFactory::create()"))
    node = value_of(_returned(scope), "debug")
    if node is not None and value_of(_returned(scope), "key") is not None:
        settled = scope.grammar.bare(node)
        given = (
            [item.value for item in scope.arguments(settled)] if settled.kind() in scope.grammar.calls else []
        )
        last = given[1].text().lower() if len(given) > 1 else settled.text().lower()
        if last == "true":
            found.append(Server(line_of(node), "laravel", "construct", "debug", True if not given else None))
    return tuple(found[:100])


def cors_of(scope: Scope) -> tuple[Cors, ...]:
    """Laravel's ``config/cors.php``, and the header where it is written by hand."""
    found: list[Cors] = []
    whole = _returned(scope)
    origins = value_of(whole, "allowed_origins")
    if origins is not None:
        allowed = value_of(whole, "supports_credentials")
        text = allowed.text().lower() if allowed is not None else "false"
        found.append(
            Cors(
                line_of(origins),
                "laravel",
                wildcard(origins, scope),
                {"true": True, "false": False}.get(text),
            )
        )
    for call in scope.calls:
        if len(found) >= 100:
            break
        last = scope.last(call)
        given = [item.value for item in scope.arguments(call)]
        if last == "header" and len(given) == 1:
            name, _, value = (scope.text(given[0]) or "").partition(":")
            if name.strip().lower() == _HEADER:
                wild = None if "{" in value else value.strip() == "*"
                found.append(_header(call, wild, scope))
        elif last in _SETTERS and len(given) > 1 and (scope.text(given[0]) or "").lower() == _HEADER:
            found.append(_header(call, wildcard(given[1], scope), scope))
    return tuple(sorted(found[:100], key=lambda row: row.line))


def _header(call: Node, wild: bool | None, scope: Scope) -> Cors:
    allowed = "access-control-allow-credentials" in scope.root.text()[:_TEXT].lower()
    return Cors(line_of(call), "header", wild, allowed)


def wildcard(node: Node, scope: Scope) -> bool | None:
    """Whether the origins ``node`` contain everything; None where they come from elsewhere."""
    settled = scope.settled(node)
    node = settled if settled is not None else node
    text = scope.text(node)
    if text is not None:
        return None if "{" in text else any(part.strip() == "*" for part in text.split(","))
    if node.kind() == "array_creation_expression":
        parts = [wildcard(value, scope) for _, value in entries(node)]
        return True if True in parts else None if None in parts else False
    fallback = _fallback(node, scope)
    return True if fallback is not None and "*" in fallback.split(",") else None


def variables_of(scope: Scope) -> tuple[Variable, ...]:
    """Every variable that is read under a literal name."""
    found: list[Variable] = []
    for call in scope.calls:
        if scope.last(call) in ("env", "getenv") and call.kind() == "function_call_expression":
            text = scope.text(scope.first(call))
            if text and "{" not in text:
                found.append(Variable(line_of(call), text, not _demanded(call)))
    for node in scope.of("subscript_expression"):
        inner = children(node)
        if len(inner) == 2 and inner[0].text() == "$_ENV":
            text = scope.text(inner[1])
            parent = node.parent()
            left = parent.field("left") if parent is not None else None
            written = left is not None and parent is not None and parent.kind() == "assignment_expression"
            if text and not (
                written and left is not None and left.range().start.index == node.range().start.index
            ):
                found.append(Variable(line_of(node), text, not _demanded(node)))
    kept = {(item.line, item.name): item for item in found}
    return tuple(sorted(kept.values(), key=lambda item: (item.line, item.name)))[:500]


def _demanded(node: Node) -> bool:
    """``?? throw …``: whether the program ends without it."""
    parent = node.parent()
    right = parent.field("right") if parent is not None and parent.kind() == "binary_expression" else None
    return right is not None and right.kind() == "throw_expression"


def outgoing_of(scope: Scope) -> tuple[Outgoing, ...]:
    """Every client and every call without one, in the order of the source."""
    found: list[Outgoing] = []
    text = scope.root.text()[:_TEXT]
    for call in scope.calls:
        name, last, line = _plain(call, scope), scope.last(call), line_of(call)
        if last == "Client" and name.startswith("GuzzleHttp"):
            options = scope.settled(scope.first(call)) if scope.first(call) is not None else None
            limit = value_of(options, "timeout")
            opaque = options is not None and options.kind() != "array_creation_expression"
            limited = (
                limit.text() not in ("0", "0.0")
                if limit is not None
                else None
                if opaque or "'timeout'" in text
                else False
            )
            found.append(Outgoing(line, "guzzle", "new Client(…)", limited, "Middleware::retry" in text))
        elif last == "curl_init":
            found.append(Outgoing(line, "curl", "curl_init(…)", "CURLOPT_TIMEOUT" in text, False))
        elif name.split(".")[-2:-1] == ["HttpClient"] and last == "create":
            found.append(
                Outgoing(
                    line, "symfony/http-client", "HttpClient::create()", True, "RetryableHttpClient" in text
                )
            )
        elif last in ("get", "post", "put", "patch", "delete", "send") and _facade(call, scope):
            names = {scope.last(item) for item in scope.links(call)}
            found.append(Outgoing(line, "laravel/http", f"Http::{last}(…)", True, "retry" in names))
    return tuple(found[:_MANY])


def _facade(call: Node, scope: Scope) -> bool:
    """Whether a call is made on Laravel's ``Http``."""
    links = scope.links(call)
    root = scope.owner(links[0]) if links else None
    return scope.name(root).rpartition(".")[2] == "Http"
