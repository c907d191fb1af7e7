"""Rust's manifest. Source: The Cargo Book, "Specifying Dependencies", "Workspaces"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.dependencies.model import Declared, Requirement, Scope
from readiness.facts.model import Parser
from readiness.structured.nodes import Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECTIONS: tuple[tuple[str, Scope], ...] = (
    ("dependencies", "runtime"),
    ("dev-dependencies", "development"),
    ("dev_dependencies", "development"),
    ("build-dependencies", "development"),
    ("build_dependencies", "development"),
)


def parse_cargo(data: bytes) -> Declared:
    """A ``Cargo.toml``: of a workspace alone, the list that its members take their versions from."""
    from readiness.structured.toml import parse  # noqa: PLC0415 - a heavy import, used here only

    root = parse(data)
    parts = [root]
    parts += [value for _, value in root.table("target") or () if isinstance(value, Table)]
    found = [item for part in parts for section, scope in _SECTIONS for item in _listed(part, section, scope)]
    workspace = root.table("workspace")
    if root.table("package") is None and workspace is not None:
        found += _listed(workspace, "dependencies", "runtime")
    return Declared(tuple(found), manifest=root.table("package") is not None or workspace is not None)


def _listed(table: Table, section: str, scope: Scope) -> Iterator[Requirement]:
    """The crates of a section; those of the same repository are no dependencies."""
    for name, value in table.table(section) or ():
        if isinstance(value, Scalar):
            yield Requirement(name.line, name.text, value.text, _exact(value.text), scope)
        elif isinstance(value, Table) and value.get("path") is None:
            version = value.text("version") or value.text("git")
            inherited = value.text("workspace") == "true"
            fixed = len(value.text("rev")) == 40
            pinned = None if inherited else fixed or _exact(value.text("version"))
            yield Requirement(name.line, value.text("package") or name.text, version, pinned, scope)


def _exact(version: str) -> bool:
    return version.startswith("=") and version[1:].strip().count(".") == 2 and "*" not in version


CARGO: Parser[Declared] = Parser("cargo-toml", 1, parse_cargo)
