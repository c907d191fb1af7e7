"""Where a job stands among the others: what it waits for, what looks after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci import names
from readiness.facts.ci.rehearsal import taken_down
from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from readiness.facts.ci.model import Job, Pipeline
    from readiness.facts.ci.task import Task

TESTS = frozenset({"test", "e2e-test"})
PLUMBING = frozenset({"checkout", "setup", "upload-artifact"})
_DEPLOYS = frozenset({"deploy"})
_DELIVERS = frozenset({"deploy", "publish", "push-image", "release"})
_VERIFIES = frozenset({"smoke-test", "e2e-test"})
_PROBES = ("health", "ready", "ping", "status", "live", "version", "smoke")
_LOCAL = ("localhost", "127.0.0.1", "0.0.0.0", "[::1]")  # noqa: S104 - looked for, not bound to


class Working(Struct, frozen=True):
    """A job and its tasks, in its pipeline."""

    pipeline: Pipeline
    job: Job
    tasks: tuple[Task, ...]

    @property
    def real(self) -> Iterator[Task]:
        """The tasks that run and are no placeholders."""
        return (task for task in self.tasks if task.real)


class Standing(Struct, frozen=True):
    """All pipelines with their jobs, and the questions about a job that others answer too."""

    pipelines: Mapping[str, Pipeline]
    jobs: Mapping[str, Mapping[str, Working]]
    _callers: Mapping[str, tuple[Working, ...]]
    _waiting: Mapping[str, Mapping[str, tuple[str, ...]]]

    @classmethod
    def of(cls, pipelines: Mapping[str, Pipeline], jobs: Mapping[str, Mapping[str, Working]]) -> Standing:
        """The standing of ``jobs`` by path and key, in ``pipelines`` by path."""
        callers: dict[str, tuple[Working, ...]] = {}
        for ones in jobs.values():
            for one in ones.values():
                if one.job.calls and one.job.enabled is not False:
                    callers[one.job.calls] = (*callers.get(one.job.calls, ()), one)
        return cls(pipelines, jobs, callers, {path: _waiting(ones) for path, ones in jobs.items()})

    def called(self, working: Working) -> Iterable[Working]:
        """The enabled jobs of the pipeline that ``working`` calls."""
        if not working.job.calls:
            return ()
        return tuple(
            one for one in self.jobs.get(working.job.calls, {}).values() if one.job.enabled is not False
        )

    def below(self, working: Working) -> tuple[Working, ...]:
        """The job itself, and the jobs of all pipelines that it calls, through one another."""
        out, seen = [working], {working.pipeline.path}
        for one in out:
            if one.job.calls and one.job.calls not in seen:
                seen.add(one.job.calls)
                out += self.called(one)
        return tuple(out)

    def callers(self, path: str) -> tuple[Working, ...]:
        """The enabled jobs that call the pipeline ``path``."""
        return self._callers.get(path, ())

    def purposes(self, working: Working) -> frozenset[str]:
        """What its real tasks are for, those of the pipeline it calls among them."""
        return frozenset(
            purpose for one in self.below(working) for task in one.real for purpose in task.purposes
        )

    def checks_out(self, working: Working) -> bool | None:
        """Whether it gets the repository's files; None where another repository decides."""
        answers = [_checks_out(one) for one in self.below(working)]
        if True in answers:
            return True
        return None if None in answers else False

    def tested(self, working: Working) -> bool:
        """Whether a test in it, or in the pipeline it calls, can fail it."""
        return any(_tested(one) for one in self.below(working)) and not working.job.masked

    def gated(self, working: Working) -> bool:
        """Whether it delivers only after a test that can stop it."""
        return self._gated(working, {})

    def _gated(self, working: Working, known: dict[tuple[str, str], bool]) -> bool:
        key = (working.pipeline.path, working.job.key)
        if key not in known:
            known[key] = False
            known[key] = (
                self._gated_within(working)
                or self._after_tested_pipeline(working)
                or self._gated_by_callers(working, known)
            )
        return known[key]

    def _gated_by_callers(self, working: Working, known: dict[tuple[str, str], bool]) -> bool:
        callers = self.callers(working.pipeline.path)
        only_called = working.pipeline.events in (
            frozenset({"workflow_call"}),
            frozenset({"parent_pipeline"}),
        )
        return bool(callers) and only_called and all(self._gated(one, known) for one in callers)

    def _gated_within(self, working: Working) -> bool:
        """By itself, or by the jobs without whose success it, or all it calls to deliver, does not start."""
        if self._held(working):
            return True
        delivering = [one for one in self.below(working)[1:] if _delivers(one)]
        return bool(delivering) and all(self._held(one) for one in delivering)

    def _held(self, working: Working) -> bool:
        return _tested_first(working.tasks) or any(self.tested(one) for one in self._demanded(working))

    def _demanded(self, working: Working) -> Iterator[Working]:
        """The jobs that must have succeeded before it starts, through one another."""
        jobs = self.jobs[working.pipeline.path]
        left = list(working.job.demands)
        seen = set(left)
        while left:
            one = jobs.get(left.pop())
            if one is not None:
                yield one
                fresh = sorted(set(one.job.demands) - seen)
                seen.update(fresh)
                left += fresh

    def _after_tested_pipeline(self, working: Working) -> bool:
        if any(
            self.tested(one)
            for path in self._waited_for(working.pipeline)
            for one in self.jobs[path].values()
        ):
            return True
        asks = working.job.demands_pipeline or any(
            one.job.demands_pipeline for one in self._demanded(working)
        )
        if not asks or working.pipeline.events != frozenset({"workflow_run"}):
            return False
        followed = [flow.path for flow in self.pipelines.values() if flow.name in working.pipeline.follows]
        return any(self.tested(one) for path in followed for one in self.jobs[path].values())

    def _waited_for(self, pipeline: Pipeline) -> Iterator[str]:
        """The paths of the pipelines before it, through one another."""
        left, seen = list(pipeline.waits), {pipeline.path}
        while left:
            path = left.pop()
            if path not in seen and path in self.pipelines:
                seen.add(path)
                yield path
                left += self.pipelines[path].waits

    def _after(self, working: Working) -> list[Working]:
        """The enabled jobs of its pipeline that wait for it, through one another."""
        jobs, waiting = self.jobs[working.pipeline.path], self._waiting[working.pipeline.path]
        left, seen, out = [working.job.key], {working.job.key}, list[Working]()
        while left:
            for key in waiting.get(left.pop(), ()):
                if key not in seen:
                    seen.add(key)
                    left.append(key)
                    out.append(jobs[key])
        return [one for one in out if one.job.enabled is not False]

    def deploys(self, working: Working) -> bool:
        """Whether it, or the pipeline it calls, has a real deploy step."""
        return "deploy" in self.purposes(working)

    def verified(self, working: Working) -> bool:
        """Whether, after deploying, a check that can fail looks at what was deployed."""
        if not self.deploys(working):
            return False
        if any(_verified_within(one.tasks) for one in self.below(working)):
            return True
        later = [inner for one in self._after(working) for inner in self.below(one)]
        return any(_verifies(task) for one in later if not one.job.masked for task in one.real)

    def rolls_back(self, working: Working) -> bool:
        """Whether a deployment is taken back, by itself or by a job that waits for it."""
        around = [inner for one in (working, *self._after(working)) for inner in self.below(one)]
        return any("rollback" in task.purposes or _undoes_itself(task) for one in around for task in one.real)

    def notifies(self, working: Working) -> bool:
        """Whether it, or a job that waits for it, tells people."""
        around = [inner for one in (working, *self._after(working)) for inner in self.below(one)]
        return any("notify" in task.purposes for one in around for task in one.real)

    def placeholder(self, working: Working) -> bool:
        """Whether all that it does beside fetching and preparing only prints, sleeps or lists."""
        tasks = [task for one in self.below(working) for task in one.tasks if task.step.enabled is not False]
        idle = any(task.placeholder for task in tasks)
        rest = [task for task in tasks if not task.placeholder and not _is_plumbing(task)]
        return idle and not rest and not any(one.job.remote for one in self.below(working))

    def environment(self, working: Working) -> str:
        """The environment it is for: as declared, as its callers say, else as its name says of a delivery.

        What is taken down again by the job that deployed it was a test.
        """
        job = working.job
        if job.environment_declared:
            found = self._declared(working)
            if found or "${{" not in job.environment:
                return found
        for inner in self.called(working):
            found = names.environment(_from_inputs(inner.job.environment, job.inputs))
            if found:
                return found
        pipeline = working.pipeline
        named = (job.key, job.name, pipeline.name, pipeline.path.rpartition("/")[2])
        found = names.delivers_to(*named)
        if not found and any("deploy" in task.purposes for task in working.real):
            found = next((found for found in map(names.place, named) if found), "")
        return found or ("test" if self._taken_down(working) else "")

    def _taken_down(self, working: Working) -> bool:
        """Whether all jobs that deploy, of those it is or calls, take down again what they deployed."""
        deploying = [
            one for one in self.below(working) if any("deploy" in task.purposes for task in one.real)
        ]
        return bool(deploying) and all(taken_down(one.tasks) for one in deploying)

    def _declared(self, working: Working) -> str:
        written = working.job.environment
        if "${{" not in written:
            return names.environment(written)
        given = {
            names.environment(_from_inputs(written, one.job.inputs))
            for one in self.callers(working.pipeline.path)
        }
        return given.pop() if len(given) == 1 else ""


def _waiting(jobs: Mapping[str, Working]) -> dict[str, tuple[str, ...]]:
    """For each job of a pipeline those that wait for it."""
    out: dict[str, list[str]] = {}
    for key, one in jobs.items():
        for need in one.job.needs:
            out.setdefault(need, []).append(key)
    return {need: tuple(keys) for need, keys in out.items()}


def _from_inputs(written: str, inputs: Sequence[tuple[str, str]]) -> str:
    """What ``${{ inputs.x }}`` is for a caller that gives ``inputs``; empty for every other text."""
    name = written.strip().removeprefix("${{").removesuffix("}}").strip()
    if not name.startswith("inputs."):
        return ""
    value = dict(inputs).get(name.removeprefix("inputs."), "")
    return "" if "${{" in value else value


def _checks_out(working: Working) -> bool | None:
    if working.job.remote:
        return None
    answers = {task.checked_out for task in working.tasks}
    return True if True in answers else None if None in answers else False


def _tested(working: Working) -> bool:
    job = working.job
    return (
        job.enabled is not False
        and not job.masked
        and any(task.blocking and task.purposes & TESTS for task in working.real)
    )


def _delivers(working: Working) -> bool:
    return any(task.purposes & _DELIVERS for task in working.real)


def _tested_first(tasks: Sequence[Task]) -> bool:
    """Whether a blocking test comes before the first delivery, which does not start if it fails."""
    tested = False
    for task in tasks:
        if not task.real:
            continue
        if task.purposes & _DELIVERS:
            return tested and not task.step.after_failure
        tested = tested or (task.blocking and bool(task.purposes & TESTS))
    return False


def _verified_within(tasks: Sequence[Task]) -> bool:
    deployed = False
    for task in tasks:
        if not task.real:
            continue
        if deployed and _verifies(task):
            return True
        deployed = deployed or bool(task.purposes & _DEPLOYS)
        if task.purposes & _DEPLOYS and _waits(task):
            return True
    return False


def _verifies(task: Task) -> bool:
    """Whether a task can fail on the state of what was deployed, somewhere else than on the runner."""
    if not task.blocking or any(place in task.text for place in _LOCAL):
        return False
    if task.purposes & _VERIFIES or task.words[:3] == ("kubectl", "rollout", "status"):
        return True
    if not task.words or task.words[0] not in {"curl", "wget"}:
        return False
    fails = task.words[0] == "wget" or any(_asks_to_fail(word) for word in task.words[1:])
    return fails and any(sign in task.text.lower() for sign in _PROBES)


def _asks_to_fail(word: str) -> bool:
    return word.startswith("--fail") or (word.startswith("-") and not word.startswith("--") and "f" in word)


def _waits(task: Task) -> bool:
    """Whether a deploy command itself waits until what it deployed is healthy."""
    if task.words[:1] == ("helm",):
        return any(word in {"--wait", "--atomic"} for word in task.words)
    return ("wait-for-service-stability", "true") in task.inputs


def _undoes_itself(task: Task) -> bool:
    return "deploy" in task.purposes and any(
        word in {"--atomic", "--rollback-on-failure"} for word in task.words
    )


def _is_plumbing(task: Task) -> bool:
    """Whether it only fetches or prepares: known to, or an action that moves artifacts."""
    if task.purposes:
        return task.purposes <= PLUMBING
    return task.action.lower() in {"actions/download-artifact", "actions/cache", "actions/checkout"}
