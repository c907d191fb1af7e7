from __future__ import annotations

import pytest

from readiness.errors import RuleError
from readiness.facts.commands.shell import split
from readiness.facts.commands.tool_table import example, load
from readiness.facts.commands.tools import (
    NOTHING,
    PURPOSES,
    Tool,
    Toolbox,
    Use,
    is_placeholder,
    like,
    toolbox,
)
from readiness.facts.commands.unwrap import layers, unwrap

TOOLS = toolbox().tools


def use_of(line: str) -> Use:
    """What a line of the table, a command or ``uses …``, is for."""
    action, inputs, words = example(line)
    return toolbox().of_action(action, inputs) if action else toolbox().of_inner(unwrap(words))


def soft(line: str) -> str:
    return use_of(line).soft


@pytest.mark.parametrize(
    ("tool", "line"),
    [pytest.param(tool, line, id=f"{tool.name}: {line}") for tool in TOOLS for line in tool.counts],
)
def test_what_counts_counts(tool: Tool, line: str) -> None:
    assert tool.purposes <= use_of(line).purposes


@pytest.mark.parametrize(
    ("tool", "line"),
    [pytest.param(tool, line, id=f"{tool.name}: {line}") for tool in TOOLS for line in tool.does_not],
)
def test_what_does_not_count_does_not(tool: Tool, line: str) -> None:
    assert not tool.purposes & use_of(line).purposes


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_every_entry_has_lines_both_ways(tool: Tool) -> None:
    assert tool.counts
    assert tool.does_not


def test_every_purpose_has_a_tool() -> None:
    assert frozenset(purpose for tool in TOOLS for purpose in tool.purposes) == PURPOSES


def test_every_command_of_the_table_is_known_by_itself() -> None:
    silent = [
        (tool.name, pattern.words)
        for tool in TOOLS
        for pattern in tool.patterns
        if not pattern.words[0] or pattern.words[0] == "..."
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("line", "tool"),
    [
        ("flake8 .", "flake8"),
        ("pytest", "pytest"),
        ("uses a/b@v1", ""),
        ("uses codecov/codecov-action@v4", "codecov-action"),
    ],
)
def test_the_tool_is_named(line: str, tool: str) -> None:
    assert use_of(line).tool == tool


def test_a_command_may_have_several_purposes() -> None:
    assert use_of("mvn -B verify").purposes >= {"test", "build"}
    assert use_of("docker buildx build --push .").purposes == {"build-image", "push-image"}


@pytest.mark.parametrize(
    "line", ["", "echo", "frobnicate", "trivy --version", "kubectl apply --help", "uses ./local"]
)
def test_what_is_not_known_has_no_purpose(line: str) -> None:
    assert use_of(line) == NOTHING


def test_a_version_to_install_is_no_question_for_the_version() -> None:
    assert "deploy" in use_of("helm upgrade --install app chart --version 1.2.3").purposes


@pytest.mark.parametrize(
    "line",
    [
        "trivy image app",
        "trivy image --exit-code 0 app",
        "trivy fs --exit-code=0 .",
        "ruff check --exit-zero",
        "bandit -r . --exit-zero",
        "black .",
        "prettier --write .",
        "snyk monitor",
        "gofmt -l .",
        "uses aquasecurity/trivy-action@master scan-type=fs",
        "uses aquasecurity/trivy-action@master image-ref=x exit-code=0",
        "find . -name '*.sh' -exec shellcheck {} \\;",
        "docker run -d app pytest",
        "docker exec -d app pytest",
        "curl http://localhost/health",
    ],
)
def test_what_cannot_fail_on_what_it_finds_is_soft(line: str) -> None:
    assert soft(line) != ""
    assert use_of(line).purposes


@pytest.mark.parametrize(
    "line",
    [
        "trivy image --exit-code 1 app",
        "ruff check .",
        "black --check .",
        "uses aquasecurity/trivy-action@master scan-type=fs exit-code=1",
        "find . -name '*.sh' -exec shellcheck {} +",
        "docker run --rm app pytest",
        "curl -fsS http://localhost/health",
    ],
)
def test_what_can_fail_is_not_soft(line: str) -> None:
    assert soft(line) == ""


@pytest.mark.parametrize(
    "wrapped",
    [
        "sudo -E -u me {}",
        "env -i A=b {}",
        "A=b B=c {}",
        "time {}",
        "nice -n 5 {}",
        "timeout -k 1 5m {}",
        "xvfb-run -a --server-args='-screen 0' {}",
        "poetry run {}",
        "uv run --with x --frozen {}",
        "uvx --from y {}",
        "pipx run {}",
        "pdm run {}",
        "hatch run {}",
        "pipenv run {}",
        "rye run {}",
        "conda run -n env {}",
        "python -m {}",
        "python3.12 -W error -m {}",
        "$PYTHON -m {}",
        "$SOME -m {}",
        "docker run --rm -v $PWD:/w -w /w -e A=b img:1 {}",
        "docker compose -f x.yml run --rm app {}",
        "docker-compose exec -T app {}",
        "docker exec -it app {}",
        "podman run img {}",
        "kubectl -n x exec pod -- {}",
        "xargs -n 1 {}",
        "command {}",
        "chronic {}",
        "doppler run -- {}",
        "nix develop -c {}",
        "./venv/bin/{}",
        "/usr/bin/{}",
        "${{ matrix.prefix }}/{}",
        "$(BIN)/{}",
        "${PREFIX}{}",
        "sudo env A=b timeout 5 poetry run python -m {}",
        "flock /tmp/lock {}",
        "{}.exe",
    ],
)
def test_wrappers_are_taken_off(wrapped: str) -> None:
    words = split(wrapped.replace("{}", "pytest"))[0].words
    assert toolbox().of_inner(unwrap(words)).purposes == {"test"}


@pytest.mark.parametrize(
    ("line", "purpose"),
    [
        ("npx --yes eslint@9 .", "lint"),
        ("npx @biomejs/biome ci", "lint"),
        ("npx -p typescript tsc --noEmit", "type-check"),
        ("pnpm dlx eslint .", "lint"),
        ("yarn dlx eslint .", "lint"),
        ("bunx eslint .", "lint"),
        ("npm exec -- eslint .", "lint"),
        ("node node_modules/jest/bin/jest.js", "test"),
        ("./node_modules/.bin/jest", "test"),
        ("bundle exec rspec", "test"),
        ("bundle exec appraisal rspec", "test"),
        ("bundle exec appraisal 'rspec'", "test"),
        ("ruby bin/rails test", "test"),
        ("php vendor/bin/phpunit", "test"),
        ("php artisan test", "test"),
        ("php phpunit.phar", "test"),
        ("./gradlew test", "test"),
        ("./mvnw verify", "test"),
        ("python src/manage.py test", "test"),
        ("go run github.com/securego/gosec/v2/cmd/gosec@latest ./...", "scan-code"),
        ("go tool golangci-lint run", "lint"),
        ("cargo +nightly clippy -- -D warnings", "lint"),
        ("docker run --rm --entrypoint trivy x image y", "scan-image"),
        ("docker run --rm --entrypoint=trivy x image y", "scan-image"),
        ("docker run --rm aquasec/trivy:0.50 image y", "scan-image"),
        ("docker run --rm docker.io/aquasec/trivy@sha256:ab fs y", "scan-deps"),
        ("docker container run bridgecrew/checkov -d /tf", "scan-iac"),
        ("heroku run rake db:migrate -a app", "migrate"),
    ],
)
def test_programs_are_known_however_they_are_called(line: str, purpose: str) -> None:
    assert purpose in use_of(line).purposes


@pytest.mark.parametrize(
    "line",
    [
        "python -c 'import pytest'",
        "python pytest.py",
        "python",
        "python -m",
        "python --version",
        "docker run pytest",
        "docker run",
        "docker compose up",
        "docker compose run app",
        "docker ps",
        "kubectl exec pod pytest",
        "go run ./cmd/pytest",
        "go run main.go",
        "go run",
        "find . -name pytest",
        "node pytest.mjs",
        "ruby",
        "nix build .#pytest",
        "nix-shell",
        "sudo",
        "timeout 5",
        "cargo",
        "./scripts/pytest",
        "tools/pytest",
        "ssh host pytest",
    ],
)
def test_what_only_mentions_a_tool_is_not_it(line: str) -> None:
    assert "test" not in use_of(line).purposes


def test_a_shell_in_nix_is_a_shell() -> None:
    assert unwrap(("nix-shell", "--run", "a b")).words == ("sh", "-c", "a b")


def test_every_layer_is_kept() -> None:
    assert [inner.words for inner in layers(("sudo", "poetry", "run", "a"))] == [
        ("sudo", "poetry", "run", "a"),
        ("poetry", "run", "a"),
        ("a",),
    ]


def test_wrappers_without_end_end() -> None:
    assert unwrap(("sudo",) * 100).words[0] == "sudo"
    assert unwrap(()).words == ()
    assert unwrap(("A=b",)).words == ()


def test_an_action_is_known_whatever_its_version_and_case() -> None:
    assert use_of("uses Actions/Checkout@8f4b7f84").purposes == {"checkout"}
    assert use_of("uses docker://rhysd/actionlint:1.7").purposes == {"lint"}


def test_an_action_may_hold_a_script() -> None:
    box = toolbox()
    assert box.script_of_action("nick-fields/retry@v3", {"Command": "make test"}) == "make test"
    assert box.script_of_action("pre-commit/action@v3", {}) == "pre-commit run --all-files"
    assert box.script_of_action("actions/checkout@v4", {"command": "x"}) == ""


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ("*", "", True),
        ("a*", "abc", True),
        ("*c", "abc", True),
        ("a*b*c", "a-b-c", True),
        ("a*b*c", "a-c", False),
        ("ab*ba", "aba", False),
        ("*b*", "abc", True),
    ],
)
def test_a_star_stands_for_any_text(pattern: str, text: str, expected: bool) -> None:
    assert like(pattern, text) is expected


@pytest.mark.parametrize(
    "script",
    [
        "echo deploying",
        "echo a\nsleep 5\nls -la\ndate",
        "true",
        ":",
        "",
        "# nothing",
        "python --version\nnode -v && npm --version",
        "X=1\nexport Y=2\nmkdir -p a\ncd a\necho > b\ncat b",
        "if [ -f a ]; then echo b; fi",
        "command -v docker",
        "echo no && exit 1",
        "exit 0",
        "exit $rc",
        'echo "::notice::x"',
    ],
)
def test_what_only_tells_waits_or_lists_is_a_placeholder(script: str) -> None:
    assert is_placeholder(split(script))


@pytest.mark.parametrize("script", ["echo a\npytest", "curl x", "false", "command rm x", "kubectl version x"])
def test_what_does_something_is_none(script: str) -> None:
    assert not is_placeholder(split(script))


def broken(text: str) -> RuleError:
    with pytest.raises(RuleError) as caught:
        load("rules/tools.yaml", text.encode())
    return caught.value


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("a: [", 1, "not readable"),
        ("", 1, "expected a mapping"),
        ("tools: [x]", 1, "an entry is a mapping"),
        ("tools:\n- tool: a\n  porpoises: [b]", 3, "did you mean 'purposes'"),
        ("tools:\n- tool: a\n  purposes: [tset]\n  commands: [a]", 2, "did you mean 'test'"),
        ("tools:\n- tool: a\n  commands: [a]", 2, "has a name"),
        ("tools:\n- purposes: [test]\n  commands: [a]", 2, "has a name"),
        ("tools:\n- tool: a\n  purposes: [test]", 2, "neither"),
        ("tools:\n- tool: a\n  purposes: [test]\n  actions: [b]\n  images: [c]", 2, "images"),
        ("tools:\n- tool: a\n  purposes: [test]\n  commands: a", 4, "a list of texts"),
        ("tools:\n- tool: a\n  purposes: [test]\n  commands: [[a]]", 4, "a list of texts"),
    ],
)
def test_a_mistake_in_the_table_is_told_with_its_line(text: str, line: int, part: str) -> None:
    error = broken(text)
    assert (error.path, error.line) == ("rules/tools.yaml", error.line)
    assert error.line in (line, line + 1)
    assert part in error.message


def test_a_small_table_can_be_asked() -> None:
    text = """
options: {x: [-n]}
tools:
- tool: x
  purposes: [test]
  commands: [x go, "x --deep"]
  not_with: [--no]
- tools: others
  purposes: [lint]
  commands: [x, "y $", "x ... far"]
  actions: ["own/*"]
"""
    box = Toolbox(*load("t", text.encode()))
    assert box.of_inner(unwrap(("x", "-n", "name", "go"))) == Use(frozenset({"test", "lint"}), "x")
    assert box.of_inner(unwrap(("x", "go", "--no"))) == Use(frozenset({"lint"}), "x")
    assert box.of_inner(unwrap(("x", "--deep"))).purposes == {"test", "lint"}
    assert box.of_inner(unwrap(("y",))).purposes == {"lint"}
    assert box.of_inner(unwrap(("y", "z"))) == NOTHING
    assert box.of_action("own/thing@v1", {}) == Use(frozenset({"lint"}), "thing")


def test_what_a_heredoc_runs_on_another_machine_is_known() -> None:
    script = "ssh -p 22 user@host << EOF\ncd /srv/app\ndocker-compose up -d\nEOF"
    assert toolbox().of_inner(unwrap(split(script)[0].words)).purposes == {"deploy"}


def test_a_chain_of_machines_is_followed_for_one_step() -> None:
    assert use_of("ssh a ssh b git pull") == NOTHING


@pytest.mark.parametrize(
    ("script", "expected"),
    [("docker pull app:1\ndocker run -d app:1", {"deploy"}), ("docker ps", set()), ("", set())],
)
def test_an_action_that_runs_a_script_on_another_machine_does_what_the_script_does(
    script: str, expected: set[str]
) -> None:
    assert toolbox().of_action("appleboy/ssh-action@v1", {"Script": script}).purposes == expected
