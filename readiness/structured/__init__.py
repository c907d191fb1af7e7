"""Structured files, whatever their format, as nodes that know their lines.

``family`` says by its name how a file is written, ``read`` reads it. Each format's module is
imported when a file of it is met.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from readiness.structured.nodes import Node

Family = Literal["yaml", "json", "json5", "toml", "ini", "properties", "rc"]
"""How a file is written; ``rc`` is JSON or YAML, as many JavaScript tools take it."""

_SUFFIXES: dict[str, Family] = {
    "cfg": "ini",
    "code-workspace": "json",
    "ini": "ini",
    "json": "json",
    "json5": "json5",
    "jsonc": "json",
    "properties": "properties",
    "toml": "toml",
    "webmanifest": "json",
    "yaml": "yaml",
    "yml": "yaml",
}
_NAMES: dict[str, Family] = {
    ".babelrc": "json5",
    ".clang-format": "yaml",
    ".clang-tidy": "yaml",
    ".coveragerc": "ini",
    ".editorconfig": "ini",
    ".eslintrc": "rc",
    ".flake8": "ini",
    ".gitmodules": "ini",
    ".jshintrc": "json",
    ".lintstagedrc": "rc",
    ".markdownlintrc": "rc",
    ".mocharc": "rc",
    ".npmrc": "ini",
    ".nycrc": "rc",
    ".prettierrc": "rc",
    ".pylintrc": "ini",
    ".pypirc": "ini",
    ".releaserc": "rc",
    ".renovaterc": "rc",
    ".snyk": "yaml",
    ".stylelintrc": "rc",
    ".swcrc": "json",
    ".yamllint": "yaml",
    "bun.lock": "json",
    "cargo.lock": "toml",
    "composer.lock": "json",
    "deno.lock": "json",
    "flake.lock": "json",
    "gopkg.lock": "toml",
    "pdm.lock": "toml",
    "pipfile": "toml",
    "pipfile.lock": "json",
    "poetry.lock": "toml",
    "pylintrc": "ini",
    "uv.lock": "toml",
}


def family(path: str) -> Family | None:
    """How the file ``path`` is written, going by its name alone; None if it is no structured file."""
    name = path.rpartition("/")[2].lower()
    return _NAMES.get(name) or _SUFFIXES.get(name.rpartition(".")[2] if "." in name else "")


def readable(path: str) -> bool:
    """Whether ``read`` knows a file of this name."""
    return family(path) is not None


def read(path: str, data: bytes) -> tuple[Node, ...]:
    """The roots of a structured file: one for each YAML document, exactly one for all other formats.

    Raises ``spans.Unparsable``; ``ValueError`` for a file that is not ``readable``.
    """
    kind = family(path)
    if kind is None:
        raise ValueError(f"{path} is no structured file by its name")
    return read_as(kind, data)


def read_as(kind: Family, data: bytes) -> tuple[Node, ...]:
    """The roots of a file written as ``kind``. Raises ``spans.Unparsable``."""
    # A format's module, and the library behind it, is only imported when it is needed.
    if kind == "rc":
        kind = "json" if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"/") else "yaml"
    if kind == "yaml":
        from readiness.structured import yaml  # noqa: PLC0415

        return yaml.parse(data)
    if kind in ("json", "json5"):
        from readiness.structured import json  # noqa: PLC0415

        return (json.parse(data, json5=kind == "json5"),)
    if kind == "toml":
        from readiness.structured import toml  # noqa: PLC0415

        return (toml.parse(data),)
    from readiness.structured import ini  # noqa: PLC0415

    return (ini.parse_properties(data) if kind == "properties" else ini.parse(data),)
