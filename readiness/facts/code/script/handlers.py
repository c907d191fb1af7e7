"""What a request's handler does: whom it calls, and whether it can say no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.model import Handler
from readiness.facts.code.script.names import arguments, dotted, operator
from readiness.records import Struct
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.facts.code.script.scope import Scope
    from readiness.syntax import Node

_CALLS = 200  # distinct names kept per handler
_HELPERS = 20  # helpers of the same file followed per handler
_FOLLOW = 2  # how deep helpers are followed
_DECIDES = frozenset(
    (
        "if_statement",
        "ternary_expression",
        "try_statement",
        "throw_statement",
        "await_expression",
        "for_statement",
        "for_in_statement",
        "while_statement",
        "switch_statement",
    )
)
_BEFORE = 3  # how many parameters a function has that stands before a handler
_KINDS = (*_DECIDES, "call_expression", "new_expression", "member_expression", "catch_clause", "number")
# What answers the request, or is the request; calls of these say nothing about the state of anything.
_ANSWERS = frozenset(
    (
        "res",
        "reply",
        "response",
        "rep",
        "ctx",
        "context",
        "c",
        "h",
        "req",
        "request",
        "event",
        "console",
        "logger",
        "log",
        "JSON",
        "Date",
        "Math",
        "Number",
        "String",
        "Object",
        "Array",
        "Boolean",
        "process",
        "performance",
        "parseInt",
        "parseFloat",
        "NextResponse",
        "Response",
        "Buffer",
        "os",
        "Promise",
        "Symbol",
    )
)
_ANSWERING = frozenset(
    (
        "status",
        "json",
        "send",
        "sendStatus",
        "end",
        "code",
        "type",
        "header",
        "headers",
        "set",
        "setHeader",
        "write",
        "writeHead",
        "text",
        "body",
        "html",
        "render",
        "response",
        "vary",
        "get",
        "query",
        "param",
        "params",
        "success",
        "ok",
        "log",
        "info",
        "warn",
        "error",
        "debug",
        "trace",
        "now",
        "toISOString",
        "stringify",
        "parse",
        "uptime",
        "memoryUsage",
        "hrtime",
        "cwd",
        "hostname",
        "getTime",
        "round",
        "floor",
        "toFixed",
        "keys",
        "values",
        "entries",
        "assign",
        "freeze",
        "toString",
        "redirect",
        "cookie",
        "sendFile",
        "resolve",
        "append",
    )
)
_REQUESTS = frozenset(("req", "request"))
_BODIES = ("body", "payload", "rawBody", "files", "file")
_READS = ("json", "formData", "text", "parseBody", "arrayBuffer", "body")
# They are given the request to know who asks, or to answer.
_ASKING = frozenset(
    (
        "auth",
        "getToken",
        "getServerSession",
        "getAuth",
        "getSession",
        "log",
        "info",
        "debug",
        "error",
        "next",
        "requireAuth",
    )
)
# A property that says how a connection is doing, though nothing is called.
_STATES = frozenset(("readyState", "isInitialized", "isReady", "isOpen"))
_ERRORS = (
    "SERVICE_UNAVAILABLE",
    "INTERNAL_SERVER_ERROR",
    "BAD_GATEWAY",
    "GATEWAY_TIMEOUT",
    "ServiceUnavailableException",
    "InternalServerErrorException",
    "HealthCheckError",
)
_STATUS = frozenset(
    (
        "status",
        "code",
        "sendStatus",
        "writeHead",
        "statusCode",
        "createError",
        "HttpException",
        "HTTPException",
        "json",
        "response",
        "boom",
        "HttpError",
        "createHttpError",
        "error",
    )
)
_PASSES_ON = ("next", "reject", "process.exit", "internalServerError", "serverError", "done")


class _Body(Struct, frozen=True):
    calls: tuple[str, ...]
    helpers: tuple[Node, ...]
    plain: bool
    catches: bool
    awaits: bool
    fails: bool
    takes: frozenset[str]
    refuses: bool


class Handlers(Struct, frozen=True):
    """The handlers of one file; each function is looked at once."""

    scope: Scope
    bodies: dict[int, _Body]

    def named(self, node: Node | None, name: str = "", guards: tuple[str, ...] = ()) -> Handler | None:
        """The facts of the function that ``node`` is, names or wraps, if it is in this file."""
        function = self.scope.function(node)
        return None if function is None else self.of(function, name, guards)

    def of(self, node: Node, name: str = "", guards: tuple[str, ...] = ()) -> Handler:
        """The facts of the code below ``node``, its helpers in the same file followed."""
        first = self._body(node)
        bodies, seen, layer = [first], {node.range().start.index}, [first]
        for _ in range(_FOLLOW):
            helpers = [helper for body in layer for helper in body.helpers]
            layer = []
            for helper in helpers:
                start = helper.range().start.index
                if start not in seen and len(seen) <= _HELPERS:
                    seen.add(start)
                    layer.append(self._body(helper))
            bodies += layer
        fails = any(body.fails for body in bodies)
        return Handler(
            name=name or dotted(node.field("name")),
            line=line_of(node),
            calls=_distinct([call for body in bodies for call in body.calls]),
            constant=not fails and all(body.plain for body in bodies),
            catches=any(body.catches for body in bodies),
            awaits=any(body.awaits for body in bodies),
            fails=fails,
            refuses=any(body.refuses for body in bodies),
            guards=guards,
            takes=frozenset(word for body in bodies for word in body.takes),
        )

    def _body(self, node: Node) -> _Body:
        start = node.range().start.index
        found = self.bodies.get(start)
        if found is None:
            found = self.bodies[start] = _body_of(node, self.scope)
        return found


def handlers_of(scope: Scope) -> Handlers:
    """A fresh set of handlers over ``scope``."""
    return Handlers(scope, {})


def _body_of(node: Node, scope: Scope) -> _Body:
    calls: list[str] = []
    helpers: list[Node] = []
    plain, awaits, catches, fails, refuses = True, False, False, False, False
    given = node.field("parameters") or node.field("parameter")
    named = [item.text() for item in nodes_of(given, ("identifier",))[:3]] if given else []
    answers = _ANSWERS.union(named)
    requests = _REQUESTS.union(named[:1])
    takes: set[str] = set()
    for item in nodes_of(node, _KINDS):
        kind = item.kind()
        if kind in ("call_expression", "new_expression"):
            name = scope.qualified(item.field("function") or item.field("constructor"))
            helper = _helper(item, name, scope)
            if helper is not None:
                helpers.append(helper)
            elif name:
                calls.append(name)
                plain = plain and (_trivial(name, answers) or kind == "new_expression")
            catches = catches or _forgives(item, name, scope)
            takes.update(_taken(item, name, requests))
        elif kind == "catch_clause":
            catches = catches or _swallows(item)
        elif kind == "member_expression":
            calls += _state(item, scope)
            if _is_body(item, requests):
                takes.add("raw")
        elif kind in _DECIDES:
            plain = False
            awaits = awaits or kind == "await_expression"
        fails = fails or _errs(item, kind)
        refuses = refuses or _denies(item, kind)
    found = tuple(helpers[: _HELPERS + 1])
    return _Body(_distinct(calls), found, plain, catches, awaits, fails, frozenset(takes), refuses)


def _is_body(member: Node, requests: frozenset[str]) -> bool:
    """``req.body``, ``ctx.request.body``: the body of a request as it came."""
    name = member.field("property")
    if name is None or name.text() not in _BODIES:
        return False
    return dotted(member.field("object")).rpartition(".")[2] in requests


def _taken(call: Node, name: str, requests: frozenset[str]) -> list[str]:
    """``raw`` of ``await request.json()`` and its like, ``passed`` where a request is handed on."""
    head, _, last = name.rpartition(".")
    if (last in _READS and head.rpartition(".")[2] in requests) or last in ("readBody", "readFormData"):
        return ["raw"]
    names = [dotted(item) for item in arguments(call)]
    if not requests.intersection(names) or last in _ASKING:
        return []
    # A helper that is given a schema beside the request checks the one by the other.
    return ["checked" if any("schema" in name.lower() for name in names) else "passed"]


def _helper(call: Node, name: str, scope: Scope) -> Node | None:
    """The function of this file that a bare name or ``this.name`` calls."""
    function = call.field("function")
    if function is None:
        return None
    direct = function.kind() == "identifier" and function.text() not in scope.origins
    if direct or (name.startswith("this.") and name.count(".") == 1):
        return scope.functions.get(name.removeprefix("this."))
    return None


def _state(member: Node, scope: Scope) -> list[str]:
    """``connection.readyState``; a comparison of ``status`` with ``ready`` counts too."""
    name = member.field("property")
    return [scope.qualified(member)] if name is not None and name.text() in _STATES else []


def _trivial(name: str, answers: frozenset[str]) -> bool:
    """Whether a call is about the answer alone; ``answers`` are the names it may be made on."""
    head, *rest = name.replace("()", "").split(".")
    return head in answers and all(part in _ANSWERING for part in rest)


def _forgives(call: Node, name: str, scope: Scope) -> bool:
    """``.catch(() => {})``: whether what it is given makes an error unseen."""
    if not name.endswith(".catch"):
        return False
    given = next(iter(arguments(call)), None)
    if given is None or (given.kind() == "identifier" and given.text() in _PASSES_ON):
        return False
    function = scope.function(given)
    return function is not None and not _tells(function)


def _swallows(clause: Node) -> bool:
    body = clause.field("body")
    return body is not None and not _tells(body)


def _tells(body: Node) -> bool:
    """Whether an error is passed on, or answered as one."""
    for item in nodes_of(
        body, ("throw_statement", "call_expression", "number", "member_expression", "new_expression")
    ):
        kind = item.kind()
        if kind == "throw_statement" or _errs(item, kind):
            return True
        if kind == "call_expression":
            name = dotted(item.field("function"))
            if name.rpartition(".")[2] in _PASSES_ON or name in _PASSES_ON or name.endswith("rror"):
                return True
    return False


def _errs(node: Node, kind: str) -> bool:
    """Whether ``node`` itself names a status of 500 or above."""
    if kind == "number":
        text = node.text()
        return len(text) == 3 and text.isdigit() and "500" <= text <= "599" and _is_status(node)
    if kind == "member_expression":
        name = node.field("property")
        return name is not None and name.text() in _ERRORS
    if kind == "new_expression":
        return dotted(node.field("constructor")).rpartition(".")[2] in _ERRORS
    return False


def stands_before(function: Node) -> bool:
    """Whether a function may stand before a handler; one of four parameters answers for errors."""
    given = function.field("parameters")
    return given is not None and len(given.named_children()) <= _BEFORE


def lets_some_through(function: Node) -> bool:
    """Whether a function that stands before a handler hands on to it, or can answer 401 or 403."""
    given = function.field("parameters")
    names = [item.text() for item in nodes_of(given, ("identifier",))] if given is not None else []
    inner = nodes_of(function, ("number", "member_expression", "new_expression", "call_expression"))
    return (
        stands_before(function)
        and any(_denies(item, item.kind()) for item in inner)
        and any(dotted(item.field("function")) in names[-1:] for item in inner)
    )


def _denies(node: Node, kind: str) -> bool:
    """Whether ``node`` itself says that it is not known who asks, or that they may not: 401 or 403."""
    if kind == "number":
        return node.text() in ("401", "403") and _is_status(node)
    if kind == "member_expression":
        name = node.field("property")
        return name is not None and name.text() in ("UNAUTHORIZED", "FORBIDDEN")
    if kind == "new_expression":
        last = dotted(node.field("constructor")).rpartition(".")[2]
        return last.startswith(("Unauthorized", "Forbidden"))
    return False


def _is_status(number: Node) -> bool:
    """Whether a number is given as a status: to a call, an option or an assignment of such a name."""
    node = number.parent()
    for _ in range(4):
        if node is None:
            return False
        match node.kind():
            case "call_expression" | "new_expression":
                callee = dotted(node.field("function") or node.field("constructor"))
                return callee.rpartition(".")[2] in _STATUS
            case "pair":
                key = node.field("key")
                return key is not None and key.text().strip("\"'") in ("status", "statusCode", "code")
            case "assignment_expression":
                return dotted(node.field("left")).rpartition(".")[2] in ("status", "statusCode")
            case "variable_declarator":
                return "status" in dotted(node.field("name")).lower()
            case "binary_expression":
                if operator(node) in (">=", ">", "<", "<=", "===", "==", "!==", "!="):
                    return False
            case _:
                pass
        node = node.parent()
    return False


def _distinct(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))[:_CALLS]
