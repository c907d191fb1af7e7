"""PHP: Laravel, Lumen, Symfony and Slim."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.facts.catalogue import TABLES
from readiness.facts.code import unread
from readiness.facts.code.nouns import CORS, OUTGOING, ROUTE, SERVER, TELEMETRY, VARIABLE
from readiness.facts.code.php import parse
from readiness.facts.store import Store
from readiness.spans import Unparsable
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from readiness.facts.code.rows import HttpRoute


def composer(library: str = "laravel/framework") -> dict[str, str]:
    return {"composer.json": f'{{"require": {{"{library}": "^11.0"}}}}\n', "public/index.php": "<?php\n"}


def facts(files: dict[str, str]) -> Store:
    return Store(MemoryTree(files), tables=TABLES)


def laravel(text: str, **files: str) -> tuple[HttpRoute, ...]:
    others = {f"app/Http/Controllers/{name}.php": f"<?php\n{body}" for name, body in files.items()}
    return facts(composer() | {"routes/web.php": f"<?php\n{text}\n"} | others).collected(ROUTE).rows


def symfony(files: dict[str, str]) -> tuple[HttpRoute, ...]:
    base = composer("symfony/framework-bundle") | {"config/bundles.php": "<?php return [];\n"}
    return facts(base | files).collected(ROUTE).rows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Route::get('/a', fn () => 1);", [("GET", "/a")]),
        ("Route::post('a/{id?}', [A::class, 'b']);", [("POST", "/a/{id}")]),
        ("Route::match(['get', 'post'], '/a', fn () => 1);", [("GET", "/a"), ("POST", "/a")]),
        ("Route::any('/a', 'A@b');", [("", "/a")]),
        ("Route::view('/a', 'welcome');", [("GET", "/a")]),
        ("Route::prefix('p')->group(function () {\nRoute::get('/a', fn () => 1);\n});", [("GET", "/p/a")]),
        (
            "Route::group(['prefix' => 'p'], function () {\nRoute::get('/a', fn () => 1);\n});",
            [("GET", "/p/a")],
        ),
        (
            (
                "Route::prefix('p')->group(function () {\nRoute::prefix('q')->group(function () {\n"
                "Route::get('/a', fn () => 1);\n});\n});"
            ),
            [("GET", "/p/q/a")],
        ),
        (
            "Route::resource('things', A::class)->only(['index', 'show']);",
            [("GET", "/things"), ("GET", "/things/{id}")],
        ),
        (
            "Route::apiResources(['t' => A::class]);",
            [(m, "/t" + t) for m, t in (("GET", ""), ("POST", ""), ("GET", "/{id}"))]
            + [(m, "/t/{id}") for m in ("PUT", "PATCH", "DELETE")],
        ),
        ("Route::resource('t', 'A', ['only' => ['index']]);", [("GET", "/t")]),
        ("Route::get('/a', ['uses' => 'A@b']);", [("GET", "/a")]),
        ("Route::get($path, 'A@b');", []),
        ("Route::get('/a');", []),
        ("Route::get('/a', [$this, 'b']);", [("GET", "/a")]),
        ("Route::get(\"/$x/a\", 'A@b');", [("GET", "/{x}/a")]),
        ("// Route::get('/a', fn () => 1);", []),
        ("Cache::get('/a', fn () => 1);", []),
        ("$client->get('/a', ['timeout' => 1]);", []),
    ],
)
def test_a_call_of_laravel_is_a_route(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(row.method, row.route) for row in laravel(text)] == expected


def test_the_routes_of_an_api_answer_below_its_prefix() -> None:
    text = "<?php\nRoute::get('/a', fn () => 1);\n"
    assert [row.route for row in facts(composer() | {"routes/api.php": text}).collected(ROUTE).rows] == [
        "/api/a"
    ]


def test_a_provider_says_what_stands_before_a_file_of_routes() -> None:
    files = composer() | {
        "routes/admin.php": "<?php\nRoute::get('/a', fn () => 1);\n",
        "app/Providers/RouteServiceProvider.php": (
            "<?php\nRoute::middleware(['web', 'auth'])->prefix('admin')\n"
            "->group(base_path('routes/admin.php'));\n"
        ),
    }
    (row,) = facts(files).collected(ROUTE).rows
    assert (row.route, row.authenticated) == ("/admin/a", True)


def test_commands_and_channels_are_no_routes() -> None:
    files = composer() | {"routes/channels.php": "<?php\nRoute::get('/a', fn () => 1);\n"}
    assert facts(files).collected(ROUTE).rows == ()


def test_an_api_of_a_resource_has_the_actions_of_its_controller() -> None:
    body = "class AController extends Controller { public function index() {} public function store() {} }"
    rows = laravel("Route::apiResource('things', AController::class);", AController=body)
    assert [(row.method, row.route) for row in rows] == [("GET", "/things"), ("POST", "/things")]


OPEN = "class A extends Controller { public function b() {} public function c() {} }"


@pytest.mark.parametrize(
    ("text", "controller", "expected"),
    [
        ("Route::get('/a', [A::class, 'b']);", OPEN, False),
        ("Route::get('/a', [A::class, 'b'])->middleware('auth:sanctum');", OPEN, True),
        ("Route::middleware('auth')->get('/a', [A::class, 'b']);", OPEN, True),
        ("Route::middleware(['throttle:60,1'])->get('/a', [A::class, 'b']);", OPEN, False),
        (
            "Route::middleware('auth')->group(function () {\nRoute::get('/a', [A::class, 'b']);\n});",
            OPEN,
            True,
        ),
        (
            (
                "Route::middleware('auth')->group(function () {\n"
                "Route::get('/a', [A::class, 'b'])->withoutMiddleware('auth');\n});"
            ),
            OPEN,
            False,
        ),
        (
            "Route::get('/a', [A::class, 'b']);",
            "class A extends C { function __construct() { $this->middleware('auth'); } function b() {} }",
            True,
        ),
        (
            "Route::get('/a', [A::class, 'b']);",
            (
                "class A extends Controller { public function __construct() {\n"
                "$this->middleware('auth')->except('b'); } function b() {} }"
            ),
            False,
        ),
        (
            "Route::get('/a', [A::class, 'b']);",
            (
                "class A extends Controller { public function __construct() {\n"
                "$this->middleware('auth', ['except' => ['b']]); } function b() {} }"
            ),
            False,
        ),
        (
            "Route::get('/a', [A::class, 'b']);",
            (
                "class A extends Controller { public static function middleware() {\n"
                "return [new Middleware('auth', only: ['b'])]; } function b() {} }"
            ),
            True,
        ),
        ("Route::get('/a', [Missing::class, 'b']);", OPEN, None),
        (
            "Route::get('/a', [A::class, 'b']);",
            "class A extends Controller { function b() { abort(403); } }",
            None,
        ),
        (
            "Route::controller(A::class)->middleware('can:x')->group(fn () => Route::get('/a', 'b'));",
            OPEN,
            True,
        ),
    ],
)
def test_a_route_of_laravel_asks_who_calls(text: str, controller: str, expected: bool | None) -> None:
    (row,) = laravel(text, A=controller)
    assert row.authenticated is expected


@pytest.mark.parametrize(
    ("body", "depth", "fails", "catches"),
    [
        ("return response()->json(['status' => 'ok']);", "constant", False, False),
        ("DB::connection()->getPdo(); return response()->json([]);", "deep", True, False),
        (
            "try { DB::select('x'); } catch (\\Exception $e) { } return response()->json([]);",
            "deep",
            False,
            True,
        ),
        (
            "try { DB::select('x'); } catch (E $e) { return response()->json([], 503); } return 1;",
            "deep",
            True,
            False,
        ),
        ("return response()->json($this->checker->run());", "deep", True, False),
        ("return response()->json($this->unknown->run());", None, None, False),
    ],
)
def test_a_check_of_health_in_laravel_is_as_deep_as_what_it_asks(
    body: str, depth: str | None, fails: bool | None, catches: bool
) -> None:
    files = composer() | {
        "routes/web.php": "<?php\nRoute::get('/health', HealthController::class);\n",
        "app/Http/Controllers/HealthController.php": (
            f"<?php\nclass HealthController extends Controller {{ function __invoke() {{ {body} }} }}\n"
        ),
        "app/Services/Checker.php": "<?php\nclass Checker { function run() { return Redis::ping(); } }\n",
    }
    (row,) = facts(files).collected(ROUTE).rows
    assert (row.depth, row.fails, row.catches) == (depth, fails, catches)


WITH = "<?php\nreturn Application::configure(basePath: $b)->withRouting(\nhealth: '/up',\n)->create();\n"


def test_the_check_that_laravel_brings_along_depends_on_nothing() -> None:
    (row,) = facts(composer() | {"bootstrap/app.php": WITH}).collected(ROUTE).rows
    assert (row.route, row.line, row.health, row.depth) == ("/up", 3, True, "constant")


def test_a_listener_may_make_the_check_of_laravel_deeper() -> None:
    files = composer() | {
        "bootstrap/app.php": WITH,
        "app/Providers/A.php": "<?php\nEvent::listen(fn (DiagnosingHealth $e) => DB::select('x'));\n",
    }
    (row,) = facts(files).collected(ROUTE).rows
    assert (row.health, row.depth) == (True, None)


def test_a_library_of_checks_is_one_whatever_its_path() -> None:
    (row,) = laravel("Route::get('/checks', HealthCheckResultsController::class);")
    assert (row.health, row.depth) == (True, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$app->get('/a', function ($q, $s) { return $s; });", ("/a", False)),
        ("$app->get('/a[/{b}]', 'A:c');", ("/a/{b}", None)),
        ("$app->get('/a', ['uses' => 'A@b']);", ("/a", None)),
        ("$app->get('/a', A::class . ':b');", ("/a", None)),
        (
            "$app->group('/p', function ($group) {\n$group->get('/a', fn () => 1);\n});",
            ("/p/a", False),
        ),
        (
            (
                "$app->group('/p', function ($group) {\n$group->get('/a', fn () => 1);\n"
                "})->add(AuthMiddleware::class);"
            ),
            ("/p/a", True),
        ),
        ("$app->get('/a', fn () => 1)->add(new JwtAuthentication([]));", ("/a", True)),
        (
            "$router->group(['middleware' => 'auth'], function () {\n$router->get('a', 'A@b');\n});",
            ("/a", True),
        ),
    ],
)
def test_a_call_of_slim_or_lumen_is_a_route(text: str, expected: tuple[str, bool | None]) -> None:
    files = composer("slim/slim") | {"app/routes.php": f"<?php\n{text}\n"}
    assert [(row.route, row.authenticated) for row in facts(files).collected(ROUTE).rows] == [expected]


@pytest.mark.parametrize(
    ("head", "method", "expected"),
    [
        ("", "#[Route('/a', methods: ['GET'])]", [("GET", "/a")]),
        ("#[Route('/p')]", "#[Route('/a', name: 'x')]", [("", "/p/a")]),
        ("", "#[Route(path: '/a/{id<\\d+>}', methods: 'POST')]", [("POST", "/a/{id}")]),
        ("", '/** @Route("/a", methods={"GET"}) */', [("GET", "/a")]),
        ("", "// #[Route('/a')]", []),
        ("", "#[OA\\Get(path: '/a')]", []),
    ],
)
def test_an_attribute_of_symfony_is_a_route(head: str, method: str, expected: list[tuple[str, str]]) -> None:
    text = f"<?php\n{head}\nclass A extends AbstractController {{\n{method}\npublic function b() {{}}\n}}\n"
    assert [(row.method, row.route) for row in symfony({"src/Controller/A.php": text})] == expected


def test_a_controller_of_symfony_that_is_called_itself_has_the_path_of_its_class() -> None:
    method = "public function __invoke() { return new Response(); }"
    text = f"<?php\n#[Route('/health', methods: ['GET'])]\nclass A {{ {method} }}\n"
    (row,) = symfony({"src/Controller/A.php": text})
    assert (row.method, row.route, row.depth) == ("GET", "/health", "constant")


def test_the_settings_of_symfony_declare_routes_and_prefixes() -> None:
    files = {
        "config/routes.yaml": (
            "api:\n  resource: routes/api.yaml\n  prefix: /api\n"
            "controllers:\n  resource: ../src/Controller/\n  prefix: /v1\n"
            "health:\n  path: /health\n  controller: App\\Controller\\A::b\n  methods: [GET]\n"
            "when@dev:\n  profiler:\n    path: /p\n    controller: App\\Controller\\A::b\n"
        ),
        "config/routes/api.yaml": "x:\n  path: /x\n  controller: App\\Controller\\A\n  methods: GET|POST\n",
        "src/Controller/A.php": "<?php\nclass A {\n#[Route('/c')]\nfunction c() {}\nfunction b() {}\n}\n",
    }
    assert [(row.method, row.route) for row in symfony(files)] == [
        ("GET", "/health"),
        ("GET", "/api/x"),
        ("POST", "/api/x"),
        ("", "/v1/c"),
    ]


@pytest.mark.parametrize(
    ("attribute", "security", "expected"),
    [
        ("", "security: {}\n", False),
        ("", "security:\n  access_control:\n    - { path: ^/a, roles: ROLE_USER }\n", None),
        ("#[IsGranted('ROLE_USER')]", "security: {}\n", True),
    ],
)
def test_symfony_may_say_by_path_who_may_come_in(
    attribute: str, security: str, expected: bool | None
) -> None:
    text = f"<?php\nclass A {{\n#[Route('/a')]\n{attribute}\npublic function b() {{}}\n}}\n"
    (row,) = symfony({"src/Controller/A.php": text, "config/packages/security.yaml": security})
    assert row.authenticated is expected


def test_a_service_whose_routes_nobody_finds_stays_open() -> None:
    found = facts(composer() | {"app/a.php": "<?php\n"}).collected(unread.ROUTE)
    assert [gap.path for gap in found.openings] == ["composer.json"]


def test_a_program_that_is_read_leaves_nothing_open() -> None:
    found = facts(composer() | {"routes/web.php": "<?php\nRoute::get('/a', fn () => 1);\n"})
    openings = (
        found.collected(unread.ROUTE).openings,
        found.collected(unread.CORS).openings,
        found.collected(unread.VARIABLE).openings,
        found.collected(unread.TELEMETRY).openings,
        found.collected(unread.OUTGOING).openings,
    )
    assert openings == ((), (), (), (), ())


LOGGING = (
    "return ['default' => {default}, 'channels' => [\n"
    "'stack' => ['driver' => 'stack', 'channels' => ['single']],\n"
    "'single' => ['driver' => 'single'], 'errors' => ['driver' => 'monolog',\n"
    "'with' => ['stream' => 'php://stderr'], {formatter}]]];"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            LOGGING.replace("{default}", "env('LOG_CHANNEL', 'stack')").replace("{formatter}", ""),
            [("logging", True, False), ("logging", True, True)],
        ),
        (
            LOGGING.replace("{default}", "'errors'").replace(
                "{formatter}", "'formatter' => JsonFormatter::class"
            ),
            [("logging", True, False), ("structured-logging", True, False)],
        ),
        ("new StreamHandler('php://stdout');", [("logging", True, False)]),
        ("new StreamHandler('var/a.log');", [("logging", True, True)]),
        ("new RotatingFileHandler($path);", [("logging", True, True)]),
        ("$h->setFormatter(new JsonFormatter());", [("structured-logging", True, False)]),
        ("\\Sentry\\init(['dsn' => $d]);", [("error-tracking", True, False)]),
        ("// \\Sentry\\init([]);", []),
        ("$r = new CollectorRegistry($s);", [("metrics", False, False)]),
        ("$r = new RenderTextFormat();", [("metrics", True, False)]),
        ("$t = new TracerProvider($p);", [("tracing", True, False)]),
        ("Route::middleware('throttle:60,1')->get('/a', fn () => 1);", [("rate-limit", True, False)]),
        ("$groups = ['api' => [ThrottleRequests::class . ':api']];", [("rate-limit", True, False)]),
        ("$aliases = ['throttle' => ThrottleRequests::class];", []),
        ("$this->apiLimiter->create($ip)->consume();", [("rate-limit", True, False)]),
        ("pcntl_signal(SIGTERM, fn () => stop());", [("signal-handler", True, False)]),
    ],
)
def test_a_line_of_php_sets_up(text: str, expected: list[tuple[str, bool, bool]]) -> None:
    rows = facts(composer() | {"app/a.php": f"<?php\n{text}\n"}).collected(TELEMETRY).rows
    assert sorted((row.kind, row.exposes, row.file) for row in rows) == expected


def test_the_settings_of_a_tracker_for_laravel_switch_it_on() -> None:
    rows = facts(composer() | {"config/sentry.php": "<?php return [];\n"}).collected(TELEMETRY).rows
    assert [(row.kind, row.library) for row in rows] == [("error-tracking", "sentry-laravel")]


@pytest.mark.parametrize(
    ("parent", "expected"),
    [
        ("class Base extends Controller {}", False),
        ("class Base extends Controller { function __construct() { $this->middleware('auth'); } }", None),
    ],
)
def test_a_parent_of_a_controller_may_ask_who_calls(parent: str, expected: bool | None) -> None:
    (row,) = laravel(
        "Route::get('/a', [A::class, 'b']);", A="class A extends Base { function b() {} }", Base=parent
    )
    assert row.authenticated is expected


def test_settings_alone_switch_libraries_on() -> None:
    files = composer("symfony/framework-bundle") | {
        "config/bundles.php": "<?php return [];\n",
        "config/packages/sentry.yaml": "sentry:\n  dsn: '%env(SENTRY_DSN)%'\n",
        "config/packages/monolog.yaml": (
            "when@dev:\n  monolog:\n    handlers:\n      main: { type: stream, path: a.log }\n"
            "when@prod:\n  monolog:\n    handlers:\n"
            "      main: { type: stream, path: php://stderr, formatter: monolog.formatter.json }\n"
            "      plain: { type: stream, path: php://stdout }\n"
        ),
        "config/packages/dev/monolog.yaml": "monolog:\n  handlers:\n    x: { type: stream, path: b.log }\n",
    }
    rows = facts(files).collected(TELEMETRY).rows
    assert sorted((row.kind, row.file) for row in rows) == [
        ("error-tracking", False),
        ("logging", False),
        ("structured-logging", False),
    ]


@pytest.mark.parametrize(
    ("origins", "credentials", "expected"),
    [
        ("['*']", "false", (True, False)),
        ("['*']", "true", (True, True)),
        ("['https://a.example']", "true", (False, True)),
        ("explode(',', env('O', '*'))", "false", (True, False)),
        ("explode(',', env('O'))", "false", (None, False)),
        ("[env('O')]", "env('C')", (None, None)),
    ],
)
def test_the_settings_of_laravel_allow_origins(
    origins: str, credentials: str, expected: tuple[bool | None, bool | None]
) -> None:
    text = f"<?php\nreturn ['allowed_origins' => {origins}, 'supports_credentials' => {credentials}];\n"
    (row,) = facts(composer() | {"config/cors.php": text}).collected(CORS).rows
    assert (row.wildcard, row.credentials) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("header('Access-Control-Allow-Origin: *');", True),
        ("header('Access-Control-Allow-Origin: https://a.example');", False),
        ('header("Access-Control-Allow-Origin: $origin");', None),
        ("return $response->withHeader('Access-Control-Allow-Origin', '*');", True),
    ],
)
def test_the_header_by_hand_counts_too(text: str, expected: bool | None) -> None:
    (row,) = facts(composer() | {"app/a.php": f"<?php\n{text}\n"}).collected(CORS).rows
    assert (row.wildcard, row.framework) == (expected, "header")


def test_the_settings_of_nelmio_allow_origins() -> None:
    text = (
        "nelmio_cors:\n  defaults:\n    allow_origin: ['*']\n    allow_credentials: true\n"
        "  paths:\n    '^/a':\n      allow_origin: ['%env(O)%']\n"
    )
    files = composer("symfony/framework-bundle") | {
        "config/bundles.php": "<?php return [];\n",
        "config/packages/nelmio_cors.yaml": text,
    }
    rows = facts(files).collected(CORS).rows
    assert [(row.wildcard, row.credentials) for row in rows] == [(True, True), (None, False)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("env('A');", [("A", True)]),
        ("$a = env('A', 'b');", [("A", True)]),
        ("$a = getenv('A') ?: 'b';", [("A", True)]),
        ("$a = $_ENV['A'] ?? throw new X();", [("A", False)]),
        ("$_ENV['A'] = 'b';", []),
        ("getenv($name);", []),
        ("// env('A');", []),
    ],
)
def test_a_variable_is_read_under_its_literal_name(text: str, expected: list[tuple[str, bool]]) -> None:
    rows = facts(composer() | {"app/a.php": f"<?php\n{text}\n"}).collected(VARIABLE).rows
    assert [(row.name, row.default) for row in rows] == expected


def test_the_settings_of_symfony_read_variables() -> None:
    files = composer("symfony/framework-bundle") | {
        "config/bundles.php": "<?php return [];\n",
        "config/services.yaml": "a:\n  a: '%env(resolve:A)%'\n  # b: '%env(B)%'\n  c: '%env(default:x:C)%'\n",
    }
    rows = facts(files).collected(VARIABLE).rows
    assert [(row.name, row.default) for row in rows] == [("A", False), ("C", True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("use GuzzleHttp\\Client;\n$c = new Client();", [("guzzle", False, False)]),
        ("use GuzzleHttp\\Client;\n$c = new Client(['timeout' => 5]);", [("guzzle", True, False)]),
        ("use GuzzleHttp\\Client;\n$c = new Client(['timeout' => 0]);", [("guzzle", False, False)]),
        ("use GuzzleHttp\\Client;\n$c = new Client($options);", [("guzzle", None, False)]),
        ("use Other\\Client;\n$c = new Client();", []),
        ("Http::get($u);", [("laravel/http", True, False)]),
        ("Http::retry(3, 100)->post($u);", [("laravel/http", True, True)]),
        ("$c = curl_init($u);", [("curl", False, False)]),
        ("$c = curl_init($u);\ncurl_setopt($c, CURLOPT_TIMEOUT, 5);", [("curl", True, False)]),
        ("$c = HttpClient::create();", [("symfony/http-client", True, False)]),
    ],
)
def test_a_client_of_other_services_ends_its_calls(
    text: str, expected: list[tuple[str, bool | None, bool]]
) -> None:
    rows = facts(composer() | {"app/a.php": f"<?php\n{text}\n"}).collected(OUTGOING).rows
    assert [(row.library, row.timeout, row.retried) for row in rows] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("true", [True]),
        ("env('APP_DEBUG', true)", [None]),
        ("(bool) env('APP_DEBUG', false)", []),
        ("false", []),
    ],
)
def test_the_settings_of_laravel_switch_debug_on(value: str, expected: list[bool | None]) -> None:
    text = f"<?php\nreturn ['debug' => {value}, 'key' => env('APP_KEY')];\n"
    rows = facts(composer() | {"config/app.php": text}).collected(SERVER).rows
    assert [row.debug for row in rows] == expected


def test_applications_are_seen_where_they_are_built() -> None:
    files = composer() | {"bootstrap/app.php": WITH, "a.php": "<?php\n$app = AppFactory::create();\n"}
    assert [row.framework for row in facts(files).collected(SERVER).rows] == ["slim", "laravel"]


def test_a_template_is_no_code() -> None:
    files = composer() | {"resources/views/a.blade.php": "<a href=\"{{ env('A') }}\"> Route::get( <%%"}
    found = facts(files).collected(VARIABLE)
    assert (found.rows, found.problems) == ((), ())


def test_a_file_that_is_no_php_opens_questions() -> None:
    with pytest.raises(Unparsable) as caught:
        parse(b"<?php %%% <<< {{{ ((( ]]] *** ;;; \x00 ''' \" " * 20)
    assert caught.value.opens


def test_what_a_machine_wrote_is_not_read() -> None:
    assert parse(b"<?php $x = '" + b"a" * 20000 + b"'; env('A');").variables == ()
