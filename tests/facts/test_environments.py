from __future__ import annotations

import pytest

from readiness.facts.code.hints import HINTS
from readiness.facts.repository.environments import ENVIRONMENT, environment_of, from_names, named
from readiness.facts.store import Store
from readiness.spans import Span
from readiness.tree.memory import MemoryTree


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("prod", "production"),
        ("PRD", "production"),
        ("live", "production"),
        ("deploy-production", "production"),
        ("eu_west.stg", "staging"),
        ("pre-prod", "staging"),
        ("UAT", "staging"),
        ("local", "development"),
        ("qa", "test"),
        ("non-prod", ""),
        ("product", ""),
        ("delivery", ""),
        ("", ""),
    ],
)
def test_a_name_is_normalised(text: str, expected: str) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("config/production.yaml", "production"),
        ("config/environments/staging.rb", "staging"),
        ("app/models/staging.rb", ""),
        ("config/local.yaml", "development"),
        ("docker-compose.prod.yml", "production"),
        ("docker-compose.test.yml", "test"),
        (".env.local", "development"),
        (".env", ""),
        (".env.production", "production"),
        ("staging/settings_staging.yaml", "staging"),
        ("overlays/prod/kustomization.yaml", "production"),
        ("infra/live/eu/main.tf", "production"),
        ("live/main.tf", ""),
        ("terraform/dev/prod.tfvars", "production"),
        ("settings/test.json", "test"),
        ("values-stg.yaml", "staging"),
        ("my-prod-cluster/a.yaml", "production"),
        ("test.yaml", ""),
        ("tests/data.yaml", ""),
        ("test_data.yaml", ""),
        ("live_view.py", ""),
        ("production.md", ""),
        ("src/production/line.py", ""),
        ("Dockerfile.dev", "development"),
        ("a.yaml", ""),
    ],
)
def test_a_configuration_file_belongs_to_the_environment_it_names(path: str, expected: str) -> None:
    assert environment_of(path) == expected


def test_the_files_of_the_product_claim_environments() -> None:
    files = {
        "config/prod.yaml": "a: 1\n",
        "tests/config/prod.yaml": "a: 1\n",
        ".github/workflows/deploy-staging.yml": "on: push\n",
        "README.md": "production\n",
    }
    found = Store(MemoryTree(files), tables=[HINTS]).collected(ENVIRONMENT)
    assert [(row.path, row.name, row.environment, row.source) for row in found.rows] == [
        ("config/prod.yaml", "production", "production", "file")
    ]


def test_names_that_others_found_are_environments_too() -> None:
    rows = from_names([("prd-eu", Span("a.yml", 3)), ("github-pages", Span("a.yml", 9))], "workflow")
    assert [(row.name, row.path, row.line, row.text, row.source) for row in rows] == [
        ("production", "a.yml", 3, "prd-eu", "workflow")
    ]
