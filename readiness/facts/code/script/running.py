"""How a script of a server checks its settings at its start, and ties together the log lines of a request.

Sources: envalid, env-var, t3-env, NestJS "Configuration"; zod and joi over ``process.env``; pino-http
"genReqId", Fastify "Logging", express-request-id, cls-rtracer, Node.js "AsyncLocalStorage".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.model import Practice
from readiness.facts.code.script.names import Called, arguments, dotted, option
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.facts.code.script.scope import Scope
    from readiness.syntax import Node

_MANY = 20
_LOOKED = 300  # calls and conditions looked at in one file
_CHECKERS = (
    "envalid.cleanEnv",
    "@t3-oss/env",
    "env-schema",
    "convict",
    "znv.parseEnv",
    "@julr/vite-plugin-validate-env",
)
_PARSES = ("parse", "safeParse", "validate", "validateSync", "parseAsync", "assert", "create")
_MADE = (
    "express-request-id",
    "cls-rtracer.",
    "koa-requestid",
    "hono/request-id.requestId",
    "express-http-context",
    "nestjs-cls.ClsModule.",
)
_LOGGED = ("pino-http", "pino-http.", "nestjs-pino.LoggerModule.", "express-pino-logger", "koa-pino-logger")
_HEADERS = ("x-request-id", "x-correlation-id", "request-id", "correlation-id", "traceparent")
_IDS = ("requestid", "correlationid", "traceid", "reqid", "request_id", "correlation_id", "trace_id")


def running_of(scope: Scope, data: bytes, calls: list[Called]) -> list[Practice]:
    """Every check of settings, and every id of a request, in no particular order."""
    found = _ids(scope, calls)
    environment = b"process.env" in data
    asked = [call for call in calls if call.imported or (environment and call.name.endswith(_PARSES))]
    for call in asked[:_LOOKED]:
        row = _settings(call, scope, environment)
        if row is not None:
            return [*found, row]
    return found + (_demanded(scope) if environment else [])


def _demanded(scope: Scope) -> list[Practice]:
    """The first ``if (!process.env.URL) throw …``: that it is there is all that is checked."""
    for node in nodes_of(scope.root, ("if_statement",))[:_LOOKED]:
        condition, body = node.field("condition"), node.field("consequence")
        asked = condition is not None and "!process.env." in condition.text()
        if asked and body is not None and nodes_of(body, ("throw_statement",)):
            return [
                Practice(line_of(node), "settings-validation", "", "throws without a variable", weak=True)
            ]
    return []


def _settings(made: Called, scope: Scope, environment: bool) -> Practice | None:
    call, _, written, name = made
    line = line_of(call)
    if name.startswith(_CHECKERS):
        return Practice(line, "settings-validation", name.partition(".")[0], f"{name}(…)")
    if name == "@nestjs/config.ConfigModule.forRoot":
        given = scope.settled(next(iter(arguments(call)), None))
        if option(given, "validationSchema", "validate") is not None:
            return Practice(line, "settings-validation", "@nestjs/config", "ConfigModule.forRoot({validate})")
        return None
    last = written.rpartition(".")[2]
    if environment and last in _PARSES:
        for item in arguments(call):
            values = nodes_of(item, ("member_expression",))
            if any(dotted(value) == "process.env" for value in values):
                return Practice(line, "settings-validation", "", f"{last}(process.env)")
    return None


def _ids(scope: Scope, calls: list[Called]) -> list[Practice]:
    found: list[Practice] = []
    for call, _, written, name in calls:
        if len(found) >= _MANY:
            break
        last = written.rpartition(".")[2]
        given = arguments(call)
        if name in _LOGGED or name.startswith(tuple(item for item in _LOGGED if item.endswith("."))):
            found.append(_id(call, f"{name}(…)", "log"))
        elif name.startswith(_MADE):
            found.append(_id(call, f"{name}(…)", "made"))
        elif name in ("fastify", "fastify.fastify", "fastify.Fastify"):
            logger = option(scope.settled(next(iter(given), None)), "logger", "loggerInstance")
            if logger is not None and logger.kind() != "false":
                # Fastify gives every request an id, and its logger writes it.
                found.append(_id(call, "fastify({logger})", "log"))
        elif last == "child" and given and _names_id(given[0], scope):
            found.append(_id(call, "child({requestId})", "log"))
        elif last in ("setHeader", "header", "set") and _is_header(given, scope):
            found.append(_id(call, f'{last}("{scope.fold(given[0])}")', "made"))
    return found


def _is_header(given: list[Node], scope: Scope) -> bool:
    return len(given) == 2 and (scope.fold(given[0]) or "").lower() in _HEADERS


def _names_id(node: Node, scope: Scope) -> bool:
    settled = scope.settled(node)
    if settled is None or settled.kind() != "object":
        return False
    keys = [item.field("key") or item for item in settled.named_children()]
    return any(key.text().strip("\"'").lower() in _IDS for key in keys)


def _id(node: Node, text: str, covers: str) -> Practice:
    return Practice(line_of(node), "correlation-id", "", text, covers=frozenset((covers,)))
