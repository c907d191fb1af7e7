"""The steps of a Buildkite pipeline as they are written, those of groups among them.

Sources: Buildkite documentation, "Step reference", "Dependencies", "Plugins". Commands run under
``bash -e``.
"""

from __future__ import annotations

from shlex import split as words_of
from typing import TYPE_CHECKING, Literal

from readiness.facts.ci.buildkite.conditions import Condition
from readiness.facts.ci.files import script
from readiness.facts.ci.model import Action, Reference, Script
from readiness.records import Struct, field
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from readiness.facts.ci.files import File

Kind = Literal["command", "wait", "block", "trigger"]

MOST = 500
PREFIX = "buildkite:"
_UPLOAD = "buildkite-agent pipeline upload"
_DEFAULTS = ("commands", "command", "script")


class Written(Struct, frozen=True):
    """A step. ``needs`` are the keys that it names, None if it waits for what is before the last barrier.

    ``uploads`` are the files whose steps it adds; ``open`` says that it adds others too.
    """

    kind: Kind
    name: str
    key: str
    line: int
    condition: Condition
    works: tuple[Script | Action, ...] = ()
    needs: tuple[str, ...] | None = None
    goes_on: bool = False
    masked: str = ""
    timeout: bool = False
    concurrency: bool = False
    matrix: bool = False
    uploads: tuple[str, ...] = ()
    notifies: int = 0
    provided: bool = True


class Steps(Struct):
    """All steps of a file, and the plugins that they name."""

    file: File
    path: str
    found: list[Written] = field(default_factory=list)
    groups: dict[str, list[str]] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)

    def take(self, nodes: Items, around: Condition | None = None, group: str = "") -> None:
        """Read the steps in ``nodes``. Raises ``Unparsable``."""
        for node in nodes.items:
            if len(self.found) >= MOST:
                return
            if isinstance(node, Scalar):
                self.barrier(node.text, node.line, Condition(), Table(node.line))
            elif isinstance(node, Table):
                self.step(node, around or Condition(), group)

    def step(self, step: Table, around: Condition, group: str) -> None:
        """Read one step."""
        own = Condition(step.text("branches") or _joined(step.get("branches")), step.text("if"))
        condition = Condition(
            f"{around.branches} {own.branches}".strip()
            if not (around.branches and own.branches)
            else own.branches,
            " && ".join(f"({text})" for text in (around.text, own.text) if text) if around.text else own.text,
        )
        for kind in ("wait", "waiter", "block", "manual", "input"):
            if step.get(kind) is not None or step.text("type") == kind:
                self.barrier(kind, step.line, condition, step)
                return
        inner = step.get("steps")
        if step.get("group") is not None and isinstance(inner, Items):
            self.take(inner, condition, step.text("key", step.text("id")) or step.text("group"))
            return
        self.found.append(self.command(step, condition))
        key = self.found[-1].key
        if group:
            self.groups.setdefault(group, []).append(key)

    def barrier(self, word: str, line: int, condition: Condition, step: Table) -> None:
        """Read a step that others wait at."""
        kind: Kind = "wait" if word.startswith("wait") else "block"
        goes_on = step.get("continue_on_failure")
        self.found.append(
            Written(
                kind,
                kind,
                step.text("key", step.text("id")) or f"{kind}:{line}",
                line,
                condition,
                goes_on=isinstance(goes_on, Scalar) and goes_on.truth is True,
            )
        )

    def command(self, step: Table, condition: Condition) -> Written:
        """Read a step that runs commands, or starts another pipeline."""
        written = next((step.get(name) for name in _DEFAULTS if step.get(name) is not None), None)
        work = script(self.file, (written,), _unescaped) if written is not None else None
        works: list[Script | Action] = [work] if work is not None else []
        trigger = step.text("trigger")
        if trigger:
            reason = f"what the pipeline {trigger} does is written elsewhere"
            works.append(Action(f"{PREFIX}trigger", step.line, unknown=reason))
        works += self.plugins(step.get("plugins"))
        uploads, unread = _uploads(work.text if work is not None else "")
        if unread:
            reason = "the steps that it adds are made when it runs"
            works.append(Action(f"{PREFIX}pipeline-upload", step.line, unknown=reason))
        key = step.text("key", step.text("id", step.text("identifier")))
        name = _plain(step.text("label", step.text("name"))) or key or _first(work) or trigger or "step"
        notify = step.key("notify")
        return Written(
            kind="trigger" if trigger else "command",
            name=name[:200],
            key=key or f"{name}:{step.line}",
            line=step.line,
            condition=Condition(condition.branches, "false") if _skipped(step) else condition,
            works=tuple(works),
            needs=_needs(step),
            goes_on=step.text("allow_dependency_failure") == "true" or _allowed(step),
            masked="soft_fail" if _softly(step.get("soft_fail")) else "",
            timeout=step.get("timeout_in_minutes") is not None,
            concurrency=step.text("concurrency") == "1",
            matrix=step.get("matrix") is not None,
            uploads=uploads,
            notifies=notify.line if notify is not None else 0,
            provided=not _without_files(step),
        )

    def plugins(self, node: Node | None) -> list[Script | Action]:
        """What plugins do of their own; most only run the commands elsewhere."""
        out: list[Script | Action] = []
        entries: list[tuple[Scalar, Node | None]] = []
        items = node.items if isinstance(node, Items) else ()
        entries += ((item, None) for item in items if isinstance(item, Scalar))
        entries += (pair for item in items if isinstance(item, Table) for pair in item.pairs)
        if isinstance(node, Table):
            entries += node.pairs
        for name, settings in entries[:50]:
            plugin, _, version = name.text.partition("#")
            plain = plugin.rpartition("/")[2].removesuffix(".git").removesuffix("-buildkite-plugin")
            reference = f"{plugin}@{version}" if version else plugin
            forges = "/" not in plugin or plugin.startswith("buildkite-plugins/")
            self.references.append(Reference(reference, name.line, self.path, forges=forges))
            table = settings if isinstance(settings, Table) else Table(name.line)
            if plain == "docker-compose":
                verbs = (verb for verb in ("build", "push") if table.get(verb) is not None)
                out += (Script(f"docker compose {verb}", name.line, folded=True) for verb in verbs)
                continue
            given = tuple((key.text, value.text) for key, value in table if isinstance(value, Scalar))
            out.append(
                Action(f"{PREFIX}{plain}@{version}" if version else f"{PREFIX}{plain}", name.line, given)
            )
        return out


def _unescaped(text: str) -> str:
    """A command as the agent gets it: a doubled dollar is one that the shell fills in."""
    return text.replace("$$", "$").replace("\\$", "$")


def _uploads(text: str) -> tuple[tuple[str, ...], bool]:
    """The files whose steps a command adds, and whether it adds steps that are in no file."""
    found: list[str] = []
    unread = False
    for line in text.split("\n"):
        before, sign, after = line.partition(_UPLOAD)
        if not sign:
            continue
        try:
            words = [word for word in words_of(after, comments=True) if not word.startswith("-")]
        except ValueError:
            words = []
        words = words[
            : next((at for at, word in enumerate(words) if word[0] in "|&;<>" or word == ""), len(words))
        ]
        piped = before.rstrip().endswith("|") or "<" in after
        if words and not piped and "$" not in words[0]:
            found.append(words[0].removeprefix("./"))
        elif piped or words:
            unread = True
        else:
            found.append("")
    return tuple(found), unread


def _without_files(step: Table) -> bool:
    """Whether the agent does not check the repository out."""
    skip = (step.table("checkout") or Table(1)).get("skip")
    if isinstance(skip, Scalar) and skip.truth is True:
        return True
    if (step.table("env") or Table(1)).text("BUILDKITE_SKIP_CHECKOUT") in {"true", "1"}:
        return True
    plugins = step.get("plugins")
    items = plugins.items if isinstance(plugins, Items) else ()
    names = [key for item in items if isinstance(item, Table) for key, _ in item]
    names += [item for item in items if isinstance(item, Scalar)]
    return any("skip-checkout" in name.text for name in names)


def _joined(node: Node | None) -> str:
    return (
        " ".join(item.text for item in node.items if isinstance(item, Scalar))
        if isinstance(node, Items)
        else ""
    )


def _plain(label: str) -> str:
    """A label without its pictures (``:docker:``)."""
    return " ".join(
        word for word in label.split() if not (word.startswith(":") and word.endswith(":") and len(word) > 1)
    )


def _first(work: Script | None) -> str:
    return work.text.split("\n", 1)[0][:60] if work is not None else ""


def _skipped(step: Table) -> bool:
    return step.get("skip") is not None and step.text("skip") not in {"", "false"}


def _needs(step: Table) -> tuple[str, ...] | None:
    if step.key("depends_on") is None:
        return None
    items = step.items("depends_on")
    names = (item.text if isinstance(item, Scalar) else _step_of(item) for item in items)
    return tuple(name for name in names if name)


def _step_of(node: Node) -> str:
    return node.text("step") if isinstance(node, Table) else ""


def _allowed(step: Table) -> bool:
    """Whether it runs although what it depends on failed."""
    items = [item for item in step.items("depends_on") if isinstance(item, Table)]
    return bool(items) and all(item.text("allow_failure") == "true" for item in items)


def _softly(node: Node | None) -> bool:
    if isinstance(node, Scalar):
        return node.truth is True
    return isinstance(node, Items) and bool(node.items)
