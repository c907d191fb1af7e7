"""What the words of a script stand for, as far as the script itself says it.

A variable counts if the script sets it once, to a literal. Folders are kept relative to the
repository's root; one that is held in a variable starts with ``ROOT``, so that it is not
mistaken for one relative to the working directory.
"""

from __future__ import annotations

import posixpath

from readiness.facts.commands.shell.lexer import closing
from readiness.records import Struct, field

ROOT = "\0"
UNKNOWN = "?"
_ROOTS = (
    *("${{github.workspace}}", "$GITHUB_WORKSPACE", "$CI_PROJECT_DIR", "$BUILD_SOURCESDIRECTORY"),
    *("$TRAVIS_BUILD_DIR", "$BITBUCKET_CLONE_DIR"),
)
_ROOT_COMMANDS = ("$(git rev-parse --show-toplevel)", "`git rev-parse --show-toplevel`")
_LONGEST = 4096  # characters that a word may grow to by the values of its variables


class Scope(Struct):
    """What is known at one place of a script.

    ``directory`` is relative to the repository's root, or ``?``; ``script`` the folder of the
    script itself; ``arguments`` are None where they cannot be known.
    """

    directory: str
    script: str
    arguments: tuple[str, ...] | None
    variables: dict[str, str] = field(default_factory=dict)


def resolve(text: str, scope: Scope) -> str:
    """``text`` with the variables replaced whose value is known; the others stay as written."""
    if "$" not in text and "`" not in text:
        return text
    place = folder(text, scope)
    if place is not None:
        return ROOT + place
    parts, at = [], 0
    while True:
        sign = text.find("$", at)
        if sign < 0:
            break
        end = _reference_end(text, sign)
        parts += [text[at:sign], _value(text[sign:end], scope)]
        at = end
    result = "".join([*parts, text[at:]])
    return result if len(result) <= _LONGEST else text


def _reference_end(text: str, at: int) -> int:
    """The end of the reference, substitution or expression that starts with the ``$`` at ``at``."""
    following = text[at + 1 : at + 2]
    if text.startswith("${{", at):
        end = text.find("}}", at)
        return len(text) if end < 0 else end + 2
    if following in ("(", "{"):
        return closing(text, at + 2, ")" if following == "(" else "}")
    if following.isdigit() or following in ("@", "*", "#", "?"):
        return at + 2
    end = at + 1
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return end


def _value(reference: str, scope: Scope) -> str:
    """The value of ``$name``, ``${name}``, ``${name:-default}``, ``$1``; else the reference itself."""
    if reference.startswith(("${{", "$(")):
        place = folder(reference, scope)
        return reference if place is None else ROOT + place
    body = reference[1:].strip("{}") if reference.startswith("${") else reference[1:]
    name, sign, default = body.partition(":-")
    if not sign:
        name, sign, default = body.partition("-")
    if name.isdigit() and name != "0" and len(name) < 4 and scope.arguments is not None:
        index = int(name) - 1
        found = scope.arguments[index] if index < len(scope.arguments) else ""
        return found or default
    if name in ("@", "*") and scope.arguments is not None:
        return " ".join(scope.arguments) or default
    if name in ("PWD", "OLDPWD") and not sign:
        return ROOT + scope.directory if name == "PWD" and scope.directory != UNKNOWN else reference
    return scope.variables.get(name, reference)


def folder(text: str, scope: Scope) -> str | None:
    """The folder that a common idiom names, relative to the root; None if ``text`` is none of them.

    The script's own (``$(cd "$(dirname "$0")/.." && pwd)``, ``${0%/*}``), the repository's
    (``$(git rev-parse --show-toplevel)``, ``$GITHUB_WORKSPACE``), the working one (``$(pwd)``).
    """
    bare = text.replace(" ", "") if text.startswith("${{") else text
    for root in (*_ROOTS, *_ROOT_COMMANDS):
        if bare == root or bare.startswith(root + "/"):
            return normal("", bare[len(root) + 1 :])
    if text.startswith(("$(pwd)", "`pwd`")) and scope.directory != UNKNOWN:
        return normal(scope.directory, text.partition("pwd")[2][1:].lstrip("/"))
    own = "$0" in text or "BASH_SOURCE" in text or "${0" in text
    if not own or scope.script == UNKNOWN or not text.startswith(("$(", "${", "`")):
        return None
    return _script_folder(text, scope.script)


def _script_folder(text: str, script: str) -> str | None:
    """The folder named by ``dirname`` of the script, with the ``..`` and the tail that follow it."""
    closer = {"$(": ")", "${": "}"}.get(text[:2], "`")
    end = closing(text, 1 if closer == "`" else 2, closer)
    inner, tail = text[:end], text[end:]
    levels = inner.count("dirname") - 1 if closer != "}" else 0 if "%/*}" in inner else -1
    if levels < 0 or "/" in inner.replace("/..", "").replace("%/*", "").replace("/dev/null", ""):
        return None
    return normal(script, "../" * (levels + inner.count("/..")) + "." + tail)


def normal(base: str, path: str) -> str:
    """``path`` from the folder ``base``, relative to the root; ``?`` if it leaves the repository
    or is not to be known.
    """
    if path.startswith(ROOT):
        base, path = "", path[1:]
    if path.startswith(("/", "~")) or base == UNKNOWN or any(sign in path for sign in "$`*?\0"):
        return UNKNOWN
    joined = posixpath.normpath(posixpath.join(base, path))
    if joined == ".." or joined.startswith("../"):
        return UNKNOWN
    return "" if joined == "." else joined


def shown(word: str, scope: Scope) -> str:
    """``word`` with a known folder in it written relative to the working directory."""
    if ROOT not in word:
        return word
    before, _, path = word.partition(ROOT)
    path = path.replace(ROOT, "")
    if before or scope.directory == UNKNOWN:
        return before + (path or ".")
    return posixpath.relpath("/" + path, "/" + scope.directory)
