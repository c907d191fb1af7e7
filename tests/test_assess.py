"""From a tree and rules to the document."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from toys import PACK_RULE

from readiness.assess import Assessed, Options, assess
from readiness.errors import ReadinessError
from readiness.facts.catalogue import NOUNS
from readiness.resources import shipped
from readiness.rulebook.load import Pack, Rulebook, load_rulebook, read_rule
from readiness.rulebook.packs import Manifest
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.assessment import Assessment

NAMES = ("one", "two", "three")


def book(**changes: str) -> Rulebook:
    """Rules of weight 10 about ``one.txt`` to ``three.txt``; ``changes`` are keys that they have besides."""
    rules = []
    for name in NAMES:
        text = PACK_RULE.format(name=name, severity="low", more=changes.get(name, ""))
        rules.append(read_rule(f"rules/cicd/{name}.yaml", text.encode(), NOUNS))
    given = tuple(sorted(rules, key=lambda rule: rule.id))
    return Rulebook((Pack(Manifest("rules"), "0" * 64, given),), given)


def done(files: Mapping[str, str], options: Options | None = None, **changes: str) -> Assessment:
    return assess(MemoryTree(files), book(**changes), options).assessment


ALL = {f"{name}.txt": "x" for name in NAMES}


def test_what_is_there_is_met_and_counts_whole() -> None:
    made = done(ALL)
    assert made.score is not None
    assert (
        made.score.low,
        made.score.high,
        made.score.on_paper,
        made.verdict,
    ) == (100_000, 100_000, 100_000, "ready")
    assert [sentence.text for sentence in made.areas[0].strengths] == [
        "There is a one",
        "There is a three",
        "There is a two",
    ]


def test_a_gap_says_what_is_missing_and_what_was_looked_at() -> None:
    made = done({"two.txt": "x", "a.md": ""})
    one = made.rule("cicd/one")
    assert (one.status, one.level, one.missing) == ("gap", "absent", "some file whose path is like one.txt")
    assert one.looked == ("a.md", "two.txt")
    assert "There is no one" in [sentence.text for sentence in made.areas[0].gaps]


def test_the_ladder_tells_every_answer() -> None:
    rungs = done({"one.txt": ""}).rule("cicd/one").ladder
    assert [(rung.level, rung.answer) for rung in rungs] == [("partial", True), ("implemented", False)]


def test_the_evidence_has_path_and_line() -> None:
    assert [(row.path, row.line) for row in done(ALL).rule("cicd/one").evidence] == [("one.txt", 1)]


@pytest.mark.parametrize(
    ("changes", "options", "why"),
    [
        ("lifecycle: shadow\n", Options(), "new: shown, not yet scored"),
        (
            "profiles: [library]\n",
            Options(profile="service"),
            "asked of library; this assessment is for the profile service",
        ),
    ],
)
def test_what_does_not_count_is_shown_with_the_reason(changes: str, options: Options, why: str) -> None:
    one = done(ALL, options, one=changes).rule("cicd/one")
    assert (False, why, 0) == (one.scored, why and one.why, one.points.possible)


def test_a_rule_counts_from_its_tier_upwards() -> None:
    rulebook = load_rulebook([shipped("rules")], NOUNS)
    for tier, above in (("C", {"A", "B"}), ("B", {"A"}), ("A", set())):
        made = assess(MemoryTree({}), rulebook, Options(tier=tier)).assessment
        uncounted = {rule.tier for rule in made.rules if rule.why.startswith("asked from tier")}
        assert uncounted <= above


def test_a_disabled_rule_and_an_area_not_chosen_are_left_out_and_said() -> None:
    made = done(ALL, Options(areas=("cicd",), disabled=("cicd/two",), excluded=("*.md",)))
    assert [rule.id for rule in made.rules] == ["cicd/one", "cicd/three"]
    assert (
        made.selection.areas,
        made.selection.excluded,
        made.selection.disabled,
    ) == (("cicd",), ("*.md",), ("cicd/two",))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (Options(disabled=("cicd/oen",)), "--disable: there is no rule 'cicd/oen'; did you mean 'cicd/one'?"),
        (Options(areas=("ci",)), "--area: there is no area 'ci'; one of: cicd, container, monitoring"),
    ],
)
def test_a_name_that_there_is_not_is_refused(options: Options, message: str) -> None:
    with pytest.raises(ReadinessError) as caught:
        done(ALL, options)
    assert str(caught.value).startswith(message)


def test_a_rule_that_does_not_apply_gives_its_reason() -> None:
    more = "applies: { some: file, where: { path: '*.rs' } }\notherwise: there is no Rust\n"
    one = done(ALL, one=more).rule("cicd/one")
    assert (one.status, one.reason, one.missing) == ("not-applicable", "there is no Rust", "")


def test_a_blocked_rule_names_the_rule_that_blocks_it() -> None:
    made = done({"two.txt": "x"}, two="requires: cicd/one\n")
    two = made.rule("cicd/two")
    assert (two.status, two.blocked_by, two.requires) == ("blocked", "cicd/one", ("cicd/one",))


def test_a_rule_asked_by_environment_tells_each() -> None:
    files = {**ALL, ".env.production": "A=b\n", ".env.staging": "A=b\n"}
    one = done(files, one="environments: [all]\n").rule("cicd/one")
    assert "production" in [environment.name for environment in one.environments]


def test_the_date_is_the_options_else_the_commits() -> None:
    tree = MemoryTree(ALL, subject=Subject("shop", commit="a" * 40, committed="2024-05-06"))
    assert assess(tree, book()).assessment.subject.as_of == "2024-05-06"
    assert assess(tree, book(), Options(as_of="2026-01-01")).assessment.subject.as_of == "2026-01-01"


def test_long_lists_are_cut_and_their_length_is_told() -> None:
    files = {f"docs/{number:03}.md": "x" for number in range(120)}
    one = done(files).rule("cicd/one")
    assert (len(one.looked), one.looked_total) == (50, 120)


@cache
def by_shipped_rules(*files: tuple[str, str]) -> Assessed:
    return assess(MemoryTree(dict(files)), load_rulebook([shipped("rules")], NOUNS))


DECOY = (
    *((f".github/workflows/{name}.yml", "") for name in ("ci", "deploy", "security", "codeql", "rollback")),
    *(
        (name, "")
        for name in ("Dockerfile", ".dockerignore", "docker-compose.yml", "Makefile", ".env.example")
    ),
    *((name, "") for name in ("README.md", "SECURITY.md", "CHANGELOG.md", "CONTRIBUTING.md", "CODEOWNERS")),
    *(
        (f"docs/{name}.md", "")
        for name in ("runbook", "rollback", "slo", "backup", "deployment", "monitoring")
    ),
    *((f"monitoring/{name}", "") for name in ("prometheus.yml", "alerts.yml", "grafana.json")),
    *(
        (name, "")
        for name in (".gitleaks.toml", ".pre-commit-config.yaml", "renovate.json", "k8s/deployment.yaml")
    ),
    ("tests/test_app.py", ""),
    ("app.py", ""),
    ("requirements.txt", ""),
)


def test_rightly_named_empty_files_are_worth_nothing() -> None:
    made = by_shipped_rules(*DECOY).assessment
    assert made.score is None or made.score.low < 20_000
    assert made.verdict in ("not-assessed", "not-ready")
    assert [
        rule.id for rule in made.rules if rule.scored and rule.status == "met" and rule.points.earned > 2_000
    ] == []


REPORT = "# Audit\n\nPRODUCTION READY, 100/100. CI/CD: pytest.\n\nRollback, monitoring, SLO: all in place.\n"


@pytest.mark.parametrize(
    "files", [(), (("README.md", REPORT), ("docs/audit.md", REPORT))], ids=["empty", "prose"]
)
def test_an_empty_folder_and_one_of_prose_are_not_assessed(files: tuple[tuple[str, str], ...]) -> None:
    made = by_shipped_rules(*files).assessment
    assert (made.score, made.verdict) == (None, "not-assessed")


def test_every_area_of_the_settings_is_shown_and_asked_about() -> None:
    made = by_shipped_rules(*DECOY).assessment
    assert [area.id for area in made.areas] == ["cicd", "container", "monitoring", "operations", "security"]
    assert {area.id for area in made.areas} == {rule.area for rule in made.rules}


SERVICE = (
    ("app.py", "from fastapi import FastAPI\n\napp = FastAPI()\n"),
    ("requirements.txt", "fastapi==0.110.0\n"),
)


def test_bringing_the_first_pipeline_never_lowers_the_score() -> None:
    steps = "[{uses: actions/checkout@v4}, {run: pytest}]"
    ci = f"on: {{push: {{}}, pull_request: {{}}}}\njobs: {{test: {{runs-on: x, steps: {steps}}}}}\n"
    before = by_shipped_rules(*SERVICE).assessment.score
    after = by_shipped_rules(*SERVICE, (".github/workflows/ci.yml", ci)).assessment.score
    assert before is not None
    assert after is not None
    assert before.low < after.low


def test_bringing_the_first_image_never_lowers_the_score() -> None:
    image = 'FROM python:latest\nCOPY . .\nCMD ["python", "app.py"]\n'
    before = by_shipped_rules(*SERVICE).assessment.score
    after = by_shipped_rules(*SERVICE, ("Dockerfile", image)).assessment.score
    assert before is not None
    assert after is not None
    assert before.low <= after.low
