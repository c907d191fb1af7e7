"""What runs a service on machines of one's own: Kamal, CapRover, PM2, systemd.

Sources: Kamal, "Configuration"; CapRover, "Captain Definition File"; PM2, "Ecosystem File";
systemd.service(5), systemd.resource-control(5); read 2026-10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.deployment.platforms.reading import (
    Reader,
    below,
    first,
    image,
    is_there,
    known_text,
    number,
    pairs_of,
    row,
    seconds,
    switch,
    tables,
    variables,
)
from readiness.structured.nodes import Items, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.deployment.platforms.row import PlatformService
    from readiness.structured.nodes import Node
    from readiness.tree.model import Entry


def kamal(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """One row for each role of servers; accessories are not the product's."""
    root = first(roots)
    servers = root.get("servers")
    if not root.text("service") or not root.text("image") or _is_untouched(root):
        return
    written, _ = image(root.get("image"))
    env = below(root, "env")
    given = variables((*pairs_of(env.get("clear")), *_plain(env)))
    roles: list[tuple[str, int, Table]] = (
        [(key.text, key.line, value if isinstance(value, Table) else Table(1)) for key, value in servers]
        if isinstance(servers, Table)
        else [("web", servers.line if servers is not None else root.line, Table(1))]
    )
    for name, line, each in roles:
        proxied = name == "web" and switch(root.get("proxy")) is not False
        hosts = each.get("hosts") or (below(servers).get(name) if isinstance(servers, Table) else servers)
        yield row(
            entry,
            line,
            "kamal",
            f"{root.text('service')}-{name}",
            use="web" if name == "web" else "worker",
            built="dockerfile",
            image=written,
            command=known_text(each.get("cmd")),
            healthcheck=True if proxied else is_there(each.get("healthcheck")),
            restarts=True,
            instances=len(hosts.items) if isinstance(hosts, Items) else None,
            autoscaled=False,
            limits_memory=is_there(below(each, "options").get("memory")),
            limits_cpu=is_there(below(each, "options").get("cpus")),
            grace=seconds(root.get("drain_timeout", "stop_wait_time")),
            given=given,
            secret_refs=is_there(env.get("secret")),
        )


def _is_untouched(root: Table) -> bool:
    """Whether the file is as Rails makes it for every new application: nobody's image, on nobody's machine.

    Source: Rails 8, the template of ``config/deploy.yml``.
    """
    servers = root.get("servers")
    web = servers.get("web") if isinstance(servers, Table) else servers
    hosts = {each.text for each in web if isinstance(each, Scalar)} if isinstance(web, Items) else set()
    return root.text("image").startswith("your-user/") or hosts == {"192.168.0.1"}


def _plain(env: Table) -> Iterator[tuple[str, str]]:
    for key, value in env:
        if isinstance(value, Scalar) and key.text not in ("clear", "secret"):
            yield key.text, value.text


def captain(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """The one service that CapRover builds, or takes as an image."""
    root = first(roots)
    if root.get("schemaVersion") is None:
        return
    written, pinned = image(root.get("imageName"))
    docker = root.get("dockerfilePath", "dockerfileLines") is not None
    yield row(
        entry,
        root.line,
        "caprover",
        built="dockerfile" if docker else "image" if root.get("imageName") is not None else "source",
        image=written,
        image_pinned=pinned,
        restarts=True,
        env_names=None,
        secret_refs=None,
    )


def pm2(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """One row for each program of an ecosystem file in JSON or YAML."""
    for each in tables(first(roots).get("apps")):
        if not each.text("script"):
            continue
        given = variables(pairs_of(each.get("env")))
        yield row(
            entry,
            each.line,
            "pm2",
            each.text("name"),
            machine=True,
            built="none",
            command=known_text(each.get("script")),
            healthcheck=False,
            restarts=switch(each.get("autorestart")) is not False,
            instances=number(each.get("instances")),
            autoscaled=False,
            limits_memory=is_there(each.get("max_memory_restart")),
            limits_cpu=False,
            given=given,
        )


def unit(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """A service of systemd; one that runs once is a job."""
    service = below(first(roots), "Service")
    if not service.text("ExecStart"):
        return
    once = service.text("Type") == "oneshot"
    given = variables(_settings(service))
    yield row(
        entry,
        service.line,
        "systemd",
        entry.path.rpartition("/")[2].removesuffix(".service"),
        use="job" if once else "other",
        machine=True,
        built="none",
        command=known_text(service.get("ExecStart")),
        release_command=known_text(service.get("ExecStartPre")),
        healthcheck=service.get("WatchdogSec") is not None,
        restarts=service.text("Restart", "no") != "no",
        instances=1,
        autoscaled=False,
        limits_memory=service.get("MemoryMax", "MemoryLimit") is not None,
        limits_cpu=service.get("CPUQuota") is not None,
        grace=seconds(service.get("TimeoutStopSec")),
        env_names=given.names if service.get("EnvironmentFile") is None else None,
        secrets_literal=given.real,
        placeholder_secrets=given.standing,
        secret_refs=service.get("LoadCredential", "LoadCredentialEncrypted") is not None,
    )


def _settings(service: Table) -> Iterator[tuple[str, str]]:
    """``Environment=A=b "C=d"``, any number of times."""
    for key, value in service:
        if key.text == "Environment" and isinstance(value, Scalar):
            for word in value.text.split():
                name, equals, text = word.strip("\"'").partition("=")
                if equals:
                    yield name, text


READERS = (
    Reader(("**/config/deploy.yml", "**/config/deploy.*.yml"), "yaml", kamal),
    Reader(("**/captain-definition",), "json", captain),
    Reader(("**/{ecosystem,pm2}*.json", "**/processes.json"), "json", pm2),
    Reader(("**/{ecosystem,pm2}*.y*ml",), "yaml", pm2),
    Reader(("**/*.service",), "ini", unit),
)
