"""What a function of Go that answers requests does: whom it asks, and whether it can say no.

An error is a value in Go: one that a handler does not answer with a status of 500 is swallowed.
Sources: net/http, database/sql, go-redis, the MongoDB driver, Gin "Context", Echo "Error handling",
Fiber "Error handling".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.golang.names import bare, dotted, last_name, names_in, owner_of
from readiness.facts.code.model import Handler
from readiness.records import Struct
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.facts.code.golang.scope import Function, Scope
    from readiness.syntax import Node

_KINDS = (
    "call_expression",
    "if_statement",
    "for_statement",
    "expression_switch_statement",
    "type_switch_statement",
    "select_statement",
    "return_statement",
    "selector_expression",
    "int_literal",
    "func_literal",
)
_DECIDES = frozenset(
    (
        "if_statement",
        "for_statement",
        "expression_switch_statement",
        "type_switch_statement",
        "select_statement",
    )
)
_CALLS = 60
_NODES = 2000
_ERRORS = frozenset(
    (
        "StatusServiceUnavailable",
        "StatusInternalServerError",
        "StatusBadGateway",
        "StatusGatewayTimeout",
        "ErrInternalServerError",
        "ErrServiceUnavailable",
        "ErrBadGateway",
    )
)
_DENIALS = frozenset(
    ("StatusUnauthorized", "StatusForbidden", "ErrUnauthorized", "ErrForbidden", "Unauthorized")
)
_SAYS_NO = (
    "internalservererror",
    "internalerror",
    "servererror",
    "serviceunavailable",
    "unavailable",
    "err500",
    "err503",
)
# What is called on a request, an answer or a context, and says nothing of the state of the service.
_ABOUT_THE_ANSWER = frozenset(
    (
        "net/http.ResponseWriter",
        "http.ResponseWriter",
        "http.Request",
        "gin.Context",
        "echo.Context",
        "fiber.Ctx",
        "context.Context",
    )
)
_PLAIN_PACKAGES = (
    "fmt.",
    "encoding/json.",
    "io.",
    "time.",
    "strings.",
    "strconv.",
    "log.",
    "log/slog.",
    "errors.",
    "context.",
    "net/http.Error",
    "net/http.StatusText",
    "net/http.NewRequest",
    "os.",
    "runtime.",
    "bytes.",
    "sync.",
    "sync/atomic.",
    "github.com/go-chi/render.",
    "go.uber.org/zap.",
    "github.com/rs/zerolog",
    "github.com/sirupsen/logrus.",
    "github.com/gin-gonic/gin.",
    "github.com/labstack/echo.",
    "github.com/gofiber/fiber.",
    "runtime/debug.",
)
_BUILT_IN = frozenset(
    (
        "append",
        "cap",
        "close",
        "delete",
        "len",
        "make",
        "max",
        "min",
        "new",
        "panic",
        "recover",
        "string",
        "int",
    )
) | frozenset(("int64", "float64", "byte", "error", "bool", "copy", "clear", "uint64", "int32"))
_ASKS = frozenset(
    (
        "Ping",
        "PingContext",
        "QueryContext",
        "QueryRow",
        "QueryRowContext",
        "ExecContext",
        "Exec",
        "Raw",
        "RunCommand",
        "Do",
        "HealthCheck",
        "CheckHealth",
        "ListBuckets",
        "HeadBucket",
        "BeginTx",
        "GetContext",
        "SelectContext",
        "IsConnected",
        "ListTopics",
        "Metadata",
    )
)
_ASKS_OF_PACKAGES = frozenset(
    (
        "net/http.Get",
        "net/http.Head",
        "net/http.Post",
        "net.Dial",
        "net.DialTimeout",
        "database/sql.Open",
        "github.com/hellofresh/health-go.New",
        "github.com/alexliesenfeld/health.NewHandler",
        "github.com/alexliesenfeld/health.NewChecker",
        "github.com/heptiolabs/healthcheck.DatabasePingCheck",
        "github.com/heptiolabs/healthcheck.TCPDialCheck",
        "github.com/etherlabsio/healthcheck.Handler",
    )
)
_LOGGERS = ("log", "lgr", "slog", "zap", "sugar")


class Body(Struct, frozen=True):
    """What the code of one function does.

    ``local`` are the calls whose code may stand in this repository. ``denies`` where it can answer
    that the asker is not known, ``errs`` where it hands an error to its framework.
    """

    local: tuple[str, ...] = ()
    asks: bool = False
    plain: bool = True
    fails: bool = False
    denies: bool = False
    limits: bool = False
    errs: bool = False


def body_of(node: Node, scope: Scope, function: Function | None) -> Body:
    """What the code below ``node`` does; ``function`` is the declaration it stands in."""
    local: list[str] = []
    plain, asks, fails, denies, limits, errs = True, False, False, False, False, False
    given = _given(node, scope)
    inner = _nested(node)
    said = 0  # where what a logger is given ends
    for item in nodes_of(node, _KINDS)[:_NODES]:
        kind = item.kind()
        if said and item.range().start.index < said:
            continue
        if kind == "call_expression":
            name = _called(item, scope, function)
            if _logs(name):
                said = item.range().end.index
                plain = plain and name.startswith(_PLAIN_PACKAGES)
                continue
            if not name or _about_the_answer(name, given, scope):
                fails = fails or _says_no(name)
                continue
            fails = fails or _says_no(name)
            asking = _asks(item, name, scope)
            asks = asks or asking
            plain = plain and name.startswith(_PLAIN_PACKAGES)
            if name.startswith((*_PLAIN_PACKAGES, "os/exec.")) and not asking:
                continue
            if not asking and not _harmless(name):
                local.append(name)
        elif kind in ("selector_expression", "int_literal"):
            status = _status(item, kind)
            fails = fails or "500" <= status <= "599"
            denies = denies or status in ("401", "403")
            limits = limits or status == "429"
        elif kind == "return_statement" and not _inside(item, inner):
            errs = errs or _returns_error(item)
        elif kind in _DECIDES:
            plain = False
    return Body(
        tuple(dict.fromkeys(local))[:_CALLS],
        asks,
        plain,
        fails,
        denies,
        limits,
        errs,
    )


def _status(node: Node, kind: str) -> str:
    """The status that a constant or a number stands for where it is given as one; empty for anything else."""
    if kind == "int_literal":
        text = node.text()
        return text if len(text) == 3 and _is_status(node) else ""
    word = node.field("field")
    text = word.text() if word is not None else ""
    known = "500" if text in _ERRORS else "401" if text in _DENIALS else ""
    known = "429" if text == "StatusTooManyRequests" else known
    return known if known and not _compared(node) else ""


def handler_of(name: str, node: Node, body: Body, scope: Scope) -> Handler:
    """The facts of a function as a handler; an error it returns is a 500 where its framework says so."""
    fails = body.fails or (body.errs and _framework_answers_errors(node, scope))
    return Handler(
        name=name,
        line=line_of(node),
        calls=body.local,
        constant=body.plain and not fails and not body.asks,
        catches=body.asks and not fails,
        fails=fails,
        asks=body.asks,
    )


def _types(node: Node, scope: Scope) -> frozenset[str]:
    given = node.field("parameters")
    found = [dotted(child.field("type")) for child in given.named_children()] if given is not None else []
    return frozenset(_plain_type(name, scope) for name in found)


def _plain_type(name: str, scope: Scope) -> str:
    """``gin.Context`` however the package is called here."""
    head, dot, rest = name.partition(".")
    path = scope.imports.get(head, head)
    return f"{path.rpartition('/')[2]}{dot}{rest}"


def _given(node: Node, scope: Scope) -> frozenset[str]:
    """The names under which requests, answers and contexts are known below ``node``."""
    found = {"c", "ctx", "w", "r", "req", "rw"} if node.kind() == "func_literal" else set()
    for parameter in nodes_of(node, ("parameter_declaration",))[:50]:
        if _plain_type(dotted(parameter.field("type")), scope) in _ABOUT_THE_ANSWER:
            found.update(names_in(parameter))
    return frozenset(found)


def _called(call: Node, scope: Scope, function: Function | None) -> str:
    """The qualified name of what is called, its own receiver replaced by the type."""
    written = dotted(call.field("function"))
    head, dot, rest = written.partition(".")
    if function is not None and dot and head == function.self:
        return f"{function.owner}.{rest}"
    return scope.expanded(written)


def _about_the_answer(name: str, given: frozenset[str], scope: Scope) -> bool:
    head = name.partition(".")[0].removesuffix("()")
    if head in given or (head in _BUILT_IN and "." not in name):
        return True
    written = name.replace("()", "")
    if "encoding/json.NewEncoder" in written or written.endswith((".NewEncoder.Encode", ".Header.Set")):
        return True
    value = scope.value(head)
    return value is not None and dotted(value).partition(".")[0] in given and not name.startswith("net/")


def _asks(call: Node, name: str, scope: Scope) -> bool:
    """Whether a call asks a dependency: of a client, a pool or another service."""
    written = name.replace("()", "")
    if written in _ASKS_OF_PACKAGES:
        return True
    last = last_name(call)
    owner = owner_of(call)
    if last not in _ASKS or owner is None:
        return False
    head = dotted(owner).partition(".")[0].removesuffix("()")
    path = scope.imports.get(head, "")
    if last == "Do" and not any(word in dotted(owner).lower() for word in ("client", "http", "redis", "rdb")):
        return False
    if last in ("Exec", "Raw", "Do") and path in ("os/exec", "sync", "regexp"):
        return False
    return not (last == "Metadata" and path)


def _harmless(name: str) -> bool:
    """Whether a call says nothing of dependencies: the language's own packages, logs, the answer."""
    if name.startswith(_PLAIN_PACKAGES) or ".Header()." in name:
        return True
    parts = name.replace("()", "").split(".")
    last = parts[-1]
    return last in (
        "Error",
        "String",
        "Err",
        "Lock",
        "Unlock",
        "RLock",
        "RUnlock",
        "Load",
        "Store",
        "Add",
        "Done",
    )


def _logs(name: str) -> bool:
    """Whether a call is made on a logger, going by its name."""
    parts = name.replace("()", "").rpartition("/")[2].split(".")
    return any(part.lower().startswith(_LOGGERS) for part in parts[:-1])


def _says_no(name: str) -> bool:
    last = name.replace("()", "").rpartition(".")[2].lower()
    return any(word in last for word in _SAYS_NO)


def _compared(node: Node) -> bool:
    """Whether a status is only compared with one that another service gave."""
    parent = node.parent()
    return parent is not None and parent.kind() in ("binary_expression", "expression_case")


def _is_status(number: Node) -> bool:
    """Whether a number is given as a status to a call, a field or a name."""
    node = number.parent()
    for _ in range(4):
        if node is None:
            return False
        match node.kind():
            case "binary_expression" | "expression_case" | "index_expression":
                return False
            case "call_expression":
                name = last_name(node)
                return name in _STATUS_CALLS
            case "keyed_element":
                return "status" in node.text()[:40].lower() or "code" in node.text()[:40].lower()
            case "short_var_declaration" | "assignment_statement" | "var_spec":
                left = node.field("left") or node
                return any(word in left.text()[:60].lower() for word in ("status", "code"))
            case _:
                node = node.parent()
    return False


_STATUS_CALLS = frozenset(
    (
        "JSON",
        "String",
        "WriteHeader",
        "Status",
        "SendStatus",
        "AbortWithStatus",
        "AbortWithStatusJSON",
        "AbortWithError",
        "NoContent",
        "NewHTTPError",
        "Error",
        "NewError",
        "IndentedJSON",
        "Data",
        "XML",
        "HTML",
        "PureJSON",
        "WriteJSON",
        "RespondWithError",
        "respondWithError",
        "writeJSON",
        "respondJSON",
        "Blob",
    )
)


def _returns_error(node: Node) -> bool:
    """``return err``, or a new error; not ``return nil`` nor what an answering call gives."""
    value = bare(next(iter(node.named_children()), None))
    if value is None:
        return False
    if value.kind() == "identifier":
        return "err" in value.text().lower()
    return value.kind() == "call_expression" and dotted(value.field("function")) in (
        "fmt.Errorf",
        "errors.New",
        "errors.Wrap",
    )


def _framework_answers_errors(node: Node, scope: Scope) -> bool:
    return bool(_types(node, scope) & {"echo.Context", "fiber.Ctx"})


def _nested(node: Node) -> list[tuple[int, int]]:
    """Where functions inside of ``node`` stand, from start to end."""
    spans = []
    for item in nodes_of(node, ("func_literal",))[:50]:
        span = item.range()
        if span.start.index != node.range().start.index:
            spans.append((span.start.index, span.end.index))
    return spans


def _inside(node: Node, spans: list[tuple[int, int]]) -> bool:
    place = node.range().start.index
    return any(start <= place < end for start, end in spans)
