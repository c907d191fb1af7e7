"""Whether the running program needs a database: by its libraries, its settings, and what runs beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.hints import SIGNS
from readiness.facts.dependencies import DEPENDENCY
from readiness.facts.deployment.compose import SERVICE
from readiness.facts.deployment.kubernetes import CONTAINER
from readiness.facts.infrastructure.terraform import BLOCK
from readiness.facts.repository.servers import own
from readiness.facts.words import name_words
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.facts.dependencies import Dependency
    from readiness.facts.model import Facts, Glob
    from readiness.facts.repository.servers import Evidence

# Where a language's drivers are named. PHP is not among them: it brings drivers of its own.
_ECOSYSTEMS = {
    "java": "maven",
    "kotlin": "maven",
    "scala": "maven",
    "ruby": "gem",
    "csharp": "nuget",
    "fsharp": "nuget",
    "rust": "cargo",
    "elixir": "hex",
}
_ALWAYS_TOLD = frozenset(("python", "javascript", "typescript", "go"))
# They also hold logs and metrics, beside a program that knows nothing of them.
_ALSO_FOR_LOGS = ("elasticsearch", "opensearch", "influxdb", "clickhouse")
_MANAGED = (
    "aws_db_instance",
    "aws_rds_cluster",
    "aws_docdb_cluster",
    "aws_neptune_cluster",
    "aws_redshift_cluster",
    "google_sql_database_instance",
    "google_spanner_instance",
    "google_bigtable_instance",
    "google_alloydb_cluster",
    "google_firestore_database",
    "azurerm_postgresql_",
    "azurerm_mysql_",
    "azurerm_mariadb_",
    "azurerm_mssql_",
    "azurerm_cosmosdb_account",
    "digitalocean_database_cluster",
    "mongodbatlas_cluster",
    "mongodbatlas_advanced_cluster",
    "scaleway_rdb_instance",
    "linode_database_",
    "ovh_cloud_project_database",
    "ibm_database",
    "alicloud_db_instance",
    "yandex_mdb_",
    "aiven_pg",
    "aiven_mysql",
)


def database(facts: Facts, found: Evidence, languages: frozenset[str], *, deployable: bool) -> bool | None:
    """Whether a database is needed; unknown where nothing that is read tells.

    A file of SQLite is one for a service, which keeps it for all who call it. For a command or
    a library it lies on the disk of whoever uses that, and is none of this subject's.
    """
    rows = [
        row for row in facts.collected(DEPENDENCY).rows if row.role is Role.PRODUCT and row.scope == "runtime"
    ]
    purposes = frozenset(purpose for row in rows for purpose in row.purposes)
    if "database" in purposes or _settings(facts) or (deployable and languages and _beside(facts)):
        return True
    embedded = [row for row in rows if "embedded-database" in row.purposes]
    files = _imported(facts) or any("sqlite" in row.name.lower() for row in embedded)
    if files or embedded:
        return True if deployable and files else False if found.kinds and not deployable else None
    silent = bool(found.kinds & {"service", "worker"}) and not rows
    told = not silent and "full-stack" not in purposes and _all_told(facts, rows, languages)
    return False if told else None


def _settings(facts: Facts) -> bool:
    """Whether settings of Django name databases. Source: Django, "Settings", DATABASES."""
    return any(
        hit.name == "database" and hit.text.startswith("DATABASES") and _is_settings(hit.entry.path)
        for hit in facts.hits(SIGNS)
        if own(hit.entry)
    )


def _is_settings(path: str) -> bool:
    return any({"settings", "config"} & set(name_words(part)) for part in path.split("/"))


def _imported(facts: Facts) -> bool:
    """Whether the product imports Python's own SQLite."""
    return any(
        hit.name == "database" and not hit.text.startswith("DATABASES") and own(hit.entry)
        for hit in facts.hits(SIGNS)
    )


def _beside(facts: Facts) -> bool:
    """Whether a database is started beside the program, or asked of a cloud for it."""
    services = facts.collected(SERVICE).rows
    pods = facts.collected(CONTAINER).rows
    return (
        any(
            row.kind == "database" and row.purpose != "test" and _holds_data(row.image)
            for row in services
            if row.role is Role.PRODUCT and row.environment != "test"
        )
        or any(row.kind == "database" and _holds_data(row.image) for row in pods if row.role is Role.PRODUCT)
        or any(
            row.kind == "resource" and row.type.startswith(_MANAGED)
            for row in facts.collected(BLOCK).rows
            if row.role is Role.PRODUCT
        )
    )


def _holds_data(image: Glob | None) -> bool:
    return not any(word in (image or "") for word in _ALSO_FOR_LOGS)


def _all_told(facts: Facts, rows: list[Dependency], languages: frozenset[str]) -> bool:
    """Whether every language of the product names its drivers in a manifest that is read whole."""
    if facts.collected(DEPENDENCY).openings:
        return False
    named = {row.ecosystem for row in rows}
    return all(language in _ALWAYS_TOLD or _ECOSYSTEMS.get(language, "") in named for language in languages)
