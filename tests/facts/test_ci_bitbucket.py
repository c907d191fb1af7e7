"""Bitbucket Pipelines in the pipeline model: one behaviour of the format a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from ci_support import subject

from readiness.facts.ci.collect import FILE, JOB, PIPELINE, STEP, USE

if TYPE_CHECKING:
    from readiness.facts.ci.rows import JobRow, StepRow
    from readiness.facts.store import Store

PATH = "bitbucket-pipelines.yml"


def bitbucket(text: str, branch: str = "main", **files: str) -> Store:
    return subject({PATH: text, **files}, branch=branch)


def default(*steps: str) -> str:
    """A file whose default section has the ``steps``, each the inside of a mapping."""
    return "pipelines:\n  default:\n" + "".join(f"    - step: {{{step}}}\n" for step in steps)


def steps(store: Store) -> dict[str, StepRow]:
    return {row.command or row.action: row for row in store.collected(STEP).rows}


def jobs(store: Store) -> dict[str, JobRow]:
    return {row.name: row for row in store.collected(JOB).rows}


def test_a_test_runs_on_every_push_and_has_the_files() -> None:
    row = steps(bitbucket(default("name: Tests, script: [pytest]")))["pytest"]
    assert (row.system, row.job, row.line) == ("bitbucket", "Tests", 3)
    assert set(row.trigger or ()) == {"change", "main", "branch"}
    assert (row.enabled, row.blocking, row.checked_out) == (True, True, True)


def test_a_step_that_clones_nothing_has_no_files() -> None:
    assert (
        steps(bitbucket(default("script: [pytest], clone: {enabled: false}")))["pytest"].checked_out is False
    )
    text = "clone: {enabled: false}\n" + default("script: [pytest]")
    assert steps(bitbucket(text))["pytest"].checked_out is False


@pytest.mark.parametrize(
    ("section", "trigger", "event"),
    [
        ("branches: {main: [STEP]}", {"main"}, "push"),
        ("branches: {develop: [STEP]}", {"branch"}, "push"),
        ("branches: {'{main,develop}': [STEP]}", {"main", "branch"}, "push"),
        ("branches: {'feature/*': [STEP]}", {"branch"}, "push"),
        ("branches: {'**': [STEP]}", {"main", "change", "branch"}, "push"),
        ("pull-requests: {'**': [STEP]}", {"change"}, "pull_request"),
        ("tags: {'v*': [STEP]}", {"tag"}, "tag"),
        ("custom: {release: [STEP]}", {"manual"}, "custom"),
    ],
)
def test_its_section_says_what_starts_a_step(section: str, trigger: set[str], event: str) -> None:
    store = bitbucket(f"pipelines: {{{section.replace('STEP', '{step: {script: [pytest]}}')}}}")
    assert set(steps(store)["pytest"].trigger or ()) == trigger
    assert set(store.collected(PIPELINE).rows[0].events or ()) == {event}


def test_the_default_section_is_for_branches_that_have_none_of_their_own() -> None:
    text = default("script: [pytest]") + "  branches: {main: [{step: {script: [make]}}]}\n"
    assert set(steps(bitbucket(text))["pytest"].trigger or ()) == {"change", "branch"}


def test_a_default_section_that_other_sections_leave_nothing_never_runs() -> None:
    text = default("script: [pytest]") + "  branches: {'**': [{step: {script: [make]}}]}\n"
    row = steps(bitbucket(text))["pytest"]
    assert row.enabled is False


def test_a_step_waits_for_those_before_it() -> None:
    rows = jobs(bitbucket(default("name: t, script: [pytest]", "name: d, script: [kubectl apply -f k]")))
    assert rows["d"].needs == {"t"}
    assert rows["d"].gated
    assert not rows["t"].deploys


def test_a_test_behind_the_deployment_holds_nothing() -> None:
    rows = jobs(bitbucket(default("name: d, script: [kubectl apply -f k]", "name: t, script: [pytest]")))
    assert not rows["d"].gated


@pytest.mark.parametrize("form", ["parallel: [STEPS]", "parallel: {fail-fast: true, steps: [STEPS]}"])
def test_parallel_steps_wait_for_the_same_and_all_are_waited_for(form: str) -> None:
    both = "{step: {name: a, script: [pytest]}}, {step: {name: b, script: [mypy .]}}"
    text = (
        "pipelines:\n  default:\n    - step: {name: first, script: [make]}\n"
        f"    - {form.replace('STEPS', both)}\n    - step: {{name: last, script: [kubectl apply -f k]}}\n"
    )
    rows = jobs(bitbucket(text))
    assert rows["a"].needs == rows["b"].needs == {"first"}
    assert rows["last"].needs == {"a", "b"}


def test_a_stage_hands_its_settings_to_its_steps() -> None:
    rows = jobs(
        bitbucket(
            """\
            pipelines:
              default:
                - step: {name: t, script: [pytest]}
                - stage:
                    deployment: production
                    trigger: manual
                    steps:
                      - step: {name: plan, script: [terraform plan]}
                      - step: {name: ship, script: [kubectl apply -f k]}
                - step: {name: after, script: [curl -f https://x/health]}
            """
        )
    )
    assert rows["ship"].needs == {"plan"}
    assert (rows["ship"].environment, rows["ship"].environment_declared) == ("production", True)
    assert set(rows["ship"].trigger or ()) == set(rows["after"].trigger or ()) == {"manual"}
    assert rows["after"].needs == {"ship"}
    assert rows["ship"].verified
    assert set(rows["t"].trigger or ()) == {"change", "main", "branch"}


def test_what_stands_behind_a_manual_step_is_started_by_a_person() -> None:
    rows = jobs(
        bitbucket(
            default(
                "name: t, script: [pytest]",
                "name: d, trigger: manual, script: [make]",
                "name: e, script: [ls]",
            )
        )
    )
    assert set(rows["t"].trigger or ()) == {"change", "main", "branch"}
    assert set(rows["d"].trigger or ()) == set(rows["e"].trigger or ()) == {"manual"}


def test_a_deployment_is_bound_to_its_environment_and_runs_alone() -> None:
    row = jobs(bitbucket(default("deployment: Staging, script: [kubectl apply -f k]")))["step"]
    assert (row.environment, row.environment_declared, row.concurrency) == ("staging", True, True)
    row = jobs(bitbucket(default("script: [kubectl apply -f k]")))["step"]
    assert (row.environment_declared, row.concurrency) == (False, False)


@pytest.mark.parametrize(
    ("text", "limited"),
    [
        (default("max-time: 10, script: [make]"), True),
        ("options: {max-time: 10}\n" + default("script: [make]"), True),
        (default("script: [make]"), False),
    ],
)
def test_a_time_limit_is_the_steps_own_or_that_of_all(text: str, limited: bool) -> None:
    assert jobs(bitbucket(text))["step"].timeout is limited


@pytest.mark.parametrize(
    ("step", "masked"),
    [
        ("script: [pytest || true]", "|| true"),
        ("script: [make], after-script: [pytest]", "after-script"),
        ("script: [pytest], on-fail: {strategy: ignore}", "on-fail: ignore"),
        ("script: [pytest], on-fail: {strategy: retry}", ""),
    ],
)
def test_a_failure_that_does_not_count_is_told_why(step: str, masked: str) -> None:
    row = steps(bitbucket(default(step)))["pytest"]
    assert (row.masked, row.blocking) == (masked, not masked)


def test_a_step_that_only_prints_is_a_placeholder() -> None:
    assert jobs(bitbucket(default("script: [echo tests]")))["step"].placeholder


def test_commands_are_followed_through_make_and_npm_and_anchors() -> None:
    text = """\
        definitions:
          steps:
            - step: &check
                name: Check
                script:
                  - npm test
                  - make check
        pipelines:
          default:
            - step: *check
          pull-requests:
            '**':
              - step:
                  <<: *check
                  name: Other
    """
    store = bitbucket(
        text, Makefile="check:\n\tpytest\n", **{"package.json": '{"scripts": {"test": "jest"}}'}
    )
    assert steps(store)["pytest"].via == "Makefile:2"
    assert {row.name: row.line for row in store.collected(JOB).rows} == {"Check": 10, "Other": 13}
    assert set(store.collected(PIPELINE).rows[0].events or ()) == {"push", "pull_request"}


def test_steps_of_the_same_name_are_steps_of_their_own() -> None:
    text = default("name: t, script: [a]", "name: t, script: [b]") + "  tags: {v*: [{step: {script: [c]}}]}\n"
    assert set(jobs(bitbucket(text))) == {"t", "default/t", "step"}
    text = default("script: [a]", "script: [b]", "script: [c]")
    assert set(jobs(bitbucket(text))) == {"step", "default/step", "default/step 2"}


def test_steps_that_only_some_paths_start_leave_changes_out() -> None:
    condition = "condition: {changesets: {includePaths: [src/**]}}"
    assert bitbucket(default(f"script: [make], {condition}")).collected(PIPELINE).rows[0].filtered
    store = bitbucket(default(f"script: [make], {condition}", "script: [pytest]"))
    assert not store.collected(PIPELINE).rows[0].filtered


class TestPipes:
    def test_a_pipe_is_a_building_block_with_its_version_and_purpose(self) -> None:
        store = bitbucket(
            default(
                "deployment: production, script: [make, {pipe: 'atlassian/aws-s3-deploy:1.1.0', name: Ship}]"
            )
        )
        row = steps(store)["atlassian/aws-s3-deploy"]
        assert (row.purposes, row.name, row.environment) == (frozenset({"deploy"}), "Ship", "production")
        (use,) = store.collected(USE).rows
        assert (use.action, use.version, use.pinned) == ("atlassian/aws-s3-deploy", "1.1.0", "tag")
        assert use.first_party
        assert not store.collected(STEP).openings

    def test_the_commands_around_a_pipe_keep_their_order(self) -> None:
        job = "script: [pytest, {pipe: 'atlassian/heroku-deploy:2.1.0'}, curl -f https://x/health]"
        row = jobs(bitbucket(default(job)))["step"]
        assert (row.gated, row.verified) == (True, True)

    def test_the_commands_behind_a_pipe_go_on_where_those_before_it_were(self) -> None:
        job = "script: [cd api, {pipe: 'atlassian/heroku-deploy:2.1.0'}, make check]"
        store = bitbucket(default(job), **{"api/Makefile": "check:\n\tpytest\n"})
        assert steps(store)["pytest"].via == "api/Makefile:2"

    def test_what_a_pipe_runs_by_its_inputs_is_followed(self) -> None:
        given = "{COMMAND: 'docker compose up -d', EXTRA: [a]}"
        job = f"script: [{{pipe: 'atlassian/ssh-run:0.8.1', variables: {given}}}]"
        assert jobs(bitbucket(default(job)))["step"].deploys

    def test_what_an_unknown_pipe_does_is_open(self) -> None:
        store = bitbucket(default("script: [{pipe: 'acme/ship:1.0.0'}]"))
        assert [gap.reason for gap in store.collected(STEP).openings] == [
            "what the pipe acme/ship@1.0.0 does is written elsewhere"
        ]
        assert jobs(store)["step"].deploys is None

    def test_a_pipe_of_an_image_is_that_image(self) -> None:
        (use,) = bitbucket(default("script: [{pipe: 'docker://acme/ship:1.0'}]")).collected(USE).rows
        assert (use.action, use.pinned) == ("acme/ship", "docker-tag")


class TestTrouble:
    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("a: [", "not readable as YAML"),
            ("- a", "it is no mapping"),
            ("image: x", "it has no `pipelines`"),
            ("pipelines: {default: []}", "it has no steps"),
            ("pipelines: {default: }", "it has no steps"),
            ("pipelines: {default: {a: b}}", "a pipeline is no list of steps"),
            ("pipelines: {default: [a]}", "an entry of a pipeline is no mapping"),
            ("pipelines: {default: [{step: a}]}", "a step is no mapping"),
            ("pipelines: {default: [{step: {name: a}}]}", "a step has no `script`"),
        ],
    )
    def test_a_file_that_bitbucket_cannot_read_is_a_problem_and_leaves_nothing_open(
        self, text: str, reason: str
    ) -> None:
        store = bitbucket(text)
        found = store.collected(PIPELINE)
        assert found.rows == ()
        assert found.openings == ()
        assert reason in found.problems[0].message
        assert store.collected(FILE).rows[0].valid is False

    def test_an_empty_file_runs_nothing(self) -> None:
        assert bitbucket("# nothing\n").collected(STEP).openings == ()

    def test_a_pipeline_that_is_imported_is_open(self) -> None:
        store = bitbucket("pipelines: {default: {import: 'shared:main:ci'}}")
        assert [gap.reason for gap in store.collected(STEP).openings] == [
            "the pipeline 'shared:main:ci' is written elsewhere"
        ]

    def test_triggers_of_a_file_leave_open_what_starts_it(self) -> None:
        store = bitbucket(default("script: [make]") + "triggers: {repository-push: []}\n")
        assert store.collected(PIPELINE).openings[0].line == 4

    def test_too_many_steps_are_open(self) -> None:
        assert bitbucket(default(*["script: [a]"] * 600)).collected(JOB).openings

    def test_alternatives_without_end_are_left(self) -> None:
        text = f"pipelines: {{branches: {{'{'{a,b}' * 30}': [{{step: {{script: [a]}}}}]}}}}"
        assert set(jobs(bitbucket(text))["step"].trigger or ()) == {"branch"}
