"""What the build of an image checks on its way: the tests and linters that its Dockerfile runs.

A ``RUN`` that fails fails the build, and with it the step that builds. Counted are the stages that
the build needs. Sources: Docker's references of ``docker build`` and of the Dockerfile, "Multi-stage
builds" (stages that nothing needs are left out), the inputs of docker/build-push-action, and the settings
of plugins/docker.
"""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from readiness.facts.commands.runners.model import inside
from readiness.facts.commands.unwrap import layers
from readiness.facts.containers.dockerfile import DOCKERFILE
from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from readiness.facts.containers.dockerfile import Dockerfile, Instruction
    from readiness.facts.model import Facts

CHECKS = frozenset(
    {"test", "e2e-test", "coverage", "lint", "type-check", "format", "scan-code", "scan-deps", "scan-secrets"}
)
"""The purposes of commands within a build that count as steps of the job."""

_RUNS = 100
_VERBS = (("build",), ("image", "build"), ("buildx", "build"))
_PLUGINS = frozenset(
    (
        *("plugins/docker", "plugins/ecr", "plugins/gcr", "plugins/acr", "plugins/kaniko"),
        *("woodpeckerci/plugin-docker-buildx", "thegeeklab/drone-docker", "thegeeklab/drone-docker-buildx"),
    )
)
_FLAGS = frozenset(
    ("--load", "--no-cache", "--pull", "--push", "-q", "--quiet", "--rm", "--force-rm", "--squash")
)


class Build(Struct, frozen=True):
    """One build: the Dockerfile and the folder it is built from, from the root, and the stage asked for."""

    file: str
    folder: str
    target: str = ""


def build_of_command(words: Sequence[str], directory: str) -> Build | None:
    """The build that a command starts in ``directory``; None for others, and where it is not to be known."""
    inner = next((each.words for each in layers(words) if each.words[:1] == ("docker",)), ())
    verb = next((verb for verb in _VERBS if inner[1 : 1 + len(verb)] == verb), None)
    if verb is None:
        return None
    given: dict[str, str] = {}
    operands: list[str] = []
    rest = iter(inner[1 + len(verb) :])
    for word in rest:
        name, sign, value = word.partition("=")
        if not word.startswith("-"):
            operands.append(word)
        elif word not in _FLAGS:
            given[name] = value if sign else next(rest, "")
    if len(operands) != 1:
        return None
    file = given.get("-f", given.get("--file", ""))
    return _build(directory, operands[0], file, given.get("--target", ""))


def build_of_action(action: str, inputs: Mapping[str, str]) -> Build | None:
    """The build that ``docker/build-push-action`` or a plugin of Drone starts; None for any other."""
    file = inputs.get("dockerfile", "")
    if action.lower() in _PLUGINS:
        return _build("", inputs.get("context", "."), file, inputs.get("target", ""))
    if action.lower() != "docker/build-push-action":
        return None
    return _build("", inputs.get("context", "."), inputs.get("file", ""), inputs.get("target", ""))


def _build(directory: str, context: str, file: str, target: str) -> Build | None:
    folder = inside(directory, context)
    path = inside(directory, file) if file else inside(folder, "Dockerfile")
    if "://" in context or any(sign in text for text in (folder, path, target) for sign in "?$`"):
        return None
    return Build(path, folder, target)


def scripts(facts: Facts, build: Build) -> Iterator[tuple[int, str]]:
    """What ``build`` runs on its way: the lines of its Dockerfile and their scripts, at most 100."""
    if facts.entry(build.file) is None:
        return
    file = facts.parsed(DOCKERFILE, build.file).value
    if file is None:
        return
    needed = _needed(file, build.target)
    runs = [each for each in file.instructions if each.keyword == "RUN" and each.stage in needed]
    for each in runs[:_RUNS]:
        yield each.line, _script(each)


def _script(run: Instruction) -> str:
    if run.heredocs:
        return "\n".join(run.heredocs)
    return " ".join(map(quote, run.words)) if run.exec_form else run.arguments


def _needed(file: Dockerfile, target: str) -> frozenset[int]:
    """The stages that lead to ``target``, or to the last one: what they build on, what they copy from."""
    named = {stage.name.lower(): stage.index for stage in file.stages if stage.name}
    named |= {str(stage.index): stage.index for stage in file.stages}
    from_stages: dict[int, set[int]] = {}
    for each in file.instructions:
        for source in _sources(each):
            if source in named:
                from_stages.setdefault(each.stage, set()).add(named[source])
    pending = [named.get(target.lower(), file.final.index) if target else file.final.index]
    found: set[int] = set()
    while pending:
        index = pending.pop()
        if index in found:
            continue
        found.add(index)
        parent = file.stages[index].parent
        pending += from_stages.get(index, ())
        pending += [] if parent is None else [parent]
    return frozenset(found)


def _sources(instruction: Instruction) -> Iterator[str]:
    """The stages that an instruction takes files from, as they are named, in lower case."""
    for name, value in instruction.flags:
        if name == "from":
            yield value.lower()
        elif name == "mount":
            yield from (part[5:].lower() for part in value.split(",") if part.startswith("from="))
