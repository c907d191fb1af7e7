"""How far a policy of AWS goes: what its statements allow, and which ready-made policies it takes.

Source: AWS IAM, "JSON policy element reference" and "AWS managed policies for job functions".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.words import word_set
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from readiness.facts.infrastructure.written import Permissions

_ALL = ("AdministratorAccess", "IAMFullAccess", "PowerUserAccess")
# Actions of these services touch data, machines or rights; of all others a star may be what is meant.
_SERVICES = word_set(
    """
    apigateway autoscaling cloudformation cloudfront cloudtrail cloudwatch dynamodb ec2 ecr ecs eks
    elasticache elasticfilesystem elasticloadbalancing es events firehose glue iam kinesis lambda logs
    organizations rds redshift route53 s3 sagemaker secretsmanager ses sns sqs ssm states sts
    """
)


def of_statements(
    documents: Iterable[Node | None], ready_made: Iterable[Node], is_expression: Callable[[Node], bool]
) -> Permissions:
    """How far policies go: ``all`` actions, all of a ``service``, ``named`` ones; ``elsewhere`` if open."""
    found: list[Permissions] = []
    for document in documents:
        if isinstance(document, Table) and not is_expression(document):
            found += [
                _statement(each, is_expression)
                for each in document.items("Statement")
                if isinstance(each, Table)
            ]
        elif document is not None:
            found.append("elsewhere")
    for each in ready_made:
        if isinstance(each, Scalar) and each.text.rpartition("/")[2] in _ALL:
            found.append("all")
        else:
            found.append("elsewhere" if is_expression(each) and not _names_one(each) else "named")
    ranked: tuple[Permissions, ...] = ("all", "service", "elsewhere", "named")
    return next((each for each in ranked if each in found), "")


def _names_one(node: Node) -> bool:
    """Whether a text with a variable tells which policy is meant: ``arn:${Partition}:iam::aws:policy/X``."""
    return isinstance(node, Scalar) and ":policy/" in node.text


def _statement(node: Table, is_expression: Callable[[Node], bool]) -> Permissions:
    if node.text("Effect") == "Deny":
        return "named"
    if node.get("NotAction") is not None:
        return "all"
    actions = node.get("Action")
    given = actions.items if isinstance(actions, Items) else (actions,) if actions is not None else ()
    texts = [each.text for each in given if isinstance(each, Scalar) and not is_expression(each)]
    if "*" in texts or "*:*" in texts:
        return "all"
    if any(text.endswith(":*") and text[:-2].lower() in _SERVICES for text in texts):
        return "service"
    return "elsewhere" if any(is_expression(each) for each in given) else "named"
