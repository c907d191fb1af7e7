"""What a job does in the end: its steps, each command followed to what it runs."""

from __future__ import annotations

from posixpath import normpath
from shlex import quote
from typing import TYPE_CHECKING, Protocol

from readiness.facts.ci.images import CHECKS, build_of_action, build_of_command, scripts
from readiness.facts.ci.model import MOST_STEPS, Action, Script, Step
from readiness.facts.ci.own_machine import left_running
from readiness.facts.ci.references import parts
from readiness.facts.ci.rehearsal import rehearsed
from readiness.facts.ci.standing import PLUMBING
from readiness.facts.ci.task import Task
from readiness.facts.commands.shell import split
from readiness.records import Struct, field, replace
from readiness.spans import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from readiness.facts.ci.images import Build
    from readiness.facts.ci.model import Job
    from readiness.facts.commands.shell import Command
    from readiness.facts.model import Facts

_TASKS = 2_000
_ITSELF = ("github.repository", "github_repository", "ci_repository_url", "ci_project_path", "ci_project_url")
_CHECKOUTS = frozenset({"actions/checkout", "checkout"})
_READS_FILES = frozenset({"test", "e2e-test", "lint", "type-check", "coverage"})


class Use(Protocol):
    """What is known of a command or an action: its purposes, its tool, why its failure does not show."""

    @property
    def purposes(self) -> frozenset[str]:
        """What it is for."""

    @property
    def tool(self) -> str:
        """The tool's name."""

    @property
    def soft(self) -> str:
        """Why it succeeds whatever it finds."""


class Leaf(Protocol):
    """A command that is run in the end, and the places passed through on the way."""

    @property
    def command(self) -> Command:
        """The command itself."""

    @property
    def via(self) -> tuple[Span, ...]:
        """The places passed through."""

    @property
    def masked(self) -> str:
        """Why its failure does not count."""

    @property
    def use(self) -> Use:
        """What is known of it."""

    @property
    def unknown(self) -> str:
        """Why it could not be followed."""

    @property
    def missing(self) -> str:
        """What it names that is not there."""


class Expands(Protocol):
    """Replaces runners (make, npm, tox …) by what they run."""

    def expand(
        self, script: str, directory: str = "", *, errexit: bool = True, pipefail: bool = False
    ) -> Sequence[Leaf]:
        """The leaf commands of ``script``."""


class KnowsActions(Protocol):
    """Tells what an action is for."""

    def of_action(self, uses: str, inputs: Mapping[str, str]) -> Use:
        """What is known of the action ``uses`` with ``inputs``."""

    def script_of_action(self, uses: str, inputs: Mapping[str, str]) -> str:
        """The script that the action ``uses`` runs with ``inputs``, empty for most."""


class TaskReader(Struct):
    """Follows the steps of jobs with what is known of tools and of the repository's files."""

    facts: Facts
    follower: Expands
    toolbox: KnowsActions
    idle: Callable[[Sequence[Command]], bool]
    slug: str = ""
    _folders: frozenset[str] = field(default=frozenset())

    def tasks(self, job: Job) -> tuple[Task, ...]:
        """What ``job`` does, in its order; at most 2,000 tasks."""
        out: list[Task] = []
        state = _State(checked_out=job.provided)
        for step in job.steps:
            if len(out) >= _TASKS:
                break
            work = step.work
            found = (
                self._action(step, work, state)
                if isinstance(work, Action)
                else self._script(step, work, state)
            )
            out += found
        if out and (len(out) >= _TASKS or len(job.steps) >= MOST_STEPS):
            del out[_TASKS:]
            out[-1] = replace(out[-1], unknown="what its job does beyond here is more than is read")
        done = rehearsed(out)
        # What answers a proposal is a trial, wherever it runs.
        return left_running(done) if job.own_machine and "change" not in job.trigger else done

    def told(self, job: Job) -> Job:
        """``job``; where it calls a pipeline of another repository that is known, that is its one step."""
        if not job.remote:
            return job
        known = self.toolbox.of_action(job.remote, dict(job.inputs)).purposes
        if not known - PLUMBING:
            return job
        work = Action(job.remote, job.line, job.inputs)
        return replace(job, remote="", steps=(Step(job.line, work, trigger=job.trigger),))

    def _action(self, step: Step, action: Action, state: _State) -> list[Task]:
        named = parts(action.reference)
        use = self.toolbox.of_action(action.reference, dict(action.inputs))
        missing = ""
        if named.pinned == "local":
            missing = self._missing(named.action, state)
        given = dict(action.inputs)
        if named.action.lower() in _CHECKOUTS:
            own = self._own(given.get("repository", ""))
            state.foreign = state.foreign or not own
            if own and step.enabled is not False:
                state.checked_out = True
        elif named.action.lower() == "docker/build-push-action" and "context" not in given:
            # Without a context it takes the repository itself from the forge.
            state.fetched = True
        task = Task(
            step=step,
            line=action.line,
            text=action.reference,
            action=named.action,
            inputs=action.inputs,
            tool=use.tool,
            purposes=use.purposes,
            masked=step.masked or use.soft,
            checked_out=state.fetched or state.checked_out,
            via=step.via,
            missing=missing,
            unknown="" if use.purposes else action.unknown,
        )
        state.fetched = False
        text = self.toolbox.script_of_action(action.reference, given)
        script = Script(text, action.line, folded=True)
        run = self._script(step, script, state) if text else []
        return [task, *self._in_image(task, build_of_action(named.action, given)), *run]

    def _missing(self, reference: str, state: _State) -> str:
        """A local action that is not there; what another checkout may have brought is not judged."""
        folder = normpath(reference)
        inside = "" if folder == "." else f"{folder}/"
        names = (f"{inside}action.yml", f"{inside}action.yaml", f"{inside}Dockerfile")
        if state.foreign or any(self.facts.entry(name) is not None for name in names):
            return ""
        return reference

    def _script(self, step: Step, script: Script, state: _State) -> list[Task]:
        if not script.shell:
            text = " ".join(script.text.split())[:200]
            return [
                Task(step, script.line, text, masked=step.masked, checked_out=state.checked_out, via=step.via)
            ]
        leaves = list(self._leaves(script))
        idle = self.idle([command for _, command, _, _ in leaves])
        out: list[Task] = []
        for line, command, leaf, masked in leaves:
            runs = step.enabled is not False
            if runs and self._clones(command.words):
                state.checked_out = True
            out.append(
                Task(
                    step=step,
                    line=line,
                    text=command.text,
                    words=command.words,
                    tool=leaf.use.tool,
                    purposes=leaf.use.purposes,
                    masked=step.masked or masked or leaf.use.soft,
                    placeholder=idle,
                    checked_out=state.checked_out,
                    writes_own_input=self._writes_own_input(command, leaf.use, state),
                    via=(*step.via, *leaf.via),
                    missing=leaf.missing,
                    unknown=leaf.unknown or _from_expression(leaf) or _adds_steps(leaf),
                )
            )
            if "build-image" in leaf.use.purposes:
                out += self._in_image(out[-1], build_of_command(command.words, command.directory))
            if runs:
                state.written.update(_inside(command.directory, name) for name in command.writes)
        return out

    def _in_image(self, task: Task, build: Build | None) -> Iterator[Task]:
        """The checks that the build of an image runs, each as a task of the job."""
        if build is None:
            return
        for line, text in scripts(self.facts, build):
            for leaf in self.follower.expand(text, build.folder, errexit=False):
                if leaf.use.purposes & CHECKS:
                    yield replace(
                        task,
                        text=leaf.command.text,
                        words=leaf.command.words,
                        action="",
                        inputs=(),
                        tool=leaf.use.tool,
                        purposes=leaf.use.purposes & CHECKS,
                        masked=task.masked or leaf.masked or leaf.use.soft,
                        via=(*task.via, Span(build.file, line), *leaf.via),
                    )

    def _leaves(self, script: Script) -> Iterator[tuple[int, Command, Leaf, str]]:
        """Each leaf of ``script``: the file's line that led to it, its command, the leaf, what masks it."""
        errexit, pipefail = script.errexit, script.pipefail
        for command in split(script.text, errexit=errexit, pipefail=pipefail, directory=script.directory):
            line = _line(script, command.line)
            text = " ".join(quote(word) for word in command.words)
            for leaf in self.follower.expand(text, command.directory, errexit=errexit, pipefail=pipefail):
                yield line, leaf.command if leaf.via else command, leaf, command.masked or leaf.masked

    def _clones(self, words: Sequence[str]) -> bool:
        if tuple(words[:2]) == ("git", "clone") or tuple(words[:3]) == ("gh", "repo", "clone"):
            return any(self._own(word, strict=True) for word in words[2:])
        return False

    def _own(self, repository: str, *, strict: bool = False) -> bool:
        """Whether ``repository`` names the subject itself; an expression does, unless ``strict``."""
        text = repository.lower()
        if any(sign in text for sign in _ITSELF):
            return True
        if strict:
            return bool(self.slug) and self.slug in text
        return not text or "${{" in text or text == self.slug

    def _writes_own_input(self, command: Command, use: Use, state: _State) -> bool:
        if not state.written or not use.purposes & _READS_FILES:
            return False
        if state.checked_out is False:
            return True
        for word in command.words[1:]:
            path = _inside(command.directory, word.partition("::")[0])
            if word.startswith("-") or not path:
                continue
            wrote = path in state.written or any(name.startswith(f"{path}/") for name in state.written)
            if wrote and self.facts.entry(path) is None and path not in self._known_folders():
                return True
        return False

    def _known_folders(self) -> frozenset[str]:
        if not self._folders:
            found: set[str] = set()
            for entry in self.facts.tree.entries:
                folder = entry.path.rpartition("/")[0]
                while folder and folder not in found:
                    found.add(folder)
                    folder = folder.rpartition("/")[0]
            self._folders = frozenset(found)
        return self._folders


# Variables that stand before a command, or are one of the shell's own.
_BEFORE = frozenset(("sudo", "echo", "run", "dry_run", "time", "nice", "prefix", "maybe", "log"))


class _State(Struct):
    """What a job has done so far: got the files, got others, written some."""

    checked_out: bool | None = False
    fetched: bool = False
    foreign: bool = False
    written: set[str] = field(default_factory=set)


def _line(script: Script, number: int) -> int:
    """The file's line of the line ``number`` of the text."""
    if script.lines:
        return script.lines[min(number, len(script.lines)) - 1]
    return script.line if script.folded else script.line + number - 1


def _inside(directory: str, name: str) -> str:
    """``name`` seen from the root; empty where that is not to be known, or outside."""
    if directory == "?" or "$" in name or name.startswith(("/", "~")) or not name:
        return ""
    path = normpath(f"{directory}/{name}" if directory else name)
    return "" if path.startswith("..") or path == "." else path


def _adds_steps(leaf: Leaf) -> str:
    """Why a script's work is not to be known that adds steps to the pipeline it runs in."""
    adds = bool(leaf.via) and leaf.command.words[:3] == ("buildkite-agent", "pipeline", "upload")
    return "it adds steps to the pipeline when it runs" if adds else ""


def _from_expression(leaf: Leaf) -> str:
    """Why a command is not to be known that an expression gives: ``run: ${{ matrix.command }}``.

    Nor is one of a script whose program is a variable that the script puts together: ``$compose up``.
    """
    words = leaf.command.words
    if not words or leaf.use.purposes:
        return ""
    if words[0].startswith("${{"):
        return "what it runs comes from an expression"
    name = words[0].strip('${}"').lower() if words[0].startswith("$") and leaf.via else ""
    program = name.replace("_", "a").isalnum() and len(words) > 1 and name not in _BEFORE
    return f"which program {words[0]} is shows only when it runs" if program else ""
