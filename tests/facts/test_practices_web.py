"""Headers, cookies, rights, settings and ids of requests, as code sets them up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.facts.catalogue import NOUNS, TABLES
from readiness.facts.code.headers import parse as parse_headers
from readiness.facts.code.python import parse
from readiness.facts.code.rights import asks_rights, is_session
from readiness.facts.code.script import parse as parse_script
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from readiness.facts.code.model import Practice

EVERY = {"hsts", "csp", "nosniff", "frame"}


def python(*lines: str) -> list[Practice]:
    return list(parse("\n".join(lines).encode()).practices)


def script(*lines: str) -> list[Practice]:
    return list(parse_script("\n".join(lines).encode(), "tsx").module.practices)


def rows(files: dict[str, str]) -> list[tuple[str, str, bool | None]]:
    tree = MemoryTree({path: text.encode() for path, text in files.items()})
    found = Store(tree, TABLES).collected(NOUNS["code.practice"]).rows
    return [(row.path, row.kind, row.weak) for row in found]


# --- headers


@pytest.mark.parametrize(
    ("line", "covers"),
    [
        ("from flask_talisman import Talisman; Talisman(app)", EVERY),
        ("import secure; secure.Secure()", {"hsts", "frame", "nosniff"}),
        ("response.headers['X-Frame-Options'] = 'DENY'", {"frame"}),
        ("response.headers.setdefault('content-security-policy', policy)", {"csp"}),
        ("HEADERS = {'Strict-Transport-Security': 'max-age=1'}", {"hsts"}),
        ("MIDDLEWARE = ['django.middleware.clickjacking.XFrameOptionsMiddleware']", {"frame"}),
        ("SECURE_HSTS_SECONDS = 31536000", {"hsts"}),
        ("SECURE_CSP = policy", {"csp"}),
    ],
)
def test_python_sets_headers(line: str, covers: set[str]) -> None:
    (row,) = python(line)
    assert (row.kind, set(row.covers or ())) == ("security-headers", covers)


@pytest.mark.parametrize(
    "line", ["SECURE_HSTS_SECONDS = 0", "x['Accept'] = 'a'", "headers.get('X-Frame-Options')"]
)
def test_python_sets_no_header_there(line: str) -> None:
    assert python(line) == []


@pytest.mark.parametrize(
    ("line", "covers"),
    [
        ("import helmet from 'helmet'; app.use(helmet())", EVERY),
        ("import helmet from 'helmet'; app.use(helmet({ contentSecurityPolicy: false }))", EVERY - {"csp"}),
        ("import helmet from '@fastify/helmet'; app.register(helmet, { hsts: false })", EVERY - {"hsts"}),
        ("res.setHeader('X-Content-Type-Options', 'nosniff')", {"nosniff"}),
        ("module.exports = { headers: [{ key: 'X-Frame-Options', value: 'DENY' }] }", {"frame"}),
        ("const h = { 'Strict-Transport-Security': 'max-age=1' }", {"hsts"}),
    ],
)
def test_a_script_sets_headers(line: str, covers: set[str]) -> None:
    (row,) = script(line)
    assert (row.kind, set(row.covers or ())) == ("security-headers", covers)


def test_a_web_server_sets_headers_where_no_comment_does() -> None:
    text = b"# X-Frame-Options\nadd_header X-Frame-Options DENY;\nproxy_hide_header X-Frame-Options;\n"
    assert [(row.line, set(row.covers or ())) for row in parse_headers(text).practices] == [(2, {"frame"})]


def test_the_files_of_web_servers_and_of_a_front_end_with_a_server_are_read() -> None:
    found = rows(
        {
            "nginx/app.conf": "add_header X-Frame-Options DENY;\n",
            "package.json": '{"dependencies": {"next": "14.0.0", "react": "18.0.0"}}',
            "next.config.js": "module.exports = { headers: [{ key: 'X-Frame-Options', value: 'DENY' }] }\n",
        }
    )
    assert [path for path, _, _ in found] == ["next.config.js", "nginx/app.conf"]


# --- cookies


@pytest.mark.parametrize("name", ["session", "access_token", "connect.sid", None])
def test_a_cookie_of_a_session_is_known_by_its_name(name: str | None) -> None:
    assert is_session(name)


@pytest.mark.parametrize("name", ["theme", "csrf_token"])
def test_another_cookie_is_none_of_a_session(name: str) -> None:
    assert not is_session(name)


@pytest.mark.parametrize(
    ("line", "weak", "covers"),
    [
        ("r.set_cookie('session', v, secure=True, httponly=True)", False, {"secure", "httponly"}),
        ("r.set_cookie('session', v, secure=s.SECURE, httponly=True)", False, {"secure", "httponly"}),
        ("r.set_cookie(key, v, httponly=True, samesite='lax')", True, {"httponly", "samesite"}),
        ("SESSION_COOKIE_SECURE = True", False, {"secure", "httponly", "samesite"}),
        ("SESSION_COOKIE_SECURE = False", True, {"httponly", "samesite"}),
        ("SESSION_COOKIE_SECURE = True; SESSION_COOKIE_HTTPONLY = False", True, {"secure", "samesite"}),
        (
            "app.add_middleware(sessions.SessionMiddleware, https_only=True)",
            False,
            {"secure", "httponly", "samesite"},
        ),
        ("app.add_middleware(sessions.SessionMiddleware)", True, {"httponly", "samesite"}),
    ],
)
def test_python_sets_a_cookie_of_a_session(line: str, weak: bool, covers: set[str]) -> None:
    (row,) = python(line)
    assert (row.kind, row.weak, set(row.covers or ())) == ("session-cookie", weak, covers)


@pytest.mark.parametrize(
    "line",
    [
        "r.set_cookie('theme', v)",
        "r.set_cookie('session', v, **options)",
        "set_cookie('session', v)",
        "r.set_cookie()",
        "app.add_middleware(Other)",
    ],
)
def test_python_tells_nothing_of_a_session_there(line: str) -> None:
    assert python(line) == []


def test_the_session_of_django_is_judged_by_the_settings_of_every_file() -> None:
    base = "MIDDLEWARE = ['django.contrib.sessions.middleware.SessionMiddleware']\n"
    assert rows({"base.py": base}) == [("base.py", "session-cookie", True)]
    secure = {"base.py": base, "production.py": "SESSION_COOKIE_SECURE = True\n"}
    assert rows(secure) == [("production.py", "session-cookie", False)]


@pytest.mark.parametrize(
    ("line", "weak"),
    [
        ("res.cookie('token', v, { httpOnly: true, secure: true })", False),
        ("res.cookie('token', v, { httpOnly: true, secure: false })", True),
        ("res.cookie('token', v)", True),
        ("res.cookie('token', v, options)", None),
        ("res.cookie('token', v, { ...options })", None),
        (
            "import { setCookie } from 'hono/cookie'; setCookie(c, 'sid', v, { httpOnly: 1, secure: 1 })",
            False,
        ),
        ("cookies().set('session', v, { httpOnly: true, secure: true })", False),
        ("const session = require('express-session'); app.use(session({ cookie: { secure: true } }))", False),
        ("const session = require('express-session'); app.use(session({ secret: 'x' }))", True),
        ("const session = require('express-session'); app.use(session(options))", None),
        ("const session = require('cookie-session'); app.use(session({ keys: k }))", False),
        (
            "import session from '@fastify/session'; app.register(session, { cookie: { secure: false } })",
            True,
        ),
    ],
)
def test_a_script_sets_a_cookie_of_a_session(line: str, weak: bool | None) -> None:
    (row,) = script(line)
    assert (row.kind, row.weak) == ("session-cookie", weak)


@pytest.mark.parametrize(
    "line",
    [
        "res.cookie('theme', v)",
        "map.set('token', v)",
        "setCookie('token', v)",
        "cookies().set(name, v)",
        "res.cookie('token')",
    ],
)
def test_a_script_tells_nothing_of_a_session_there(line: str) -> None:
    assert script(line) == []


# --- rights


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("require_role", "role"),
        ("hasPermission()", "role"),
        ("IsOwnerOrReadOnly", "role"),
        ("Roles", "role"),
        ("admin_required", "admin"),
        ("isAdmin", "admin"),
        ("assign_role", ""),
        ("check_access_token", ""),
        ("get_admin", ""),
    ],
)
def test_a_check_of_rights_is_known_by_its_name(name: str, found: str) -> None:
    assert asks_rights(name) == found


@pytest.mark.parametrize(
    ("lines", "weak"),
    [
        (("@permission_required('a.b')", "def f(r): pass"), False),
        (("@admin_required", "def f(r): pass"), True),
        (("x = Depends(require_role('editor'))",), False),
        (("x = Security(user, scopes=['a'])",), False),
        (("import casbin", "e = casbin.Enforcer('m')"), False),
        (("ok = user.has_perm('a.b')",), False),
        (("q = Order.objects.filter(user=request.user)",), False),
        (("class V:", "    permission_classes = [IsAuthenticated, IsOwner]"), False),
        (("class V:", "    permission_classes = [permissions.IsAdminUser]"), True),
        (("class V(PermissionRequiredMixin, View): pass",), False),
        (("ok = order.owner_id == current_user.id",), False),
        (("ok = current_user.role == 'editor'",), False),
    ],
)
def test_python_checks_rights(lines: tuple[str, ...], weak: bool) -> None:
    (row,) = python(*lines)
    assert (row.kind, row.weak) == ("authorization", weak)


@pytest.mark.parametrize(
    "lines",
    [
        (("@authorize", "def f(r): pass")),
        (("class V:", "    permission_classes = [IsAuthenticated]")),
        (("x = Depends(get_current_user)",)),
        (("x = Depends()",)),
        (("ok = order.price == current_user.id",)),
        (("ok = 1 < order.owner_id < current_user.id",)),
    ],
)
def test_python_checks_no_right_there(lines: tuple[str, ...]) -> None:
    assert python(*lines) == []


@pytest.mark.parametrize(
    ("line", "weak"),
    [
        ("router.get('/a', authorize('editor'), f)", False),
        ("router.get('/a', auth('manageUsers'), f)", False),
        ("router.get('/a', requireRole, f)", False),
        ("router.get('/a', isAdmin, f)", True),
        ("if (!(await canEditOrder(auth, id))) { no() }", False),
        ("if (!hasRole(user, role)) { no() }", False),
        ("import { newEnforcer } from 'casbin'; const e = newEnforcer('m')", False),
        ("class A { @Roles('editor') f() {} }", False),
        ("if (order.userId !== req.user.id) { no() }", False),
        ("if (req.user.role !== 'editor') { no() }", False),
        ("db.find({ where: { userId: req.user.id } })", False),
    ],
)
def test_a_script_checks_rights(line: str, weak: bool) -> None:
    (row,) = script(line)
    assert (row.kind, row.weak) == ("authorization", weak)


@pytest.mark.parametrize(
    "line",
    [
        "passport.authenticate('jwt')",
        "authenticate('jwt')",
        "canRetry(3)",
        "hasRole()",
        "isAdminPage('x')",
        "if (a.b < req.user.id) { no() }",
        "token({ userId: user.id })",
    ],
)
def test_a_script_checks_no_right_there(line: str) -> None:
    assert script(line) == []


# --- settings


@pytest.mark.parametrize(
    ("lines", "weak"),
    [
        (("class S(BaseSettings): pass", "s = S()"), False),
        (("class S(BaseSettings): pass",), None),
        (("import environ", "env = environ.Env()", "port = env.int('PORT')"), False),
        (("from decouple import config", "port = config('PORT', cast=int)"), False),
        (("from dynaconf import Validator", "v = Validator('PORT')"), False),
        (("import os", "url = os.environ['URL']", "key = os.environ['KEY']"), True),
    ],
)
def test_python_checks_its_settings(lines: tuple[str, ...], weak: bool | None) -> None:
    (row,) = python(*lines)
    assert (row.kind, row.weak) == ("settings-validation", weak)


@pytest.mark.parametrize(
    "line",
    [
        "import { cleanEnv } from 'envalid'; const env = cleanEnv(process.env, {})",
        "const env = schema.parse(process.env)",
        "const { value } = schema.prefs().validate(process.env)",
        "import { ConfigModule } from '@nestjs/config'; ConfigModule.forRoot({ validationSchema })",
    ],
)
def test_a_script_checks_its_settings(line: str) -> None:
    assert [row.kind for row in script(line)] == ["settings-validation"]


@pytest.mark.parametrize(
    "line",
    [
        "const port = process.env.PORT; JSON.parse(text)",
        "if (!process.env.PORT) { warn() }",
        "import { ConfigModule } from '@nestjs/config'; ConfigModule.forRoot({ isGlobal: true })",
    ],
)
def test_a_script_checks_no_settings_there(line: str) -> None:
    assert script(line) == []


def test_a_script_that_ends_without_a_variable_checks_that_it_is_there() -> None:
    (row,) = script("if (!process.env.URL) { throw new Error('no url') }")
    assert (row.kind, row.weak) == ("settings-validation", True)


# --- ids of requests


@pytest.mark.parametrize(
    ("lines", "covers"),
    [
        (("structlog.contextvars.bind_contextvars(request_id=r)",), "log"),
        (("log = logger.bind(correlation_id=r)",), "log"),
        (
            (
                "from opentelemetry.instrumentation.logging import LoggingInstrumentor",
                "LoggingInstrumentor().instrument()",
            ),
            "log",
        ),
        (
            (
                "from asgi_correlation_id import CorrelationIdMiddleware",
                "app.add_middleware(CorrelationIdMiddleware)",
            ),
            "made",
        ),
        (("var = ContextVar('request_id')",), "made"),
        (("record.request_id = var.get()",), "log"),
        (("request.state.request_id = new()",), "made"),
        (("filters = ['asgi_correlation_id.CorrelationIdFilter']",), "log"),
    ],
)
def test_python_ties_the_lines_of_a_request_together(lines: tuple[str, ...], covers: str) -> None:
    found = python(*lines)
    assert {(row.kind, *(row.covers or ())) for row in found} == {("correlation-id", covers)}


@pytest.mark.parametrize(
    ("line", "covers"),
    [
        ("import pinoHttp from 'pino-http'; app.use(pinoHttp())", "log"),
        ("import fastify from 'fastify'; const app = fastify({ logger: true })", "log"),
        ("const log = logger.child({ requestId: id })", "log"),
        ("const log = logger.child({ requestId })", "log"),
        ("import rTracer from 'cls-rtracer'; app.use(rTracer.expressMiddleware())", "made"),
        ("res.setHeader('X-Request-Id', id)", "made"),
    ],
)
def test_a_script_ties_the_lines_of_a_request_together(line: str, covers: str) -> None:
    (row,) = script(line)
    assert (row.kind, set(row.covers or ())) == ("correlation-id", {covers})


@pytest.mark.parametrize(
    "line",
    [
        "import fastify from 'fastify'; const app = fastify({ logger: false })",
        "const log = logger.child({ module: 'a' })",
        "const log = logger.child(options)",
        "res.setHeader('X-Other', id)",
    ],
)
def test_a_script_ties_nothing_together_there(line: str) -> None:
    assert script(line) == []
