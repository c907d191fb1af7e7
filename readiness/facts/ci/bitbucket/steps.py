"""The commands and pipes of a Bitbucket step.

Source: Bitbucket documentation, "Step options" (script), "What are pipes?".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.files import inputs, script
from readiness.facts.ci.model import Action, Step
from readiness.structured.nodes import Items, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.facts.ci.files import File
    from readiness.structured.nodes import Node


def script_steps(file: File, items: Sequence[Node]) -> list[Step]:
    """The commands up to each pipe as one script, each pipe as a building block."""
    out: list[Step] = []
    commands: list[Node] = []
    for item in items:
        pipe = item.get("pipe") if isinstance(item, Table) else None
        if isinstance(item, Table) and isinstance(pipe, Scalar):
            out += _commands(file, commands)
            commands = []
            out.append(_pipe(pipe, item))
        elif isinstance(item, Scalar | Items):
            commands.append(item)
    return out + _commands(file, commands)


def _commands(file: File, commands: Sequence[Node]) -> list[Step]:
    work = script(file, commands)
    return [Step(work.line, work)] if work is not None else []


def _pipe(pipe: Scalar, item: Table) -> Step:
    reference = pipe.text
    if not reference.startswith("docker://"):
        name, sign, version = reference.rpartition(":")
        reference = f"{name}@{version}" if sign else reference
    given = inputs(item.table("variables"))
    work = Action(reference, pipe.line, given, f"what the pipe {reference} does is written elsewhere")
    name = item.text("name")
    return Step(pipe.line, work, name)
