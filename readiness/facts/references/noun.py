"""What files of the subject name of it, and whether that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from readiness.facts.model import Collected, Glob, Noun, Row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

Kind = Literal[
    "document-link",
    "path",
    "script",
    "module",
    "make-target",
    "npm-script",
    "task",
    "workflow",
    "action",
    "image-file",
    "compose-file",
    "chart",
    "terraform-module",
    "package-entry",
]
By = Literal["document", "ci", "container", "manifest"]


class Reference(Row, frozen=True, kw_only=True):
    """Something of the subject that one of its files names: a path, a script, a target, a module."""

    kind: Annotated[Kind, "what is named"]
    target: Annotated[Glob, "what is named, as a path from the root where it is one, else as written"]
    exists: Annotated[
        bool | None, "it is there; unknown where a build or another repository may put it there"
    ]
    by: Annotated[By, "what names it"]


def made(entry: Entry, line: int, kind: Kind, target: str, exists: bool | None, by: By) -> Reference:  # noqa: PLR0913, PLR0917
    """A row, its text in words."""
    words = {True: "is there", False: "is not there", None: "may be there"}[exists]
    shown = "".join(char if char.isprintable() else " " for char in target)[:160]
    said = kind.replace("-", " ")
    return Reference(
        path=Glob(entry.path),
        line=line,
        role=entry.role,
        text=f"{said} '{shown}' {words}",
        kind=kind,
        target=Glob(shown),
        exists=exists,
        by=by,
    )


def collect(facts: Facts, scope: tuple[str, ...]) -> Collected[Reference]:  # noqa: ARG001
    """Every reference: of documents, pipelines, container files and manifests.

    One row for each thing that a line names. What a build makes, what only stands for a
    name and what belongs to another repository is left out.
    """
    from readiness.facts.references import containers, documents, manifests, pipelines  # noqa: PLC0415

    parts: Iterable[Collected[Reference]] = (
        documents.collect(facts),
        pipelines.collect(facts),
        containers.collect(facts),
        manifests.collect(facts),
    )
    rows: dict[tuple[str, int, str, str], Reference] = {}
    looked: set[str] = set()
    for part in parts:
        looked.update(part.looked)
        for row in part.rows:
            rows.setdefault((row.path, row.line, row.kind, row.target), row)
    return Collected(tuple(rows[key] for key in sorted(rows)), looked=tuple(sorted(looked)))


REFERENCE: Noun[Reference] = Noun(
    "reference", Reference, "something of the subject that one of its files names", collect
)
