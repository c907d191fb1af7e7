"""The headers and cookies that a script of a server answers with.

Sources: Helmet, @fastify/helmet, koa-helmet, Hono "Secure Headers", Next.js "headers", SvelteKit "csp";
express-session, cookie-session, iron-session, Express "res.cookie", Hono "Cookie Helper", Next.js "cookies".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.headers import EVERY, HEADERS
from readiness.facts.code.model import Practice
from readiness.facts.code.rights import is_session
from readiness.facts.code.script.names import Called, arguments, dotted, option, pairs, quoted, spread, truth
from readiness.syntax import line_of

if TYPE_CHECKING:
    from readiness.facts.code.script.scope import Scope
    from readiness.syntax import Node

_MANY = 50
_LIBRARIES = {
    "helmet": EVERY,
    "koa-helmet": EVERY,
    "fastify-helmet": EVERY,
    "@fastify/helmet": EVERY,
    "hono/secure-headers.secureHeaders": frozenset(("hsts", "nosniff", "frame")),
    "lusca": frozenset(),
    "helmet.hsts": frozenset(("hsts",)),
    "helmet.contentSecurityPolicy": frozenset(("csp",)),
    "helmet.noSniff": frozenset(("nosniff",)),
    "helmet.frameguard": frozenset(("frame",)),
}
# The options of Helmet by which one of its headers is left out.
_OPTIONS = {
    "contentSecurityPolicy": "csp",
    "hsts": "hsts",
    "strictTransportSecurity": "hsts",
    "noSniff": "nosniff",
    "xContentTypeOptions": "nosniff",
    "frameguard": "frame",
    "xFrameOptions": "frame",
}
_SETTERS = ("setHeader", "header", "set", "append", "writeHead")
# Sessions, and whether their cookies are sent over HTTPS alone unasked.
_SESSIONS = {
    "express-session": False,
    "cookie-session": True,
    "koa-session": False,
    "@fastify/session": True,
    "fastify-session": True,
    "@fastify/secure-session": False,
    "iron-session.getIronSession": True,
}


def web_of(scope: Scope, calls: list[Called]) -> list[Practice]:
    """Every header that protects, and every cookie of a session, in no particular order."""
    found: list[Practice] = []
    for call, function, written, name in calls:
        if len(found) >= _MANY:
            break
        last = written.rpartition(".")[2]
        if name in _LIBRARIES:
            found.append(_library(call, name, scope))
        elif name in _SESSIONS:
            found.append(_session(call, name, scope))
        elif last in ("register", "use") and arguments(call):
            given = scope.imported(arguments(call)[0])
            if given in _LIBRARIES and arguments(call)[0].kind() == "identifier":
                found.append(_library(call, given, scope))
            elif given in _SESSIONS and arguments(call)[0].kind() == "identifier":
                found.append(_session(call, given, scope))
        elif last in ("cookie", "setCookie", "set"):
            found += _cookie(call, function, scope)
        if last in _SETTERS and arguments(call):
            found += _named(arguments(call)[0], call, scope)
    return (found + _pairs(scope))[:_MANY]


def _library(call: Node, name: str, scope: Scope) -> Practice:
    covers = set(_LIBRARIES[name])
    for given in arguments(call):
        settled = scope.settled(given)
        for key, value in pairs(settled):
            if key in _OPTIONS and truth(value) is False:
                covers.discard(_OPTIONS[key])
    return _header(call, f"{name}(…)", frozenset(covers), name.partition(".")[0])


def _header(node: Node, text: str, covers: frozenset[str], library: str = "") -> Practice:
    return Practice(line_of(node), "security-headers", library, text, covers=covers)


def _named(node: Node, at: Node, scope: Scope) -> list[Practice]:
    text = scope.fold(node) or ""
    short = HEADERS.get(text.lower())
    return [_header(at, text, frozenset((short,)))] if short else []


def _pairs(scope: Scope) -> list[Practice]:
    """``{key: "X-Frame-Options", value: "DENY"}`` of Next.js, ``{"X-Frame-Options": "DENY"}``."""
    found: list[Practice] = []
    for node in scope.of("pair"):
        key, value = node.field("key"), node.field("value")
        if key is None or value is None or len(found) >= _MANY:
            continue
        if key.text() == "key":
            found += _named(value, node, scope)
        elif key.kind() == "string" and quoted(key).lower() in HEADERS:
            found.append(_header(node, quoted(key), frozenset((HEADERS[quoted(key).lower()],))))
    return found


def _session(call: Node, name: str, scope: Scope) -> Practice:
    given = scope.settled(next((item for item in reversed(arguments(call)) if _is_object(item, scope)), None))
    inner = option(given, "cookie", "cookieOptions")
    settled = scope.settled(inner) if inner is not None else given
    unknown = (
        given is None
        or spread(given)
        or (settled is not None and (settled.kind() != "object" or spread(settled)))
    )
    covers = {"httponly"} | ({"secure"} if _SESSIONS[name] else set())
    covers = _switches(settled, covers)
    weak = None if unknown else not {"secure", "httponly"} <= covers
    return Practice(
        line_of(call), "session-cookie", name, f"{name}(…)", weak, None if unknown else frozenset(covers)
    )


def _is_object(node: Node, scope: Scope) -> bool:
    settled = scope.settled(node)
    return settled is not None and settled.kind() == "object"


def _switches(options: Node | None, covers: set[str]) -> set[str]:
    """``covers`` with what ``options`` switch on and off."""
    for word, name in (("secure", "secure"), ("httponly", "httpOnly"), ("samesite", "sameSite")):
        value = option(options, name)
        if value is None:
            continue
        covers = covers - {word} if truth(value) is False else covers | {word}
    return covers


def _cookie(call: Node, function: Node | None, scope: Scope) -> list[Practice]:
    """``res.cookie("session", id, {httpOnly: true})``, and those of Hono and Next.js."""
    given = arguments(call)
    name = dotted(function)
    owner, _, last = name.rpartition(".")
    hono = scope.imported(function) == "hono/cookie.setCookie"
    stores = owner.replace("()", "").lower().endswith(("cookies", "cookiestore"))
    if (last == "setCookie" and not owner and not hono) or (last == "set" and not stores):
        return []
    given = given[1:] if hono else given
    if (
        len(given) < 2
        or not is_session(scope.fold(given[0]))
        or (last == "set" and scope.fold(given[0]) is None)
    ):
        return []
    options = scope.settled(given[2]) if len(given) > 2 else None
    unknown = len(given) > 2 and (options is None or options.kind() != "object" or spread(options))
    covers = _switches(options, set())
    weak = None if unknown else not {"secure", "httponly"} <= covers
    text = f'{last}("{scope.fold(given[0]) or "…"}")'
    return [Practice(line_of(call), "session-cookie", "", text, weak, None if unknown else frozenset(covers))]
