"""Azure Pipelines in the pipeline model: one behaviour of the format a test."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from ci_support import subject

from readiness.facts.ci.azure.expressions import evaluate, truth
from readiness.facts.ci.azure.tasks import run_of
from readiness.facts.ci.collect import FILE, JOB, PIPELINE, STEP, USE
from readiness.facts.ci.expressions import UNKNOWN, Partial

if TYPE_CHECKING:
    from readiness.facts.ci.rows import JobRow, StepRow
    from readiness.facts.store import Store

PATH = "azure-pipelines.yml"
STAGED = """\
    trigger: [main]
    stages:
      - stage: Check
        jobs:
          - job: tests
            steps: [script: pytest]
      - stage: Ship
        jobs:
          - deployment: web
            environment: production
            strategy: {runOnce: {deploy: {steps: [script: kubectl apply -f k8s]}}}
"""


def azure(text: str, branch: str = "main", **files: str) -> Store:
    return subject({PATH: text, **files}, branch=branch)


def with_steps(*steps: str) -> str:
    return "steps:\n" + "".join(f"- {step}\n" for step in steps)


def steps(store: Store) -> dict[str, StepRow]:
    return {row.command or row.action: row for row in store.collected(STEP).rows}


def jobs(store: Store) -> dict[str, JobRow]:
    return {row.name: row for row in store.collected(JOB).rows}


def openings(store: Store) -> list[str]:
    return [gap.reason for gap in store.collected(STEP).openings]


def test_a_test_runs_on_every_push_and_proposal_and_has_the_files() -> None:
    store = azure(with_steps("script: pytest"))
    row = steps(store)["pytest"]
    assert (row.system, row.job, row.line) == ("azure", "Job", 2)
    assert set(row.trigger or ()) == {"change", "main", "branch"}
    assert (row.enabled, row.blocking, row.checked_out) == (True, True, True)
    assert set(store.collected(PIPELINE).rows[0].events or ()) == {"push", "pull_request"}


@pytest.mark.parametrize(
    ("head", "trigger", "events"),
    [
        ("trigger: [main]\npr: none", {"main"}, {"push"}),
        ("trigger: [main]", {"main", "change"}, {"push", "pull_request"}),
        ("trigger: [main, develop]\npr: none", {"main", "branch"}, {"push"}),
        ("trigger: ['*']\npr: none", {"main", "change", "branch"}, {"push"}),
        ("trigger: {branches: {include: ['*'], exclude: [main]}}\npr: none", {"change", "branch"}, {"push"}),
        ("trigger: {branches: [releases/*]}\npr: none", {"branch"}, {"push"}),
        ("trigger: {tags: {include: ['v*']}}\npr: none", {"tag"}, {"push"}),
        ("trigger: none\npr: [main]", {"change"}, {"pull_request"}),
        ("trigger: none\npr: none", {"manual"}, {"manual"}),
        ("trigger: none\npr: none\nschedules: [{cron: '0 0 * * *'}]", {"schedule"}, {"schedule"}),
        (
            "trigger: none\npr: none\nresources: {pipelines: [{pipeline: a, trigger: true}]}",
            {"other"},
            {"resources"},
        ),
    ],
)
def test_the_file_says_what_starts_it(head: str, trigger: set[str], events: set[str]) -> None:
    store = azure(f"{head}\n{with_steps('script: pytest')}")
    assert set(steps(store)["pytest"].trigger or ()) == trigger
    assert set(store.collected(PIPELINE).rows[0].events or ()) == events


def test_in_azure_repos_only_the_server_knows_whether_proposals_are_built() -> None:
    remote = "https://dev.azure.com/acme/shop/_git/shop"
    store = subject({PATH: "trigger: [main]\nsteps: [{script: pytest}]"}, remote=remote)
    (row,) = store.collected(PIPELINE).rows
    assert row.events is None
    assert "main" in (row.trigger or ())


@pytest.mark.parametrize(
    ("head", "filtered"),
    [
        ("pr: {paths: {include: [src]}}", True),
        ("pr: {paths: {include: ['*']}}", False),
        ("pr: {paths: {exclude: [docs/*, README.md]}}", False),
        ("pr: {paths: {exclude: [src/*]}}", True),
        ("pr: {paths: [src]}", True),
        ("trigger: {paths: {include: [src]}}", False),
        ("trigger: {branches: [main], paths: {include: [src]}}\npr: none", True),
    ],
)
def test_changes_of_some_paths_alone_may_start_it(head: str, filtered: bool) -> None:
    assert azure(f"{head}\n{with_steps('script: a')}").collected(PIPELINE).rows[0].filtered is filtered


@pytest.mark.parametrize(
    ("step", "masked"),
    [
        ("script: pytest || true", "|| true"),
        ("{script: pytest, continueOnError: true}", "continueOnError"),
        ("bash: |\n    pytest\n    ls", "not last without errexit"),
        ("bash: |\n    set -e\n    pytest\n    ls", ""),
        ("pwsh: pytest", ""),
        ("{task: Bash@3, inputs: {targetType: inline, script: pytest}}", ""),
    ],
)
def test_a_failure_that_does_not_count_is_told_why(step: str, masked: str) -> None:
    row = steps(azure(with_steps(step)))["pytest"]
    assert (row.masked, row.blocking) == (masked, not masked)


def test_a_job_that_may_fail_does_not_block() -> None:
    store = azure("jobs: [{job: a, continueOnError: true, steps: [{script: pytest}]}]")
    assert not steps(store)["pytest"].blocking
    assert not jobs(store)["a"].blocking


def test_a_step_that_is_switched_off_is_off() -> None:
    store = azure(with_steps("{script: pytest, enabled: false}", "{script: mypy ., condition: false}"))
    assert steps(store)["pytest"].enabled is False
    assert steps(store)["mypy ."].enabled is False


def test_powershell_is_not_read_as_shell_unless_it_looks_the_same() -> None:
    store = azure(with_steps('powershell: |\n    $x = "1"\n    pytest'))
    assert "pytest" not in steps(store)


def test_a_job_that_only_prints_is_a_placeholder() -> None:
    assert jobs(azure(with_steps("script: echo tests")))["Job"].placeholder


@pytest.mark.parametrize(
    ("checkout", "has"),
    [
        ("checkout: self", True),
        ("checkout: none", False),
        ("checkout: other", False),
        ("script: ls", True),
    ],
)
def test_a_job_has_the_files_unless_it_says_otherwise(checkout: str, has: bool) -> None:
    store = azure(with_steps(checkout, "script: pytest"))
    assert steps(store)["pytest"].checked_out is has


def test_a_deployment_job_has_the_files_only_if_it_says_so() -> None:
    assert jobs(azure(STAGED))["web"].checks_out is False
    text = STAGED.replace("steps: [script: kubectl", "steps: [{checkout: self}, script: kubectl")
    assert jobs(azure(text))["web"].checks_out is True


def test_commands_are_followed_through_make_and_npm_in_their_folder() -> None:
    text = with_steps(
        "{script: make check, workingDirectory: $(Build.SourcesDirectory)/api}",
        "script: cd $(System.DefaultWorkingDirectory)/api && make other",
        "{task: Npm@1, inputs: {command: custom, customCommand: run check, workingDir: web}}",
    )
    files = {
        "api/Makefile": "check:\n\tpytest\nother:\n\tmypy .\n",
        "web/package.json": '{"scripts": {"check": "jest"}}',
    }
    store = azure(text, **files)
    assert steps(store)["pytest"].via == "api/Makefile:2"
    assert steps(store)["jest"].purposes == {"test"}
    assert steps(store)["mypy ."].via == "api/Makefile:4"


class TestJobs:
    def test_a_stage_waits_for_the_one_before_it(self) -> None:
        rows = jobs(azure(STAGED))
        assert rows["web"].needs == {"tests"}
        assert (rows["web"].gated, rows["web"].deploys) == (True, True)
        assert (rows["web"].environment, rows["web"].environment_declared) == ("production", True)

    @pytest.mark.parametrize("line", ["dependsOn: []", "condition: always()"])
    def test_a_stage_may_wait_for_none_or_go_on_after_a_failure(self, line: str) -> None:
        text = STAGED.replace("- stage: Ship\n", f"- stage: Ship\n        {line}\n")
        assert not jobs(azure(text))["web"].gated

    def test_a_test_in_a_later_stage_holds_nothing(self) -> None:
        text = STAGED.replace("- stage: Check\n", "- stage: Check\n        dependsOn: Ship\n")
        text = text.replace("- stage: Ship\n", "- stage: Ship\n        dependsOn: []\n")
        rows = jobs(azure(text))
        assert rows["tests"].needs == {"web"}
        assert not rows["web"].gated

    def test_jobs_run_side_by_side_unless_they_wait(self) -> None:
        text = "jobs:\n- {job: t, steps: [{script: pytest}]}\n"
        text += "- {job: d, DEPENDS steps: [{script: kubectl apply -f k}]}\n"
        assert not jobs(azure(text.replace("DEPENDS", "")))["d"].gated
        assert jobs(azure(text.replace("DEPENDS", "dependsOn: t,")))["d"].gated

    def test_a_stage_for_the_main_branch_leaves_its_jobs_to_it(self) -> None:
        condition = "and(succeeded(), eq(variables['Build.SourceBranch'], 'refs/heads/main'))"
        text = STAGED.replace("- stage: Ship\n", f"- stage: Ship\n        condition: {condition}\n")
        rows = jobs(azure(text.replace("trigger: [main]", "trigger: ['*']")))
        assert set(rows["web"].trigger or ()) == {"main"}
        assert rows["web"].gated
        assert set(rows["tests"].trigger or ()) == {"main", "change", "branch"}

    def test_what_waits_for_a_job_that_runs_elsewhere_never_runs(self) -> None:
        text = """\
            pr: none
            jobs:
            - job: t
              condition: eq(variables['Build.SourceBranchName'], 'develop')
              steps: [{script: pytest}]
            - {job: d, dependsOn: t, steps: [{script: a}]}
            - {job: e, dependsOn: t, condition: always(), steps: [{script: b}]}
        """
        rows = jobs(azure(f"trigger: [main]\n{dedent(text)}"))
        assert {name: row.enabled for name, row in rows.items()} == {"t": False, "d": False, "e": True}

    def test_time_limits_variants_and_locks_are_seen(self) -> None:
        text = """\
            lockBehavior: sequential
            jobs:
            - job: a
              timeoutInMinutes: 10
              strategy: {matrix: {x: {v: 1}}}
              steps: [{script: a}]
            - {job: b, timeoutInMinutes: 0, steps: [{script: b}]}
        """
        rows = jobs(azure(text))
        assert (rows["a"].timeout, rows["a"].matrix, rows["a"].concurrency) == (True, True, True)
        assert rows["b"].timeout is False

    def test_whether_an_environment_has_a_lock_is_a_setting(self) -> None:
        rows = jobs(azure(STAGED))
        assert (rows["web"].concurrency, rows["tests"].concurrency) == (None, False)

    def test_jobs_of_the_same_name_are_told_apart_by_their_stage(self) -> None:
        text = "stages:\n" + "".join(
            f"- {{stage: {n}, jobs: [{{job: a, steps: [{{script: ls}}]}}]}}\n" for n in "xy"
        )
        rows = jobs(azure(text))
        assert rows["y/a"].needs == {"a"}

    def test_hooks_of_a_deployment_run_in_their_order_and_take_back(self) -> None:
        text = """\
            jobs:
            - deployment: web
              environment: {name: staging.cluster}
              strategy:
                canary:
                  preDeploy: {steps: [{script: pytest}]}
                  deploy: {steps: [{script: kubectl apply -f k}]}
                  postRouteTraffic: {steps: [{script: curl -f https://x/health}]}
                  on: {failure: {steps: [{script: kubectl rollout undo deployment/x}]}, success: {steps: []}}
        """
        row = jobs(azure(text))["web"]
        assert row.environment == "staging"
        assert (row.gated, row.verified, row.rolls_back) == (True, True, True)

    def test_steps_in_a_stage_without_jobs_are_one_job(self) -> None:
        assert "Job" in jobs(azure("stages: [{stage: a, steps: [{script: ls}]}]"))


class TestConditions:
    def at(self, condition: str) -> StepRow:
        return steps(
            azure(f"trigger: ['*']\npr: ['*']\nsteps: [{{script: pytest, condition: \"{condition}\"}}]")
        )["pytest"]

    @pytest.mark.parametrize(
        ("condition", "trigger"),
        [
            ("eq(variables['Build.SourceBranch'], 'refs/heads/main')", {"main"}),
            ("eq(variables['Build.SourceBranchName'], 'main')", {"main", "change"}),
            ("startsWith(variables['Build.SourceBranch'], 'refs/heads/release/')", {"branch"}),
            ("startsWith(variables['Build.SourceBranch'], 'refs/pull/')", {"change"}),
            ("eq(variables['Build.Reason'], 'PullRequest')", {"change"}),
            ("and(ne(variables['Build.Reason'], 'PullRequest'), succeeded())", {"main", "change", "branch"}),
            ("in(variables.Build.SourceBranch, 'refs/heads/main', 'refs/heads/develop')", {"main", "branch"}),
        ],
    )
    def test_a_condition_says_what_starts_a_step(self, condition: str, trigger: set[str]) -> None:
        row = self.at(condition)
        assert set(row.trigger or ()) == trigger
        assert row.enabled is True

    def test_a_condition_that_no_start_meets_switches_a_step_off(self) -> None:
        assert self.at("eq(variables['Build.Reason'], 'Schedule')").enabled is False

    def test_a_variable_of_the_file_is_known(self) -> None:
        head = (
            "variables: {isMain: \"$[eq(variables['Build.SourceBranch'], 'refs/heads/main')]\", deep: 'no'}\n"
        )
        text = with_steps(
            "{script: pytest, condition: \"and(succeeded(), eq(variables.isMain, 'true'))\"}",
            "{script: mypy ., condition: \"eq(variables.deep, 'yes')\"}",
        )
        rows = steps(azure(head + text))
        assert set(rows["pytest"].trigger or ()) == {"main"}
        assert rows["mypy ."].enabled is False

    @pytest.mark.parametrize(
        ("text", "answer"),
        [
            ("and(true, eq('a', 'A'))", True),
            ("or(false, not(contains('abc', 'b')))", False),
            ("notIn('a', 'b', 'c')", True),
            ("eq(lost, 'x')", None),
            ("and(false, lost)", False),
            ("eq(variables['x.y'], 'z')", None),
            ("endsWith('abc', 'bc')", True),
            ("eq(coalesce('', 'x'), lower('x'))", True),
            ("eq(1, 1)", True),
            ("gt(2, 1)", None),
            ("eq(format('{0}-{1}{{x}}', 'a', 'b'), 'a-b{x}')", True),
            ("eq(format('{0}', lost), 'a')", None),
            ("eq(replace('a/b', '/', '_'), 'a_b')", True),
            ("eq(replace(lost, '/', '_'), 'a_b')", None),
            ("eq('it''s', 'it''s')", True),
            ("xor(true)", None),
            ("and(true", None),
            ("true true", None),
            ("a ? b", None),
            ("x[1]", None),
            ("'open", True),
            ("", None),
            ("failed()", False),
            ("canceled()", False),
            ("not(" * 60 + ")" * 60, None),
            (")", None),
        ],
    )
    def test_an_expression_is_answered_or_not_known(self, text: str, answer: bool | None) -> None:
        assert truth(text, lambda _: UNKNOWN) is answer

    def test_a_text_that_is_partly_known_is_compared_as_far_as_that_goes(self) -> None:
        def lookup(_: str) -> Partial:
            return Partial("refs/tags/")

        assert truth("startsWith(x, 'refs/tags/')", lookup) is True
        assert truth("startsWith(x, 'refs/tags/v')", lookup) is None
        assert truth("startsWith(x, 'refs/heads/')", lookup) is False
        assert truth("eq(x, 'refs/heads/main')", lookup) is False
        assert truth("eq('refs/tags/v1', x)", lookup) is None
        assert truth("contains(x, 'tags')", lookup) is True
        assert truth("endsWith(x, 'rc')", lookup) is None

    def test_after_a_failure_of_one_job_what_it_asks_of_it_is_not_known(self) -> None:
        assert evaluate("succeeded('a')", lambda _: UNKNOWN, failed=True) is UNKNOWN
        assert truth("failed()", lambda _: UNKNOWN, failed=True) is True
        assert truth("x" * 5000, lambda _: UNKNOWN) is None


class TestTemplates:
    def test_a_template_of_the_repository_is_put_in_with_its_parameters(self) -> None:
        store = azure(
            with_steps("{template: ci/test.yml, parameters: {command: pytest -q}}", "template: /ci/test.yml"),
            **{
                "ci/test.yml": "parameters: [{name: command, default: mypy .}]\n"
                "steps: [{script: '${{ parameters.command }}'}]"
            },
        )
        rows = steps(store)
        assert (rows["pytest -q"].line, rows["mypy ."].line) == (2, 3)
        assert rows["mypy ."].via == "ci/test.yml:1"
        assert [row.path for row in store.collected(PIPELINE).rows] == [PATH]

    def test_templates_are_named_from_the_file_that_uses_them(self) -> None:
        files = {
            "ci/jobs.yml": "jobs: [{job: a, steps: [{template: steps/test.yml}]}]",
            "ci/steps/test.yml": "parameters: {x: pytest}\nsteps: [{bash: '${{ parameters.x }}'}]",
        }
        assert "pytest" in steps(azure("jobs: [{template: ci/jobs.yml}]", **files))

    def test_stages_and_extended_templates_are_read(self) -> None:
        files = {
            "all.yml": "parameters: [{name: env, type: string}]\n"
            "stages: [{template: ship.yml, parameters: {env: '${{ parameters.env }}'}}]",
            "ship.yml": dedent(
                """\
                parameters: [{name: env}]
                stages:
                - stage: Ship
                  jobs:
                  - deployment: web
                    environment: ${{ parameters.env }}
                    strategy: {runOnce: {deploy: {steps: [{script: kubectl apply -f k}]}}}
                """
            ),
        }
        store = azure("extends: {template: all.yml, parameters: {env: production}}", **files)
        assert jobs(store)["web"].environment == "production"

    def test_steps_that_are_given_to_a_template_are_put_in(self) -> None:
        files = {
            "t.yml": "parameters: [{name: before, type: stepList, default: []}]\n"
            "steps: ['${{ parameters.before }}', {script: ls}]"
        }
        store = azure(with_steps("{template: t.yml, parameters: {before: [{script: pytest}]}}"), **files)
        assert {"pytest", "ls"} == set(steps(store))
        assert {"ls"} == set(steps(azure(with_steps("template: t.yml"), **files)))

    def test_variables_of_a_template_are_known(self) -> None:
        files = {"v.yml": "variables: [{name: command, value: pytest}]"}
        store = azure(
            "variables: [{template: v.yml}, {group: secrets}]\n" + with_steps("script: $(command)"), **files
        )
        assert "pytest" in steps(store)

    @pytest.mark.parametrize(
        "text",
        [
            with_steps("template: t.yml@shared"),
            "jobs: [{template: t.yml@shared}]",
            "stages: [{template: t.yml@shared}]",
            "extends: {template: t.yml@shared}",
            with_steps("template: ${{ parameters.which }}.yml"),
        ],
    )
    def test_what_a_template_of_another_repository_brings_is_open(self, text: str) -> None:
        store = azure(text)
        assert len(openings(store)) == 1
        assert "another repository" in openings(store)[0]
        assert all(row.deploys is None for row in store.collected(JOB).rows)

    def test_a_template_that_is_not_there_is_a_problem(self) -> None:
        found = azure(with_steps("template: lost.yml")).collected(PIPELINE)
        assert "there is no template 'lost.yml'" in found.problems[0].message
        assert found.openings == ()

    def test_a_template_that_cannot_be_read_is_a_problem(self) -> None:
        found = azure(with_steps("template: t.yml"), **{"t.yml": "a: ["}).collected(PIPELINE)
        assert "the template t.yml cannot be read" in found.problems[0].message

    def test_templates_that_use_one_another_without_end_are_open(self) -> None:
        store = azure(
            with_steps("template: t.yml"), **{"t.yml": with_steps("template: t.yml", "template: t.yml")}
        )
        assert "more than is read" in openings(store)[0]


class TestTemplateExpressions:
    def test_a_condition_on_a_parameter_is_answered(self) -> None:
        text = """\
            parameters: [{name: deep, type: boolean, default: false}]
            steps:
            - ${{ if eq(parameters.deep, true) }}:
              - script: pytest
            - ${{ elseif eq(parameters.deep, 'maybe') }}:
              - script: ls
            - ${{ else }}:
              - script: mypy .
        """
        assert set(steps(azure(text))) == {"mypy ."}
        assert set(steps(azure(text.replace("default: false", "default: true")))) == {"pytest"}

    def test_a_part_for_the_main_branch_is_started_by_it(self) -> None:
        text = """\
            trigger: ['*']
            steps:
            - ${{ if eq(variables['Build.SourceBranch'], 'refs/heads/main') }}:
              - script: ./deploy
            - ${{ else }}:
              - script: pytest
        """
        rows = steps(azure(text))
        assert set(rows["./deploy"].trigger or ()) == {"main"}
        assert set(rows["pytest"].trigger or ()) == {"change", "branch"}

    def test_what_hangs_on_a_parameter_without_a_value_may_be_there(self) -> None:
        text = "parameters: [{name: deep}]\nsteps: [{'${{ if parameters.deep }}': [{script: pytest}]}]"
        assert steps(azure(text))["pytest"].enabled is None

    def test_a_loop_over_a_list_is_written_out(self) -> None:
        text = """\
            parameters: [{name: envs, type: object, default: [{name: staging}, {name: production}]}]
            jobs:
            - ${{ each e in parameters.envs }}:
              - deployment: ship_${{ e.name }}
                environment: ${{ e.name }}
                strategy: {runOnce: {deploy: {steps: [{script: kubectl apply -f k}]}}}
        """
        rows = jobs(azure(text))
        assert {name: row.environment for name, row in rows.items()} == {
            "ship_staging": "staging",
            "ship_production": "production",
        }

    def test_a_list_for_a_loop_may_be_made_by_loops_and_conditions(self) -> None:
        files = {
            "t.yml": dedent(
                """\
                parameters: [{name: jobs, type: object}]
                steps:
                - ${{ each job in parameters.jobs }}:
                  - script: ${{ job.run }}
                """
            )
        }
        text = """\
            parameters: [{name: targets, default: [unit, deep]}, {name: more, default: false}]
            steps:
            - template: t.yml
              parameters:
                jobs:
                - ${{ each target in parameters.targets }}:
                  - run: pytest tests/${{ target }}
                - ${{ if eq(parameters.more, true) }}:
                  - run: mypy .
        """
        assert set(steps(azure(text, **files))) == {"pytest tests/unit", "pytest tests/deep"}

    def test_a_list_that_is_made_of_itself_is_open(self) -> None:
        text = """\
            parameters: [{name: a, default: [{'${{ each x in parameters.a }}': [1]}]}]
            steps: [{'${{ each y in parameters.a }}': [{script: ls}]}]
        """
        assert openings(azure(text)) == ["its templates bring more than is read"]

    def test_a_loop_over_a_mapping_has_keys_and_values(self) -> None:
        text = """\
            parameters: {runs: {a: pytest, b: mypy .}}
            steps:
            - ${{ each r in parameters.runs }}:
              - script: ${{ r.value }}
        """
        assert set(steps(azure(text))) == {"pytest", "mypy ."}

    def test_a_loop_over_what_is_not_known_may_bring_its_body(self) -> None:
        text = "steps: [{'${{ each x in parameters.lost }}': [{script: pytest}]}]"
        assert steps(azure(text))["pytest"].enabled is None

    def test_conditions_among_the_keys_of_a_step_are_answered(self) -> None:
        text = """\
            parameters: [{name: soft, default: true}]
            steps:
            - script: pytest
              ${{ if eq(parameters.soft, true) }}:
                continueOnError: true
              ${{ else }}:
                condition: false
        """
        row = steps(azure(text))["pytest"]
        assert (row.masked, row.enabled) == ("continueOnError", True)

    def test_an_expression_that_is_not_known_leaves_a_command_open(self) -> None:
        assert openings(azure(with_steps("script: ${{ parameters.lost }}"))) == [
            "what it runs comes from an expression"
        ]

    def test_a_list_that_a_parameter_should_bring_is_open(self) -> None:
        assert len(openings(azure("steps: ${{ parameters.lost }}"))) == 1

    def test_a_macro_is_no_command(self) -> None:
        store = azure(with_steps("script: pytest $(Build.SourcesDirectory) $(Flags)"))
        assert len(store.collected(STEP).rows) == 1
        store = azure(with_steps("script: echo $(date)"))
        assert set(steps(store)) == {"echo $(date)"}


class TestTasks:
    @pytest.mark.parametrize(
        ("task", "inputs", "text"),
        [
            (
                "dotnetcorecli",
                {"command": "test", "projects": "**/*Tests.csproj"},
                "dotnet test **/*Tests.csproj",
            ),
            ("dotnetcorecli", {}, "dotnet build"),
            (
                "dotnetcorecli",
                {"command": "custom", "custom": "ef", "arguments": "database update"},
                "dotnet ef database update",
            ),
            ("dotnetcorecli", {"command": "push"}, "dotnet nuget push"),
            ("npm", {"command": "custom", "customcommand": "run test"}, "npm run test"),
            ("npm", {}, "npm install"),
            ("yarn", {"arguments": "test"}, "yarn test"),
            ("maven", {"goals": "verify"}, "mvn -f pom.xml verify"),
            ("maven", {}, "mvn -f pom.xml package"),
            ("gradle", {"tasks": "check"}, "./gradlew check"),
            ("go", {"command": "test", "arguments": "./..."}, "go test ./..."),
            ("helmdeploy", {"command": "upgrade", "chartpath": "c"}, "helm upgrade release c --wait"),
            ("helmdeploy", {"command": "upgrade", "waitforexecution": "false"}, "helm upgrade release"),
            (
                "kubernetes",
                {"command": "apply", "useconfigurationfile": "true", "configuration": "k"},
                "kubectl apply -f k",
            ),
            ("dockercompose", {"action": "Run services"}, "docker compose up -d"),
            ("dockercompose", {"dockercomposecommand": "down"}, "docker compose down"),
            (
                "terraformtaskv4",
                {"command": "apply", "commandoptions": "-auto-approve"},
                "terraform apply -auto-approve",
            ),
            ("bash", {"filepath": "ci\\test.sh", "arguments": "-v"}, "bash ci/test.sh -v"),
            ("shellscript", {"scriptpath": "a.sh"}, "bash a.sh"),
            ("powershell", {"filepath": "a.ps1"}, "pwsh -File a.ps1"),
            ("powershell", {"targettype": "inline", "script": "pytest"}, "pytest"),
            ("azurecli", {"scriptlocation": "inlineScript", "inlinescript": "az webapp up"}, "az webapp up"),
            ("azurecli", {"scripttype": "bash", "scriptpath": "a.sh"}, "bash a.sh"),
            ("pythonscript", {"scriptpath": "a.py"}, "python a.py"),
            ("gulp", {"targets": "test"}, "gulp test"),
            ("cmdline", {"script": "pytest"}, "pytest"),
        ],
    )
    def test_a_task_that_calls_a_program_is_that_command(
        self, task: str, inputs: dict[str, str], text: str
    ) -> None:
        run = run_of(task, inputs)
        assert run is not None
        assert run.text == text

    @pytest.mark.parametrize(
        ("task", "inputs"),
        [
            ("bash", {}),
            ("powershell", {}),
            ("azurecli", {"scripttype": "pscore", "scriptpath": "a.ps1"}),
            ("npm", {"command": "custom"}),
            ("kubernetes", {}),
            ("dockercompose", {}),
            ("pythonscript", {}),
            ("azurewebapp", {}),
        ],
    )
    def test_a_task_without_a_program_runs_none(self, task: str, inputs: dict[str, str]) -> None:
        assert run_of(task, inputs) is None

    def test_tasks_have_the_purpose_of_their_name(self) -> None:
        text = with_steps(
            "task: AzureWebApp@1",
            "{task: Docker@2, inputs: {command: buildAndPush}}",
            "task: PublishTestResults@2",
            "{task: SSH@0, inputs: {runOptions: inline, inline: docker compose up -d}}",
            "publish: out",
        )
        rows = steps(azure(text))
        assert rows["AzureWebApp"].purposes == {"deploy"}
        assert rows["Docker"].purposes == {"build-image", "push-image"}
        assert rows["PublishTestResults"].purposes == rows["publish"].purposes == {"upload-artifact"}
        assert rows["SSH"].purposes == {"deploy"}

    def test_a_task_is_a_building_block_of_the_system_or_of_another(self) -> None:
        text = with_steps("task: UseNode@1", "task: UseDotNet@2.1.0", "task: acme.tools.Ship-deploy@1")
        store = azure(text)
        rows = {str(row.action): row for row in store.collected(USE).rows}
        assert (rows["UseNode"].first_party, rows["UseNode"].pinned) == (True, "tag")
        assert rows["UseDotNet"].pinned == "version"
        assert rows["acme.tools.Ship-deploy"].first_party is False
        assert openings(store) == ["what the task acme.tools.Ship-deploy does is not known"]

    def test_a_step_of_a_kind_that_is_not_known_is_open(self) -> None:
        assert openings(azure(with_steps("dance: now"))) == ["what a step 'dance' does is not known"]

    def test_a_script_of_a_task_keeps_the_lines_of_the_file(self) -> None:
        text = "steps:\n- task: Bash@3\n  inputs:\n    targetType: inline\n"
        text += "    script: |\n      ls\n      pytest\n"
        assert steps(azure(text))["pytest"].line == 7


class TestFiles:
    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("azure-pipelines.yaml", "steps: [{script: ls}]"),
            ("azure-pipelines-release.yml", "steps: [{script: ls}]"),
            ("api/azure-pipelines.yml", "steps: [{script: ls}]"),
            (".azure-pipelines/ci.yml", "trigger: [main]\nsteps: [{script: ls}]"),
            ("azure-pipeline/dev/main.yml", "trigger: [main]\nsteps: [{script: ls}]"),
            (
                ".azuredevops/pipelines/ci.yml",
                "stages: [{stage: a, jobs: [{job: b, steps: [{script: ls}]}]}]",
            ),
        ],
    )
    def test_pipelines_are_found_where_they_are_by_custom(self, path: str, text: str) -> None:
        assert [row.path for row in subject({path: text}).collected(PIPELINE).rows] == [path]

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            (".azure-pipelines/templates/steps.yml", "steps: [{script: ls}]"),
            (".azure-pipelines/steps.yml", "parameters: {a: b}\nsteps: [{script: ls}]"),
            (".pipelines/other.yml", "key: value"),
            (".pipelines/broken.yml", "a: ["),
            ("tests/azure-pipelines.yml", "steps: [{script: ls}]"),
        ],
    )
    def test_other_files_in_these_places_are_no_pipelines(self, path: str, text: str) -> None:
        found = subject({path: text}).collected(PIPELINE)
        assert (len(found.rows), len(found.problems), len(found.openings)) == (0, 0, 0)

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("a: [", "not readable as YAML"),
            ("- a", "it is no mapping"),
            ("jobs: []", "it has no jobs"),
            ("jobs: [{job: a, dependsOn: b, steps: []}]", "job 'a' depends on 'b', which is no job"),
            ("jobs: [{job: a, dependsOn: a, steps: []}]", "job 'a' waits for itself"),
            ("stages: [{stage: a, dependsOn: b, jobs: [{job: c, steps: []}]}]", "stage 'a' depends on 'b'"),
        ],
    )
    def test_a_file_that_azure_cannot_read_is_a_problem_and_leaves_nothing_open(
        self, text: str, reason: str
    ) -> None:
        store = azure(text)
        found = store.collected(PIPELINE)
        assert found.rows == ()
        assert found.openings == ()
        assert reason in found.problems[0].message
        assert store.collected(FILE).rows[0].valid is False

    def test_an_empty_file_runs_nothing(self) -> None:
        assert azure("# nothing\n").collected(STEP).openings == ()

    def test_too_many_jobs_are_open(self) -> None:
        listed = ", ".join(f"{{job: j{n}, steps: [{{script: ls}}]}}" for n in range(600))
        assert "more than 500 jobs" in azure(f"jobs: [{listed}]").collected(JOB).openings[0].reason
