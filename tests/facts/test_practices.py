"""What code does to keep a service safe: schemas, hashes of passwords, handlers of errors."""

from __future__ import annotations

import pytest

from readiness.facts.catalogue import NOUNS, TABLES
from readiness.facts.code.inputs import checks
from readiness.facts.code.passwords import is_password, of_account
from readiness.facts.code.python import parse
from readiness.facts.code.script import parse as parse_script
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

MOST = 100
"""A file tells of no more of one kind of practice than some tens."""


def python(*lines: str) -> list[tuple[str, str, bool | None]]:
    return [(row.kind, row.text, row.weak) for row in parse("\n".join(lines).encode()).practices]


def script(*lines: str) -> list[tuple[str, str, bool | None]]:
    module = parse_script("\n".join(lines).encode(), "tsx").module
    return [(row.kind, row.text, row.weak) for row in module.practices]


def store(**files: str) -> Store:
    named = {
        path.replace("__", "/").replace("_py", ".py").replace("_js", ".js"): text
        for path, text in files.items()
    }
    return Store(MemoryTree({path: text.encode() for path, text in named.items()}), TABLES)


def inputs(**files: str) -> list[str | None]:
    return [row.input for row in store(**files).collected(NOUNS["code.route"]).rows]


# --- passwords


@pytest.mark.parametrize("name", ["password", "user_password", "userPassword", "passwd", "rawPwd"])
def test_a_password_is_known_by_its_name(name: str) -> None:
    assert is_password(name)


@pytest.mark.parametrize(
    "name", ["passwordResetToken", "confirm_password", "PASSWORD_MIN_LENGTH", "passport", "pass"]
)
def test_what_is_about_a_password_is_none(name: str) -> None:
    assert not is_password(name)


def test_an_account_is_known_by_its_name() -> None:
    assert of_account("currentUser")
    assert not of_account("form")


@pytest.mark.parametrize(
    ("line", "weak"),
    [
        ("import bcrypt; bcrypt.hashpw(p, s)", False),
        ("from werkzeug.security import generate_password_hash as g; g(p)", False),
        ("from werkzeug.security import generate_password_hash as g; g(p, method='sha256')", True),
        ("from passlib.context import CryptContext; c = CryptContext(schemes=['argon2'])", False),
        ("from passlib.context import CryptContext; c = CryptContext(schemes=['md5_crypt'])", True),
        ("from django.db import models; user.set_password(raw)", False),
        ("import hashlib; hashlib.pbkdf2_hmac('sha256', password, salt, 100000)", False),
        ("import hashlib; hashlib.sha256(form['password'].encode())", True),
        ("import hashlib; hashlib.new('md5', user.password)", True),
        ("PASSWORD_HASHERS = ['django.contrib.auth.hashers.MD5PasswordHasher']", True),
        ("PASSWORD_HASHERS = ['django.contrib.auth.hashers.Argon2PasswordHasher']", False),
        ("INSTALLED_APPS = ['django.contrib.auth']", False),
        ("ok = user['password'] == password", True),
        ("ok = row.password != form.password", True),
    ],
)
def test_python_tells_how_passwords_are_kept(line: str, weak: bool) -> None:
    ((kind, _, found),) = python(line)
    assert (kind, found) == ("password-hash", weak)


@pytest.mark.parametrize(
    "line",
    [
        "import hashlib; hashlib.md5(data)",
        "import hashlib; hashlib.new('pbkdf2', password)",
        "import hashlib; hashlib.sha256(password_reset_token)",
        "import hashlib; hashlib.pbkdf2_hmac('sha256', key, salt, 1)",
        "ok = password == confirm_password",
        "ok = form.password == config.password",
        "PASSWORD_HASHERS = hashers()",
        "ok = user.name == password",
    ],
)
def test_python_keeps_no_password_there(line: str) -> None:
    assert python(line) == []


def test_a_fast_hash_beside_a_slow_one_is_not_known() -> None:
    found = python("import bcrypt, hashlib", "bcrypt.hashpw(hashlib.sha256(password).digest(), s)")
    assert sorted(str(weak) for _, _, weak in found) == ["False", "None"]


@pytest.mark.parametrize(
    ("line", "weak"),
    [
        ("import bcrypt from 'bcryptjs'; bcrypt.hash(p, 10)", False),
        ("import argon2 from 'argon2'; argon2.hash(p)", False),
        ("const crypto = require('crypto'); crypto.scryptSync(password, salt, 64)", False),
        ("const crypto = require('crypto'); crypto.createHash('sha1').update(user.password)", True),
        ("const crypto = require('crypto'); const h = crypto.createHash('md5'); h.update(password)", True),
        ("const md5 = require('md5'); md5(req.body.password)", True),
        ("CryptoJS.SHA256(password)", True),
        ("if (user.password === password) { go() }", True),
    ],
)
def test_a_script_tells_how_passwords_are_kept(line: str, weak: bool) -> None:
    ((kind, _, found),) = script(line)
    assert (kind, found) == ("password-hash", weak)


@pytest.mark.parametrize(
    "line",
    [
        "const crypto = require('crypto'); crypto.createHash('sha1').update(file); const password = 1",
        "const crypto = require('crypto'); crypto.createHmac('sha1', k).update(password)",
        "const crypto = require('crypto'); crypto.createHash(name).update(password)",
        "hash.update(password)",
        "if (password === confirmPassword) { go() }",
        "if (user.password > password) { go() }",
    ],
)
def test_a_script_keeps_no_password_there(line: str) -> None:
    assert script(line) == []


def test_a_script_with_a_slow_hash_beside_a_fast_one_is_not_known() -> None:
    found = script(
        "import bcrypt from 'bcrypt'; const crypto = require('crypto')",
        "bcrypt.hash(crypto.createHash('sha256').update(password).digest(), 10)",
    )
    assert sorted(str(weak) for _, _, weak in found) == ["False", "None"]


def test_what_a_script_of_operators_hashes_is_no_password_of_an_account() -> None:
    found = store(scripts__rotate_py="import hashlib\nx = hashlib.sha256(password)\n")
    assert found.collected(NOUNS["code.practice"]).rows == ()


# --- handlers of errors


HANDLER = (
    "import logging",
    "import traceback",
    "from flask import Flask",
    "app = Flask('a')",
    "@app.errorhandler(500)",
)


@pytest.mark.parametrize(
    ("body", "weak"),
    [
        ("return 'sorry', 500", False),
        ("return str(e), 500", True),
        ("return f'failed: {e}', 500", True),
        ("return traceback.format_exc(), 500", True),
        ("logging.error(str(e)); return 'sorry', 500", False),
        ("trace = traceback.format_exc(); logging.error(trace); return 'sorry'", False),
        ("return (str(e) if app.debug else 'sorry'), 500", None),
    ],
)
def test_a_handler_of_python_shows_the_error_or_does_not(body: str, weak: bool | None) -> None:
    (row,) = python(*HANDLER, "def failed(e):", f"    {body}")
    assert row == ("error-handler", "@errorhandler(500)", weak)


@pytest.mark.parametrize(
    "lines",
    [
        ("app.add_exception_handler(Exception, failed)",),
        ("app.register_error_handler(500, failed)",),
        ("app = FastAPI(exception_handlers={Exception: failed, 404: missing})",),
        ("handler500 = 'shop.views.failed'",),
        ("REST_FRAMEWORK = {'EXCEPTION_HANDLER': 'shop.failed'}",),
        ("class M:", "    def process_exception(self, request, error): return None"),
        (
            "@app.middleware('http')",
            "async def m(r, n):",
            "    try: return n(r)",
            "    except Exception: return 1",
        ),
        (
            "class M(BaseHTTPMiddleware):",
            "    def dispatch(self, r, n):",
            "        try: return n(r)",
            "        except: return 1",
        ),
    ],
)
def test_a_handler_of_everything_is_found_however_it_is_set(lines: tuple[str, ...]) -> None:
    assert [kind for kind, _, _ in python(*lines)] == ["error-handler"]


@pytest.mark.parametrize(
    "lines",
    [
        ("@app.errorhandler(404)", "def missing(e): return 'no', 404"),
        ("app.add_exception_handler(ValueError, failed)",),
        (
            "@app.middleware('http')",
            "async def m(r, n):",
            "    try: return n(r)",
            "    except Exception: raise",
        ),
        ("REST_FRAMEWORK = {'PAGE_SIZE': 10}",),
    ],
)
def test_a_handler_of_some_errors_is_none_of_all(lines: tuple[str, ...]) -> None:
    assert python(*lines) == []


@pytest.mark.parametrize(
    ("body", "weak"),
    [
        ("res.status(500).json({ error: 'sorry' })", False),
        ("res.status(500).send(err.stack)", True),
        ("res.status(500).json(err)", True),
        ("log.error(err.message); res.status(500).send('sorry')", False),
        ("const text = err.message; res.status(500).send(text)", None),
        ("if (err.status < 500) { res.send(err.message) } else { res.send('sorry') }", None),
        ("ctx.body = { error: err.message }", True),
    ],
)
def test_a_handler_of_a_script_shows_the_error_or_does_not(body: str, weak: bool | None) -> None:
    (row,) = script(f"app.use((err, req, res, next) => {{ {body} }})")
    assert row[2] is weak


@pytest.mark.parametrize(
    "line",
    [
        "app.use(errorHandler)",
        "app.use(errors.globalErrorMiddleware())",
        "fastify.setErrorHandler((error, request, reply) => { reply.send({}) })",
        "app.onError((err, c) => c.text('sorry', 500))",
        "import Koa from 'koa'; app.on('error', (err, ctx) => { log.error(err) })",
        "import { Catch } from '@nestjs/common'; @Catch() export class F { catch(e: any) { log.error(e) } }",
        "import { Catch } from '@nestjs/common'; @Catch(Error)\nclass F { catch(e: Error) { log.error(e) } }",
    ],
)
def test_a_handler_of_a_script_is_found_however_it_is_set(line: str) -> None:
    assert [kind for kind, _, _ in script(line)] == ["error-handler"]


@pytest.mark.parametrize(
    "line",
    [
        "app.use(Sentry.errorHandler())",
        "app.use(errorConverter)",
        "app.use((req, res, next) => { next('error') })",
        "socket.on('error', (err) => { log.error(err) })",
        "import { Catch } from '@nestjs/common'; @Catch(Missing) class F { catch(e: any) { log.error(e) } }",
    ],
)
def test_what_passes_an_error_on_handles_none(line: str) -> None:
    assert script(line) == []


def test_a_handler_of_another_file_of_python_is_followed() -> None:
    found = store(
        app_py="from errors import failed\napp = FastAPI()\napp.add_exception_handler(Exception, failed)\n",
        errors_py="def failed(request, exc):\n    return str(exc)\n",
    ).collected(NOUNS["code.practice"])
    assert [(row.path, row.weak) for row in found.rows] == [("app.py", True)]


def test_a_handler_that_nothing_puts_to_use_is_no_row() -> None:
    found = store(errors_py="def failed(request, exc: Exception):\n    return str(exc)\n")
    assert found.collected(NOUNS["code.practice"]).rows == ()


# --- schemas


@pytest.mark.parametrize(
    "lines",
    [
        ("from pydantic import Field", "x = Field(max_length=3)"),
        ("from pydantic import constr", "x = constr()"),
        ("from fastapi import Query", "x = Query(ge=1)"),
        ("from marshmallow import fields", "x = fields.Str(validate=f)"),
        ("import jsonschema", "jsonschema.validate(a, b)"),
        ("from wtforms import StringField", "x = StringField('a', validators=[f])"),
        ("from django.forms import ModelForm", "class OrderForm(ModelForm): pass"),
    ],
)
def test_python_limits_what_a_value_may_be(lines: tuple[str, ...]) -> None:
    assert [kind for kind, _, _ in python(*lines)] == ["input-validation"]


@pytest.mark.parametrize(
    "lines", [("from pydantic import Field", "x = Field(alias='y')"), ("x = Thing(max_length=3)",)]
)
def test_a_field_without_a_limit_is_none(lines: tuple[str, ...]) -> None:
    assert python(*lines) == []


@pytest.mark.parametrize(
    "line",
    [
        "import { z } from 'zod'; const s = z.string().max(9)",
        "const Joi = require('joi'); const s = Joi.number()",
        "import { IsEmail } from 'class-validator'; class A { @IsEmail() mail: string }",
        "import { ValidationPipe } from '@nestjs/common'; app.useGlobalPipes(new ValidationPipe())",
    ],
)
def test_a_script_limits_what_a_value_may_be(line: str) -> None:
    assert [kind for kind, _, _ in script(line)] == ["input-validation"]


def test_a_schema_of_the_environment_is_none_of_input() -> None:
    found = script("import { z } from 'zod'; z.object({ PORT: z.string() }).parse(process.env)")
    assert found == [("settings-validation", "parse(process.env)", False)]


# --- what routes take


@pytest.mark.parametrize(
    "name",
    [
        "OrderForm",
        "serializer.is_valid",
        "orderSchema.parse",
        "z.object().parse",
        "validateBody()",
        "schema:body",
        "OpenApiValidator.middleware",
    ],
)
def test_a_check_is_known_by_its_name(name: str) -> None:
    assert checks(name)


@pytest.mark.parametrize(
    "name", ["JSON.parse", "validateToken", "Form", "loader.load", "validator.verifyAuth", "save"]
)
def test_what_checks_nothing_that_is_sent_is_known_too(name: str) -> None:
    assert not checks(name)


FASTAPI = (
    "from fastapi import Body, Depends, FastAPI, Request\nimport models\n"
    "from models import Order, CurrentUser\n"
    "app = FastAPI()\n@app.post('/x')\n"
)


@pytest.mark.parametrize(
    ("function", "found"),
    [
        ("def f(order: Order): return save(order)", "checked"),
        ("def f(order: Order = Body()): return save(order)", "checked"),
        ("def f(order: models.Order): return save(order)", "checked"),
        ("def f(note: str = Body()): return save(note)", "checked"),
        ("def f(note: dict = Body()): return save(note)", "raw"),
        ("def f(note: dict): return save(note)", "raw"),
        ("async def f(request: Request): return save(await request.json())", "raw"),
        ("async def f(request: Request): return save(request)", None),
        ("def f(user: CurrentUser): return save(user)", "none"),
        ("def f(order: Order = Depends()): return save(order)", "none"),
        ("def f(*, order: Order, n: int = 1): return save(order)", "checked"),
        ("async def f(order: Order, request: Request): return save(await request.json())", None),
    ],
)
def test_fastapi_checks_what_is_declared(function: str, found: str | None) -> None:
    assert inputs(app_py=FASTAPI + function + "\n") == [found]


FLASK = (
    "from flask import Flask, request\nfrom forms import OrderForm\n"
    "app = Flask('a')\n@app.route('/x', methods=['POST'])\n"
)


@pytest.mark.parametrize(
    ("function", "found"),
    [
        ("def f(): return save(request.get_json())", "raw"),
        ("def f(): form = OrderForm(request.form); return save(form)", "checked"),
        ("def f(): data = request.json; check_order(data); return save(data)", None),
        ("@use_args(Order)\ndef f(a): return save(a)", "checked"),
        ("def f(): return save(1)", "none"),
    ],
)
def test_flask_checks_what_is_given_to_a_schema(function: str, found: str | None) -> None:
    assert inputs(app_py=FLASK + function + "\n") == [found]


def test_a_view_of_a_model_checks_and_another_class_may() -> None:
    urls = "from django.urls import path\nfrom views import {0}\nurlpatterns = [path('x', {0}.as_view())]\n"
    made = "from rest_framework.generics import CreateAPIView\nclass OrderView(CreateAPIView):\n    a = 1\n"
    bare = "from django.views import View\nclass OrderView(View):\n    def post(self, request): return 1\n"
    assert inputs(urls_py=urls.format("OrderView"), views_py=made) == ["checked"]
    assert inputs(urls_py=urls.format("OrderView"), views_py=bare) == [None]


EXPRESS = "const express = require('express')\nconst app = express()\n"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("app.post('/x', (req, res) => { save(req.body) })", "raw"),
        ("app.post('/x', validate(order), (req, res) => { save(req.body) })", "checked"),
        ("app.post('/x', (req, res) => { const { body } = parse(req, orderSchema); save(body) })", "checked"),
        ("app.post('/x', (req, res) => { save(req) })", None),
        ("app.post('/x', (req, res) => { sanitizeOrder(req.body) })", None),
        ("app.post('/x', (req, res) => { res.json({}) })", "none"),
        ("app.post('/x', orders.create)", None),
        ("app.post('/x', { schema: { body: order } }, (req, res) => { save(req.body) })", "checked"),
    ],
)
def test_express_checks_what_a_schema_is_given(line: str, found: str | None) -> None:
    assert inputs(app_js=EXPRESS + line + "\n") == [found]


def test_a_body_that_goes_on_to_code_of_ones_own_may_be_checked_there_where_there_are_schemas() -> None:
    app = "const save = require('./save')\n" + EXPRESS + "app.post('/x', (req, res) => { save(req.body) })\n"
    schema = "const { z } = require('zod')\nmodule.exports = z.object({ note: z.string() })\n"
    assert inputs(app_js=app) == ["raw"]
    assert inputs(app_js=app, schema_js=schema) == [None]
    flask = FLASK.replace("from forms import OrderForm", "from shop import save")
    flask += "def f(): return save(request.json)\n"
    limits = "from pydantic import Field\nx = Field(max_length=1)\n"
    assert inputs(app_py=flask, shop_py="def save(a): pass\n") == ["raw"]
    assert inputs(app_py=flask, shop_py="def save(a): pass\n", limits_py=limits) == [None]


def test_what_is_made_new_is_a_body_though_it_is_called_after_users() -> None:
    app = FASTAPI.replace("CurrentUser", "CreateUser") + "def f(new: CreateUser): return save(new)\n"
    assert inputs(app_py=app) == ["checked"]


NEST = (
    "import { Body, Controller, Post } from '@nestjs/common'\n@Controller('x')\nexport class C {\n"
    "  @Post()\n  add(@Body() order: %s) { return save(order) }\n}\n"
)
PIPED = "import { ValidationPipe } from '@nestjs/common'\napp.useGlobalPipes(new ValidationPipe())\n"


def nest(kind: str, pipe: str = "") -> list[str | None]:
    files = {"c.ts": NEST % kind, "main.ts": pipe}
    tree = MemoryTree({path: text.encode() for path, text in files.items()})
    return [row.input for row in Store(tree, TABLES).collected(NOUNS["code.route"]).rows]


def test_nest_checks_a_type_where_a_pipe_is_told_to() -> None:
    assert nest("Order", PIPED) == ["checked"]
    assert nest("Order") == ["raw"]
    assert nest("any", PIPED) == ["raw"]


def test_a_hash_in_a_front_end_with_a_server_counts_and_a_schema_there_does_not() -> None:
    files = {
        "package.json": '{"dependencies": {"next": "14.0.0", "react": "18.0.0"}}',
        "src/lib/secret.ts": "import bcrypt from 'bcryptjs'\nexport const h = (p) => bcrypt.hash(p, 10)\n",
        "src/lib/form.ts": "import { z } from 'zod'\nexport const form = z.string().max(9)\n",
    }
    tree = MemoryTree({path: text.encode() for path, text in files.items()})
    found = Store(tree, TABLES).collected(NOUNS["code.practice"]).rows
    assert [(row.kind, row.path) for row in found] == [("password-hash", "src/lib/secret.ts")]


def test_no_more_handlers_of_a_file_are_told_than_anybody_reads() -> None:
    many = [f"app.onError((err, c) => c.text('{number}'))" for number in range(60)]
    assert len(script(*many)) == 50
    filters = ["import { Catch } from '@nestjs/common'", *["@Catch() class F { catch(e: any) {} }"] * 60]
    assert len(script(*filters)) == 50
    named = [f"export const handle{number} = (err, req, res, next) => {{}}" for number in range(60)]
    assert len(script(*named)) == 50


@pytest.mark.parametrize(
    "line",
    [
        "import { handle } from './errors'; fastify.setErrorHandler(handle)",
        "import { Catch, Get } from '@nestjs/common'; @Get() class A {} @Catch class F { catch(e: any) {} }",
        "app.use((err, req, res, next = 1) => { res.send('sorry') })",
        "app.use(function (err, req, { send }, next) { send('sorry') })",
    ],
)
def test_a_handler_is_found_whatever_its_form(line: str) -> None:
    assert "error-handler" in [kind for kind, _, _ in script(line)]


# --- files of several, and files to wear one down


def test_a_handler_beside_or_below_src_is_followed_and_one_that_is_not_there_is_not() -> None:
    for place in ("src/shop/errors.py", "api/shop/errors.py"):
        files = {
            "api/main.py": "from shop.errors import failed\napp.add_exception_handler(Exception, failed)\n",
            place: "def failed(request, exc):\n    return str(exc)\n",
        }
        tree = MemoryTree({path: text.encode() for path, text in files.items()})
        (row,) = Store(tree, TABLES).collected(NOUNS["code.practice"]).rows
        assert row.weak is True


def test_a_handler_of_the_package_beside_is_followed_by_its_dots() -> None:
    files = {
        "shop/main.py": "from .errors import failed\napp.add_exception_handler(Exception, failed)\n",
        "shop/errors.py": "def failed(request, exc):\n    return 'sorry'\n",
    }
    tree = MemoryTree({path: text.encode() for path, text in files.items()})
    (row,) = Store(tree, TABLES).collected(NOUNS["code.practice"]).rows
    assert row.weak is False


def test_a_handler_that_its_file_does_not_define_is_not_known() -> None:
    files = {
        "app.js": "const { errorHandler } = require('./errors')\napp.use(errorHandler)\n",
        "errors.js": "exports.other = 1\n",
    }
    tree = MemoryTree({path: text.encode() for path, text in files.items()})
    (row,) = Store(tree, TABLES).collected(NOUNS["code.practice"]).rows
    assert row.weak is None


@pytest.mark.parametrize(
    "text",
    [
        "app.use((err, req, res, next) => {"
        + "console.error(err.message); res.send(err.stack);" * 5000
        + "})",
        "app.use((err, req, res, next) => {" + "res.send(" * 400 + "err" + ")" * 400 + "})",
        "app.use((err, req, res, next) => {" + "a ? b : " * 20000 + "c})",
        "import { Catch } from '@nestjs/common'\nclass F {" + "@Catch() f() {}\n" * 10000 + "catch(e) {}}",
        "const c = require('crypto');" + "h.update(" * 400 + "password" + ")" * 400,
        "if (!process.env.A) {" * 300 + "}" * 300,
        "app.use(" + "errorHandler," * 15000 + "a)",
    ],
)
def test_a_script_that_is_made_to_wear_one_down_tells_of_few(text: str) -> None:
    assert len(script(*text.splitlines())) <= MOST


@pytest.mark.parametrize(
    "text",
    [
        "@app.errorhandler(500)\n" * 5000 + "def f(e):\n" + "    log.error(e)\n" * 5000,
        "def f(r, exc):\n" + "    return str(exc)\n" * 20000 + "app.add_exception_handler(500, f)\n" * 5000,
        "ok = user.password == password\n" * 20000,
    ],
)
def test_a_file_of_python_that_is_made_to_wear_one_down_tells_of_few(text: str) -> None:
    assert len(python(*text.splitlines())) <= MOST
