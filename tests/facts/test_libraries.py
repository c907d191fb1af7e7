from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.errors import RuleError
from readiness.facts.dependencies import DEPENDENCY
from readiness.facts.dependencies.libraries import ECOSYSTEMS, PURPOSES, libraries, load
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from readiness.facts.dependencies.model import Ecosystem


@pytest.mark.parametrize(
    ("ecosystem", "name", "expected"),
    [
        ("pypi", "psycopg2-binary", {"database", "relational"}),
        ("pypi", "pymongo", {"database", "document-store"}),
        ("pypi", "sentry-sdk", {"error-tracking"}),
        ("pypi", "hvac", {"secrets-store"}),
        ("npm", "@sentry/node", {"error-tracking"}),
        ("npm", "pino", {"structured-logging"}),
        ("npm", "prisma", {"database", "relational", "migration"}),
        ("go", "github.com/lib/pq", {"database", "relational"}),
        ("go", "github.com/rs/zerolog", {"structured-logging"}),
        ("maven", "org.postgresql:postgresql", {"database", "relational"}),
        ("maven", "org.springframework.boot:spring-boot-starter-security", {"authentication"}),
        ("maven", "org.springframework.boot:spring-boot-starter-actuator", {"metrics", "health"}),
        ("gem", "pg", {"database", "relational"}),
        ("gem", "sentry-rails", {"error-tracking"}),
        ("gem", "rack-attack", {"rate-limit"}),
        ("nuget", "Npgsql", {"database", "relational"}),
        ("nuget", "VaultSharp", {"secrets-store"}),
        ("cargo", "sqlx", {"database", "relational"}),
        ("cargo", "rusqlite", {"embedded-database"}),
        ("composer", "doctrine/orm", {"database", "relational"}),
        ("composer", "sentry/sentry-laravel", {"error-tracking"}),
        ("hex", "postgrex", {"database", "relational"}),
        ("hex", "oban", {"queue"}),
    ],
)
def test_a_known_library_has_its_purposes(ecosystem: Ecosystem, name: str, expected: set[str]) -> None:
    assert expected == libraries().purposes(ecosystem, name)


@pytest.mark.parametrize(
    ("ecosystem", "name"),
    [
        ("npm", "pg-hstore"),
        ("npm", "redis-mock"),
        ("npm", "sentry-testkit"),
        ("npm", "@types/pg"),
        ("npm", "pino-pretty"),
        ("npm", "express-rate-limiter-mock"),
        ("npm", "sentry-sdk"),
        ("pypi", "types-psycopg2"),
        ("pypi", "pytest-postgresql"),
        ("pypi", "fakeredis"),
        ("pypi", "mongomock"),
        ("pypi", "pg"),
        ("go", "github.com/lib/pqx"),
        ("go", "github.com/lib/pq/oid"),
        ("maven", "org.postgresql:pgjdbc-osgi"),
        ("maven", "com.acme:spring-boot-starter-security"),
        ("gem", "pg_query"),
        ("gem", "sentry"),
        ("nuget", "Serilogx"),
        ("cargo", "sqlx-models"),
        ("composer", "doctrine/inflector"),
        ("hex", "ecto"),
    ],
)
def test_a_name_beside_it_has_not_that_purpose(ecosystem: Ecosystem, name: str) -> None:
    found = libraries().purposes(ecosystem, name)
    assert not found & {
        "database",
        "cache",
        "error-tracking",
        "structured-logging",
        "rate-limit",
        "migration",
    }
    assert "authentication" not in found


# Where the ecosystem has none that is widely used: agents of Rust are libraries for traces.
NONE = {("cargo", "agent")}
MAIN = (
    *("database", "document-store", "embedded-database", "cache", "queue", "error-tracking", "metrics"),
    *("tracing", "tracing-export", "agent", "structured-logging", "logging", "rate-limit", "authentication"),
    *("authorization", "migration", "secrets-store", "feature-flags", "http-client", "retry", "validation"),
    *("health", "web-framework", "test"),
)


@pytest.mark.parametrize("ecosystem", ECOSYSTEMS)
def test_every_ecosystem_has_a_library_for_every_main_purpose(ecosystem: Ecosystem) -> None:
    known = libraries()
    held = {purpose for name in known.names(ecosystem) for purpose in known.purposes(ecosystem, name)}
    assert {purpose for purpose in MAIN if (ecosystem, purpose) not in NONE} <= held


def test_every_purpose_is_used() -> None:
    known = libraries()
    used = {
        purpose
        for ecosystem in ECOSYSTEMS
        for name in known.names(ecosystem)
        for purpose in known.purposes(ecosystem, name)
    }
    assert set(PURPOSES) == used


@pytest.mark.parametrize("ecosystem", ECOSYSTEMS)
def test_names_are_written_as_the_registry_normalises_them(ecosystem: Ecosystem) -> None:
    names = libraries().names(ecosystem)
    lower = ecosystem in ("pypi", "nuget", "composer", "hex")
    assert [name for name in names if " " in name or (lower and name != name.lower())] == []
    if ecosystem == "maven":
        assert [name for name in names if name.count(":") != 1] == []
    if ecosystem == "composer":
        assert [name for name in names if name.count("/") != 1] == []
    if ecosystem == "pypi":
        assert [name for name in names if "_" in name] == []


@pytest.mark.parametrize(
    ("ecosystem", "name", "expected"),
    [
        ("npm", "@opentelemetry/api", "tracing"),
        ("maven", "io.micrometer:micrometer-registry-datadog", "metrics"),
        ("nuget", "Serilog.Sinks.Seq", "structured-logging"),
        ("gem", "omniauth-google-oauth2", "authentication"),
    ],
)
def test_a_star_stands_for_a_family(ecosystem: Ecosystem, name: str, expected: str) -> None:
    assert expected in libraries().purposes(ecosystem, name)


def test_a_later_version_of_a_go_module_is_the_same_library() -> None:
    known = libraries()
    assert {"database", "relational"} == known.purposes("go", "github.com/jackc/pgx/v5")
    assert frozenset() == known.purposes("go", "github.com/jackc/pgx/version")


def test_case_means_nothing_to_nuget_and_something_to_maven() -> None:
    table = load("x.yaml", b"nuget: {cache: [a]}\nmaven: {cache: ['g:a']}")
    assert [{"cache"}, set()] == [set(table.purposes("nuget", "A")), set(table.purposes("maven", "g:A"))]


def test_a_member_of_a_family_keeps_its_own_purposes() -> None:
    table = load("x.yaml", b"npm: {cache: [a-one], queue: ['a-*']}")
    assert [{"cache", "queue"}, {"queue"}, set()] == [
        set(table.purposes("npm", name)) for name in ("a-one", "a-two", "b")
    ]


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("a: [", 1, "not readable"),
        ("", 1, "expected a mapping of ecosystems"),
        ("pypy: {}", 1, "did you mean 'pypi'"),
        ("pypi: [a]", 1, "a mapping of purposes"),
        ("pypi:\n  databse: [a]", 2, "did you mean 'database'"),
        ("pypi:\n  cache: a", 2, "a list of texts"),
        ("pypi:\n  cache: [[a]]", 2, "a list of texts"),
        ("pypi:\n  cache: ['a*b']", 2, "a star stands at the end"),
        ("pypi:\n  cache: ['*']", 2, "a star stands at the end"),
        ("pypi:\n  cache: [a, b, a]", 2, "'a' stands here twice"),
    ],
)
def test_a_mistake_in_the_table_is_told_with_its_line(text: str, line: int, part: str) -> None:
    with pytest.raises(RuleError) as caught:
        load("rules/libraries.yaml", text.encode())
    assert ("rules/libraries.yaml", line) == (caught.value.path, caught.value.line)
    assert part in caught.value.message


def test_a_dependency_carries_the_purposes_of_its_library() -> None:
    files = {
        "requirements.txt": "SQLAlchemy>=2\nacme\n",
        "go.mod": "module a\nrequire github.com/lib/pq v1.0.0\n",
    }
    rows = Store(MemoryTree(files)).collected(DEPENDENCY).rows
    assert [
        ("github.com/lib/pq", {"database", "relational"}),
        ("sqlalchemy", {"database", "relational"}),
        ("acme", set()),
    ] == [(row.name, set(row.purposes)) for row in rows]
