"""The jobs of a GitLab pipeline as they are written: what they run, after what, under which rules.

Sources: GitLab CI/CD YAML reference; GitLab Runner documentation, "Shells" (``set -eo pipefail``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.gitlab_policies import Policies, text, texts, there
from readiness.facts.ci.gitlab_rules import Policy
from readiness.facts.ci.gitlab_templates import TEMPLATE
from readiness.facts.ci.model import MOST_STEPS, Action, Script, Step
from readiness.records import Struct
from readiness.spans import Span
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from readiness.facts.ci.gitlab_file import Config
    from readiness.facts.model import Facts

RESERVED = frozenset(
    (
        *("default", "include", "stages", "types", "variables", "workflow", "spec"),
        *("image", "services", "before_script", "after_script", "cache"),
    )
)
_STAGES = ("build", "test", "deploy")
_DEFAULTS = ("before_script", "after_script", "timeout", "interruptible")
_JOBS = 256
_NAME = 200
_CHARACTERS = 1 << 21


class Child(Struct, frozen=True):
    """What a job starts: a pipeline of files of the repository, or one of another project."""

    paths: tuple[str, ...] = ()
    remote: str = ""
    waits: bool = False


class WrittenJob(Struct, frozen=True):
    """A job, the answers about its start left to the situation.

    ``stage`` is the place of its stage, None if not to be known. ``needs`` is None if it
    waits for the stages before; else those it names, each with whether it may be absent.
    ``partial`` names what it extends, if what it runs is written there and that is elsewhere.
    """

    key: str
    line: int
    stage: int | None
    needs: tuple[tuple[str, bool], ...] | None
    policy: Policy
    steps: tuple[Step, ...]
    child: Child | None
    environment: str
    environment_declared: bool
    timeout: bool
    concurrency: bool
    matrix: bool
    provided: bool
    partial: str


def jobs(facts: Facts, config: Config) -> tuple[WrittenJob, ...]:
    """The visible jobs of ``config``. Raises ``Rejected`` for one that GitLab does not take."""
    names = [name for name in config.keys if name not in RESERVED and not name.startswith(".")]
    if len(names) > _JOBS:
        raise _too_many(config)
    reader = _Reader(config, _stages(config), Policies(facts, config), variables(config.table("variables")))
    out = tuple(reader.job(name) for name in names)
    known = {job.key for job in out}
    for job in out:
        for name, optional in job.needs or ():
            if name not in known and not optional and not config.elsewhere:
                key = config.keys[job.key][0]
                raise config.reject(key, f"job '{job.key}' needs '{name}', which is no job")
    return out


def policy_of_workflow(facts: Facts, config: Config) -> Policy | None:
    """The rules under which the pipeline starts at all; None if it has none."""
    workflow = config.table("workflow")
    if workflow is None or workflow.get("rules") is None:
        return None
    return Policy(Policies(facts, config).rules(workflow.get("rules")), when="always")


def variables(node: Node | None) -> dict[str, str]:
    """The texts of a mapping of variables."""
    out = {}
    for key, value in node if isinstance(node, Table) else ():
        written = value.get("value") if isinstance(value, Table) else value
        if isinstance(written, Scalar):
            out[key.text] = written.text
    return out


def _too_many(config: Config) -> Exception:
    from readiness.facts.ci.gitlab_file import Rejected  # noqa: PLC0415

    return Rejected(config.path, 1, f"more than {_JOBS} jobs", opens=True)


def _stages(config: Config) -> tuple[str, ...]:
    for name in ("stages", "types"):
        if name in config.keys:
            found = tuple(item.text for item in config.flat(config.keys[name][1]) if isinstance(item, Scalar))
            return (".pre", *found, ".post")
    return (".pre", *_STAGES, ".post")


class _Reader(Struct):
    config: Config
    stages: tuple[str, ...]
    policies: Policies
    shared: dict[str, str]
    characters: int = 0

    def job(self, name: str) -> WrittenJob:
        config = self.config
        key, node = config.keys[name]
        if not isinstance(node, Table):
            raise config.reject(key, f"job '{name}' is no mapping")
        job = Table(node.line, tuple(config.job(name).values()))
        lost = " ".join(texts(config.flat(job.get("extends") or Items(1)))) or name
        runs = [word for word in ("script", "trigger", "run", TEMPLATE) if job.get(word) is not None]
        if not runs and not config.elsewhere:
            raise config.reject(key, f"job '{name}' has neither `script` nor `trigger`")
        if "run" in runs:
            config.opened(key, f"job '{name}' is made of steps (`run`), which are not read")
        given = self.variables(job)
        environment = config.resolved(job.get("environment"))
        place = environment.text("name") if isinstance(environment, Table) else text(environment)
        strategy = given.get("GIT_STRATEGY", "")
        parallel = config.resolved(job.get("parallel"))
        return WrittenJob(
            key=name,
            line=config.line(key),
            stage=self.stage(job, key),
            needs=self.needs(job),
            policy=self.policies.policy(job),
            steps=self.steps(job),
            child=self.child(job),
            environment=_filled(place[:_NAME], given),
            environment_declared=there(environment),
            timeout=there(self.default(job, "timeout")),
            concurrency=there(job.get("resource_group"))
            or text(self.default(job, "interruptible")) == "true",
            matrix=isinstance(parallel, Table) and there(parallel.get("matrix")),
            provided=strategy not in {"none", "empty"} and "trigger" not in runs,
            partial="" if runs else lost,
        )

    def variables(self, job: Table) -> dict[str, str]:
        inherit = job.table("inherit")
        shared = inherit is None or inherit.text("variables") != "false"
        own = variables(self.config.resolved(job.get("variables")))
        return {**(self.shared if shared else {}), **own}

    def default(self, job: Table, name: str) -> Node | None:
        """The value of ``name``: the job's own, else what ``default`` or the root has for all jobs."""
        own = job.get(name)
        if own is not None:
            return self.config.resolved(own)
        inherit = job.table("inherit")
        if inherit is not None and inherit.get("default") is not None:
            wanted = [item.text for item in inherit.items("default") if isinstance(item, Scalar)]
            if wanted != ["true"] and name not in wanted:
                return None
        default = self.config.table("default")
        found = default.get(name) if default is not None else None
        if found is None and name in _DEFAULTS[:2] and name in self.config.keys:
            found = self.config.keys[name][1]
        return self.config.resolved(found)

    def stage(self, job: Table, key: Scalar) -> int | None:
        name = text(self.config.resolved(job.get("stage"))) or "test"
        if name in self.stages:
            return self.stages.index(name)
        if self.config.elsewhere or "$[[" in name:
            return None
        raise self.config.reject(key, f"job '{key.text}' is in stage '{name}', which is not there")

    def needs(self, job: Table) -> tuple[tuple[str, bool], ...] | None:
        node = job.get("needs")
        if node is None:
            return None
        out = []
        for item in self.config.flat(node):
            if isinstance(item, Scalar):
                out.append((item.text, False))
            elif isinstance(item, Table) and item.text("job") and not _elsewhere(item):
                out.append((item.text("job"), item.text("optional") == "true"))
        return tuple(dict.fromkeys(out))

    def steps(self, job: Table) -> tuple[Step, ...]:
        template = job.text(TEMPLATE)
        if template:
            line = job.line
            return (Step(line, Action(template, line)),)
        script = job.get("script")
        before = self.default(job, "before_script") if script is not None else None
        out = []
        main = self.script(*(node for node in (before, script) if node is not None))
        after = self.default(job, "after_script") if script is not None else None
        last = self.script(after) if after is not None else None
        for found, masked in ((main, ""), (last, "after_script")):
            if found is not None:
                work, via = found
                out.append(Step(work.line, work, masked=masked, after_failure=bool(masked), via=via))
        return tuple(out)

    def script(self, *nodes: Node) -> tuple[Script, tuple[Span, ...]] | None:
        """The commands of ``nodes``, which one shell runs; and where they are, if in one other file."""
        config = self.config
        items = [item for node in nodes for item in config.flat(node) if isinstance(item, Scalar)]
        written: list[str] = []
        lines: list[int] = []
        for item in items[:MOST_STEPS]:
            self.characters += len(item.text)
            if self.characters > _CHARACTERS:
                config.opened(item, "its scripts are longer than is read")
                break
            found = item.text.rstrip("\n").split("\n")
            written += found
            lines += self.lines(item, len(found))
        if not written:
            return None
        files = {config.file(item) for item in items}
        foreign = len(files) == 1 and config.path not in files
        via = (Span(config.file(items[0]), items[0].line),) if foreign else ()
        return Script("\n".join(written), lines[0], pipefail=True, lines=tuple(lines)), via

    def lines(self, item: Scalar, count: int) -> list[int]:
        """The lines of the pipeline's file for ``count`` lines of text."""
        file = self.config.file(item)
        if file != self.config.path:
            return [self.config.line(item)] * count
        if item.body > item.line or count > 1:
            literal = item.body > item.line and item.body - 1 not in self.config.folding.get(file, ())
            start = item.body or item.line
            return [start + (index if literal else 0) for index in range(count)]
        return [item.line] * count

    def child(self, job: Table) -> Child | None:
        node = self.config.resolved(job.get("trigger"))
        if node is None:
            return None
        if isinstance(node, Scalar):
            return Child(remote=node.text)
        if not isinstance(node, Table):
            return Child(remote="?")
        waits = node.text("strategy") in {"depend", "mirror"}
        if node.get("include") is None:
            return Child(remote=node.text("project") or "?", waits=waits)
        paths = []
        for item in self.config.flat(node.get("include") or node):
            path = (
                item.text
                if isinstance(item, Scalar)
                else item.text("local")
                if isinstance(item, Table)
                else ""
            )
            if not path or "$" in path or path.startswith(("http://", "https://")):
                return Child(remote="a pipeline that is written elsewhere", waits=waits)
            paths.append(path.lstrip("/"))
        return Child(paths=tuple(paths), waits=waits)


def _elsewhere(need: Table) -> bool:
    return need.get("project") is not None or need.get("pipeline") is not None


def _filled(text: str, given: dict[str, str]) -> str:
    """``text`` with its variables filled in; those that the file does not give are left out."""
    out, at = "", 0
    while at < len(text):
        if text[at] != "$":
            out += text[at]
            at += 1
            continue
        brace = text[at + 1 : at + 2] == "{"
        end = start = at + 1 + brace
        while end < len(text) and (text[end].isalnum() or text[end] == "_"):
            end += 1
        value = given.get(text[start:end], "")
        out += "" if "$" in value else value
        at = max(end + brace, at + 1)
    return out
