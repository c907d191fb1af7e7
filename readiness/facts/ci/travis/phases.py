"""The phases of a Travis job as steps, and what a language runs where ``script`` is left out.

In ``install`` and what goes before it a failing command ends the job; in ``script`` the others run on, and
the job fails in the end. What comes after cannot fail it.
Sources: Travis CI documentation, "Job lifecycle", "Deployment", and the page of each language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.files import inputs, moved, scalars, script
from readiness.facts.ci.model import MOST_STEPS, Action, Script, Step
from readiness.records import Struct, replace
from readiness.structured.nodes import Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from readiness.facts.ci.files import File
    from readiness.facts.ci.model import Trigger
    from readiness.facts.ci.travis.conditions import Start

_BEFORE = ("before_install", "install", "before_script", "script")
_AFTER = ("after_success", "after_failure", "after_script")
_PEOPLE = ("slack", "email", "webhooks", "irc", "hipchat", "pushover", "campfire", "flowdock")


def steps(
    file: File, job: Table, starts: Sequence[Start], has: Callable[[str], bool], line: int
) -> list[Step]:
    """The steps of ``job``, whose keys are its own or the file's. ``has`` says whether there is a file."""
    triggers = _triggers(starts)
    shell = _Shell(file)
    out = [step for phase in _BEFORE for step in shell.phase(job, phase)]
    if job.get("script") is None:
        text = default_script(_language(job), has)
        if text:
            out.append(Step(line, Script(text, line, folded=True, errexit=False)))
    found = [replace(step, trigger=triggers) for step in out]
    found += _deployments(shell, job, starts)
    for phase in _AFTER:
        for step in shell.phase(job, phase):
            late = phase != "after_success"
            failed = phase == "after_failure"
            found.append(replace(step, trigger=triggers, masked=phase, after_failure=late, on_failure=failed))
    found += _notifications(job.get("notifications"), triggers)
    return found[:MOST_STEPS]


class _Shell(Struct):
    """The one shell that runs all phases of a job: where a phase goes, the next one starts."""

    file: File
    directory: str = ""

    def phase(self, job: Table, phase: str) -> Iterator[Step]:
        """The steps of one phase, an entry of its list each."""
        for node in scalars(job.items(phase)):
            if node.plain and node.text in {"true", "skip", "false"}:
                continue
            work = script(self.file, [node])
            if work is not None:
                ready = replace(work, errexit=False, directory=self.directory)
                self.directory = moved(ready)
                yield Step(work.line, ready, name="" if phase == "script" else phase)


def _triggers(starts: Sequence[Start]) -> frozenset[Trigger]:
    return frozenset(trigger for start in starts for trigger in start.triggers)


def _deployments(shell: _Shell, job: Table, starts: Sequence[Start]) -> Iterator[Step]:
    """What is deployed where the script succeeded; proposals deploy nothing."""
    listed = [item for item in job.items("deploy") if isinstance(item, Table)]
    reached = [[start for start in starts if _deployed(item, start)] for item in listed]
    around = _triggers([start for one in reached for start in one])
    for step in shell.phase(job, "before_deploy") if listed else ():
        yield replace(step, trigger=around, enabled=bool(around))
    for item, found in zip(listed, reached, strict=True):
        provider = item.get("provider")
        if not isinstance(provider, Scalar):
            continue
        masked = "allow_failure" if item.text("allow_failure") == "true" else ""
        work: Script | Action | None = Action(
            f"travis/{provider.text.lower()}",
            provider.line,
            inputs(item),
            f"what the deployment provider {provider.text} does is not known",
        )
        if provider.text == "script":
            work = script(shell.file, item.items("script"))
        if work is not None:
            triggers = _triggers(found)
            yield Step(work.line, work, "deploy", triggers, enabled=bool(triggers), masked=masked)
    for step in shell.phase(job, "after_deploy") if listed else ():
        yield replace(step, trigger=around, enabled=bool(around))


def _deployed(item: Table, start: Start) -> bool:
    """Whether a deployment is made in a build: on a push to the default branch, unless it says otherwise."""
    if start.kind == "pull_request":
        return False
    on = item.table("on") or item.table("true")
    tags = on.text("tags") if on is not None else ""
    if tags == "true":
        return bool(start.tag)
    if (
        on is not None
        and (on.text("all_branches") == "true" or on.text("condition"))
        and on.get("branch") is None
    ):
        return not start.tag or tags != "false"
    if start.tag:
        return False
    names = {node.text for node in scalars(on.items("branch"))} if on is not None else set()
    return start.branch in names if names else "main" in start.triggers


def _notifications(node: Node | None, triggers: frozenset[Trigger]) -> Iterator[Step]:
    """Whom Travis itself tells; of the mail that it always sends nothing is made."""
    for key, value in node if isinstance(node, Table) else ():
        off = isinstance(value, Scalar) and value.truth is False
        if key.text in _PEOPLE and key.text != "email" and not off:
            work = Action(f"travis/notify-{key.text}", key.line)
            yield Step(key.line, work, "notifications", triggers, masked="notifications", after_failure=True)


def _language(job: Table) -> str:
    return next((node.text.lower() for node in scalars(job.items("language"))), "ruby")


def default_script(language: str, has: Callable[[str], bool]) -> str:
    """What is run for ``language`` where a job has no ``script``; empty if nothing is."""
    if language in {"java", "jvm", "groovy", "kotlin", "pure_java", "jdk"}:
        for sign, command in _JVM:
            if has(sign):
                return command
        return "ant test"
    for sign, command in _SCRIPTS.get(_ALIASES.get(language, language), ()):
        if not sign or has(sign):
            return command
    return ""


_JVM = (
    ("gradlew", "./gradlew check"),
    ("build.gradle", "gradle check"),
    ("mvnw", "./mvnw test -B"),
    ("pom.xml", "mvn test -B"),
)
_ALIASES = {
    "javascript": "node_js",
    "golang": "go",
    "objective-c": "swift",
    "objc": "swift",
    "c++": "c",
    "cpp": "c",
}
_SCRIPTS: dict[str, tuple[tuple[str, str], ...]] = {
    "node_js": (("yarn.lock", "yarn test"), ("package.json", "npm test"), ("", "make test")),
    "ruby": (("Gemfile", "bundle exec rake"), ("", "rake")),
    "go": (("Makefile", "make"), ("", "go test -v ./...")),
    "php": (("", "phpunit"),),
    "rust": (("", "cargo build --verbose && cargo test --verbose"),),
    "elixir": (("", "mix test"),),
    "erlang": (("rebar.config", "rebar eunit"), ("", "make test")),
    "haskell": (("stack.yaml", "stack test"), ("", "cabal test")),
    "clojure": (("", "lein test"),),
    "scala": (("build.sbt", "sbt test"), ("build.gradle", "gradle check"), ("pom.xml", "mvn test -B")),
    "perl": (("Build.PL", "perl Build.PL && ./Build && ./Build test"), ("", "make test")),
    "crystal": (("", "crystal spec"),),
    "dart": (("", "dart test"),),
    "d": (("", "dub test"),),
    "r": (("", "R CMD build . && R CMD check *tar.gz"),),
    "android": (("gradlew", "./gradlew build connectedCheck"), ("", "gradle build connectedCheck")),
    "c": (("", "./configure && make && make test"),),
    "elm": (("", "elm-test"),),
    "smalltalk": (("", "smalltalkci"),),
}
"""By language what it runs, with the file that decides; the first that fits. Python runs nothing."""
