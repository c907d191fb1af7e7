from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.facts.commands.follow import Follower, Leaf
from readiness.facts.commands.runners import declared, just, make, nox, npm, precommit, scripts, taskfile, tox
from readiness.facts.store import Store
from readiness.spans import Unparsable
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def follow(files: Mapping[str, str], script: str, directory: str = "") -> tuple[Leaf, ...]:
    return Follower(Store(MemoryTree(files), tables=())).expand(script, directory)


def texts(files: Mapping[str, str], script: str, directory: str = "") -> list[str]:
    return [" ".join(leaf.command.words) for leaf in follow(files, script, directory)]


def missing(files: Mapping[str, str], script: str) -> str:
    return follow(files, script)[-1].missing


def unknown(files: Mapping[str, str], script: str) -> str:
    return follow(files, script)[-1].unknown


# ---------------------------------------------------------------- make


def makefile(text: str, goal: str = "") -> list[str]:
    return texts({"Makefile": text}, f"make {goal}")


def test_without_a_name_make_makes_the_first_target() -> None:
    assert makefile(".PHONY: x\nall: b\n\ta\nb:\n\tc\n") == ["c", "a"]
    assert makefile("a:\n\tx\nb:\n\ty\n.DEFAULT_GOAL := b\n") == ["y"]


def test_prerequisites_come_first_and_once() -> None:
    assert makefile("a: b c | d\n\tx\nb: d\n\ty\nc: d\n\tz\nd:\n\tw\n", "a") == ["w", "y", "z", "x"]


def test_targets_that_need_each_other_end() -> None:
    assert makefile("a: b\n\tx\nb: a\n\ty\n", "a") == ["y", "x"]


def test_variables_are_put_in() -> None:
    text = "A = pytest\nB := $(A) -q\nC ?= $(B)\nC ?= no\nD = 1\nD += 2\nexport E = ${C}\n"
    text += "a: \n\t$(E) $D $$HOME $@ $<\n"
    assert makefile(text, "a") == ["pytest -q 1 2 $HOME a"]


@pytest.mark.parametrize("finds", ["which go", "command -v go"])
def test_a_program_that_is_looked_for_is_that_program(finds: str) -> None:
    assert makefile(f"GO ?= $(shell {finds})\nall:\n\t$(GO) test ./...\n") == ["go test ./..."]


def test_a_variable_that_is_set_elsewhere_stays_one() -> None:
    assert makefile("a:\n\t$(PYTHON) -m pytest $(ARGS)\n", "a") == ["${PYTHON} -m pytest ${ARGS}"]


def test_variables_that_name_each_other_end() -> None:
    text = "A = $(B)$(B)$(B)$(B)\nB = $(A)$(A)$(A)$(A)\na:\n\tx $(A)\n"
    assert makefile(text, "a")[0].startswith("x")
    wide = "".join(f"V{at} = {f'$(V{at + 1})' * 300}\n" for at in range(9)) + "V9 =\na:\n\tx $(V0)\n"
    assert makefile(wide, "a")[0].startswith("x")


def test_a_minus_in_front_masks_and_other_signs_do_not() -> None:
    found = follow({"Makefile": "Q = @\na:\n\t@-x\n\t$(Q)y\n\t+@z\n\t-@w\n"}, "make a")
    assert [(leaf.command.words[0], leaf.masked != "") for leaf in found] == [
        ("x", True),
        ("y", False),
        ("z", False),
        ("w", True),
    ]


def test_each_recipe_line_is_a_shell_of_its_own() -> None:
    found = follow({"Makefile": "a:\n\tcd x && b\n\tc; d\n"}, "make a")
    assert [(leaf.command.words[0], leaf.command.directory, leaf.masked) for leaf in found] == [
        ("cd", "", ""),
        ("b", "x", ""),
        ("c", "", "not last without errexit"),
        ("d", "", ""),
    ]


def test_continued_lines_are_one_line_of_the_shell() -> None:
    found = follow({"Makefile": "a:\n\tx \\\n\t  y; \\\n\tz\n"}, "make a")
    assert [(leaf.command.words, leaf.via[0].line) for leaf in found] == [(("x", "y"), 2), (("z",), 4)]


def test_oneshell_is_one_script() -> None:
    assert makefile(".ONESHELL:\na:\n\tcd x\n\ty\n", "a") == ["cd x", "y"]


def test_recipes_may_stand_behind_a_semicolon() -> None:
    assert makefile("a: b ; x\nb: ; y\n", "a") == ["y", "x"]


def test_a_later_recipe_replaces_and_double_colons_add() -> None:
    assert makefile("a:\n\tx\na: b\na:\n\ty\nb:\n\tz\n", "a") == ["z", "y"]
    assert makefile("a::\n\tx\na::\n\ty\n", "a") == ["x", "y"]


def test_comments_conditionals_and_settings_are_no_rules() -> None:
    text = "# a: b\nifeq ($(X),1)\na:\n\tx # c\n\t# d\n\tifdef Y\n\ty\n\tendif\nelse\nendif\n"
    text += "a: VAR = 1\nvpath %.c x\n"
    assert makefile(text, "a") == ["x", "y"]


def test_a_tab_behind_a_variable_is_no_recipe() -> None:
    assert makefile("a:\n\tx\nB = 1\n\ty\n", "a") == ["x"]


def test_defined_texts_are_recipes() -> None:
    text = "define run =\n@x $(1)\ny $(2)\nendef\na:\n\t$(call run,1,2)\n\t$(call none,3)\n"
    assert makefile(text, "a")[:2] == ["x 1", "y 2"]


def test_static_patterns_and_several_targets() -> None:
    assert makefile("a b: c\n\tx $@\nc:\n\ty\n", "b") == ["y", "x b"]
    assert makefile("N = a b\n$(N): %: c\n\tx $@\nc:\n\ty\n", "a") == ["y", "x a"]


def test_make_finds_its_folder_and_file() -> None:
    files = {"s/Makefile": "a:\n\tx\n", "o.mk": "a:\n\ty\n"}
    for script in (
        "make -C s a",
        "make --directory=s a",
        "make -Cs a",
        "make --directory s a",
        "cd s && make a",
    ):
        assert texts(files, script)[-1] == "x"
    for script in ("make -f o.mk a", "make --file=o.mk a", "gmake -j 4 -f o.mk V=1 a", "make -f o.mk -j4"):
        assert texts(files, script) == ["y"]


def test_make_calls_itself() -> None:
    files = {"Makefile": "a:\n\t$(MAKE) -C s b\n\tcd $(CURDIR)/s && $(MAKE) b\n", "s/Makefile": "b:\n\tx\n"}
    assert texts(files, "make a") == ["x", "cd s", "x"]


def test_ignored_errors_mask_and_dry_runs_run_nothing() -> None:
    files = {"Makefile": "a:\n\tx\n"}
    assert follow(files, "make -i a")[0].masked == "make -i"
    assert texts(files, "make -n a") == ["make -n a"]


def test_included_files_are_read() -> None:
    files = {
        "Makefile": "D = sub\ninclude $(D)/x.mk\n-include none.mk\n",
        "sub/x.mk": "a:\n\tx\ninclude x.mk\n",
    }
    assert texts(files, "make a") == ["x"]
    assert "none.mk" in unknown(files, "make b")


def test_what_make_cannot_find_is_missing_unless_it_may_be_made() -> None:
    assert missing({"Makefile": "a:\n\tx\n"}, "make a b") == "make target 'b' (Makefile)"
    assert unknown({"Makefile": "test-%:\n\tx\n"}, "make test-a") != ""
    assert missing({"Makefile": "test-%:\n\tx\n"}, "make a") != ""
    assert unknown({"Makefile": "include *.mk\n"}, "make a") != ""
    assert unknown({"Makefile": "a:\n\tx\n"}, "make $X") != ""
    assert missing({"Makefile": "a:\n\tx\n", "b": ""}, "make b") == ""
    assert unknown({"Makefile": "\0"}, "make") == "Makefile is not readable"


def test_a_file_is_made_of_at_most_so_many_names() -> None:
    names = " ".join(f"n{at}" for at in range(3000))
    assert len(make.parse(f"N = {names}\n{'$(N): ;x' + chr(10)}".encode()).targets) <= 20_000


# ---------------------------------------------------------------- npm and its like


def package(scripts: str, rest: str = "") -> dict[str, str]:
    return {"package.json": f'{{"name": "root", "scripts": {{{scripts}}}{rest}}}'}


@pytest.mark.parametrize(
    "script",
    [
        "npm run test",
        "npm test",
        "npm t",
        "npm run-script test",
        "npm --silent run test",
        "npm run --silent test",
        "npm it",
        "npm run test --if-present",
        "yarn test",
        "yarn run test",
        "pnpm test",
        "pnpm t",
        "pnpm run test",
        "bun run test",
        "yarn --cwd . test",
        "npx npm-run-all test",
        "run-s test",
        "run-p -l test",
    ],
)
def test_scripts_are_called_in_many_ways(script: str) -> None:
    assert texts(package('"test": "vitest"'), script) == ["vitest"]


def test_hooks_run_around_a_script() -> None:
    scripts = '"pretest": "a", "test": "b", "posttest": "c"'
    assert texts(package(scripts), "npm test") == ["a", "b", "c"]


def test_words_behind_the_name_go_to_the_script() -> None:
    files = package('"test": "jest"')
    assert texts(files, "npm test -- --coverage 'a b'") == ["jest --coverage a b"]
    assert texts(files, "npm test --coverage") == ["jest"]
    assert texts(files, "yarn test --coverage") == ["jest --coverage"]
    assert texts(files, "pnpm run test x") == ["jest x"]


def test_what_is_no_script_is_a_program_for_some() -> None:
    files = package('"a": "b"')
    assert texts(files, "yarn eslint .") == ["eslint ."]
    assert texts(files, "pnpm vitest run") == ["vitest run"]
    assert texts({}, "yarn eslint .") == ["eslint ."]
    assert missing(files, "npm run eslint") == "npm script 'eslint' (package.json)"
    assert missing(files, "npm test") == "npm script 'test' (package.json)"
    assert missing(files, "bun run c") != ""


@pytest.mark.parametrize(
    "script",
    [
        "npm ci",
        "npm",
        "npm run",
        "npm pack",
        "yarn",
        "yarn install",
        "yarn run",
        "yarn npm publish",
        "yarn workspaces list",
        "yarn workspace b add x",
        "yarn workspace b",
        "bun test",
        "pnpm install",
        "yarn workspaces foreach exec",
        "lerna bootstrap",
        "turbo prune",
        "nx",
        "nx graph",
        "nx run a",
    ],
)
def test_what_runs_no_script_is_left_alone(script: str) -> None:
    assert texts({**package('"install": "x", "workspaces": "x"'), "b/package.json": "{}"}, script) == [script]


def test_scripts_that_need_not_be_there_are_not_missing() -> None:
    assert missing(package(""), "npm run x --if-present") == ""
    assert missing(package(""), "npm start") == ""
    assert unknown(package(""), "npm run $X") != ""


def test_a_package_in_another_folder() -> None:
    files = {"web/package.json": '{"scripts": {"a": "x"}}'}
    for script in (
        "npm --prefix web run a",
        "npm run a --prefix=web",
        "yarn --cwd web a",
        "pnpm -C web a",
        "cd web; npm run a",
    ):
        assert texts(files, script)[-1] == "x"
    assert missing(files, "npm run a") == "npm script 'a' (package.json)"


def test_an_unreadable_package_is_unknown() -> None:
    assert unknown({"package.json": "{"}, "npm run a") == "package.json is not readable"
    assert missing({"package.json": "[]"}, "npm run a") != ""


WORKSPACES = {
    **package('"w": "npm run test -w a"', ', "workspaces": ["p/*"]'),
    "p/a/package.json": '{"name": "@x/a", "scripts": {"test": "vitest"}}',
    "p/b/package.json": '{"name": "b", "scripts": {"test": "jest", "build": "tsc"}}',
    "examples/c/package.json": '{"name": "c", "scripts": {"test": "mocha"}}',
}


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("npm run w", ["vitest"]),
        ("npm test -w @x/a", ["vitest"]),
        ("npm test --workspace=p/b", ["jest"]),
        ("npm test --workspaces", ["vitest", "jest"]),
        ("npm run build -ws --if-present", ["tsc"]),
        ("pnpm -r test", ["vitest", "jest"]),
        ("pnpm -r run build", ["tsc"]),
        ("pnpm --filter b test", ["jest"]),
        ("pnpm --filter './p/*' test", ["vitest", "jest"]),
        ("pnpm --filter b... test", ["jest"]),
        ("yarn workspace b test", ["jest"]),
        ("yarn workspace b run test", ["jest"]),
        ("yarn workspace b eslint", ["yarn workspace b eslint"]),
        ("yarn workspaces run test", ["vitest", "jest"]),
        ("yarn workspaces foreach -A run build", ["tsc"]),
        ("turbo run test build", ["vitest", "jest", "tsc"]),
        ("turbo test", ["vitest", "jest"]),
        ("npx lerna run build", ["tsc"]),
        ("wsrun run build", ["tsc"]),
        ("nx run-many -t test,build", ["vitest", "jest", "tsc"]),
        ("nx run-many --target=build", ["tsc"]),
        ("nx affected -t build", ["tsc"]),
        ("nx run b:build", ["tsc"]),
        ("nx build b", ["tsc"]),
        ("cd p/b && npm test", ["cd p/b", "jest"]),
    ],
)
def test_scripts_of_workspaces(script: str, expected: list[str]) -> None:
    assert texts(WORKSPACES, script) == expected


def test_scripts_that_no_workspace_has_are_missing() -> None:
    assert missing(WORKSPACES, "npm run x --workspaces") != ""
    assert missing(WORKSPACES, "npm run x -w b") != ""
    assert missing(WORKSPACES, "npm run x -w b --if-present") == ""
    assert missing(WORKSPACES, "turbo run x") != ""
    assert unknown(WORKSPACES, "pnpm --filter '[origin/main]' test") != ""
    assert unknown(WORKSPACES, "nx run-many -t e2e") != ""
    assert missing(package(""), "turbo run test") != ""
    assert unknown({}, "lerna run test") != ""


def test_a_root_script_that_calls_turbo_is_not_run_again() -> None:
    files = {**WORKSPACES, **package('"test": "turbo run test", "lint": "eslint ."')}
    assert texts(files, "npm test") == ["vitest", "jest"]
    assert texts(files, "turbo lint") == ["eslint ."]


def test_several_scripts_by_pattern() -> None:
    files = package(
        '"lint:a": "x", "lint:b": "y", "lint:b:c": "z", "all": "run-s lint:* && run-p \'lint:**\' -- v"'
    )
    assert texts(files, "run-s lint:*") == ["x", "y"]
    assert texts(files, "npm run all") == ["x", "y", "x", "y", "z"]
    assert missing(files, "run-p --max-parallel 2 no:*") == "npm script 'no:*' (package.json)"
    assert missing({}, "run-s a") == "package.json for 'run-s'"


def test_concurrently_runs_commands_and_scripts() -> None:
    files = package('"lint": "x"')
    assert texts(files, "concurrently -n a,b 'npm:lint' 'npm run lint' 'y z' --kill-others") == [
        "x",
        "x",
        "y z",
    ]
    assert texts({}, "concurrently 'y z'") == ["y z"]
    assert follow(files, "concurrently -s first 'y'")[0].masked == "concurrently --success first"
    assert follow(files, "concurrently --success all 'y'")[0].masked == ""


# ---------------------------------------------------------------- tox


TOX = """[tox]
envlist = py{310,311}, lint
[testenv]
deps = pytest
commands =
    pytest --cov={[own]package} \\
      {posargs:tests}
    # a comment
    cov: coverage report
    !cov: coverage xml
[own]
package = src
[testenv:{lint,mypy}]
commands_pre = pre {envname}
commands =
    {envpython} -m ruff check {toxinidir}
    - mypy {env:X:src} {env:Y}
[testenv:docs]
ignore_outcome = true
changedir = docs
commands = sphinx-build . out
[testenv:ref]
commands = {[testenv:docs]commands}
"""


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("tox -e py310", ["pytest --cov=src tests", "coverage xml"]),
        ("tox -epy", ["pytest --cov=src tests", "coverage xml"]),
        ("tox run -e py39-cov", ["pytest --cov=src tests", "coverage report"]),
        ("tox -e lint", ["pre lint", "python -m ruff check .", "mypy src ${Y}"]),
        ("tox -e ref -- -x", ["sphinx-build . out"]),
        ("tox -e py${{ matrix.python }}", ["pytest --cov=src tests", "coverage xml"]),
        ("tox -c tox.ini -e docs", ["sphinx-build . out"]),
        ("tox list", ["tox list"]),
        ("tox --notest", ["tox --notest"]),
    ],
)
def test_environments_of_tox(script: str, expected: list[str]) -> None:
    assert texts({"tox.ini": TOX}, script) == expected


def test_tox_without_a_name_runs_its_list() -> None:
    found = texts({"tox.ini": TOX}, "tox")
    assert (found.count("pytest --cov=src tests"), found[-1]) == (2, "mypy src ${Y}")
    assert texts({"tox.ini": "[testenv]\ncommands = a\n"}, "tox") == ["a"]


def test_a_minus_and_ignored_outcomes_mask_in_tox() -> None:
    assert follow({"tox.ini": TOX}, "tox -e mypy")[-1].masked == "- in front of the command"
    leaf = follow({"tox.ini": TOX}, "tox -e docs")[0]
    assert (leaf.masked, leaf.command.directory) == ("ignore_outcome", "docs")


def test_environments_that_tox_does_not_know_are_missing() -> None:
    assert missing({"tox.ini": TOX}, "tox -e nope") == "tox environment 'nope' (tox.ini)"
    assert unknown({"tox.ini": TOX}, "tox -e $TOXENV") != ""
    assert missing({}, "tox") == "a tox configuration"
    assert missing({"setup.cfg": "[metadata]\nname = x\n", "pyproject.toml": "[tool.x]\n"}, "tox") != ""


def test_every_line_of_a_text_put_in_bites_in_tox() -> None:
    text = "[own]\nall =\n  a\n  b\n[testenv]\ncommands = {[own]all}\n"
    assert [leaf.masked for leaf in follow({"tox.ini": text}, "tox -e py")] == ["", ""]


def test_lines_of_tox_are_kept() -> None:
    assert [leaf.via[0].line for leaf in follow({"tox.ini": TOX}, "tox -e py")] == [6, 10]
    text = '[tool.tox]\nlegacy_tox_ini = """\n[testenv]\ncommands =\n    a\n"""\n'
    assert follow({"pyproject.toml": text}, "tox")[0].via[0].line == 5


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("setup.cfg", "[tox:tox]\nenvlist = a\n[testenv:a]\ncommands = x y\n"),
        ("tox.toml", 'env_list = ["a"]\n[env.a]\ncommands = [["x", "y"]]\n'),
        (
            "pyproject.toml",
            '[tool.tox]\nenv_list = ["a"]\n[tool.tox.env_run_base]\ncommands = [["x", "y"]]\n',
        ),
        (
            "pyproject.toml",
            """[tool.tox.env_run_base]
description = "d"
commands = [["x", {replace = "posargs", default = ["y"], extend = true}], {replace = "z"}]
""",
        ),
    ],
)
def test_tox_is_configured_in_many_places(name: str, text: str) -> None:
    assert texts({name: text}, "tox") == ["x y"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("py{310,311}-{a,b}", ["py310-a", "py310-b", "py311-a", "py311-b"]),
        ("py{38-9}", []),
        ("py{8-10}, x", ["py8", "py9", "py10", "x"]),
        ("a b\tc", ["a", "b", "c"]),
    ],
)
def test_names_of_environments_are_written_short(text: str, names: list[str]) -> None:
    assert list(tox._names(text)) == names


def test_names_without_end_end() -> None:
    assert len(list(tox._names("{a,b}" * 60))) <= 200


def test_substitutions_without_end_end() -> None:
    text = "[testenv]\ncommands = x {[a]b}\n[a]\nb = " + "{[a]b}" * 200 + "\n"
    assert texts({"tox.ini": text}, "tox -e py")[0].startswith("x")


# ---------------------------------------------------------------- nox


NOX = """
import nox
nox.options.sessions = ["lint"]
PATHS = ["src", "tests"]
NAME = "cov"

@nox.session(python=["3.11"])
def tests(session):
    session.install("-e", ".")
    if session.posargs:
        session.run("pytest", "--cov", *session.posargs)
    session.notify("cov")

@nox.session
def lint(session):
    session.run("ruff", "check", *PATHS, external=True)
    helper(session, 1)
    session.run(*PATHS)
    session.run(make(), "x")
    session.run()
    other("x")

def helper(s, n):
    s.run("mypy", n, "src dir", success_codes=[0, 1])

def make():
    return "y"

@nox.session(name=NAME, tags=["c"], default=False)
def coverage(session):
    session.run_always("coverage", "report")

@nox.parametrize("x", [1])
def none(session):
    session.run("no")
"""


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("nox", ["ruff check src tests", "src tests", "mypy ${…} src dir"]),
        ("nox -s tests", ["pip install", "pytest --cov", "coverage report"]),
        ("nox -s tests-3.11 cov", ["pip install", "pytest --cov", "coverage report"]),
        ("nox -s 'tests(x=1)' -- -x", ["pip install", "pytest --cov", "coverage report"]),
        ("nox -s tests-${{ matrix.python }}", ["pip install", "pytest --cov", "coverage report"]),
        ("nox --sessions=cov", ["coverage report"]),
        ("nox -t c", ["coverage report"]),
        ("nox --list", ["nox --list"]),
        ("cd x; nox -f ../noxfile.py -s cov", ["cd x", "coverage report"]),
    ],
)
def test_sessions_of_nox(script: str, expected: list[str]) -> None:
    found = texts({"noxfile.py": NOX}, script)
    assert found == expected


def test_success_codes_mask() -> None:
    leaf = next(leaf for leaf in follow({"noxfile.py": NOX}, "nox") if leaf.command.words[0] == "mypy")
    assert leaf.masked == "success_codes"


def test_sessions_that_nox_does_not_know_are_missing() -> None:
    assert missing({"noxfile.py": NOX}, "nox -s nope") == "nox session 'nope' (noxfile.py)"
    assert unknown({"noxfile.py": NOX}, "nox -s ${{ matrix.session }}") != ""
    assert missing({}, "nox") == "noxfile.py"
    assert unknown({"noxfile.py": "def ("}, "nox") == "noxfile.py is not readable"


def test_without_a_list_nox_runs_all_that_run_unasked() -> None:
    assert texts({"noxfile.py": NOX.replace("nox.options.sessions", "x")}, "nox")[:2] == [
        "pip install",
        "pytest --cov",
    ]


# ---------------------------------------------------------------- just and task


JUST = """set shell := ["bash", "-euo", "pipefail", "-c"]
import 'more.just'
mod sub
mod named 'other/x.just'
x := "src"
y := `cmd`
export z := 'w'
alias t := test
# comment
[private]
default: lint

@lint:
    ruff check {{x}} {{y}}

test *args="-q": lint (build "a") && after
    -pytest {{args}} \\
      more
    # not this
    a | b
build what:
    #!/usr/bin/env bash
    set -e
    docker build -t {{ what }} {{ uppercase(x) }} .
python:
    #!/usr/bin/env python3
    import x
after:
nothing
"""


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("just", ["ruff check src ${y}"]),
        (
            "just t",
            ["ruff check src ${y}", "set -e", "docker build -t  $(just) .", "pytest -q more", "a", "b"],
        ),
        ("just build x", ["set -e", "docker build -t  $(just) ."]),
        ("just m", ["from-more"]),
        ("just sub::s", ["from-sub-need", "from-sub"]),
        ("just sub s", ["from-sub-need", "from-sub"]),
        ("just named::n", ["from-named"]),
        ("just -f more.just V=1 m", ["from-more"]),
        ("cd deep/er && just m", ["cd deep/er", "from-more"]),
        ("just -d deep m", ["from-more"]),
        ("just --list", ["just --list"]),
    ],
)
def test_recipes_of_just(script: str, expected: list[str]) -> None:
    files = {
        "justfile": JUST,
        "more.just": "m:\n    from-more\n",
        "sub.just": "s: need\n    from-sub\nneed:\n    from-sub-need\n",
        "other/x.just": "n:\n  from-named\nimport '../more.just'\n",
        "deep/er/x": "",
    }
    assert texts(files, script) == [" ".join(each.split()) if "docker" in each else each for each in expected]


def test_just_masks_with_a_minus_and_pipes_as_its_shell_does() -> None:
    found = {leaf.command.words[0]: leaf.masked for leaf in follow({"justfile": JUST}, "just test")}
    assert (found["pytest"], found["a"]) == ("- in front of the recipe line", "")


def test_recipes_that_are_not_there_are_missing() -> None:
    assert missing({"justfile": JUST}, "just nope") == "just recipe 'nope' (justfile)"
    assert unknown({"justfile": JUST}, "just $X") != ""
    assert missing({}, "just") == "a justfile"
    assert unknown({"justfile": "\0"}, "just") == "justfile is not readable"


TASK = """version: "3"
set: [errexit, pipefail]
vars: {P: pkg, Q: {sh: x}}
includes:
  docs: ./docs
  flat: {taskfile: flat.yml, flatten: true}
  placed: {taskfile: ./placed.yml, dir: web}
  nothing: [x]
tasks:
  default: {cmds: [{task: test}]}
  test:
    aliases: [t]
    deps: [lint, {task: docs:build}]
    vars: {R: "-v"}
    cmds:
      - go test {{.R}} ./{{.P}}/... {{.CLI_ARGS}} {{.OTHER}} {{now}}
      - task: placed:run
      - cmd: |
          golangci-lint run
          b
        ignore_error: true
      - defer: {task: flat}
      - defer: cleanup
      - [x]
      - {for: [a], cmd: [b]}
  lint: go vet ./...
  list: [a, b]
  dir: {dir: "{{.P}}", cmd: c, ignore_error: true}
  self: {cmds: [{task: self}, d]}
"""
TASKS = {
    "Taskfile.yml": TASK,
    "docs/Taskfile.yml": "tasks: {build: {cmds: [mkdocs build, {task: ':lint'}]}}",
    "flat.yml": "tasks: {flat: f}",
    "placed.yml": "tasks: {run: r}",
}


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("task lint", ["go vet ./..."]),
        ("task list", ["a", "b"]),
        ("task self", ["d"]),
        ("task docs:build", ["mkdocs build", "go vet ./..."]),
        ("go-task -t flat.yml flat", ["f"]),
        ("task -d docs build", ["mkdocs build"]),
        ("task --list", ["task --list"]),
        (
            "task -- x",
            [
                *("go vet ./...", "mkdocs build", "go vet ./...", "go test -v ./pkg/...  ${OTHER} $(task)"),
                *("r", "golangci-lint run", "b", "f", "cleanup"),
            ],
        ),
    ],
)
def test_tasks_of_a_taskfile(script: str, expected: list[str]) -> None:
    assert texts(TASKS, script) == [each.replace("  ", " ") for each in expected]


def test_a_taskfile_s_folders_masks_and_lines() -> None:
    found = {leaf.command.words[0]: leaf for leaf in follow(TASKS, "task t dir")}
    assert (found["c"].command.directory, found["c"].masked) == ("pkg", "ignore_error")
    assert found["r"].command.directory == "web"
    assert (found["b"].masked, str(found["b"].via[0])) == ("ignore_error", "Taskfile.yml:20")


def test_tasks_that_are_not_there_are_missing() -> None:
    assert missing(TASKS, "task nope") == "task 'nope' (Taskfile.yml)"
    assert unknown(TASKS, "task $X") != ""
    assert unknown({"Taskfile.yml": "a: ["}, "task x") == "Taskfile.yml is not readable"
    assert texts({"Taskfile.yml": ""}, "task") == ["task"]
    assert texts({}, "task x") == ["task x"]


# ---------------------------------------------------------------- scripts kept by package managers


PYPROJECT = """
[tool.hatch.envs.default.scripts]
test = "pytest {args:tests}"
cov = ["test --cov", "- coverage report && x"]
[tool.hatch.envs.lint.scripts]
all = ["ruff check ."]
[tool.pdm.scripts]
test = "pytest"
all = {composite = ["test", "ruff check"]}
shell = {shell = "a | b"}
call = {call = "x:y"}
[tool.poe.tasks]
t = "pytest"
a = ["t", "l"]
l.cmd = "ruff check"
s.sequence = ["t", {cmd = "mypy"}]
p.parallel = ["t"]
r.ref = "t"
d = {deps = ["l"], cmd = ["x", "y z"]}
n = {deps = ["l"], help = "x"}
[tool.rye.scripts]
test = {chain = ["u"]}
u = {cmd = "pytest"}
[tool.taskipy.tasks]
test = {cmd = "pytest", help = "x"}
[tool.pixi.tasks]
test = {cmd = "pytest", depends-on = ["b", {task = "c"}]}
b = "maturin build"
c = {depends_on = "b"}
[tool.pixi.feature.x.tasks]
f = "mypy"
"""


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("hatch run test", ["pytest"]),
        ("hatch run cov", ["pytest", "coverage report", "x"]),
        ("hatch run lint:all", ["ruff check"]),
        ("hatch -e lint run all", ["ruff check"]),
        ("hatch run +py=3.12 test:test", ["pytest"]),
        ("hatch run mypy", ["mypy"]),
        ("hatch run", []),
        ("hatch shell", []),
        ("hatch test -a", ["pytest"]),
        ("hatch fmt --check", ["ruff format"]),
        ("hatch fmt", ["ruff format"]),
        ("pipx run hatch run lint:all", ["ruff check"]),
        ("pdm run test", ["pytest"]),
        ("pdm test", ["pytest"]),
        ("pdm install", []),
        ("pdm run all", ["pytest", "ruff check"]),
        ("pdm run shell", ["a", "b"]),
        ("pdm run ruff check", ["ruff check"]),
        ("poe t", ["pytest"]),
        ("uv run poe a", ["pytest", "ruff check"]),
        ("poe s", ["pytest", "mypy"]),
        ("poe p", ["pytest"]),
        ("poe r", ["pytest"]),
        ("poe d", ["ruff check", "x y z"]),
        ("poe n", ["ruff check"]),
        ("poe", []),
        ("rye run test", ["pytest"]),
        ("task test", ["pytest"]),
        ("pixi run -e x test", ["maturin build", "maturin build", "pytest"]),
        ("pixi run f", ["mypy"]),
        ("pixi run other", []),
    ],
)
def test_scripts_of_python_s_managers(script: str, expected: list[str]) -> None:
    found = follow({"pyproject.toml": PYPROJECT}, script)
    box = [(leaf, " ".join(leaf.command.words)) for leaf in found]
    if not expected:
        assert [text for _, text in box] == [script]
        return
    for (leaf, text), wanted in zip(box, expected, strict=True):
        assert wanted in text or wanted.split()[0] in text
        assert leaf.missing == leaf.unknown == ""


def test_hatch_masks_with_a_minus() -> None:
    found = follow({"pyproject.toml": PYPROJECT}, "hatch run cov")
    assert [leaf.masked for leaf in found] == ["", "- in front of the command", "- in front of the command"]


def test_pixi_has_a_file_of_its_own() -> None:
    assert texts({"pixi.toml": '[tasks]\na = "x"\n'}, "pixi run a") == ["x"]


COMPOSER = {
    "composer.json": """{"scripts": {
    "test": ["@lint", "@php vendor/bin/phpunit", "App\\\\X::y", "@putenv A=b", "@composer validate"],
    "lint": "phpcs", "n": {"x": 1}}}""",
    "deno.json": '{"tasks": {"t": "deno test -A", "u": {"command": "deno lint"}}}',
}


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("composer test", ["phpcs", "php vendor/bin/phpunit", "composer validate"]),
        ("composer run-script lint", ["phpcs"]),
        ("composer -d . run lint", ["phpcs"]),
        ("composer install", ["composer install"]),
        ("composer", ["composer"]),
        ("composer other", ["composer other"]),
        ("composer n", ["composer n"]),
        ("deno task t", ["deno test -A"]),
        ("deno task --cwd . u", ["deno lint"]),
        ("deno lint", ["deno lint"]),
        ("deno task", ["deno task"]),
    ],
)
def test_scripts_of_composer_and_deno(script: str, expected: list[str]) -> None:
    assert texts(COMPOSER, script) == expected


def test_a_composer_script_that_is_not_there_is_missing() -> None:
    assert missing(COMPOSER, "composer run nope") == "composer script 'nope'"
    assert missing({"composer.json": "[]"}, "composer run nope") != ""


HOOKS = {
    ".pre-commit-config.yaml": """repos:
- repo: x
  hooks:
  - id: ruff
    args: [--fix, "a b"]
  - id: black
    args: [--quiet]
  - id: trailing-whitespace
- repo: local
  hooks:
  - id: own
    entry: make test
    language: system
  - id: hand
    entry: x
    stages: [manual]
  - no
- y
"""
}


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (
            "pre-commit run --all-files",
            ["ruff check --fix a b", "black --check", "trailing-whitespace", "pytest"],
        ),
        ("pre-commit run -c x black", ["black --check"]),
        ("prek run own", ["pytest"]),
        ("pre-commit run --hook-stage manual hand", ["x"]),
        ("pre-commit install", ["pre-commit install"]),
    ],
)
def test_hooks_of_pre_commit(script: str, expected: list[str]) -> None:
    assert texts({**HOOKS, "Makefile": "test:\n\tpytest\n"}, script) == expected


def test_hooks_that_are_not_there_are_missing() -> None:
    assert missing(HOOKS, "pre-commit run nope") == "pre-commit hook 'nope' (.pre-commit-config.yaml)"
    assert missing(HOOKS, "pre-commit run $X") == ""
    assert missing({}, "pre-commit run") == ".pre-commit-config.yaml"
    assert unknown({".pre-commit-config.yaml": "a: ["}, "pre-commit run") != ""
    assert texts({".pre-commit-config.yaml": ""}, "pre-commit run") == ["pre-commit run"]


# ---------------------------------------------------------------- anything at all


PARSERS: list[Callable[[bytes], object]] = [
    declared.parse_json,
    declared.parse_toml,
    just.parse,
    make.parse,
    nox.parse,
    npm.parse,
    precommit.parse,
    scripts.parse,
    taskfile.parse,
    tox.parse_ini,
    tox.parse_toml,
]


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=80) | st.text(alphabet="ab:=\n\t ${}()[]'\"#,-.\\!@%&|", max_size=80).map(str.encode)
)
def test_any_bytes_end_in_a_value_or_in_unparsable(data: bytes) -> None:
    for parse in PARSERS:
        try:
            parse(data)
        except Unparsable:
            continue


@pytest.mark.parametrize("parse", PARSERS)
@pytest.mark.parametrize(
    "unit", ["a: b\n", "\tx $(a)\n", "{{", "[testenv:a{b,c}]\n", "$(", "def f(session): pass\n", "a = b\n"]
)
def test_long_files_end(parse: Callable[[bytes], object], unit: str) -> None:
    lines = 0
    try:
        parse((unit * 5_000).encode())
    except Unparsable as error:
        lines = error.line
    assert lines <= 5_001


LINT = "set -e\nmypy app\nbash ./scripts/own.sh\n"


def test_a_script_is_found_where_a_container_has_it() -> None:
    files = {"backend/scripts/lint.sh": LINT, "backend/scripts/own.sh": "ruff check app\n"}
    for command in (
        "docker compose exec -T backend bash /app/scripts/lint.sh",
        "docker exec b /app/scripts/lint.sh",
    ):
        assert texts(files, command) == ["set -e", "mypy app", "ruff check app"]


@pytest.mark.parametrize("name", ["/app/lint.sh", "/app/[x].sh", "/opt/other.sh"])
def test_a_script_of_a_container_that_could_be_two_or_none_is_not_known(name: str) -> None:
    files = {"a/lint.sh": LINT, "b/lint.sh": LINT}
    assert "not to be known" in unknown(files, f"docker compose exec backend bash {name}")


def test_a_script_of_the_machine_is_none_of_the_repository() -> None:
    assert texts({"scripts/lint.sh": LINT}, "bash /app/scripts/lint.sh") == ["bash /app/scripts/lint.sh"]
