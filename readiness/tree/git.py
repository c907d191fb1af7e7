"""The one door to the git command line: it asks, and nothing that a repository says makes it act.

A ``.git/config`` can name programs (filters, hooks, pagers, helpers, remotes) for git to
run. So only commands that read are let through, under an environment and options that
switch off every such program; where git must not look (a filter's file), it is not asked.
Source: git(1), git-config(1) and gitattributes(5) of git 2.39 to 2.47.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import threading
from typing import TYPE_CHECKING

from readiness.records import Struct
from readiness.tree.config import small_text
from readiness.tree.stuck import stuck

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

COMMANDS = frozenset(
    {"cat-file", "diff-files", "diff-index", "for-each-ref", "log", "ls-files", "ls-tree", "rev-list"}
    | {"rev-parse"}
)
"""The commands that are run; any other is our own mistake."""

Process = subprocess.Popen[bytes]
"""A running git."""

MOST_BYTES = 256 << 20
"""How much of one listing is taken."""

_LONG = 5.0
"""Seconds after which it is looked whether git waits for a pipe. No answer depends on it."""

_PATIENCE = 900.0
"""Further seconds after which a git that hangs counts as failed."""


class GitError(Exception):
    """Git is not installed, does not answer, or says no. The text names no place on this machine."""


class NoGit(GitError):  # noqa: N818 - a state of the machine
    """There is no git command on this machine."""


class Git(Struct, frozen=True):
    """A repository: its git folder, and the root of its work tree (None for a bare one)."""

    git_dir: Path
    work_tree: Path | None

    @classmethod
    def find(cls, path: Path) -> Git | None:
        """The repository that ``path``, an absolute folder, lies in; None if in none.

        A folder that is itself a git folder (a bare repository) counts, its subfolders do not.
        """
        for folder in (path, *path.parents):
            git_dir = _git_dir(folder / ".git")
            if git_dir is not None:
                return cls(git_dir, folder)
            if folder == path and _is_git_dir(folder):
                return cls(folder, None)
        return None

    @property
    def top(self) -> Path:
        """The folder in which git is run: the work tree's root, else the git folder."""
        return self.work_tree or self.git_dir

    @property
    def common_dir(self) -> Path:
        """The git folder that linked work trees share, where configuration and refs lie."""
        named = small_text(self.git_dir / "commondir").strip()
        return self.git_dir / named if named else self.git_dir

    def run(self, command: str, *arguments: str | bytes, stdin: bytes = b"") -> bytes:
        """What ``git COMMAND ARGUMENTS`` prints.

        Raises ``GitError`` if git is missing or fails, ``ValueError`` for a command that is
        not one of ``COMMANDS``.
        """
        process = self._started(command, arguments)
        with process:
            try:
                out = self._answer(process, stdin)
            except (OSError, subprocess.TimeoutExpired):
                process.kill()
                raise GitError(f"git {command} does not answer") from None
        if process.returncode != 0:
            raise GitError(f"git {command} failed with status {process.returncode}")
        return out

    def _answer(self, process: Process, stdin: bytes) -> bytes:
        try:
            return process.communicate(stdin, timeout=_LONG)[0]
        except subprocess.TimeoutExpired:
            if stuck(self.git_dir, self.common_dir, self.work_tree):
                raise
        return process.communicate(timeout=_PATIENCE)[0]

    def records(
        self,
        command: str,
        *arguments: str | bytes,
        most: int,
        most_bytes: int | None = None,
        stdin: bytes = b"",
    ) -> tuple[list[bytes], bool]:
        """What a command prints with ``-z``, parted; and whether that is all.

        At most ``most`` records and ``most_bytes`` bytes (``MOST_BYTES`` if not said): a few
        objects of git can stand for thousands of millions of files. ``stdin`` is for a command
        that reads all of it before it prints. Raises like ``run``.
        """
        limit = MOST_BYTES if most_bytes is None else most_bytes
        process = self._started(command, arguments)
        out, size, count = [], 0, 0
        with process, _Watch(self, process):
            _give(process, stdin)
            stream = process.stdout
            while stream is not None and count <= most and size <= limit:
                block = stream.read(1 << 16)
                if not block:
                    break
                out.append(block)
                size += len(block)
                count += block.count(b"\0")
            whole = count <= most and size <= limit
            if not whole:
                process.kill()
        if whole and process.returncode != 0:
            raise GitError(f"git {command} failed with status {process.returncode}")
        found = b"".join(out).split(b"\0")[:-1]
        return found[:most], whole

    def start(self, command: str, *arguments: str) -> Process:
        """A running ``git COMMAND ARGUMENTS`` to write to and read from. Raises like ``run``."""
        return self._started(command, arguments)

    def _started(self, command: str, arguments: Sequence[str | bytes]) -> Process:
        line = self._line(command, arguments)
        try:
            return subprocess.Popen(  # noqa: S603 - one of COMMANDS, no shell
                line,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self.top,
                env=self._environment(),
            )
        except FileNotFoundError:
            raise NoGit("git is not installed") from None
        except OSError:
            raise GitError(f"git {command} does not start") from None

    def _line(self, command: str, arguments: Sequence[str | bytes]) -> list[str | bytes]:
        if command not in COMMANDS:
            raise ValueError(f"git {command} is not one of the commands that only read")
        program = shutil.which("git")
        if program is None:
            raise NoGit("git is not installed")
        line: list[str | bytes] = [program, "--no-pager"]
        for setting in self._settings():
            line += ["-c", setting]
        line.append(command)
        if command == "log":
            line += ["--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-mailmap"]
        if command in {"diff-files", "diff-index"}:
            line += ["--no-ext-diff", "--no-textconv", "--ignore-submodules=all"]
        return [*line, *arguments]

    def _settings(self) -> tuple[str, ...]:
        return (
            "core.commitGraph=false",
            "core.fsmonitor=false",
            f"core.hooksPath={os.devnull}",
            f"core.excludesFile={os.devnull}",
            f"core.attributesFile={os.devnull}",
            "core.untrackedCache=false",
            "core.pager=cat",
            "credential.helper=",
            "diff.external=",
            "log.showSignature=false",
            f"safe.directory={self.top}",
        )

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        work_tree = {"GIT_WORK_TREE": str(self.work_tree)} if self.work_tree else {}
        return {
            **kept,
            "GIT_DIR": str(self.git_dir),
            **work_tree,
            "GIT_ALLOW_PROTOCOL": "none",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_GRAFT_FILE": os.devnull,
            "GIT_LITERAL_PATHSPECS": "1",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "HOME": os.devnull,
            "LANGUAGE": "",
            "LC_ALL": "C",
            "XDG_CONFIG_HOME": os.devnull,
        }


def _give(process: Process, stdin: bytes) -> None:
    """Hand over what a command asks for; one that ended early says so by its status."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.write(stdin)
        with contextlib.suppress(OSError):
            process.stdin.close()


class _Watch:
    """Ends a process that waits for what never comes, while its output is read."""

    def __init__(self, git: Git, process: Process) -> None:
        self._git, self._process = git, process
        self._timer = threading.Timer(_LONG, self._look)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()

    def _look(self) -> None:
        if stuck(self._git.git_dir, self._git.common_dir, self._git.work_tree):
            self._process.kill()


def _git_dir(dot_git: Path) -> Path | None:
    """The git folder that a ``.git`` is or, as a file, points to; None if it is neither."""
    if _is_git_dir(dot_git):
        return dot_git
    line = small_text(dot_git)
    if not line.startswith("gitdir:"):
        return None
    named = (dot_git.parent / line.removeprefix("gitdir:").strip()).resolve()
    return named if _is_git_dir(named) else None


def _is_git_dir(folder: Path) -> bool:
    try:
        has_objects = (folder / "objects").is_dir() or (folder / "commondir").is_file()
        return has_objects and (folder / "HEAD").is_file()
    except OSError:
        return False
