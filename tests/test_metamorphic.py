"""What must not change a verdict, and what must not make a score worse.

Two subjects: ``wishful``, which promises more than it does, and a small service that keeps most of what
it promises. Profile and tier are held, since what a repository is decides what is asked of it.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from tree_repos import Repo

from readiness.assess import Options, assess
from readiness.cli.options import book
from readiness.facts.repository.claimed import claimed
from readiness.facts.store import Store
from readiness.judge import judge
from readiness.rulebook.questions import View
from readiness.tree import open_tree
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.assessment import Assessment
    from readiness.levels import Level
    from readiness.rulebook.model import Rule

SAMPLE = Path(__file__).parent / "samples" / "wishful"
AS_OF = "2026-01-02"
HELD = Options(tier="A", profile="service", as_of=AS_OF)

SERVICE = {
    "README.md": "# Shop\n\nA shop.\n\n## Deployment\n\nRun `make deploy`.\n",
    "shop/app.py": (
        "import logging\nimport os\n\nimport uvicorn\nfrom fastapi import FastAPI\n\n"
        "logging.basicConfig(level=os.environ['LOG_LEVEL'])\napp = FastAPI()\n\n\n"
        "@app.get('/health')\ndef health():\n    return {'status': 'ok'}\n\n\n"
        "if __name__ == '__main__':\n    uvicorn.run(app, host='0.0.0.0')\n"
    ),
    "tests/test_app.py": "def test_it():\n    assert True\n",
    "requirements.txt": "fastapi==0.110.0\nuvicorn==0.29.0\n",
    ".github/workflows/ci.yml": (
        "name: CI\non: [push, pull_request]\npermissions:\n  contents: read\njobs:\n  test:\n"
        "    runs-on: ubuntu-latest\n    timeout-minutes: 10\n    steps:\n"
        "      - uses: actions/checkout@v4\n      - run: pip install -r requirements.txt\n"
        "      - run: pytest\n"
    ),
    "Makefile": "deploy:\n\t./deploy.sh\n",
    "deploy.sh": "#!/bin/sh\nset -e\nssh host docker compose pull\nssh host docker compose up -d\n",
}


@cache
def wishful() -> Mapping[str, bytes]:
    found = (file for file in sorted(SAMPLE.rglob("*")) if file.is_file())
    return {file.relative_to(SAMPLE).as_posix(): file.read_bytes() for file in found}


def assessed(files: Mapping[str, str | bytes]) -> Assessment:
    return assess(MemoryTree(files), book(), HELD).assessment


def verdicts(assessment: Assessment) -> dict[str, tuple[str, str, str]]:
    return {rule.id: (rule.status, rule.level, rule.ceiling) for rule in assessment.rules}


@cache
def before(name: str) -> Assessment:
    return assessed(SUBJECTS[name])


SUBJECTS: Mapping[str, Mapping[str, str | bytes]] = {"wishful": wishful(), "service": SERVICE}
RULES = book(cases=True).rules
NAMES = pytest.mark.parametrize("name", sorted(SUBJECTS))


@cache
def facts_of(name: str) -> Store:
    return Store(MemoryTree(SUBJECTS[name]), as_of=AS_OF, profile="service")


def levels(rule: Rule, facts: Store) -> tuple[Level, Level] | None:
    """Level and ceiling; None where the rule does not apply or has nothing to inspect."""
    verdict = judge(rule, View(facts), claimed(facts))
    return (verdict.level, verdict.ceiling) if verdict.applicable and not verdict.empty else None


@NAMES
@pytest.mark.parametrize("area", ["cicd", "container", "monitoring", "operations", "security"])
def test_the_files_of_a_rules_best_case_never_lower_its_level(area: str, name: str) -> None:
    """Files that are there already stay as they are; cases with a history of their own show nothing here."""
    compared, lowered = 0, []
    for rule in RULES:
        files = best_case(rule, SUBJECTS[name])
        old = levels(rule, facts_of(name)) if rule.area == area and files else None
        if old is not None:
            compared += 1
            new = levels(rule, Store(MemoryTree({**SUBJECTS[name], **files}), as_of=AS_OF, profile="service"))
            lowered += [rule.id] if new is None or new[0] < old[0] else []
    assert lowered == []
    assert compared > 5


def best_case(rule: Rule, files: Mapping[str, str | bytes]) -> Mapping[str, str]:
    """What a case that gets full credit has beside ``files``."""
    for case in rule.cases:
        if case.level is rule.top and case.past is None and not case.untracked:
            return {path: text for path, text in case.files.items() if path not in files}
    return {}


FIRST = {
    "an image": {"Dockerfile": "FROM python\nCOPY . /app\nCMD python /app/shop/app.py\n"},
    "a compose file": {"compose.yaml": "services:\n  shop:\n    build: .\n    privileged: true\n"},
    "a workload": {
        "k8s/shop.yaml": (
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec:\n  template:\n    spec:\n"
            "      containers:\n        - {name: shop, image: shop}\n"
        )
    },
    "a workflow": {
        ".github/workflows/other.yml": "on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n"
    },
    "a root of Terraform": {"infra/main.tf": 'resource "aws_db_instance" "db" {\n  engine = "postgres"\n}\n'},
    "an alert": {
        "alerts.rules.yml": "groups:\n  - name: a\n    rules:\n      - alert: Down\n        expr: up == 0\n"
    },
    "an ingress": {
        "k8s/ingress.yaml": (
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: shop}\nspec:\n"
            "  rules: [{host: shop.example.org, http: {paths: [{path: /, backend: {}}]}}]\n"
        )
    },
    "a proxy": {"nginx.conf": "events {}\nhttp { server { listen 80; server_name shop.example.org; } }\n"},
    "an encrypted file": {
        "config/secrets.enc.yaml": "password: ENC[AES256_GCM,data:abc]\nsops: {version: 3.8.1}\n"
    },
    "a version route": {
        "shop/version.py": (
            "from fastapi import APIRouter\nr = APIRouter()\n\n\n@r.get('/version')\ndef v():\n    return 1\n"
        )
    },
    "a runbook": {"docs/runbooks/down.md": "# Down\n\nLook.\n"},
    "a changelog": {"CHANGELOG.md": "# Changelog\n"},
    "a template of settings": {".env.example": "LOG_LEVEL=info\n"},
    "a migration": {"alembic.ini": "[alembic]\n", "alembic/versions/1_a.py": "def upgrade():\n    pass\n"},
    "a front end": {"web/package.json": '{"private": true, "dependencies": {"react": "18.2.0"}}\n'},
}


@NAMES
@pytest.mark.parametrize("kind", sorted(FIRST))
def test_the_first_object_of_a_kind_never_lowers_the_score(kind: str, name: str) -> None:
    """However bad it is: what a good change can switch on is blocked before, not left out.

    A route and a call to another service are no such objects: they are features, which bring duties.
    """
    files = SUBJECTS[name]
    old, new = before(name).score, assessed({**files, **FIRST[kind]}).score
    assert old is not None
    assert new is not None
    assert new.low >= old.low


@NAMES
@pytest.mark.parametrize("path", ["notes/poem.txt", "assets/logo.svg", "data/table.csv"])
def test_a_file_that_has_nothing_to_do_with_it_changes_no_verdict(path: str, name: str) -> None:
    assert verdicts(before(name)) == verdicts(assessed({**SUBJECTS[name], path: "a rose\n"}))


@NAMES
def test_line_ends_change_no_verdict(name: str) -> None:
    files = {
        path: _bytes(text) if path.endswith(".sh") else _bytes(text).replace(b"\n", b"\r\n")
        for path, text in SUBJECTS[name].items()
    }
    assert verdicts(before(name)) == verdicts(assessed(files))


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


@NAMES
def test_the_order_of_keys_changes_no_verdict(name: str) -> None:
    files = dict(SUBJECTS[name])
    turned = 0
    for path, text in SUBJECTS[name].items():
        if not path.endswith((".yml", ".yaml", ".json")):
            continue
        try:
            data = yaml.load(_bytes(text), yaml.BaseLoader)  # every scalar stays the text that it is
        except yaml.YAMLError:
            continue
        if path.endswith(".json"):
            files[path] = json.dumps(_turned(json.loads(text)), indent=2)
        else:
            files[path] = yaml.safe_dump(_turned(data), sort_keys=False, width=1000)
        turned += 1
    assert turned
    assert verdicts(before(name)) == verdicts(assessed(files))


def _turned(data: object) -> object:
    if isinstance(data, dict):
        return {key: _turned(data[key]) for key in reversed(data)}
    return [_turned(item) for item in data] if isinstance(data, list) else data


@NAMES
def test_the_name_of_the_folder_changes_no_verdict(tmp_path: Path, name: str) -> None:
    found = []
    for folder in ("one", "production-test"):
        repo = Repo(tmp_path / folder)
        repo.commit(SUBJECTS[name])
        found.append(verdicts(assess(open_tree(str(repo.path)), book(), HELD).assessment))
    assert found[0] == found[1]


@NAMES
def test_a_folder_of_a_larger_repository_gives_what_it_gives_alone(tmp_path: Path, name: str) -> None:
    alone, big = Repo(tmp_path / "alone"), Repo(tmp_path / "big")
    alone.commit(SUBJECTS[name])
    beside = {
        "README.md": "# Big\n",
        "other/Dockerfile": "FROM scratch\n",
        ".github/workflows/x.yml": "on: push\n",
    }
    big.commit({**beside, **{f"services/sub/{path}": text for path, text in SUBJECTS[name].items()}})
    one = assess(open_tree(str(alone.path)), book(), HELD).assessment
    sub = assess(open_tree(str(big.path / "services" / "sub")), book(), HELD).assessment
    assert verdicts(one) == verdicts(sub)
    assert one.score == sub.score


def test_no_rule_knows_the_names_of_a_product() -> None:
    """A copy with the product's, its folders' and its routes' own names exchanged gets the same score."""
    words = {b"lantern": b"gadget", b"Lantern": b"Gadget", b"LANTERN": b"GADGET", b"wishful": b"earnest"}
    files = {}
    for path, text in wishful().items():
        name, content = path, text
        for old, new in words.items():
            name, content = name.replace(old.decode(), new.decode()), content.replace(old, new)
        files[name] = content
    assert files.keys() != wishful().keys()
    assert verdicts(before("wishful")) == verdicts(assessed(files))
    assert before("wishful").score == assessed(files).score
