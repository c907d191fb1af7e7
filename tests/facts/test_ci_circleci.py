"""CircleCI in the pipeline model: one behaviour of the format a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from ci_support import subject

from readiness.facts.ci.collect import FILE, JOB, PIPELINE, STEP, USE

if TYPE_CHECKING:
    from readiness.facts.ci.rows import JobRow, StepRow
    from readiness.facts.store import Store

PATH = ".circleci/config.yml"
TESTED = """\
    version: 2.1
    jobs:
      test:
        docker: [{image: cimg/python:3.12}]
        steps:
          - checkout
          - run: pytest
    workflows:
      main:
        jobs: [test]
"""


def circle(text: str, branch: str = "main", **files: str) -> Store:
    return subject({PATH: text, **files}, branch=branch)


def steps(store: Store) -> dict[str, StepRow]:
    return {row.command or row.action: row for row in store.collected(STEP).rows}


def jobs(store: Store) -> dict[str, JobRow]:
    return {row.name: row for row in store.collected(JOB).rows}


def with_steps(text: str, jobs_more: str = "") -> str:
    """A configuration with the one job ``j``, which checks out and has the steps ``text``."""
    lines = "".join(f"      {line}\n" for line in text.split("\n"))
    head = f"version: 2.1\n{jobs_more}jobs:\n  j:\n    steps:\n      - checkout\n"
    return f"{head}{lines}workflows: {{w: {{jobs: [j]}}}}\n"


def with_workflow(text: str, names: str = "build test deploy") -> str:
    """A configuration whose jobs each run what they are called, and whose workflow ``w`` is ``text``."""
    runs = {"test": "pytest", "deploy": "kubectl apply -f k8s", "build": "make"}
    bodies = "".join(
        f"  {name}:\n    steps: [checkout, {{run: {runs.get(name, 'echo')}}}]\n" for name in names.split()
    )
    lines = "".join(f"    {line}\n" for line in text.split("\n"))
    return f"version: 2.1\njobs:\n{bodies}workflows:\n  w:\n{lines}"


def test_a_test_runs_on_every_push_in_a_job_that_has_the_files() -> None:
    row = steps(circle(TESTED))["pytest"]
    assert (row.line, row.system, row.job) == (7, "circleci", "test")
    assert row.purposes == {"test"}
    assert set(row.trigger or ()) == {"change", "main", "branch"}
    assert (row.enabled, row.blocking, row.checked_out) == (True, True, True)


def test_the_pipeline_shows_on_proposals_because_their_branches_are_pushed() -> None:
    (row,) = circle(TESTED).collected(PIPELINE).rows
    assert set(row.events or ()) == {"push", "pull_request"}
    assert (row.live, row.detached, row.jobs, row.permissions) == (True, False, 1, "unset")


def test_without_workflows_the_job_that_is_called_build_runs() -> None:
    store = circle(
        "version: 2\njobs:\n  build:\n    steps: [checkout, {run: make}]\n  other:\n    steps: []\n"
    )
    assert list(jobs(store)) == ["build"]


def test_a_job_that_never_checks_out_has_no_files() -> None:
    store = circle("jobs: {build: {steps: [{run: pytest}]}}")
    assert steps(store)["pytest"].checked_out is False
    assert jobs(store)["build"].checks_out is False


def test_the_workspace_brings_the_files_where_all_of_them_were_put_in_it() -> None:
    store = circle(
        """\
        version: 2.1
        jobs:
          get: {steps: [checkout, {persist_to_workspace: {root: ., paths: [.]}}]}
          test: {steps: [{attach_workspace: {at: .}}, {run: pytest}]}
        workflows: {w: {jobs: [get, {test: {requires: [get]}}]}}
        """
    )
    assert steps(store)["pytest"].checked_out is True


@pytest.mark.parametrize("needs", ["{requires: [get]}", "{}"])
def test_whether_a_workspace_of_some_files_brings_what_is_needed_is_not_known(needs: str) -> None:
    store = circle(
        f"""\
        version: 2.1
        jobs:
          get: {{steps: [checkout, {{persist_to_workspace: {{root: ., paths: [dist]}}}}]}}
          test: {{steps: [{{attach_workspace: {{at: .}}}}, {{run: pytest}}]}}
        workflows: {{w: {{jobs: [get, {{test: {needs}}}]}}}}
        """
    )
    assert steps(store)["pytest"].checked_out is None
    assert jobs(store)["test"].checks_out is None


def test_a_command_that_swallows_its_failure_does_not_block() -> None:
    row = steps(circle(with_steps("- run: pytest || true")))["pytest"]
    assert (row.blocking, row.masked) == (False, "|| true")


def test_a_step_in_the_background_does_not_block() -> None:
    row = steps(circle(with_steps("- run: {command: pytest, background: true}")))["pytest"]
    assert row.masked == "background: true"


def test_a_pipe_fails_with_its_first_command() -> None:
    assert steps(circle(with_steps("- run: pytest | tee log")))["pytest"].blocking


def test_a_shell_without_the_options_that_stop_does_not_stop() -> None:
    store = circle(with_steps("- run:\n    shell: /bin/sh\n    command: |\n      pytest\n      ls"))
    assert not steps(store)["pytest"].blocking


def test_a_block_of_commands_keeps_the_lines_of_the_file() -> None:
    store = circle(with_steps("- run: |\n    make\n    pytest"))
    assert steps(store)["pytest"].line == 8


def test_a_job_that_only_prints_is_a_placeholder() -> None:
    store = circle("jobs: {build: {steps: [checkout, {run: echo test}]}}")
    assert jobs(store)["build"].placeholder
    assert not store.collected(PIPELINE).rows[0].live


def test_a_step_after_a_failure_is_a_step_of_its_own_kind() -> None:
    store = circle(with_steps("- run: {command: kubectl rollout undo deployment/x, when: on_fail}"))
    assert jobs(store)["j"].rolls_back


def test_commands_are_followed_through_make_and_npm() -> None:
    text = with_steps("- run: make check\n- run: npm test")
    store = circle(text, Makefile="check:\n\tpytest\n", **{"package.json": '{"scripts": {"test": "jest"}}'})
    assert {name for name, row in steps(store).items() if "test" in row.purposes} == {"pytest", "jest"}
    assert steps(store)["pytest"].via == "Makefile:2"


def test_a_folder_is_seen_from_where_the_job_checks_out() -> None:
    text = """\
        version: 2.1
        jobs:
          j:
            working_directory: ~/repo
            steps:
              - checkout
              - run: {command: make check, working_directory: ~/repo/api}
              - run: {command: make check, working_directory: /elsewhere}
        workflows: {w: {jobs: [j]}}
    """
    store = circle(text, **{"api/Makefile": "check:\n\tpytest\n", "Makefile": "check:\n\tmypy .\n"})
    assert [row.via for row in store.collected(STEP).rows if row.purposes & {"test", "type-check"}] == [
        "api/Makefile:2"
    ]


@pytest.mark.parametrize(
    "command",
    [
        "circleci tests run --command='xargs pytest' --verbose",
        "circleci tests glob 'tests/*.py' | circleci tests run --command=\"xargs pytest -q\"",
        "circleci tests glob 'tests/*.py' | circleci tests split | xargs pytest",
        "TESTS=$(circleci tests glob 'tests/*.py')\n    pytest $TESTS",
    ],
)
def test_what_circleci_runs_for_a_test_command_is_that_command(command: str) -> None:
    store = circle(with_steps(f"- run: |\n    {command}"))
    assert any(row.purposes == {"test"} for row in store.collected(STEP).rows)


def test_steps_of_circleci_itself_are_known_and_open_nothing() -> None:
    text = "- restore_cache: {keys: [a]}\n- store_test_results: {path: out}\n- setup_remote_docker"
    store = circle(with_steps(text))
    rows = steps(store)
    assert rows["store_test_results"].purposes == {"upload-artifact"}
    assert rows["restore_cache"].purposes == rows["setup_remote_docker"].purposes == {"setup"}
    assert not store.collected(STEP).openings


class TestParameters:
    def test_a_command_of_the_file_is_put_in_with_its_parameters(self) -> None:
        steps_of_it = "[{run: << parameters.with >> -q}]"
        commands = (
            f"commands: {{check: {{parameters: {{with: {{default: pytest}}}}, steps: {steps_of_it}}}}}\n"
        )
        rows = steps(circle(with_steps("- check\n- check: {with: mypy}", commands)))
        assert rows["pytest -q"].name == "check"
        assert rows["mypy -q"].purposes == {"type-check"}

    def test_a_job_gets_what_its_workflow_gives(self) -> None:
        store = circle(
            """\
            version: 2.1
            jobs:
              j:
                parameters: {target: {type: string}}
                steps: [checkout, {run: make << parameters.target >>}]
            workflows: {w: {jobs: [{j: {target: check}}]}}
            """,
            Makefile="check:\n\tpytest\n",
        )
        assert "pytest" in steps(store)

    def test_a_command_that_comes_from_nowhere_leaves_its_job_open(self) -> None:
        store = circle(
            """\
            version: 2.1
            jobs:
              j:
                parameters: {run: {type: string}}
                steps: [checkout, {run: << parameters.run >>}]
            workflows: {w: {jobs: [{j: {matrix: {parameters: {run: [pytest, mypy]}}}}]}}
            """
        )
        assert [gap.reason for gap in store.collected(STEP).openings] == [
            "what it runs comes from an expression"
        ]
        assert jobs(store)["j"].matrix

    def test_the_one_value_of_a_matrix_is_put_in(self) -> None:
        store = circle(
            """\
            version: 2.1
            jobs:
              j: {parameters: {run: {type: string}}, steps: [checkout, {run: << parameters.run >>}]}
            workflows: {w: {jobs: [{j: {matrix: {parameters: {run: [pytest]}}}}]}}
            """
        )
        assert "pytest" in steps(store)

    def test_steps_that_are_given_are_put_in(self) -> None:
        commands = """\
commands:
  around: {parameters: {inner: {type: steps}}, steps: << parameters.inner >>}
"""
        assert "pytest" in steps(circle(with_steps("- around: {inner: [{run: pytest}]}", commands)))

    def test_a_condition_on_a_given_parameter_is_answered(self) -> None:
        commands = """\
commands:
  check:
    parameters: {deep: {type: boolean, default: false}}
    steps:
      - when: {condition: << parameters.deep >>, steps: [{run: pytest}]}
      - unless: {condition: << parameters.deep >>, steps: [{run: mypy .}]}
"""
        assert set(steps(circle(with_steps("- check", commands)))) == {"checkout", "mypy ."}
        assert set(steps(circle(with_steps("- check: {deep: true}", commands)))) == {"checkout", "pytest"}

    def test_a_step_for_the_main_branch_is_started_by_it_alone(self) -> None:
        text = """\
- when:
    condition: {equal: [main, << pipeline.git.branch >>]}
    steps: [{run: ./deploy.sh}]"""
        assert set(steps(circle(with_steps(text)))["./deploy.sh"].trigger or ()) == {"main"}

    def test_a_step_that_a_switch_of_the_pipeline_keeps_off_is_off(self) -> None:
        text = "- when: {condition: << pipeline.parameters.deep >>, steps: [{run: pytest}]}"
        parameters = "parameters: {deep: {type: boolean, default: false}}\n"
        assert steps(circle(with_steps(text, parameters)))["pytest"].enabled is False

    def test_a_condition_that_is_not_known_leaves_it_open_whether_a_step_runs(self) -> None:
        text = "- when: {condition: << pipeline.parameters.lost >>, steps: [{run: pytest}]}"
        assert steps(circle(with_steps(text)))["pytest"].enabled is None

    @pytest.mark.parametrize(
        ("steps_of_it", "found"),
        [
            ("- [{run: pytest}, [{run: mypy .}]]", {"checkout", "pytest", "mypy ."}),
            ("- when: nothing", {"checkout"}),
            ("- {}\n- ~", {"checkout"}),
            ("- deploy: {steps: [{run: pytest}]}", {"checkout", "pytest"}),
            ("- deploy: {command: pytest}", {"checkout", "pytest"}),
            ("- run: 'cat \\<< x'", {"checkout", "cat << x"}),
        ],
    )
    def test_steps_may_be_nested_empty_or_of_the_old_form(self, steps_of_it: str, found: set[str]) -> None:
        assert set(steps(circle(with_steps(steps_of_it)))) == found

    @pytest.mark.parametrize("text", ["- << parameters.lost >>", "- around: {inner: << parameters.lost >>}"])
    def test_steps_of_a_parameter_without_a_value_are_open(self, text: str) -> None:
        commands = "commands: {around: {parameters: {inner: {type: steps}}, steps: << parameters.inner >>}}\n"
        store = circle(with_steps(text, commands))
        assert [gap.reason for gap in store.collected(STEP).openings] == ["its steps come from a parameter"]

    def test_a_command_of_an_orb_may_run_after_a_failure_alone(self) -> None:
        store = circle(with_steps("- slack/notify: {when: on_fail}", "orbs: {slack: circleci/slack@4.1.0}\n"))
        assert jobs(store)["j"].notifies

    def test_a_here_document_is_no_parameter(self) -> None:
        assert "pytest" in steps(
            circle(with_steps("- run: |\n    cat <<EOF > x\n    y\n    EOF\n    pytest"))
        )


class TestWorkflows:
    def test_a_job_waits_for_those_it_requires(self) -> None:
        rows = jobs(circle(with_workflow("jobs: [test, {deploy: {requires: [test]}}]")))
        assert rows["deploy"].needs == {"test"}
        assert (rows["deploy"].deploys, rows["deploy"].gated) == (True, True)

    def test_a_job_beside_the_tests_is_not_held_by_them(self) -> None:
        assert not jobs(circle(with_workflow("jobs: [test, deploy]")))["deploy"].gated

    def test_a_job_that_runs_however_the_test_ends_is_not_held_by_it(self) -> None:
        rows = jobs(circle(with_workflow("jobs: [test, {deploy: {requires: [{test: [success, failed]}]}}]")))
        assert not rows["deploy"].gated

    def test_a_test_after_the_deployment_holds_nothing(self) -> None:
        rows = jobs(circle(with_workflow("jobs: [deploy, {test: {requires: [deploy]}}]")))
        assert not rows["deploy"].gated

    def test_what_waits_for_an_approval_is_started_by_a_person(self) -> None:
        flow = "jobs: [test, {hold: {type: approval, requires: [test]}}, {deploy: {requires: [hold]}}]"
        rows = jobs(circle(with_workflow(flow)))
        assert set(rows["deploy"].trigger or ()) == {"manual"}
        assert rows["deploy"].gated
        assert set(rows["test"].trigger or ()) == {"change", "main", "branch"}

    @pytest.mark.parametrize(
        ("filters", "trigger"),
        [
            ("{branches: {only: main}}", {"main"}),
            ("{branches: {only: [main, develop]}}", {"main", "branch"}),
            ("{branches: {only: develop}}", {"branch"}),
            ("{branches: {only: /release-.*/}}", {"branch"}),
            ("{branches: {only: /ma.*/}}", {"main", "branch"}),
            ("{branches: {ignore: main}}", {"change", "branch"}),
            ("{branches: {ignore: /.*/}, tags: {only: '/^v.*/'}}", {"tag"}),
            ("{tags: {only: '/.*/'}}", {"change", "main", "branch", "tag"}),
            ("{tags: {ignore: '/.*/'}}", {"change", "main", "branch"}),
        ],
    )
    def test_filters_say_what_starts_a_job(self, filters: str, trigger: set[str]) -> None:
        store = circle(with_workflow(f"jobs: [{{test: {{filters: {filters}}}}}]"))
        assert set(jobs(store)["test"].trigger or ()) == trigger
        assert jobs(store)["test"].enabled is True

    def test_all_usual_names_are_the_main_branch_where_nobody_says_which_is(self) -> None:
        text = with_workflow("jobs: [{test: {filters: {branches: {only: master}}}}]")
        assert set(jobs(circle(text, branch=""))["test"].trigger or ()) == {"main"}
        assert set(jobs(circle(text, branch="main"))["test"].trigger or ()) == {"branch"}

    def test_a_job_whose_filter_no_branch_passes_never_runs(self) -> None:
        rows = jobs(circle(with_workflow("jobs: [{test: {filters: {branches: {ignore: /.*/}}}}]")))
        assert rows["test"].enabled is False

    def test_what_requires_a_job_that_runs_elsewhere_never_runs(self) -> None:
        flow = """\
jobs:
  - test: {filters: {branches: {only: develop}}}
  - deploy: {requires: [test], filters: {branches: {only: main}}}"""
        assert jobs(circle(with_workflow(flow)))["deploy"].enabled is False

    def test_a_job_for_branches_of_a_pattern_runs_where_those_it_requires_run_too(self) -> None:
        flow = """\
jobs:
  - test
  - build: {filters: {branches: {only: [main, '/release-.*/']}}}
  - deploy: {requires: [test, build], filters: {branches: {only: '/^release-\\d+[.]\\d+$/'}}}"""
        row = jobs(circle(with_workflow(flow)))["deploy"]
        assert row.enabled is True
        assert set(row.trigger or ()) == {"branch"}

    def test_a_person_may_start_a_workflow_on_any_branch(self) -> None:
        flow = "when: << pipeline.parameters.go >>\njobs: [{deploy: {filters: {branches: {only: /rel-.*/}}}}]"
        text = with_workflow(flow) + "parameters: {go: {type: boolean, default: false}}\n"
        row = jobs(circle(text))["deploy"]
        assert row.enabled is True
        assert set(row.trigger or ()) == {"manual"}

    def test_a_schedule_alone_starts_a_workflow_that_has_one(self) -> None:
        flow = 'triggers: [{schedule: {cron: "0 0 * * *", filters: {branches: {only: main}}}}]\njobs: [test]'
        store = circle(with_workflow(flow))
        assert set(jobs(store)["test"].trigger or ()) == {"schedule"}
        assert set(store.collected(PIPELINE).rows[0].events or ()) == {"schedule"}

    @pytest.mark.parametrize(
        ("when", "trigger"),
        [
            ("when: << pipeline.parameters.nightly >>", {"manual"}),
            ("unless: << pipeline.parameters.nightly >>", {"change", "main", "branch"}),
            ("when: {equal: [scheduled_pipeline, << pipeline.trigger_source >>]}", {"schedule"}),
            (
                "when: {not: {equal: [scheduled_pipeline, << pipeline.trigger_source >>]}}",
                {"change", "main", "branch"},
            ),
            ("when: {equal: [main, << pipeline.git.branch >>]}", {"main"}),
            ('when: {matches: {pattern: "^ma.*$", value: << pipeline.git.branch >>}}', {"main"}),
            ("when: {and: [true, {or: [false, {equal: [develop, << pipeline.git.branch >>]}]}]}", {"branch"}),
            ('when: pipeline.git.branch == "main" or pipeline.git.branch == "develop"', {"main", "branch"}),
            ('when: not pipeline.git.branch == "main"', {"change", "branch"}),
            ('when: pipeline.git.branch != "main" and pipeline.git.branch =~ /^some/', {"change", "branch"}),
            ("when: pipeline.parameters.nightly", {"manual"}),
            ("when: << pipeline.git.branch.is_default >>", {"main"}),
            ("when: {equal: [nightly-schedule, << pipeline.schedule.name >>]}", {"schedule"}),
            (
                "when: {matches: {pattern: '(', value: << pipeline.git.branch >>}}",
                {"change", "main", "branch"},
            ),
            ("when: {matches: {value: << pipeline.id >>}}", {"change", "main", "branch"}),
            ("when: {matches: x}", {"change", "main", "branch"}),
            ("when: {equal: [[a], b]}", {"change", "main", "branch"}),
            ("when: pipeline.id == 'x'", {"change", "main", "branch"}),
            ("when: {and: [~]}", set()),
        ],
    )
    def test_a_workflows_condition_says_what_starts_it(self, when: str, trigger: set[str]) -> None:
        text = (
            with_workflow(f"{when}\njobs: [test]")
            + "parameters: {nightly: {type: boolean, default: false}}\n"
        )
        row = jobs(circle(text))["test"]
        assert row.enabled is bool(trigger)
        assert set(row.trigger or ()) == trigger

    @pytest.mark.parametrize(
        "when", ["{equal: ['', << pipeline.git.branch >>]}", "{not: {equal: ['', << pipeline.git.tag >>]}}"]
    )
    def test_a_workflow_for_tags_runs_the_jobs_that_tags_are_let_through_to(self, when: str) -> None:
        flow = f"when: {when}\njobs: [test, {{deploy: {{filters: {{tags: {{only: /.*/}}}}}}}}]"
        rows = jobs(circle(with_workflow(flow)))
        assert rows["test"].enabled is False
        assert rows["deploy"].enabled is True

    @pytest.mark.parametrize("when", ["false", "{and: [true, false]}", "{}", "0"])
    def test_a_workflow_that_is_switched_off_never_runs(self, when: str) -> None:
        rows = jobs(circle(with_workflow(f"when: {when}\njobs: [test]")))
        assert rows["test"].enabled is False

    @pytest.mark.parametrize("when", ["(pipeline.x)", "{odd: 1}", "[a]", "<< pipeline.unheard >>"])
    def test_a_condition_that_is_not_understood_rules_nothing_out(self, when: str) -> None:
        rows = jobs(
            circle(
                with_workflow(
                    f'when: "{when}"\njobs: [test]' if when[0] in "(<" else f"when: {when}\njobs: [test]"
                )
            )
        )
        assert rows["test"].enabled is True

    def test_the_same_job_in_two_workflows_is_two_jobs(self) -> None:
        text = with_workflow("jobs: [test]\n") + "  n:\n    jobs: [test, {deploy: {requires: [test]}}]\n"
        rows = jobs(circle(text))
        assert set(rows) == {"test", "n/test", "deploy"}
        assert rows["deploy"].needs == {"n/test"}

    def test_a_name_given_in_the_workflow_is_the_jobs_name(self) -> None:
        rows = jobs(circle(with_workflow("jobs: [{deploy: {name: deploy-production}}]")))
        assert rows["deploy-production"].environment == "production"

    @pytest.mark.parametrize("need", ["check-3.12", "checks", "check-<< matrix.v >>", "check"])
    def test_a_variant_of_a_job_is_waited_for_by_its_name_or_alias(self, need: str) -> None:
        name = "name: check-<< matrix.v >>, " if "<<" in need else ""
        flow = (
            f"jobs: [{{check: {{{name}matrix: {{alias: checks, parameters: {{v: ['3.12', '3.13']}}}}}}}}, "
            f"{{deploy: {{requires: [{'check-3.12' if '<<' in need else need}]}}}}]"
        )
        text = with_workflow(flow, "deploy").replace(
            "jobs:\n",
            "jobs:\n  check: {parameters: {v: {type: string}}, steps: [checkout, {run: pytest}]}\n",
            1,
        )
        assert jobs(circle(text))["deploy"].gated

    def test_a_serial_group_keeps_runs_apart_and_no_time_limit_can_be_set(self) -> None:
        row = jobs(circle(with_workflow("jobs: [{deploy: {serial-group: deploys}}]")))["deploy"]
        assert (row.concurrency, row.timeout) == (True, None)
        row = jobs(circle(with_workflow("jobs: [deploy]")))["deploy"]
        assert row.concurrency is False

    def test_steps_around_a_job_are_its_steps(self) -> None:
        flow = "jobs: [{deploy: {pre-steps: [{run: pytest}], post-steps: [{run: curl -f https://x/health}]}}]"
        row = jobs(circle(with_workflow(flow)))["deploy"]
        assert (row.gated, row.verified) == (True, True)


class TestOrbs:
    def test_an_orb_is_a_building_block_with_its_version(self) -> None:
        text = "orbs: {node: circleci/node@5.2.0, own: acme/x@volatile, s: acme/slack@4.1, l: {jobs: {}}}\n"
        rows = {str(row.action): row for row in circle(text + with_steps("- run: ls")).collected(USE).rows}
        assert {name: row.pinned for name, row in rows.items()} == {
            "circleci/node": "version",
            "acme/x": "branch",
            "acme/slack": "tag",
        }
        assert (rows["circleci/node"].first_party, rows["acme/x"].first_party) == (True, False)
        assert rows["circleci/node"].line == 1

    def test_a_well_known_command_has_its_purpose(self) -> None:
        text = with_steps(
            "- slack/notify: {event: fail}\n- node/install-packages",
            "orbs: {slack: circleci/slack@4.12.5, node: circleci/node@5.2.0}\n",
        )
        store = circle(text)
        assert steps(store)["circleci/slack/notify"].purposes == {"notify"}
        assert not store.collected(STEP).openings

    def test_what_an_unknown_command_does_is_open(self) -> None:
        store = circle(with_steps("- own/check", "orbs: {own: acme/own@1.0.0}\n"))
        assert [gap.reason for gap in store.collected(STEP).openings] == [
            "what acme/own/check@1.0.0 runs is written in an orb"
        ]
        assert jobs(store)["j"].deploys is None

    def test_a_job_of_an_orb_is_open_unless_it_is_well_known(self) -> None:
        text = (
            with_workflow("jobs: [node/test, own/ship]", "")
            + "orbs: {node: circleci/node@5.2.0, own: acme/own@1.0.0}\n"
        )
        store = circle(text)
        rows = jobs(store)
        assert rows["node/test"].purposes == frozenset({"test"})
        assert rows["node/test"].checks_out is True
        assert rows["own/ship"].remote == "acme/own/ship@1.0.0"
        assert len(store.collected(JOB).openings) == 1

    def test_an_orb_in_the_file_is_read(self) -> None:
        orb = """\
orbs:
  own:
    commands: {check: {steps: [{run: pytest}]}}
    jobs: {all: {steps: [checkout, check]}}
"""
        text = orb + with_steps("- own/check") + "  v: {jobs: [own/all]}\n"
        text = text.replace("workflows: {w: {jobs: [j]}}", "workflows:\n  w: {jobs: [j]}")
        store = circle(text)
        assert [row.job for row in store.collected(STEP).rows if row.command == "pytest"] == ["j", "own/all"]


class TestTrouble:
    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("a: [", "not readable as YAML"),
            ("- a", "it is no mapping"),
            ("version: 2.1", "it has no jobs"),
            (with_workflow("jobs: [lost]", "test"), "there is no job 'lost'"),
            (
                with_workflow("jobs: [{test: {requires: [lost]}}]"),
                "job 'test' requires 'lost', which is no job",
            ),
            (with_workflow("jobs: [{test: {requires: [test]}}]"), "job 'test' waits for itself"),
            (with_steps("- lost"), "there is no command 'lost'"),
            (with_steps("- lost/x"), "there is no command 'lost/x'"),
            (with_steps("- run: {name: x}"), "a `run` step has no command"),
        ],
    )
    def test_a_file_that_circleci_cannot_read_is_a_problem_and_leaves_nothing_open(
        self, text: str, reason: str
    ) -> None:
        store = circle(text)
        found = store.collected(PIPELINE)
        assert found.rows == ()
        assert found.openings == ()
        assert reason in found.problems[0].message
        assert found.problems[0].message.startswith("CircleCI cannot read this pipeline: ")
        assert store.collected(FILE).rows[0].valid is False

    def test_an_empty_file_runs_nothing(self) -> None:
        store = circle("# nothing\n")
        assert store.collected(PIPELINE).rows == ()
        assert store.collected(STEP).openings == ()

    def test_what_a_setup_workflow_goes_on_with_is_open(self) -> None:
        store = circle("setup: true\n" + TESTED.replace("    version", "version", 1).replace("\n    ", "\n"))
        assert [gap.line for gap in store.collected(STEP).openings] == [1]
        assert "pytest" in steps(store)

    def test_commands_that_call_one_another_without_end_are_open(self) -> None:
        store = circle(with_steps("- a", "commands: {a: {steps: [b, b]}, b: {steps: [a, a]}}\n"))
        assert "call more of one another" in store.collected(STEP).openings[0].reason

    def test_commands_that_multiply_are_read_to_a_limit(self) -> None:
        commands = "".join(
            f"  c{n}: {{steps: [c{n + 1}, c{n + 1}, c{n + 1}, c{n + 1}]}}\n" for n in range(10)
        )
        store = circle(with_steps("- c0", f"commands:\n{commands}  c10: {{steps: [{{run: ls}}]}}\n"))
        assert store.collected(STEP).openings

    def test_too_many_jobs_are_open(self) -> None:
        names = ", ".join(f"{{test: {{name: t{n}}}}}" for n in range(300))
        assert (
            "more than 256 jobs"
            in circle(with_workflow(f"jobs: [{names}]")).collected(JOB).openings[0].reason
        )

    def test_a_windows_job_is_not_read_as_shell(self) -> None:
        text = """\
            version: 2.1
            orbs: {win: circleci/windows@5.0}
            jobs: {j: {executor: win/default, steps: [checkout, {run: "$x = 1\\npytest"}]}}
            workflows: {w: {jobs: [j]}}
        """
        assert "pytest" not in steps(circle(text))
