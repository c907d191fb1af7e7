"""Kubernetes Secrets whose values are written out in a manifest.

The object says itself that its values are secrets, so a password that a person chose counts
here, which elsewhere is too short to be told from any other word.
Source: Kubernetes documentation, "Secrets" (``data`` is base64, ``stringData`` is plain).
"""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING

from readiness.facts.model import Parser
from readiness.facts.secrets.values import is_chosen, looks_secret, masked
from readiness.records import Struct
from readiness.structured.nodes import Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.structured.nodes import Node

KIND = "kubernetes-secret"
SIGN = (KIND, r"(?m)^kind:[ \t]*[\"']?Secret[\"']?[ \t]*(?:#.*)?\r?$")
"""The pattern that names the files to read."""


class Written(Struct, frozen=True):
    """A secret in a manifest: its line, and its name with the value masked."""

    line: int
    shown: str


def parse_secrets(data: bytes) -> tuple[Written, ...]:
    """The values that stand in the Secrets of a manifest; a template raises ``Unparsable``."""
    from readiness.structured.yaml import parse  # noqa: PLC0415 - reads one kind of file only

    return tuple(
        Written(name.line, f"{name.text[:60]} = {masked(value)}")
        for document in parse(data)
        for name, value in _values(document)
        if looks_secret(name.text) and is_chosen(value)
    )


def _values(document: Node) -> Iterator[tuple[Scalar, str]]:
    if not isinstance(document, Table) or document.text("kind") != "Secret":
        return
    for name, value in document.table("stringData") or ():
        if isinstance(value, Scalar) and not value.tag:
            yield name, value.text
    for name, value in document.table("data") or ():
        if isinstance(value, Scalar) and not value.tag:
            yield name, _decoded(value.text)


def _decoded(text: str) -> str:
    """What base64 text stands for; empty if it is none, or no text."""
    try:
        return b64decode("".join(text.split()), validate=True).decode()
    except ValueError:
        return ""


SECRETS: Parser[tuple[Written, ...]] = Parser("kubernetes-secrets", 1, parse_secrets)
