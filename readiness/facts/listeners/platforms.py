"""Platforms, by the file that they look for or the command that deploys to them.

A platform that always gives a name with a certificate speaks TLS, whatever the repository says of it.
Sources: Fly.io, "App configuration" (``force_https``); Vercel, "Encryption"; Netlify, "HTTPS (SSL)";
Render, "TLS certificates"; Railway, "Public networking"; Heroku, "Automated Certificate Management"; Google
App Engine, "app.yaml reference" (``secure``); Kamal, "Proxy"; Cloud Run; Traefik, "ACME", "EntryPoints";
nginx-proxy, "acme-companion".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.collect import STEP
from readiness.facts.listeners.row import Listener, row
from readiness.facts.model import Glob, Row
from readiness.facts.repository.environments import environment_of
from readiness.facts.settings import nodes
from readiness.structured.nodes import Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

# A file that its platform looks for; whether what comes in plain is sent on there.
_PLATFORMS: tuple[tuple[str, str, bool | None], ...] = (
    ("Vercel", "**/{vercel.json,now.json}", True),
    ("Netlify", "**/netlify.toml", True),
    ("Railway", "**/railway.{json,toml}", True),
    ("Heroku", "**/heroku.yml", False),
    ("AWS Amplify", "**/amplify.y{,a}ml", True),
    ("AWS App Runner", "**/apprunner.yaml", True),
    ("AWS Copilot", "**/copilot/*/manifest.yml", None),
    ("Koyeb", "**/koyeb.yaml", True),
    ("DigitalOcean", "**/.do/app.y{,a}ml", True),
    ("Upsun", "**/.platform.app.yaml", None),
    ("Cloudflare", "**/wrangler.{toml,json,jsonc}", None),
    ("Firebase", "**/firebase.json", True),
    ("Azure Static Web Apps", "**/staticwebapp.config.json", True),
)
_DEPLOYS: tuple[tuple[str, tuple[str, ...], tuple[str, ...], bool | None], ...] = (
    (
        "Cloud Run",
        ("gcloud run deploy", "gcloud run services replace", "gcloud beta run deploy"),
        ("google-github-actions/deploy-cloudrun",),
        True,
    ),
    ("App Engine", ("gcloud app deploy",), ("google-github-actions/deploy-appengine",), None),
    ("Heroku", ("heroku container:release", "git.heroku.com"), ("akhileshns/heroku-deploy",), False),
    ("Vercel", ("vercel deploy", "vercel --prod", "vercel --token"), ("amondnet/vercel-action",), True),
    ("Netlify", ("netlify deploy",), ("nwtgck/actions-netlify",), True),
    (
        "Cloudflare",
        ("wrangler deploy", "wrangler publish", "wrangler pages"),
        ("cloudflare/wrangler-action", "cloudflare/pages-action"),
        None,
    ),
    ("GitHub Pages", (), ("actions/deploy-pages", "peaceiris/actions-gh-pages"), None),
    ("Azure App Service", ("az webapp up", "az webapp deploy"), ("azure/webapps-deploy",), None),
    (
        "Azure Container Apps",
        ("az containerapp up", "az containerapp update"),
        ("azure/container-apps-deploy-action",),
        None,
    ),
    ("Railway", ("railway up",), (), True),
)


def place_of(entry: Entry, line: int = 1) -> Row:
    """The place of a row that a file as a whole, or a line of it, gives."""
    return Row(path=Glob(entry.path), line=line, role=entry.role, environment=environment_of(entry.path))


def _platform(place: Row, name: str, redirects: bool | None) -> Listener:
    return row(
        place,
        "platform",
        host=name,
        tls=True,
        redirects=redirects,
        exposed=None if redirects is None else not redirects,
        certificates="automatic",
    )


def of_platforms(facts: Facts) -> Iterator[Listener]:
    """The listeners of the platforms that run the product."""
    yield from _named(facts)
    yield from _described(facts)
    yield from _deployed(facts)


def _named(facts: Facts) -> Iterator[Listener]:
    for name, places, redirects in _PLATFORMS:
        for entry in facts.paths(places):
            if entry.size:
                yield _platform(place_of(entry), name, redirects)
    for entry in facts.paths("Procfile"):
        # Heroku has TLS for every name; Dokku and others have it where somebody switched it on.
        yield row(
            place_of(entry),
            "platform",
            host="Procfile",
            tls=None,
            redirects=None,
            exposed=None,
            certificates=None,
        )


def _described(facts: Facts) -> Iterator[Listener]:
    """Those whose file says how it is reached."""
    for entry in facts.paths("**/fly{,.*}.toml"):
        root = _root(facts, entry)
        if root is not None:
            yield from _fly(place_of(entry), root)
    for entry in facts.paths("**/app.y{,a}ml", "**/app.*.y{,a}ml"):
        root = _root(facts, entry)
        if root is not None and root.text("runtime"):
            always = any(
                isinstance(each, Table) and each.text("secure") == "always" for each in root.items("handlers")
            )
            yield _platform(place_of(entry, root.line), "App Engine", always or None)
    for entry in facts.paths("**/config/deploy{,.*}.y{,a}ml"):
        root = _root(facts, entry)
        if root is not None and root.text("service") and root.get("image", "proxy") is not None:
            yield _kamal(place_of(entry), root.table("proxy"))
    for entry in facts.paths("**/render.y{,a}ml"):
        root = _root(facts, entry)
        kinds = (
            [each.text("type") for each in root.items("services") if isinstance(each, Table)] if root else []
        )
        if {"web", "static"} & set(kinds):
            yield _platform(place_of(entry), "Render", True)


def _root(facts: Facts, entry: Entry) -> Table | None:
    parsed = nodes(facts, entry.path)
    return next((each for each in parsed.value or () if isinstance(each, Table)), None)


def _fly(place: Row, root: Table) -> Iterator[Listener]:
    services = [root.table("http_service"), *root.items("services")]
    for service in services:
        if not isinstance(service, Table):
            continue
        ports = [each for each in service.items("ports") if isinstance(each, Table)]
        spoken = [
            {each.text for each in port.items("handlers") if isinstance(each, Scalar)} for port in ports
        ]
        secured = any("tls" in handlers for handlers in spoken)
        plain = any("http" in handlers and "tls" not in handlers for handlers in spoken)
        main = service is root.get("http_service")
        forced = any(_is_true(each.get("force_https")) for each in (service, *ports))
        if main or secured:
            yield _platform(place, "Fly", forced or (bool(ports) and not plain))
        elif plain:
            yield row(place, "platform", host="Fly", tls=False, redirects=forced, exposed=not forced)


def _kamal(place: Row, proxy: Table | None) -> Listener:
    """Kamal's proxy: with ``ssl`` it gets a certificate and sends on; else something may stand before it."""
    secured = proxy is not None and (_is_true(proxy.get("ssl")) or isinstance(proxy.get("ssl"), Table))
    stays = proxy is not None and proxy.text("ssl_redirect") == "false"
    if secured:
        return _platform(place, "Kamal", not stays)
    return row(place, "platform", host="Kamal", tls=None, redirects=None, exposed=None)


def _is_true(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.truth is True


def _deployed(facts: Facts) -> Iterator[Listener]:
    """The platforms that a pipeline deploys to."""
    for step in facts.collected(STEP).rows:
        if step.enabled is False or step.placeholder:
            continue
        for name, commands, actions, redirects in _DEPLOYS:
            if step.action.lower() in actions or any(each in step.command for each in commands):
                yield _platform(step, name, redirects)
                break
