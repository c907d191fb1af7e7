from __future__ import annotations

import pytest

from readiness.facts.catalogue import TABLES
from readiness.facts.code.hints import HINTS
from readiness.facts.repository import claimed
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


def claims(files: dict[str, str]) -> list[tuple[str, int, str, str]]:
    rows = Store(MemoryTree(files), tables=TABLES).collected(claimed.ENVIRONMENT).rows
    return [(row.path, row.line, row.name, row.source) for row in rows]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("app/settings/production.py", ["production"]),
        ("settings/dev.py", ["development"]),
        ("config/prod.exs", ["production"]),
        ("config/runtime.exs", []),
        ("app/settings/production_line.py", []),
        ("app/staging.py", []),
        ("settings/prod", []),
    ],
)
def test_code_that_holds_the_settings_of_an_environment_claims_it(path: str, expected: list[str]) -> None:
    assert [name for _, _, name, _ in claims({path: "x = 1\n"})] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A=1\nAPP_ENV=local\n", [(".env.example", 2, "development", "settings")]),
        ("RAILS_ENV=production\n", [(".env.example", 1, "production", "settings")]),
        ("SPRING_PROFILES_ACTIVE=prod,metrics\n", []),
        ("NODE_ENV=production\n", []),
        ("APP_NAME=production\n", []),
        ("APP_ENV=\n", []),
    ],
)
def test_a_variable_that_says_where_a_program_runs_claims_it(
    text: str, expected: list[tuple[str, int, str, str]]
) -> None:
    assert claims({".env.example": text}) == expected


NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {}\n  labels:\n    {}: {}\n"


@pytest.mark.parametrize(
    ("name", "key", "value", "expected"),
    [
        ("shop", "environment", "production", [(6, "production")]),
        ("shop", "tags.datadoghq.com/env", '"staging" # for now', [(6, "staging")]),
        ("shop-prod", "app", "shop", [(1, "production")]),
        ("preview-images", "app", "production", []),
        ("shop", "environment", "production-line", []),
        ("shop", "team", "production", []),
    ],
)
def test_namespaces_and_labels_of_kubernetes_claim_environments(
    name: str, key: str, value: str, expected: list[tuple[int, str]]
) -> None:
    found = claims({"k8s/namespace.yaml": NAMESPACE.format(name, key, value)})
    assert [(line, name) for _, line, name, _ in found] == expected


def test_a_manifest_claims_the_environment_of_its_namespace_once() -> None:
    one = "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  namespace: shop-staging\n"
    found = claims({"k8s/a.yaml": f"{one}---\n{one.replace('name: a', 'name: b')}"})
    assert [(line, name) for _, line, name, _ in found] == [(1, "staging")]


def test_a_label_in_a_file_that_is_no_manifest_claims_nothing() -> None:
    assert claims({"data/a.yaml": "labels:\n  environment: production\n"}) == []


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("- run: serverless deploy --stage prod --region eu", ["production"]),
        ("- run: npx sls deploy --stage=staging", ["staging"]),
        ("- run: serverless deploy --stage ${{ inputs.stage }}", []),
        ("- run: echo --stage prod", []),
        ("- uses: azure/webapps-deploy@v3\n        with:\n          slot-name: 'production'", ["production"]),
    ],
)
def test_a_step_that_deploys_claims_where_to(step: str, expected: list[str]) -> None:
    workflow = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      {step}\n"
    assert [name for _, _, name, _ in claims({".github/workflows/a.yml": workflow})] == expected


def test_a_slot_of_azure_claims_its_environment_and_that_of_another_file_does_not() -> None:
    task = "steps:\n- task: AzureWebApp@1\n  inputs:\n    SlotName: 'production'\n"
    found = claims({"azure-pipelines.yml": task, "data/a.yml": task})
    assert [(path, line, name) for path, line, name, _ in found] == [("azure-pipelines.yml", 4, "production")]


def test_the_stage_of_a_serverless_service_claims_it() -> None:
    text = "service: a\nprovider:\n  name: aws\n  stage: prod\nfunctions:\n  f:\n    handler: a.b\n"
    assert {name for _, _, name, _ in claims({"serverless.yml": text})} == {"production"}
