"""What a command or an action is for, by the table of known tools in ``rules/tools.yaml``."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from readiness.facts.commands.idle import is_placeholder
from readiness.facts.commands.shell import split
from readiness.facts.commands.unwrap import Inner, layers, on_host
from readiness.records import Struct, replace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["NOTHING", "PURPOSES", "Pattern", "Tool", "Toolbox", "Use", "is_placeholder", "like", "toolbox"]

PURPOSES = frozenset(
    (
        *("test", "e2e-test", "smoke-test", "load-test", "coverage", "lint", "type-check", "format"),
        *(
            "scan-code",
            "scan-deps",
            "scan-image",
            "scan-secrets",
            "scan-iac",
            "upload-findings",
            "sign",
            "sbom",
        ),
        *("build", "package", "build-image", "push-image", "publish", "release", "upload-artifact"),
        *("deploy", "rollback", "migrate", "lint-migrations", "backup", "iac-plan", "iac-apply", "notify"),
        *("setup", "checkout", "update-deps"),
    )
)
"""Everything that a step can be for."""

_GAP = "..."
_SETTING = ("-D", "-P")  # ``-Dskip=false`` is not ``-Dskip``
_END = "$"
_ON_HOST = frozenset(("deploy", "migrate", "rollback"))  # what a command does to the machine it runs on
_HOST_COMMANDS = 200


class Use(Struct, frozen=True):
    """What a command or an action is known to do.

    ``purposes`` is empty for what is not known; ``tool`` is the tool's name. ``soft`` says why its
    findings cannot fail the step although it runs, empty if they can.
    """

    purposes: frozenset[str] = frozenset()
    tool: str = ""
    soft: str = ""


NOTHING = Use()


class Pattern(Struct, frozen=True):
    """A command as the table writes it: its words in order, and the options that must be there."""

    words: tuple[str, ...]
    options: tuple[str, ...]


class Tool(Struct, frozen=True):
    """One entry of the table, as its head describes it.

    With ``group``, the entry stands for many tools, each named as its program or action is.
    ``never`` says that its findings never fail a step. ``on_host`` are commands that have its
    purposes only where they are run on another machine.
    """

    name: str
    group: bool
    purposes: frozenset[str]
    patterns: tuple[Pattern, ...] = ()
    on_host: tuple[Pattern, ...] = ()
    actions: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    not_with: tuple[tuple[str, ...], ...] = ()
    soft_with: tuple[tuple[str, ...], ...] = ()
    hard_with: tuple[tuple[str, ...], ...] = ()
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    soft_when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    never: bool = False
    counts: tuple[str, ...] = ()
    does_not: tuple[str, ...] = ()
    line: int = 1


class Toolbox:
    """The table, ready to be asked: commands are found by their first word, actions by their reference."""

    def __init__(
        self,
        tools: Sequence[Tool],
        options: Mapping[str, frozenset[str]],
        scripts: Mapping[str, tuple[str, str, str]] | None = None,
    ) -> None:
        self.tools = tuple(tools)
        self._scripts = scripts or {}
        self._options = options
        self._commands: dict[str, list[tuple[Pattern, Tool]]] = {}
        self._on_host: dict[str, list[tuple[Pattern, Tool]]] = {}
        self._actions: dict[str, list[Tool]] = {}
        self._action_globs: list[tuple[str, Tool]] = []
        self._images: dict[str, str] = {}
        for tool in tools:
            for pattern in tool.patterns:
                self._commands.setdefault(pattern.words[0], []).append((pattern, tool))
            for pattern in tool.on_host:
                self._on_host.setdefault(pattern.words[0], []).append((pattern, tool))
            for action in tool.actions:
                if "*" in action:
                    self._action_globs.append((action, tool))
                else:
                    self._actions.setdefault(action, []).append(tool)
            for image in tool.images:
                self._images[image] = tool.patterns[0].words[0]

    def of_inner(self, inner: Inner) -> Use:
        """What an unwrapped command does."""
        words = inner.words
        program = self._images.get(inner.image)
        if program is not None and (not words or words[0] not in self._commands):
            words = (program, *words)
        if not words or words[-1] in ("--version", "--help"):
            return NOTHING
        if words[0] == "ssh":
            return replace(self.of_host(on_host(words)), soft=inner.soft)
        found = list(self._commands.get(words[0], ()))
        if inner.module:
            found += self._commands.get(f"-m {words[0]}", ())
        if not found:
            return NOTHING
        call = _Call.of(words, self._options.get(words[0], frozenset()))
        matching = [
            (pattern, tool)
            for pattern, tool in found
            if call.matches(pattern) and not any(call.has(phrase) for phrase in tool.not_with)
        ]
        return _joined(
            [
                (
                    len(pattern.words) + len(pattern.options),
                    tool,
                    words[0] if tool.group else tool.name,
                    call.soft(tool),
                )
                for pattern, tool in matching
            ],
            inner.soft,
        )

    def of_host(self, script: str) -> Use:
        """What ``script`` does to the machine that it is run on, which is not the pipeline's own."""
        purposes: set[str] = set()
        for command in split(script)[:_HOST_COMMANDS]:
            for inner in layers(command.words):
                words = inner.words
                if not words or words[0] == "ssh":
                    break
                if words[0].endswith(".sh"):
                    words = ("sh", *words)
                call = _Call.of(words, self._options.get(words[0], frozenset()))
                for pattern, tool in self._on_host.get(words[0], ()):
                    if call.matches(pattern):
                        purposes |= tool.purposes
                purposes |= self.of_inner(inner).purposes & _ON_HOST
        return Use(frozenset(purposes), "ssh") if purposes else NOTHING

    def of_action(self, uses: str, inputs: Mapping[str, str]) -> Use:
        """What the action ``uses`` (with or without version) does with these ``inputs``."""
        reference = _reference(uses)
        if reference.startswith("docker://"):
            reference = reference.rpartition(":")[0] if reference.count(":") > 1 else reference
        found = list(self._actions.get(reference, ()))
        if not found:
            found = [tool for action, tool in self._action_globs if like(action, reference)]
        given = {name.lower(): value.strip().lower() for name, value in inputs.items()}
        host = self._scripts.get(reference, ("", "", ""))[2].lower()
        if host:
            scripts = [value for name, value in inputs.items() if name.lower() == host]
            return self.of_host("\n".join(scripts))
        matching = [tool for tool in found if all(_given(given, *choice) for choice in tool.when)]
        own = reference.split("/")[1] if "/" in reference and "://" not in reference else reference
        return _joined(
            [
                (len(tool.when), tool, own if tool.group else tool.name, _soft_input(given, tool))
                for tool in matching
            ],
            "",
        )

    def script_of_action(self, uses: str, inputs: Mapping[str, str]) -> str:
        """The script that an action is there to run (``nick-fields/retry``); empty for any other."""
        name, script, _ = self._scripts.get(_reference(uses), ("", "", ""))
        given = {key.lower(): value for key, value in inputs.items()}
        return given.get(name.lower(), script)


def _reference(uses: str) -> str:
    return uses.partition("@")[0].lower().strip("/")


def _joined(found: Sequence[tuple[int, Tool, str, str]], soft: str) -> Use:
    """All matching entries as one use: named after the closest; soft if all of them are."""
    if not found:
        return NOTHING
    best = max(found, key=lambda item: item[0])
    purposes = frozenset(purpose for _, tool, _, _ in found for purpose in tool.purposes)
    reasons = [reason for _, _, _, reason in found]
    return Use(purposes, best[2], soft or (best[3] if all(reasons) else ""))


def _given(inputs: Mapping[str, str], name: str, values: Sequence[str]) -> bool:
    value = inputs.get(name, "")
    return any(like(choice, value) for choice in values)


def _soft_input(inputs: Mapping[str, str], tool: Tool) -> str:
    for name, values in tool.soft_when:
        if _given(inputs, name, values):
            value = inputs.get(name, "")
            return f"{name}: {value}" if value else f"{name} is not set"
    return ""


class _Call(Struct, frozen=True):
    """A command, ready to be compared: its operands, and all its words with ``--a=b`` also cut in two."""

    operands: tuple[str, ...]
    words: tuple[str, ...]
    raw: frozenset[str]

    @classmethod
    def of(cls, words: Sequence[str], valued: frozenset[str]) -> _Call:
        operands, cut = [], []
        skip = False
        for word in words[1:]:
            key, sign, value = word.partition("=")
            cut += [key, value] if sign and key.startswith("-") else [word]
            if skip:
                skip = False
            elif word in valued:
                skip = True
            elif not word.startswith("-") or word == "-":
                operands.append(word)
        return cls(tuple(operands), tuple(cut), frozenset(words[1:]))

    def matches(self, pattern: Pattern) -> bool:
        if not all(self._option(option) for option in pattern.options):
            return False
        at, gap = 0, False
        for wanted in pattern.words[1:]:
            if wanted == _END:
                return at == len(self.operands)
            if wanted == _GAP:
                gap = True
                continue
            while gap and at < len(self.operands) and not like(wanted, self.operands[at]):
                at += 1
            if at >= len(self.operands) or not like(wanted, self.operands[at]):
                return False
            at, gap = at + 1, False
        return True

    def _option(self, option: str) -> bool:
        name, sign, wanted = option.partition("=")
        if not sign:
            return self.has((option,))
        pairs = zip(self.words, self.words[1:], strict=False)
        return any(word == name and like(wanted, value) for word, value in pairs)

    def has(self, phrase: Sequence[str]) -> bool:
        """Whether the words of ``phrase`` stand in the command, one after the other."""
        first = phrase[0]
        if len(phrase) == 1:
            if first in self.raw or (
                first.startswith("-") and first[:2] not in _SETTING and first in self.words
            ):
                return True
            return "*" in first and any(like(first, word) for word in self.raw)
        return any(
            self.words[at] == first and self.words[at : at + len(phrase)] == tuple(phrase)
            for at in range(len(self.words) - len(phrase) + 1)
        )

    def soft(self, tool: Tool) -> str:
        if tool.never:
            return "never fails on what it finds"
        for phrase in tool.soft_with:
            if self.has(phrase):
                return " ".join(phrase)
        if tool.hard_with and not any(self.has(phrase) for phrase in tool.hard_with):
            return f"without {' '.join(tool.hard_with[0])}"
        return ""


def like(pattern: str, text: str) -> bool:
    """Whether ``text`` is ``pattern``, in which ``*`` stands for any text."""
    if "*" not in pattern:
        return pattern == text
    first, *middle, last = pattern.split("*")
    if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


@lru_cache(maxsize=1)
def toolbox() -> Toolbox:
    """The table that ships with the program. Raises ``RuleError`` if it is not as its head says."""
    from readiness.facts.commands.tool_table import load  # noqa: PLC0415 - reads a file of the rules, once, when asked
    from readiness.resources import shipped  # noqa: PLC0415

    path = shipped("rules") / "tools.yaml"
    return Toolbox(*load("rules/tools.yaml", path.read_bytes()))
