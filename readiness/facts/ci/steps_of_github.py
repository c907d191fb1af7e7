"""The steps of a GitHub job, those of the repository's own composite actions in their place.

Sources: GitHub Actions documentation, "Workflow syntax" (shells), "Metadata syntax" (composite actions).
"""

from __future__ import annotations

from posixpath import normpath
from typing import TYPE_CHECKING

from readiness.facts.ci.expressions import Situation, possible, truth
from readiness.facts.ci.model import MOST_STEPS, Action, Reference, Script, Step
from readiness.facts.ci.workflow import ACTION
from readiness.records import Struct, replace
from readiness.spans import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.facts.ci.events import Start
    from readiness.facts.ci.workflow import WrittenJob, WrittenStep
    from readiness.facts.model import Facts

_DEPTH = 6
_ACTION_PATH = (
    "${{ github.action_path }}",
    "${{github.action_path}}",
    "${GITHUB_ACTION_PATH}",
    "$GITHUB_ACTION_PATH",
)
_NOT_SHELL = frozenset({"pwsh", "powershell", "cmd"})


class Followed(Struct, frozen=True):
    """The steps of a job, and every building block that they name."""

    steps: tuple[Step, ...]
    references: tuple[Reference, ...]


def follow_steps(facts: Facts, path: str, job: WrittenJob, starts: Sequence[Start]) -> Followed:
    """The steps of ``job`` in the workflow ``path``, which runs in the situations ``starts``."""
    follower = _Follower(facts, job, [], [], _home(job))
    for step in job.steps:
        if step.uses:
            follower.references.append(Reference(step.uses, step.uses_line, path))
        follower.take(step, _Outside(tuple(starts)), 0)
    return Followed(tuple(follower.steps), tuple(follower.references))


class _Outside(Struct, frozen=True):
    """What holds for a step from around it: its situations, and the composite action it is part of."""

    starts: tuple[Start, ...]
    line: int = 0
    masked: str = ""
    after_failure: bool = False
    on_failure: bool = False
    enabled: bool = True
    via: tuple[Span, ...] = ()


class _Follower(Struct):
    facts: Facts
    job: WrittenJob
    steps: list[Step]
    references: list[Reference]
    home: str = ""

    def take(self, step: WrittenStep, outside: _Outside, depth: int) -> None:
        if len(self.steps) >= MOST_STEPS:
            return
        here = _within(step, outside)
        action = _local_action(self.facts, step.uses) if depth < _DEPTH else ""
        if action:
            parsed = self.facts.parsed(ACTION, action)
            if parsed.value is not None and parsed.value.steps:
                for inner in parsed.value.steps:
                    if inner.uses:
                        self.references.append(Reference(inner.uses, inner.uses_line, action))
                    place = Span(action, inner.uses_line if inner.uses else inner.run_line)
                    line = outside.line or step.uses_line
                    self.take(
                        _placed(inner, action), replace(here, line=line, via=(*here.via, place)), depth + 1
                    )
                return
        self.steps.append(
            Step(
                line=outside.line or step.line,
                work=self.work(step, outside),
                name=step.name,
                trigger=frozenset(start.trigger for start in here.starts),
                enabled=here.enabled,
                masked=here.masked,
                after_failure=here.after_failure,
                on_failure=here.on_failure,
                via=outside.via,
            )
        )

    def work(self, step: WrittenStep, outside: _Outside) -> Script | Action:
        """What the step does; in a composite action the line is that of its use."""
        if step.uses:
            return Action(step.uses, outside.line or step.uses_line, step.inputs)
        shell = step.shell or ("" if outside.via else self.job.shell)
        directory = step.directory or ("" if outside.via else self.job.directory)
        runs, errexit, pipefail = _shell(shell, self.job.runner, step.run)
        return Script(
            text=step.run,
            line=outside.line or step.run_line,
            folded=step.folded or bool(outside.line),
            shell=runs,
            errexit=errexit,
            pipefail=pipefail,
            directory=_directory(directory, self.home),
        )


def _within(step: WrittenStep, outside: _Outside) -> _Outside:
    kept = tuple(start for start in outside.starts if possible(step.condition, start.known))
    masked = outside.masked
    if not masked and step.continues and truth(step.continues, Situation()) is True:
        masked = "continue-on-error"
    succeeded = any(truth(step.condition, Situation(start.known)) is not False for start in kept)
    failed = any(truth(step.condition, Situation(start.known, failed=True)) is not False for start in kept)
    return replace(
        outside,
        starts=kept or outside.starts,
        enabled=outside.enabled and bool(kept),
        masked=masked,
        after_failure=outside.after_failure or failed,
        on_failure=outside.on_failure or (failed and not succeeded),
    )


def _placed(step: WrittenStep, action: str) -> WrittenStep:
    """A step of a composite action, with the action's own folder named from the root.

    Source: GitHub Actions documentation, "Contexts" (``github.action_path``).
    """
    folder = action.rpartition("/")[0]
    place = "${{ github.workspace }}" + (f"/{folder}" if folder else "")
    run, directory = step.run, step.directory
    for name in _ACTION_PATH:
        run, directory = run.replace(name, place), directory.replace(name, place)
    return (
        step
        if (run, directory) == (step.run, step.directory)
        else replace(step, run=run, directory=directory)
    )


def _local_action(facts: Facts, reference: str) -> str:
    """The action file that a local reference names, or empty."""
    if not reference.startswith("./"):
        return ""
    folder = normpath(reference[2:] or ".")
    for name in ("action.yml", "action.yaml"):
        path = name if folder == "." else f"{folder}/{name}"
        if facts.entry(path) is not None:
            return path
    return ""


def _shell(shell: str, runner: str, text: str) -> tuple[bool, bool, bool]:
    """Whether ``text`` can be read as shell, whether it stops at a failure, and whether pipes fail.

    One line without special meaning reads the same in PowerShell and in a POSIX shell.
    """
    words = shell.split()
    name = words[0].lower() if words else ("pwsh" if "windows" in runner.lower() else "")
    if name in _NOT_SHELL:
        return "\n" not in text.strip() and "$" not in text.replace("${{", ""), True, False
    if not words:
        return True, True, False
    if len(words) == 1 and name in {"bash", "sh"}:
        return True, True, name == "bash"
    if "bash" in words or "sh" in words:
        flags = [word for word in words if word.startswith("-") and not word.startswith("--")]
        return True, any("e" in flag for flag in flags), "pipefail" in words
    return False, True, False


def _home(job: WrittenJob) -> str:
    """Where the job checks its repository out, as its one checkout writes it; empty for the workspace."""
    checkouts = [
        dict(step.inputs) for step in job.steps if step.uses.partition("@")[0].lower() == "actions/checkout"
    ]
    own = [inputs for inputs in checkouts if not inputs.get("repository")]
    return own[0].get("path", "").strip().rstrip("/") if len(own) == 1 else ""


def _directory(directory: str, home: str = "") -> str:
    """``directory`` from the repository's root, ``?`` where that is not to be known."""
    plain = directory.strip()
    if home and (plain == home or plain.startswith(f"{home}/")):
        plain = f".{plain[len(home) :]}"
    for start in ("${{ github.workspace }}", "${{github.workspace}}", "$GITHUB_WORKSPACE"):
        plain = "." + plain[len(start) :] if plain.startswith(start) else plain
    if not plain:
        return ""
    if "$" in plain or plain.startswith(("/", "~")):
        return "?"
    clean = normpath(plain.replace("\\", "/"))
    return "" if clean == "." else "?" if clean.startswith("..") else clean
