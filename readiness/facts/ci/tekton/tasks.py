"""What a task of Tekton runs: the steps that it holds, or those of a task of the repository.

A task that a hub, a bundle or the cluster holds is a building block, ``tekton:NAME``.
Source: Tekton documentation, "Tasks" (``script`` without ``#!`` runs under ``sh -e``; ``onError``).
"""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from readiness.facts.ci.firstline import shebang
from readiness.facts.ci.model import Action, Script, Step
from readiness.facts.deployment.objects import labels_of, table_at
from readiness.records import Struct
from readiness.spans import Span
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from readiness.facts.deployment.objects import Object

PREFIX = "tekton:"
MOST = 200
_FILLED = (
    "params.",
    "workspaces.",
    "context.",
    "tasks.",
    "results.",
    "inputs.",
    "outputs.",
    "step.",
    "steps.",
)
_PROGRAMS = {"maven": ("mvn", "GOALS"), "gradle": ("gradle", "TASKS"), "npm": ("npm", "ARGS")}
_CHECKOUT = frozenset(("git-clone", "git-clone-oci-ta", "git-batch-merge"))


class Work(Struct, frozen=True):
    """The steps of a task, and whether they bring the repository's files."""

    steps: tuple[Step, ...]
    checks_out: bool = False


def work_of(task: Table, known: Mapping[str, Object], home: str) -> Work:
    """What the task of a pipeline in the file ``home`` runs; ``known`` are the tasks of the repository."""
    spec = task.table("taskSpec")
    if spec is not None:
        return Work(tuple(_steps(spec, home, home, task.line)))
    reference = task.table("taskRef") or Table(task.line)
    name = reference.text("name")
    resolver = reference.text("resolver")
    found = known.get(name) if not resolver else None
    if found is not None:
        return Work(tuple(_steps(table_at(found.node, "spec"), found.entry.path, home, reference.line)))
    name = name or _parameter(reference, "name") or _parameter(reference, "pathInRepo") or resolver or "task"
    name = name.rpartition("/")[2].removesuffix(".yaml")
    if name in _CHECKOUT:
        return Work((Step(reference.line, Action("checkout", reference.line)),), checks_out=True)
    reason = f"what the task {name} does is written elsewhere"
    params = [item for item in task.items("params") if isinstance(item, Table)]
    program, asked = _PROGRAMS.get(name, ("", ""))
    words = next((_words(item.get("value")) for item in params if item.text("name") == asked), [])
    if program and words:
        text = _filled(" ".join((program, *words)))
        return Work((Step(reference.line, Script(text, reference.line, folded=True)),))
    given = tuple((item.text("name"), item.text("value")) for item in params)
    return Work((Step(reference.line, Action(f"{PREFIX}{name}", reference.line, given, reason)),))


def _parameter(reference: Table, name: str) -> str:
    """A parameter of a resolver."""
    for item in reference.items("params"):
        if isinstance(item, Table) and item.text("name") == name:
            return item.text("value")
    return ""


def _steps(spec: Table, path: str, home: str, line: int) -> Iterator[Step]:
    steps = spec.get("steps")
    for node in steps.items[:MOST] if isinstance(steps, Items) else ():
        if not isinstance(node, Table):
            continue
        work = _work(node, line if path != home else 0)
        if work is not None:
            yield Step(
                work.line,
                work,
                name=node.text("name"),
                masked="onError: continue" if node.text("onError") == "continue" else "",
                via=() if path == home else (Span(path, node.line),),
            )


def _work(step: Table, line: int) -> Script | Action | None:
    """What one step runs; ``line`` is where it is used, if it is written in another file."""
    directory = _directory(step.text("workingDir"))
    node = step.get("script")
    if isinstance(node, Scalar):
        shell, errexit = shebang(node.text)
        start = line or node.body or node.line
        folded = bool(line) or node.body <= node.line
        return Script(
            _filled(node.text), start, folded=folded, shell=shell, errexit=errexit, directory=directory
        )
    words = [*_words(step.get("command")), *_words(step.get("args"))]
    if len(words) > 2 and words[1] in {"-c", "-ec", "-ce"} and words[0].rpartition("/")[2] in {"sh", "bash"}:
        return Script(
            _filled(words[2]), line or step.line, folded=True, directory=directory, errexit="e" in words[1]
        )
    if words:
        text = " ".join(word if "$" in word else quote(word) for word in map(_filled, words))
        return Script(text, line or step.line, folded=True, directory=directory)
    return None


def _words(node: Node | None) -> list[str]:
    return [item.text for item in node.items if isinstance(item, Scalar)] if isinstance(node, Items) else []


def _filled(text: str) -> str:
    """``$(params.x)``, which Tekton fills in, as a variable of the shell."""
    pieces = text.split("$(")
    out = [pieces[0]]
    for piece in pieces[1:]:
        inner, closed, rest = piece.partition(")")
        if closed and inner.startswith(_FILLED):
            name = "".join(char if char.isalnum() else "_" for char in inner)
            out.append(f"${{{name}}}{rest}")
        else:
            out.append(f"$({piece}")
    return "".join(out)


def _directory(written: str) -> str:
    """A working directory seen from the workspace, which holds the files; ``?`` if not to be known."""
    if not written:
        return ""
    if written.startswith("$(workspaces."):
        rest = written.partition(")")[2].strip("/")
        return "?" if "$" in rest else rest
    return "?"


def annotations_of(node: Table) -> dict[str, str]:
    """The annotations of an object."""
    return labels_of(table_at(node, "metadata").get("annotations"))
