"""What a file of Ruby reads from the environment, allows to other origins, and asks of other services.

Sources: Ruby "ENV", rack-cors README, Net::HTTP (``open_timeout`` and ``read_timeout`` are 60 s),
Faraday "Request Options" and faraday-retry, HTTParty, RestClient (both on Net::HTTP), Excon (60 s),
Typhoeus "Timeouts" (none by default), HTTP.rb "Timeouts" (none by default).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.grammar import Scope, above, children
from readiness.facts.code.model import Cors, Outgoing, Variable
from readiness.facts.code.ruby.grammar import block_of, fold
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.syntax import Node

_HEADER = "access-control-allow-origin"
_MANY = 200
_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request", "execute", "run")
# The library of a call by the first part of its name, and whether it ends by itself unasked.
_LIBRARIES = {
    "Faraday": True,
    "HTTParty": True,
    "RestClient": True,
    "Excon": True,
    "Typhoeus": False,
    "HTTP": False,
    "HTTPX": True,
}
_NET = ("new", "start", "get", "post", "get_response", "post_form", "get_print", "put", "delete")
_LIMITS = ("timeout", "open_timeout", "read_timeout", "connecttimeout", "timeout_ms", "connect_timeout")
_POLICIES = ("Retriable", "Retryable", "Stoplight", "Circuitbox", "Semian", "Faulty")


def variables_of(scope: Scope) -> tuple[Variable, ...]:
    """Every variable that is read under a literal name, in the order of the source."""
    found: list[Variable] = []
    for node in scope.of("element_reference"):
        inside = children(node)
        if len(inside) == 2 and inside[0].text() == "ENV":
            name = fold(inside[1]) or ""
            parent = node.parent()
            left = parent.field("left") if parent is not None else None
            written = parent is not None and parent.kind() == "assignment" and _same(left, node)
            if name and not written:
                found.append(Variable(line_of(node), name, _spared(node)))
    for call in scope.of("call"):
        name = scope.called(call)
        if name in ("ENV.fetch", "ENV.key?", "ENV.has_key?", "ENV.include?", "ENV.dig"):
            text = scope.text(scope.first(call)) or ""
            default = name != "ENV.fetch" or len(scope.arguments(call)) > 1 or block_of(call) is not None
            if text:
                found.append(Variable(line_of(call), text, default))
    kept = {
        (item.line, item.name): item
        for item in found
        if "{" not in item.name and item.name != "BUNDLE_GEMFILE"
    }
    return tuple(sorted(kept.values(), key=lambda item: (item.line, item.name)))[:500]


def _same(one: Node | None, two: Node) -> bool:
    return one is not None and one.range().start.index == two.range().start.index and one.kind() == two.kind()


def _spared(node: Node) -> bool:
    """Whether the program goes on without the variable: it is nil, unless an error follows."""
    parent = node.parent()
    text = (
        parent.text()[:500]
        if parent is not None and parent.kind() in ("binary", "operator_assignment")
        else ""
    )
    return "raise" not in text and "abort" not in text


def cors_of(scope: Scope) -> tuple[Cors, ...]:
    """Every set-up of rack-cors, and the header where it is written by hand."""
    found: list[Cors] = []
    for call in scope.of("call"):
        name = scope.last(call)
        if len(found) >= _MANY:
            break
        if name == "origins" and scope.arguments(call):
            found.append(_origins(call, scope))
        elif name in ("set_header", "headers", "header", "[]="):
            found += _given_header(call, scope)
    for node in scope.of("assignment"):
        left, right = node.field("left"), node.field("right")
        if left is not None and left.kind() == "element_reference":
            inside = children(left)
            key = fold(inside[1]) if len(inside) > 1 else None
            if (key or "").lower() == _HEADER:
                found.append(_header(line_of(node), right, scope))
    return tuple(sorted(found[:_MANY], key=lambda row: row.line))


def _origins(call: Node, scope: Scope) -> Cors:
    """``origins`` of rack-cors, with the credentials that the block around it allows."""
    wilds = [wildcard(item.value, scope) for item in scope.arguments(call)]
    if block_of(call) is not None:
        wilds = [None]
    wild = True if True in wilds else None if None in wilds else False
    around = next((item for item in above(call, 4) if item.kind() in ("do_block", "block")), None)
    allowed: bool | None = False
    for item in nodes_of(around, ("call",))[:200] if around is not None else []:
        given = scope.option(item, "credentials") if scope.last(item) == "resource" else None
        if given is not None:
            allowed = {"true": True, "false": allowed}.get(given.kind())
    return Cors(line_of(call), "rack-cors", wild, allowed)


def wildcard(node: Node | None, scope: Scope) -> bool | None:
    """Whether the origins ``node`` contain everything; None where they come from elsewhere."""
    node = scope.settled(node)
    if node is None:
        return None
    text = scope.text(node)
    if text is not None:
        return None if "{" in text else any(part.strip() == "*" for part in text.split(","))
    match node.kind():
        case "regex":
            return node.text() in ("/.*/", "/.+/", "/\\A.*\\z/")
        case "array" | "string_array":
            texts = [item.text() for item in children(node)]
            return any(item.strip("\"'") == "*" for item in texts)
        case "binary":
            right = node.field("right")
            return True if wildcard(right, scope) else None
        case "call":
            receiver = node.field("receiver")
            if scope.called(node) == "ENV.fetch":
                given = scope.arguments(node)
                return True if len(given) > 1 and wildcard(given[1].value, scope) else None
            if scope.last(node) in ("split", "map", "strip", "compact", "to_s") and receiver is not None:
                return wildcard(receiver, scope)
            return None
        case _:
            return None


def _given_header(call: Node, scope: Scope) -> list[Cors]:
    given = scope.arguments(call)
    if len(given) == 2 and (scope.text(given[0].value) or "").lower() == _HEADER:
        return [_header(line_of(call), given[1].value, scope)]
    for item in given:
        key = item.value.field("key") if item.value.kind() == "pair" else None
        if key is not None and (fold(key) or "").lower() == _HEADER:
            return [_header(line_of(item.value), item.value.field("value"), scope)]
    return []


def _header(line: int, value: Node | None, scope: Scope) -> Cors:
    allowed = "access-control-allow-credentials" in scope.root.text().lower()
    return Cors(line, "header", wildcard(value, scope), allowed)


def outgoing_of(scope: Scope) -> tuple[Outgoing, ...]:
    """Every call to another service and every client, in the order of the source."""
    found: list[Outgoing] = []
    text = scope.root.text()
    retried = any(word in text for word in _POLICIES)
    for call in scope.of("call"):
        if len(found) >= _MANY:
            break
        name = scope.called(call)
        plain = name.replace("()", "")
        if plain.startswith("Net.HTTP.") and plain.count(".") == 2 and plain.rpartition(".")[2] in _NET:
            unlimited = "read_timeout = nil" in text
            found.append(Outgoing(line_of(call), "net/http", f"{plain}(…)", not unlimited, retried))
            continue
        head, _, rest = plain.partition(".")
        last = rest.rpartition(".")[2]
        if head not in _LIBRARIES or _continues(call, scope):
            continue
        chained = rest.count(".") == 0 or rest == f"new.{last}" or head in ("HTTP", "RestClient", "Typhoeus")
        if last in (*_VERBS, "new") and chained:
            limited = _LIBRARIES[head] or _limited(call, plain, scope)
            again = (
                retried
                or (head == "Faraday" and _retries(call))
                or (head == "Excon" and "idempotent" in call.text()[:2000])
            )
            found.append(Outgoing(line_of(call), head.lower(), f"{plain}(…)", limited, again))
    for node in scope.of("class"):
        included = [item for item in nodes_of(node, ("call",))[:50] if scope.last(item) == "include"]
        if any(scope.name(given.value) == "HTTParty" for item in included for given in scope.arguments(item)):
            found.append(Outgoing(line_of(node), "httparty", "include HTTParty", True, retried))
    return tuple(sorted(found, key=lambda row: row.line))


def _continues(call: Node, scope: Scope) -> bool:
    """Whether a further call of the chain is the one that asks: ``HTTP.timeout(5).get(url)``."""
    parent = call.parent()
    return (
        parent is not None
        and parent.kind() == "call"
        and _same(parent.field("receiver"), call)
        and scope.last(parent) in (*_VERBS, "new")
    )


def _limited(call: Node, name: str, scope: Scope) -> bool:
    if "timeout" in name.split(".") or ".timeout(" in call.text()[:2000]:
        return True
    return scope.option(call, *_LIMITS) is not None


def _retries(call: Node) -> bool:
    """``f.request :retry`` or ``f.use …Retry`` in the block of a client of Faraday."""
    block = block_of(call)
    if block is None:
        return False
    text = block.text()[:5000]
    return ":retry" in text or "Retry" in text
