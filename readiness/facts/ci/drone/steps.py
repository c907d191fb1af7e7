"""The steps of a Drone pipeline or a Woodpecker workflow: commands in a container, or a plugin.

Sources: Drone documentation, "Steps", "Plugins"; Woodpecker documentation, "Workflow syntax", "Plugins".
Commands run under ``set -e``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.drone.constraints import status
from readiness.facts.ci.files import script
from readiness.facts.ci.model import Action, Script
from readiness.records import Struct
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from readiness.facts.ci.files import File

MOST = 500
_VALUES = 50
_EMPTY = Table(1)


class Written(Struct, frozen=True):
    """A step as it is written; ``needs`` is None if it comes after the one before it."""

    name: str
    line: int
    work: Script | Action | None
    condition: Node | None
    masked: str
    after_failure: bool
    on_failure: bool
    needs: tuple[str, ...] | None


def steps(file: File, node: Node | None) -> tuple[Written, ...]:
    """The steps in ``node``: a list of them, or a mapping by their names. Raises ``Unparsable``."""
    out: list[Written] = []
    if isinstance(node, Table):
        for key, value in node.pairs[:MOST]:
            if isinstance(value, Table):
                out.append(_step(file, value, key.text, key.line))
    elif isinstance(node, Items):
        for at, item in enumerate(node.items[:MOST]):
            if isinstance(item, Table):
                out.append(_step(file, item, item.text("name") or f"step {at + 1}", item.line))
    return tuple(out)


def _step(file: File, step: Table, name: str, line: int) -> Written:
    after, only = status(step.get("when"))
    masked = "failure: ignore" if step.text("failure") == "ignore" else ""
    detached = step.get("detach")
    if isinstance(detached, Scalar) and detached.truth is True:
        masked = masked or "detach: true"
    needs = None
    if step.get("depends_on") is not None:
        needs = tuple(item.text for item in step.items("depends_on") if isinstance(item, Scalar))
    return Written(
        name=name[:200],
        line=line,
        work=_work(file, step),
        condition=step.get("when"),
        masked=masked,
        after_failure=after,
        on_failure=only,
        needs=needs,
    )


def _work(file: File, step: Table) -> Script | Action | None:
    commands = step.get("commands", "command")
    if commands is not None:
        return script(file, (commands,))
    image = step.key("image")
    if image is None:
        return None
    settings = step.table("settings") or _legacy(step)
    given = [(key.text, text) for key, value in settings.pairs[:_VALUES] if (text := _value(value))]
    return Action(f"docker://{step.text('image')}", image.line, tuple(given))


def _legacy(step: Table) -> Table:
    """The settings of a plugin as they were once written: beside the step's own keys."""
    own = {
        "name",
        "image",
        "when",
        "depends_on",
        "failure",
        "detach",
        "environment",
        "secrets",
        "volumes",
        "group",
    }
    return Table(step.line, tuple(pair for pair in step.pairs if pair[0].text not in own))


def _value(node: Node) -> str:
    """A setting as one text; what comes from a secret has none."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Items):
        return "\n".join(item.text for item in node.items if isinstance(item, Scalar))
    return ""
