"""What a method of Java or Kotlin that answers requests does: whom it asks, and whether it can say no.

Sources: JdbcTemplate, JPA "EntityManager", Spring Data "Working with Repositories", Lettuce, the
MongoDB driver, Spring "ResponseEntity", JAX-RS "Response", Ktor "Responses".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.jvm.names import CALLS, dotted, name_of
from readiness.facts.code.model import Handler
from readiness.records import Struct
from readiness.syntax import line_of

if TYPE_CHECKING:
    from readiness.facts.code.jvm.scope import Scope
    from readiness.syntax import Node

_KINDS = (
    *CALLS,
    "if_statement",
    "if_expression",
    "for_statement",
    "while_statement",
    "switch_expression",
    "when_expression",
    "ternary_expression",
    "elvis_expression",
    "enhanced_for_statement",
    "catch_clause",
    "catch_block",
    "field_access",
    "navigation_expression",
    "identifier",
    "simple_identifier",
    "decimal_integer_literal",
    "integer_literal",
)
_DECIDES = frozenset(
    (
        "if_statement",
        "if_expression",
        "for_statement",
        "while_statement",
        "switch_expression",
        "when_expression",
        "ternary_expression",
        "elvis_expression",
        "enhanced_for_statement",
    )
)
_NODES = 3000
_CALLS = 60
_ERRORS = frozenset(
    (
        "SERVICE_UNAVAILABLE",
        "INTERNAL_SERVER_ERROR",
        "BAD_GATEWAY",
        "GATEWAY_TIMEOUT",
        "ServiceUnavailable",
        "InternalServerError",
        "BadGateway",
        "GatewayTimeout",
        "SC_SERVICE_UNAVAILABLE",
        "SC_INTERNAL_SERVER_ERROR",
    )
)
_STATUS_CALLS = frozenset(
    (
        "status",
        "setStatus",
        "sendError",
        "statusCode",
        "setStatusCode",
        "fromValue",
        "HttpStatusCode",
        "valueOf",
    )
)
_FAILING = frozenset(("internalServerError", "serverError", "serviceUnavailable", "withDetail"))
_TEMPLATES = (
    "jdbc",
    "template",
    "entitymanager",
    "em",
    "datasource",
    "connection",
    "redis",
    "mongo",
    "session",
    "pool",
    "conn",
)
_ASKS = frozenset(
    (
        "queryForObject",
        "queryForList",
        "queryForMap",
        "queryForRowSet",
        "createNativeQuery",
        "getConnection",
        "isValid",
        "ping",
        "executeCommand",
        "runCommand",
        "executeQuery",
        "execute",
        "exec",
        "getForObject",
        "getForEntity",
        "exchange",
        "retrieve",
        "describeCluster",
        "listTopics",
        "getMore",
        "hasKey",
        "newCall",
        "send",
        "sendAsync",
        "dbStats",
        "listDatabaseNames",
        "selectOne",
        "suspendedTransaction",
        "newSuspendedTransaction",
        "transaction",
    )
)
# They ask a dependency only where they are called on a client of one.
_OF_CLIENTS = frozenset(
    ("execute", "exec", "exchange", "retrieve", "send", "sendAsync", "isValid", "newCall", "hasKey")
)
_CLIENTS = (
    "client",
    "jdbc",
    "template",
    "redis",
    "http",
    "rest",
    "statement",
    "connection",
    "conn",
    "session",
)
_REPOSITORY = ("count", "findAll", "findById", "findOne", "existsById", "exists")
_ANSWERING = (
    "ResponseEntity",
    "Response",
    "HttpResponse",
    "ServerResponse",
    "Map",
    "HashMap",
    "LinkedHashMap",
    "mapOf",
    "Collections",
    "List",
    "listOf",
    "String",
    "call",
    "ctx",
    "context",
    "response",
    "resp",
    "res",
    "req",
    "request",
    "exchange",
    "Mono",
    "Flux",
    "Uni",
    "Optional",
    "HttpStatus",
    "System",
    "LocalDateTime",
    "Instant",
    "Objects",
    "StringBuilder",
    "Health",
    "HealthCheckResponse",
    "TextContent",
    "Status",
    "buildJsonObject",
)
_LOGGERS = ("log", "logger", "LOG", "LOGGER")


class Body(Struct, frozen=True):
    """What the code of one method does. ``local`` are calls whose code may stand in this repository."""

    local: tuple[str, ...] = ()
    asks: bool = False
    plain: bool = True
    fails: bool = False
    catches: bool = False


def body_of(node: Node, scope: Scope) -> Body:
    """What the code below ``node`` does."""
    local: list[str] = []
    asks, plain, fails, catches = False, True, False, False
    for item in scope.below(node, _KINDS)[:_NODES]:
        kind = item.kind()
        if kind in CALLS:
            name = _qualified(item, scope)
            fails = fails or name_of(item) in _FAILING - {"withDetail"} or _down(item)
            if not name or _about_the_answer(name):
                continue
            asking = _asks(item, name)
            asks = asks or asking
            plain = False
            if not asking:
                local.append(name)
        elif kind in ("field_access", "navigation_expression", "identifier", "simple_identifier"):
            text = dotted(item).rpartition(".")[2]
            fails = fails or (text in _ERRORS and not _compared(item))
        elif kind in ("decimal_integer_literal", "integer_literal"):
            text = item.text()
            fails = fails or (len(text) == 3 and "500" <= text <= "599" and _is_status(item))
        elif kind in ("catch_clause", "catch_block"):
            catches = catches or not _tells(item, scope)
        elif kind in _DECIDES:
            plain = False
    return Body(
        tuple(dict.fromkeys(local))[:_CALLS],
        asks,
        plain,
        fails,
        catches,
    )


def handler_of(name: str, node: Node, body: Body) -> Handler:
    """The facts of a method as a handler: an exception that nothing catches is a 500."""
    return Handler(
        name=name,
        line=line_of(node),
        calls=body.local,
        constant=body.plain and not body.fails and not body.asks,
        catches=body.catches and not body.fails,
        fails=body.fails,
        asks=body.asks,
    )


def _qualified(call: Node, scope: Scope) -> str:
    """The dotted name of what is called, the name of a field replaced by its type."""
    name = dotted(call).replace("()", "").removeprefix("this.").removeprefix("super.")
    head, dot, rest = name.partition(".")
    kind = scope.types.get(head, "") if dot else ""
    return f"{kind}.{rest}" if kind else name


def _about_the_answer(name: str) -> bool:
    head = name.partition(".")[0]
    return head in _ANSWERING or head in _LOGGERS or (head[:1].isupper() and "." not in name)


def _asks(call: Node, name: str) -> bool:
    last = name_of(call)
    receiver = name.rpartition(".")[0].lower()
    if last in _OF_CLIENTS:
        return any(word in receiver for word in _CLIENTS)
    if last in _ASKS:
        return bool(receiver) or last in ("transaction", "newSuspendedTransaction")
    if last.startswith(_REPOSITORY) and ("repository" in receiver or receiver.endswith(("repo", "dao"))):
        return True
    return last in ("get", "post", "head") and any(word in receiver for word in ("httpclient", "client"))


def _down(call: Node) -> bool:
    """``Health.down()``, ``HealthCheckResponse.down("db")``, ``builder.outOfService()``."""
    name = dotted(call).replace("()", "")
    return name.startswith(("Health.", "HealthCheckResponse.")) and name.rpartition(".")[2] in (
        "down",
        "outOfService",
    )


def _compared(node: Node) -> bool:
    """Whether a status is only compared with one that another gave."""
    parent = node.parent()
    if parent is not None and parent.kind() in ("field_access", "navigation_suffix"):
        return True  # the whole name is looked at by itself
    return parent is not None and parent.kind() in (
        "binary_expression",
        "equality_expression",
        "comparison_expression",
    )


def _is_status(number: Node) -> bool:
    node = number.parent()
    for _ in range(5):
        if node is None or node.kind() in (
            "binary_expression",
            "comparison_expression",
            "equality_expression",
        ):
            return False
        if node.kind() in CALLS:
            return name_of(node) in _STATUS_CALLS or name_of(node) == "respond"
        node = node.parent()
    return False


def _tells(clause: Node, scope: Scope) -> bool:
    """Whether a caught error is thrown on, or answered as one."""
    for item in scope.below(clause, (*_KINDS, "throw_statement", "jump_expression"))[:500]:
        kind = item.kind()
        if kind == "throw_statement" or (kind == "jump_expression" and item.text().startswith("throw")):
            return True
        if kind in ("field_access", "navigation_expression", "identifier", "simple_identifier"):
            if dotted(item).rpartition(".")[2] in _ERRORS:
                return True
        elif (kind in CALLS and (name_of(item) in _FAILING or _down(item) or name_of(item) == "down")) or (
            kind in ("decimal_integer_literal", "integer_literal")
            and item.text()[:1] == "5"
            and _is_status(item)
        ):
            return True
    return False
