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

PATH = ".buildkite/pipeline.yml"
TEST = "- label: test\n  command: pytest\n"
DEPLOY = "- label: deploy\n  command: kubectl apply -f k8s\n"


def store(text: str, files: dict[str, str] | None = None, path: str = PATH) -> Store:
    subject = Subject(name="s", default_branch="main", remote="https://github.com/own/repo")
    return Store(MemoryTree({path: dedent(text), **(files or {})}, subject=subject), ())


def jobs(steps: str, files: dict[str, str] | None = None) -> dict[str, JobRow]:
    return {row.name: row for row in store(f"steps:\n{steps}", files).collected(JOB).rows}


def steps(text: str, files: dict[str, str] | None = None) -> tuple[StepRow, ...]:
    return store(f"steps:\n{text}", files).collected(STEP).rows


def several(*names: str) -> frozenset[str]:
    return frozenset(names)


def test_a_step_is_a_job_with_the_files() -> None:
    (_, row) = steps("- label: ':python: test'\n  commands:\n    - pip install .\n    - pytest -q\n")
    assert (row.system, row.job, row.command, row.line) == ("buildkite", "test", "pytest -q", 5)
    assert (row.checked_out, row.purposes) == (True, several("test"))
    assert row.trigger == several("main", "change", "branch")


def test_the_list_of_steps_may_stand_alone() -> None:
    assert [row.tool for row in store(TEST).collected(STEP).rows] == ["pytest"]


def test_steps_run_side_by_side() -> None:
    found = jobs(TEST + DEPLOY)
    assert (found["deploy"].needs, found["deploy"].gated) == (several(), False)


@pytest.mark.parametrize("barrier", ["- wait\n", "- wait: ~\n", "- type: wait\n", "- waiter\n"])
def test_what_is_behind_a_barrier_waits_for_what_is_before_it(barrier: str) -> None:
    found = jobs(TEST + barrier + DEPLOY)
    assert (found["deploy"].needs, found["deploy"].gated) == (several("test"), True)


def test_behind_two_barriers_the_last_steps_count() -> None:
    found = jobs(TEST + "- wait\n- wait\n" + DEPLOY)
    assert found["deploy"].gated


def test_a_barrier_that_lets_failures_through_holds_nothing() -> None:
    assert not jobs(TEST + "- wait: ~\n  continue_on_failure: true\n" + DEPLOY)["deploy"].gated


@pytest.mark.parametrize("barrier", ["- block: 'Go?'\n", "- input: 'Which?'\n", "- block\n", "- manual: x\n"])
def test_a_person_lets_the_steps_behind_a_block_start(barrier: str) -> None:
    row = jobs(TEST + barrier + DEPLOY)["deploy"]
    assert (row.trigger, row.gated) == (several("manual"), True)


def test_a_block_on_one_branch_holds_only_there() -> None:
    row = jobs(TEST + "- block: 'Go?'\n  branches: main\n" + DEPLOY)["deploy"]
    assert row.trigger == several("manual", "change", "branch")


def test_a_step_that_names_what_it_depends_on_waits_for_that_alone() -> None:
    text = (
        "- {label: test, key: t, command: pytest}\n- {label: lint, key: l, command: ruff check}\n- block: x\n"
        "- {label: deploy, depends_on: [l], command: kubectl apply -f k}\n"
        "- {label: ship, depends_on: {step: t}, command: kubectl apply -f k}\n"
    )
    found = jobs(text)
    assert (found["deploy"].needs, found["deploy"].gated) == (several("lint"), False)
    assert (found["ship"].gated, found["ship"].trigger) == (True, several("main", "change", "branch"))


def test_a_step_that_depends_on_a_block_waits_for_a_person() -> None:
    text = "- {block: x, key: ask}\n- {label: deploy, depends_on: ask, command: kubectl apply -f k}\n"
    assert jobs(text)["deploy"].trigger == several("manual")


@pytest.mark.parametrize(
    "more",
    ["depends_on: [{step: t, allow_failure: true}]", ("depends_on: t\n  allow_dependency_failure: true")],
)
def test_a_dependency_that_may_fail_holds_nothing(more: str) -> None:
    text = (
        f"- {{label: test, key: t, command: pytest}}\n"
        f"- label: deploy\n"
        f"  command: kubectl apply -f k\n"
        f"  {more}\n"
    )
    assert not jobs(text)["deploy"].gated


def test_a_group_stands_for_its_steps() -> None:
    text = (
        "- group: checks\n  key: checks\n  steps:\n    - {label: test, command: pytest}\n"
        "- {label: deploy, depends_on: checks, command: kubectl apply -f k}\n"
    )
    assert jobs(text)["deploy"].needs == several("test")


@pytest.mark.parametrize("more", ["soft_fail: true", "soft_fail: [{exit_status: 1}]"])
def test_a_soft_failure_is_masked(more: str) -> None:
    (row,) = steps(TEST + f"  {more}\n")
    assert (row.blocking, row.masked) == (False, "soft_fail")


def test_a_failure_that_the_shell_swallows_is_masked() -> None:
    assert not steps("- command: pytest || true\n")[0].blocking


def test_a_step_that_is_skipped_is_disabled() -> None:
    assert jobs(TEST + "  skip: not now\n")["test"].enabled is False


@pytest.mark.parametrize(
    ("condition", "trigger"),
    [
        ("branches: main", ["main"]),
        ("branches: ['main', 'release/*']", ["main", "branch"]),
        ("branches: '!main'", ["change", "branch"]),
        ("if: build.branch == 'main'", ["main"]),
        ("if: build.branch == pipeline.default_branch", ["main"]),
        ("if: build.branch != 'main'", ["change", "branch"]),
        ("if: build.branch =~ /^ma/", ["main"]),
        ("if: build.pull_request.id != null", ["change"]),
        ("if: build.tag != null", ["tag"]),
        ("if: build.source == 'schedule'", ["schedule"]),
        ("if: build.source == 'ui'", ["manual"]),
        ("if: build.branch == 'main' && !(build.source == 'schedule')", ["main"]),
        ("if: build.branch == 'main' || build.tag != null", ["main", "tag"]),
        ("if: build.message !~ /skip/", ["main", "change", "branch"]),
        ("if: build.env('X') == 'y'", ["main", "change", "branch"]),
        ("if: 'true'", ["main", "change", "branch"]),
        ("if: 'false'", []),
        ("if: '(('", ["main", "change", "branch"]),
    ],
)
def test_a_condition_decides_on_which_builds_a_step_runs(condition: str, trigger: list[str]) -> None:
    row = jobs(TEST + f"  {condition}\n")["test"]
    assert (row.trigger if row.enabled else several()) == several(*trigger)


def test_a_test_that_may_be_left_out_holds_nothing() -> None:
    assert not jobs(TEST + "  if: build.env('X') == 'y'\n- wait\n" + DEPLOY)["deploy"].gated


def test_the_condition_of_a_group_counts_for_its_steps() -> None:
    text = "- group: a\n  if: build.branch == 'main'\n  steps:\n    - {label: test, command: pytest}\n"
    assert jobs(text)["test"].trigger == several("main")


def test_what_another_pipeline_does_is_open() -> None:
    facts = store("steps:\n- {label: deploy, trigger: deploy-prod}\n")
    assert facts.collected(JOB).rows[0].deploys is None
    (gap,) = facts.collected(STEP).openings
    assert gap.reason == "what the pipeline deploy-prod does is written elsewhere"


def test_a_file_that_a_step_adds_is_followed() -> None:
    files = {".buildkite/deploy.yml": "steps:\n" + DEPLOY}
    upload = (
        "- wait\n"
        "- label: more\n"
        "  command: buildkite-agent pipeline upload .buildkite/deploy.yml\n"
        "  branches: main\n"
    )
    facts = store("steps:\n" + TEST + upload, files)
    row = next(row for row in facts.collected(JOB).rows if row.name == "deploy")
    assert (row.path, row.trigger, row.gated) == (".buildkite/deploy.yml", several("main"), True)
    assert (
        next(row for row in facts.collected(JOB).rows if row.name == "more").calls == ".buildkite/deploy.yml"
    )


def test_a_file_that_is_added_and_not_there_is_told() -> None:
    assert (
        jobs("- label: more\n  command: buildkite-agent pipeline upload lost.yml\n")["more"].missing
        == "lost.yml"
    )


@pytest.mark.parametrize(
    "command",
    [
        "./gen.sh | buildkite-agent pipeline upload",
        "buildkite-agent pipeline upload $X",
        "buildkite-agent pipeline upload < x",
    ],
)
def test_steps_that_are_made_when_it_runs_are_open(command: str) -> None:
    gaps = store(f"steps:\n- command: '{command}'\n").collected(STEP).openings
    assert [gap.reason for gap in gaps] == ["the steps that it adds are made when it runs"]


def test_a_script_that_adds_steps_is_open() -> None:
    files = {"ci.sh": "buildkite-agent pipeline upload .buildkite/x.yml\n"}
    (gap,) = store("steps:\n- command: ./ci.sh\n", files).collected(STEP).openings
    assert gap.reason == "it adds steps to the pipeline when it runs"


def test_what_starts_a_file_that_only_the_server_names_is_unknown() -> None:
    files = {".buildkite/pipeline.deploy.yml": "steps:\n" + DEPLOY}
    facts = store("steps:\n" + TEST, files)
    row = next(row for row in facts.collected(PIPELINE).rows if row.path == ".buildkite/pipeline.deploy.yml")
    assert (row.trigger, row.events, row.live) == (None, None, True)


def test_plugins_are_building_blocks() -> None:
    text = "steps:\n- command: pytest\n  plugins:\n    - docker#v5.1.0: {image: python}\n    - acme/x#main\n"
    rows = store(text).collected(USE).rows
    found = [(row.action, row.version, row.pinned, row.first_party) for row in rows]
    assert found == [("docker", "v5.1.0", "tag", True), ("acme/x", "main", "branch", False)]


def test_a_plugin_may_build_and_push_an_image() -> None:
    text = "- label: image\n  plugins: [{docker-compose#v4: {build: app, push: ['app:x']}}]\n"
    assert jobs(text)["image"].purposes == several("build-image", "push-image")


def test_a_plugin_with_a_purpose_has_it() -> None:
    assert jobs("- label: go\n  plugins: {ecs-deploy#v1: {cluster: x}}\n")["go"].deploys is True


def test_who_is_told_is_known() -> None:
    assert jobs(DEPLOY + "  notify: [slack: '#x']\n")["deploy"].notifies
    facts = store("notify:\n- slack: '#x'\nsteps:\n" + DEPLOY)
    assert {row.name: row.notifies for row in facts.collected(JOB).rows}["deploy"]


@pytest.mark.parametrize(
    "more",
    [
        "checkout: {skip: true}",
        "env: {BUILDKITE_SKIP_CHECKOUT: true}",
        "plugins: [acme/skip-checkout#v1]",
        "plugins: [{thedyrt/skip-checkout#v0.1.1: ~}]",
    ],
)
def test_a_step_may_run_without_the_files(more: str) -> None:
    assert jobs(TEST + f"  {more}\n")["test"].checks_out is False


def test_a_test_after_the_deployment_holds_nothing() -> None:
    assert not jobs(DEPLOY + "- wait\n" + TEST)["deploy"].gated


def test_limits_are_told() -> None:
    row = jobs(
        TEST + ("  timeout_in_minutes: 5\n  concurrency: 1\n  concurrency_group: x\n  matrix: [a, b]\n")
    )["test"]
    assert (row.timeout, row.concurrency, row.matrix) == (True, True, True)


def test_a_step_that_only_prints_is_a_placeholder() -> None:
    row = jobs("- label: Deploy to production\n  command: echo deploying\n")["Deploy to production"]
    assert (row.placeholder, row.deploys, row.environment) == (True, False, "production")


def test_a_doubled_dollar_is_one() -> None:
    assert steps("- command: pytest $$X\n")[0].command == "pytest $X"


def test_commands_are_followed_through_make() -> None:
    (row,) = steps("- command: make check\n", {"Makefile": "check:\n\tpytest\n"})
    assert (row.tool, row.via) == ("pytest", "Makefile:2")


def test_steps_of_the_same_name_are_told_apart() -> None:
    assert set(jobs(TEST + TEST)) == {"test", "test (2)"}


@pytest.mark.parametrize(("text", "line"), [("a: 1\n", 1), ("a: [\n", 1), ("steps: x\n", 1), ("x\n", 1)])
def test_what_buildkite_cannot_read_is_a_problem_and_no_row(text: str, line: int) -> None:
    facts = store(text)
    (problem,) = facts.collected(PIPELINE).problems
    assert (problem.line, facts.collected(STEP).rows, facts.collected(STEP).openings) == (line, (), ())
    assert [row.valid for row in facts.collected(FILE).rows] == [False]


def test_an_empty_file_is_nothing() -> None:
    assert store("").collected(PIPELINE).rows == ()


def test_files_that_add_one_another_end() -> None:
    files = {
        ".buildkite/b.yml": "steps:\n- command: buildkite-agent pipeline upload .buildkite/c.yml\n",
        ".buildkite/c.yml": ("steps:\n- command: buildkite-agent pipeline upload .buildkite/b.yml\n") + TEST,
    }
    facts = store("steps:\n- command: buildkite-agent pipeline upload .buildkite/b.yml\n", files)
    assert "test" in {row.name for row in facts.collected(JOB).rows}
