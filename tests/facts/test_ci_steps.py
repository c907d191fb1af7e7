from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from ci_support import steps, subject, use_fakes, workflow

from readiness.facts.ci.collect import STEP, USE

if TYPE_CHECKING:
    from readiness.facts.ci.rows import StepRow
    from readiness.facts.store import Store

TEST = frozenset({"test"})
SETUP = "- uses: actions/checkout@v4\n"


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fakes(monkeypatch)


def rows(store: Store) -> list[StepRow]:
    return list(store.collected(STEP).rows)


def only(text: str) -> StepRow:
    """The last step of a job with these steps."""
    return rows(workflow(steps(text)))[-1]


def of_test(text: str) -> StepRow:
    """The one test among the steps."""
    (row,) = [row for row in rows(workflow(steps(text))) if row.tool == "pytest"]
    return row


def test_a_command_has_the_line_it_is_written_on() -> None:
    row = only("- name: tests\n  run: |\n    ls\n\n    pytest -q")
    assert (row.line, row.command, row.tool, row.purposes) == (10, "pytest -q", "pytest", TEST)


def test_a_folded_text_has_the_line_of_its_beginning() -> None:
    assert {row.line for row in rows(workflow(steps("- run: >\n    pytest\n\n    ruff check")))} == {7}


def test_a_quoted_text_over_lines_has_the_line_of_its_beginning() -> None:
    assert {row.line for row in rows(workflow(steps('- run: "pytest\\n\n    ruff check"')))} == {6}


def test_a_command_in_a_target_has_the_line_that_names_the_target() -> None:
    row = only("- run: |\n    ls\n    make test")
    assert (row.line, row.via, row.command) == (8, "Makefile:4", "pytest")


def test_a_failure_that_is_swallowed_does_not_block() -> None:
    row = of_test("- run: pytest || true")
    assert (row.blocking, row.masked) == (False, "|| true")


def test_a_target_whose_failure_is_swallowed_does_not_block() -> None:
    assert of_test("- run: make test || true").masked == "|| true"


def test_a_step_that_may_fail_does_not_block() -> None:
    assert only("- run: pytest\n  continue-on-error: true").masked == "continue-on-error"


def test_a_step_of_a_job_that_may_fail_does_not_block() -> None:
    text = steps("- run: pytest").replace("runs-on", "continue-on-error: true\n    runs-on")
    assert rows(workflow(text))[0].masked == "continue-on-error"


def test_a_tool_that_always_succeeds_does_not_block() -> None:
    assert only("- run: ruff check --exit-zero").masked == "--exit-zero"


def test_without_pipefail_the_left_of_a_pipe_does_not_block() -> None:
    assert of_test("- run: pytest | cat").blocking is False


def test_bash_by_name_fails_in_pipes_too() -> None:
    text = "defaults: {run: {shell: bash}}\n" + steps("- run: pytest | cat")
    assert [row.blocking for row in rows(workflow(text)) if row.tool == "pytest"] == [True]


@pytest.mark.parametrize(
    ("expected", "shell"), [("not last without errexit", "bash {0}"), ("", "bash -el {0}"), ("", "sh")]
)
def test_a_shell_of_ones_own_stops_at_a_failure_only_with_e(expected: str, shell: str) -> None:
    row = rows(workflow(steps(f"- run: |\n    pytest\n    ls\n  shell: {shell}")))[0]
    assert bool(row.masked) is bool(expected)


@pytest.mark.parametrize("shell", ["python", "pwsh", "nu {0}"])
def test_a_script_that_is_no_shell_has_no_purpose_and_is_no_placeholder(shell: str) -> None:
    row = only(f"- run: |\n    pytest\n    ls\n  shell: {shell}")
    assert (row.purposes, row.placeholder, row.command) == (frozenset(), False, "pytest ls")


def test_one_line_on_windows_is_read_as_a_command() -> None:
    text = steps("- run: pytest").replace("ubuntu", "windows")
    assert rows(workflow(text))[0].purposes == {"test"}


def test_a_runner_chosen_by_labels_is_read() -> None:
    text = steps("- run: |\n    pytest\n    ls").replace("ubuntu-latest", "{labels: [windows, x64]}")
    assert rows(workflow(text))[0].purposes == frozenset()


def test_a_step_that_only_prints_is_a_placeholder() -> None:
    row = only("- name: Deploy\n  run: |\n    echo Deploying\n    sleep 1")
    assert (row.placeholder, row.claims) == (True, frozenset({"deploy"}))


def test_a_step_that_prints_and_works_is_none() -> None:
    assert only("- run: |\n    echo Deploying\n    kubectl apply -f x").placeholder is False


def test_a_step_that_is_switched_off_is_not_enabled_and_keeps_its_trigger() -> None:
    row = only("- run: pytest\n  if: false")
    assert (row.enabled, "main" in (row.trigger or ())) == (False, True)


def test_a_condition_narrows_what_starts_a_step() -> None:
    assert set(only("- run: pytest\n  if: github.ref == 'refs/heads/main'").trigger or ()) == {"main"}


def test_a_step_after_a_failure_is_enabled() -> None:
    assert only("- run: slack x\n  if: failure()").enabled is True


def test_a_step_before_the_checkout_has_no_files() -> None:
    assert [row.checked_out for row in rows(workflow(steps(f"- run: ls\n{SETUP}- run: pytest")))] == [
        False,
        True,
        True,
    ]


def test_a_checkout_that_is_switched_off_brings_no_files() -> None:
    assert only("- uses: actions/checkout@v4\n  if: false\n- run: pytest").checked_out is False


def test_a_target_that_is_not_there_is_missing() -> None:
    assert only("- run: make lost").missing == "make target 'lost'"


def test_what_cannot_be_followed_opens_the_question_at_its_line() -> None:
    found = workflow(steps("- run: make far")).collected(STEP)
    assert [(gap.line, gap.reason) for gap in found.openings] == [
        (6, "the target is made by an include elsewhere")
    ]


def test_what_cannot_be_followed_and_never_runs_opens_nothing() -> None:
    assert workflow(steps("- run: make far\n  if: false")).collected(STEP).openings == ()


def test_an_action_is_a_step() -> None:
    row = only(SETUP)
    assert (row.line, row.action, row.command, row.text) == (
        6,
        "actions/checkout",
        "",
        "uses: actions/checkout@v4",
    )


def test_a_secret_in_a_command_is_not_shown() -> None:
    token = "ghp_" + "aB3dE5gH7jK9mN1pQ3sT5vW7xY9zA1cD3fG5"
    assert token not in repr(only(f"- run: kubectl apply --token {token}"))


def written(path: str, *, checkout: str = SETUP, target: str = "") -> bool:
    script = f"- run: |\n    cat > {path} <<EOF\n    def test(): pass\n    EOF\n    pytest {target or path}"
    store = subject(
        {".github/workflows/ci.yml": steps(checkout + script), "tests/unit/test_a.py": "", "README.md": ""}
    )
    return rows(store)[-1].writes_own_input


@pytest.mark.parametrize(
    ("expected", "path", "target"),
    [
        (True, "made/test_x.py", ""),
        (True, "made/test_x.py", "made"),
        (True, "made/test_x.py", "made/test_x.py::test"),
        (False, "tests/unit/test_a.py", ""),
        (False, "tests/test_x.py", "tests"),
        (False, "made/test_x.py", "-q"),
        (False, "made/test_x.py", "../outside"),
    ],
)
def test_whether_a_test_looks_at_what_its_own_job_wrote(expected: bool, path: str, target: str) -> None:
    assert written(path, target=target) is expected


def test_without_the_files_a_test_looks_at_what_was_written() -> None:
    assert written("test_x.py", checkout="", target="-q") is True


WRITES = "- run: |\n    echo x > test_x.py\n    pytest test_x.py\n  working-directory: "


def test_a_working_directory_is_where_paths_start() -> None:
    text = steps(f"{SETUP}{WRITES}${{{{ github.workspace }}}}/app")
    store = subject({".github/workflows/ci.yml": text, "test_x.py": ""})
    assert rows(store)[-1].writes_own_input is True


@pytest.mark.parametrize("home", ["${{ env.GOPATH }}/src/repo", "src"])
def test_a_working_directory_in_the_place_of_the_checkout_is_in_the_repository(home: str) -> None:
    text = steps(f"- uses: actions/checkout@v4\n  with:\n    path: {home}\n{WRITES}{home}/app")
    store = subject({".github/workflows/ci.yml": text, "src/app/test_x.py": ""})
    assert rows(store)[-1].writes_own_input is True


def test_of_two_checkouts_neither_is_the_place_of_the_repository() -> None:
    checkout = "- uses: actions/checkout@v4\n  with:\n    path: src\n"
    text = steps(f"{checkout}{checkout}{WRITES}src/app")
    store = subject({".github/workflows/ci.yml": text, "src/app/test_x.py": ""})
    assert rows(store)[-1].writes_own_input is False


def test_the_script_that_an_action_runs_is_a_step_too() -> None:
    text = f"{SETUP}- uses: nick-fields/retry@v3\n  with:\n    command: make test\n  continue-on-error: true"
    row = of_test(text)
    assert (row.command, row.line, row.via, row.blocking) == ("pytest", 7, "Makefile:4", False)


@pytest.mark.parametrize("directory", ["/opt", "${{ inputs.x }}", "../up"])
def test_a_working_directory_that_is_not_to_be_known_decides_nothing(directory: str) -> None:
    assert only(f"{SETUP}{WRITES}{directory}").writes_own_input is False


def _of_pytest(store: Store) -> StepRow:
    (row,) = [row for row in rows(store) if row.tool == "pytest"]
    return row


def composite(action: str, use: str = "- uses: ./.github/actions/t\n", **more: str) -> Store:
    return subject(
        {
            ".github/workflows/ci.yml": steps(SETUP + use),
            ".github/actions/t/action.yml": action,
            **more,
        }
    )


COMPOSITE = """\
name: t
runs:
  using: composite
  steps:
    - uses: a/b@main
    - run: |
        ls
        pytest
      shell: bash
"""


def test_the_steps_of_a_composite_action_are_steps_of_the_job() -> None:
    row = _of_pytest(composite(COMPOSITE))
    assert (row.path, row.line, row.via, row.purposes, row.checked_out) == (
        ".github/workflows/ci.yml",
        7,
        ".github/actions/t/action.yml:7",
        TEST,
        True,
    )


def test_what_holds_for_the_use_of_an_action_holds_for_its_steps() -> None:
    row = rows(composite(COMPOSITE, "- uses: ./.github/actions/t\n  if: false\n  continue-on-error: true\n"))[
        -1
    ]
    assert (row.enabled, row.masked) == (False, "continue-on-error")


@pytest.mark.parametrize("place", ["${{ github.action_path }}", "$GITHUB_ACTION_PATH"])
def test_a_composite_action_knows_its_own_folder(place: str) -> None:
    action = f"runs:\n  using: composite\n  steps:\n    - run: cd {place}/x && pytest\n"
    assert "cd ${{ github.workspace }}/.github/actions/t/x" in [
        row.command for row in rows(composite(action))
    ]


def test_what_a_composite_action_uses_is_a_use_in_its_file() -> None:
    assert (".github/actions/t/action.yml", 5, "a/b") in [
        (row.path, row.line, row.action) for row in composite(COMPOSITE).collected(USE).rows
    ]


def test_an_action_that_uses_itself_ends() -> None:
    action = "runs: {using: composite, steps: [{uses: ./.github/actions/t}]}"
    assert len(rows(composite(action))) == 2


def test_many_actions_in_actions_end() -> None:
    action = "runs: {using: composite, steps: [" + "{uses: ./.github/actions/t}, " * 30 + "]}"
    assert len(rows(composite(action))) <= 501


@pytest.mark.parametrize("action", ["runs: {using: node20, main: x.js}", "runs: text", "name: x", "- ["])
def test_an_action_that_is_not_composite_is_one_step(action: str) -> None:
    assert [row.action for row in rows(composite(action))] == ["actions/checkout", "./.github/actions/t"]


def test_an_action_in_the_root_is_found() -> None:
    store = subject({".github/workflows/ci.yml": steps("- uses: ./\n"), "action.yml": COMPOSITE})
    assert "pytest" in [row.tool for row in rows(store)]


def test_a_local_action_that_is_not_there_is_missing() -> None:
    assert only(f"{SETUP}- uses: ./gone").missing == "./gone"


def test_a_local_action_that_another_checkout_may_bring_is_not_missing() -> None:
    assert only("- uses: actions/checkout@v4\n  with: {repository: a/b, path: x}\n- uses: ./x").missing == ""


def test_a_job_of_more_steps_than_we_read_leaves_the_question_open() -> None:
    found = workflow(steps("- run: ls\n" * 501)).collected(STEP)
    assert (len(found.rows), len(found.openings)) == (500, 1)


def test_a_script_of_more_commands_than_we_read_leaves_the_question_open() -> None:
    found = workflow(steps("- run: |\n" + "    ls\n" * 1999 + "- run: |\n    ls\n    ls")).collected(STEP)
    assert (len(found.rows), len(found.openings)) == (2000, 1)
