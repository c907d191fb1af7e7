"""The row of a place where traffic is taken, and what a reader of one format finds of it."""

from __future__ import annotations

from typing import Annotated, Literal

from readiness.facts.model import Glob, Row
from readiness.records import Struct

By = Literal[
    "ingress",
    "gateway",
    "service",
    "load-balancer",
    "cdn",
    "platform",
    "nginx",
    "apache",
    "caddy",
    "haproxy",
    "traefik",
    "application",
]
Certificates = Literal["", "automatic", "files", "self-signed"]


class Listener(Row, frozen=True, kw_only=True):
    """A place where traffic is taken: a listener of a proxy or a load balancer, an ingress, a platform."""

    by: Annotated[By, "what takes it"]
    host: Annotated[str, "the names or the address it answers for, as written; empty for any"] = ""
    port: Annotated[str, "its port as written; empty if it is not said"] = ""
    tls: Annotated[bool | None, "it speaks TLS; unknown where a deployment decides"]
    redirects: Annotated[bool | None, "what comes in plain is sent on to HTTPS, or refused"] = False
    exposed: Annotated[
        bool | None,
        "it answers outsiders in plain HTTP; false for a proxy that has no TLS anywhere here, which may "
        "well stand behind one that has",
    ] = False
    certificates: Annotated[
        Certificates | None,
        "where they come from: automatic (issued and renewed by ACME, a cloud or a platform), files, "
        "self-signed; unknown where they are only named, by a secret or a variable",
    ] = ""
    self_signed: Annotated[bool, "they are self-signed, by what is written"] = False
    old: Annotated[
        bool | None,
        "it still speaks TLS 1.1 or older, by what is written, or by a default that is known to be so",
    ] = False


class Found(Struct, frozen=True):
    """What a file of a proxy says of one of its listeners."""

    line: int
    host: str
    port: str
    tls: bool | None
    redirects: bool | None = False
    certificates: Certificates | None = ""
    old: bool | None = False


def told(by: str, host: str, port: str, note: str) -> str:
    """A listener in one line."""
    place = f"{host}:{port}" if host and port else host or (f"port {port}" if port else "")
    return f"{by} {place}{': ' if place else ''}{note}".strip()[:200]


def note(*, tls: bool | None, redirects: bool | None, exposed: bool | None = False) -> str:
    """What a listener does, in a few words."""
    if tls:
        return "TLS, and plain HTTP too" if exposed else "TLS"
    if redirects:
        return "sends on to HTTPS"
    return "plain HTTP" if tls is False else "TLS is decided elsewhere"


def row(  # noqa: PLR0913 - what a row is made of
    at: Row,
    by: By,
    *,
    tls: bool | None,
    host: str = "",
    port: str = "",
    redirects: bool | None = False,
    exposed: bool | None = False,
    certificates: Certificates | None = "",
    old: bool | None = False,
) -> Listener:
    """A listener at the place, and with the role and environment, of another row."""
    return Listener(
        path=Glob(at.path),
        line=at.line,
        role=at.role,
        environment=at.environment,
        text=told(by, host, port, note(tls=tls, redirects=redirects, exposed=exposed)),
        by=by,
        host=host,
        port=port,
        tls=tls,
        redirects=redirects,
        exposed=exposed,
        certificates=certificates,
        self_signed=certificates == "self-signed",
        old=old,
    )
