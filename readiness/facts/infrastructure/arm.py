"""Templates of the Azure Resource Manager in JSON.

Source: Azure Resource Manager, "Template structure and syntax", read 2026-08.
"""

from __future__ import annotations

from readiness.facts.deployment.objects import MANIFEST
from readiness.facts.infrastructure.written import MAX_RESOURCES, Declared, Written, attributes
from readiness.facts.model import Derived
from readiness.structured.nodes import Node, Scalar, Table

_NESTED = "Microsoft.Resources/deployments"


def declared(roots: tuple[Node, ...]) -> Declared:
    """The resources of a template, those inside others among them; nothing for any other file."""
    items: list[Written] = []
    unread: list[tuple[int, str]] = []
    for root in roots:
        if not isinstance(root, Table) or "deploymentTemplate.json" not in root.text("$schema"):
            continue
        waiting = [(each, "") for each in reversed(_listed(root))]
        while waiting and len(items) < MAX_RESOURCES:
            node, parent = waiting.pop()
            if not isinstance(node, Table) or not node.text("type"):
                continue
            own = node.text("type")
            type_ = own if not parent or own.startswith("Microsoft.") else f"{parent}/{own}"
            properties = node.table("properties")
            inner = properties.table("template") if properties is not None else None
            if type_ == _NESTED:
                if inner is not None:
                    waiting += [(each, "") for each in reversed(_listed(inner))]
                else:
                    unread.append((node.line, "a template that lies elsewhere"))
                continue
            waiting += [(each, type_) for each in reversed(node.items("resources"))]
            items.append(_resource(node, type_))
    return Declared(tuple(items), tuple(unread))


def _listed(root: Table) -> tuple[Node, ...]:
    """The resources of a template: a list, or since language version 2.0 an object by symbolic names."""
    found = root.get("resources")
    if isinstance(found, Table):
        return tuple(value for _, value in found)
    return root.items("resources")


def _resource(node: Table, type_: str) -> Written:
    found = attributes(
        Table(node.line, tuple(pair for pair in node if pair[0].text != "resources")), _is_expression
    )
    return Written(
        line=node.line,
        tool="arm",
        kind="resource",
        type=type_[:200],
        name=node.text("name")[:200],
        attributes=found.paths,
        values=found.values,
        computed=found.computed,
    )


def _is_expression(node: Node) -> bool:
    return isinstance(node, Scalar) and node.text.startswith("[") and not node.text.startswith("[[")


TEMPLATE: Derived[tuple[Node, ...], Declared] = Derived("arm-template", 1, MANIFEST, declared)
