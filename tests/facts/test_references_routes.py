"""Paths of the product's own service that its files name, and whether its code serves them."""

from __future__ import annotations

import pytest

from readiness.facts.catalogue import TABLES
from readiness.facts.references.routes import NAMED, NamedRoute
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

APP = (
    "from fastapi import FastAPI\napp = FastAPI()\n"
    '@app.get("/health")\ndef health(): return {}\n'
    '@app.get("/users/{user_id}")\ndef user(user_id): return {}\n'
    '@app.get("/api/v1/items")\ndef items(): return "/elsewhere"\n'
)


def rows(files: dict[str, str]) -> list[NamedRoute]:
    return list(Store(MemoryTree({"app.py": APP} | files), tables=TABLES).collected(NAMED).rows)


def served(path: str, text: str) -> list[tuple[str, bool | None, str]]:
    return [(row.route, row.served, row.by) for row in rows({path: text})]


def workflow(command: str) -> str:
    return (
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n"
        f"      - uses: actions/checkout@v4\n      - run: {command}\n"
    )


@pytest.mark.parametrize(
    ("expected", "address"),
    [
        ([("/health", True, "ci")], "http://localhost:8000/health"),
        ([("/health/", True, "ci")], "http://127.0.0.1:$PORT/health/"),
        ([("/ready", False, "ci")], "http://localhost:8000/ready"),
        ([("/users/7", True, "ci")], "http://localhost:8000/users/7"),
        ([("/items", None, "ci")], "http://localhost:8000/items"),
        ([("/prefix/health", None, "ci")], "http://localhost:8000/prefix/health"),
        ([("/docs", None, "ci")], "http://localhost:8000/docs"),
        ([("/elsewhere", None, "ci")], "http://localhost:8000/elsewhere"),
        ([], "http://localhost:9090/ready"),
        ([], "http://localhost:8000/"),
        ([], "http://localhost:8000/nonexistent"),
        ([], "http://localhost:8000/a.css"),
        ([], "https://example.com/ready"),
    ],
)
def test_what_a_pipeline_asks_for(expected: list[object], address: str) -> None:
    assert served(".github/workflows/ci.yml", workflow(f"curl -f {address}")) == expected


def test_a_row_has_its_place_and_its_words() -> None:
    (row,) = rows({".github/workflows/ci.yml": workflow("curl http://localhost:8000/ready")})
    assert (row.path, row.line, row.text) == (".github/workflows/ci.yml", 7, "/ready (no route serves it)")


def test_health_checks_of_images_and_of_compose() -> None:
    files = {
        "Dockerfile": "FROM a\nHEALTHCHECK CMD curl -f http://localhost:8000/ready\n",
        "docker-compose.yml": (
            "services:\n  a:\n    build: .\n    healthcheck:\n"
            "      test: [CMD, curl, 'http://localhost:8000/alive']\n"
            "  b:\n    image: x\n    healthcheck: {test: curl http://localhost:8000/other}\n"
            "  c:\n    build: .\n    healthcheck: {test: curl http://localhost:8000/health}\n"
        ),
    }
    assert [(row.route, row.served, row.by) for row in rows(files)] == [
        ("/ready", False, "docker"),
        ("/alive", False, "compose"),
        ("/health", True, "compose"),
    ]


def test_probes_of_containers_with_the_products_image() -> None:
    text = """apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      containers:
        - name: shop
          image: ghcr.io/acme/shop:1.2
          livenessProbe:
            httpGet:
              path: /health
              port: 80
          readinessProbe:
            httpGet: {path: /ready, port: 80}
          volumeMounts:
            - path: /data
        - name: other
          image: redis:7
          livenessProbe:
            httpGet:
              path: /others
"""
    files = {
        "k8s/shop.yaml": text,
        "Dockerfile": "FROM python:3.12\n",
        "docker-compose.yml": "services: {shop: {build: ., image: 'ghcr.io/acme/shop:1.2'}}\n",
    }
    assert [(row.line, row.route, row.served, row.by) for row in rows(files)] == [
        (12, "/health", True, "manifest"),
        (15, "/ready", False, "manifest"),
    ]


def test_a_script_is_believed_where_it_names_others_that_are_served() -> None:
    script = 'requests.get(f"{base}/health")\nrequests.get(f"{base}/meta/system-status", timeout=1)\n'
    assert served("deploy/check.py", script) == [
        ("/health", True, "script"),
        ("/meta/system-status", False, "script"),
    ]
    assert served("deploy/check.sh", "# http://localhost:1/x\ncurl http://localhost:8000/status\n") == [
        ("/status", None, "script")
    ]


def test_a_client_names_paths_without_a_host() -> None:
    text = "api.get<User>(`/users/${id}`);\nthis.client.get<X>('/meta/status');\n"
    text += "api.get(`/users/${encode(x)}`)\n"
    assert served("web/api.ts", text) == [
        ("/users/${id}", True, "client"),
        ("/meta/status", False, "client"),
        ("/users/{value}", True, "client"),
    ]


def test_documents_of_the_interface_name_paths_with_their_method() -> None:
    text = "# API reference\n\n### `GET /meta/policy`\n\n| POST | x |\ncurl http://localhost:8000/health\n"
    assert served("docs/api.md", text) == [("/meta/policy", False, "document"), ("/health", True, "document")]
    assert served("docs/notes.md", "# Notes\nWe call `GET /repos/x`.\n") == [("/repos/x", None, "document")]
    assert served("docs/design.md", "# Design\nGET /meta/policy\n") == []


def test_without_routes_that_are_read_nothing_is_said() -> None:
    files = {"app.py": "x = 1\n", ".github/workflows/ci.yml": workflow("curl http://localhost:8000/ready")}
    assert rows(files) == []


def test_where_another_server_is_not_read_a_path_may_be_its() -> None:
    files = {
        "go.mod": "module a\n",
        "main.go": 'package main\nfunc main() {\n\thttp.ListenAndServe(":80", nil)\n}\n',
        ".github/workflows/ci.yml": workflow("curl http://localhost:8000/ready"),
    }
    assert [row.served for row in rows(files)] == [None]


@pytest.mark.parametrize(
    "text",
    [
        'def mount(app):\n    @app.get("/{rest:path}")\n    def page(rest): return 1\n',
        'def mount(app):\n    @app.get("/x")\n    def page(): return FileResponse("index.html")\n',
    ],
)
def test_a_front_end_answers_its_own_paths(text: str) -> None:
    files = {
        "pages.py": text,
        ".github/workflows/ci.yml": workflow("curl http://localhost:8000/projects/demo"),
    }
    assert [row.served for row in rows(files)] == [None]


def test_a_view_set_of_django_may_serve_more_below_it() -> None:
    urls = 'from django.urls import path\nurlpatterns = [path("tasks/", views.tasks), path("x/", views.x)]\n'
    files = {"app.py": urls, ".github/workflows/ci.yml": workflow("curl http://localhost:8000/tasks/run")}
    assert [row.served for row in rows(files)] == [None]
