"""One rule in full."""

from __future__ import annotations

from documents import full, gap, points, rule

from readiness.render.explain import render


def test_a_rule_is_explained_from_facts_to_points() -> None:
    assert render(full(), "Somebody looks for it.") == (
        "cicd/all: There is a one\n"
        "  high, weight 6, tier B\n"
        "  Somebody looks for it.\n"
        "\n"
        "status: unknown\n"
        "\n"
        "ladder\n"
        "  partial      yes       some thing  (1 of 2)\n"
        "  implemented  not known some thing whose on is true\n"
        "\n"
        "rests on (1 of 9)\n"
        "  one.txt:3  one  [structure]\n"
        "\n"
        "stopped by\n"
        "  b.txt:1  b  [pattern]\n"
        "\n"
        "nearest\n"
        "  b.txt:1  b  [pattern]\n"
        "not known: t.yml:1: a template\n"
        "\n"
        "looked at 2 files: a.txt, b.txt\n"
        "by environment: production partial\n"
        "\n"
        "level: partial, at most implemented of implemented\n"
        "points: 4.1 to 8.0 of 10.0, on paper 10.0\n"
        "\n"
        "to do (S)\n"
        "  - Write a one.\n"
        "\n"
        "limits: Only the name is looked at.\n"
    )


def test_a_met_rule_has_nothing_to_do() -> None:
    text = render(rule(), "why")
    assert "to do" not in text
    assert "points: 60.0 of 60.0, on paper 60.0" in text


def test_a_blocked_rule_says_by_what() -> None:
    assert "status: blocked by a/b\n" in render(gap("a/c", 1, status="blocked", blocked_by="a/b"), "why")


def test_what_is_not_scored_says_why() -> None:
    text = render(rule(scored=False, why="asked from tier A", points=points()), "why")
    assert "status: met (asked from tier A)" in text
    assert "level: implemented of implemented; not scored" in text


def test_a_hostile_path_is_made_inert() -> None:
    from readiness.assessment import Evidence  # noqa: PLC0415

    row = Evidence("a\x1b[2Jb\u202e.txt", 1, "x\x1b", "structure")
    text = render(rule(evidence=(row,), looked=("q\x07",)), "why")
    assert [char for char in text if char in "\x1b\u202e\x07"] == []
