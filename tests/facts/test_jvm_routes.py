"""Routes of Java and Kotlin: their paths, who may ask for them, and checks of health."""

# A source on one line is easier to compare than one that is put together.
# ruff: noqa: E501

from __future__ import annotations

import pytest

from readiness.facts.code import unread
from readiness.facts.code.rows import HttpRoute  # noqa: TC001 - rows are what the tests look at
from readiness.facts.model import Collected  # noqa: TC001 - the same
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

DEPENDENCY = "<dependency><groupId>{}</groupId><artifactId>{}</artifactId></dependency>"
BOOT = "org.springframework.boot"
SPRING = "import org.springframework.web.bind.annotation.*;\n"
JAX = "import jakarta.ws.rs.*;\n"
MAIN = "@SpringBootApplication\nclass Main { public static void main(String[] a) { SpringApplication.run(Main.class, a); } }\n"
SRC = "src/main/java/"


def pom(*artifacts: str, group: str = BOOT) -> str:
    inner = "".join(DEPENDENCY.format(group, name) for name in artifacts)
    return (
        "<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>a</artifactId>"
        f"<version>1</version>\n<dependencies>\n{inner}\n</dependencies></project>\n"
    )


def collected(files: dict[str, str], *artifacts: str) -> Collected[HttpRoute]:
    base = {"pom.xml": pom("spring-boot-starter-web", *artifacts), SRC + "Main.java": MAIN}
    return Store(MemoryTree(base | files)).collected(unread.ROUTE)


def java(source: str, *artifacts: str, **others: str) -> list[tuple[str, str]]:
    files = {SRC + "A.java": source} | {f"{SRC}{name}.java": text for name, text in others.items()}
    return sorted((row.method, str(row.route)) for row in collected(files, *artifacts).rows)


def guarded(files: dict[str, str], *artifacts: str) -> dict[str, bool | None]:
    return {str(row.route): row.authenticated for row in collected(files, *artifacts).rows}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (SPRING + '@RestController class A { @GetMapping("/a/{id}") String a() { return "x"; } }', [("GET", "/a/{id}")]),
        (SPRING + '@RestController @RequestMapping("/v1") class A { @PostMapping String a() { return "x"; } }', [("POST", "/v1")]),
        (SPRING + '@RestController @RequestMapping({"/v1", "/v2"}) class A { @DeleteMapping(path = "x") void a() {} }', [("DELETE", "/v1/x"), ("DELETE", "/v2/x")]),
        (SPRING + '@Controller class A { @RequestMapping(value = "/a", method = {RequestMethod.GET, RequestMethod.PUT}) void a() {} }', [("GET", "/a"), ("PUT", "/a")]),
        (SPRING + 'class Base { static final String V = "/v1"; } @RestController @RequestMapping(Base.V + "/u") class A { @GetMapping void a() {} }', [("GET", "/v1/u")]),
        (SPRING + '@FeignClient("other") interface A { @GetMapping("/a") String a(); }', []),
        (SPRING + 'class A { /* @GetMapping("/a") */ void a() {}\n// @GetMapping("/b")\n}', []),
        (JAX + '@Path("/v1") public class A { @GET @Path("{id}") public String a() { return ""; } @POST public void b() {} }', [("GET", "/v1/{id}"), ("POST", "/v1")]),
        ('import io.micronaut.http.annotation.*;\n@Controller("/v1") class A { @Get("/{id}") String a() { return ""; } }', [("GET", "/v1/{id}")]),
        ('@WebServlet("/a") public class A extends HttpServlet { protected void doGet(HttpServletRequest q, HttpServletResponse r) {} }', [("GET", "/a")]),
        ('import io.javalin.Javalin;\nclass A { void a() { var app = Javalin.create(); app.get("/a/{id}", ctx -> ctx.result("x")); app.routes(() -> path("v1", () -> { get("b", A::b); })); } }', [("GET", "/a/{id}"), ("GET", "/v1/b")]),
        ('import org.springframework.web.servlet.function.*;\nclass A { RouterFunction<ServerResponse> r(H h) { return route().GET("/a", h::list).path("/v1", b -> b.POST("/b", h::add)).build(); } }', [("GET", "/a"), ("POST", "/v1/b")]),
    ],
)  # fmt: skip
def test_the_routes_of_a_framework_of_java_are_read(source: str, expected: list[tuple[str, str]]) -> None:
    assert java(source) == sorted(expected)


def test_a_constant_of_another_file_is_part_of_a_path() -> None:
    urls = 'package a; public final class Urls { public static final String API = "/api"; public static final String USERS = API + "/users"; }'
    assert java(
        SPRING + "@RestController @RequestMapping(Urls.USERS) class A { @GetMapping void a() {} }", Urls=urls
    ) == [("GET", "/api/users")]
    static = (
        "import static a.Urls.API;\n"
        + SPRING
        + '@RestController class A { @GetMapping(API + "/x") void a() {} }'
    )
    assert java(static, Urls=urls) == [("GET", "/api/x")]


def test_the_routes_of_an_abstract_class_or_an_interface_are_those_of_the_controllers_below_it() -> None:
    base = SPRING + 'public abstract class Base { @GetMapping("/{id}") public String one() { return ""; } }'
    api = SPRING + 'public interface Api { @PutMapping("/put") String put(); }'
    source = (
        SPRING
        + '@RestController @RequestMapping("/users") class A extends Base implements Api { public String put() { return ""; } }'
    )
    assert java(source, Base=base, Api=api) == [("GET", "/users/{id}"), ("PUT", "/users/put")]


CONTROLLER = (
    SPRING
    + '@RestController class A { @GetMapping("/a") String a() { return ""; } @GetMapping("/public/b") String b() { return ""; } }'
)
CHAIN = "class S {{ @Bean SecurityFilterChain chain(HttpSecurity http) throws Exception {{ {} return http.build(); }} }}\n"


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ('http.authorizeHttpRequests(x -> x.requestMatchers("/public/**").permitAll().anyRequest().authenticated());', {"/a": True, "/public/b": False}),
        ('http.authorizeHttpRequests(x -> x.anyRequest().permitAll());', {"/a": False, "/public/b": False}),
        ('http.authorizeRequests().antMatchers("/a").hasRole("X").anyRequest().permitAll();', {"/a": True, "/public/b": False}),
        ('http.authorizeHttpRequests(x -> x.requestMatchers(HttpMethod.GET, "/public/*").permitAll().anyRequest().authenticated());', {"/a": True, "/public/b": False}),
        ('http.authorizeHttpRequests(x -> x.requestMatchers(props.open()).permitAll().anyRequest().authenticated());', {"/a": None, "/public/b": None}),
        ('http.authorizeHttpRequests(x -> x.anyRequest().access(manager));', {"/a": None, "/public/b": None}),
        ('http.securityMatcher("/public/**").authorizeHttpRequests(x -> x.anyRequest().permitAll());', {"/a": None, "/public/b": False}),
    ],
)  # fmt: skip
def test_a_chain_of_spring_security_says_who_may_ask(rules: str, expected: dict[str, bool | None]) -> None:
    files = {SRC + "A.java": CONTROLLER, SRC + "S.java": CHAIN.format(rules)}
    assert guarded(files, "spring-boot-starter-security") == expected


def test_paths_that_a_list_keeps_and_that_are_ignored_are_open() -> None:
    chain = (
        'class S { static final String[] OPEN = {"/public/**"};\n'
        "@Bean SecurityFilterChain chain(HttpSecurity http) { http.authorizeHttpRequests(x -> x.requestMatchers(OPEN).permitAll().anyRequest().authenticated()); return http.build(); }\n"
        '@Bean WebSecurityCustomizer w() { return web -> web.ignoring().requestMatchers("/a"); } }\n'
    )
    assert guarded({SRC + "A.java": CONTROLLER, SRC + "S.java": chain}) == {"/a": False, "/public/b": False}


def test_the_library_of_spring_security_alone_asks_everybody_for_a_login() -> None:
    assert guarded({SRC + "A.java": CONTROLLER}, "spring-boot-starter-security") == {
        "/a": True,
        "/public/b": True,
    }
    assert guarded({SRC + "A.java": CONTROLLER}) == {"/a": False, "/public/b": False}


def test_a_filter_that_may_turn_askers_away_leaves_it_unknown() -> None:
    own = "class AuthFilter extends OncePerRequestFilter { void doFilterInternal(Q q, R r, C c) { if (x) { r.sendError(HttpServletResponse.SC_UNAUTHORIZED); } } }\n"
    log = "class LogFilter extends OncePerRequestFilter { void doFilterInternal(Q q, R r, C c) { log.info(q); } }\n"
    assert guarded({SRC + "A.java": CONTROLLER, SRC + "F.java": own}) == {"/a": None, "/public/b": None}
    assert guarded({SRC + "A.java": CONTROLLER, SRC + "F.java": log}) == {"/a": False, "/public/b": False}


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ('@PreAuthorize("hasRole(\'X\')")', True),
        ('@PreAuthorize("permitAll()")', False),
        ("@RolesAllowed(\"admin\")", True),
        ("", False),
    ],
)  # fmt: skip
def test_an_annotation_on_a_method_guards_it(annotation: str, expected: bool) -> None:
    source = (
        SPRING + f'@RestController class A {{ @GetMapping("/a") {annotation} String a() {{ return ""; }} }}'
    )
    assert guarded({SRC + "A.java": source}) == {"/a": expected}


KTOR = "import io.ktor.server.routing.*\nimport io.ktor.server.application.*\n"


def kotlin(source: str, **others: str) -> dict[str, bool | None]:
    files = {
        "build.gradle.kts": 'dependencies { implementation("io.ktor:ktor-server-netty:3.0.0") }\n',
        "src/main/kotlin/Main.kt": "fun main() { embeddedServer(Netty, 80) {}.start() }\n",
        "src/main/kotlin/A.kt": source,
    } | {f"src/main/kotlin/{name}.kt": text for name, text in others.items()}
    return {
        f"{row.method} {row.route}": row.authenticated
        for row in Store(MemoryTree(files)).collected(unread.ROUTE).rows
    }


def test_the_routes_of_ktor_are_below_the_blocks_around_them() -> None:
    source = KTOR + (
        'fun Application.module() { routing { get("/a") { call.respondText("x") }\n'
        'route("/v1") { authenticate("jwt") { post { call.respond(1) } }\nget("/b/{id}") { call.respond(1) } } } }\n'
    )
    assert kotlin(source) == {"GET /a": False, "POST /v1": True, "GET /v1/b/{id}": False}


def test_a_server_that_calls_the_module_puts_nobody_before_it() -> None:
    source = KTOR + (
        "fun main() { embeddedServer(Netty, 80) { shop() }.start(wait = true) }\n"
        'fun Application.shop() { routing { get("/a") { call.respond(1) } } }\n'
    )
    assert kotlin(source) == {"GET /a": False}


def test_a_function_of_routes_is_followed_to_who_calls_it() -> None:
    source = (
        KTOR
        + 'fun Application.module() { routing { route("/api") { authenticate { userRoutes(service) } } } }\n'
    )
    users = KTOR + 'fun Route.userRoutes(s: Service) { get("/users") { call.respond(s.all()) } }\n'
    assert kotlin(source, Users=users) == {"GET /api/users": True}


def test_a_block_of_the_programs_own_around_routes_tells_by_its_name_or_leaves_it_unknown() -> None:
    source = KTOR + (
        'fun Application.module() { routing { requireRole(ADMIN) { get("/a") { call.respond(1) } }\n'
        'special { get("/b") { call.respond(1) } }\nget("/c") { if (x) call.respond(HttpStatusCode.Unauthorized) else call.respond(1) } } }\n'
    )
    assert kotlin(source) == {"GET /a": True, "GET /b": None, "GET /c": None}


def test_options_of_a_plugin_are_no_route() -> None:
    source = (
        KTOR
        + 'fun Application.module() { install(CachingHeaders) { options { _, c -> null } }\nrouting { get("/a") { call.respond(1) } } }\n'
    )
    assert kotlin(source) == {"GET /a": False}


def test_controllers_of_spring_in_kotlin_are_read_alike() -> None:
    source = (
        "import org.springframework.web.bind.annotation.*\n"
        '@RestController\n@RequestMapping("/v1")\nclass A(private val db: Db) {\n  @GetMapping("/a/{id}")\n  fun a(@PathVariable id: Long): String = "x"\n}\n'
    )
    found = collected({"src/main/kotlin/A.kt": source})
    assert [(row.method, row.route, row.line) for row in found.rows] == [("GET", "/v1/a/{id}", 5)]


def health(body: str, fields: str = "", **others: str) -> HttpRoute:
    source = (
        SPRING
        + f'@RestController class A {{ {fields} @GetMapping("/health") ResponseEntity<String> h() {body} }}'
    )
    files = {SRC + "A.java": source} | {f"{SRC}{name}.java": text for name, text in others.items()}
    (row,) = (row for row in collected(files).rows if row.health)
    return row


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{ return ResponseEntity.ok("up"); }', ("constant", False, False)),
        ('{ if (ready) return ResponseEntity.ok("up"); return ResponseEntity.status(503).build(); }', ("shallow", True, False)),
        ('{ jdbc.queryForObject("SELECT 1", Integer.class); return ResponseEntity.ok("up"); }', ("deep", True, False)),
        ('{ try { jdbc.execute("SELECT 1"); return ResponseEntity.ok("up"); } catch (Exception e) { return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).build(); } }', ("deep", True, False)),
        ('{ try { jdbc.execute("SELECT 1"); } catch (Exception e) { log.warn("x", e); } return ResponseEntity.ok("up"); }', ("deep", False, True)),
    ],
)  # fmt: skip
def test_how_much_the_answer_of_a_check_is_worth(body: str, expected: tuple[str, bool, bool]) -> None:
    row = health(body, "private final JdbcTemplate jdbc;")
    assert (row.depth, row.fails, row.catches) == expected


def test_a_check_is_followed_into_the_service_it_calls() -> None:
    service = '@Service class Checker { private JdbcTemplate jdbc; boolean up() { jdbc.queryForObject("SELECT 1", Integer.class); return true; } }'
    row = health(
        '{ return checker.up() ? ResponseEntity.ok("up") : ResponseEntity.status(503).build(); }',
        "private final Checker checker;",
        Checker="@RestController " + service,
    )
    assert (row.depth, row.fails) == ("deep", True)


def test_a_check_that_cannot_be_followed_is_unknown() -> None:
    row = health("{ return ResponseEntity.ok(reporter.report()); }", "private final Reporter reporter;")
    assert row.depth is None


def actuator(settings: str = "", *artifacts: str) -> list[tuple[str, str | None, bool | None]]:
    files = {"src/main/resources/application.yml": settings} if settings else {}
    rows = collected(files, "spring-boot-starter-actuator", *artifacts).rows
    return [(str(row.route), row.depth, row.fails) for row in rows if row.health]


def test_the_actuator_serves_health_and_asks_what_the_program_has_a_driver_for() -> None:
    assert actuator() == [("/actuator/health", "shallow", True)]
    assert actuator("", "spring-boot-starter-data-jpa") == [("/actuator/health", "deep", True)]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("management:\n  endpoints:\n    web:\n      base-path: /manage\n", [("/manage/health", "deep", True)]),
        ("management:\n  endpoints:\n    web:\n      exposure:\n        include: info,prometheus\n", []),
        ("management:\n  endpoint:\n    health:\n      enabled: false\n", []),
        ("management:\n  health:\n    db:\n      enabled: false\n", [("/actuator/health", None, None)]),
        ("management:\n  endpoint:\n    health:\n      probes:\n        enabled: true\n", [("/actuator/health", "deep", True), ("/actuator/health/liveness", "shallow", True), ("/actuator/health/readiness", "shallow", True)]),
    ],
)  # fmt: skip
def test_settings_switch_and_move_the_health_endpoint(
    settings: str, expected: list[tuple[str, str | None, bool | None]]
) -> None:
    assert actuator(settings, "spring-boot-starter-jdbc") == expected


def test_an_indicator_of_its_own_makes_the_health_endpoint_ask() -> None:
    own = 'class Db implements HealthIndicator { private JdbcTemplate jdbc; public Health health() { jdbc.execute("SELECT 1"); return Health.up().build(); } }'
    rows = collected({SRC + "Db.java": own}, "spring-boot-starter-actuator").rows
    assert [(row.route, row.depth) for row in rows] == [("/actuator/health", "deep")]


def test_quarkus_and_micronaut_serve_health_by_a_library() -> None:
    files = {"pom.xml": pom("quarkus-rest", "quarkus-smallrye-health", "quarkus-agroal", group="io.quarkus")}
    rows = Store(MemoryTree(files)).collected(unread.ROUTE).rows
    assert [(row.route, row.depth, row.health) for row in rows] == [("/q/health", "deep", True)]
    files = {"pom.xml": pom("micronaut-management", group="io.micronaut")}
    assert [row.route for row in Store(MemoryTree(files)).collected(unread.ROUTE).rows] == ["/health"]


def test_a_service_whose_routes_are_not_found_stays_open_though_the_actuator_is_there() -> None:
    found = collected({}, "spring-boot-starter-actuator")
    assert [gap.reason for gap in found.openings] == [
        "the routes of this service (spring-boot-starter-web) are not found"
    ]


def test_a_framework_that_is_not_read_leaves_the_routes_open() -> None:
    vertx = 'import io.vertx.ext.web.Router;\nclass A { void a() { Router r = Router.router(v); r.get("/a").handler(h); } }'
    found = collected({SRC + "A.java": vertx, SRC + "B.java": CONTROLLER})
    assert "what io.vertx.ext.web serves is not read yet" in [gap.reason for gap in found.openings]


def test_the_controllers_of_tests_serve_nothing() -> None:
    assert [row.route for row in collected({"src/test/java/T.java": CONTROLLER}).rows] == []


def test_a_path_that_settings_give_is_spelled_out() -> None:
    source = (
        SPRING
        + '@RestController @RequestMapping("${api.base-path}/v1") class A { @GetMapping("/${kind:users}/${other.name}") void a() {} }'
    )
    files = {SRC + "A.java": source, "src/main/resources/application.yml": "api:\n  base-path: /api\n"}
    assert [str(row.route) for row in collected(files).rows] == ["/api/v1/users/{name}"]


def test_a_constant_of_a_class_inside_another_is_found_by_the_outer_file() -> None:
    urls = 'class Urls { static final String BASE = "/api"; static class Users { static final String ROOT = BASE + "/users"; } }'
    assert java(
        SPRING + "@RestController class A { @GetMapping(Urls.Users.ROOT) void a() {} }", Urls=urls
    ) == [("GET", "/api/users")]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ('authorize("/public/**", permitAll)\nauthorize(anyRequest, authenticated)', {"/a": True, "/public/b": False}),
        ('authorize(anyRequest, hasRole("X"))', {"/a": True, "/public/b": True}),
        ('authorize("/a", special)\nauthorize(anyRequest, permitAll)', {"/a": None, "/public/b": False}),
    ],
)  # fmt: skip
def test_the_dsl_of_kotlin_says_who_may_ask(rules: str, expected: dict[str, bool | None]) -> None:
    chain = f"class S {{\n@Bean\nfun chain(http: HttpSecurity): SecurityFilterChain {{\nhttp {{ authorizeHttpRequests {{\n{rules}\n}} }}\nreturn http.build() }} }}\n"
    assert guarded({SRC + "A.java": CONTROLLER, "src/main/kotlin/S.kt": chain}) == expected


@pytest.mark.parametrize(
    ("pattern", "path", "covered"),
    [
        ("/**", "/a/b", True),
        ("/a/**", "/a", True),
        ("/a/**", "/a/b/c", True),
        ("/a/**", "/ab", False),
        ("/a/*", "/a/b", True),
        ("/a/*", "/a/b/c", False),
        ("/a/*.json", "/a/b.json", True),
        ("/**/info", "/a/b/info", True),
        ("/**/info", "/a/b", False),
        ("/a/{id}", "/a/1", True),
        ("/a", "/a/b", False),
    ],
)
def test_a_pattern_of_ant_covers_a_path(pattern: str, path: str, covered: bool) -> None:
    chain = CHAIN.format(
        f'http.authorizeHttpRequests(x -> x.requestMatchers("{pattern}").permitAll().anyRequest().authenticated());'
    )
    source = SPRING + f'@RestController class A {{ @GetMapping("{path}") void a() {{}} }}'
    assert guarded({SRC + "A.java": source, SRC + "S.java": chain}) == {path: not covered}


def test_two_chains_that_say_different_things_leave_it_unknown() -> None:
    one = CHAIN.format("http.authorizeHttpRequests(x -> x.anyRequest().permitAll());")
    two = CHAIN.format("http.authorizeHttpRequests(x -> x.anyRequest().authenticated());").replace(
        "class S", "class T"
    )
    assert guarded({SRC + "A.java": CONTROLLER, SRC + "S.java": one, SRC + "T.java": two}) == {
        "/a": None,
        "/public/b": None,
    }


def test_a_chain_of_another_module_may_be_shared() -> None:
    files = {
        "api/src/main/java/A.java": CONTROLLER,
        "security/src/main/java/S.java": CHAIN.format(
            "http.authorizeHttpRequests(x -> x.anyRequest().authenticated());"
        ),
    }
    assert guarded(files) == {"/a": None, "/public/b": None}


def test_micronaut_security_decides_what_code_does_not_say() -> None:
    source = 'import io.micronaut.http.annotation.*;\n@Controller("/a") class A { @Get String a() { return ""; } @Secured(SecurityRule.IS_ANONYMOUS) @Get("/b") String b() { return ""; } }'
    base = {"pom.xml": pom("micronaut-security-jwt", group="io.micronaut.security"), SRC + "A.java": source}
    rows = Store(MemoryTree(base)).collected(unread.ROUTE).rows
    assert {str(row.route): row.authenticated for row in rows} == {"/a": None, "/a/b": False}


def test_the_interface_of_a_resource_of_jax_rs_without_an_heir_in_sight_is_a_route() -> None:
    source = JAX + '@Path("/v1") public interface Api { @GET @Path("/a") String a(); }'
    (row,) = collected({SRC + "Api.java": source}).rows
    assert (row.route, row.authenticated) == ("/v1/a", None)


@pytest.mark.parametrize(
    ("body", "fails"),
    [
        ("{ return ResponseEntity.internalServerError().build(); }", True),
        ("{ if (other.getStatus() >= 500) { note(); } return ResponseEntity.ok(1); }", None),
        ("{ if (other.status() == HttpStatus.SERVICE_UNAVAILABLE) { return ResponseEntity.ok(1); } return ResponseEntity.ok(2); }", None),
    ],
)  # fmt: skip
def test_a_status_that_another_gave_is_no_answer_of_its_own(body: str, fails: bool | None) -> None:
    assert health(body).fails is fails


def test_an_error_that_is_thrown_on_or_answered_in_a_catch_is_not_swallowed() -> None:
    thrown = health(
        '{ try { jdbc.execute("x"); } catch (Exception e) { throw new X(e); } return ResponseEntity.ok(1); }',
        "JdbcTemplate jdbc;",
    )
    assert (thrown.fails, thrown.catches) == (True, False)
    answered = health(
        '{ try { jdbc.execute("x"); } catch (Exception e) { return ResponseEntity.status(503).build(); } return ResponseEntity.ok(1); }',
        "JdbcTemplate jdbc;",
    )
    assert (answered.fails, answered.catches) == (True, False)


def test_a_check_of_ktor_asks_the_database() -> None:
    files = {
        "build.gradle.kts": 'dependencies { implementation("io.ktor:ktor-server-netty:3.0.0") }\n',
        "src/main/kotlin/A.kt": KTOR
        + (
            'fun Application.module() { routing { get("/health") {\n'
            "try { dataSource.getConnection().isValid(1)\ncall.respond(HttpStatusCode.OK) } catch (e: Exception) { call.respond(HttpStatusCode.ServiceUnavailable) } } } }\n"
        ),
    }
    (row,) = Store(MemoryTree(files)).collected(unread.ROUTE).rows
    assert (row.depth, row.fails, row.catches) == ("deep", True, False)


def test_routes_of_ktor_that_are_not_literal_are_open() -> None:
    files = {
        "src/main/kotlin/A.kt": KTOR
        + "fun Route.a() { paths.forEach { path -> get(path) { call.respond(1) } }\nroute(base) { get { call.respond(1) } } }\n"
    }
    found = Store(MemoryTree(files)).collected(unread.ROUTE)
    assert [str(row.route) for row in found.rows] == ["/{base}"]


def test_the_dsl_of_spring_in_kotlin_is_read() -> None:
    source = 'import org.springframework.web.reactive.function.server.*\nfun routes(h: Handler) = router {\n"/v1".nest {\nGET("/a", h::list)\n}\nPOST("/b") { ok().build() }\n}\n'
    found = collected({"src/main/kotlin/R.kt": source})
    assert sorted((row.method, str(row.route)) for row in found.rows) == [("GET", "/v1/a"), ("POST", "/b")]


@pytest.mark.parametrize(
    "text", ["f(\n", "@A(\n", "{\n", "a\n.b()\n", '"', "/*", "class A {\n", 'route("/a") {\n']
)
def test_whatever_is_repeated_a_file_ends_in_a_value_or_a_problem(text: str) -> None:
    files = {
        SRC + "A.java": SPRING + "@RestController class A { void a() { getenv " + text * 2000,
        "src/main/kotlin/A.kt": KTOR + "fun Route.a() { getenv " + text * 2000,
        "a.go": 'package main\nimport "net/http"\nfunc main() { http.Handle(' + text * 2000,
    }
    found = Store(MemoryTree(files)).collected(unread.ROUTE)
    assert len(found.looked) == 3


def test_annotations_of_kotlin_name_their_values() -> None:
    source = 'import org.springframework.web.bind.annotation.*\n@RestController\n@RequestMapping(path = ["/v1"])\nclass A {\n  @GetMapping(value = ["/a", "/b"]) // both\n  fun a() = "x"\n}\n'
    assert sorted(str(row.route) for row in collected({"src/main/kotlin/A.kt": source}).rows) == [
        "/v1/a",
        "/v1/b",
    ]


def test_a_chain_in_kotlin_and_a_list_that_is_built_say_who_may_ask() -> None:
    chain = 'class S {\n  @Bean\n  fun chain(http: HttpSecurity): SecurityFilterChain {\n    http.authorizeHttpRequests { it.requestMatchers("/public/**").permitAll().anyRequest().authenticated() }\n    return http.build()\n  }\n}\n'
    assert guarded({SRC + "A.java": CONTROLLER, "src/main/kotlin/S.kt": chain}) == {
        "/a": True,
        "/public/b": False,
    }
    listed = (
        CHAIN.format(
            'String[] open = new String[] {"/public/**"}; http.authorizeHttpRequests(x -> x.requestMatchers(open).permitAll().anyRequest().authenticated());'.replace(
                "{", "{{"
            ).replace("}", "}}")
        )
        .replace("{{", "{")
        .replace("}}", "}")
    )
    assert guarded({SRC + "A.java": CONTROLLER, SRC + "S.java": listed}) == {"/a": True, "/public/b": False}


def test_a_path_of_ktor_may_hold_a_value() -> None:
    assert kotlin(KTOR + 'fun Route.a() { get("/a/$kind/${x.name}") { call.respond(1) } }\n') == {
        "GET /a/{kind}/{name}": None
    }


def test_what_a_filter_of_kotlin_answers_leaves_it_unknown_too() -> None:
    own = "class TokenFilter : OncePerRequestFilter() {\n  override fun doFilterInternal(q: Q, r: R, c: C) { if (x) r.sendError(HttpStatus.UNAUTHORIZED.value()) }\n}\n"
    assert guarded({SRC + "A.java": CONTROLLER, "src/main/kotlin/F.kt": own}) == {
        "/a": None,
        "/public/b": None,
    }


def test_an_expression_says_who_may_ask() -> None:
    rules = (
        "http.authorizeRequests().antMatchers(\"/a\").access(\"hasRole('X') or hasRole('Y')\")"
        '.antMatchers("/**").access("permitAll");'
    )
    files = {SRC + "A.java": CONTROLLER, SRC + "S.java": CHAIN.format(rules)}
    assert guarded(files) == {"/a": True, "/public/b": False}
