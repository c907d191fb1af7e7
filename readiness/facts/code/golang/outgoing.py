"""The calls of a program in Go that leave it for another service, and what ends them.

Sources: net/http "Client" (``Timeout`` of zero means none; the default client has none), resty
"SetTimeout", go-retryablehttp, fasthttp, net/smtp, gRPC-Go (a call ends with its context alone).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.golang.names import arguments, dotted, keyed, last_name, type_name
from readiness.facts.code.model import Outgoing
from readiness.syntax import line_of

if TYPE_CHECKING:
    from readiness.facts.code.golang.scope import Scope
    from readiness.syntax import Node

_DEFAULT_CLIENT = ("Get", "Post", "PostForm", "Head")
_POLICIES = (
    "github.com/avast/retry-go",
    "github.com/cenkalti/backoff",
    "github.com/sethvargo/go-retry",
    "github.com/hashicorp/go-retryablehttp",
    "github.com/eapache/go-resiliency",
    "github.com/sony/gobreaker",
    "github.com/failsafe-go/failsafe-go",
    "github.com/afex/hystrix-go",
    "github.com/matryer/try",
    "github.com/jpillora/backoff",
    "github.com/gojek/heimdall",
    "github.com/slok/goresilience",
)
_GRPC = (
    "google.golang.org/grpc.Dial",
    "google.golang.org/grpc.NewClient",
    "google.golang.org/grpc.DialContext",
)
_MANY = 200


def outgoing_of(scope: Scope) -> tuple[Outgoing, ...]:
    """Every call of the default client and every client that is made, in the order of the source."""
    retried = any(path.startswith(_POLICIES) for path in scope.paths())
    found: list[Outgoing] = []
    for call in scope.of("call_expression"):
        if len(found) >= _MANY:
            break
        made = _call(call, scope)
        if made is not None:
            library, limited, again = made
            shown = f"{dotted(call.field('function'))}(…)"
            found.append(Outgoing(line_of(call), library, shown, limited, retried or again))
    for literal in scope.of("composite_literal"):
        if scope.expanded(type_name(literal.field("type"))) == "net/http.Client" and len(found) < _MANY:
            limited = _client(literal, scope)
            found.append(Outgoing(line_of(literal), "net/http", "http.Client{…}", limited, retried))
    return tuple(sorted(found, key=lambda row: row.line))


def _call(call: Node, scope: Scope) -> tuple[str, bool | None, bool] | None:
    """The library, whether the call ends by itself, and whether the library tries again."""
    name = scope.called(call).replace("()", "")
    head, _, last = name.rpartition(".")
    if head == "net/http" and last in _DEFAULT_CLIENT:
        return "net/http", False, False
    if name == "net/http.DefaultClient.Do" or (head == "net/http.DefaultClient" and last in _DEFAULT_CLIENT):
        return "net/http", _requested(call, scope) if last == "Do" else False, False
    if name in ("github.com/go-resty/resty.New", "resty.dev.New"):
        settled = _told(scope, "SetTimeout", "WithTimeout")
        return "resty", True if settled else None if _handed(call) else False, _told(scope, "SetRetryCount")
    if name == "github.com/hashicorp/go-retryablehttp.NewClient":
        return "go-retryablehttp", _field_set(scope, "HTTPClient.Timeout"), True
    if name == "net/smtp.SendMail":
        return "net/smtp", False, False
    if name in _GRPC:
        return "grpc", None, False
    if head == "github.com/valyala/fasthttp" and last in ("Get", "Post", "Do"):
        return "fasthttp", False, False
    if head == "github.com/valyala/fasthttp" and last in (
        "GetTimeout",
        "DoTimeout",
        "DoDeadline",
        "GetDeadline",
    ):
        return "fasthttp", True, False
    return None


def _told(scope: Scope, *names: str) -> bool:
    return any(last_name(call) in names for call in scope.of("call_expression"))


def _handed(call: Node) -> bool:
    """Whether a client is given away where it is made, so that others may limit it."""
    parent = call.parent()
    return parent is not None and parent.kind() == "argument_list"


def _field_set(scope: Scope, tail: str) -> bool | None:
    return True if any(name.endswith(tail) for name in scope.values) else None


def _client(literal: Node, scope: Scope) -> bool | None:
    """A client ends what it asks by its ``Timeout``; else the context of a request may, or the transport."""
    fields = keyed(literal)
    timeout = fields.get("Timeout")
    if timeout is not None:
        settled = scope.settled(timeout)
        return settled is None or settled.text() != "0"
    named = _name(literal)
    if named and any(key == f"{named}.Timeout" for key in scope.values):
        return True
    if _by_context(scope):
        return None
    transport = fields.get("Transport")
    if transport is not None:
        inner = scope.settled(transport)
        limits = keyed(inner) if inner is not None else {}
        return True if "ResponseHeaderTimeout" in limits else None if not limits else False
    return False


def _name(literal: Node) -> str:
    node = literal.parent()
    for _ in range(4):
        if node is None:
            return ""
        if node.kind() in ("short_var_declaration", "assignment_statement"):
            return dotted(node.field("left"))
        node = node.parent()
    return ""


def _by_context(scope: Scope) -> bool:
    """Whether requests of the file carry a context, which may have a deadline."""
    return any(
        last_name(call) in ("NewRequestWithContext", "WithContext") for call in scope.of("call_expression")
    )


def _requested(call: Node, scope: Scope) -> bool | None:
    """Whether the request that is done has a deadline; None where its context comes from outside."""
    given = arguments(call)
    request = scope.settled(given[0]) if given else None
    if request is None or request.kind() != "call_expression":
        return None if _by_context(scope) else False
    if last_name(request) == "NewRequest":
        return False
    if last_name(request) not in ("NewRequestWithContext", "WithContext"):
        return None
    context = scope.settled(arguments(request)[0]) if arguments(request) else None
    name = scope.qualified(context).replace("()", "")
    if name in ("context.WithTimeout", "context.WithDeadline"):
        return True
    if name in ("context.Background", "context.TODO"):
        return False
    return None
