"""The calls that leave the process for another service, and what ends them.

Sources: MDN "fetch" and "AbortSignal.timeout" (a fetch waits for as long as the other side
does), Node.js "undici" (300 s for headers and body, which is nobody's decision), axios "Request
config" (``timeout`` is 0, no limit), got "timeout" (none by default, two attempts more by
default), superagent "Timeouts" (none), ky "timeout" (10 s, two attempts more).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.model import Outgoing
from readiness.facts.code.script.names import arguments, dotted, option, spread
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.facts.code.script.scope import Scope
    from readiness.syntax import Node

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request")
_CALLABLE = {
    "axios": "axios",
    "got": "got",
    "got.got": "got",
    "ky": "ky",
    "node-fetch": "node-fetch",
    "cross-fetch": "cross-fetch",
    "cross-fetch.fetch": "cross-fetch",
    "isomorphic-fetch": "isomorphic-fetch",
    "undici.fetch": "undici",
    "undici.request": "undici",
    "superagent": "superagent",
    "needle": "needle",
}
_OWN_LIMIT = frozenset(("ky",))
_OWN_ATTEMPTS = frozenset(("got", "ky"))
_LIMITS = ("timeout", "signal", "requestTimeout", "headersTimeout", "response_timeout")
_POLICIES = frozenset(
    (
        "axios-retry",
        "p-retry",
        "async-retry",
        "cockatiel",
        "opossum",
        "retry-axios",
        "fetch-retry",
        "retry",
        "ts-retry",
    )
)
_MANY = 200


def outgoing_of(scope: Scope) -> tuple[Outgoing, ...]:
    """Every call and every shared client, in the order of the source."""
    shared = _defaults(scope)
    retried = bool(scope.modules() & _POLICIES)
    found: list[Outgoing] = []
    for call in scope.of("call_expression"):
        if len(found) >= _MANY:
            break
        name = scope.qualified(call.field("function")).removesuffix(".default")
        library, created = _library(name, scope)
        if library:
            limited = _limited(call, library, scope)
            if library in _OWN_LIMIT or (not created and shared.get(library)):
                limited = True
            found.append(
                Outgoing(line_of(call), library, f"{name}(…)", limited, retried or library in _OWN_ATTEMPTS)
            )
    return tuple(sorted(found, key=lambda row: row.line))


def _library(name: str, scope: Scope) -> tuple[str, bool]:
    """The library that ``name`` calls another service with, and whether it only makes a client."""
    if name == "fetch" and "fetch" not in scope.functions and "fetch" not in scope.values:
        return "fetch", False
    if name in ("globalThis.fetch", "global.fetch"):
        return "fetch", False
    if name in _CALLABLE:
        return _CALLABLE[name], False
    head, _, last = name.rpartition(".")
    if head in _CALLABLE and last in _VERBS:
        return _CALLABLE[head], False
    if head in ("axios", "got", "ky", "axios.axios", "got.got") and last in ("create", "extend"):
        return head.partition(".")[0], True
    if name.startswith("@nestjs/axios.HttpService.") and name.count(".") == 2 and last in _VERBS:
        return "@nestjs/axios", False
    return "", False


def _defaults(scope: Scope) -> dict[str, bool]:
    """Libraries whose limit the file sets for every call: ``axios.defaults.timeout = 5000``."""
    set_for_all = any(
        dotted(node.field("left")) == "axios.defaults.timeout" for node in scope.of("assignment_expression")
    )
    return {"axios": set_for_all}


def _limited(call: Node, library: str, scope: Scope) -> bool | None:
    """Whether the call ends by itself; None where its options come from elsewhere."""
    given = arguments(call)
    verb = dotted(call.field("function")).rpartition(".")[2]
    bodies = library in ("axios", "@nestjs/axios") and verb in ("post", "put", "patch")
    for item in given:
        limit = option(scope.settled(item), *_LIMITS)
        if limit is not None:
            return limit.text() != "0"
    if _chained_limit(call):
        return True
    place = 2 if bodies else 1
    options = given[place] if len(given) > place else given[0] if len(given) == 1 and place == 1 else None
    if options is not None and (len(given) > place or library == "axios"):
        settled = scope.settled(options)
        literal = settled is not None and settled.kind() in ("object", "string", "template_string")
        if not literal or spread(settled):
            return None if len(given) > place or _opaque(settled) else False
    return None if library == "@nestjs/axios" else False


def _opaque(node: Node | None) -> bool:
    """Whether a single argument may be a configuration: an object that takes over another's parts."""
    return node is not None and node.kind() == "object"


def _chained_limit(call: Node) -> bool:
    """superagent: ``.get(url).timeout(…)``; Nest: ``.get(url).pipe(timeout(…))``."""
    node = call.parent()
    for _ in range(12):
        if node is None or node.kind() not in ("member_expression", "call_expression", "await_expression"):
            return False
        if node.kind() == "member_expression" and dotted(node.field("property")) == "timeout":
            return True
        if node.kind() == "call_expression" and any(
            dotted(item.field("function")) == "timeout" for item in nodes_of(node, ("call_expression",))[:20]
        ):
            return True
        node = node.parent()
    return False
