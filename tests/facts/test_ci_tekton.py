from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest

from readiness.facts.ci.collect import FILE, JOB, PIPELINE, STEP
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.facts.ci.rows import JobRow, StepRow

PATH = ".tekton/ci.yaml"
CLONE = "- {name: clone, taskRef: {name: git-clone, resolver: hub}}\n"
TEST = (
    "- name: test\n  runAfter: [clone]\n  taskSpec: {steps: [{name: unit, image: python, script: pytest}]}\n"
)
DEPLOY = (
    "- name: deploy\n  runAfter: [test]\n  taskSpec: {steps: [{image: k, script: kubectl apply -f k8s}]}\n"
)


def run(tasks: str, events: str = "[pull_request]", more: str = "", last: str = "") -> str:
    text = (
        "apiVersion: tekton.dev/v1\nkind: PipelineRun\nmetadata:\n  name: ci\n  annotations:\n"
        f"    pipelinesascode.tekton.dev/on-event: '{events}'\n{indent(more, '    ')}"
        f"spec:\n  pipelineSpec:\n    tasks:\n{indent(dedent(tasks), '      ')}"
    )
    return text + (f"    finally:\n{indent(last, '      ')}" if last else "")


def store(files: Mapping[str, str]) -> Store:
    return Store(MemoryTree(files, subject=Subject(name="s", default_branch="main")), ())


def jobs(text: str) -> dict[str, JobRow]:
    return {row.name: row for row in store({PATH: text}).collected(JOB).rows}


def steps(text: str, files: Mapping[str, str] | None = None) -> tuple[StepRow, ...]:
    return store({PATH: text, **(files or {})}).collected(STEP).rows


def several(*names: str) -> frozenset[str]:
    return frozenset(names)


def test_a_task_is_a_job_and_its_scripts_are_commands() -> None:
    row = steps(run(CLONE + TEST))[1]
    assert (row.system, row.job, row.command, row.line) == ("tekton", "test", "pytest", 13)
    assert (row.checked_out, row.blocking, row.purposes, row.trigger) == (
        True,
        True,
        several("test"),
        several("change"),
    )


def test_a_task_waits_for_those_it_names() -> None:
    row = jobs(run(CLONE + TEST + DEPLOY))["deploy"]
    assert (row.needs, row.gated) == (several("test"), True)


def test_a_task_waits_for_those_whose_results_it_takes() -> None:
    text = run(
        TEST.replace(("  runAfter: [clone]\n"), "")
        + DEPLOY.replace(
            ("  runAfter: [test]\n"), ("  params: [{name: a, value: $(tasks.test.results.x)}]\n")
        )
    )
    assert jobs(text)["deploy"].gated


def test_a_task_that_names_none_waits_for_none() -> None:
    assert not jobs(run(CLONE + TEST + DEPLOY.replace("[test]", "[clone]")))["deploy"].gated


def test_a_test_after_the_deployment_holds_nothing() -> None:
    deploy = DEPLOY.replace("  runAfter: [test]\n", "")
    assert not jobs(run(deploy + TEST.replace("[clone]", "[deploy]")))["deploy"].gated


def test_without_a_clone_there_are_no_files() -> None:
    assert jobs(run(TEST))["test"].checks_out is False


def test_a_condition_may_leave_a_test_out() -> None:
    text = TEST + "  when: [{input: $(params.x), operator: in, values: [a]}]\n"
    assert not jobs(run(CLONE + text + DEPLOY))["deploy"].gated


@pytest.mark.parametrize(
    ("events", "branches", "trigger"),
    [
        ("[pull_request]", "[main]", ["change"]),
        ("[push]", "[main]", ["main"]),
        ("[push]", "[refs/heads/*]", ["main", "change", "branch"]),
        ("[push]", "[release-*]", ["branch"]),
        ("[push]", "[refs/tags/*]", ["tag"]),
        ("[incoming]", "[main]", ["other"]),
        ("", "", ["other"]),
    ],
)
def test_annotations_say_what_starts_a_run(events: str, branches: str, trigger: list[str]) -> None:
    more = f"pipelinesascode.tekton.dev/on-target-branch: '{branches}'\n"
    assert jobs(run(TEST, events, more))["test"].trigger == several(*trigger)


def test_what_an_expression_starts_is_unknown() -> None:
    text = run(TEST, "", "pipelinesascode.tekton.dev/on-cel-expression: event == 'push'\n")
    facts = store({PATH: text})
    assert facts.collected(PIPELINE).rows[0].trigger is None
    assert facts.collected(JOB).rows[0].trigger is None


def test_a_comment_of_a_person_starts_a_run() -> None:
    text = run(TEST, "", "pipelinesascode.tekton.dev/on-comment: ^/deploy\n")
    assert jobs(text)["test"].trigger == several("manual")


PIPELINE_ALONE = (
    "apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {name: build}\nspec:\n  tasks:\n"
    + indent(TEST, "  ")
)


def test_a_pipeline_that_nothing_here_starts_is_started_in_some_other_way() -> None:
    (row,) = store({"tekton/p.yaml": PIPELINE_ALONE}).collected(JOB).rows
    assert row.trigger == several("other")


def test_what_starts_a_pipeline_of_triggers_is_unknown() -> None:
    template = "apiVersion: triggers.tekton.dev/v1beta1\nkind: TriggerTemplate\nmetadata: {name: t}\n"
    (row,) = store({"tekton/p.yaml": PIPELINE_ALONE, "tekton/t.yaml": template}).collected(JOB).rows
    assert row.trigger is None


def test_a_run_takes_a_pipeline_of_the_repository() -> None:
    text = run(TEST).partition("  pipelineSpec")[0] + "  pipelineRef: {name: build}\n"
    (row,) = store({PATH: text, ".tekton/build.yaml": PIPELINE_ALONE}).collected(JOB).rows
    assert (row.path, row.trigger) == (PATH, several("change"))


def test_a_pipeline_that_is_written_elsewhere_is_open() -> None:
    text = run(TEST).partition("  pipelineSpec")[0] + "  pipelineRef: {resolver: git}\n"
    facts = store({PATH: text})
    assert [gap.reason for gap in facts.collected(JOB).openings] == [
        "the pipeline that it runs is written elsewhere"
    ]


def test_a_task_of_the_repository_is_followed() -> None:
    task = (
        "apiVersion: tekton.dev/v1\n"
        "kind: Task\n"
        "metadata: {name: unit}\n"
        "spec:\n"
        "  steps:\n"
        "  - {image: x, script: pytest}\n"
    )
    text = run("- {name: test, taskRef: {name: unit}}\n")
    (row,) = steps(text, {".tekton/task.yaml": task})
    assert (row.command, row.path, row.via) == ("pytest", PATH, ".tekton/task.yaml:6")


def test_a_task_of_a_hub_is_unknown_unless_it_is_well_known() -> None:
    text = run(
        "- {name: image, taskRef: {name: kaniko}}\n"
        "- {name: go, taskRef: {resolver: bundles, params: [{name: name, value: ship}]}}\n"
    )
    facts = store({PATH: text})
    found = {row.name: row for row in facts.collected(JOB).rows}
    assert found["image"].purposes == several("build-image", "push-image")
    assert found["go"].deploys is None
    assert [gap.reason for gap in facts.collected(STEP).openings] == [
        "what the task ship does is written elsewhere"
    ]


def test_a_task_that_runs_one_program_says_what_with() -> None:
    text = run("- {name: test, taskRef: {name: maven}, params: [{name: GOALS, value: [-B, test]}]}\n")
    (row,) = steps(text)
    assert (row.command, row.purposes) == ("mvn -B test", several("test"))


@pytest.mark.parametrize("where", ["task", "step"])
def test_an_error_that_is_ignored_is_masked(where: str) -> None:
    step = "onError: continue, " if where == "step" else ""
    text = f"- name: test\n  taskSpec: {{steps: [{{{step}image: x, script: pytest}}]}}\n"
    (row,) = steps(run(text + ("  onError: continue\n" if where == "task" else "")))
    assert (row.blocking, row.masked) == (False, "onError: continue")


@pytest.mark.parametrize(
    "step",
    [
        "command: [pytest], args: [-q]",
        "command: [sh, -c, pytest -q]",
        "command: [/bin/bash], args: [-c, pytest -q]",
        "script: 'pytest -q $(params.x-y)'",
        "workingDir: $(workspaces.source.path)/api, script: pytest",
        "workingDir: /elsewhere, script: pytest",
    ],
)
def test_every_way_to_write_a_step_is_read(step: str) -> None:
    (row,) = steps(run(f"- name: test\n  taskSpec: {{steps: [{{image: x, {step}}}]}}\n"))
    assert (row.tool, row.purposes) == ("pytest", several("test"))


def test_a_step_in_a_folder_of_the_workspace_is_followed_there() -> None:
    text = run(
        "- name: test\n"
        "  taskSpec: {steps: [{image: x, workingDir: $(workspaces.s.path)/api, script: make t}]}\n"
    )
    (row,) = steps(text, {"api/Makefile": "t:\n\tpytest\n"})
    assert (row.tool, row.via) == ("pytest", "api/Makefile:2")


def test_a_command_of_the_shell_stays_one() -> None:
    (row,) = steps(run("- name: test\n  taskSpec: {steps: [{image: x, script: 'echo $(date)'}]}\n"))
    assert (row.command, row.placeholder) == ("echo $(date)", True)


def test_a_script_with_a_first_line_of_its_own_need_not_stop() -> None:
    text = (
        "- name: test\n"
        "  taskSpec:\n"
        "    steps:\n"
        "      - image: x\n"
        "        script: |\n"
        "          #!/bin/bash\n"
        "          pytest\n"
        "          ls\n"
    )
    row = next(row for row in steps(run(text)) if row.tool == "pytest")
    assert (row.blocking, row.line) == (False, 16)


def test_what_is_done_finally_comes_after_all() -> None:
    last = "- {name: tell, taskRef: {name: send-to-webhook-slack}}\n"
    assert jobs(run(CLONE + TEST + DEPLOY, last=last))["deploy"].notifies


def test_several_runs_of_one_file_are_told_apart() -> None:
    text = run(TEST) + "---\n" + run(TEST).replace("name: ci", "name: more")
    assert set(jobs(text)) == {"ci/test", "more/test"}


def test_what_tekton_cannot_read_is_a_problem_and_no_row() -> None:
    facts = store({PATH: "a: [\n"})
    assert [problem.path for problem in facts.collected(PIPELINE).problems] == [PATH]
    assert (facts.collected(STEP).rows, facts.collected(STEP).openings) == ((), ())
    assert [row.valid for row in facts.collected(FILE).rows] == [False]


def test_a_template_leaves_the_questions_open() -> None:
    assert len(store({PATH: "a:\n{{- if x }}\n b\n{{ end }}"}).collected(STEP).openings) == 1


def test_other_objects_and_other_files_are_no_pipelines() -> None:
    files = {"tekton/x.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n", "tekton/y.yaml": ""}
    facts = store({**files, "tekton/z.yaml": "a: [\n"})
    assert (facts.collected(PIPELINE).rows, facts.collected(PIPELINE).problems) == ((), ())
