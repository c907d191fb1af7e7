"""For those who write rules: lint, a first draft, the reference, the schema, the table of a test run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from cli_support import Line, small_rules
from toys import PACK_RULE, pack

from readiness.authoring.draft import draft
from readiness.authoring.lint import lint
from readiness.authoring.pages import pages
from readiness.authoring.schema import rule_schema
from readiness.cli.options import book
from readiness.errors import OutputError, ReadinessError
from readiness.facts.catalogue import NOUNS
from readiness.proof import failures, unproved
from readiness.resources import shipped
from readiness.rulebook.load import load_rulebook, read_rule

if TYPE_CHECKING:
    from pathlib import Path

    from readiness.rulebook.model import Rule

RULE = PACK_RULE.format(name="lamp", severity="low", more="")


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Line:
    small_rules(tmp_path, monkeypatch)
    return Line(tmp_path, capsys)


def rule(old: str = "", new: str = "", name: str = "lamp") -> Rule:
    """The toy rule with ``old`` replaced."""
    assert old in RULE
    return read_rule(f"rules/cicd/{name}.yaml", RULE.replace(old, new, 1).encode(), NOUNS)


def others() -> list[Rule]:
    """Enough rules beside it that neither it nor an area stands out."""
    return [rule(name=f"other{number}") for number in range(4)]


def findings(old: str, new: str) -> list[str]:
    one = rule(old, new)
    return [finding.message for finding in lint([one], [one, *others()])]


def test_the_shipped_rules_have_nothing_wrong_with_them() -> None:
    rules = book(cases=True).rules
    assert list(lint(rules)) == []


def test_a_rule_as_it_should_be_has_no_finding() -> None:
    assert findings("", "") == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "title: There is a lamp",
            "title: There is a lamp.",
            "'title' is a headline: no full stop at its end",
        ),
        ("gap: There is no lamp", "gap: there is no lamp", "'gap' begins with a capital letter"),
        (
            "strength: There is a lamp",
            f"strength: {'Lamp ' * 50}",
            "'strength' is 249 characters long; 200 are the most",
        ),
        (
            "why: Somebody looks for it.",
            "why: Somebody looks for it",
            "'why' ends with a full stop: '…Somebody looks for it'",
        ),
        ("[Write a lamp.]", "[Simply write a lamp.]", "the word 'simply' says nothing here"),
        (
            "tier: C",
            "tier: C\nstandards: {OSP: [x]}",
            "there is no framework 'OSP'; did you mean 'OSPS'?; rules/standards.yaml lists them",
        ),
        (
            "tier: C",
            "tier: C\nstandards: {SLSA: [Build-L11]}",
            "SLSA, build and source tracks has no control 'Build-L11'; did you mean 'Build-L1'?",
        ),
        (
            "  - { name: empty, level: partial, files: { lamp.txt: '' } }\n",
            "",
            "no case reaches partial",
        ),
        ("cases:", "formerly: []\ncases:", ""),
    ],
)
def test_what_is_wrong_is_said(old: str, new: str, message: str) -> None:
    found = findings(old, new)
    assert message in found if message else found == []


def test_a_rule_without_cases_has_no_proof() -> None:
    text = RULE.partition("cases:")[0]
    one = read_rule("rules/cicd/lamp.yaml", text.encode(), NOUNS)
    assert [found.message for found in lint([one], [one, *others()])] == ["it has no cases, and so no proof"]


def test_a_rule_that_outweighs_the_others_is_said() -> None:
    heavy = rule("weight: 10", "weight: 90")
    (found,) = lint([heavy], [heavy, *others()])
    assert found.place == "rules/cicd/lamp.yaml:1"
    assert found.message.startswith("at tier C it alone is worth 17.3 of 100 points; more than 8")


def test_a_rule_in_shadow_weighs_nothing() -> None:
    shadow = rule("weight: 10", "weight: 90\nlifecycle: shadow")
    assert list(lint([shadow], [shadow, *others()])) == []


def test_an_area_that_would_not_be_assessed_is_said() -> None:
    (found,) = (one for one in lint([], [rule()]))
    assert found.place == "cicd"
    assert (
        found.message
        == "the area is thin at tier C: 1 rules of together 10 weight; 3 rules of 20 are the least"
    )


def test_a_draft_loads_passes_its_cases_and_is_flagged_until_it_is_written(tmp_path: Path) -> None:
    file = draft("operations/on-call-handover", tmp_path)
    assert file == tmp_path / "operations" / "on-call-handover.yaml"
    one = read_rule("rules/operations/on-call-handover.yaml", file.read_bytes(), NOUNS)
    assert [failure for case in one.cases for failure in failures(one, case)] == []
    assert unproved(one) == ()
    assert "the word 'todo' says nothing here" in [found.message for found in lint([one], [one])]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("lamp", "'lamp' is no name for a rule; write <area>/<name>, such as cicd/tests-run"),
        ("cicd/../lamp", "'cicd/../lamp' is no name for a rule"),
        ("cicd/Lamp", "'cicd/Lamp' is no name for a rule"),
        ("cidc/lamp", "there is no area 'cidc'; did you mean 'cicd'?"),
        ("zoo/lamp", "there is no area 'zoo'; one of: cicd, container, monitoring, operations, security"),
    ],
)
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str, sentence: str) -> None:
    with pytest.raises(ReadinessError) as caught:
        draft(name, tmp_path)
    assert str(caught.value).startswith(sentence)
    assert list(tmp_path.iterdir()) == []


def test_a_draft_takes_no_rule_away(tmp_path: Path) -> None:
    draft("cicd/lamp", tmp_path)
    with pytest.raises(ReadinessError, match="is there already"):
        draft("cicd/lamp", tmp_path)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError):
        draft("cicd/lamp", tmp_path / "file")


class Core(yaml.SafeLoader):
    """YAML 1.2, as editors read it: `no` is a text."""


Core.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def test_every_shipped_rule_is_as_the_schema_says() -> None:
    validator = jsonschema.Draft202012Validator(rule_schema(NOUNS))
    jsonschema.Draft202012Validator.check_schema(rule_schema(NOUNS))
    for file in sorted(shipped("rules").glob("*/*.yaml"))[::7]:
        assert [error.message for error in validator.iter_errors(yaml.load(file.read_bytes(), Core))] == [], (
            file
        )


@pytest.mark.parametrize(
    "change",
    [
        {"titel": "x"},
        {"severity": "urgent"},
        {"evidence": {"partial": {"some": "fiel"}}},
        {"evidence": {"partial": {"some": "file", "where": {"pth": "x"}}}},
        {"fix": {"steps": ["x"], "effort": "XL"}},
        {"cases": [{"files": {}}]},
    ],
)
def test_the_schema_refuses_what_the_format_does_not_know(change: dict[str, Any]) -> None:
    validator = jsonschema.Draft202012Validator(rule_schema(NOUNS))
    good = yaml.load(RULE, Core)
    assert validator.is_valid(good)
    assert not validator.is_valid(good | change)


def test_the_reference_has_a_page_for_each_rule(tmp_path: Path) -> None:
    rules = load_rulebook([pack(tmp_path / "rules")], NOUNS).rules
    made = pages(rules)
    assert sorted(made) == sorted(["README.md", "standards.md", *(f"{one.id}.md" for one in rules)])
    page = made["cicd/three.md"]
    assert page.startswith(
        "# There is a three\n\n`cicd/three` · low · weight 10 · from tier C\n\nSomebody looks for it.\n"
    )
    assert "Waits for [cicd/one](../cicd/one.md) to be partial or better" in page
    assert "| partial | some file whose path is like three.txt |" in page
    assert "### Empty: partial\n\n`three.txt`, empty\n" in page
    assert "### There: implemented\n\n`three.txt`\n\n```\nhere\n```\n" in page


def test_an_example_holds_no_secret() -> None:
    token = "ghp_" + "k3Jd92LmQx7Vt5Rb8Wn1Yc6Hf4Zs0Gp2AeUi"
    one = rule("files: { lamp.txt: here }", f"files: {{ lamp.txt: \"if x:\\n  pat = '{token}'\" }}")
    page = pages([one])["cicd/lamp.md"]
    assert "if x:\n  pat = " in page
    assert token not in page


def test_a_fence_in_a_case_does_not_end_the_example() -> None:
    one = rule("files: { lamp.txt: here }", 'files: { lamp.txt: "a\\n```\\nb" }')
    assert "````\na\n```\nb\n````" in pages([one])["cicd/lamp.md"]


def test_the_page_of_standards_says_what_no_rule_speaks_of() -> None:
    page = pages([rule("tier: C", "tier: C\nstandards: {SLSA: [Build-L1]}")])["standards.md"]
    assert "| Build-L1 Provenance exists | [cicd/lamp](cicd/lamp.md) |" in page
    assert "| Build-L3 Hardened build platform | none |" in page


def test_rules_are_linted_by_name(line: Line) -> None:
    assert line("rules", "lint", "container/four")[:2] == (0, "1 rule, 0 findings\n")
    file = line.top / "rules" / "container" / "four.yaml"
    file.write_text(file.read_text().replace("title: There is a four", "title: There is a four."))
    ran = line("rules", "lint", "container/four")
    assert ran.code == 1
    assert ran.out.endswith(
        "rules/container/four.yaml:1: 'title' is a headline: no full stop at its end\n1 rule, 1 finding\n"
    )


def test_a_new_rule_says_how_to_go_on(line: Line) -> None:
    own = line.top / "own"
    ran = line("rules", "new", "cicd/lamp", "--rules", str(own))
    assert (ran.code, ran.out) == (
        0,
        f"{own / 'cicd' / 'lamp.yaml'}\nchange it, then: readiness rules test --rules {own} cicd/lamp\n",
    )
    tested = line("rules", "test", "--rules", str(own), "cicd/lamp")
    assert tested.out.endswith("1 rule, 4 cases, 0 failures, and they prove every condition\n")


def test_the_reference_is_written_into_a_folder(line: Line) -> None:
    ran = line("rules", "docs", str(line.top / "reference"))
    assert (ran.code, ran.out) == (0, f"8 pages in {line.top / 'reference'}\n")
    assert (line.top / "reference" / "container" / "six.md").is_file()
    (line.top / "file").write_text("")
    assert line("rules", "docs", str(line.top / "file"))[0] == 2


def test_the_schema_is_printed(line: Line) -> None:
    assert json.loads(line("rules", "schema").out)["title"] == "readiness rule"


def test_a_list_can_be_of_one_area_or_framework(line: Line) -> None:
    assert [text.split()[0] for text in line("rules", "list", "--area", "container").out.splitlines()] == [
        "container/five",
        "container/four",
        "container/six",
    ]
    assert line("rules", "list", "--standard", "OSPS").out == ""
    wrong = line("rules", "list", "--standard", "OSP")
    assert (wrong.code, wrong.err) == (2, "readiness: there is no framework 'OSP'; did you mean 'OSPS'?\n")


def test_a_test_shows_what_cases_must_get_against_what_they_got(line: Line) -> None:
    file = line.top / "rules" / "cicd" / "two.yaml"
    file.write_text(
        file.read_text().replace("name: empty, level: partial", "name: empty, level: implemented")
    )
    rows = [text.split() for text in line("rules", "test", "cicd/two").out.splitlines()]
    head = next(index for index, row in enumerate(rows) if row[:2] == ["must", "be"])
    table = {row[0]: row[1:] for row in rows[head + 1 : head + 7]}
    assert table["implemented"] == ["·", "·", "1", "1", "·", "·"]
    assert table["absent"] == ["1", "·", "·", "·", "·", "·"]
