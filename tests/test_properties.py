"""Whatever the files hold, the scan ends with a document that adds up."""

from __future__ import annotations

import json
from functools import cache

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from toys import nouns_by_name

from readiness.assess import assess
from readiness.assessment import from_json, schema, to_json
from readiness.errors import RuleError
from readiness.facts.catalogue import NOUNS
from readiness.facts.store import Store
from readiness.levels import Level
from readiness.resources import shipped
from readiness.rulebook.fields import fields_of
from readiness.rulebook.load import Pack, Rulebook, read_rule
from readiness.rulebook.packs import Manifest
from readiness.score import load_scoring
from readiness.tree.memory import MemoryTree

PATHS = (
    "Dockerfile",
    ".dockerignore",
    ".github/workflows/ci.yml",
    ".github/dependabot.yml",
    ".gitlab-ci.yml",
    "app.py",
    "src/main.py",
    "tests/test_app.py",
    "package.json",
    "index.js",
    "requirements.txt",
    "pyproject.toml",
    "README.md",
    "docs/runbook.md",
    ".env",
    ".env.example",
    "settings.toml",
    "config/production.yaml",
    "docker-compose.yml",
    "k8s/deploy.yaml",
    "setup.cfg",
    "Makefile",
)
FRAGMENTS = (
    b"on: {push: {branches: [main]}, pull_request: {}}\n",
    b"jobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n",
    b"      - uses: actions/checkout@v4\n",
    b"      - run: pytest || true\n",
    b"FROM python:3.12\n",
    b"USER app\n",
    b"HEALTHCHECK CMD curl -f http://localhost/health\n",
    b"import logging\nfrom fastapi import FastAPI\napp = FastAPI()\n",
    b"@app.get('/health')\ndef health():\n    return {'ok': True}\n",
    b"# Deployment\n\n```sh\nkubectl apply -f k8s\n```\n",
    b"SECRET_KEY=hunter2hunter2hunter2\n",
    b'{"name": "x", "dependencies": {"left-pad": "^1"}}',
    b"[project]\nname = 'x'\ndependencies = ['fastapi>=0.1']\n",
    b"a: &a [*a, *a]\n",
    b"{{ template }}\n",
    b"${{ matrix.x }}\n",
    b"\0\xff\xfe",
    b"\r\n\t",
    b"((((((((",
    b"'\"\\",
)
CONTENT = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=24)), max_size=8).map(b"".join)
TREES = st.dictionaries(st.sampled_from(PATHS), CONTENT, max_size=8)
FEW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@cache
def rulebook() -> Rulebook:
    folder = shipped("rules")
    rules = []
    for file in sorted(folder.glob("*/*.yaml")):
        name = f"rules/{file.relative_to(folder).as_posix()}"
        try:
            rules.append(read_rule(name, file.read_bytes(), nouns_by_name(*NOUNS.values())))
        except RuleError:  # test_rules says so
            continue
    return Rulebook((Pack(Manifest("rules"), "0" * 64, tuple(rules)),), tuple(rules))


@FEW
@given(TREES)
def test_any_bytes_end_in_a_document_that_adds_up(files: dict[str, bytes]) -> None:
    made = assess(MemoryTree(files), rulebook()).assessment
    data = json.loads(json.dumps(to_json(made), allow_nan=False))
    jsonschema.validate(data, schema(), jsonschema.Draft202012Validator)
    assert made == from_json(data)
    if made.score is not None:
        assert made.score.low == sum(row.points for row in made.ledger)
        assert 0 <= made.score.low <= made.score.high <= 100_000
    for rule in made.rules:
        assert Level.named(rule.level) <= Level.named(rule.ceiling)
        assert 0 <= rule.points.earned <= rule.points.earned_high <= rule.points.possible


@FEW
@given(TREES, st.randoms(use_true_random=False))
def test_the_order_of_the_files_changes_nothing(files: dict[str, bytes], random: object) -> None:
    paths = sorted(files)
    random.shuffle(paths)  # type: ignore[attr-defined]
    shuffled = MemoryTree({path: files[path] for path in paths})
    assert assess(MemoryTree(files), rulebook()).assessment == assess(shuffled, rulebook()).assessment


@FEW
@given(TREES)
def test_a_file_that_nothing_reads_changes_no_verdict(files: dict[str, bytes]) -> None:
    before = assess(MemoryTree(files), rulebook()).assessment
    after = assess(MemoryTree({**files, "photo.jpg": b"\xff\xd8\xff\0"}), rulebook()).assessment
    assert [(rule.id, rule.level, rule.ceiling) for rule in before.rules] == [
        (rule.id, rule.level, rule.ceiling) for rule in after.rules
    ]
    assert before.score == after.score


def test_the_areas_of_the_score_are_those_of_the_rules() -> None:
    assert {rule.area for rule in rulebook().rules} <= {area.id for area in load_scoring().areas}


TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9" * 2
PASSWORD = "-".join(("Tr0ub4dor", "and", "3", "horses"))
ADDRESS = f"postgres://app:{PASSWORD}@db.example.org/shop"
SECRETIVE = {
    ".env": f"SECRET_KEY={PASSWORD}\nDATABASE_URL={ADDRESS}\n",
    ".env.production": f"API_TOKEN={TOKEN}\n",
    "app.py": (
        "import os\nfrom fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\n"
        f"app = FastAPI()\npassword = '{PASSWORD}'\nos.getenv('SECRET_KEY', '{PASSWORD}')\n"
        f"app.add_middleware(CORSMiddleware, allow_origins=['{ADDRESS}'])\n"
        f"@app.get('/health')\ndef health():\n    return '{TOKEN}'\n"
    ),
    "requirements.txt": f"fastapi\ngit+https://{TOKEN}@github.com/x/y.git\n",
    "package.json": json.dumps({"name": "x", "scripts": {"test": f"TOKEN={TOKEN} jest"}}),
    "Dockerfile": (
        f"FROM python:3.12\nARG TOKEN={TOKEN}\nENV DB_PASSWORD={PASSWORD}\nENV DATABASE_URL {ADDRESS}\n"
        f"RUN curl -H 'Authorization: Bearer {TOKEN}' https://u:{PASSWORD}@x.org\n"
        f'CMD ["run", "--password={PASSWORD}"]\n'
    ),
    ".github/workflows/ci.yml": (
        f"on: {{push: {{}}, pull_request: {{}}}}\nenv: {{API_TOKEN: {TOKEN}}}\njobs:\n  test:\n"
        f"    runs-on: ubuntu-latest\n    env: {{PASSWORD: {PASSWORD}}}\n    steps:\n"
        f"      - uses: actions/checkout@v4\n        with: {{token: {TOKEN}}}\n"
        f"      - run: PASSWORD={PASSWORD} pytest --dsn {ADDRESS}\n"
        f"      - run: kubectl --token={TOKEN} apply -f k8s\n"
        f"      - run: helm upgrade --set password={PASSWORD} shop .\n"
    ),
    "docker-compose.yml": (
        f"services:\n  web:\n    build: .\n    environment:\n      - DB_PASSWORD={PASSWORD}\n"
        f"      - DATABASE_URL={ADDRESS}\n    command: run --token {TOKEN}\n"
    ),
    "k8s/secret.yaml": f"apiVersion: v1\nkind: Secret\nstringData:\n  password: {PASSWORD}\n",
    "settings.yaml": f"database:\n  url: {ADDRESS}\n  password: {PASSWORD}\napi_key: {TOKEN}\n",
    "settings.toml": f"[db]\npassword = '{PASSWORD}'\ntoken = '{TOKEN}'\n",
    "README.md": (
        f"# Shop\n\n## Deployment\n\n```sh\nexport DB_PASSWORD={PASSWORD}\n"
        f"kubectl --token={TOKEN} apply -f k8s\n"
        f"docker run -e DATABASE_URL={ADDRESS} shop\n```\n"
    ),
    "docs/runbook.md": f"# Runbook {TOKEN}\n\n## Rollback\n\n1. psql {ADDRESS}\n",
    "Makefile": f"deploy:\n\tTOKEN={TOKEN} helm upgrade shop .\n",
}


def test_no_secret_reaches_the_document() -> None:
    text = json.dumps(to_json(assess(MemoryTree(SECRETIVE), rulebook()).assessment))
    assert [secret for secret in (TOKEN, PASSWORD) if secret in text] == []


@pytest.mark.parametrize("name", NOUNS)
def test_no_row_holds_a_secret(name: str) -> None:
    noun = NOUNS[name]
    found = Store(MemoryTree(SECRETIVE)).collected(noun, ("**",) if noun.scoped else ())
    leaking = [
        f"{row.path}:{row.line} {field}"
        for row in found.rows
        for field in fields_of(noun.row)
        for secret in (TOKEN, PASSWORD)
        if secret in str(getattr(row, field))
    ]
    assert leaking == []
