"""What a Python program writes of who did what, what it keeps out of its logs, and flags that it asks.

Sources: django-auditlog, django-simple-history, django-pghistory, SQLAlchemy-Continuum; Python "logging",
structlog "Processors", Sentry "Scrubbing Sensitive Data", Django "Filtering error reports"; LaunchDarkly,
OpenFeature, Unleash, Flagsmith, GrowthBook, django-waffle, ConfigCat.
"""

from __future__ import annotations

import ast

from readiness.facts.code.model import Practice, PracticeKind
from readiness.facts.code.python.scope import Scope, dotted, keyword, line_of
from readiness.facts.code.trails import hides, is_secret, is_trail, tells_login

_MANY = 30
_TRAILS = (
    "auditlog.registry.auditlog.register",
    "auditlog.registry.register",
    "simple_history.models.HistoricalRecords",
    "simple_history.register",
    "pghistory.track",
    "reversion.register",
    "sqlalchemy_continuum.make_versioned",
)
_LOGS = frozenset(("info", "warning", "error", "exception", "critical", "warn"))
_FILTERS = ("Filter", "Formatter", "Processor")
_FLAGS = (
    "ldclient.get",
    "ldclient.LDClient",
    "UnleashClient.UnleashClient",
    "openfeature.api.get_client",
    "flagsmith.Flagsmith",
    "growthbook.GrowthBook",
    "waffle.flag_is_active",
    "waffle.switch_is_active",
    "waffle.decorators.waffle_",
    "configcatclient.get",
    "splitio.get_factory",
    "posthog.feature_enabled",
)


def trails_of(scope: Scope) -> list[Practice]:
    """Every one, in no particular order."""
    found: list[Practice] = []
    for call, name in scope.calls:
        if len(found) >= _MANY:
            break
        plain = name.replace("()", "")
        last = plain.rpartition(".")[2]
        head = plain.rpartition(".")[0].lower()
        if last in ("getLogger", "get_logger"):
            if call.args and "audit" in (scope.fold(call.args[0]) or ""):
                found.append(_row(call, "audit-log", f'{last}("{scope.fold(call.args[0])}")'))
        elif plain.startswith(_TRAILS) or is_trail(plain):
            found.append(_row(call, "audit-log", f"{plain}(…)"))
        elif plain.startswith(_FLAGS):
            found.append(_row(call, "feature-flag", f"{plain}(…)"))
        elif plain == "sentry_sdk.init":
            if keyword(call, "before_send", "event_scrubber") is not None:
                found.append(_row(call, "log-redaction", "sentry_sdk.init(before_send=…)"))
        elif last == "addFilter" and call.args and hides(dotted(call.args[0]).removesuffix("()")):
            found.append(_row(call, "log-redaction", f"addFilter({dotted(call.args[0])})"))
        elif plain == "structlog.configure":
            found += _processors(call)
        elif last in _LOGS and "log" in head:
            found += _logged(call, scope)
    return [*found, *_declared(scope)]


def _row(node: ast.AST, kind: PracticeKind, text: str, *, weak: bool = False) -> Practice:
    return Practice(line_of(node), kind, "", text, weak)


def _processors(call: ast.Call) -> list[Practice]:
    given = getattr(keyword(call, "processors"), "elts", ())
    names = [dotted(item).removesuffix("()") for item in given]
    return [_row(call, "log-redaction", f"processors: {name}") for name in names if hides(name)]


def _logged(call: ast.Call, scope: Scope) -> list[Practice]:
    """A log line that says how a login went, or that carries a secret."""
    found = []
    text = scope.fold(call.args[0]) if call.args else None
    if text is not None and tells_login(text):
        found.append(_row(call, "audit-log", "a log line on logins", weak=True))
    shown: list[ast.AST] = [*call.args, *(item.value for item in call.keywords)]
    for item in call.args:
        if isinstance(item, ast.JoinedStr):
            shown += [part.value for part in item.values if isinstance(part, ast.FormattedValue)]
    secret = next((name for item in shown if is_secret(name := dotted(item).rpartition(".")[2])), "")
    if secret:
        found.append(_row(call, "logged-secret", f"{dotted(call.func)}(… {secret})", weak=True))
    return found


def _declared(scope: Scope) -> list[Practice]:
    """Filters of logs that are named after what they hide, and Django's marks of what is sensitive."""
    found = [
        _row(view, "log-redaction", f"class {view.name}")
        for view in scope.classes.values()
        if hides(view.name) and any(dotted(base).endswith(_FILTERS) for base in view.bases)
    ]
    for function in scope.defined:
        for item in function.decorator_list:
            name = scope.qualified(item).removesuffix("()").rpartition(".")[2]
            if name in ("sensitive_variables", "sensitive_post_parameters"):
                # They concern what Django reports of an error, no other line.
                found.append(_row(item, "log-redaction", f"@{name}", weak=True))
            elif name.startswith(("waffle_flag", "waffle_switch")):
                found.append(_row(item, "feature-flag", f"@{name}"))
    return found[:_MANY]
