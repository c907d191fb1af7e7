"""From the files to what happens when each is started."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from typing import TYPE_CHECKING, TypeVar

from readiness.facts.commands.follow import Follower
from readiness.facts.commands.tools import Toolbox, toolbox
from readiness.facts.commands.unwrap import unwrap
from readiness.facts.model import Facts, Opening
from readiness.facts.scripts.course import course
from readiness.facts.scripts.javascript import SCRIPT
from readiness.facts.scripts.model import Course, Event
from readiness.facts.scripts.places import defines, meant_by, speaks
from readiness.facts.scripts.purposes import NONE, of_tool, short
from readiness.facts.scripts.python import PYTHON_SCRIPT
from readiness.facts.scripts.shell import PARSER, read
from readiness.facts.settings import flatten, nodes
from readiness.records import Struct, replace
from readiness.tree.model import Unreadable

if TYPE_CHECKING:
    from readiness.facts.model import Parser
    from readiness.facts.scripts.model import Sheet, Step
    from readiness.tree.model import Entry

T = TypeVar("T")

_SHELLS = frozenset(("", "sh", "bash", "dash", "zsh", "ksh", "ash"))
_INTERPRETERS = frozenset(("python", "bash", "sh", "node"))


def reading(facts: Facts) -> Reading:
    """The reader of the scripts of one repository."""
    return Reading(facts, toolbox(), Follower(facts), _elsewhere(facts))


def _elsewhere(facts: Facts) -> tuple[str, ...]:
    """The folders that are other repositories. Source: gitmodules(5)."""
    if facts.entry(".gitmodules") is None:
        return ()
    roots = nodes(facts, ".gitmodules").value or ()
    leaves = flatten(roots).settings
    return tuple(leaf.value.strip("/") + "/" for leaf in leaves if leaf.key.endswith("/path") and leaf.value)


class Reading(Struct, frozen=True):
    """Reads scripts; ``elsewhere`` are the folders that are other repositories."""

    facts: Facts
    tools: Toolbox
    follower: Follower
    elsewhere: tuple[str, ...]

    def course(self, entry: Entry, kind: str, openings: list[Opening]) -> Course | None:
        """What the script does, None if it cannot be read or is none."""
        if not meant_by(entry.path) and not self._speaks(entry, kind):
            return None
        if kind in ("python", "script"):
            return self._written(entry, PYTHON_SCRIPT if kind == "python" else SCRIPT, openings)
        script = self._parsed(entry, PARSER, openings)
        if script is None:
            return None
        if kind == "first-line" and script.interpreter.startswith("python"):
            return self._written(entry, PYTHON_SCRIPT, openings)
        if script.interpreter not in _SHELLS:
            return None
        found = read(script, entry.path, self.follower, self.tools)
        return replace(found, events=tuple(self._judged(event, script.text) for event in found.events))

    def _speaks(self, entry: Entry, kind: str) -> bool:
        try:
            data = self.facts.tree.read(entry.path)
        except Unreadable:
            return False
        return speaks(data) and (kind != "python" or defines(data))

    def _judged(self, event: Event, text: str) -> Event:
        """``event``, save that what another repository has, or the script asks for, is not missing."""
        if not event.missing:
            return event
        name = event.missing.partition("'")[2].rpartition("'")[0] or event.missing
        asked = any(f"-{test} {sign}{name}" in text for test in "efxs" for sign in ("", '"', "'"))
        known = asked or any(place in name for place in self.elsewhere)
        return replace(event, missing="") if known else event

    def _written(self, entry: Entry, parser: Parser[Sheet], openings: list[Opening]) -> Course | None:
        sheet = self._parsed(entry, parser, openings)
        return None if sheet is None else course(sheet, lambda step: self._event(entry.path, step))

    def _parsed(self, entry: Entry, parser: Parser[T], openings: list[Opening]) -> T | None:
        parsed = self.facts.parsed(parser, entry.path)
        if parsed.problem is not None and parsed.opens:
            openings.append(Opening(entry.path, parsed.problem.line, parsed.problem.message))
        return parsed.value

    def _event(self, path: str, step: Step) -> Event:
        inner = unwrap(step.words)
        use = self.tools.of_inner(inner)
        purposes = of_tool(use.purposes, inner.words) if step.words else NONE
        return Event(
            name=short(inner.words) or step.name,
            line=step.line,
            text=" ".join(step.words) or step.name,
            purposes=purposes,
            looks=step.kind == "look",
            missing=self._missing(path, step, inner.words),
        )

    def _missing(self, path: str, step: Step, words: tuple[str, ...]) -> str:
        """What a copy or a command names that is not there, from the root or the script's folder."""
        folder = path.rpartition("/")[0]
        if step.source:
            place = posixpath.normpath(posixpath.join(folder, step.source))
            outside = place == ".." or place.startswith("../")
            return "" if outside or self._there(place) else place
        if len(words) < 2 or words[0] not in _INTERPRETERS or not words[1].endswith((".py", ".sh", ".js")):
            return ""
        name = words[1]
        if name.startswith(("/", "~", "-")) or any(sign in name for sign in "$`*{"):
            return ""
        places = {posixpath.normpath(posixpath.join(base, name)) for base in ("", folder)}
        return "" if any(self._there(place) for place in places) else name

    def _there(self, place: str) -> bool:
        if place == "." or f"{place}/".startswith(self.elsewhere) or self.facts.entry(place) is not None:
            return True
        entries = self.facts.tree.entries
        at = bisect_left(entries, place + "/", key=lambda entry: entry.path)
        return at < len(entries) and entries[at].path.startswith(place + "/")
