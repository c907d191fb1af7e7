"""When a GitHub workflow runs: its events as the situations in which it starts.

Source: GitHub Actions documentation, "Events that trigger workflows" and "Filter pattern cheat sheet".
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from readiness.facts.ci.expressions import UNKNOWN, Partial, Value
from readiness.matching import Pattern, PatternError
from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.facts.ci.model import Trigger
    from readiness.facts.ci.workflow import Event


class Start(Struct, frozen=True):
    """One way in which a workflow starts: what a rule calls it, and what conditions can ask of it."""

    trigger: Trigger
    event: str
    ref: Value = UNKNOWN
    kind: Value = UNKNOWN

    @property
    def known(self) -> tuple[tuple[str, Value], ...]:
        """The contexts known in this situation, by lower-case name."""
        return (
            ("github.event_name", self.event),
            ("github.ref", self.ref),
            ("github.ref_name", _short(self.ref)),
            ("github.ref_type", self.kind),
        )


UNCALLED = Start("call", "workflow_call")
"""The start of a workflow that is offered to others and called by none here."""

# Activity types under which a proposal is looked at as it changes; others are events about it.
_PROPOSED = frozenset(
    {"opened", "synchronize", "reopened", "ready_for_review", "edited", "converted_to_draft"}
)
_DEFAULTS = ("main", "master", "trunk")
_NAMED = 20
_TOPIC = "some-topic"


def starts(events: Sequence[Event], default_branch: str) -> tuple[Start, ...]:
    """The situations in which ``events`` start a workflow, ``workflow_call`` left out.

    ``default_branch`` is the repository's, empty if unknown; then main, master and trunk all count.
    """
    found: dict[Start, None] = {}
    for event in events:
        for start in _of_event(event, default_branch):
            found[start] = None
    return tuple(found)


def filtered(events: Sequence[Event]) -> bool:
    """Whether changes of some paths, other than documents, do not start it, although changes do."""
    proposals = [event for event in events if event.name in {"pull_request", "pull_request_target"}]
    judged = proposals or [event for event in events if event.name == "push"]
    return bool(judged) and all(event.by_path for event in judged)


def _of_event(event: Event, default: str) -> tuple[Start, ...]:
    main: Value = f"refs/heads/{default}" if default else UNKNOWN
    match event.name:
        case "push":
            return _pushes(event, default)
        case "pull_request":
            if event.types and not _PROPOSED.intersection(event.types):
                return (Start("other", event.name, Partial("refs/pull/"), "branch"),)
            return (Start("change", event.name, Partial("refs/pull/"), "branch"),)
        case "pull_request_target":
            if event.types and not _PROPOSED.intersection(event.types):
                return (Start("other", event.name, main, "branch"),)
            return (Start("change", event.name, main, "branch"),)
        case "merge_group":
            return (Start("change", event.name, Partial("refs/heads/gh-readonly-queue/"), "branch"),)
        case "schedule":
            return (Start("schedule", event.name, main, "branch"),)
        case "workflow_dispatch":
            return (Start("manual", event.name),)
        case "repository_dispatch":
            return (Start("manual", event.name, main, "branch"),)
        case "release":
            return (Start("tag", event.name, Partial("refs/tags/"), "tag"),)
        case "workflow_call":
            return ()
        case _:
            return (Start("other", event.name, UNKNOWN, UNKNOWN),)


def _pushes(event: Event, default: str) -> tuple[Start, ...]:
    only_tags = (
        event.branches is None and event.branches_ignore is None and _either(event.tags, event.tags_ignore)
    )
    only_branches = (
        event.tags is None and event.tags_ignore is None and _either(event.branches, event.branches_ignore)
    )
    out: list[Start] = []
    if not only_tags:
        out += _branch_pushes(event, default)
    if not only_branches and event.tags != ():
        out.append(Start("tag", "push", Partial("refs/tags/"), "tag"))
    return tuple(out)


def _either(first: tuple[str, ...] | None, second: tuple[str, ...] | None) -> bool:
    return first is not None or second is not None


def _branch_pushes(event: Event, default: str) -> list[Start]:
    names = (default,) if default else _DEFAULTS
    mains = [name for name in names if _passes(name, event.branches, event.branches_ignore)]
    out = []
    if mains:
        sure = len(mains) == 1
        out.append(Start("main", "push", f"refs/heads/{mains[0]}" if sure else UNKNOWN, "branch"))
    aside = Partial("refs/heads/", frozenset(f"refs/heads/{name}" for name in names))
    if _passes(_TOPIC, event.branches, event.branches_ignore):
        out.append(Start("change", "push", aside, "branch"))
        out.append(Start("branch", "push", aside, "branch"))
    elif any(not item.startswith("!") and item not in names for item in event.branches or ()):
        out += [Start("branch", "push", ref, "branch") for ref in _aside(event.branches or (), names, aside)]
    return out


def _aside(branches: Sequence[str], names: Sequence[str], otherwise: Partial) -> list[Value]:
    """The branches beside the default one that are asked for: exactly, or by a pattern."""
    others = [item for item in branches if not item.startswith("!") and item not in names]
    if len(others) > _NAMED or any(char in item for item in others for char in "*?+[]"):
        return [otherwise]
    return [f"refs/heads/{item}" for item in others]


def _passes(name: str, wanted: tuple[str, ...] | None, unwanted: tuple[str, ...] | None) -> bool:
    """Whether a branch ``name`` gets through the filters; the last pattern that fits decides."""
    if unwanted is not None:
        return not any(_fits(item, name) for item in unwanted)
    if wanted is None:
        return True
    inside = False
    for item in wanted:
        if item.startswith("!"):
            inside = inside and not _fits(item[1:], name)
        elif _fits(item, name):
            inside = True
    return inside


def _fits(pattern: str, name: str) -> bool:
    if not any(char in pattern for char in "*?+[]\\"):
        return pattern == name
    try:
        return _filter(pattern).covers(name)
    except PatternError:
        return pattern == name


@lru_cache(maxsize=1024)
def _filter(pattern: str) -> Pattern:
    """A filter pattern: ``*`` within a part, ``**`` across; ``?`` and ``+`` repeat what is before them."""
    out, index = [], 0
    while index < len(pattern):
        char = pattern[index]
        if pattern.startswith("**", index):
            out.append(".*")
            index += 2
            continue
        if char == "*":
            out.append("[^/]*")
        elif char in "?+[]-" or char.isalnum() or char in "/_":
            out.append(char)
        elif char == "\\":
            index += 1
            out.append("\\" + pattern[index : index + 1])
        else:
            out.append("\\" + char if char.isascii() else char)
        index += 1
    return Pattern("".join(out))


def _short(ref: Value) -> Value:
    """``github.ref_name``: the ref without what kind of ref it is."""
    if isinstance(ref, Partial):
        if ref.prefix == "refs/heads/":
            return Partial("", frozenset(item.removeprefix(ref.prefix) for item in ref.excluded))
        return Partial("")
    return ref.removeprefix("refs/heads/") if isinstance(ref, str) else ref
