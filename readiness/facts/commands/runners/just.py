"""just: the recipes of a ``justfile``.

Source: the just manual (recipes, dependencies, attributes, settings, ``import``, ``mod``, shebang recipes).
"""

from __future__ import annotations

from readiness.facts.commands.runners.model import Call, Led, Piece, Step, Target, Tasks, inside
from readiness.facts.commands.shell.outcome import assignment
from readiness.facts.model import Parser
from readiness.records import Struct, field, replace
from readiness.structured.source import decode

_FILES = ("justfile", "Justfile", ".justfile", "JUSTFILE")
_VALUED = frozenset(("-f", "--justfile", "-d", "--working-directory", "--set", "--shell", "--dotenv-path"))
_OTHER = frozenset(
    ("-l", "--list", "--summary", "--evaluate", "--dump", "--fmt", "-n", "--dry-run", "-s", "--show")
)
_LONGEST = 8192


class _Recipe(Struct):
    line: int
    needs: tuple[str, ...]
    parameters: dict[str, str]
    body: list[tuple[int, str]] = field(default_factory=list)


class _Justfile(Struct):
    recipes: dict[str, _Recipe] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    imports: list[tuple[str, str]] = field(default_factory=list)
    pipefail: bool = False
    opened: str = ""


def parse(data: bytes) -> Tasks:
    """The recipes of a justfile, aliases included; the first one is the default."""
    found = _read(decode(data))
    targets = {
        name: Target(recipe.line, _pieces(recipe, found), recipe.needs)
        for name, recipe in found.recipes.items()
    }
    default = tuple(targets)[:1]
    for alias, name in found.aliases.items():
        if name in targets:
            targets[alias] = targets[name]
    return Tasks(targets, default, tuple(found.imports), found.opened)


def _read(text: str) -> _Justfile:
    found = _Justfile()
    recipe: _Recipe | None = None
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if line.startswith((" ", "\t")):
            if recipe is not None:
                recipe.body.append((number, line))
            continue
        content = line.strip()
        if not content:
            if recipe is not None:
                recipe.body.append((number, ""))
            continue
        recipe = None
        if not content.startswith(("#", "[")):
            recipe = _statement(number, content, found)
    return found


def _statement(number: int, content: str, found: _Justfile) -> _Recipe | None:
    """Take in an unindented line; a recipe's head gives the recipe that the next lines belong to."""
    words = content.split()
    if words[0] in ("import", "import?", "mod", "mod?"):
        path = words[-1].strip("\"'")
        if words[0].startswith("import"):
            found.imports.append(("", path))
        elif len(words) == 2:
            found.imports += [(f"{path}::", f"{path}.just"), (f"{path}::", f"{path}/mod.just")]
        else:
            found.imports.append((f"{words[1]}::", path))
        return None
    if words[0] == "set":
        found.pipefail = found.pipefail or ("shell" in content and "pipefail" in content)
        return None
    content = content.removeprefix("export ").strip()
    name, sign, value = content.partition(":=")
    if sign and name.strip().removeprefix("alias ").strip().replace("-", "_").isidentifier():
        text = value.strip()
        if name.startswith("alias "):
            found.aliases[name.removeprefix("alias ").strip()] = text
        elif text[:1] in ("'", '"') and text[-1:] == text[:1]:
            found.variables[name.strip()] = text[1:-1]
        return None
    return _head(number, content, found)


def _head(number: int, content: str, found: _Justfile) -> _Recipe | None:
    head, colon, tail = content.partition(":")
    words = head.removeprefix("@").split()
    if not colon or not words or not words[0].replace("-", "_").isidentifier():
        return None
    parameters = {}
    for word in words[1:]:
        name, sign, default = word.lstrip("+*$").partition("=")
        parameters[name] = default.strip("\"'") if sign else ""
    needs, depth, word = [], 0, ""
    for char in tail.split("#")[0].replace("&&", " ") + " ":
        depth += (char == "(") - (char == ")")
        if char in " \t" and depth == 0:
            needs += [word.strip("()").split()[0]] if word.strip("()").split() else []
            word = ""
        else:
            word += char
    recipe = _Recipe(number, tuple(needs), parameters)
    found.recipes[words[0]] = recipe
    return recipe


def _pieces(recipe: _Recipe, found: _Justfile) -> tuple[Piece, ...]:
    values = {**found.variables, **recipe.parameters}
    body = [(number, line) for number, line in recipe.body]
    while body and not body[-1][1]:
        body.pop()
    if not body:
        return ()
    if body[0][1].strip().startswith("#!"):
        text = "\n".join(_filled(line.strip(), values) for _, line in body)
        shell = any(name in body[0][1] for name in ("sh", "bash", "zsh"))
        return (Piece(text, body[0][0], pipefail=False),) if shell else ()
    pieces: list[Piece] = []
    pending = ""
    start = 0
    for number, line in body:
        start = start if pending else number
        pending += line.strip()
        if pending.endswith("\\"):
            pending = pending[:-1] + " "
            continue
        text = _filled(pending, values)
        pending = ""
        bare = text.lstrip("@-")
        soft = "- in front of the recipe line" if "-" in text[: len(text) - len(bare)] else ""
        if bare and not bare.startswith("#"):
            pieces.append(Piece(bare, start, soft, pipefail=found.pipefail))
    return tuple(pieces)


def _filled(text: str, values: dict[str, str]) -> str:
    """``text`` with ``{{name}}`` put in where the file says what it is; other expressions as ``$…``."""
    parts, at = [], 0
    while True:
        opened = text.find("{{", at)
        closed = text.find("}}", opened) if opened >= 0 else -1
        if closed < 0:
            break
        name = text[opened + 2 : closed].strip()
        parts += [text[at:opened], values.get(name, f"${{{name}}}" if name.isidentifier() else "$(just)")]
        at = closed + 2
    return "".join([*parts, text[at:]])[:_LONGEST]


PARSER = Parser("just", 1, parse)


def run(call: Call) -> Led | None:
    """``just [-f file] [recipe …]``."""
    if call.words[0] != "just" or _OTHER & set(call.words):
        return None
    folder, file, names = call.directory, "", []
    rest = iter(call.words[1:])
    for word in rest:
        if word in _VALUED:
            value = next(rest, "")
            file = value if word in ("-f", "--justfile") else file
            if word in ("-d", "--working-directory"):
                folder = inside(folder, value)
        elif not word.startswith("-") and not assignment(word)[0]:
            names.append(word)
    path = call.first(folder, file) if file else _above(call, folder)
    if not path:
        return call.absent("a justfile", inside(folder, "justfile"))
    tasks = call.read(PARSER, path)
    if tasks is None:
        return Led(unknown=f"{path} is not readable")
    place = folder if file else path.rpartition("/")[0]
    return _led(call, path, _known(call, path, tasks), names or list(tasks.default), place)


def _above(call: Call, folder: str) -> str:
    """The justfile of ``folder`` or of the nearest folder above it."""
    while True:
        path = call.first(folder, *_FILES)
        if path or not folder or folder == "?":
            return path
        folder = folder.rpartition("/")[0]


def _known(call: Call, path: str, tasks: Tasks) -> dict[str, tuple[str, Target, str]]:
    """All recipes by name: each with its file and the prefix that its own needs carry."""
    known = {name: (path, target, "") for name, target in tasks.targets.items()}
    pending = [(path, prefix, name) for prefix, name in tasks.includes]
    seen = {path}
    while pending and len(seen) < 50:
        origin, prefix, name = pending.pop(0)
        file = inside(origin.rpartition("/")[0], name)
        if file in seen:
            continue
        seen.add(file)
        more = call.read(PARSER, file)
        if more is not None:
            for each, target in more.targets.items():
                known.setdefault(prefix + each, (file, target, prefix))
            pending += [(file, prefix + inner, each) for inner, each in more.includes]
    return known


def _led(
    call: Call, path: str, known: dict[str, tuple[str, Target, str]], names: list[str], folder: str
) -> Led:
    """The recipes named, up to the first word that is an argument rather than a recipe."""
    steps: list[Step] = []
    for position, asked in enumerate(names):
        name = asked if asked in known else asked.replace("/", "::")
        if name not in known and position + 1 < len(names) and f"{name}::{names[position + 1]}" in known:
            name = f"{name}::{names[position + 1]}"
        if name not in known:
            if position:
                break
            if "$" in name:
                return Led(unknown=f"which recipe '{name}' is")
            return call.absent(f"just recipe '{name}' ({path})", path)
        steps += _ordered(name, known, folder)
    return Led(tuple(steps))


def _ordered(name: str, known: dict[str, tuple[str, Target, str]], folder: str) -> list[Step]:
    steps: list[Step] = []
    done: set[str] = set()
    pending = [(name, False)]
    while pending:
        each, ready = pending.pop()
        if each not in known or (each in done and not ready):
            continue
        file, target, prefix = known[each]
        if ready:
            steps += [Step(file, each, replace(piece), folder, ()) for piece in target.commands]
            continue
        done.add(each)
        pending.append((each, True))
        pending += [(prefix + need, False) for need in reversed(target.prerequisites)]
    return steps
