from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.facts.code.model import Cors, Handler, Module, Route, Server, Telemetry, Variable
from readiness.facts.code.python import parse
from readiness.spans import Unparsable


def module(*lines: str) -> Module:
    return parse("\n".join(lines).encode())


def route(*lines: str) -> Route:
    (found,) = module(*lines).routes
    return found


def handler(*lines: str) -> Handler:
    found = route("import fastapi", "app = fastapi.FastAPI()", *lines).handler
    assert found is not None
    return found


def telemetry(*lines: str) -> list[tuple[str, str]]:
    return [(item.kind, item.library) for item in module(*lines).telemetry]


def cors(*lines: str) -> tuple[bool | None, bool | None]:
    (found,) = module(*lines).cors
    return found.wildcard, found.credentials


FASTAPI_CORS = "from fastapi.middleware.cors import CORSMiddleware"


# --- what cannot be read


@pytest.mark.parametrize("text", [b"print 'hello'\n", b"def f(:\n", b"a\0b"])
def test_a_file_that_python_cannot_read_opens_nothing(text: bytes) -> None:
    with pytest.raises(Unparsable) as caught:
        parse(text)
    assert not caught.value.opens


def test_the_line_of_a_mistake_is_named() -> None:
    with pytest.raises(Unparsable) as caught:
        parse(b"a = 1\nb = 2\nprint 'x'\n")
    assert caught.value.line == 3


@pytest.mark.parametrize(
    "text", [b"type X = int = 3\n", b"{% if x %}\n", b"import {{ name }}.\n", b"def f[T](x: T) ->: ...\n"]
)
def test_newer_syntax_and_templates_open_questions(text: bytes) -> None:
    with pytest.raises(Unparsable) as caught:
        parse(text)
    assert caught.value.opens


def test_bytes_that_are_no_text_are_a_problem_at_their_line() -> None:
    with pytest.raises(Unparsable) as caught:
        parse(b"a = 1\nb = '\xff'\n")
    assert caught.value.line == 2


def test_a_declared_latin_encoding_is_believed() -> None:
    assert parse(b"# -*- coding: latin-1 -*-\nimport os\nname = '\xe9'\n").imports[0].module == "os"


@pytest.mark.parametrize(
    "text", ["-" * 200_000 + "1", "a" + "+a" * 200_000, "(" * 5000, "[" * 150 + "]" * 150]
)
def test_deep_nesting_ends_in_a_value_or_a_problem(text: str) -> None:
    try:
        parse(text.encode())
    except Unparsable:
        return


def test_a_hostile_megabyte_is_read() -> None:
    lines = [f"@app.get('/{index}')\ndef f{index}(): return g()" for index in range(8_000)]
    text = (
        "from fastapi import FastAPI\napp = FastAPI()\ndef g(): return h()\ndef h(): return 1\n"
        + "\n".join(lines)
    )
    assert len(parse(text.encode()).routes) == 8_000


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
    )
)
def test_any_bytes_end_in_a_module_or_a_problem(data: bytes) -> None:
    line = 1
    try:
        parse(data)
    except Unparsable as problem:
        line = problem.line
    assert line >= 1


def test_an_invalid_escape_warns_nobody() -> None:
    assert parse(b"x = '\\d'\n") == Module()


# --- imports


def test_imports_are_read_with_their_dots() -> None:
    found = module("import os.path as p", "from ..core import a, b")
    assert [(item.module, item.dots, item.names, item.optional) for item in found.imports] == [
        ("os.path", 0, (), False),
        ("core", 2, ("a", "b"), False),
    ]


@pytest.mark.parametrize(
    "catch", ["except ImportError:", "except (ValueError, ModuleNotFoundError):", "except:"]
)
def test_an_import_whose_absence_is_caught_is_optional(catch: str) -> None:
    assert module("try:", "    import redis", catch, "    redis = None").imports[0].optional


def test_an_import_for_the_type_checker_is_optional() -> None:
    assert module("if TYPE_CHECKING:", "    import redis").imports[0].optional


def test_an_import_in_another_try_is_needed() -> None:
    assert not module("try:", "    import redis", "except ValueError:", "    pass").imports[0].optional


# --- routes


def test_a_decorated_function_is_a_route() -> None:
    found = route("from fastapi import FastAPI", "app = FastAPI()", "@app.get('/x')", "def x(): return 1")
    assert (found.line, found.methods, found.path, found.framework) == (3, ("GET",), "/x", "fastapi")


def test_a_router_and_its_inclusion_give_the_prefix() -> None:
    found = route(
        "from fastapi import APIRouter, FastAPI, Depends",
        "router = APIRouter(prefix='/users', dependencies=[Depends(get_current_user)])",
        "app = FastAPI()",
        "app.include_router(router, prefix='/api')",
        "@router.post('/{id}')",
        "def change(id): return id",
    )
    assert (found.path, found.guards) == ("/api/users/{id}", ("get_current_user",))


def test_a_blueprints_prefix_is_replaced_where_it_is_registered() -> None:
    found = route(
        "from flask import Flask, Blueprint",
        "bp = Blueprint('b', __name__, url_prefix='/old')",
        "app = Flask(__name__)",
        "app.register_blueprint(bp, url_prefix='/new')",
        "@bp.route('/x', methods=['GET', 'POST'])",
        "def x(): return ''",
    )
    assert (found.path, found.methods, found.framework) == ("/new/x", ("GET", "POST"), "flask")


def test_a_prefix_from_a_constant_is_folded_and_one_from_elsewhere_is_named() -> None:
    found = module(
        "from fastapi import FastAPI",
        "from .settings import V",
        "P = '/api'",
        "app = FastAPI()",
        "@app.get(P + '/a')",
        "def a(): return 1",
        "@app.get(f'{P}/{V}/b')",
        "def b(): return 1",
        "@app.get(V)",
        "def c(): return 1",
        "@app.get(V + '/d')",
        "def d(): return 1",
        "@app.get(V + V)",
        "def e(): return 1",
    ).routes
    assert [item.path for item in found] == ["/api/a", "/api/{V}/b", "/{V}/d"]


def test_an_application_given_as_a_parameter_is_one_where_the_framework_is_imported() -> None:
    found = route(
        "from fastapi import FastAPI", "def setup(app: FastAPI):", "    @app.get('/x')", "    def x(): ..."
    )
    assert found.framework == "fastapi"


def test_a_flask_view_whose_application_is_imported_is_a_route() -> None:
    found = route("from web import app", "@app.route('/x')", "def x(): return ''")
    assert (found.framework, found.methods) == ("", ("GET",))


@pytest.mark.parametrize(
    "lines",
    [
        ("import respx", "@respx.get('/x')", "def x(): ..."),
        ("client = Client()", "@client.get('/x')", "def x(): ..."),
        ("@cache.get('key')", "def x(): ..."),
        ("@thing", "def x(): ..."),
        ("import fastapi", "app = fastapi.FastAPI()", "@app.get('/x\\n')", "def x(): ..."),
        ("import fastapi", "app.add_api_route('/x\\x1b', h)"),
        ("from lib import thing", "@thing.get('/x')", "def x(): ..."),
        ("import fastapi", "app = fastapi.FastAPI()", "@app.get()", "def x(): ..."),
        ("import fastapi", "app = fastapi.FastAPI()", "@app.on_event('startup')", "def x(): ..."),
        ("response = client.get('/meta/system-status')",),
        ("from fastapi import FastAPI", "app = object()", "@app.get('/x')", "def x(): ..."),
    ],
)
def test_what_only_looks_like_a_route_is_none(lines: tuple[str, ...]) -> None:
    assert module(*lines).routes == ()


def test_methods_that_are_not_literal_are_any_method() -> None:
    found = route(
        "import flask", "app = flask.Flask('x')", "@app.route('/x', methods=M)", "def x(): return ''"
    )
    assert found.methods == ()


def test_a_single_method_may_be_a_text() -> None:
    found = route(
        "import bottle", "app = bottle.Bottle()", "@app.route('/x', method='POST')", "def x(): return ''"
    )
    assert found.methods == ("POST",)


def test_a_websocket_is_a_route_of_its_own_method() -> None:
    found = route("import fastapi", "app = fastapi.FastAPI()", "@app.websocket('/ws')", "async def x(w): ...")
    assert found.methods == ("WEBSOCKET",)


def test_django_paths_are_routes_and_includes_are_not() -> None:
    found = module(
        "from django.urls import path, re_path, include",
        "from . import views",
        "urlpatterns = [",
        "  path('a/', views.a),",
        "  re_path(r'^b/$', login_required(views.B.as_view())),",
        "  path('c/', include('c.urls')),",
        "  path('admin/', admin.site.urls),",
        "  path(name, views.d),",
        "]",
    ).routes
    assert [(item.path, item.origin, item.methods) for item in found] == [
        ("/a/", ".views.a", ()),
        ("/b/", ".views.B", ()),
    ]
    assert found[1].guards == ("login_required",)


def test_an_included_health_application_is_a_health_route() -> None:
    found = route(
        "from django.urls import include, path", "u = [path('health/', include('health_check.urls'))]"
    )
    assert (found.path, found.handler) == (
        "/health/",
        Handler("health_check.urls", 2, ("health_check.urls",), fails=True),
    )


def test_the_view_of_a_class_is_its_methods() -> None:
    found = route(
        "from django.urls import path",
        "class Health(LoginRequiredMixin, View):",
        "    permission_classes = [IsAdminUser]",
        "    def get(self, request):",
        "        return JsonResponse({}, status=503)",
        "urlpatterns = [path('health', Health.as_view())]",
    )
    assert found.handler is not None
    assert (found.handler.fails, found.handler.guards) == (
        True,
        ("LoginRequiredMixin", "View", "IsAdminUser"),
    )


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("from aiohttp import web", "app.router.add_get('/x', h)"), ("/x", ("GET",))),
        (("from aiohttp import web", "app.router.add_route('POST', '/x', h)"), ("/x", ("POST",))),
        (("from aiohttp import web", "r = [web.get('/x', h)]"), ("/x", ("GET",))),
        (("from starlette.routing import Route", "r = [Route('/x', h, methods=['PUT'])]"), ("/x", ("PUT",))),
        (
            ("from starlette.routing import WebSocketRoute", "r = [WebSocketRoute('/x', h)]"),
            ("/x", ("WEBSOCKET",)),
        ),
        (("import fastapi", "app.add_api_route('/x', h)"), ("/x", ("GET",))),
        (("import fastapi", "app.add_api_websocket_route('/x', h)"), ("/x", ("WEBSOCKET",))),
        (("import flask", "app.add_url_rule('/x', view_func=h)"), ("/x", ("GET",))),
        (("import sanic", "app.add_route('/x', h)"), ("/x", ("GET",))),
        (("from rest_framework import routers", "r.register('x', V)"), ("/x", ())),
    ],
)
def test_routes_that_are_added_by_a_call_are_read(
    lines: tuple[str, ...], expected: tuple[str, tuple[str, ...]]
) -> None:
    found = route(*lines)
    assert (found.path, found.methods) == expected


def test_an_adder_without_a_framework_is_no_route() -> None:
    assert module("app.add_route('/x', h)", "x.add_get('/y', h)", "r.register('x', V)").routes == ()


# --- handlers


def test_a_constant_answer_is_constant() -> None:
    found = handler(
        "@app.get('/health')", "def h():", "    return {'status': 'ok', 'time': datetime.now().isoformat()}"
    )
    assert found.constant


def test_a_helper_of_the_same_file_is_followed() -> None:
    found = handler(
        "def ask():",
        "    return db.execute('select 1')",
        "@app.get('/health')",
        "def h(): return {'ok': ask()}",
    )
    assert (found.calls, found.constant) == (("db.execute",), False)


def test_helpers_that_call_each_other_end() -> None:
    found = handler("def a(): return b()", "def b(): return a()", "@app.get('/h')", "def h(): return a()")
    assert found.name == "h"


def test_a_method_of_the_same_class_is_followed() -> None:
    found = handler(
        "class A:",
        "    def ask(self): return self.pool.ping()",
        "    def routes(self, app):",
        "        @app.get('/h')",
        "        async def h(): return await self.ask()",
    )
    assert (found.calls, found.awaits) == (("self.pool.ping",), True)


@pytest.mark.parametrize(
    "body",
    [
        "raise HTTPException(status_code=503)",
        "raise HTTPException(503, 'down')",
        "return JSONResponse({}, status_code=503 if bad else 200)",
        "return {}, 503",
        "abort(500)",
        "response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE",
        "response.status_code = 503",
        "raise web.HTTPServiceUnavailable()",
        "return HttpResponse(status=503)",
    ],
)
def test_a_handler_that_sets_a_server_error_can_fail(body: str) -> None:
    found = handler("@app.get('/h')", "def h(response):", f"    {body}")
    assert (found.fails, found.constant) == (True, False)


@pytest.mark.parametrize(
    "body", ["return JSONResponse({}, status_code=404)", "sleep(500)", "return {}", "x = 503"]
)
def test_other_numbers_are_no_server_error(body: str) -> None:
    assert not handler("@app.get('/h')", "def h():", f"    {body}").fails


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("except Exception:\n        return {'status': 'degraded'}", True),
        ("except:\n        pass", True),
        ("except ValueError:\n        pass", False),
        ("except Exception:\n        raise", False),
        ("except Exception:\n        return {}, 503", False),
    ],
)
def test_a_broad_except_that_answers_success_catches(clause: str, expected: bool) -> None:
    found = handler("@app.get('/h')", "def h():", "    try:", "        ask()", f"    {clause}")
    assert found.catches is expected


def test_dependencies_and_decorators_are_guards() -> None:
    found = handler(
        "@app.get('/h', dependencies=[Depends(limit)])",
        "@login_required",
        "@permission_classes([IsAdminUser])",
        "def h(user=Security(get_user), *, key: Annotated[str, Depends(api_key)] = Depends()): return 1",
    )
    assert set(found.guards) >= {
        "login_required",
        "get_user",
        "Security",
        "api_key",
        "limit",
        "IsAdminUser",
    }


@pytest.mark.parametrize(
    ("line", "guards"),
    [
        ("raise HTTPException(401)", {"caller", "auth:caller"}),
        ("raise HTTPException(status_code=status.HTTP_403_FORBIDDEN)", {"caller", "auth:caller"}),
        ("raise HTTPException(429)", {"caller"}),
        ("return 401", {"caller"}),
        ("if answer.status_code == 401: retry()", {"caller"}),
    ],
)
def test_a_dependency_of_the_file_that_turns_strangers_away_is_a_guard(line: str, guards: set[str]) -> None:
    found = handler(
        "def caller(key):",
        f"    {line}",
        "@app.get('/h')",
        "def h(user=Depends(caller)): return 1",
    )
    assert set(found.guards) - {"app.get()", "app.get"} == guards


def test_a_decorator_of_the_file_that_turns_strangers_away_is_a_guard() -> None:
    found = handler(
        "def member(view):",
        "    def around(*given):",
        "        return view(*given) if session else ('who?', 401)",
        "    def refuse(): return 'who?', 401",
        "    return around",
        "@app.get('/h')",
        "@member",
        "def h(): return 1",
    )
    assert "auth:member" in found.guards


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("raise HTTPException(403)", True),
        ("abort(401)", True),
        ("abort(404)", False),
        ("return 'x', 401", True),
    ],
)
def test_a_handler_that_answers_401_or_403_may_know_who_asks(line: str, expected: bool) -> None:
    assert handler("@app.get('/h')", "def h():", f"    {line}").refuses is expected


def test_functions_that_may_answer_elsewhere_are_kept() -> None:
    found = module(
        "def page(request): return 1",
        "def health_check(): return 1",
        "def other(x): return 1",
        "class UserView: pass",
        "class Other: pass",
    )
    assert [item.name for item in found.functions] == ["page", "health_check", "UserView"]


def test_what_stands_before_every_route_is_named() -> None:
    found = module(
        "app = FastAPI(dependencies=[Depends(verify)])",
        "app.add_middleware(AuthMiddleware)",
        "app.include_router(r, dependencies=guards)",
        "@app.before_request",
        "def ask(): ...",
        "MIDDLEWARE = ['django.contrib.auth.middleware.AuthenticationMiddleware', 'own.LoginRequired']",
        "REST_FRAMEWORK = {'DEFAULT_PERMISSION_CLASSES': []}",
    )
    assert found.guards == (
        "verify",
        "AuthMiddleware",
        "guards",
        "ask",
        "own.LoginRequired",
        "DEFAULT_PERMISSION_CLASSES",
    )


def test_a_settings_dictionary_without_permissions_guards_nothing() -> None:
    assert module("REST_FRAMEWORK = {'PAGE_SIZE': 3}").guards == ()


# --- cross-origin requests


@pytest.mark.parametrize(
    ("origins", "expected"),
    [
        ("allow_origins=['*']", True),
        ("allow_origins=['https://a.example']", False),
        ("allow_origins=('*',)", True),
        ("allow_origin_regex='.*'", True),
        ("", False),
        ("allow_origins=os.getenv('CORS', '*').split(',')", True),
        ("allow_origins=os.getenv('CORS', 'https://a.example').split(',')", None),
        ("allow_origins=os.getenv('CORS')", None),
        ("allow_origins=settings.origins", None),
        ("allow_origins=ORIGINS or ['*']", None),
        ("allow_origins=['*'] if debug else ['*']", True),
        ("allow_origins=['*'] if debug else ['https://a.example']", None),
        ("allow_origins=[o for o in ['*']]", True),
        ("allow_origins=list(['*'])", True),
        ("allow_origins=[origin]", None),
        ("allow_origins=lambda: 1", None),
        ("**options", None),
        ("**{}, allow_origins=['*']", True),
    ],
)
def test_the_origins_that_are_allowed_are_read(origins: str, expected: bool | None) -> None:
    found = cors("import os", FASTAPI_CORS, f"app.add_middleware(CORSMiddleware, {origins})")
    assert found[0] is expected


def test_a_wildcard_by_default_counts_through_a_settings_class() -> None:
    found = module(
        "import os",
        FASTAPI_CORS,
        "class Config:",
        "    def __init__(self): self.cors_origins = os.getenv('CORS_ORIGINS', '*').split(',')",
        "app.add_middleware(CORSMiddleware, allow_origins=config.cors_origins, allow_credentials=True)",
    )
    assert found.cors == (Cors(5, "fastapi", True, True, "the default"),)


def test_a_wildcard_in_a_settings_field_counts() -> None:
    found = cors(
        FASTAPI_CORS,
        "class S(BaseSettings):",
        "    origins: list[str] = Field(['*'])",
        "app.add_middleware(CORSMiddleware, allow_origins=s.origins)",
    )
    assert found == (True, False)


@pytest.mark.parametrize(
    ("credentials", "expected"),
    [("True", True), ("False", False), ("FLAG", True), ("OTHER", None), ("s.flag", None)],
)
def test_credentials_are_read_where_they_are_literal(credentials: str, expected: bool | None) -> None:
    found = cors(
        "FLAG = True", FASTAPI_CORS, f"m = Middleware(CORSMiddleware, allow_credentials={credentials})"
    )
    assert found[1] is expected


def test_origins_that_name_each_other_end() -> None:
    found = cors("a = b", "b = a", FASTAPI_CORS, "CORSMiddleware(app, allow_origins=a)")
    assert found == (None, False)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("CORS(app)", True),
        ("CORS(app, origins='*')", True),
        ("CORS(app, origins=['https://a.example'])", False),
        ("CORS(app, resources={'/*': {'origins': '*'}})", True),
        ("CORS(app, resources={'/*': {'origins': 'https://a.example'}})", False),
        ("CORS(app, resources={'/*': {'max_age': 3}})", True),
        ("CORS(app, resources={'/*': options})", None),
        ("CORS(app, resources=everything)", None),
        ("CORS(app, **options)", None),
    ],
)
def test_flasks_extension_allows_everything_by_default(call: str, expected: bool | None) -> None:
    assert cors("from flask_cors import CORS", call)[0] is expected


def test_flasks_extension_may_be_configured_elsewhere_in_the_file() -> None:
    found = cors("from flask_cors import CORS", "app.config['CORS_ORIGINS'] = x", "CORS(app)")
    assert found == (None, False)


def test_quarts_extension_is_read() -> None:
    assert cors("from quart_cors import cors", "cors(app, allow_origin='*')") == (True, False)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("CORS_ALLOW_ALL_ORIGINS = True", "CORS_ALLOW_CREDENTIALS = True"), (True, True)),
        (("CORS_ALLOW_ALL_ORIGINS = DEBUG",), (None, False)),
        (("CORS_ALLOWED_ORIGINS = ['https://a.example']",), (False, False)),
        (("CORS_ORIGIN_ALLOW_ALL = False",), (False, False)),
    ],
)
def test_djangos_settings_are_read(lines: tuple[str, ...], expected: tuple[bool | None, bool | None]) -> None:
    assert cors(*lines) == expected


def test_a_header_by_hand_is_a_set_up() -> None:
    assert cors("response.headers['Access-Control-Allow-Origin'] = '*'") == (True, False)


def test_no_more_set_ups_than_a_hundred_are_read() -> None:
    lines = [FASTAPI_CORS] + ["CORSMiddleware(app, allow_origins=['*'])"] * 300
    assert len(module(*lines).cors) == 100


# --- telemetry


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("import logging", "logging.basicConfig()"), ("logging", "logging")),
        (
            ("import sentry_sdk", "sentry_sdk.init(dsn='https://key@host/1')"),
            ("error-tracking", "sentry_sdk"),
        ),
        (
            ("from prometheus_client import Counter", "C = Counter('a', 'b')"),
            ("metrics", "prometheus_client"),
        ),
        (("from prometheus_client.core import Gauge", "Gauge('a', 'b')"), ("metrics", "prometheus_client")),
        (("from statsd.client.udp import StatsClient", "StatsClient(host='a')"), ("metrics", "statsd")),
        (
            ("from opentelemetry.sdk.trace import TracerProvider", "TracerProvider()"),
            ("tracing", "opentelemetry"),
        ),
        (("from ddtrace import patch_all", "patch_all()"), ("tracing", "ddtrace")),
        (("from slowapi import Limiter", "l = Limiter(key_func=f)"), ("rate-limit", "slowapi")),
        (
            ("from pythonjsonlogger import jsonlogger", "jsonlogger.JsonFormatter()"),
            ("structured-logging", "pythonjsonlogger"),
        ),
        (
            ("import google.cloud.logging", "google.cloud.logging.Client()"),
            ("structured-logging", "google.cloud.logging"),
        ),
        (
            ("import structlog", "structlog.configure(processors=[structlog.processors.JSONRenderer()])"),
            ("structured-logging", "structlog"),
        ),
        (
            ("import structlog", "structlog.configure(processors=[structlog.dev.ConsoleRenderer()])"),
            ("logging", "structlog"),
        ),
        (("from loguru import logger", "logger.add(s, serialize=True)"), ("structured-logging", "loguru")),
        (("from loguru import logger", "logger.add('a.log')"), ("logging", "loguru")),
        (
            ("import logging.config", "logging.config.dictConfig({'class': 'x.JsonFormatter'})"),
            ("structured-logging", "logging"),
        ),
        (
            ("import logging.config", "C = {'class': 'logging.FileHandler'}", "logging.config.dictConfig(C)"),
            ("logging", "logging"),
        ),
        (("import logging.config", "logging.config.dictConfig()"), ("logging", "logging")),
        (("import atexit", "atexit.register(close)"), ("signal-handler", "atexit")),
        (("import signal", "signal.signal(signal.SIGTERM, stop)"), ("signal-handler", "signal")),
        (("@app.on_event('shutdown')", "def stop(): ..."), ("signal-handler", "fastapi")),
        (("from fastapi import FastAPI", "app = FastAPI(lifespan=imported)"), ("signal-handler", "fastapi")),
        (
            ("LOGGING = {'version': 1, 'class': 'pythonjsonlogger.jsonlogger.JsonFormatter'}",),
            ("structured-logging", "logging"),
        ),
        (("REST_FRAMEWORK = {'DEFAULT_THROTTLE_CLASSES': []}",), ("rate-limit", "rest_framework")),
        (("MIDDLEWARE = ['django_prometheus.middleware.X']",), ("metrics", "django_prometheus")),
        (("import logging", "logging.FileHandler('x')"), ("logging", "logging")),
    ],
)
def test_a_call_that_sets_something_up_is_told(lines: tuple[str, ...], expected: tuple[str, str]) -> None:
    assert telemetry(*lines) == [expected]


@pytest.mark.parametrize(
    "lines",
    [
        ("import sentry_sdk",),
        ("from prometheus_client import Counter",),
        ("import prometheus_client", "prometheus_client.other()"),
        ("import logging", "logging.getLogger('x')", "logging.info('x')"),
        ("from loguru import logger", "logger.info('x')"),
        ("import signal", "signal.signal(signal.SIGTERM, signal.SIG_IGN)"),
        ("import signal", "signal.signal(signal.SIGINT, stop)"),
        ("import signal", "for s in x: signal.signal(s, stop)"),
        ("import signal", "signal.signal()"),
        ("@app.on_event('startup')", "def start(): ..."),
        ("from fastapi import FastAPI", "app = FastAPI()"),
        ("LOGGING = {}", "REST_FRAMEWORK = {}", "MIDDLEWARE = []", "MIDDLEWARE = other"),
    ],
)
def test_what_sets_nothing_up_is_not_told(lines: tuple[str, ...]) -> None:
    assert telemetry(*lines) == []


def test_the_text_of_a_set_up_holds_no_secret() -> None:
    found = module("import sentry_sdk", "sentry_sdk.init('https://key@host/1')").telemetry
    assert found == (Telemetry(2, "error-tracking", "sentry_sdk", "sentry_sdk.init(…)", exposes=True),)


def test_a_formatter_of_ones_own_that_writes_json_counts_where_it_is_built() -> None:
    lines = (
        "import json, logging",
        "class J(logging.Formatter):",
        "    def format(self, r): return json.dumps({})",
    )
    assert telemetry(*lines) == []
    assert telemetry(*lines, "h.setFormatter(J())") == [("structured-logging", "logging")]


def test_a_loop_over_signals_handles_termination() -> None:
    found = telemetry(
        "import signal", "for s in (signal.SIGTERM, signal.SIGINT):", "    loop.add_signal_handler(s, f)"
    )
    assert found == [("signal-handler", "signal")]


@pytest.mark.parametrize(
    ("after", "expected"), [("await pool.close()", 1), ("logger.info('bye')", 0), ("pass", 0)]
)
def test_a_lifespan_counts_where_it_does_more_than_log_at_the_end(after: str, expected: int) -> None:
    found = telemetry(
        "from fastapi import FastAPI",
        "async def lifespan(app):",
        "    start()",
        "    yield",
        f"    {after}",
        "app = FastAPI(lifespan=lifespan)",
    )
    assert len(found) == expected


def test_no_more_set_ups_than_two_hundred_are_told() -> None:
    assert len(telemetry("import logging", *["logging.basicConfig()"] * 500)) == 200


# --- variables


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("import os", "os.getenv('A')"), ("A", False)),
        (("import os", "os.getenv('A', 'x')"), ("A", True)),
        (("import os", "os.environ['A']"), ("A", False)),
        (("from os import environ", "environ.get('A', default='x')"), ("A", True)),
        (("from decouple import config", "config('A', default=1)"), ("A", True)),
        (("import environ", "env = environ.Env()", "env('A')"), ("A", False)),
        (("import environs", "env = environs.Env()", "env.str('A', 'x')"), ("A", True)),
        (("class S(BaseSettings):", "    a: str"), ("A", False)),
        (("class S(BaseSettings):", "    a: str = Field(...)"), ("A", False)),
        (("class S(BaseSettings):", "    a: str = Field('x')"), ("A", True)),
        (("class S(BaseSettings):", "    a: str = Field(default='x', env='B')"), ("B", True)),
        (
            (
                "class S(BaseSettings):",
                "    model_config = SettingsConfigDict(env_prefix='P_')",
                "    a: int = 1",
            ),
            ("P_A", True),
        ),
        (
            ("class S(BaseSettings):", "    class Config:", "        env_prefix = 'P_'", "    a: int = 1"),
            ("P_A", True),
        ),
    ],
)
def test_a_variable_that_is_read_is_named(lines: tuple[str, ...], expected: tuple[str, bool]) -> None:
    assert [(item.name, item.default) for item in module(*lines).variables] == [expected]


@pytest.mark.parametrize(
    "lines",
    [
        ("import os", "os.environ['A'] = 'x'"),
        ("import os", "os.getenv(name)", "os.environ[name]", "os.getenv()", "os.getenv(f'{x}_A')"),
        ("class S(BaseModel):", "    a: str"),
        ("class S(BaseSettings):", "    model_config = SettingsConfigDict(env_prefix=P)", "    a: int = 1"),
    ],
)
def test_what_reads_no_named_variable_gives_none(lines: tuple[str, ...]) -> None:
    assert module(*lines).variables == ()


def test_a_variable_keeps_its_line() -> None:
    assert module("import os", "", "os.getenv('A')").variables == (Variable(3, "A", False),)


# --- servers


def test_an_application_and_its_start_are_servers() -> None:
    found = module(
        "from flask import Flask",
        "app = Flask(__name__)",
        "app.run(host='0.0.0.0', debug=True)",
    ).servers
    assert found == (
        Server(2, "flask", "construct", "Flask(…)"),
        Server(3, "flask", "serve", "app.run(…)", True, "0.0.0.0"),
    )


def test_a_reload_that_depends_is_unknown() -> None:
    (found,) = module("import uvicorn", "uvicorn.run('a:b', reload=debug)").servers
    assert (found.framework, found.act, found.debug) == ("asgi", "serve", None)


@pytest.mark.parametrize("line", ["task.run()", "subprocess.run('x')", "WSGI_APPLICATION = name()"])
def test_other_runs_are_no_server(line: str) -> None:
    assert module(line).servers == ()


def test_djangos_setting_is_a_server() -> None:
    (found,) = module("WSGI_APPLICATION = 'site.wsgi.application'").servers
    assert (found.framework, found.act) == ("django", "construct")


@pytest.mark.parametrize("test", ["__name__ == '__main__'", "'__main__' == __name__"])
def test_a_program_has_a_main_guard(test: str) -> None:
    assert module(f"if {test}:", "    main()").main


def test_another_condition_is_no_main_guard() -> None:
    assert not module("if x == y:", "    main()", "if x:", "    pass").main
