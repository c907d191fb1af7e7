from __future__ import annotations

import pytest

from readiness.facts.code.model import Module
from readiness.facts.code.script import imports_parser_of, parse


def read(text: str, language: str = "tsx") -> Module:
    return parse(text.encode(), language).module


CORS = "import cors from 'cors';\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CORS + "app.use(cors())", (True, False, "express")),
        (CORS + "cors({ origin: '*' })", (True, False, "express")),
        (CORS + "cors({ origin: true, credentials: true })", (True, True, "express")),
        (CORS + "cors({ origin: 'https://a' })", (False, False, "express")),
        (CORS + "cors({ origin: ['https://a', '*'] })", (True, False, "express")),
        (CORS + "cors({ origin: ['https://a', process.env.B] })", (None, False, "express")),
        (CORS + "cors({ origin: process.env.A || '*' })", (True, False, "express")),
        (CORS + "cors({ origin: process.env.A ?? 'https://a' })", (None, False, "express")),
        (CORS + "cors({ origin: process.env.A })", (None, False, "express")),
        (CORS + "cors({ origin: (process.env.A || '*').split(',') })", (True, False, "express")),
        (CORS + "cors({ origin: list() })", (None, False, "express")),
        (CORS + "cors({ origin: a ? '*' : 'https://a' })", (None, False, "express")),
        (CORS + "cors({ origin: a ? '*' : '*' })", (True, False, "express")),
        (CORS + "cors({ origin: /.*/ })", (True, False, "express")),
        (CORS + "cors({ origin: (o, cb) => cb(null, true) })", (True, False, "express")),
        (CORS + "cors({ origin(o, cb) { if (list.includes(o)) cb(null, true) } })", (None, False, "express")),
        (CORS + "cors({ origin: `https://${x}` })", (None, False, "express")),
        (CORS + "const o = { origin: '*', credentials: x };\ncors(o)", (True, None, "express")),
        (CORS + "const c = true;\ncors({ credentials: c })", (True, True, "express")),
        (CORS + "cors({ ...rest })", (None, None, "express")),
        (CORS + "cors(options)", (None, None, "express")),
        ("f.register(require('@fastify/cors'), { origin: false })", (False, False, "fastify")),
        ("import { cors } from 'hono/cors';\ncors()", (True, False, "hono")),
        ("app.enableCors()", (True, False, "nest")),
        ("app.enableCors({ origin: 'https://a', credentials: true })", (False, True, "nest")),
        (
            "import { NestFactory } from '@nestjs/core';\nNestFactory.create(A, { cors: true })",
            (True, False, "nest"),
        ),
        (
            "import { Server } from 'socket.io';\nnew Server(h, { cors: { origin: '*' } })",
            (True, False, "socket.io"),
        ),
        ("res.setHeader('Access-Control-Allow-Origin', '*')", (True, False, "header")),
        ("res.header('access-control-allow-origin', req.headers.origin)", (None, False, "header")),
        ("const h = { 'Access-Control-Allow-Origin': 'https://a' }", (False, False, "header")),
        (
            (
                "export default { h: [{ key: 'Access-Control-Allow-Origin', value: '*' },"
                " { key: 'Access-Control-Allow-Credentials', value: 'true' }] }"
            ),
            (True, True, "header"),
        ),
    ],
)
def test_cross_origin_requests(text: str, expected: tuple[bool | None, bool | None, str]) -> None:
    (row,) = read(text).cors
    assert (row.wildcard, row.credentials, row.framework) == expected


@pytest.mark.parametrize(
    "text",
    [
        "cors()",
        "fetch(u, { headers: { 'Access-Control-Allow-Origin': '*' } })",
        "import { NestFactory } from '@nestjs/core';\nNestFactory.create(A, { cors: false })",
        "import { NestFactory } from '@nestjs/core';\nNestFactory.create(A)",
        "res.setHeader('X-Other', '*')",
        "const h = { key: 'X-Other', value: '*' }",
    ],
)
def test_what_allows_nobody_is_no_set_up_of_origins(text: str) -> None:
    assert read(text).cors == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import pino from 'pino';\npino()", ("structured-logging", "pino", True, False)),
        ("const log = require('pino')()", ("structured-logging", "pino", True, False)),
        (
            "const { createLogger } = require('bunyan');\ncreateLogger({})",
            ("structured-logging", "bunyan", True, False),
        ),
        ("import w from 'winston';\nw.createLogger()", ("logging", "winston", True, False)),
        (
            "import w from 'winston';\nw.createLogger({ format: w.format.json() })",
            ("structured-logging", "winston", True, False),
        ),
        (
            "import w from 'winston';\nw.createLogger({ transports: [] })",
            ("structured-logging", "winston", True, False),
        ),
        (
            (
                "import w from 'winston';\nconst f = w.format.simple();\n"
                "w.createLogger({ format: f, transports: [new w.transports.File({})] })"
            ),
            ("logging", "winston", True, True),
        ),
        ("import morgan from 'morgan';\nmorgan('dev')", ("logging", "morgan", True, False)),
        ("import { Counter } from 'prom-client';\nnew Counter({})", ("metrics", "prom-client", False, False)),
        ("res.end(await register.metrics())", ("metrics", "prom-client", True, False)),
        ("import c from 'prom-client';\nc.register.metrics()", ("metrics", "prom-client", True, False)),
        ("import b from 'express-prom-bundle';\nb()", ("metrics", "express-prom-bundle", True, False)),
        (
            "import * as Sentry from '@sentry/node';\nSentry.init({})",
            ("error-tracking", "@sentry/node", True, False),
        ),
        ("import Rollbar from 'rollbar';\nnew Rollbar({})", ("error-tracking", "rollbar", True, False)),
        (
            "import { NodeSDK } from '@opentelemetry/sdk-node';\nnew NodeSDK()",
            ("tracing", "@opentelemetry/sdk-node", True, False),
        ),
        (
            (
                "import { OTLPTraceExporter } from "
                "'@opentelemetry/exporter-trace-otlp-http';\n"
                "new OTLPTraceExporter()"
            ),
            ("tracing", "@opentelemetry/exporter-trace-otlp-http", True, False),
        ),
        ("require('dd-trace').init()", ("tracing", "dd-trace", True, False)),
        ("require('newrelic')", ("tracing", "newrelic", True, False)),
        ("import 'newrelic'", ("tracing", "newrelic", True, False)),
        (
            "import rateLimit from 'express-rate-limit';\nrateLimit({})",
            ("rate-limit", "express-rate-limit", True, False),
        ),
        (
            "fastify.register(require('@fastify/rate-limit'))",
            ("rate-limit", "@fastify/rate-limit", True, False),
        ),
        (
            "import { ThrottlerModule } from '@nestjs/throttler';\nThrottlerModule.forRoot([])",
            ("rate-limit", "@nestjs/throttler", True, False),
        ),
        ("process.on('SIGTERM', stop)", ("signal-handler", "process", True, False)),
        (
            "for (const s of ['SIGTERM', 'SIGINT']) process.once(s, stop)",
            ("signal-handler", "process", True, False),
        ),
        (
            "import { createTerminus } from '@godaddy/terminus';\ncreateTerminus(s)",
            ("signal-handler", "@godaddy/terminus", True, False),
        ),
        ("app.enableShutdownHooks()", ("signal-handler", "@nestjs/core", True, False)),
        (
            "import Fastify from 'fastify';\nFastify({ logger: true })",
            ("structured-logging", "pino", True, False),
        ),
        (
            "import { Logger } from '@nestjs/common';\nnew Logger('x')",
            ("logging", "@nestjs/common", True, False),
        ),
        (
            "import { ConsoleLogger } from '@nestjs/common';\nnew ConsoleLogger({ json: true })",
            ("structured-logging", "@nestjs/common", True, False),
        ),
        (
            "import { ConsoleLogger } from '@nestjs/common';\nnew ConsoleLogger()",
            ("logging", "@nestjs/common", True, False),
        ),
    ],
)
def test_what_watches_or_limits_the_program(text: str, expected: tuple[str, str, bool, bool]) -> None:
    (row,) = read(text).telemetry
    assert (row.kind, row.library, row.exposes, row.file) == expected


@pytest.mark.parametrize(
    "text",
    [
        "pino()",
        "import pino from 'pino'",
        "import * as Sentry from '@sentry/node';\nSentry.captureException(e)",
        "import w from 'winston';\nw.info('x')",
        "process.on('SIGUSR2', stop)",
        "process.on('SIGTERM')",
        "process.on(s, stop)",
        "import Fastify from 'fastify';\nFastify({ logger: false })",
        "require(name)",
        "app.use(other)",
        "metrics()",
    ],
)
def test_an_import_or_another_call_sets_up_nothing(text: str) -> None:
    assert read(text).telemetry == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("const a = process.env.A", [("A", False)]),
        ("const a = process.env['A']", [("A", False)]),
        ("const a = import.meta.env.VITE_A", [("VITE_A", False)]),
        ("const a = import.meta.env.DEV", []),
        ("const a = process.env.A || 'x'", [("A", True)]),
        ("const a = process.env.A ?? 'x'", [("A", True)]),
        ("const a = b || process.env.A", [("A", False)]),
        ("const a = parseInt(process.env.A, 10) || 3", [("A", True)]),
        ("const a = (process.env.A! as string) || 3", [("A", True)]),
        ("const a = process.env.A ? 1 : 2", [("A", True)]),
        ("const a = x ? process.env.A : 2", [("A", False)]),
        ("const a = process.env.A === 'x'", [("A", True)]),
        ("const a = !!process.env.A", [("A", True)]),
        ("const a = process.env.A + '/x'", [("A", False)]),
        ("if (!process.env.A) throw new Error()", [("A", False)]),
        ("if (!process.env.A) { process.exit(1) }", [("A", False)]),
        ("if (process.env.A) { use() }", [("A", True)]),
        ("f(process.env.A)", [("A", False)]),
        ("process.env.A = 'x'", []),
        ("delete process.env.A", []),
        ("process.env[name]", []),
        (
            "const { A, B = 'x', C: c, D: d = 'y' } = process.env",
            [("A", False), ("B", True), ("C", False), ("D", True)],
        ),
        ("Deno.env.get('A') ?? 'x'", [("A", True)]),
        ("import env from 'env-var';\nenv.get('A').required().asString()", [("A", False)]),
        ("import env from 'env-var';\nenv.get('A').default('x').required().asString()", [("A", True)]),
        ("import env from 'env-var';\nenv.get('A').asString()", [("A", True)]),
        (
            (
                "import { cleanEnv, str } from 'envalid';\n"
                "cleanEnv(process.env, { A: "
                "str(), B: str({ default: 'x' }) })"
            ),
            [("A", False), ("B", True)],
        ),
        (
            (
                "const S = z.object({ A: z.string(), "
                "B: z.string().default('x'), "
                "C: z.string().optional() }).strict();\nS.parse(process.env)"
            ),
            [("A", False), ("B", True), ("C", True)],
        ),
        ("x.parse(process.env)", []),
        (
            (
                "import { createEnv } from "
                "'@t3-oss/env-nextjs';\ncreateEnv({ "
                "server: { A: z.url() }, client: { B: z.x().optional() } })"
            ),
            [("A", False), ("B", True)],
        ),
        (
            (
                "import Joi from 'joi';\nimport { ConfigModule } from '@nestjs/config';\n"
                "ConfigModule.forRoot({ "
                "validationSchema: Joi.object({ "
                "A: Joi.string().required(), B: Joi.string() }) })"
            ),
            [("A", False), ("B", True)],
        ),
        (
            (
                "import { ConfigService } from '@nestjs/config';\n"
                "class A { constructor(private config: ConfigService) { "
                "this.config.get('A_B'); this.config.get('C', "
                "1); this.config.get('a.b') } }"
            ),
            [("A_B", False), ("C", True)],
        ),
        ("Deno.env.get()", []),
    ],
)
def test_the_environment_is_read(text: str, expected: list[tuple[str, bool]]) -> None:
    assert [(row.name, row.default) for row in read(text, "typescript").variables] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "const app = require('express')();\napp.listen(1, '0.0.0.0')",
            [("express", "construct", ""), ("express", "serve", "0.0.0.0")],
        ),
        (
            "import f from 'fastify';\nf().listen({ port: 1, host: '::' })",
            [("fastify", "construct", ""), ("fastify", "serve", "::")],
        ),
        (
            "import http from 'http';\nhttp.createServer(h).listen(1)",
            [("http", "construct", ""), ("http", "serve", "")],
        ),
        (
            (
                "import { NestFactory } from '@nestjs/core';\nconst "
                "app = await NestFactory.create(A);\n"
                "await app.listen(1)"
            ),
            [("nest", "construct", ""), ("nest", "serve", "")],
        ),
        (
            "const Hapi = require('@hapi/hapi');\nconst s = Hapi.server();\ns.start()",
            [("hapi", "construct", ""), ("hapi", "serve", "")],
        ),
        ("import { serve } from '@hono/node-server';\nserve(app)", [("hono", "serve", "")]),
        ("Bun.serve({ hostname: h })", [("bun", "serve", "")]),
        ("import { Worker } from 'bullmq';\nnew Worker('q', f)", [("bullmq", "construct", "")]),
        ("app.listen(1)", [("", "serve", "")]),
        ("httpServer.listen(1)", [("", "serve", "")]),
        ("next()", []),
        ("import { createServer } from 'vite';\nconst s = await createServer();\ns.listen()", []),
        ("import net from 'net';\nnet.createServer().listen(1)", []),
        ("queue.listen('x')", []),
        ("app.start()", []),
    ],
)
def test_a_server_is_built_and_bound(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert sorted((row.framework, row.act, row.host) for row in read(text).servers) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("await fetch(u)", ("fetch", False, False)),
        ("await fetch(u, { signal: AbortSignal.timeout(1) })", ("fetch", True, False)),
        ("await fetch(u, options)", ("fetch", None, False)),
        ("const options = { method: 'GET' };\nawait fetch(u, options)", ("fetch", False, False)),
        ("await fetch(u, { ...rest })", ("fetch", None, False)),
        ("await globalThis.fetch(u)", ("fetch", False, False)),
        ("import axios from 'axios';\naxios.get(u)", ("axios", False, False)),
        ("import axios from 'axios';\naxios.get(u, { timeout: 5000 })", ("axios", True, False)),
        ("import axios from 'axios';\naxios.get(u, { timeout: 0 })", ("axios", False, False)),
        ("import axios from 'axios';\naxios.post(u, data)", ("axios", False, False)),
        ("import axios from 'axios';\naxios.post(u, data, config)", ("axios", None, False)),
        ("import axios from 'axios';\naxios(u)", ("axios", False, False)),
        ("import axios from 'axios';\naxios({ ...rest })", ("axios", None, False)),
        ("import axios from 'axios';\naxios.defaults.timeout = 1;\naxios.get(u)", ("axios", True, False)),
        ("import axios from 'axios';\naxios.create({ timeout: 1 })", ("axios", True, False)),
        ("import axios from 'axios';\nimport r from 'axios-retry';\naxios.get(u)", ("axios", False, True)),
        ("import got from 'got';\ngot(u)", ("got", False, True)),
        ("import ky from 'ky';\nky(u)", ("ky", True, True)),
        ("import s from 'superagent';\ns.get(u).timeout(1)", ("superagent", True, False)),
        ("import { request } from 'undici';\nrequest(u)", ("undici", False, False)),
        (
            (
                "import { HttpService } from '@nestjs/axios';\nclass A { "
                "constructor(private http: "
                "HttpService) { this.http.get(u) } }"
            ),
            ("@nestjs/axios", None, False),
        ),
        (
            (
                "import { HttpService } from '@nestjs/axios';\n"
                "class A { constructor(private "
                "http: HttpService) {"
                " this.http.get(u).pipe(timeout(1)) "
                "} }"
            ),
            ("@nestjs/axios", True, False),
        ),
    ],
)
def test_a_call_that_leaves_the_process(text: str, expected: tuple[str, bool | None, bool]) -> None:
    (row,) = read(text, "typescript").outgoing
    assert (row.library, row.timeout, row.retried) == expected


@pytest.mark.parametrize(
    "text",
    ["function fetch(a) {}\nfetch(u)", "cache.get(u)", "import axios from 'axios';\naxios.isAxiosError(e)"],
)
def test_a_call_of_another_kind_stays_inside(text: str) -> None:
    assert read(text).outgoing == ()


def test_imports_of_every_kind() -> None:
    text = (
        "import a from 'a';\nimport type { B } from './b';\nexport * from '../c';\nimport 'd';\n"
        "const e = require('e/f');\ntry { require('g') } catch {}\n"
        "const h = await import('h');\n"
        "require(i)\nexport const j = 1;\n"
        "import k = require('k');\n"
    )
    parser = imports_parser_of("a.ts")
    assert parser is not None
    assert [
        (item.line, item.module, item.dots, item.optional) for item in parser.parse(text.encode()).imports
    ] == [
        (1, "a", 0, False),
        (2, "./b", 1, True),
        (3, "../c", 1, False),
        (4, "d", 0, False),
        (5, "e/f", 0, False),
        (6, "g", 0, True),
        (7, "h", 0, False),
        (10, "k", 0, False),
    ]
    assert parser.parse(b"x" * 20_000) == Module()
