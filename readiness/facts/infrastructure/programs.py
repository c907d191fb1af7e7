"""Infrastructure that a program makes: Pulumi and the CDK. What the program makes is not worked out.

A project counts where its program is there. Sources: Pulumi, "Project file", "State and backends"; AWS CDK,
"Configure the CDK" and "Bootstrapping"; CDK for Terraform, "Configuration file"; read 2026-08.
"""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING

from readiness.facts.files import file_class
from readiness.facts.infrastructure.written import Written, shown
from readiness.facts.settings import nodes
from readiness.records import Struct
from readiness.structured.nodes import Scalar, Table
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.infrastructure.written import Tool
    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

_PULUMI = "**/Pulumi.y{a,}ml"
_CDK: tuple[tuple[str, Tool], ...] = (("**/cdk.json", "cdk"), ("**/cdktf.json", "cdktf"))
_MANIFESTS = (".csproj", ".fsproj", "pom.xml", "build.gradle", "go.mod")


class Program(Struct, frozen=True):
    """A project, its file, whether its program is there, and where its state is kept (empty if not said)."""

    entry: Entry
    written: Written
    complete: bool
    state: str


def programs(facts: Facts) -> Iterator[Program]:
    """Every project of Pulumi and of the CDKs."""
    for entry in facts.paths(_PULUMI):
        root = _root(facts, entry.path)
        if root is not None and root.text("name") and root.get("runtime") is not None:
            yield _pulumi(facts, entry, root)
    for glob, tool in _CDK:
        for entry in facts.paths(glob):
            root = _root(facts, entry.path)
            if root is not None and root.text("app"):
                written = Written(
                    root.line, tool, "program", name=shown("app", Scalar(root.line, root.text("app")))
                )
                state = "platform" if tool == "cdk" else ""
                yield Program(entry, written, _has_code(facts, dirname(entry.path)), state)


def _root(facts: Facts, path: str) -> Table | None:
    value = nodes(facts, path).value
    return value[0] if value and isinstance(value[0], Table) else None


def _pulumi(facts: Facts, entry: Entry, root: Table) -> Program:
    runtime = root.get("runtime")
    name = runtime.text("name") if isinstance(runtime, Table) else root.text("runtime")
    resources = root.table("resources")
    complete = (
        bool(resources and resources.pairs) if name == "yaml" else _has_code(facts, dirname(entry.path))
    )
    backend = root.table("backend")
    url = backend.text("url") if backend is not None else ""
    state = "local" if url.startswith("file://") else "bucket" if url else "service"
    return Program(
        entry,
        Written(root.line, "pulumi", "program", type=name, name=root.text("name")[:200]),
        complete,
        state,
    )


def _has_code(facts: Facts, folder: str) -> bool:
    """Whether program text or the manifest of a build lies in a folder, or below it."""
    prefix = f"{folder}/" if folder else ""
    return any(
        entry.path.startswith(prefix)
        and entry.role is Role.PRODUCT
        and entry.size > 0
        and (file_class(entry.path) == "language" or entry.path.endswith(_MANIFESTS))
        for entry in facts.tree.entries
    )
