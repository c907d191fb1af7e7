"""When a CircleCI pipeline starts, and whether a condition (``when``, ``unless``) holds then.

A schedule that the file does not speak of, and a start over the interface, are set up elsewhere:
they count only where a condition asks for them.
Sources: CircleCI documentation, "Logic statements", "Pipeline values", "Configuration reference" (filters).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.branches import pushes, regular
from readiness.facts.ci.expressions import UNKNOWN, Value
from readiness.records import Struct
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from readiness.facts.ci.circleci.parameters import Scope
    from readiness.facts.ci.model import Trigger

_DEPTH = 20
_TERMS = 50


class Start(Struct, frozen=True):
    """One way in which a pipeline starts. ``branch`` is empty for a tag."""

    triggers: tuple[Trigger, ...]
    source: str
    branch: str
    tag: bool = False

    def value(self, name: str, scope: Scope) -> Value:
        """The value ``name`` (without ``<< >>``) in this situation."""
        match name:
            case "pipeline.git.branch":
                return self.branch
            case "pipeline.git.branch.is_default":
                return self.triggers == ("main",)
            case "pipeline.git.tag":
                return UNKNOWN if self.tag else ""
            case "pipeline.trigger_source":
                return self.source
            case "pipeline.schedule.name" | "pipeline.schedule.id":
                return UNKNOWN if self.source == "scheduled_pipeline" else ""
        if name.startswith("pipeline.parameters.") and self.source != "webhook":
            return UNKNOWN
        node = scope.values.get(name)
        return _literal(node) if isinstance(node, Scalar) and "<<" not in node.text else UNKNOWN


def starts(default_branch: str, named: Iterable[str]) -> tuple[Start, ...]:
    """The situations that filters and conditions can tell apart, which name the branches ``named``."""
    found = pushes(default_branch, named)
    return (
        *(Start(push.triggers, "webhook", push.branch) for push in found),
        Start(("tag",), "webhook", "", tag=True),
        *(Start(("schedule",), "scheduled_pipeline", push.branch) for push in found),
        *(Start(("manual",), "api", push.branch) for push in found),
    )


def begun(found: Sequence[Start], when: Node | None, unless: Node | None, scope: Scope) -> tuple[Start, ...]:
    """Those of ``found`` in which a workflow under ``when`` and ``unless`` starts, or may start."""
    kept = [start for start in found if _begins(when, unless, start, scope) is not False]
    pushed = [start for start in kept if start.source == "webhook"]
    if when is None and unless is None:
        return tuple(pushed)
    spoken = {text for node in (when, unless) if node is not None for text in texts(node)}
    clocked = any("schedule" in text.lower() for text in spoken)
    timed = [start for start in kept if start.source == "scheduled_pipeline" and clocked]
    return tuple(pushed + timed) or tuple(start for start in kept if start.source == "api")


def _begins(when: Node | None, unless: Node | None, start: Start, scope: Scope) -> bool | None:
    wanted = True if when is None else truth(when, start, scope)
    unwanted = False if unless is None else truth(unless, start, scope)
    if wanted is False or unwanted is True:
        return False
    return None if wanted is None or unwanted is None else True


def texts(node: Node, depth: int = 0) -> Iterator[str]:
    """The texts in a condition: what it compares, and names of branches among them."""
    if isinstance(node, Scalar):
        yield node.text
        parts = node.text.split('"')
        yield from parts[1::2]
    elif depth < _DEPTH:
        children = node.items if isinstance(node, Items) else [value for _, value in node.pairs]
        for child in children[:_TERMS]:
            yield from texts(child, depth + 1)


def truth(node: Node, start: Start, scope: Scope, depth: int = 0) -> bool | None:
    """Whether a logic statement holds; None if that is not to be known."""
    if isinstance(node, Scalar):
        return _scalar(node, start, scope)
    if isinstance(node, Items) or not node.pairs:
        return None if isinstance(node, Items) and node.items else False
    if depth >= _DEPTH or len(node.pairs) != 1:
        return None
    key, value = node.pairs[0]
    items = value.items[:_TERMS] if isinstance(value, Items) else (value,)
    match key.text:
        case "and":
            return _all(truth(item, start, scope, depth + 1) for item in items)
        case "or":
            return _not(_all(_not(truth(item, start, scope, depth + 1)) for item in items))
        case "not":
            return _not(truth(value, start, scope, depth + 1))
        case "equal":
            return _equal([_value(item, start, scope) for item in items])
        case "matches":
            return _matches(value, start, scope)
    return None


def _all(answers: Iterable[bool | None]) -> bool | None:
    found = list(answers)
    return False if False in found else None if None in found else True


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _literal(node: Scalar) -> Value:
    if node.null:
        return None
    return node.text if node.truth is None else node.truth


def _value(node: Node, start: Start, scope: Scope) -> Value:
    if not isinstance(node, Scalar):
        return UNKNOWN
    name = scope.named(node)
    if name:
        return start.value(name, scope)
    return UNKNOWN if "<<" in node.text else _literal(node)


def _scalar(node: Scalar, start: Start, scope: Scope) -> bool | None:
    if not scope.named(node) and node.text.strip().startswith(("pipeline.", "not ", "(")):
        return _expression(node.text, start, scope)
    value = _value(node, start, scope)
    if value is UNKNOWN:
        return None
    return bool(value) and value not in {"0", "false"}


def _expression(text: str, start: Start, scope: Scope) -> bool | None:
    """A condition in one text, such as ``pipeline.git.branch == "main" or …``, without parentheses."""
    if "(" in text or len(text) > 1_000:
        return None
    return _not(
        _all(
            _not(_all(_comparison(term.strip(), start, scope) for term in either.split(" and ")[:_TERMS]))
            for either in text.split(" or ")[:_TERMS]
        )
    )


def _comparison(term: str, start: Start, scope: Scope) -> bool | None:
    if term.startswith("not "):
        return _not(_comparison(term[4:].strip(), start, scope))
    for sign in ("==", "!=", "=~"):
        left, found, right = (part.strip() for part in term.partition(sign))
        if not found:
            continue
        value = start.value(left, scope)
        if value is UNKNOWN:
            return None
        if sign == "=~":
            return regular(right.strip("/\"'"), value, whole=False) if isinstance(value, str) else None
        other: Value = {"true": True, "false": False}.get(right, right.strip("\"'"))
        return (value == other) is (sign == "==")
    value = start.value(term, scope)
    return None if value is UNKNOWN else bool(value)


def _equal(values: Sequence[Value]) -> bool | None:
    known = [value for value in values if value is not UNKNOWN]
    if any(value != known[0] for value in known):
        return False
    return True if len(known) == len(values) else None


def _matches(node: Node, start: Start, scope: Scope) -> bool | None:
    if not isinstance(node, Table):
        return None
    value = _value(node.get("value") or node, start, scope)
    if not isinstance(value, str):
        return None
    return regular(node.text("pattern"), value, whole=True)


def passes(filters: Table | None, start: Start) -> bool:
    """Whether a job under ``filters`` runs in ``start``."""
    branches = filters.table("branches") if filters is not None else None
    tags = filters.table("tags") if filters is not None else None
    if start.tag:
        if tags is None:
            return False
        ignored = {item.text for item in tags.items("ignore") if isinstance(item, Scalar)}
        return not ignored & {"/.*/", "/.+/"}
    if branches is None:
        return True
    only, ignore = branches.get("only"), branches.get("ignore")
    if only is not None and not _any(branches.items("only"), start.branch):
        return False
    return not (ignore is not None and _any(branches.items("ignore"), start.branch))


def _any(items: Iterable[Node], branch: str) -> bool:
    return any(isinstance(item, Scalar) and _fits(item.text, branch) for item in items)


def _fits(pattern: str, branch: str) -> bool:
    """Whether a branch is one of a filter's; a pattern stands for the branches that fit it."""
    if pattern == branch:
        return True
    if len(pattern) > 1 and pattern.startswith("/") and pattern.endswith("/"):
        return bool(regular(pattern[1:-1].replace("\\/", "/"), branch, whole=True))
    return pattern == branch


def asked(filters: Table | None) -> Iterator[str]:
    """The branches that ``filters`` name, patterns among them."""
    branches = filters.table("branches") if filters is not None else None
    for key in ("only", "ignore") if branches is not None else ():
        yield from (item.text for item in branches.items(key) if isinstance(item, Scalar)) if branches else ()
