"""Calls of a Python file that leave the process: whether they end by themselves and are tried again.

What each library does when no timeout is given. Sources: the documentation of requests
("Timeouts": none unless asked for), HTTPX ("Timeouts": 5 s; "Transports": no retries), aiohttp
("Client quickstart": 300 s in total), urllib.request, http.client and smtplib (the default of
``socket.setdefaulttimeout``: none), urllib3 ("Timeout": none; "Retrying requests": 3 attempts),
httplib2 (none), libcurl (``CURLOPT_TIMEOUT``: none), gRPC ("Deadlines": none), botocore's
``Config`` (60 s, retries by default), the clients of OpenAI and Anthropic (10 min, 2 retries).
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from readiness.facts.code.model import Outgoing
from readiness.facts.code.python.scope import argument, dotted, keyword, line_of, spread
from readiness.facts.code.python.timeouts import Limit, limit_of
from readiness.records import Struct, replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.code.python.scope import Function, Scope

_VERBS = frozenset(
    ("get", "post", "put", "delete", "patch", "head", "options", "request", "stream", "urlopen")
)
_HEADS = frozenset(("requests", "httpx", "aiohttp", "urllib", "urllib3", "http", "httplib2", "grpc")) | {
    "boto3",
    "smtplib",
    "pycurl",
    "openai",
    "anthropic",
}


class _Library(Struct, frozen=True):
    """How a call is judged: where its timeout stands, and what holds without one."""

    name: str
    unasked: bool
    position: int = 99
    retries: bool = False
    keywords: tuple[str, ...] = ("timeout",)


_REQUESTS = _Library("requests", unasked=False)
_HTTPX = _Library("httpx", unasked=True)
_AIOHTTP = _Library("aiohttp", unasked=True)
_URLLIB3 = _Library("urllib3", unasked=False, retries=True)
_MODELS = ("OpenAI", "AsyncOpenAI", "AzureOpenAI", "AsyncAzureOpenAI")
_CALLS: dict[str, _Library] = {
    **{f"requests.{verb}": _REQUESTS for verb in _VERBS},
    **{f"requests.api.{verb}": _REQUESTS for verb in _VERBS},
    **{f"httpx.{verb}": _HTTPX for verb in _VERBS},
    "aiohttp.request": _AIOHTTP,
    "urllib3.request": _URLLIB3,
    "urllib.request.urlopen": _Library("urllib", unasked=False, position=2),
    "urllib.request.urlretrieve": _Library("urllib", unasked=False, keywords=()),
    "http.client.HTTPConnection": _Library("http.client", unasked=False, position=2),
    "http.client.HTTPSConnection": _Library("http.client", unasked=False),
    "httplib2.Http": _Library("httplib2", unasked=False, position=1),
    "smtplib.SMTP": _Library("smtplib", unasked=False, position=3),
    "smtplib.SMTP_SSL": _Library("smtplib", unasked=False),
}
# Clients that carry one timeout for all of their calls.
_CLIENTS: dict[str, _Library] = {
    "httpx.Client": _HTTPX,
    "httpx.AsyncClient": _HTTPX,
    "aiohttp.ClientSession": _AIOHTTP,
    **{f"openai.{name}": _Library("openai", unasked=True, retries=True) for name in _MODELS},
    "anthropic.Anthropic": _Library("anthropic", unasked=True, retries=True),
    "anthropic.AsyncAnthropic": _Library("anthropic", unasked=True, retries=True),
}
# Clients whose calls each have their own.
_SESSIONS: dict[str, _Library] = {
    "requests.Session": _REQUESTS,
    "requests.session": _REQUESTS,
    "requests.sessions.Session": _REQUESTS,
    "urllib3.PoolManager": _URLLIB3,
    "urllib3.ProxyManager": _URLLIB3,
    "urllib3.HTTPSConnectionPool": _URLLIB3,
    "urllib3.HTTPConnectionPool": _URLLIB3,
}
_CURL = _Library("pycurl", unasked=False)
_CURL_LIMITS = ("TIMEOUT", "TIMEOUT_MS", "LOW_SPEED_TIME")
_BOTO = ("boto3.client", "boto3.resource")
_MANY = 200  # calls looked at in one file
_POLICIES = ("tenacity", "backoff", "stamina", "retrying", "retry", "retry2", "opnieuw")
_BOUNDS = (
    "asyncio.wait_for",
    "asyncio.timeout",
    "async_timeout.timeout",
    "anyio.fail_after",
    "anyio.move_on_after",
    "trio.fail_after",
    "trio.move_on_after",
)
_ATTEMPTS = ("tenacity.Retrying", "tenacity.AsyncRetrying", "stamina.retry_context")


class _Around(Struct, frozen=True):
    """What stands around a node: functions (innermost last), a policy of attempts, a limit of time."""

    functions: tuple[Function, ...] = ()
    retried: bool = False
    bounded: bool = False


class _Session(Struct, frozen=True):
    """A client that is shared: its library, its own limit if it has one, whether it tries again."""

    library: _Library
    limit: Limit = "absent"
    retried: bool = False
    judged: bool = True


def outgoing_of(scope: Scope) -> tuple[Outgoing, ...]:
    """Every call to another service, and every client with a timeout for all of its calls."""
    if not scope.heads & _HEADS:
        return ()
    sessions = dict(_sessions(scope))
    bounds = [call for call, name in scope.calls if name in _BOUNDS]
    found: list[Outgoing] = []
    for call, name in scope.calls:
        if len(found) >= _MANY:
            break
        if any(True for _ in _judged(call, name, _Around(), scope, sessions)):
            found += _judged(call, name, _around(call, bounds, scope), scope, sessions)
    if any(name == "socket.setdefaulttimeout" for _, name in scope.calls):
        found = [
            replace(item, timeout=True) if item.library in ("urllib", "http.client", "smtplib") else item
            for item in found
        ]
    return tuple(sorted(found, key=lambda item: (item.line, item.text)))


def _named(node: ast.AST, scope: Scope) -> str:
    return scope.qualified(node.func) if isinstance(node, ast.Call) else ""


def _around(call: ast.Call, bounds: list[ast.Call], scope: Scope) -> _Around:
    """What stands around ``call``, by the lines and columns that nodes take up."""
    functions = [node for node in scope.defined if _within(call, node)]
    blocks = [node for node in scope.blocks if _within(call, node)]
    retried = any(_is_policy(item, scope) for node in functions for item in node.decorator_list) or any(
        _named(node.iter, scope) in _ATTEMPTS for node in blocks if isinstance(node, ast.For | ast.AsyncFor)
    )
    bounded = any(
        _named(item.context_expr, scope) in _BOUNDS
        for node in blocks
        if isinstance(node, ast.With | ast.AsyncWith)
        for item in node.items
    ) or any(other is not call and _within(call, other) for other in bounds)
    return _Around(tuple(functions[-9:]), retried, bounded)


def _within(node: ast.expr, outer: ast.stmt | ast.expr) -> bool:
    start, end = (outer.lineno, outer.col_offset), (outer.end_lineno or 0, outer.end_col_offset or 0)
    return start <= (node.lineno, node.col_offset) and (node.end_lineno or 0, node.end_col_offset or 0) <= end


def _is_policy(decorator: ast.expr, scope: Scope) -> bool:
    """``@tenacity.retry(…)``, ``@backoff.on_exception(…)``, a Celery task with ``autoretry_for``."""
    name = scope.qualified(decorator).removesuffix("()")
    if name.partition(".")[0] in _POLICIES:
        return True
    return isinstance(decorator, ast.Call) and keyword(decorator, "autoretry_for") is not None


def _sessions(scope: Scope) -> Iterator[tuple[str, _Session]]:
    """Variables, attributes and parameters of the file that hold a shared client, by their last name."""
    retries = any(_tries_again(call, name) for call, name in scope.calls)
    mounted = any(_mounts_own(call, scope) for call, name in scope.calls if name.endswith(".mount"))
    wrapped = any(
        isinstance(value, ast.Call) and keyword(value, "timeout") is not None
        for value in scope.values.get("request", ())
    )
    for name, call in _held(scope):
        kind = _kind(call, scope)
        if kind in _SESSIONS:
            library = _SESSIONS[kind]
            limit = limit_of(call, scope, (), library.keywords, library.position)
            unknown = library is _REQUESTS and mounted
            limit = "given" if wrapped and library is _REQUESTS else "unknown" if unknown else limit
            yield name, _Session(library, limit, retries or library.retries)
        elif kind in _CLIENTS:
            yield name, _Session(_CLIENTS[kind], judged=False)
        elif kind.endswith("Stub") and "grpc" in scope.heads:
            quiet = any("service_config" in text for text in scope.texts)
            quiet = quiet or any("ntercept" in mention for mention in scope.mentions)
            yield name, _Session(_Library("grpc", unasked=False), "unknown" if quiet else "absent")
    for function in scope.defined:
        arguments = function.args
        for item in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            if item.annotation and scope.qualified(item.annotation) in _SESSIONS:
                # What its maker has mounted on it is not known here.
                yield item.arg, _Session(_SESSIONS[scope.qualified(item.annotation)], "unknown", retries)


def _kind(call: ast.Call, scope: Scope) -> str:
    """What a call makes: by its name, or by what a function of the file says it returns."""
    name = scope.qualified(call.func)
    function = scope.functions.get(name)
    return scope.qualified(function.returns) if function and function.returns else name


def _mounts_own(call: ast.Call, scope: Scope) -> bool:
    """An adapter that is not the library's own: it may set a timeout."""
    if not call.args:
        return False
    adapter = call.args[-1]
    values = scope.values.get(adapter.id, [adapter]) if isinstance(adapter, ast.Name) else [adapter]
    return any(not _named(value, scope).endswith("HTTPAdapter") for value in values)


def _held(scope: Scope) -> Iterator[tuple[str, ast.Call]]:
    for name, values in scope.values.items():
        for value in values:
            if isinstance(value, ast.Call):
                yield name, value
    for node in scope.blocks:
        if isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                if isinstance(item.context_expr, ast.Call) and isinstance(item.optional_vars, ast.Name):
                    yield item.optional_vars.id, item.context_expr


def _tries_again(call: ast.Call, name: str) -> bool:
    """An adapter of requests that repeats: ``HTTPAdapter(max_retries=…)``, unless by 0."""
    if not name.endswith("HTTPAdapter"):
        return False
    given = argument(call, 2, "max_retries")
    return given is not None and not (isinstance(given, ast.Constant) and not given.value)


def _judged(
    call: ast.Call, name: str, around: _Around, scope: Scope, sessions: dict[str, _Session]
) -> Iterator[Outgoing]:
    if name in _CALLS:
        yield _row(call, around, _CALLS[name], _limit(call, around, scope, _CALLS[name]))
    elif name in _CLIENTS:
        library = _CLIENTS[name]
        row = _row(call, around, library, _limit(call, around, scope, library))
        yield replace(row, retried=_client_retries(call, scope, library, row.retried))
    elif name == "pycurl.Curl":
        limited = any(_limits_curl(other, named) for other, named in scope.calls)
        yield _row(call, around, _CURL, "given" if limited else "absent")
    elif name in _BOTO or (name.endswith((".client", ".resource")) and _is_aws(call, scope)):
        yield _aws(call, around, scope)
    else:
        yield from _on_session(call, around, scope, sessions)


def _limits_curl(call: ast.Call, name: str) -> bool:
    """``curl.setopt(pycurl.TIMEOUT, …)``."""
    option = dotted(call.args[0]) if name.endswith(".setopt") and call.args else ""
    return option.rpartition(".")[2] in _CURL_LIMITS


def _limit(call: ast.Call, around: _Around, scope: Scope, library: _Library) -> Limit:
    return limit_of(call, scope, around.functions, library.keywords, library.position)


def _on_session(
    call: ast.Call, around: _Around, scope: Scope, sessions: dict[str, _Session]
) -> Iterator[Outgoing]:
    receiver, _, verb = dotted(call.func).rpartition(".")
    session = sessions.get(receiver.rpartition(".")[2]) or _made_here(call, scope)
    if session is None:
        return
    remote = session.library.name == "grpc" and verb[:1].isupper()
    if not remote and (
        verb not in _VERBS or (verb in ("get", "head") and not call.args and not call.keywords)
    ):
        return
    limit = _limit(call, around, scope, session.library)
    if not session.judged:
        if limit == "none":  # the one call that lifts the client's limit
            yield _row(call, around, session.library, limit)
        return
    row = _row(call, around, session.library, session.limit if limit == "absent" else limit)
    yield replace(row, retried=row.retried or session.retried)


def _made_here(call: ast.Call, scope: Scope) -> _Session | None:
    """``requests.Session().get(…)``: the session is made for this one call."""
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    kind = scope.qualified(receiver.func) if isinstance(receiver, ast.Call) else ""
    return _Session(_SESSIONS[kind]) if kind in _SESSIONS else None


def _row(call: ast.Call, around: _Around, library: _Library, limit: Limit) -> Outgoing:
    answers: dict[Limit, bool | None] = {
        "given": True,
        "none": False,
        "absent": library.unasked,
        "unknown": None,
    }
    timeout = True if around.bounded else answers[limit]
    words: dict[Limit, str] = {
        "given": "with a timeout",
        "none": "its timeout switched off",
        "absent": "with the library's own timeout" if library.unasked else "without a timeout",
        "unknown": "its timeout comes from elsewhere",
    }
    said = "within a limit of time" if around.bounded else words[limit]
    retried = around.retried or library.retries
    return Outgoing(
        line_of(call),
        library.name,
        f"{dotted(call.func)[:80]}(…) {said}{', tried again' if retried else ''}",
        timeout,
        retried=retried,
    )


def _client_retries(call: ast.Call, scope: Scope, library: _Library, retried: bool) -> bool:
    if library.name in ("openai", "anthropic"):
        given = keyword(call, "max_retries")
        return not (isinstance(given, ast.Constant) and given.value == 0)
    transport = keyword(call, "transport")
    if isinstance(transport, ast.Name):
        values = scope.values.get(transport.id, ())
        transport = values[0] if values else None
    if isinstance(transport, ast.Call):
        attempts = keyword(transport, "retries")
        zero = isinstance(attempts, ast.Constant) and not attempts.value
        return retried or (attempts is not None and not zero) or "etry" in dotted(transport.func)
    return retried


def _is_aws(call: ast.Call, scope: Scope) -> bool:
    """``session.client("s3")`` of a ``boto3.Session``."""
    owner = scope.qualified(call.func).rpartition(".")[0]
    values = scope.values.get(owner.rpartition(".")[2], ())
    return owner in ("boto3.Session()", "boto3.session.Session()") or any(
        _named(value, scope) in ("boto3.Session", "boto3.session.Session") for value in values
    )


def _aws(call: ast.Call, around: _Around, scope: Scope) -> Outgoing:
    config = keyword(call, "config")
    if isinstance(config, ast.Name):
        values = scope.values.get(config.id, ())
        config = values[0] if values else config
    library = _Library("boto3", unasked=True, retries=True)
    if not isinstance(config, ast.Call) or not dotted(config.func).endswith("Config"):
        unknown = config is not None or spread(call)
        row = _row(call, around, library, "absent")
        return replace(row, timeout=None if unknown else row.timeout)
    limit = limit_of(config, scope, around.functions, ("read_timeout",), 99)
    row = _row(call, around, library, limit)
    attempts = keyword(config, "retries")
    given = [item for item in getattr(attempts, "values", ()) if isinstance(item, ast.Constant)]
    never = any(item.value in (0, 1) and not isinstance(item.value, bool) for item in given)
    return replace(row, retried=around.retried or not never)
