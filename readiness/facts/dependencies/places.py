"""Paths that one file of the subject names in another."""

from __future__ import annotations

from posixpath import normpath


def joined(path: str, relative: str) -> str | None:
    """The path that ``relative`` names in the file ``path``; None if it lies above the subject."""
    place = normpath("/".join([*path.split("/")[:-1], relative.replace("\\", "/")]))
    if place.startswith(("..", "/")):
        return None
    return "" if place == "." else place


def above(path: str) -> tuple[str, ...]:
    """The folder of ``path`` and every folder above it, the nearest first; the root is the empty text."""
    found = []
    while path:
        path = path.rpartition("/")[0]
        found.append(path)
    return tuple(found)


def within(folder: str, name: str) -> str:
    """The path of ``name`` in ``folder``."""
    return f"{folder}/{name}" if folder else name
