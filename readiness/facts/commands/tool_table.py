"""Reads the table of tools: from YAML to entries, every mistake with its line."""

from __future__ import annotations

from readiness.errors import RuleError, nearest
from readiness.facts.commands.shell import split
from readiness.facts.commands.tools import PURPOSES, Pattern, Tool
from readiness.facts.commands.unwrap import unwrap
from readiness.facts.tables import table_of, texts_of
from readiness.structured.nodes import Node, Table

_KEYS = frozenset(
    (
        *("tool", "tools", "purposes", "commands", "not_with", "soft_with", "hard_with", "actions", "images"),
        *("on_host", "when", "soft_when", "fails", "counts", "does_not"),
    )
)


def load(
    path: str, data: bytes
) -> tuple[tuple[Tool, ...], dict[str, frozenset[str]], dict[str, tuple[str, str, str]]]:
    """The entries of the table; by program the options that take a value; by action the input with
    its script, or the script, and the input with the script that it runs on another machine.

    Raises ``RuleError`` with ``path`` and the line of the mistake.
    """
    root = table_of(path, data, "a mapping with 'options' and 'tools'")
    options = {name.text: frozenset(texts_of(path, value)) for name, value in root.table("options") or ()}
    tools = tuple(_tool(path, node) for node in root.items("tools"))
    scripts = {
        name.text: (body.text("input"), body.text("script"), body.text("host"))
        for name, body in root.table("scripts") or ()
        if isinstance(body, Table)
    }
    return tools, options, scripts


def _tool(path: str, node: Node) -> Tool:
    if not isinstance(node, Table):
        raise RuleError(path, node.line, "an entry is a mapping")
    for key, _ in node:
        if key.text not in _KEYS:
            raise RuleError(path, key.line, f"there is no key '{key.text}'{nearest(key.text, _KEYS)}")
    name = node.text("tool") or node.text("tools")
    purposes = _list(path, node, "purposes")
    for purpose in purposes:
        if purpose not in PURPOSES:
            raise RuleError(path, node.line, f"'{purpose}' is no purpose{nearest(purpose, PURPOSES)}")
    if not name or not purposes:
        raise RuleError(path, node.line, "an entry has a name ('tool' or 'tools') and 'purposes'")
    tool = Tool(
        name=name,
        group="tools" in {key.text for key, _ in node},
        purposes=frozenset(purposes),
        patterns=tuple(pattern_of(text) for text in _list(path, node, "commands")),
        on_host=tuple(pattern_of(text) for text in _list(path, node, "on_host")),
        actions=tuple(text.lower() for text in _list(path, node, "actions")),
        images=_list(path, node, "images"),
        not_with=_phrases(path, node, "not_with"),
        soft_with=_phrases(path, node, "soft_with"),
        hard_with=_phrases(path, node, "hard_with"),
        when=_choices(path, node, "when"),
        soft_when=_choices(path, node, "soft_when"),
        never=node.text("fails") == "never",
        counts=_list(path, node, "counts"),
        does_not=_list(path, node, "does_not"),
        line=node.line,
    )
    if not tool.patterns and not tool.actions and not tool.on_host:
        raise RuleError(path, node.line, f"'{name}' has neither 'commands' nor 'actions'")
    if tool.images and not tool.patterns:
        raise RuleError(path, node.line, f"'{name}' has 'images' and no command that they run")
    return tool


def pattern_of(text: str) -> Pattern:
    """A command of the table; its first word is ``-m NAME`` for what is a Python module only."""
    inner = unwrap(text.split())
    first = f"-m {inner.words[0]}" if inner.module else inner.words[0]
    words = [word for word in inner.words[1:] if not word.startswith("-")]
    options = tuple(word for word in inner.words[1:] if word.startswith("-") and word != "--")
    return Pattern((first, *words), options)


def example(text: str) -> tuple[str, dict[str, str], tuple[str, ...]]:
    """A line of ``counts`` or ``does_not``: an action's reference and inputs, or a command's words."""
    words = text.split()
    if words[:1] == ["uses"]:
        inputs = (word.partition("=") for word in words[2:])
        return words[1], {name: value for name, _, value in inputs}, ()
    commands = split(text)
    return "", {}, commands[0].words if commands else ()


def _list(path: str, node: Table, key: str) -> tuple[str, ...]:
    value = node.get(key)
    return () if value is None else tuple(texts_of(path, value))


def _phrases(path: str, node: Table, key: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(text.split()) for text in _list(path, node, key))


def _choices(path: str, node: Table, key: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    table = node.table(key)
    return tuple(
        (name.text.lower(), tuple(text.lower() for text in texts_of(path, value)))
        for name, value in table or ()
    )
