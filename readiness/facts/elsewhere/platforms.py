"""Platforms that deploy a repository by themselves, told by the file that they look for in it.

Sources: the documentation of each on deployments from a forge: Vercel ("Git settings"), Netlify
("File-based configuration"), Render ("Blueprints", ``autoDeploy``), Railway ("Config as code"), AWS Amplify
and App Runner, DigitalOcean ("App spec", ``deploy_on_push``), Upsun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.model import Parser
from readiness.records import Struct
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.facts.model import Facts

_FILES = (
    ("Vercel", "**/vercel.json", (b'"deploymentEnabled":false',)),
    ("Netlify", "**/netlify.toml", (b'ignore="exit0"', b"ignore='exit0'")),
    ("Render", "**/render.yaml", (b"autoDeploy:false", b"autoDeploy:no", b"autoDeployTrigger:off")),
    ("Railway", "**/railway.{json,toml}", ()),
    ("AWS Amplify", "**/amplify.y{,a}ml", ()),
    ("AWS App Runner", "**/apprunner.yaml", ()),
    ("DigitalOcean", "**/.do/app.y{,a}ml", (b"deploy_on_push:false",)),
    ("Upsun", "**/.platform.app.yaml", ()),
)


class Platform(Struct, frozen=True):
    """A platform's file."""

    path: str
    name: str


def _squeezed(data: bytes) -> bytes:
    """The bytes of a file without blanks, for a comparison of settings."""
    return b"".join(data.split())[: 1 << 20]


SQUEEZED: Parser[bytes] = Parser("elsewhere.squeezed", 1, _squeezed)


def platforms(facts: Facts) -> tuple[Platform, ...]:
    """The platforms that deploy the product by themselves, in the order of their files."""
    found = []
    for name, pattern, switches in _FILES:
        for entry in facts.paths(pattern):
            if entry.role is not Role.PRODUCT or not entry.size:
                continue
            text = facts.parsed(SQUEEZED, entry.path).value if switches else b""
            if text is not None and not any(switch in text for switch in switches):
                found.append(Platform(entry.path, name))
    return tuple(sorted(found, key=lambda one: one.path))
