from __future__ import annotations

import pytest

from readiness.facts.code.script import Script, imports_parser_of, parse, parser_of
from readiness.facts.code.script.paths import FileRoute, braced, file_route, joined
from readiness.spans import Unparsable
from readiness.syntax import damage_of, root_of

EXPRESS = "const express = require('express');\nconst app = express();\n"
ROUTER = "import { Router } from 'express';\nconst router = Router();\n"


def read(text: str, language: str = "tsx") -> Script:
    return parse(text.encode(), language)


def paths(text: str, language: str = "tsx") -> list[tuple[tuple[str, ...], str]]:
    return [(route.methods, route.path) for route in read(text, language).module.routes]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (EXPRESS + "app.get('/a', h)", [(("GET",), "/a")]),
        (
            (
                "const { Router } = require('express');\nconst api = Router();\napi.get('/a', h);\n"
                "export default Router().use('/p', api)"
            ),
            [(("GET",), "/p/a")],
        ),
        (
            (
                "const e = require('express');\nconst a = e(), b = e.Router(), c = e.Router();\n"
                "b.use('/b', c);\na.use('/a', b);\nc.get('/c', h)"
            ),
            [(("GET",), "/a/b/c")],
        ),
        (EXPRESS + "app.all('/a', h)", [((), "/a")]),
        (EXPRESS + "app.get(['/a', '/b'], h)", [(("GET",), "/a"), (("GET",), "/b")]),
        (EXPRESS + "app.get('/users/:id(\\\\d+)?', h)", [(("GET",), "/users/{id}")]),
        (EXPRESS + "const P = '/a';\napp.get(P + '/b', h)", [(("GET",), "/a/b")]),
        (EXPRESS + "app.get(`/${x.y}/b`, h)", [(("GET",), "/{y}/b")]),
        (EXPRESS + "const R = {a: '/a'} as const;\napp.get(R.a, h)", [(("GET",), "/a")]),
        (EXPRESS + "app.get('/a', h)\n  .post('/b', h)", [(("GET",), "/a"), (("POST",), "/b")]),
        (EXPRESS + "app.route('/a').get(h).post(h)", [(("GET",), "/a"), (("POST",), "/a")]),
        (ROUTER + "router.get('/a', h)", [(("GET",), "/a")]),
        ("import express = require('express');\nconst a = express();\na.get('/a', h)", [(("GET",), "/a")]),
        ("const r = require('express').Router();\nr.get('/a', h)", [(("GET",), "/a")]),
        (
            ROUTER + "const app = require('express')();\napp.use('/p', router);\nrouter.get('/a', h)",
            [(("GET",), "/p/a")],
        ),
        (
            "class A { constructor() { this.app = require('express')(); this.app.get('/a', h) } }",
            [(("GET",), "/a")],
        ),
        (
            "import Router from '@koa/router';\nconst r = new Router({prefix: '/p'});\nr.get('n', '/a', h)",
            [(("GET",), "/p/a")],
        ),
        (
            "import Router from 'koa-router';\nconst r = new Router();\nr.prefix('/p');\nr.get('/a', h)",
            [(("GET",), "/p/a")],
        ),
        (
            "import { Hono } from 'hono';\nconst a = new Hono().basePath('/p');\na.get('/a', h)",
            [(("GET",), "/p/a")],
        ),
        ("import { Hono } from 'hono';\nexport default new Hono().get('/a', h)", [(("GET",), "/a")]),
        (
            "import Fastify from 'fastify';\nconst f = Fastify();\nf.get('/a', {schema}, async () => 1)",
            [(("GET",), "/a")],
        ),
        (
            "module.exports = async function (fastify) { fastify.get('/a', async () => 1) }",
            [(("GET",), "/a")],
        ),
        (
            (
                "import Fastify from 'fastify';\nconst f = Fastify();\n"
                "f.route({method: ['GET', 'POST'], url: '/a', handler})"
            ),
            [(("GET", "POST"), "/a")],
        ),
        (
            (
                "const Hapi = require('@hapi/hapi');\nconst server = Hapi.server();\n"
                "const one = {method: '*', path: '/b', options: {handler: () => 1}};\n"
                "server.route([{method: 'get', path: '/a/{x*}', handler: h}, one, two])"
            ),
            [(("GET",), "/a/{x}"), ((), "/b")],
        ),
        (
            (
                "import http from 'node:http';\nhttp.createServer((req, "
                "res) => { if (req.url === '/h') res.end('x') })"
            ),
            [((), "/h")],
        ),
        (
            (
                "const http = require('http');\nhttp.createServer((q, "
                "s) => { switch (q.url) { case '/h': s.end() } })"
            ),
            [((), "/h")],
        ),
        ("const http = require('http');\nhttp.createServer(h);\nconst is = req.url === '/h'", [((), "/h")]),
    ],
)
def test_a_route_is_read_as_its_framework_writes_it(
    text: str, expected: list[tuple[tuple[str, ...], str]]
) -> None:
    assert sorted(paths(text)) == sorted(expected)


@pytest.mark.parametrize(
    "text",
    [
        "import axios from 'axios';\naxios.get('/a', h)",
        "import axios from 'axios';\nconst app = axios.create();\napp.get('/a', h)",
        "fetch('/a')",
        "import request from 'supertest';\nrequest(app).get('/a');\napp.get('/a', h)",
        "import { http } from 'msw';\nserver.get('/a', h)",
        "import { app } from 'electron';\napp.get('/a', h)",
        "cache.get('/a', h)",
        EXPRESS + "app.get('setting')",
        EXPRESS + "app.get('/a')",
        EXPRESS + "app.get('/a', {params})",
        EXPRESS + "app.get('/a', 'text')",
        EXPRESS + "app.get(/x/, h)",
        EXPRESS + "app.get()",
        "if (req.url === '/h') {}",
        "server.route({method: 'GET'})",
        "other.route({method: 'GET', url: '/a'})",
    ],
)
def test_what_asks_or_keeps_is_no_route(text: str) -> None:
    assert paths(text) == []


def test_an_application_from_another_file_is_one() -> None:
    assert paths("import { app } from './app';\napp.get('/a', h)") == [(("GET",), "/a")]
    assert paths("import app from '@server';\napp.get('/a', h)") == [(("GET",), "/a")]


def test_a_path_of_parameters_has_their_names_in_braces() -> None:
    assert braced("/a/:b/:c{[0-9]+}/:d*/{e?}/:1") == "/a/{b}/{c}/{d}/{e}/:1"
    assert joined("", "/a/", "b") == "/a/b"
    assert braced("/:a(x") == "/{a}(x"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("src/app/(shop)/@x/[id]/route.ts", FileRoute("next", "/{id}", verbs=True)),
        ("app/a/[...rest]/route.js", FileRoute("next", "/a/{rest}", verbs=True)),
        ("pages/api/a/index.ts", FileRoute("next", "/api/a", verbs=False)),
        ("src/pages/api/health.ts", FileRoute("next", "/api/health", verbs=False)),
        ("src/routes/a/[id]/+server.ts", FileRoute("sveltekit", "/a/{id}", verbs=True)),
        ("server/api/a.get.ts", FileRoute("nitro", "/api/a", verbs=False, method="GET")),
        ("server/routes/h.ts", FileRoute("nitro", "/h", verbs=False)),
        ("src/route.ts", None),
        ("app/route.py", None),
    ],
)
def test_the_place_of_a_file_is_a_route(path: str, expected: FileRoute | None) -> None:
    assert file_route(path) == expected


NEST = """import { Controller, Get, Post, UseGuards } from '@nestjs/common';
@Controller('cats')
@UseGuards(JwtAuthGuard)
export class Cats {
  constructor(private readonly db: Db) {}
  // all of them
  @Get(':id')
  one() { return this.db.ping(); }
  @Public()
  @Post()
  make() { return 1; }
  other() {}
}
@Controller({ path: 'dogs' }) class Dogs { @Get(['a', 'b']) a() {} }
@Controller() class Rest { @Get() a() {} }
class None { @Get() a() {} }
"""


def test_a_controller_declares_routes_below_its_path() -> None:
    routes = read(NEST, "typescript").module.routes
    assert [(route.methods, route.path, route.guards) for route in routes] == [
        (("GET",), "/cats/{id}", ("JwtAuthGuard",)),
        (("POST",), "/cats", ()),
        (("GET",), "/dogs/a", ()),
        (("GET",), "/", ()),
    ]
    assert routes[0].handler is not None
    assert routes[0].handler.calls == ("Db.ping",)
    assert routes[0].framework == "nest"


def test_decorators_of_an_unknown_origin_are_no_routes() -> None:
    assert paths("@Controller('a') class A { @Get() b() {} }") == []


def test_a_program_says_what_stands_before_every_controller() -> None:
    held = read(
        "app.setGlobalPrefix('api');\napp.useGlobalGuards(new AuthGuard());\n"
        "const p = [{ provide: APP_GUARD, useClass: RolesGuard }];"
    )
    assert (held.prefix, held.module.guards) == ("api", ("AuthGuard", "RolesGuard"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("app.get('/a', requireAuth, h)", ("requireAuth",)),
        ("app.get('/a', [one, passport.authenticate('jwt')], h)", ("one", "passport.authenticate")),
        ("app.get('/a', withAuth(h))", ("withAuth",)),
        ("app.use(auth);\napp.get('/a', h)", ("auth",)),
        ("app.use('/a', auth);\napp.get('/a', h)", ("auth",)),
        ("app.use('/b', auth);\napp.get('/a', h)", ()),
        ("app.get('/a', h);\napp.use(auth)", ()),
        ("app.use(passport.initialize());\napp.get('/a', h)", ()),
        ("app.use((q, s, n) => n());\napp.get('/a', h)", ()),
        ("app.use((q, s, n) => q.user ? n() : s.sendStatus(401));\napp.get('/a', h)", ("auth:401",)),
        ("app.get('/a', (q, s, n) => { if (!q.user) return s.status(403).end(); n(); }, h)", ("auth:401",)),
        ("app.use((e, q, s, n) => { s.status(401).end(); n(e); });\napp.get('/a', h)", ()),
        ("app.use('/b', (q, n) => n.json(401, then(n.status(401))));\napp.get('/a', h)", ()),
        ("app.use('/b', (q, s) => s.sendStatus(401));\napp.get('/a', h)", ()),
        ("app.register(async (f) => { f.get('/b', (q, s) => s.code(401).send()); });\napp.get('/a', h)", ()),
        ("app.get('/a', (q, s, n) => { if (!q.body) return s.status(400).end(); n(); }, h)", ()),
        ("app.use();\napp.get('/a', h)", ()),
        ("app.addHook('onRequest', auth);\napp.get('/a', h)", ("auth",)),
        ("app.addHook('onClose', auth);\napp.get('/a', h)", ()),
        ("app.get('/a', { preHandler: [check], handler: h })", ("check",)),
        (
            "app.get('/a', { auth: 'jwt', preHandler: fastify.authenticate }, h)",
            ("auth:'jwt'", "fastify.authenticate"),
        ),
    ],
)
def test_what_stands_before_a_route_is_its_guard(text: str, expected: tuple[str, ...]) -> None:
    (route,) = read(EXPRESS + text).module.routes
    assert route.guards == expected


def test_what_an_application_puts_before_everything_is_said_and_a_router_keeps_its_own() -> None:
    assert read(EXPRESS + "app.use(auth);").module.guards == ("auth",)
    assert read(ROUTER + "router.use(auth);").module.guards == ()
    assert read("module.exports = (app) => { app.use(auth) }").module.guards == ("auth",)
    assert read("module.exports = (router) => { router.use(auth) }").module.guards == ()


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ("const gate = expressjwt({ secret });", ("gate", "expressjwt")),
        ("const gate = limit(5);", ("gate", "limit")),
        (
            "function gate(q, a, next) { if (!q.user) return a.sendStatus(401); next(); }",
            ("gate", "auth:gate"),
        ),
        ("const gate = (q, a, next) => a.status(403).end();", ("gate", "auth:gate")),
        ("const gate = (q, a, next) => { throw new UnauthorizedError(); };", ("gate", "auth:gate")),
        ("function gate(q, a, next) { if (q.answer.status === 401) next(); }", ("gate",)),
        ("function gate(q, a, next) { a.status(404).end(); }", ("gate",)),
        ("function gate(e, q, a, next) { a.status(401).end(); }", ("gate",)),
    ],
)
def test_a_guard_of_the_file_is_told_by_how_it_is_made_and_by_what_it_answers(
    made: str, expected: tuple[str, ...]
) -> None:
    (route,) = read(EXPRESS + made + "\napp.get('/a', gate, (q, a) => a.json(1));").module.routes
    assert route.guards == expected
    assert read(EXPRESS + made + "\napp.use(gate);").module.guards == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [("a.status(401).end()", True), ("throw new ForbiddenException()", True), ("a.status(400).end()", False)],
)
def test_a_handler_that_answers_401_or_403_may_know_who_asks(line: str, expected: bool) -> None:
    (route,) = read(EXPRESS + f"app.get('/a', (q, a) => {{ {line} }});").module.routes
    assert route.handler is not None
    assert route.handler.refuses is expected


def test_a_gate_of_a_library_guards_every_route() -> None:
    assert read(
        "import { clerkMiddleware } from '@clerk/nextjs/server';\nexport default clerkMiddleware()"
    ).module.guards == ("auth:clerkMiddleware",)
    assert read("export { default } from 'next-auth/middleware'").module.guards == ("withAuth",)


def test_a_router_of_another_file_is_mounted() -> None:
    text = EXPRESS + "import users from './users';\napp.use('/users', requireAuth, users);\n"
    text += "app.use('/b', require('./b'));\napp.register(import('./x'), { prefix: '/x' });\n"
    mounts = read(text).mounts
    assert [(mount.module, mount.prefix, mount.guards) for mount in mounts] == [
        ("./users", "/users", ("requireAuth",)),
        ("./b", "/b", ()),
        ("./x", "/x", ()),
    ]


def test_a_file_that_says_it_runs_in_a_browser_is_known() -> None:
    assert read('"use client";\nfetch("/a")').client
    assert not read('fetch("/a")').client


def test_what_hands_the_request_on_is_doubtful() -> None:
    start = "import { check } from '@/lib/request';\n"
    assert read(start + "export async function GET(request) { await check(request) }").doubtful == {"GET"}
    assert read(start + "export async function GET(request) { await check() }").doubtful == frozenset()
    assert read("export const x = 1").doubtful == frozenset()


def test_what_an_exported_function_asks_about_the_caller_is_its_guard() -> None:
    held = read(
        "export async function GET() { await getServerSession() "
        "}\nexport const POST = withAuth(async () => 1)"
    )
    assert {item.name: item.guards for item in held.module.functions} == {
        "GET": ("auth:getServerSession",),
        "POST": ("withAuth",),
    }


def test_a_dialect_that_is_not_known_leaves_the_questions_open() -> None:
    with pytest.raises(Unparsable) as caught:
        read("<template>\n{{ }} %% ## @@ }}\n</template>\n" * 5)
    assert caught.value.opens


def test_a_cast_that_only_one_grammar_knows_is_read() -> None:
    assert paths("const a = <any>express;\n" + EXPRESS + "app.get('/a', h)", "tsx") == [(("GET",), "/a")]
    assert read("const a = <div>text is here { and }</div>;", "typescript").module.routes == ()


def test_what_a_machine_wrote_gives_nothing() -> None:
    line = EXPRESS + "app.get('/a', h);" + "x();" * 3000
    assert read(line).module.routes == ()
    assert read((EXPRESS + "app.get('/a', h);\n") + "x();\n" * 60000).module.routes == ()


def test_the_parser_follows_from_the_name() -> None:
    names = [
        getattr(parser_of(path), "name", None)
        for path in ("a.js", "a.ts", "a.tsx", "a.d.ts", "a.min.js", "a.py")
    ]
    assert names == ["tsx", "typescript", "tsx", None, None, None]
    assert imports_parser_of("a.py") is None


def test_an_empty_text_is_not_damaged() -> None:
    assert damage_of(root_of("", "tsx")) == 0


@pytest.mark.parametrize(
    "text",
    [
        "(" * 50_000,
        "a\n.b" * 20_000,
        "f(\n" * 30_000,
        "app\n.get('/a', h)" * 3000,
        "`${\n" * 20_000,
        "\0\n" * 99,
        "<a>\n" * 9999,
    ],
)
def test_hostile_text_ends(text: str) -> None:
    try:
        main = read(text).module.main
    except Unparsable:
        main = False
    assert main is False


def test_a_program_is_started_by_its_first_line() -> None:
    assert read("#!/usr/bin/env node\nx()").module.main
