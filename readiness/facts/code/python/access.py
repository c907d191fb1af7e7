"""Where a Python program asks whether somebody may do a thing.

Sources: Django "Permissions and Authorization", Django REST framework "Permissions", FastAPI
"OAuth2 scopes", Flask-Principal, casbin, oso.
"""

from __future__ import annotations

import ast

from readiness.facts.code.model import Practice
from readiness.facts.code.python.scope import Scope, below, dotted, keyword, line_of
from readiness.facts.code.rights import asks_rights

_MANY = 50
# They ask who calls, or nobody.
_WHO = frozenset(
    (
        "AllowAny",
        "IsAuthenticated",
        "IsAuthenticatedOrReadOnly",
        "permissions",
        "rest_framework",
        "IsVerified",
    )
)
_ADMIN = ("IsAdminUser", "IsAdmin", "IsStaff", "IsSuperUser")
_ENGINES = (
    "casbin.Enforcer",
    "casbin.AsyncEnforcer",
    "oso.Oso",
    "cerbos.sdk.",
    "openfga_sdk.",
    "permit.Permit",
)
_INJECTS = ("Depends", "Security")
_FILTERS = ("filter", "filter_by", "get", "get_object_or_404", "get_or_404", "where", "exclude", "aget")


def access_of(scope: Scope) -> list[Practice]:
    """Every check of rights, in no particular order."""
    found: list[Practice] = []
    for function in scope.defined:
        for item in function.decorator_list:
            # ``@authorize`` alone may ask who calls, and no more.
            if isinstance(item, ast.Call) or "_" in dotted(item):
                found += _asked(item, dotted(item))
    for call, name in scope.calls:
        last = name.rpartition(".")[2]
        if name.startswith(_ENGINES):
            found.append(_row(call, f"{name}(…)"))
        elif last in _INJECTS and (call.args or call.keywords):
            if last == "Security" and keyword(call, "scopes") is not None:
                found.append(_row(call, "Security(scopes=…)"))
            elif call.args:
                found += _asked(call, dotted(call.args[0]))
        elif last in ("has_perm", "has_perms", "check_object_permissions", "enforce"):
            found.append(_row(call, f"{last}(…)"))
        elif last in _FILTERS and any(_is_asker(item.value) for item in call.keywords):
            found.append(_row(call, f"{last}(… of who asks)", "object"))
        if len(found) >= _MANY:
            break
    return [*found, *_classes(scope), *_compared(scope)][:_MANY]


def _asked(at: ast.AST, name: str) -> list[Practice]:
    kind = asks_rights(name)
    return [_row(at, name.replace("()", ""), "role", weak=kind == "admin")] if kind else []


def _row(node: ast.AST, text: str, covers: str = "role", *, weak: bool = False) -> Practice:
    return Practice(line_of(node), "authorization", "", text, weak, frozenset((covers,)))


def _classes(scope: Scope) -> list[Practice]:
    """Django REST framework: ``permission_classes`` beyond a login; mixins of Django's views."""
    found = []
    for value in scope.values.get("permission_classes", ())[:_MANY]:
        names = {
            dotted(node).rpartition(".")[2]
            for node in below(value)
            if isinstance(node, ast.Name | ast.Attribute)
        }
        rest = {name for name in names - _WHO if name}
        if rest:
            weak = all(name in _ADMIN for name in rest)
            found.append(_row(value, f"permission_classes: {', '.join(sorted(rest))}", weak=weak))
    for view in scope.classes.values():
        bases = {dotted(base).rpartition(".")[2] for base in view.bases}
        if bases & {"PermissionRequiredMixin", "UserPassesTestMixin"}:
            found.append(_row(view, f"{view.name}({', '.join(sorted(bases))})"))
    return found


def _compared(scope: Scope) -> list[Practice]:
    """``order.owner_id != current_user.id``, ``user.role != "admin"``."""
    if not scope.mentions & {"user", "current_user"}:
        return []
    found = []
    for node in scope.nodes:
        if not isinstance(node, ast.Compare) or len(node.ops) != 1:
            continue
        sides = (node.left, node.comparators[0])
        lasts = [dotted(side).rpartition(".")[2] for side in sides]
        if any(_is_asker(side) for side in sides) and any(_of_owner(last) for last in lasts):
            found.append(_row(node, "the owner is compared with who asks", "object"))
        elif any(
            last in ("role", "roles", "permissions") and "user" in dotted(side)
            for last, side in zip(lasts, sides, strict=True)
        ):
            found.append(_row(node, "the role of who asks is compared"))
    return found


def _of_owner(last: str) -> bool:
    return last in ("owner", "user", "author", "created_by") or last.endswith(
        ("owner_id", "user_id", "author_id", "account_id", "tenant_id", "created_by_id")
    )


def _is_asker(node: ast.AST) -> bool:
    """Whether ``node`` is who asks: ``request.user``, ``current_user.id``, ``self.request.user``."""
    name = dotted(node).removesuffix(".id").removesuffix(".pk")
    return name.endswith(("request.user", "current_user", "g.user"))
