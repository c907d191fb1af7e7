from __future__ import annotations

import pytest

from readiness.facts.ci.events import filtered, starts
from readiness.facts.ci.references import parts, retired
from readiness.facts.ci.workflow import Event, parse_workflow

JOB = "\njobs: {j: {runs-on: x, steps: [{run: ls}]}}\n"


def triggers(on: str, branch: str = "main") -> set[str]:
    return {start.trigger for start in starts(events(on), branch)}


def events(on: str) -> tuple[Event, ...]:
    return parse_workflow(f"on: {on}{JOB}".encode()).events


@pytest.mark.parametrize(
    ("expected", "on"),
    [
        ({"change", "main", "branch", "tag"}, "push"),
        ({"change", "main", "branch", "tag"}, "[push, pull_request]"),
        ({"main"}, "{push: {branches: [main]}}"),
        ({"main"}, "{push: {branches: main}}"),
        ({"main", "branch"}, "{push: {branches: [main, develop]}}"),
        ({"branch"}, "{push: {branches: [develop]}}"),
        ({"branch"}, "{push: {branches: ['release/**']}}"),
        ({"main", "branch", "change"}, "{push: {branches: ['**']}}"),
        ({"branch", "change"}, "{push: {branches: ['**', '!main']}}"),
        ({"main", "branch", "change"}, "{push: {branches-ignore: [gh-pages]}}"),
        ({"branch", "change"}, "{push: {branches-ignore: [main]}}"),
        ({"tag"}, "{push: {tags: ['v*']}}"),
        ({"tag", "main"}, "{push: {tags: ['v*'], branches: [main]}}"),
        ({"change", "main", "branch"}, "{push: {branches-ignore: []}}"),
        ({"tag"}, "{push: {tags-ignore: [x]}}"),
        ({"change"}, "pull_request"),
        ({"change"}, "{pull_request: {types: [opened]}}"),
        ({"other"}, "{pull_request: {types: [closed]}}"),
        ({"change"}, "pull_request_target"),
        ({"other"}, "{pull_request_target: {types: [labeled]}}"),
        ({"change"}, "merge_group"),
        ({"schedule"}, "{schedule: [{cron: '0 3 * * *'}]}"),
        ({"manual"}, "workflow_dispatch"),
        ({"manual"}, "repository_dispatch"),
        ({"tag"}, "release"),
        ({"other"}, "issue_comment"),
        (set(), "workflow_call"),
        ({"main", "branch"}, "{push: {branches: ['ma?in']}}"),
        ({"branch"}, "{push: {branches: ['[']}}"),
        ({"branch"}, "{push: {branches: ['rel\\.x']}}"),
    ],
)
def test_what_starts_a_workflow(expected: set[str], on: str) -> None:
    assert triggers(on) == expected


def test_without_a_known_default_branch_its_usual_names_count() -> None:
    assert triggers("{push: {branches: [master]}}", "") == {"main"}


def test_another_default_branch_is_known() -> None:
    assert triggers("{push: {branches: [develop]}}", "develop") == {"main"}


@pytest.mark.parametrize(
    ("expected", "on"),
    [
        (True, "{pull_request: {paths: [src/**]}}"),
        (True, "{push: {paths-ignore: [src/**, docs/**]}}"),
        (True, "{push: {paths-ignore: ['**.txt']}}"),
        (True, "{push: {paths-ignore: ['.github/**', '.github/workflows/**']}}"),
        (False, "{push: {paths-ignore: ['docs/**', '**.md', LICENSE, .github/FUNDING.yml]}}"),
        (False, "{push: {paths: [src/**]}, pull_request: }"),
        (False, "schedule"),
    ],
)
def test_a_filter_by_path_on_changes_is_seen(expected: bool, on: str) -> None:
    assert filtered(events(on)) is expected


@pytest.mark.parametrize(
    ("expected", "reference"),
    [
        ("tag", "actions/checkout@v4"),
        ("tag", "a/b@1.2.3-rc.1"),
        ("branch", "a/b@master"),
        ("branch", "pypa/gh-action-pypi-publish@release/v1"),
        ("sha", "a/b@" + "a1" * 20),
        ("branch", "a/b@abc1234"),
        ("none", "a/b"),
        ("local", "./.github/actions/x"),
        ("docker-tag", "docker://alpine:3.19"),
        ("docker-digest", "docker://ghcr.io/a/b@sha256:00"),
    ],
)
def test_how_a_reference_is_pinned(expected: str, reference: str) -> None:
    assert parts(reference).pinned == expected


def test_an_image_is_named_without_its_tag() -> None:
    assert parts("docker://ghcr.io/a/b:1").action == "ghcr.io/a/b"


@pytest.mark.parametrize(
    "reference",
    [
        "actions/upload-artifact@v3",
        "actions/download-artifact@v1.0.0",
        "actions/cache@v2",
        "actions/deploy-pages@v3",
    ],
)
def test_a_version_that_the_forge_refuses_is_retired(reference: str) -> None:
    assert retired(reference).startswith("GitHub refuses actions/")


@pytest.mark.parametrize(
    "reference", ["actions/upload-artifact@v4", "actions/cache@v3", "a/b@v1", "actions/cache@main", "./x"]
)
def test_a_version_that_runs_is_not_retired(reference: str) -> None:
    assert retired(reference) == ""
