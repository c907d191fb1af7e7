"""Variables that the product is given: by templates of environment files, by Compose for its own images."""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING, Literal

from readiness.facts.references.containers import COMPOSE
from readiness.facts.secrets.envfiles import VARIABLE, is_template
from readiness.facts.secrets.values import looks_secret, redacted
from readiness.facts.settings import nodes
from readiness.records import Struct
from readiness.structured.nodes import Items, Node, Scalar, Table
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

# What runtimes, servers, databases and their images read by themselves.
_RUNTIMES = (
    *("ASPNETCORE_", "AUTH0_", "AWS_", "AZURE_", "BUNDLE_", "CELERY_", "CI_", "COMPOSE_", "DATADOG_", "DD_"),
    *(
        "DJANGO_",
        "DOCKER_",
        "DOTNET_",
        "ELASTIC_",
        "FLASK_",
        "GCP_",
        "GIT_",
        "GOOGLE_",
        "GRAFANA_",
        "GUNICORN_",
    ),
    *(
        "HOST_",
        "HTTP_",
        "HTTPS_",
        "JAVA_",
        "JVM_",
        "KAFKA_",
        "KC_",
        "KEYCLOAK_",
        "LANG_",
        "LC_",
        "LD_",
        "LOGGING_",
    ),
    *(
        "MANAGEMENT_",
        "MARIADB_",
        "MINIO_",
        "MONGO_",
        "MONGO",
        "MYSQL_",
        "NEW_RELIC_",
        "NEXTAUTH_",
        "NEXT_",
        "NGINX_",
    ),
    *(
        "NODE_",
        "NPM_",
        "NUXT_",
        "OPENAI_",
        "OTEL_",
        "PG",
        "PHP_",
        "PIP_",
        "PMA_",
        "POETRY_",
        "POSTGRES_",
        "PRISMA_",
    ),
    *(
        "PYTHON",
        "RABBITMQ_",
        "RAILS_",
        "REDIS_",
        "RUBY_",
        "RUST_",
        "SENTRY_",
        "SERVER_",
        "SPRING_",
        "SSL_CERT_",
    ),
    *(
        "STRIPE_",
        "TRAEFIK_",
        "UV_",
        "UVICORN_",
        "VIRTUAL_",
        "WEB_CONCURRENCY",
        "WORKERS_",
        "XDEBUG_",
        "XDG_",
        "YARN_",
        "ZOOKEEPER_",
    ),
    *(
        "VAULT_",
        "CONSUL_",
        "LETSENCRYPT_",
        "ANTHROPIC_",
        "EUREKA_",
        "CLICKHOUSE_",
        "MALLOC_",
        "OBJC_",
        "SQLALCHEMY_",
    ),
)


class Given(Struct, frozen=True):
    """A variable that is given; ``whole`` where its whole file goes to a program from elsewhere."""

    path: str
    line: int
    role: Role
    source: Literal["env-file", "compose"]
    name: str
    value: str
    whole: bool = False


def is_of_a_runtime(name: str) -> bool:
    """Whether something that is not the product's code reads a variable of this name."""
    return name.upper().startswith(_RUNTIMES)


def given_variables(facts: Facts) -> tuple[Given, ...]:
    """The variables of the product's templates of environment files and of its own services in Compose."""
    compose = [
        (entry, root)
        for entry in facts.paths(*COMPOSE)
        if entry.role is Role.PRODUCT
        for root in nodes(facts, entry.path).value or ()
        if isinstance(root, Table)
    ]
    foreign = {folder for entry, root in compose for folder in _foreign_files(entry, root)}
    rows: list[Given] = [
        Given(row.path, row.line, row.role, "env-file", row.name, row.value, dirname(row.path) in foreign)
        for row in facts.collected(VARIABLE).rows
        if row.role in (Role.PRODUCT, Role.SAMPLE) and is_template(row.path)
    ]
    for entry, root in compose:
        rows += _of_compose(entry, root)
    return tuple(rows)


def _foreign_files(entry: Entry, root: Table) -> Iterator[str]:
    """The folder of a Compose file that hands an environment file to an image from elsewhere."""
    for _, service in root.table("services") or ():
        if (
            isinstance(service, Table)
            and service.get("env_file") is not None
            and service.get("build") is None
        ):
            yield dirname(entry.path)


def _of_compose(entry: Entry, root: Table) -> Iterator[Given]:
    for _, service in root.table("services") or ():
        if isinstance(service, Table) and service.get("build") is not None:
            for line, name, value in _pairs(service.get("environment")):
                shown = "***" if looks_secret(name) and value else redacted(value)
                yield Given(entry.path, line, entry.role, "compose", name, shown)


def _pairs(environment: Node | None) -> Iterator[tuple[int, str, str]]:
    """The variables of a service, written as a mapping or as ``NAME=value``."""
    if isinstance(environment, Table):
        for name, value in environment:
            yield name.line, name.text, value.text if isinstance(value, Scalar) else ""
    elif isinstance(environment, Items):
        for item in environment:
            if isinstance(item, Scalar):
                name_text, _, text = item.text.partition("=")
                yield item.line, name_text.strip(), text
