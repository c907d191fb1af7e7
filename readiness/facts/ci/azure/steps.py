"""The steps of an Azure job: scripts, tasks, checkouts.

A script goes on after a command that fails, and ends as its last one does, on every kind of agent.
Sources: Azure Pipelines YAML schema (``steps``), "Bash@3", "PowerShell@2", "Specify conditions",
"Define variables" (macros).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.azure.parts import ROOT, Part, Parts, Place, mapped
from readiness.facts.ci.azure.starts import triggers
from readiness.facts.ci.azure.tasks import run_of
from readiness.facts.ci.branches import folder
from readiness.facts.ci.files import inputs, script
from readiness.facts.ci.model import MOST_STEPS, Action, Reference, Script, Step
from readiness.records import Struct, replace
from readiness.structured.nodes import Node, Scalar, Table

if TYPE_CHECKING:
    from readiness.facts.ci.azure.starts import Start

_SCRIPTS = ("script", "bash", "pwsh", "powershell")
_TELLING = ("deploy", "test", "publish", "release", "scan", "analy", "migrat", "push", "check", "rollback")
_POWERSHELL = frozenset("${}`|@;[]")


class Read(Struct, frozen=True):
    """The steps of a job, and whether they check the repository out: None if they do not say."""

    steps: tuple[Step, ...]
    checks_out: bool | None


class StepReader(Struct):
    """Reads the steps of all jobs of a pipeline, and notes what building blocks they name."""

    parts: Parts
    references: list[Reference]

    def read(self, node: Node | None, place: Place) -> Read:
        """The steps that ``node`` lists. Raises ``Unparsable``."""
        out: list[Step] = []
        checkouts: list[str] = []
        for part in self.parts.listed(node, "steps", place):
            if len(out) >= MOST_STEPS:
                break
            step = self._remote(part) if part.remote else self._step(part, checkouts)
            if step is not None:
                out.append(step)
        return Read(tuple(out), "self" in checkouts if checkouts else None)

    def _remote(self, part: Part) -> Step:
        place = part.place
        unknown = f"what {part.remote} brings is written in another repository"
        work = Action(part.remote, place.at(part.node), (), unknown)
        return Step(work.line, work, trigger=triggers(place.starts), enabled=place.enabled, via=place.via)

    def _step(self, part: Part, checkouts: list[str]) -> Step | None:
        if not isinstance(part.node, Table):
            return None
        table = mapped(part.node, part.place)
        checkout = table.get("checkout")
        if isinstance(checkout, Scalar):
            checkouts.append(checkout.text)
            if checkout.text == "none":
                return None
            given = () if checkout.text == "self" else (("repository", checkout.text),)
            return self._conditioned(table, Action("checkout", part.place.at(checkout), given), part.place)
        work = self._work(table, part.place)
        return self._conditioned(table, work, part.place) if work is not None else None

    def _work(self, table: Table, place: Place) -> Script | Action | None:
        for word in _SCRIPTS:
            node = table.get(word)
            if isinstance(node, Scalar):
                return self._script(node, word, table.text("workingDirectory"), place)
        task = table.get("task")
        if isinstance(task, Scalar):
            return self._task(task, mapped(table.table("inputs") or Table(task.line), place), place)
        for word in ("publish", "upload", "download", "downloadBuild", "getPackage", "reviewApp"):
            key = table.key(word)
            if key is not None:
                return Action(word, place.at(key))
        known = next((key for key, _ in table), None)
        if known is None:
            return None
        return Action("step", place.at(known), (), f"what a step '{known.text}' does is not known")

    def _script(self, node: Scalar, word: str, directory: str, place: Place) -> Script | None:
        work = script(place.file, [node], place.text)
        if work is None:
            return None
        if place.line:
            work = replace(work, lines=(place.line,) * len(work.lines), line=place.line)
        return _shelled(work, "pwsh" if word in {"pwsh", "powershell"} else "bash", place.text(directory))

    def _task(self, task: Scalar, given: Table, place: Place) -> Script | Action | None:
        name, _, version = place.text(task.text).partition("@")
        pairs = inputs(given, place.text)
        lower = {key.lower(): value for key, value in pairs}
        plain = name.lower().rpartition(".")[2]
        self.references.append(
            Reference(f"{name}@{version}", task.line, place.path, version.count(".") == 2, "." not in name)
        )
        run = run_of(plain, lower)
        if run is not None and run.text.strip():
            lines = self._lines(given, place, run.text)
            return _shelled(Script(run.text, lines[0], lines=lines), run.shell, run.directory)
        if plain == "ssh":
            pairs += (("script", lower.get("inline") or lower.get("commands", "")),)
        telling = any(word in plain for word in _TELLING)
        unknown = f"what the task {name} does is not known" if telling else ""
        return Action(f"{name.rpartition('.')[2]}@{version}", place.at(task), pairs, unknown)

    def _lines(self, given: Table, place: Place, text: str) -> tuple[int, ...]:
        """The file's line of each line of a task's script: where its input stands."""
        count = text.count("\n") + 1
        for name in ("script", "inlineScript", "Script", "InlineScript"):
            node = given.get(name)
            if isinstance(node, Scalar) and not place.line:
                written = place.file.lines(node, max(count, 1))
                return tuple(written[:count])
        return (place.at(given),) * count

    def _conditioned(self, table: Table, work: Script | Action, place: Place) -> Step:
        """A step with its own condition, and what masks its failure."""
        met = met_by(table.text("condition"), place)
        off = place.text(table.text("enabled")).lower() == "false"
        continues = place.text(table.text("continueOnError")).lower() == "true"
        return Step(
            place.at(table),
            work,
            place.text(table.text("displayName") or table.text("name")),
            triggers(met.starts or place.starts),
            enabled=False if off or not met.starts else place.enabled,
            masked="continueOnError" if continues else "",
            after_failure=met.after_failure,
            on_failure=met.on_failure,
            via=place.via,
        )


class Met(Struct, frozen=True):
    """Where a condition lets its part run: the starts, and whether after a failure, or only then."""

    starts: tuple[Start, ...]
    after_failure: bool = False
    on_failure: bool = False


def met_by(condition: str, place: Place) -> Met:
    """What becomes of a part under ``condition``; without one it runs where all went well."""
    text = place.text(condition) if "${{" in condition else condition
    if not text.strip():
        return Met(place.starts)
    well = [start for start in place.starts if place.holds(text, start) is not False]
    after = [start for start in place.starts if place.holds(text, start, failed=True) is not False]
    # A condition that says nothing of how the work before ended is one that holds after a failure too.
    return Met(tuple(well or after), bool(after), bool(after) and not well)


def _shelled(work: Script, shell: str, directory: str) -> Script:
    where = folder(directory, (ROOT,))
    if shell == "pwsh":
        plain = not _POWERSHELL.intersection(work.text)
        return replace(work, shell=plain, errexit=False, directory=where)
    return replace(work, errexit=False, directory=where)
