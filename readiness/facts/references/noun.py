"""What files of the subject name of it, and whether that is there."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from sys import intern
from typing import TYPE_CHECKING, Annotated, Literal

from readiness.facts.model import Collected, Glob, Noun, Row

if TYPE_CHECKING:
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


@lru_cache(maxsize=2048)
def _shared(text: str) -> Glob:
    """One value for all rows of a file, of which there may be tens of thousands, and for what many name."""
    return Glob(text)


def made(entry: Entry, line: int, kind: Kind, target: str, exists: bool | None, by: By) -> Reference:  # noqa: PLR0913, PLR0917
    """A row, its text in words."""
    words = "is not there" if exists is False else "may be there"
    shown = intern("".join(char if char.isprintable() else " " for char in target)[:160])
    said = kind.replace("-", " ")
    return Reference(
        path=_shared(entry.path),
        line=line,
        role=entry.role,
        text=shown if exists else f"{said} '{shown}' {words}",
        kind=kind,
        target=_shared(shown),
        exists=exists,
        by=by,
    )


def collect(facts: Facts, scope: tuple[str, ...]) -> Collected[Reference]:  # noqa: ARG001
    """Every reference: of documents, pipelines, container files and manifests.

    One row for each thing that a line names. What a build makes, what only stands for a
    name and what belongs to another repository is left out.
    """
    from readiness.facts.references import containers, documents, manifests, pipelines  # noqa: PLC0415

    parts = (each.collect(facts) for each in (documents, pipelines, containers, manifests))
    rows: list[Reference] = []
    looked: set[str] = set()
    for part in parts:
        looked.update(part.looked)
        rows += part.rows
    rows.sort(key=_thing)
    return Collected(tuple(next(same) for _, same in groupby(rows, _thing)), looked=tuple(sorted(looked)))


def _thing(row: Reference) -> tuple[str, int, str, str]:
    return row.path, row.line, row.kind, row.target


REFERENCE: Noun[Reference] = Noun(
    "reference", Reference, "something of the subject that one of its files names", collect
)
