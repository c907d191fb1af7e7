"""A GitHub workflow or action file as it is written: pure, with lines, conditions unanswered.

Source: GitHub Actions documentation, "Workflow syntax" and "Metadata syntax".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.validity import PREFIX, check
from readiness.facts.model import Parser
from readiness.matching import Pattern
from readiness.records import Struct
from readiness.spans import Unparsable
from readiness.structured.nodes import Items, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.facts.ci.model import Permissions
    from readiness.structured.nodes import Node


_JOBS = 256
_DOCUMENTS = ("license", "readme", "changelog", "contributing", "codeowners", ".gitignore", ".editorconfig")
_PROSE = (".adoc", ".jpg", ".md", ".mdx", ".png", ".rst", ".svg")


class Event(Struct, frozen=True):
    """One key of ``on``. A filter that is not there is None; ``types`` are the activity types asked for."""

    name: str
    line: int
    branches: tuple[str, ...] | None = None
    branches_ignore: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None
    tags_ignore: tuple[str, ...] | None = None
    types: tuple[str, ...] = ()
    workflows: tuple[str, ...] = ()
    by_path: bool = False


class WrittenStep(Struct, frozen=True):
    """A step: either ``run`` (whose first line of text is at ``run_line``) or ``uses``."""

    line: int
    name: str
    condition: str
    continues: str
    run: str
    run_line: int
    folded: bool
    shell: str
    directory: str
    uses: str
    uses_line: int
    inputs: tuple[tuple[str, str], ...]


class WrittenJob(Struct, frozen=True):
    """A job: either ``steps`` on a ``runner``, or the workflow that ``uses`` names."""

    key: str
    line: int
    name: str
    condition: str
    continues: str
    needs: tuple[str, ...]
    permissions: Permissions
    timeout: bool
    concurrency: bool
    matrix: bool
    environment: str
    environment_declared: bool
    runner: str
    shell: str
    directory: str
    uses: str
    uses_line: int
    inputs: tuple[tuple[str, str], ...]
    steps: tuple[WrittenStep, ...]


class Workflow(Struct, frozen=True):
    """A whole workflow file. ``line`` is that of ``on``."""

    name: str
    line: int
    events: tuple[Event, ...]
    permissions: Permissions
    concurrency: bool
    jobs: tuple[WrittenJob, ...]


class LocalAction(Struct, frozen=True):
    """An action file; ``steps`` is empty for one that is not composite."""

    using: str
    steps: tuple[WrittenStep, ...]


def parse_workflow(data: bytes) -> Workflow:
    """The workflow in ``data``.

    Raises ``Unparsable`` where GitHub rejects the file as well: not YAML, a key twice, no
    ``on``, no jobs, a job with neither steps nor a called workflow.
    """
    root = _root(data)
    jobs = root.table("jobs") or Table(1)
    if len(jobs.pairs) > _JOBS:
        raise Unparsable(jobs.line, f"more than {_JOBS} jobs", opens=True)
    check(root)
    lines = data.decode("utf-8", "replace").split("\n")
    shell, directory = _defaults(root)
    starts = root.key("on")
    return Workflow(
        name=root.text("name"),
        line=starts.line if starts else 1,
        events=_events(root.get("on")),
        permissions=_permissions(root.get("permissions")),
        concurrency=_there(root.get("concurrency")),
        jobs=tuple(_job(key, node, shell, directory, lines) for key, node in jobs if isinstance(node, Table)),
    )


def parse_action(data: bytes) -> LocalAction:
    """The action in ``data``. Raises ``Unparsable`` if it is not YAML or says not how it runs."""
    root = _root(data)
    runs = root.table("runs")
    if runs is None:
        raise Unparsable(1, f"{PREFIX}it does not say what it runs")
    lines = data.decode("utf-8", "replace").split("\n")
    return LocalAction(runs.text("using"), _steps(runs, lines))


WORKFLOW: Parser[Workflow] = Parser("ci.github.workflow", 2, parse_workflow)
ACTION: Parser[LocalAction] = Parser("ci.github.action", 1, parse_action)


def _root(data: bytes) -> Table:
    from readiness.structured import yaml  # noqa: PLC0415 - libyaml is loaded only where there is YAML

    try:
        documents = yaml.parse(data)
    except Unparsable as trouble:
        raise Unparsable(trouble.line, f"{PREFIX}{trouble.reason}", opens=trouble.opens) from None
    if not documents or not isinstance(documents[0], Table):
        raise Unparsable(1, f"{PREFIX}it is no mapping")
    return documents[0]


def _events(node: Node | None) -> tuple[Event, ...]:
    match node:
        case Scalar():
            return (Event(node.text, node.line),)
        case Items():
            return tuple(Event(item.text, item.line) for item in node if isinstance(item, Scalar))
        case Table():
            return tuple(_event(key, value) for key, value in node)
        case _:
            return ()


def _event(key: Scalar, value: Node) -> Event:
    if not isinstance(value, Table):
        return Event(key.text, key.line)
    ignored = _texts(value, "paths-ignore") or ()
    return Event(
        name=key.text,
        line=key.line,
        branches=_texts(value, "branches"),
        branches_ignore=_texts(value, "branches-ignore"),
        tags=_texts(value, "tags"),
        tags_ignore=_texts(value, "tags-ignore"),
        types=_texts(value, "types") or (),
        workflows=_texts(value, "workflows") or (),
        by_path=_there(value.get("paths")) or not all(map(of_documents, ignored)),
    )


def of_documents(pattern: str) -> bool:
    """Whether only documents and what hosts them match a pattern of paths: nothing that CI could verify."""
    *folders, name = pattern.lower().split("/")
    if "docs" in folders or "doc" in folders or name.startswith(_DOCUMENTS):
        return True
    return name.endswith(_PROSE) or (pattern.startswith(".github/") and "workflows" not in pattern)


def _texts(table: Table, key: str) -> tuple[str, ...] | None:
    if not _there(table.get(key)):
        return None
    return tuple(item.text for item in table.items(key) if isinstance(item, Scalar))


def _there(node: Node | None) -> bool:
    return node is not None and not (isinstance(node, Scalar) and node.null)


def _permissions(node: Node | None) -> Permissions:
    if node is None:
        return "unset"
    if isinstance(node, Table):
        grants = {value.text for _, value in node if isinstance(value, Scalar)}
        return "write" if "write" in grants else "read" if "read" in grants else "none"
    if isinstance(node, Scalar) and node.text in {"write-all", "read-all"}:
        return "write" if node.text == "write-all" else "read"
    return "unset"


def _job(key: Scalar, job: Table, shell: str, directory: str, lines: Sequence[str]) -> WrittenJob:
    own_shell, own_directory = _defaults(job)
    environment = job.get("environment")
    strategy = job.table("strategy")
    uses = job.get("uses")
    return WrittenJob(
        key=key.text,
        line=key.line,
        name=job.text("name"),
        condition=job.text("if"),
        continues=job.text("continue-on-error"),
        needs=_texts(job, "needs") or (),
        permissions=_permissions(job.get("permissions")),
        timeout=_there(job.get("timeout-minutes")),
        concurrency=_there(job.get("concurrency")),
        matrix=strategy is not None and _there(strategy.get("matrix")),
        environment=environment.text("name") if isinstance(environment, Table) else job.text("environment"),
        environment_declared=_there(environment),
        runner=_runner(job),
        shell=own_shell or shell,
        directory=own_directory or directory,
        uses=job.text("uses"),
        uses_line=uses.line if uses is not None else key.line,
        inputs=_inputs(job),
        steps=_steps(job, lines),
    )


def _runner(job: Table) -> str:
    node = job.get("runs-on")
    if isinstance(node, Table):
        return " ".join(
            item.text for key in ("group", "labels") for item in node.items(key) if isinstance(item, Scalar)
        )
    return " ".join(_texts(job, "runs-on") or ())


def _defaults(table: Table) -> tuple[str, str]:
    defaults = table.table("defaults")
    run = defaults.table("run") if defaults is not None else None
    return (run.text("shell"), run.text("working-directory")) if run is not None else ("", "")


def _steps(table: Table, lines: Sequence[str]) -> tuple[WrittenStep, ...]:
    return tuple(_step(node, lines) for node in table.items("steps") if isinstance(node, Table))


def _step(step: Table, lines: Sequence[str]) -> WrittenStep:
    run, uses = step.get("run"), step.get("uses")
    body = (run.body or run.line) if isinstance(run, Scalar) else step.line
    return WrittenStep(
        line=step.line,
        name=step.text("name"),
        condition=step.text("if"),
        continues=step.text("continue-on-error"),
        run=step.text("run"),
        run_line=body,
        folded=isinstance(run, Scalar) and _folded(run, lines),
        shell=step.text("shell"),
        directory=step.text("working-directory"),
        uses=step.text("uses"),
        uses_line=uses.line if uses is not None else step.line,
        inputs=_inputs(step),
    )


_BLOCK = Pattern(r"([|>])[-+0-9]*[ \t]*(?:#.*)?\r?$")


def _folded(run: Scalar, lines: Sequence[str]) -> bool:
    """Whether the lines of the text are not those of the file: all but block texts with ``|``."""
    if "\n" not in run.text.rstrip("\n"):
        return False
    if not run.body or run.body == run.line or run.line > len(lines):
        return True
    sign = _BLOCK.groups(lines[run.line - 1])
    return sign is None or sign[1] == ">"


def _inputs(table: Table) -> tuple[tuple[str, str], ...]:
    given = table.table("with")
    if given is None:
        return ()
    return tuple((key.text, value.text) for key, value in given if isinstance(value, Scalar))
