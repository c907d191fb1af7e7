"""What pipelines name: what ``facts.ci`` found or missed, and the files that their commands read."""

from __future__ import annotations

from posixpath import basename
from shlex import split as words_of
from typing import TYPE_CHECKING

from readiness.facts.ci import collect as ci
from readiness.facts.commands.unwrap import layers
from readiness.facts.model import Collected
from readiness.facts.references.named import is_file, named_by
from readiness.facts.references.noun import made
from readiness.facts.references.places import Places, inside, places_of
from readiness.facts.references.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.ci.rows import JobRow, StepRow
    from readiness.facts.model import Facts
    from readiness.facts.references.noun import Kind, Reference
    from readiness.tree.model import Entry

_MOST = 100_000  # characters of a job's commands
_MISSED: tuple[tuple[str, Kind], ...] = (
    ("script '", "script"),
    ("npm script '", "npm-script"),
    ("make target '", "make-target"),
    ("a Makefile for '", "make-target"),
    ("package.json for '", "npm-script"),
)


def collect(facts: Facts) -> Collected[Reference]:
    """What pipelines name."""
    places, tasks = places_of(facts), Tasks(facts)
    steps, jobs, uses = facts.collected(ci.STEP), facts.collected(ci.JOB), facts.collected(ci.USE)
    rows: list[Reference] = []
    before: dict[tuple[str, str], str] = {}  # what was run in a job so far
    for step in steps.rows:
        entry = facts.entry(step.path)
        done = before.get((step.path, step.job), "")
        if entry is not None and step.enabled is not False:
            rows += [row for row in _of_step(step, entry, places, tasks) if not _is_made(row, done)]
        if len(done) < _MOST:
            before[step.path, step.job] = f"{done}\n{step.command}"
    for job in jobs.rows:
        entry = facts.entry(job.path)
        if entry is not None:
            rows += _of_job(job, entry)
    for use in uses.rows:
        entry = facts.entry(use.path)
        if entry is None or use.pinned != "local":
            continue
        path = inside("", use.action)
        named: Kind = "workflow" if path.endswith((".yml", ".yaml")) else "action"
        exists = False if use.missing else places.answer(path) or None
        rows.append(made(entry, use.line, named, path, exists, "ci"))
    return Collected(tuple(rows), looked=steps.looked)


def _of_step(step: StepRow, entry: Entry, places: Places, tasks: Tasks) -> Iterator[Reference]:
    if step.missing and not step.action:
        kind: Kind = next((kind for start, kind in _MISSED if step.missing.startswith(start)), "task")
        name = _quoted(step.missing).removeprefix("./")
        if step.checked_out is not False and not step.writes_own_input:
            elsewhere = tasks.declared(kind, name) or bool("/" in name and places.named(basename(name)))
            exists = None if elsewhere else False
            yield made(entry, step.line, kind, name, exists, "ci")
        return
    if step.via and not step.action:
        path = step.via.partition(" ")[0].rpartition(":")[0]
        if places.has(path) and path != step.path:
            yield made(entry, step.line, _runner(path), path, True, "ci")
    if step.command and not step.via and step.checked_out and not step.writes_own_input:
        yield from _files(step, entry, places)


def _files(step: StepRow, entry: Entry, places: Places) -> Iterator[Reference]:
    """The files that a command reads. In which folder it runs is not known here: any will do."""
    try:
        words = tuple(words_of(step.command, comments=True))
    except ValueError:
        return
    inner = layers(words)[-1] if words else None
    if inner is None or not inner.words or inner.contained or "<<" in step.command:
        return
    words = inner.words
    if basename(words[0]) in ("cat", "cp"):  # in a pipeline, of what it has made
        return
    for named in named_by(words):
        text = named.text.rstrip("/")
        if named.kind == "module" or places.lies_elsewhere(text):
            continue
        if places.has(text) or places.ends(text):
            yield made(entry, step.line, named.kind, text, True, "ci")
        elif "/" in text and is_file(text) and not places.may_be_made(text):
            yield made(entry, step.line, named.kind, text, False, "ci")


def _is_made(row: Reference, done: str) -> bool:
    """Whether a file that is missing was named by a command before: that may have brought it."""
    return row.exists is False and row.kind in ("script", "path") and basename(row.target) in done


def _of_job(job: JobRow, entry: Entry) -> Iterator[Reference]:
    if job.missing:
        yield made(entry, job.line, "workflow", job.missing, False, "ci")
    elif job.calls:
        yield made(entry, job.line, "workflow", job.calls, True, "ci")


def _quoted(text: str) -> str:
    """The first text in quotes of a message, else the message."""
    found = text.split("'")
    return found[1] if len(found) > 2 else text


def _runner(path: str) -> Kind:
    name = basename(path).lower()
    if name in ("makefile", "gnumakefile") or name.endswith(".mk"):
        return "make-target"
    if name == "package.json":
        return "npm-script"
    return "script" if name.endswith((".sh", ".bash")) or "." not in name else "task"
