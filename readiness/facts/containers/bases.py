"""What the name of an image says: where its tag may move to, and which user it starts as.

The tables hold what the publishers document; an image that is in none of them is
unknown. Sources: Docker official images, distroless, Chainguard, Bitnami, Red Hat
UBI and Microsoft container documentation, read 2025-08.
"""

from __future__ import annotations

from typing import Literal

from readiness.facts.containers.variables import UNKNOWN
from readiness.facts.words import word_set
from readiness.globs import glob
from readiness.matching import Pattern
from readiness.records import Struct

Pinning = Literal["digest", "version", "floating", "none", "stage"]
"""How far a base is held: by content, by major.minor, not really, not at all; or it is a stage."""


class Reference(Struct, frozen=True):
    """``image[:tag][@digest]`` taken apart; None where only a build knows, empty where there is none."""

    image: str | None
    tag: str | None
    digest: str | None


def reference(base: str) -> Reference:
    """The parts of an image's name; a port in the registry's name is not a tag."""
    name, _, digest = base.partition("@")
    slash = name.rfind("/")
    colon = name.find(":", slash + 1)
    image, tag = (name, "") if colon < 0 else (name[:colon], name[colon + 1 :])
    if UNKNOWN in image and colon < 0 and not digest:
        # ${BASE} may bring a tag and a digest along.
        return Reference(None, None, None)
    return Reference(*(None if UNKNOWN in part else part for part in (image, tag, digest)))


def pinning(base: Reference) -> Pinning | None:
    """How far the reference is held; None where a variable without a default decides.

    A version is a tag that names at least major.minor, a date or a commit. ``latest``,
    ``3``, ``slim``, ``lts`` and a distribution's name move on.
    """
    if base.digest or base.digest is None:
        return "digest" if base.digest else None
    if base.image == "scratch":
        return "stage"
    if base.tag is None:
        return None
    if not base.tag:
        return "none"
    return "version" if _is_version(base.tag) else "floating"


_DATED = Pattern(r"(?:^|[^0-9])20[0-9]{2}[-.]?(?:0[1-9]|1[0-2])[-.]?(?:0[1-9]|[12][0-9]|3[01])(?:[^0-9]|$)")
_COMMIT = Pattern(r"^(?:[0-9a-f]{40}|[0-9a-f]{64}|sha-[0-9a-f]{7,40}|[0-9]{6,})$")
_PARTS = Pattern(r"[0-9A-Za-z.]+")
_DIGIT = Pattern(r"[0-9]")
_NUMBER = Pattern(r"^([A-Za-z]*)\.?[0-9]+(?:\.[0-9]+|u[0-9]+)")
_RELEASE = Pattern(r"^v?[0-9]+\.[0-9]+\.[0-9]+")
_DISTRIBUTIONS = frozenset(
    ("alpine", "centos", "debian", "el", "fedora", "focal", "jammy", "noble", "rocky", "ubi", "ubuntu")
)


def _is_version(tag: str) -> bool:
    if _DATED.found(tag) or _COMMIT.covers(tag):
        return True
    # The first part with a digit is the product's; node:20-alpine3.19 moves within 20.
    parts = [text for _, text in _PARTS.each(tag) if _DIGIT.found(text)]
    groups = _NUMBER.groups(parts[0]) if parts else None
    if groups is not None:
        return groups[1].lower() not in _DISTRIBUTIONS
    # pg17-0.112.0: a release behind the name of what it goes with, in letters.
    return len(parts) > 1 and parts[0][0].isalpha() and any(_RELEASE.found(each) for each in parts[1:])


_ROOT_OFFICIAL = word_set("""
    adoptopenjdk almalinux alpine amazoncorretto amazonlinux archlinux bash buildpack-deps busybox caddy
    centos clearlinux clojure composer dart debian docker eclipse-temurin elixir erlang fedora gcc golang
    gradle haskell httpd ibm-semeru-runtimes ibmjava julia mageia maven nginx node openjdk oraclelinux
    perl photon php pypy python r-base rockylinux ruby rust sapmachine sbt scratch sl swift tomcat traefik
    ubuntu
    """)
OFFICIAL_HOSTS = (
    "docker.io/library/",
    "index.docker.io/library/",
    "public.ecr.aws/docker/library/",
    "mirror.gcr.io/library/",
    "library/",
)
_TAG_DECIDES = ("gcr.io/distroless/", "mcr.microsoft.com/dotnet/")
# Read from top to bottom; a name and tag as a glob, and whether the image starts as root.
_BY_NAME: tuple[tuple[str, bool], ...] = (
    ("gcr.io/distroless/*:*nonroot*", False),
    ("gcr.io/distroless/*", True),
    ("cgr.dev/*/wolfi-base:*", True),
    ("chainguard/wolfi-base:*", True),
    ("cgr.dev/**", False),
    ("chainguard/*", False),
    ("{docker.io/,}bitnami/minideb:*", True),
    ("{docker.io/,}{bitnami,bitnamilegacy,bitnamisecure}/*", False),
    ("public.ecr.aws/bitnami/*", False),
    ("{docker.io/,}nginxinc/nginx-unprivileged:*", False),
    ("{docker.io/,ghcr.io/}nginx/nginx-unprivileged:*", False),
    ("{docker.io/,}jenkins/jenkins:*", False),
    ("{docker.io/,}grafana/{grafana,grafana-oss,loki}:*", False),
    ("{docker.io/,quay.io/}{prom,prometheus}/prometheus:*", False),
    ("quay.io/keycloak/keycloak:*", False),
    ("docker.elastic.co/{elasticsearch,kibana}/*", False),
    ("{docker.io/,}mambaorg/micromamba:*", False),
    ("{quay.io/,}jupyter/*", False),
    ("mcr.microsoft.com/dotnet/*:*{chiseled,distroless}*", False),
    ("mcr.microsoft.com/dotnet/{aspnet,runtime,runtime-deps,sdk}:*", True),
    ("mcr.microsoft.com/dotnet/nightly/{aspnet,runtime,runtime-deps,sdk}:*", True),
    ("mcr.microsoft.com/playwright{,/*}:*", True),
    (
        "registry.{access.redhat.com,redhat.io}/ubi{7,8,9,10}{,/ubi,/ubi-minimal,/ubi-micro,/ubi-init}:*",
        True,
    ),
    ("registry.{access.redhat.com,redhat.io}/ubi{7,8,9,10}-{minimal,micro,init}:*", True),
    (
        "registry.{access.redhat.com,redhat.io}/ubi{7,8,9,10}/{nodejs,openjdk,perl,php,python,ruby}-*",
        False,
    ),
    ("public.ecr.aws/amazonlinux/amazonlinux:*", True),
    ("{docker.io/,}nvidia/cuda:*", True),
    ("{docker.io/,}oven/bun:*", True),
    ("{docker.io/,}tiangolo/{uvicorn-gunicorn,uvicorn-gunicorn-fastapi,uwsgi-nginx-flask}:*", True),
)


def starts_as_root(base: Reference) -> bool | None:
    """Whether an image starts as root unless told otherwise; None where we do not know the image.

    Official images whose entry script steps down from root (databases, mostly) are unknown.
    """
    if base.image is None:
        return None
    name = base.image.lower()
    for host in OFFICIAL_HOSTS:
        name = name.removeprefix(host)
    if "/" not in name:
        return True if name in _ROOT_OFFICIAL else None
    if name.startswith(_TAG_DECIDES) and (base.tag is None or (not base.tag and base.digest != "")):
        return None
    tagged = f"{name}:{base.tag or ''}"
    return next((root for pattern, root in _BY_NAME if glob(pattern).covers(tagged)), None)
