from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.facts.commands.shell import Command, split


def words(script: str, **options: bool) -> list[tuple[str, ...]]:
    return [command.words for command in split(script, **options)]  # type: ignore[arg-type]


def masks(script: str, *, errexit: bool = True, pipefail: bool = False) -> dict[str, str]:
    """The mask of each command, by its words."""
    found = split(script, errexit=errexit, pipefail=pipefail)
    return {" ".join(command.words): command.masked for command in found}


def only(script: str) -> Command:
    (command,) = split(script)
    return command


@pytest.mark.parametrize(
    "joined", ["a\nb", "a; b", "a & b", "a && b", "a || b", "a | b", "(a; b)", "{ a; b; }", "a |& b"]
)
def test_commands_are_told_apart(joined: str) -> None:
    assert words(joined) == [("a",), ("b",)]


def test_quotes_are_removed_and_what_is_inside_is_one_word() -> None:
    assert words("echo 'a; b' \"c | d\" e\\ f") == [("echo", "a; b", "c | d", "e f")]


def test_backslashes_in_double_quotes_go_only_before_what_they_guard() -> None:
    assert words(r'echo "a\"b\$c\d"') == [("echo", r'a"b$c\d')]


def test_dollar_quotes_are_quotes() -> None:
    assert words("echo $'a b'") == [("echo", "a b")]


def test_an_empty_word_in_quotes_is_kept() -> None:
    assert words("test -z ''") == [("test", "-z", "")]


def test_variables_and_expressions_stay_as_text() -> None:
    assert words("x $A ${B:-c d} ${{ matrix.a || 'b; c' }} \"${{ e }}\"") == [
        ("x", "$A", "${B:-c d}", "${{ matrix.a || 'b; c' }}", "${{ e }}")
    ]


def test_commands_inside_substitutions_are_not_listed() -> None:
    assert words('x $(a | b) `c; d` "$(e "f g")" $((1 + 2)) <(h; i)') == [
        ("x", "$(a | b)", "`c; d`", '$(e "f g")', "$((1 + 2))", "<(h; i)")
    ]


def test_a_quote_in_a_comment_of_a_substitution_opens_nothing() -> None:
    assert words("x=$(a # it's\n)\nb")[-1] == ("b",)


def test_redirections_are_removed_and_their_targets_kept() -> None:
    command = only("a 2>&1 >out.txt 2>> err.txt < in &> all > /dev/null")
    assert (command.words, command.writes) == (("a",), ("out.txt", "err.txt", "all"))


def test_tee_writes_its_files() -> None:
    assert split("a | tee -a x y")[1].writes == ("x", "y")


def test_a_heredoc_is_skipped_and_its_target_kept() -> None:
    first, second = split("cat <<'EOF' > a.txt\npytest\nEOF\nb")
    assert (first.words, first.writes, second.words, second.line) == (("cat",), ("a.txt",), ("b",), 4)


def test_a_heredoc_may_be_indented_with_tabs() -> None:
    assert words("cat <<-X\n\ta\n\tX\nb") == [("cat",), ("b",)]


def test_a_heredoc_without_end_takes_the_rest() -> None:
    assert words("cat <<X\na\nb") == [("cat",)]


def test_here_strings_are_no_heredocs() -> None:
    assert words("cat <<< 'a'\nb") == [("cat",), ("b",)]


def test_a_heredoc_for_a_shell_is_run() -> None:
    assert words("bash -e <<X\npytest\nX") == [("pytest",)]


def test_comments_and_continued_lines() -> None:
    first, second = split("a \\\n  b # c\n# d\ne#f")
    assert (first.words, second.words, second.line) == (("a", "b"), ("e#f",), 4)


def test_lines_count_from_one_and_the_text_is_one_line() -> None:
    first, second = split("\na \\\n   b  >c\nd")
    assert (first.line, first.text, second.line) == (2, "a \\ b >c", 4)


def test_the_text_is_cut_at_200_characters() -> None:
    assert len(only("x " * 300).text) == 200


def test_carriage_returns_do_not_matter() -> None:
    assert words("a\r\nb \\\r\n c\r\n") == [("a",), ("b", "c")]


def test_tests_and_arithmetic_are_one_word() -> None:
    assert words(
        "[[ $a == b && -f c ]] && d\nif (( x > 1 )); then e; fi\nfor ((i=0; i<3; i++)); do f; done"
    ) == [
        ("[[ $a == b && -f c ]]",),
        ("d",),
        ("(( x > 1 ))",),
        ("e",),
        ("f",),
    ]


def test_subshells_in_subshells_are_no_arithmetic() -> None:
    assert words("((a; b); c)") == [("a",), ("b",), ("c",)]


def test_arrays_are_one_word() -> None:
    assert words("a=(1 2 3)\nb") == [("a=(1 2 3)",), ("b",)]


def test_all_branches_are_listed() -> None:
    script = "if a; then b; elif c; then d; else e; fi; case $x in f) g;; h|i) j;; esac"
    assert words(script) == [("a",), ("b",), ("c",), ("d",), ("e",), ("g",), ("j",)]


def test_loops_list_what_they_test_and_do() -> None:
    assert words("while a; do b; done < f; until c; do d; done; for x in *; do e; done") == [
        ("a",),
        ("b",),
        ("c",),
        ("d",),
        ("e",),
    ]


def test_a_loop_over_known_words_is_walked_word_by_word() -> None:
    assert words("for x in lint test; do npm run $x; done") == [
        ("npm", "run", "lint"),
        ("npm", "run", "test"),
    ]


def test_loops_within_loops_over_the_same_name_end() -> None:
    assert words("for x in a b; do for x in c d; do e $x; done; done") == [("e", "c"), ("e", "d")] * 2


# ---------------------------------------------------------------- whether a failure counts


def test_a_plain_command_bites() -> None:
    assert masks("pytest") == {"pytest": ""}


@pytest.mark.parametrize(
    "right", ["true", ":", "echo no", "printf x", "exit 0", "{ echo a; echo b; }", "(echo a)"]
)
def test_a_right_side_that_succeeds_masks(right: str) -> None:
    assert masks(f"pytest || {right}")["pytest"].startswith("|| ")


@pytest.mark.parametrize(
    "right",
    ["exit 1", "exit", "exit $?", "false", "{ echo x; exit 1; }", "(echo x; exit 1)", "return 1", "die 'no'"],
)
def test_a_right_side_that_fails_does_not_mask(right: str) -> None:
    assert masks(f"pytest || {right}")["pytest"] == ""


def test_another_try_does_not_mask() -> None:
    assert masks("pytest || pytest --lf")["pytest"] == ""


def test_another_command_on_the_right_masks() -> None:
    assert masks("npm ci || npm install")["npm ci"] == "|| npm"


def test_a_function_on_the_right_is_looked_into() -> None:
    script = "fail() { echo no; exit 1; }\nwarn() { echo no; }\na || fail\nb || warn"
    assert (masks(script)["a"], masks(script)["b"]) == ("", "|| warn")


def test_a_test_of_the_status_on_the_right_does_not_mask() -> None:
    assert masks("pytest || [ $? -eq 5 ]")["pytest"] == ""


def test_exit_within_a_masked_subshell_does_not_leave_it() -> None:
    assert masks("(pytest || exit 1) || true")["pytest"] == "|| true"


def test_exit_within_a_masked_group_leaves_the_script() -> None:
    assert masks("{ pytest || exit 1; } || true")["pytest"] == ""


def test_a_pipe_without_pipefail_masks_its_left_side() -> None:
    assert masks("pytest | tee log") == {"pytest": "left of a pipe without pipefail", "tee log": ""}


@pytest.mark.parametrize("switch", ["set -o pipefail", "set -eo pipefail", "set -euo pipefail"])
def test_pipefail_may_be_switched_on(switch: str) -> None:
    assert masks(f"{switch}\npytest | tee log")["pytest"] == ""


def test_pipefail_may_be_switched_off() -> None:
    assert masks("set +o pipefail\npytest | tee log", pipefail=True)["pytest"] != ""


def test_a_pipe_status_that_is_passed_on_does_not_mask() -> None:
    assert masks("pytest | tee log\nexit ${PIPESTATUS[0]}")["pytest"] == ""


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("lint | jq . | grep . >&2 && exit 1\nexit 0", ""),
        ("lint | grep . && { echo bad; exit 1; }\nexit 0", ""),
        ("lint | grep . && echo found\nexit 0", "left of a pipe without pipefail"),
        ("lint | tee log && exit 1\nexit 0", "left of a pipe without pipefail"),
        ("(lint | grep . && exit 1) || true", "left of a pipe without pipefail"),
    ],
)
def test_a_report_in_which_something_is_found_ends_the_script(script: str, expected: str) -> None:
    assert bool(masks(script)["lint"]) is bool(expected)


def test_without_errexit_only_the_last_command_bites() -> None:
    assert masks("a\nb", errexit=False) == {"a": "not last without errexit", "b": ""}


def test_errexit_may_be_switched_off_and_on() -> None:
    assert masks("set +e\na\nset -e\nb\nc")["a"] == "set +e"
    assert masks("set +e\na\nset -e\nb\nc")["b"] == ""


def test_the_left_of_a_list_bites_only_at_the_end() -> None:
    assert masks("a && b") == {"a": "", "b": ""}
    assert masks("a && b\nc") == {"a": "not last in &&", "b": "", "c": ""}


def test_a_negated_command_is_masked_unless_its_failure_ends_the_script() -> None:
    assert masks("! a") == {"a": "! in front"}
    assert masks("! a && exit 1\nb")["a"] == ""


def test_the_condition_of_an_if_is_masked() -> None:
    assert masks("if a; then b; fi") == {"a": "condition of if", "b": ""}


def test_a_condition_whose_failure_ends_the_script_bites() -> None:
    assert masks("if ! a; then echo x; exit 1; fi")["a"] == ""
    assert masks("if a; then echo x; else exit 1; fi")["a"] == ""


def test_only_the_last_command_of_a_condition_can_end_the_script() -> None:
    assert masks("if a; ! b; then exit 1; fi")["a"] == "condition of if"


def test_the_condition_of_a_loop_is_masked() -> None:
    assert masks("while a; do b; done") == {"a": "condition of while", "b": ""}


def test_in_the_background_nothing_bites_unless_it_is_waited_for() -> None:
    assert masks("a &\nwait")["a"] == "background &"
    assert masks("a &\nwait $!")["a"] == ""


def test_a_loop_without_errexit_loses_all_but_its_last_round() -> None:
    assert masks("for x in $Y; do a; done", errexit=False)["a"] == "only the last round of a loop counts"
    assert masks("for x in $Y; do a || exit 1; done", errexit=False)["a"] == ""


@pytest.mark.parametrize(
    "rest",
    [
        "rc=$?\nset -e\nexit $rc",
        "if [ $? -ne 0 ]; then exit 1; fi",
        "exit $?",
        "rc=$?\nif [ $rc != 0 ]; then exit $rc; fi",
    ],
)
def test_a_status_that_is_looked_at_afterwards_bites(rest: str) -> None:
    assert masks(f"set +e\npytest\n{rest}")["pytest"] == ""


@pytest.mark.parametrize("rest", ["rc=$?\necho $rc", "if [ $? -ne 0 ]; then echo no; fi\nb", "echo $?"])
def test_a_status_that_is_only_told_is_lost(rest: str) -> None:
    assert masks(f"set +e\npytest\n{rest}")["pytest"] == "set +e"


def test_a_status_kept_on_the_right_side_bites_if_the_script_ends_with_it() -> None:
    assert masks("a || rc=1\nexit $rc")["a"] == ""
    assert masks("a || rc=1\n[ $rc -eq 0 ]")["a"] == ""
    assert masks("a || rc=1\necho $rc")["a"] == "|| rc=1"
    assert masks("a || rc=0\nexit $rc")["a"] == "|| rc=0"


def test_an_inner_shell_has_its_own_errexit() -> None:
    assert masks("bash -c 'a; b'") == {"a": "not last without errexit", "b": ""}
    assert masks("bash -ec 'a; b'") == {"a": "", "b": ""}
    assert masks("bash -euo pipefail -c 'a | b'") == {"a": "", "b": ""}


def test_what_masks_an_inner_shell_masks_its_commands() -> None:
    assert masks("sh -c 'a' || true")["a"] == "|| true"


def test_eval_runs_in_the_same_shell() -> None:
    assert [command.directory for command in split("eval 'cd a; b'\nc")] == ["", "a", "a"]


# ---------------------------------------------------------------- what is reached


def test_after_exit_nothing_is_run() -> None:
    assert words("a\nexit 0\nb") == [("a",), ("exit", "0")]


def test_after_exec_nothing_is_run() -> None:
    assert words("exec a\nb") == [("exec", "a")]
    assert words("exec bash -c 'a'\nb") == [("a",)]


def test_exec_that_only_redirects_goes_on() -> None:
    assert words("exec > log\na") == [("exec",), ("a",)]


def test_an_exit_that_need_not_be_reached_ends_nothing() -> None:
    assert words("if x; then exit 0; fi\nb")[-1] == ("b",)
    assert words("x && exit 0\nb")[-1] == ("b",)
    assert words("(exit 0)\nb")[-1] == ("b",)


def test_a_function_counts_where_it_is_called() -> None:
    script = 'f() { pytest "$@"; }\nfunction g { nothing; }\nfunction h() { never; }\nf -q "a b"\ng'
    assert words(script) == [("pytest", "-q", "a b"), ("nothing",)]


def test_a_function_without_errexit_passes_its_last_status_on() -> None:
    assert masks("f() { a; b; }\nf", errexit=False) == {"a": "not last without errexit", "b": ""}


def test_return_ends_a_function_and_exit_the_script() -> None:
    assert words("f() { return 0; a; }\nf\nb") == [("return", "0"), ("b",)]
    assert words("f() { exit 0; }\nf\nb") == [("exit", "0")]


def test_a_function_that_calls_itself_ends() -> None:
    assert words("f() { a; f; }\nf") == [("a",), ("f",)]


def test_conditions_that_the_script_decides_are_decided() -> None:
    assert words("if false; then a; else b; fi\nif true; then c; else d; fi") == [("b",), ("true",), ("c",)]
    assert words('X=1\nif [ "$X" = 1 ]; then a; else b; fi')[2:] == [("a",)]
    assert words('X=1\nif [[ "$X" != 1 ]]; then a; else b; fi')[1:] == [("b",)]
    assert words('X=\nif [ -n "$X" ]; then a; fi\nif ! [ -z "$X" ]; then b; fi\nc')[1:] == [("c",)]


def test_a_case_over_a_known_argument_runs_one_arm() -> None:
    script = 'case "$1" in test) a;; lint|check*) b;; *) c;; esac'
    assert [command.words for command in split(script, arguments=("test",))] == [("a",)]
    assert [command.words for command in split(script, arguments=("check-all",))] == [("b",)]
    assert [command.words for command in split(script, arguments=())] == [("c",)]
    assert [command.words for command in split('case "$1" in a) b;; esac', arguments=())] == []


def test_a_script_may_dispatch_to_its_functions() -> None:
    script = 'test() { a; }\nlint() { b; }\n"${@:-lint}"'
    assert [command.words for command in split(script, arguments=("test",))] == [("a",)]
    assert [command.words for command in split(script, arguments=())] == [("b",)]


def test_shifted_arguments_move_up() -> None:
    assert [command.words for command in split("shift\necho $1 ${2:-x}", arguments=("a", "b"))][-1] == (
        "echo",
        "b",
        "x",
    )


def test_in_a_loop_that_shifts_the_arguments_are_unknown() -> None:
    script = 'while [ $# -gt 0 ]; do case "$1" in a) b;; c) d;; esac; shift; done'
    found = [command.words[0] for command in split(script, arguments=("a",))]
    assert found == ["[", "b", "d", "shift"]


# ---------------------------------------------------------------- variables and folders


def test_a_variable_that_is_set_once_is_put_in() -> None:
    assert words("PYTEST='python -m pytest'\n$PYTEST -q\necho \"${PYTEST}x\"")[1:] == [
        ("python", "-m", "pytest", "-q"),
        ("echo", "python -m pytestx"),
    ]


@pytest.mark.parametrize(
    "script", ["X=a\nX=b\n$X", "if y; then X=a; fi\n$X", "read X\nX=a\n$X", "X=$(y)\n$X"]
)
def test_a_variable_that_may_be_something_else_is_not(script: str) -> None:
    assert words(script)[-1] == ("$X",)


def test_exported_and_local_variables_count() -> None:
    assert words("export X=a\n$X")[-1] == ("a",)


def test_cd_changes_the_folder_of_what_follows() -> None:
    found = split("a\ncd x/y\nb\ncd ..\nc\npushd z\nd\npopd\ne")
    assert [(each.words[0], each.directory) for each in found if len(each.words) == 1] == [
        ("a", ""),
        ("b", "x/y"),
        ("c", "x"),
        ("d", "x/z"),
        ("popd", "x/z"),
        ("e", "?"),
    ]


def test_cd_in_a_subshell_or_pipe_does_not_last() -> None:
    assert [each.directory for each in split("(cd x; a)\nb\ncd y | c\nd")] == ["", "x", "", "", "", ""]


@pytest.mark.parametrize("target", ["$X", "/abs", "~/x", "../up", "-", ""])
def test_a_folder_may_be_unknown(target: str) -> None:
    assert split(f"cd {target}\na")[-1].directory == "?"


def test_branches_that_agree_on_a_folder_keep_it() -> None:
    assert split("if x; then cd a; b; cd ..; fi\nc")[-1].directory == ""
    assert split("if x; then cd a; fi\nc")[-1].directory == "?"
    assert split("if x; then cd a; exit 1; fi\nc")[-1].directory == ""


def test_a_loop_that_changes_the_folder_leaves_it_unknown() -> None:
    assert split("for x in $Y; do cd $x; done\na")[-1].directory == "?"


@pytest.mark.parametrize(
    "script",
    [
        'cd "$(dirname "$0")/.."',
        'cd "$(dirname "${BASH_SOURCE[0]}")"/..',
        'cd "${0%/*}/.."',
        "cd `dirname $0`/..",
        'D="$(cd "$(dirname "$0")" && pwd)"\ncd "$D/.."',
        'D=$(cd "$(dirname "$0")/.." && pwd)\ncd $D',
        'R=$(dirname "$(dirname "$0")")\ncd "$R"',
        'cd "$(git rev-parse --show-toplevel)/tools"',
        'cd "$GITHUB_WORKSPACE/tools"',
        'cd "${{ github.workspace }}/tools"',
    ],
)
def test_the_common_ways_to_find_a_folder_are_known(script: str) -> None:
    found = split(f"{script}\na", script_directory="tools/ci", directory="elsewhere", arguments=())
    assert found[-1].directory == "tools"


def test_the_working_folder_may_be_kept_in_a_variable() -> None:
    assert split('D=$(pwd)\ncd x\ncd "$D/y"\na', directory="z")[-1].directory == "z/y"
    assert split('cd "$PWD/y"\na', directory="z")[-1].directory == "z/y"


def test_a_path_in_a_known_folder_is_shown_from_the_working_one() -> None:
    script = 'D="$(cd "$(dirname "$0")" && pwd)"\ncd web\n"$D/x.sh"'
    assert split(script, script_directory="tools", arguments=())[-1].words == ("../tools/x.sh",)


@pytest.mark.parametrize("text", ["$(dirname $(which x))", "$(cd /opt; dirname $0)", "$(basename $0)"])
def test_what_only_looks_like_a_folder_is_left_alone(text: str) -> None:
    assert split(f'cd "{text}"\na', script_directory="t")[-1].directory == "?"


def test_more_conditions_that_are_no_questions_of_the_script() -> None:
    assert words("if [ -f x ]; then a; fi; if ! true; then b; fi; if [ x -lt y ]; then c; fi")[-1] == ("c",)
    assert words("if f() { g; }; then a; fi") == [("a",)]
    assert words("case x in [!) a;; **) b;; $y) c;; esac") == []


def test_other_programs_named_like_a_shell_s_options_hold_no_script() -> None:
    assert words("bash -c") == [("bash", "-c")]
    assert words("bash x.sh -c y") == [("bash", "x.sh", "-c", "y")]
    assert words("exec") == [("exec",)]


def test_a_definition_on_the_right_side_swallows_the_failure() -> None:
    assert masks("a || f() { exit 1; }\nb")["a"] == "|| { … }"
    assert masks("a ||")["a"] == ""


# ---------------------------------------------------------------- anything at all


@pytest.mark.parametrize(
    "script",
    [
        "(" * 3000,
        "((" * 500 + "))" * 500,
        "$(" * 3000,
        "{ " * 3000,
        "if x; then " * 500,
        "`" * 3001,
        '"' * 3001,
        "${{" * 1000,
        "<<A " * 500 + "\nx\n" * 500,
        "case x in a) " * 500,
        "|" * 3000,
        "a() " * 500,
        "done;" * 500,
        "eval " * 500 + "x",
        "a && " * 3000 + "b",
        "function",
        "case",
        "for",
        "a > ",
        "}",
        "a (b)",
        "f() ",
        "\\",
        "set -o",
        "&&",
        "! ! a",
        "time -p a",
        "for i in 1 2 3 4 5 6 7 8 9; do\n" * 40 + "x\n",
        "".join(f"f{i}() {{ f{i + 1}; f{i + 1}; }}\n" for i in range(60)) + "f0",
        "a=" + "x" * 3000 + "\nb=$a$a$a\nc=$b$b$b\n$c$c",
    ],
)
def test_hostile_scripts_end(script: str) -> None:
    assert len(split(script, arguments=(), script_directory="")) <= 2000


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab \n;&|(){}$`'\"\\<>#!=-01[]*?@\t", max_size=60), st.booleans())
def test_no_text_raises(script: str, known: bool) -> None:
    split(script, arguments=("a",) if known else None, script_directory="d")


_WORDS = (
    *("if a; then", "fi", "else", "for x in y; do", "done", "case a in", "b)", ";;", "esac", "{", "}", "f()"),
    *("||", "&&", "exit 1", "true", "$?", "set +e", "!", "\n"),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(_WORDS)))
def test_no_order_of_words_raises(parts: list[str]) -> None:
    split(" ".join(parts))
