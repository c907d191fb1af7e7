"""What manifests and settings say in place of code: endpoints that a library serves, logs, metrics, the end.

A library of Spring Boot, Quarkus or Micronaut does its work by being there; settings switch it.
Sources: Spring Boot "Endpoints" (the health endpoint is exposed unasked and answers 503 when a part of
it is down; with a driver among the libraries it asks that), "Graceful Shutdown" (from 3.4 on unasked),
"Structured Logging"; SmallRye Health; Micronaut "Health Endpoint"; Logback and Log4j 2 configuration.
"""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING

from readiness.facts.code.jvm.settings import Value, of_module, values, variables
from readiness.facts.code.model import Gap, Handler, Module, Route, Telemetry, TelemetryKind
from readiness.facts.containers.dockerfile import DOCKERFILE
from readiness.facts.dependencies import DEPENDENCY
from readiness.facts.model import Parser
from readiness.records import Struct, field, replace
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.facts.code.language import Held
    from readiness.facts.code.model import Question
    from readiness.facts.dependencies import Dependency
    from readiness.facts.model import Facts
    from readiness.structured.xml import Element
    from readiness.tree.model import Entry

# Libraries whose presence makes the health endpoint ask what they are for.
_ASKED = (
    "spring-boot-starter-data-jpa",
    "spring-boot-starter-jdbc",
    "spring-boot-starter-data-jdbc",
    "spring-boot-starter-data-r2dbc",
    "spring-boot-starter-data-redis",
    "spring-boot-starter-data-mongodb",
    "spring-boot-starter-data-elasticsearch",
    "spring-boot-starter-data-neo4j",
    "spring-boot-starter-data-cassandra",
    "spring-boot-starter-amqp",
    "mybatis-spring-boot-starter",
    "mybatis-plus-boot-starter",
)
_ASKED_OF_OTHERS = (
    "quarkus-agroal",
    "quarkus-jdbc-",
    "quarkus-reactive-",
    "quarkus-redis",
    "quarkus-mongodb",
    "micronaut-jdbc",
    "micronaut-redis",
    "micronaut-mongo",
    "micronaut-hikari",
)
_STRUCTURED = (
    "LogstashEncoder",
    "LogstashTcpSocketAppender",
    "LoggingEventCompositeJsonEncoder",
    "JsonEncoder",
    "JsonLayout",
    "EcsEncoder",
    "EcsLayout",
    "JsonTemplateLayout",
    "StackdriverJsonLayout",
    "GelfEncoder",
    "JSONLayout",
    "StructuredLogEncoder",
    "LogstashLayout",
)
_LOG_FILES = (
    "**/src/main/resources/**/logback*.xml",
    "**/src/main/resources/**/log4j2*.xml",
    "**/{config,conf}/logback*.xml",
    "**/logback-spring.xml",
)
_AGENTS: tuple[tuple[str, TelemetryKind], ...] = (
    ("opentelemetry", "tracing"),
    ("dd-java-agent", "tracing"),
    ("elastic-apm", "tracing"),
    ("newrelic", "tracing"),
    ("applicationinsights", "tracing"),
    ("skywalking", "tracing"),
    ("jmx_prometheus", "metrics"),
)
_EXPORTERS: tuple[tuple[str, TelemetryKind], ...] = (
    ("micrometer-registry-otlp", "metrics"),
    ("micrometer-registry-datadog", "metrics"),
    ("micrometer-registry-statsd", "metrics"),
    ("micrometer-registry-cloudwatch2", "metrics"),
    ("micrometer-registry-new-relic", "metrics"),
    ("quarkus-opentelemetry", "tracing"),
    ("opentelemetry-spring-boot-starter", "tracing"),
    ("spring-cloud-sleuth-zipkin", "tracing"),
    ("spring-cloud-starter-zipkin", "tracing"),
    ("quarkus-micrometer-registry-prometheus", "metrics"),
)
_JSON_FORMATS = ("ecs", "gelf", "logstash")


class _Module(Struct, frozen=True):
    """A manifest, its libraries with those of the manifests above it, and its settings."""

    entry: Entry
    libraries: dict[str, Dependency]
    settings: tuple[Value, ...]

    def library(self, *names: str) -> Dependency | None:
        """The first library whose name without its group is, or starts with, one of ``names``."""
        return next((row for name, row in self.libraries.items() if name.startswith(names)), None)

    def setting(self, key: str) -> Value | None:
        """The setting ``key`` that holds whatever the profile."""
        return next((item for item in self.settings if item.key == key and not item.profile), None)

    def text(self, key: str, default: str = "") -> str:
        """The value of a setting."""
        found = self.setting(key)
        return found.value if found is not None else default


class _Rows(Struct):
    """What is found, by file."""

    routes: dict[str, list[Route]] = field(default_factory=dict)
    telemetry: dict[str, list[Telemetry]] = field(default_factory=dict)
    gaps: dict[str, list[Gap]] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)

    def route(self, entry: Entry, route: Route) -> None:
        """Takes a route that a library serves."""
        self.entries[entry.path] = entry
        self.routes.setdefault(entry.path, []).append(route)

    def watch(self, entry: Entry, row: Telemetry) -> None:
        """Takes a set-up of logs, metrics and the like."""
        self.entries[entry.path] = entry
        kept = self.telemetry.setdefault(entry.path, [])
        if row not in kept:
            kept.append(row)

    def gap(self, entry: Entry, gap: Gap) -> None:
        """Takes what cannot be told."""
        self.entries[entry.path] = entry
        self.gaps.setdefault(entry.path, []).append(gap)

    def held(self) -> Held:
        """All of it as modules, in the order of their paths."""
        return tuple(
            (
                self.entries[path],
                Module(
                    routes=tuple(self.routes.get(path, ())),
                    telemetry=tuple(sorted(self.telemetry.get(path, ()), key=lambda row: row.line)),
                    gaps=tuple(self.gaps.get(path, ())),
                ),
            )
            for path in sorted(self.entries)
        )


def beside(facts: Facts, question: Question) -> Held:
    """The rows of ``question`` that manifests and settings are the reason for."""
    if question == "variable":
        return _variables(facts)
    if question not in ("route", "telemetry"):
        return ()
    rows = _Rows()
    modules = _modules(facts)
    for module in modules:
        if question == "route":
            _served(module, rows)
        else:
            _watched(module, rows, facts)
    if question == "telemetry" and modules:
        _logs(facts, rows)
        _agents(facts, rows)
    return rows.held()


def _modules(facts: Facts) -> list[_Module]:
    rows = [
        row
        for row in facts.collected(DEPENDENCY).rows
        if row.ecosystem == "maven" and row.role is Role.PRODUCT and row.scope == "runtime"
    ]
    if not rows:
        return []
    every = values(facts)
    by_path: dict[str, list[Dependency]] = {}
    for row in rows:
        by_path.setdefault(row.path, []).append(row)
    found = []
    for path in sorted(by_path):
        entry = facts.entry(path)
        if entry is None:
            continue
        folder = dirname(path)
        above = [other for other in by_path if folder.startswith(dirname(other))]
        libraries = {row.name.rpartition(":")[2]: row for other in sorted(above) for row in by_path[other]}
        inner = {row.name.rpartition(":")[2]: row for row in by_path[path]}
        found.append(_Module(entry, libraries | inner, of_module(folder, every)))
    return found


def _own(module: _Module, row: Dependency | None) -> bool:
    """Whether a library is declared in the module itself, so that it is counted once."""
    return row is not None and row.path == module.entry.path


def _served(module: _Module, rows: _Rows) -> None:
    """The health endpoints of Spring Boot Actuator, SmallRye Health and Micronaut's management."""
    actuator = module.library("spring-boot-starter-actuator")
    if actuator is not None and _own(module, actuator) and _enabled(module):
        base = module.text("management.endpoints.web.basepath", "/actuator")
        _health(module, rows, actuator, f"{base.rstrip('/')}/health", "spring-boot-actuator")
        if module.text("management.endpoint.health.probes.enabled") == "true":
            for name in ("liveness", "readiness"):
                path = f"{base.rstrip('/')}/health/{name}"
                rows.route(module.entry, _route(actuator.line, path, "spring-boot-actuator", asks=False))
    smallrye = module.library("quarkus-smallrye-health")
    if smallrye is not None and _own(module, smallrye):
        _health(
            module, rows, smallrye, module.text("quarkus.smallryehealth.rootpath", "/q/health"), "quarkus"
        )
    management = module.library("micronaut-management")
    if management is not None and _own(module, management):
        _health(module, rows, management, "/health", "micronaut")


def _health(module: _Module, rows: _Rows, library: Dependency, path: str, framework: str) -> None:
    asked = module.library(*_ASKED, *_ASKED_OF_OTHERS) is not None
    switched = any(
        item.key.startswith(("management.health.", "quarkus.datasource.health", "quarkus.health"))
        and item.key.endswith(("enabled", "health.enabled"))
        and item.value == "false"
        for item in module.settings
    )
    whole = path if path.startswith("/") else f"/q/{path}"
    rows.route(
        module.entry, _route(library.line, whole, framework, asks=None if asked and switched else asked)
    )


def _route(line: int, path: str, framework: str, *, asks: bool | None) -> Route:
    handler = Handler(name=framework, line=line, asks=bool(asks), fails=True)
    return Route(
        line=line,
        methods=("GET",),
        path=path,
        framework=framework,
        origin=framework,
        handler=None if asks is None else handler,
        guards=(),
        text=f"{path} of {framework}",
    )


def _enabled(module: _Module) -> bool:
    """Whether settings leave the health endpoint of the actuator on and exposed."""
    include = [
        item.value
        for item in module.settings
        if item.key == "management.endpoints.web.exposure.include" and not item.profile
    ]
    exclude = [
        item.value
        for item in module.settings
        if item.key == "management.endpoints.web.exposure.exclude" and not item.profile
    ]
    shown = not include or any(name in ("*", "health") for text in include for name in _names(text))
    hidden = any(name in ("*", "health") for text in exclude for name in _names(text))
    off = (
        module.text("management.endpoint.health.enabled") == "false"
        or module.text("management.server.port") == "-1"
    )
    return shown and not hidden and not off


def _names(text: str) -> list[str]:
    return [part.strip().strip("\"'") for part in text.split(",")]


def _watched(module: _Module, rows: _Rows, facts: Facts) -> None:
    """Metrics, traces, error reports, logs and a graceful end, as settings and libraries give them."""
    for item in module.settings:
        _setting(item, rows)
    prometheus = module.library("micrometer-registry-prometheus")
    exposed = next(
        (
            item
            for item in module.settings
            if item.key == "management.endpoints.web.exposure.include"
            and any(name in ("*", "prometheus") for name in _names(item.value))
        ),
        None,
    )
    if exposed is not None and prometheus is not None and module.library("spring-boot-starter-actuator"):
        shown = f"{exposed.key}: {exposed.value}"
        rows.watch(exposed.entry, Telemetry(exposed.line, "metrics", "micrometer", shown, exposes=True))
    elif prometheus is not None and _own(module, prometheus):
        rows.watch(module.entry, Telemetry(prometheus.line, "metrics", "micrometer", prometheus.name))
    for name, kind in _EXPORTERS:
        library = module.library(name)
        if library is not None and _own(module, library):
            rows.watch(module.entry, Telemetry(library.line, kind, name, library.name, exposes=True))
    bridge = module.library("micrometer-tracing-bridge-")
    exporter = module.library("opentelemetry-exporter-", "zipkin-reporter-brave")
    if bridge is not None and exporter is not None and _own(module, bridge):
        rows.watch(
            module.entry, Telemetry(bridge.line, "tracing", "micrometer-tracing", bridge.name, exposes=True)
        )
    if module.library("quarkus-logging-json") is not None:
        library = module.libraries["quarkus-logging-json"]
        if _own(module, library):
            rows.watch(
                module.entry,
                Telemetry(library.line, "structured-logging", "quarkus", library.name, exposes=True),
            )
    _sentry(module, rows)
    _graceful(module, rows, facts)


def _setting(item: Value, rows: _Rows) -> None:
    shown = f"{item.key}: {item.value}"
    told = item.value.lower()
    match item.key:
        case "logging.structured.format.console" | "logging.structured.format.file":
            kind: TelemetryKind = (
                "structured-logging" if told in _JSON_FORMATS or "json" in told else "logging"
            )
            file = item.key.endswith("file")
            rows.watch(item.entry, Telemetry(item.line, kind, "spring-boot", shown, exposes=True, file=file))
        case "logging.file" | "logging.file.name" | "logging.file.path" | "quarkus.log.file.path":
            if not item.profile and item.value:
                rows.watch(
                    item.entry, Telemetry(item.line, "logging", "spring-boot", shown, exposes=True, file=True)
                )
        case "logging.pattern.console":
            rows.watch(
                item.entry,
                Telemetry(item.line, "logging", "spring-boot", "logging.pattern.console", exposes=True),
            )
        case "server.shutdown" if told == "graceful":
            rows.watch(item.entry, Telemetry(item.line, "signal-handler", "spring-boot", shown, exposes=True))
        case "quarkus.shutdown.timeout":
            rows.watch(item.entry, Telemetry(item.line, "signal-handler", "quarkus", shown, exposes=True))
        case "sentry.dsn" | "quarkus.log.sentry.dsn" if item.value:
            rows.watch(
                item.entry, Telemetry(item.line, "error-tracking", "sentry", "sentry.dsn", exposes=True)
            )
        case _:
            pass


def _sentry(module: _Module, rows: _Rows) -> None:
    starter = module.library("sentry-spring-boot", "sentry-logback", "quarkus-logging-sentry")
    told = any(
        item.key in ("sentry.dsn", "quarkus.log.sentry.dsn") and item.value for item in module.settings
    )
    if starter is not None and _own(module, starter) and not told:
        reason = "the address of Sentry may come from the environment"
        rows.gap(module.entry, Gap(starter.line, ("telemetry",), reason))


def _graceful(module: _Module, rows: _Rows, facts: Facts) -> None:
    """Spring Boot ends gracefully by itself from 3.4 on, unless it is told otherwise."""
    if module.setting("server.shutdown") is not None:
        return
    web = module.library("spring-boot-starter-web", "spring-boot-starter-webflux")
    if web is None or not _own(module, web):
        return
    own = _numbers(web.version)
    version = Version(web.line, own) if own is not None else None
    version = version or facts.parsed(BOOT, module.entry.path).value or _above(facts, module.entry.path)
    if version is None:
        reason = "from Spring Boot 3.4 on a service ends gracefully by itself; its version is not seen here"
        rows.gap(module.entry, Gap(web.line, ("telemetry",), reason))
    elif version.numbers >= (3, 4):
        shown = f"Spring Boot {version.numbers[0]}.{version.numbers[1]}"
        rows.watch(
            module.entry, Telemetry(version.line, "signal-handler", "spring-boot", shown, exposes=True)
        )


class Version(Struct, frozen=True):
    """The version of Spring Boot that a manifest names: where, and its first two numbers."""

    line: int
    numbers: tuple[int, int]


def parse_version(data: bytes) -> Version | None:
    """Of a ``pom.xml`` the version of its parent or bill of materials; of Gradle that of the plugin."""
    lines = data.decode("utf-8", "replace").splitlines()
    for number, line in enumerate(lines):
        parent = (
            "<artifactId>spring-boot-starter-parent<" in line
            or "<artifactId>spring-boot-dependencies<" in line
        )
        plugin = "org.springframework.boot" in line and "version" in line and "<" not in line
        told = "<spring-boot.version>" in line or "<spring.boot.version>" in line
        near = lines[max(0, number - 2) : number + 3] if parent else [line] if plugin or told else []
        for offset, text in enumerate(near):
            if parent and "<version>" not in text:
                continue
            numbers = _numbers(text.partition("version")[2] if not plugin else text.rpartition("version")[2])
            if numbers is not None:
                return Version(max(1, number - 1) + offset if parent else number + 1, numbers)
    return None


def _numbers(text: str) -> tuple[int, int] | None:
    """The first ``3.4`` of a text."""
    digits = "".join(sign if sign.isdigit() or sign == "." else " " for sign in text).split()
    for word in digits:
        parts = [part for part in word.split(".") if part]
        if len(parts) >= 2 and len(parts[0]) <= 3 and len(parts[1]) <= 3:
            return int(parts[0]), int(parts[1])
    return None


BOOT: Parser[Version | None] = Parser("spring-boot-version", 1, parse_version)


def _above(facts: Facts, path: str) -> Version | None:
    """The version that a manifest of a folder above names."""
    folder = dirname(path)
    for _ in range(10):
        if not folder:
            return None
        folder = dirname(folder)
        for name in ("pom.xml", "build.gradle", "build.gradle.kts"):
            other = f"{folder}/{name}" if folder else name
            if facts.entry(other) is not None:
                found = facts.parsed(BOOT, other).value
                if found is not None:
                    return found
    return None


def _parse_logs(data: bytes) -> tuple[Telemetry, ...]:
    """The appenders of a configuration of Logback or Log4j 2."""
    from readiness.structured.xml import parse  # noqa: PLC0415 - reads one kind of file only

    found: list[Telemetry] = []
    waiting: list[Element] = [parse(data)]
    while waiting:
        element = waiting.pop()
        if element.name.lower() in ("appender", "console", "file", "rollingfile"):
            # One that hands on to another writes nothing itself.
            if not element.attribute("class").rpartition(".")[2].startswith(("Async", "Sifting")):
                found.append(_appender(element))
        else:
            waiting += list(element)
    return tuple(sorted(found, key=lambda row: row.line))


def _appender(element: Element) -> Telemetry:
    named = element.attribute("class") or element.name
    words = [named]
    waiting = list(element)
    while waiting:
        inner = waiting.pop()
        words += [inner.attribute("class"), inner.name]
        waiting += list(inner)
    structured = any(word.rpartition(".")[2] in _STRUCTURED for word in words)
    file = "file" in named.rpartition(".")[2].lower()
    kind: TelemetryKind = "structured-logging" if structured else "logging"
    return Telemetry(element.line, kind, "logback", named.rpartition(".")[2], exposes=True, file=file)


LOGS: Parser[tuple[Telemetry, ...]] = Parser("jvm-logs", 1, _parse_logs, tuple[Telemetry, ...])


def _logs(facts: Facts, rows: _Rows) -> None:
    for entry in facts.paths(*_LOG_FILES):
        if entry.role is not Role.PRODUCT:
            continue
        for row in facts.parsed(LOGS, entry.path).value or ():
            rows.watch(entry, row)


def _agents(facts: Facts, rows: _Rows) -> None:
    """``-javaagent:`` in an image of the product."""
    for entry in facts.paths("**/Dockerfile{,.*,-*,_*}", "**/*.Dockerfile", "**/Containerfile"):
        built = facts.parsed(DOCKERFILE, entry.path).value if entry.role is Role.PRODUCT else None
        for keyword in ("ENV", "ENTRYPOINT", "CMD"):
            for item in built.yielded(keyword) if built is not None else ():
                text = item.arguments.lower()
                for word, kind in _AGENTS:
                    if "-javaagent:" in text and word in text.partition("-javaagent:")[2]:
                        rows.watch(
                            entry, Telemetry(item.line, kind, word, f"-javaagent: {word}", exposes=True)
                        )


def _variables(facts: Facts) -> Held:
    """The variables that settings take in, and that a framework takes every setting from the environment."""
    found: dict[str, tuple[Entry, Module]] = {}
    modules = _modules(facts)
    if not modules:
        return ()
    for entry, held in variables(facts):
        if held:
            found[entry.path] = (entry, Module(variables=held))
    for module in modules:
        starter = module.library("spring-boot-starter", "quarkus-", "micronaut-")
        if starter is not None and _own(module, starter):
            reason = f"{starter.name.partition(':')[0]} takes every setting from the environment too"
            entry, held_module = found.get(module.entry.path, (module.entry, Module()))
            gap = Gap(starter.line, ("variable",), reason)
            found[entry.path] = (entry, replace(held_module, gaps=(*held_module.gaps, gap)))
    return tuple(found[path] for path in sorted(found))
