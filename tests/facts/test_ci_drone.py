from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from readiness.facts.ci.collect import FILE, JOB, PIPELINE, STEP, USE
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Subject

if TYPE_CHECKING:
    from readiness.facts.ci.rows import JobRow, StepRow

TWO = """
kind: pipeline
name: check
steps:
  - name: test
    image: python
    commands: [pytest]
"""


def store(text: str, files: dict[str, str] | None = None, path: str = ".drone.yml") -> Store:
    subject = Subject(name="s", default_branch="main", remote="https://github.com/own/repo")
    return Store(MemoryTree({path: dedent(text), **(files or {})}, subject=subject), ())


def pipeline(steps: str, head: str = "") -> str:
    return f"kind: pipeline\nname: default\n{dedent(head)}steps:\n{dedent(steps)}"


def jobs(text: str) -> dict[str, JobRow]:
    return {row.name: row for row in store(text).collected(JOB).rows}


def steps(text: str, files: dict[str, str] | None = None) -> tuple[StepRow, ...]:
    return store(text, files).collected(STEP).rows


def several(*names: str) -> frozenset[str]:
    return frozenset(names)


TEST = "- name: test\n  image: python\n  commands: [pytest]\n"
DEPLOY = "- name: deploy\n  image: alpine/k8s\n  commands: [kubectl apply -f k8s]\n"


def test_a_step_is_a_job_whose_commands_have_the_files() -> None:
    (row,) = steps(
        pipeline("- name: test\n  image: python\n  commands:\n    - pip install .\n    - pytest -q\n")
    )[1:]
    assert (row.system, row.job, row.command, row.line) == ("drone", "test", "pytest -q", 8)
    assert (row.checked_out, row.blocking, row.purposes) == (True, True, several("test"))


def test_the_images_of_plugins_are_building_blocks() -> None:
    text = "- name: a\n  image: plugins/docker:20.18\n- name: b\n  image: own/plugin\n"
    text += "- name: c\n  image: python:3\n  commands: [pytest]\n"
    rows = store(pipeline(text)).collected(USE).rows
    assert [(row.action, row.version, row.pinned, row.line) for row in rows] == [
        ("plugins/docker", "20.18", "docker-tag", 5),
        ("own/plugin", "", "none", 7),
    ]
    woodpecker = store("steps:\n" + text, path=".woodpecker.yml").collected(USE).rows
    assert [(row.system, row.action) for row in woodpecker] == [
        ("woodpecker", "plugins/docker"),
        ("woodpecker", "own/plugin"),
    ]


def test_steps_follow_one_another_and_hold_what_comes_after() -> None:
    found = jobs(pipeline(TEST + DEPLOY))
    assert found["deploy"].needs == {"test"}
    assert found["deploy"].gated


def test_a_pipeline_without_conditions_runs_on_pushes_proposals_and_tags() -> None:
    assert jobs(pipeline(TEST))["test"].trigger == several("main", "change", "branch", "tag")


@pytest.mark.parametrize(
    ("condition", "trigger"),
    [
        ("event: push", ["main", "change", "branch"]),
        ("event: [pull_request]", ["change"]),
        ("event: {exclude: [pull_request, tag]}", ["main", "change", "branch"]),
        ("branch: main\n    event: push", ["main"]),
        ("branch: release/*\n    event: push", ["branch"]),
        ("event: tag", ["tag"]),
        ("ref: [refs/tags/v*]", ["tag"]),
        ("ref: refs/heads/main", ["main"]),
        ("event: promote\n    target: production", ["manual"]),
        ("event: cron\n    cron: nightly", ["schedule"]),
        ("event: custom", ["manual"]),
        ("cron: nightly", ["schedule"]),
        ("target: [production]", ["manual"]),
        ("event: push\n    local: true", []),
        ("branch: '[a*'\n    event: push", []),
        ("branch: {include: [main], exclude: [x]}\n    event: push", ["main"]),
        ("branch: [main, '!main']\n    event: push", []),
        ("branch: {exclude: [main]}\n    event: push", ["change", "branch"]),
    ],
)
def test_the_condition_of_a_step_decides_when_it_runs(condition: str, trigger: list[str]) -> None:
    row = jobs(pipeline(TEST + f"  when:\n    {condition}\n"))["test"]
    assert (row.trigger if row.enabled else several()) == several(*trigger)


def test_the_trigger_of_a_pipeline_narrows_its_steps() -> None:
    text = pipeline(TEST + "  when: {event: tag}\n", head="trigger: {event: push}\n")
    assert jobs(text)["test"].enabled is False


def test_the_target_of_a_promotion_is_the_environment() -> None:
    text = pipeline(DEPLOY + "  when: {event: promote, target: production}\n")
    row = jobs(text)["deploy"]
    assert (row.deploys, row.trigger) == (True, several("manual"))


def test_a_test_of_proposals_holds_no_deployment_of_main() -> None:
    only = "  when: {branch: main, event: push}\n"
    text = pipeline(TEST + "  when: {event: pull_request}\n" + DEPLOY + only)
    assert not jobs(text)["deploy"].gated


def test_a_failure_that_is_ignored_is_masked() -> None:
    (row,) = steps(pipeline(TEST + "  failure: ignore\n"))
    assert (row.blocking, row.masked) == (False, "failure: ignore")


def test_a_step_in_the_background_is_masked() -> None:
    (row,) = steps(pipeline(TEST + "  detach: true\n"))
    assert row.masked == "detach: true"


def test_a_step_that_only_prints_is_a_placeholder() -> None:
    row = jobs(pipeline("- name: deploy\n  image: alpine\n  commands: [echo deploying]\n"))["deploy"]
    assert (row.placeholder, row.deploys) == (True, False)


def test_without_a_clone_there_are_no_files() -> None:
    assert jobs(pipeline(TEST, head="clone: {disable: true}\n"))["test"].checks_out is False


def test_a_test_after_the_deployment_holds_nothing() -> None:
    assert not jobs(pipeline(DEPLOY + TEST))["deploy"].gated


def test_steps_of_a_graph_wait_only_for_those_they_name() -> None:
    lint = "- name: lint\n  image: x\n  commands: [ruff check]\n"
    found = jobs(pipeline(TEST + lint + DEPLOY + "  depends_on: [lint]\n"))
    assert (found["lint"].needs, found["deploy"].needs, found["deploy"].gated) == (
        several(),
        several("lint"),
        False,
    )


def test_pipelines_of_one_file_wait_for_one_another() -> None:
    text = TWO + (
        "---\n"
        "kind: pipeline\n"
        "name: ship\n"
        "depends_on: [check]\n"
        "steps:\n"
        "- name: go\n"
        "  image: x\n"
        "  commands: [kubectl apply -f k]\n"
    )
    row = jobs(text)["ship/go"]
    assert (row.needs, row.gated) == (several("check/test"), True)


def test_documents_of_other_kinds_are_no_pipelines() -> None:
    assert set(jobs(TWO + "---\nkind: secret\nname: x\n---\nkind: signature\nhmac: y\n")) == {"test"}


def test_what_a_template_makes_is_open() -> None:
    gaps = store("kind: template\nload: x.jsonnet\n").collected(STEP).openings
    assert [gap.reason for gap in gaps] == ["a pipeline that a template makes"]


@pytest.mark.parametrize("path", [".drone.jsonnet", ".drone.star"])
def test_what_another_language_makes_is_open(path: str) -> None:
    assert len(store("local x = 1;", path=path).collected(STEP).openings) == 1


def test_a_step_after_a_failure_is_told() -> None:
    text = pipeline(
        "- name: deploy production\n  image: x\n  commands: [kubectl apply -f k]\n"
        "- name: undo\n"
        "  image: x\n"
        "  commands: [kubectl rollout undo deployment/a]\n"
        "  when: {status: [failure]}\n"
        "- name: tell\n"
        "  image: plugins/slack\n"
        "  settings: {channel: dev}\n"
        "  when: {status: [success, failure]}\n"
    )
    row = jobs(text)["deploy production"]
    assert (row.rolls_back, row.notifies, row.environment) == (True, True, "production")


@pytest.mark.parametrize(
    ("image", "settings", "purposes"),
    [
        ("plugins/docker:20", "{repo: acme/app}", several("build-image", "push-image")),
        ("plugins/docker", "{repo: acme/app, dry_run: true}", several("build-image")),
        ("appleboy/drone-ssh", "{host: x, script: [docker compose up -d]}", several("deploy")),
        ("pelotech/drone-helm3", "{mode: upgrade}", several("deploy")),
        ("plugins/unheard-of", "{a: 1}", several()),
    ],
)
def test_plugins_have_purposes(image: str, settings: str, purposes: frozenset[str]) -> None:
    (row,) = steps(pipeline(f"- name: it\n  image: {image}\n  settings: {settings}\n"))
    assert row.purposes == purposes


def test_the_build_of_a_plugin_is_followed_into_its_dockerfile() -> None:
    text = pipeline(
        "- name: image\n"
        "  image: plugins/docker\n"
        "  settings: {repo: a, dockerfile: api/Dockerfile, context: api}\n"
    )
    (row, _) = steps(text, {"api/Dockerfile": "FROM x\nRUN pytest\n"})
    assert (row.tool, row.via) == ("pytest", "api/Dockerfile:2")


def test_commands_are_followed_through_make() -> None:
    text = pipeline("- name: t\n  image: x\n  commands: [make check]\n")
    (row,) = steps(text, {"Makefile": "check:\n\tpytest\n"})
    assert (row.tool, row.via) == ("pytest", "Makefile:2")


def test_the_form_before_version_one_is_read() -> None:
    text = (
        "pipeline:\n"
        "  test:\n"
        "    image: python\n"
        "    commands: [pytest]\n"
        "  tell:\n"
        "    image: plugins/slack\n"
        "    channel: dev\n"
        "branches: [main]\n"
    )
    found = jobs(text)
    assert found["test"].purposes == several("test")
    assert found["tell"].notifies


@pytest.mark.parametrize(
    ("text", "line"),
    [("kind: pipeline\nname: x\n", 1), ("a: [\n", 1), ("kind: secret\n", 1), ("- a\n", 1)],
)
def test_what_drone_cannot_read_is_a_problem_and_no_row(text: str, line: int) -> None:
    facts = store(text)
    (problem,) = facts.collected(PIPELINE).problems
    assert (problem.line, facts.collected(STEP).rows, facts.collected(STEP).openings) == (line, (), ())
    assert [row.valid for row in facts.collected(FILE).rows] == [False]


def test_steps_of_the_same_name_are_told_apart() -> None:
    assert set(jobs(pipeline(TEST + TEST))) == {"test"}
    assert set(jobs(TWO + "---\n" + TWO.replace("check", "other"))) == {"check/test", "other/test"}
    assert set(jobs(TWO + "---\n" + TWO)) == {"check/test", "check/test (2)"}


def test_a_file_that_is_too_deep_leaves_the_questions_open() -> None:
    facts = store("a: " + "[" * 5000 + "]" * 5000)
    assert len(facts.collected(STEP).openings) == 1


def test_a_step_without_a_name_or_work_is_still_a_job() -> None:
    assert list(jobs(pipeline("- image: plugins/slack\n- name: none\n- x\n"))) == ["step 1", "none"]


def test_an_empty_file_is_nothing() -> None:
    assert store("").collected(PIPELINE).rows == ()


# ---- Woodpecker

WOOD = ".woodpecker.yml"


def wood(files: dict[str, str]) -> Store:
    subject = Subject(name="s", default_branch="main")
    return Store(MemoryTree({path: dedent(text) for path, text in files.items()}, subject=subject), ())


def wood_jobs(text: str) -> dict[str, JobRow]:
    return {row.name: row for row in wood({WOOD: text}).collected(JOB).rows}


def test_a_workflow_of_woodpecker_is_a_pipeline() -> None:
    (row,) = wood({WOOD: "when: {event: push, branch: main}\nsteps:\n" + TEST}).collected(PIPELINE).rows
    assert (row.system, row.name) == ("woodpecker", "woodpecker")
    assert (row.trigger, row.events) == (several("main"), several("push"))


def test_steps_may_be_a_mapping() -> None:
    assert set(wood_jobs("steps:\n  test:\n    image: python\n    commands: [pytest]\n")) == {"test"}


def test_several_conditions_are_alternatives() -> None:
    text = "steps:\n" + TEST + "  when:\n    - event: tag\n    - {event: push, branch: main}\n"
    assert wood_jobs(text)["test"].trigger == several("tag", "main")


def test_a_condition_that_is_not_worked_out_is_unknown_and_lets_the_step_run() -> None:
    text = "steps:\n" + TEST + "  when: {evaluate: 'CI_X == 1', event: push, branch: main}\n" + DEPLOY
    found = wood_jobs(text)
    assert (found["test"].enabled, found["deploy"].gated) == (True, False)


def test_a_workflow_waits_for_another_file() -> None:
    files = {
        ".woodpecker/test.yml": "when: {event: push}\nsteps:\n" + TEST,
        ".woodpecker/deploy.yml": "when: {event: push, branch: main}\ndepends_on: [test]\nsteps:\n" + DEPLOY,
    }
    found = {row.name: row for row in wood(files).collected(JOB).rows}
    assert found["deploy"].gated


def test_a_workflow_that_runs_less_often_holds_nothing() -> None:
    files = {
        ".woodpecker/test.yml": "when: {event: pull_request}\nsteps:\n" + TEST,
        ".woodpecker/deploy.yml": "when: {event: push, branch: main}\ndepends_on: [test]\nsteps:\n" + DEPLOY,
    }
    found = {row.name: row for row in wood(files).collected(JOB).rows}
    assert not found["deploy"].gated


def test_a_workflow_that_runs_after_failures_is_held_by_nothing() -> None:
    files = {
        ".woodpecker/test.yml": "when: {event: push}\nsteps:\n" + TEST,
        ".woodpecker/deploy.yml": "when: {event: push}\n"
        "depends_on: [test]\n"
        "runs_on: [success, failure]\n"
        "steps:\n" + DEPLOY,
    }
    found = {row.name: row for row in wood(files).collected(JOB).rows}
    assert not found["deploy"].gated


def test_where_only_changes_of_some_paths_start_it_that_is_told() -> None:
    (row,) = wood({WOOD: "when: {event: push, path: 'src/**'}\nsteps:\n" + TEST}).collected(PIPELINE).rows
    assert row.filtered


@pytest.mark.parametrize("head", ["clone: none\n", "skip_clone: true\n"])
def test_a_workflow_without_a_clone_has_no_files(head: str) -> None:
    assert wood_jobs(head + "steps:\n" + TEST)["test"].checks_out is False


def test_a_matrix_is_told() -> None:
    assert wood_jobs("matrix: {V: [1, 2]}\nsteps:\n" + TEST)["test"].matrix


def test_the_folder_counts_before_the_single_file() -> None:
    files = {WOOD: "steps:\n" + TEST, ".woodpecker/a.yaml": "steps:\n" + DEPLOY}
    assert {row.name for row in wood(files).collected(JOB).rows} == {"deploy"}


def test_one_broken_workflow_leaves_the_others() -> None:
    files = {".woodpecker/a.yml": "x: 1\n", ".woodpecker/b.yml": "steps:\n" + TEST}
    facts = wood(files)
    assert [problem.path for problem in facts.collected(PIPELINE).problems] == [".woodpecker/a.yml"]
    assert {row.name for row in facts.collected(JOB).rows} == {"test"}
