"""Follows a command to what it runs in the end: ``make test`` is pytest if its recipe is."""

from __future__ import annotations

from itertools import pairwise
from shlex import quote
from typing import TYPE_CHECKING

from readiness.facts.commands.runners import RUNNERS, WRAPPING
from readiness.facts.commands.runners.model import Call, Led, Step, inside
from readiness.facts.commands.runners.scripts import of_bin
from readiness.facts.commands.shell import Command, split
from readiness.facts.commands.shell.meaning import SHELLS
from readiness.facts.commands.tools import NOTHING, Toolbox, Use, toolbox
from readiness.facts.commands.unwrap import Inner, layers
from readiness.records import Struct, field, replace
from readiness.spans import Span

if TYPE_CHECKING:
    from readiness.facts.model import Facts

DEPTH = 6
LEAVES = 1000
_CHARACTERS = 1 << 21  # of scripts and recipes read for one root
_KEPT = 5_000  # answers
_DOWNLOADING = frozenset(("curl", "wget"))
_FETCHING = frozenset(("curl", "wget", "tar", "unzip", "mkdir", "gh", "svn", "hg", "cookiecutter", "copier"))


class Leaf(Struct, frozen=True):
    """A command that is run in the end.

    ``via`` are the places passed through, outermost first, without the root. ``masked`` is the
    first reason on the way why its failure is lost, or the command's own, or empty.
    ``use`` is what the table of tools says of it. ``unknown`` says why it could not be
    followed although its system could; ``missing`` what it names and is not there.
    ``line`` is the line within the root script.
    """

    command: Command
    via: tuple[Span, ...] = ()
    masked: str = ""
    use: Use = NOTHING
    unknown: str = ""
    missing: str = ""
    line: int = 1


class _Way(Struct, frozen=True):
    """How a place was reached: what was passed, what masks it, which tasks are being run, from which line."""

    via: tuple[Span, ...] = ()
    masked: str = ""
    running: tuple[tuple[str, str], ...] = ()
    line: int = 0
    contained: bool = False
    renamed: int = 0


class _Walk(Struct):
    leaves: list[Leaf] = field(default_factory=list)
    commands: int = 0
    characters: int = 0
    written: set[str] = field(default_factory=set)
    fetched: bool = False

    def exhausted(self) -> bool:
        """Whether enough was followed; the last leaf then says that there is more."""
        over = len(self.leaves) >= LEAVES or self.commands > 4 * LEAVES or self.characters > _CHARACTERS
        if over and self.leaves and not self.leaves[-1].unknown:
            self.leaves[-1] = replace(self.leaves[-1], unknown="it runs more commands than are followed")
        return over


class Follower:
    """Follows commands through the runners and scripts of one repository."""

    def __init__(self, facts: Facts, tools: Toolbox | None = None) -> None:
        self._facts = facts
        self._tools = tools or toolbox()
        self._kept: dict[tuple[str, str, bool, bool, frozenset[str]], tuple[Leaf, ...]] = {}

    def expand(
        self,
        script: str,
        directory: str = "",
        *,
        errexit: bool = True,
        pipefail: bool = False,
        written: frozenset[str] = frozenset(),
    ) -> tuple[Leaf, ...]:
        """The commands that ``script``, started in ``directory``, runs in the end; at most ``LEAVES``.

        If there are more, the last one is unknown. A runner within itself is left out.
        ``written`` are files, as paths from the root, that were made before: they are not missing.
        """
        key = (script, directory, errexit, pipefail, written)
        if key in self._kept:
            return self._kept[key]
        walk = _Walk(written=set(written))
        for command in split(script, errexit=errexit, pipefail=pipefail, directory=directory):
            self._command(walk, command, _Way(line=command.line))
        found = tuple(walk.leaves)
        if len(self._kept) < _KEPT:
            self._kept[key] = found
        return found

    def _command(self, walk: _Walk, command: Command, way: _Way) -> None:
        walk.commands += 1
        if walk.exhausted():
            return
        inner = layers(command.words)[-1]
        _note(walk, command, inner.words)
        way = replace(
            way,
            masked=way.masked or command.masked or inner.soft,
            contained=way.contained or inner.contained,
        )
        if inner.words[:1] and inner.words[0] in SHELLS and self._inner_shell(walk, command, inner, way):
            return
        led = self._led(command, inner, way)
        if led is None:
            use = self._tools.of_inner(replace(inner, soft=""))
            walk.leaves.append(Leaf(command, way.via, way.masked, use, line=way.line))
            return
        if led.words and way.renamed < DEPTH:
            self._command(walk, replace(command, words=led.words), replace(way, renamed=way.renamed + 1))
            return
        before = len(walk.leaves)
        self._steps(walk, led, way)
        if led.missing or led.unknown or len(walk.leaves) == before:
            missing = "" if self._made(walk, led.file) else led.missing
            leaf = Leaf(command, way.via, way.masked, unknown=led.unknown, missing=missing, line=way.line)
            walk.leaves.append(leaf)

    def _made(self, walk: _Walk, path: str) -> bool:
        """Whether a file that is not in the repository was, or may have been, made before."""
        folder = path.rpartition("/")[0]
        call = Call((), "", self._facts)
        return path in walk.written or (walk.fetched and bool(folder) and not call.has_folder(folder))

    def _inner_shell(self, walk: _Walk, command: Command, inner: Inner, way: _Way) -> bool:
        """``docker run IMAGE sh -c "…"`` and its like, which the shell's own reading does not see."""
        if inner.words == command.words or len(way.via) >= DEPTH:
            return False
        text = " ".join(quote(word) for word in inner.words)
        found = split(text, directory=command.directory)
        if len(found) == 1 and found[0].words == inner.words:
            return False
        for each in found:
            self._command(walk, replace(each, line=command.line), way)
        return True

    def _led(self, command: Command, inner: Inner, way: _Way) -> Led | None:
        """What the command leads to, or None if it is no runner."""
        if not inner.words or len(way.via) >= DEPTH:
            return None
        wrapped = [(each.words, WRAPPING) for each in layers(command.words) if each.words]
        for words, runners in (*wrapped, (inner.words, RUNNERS)):
            call = Call(words, command.directory, self._facts, contained=way.contained)
            for runner in runners:
                led = runner(call)
                if led is not None:
                    return led
        if self._tools.of_inner(inner).purposes:
            return None
        calls = (Call(words, command.directory, self._facts, contained=way.contained) for words, _ in wrapped)
        return next((led for led in map(of_bin, calls) if led is not None), None)

    def _steps(self, walk: _Walk, led: Led, way: _Way) -> None:
        for step in led.steps:
            key = (step.path, step.name)
            if key not in way.running:
                self._step(walk, step, replace(way, running=(*way.running, key)))

    def _step(self, walk: _Walk, step: Step, way: _Way) -> None:
        piece = step.piece
        walk.characters += len(piece.text)
        if walk.exhausted():
            return
        commands = split(
            piece.text,
            errexit=piece.errexit,
            pipefail=piece.pipefail,
            arguments=step.arguments,
            directory=step.directory,
            script_directory=step.script,
        )
        for command in commands:
            line = piece.line if piece.folded else piece.line + command.line - 1
            via = (*way.via, Span(step.path, line)) if step.path else way.via
            self._command(walk, command, replace(way, via=via, masked=way.masked or piece.soft))


def _note(walk: _Walk, command: Command, words: tuple[str, ...]) -> None:
    """Take note of files that a command makes, and of commands that bring others."""
    walk.written.update(inside(command.directory, name) for name in command.writes)
    name = words[0] if words else ""
    if name in _DOWNLOADING:
        for option, value in pairwise(words):
            if option in ("-o", "-O", "--output", "--output-document"):
                walk.written.add(inside(command.directory, value))
        for word in words[1:]:
            if "://" in word:
                walk.written.add(inside(command.directory, word.rpartition("/")[2]))
    elif name in ("cp", "mv", "ln") and len(words) > 2:
        walk.written.add(inside(command.directory, words[-1]))
    walk.fetched = walk.fetched or name in _FETCHING or words[:2] == ("git", "clone")
