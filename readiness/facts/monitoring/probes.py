"""Checks from outside: what asks a service's address as its users do.

A prober without an address asks nothing: it is told apart by ``targets``.
Sources: Prometheus blackbox exporter, "Configuration"; Prometheus Operator, "Probe"; Gatus, "Configuration";
Upptime, "Configuration"; Checkly, "Checkly CLI"; read 2026-08.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.monitoring.model import Check
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.monitoring.parts import Part


def checks(part: Part) -> Iterator[Check]:
    """The checks that a mapping describes."""
    node = part.node
    modules = node.table("modules")
    if modules is not None and any(isinstance(each, Table) and each.text("prober") for _, each in modules):
        yield Check(part.line(), "blackbox", 0)
    for job in node.items("scrape_configs"):
        if isinstance(job, Table) and job.text("metrics_path").endswith("/probe"):
            yield _probe_job(part, job)
    if node.text("kind") in ("Probe", "VMProbe") and node.get("apiVersion") is not None:
        yield _probe(part)
    for endpoint in node.items("endpoints"):
        if (
            isinstance(endpoint, Table)
            and endpoint.text("url")
            and isinstance(endpoint.get("conditions"), Items)
        ):
            yield Check(part.line(endpoint), "gatus", 1, _shown(endpoint.text("url")))
    if node.text("owner") and node.text("repo"):
        for site in node.items("sites"):
            if isinstance(site, Table) and site.text("url"):
                yield Check(part.line(site), "upptime", 1, _shown(site.text("url")))


def _probe_job(part: Part, job: Table) -> Check:
    """A job that hands its targets to a prober."""
    found = [
        item.text
        for static in job.items("static_configs")
        if isinstance(static, Table)
        for item in static.items("targets")
        if isinstance(item, Scalar) and not item.null
    ]
    dynamic = any(key.text.endswith("_sd_configs") for key, _ in job)
    return Check(
        part.line(job), "blackbox", len(found) or (None if dynamic else 0), _shown(found[0]) if found else ""
    )


def _probe(part: Part) -> Check:
    spec = part.node.table("spec") or Table(1)
    targets = spec.table("targets") or Table(1)
    static: Node | None = targets.get("staticConfig", "static")
    given = static.items("static") or static.items("targets") if isinstance(static, Table) else ()
    found = [item.text for item in given if isinstance(item, Scalar)]
    dynamic = targets.get("ingress") is not None
    return Check(
        part.line(), "probe", len(found) or (None if dynamic else 0), _shown(found[0]) if found else ""
    )


def _shown(address: str) -> str:
    from readiness.facts.secrets.values import redacted  # noqa: PLC0415 - loads RE2

    return redacted(address)
