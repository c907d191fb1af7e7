"""Credentials in text. The ones below are put together here, so that no file holds one."""

from __future__ import annotations

import base64
import typing

import pytest

from readiness.facts.secrets.nouns import CANDIDATE, SEARCH, TABLES, Candidate
from readiness.facts.secrets.values import (
    entropy,
    is_placeholder,
    is_random,
    is_real,
    looks_secret,
    masked,
    redacted,
    url_password,
)
from readiness.facts.store import Store
from readiness.facts.words import name_words
from readiness.tree.memory import MemoryTree

MIXED = "Zq8xLw3vTn5rBy7kHd2mPs9jCf4gWa6e"
HEX = "9f86d081884c7d659a2feaa0c55ad015"
LONG = MIXED * 3


def store(files: dict[str, str]) -> Store:
    return Store(MemoryTree(files), tables=TABLES)


def candidates(text: str, path: str = "src/app.py") -> tuple[Candidate, ...]:
    return store({path: text}).collected(CANDIDATE).rows


PROVIDED = [
    ("aws-access-key", "AKIA" + "Q3ZLW7XNTRBYKH2D"),
    ("github-token", "ghp_" + LONG[:36]),
    ("github-token", "github_pat_" + LONG[:60]),
    ("gitlab-token", "glpat-" + LONG[:20]),
    ("slack-token", "xoxb-" + "2938475610-" + LONG[:24]),
    ("google-api-key", "AIza" + LONG[:35]),
    ("stripe-key", "sk_live_" + LONG[:24]),
    ("sendgrid-key", "SG." + LONG[:22] + "." + LONG[:43]),
    ("twilio-key", "SK" + HEX),
    ("npm-token", "npm_" + LONG[:36]),
    ("pypi-token", "pypi-AgEI" + LONG[:60]),
    ("digitalocean-token", "dop_v1_" + HEX * 2),
    ("huggingface-token", "hf_" + LONG[:34]),
    ("anthropic-key", "sk-ant-" + LONG[:40]),
    ("openai-key", "sk-" + LONG[:48]),
    ("openai-key", "sk-proj-" + LONG[:60]),
]


@pytest.mark.parametrize(("kind", "value"), PROVIDED)
def test_a_providers_format_is_certain_and_masked(kind: str, value: str) -> None:
    (row,) = candidates(f"\nx = '{value}'\n")
    assert (row.line, row.kind, row.certain, row.placeholder) == (2, kind, True, False)
    assert row.text == f"{kind}: {value[:4]}***"


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        (
            "aws-secret-key",
            f"aws_secret_access_key = {LONG[:40]}\n",
            f"aws_secret_access_key = {LONG[:4]}***",
        ),
        (
            "slack-webhook",
            "https://hooks.slack.com/services/" + f"T0A1B2C3D/B0A1B2C3D/{LONG[:24]}",
            "https://hooks.slack.com/***",
        ),
        ("azure-storage-key", f"AccountKey={LONG[:86]}==;", f"AccountKey={LONG[:4]}***"),
        (
            "private-key",
            "-----BEGIN RSA PRIVATE " + f"KEY-----\n{LONG[:64]}\n",
            "-----BEGIN … PRIVATE KEY-----",
        ),
        (
            "private-key",
            '"-----BEGIN PRIVATE ' + f'KEY-----\\n{LONG[:64]}\\n"',
            "-----BEGIN … PRIVATE KEY-----",
        ),
    ],
)
def test_longer_formats_are_certain_and_masked(kind: str, text: str, shown: str) -> None:
    (row,) = candidates(text, "conf/app.yaml")
    assert (row.kind, row.certain, row.text) == (kind, True, f"{kind}: {shown}")
    assert LONG[4:20] not in repr(row)


@pytest.mark.parametrize(
    "text",
    [
        'if "-----BEGIN RSA PRIVATE KEY-----" in text:\n',
        "-----BEGIN RSA PRIVATE " + f"KEY-----\nProc-Type: 4,ENCRYPTED\n\n{LONG}\n",
        f"-----BEGIN PUBLIC KEY-----\n{LONG}\n",
        f"sk_test_{LONG[:24]}",
        "token = get_token()",
        f'password_hash = "{MIXED}"',
        'token_url = "https://login.acme.io/oauth2/v1/token"',
        'secret_name = "projects/acme-1/secrets/db/versions/3"',
        'api_key = "config.services.v2.api_key_name"',
        'token = "123e4567-e89b-12d3-a456-426614174000"',
        'password = "correct-horse-battery-staple-99"',
        'password = "aaaaaaaaaaaaaaaaaaaaaaa1"',
        "db = 'postgres://app:s3cr3tpw@localhost/x'",
        "db = 'postgres://app:s3cr3tpw@db/x'",
        f"firebase = {{ apiKey: 'AIza{LONG[:35]}' }}",
        f"VITE_MAPS_KEY = 'AIza{LONG[:35]}'",
    ],
)
def test_what_only_looks_like_a_credential_is_none(text: str) -> None:
    assert candidates(text) == ()


def test_a_literal_for_a_secret_name_is_less_certain() -> None:
    (row,) = candidates(f'session_secret = "{MIXED}"\n')
    assert (row.kind, row.certain, row.placeholder) == ("assigned-secret", False, False)
    assert row.text == "assigned-secret: session_secret = Zq8x***"


def test_configuration_may_leave_the_quotes_out() -> None:
    assert [row.kind for row in candidates(f"db:\n  password: {MIXED}\n", "app.yaml")] == ["assigned-secret"]


@pytest.mark.parametrize(
    "value", [f"${{DB_PASSWORD:{MIXED}}}", f"${{DB_PASSWORD:-{MIXED}}}", f'"${{A.b:{MIXED}}}"']
)
def test_what_a_variable_has_by_default_is_written_out(value: str) -> None:
    (row,) = candidates(f"spring:\n  password: {value}\n", "application.yml")
    assert (row.line, row.placeholder) == (2, False)
    assert MIXED not in row.text


@pytest.mark.parametrize(
    "value", ["${DB_PASSWORD}", "${DB_PASSWORD:}", "${DB_PASSWORD:-}", "${DB_PASSWORD:?must be set now}"]
)
def test_a_variable_without_a_default_holds_no_secret(value: str) -> None:
    assert candidates(f"password: {value}\n", "application.yml") == ()


def test_a_password_within_an_address_is_less_certain() -> None:
    (row,) = candidates(f"db = 'postgres://app:{MIXED}@db.acme.io/x'\n")
    assert (row.kind, row.certain, row.text) == ("url-password", False, "url-password: postgres://***")


def test_a_certain_kind_on_a_line_stands_for_the_others() -> None:
    (row,) = candidates(f'github_token = "ghp_{LONG[:36]}"\n')
    assert row.kind == "github-token"


@pytest.mark.parametrize(
    "text",
    [
        "AKIA" + "IOSFODNN7EXAMPLE",
        "ghp_" + "x" * 36,
        "sk-ant-" + "your-key-goes-here-please-now",
        "glpat-" + "12345678901234567890",
    ],
)
def test_a_documented_example_is_a_placeholder(text: str) -> None:
    (row,) = candidates(f"key: {text}\n", "docs/setup.md")
    assert row.placeholder


def test_a_real_one_on_the_line_of_a_placeholder_counts() -> None:
    (row,) = candidates(f"'ghp_{'x' * 36}', 'ghp_{LONG[:36]}', 'ghp_{'y' * 36}'\n")
    assert not row.placeholder


MANIFEST = """apiVersion: v1
kind: ConfigMap
metadata: { name: a }
data: { password: Winter-2024 }
---
apiVersion: v1
kind: Secret  # of the database
metadata: { name: b }
%s
"""


def in_manifest(fields: str, path: str = "k8s/app.yml") -> list[tuple[str, int, str]]:
    return [(row.kind, row.line, row.text) for row in candidates(MANIFEST % fields, path)]


def test_a_password_written_into_a_kubernetes_secret_counts_although_it_is_short() -> None:
    expected = [("kubernetes-secret", 11, "kubernetes-secret: password = devd***")]
    assert expected == in_manifest("stringData:\n  username: springapp\n  password: devdb" + "@123")


def test_a_kubernetes_secret_in_base64_is_read() -> None:
    value = base64.b64encode(b"Winter-" + b"2024").decode()
    assert in_manifest(f"data:\n  DB_PASSWORD: {value}") == [
        ("kubernetes-secret", 10, "kubernetes-secret: DB_PASSWORD = Wint***")
    ]


@pytest.mark.parametrize(
    "value",
    [
        "changeme-1",
        "super_strong_password",
        "${DB_PASSWORD}",
        "'{{ .Values.password1 }}'",
        "ENC[AES256_GCM,data:p673w==]",
        "postgres",
        "short1",
        "''",
        "!vault abcdefg-1",
        "[a-1234567]",
        "https://example.org/a1",
    ],
)
def test_what_only_stands_in_for_a_kubernetes_secret_is_none(value: str) -> None:
    assert in_manifest(f"stringData:\n  password: {value}") == []


@pytest.mark.parametrize("value", ["not base64!", "/w==", "cG9zdGdyZXM="])
def test_base64_of_no_chosen_password_is_none(value: str) -> None:
    assert in_manifest(f"data:\n  password: {value}") == []


def test_a_kubernetes_secret_in_a_template_of_a_chart_is_not_read() -> None:
    assert in_manifest("{{- if .Values.on }}\nstringData:\n  password: devdb" + "@123") == []


def test_a_list_beside_a_kubernetes_secret_is_passed_over() -> None:
    assert in_manifest("data:\n  password: [a]\n---\n- kind: Secret") == []


def test_a_sealed_secret_is_none() -> None:
    text = (MANIFEST % ("stringData:\n  password: devdb" + "@123")).replace(
        "kind: Secret ", "kind: SealedSecret "
    )
    assert candidates(text, "a.yaml") == ()


def test_documents_are_searched_for_certain_kinds_only() -> None:
    text = f'password = "{MIXED}"\nghp_{LONG[:36]}\n'
    assert [row.kind for row in candidates(text, "docs/setup.md")] == ["github-token"]


def test_dumps_are_searched_for_certain_kinds_only() -> None:
    text = f"INSERT INTO t VALUES ('password = \"{MIXED}\"', 'ghp_{LONG[:36]}');\n"
    assert [row.kind for row in candidates(text, "dump.sql")] == ["github-token"]


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("1JklBUVCl8I", True),
        (MIXED, True),
        ("JklBUVCl8", False),
        ("randompassword", False),
        ("MyPassword42x", False),
        ("aaaaaaaaaA1", False),
    ],
)
def test_a_password_may_look_made_by_a_machine(password: str, expected: bool) -> None:
    (row,) = candidates(f"A=mysql://app:{password}@db.acme.io/x\n", ".env")
    assert row.random is expected


def test_every_file_searched_has_a_row() -> None:
    text = f"a\nghp_{LONG[:36]}\nglpat-{LONG[:20]}\nghp_{'x' * 36}\n"
    found = store({"b.py": text, "a.py": "x", "docs/c.md": "", "logo.png": "x"}).collected(SEARCH)
    assert [(row.path, row.line, row.candidates, sorted(row.kinds)) for row in found.rows] == [
        ("a.py", 1, 0, []),
        ("b.py", 2, 2, ["github-token", "gitlab-token"]),
        ("docs/c.md", 1, 0, []),
    ]
    assert [row.text for row in found.rows][:2] == ["no credential found", "github-token: ghp_***"]
    assert found.looked == ("a.py", "b.py", "docs/c.md")


def test_no_row_holds_a_raw_secret() -> None:
    lines = [value for _, value in PROVIDED] + [f'api_key = "{MIXED}"', f"https://u:{MIXED}@x.io/"]
    facts = store({"a.py": "\n".join(lines), "b.yaml": "\n".join(lines), "c.md": "\n".join(lines)})
    shown = repr((facts.collected(CANDIDATE), facts.collected(SEARCH)))
    assert len(facts.collected(CANDIDATE).rows) > 3 * len(PROVIDED)
    assert "Lw3vTn5r" not in shown
    assert HEX[4:] not in shown


def test_the_role_of_the_file_is_the_rows() -> None:
    (row,) = candidates(f"x = 'ghp_{LONG[:36]}'", "tests/test_x.py")
    assert row.role == "test"


@pytest.mark.parametrize(
    "text", ["token = '" * 60_000, "a_secret_" * 60_000, "https://a:b" * 50_000, "SK0" * 200_000]
)
def test_hostile_text_ends_soon(text: str) -> None:
    assert all(row.line == 1 for row in candidates(text))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("DB_PASSWORD", True),
        ("apiKey", True),
        ("x-api-key", True),
        ("AWS_ACCESS_KEY_ID", True),
        ("SECRET_KEY", True),
        ("GITHUB_PAT", True),
        ("PASSWORD_FILE", False),
        ("MAX_TOKENS", False),
        ("TOKEN_TTL", False),
        ("PUBLIC_KEY", False),
        ("NEXT_PUBLIC_API_KEY", False),
        ("REACT_APP_TOKEN", False),
        ("TOKENIZERS_PARALLELISM", False),
        ("SECRET_NAME", False),
        ("KEYBOARD", False),
        ("", False),
    ],
)
def test_a_name_says_whether_a_secret_is_expected(name: str, expected: bool) -> None:
    assert looks_secret(name) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", True),
        ("your_github_token_here", True),
        ("test_key_for_local_testing", True),
        ("changeme", True),
        ("<your key>", True),
        ("${SECRET}", True),
        ("$SECRET", True),
        ("{{ vault.key }}", True),
        ("xxxxxxxx", True),
        ("REPLACE_ME_PLEASE_NOW", True),
        ("aaaabbbb", True),
        ("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPT==", True),
        (MIXED, False),
        (HEX, False),
        ("attestation9Zq8xLw", False),
    ],
)
def test_a_placeholder_only_stands_where_a_secret_will_be(value: str, expected: bool) -> None:
    assert is_placeholder(value) is expected


def test_switches_and_ciphertext_are_no_secrets_in_plain_text() -> None:
    assert is_real(MIXED)
    assert not any(
        is_real(value) for value in ("true", f"ENC[{MIXED}]", f"encrypted:{MIXED}", f"op://{MIXED}")
    )


def test_entropy_is_counted_in_bits_for_each_character() -> None:
    assert (entropy(""), entropy("aaaa"), entropy("abab"), entropy("abcd")) == (0.0, 0.0, 1.0, 2.0)


def test_a_short_value_is_not_random() -> None:
    assert not is_random("Zq8xLw3v")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (f"postgres://app:{MIXED}@db.acme.io/x", MIXED),
        ("postgres://app:pw@localhost/x", ""),
        ("postgres://app:pw@db/x", ""),
        ("postgres://app:pw@db.example.com/x", ""),
        ("https://acme.io/x", ""),
    ],
)
def test_a_password_within_an_address_to_another_host_is_found(value: str, expected: str) -> None:
    assert url_password(value) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"ENV API_KEY={MIXED} A=1", "ENV API_KEY=*** A=1"),
        ("ENV PASSWORD='hunter2'", "ENV PASSWORD=***"),
        (
            "ENV PASSWORD=$PASSWORD TOKEN=<token> X_TOKEN=true SECRET=",
            "ENV PASSWORD=$PASSWORD TOKEN=<token> X_TOKEN=true SECRET=",
        ),
        (f"EMPTY= API_KEY={MIXED}", "EMPTY= API_KEY=***"),
        ("login --password hunter2 --password-stdin -u x", "login --password *** --password-stdin -u x"),
        ("Secret: a word", "Secret: a word"),
        (f"secret: {MIXED}", "secret: ***"),
        (f"git clone https://u:{MIXED}@x.io/y", "git clone https://***@x.io/y"),
        (f"use ghp_{LONG[:36]} now", "use ghp_*** now"),
        ("  two \n lines ", "two lines"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_what_is_shown_is_one_line_without_secrets(line: str, expected: str) -> None:
    assert redacted(line) == expected


def test_a_mask_shows_four_characters() -> None:
    assert masked(MIXED) == "Zq8x***"


def test_names_are_cut_into_words() -> None:
    assert name_words("dbPassword2Key-x.Y_z") == ("db", "password2", "key", "x", "y", "z")


@pytest.mark.parametrize("noun", [CANDIDATE, SEARCH])
def test_every_field_says_what_it_means(noun: typing.Any) -> None:
    hints = typing.get_type_hints(noun.row, include_extras=True)
    assert all(typing.get_origin(hint) is typing.Annotated for hint in hints.values())
    assert noun.grade == "pattern"
