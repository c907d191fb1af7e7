"""What a program in Java or Kotlin logs, counts, reads, asks, and how it is set up beside its code."""

# A source on one line is easier to compare than one that is put together.
# ruff: noqa: E501

from __future__ import annotations

import pytest

from readiness.facts.code import nouns, unread
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

SRC = "src/main/java/A.java"
RESOURCES = "src/main/resources/"


def pom(*artifacts: str, group: str = "org.springframework.boot", parent: str = "3.2.0") -> str:
    inner = "".join(
        f"<dependency><groupId>{group}</groupId><artifactId>{name}</artifactId></dependency>"
        for name in artifacts
    )
    above = (
        f"<parent>\n<groupId>{group}</groupId>\n<artifactId>spring-boot-starter-parent</artifactId>\n<version>{parent}</version>\n</parent>\n"
        if parent
        else ""
    )
    return (
        f"<project>{above}<modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>a</artifactId>"
        f"<version>1</version>\n<dependencies>\n{inner}\n</dependencies></project>\n"
    )


def java(imports: str, body: str) -> str:
    lines = "".join(f"import {name};\n" for name in imports.split())
    return f"{lines}class A {{ void a() {{ {body} }} }}\n"


def telemetry(files: dict[str, str]) -> list[tuple[str, bool, bool]]:
    rows = Store(MemoryTree(files)).collected(nouns.TELEMETRY).rows
    return [(row.kind, row.exposes, row.file) for row in rows]


@pytest.mark.parametrize(
    ("imports", "body", "expected"),
    [
        ("io.micrometer.core.instrument.Counter", 'Counter.builder("x").register(r);', [("metrics", False, False)]),
        ("io.prometheus.client.exporter.HTTPServer", "new HTTPServer(9090);", [("metrics", True, False)]),
        ("a.Counter", 'Counter.builder("x");', []),
        ("io.sentry.Sentry", 'Sentry.init(o -> o.setDsn("x"));', [("error-tracking", True, False)]),
        ("io.github.bucket4j.Bucket", "Bucket.builder().addLimit(l).build();", [("rate-limit", True, False)]),
        ("io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter", "OtlpGrpcSpanExporter.builder().build();", [("tracing", True, False)]),
        ("java.util.List", "Runtime.getRuntime().addShutdownHook(new Thread(this::stop));", [("signal-handler", True, False)]),
        ("io.micrometer.datadog.DatadogMeterRegistry", "new DatadogMeterRegistry(c, k);", [("metrics", True, False)]),
        ("io.micrometer.core.instrument.simple.SimpleMeterRegistry", "new SimpleMeterRegistry();", []),
    ],
)  # fmt: skip
def test_a_call_that_sets_up_how_the_program_is_watched(
    imports: str, body: str, expected: list[tuple[str, bool, bool]]
) -> None:
    assert telemetry({SRC: java(imports, body)}) == expected


def test_a_registry_that_is_injected_counts_by_its_type() -> None:
    source = 'import io.micrometer.core.instrument.MeterRegistry;\nclass A { private final MeterRegistry registry; void a() { registry.counter("x").increment(); } }\n'
    assert telemetry({SRC: source}) == [("metrics", False, False)]


def test_annotations_limit_and_count() -> None:
    source = (
        "import io.github.resilience4j.ratelimiter.annotation.RateLimiter;\nimport io.micrometer.core.annotation.Timed;\n"
        'class A { @Timed void a() {}\n@RateLimiter(name = "x") void b() {} }\n'
    )
    assert telemetry({SRC: source}) == [("metrics", False, False), ("rate-limit", True, False)]


def test_the_plugins_of_ktor_are_installed() -> None:
    source = "import io.ktor.server.application.*\nimport io.ktor.server.plugins.ratelimit.*\nfun Application.m() {\n  install(RateLimit) {}\n  install(CallLogging)\n  install(MicrometerMetrics) {}\n}\n"
    assert telemetry({"src/main/kotlin/A.kt": source}) == [
        ("rate-limit", True, False),
        ("logging", True, False),
        ("metrics", False, False),
    ]


LOGBACK = "<configuration><appender name='A' class='{}'>{}</appender></configuration>\n"


@pytest.mark.parametrize(
    ("appender", "inner", "expected"),
    [
        ("ch.qos.logback.core.ConsoleAppender", "<encoder><pattern>%m</pattern></encoder>", ("logging", True, False)),
        ("ch.qos.logback.core.ConsoleAppender", "<encoder class='net.logstash.logback.encoder.LogstashEncoder'/>", ("structured-logging", True, False)),
        ("ch.qos.logback.core.rolling.RollingFileAppender", "<file>a.log</file>", ("logging", True, True)),
    ],
)  # fmt: skip
def test_an_appender_of_logback(appender: str, inner: str, expected: tuple[str, bool, bool]) -> None:
    files = {
        "pom.xml": pom("spring-boot-starter-web"),
        RESOURCES + "logback-spring.xml": LOGBACK.format(appender, inner),
    }
    assert telemetry(files) == [expected]
    in_tests = {
        "pom.xml": pom("spring-boot-starter-web"),
        "src/test/resources/logback-test.xml": LOGBACK.format(appender, inner),
    }
    assert telemetry(in_tests) == []


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("server.shutdown=graceful\n", [("signal-handler", True, False)]),
        ("server.shutdown=immediate\n", []),
        ("# server.shutdown=graceful\n", []),
        ("logging.structured.format.console=ecs\n", [("structured-logging", True, False)]),
        ("logging.file.name=app.log\n", [("logging", True, True)]),
        ("sentry.dsn=${SENTRY_DSN}\n", [("error-tracking", True, False)]),
    ],
)
def test_a_setting_of_spring_boot(settings: str, expected: list[tuple[str, bool, bool]]) -> None:
    files = {"pom.xml": pom("spring-boot-starter-web"), RESOURCES + "application.properties": settings}
    assert telemetry(files) == expected


def test_metrics_are_exposed_by_a_library_and_a_setting_together() -> None:
    libraries = pom("spring-boot-starter-actuator", "micrometer-registry-prometheus")
    setting = {
        RESOURCES
        + "application.yml": "management:\n  endpoints:\n    web:\n      exposure:\n        include: health,prometheus\n"
    }
    assert telemetry({"pom.xml": libraries} | setting) == [("metrics", True, False)]
    assert telemetry({"pom.xml": libraries}) == [("metrics", False, False)]
    assert telemetry({"pom.xml": pom("spring-boot-starter-actuator")} | setting) == []


def test_traces_leave_by_a_bridge_and_an_exporter_or_by_an_agent_of_the_image() -> None:
    assert telemetry({"pom.xml": pom("micrometer-tracing-bridge-otel", "opentelemetry-exporter-otlp")}) == [
        ("tracing", True, False)
    ]
    assert telemetry({"pom.xml": pom("micrometer-tracing-bridge-otel")}) == []
    assert telemetry({"pom.xml": pom("spring-cloud-starter-sleuth")}) == []  # numbers in logs, sent nowhere
    assert [kind for kind, *_ in telemetry({"pom.xml": pom("spring-cloud-sleuth-zipkin")})] == ["tracing"]
    agent = 'FROM eclipse-temurin:21\nENTRYPOINT ["java", "-javaagent:/opentelemetry-javaagent.jar", "-jar", "a.jar"]\n'
    assert telemetry({"pom.xml": pom("spring-boot-starter"), "Dockerfile": agent}) == [
        ("tracing", True, False)
    ]


def test_spring_boot_ends_gracefully_by_itself_from_3_4_on() -> None:
    assert telemetry({"pom.xml": pom("spring-boot-starter-web", parent="3.4.1")}) == [
        ("signal-handler", True, False)
    ]
    assert telemetry({"pom.xml": pom("spring-boot-starter-web", parent="3.3.9")}) == []
    told = {
        "pom.xml": pom("spring-boot-starter-web", parent="3.4.1"),
        RESOURCES + "application.properties": "server.shutdown=immediate\n",
    }
    assert telemetry(told) == []
    gradle = "plugins {\n  id 'org.springframework.boot' version '3.5.0'\n}\ndependencies {\n  implementation 'org.springframework.boot:spring-boot-starter-web'\n}\n"
    assert telemetry({"build.gradle": gradle}) == [("signal-handler", True, False)]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"pom.xml": pom("spring-boot-starter-web", parent="")}, "from Spring Boot 3.4 on a service ends gracefully by itself; its version is not seen here"),
        ({"pom.xml": pom("sentry-spring-boot-starter", group="io.sentry")}, "the address of Sentry may come from the environment"),
    ],
)  # fmt: skip
def test_what_files_cannot_tell_of_a_library_is_open(files: dict[str, str], reason: str) -> None:
    found = Store(MemoryTree(files)).collected(unread.TELEMETRY)
    assert [gap.reason for gap in found.openings] == [reason]


def outgoing(source: str, path: str = SRC) -> list[tuple[str, bool | None, bool]]:
    rows = Store(MemoryTree({path: source})).collected(nouns.OUTGOING).rows
    return [(row.library, row.timeout, row.retried) for row in rows]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("new RestTemplate();", ("resttemplate", False)),
        ("new RestTemplate(factory);", ("resttemplate", None)),
        (
            "var f = new SimpleClientHttpRequestFactory(); f.setReadTimeout(5000); new RestTemplate(f);",
            ("resttemplate", True),
        ),
        ("RestClient.create();", ("restclient", False)),
        ("RestClient.builder().requestFactory(f).build();", ("restclient", None)),
        (
            "WebClient.create(u).get().retrieve().bodyToMono(T.class).timeout(Duration.ofSeconds(5));",
            ("webclient", True),
        ),
        ("new OkHttpClient();", ("okhttp", True)),
        ("HttpClient.newHttpClient();", ("java.net.http", False)),
        (
            "HttpClient.newHttpClient(); HttpRequest.newBuilder(u).timeout(d).build();",
            ("java.net.http", True),
        ),
        ("HttpClients.createDefault();", ("apache-httpclient", False)),
        ("new URL(u).openConnection();", ("java.net", False)),
    ],
)
def test_whether_a_call_ends_by_itself(body: str, expected: tuple[str, bool | None]) -> None:
    assert outgoing(java("java.time.Duration", body)) == [(*expected, False)]


def test_declared_clients_have_a_limit_unasked_and_policies_try_again() -> None:
    feign = 'import org.springframework.cloud.openfeign.FeignClient;\n@FeignClient("x") interface A { @GetMapping("/a") String a(); }\n'
    assert outgoing(feign) == [("feign", True, False)]
    policy = java("io.github.resilience4j.retry.annotation.Retry", "new RestTemplate();")
    assert outgoing(policy) == [("resttemplate", False, True)]
    built = (
        java("org.springframework.boot.web.client.RestTemplateBuilder", "return builder.build();")
        + "// RestTemplate\n"
    )
    assert outgoing(built) == [("resttemplate", False, False)]


def test_the_client_of_ktor_is_limited_by_its_engine_or_a_plugin() -> None:
    start = "import io.ktor.client.*\nval a = "
    path = "src/main/kotlin/A.kt"
    assert outgoing(start + "HttpClient(CIO)\n", path) == [("ktor-client", True, False)]
    assert outgoing(start + "HttpClient(Java)\n", path) == [("ktor-client", None, False)]
    assert outgoing(
        start + "HttpClient(Java) { install(HttpTimeout) { requestTimeoutMillis = 5 } }\n", path
    ) == [("ktor-client", True, False)]


def variables(files: dict[str, str]) -> list[tuple[str, bool]]:
    rows = Store(MemoryTree(files)).collected(nouns.VARIABLE).rows
    return sorted((row.name, row.default) for row in rows)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('class A { String p = System.getenv("PORT"); }', [("PORT", False)]),
        ('class A { String p = System.getenv("PORT") != null ? "a" : "b"; }', [("PORT", True)]),
        ('class A { String p = System.getenv().getOrDefault("PORT", "80"); }', [("PORT", True)]),
        ('class A { @Value("${DB_HOST:localhost}") String h; @Value("${DB_USER}") String u; @Value("${app.name}") String n; }', [("DB_HOST", True), ("DB_USER", False)]),
        ('class A { A(@Value("${DB_HOST}") String h) {} }', [("DB_HOST", False)]),
        ('class A { @ConfigProperty(name = "DB_HOST", defaultValue = "x") String h; }', [("DB_HOST", True)]),
        ('// System.getenv("PORT")\nclass A {}', []),
    ],
)  # fmt: skip
def test_an_environment_variable_that_is_read(source: str, expected: list[tuple[str, bool]]) -> None:
    assert variables({SRC: source}) == expected


def test_a_variable_of_kotlin_has_a_default_by_the_elvis_sign() -> None:
    source = 'val p = System.getenv("PORT") ?: "80"\nval q = System.getenv("HOST")\nval r = System.getenv("KEY") ?: error("no")\n'
    assert variables({"src/main/kotlin/A.kt": source}) == [("HOST", False), ("KEY", False), ("PORT", True)]


def test_settings_take_variables_in_and_a_framework_all_others_too() -> None:
    files = {
        "pom.xml": pom("spring-boot-starter-web"),
        RESOURCES
        + "application.yml": "spring:\n  datasource:\n    url: jdbc:x://${DB_HOST:localhost}/${DB_NAME}\n    # ${OLD}\n    name: ${spring.application.name}\n",
    }
    assert variables(files) == [("DB_HOST", True), ("DB_NAME", False)]
    gaps = [gap.reason for gap in Store(MemoryTree(files)).collected(nouns.VARIABLE).openings]
    assert gaps == ["org.springframework.boot takes every setting from the environment too"]


def cors(source: str, path: str = SRC) -> list[tuple[bool | None, bool | None]]:
    rows = Store(MemoryTree({path: source})).collected(nouns.CORS).rows
    return [(row.wildcard, row.credentials) for row in rows]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("@CrossOrigin class A {}", (True, False)),
        ('@CrossOrigin(origins = "https://a.org", allowCredentials = "true") class A {}', (False, True)),
        ('@CrossOrigin("*") class A {}', (True, False)),
        ('class A { void a(CorsRegistry r) { r.addMapping("/**"); } }', (True, False)),
        ('class A { void a(CorsRegistry r) { r.addMapping("/**").allowedOrigins("https://a.org").allowCredentials(true); } }', (False, True)),
        ('class A { void a(CorsRegistry r) { r.addMapping("/**").allowedOriginPatterns("*"); } }', (True, False)),
        ('class A { void a(CorsRegistry r) { r.addMapping("/**").allowedOrigins(props.origins()); } }', (None, False)),
        ('class A { void a() { var c = new CorsConfiguration(); c.setAllowedOrigins(List.of("*")); } }', (True, False)),
        ('class A { void a() { var c = new CorsConfiguration(); c.setAllowedOrigins(List.of("https://a.org")); c.setAllowCredentials(true); } }', (False, True)),
        ('class A { void a() { var c = new CorsConfiguration().applyPermitDefaultValues(); } }', (True, False)),
        ('class A { void a(HttpServletResponse r) { r.setHeader("Access-Control-Allow-Origin", "*"); } }', (True, False)),
        ('class A { void a(HttpServletResponse r) { r.setHeader("Access-Control-Allow-Origin", origin); } }', (None, False)),
    ],
)  # fmt: skip
def test_a_set_up_of_cross_origin_requests(source: str, expected: tuple[bool | None, bool | None]) -> None:
    assert cors(source + "\n") == [expected]


def test_cross_origin_requests_of_ktor() -> None:
    path = "src/main/kotlin/A.kt"
    assert cors("fun Application.m() { install(CORS) { anyHost()\nallowCredentials = true } }\n", path) == [
        (True, True)
    ]
    assert cors('fun Application.m() { install(CORS) { allowHost("a.org") } }\n', path) == [(False, False)]


def test_servers_are_built() -> None:
    source = "class A { public static void main(String[] a) { SpringApplication.run(A.class, a); } }\n"
    ktor = 'fun main() { embeddedServer(Netty, port = 80, host = "0.0.0.0") {}.start(wait = true) }\n'
    rows = Store(MemoryTree({SRC: source, "src/main/kotlin/B.kt": ktor})).collected(nouns.SERVER).rows
    assert [(row.framework, row.act, row.host) for row in rows] == [
        ("spring", "construct", ""),
        ("ktor", "construct", "0.0.0.0"),
    ]


def test_a_repository_without_such_code_asks_for_nothing() -> None:
    files = {"a.py": "x = 1\n", "application.yml": "server:\n  shutdown: graceful\n"}
    assert Store(MemoryTree(files)).collected(nouns.TELEMETRY).rows == ()


@pytest.mark.parametrize(
    ("imports", "body", "expected"),
    [
        ("io.ktor.server.application", "x.addShutdownHook(s);", [("signal-handler", True, False)]),
        ("a.B", "x.addShutdownHook(s);", []),
        (
            "io.micrometer.prometheusmetrics.PrometheusMeterRegistry",
            "registry.scrape();",
            [("metrics", True, False)],
        ),
    ],
)
def test_more_calls_that_watch(imports: str, body: str, expected: list[tuple[str, bool, bool]]) -> None:
    assert telemetry({SRC: java(imports, body)}) == expected


def test_a_registry_of_prometheus_that_is_kept_is_scraped() -> None:
    source = "import io.micrometer.core.*;\nclass A { private PrometheusMeterRegistry registry; String a() { return registry.scrape(); } }\n"
    assert telemetry({SRC: source}) == [("metrics", True, False)]


def test_appenders_that_hand_on_and_those_of_log4j() -> None:
    manifest = {"pom.xml": pom("spring-boot-starter-web")}
    handing = "<configuration><appender name='A' class='ch.qos.logback.classic.AsyncAppender'><appender-ref ref='B'/></appender></configuration>"
    assert telemetry(manifest | {RESOURCES + "logback.xml": handing}) == []
    log4j = "<Configuration><Appenders><Console name='A'><JsonTemplateLayout/></Console><RollingFile name='B' fileName='a.log'/></Appenders></Configuration>"
    assert telemetry(manifest | {RESOURCES + "log4j2.xml": log4j}) == [
        ("structured-logging", True, False),
        ("logging", True, True),
    ]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("logging.structured.format.file=own\n", [("logging", True, True)]),
        ("logging.pattern.console=%m\n", [("logging", True, False)]),
        ("quarkus.shutdown.timeout=5s\n", [("signal-handler", True, False)]),
    ],
)
def test_more_settings(settings: str, expected: list[tuple[str, bool, bool]]) -> None:
    files = {"pom.xml": pom("spring-boot-starter-web"), RESOURCES + "application.properties": settings}
    assert telemetry(files) == expected
    local = {
        "pom.xml": pom("spring-boot-starter-web"),
        RESOURCES + "application-local.properties": "logging.file.name=a.log\n",
    }
    assert telemetry(local) == []


def test_libraries_that_send_by_being_there() -> None:
    assert telemetry({"pom.xml": pom("micrometer-registry-otlp", "spring-boot-starter")}) == [
        ("metrics", True, False)
    ]
    assert telemetry({"pom.xml": pom("quarkus-logging-json", group="io.quarkus")}) == [
        ("structured-logging", True, False)
    ]


def test_the_version_of_a_parent_counts_for_the_modules_below() -> None:
    above = pom(parent="3.4.0")
    below = pom("spring-boot-starter-web", parent="")
    assert telemetry({"pom.xml": above, "api/pom.xml": below}) == [("signal-handler", True, False)]
    own = below.replace(
        "<artifactId>spring-boot-starter-web</artifactId>",
        "<artifactId>spring-boot-starter-web</artifactId><version>3.5.1</version>",
    )
    assert telemetry({"pom.xml": own}) == [("signal-handler", True, False)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('class A { @CrossOrigin(origins = {"https://a.org", "${other}"}) void a() {} }', (None, False)),
        ('class A { @CrossOrigin(allowCredentials = "${x}") void a() {} }', (True, None)),
        ('class A { static final String O = "https://a.org"; @CrossOrigin(O) void a() {} }', (False, False)),
        ('class A { void a(CorsRegistry r) { r.addMapping("/**").allowedOrigins("*").allowCredentials(false); } }', (True, False)),
        ('class A { void a(HttpServletResponse r) { r.setHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*"); r.setHeader("Access-Control-Allow-Credentials", "true"); } }', (True, True)),
    ],
)  # fmt: skip
def test_more_set_ups_of_cross_origin_requests(
    source: str, expected: tuple[bool | None, bool | None]
) -> None:
    assert cors(source + "\n") == [expected]


def test_a_request_that_sets_the_header_allows_nothing() -> None:
    assert (
        cors(
            java(
                "java.net.http.HttpRequest",
                'HttpRequest.newBuilder().header("Access-Control-Allow-Origin", "*").build();',
            )
        )
        == []
    )
    assert cors(java("a.B", 'x.setHeader("Accept", "*"); y.set("Access-Control-Allow-Origin");')) == []


def test_a_configuration_of_kotlin_is_assigned() -> None:
    source = 'fun a() = CorsConfiguration().apply {\n  allowedOrigins = listOf("https://a.org")\n  allowCredentials = true\n}\n'
    assert cors(source, "src/main/kotlin/A.kt") == [(False, True)]


def test_javalin_allows_any_host() -> None:
    source = "import io.javalin.Javalin;\nclass A { void a() { Javalin.create(c -> c.bundledPlugins.enableCors(x -> x.addRule(r -> r.anyHost()))); } }\n"
    assert cors(source) == [(True, False)]


def test_more_variables() -> None:
    optional = 'class A { String a = Optional.ofNullable(System.getenv("A")).orElse("x"); String b = f(System.getenv("B")); }'
    assert variables({SRC: optional}) == [("A", True), ("B", False)]
    assert variables({SRC: 'class A { String a = map.get("A"); String b = System.getenv(name); }'}) == []
    conf = "ktor { deployment { port = 80\n port = ${?PORT} } }\nname = ${NAME}\n# ${OLD}\n"
    files = {
        "build.gradle.kts": 'dependencies { implementation("io.ktor:ktor-server-netty:3.0.0") }\n',
        RESOURCES + "application.conf": conf,
    }
    assert variables(files) == [("NAME", False), ("PORT", True)]


def test_the_client_of_micronaut_is_limited_unasked_and_that_of_feign_in_kotlin_too() -> None:
    micronaut = 'import io.micronaut.http.client.annotation.Client;\n@Client("x") interface A {}\n'
    assert outgoing(micronaut) == [("micronaut-http-client", True, False)]
    other = "import a.Client;\n@Client interface A { HttpClient c(); }\n"
    assert outgoing(other) == []


def test_what_a_machine_wrote_is_not_read() -> None:
    source = 'class A { String a = System.getenv("A"); }\n// ' + "x" * 300_000 + "\n"
    assert variables({SRC: source}) == []


def test_what_is_no_java_is_a_problem_and_opens_the_question() -> None:
    found = Store(MemoryTree({SRC: "@Value( §§§ ??? ### \\\\ ´´´ ```\n" * 30})).collected(nouns.VARIABLE)
    assert [problem.message for problem in found.problems] == ["not readable as Java"]
    assert found.openings


def test_a_wrapper_of_a_tool_is_not_the_program() -> None:
    assert variables({".mvn/wrapper/Downloader.java": 'class A { String a = System.getenv("A"); }\n'}) == []


def test_a_limiter_of_the_programs_own_is_named_after_it_and_answers_429() -> None:
    own = "class RateLimitFilter extends OncePerRequestFilter { void a(R r) { r.setStatus(HttpStatus.TOO_MANY_REQUESTS.value()); } }\n"
    other = "class Client { boolean full(R r) { return r.status() == HttpStatus.TOO_MANY_REQUESTS; } }\n"
    assert telemetry({SRC: own, "src/main/java/B.java": other}) == [("rate-limit", True, False)]
