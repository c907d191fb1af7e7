"""What the image of a service or a container says by its name.

Sources: Docker, "Image names and tags"; the names that the publishers of well-known images use
on Docker Hub, Quay and GitHub, read 2025-08.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from weakref import WeakKeyDictionary

from readiness.facts.containers.bases import Pinning, pinning, reference, starts_as_root
from readiness.facts.containers.images import IMAGE
from readiness.facts.containers.variables import UNKNOWN
from readiness.facts.deployment.compose_files import compose_files
from readiness.facts.settings import nodes
from readiness.facts.words import name_words, word_set
from readiness.matching import Pattern
from readiness.structured.nodes import Table
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.model import Facts

Held = Literal["digest", "version", "floating", "none", "build"]
"""How far an image is held: by content, by major.minor, not really, not at all; or it is built here."""

ServiceKind = Literal["database", "cache", "queue", "monitoring", "proxy", "app", "other"]
"""What a service is, by the image it runs."""

_KINDS: tuple[tuple[ServiceKind, str], ...] = (
    (
        "database",
        """
        arangodb cassandra chroma clickhouse clickhouse-server cockroach cockroachdb couchbase
        couchbase-server couchdb db2 documentdb documentdb-local dynamodb-local edgedb elasticsearch influxdb
        mariadb meilisearch milvus mongo mongodb mongodb-community-server mssql mssql-server mysql
        mysql-server neo4j opensearch oracle-free oracle-xe percona-server pgvector postgis postgres
        postgresql qdrant questdb rethinkdb scylla server-mssql solr spilo surrealdb timescaledb
        timescaledb-ha typesense weaviate
        """,
    ),
    ("cache", "dragonfly keydb memcached redis redis-stack redis-stack-server valkey hazelcast varnish"),
    (
        "queue",
        """
        activemq activemq-artemis apache-kafka artemis cp-kafka cp-schema-registry cp-zookeeper
        elasticmq emqx kafka kafka-native mosquitto nats nats-streaming nsq pulsar rabbitmq redpanda
        zookeeper
        """,
    ),
    (
        "monitoring",
        """
        alertmanager all-in-one alloy apm-server blackbox-exporter cadvisor filebeat fluent-bit
        fluentd grafana grafana-oss graphite graphite-statsd jaeger jaeger-query kibana logstash
        loki metricbeat mimir mongodb_exporter mysqld-exporter netdata node-exporter
        opensearch-dashboards opentelemetry-collector opentelemetry-collector-contrib
        postgres-exporter postgres_exporter prometheus promtail pushgateway redis_exporter statsd
        statsd-exporter telegraf tempo thanos uptime-kuma vector victoria-metrics vmagent
        zabbix-server zipkin
        """,
    ),
    (
        "proxy",
        """
        acme-companion apisix caddy envoy haproxy httpd kong kong-gateway nginx
        nginx-ingress-controller nginx-proxy nginx-unprivileged oauth2-proxy openresty pgbouncer
        traefik
        """,
    ),
)
_BY_NAME = {name: kind for kind, names in _KINDS for name in word_set(names)}
_PLACEHOLDERS = Pattern(
    r"\$\{[^}]*\}|\$\([^)]*\)|\$[A-Za-z_][A-Za-z0-9_]*|\{\{.*?\}\}|<[^>]*>|__[A-Z0-9_]+__|@@?[A-Z0-9_]+@@?"
)
_LONGEST = 1000
_SHOUTED = Pattern(r"^(?:[A-Z]+_[A-Z_]+|TAG|VERSION|IMAGE|REPLACE_?ME|PLACEHOLDER|placeholder|replaceme)$")


def kind_of(image: str | None) -> ServiceKind:
    """What a foreign image is for, by the last part of its name; ``other`` where the name is not known."""
    if not image:
        return "other"
    name = reference(image).image
    last = (name or "").rpartition("/")[2].lower()
    return _BY_NAME.get(last, "other")


def held(image: str | None) -> Held | None:
    """How far the reference ``image`` is held; None where only a deployment knows."""
    if not image:
        return None
    found: Pinning | None = pinning(reference(image))
    return None if found == "stage" else found


def templated(text: str) -> str:
    """``text`` with ``UNKNOWN`` where a deployment puts something in: ``${TAG}``, ``{{ tag }}``, ``<tag>``.

    A whole name or a tag in capitals is a stand-in too (``IMAGE_TAG``).
    """
    text = text[:_LONGEST]
    for _, match in tuple(_PLACEHOLDERS.each(text)):
        text = text.replace(match, UNKNOWN)
    name, _, digest = text.partition("@")
    slash = name.rfind("/")
    head, colon, tag = name[slash + 1 :].partition(":")
    if _SHOUTED.found(head):
        head = UNKNOWN
    if _SHOUTED.found(tag):
        tag = UNKNOWN
    return name[: slash + 1] + head + colon + tag + ("@" + digest if digest else "")


class Own:
    """Which images are the product's own.

    Those that a compose file or Skaffold builds here, those with the repository's name in
    theirs, and those called like a folder that builds an image.
    """

    def __init__(self, facts: Facts) -> None:
        remote = facts.tree.subject.remote.rstrip("/").removesuffix(".git")
        self._names = _names(remote.replace(":", "/").rpartition("/")[2].lower())
        self._folders = {
            row.path.rpartition("/")[0].rpartition("/")[2].lower()
            for row in facts.collected(IMAGE).rows
            if row.role is Role.PRODUCT
        } - {""}
        self._built = {_bare(name) for name in _built_by_compose(facts)} - {""}
        self._retagged = {_bare(name) for name in _built_by_skaffold(facts)} - {""}

    def publishes(self, image: str | None) -> bool:
        """Whether an image is the product's; a folder called like a well-known image says nothing."""
        parts = reference(image) if image else None
        name = parts.image if parts else None
        if parts is None or not name:
            return False
        owners = name.lower().split("/")
        if name in self._built or name in self._retagged or self._names.intersection(owners):
            return True
        last = owners[-1]
        return last in self._folders and last not in _BY_NAME and starts_as_root(parts) is None

    def retagged(self, image: str | None) -> bool:
        """Whether Skaffold builds the image and puts the tag that it gives it into the manifests."""
        return bool(image) and reference(image or "").image in self._retagged


def _names(name: str) -> frozenset[str]:
    """The name of a repository, and what it puts into an image: ``netbox`` of ``netbox-docker``."""
    parts = name.split("-")
    inner = "-".join(part for part in parts if part not in ("docker", "compose", "image", "container"))
    return frozenset((name, inner)) - {"", "docker", *_BY_NAME}


def _bare(image: str) -> str:
    return reference(templated(image)).image or ""


def _built_by_compose(facts: Facts) -> Iterator[str]:
    for service in compose_files(facts).found.services:
        if service.node.get("build") is not None and service.entry.role is Role.PRODUCT:
            yield service.node.text("image")


def _built_by_skaffold(facts: Facts) -> Iterator[str]:
    """The images of Skaffold's artifacts. Source: Skaffold, "skaffold.yaml"."""
    for entry in facts.paths("**/skaffold.{yaml,yml}"):
        for root in nodes(facts, entry.path).value or () if entry.role is Role.PRODUCT else ():
            build = root.table("build") if isinstance(root, Table) else None
            for each in build.items("artifacts") if build is not None else ():
                if isinstance(each, Table):
                    yield each.text("image")


_OWN: WeakKeyDictionary[Facts, Own] = WeakKeyDictionary()


def own_images(facts: Facts) -> Own:
    """The images of the subject's own product, worked out once."""
    kept = _OWN.get(facts)
    if kept is None:
        kept = _OWN[facts] = Own(facts)
    return kept


Purpose = Literal["deploy", "development", "ci", "test"]
"""What a file is for, by its name and folder."""

_PURPOSES: tuple[tuple[Purpose, frozenset[str]], ...] = (
    ("deploy", word_set("prod production deploy deployment live release staging stage stg")),
    (
        "development",
        word_set("dev develop development devcontainer local debug gitpod codespace sandbox hot watch"),
    ),
    ("test", word_set("test tests testing e2e integration cypress playwright loadtest benchmark")),
    ("ci", word_set("ci circleci github gitlab jenkins buildkite builder")),
    ("development", frozenset(("override",))),
)


def purpose_of(path: str) -> Purpose | None:
    """What a compose file is for, by the words of its name, then of its folders; None if they do not say."""
    *folders, name = path.split("/")
    for part in (name.rpartition(".")[0], *reversed(folders)):
        words = set(name_words(part))
        for purpose, signs in _PURPOSES:
            if words & signs:
                return purpose
    return None
