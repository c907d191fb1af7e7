"""nox: the commands of a ``noxfile.py``'s sessions, read from its syntax tree.

Source: nox's documentation, "Configuration & API" and "Command-line usage".
"""

from __future__ import annotations

import ast
from shlex import quote

from readiness.facts.commands.runners.model import Call, Led, Piece, Step, inside
from readiness.facts.model import Parser
from readiness.records import Struct
from readiness.spans import Unparsable
from readiness.structured.source import decode

_RUNS = frozenset(("run", "run_always", "run_install"))
_NODES = 50_000
_OTHER = frozenset(("-l", "--list", "--list-sessions", "--version", "-h", "--help", "--install-only"))
_COLLECTING = {
    **dict.fromkeys(("-s", "-e", "--session", "--sessions"), "-s"),
    **dict.fromkeys(("-t", "--tags"), "-t"),
    **dict.fromkeys(("-f", "--noxfile"), "-f"),
}


class Session(Struct, frozen=True):
    """One session: its commands, the sessions it asks for, its tags, whether it runs when none is named."""

    line: int
    commands: tuple[Piece, ...]
    notifies: tuple[str, ...]
    tags: tuple[str, ...]
    default: bool


class Noxfile(Struct, frozen=True):
    """The sessions by name, and those that run when none is named (None for all)."""

    sessions: dict[str, Session]
    chosen: tuple[str, ...] | None


def parse(data: bytes) -> Noxfile:
    """The sessions of a noxfile. Raises ``Unparsable`` for what is no Python."""
    text = decode(data)
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        raise Unparsable(line, "not readable as Python", opens=isinstance(error, RecursionError)) from None
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    constants = _constants(tree)
    sessions: dict[str, Session] = {}
    for function in functions.values():
        decorator = next((each for each in function.decorator_list if _is_session(each)), None)
        if decorator is not None:
            keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
            options = {each.arg: each.value for each in keywords if each.arg}
            name = _text(options.get("name"), constants) or function.name
            sessions[name] = _session(function, options, functions, constants)
    return Noxfile(sessions, _chosen(tree, constants))


def _is_session(node: ast.expr) -> bool:
    target = node.func if isinstance(node, ast.Call) else node
    name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
    return name in ("session", "nox_session")


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    """What the module's names are set to, where they are set once, at its top."""
    found: dict[str, ast.expr] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = node.value
    return found


def _text(node: ast.expr | None, constants: dict[str, ast.expr]) -> str:
    if isinstance(node, ast.Name):
        node = constants.get(node.id)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _texts(node: ast.expr | None, constants: dict[str, ast.expr]) -> tuple[str, ...]:
    if isinstance(node, ast.Name):
        node = constants.get(node.id)
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return tuple(text for text in (_text(each, constants) for each in node.elts) if text)
    return (_text(node, constants),) if _text(node, constants) else ()


def _chosen(tree: ast.Module, constants: dict[str, ast.expr]) -> tuple[str, ...] | None:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
            target = node.targets[0]
            if target.attr == "sessions" and isinstance(target.value, ast.Attribute):
                return _texts(node.value, constants)
    return None


def _session(
    function: ast.FunctionDef,
    options: dict[str, ast.expr],
    functions: dict[str, ast.FunctionDef],
    constants: dict[str, ast.expr],
) -> Session:
    pieces: list[Piece] = []
    notifies: list[str] = []
    argument = function.args.args[0].arg if function.args.args else "session"
    bodies: list[tuple[ast.FunctionDef, str]] = [(function, argument)]
    seen = {function.name}
    while bodies:
        body, name = bodies.pop(0)
        for call in _calls(body):
            helper = functions.get(call.func.id) if isinstance(call.func, ast.Name) else None
            if helper is not None and helper.name not in seen and _passes(call, name):
                seen.add(helper.name)
                own = helper.args.args[0].arg if helper.args.args else name
                bodies.append((helper, own))
            method = _method(call, name)
            if method in _RUNS:
                piece = _piece(call, constants)
                pieces += [piece] if piece is not None else []
            elif method == "install":
                pieces.append(Piece("pip install", call.lineno, folded=True))
            elif method == "notify" and call.args:
                notifies.append(_text(call.args[0], constants))
    unasked = options.get("default")
    default = not (isinstance(unasked, ast.Constant) and unasked.value is False)
    tags = _texts(options.get("tags"), constants)
    return Session(function.lineno, tuple(pieces), tuple(filter(None, notifies)), tags, default)


def _calls(function: ast.FunctionDef) -> list[ast.Call]:
    found = []
    for count, node in enumerate(ast.walk(function)):
        if count > _NODES:
            break
        if isinstance(node, ast.Call):
            found.append(node)
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def _passes(call: ast.Call, name: str) -> bool:
    return any(isinstance(each, ast.Name) and each.id == name for each in call.args)


def _method(call: ast.Call, name: str) -> str:
    """``run`` of ``session.run(…)``, also of ``session.chdir(…)``'s like; empty for any other call."""
    function = call.func
    if (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id == name
    ):
        return function.attr
    return ""


def _piece(call: ast.Call, constants: dict[str, ast.expr]) -> Piece | None:
    words: list[str] = []
    for each in call.args:
        if isinstance(each, ast.Starred):
            words += [quote(word) for word in _texts(each.value, constants)]
            continue
        text = _text(each, constants)
        if not text:
            text = '"${…}"' if not isinstance(each, ast.Constant) else ""
            words += [text] if text else []
            continue
        words.append(quote(text))
    if not words or words[0].startswith('"$'):
        return None
    codes = next((each.value for each in call.keywords if each.arg == "success_codes"), None)
    values = (
        [each.value for each in codes.elts if isinstance(each, ast.Constant)]
        if isinstance(codes, ast.List)
        else []
    )
    soft = "success_codes" if 1 in values else ""
    return Piece(" ".join(words), call.lineno, soft, folded=True)


PARSER = Parser("noxfile", 1, parse)


def run(call: Call) -> Led | None:
    """``nox``, ``nox -s NAME …``, ``nox -t TAG``."""
    if call.words[0] != "nox":
        return None
    asked = _asked(call.words)
    if asked is None:
        return None
    names, tags, file = asked
    path = inside(call.directory, file)
    found = call.read(PARSER, path)
    if found is None:
        return Led(unknown=f"{path} is not readable") if call.exists(path) else call.absent(path, path)
    if tags:
        names += [name for name, session in found.sessions.items() if set(tags) & set(session.tags)]
    elif not names:
        default = [name for name, session in found.sessions.items() if session.default]
        names = default if found.chosen is None else list(found.chosen)
    return _led(call, path, found, names)


def _asked(words: tuple[str, ...]) -> tuple[list[str], list[str], str] | None:
    """The sessions and tags that are named, and the file; None for a call that runs nothing."""
    found: dict[str, list[str]] = {"-s": [], "-t": [], "-f": ["noxfile.py"]}
    collecting = ""
    for word in words[1:]:
        key, sign, value = word.partition("=")
        if word == "--":
            break
        if word in _OTHER:
            return None
        if key.startswith("-"):
            collecting = _COLLECTING.get(key, "")
            if sign and collecting:
                found[collecting].append(value)
        elif collecting:
            found[collecting].append(word)
    return found["-s"], found["-t"], found["-f"][-1]


def _led(call: Call, path: str, found: Noxfile, names: list[str]) -> Led:
    steps: list[Step] = []
    pending, seen = list(names), set()
    while pending:
        asked = pending.pop(0)
        name = _named(asked, found)
        if "$" in asked and name is None:
            return Led(tuple(steps), unknown=f"which nox session '{asked}' is")
        if name is None:
            return call.absent(f"nox session '{asked}' ({path})", path, tuple(steps))
        if name in seen:
            continue
        seen.add(name)
        session = found.sessions[name]
        steps += [Step(path, name, piece, call.directory, ()) for piece in session.commands]
        pending += session.notifies
    return Led(tuple(steps))


def _named(asked: str, found: Noxfile) -> str | None:
    """The session that ``tests``, ``tests-3.11`` or ``tests(django='4')`` is."""
    plain = asked.partition("(")[0]
    if plain in found.sessions:
        return plain
    before = plain.partition("$")[0].rstrip("-") if "$" in plain else plain.rpartition("-")[0]
    return before if before in found.sessions else None
