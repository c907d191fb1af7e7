"""C#: ASP.NET Core."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.facts.catalogue import TABLES
from readiness.facts.code import unread
from readiness.facts.code.csharp import parse
from readiness.facts.code.nouns import CORS, OUTGOING, ROUTE, SERVER, TELEMETRY, VARIABLE
from readiness.facts.store import Store
from readiness.spans import Unparsable
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from readiness.facts.code.rows import HttpRoute

WEB = {"App.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web" />\n'}
START = "var builder = WebApplication.CreateBuilder(args);\nvar app = builder.Build();\n"


def facts(files: dict[str, str]) -> Store:
    return Store(MemoryTree(files), tables=TABLES)


def routes(text: str, **files: str) -> tuple[HttpRoute, ...]:
    others = {f"{name}.cs": body for name, body in files.items()}
    return facts(WEB | {"Program.cs": START + text} | others).collected(ROUTE).rows


def controller(
    body: str, head: str = '[ApiController]\n[Route("api/[controller]")]\n', base: str = "ControllerBase"
) -> str:
    return f"{head}public class ThingsController : {base}\n{{\n{body}\n}}\n"


ACTION = '[HttpGet("{id}")]\npublic string Get(int id) => "a";'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('app.MapGet("/a", () => "x");', [("GET", "/a")]),
        ('app.MapPost("a/{id:int}", (int id) => id);', [("POST", "/a/{id}")]),
        ('app.MapMethods("/a", new[] { "GET", "PUT" }, () => 1);', [("GET", "/a"), ("PUT", "/a")]),
        ('app.Map("/a", () => 1);', [("", "/a")]),
        ('var g = app.MapGroup("/g");\ng.MapGet("/a", () => 1);', [("GET", "/g/a")]),
        ('app.MapGroup("/g").MapGroup("h").MapGet("/", () => 1);', [("GET", "/g/h")]),
        ('const string P = "/p";\napp.MapGet(P, () => 1);', [("GET", "/p")]),
        ('app.MapGet($"/{X.Y}/b", () => 1);', [("GET", "/{Y}/b")]),
        ("app.MapGet(Routes.Home, () => 1);", [("GET", "/{Home}")]),
        ('// app.MapGet("/a", () => "x");', []),
        ('if (app.Environment.IsDevelopment()) { app.MapGet("/a", () => 1); }', []),
        ('if (!app.Environment.IsDevelopment()) { app.MapGet("/a", () => 1); }', [("GET", "/a")]),
        ('if (app.Environment.IsDevelopment()) { } else { app.MapGet("/a", () => 1); }', [("GET", "/a")]),
        ('app.MapHub<Chat>("/chat");', [("GET", "/chat")]),
        ("app.MapMetrics();", [("GET", "/metrics")]),
        ('app?.MapGet("/a", () => 1);', [("GET", "/a")]),
        ('app.MapGet("/p" + "/a", () => 1);', [("GET", "/p/a")]),
        ('app.MapGet("/p/" + Name, () => 1);', [("GET", "/p/{value}")]),
        ('app.MapGet(@"/a", () => 1);', [("GET", "/a")]),
        ('(app as IEndpointRouteBuilder)!.MapGet("/a", () => 1);', [("GET", "/a")]),
        ('app.MapGet("/a");', []),
        (
            'var g = app.MapGroup("/g");\nvar h = g.MapGroup("/h");\nh.MapGet("/a", () => 1);',
            [("GET", "/g/h/a")],
        ),
        ("cache.Map(a, b);", []),
    ],
)
def test_a_call_of_a_minimal_api_is_a_route(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(row.method, row.route) for row in routes(text)] == expected


def test_an_extension_registers_its_routes_below_the_group_of_its_caller() -> None:
    extension = (
        "public static class Users {\npublic static void MapUsers(this IEndpointRouteBuilder app) {\n"
        'app.MapGet("/{id}", () => 1);\n}\n}\n'
    )
    (row,) = routes('app.MapGroup("/users").RequireAuthorization().MapUsers();', Users=extension)
    assert (row.route, row.authenticated) == ("/users/{id}", True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('app.MapGet("/a", () => 1);', False),
        ('app.MapGet("/a", () => 1).RequireAuthorization();', True),
        ('app.MapGet("/a", [Authorize] () => 1);', True),
        ('app.MapGroup("/g").RequireAuthorization().MapGet("/a", () => 1).AllowAnonymous();', False),
        ('var g = app.MapGroup("/g").RequireAuthorization();\ng.MapGet("/a", () => 1);', True),
        (
            (
                "builder.Services.AddAuthorization(o => { o.FallbackPolicy = o.DefaultPolicy; });\n"
                'app.MapGet("/a", () => 1);'
            ),
            True,
        ),
        (
            (
                "builder.Services.AddAuthorization(o => { o.FallbackPolicy = o.DefaultPolicy; });\n"
                'app.MapGet("/a", () => 1).AllowAnonymous();'
            ),
            False,
        ),
        (
            'builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(p);\napp.MapGet("/a", () => 1);',
            True,
        ),
        ('app.UseWhen(c => c.X, b => b.Y());\napp.MapGet("/a", () => 1);', None),
        ('app.UseMiddleware<ApiKeyMiddleware>();\napp.MapGet("/a", () => 1);', None),
        ('app.UseMiddleware<TimingMiddleware>();\napp.MapGet("/a", () => 1);', False),
        ('app.MapGet("/a", Handlers.Get);', None),
    ],
)
def test_a_route_of_a_minimal_api_asks_who_calls(text: str, expected: bool | None) -> None:
    assert [row.authenticated for row in routes(text)] == [expected]


def test_what_one_program_asks_of_everybody_says_nothing_of_another() -> None:
    files = {
        "a/A.csproj": "<Project />",
        "a/Program.cs": START + "b.AddAuthorization(o => { o.FallbackPolicy = o.DefaultPolicy; });",
        "b/B.csproj": "<Project />",
        "b/Program.cs": START + 'app.MapGet("/a", () => 1);',
    }
    assert [row.authenticated for row in facts(files).collected(ROUTE).rows] == [False]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (ACTION, [("GET", "/api/Things/{id}")]),
        ('[HttpPost]\npublic string Add() => "a";', [("POST", "/api/Things")]),
        ('[HttpGet("~/x")]\npublic string X() => "a";', [("GET", "/x")]),
        ('[HttpGet("/x/[action]")]\npublic string Y() => "a";', [("GET", "/x/Y")]),
        ('[HttpGet]\n[Route("z")]\npublic string Z() => "a";', [("GET", "/api/Things/z")]),
        ('[HttpGet(Name = "n")]\npublic string N() => "a";', [("GET", "/api/Things")]),
        ('[NonAction]\n[HttpGet("a")]\npublic string A() => "a";', []),
        ('[HttpGet("a")]\nprivate string A() => "a";', []),
        ("public string Helper() => null;", []),
        ('// [HttpGet("a")]\n// public string A() => "a";', []),
    ],
)
def test_an_action_of_a_controller_is_a_route(body: str, expected: list[tuple[str, str]]) -> None:
    rows = routes("app.MapControllers();", Things=controller(body))
    assert [(row.method, row.route) for row in rows] == expected


def test_a_controller_without_a_route_is_served_by_its_name_where_that_is_agreed() -> None:
    text = controller("public IActionResult Index() => View();", "", "Controller")
    assert [row.route for row in routes("app.MapControllerRoute();", Things=text)] == ["/Things/Index"]
    assert routes("app.MapControllers();", Things=text) == ()


@pytest.mark.parametrize(
    ("head", "base", "action", "expected"),
    [
        ("", "ControllerBase", ACTION, False),
        ("[Authorize]\n", "ControllerBase", ACTION, True),
        ("[Authorize]\n", "ControllerBase", "[AllowAnonymous]\n" + ACTION, False),
        ("", "Microsoft.AspNetCore.Mvc.ControllerBase", ACTION, False),
        ("[AllowAnonymous]\n", "ControllerBase", ACTION, False),
        ("[AllowAnonymous]\n", "ControllerBase", "[Authorize]\n" + ACTION, True),
        ("", "ControllerBase", '[Authorize(Roles = "a")]\n' + ACTION, True),
        ("", "Guarded", ACTION, True),
        ("", "Vendor", ACTION, None),
    ],
)
def test_an_action_of_a_controller_asks_who_calls(
    head: str, base: str, action: str, expected: bool | None
) -> None:
    text = controller(action, head + '[Route("t")]\n', base)
    (row,) = routes(
        "app.MapControllers();", Things=text, Guarded="[Authorize]\npublic class Guarded : Controller {}\n"
    )
    assert row.authenticated is expected


def test_all_controllers_may_be_guarded_where_they_are_mapped() -> None:
    (row,) = routes("app.MapControllers().RequireAuthorization();", Things=controller(ACTION))
    assert row.authenticated is True


CHECKED = 'app.MapHealthChecks("/ok");'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CHECKED + "builder.Services.AddHealthChecks();", ("shallow", False)),
        (CHECKED + "builder.Services.AddHealthChecks().AddDbContextCheck<Db>();", ("deep", True)),
        (CHECKED + "builder.Services.AddHealthChecks().AddNpgSql(cs).AddRedis(r);", ("deep", True)),
        (
            CHECKED
            + 'builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy());',
            ("shallow", False),
        ),
        (
            CHECKED + 'builder.Services.AddHealthChecks().AddAsyncCheck("db", async () => await db.Ask());',
            (None, None),
        ),
        (CHECKED + 'builder.Services.AddHealthChecks().AddCheck<Missing>("a");', (None, None)),
        (CHECKED + 'builder.Services.AddHealthChecks().AddCheck<DbCheck>("a");', ("deep", True)),
        (CHECKED + 'builder.Services.AddHealthChecks().AddCheck<Nothing>("a");', ("shallow", False)),
        (
            (
                'app.MapHealthChecks("/live", new() { Predicate = _ => false });'
                "builder.Services.AddHealthChecks().AddNpgSql(cs);"
            ),
            ("shallow", False),
        ),
        (
            (
                'app.MapHealthChecks("/live", new() { Predicate = c => c.Tags.Contains("live") });'
                'builder.Services.AddHealthChecks().AddNpgSql(cs, tags: new[] { "ready" });'
            ),
            ("shallow", False),
        ),
        (
            (
                'app.MapHealthChecks("/ready", new() { Predicate = c => c.Tags.Contains("ready") });'
                'builder.Services.AddHealthChecks().AddNpgSql(cs, tags: new[] { "ready" });'
            ),
            ("deep", True),
        ),
        (
            'app.MapHealthChecks("/r", new() { Predicate = Only });builder.Services.AddHealthChecks();',
            (None, None),
        ),
        (CHECKED + "builder.AddRedis(r);builder.Services.AddHealthChecks();", ("shallow", False)),
        (CHECKED + "var h = builder.Services.AddHealthChecks();\nh.AddRedis(r);", ("deep", True)),
    ],
)
def test_an_endpoint_of_health_is_as_deep_as_the_checks_that_are_added(
    text: str, expected: tuple[str | None, bool | None]
) -> None:
    db = (
        "public class DbCheck : IHealthCheck {\npublic async Task<HealthCheckResult> CheckHealthAsync(X c){\n"
        "await db.Database.CanConnectAsync();\nreturn HealthCheckResult.Healthy();\n}\n}\n"
    )
    nothing = (
        "public class Nothing : IHealthCheck {\npublic Task<HealthCheckResult> CheckHealthAsync(X c) {\n"
        "return Task.FromResult(HealthCheckResult.Healthy());\n}\n}\n"
    )
    (row,) = routes(text, DbCheck=db, Nothing=nothing)
    assert (row.health, (row.depth, row.fails or None if row.depth is None else row.fails)) == (
        True,
        expected,
    )


@pytest.mark.parametrize(
    ("body", "depth", "fails", "catches"),
    [
        ('return Ok("up");', "constant", False, False),
        ("await db.Database.CanConnectAsync();\nreturn Ok();", "deep", True, False),
        ("try { await db.Database.CanConnectAsync(); } catch { }\nreturn Ok();", "deep", False, True),
        (
            "try { await db.Database.CanConnectAsync(); } catch { return StatusCode(503); }\nreturn Ok();",
            "deep",
            True,
            False,
        ),
        (
            (
                "return await Up() ? Ok() : StatusCode(StatusCodes.Status503ServiceUnavailable);\n}\n"
                "private async Task<bool> Up() {\nreturn await db.Database.CanConnectAsync();"
            ),
            "deep",
            True,
            False,
        ),
        ("return Ok(await Checker.RunAsync());", "deep", True, False),
        ("return Ok(await _unknown.RunAsync());", None, None, False),
    ],
)
def test_an_action_of_health_is_as_deep_as_what_it_asks(
    body: str, depth: str | None, fails: bool | None, catches: bool
) -> None:
    action = '[HttpGet("/health")]\npublic async Task<IActionResult> Get()'
    text = f"public class H : ControllerBase {{\n{action} {{\n{body}\n}}\n}}"
    checker = (
        "public class Checker {\npublic static async Task<bool> RunAsync() {\nawait c.OpenAsync();\n}\n}\n"
    )
    (row,) = routes("app.MapControllers();", HController="[ApiController]\n" + text, Checker=checker)
    assert (row.depth, row.fails, row.catches) == (depth, fails, catches)


@pytest.mark.parametrize(
    "text", ["app.MapRazorPages();", "app.UseFastEndpoints();", "app.MapReverseProxy();"]
)
def test_routes_that_stand_elsewhere_leave_the_question_open(text: str) -> None:
    files = WEB | {"Program.cs": START + 'app.MapGet("/a", () => 1);\n' + text}
    assert [gap.path for gap in facts(files).collected(unread.ROUTE).openings] == ["Program.cs"]


def test_a_service_whose_routes_nobody_finds_stays_open() -> None:
    found = facts(WEB | {"Program.cs": START + "app.UseNancy();"}).collected(unread.ROUTE)
    assert [gap.path for gap in found.openings] == ["App.csproj"]


def test_a_program_that_is_read_leaves_nothing_open() -> None:
    found = facts(WEB | {"Program.cs": START + 'app.MapGet("/a", () => 1);'})
    openings = (
        found.collected(unread.ROUTE).openings,
        found.collected(unread.CORS).openings,
        found.collected(unread.VARIABLE).openings,
        found.collected(unread.TELEMETRY).openings,
        found.collected(unread.OUTGOING).openings,
    )
    assert openings == ((), (), (), (), ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("builder.Logging.ClearProviders().AddJsonConsole();", [("structured-logging", True, False)]),
        ("l.FormatterName = ConsoleFormatterNames.Json;", [("structured-logging", True, False)]),
        ('c.WriteTo.File("logs/a.log");', [("logging", True, True)]),
        ("c.WriteTo.Console();", [("logging", True, False)]),
        (
            "c.WriteTo.Console(new CompactJsonFormatter());",
            [("logging", True, False), ("structured-logging", True, False)],
        ),
        ("WebApplication.CreateBuilder(args);", [("logging", True, False)]),
        ("// c.WriteTo.Console();", []),
        ('var c = Metrics.CreateCounter("a", "b");', [("metrics", False, False)]),
        ("app.UseHttpMetrics();", [("metrics", False, False)]),
        ("app.MapMetrics();", [("metrics", True, False)]),
        ("s.AddOpenTelemetry().WithMetrics(m => m.AddMeter(n));", [("metrics", False, False)]),
        (
            "s.AddOpenTelemetry().WithMetrics(m => m.AddPrometheusExporter());",
            [("metrics", True, False)],
        ),
        (
            "s.AddOpenTelemetry().WithTracing(t => t.AddOtlpExporter());",
            [("tracing", True, False)],
        ),
        ("SentrySdk.Init(dsn);", [("error-tracking", True, False)]),
        ("b.WebHost.UseSentry();", [("error-tracking", True, False)]),
        ("AppDomain.CurrentDomain.ProcessExit += (a, b) => Stop();", [("signal-handler", True, False)]),
        ("o.ShutdownTimeout = TimeSpan.FromSeconds(5);", [("signal-handler", True, False)]),
        (
            "s.AddApplicationInsightsTelemetry();",
            [(k, True, False) for k in ("error-tracking", "metrics", "tracing")],
        ),
        ("app.UseRateLimiter();", [("rate-limit", True, False)]),
        ("s.AddRateLimiter(o => { });", []),
        ("lifetime.ApplicationStopping.Register(() => Stop());", [("signal-handler", True, False)]),
        ("if (env.IsDevelopment()) { app.UseRateLimiter(); }", []),
    ],
)
def test_a_line_of_csharp_sets_up(text: str, expected: list[tuple[str, bool, bool]]) -> None:
    rows = facts(WEB | {"a.cs": f"class A {{ void B() {{ {text} }} }}"}).collected(TELEMETRY).rows
    assert sorted((row.kind, row.exposes, row.file) for row in rows) == expected


def test_the_settings_of_nlog_say_its_form() -> None:
    files = WEB | {"nlog.config": '<nlog><layout xsi:type="JsonLayout" /></nlog>'}
    assert [row.kind for row in facts(files).collected(TELEMETRY).rows] == ["structured-logging"]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("p.AllowAnyOrigin().AllowAnyMethod()", (True, False)),
        ('p.WithOrigins("https://a.example").AllowCredentials()', (False, True)),
        ('p.WithOrigins("*")', (True, False)),
        ('p.WithOrigins("https://a.example", host)', (None, False)),
        ("p.WithOrigins(settings.Origins)", (None, False)),
        ('p.WithOrigins(new[] { "https://a.example" })', (False, False)),
        ("p.SetIsOriginAllowed(_ => true).AllowCredentials()", (True, True)),
        ("p.SetIsOriginAllowed(Known).AllowCredentials()", (None, True)),
    ],
)
def test_a_policy_of_origins_allows(policy: str, expected: tuple[bool | None, bool | None]) -> None:
    text = f'builder.Services.AddCors(o => o.AddPolicy("a", p => {policy}));'
    (row,) = facts(WEB | {"Program.cs": START + text}).collected(CORS).rows
    assert (row.wildcard, row.credentials) == expected


@pytest.mark.parametrize(
    "text",
    [
        'r.Headers.Add("Access-Control-Allow-Origin", "*");',
        'r.Headers["Access-Control-Allow-Origin"] = "*";',
        'r.Headers.AccessControlAllowOrigin = "*";',
    ],
)
def test_the_header_by_hand_counts_too(text: str) -> None:
    (row,) = facts(WEB | {"a.cs": f"class A {{ void B() {{ {text} }} }}"}).collected(CORS).rows
    assert (row.wildcard, row.framework) == (True, "header")


def test_origins_of_a_developers_machine_are_left_out() -> None:
    text = "if (app.Environment.IsDevelopment()) { app.UseCors(p => p.AllowAnyOrigin()); }"
    assert facts(WEB | {"Program.cs": START + text}).collected(CORS).rows == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Environment.GetEnvironmentVariable("A");', [("A", True)]),
        ('var a = Environment.GetEnvironmentVariable("A") ?? throw new X();', [("A", False)]),
        ('var a = builder.Configuration["Jwt:Key"];', [("Jwt__Key", True)]),
        ('var a = configuration.GetValue<int>("Q");', [("Q", True)]),
        ('var a = builder.Configuration.GetConnectionString("Db");', [("ConnectionStrings__Db", True)]),
        ("var b = WebApplication.CreateBuilder(args);", [("Logging__LogLevel__Default", True)]),
        ("Environment.GetEnvironmentVariable(name);", []),
        ('var a = cache["A"];', []),
    ],
)
def test_a_variable_is_read_under_its_literal_name(text: str, expected: list[tuple[str, bool]]) -> None:
    rows = facts(WEB | {"a.cs": f"class A {{ void B() {{ {text} }} }}"}).collected(VARIABLE).rows
    assert [(row.name, row.default) for row in rows] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("var c = new HttpClient();", [("HttpClient", True, False)]),
        ("HttpClient c = new();", [("HttpClient", True, False)]),
        ("var c = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };", [("HttpClient", False, False)]),
        ("s.AddHttpClient<A>();", [("HttpClient", True, False)]),
        ("s.AddHttpClient<A>().AddStandardResilienceHandler();", [("HttpClient", True, True)]),
        ("s.AddHttpClient<A>().AddPolicyHandler(p);", [("HttpClient", True, True)]),
        (
            "s.ConfigureHttpClientDefaults(h => h.AddStandardResilienceHandler());",
            [("HttpClient", True, True)],
        ),
        ("var c = new RestClient(u);", [("RestClient", True, False)]),
        ("// new HttpClient();", []),
    ],
)
def test_a_client_of_other_services_ends_its_calls(text: str, expected: list[tuple[str, bool, bool]]) -> None:
    rows = facts(WEB | {"a.cs": f"class A {{ void B() {{ {text} }} }}"}).collected(OUTGOING).rows
    assert [(row.library, row.timeout, row.retried) for row in rows] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("app.UseDeveloperExceptionPage();", [False, True]),
        ("if (app.Environment.IsDevelopment()) { app.UseDeveloperExceptionPage(); }", [False]),
        ("if (flag) { app.UseDeveloperExceptionPage(); }", [False, None]),
    ],
)
def test_the_page_for_developers_is_a_debug_mode_where_everybody_sees_it(
    text: str, expected: list[bool | None]
) -> None:
    rows = facts(WEB | {"Program.cs": START + text}).collected(SERVER).rows
    assert [row.debug for row in rows] == expected


def test_a_file_that_is_no_csharp_opens_questions() -> None:
    with pytest.raises(Unparsable) as caught:
        parse(b"%%% <<< {{{ ((( ]]] *** ;;; \x00 ''' \" " * 20)
    assert caught.value.opens


def test_what_a_machine_wrote_is_not_read() -> None:
    assert parse(b'class A { string x = "' + b"a" * 20000 + b'"; }').routes == ()
