from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.facts.code.health import depth_of
from readiness.facts.code.script import parse

if TYPE_CHECKING:
    from readiness.facts.code.model import Handler

EXPRESS = "const express = require('express');\nconst app = express();\n"


def handler(body: str, before: str = "") -> Handler:
    (route,) = parse((EXPRESS + before + f"app.get('/health', {body})").encode(), "tsx").module.routes
    assert route.handler is not None
    return route.handler


@pytest.mark.parametrize(
    "body",
    [
        "(req, res) => res.json({ status: 'ok' })",
        "(req, res) => { res.status(200).send('ok') }",
        "function (req, res) { res.json({ up: process.uptime(), at: new Date().toISOString() }) }",
        "(_, res) => { console.log('x'); res.sendStatus(200) }",
    ],
)
def test_an_answer_that_depends_on_nothing_is_constant(body: str) -> None:
    found = handler(body)
    assert (depth_of(found), found.fails) == ("constant", False)


@pytest.mark.parametrize(
    "body",
    [
        "async (req, res) => { await prisma.$queryRaw`SELECT 1`; res.json({}) }",
        "async (req, res) => { await pool.query('SELECT 1'); res.json({}) }",
        "async (req, res) => { await knex.raw('select 1'); res.json({}) }",
        "async (req, res) => { await sequelize.authenticate(); res.json({}) }",
        "async (req, res) => { await redis.ping(); res.json({}) }",
        "(req, res) => res.json({ db: mongoose.connection.readyState === 1 })",
        "async (req, res) => { await checkDatabase(); res.json({}) }",
        "async (req, res) => { await axios.get('http://other'); res.json({}) }",
        "async (req, res) => { await fetch('http://other'); res.json({}) }",
        "async (req, res) => { await this.health.check([() => this.db.pingCheck('db')]) }",
    ],
)
def test_a_dependency_that_is_asked_is_deep(body: str) -> None:
    assert depth_of(handler(body)) == "deep"


@pytest.mark.parametrize(
    "body",
    [
        "async (req, res) => { const c = await cache(); res.json(c) }",
        "(req, res) => { if (ready) res.json({}) }",
        "(req, res) => { res.json(req.query()) ; passport.authenticate('x'); other() }",
        "(req, res) => { for (const a of b) res.json({}) }",
    ],
)
def test_what_depends_on_the_process_alone_is_shallow(body: str) -> None:
    assert depth_of(handler(body)) == "shallow"


def test_helpers_of_the_same_file_are_followed_twice() -> None:
    before = "const one = async () => { await two() };\nasync function two() { await three() }\n"
    before += "async function three() { await db.ping() }\n"
    assert "db.ping" in handler("async (q, s) => { await two(); await two() }", before).calls
    assert "db.ping" not in handler("async (q, s) => { await one() }", before).calls


def test_methods_of_the_same_class_are_followed() -> None:
    text = (
        "import { Controller, Get } from '@nestjs/common';\n"
        "@Controller() class A { @Get() a() { return this.b() }  b() { return this.db.ping() } }"
    )
    (route,) = parse(text.encode(), "typescript").module.routes
    assert route.handler is not None
    assert route.handler.calls == ("this.db.ping",)


@pytest.mark.parametrize(
    "body",
    [
        "(q, s) => s.status(503).json({})",
        "(q, s) => s.sendStatus(500)",
        "(q, s) => s.status(ok ? 200 : 503).json({})",
        "(q, s) => { s.statusCode = 500; s.end() }",
        "(q, s) => { const status = ok ? 200 : 503; s.status(status).end() }",
        "(q, s) => s.writeHead(500)",
        "(c) => c.json({}, 503)",
        "() => new Response('', { status: 503 })",
        "(q, s) => s.status(HttpStatus.SERVICE_UNAVAILABLE).end()",
        "() => { throw new ServiceUnavailableException() }",
        "() => { throw createError(503) }",
    ],
)
def test_a_status_of_500_and_above_fails(body: str) -> None:
    assert handler(body).fails


@pytest.mark.parametrize(
    "body",
    [
        "(q, s) => s.json({ wait: 500 })",
        "(q, s) => setTimeout(() => s.end(), 500)",
        "(q, s) => { if (q.n >= 500) s.end() }",
        "(q, s) => { x[500] = 1; s.end() }",
        "(q, s) => s.status(404).end()",
    ],
)
def test_another_number_does_not(body: str) -> None:
    assert handler(body.replace("s.json({ wait: 500 })", "f(500)")).fails is False


@pytest.mark.parametrize(
    ("body", "catches"),
    [
        ("async (q, s) => { try { await db.ping() } catch (e) { s.json({}) } }", True),
        ("async (q, s) => { try { await db.ping() } catch { } }", True),
        ("async (q, s) => { try { await db.ping() } catch (e) { s.status(503).json({}) } }", False),
        ("async (q, s) => { try { await db.ping() } catch (e) { throw e } }", False),
        ("async (q, s, next) => { try { await db.ping() } catch (e) { next(e) } }", False),
        ("async (q, s) => { await db.ping().catch(() => {}) }", True),
        ("async (q, s) => { await db.ping().catch(next) }", False),
        ("async (q, s) => { await db.ping().catch(() => { throw 1 }) }", False),
        ("async (q, s) => { await db.ping().catch(elsewhere) }", False),
        ("async (q, s) => { await db.ping().catch() }", False),
    ],
)
def test_an_error_that_nobody_sees_is_caught(body: str, catches: bool) -> None:
    assert handler(body).catches is catches


@pytest.mark.parametrize(
    ("given", "before"),
    [
        ("h", "const h = (q, s) => s.json({});\n"),
        ("h", "function h(q, s) { s.json({}) }\n"),
        ("wrap(h)", "const h = (q, s) => s.json({});\n"),
        ("h.bind(x)", "const h = (q, s) => s.json({});\n"),
        ("c.check", "const c = { check: (q, s) => s.json({}) };\n"),
        ("c.check", "const c = { check(q, s) { s.json({}) } };\n"),
        ("h", "const h = wrap(async (q, s) => s.json({}));\n"),
    ],
)
def test_a_handler_of_the_same_file_is_found(given: str, before: str) -> None:
    assert handler(given, before).name or handler(given, before).line > 1


@pytest.mark.parametrize(
    ("given", "before", "origin"),
    [
        ("c.check", "const c = require('./c');\n", "./c.check"),
        ("check", "const { check } = require('./c');\n", "./c.check"),
        ("check", "import { health as check } from './c';\n", "./c.health"),
        ("wrap(c.check)", "import * as c from './c';\n", "./c.check"),
        ("c.check.bind(c)", "import { C } from './c';\nconst c = new C();\n", "./c.C.check"),
        ("make()", "import { make } from './c';\n", "./c.make()"),
    ],
)
def test_a_handler_of_another_file_has_its_origin(given: str, before: str, origin: str) -> None:
    (route,) = parse((EXPRESS + before + f"app.get('/a', {given})").encode(), "tsx").module.routes
    assert (route.origin, route.handler) == (origin, None)


def test_a_branch_of_a_bare_server_is_its_handler() -> None:
    text = "const http = require('http');\nhttp.createServer((req, res) => {\n"
    text += "  if ((req.url === '/live')) { res.end('ok') }\n  if (req.url == '/ready') { db.ping() }\n})"
    live, ready = parse(text.encode(), "tsx").module.routes
    assert live.handler is not None
    assert ready.handler is not None
    assert (depth_of(live.handler), depth_of(ready.handler)) == ("constant", "deep")
