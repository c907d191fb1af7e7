"""Tasks that are called by name (``make deploy``, ``npm run x``): whether some file declares them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.commands.runners import just, make, npm, taskfile
from readiness.facts.commands.runners.model import Call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from readiness.facts.commands.runners.model import Led, Runner
    from readiness.facts.model import Facts
    from readiness.facts.references.noun import Kind

_RUNNERS: dict[str, tuple[Kind, Runner]] = {
    **dict.fromkeys(("make", "gmake"), ("make-target", make.run)),
    **dict.fromkeys(("npm", "pnpm", "yarn", "bun"), ("npm-script", npm.run)),
    "just": ("task", just.run),
    "task": ("task", taskfile.run),
}
_GENERATED = ("**/CMakeLists.txt", "**/Makefile.am", "**/Makefile.in", "**/configure.ac", "**/Makefile.PL")


class Tasks:
    """The tasks of a subject, asked for by commands."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._declared: dict[str, frozenset[str]] = {}

    def asked(self, words: tuple[str, ...], folders: Iterable[str]) -> tuple[Kind, str, bool | None] | None:
        """The kind, the name and the existence of the task that ``words`` call in one of ``folders``.

        None if they call none. A task that some other folder declares is neither there nor missing.
        """
        if words[0] not in _RUNNERS or any(sign in word for word in words for sign in "$<>{}[]*`|…"):
            return None
        kind, runner = _RUNNERS[words[0]]
        if words[0] in ("make", "gmake", "just", "task") and len(words) < 2:
            return None
        led = [found for folder in folders if (found := runner(Call(words, folder, self._facts))) is not None]
        if not led or any(option in words for option in ("-f", "-C", "--file", "--directory")):
            return None
        name = " ".join(words[:4])
        if any(_found(each) for each in led):
            return kind, name, True
        if any(each.unknown for each in led) or self._elsewhere(kind, words):
            return kind, name, None
        return kind, name, False

    def declared(self, kind: Kind, name: str) -> bool:
        """Whether some file of the subject declares the task ``name``."""
        return kind in ("npm-script", "make-target") and self._elsewhere(kind, ("", name))

    def _elsewhere(self, kind: Kind, words: tuple[str, ...]) -> bool:
        """Whether another folder declares it, or a file that declares it may be made."""
        if kind == "npm-script":
            names = self._names(kind, ("**/package.json",), self._scripts)
            return not self._facts.paths("**/package.json") or not names.isdisjoint(words[1:])
        if kind == "make-target":
            names = self._names(kind, ("**/{GNUm,M,m}akefile", "**/*.mk"), self._targets)
            return not names.isdisjoint(words[1:]) or bool(self._facts.paths(*_GENERATED))
        return bool(self._facts.paths("**/{j,J,.j}ustfile", "**/[Tt]askfile*.y{a,}ml"))

    def _names(
        self, kind: Kind, globs: tuple[str, ...], read: Callable[[str], Iterable[str]]
    ) -> frozenset[str]:
        if kind not in self._declared:
            found = (name for entry in self._facts.paths(*globs) for name in read(entry.path))
            self._declared[kind] = frozenset(found)
        return self._declared[kind]

    def _scripts(self, path: str) -> Iterable[str]:
        package = self._facts.parsed(npm.PARSER, path).value
        return package.scripts if package else ()

    def _targets(self, path: str) -> Iterable[str]:
        tasks = self._facts.parsed(make.PARSER, path).value
        return tasks.targets if tasks else ()


def _found(led: Led) -> bool:
    return not led.missing and not led.unknown and (bool(led.steps) or bool(led.words))
