"""Settings files of environments, and copies among them."""

from __future__ import annotations

import pytest

from readiness.facts.scripts.copies import SETTINGS_FILE
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Limits


def found(files: dict[str, str]) -> list[tuple[str, str, int, str]]:
    rows = Store(MemoryTree(files), tables=()).collected(SETTINGS_FILE).rows
    return [(row.path, row.environment, row.values, row.same_as) for row in rows]


def test_a_file_for_one_environment_that_is_the_file_for_all_is_a_copy() -> None:
    files = {"settings.yaml": "a: 1\nb: [2]\n", "staging/settings_staging.yaml": "a: 1\r\nb: [2]\r\n\r\n"}
    assert found(files) == [("staging/settings_staging.yaml", "staging", 2, "settings.yaml")]


def test_two_environments_with_the_same_settings_are_copies_of_one_another() -> None:
    files = {"config/production.json": '{"a": 1}', "config/staging.json": '{"a": 1}'}
    assert found(files) == [
        ("config/production.json", "production", 1, "config/staging.json"),
        ("config/staging.json", "staging", 1, "config/production.json"),
    ]


def test_files_that_differ_are_no_copies() -> None:
    files = {".env.production": "A=1\n# B=2\n", ".env.staging": "A=2\n"}
    assert found(files) == [(".env.production", "production", 1, ""), (".env.staging", "staging", 1, "")]


def test_the_same_settings_in_two_parts_of_the_product_are_no_copies() -> None:
    files = {"a/settings-prod.yaml": "a: 1", "b/settings.yaml": "a: 1", "c/settings-dev.yaml": "a: 1"}
    assert [same for *_, same in found(files)] == ["", ""]


def test_a_folder_may_tell_the_environment() -> None:
    files = {"app/prod/config.yaml": "a: 1", "app/dev/config.yaml": "a: 1", "app/config.yaml": "b: 1"}
    assert [same for *_, same in found(files)] == ["app/prod/config.yaml", "app/dev/config.yaml"]


def test_two_files_of_one_environment_are_no_copies() -> None:
    files = {"a/settings-prod.yaml": "a: 1", "b/settings-prod.yaml": "a: 1"}
    assert [same for *_, same in found(files)] == ["", ""]


@pytest.mark.parametrize(
    "path",
    [
        "deploy/prod/service.yaml",
        "prod/main.tf",
        ".github/workflows/prod.yml",
        "settings.yaml",
        "config/production.py",
    ],
)
def test_what_is_no_environments_settings_file_gives_no_row(path: str) -> None:
    assert found({path: "a: 1"}) == []


def test_a_file_that_nobody_can_read_has_no_values() -> None:
    assert found({"config/production.json": "{"}) == [("config/production.json", "production", 0, "")]


def test_a_file_over_the_limit_is_like_no_other() -> None:
    files = {"config/production.json": '{"a": 1234567}', "config/staging.json": '{"a": 1234567}'}
    store = Store(MemoryTree(files, limits=Limits(file_bytes=4)), tables=())
    assert [row.same_as for row in store.collected(SETTINGS_FILE).rows] == ["", ""]


@pytest.mark.parametrize(
    ("path", "text", "watched"),
    [
        ("config/production.yaml", "monitoring: { interval: 30 }\n", True),
        ("config/production.yaml", "monitoring: { enabled: false, interval: 30 }\n", False),
        ("config/production.yaml", "monitoring: false\n", False),
        ("config/production.yaml", "app: { metrics_enabled: true }\n", True),
        ("config/production.yaml", "app: { metrics_enabled: false }\n", False),
        ("config/production.yaml", "evaluation: { metrics: [bleu] }\n", False),
        ("config/production.yaml", "metrics: { port: 9100 }\n", True),
        ("config/production.yaml", "sentry: { dsn: '' }\n", False),
        ("config/production.yaml", "a: [\n", False),
        (".env.production", "# SENTRY_DSN=x\nexport SENTRY_DSN='https://a@b.io/1'\nA\n", True),
        (".env.production", "SENTRY_DSN=\n", False),
    ],
)
def test_a_settings_file_switches_monitoring_on(path: str, text: str, watched: bool) -> None:
    (row,) = Store(MemoryTree({path: text}), tables=()).collected(SETTINGS_FILE).rows
    assert row.watched is watched


def test_what_is_on_for_all_environments_is_on_for_each() -> None:
    files = {
        "config/settings.yaml": "monitoring: { on: 1 }\n",
        "config/settings_prod.yaml": "a: 1\n",
        "x/dev.yaml": "a: 1\n",
    }
    rows = Store(MemoryTree(files), tables=()).collected(SETTINGS_FILE).rows
    assert [(row.environment, row.watched) for row in rows] == [("production", True), ("development", False)]
