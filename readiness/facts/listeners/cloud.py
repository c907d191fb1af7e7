"""Listeners that infrastructure code makes: load balancers, networks of delivery, platforms.

Known by the type of a resource. Sources: the documentation of each provider in the Terraform Registry; AWS,
"Security policies for Application Load Balancers" (without one, ``ELBSecurityPolicy-2016-08``, which takes
TLS 1.0), "Requiring HTTPS between viewers and CloudFront"; Google Cloud, "HTTPS requests" of Cloud Run;
Azure, "Enforce HTTPS" of App Service, "Configure ingress" of Container Apps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.infrastructure.resources import NOUN as INFRASTRUCTURE
from readiness.facts.infrastructure.terraform import BLOCK
from readiness.facts.listeners.row import Listener, row
from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.listeners.row import By
    from readiness.facts.model import Facts, Opening, Row


class _Resource(Struct, frozen=True):
    attributes: frozenset[str]
    values: frozenset[str]
    computed: frozenset[str]

    def value(self, path: str) -> str | None:
        """What is written of an attribute: empty if nothing is, None if an expression gives it."""
        start = f"{path}="
        found = min((each for each in self.values if each.startswith(start)), default="")
        if found:
            return found[len(start) :]
        return None if path in self.computed else ""


_AWS_LISTENERS = ("aws_lb_listener", "aws_alb_listener", "AWS::ElasticLoadBalancingV2::Listener")
# Names that the provider gives, with its certificate; whether plain HTTP is sent on or refused there.
_ALWAYS: dict[str, tuple[By, bool | None]] = {
    "aws_apprunner_service": ("platform", True),
    "aws_api_gateway_rest_api": ("platform", True),
    "aws_apigatewayv2_api": ("platform", True),
    "aws_lambda_function_url": ("platform", True),
    "AWS::ApiGateway::RestApi": ("platform", True),
    "AWS::ApiGatewayV2::Api": ("platform", True),
    "AWS::AppRunner::Service": ("platform", True),
    "AWS::Lambda::Url": ("platform", True),
    "AWS::Serverless::Api": ("platform", True),
    "AWS::Serverless::HttpApi": ("platform", True),
    "aws_amplify_app": ("platform", True),
    "google_cloud_run_service": ("platform", True),
    "google_cloud_run_v2_service": ("platform", True),
    "google_cloudfunctions2_function": ("platform", True),
    "google_app_engine_standard_app_version": ("platform", None),
    "google_app_engine_flexible_app_version": ("platform", None),
    "azurerm_static_web_app": ("platform", True),
    "azurerm_static_site": ("platform", True),
    "Microsoft.Web/staticSites": ("platform", True),
    "digitalocean_app": ("platform", True),
    "heroku_app": ("platform", False),
    "render_web_service": ("platform", True),
    "render_static_site": ("platform", True),
    "vercel_project": ("platform", True),
    "netlify_site": ("platform", True),
    "cloudflare_workers_script": ("platform", None),
    "cloudflare_pages_project": ("platform", True),
    "scaleway_container": ("platform", None),
}
_WEB_APPS = {
    "azurerm_app_service": "https_only",
    "azurerm_linux_web_app": "https_only",
    "azurerm_windows_web_app": "https_only",
    "azurerm_linux_function_app": "https_only",
    "azurerm_windows_function_app": "https_only",
    "azurerm_function_app": "https_only",
    "Microsoft.Web/sites": "properties/httpsOnly",
}
_OTHERS = (
    "azurerm_application_gateway",
    "azurerm_container_app",
    "azurerm_cdn_frontdoor_route",
    "digitalocean_loadbalancer",
    "google_compute_target_https_proxy",
    "google_compute_region_target_https_proxy",
    "google_compute_target_http_proxy",
    "google_compute_region_target_http_proxy",
    "hcloud_load_balancer_service",
    "aws_elb",
    "Microsoft.App/containerApps",
    "Microsoft.Network/applicationGateways",
)
_MODULES = (
    "alb",
    "elb",
    "lb-http",
    "load-balancer",
    "loadbalancer",
    "cloudfront",
    "cloudfront-s3-cdn",
    "alb-ingress",
    "application-gateway",
)
_MODERN = ("TLS13-1-2", "TLS13-1-3", "TLS-1-2", "FS-1-2")


def of_cloud(facts: Facts) -> tuple[tuple[Listener, ...], tuple[Opening, ...], tuple[str, ...]]:
    """The listeners that infrastructure code makes, what it leaves open, and where was looked."""
    blocks, others = facts.collected(BLOCK), facts.collected(INFRASTRUCTURE)
    rows: list[Listener] = []
    internal = _internal(facts)
    for block in blocks.rows:
        if block.kind == "resource":
            found = _Resource(block.attributes, block.values, block.computed)
            rows += _resource(block, block.type, found, internal=internal)
        elif block.kind == "module" and block.remote and _is_front(block.source or ""):
            rows.append(
                row(
                    block,
                    "load-balancer",
                    host=block.name,
                    tls=None,
                    redirects=None,
                    exposed=None,
                    certificates=None,
                )
            )
    for each in others.rows:
        if each.kind == "resource":
            found = _Resource(each.attributes, each.values, each.computed)
            rows += _resource(each, each.type, found, internal=internal)
    return tuple(rows), (*blocks.openings, *others.openings), (*blocks.looked, *others.looked)


def _internal(facts: Facts) -> bool:
    """Whether every load balancer of AWS that is written here is one within a network."""
    scheme = [
        "internal=true" in block.values
        for block in facts.collected(BLOCK).rows
        if block.type in ("aws_lb", "aws_alb")
    ]
    scheme += [
        "Scheme=internal" in each.values
        for each in facts.collected(INFRASTRUCTURE).rows
        if each.type == "AWS::ElasticLoadBalancingV2::LoadBalancer"
    ]
    return bool(scheme) and all(scheme)


def _is_front(source: str) -> bool:
    parts = source.replace("_", "-").partition("?")[0].removesuffix(".git").lower().split("/")
    return any(part in _MODULES or part.endswith(tuple(f"-{name}" for name in _MODULES)) for part in parts)


def _resource(at: Row, type_: str, found: _Resource, *, internal: bool) -> Iterator[Listener]:
    if type_ in _ALWAYS:
        by, redirects = _ALWAYS[type_]
        yield row(
            at,
            by,
            tls=True,
            redirects=redirects,
            exposed=_open(redirects),
            certificates="automatic",
        )
    elif type_ in _AWS_LISTENERS:
        yield from _aws(at, found, internal=internal)
    elif type_ in ("aws_cloudfront_distribution", "AWS::CloudFront::Distribution"):
        yield _cloudfront(at, found)
    elif type_ in _WEB_APPS:
        forced = found.value(_WEB_APPS[type_])
        redirects = None if forced is None else forced == "true"
        yield row(
            at, "platform", tls=True, redirects=redirects, exposed=_open(redirects), certificates="automatic"
        )
    elif type_ in ("kubernetes_ingress", "kubernetes_ingress_v1"):
        secured = "spec/tls" in found.attributes
        doubtful = "metadata/annotations" in found.computed or "metadata/annotations" in found.attributes
        tls = True if secured else None if doubtful else False
        yield row(
            at,
            "ingress",
            tls=tls,
            redirects=None if tls is not False else False,
            exposed=tls is False,
            certificates=None if tls is not False else "",
        )
    elif type_ in _OTHERS:
        yield from _other(at, type_, found)


def _open(redirects: bool | None) -> bool | None:
    return None if redirects is None else not redirects


def _aws(at: Row, found: _Resource, *, internal: bool) -> Iterator[Listener]:
    new = found.value("protocol")
    protocol = new if new != "" else found.value("Protocol")
    kind = _first(found, "default_action/type", "DefaultActions/Type")
    target = _first(found, "default_action/redirect/protocol", "DefaultActions/RedirectConfig/Protocol")
    port = _first(found, "port", "Port") or ""
    policy = _first(found, "ssl_policy", "SslPolicy")
    if protocol in ("TCP", "UDP", "TCP_UDP"):
        return
    tls: bool | None = protocol in ("HTTPS", "TLS")
    if protocol is None:
        tls = True if found.attributes & {"certificate_arn", "Certificates"} else None
    redirects = not tls and kind == "redirect" and target in ("HTTPS", None)
    exposed: bool | None = not tls and not redirects and not internal and kind != "fixed-response"
    if exposed and (tls is None or kind is None):
        exposed = None
    yield row(
        at,
        "load-balancer",
        port=port,
        tls=tls,
        redirects=redirects,
        exposed=exposed,
        certificates=None if tls else "",
        old=bool(tls) and (None if policy is None else not any(word in policy for word in _MODERN)),
    )


def _first(found: _Resource, *paths: str) -> str | None:
    """What is written of the first attribute that is there at all."""
    for path in paths:
        value = found.value(path)
        if value != "":
            return value
    return ""


def _cloudfront(at: Row, found: _Resource) -> Listener:
    start = (
        ""
        if any(each.startswith("default_cache_behavior") for each in found.attributes)
        else "DistributionConfig/"
    )
    policy = _first(
        found,
        "default_cache_behavior/viewer_protocol_policy",
        f"{start}DefaultCacheBehavior/ViewerProtocolPolicy",
    )
    least = _first(
        found,
        "viewer_certificate/minimum_protocol_version",
        f"{start}ViewerCertificate/MinimumProtocolVersion",
    )
    redirects = None if policy is None else policy in ("redirect-to-https", "https-only")
    return row(
        at,
        "cdn",
        tls=True,
        redirects=redirects,
        exposed=_open(redirects),
        certificates="automatic",
        old=None if least is None else not least.startswith("TLSv1.2"),
    )


def _other(at: Row, type_: str, found: _Resource) -> Iterator[Listener]:
    name = type_.rpartition("/")[2]
    if "target_https_proxy" in name:
        yield row(at, "load-balancer", tls=True, certificates=None)
    elif "target_http_proxy" in name:
        yield row(at, "load-balancer", tls=False, redirects=None, exposed=None)
    elif name in ("azurerm_container_app", "containerApps"):
        if not any("ingress" in each for each in found.attributes):
            return
        allowed = _first(
            found, "ingress/allow_insecure_connections", "properties/configuration/ingress/allowInsecure"
        )
        redirects = None if allowed is None else allowed != "true"
        yield row(
            at, "platform", tls=True, redirects=redirects, exposed=_open(redirects), certificates="automatic"
        )
    elif name == "azurerm_cdn_frontdoor_route":
        forced = found.value("https_redirect_enabled")
        redirects = None if forced is None else forced != "false"
        yield row(
            at, "cdn", tls=True, redirects=redirects, exposed=_open(redirects), certificates="automatic"
        )
    else:
        yield from _balancer(at, name, found)


def _balancer(at: Row, name: str, found: _Resource) -> Iterator[Listener]:
    paths = {
        "azurerm_application_gateway": "http_listener/protocol",
        "applicationGateways": "properties/httpListeners/properties/protocol",
        "digitalocean_loadbalancer": "forwarding_rule/entry_protocol",
        "hcloud_load_balancer_service": "protocol",
        "aws_elb": "listener/lb_protocol",
    }
    path = paths[name]
    written = {each.partition("=")[2].lower() for each in found.values if each.startswith(f"{path}=")}
    computed = path in found.computed
    on = "true" in (found.value("redirect_http_to_https"), found.value("http/redirect_http"))
    on = on or "redirect_configuration" in found.attributes
    tls = bool(written & {"https", "ssl", "http2", "http3"})
    plain = "http" in written
    if tls or computed:
        yield row(at, "load-balancer", tls=True if tls else None, redirects=on, certificates=None)
    if plain:
        yield row(at, "load-balancer", tls=False, redirects=on, exposed=not on)
