"""Rust: axum, actix-web and Rocket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.facts.catalogue import TABLES
from readiness.facts.code import unread
from readiness.facts.code.nouns import CORS, OUTGOING, ROUTE, SERVER, TELEMETRY, VARIABLE
from readiness.facts.code.rust import parse
from readiness.facts.store import Store
from readiness.spans import Unparsable
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from readiness.facts.code.rows import HttpRoute


def cargo(library: str = "axum") -> dict[str, str]:
    return {"Cargo.toml": f'[package]\nname = "a"\n[dependencies]\n{library} = "1"\n'}


AXUM = "use axum::{Router, routing::{get, post}, middleware::from_fn};\n"
ACTIX = "use actix_web::{get, web, App, HttpServer};\n"
SERVE = "#[tokio::main]\nasync fn main() { axum::serve(listener, app()).await; }\n"


def facts(files: dict[str, str]) -> Store:
    return Store(MemoryTree(files), tables=TABLES)


def axum(body: str, rest: str = "", **files: str) -> tuple[HttpRoute, ...]:
    text = f"{AXUM}fn app() -> Router {{\n{body}\n}}\n{rest}"
    others = {f"src/{name}.rs": other for name, other in files.items()}
    return facts(cargo() | {"src/main.rs": text} | others).collected(ROUTE).rows


def actix(body: str, rest: str = "", **files: str) -> tuple[HttpRoute, ...]:
    text = f"{ACTIX}fn main() {{\n{body};\n}}\n{rest}"
    others = {f"src/{name}.rs": other for name, other in files.items()}
    return facts(cargo("actix-web") | {"src/main.rs": text} | others).collected(ROUTE).rows


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('Router::new().route("/a", get(h))', [("GET", "/a")]),
        ('Router::new().route("/a/:id", get(h).post(i))', [("GET", "/a/{id}"), ("POST", "/a/{id}")]),
        ('Router::new().route("/a/{*rest}", get(h))', [("GET", "/a/{rest}")]),
        ('Router::new().route("/a", axum::routing::any(h))', [("", "/a")]),
        ('Router::new().nest("/p", Router::new().route("/a", get(h)))', [("GET", "/p/a")]),
        ('let p = Router::new().route("/a", get(h));\nRouter::new().nest("/p", p)', [("GET", "/p/a")]),
        (
            (
                'let p = Router::new().route("/a", get(h));\nlet q = Router::new().nest("/q", p);\n'
                'Router::new().nest("/r", q)'
            ),
            [("GET", "/r/q/a")],
        ),
        ('let p = Router::new().route("/a", get(h));\nRouter::new().merge(p)', [("GET", "/a")]),
        ('const P: &str = "/p";\nRouter::new().route(P, get(h))', [("GET", "/p")]),
        ("Router::new().route(paths::HOME, get(h))", [("GET", "/{HOME}")]),
        ('Router::new().route(r"/a", get(h))', [("GET", "/a")]),
        ('Router::new().route(&format!("/{}/a", p), get(h))', [("GET", "/{value}/a")]),
        ('Router::new().route("/a", on(MethodFilter::GET, h))', [("GET", "/a")]),
        ('Router::<S>::new().route("/a", get(h))', [("GET", "/a")]),
        ('Router::new().route("/a", get(|| async { 1 }))', [("GET", "/a")]),
        ('// Router::new().route("/a", get(h))\nRouter::new()', []),
        ('map.route("/a", other(h));\nRouter::new()', []),
    ],
)
def test_a_call_of_axum_is_a_route(body: str, expected: list[tuple[str, str]]) -> None:
    assert [(row.method, row.route) for row in axum(body)] == expected


def test_a_router_of_another_file_answers_below_the_path_it_is_put_at() -> None:
    users = (
        AXUM + 'pub fn routes() -> Router { Router::new().route("/{id}", get(show)) }\nasync fn show() {}\n'
    )
    others = AXUM + 'pub fn routes() -> Router { Router::new().route("/x", get(show)) }\nasync fn show() {}\n'
    body = 'Router::new().nest("/users", users::routes()).nest("/others", crate::others::routes())'
    rows = axum(body, "mod users;\nmod others;\n", users=users, others=others)
    assert sorted(row.route for row in rows) == ["/others/x", "/users/{id}"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('Router::new().route("/a", get(h))', False),
        ('Router::new().route("/a", get(h)).route_layer(from_fn(auth))', True),
        ('Router::new().layer(from_fn(auth)).route("/a", get(h))', False),
        (
            'let p = Router::new().route("/a", get(h));\nRouter::new().merge(p).layer(from_fn(require_auth))',
            True,
        ),
        ('Router::new().route("/a", get(h)).layer(TraceLayer::new_for_http())', False),
        ('Router::new().route("/a", get(known))', True),
        ('Router::new().route("/a", get(maybe))', False),
        ('Router::new().route("/a", get(custom))', None),
        ('Router::new().route("/a", get(refusing))', None),
        ('Router::new().route("/a", get(checking))', None),
        ('Router::new().route("/a", get(elsewhere::f))', None),
    ],
)
def test_a_route_of_axum_asks_who_calls(body: str, expected: bool | None) -> None:
    rest = (
        'async fn h(State(s): State<S>, Path(id): Path<u32>) -> &\'static str { "a" }\n'
        "async fn known(user: AuthUser) {}\nasync fn maybe(user: Option<AuthUser>) {}\n"
        "async fn custom(user: Caller) {}\n"
        "async fn refusing() -> StatusCode { StatusCode::UNAUTHORIZED }\n"
        "async fn checking(h: HeaderMap) -> Result<(), E> { validate_api_key(&h)?; Ok(()) }\n"
    )
    assert [row.authenticated for row in axum(body, rest)] == [expected]


@pytest.mark.parametrize(
    ("handler", "depth", "fails", "catches"),
    [
        ('async fn health() -> &\'static str { "ok" }', "constant", False, False),
        ('async fn health() -> Json<Value> { Json(json!({"status": "ok"})) }', "constant", False, False),
        (
            'async fn health(p: State<P>) -> R<(), E> { sqlx::query("x").execute(&p).await?; Ok(()) }',
            "deep",
            True,
            False,
        ),
        (
            'async fn health() -> Json<V> { let up = sqlx::query("x").fetch_one(&p).await; Json(up) }',
            "deep",
            False,
            True,
        ),
        (
            (
                'async fn health() -> StatusCode { match sqlx::query("x").execute(&p).await {\n'
                "Ok(_) => StatusCode::OK, Err(_) => StatusCode::SERVICE_UNAVAILABLE } }"
            ),
            "deep",
            True,
            False,
        ),
        (
            (
                "async fn health() -> S { if up().await { OK } else { StatusCode::BAD_GATEWAY } }\n"
                "async fn up() -> bool { client.ping().await.is_ok() }"
            ),
            "deep",
            True,
            True,
        ),
        ("async fn health() -> String { other::crate_status().await }", None, None, False),
    ],
)
def test_a_check_of_health_is_as_deep_as_what_it_asks(
    handler: str, depth: str | None, fails: bool | None, catches: bool
) -> None:
    (row,) = axum('Router::new().route("/health", get(health))', handler + "\n")
    assert (row.depth, row.fails) == (depth, fails)
    assert row.catches is catches or fails


def test_a_handler_is_found_in_its_module_and_in_a_folder_that_re_exports_it() -> None:
    files = cargo() | {
        "src/main.rs": AXUM
        + "use crate::handlers::{live, health::ready};\n"
        + 'fn app() -> Router { Router::new().route("/health", get(live)).route("/ready", get(ready)) }\n',
        "src/handlers/mod.rs": "mod health;\npub use health::*;\n",
        "src/handlers/health.rs": (
            'pub async fn live() -> &\'static str { "ok" }\n'
            "pub async fn ready() -> Result<(), E> { db::check().await?; Ok(()) }\n"
        ),
        "src/db.rs": "pub async fn check() -> Result<(), E> { pool().acquire().await?; Ok(()) }\n",
    }
    rows = facts(files).collected(ROUTE).rows
    assert [(row.route, row.depth, row.fails) for row in rows] == [
        ("/health", "constant", False),
        ("/ready", "deep", True),
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('App::new().route("/a", web::get().to(h))', [("GET", "/a")]),
        ('App::new().service(web::resource("/a").route(web::post().to(h)))', [("POST", "/a")]),
        ('App::new().service(web::resource("/a").to(h))', [("", "/a")]),
        ('App::new().service(web::scope("/p").route("/a", web::get().to(h)))', [("GET", "/p/a")]),
        (
            'App::new().service(web::scope("/p").service(web::scope("/q").route("/a", web::get().to(h))))',
            [("GET", "/p/q/a")],
        ),
        (
            'App::new().service(web::scope("/p").service(web::resource("/a").route(web::get().to(h))))',
            [("GET", "/p/a")],
        ),
    ],
)
def test_a_call_of_actix_is_a_route(body: str, expected: list[tuple[str, str]]) -> None:
    assert [(row.method, row.route) for row in actix(body)] == expected


HANDLER = '#[get("/a/{id}")]\nasync fn a() -> &\'static str { "a" }\n'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("App::new().service(a)", ("/a/{id}", False)),
        ('App::new().service(web::scope("/p").service(a))', ("/p/a/{id}", False)),
        ('App::new().service(web::scope("/p").wrap(AuthMiddleware).service(a))', ("/p/a/{id}", True)),
        ('App::new().service(web::scope("/p").service(a).wrap(AuthMiddleware))', ("/p/a/{id}", True)),
        ("App::new().wrap(Logger::default()).service(a)", ("/a/{id}", False)),
        ("App::new()", ("/a/{id}", None)),
    ],
)
def test_a_handler_with_its_own_path_answers_where_it_is_put(
    body: str, expected: tuple[str, bool | None]
) -> None:
    assert [(row.route, row.authenticated) for row in actix(body, HANDLER)] == [expected]


def test_a_configuration_of_actix_answers_below_the_scope_it_is_called_in() -> None:
    users = (
        "use actix_web::{get, web};\npub fn config(c: &mut web::ServiceConfig) { c.service(show); }\n"
        '#[get("/{id}")]\nasync fn show() {}\n'
    )
    (row,) = actix(
        'App::new().service(web::scope("/users").configure(users::config))', "mod users;\n", users=users
    )
    assert (row.route, row.framework) == ("/users/{id}", "actix-web")


def test_the_routes_of_rocket_answer_below_their_mount() -> None:
    text = (
        '#[get("/<id>?<q>")]\nfn show(id: u32) -> &\'static str { "a" }\n'
        '#[launch]\nfn rocket() -> _ { rocket::build().mount("/things", routes![show]) }\n'
    )
    (row,) = facts(cargo("rocket") | {"src/main.rs": text}).collected(ROUTE).rows
    assert (row.method, row.route, row.framework) == ("GET", "/things/{id}", "rocket")


def test_a_name_that_is_imported_under_another_is_known() -> None:
    text = (
        "use axum::{Router as R, routing::{self, get as fetch}};\nuse crate::handlers as h;\n"
        'fn app() -> R { R::new().route("/health", routing::get(h::live)) }\n'
    )
    files = cargo() | {
        "src/main.rs": text,
        "src/handlers.rs": 'pub async fn live() -> &\'static str { "ok" }\n',
    }
    (row,) = facts(files).collected(ROUTE).rows
    assert (row.route, row.depth) == ("/health", "constant")


@pytest.mark.parametrize(
    "text",
    [
        '#[cfg(test)]\nmod tests { fn t() { let r = Router::new().route("/a", get(h)); } }',
        '#[tokio::test]\nasync fn t() { let r = Router::new().route("/a", get(h)); }',
    ],
)
def test_the_routes_of_a_test_count_for_nothing(text: str) -> None:
    assert axum("Router::new()", text) == ()


def test_routes_that_a_macro_lists_leave_the_question_open() -> None:
    text = (
        AXUM + SERVE + 'fn app() -> Router { OpenApiRouter::new().routes(routes!(show)).route("/a", get(h)) }'
    )
    found = facts(cargo() | {"src/main.rs": text}).collected(unread.ROUTE)
    assert [gap.path for gap in found.openings] == ["src/main.rs"]


def test_a_server_of_an_unknown_framework_stays_open() -> None:
    files = cargo("poem") | {"src/main.rs": "fn main() { axum::serve(a, b); }"}
    assert [gap.path for gap in facts(files).collected(unread.ROUTE).openings] == ["Cargo.toml"]


def test_a_program_that_is_read_leaves_nothing_open() -> None:
    text = AXUM + SERVE + 'fn app() -> Router { Router::new().route("/a", get(h)) }'
    found = facts(cargo() | {"src/main.rs": text})
    openings = (
        found.collected(unread.ROUTE).openings,
        found.collected(unread.CORS).openings,
        found.collected(unread.VARIABLE).openings,
        found.collected(unread.TELEMETRY).openings,
        found.collected(unread.OUTGOING).openings,
    )
    assert openings == ((), (), (), (), ())


def within(text: str) -> dict[str, str]:
    return cargo() | {"src/a.rs": f"fn a() {{\n{text}\n}}\n"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "tracing_subscriber::fmt().json().init();",
            [("logging", True, False), ("structured-logging", True, False)],
        ),
        ("tracing_subscriber::fmt::init();", [("logging", True, False)]),
        ("env_logger::init();", [("logging", True, False)]),
        ("// env_logger::init();", []),
        ('tracing_appender::rolling::daily("logs", "a.log");', [("logging", True, True)]),
        ('let c = IntCounter::new("a", "b");', [("metrics", False, False)]),
        ('register_int_counter!("a", "b");', [("metrics", False, False)]),
        ('metrics::counter!("a").increment(1);', [("metrics", False, False)]),
        ("PrometheusBuilder::new().install();", [("metrics", True, False)]),
        ("TextEncoder::new().encode(&prometheus::gather(), &mut b);", [("metrics", True, False)] * 2),
        ("let l = tracing_opentelemetry::layer();", [("tracing", True, False)]),
        ('let g = sentry::init(("dsn", o));', [("error-tracking", True, False)]),
        ("let g = GovernorConfigBuilder::default();", [("rate-limit", True, False)]),
        ("app.layer(GovernorLayer { config });", [("rate-limit", True, False)]),
        ("signal::unix::signal(SignalKind::terminate());", [("signal-handler", True, False)]),
        ("Signals::new([SIGTERM]);", [("signal-handler", True, False)]),
        ("tokio::signal::ctrl_c().await;", []),
    ],
)
def test_a_line_of_rust_sets_up(text: str, expected: list[tuple[str, bool, bool]]) -> None:
    rows = facts(within(text)).collected(TELEMETRY).rows
    assert sorted((row.kind, row.exposes, row.file) for row in rows) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CorsLayer::permissive();", (True, False, "tower-http")),
        ("CorsLayer::very_permissive();", (True, True, "tower-http")),
        ("CorsLayer::new().allow_origin(Any);", (True, False, "tower-http")),
        (
            "CorsLayer::new().allow_origin(AllowOrigin::mirror_request()).allow_credentials(true);",
            (True, True, "tower-http"),
        ),
        (
            'CorsLayer::new().allow_origin("https://a.example".parse::<H>().unwrap());',
            (False, False, "tower-http"),
        ),
        ("CorsLayer::new().allow_origin(origins);", (None, False, "tower-http")),
        ("Cors::permissive();", (True, True, "actix-cors")),
        ("Cors::default().allow_any_origin().supports_credentials();", (True, True, "actix-cors")),
        ('Cors::default().allowed_origin("https://a.example");', (False, False, "actix-cors")),
        ("Cors::default().allowed_origin_fn(f);", (None, False, "actix-cors")),
        ('h.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));', (True, False, "header")),
        ('r.insert_header(("Access-Control-Allow-Origin", "*"));', (True, False, "header")),
    ],
)
def test_a_layer_of_origins_allows(text: str, expected: tuple[bool | None, bool | None, str]) -> None:
    (row,) = facts(within(text)).collected(CORS).rows
    assert (row.wildcard, row.credentials, row.framework) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('std::env::var("A").unwrap();', [("A", False)]),
        ('env::var("A").unwrap_or_else(|_| "b".into());', [("A", True)]),
        ('env::var("A").ok();', [("A", True)]),
        ('let a = env::var("A")?;', [("A", False)]),
        ('if let Ok(a) = env::var("A") {}', [("A", True)]),
        ('lazy_static! { static ref A: String = env::var("A").unwrap_or_default(); }', [("A", True)]),
        ('lazy_static! { static ref A: String = env::var("A").unwrap(); }', [("A", False)]),
        ("let f = EnvFilter::try_from_default_env();", [("RUST_LOG", True)]),
        ("env_logger::init();", [("RUST_LOG", True)]),
        ("env::var(name);", []),
        ('env!("A");', []),
    ],
)
def test_a_variable_is_read_under_its_literal_name(text: str, expected: list[tuple[str, bool]]) -> None:
    rows = facts(within(text)).collected(VARIABLE).rows
    assert [(row.name, row.default) for row in rows] == expected


def test_a_helper_reads_the_variable_it_is_given() -> None:
    text = 'fn get(key: &str) -> String { std::env::var(key).unwrap() }\nfn b() { get("A"); get("B"); }\n'
    rows = facts(cargo() | {"src/a.rs": text}).collected(VARIABLE).rows
    assert [row.name for row in rows] == ["A", "B"]


@pytest.mark.parametrize(
    ("attribute", "kind", "expected"),
    [
        ('arg(long, env = "A", default_value = "1")', "u16", ("A", True)),
        ('arg(long, env = "A")', "u16", ("A", False)),
        ("arg(long, env)", "Option<u16>", ("PORT", True)),
        ('envconfig(from = "A")', "u16", ("A", False)),
    ],
)
def test_an_argument_may_come_from_the_environment(
    attribute: str, kind: str, expected: tuple[str, bool]
) -> None:
    text = f"struct Args {{\n#[{attribute}]\nport: {kind},\n}}\n"
    (row,) = facts(cargo() | {"src/a.rs": text}).collected(VARIABLE).rows
    assert (row.name, row.default) == expected


def test_variables_that_a_structure_names_leave_the_question_open() -> None:
    files = within("let c = envy::from_env::<Config>();") | {"src/main.rs": AXUM + SERVE}
    assert [gap.path for gap in facts(files).collected(unread.VARIABLE).openings] == ["src/a.rs"]


def test_a_build_script_reads_nothing_for_the_program() -> None:
    files = cargo() | {"build.rs": 'fn main() { std::env::var("A"); }'}
    assert facts(files).collected(VARIABLE).rows == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("reqwest::Client::new();", [("reqwest", False, False)]),
        ("reqwest::Client::builder().timeout(d).build()?;", [("reqwest", True, False)]),
        ("reqwest::Client::builder().build()?;", [("reqwest", False, False)]),
        ("let c = reqwest::Client::new();\nc.get(u).timeout(d).send().await;", [("reqwest", None, False)]),
        ("reqwest::get(u).await;", [("reqwest", False, False)]),
        (
            "let r = RetryTransientMiddleware::new(p);\nreqwest::Client::new();",
            [("reqwest", False, True)],
        ),
        ("ureq::get(u).call();", [("ureq", False, False)]),
        ("awc::Client::default();", [("awc", True, False)]),
        ("// reqwest::Client::new();", []),
    ],
)
def test_a_client_of_other_services_ends_its_calls(
    text: str, expected: list[tuple[str, bool | None, bool]]
) -> None:
    rows = facts(within(text)).collected(OUTGOING).rows
    assert [(row.library, row.timeout, row.retried) for row in rows] == expected


def test_servers_are_seen_where_they_are_built() -> None:
    files = cargo() | {
        "src/a.rs": "fn a() { axum::serve(l, app); }",
        "src/b.rs": "fn b() { HttpServer::new(|| App::new()); }",
        "src/c.rs": "fn c() { rocket::build(); }",
    }
    rows = facts(files).collected(SERVER).rows
    assert [(row.framework, row.act) for row in rows] == [
        ("axum", "serve"),
        ("actix-web", "construct"),
        ("rocket", "construct"),
    ]


def test_a_file_that_is_no_rust_opens_questions() -> None:
    with pytest.raises(Unparsable) as caught:
        parse(b"%%% <<< {{{ ((( ]]] *** ;;; \x00 ''' \" " * 20)
    assert caught.value.opens


def test_what_a_machine_wrote_is_not_read() -> None:
    assert parse(b'const X: &str = "' + b"a" * 20000 + b'";').variables == ()
