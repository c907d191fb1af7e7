"""Where a script of a server asks whether somebody may do a thing.

Sources: NestJS "Authorization", CASL "Define Rules", node-casbin, accesscontrol, OpenFGA.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.health import snake
from readiness.facts.code.model import Practice
from readiness.facts.code.rights import asks_rights
from readiness.facts.code.script.names import Called, arguments, dotted, operator
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.facts.code.script.scope import Scope
    from readiness.syntax import Node

_MANY = 50
_ENGINES = (
    "casbin.newEnforcer",
    "@casl/ability.",
    "accesscontrol.",
    "@openfga/sdk.",
    "@cerbos/",
    "permitio.",
)
_OWNERS = (
    "userid",
    "ownerid",
    "authorid",
    "createdby",
    "user_id",
    "owner_id",
    "author_id",
    "owner",
    "tenantid",
)
# An own middleware that is told which right it takes: ``auth("manageUsers")``.
_AUTH = ("auth", "authenticate", "protect", "jwtauth", "verifyjwt", "requireauth")
_STRATEGIES = ("jwt", "local", "bearer", "google", "basic", "github", "token")
_ASKERS = (
    "user.id",
    "user._id",
    "user.userid",
    "user.sub",
    "auth.userid",
    "session.userid",
    "req.userid",
    "req.user",
)
_SURE = ("req.user.id", "req.user._id", "auth.user.id", "session.user.id", "auth.userid", "request.user.id")
_WHO = ("auth", "user", "session", "ctx", "currentuser", "req.user", "token")


def access_of(scope: Scope, calls: list[Called]) -> list[Practice]:
    """Every check of rights, in no particular order."""
    found: list[Practice] = []
    for call, _, name, imported in calls:
        given = arguments(call)
        if imported.startswith(_ENGINES):
            found.append(_row(call, f"{imported}(…)"))
        elif _takes_right(name, given, scope):
            found.append(_row(call, f"{name}(…)"))
        elif asks_rights(name) and _checks(name, given) and not _decorates(call):
            found.append(_row(call, name.replace("()", ""), weak=asks_rights(name) == "admin"))
        elif any(item.kind() == "identifier" and _guards(item.text()) for item in given):
            text = next(item.text() for item in given if item.kind() == "identifier" and _guards(item.text()))
            found.append(_row(call, text, weak=asks_rights(text) == "admin"))
        if len(found) >= _MANY:
            break
    for node in nodes_of(scope.root, ("decorator",)):
        name = next((dotted(child).removesuffix("()") for child in node.named_children()), "")
        if asks_rights(name) and len(found) < _MANY:
            found.append(_row(node, f"@{name}", weak=asks_rights(name) == "admin"))
    return [*found, *_compared(scope)][:_MANY]


def _decorates(call: Node) -> bool:
    parent = call.parent()
    return parent is not None and parent.kind() == "decorator"


def _checks(name: str, given: list[Node]) -> bool:
    """Whether a call of ``name`` asks for a right, going by what it is given: a text, or who asks."""
    if not given:
        return False
    first = snake(name.replace("()", "").rpartition(".")[2]).partition("_")[0]
    named = any(dotted(item).lower().startswith(_WHO) for item in given)
    literal = any(item.kind() in ("string", "array", "object", "member_expression") for item in given)
    return named or (literal and first not in ("is", "with", "can"))


def _takes_right(name: str, given: list[Node], scope: Scope) -> bool:
    """Whether a call asks for a right by what it is given: ``canEdit(user, it)``, ``auth("manageUsers")``."""
    last = snake(name.rpartition(".")[2])
    if last.startswith("can_"):
        return any(dotted(item).lower().startswith(_WHO) for item in given)
    texts = [scope.fold(item) for item in given if item.kind() == "string"]
    return name.lower() in _AUTH and any(text not in _STRATEGIES for text in texts)


def _guards(name: str) -> bool:
    """Whether ``name`` is that of a middleware that lets through those with a right alone."""
    parts = snake(name).split("_")
    return bool(asks_rights(name)) and parts[0] in (
        "require",
        "requires",
        "is",
        "check",
        "verify",
        "ensure",
        "has",
        "must",
    )


def _row(node: Node, text: str, covers: str = "role", *, weak: bool = False) -> Practice:
    return Practice(line_of(node), "authorization", "", text, weak, frozenset((covers,)))


def _compared(scope: Scope) -> list[Practice]:
    """``order.userId !== req.user.id``, ``user.role === "admin"``, ``where: { userId: req.user.id }``."""
    found: list[Practice] = []
    for node in scope.of("binary_expression"):
        if operator(node) not in ("===", "==", "!==", "!=") or len(found) >= _MANY:
            continue
        sides = [dotted(node.field(side)).replace("()", "").lower() for side in ("left", "right")]
        if any(side.endswith(_ASKERS) for side in sides) and any(
            side.endswith(_OWNERS) for side in sides if not side.endswith(_ASKERS)
        ):
            found.append(_row(node, "the owner is compared with who asks", "object"))
        elif any(side.endswith(("user.role", "auth.role", "session.role", "user.isadmin")) for side in sides):
            found.append(_row(node, "the role of who asks is compared"))
    for node in scope.of("pair"):
        key = node.field("key")
        value = dotted(node.field("value")).replace("()", "").lower()
        if key is not None and value.endswith(_SURE) and key.text().lower() in _OWNERS and len(found) < _MANY:
            found.append(_row(node, "what belongs to who asks", "object"))
    return found
