"""Which rows a rulebook needs, and for how long."""

from __future__ import annotations

from toys import RULE, noun, read, thing

from readiness.rulebook.interest import last_uses


def test_a_noun_is_done_with_after_the_last_rule_that_asks_about_it() -> None:
    one, two = noun(thing(), name="thing"), noun(thing(), name="other")
    both = RULE.replace("{ some: thing }", "{ all_of: [{ some: thing }, { some: other }] }")
    both = both.replace("  implemented: { where: { on: true } }\n", "")
    rules = [read(both, one, two), read(RULE, one, two), read(both.replace("thing", "other"), one, two)]
    assert [[noun.name for noun, _ in done] for done in last_uses(rules)] == [[], ["thing"], ["other"]]


def test_a_claim_and_what_applies_are_asked_too() -> None:
    text = RULE.replace(
        "evidence:", "applies: { some: other }\notherwise: no\nclaimed: { some: third }\nevidence:"
    )
    nouns = [noun(thing(), name=name) for name in ("thing", "other", "third")]
    (done,) = last_uses([read(text, *nouns)])
    assert sorted(noun.name for noun, _ in done) == ["other", "thing", "third"]
