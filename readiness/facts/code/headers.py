"""Headers that tell a browser how to protect its user, and files of web servers and hosts that set them.

Sources: OWASP "HTTP Headers Cheat Sheet"; nginx "ngx_http_headers_module", Apache "mod_headers",
Caddy "header", Netlify "Custom headers", Vercel "headers", Azure Static Web Apps "globalHeaders".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.model import Module, Practice
from readiness.facts.model import Parser
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

HEADERS = {
    "strict-transport-security": "hsts",
    "content-security-policy": "csp",
    "x-content-type-options": "nosniff",
    "x-frame-options": "frame",
}
EVERY = frozenset(HEADERS.values())
_FILES = (
    "**/{nginx,nginx*,*nginx}/**/*.{conf,template,conf.template,conf.j2}",
    "**/{nginx*,*nginx,default,httpd*,apache*}.conf{,.template,.j2}",
    "**/{Caddyfile,_headers,.htaccess,vercel.json,netlify.toml,firebase.json,staticwebapp.config.json}",
)
_MANY = 50


def parse(data: bytes) -> Module:
    """The headers that each line of such a file names, what stands behind a ``#`` left out."""
    found: list[Practice] = []
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        lower = line.partition("#")[0].lower()
        covers = frozenset(short for name, short in HEADERS.items() if name in lower)
        if covers and "proxy_hide_header" not in lower and len(found) < _MANY:
            text = line.strip()[:100]
            found.append(Practice(number, "security-headers", "", text, covers=covers))
    return Module(practices=tuple(found))


_PARSER = Parser("headers of web servers", 1, parse, Module)


def beside(facts: Facts) -> list[tuple[Entry, Module]]:
    """The files of web servers and hosts among the product's, with what they set."""
    found = []
    for entry in facts.paths(*_FILES):
        value = facts.parsed(_PARSER, entry.path).value if entry.role is Role.PRODUCT else None
        if value is not None:
            found.append((entry, value))
    return found
