"""What a route is for, and how much its answer is worth: judged by the words of its path and calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.facts.code.model import Handler

_HEALTH = frozenset(
    [
        "health",
        "healthz",
        "healthcheck",
        "health-check",
        "health_check",
        "livez",
        "live",
        "liveness",
        "live-check",
        "ready",
        "readyz",
        "readiness",
        "ready-check",
        "alive",
        "heartbeat",
        "lbheartbeat",
        "lbstatus",
        "ping",
    ]
)
# Only where they stand alone: /orders/{id}/status is a business route.
_ALONE = frozenset(("status", "up", "-"))
_PREFIXES = frozenset(("api", "-", "_", "internal", "actuator", "meta", "system", "admin", "monitoring"))
_HEALTHY = ("healthy", "ready")
# How a part of a path that stands for any text begins: {id}, <uuid:id>, :id, (?P<id>.
_OPEN = ("{", "<", ":", "(")

_ASKS = frozenset(
    [
        "execute",
        "executemany",
        "ping",
        "scalar",
        "scalars",
        "fetch",
        "fetchone",
        "fetchrow",
        "fetchval",
        "fetch_one",
        "fetch_all",
        "fetchall",
        "connect",
        "acquire",
        "cursor",
        "raw_connection",
        "ensure_connection",
        "server_info",
        "admin_command",
        "command",
        "list_collections",
        "list_topics",
        "urlopen",
        "run_sync",
        "is_connected",
        "head_bucket",
        "list_buckets",
        "cluster_health",
        "get_cluster_info",
        "check_health",
        "healthcheck",
        "health_check",
        "list_database_names",
        # JavaScript: Prisma, pg and others, Knex, Mongoose, TypeORM, terminus
        "$queryraw",
        "$queryrawunsafe",
        "$executeraw",
        "$executerawunsafe",
        "$runcommandraw",
        "$connect",
        "query",
        "raw",
        "readystate",
        "isinitialized",
        "isready",
        "isopen",
        "findone",
        "findfirst",
        "findmany",
        "findunique",
        "countdocuments",
        "estimateddocumentcount",
        "listcollections",
        "serverstatus",
        "pingcheck",
        "responsecheck",
        "headbucket",
        "getconnection",
        "checkconnection",
        "testconnection",
    ]
)
# What has a method of such a name, and is no dependency.
_NO_DEPENDENCIES = frozenset(
    ("req", "request", "ctx", "c", "context", "string", "url", "params", "passport", "router", "console")
)
_HTTP = ("get", "post", "head", "request", "options")
_CLIENTS = ("requests", "httpx", "urllib3", "aiohttp", "axios", "got", "superagent", "needle", "ky")
_CLIENT_CALLS = ("fetch", "axios", "got", "node-fetch", "undici.fetch", "undici.request")
_STORES = ("sequelize", "db", "database", "connection")
_CLIENT_WORDS = ("client", "http", "session")
_CHECKS = ("check_", "_check_", "ping_", "_ping_", "probe_", "_probe_", "verify_", "test_connection")
_NO_CHECKS = ("config", "env", "version", "auth", "permission", "rate", "token", "role", "password", "header")
_APPS = ("health_check.urls", "watchman.urls")

_AUTH_WORDS = (
    "auth",
    "login",
    "current_user",
    "get_user",
    "jwt",
    "api_key",
    "apikey",
    "permission",
    "verify_token",
    "token_required",
    "require_token",
    "credential",
    "admin_required",
    "require_admin",
    "require_role",
    "roles_required",
    "require_scope",
    "oauth2",
    "httpbearer",
    "httpbasic",
    "security",
    "user_passes_test",
    "staff_member_required",
    "current_active",
    "logged_in",
    "require_user",
    "require_session",
    "check_token",
    "validate_token",
    "bearer",
    "is_admin",
    "protect",
    "roles_guard",
)
# They say who asks, or that everybody may; they stop nobody.
_OPEN_WORDS = (
    "allowany",
    "security_headers",
    "securitymiddleware",
    "securityheaders",
    "optional",
    "author",
    "limiter",
    "ratelimit",
    "throttl",
    "validation",
    "validator",
    "schema",
    "routes",
    "router",
)


def answers_health(path: str) -> bool:
    """Whether ``path`` is that of a health, readiness or liveness check, also below a prefix."""
    every = [part for part in path.lower().split("/") if part]
    parts = [part for part in every if not part.startswith(_OPEN)]
    if not parts or every[-1].startswith(_OPEN):
        return False
    last = parts[-1].removesuffix(".json").removeprefix("_")
    before = parts[:-1]
    if last in _HEALTH or (last in _HEALTHY and before):
        return last != "live" or not before or before[-1] in _HEALTH or _plain(before)
    below_health = bool(before) and before[-1] in _HEALTH
    return below_health or (last in _ALONE and _plain(before))


def _plain(parts: list[str]) -> bool:
    """Whether ``parts`` are but a prefix such as ``/api/v1``."""
    return all(part in _PREFIXES or (part[:1] == "v" and part[1:].isdigit()) for part in parts)


def depth_of(handler: Handler) -> Literal["constant", "shallow", "deep"]:
    """Whether the answer depends on nothing, on the process alone, or on a dependency that is asked."""
    if handler.asks or any(_asks(call) for call in handler.calls):
        return "deep"
    return "constant" if handler.constant else "shallow"


def _asks(call: str) -> bool:
    parts = call.replace("()", "").split(".")
    last = parts[-1].lower()
    receiver = parts[-2].lower() if len(parts) > 1 else ""
    if call in _APPS or call in _CLIENT_CALLS or (last == "authenticate" and receiver.endswith(_STORES)):
        return True
    if last in _ASKS and len(parts) > 1:
        return receiver not in _NO_DEPENDENCIES
    if last in _HTTP and (parts[0] in _CLIENTS or any(word in receiver for word in _CLIENT_WORDS)):
        return True
    last = snake(parts[-1])
    checks = last.startswith(_CHECKS) or (last.endswith(("_health", "_healthy", "_ready")) and len(parts) > 1)
    return checks and not any(word in last for word in _NO_CHECKS)


def snake(name: str) -> str:
    """``checkDatabase`` as ``check_database``."""
    if name.islower() and name.isascii():
        return name.lstrip("_")
    if name.isupper():
        return name.lower()
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name).lstrip("_")


def guarded(names: Iterable[str]) -> bool:
    """Whether one of ``names`` (dependencies, decorators, middleware) asks who calls."""
    for name in names:
        lower = f"{name.lower()} {snake(name)}"
        # ``author`` is a person; ``authorize`` is not about one.
        others = lower.replace("authoriz", "").replace("authoris", "")
        if any(word in lower for word in _AUTH_WORDS) and not any(word in others for word in _OPEN_WORDS):
            return True
    return False
