from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.facts.commands.follow import DEPTH, LEAVES, Follower, Leaf
from readiness.facts.store import Store
from readiness.spans import Span
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from collections.abc import Mapping


def follow(
    files: Mapping[str, str | bytes], script: str, directory: str = "", **options: bool
) -> tuple[Leaf, ...]:
    return Follower(Store(MemoryTree(files), tables=())).expand(script, directory, **options)  # type: ignore[arg-type]


def texts(files: Mapping[str, str | bytes], script: str, directory: str = "") -> list[str]:
    """The commands at the end, each as its words."""
    return [" ".join(leaf.command.words) for leaf in follow(files, script, directory)]


def purposes(files: Mapping[str, str | bytes], script: str) -> set[str]:
    return {purpose for leaf in follow(files, script) for purpose in leaf.use.purposes}


def one(files: Mapping[str, str | bytes], script: str, directory: str = "") -> Leaf:
    (leaf,) = follow(files, script, directory)
    return leaf


MAKE = {"Makefile": "test:\n\tpytest -q\n"}


def test_a_command_that_is_no_runner_is_a_leaf_of_itself() -> None:
    leaf = one({}, "frobnicate a")
    assert (leaf.command.words, leaf.via, leaf.use.purposes) == (("frobnicate", "a"), (), frozenset())


def test_a_tool_has_its_purpose() -> None:
    assert one({}, "ruff check .").use.tool == "ruff"


def test_the_places_on_the_way_are_kept_outermost_first() -> None:
    files = {"ci.sh": "set -e\nmake test\n", **MAKE}
    leaf = follow(files, "echo a\n./ci.sh")[-1]
    assert ([str(span) for span in leaf.via], leaf.line) == (["ci.sh:2", "Makefile:2"], 2)


def test_the_first_mask_on_the_way_counts() -> None:
    assert follow(MAKE, "make test || true")[0].masked == "|| true"
    files = {"Makefile": "test:\n\t-pytest || echo no\n"}
    assert follow(files, "make test")[0].masked == "- in front of the recipe line"


def test_an_unmasked_way_bites() -> None:
    assert one(MAKE, "make test").masked == ""


def test_a_wrapper_s_soft_end_masks() -> None:
    assert one({}, "docker run -d x pytest").masked == "runs detached"


def test_runners_are_followed_through_wrappers() -> None:
    assert texts(MAKE, "sudo env A=b make test") == ["pytest -q"]
    assert texts(MAKE, "docker compose run --rm app make test") == ["pytest -q"]


def test_a_shell_in_a_container_is_read() -> None:
    assert texts(MAKE, "docker run img sh -c 'make test && ruff check .'") == ["pytest -q", "ruff check ."]
    assert texts({}, "docker run img bash") == ["docker run img bash"]


def test_what_is_missing_in_a_container_is_unknown() -> None:
    leaf = one(MAKE, "docker run img make other")
    assert (leaf.missing, leaf.unknown != "") == ("", True)


def test_what_is_missing_is_told() -> None:
    assert one(MAKE, "make other").missing == "make target 'other' (Makefile)"
    assert one({}, "make test").missing == "a Makefile for 'make test'"


def test_in_an_unknown_folder_nothing_is_missing() -> None:
    leaf = follow(MAKE, "cd $X\nmake test")[-1]
    assert (leaf.missing, "not to be known" in leaf.unknown) == ("", True)


@pytest.mark.parametrize(
    "before",
    [
        "echo x > Makefile",
        "cat <<X > Makefile\nx:\nX",
        "curl -o Makefile https://x/y",
        "curl -O https://x/Makefile",
        "wget https://x/Makefile",
        "cp x Makefile",
        "echo x | tee Makefile",
    ],
)
def test_what_the_script_made_is_not_missing(before: str) -> None:
    assert follow({}, f"{before}\nmake test")[-1].missing == ""


def test_what_was_made_before_is_not_missing() -> None:
    follower = Follower(Store(MemoryTree({}), tables=()))
    (leaf,) = follower.expand("make test", written=frozenset({"Makefile"}))
    assert leaf.missing == ""


@pytest.mark.parametrize("before", ["git clone https://x/y other", "tar xf other.tgz"])
def test_a_folder_that_was_fetched_has_what_we_cannot_see(before: str) -> None:
    assert follow({}, f"{before}\ncd other\nmake test")[-1].missing == ""
    assert follow({"other/a": ""}, f"{before}\ncd other\nmake test")[-1].missing != ""


def test_a_runner_that_runs_itself_ends() -> None:
    files = {"package.json": '{"scripts": {"test": "npm test", "a": "npm run b", "b": "npm run a && jest"}}'}
    assert texts(files, "npm test") == ["npm test"]
    assert texts(files, "npm run a") == ["npm run a", "jest"]


def test_a_program_that_is_named_again_and_again_ends() -> None:
    assert len(follow({"package.json": "{}"}, "yarn " * 3000)) == 1


def test_depth_is_limited() -> None:
    files = {f"{at}.sh": f"./{at + 1}.sh\n" for at in range(DEPTH + 3)}
    leaf = one(files, "./0.sh")
    assert len(leaf.via) == DEPTH


def test_leaves_are_limited_and_the_last_says_so() -> None:
    found = follow({"a.sh": "x\n" * (LEAVES + 50)}, "./a.sh")
    assert (len(found), found[-1].unknown != "", found[-2].unknown) == (LEAVES, True, "")


def test_what_is_read_is_limited() -> None:
    files = {"a.sh": "./b.sh\n" * 30, "b.sh": "x\n" + "# " * 100_000}
    found = follow(files, "./a.sh")
    assert found[-1].unknown != ""
    assert len(found) < 30


def test_the_same_question_has_the_same_answer() -> None:
    follower = Follower(Store(MemoryTree(MAKE), tables=()))
    assert follower.expand("make test") is follower.expand("make test")


def test_the_options_of_the_shell_matter() -> None:
    assert follow({}, "a\nb", errexit=False)[0].masked == "not last without errexit"
    assert follow({}, "a | b", pipefail=True)[0].masked == ""


def test_an_npm_test_that_only_complains_is_no_test() -> None:
    files = {"package.json": '{"scripts": {"test": "echo \\"Error: no test specified\\" && exit 1"}}'}
    assert purposes(files, "npm test") == set()


@pytest.mark.parametrize("script", ["npm ci", "npm install", "yarn", "pnpm i --frozen-lockfile"])
def test_installing_is_setup(script: str) -> None:
    assert purposes({"package.json": '{"scripts": {"install": "x"}}'}, script) == {"setup"}


# ---------------------------------------------------------------- scripts


def test_a_script_runs_in_the_folder_it_is_called_from() -> None:
    files = {"tools/a.sh": "b\n", "tools/c.sh": 'cd "$(dirname "$0")"\nb\n'}
    assert one(files, "bash tools/a.sh").command.directory == ""
    assert follow(files, "bash tools/c.sh")[-1].command.directory == "tools"


def test_a_script_s_first_line_may_switch_errexit_on() -> None:
    assert [leaf.masked for leaf in follow({"a.sh": "#!/bin/bash -e\nb\nc\n"}, "./a.sh")] == ["", ""]
    assert follow({"a.sh": "#!/usr/bin/env bash\nb\nc\n"}, "./a.sh")[0].masked != ""
    assert [leaf.masked for leaf in follow({"a.sh": "b\nc\n"}, "bash -eo pipefail a.sh")] == ["", ""]


def test_arguments_of_a_script_matter() -> None:
    files = {"a": '#!/bin/sh\ncase "$1" in test) pytest;; *) ruff check;; esac\n'}
    assert purposes(files, "./a test") == {"test"}
    assert purposes(files, "./a") == {"lint"}
    assert purposes(files, "./a $X") == {"test", "lint"}


@pytest.mark.parametrize(
    "script", ["source x/a.sh", ". x/a.sh", "sh x/a.sh", "x/a.sh", "cd x; ./a.sh", "bash -x -- x/a.sh"]
)
def test_scripts_are_called_in_many_ways(script: str) -> None:
    assert "pytest" in texts({"x/a.sh": "pytest"}, script)


def test_a_script_in_bin_is_followed_where_its_name_is_no_tool_s() -> None:
    files = {"bin/deploy": "#!/bin/sh\nkubectl apply -f $1\n", "web/bin/check": "#!/bin/bash\npytest\n"}
    assert one(files, "bin/deploy k8s").via == (Span("bin/deploy", 2),)
    assert purposes(files, "./bin/deploy k8s; web/bin/check") == {"deploy", "test"}
    assert purposes({"bin/rspec": "#!/bin/sh\nexec ruff check\n"}, "bin/rspec") == {"test"}


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("bin/deploy", "#!/usr/bin/env ruby\nsystem 'kubectl apply -f x'\n"),
        ("vendor/bin/deploy", "kubectl apply -f x"),
        (".venv/bin/deploy", "kubectl apply -f x"),
    ],
)
def test_a_program_in_bin_that_is_none_of_the_shell_or_of_others_is_not_followed(
    path: str, content: str
) -> None:
    leaf = one({path: content}, path)
    assert (leaf.command.text, leaf.via, leaf.missing, leaf.use.purposes) == (path, (), "", frozenset())
    assert one({}, "bin/deploy").missing == ""


@pytest.mark.parametrize(
    ("script", "missing"),
    [
        ("./a.sh", "script './a.sh'"),
        ("bash tools/a.sh", "script 'tools/a.sh'"),
        ("python tools/a.py", "script 'tools/a.py'"),
        ("node -r x tools/a.js", ""),
        ("node tools/a.js", "script 'tools/a.js'"),
        ("tools/b", "script 'tools/b'"),
        ("source venv/bin/activate", ""),
        (". ./env.sh", ""),
        ("bash", ""),
        ("bash $X", ""),
        ("bash /opt/x.sh", ""),
        ("python -m a.b", ""),
        ("python -", ""),
        ("python $X.py", ""),
        ("python /opt/x.py", ""),
        ("python", ""),
        ("python setup", ""),
        ("python3 tools/x.py", ""),
        ("./dist/app", ""),
        ("./build/bin/app", ""),
        ("nowhere/app", ""),
        ("/usr/bin/x", ""),
        ("$X/y", ""),
        ("../a.sh", ""),
        ("sh -s", ""),
    ],
)
def test_a_script_that_should_be_there_is_missed(script: str, missing: str) -> None:
    files = {"tools/x.py": "", "build/bin/x": "", "dist/x": ""}
    assert follow(files, script)[-1].missing == missing


@pytest.mark.parametrize(
    "content", [b"\x00\xff", "#!/usr/bin/env python3\nimport pytest\n", "#!/usr/bin/env -S deno run\n"]
)
def test_a_program_in_another_language_is_not_followed(content: str | bytes) -> None:
    assert texts({"tools/a": content}, "tools/a") == ["tools/a"]
