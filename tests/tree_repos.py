"""Small git repositories for the tests of the tree, made with git itself."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from readiness.tree.model import Tree

_ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_AUTHOR_DATE": "2024-03-01T23:30:00-0500",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_COMMITTER_DATE": "2024-03-01T23:30:00-0500",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


class Repo:
    """A repository with a work tree at ``path``."""

    def __init__(self, path: Path, *options: str) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.git("init", "-q", "-b", "main", *options)

    def git(self, *arguments: str, stdin: bytes = b"", check: bool = True) -> str:
        """What git prints; the caller's own settings play no part."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            env={**os.environ, **_ENVIRONMENT},
            input=stdin,
            capture_output=True,
            check=check,
            timeout=60,
        )
        return done.stdout.decode("utf-8", "replace").strip()

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write files into the work tree."""
        for name, content in files.items():
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(self, files: Mapping[str, str | bytes] | None = None, message: str = "change") -> str:
        """Write files, commit all there is, and give the commit's id."""
        self.write(files or {})
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def settle(self) -> None:
        """Date the files back and let git look at them, so that times can be trusted."""
        for name in self.git("ls-files").splitlines():
            file = self.path / name
            if file.is_file() and not file.is_symlink():
                os.utime(file, (1_600_000_000, 1_600_000_000))
        self.git("update-index", "-q", "--refresh", check=False)


def paths(tree: Tree) -> list[str]:
    """The paths of a tree's entries."""
    return [entry.path for entry in tree.entries]


def messages(tree: Tree) -> dict[str, str]:
    """Path to message of a tree's problems."""
    return {problem.path: problem.message for problem in tree.problems}


def folder(top: Path, files: Mapping[str, str | bytes]) -> Path:
    """A folder without git."""
    for name, content in files.items():
        file = top / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return top
