"""Where something that is named could be: the subject's files and folders, and what a build makes.

Sources: git, "gitignore" (what is ignored may be there in a work tree of its own); GitHub, "About
READMEs" (relative links, a leading slash for the root).
"""

from __future__ import annotations

from posixpath import basename, dirname, normpath
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from readiness.facts.words import name_words, word_set
from readiness.globs import glob
from readiness.matching import PatternError

if TYPE_CHECKING:
    from readiness.facts.model import Facts
    from readiness.matching import Pattern

_MADE = word_set(
    """
    .cache .env .next .nox .nuxt .output .pytest_cache .serverless .terraform .tox .venv __pycache__ _build
    _site artifact artifacts backup backups bin build built cache certs coverage credentials data dist dump
    dumps env export exports generated htmlcov keys log logs media mnt node_modules out output outputs pki
    private public release releases report reports results run runs secrets site static ssl staticfiles target
    temp tls tmp uploads vendor venv virtualenv volumes
    """
)
_MADE_ENDINGS: tuple[str, ...] = (
    ".bak",
    ".crt",
    ".csr",
    ".csv",
    ".db",
    ".deb",
    ".dump",
    ".ear",
    ".env",
    ".gz",
    ".jar",
    ".key",
)
_MADE_ENDINGS += (
    ".lock",
    ".log",
    ".pem",
    ".pid",
    ".rpm",
    ".sock",
    ".sqlite",
    ".sqlite3",
    ".tar",
    ".tgz",
    ".war",
)
_MADE_ENDINGS += (
    ".whl",
    ".xml",
    ".zip",
    ".local",
    ".out",
    ".tmp",
    ".min.js",
    ".min.css",
    ".tfstate",
    ".tfplan",
)
_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock")
_BUILT = ("-amd64", "-arm64", "-linux", "_amd64", "_linux", "-darwin", "-windows")
_SPOKEN = word_set(
    """
    another bar baz custom dummy example file filename foo hello lorem mine module name newfile placeholder
    project-name sample something username xxx yours
    """
)
_PATTERNS = 500


class Places:
    """The subject's paths as others name them. Paths are relative to the root, without a leading ``./``."""

    def __init__(self, facts: Facts) -> None:
        self._paths: set[str] = set()
        self._folders: set[str] = set()
        self._names: dict[str, list[str]] = {}
        self._links = {problem.path for problem in facts.tree.problems}
        for entry in facts.tree.entries:
            self._add(entry.path)
        for path in sorted(self._links):  # a link is there, though it is not read
            self._add(path)
        self._ignored = _ignored(facts)
        self._modules = _submodules(facts)
        self.first = {path.partition("/")[0] for path in self._paths if "/" in path}

    def _add(self, path: str) -> None:
        self._paths.add(path)
        self._names.setdefault(basename(path), []).append(path)
        folder = dirname(path)
        while folder and folder not in self._folders:
            self._folders.add(folder)
            self._names.setdefault(basename(folder), []).append(folder)
            folder = dirname(folder)

    def has(self, path: str) -> bool:
        """Whether ``path`` is a file or a folder of the subject."""
        return path in self._paths or path in self._folders or path in ("", ".")

    def has_folder(self, path: str) -> bool:
        """Whether ``path`` is a folder with files in it."""
        return path in self._folders or path in ("", ".")

    def named(self, name: str) -> list[str]:
        """The paths whose last part is ``name``."""
        return self._names.get(name, [])

    def ends(self, path: str) -> bool:
        """Whether some file or folder has ``path`` at its end: seen from another folder, it is there."""
        return any(each == path or each.endswith("/" + path) for each in self.named(basename(path)))

    def answer(self, path: str) -> bool | None:
        """Whether ``path`` is there; None where a build, a person or another repository may put it there."""
        if self.has(path):
            return True
        return None if self.may_be_made(path) or self.lies_elsewhere(path) else False

    def may_be_made(self, path: str) -> bool:
        """Whether a path that is not in the subject may be made where it is used, or only stands for one."""
        parts = path.lower().split("/")
        if _MADE.intersection(parts[:-1]) or parts[-1] in _MADE or any(_spoken(part) for part in parts):
            return True
        if parts[-1].startswith(".env"):
            return not any(word in parts[-1] for word in ("example", "sample", "template"))
        if path.lower().endswith(_MADE_ENDINGS) or any(sign in parts[-1] for sign in _BUILT):
            return True
        if path.endswith(".txt") and any(self.has(path[:-4] + ending) for ending in (".in", ".ini")):
            return True  # pip-compile makes it
        if parts[-1].startswith("requirements") and any(self.has(lock) for lock in _LOCKS):
            return True  # exported from the lock file
        return any(pattern.covers(path) or pattern.covers(path + "/") for pattern in self._ignored)

    def lies_elsewhere(self, path: str) -> bool:
        """Whether a path leads below a link or a submodule, or out of the subject."""
        above = path
        while above:
            if above in self._links or above in self._modules:
                return True
            above = dirname(above)
        return path == ".." or path.startswith("../")


def _spoken(part: str) -> bool:
    """Whether a part of a path only stands for a name: ``my_module``, ``your-app.yaml``, ``foo``."""
    stem = part.partition(".")[0].replace("-", "_")
    if "_url" in stem or "_path" in stem or stem.endswith("_dir"):
        return True
    if "12345" in stem or not {"custom", "my", "specific", "your"}.isdisjoint(name_words(part)):
        return True
    return bool(stem) and (stem in _SPOKEN or stem.split("_")[0] in ("example", "some", "new"))


_PLACES: WeakKeyDictionary[Facts, Places] = WeakKeyDictionary()


def places_of(facts: Facts) -> Places:
    """The places of a subject, worked out once."""
    found = _PLACES.get(facts)
    if found is None:
        found = _PLACES[facts] = Places(facts)
    return found


def inside(folder: str, path: str) -> str:
    """``path`` as named in ``folder``, from the root; empty for the root, ``..`` in front if it leaves it."""
    joined = normpath(f"{folder}/{path}" if folder else path)
    return "" if joined == "." else joined


def _ignored(facts: Facts) -> tuple[Pattern, ...]:
    found: list[Pattern] = []
    for entry in facts.paths(".gitignore", "*/.gitignore", "*/*/.gitignore"):
        folder = dirname(entry.path)
        for line in _lines(facts, entry.path):
            text = line.strip()
            if not text or text.startswith(("#", "!")) or len(found) >= _PATTERNS:
                continue
            anchored = "/" in text.rstrip("/")
            bare = text.strip("/").replace("\\", "")
            start = f"{folder}/" if folder else ""
            try:
                found.append(glob(f"{start}{'' if anchored else '**/'}{bare}{{,/**}}"))
            except PatternError:
                continue
    return tuple(found)


def _submodules(facts: Facts) -> frozenset[str]:
    if facts.entry(".gitmodules") is None:
        return frozenset()
    pairs = [line.partition("=") for line in _lines(facts, ".gitmodules")]
    return frozenset(value.strip().strip("/") for key, _, value in pairs if key.strip() == "path")


def _lines(facts: Facts, path: str) -> list[str]:
    from readiness.facts.references.mentions import LINES  # noqa: PLC0415 - it reads documents

    return list(facts.parsed(LINES, path).value or ())[:1000]
