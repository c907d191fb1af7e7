from __future__ import annotations

import pytest
from ci_support import steps, subject

from readiness.facts.ci.collect import JOB, STEP

CHECKOUT = "- uses: actions/checkout@v4\n"
DOCKERFILE = "FROM python:3.12\nCOPY . .\nRUN pip install -r requirements.txt && pytest -q\n"


def checks(step: str, **files: str) -> list[tuple[str, str, bool]]:
    """Command, way and blocking of what the images that ``step`` builds check."""
    named = {name.replace("__", "/"): text for name, text in files.items()}
    store = subject({".github/workflows/ci.yml": steps(CHECKOUT + step), **named})
    rows = store.collected(STEP).rows
    return [(row.command, row.via, row.blocking) for row in rows if "Dockerfile" in row.via]


@pytest.mark.parametrize(
    "step",
    [
        "- run: docker build -t app:1 .",
        "- run: docker image build --no-cache --tag=app --build-arg A=1 .",
        "- run: docker buildx build --push --platform linux/amd64 -t app -f Dockerfile .",
        "- run: sudo docker build --network host .",
        "- uses: docker/build-push-action@v6",
        "- uses: docker/build-push-action@v6\n  with:\n    context: .\n    file: ./Dockerfile",
    ],
)
def test_a_test_in_an_image_that_is_built_is_a_step(step: str) -> None:
    assert checks(step, Dockerfile=DOCKERFILE) == [("pytest -q", "Dockerfile:3", True)]


@pytest.mark.parametrize(
    "step",
    [
        "- run: docker run app",
        "- run: docker build",
        "- run: docker build https://example.com/a.git",
        "- run: docker build $CONTEXT",
        "- run: docker build other",
        "- run: docker build -f Other.Dockerfile .",
        "- run: docker compose build",
        "- uses: docker/setup-buildx-action@v3",
        "- uses: docker/build-push-action@v6\n  with:\n    context: other",
    ],
)
def test_what_builds_another_image_or_none_runs_none_of_its_tests(step: str) -> None:
    assert checks(step, Dockerfile=DOCKERFILE) == []


def test_a_folder_has_its_own_image() -> None:
    found = checks(
        "- run: |\n    cd web\n    docker build .", web__Dockerfile="FROM node:22\nRUN npx eslint .\n"
    )
    assert found == [("npx eslint .", "web/Dockerfile:2", True)]


def test_a_script_of_the_folder_is_followed() -> None:
    found = checks(
        "- run: docker build web",
        web__Dockerfile='FROM node:22\nCOPY . .\nRUN ["npm", "test"]\n',
        **{"web/package.json": '{"scripts": {"test": "vitest run"}}'},
    )
    assert found == [("vitest run", "web/Dockerfile:3 > web/package.json:1", True)]


def test_a_failure_that_the_image_or_the_step_swallows_does_not_block() -> None:
    masked = "FROM python:3.12\nRUN pytest || true\n"
    assert checks("- run: docker build .", Dockerfile=masked) == [("pytest", "Dockerfile:2", False)]
    assert checks("- run: docker build . || true", Dockerfile=DOCKERFILE)[0][2] is False


STAGES = """
FROM python:3.12 AS base
RUN ruff check
FROM base AS test
RUN pytest
FROM base AS docs
RUN mypy
FROM python:3.12-slim
COPY --from=base /app /app
RUN --mount=type=bind,from=docs,target=/docs cp -r /docs /srv
"""


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("- run: docker build .", {"ruff check", "mypy"}),
        ("- run: docker build --target test .", {"ruff check", "pytest"}),
        ("- uses: docker/build-push-action@v6\n  with:\n    target: test", {"ruff check", "pytest"}),
    ],
)
def test_only_the_stages_that_are_needed_are_built(step: str, expected: set[str]) -> None:
    assert {command for command, _, _ in checks(step, Dockerfile=STAGES)} == expected


def test_the_body_of_a_heredoc_is_run() -> None:
    body = "FROM python:3.12\nRUN <<EOF\npip install .\npytest\nEOF\n"
    assert [row[0] for row in checks("- run: docker build .", Dockerfile=body)] == ["pytest"]


def test_an_image_that_cannot_be_read_checks_nothing() -> None:
    assert checks("- run: docker build .", Dockerfile="{{ template }}\n") == []


def test_a_delivery_waits_for_the_tests_in_its_image() -> None:
    text = steps(f"{CHECKOUT}- run: docker build -t acme/app .\n- run: docker push acme/app")
    store = subject({".github/workflows/ci.yml": text, "Dockerfile": DOCKERFILE})
    assert [row.gated for row in store.collected(JOB).rows] == [True]
