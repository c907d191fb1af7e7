from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.facts.code.health import answers_health, depth_of, guarded
from readiness.facts.code.hints import HINTS, SIGNS
from readiness.facts.code.model import Handler
from readiness.facts.code.nouns import CORS, IMPORT, ROUTE, SERVER, TELEMETRY, VARIABLE
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from readiness.facts.code.rows import HttpRoute

APP = "from fastapi import FastAPI\napp = FastAPI()\n"
DJANGO = "from django.urls import path\n"


def facts(files: dict[str, str]) -> Store:
    return Store(MemoryTree(files), tables=[HINTS, SIGNS])


def routes(files: dict[str, str]) -> tuple[HttpRoute, ...]:
    return facts(files).collected(ROUTE).rows


def one(text: str, **others: str) -> HttpRoute:
    (row,) = routes({"app.py": text, **{name + ".py": other for name, other in others.items()}})
    return row


def test_a_route_has_its_place_and_its_decorator() -> None:
    row = one(APP + "@app.get('/health')\ndef h(): return {'status': 'ok'}\n")
    assert (row.path, row.line, row.text, row.method, row.route) == (
        "app.py",
        3,
        '@app.get("/health")',
        "GET",
        "/health",
    )


def test_a_constant_health_check_is_constant_and_cannot_fail() -> None:
    row = one(APP + "@app.get('/health')\ndef h(): return {'status': 'ok'}\n")
    assert (row.health, row.depth, row.fails) == (True, "constant", False)


def test_a_health_check_that_asks_its_database_is_deep_and_fails_with_it() -> None:
    row = one(APP + "@app.get('/health')\ndef h():\n    db.execute('select 1')\n    return {}\n")
    assert (row.depth, row.fails, row.catches) == ("deep", True, False)


@pytest.mark.parametrize(
    ("call", "depth"),
    [
        ('connections["default"].ensure_connection()', "deep"),
        ('request.app["db"].execute("select 1")', "deep"),
        ('request["sql"].execute("select 1")', "shallow"),
        ('make()["db"][0].execute("select 1")', "shallow"),
        ('connections["default"]["x"]()', "shallow"),
    ],
)
def test_a_dependency_may_be_an_item_of_a_collection(call: str, depth: str) -> None:
    row = one(APP + f"@app.get('/health')\ndef h(request):\n    {call}\n    return {{}}\n")
    assert row.depth == depth


def test_a_deep_check_that_swallows_the_error_cannot_fail() -> None:
    body = "    try:\n        db.execute('select 1')\n    except Exception:\n        pass\n    return {}\n"
    row = one(APP + "@app.get('/health')\ndef h():\n" + body)
    assert (row.depth, row.fails, row.catches) == ("deep", False, True)


def test_a_check_of_the_process_alone_is_shallow() -> None:
    row = one(APP + "@app.get('/health')\ndef h():\n    c = get_config()\n    return {'c': c}\n")
    assert row.depth == "shallow"


def test_each_method_is_a_row() -> None:
    text = (
        "from flask import Flask\napp = Flask('x')\n@app.route('/x', methods=['GET', 'POST'])\ndef x(): ...\n"
    )
    assert [row.method for row in routes({"app.py": text})] == ["GET", "POST"]


def test_a_path_in_a_client_or_a_script_is_no_route() -> None:
    files = {
        "client.py": "import requests\nrequests.get('http://x/meta/system-status')\n",
        "deploy.py": "checks = ['/meta/system-status']\nurlpatterns = 1\n",
        "api.ts": "get('/meta/system-status')\n",
        "docs/api.md": "GET /meta/system-status\n",
    }
    assert routes(files) == ()


def test_what_a_test_serves_is_no_route_of_the_product() -> None:
    assert routes({"tests/test_app.py": APP + "@app.get('/health')\ndef h(): ...\n"}) == ()


def test_a_route_without_guards_is_open() -> None:
    assert one(APP + "@app.get('/x')\ndef h(): return 1\n").authenticated is False


def test_a_dependency_that_asks_who_calls_guards_a_route() -> None:
    assert one(APP + "@app.get('/x')\ndef h(u=Depends(get_current_user)): return 1\n").authenticated is True


@pytest.mark.parametrize(
    ("expected", "lines"),
    [
        (True, "if not request.user.is_authenticated:\n  return HttpResponseForbidden()"),
        (True, "if not request.user.is_authenticated:\n  return JsonResponse({}, status=401)"),
        (True, "if current_user.is_anonymous:\n  abort(403)"),
        (True, "if not request.user.is_authenticated:\n  raise Denied"),
        (False, "if request.user.is_authenticated:\n  return redirect('/home')"),
        (False, "if not request.user.is_authenticated:\n  return render('public.html')"),
        (False, "if not request.user.is_authenticated:\n  return"),
        (False, "if not request.user.is_authenticated:\n  name = 'login'"),
        (False, "if not ready:\n  raise Denied"),
    ],
)
def test_a_handler_may_turn_strangers_away_itself(expected: bool, lines: str) -> None:
    text = f"{APP}@app.get('/x')\ndef h(request):\n {lines.replace(chr(10), chr(10) + ' ')}\n return 1\n"
    assert one(text).authenticated is expected


ASKS = "from typing import Annotated\nCurrentUser = Annotated[User, Depends(get_current_user)]\n"
TYPED = APP + "@app.get('/x')\ndef h(user: CurrentUser): return 1\n"


def test_the_type_of_a_parameter_brings_its_guard() -> None:
    assert one(ASKS + TYPED).authenticated is True
    assert one(ASKS.replace("get_current_user", "get_db") + TYPED).authenticated is False


@pytest.mark.parametrize(
    ("home", "line"),
    [
        ("backend/app/deps.py", "from app.deps import CurrentUser\n"),
        ("backend/app/api/deps.py", "from .deps import CurrentUser\n"),
        ("backend/app/deps/__init__.py", "from ..deps import CurrentUser\n"),
        ("src/shared/deps.py", "from shared.deps import CurrentUser\n"),
    ],
)
def test_a_type_of_another_file_brings_its_guard(home: str, line: str) -> None:
    (row,) = routes({home: ASKS, "backend/app/api/items.py": line + TYPED})
    assert row.authenticated is True


def test_a_type_that_brings_nothing_guards_nothing_whatever_its_name() -> None:
    text = "from app.deps import LoginData as CurrentUser\n" + TYPED
    (row,) = routes({"app/deps.py": "class LoginData: pass\n", "app/items.py": text})
    assert row.authenticated is False


def test_a_guard_put_before_every_route_leaves_the_others_unknown() -> None:
    text = APP + "app.add_middleware(AuthMiddleware)\n@app.get('/x')\ndef h(): return 1\n"
    assert one(text).authenticated is None


def test_middleware_that_asks_nobody_changes_nothing() -> None:
    text = APP + "app.add_middleware(GZipMiddleware)\n@app.get('/x')\ndef h(): return 1\n"
    assert one(text).authenticated is False


@pytest.mark.parametrize(
    ("files", "path"),
    [
        ({"site/views.py": "", "site/urls.py": "from . import views\n"}, "site/views.py"),
        ({"site/views.py": "", "site/urls.py": "from site import views\n"}, "site/views.py"),
        ({"src/web/views.py": "", "src/urls.py": "from web import views\n"}, "src/web/views.py"),
        ({"src/web/views.py": "", "urls.py": "from web import views\n"}, "src/web/views.py"),
    ],
)
def test_a_handler_in_another_file_is_followed(files: dict[str, str], path: str) -> None:
    view = "@login_required\ndef health(request):\n    db.ping()\n"
    tables = {
        name: view
        if name == path
        else text + DJANGO + "u = [path('health', views.health)]\nurlpatterns = u\n"
        for name, text in files.items()
    }
    (row,) = routes(tables)
    assert (row.depth, row.authenticated) == ("deep", True)


@pytest.mark.parametrize(
    "start",
    ["from elsewhere import views\n", "from . import views\n", "import views\nhealth = 1\n"],
)
def test_what_a_handler_out_of_sight_does_is_unknown(start: str) -> None:
    name = "health" if "health" in start else "views.health"
    row = one(start + DJANGO + f"urlpatterns = [path('health', {name})]\n")
    assert (row.depth, row.fails, row.catches, row.authenticated) == (None, None, None, None)


def test_a_handler_whose_file_does_not_parse_is_unknown() -> None:
    row = one(
        "import views\n" + DJANGO + "urlpatterns = [path('health', views.health)]\n", views="def health(:\n"
    )
    assert row.depth is None


def test_a_file_that_does_not_run_is_a_problem_and_opens_nothing() -> None:
    found = facts({"app.py": "print 'x'\n@app.get('/x')\ndef h(): ...\n"}).collected(ROUTE)
    assert str(found.problems[0]).startswith("app.py:1: not readable as Python")
    assert (found.rows, found.openings, found.looked) == ((), (), ("app.py",))


def test_a_file_that_only_a_newer_python_reads_opens_the_question() -> None:
    found = facts({"app.py": "type X = int = 2\n@app.get('/x')\ndef h(): ...\n"}).collected(ROUTE)
    assert [(gap.path, gap.line) for gap in found.openings] == [("app.py", 1)]


@pytest.mark.parametrize(
    "path",
    [
        "/health",
        "/healthz/",
        "/api/v1/health",
        "/health/live",
        "/health/db",
        "/ready",
        "/readyz",
        "/livez",
        "/live",
        "/status",
        "/api/v3/status/",
        "/ping",
        "/-/healthy",
        "/-/ready",
        "/{PREFIX}/health",
        "/health.json",
        "/_health",
    ],
)
def test_a_health_path_is_recognised(path: str) -> None:
    assert answers_health(path)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/users",
        "/orders/{id}/status",
        "/stories/status/{id}",
        "/api/v1/status/{id}",
        "/healthy",
        "/events/live",
        "/wealth",
        "/ping/<uuid:code>",
        "/ping/:code",
        "",
    ],
)
def test_another_path_is_no_health_path(path: str) -> None:
    assert not answers_health(path)


@pytest.mark.parametrize(
    "call",
    [
        "db.execute",
        "redis.Redis().ping",
        "requests.get",
        "self.client.get",
        "check_database",
        "_check_redis",
        "app.database.is_healthy",
        "health_check.urls",
        "engine.connect",
    ],
)
def test_a_call_that_asks_a_dependency_is_deep(call: str) -> None:
    assert depth_of(Handler("h", 1, (call,))) == "deep"


@pytest.mark.parametrize(
    "call", ["execute", "data.get", "check_config", "verify_token", "get_config", "os.getcwd"]
)
def test_another_call_is_shallow(call: str) -> None:
    assert depth_of(Handler("h", 1, (call,))) == "shallow"


@pytest.mark.parametrize(
    "name", ["login_required", "auth.jwt_required()", "get_current_user", "HTTPBearer", "Security"]
)
def test_a_name_that_asks_who_calls_guards(name: str) -> None:
    assert guarded(["limit", name])


@pytest.mark.parametrize("name", ["get_db", "AllowAny", "SecurityHeadersMiddleware", "get_author", "cache"])
def test_another_name_guards_nothing(name: str) -> None:
    assert not guarded([name])


def test_a_set_up_of_origins_is_a_row_in_words() -> None:
    text = "from flask_cors import CORS\nCORS(app)\nCORS(app, origins=[x], **o)\nCORS(app, origins=['https://a.b'])\n"
    assert [row.text for row in facts({"a.py": text}).collected(CORS).rows] == [
        "cross-origin requests: every origin (the default)",
        "cross-origin requests: origins from elsewhere, credentials from elsewhere",
        "cross-origin requests: named origins",
    ]


def test_a_variable_is_a_row() -> None:
    rows = facts({"a.py": "import os\nos.getenv('A')\nos.getenv('B', 'b')\n"}).collected(VARIABLE).rows
    assert [(row.name, row.default, row.text) for row in rows] == [
        ("A", False, "reads A"),
        ("B", True, "reads B, has a default"),
    ]


def test_telemetry_is_a_row_and_a_mere_import_is_none() -> None:
    files = {"a.py": "import sentry_sdk\nsentry_sdk.init()\n", "b.py": "import sentry_sdk\n"}
    rows = facts(files).collected(TELEMETRY).rows
    assert [(row.path, row.kind, row.library, row.exposes) for row in rows] == [
        ("a.py", "error-tracking", "sentry_sdk", True)
    ]


def test_a_server_is_a_row() -> None:
    text = "import uvicorn\nuvicorn.run('a:b', host='0.0.0.0', reload=True)\n"
    rows = facts({"a.py": text}).collected(SERVER).rows
    assert [(row.framework, row.act, row.debug, row.host) for row in rows] == [
        ("asgi", "serve", True, "0.0.0.0")
    ]


def test_imports_are_told_apart() -> None:
    files = {
        "app.py": "import os\nimport requests\nfrom src.core import x\n"
        "from . import util, other\nfrom .a import b\n",
        "src/core.py": "",
        "util.py": "",
    }
    rows = facts(files).collected(IMPORT).rows
    assert [(row.module, row.standard, row.local, row.text) for row in rows] == [
        ("os", True, False, "import os"),
        ("requests", False, False, "import requests"),
        ("src", False, True, "import src.core"),
        ("other", False, True, "import .other"),
        ("util", False, True, "import .util"),
        ("a", False, True, "import .a"),
    ]


def test_files_of_other_languages_are_not_parsed() -> None:
    found = facts({"a.rb": "app.get('/x', h); process.environ; web.get('/x')\n"}).collected(ROUTE)
    assert (found.rows, found.looked) == ((), ())


def test_a_route_that_turns_strangers_away_is_open_but_for_the_one_that_lets_them_in() -> None:
    text = """
from fastapi import FastAPI, HTTPException
app = FastAPI()
@app.post('/hooks')
def hooks(sign: str):
    if sign != key: raise HTTPException(401)
@app.post('/v1/login')
def login(word: str):
    if word != key: raise HTTPException(401)
@app.get('/open')
def free(): return 1
"""
    rows = facts({"app.py": text}).collected(ROUTE).rows
    assert {str(row.route): row.authenticated for row in rows} == {
        "/hooks": None,
        "/v1/login": False,
        "/open": False,
    }
