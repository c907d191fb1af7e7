"""The headers and cookies that a Python program answers with.

Sources: Django "SecurityMiddleware", "Settings", django-csp, Flask-Talisman, secure.py; Starlette
"SessionMiddleware", Flask "Session Cookie", Werkzeug and Starlette "set_cookie".
"""

from __future__ import annotations

import ast

from readiness.facts.code.headers import EVERY, HEADERS
from readiness.facts.code.model import Practice
from readiness.facts.code.python.scope import Scope, argument, dotted, keyword, line_of, spread, truth
from readiness.facts.code.rights import is_session

_MANY = 50
_SETTERS = ("setdefault", "append", "add", "set", "set_header", "__setitem__", "insert")
_LIBRARIES = {
    "flask_talisman.Talisman": EVERY,
    "flask_talisman.talisman.Talisman": EVERY,
    "secure.Secure": frozenset(("hsts", "frame", "nosniff")),
    "secure.Secure.with_default_headers": frozenset(("hsts", "frame", "nosniff", "csp")),
    "secweb.SecWeb": EVERY,
}
_DJANGO = {
    "django.middleware.clickjacking.XFrameOptionsMiddleware": "frame",
    "csp.middleware.CSPMiddleware": "csp",
    "django.middleware.csp.ContentSecurityPolicyMiddleware": "csp",
    "django.middleware.security.SecurityMiddleware": "nosniff",
}


def web_of(scope: Scope) -> list[Practice]:
    """Every header that protects, and every cookie of a session, in no particular order."""
    return [*_headers(scope), *_django(scope), *_cookies(scope)]


def _headers(scope: Scope) -> list[Practice]:
    found: list[Practice] = []
    for call, name in scope.calls:
        covers = _LIBRARIES.get(name.replace("()", ""))
        if covers is not None:
            found.append(_row(call, name.rpartition(".")[2] + "(…)", covers, name.partition(".")[0]))
        elif name.rpartition(".")[2] in _SETTERS and call.args:
            found += _named(call, call.args[0], scope)
    for node in scope.assigned:
        target = node.targets[0]
        if isinstance(target, ast.Subscript):
            found += _named(node, target.slice, scope)
    if any(text.lower() in HEADERS for text in scope.texts):
        for item in scope.nodes:
            if isinstance(item, ast.Dict):
                found += [row for key in item.keys if key is not None for row in _named(key, key, scope)]
    return found[:_MANY]


def _named(at: ast.AST, node: ast.AST, scope: Scope) -> list[Practice]:
    text = scope.fold(node) if isinstance(node, ast.Constant | ast.Name) else None
    short = HEADERS.get((text or "").lower())
    return [_row(at, text or "", frozenset((short,)))] if short else []


def _row(node: ast.AST, text: str, covers: frozenset[str], library: str = "") -> Practice:
    return Practice(line_of(node), "security-headers", library, text, covers=covers)


def _django(scope: Scope) -> list[Practice]:
    found: list[Practice] = []
    for value in scope.values.get("MIDDLEWARE", ())[:3]:
        for item in getattr(value, "elts", ()):
            text = scope.fold(item) or ""
            if text in _DJANGO:
                found.append(_row(item, text.rpartition(".")[2], frozenset((_DJANGO[text],)), "django"))
            elif text == "django.contrib.sessions.middleware.SessionMiddleware":
                # Its cookie is sent over plain HTTP unless a setting of any file says otherwise.
                covers = frozenset(("httponly", "samesite"))
                found.append(_cookie(item, "django", "SessionMiddleware", weak=None, covers=covers))
    seconds = scope.values.get("SECURE_HSTS_SECONDS", ())[-1:]
    found += [
        _row(value, "SECURE_HSTS_SECONDS", frozenset(("hsts",)), "django")
        for value in seconds
        if _switched(value)
    ]
    policies = scope.values.get("SECURE_CSP", ())[-1:]
    found += [_row(value, "SECURE_CSP", frozenset(("csp",)), "django") for value in policies]
    return found


def _cookies(scope: Scope) -> list[Practice]:
    found: list[Practice] = []
    for value in scope.values.get("SESSION_COOKIE_SECURE", ())[-1:]:
        given = {
            name: scope.values.get(f"SESSION_COOKIE_{name.upper()}", [None])[-1]
            for name in ("httponly", "samesite")
        }
        weak = truth(value) is False or truth(given["httponly"]) is False
        covers = {"httponly", "samesite"} | (set() if truth(value) is False else {"secure"})
        if truth(given["httponly"]) is False:
            covers.discard("httponly")
        found.append(_cookie(value, "settings", "SESSION_COOKIE_SECURE", weak=weak, covers=frozenset(covers)))
    for call, name in scope.calls:
        last = name.rpartition(".")[2]
        if last == "set_cookie" and "." in name and not spread(call):
            found += _set(call, scope)
        elif last in ("add_middleware", "Middleware") and call.args:
            found += _starlette(call, scope)
    return found[:_MANY]


def _starlette(call: ast.Call, scope: Scope) -> list[Practice]:
    """``add_middleware(SessionMiddleware, https_only=True)``; its cookie is HttpOnly and Lax unasked."""
    if not scope.qualified(call.args[0]).endswith("sessions.SessionMiddleware"):
        return []
    secure = _switched(keyword(call, "https_only"))
    covers = {"httponly", "samesite"} | ({"secure"} if secure else set())
    return [_cookie(call, "starlette", "SessionMiddleware", weak=not secure, covers=frozenset(covers))]


def _set(call: ast.Call, scope: Scope) -> list[Practice]:
    """``response.set_cookie("session", …)``."""
    name = scope.fold(argument(call, 0, "key", "name"))
    if not is_session(name) or (name is None and not call.args):
        return []
    covers = frozenset(word for word in ("secure", "httponly", "samesite") if _switched(keyword(call, word)))
    weak = not {"secure", "httponly"} <= covers
    return [_cookie(call, dotted(call.func), f'set_cookie("{name or "…"}")', weak=weak, covers=covers)]


def _switched(node: ast.expr | None) -> bool:
    """Whether an option is on, or as some setting says."""
    return node is not None and not (isinstance(node, ast.Constant) and not node.value)


def _cookie(node: ast.AST, library: str, text: str, *, weak: bool | None, covers: frozenset[str]) -> Practice:
    return Practice(line_of(node), "session-cookie", library, text, weak, covers)
