"""Reads the tables of knowledge beside the rules: every mistake with its file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.errors import RuleError
from readiness.spans import Unparsable
from readiness.structured.nodes import Items, Node, Scalar, Table
from readiness.structured.yaml import parse

if TYPE_CHECKING:
    from collections.abc import Sequence


def table_of(path: str, data: bytes, expected: str) -> Table:
    """The mapping that the YAML in ``data`` is; ``expected`` says which one.

    Raises ``RuleError`` with ``path`` and the line of the mistake.
    """
    try:
        documents = parse(data)
    except Unparsable as error:
        raise RuleError(path, error.line, f"not readable as YAML: {error.reason}") from None
    root = documents[0] if documents else None
    if not isinstance(root, Table):
        raise RuleError(path, 1, f"expected {expected}")
    return root


def texts_of(path: str, node: Node) -> Sequence[str]:
    """The texts of a list. Raises ``RuleError`` if ``node`` is anything else."""
    if not isinstance(node, Items) or not all(isinstance(item, Scalar) for item in node):
        raise RuleError(path, node.line, "expected a list of texts")
    return [item.text for item in node if isinstance(item, Scalar)]
