"""The command inside a command: what ``sudo``, ``poetry run``, ``npx`` or ``docker run IMAGE`` run.

Which wrappers there are is in ``wrappers``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.commands.shell.lexer import closing
from readiness.facts.commands.shell.outcome import assignment
from readiness.facts.commands.wrappers import (
    ALIASES,
    BIN,
    COMPOSE,
    CONTAINER,
    KUBECTL,
    LONGEST,
    PREFIXES,
    SCRIPTS,
    SSH,
    VARIABLES,
)
from readiness.records import Struct, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LAYERS = 12
_Words = tuple[str, ...]


class Inner(Struct, frozen=True):
    """What is run in the end.

    ``words`` is the command. With ``module``, its first word is a Python module rather than a
    program. ``image`` is the container image it runs in, with what else its command line
    said left out; ``contained`` says that it runs in some container. ``soft`` is
    why the wrapper loses its failure.
    """

    words: _Words
    module: bool = False
    image: str = ""
    contained: bool = False
    soft: str = ""


def unwrap(words: Sequence[str]) -> Inner:
    """The command that ``words`` runs in the end, its program without folder, version or alias."""
    return layers(words)[-1]


def layers(words: Sequence[str]) -> tuple[Inner, ...]:
    """The command as it is written, and with each wrapper taken off after the other."""
    found = [Inner(tuple(words))]
    while len(found) <= _LAYERS:
        opened = _open(found[-1])
        if opened is None:
            break
        found.append(opened)
    return tuple(found)


def on_host(words: Sequence[str]) -> str:
    """The script that ``ssh`` with these ``words`` runs on another machine, empty if it runs none."""
    target = after_options(tuple(words[1:]), SSH)
    rest = after_options(target[1:], SSH)
    return "".join(f"\n{word}" if "\n" in word else f" {word}" for word in rest)


def _open(inner: Inner) -> Inner | None:
    """``inner`` with its outermost layer taken off, or None if there is none left."""
    words = inner.words
    if not words:
        return None
    if assignment(words[0])[0]:
        return replace(inner, words=words[1:])
    name = program(words[0])
    if name != words[0]:
        return replace(inner, words=(*name.split(" "), *words[1:]))
    if name.startswith("$") and words[1:2] == ("-m",):  # $SOME_PYTHON -m module
        return _python(inner)
    opener = _SPECIAL.get(name)
    if opener is not None:
        opened = opener(inner)
        if opened is not None:
            return opened
    return _prefix(inner)


def program(word: str) -> str:
    """A program's plain name: without the usual folders, an ending of Windows, a version, an alias.

    A path into a folder of the repository stays a path, except for what is always called so.
    """
    name = word
    if word.startswith("$") and word[1:2] in ("(", "{"):
        name = _behind_variable(word)
    if word.startswith("$") and word.strip("${}()") in VARIABLES:
        name = word.strip("${}()").lower()
    base = word.rpartition("/")[2]
    if "node_modules/" in word and base.endswith((".js", ".mjs", ".cjs")):
        name = base.rpartition(".")[0]
    elif base and base != word and (base in SCRIPTS or word[: -len(base)].endswith(BIN)):
        name = base
    for ending in (".exe", ".cmd", ".bat"):
        name = name.removesuffix(ending)
    if name == "docker-compose":
        return "docker compose"
    if name.startswith("python") and name[6:].replace(".", "").isdigit():
        name = "python"
    return ALIASES.get(name, name)


def _behind_variable(word: str) -> str:
    """``${BIN}/ruff``, ``${PREFIX}ruff``: the program, wherever the variable says that it lies."""
    end = closing(word, 2, ")" if word[1] == "(" else "}")
    base = word[end:].rpartition("/")[2]
    plain = base.replace("-", "").replace("_", "").replace(".", "").isalnum()
    return base if plain and not base.endswith((".sh", ".bash")) else word


def _prefix(inner: Inner) -> Inner | None:
    words = inner.words
    for length in range(min(LONGEST, len(words)), 0, -1):
        found = PREFIXES.get(words[:length])
        if found is None:
            continue
        rest = after_options(words[length:], found[0])[found[1] :]
        rest = rest[1:] if rest[:1] == ("--",) else rest
        if not rest:
            return None
        if words[0] == "appraisal" and len(rest) == 1 and " " in rest[0]:
            return replace(inner, words=("sh", "-c", rest[0]))  # it gives one text to a shell
        return replace(inner, words=(_plain_package(rest[0]), *rest[1:]), module=words[0] in ("uvx", "pipx"))
    return None


def after_options(words: _Words, valued: frozenset[str]) -> _Words:
    """``words`` from the first that is neither an option nor the value of one of ``valued``."""
    at = 0
    while at < len(words) and words[at].startswith("-") and words[at] != "--":
        at += 2 if words[at] in valued else 1
    while at < len(words) and assignment(words[at])[0]:
        at += 1
    return words[at:]


def _plain_package(word: str) -> str:
    """A package to run without its version and scope: ``eslint@8``, ``@biomejs/biome``, ``test:cov``."""
    name = word.rpartition("/")[2] if word.startswith("@") else word
    return name.partition("@")[0] if "@" in name[1:] and "/" not in name else name


def _python(inner: Inner) -> Inner | None:
    """``python -m module`` and ``python path/script.py``."""
    words = inner.words
    at = 1
    while at < len(words) and words[at].startswith("-"):
        if words[at] == "-m":
            return replace(inner, words=words[at + 1 :], module=True) if at + 1 < len(words) else None
        if words[at] in ("-c", "-", "-V", "--version"):
            return None
        at += 2 if words[at] in ("-W", "-X") else 1
    if at < len(words):
        base = words[at].rpartition("/")[2]
        if base in SCRIPTS:
            return replace(inner, words=(base, *words[at + 1 :]))
    return None


def _docker(inner: Inner) -> Inner | None:
    """``docker run IMAGE command``, ``docker exec NAME command``, ``docker compose run SERVICE command``."""
    rest = after_options(inner.words[1:], frozenset(("-H", "--host", "-c", "--context", "--config")))
    rest = rest[1:] if rest[:1] == ("container",) else rest
    verb = rest[:1]
    if verb == ("compose",):
        rest = after_options(rest[1:], COMPOSE)
        verb = rest[:1]
    elif verb == ("run",):
        return _image(inner, rest[1:])
    if verb not in (("run",), ("exec",)):
        return None
    command = after_options(rest[1:], CONTAINER)[1:]
    soft = "runs detached" if _detached(rest[1:], command) else ""
    return replace(inner, words=command, contained=True, soft=inner.soft or soft) if command else None


def _detached(words: _Words, command: _Words) -> bool:
    before = words[: len(words) - len(command)]
    return any(word in ("-d", "--detach") for word in before)


def _image(inner: Inner, words: _Words) -> Inner | None:
    at = after_options(words, CONTAINER)
    if not at:
        return None
    options = words[: len(words) - len(at)]
    soft = "runs detached" if _detached(words, at) else ""
    entry = next((options[i + 1] for i, word in enumerate(options[:-1]) if word == "--entrypoint"), "")
    entry = next((word.partition("=")[2] for word in options if word.startswith("--entrypoint=")), entry)
    command = (entry, *at[1:]) if entry else at[1:]
    image = "" if entry else _image_name(at[0])
    return replace(inner, words=command, image=image, contained=True, soft=inner.soft or soft)


def _image_name(reference: str) -> str:
    """An image without tag, digest and ``docker.io/``."""
    name = reference.partition("@")[0]
    head, sign, tail = name.rpartition(":")
    name = head if sign and "/" not in tail else name
    return name.removeprefix("docker.io/").removeprefix("library/")


def _kubectl(inner: Inner) -> Inner | None:
    """``kubectl exec POD -- command``."""
    rest = after_options(inner.words[1:], KUBECTL)
    if rest[:1] != ("exec",) or "--" not in rest:
        return None
    return replace(inner, words=rest[rest.index("--") + 1 :], contained=True)


def _go(inner: Inner) -> Inner | None:
    """``go run module/path@version``: the program that the path names, for a path outside the repository."""
    if inner.words[1:2] != ("run",):
        return None
    rest = after_options(inner.words[2:], frozenset(("-modfile", "-mod", "-tags", "-ldflags", "-exec")))
    package = rest[0].partition("@")[0] if rest else ""
    if "." not in package.partition("/")[0] or package.startswith(".") or package.endswith(".go"):
        return None
    parts = package.split("/")
    if len(parts) > 2 and parts[-1][:1] == "v" and parts[-1][1:].isdigit():
        parts.pop()
    return replace(inner, words=(parts[-1], *rest[1:]))


def _cargo(inner: Inner) -> Inner | None:
    """``cargo +toolchain``."""
    words = inner.words
    return replace(inner, words=(words[0], *words[2:])) if words[1:2] and words[1].startswith("+") else None


def _find(inner: Inner) -> Inner | None:
    """``find … -exec command {} ;``: with ``;`` the command's failure is lost, with ``+`` it is not."""
    words = inner.words
    at = next((at for at, word in enumerate(words) if word in ("-exec", "-execdir")), -1)
    if at < 0:
        return None
    command = words[at + 1 :]
    end = next((end for end, word in enumerate(command) if word in (";", "+")), len(command))
    lost = "find -exec … ;" if command[end : end + 1] == (";",) else ""
    return replace(inner, words=command[:end], soft=inner.soft or lost)


def _interpreter(inner: Inner) -> Inner | None:
    """``ruby bin/rails``, ``php artisan``, ``node node_modules/.bin/x``: the program that the script is."""
    rest = inner.words[1:]
    if not rest or rest[0].startswith("-"):
        return None
    name = program(rest[0])
    if rest[0].endswith(".phar"):
        name = rest[0].rpartition("/")[2].removesuffix(".phar")
    return replace(inner, words=(name, *rest[1:])) if name != rest[0] or name in SCRIPTS else None


def _nix(inner: Inner) -> Inner | None:
    """``nix develop --command x``, ``nix-shell --run "x y"``."""
    words = inner.words
    for at, word in enumerate(words):
        if word in ("-c", "--command") and words[0] == "nix":
            return replace(inner, words=words[at + 1 :])
        if word in ("--run", "--command") and words[0] == "nix-shell":
            return replace(inner, words=("sh", "-c", *words[at + 1 : at + 2]))
    return None


def _circleci(inner: Inner) -> Inner | None:
    """``circleci tests run --command="xargs pytest"``, which hands over the names of the tests."""
    words = inner.words
    if words[1:3] != ("tests", "run"):
        return None
    for at, word in enumerate(words[3:], 3):
        name, sign, value = word.partition("=")
        if name == "--command":
            script = value if sign else " ".join(words[at + 1 : at + 2])
            # `>file xargs …` reads the names from where the shell has put them.
            plain = tuple(script.split())
            plain = plain[1:] if plain[:1] and plain[0].startswith(">") else plain
            return replace(inner, words=("sh", "-c", " ".join(plain)))
    return None


_SPECIAL: dict[str, Callable[[Inner], Inner | None]] = {
    "python": _python,
    "docker": _docker,
    "kubectl": _kubectl,
    "go": _go,
    "cargo": _cargo,
    "find": _find,
    "ruby": _interpreter,
    "node": _interpreter,
    "php": _interpreter,
    "nix": _nix,
    "nix-shell": _nix,
    "circleci": _circleci,
}
