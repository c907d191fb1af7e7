"""Templates of AWS CloudFormation and SAM in YAML and JSON, and the resources of the Serverless Framework.

What a function of the template gives (``!Ref``, ``!If``, ``Fn::Sub`` with a variable) is not worked out.
Sources: AWS CloudFormation user guide, "Template anatomy", "Intrinsic function reference" and "Transforms";
AWS SAM, "Template anatomy"; read 2026-08.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.deployment.objects import MANIFEST
from readiness.facts.infrastructure.permissions import of_statements
from readiness.facts.infrastructure.written import MAX_RESOURCES, Declared, Written, attributes
from readiness.facts.model import Derived
from readiness.structured.nodes import Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.infrastructure.written import Permissions, Tool

_FUNCTIONS = ("Ref", "Condition")


def declared(roots: tuple[Node, ...]) -> Declared:
    """The resources of a template; nothing for any other file."""
    items: list[Written] = []
    unread: list[tuple[int, str]] = []
    for root in roots:
        if not isinstance(root, Table):
            continue
        inner = root.table("resources")
        framework = inner is not None and root.get("provider") is not None and root.get("service") is not None
        template = inner if framework and inner is not None else root
        resources = template.table("Resources")
        if resources is None or not _is_template(resources):
            continue
        tool: Tool = "sam" if _is_serverless(root) else "cloudformation"
        for key, value in resources.pairs[:MAX_RESOURCES]:
            if key.text.startswith("Fn::"):
                unread.append(
                    (key.line, f"{key.text.rpartition('::')[0]} makes resources that are not worked out")
                )
            elif isinstance(value, Table) and value.text("Type"):
                items.append(_resource(tool, key, value))
                unread += _elsewhere(key, value)
    return Declared(tuple(items), tuple(unread))


def _is_template(resources: Table) -> bool:
    return any(
        isinstance(each, Table) and each.text("Type").startswith(("AWS::", "Custom::", "Alexa::"))
        for _, each in resources
    )


def _is_serverless(root: Table) -> bool:
    return any(
        isinstance(each, Scalar) and "AWS::Serverless" in each.text for each in root.items("Transform")
    )


def _resource(tool: Tool, key: Scalar, node: Table) -> Written:
    properties = node.get("Properties")
    found = attributes(properties, is_expression)
    return Written(
        line=key.line,
        tool=tool,
        kind="module" if node.text("Type") == "AWS::CloudFormation::Stack" else "resource",
        type=node.text("Type")[:200],
        name=key.text[:200],
        attributes=found.paths,
        values=found.values,
        computed=found.computed,
        source=properties.text("TemplateURL")[:400] if isinstance(properties, Table) else "",
        permissions=_permissions(node.text("Type"), properties),
    )


def _elsewhere(key: Scalar, node: Table) -> Iterator[tuple[int, str]]:
    """A stack within the stack whose template lies in a bucket."""
    properties = node.table("Properties")
    if node.text("Type") == "AWS::CloudFormation::Stack" and properties is not None:
        url = properties.get("TemplateURL")
        if (
            url is None
            or is_expression(url)
            or properties.text("TemplateURL").startswith(("https://", "s3://"))
        ):
            yield key.line, "a template that lies elsewhere"


def is_expression(node: Node) -> bool:
    """Whether a value is a function of the template, or a text with a variable in it."""
    if node.tag:
        return True
    if isinstance(node, Table):
        return len(node.pairs) == 1 and (
            node.pairs[0][0].text in _FUNCTIONS or node.pairs[0][0].text.startswith("Fn::")
        )
    return isinstance(node, Scalar) and "${" in node.text


def _permissions(type_: str, properties: Node | None) -> Permissions:
    if not isinstance(properties, Table):
        return ""
    if type_.startswith("AWS::IAM::"):
        policies = [
            each.get("PolicyDocument") for each in properties.items("Policies") if isinstance(each, Table)
        ]
        documents = [*policies, properties.get("PolicyDocument")]
        return of_statements(documents, properties.items("ManagedPolicyArns"), is_expression)
    if type_ == "AWS::Serverless::Function" and properties.get("Policies") is not None:
        given = properties.items("Policies")
        documents = [each for each in given if isinstance(each, Table) and each.get("Statement") is not None]
        named = [each for each in given if isinstance(each, Scalar)]
        return of_statements(documents, named, is_expression)
    return ""


TEMPLATE: Derived[tuple[Node, ...], Declared] = Derived("cloudformation", 1, MANIFEST, declared)
