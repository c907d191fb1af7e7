"""Rules read from YAML: what the format knows, and how it refuses what it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import pytest
from toys import RULE, Thing, noun, pack, question, read

from readiness.errors import ReadinessError, RuleError
from readiness.facts.catalogue import NOUNS
from readiness.facts.model import Row
from readiness.levels import Level
from readiness.requirement import Requirement
from readiness.rulebook.fields import fields_of
from readiness.rulebook.load import load_rulebook
from readiness.rulebook.model import AtLeast, Condition, Covered, Every, No, Past, Some

if TYPE_CHECKING:
    from pathlib import Path


def refusal(text: str) -> str:
    """The sentence with which the rule ``text`` is refused, without the folder."""
    with pytest.raises(RuleError) as caught:
        read(text)
    return str(caught.value).removeprefix("rules/cicd/lights.yaml:")


def changed(old: str, new: str) -> str:
    assert RULE.count(old) == 1, old
    return RULE.replace(old, new)


def whole(evidence: str) -> str:
    """The rule with this partial rung alone."""
    return changed("  implemented: { where: { on: true } }\n", "").replace("{ some: thing }", evidence)


def test_a_rule_is_read_with_its_defaults() -> None:
    rule = read()
    assert (
        rule.id,
        rule.area,
        rule.weight,
        rule.lifecycle,
        rule.absence,
    ) == ("cicd/lights", "cicd", 6, "stable", "high")
    assert [rung.level for rung in rule.rungs] == [Level.PARTIAL, Level.IMPLEMENTED]
    assert Level.IMPLEMENTED is rule.top
    assert rule.asks_presence


@pytest.mark.parametrize(("severity", "weight"), [("critical", 10), ("high", 6), ("medium", 3), ("low", 1)])
def test_a_weight_follows_the_severity(severity: str, weight: int) -> None:
    assert weight == read(changed("severity: high", f"severity: {severity}")).weight


def test_every_key_finds_its_place() -> None:
    rule = read(
        changed(
            "strength:",
            """\
applies: { some: thing }
otherwise: there are
  no things
environments: [production, all]
profiles: service
limits: None.
standards: { ZZ: [a, b], AZ: c }
phase: security
component: lamp
theme: light
absence: low
matrix: [cicd]
compliance: [devops]
lifecycle: shadow
formerly: cicd/lamps
strength:""",
        ).replace("effort: S", 'effort: S, snippet: "a\\n b\\n"')
    )
    assert rule.otherwise == "there are no things"
    assert rule.environments == ("production", "all")
    assert rule.profiles == ("service",)
    assert rule.standards == {"ZZ": ("a", "b"), "AZ": ("c",)}
    assert (
        rule.phase,
        rule.component,
        rule.theme,
        rule.absence,
        rule.lifecycle,
    ) == ("security", "lamp", "light", "low", "shadow")
    assert (rule.fix.snippet, rule.fix.effort) == ("a\n b\n", "S")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("gap:", "gapp:", "9: a rule has no key 'gapp'; did you mean 'gap'?"),
        ("gap: Things are off\n", "", "1: a rule lacks 'gap'"),
        ("gap:", "title: again\ngap:", "9: 'title' is given twice"),
        ("gap: Things are off", "gap: ' '", "9: 'gap' must be a text"),
        ("gap: Things are off", "gap: [a]", "9: 'gap' must be a text"),
        ("severity: high", "severity: hihg", "2: severity is never 'hihg'; did you mean 'high'?"),
        (
            "severity: high",
            "severity: [high]",
            "2: severity is never ''; one of: critical, high, medium, low",
        ),
        ("tier: B", "tier: D", "3: tier is never 'D'; one of: A, B, C"),
        ("tier: B", "tier: B\nweight: 0", "4: 'weight' must be a whole number, 1 or more"),
        ("tier: B", f"tier: B\nweight: {'9' * 5000}", "4: 'weight' must be a whole number, 1 or more"),
        ("tier: B", "tier: B\nweight: '3'", "4: 'weight' must be a whole number, 1 or more"),
        ("tier: B", "tier: B\nprofiles: [{a: b}]", "4: 'profiles' must be a text or a list of texts"),
        ("some: thing ", "some: thingy ", "6: unknown noun 'thingy'; did you mean 'thing'?"),
        ("{ on: true }", "{ onn: true }", "7: thing has no field 'onn'; did you mean 'on'?"),
        ("{ on: true }", "{ on: maybe }", "7: thing.on is true or false"),
        (
            "{ on: true }",
            "{ on: [true, {}] }",
            "7: a value for thing.on must be a word, a number or a list of them",
        ),
        ("{ on: true }", "{ on: [] }", "7: the list for 'on' is empty"),
        ("{ on: true }", "{ on: true, on: false }", "7: 'on' is given twice"),
        ("{ on: true }", "[on]", "7: 'where' must be a mapping of fields to what they must be"),
        ("{ on: true }", "{}", "7: 'where' must be a mapping of fields to what they must be"),
        ("{ on: true }", "{ kind: lmap }", "7: kind is never 'lmap'; did you mean 'lamp'?"),
        ("{ on: true }", "{ kind: zz }", "7: kind is never 'zz'; one of: lamp, motor"),
        ("{ on: true }", "{ tags: blue }", "7: tags is never 'blue'; one of: red, green"),
        ("{ on: true }", "{ count: many }", "7: thing.count must be a whole number, 0 or more"),
        (
            "{ on: true }",
            "{ name: { mathces: x } }",
            "7: unknown comparison 'mathces'; did you mean 'matches'?",
        ),
        (
            "{ on: true }",
            "{ name: { matches: x, not: y } }",
            "7: a comparison is exactly one of: matches, at_least, at_most, known, not",
        ),
        (
            "{ on: true }",
            "{ name: { at_least: 2 } }",
            "7: 'at_least' cannot be asked of thing.name, which is a text",
        ),
        (
            "{ on: true }",
            "{ on: { matches: x } }",
            "7: 'matches' cannot be asked of thing.on, which is a boolean",
        ),
        (
            "{ on: true }",
            "{ name: { known: true } }",
            "7: 'known' cannot be asked of thing.name, which is always known",
        ),
        ("{ on: true }", "{ on: { known: maybe } }", "7: thing.on is true or false"),
        ("{ on: true }", "{ count: { at_most: x } }", "7: 'at_most' must be a whole number, 0 or more"),
        (
            "{ on: true }",
            "{ name: { matches: 'a(?=b)' } }",
            "7: not a pattern (RE2 syntax): invalid perl operator: (?=",
        ),
        ("{ on: true }", "{ key: 'a[b' }", "7: not a glob: the class that starts in '[b' is not closed"),
        (
            "{ where: { on: true } }",
            "{ holds: { on: true } }",
            "7: a rung that narrows 'some: thing' has no key 'holds'; one of: where, at_least, distinct",
        ),
        ("{ where: { on: true } }", "[a]", "7: the rung 'implemented' must be a mapping of keys to values"),
        (
            "{ where: { on: true } }",
            "{ some: thing, no: thing }",
            "7: the rung 'implemented' has exactly one of some, no, every, all_of, any_of, not 'some, no'",
        ),
        (
            "  partial: { some: thing }\n",
            "",
            "6: the rung 'implemented' has exactly one of some, no, every, all_of, any_of, not 'where'",
        ),
        ("partial:", "absent:", "6: 'evidence' has no key 'absent'"),
        (", steps: [Switch it on.]", "", "10: 'fix' needs 'steps'"),
        ("effort: S", "effort: Q", "10: effort is never 'Q'; one of: S, M, L"),
        ("effort: S", "effort: S, snippet: [a]", "10: 'snippet' must be a text"),
        (
            "tier: B",
            "tier: B\nenvironments: produktion",
            "4: environments never hold 'produktion'; did you mean 'production'?",
        ),
        (
            "tier: B",
            "tier: B\nenvironments: x",
            "4: environments never hold 'x'; one of: all, development, staging, production",
        ),
        ("tier: B", "tier: B\napplies: { some: thing }", "1: a rule lacks 'otherwise'"),
        (
            "tier: B",
            "tier: B\nrequires: { rule: a/b, all_of: [a/b] }",
            "4: 'requires' has exactly one of: rule, all_of, any_of",
        ),
        ("tier: B", "tier: B\nrequires: { rule: a/b, at_least: much }", "4: at_least is never 'much'"),
        ("tier: B", "tier: B\ncases: { a: b }", "4: 'cases' must be a list"),
        (
            "tier: B",
            "tier: B\ncases: [{ name: a, level: partial, files: { a: [b] } }]",
            "4: 'files' must be a mapping of paths to texts",
        ),
        (
            "tier: B",
            "tier: B\ncases: [{ name: a, level: absent, files: { ../a: b } }]",
            "4: '../a' is not a path relative to the root",
        ),
        (
            "tier: B",
            "tier: B\ncases: [{ name: a, level: absent, files: { a: b, a: c } }]",
            "4: 'a' is given twice",
        ),
        (
            "tier: B",
            "tier: B\ncases: [{ name: a, level: absent, untracked: abcd, files: { abc: b } }]",
            "4: 'untracked' names no file 'abcd'; did you mean 'abc'?",
        ),
        (
            "tier: B",
            "tier: B\ncases: [{ name: a, level: absent, files: {}, commits: { Ann: [soon] } }]",
            "4: a commit's days must be a whole number, 0 or more",
        ),
        (
            "tier: B",
            "tier: B\ncases: [{ name: a, level: absent, files: {}, commits: [Ann] }]",
            "4: 'commits' must be a mapping of keys to values",
        ),
        (
            "tier: B",
            "tier: B\ncases: [{ name: a, level: absent, files: {}, removed: { /etc: x } }]",
            "4: '/etc' is not a path relative to the root",
        ),
        (
            "tier: B",
            "tier: B\ncases: [{ name: a, level: absent, files: {}, removed: { a: [b] } }]",
            "4: 'removed' must be a mapping of paths to texts",
        ),
        ("tier: B", "tier: B\ncases: [{ name: a, level: much, files: {} }]", "4: level is never 'much'"),
        (
            "tier: B",
            "tier: B\ncases:" + 2 * "\n  - { name: a, level: absent, files: {} }",
            "5: two cases are called 'a'",
        ),
        ("tier: B", "tier: B\ncases: [{ name: a, files: {} }]", "4: a case lacks 'level'"),
    ],
)
def test_what_the_format_does_not_know_is_refused_with_its_line(old: str, new: str, message: str) -> None:
    assert refusal(changed(old, new)).startswith(message)


@pytest.mark.parametrize(
    ("evidence", "message"),
    [
        (
            "{ some: thing, where: { on: true }, at_most: 1 }",
            "6: a question with 'some' has no key 'at_most'",
        ),
        ("{ some: thing, at_least: 0 }", "6: 'at_least' must be a whole number, 1 or more"),
        ("{ some: thing, distinct: keys }", "6: thing has no field 'keys'; did you mean 'key'?"),
        ("{ every: thing }", "6: 'every: thing' lacks 'holds'"),
        ("{ every: thing, holds: { on: true }, share: 1 }", "6: 'share' must be a number such as 0.8"),
        ("{ every: thing, holds: { on: true }, share: 0.8125 }", "6: 'share' must be a number such as 0.8"),
        ("{ every: thing, holds: { on: true }, share: [0.8] }", "6: 'share' must be a number such as 0.8"),
        ("{ every: thing, holds: { on: true }, share: 0.0 }", "6: 'share' must be a number such as 0.8"),
        ("{ all_of: [] }", "6: 'all_of' must be a list of questions"),
        ("{ any_of: thing }", "6: 'any_of' must be a list of questions"),
        ("{ any_of: [thing] }", "6: a question must be a mapping of keys to values"),
        (
            "{ sone: thing }",
            "6: the rung 'partial' has exactly one of some, no, every, all_of, any_of, not 'sone'",
        ),
    ],
)
def test_a_question_that_is_none_is_refused(evidence: str, message: str) -> None:
    assert refusal(whole(evidence)).startswith(message)


def test_an_all_of_cannot_be_narrowed() -> None:
    text = changed("{ some: thing }", "{ all_of: [{ some: thing }] }")
    assert refusal(text).startswith("7: a rung that narrows needs a 'some', 'no' or 'every' below it")


def test_a_ladder_needs_a_rung() -> None:
    text = whole("{ some: thing }").replace("partial:", "planned:")
    assert refusal(text) == "6: 'evidence' needs a rung: partial, implemented, enforced"


def test_a_file_that_is_no_yaml_is_refused_with_its_line() -> None:
    assert refusal("a: 1\nb: [\n").partition(":")[0] in {"2", "3"}


@pytest.mark.parametrize("text", ["", "---\n" + RULE + "---\n" + RULE])
def test_a_file_holds_exactly_one_rule(text: str) -> None:
    assert refusal(text) == "1: a rule file holds exactly one rule"


def test_a_list_is_no_rule() -> None:
    assert refusal("- a\n") == "1: a rule must be a mapping of keys to values"


def test_a_scoped_noun_must_be_told_which_files() -> None:
    with pytest.raises(RuleError, match="thing needs a 'path' condition that names the files"):
        question("{some: thing, where: {path: {matches: a}}}", noun(scoped=True))


def test_a_narrowing_rung_adds_to_the_rung_below() -> None:
    some = read(
        changed("where: { on: true }", "where: { count: { at_least: 2 } }, at_least: 3, distinct: key")
    )
    assert [rung.question.at_least for rung in some.rungs if isinstance(rung.question, Some)] == [1, 3]
    no = read(
        changed("{ some: thing }", "{ no: thing, at_most: 4 }").replace("where: { on: true }", "at_most: 1")
    )
    assert [rung.question.at_most for rung in no.rungs if isinstance(rung.question, No)] == [4, 1]
    every = read(
        changed("{ some: thing }", "{ every: thing, holds: { on: true }, share: 0.25 }").replace(
            "where: { on: true } }", "holds: { count: 1 }, share: 0.5 }"
        )
    )
    shares = [
        (rung.question.share, len(rung.question.holds))
        for rung in every.rungs
        if isinstance(rung.question, Every)
    ]
    assert shares == [(250, 1), (500, 2)]


def test_a_narrowing_rung_keeps_what_it_does_not_name() -> None:
    rule = read(
        changed("{ some: thing }", "{ some: thing, at_least: 2, distinct: key, where: { key: 'x/*' } }")
    )
    top = rule.rungs[-1].question
    assert isinstance(top, Some)
    assert (top.at_least, top.distinct) == (2, "key")
    assert Condition("key", Covered(("x/*",)), "is like x/*") == top.where[0]


def test_a_requirement_is_one_rule_or_a_choice() -> None:
    one = read(changed("tier: B", "tier: B\nrequires: a/b"))
    assert Requirement("a/b", Level.PARTIAL) == one.requires
    two = read(changed("tier: B", "tier: B\nrequires: { any_of: [a/b, { rule: c/d, at_least: enforced }] }"))
    assert Requirement(any_of=(Requirement("a/b"), Requirement("c/d", Level.ENFORCED))) == two.requires
    assert two.requires is not None
    assert two.requires.rules() == ("a/b", "c/d")


def test_a_case_that_does_not_apply_has_no_level() -> None:
    rule = read(
        changed("tier: B", "tier: B\ncases: [{ name: a, applies: false, untracked: b, files: { b: c } }]")
    )
    (case,) = rule.cases
    assert (
        case.applies,
        case.level,
        case.ceiling,
        case.untracked,
        case.files,
    ) == (False, None, None, ("b",), {"b": "c"})


def test_a_case_without_a_ceiling_has_its_level_as_ceiling() -> None:
    text = (
        "tier: B\ncases:\n"
        " - { name: a, level: absent, files: {} }\n"
        " - { name: b, level: absent, ceiling: partial, files: {} }"
    )
    first, second = read(changed("tier: B", text)).cases
    assert (first.ceiling, second.ceiling) == (Level.ABSENT, Level.PARTIAL)


def test_a_folder_is_a_pack_with_a_digest_of_its_bytes(tmp_path: Path) -> None:
    first = load_rulebook([pack(tmp_path / "a")], NOUNS)
    again = load_rulebook([pack(tmp_path / "b")], NOUNS)
    other = pack(tmp_path / "c")
    (other / "cicd" / "one.yaml").write_bytes((other / "cicd" / "one.yaml").read_bytes() + b"\n")
    assert first.packs[0].digest == again.packs[0].digest
    assert load_rulebook([other], NOUNS).packs[0].digest != first.packs[0].digest
    assert [rule.id for rule in first.rules] == [
        "cicd/one",
        "cicd/three",
        "cicd/two",
        "container/five",
        "container/four",
        "container/six",
    ]


def test_a_later_pack_replaces_a_rule_of_the_same_id(tmp_path: Path) -> None:
    own = tmp_path / "own" / "cicd"
    own.mkdir(parents=True)
    (own / "two.yaml").write_text(
        RULE.replace("some: thing", "some: file").replace("on: true", "empty: true")
    )
    book = load_rulebook([pack(tmp_path / "a"), tmp_path / "own"], NOUNS)
    assert book.rule("cicd/two").title == "Things are on"
    assert len(book.rules) == 6


def test_a_rule_is_found_by_its_former_id_and_a_typo_is_answered(tmp_path: Path) -> None:
    folder = pack(tmp_path)
    file = folder / "cicd" / "two.yaml"
    file.write_text(file.read_text() + "formerly: cicd/zwei\n")
    book = load_rulebook([folder], NOUNS)
    assert book.rule("cicd/zwei").id == "cicd/two"
    with pytest.raises(ReadinessError, match="there is no rule 'cicd/thre'; did you mean 'cicd/three'"):
        book.rule("cicd/thre")


def test_a_folder_that_is_not_there_or_holds_no_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadinessError, match="no folder of rules at"):
        load_rulebook([tmp_path / "none"], NOUNS)
    with pytest.raises(ReadinessError, match="holds no rules; they are read from cicd,"):
        load_rulebook([tmp_path], NOUNS)


def rewritten(folder: Path, name: str, requires: str) -> None:
    file = folder / "cicd" / f"{name}.yaml"
    lines = [line for line in file.read_text().splitlines(keepends=True) if not line.startswith("requires")]
    file.write_text("".join(lines) + f"requires: {requires}\n")


def test_a_rule_that_is_required_must_exist(tmp_path: Path) -> None:
    rewritten(pack(tmp_path), "two", "cicd/thre")
    with pytest.raises(RuleError) as caught:
        load_rulebook([tmp_path], NOUNS)
    assert (
        f"{tmp_path.name}/cicd/two.yaml:1: 'requires' names no rule 'cicd/thre'; did you mean 'cicd/three'?"
        == str(caught.value)
    )


def test_more_than_the_top_of_a_ladder_cannot_be_required(tmp_path: Path) -> None:
    rewritten(pack(tmp_path), "two", "{ any_of: [{ rule: cicd/one, at_least: enforced }] }")
    with pytest.raises(RuleError, match="asks cicd/one to be enforced, but its ladder ends at implemented"):
        load_rulebook([tmp_path], NOUNS)


def test_requirements_do_not_go_in_a_circle(tmp_path: Path) -> None:
    rewritten(pack(tmp_path), "one", "{ all_of: [cicd/two] }")
    rewritten(tmp_path, "two", "cicd/three")
    with pytest.raises(RuleError, match="in a circle: cicd/one → cicd/two → cicd/three → cicd/one"):
        load_rulebook([tmp_path], NOUNS)


def test_the_fields_of_a_row_have_kinds_choices_and_meanings() -> None:
    fields = fields_of(Thing)
    assert list(fields) == [
        "name",
        "key",
        "count",
        "on",
        "kind",
        "tags",
        "path",
        "line",
        "role",
        "environment",
        "text",
    ]
    assert [field.kind for field in fields.values()][:6] == [
        "text",
        "glob",
        "number",
        "boolean",
        "text",
        "set",
    ]
    assert (fields["on"].optional, fields["on"].meaning) == (True, "whether it is switched on")
    assert (fields["kind"].choices, fields["tags"].choices) == (("lamp", "motor"), ("red", "green"))
    assert "product" in fields["role"].choices


class Nameless(Row, frozen=True, kw_only=True):
    what: str = ""


class Strange(Row, frozen=True, kw_only=True):
    what: Annotated[complex, "no condition knows it"] = 0j


def test_a_field_without_meaning_or_of_a_strange_type_is_our_own_bug() -> None:
    with pytest.raises(TypeError, match=r"Nameless\.what has no meaning"):
        dict(fields_of(Nameless))
    with pytest.raises(TypeError, match=r"Strange\.what: no condition knows the type"):
        dict(fields_of(Strange))


def test_a_number_may_be_asked_of_a_set_for_its_size() -> None:
    made = question("{some: thing, where: {tags: {at_least: 2}}}")
    assert isinstance(made, Some)
    assert AtLeast(2) == made.where[0].comparison


def test_a_case_may_say_what_came_before() -> None:
    rule = read(
        changed(
            "tier: B",
            "tier: B\ncases: [{ name: a, level: absent, files: {}, tags: [v2, v1], removed: { .env: A=b },"
            " commits: { Ann: [1, 20], Bob: 3 } }, { name: b, level: absent, files: {} }]",
        )
    )
    first, second = rule.cases
    assert Past((("Ann", 1), ("Ann", 20), ("Bob", 3)), ("v2", "v1"), {".env": "A=b"}) == first.past
    assert second.past is None
