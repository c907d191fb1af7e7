"""From what a script does to the acts that it is made of: the script itself, its functions, its commands."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from readiness.facts.scripts.places import meant_by, stem_of
from readiness.facts.scripts.purposes import NONE, of_name
from readiness.records import Struct, replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.facts.scripts.model import Course, Event, Passage

_LONGEST = 160
_CHECKS = frozenset(("verify", "validate"))
_NO_DEPLOYMENT = frozenset(("backup", "restore", "rollback"))


class Act(Struct, frozen=True):
    """An act, its place in the course of its script: from which event to which one, not included."""

    name: str
    line: int
    purposes: frozenset[str]
    text: str
    first: int
    last: int
    called: bool = True
    placeholder: bool = False
    blocking: bool = False
    after: frozenset[str] = NONE
    before: frozenset[str] = NONE
    missing: str = ""


def acts_of(path: str, found: Course) -> Iterable[Act]:
    """The acts of the script ``path``, with what comes before and after each."""
    own = meant_by(path)
    meant = _meant(found, own)
    until = list(accumulate(meant, frozenset.union, initial=NONE))
    since = list(accumulate(reversed(meant), frozenset.union, initial=NONE))[::-1]
    for act in _acts(path, found, own, meant):
        if not act.called:
            yield act
            continue
        inside = found.events[act.first : act.last]
        alone = len(inside) == 1
        missing = next((event.missing for event in inside if event.missing and (event.stops or alone)), "")
        yield replace(act, after=until[act.first], before=since[act.last], missing=missing)


def _meant(found: Course, own: frozenset[str]) -> list[frozenset[str]]:
    """What each event is for: by itself, by the innermost function that says so, by the script's name."""
    inherited = [own] * len(found.events)
    for passage in sorted(found.passages, key=lambda each: (each.first, -each.last)):
        purposes = of_name(passage.name)
        if purposes and passage.called:
            inherited[passage.first : passage.last] = [purposes] * (passage.last - passage.first)
    return [
        NONE if event.idle or (event.looks and not above & _CHECKS) else _in_place(event, above) or above
        for event, above in zip(found.events, inherited, strict=True)
    ]


def _in_place(event: Event, above: frozenset[str]) -> frozenset[str]:
    """What a command is for where it stands: what a backup sends elsewhere deploys nothing."""
    return event.purposes - {"deploy"} if above & _NO_DEPLOYMENT else event.purposes


def _acts(path: str, found: Course, own: frozenset[str], meant: list[frozenset[str]]) -> Iterable[Act]:
    real = [bool(purposes) for purposes in meant]
    whole = any(real)
    if own and found.started:  # what is neither known work nor idle is believed by the script's name
        yield Act(stem_of(path), 1, own, path, 0, len(real), placeholder=found.idle, blocking=whole)
    for passage in found.passages:
        purposes = of_name(passage.name)
        works = any(real[passage.first : passage.last]) if passage.called else passage.works
        works = works or (passage.called and passage.first == passage.last and passage.works)
        if purposes and (works or passage.idle):
            yield _of_passage(passage, purposes, works=works)
    seen: set[tuple[int, str]] = set()
    for at, event in enumerate(found.events):
        purposes = event.purposes & meant[at]
        if purposes and (event.line, event.name) not in seen:
            seen.add((event.line, event.name))
            yield Act(event.name, event.line, purposes, _shown(event.text), at, at + 1, blocking=event.stops)


def _of_passage(passage: Passage, purposes: frozenset[str], *, works: bool) -> Act:
    text = f"{passage.name}{'' if passage.called else ', which nothing calls'}"
    return Act(
        passage.name,
        passage.line,
        purposes,
        text,
        passage.first,
        passage.last,
        passage.called,
        placeholder=not works,
        blocking=passage.stops,
    )


def _shown(text: str) -> str:
    from readiness.facts.secrets.values import redacted  # noqa: PLC0415 - loads RE2

    return redacted(text, _LONGEST)
