from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from readiness.facts.ci.collect import FILE, JOB, PIPELINE, STEP
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Subject

if TYPE_CHECKING:
    from readiness.facts.ci.rows import JobRow, StepRow


def store(
    text: str, files: dict[str, str] | None = None, *, branch: str = "main", path: str = "Jenkinsfile"
) -> Store:
    subject = Subject(name="s", default_branch=branch, remote="https://github.com/own/repo")
    return Store(MemoryTree({path: dedent(text), **(files or {})}, subject=subject), ())


def declarative(stages: str, *, head: str = "agent any", tail: str = "") -> str:
    return f"pipeline {{\n{head}\nstages {{\n{dedent(stages)}\n}}\n{tail}\n}}\n"


def one_stage(steps: str, *, extra: str = "", head: str = "agent any") -> str:
    return declarative(f"stage('Work') {{\n{extra}\nsteps {{\n{dedent(steps)}\n}}\n}}", head=head)


def steps(text: str) -> list[StepRow]:
    return list(store(text).collected(STEP).rows)


def step(text: str, command: str) -> StepRow:
    return next(row for row in steps(text) if row.command.startswith(command) or row.action == command)


def jobs(text: str, files: dict[str, str] | None = None) -> dict[str, JobRow]:
    return {row.name: row for row in store(text, files).collected(JOB).rows}


def several(*names: str) -> frozenset[str]:
    return frozenset(names)


def openings(text: str, files: dict[str, str] | None = None) -> list[tuple[int, str]]:
    return [(gap.line, gap.reason) for gap in store(text, files).collected(STEP).openings]


def test_a_stage_is_a_job_and_its_shell_steps_are_commands() -> None:
    (row,) = steps(one_stage("sh 'pytest -q'"))
    assert (row.system, row.job, row.command, row.line, row.purposes) == (
        "jenkins",
        "Work",
        "pytest -q",
        7,
        several("test"),
    )


def test_a_stage_waits_for_the_stage_before_it() -> None:
    found = jobs(
        declarative("stage('A') { steps { sh 'pytest' } }\nstage('B') { steps { sh 'kubectl apply -f k' } }")
    )
    assert found["B"].needs == {"A"}
    assert found["B"].gated


def test_every_line_of_a_script_knows_its_line() -> None:
    text = one_stage("sh '''\n  ruff check\n  pytest\n'''")
    assert [(row.command, row.line) for row in steps(text)] == [("ruff check", 8), ("pytest", 9)]


def test_a_line_that_groovy_joins_is_one_command() -> None:
    text = one_stage("sh '''\n  pytest \\\n    tests\n  ruff check\n'''")
    assert [(row.line, row.tool) for row in steps(text)] == [(8, "pytest"), (10, "ruff")]


@pytest.mark.parametrize(
    "call", ['sh "pytest -q"', "sh script: 'pytest'", "sh(script: '''pytest''')", "sh($/pytest/$)"]
)
def test_every_way_to_write_a_script_is_read(call: str) -> None:
    assert step(one_stage(call), "pytest").purposes == several("test")


def test_a_variable_of_the_pipeline_is_filled_in() -> None:
    text = "def image = 'acme/app'\n" + one_stage('sh "docker push ${image}:${env.BUILD_NUMBER}"')
    assert step(text, "docker").command == "docker push acme/app:${BUILD_NUMBER}"


def test_a_variable_that_is_set_twice_stays_a_variable() -> None:
    text = one_stage(
        'sh "docker push ${tag}"\nscript { tag = "b" }', head="agent any\nenvironment { tag = 'a' }"
    )
    assert step(text, "docker").command == "docker push ${tag}"


def test_a_program_in_the_folder_of_a_tool_is_known() -> None:
    text = "node { def home = tool 'M3'\n sh \"${home}/bin/mvn test\" }"
    assert "test" in step(text, "${home}").purposes


def test_the_windows_shell_is_read() -> None:
    row = step(
        one_stage(
            r"bat '.\\mvnw.cmd test'",
        ),
        "./mvnw",
    )
    assert "test" in row.purposes


def test_of_a_windows_script_only_the_last_command_fails_the_step() -> None:
    text = one_stage("bat '''\n@echo off\nnpx jest\nnpx eslint .\n'''")
    assert [(row.tool, row.blocking) for row in steps(text)] == [("jest", False), ("eslint", True)]


def test_a_windows_command_over_several_lines_is_one() -> None:
    text = one_stage("bat '''\nmvn test ^\n -Dx=%X% 100%\n'''")
    (row,) = steps(text)
    assert (row.line, "test" in row.purposes, "-Dx=${X} 100%" in row.command) == (8, True, True)


def test_power_shell_is_no_shell() -> None:
    (row,) = steps(one_stage("powershell 'pytest'"))
    assert row.purposes == frozenset()


def test_a_shell_with_a_first_line_of_its_own_does_not_stop_at_a_failure() -> None:
    text = one_stage("sh '''#!/bin/bash\npytest\nls\n'''")
    assert not step(text, "pytest").blocking


def test_a_first_line_may_ask_to_stop_at_a_failure() -> None:
    assert step(one_stage("sh '''#!/bin/bash -e\npytest\nls\n'''"), "pytest").blocking


def test_a_script_of_another_language_is_no_shell() -> None:
    (row,) = steps(one_stage("sh '''#!/usr/bin/env python3\npytest\n'''"))
    assert row.purposes == frozenset()


# ---- failures that do not count


@pytest.mark.parametrize(
    ("body", "masked"),
    [
        ("sh(script: 'pytest', returnStatus: true)", "returnStatus: true"),
        ("catchError(buildResult: 'SUCCESS') { sh 'pytest' }", "catchError(buildResult: SUCCESS)"),
        ("catchError(buildResult: 'UNSTABLE') { sh 'pytest' }", "catchError(buildResult: UNSTABLE)"),
        ("warnError('x') { sh 'pytest' }", "warnError"),
        (
            "script { try { sh 'pytest' } catch (e) { echo 'x' } }",
            "try, and no handler passes the failure on",
        ),
        ("sh 'pytest || true'", "|| true"),
    ],
)
def test_a_masked_failure_is_told(body: str, masked: str) -> None:
    row = step(one_stage(body), "pytest")
    assert (row.blocking, row.masked) == (False, masked)


@pytest.mark.parametrize(
    "body",
    [
        "catchError { sh 'pytest' }",
        "catchError(buildResult: 'FAILURE', stageResult: 'FAILURE') { sh 'pytest' }",
        "script { try { sh 'pytest' } catch (e) { currentBuild.result = 'FAILURE' } }",
        "script { try { sh 'pytest' } catch (Exception e) { echo 'x'; throw e } }",
        "script { try { sh 'pytest' } finally { echo 'x' } }",
        "script { try { sh 'pytest' } catch (e) { error 'failed' } }",
        "script { def rc = sh(script: 'pytest', returnStatus: true)\nif (rc != 0) { error 'no' } }",
        "script { if (sh(script: 'pytest', returnStatus: true) != 0) { error 'no' } }",
        "timeout(5) { retry(2) { sh 'pytest' } }",
    ],
)
def test_a_failure_that_is_passed_on_counts(body: str) -> None:
    assert step(one_stage(body), "pytest").blocking


def test_what_goes_on_after_a_failed_test_is_not_held_by_it() -> None:
    found = jobs(
        declarative(
            "stage('T') { steps { catchError { sh 'pytest' } } }\n"
            "stage('D') { steps { sh 'kubectl apply -f k' } }"
        )
    )
    assert not found["D"].gated


def test_what_comes_after_a_caught_stage_is_not_held_by_it() -> None:
    text = (
        "node { try { stage('T') { sh 'pytest' } } catch (e) { echo 'x' }\n"
        "stage('D') { sh 'kubectl apply -f k' } }"
    )
    assert not jobs(text)["D"].gated


# ---- when it runs


def test_what_starts_a_pipeline_that_asks_for_no_branch_is_unknown() -> None:
    facts = store(one_stage("sh 'pytest'"))
    (pipeline,) = facts.collected(PIPELINE).rows
    assert (pipeline.trigger, pipeline.events, pipeline.live) == (None, None, True)
    assert facts.collected(JOB).rows[0].trigger is None


def test_a_pipeline_that_asks_for_its_branch_is_built_for_every_branch_and_proposal() -> None:
    found = jobs(
        declarative(
            "stage('T') { steps { sh 'pytest' } }\n"
            "stage('D') { when { branch 'main' }\nsteps { sh 'kubectl apply -f k' } }"
        )
    )
    assert found["T"].trigger == several("change", "main")
    assert found["D"].trigger == several("main")
    assert found["D"].gated


@pytest.mark.parametrize(
    ("condition", "trigger"),
    [
        ("branch 'main'", {"main"}),
        ("not { branch 'main' }", {"change"}),
        ("changeRequest()", {"change"}),
        ("anyOf { branch 'main'; changeRequest() }", {"main", "change"}),
        ("allOf { branch 'main'; not { changeRequest() } }", {"main"}),
        ("expression { env.BRANCH_NAME == 'main' }", {"main"}),
        ("expression { return BRANCH_NAME ==~ /ma.*/ }", {"main"}),
        ("branch 'release/*'", {"branch"}),
        ("branch pattern: 'ma..', comparator: 'REGEXP'", {"main"}),
        ("buildingTag()", {"tag"}),
        ("expression { env.CHANGE_ID != null }", {"change"}),
        ("expression { env.BRANCH_NAME.startsWith('hotfix/') }", {"branch"}),
        ("expression { env.BRANCH_NAME.endsWith('ain') }", {"main"}),
        ("expression { env.BRANCH_NAME.contains('topic') }", {"change"}),
        ("expression { env.BRANCH_NAME.equals('main') }", {"main"}),
        ("expression { env.BRANCH_NAME.matches('main') }", {"change", "main"}),
        ("expression { env.BRANCH_NAME =~ /^PR-/ }", {"change"}),
        ("expression { env.BRANCH_NAME =~ /(/ }", {"change", "main"}),
        ("expression { env.BRANCH_NAME > 'a' }", {"change", "main"}),
        ("expression { 'main' == env.BRANCH_NAME }", {"main"}),
        ("expression { env.BRANCH_NAME != 'main' }", {"change"}),
        ("expression { env.GIT_BRANCH == 'origin/main' }", {"main"}),
        ("expression { env.CHANGE_ID == null }", {"change", "main"}),
        ("expression { env.TAG_NAME }", {"tag"}),
        ("expression { !env.CHANGE_ID && BRANCH_NAME }", {"change", "main"}),
        ("expression { def x = 1\nreturn env.BRANCH_NAME == x }", {"change", "main"}),
        ("expression { true && env.BRANCH_NAME == 'main' }", {"main"}),
        ("expression { params.X || env.BRANCH_NAME == 'main' }", {"change", "main"}),
        ("branch pattern: '(', comparator: 'REGEXP'", {"change", "main"}),
        ("branch pattern: 'main', comparator: 'EQUALS'", {"main"}),
        ("branch pattern: env.X", {"change", "main"}),
        ("branch 'x[a'", {"change", "main"}),
        ("tag 'v*'", {"tag"}),
        ("changeRequest target: 'main'", {"change"}),
        ("allOf { branch 'main'; environment name: 'X', value: 'y' }", {"main"}),
        ("branch 'main'\nbeforeAgent true", {"main"}),
        ("branch 'main'\ntriggeredBy 'UserIdCause'", {"main"}),
    ],
)
def test_a_condition_decides_what_starts_a_stage(condition: str, trigger: set[str]) -> None:
    text = declarative(f"stage('T') {{ when {{ {condition} }}\nsteps {{ sh 'pytest' }} }}")
    assert jobs(text)["T"].trigger == several(*trigger)


def test_the_default_branch_is_the_repositorys() -> None:
    text = declarative("stage('T') { when { branch 'trunk' }\nsteps { sh 'pytest' } }")
    (row,) = store(text, branch="trunk").collected(JOB).rows
    assert row.trigger == several("main")


def test_an_if_in_a_script_decides_for_its_steps() -> None:
    text = (
        "node { sh 'pytest'\n"
        "if (env.BRANCH_NAME == 'main') { sh 'kubectl apply -f k' } else { sh 'ruff check' } }"
    )
    found = {row.tool: row.trigger for row in steps(text)}
    assert found == {
        "pytest": several("change", "main"),
        "kubectl": several("main"),
        "ruff": several("change"),
    }


def test_what_stands_behind_a_return_runs_only_otherwise() -> None:
    text = "node { if (env.BRANCH_NAME != 'main') { return }\nsh 'kubectl apply -f k' }"
    assert step(text, "kubectl").trigger == several("main")


def test_a_variable_that_holds_the_question_is_looked_up() -> None:
    text = (
        "def isMain = env.BRANCH_NAME == 'main'\n"
        "def branch = env.BRANCH_NAME\n"
        "def off = false\n"
        "node { if (isMain) { sh 'pytest' }\n"
        "if (branch == 'main') { sh 'ruff check' }\n"
        "if (off) { sh 'mypy .' } }"
    )
    found = {row.tool: row for row in steps(text)}
    assert (found["pytest"].trigger, found["ruff"].trigger) == (several("main"), several("main"))
    assert found["mypy"].enabled is False


def test_both_ways_that_end_leave_nothing_behind_them() -> None:
    text = "node { if (a) { return } else { return }\nsh 'pytest' }"
    assert steps(text) == []


def test_what_stands_behind_an_else_that_ends_runs_only_before_it() -> None:
    text = "node { if (env.BRANCH_NAME == 'main') { sh 'ls' } else { return }\nsh 'kubectl apply -f k' }"
    assert step(text, "kubectl").trigger == several("main")


def test_what_stands_behind_an_error_does_not_run() -> None:
    assert steps("node { error 'no'\nsh 'pytest' }") == []


def test_a_stage_that_never_runs_is_disabled() -> None:
    found = jobs(declarative("stage('T') { when { expression { false } }\nsteps { sh 'pytest' } }"))
    assert found["T"].enabled is False


def test_a_timer_starts_a_pipeline() -> None:
    text = declarative(
        "stage('T') { when { triggeredBy 'TimerTrigger' }\n"
        "steps { sh 'pytest' } }\n"
        "stage('U') { when { branch 'x' }\n"
        "steps { sh 'ls' } }",
        head="agent any\ntriggers { cron('H 4 * * *') }",
    )
    assert jobs(text)["T"].trigger == several("schedule")


def test_a_person_holds_what_comes_after_a_question() -> None:
    found = jobs(
        declarative(
            "stage('T') { steps { sh 'pytest' } }\nstage('Ask') { steps { input 'go on?' } }\n"
            "stage('D') { steps { sh 'kubectl apply -f k' } }"
        )
    )
    assert (found["T"].trigger, found["D"].trigger) == (None, several("manual"))


def test_a_question_of_a_stage_holds_that_stage() -> None:
    text = declarative("stage('D') { input { message 'go?' }\nsteps { sh 'kubectl apply -f k' } }")
    assert jobs(text)["D"].trigger == several("manual")


def test_a_question_on_one_branch_holds_only_there() -> None:
    text = "node { if (env.BRANCH_NAME == 'main') { input 'go?' }\nsh 'kubectl apply -f k' }"
    assert step(text, "kubectl").trigger == several("change", "manual")


def test_a_test_that_runs_on_proposals_alone_holds_no_deployment_of_main() -> None:
    found = jobs(
        declarative(
            "stage('T') { when { changeRequest() }\nsteps { sh 'pytest' } }\n"
            "stage('D') { when { branch 'main' }\nsteps { sh 'kubectl apply -f k' } }"
        )
    )
    assert not found["D"].gated


def test_a_test_that_a_parameter_switches_off_holds_nothing() -> None:
    found = jobs(
        declarative(
            "stage('T') { when { expression { params.TESTS } }\nsteps { sh 'pytest' } }\n"
            "stage('D') { steps { sh 'kubectl apply -f k' } }"
        )
    )
    assert not found["D"].gated


def test_a_test_after_the_deployment_holds_nothing() -> None:
    found = jobs(
        declarative("stage('D') { steps { sh 'kubectl apply -f k' } }\nstage('T') { steps { sh 'pytest' } }")
    )
    assert not found["D"].gated


# ---- files


def test_a_declarative_pipeline_gets_the_files_by_itself() -> None:
    assert jobs(one_stage("sh 'pytest'"))["Work"].checks_out is True


def test_without_the_default_checkout_there_are_no_files() -> None:
    head = "agent any\noptions { skipDefaultCheckout() }"
    assert jobs(one_stage("sh 'pytest'", head=head))["Work"].checks_out is False


def test_a_scripted_pipeline_gets_the_files_where_it_asks_for_them() -> None:
    found = jobs(
        "node { stage('A') { sh 'ls' }\n"
        "stage('B') { checkout scm\n"
        "sh 'pytest' }\n"
        "stage('C') { sh 'ruff check' } }"
    )
    assert [found[name].checks_out for name in "ABC"] == [False, True, True]


def test_the_files_of_another_repository_are_not_ours() -> None:
    assert (
        jobs("node { git 'https://github.com/acme/other.git'\nsh 'pytest' }")["pipeline"].checks_out is False
    )


def test_an_address_of_the_repository_itself_brings_the_files() -> None:
    assert jobs("node { git url: 'https://github.com/fork/repo.git', branch: 'main'\nsh 'pytest' }")[
        "pipeline"
    ].checks_out


def test_a_folder_that_the_files_are_put_into_is_the_root() -> None:
    files = {"src/Makefile": "check:\n\tpytest\n"}
    text = "node { dir('app') { checkout scm }\ndir('app/src') { sh 'make check' } }"
    (row,) = [row for row in store(text, files).collected(STEP).rows if row.tool == "pytest"]
    assert row.via == "src/Makefile:2"


def test_a_command_in_a_folder_is_followed_there() -> None:
    files = {"api/package.json": '{"scripts": {"test": "jest"}}'}
    (row,) = store(one_stage("dir('api') { sh 'npm test' }"), files).collected(STEP).rows
    assert (row.tool, row.via) == ("jest", "api/package.json:1")


# ---- scripted pipelines


def test_branches_side_by_side_do_not_wait_for_one_another() -> None:
    text = (
        "node { stage('A') { sh 'ls' }\n"
        "parallel unit: { sh 'pytest' }, lint: { sh 'ruff check' }, failFast: true\n"
        "stage('Z') { sh 'kubectl apply -f k' } }"
    )
    found = jobs(text)
    assert found["unit"].needs == found["lint"].needs == {"A"}
    assert found["Z"].needs == several("unit", "lint")
    assert found["Z"].gated


def test_branches_of_a_map_are_read() -> None:
    text = (
        "def all = [:]\n"
        "all['unit'] = { node { sh 'pytest' } }\n"
        "for (x in ['a']) { all[\"lint ${x}\"] = { sh 'ruff check' } }\n"
        "parallel all"
    )
    assert set(jobs(text)) == {"unit", "lint ${x}"}


def test_stages_of_a_declarative_parallel_are_jobs() -> None:
    text = declarative(
        "stage('All') { parallel { stage('A') { steps { sh 'pytest' } }\n"
        "stage('B') { steps { sh 'ruff check' } } } }"
    )
    assert set(jobs(text)) == {"A", "B"}


def test_a_matrix_is_told() -> None:
    text = declarative(
        "stage('All') { matrix { axes { axis { name 'V'; values '1', '2' } }\n"
        "stages { stage('A') { steps { sh 'pytest' } } } } }"
    )
    assert jobs(text)["A"].matrix


def test_a_stage_of_the_old_kind_lasts_until_the_next() -> None:
    text = "node {\nstage 'Test'\nsh 'pytest'\nstage 'Deploy'\nsh 'kubectl apply -f k'\n}"
    found = jobs(text)
    assert list(found) == ["Test", "Deploy"]
    assert found["Deploy"].gated


def test_a_function_of_the_file_is_followed_with_what_it_is_given() -> None:
    text = 'def deploy(String where, Map more = [:]) {\nsh "kubectl -n ${where} apply -f k"\n}\n' + one_stage(
        "script { deploy('prod') }"
    )
    row = step(text, "kubectl")
    assert (row.command, row.line, row.job) == ("kubectl -n prod apply -f k", 2, "Work")


def test_a_closure_given_to_a_function_runs_there() -> None:
    text = "def wrapped(Closure body) {\nnode { body() }\n}\nwrapped { sh 'pytest' }"
    assert step(text, "pytest").purposes == several("test")


def test_a_function_that_calls_itself_ends() -> None:
    assert step("def f() { sh 'pytest'\nf() }\nnode { f() }", "pytest").purposes == several("test")


def test_functions_that_call_one_another_many_times_end_and_leave_the_rest_open() -> None:
    text = (
        "".join(f"def f{n}() {{ {f'f{n + 1}(); ' * 9} }}\n" for n in range(9))
        + "def f9() { sh 'ls' }\nnode { f0() }"
    )
    assert (1, "what its functions do is more than is read") in openings(text)


def test_a_file_that_is_loaded_is_followed() -> None:
    files = {"ci/steps.groovy": "def check() {\n  sh 'pytest'\n}\nreturn this\n"}
    text = "node { def lib = load 'ci/steps.groovy'\nlib.check() }"
    (row,) = store(text, files).collected(STEP).rows
    assert (row.command, row.path, row.line, row.via) == ("pytest", "Jenkinsfile", 2, "ci/steps.groovy:1")


def test_an_image_that_docker_builds_is_built_and_pushed() -> None:
    files = {"Dockerfile": "FROM x\nRUN pytest\n"}
    text = "node { checkout scm\ndef image = docker.build(\"acme/app:1\")\nimage.push('latest') }"
    rows = store(text, files).collected(STEP).rows
    assert [row.command for row in rows][-3:] == [
        "docker build -t acme/app:1 .",
        "pytest",
        "docker push acme/app:1",
    ]


def test_what_runs_inside_an_image_runs() -> None:
    assert step("node { docker.image('x').inside('-u root') { sh 'pytest' } }", "pytest").purposes == several(
        "test"
    )


# ---- at the end


def test_what_is_done_at_the_end_is_told_by_outcome() -> None:
    text = declarative(
        "stage('Deploy production') { steps { sh 'kubectl apply -f k' } }",
        tail=(
            "post { always { junit 'x.xml' }\n"
            "failure { sh 'kubectl rollout undo deployment/a'\n"
            "slackSend message: 'x' } }"
        ),
    )
    row = jobs(text)["Deploy production"]
    assert (row.rolls_back, row.notifies, row.environment) == (True, True, "production")


def test_reports_of_tests_are_no_tests() -> None:
    assert jobs(one_stage("junit '**/*.xml'\nrecordIssues tool: java()"))["Work"].purposes == frozenset()


@pytest.mark.parametrize(
    ("call", "purpose"),
    [
        ("slackSend channel: '#a', message: 'b'", "notify"),
        ("archiveArtifacts artifacts: 'x'", "upload-artifact"),
        ("step([$class: 'ArtifactArchiver', artifacts: 'x'])", "upload-artifact"),
        ("kubernetesDeploy configs: 'k'", "deploy"),
        ("waitForQualityGate abortPipeline: true", "scan-code"),
        ("nexusArtifactUploader(artifacts: [[file: 'x']])", "publish"),
        ("sshCommand remote: r, command: 'kubectl apply -f x'", "deploy"),
    ],
)
def test_known_steps_have_purposes(call: str, purpose: str) -> None:
    assert purpose in (jobs(one_stage(call))["Work"].purposes or ())


def test_a_job_that_only_prints_is_a_placeholder() -> None:
    row = jobs(declarative("stage('Deploy') { steps { echo 'deploying'\nsleep 5 } }"))["Deploy"]
    assert (row.placeholder, row.claims, row.deploys) == (True, several("deploy"), False)


def test_what_a_job_starts_on_the_machine_of_jenkins_may_be_the_deployment() -> None:
    text = declarative("stage('Deploy') { steps { sh 'docker run -d -p 80:80 acme/app' } }")
    assert jobs(text)["Deploy"].deploys is None
    assert jobs(text.replace("Deploy", "Check"))["Check"].deploys is False


def test_limits_of_time_and_of_runs_are_told() -> None:
    head = "agent any\noptions { timeout(time: 1, unit: 'HOURS'); disableConcurrentBuilds() }"
    facts = store(one_stage("sh 'ls'", head=head))
    (row,) = facts.collected(JOB).rows
    assert (row.timeout, row.concurrency, facts.collected(PIPELINE).rows[0].concurrency) == (True, True, True)


def test_properties_of_a_scripted_pipeline_are_read() -> None:
    text = (
        "properties([disableConcurrentBuilds(), pipelineTriggers([cron('H 1 * * *')])])\n"
        "node { if (env.BRANCH_NAME) { sh 'pytest' } }"
    )
    facts = store(text)
    assert facts.collected(PIPELINE).rows[0].concurrency
    assert facts.collected(JOB).rows[0].trigger == several("change", "main", "schedule")


def test_a_workspace_of_its_own_is_no_folder_of_the_repository() -> None:
    files = {"Makefile": "check:\n\tpytest\n"}
    found = store("node { ws('/x') { sh 'make check' } }", files).collected(STEP).rows
    assert [row.tool for row in found] != ["pytest"]


@pytest.mark.parametrize("folder", ["'../x'", "env.X", "'/abs'", "'~/x'"])
def test_a_folder_that_is_not_to_be_known_is_not_followed(folder: str) -> None:
    files = {"Makefile": "check:\n\tpytest\n"}
    found = store(f"node {{ dir({folder}) {{ sh 'make check' }} }}", files).collected(STEP).rows
    assert all(not row.via for row in found)


def test_runs_that_wait_for_one_another_are_told() -> None:
    text = "node { lock('deploy') { sh 'kubectl apply -f k' } }"
    assert jobs(text)["pipeline"].concurrency
    assert store("milestone 1\nnode { sh 'ls' }").collected(PIPELINE).rows[0].concurrency


def test_options_of_a_stage_are_its_own() -> None:
    extra = (
        "options { timeout(5); lock('x') }\n"
        "environment { T = 'acme'; U = \"${T}/app\"; V = credentials('x') }"
    )
    text = one_stage('sh "docker push ${U}"', extra=extra)
    assert step(text, "docker").command == "docker push acme/app"
    row = jobs(text)["Work"]
    assert (row.timeout, row.concurrency) == (True, True)


def test_a_stage_with_stages_of_its_own_is_no_job() -> None:
    text = declarative("stage('All') { stages { stage('A') { steps { sh 'pytest' } } } }")
    assert set(jobs(text)) == {"A"}


def test_what_a_stage_does_at_its_end_belongs_to_it() -> None:
    text = declarative(
        "stage('T') { steps { sh 'ls' }\npost { failure { slackSend 'x' }\nsuccess { sh 'pytest' } } }"
    )
    assert jobs(text)["T"].purposes == several("notify", "test")


def test_a_branch_may_be_a_call() -> None:
    text = "def run(x) { return { sh 'pytest' } }\nnode { parallel(a: run('x'), b: { sh 'ruff check' }) }"
    assert set(jobs(text)) == {"a", "b"}


def test_branches_that_an_expression_makes_are_read() -> None:
    text = "node { parallel(['x'].collectEntries { [\"t ${it}\": { sh 'pytest' }] }) }"
    assert [row.tool for row in steps(text)] == ["pytest"]


def test_branches_in_a_list_are_read() -> None:
    text = "def all = [a: { sh 'pytest' }]\nnode { parallel all }"
    assert set(jobs(text)) == {"a"}


def test_a_file_that_is_loaded_by_itself_runs() -> None:
    facts = store("node { load 'ci/a.groovy' }", {"ci/a.groovy": "sh 'pytest'\n"})
    assert [(row.tool, row.via) for row in facts.collected(STEP).rows] == [("pytest", "ci/a.groovy:1")]


def test_a_file_that_is_loaded_and_not_there_is_open() -> None:
    assert openings("node { load 'lost.groovy' }") == [
        (1, "what a file that it loads does is written elsewhere")
    ]


def test_an_image_that_is_named_is_pushed() -> None:
    found = [
        row.command
        for row in steps("node { def i = docker.image('acme/a')\ni.push()\ndocker.build('b').push() }")
    ]
    assert found == ["docker push acme/a", "docker build -t b .", "docker push b"]


def test_a_push_of_something_else_is_none() -> None:
    assert steps("node { list.push('x') }") == []


def test_a_clone_by_hand_brings_the_files() -> None:
    found = jobs(
        "node { stage('A') { sh 'git clone https://github.com/own/repo .' }\nstage('B') { sh 'pytest' } }"
    )
    assert found["B"].checks_out is True


def test_what_a_step_of_another_kind_is_told_by_its_class() -> None:
    (row,) = steps("node { step([$class: 'hudson.plugins.X', a: 1]) }")
    assert row.action == "jenkins:X"


def test_a_set_up_of_the_checkout_names_its_repository() -> None:
    text = (
        "node { checkout([$class: 'GitSCM', userRemoteConfigs: [[url: 'https://github.com/acme/x']]])\n"
        "sh 'pytest' }"
    )
    assert jobs(text)["pipeline"].checks_out is False


def test_a_stage_without_a_name_is_still_one() -> None:
    assert set(jobs("node { stage { sh 'pytest' } }")) == {"stage"}


def test_a_file_that_is_too_large_leaves_the_questions_open() -> None:
    assert len(openings("// x\n" * 100_000)) == 1


# ---- what is written elsewhere


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("@Library('shared') _\nbuildPlugin(useAci: true)\n", "buildPlugin()"),
        ("buildPlugin()\n", "buildPlugin()"),
        ("node { utils.deploy('x') }", "utils.deploy()"),
        ("node { build job: 'deploy-prod', wait: false }", "the job deploy-prod"),
        ("withPipeline('java', 'x') { afterSuccess('b') { sh 'ls' } }", "withPipeline()"),
        ("node { def lib = load 'lost.groovy'\nlib.go() }", "lib.go()"),
    ],
)
def test_what_a_library_or_another_job_does_is_open(text: str, what: str) -> None:
    reasons = [reason for _, reason in openings(text)]
    assert f"what {what} does is written elsewhere" in reasons
    row = next(iter(jobs(text).values()))
    assert row.deploys is None


@pytest.mark.parametrize(
    "body",
    [
        "def names = ['a']\nnames.each { sh \"ls ${it}\" }",
        "def config = readJSON file: 'x'\necho config.a.toString()",
        "env.X = 'y'.toUpperCase()",
        "def m = readMavenPom()\nm.getVersion()",
        "withCredentials([string(credentialsId: 'x', variable: 'Y')]) { sh 'ls' }",
        "com.acme.Thing.go()",
        "emailext to: emailextrecipients([culprits()])",
        'currentBuild.description = "x ${currentBuild.number}"',
    ],
)
def test_what_the_language_and_known_steps_do_opens_nothing(body: str) -> None:
    assert openings(f"node {{ {body} }}") == []


def test_a_command_that_a_variable_gives_is_unknown() -> None:
    assert openings("node { sh command }") == [(1, "what it runs comes from an expression")]


# ---- files that cannot be read


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("node {\nsh 'ls'\n", 1),
        ("node {\nsh 'ls\n}\n", 2),
        ("node { sh(['ls') }\n", 1),
        ("/* never ends", 1),
        ("pipeline {\nstages { stage('a') { steps { sh 'x' } } }\n}", 1),
        ("pipeline {\nagent any\n}", 1),
        ("pipeline {\nagent any\nstages {\nstage('a') { }\n}\n}", 4),
        ("}\n", 1),
    ],
)
def test_what_jenkins_cannot_read_is_a_problem_and_no_row(text: str, line: int) -> None:
    facts = store(text)
    (problem,) = facts.collected(PIPELINE).problems
    assert problem.line == line
    assert facts.collected(PIPELINE).rows == ()
    assert facts.collected(STEP).openings == ()
    assert [row.valid for row in facts.collected(FILE).rows] == [False]


def test_what_may_be_our_own_mistake_leaves_the_questions_open() -> None:
    facts = store("node {\nif (x =~ /a'b/) { sh 'ls' }\n")
    assert facts.collected(PIPELINE).rows == ()
    assert len(facts.collected(STEP).openings) == 1


@pytest.mark.parametrize(
    "text", ["{" * 5000 + "}" * 5000, "f(" * 5000 + ")" * 5000, "a" + ".b" * 5000 + "()"]
)
def test_what_is_nested_too_deeply_leaves_the_questions_open(text: str) -> None:
    assert len(store(text).collected(STEP).openings) == 1


@pytest.mark.parametrize(
    "path", ["Jenkinsfile", "ci/Jenkinsfile.deploy", "deploy.jenkinsfile", "svc/a/Jenkinsfile"]
)
def test_pipelines_are_found_by_their_names(path: str) -> None:
    assert store("node { sh 'pytest' }", path=path).collected(STEP).rows[0].path == path


@pytest.mark.parametrize(
    "path", ["docs/Jenkinsfile.md", "examples/Jenkinsfile", "Jenkinsfile.bak", "jenkins/seed.groovy"]
)
def test_other_files_are_no_pipelines(path: str) -> None:
    facts = store("def x() { sh 'pytest' }\njob('a') { }", path=path)
    assert facts.collected(STEP).rows == ()
    assert facts.collected(STEP).openings == ()


def test_a_groovy_file_that_is_a_pipeline_is_read() -> None:
    assert (
        store(
            "pipeline {\nagent any\nstages { stage('a') { steps { sh 'pytest' } } } }",
            path="jenkins/x.groovy",
        )
        .collected(STEP)
        .rows
    )
