"""Task (taskfile.dev): the tasks of a ``Taskfile.yml``.

Source: the Taskfile schema reference, version 3.
"""

from __future__ import annotations

from readiness.facts.commands.runners.model import Call, Led, Piece, Step, inside
from readiness.facts.model import Parser
from readiness.records import Struct
from readiness.structured import yaml
from readiness.structured.nodes import Node, Scalar, Table

_NAMES = ("Taskfile", "taskfile")
_FILES = tuple(f"{name}{dist}.{end}" for dist in ("", ".dist") for name in _NAMES for end in ("yml", "yaml"))
_VALUED = frozenset(
    ("-d", "--dir", "-t", "--taskfile", "-C", "--concurrency", "-o", "--output", "-I", "--interval")
)
_OTHER = frozenset(
    ("-l", "--list", "-a", "--list-all", "-i", "--init", "-n", "--dry", "--version", "--status")
)


class Entry(Struct, frozen=True):
    """One line of a task: a command, or the name of another task."""

    piece: Piece | None = None
    task: str = ""


class Task(Struct, frozen=True):
    """A task: what it needs and does, in order, in its folder."""

    line: int
    entries: tuple[Entry, ...]
    folder: str


class Taskfile(Struct, frozen=True):
    """The tasks by name, and the files included: the prefix of their names, path, folder."""

    tasks: dict[str, Task]
    includes: tuple[tuple[str, str, str], ...]


def parse(data: bytes) -> Taskfile:
    """The tasks of a Taskfile, aliases included. Raises ``Unparsable``."""
    documents = yaml.parse(data)
    root = documents[0] if documents else None
    if not isinstance(root, Table):
        return Taskfile({}, ())
    values = {name.text: value.text for name, value in root.table("vars") or () if isinstance(value, Scalar)}
    errexit = any(isinstance(item, Scalar) and item.text in ("e", "errexit") for item in root.items("set"))
    pipefail = any(isinstance(item, Scalar) and item.text == "pipefail" for item in root.items("set"))
    tasks: dict[str, Task] = {}
    for name, body in root.table("tasks") or ():
        task = _task(name, body, values, (errexit, pipefail))
        tasks[name.text] = task
        for alias in body.items("aliases") if isinstance(body, Table) else ():
            if isinstance(alias, Scalar):
                tasks[alias.text] = task
    return Taskfile(tasks, tuple(_includes(root)))


def _includes(root: Table) -> list[tuple[str, str, str]]:
    found = []
    for name, value in root.table("includes") or ():
        if isinstance(value, Scalar):
            found.append((f"{name.text}:", value.text, ""))
        elif isinstance(value, Table):
            prefix = "" if value.text("flatten") == "true" else f"{name.text}:"
            found.append((prefix, value.text("taskfile"), value.text("dir")))
    return found


def _task(name: Scalar, body: Node, values: dict[str, str], options: tuple[bool, bool]) -> Task:
    if not isinstance(body, Table):
        items = (body,) if isinstance(body, Scalar) else body.items
        return Task(name.line, tuple(_entry(item, values, options, "") for item in items), "")
    own = {key.text: value.text for key, value in body.table("vars") or () if isinstance(value, Scalar)}
    values = {**values, **own}
    soft = "ignore_error" if body.text("ignore_error") == "true" else ""
    needs = [_entry(item, values, options, soft, need=True) for item in body.items("deps")]
    lines = [_entry(item, values, options, soft) for item in (*body.items("cmds"), *body.items("cmd"))]
    return Task(name.line, (*needs, *lines), _filled(body.text("dir"), values))


def _entry(
    item: Node, values: dict[str, str], options: tuple[bool, bool], soft: str, *, need: bool = False
) -> Entry:
    if isinstance(item, Scalar):
        if need:
            return Entry(task=item.text)
        return Entry(_piece(item, values, options, soft))
    if not isinstance(item, Table):
        return Entry()
    if item.get("task") is not None:
        return Entry(task=_filled(item.text("task"), values))
    command = item.get("cmd", "defer")
    if isinstance(command, Table):
        return Entry(task=command.text("task"))
    own = "ignore_error" if item.text("ignore_error") == "true" else soft
    return Entry(_piece(command, values, options, own)) if isinstance(command, Scalar) else Entry()


def _piece(item: Scalar, values: dict[str, str], options: tuple[bool, bool], soft: str) -> Piece:
    folded = "\n" not in item.text.strip()
    line = item.line if folded else item.body or item.line
    return Piece(_filled(item.text, values), line, soft, "", *options, folded=folded)


def _filled(text: str, values: dict[str, str]) -> str:
    """``text`` with ``{{.NAME}}`` put in where the file says what it is; else as ``$NAME``."""
    parts, at = [], 0
    while True:
        opened = text.find("{{", at)
        closed = text.find("}}", opened) if opened >= 0 else -1
        if closed < 0:
            break
        written = text[opened + 2 : closed].strip().strip("-").strip()
        name = written.removeprefix(".")
        plain = name != written and name.isidentifier()
        value = "" if name == "CLI_ARGS" else f"${{{name}}}" if plain else "$(task)"
        value = values[name] if name in values and "{{" not in values[name] else value
        parts += [text[at:opened], value]
        at = closed + 2
    return "".join([*parts, text[at:]])[: 8192 + len(text)]


PARSER = Parser("taskfile", 1, parse)


def run(call: Call) -> Led | None:
    """``task [name …]``; without a Taskfile ``task`` is another program's name."""
    if call.words[0] not in ("task", "go-task") or _OTHER & set(call.words):
        return None
    folder, file, names = call.directory, "", []
    rest = iter(call.words[1:])
    for word in rest:
        if word == "--":
            break
        if word in _VALUED:
            value = next(rest, "")
            folder = inside(folder, value) if word in ("-d", "--dir") else folder
            file = value if word in ("-t", "--taskfile") else file
        elif not word.startswith("-") and "=" not in word:
            names.append(word)
    path = call.first(folder, file) if file else call.first(folder, *_FILES)
    if not path:
        return None
    root = call.read(PARSER, path)
    if root is None:
        return Led(unknown=f"{path} is not readable")
    known = _known(call, path, root)
    steps: list[Step] = []
    for name in names or ["default"]:
        if name not in known:
            if "$" in name:
                return Led(tuple(steps), unknown=f"which task '{name}' is")
            return call.absent(f"task '{name}' ({path})", path, tuple(steps))
        steps += _ordered(name, known)
    return Led(tuple(steps))


_Known = dict[str, tuple[str, Task, str, str]]


def _known(call: Call, path: str, root: Taskfile) -> _Known:
    """All tasks by name: each with its file, the prefix of its names, and its folder."""
    known: _Known = {}
    pending = [(path, root, "", path.rpartition("/")[0])]
    seen = {path}
    while pending and len(seen) < 50:
        file, found, prefix, folder = pending.pop(0)
        for name, task in found.tasks.items():
            known.setdefault(prefix + name, (file, task, prefix, folder))
        for namespace, name, place in found.includes:
            base = inside(file.rpartition("/")[0], name)
            other = base if call.exists(base) else call.first(base, *_FILES)
            if other and other not in seen:
                seen.add(other)
                more = call.read(PARSER, other)
                own = inside(folder, place) if place else folder
                if more is not None:
                    pending.append((other, more, prefix + namespace, own))
    return known


def _ordered(name: str, known: _Known) -> list[Step]:
    """What a task does, with the tasks that it names where it names them, each once on the way."""
    steps: list[Step] = []
    pending: list[tuple[str, frozenset[str], Step | None]] = [(name, frozenset(), None)]
    while pending and len(steps) < 400:
        each, running, step = pending.pop()
        if step is not None:
            steps.append(step)
            continue
        if each not in known or each in running:
            continue
        file, task, prefix, folder = known[each]
        place = inside(folder, task.folder) if task.folder else folder
        inner: list[tuple[str, frozenset[str], Step | None]] = []
        for entry in task.entries:
            if entry.piece is not None:
                inner.append(("", running, Step(file, each, entry.piece, place, ())))
            elif entry.task:
                named = entry.task[1:] if entry.task.startswith(":") else prefix + entry.task
                inner.append((named, running | {each}, None))
        pending += reversed(inner)
    return steps
