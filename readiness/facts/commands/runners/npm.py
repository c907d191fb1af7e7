"""The scripts of ``package.json``: what ``npm test``, ``yarn lint``, ``pnpm -r build`` run.

Sources: the documentation of npm (scripts, run-script, workspaces), yarn, pnpm, bun, npm-run-all,
and concurrently.
"""

from __future__ import annotations

from shlex import quote

from readiness.facts.commands.runners.model import Call, Led, Piece, Step, Target, inside
from readiness.facts.commands.tools import like
from readiness.facts.model import Parser
from readiness.records import Struct
from readiness.structured import json
from readiness.structured.nodes import Scalar, Table
from readiness.tree.model import Role

FILE = "package.json"
_WORKSPACES = 100
_LIFECYCLE = frozenset(("test", "start", "stop", "restart"))
_RUNS = frozenset(("run", "run-script", "rum", "urn"))
_SHORT = {"t": "test", "tst": "test"}
_VALUED = frozenset(
    ("--prefix", "-C", "--dir", "--cwd", "-w", "--workspace", "--filter", "-F", "--loglevel", "--concurrency")
)
_FOLDERS = frozenset(("--prefix", "-C", "--dir", "--cwd"))
_CHOOSING = frozenset(("-w", "--workspace", "--filter", "-F"))
_ALL = frozenset(("-ws", "--workspaces", "-r", "--recursive", "-W"))
_COMMON = frozenset(
    (
        *(
            "install",
            "add",
            "remove",
            "audit",
            "dlx",
            "exec",
            "init",
            "link",
            "publish",
            "pack",
            "update",
            "up",
        ),
        *(
            "why",
            "config",
            "cache",
            "list",
            "ls",
            "outdated",
            "create",
            "dedupe",
            "patch",
            "rebuild",
            "version",
        ),
        *("bin", "login", "logout", "info", "unlink", "import", "store", "env", "setup", "root", "help"),
    )
)
_BUILTIN = {
    "yarn": _COMMON
    | {"npm", "upgrade", "set", "plugin", "global", "constraints", "check", "policies", "self-update"},
    "pnpm": _COMMON | {"i", "rm", "fetch", "deploy", "prune", "licenses", "approve-builds"},
    "bun": _COMMON | {"i", "rm", "test", "build", "x", "pm"},
}


class Package(Struct, frozen=True):
    """A ``package.json``: its name, its scripts by name, and whether it has workspaces."""

    name: str
    scripts: dict[str, Target]
    workspaces: bool


def parse(data: bytes) -> Package:
    """The scripts of a ``package.json``. Raises ``Unparsable``."""
    root = json.parse(data)
    if not isinstance(root, Table):
        return Package("", {}, workspaces=False)
    scripts = {
        key.text: Target(key.line, (Piece(value.text, value.line, folded=True),))
        for key, value in root.table("scripts") or ()
        if isinstance(value, Scalar)
    }
    return Package(root.text("name"), scripts, workspaces=root.get("workspaces") is not None)


PARSER = Parser("package.json", 1, parse)


class _Asked(Struct, frozen=True):
    """A call, taken apart: words without options, the folder, which workspaces, what follows ``--``."""

    words: tuple[str, ...]
    folder: str
    chosen: tuple[str, ...]
    everywhere: bool
    optional: bool
    arguments: tuple[str, ...]


def run(call: Call) -> Led | None:
    """A script called through npm, yarn, pnpm or bun, or through what runs several of them."""
    name = call.words[0]
    if name in ("npm", "pnpm", "yarn", "bun"):
        asked = _asked(call)
        return _yarn(call, asked) if name != "npm" else _npm(call, asked)
    if name in ("run-s", "run-p", "npm-run-all", "npm-run-all2"):
        return _several(call)
    if name == "concurrently":
        return _concurrently(call)
    return None


def _asked(call: Call) -> _Asked:
    words: list[str] = []
    chosen: list[str] = []
    arguments: list[str] = []
    folder, everywhere, optional = call.directory, False, False
    other = call.words[0] != "npm"  # npm's own options may follow the script's name
    rest = iter(call.words[1:])
    for word in rest:
        name, sign, value = word.partition("=") if word.startswith("-") else (word, "", "")
        if word == "--":
            arguments = list(rest)
        elif words and (words[1:] or words[0] not in _RUNS) and (other or not word.startswith("-")):
            arguments.append(word)  # what follows the script's name is for the script
        elif name in _VALUED:
            value = value if sign else next(rest, "")
            folder = inside(folder, value) if name in _FOLDERS else folder
            chosen += [value] if name in _CHOOSING else []
        elif name in _ALL:
            everywhere = True
        elif word == "--if-present":
            optional = True
        elif not word.startswith("-"):
            words.append(word)
    if "--if-present" in call.words:
        optional = True
    return _Asked(tuple(words), folder, tuple(chosen), everywhere, optional, tuple(arguments))


def _npm(call: Call, asked: _Asked) -> Led | None:
    words = asked.words
    if words[:1] in (("it",), ("install-test",), ("cit",), ("install-ci-test",), ("sit",)):
        return _script(call, asked, "test")
    name = _SHORT.get(words[0], words[0]) if words else ""
    if name in _RUNS and len(words) > 1:
        return _script(call, asked, words[1])
    if name in _LIFECYCLE:
        return _script(call, asked, name)
    return None


def _yarn(call: Call, asked: _Asked) -> Led | None:
    """yarn, pnpm and bun: a script's name alone will do, and what is no script is a program of a package."""
    manager, words = call.words[0], asked.words
    if not words:
        return None
    if manager == "yarn" and words[0] == "workspace":
        return _in_workspace(call, asked)
    if manager == "yarn" and words[0] == "workspaces":
        rest = tuple(word for word in (*words[1:], *asked.arguments) if not word.startswith("-"))
        at = rest.index("run") if "run" in rest else -1
        return _anywhere(call, asked.folder, rest[at + 1]) if 0 <= at < len(rest) - 1 else None
    name = words[0]
    if name in _RUNS:
        return _script(call, asked, words[1], program=manager != "bun") if len(words) > 1 else None
    if manager == "pnpm":
        name = _SHORT.get(name, name)
    if name in _BUILTIN[manager]:
        return None
    return _script(call, asked, name, program=True)


def _in_workspace(call: Call, asked: _Asked) -> Led | None:
    """``yarn workspace NAME [run] SCRIPT …``."""
    name, *rest = asked.arguments or ("",)
    rest = rest[1:] if rest[:1] == ["run"] else rest
    if not rest or rest[0] in _BUILTIN["yarn"]:
        return None
    inner = _Asked(
        (rest[0],), asked.folder, (name,), everywhere=False, optional=False, arguments=tuple(rest[1:])
    )
    return _script(call, inner, rest[0])


def _script(call: Call, asked: _Asked, name: str, *, program: bool = False) -> Led | None:
    """The script ``name`` where the call asks for it; with ``program``, else the program of that name."""
    if any(sign in name for sign in "$`"):
        return Led(unknown=f"which script '{name}' is")
    if asked.chosen or asked.everywhere:
        return _chosen(call, asked, name)
    path = inside(asked.folder, FILE)
    package = call.read(PARSER, path)
    if package is None:
        if program and not call.exists(path):
            return Led(words=(name, *asked.arguments))
        what = f"{path} is not readable" if call.exists(path) else ""
        return Led(unknown=what) if what else call.absent(f"npm script '{name}' ({path})", path)
    steps = steps_of(path, package, name, asked.folder, asked.arguments)
    if steps:
        return Led(steps)
    if program and name not in _LIFECYCLE:
        return Led(words=(name, *asked.arguments))
    if asked.optional or name == "start":
        return Led()
    return call.absent(f"npm script '{name}' ({path})", path)


def steps_of(
    path: str, package: Package, name: str, folder: str, arguments: tuple[str, ...] = ()
) -> tuple[Step, ...]:
    """The script with the hooks around it, each in the folder of its ``package.json``."""
    if name not in package.scripts:
        return ()
    steps = []
    for each in (f"pre{name}", name, f"post{name}"):
        target = package.scripts.get(each)
        for piece in target.commands if target else ():
            extra = " ".join(["", *(quote(word) for word in arguments)]) if each == name else ""
            steps.append(Step(path, each, Piece(piece.text + extra, piece.line, folded=True), folder, ()))
    return tuple(steps)


def packages_of(call: Call, folder: str) -> list[tuple[str, str, Package]]:
    """The packages below ``folder``, samples left out: each with its path and its own folder."""
    found = []
    for entry in call.facts.paths("**/package.json"):
        own = entry.path.removesuffix(FILE).rstrip("/")
        below = entry.path.startswith(f"{folder}/") if folder else True
        if not below or own == folder or entry.role not in (Role.PRODUCT, Role.TEST):
            continue
        package = call.read(PARSER, entry.path)
        if package is not None:
            found.append((entry.path, own, package))
        if len(found) >= _WORKSPACES:
            break
    return found


def _anywhere(call: Call, folder: str, name: str) -> Led:
    """The script ``name`` in every workspace that has it."""
    packages = packages_of(call, folder)
    steps = [step for path, own, package in packages for step in steps_of(path, package, name, own)]
    if steps:
        return Led(tuple(steps))
    return call.absent(f"npm script '{name}' (in no workspace)", inside(folder, FILE))


def _chosen(call: Call, asked: _Asked, name: str) -> Led:
    if not asked.chosen:
        return _anywhere(call, asked.folder, name)
    steps: list[Step] = []
    for path, own, package in packages_of(call, asked.folder):
        for wanted in asked.chosen:
            plain = wanted.strip(".^").removeprefix("/")
            relative = own.removeprefix(asked.folder).strip("/")
            names = (package.name, relative, package.name.rpartition("/")[2])
            if any(like(plain.strip("{}./"), each) or like(plain, each) for each in names):
                steps += steps_of(path, package, name, own, asked.arguments)
                break
    if steps:
        return Led(tuple(steps))
    if any(sign in wanted for wanted in asked.chosen for sign in "$`[!*"):
        return Led(unknown=f"which workspaces '{' '.join(asked.chosen)}' are")
    return (
        Led()
        if asked.optional
        else call.absent(
            f"npm script '{name}' (workspace {' '.join(asked.chosen)})", inside(asked.folder, FILE)
        )
    )


def _several(call: Call) -> Led:
    """``run-s lint test:*`` and its like: scripts of the same file, by name or pattern."""
    path = inside(call.directory, FILE)
    package = call.read(PARSER, path)
    if package is None:
        return call.absent(f"{FILE} for '{call.words[0]}'", path)
    steps: list[Step] = []
    rest = iter(call.words[1:])
    for word in rest:
        if word == "--":
            break
        if word in ("--max-parallel", "--npm-path"):
            next(rest, "")
        if word.startswith("-"):
            continue
        pattern = word.split(" ", 1)[0]
        names = [name for name in package.scripts if _matches(pattern, name)]
        if not names:
            return call.absent(f"npm script '{pattern}' ({path})", path, tuple(steps))
        for name in names:
            steps += steps_of(path, package, name, call.directory)
    return Led(tuple(steps))


def _matches(pattern: str, name: str) -> bool:
    """npm-run-all's patterns: ``*`` stays within a part between colons, ``**`` does not."""
    if "**" in pattern:
        return like(pattern.replace("**", "*"), name)
    parts, wanted = name.split(":"), pattern.split(":")
    return len(parts) == len(wanted) and all(map(like, wanted, parts))


def _concurrently(call: Call) -> Led:
    path = inside(call.directory, FILE)
    lines: list[str] = []
    rest = iter(call.words[1:])
    soft = ""
    for word in rest:
        if word in ("-n", "--names", "-c", "--prefix-colors", "-p", "--prefix", "-m", "--max-processes"):
            next(rest, "")
        elif word in ("-s", "--success"):
            soft = "concurrently --success first" if next(rest, "") == "first" else ""
        elif word.startswith(("npm:", "yarn:", "pnpm:", "bun:")):
            lines.append(f"run-p {quote(word.partition(':')[2])}")
        elif not word.startswith("-"):
            lines.append(word)
    source = path if call.exists(path) else ""
    pieces = (Piece(line, 1, soft, folded=True) for line in lines)
    return Led(tuple(Step(source, piece.text, piece, call.directory, ()) for piece in pieces))
