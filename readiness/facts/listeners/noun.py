"""The noun of listeners: from proxies' files, clusters, infrastructure code, platforms and servers.

Sources: Traefik, "ACME", "EntryPoints"; nginx-proxy, "acme-companion".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.elsewhere.noun import ELSEWHERE
from readiness.facts.listeners.cloud import of_cloud
from readiness.facts.listeners.cluster import in_cluster
from readiness.facts.listeners.lines import APACHE, HAPROXY
from readiness.facts.listeners.nginx import CADDY, NGINX
from readiness.facts.listeners.platforms import of_platforms, place_of
from readiness.facts.listeners.row import By, Found, Listener, note, row, told
from readiness.facts.model import Collected, Glob, Noun, Opening, PatternTable
from readiness.facts.repository.environments import environment_of
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from readiness.facts.model import Facts, Parser
    from readiness.spans import Problem
    from readiness.tree.model import Entry

SIGNS = PatternTable(
    "listeners",
    "configuration",
    (
        (
            "resolver",
            r"(?im)^[^#\n]*(?:\btls[./]certresolver\s*[=:]|\bcertresolver\s*[=:]|\bcertificatesresolvers[.:\]])",
        ),
        ("companion", r"(?m)^[^#\n]*\bLETSENCRYPT_HOST\s*[=:]"),
        (
            "sends-on",
            r"(?im)^[^#\n]*(?:entrypoints?\.[\w-]+\.http\.redirections?\.|redirectscheme\.scheme\s*[=:]\s*[\"']?https)",
        ),
        ("keystore", r"(?im)^[^#\n]*\bserver\.ssl\.(?:key-store|certificate|bundle)\s*="),
    ),
)
"""Traefik with ACME, the companion of nginx-proxy, a server of Spring with a key store; not in comments."""

SERVERS = PatternTable(
    "listeners-servers",
    "language",
    (
        ("go", r"\.(?:ListenAndServeTLS|ServeTLS|RunTLS|StartTLS)\("),
        ("go-acme", r"\b(?:autocert\.Manager\s*\{|\.StartAutoTLS\(|autotls\.Run\(|certmagic\.HTTPS\()"),
        ("node", r"\bhttps\.createServer\("),
        (
            "python",
            # A client may be given a certificate too: only what runs a server counts.
            (
                r"\b(?:uvicorn\.run|hypercorn\.\w+|app\.run|web\.run_app|run_simple|make_server)"
                r"\([^)]{0,400}\bssl_(?:certfile|context)\s*="
            ),
        ),
        ("dotnet", r"\.UseHttps\("),
        ("redirect-rails", r"(?m)^[^#\n]*\bconfig\.force_ssl\s*=\s*true"),
        ("redirect-django", r"(?m)^[^#\n]*\bSECURE_SSL_REDIRECT\s*=\s*True"),
        ("redirect-asgi", r"(?m)^[^#\n]*\badd_middleware\(\s*HTTPSRedirectMiddleware"),
        ("redirect-dotnet", r"(?m)^[^/\n]*\.UseHttpsRedirection\("),
        ("redirect-java", r"(?m)^[^/\n]*\.requiresSecure\("),
    ),
)
"""Where a program itself speaks TLS, given certificates, or sends on what comes to it in plain."""

TABLES: tuple[PatternTable, ...] = (SIGNS, SERVERS)

_PROXIES: tuple[tuple[By, Parser[tuple[Found, ...]], tuple[str, ...]], ...] = (
    (
        "nginx",
        NGINX,
        (
            "**/*nginx*.{conf,conf.template,conf.tmpl,conf.j2,conf.erb,tpl,template}",
            "**/*nginx*/**/*.{conf,conf.template,conf.tmpl,template}",
            "**/{sites-available,sites-enabled,conf.d,vhosts}/**",
            "**/default.{conf,conf.template}",
        ),
    ),
    (
        "apache",
        APACHE,
        (
            "**/*{apache,httpd,vhost}*.conf{,.template,.j2}",
            "**/*{apache,httpd}*/**/*.conf{,.template}",
            "**/{sites-available,sites-enabled}/**",
            "**/*-{ssl,le-ssl,default}.conf",
        ),
    ),
    ("caddy", CADDY, ("**/Caddyfile{,.*}", "**/*.Caddyfile")),
    ("haproxy", HAPROXY, ("**/haproxy*.{cfg,cfg.j2,conf}", "**/*haproxy*/**/*.cfg")),
)


def collect(facts: Facts, scope: tuple[str, ...]) -> Collected[Listener]:  # noqa: ARG001
    """Every place that takes traffic, with what leaves open whether there are more."""
    cluster = in_cluster(facts)
    rows = list(cluster.rows)
    cloud, openings, looked = of_cloud(facts)
    rows += cloud
    proxies = _proxies(facts)
    rows += proxies.rows
    rows += _signs(facts, {each.path for each in cluster.rows})
    rows += of_platforms(facts)
    elsewhere = [
        Opening(each.path, each.line, "the deployment lies elsewhere", each.environment)
        for each in facts.collected(ELSEWHERE).rows
        if each.of in ("deployment", "infrastructure") and each.by != "platform" and each.role is Role.PRODUCT
    ]
    return Collected(
        tuple(rows),
        proxies.problems,
        (*cluster.openings, *openings, *proxies.openings, *elsewhere),
        (*cluster.looked, *looked, *proxies.looked),
    )


def _proxies(facts: Facts) -> Collected[Listener]:
    rows: list[Listener] = []
    problems: list[Problem] = []
    openings: list[Opening] = []
    looked: list[str] = []
    for by, parser, places in _PROXIES:
        read: list[tuple[Entry, Sequence[Found]]] = []
        for entry in facts.paths(*places):
            looked.append(entry.path)
            parsed = facts.parsed(parser, entry.path)
            if parsed.value:
                read.append((entry, parsed.value))
            if parsed.problem is not None and parsed.opens and entry.role is Role.PRODUCT:
                problems.append(parsed.problem)
                openings.append(
                    Opening(
                        entry.path, parsed.problem.line, parsed.problem.message, environment_of(entry.path)
                    )
                )
        secured = {
            host
            for _, found in read
            for each in found
            if each.tls
            for host in (each.host, *each.host.split())
        }
        for entry, found in read:
            here = any(each.tls for each in found)
            rows += (
                _proxy(by, entry, each, twin=here or (bool(each.host) and each.host in secured))
                for each in found
            )
    return Collected(tuple(rows), tuple(problems), tuple(openings), tuple(looked))


def _proxy(by: By, entry: Entry, found: Found, *, twin: bool) -> Listener:
    """A listener of a proxy; a plain one answers outsiders if TLS is spoken beside it."""
    ours = found.port in ("80", "") and found.host not in ("localhost", "127.0.0.1", "")
    exposed = found.tls is False and not found.redirects and twin and ours
    return Listener(
        path=Glob(entry.path),
        line=found.line,
        role=entry.role,
        environment=environment_of(entry.path),
        text=told(by, found.host, found.port, note(tls=found.tls, redirects=found.redirects)),
        by=by,
        host=found.host,
        port=found.port,
        tls=found.tls,
        redirects=found.redirects,
        exposed=exposed,
        certificates=found.certificates,
        self_signed=found.certificates == "self-signed",
        old=found.old,
    )


def _signs(facts: Facts, read: set[Glob]) -> Iterator[Listener]:
    """What labels, flags and code say of TLS; a program's own may be switched on only somewhere."""
    seen: set[tuple[str, str]] = set()
    for hit in (*facts.hits(SIGNS), *facts.hits(SERVERS)):
        if (hit.entry.path, hit.name) in seen or hit.entry.path in read:
            continue
        seen.add((hit.entry.path, hit.name))
        place = place_of(hit.entry, hit.line)
        if hit.name in ("resolver", "companion"):
            by: By = "traefik" if hit.name == "resolver" else "nginx"
            # The companion's proxy sends on by itself wherever it has a certificate.
            redirects = hit.name == "companion"
            yield row(place, by, tls=True, redirects=redirects, certificates="automatic", old=False)
        elif hit.name == "sends-on":
            yield row(place, "traefik", tls=False, redirects=True)
        elif hit.name.startswith("redirect"):
            yield row(place, "application", tls=False, redirects=True)
        else:
            issued = hit.name == "go-acme"
            yield row(
                place,
                "application",
                tls=None,
                redirects=None,
                certificates="automatic" if issued else "files",
            )


LISTENER: Noun[Listener] = Noun(
    "listener",
    Listener,
    "a place where traffic is taken, by a proxy, a load balancer, a cluster or a platform",
    collect,
)
