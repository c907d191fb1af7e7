"""A small repository for each format, and what a reader must see in it: `tests/samples/formats/README.md`.

`tests/samples/formats/NAME/` is the repository, `NAME.yaml` beside it what is expected: for each noun the
rows of the product by a few of their fields, what stays open, what is a problem, what must not be there.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from readiness.facts.catalogue import NOUNS
from readiness.facts.commands.tools import PURPOSES
from readiness.facts.model import Opening
from readiness.facts.store import Store
from readiness.records import Struct, names_of
from readiness.rulebook.fields import fields_of
from readiness.spans import Problem
from readiness.structured.nodes import Items, Scalar, Table
from readiness.structured.yaml import parse
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Role, Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from readiness.facts.model import Noun
    from readiness.structured.nodes import Node

FORMATS = Path(__file__).parent / "samples" / "formats"
SAMPLES = sorted(path.name for path in FORMATS.iterdir() if path.is_dir())
UNKNOWN = "unknown"
"""How an expectation says None."""

HEAD = {"what", "traps", "remote", "facts"}
PARTS = {"rows", "more", "never", "open", "problems"}


class Wanted(Struct, frozen=True):
    """A few fields of a row, an opening or a problem: a text, or a set of texts, for each."""

    line: int
    fields: tuple[tuple[str, str | frozenset[str]], ...]

    def __str__(self) -> str:
        return f"line {self.line}: " + ", ".join(f"{name}={_shown(value)}" for name, value in self.fields)

    def fits(self, found: Any, *, within: bool = False) -> bool:
        """Whether ``found`` has these values; ``within``: whether its sets hold at least these."""
        return all(_same(getattr(found, name), value, within=within) for name, value in self.fields)


class Expected(Struct, frozen=True):
    """What is to be seen of one noun. ``more`` where rows that are not listed may be there as well."""

    noun: str
    more: bool
    rows: tuple[Wanted, ...]
    never: tuple[Wanted, ...]
    open: tuple[Wanted, ...]
    problems: tuple[Wanted, ...]


class Sample(Struct, frozen=True):
    """The expectations of one sample; ``remote`` is the address that its repository is taken to have."""

    remote: str
    nouns: tuple[Expected, ...]


class WrongExpectation(Exception):  # noqa: N818 - it is a sentence about the file
    """The file of expectations says something that no row could answer."""


def sample(text: bytes) -> Sample:
    """The expectations that ``text`` holds. Raises ``WrongExpectation``."""
    (root,) = parse(text)
    top = _table(root, HEAD)
    if not top.text("what") or not top.items("traps"):
        raise WrongExpectation("it does not say what the sample is (what) and what must not fool (traps)")
    nouns = tuple(_expected(name, value) for name, value in _table(top.get("facts")).pairs)
    if not nouns:
        raise WrongExpectation("it expects nothing (facts)")
    return Sample(top.text("remote"), nouns)


def _expected(name: Scalar, value: Node) -> Expected:
    noun = NOUNS.get(name.text)
    if noun is None:
        raise WrongExpectation(f"line {name.line}: there is no noun '{name.text}'")
    table = _table(value, PARTS)
    more = table.text("more")
    if more not in {"", "true"}:
        raise WrongExpectation(f"line {name.line}: more is true, or left out")
    return Expected(
        noun.name,
        bool(more),
        tuple(_row(one, noun) for one in table.items("rows")),
        tuple(_row(one, noun, "why") for one in table.items("never")),
        tuple(_wanted(one, names_of(Opening)) for one in table.items("open")),
        tuple(_wanted(one, names_of(Problem)) for one in table.items("problems")),
    )


def _row(node: Node, noun: Noun[Any], reason: str = "") -> Wanted:
    """A row by some of its fields. ``reason`` is a key that has to say why there must be none like it."""
    table = _table(node)
    if reason and not table.text(reason):
        raise WrongExpectation(f"line {table.line}: it does not say {reason}")
    known = fields_of(noun.row)
    wanted = _wanted(node, known, reason)
    for name, value in wanted.fields:
        field = known[name]
        choices = set(field.choices) or ({"true", "false"} if field.kind == "boolean" else set())
        if noun.name.startswith("ci.") and name in {"purposes", "claims"}:
            choices = set(PURPOSES)
        said = value if isinstance(value, frozenset) else frozenset({value})
        if isinstance(value, frozenset) != (field.kind == "set") and said != {UNKNOWN}:
            raise WrongExpectation(f"line {wanted.line}: '{name}' is {field.kind}")
        if UNKNOWN in said and field.optional:
            continue
        if (choices and said - choices) or (field.kind == "number" and not str(value).isdigit()):
            raise WrongExpectation(f"line {wanted.line}: '{name}' is never {_shown(value)}")
    return wanted


def _wanted(node: Node, known: Iterable[str], beside: str = "") -> Wanted:
    table, names = _table(node), set(known)
    pairs = [(key, value) for key, value in table if key.text != beside]
    for key, _ in pairs:
        if key.text not in names:
            raise WrongExpectation(f"line {key.line}: there is no field '{key.text}'")
    if not pairs:
        raise WrongExpectation(f"line {table.line}: it says nothing")
    return Wanted(table.line, tuple((key.text, _value(value)) for key, value in pairs))


def _value(node: Node) -> str | frozenset[str]:
    if isinstance(node, Items):
        return frozenset(item.text for item in node if isinstance(item, Scalar))
    if isinstance(node, Scalar):
        return node.text
    raise WrongExpectation(f"line {node.line}: a field is a text or a list of texts")


def _table(node: Node | None, keys: Iterable[str] = ()) -> Table:
    if not isinstance(node, Table):
        raise WrongExpectation(f"line {node.line if node else 1}: this is a mapping")
    for key, _ in node:
        if keys and key.text not in keys:
            raise WrongExpectation(f"line {key.line}: '{key.text}' is none of {', '.join(sorted(keys))}")
    return node


def _same(found: Any, value: str | frozenset[str], *, within: bool) -> bool:
    if isinstance(found, frozenset):
        texts = frozenset(map(str, found))
        return isinstance(value, frozenset) and (value <= texts if within else value == texts)
    return _text(found) == value


def _text(found: Any) -> str:
    if found is None:
        return UNKNOWN
    return str(found).lower() if isinstance(found, bool) else str(found)


def _shown(value: Any) -> str:
    return f"[{', '.join(sorted(map(str, value)))}]" if isinstance(value, frozenset) else _text(value)


def differences(facts: Store, expected: Expected) -> list[str]:
    """One line for everything of a noun that is not as it is expected."""
    found = facts.collected(NOUNS[expected.noun])
    rows = [row for row in found.rows if row.role is Role.PRODUCT]
    names = {name for one in expected.rows for name, _ in one.fields} | {"path", "line"}
    lines = _unlike(expected.rows, rows, "row", sorted(names), more=expected.more)
    lines += [
        f"must not be: {one}" for one in expected.never if any(one.fits(row, within=True) for row in rows)
    ]
    lines += _unlike(expected.open, found.openings, "opening", names_of(Opening))
    lines += _unlike(expected.problems, found.problems, "problem", names_of(Problem))
    return [f"{expected.noun}: {line}" for line in lines]


def _unlike(
    wanted: Sequence[Wanted], found: Sequence[Any], what: str, names: Iterable[str], *, more: bool = False
) -> list[str]:
    """What is wanted and not found; unless ``more`` is allowed, what is found and not wanted.

    Each thing that was found answers one wish, the one that says most first.
    """
    left, missing = list(found), []
    for one in sorted(wanted, key=lambda one: -len(one.fields)):
        fitting = next((thing for thing in left if one.fits(thing)), None)
        if fitting is None:
            missing.append(f"no {what} as in {one}")
        else:
            left.remove(fitting)
    others = [] if more else left
    return missing + [
        f"another {what}: " + ", ".join(f"{name}={_shown(getattr(one, name))}" for name in names)
        for one in others
    ]


def facts_of(files: Mapping[str, str | bytes], remote: str = "") -> Store:
    subject = Subject("sample", default_branch="main", remote=remote, committed="2026-06-01")
    programs = [path for path, content in files.items() if content[:2] in {"#!", b"#!"}]
    return Store(MemoryTree(files, subject=subject, executable=programs))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_seen_as_a_reader_sees_it(name: str) -> None:
    root = FORMATS / name
    files = {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }
    expected = sample((FORMATS / f"{name}.yaml").read_bytes())
    facts = facts_of(files, expected.remote)
    assert [line for one in expected.nouns for line in differences(facts, one)] == []


def test_every_sample_has_expectations_and_every_expectation_a_sample() -> None:
    assert sorted(path.stem for path in FORMATS.glob("*.yaml")) == SAMPLES


def test_all_samples_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in FORMATS.rglob("*") if path.is_file()) < 400_000


GOOD = """\
what: A lantern.
traps: [A test that is masked.]
facts:
  ci.step:
    rows:
      - {path: .github/workflows/ci.yml, line: 6, purposes: [test], blocking: false}
"""
WORKFLOW = """\
on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: pytest
        continue-on-error: true
"""
FILES = {".github/workflows/ci.yml": WORKFLOW}


def told(text: str, files: Mapping[str, str] | None = None) -> list[str]:
    return [
        line
        for one in sample(text.encode()).nouns
        for line in differences(facts_of(FILES if files is None else files), one)
    ]


def test_what_is_as_expected_differs_in_nothing() -> None:
    assert told(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("false", "true", "ci.step: no row as in line 6: "),
        ("line: 6", "line: 5", "ci.step: no row as in line 6: "),
        ("[test]", "[test, lint]", "ci.step: no row as in line 6: "),
        ("rows:", "more: true\n    never:", "ci.step: must not be: line 7: "),
        ("rows:", "more: true\n    open:", "ci.step: no opening as in line 7: "),
        ("rows:", "more: true\n    problems:", "ci.step: no problem as in line 7: "),
    ],
)
def test_what_is_not_as_expected_is_told(old: str, new: str, line: str) -> None:
    part = new.partition("\n")[2].strip().removesuffix(":")
    text = GOOD.replace(old, new)
    if part == "never":
        text = text.replace("blocking: false", "blocking: false, why: it is masked")
    elif part:
        text = text.replace(", purposes: [test], blocking: false", "")
    assert [one[: len(line)] for one in told(text)][:1] == [line]


def test_a_row_that_nobody_expects_is_told_unless_more_is_allowed() -> None:
    files = {".github/workflows/ci.yml": WORKFLOW + "      - run: ruff check\n"}
    assert [line[:30] for line in told(GOOD, files)] == ["ci.step: another row: blocking"]
    assert told(GOOD.replace("    rows:", "    more: true\n    rows:"), files) == []


def test_a_row_answers_one_expectation_only() -> None:
    again = GOOD + "      - {path: .github/workflows/ci.yml}\n"
    assert told(again) == ["ci.step: no row as in line 7: path=.github/workflows/ci.yml"]


def test_an_opening_or_a_problem_that_nobody_expects_is_told() -> None:
    broken = {".github/workflows/ci.yml": "on: [push\n"}
    pipelines = GOOD[: GOOD.index("  ci.step")] + "  ci.pipeline: {}\n"
    assert [line[:28] for line in told(pipelines, broken)] == ["ci.pipeline: another problem"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("what: A lantern.", "", "what the sample is"),
        ("traps: [A test that is masked.]", "", "what must not fool"),
        ("what:", "waht: x\nwhat:", "'waht' is none of"),
        ("ci.step", "ci.stop", "there is no noun 'ci.stop'"),
        ("rows", "row", "'row' is none of"),
        ("rows", "never", "it does not say why"),
        ("blocking", "blocks", "there is no field 'blocks'"),
        ("false", "no", "'blocking' is never no"),
        ("false", "unknown", "'blocking' is never unknown"),
        ("[test]", "[tests]", r"'purposes' is never \[tests\]"),
        ("[test]", "test", "'purposes' is set"),
        ("line: 6", "line: [5]", "'line' is number"),
        ("line: 6", "line: five", "'line' is never five"),
        ("line: 6", "line: {a: 5}", "a field is a text or a list"),
        ("    rows:", "    more: yes\n    rows:", "more is true"),
        (
            "{path: .github/workflows/ci.yml, line: 6, purposes: [test], blocking: false}",
            "{}",
            "says nothing",
        ),
    ],
)
def test_an_expectation_that_nothing_could_meet_is_refused(old: str, new: str, reason: str) -> None:
    with pytest.raises(WrongExpectation, match=reason):
        sample(GOOD.replace(old, new, 1).encode())


def test_an_expectation_of_nothing_is_refused() -> None:
    with pytest.raises(WrongExpectation, match="it expects nothing"):
        sample(b"what: A lantern.\ntraps: [none]\nfacts: {}\n")
