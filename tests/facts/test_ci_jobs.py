from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING

import pytest
from ci_support import steps, subject, use_fakes, workflow

from readiness.facts.ci.collect import JOB, PIPELINE, STEP
from readiness.facts.ci.names import claims, delivers_to, words

if TYPE_CHECKING:
    from readiness.facts.ci.rows import JobRow
    from readiness.facts.store import Store

SETUP = "- uses: actions/checkout@v4"
APPLY = "- run: kubectl apply -f k8s"


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fakes(monkeypatch)


def job(store: Store, name: str = "j", path: str = "") -> JobRow:
    (row,) = [row for row in store.collected(JOB).rows if row.name == name and row.path.endswith(path)]
    return row


def jobs(on: str = "push", **written: str) -> Store:
    """A workflow of jobs given as ``name="keys | steps"``."""
    text = f"on: {on}\njobs:\n"
    for name, body in written.items():
        keys, _, work = body.partition("|-")
        text += f"  {name.replace('_', '-')}:\n    runs-on: ubuntu-latest\n"
        text += "".join(f"    {key.strip()}\n" for key in keys.split(";") if key.strip())
        text += "    steps:\n" + indent(f"-{work}".strip(), "      ") + "\n"
    return workflow(text)


def test_a_job_with_a_checkout_has_the_files() -> None:
    assert job(jobs(j=f"|{SETUP}")).checks_out is True


def test_a_job_without_a_checkout_has_not() -> None:
    assert job(jobs(j="|- run: pytest")).checks_out is False


def test_a_job_that_checks_only_another_repository_out_has_not() -> None:
    text = "on: push\njobs: {j: {runs-on: x, steps: [{uses: actions/checkout@v4, with: {repository: a/b}}]}}"
    assert job(workflow(text)).checks_out is False


def test_a_job_that_clones_the_repository_has_the_files() -> None:
    clone = "- run: git clone https://github.com/${{ github.repository }} ."
    assert job(jobs(j=f"|{clone}")).checks_out is True


def test_an_image_built_without_a_context_is_built_from_the_repository() -> None:
    assert job(jobs(j="|- uses: docker/build-push-action@v6")).checks_out is True


def test_a_job_that_calls_another_repository_is_unknown_and_opens_the_questions() -> None:
    store = workflow("on: push\njobs: {j: {uses: a/b/.github/workflows/t.yml@v1}}")
    found = store.collected(JOB)
    assert (job(store).checks_out, job(store).remote) == (None, "a/b/.github/workflows/t.yml@v1")
    assert [(gap.line, gap.reason) for gap in found.openings] == [
        (2, "what a/b/.github/workflows/t.yml@v1 does is written in another repository")
    ]


def test_a_call_elsewhere_that_is_switched_off_opens_nothing() -> None:
    store = workflow("on: push\njobs: {j: {if: false, uses: a/b/.github/workflows/t.yml@v1}}")
    assert store.collected(JOB).openings == ()


def test_a_job_that_may_fail_does_not_block() -> None:
    assert job(jobs(j=f"continue-on-error: true|{SETUP}")).blocking is False


def test_a_job_that_may_fail_in_one_variant_blocks() -> None:
    assert job(jobs(j="continue-on-error: ${{ matrix.new }}|- run: pytest")).blocking is True


def test_a_job_takes_its_pipelines_permissions_unless_it_has_its_own() -> None:
    text = "permissions: read-all\n" + steps("- run: ls").replace(
        "runs-on", "permissions: {contents: write}\n    runs-on"
    )
    assert (job(workflow(text)).permissions, job(jobs(j="|- run: ls")).permissions) == ("write", "unset")


def test_limits_and_variants_of_a_job() -> None:
    row = job(jobs(j="timeout-minutes: 5; concurrency: x; strategy: {matrix: {a: [1]}}|- run: ls"))
    assert (row.timeout, row.concurrency, row.matrix) == (True, True, True)


def test_a_job_that_only_prints_is_a_placeholder_and_deploys_nothing() -> None:
    row = job(
        jobs(j="environment: {name: production}|- uses: actions/download-artifact@v4\n- run: echo Deploying"),
    )
    assert (row.placeholder, row.deploys, row.environment, row.environment_declared) == (
        True,
        False,
        "production",
        True,
    )


def test_a_job_that_runs_a_script_is_no_placeholder() -> None:
    assert job(jobs(j="|- run: echo hello\n- run: ./deploy.sh")).placeholder is False


def test_a_name_is_a_claim_and_no_purpose() -> None:
    row = job(jobs(deploy_production="|- run: echo hello"), "deploy-production")
    assert (row.claims, row.purposes) == (frozenset({"deploy"}), frozenset())


@pytest.mark.parametrize(
    ("expected", "condition"),
    [
        (frozenset({"main"}), "github.ref == 'refs/heads/main'"),
        (frozenset({"tag"}), "startsWith(github.ref, 'refs/tags/')"),
        (frozenset({"main", "branch", "change", "tag"}), "github.event_name == 'push'"),
        (frozenset({"main", "branch", "change", "tag"}), "inputs.x"),
        (frozenset({"branch", "change"}), "github.ref == 'refs/heads/develop'"),
    ],
)
def test_a_condition_narrows_what_starts_a_job(expected: frozenset[str], condition: str) -> None:
    assert job(jobs(j=f"if: {condition}|- run: ls")).trigger == expected


def test_a_job_whose_condition_never_holds_is_not_enabled() -> None:
    assert job(jobs(j="if: github.event_name == 'schedule'|- run: ls")).enabled is False


def test_a_job_that_demands_another_runs_only_when_that_does() -> None:
    store = jobs(a="if: github.ref == 'refs/heads/main'|- run: ls", b="needs: a|- run: ls")
    assert set(job(store, "b").trigger or ()) == {"main"}


def test_a_job_after_a_failure_is_enabled() -> None:
    assert job(jobs(a="|- run: ls", b="needs: a; if: failure()|- run: ls"), "b").enabled is True


TEST = f"|{SETUP}\n- run: pytest"


@pytest.mark.parametrize(
    ("expected", "test", "deploy"),
    [
        (True, TEST, f"needs: t|{APPLY}"),
        (False, TEST, f"|{APPLY}"),
        (False, TEST, f"needs: t; if: always()|{APPLY}"),
        (False, TEST, f"needs: t; if: success() || inputs.force|{APPLY}"),
        (True, TEST, f"needs: t; if: always() && needs.t.result == 'success'|{APPLY}"),
        (False, f"continue-on-error: true{TEST}", f"needs: t|{APPLY}"),
        (False, f"|{SETUP}\n- run: pytest || true", f"needs: t|{APPLY}"),
        (False, "if: false|- run: pytest", f"needs: t|{APPLY}"),
        (False, "|- run: ruff check", f"needs: t|{APPLY}"),
        (True, "|- run: ls", f"|- run: pytest\n{APPLY}"),
        (False, "|- run: ls", f"|{APPLY}\n- run: pytest"),
        (False, "|- run: ls", f"|- run: pytest\n{APPLY}\n  if: always()"),
        (False, "|- run: ls", f"|- run: pytest\n  continue-on-error: true\n{APPLY}"),
    ],
)
def test_whether_a_deployment_waits_for_a_test(expected: bool, test: str, deploy: str) -> None:
    assert job(jobs(t=test, d=deploy), "d").gated is expected


def test_a_deployment_waits_for_a_test_through_a_job_between() -> None:
    store = jobs(t=TEST, b="needs: t|- run: ls", d=f"needs: b|{APPLY}")
    assert job(store, "d").gated is True


def test_a_job_between_that_runs_in_any_case_breaks_the_chain() -> None:
    store = jobs(t=TEST, b="needs: t; if: always()|- run: ls", d=f"needs: b|{APPLY}")
    assert job(store, "d").gated is False


def called(caller: str, callee: str) -> Store:
    return subject(
        {
            ".github/workflows/a.yml": "on: push\njobs:\n" + indent(caller, "  "),
            ".github/workflows/b.yml": callee.replace("on: push", "on: workflow_call"),
        }
    )


def test_a_deployment_waits_for_a_called_test() -> None:
    caller = f"t: {{uses: ./.github/workflows/b.yml}}\nd:\n  needs: t\n  runs-on: x\n  steps:\n    {APPLY}\n"
    assert job(called(caller, steps(f"{SETUP}\n- run: pytest")), "d").gated is True


def test_a_called_deployment_waits_for_what_its_caller_waits_for() -> None:
    caller = "t: {runs-on: x, steps: [{run: pytest}]}\nd: {needs: t, uses: ./.github/workflows/b.yml}\n"
    store = called(caller, steps(APPLY))
    assert (job(store, "d").gated, job(store, "j").gated) == (True, True)
    assert (job(store, "d").deploys, job(store, "d").purposes) == (True, frozenset({"deploy"}))


def test_a_caller_of_a_workflow_that_tests_before_it_deploys_is_gated() -> None:
    caller = "d: {uses: ./.github/workflows/b.yml}\n"
    assert job(called(caller, steps(f"- run: pytest\n{APPLY}")), "d").gated is True


def test_a_called_workflow_is_for_the_environment_that_its_one_caller_names() -> None:
    caller = "d:\n  uses: ./.github/workflows/b.yml\n  with: {where: prod}\n"
    callee = steps(APPLY).replace("runs-on", "environment: ${{ inputs.where }}\n    runs-on")
    store = called(caller, callee)
    assert (job(store, "d").environment, job(store, "j").environment) == ("production", "production")


def test_a_called_workflow_of_two_environments_is_for_none_in_particular() -> None:
    caller = "".join(
        f"{env}:\n  uses: ./.github/workflows/b.yml\n  with: {{where: {env}}}\n"
        for env in ("prod", "staging")
    )
    callee = steps(APPLY).replace("runs-on", "environment: ${{ inputs.where }}\n    runs-on")
    store = called(caller, callee)
    assert (job(store, "staging").environment, job(store, "j").environment) == ("staging", "")


def test_a_pipeline_that_follows_a_tested_one_and_asks_for_its_success_is_gated() -> None:
    follow = steps(APPLY, "{workflow_run: {workflows: [CI]}}").replace(
        "runs-on", "if: github.event.workflow_run.conclusion == 'success'\n    runs-on"
    )
    files = {
        ".github/workflows/a.yml": "name: CI\n" + steps(f"{SETUP}\n- run: pytest"),
        ".github/workflows/b.yml": follow,
    }
    assert job(subject(files), path="b.yml").gated is True


def test_a_pipeline_that_follows_another_in_any_case_is_not_gated() -> None:
    files = {
        ".github/workflows/a.yml": "name: CI\n" + steps("- run: pytest"),
        ".github/workflows/b.yml": steps(APPLY, "{workflow_run: {workflows: [CI]}}"),
    }
    assert job(subject(files), path="b.yml").gated is False


@pytest.mark.parametrize(
    ("expected", "after"),
    [
        (True, "- run: smoke https://x.org"),
        (True, "- run: curl -fsS https://x.org/health"),
        (True, "- run: curl --fail https://x.org/status"),
        (True, "- run: kubectl rollout status deployment/x"),
        (False, "- run: curl https://x.org/health"),
        (False, "- run: curl -f http://localhost:8000/health"),
        (False, "- run: curl -f https://x.org/install.sh"),
        (False, "- run: curl -f https://x.org/health || true"),
        (False, "- run: echo healthy"),
        (False, "- run: smoke https://x.org\n  if: false"),
    ],
)
def test_whether_a_deployment_is_looked_at(expected: bool, after: str) -> None:
    assert job(jobs(j=f"|{APPLY}\n{after}")).verified is expected


def test_a_check_before_the_deployment_does_not_verify_it() -> None:
    assert job(jobs(j=f"|- run: smoke x\n{APPLY}")).verified is False


def test_a_later_job_verifies_a_deployment() -> None:
    assert job(jobs(j=f"|{APPLY}", k="needs: j|- run: smoke x")).verified is True


def test_a_job_that_deploys_nothing_is_not_verified() -> None:
    assert job(jobs(j="|- run: smoke x")).verified is False


def test_a_deployment_that_waits_until_it_is_healthy_is_verified() -> None:
    assert job(jobs(j="|- run: helm upgrade --install x . --wait")).verified is True


def test_an_atomic_upgrade_takes_itself_back() -> None:
    assert job(jobs(j="|- run: helm upgrade --install x . --atomic")).rolls_back is True


def test_an_action_that_waits_for_stability_verifies() -> None:
    store = jobs(j="|- uses: amazon/deploy@v2\n  with: {wait-for-service-stability: true}")
    assert job(store).verified is True


def test_a_job_after_the_failed_deployment_takes_it_back_and_tells() -> None:
    row = job(jobs(j=f"|{APPLY}", k="needs: j; if: failure()|- run: undo\n- run: slack x"))
    assert (row.rolls_back, row.notifies) == (True, True)


def test_a_plain_deployment_neither_takes_back_nor_tells() -> None:
    row = job(jobs(j=f"|{APPLY}"))
    assert (row.rolls_back, row.notifies) == (False, False)


@pytest.mark.parametrize(
    ("expected", "name", "work"),
    [
        ("production", "deploy-prod", "- run: ls"),
        ("staging", "deploy-staging", "- run: ls"),
        ("", "test", "- run: pytest"),
        ("", "build-production", "- run: ls"),
        ("production", "ship-production", APPLY),
        ("staging", "smoke-test-staging", "- run: ls"),
        ("", "unit-test-live", APPLY),
    ],
)
def test_the_environment_that_a_jobs_name_speaks_of(expected: str, name: str, work: str) -> None:
    assert job(jobs(**{name: f"|{work}"}), name).environment == expected


def test_an_environment_of_no_usual_name_is_none_in_particular() -> None:
    assert job(jobs(j="environment: github-pages|- run: ls")).environment == ""


def test_names_are_parted_in_camel_case() -> None:
    assert words("deployToProd_v2") == ("deploy", "to", "prod", "v2")


def test_names_announce_purposes() -> None:
    assert claims("Run E2E tests", "Lint") == {"test", "e2e-test", "lint"}
    assert "rollback" in claims("Revert deployment")
    assert "rollback" in claims("rollback")
    assert "rollback" not in claims("fast-revert")


def test_a_name_without_delivery_speaks_of_no_environment() -> None:
    assert delivers_to("build prod", "rollback prod") == "production"


def test_a_remote_job_makes_a_pipeline_live_and_not_detached() -> None:
    (row,) = workflow("on: push\njobs: {j: {uses: a/b/.github/workflows/t.yml@v1}}").collected(PIPELINE).rows
    assert (row.live, row.detached) == (True, False)


OLD = "- uses: actions/upload-artifact@v3"


def test_a_job_with_an_action_that_the_forge_has_switched_off_cannot_start() -> None:
    store = jobs(j=f"|{SETUP}\n- run: make\n{OLD}")
    assert (job(store).enabled, job(store).stopped) == (
        False,
        "GitHub refuses actions/upload-artifact v3 since 2025-01-30",
    )
    assert {row.enabled for row in store.collected(STEP).rows} == {False}


def test_a_job_that_waits_for_one_that_cannot_start_does_not_either() -> None:
    store = jobs(build=f"|{OLD}", deploy=f"needs: build |{APPLY}", after=f"needs: deploy |{APPLY}")
    assert job(store, "deploy").stopped == (
        "it waits for build, and GitHub refuses actions/upload-artifact v3 since 2025-01-30"
    )
    assert job(store, "after").enabled is False


def test_a_job_that_runs_whatever_came_before_starts() -> None:
    store = jobs(build=f"|{OLD}", tell=f"needs: build; if: always() |{APPLY}")
    assert (job(store, "tell").enabled, job(store, "tell").stopped) == (True, "")


def test_before_the_day_the_version_ran() -> None:
    store = workflow(steps(OLD), as_of="2024-12-31")
    assert (job(store).enabled, job(store).stopped) == (True, "")
