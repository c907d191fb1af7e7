"""A folder of rules says what it stands on and what it changes there; it is data only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from toys import PACK_RULE, pack

from readiness.errors import ReadinessError, RuleError
from readiness.facts.catalogue import NOUNS
from readiness.rulebook.load import load_rulebook

if TYPE_CHECKING:
    from pathlib import Path

    from readiness.rulebook.load import Rulebook


def books(folder: Path, manifest: str, **rules: str) -> Rulebook:
    """The six toy rules with a pack over them that says ``manifest`` and has ``rules`` of its own in cicd."""
    own = folder / "own"
    own.mkdir()
    if manifest:
        (own / "pack.yaml").write_text(manifest, encoding="utf-8")
    for name, more in rules.items():
        (own / "cicd").mkdir(exist_ok=True)
        text = PACK_RULE.format(name=name, severity="low", more=more)
        (own / "cicd" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_rulebook([pack(folder / "rules"), own], NOUNS)


def ids(book: Rulebook) -> list[str]:
    return [rule.id for rule in book.rules]


def refusal(folder: Path, manifest: str) -> str:
    with pytest.raises(RuleError) as caught:
        books(folder, manifest)
    return str(caught.value).removeprefix(f"{folder}/own/pack.yaml:")


def test_a_pack_without_a_file_of_its_own_adds_its_rules(tmp_path: Path) -> None:
    book = books(tmp_path, "", seven="")
    assert "cicd/seven" in ids(book)
    assert [pack.name for pack in book.packs] == ["rules", "own"]


def test_a_rule_of_the_same_id_takes_the_place_of_the_first(tmp_path: Path) -> None:
    book = books(tmp_path, "", one="")
    assert book.rule("cicd/one").severity == "low"
    assert len(book.rules) == 6


def test_a_pack_has_a_name_and_a_version(tmp_path: Path) -> None:
    manifest = books(tmp_path, "name: acme\nversion: '2.1'\n", seven="").packs[1].manifest
    assert (manifest.name, manifest.version) == ("acme", "2.1")


def test_a_pack_leaves_rules_out(tmp_path: Path) -> None:
    book = books(tmp_path, "name: acme\ndisable: [cicd/two]\n")
    assert "cicd/two" not in ids(book)
    assert book.disabled == ("cicd/two",)


def test_what_a_rule_requires_may_be_left_out(tmp_path: Path) -> None:
    book = books(tmp_path, "name: acme\ndisable: cicd/one\n")
    assert "cicd/three" in ids(book)


def test_a_pack_changes_what_a_rule_is_worth(tmp_path: Path) -> None:
    changes = "severity: high, weight: 7, tier: A, profiles: [cli], lifecycle: shadow"
    book = books(tmp_path, f"name: acme\noverride:\n  cicd/two: {{{changes}}}\n")
    rule = book.rule("cicd/two")
    assert (rule.severity, rule.weight, rule.tier) == ("high", 7, "A")
    assert (rule.profiles, rule.lifecycle) == (("cli",), "shadow")
    (change,) = book.packs[1].manifest.override
    assert change.words == "cicd/two: severity high; weight 7; tier A; profiles cli; lifecycle shadow"


def test_a_pack_that_extends_nothing_stands_alone(tmp_path: Path) -> None:
    book = books(tmp_path, "name: acme\nextends: []\n", seven="requires: cicd/one\n")
    assert ids(book) == ["cicd/seven"]
    assert [pack.name for pack in book.packs] == ["acme"]


def test_a_pack_that_leaves_nothing_to_ask_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadinessError, match="leaves no rule to ask"):
        books(tmp_path, "name: acme\ndisable: [" + ", ".join(sorted(ids_of_toys(tmp_path))) + "]\n")


def ids_of_toys(folder: Path) -> list[str]:
    return ids(load_rulebook([pack(folder / "toys")], NOUNS))


def test_a_folder_with_nothing_in_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadinessError, match="holds no rules; they are read from cicd, "):
        books(tmp_path, "name: acme\n")


@pytest.mark.parametrize(
    ("manifest", "sentence"),
    [
        ("name: acme\nextend: []\n", "2: a pack has no key 'extend'; did you mean 'extends'?"),
        ("name: acme\nextends: [readines]\n", "2: there is no pack 'readines'; did you mean 'readiness'?"),
        (
            "name: acme\nextends: [other]\n",
            "2: there is no pack 'other'; a pack extends 'readiness', or [] to stand alone",
        ),
        ("name: acme\ndisable: [cicd/tow]\n", "2: there is no rule 'cicd/tow'; did you mean 'cicd/two'?"),
        (
            "name: acme\noverride:\n  cicd/tow: {tier: A}\n",
            "3: there is no rule 'cicd/tow'; did you mean 'cicd/two'?",
        ),
        (
            "name: acme\noverride:\n  cicd/two: {titel: A}\n",
            "3: the override of cicd/two has no key 'titel'; did you mean 'tier'?",
        ),
        (
            "name: acme\noverride:\n  cicd/two: {tier: D}\n",
            "3: tier is never 'D'; one of: A, B, C",
        ),
        (
            "name: acme\noverride:\n  cicd/two: {}\n",
            "3: the override of cicd/two changes nothing; it can change severity, weight, ",
        ),
        ("name: [\n", "1: not readable as YAML: "),
        ("a: 1\n---\nb: 2\n", "1: a pack's file holds exactly one document"),
    ],
)
def test_a_mistake_in_a_pack_is_named_with_its_line(tmp_path: Path, manifest: str, sentence: str) -> None:
    assert refusal(tmp_path, manifest).startswith(sentence)


def test_the_digest_of_a_pack_covers_what_it_changes(tmp_path: Path) -> None:
    one = books(tmp_path, "name: acme\noverride: {cicd/two: {tier: A}}\n").packs[1].digest
    (tmp_path / "other").mkdir()
    two = books(tmp_path / "other", "name: acme\noverride: {cicd/two: {tier: B}}\n").packs[1].digest
    assert one != two
