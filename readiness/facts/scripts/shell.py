"""Shell scripts: their commands in the order in which they are run, and the functions these stand in."""

from __future__ import annotations

from shlex import join
from typing import TYPE_CHECKING

from readiness.facts.commands.idle import is_placeholder
from readiness.facts.commands.runners.scripts import PARSER, Script
from readiness.facts.commands.shell import Command, split
from readiness.facts.commands.shell.grammar import Simple
from readiness.facts.commands.shell.lexer import closing
from readiness.facts.commands.shell.meaning import SHELLS
from readiness.facts.commands.shell.outcome import blocks, parts
from readiness.facts.commands.shell.values import Scope
from readiness.facts.commands.shell.walk import Walk
from readiness.facts.commands.unwrap import unwrap
from readiness.facts.scripts.model import Course, Event, Passage
from readiness.facts.scripts.places import stem_of
from readiness.facts.scripts.purposes import NONE, of_file, of_tool, short
from readiness.facts.words import word_set
from readiness.records import Struct, field

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.facts.commands.follow import Follower
    from readiness.facts.commands.shell.grammar import Block, Part
    from readiness.facts.commands.shell.walk import _At
    from readiness.facts.commands.tools import Toolbox

__all__ = ["PARSER", "Script", "read"]

_RUNNERS = SHELLS | word_set(". source make just task npm yarn pnpm python python3 node ruby")
_MORE_IDLE = word_set(
    ". source if for while case trap getopts basename dirname readlink realpath grep awk sed"
)
_ENDINGS = (".sh", ".py", ".js", ".ts", ".rb", ".bash", ".mjs")
_SAYING = word_set("echo printf [ [[ test if local export readonly declare")
_INNER = 4_000  # characters of a substitution that are looked at
_SPAN = 5_000  # commands of a function's body that are looked at


class _Call(Struct):
    """The first call of a function: from which command to which, and why its failure is lost."""

    first: int
    last: int
    masked: str = ""


class _Traced(Walk):
    """A walk that remembers which functions were called, and when."""

    def __init__(self, text: str, scope: Scope, *, errexit: bool, pipefail: bool) -> None:
        super().__init__(text, scope, errexit=errexit, pipefail=pipefail)
        self.called: dict[str, _Call] = {}

    def _call(self, name: str, arguments: tuple[str, ...], at: _At) -> str:
        first = len(self.found)
        ended = super()._call(name, arguments, at)
        self.called.setdefault(name, _Call(first, len(self.found), at.mask))
        return ended


class _Reader(Struct):
    """What commands come to. ``kept`` are answers."""

    tools: Toolbox
    follower: Follower
    folder: str
    kept: dict[tuple[tuple[str, ...], str], Event] = field(default_factory=dict)


def read(script: Script, path: str, follower: Follower, tools: Toolbox) -> Course:
    """What the shell script ``path`` does from its start to its end."""
    folder = path.rpartition("/")[0]
    walk = _Traced(
        script.text.replace("\r\n", "\n"),
        Scope("", folder, None),
        errexit=script.errexit,
        pipefail=script.pipefail,
    )
    commands = walk.run()
    reader = _Reader(tools, follower, folder)
    events = tuple(_event(reader, command) for command in commands)
    mentioned = _mentioned(commands, script.text)
    passages = [
        _passage(name, _body(body), walk.called.get(name), name in mentioned or "$" in mentioned, events)
        for name, body in walk.known.functions.items()
    ]
    idle = all(event.idle for event in events) and all(each.idle for each in passages)
    return Course(events, tuple(passages), idle, started=bool(commands) or not passages)


def sourced(script: Script) -> frozenset[str]:
    """The names, without folder, of the files whose functions the script takes in."""
    found = set()
    for line in script.text.splitlines():
        name, _, rest = line.strip().partition(" ")
        file = rest.rpartition("/")[2].split()
        if name in (".", "source") and file:
            found.add(file[0].strip("\"'"))
    return frozenset(found)


def _mentioned(commands: Iterable[Command], text: str) -> frozenset[str]:
    """What may be called by another way than its own command: handed to one (``trap``, ``retry 3 NAME``), or
    within ``$(…)``. ``$`` is among them where an argument says which function it is to be.
    """
    found = {
        word.partition(" ")[0]
        for command in commands
        if command.words[:1] != ("echo",)
        for word in command.words[1:]
    }
    found |= {
        "$"
        for command in commands
        if command.words and command.words[0].startswith(("$@", "$1", "${1", "$*"))
    }
    for sign in ("$(", "`"):
        found |= {part.split(maxsplit=1)[0].rstrip(')`"') for part in text.split(sign)[1:] if part.strip()}
    return frozenset(found)


def _passage(
    name: str, body: tuple[int, bool], call: _Call | None, mentioned: bool, events: tuple[Event, ...]
) -> Passage:
    line, idle = body
    if call is None:
        last = len(events) if mentioned else 0
        return Passage(name, line, last, last, called=mentioned, idle=idle, works=not idle)
    inside = events[call.first : call.last]
    works = any(not event.idle for event in inside)
    return Passage(
        name,
        line,
        call.first,
        call.last,
        called=True,
        idle=idle and not works,
        works=works,
        stops=not call.masked,
    )


def _body(body: Block) -> tuple[int, bool]:
    """The line where the body of a function starts, and whether its commands are all idle."""
    simple = list(_simple(body))
    words = [tuple(token.text for token in part.words) for part in simple]
    return min((part.line for part in simple), default=1), all(_idle(each) for each in words)


def _simple(body: Block) -> Iterable[Simple]:
    pending: list[Part] = [part for statement in body for part in parts(statement)]
    seen = 0
    while pending and seen < _SPAN:
        part = pending.pop()
        seen += 1
        if isinstance(part, Simple):
            yield part
        pending += [inner for block in blocks(part) for statement in block for inner in parts(statement)]


def _idle(words: tuple[str, ...]) -> bool:
    if any(not _idle(command.words) for word in words for command in _substituted(word)):
        return False
    inner = unwrap(words).words
    return not inner or inner[0] in _MORE_IDLE or is_placeholder([Command(inner, 1, "")])


def _substituted(word: str) -> tuple[Command, ...]:
    """The commands in the first ``$(…)`` of ``word``; what is nested deeper in it is left out."""
    at = word.find("$(")
    if at < 0 or word.startswith("((", at + 1):
        return ()
    inner = word[at + 2 : closing(word, at + 2, ")") - 1]
    return split(inner.replace("$(", "$ ("), errexit=False) if len(inner) <= _INNER else ()


def _event(reader: _Reader, command: Command) -> Event:
    key = (command.words, command.directory)
    event = reader.kept.get(key)
    if event is None:
        event = reader.kept[key] = _come_to(reader, command)
    return Event(
        event.name,
        command.line,
        command.text,
        event.purposes,
        event.idle,
        stops=not command.masked,
        missing=event.missing,
    )


def _come_to(reader: _Reader, command: Command) -> Event:
    inner = unwrap(command.words)
    words = inner.words
    if _idle(command.words) and words[:1] not in ((".",), ("source",)):
        return Event("", 1, idle=True)
    held = [each for word in command.words for each in _substituted(word) if not _idle(each.words)]
    if held and (not words or words[0] in _SAYING):
        inner = unwrap(held[0].words)
        words = inner.words
    name = short(words)
    use = reader.tools.of_inner(inner)
    purposes = of_tool(use.purposes, words)
    if purposes or not words:
        return Event(name, 1, purposes=purposes, idle=not words)
    called = next((word for word in _started(words) if word.endswith(_ENDINGS)), "")
    missing, found, idle = "", NONE, words[0] in (".", "source")
    if called or words[0] in _RUNNERS or words[0] != command.words[0]:
        missing, found = _followed(reader, command)
    if not missing and called:
        found |= of_file(stem_of(called))
    return Event(name, 1, purposes=found, idle=idle, missing=missing)


def _started(words: tuple[str, ...]) -> tuple[str, ...]:
    """Where the name of a script that a command starts may stand."""
    return words[:2] if words[0] in _RUNNERS else words[:1]


def _followed(reader: _Reader, command: Command) -> tuple[str, frozenset[str]]:
    """What a call of a script or a task comes to: what is not there, and what it is there for.

    A script that says nowhere from where it is started may count from the root or from its own folder.
    """
    leaves = reader.follower.expand(join(command.words), command.directory)
    missing = next((leaf.missing for leaf in leaves if leaf.missing), "")
    if missing and not command.directory and reader.folder:
        beside = reader.follower.expand(join(command.words), reader.folder)
        if not any(leaf.missing for leaf in beside):
            leaves, missing = beside, ""
    found = frozenset[str]().union(
        *(of_tool(leaf.use.purposes, unwrap(leaf.command.words).words) for leaf in leaves)
    )
    return missing, found
