"""What a report looks at in detail, from the files of small repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.analyses import SHOWN
from readiness.assess import Options, assess
from readiness.cli.options import book
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from readiness.assessment import Analysis


def analysis(title: str, files: dict[str, str]) -> Analysis | None:
    found = assess(MemoryTree({path: text.encode() for path, text in files.items()}), book())
    return next((one for one in found.assessment.analyses if one.title == title), None)


def words(title: str, files: dict[str, str]) -> list[tuple[str, tuple[str, ...], str]]:
    found = analysis(title, files)
    return [] if found is None else [(one.path, one.words, one.tone) for one in found.items]


JOB = (
    "jobs: {{ t: {{ runs-on: ubuntu-latest, steps: [{{ uses: actions/checkout@v4 }}, {{ run: '{}' }}] }} }}\n"
)
CI = ".github/workflows/ci.yml"


@pytest.mark.parametrize(
    ("start", "command", "said", "tone"),
    [
        ("on: pull_request\n", "pytest", ("1 job", "runs on every change", "for test"), "good"),
        (
            "on: pull_request\n",
            "pytest || true",
            ("1 job", "runs on every change", "for test", "failure is swallowed in 1 check"),
            "fair",
        ),
        (
            "on: [push, pull_request]\n",
            "./unknown",
            (
                "1 job",
                "runs on every change, on tags",
                "no step is known to test, build or deliver",
            ),
            "fair",
        ),
        (
            "on: { schedule: [{ cron: '0 3 * * 1' }] }\n",
            "./unknown",
            ("1 job", "runs on a schedule", "no step is known to test, build or deliver"),
            "none",
        ),
        (
            "on: workflow_dispatch\n",
            "echo done",
            ("1 job", "runs on demand", "does no work: no enabled job runs a real command"),
            "poor",
        ),
    ],
)
def test_a_workflow_says_when_it_runs_what_it_does_and_whether_it_bites(
    start: str, command: str, said: tuple[str, ...], tone: str
) -> None:
    files = {CI: start + JOB.format(command), "unknown": "x\n"}
    assert words("Workflow analysis", files) == [(CI, said, tone)]


def test_a_workflow_whose_work_is_written_elsewhere_is_not_called_good() -> None:
    text = "on: pull_request\njobs: { a: { uses: acme/ci/.github/workflows/all.yml@main } }\n"
    assert words("Workflow analysis", {CI: text}) == [
        (CI, ("1 job", "runs on every change", "what it runs is not known from these files"), "unknown")
    ]


def test_a_health_check_that_reports_some_failures_and_swallows_others_says_both() -> None:
    body = (
        "try:\n        db.session.execute('select 1')\n    except ValueError:\n        raise\n"
        "    except Exception as error:\n        if 'bad' in str(error):\n"
        "            raise HTTPException(status_code=500)\n    return 'ok'"
    )
    ((_, said, _),) = words("Health check analysis", {"app.py": ROUTE.format(body)})
    assert said[1:] == ("answers 5xx on some failures", "other errors are answered as success")


def test_a_workflow_that_runs_a_strangers_text_is_poor() -> None:
    text = (
        "on: pull_request_target\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - run: echo '${{ github.event.pull_request.title }}'\n"
    )
    ((_, said, tone),) = words("Workflow analysis", {CI: text})
    assert said[-1] == "runs a stranger's text with the repository's rights"
    assert tone == "poor"


@pytest.mark.parametrize(
    ("text", "said", "tone"),
    [
        (
            'FROM python:3.12.1-slim\nUSER app\nHEALTHCHECK CMD true\nCMD ["x"]\n',
            (
                "for deploy",
                "1 stage",
                "starts as an ordinary user",
                "has a health check",
                "base held by version",
            ),
            "good",
        ),
        (
            'FROM python\nCMD ["x"]\n',
            ("for deploy", "1 stage", "starts as root", "has no health check", "base not held to a version"),
            "fair",
        ),
        (
            "FROM python\nCOPY gone.py .\nENV API_KEY=8f3kd93kfmw0dk3ld0s\n",
            (
                "for deploy",
                "1 stage",
                "starts as root",
                "has no health check",
                "base not held to a version",
                "copies 1 file not in the repository",
                "carries a secret",
            ),
            "poor",
        ),
    ],
)
def test_an_image_says_who_it_runs_as_and_what_it_rests_on(
    text: str, said: tuple[str, ...], tone: str
) -> None:
    found = words("Image analysis", {"Dockerfile": text, "app.py": "import flask\napp = flask.Flask('x')\n"})
    assert found == [("Dockerfile", said, tone)]


def test_an_image_that_is_not_deployed_is_not_blamed() -> None:
    ((path, said, tone),) = words("Image analysis", {"Dockerfile.dev": "FROM python\n", "app.py": "x = 1\n"})
    assert (path, said[0], tone) == ("Dockerfile.dev", "for development", "none")


ROUTE = "from flask import Flask\napp = Flask('x')\n\n@app.get('/health')\ndef health():\n    {}\n"


@pytest.mark.parametrize(
    ("body", "said", "tone"),
    [
        (
            "return {'ok': True}",
            ("answers the same whatever the state", "cannot report failure"),
            "poor",
        ),
        (
            "db.session.execute('select 1'); return 'ok'",
            ("asks what it depends on", "answers 5xx on failure"),
            "good",
        ),
    ],
)
def test_a_health_check_says_what_it_looks_at(body: str, said: tuple[str, ...], tone: str) -> None:
    assert words("Health check analysis", {"app.py": ROUTE.format(body)}) == [("app.py", said, tone)]


def test_a_health_check_that_swallows_errors_is_poor() -> None:
    body = (
        "try:\n        db.session.execute('select 1')\n    except Exception:\n        pass\n    return 'ok'"
    )
    ((_, said, tone),) = words("Health check analysis", {"app.py": ROUTE.format(body)})
    assert "an error inside is answered as success" in said
    assert tone == "poor"


SCRIPT = "#!/bin/sh\nset -e\npg_dump shop > backup.sql\nkubectl apply -f k8s/\n"


def test_a_script_says_what_it_does_and_what_it_only_announces() -> None:
    assert words("Deployment script analysis", {"scripts/deploy.sh": SCRIPT}) == [
        ("scripts/deploy.sh", ("does backup, deploy",), "good")
    ]
    assert words("Backup strategy", {"scripts/deploy.sh": SCRIPT}) == [
        ("scripts/deploy.sh", ("does backup",), "good")
    ]
    empty = "#!/bin/sh\nrollback() {\n  echo 'rolling back'\n}\nrollback\n"
    ((_, said, tone),) = words("Deployment script analysis", {"scripts/rollback.sh": empty})
    assert said[0] == "only announces rollback"
    assert tone == "poor"


def test_an_environment_file_with_secrets_that_git_keeps_is_poor_and_a_template_is_good() -> None:
    files = {".env": "API_KEY=8f3kd93kfmw0dk3ld0s\nNAME=x\n", ".env.example": "API_KEY=changeme\n"}
    rows = words("Environment variable analysis", files)
    found = {path: (said, tone) for path, said, tone in rows}
    assert found[".env"][0][:1] == ("2 variables",)
    assert found[".env"][0][-1] == "1 secret with a real value"
    assert found[".env"][1] == "poor"
    assert found[".env.example"] == (
        ("a template", "1 variable", "1 secret with a placeholder for a value"),
        "good",
    )


def test_a_settings_file_that_is_a_copy_is_named_as_such() -> None:
    files = {"config/production.yaml": "a: 1\nb: 2\n", "config/staging.yaml": "a: 1\nb: 2\n"}
    found = words("Configuration by environment", files)
    assert [(path, tone) for path, _, tone in found] == [
        ("config/production.yaml", "fair"),
        ("config/staging.yaml", "fair"),
    ]
    assert "the same as another environment's" in found[0][1]


WORKLOAD = """
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  replicas: 3
  strategy: { type: RollingUpdate }
  template: { spec: { containers: [{ name: a, image: "a:1.0" }] } }
"""


def test_a_workload_says_how_many_run() -> None:
    assert words("Workload analysis", {"k8s/shop.yaml": WORKLOAD}) == [
        ("k8s/shop.yaml", ("Deployment", "3 replicas", "RollingUpdate"), "none")
    ]


def test_what_is_not_listed_is_counted() -> None:
    files = {f".github/workflows/w{n:02}.yml": "on: push\n" + JOB.format("pytest") for n in range(SHOWN + 3)}
    found = analysis("Workflow analysis", files)
    assert found is not None
    assert (len(found.items), found.total) == (SHOWN, SHOWN + 3)


def test_an_area_that_is_not_asked_is_not_looked_at() -> None:
    found = assess(
        MemoryTree({CI: ("on: push\n" + JOB.format("pytest")).encode()}), book(), Options(areas=("security",))
    )
    assert [one.area for one in found.assessment.analyses if one.area != "security"] == []


def test_files_of_tests_are_not_looked_at() -> None:
    assert words("Health check analysis", {"tests/test_app.py": ROUTE.format("return 1")}) == []
