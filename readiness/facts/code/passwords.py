"""Names that stand for a password, and hashes that are too fast for one.

Source: OWASP "Password Storage Cheat Sheet".
"""

from __future__ import annotations

from readiness.facts.code.health import snake

FAST = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "sha3_512", "blake2b", "blake2s")
_WORDS = frozenset(("password", "passwd", "pwd", "passphrase"))
# What is about a password, or is one that is never kept.
_ABOUT = frozenset(
    (
        *("token", "reset", "confirm", "confirmation", "repeat", "again", "retype", "verify", "new", "old"),
        *(
            "hash",
            "hashed",
            "digest",
            "length",
            "min",
            "max",
            "file",
            "path",
            "url",
            "field",
            "key",
            "is",
            "has",
        ),
        *(
            "salt",
            "cache",
            "policy",
            "error",
            "required",
            "check",
            "env",
            "var",
            "name",
            "id",
            "1",
            "2",
            "re",
        ),
    )
)
_ACCOUNTS = frozenset(
    (
        *(
            "user",
            "account",
            "admin",
            "customer",
            "employee",
            "member",
            "person",
            "student",
            "teacher",
            "staff",
        ),
        *("row", "record", "existing", "found", "client", "patient", "owner", "doctor", "seller", "author"),
    )
)


def is_password(name: str) -> bool:
    """Whether ``name`` is that of a password: ``password``, ``userPassword``, not ``passwordResetToken``."""
    if "p" not in name and "P" not in name:
        return False
    parts = snake(name).strip("_").split("_")
    return bool(_WORDS.intersection(parts)) and not _ABOUT.intersection(parts)


def of_account(name: str) -> bool:
    """Whether ``name`` is that of somebody's account, or of the row that keeps it."""
    return bool(_ACCOUNTS.intersection(snake(name).replace("()", "").split("_")))
