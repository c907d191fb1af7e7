"""A subject of a few workflows, with a follower and a tools table small enough to see through."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from readiness.facts.ci import collect
from readiness.facts.ci.github import own_slug
from readiness.facts.ci.tasks import TaskReader
from readiness.facts.commands.shell import Command, split
from readiness.facts.store import Store
from readiness.records import Struct
from readiness.spans import Span
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pytest

    from readiness.facts.ci.tasks import Leaf, Use
    from readiness.facts.model import Facts


class FakeUse(Struct, frozen=True):
    purposes: frozenset[str] = frozenset()
    tool: str = ""
    soft: str = ""


class FakeLeaf(Struct, frozen=True):
    command: Command
    via: tuple[Span, ...] = ()
    masked: str = ""
    use: Use = FakeUse()
    unknown: str = ""
    missing: str = ""


TOOLS = {
    "pytest": "test",
    "playwright": "e2e-test",
    "ruff": "lint",
    "kubectl": "deploy",
    "helm": "deploy",
    "twine": "publish",
    "undo": "rollback",
    "slack": "notify",
    "smoke": "smoke-test",
}
ACTIONS = {
    "actions/checkout": "checkout",
    "actions/setup-python": "setup",
    "actions/upload-artifact": "upload-artifact",
    "slackapi/slack-github-action": "notify",
    "amazon/deploy": "deploy",
    "docker/build-push-action": "build-image",
}


class FakeFollower:
    """``make test`` runs pytest; ``make lost`` names no target; ``make far`` cannot be followed."""

    def expand(
        self, script: str, directory: str = "", *, errexit: bool = True, pipefail: bool = False
    ) -> Sequence[Leaf]:
        return tuple(self._leaf(command) for command in split(script, directory=directory))

    def _leaf(self, command: Command) -> FakeLeaf:
        match command.words:
            case ("make", "test"):
                pytest_ = Command(("pytest",), 4, "pytest", directory=command.directory)
                return FakeLeaf(pytest_, (Span("Makefile", 4),), "", FakeUse(frozenset({"test"}), "pytest"))
            case ("make", "lost"):
                return FakeLeaf(command, missing="make target 'lost'")
            case ("make", "far"):
                return FakeLeaf(command, unknown="the target is made by an include elsewhere")
        tool = command.words[0] if command.words else ""
        soft = "--exit-zero" if "--exit-zero" in command.words else ""
        purpose = TOOLS.get(tool)
        return FakeLeaf(command, use=FakeUse(frozenset({purpose}), tool, soft) if purpose else FakeUse())


class FakeToolbox:
    def of_action(self, uses: str, inputs: Mapping[str, str]) -> Use:
        purpose = ACTIONS.get(uses.partition("@")[0])
        return FakeUse(frozenset({purpose}), uses) if purpose else FakeUse()

    def script_of_action(self, uses: str, inputs: Mapping[str, str]) -> str:
        return inputs.get("command", "") if uses.startswith("nick-fields/retry@") else ""


def idle(commands: Sequence[Command]) -> bool:
    return all(command.words[:1] in {("echo",), ("sleep",), ("ls",)} for command in commands)


def use_fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    def reader(facts: Facts) -> TaskReader:
        return TaskReader(facts, FakeFollower(), FakeToolbox(), idle, own_slug(facts))

    monkeypatch.setattr(collect, "_reader", reader)


def subject(
    files: Mapping[str, str],
    *,
    branch: str = "main",
    remote: str = "https://github.com/own/repo",
    as_of: str = "",
) -> Store:
    """A store of ``files``."""
    tree = MemoryTree(
        {name: dedent(text) for name, text in files.items()},
        subject=Subject(name="subject", default_branch=branch, remote=remote),
    )
    return Store(tree, (), as_of=as_of)


def workflow(text: str, *, name: str = "ci", **options: str) -> Store:
    """A store with one workflow ``.github/workflows/NAME.yml``."""
    return subject({f".github/workflows/{name}.yml": text}, **options)


def steps(text: str, on: str = "push") -> str:
    """A workflow with one job ``j`` of the steps in ``text``."""
    head = f"on: {on}\njobs:\n  j:\n    runs-on: ubuntu-latest\n    steps:\n"
    return head + "".join(f"      {line}\n" for line in dedent(text).strip("\n").split("\n"))
