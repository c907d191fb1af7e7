from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.facts.listeners.lines import parse_apache, parse_haproxy
from readiness.facts.listeners.nginx import directives, parse_caddy, parse_nginx
from readiness.facts.listeners.noun import LISTENER
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.facts.listeners.row import Listener


def rows(files: Mapping[str, str]) -> tuple[Listener, ...]:
    return Store(MemoryTree(files)).collected(LISTENER).rows


def openings(files: Mapping[str, str]) -> list[str]:
    return [each.reason for each in Store(MemoryTree(files)).collected(LISTENER).openings]


def one(text: str, path: str = "k8s/a.yaml") -> Listener:
    (row,) = rows({path: text})
    return row


# --- nginx


def nginx(text: str) -> list[tuple[str, str, bool | None, bool | None, str | None, bool | None]]:
    return [
        (each.host, each.port, each.tls, each.redirects, each.certificates, each.old)
        for each in parse_nginx(text.encode())
    ]


def test_a_server_of_nginx_with_a_certificate_speaks_tls() -> None:
    text = "server { listen 443 ssl; server_name a.io; ssl_certificate /etc/letsencrypt/live/a/c.pem; }"
    assert nginx(text) == [("a.io", "443", True, False, "automatic", False)]


def test_a_server_that_returns_https_sends_on() -> None:
    text = "server { listen 80; server_name a.io; location / { return 301 https://$host$request_uri; } }"
    assert nginx(text) == [("a.io", "80", False, True, "", False)]


def test_a_server_that_rewrites_to_https_sends_on() -> None:
    assert nginx("server { listen 80; rewrite ^ https://$host$uri permanent; }")[0][3] is True


def test_a_comment_says_nothing() -> None:
    assert nginx("server { listen 80;\n # return 301 https://a;\n # listen 443 ssl;\n}") == [
        ("", "80", False, False, "", False)
    ]


def test_old_protocols_are_seen_in_the_server_and_around_it() -> None:
    inner = "server { listen 443 ssl; ssl_protocols TLSv1 TLSv1.2; ssl_certificate /c.pem; }"
    outer = "http { ssl_protocols TLSv1.2 TLSv1.3;\nserver { listen 443 ssl; ssl_certificate $c; } }"
    assert nginx(inner)[0][4:] == ("files", True)
    assert nginx(outer)[0][4:] == (None, False)


@pytest.mark.parametrize(
    ("listen", "ports"),
    [
        ("listen *:8080;", ["8080"]),
        ("listen [::]:80; listen 80;", ["80"]),
        ("listen 10.0.0.1;", ["80"]),
        ("listen [::1];", ["80"]),
        ("listen unix:/run/a.sock;", []),
        ("listen ${PORT};", ["${PORT}"]),
        ("root /srv;", ["80"]),
        ("listen;", []),
    ],
)
def test_the_port_of_a_listen(listen: str, ports: list[str]) -> None:
    assert [each[1] for each in nginx("server{" + listen + "}")] == ports


def test_the_server_of_an_upstream_is_no_listener() -> None:
    assert nginx("upstream a { server b:80; }\nserver { allow all; }") == []
    assert nginx("worker_processes 1;") == []


def test_a_self_signed_certificate_is_told_by_its_path() -> None:
    text = "server { listen 443 ssl; ssl_certificate /etc/ssl/snakeoil.pem; }"
    assert nginx(text)[0][4] == "self-signed"
    assert one(text, "deploy/nginx.conf").self_signed
    assert not one(text.replace("snakeoil", "a"), "deploy/nginx.conf").self_signed


def test_quotes_and_variables_are_words() -> None:
    found = directives('a "b; {c" ${d} {$e};\nf{g h;}}}')
    assert [(each.words, each.depth) for each in found] == [
        (("a", "b; {c", "${d}", "{$e}"), 0),
        (("f",), 0),
        (("g", "h"), 1),
    ]


def test_a_text_without_an_end_is_read_to_its_end() -> None:
    assert parse_nginx(b"server {" * 60_000) == ()
    assert parse_nginx(b"server " + b"{" * 500_000) == ()
    assert len(directives("a;" * 50_000)) == 20_000
    assert parse_caddy(b'"' * 100_000) == ()


def test_a_plain_server_beside_one_with_tls_answers_outsiders() -> None:
    tls = "server { listen 443 ssl; server_name a.io; ssl_certificate /c.pem; }\n"
    found = rows({"nginx/nginx.conf": tls + "server { listen 80; server_name a.io; root /srv; }"})
    assert [(each.line, each.tls, each.exposed) for each in found] == [(1, True, False), (2, False, True)]


def test_a_plain_server_of_the_same_name_in_another_file_answers_outsiders() -> None:
    found = rows(
        {
            "nginx/conf.d/a.conf": "server { listen 443 ssl; server_name a.io b.io; }",
            "nginx/conf.d/b.conf": "server { listen 80; server_name b.io; root /srv; }",
            "nginx/conf.d/c.conf": "server { listen 80; server_name c.io; root /srv; }",
        }
    )
    assert [each.exposed for each in found] == [False, True, False]


def test_a_plain_server_alone_may_stand_behind_another() -> None:
    row = one("server { listen 80; server_name a.io; root /srv; }", "deploy/nginx.conf")
    assert (row.tls, row.exposed, row.text) == (False, False, "nginx a.io:80: plain HTTP")


# --- Caddy


def caddy(text: str) -> list[tuple[str, str, bool | None, bool | None, str | None]]:
    return [
        (each.host, each.port, each.tls, each.redirects, each.certificates)
        for each in parse_caddy(text.encode())
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.io {\n respond hi\n}", [("a.io", "443", True, True, "automatic")]),
        ("a.io\nrespond hi", [("a.io", "443", True, True, "automatic")]),
        ("http://a.io {\n}", [("a.io", "80", False, False, "")]),
        (":80 {\n}", [("", "80", False, False, "")]),
        (":8080 {\n}", [("", "8080", False, False, "")]),
        (":80 {\n redir https://{host}{uri}\n}", [("", "80", False, True, "")]),
        ("localhost {\n}", [("localhost", "443", True, True, "self-signed")]),
        ("a.io {\n tls internal\n}", [("a.io", "443", True, True, "self-signed")]),
        ("a.io {\n tls /c.pem /k.pem\n}", [("a.io", "443", True, True, "files")]),
        ("a.io {\n tls me@a.io\n}", [("a.io", "443", True, True, "automatic")]),
        ("{$DOMAIN} {\n}", [("{$DOMAIN}", "443", None, None, "automatic")]),
        ("{\n auto_https off\n}\na.io {\n}", [("a.io", "443", False, False, "")]),
        (
            "{\n email a@a.io\n}\na.io, b.io {\n}",
            [("a.io", "443", True, True, "automatic"), ("b.io", "443", True, True, "automatic")],
        ),
        ("{\n auto_https disable_redirects\n}\na.io {\n}", [("a.io", "443", True, False, "automatic")]),
        ("{\n local_certs\n}\na.io {\n}", [("a.io", "443", True, True, "self-signed")]),
        ("{\n auto_https off\n}\na.io {\n tls /c /k\n}", [("a.io", "443", True, False, "files")]),
        ("(snippet) {\n}\nimport sites/*", []),
        ("", []),
    ],
)
def test_a_site_of_caddy(text: str, expected: list[tuple[object, ...]]) -> None:
    assert caddy(text) == expected


# --- Apache and HAProxy


def test_a_virtual_host_of_apache() -> None:
    text = """
<VirtualHost *:80>
  ServerName a.io
  Redirect permanent / https://a.io/
</VirtualHost>
<VirtualHost *:443>
  ServerName a.io
  # SSLEngine off
  SSLEngine on
  SSLProtocol all -SSLv3
  SSLCertificateFile "/etc/letsencrypt/live/a.io/cert.pem"
</VirtualHost>
"""
    assert [
        (each.line, each.port, each.tls, each.redirects, each.certificates, each.old)
        for each in parse_apache(text.encode())
    ] == [(2, "80", False, True, "", False), (6, "443", True, False, "automatic", True)]


@pytest.mark.parametrize(
    ("lines", "certificates", "old"),
    [
        ("SSLProtocol -all +TLSv1.2", None, False),
        ("SSLProtocol all -TLSv1 -TLSv1.1", None, False),
        ("SSLProtocol TLSv1.1 TLSv1.2\nSSLCertificateFile /c.pem", "files", True),
        ("SSLCertificateFile /etc/ssl/certs/ssl-cert-snakeoil.pem", "self-signed", False),
    ],
)
def test_certificates_and_protocols_of_apache(lines: str, certificates: str | None, old: bool | None) -> None:
    (found,) = parse_apache(f"<VirtualHost _default_>\nSSLEngine on\n{lines}\n</VirtualHost>".encode())
    assert (found.certificates, found.old, found.port) == (certificates, old, "80")


def test_apache_manages_certificates_itself() -> None:
    text = "MDomain a.io\n<VirtualHost *:443>\nSSLEngine on\n</VirtualHost>\n</VirtualHost>"
    assert [each.certificates for each in parse_apache(text.encode())] == ["automatic"]
    assert parse_apache(b"Listen 80") == ()


def test_the_binds_of_haproxy() -> None:
    text = """
global
  ssl-default-bind-options ssl-min-ver TLSv1.2
frontend web
  bind *:80
  bind *:443 ssl crt /etc/haproxy/a.pem # note
  bind *:8443 ssl crt /c.pem ssl-min-ver TLSv1.0
  http-request redirect scheme https unless { ssl_fc }
backend b
  server a 10.0.0.1:80
"""
    assert [
        (each.port, each.tls, each.redirects, each.certificates, each.old)
        for each in parse_haproxy(text.encode())
    ] == [
        ("80", False, True, "", False),
        ("443", True, False, "files", False),
        ("8443", True, False, "files", True),
    ]
    assert parse_haproxy(b"frontend a\n mode http") == ()


def test_proxies_are_found_by_their_places() -> None:
    found = rows(
        {
            "ops/haproxy.cfg": "frontend w\n  bind :80\n",
            "ops/apache2.conf": "<VirtualHost *:80>\nServerName a\n</VirtualHost>",
            "Caddyfile": "a.io {\n}\n",
            "src/server.conf": "server { listen 80; }",
        }
    )
    assert [each.by for each in found] == ["caddy", "apache", "haproxy"]


def test_a_file_of_a_proxy_that_is_too_large_leaves_it_open() -> None:
    assert openings({"nginx.conf": "a;" * 600_000}) == ["larger than 1 MiB (1200000 bytes)"]


# --- a cluster

INGRESS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: a, annotations: { NOTES } }
spec: { CLASS rules: [{ host: a.io }] TLS }
"""


def ingress(notes: str = "", tls: str = "", kind: str = "") -> Listener:
    text = INGRESS.replace("NOTES", notes).replace("TLS", f", tls: {tls}" if tls else "")
    return one(text.replace("CLASS", f"ingressClassName: {kind}," if kind else ""))


@pytest.mark.parametrize(
    ("notes", "tls", "kind", "expected"),
    [
        ("", "", "", (False, False, True, "")),
        ("", "[{ secretName: s }]", "", (True, None, False, None)),
        ("", "[{ secretName: s }]", "nginx", (True, True, False, None)),
        (
            "nginx.ingress.kubernetes.io/ssl-redirect: 'false'",
            "[{ secretName: s }]",
            "nginx",
            (True, False, False, None),
        ),
        (
            "nginx.ingress.kubernetes.io/ssl-redirect: 'true'",
            "[{ secretName: s }]",
            "",
            (True, True, False, None),
        ),
        ("cert-manager.io/cluster-issuer: le", "[{ secretName: s }]", "", (True, None, False, "automatic")),
        ("alb.ingress.kubernetes.io/certificate-arn: 'arn:x'", "", "alb", (True, None, False, "automatic")),
        (
            "alb.ingress.kubernetes.io/listen-ports: '[{\"HTTPS\": 443}]'",
            "",
            "alb",
            (True, True, False, None),
        ),
        ("alb.ingress.kubernetes.io/scheme: internal", "", "alb", (False, False, False, "")),
        ("nginx.ingress.kubernetes.io/force-ssl-redirect: 'true'", "", "", (False, True, False, "")),
        (
            "nginx.ingress.kubernetes.io/permanent-redirect: 'https://b.io'",
            "",
            "nginx",
            (False, True, False, ""),
        ),
        ("kubernetes.io/ingress.allow-http: 'false'", "", "", (False, True, False, "")),
        ("traefik.ingress.kubernetes.io/router.tls: 'true'", "", "", (True, None, False, None)),
        ("", "", "tailscale", (True, None, False, "automatic")),
    ],
)
def test_an_ingress(
    notes: str, tls: str, kind: str, expected: tuple[bool | None, bool | None, bool | None, str | None]
) -> None:
    row = ingress(notes, tls, kind)
    assert (row.tls, row.redirects, row.exposed, row.certificates) == expected
    assert (row.by, row.host, row.line) == ("ingress", "a.io", 2)


def test_an_ingress_takes_part_in_the_certificate_of_another_for_the_same_name() -> None:
    plain = INGRESS.replace("NOTES", "a: b").replace("CLASS", "").replace(" TLS", "")
    secured = (
        INGRESS.replace("NOTES", "a: b").replace("CLASS", "").replace(" TLS", ", tls: [{ secretName: s }]")
    )
    other = plain.replace("a.io", "b.io")
    found = rows({"k8s/a.yaml": plain, "k8s/b.yaml": secured, "k8s/c.yaml": other})
    assert [(each.tls, each.exposed) for each in found] == [(True, False), (True, False), (False, True)]


def test_an_object_of_another_kind_is_no_listener() -> None:
    assert rows({"k8s/a.yaml": "apiVersion: acme.io/v1\nkind: Ingress\nmetadata: { name: a }\n"}) == ()
    service = "apiVersion: v1\nkind: Service\nmetadata: { name: a }\n"
    assert rows({"k8s/a.yaml": service + "spec: { ports: [{ port: 80 }] }\n"}) == ()


GATEWAY = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: g, annotations: { cert-manager.io/issuer: le } }
spec:
  listeners:
    - { name: h, protocol: HTTP, port: 80 }
    - { name: s, protocol: HTTPS, port: 443, tls: { certificateRefs: [{ name: c }] } }
    - { name: t, protocol: TCP, port: 5432 }
    - odd
"""
SENDS_ON = """
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: r }
spec:
  rules:
    - filters: [{ type: RequestRedirect, requestRedirect: { scheme: https } }]
"""


def test_a_gateway_has_a_row_for_each_listener() -> None:
    found = rows({"k8s/g.yaml": GATEWAY})
    assert [(each.line, each.port, each.tls, each.exposed, each.certificates) for each in found] == [
        (7, "80", False, True, ""),
        (8, "443", True, False, "automatic"),
    ]


def test_a_route_that_redirects_to_https_covers_the_plain_listener() -> None:
    found = rows({"k8s/g.yaml": GATEWAY, "k8s/r.yaml": SENDS_ON})
    assert [(each.redirects, each.exposed) for each in found] == [(True, False), (False, False)]


def test_what_a_kustomization_takes_in_is_seen_with_its_environment() -> None:
    found = rows(
        {
            "k8s/overlays/production/kustomization.yaml": "resources: [../../base]\n",
            "k8s/base/kustomization.yaml": "resources: [g.yaml]\n",
            "k8s/base/g.yaml": GATEWAY,
        }
    )
    assert {each.environment for each in found} == {"production"}


def test_a_gateway_of_istio() -> None:
    text = """
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: g }
spec:
  servers:
    - port: { number: 80, protocol: HTTP }
      hosts: [a.io]
      tls: { httpsRedirect: true }
    - port: { number: 443, protocol: HTTPS }
      hosts: [a.io, b.io]
      tls: { mode: SIMPLE, credentialName: c, minProtocolVersion: TLSV1_0 }
    - port: { number: 81, protocol: HTTP }
    - port: { number: 27017, protocol: MONGO }
    - odd
"""
    assert [
        (each.port, each.tls, each.redirects, each.exposed, each.old) for each in rows({"k8s/a.yaml": text})
    ] == [
        ("80", False, True, False, False),
        ("443", True, False, False, True),
        ("81", False, False, True, False),
    ]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("entryPoints: [websecure], tls: { certResolver: le }", (True, False, False, "automatic")),
        ("entryPoints: [websecure], tls: {}", (True, False, False, None)),
        ("entryPoints: [websecure]", (None, False, None, "")),
        ("entryPoints: [web]", (False, False, None, "")),
        (
            "entryPoints: [web], routes: [{ middlewares: [{ name: redirect-https }] }]",
            (False, True, False, ""),
        ),
    ],
)
def test_a_route_of_traefik(spec: str, expected: tuple[object, ...]) -> None:
    row = one(
        f"apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {{ name: a }}\nspec: {{ {spec} }}\n"
    )
    assert (row.tls, row.redirects, row.exposed, row.certificates) == expected


@pytest.mark.parametrize(
    ("tls", "expected"),
    [
        ("", (False, False, True, "")),
        ("tls: { termination: edge }", (True, True, False, "automatic")),
        (
            "tls: { termination: edge, insecureEdgeTerminationPolicy: Allow }",
            (True, False, True, "automatic"),
        ),
        ("tls: { termination: edge, certificate: x }", (True, True, False, "files")),
    ],
)
def test_a_route_of_openshift(tls: str, expected: tuple[object, ...]) -> None:
    row = one(f"apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {{ name: a }}\nspec: {{ {tls} }}\n")
    assert (row.tls, row.redirects, row.exposed, row.certificates) == expected


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        ("", [("443", None, False), ("80", False, True)]),
        (
            "service.beta.kubernetes.io/aws-load-balancer-internal: 'true'",
            [("443", None, False), ("80", False, False)],
        ),
        ("networking.gke.io/load-balancer-type: Internal", [("443", None, False), ("80", False, False)]),
        (
            "service.beta.kubernetes.io/aws-load-balancer-ssl-cert: 'arn:x'",
            [("443", True, False), ("80", False, False)],
        ),
    ],
)
def test_a_service_of_a_load_balancer(notes: str, expected: list[tuple[object, ...]]) -> None:
    text = f"""
apiVersion: v1
kind: Service
metadata: {{ name: a, annotations: {{ {notes} }} }}
spec: {{ type: LoadBalancer, ports: [{{ port: 80 }}, {{ port: 443 }}, {{ port: 5432 }}] }}
"""
    assert sorted((each.port, each.tls, each.exposed) for each in rows({"k8s/a.yaml": text})) == expected


CHART = {
    "chart/Chart.yaml": "apiVersion: v2\nname: a\nversion: 1.0.0\n",
    "chart/templates/ingress.yaml": INGRESS.replace("NOTES", "a: b")
    .replace("CLASS", "")
    .replace(" TLS", "{{ if .Values.tls }}, tls: [{ secretName: s }]{{ end }}"),
}


@pytest.mark.parametrize(("values", "tls"), [("tls: true", True), ("tls: false", False)])
def test_the_ingress_of_a_chart_is_as_its_values_make_it(values: str, tls: bool) -> None:
    assert [each.tls for each in rows({**CHART, "chart/values.yaml": values})] == [tls]


def test_what_a_chart_may_give_leaves_it_open() -> None:
    odd = {"chart/templates/b.yaml": '{{ tpl (.Files.Get "x") . }}'}
    assert openings({**CHART, **odd}) == ["whether and what the template gives is not known"]


# --- infrastructure

CLOUDFRONT = """
default_cache_behavior {
  viewer_protocol_policy = "redirect-to-https"
}
viewer_certificate {
  minimum_protocol_version = "TLSv1.2_2021"
}
"""
BOTH = """
redirect_http_to_https = true
forwarding_rule {
  entry_protocol = "http"
}
forwarding_rule {
  entry_protocol = "https"
}
"""


def terraform(type_: str, body: str) -> tuple[Listener, ...]:
    return rows({"infra/main.tf": f'resource "{type_}" "a" {{\n{body}\n}}\n'})


@pytest.mark.parametrize(
    ("type_", "body", "expected"),
    [
        (
            "aws_lb_listener",
            'protocol = "HTTP"\nport = 80\ndefault_action {\n type = "forward"\n}',
            [(False, False, True, "", False)],
        ),
        (
            "aws_lb_listener",
            'protocol = "HTTP"\ndefault_action {\n type = "redirect"\n redirect {\n protocol = "HTTPS"\n}\n}',
            [(False, True, False, "", False)],
        ),
        (
            "aws_lb_listener",
            'protocol = "HTTPS"\nssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"',
            [(True, False, False, None, False)],
        ),
        ("aws_lb_listener", 'protocol = "HTTPS"', [(True, False, False, None, True)]),
        ("aws_lb_listener", "protocol = var.p\ncertificate_arn = var.c", [(True, False, False, None, True)]),
        ("aws_lb_listener", "protocol = var.p", [(None, False, None, "", False)]),
        ("aws_lb_listener", 'protocol = "TCP"', []),
        (
            "aws_cloudfront_distribution",
            CLOUDFRONT,
            [(True, True, False, "automatic", False)],
        ),
        (
            "aws_cloudfront_distribution",
            'default_cache_behavior {\n viewer_protocol_policy = "allow-all"\n}',
            [(True, False, True, "automatic", True)],
        ),
        ("azurerm_linux_web_app", "https_only = true", [(True, True, False, "automatic", False)]),
        ("azurerm_linux_web_app", "https_only = var.x", [(True, None, None, "automatic", False)]),
        ("azurerm_linux_web_app", 'name = "a"', [(True, False, True, "automatic", False)]),
        ("google_cloud_run_v2_service", 'name = "a"', [(True, True, False, "automatic", False)]),
        ("google_compute_target_https_proxy", 'name = "a"', [(True, False, False, None, False)]),
        ("google_compute_target_http_proxy", 'name = "a"', [(False, None, None, "", False)]),
        (
            "azurerm_container_app",
            "ingress {\n target_port = 80\n}",
            [(True, True, False, "automatic", False)],
        ),
        (
            "azurerm_container_app",
            "ingress {\n allow_insecure_connections = true\n}",
            [(True, False, True, "automatic", False)],
        ),
        ("azurerm_container_app", 'name = "a"', []),
        ("azurerm_cdn_frontdoor_route", 'name = "a"', [(True, True, False, "automatic", False)]),
        (
            "azurerm_application_gateway",
            'http_listener {\n protocol = "Https"\n}',
            [(True, False, False, None, False)],
        ),
        (
            "digitalocean_loadbalancer",
            'forwarding_rule {\n entry_protocol = "http"\n}',
            [(False, False, True, "", False)],
        ),
        (
            "digitalocean_loadbalancer",
            BOTH,
            [(True, True, False, None, False), (False, True, False, "", False)],
        ),
        ("aws_elb", "listener {\n lb_protocol = var.p\n}", [(None, False, False, None, False)]),
        ("kubernetes_ingress_v1", "spec {\n tls {\n}\n}", [(True, None, False, None, False)]),
        ("kubernetes_ingress_v1", "spec {\n rule {\n}\n}", [(False, False, True, "", False)]),
        (
            "kubernetes_ingress_v1",
            'metadata {\n annotations = {\n a = "b"\n}\n}\nspec {\n rule {\n}\n}',
            [(None, None, False, None, False)],
        ),
        ("aws_s3_bucket", 'bucket = "a"', []),
    ],
)
def test_a_resource_of_terraform(type_: str, body: str, expected: list[tuple[object, ...]]) -> None:
    assert [
        (each.tls, each.redirects, each.exposed, each.certificates, each.old)
        for each in terraform(type_, body)
    ] == expected


def test_a_load_balancer_within_a_network_answers_no_outsider() -> None:
    found = rows(
        {
            "infra/a.tf": 'resource "aws_lb" "a" {\n internal = true\n}\n',
            "infra/b.tf": 'resource "aws_lb_listener" "b" {\n protocol = "HTTP"\n}\n',
        }
    )
    assert [each.exposed for each in found] == [False]


def test_a_module_of_a_load_balancer_decides_elsewhere() -> None:
    text = 'module "m" {\n  source = "SOURCE"\n}\n'
    for source, count in [
        ("terraform-aws-modules/alb/aws", 1),
        ("git::https://x.io/terraform-aws-alb.git?ref=v1", 1),
        ("cloudposse/ecs-alb-service-task/aws", 0),
        ("./alb", 0),
    ]:
        found = rows({"infra/main.tf": text.replace("SOURCE", source)})
        assert [each.tls for each in found] == [None] * count


def test_resources_of_cloudformation() -> None:
    text = """
Resources:
  Balancer: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: { Scheme: internet-facing } }
  Plain:
    Type: 'AWS::ElasticLoadBalancingV2::Listener'
    Properties: { Port: 80, Protocol: HTTP, DefaultActions: [{ Type: forward }] }
  Front:
    Type: AWS::CloudFront::Distribution
    Properties: { DistributionConfig: { DefaultCacheBehavior: { ViewerProtocolPolicy: https-only } } }
  Api: { Type: 'AWS::Serverless::Api' }
"""
    assert [(each.tls, each.exposed) for each in rows({"infra/t.yaml": text})] == [
        (False, True),
        (True, False),
        (True, False),
    ]


# --- platforms, labels, code

BOTH_PORTS = """
[[services]]
[[services.ports]]
port = 443
handlers = ["tls", "http"]
[[services.ports]]
port = 80
handlers = ["http"]
"""


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("vercel.json", "{}", [(True, True, False)]),
        ("heroku.yml", "build: {}", [(True, False, True)]),
        ("wrangler.toml", "name = 'a'", [(True, None, None)]),
        ("Procfile", "web: run", [(None, None, None)]),
        ("fly.toml", "[http_service]\nforce_https = true\n", [(True, True, False)]),
        ("fly.toml", "[http_service]\ninternal_port = 80\n", [(True, False, True)]),
        (
            "fly.toml",
            "[[services]]\n[[services.ports]]\nport = 443\nhandlers = ['tls', 'http']\n",
            [(True, True, False)],
        ),
        (
            "fly.toml",
            "[[services]]\n[[services.ports]]\nport = 80\nhandlers = ['http']\nforce_https = true\n",
            [(False, True, False)],
        ),
        ("fly.toml", "services = ['odd']\n", []),
        ("fly.toml", BOTH_PORTS, [(True, False, True)]),
        ("fly.toml", BOTH_PORTS + "force_https = true\n", [(True, True, False)]),
        ("fly.toml", "[[services]]\n[[services.ports]]\nport = 5432\n", []),
        ("fly.toml", "app = [", []),
        ("app.yaml", "runtime: python312\n", [(True, None, None)]),
        ("app.yaml", "runtime: python312\nhandlers: [{ url: /, secure: always }]\n", [(True, True, False)]),
        ("app.yaml", "name: a\n", []),
        ("config/deploy.yml", "service: a\nimage: a\nproxy: { ssl: true }\n", [(True, True, False)]),
        (
            "config/deploy.yml",
            "service: a\nimage: a\nproxy: { ssl: true, ssl_redirect: false }\n",
            [(True, False, True)],
        ),
        ("config/deploy.yml", "service: a\nimage: a\n", [(None, None, None)]),
        ("config/deploy.yml", "name: a\n", []),
        ("render.yaml", "services: [{ type: web }]\n", [(True, True, False)]),
        ("render.yaml", "services: [{ type: worker }]\n", []),
        (
            "docker-compose.yml",
            "a:\n  - traefik.http.routers.a.tls.certresolver=le\n",
            [(True, False, False)],
        ),
        ("docker-compose.yml", "a:\n  # - traefik.http.routers.a.tls.certresolver=le\n", []),
        ("docker-compose.yml", "a:\n  - LETSENCRYPT_HOST=a.io\n", [(True, True, False)]),
        (
            "docker-compose.yml",
            "a:\n  - --entrypoints.web.http.redirections.entrypoint.to=websecure\n",
            [(False, True, False)],
        ),
        ("traefik.yml", "certificatesResolvers:\n  le:\n    acme: {}\n", [(True, False, False)]),
        ("traefik.toml", "[certificatesResolvers.le.acme]\n", [(True, False, False)]),
        ("src/application.properties", "server.ssl.key-store=a.p12\n", [(None, None, False)]),
        ("main.go", "http.ListenAndServeTLS(a, b, c, nil)\n", [(None, None, False)]),
        ("main.py", "uvicorn.run(\n  app,\n  ssl_certfile=a,\n)\n", [(None, None, False)]),
        ("main.py", "redis.Redis(ssl_certfile=a)\nconnect(ssl_context=b)\n", []),
        ("main.go", "m := autocert.Manager{}\n", [(None, None, False)]),
        ("settings.py", "SECURE_SSL_REDIRECT = True\n", [(False, True, False)]),
        ("config/production.rb", "# config.force_ssl = true\n", []),
        ("config/production.rb", "  config.force_ssl = true\n", [(False, True, False)]),
    ],
)
def test_platforms_labels_and_code(path: str, text: str, expected: list[tuple[object, ...]]) -> None:
    assert [(each.tls, each.redirects, each.exposed) for each in rows({path: text})] == expected


@pytest.mark.parametrize(
    ("step", "host"),
    [
        ("run: gcloud run deploy api --image x", "Cloud Run"),
        ("uses: akhileshns/heroku-deploy@v3", "Heroku"),
        ("run: make build", ""),
    ],
)
def test_a_pipeline_that_deploys_to_a_platform(step: str, host: str) -> None:
    text = f"on: push\njobs: {{ d: {{ runs-on: x, steps: [{{ {step} }}] }} }}\n"
    assert [each.host for each in rows({".github/workflows/d.yml": text})] == [host] * bool(host)


def test_a_deploy_step_that_is_switched_off_is_none() -> None:
    text = "on: push\njobs: { d: { runs-on: x, steps: [{ if: false, run: gcloud run deploy a }] } }\n"
    assert rows({".github/workflows/d.yml": text}) == ()


def test_a_deployment_elsewhere_leaves_open_what_takes_traffic() -> None:
    steps = [
        "{ run: git clone https://github.com/own/gitops.git }",
        "{ run: 'kustomize edit set image app=acme/app:$TAG' }",
        "{ run: git push }",
    ]
    text = f"on: push\njobs: {{ deploy: {{ runs-on: x, steps: [{', '.join(steps)}] }} }}\n"
    assert "the deployment lies elsewhere" in openings({".github/workflows/ci.yml": text})


def test_a_platform_that_deploys_by_itself_is_known_to_speak_tls() -> None:
    files = {"netlify.toml": "[build]\n"}
    assert openings(files) == []
    assert [each.tls for each in rows(files)] == [True]
    assert one("build: {}", "heroku.yml").text == "platform Heroku: TLS, and plain HTTP too"
