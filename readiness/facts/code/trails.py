"""Names of what writes a trail of who did what, of what keeps secrets out of logs, and of secrets.

Sources: OWASP "Logging Cheat Sheet", "Logging Vocabulary Cheat Sheet".
"""

from __future__ import annotations

from readiness.facts.code.health import snake

_OF_TRAILS = frozenset(
    (
        "log",
        "logs",
        "logger",
        "event",
        "events",
        "trail",
        "entry",
        "record",
        "action",
        "service",
        "create",
        "write",
    )
)
_HIDES = ("redact", "mask", "scrub", "sensitive", "sanitiz", "sanitis", "censor", "obfuscat")
_SECRETS = frozenset(
    (
        *("password", "passwd", "secret", "token", "access_token", "refresh_token", "api_key", "apikey"),
        *("authorization", "client_secret", "private_key", "raw_password", "plain_password", "credit_card"),
    )
)


def is_trail(name: str) -> bool:
    """Whether a call of ``name`` writes to a trail: ``audit_log.write``, ``AuditEvent.objects.create``."""
    if "audit" not in name.lower():
        return False
    parts = set(snake(name.replace("()", "").replace(".", "_")).split("_"))
    return ("audit" in parts and bool(parts & _OF_TRAILS)) or "auditlog" in parts


def hides(name: str) -> bool:
    """Whether ``name`` is that of what takes secrets out of what is logged."""
    lower = name.rpartition(".")[2].lower()
    return any(word in lower for word in _HIDES)


def is_secret(name: str) -> bool:
    """Whether ``name`` is that of a secret itself."""
    return snake(name).strip("_") in _SECRETS


def tells_login(text: str) -> bool:
    """Whether a log line of ``text`` says how somebody's login went."""
    lower = text.lower()
    about = any(word in lower for word in ("login", "log in", "logged in", "sign in", "signed in"))
    ended = any(
        word in lower for word in ("fail", "succe", "invalid", "denied", "logged in", "signed in", "wrong")
    )
    return about and ended
