"""Scripts that package managers keep in their files: hatch, pdm, poe, pixi, rye, taskipy, composer, deno.

Sources: the documentation of each, on scripts or tasks.
"""

from __future__ import annotations

from itertools import dropwhile
from shlex import quote

from readiness.facts.commands.runners.model import Call, Led, Piece, Step, inside
from readiness.facts.commands.unwrap import after_options
from readiness.facts.model import Parser
from readiness.records import Struct
from readiness.structured import json, toml
from readiness.structured.nodes import Items, Node, Scalar, Table


class Declared(Struct, frozen=True):
    """Scripts by tool and name; hatch's tool is ``hatch ENVIRONMENT``."""

    scripts: dict[tuple[str, str], tuple[Piece, ...]]


def parse_toml(data: bytes) -> Declared:
    """The scripts of a ``pyproject.toml`` or ``pixi.toml``. Raises ``Unparsable``."""
    root = toml.parse(data)
    tool = root.table("tool") or Table(1)
    scripts: dict[tuple[str, str], tuple[Piece, ...]] = {}
    for manager, key in (("pdm", "scripts"), ("poe", "tasks"), ("rye", "scripts"), ("taskipy", "tasks")):
        _take(scripts, manager, _under(tool, manager, key))
    for pixi in (tool.table("pixi"), root):
        _take(scripts, "pixi", pixi.table("tasks") if pixi is not None else None)
        for _, feature in (pixi.table("feature") or ()) if pixi is not None else ():
            _take(scripts, "pixi", feature.table("tasks") if isinstance(feature, Table) else None)
    environments = (tool.table("hatch") or Table(1)).table("envs") or ()
    for name, body in environments:
        if isinstance(body, Table):
            _take(scripts, f"hatch {name.text}", body.table("scripts"))
    return Declared(scripts)


def _under(tool: Table, *keys: str) -> Table | None:
    found: Table | None = tool
    for key in keys:
        found = found.table(key) if found is not None else None
    return found


def _take(scripts: dict[tuple[str, str], tuple[Piece, ...]], tool: str, table: Table | None) -> None:
    for name, body in table or ():
        scripts[tool, name.text] = tuple(_pieces(tool, body, 0))


def _pieces(tool: str, body: Node, depth: int) -> list[Piece]:
    """The commands of one script: a text, a list of them, or a table that says which kind it is."""
    if depth > 4:
        return []
    if isinstance(body, Scalar):
        return [_piece(body)]
    if isinstance(body, Items):
        named = tool == "poe" and all(isinstance(item, Scalar) for item in body)
        return [piece for item in body for piece in _item(tool, item, depth, named=named)]
    for key in ("cmd", "shell", "command"):
        value = body.get(key)
        if isinstance(value, Items):
            words = " ".join(quote(item.text) for item in value if isinstance(item, Scalar))
            return [*_needs(tool, body, depth), Piece(words, value.line, folded=True)]
        if isinstance(value, Scalar):
            return [*_needs(tool, body, depth), _piece(value)]
    for key in ("composite", "chain", "sequence", "parallel"):
        value = body.get(key)
        if isinstance(value, Items):
            return [piece for item in value for piece in _item(tool, item, depth, named=True)]
    value = body.get("ref")
    return [_named(tool, value)] if isinstance(value, Scalar) else _needs(tool, body, depth)


def _needs(tool: str, body: Table, depth: int) -> list[Piece]:
    items = (*body.items("deps"), *body.items("depends-on"), *body.items("depends_on"))
    return [piece for item in items for piece in _item(tool, item, depth, named=True)]


def _item(tool: str, item: Node, depth: int, *, named: bool) -> list[Piece]:
    if isinstance(item, Scalar) and named:
        return [_named(tool, item)]
    if isinstance(item, Table) and tool == "pixi" and item.get("task") is not None:
        return [Piece(f"pixi run {item.text('task')}", item.line, folded=True)]
    return _pieces(tool, item, depth + 1)


def _named(tool: str, item: Scalar) -> Piece:
    caller = {"poe": "poe", "pixi": "pixi run", "pdm": "pdm run", "rye": "rye run", "taskipy": "task"}
    return Piece(f"{caller.get(tool, tool)} {item.text}", item.line, folded=True)


def _piece(item: Scalar) -> Piece:
    """A command. A leading ``-`` of hatch's says that its failure does not matter."""
    text = item.text.strip()
    ignored = text.startswith("- ")
    return Piece(
        text.removeprefix("- "), item.line, "- in front of the command" if ignored else "", folded=True
    )


def parse_json(data: bytes) -> Declared:
    """The scripts of ``composer.json``, the tasks of ``deno.json``."""
    root = json.parse(data)
    scripts: dict[tuple[str, str], tuple[Piece, ...]] = {}
    if isinstance(root, Table):
        for tool, key in (("composer", "scripts"), ("deno", "tasks")):
            for name, body in root.table(key) or ():
                items = body.items if isinstance(body, Items) else (body,)
                texts = [each.get("command") if isinstance(each, Table) else each for each in items]
                pieces = [_json_piece(each) for each in texts if isinstance(each, Scalar)]
                scripts[tool, name.text] = tuple(piece for piece in pieces if piece is not None)
    return Declared(scripts)


def _json_piece(item: Scalar) -> Piece | None:
    """A script of composer: ``@name`` is another one, ``@php`` the interpreter, ``A::b`` no command."""
    text = item.text.strip()
    if text.startswith(("@php ", "@composer ")):
        text = text[1:]
    elif text.startswith(("@putenv", "@additional_args", "@no_additional_args")):
        return None
    elif text.startswith("@"):
        text = f"composer run {text[1:]}"
    elif "::" in text.split(" ", 1)[0]:
        return None
    return Piece(text, item.line, folded=True)


TOML = Parser("declared scripts", 1, parse_toml)
JSON = Parser("declared scripts in JSON", 1, parse_json)
_COMPOSER = frozenset(
    (
        *(
            "install",
            "update",
            "require",
            "remove",
            "validate",
            "audit",
            "dump-autoload",
            "dumpautoload",
            "show",
        ),
        *(
            "config",
            "create-project",
            "global",
            "outdated",
            "self-update",
            "selfupdate",
            "init",
            "archive",
            "bump",
        ),
        *(
            "check-platform-reqs",
            "clear-cache",
            "diagnose",
            "exec",
            "licenses",
            "normalize",
            "search",
            "status",
            "why",
        ),
    )
)


def run(call: Call) -> Led | None:
    """A script called through the tool that keeps it; for what is none, the tool runs a program."""
    name, words = call.words[0], call.words
    if name == "composer":
        return _composer(call)
    if name == "deno" and words[1:2] == ("task",):
        rest = after_options(words[2:], frozenset(("--cwd", "-c", "--config")))
        return _script(call, ("deno.json", "deno.jsonc"), "deno", rest)
    if name == "poe":
        return _script(
            call, ("pyproject.toml", "poe_tasks.toml"), "poe", after_options(words[1:], frozenset(("-C",)))
        )
    if name == "task":
        found = _script(call, ("pyproject.toml",), "taskipy", words[1:])
        return found if found is not None and found.steps else None
    return None


def before_unwrapping(call: Call) -> Led | None:
    """``hatch run``, ``pdm run``, ``pixi run``, ``rye run``: a script of that name goes before a program."""
    words = call.words
    if words[:2] == ("hatch", "test"):
        return Led(words=("pytest", *words[2:]))
    if words[:2] == ("hatch", "fmt"):
        check = ("--check",) if "--check" in words else ()
        return Led(words=("ruff", "format", *check))
    if words[0] == "hatch":
        return _hatch(call)
    if words[:2] in (("pdm", "run"), ("rye", "run"), ("pixi", "run")):
        valued = frozenset(("-p", "--project", "-e", "--environment", "--manifest-path"))
        files = ("pixi.toml", "pyproject.toml") if words[0] == "pixi" else ("pyproject.toml",)
        found = _script(call, files, words[0], after_options(words[2:], valued))
    elif words[0] == "pdm" and len(words) > 1:
        found = _script(call, ("pyproject.toml",), "pdm", words[1:])
    else:
        return None
    return found if found is not None and found.steps else None


def _hatch(call: Call) -> Led | None:
    words, environment = call.words[1:], "default"
    while words[:1] in (("-e",), ("--env",)) and len(words) > 1:
        environment, words = words[1], words[2:]
    if words[:1] != ("run",):
        return None
    rest = tuple(dropwhile(lambda word: word.startswith(("+", "-")), words[1:]))
    if not rest:
        return None
    name = rest[0]
    if ":" in name:
        environment, _, name = name.rpartition(":")
    for each in (environment.partition(".")[0], "default"):
        found = _script(call, ("pyproject.toml", "hatch.toml"), f"hatch {each}", (name, *rest[1:]))
        if found is not None and found.steps:
            return found
    return Led(words=(name, *rest[1:]))


def _composer(call: Call) -> Led | None:
    rest = after_options(call.words[1:], frozenset(("-d", "--working-dir")))
    if rest[:1] in (("run",), ("run-script",)):
        rest = after_options(rest[1:], frozenset(("--timeout",)))
        return _script(call, ("composer.json",), "composer", rest) or call.absent(
            f"composer script '{' '.join(rest)}'", inside(call.directory, "composer.json")
        )
    if not rest or rest[0] in _COMPOSER:
        return None
    return _script(call, ("composer.json",), "composer", rest)


def _script(call: Call, files: tuple[str, ...], tool: str, words: tuple[str, ...]) -> Led | None:
    if not words:
        return None
    for file in files:
        path = call.first(call.directory, file)
        if not path:
            continue
        found = call.read(JSON if path.endswith(("json", "jsonc")) else TOML, path)
        pieces = found.scripts.get((tool, words[0])) if found is not None else None
        if pieces is not None:
            return Led(tuple(_step(path, tool, words, piece, call) for piece in pieces))
    return None


def _step(path: str, tool: str, words: tuple[str, ...], piece: Piece, call: Call) -> Step:
    """For hatch the first word of a script is another script of the same environment, if there is one."""
    text = piece.text
    if tool.startswith("hatch ") and text:
        environment = tool.removeprefix("hatch ")
        text = f"hatch -e {quote(environment)} run {text}"
    return Step(
        path, f"{tool} {words[0]}", Piece(text, piece.line, piece.soft, folded=True), call.directory, ()
    )
