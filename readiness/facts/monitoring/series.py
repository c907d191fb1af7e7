"""Series that well-known exporters, libraries and platforms bring: nobody has to write them down here.

Source: the lists of metrics in the documentation of each exporter and library, read 2026-08.
"""

from __future__ import annotations

from readiness.facts.words import word_set

_FAMILIES = word_set(
    """
    ALERTS DCGM aggregator alertmanager alloy apache apiserver argo argocd asp aspnetcore authelia
    authentik aws azure blackbox caddy cadvisor ceph certmanager celery cert cilium circuitbreaker
    clickhouse cloudwatch cluster cnpg consul container coredns cortex db dcgm deno django docker dotnet
    drone elasticsearch engine envoy etcd executor express falco fastapi felix flask fluentbit fluentd
    flux gatekeeper gcp gitea github gitlab gitops go gotk grafana grpc gunicorn haproxy harbor hikaricp
    hystrix http httpd hubble ibm instance istio jaeger jdbc jenkins jetty job jvm kafka karpenter keda
    kestrel keycloak kong kube kubelet kubeproxy kubernetes kyverno linkerd logback logstash loki
    longhorn machine mariadb memcached mimir minio mongo mongodb mysql mysqld nats netdata nginx node
    nodejs nomad nvidia oauth2 opensearch otel otelcol pg pgbouncer php phpfpm postgres postgresql probe
    process prometheus promhttp promtail proxysql puma pulsar push pushgateway python rabbitmq rails
    redis request requests resilience4j rest response ruby rook scheduler scrape seaweedfs server
    sidekiq smartmon snmp solr spring sql squid ssl stackdriver starlette statsd storage supabase swarm
    system tcp telegraf tempo temporal thanos tomcat traefik uptime uvicorn valkey vault velero vector
    vm vmagent vmalert volume windows workqueue x509 zookeeper
    """
)
_ALONE = word_set("up absent time ALERTS ALERTS_FOR_STATE vector scalar")
_ENDINGS = ("_total", "_bucket", "_count", "_sum", "_created", "_max", "_info")


def is_known(name: str) -> bool:
    """Whether a series may come from an exporter, a library or a platform that needs no code here."""
    return name in _ALONE or name.partition("_")[0].partition(":")[0] in _FAMILIES or ":" in name


def stem(name: str) -> str:
    """The name as code writes it: without what a client library puts behind it."""
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending)
    return name


def tails(name: str) -> tuple[str, ...]:
    """The stem, and what is left without its first words, two at least: code may set a prefix apart."""
    parts = [part for part in stem(name).split("_") if part]
    return tuple("_".join(parts[start:]) for start in range(max(1, len(parts) - 1)))
