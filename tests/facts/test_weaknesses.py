"""The nouns, the limits and the odd ends of bandit's findings."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

import pytest
from bandit_support import bandit_says, stock, we_say
from hypothesis import given
from hypothesis import strategies as st

from readiness.facts.code.weaknesses import engine as engine_module
from readiness.facts.code.weaknesses import plan as plan_module
from readiness.facts.code.weaknesses.budget import Budget, Exhausted
from readiness.facts.code.weaknesses.context import Imports
from readiness.facts.code.weaknesses.engine import _declared, _home, load
from readiness.facts.code.weaknesses.gate import source_text
from readiness.facts.code.weaknesses.limits import Statements
from readiness.facts.code.weaknesses.nosec import ids_of
from readiness.facts.code.weaknesses.nouns import SEARCH, WEAKNESS, examine, parse
from readiness.facts.code.weaknesses.plan import Planner, planner
from readiness.facts.store import Store
from readiness.spans import Problem, Unparsable
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from pathlib import Path

SHELL = "import subprocess\nsubprocess.run(\n    text,\n    shell=True,\n)\n"


def facts(files: dict[str, str | bytes]) -> Store:
    return Store(MemoryTree(files), tables=[])


def test_a_row_says_what_bandit_says() -> None:
    (row,) = facts({"app.py": SHELL}).collected(WEAKNESS).rows
    assert (row.path, row.line, row.id, row.severity, row.confidence, row.cwe) == (
        "app.py",
        4,
        "B602",
        "HIGH",
        "HIGH",
        78,
    )
    assert row.message == "subprocess call with shell=True identified, security issue."
    assert (row.column, row.first, row.last) == (0, 2, 5)
    assert (row.name, row.text) == ("subprocess_popen_with_shell_equals_true", f"B602 {row.message}")


def test_an_entry_of_a_blacklist_has_its_own_name() -> None:
    (row,) = facts({"app.py": "eval(x)\n"}).collected(WEAKNESS).rows
    assert (row.id, row.name) == ("B307", "eval")


def test_only_the_products_python_is_searched() -> None:
    files: dict[str, str | bytes] = {
        "app.py": SHELL,
        "tests/test_app.py": SHELL,
        "vendor/x.py": SHELL,
        "a.sh": "eval x\n",
    }
    found = facts(files).collected(WEAKNESS)
    assert [row.path for row in found.rows] == ["app.py"]
    assert found.looked == ("app.py",)


def test_a_search_counts_by_severity_and_points_at_the_first_of_the_worst() -> None:
    rows = facts({"a.py": "eval(x)\n" + SHELL, "b.py": "x = 1\n"}).collected(SEARCH).rows
    assert [(row.path, row.line, row.findings, row.high, row.medium) for row in rows] == [
        ("a.py", 5, 2, 1, 1),
        ("b.py", 1, 0, 0, 0),
    ]
    assert [row.text.partition(" ")[0] for row in rows] == ["B602", "no"]


def test_a_search_without_a_high_finding_points_at_the_first() -> None:
    (row,) = facts({"a.py": "\neval(x)\n"}).collected(SEARCH).rows
    assert (row.line, row.medium) == (2, 1)


def test_what_a_comment_silences_is_counted() -> None:
    (row,) = facts({"a.py": "eval(x)  # nosec\neval(y)\n"}).collected(SEARCH).rows
    assert (row.findings, row.silenced) == (1, 1)


def test_the_subject_cannot_switch_tests_off() -> None:
    files: dict[str, str | bytes] = {
        "app.py": "eval(x)\n",
        ".bandit": "[bandit]\nskips = B307\n",
        "pyproject.toml": '[tool.bandit]\nskips = ["B307"]\n',
    }
    assert len(facts(files).collected(WEAKNESS).rows) == 1


def test_a_file_that_is_no_python_is_a_problem_and_no_row() -> None:
    store = facts({"app.py": "eval(x\n"})
    found = store.collected(SEARCH)
    assert found.rows == ()
    assert found.problems == (Problem("app.py", 1, "not readable as Python: '(' was never closed"),)
    assert found.openings == ()
    assert store.collected(WEAKNESS).problems == found.problems


def test_a_file_on_which_no_test_can_report_is_not_parsed() -> None:
    (row,) = facts({"app.py": "def f(:\n"}).collected(SEARCH).rows
    assert row.findings == 0


def test_code_that_nests_too_deep_leaves_the_question_open() -> None:
    text = "x = eval(y)" + " + 1" * 500 + "\n"
    found = facts({"app.py": text}).collected(WEAKNESS)
    assert [gap.reason for gap in found.openings] == ["the code nests deeper than we follow"]


def test_an_evidence_is_one_line_of_bounded_length() -> None:
    name = "line\\n" * 400
    (row,) = facts({"app.py": f"import os\nos.chmod('{name}', 0o777)\n"}).collected(WEAKNESS).rows
    assert (len(row.text) <= 200, "\n" in row.text, len(row.message)) == (True, False, 1000)


def test_a_place_in_memory_is_not_told() -> None:
    source = "import tarfile\nt.extractall(members=a.b)\n"
    (row,) = facts({"app.py": source}).collected(WEAKNESS).rows
    assert row.message.endswith("validated {'Other': <ast.Attribute>}).")


def test_no_tree_is_left_to_the_garbage_collector() -> None:
    data = b"from django.utils.safestring import mark_safe\ndef f(a):\n    mark_safe('%s' % (a + '/tmp'))\n"
    parse(data)
    gc.collect()
    for _ in range(20):
        parse(data)
    assert gc.collect() < 20


HOURS = {
    "statements": "q = '" + "select " * 60_000 + "%s' % x\n" + "y = 'from '",
    "strings of one list": "x = [\n" + "'/tmp',\n" * 10_000 + "]\n",
    "defaults of one function": "def f(\n" + "".join(f"a{n}='/tmp',\n" for n in range(10_000)) + "): pass\n",
    "arguments of one tuple": "f(shell=True, x=(" + "1," * 100_000 + "))\n",
    "imports and calls": "import paramiko_\n"
    + "".join(f"import a{n}\n" for n in range(8_000))
    + "x.exec_command(y)\n" * 8_000,
    "keys of one mapping": "x = {" + "'select': 1," * 30_000 + "}\n",
    "pieces of one f-string": "q = f'" + "{a}select from " * 6_000 + "'\n",
    "names side by side": "eval " * 100_000,
    "open quotes": "'/t'" * 80_000 + "(",
    "comments": "eval # x\n" * 30_000,
}


@pytest.mark.parametrize("gated", [True, False])
@pytest.mark.parametrize("case", HOURS)
def test_what_takes_quadratic_time_elsewhere_does_not_here(case: str, gated: bool) -> None:
    we_say(HOURS[case], gated=gated)


def test_a_file_that_would_keep_the_tests_at_work_is_given_up() -> None:
    lines = ["from django.utils.safestring import mark_safe", "a0 = 's'"]
    for n in range(1, 40):
        lines += [f"a{n} = a{n - 1}"] * 2
    with pytest.raises(Unparsable) as error:
        parse("\n".join([*lines, "mark_safe(a39)", ""]).encode())
    assert (error.value.reason, error.value.opens) == ("bandit's tests would not come to an end", True)


def test_a_great_operation_of_strings_is_given_up() -> None:
    def balanced(depth: int) -> str:
        return "'select from '" if depth == 0 else f"({balanced(depth - 1)}+{balanced(depth - 1)})"

    with pytest.raises(Unparsable, match="come to an end"):
        parse(f"x = {balanced(11)}\n".encode())


def test_a_budget_ends() -> None:
    budget = Budget(left=2)
    budget.spend(2)
    with pytest.raises(Exhausted):
        budget.spend(1)


@given(
    st.text(
        alphabet=st.sampled_from("seltcfromd intouvap(\n\t\x0b\x1c\x85\xa0\u2003\u017f\u0130\u0131S\ud800é"),
        max_size=30,
    ),
    st.sampled_from(
        ["select {}from ", "delete{}from\x85", "insert\u3000into{}values(", "UPDATE {}ſet\x1f", "{}"]
    ),
)
def test_a_statement_is_one_for_both_engines(text: str, frame: str) -> None:
    pattern = stock("plugins.injection_sql").SIMPLE_SQL_RE
    ours = Statements(pattern.pattern, Budget(left=10**9))
    for candidate in (frame.format(text), frame.format(" "), text):
        assert (pattern.search(candidate) is not None) == bool(ours.search(candidate))


@given(st.text(alphabet=st.sampled_from("#nosec :B307,12_aexul\u2003\u0661\u0131\u017f\ud800"), max_size=24))
def test_a_comment_means_the_same_to_both(text: str) -> None:
    known = load().ids
    for comment in (f"#{text}", f"# nosec {text}", f"# nosec: B307{text}"):
        theirs = stock("core.manager")._parse_nosec_comment(comment)
        ours = ids_of(comment, known)
        assert (None if theirs is None else frozenset(theirs)) == ours


def test_imports_are_found_by_a_part_of_their_name() -> None:
    imports = Imports()
    imports.note("a.flask")
    assert (imports.any_like("flask"), imports.any_like("django")) == (True, False)
    imports.note("django.db")
    imports.note("django.db")
    assert (imports.any_like("django"), sorted(imports)) == (True, ["a.flask", "django.db"])


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a\r\nb\rc", "a\nb\nc"),
        ("ｅ".encode(), "ｅ\ne"),
        (b"\xef\xbb\xbfa", "a"),
        (b"# coding: latin-1\n\xaa", "# coding: latin-1\nª\n# coding: latin-1\na"),
        (b"# coding: utf-7\na", None),
        (b"# coding: nothing\na", None),
        (b"#\r# coding: utf-8\ra", None),
        (b"\xff", None),
    ],
)
def test_the_text_of_a_source_is_what_python_reads(data: bytes, expected: str | None) -> None:
    assert source_text(data) == expected


def test_an_unread_version_of_bandit_is_asked_everywhere() -> None:
    class Other:
        version = "9.9.9"

        def __getattr__(self, name: str) -> object:
            return getattr(load(), name)

    planned = Planner(Other())  # type: ignore[arg-type] # has the shape of an engine
    plan = planned.plan(b"x = 1\n")
    assert plan is not None
    assert plan.everything
    assert [finding.id for finding in examine(b"eval(x)\n", planned).findings] == ["B307"]


def test_the_installed_bandit_is_asked_where_it_can_report() -> None:
    assert planner().plan(b"x = 1\n") is None


def test_every_low_test_runs_without_the_gate_and_stays_unreported() -> None:
    source = "assert x\ntry:\n    y()\nexcept Exception:\n    pass\npassword = 'x'\nz = b'y'\nclass A: pass\n"
    assert we_say(source, gated=False) == bandit_says(source) == []


def test_without_its_folder_of_metadata_bandit_is_asked_for_them(tmp_path: Path) -> None:
    assert _declared(tmp_path / "bandit") == (load().version, _declared(_home())[1])


def test_without_bandit_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError):
        _home()


def test_nothing_of_bandit_is_loaded_before_it_is_needed() -> None:
    kept = {name: sys.modules[name] for name in list(sys.modules) if name.partition(".")[0] == "bandit"}
    for name in kept:
        del sys.modules[name]
    load.cache_clear()
    load()
    left = [name for name in sys.modules if name.partition(".")[0] == "bandit"]
    sys.modules.update(kept)
    assert left == []


def test_a_plan_is_made_once_and_plans_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    plans = Planner(load())
    monkeypatch.setattr(plan_module, "_PLANS", 1)
    first = plans.plan(b"eval(x)\n")
    assert plans.plan(b"eval(y)\n") is first
    plans.plan(b"exec(x)\n")
    assert plans.plan(b"eval(x)\n") is not first
