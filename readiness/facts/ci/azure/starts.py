"""When an Azure pipeline runs: ``trigger``, ``pr``, ``schedules``, and what conditions can ask then.

Without ``trigger`` every push starts it, without ``pr`` every proposal (of repositories on GitHub and
Bitbucket; those of Azure Repos have a policy for that, which no file shows).
Sources: Azure Pipelines YAML schema (``trigger``, ``pr``, ``schedules``, ``resources``), "Predefined
variables".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.branches import pushes, wildcard
from readiness.facts.ci.expressions import UNKNOWN, Partial, Value
from readiness.facts.ci.files import scalars
from readiness.facts.ci.gitlab_written import nodes
from readiness.facts.ci.workflow import of_documents
from readiness.matching import Pattern
from readiness.records import Struct
from readiness.structured.nodes import Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from readiness.facts.ci.model import Trigger

_BRANCH = Pattern(r"refs/heads/[A-Za-z0-9._/-]+")


class Start(Struct, frozen=True):
    """One way in which a pipeline starts: why, and on which ref (for a proposal one of its own)."""

    triggers: tuple[Trigger, ...]
    reason: str
    ref: str = ""

    def value(self, name: str) -> Value:
        """The predefined variable ``name`` in lower case."""
        match name:
            case "build.reason":
                return self.reason
            case "build.sourcebranch":
                return self.ref if self.ref.startswith("refs/heads/") else Partial(self.ref)
            case "build.sourcebranchname":
                return self.ref.rpartition("/")[2] if self.ref.startswith("refs/heads/") else UNKNOWN
            case "system.pullrequest.pullrequestid":
                return UNKNOWN if self.reason == "PullRequest" else None
        if name.startswith("system.pullrequest.") and self.reason != "PullRequest":
            return None
        return UNKNOWN


class Runs(Struct, frozen=True):
    """All starts. ``filtered`` where changes of some paths do not start it; ``batch`` one by one."""

    starts: tuple[Start, ...]
    events: frozenset[str]
    filtered: bool
    batch: bool


def runs(root: Table, default_branch: str) -> Runs:
    """What the file says about its starts."""
    trigger, pr = root.get("trigger"), root.get("pr")
    asked = [*_branches(trigger, "include"), *_branches(pr, "include"), *_spoken(root)]
    found: list[Start] = []
    events = set()
    if not _off(trigger):
        for push in pushes(default_branch, [name for name in asked if not name.startswith("refs/tags")]):
            if _lets(trigger, push.branch):
                found += [Start(push.triggers, "IndividualCI", f"refs/heads/{push.branch}")]
        if isinstance(trigger, Table) and trigger.get("tags") is not None:
            found.append(Start(("tag",), "IndividualCI", "refs/tags/"))
        events.add("push")
    if not _off(pr):
        found.append(Start(("change",), "PullRequest", "refs/pull/"))
        events.add("pull_request")
    if root.items("schedules"):
        found.append(Start(("schedule",), "Schedule", f"refs/heads/{default_branch or 'main'}"))
        events.add("schedule")
    if _followed(root):
        found.append(Start(("other",), "ResourceTrigger", f"refs/heads/{default_branch or 'main'}"))
        events.add("resources")
    if not found:
        found.append(Start(("manual",), "Manual", f"refs/heads/{default_branch or 'main'}"))
        events = {"manual"}
    judged = trigger if _off(pr) else pr
    return Runs(tuple(found), frozenset(events), _by_path(judged), _batch(trigger))


def _off(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.text == "none"


def _batch(node: Node | None) -> bool:
    return isinstance(node, Table) and node.text("batch") == "true"


def _branches(node: Node | None, side: str) -> list[str]:
    """The branches that a trigger names on one side, without what says that they are branches."""
    if isinstance(node, Table):
        branches = node.get("branches")
        if isinstance(branches, Table):
            found = list(scalars(branches.items(side)))
        else:
            found = list(scalars([branches])) if branches is not None and side == "include" else []
    else:
        found = list(scalars([node])) if node is not None and side == "include" else []
    return [item.text.removeprefix("refs/heads/") for item in found]


def _lets(node: Node | None, branch: str) -> bool:
    wanted, unwanted = _branches(node, "include"), _branches(node, "exclude")
    if any(wildcard(pattern, branch) for pattern in unwanted):
        return False
    if wanted:
        return any(wildcard(pattern, branch) for pattern in wanted)
    # A trigger that speaks of tags alone is for no branch.
    return not (isinstance(node, Table) and node.get("tags") is not None and node.get("branches") is None)


def _spoken(root: Table) -> Iterator[str]:
    """The branches that conditions name; of a folder of branches one that lies in it."""
    for node in nodes(root):
        if isinstance(node, Scalar) and "refs/heads/" in node.text:
            for _, found in _BRANCH.each(node.text):
                name = found.removeprefix("refs/heads/")
                yield f"{name}x" if name.endswith("/") else name


def _followed(root: Table) -> bool:
    resources = root.table("resources")
    listed = (resources.items("pipelines"), resources.items("containers")) if resources is not None else ()
    return any(
        isinstance(item, Table) and item.get("trigger") is not None and not _off(item.get("trigger"))
        for items in listed
        for item in items
    )


def _by_path(node: Node | None) -> bool:
    paths = node.get("paths") if isinstance(node, Table) else None
    if not isinstance(paths, Table):
        return paths is not None
    if any(item.text not in {"*", "/", "/*"} for item in scalars(paths.items("include"))):
        return True
    return not all(of_documents(item.text) for item in scalars(paths.items("exclude")))


def triggers(starts: Sequence[Start]) -> frozenset[Trigger]:
    """What starts a part of a pipeline that runs in ``starts``."""
    return frozenset(trigger for start in starts for trigger in start.triggers)
