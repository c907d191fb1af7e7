"""The subject's files: a work tree, a git revision, or a tree in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.tree.revision import RevisionTree
from readiness.tree.worktree import WorkTree

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from readiness.tree.model import Limits, Tree


def open_tree(
    path: str | Path, ref: str = "", *, exclude: Sequence[str] = (), limits: Limits | None = None
) -> Tree:
    """The files of a folder as they lie, or with ``ref`` as they are in that commit.

    Raises ``SubjectError`` where there is no such folder, where it is a file, for a bare
    repository without ``ref``, and for a revision that is not there; ``PatternError`` for a
    glob in ``exclude`` that is none.
    """
    if ref:
        return RevisionTree(path, ref, exclude=exclude, limits=limits)
    return WorkTree(path, exclude=exclude, limits=limits)
