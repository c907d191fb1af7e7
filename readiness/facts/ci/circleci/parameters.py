"""What stands in ``<< … >>``: parameters put in where the file gives them.

Source: CircleCI documentation, "Reusable configuration reference" (parameter syntax), "Pipeline values and
parameters".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.matching import Pattern
from readiness.records import Struct
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMED = Pattern(r"<<\s*([A-Za-z_][A-Za-z0-9_-]*[.][A-Za-z0-9_.-]+)\s*>>")
_TEXT = 20_000
_ROOM = 200_000


class Scope(Struct, frozen=True):
    """The values by name (``parameters.x``, ``pipeline.parameters.y``) that hold in a place."""

    values: Mapping[str, Node]

    def node(self, node: Node) -> Node:
        """``node``, or the value that it names if it is nothing but ``<< … >>``."""
        name = self.named(node)
        return self.values.get(name, node) if name else node

    def named(self, node: Node) -> str:
        """The name in a ``node`` that is nothing but ``<< … >>``, empty for every other."""
        if not isinstance(node, Scalar) or not node.text.strip().startswith("<<"):
            return ""
        found = _NAMED.groups(node.text)
        return found[1] if found is not None and found[0] == node.text.strip() else ""

    def text(self, text: str) -> str:
        """``text`` with its values put in; what the file does not give becomes ``${{ name }}``."""
        if "<<" not in text:
            return text
        out, at, room = list[str](), 0, _ROOM
        for start, found in _NAMED.each(text):
            if start and text[start - 1] == "\\":
                continue
            name = found[2:-2].strip()
            value = self.values.get(name)
            put = f"${{{{ {name} }}}}"
            if isinstance(value, Scalar) and len(value.text) < min(_TEXT, room) and "<<" not in value.text:
                put = value.text
                room -= len(put)
            out += [text[at:start], put]
            at = start + len(found)
        return "".join((*out, text[at:])).replace("\\<<", "<<")

    def within(self, parameters: Table | None, given: Table | None, varied: Table | None = None) -> Scope:
        """The scope inside of a command or job that declares ``parameters``, called with ``given``.

        Those in ``varied`` have several values; one that is the only one of its kind is put in.
        """
        values = {name: node for name, node in self.values.items() if not name.startswith("parameters.")}
        for key, declared in parameters or ():
            node = given.get(key.text) if given is not None else None
            several = varied.get(key.text) if varied is not None else None
            if several is not None:
                if isinstance(several, Items) and len(several.items) == 1:
                    values[f"parameters.{key.text}"] = self.filled(several.items[0])
            elif node is not None:
                values[f"parameters.{key.text}"] = self.filled(node)
            elif isinstance(declared, Table):
                default = declared.get("default")
                if default is not None:
                    values[f"parameters.{key.text}"] = default
        return Scope(values)

    def filled(self, node: Node) -> Node:
        """A value that is handed on: what it names, or its text with the values put in."""
        found = self.node(node)
        if isinstance(found, Scalar) and "<<" in found.text:
            return Scalar(found.line, self.text(found.text), found.plain, found.tag, found.body)
        return found


def pipeline_scope(parameters: Table | None) -> Scope:
    """The scope of a file: the defaults of its pipeline parameters."""
    values: dict[str, Node] = {}
    for key, declared in parameters or ():
        default = declared.get("default") if isinstance(declared, Table) else None
        if isinstance(default, Scalar | Items):
            values[f"pipeline.parameters.{key.text}"] = default
    return Scope(values)
