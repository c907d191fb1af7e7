"""Until when the makers of what is in an image mend its security, as far as its name and tag say.

The tag names a line of a language's runtime and, often, the distribution below it; what ends first
ends the image's. Sources: Docker official images; Microsoft ".NET container images"; distroless;
the code names of Debian and Ubuntu; the table ``rules/endoflife.yaml``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.containers.bases import OFFICIAL_HOSTS
from readiness.facts.runtimes.versions import ends, line_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from readiness.facts.containers.bases import Reference
    from readiness.facts.runtimes.versions import Language

_LANGUAGES: Mapping[str, Language] = {
    "python": "python",
    "node": "node",
    "golang": "go",
    "ruby": "ruby",
    "php": "php",
    "eclipse-temurin": "java",
}
_OPENJDK = "2022-07-31"
_OPENJDK_LAST = 18
"""From when on the official image openjdk got builds of early access alone, and the last line before."""

_DOTNET = ("mcr.microsoft.com/dotnet/", "mcr.microsoft.com/dotnet/core/")
_DOTNET_KINDS = ("sdk", "aspnet", "runtime", "runtime-deps")
_SYSTEMS = ("alpine", "amazonlinux", "centos", "debian", "fedora", "ubuntu")
_CODE_NAMES: Mapping[str, tuple[str, str]] = {
    "jessie": ("debian", "8"),
    "stretch": ("debian", "9"),
    "buster": ("debian", "10"),
    "bullseye": ("debian", "11"),
    "bookworm": ("debian", "12"),
    "trixie": ("debian", "13"),
    "trusty": ("ubuntu", "14.04"),
    "xenial": ("ubuntu", "16.04"),
    "bionic": ("ubuntu", "18.04"),
    "focal": ("ubuntu", "20.04"),
    "jammy": ("ubuntu", "22.04"),
    "noble": ("ubuntu", "24.04"),
}
_TWO_PARTS = ("alpine", "ubuntu")
_DISTROLESS = "gcr.io/distroless/"


def end_of(base: Reference) -> str | None:
    """The day, ``YYYY-MM-DD``, on which the first of what the image names ends; None if none is known."""
    if base.image is None:
        return None
    name = base.image.lower()
    for host in OFFICIAL_HOSTS:
        name = name.removeprefix(host)
    if name == "openjdk":
        cycle = line_of("java", (base.tag or "").partition("-")[0]).cycle
        return _OPENJDK if cycle and int(cycle) <= _OPENJDK_LAST else None
    table = ends()
    days = (table.get(line) for line in _lines(name, (base.tag or "").lower()))
    return min((day for day in days if day), default=None)


def _lines(name: str, tag: str) -> Iterator[tuple[str, str]]:
    """The lines of releases that an image names: language or distribution, and cycle."""
    first, *others = tag.split("-")
    language = _language(name)
    if language is not None and first[:1].isdigit():
        yield language, line_of(language, first).cycle
    if name in _SYSTEMS:
        yield name, _cycle(name, first.removeprefix(name))
    # python:bookworm and ruby:3.3-alpine3.19 name the distribution alone or as well.
    words = [first, *others]
    if name.startswith(_DISTROLESS):
        words = name.rpartition("/")[2].split("-")
    for word in words:
        if word in _CODE_NAMES:
            yield _CODE_NAMES[word]
        for system in ("alpine", "debian", "nodejs"):
            version = word.removeprefix(system)
            if version != word and version[:1].isdigit():
                yield ("node", version) if system == "nodejs" else (system, _cycle(system, version))


def _language(name: str) -> Language | None:
    kind = next((name.removeprefix(host) for host in reversed(_DOTNET) if name.startswith(host)), "")
    return "dotnet" if kind in _DOTNET_KINDS else _LANGUAGES.get(name)


def _cycle(system: str, version: str) -> str:
    """The line of a distribution's version: 3.19 of alpine 3.19.1, 12 of debian 12.5."""
    parts = version.split(".")
    return ".".join(parts[:2]) if system in _TWO_PARTS or version == "2018.03" else parts[0]
