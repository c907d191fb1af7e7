"""What GitHub asks of a workflow file before it runs anything of it.

Only what is sure to be rejected is checked: a file that fails here gives no row.
Source: GitHub Actions documentation, "Workflow syntax"; the messages are our own.
"""

from __future__ import annotations

from readiness.spans import Unparsable
from readiness.structured.nodes import Items, Node, Scalar, Table

PREFIX = "GitHub cannot read this workflow: "


def check(root: Table) -> None:
    """Raise ``Unparsable`` at the place of the first thing that GitHub rejects."""
    _no_key_twice(root)
    starts = root.get("on")
    if starts is None or _empty(starts):
        raise Unparsable(root.line, f"{PREFIX}it does not say when it runs (`on`)")
    jobs = root.get("jobs")
    if jobs is None or _empty(jobs):
        raise Unparsable(root.line, f"{PREFIX}it has no jobs")
    if not isinstance(jobs, Table):
        raise Unparsable(jobs.line, f"{PREFIX}`jobs` is no mapping")
    for key, job in jobs:
        if not isinstance(job, Table):
            raise Unparsable(key.line, f"{PREFIX}job '{key.text}' is no mapping")
        _check_job(key, job)
    _check_needs(jobs)


def _empty(node: Node) -> bool:
    match node:
        case Scalar():
            return node.null
        case Items():
            return not node.items
        case Table():
            return not node.pairs


def _no_key_twice(root: Table) -> None:
    seen: set[int] = set()
    left: list[Node] = [root]
    while left:
        node = left.pop()
        if id(node) in seen or isinstance(node, Scalar):
            continue
        seen.add(id(node))
        if isinstance(node, Items):
            left.extend(reversed(node.items))
            continue
        names: set[str] = set()
        for key, value in node.pairs:
            if key.text in names and key.text:
                raise Unparsable(key.line, f"{PREFIX}'{key.text}' is defined twice")
            names.add(key.text)
            left.append(value)


def _check_job(key: Scalar, job: Table) -> None:
    if job.get("uses") is not None:
        return
    if job.get("runs-on") is None:
        raise Unparsable(key.line, f"{PREFIX}job '{key.text}' does not say where it runs (`runs-on`)")
    steps = job.get("steps")
    if steps is None or _empty(steps):
        raise Unparsable(key.line, f"{PREFIX}job '{key.text}' has no steps")
    if not isinstance(steps, Items):
        raise Unparsable(steps.line, f"{PREFIX}the steps of job '{key.text}' are no list")
    for step in steps:
        if not isinstance(step, Table):
            raise Unparsable(step.line, f"{PREFIX}a step of job '{key.text}' is no mapping")
        runs, uses = step.get("run"), step.get("uses")
        if (runs is None) is (uses is None):
            reason = "neither `run` nor `uses`" if runs is None else "both `run` and `uses`"
            raise Unparsable(step.line, f"{PREFIX}a step of job '{key.text}' has {reason}")


def _check_needs(jobs: Table) -> None:
    """Every job that is waited for exists, and none waits for itself by way of others."""
    waits: dict[str, set[str]] = {}
    for key, job in jobs:
        names = (
            [item.text for item in job.items("needs") if isinstance(item, Scalar)]
            if isinstance(job, Table)
            else []
        )
        for name in names:
            if jobs.get(name) is None:
                raise Unparsable(key.line, f"{PREFIX}job '{key.text}' needs '{name}', which is no job")
        waits[key.text] = set(names)
    left = list(waits)
    ready: set[str] = set()
    while left:
        now = [name for name in left if waits[name] <= ready]
        if not now:
            line = next(key.line for key, _ in jobs if key.text == left[0])
            raise Unparsable(line, f"{PREFIX}job '{left[0]}' waits for itself")
        ready.update(now)
        left = [name for name in left if name not in ready]
