from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, get_origin, get_type_hints

import pytest
from ci_support import steps, subject, use_fakes, workflow
from hypothesis import given
from hypothesis import strategies as st

from readiness.facts.ci.collect import DANGER, JOB, NOUNS, PIPELINE, STEP, USE
from readiness.facts.ci.workflow import parse_action, parse_workflow
from readiness.spans import Unparsable

if TYPE_CHECKING:
    from readiness.facts.ci.rows import PipelineRow
    from readiness.facts.store import Store


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fakes(monkeypatch)


def pipeline(store: Store) -> PipelineRow:
    (row,) = store.collected(PIPELINE).rows
    return row


CI = steps("- uses: actions/checkout@v4\n- run: pytest")


def test_a_workflow_gives_a_pipeline_on_the_line_of_its_events() -> None:
    row = pipeline(workflow("name: CI\n" + CI))
    assert (
        row.path,
        row.line,
        row.name,
        row.system,
        row.jobs,
    ) == (".github/workflows/ci.yml", 2, "CI", "github", 1)


def test_a_workflow_without_a_name_goes_by_its_files() -> None:
    assert pipeline(workflow(CI)).name == "ci.yml"


def test_a_pipeline_that_runs_a_test_is_live() -> None:
    assert pipeline(workflow(CI)).live is True


def test_a_pipeline_of_placeholders_is_not_live() -> None:
    assert pipeline(workflow(steps("- run: echo deploying"))).live is False


def test_a_pipeline_whose_only_job_is_switched_off_is_not_live() -> None:
    assert pipeline(workflow(CI.replace("runs-on", "if: false\n    runs-on"))).live is False


def test_a_pipeline_that_nobody_calls_is_not_live() -> None:
    row = pipeline(workflow(CI.replace("on: push", "on: workflow_call")))
    assert (row.live, row.trigger) == (False, frozenset({"call"}))


def test_a_pipeline_that_fetches_but_does_nothing_is_not_live() -> None:
    assert pipeline(workflow(steps("- uses: actions/checkout@v4"))).live is False


def test_a_pipeline_without_checkout_is_detached() -> None:
    assert pipeline(workflow(steps("- run: pytest"))).detached is True


@pytest.mark.parametrize(
    ("expected", "permissions"),
    [
        ("unset", ""),
        ("none", "permissions: {}"),
        ("read", "permissions: read-all"),
        ("write", "permissions: write-all"),
        ("read", "permissions: {contents: read, issues: none}"),
        ("write", "permissions: {contents: read, id-token: write}"),
        ("unset", "permissions: nonsense"),
    ],
)
def test_the_permissions_of_a_pipeline(expected: str, permissions: str) -> None:
    assert pipeline(workflow(f"{permissions}\n{CI}")).permissions == expected


@pytest.mark.parametrize(
    ("line", "reason", "text"),
    [
        (1, "it is no mapping", "just text"),
        (1, "it is no mapping", ""),
        (1, "it does not say when it runs (`on`)", "jobs: {j: {runs-on: x, steps: [{run: ls}]}}"),
        (1, "it has no jobs", "on: push"),
        (2, "`jobs` is no mapping", "on: push\njobs: [a]"),
        (2, "job 'j' is no mapping", "on: push\njobs: {j: text}"),
        (3, "job 'j' does not say where it runs (`runs-on`)", "on: push\njobs:\n  j: {steps: [{run: ls}]}"),
        (3, "job 'j' has no steps", "on: push\njobs:\n  j: {runs-on: x}"),
        (3, "the steps of job 'j' are no list", "on: push\njobs:\n  j: {runs-on: x, steps: {a: b}}"),
        (3, "a step of job 'j' is no mapping", "on: push\njobs:\n  j: {runs-on: x, steps: [a]}"),
        (
            3,
            "a step of job 'j' has neither `run` nor `uses`",
            "on: push\njobs:\n  j: {runs-on: x, steps: [{name: a}]}",
        ),
        (
            3,
            "a step of job 'j' has both `run` and `uses`",
            "on: push\njobs:\n  j: {runs-on: x, steps: [{run: a, uses: b}]}",
        ),
        (
            3,
            "job 'j' needs 'k', which is no job",
            "on: push\njobs:\n  j: {needs: k, runs-on: x, steps: [{run: a}]}",
        ),
        (3, "job 'j' waits for itself", "on: push\njobs:\n  j: {needs: j, runs-on: x, steps: [{run: a}]}"),
        (2, "'on' is defined twice", "on: push\non: push\njobs: {j: {runs-on: x, steps: [{run: ls}]}}"),
    ],
)
def test_what_github_rejects_is_a_problem_and_no_row(line: int, reason: str, text: str) -> None:
    found = workflow(text).collected(PIPELINE)
    assert (found.rows, found.openings) == ((), ())
    assert [(line, f"GitHub cannot read this workflow: {reason}")] == [
        (problem.line, problem.message) for problem in found.problems
    ]


def test_a_file_that_is_no_yaml_is_a_problem_at_the_line_of_the_error() -> None:
    found = workflow("on: push\njobs:\n  j:\n    steps:\n  - run: |\nx = 'y\n").collected(STEP)
    assert (found.rows, found.openings) == ((), ())


def test_a_file_over_our_limits_leaves_the_questions_open() -> None:
    found = workflow("on: push\nx: " + "[" * 500 + "]" * 500).collected(JOB)
    assert len(found.openings) == 1


def test_a_file_of_more_jobs_than_we_read_leaves_the_questions_open() -> None:
    jobs = "".join(f"  j{number}: {{runs-on: x, steps: [{{run: a}}]}}\n" for number in range(257))
    assert len(workflow(f"on: push\njobs:\n{jobs}").collected(JOB).openings) == 1


def test_workflows_that_call_each_other_many_times_are_read_in_time() -> None:
    files = {}
    for number in range(8):
        calls = "".join(
            f"  j{call}: {{uses: ./.github/workflows/w{number + 1}.yml}}\n" for call in range(100)
        )
        on = "push" if number == 0 else "workflow_call"
        files[f".github/workflows/w{number}.yml"] = f"on: {on}\njobs:\n{calls}"
    files[".github/workflows/w8.yml"] = CI.replace("on: push", "on: workflow_call")
    rows = subject(files).collected(JOB).rows
    assert {row.purposes for row in rows} == {frozenset({"checkout", "test"})}


def test_workflows_that_call_each_other_in_a_circle_end() -> None:
    call = "on: [push, workflow_call]\njobs: {j: {uses: ./.github/workflows/"
    files = {".github/workflows/a.yml": f"{call}b.yml}}}}", ".github/workflows/b.yml": f"{call}a.yml}}}}"}
    assert [row.gated for row in subject(files).collected(JOB).rows] == [False, False]


def test_only_files_directly_in_the_folder_run() -> None:
    store = subject(
        {
            ".github/workflows/old/ci.yml": CI,
            ".github/workflows/ci.yml.bak": CI,
            "sub/.github/workflows/ci.yml": CI,
            ".github/workflows/b.yaml": CI,
        }
    )
    assert [row.path for row in store.collected(PIPELINE).rows] == [".github/workflows/b.yaml"]


def test_a_called_workflow_runs_when_its_callers_do() -> None:
    store = subject(
        {
            ".github/workflows/a.yml": "on: pull_request\njobs: {t: {uses: ./.github/workflows/t.yml}}",
            ".github/workflows/t.yml": CI.replace("on: push", "on: workflow_call"),
        }
    )
    rows = {str(row.path): row for row in store.collected(PIPELINE).rows}
    called = rows[".github/workflows/t.yml"]
    assert (frozenset({"change"}), True) == (called.trigger, called.live)
    assert "test" in (rows[".github/workflows/a.yml"].purposes or ())


def test_a_call_that_is_switched_off_starts_nothing() -> None:
    store = subject(
        {
            ".github/workflows/a.yml": "on: push\njobs: {t: {if: false, uses: ./.github/workflows/t.yml}}",
            ".github/workflows/t.yml": CI.replace("on: push", "on: workflow_call"),
        }
    )
    assert [frozenset({"call"})] == [
        row.trigger for row in store.collected(PIPELINE).rows if row.path.endswith("t.yml")
    ]


def test_a_workflow_called_by_the_repositorys_own_name_is_local() -> None:
    call = "on: push\njobs: {t: {uses: own/repo/.github/workflows/t.yml@main}}"
    store = subject(
        {
            ".github/workflows/a.yml": call,
            ".github/workflows/t.yml": CI.replace("on: push", "on: workflow_call"),
        }
    )
    assert [row.calls for row in store.collected(JOB).rows] == [".github/workflows/t.yml", ""]


def test_two_pipelines_that_do_nearly_the_same_are_twins() -> None:
    text = steps("- uses: actions/checkout@v4\n- run: pytest\n- run: ruff check\n- run: ./a\n- run: ./b")
    store = subject({".github/workflows/a.yml": text, ".github/workflows/b.yml": text})
    assert [row.twin for row in store.collected(PIPELINE).rows] == [
        ".github/workflows/b.yml",
        ".github/workflows/a.yml",
    ]


def test_the_same_commands_on_other_occasions_are_no_twin() -> None:
    work = "- run: pytest\n- run: ruff check\n- run: ./a\n- run: ./b"
    store = subject(
        {
            ".github/workflows/a.yml": steps(work, "schedule"),
            ".github/workflows/b.yml": steps(work, "release"),
        }
    )
    assert [row.twin for row in store.collected(PIPELINE).rows] == ["", ""]


def test_a_strangers_code_checked_out_with_rights_is_a_danger() -> None:
    text = steps(
        """
        - uses: actions/checkout@v4
          with:
            ref: ${{ github.event.pull_request.head.sha }}
        """,
        "pull_request_target",
    )
    (row,) = workflow(text).collected(DANGER).rows
    assert (row.kind, row.line) == ("untrusted-checkout", 6)


def test_the_same_checkout_without_rights_is_none() -> None:
    text = steps(
        "- uses: actions/checkout@v4\n  with: {ref: '${{ github.event.pull_request.head.sha }}'}",
        "pull_request",
    )
    assert workflow(text).collected(DANGER).rows == ()


def test_a_pull_request_fetched_by_hand_is_a_danger() -> None:
    text = steps("- run: gh pr checkout ${{ github.event.number }}", "pull_request_target")
    assert pipeline(workflow(text)).dangerous is True


def test_a_strangers_title_in_a_script_is_a_danger_at_its_line() -> None:
    text = steps("- run: |\n    echo hello\n    echo '${{ github.event.issue.title }}'", "issues")
    (row,) = workflow(text).collected(DANGER).rows
    assert (row.kind, row.line) == ("untrusted-text", 8)


def test_a_danger_is_told_in_the_pipelines_row() -> None:
    row = pipeline(workflow(steps("- run: echo ${{ github.head_ref }}", "pull_request")))
    assert row.danger_line.startswith(".github/workflows/ci.yml:6: ")


def test_a_strangers_text_in_a_script_of_javascript_is_a_danger() -> None:
    text = steps(
        "- uses: actions/github-script@v7\n  with:\n    script: log('${{ github.event.comment.body }}')",
        "issues",
    )
    assert pipeline(workflow(text)).dangerous is True


@pytest.mark.parametrize(
    "step",
    [
        "- run: echo ${{ contains(github.event.head_commit.message, 'x') }}",
        "- run: echo ${{ github.event.number }}",
        "- run: echo $TITLE\n  env: {TITLE: '${{ github.event.issue.title }}'}",
    ],
)
def test_what_brings_no_text_of_a_strangers_into_the_script_is_no_danger(step: str) -> None:
    assert pipeline(workflow(steps(step))).dangerous is False


@pytest.mark.parametrize(
    ("event", "expected"),
    [("pull_request_target", None), ("issue_comment", None), ("pull_request", False), ("push", False)],
)
def test_what_a_stranger_starts_in_another_repository_is_unknown(event: str, expected: bool | None) -> None:
    text = f"on: {event}\njobs: {{ t: {{ uses: acme/ci/.github/workflows/t.yml@v1, secrets: inherit }} }}\n"
    assert pipeline(workflow(text)).dangerous is expected


def test_a_danger_in_a_job_that_never_runs_is_none() -> None:
    text = steps("- run: echo ${{ github.head_ref }}").replace("runs-on", "if: false\n    runs-on")
    assert pipeline(workflow(text)).dangerous is False


def test_every_reference_is_a_use() -> None:
    store = subject(
        {
            ".github/workflows/a.yml": steps(
                "- uses: actions/checkout@v4\n- uses: own/x@main\n- uses: other/y@"
                + "a" * 40
                + "\n- uses: ./gone"
            ),
            ".github/workflows/b.yml": "on: push\njobs: {t: {uses: other/z/.github/workflows/t.yml@v1}}",
        }
    )
    assert [(row.action, row.pinned, row.first_party, row.missing) for row in store.collected(USE).rows] == [
        ("actions/checkout", "tag", True, False),
        ("own/x", "branch", True, False),
        ("other/y", "sha", False, False),
        ("./gone", "local", True, True),
        ("other/z/.github/workflows/t.yml", "tag", False, False),
    ]


def test_a_retired_action_says_since_when() -> None:
    (row,) = workflow(steps("- uses: actions/upload-artifact@v3")).collected(USE).rows
    assert row.retired.endswith("since 2025-01-30")


def test_a_called_workflow_that_is_not_there_is_missing() -> None:
    store = workflow("on: push\njobs: {t: {uses: ./.github/workflows/gone.yml}}")
    assert [
        (use.missing, job.missing)
        for use, job in zip(store.collected(USE).rows, store.collected(JOB).rows, strict=True)
    ] == [(True, ".github/workflows/gone.yml")]


def test_every_field_of_a_row_can_be_read_with_its_meaning() -> None:
    for noun in NOUNS:
        hints = get_type_hints(noun.row, include_extras=True)
        assert all(get_origin(hint) is Annotated for hint in hints.values())


def test_a_subject_without_workflows_has_no_rows_and_no_trouble() -> None:
    store = subject({"README.md": "hello"})
    assert all(store.collected(noun).rows == () for noun in NOUNS)


def test_a_file_that_is_only_a_list_in_a_key_is_read_as_events() -> None:
    assert [
        event.name
        for event in parse_workflow(
            b"on: [push, pull_request]\njobs: {j: {runs-on: x, steps: [{run: a}]}}"
        ).events
    ] == ["push", "pull_request"]


@given(st.binary(max_size=200))
def test_any_bytes_are_a_workflow_or_unparsable(data: bytes) -> None:
    for parse in (parse_workflow, parse_action):
        try:
            parse(data)
        except Unparsable as trouble:
            assert trouble.line >= 1  # noqa: PT017 - both ends are right


_KEYS = st.sampled_from(
    ["on", "jobs", "j", "steps", "run", "uses", "needs", "with", "if", "runs-on", "env", "name"]
)
_JSON = st.recursive(
    st.none() | st.sampled_from(["push", "./x", "a/b@v1", "${{ false }}", "pytest\nls", "j"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(_JSON, _JSON, _JSON)
def test_any_shape_of_a_workflow_ends_in_rows_or_a_problem(on: object, step: object, job: object) -> None:
    text = json.dumps({"on": on, "jobs": {"j": {"runs-on": "x", "steps": [{"run": "ls"}, step]}, "k": job}})
    store = workflow(text)
    for noun in NOUNS:
        store.collected(noun)
    found = store.collected(PIPELINE)
    assert len(found.rows) + len(found.problems) == 1
