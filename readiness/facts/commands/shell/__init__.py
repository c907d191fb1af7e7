"""Shell text split into the commands it runs, each with whether its failure counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.commands.shell.command import Command
from readiness.facts.commands.shell.values import Scope
from readiness.facts.commands.shell.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Command", "split"]


def split(  # noqa: PLR0913 - all but the script are options, given by name
    script: str,
    *,
    errexit: bool = True,
    pipefail: bool = False,
    arguments: Sequence[str] | None = None,
    directory: str = "",
    script_directory: str = "?",
) -> tuple[Command, ...]:
    """The simple commands that ``script`` runs, in its order; at most 2,000. Never raises.

    ``errexit`` and ``pipefail`` say how the shell is started (a GitHub step: the first; with
    ``shell: bash`` both; a make recipe: neither). ``arguments`` are the script's own, None
    where they are not to be known; they decide ``case "$1"``. ``directory`` is where it
    starts and ``script_directory`` where it lies, both relative to the repository's
    root. Bodies of functions count where they are called.
    """
    known = None if arguments is None else tuple(arguments)
    scope = Scope(directory, script_directory, known)
    return Walk(script.replace("\r\n", "\n"), scope, errexit=errexit, pipefail=pipefail).run()
