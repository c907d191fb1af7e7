from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from readiness.facts.code import unread
from readiness.facts.code.hints import HINTS, SIGNS
from readiness.facts.code.nouns import CORS, IMPORT, OUTGOING, ROUTE, SERVER, VARIABLE
from readiness.facts.code.script.resolve import is_standard, named, package_name, resolved
from readiness.facts.repository.noun import REPOSITORY
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from readiness.facts.code.rows import HttpRoute
    from readiness.facts.model import Row

EXPRESS = "const express = require('express');\nconst app = express();\n"
ROUTER = "const router = require('express').Router();\n"
NEXT = {"package.json": '{"dependencies": {"next": "14"}}'}


def facts(files: dict[str, str]) -> Store:
    return Store(MemoryTree(files), tables=[HINTS, SIGNS])


def routes(files: dict[str, str]) -> tuple[HttpRoute, ...]:
    return facts(files).collected(ROUTE).rows


def served(files: dict[str, str]) -> list[tuple[str, str]]:
    return [(row.method, row.route) for row in routes(files)]


def test_a_route_of_express_has_its_place_and_its_text() -> None:
    (row,) = routes({"app.js": EXPRESS + "app.get('/health', (q, s) => s.json({}))\n"})
    assert (row.path, row.line, row.text, row.method, row.route, row.framework) == (
        "app.js",
        3,
        'app.get("/health")',
        "GET",
        "/health",
        "express",
    )
    assert (row.health, row.depth, row.fails, row.catches, row.authenticated) == (
        True,
        "constant",
        False,
        False,
        False,
    )


def test_both_languages_are_read_together() -> None:
    files = {
        "app.py": "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/a')\ndef a(): return 1\n",
        "b/app.js": EXPRESS + "app.get('/b', h)\n",
    }
    assert served(files) == [("GET", "/a"), ("GET", "/b")]


def test_a_router_has_the_prefix_that_other_files_mount_it_below() -> None:
    files = {
        "src/app.ts": EXPRESS + "import api from './api';\napp.use('/api', requireAuth, api);\n",
        "src/api/index.ts": ROUTER + "import users from './users.js';\nrouter.use('/users', users);\n",
        "src/api/users.ts": ROUTER + "router.get('/:id', h);\n",
    }
    (row,) = routes(files)
    assert (row.route, row.authenticated) == ("/api/users/{id}", True)


def test_a_chain_of_routers_has_the_prefix_of_what_it_is_kept_as() -> None:
    files = {
        "app.ts": "import { Router } from 'express';\nimport authController from './auth/auth.controller';\n"
        "const api = Router().use(authController);\nexport default Router().use('/api', api);\n",
        "auth/auth.controller.ts": ROUTER + "router.get('/user', h);\nexport default router;\n",
    }
    assert served(files) == [("GET", "/api/user")]


def test_routers_in_a_list_are_mounted() -> None:
    files = {
        "app.js": EXPRESS + "app.use('/v1', require('./routes'));\n",
        "routes/index.js": ROUTER
        + "const users = require('./users');\n"
        + "const all = [{ path: '/users', route: users }, { route: x }];\n"
        + "all.forEach((one) => router.use(one.path, one.route));\n",
        "routes/users.js": ROUTER + "const c = require('./c');\nrouter.route('/').get(c.list);\n",
        "routes/c.js": "const list = w((q, s) => s.json({}));\nmodule.exports = { list, 'other': 1 };\n",
    }
    (row,) = routes(files)
    assert (row.route, row.depth) == ("/v1/users", "constant")


def test_the_guards_of_a_mount_stand_before_a_router_of_the_same_file() -> None:
    text = EXPRESS + "const r = express.Router();\napp.use('/a', requireAuth, r);\nr.get('/b', h)\n"
    assert [(row.route, row.authenticated) for row in routes({"a.js": text})] == [("/a/b", True)]


def test_routers_that_mount_each_other_end() -> None:
    files = {
        "a.js": ROUTER + "router.use('/b', require('./b'));\nrouter.get('/x', h);\n",
        "b.js": ROUTER + "router.use('/a', require('./a'));\nrouter.get('/y', h);\n",
    }
    assert served(files) == [("GET", "/a/x"), ("GET", "/b/y")]


def test_a_guard_of_another_file_is_no_router() -> None:
    files = {
        "app.js": EXPRESS + "const auth = require('./auth');\napp.use('/a', auth);\napp.get('/a/b', h)\n",
        "auth.js": "module.exports = (q, s, n) => n()\n",
    }
    assert [row.authenticated for row in routes(files)] == [True]


def test_a_prefix_of_a_program_stands_before_its_controllers() -> None:
    files = {
        "api/src/main.ts": "import { NestFactory } from '@nestjs/core';\napp.setGlobalPrefix('v1');\n",
        "api/src/a.ts": (
            "import { Controller, Get } from '@nestjs/common';\n@Controller('a') class A { @Get() a() {} }\n"
        ),
        "other/b.ts": (
            "import { Controller, Get } from '@nestjs/common';\n@Controller('b') class B { @Get() b() {} }\n"
        ),
    }
    assert served(files) == [("GET", "/v1/a"), ("GET", "/b")]


def test_folders_of_routes_are_a_prefix_where_they_are_loaded_by_themselves() -> None:
    route = "module.exports = async function (fastify) { fastify.get('/x', async () => 1) }\n"
    files = {
        "s/app.js": "const a = require('@fastify/autoload');\n",
        "s/routes/a/index.js": route,
        "t/routes/b/i.js": route,
    }
    assert served(files) == [("GET", "/a/x"), ("GET", "/x")]


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("await db.ping();", ("deep", True, False)),
        ("try { await db.ping() } catch {}", ("deep", False, True)),
        ("s.json({})", ("constant", False, False)),
    ],
)
def test_a_handler_of_another_file_is_followed(origin: str, expected: tuple[str, bool, bool]) -> None:
    files = {
        "src/app.js": EXPRESS + "const c = require('./health.controller');\napp.get('/health', c.check)\n",
        "src/health.controller.js": f"exports.check = async (q, s) => {{ {origin} }}\n",
    }
    (row,) = routes(files)
    assert (row.depth, row.fails, row.catches) == expected


def test_what_a_check_of_health_calls_in_other_files_is_followed() -> None:
    files = {
        "app.ts": EXPRESS
        + "import { check } from './check';\napp.get('/health', async (q, s) => { await check() })\n",
        "check.ts": "import { ask } from '@/lib/ask';\nexport const check = async () => { await ask() }\n",
        "src/lib/ask.ts": "export async function ask() { await pool.query('SELECT 1') }\n",
    }
    assert [row.depth for row in routes(files)] == ["deep"]


def test_a_name_that_promises_a_check_is_not_believed_where_the_code_says_otherwise() -> None:
    files = {
        "app.ts": EXPRESS
        + (
            "import { checkDatabase } from './check';\napp.get('/health', "
            "(q, s) => { checkDatabase(); s.json({}) })\n"
        ),
        "check.ts": "export const checkDatabase = () => { if (flag) return true }\n",
    }
    assert [row.depth for row in routes(files)] == ["shallow"]


def test_what_a_controller_is_given_is_followed_by_its_type() -> None:
    files = {
        "src/app.controller.ts": "import { Controller, Get } from '@nestjs/common';\n"
        "import { Chaos } from './chaos.health';\n@Controller() export class App {\n"
        "  constructor(private health: HealthCheckService, private chaos: Chaos) {}\n"
        "  @Get('health') check() { return this.health.check([() => this.chaos.isHealthy()]) }\n}\n",
        "src/chaos.health.ts": "export class Chaos { isHealthy() { if (x) throw new HealthCheckError() } }",
    }
    (row,) = routes(files)
    assert (row.route, row.depth, row.fails) == ("/health", "shallow", True)


def test_what_a_check_does_out_of_sight_is_unknown() -> None:
    text = EXPRESS + "import { state } from './gone';\napp.get('/health', (q, s) => { s.json(state()) })\n"
    (row,) = routes({"app.ts": text})
    assert (row.depth, row.fails) == (None, None)


def test_a_call_about_logs_makes_nothing_unknown() -> None:
    text = (
        EXPRESS + "import { log } from './log';\napp.get('/health', (q, s) => { log.info(1); s.json({}) })\n"
    )
    assert [row.depth for row in routes({"app.ts": text})] == ["shallow"]


def test_a_handler_out_of_sight_is_unknown() -> None:
    (row,) = routes({"app.ts": EXPRESS + "import { h } from './gone';\napp.get('/a', h)\n"})
    assert (row.depth, row.fails, row.authenticated) == (None, None, None)


def test_only_a_question_is_a_check_of_health() -> None:
    rows = routes({"app.js": EXPRESS + "app.post('/health', h);\napp.get('/health', h)\n"})
    assert [row.health for row in rows] == [False, True]


def test_files_of_next_are_routes_by_their_place() -> None:
    files = NEXT | {
        "src/app/api/a/[id]/route.ts": (
            "export async function GET() { return Response.json({}) }\nexport const POST = () => 1\n"
        ),
        "pages/api/b.ts": "export default function handler(req, res) { res.json({}) }\n",
        "pages/about.tsx": "export default function Page() {}\n",
    }
    assert served(files) == [("", "/api/b"), ("GET", "/api/a/{id}"), ("POST", "/api/a/{id}")]


def test_a_folder_of_that_name_in_another_project_holds_no_routes() -> None:
    text = "export default function load() {}\n"
    assert (
        served(
            {
                "pages/api/b.ts": text,
                "server/api/c.ts": text,
                "package.json": '{"dependencies": {"vue": "3"}}',
            }
        )
        == []
    )
    assert served({"pages/api/b.ts": text}) == []
    assert served({"package.json": '{"dependencies": {"nuxt": "3"}}', "server/api/c.post.ts": text}) == [
        ("POST", "/api/c")
    ]


def test_what_a_route_of_next_asks_about_the_caller_is_seen() -> None:
    start = "import { parse } from '@/lib/parse';\n"
    files = NEXT | {
        "app/a/route.ts": "export async function GET() { await auth() }\n",
        "app/b/route.ts": start + "export async function GET(request) { await parse(request) }\n",
        "app/c/route.ts": "export async function GET(request) { return 1 }\n",
    }
    assert [row.authenticated for row in routes(files)] == [True, None, False]


@pytest.mark.parametrize(
    "text",
    [
        "import { clerkMiddleware } from '@clerk/nextjs/server';\nexport default clerkMiddleware()\n",
        "export async function middleware(request) { const s = await getServerSession() }\n",
    ],
)
def test_a_gate_before_every_route_leaves_them_unknown(text: str) -> None:
    files = NEXT | {"middleware.ts": text, "app/c/route.ts": "export async function GET() { return 1 }\n"}
    assert [row.authenticated for row in routes(files)] == [None]


def test_neither_a_test_nor_a_vendored_file_is_read() -> None:
    files = {
        "tests/a.test.js": EXPRESS + "app.get('/a', h)\n",
        "node_modules/x/a.js": EXPRESS + "app.get('/b', h)\n",
    }
    assert list(routes(files)) == []


def test_a_dialect_that_is_not_known_leaves_the_question_open() -> None:
    found = facts({"a.js": "<t>\n'express'\n{{ }} %% ## @@ }}\n</t>\n" * 5}).collected(ROUTE)
    assert [gap.path for gap in found.openings] == ["a.js"]
    assert [problem.path for problem in found.problems] == ["a.js"]


def test_an_alias_or_an_ending_is_resolved() -> None:
    store = facts(
        {"a/src/lib/x.ts": "", "a/src/y/index.js": "", "a/src/z.ts": "", "src/lib/k.ts": "", "b.py": ""}
    )
    expected = {
        "@/lib/x": "a/src/lib/x.ts",
        "~/y": "a/src/y/index.js",
        "./z.js": "a/src/z.ts",
        "./z.ts": "a/src/z.ts",
        "$lib/x": "a/src/lib/x.ts",
        "express": None,
        "@/none": None,
        "../../b.py": None,
    }
    found = {module: resolved(store, "a/src/m.ts", module) for module in expected}
    assert {module: entry and entry.path for module, entry in found.items()} == expected
    assert named(store, "a/src/m.ts", "./z") is not None
    assert named(store, "a/src/m.ts", "./none.x") is None
    assert named(store, "a/src/m.ts", "express.x") is None


def outgoing(files: dict[str, str]) -> list[str]:
    return [row.path for row in facts(files).collected(OUTGOING).rows]


CALL = "import x from 'x';\nawait fetch('http://other/a')\n"


def test_a_call_of_a_browser_is_none_of_a_service() -> None:
    files = {
        "package.json": '{"dependencies": {"react": "18"}}',
        "src/a.ts": CALL,
        "src/b.tsx": CALL,
        "server/c.ts": CALL,
        "public/d.js": CALL,
        "e.ts": '"use client";\n' + CALL,
    }
    assert outgoing(files) == ["server/c.ts"]


def test_a_call_of_a_service_is_kept() -> None:
    assert outgoing(
        {"package.json": '{"dependencies": {"express": "4", "react": "18"}}', "src/a.ts": CALL}
    ) == ["src/a.ts"]
    assert outgoing({"package.json": '{"dependencies": {"express": "4"}}', "src/a.ts": CALL}) == ["src/a.ts"]
    assert outgoing({"a/b/a.ts": CALL}) == ["a/b/a.ts"]
    assert outgoing({"a.js": "fetch('http://other')\n"}) == []


def test_the_server_of_a_tool_allows_nobody_anything() -> None:
    text = "const h = { 'Access-Control-Allow-Origin': '*' }\n"
    rows = facts({"webpack.config.js": text, "a.js": text}).collected(CORS).rows
    assert [row.path for row in rows] == ["a.js"]


def test_imports_of_scripts_are_rows() -> None:
    text = (
        "import a from '@x/y/z';\nimport fs from 'node:fs/promises';\n"
        "import b from './b';\nimport type { C } from 'c';\n"
    )
    rows = facts({"a.ts": text, "b.py": "import os\n", "c.d.ts": text}).collected(IMPORT).rows
    assert [(row.module, row.standard, row.local, row.optional) for row in rows] == [
        ("@x/y", False, False, False),
        ("fs", True, False, False),
        (".", False, True, False),
        ("c", False, False, True),
        ("os", True, False, False),
    ]
    assert (package_name("a/b"), is_standard("path"), is_standard("left-pad")) == ("a", True, False)


def test_variables_and_servers_of_scripts_are_rows() -> None:
    store = facts({"a.js": EXPRESS + "app.listen(process.env.PORT || 1)\n"})
    assert [(row.name, row.default) for row in store.collected(VARIABLE).rows] == [("PORT", True)]
    assert [(row.framework, row.act) for row in store.collected(SERVER).rows] == [
        ("express", "construct"),
        ("express", "serve"),
    ]


def kinds(files: dict[str, str], **package: object) -> frozenset[str]:
    (row,) = facts({"package.json": json.dumps(package)} | files).collected(REPOSITORY).rows
    return frozenset(row.kind)


HTTP = "const http = require('http');\nhttp.createServer(h).listen(1);\n"


def test_a_bare_server_that_is_started_is_a_service() -> None:
    assert kinds({"a.js": HTTP}, private=True, scripts={"start": "node a.js"}) == {"service"}
    assert kinds({"a.js": HTTP, "Dockerfile": "FROM node\n"}, private=True) == {"service"}


def test_a_bare_server_of_a_tool_a_library_or_a_test_is_none() -> None:
    assert "service" not in kinds({"a.js": HTTP}, bin="a.js", scripts={"start": "node a.js"})
    assert "service" not in kinds({"a.js": HTTP}, main="a.js", scripts={"start": "node a.js"})
    assert "service" not in kinds({"a.js": HTTP}, private=True)
    assert "service" not in kinds({"tests/a.js": HTTP}, private=True, scripts={"start": "node a.js"})


def test_a_server_that_its_own_command_starts_is_a_service() -> None:
    package = {"dependencies": {"fastify": "5"}, "scripts": {"start": "fastify start app.js"}}
    assert kinds({"app.js": "module.exports = async (fastify) => {}\n"}, **package) == {"service"}


def openings(files: dict[str, str]) -> list[str]:
    found = facts(files).collected(unread.OUTGOING)
    return [gap.reason for gap in found.openings]


def test_a_service_of_node_is_read_save_of_a_framework_with_files_of_its_own() -> None:
    package = '{"scripts": {"start": "x"}, "dependencies": {"%s": "1"}}'
    assert openings({"package.json": package % "express", "a.js": EXPRESS + "app.listen(1)\n"}) == []
    assert openings({"package.json": package % "@adonisjs/core"}) == [
        "the code of this service (@adonisjs/core) is not read yet"
    ]


def test_rows_are_in_the_order_of_their_places() -> None:
    files = {f"{name}.js": EXPRESS + "app.get('/a', h);\napp.get('/b', h)\n" for name in "ba"}
    rows: tuple[Row, ...] = routes(files)
    assert [(row.path, row.line) for row in rows] == [("a.js", 3), ("a.js", 4), ("b.js", 3), ("b.js", 4)]
