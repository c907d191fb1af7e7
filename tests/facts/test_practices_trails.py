"""Trails of who did what, secrets in logs, and flags, as code sets them up."""

from __future__ import annotations

import pytest

from readiness.facts.code.python import parse
from readiness.facts.code.script import parse as parse_script
from readiness.facts.code.trails import is_secret, is_trail, tells_login


def python(*lines: str) -> list[tuple[str, bool | None]]:
    return [(row.kind, row.weak) for row in parse("\n".join(lines).encode()).practices]


def script(*lines: str) -> list[tuple[str, bool | None]]:
    module = parse_script("\n".join(lines).encode(), "tsx").module
    return [(row.kind, row.weak) for row in module.practices]


@pytest.mark.parametrize(
    "name", ["audit_log.write", "AuditEvent.objects.create", "prisma.auditLog.create", "logAudit"]
)
def test_a_trail_is_known_by_its_name(name: str) -> None:
    assert is_trail(name)


@pytest.mark.parametrize("name", ["audit", "run_pip_audit", "log.write", "seo.audit"])
def test_another_audit_is_no_trail(name: str) -> None:
    assert not is_trail(name)


def test_a_secret_is_known_by_its_whole_name() -> None:
    assert is_secret("accessToken")
    assert not is_secret("token_count")


def test_a_line_on_a_login_says_how_it_ended() -> None:
    assert tells_login("Login failed for %s")
    assert not tells_login("Login page shown")


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("log = logging.getLogger('shop.audit')",), ("audit-log", False)),
        (
            ("from simple_history.models import HistoricalRecords", "h = HistoricalRecords()"),
            ("audit-log", False),
        ),
        (("AuditLog.objects.create(actor=a)",), ("audit-log", False)),
        (("logger.warning(f'login failed for {name}')",), ("audit-log", True)),
        (("import sentry_sdk", "sentry_sdk.init(before_send=f)"), ("log-redaction", False)),
        (("handler.addFilter(RedactSecrets())",), ("log-redaction", False)),
        (
            ("import structlog", "structlog.configure(processors=[mask_secrets, render])"),
            ("log-redaction", False),
        ),
        (("class MaskingFilter(logging.Filter): pass",), ("log-redaction", False)),
        (("@sensitive_post_parameters()", "def f(r): pass"), ("log-redaction", True)),
        (("logger.info('got %s', token)",), ("logged-secret", True)),
        (("logger.info(f'got {user.password}')",), ("logged-secret", True)),
        (("logger.info('got', api_key=key, extra=secret)",), ("logged-secret", True)),
        (("import ldclient", "client = ldclient.get()"), ("feature-flag", False)),
        (("@waffle_flag('fast')", "def f(r): pass"), ("feature-flag", False)),
    ],
)
def test_python_is_told_by_its_calls(lines: tuple[str, ...], found: tuple[str, bool]) -> None:
    assert python(*lines) == [found]


@pytest.mark.parametrize(
    "lines",
    [
        ("log = logging.getLogger(__name__)",),
        ("logger.info('token refreshed')",),
        ("logger.debug(token)",),
        ("handler.addFilter(Other())",),
        ("class SecretFilter: pass",),
        ("import sentry_sdk", "sentry_sdk.init(dsn=d)"),
        ("math.log(token)",),
    ],
)
def test_python_does_nothing_of_the_kind_there(lines: tuple[str, ...]) -> None:
    assert python(*lines) == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("auditLog.create({ actor })", ("audit-log", False)),
        ("logger.info('User logged in')", ("audit-log", True)),
        ("import pino from 'pino'; const log = pino({ redact: ['password'] })", ("log-redaction", False)),
        ("import * as Sentry from '@sentry/node'; Sentry.init({ beforeSend: f })", ("log-redaction", False)),
        ("const f = format.combine(maskSecrets(), format.json())", ("log-redaction", False)),
        ("console.log(req.body)", ("logged-secret", True)),
        ("logger.info(`got ${user.password}`)", ("logged-secret", True)),
        ("import { initialize } from 'unleash-client'; const u = initialize({})", ("feature-flag", False)),
    ],
)
def test_a_script_is_told_by_its_calls(line: str, found: tuple[str, bool]) -> None:
    assert script(line) == [found]


@pytest.mark.parametrize(
    "line",
    [
        "import pino from 'pino'; const log = pino({ level: 'info' })",
        "import * as Sentry from '@sentry/node'; Sentry.init({ dsn })",
        "console.log('token refreshed')",
        "dialog.show(token)",
    ],
)
def test_a_script_does_nothing_of_the_kind_there(line: str) -> None:
    assert script(line) == []
