"""Whether git waits for something that never comes: a pipe or device where it reads a file.

An archive can bring a named pipe called ``.gitignore`` or ``.git/config``. Git opens it and
waits for ever. This is looked at only when git takes long, and decided by what is there,
not by how long.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from readiness.tree.config import settings, small_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_READ_ANYWHERE = frozenset({".gitignore", ".gitattributes"})
_INCLUDES = 20


def stuck(git_dir: Path, common_dir: Path, work_tree: Path | None) -> bool:
    """Whether a special file lies where git reads while it lists."""
    if any(_special(path) for folder in (git_dir, common_dir) for path in _files(folder)):
        return True
    if any(_special(path) for path in _included(common_dir / "config")):
        return True
    ignores: Iterable[Path] = _files(work_tree) if work_tree else ()
    return any(path.name in _READ_ANYWHERE and _special(path) for path in ignores)


def _files(top: Path) -> Iterator[Path]:
    folders = [str(top)]
    while folders:
        try:
            with os.scandir(folders.pop()) as found:
                for entry in found:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    else:
                        yield Path(entry.path)
        except OSError:
            continue


def _special(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _included(config: Path) -> list[Path]:
    """The files that a configuration includes, and those that they include."""
    waiting = [config]
    found: list[Path] = []
    while waiting and len(found) < _INCLUDES:
        file = waiting.pop()
        for setting in settings(small_text(file)):
            if setting.section in {"include", "includeif"} and setting.key == "path":
                named = file.parent / setting.value
                found.append(named)
                waiting.append(named)
    return found
