"""Names of what asks whether somebody may do a thing, and of cookies that say who somebody is.

Sources: OWASP "Authorization Cheat Sheet", "Session Management Cheat Sheet".
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from readiness.facts.code.health import snake

_VERBS = frozenset(
    (
        *(
            "require",
            "requires",
            "required",
            "check",
            "has",
            "verify",
            "authorize",
            "authorise",
            "can",
            "ensure",
        ),
        *(
            "assert",
            "restrict",
            "permit",
            "allow",
            "allowed",
            "need",
            "needs",
            "enforce",
            "must",
            "is",
            "with",
        ),
    )
)
_RIGHTS = frozenset(
    (
        *(
            "role",
            "roles",
            "permission",
            "permissions",
            "privilege",
            "privileges",
            "scope",
            "scopes",
            "owner",
        ),
        *(
            "ownership",
            "policy",
            "policies",
            "access",
            "perm",
            "perms",
            "ability",
            "abilities",
            "acl",
            "rbac",
        ),
    )
)
_ADMIN = frozenset(("admin", "staff", "superuser", "superadmin", "administrator"))
_EXACT = frozenset(
    (
        *("authorize", "authorise", "restrict_to", "permit", "roles", "roles_guard", "permissions_guard"),
        "user_passes_test",
    )
)
_SESSIONS = ("sess", "token", "auth", "jwt", "sid", "refresh", "login")
_NO_SESSIONS = ("csrf", "xsrf")


@lru_cache(maxsize=4096)
def asks_rights(name: str) -> Literal["", "admin", "role"]:
    """Whether a check of ``name`` is of a role, a permission or an owner (``role``), or of an admin alone."""
    last = snake(name.replace("()", "").rpartition(".")[2]).rstrip("_")
    if last in _EXACT:
        return "role"
    parts = set(last.split("_"))
    if not parts & _VERBS:
        return ""
    if parts & _RIGHTS and not parts & {"control", "token", "key"}:
        return "role"
    return "admin" if parts & _ADMIN else ""


def is_session(name: str | None) -> bool:
    """Whether a cookie of ``name`` says who somebody is; one whose name is not literal may."""
    if name is None:
        return True
    lower = name.lower()
    return any(word in lower for word in _SESSIONS) and not any(word in lower for word in _NO_SESSIONS)
