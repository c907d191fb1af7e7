"""GitLab pipelines, with the real follower and the real table of tools."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from readiness.facts.ci.collect import JOB, PIPELINE, STEP, USE
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.facts.ci.rows import JobRow, PipelineRow, StepRow

PREFIX = "GitLab cannot read this pipeline: "
PUSHED = {"change", "main", "branch", "tag"}


def subject(text: str, files: Mapping[str, str] | None = None, default: str = "main") -> Store:
    """A subject with ``text`` as its pipeline."""
    held = {path: dedent(body) for path, body in (files or {}).items()}
    return Store(
        MemoryTree({".gitlab-ci.yml": dedent(text), **held}, subject=Subject("shop", default_branch=default))
    )


def job(store: Store, name: str = "j") -> JobRow:
    (row,) = [row for row in store.collected(JOB).rows if row.name == name]
    return row


def purposes(store: Store, name: str = "j") -> set[str]:
    return set(job(store, name).purposes or ())


def trigger(store: Store, name: str = "j") -> set[str]:
    return set(job(store, name).trigger or ())


def pipeline(store: Store, path: str = ".gitlab-ci.yml") -> PipelineRow:
    (row,) = [row for row in store.collected(PIPELINE).rows if row.path == path]
    return row


def steps(store: Store, name: str = "j") -> list[StepRow]:
    return [row for row in store.collected(STEP).rows if row.job == name]


def commands(store: Store, name: str = "j") -> list[tuple[int, str]]:
    return [(row.line, row.command) for row in steps(store, name)]


def problems(store: Store) -> list[str]:
    assert store.collected(JOB).rows == ()
    assert store.collected(PIPELINE).openings == ()
    return [str(problem) for problem in store.collected(PIPELINE).problems]


def openings(store: Store) -> list[tuple[int, str]]:
    return [(gap.line, gap.reason) for gap in store.collected(JOB).openings]


def ruled(rules: str, more: str = "") -> JobRow:
    """A job with one line of ``rules``, or of any other keys."""
    return job(subject(f"{more}\nj:\n  script: pytest\n  {rules}\n"))


def test_a_job_without_rules_runs_for_every_push_but_not_for_merge_requests() -> None:
    store = subject("j: {script: [pytest]}")
    assert set(job(store).trigger or ()) == PUSHED
    assert set(pipeline(store).events or ()) == {"push"}


def test_a_pipeline_is_a_row_with_its_system_and_name() -> None:
    row = pipeline(subject("stages: [test]\nj: {script: pytest}"))
    assert (row.system, row.name, row.line, row.live, row.permissions) == (
        "gitlab",
        ".gitlab-ci.yml",
        2,
        True,
        "unset",
    )


def test_the_runner_brings_the_files() -> None:
    assert (ruled("").checks_out, ruled("variables: {GIT_STRATEGY: none}").checks_out) == (True, False)


def test_a_job_without_files_may_clone_them() -> None:
    text = "j:\n  variables: {GIT_STRATEGY: none}\n  script: ['git clone $CI_REPOSITORY_URL .', pytest]"
    assert job(subject(text)).checks_out is True


def test_hidden_jobs_and_reserved_words_are_no_jobs() -> None:
    store = subject(
        """
        image: python
        services: [postgres]
        cache: {paths: [x]}
        .hidden: {script: pytest}
        j: {script: pytest}
        """
    )
    assert [row.name for row in store.collected(JOB).rows] == ["j"]


def test_each_command_has_its_own_line() -> None:
    store = subject(
        """\
        default:
          before_script:
            - pip install tox
        j:
          script:
            - echo hi

            # more
            - |
              ruff check .
              mypy .
            - >
              pytest
              -x
            - pytest
              tests
            - "pytest a\\npytest b"
        """
    )
    assert commands(store) == [
        (3, "pip install tox"),
        (6, "echo hi"),
        (10, "ruff check ."),
        (11, "mypy ."),
        (13, "pytest -x"),
        (15, "pytest tests"),
        (17, "pytest a"),
        (17, "pytest b"),
    ]


def test_one_shell_runs_the_scripts_before_and_in_a_job() -> None:
    files = {"web/package.json": '{"scripts": {"test": "jest"}}'}
    store = subject("j:\n  before_script: [cd web]\n  script: [npm test]", files)
    assert "test" in purposes(store)


def test_a_pipe_fails_with_any_of_its_parts() -> None:
    assert [row.blocking for row in steps(subject("j: {script: pytest | tee out}"))] == [True, True]


def test_what_runs_afterwards_cannot_fail_the_job() -> None:
    store = subject("j: {script: ruff check ., after_script: [pytest]}")
    assert [row.masked for row in steps(store)] == ["after_script", ""]


def test_a_job_overrides_what_runs_before_all_jobs() -> None:
    store = subject("before_script: [mypy .]\nj: {before_script: [], script: pytest}")
    assert commands(store) == [(2, "pytest")]


@pytest.mark.parametrize(
    ("inherit", "expected"),
    [
        ("default: false", ["pytest"]),
        ("default: [image]", ["pytest"]),
        ("default: true", ["mypy .", "pytest"]),
    ],
)
def test_a_job_takes_of_the_defaults_what_it_says(inherit: str, expected: list[str]) -> None:
    text = f"default: {{before_script: [mypy .]}}\nj: {{script: pytest, inherit: {{{inherit}}}}}"
    assert expected == sorted(command for _, command in commands(subject(text)))


def test_a_job_extends_others_through_several_levels() -> None:
    store = subject(
        """\
        .a: {script: [pytest], timeout: 1h, variables: {A: "1", ENV: staging}}
        .b: {extends: .a, allow_failure: true}
        .c: {interruptible: true}
        j:
          extends: [.b, .c]
          variables: {ENV: production}
          environment: $ENV
        """
    )
    row = job(store)
    assert (row.timeout, row.blocking, row.concurrency, row.environment) == (True, False, True, "production")
    assert commands(store) == [(1, "pytest")]


def test_aliases_merge_keys_and_references_are_followed() -> None:
    store = subject(
        """\
        .s: &s
          script:
            - ruff check .
        .lines: &lines [mypy .]
        .r:
          script: [pytest]
          rules: [{if: $CI_COMMIT_TAG}]
        j:
          <<: *s
          before_script: [*lines, !reference [.r, script]]
          rules: [!reference [.r, rules]]
        """
    )
    assert commands(store) == [(3, "ruff check ."), (4, "mypy ."), (6, "pytest")]
    assert set(job(store).trigger or ()) == {"tag"}


def test_variables_are_merged_with_what_their_merge_keys_bring() -> None:
    text = """
        include: a.yml
        .v: &v {A: staging}
        .w: &w {B: x}
        .base: {variables: {ENV: production, <<: [*v, *w, *v]}, script: pytest}
        j: {extends: .base, variables: {C: y}, environment: $A}
        """
    assert job(subject(text, {"a.yml": ".x: &x [1]\n.y: [*x, *x]\n"})).environment == "staging"


def test_a_reference_may_stand_for_a_whole_value() -> None:
    store = subject(
        """
        .r: {variables: {ENV: staging}, environment: {name: $ENV}}
        j:
          script: pytest
          variables: !reference [.r, variables]
          environment: {name: !reference [.r, environment, name], url: x}
        """
    )
    assert (job(store).environment_declared, job(store).environment) == (True, "")


RULES = [
    ("rules: [{if: $CI_PIPELINE_SOURCE == 'merge_request_event'}]", {"change"}),
    ("rules: [{if: $CI_MERGE_REQUEST_IID}]", {"change"}),
    ("rules: [{if: $CI_MERGE_REQUEST_LABELS =~ /x/}]", {"change"}),
    ("rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]", {"main"}),
    ("rules: [{if: $CI_COMMIT_BRANCH != $CI_DEFAULT_BRANCH && $CI_COMMIT_BRANCH}]", {"change", "branch"}),
    ("rules: [{if: $CI_COMMIT_BRANCH == 'develop'}]", {"branch"}),
    (r"rules: [{if: '$CI_COMMIT_BRANCH =~ /^release\/.*/i'}]", {"branch"}),
    ("rules: [{if: $CI_COMMIT_REF_NAME == 'main'}]", {"main"}),
    ("rules: [{if: $CI_COMMIT_BRANCH !~ /^main$/}]", {"change", "branch", "tag"}),
    ("rules: [{if: $CI_COMMIT_TAG}]", {"tag"}),
    ("rules: [{if: $CI_COMMIT_TAG == null}]", {"change", "main", "branch"}),
    ("rules: [{if: $CI_COMMIT_TAG == ''}]", set()),
    ("rules: [{if: $CI_PIPELINE_SOURCE == 'schedule'}]", {"schedule"}),
    ("rules: [{if: ($CI_PIPELINE_SOURCE == 'web' || $CI_PIPELINE_SOURCE == 'api')}]", {"manual"}),
    ("rules: [{if: $CI_PIPELINE_SOURCE == 'pipeline'}]", {"other"}),
    ("rules: [{if: $CI_COMMIT_BRANCH && $CI_OPEN_MERGE_REQUESTS, when: never}, {when: on_success}]", PUSHED),
    ("rules: [{if: $CI_COMMIT_BRANCH == 'main', when: manual}]", {"manual"}),
    ("rules: [{if: $CI == 'true' && $CI_COMMIT_REF_PROTECTED == 'true'}]", PUSHED),
    ("rules: [{exists: [nowhere.txt]}]", set()),
    ("rules: [{if: $CI_COMMIT_TAG, exists: ['.gitlab-ci.y*']}]", {"tag"}),
    ("rules: [{if: $CI_COMMIT_TAG, exists: ['$X', 'a']}]", {"tag"}),
    ("rules: [{if: $CI_COMMIT_TAG, exists: {paths: [a]}}]", {"tag"}),
    ("rules: [{if: $CI_COMMIT_TAG, exists: ['[a']}]", {"tag"}),
    ("only: [main]", {"main"}),
    ("only: [branches]", {"change", "main", "branch"}),
    ("only: [tags]", {"tag"}),
    ("only: [merge_requests]", {"change"}),
    ("only: [develop@group/shop]", {"branch"}),
    ("only: [schedules]", {"schedule"}),
    ("only: [web, triggers]", {"manual"}),
    ("only: [pushes]", PUSHED),
    ("only: ['/^v[0-9]+$/']", {"branch", "tag"}),
    ("only: {refs: [main], variables: [$X == 'y'], kubernetes: active}", {"main"}),
    ("only: {variables: [$CI_COMMIT_TAG]}", {"tag"}),
    ("except: [main]", {"change", "branch", "tag"}),
    ("except: {refs: [tags], variables: [$CI_COMMIT_BRANCH == 'main']}", {"change", "branch"}),
    ("except: {changes: [docs/**]}", PUSHED),
    ("when: always", PUSHED),
    ("when: manual", {"manual"}),
]


@pytest.mark.parametrize(("rules", "expected"), RULES)
def test_rules_say_what_starts_a_job(rules: str, expected: set[str]) -> None:
    row = ruled(rules)
    assert expected == set(row.trigger or ())
    assert row.enabled is bool(expected)


@pytest.mark.parametrize(
    "condition",
    [
        *("$A ==", "$A == 'b", "(", "($A", "$A)", "%", "== $A", "$A =~ $B", "/x/", "$", "$A =~ /x"),
        *("(" * 50 + "$A" + ")" * 50, "$A" + " " * 5000, "$CI =~ /(/", "$A == '$B'", "&&", "$A 'x'"),
        *("$CI =~ /x/q", "$CI =~ 'x'", "$A =~ /a./", "$A =~", "($A $B)"),
    ],
)
def test_a_condition_that_is_not_understood_may_hold(condition: str) -> None:
    store = subject(f'j: {{script: pytest, rules: [{{if: "{condition}"}}]}}')
    assert job(store).enabled is True


def test_where_the_default_branch_is_unknown_the_usual_names_are_taken_for_it() -> None:
    store = subject("j: {script: pytest, only: [master]}\nk: {script: x, only: [develop]}", default="")
    assert (trigger(store), trigger(store, "k")) == ({"main"}, {"branch"})


def test_a_variable_of_the_file_decides_unless_a_person_starts_it() -> None:
    rule = (
        "rules: [{if: $CI_COMMIT_BRANCH && $E2E == 'on'}, {if: $CI_PIPELINE_SOURCE == 'web' && $E2E == 'on'}]"
    )
    assert {"manual"} == set(ruled(rule, "variables: {E2E: {value: 'off', description: x}}").trigger or ())
    assert {"change", "main", "branch", "manual"} == set(
        ruled(rule, "variables: {E2E: $OTHER}").trigger or ()
    )


@pytest.mark.parametrize("rules", ["when: never", "rules: [{when: never}]"])
def test_a_job_that_is_never_started_is_switched_off(rules: str) -> None:
    store = subject(f"j: {{script: pytest, {rules}}}")
    assert (job(store).enabled, pipeline(store).live) == (False, False)
    assert pipeline(store).trigger == frozenset()


def test_rules_of_the_workflow_hold_for_all_jobs() -> None:
    text = """
        workflow:
          name: checks
          auto_cancel: {on_new_commit: interruptible}
          rules:
            - if: $CI_PIPELINE_SOURCE == "merge_request_event"
            - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
        j: {script: pytest}
        k: {script: pytest, only: {changes: [src]}}
        """
    row = pipeline(subject(text))
    assert (row.name, set(row.trigger or ()), row.concurrency) == ("checks", {"change", "main"}, True)
    assert set(row.events or ()) == {"push", "merge_request"}
    assert {"change", "main"} == set(job(subject(text), "k").trigger or ())


def test_a_workflow_that_starts_only_for_some_paths_is_filtered() -> None:
    text = "workflow: {rules: [{changes: [src/**]}]}\nj: {script: pytest}"
    assert (pipeline(subject(text)).filtered, pipeline(subject("j: {script: x}")).filtered) == (True, False)


@pytest.mark.parametrize("rules", ["rules: [{changes: [src/**]}]", "only: {changes: [src/**]}"])
def test_a_pipeline_whose_jobs_all_hang_on_paths_is_filtered(rules: str) -> None:
    assert pipeline(subject(f"j: {{script: pytest, {rules}}}")).filtered is True


@pytest.mark.parametrize(
    ("written", "masked"),
    [
        ("allow_failure: true", "allow_failure"),
        ("allow_failure: false", ""),
        ("allow_failure: {exit_codes: [1, 137]}", "allow_failure: exit_codes 1, 137"),
        ("allow_failure: {}", ""),
        ("when: manual", "when: manual, and nothing waits for it"),
        ("when: manual, allow_failure: false", ""),
        ("rules: [{when: manual}]", ""),
        ("rules: [{allow_failure: true}]", "allow_failure"),
    ],
)
def test_a_job_that_may_fail_does_not_block(written: str, masked: str) -> None:
    store = subject(f"j: {{script: pytest, {written}}}")
    assert [masked] == [row.masked for row in steps(store)]
    assert job(store).blocking is (not masked)


def test_a_job_that_may_fail_on_some_occasions_is_shown_on_the_others() -> None:
    row = ruled("rules: [{if: $CI_COMMIT_BRANCH == 'main'}, {if: $CI_COMMIT_TAG, allow_failure: true}]")
    assert (row.blocking, set(row.trigger or ())) == (True, {"main"})


STAGED = """
    stages: [check, ship]
    t: {{stage: check, script: pytest, {test}}}
    j: {{stage: ship, script: [kubectl apply -f k8s], {ship}}}
    """


@pytest.mark.parametrize(
    ("test", "ship", "gated"),
    [
        ("", "", True),
        ("allow_failure: true", "", False),
        ("when: manual", "", False),
        ("only: [merge_requests]", "only: [main]", False),
        ("only: [branches]", "only: [main]", True),
        ("", "needs: []", False),
        ("", "needs: [t]", True),
        ("", "needs: [{job: t, artifacts: true}]", True),
        ("", "needs: [{job: t, project: other/shop, ref: main}]", False),
        ("", "when: always", False),
        ("", "when: never", False),
    ],
)
def test_a_delivery_waits_for_the_stages_before_it_or_for_what_it_needs(
    test: str, ship: str, gated: bool
) -> None:
    assert gated is job(subject(STAGED.format(test=test, ship=ship))).gated


def test_the_first_and_the_last_stage_need_not_be_listed() -> None:
    store = subject("a: {stage: .pre, script: x}\nj: {script: y}\nz: {stage: .post, script: w}")
    assert (set(job(store).needs), set(job(store, "z").needs)) == ({"a"}, {"a", "j"})


def test_a_need_that_may_be_absent_is_not_missed() -> None:
    store = subject("j: {script: pytest, needs: [{job: gone, optional: true}]}")
    assert (True, frozenset()) == (job(store).enabled, job(store).needs)


def test_a_job_has_its_environment_limits_and_variants() -> None:
    store = subject(
        """
        variables: {WHERE: production}
        j:
          script: kubectl apply -f k8s
          environment: {name: "${WHERE}/$REGION"}
          resource_group: production
          timeout: 10m
          parallel: {matrix: [{A: [1, 2]}]}
        k: {script: x, parallel: 4, environment: $PROD_ENV, inherit: {variables: false}}
        """
    )
    row, other = job(store), job(store, "k")
    assert (row.environment, row.environment_declared, row.deploys) == ("production", True, True)
    assert (row.concurrency, row.timeout, row.matrix) == (True, True, True)
    assert (other.environment, other.environment_declared, other.matrix) == ("", True, False)


def test_a_deployment_that_only_speaks_is_a_placeholder() -> None:
    row = job(subject("j: {script: [echo Deploying, sleep 3], environment: production}"))
    assert (row.placeholder, row.deploys, row.environment) == (True, False, "production")


def test_included_files_of_the_repository_are_part_of_the_pipeline() -> None:
    store = subject(
        """\
        include:
          - ci/base.yml
          - local: /ci/more/*.yml
          - ci/base.yml
        j: {extends: .base}
        """,
        {
            "ci/base.yml": "include: ci/deep.yml\n.base:\n  script:\n    - pytest\n",
            "ci/deep.yml": "default: {timeout: 1h}\n",
            "ci/more/a.yml": "spec: {inputs: {}}\n---\nk: {script: [ruff check .]}\n",
            "ci/more/b.yml": "# nothing\n",
        },
    )
    assert (commands(store), job(store).timeout) == ([(2, "pytest")], True)
    assert [row.via for row in steps(store)] == ["ci/base.yml:4"]
    assert (job(store, "k").line, [row.via for row in steps(store, "k")]) == (3, ["ci/more/a.yml:3"])
    assert openings(store) == []
    assert store.collected(JOB).looked == (
        ".gitlab-ci.yml",
        *("ci/base.yml", "ci/deep.yml", "ci/more/a.yml", "ci/more/b.yml"),
    )


def test_the_pipelines_own_file_overrides_what_it_includes() -> None:
    store = subject(
        "include: a.yml\nj: {allow_failure: true}", {"a.yml": "j: {script: pytest, when: always}"}
    )
    assert (commands(store), job(store).blocking, job(store).line) == ([(1, "pytest")], False, 2)


@pytest.mark.parametrize(
    ("include", "what"),
    [
        ("https://x.org/a.yml", "remote 'https://x.org/a.yml'"),
        ("{remote: 'https://x.org/a.yml'}", "remote 'https://x.org/a.yml'"),
        ("{template: Auto-DevOps.gitlab-ci.yml}", "template 'Auto-DevOps.gitlab-ci.yml'"),
        ("{project: org/ci, file: a.yml}", "project 'org/ci'"),
        ("{component: gitlab.com/org/ci/test@1.0}", "component 'gitlab.com/org/ci/test@1.0'"),
        ("{artifact: x}", "file '?'"),
        ("[[x]]", "file '?'"),
    ],
)
def test_what_is_included_from_elsewhere_is_open(include: str, what: str) -> None:
    store = subject(f"include: {include}\nj: {{script: pytest}}")
    assert [(1, f"it includes the {what}, which lives elsewhere")] == openings(store)
    assert purposes(store) == {"test"}


def test_a_name_that_a_variable_gives_is_open() -> None:
    store = subject("include: {local: $X.yml}\nj: {script: pytest}")
    assert openings(store) == [(1, "what '$X.yml' includes is not known here")]


def test_inputs_that_are_not_filled_in_are_open() -> None:
    files = {"a.yml": "spec: {inputs: {s: {}}}\n---\nj: {stage: '$[[ inputs.s ]]', script: pytest}"}
    store = subject("include: [{local: a.yml, inputs: {s: test}}]", files)
    assert openings(store) == [(1, "a.yml has inputs, which are not filled in")]
    assert job(store).enabled is True


def test_a_job_whose_base_lives_elsewhere_is_unknown() -> None:
    store = subject(
        """\
        include: {project: org/ci, file: a.yml, ref: v1}
        j: {extends: .base, needs: [far], stage: far}
        k: {script: [!reference [.far, script]]}
        """
    )
    assert (job(store).checks_out, job(store).remote) == (None, ".base")
    assert {
        (1, "it includes the project 'org/ci', which lives elsewhere"),
        (2, "what .base does is written in another repository"),
        (3, "'.far script' is written elsewhere"),
    } == set(openings(store))


def test_a_pipeline_that_lives_elsewhere_as_a_whole_is_open() -> None:
    store = subject("include: {template: Auto-DevOps.gitlab-ci.yml}")
    assert (store.collected(PIPELINE).rows, len(openings(store))) == ((), 1)
    assert store.collected(PIPELINE).problems == ()


def test_components_and_projects_are_building_blocks() -> None:
    store = subject(
        """\
        include:
          - {component: $CI_SERVER_FQDN/org/ci/test@1.0}
          - {component: org/ci/lint@main}
          - {project: org/ci, file: a.yml}
        j: {script: pytest}
        """
    )
    rows = store.collected(USE).rows
    assert [(row.line, row.action, row.pinned) for row in rows] == [
        (2, "org/ci/test", "tag"),
        (3, "org/ci/lint", "branch"),
        (4, "org/ci", "none"),
    ]


@pytest.mark.parametrize(
    ("template", "name", "purpose"),
    [
        ("Security/SAST", "sast", "scan-code"),
        ("Jobs/SAST-IaC", "iac-sast", "scan-iac"),
        ("Security/Secret-Detection", "secret_detection", "scan-secrets"),
        ("Jobs/Dependency-Scanning.latest", "dependency_scanning", "scan-deps"),
        ("Security/Container-Scanning", "container_scanning", "scan-image"),
    ],
)
def test_the_scans_of_gitlabs_own_templates_are_known(template: str, name: str, purpose: str) -> None:
    store = subject(f"include: [{{template: {template}.gitlab-ci.yml}}]")
    row = job(store, name)
    assert (purposes(store, name), row.blocking, row.checks_out) == ({purpose}, False, True)
    assert {"change", "main", "branch"} == set(row.trigger or ())
    assert ("merge_request" in (pipeline(store).events or ())) is (".latest" in template)
    assert openings(store) == []


def test_a_scan_of_a_template_can_be_overridden_and_switched_off() -> None:
    text = "include: {template: Jobs/SAST.gitlab-ci.yml}\nsast: {allow_failure: false}\n"
    assert (job(subject(text), "sast").blocking, job(subject(text), "sast").line) == (True, 2)
    assert job(subject(text + "variables: {SAST_DISABLED: 'true'}"), "sast").enabled is False


def test_the_workflows_of_gitlabs_own_templates_are_known() -> None:
    text = "include: {template: Workflows/MergeRequest-Pipelines.gitlab-ci.yml}\nj: {script: pytest}"
    assert (trigger(subject(text)), openings(subject(text))) == ({"change", "main", "tag"}, [])


CHILD = {"web/ci.yml": "t: {script: pytest}\nd: {stage: deploy, script: [kubectl apply -f x]}\n"}


def test_a_child_pipeline_starts_with_its_parent() -> None:
    store = subject("j: {trigger: {include: web/ci.yml, strategy: depend}, only: [main]}", CHILD)
    assert (job(store).calls, job(store).checks_out, job(store).blocking) == ("web/ci.yml", True, True)
    assert set(pipeline(store, "web/ci.yml").trigger or ()) == {"main"}
    assert set(pipeline(store, "web/ci.yml").events or ()) == {"parent_pipeline"}
    assert [(row.path, row.line) for row in steps(store, "t")] == [("web/ci.yml", 1)]
    assert (job(store, "d").gated, trigger(store, "t")) == (True, {"main"})


def test_a_child_pipeline_is_as_gated_as_its_parent() -> None:
    text = """
        t: {script: pytest}
        j: {stage: deploy, trigger: {include: [{local: /d.yml}], strategy: depend}}
        """
    store = subject(text, {"d.yml": "d: {script: [kubectl apply -f x]}"})
    assert (job(store).gated, job(store, "d").gated) == (True, True)


def test_a_child_that_nobody_waits_for_cannot_fail_its_parent() -> None:
    store = subject(
        "j: {trigger: {include: [web/ci.yml, b.yml]}, when: manual}", {**CHILD, "b.yml": "x: {script: y}"}
    )
    assert (job(store).blocking, trigger(store, "x")) == (False, {"manual"})


def test_children_that_start_each_other_end() -> None:
    files = {"a.yml": "a: {trigger: {include: b.yml}}", "b.yml": "b: {trigger: {include: a.yml}}"}
    store = subject("j: {trigger: {include: a.yml}}\nk: {trigger: {include: b.yml}, when: manual}", files)
    assert {*PUSHED, "manual"} == set(pipeline(store, "a.yml").trigger or ())


@pytest.mark.parametrize(
    ("trigger", "remote"),
    [
        ("org/shop", "org/shop"),
        ("{project: org/shop, branch: main}", "org/shop"),
        ("{include: [{artifact: x.yml, job: t}]}", "a pipeline that is written elsewhere"),
        ("{include: 'https://x.org/a.yml'}", "a pipeline that is written elsewhere"),
        ("{strategy: depend}", "?"),
        ("[x]", "?"),
    ],
)
def test_a_pipeline_of_another_project_is_open(trigger: str, remote: str) -> None:
    store = subject(f"j: {{trigger: {trigger}}}")
    assert (None, remote) == (job(store).checks_out, job(store).remote)
    assert [(1, f"what {remote} does is written in another repository")] == openings(store)


@pytest.mark.parametrize(
    ("files", "missing", "count"),
    [
        ({}, "a.yml", 0),
        ({"a.yml": ""}, "a.yml (GitLab cannot read it)", 0),
        ({"a.yml": "[x]"}, "a.yml (GitLab cannot read it)", 1),
    ],
)
def test_a_child_that_cannot_be_read_is_missing(files: dict[str, str], missing: str, count: int) -> None:
    store = subject("j: {trigger: {include: a.yml}}\nk: {trigger: {include: a.yml}}", files)
    assert (missing, count) == (job(store).missing, len(store.collected(JOB).openings) + count)
    assert count == len(store.collected(PIPELINE).problems)


def test_steps_in_the_new_syntax_are_open() -> None:
    store = subject("j:\n  run: [{name: a, script: pytest}]")
    assert openings(store) == [(1, "job 'j' is made of steps (`run`), which are not read")]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("j: [", "1: {}not readable as YAML: did not find expected node content"),
        ("- x", "1: {}it is no mapping"),
        ("stages: [test]", "1: {}it has no jobs"),
        (".x: {script: y}", "1: {}it has no jobs"),
        ("a: {script: x}\nj: text", "2: {}job 'j' is no mapping"),
        ("a: {script: x}\nj: {stage: test}", "2: {}job 'j' has neither `script` nor `trigger`"),
        ("j: {stage: ship, script: x}", "1: {}job 'j' is in stage 'ship', which is not there"),
        ("j: {needs: [k], script: x}", "1: {}job 'j' needs 'k', which is no job"),
        ("j: {needs: [k], script: x}\nk: {needs: [j], script: x}", "1: {}job 'j' waits for itself"),
        ("j: {extends: .k}", "1: {}'j' extends '.k', which is not there"),
        (".k: {extends: .k}\nj: {extends: .k}", "1: {}'.k' extends itself, or too many others"),
        ("j: {script: [!reference [.k, script]]}", "1: {}there is no '.k script' to refer to"),
        ("include: a.yml\nj: {script: x}", "1: {}it includes 'a.yml', which is not there"),
        ("include: '[a*.yml'\nj: {script: x}", "1: {}it includes '[a*.yml', which is not there"),
    ],
)
def test_a_pipeline_that_gitlab_rejects_is_a_problem_and_no_row(text: str, problem: str) -> None:
    assert [f".gitlab-ci.yml:{problem.format(PREFIX)}"] == problems(subject(text))


def test_a_problem_of_an_included_file_stands_at_its_line() -> None:
    store = subject("include: a.yml", {"a.yml": "\nj: {extends: .x}"})
    assert [f"a.yml:2: {PREFIX}'j' extends '.x', which is not there"] == problems(store)


def test_an_include_with_rules_may_be_absent() -> None:
    store = subject("include: [{local: a.yml, rules: [{exists: [a.yml]}]}]\nj: {script: pytest}")
    assert (purposes(store), openings(store)) == ({"test"}, [])


@pytest.mark.parametrize("text", ["", "# nothing", "---\n"])
def test_an_empty_file_is_nothing(text: str) -> None:
    found = subject(text).collected(PIPELINE)
    assert (found.rows, found.problems, found.openings) == ((), (), ())


def test_a_subject_without_a_pipeline_was_looked_at_nowhere() -> None:
    assert Store(MemoryTree({"ci/.gitlab-ci.yml": "j: {script: x}"})).collected(PIPELINE).looked == ()


def test_more_jobs_than_are_read_leave_the_questions_open() -> None:
    store = subject("".join(f"j{number}: {{script: x}}\n" for number in range(300)))
    assert openings(store) == [(1, "more than 256 jobs")]


def test_a_child_with_more_jobs_than_are_read_is_open_too() -> None:
    files = {"a.yml": "".join(f"j{number}: {{script: x}}\n" for number in range(300))}
    assert openings(subject("j: {trigger: {include: a.yml}}", files)) == [(1, "more than 256 jobs")]


@pytest.mark.parametrize(
    "text",
    [
        ".a: [!reference [.a], !reference [.a]]\nj: {script: !reference [.a]}",
        ".a: {script: [!reference [.a, script], pytest]}\nj: {extends: .a}",
        "j: {script: [[], [[pytest]], {a: b}, ~], rules: [x], needs: [[], {a: b}], environment: [x]}",
        "j: {script: pytest, rules: ~, only: ~, extends: [{a: b}], variables: [x], when: [x]}",
        "j: {script: pytest, environment: !reference [.c, x]}\n.c: {x: !reference [.c, x]}",
        "j: {script: pytest, environment: a$, timeout: ~}",
    ],
)
def test_what_is_written_strangely_ends_in_rows_or_problems(text: str) -> None:
    found = subject(text).collected(JOB)
    assert bool(found.rows) is not bool(found.problems)


def test_wide_mappings_that_are_extended_often_are_read_in_time() -> None:
    wide = ", ".join(f"A{number}: x" for number in range(3_000))
    text = f".a: {{variables: {{{wide}}}}}\n" + "".join(
        f"j{number}: {{extends: .a, script: x, variables: {{B: y}}}}\n" for number in range(200)
    )
    assert len(subject(text).collected(JOB).rows) == 200


def test_more_pipelines_than_are_read_leave_the_questions_open() -> None:
    many = "".join(f"t{number}: {{script: x}}\n" for number in range(240))
    files = {f"c{number}.yml": many for number in range(6)}
    text = "".join(f"j{number}: {{trigger: {{include: c{number}.yml}}}}\n" for number in range(6))
    found = subject(text, files).collected(JOB)
    assert [gap.reason for gap in found.openings] == ["it starts more pipelines than are read"]
    assert {row.missing for row in found.rows} == {""}


def test_scripts_longer_than_are_read_leave_the_questions_open() -> None:
    text = f".a: {{script: ['# {'a' * 400_000}']}}\n" + "".join(
        f"j{number}: {{extends: .a}}\n" for number in range(8)
    )
    assert openings(subject(text)) == [(1, "its scripts are longer than is read")]


def test_rules_beyond_those_that_are_read_may_be_met() -> None:
    rules = ", ".join("{if: $CI_COMMIT_TAG == '', when: never}" for _ in range(60))
    assert ruled(f"rules: [{rules}]").enabled is True


def test_rows_do_not_hang_on_the_order_in_which_they_are_asked_for() -> None:
    text = "include: a.yml\nj: {trigger: {include: a.yml}}"
    one, other = subject(text, {"a.yml": "k: {script: x}"}), subject(text, {"a.yml": "k: {script: x}"})
    nouns: tuple[Any, ...] = (STEP, JOB, PIPELINE)
    assert [one.collected(noun) for noun in nouns] == [other.collected(noun) for noun in reversed(nouns)][
        ::-1
    ]
