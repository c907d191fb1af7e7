"""How a Python program checks its settings at its start, and ties together the log lines of a request.

Sources: pydantic-settings, environs, django-environ, dynaconf "Validation", python-decouple;
asgi-correlation-id, django-guid,
structlog "Context Variables", OpenTelemetry "Logging Instrumentation", loguru "contextualize".
"""

from __future__ import annotations

import ast

from readiness.facts.code.model import Practice
from readiness.facts.code.python.scope import Scope, dotted, keyword, line_of

_MANY = 20
_SETTINGS = ("BaseSettings",)
_TYPED = ("int", "bool", "str", "float", "list", "url", "db", "json", "dict", "log_level", "path")
_IDS = ("request_id", "correlation_id", "trace_id", "req_id", "x_request_id", "requestId")
_BOUND = ("bind_contextvars", "bind", "contextualize", "bound_contextvars")
_MADE = ("asgi_correlation_id.CorrelationIdMiddleware", "starlette_context.plugins.RequestIdPlugin")
_LOGGED = (
    "asgi_correlation_id.CorrelationIdFilter",
    "opentelemetry.instrumentation.logging.LoggingInstrumentor",
    "django_guid.log_filters.CorrelationId",
    "log_request_id.filters.RequestIDFilter",
    "ddtrace.patch",
)
_TEXTS = {
    "asgi_correlation_id.CorrelationIdFilter": "log",
    "django_guid.log_filters.CorrelationId": "log",
    "log_request_id.filters.RequestIDFilter": "log",
    "django_guid.middleware.guid_middleware": "made",
    "log_request_id.middleware.RequestIDMiddleware": "made",
}


def running_of(scope: Scope) -> list[Practice]:
    """Every check of settings, and every id of a request, in no particular order."""
    return [*_settings(scope), *_demanded(scope), *_ids(scope)]


def _settings(scope: Scope) -> list[Practice]:
    found = []
    models = {
        view.name
        for view in scope.classes.values()
        if any(dotted(base).rpartition(".")[2] in _SETTINGS for base in view.bases)
    }
    if models:
        made = [call for call, name in scope.calls if name in models]
        first = made[0] if made else scope.classes[min(models)]
        name = dotted(first.func) if isinstance(first, ast.Call) else first.name
        # A class that nobody here builds may be built in another file.
        found.append(
            Practice(line_of(first), "settings-validation", "pydantic", f"{name}()", False if made else None)
        )
    for call, name in scope.calls:
        head, _, last = name.rpartition(".")
        typed = (
            last in _TYPED
            and head in ("env", "environ.Env()", "environs.Env()")
            and scope.heads & {"environ", "environs"}
        )
        if (
            typed
            or name == "dynaconf.Validator"
            or (name == "decouple.config" and keyword(call, "cast") is not None)
        ):
            library = (
                "dynaconf"
                if name.startswith("dyna")
                else "decouple"
                if name.startswith("decou")
                else "environs"
            )
            found.append(Practice(line_of(call), "settings-validation", library, f"{name}(…)"))
            break
    return found


def _demanded(scope: Scope) -> list[Practice]:
    """The first ``os.environ["URL"]``: the program ends there without it, and that is all that is checked."""
    for node in scope.subscripts:
        name = scope.fold(node.slice)
        if (
            isinstance(node.ctx, ast.Load)
            and name
            and scope.qualified(node.value) in ("os.environ", "environ")
        ):
            return [Practice(line_of(node), "settings-validation", "", f'os.environ["{name}"]', weak=True)]
    return []


def _ids(scope: Scope) -> list[Practice]:
    found: list[Practice] = []
    for call, name in scope.calls:
        last = name.rpartition(".")[2]
        if last in _BOUND and any(item.arg in _IDS for item in call.keywords):
            found.append(_id(call, f"{last}({'request id'})", "log"))
        elif name.replace("()", "").startswith(_LOGGED):
            found.append(_id(call, f"{name}(…)", "log"))
        elif (
            last in ("add_middleware", "Middleware")
            and call.args
            and scope.qualified(call.args[0]).startswith(_MADE)
        ):
            found.append(_id(call, dotted(call.args[0]), "made"))
        elif last == "ContextVar" and call.args and scope.fold(call.args[0]) in _IDS:
            found.append(_id(call, f'ContextVar("{scope.fold(call.args[0])}")', "made"))
    for node in scope.assigned:
        target = node.targets[0]
        name = dotted(target)
        if name.rpartition(".")[2] in _IDS and name.startswith("record."):
            found.append(_id(node, f"{name} = …", "log"))
        elif name in (
            "request.state.request_id",
            "request.state.correlation_id",
            "g.request_id",
            "request.request_id",
        ):
            found.append(_id(node, f"{name} = …", "made"))
    if scope.texts & set(_TEXTS):
        named = [node for node in scope.nodes if isinstance(node, ast.Constant) and node.value in _TEXTS]
        found += [_id(node, str(node.value), _TEXTS[str(node.value)]) for node in named]
    return found[:_MANY]


def _id(node: ast.AST, text: str, covers: str) -> Practice:
    return Practice(line_of(node), "correlation-id", "", text, covers=frozenset((covers,)))
