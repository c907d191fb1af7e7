from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.tree.attributes import Attributes
from readiness.tree.model import Role
from readiness.tree.roles import Roles, role
from readiness.tree.signs import form

PRODUCT = [
    "",
    "README.md",
    "Dockerfile",
    "src/app.py",
    ".github/workflows/ci.yml",
    ".github/workflows/e2e.yml",
    ".github/actions/integration-tests/action.yml",
    ".github/ISSUE_TEMPLATE/bug_report.md",
    ".gitlab/tests/unit.yml",
    "deploy/Dockerfile",
    "deploy/test/values.yaml",
    "infra/test-environments/eu/main.tf",
    "terraform/test-environment/main.tf",
    "terraform/environments/test/main.tf",
    "terraform/environments/sandbox/main.tf",
    "k8s/overlays/demo/kustomization.yaml",
    "build/Dockerfile",
    "build/release.sh",
    "dist/Dockerfile",
    "dist/app.service",
    "docs/runbooks/backup.md",
    "docs/runbooks/test-report.md",
    "docs/openapi.yaml",
    "docs/SUMMARY.md",
    "docs/backups/restore.md",
    "docs/risk-assessment.md",
    "docs/security/DATA_PROTECTION_IMPACT_ASSESSMENT.md",
    "docs/incident-report.md",
    "docs/REPORT.md",
    "UAT_REPORT_TEMPLATE.md",
    "scripts/backup.sh",
    "scripts/db.backup.sh",
    "backup/dump.sh",
    "backup/config.yaml",
    "k8s/backups/cronjob.yaml",
    "roles/backups/tasks/main.yml",
    "docker-compose.backup.yml",
    "src/main/java/com/example/demo/App.java",
    "src/com/example/app.proto",
    "src/sandbox/runner.py",
    "src/docs/page.tsx",
    "templates/docs/api.html-fragment",
    "src/spec/model.py",
    "src/coverage/report.py",
    "spec/openapi.yaml",
    "spec/overview.md",
    "pkg/testing/helpers.go",
    "src/commands/test/index.ts",
    "app/models/vendor/vendor.rb",
    "src/prompts/builder.py",
    "phpunit.xml.dist",
    "nginx/default.conf.template",
    "src/summary.py",
    "config/daily_report.json",
    "grafana/dashboards/performance-report.json",
    "demographics/load.py",
    "contests/Contests.cs",
    "src/latest.py",
    "attest.py",
    "src/attest.js",
    "src/contest.ts",
    "package-lock.json",
    "",
]

OTHERS = {
    Role.TEST: """
tests/test_app.py
test/helpers.js
Tests/Unit/AppTest.php
app_test.go
pkg/server_test.go
src/app.test.ts
test.js
lib/sum_test.ts
src/App.spec.jsx
src/__tests__/app.js
src/test/java/com/acme/AppTest.java
App.Tests/AppTests.cs
lib/AppTests.cs
spec/models/user_spec.rb
spec/helper.rb
spec/fixtures/a.yml
services/api/spec/user.rb
e2e/login.ts
cypress/support/index.js
conftest.py
hc/logs/tests.py
test_api.py
integration-tests/run.sh
_integration-test/client/send.js
_unit-test/install.sh
tests_e2e/run.py
testdata/Dockerfile
fixtures/ci.yml
benchmarks/bench.py
charts/app/templates/tests/connection.yaml
main.tftest.hcl
.github/scripts/test_release.py
terraform/test/main_test.go
scripts/test-environments/sso/configuration.yml
""",
    Role.SAMPLE: """
examples/Dockerfile
example/main.go
samples/app.py
demo_narratives/a.md
demos/a.py
sandbox/x.py
playground/index.ts
grpc-example/main.go
{{cookiecutter.name}}/setup.py
.env.example
config.example.yml
.env.template
.env.dist
settings.yml.dist
.devcontainer/Dockerfile
docs/Dockerfile
docs/ci/deploy.yml
docs/demo.py
src/Button.stories.tsx
examples/app/tests/test_app.py
""",
    Role.VENDORED: """
node_modules/a/index.js
web/node_modules/a/index.js
vendor/github.com/x/y.go
static/vendor/jquery.js
third_party/zlib/zlib.c
lib/python3/site-packages/x.py
.claude/commands/deploy.md
.cursor/rules/a.mdc
.bmad-core/agents/dev.md
.bmad-infra/agent.md
web-bundles/agents/dev.txt
prompts/release.md
.github/prompts/x.md
CLAUDE.md
AGENTS.md
team-agents-all.txt
""",
    Role.GENERATED: """
dist/index.js
build/static/js/main.js
target/classes/App.class
web/.next/server.js
coverage/lcov.info
htmlcov/index.html
frontend/playwright-report/index.html
test-results/junit.xml
static/app.min.js
static/app.js.map
api/service_pb2.py
api/service.pb.go
src/schema.generated.ts
src/__snapshots__/a.snap
src/generated/client.ts
__pycache__/a.pyc
server.log
frontend/test_results.json
TEST_COVERAGE_REPORT.md
AGENT_2_TEST_SUMMARY.md
PRODUCTION_ASSESSMENT_2025.md
SECURITY_AUDIT_REPORT.md
production_readiness_assessment.json
production_readiness_assessment.md
uat_report.json
validation/phase3_validation_report_corrected.json
validation/comprehensive_phase1_code_quality_deep_report.json
docs/final-validation-report-v2.md
""",
    Role.BACKUP: """
.github/workflows/ci.yml.bak
.github/workflows/ci.yml.disabled
app.py.orig
app.py~
settings.yaml.old
config.bak.yml
chronicler.py.conflict_backup
settings.backup.py
nginx.conf.backup-2024
nginx.conf.bak2
Copy of deploy.yml
deploy - Copy.yml
deploy copy.yml
deploy(1).yml
app.py.save
backups/config.yaml
data/backups/system_backup_20250810_110253.json
staging/backups/staging-20250812-112425/rollback.py
backup/2024-01-31/app.py
backup_20240131/app.py
config.bak/app.yml
.backup/app.yml
""",
}


@pytest.mark.parametrize("path", [path for path in PRODUCT if path])
def test_a_file_of_the_product_stays_the_products(path: str) -> None:
    assert role(path) == (Role.PRODUCT, "no sign of another role")


@pytest.mark.parametrize(
    ("expected", "path"), [(each, path) for each, text in OTHERS.items() for path in text.split("\n") if path]
)
def test_a_file_of_another_role_is_known_by_its_path(expected: Role, path: str) -> None:
    assert expected == role(path)[0]


def test_the_outermost_folder_decides() -> None:
    assert role("vendor/x/examples/tests/a_test.go")[0] == Role.VENDORED
    assert role("tests/examples/vendor/a.go")[0] == Role.TEST


def test_folders_are_compared_without_regard_to_case() -> None:
    assert role("Examples/Dockerfile")[0] == Role.SAMPLE


def test_a_self_written_report_is_named_as_such() -> None:
    assert role("COMPREHENSIVE_TEST_REPORT.md") == (Role.GENERATED, "self-written report")


def test_the_reason_names_the_prompt_pack() -> None:
    assert role(".claude/agents/devops.md") == (Role.VENDORED, "an agent prompt pack")


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a.md", "document"), ("a.yml", "data"), ("Dockerfile", "tool"), ("run.sh", "tool"), ("a.py", "code")],
)
def test_the_form_of_a_file_is_known_by_its_name(path: str, expected: str) -> None:
    assert expected == form(path)


def test_a_path_marked_vendored_is_vendored() -> None:
    roles = Roles({"": "lib/jquery/** linguist-vendored\n"})
    assert roles.of("lib/jquery/core.js") == (Role.VENDORED, "marked linguist-vendored")
    assert roles.of("lib/own.js")[0] == Role.PRODUCT


def test_a_path_marked_generated_is_generated() -> None:
    roles = Roles({"": "src/client.py linguist-generated=true\n"})
    assert roles.of("src/client.py") == (Role.GENERATED, "marked linguist-generated")


def test_a_mark_can_be_taken_back_for_vendored_and_generated_files() -> None:
    roles = Roles({"": "vendor/own/** -linguist-vendored\ndist/** linguist-generated=false\n"})
    assert roles.of("vendor/own/a.go") == (Role.PRODUCT, "marked -linguist-vendored")
    assert roles.of("dist/a.js") == (Role.PRODUCT, "marked -linguist-generated")
    assert roles.of("vendor/other/a.go")[0] == Role.VENDORED


def test_no_mark_turns_a_self_written_report_into_evidence() -> None:
    roles = Roles({"": "*.md -linguist-generated\n"})
    assert roles.of("TEST_REPORT.md")[0] == Role.GENERATED


def test_code_in_the_documentation_can_be_marked_as_the_products() -> None:
    assert role("docs/server.py") == (Role.SAMPLE, "an illustration in the documentation")
    roles = Roles({"": "docs/** linguist-documentation=false\n"})
    assert roles.of("docs/server.py") == (Role.PRODUCT, "marked -linguist-documentation")


def test_code_marked_as_documentation_is_a_sample_and_a_document_is_not() -> None:
    roles = Roles({"": "guide/** linguist-documentation\n"})
    assert roles.of("guide/a.py") == (Role.SAMPLE, "marked linguist-documentation")
    assert roles.of("guide/a.md")[0] == Role.PRODUCT


@pytest.mark.parametrize(
    "path",
    ["Dockerfile", "app/Dockerfile", "uv.lock", ".github/workflows/x.lock.yml", ".github/dependabot.yml"],
)
def test_marks_for_statistics_do_not_hide_what_acts_where_it_lies(path: str) -> None:
    text = "Dockerfile linguist-generated\n*.lock linguist-generated\n.github/** linguist-vendored\n"
    assert Roles({"": text + "*.lock.yml linguist-generated=true\n"}).of(path)[0] == Role.PRODUCT


def test_a_mark_on_everything_does_not_hide_what_acts_where_it_lies() -> None:
    roles = Roles({"": "* linguist-vendored\n"})
    assert roles.of("app/Dockerfile")[0] == Role.PRODUCT
    assert roles.of("app/a.py")[0] == Role.VENDORED


def test_a_container_file_in_a_folder_marked_vendored_is_vendored() -> None:
    assert Roles({"": "copied/** linguist-vendored\n"}).of("copied/Dockerfile")[0] == Role.VENDORED


def test_a_mark_on_other_roles_changes_nothing() -> None:
    assert Roles({"": "*.py linguist-generated\n"}).of("tests/test_a.py")[0] == Role.TEST
    assert Roles({"": "docs/** linguist-vendored=false\n"}).of("docs/a.py")[0] == Role.SAMPLE


def test_the_last_line_and_the_deepest_file_win() -> None:
    attributes = Attributes(
        {"": "*.c linguist-vendored\nown.c -linguist-vendored\n", "sub": "own.c linguist-vendored\n"}
    )
    assert dict(attributes.of("own.c")) == {"linguist-vendored": False}
    assert dict(attributes.of("sub/own.c")) == {"linguist-vendored": True}


def test_an_attribute_can_be_made_unspecified_again() -> None:
    attributes = Attributes({"": "*.c linguist-vendored\nown.c !linguist-vendored\n"})
    assert dict(attributes.of("own.c")) == {}


def test_a_pattern_with_a_slash_is_bound_to_the_files_folder() -> None:
    attributes = Attributes({"sub": "/a/*.c linguist-vendored\n"})
    assert dict(attributes.of("sub/a/x.c")) == {"linguist-vendored": True}
    assert dict(attributes.of("sub/b/a/x.c")) == {}


@pytest.mark.parametrize(
    "line",
    [
        "# a.c linguist-vendored",
        "a.c",
        "a.c text eol=lf",
        "[attr]a.c linguist-vendored",
        '"a.c" linguist-vendored',
        "dir/ linguist-vendored",
        "[a.c linguist-vendored",
        "[[:bad:] linguist-vendored",
    ],
)
def test_a_line_that_is_not_understood_says_nothing(line: str) -> None:
    assert dict(Attributes({"": line + "\n# linguist-\n"}).of("a.c")) == {}


def test_braces_in_a_pattern_are_themselves() -> None:
    attributes = Attributes({"": "{a,b}.c linguist-vendored\n"})
    assert dict(attributes.of("{a,b}.c")) == {"linguist-vendored": True}
    assert dict(attributes.of("a.c")) == {}


def test_a_list_of_marks_that_never_ends_is_cut() -> None:
    text = "".join(f"f{number}.c linguist-vendored\n" for number in range(100_000))
    attributes = Attributes({"": text})
    assert dict(attributes.of("f999.c")) == {"linguist-vendored": True}
    assert dict(attributes.of("f1000.c")) == {}


def test_all_files_of_marks_share_one_bound() -> None:
    texts = {f"d{number:04}": "a.c linguist-vendored\n" for number in range(2000)}
    attributes = Attributes(texts)
    assert dict(attributes.of("d0999/a.c")) == {"linguist-vendored": True}
    assert dict(attributes.of("d1000/a.c")) == {}


@pytest.mark.parametrize("part", ["a", "backup", "backups", "com", "tests-x", "20240101"])
def test_a_path_of_endless_parts_is_judged_in_no_time(part: str) -> None:
    path = f"{part}/" * 100_000 + "a.json"
    roles = Roles({"": "*.json linguist-generated\n"})
    assert roles.of(path)[0] in set(Role)


@given(st.text(alphabet="abcREPORT_.-~/ (1){}$\n\x00é", max_size=40))
def test_any_text_has_a_role_and_a_reason(path: str) -> None:
    found, reason = role(path)
    assert found in set(Role)
    assert reason
