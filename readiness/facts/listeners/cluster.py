"""Listeners of a cluster: Ingress, Gateway API, Istio, Traefik, OpenShift, services of a load balancer.

Sources: Kubernetes documentation, "Ingress" (TLS), "Service" (internal load balancer); Gateway API, "TLS
Configuration", "HTTPRoute redirects"; Ingress-NGINX, "Annotations" (``ssl-redirect`` is on by default where
there is TLS); AWS Load Balancer Controller, "Ingress annotations"; GKE, "Google-managed certificates"; Istio,
"Gateway"; Traefik, "IngressRoute"; OpenShift, "Secured routes"; cert-manager, "Annotated Ingress resource".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.deployment.objects import at, is_open, labels_of, table_at, truth_of
from readiness.facts.deployment.rendered import Group, plain_objects, rendered
from readiness.facts.listeners.row import Listener, note, row, told
from readiness.facts.model import Collected, Glob, Opening, Row
from readiness.facts.repository.environments import environment_of
from readiness.records import replace
from readiness.structured.nodes import Items, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.deployment.objects import Object
    from readiness.facts.model import Facts

_KINDS = ("Ingress", "Gateway", "IngressRoute", "Route", "Service", "HTTPRoute")
_MANAGED = (
    "networking.gke.io/managed-certificates",
    "ingress.gcp.kubernetes.io/pre-shared-cert",
    "alb.ingress.kubernetes.io/certificate-arn",
    "service.beta.kubernetes.io/aws-load-balancer-ssl-cert",
    "service.beta.kubernetes.io/do-loadbalancer-certificate-id",
    "appgw.ingress.kubernetes.io/appgw-ssl-certificate",
    "traefik.ingress.kubernetes.io/router.tls.certresolver",
)
_ISSUED = ("cert-manager.io/", "certmanager.k8s.io/", "kubernetes.io/tls-acme")
_TLS = ("HTTPS", "TLS")
_OLD_MINIMUM = ("TLSV1_0", "TLSV1_1", "TLS_AUTO")


def in_cluster(facts: Facts) -> Collected[Listener]:
    """Every listener that the manifests and charts of the subject make."""
    done = rendered(facts)
    rows: list[Listener] = []
    for group in done.groups:
        rows += _group(group)
    plain: dict[str, list[Object]] = {}
    for one in done.plain:
        found = (each for each in plain_objects(facts, one.entry) if each.kind in _KINDS)
        plain.setdefault(one.environment, []).extend(found)
    for environment, objects in plain.items():
        rows += _group(Group(tuple(objects), environment))
    gaps = tuple(
        Opening(gap.path, gap.line, gap.reason, gap.environment or environment_of(gap.path))
        for gap in done.gaps
        if gap.kinds is None or not gap.kinds.isdisjoint(_KINDS)
    )
    return Collected(tuple(_together(rows)), (), (*done.openings, *gaps), done.looked)


def _together(rows: list[Listener]) -> Iterator[Listener]:
    """The rows, an ingress without TLS taking part in that of another for the same name.

    A controller keeps one certificate for each name, whichever object brings it.
    """
    secured: set[tuple[str, str]] = set()
    for each in rows:
        if each.by == "ingress" and each.tls:
            secured.update((each.environment, host) for host in each.host.split())
    for each in rows:
        hosts = each.host.split()
        covered = all((each.environment, host) in secured or ("", host) in secured for host in hosts)
        if each.by == "ingress" and each.tls is False and hosts and covered:
            yield replace(
                each,
                tls=True,
                redirects=each.redirects or None,
                exposed=False,
                certificates=None,
                text=told("ingress", each.host, each.port, note(tls=True, redirects=None)),
            )
        else:
            yield each


def _group(group: Group) -> Iterator[Listener]:
    sends_on = any(_route_sends_on(each) for each in group.objects)
    for each in group.objects:
        if each.kind not in _KINDS:
            continue
        place = Row(
            path=Glob(each.entry.path),
            line=each.line,
            role=group.role(each),
            environment=group.environment or environment_of(each.entry.path),
        )
        match each.kind:
            case "Ingress" if each.group in ("networking.k8s.io", "extensions", "networking.k8s.io/v1beta1"):
                yield _ingress(place, each)
            case "Gateway" if each.group == "gateway.networking.k8s.io":
                yield from _gateway(place, each, sends_on=sends_on)
            case "Gateway" if each.group == "networking.istio.io":
                yield from _istio(place, each)
            case "IngressRoute" if each.group.startswith("traefik."):
                yield from _traefik(place, each)
            case "Route" if each.group == "route.openshift.io":
                yield _openshift(place, each)
            case "Service" if each.api == "v1" and table_at(each.node, "spec").text("type") == "LoadBalancer":
                yield from _service(place, each)
            case _:
                pass


def _annotations(each: Object) -> dict[str, str]:
    return labels_of(at(each.node, "metadata", "annotations"))


def _hosts(node: Table) -> str:
    rules = [rule.text("host") for rule in node.items("rules") if isinstance(rule, Table)]
    return " ".join(host for host in rules if host)[:120]


def _ingress(place: Row, each: Object) -> Listener:
    spec = table_at(each.node, "spec")
    notes = _annotations(each)
    written = spec.get("tls")
    managed = any(notes.get(name) for name in _MANAGED)
    listens = notes.get("alb.ingress.kubernetes.io/listen-ports", "")
    kind = notes.get("kubernetes.io/ingress.class", "") or spec.text("ingressClassName")
    tls: bool | None = bool(spec.items("tls")) or managed or '"HTTPS"' in listens
    tls = tls or notes.get("traefik.ingress.kubernetes.io/router.tls") == "true" or kind == "tailscale"
    doubtful = is_open(written) or any(is_open(item) for item in spec.items("tls"))
    if not tls and (doubtful or is_open(at(each.node, "metadata", "annotations"))):
        tls = None
    issued = managed or any(name.startswith(_ISSUED) for name in notes) or kind == "tailscale"
    refused = notes.get("kubernetes.io/ingress.allow-http") == "false" or (
        listens and '"HTTP"' not in listens
    )
    switch = notes.get("nginx.ingress.kubernetes.io/ssl-redirect")
    forced = notes.get("nginx.ingress.kubernetes.io/force-ssl-redirect") == "true" or bool(
        notes.get("alb.ingress.kubernetes.io/ssl-redirect")
    )
    elsewhere = notes.get("nginx.ingress.kubernetes.io/permanent-redirect", "").startswith("https://")
    redirects: bool | None = bool(refused) or forced or elsewhere
    if not redirects and tls:
        nginx = "nginx" in kind or any(name.startswith("nginx.ingress.") for name in notes)
        redirects = switch != "false" if nginx else None
    return row(
        place,
        "ingress",
        host=_hosts(spec),
        tls=tls,
        redirects=redirects,
        exposed=tls is False and not redirects and not _is_internal(notes),
        certificates="" if not tls else "automatic" if issued else None,
    )


def _is_internal(notes: dict[str, str]) -> bool:
    return any(
        ("internal" in name and value not in ("false", ""))
        or ("scheme" in name and value == "internal")
        or ("load-balancer-type" in name and value.lower() == "internal")
        for name, value in notes.items()
    )


def _gateway(place: Row, each: Object, *, sends_on: bool) -> Iterator[Listener]:
    notes = _annotations(each)
    issued = any(name.startswith(_ISSUED) for name in notes)
    for item in table_at(each.node, "spec").items("listeners"):
        if not isinstance(item, Table):
            continue
        protocol = item.text("protocol")
        if protocol not in ("HTTP", *_TLS):
            continue
        tls = protocol in _TLS
        mapped = bool(labels_of(at(item, "tls", "options"))) or any("certmap" in name for name in notes)
        yield row(
            _at(place, item.line),
            "gateway",
            host=item.text("hostname"),
            port=item.text("port"),
            tls=tls,
            redirects=sends_on and not tls,
            exposed=not tls and not sends_on and not _is_internal(notes),
            certificates="" if not tls else "automatic" if issued or mapped else None,
        )


def _at(place: Row, line: int) -> Row:
    return Row(path=place.path, line=line, role=place.role, environment=place.environment)


def _route_sends_on(each: Object) -> bool:
    if each.kind != "HTTPRoute":
        return False
    return any(
        isinstance(each_filter, Table) and table_at(each_filter, "requestRedirect").text("scheme") == "https"
        for rule in table_at(each.node, "spec").items("rules")
        if isinstance(rule, Table)
        for each_filter in rule.items("filters")
    )


def _istio(place: Row, each: Object) -> Iterator[Listener]:
    for server in table_at(each.node, "spec").items("servers"):
        if not isinstance(server, Table):
            continue
        port = table_at(server, "port")
        protocol = port.text("protocol").upper()
        if protocol not in ("HTTP", "HTTP2", *_TLS):
            continue
        tls, settings = protocol in _TLS, table_at(server, "tls")
        sends_on = truth_of(settings.get("httpsRedirect")) is True
        least = settings.text("minProtocolVersion")
        hosts = " ".join(host.text for host in server.items("hosts") if isinstance(host, Scalar))
        yield row(
            _at(place, server.line),
            "gateway",
            host=hosts[:120],
            port=port.text("number"),
            tls=tls,
            redirects=sends_on and not tls,
            exposed=not tls and not sends_on,
            certificates=None if tls else "",
            old=tls and least in _OLD_MINIMUM,
        )


def _traefik(place: Row, each: Object) -> Iterator[Listener]:
    spec = table_at(each.node, "spec")
    tls = isinstance(spec.get("tls"), Table)
    resolver = table_at(spec, "tls").text("certResolver")
    middlewares = [
        item.text("name").lower()
        for route in spec.items("routes")
        if isinstance(route, Table)
        for item in route.items("middlewares")
        if isinstance(item, Table)
    ]
    sends_on = any("redirect" in name or "https" in name for name in middlewares)
    points = [item.text for item in spec.items("entryPoints") if isinstance(item, Scalar)]
    yield row(
        place,
        "traefik",
        port=" ".join(points)[:40],
        # An entry point may give its routes TLS by itself; that is said to Traefik when it starts.
        tls=True if tls else None if points and points != ["web"] else False,
        redirects=sends_on and not tls,
        # Likewise the entry point "web" may send everything on.
        exposed=None if not tls and not sends_on else False,
        certificates="" if not tls else "automatic" if resolver else None,
    )


def _openshift(place: Row, each: Object) -> Listener:
    spec = table_at(each.node, "spec")
    tls = isinstance(spec.get("tls"), Table)
    plain = table_at(spec, "tls").text("insecureEdgeTerminationPolicy", "None")
    own = table_at(spec, "tls").get("certificate") is not None
    return row(
        place,
        "ingress",
        host=spec.text("host"),
        tls=tls,
        redirects=tls and plain in ("None", "Redirect"),
        exposed=not tls or plain == "Allow",
        certificates="" if not tls else "files" if own else "automatic",
    )


def _service(place: Row, each: Object) -> Iterator[Listener]:
    """A service that a load balancer of the cloud brings outside; one that an ingress may stand behind."""
    notes = _annotations(each)
    ports = table_at(each.node, "spec").get("ports")
    certified = any(notes.get(name) for name in _MANAGED)
    for port in ports if isinstance(ports, Items) else ():
        number = port.text("port") if isinstance(port, Table) else ""
        if number not in ("80", "443", "8080", "8443", "3000", "5000", "8000"):
            continue
        secure = certified and number in ("443", "8443")
        yield row(
            place,
            "service",
            host=each.name,
            port=number,
            tls=True if secure else None if number in ("443", "8443") else False,
            exposed=not secure
            and number not in ("443", "8443")
            and not certified
            and not _is_internal(notes),
            certificates="automatic" if secure else "",
        )
