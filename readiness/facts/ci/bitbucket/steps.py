"""The commands and pipes of a Bitbucket step.

Source: Bitbucket documentation, "Step options" (script), "What are pipes?".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.files import inputs, moved, script
from readiness.facts.ci.model import Action, Script, Step
from readiness.records import replace
from readiness.structured.nodes import Items, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.facts.ci.files import File
    from readiness.structured.nodes import Node


def script_steps(file: File, items: Sequence[Node]) -> list[Step]:
    """The commands up to each pipe as one script, each pipe as a building block."""
    out: list[Step] = []
    commands: list[Node] = []
    directory = ""
    for item in items:
        pipe = item.get("pipe") if isinstance(item, Table) else None
        if isinstance(item, Table) and isinstance(pipe, Scalar):
            before = _commands(file, commands, directory)
            directory = moved(before[0].work) if before and isinstance(before[0].work, Script) else directory
            out += [*before, _pipe(pipe, item)]
            commands = []
        elif isinstance(item, Scalar | Items):
            commands.append(item)
    return out + _commands(file, commands, directory)


def _commands(file: File, commands: Sequence[Node], directory: str) -> list[Step]:
    work = script(file, commands)
    return [Step(work.line, replace(work, directory=directory))] if work is not None else []


def _pipe(pipe: Scalar, item: Table) -> Step:
    reference = pipe.text
    if not reference.startswith("docker://"):
        name, sign, version = reference.rpartition(":")
        reference = f"{name}@{version}" if sign else reference
    given = inputs(item.table("variables"))
    work = Action(reference, pipe.line, given, f"what the pipe {reference} does is written elsewhere")
    name = item.text("name")
    return Step(pipe.line, work, name)
