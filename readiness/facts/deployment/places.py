"""The subject's files as a deployment's files name them: what is there, what git ignores, where code lies."""

from __future__ import annotations

from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from readiness.facts.files import CODE_FILE
from readiness.globs import glob
from readiness.matching import Pattern, PatternError
from readiness.tree.model import Role, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.model import Facts

_IGNORED_LINES = 500
_TEMPLATES = (".example", ".sample", ".template", ".dist", ".tmpl", "-example", ".default")


def resolved(folder: str, path: str) -> str | None:
    """``path`` as seen from ``folder``, relative to the root (which is empty); None outside the subject."""
    if path.startswith(("/", "~")) or "\\" in path:
        return None
    whole = normpath(join(folder, path))
    if whole == ".":
        return ""
    return None if whole == ".." or whole.startswith("../") else whole


class Places:
    """Files and folders of a subject, by path."""

    def __init__(self, facts: Facts) -> None:
        self._files = {entry.path for entry in facts.tree.entries}
        self._files.update(problem.path for problem in facts.tree.problems)
        self._folders = {""}
        for path in self._files:
            self._folders.update(_parents(path, self._folders))
        self._code: set[str] = set()
        for row in facts.collected(CODE_FILE).rows:
            if row.role is Role.PRODUCT:
                self._code.update(_parents(row.path, self._code))
        self._ignored = dict(_ignored(facts))
        self._modules = tuple(_submodules(facts))

    def is_file(self, path: str) -> bool:
        """Whether the subject has the file (or a link of that name)."""
        return path in self._files

    def is_folder(self, path: str) -> bool:
        """Whether the subject has a file below the folder."""
        return path in self._folders

    def holds_code(self, folder: str) -> bool:
        """Whether product code lies in the folder or below it."""
        return folder in self._code

    def is_missing(self, path: str) -> bool:
        """Whether a path that a file names is not there, and nothing says that it is put there elsewhere.

        What git ignores, what has an example beside it, and what lies in a submodule is put there.
        """
        if path in self._files or path in self._folders:
            return False
        if any(f"{path}/".startswith(f"{module}/") for module in self._modules):
            return False
        if any(path + ending in self._files for ending in _TEMPLATES):
            return False
        return not self.is_ignored(path)

    def is_ignored(self, path: str) -> bool:
        """Whether a ``.gitignore`` covers the path. Source: gitignore(5), without its exceptions (``!``)."""
        parts = path.split("/")
        for start in range(len(parts)):
            pattern = self._ignored.get("/".join(parts[:start]))
            if pattern is None:
                continue
            if any(pattern.covers("/".join(parts[start : end + 1])) for end in range(start, len(parts))):
                return True
        return False


def _parents(path: str, known: set[str]) -> Iterator[str]:
    folder = dirname(path)
    while folder not in known:
        yield folder
        if not folder:
            return
        folder = dirname(folder)


def _ignored(facts: Facts) -> Iterator[tuple[str, Pattern]]:
    """For the folder of each ``.gitignore`` one pattern of all its lines."""
    for entry in facts.paths("**/.gitignore"):
        sources = []
        for line in _lines(facts, entry.path):
            text = line.strip().rstrip("/")
            # Nobody writes more than a few stars, and they are costly to compile.
            if not text or text.startswith(("#", "!")) or text.count("*") > 8 or len(text) > 200:
                continue
            try:
                source = glob(text.lstrip("/") if "/" in text else f"**/{text}").source
            except PatternError:
                continue
            sources.append(f"(?:{source})")
        try:
            yield dirname(entry.path), Pattern("|".join(sources or ["^$"]))
        except PatternError:  # too many of them together
            continue


def _submodules(facts: Facts) -> Iterator[str]:
    for line in _lines(facts, ".gitmodules") if facts.entry(".gitmodules") is not None else ():
        key, _, value = line.partition("=")
        if key.strip() == "path" and value.strip():
            yield value.strip().strip("/")


def _lines(facts: Facts, path: str) -> tuple[str, ...]:
    try:
        data = facts.tree.read(path)
    except Unreadable:
        return ()
    return tuple(data.decode("utf-8", "replace").splitlines()[:_IGNORED_LINES])


_KEPT: WeakKeyDictionary[Facts, Places] = WeakKeyDictionary()


def places(facts: Facts) -> Places:
    """The places of a subject, worked out once."""
    kept = _KEPT.get(facts)
    if kept is None:
        kept = _KEPT[facts] = Places(facts)
    return kept
