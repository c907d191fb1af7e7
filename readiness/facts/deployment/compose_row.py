"""The row of a service of a compose file."""

from __future__ import annotations

from typing import Annotated

from readiness.facts.deployment.images import Held, Purpose, ServiceKind  # noqa: TC001 - read at run time
from readiness.facts.model import Glob, Row

_NOWHERE = Glob("")


class ComposeService(Row, frozen=True, kw_only=True):
    """A service of a compose file, merged with what it extends and with the file that it is laid over."""

    name: Annotated[str, "the service"] = ""
    purpose: Annotated[
        Purpose,
        "what the file is for: by its name and folders; development if it runs the code where it lies, "
        "starts data stores alone, or is what a file for production is laid over",
    ] = "deploy"
    kind: Annotated[ServiceKind, "what it is, by its image; app if the product itself"] = "other"
    product: Annotated[bool, "it is built here, or its image is known as the product's own"] = False
    image: Annotated[
        Glob | None, "the image, defaults and .env put in; empty if built without a name; unknown if open"
    ] = None
    image_pinned: Annotated[
        Held | None,
        "digest; version (at least major.minor); floating (latest, 3, slim); none (no tag); build (here)",
    ] = None
    builds: Annotated[bool, "the image is built here"] = False
    dockerfile: Annotated[Glob, "the Dockerfile it is built from, empty if none in the subject is known"] = (
        _NOWHERE
    )
    healthcheck: Annotated[
        bool, "a health check is set, here or by the image, built here or the product's own"
    ] = False
    restart: Annotated[str, "the restart policy as written, empty if there is none"] = ""
    limits: Annotated[bool, "its memory is limited"] = False
    limits_cpu: Annotated[bool, "its processor time is limited"] = False
    privileged: Annotated[bool, "it can take over the machine it runs on"] = False
    dangers: Annotated[
        frozenset[str], "by which it can: privileged, docker socket, all capabilities, host network, host pid"
    ] = frozenset()
    read_only: Annotated[bool, "its root file system is read-only"] = False
    user: Annotated[str | None, "the user without its group, empty if the file sets none"] = ""
    root: Annotated[bool | None, "its process starts as root"] = None
    ports_published: Annotated[frozenset[str], "the ports published on the machine, as written"] = frozenset()
    binds_source: Annotated[bool, "a folder of product code is put over what its image brings"] = False
    secrets_literal: Annotated[frozenset[str], "variables with a secret written out"] = frozenset()
    placeholder_secrets: Annotated[
        frozenset[str], "variables that look secret with a value that only stands in for one, or is trivial"
    ] = frozenset()
    volumes: Annotated[bool, "it keeps data in a named volume"] = False
    depends_on: Annotated[frozenset[str], "the services that it waits for"] = frozenset()
    depends_on_healthy: Annotated[bool, "it waits until one of them is healthy, or has done its work"] = False
    profiles: Annotated[frozenset[str], "the profiles that it is started with; empty for always"] = (
        frozenset()
    )
    missing: Annotated[
        frozenset[str], "files it names that are nowhere in the subject: env_file, build context, Dockerfile"
    ] = frozenset()
    over: Annotated[Glob, "the compose file that it is laid over, empty if it stands alone"] = _NOWHERE
