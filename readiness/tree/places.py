"""Where the subject is: a folder that exists, or an error that helps to find it."""

from __future__ import annotations

from pathlib import Path

from readiness.errors import SubjectError, nearest

_NEIGHBOURS = 2_000
"""Among how many names beside the missing one a similar one is looked for."""


def existing_folder(path: str | Path) -> Path:
    """The absolute path of a folder, links in it followed: the user named it.

    Raises ``SubjectError`` if there is none, with the nearest name that exists beside it.
    """
    try:
        folder = Path(path).resolve()
        if folder.is_dir():
            return folder
        exists = folder.exists()
    except (OSError, RuntimeError, ValueError):
        raise SubjectError(f"no such folder: {str(path)!r}") from None
    if exists:
        raise SubjectError(f"{str(path)!r} is a file; a subject is a folder, such as the one it lies in")
    raise SubjectError(f"no such folder: {str(path)!r}{nearest(folder.name, _beside(folder))}")


def _beside(folder: Path) -> list[str]:
    try:
        found = sorted(entry.name for entry in folder.parent.iterdir() if entry.is_dir())
    except OSError:
        return []
    return found[:_NEIGHBOURS]
