"""Travis CI in the pipeline model: one behaviour of the format a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from ci_support import subject

from readiness.facts.ci.collect import FILE, JOB, PIPELINE, STEP

if TYPE_CHECKING:
    from readiness.facts.ci.rows import JobRow, StepRow
    from readiness.facts.store import Store

PATH = ".travis.yml"
STAGED = """\
    language: generic
    stages: [check, ship]
    jobs:
      include:
        - {stage: check, name: tests, script: pytest}
        - {stage: ship, name: deploy, script: kubectl apply -f k8s}
"""


def travis(text: str, branch: str = "main", **files: str) -> Store:
    return subject({PATH: text, **files}, branch=branch)


def steps(store: Store) -> dict[str, StepRow]:
    return {row.command or row.action: row for row in store.collected(STEP).rows}


def jobs(store: Store) -> dict[str, JobRow]:
    return {row.name: row for row in store.collected(JOB).rows}


def test_a_test_runs_on_every_push_and_proposal_and_has_the_files() -> None:
    store = travis("language: python\nscript: pytest\n")
    row = steps(store)["pytest"]
    assert (row.system, row.job, row.line) == ("travis", "test", 2)
    assert set(row.trigger or ()) == {"change", "main", "branch", "tag"}
    assert (row.enabled, row.blocking, row.checked_out) == (True, True, True)
    assert set(store.collected(PIPELINE).rows[0].events or ()) == {"push", "pull_request"}


def test_without_a_clone_there_are_no_files() -> None:
    assert steps(travis("git: {clone: false}\nscript: pytest\n"))["pytest"].checked_out is False


def test_no_time_limit_can_be_set_and_a_setting_keeps_builds_apart() -> None:
    row = jobs(travis("script: pytest\n"))["test"]
    assert (row.timeout, row.concurrency, row.permissions) == (None, None, "unset")


@pytest.mark.parametrize(
    ("language", "file", "command"),
    [
        ("node_js", "package.json", "npm test"),
        ("node_js", "yarn.lock", "yarn test"),
        ("go", "", "go test -v ./..."),
        ("go", "Makefile", "make"),
        ("ruby", "Gemfile", "bundle exec rake"),
        ("ruby", "", "rake"),
        ("java", "pom.xml", "mvn test -B"),
        ("java", "gradlew", "./gradlew check"),
        ("java", "", "ant test"),
        ("rust", "", "cargo test --verbose"),
        ("php", "", "phpunit"),
        ("elixir", "", "mix test"),
        ("golang", "", "go test -v ./..."),
    ],
)
def test_what_a_language_runs_by_itself_is_known(language: str, file: str, command: str) -> None:
    files = {file: "x:\n"} if file else {}
    assert command in steps(travis(f"language: {language}\n", **files))


def test_ruby_is_the_language_where_none_is_named() -> None:
    assert "rake" in steps(travis("rvm: 3.3\n"))


@pytest.mark.parametrize("language", ["python", "generic", "shell", "minimal", "unheard"])
def test_some_languages_run_nothing_by_themselves(language: str) -> None:
    store = travis(f"language: {language}\ninstall: pip install tox\n")
    assert set(steps(store)) == {"pip install tox"}
    assert not store.collected(PIPELINE).rows[0].live


def test_the_script_of_a_language_follows_the_package() -> None:
    store = travis("language: node_js\n", **{"package.json": '{"scripts": {"test": "jest"}}'})
    assert steps(store)["jest"].purposes == {"test"}


def test_commands_are_followed_through_make() -> None:
    assert (
        steps(travis("script:\n- make check\n", Makefile="check:\n\tpytest\n"))["pytest"].via == "Makefile:2"
    )


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("script: pytest || true", "|| true"),
        ("script: make\nafter_success: pytest", "after_success"),
        ("script: make\nafter_script: pytest", "after_script"),
        ("script: [pytest, make]", ""),
        ("before_install: [pytest, ls]", ""),
        ("script: 'set -e; pytest; ls'", ""),
    ],
)
def test_a_failure_that_does_not_count_is_told_why(text: str, masked: str) -> None:
    row = steps(travis(text))["pytest"]
    assert (row.masked, row.blocking) == (masked, not masked)


def test_of_a_script_of_many_lines_the_last_decides() -> None:
    assert not steps(travis("script: |\n  pytest\n  ls\n"))["pytest"].blocking
    assert steps(travis("script: |\n  ls\n  pytest\n"))["pytest"].blocking


def test_the_shell_stays_where_a_command_before_has_gone() -> None:
    text = "install: cd $TRAVIS_BUILD_DIR/web\nscript: [npm test, cd ../api, make check]\n"
    files = {"web/package.json": '{"scripts": {"test": "jest"}}', "api/Makefile": "check:\n\tpytest\n"}
    rows = steps(travis(text, **files))
    assert rows["jest"].purposes == {"test"}
    assert rows["pytest"].via == "api/Makefile:2"


def test_an_install_that_is_left_out_is_no_command() -> None:
    assert set(steps(travis("language: python\ninstall: true\nscript: pytest\n"))) == {"pytest"}


def test_a_job_that_only_prints_is_a_placeholder() -> None:
    assert jobs(travis("script: echo tests"))["test"].placeholder


class TestJobs:
    def test_versions_make_variants_of_one_job(self) -> None:
        row = jobs(travis("language: python\npython: ['3.12', '3.13']\nscript: pytest\n"))["test"]
        assert row.matrix
        assert not jobs(travis("language: python\npython: '3.12'\nscript: pytest\n"))["test"].matrix

    def test_variables_for_all_jobs_make_no_variants(self) -> None:
        assert not jobs(travis("script: pytest\nenv: {global: [A=1, B=2]}\n"))["test"].matrix
        assert jobs(travis("script: pytest\nenv: {jobs: [A=1, B=2]}\n"))["test"].matrix

    def test_listed_jobs_stand_beside_the_matrix_or_alone(self) -> None:
        listed = "jobs: {include: [{name: lint, script: ruff check .}]}\n"
        assert set(jobs(travis(f"language: python\nscript: pytest\n{listed}"))) == {"lint"}
        assert set(jobs(travis(f"language: python\npython: ['3.13']\nscript: pytest\n{listed}"))) == {
            "test",
            "lint",
        }

    def test_a_listed_job_takes_over_what_it_does_not_say(self) -> None:
        store = travis(
            "install: make deps\nscript: pytest\njobs: {include: [{name: a}, {name: b, script: mypy .}]}\n"
        )
        assert {(row.job, row.command) for row in store.collected(STEP).rows} == {
            ("a", "make deps"),
            ("a", "pytest"),
            ("b", "make deps"),
            ("b", "mypy ."),
        }

    def test_a_stage_waits_for_those_before_it(self) -> None:
        rows = jobs(travis(STAGED))
        assert rows["deploy"].needs == {"tests"}
        assert rows["deploy"].gated

    def test_a_test_in_a_later_stage_holds_nothing(self) -> None:
        assert not jobs(travis(STAGED.replace("[check, ship]", "[ship, check]")))["deploy"].gated

    def test_a_stage_that_is_not_named_again_goes_on(self) -> None:
        text = STAGED + "        - {name: after, script: curl -f https://x/health}\n"
        assert jobs(travis(text))["after"].needs == {"tests"}

    def test_jobs_of_the_same_stage_have_names_of_their_own(self) -> None:
        assert set(jobs(travis("jobs: {include: [{script: a}, {script: b}]}"))) == {"test", "test 2"}

    def test_a_job_that_may_fail_does_not_block(self) -> None:
        text = STAGED + "      allow_failures: [{name: tests}]\n"
        rows = jobs(travis(text))
        assert (rows["tests"].blocking, rows["deploy"].blocking) == (False, True)
        assert not rows["deploy"].gated

    def test_where_only_some_variants_may_fail_the_job_blocks(self) -> None:
        text = "language: python\npython: ['3.13', nightly]\nscript: pytest\n"
        text += "jobs: {allow_failures: [{python: nightly}]}\n"
        assert jobs(travis(text))["test"].blocking


class TestStarts:
    @pytest.mark.parametrize(
        ("condition", "trigger"),
        [
            ("branch = main", {"main", "change"}),
            ("branch = main AND type = push", {"main"}),
            ("type = pull_request", {"change"}),
            ("type != pull_request", {"change", "main", "branch", "tag"}),
            ("type IN (push, api) AND branch = develop", {"branch"}),
            ("tag IS present", {"tag"}),
            ("tag IS blank AND NOT type = push", {"change"}),
            ("tag IS NOT blank", {"tag"}),
            ("tag =~ ^v", {"tag"}),
            ("type = cron", {"schedule"}),
            ("type = api", {"manual"}),
            ("branch =~ /^(main|develop)$/ AND type = push", {"main"}),
            ("type NOT IN (push, pull_request, cron)", set()),
            ("(branch = main OR branch = develop) AND type = push", {"main", "branch"}),
            ("branch !~ ^main$ AND type = push AND tag IS blank", {"change", "branch"}),
        ],
    )
    def test_its_condition_says_what_starts_a_job(self, condition: str, trigger: set[str]) -> None:
        store = travis(f"jobs: {{include: [{{name: j, script: pytest, if: '{condition}'}}]}}")
        row = jobs(store)["j"]
        assert row.enabled is bool(trigger)
        if trigger:
            assert set(row.trigger or ()) == trigger

    @pytest.mark.parametrize(
        "condition", ["env(X) = y", "sender = me", "((", "branch IN main", "fork", "x" * 3000, "="]
    )
    def test_a_condition_that_is_not_understood_rules_nothing_out(self, condition: str) -> None:
        assert (
            jobs(travis(f"jobs: {{include: [{{name: j, script: a, if: '{condition}'}}]}}"))["j"].enabled
            is True
        )

    def test_a_stage_has_a_condition_for_all_its_jobs(self) -> None:
        text = STAGED.replace("[check, ship]", "[check, {name: ship, if: tag IS present}]")
        assert set(jobs(travis(text))["deploy"].trigger or ()) == {"tag"}

    def test_a_test_that_the_deployments_build_leaves_out_holds_nothing(self) -> None:
        text = STAGED.replace(
            "[check, ship]", "[{name: check, if: tag IS blank}, {name: ship, if: tag IS present}]"
        )
        assert not jobs(travis(text))["deploy"].gated

    def test_a_condition_of_the_file_holds_for_all(self) -> None:
        assert set(jobs(travis("if: type = pull_request\nscript: pytest\n"))["test"].trigger or ()) == {
            "change"
        }

    @pytest.mark.parametrize(
        ("branches", "trigger"),
        [
            ("{only: main}", {"main", "change"}),
            ("{only: [main, develop]}", {"main", "change", "branch"}),
            ("{only: [main, '/^v[0-9]/']}", {"main", "change", "tag", "branch"}),
            ("{except: [main]}", {"change", "branch", "tag"}),
            ("{only: '/^release-/'}", {"branch"}),
        ],
    )
    def test_branches_say_what_is_built(self, branches: str, trigger: set[str]) -> None:
        assert set(jobs(travis(f"branches: {branches}\nscript: pytest\n"))["test"].trigger or ()) == trigger


class TestDeployments:
    @pytest.mark.parametrize(
        ("on", "trigger"),
        [
            ("", {"main"}),
            (", on: {branch: develop}", {"branch"}),
            (", on: {branch: [main, develop]}", {"main", "branch"}),
            (", on: {tags: true}", {"tag"}),
            (", on: {all_branches: true}", {"main", "change", "branch", "tag"}),
        ],
    )
    def test_its_condition_says_when_a_deployment_is_made(self, on: str, trigger: set[str]) -> None:
        store = travis(f"script: pytest\ndeploy: {{provider: heroku, app: x{on}}}\n")
        row = steps(store)["travis/heroku"]
        assert row.purposes == {"deploy"}
        assert set(row.trigger or ()) == trigger
        assert jobs(store)["test"].gated

    def test_a_script_deploys_what_it_does(self) -> None:
        store = travis(
            "script: a\ndeploy: [{provider: script, script: kubectl apply -f k8s, on: {branch: main}}]\n"
        )
        assert set(steps(store)["kubectl apply -f k8s"].trigger or ()) == {"main"}

    def test_around_a_deployment_commands_run_when_it_does(self) -> None:
        text = "script: a\nbefore_deploy: make\nafter_deploy: curl -f https://x/health\n"
        text += "deploy: {provider: heroku}\n"
        store = travis(text)
        assert set(steps(store)["curl -f https://x/health"].trigger or ()) == {"main"}
        assert jobs(store)["test"].verified
        assert set(steps(travis("script: a\nbefore_deploy: make\n"))) == {"a"}

    def test_a_deployment_that_no_build_makes_is_off(self) -> None:
        store = travis("branches: {only: main}\nscript: a\ndeploy: {provider: heroku, on: {branch: other}}\n")
        assert steps(store)["travis/heroku"].enabled is False

    def test_a_deployment_that_may_fail_does_not_block(self) -> None:
        assert (
            steps(travis("deploy: {provider: npm, allow_failure: true}"))["travis/npm"].masked
            == "allow_failure"
        )

    def test_what_an_unknown_provider_does_is_open(self) -> None:
        store = travis("deploy: [{provider: odd}, {skip_cleanup: true}]")
        assert [gap.reason for gap in store.collected(STEP).openings] == [
            "what the deployment provider odd does is not known"
        ]

    def test_whom_travis_tells_is_told(self) -> None:
        text = "script: a\ndeploy: {provider: heroku}\nnotifications: {slack: x, irc: false, email: a@b}\n"
        assert jobs(travis(text))["test"].notifies
        assert "travis/notify-irc" not in steps(travis(text))

    def test_a_step_after_a_failure_may_take_a_deployment_back(self) -> None:
        text = "script: kubectl apply -f k\nafter_failure: kubectl rollout undo deployment/x\n"
        row = steps(travis(text))["kubectl rollout undo deployment/x"]
        assert row.purposes == {"rollback"}
        assert row.masked == "after_failure"


class TestTrouble:
    @pytest.mark.parametrize(
        ("text", "reason"), [("a: [", "not readable as YAML"), ("- a", "it is no mapping")]
    )
    def test_a_file_that_travis_cannot_read_is_a_problem_and_leaves_nothing_open(
        self, text: str, reason: str
    ) -> None:
        store = travis(text)
        found = store.collected(PIPELINE)
        assert found.rows == ()
        assert found.openings == ()
        assert reason in found.problems[0].message
        assert store.collected(FILE).rows[0].valid is False

    def test_an_empty_file_runs_nothing(self) -> None:
        assert travis("# nothing\n").collected(STEP).openings == ()

    def test_what_is_imported_is_open(self) -> None:
        store = travis("language: generic\nimport: acme/ci:shared.yml\nscript: pytest\n")
        assert [(gap.line, gap.reason) for gap in store.collected(STEP).openings] == [
            (2, "a part of it is imported")
        ]

    def test_too_many_jobs_are_open(self) -> None:
        listed = ", ".join("{script: a}" for _ in range(300))
        assert travis(f"jobs: {{include: [{listed}]}}").collected(JOB).openings
