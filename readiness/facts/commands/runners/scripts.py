"""Scripts of the repository, called by their path: ``./scripts/test.sh``, ``bash x.sh``, ``source x``."""

from __future__ import annotations

from readiness.facts.commands.runners.model import Call, Led, Piece, Step, inside
from readiness.facts.commands.shell.meaning import SHELLS, options
from readiness.facts.model import Parser
from readiness.records import Struct, replace
from readiness.structured.source import decode

_SOURCING = frozenset((".", "source"))
_OTHERS = (".py", ".rb", ".js", ".mjs", ".cjs", ".ts", ".pl", ".php", ".ps1")
_INTERPRETERS = frozenset(
    ("python", "ruby", "node", "perl", "php", "pwsh", "powershell", "deno", "tsx", "ts-node")
)
_OTHERS_BIN = frozenset(("", "vendor", "venv", ".venv", "node_modules"))
_SHELL = (".sh", ".bash")
_BUILT = frozenset(("bin", "build", "dist", "node_modules", "out", "target", "vendor"))
_MODULES = ("-c", "-m", "-e", "-p", "-", "--eval", "--print", "--test", "-Command", "-r")


class Script(Struct, frozen=True):
    """A script's text and, of its first line, the interpreter's name (empty without one) and options."""

    text: str
    interpreter: str
    errexit: bool
    pipefail: bool


def parse(data: bytes) -> Script:
    """A script with what its ``#!`` line says. Raises ``Unparsable`` for what is no text."""
    text = decode(data)
    first = text.partition("\n")[0]
    words = first[2:].split() if first.startswith("#!") else []
    words = words[1:] if words and words[0].endswith("/env") else words
    words = [word for word in words if word != "-S"]
    changed = options(words[1:])
    name = words[0].rpartition("/")[2] if words else ""
    return Script(text, name, changed.get("errexit", False), changed.get("pipefail", False))


PARSER = Parser("script", 1, parse)


def run(call: Call) -> Led | None:
    """A script by its path, or handed to a shell or to the interpreter of another language."""
    words = call.words
    name = words[0]
    if name in SHELLS or name in _SOURCING:
        return _shell(call)
    if call.contained and name.startswith("/") and name.endswith(_SHELL):
        return _in_container(call, name, words[1:])
    if name in _INTERPRETERS:
        return _other(call)
    if "/" not in name or name.startswith(("/", "~", "$", "http")) or "*" in name:
        return None
    path = inside(call.directory, name)
    if not call.exists(path):
        return call.absent(f"script '{name}'", path) if _is_ours(call, name) else None
    script = call.read(PARSER, path)
    if script is None:
        return None
    shell = script.interpreter in SHELLS or (not script.interpreter and not path.endswith(_OTHERS))
    return _steps(path, script, call, words[1:]) if shell else None


def of_bin(call: Call) -> Led | None:
    """A shell script of the repository in a folder ``bin``, where a name may also be that of a tool."""
    folder = call.words[0].rpartition("/")[0]
    if folder.removeprefix("./").rpartition("/")[2] != "bin" or not _OTHERS_BIN.isdisjoint(folder.split("/")):
        return None
    led = run(call)
    return led if led is not None and not led.missing else None


def _is_ours(call: Call, name: str) -> bool:
    """Whether a path that is not there should be: a shell script, or in a folder of the repository."""
    if name.endswith(_SHELL):
        return True
    folder = inside(call.directory, name.rpartition("/")[0])
    return folder not in ("", "?") and folder.rpartition("/")[2] not in _BUILT and call.has_folder(folder)


def _shell(call: Call) -> Led | None:
    words = call.words
    at = 1
    while at < len(words) and words[at].startswith(("-", "+")):
        if not words[at].startswith("--") and "c" in words[at]:
            return None
        at += 2 if words[at].endswith("o") else 1
    if at >= len(words) or any(sign in words[at] for sign in "$`*<"):
        return None
    path = inside(call.directory, words[at])
    if call.contained and words[at].startswith("/"):
        return _in_container(call, words[at], words[at + 1 :])
    if words[at].startswith(("/", "~")):
        return None
    script = call.read(PARSER, path)
    if script is None:
        there = call.exists(path) or words[0] in _SOURCING
        return None if there else call.absent(f"script '{words[at]}'", path)
    changed = options(words[1:at])
    asked = Script(script.text, "", changed.get("errexit", False), changed.get("pipefail", False))
    return _steps(path, asked, call, words[at + 1 :])


def _in_container(call: Call, name: str, arguments: tuple[str, ...]) -> Led:
    """A script by its place in a container: the one file of the repository with the same end of its path.

    What is before that end is the folder that the container has for its own, by a copy or a mount; the
    script is taken to start there. Where no file or more than one comes into question, it is not known.
    """
    parts = name.strip("/").split("/")
    for at in range(len(parts)):
        end = "/".join(parts[at:])
        found = [path for path in call.named(parts[-1]) if f"/{path}".endswith(f"/{end}")]
        if not found:
            continue
        script = call.read(PARSER, found[0]) if len(found) == 1 else None
        if script is None:
            break
        home = replace(call, directory=found[0][: -len(end)].rstrip("/"))
        return _steps(found[0], script, home, arguments)
    return Led(unknown=f"script '{name}': what the container has there is not to be known")


def _steps(path: str, script: Script, call: Call, arguments: tuple[str, ...]) -> Led:
    piece = Piece(script.text, 1, errexit=script.errexit, pipefail=script.pipefail)
    folder = path.rpartition("/")[0]
    given = None if any("$" in word for word in arguments) else arguments
    return Led((Step(path, " ".join(arguments), piece, call.directory, given, folder),))


def _other(call: Call) -> Led | None:
    """A program in another language: it is not followed, but it should be there."""
    for word in call.words[1:]:
        if word in _MODULES or any(sign in word for sign in "$`*<"):
            return None
        if word.startswith("-"):
            continue
        if word.endswith(_OTHERS) and not word.startswith(("/", "~")):
            path = inside(call.directory, word)
            return None if call.exists(path) else call.absent(f"script '{word}'", path)
        return None
    return None
