"""The row about a service that a platform runs."""

from __future__ import annotations

from typing import Annotated, Literal

from readiness.facts.deployment.images import Held  # noqa: TC001 - read at run time
from readiness.facts.model import Glob, Row

Platform = Literal[
    "app-engine",
    "apprunner",
    "azure-container-apps",
    "azure-developer-cli",
    "caprover",
    "cloudflare-workers",
    "copilot",
    "digitalocean",
    "ecs",
    "elastic-beanstalk",
    "fly",
    "heroku",
    "kamal",
    "koyeb",
    "lambda",
    "netlify",
    "nomad",
    "platform.sh",
    "pm2",
    "procfile",
    "railway",
    "render",
    "serverless",
    "systemd",
    "vercel",
    "zeabur",
]
"""Who runs it; ``procfile`` where only a Procfile tells, which several platforms and tools take."""

ServiceUse = Literal["web", "worker", "job", "function", "static", "other"]
"""What a service is for: ``other`` where its descriptor does not say."""

Built = Literal["dockerfile", "buildpack", "image", "source", "none"]
"""How what runs is made: ``image`` is taken as it is, ``source`` is built by the platform in its own way."""


class PlatformService(Row, frozen=True, kw_only=True):
    """A service, a worker, a job or a function as its descriptor tells it to a platform."""

    platform: Annotated[Platform, "who runs it; procfile where only a Procfile tells"] = "procfile"
    name: Annotated[str, "its name, empty if the descriptor gives none"] = ""
    use: Annotated[ServiceUse, "what it is for, as far as the descriptor says"] = "other"
    machine: Annotated[bool, "it runs on one machine that somebody looks after: systemd, pm2"] = False
    built: Annotated[
        Built | None,
        "how what runs is made: from a Dockerfile, by buildpacks, from an image as it is, by the platform "
        "from the source, or not at all; unknown where the platform decides",
    ] = None
    image: Annotated[Glob | None, "the image that is written, empty if none is; unknown if set later"] = Glob(
        ""
    )
    image_pinned: Annotated[
        Held | None, "digest; version; floating (latest, 3); none (no tag); unknown if there is none, or open"
    ] = None
    command: Annotated[str | None, "what it runs, empty if that is left to the image or the platform"] = ""
    release_command: Annotated[str | None, "what runs once before a new version takes over"] = ""
    healthcheck: Annotated[
        bool | None, "the platform asks whether it answers; unknown where it does so in its own way"
    ] = None
    restarts: Annotated[bool | None, "it is started again when it ends by itself"] = None
    instances: Annotated[int | None, "how many run at least; unknown where the descriptor does not say"] = (
        None
    )
    autoscaled: Annotated[bool | None, "how many run follows the demand"] = None
    limits_memory: Annotated[bool | None, "its memory is limited, by itself or by the size it is given"] = (
        None
    )
    limits_cpu: Annotated[bool | None, "its processor time is limited, by itself or by its size"] = None
    grace: Annotated[int | None, "the seconds it has to end, where written"] = None
    rolls_back: Annotated[bool | None, "the platform takes a failed deployment back"] = None
    deploys_itself: Annotated[
        bool | None, "the platform deploys by itself what is pushed; unknown where that is set in its console"
    ] = None
    privileged: Annotated[bool | None, "it has all rights on its machine"] = False
    regions: Annotated[frozenset[str], "where it runs, as written"] = frozenset()
    env_names: Annotated[frozenset[str] | None, "the variables that the descriptor gives it by name"] = (
        frozenset()
    )
    secrets_literal: Annotated[frozenset[str], "variables with a secret written out"] = frozenset()
    placeholder_secrets: Annotated[
        frozenset[str], "variables that look secret with a value that only stands in for one, or is trivial"
    ] = frozenset()
    secret_refs: Annotated[bool | None, "the descriptor takes secrets from a store, by reference"] = False
