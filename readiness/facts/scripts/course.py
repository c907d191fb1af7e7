"""From how a script is written to what happens when it is started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.scripts.model import Course, Event, Passage
from readiness.records import Struct, field, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from readiness.facts.scripts.model import Function, Sheet, Step

EVENTS = 2_000
_DEPTH = 60


class _Hold(Struct, frozen=True):
    """Whether what a function raises, and what it returns, ends the script."""

    raised: bool = True
    returned: bool = False

    def stops(self, step: Step, *, fails: bool) -> bool:
        """Whether the failure of ``step`` ends the script; ``fails``: it can raise."""
        match step.failure:
            case "exits":
                return self.raised
            case "returns":
                return self.returned
            case "raises":
                return self.raised and fails
            case _:
                return False

    def within(self, step: Step) -> _Hold:
        """What holds within the function that ``step`` calls."""
        match step.failure:
            case "exits":
                return _Hold(self.raised, self.raised)
            case "returns":
                return self
            case "raises":
                return _Hold(self.raised, returned=False)
            case _:
                return _Hold(raised=False, returned=False)


class _Walk(Struct):
    functions: dict[str, Function]
    read: Callable[[Step], Event]
    events: list[Event] = field(default_factory=list)
    passages: dict[str, Passage] = field(default_factory=dict)


def course(sheet: Sheet, read: Callable[[Step], Event]) -> Course:
    """What ``sheet`` does from its start; each function counts where it is first called.

    ``read`` says what a step that is no call comes to. Empty for a module that nothing starts.
    """
    if not sheet.entry:
        return Course(idle=sheet.idle, started=not sheet.functions)
    walk = _Walk({item.name: item for item in sheet.functions}, read)
    _follow(walk, sheet.entry, _Hold(), depth=0)
    passages = [walk.passages.get(item.name) or _uncalled(item) for item in sheet.functions]
    idle = not walk.events and all(item.idle for item in sheet.functions)
    return Course(tuple(walk.events), tuple(passages), idle)


def _follow(walk: _Walk, steps: Sequence[Step], hold: _Hold, *, depth: int) -> None:
    for step in steps:
        if len(walk.events) >= EVENTS:
            return
        if step.kind != "call":
            walk.events.append(replace(walk.read(step), stops=hold.stops(step, fails=True)))
        function = walk.functions.get(step.name)
        if function is not None and function.name not in walk.passages and depth < _DEPTH:
            _pass(walk, function, step, hold, depth=depth)


def _pass(walk: _Walk, function: Function, step: Step, hold: _Hold, *, depth: int) -> None:
    first = len(walk.events)
    stops = hold.stops(step, fails=function.fails)
    passage = Passage(
        function.name, function.line, first, first, called=True, idle=function.idle, stops=stops
    )
    walk.passages[function.name] = passage  # before it is followed: it may call itself
    _follow(walk, function.steps, hold.within(step), depth=depth + 1)
    last = len(walk.events)
    works = any(not event.idle for event in walk.events[first:])
    walk.passages[function.name] = replace(passage, last=last, works=works)


def _uncalled(function: Function) -> Passage:
    works = any(step.kind == "work" for step in function.steps)
    return Passage(function.name, function.line, idle=function.idle, works=works)
