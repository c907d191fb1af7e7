"""Variables whose value is a secret that is written out where they are set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.secrets.values import is_chosen, is_real, looks_secret, url_password

if TYPE_CHECKING:
    from collections.abc import Iterable

Pairs = tuple[tuple[str, str], ...]

_REFERENCES = ("$", "{{", "<", "%(", "vault:", "secretref:", "ref+")


def literal(pairs: Iterable[tuple[str, str]]) -> tuple[frozenset[str], frozenset[str]]:
    """Of names and values: those with a literal secret, and those with a value that only stands in for one.

    A reference (``${X}``, ``{{ x }}``), an empty value and the path of a file are neither.
    """
    real, standing = set[str](), set[str]()
    for name, value in pairs:
        text = value.strip()
        password = url_password(text)
        if not text or text.startswith(_REFERENCES) or (not password and not looks_secret(name)):
            continue
        if password or _is_secret(text):
            real.add(name)
        elif not text.startswith(("/", "./")) and text.lower() not in ("true", "false", "none", "null"):
            standing.add(name)
    return frozenset(real), frozenset(standing)


def _is_secret(text: str) -> bool:
    return not text.startswith(("/", "./")) and "://" not in text and (is_real(text) or is_chosen(text))
