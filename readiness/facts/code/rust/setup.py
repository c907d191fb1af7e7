"""What a file of Rust sets up: telemetry, servers, signals, origins, variables, and calls to other services.

Sources: docs.rs of tracing-subscriber, tracing-appender, env_logger, log4rs, metrics-exporter-prometheus,
prometheus, axum-prometheus, actix-web-prom, opentelemetry-otlp, sentry, tower_governor, actix-governor,
tower-http (``CorsLayer``), actix-cors, rocket_cors, reqwest (no timeout by default), ureq (none), awc (5 s),
reqwest-retry, tokio (``signal``), signal-hook, clap (``env``), envconfig, envy, config, figment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.grammar import Scope, above, child, children
from readiness.facts.code.model import Cors, Gap, Outgoing, Server, Telemetry, TelemetryKind, Variable
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.syntax import Node

# The last two parts of a call's name, what it sets up, its library, and whether the signal leaves.
_CALLS: dict[str, tuple[TelemetryKind, str, bool]] = {
    "fmt.init": ("logging", "tracing-subscriber", True),
    "fmt.layer": ("logging", "tracing-subscriber", True),
    "fmt.Layer": ("logging", "tracing-subscriber", True),
    "tracing_subscriber.fmt": ("logging", "tracing-subscriber", True),
    "env_logger.init": ("logging", "env_logger", True),
    "env_logger.init_from_env": ("logging", "env_logger", True),
    "env_logger.builder": ("logging", "env_logger", True),
    "env_logger.Builder": ("logging", "env_logger", True),
    "pretty_env_logger.init": ("logging", "pretty_env_logger", True),
    "simple_logger.init": ("logging", "simple_logger", True),
    "SimpleLogger.new": ("logging", "simple_logger", True),
    "log4rs.init_file": ("logging", "log4rs", True),
    "fern.Dispatch": ("logging", "fern", True),
    "BunyanFormattingLayer.new": ("structured-logging", "tracing-bunyan-formatter", True),
    "tracing_stackdriver.layer": ("structured-logging", "tracing-stackdriver", True),
    "tracing_logfmt.layer": ("structured-logging", "tracing-logfmt", True),
    "slog_json.Json": ("structured-logging", "slog-json", True),
    "json_subscriber.fmt": ("structured-logging", "json-subscriber", True),
    "PrometheusBuilder.new": ("metrics", "metrics-exporter-prometheus", True),
    "PrometheusMetricsBuilder.new": ("metrics", "actix-web-prom", True),
    "PrometheusMetrics.new": ("metrics", "rocket_prometheus", True),
    "PrometheusMetricLayer.pair": ("metrics", "axum-prometheus", True),
    "PrometheusMetricLayerBuilder.new": ("metrics", "axum-prometheus", True),
    "opentelemetry_prometheus.exporter": ("metrics", "opentelemetry-prometheus", True),
    "prometheus.gather": ("metrics", "prometheus", True),
    "TextEncoder.new": ("metrics", "prometheus", True),
    "text.encode": ("metrics", "prometheus-client", True),
    "StatsdClient.builder": ("metrics", "cadence", True),
    "MetricExporter.builder": ("metrics", "opentelemetry-otlp", True),
    "Counter.new": ("metrics", "prometheus", False),
    "IntCounter.new": ("metrics", "prometheus", False),
    "IntCounterVec.new": ("metrics", "prometheus", False),
    "Histogram.new": ("metrics", "prometheus", False),
    "HistogramVec.new": ("metrics", "prometheus", False),
    "Registry.default": ("metrics", "prometheus-client", False),
    "SpanExporter.builder": ("tracing", "opentelemetry-otlp", True),
    "opentelemetry_otlp.new_pipeline": ("tracing", "opentelemetry-otlp", True),
    "opentelemetry_otlp.new_exporter": ("tracing", "opentelemetry-otlp", True),
    "tracing_opentelemetry.layer": ("tracing", "tracing-opentelemetry", True),
    "OpenTelemetryLayer.new": ("tracing", "tracing-opentelemetry", True),
    "opentelemetry_jaeger.new_agent_pipeline": ("tracing", "opentelemetry-jaeger", True),
    "opentelemetry_jaeger.new_collector_pipeline": ("tracing", "opentelemetry-jaeger", True),
    "sentry.init": ("error-tracking", "sentry", True),
    "GovernorConfigBuilder.default": ("rate-limit", "governor", True),
    "Governor.new": ("rate-limit", "actix-governor", True),
    "GovernorLayer.new": ("rate-limit", "tower_governor", True),
    "RateLimitLayer.new": ("rate-limit", "tower", True),
    "RateLimiter.direct": ("rate-limit", "governor", True),
    "RateLimiter.keyed": ("rate-limit", "governor", True),
    "Limiter.builder": ("rate-limit", "actix-limitation", True),
}
_MACROS: dict[str, tuple[TelemetryKind, str, bool]] = {
    **dict.fromkeys(
        ("register_counter", "register_int_counter", "register_histogram", "register_gauge"),
        ("metrics", "prometheus", False),
    ),
    **dict.fromkeys(
        ("register_int_counter_vec", "register_histogram_vec", "register_int_gauge", "register_counter_vec"),
        ("metrics", "prometheus", False),
    ),
}
_COUNTS: dict[str, tuple[TelemetryKind, str, bool]] = {
    f"metrics.{name}": ("metrics", "metrics", False)
    for name in ("counter", "gauge", "histogram", "increment_counter", "describe_counter")
}
_SERVERS = {
    "axum.serve": ("axum", "serve"),
    "axum.Server.bind": ("axum", "serve"),
    "axum_server.bind": ("axum", "serve"),
    "axum_server.bind_rustls": ("axum", "serve"),
    "rocket.build": ("rocket", "construct"),
    "rocket.custom": ("rocket", "construct"),
}
_VARIABLE = ("env.var", "env.var_os", "dotenvy.var", "dotenv.var", "std.env.var", "std.env.var_os")
# What reads the level of the logs from RUST_LOG by itself.
_LEVELS = (
    "EnvFilter.from_default_env",
    "EnvFilter.try_from_default_env",
    "env_logger.init",
    "env_logger.builder",
    "env_logger.try_init",
    "Env.default",
    "pretty_env_logger.init",
)
_GOES_ON = (
    "unwrap_or",
    "unwrap_or_else",
    "unwrap_or_default",
    "ok",
    "is_ok",
    "is_err",
    "or",
    "or_else",
    "map_or",
    "map_or_else",
)
_RETRIES = (
    "RetryTransientMiddleware",
    "ExponentialBackoff",
    "backoff::",
    "tokio_retry",
    "backon::",
    "again::",
)
_HEADER = "access-control-allow-origin"
_MANY = 300
_TEXT = 100_000


def _two(name: str) -> str:
    return ".".join(name.replace("()", "").split(".")[-2:])


def telemetry_of(scope: Scope) -> tuple[Telemetry, ...]:
    """Every set-up in the file, in the order of the source."""
    found: list[Telemetry] = []
    for call in scope.of("call_expression"):
        if len(found) >= _MANY:
            break
        row = _call(call, scope)
        if row is not None:
            found.append(row)
    for node in scope.of("macro_invocation"):
        known = _MACROS.get(scope.last(node)) or _COUNTS.get(scope.name(node).replace("()", ""))
        if known is not None:
            kind, library, exposes = known
            found.append(Telemetry(line_of(node), kind, library, f"{scope.last(node)}!(…)", exposes))
    found += [
        Telemetry(line_of(node), "rate-limit", "tower_governor", "GovernorLayer", exposes=True)
        for node in nodes_of(scope.root, ("struct_expression",))[:2000]
        if scope.name(node.field("name")).rpartition(".")[2] == "GovernorLayer"
    ]
    return tuple(sorted(found[:_MANY], key=lambda row: row.line))


def _call(call: Node, scope: Scope) -> Telemetry | None:
    name = scope.called(call)
    plain, last, line = name.replace("()", ""), scope.last(call), line_of(call)
    two = _two(name)
    known = _CALLS.get(two)
    if known is not None and not (two == "text.encode" and "prometheus" not in plain):
        kind, library, exposes = known
        return Telemetry(line, kind, library, f"{two}(…)", exposes)
    if last == "json" and not scope.arguments(call) and ("fmt" in plain or "tracing_subscriber" in plain):
        return Telemetry(line, "structured-logging", "tracing-subscriber", "json()", exposes=True)
    if plain.startswith("tracing_appender.rolling.") or two == "RollingFileAppender.new":
        return Telemetry(line, "logging", "tracing-appender", f"{two}(…)", True, file=True)
    if last == "init" and plain.startswith("tracing_subscriber.registry"):
        return Telemetry(line, "logging", "tracing-subscriber", "registry().init()", exposes=True)
    if two == "SignalKind.terminate":
        return Telemetry(line, "signal-handler", "tokio", "SignalKind::terminate()", exposes=True)
    if two == "Signals.new" and "SIGTERM" in call.text()[:500]:
        return Telemetry(line, "signal-handler", "signal-hook", "Signals::new(SIGTERM)", exposes=True)
    return None


def servers_of(scope: Scope) -> tuple[Server, ...]:
    """Where a server is built or bound."""
    found: list[Server] = []
    for call in scope.of("call_expression"):
        name = scope.called(call).replace("()", "")
        line = line_of(call)
        if name in _SERVERS:
            framework, act = _SERVERS[name]
            found.append(Server(line, framework, "serve" if act == "serve" else "construct", f"{name}(…)"))
        elif _two(name) == "HttpServer.new":
            found.append(Server(line, "actix-web", "construct", "HttpServer::new(…)"))
        elif name.endswith("Server.builder") and "tonic" in name:
            found.append(Server(line, "tonic", "construct", "Server::builder()"))
    return tuple(found[:100])


def cors_of(scope: Scope) -> tuple[Cors, ...]:
    """Every layer of cross-origin requests, and the header where it is written by hand."""
    found: list[Cors] = []
    for call in scope.of("call_expression"):
        if len(found) >= 100:
            break
        name, last = scope.called(call).replace("()", ""), scope.last(call)
        line, two = line_of(call), _two(name)
        if two in ("CorsLayer.permissive", "CorsLayer.very_permissive"):
            found.append(Cors(line, "tower-http", True, last == "very_permissive", "the default"))
        elif two == "Cors.permissive":
            found.append(Cors(line, "actix-cors", True, True, "the default"))
        elif two == "AllowedOrigins.all":
            found.append(
                Cors(line, "rocket_cors", True, "allow_credentials: true" in scope.root.text()[:_TEXT])
            )
        elif last in ("allow_origin", "allow_any_origin", "allowed_origin", "allowed_origin_fn"):
            framework = "tower-http" if last == "allow_origin" else "actix-cors"
            found.append(Cors(line, framework, _wildcard(call, last, scope), _credentials(call, scope)))
        elif last in ("insert", "append", "header", "insert_header", "new"):
            found += _by_hand(call, scope)
    return tuple(sorted(found[:100], key=lambda row: row.line))


def _wildcard(call: Node, last: str, scope: Scope) -> bool | None:
    if last == "allow_any_origin":
        return True
    first = scope.first(call)
    if last == "allowed_origin_fn" or first is None:
        return None
    if last == "allowed_origin":
        text = scope.text(first)
        return None if text is None else text == "*"
    settled = scope.settled(first)
    name = _two(scope.name(settled))
    if name in ("Any", "cors.Any", "AllowOrigin.any", "AllowOrigin.mirror_request") or name.endswith(".Any"):
        return True
    texts = (
        [scope.text(item) for item in nodes_of(settled, ("string_literal",))] if settled is not None else []
    )
    if "*" in texts:
        return True
    return False if texts and all(text and "://" in text for text in texts) else None


def _credentials(call: Node, scope: Scope) -> bool | None:
    """What the chain around ``call`` says of credentials."""
    chain = [call, *above(call, 60)]
    whole = next(
        (item for item in reversed(chain) if item.kind() == "call_expression" and _same(item, call)), call
    )
    for item in scope.links(whole):
        if scope.last(item) == "supports_credentials":
            return True
        if scope.last(item) == "allow_credentials":
            first = scope.first(item)
            text = first.text() if first is not None else ""
            return {"true": True, "false": False}.get(text)
    return False


def _same(one: Node, two: Node) -> bool:
    """Whether two calls are of one chain: they start at the same place."""
    return one.range().start.index == two.range().start.index


def _by_hand(call: Node, scope: Scope) -> list[Cors]:
    given = [item.value for item in scope.arguments(call)]
    if len(given) == 1 and given[0].kind() == "tuple_expression":
        given = children(given[0])
    if len(given) != 2:
        return []
    key = scope.text(given[0]) or scope.name(given[0]).rpartition(".")[2].replace("_", "-")
    if key.lower() != _HEADER:
        return []
    texts = [scope.text(item) for item in nodes_of(given[1], ("string_literal",))]
    wild = "*" in texts if texts else None
    allowed = "access-control-allow-credentials" in scope.root.text()[:_TEXT].lower().replace("_", "-")
    return [Cors(line_of(call), "header", wild, allowed)]


def variables_of(scope: Scope) -> tuple[Variable, ...]:
    """Every variable that is read at run time under a literal name."""
    found: list[Variable] = []
    for call in scope.of("call_expression"):
        name = scope.called(call)
        text = scope.text(scope.first(call)) if _two(name) in _VARIABLE else None
        if text and "{" not in text:
            found.append(Variable(line_of(call), text, _spared(call)))
        elif _two(name) in _LEVELS:
            found.append(Variable(line_of(call), "RUST_LOG", default=True))
    for node in scope.of("attribute_item"):
        found += _declared(node, scope)
    for node in scope.of("macro_invocation"):
        found += _in_macro(node, scope)
    found += _by_helper(scope)
    kept = {(item.line, item.name): item for item in found}
    return tuple(sorted(kept.values(), key=lambda item: (item.line, item.name)))[:500]


def _in_macro(macro: Node, scope: Scope) -> list[Variable]:
    """``env::var("A")`` where no grammar looks: in what a macro such as ``lazy_static`` is given."""
    found = []
    if "env::var" not in macro.text()[:_TEXT]:
        return []
    for outer in nodes_of(macro, ("token_tree",)):
        parts = outer.children()
        for place, tree in enumerate(parts):
            if tree.kind() != "token_tree" or not place or parts[place - 1].text() not in ("var", "var_os"):
                continue
            text = scope.text(child(tree, "string_literal"))
            after = [item.text() for item in parts[place + 1 : place + 5] if item.kind() == "identifier"]
            if text:
                found.append(Variable(line_of(tree), text, any(item in _GOES_ON for item in after)))
    return found[:500]


def _by_helper(scope: Scope) -> list[Variable]:
    """``get("A")`` where ``fn get(key: &str)`` reads the variable that it is given."""
    helpers = set()
    for name, node in scope.functions.items():
        given = [item.field("pattern") for item in children(node.field("parameters"), "parameter")]
        names = {item.text() for item in given if item is not None}
        for call in nodes_of(node, ("call_expression",))[:50]:
            first = scope.first(call)
            reads = first is not None and _two(scope.called(call)) in _VARIABLE
            if first is not None and reads and scope.grammar.bare(first).text() in names:
                helpers.add(name)
    found = []
    for call in scope.of("call_expression") if helpers else []:
        text = scope.text(scope.first(call)) if scope.called(call) in helpers else None
        if text and "{" not in text:
            default = len(scope.arguments(call)) > 1 or _spared(call)
            found.append(Variable(line_of(call), text, default))
    return found


def _spared(call: Node) -> bool:
    """Whether the program goes on without the variable."""
    node = call.parent()
    for _ in range(6):
        if node is None:
            return False
        if node.kind() == "field_expression":
            name = node.field("field")
            if name is not None and name.text() in _GOES_ON:
                return True
        elif node.kind() in ("let_condition", "match_expression"):
            return True
        elif node.kind() not in ("call_expression", "await_expression"):
            return False
        node = node.parent()
    return False


def _declared(node: Node, scope: Scope) -> list[Variable]:
    """``#[arg(env = "A")]``, ``#[clap(env)]`` and ``#[envconfig(from = "A")]`` before a field."""
    attribute = child(node, "attribute")
    kind = scope.name(child(attribute)) if attribute is not None else ""
    tree = child(attribute, "token_tree")
    if kind not in ("arg", "clap", "envconfig", "structopt") or tree is None:
        return []
    key = "from" if kind == "envconfig" else "env"
    parts = children(tree)
    names = [item.text() for item in parts]
    if key not in names:
        return []
    place = names.index(key)
    after = parts[place + 1] if place + 1 < len(parts) else None
    field = node.next()
    for _ in range(5):
        if field is None or field.kind() != "attribute_item":
            break
        field = field.next()
    label = field.field("name") if field is not None and field.kind() == "field_declaration" else None
    held = field.field("type") if field is not None and label is not None else None
    text = scope.text(after) if after is not None and after.kind() == "string_literal" else None
    name = text or (label.text().upper() if label is not None else "")
    optional = held is not None and held.text().startswith("Option")
    default = optional or any(item.startswith("default") for item in names)
    return [Variable(line_of(node), name, default)] if name else []


def gaps_of(scope: Scope) -> tuple[Gap, ...]:
    """Where variables are read under names that a structure or a prefix makes."""
    found = []
    for call in scope.of("call_expression"):
        two = _two(scope.called(call))
        if two.startswith("envy.") or two in (
            "Environment.with_prefix",
            "Environment.default",
            "Env.prefixed",
            "Env.raw",
        ):
            found.append(
                Gap(line_of(call), ("variable",), "the names of the variables are made by a structure")
            )
    return tuple(found[:20])


def outgoing_of(scope: Scope) -> tuple[Outgoing, ...]:
    """Every client and every call without one, in the order of the source."""
    found: list[Outgoing] = []
    text = scope.root.text()[:_TEXT]
    retried = any(word in text for word in _RETRIES)
    later = ".timeout(" in text or "time::timeout" in text
    for call in scope.of("call_expression"):
        name = scope.called(call).replace("()", "")
        two, line = _two(name), line_of(call)
        if name in ("reqwest.Client.new", "reqwest.Client.default", "reqwest.blocking.Client.new"):
            found.append(Outgoing(line, "reqwest", f"{name}(…)", None if later else False, retried))
        elif name in ("reqwest.get", "reqwest.blocking.get"):
            found.append(Outgoing(line, "reqwest", f"{name}(…)", "time::timeout" in text and None, retried))
        elif name in _BUILDERS:
            limited = any(scope.last(item) in ("timeout", "read_timeout") for item in _chain(call, scope))
            found.append(
                Outgoing(line, "reqwest", f"{name}(…)", limited or (None if later else False), retried)
            )
        elif name in ("ureq.get", "ureq.post", "ureq.put", "ureq.delete", "ureq.Agent.new", "ureq.agent"):
            found.append(Outgoing(line, "ureq", f"{name}(…)", None if later else False, retried))
        elif name in ("awc.Client.default", "awc.Client.new", "awc.Client.builder"):
            found.append(Outgoing(line, "awc", f"{name}(…)", True, retried))
        elif two == "AgentBuilder.new" and "ureq" in name:
            limited = any(scope.last(item).startswith("timeout") for item in _chain(call, scope))
            found.append(Outgoing(line, "ureq", f"{name}(…)", limited, retried))
    return tuple(found[:_MANY])


_BUILDERS = (
    "reqwest.Client.builder",
    "reqwest.ClientBuilder.new",
    "reqwest.blocking.Client.builder",
    "reqwest.blocking.ClientBuilder.new",
)


def _chain(call: Node, scope: Scope) -> list[Node]:
    """The calls of the whole chain that starts with ``call``."""
    found = []
    node = call.parent()
    for _ in range(60):
        if node is None or node.kind() not in ("call_expression", "field_expression", "try_expression"):
            break
        if node.kind() == "call_expression":
            found.append(node)
        node = node.parent()
    return [item for item in found if scope.last(item)]
