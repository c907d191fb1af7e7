"""Platforms that run a repository as it is pushed: Render, Railway, DigitalOcean, Koyeb, Zeabur, Platform.sh.

Sources: Render, "Blueprint YAML Reference"; Railway, "Config as Code"; DigitalOcean, "App Specification";
Platform.sh, "Single-runtime image: app reference"; read 2026-10.
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
    listed,
    number,
    pairs_of,
    row,
    seconds,
    switch,
    tables,
    texts,
    variables,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.deployment.platforms.row import Built, PlatformService, ServiceUse
    from readiness.structured.nodes import Node, Table
    from readiness.tree.model import Entry

_RENDER: dict[str, ServiceUse] = {
    "web": "web",
    "pserv": "web",
    "worker": "worker",
    "cron": "job",
    "static": "static",
}
_DIGITALOCEAN: tuple[tuple[str, ServiceUse], ...] = (
    ("services", "web"),
    ("workers", "worker"),
    ("jobs", "job"),
    ("functions", "function"),
    ("static_sites", "static"),
)


def render(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """One row for each service of a blueprint; its data stores are not the product's."""
    for each in tables(first(roots).get("services")):
        kind, runtime = each.text("type"), each.text("runtime", each.text("env"))
        if kind not in _RENDER:
            continue
        given = variables((name, value) for name, value in listed(each.get("envVars"), "key"))
        written, pinned = image(below(each, "image").get("url"))
        scaling = below(each, "scaling")
        trigger = each.text("autoDeployTrigger")
        deploys = trigger != "off" if trigger else switch(each.get("autoDeploy"))
        static = runtime == "static" or kind == "static"
        web = kind in ("web", "pserv") and not static
        yield row(
            entry,
            each.line,
            "render",
            each.text("name"),
            use="static" if static else _RENDER[kind],
            built="dockerfile" if runtime == "docker" else "image" if runtime == "image" else "source",
            image=written,
            image_pinned=pinned,
            command=known_text(each.get("startCommand", "dockerCommand")),
            release_command=known_text(each.get("preDeployCommand")),
            healthcheck=is_there(each.get("healthCheckPath")) if web else None,
            restarts=kind != "cron",
            instances=number(scaling.get("minInstances")) or number(each.get("numInstances")) or 1,
            autoscaled=bool(scaling.pairs),
            limits_memory=True,
            limits_cpu=True,
            grace=seconds(each.get("maxShutdownDelaySeconds")),
            deploys_itself=True if deploys is None and runtime != "image" else deploys,
            regions=texts(each.get("region")),
            given=given,
            secret_refs=any(
                one.get("fromDatabase", "fromService", "fromGroup", "generateValue", "sync") is not None
                for one in tables(each.get("envVars"))
            ),
        )


def railway(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """The one service that the file is for."""
    root = first(roots)
    build, deploy = below(root, "build"), below(root, "deploy")
    if not build.pairs and not deploy.pairs:
        return
    builder = build.text("builder").upper()
    built: Built | None = "dockerfile" if builder == "DOCKERFILE" or build.text("dockerfilePath") else None
    if builder in ("NIXPACKS", "RAILPACK", "PAKETO", "HEROKU"):
        built = "buildpack"
    yield row(
        entry,
        root.line,
        "railway",
        use="job" if deploy.text("cronSchedule") else "other",
        built=built,
        command=known_text(deploy.get("startCommand")),
        release_command=known_text(deploy.get("preDeployCommand")),
        healthcheck=is_there(deploy.get("healthcheckPath")),
        restarts=deploy.text("restartPolicyType", "ON_FAILURE").upper() != "NEVER",
        instances=number(deploy.get("numReplicas")),
        autoscaled=False,
        limits_memory=True,
        limits_cpu=True,
        grace=seconds(deploy.get("drainingSeconds")),
        regions=frozenset(key.text for key, _ in below(deploy, "multiRegionConfig")),
        secret_refs=None,
        env_names=None,
    )


def digitalocean(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """One row for each part of an app, whichever file it is in."""
    root = first(roots)
    root = below(root, "spec") if root.get("spec") is not None else root
    shared = tuple(_variables(entry, root))
    hidden = any(_is_secret(each) for each in tables(root.get("envs")))
    parts = [(each, use) for key, use in _DIGITALOCEAN for each in tables(root.get(key))]
    release = [each for each, _ in parts if each.text("kind") == "PRE_DEPLOY"]
    for each, use in parts:
        given = variables((*shared, *_variables(entry, each)))
        registry = below(each, "image")
        source = below(each, "github") if each.get("github") is not None else below(each, "gitlab")
        least = number(below(each, "autoscaling").get("min_instance_count"))
        yield row(
            entry,
            each.line,
            "digitalocean",
            each.text("name"),
            use=use,
            built="image"
            if registry.pairs
            else "dockerfile"
            if each.text("dockerfile_path")
            else "buildpack",
            command=known_text(each.get("run_command")),
            release_command="" if not release or use == "job" else known_text(release[0].get("run_command")),
            healthcheck=is_there(each.get("health_check")) if use == "web" else None,
            restarts=use in ("web", "worker"),
            instances=least or number(each.get("instance_count")) or 1,
            autoscaled=each.get("autoscaling") is not None,
            limits_memory=True,
            limits_cpu=True,
            deploys_itself=switch(source.get("deploy_on_push")) or False,
            regions=texts(root.get("region")),
            given=given,
            secret_refs=hidden or any(_is_secret(one) for one in tables(each.get("envs"))),
        )


def _variables(entry: Entry, part: Table) -> Iterator[tuple[str, str]]:
    """The variables of a part; a secret is encrypted, or in a template stands for what is asked for."""
    template = ".template." in entry.path
    for each in tables(part.get("envs")):
        hidden = _is_secret(each) and (template or each.text("value").startswith("EV["))
        yield each.text("key"), "" if hidden else each.text("value")


def _is_secret(variable: Table) -> bool:
    return variable.text("type").upper() == "SECRET"


def platform_sh(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """The one application that the file is for."""
    root = first(roots)
    if not root.text("type"):
        return
    given = variables(pairs_of(below(root, "variables").get("env")))
    yield row(
        entry,
        root.line,
        "platform.sh",
        root.text("name"),
        use="web" if root.get("web") is not None else "worker",
        built="source",
        command=known_text(below(root, "web", "commands").get("start")),
        release_command=known_text(below(root, "hooks").get("deploy")),
        restarts=True,
        limits_memory=True,
        limits_cpu=True,
        deploys_itself=True,
        given=given,
        secret_refs=None,
    )


def koyeb(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """One row for each service of an application."""
    for each in tables(first(roots).get("services")):
        least = number(below(each, "scaling").get("min"))
        yield row(
            entry,
            each.line,
            "koyeb",
            each.text("name"),
            use="worker" if each.text("type").upper() == "WORKER" else "web",
            healthcheck=is_there(each.get("health_checks")),
            restarts=True,
            instances=least,
            limits_memory=True,
            limits_cpu=True,
            env_names=None,
            secret_refs=None,
        )


def zeabur(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """What the platform is told of the way that it builds and starts a service."""
    root = first(roots)
    if root.pairs:
        yield row(
            entry,
            root.line,
            "zeabur",
            command=known_text(root.get("start_command")),
            limits_memory=True,
            env_names=None,
            secret_refs=None,
        )


READERS = (
    Reader(("**/render.y*ml",), "yaml", render),
    Reader(("**/railway.json", "**/railway.*.json"), "json", railway),
    Reader(("**/railway.toml", "**/railway.*.toml"), "toml", railway),
    Reader(("**/.do/*.y*ml",), "yaml", digitalocean),
    Reader(("**/.platform.app.yaml",), "yaml", platform_sh),
    Reader(("**/koyeb.y*ml",), "yaml", koyeb),
    Reader(("**/zeabur.json",), "json", zeabur),
)
