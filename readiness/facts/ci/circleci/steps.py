"""The steps of a CircleCI job, the commands of its file in their place.

Sources: CircleCI documentation, "Configuration reference" (steps, ``run``, ``when``), "Reusable configuration
reference" (commands, parameters of the type ``steps``), "Orbs".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.branches import folder
from readiness.facts.ci.circleci.conditions import texts, truth
from readiness.facts.ci.files import inputs, scalars, script
from readiness.facts.ci.model import MOST_STEPS, Action, Step
from readiness.records import Struct, field, replace
from readiness.spans import Unparsable
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.facts.ci.circleci.conditions import Start
    from readiness.facts.ci.circleci.parameters import Scope
    from readiness.facts.ci.files import File
    from readiness.facts.ci.model import Script

BUILT_IN = frozenset(
    (
        *("checkout", "setup_remote_docker", "save_cache", "restore_cache", "store_artifacts"),
        *("store_test_results", "persist_to_workspace", "attach_workspace", "add_ssh_keys"),
    )
)
"""Steps that CircleCI brings itself, beside ``run``, ``when`` and ``unless``."""

_DEPTH = 12
_VISITS = 20_000
_NOT_POSIX = ("powershell", "pwsh", "cmd", "python", "node", "ruby", "perl")


class Orb(Struct, frozen=True):
    """An orb as it is declared: ``owner/name`` and version; or, written in the file, its own definitions."""

    name: str
    version: str
    inline: Table | None = None

    def reference(self, part: str) -> str:
        """The reference of one of its commands or jobs."""
        return f"{self.name}/{part}@{self.version}" if self.version else f"{self.name}/{part}"


class Source(Struct, frozen=True):
    """Where names of commands are looked up: the file's, or those of an orb that is written in it."""

    commands: Table | None
    executors: Table | None
    orbs: Mapping[str, Orb]


class Place(Struct, frozen=True):
    """What holds for steps from around them.

    Where names are looked up and which values hold; the situations of the job, its shell, the folder
    that is the repository's; ``depth`` counts the commands that led here.
    """

    source: Source
    scope: Scope
    starts: tuple[Start, ...]
    shell: str = ""
    root: str = ""
    enabled: bool | None = True
    depth: int = 0


class StepReader(Struct):
    """Reads the steps of all jobs of a file; at most 20,000 in all."""

    file: File
    visits: int = field(default=0)

    def steps(self, nodes: Node | None, place: Place) -> list[Step]:
        """The steps that ``nodes`` are. Raises ``Unparsable`` for one that CircleCI does not know."""
        found: list[Step] = []
        listed = place.scope.node(nodes) if nodes is not None else None
        if isinstance(listed, Scalar) and not listed.null:
            return [_unread(listed, place)]
        for item in listed.items if isinstance(listed, Items) else ():
            if len(found) >= MOST_STEPS:
                break
            self.visits += 1
            if self.visits > _VISITS or place.depth > _DEPTH:
                raise Unparsable(item.line, "its commands call more of one another than is read", opens=True)
            found += self._step(place.scope.node(item), place)
        return found[:MOST_STEPS]

    def _step(self, item: Node, place: Place) -> list[Step]:
        if isinstance(item, Items):
            return self.steps(item, replace(place, depth=place.depth + 1))
        if isinstance(item, Scalar):
            if item.null:
                return []
            given = "<<" in item.text or "${{" in item.text
            return [_unread(item, place)] if given else self._named(item, None, place)
        if not item.pairs:
            return []
        name, value = item.pairs[0]
        if name.text in {"when", "unless"}:
            return self._conditional(name.text, value, place)
        if name.text in {"run", "deploy"}:
            return self._run(name, value, place)
        return self._named(name, value if isinstance(value, Table) else None, place)

    def _named(self, name: Scalar, given: Table | None, place: Place) -> list[Step]:
        """A command of the file, one of an orb, or a step that CircleCI brings."""
        source = place.source
        body = source.commands.table(name.text) if source.commands is not None else None
        if body is not None:
            found = self._called(body, source, given, place)
            return [step if step.name else replace(step, name=name.text) for step in found]
        if name.text in BUILT_IN:
            return [_action(name, name.text, given, place)]
        alias, _, part = name.text.partition("/")
        orb = source.orbs.get(alias) if part else None
        if orb is not None and orb.inline is None:
            return [_action(name, orb.reference(part), given, place)]
        commands = orb.inline.table("commands") if orb is not None and orb.inline is not None else None
        body = commands.table(part) if commands is not None else None
        if orb is None or orb.inline is None or body is None:
            raise Unparsable(name.line, f"there is no command '{name.text}'")
        return self._called(body, Source(commands, orb.inline.table("executors"), source.orbs), given, place)

    def _called(self, body: Table, source: Source, given: Table | None, place: Place) -> list[Step]:
        scope = place.scope.within(body.table("parameters"), given)
        inner = replace(place, source=source, scope=scope, depth=place.depth + 1)
        return self.steps(body.get("steps"), inner)

    def _conditional(self, kind: str, value: Node, place: Place) -> list[Step]:
        """The steps under ``when`` or ``unless``; none where what is given in the file rules them out."""
        if not isinstance(value, Table):
            return []
        condition = value.get("condition")
        kept: list[Start] = []
        sure = False
        for start in place.starts:
            answer = truth(condition, start, place.scope) if condition is not None else None
            if answer is not None and kind == "unless":
                answer = not answer
            sure = sure or answer is True
            kept += [start] if answer is not False else []
        inner = replace(place, starts=tuple(kept), depth=place.depth + 1)
        if not sure:
            inner = replace(inner, enabled=None if place.enabled else place.enabled)
        if not kept and place.starts:
            if condition is None or not any("pipeline." in text for text in texts(condition)):
                return []
            inner = replace(inner, starts=place.starts, enabled=False)
        return self.steps(value.get("steps"), inner)

    def _run(self, name: Scalar, value: Node, place: Place) -> list[Step]:
        scope = place.scope
        written = scope.node(value)
        table = written if isinstance(written, Table) else Table(written.line)
        if table.get("steps") is not None:
            # `deploy: {steps: …}` is the long form of configurations of version 2.
            return self.steps(table.get("steps"), replace(place, depth=place.depth + 1))
        command = written if isinstance(written, Scalar) else table.get("command")
        work = script(self.file, [scope.node(command)], scope.text) if command is not None else None
        if work is None:
            raise Unparsable(name.line, "a `run` step has no command")
        directory = folder(scope.text(table.text("working_directory")), (place.root, "~/project"))
        work = replace(_shelled(work, scope.text(table.text("shell")) or place.shell), directory=directory)
        masked = "background: true" if table.text("background") == "true" else ""
        late = scope.text(table.text("when"))
        return [
            replace(_step(name.line, work, place, late), name=scope.text(table.text("name")), masked=masked)
        ]


def _action(at: Scalar, reference: str, given: Table | None, place: Place) -> Step:
    pairs = inputs(given, place.scope.text)
    if reference == "persist_to_workspace" and given is not None:
        pairs += tuple(("paths", node.text) for node in scalars(given.items("paths")))
    unknown = "" if reference in BUILT_IN else f"what {reference} runs is written in an orb"
    late = given.text("when") if given is not None else ""
    late = late or ("always" if reference in {"store_artifacts", "store_test_results"} else "")
    return _step(at.line, Action(reference, at.line, pairs, unknown), place, late)


def _unread(at: Node, place: Place) -> Step:
    return _step(at.line, Action("steps", at.line, (), "its steps come from a parameter"), place, "")


def _step(line: int, work: Script | Action, place: Place, when: str) -> Step:
    return Step(
        line,
        work,
        trigger=frozenset(trigger for start in place.starts for trigger in start.triggers),
        enabled=place.enabled,
        after_failure=when in {"always", "on_fail"},
        on_failure=when == "on_fail",
    )


def _shelled(work: Script, shell: str) -> Script:
    """``work`` under ``shell``; CircleCI's own is ``bash -eo pipefail``."""
    words = shell.split()
    if not words:
        return replace(work, pipefail=True)
    name = words[0].rpartition("/")[2].lower().removesuffix(".exe")
    if name in _NOT_POSIX:
        plain = "\n" not in work.text.strip() and "$" not in work.text
        return replace(work, shell=plain and name in _NOT_POSIX[:3])
    flags = [word for word in words[1:] if word.startswith("-") and not word.startswith("--")]
    return replace(work, errexit=any("e" in flag for flag in flags), pipefail="pipefail" in words)
