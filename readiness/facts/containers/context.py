"""What a build of an image can take from the subject's files.

Which folder is a build's context is said on the command line and not in the Dockerfile, so
a file counts as missing only if no folder of the subject could be the one.
"""

from __future__ import annotations

from posixpath import basename, dirname, normpath
from typing import TYPE_CHECKING

from readiness.facts.containers.variables import UNKNOWN
from readiness.facts.words import word_set

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.containers.dockerfile import Dockerfile, Instruction
    from readiness.facts.model import Facts

_ELSEWHERE = ("http://", "https://", "git://", "ssh://", "git@", "<<")
# A build before the image's build puts these there.
_OUTPUTS = word_set("""
    .next .nuxt .output _build artifact artifacts bin build built coverage dist generated node_modules out
    output public publish release result static target vendor
    """)
_MANIFESTS = (
    "Cargo.toml",
    "Gemfile",
    "build.gradle",
    "build.gradle.kts",
    "composer.json",
    "go.mod",
    "mix.exs",
    "package.json",
    "pom.xml",
    "pyproject.toml",
    "requirements.txt",
)
_OUTPUT_ENDINGS = (".deb", ".ear", ".gz", ".jar", ".rpm", ".tar", ".tgz", ".war", ".whl", ".zip")


class Context:
    """The subject's files as a build sees them."""

    def __init__(self, facts: Facts) -> None:
        self._paths: set[str] = set()
        self._tails: set[str] = set()
        for entry in facts.tree.entries:
            self._add(entry.path)
        for problem in facts.tree.problems:  # a link is there, though it is not read
            self._add(problem.path)
        self._modules = tuple(_submodules(facts))
        self._prebuilt = bool(facts.paths("{.,}goreleaser.{yml,yaml}"))

    def _add(self, path: str) -> None:
        while path and path not in self._paths:
            self._paths.add(path)
            self._tails.add(_tail(path))
            self._tails.add(basename(path))
            path = dirname(path)

    def has_ignore_file(self, dockerfile: str, file: Dockerfile) -> bool:
        """Whether a ``.dockerignore`` lies where the build can see it, or has the Dockerfile's name.

        That is beside the Dockerfile or at the root; at the root not where the Dockerfile's
        own folder must be the context.
        """
        folder = dirname(dockerfile)
        beside = f"{folder}/" if folder else ""
        names = (".dockerignore", ".containerignore")
        candidates = [*(beside + name for name in names), f"{dockerfile}.dockerignore"]
        if not self._builds_in(folder, file) and not self._builds_below(folder, file):
            candidates += names
        return any(path in self._paths for path in candidates)

    def _builds_in(self, folder: str, file: Dockerfile) -> bool:
        """Whether only ``folder`` can be the context: what it copies is there and not at the root."""
        own = [name for name in _MANIFESTS if f"{folder}/{name}" in self._paths and name not in self._paths]
        if not folder or not own or any(basename(folder) in each.arguments for each in file.instructions):
            return False
        words = [word.strip("/") for each in _copies(file) for word in each.words[:-1]]
        return any(word in ("", ".") or any(_stands_for(word, name) for name in own) for word in words)

    def _builds_below(self, folder: str, file: Dockerfile) -> bool:
        """Whether the root cannot be the context: a file that is copied is not there, but in the
        Dockerfile's folder or one above it.
        """
        above = [folder] if folder else []
        while above and dirname(above[-1]):
            above.append(dirname(above[-1]))
        sources = (normpath(source.lstrip("/")) for source in _sources(file) if source.strip("/."))
        return any(
            source not in self._paths and any(f"{each}/{source}" in self._paths for each in above)
            for source in sources
        )

    def missing(self, dockerfile: str, file: Dockerfile) -> frozenset[str]:
        """The sources of ``COPY`` and ``ADD`` that are in no folder of the subject.

        Not asked of patterns, addresses, other stages, variables that only a build knows, and
        what usually is the output of a build before: ``dist/``, ``target/app.jar``.
        """
        return frozenset(
            source for source in _sources(file) if not self._prebuilt and self._is_missing(dockerfile, source)
        )

    def _is_missing(self, dockerfile: str, source: str) -> bool:
        path = normpath(source.lstrip("/")) if source.strip("/") else "."
        if path == "." or path.startswith(".."):
            return False
        if _OUTPUTS.intersection(path.split("/")) or path.endswith(_OUTPUT_ENDINGS):
            return False
        if path in self._paths or f"{dirname(dockerfile)}/{path}" in self._paths:
            return False
        return _tail(path) not in self._tails and not any(_within(path, each) for each in self._modules)


def _within(path: str, module: str) -> bool:
    return (
        f"{path}/".startswith(f"{module}/") or f"/{module}/".endswith(f"/{path}/") or basename(module) in path
    )


def _tail(path: str) -> str:
    """The last two parts: what no path ends in, no folder holds."""
    folder, _, name = path.rpartition("/")
    return f"{basename(folder)}/{name}" if folder else name


def _stands_for(word: str, name: str) -> bool:
    """Whether ``word`` is ``name``, or a pattern with one star for it: ``package*.json``."""
    start, star, end = word.removeprefix("./").partition("*")
    return name.startswith(start) and name.endswith(end) if star else start == name


def _copies(file: Dockerfile) -> Iterator[Instruction]:
    for each in file.instructions:
        if each.keyword in ("ADD", "COPY") and "from" not in dict(each.flags) and not each.heredocs:
            yield each


def _sources(file: Dockerfile) -> Iterator[str]:
    for each in _copies(file):
        for word in each.words[:-1]:
            if (
                word
                and UNKNOWN not in word
                and not word.startswith(_ELSEWHERE)
                and not set("*?[\\") & set(word)
            ):
                yield word


def _submodules(facts: Facts) -> Iterator[str]:
    if facts.entry(".gitmodules") is None:
        return
    for line in facts.tree.read(".gitmodules").decode("utf-8", "replace").splitlines()[:1000]:
        key, _, value = line.partition("=")
        if key.strip() == "path" and value.strip():
            yield value.strip().strip("/")
