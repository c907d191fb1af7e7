"""Commands that do nothing: a step of such commands is a placeholder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.commands.shell.outcome import assignment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.facts.commands.shell import Command

_IDLE = frozenset(
    (
        *(
            "echo",
            "printf",
            "true",
            ":",
            "sleep",
            "date",
            "ls",
            "pwd",
            "cd",
            "pushd",
            "popd",
            "export",
            "set",
        ),
        *("mkdir", "cat", "whoami", "hostname", "uname", "env", "printenv", "which", "id", "exit", "return"),
        *(
            "unset",
            "local",
            "declare",
            "readonly",
            "umask",
            "trap",
            "shopt",
            "wait",
            "tree",
            "df",
            "free",
            "nproc",
        ),
        *(
            "type",
            "clear",
            "tput",
            "test",
            "[",
            "touch",
            "break",
            "continue",
            "shift",
            "read",
            "figlet",
            "cowsay",
        ),
    )
)
_TELLING = frozenset(("--version", "version", "-version", "-V", "--help"))
_TELLING_SHORT = frozenset(("docker", "git", "node", "npm", "npx", "perl", "php", "pnpm", "ruby", "yarn"))


def is_placeholder(commands: Sequence[Command]) -> bool:
    """Whether ``commands`` only say, wait or list, so that nothing is done; so it is with no command."""
    return all(_idle(command.words) for command in commands)


def _idle(words: Sequence[str]) -> bool:
    inner = [word for word in words if not assignment(word)[0]]
    if not inner:
        return True
    name = inner[0]
    if name in _IDLE or name.startswith(("[[", "((", "::")):
        return True
    if name == "command":
        return inner[1:2] in (["-v"], ["-V"])
    return len(inner) == 2 and (inner[1] in _TELLING or (inner[1] == "-v" and name in _TELLING_SHORT))
